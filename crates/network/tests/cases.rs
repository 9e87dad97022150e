//! Every folder of `cases/` and of `corpus/` is a test, and so is every example. To add one, make a folder; no Rust is needed.
//!
//! A case holds `interfaces` (it stands for /etc/network/interfaces; other files beside it for their neighbours there),
//! `meaning.json` (what is wanted, without what is left open) and `diagnostics.txt` (all that is said of it). A file
//! `host` makes a host to check against: `README.md` says what its lines hold. Where there is an `origins.txt`, the place of every property is held against it too.
//!
//! `UPDATE=1 cargo test -p network --test cases` writes what is expected anew. Look at the difference before you keep it.

#![allow(clippy::disallowed_methods, reason = "the cases are files")]

mod common;

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use interfaces::{Configuration, Diagnostic, Files, Severity};
use libtest_mimic::{Arguments, Failed, Trial};
use network::check::codes;
use network::{Field, Network, Property, Resolved};
use serde_json::{Value, json};

/// Where the files of a case pretend to be.
const ETC: &str = "/etc/network";

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let cases = folders(&root.join("cases"));
    let corpus = folders(&root.join("corpus"));
    let examples = folders(&root.join("../../examples"));
    assert!(!cases.is_empty() && !corpus.is_empty() && !examples.is_empty(), "there are no cases, or no examples");
    let mut trials = Vec::new();
    for (name, folder) in cases {
        trials.push(Trial::test(format!("cases::{name}"), move || case(&folder)));
    }
    for (name, folder) in corpus {
        trials.push(Trial::test(format!("corpus::{name}"), move || in_corpus(&folder)));
    }
    for (name, folder) in examples {
        trials.push(Trial::test(format!("examples::{name}"), move || example(&folder)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn folders(root: &Path) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(root).expect("the folder of cases can be listed");
    let mut folders: Vec<_> = entries
        .map(|entry| entry.expect("an entry can be read"))
        .filter(|entry| entry.path().is_dir())
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .collect();
    folders.sort();
    folders
}

/// The files of a case, under the names that they would have on a host.
struct Folder<'a>(&'a Path);

impl Folder<'_> {
    fn real(&self, path: &Path) -> io::Result<PathBuf> {
        path.strip_prefix(ETC).map(|rest| self.0.join(rest)).map_err(|_| io::ErrorKind::NotFound.into())
    }
}

impl Files for Folder<'_> {
    fn read(&self, path: &Path, _limit: u64) -> io::Result<Vec<u8>> {
        std::fs::read(self.real(path)?)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(self.real(folder)?)?;
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }
}

fn load(folder: &Path, host: Option<&Network>) -> Result<(Configuration, Resolved), Failed> {
    let configuration = interfaces::load(&Folder(folder), &Path::new(ETC).join("interfaces"))?;
    let resolved = network::resolve_on(&configuration, host);
    Ok((configuration, resolved))
}

fn all(configuration: &Configuration, resolved: &Resolved, host: Option<&Network>) -> Vec<Diagnostic> {
    let checked = network::check(configuration, resolved, host);
    [configuration.diagnostics.clone(), resolved.diagnostics.clone(), checked].concat()
}

fn case(folder: &Path) -> Result<(), Failed> {
    let host = host(&folder.join("host"))?;
    let (configuration, resolved) = load(folder, host.as_ref())?;
    let diagnostics = all(&configuration, &resolved, host.as_ref());
    every_property_has_a_place(&configuration, &resolved)?;
    let mut meaning = json!({ "wanted": resolved.wanted, "manual": resolved.manual, "hooks": resolved.hooks });
    prune(&mut meaning);
    let meaning = serde_json::to_string_pretty(&meaning)? + "\n";
    let said: String = diagnostics.iter().map(|diagnostic| render(&configuration, diagnostic)).collect();
    if folder.join("origins.txt").exists() {
        compare(&folder.join("origins.txt"), &origins(&configuration, &resolved))?;
    }
    compare(&folder.join("meaning.json"), &meaning)?;
    compare(&folder.join("diagnostics.txt"), &said)
}

/// What may be said of a file that is right: that something is left to others, or not done yet.
const NOT_DONE: [&str; 2] = [codes::NOT_ACTED_ON, codes::METHOD];

/// A case, and where a file `right` says that its administrator made no mistake, no false alarm either: no error, and no
/// warning but of what is not done yet.
fn in_corpus(folder: &Path) -> Result<(), Failed> {
    case(folder)?;
    if !folder.join("right").exists() {
        return Ok(());
    }
    let host = host(&folder.join("host"))?;
    let (configuration, resolved) = load(folder, host.as_ref())?;
    let alarm = |diagnostic: &Diagnostic| match diagnostic.severity {
        Severity::Error => true,
        Severity::Warning => !NOT_DONE.contains(&diagnostic.code),
        Severity::Note => false,
    };
    let alarms = all(&configuration, &resolved, host.as_ref()).into_iter().filter(alarm);
    let said: String = alarms.map(|diagnostic| render(&configuration, &diagnostic)).collect();
    if said.is_empty() { Ok(()) } else { Err(format!("the file is right, and yet:\n{said}").into()) }
}

/// An example must be clean, and clean on a host that has its NICs.
fn example(folder: &Path) -> Result<(), Failed> {
    let host = common::host::read("lo 65536\nenp3s0\nenp4s0\nenp5s0\nenp6s0\n")?;
    let (configuration, resolved) = load(folder, Some(&host))?;
    let diagnostics = all(&configuration, &resolved, Some(&host));
    every_property_has_a_place(&configuration, &resolved)?;
    let said: String = diagnostics.iter().map(|diagnostic| render(&configuration, diagnostic)).collect();
    if said.is_empty() { Ok(()) } else { Err(format!("the example is not clean:\n{said}").into()) }
}

