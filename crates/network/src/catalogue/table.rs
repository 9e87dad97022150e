//! The table: a row a code.

use interfaces::Severity::{self, Error, Note, Warning};

use super::{Entry, Example};
use crate::resolve::closest as closest_of;

/// A text of a code's folder.
macro_rules! text {
    ($code:literal, $file:literal) => {
        include_str!(concat!("../../checks/", $code, "/", $file))
    };
}

macro_rules! entry {
    ($code:literal, $name:literal, [$($severity:expr),+], $example:expr) => {{
        const SEVERITIES: &[Severity] = &[$($severity),+];
        Entry {
            code: $code,
            name: $name,
            severities: SEVERITIES,
            explanation: text!($code, "explanation.md"),
            example: $example,
        }
    }};
}

/// A code that a file shows.
macro_rules! shown {
    ($code:literal, $name:literal, $severities:tt) => {
        entry!(
            $code,
            $name,
            $severities,
            Example::Files { bad: text!($code, "bad/interfaces"), good: text!($code, "good/interfaces"), host: None }
        )
    };
}

/// A code that a file shows on a host.
macro_rules! on_host {
    ($code:literal, $name:literal, $severities:tt) => {
        entry!(
            $code,
            $name,
            $severities,
            Example::Files {
                bad: text!($code, "bad/interfaces"),
                good: text!($code, "good/interfaces"),
                host: Some(text!($code, "host")),
            }
        )
    };
}

/// A code that no file can show, and why.
macro_rules! unshown {
    ($code:literal, $name:literal, $severities:tt, $why:literal) => {
        entry!($code, $name, $severities, Example::None($why))
    };
}

/// The code of an edit that is refused.
macro_rules! refusal {
    ($code:literal, $name:literal) => {
        unshown!($code, $name, [Error], "it takes an edit that is refused")
    };
}

/// By code.
#[rustfmt::skip]
static ENTRIES: &[Entry] = &[
    shown!("BW001", "stray-line", [Error]),
    shown!("BW002", "missing-words", [Error]),
    shown!("BW003", "source-unreadable", [Warning, Error]),
    shown!("BW004", "source-loop", [Error]),
    unshown!("BW005", "too-large", [Error], "an example would be many thousand lines long"),
    shown!("BW006", "not-text", [Error, Warning]),
    shown!("BW007", "template", [Error, Warning]),
    shown!("BW008", "continuation", [Warning]),
    shown!("BW009", "comment-in-continuation", [Warning]),
    shown!("BW010", "no-value", [Error]),
    shown!("BW011", "extra-words", [Warning, Error]),
    unshown!("BW012", "sourced-twice", [Warning], "it takes a second file beside the first"),
    unshown!("BW013", "more", [Note, Warning, Error], "it takes more than a hundred faults"),
    shown!("BW020", "name", [Error]),
    shown!("BW021", "value", [Error]),
    shown!("BW022", "unknown-key", [Warning]),
    shown!("BW023", "not-acted-on", [Warning]),
    shown!("BW024", "said-twice", [Warning]),
    shown!("BW025", "pattern", [Error, Warning, Note]),
    shown!("BW026", "no-stanza", [Warning]),
    shown!("BW027", "method", [Warning, Error]),
    shown!("BW028", "no-prefix", [Warning]),
    shown!("BW029", "vlan", [Error]),
    shown!("BW030", "misplaced", [Warning]),
    shown!("BW031", "two-kinds", [Error]),
    shown!("BW032", "unsupported", [Error, Note]),
    shown!("BW040", "primary", [Error]),
    shown!("BW041", "address-on-slave", [Error]),
    shown!("BW042", "address-on-port", [Error]),
    shown!("BW043", "bonded-and-bridged", [Error]),
    shown!("BW044", "two-masters", [Error]),
    shown!("BW045", "loop", [Error]),
    shown!("BW046", "ignored", [Warning]),
    shown!("BW047", "refused", [Error]),
    shown!("BW048", "two-monitors", [Error]),
    shown!("BW049", "delay-without-miimon", [Error]),
    shown!("BW050", "delay-rounded", [Note]),
    shown!("BW051", "no-monitor", [Warning]),
    shown!("BW052", "no-mode", [Warning]),
    shown!("BW053", "one-slave", [Warning]),
    shown!("BW054", "no-slaves", [Warning]),
    on_host!("BW055", "slave-missing", [Warning, Error]),
    on_host!("BW056", "port-missing", [Warning]),
    on_host!("BW057", "raw-device-missing", [Error]),
    shown!("BW058", "mtu", [Warning, Error]),
    shown!("BW059", "two-gateways", [Error]),
    shown!("BW060", "address-twice", [Error]),
    shown!("BW061", "overlap", [Warning]),
    shown!("BW062", "forward-delay", [Note, Warning]),
    shown!("BW063", "use-carrier", [Warning]),
    shown!("BW064", "gateway-outside", [Warning]),
    on_host!("BW065", "link-missing", [Warning]),
    shown!("BW066", "unstarted", [Warning]),
    shown!("BW067", "arp-target-unreachable", [Warning, Note]),
    on_host!("BW068", "primary-flaps", [Note]),
    shown!("BW069", "one-gateway-hash", [Note]),
    on_host!("BW070", "smaller-aggregator", [Warning]),
    shown!("BW071", "min-links", [Error, Note]),
    shown!("BW072", "balance-rr-bridged", [Warning]),
    shown!("BW073", "bridge-mac-moves", [Note]),
    shown!("BW074", "load-balance-bridged", [Warning]),
    shown!("BW075", "vlan-not-carried", [Warning, Note]),
    shown!("BW076", "vlan-taken-from-bridge", [Warning]),
    on_host!("BW077", "nic-vlan-limit", [Warning, Note]),
    shown!("BW078", "two-uplinks", [Note]),
    shown!("BW079", "mac-twice", [Warning]),
    on_host!("BW080", "slave-speeds", [Warning]),
    on_host!("BW081", "address-leased", [Warning]),
    shown!("BW082", "gateway-is-self", [Error]),
    shown!("BW083", "address-of-network", [Warning]),
    shown!("BW084", "gateway-on-member", [Error]),
    shown!("BW085", "vlan-is-pvid", [Warning]),
    shown!("BW086", "vlan-device-twice", [Error]),
    shown!("BW087", "vlan-on-slave", [Warning]),
    shown!("BW088", "balance-rr", [Note]),
    on_host!("BW089", "bond-mac", [Note]),
    unshown!("BW201", "kernel-refused", [Error], "it takes a kernel that refuses"),
    unshown!("BW202", "impossible", [Warning], "it takes a host and a plan"),
];

