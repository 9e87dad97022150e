//! The policy files of ifupdown2: JSON, with defaults for attributes that the interfaces file leaves out
//! (`policymanager.py`).
//!
//! ```json
//! { "bridge": { "module_globals": { "bridge_set_static_mac_from_port": "yes" },
//!               "defaults": { "bridge-stp": "no" }, "iface_defaults": { "vmbr0": { "bridge-fd": "2" } } } }
//! ```

use std::collections::BTreeMap;
use std::io;
use std::path::Path;

use interfaces::Files;
use serde_json::{Map, Value};

/// Where they are: what stands in an earlier folder wins.
pub const FOLDERS: &[&str] =
    &["/etc/network/ifupdown2/policy.d", "/var/lib/ifupdown2/policy.d", "/usr/share/ifupdown2/policy.d"];
/// The most bytes that are read of a file.
const MAX: u64 = 1 << 20;
/// The most files that are read in a folder.
const MAX_FILES: usize = 256;

/// Modules whose defaults have an effect, and for which kinds: those of a wanted link, `*` for all.
const MODULES: &[(&str, &[&str])] = &[
    ("address", &["*"]),
    ("link", &["*"]),
    ("bond", &["bond"]),
    ("bridge", &["bridge"]),
    ("vlan", &["vlan"]),
    ("vxlan", &["vxlan"]),
    ("vrf", &["vrf"]),
    ("tunnel", &["tunnel"]),
    ("ethtool", &["nic"]),
    ("dhcp", &["*"]),
];
/// Switches of modules that have an effect.
const GLOBALS: &[(&str, &str)] = &[("bridge", "bridge_set_static_mac_from_port")];

/// What the policy files say, the strongest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Policy {
    levels: Vec<BTreeMap<String, Map<String, Value>>>,
}

impl Policy {
    /// Reads them all.
    pub fn read(disk: &dyn Files, warn: &mut dyn FnMut(String)) -> Self {
        let levels = FOLDERS.iter().map(|folder| level(disk, folder, warn)).filter(|level| !level.is_empty());
        Self { levels: levels.collect() }
    }

    /// A switch of a module (`module_globals`), on or off; `None` where nothing is said.
    #[must_use]
    pub fn switch(&self, module: &str, switch: &str) -> Option<bool> {
        let found = self.levels.iter().find_map(|level| text(level.get(module)?.get("module_globals")?.get(switch)?));
        found.map(|value| ["yes", "on", "true", "1"].contains(&value.to_ascii_lowercase().as_str()))
    }

    /// Whether there is any default for attributes.
    #[must_use]
    pub fn has_defaults(&self) -> bool {
        let parts = self.levels.iter().flat_map(BTreeMap::values);
        parts.into_iter().any(|module| module.contains_key("defaults") || module.contains_key("iface_defaults"))
    }

    /// The defaults for an interface of that kind, by key. Of those for one key the strongest counts: in each level the
    /// interface's own (`iface_defaults`), then those for all (`defaults`) whose keys `for_all` takes.
    #[must_use]
    pub fn defaults(&self, name: &str, kind: &str, for_all: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
        let mut out = BTreeMap::new();
        for level in &self.levels {
            let modules = MODULES.iter().filter(|(_, kinds)| kinds.contains(&"*") || kinds.contains(&kind));
            for module in modules.filter_map(|(module, _)| level.get(*module)) {
                let own = module.get("iface_defaults").and_then(|names| names.get(name)).and_then(Value::as_object);
                let all = module.get("defaults").and_then(Value::as_object);
                let all = all.into_iter().flatten().filter(|(key, _)| for_all(key));
                for (key, value) in own.into_iter().flatten().chain(all) {
                    if let Some(value) = text(value) {
                        out.entry(key.replace('_', "-")).or_insert(value);
                    }
                }
            }
        }
        out
    }
}

/// A value as text: files have numbers and truths where others have words.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
        _ => None,
    }
}

