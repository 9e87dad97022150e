//! Which interfaces a command line is about (`_iface_whitelisted`, `_preprocess_ifacenames`).

use std::collections::BTreeSet;

use crate::arguments::{Arguments, Flag};
use crate::{Face, Failure};
use record::stanza::Stanza;

/// The interfaces that the command line names among these stanzas, in their order; those named one by one in the order
/// of the command line. `hint` is what ifupdown2 adds where an interface is not found.
///
/// Where names and `--allow` are both given the names count, whatever their class, as in ifupdown2, which in addition
/// takes every other interface of the class along: `ifup --allow=hotplug eth0` here brings up eth0.
///
/// # Errors
/// When a name has no stanza, or none is left.
pub fn select(stanzas: &[&Stanza], arguments: &Arguments, hint: &'static str) -> Result<Vec<String>, Failure> {
    let excluded = |name: &str| arguments.excludes.iter().any(|pattern| pattern.is_match(name));
    let mut chosen: Vec<String> = Vec::new();
    if arguments.names.is_empty() {
        // ifquery's --list implies every `auto` interface (`run_query`).
        let all = arguments.has(Flag::All) || (arguments.face == Face::Ifquery && arguments.has(Flag::List));
        let mut seen = BTreeSet::new();
        for stanza in stanzas {
            let of_class = stanza.classes.iter().any(|class| arguments.classes.contains(class));
            let wanted = if arguments.classes.is_empty() { !all || stanza.auto } else { of_class };
            if wanted && !excluded(&stanza.name) && seen.insert(&stanza.name) {
                chosen.push(stanza.name.clone());
            }
        }
    } else {
        let known: BTreeSet<&str> = stanzas.iter().map(|stanza| stanza.name.as_str()).collect();
        let unknown = arguments.names.iter().filter(|name| !known.contains(name.as_str()));
        let unknown: Vec<String> = unknown.cloned().collect();
        if !unknown.is_empty() {
            return Err(Failure::Unknown { names: unknown, hint });
        }
        for name in arguments.names.iter().filter(|name| !excluded(name)) {
            if !chosen.contains(name) {
                chosen.push(name.clone());
            }
        }
    }
    if chosen.is_empty() { Err(Failure::NoneMatch(hint)) } else { Ok(chosen) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::{Asked, parse};

    fn chosen(line: &str) -> Result<Vec<String>, String> {
        let stanza = |name: &str, auto, class: &str| Stanza {
            name: name.into(),
            auto,
            classes: if class.is_empty() { Vec::new() } else { vec![class.into()] },
            ..Stanza::default()
        };
        let list = [
            stanza("lo", true, ""),
            stanza("b", true, ""),
            stanza("a", false, "hotplug"),
            stanza("b", false, ""),
            stanza("m", false, ""),
        ];
        let mut words = line.split(' ');
        let face = Face::of(words.next().unwrap().as_ref()).unwrap();
        let Asked::Work(arguments) = parse(face, words.map(Into::into)).unwrap() else { panic!("{line}") };
        select(&list.iter().collect::<Vec<_>>(), &arguments, " (hint)").map_err(|error| error.to_string())
    }

    #[test]
    fn as_ifupdown2_chooses() {
        for (line, names) in [
            ("ifup -a", &["lo", "b"][..]),
            ("ifup -a -X ^l", &["b"]),
            ("ifquery -l", &["lo", "b"]),
            ("ifquery --list --allow=hotplug", &["a"]),
            ("ifup --allow=hotplug", &["a"]),
            ("ifup --allow=hotplug m", &["m"]),
            ("ifup m b m", &["m", "b"]),
            ("ifreload -c", &["lo", "b", "a", "m"]),
        ] {
            assert_eq!(chosen(line).unwrap(), names, "{line}");
        }
        assert_eq!(chosen("ifdown m x y").unwrap_err(), "cannot find interfaces: x y (hint)");
        assert_eq!(chosen("ifup --allow=mgmt").unwrap_err(), "no ifaces found matching given allow lists (hint)");
        assert_eq!(chosen("ifup -X . m").unwrap_err(), "no ifaces found matching given allow lists (hint)");
    }
}
