//! The words of a scenario's file.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

/// A word with its place.
pub(super) type Word = Spanned<String>;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct File {
    /// What it is about; for people.
    #[serde(default)]
    pub(super) about: String,
    #[serde(default = "one")]
    pub(super) seed: u64,
    pub(super) host: Host,
    #[serde(default)]
    pub(super) nics: BTreeMap<Word, Nic>,
    #[serde(default)]
    pub(super) switches: BTreeMap<String, Switch>,
    #[serde(default)]
    pub(super) stations: BTreeMap<String, Station>,
    #[serde(default)]
    pub(super) guests: BTreeMap<Word, Guest>,
    #[serde(default)]
    pub(super) trunks: Vec<[Word; 2]>,
    #[serde(default)]
    pub(super) events: Vec<Event>,
}

fn one() -> u64 {
    1
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Host {
    #[serde(default = "host")]
    pub(super) name: String,
    /// Its /etc/network/interfaces, seen from the scenario's folder.
    pub(super) file: String,
    /// What it was booted with, where that is another file; none: nothing.
    pub(super) booted: Option<String>,
    /// It was not booted with anything: its NICs are down.
    #[serde(default)]
    pub(super) bare: bool,
}

fn host() -> String {
    "host".to_owned()
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Nic {
    pub(super) mac: Option<Word>,
    pub(super) speed: Option<u32>,
    pub(super) half_duplex: Option<bool>,
    pub(super) driver: Option<String>,
    pub(super) detect: Option<Word>,
    pub(super) negotiate: Option<Word>,
    pub(super) cable: Option<Word>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Switch {
    pub(super) forward_delay: Option<Word>,
    #[serde(default)]
    pub(super) ports: BTreeMap<String, SwitchPort>,
    #[serde(default)]
    pub(super) lags: BTreeMap<String, Lag>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SwitchPort {
    /// An access port of this VLAN.
    pub(super) access: Option<Spanned<u16>>,
    /// A trunk with these VLANs.
    pub(super) trunk: Option<Word>,
    /// The trunk's VLAN without a tag.
    pub(super) native: Option<Spanned<u16>>,
    #[serde(default)]
    pub(super) chassis: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Lag {
    pub(super) ports: Vec<Word>,
    #[serde(default)]
    pub(super) mode: Mode,
    #[serde(default)]
    pub(super) fast: bool,
    #[serde(default)]
    pub(super) individual: bool,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Mode {
    #[default]
    Active,
    Passive,
    Static,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Station {
    pub(super) address: Word,
    pub(super) cable: Word,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Guest {
    pub(super) bridge: Word,
    pub(super) vlan: Option<Spanned<u16>>,
    pub(super) address: Word,
    /// The station that it talks to.
    pub(super) to: Word,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Event {
    pub(super) at: Word,
    pub(super) pull: Option<Word>,
    pub(super) plug: Option<Word>,
    pub(super) silence: Option<Word>,
    pub(super) power_off: Option<Word>,
    pub(super) power_on: Option<Word>,
}