fn host(path: &Path) -> Result<Option<Network>, Failed> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Some(common::host::read(&text)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Whatever is wanted can be traced to a line of the file, or at least to a name in it.
fn every_property_has_a_place(configuration: &Configuration, resolved: &Resolved) -> Result<(), Failed> {
    let mut said: Vec<Property> = Vec::new();
    for (name, link) in &resolved.wanted.links {
        let mut fields = vec![Field::Kind];
        fields.extend(link.mtu.map(|_| Field::Mtu));
        fields.extend(link.mac.map(|_| Field::Mac));
        fields.extend(link.master.as_ref().map(|_| Field::Master));
        fields.extend(link.addresses.iter().map(|address| Field::Address(address.net)));
        let options = [
            link.bond().map(|bond| &bond.options),
            link.bridge().map(|bridge| &bridge.options),
            link.bond_port.as_ref().map(|port| &port.options),
            link.bridge_port.as_ref().map(|port| &port.options),
        ];
        fields.extend(options.into_iter().flatten().flat_map(|o| o.iter().map(|(option, _)| Field::Option(option))));
        fields.extend(link.bridge_port.as_ref().and_then(|port| port.vlans.as_ref()).map(|_| Field::Vlans));
        said.extend(fields.into_iter().map(|field| Property::new(name, field)));
    }
    let routes = resolved.wanted.routes.iter();
    said.extend(routes.map(|route| Property::new(&route.link, Field::Route(route.destination))));
    for property in said {
        let span = resolved.origins.said(&property).ok_or(format!("`{property}` has no place in the file"))?;
        let source = configuration.file(span.file).ok_or("a place in no file")?.document.source();
        let text = source.get(span.start..span.end).ok_or(format!("`{property}` is outside of its file"))?;
        if text.is_empty() {
            return Err(format!("the place of `{property}` is empty").into());
        }
    }
    Ok(())
}

/// Every property with the text that says it.
fn origins(configuration: &Configuration, resolved: &Resolved) -> String {
    let mut out = String::new();
    for (property, span) in resolved.origins.iter() {
        let place = configuration.place(span);
        let source = configuration.file(span.file).map_or(&[][..], |file| file.document.source());
        let text = String::from_utf8_lossy(&source[span.start..span.end]).escape_debug().to_string();
        writeln!(out, "{property}: {}:{} `{text}`", place.line, place.column).expect("a string takes all");
    }
    out
}

/// Takes out what is left open, so that a meaning shows what is said.
fn prune(value: &mut Value) {
    let is_open = |value: &Value| match value {
        Value::Null => true,
        Value::Array(list) => list.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::Bool(flag) => !flag,
        _ => false,
    };
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                // What an option says is kept, also where it says no.
                if key != "options" {
                    prune(inner);
                }
            }
            // A bond of which nothing is said is still a bond.
            let kinds = ["bond", "bridge", "vxlan", "vrf", "veth", "wireguard", "xfrm", "batman", "ppp"];
            map.retain(|key, inner| kinds.contains(&key.as_str()) || !is_open(inner));
        }
        Value::Array(list) => list.iter_mut().for_each(prune),
        _ => {}
    }
}

fn render(configuration: &Configuration, diagnostic: &Diagnostic) -> String {
    let severity = match diagnostic.severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let mut out = String::new();
    let line = |out: &mut String, text: String| writeln!(out, "{text}").expect("a string takes all");
    line(&mut out, format!("{severity}[{}]: {}", diagnostic.code, diagnostic.title));
    for label in &diagnostic.labels {
        let place = configuration.place(label.span);
        let source = configuration.file(label.span.file).map_or(&[][..], |file| file.document.source());
        let text = source.get(label.span.start..label.span.end).unwrap_or_default();
        let text = String::from_utf8_lossy(text).escape_debug().to_string();
        let comment = if label.text.is_empty() { String::new() } else { format!(": {}", label.text) };
        let path = place.path.strip_prefix(ETC).unwrap_or(&place.path).display();
        line(&mut out, format!("  --> {path}:{}:{} `{text}`{comment}", place.line, place.column));
    }
    diagnostic.notes.iter().for_each(|note| line(&mut out, format!("  note: {note}")));
    diagnostic.help.iter().for_each(|help| line(&mut out, format!("  help: {help}")));
    diagnostic.fix.iter().for_each(|fix| line(&mut out, format!("  fix: {}", fix.title)));
    for edit in diagnostic.fix.iter().flat_map(|fix| &fix.edits) {
        let place = configuration.place(edit.span);
        let source = configuration.file(edit.span.file).map_or(&[][..], |file| file.document.source());
        let old = String::from_utf8_lossy(&source[edit.span.start..edit.span.end]).escape_debug().to_string();
        let new = String::from_utf8_lossy(&edit.text).escape_debug().to_string();
        line(&mut out, format!("    {}:{} `{old}` becomes `{new}`", place.line, place.column));
    }
    out
}

fn compare(path: &Path, found: &str) -> Result<(), Failed> {
    if std::env::var_os("UPDATE").is_some() {
        return Ok(std::fs::write(path, found)?);
    }
    let expected =
        std::fs::read_to_string(path).map_err(|error| format!("{}: {error}; UPDATE=1 writes it", path.display()))?;
    if expected == found {
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Err(format!("{name} differs.\n--- expected\n{expected}\n--- found\n{found}\nUPDATE=1 writes it anew").into())
}