/// All files of a folder; of two that say the same, the later one by name wins.
fn level(disk: &dyn Files, folder: &str, warn: &mut dyn FnMut(String)) -> BTreeMap<String, Map<String, Value>> {
    let mut out: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut names = match disk.list(Path::new(folder)) {
        Ok(names) => names,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return out,
        Err(error) => {
            warn(format!("{folder}: can't be read: {error}"));
            return out;
        }
    };
    names.retain(|name| name.ends_with(".json"));
    names.sort_unstable();
    if names.len() > MAX_FILES {
        warn(format!("{folder}: only the first {MAX_FILES} files are read"));
    }
    for name in names.iter().take(MAX_FILES) {
        let path = format!("{folder}/{name}");
        let read = disk.read(Path::new(&path), MAX).map_err(|error| error.to_string());
        let parsed = read.and_then(|bytes| serde_json::from_slice(&bytes).map_err(|error| error.to_string()));
        let modules: Map<String, Value> = match parsed {
            Ok(modules) => modules,
            Err(error) => {
                warn(format!("{path}: can't be read: {error}"));
                continue;
            }
        };
        for (module, parts) in modules {
            match parts {
                Value::Object(parts) => {
                    complain(&path, &module, &parts, warn);
                    out.entry(module).or_default().extend(parts);
                }
                _ if module == "README" => {}
                _ => warn(format!("{path}: `{module}` should be an object")),
            }
        }
    }
    out
}

/// Says what has no effect.
fn complain(path: &str, module: &str, parts: &Map<String, Value>, warn: &mut dyn FnMut(String)) {
    for (part, value) in parts {
        match part.as_str() {
            "defaults" | "iface_defaults" if MODULES.iter().any(|(known, _)| *known == module) => {}
            "module_globals" => {
                for switch in value.as_object().into_iter().flat_map(Map::keys) {
                    if !GLOBALS.contains(&(module, switch.as_str())) {
                        warn(format!("{path}: `{module}.module_globals.{switch}` has no effect"));
                    }
                }
            }
            _ => warn(format!("{path}: `{module}.{part}` has no effect")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Map2(BTreeMap<&'static str, &'static str>);

    impl Files for Map2 {
        fn read(&self, path: &Path, _: u64) -> io::Result<Vec<u8>> {
            let found = self.0.get(path.to_str().unwrap_or(""));
            found.map(|text| text.as_bytes().to_vec()).ok_or_else(|| io::ErrorKind::NotFound.into())
        }

        fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
            let paths = self.0.keys().map(Path::new).filter(|path| path.parent() == Some(folder));
            let names: Vec<String> = paths.filter_map(|p| Some(p.file_name()?.to_str()?.to_owned())).collect();
            if names.is_empty() { Err(io::ErrorKind::NotFound.into()) } else { Ok(names) }
        }
    }

    #[test]
    fn the_strongest_wins_and_what_has_no_effect_is_told() {
        let disk = Map2(BTreeMap::from([
            (
                "/var/lib/ifupdown2/policy.d/bridge.json",
                r#"{"bridge": {"module_globals": {"bridge_set_static_mac_from_port": "yes", "novel": 1},
                    "defaults": {"bridge-fd": 4, "bridge_stp": "on"}}, "README": "hello"}"#,
            ),
            (
                "/etc/network/ifupdown2/policy.d/a.json",
                r#"{"bridge": {"iface_defaults": {"vmbr0": {"bridge-fd": "2"}}}}"#,
            ),
            ("/etc/network/ifupdown2/policy.d/b.json", "{"),
            ("/etc/network/ifupdown2/policy.d/c.json", r#"{"mstpctl": {"defaults": {"x": "1"}}}"#),
            ("/etc/network/ifupdown2/policy.d/README", "no JSON"),
        ]));
        let mut warnings = Vec::new();
        let policy = Policy::read(&disk, &mut |warning| warnings.push(warning));
        assert_eq!(policy.switch("bridge", "bridge_set_static_mac_from_port"), Some(true));
        let with = |name: &str, kind: &str| policy.defaults(name, kind, |_| true).into_iter().collect::<Vec<_>>();
        let pair = |key: &str, value: &str| (key.to_owned(), value.to_owned());
        assert_eq!(with("vmbr0", "bridge"), [pair("bridge-fd", "2"), pair("bridge-stp", "on")]);
        assert_eq!(with("vmbr1", "bridge"), [pair("bridge-fd", "4"), pair("bridge-stp", "on")]);
        assert!(with("bond0", "bond").is_empty());
        assert_eq!(warnings.len(), 3, "{warnings:?}");
        assert!(warnings[0].contains("b.json: can't be read"));
        assert!(warnings[1].contains("`mstpctl.defaults` has no effect"));
        assert!(warnings[2].contains("novel` has no effect"));
    }

    #[test]
    fn without_files_nothing_is_said() {
        let policy = Policy::read(&Map2(BTreeMap::new()), &mut |warning| panic!("{warning}"));
        assert!(!policy.has_defaults());
        assert_eq!(policy.switch("bridge", "bridge_set_static_mac_from_port"), None);
    }
}
