//! Whether a key takes a value.

use std::net::IpAddr;

use ipnet::IpNet;

use super::EditError;
use super::keys::{Key, PORTS, SLAVES};
use crate::option;
use crate::{IfName, Mac, Scope, Vid, VidSet};

/// Whether the text can be a value at all: one line, not empty, without what would end or continue it.
pub(super) fn fits_a_line(key: &Key, value: &str) -> Result<(), EditError> {
    let reason = match value {
        "" => "a line needs a value; `bowline unset` takes it away",
        _ if value.chars().any(|c| c.is_control() && c != '\t') => "it holds a control character or the end of a line",
        _ if value.trim() != value => "it begins or ends with white space",
        _ if value.ends_with('\\') => "a backslash at its end would join the next line to it",
        _ => return Ok(()),
    };
    Err(refused(key, value, reason.to_owned(), false))
}

/// Whether the text can be an interface's name in a file: what the kernel takes, but for what would continue a line,
/// begin a comment, or look like a pattern.
pub(super) fn fits_a_name(name: &str) -> Result<(), EditError> {
    IfName::new(name)?;
    if name.starts_with(['#', '/']) || name.contains(['\\', '*', '?', '[', '=', ',']) {
        let reason = "in this file it would be read as something else than a name".to_owned();
        return Err(refused(&Key::of("iface"), name, reason, false));
    }
    Ok(())
}

/// Whether the text can be a line of a comment: for ifupdown2, a backslash at its end would make one of the next line.
pub(super) fn fits_a_comment(text: &str) -> Result<(), EditError> {
    let key = Key::of("comment");
    if text.trim_end().ends_with('\\') {
        return Err(refused(&key, text, "a backslash at its end would take in the next line".to_owned(), false));
    }
    if text.chars().any(|c| c.is_control() && c != '\t') {
        return Err(refused(&key, text, "it holds a control character".to_owned(), false));
    }
    Ok(())
}

/// Whether the text can be a key at all.
pub(super) fn fits_a_key(key: &str) -> Result<(), EditError> {
    const OPENERS: &[&str] = &[
        "auto",
        "allow",
        "iface",
        "source",
        "mapping",
        "template",
        "vlan",
        "bridge",
        "no-auto-down",
        "no-scripts",
        "rename",
    ];
    let opens = OPENERS.contains(&key) || key.starts_with("allow-") || key.starts_with("source-dir");
    let odd = |c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}';
    if key.is_empty()
        || key.starts_with('#')
        || key.starts_with('%')
        || key.contains(odd)
        || key.ends_with('\\')
        || opens
    {
        return Err(EditError::Key(key.to_owned()));
    }
    Ok(())
}

/// Whether a key that the table or this room knows takes the value. Of other keys nothing is known, and all is taken.
pub(super) fn is_taken(key: &Key, value: &str) -> Result<(), EditError> {
    judge(key, value).map_err(|reason| refused(key, value, reason, true))
}

fn refused(key: &Key, value: &str, reason: String, forcible: bool) -> EditError {
    EditError::Value { key: key.text.clone(), value: value.to_owned(), reason, forcible }
}

fn judge(key: &Key, value: &str) -> Result<(), String> {
    if let Some(option) = option::by_key(&key.canonical) {
        if option.scope == Scope::BridgePort {
            let mut each = value.split_whitespace().map(|word| word.split_once('=').map_or(word, |(_, value)| value));
            return each.try_for_each(|value| option.parse(value).map(drop).map_err(|error| error.to_string()));
        }
        return option.parse(value).map(drop).map_err(|error| error.to_string());
    }
    let text = key.canonical.as_str();
    match text {
        "address" if value.contains('/') => read::<IpNet>(value, "write an address such as 192.168.1.10/24"),
        "address" | "gateway" => read::<IpAddr>(value, "write an address such as 192.168.1.1"),
        "mtu" => match value.parse::<u32>() {
            Ok(68..=65535) => Ok(()),
            _ => Err("an MTU is a number from 68 to 65535".to_owned()),
        },
        "metric" => read::<u32>(value, "a metric is a number"),
        "hwaddress" => value.trim_start_matches("ether").trim().parse::<Mac>().map(drop).map_err(|e| e.to_string()),
        "vlan-id" | "bridge-pvid" | "bridge-access" => value.parse::<Vid>().map(drop).map_err(|e| e.to_string()),
        "bridge-vids" | "bridge-trunk" => value.parse::<VidSet>().map(drop).map_err(|e| e.to_string()),
        "vlan-raw-device" | "bond-master" => IfName::new(value).map(drop).map_err(|error| error.to_string()),
        _ if SLAVES.contains(&text) || PORTS.contains(&text) => value.split_whitespace().try_for_each(name_or_pattern),
        _ => Ok(()),
    }
}

fn name_or_pattern(word: &str) -> Result<(), String> {
    // What follows `regex` is no name and need not look like one.
    if word.contains(['*', '(', '[', '?', '^', '$', '|', '+']) {
        return Ok(());
    }
    IfName::new(word).map(drop).map_err(|error| error.to_string())
}

fn read<T: std::str::FromStr>(value: &str, otherwise: &str) -> Result<(), String> {
    value.parse::<T>().map(drop).map_err(|_| otherwise.to_owned())
}

/// The family of an address or gateway: `Some(true)` for IPv6.
pub(super) fn is_v6(value: &str) -> Option<bool> {
    let address = value.split_once('/').map_or(value, |(address, _)| address);
    address.parse::<IpAddr>().ok().map(|address| address.is_ipv6())
}