/// By code: those of edits.
#[rustfmt::skip]
static EDITS: &[Entry] = &[
    refusal!("BW120", "unknown-interface"),
    refusal!("BW121", "name-taken"),
    refusal!("BW122", "in-another-file"),
    refusal!("BW123", "several-lines"),
    refusal!("BW124", "not-there"),
    refusal!("BW125", "still-used"),
    refusal!("BW126", "incomplete-request"),
    refusal!("BW127", "unsafe-edit"),
    refusal!("BW128", "not-editable"),
    refusal!("BW129", "changed-meanwhile"),
];

/// Every entry of what a file can be said to be, by code.
#[must_use]
pub fn all() -> &'static [Entry] {
    ENTRIES
}

/// Every entry of why an edit can be refused, by code. These codes no diagnostic has.
#[must_use]
pub fn edits() -> &'static [Entry] {
    EDITS
}

/// The entry of that code or name among both.
#[must_use]
pub fn explained(text: &str) -> Option<&'static Entry> {
    find(text).or_else(|| EDITS.iter().find(|entry| is(entry, text)))
}

/// The entry of a code, as a diagnostic has it.
#[must_use]
pub fn by_code(code: &str) -> Option<&'static Entry> {
    ENTRIES.binary_search_by_key(&code, |entry| entry.code).ok().and_then(|at| ENTRIES.get(at))
}

/// The entry of that code or name, as a person types it: `BW041`, `bw041`, `address-on-slave`.
#[must_use]
pub fn find(text: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| is(entry, text))
}

fn is(entry: &Entry, text: &str) -> bool {
    entry.code.eq_ignore_ascii_case(text) || entry.name.eq_ignore_ascii_case(text)
}

/// The entry that a mistyped name most likely means.
#[must_use]
pub fn closest(text: &str) -> Option<&'static Entry> {
    closest_of(text, ENTRIES.iter().map(|entry| entry.name)).and_then(find)
}
