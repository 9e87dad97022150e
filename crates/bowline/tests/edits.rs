//! Every folder of `crates/network/edits` is a test. To add one, make a folder; no Rust is needed.
//!
//! A case holds `interfaces` (and other files beside it, which stand for their neighbours in /etc/network), `command` (a
//! command of `bowline` on each line, words in single quotes where they hold blanks) and `expected`: what each said, and
//! with what code it ended.
//!
//! `UPDATE=1 cargo test -p bowline --test edits` writes what is expected anew. Look at the difference before you keep it.
//!
//! The examples of `docs/edit.md` are run in the same way, one after the other.
//!
//! Besides, whatever a file of the cases, of the examples or of the corpus says, `set BRIDGE bridge-ports=bond0` changes
//! the one line that a person would have changed, or writes one; where Open vSwitch makes the bridge, it is refused.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use std::path::{Path, PathBuf};

use common::run_without_host;
use interfaces::{Configuration, Iface, Kind, Setting, TextEdit};
use libtest_mimic::{Arguments, Failed, Trial};
use network::edit::{EditError, Edited, Request, edit};

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let network = root.join("../network");
    let cases = folders(&network.join("edits"));
    assert!(cases.len() >= 50, "the cases are not where they should be");
    let mut trials = Vec::new();
    for case in &cases {
        let case = case.clone();
        trials.push(Trial::test(format!("edits::{}", name(&case)), move || run(&case)));
    }
    trials.push(Trial::test("docs::edit", documentation));
    let mut files = cases;
    for place in [network.join("cases"), network.join("corpus"), root.join("../../examples")] {
        if place.is_dir() {
            files.extend(folders(&place));
        }
    }
    for folder in files {
        let label = format!("{}::{}", name(folder.parent().unwrap()), name(&folder));
        trials.push(Trial::test(format!("one_line::{label}"), move || one_line(&folder)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

fn folders(root: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root).unwrap_or_else(|error| panic!("{}: {error}", root.display()));
    let mut folders: Vec<_> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

/// A case's files, copied to where they may be edited.
fn root_of(case: &Path) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("edits").join(name(case));
    if root.exists() {
        std::fs::remove_dir_all(&root).unwrap();
    }
    copy(case, &root.join("etc/network"));
    root
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else if !["command", "expected"].contains(&name(&entry.path()).as_str()) {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn run(case: &Path) -> Result<(), Failed> {
    let root = root_of(case);
    let commands = std::fs::read_to_string(case.join("command"))?;
    let mut said = String::new();
    for command in commands.lines().filter(|line| !line.is_empty()) {
        let words = words(command);
        let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
        arguments.extend(["--root", root.to_str().unwrap()]);
        let ran = run_without_host(&arguments).to_string().replace(root.to_str().unwrap(), "");
        said += &format!("$ bowline {command}\n{ran}");
    }
    let expected = case.join("expected");
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(&expected, &said)?;
        return Ok(());
    }
    if std::fs::read_to_string(&expected).unwrap_or_default() != said {
        return Err(format!("{} says otherwise than:\n{said}", expected.display()).into());
    }
    Ok(())
}

/// Runs each `$ bowline …` of the page's `console` blocks, and holds what follows it against what it says.
fn documentation() -> Result<(), Failed> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = here.join("../../docs/edit.md");
    let written = std::fs::read_to_string(&page)?;
    let root = root_of(&here.join("../../examples/single-nic"));
    let (mut said, mut inside, mut commands) = (String::new(), false, 0);
    for line in written.lines() {
        let fence = line.starts_with("```");
        if let Some(command) = line.strip_prefix("$ bowline ").filter(|_| inside) {
            let words = words(command);
            let mut arguments: Vec<&str> = words.iter().map(String::as_str).collect();
            arguments.extend(["--root", root.to_str().unwrap()]);
            let ran = run_without_host(&arguments);
            said += &format!("{line}\n{}{}", ran.out, ran.err);
            commands += 1;
        } else if fence || !inside {
            said += &format!("{line}\n");
        }
        if fence {
            inside = !inside && line == "```console";
        }
    }
    assert!(commands >= 10, "the page has lost its examples");
    if std::env::var("UPDATE").is_ok() {
        std::fs::write(&page, &said)?;
    } else if said != written {
        return Err(format!("{} says otherwise than:\n{said}", page.display()).into());
    }
    Ok(())
}

/// Words apart by blanks; in single quotes they may hold blanks.
fn words(command: &str) -> Vec<String> {
    let (mut words, mut open, mut quoted) = (vec![String::new()], false, false);
    for c in command.chars() {
        match c {
            '\'' => (open, quoted) = (!open, true),
            ' ' if !open => {
                words.push(String::new());
                quoted = false;
            }
            c => words.last_mut().unwrap().push(c),
        }
    }
    words.retain(|word| !word.is_empty() || quoted);
    words
}

fn configuration(folder: &Path) -> Configuration {
    let text = std::fs::read(folder.join("interfaces")).unwrap();
    Configuration::of("/etc/network/interfaces", text)
}

fn ifaces(configuration: &Configuration) -> impl Iterator<Item = &Iface> {
    let stanzas = configuration.files[0].document.stanzas();
    stanzas.filter_map(|s| if let Kind::Iface(iface) = &s.kind { Some(iface) } else { None })
}

/// The file's own bridge: vmbr0, else the first that has ports; vmbr0, which is not there, where it has none.
fn bridge(configuration: &Configuration) -> String {
    let has_ports =
        |iface: &&Iface| iface.settings.iter().any(|line| is(line, "bridge-ports") || is(line, "ovs-ports"));
    let vmbr0 = ifaces(configuration).find(|iface| iface.name.text == "vmbr0");
    let found = vmbr0.or_else(|| ifaces(configuration).find(has_ports));
    found.map_or("vmbr0".to_owned(), |iface| iface.name.text.to_string())
}

fn is(line: &Setting, key: &str) -> bool {
    line.key.text.replace('_', "-") == key
}

/// `set BRIDGE bridge-ports=bond0` replaces the value of the line that counts, or writes one line: nothing else. Open
/// vSwitch has no such line, and a file without a bridge no place for it.
fn one_line(folder: &Path) -> Result<(), Failed> {
    let before = configuration(folder);
    let assignments = vec!["bridge-ports=bond0".parse()?];
    let name = bridge(&before);
    let own: Vec<&Iface> = ifaces(&before).filter(|iface| iface.name.text == name).collect();
    let request = Request::Set { iface: name, assignments, force: false };
    let source = before.files[0].document.source();
    let line = |key: &str| own.iter().flat_map(|iface| &iface.settings).find(|line| is(line, key));
    let (old, of_open_vswitch) = (line("bridge-ports"), line("ovs-type").is_some());
    let edited = match edit(&before, &request) {
        Ok(_) if of_open_vswitch => return Err("Open vSwitch has no `bridge-ports`".into()),
        Ok(edited) => edited,
        Err(EditError::OfOpenVswitch { .. }) if of_open_vswitch => return Ok(()),
        Err(EditError::NoStanza { .. }) if own.is_empty() => return Ok(()),
        // The last line is left open by a backslash: to write below it would join the two.
        Err(EditError::Unsafe { .. }) if source.trim_ascii_end().ends_with(b"\\") => return Ok(()),
        // No file that can be read at all; `check` says so too.
        Err(EditError::Unreadable { .. }) if has_errors(&before) => return Ok(()),
        Err(error) => return Err(error.to_string().into()),
    };
    let expected = match old {
        Some(line) if line.value.text == "bond0" => source.to_vec(),
        Some(line) => {
            let at = if line.value.text.is_empty() {
                line.key.span.end..line.key.span.end
            } else {
                line.value.span.start..line.value.span.end
            };
            let value: &[u8] = if line.value.text.is_empty() { b" bond0" } else { b"bond0" };
            [&source[..at.start], value, &source[at.end..]].concat()
        }
        None => return written(&edited, source),
    };
    if edited.text != expected {
        return Err(format!("it became:\n{}", String::from_utf8_lossy(&edited.text)).into());
    }
    Ok(())
}

fn has_errors(configuration: &Configuration) -> bool {
    configuration.diagnostics.iter().any(|diagnostic| diagnostic.severity == interfaces::Severity::Error)
}

/// One line more, and all others as they were.
fn written(edited: &Edited, source: &[u8]) -> Result<(), Failed> {
    let new: &[TextEdit] = &edited.edits;
    let added: Vec<u8> = new.iter().flat_map(|edit| edit.text.clone()).collect();
    let without: Vec<u8> = interfaces::edit::apply(source, new)?;
    let lines = |text: &[u8]| text.split(|&b| b == b'\n').filter(|line| !line.is_empty()).count();
    let text = String::from_utf8_lossy(&added).into_owned();
    let one = lines(&without) == lines(source) + 1 && text.replace('_', "-").contains("bridge-ports");
    if one { Ok(()) } else { Err(format!("more than a line: {text}").into()) }
}
