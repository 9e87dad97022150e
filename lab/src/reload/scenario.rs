//! What the folder of a scenario says.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use network::Mac;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::{Aspect, ReloadError};

/// A reload: two files, what happens between them, and what must come of it. `lab/reloads/README.md` is for who writes one.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Scenario {
    /// Its folder's name.
    #[serde(skip)]
    pub name: String,
    /// /etc/network/interfaces as it was.
    #[serde(skip)]
    pub before: String,
    /// /etc/network/interfaces as it is to be.
    #[serde(skip)]
    pub after: String,
    /// What it shows, in a line.
    pub title: String,
    /// The host's NICs, each cabled to a port of one switch, which has no spanning tree: two of them make a loop of a bridge.
    #[serde(default = "four_nics")]
    pub nics: Vec<String>,
    /// Those of them whose cable ends at a machine that forwards nothing, and not at the switch.
    #[serde(default)]
    pub apart: Vec<String>,
    /// Those whose ports the switch bundles with LACP.
    #[serde(default)]
    pub lag: Vec<String>,
    /// Files beside the first, by path.
    #[serde(default)]
    pub files: BTreeMap<String, String>,
    /// Files that have changed when it comes to the reload.
    #[serde(default)]
    pub later_files: BTreeMap<String, String>,
    /// What others made before anything was configured: lines for `ip -batch`.
    #[serde(default)]
    pub first: Vec<String>,
    /// What others made between the two reloads: lines for `ip -batch`.
    #[serde(default)]
    pub between: Vec<String>,
    /// What an administrator called between the two reloads (`ifdown vmbr1`).
    #[serde(default)]
    pub calls: Vec<String>,
    /// Guests that were attached between the two reloads.
    #[serde(default)]
    pub guests: Vec<GuestPort>,
    /// Where a flow from beyond the switch goes to, throughout the reload: a guest's address or the host's.
    pub flow: Option<std::net::IpAddr>,
    /// Why packets of the flow may be lost; without it none may.
    pub may_lose: Option<String>,
    /// What must be said of the file before.
    #[serde(default)]
    pub start: Reload,
    /// What must be said of the file after.
    #[serde(default)]
    pub reload: Reload,
    /// What `ifquery -a -c` answers at the end: 0 or 1.
    #[serde(default)]
    pub check: u8,
    /// Links that must be there afterwards, with what must be true of them ([`super::facts`]).
    #[serde(default)]
    pub there: BTreeMap<String, Value>,
    /// Links that must be gone.
    #[serde(default)]
    pub gone: Vec<String>,
    /// Routes that must be there ([`super::route_text`]).
    #[serde(default)]
    pub routes: Vec<String>,
    /// Routes that must not.
    #[serde(default)]
    pub no_routes: Vec<String>,
    /// What the reload's hooks wrote to /run/told; without it that is not looked at.
    pub told: Option<String>,
    /// Links that the reload disturbs, and why it must. All others must be as they were.
    #[serde(default)]
    pub disturbed: BTreeMap<String, Disturbance>,
    /// Why ifupdown2 does something else; without it, it must do the same.
    pub differs: Option<String>,
    /// Why ifupdown2 does now this, now that: what it did is shown then, and not held against the table.
    pub unsteady: Option<String>,
}

/// A guest's port on the host.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GuestPort {
    /// Its name on the host.
    pub port: String,
    /// The bridge that it is put into.
    pub bridge: String,
    /// The guest's address.
    pub address: ipnet::IpNet,
    /// The port's MAC; unless said a large one, as hypervisors choose it.
    #[serde(default, deserialize_with = "mac")]
    pub mac: Option<Mac>,
}

/// What a call of `ifreload` must say.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Reload {
    /// Its exit code.
    pub exit: u8,
    /// Its lines on the standard error, all of them, in order. `…` at the end of one stands for any rest.
    pub says: Vec<String>,
}

/// What the reload does to a link beside what the file asks for.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disturbance {
    /// What of it.
    pub what: BTreeSet<Aspect>,
    /// What hangs on the moment, and is not looked at: whether a short loss of carrier is long enough to be heard.
    #[serde(default)]
    pub sometimes: BTreeSet<Aspect>,
    /// Why it must be so.
    pub why: String,
}

fn mac<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Mac>, D::Error> {
    String::deserialize(deserializer)?.parse().map(Some).map_err(serde::de::Error::custom)
}

fn four_nics() -> Vec<String> {
    ["enp3s0", "enp4s0", "enp5s0", "enp6s0"].map(str::to_owned).to_vec()
}

/// The folder of the scenarios.
#[must_use]
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("reloads")
}

/// The names of all scenarios, sorted.
///
/// # Errors
/// When the folder can't be read.
pub fn names() -> Result<Vec<String>, ReloadError> {
    let path = folder();
    let failed = |source| ReloadError::File { doing: "list", path: path.clone(), source };
    let mut names = Vec::new();
    for entry in fs::read_dir(&path).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.file_type().map_err(failed)?.is_dir() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    Ok(names)
}

impl Scenario {
    /// Reads one.
    ///
    /// # Errors
    /// When a file is missing, or says what nobody understands.
    pub fn read(name: &str) -> Result<Self, ReloadError> {
        let folder = folder().join(name);
        let text = |file: &str| {
            let path = folder.join(file);
            fs::read_to_string(&path).map_err(|source| ReloadError::File { doing: "read", path, source })
        };
        let failed = |source| ReloadError::Scenario { path: folder.join("scenario.toml"), source: Box::new(source) };
        let scenario: Self = toml::from_str(&text("scenario.toml")?).map_err(failed)?;
        Ok(Self { name: name.to_owned(), before: text("before")?, after: text("after")?, ..scenario })
    }
}

impl Reload {
    /// What of it does not hold of what was said.
    #[must_use]
    pub fn lacks(&self, exit: u8, said: &str) -> Vec<String> {
        let mut out = Vec::new();
        if exit != self.exit {
            out.push(format!("exit code {exit}, not {}", self.exit));
        }
        let lines: Vec<&str> = said.lines().collect();
        let fits = |(wanted, line): (&String, &&str)| match wanted.strip_suffix('…') {
            Some(start) => line.starts_with(start),
            None => wanted == line,
        };
        if lines.len() != self.says.len() || !self.says.iter().zip(&lines).all(fits) {
            out.push(format!("it said {lines:#?}, not {:#?}", self.says));
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_held_to_the_line() {
        let reload = Reload { exit: 0, says: vec!["warning: a: b".into(), "error: c…".into()] };
        assert!(reload.lacks(0, "warning: a: b\nerror: c: d\n").is_empty());
        assert_eq!(reload.lacks(1, "warning: a: b\nerror: c: d\n").len(), 1);
        for said in ["", "warning: a: b\n", "warning: a: b\nerror: x\n", "warning: a: bc\nerror: c\n"] {
            assert_eq!(reload.lacks(0, said).len(), 1, "{said}");
        }
    }
}
