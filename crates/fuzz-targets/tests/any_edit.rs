//! Whatever a file holds and whatever is asked: what is not asked for stays to the byte, and what is asked for is there
//! when the text is read again.

use fuzz_targets::words::{KEYS, NAMES, VALUES};
use interfaces::{Configuration, Document, Item, Kind};
use network::edit::{Assignment, Conversion, Device, Edited, New, Operation, Request, edit};
use proptest::prelude::*;

fn pick(from: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(from).prop_map(str::to_owned)
}

/// A file in one style: indent, line end, spelling, blank lines, and perhaps no end of its last line.
fn file() -> impl Strategy<Value = Vec<u8>> {
    let line = prop_oneof![
        8 => (pick(KEYS), pick(VALUES), pick(&[" ", "\t", "   "])).prop_map(|(k, v, gap)| format!("\u{1}{k}{gap}{v}")),
        2 => (pick(KEYS), pick(NAMES), pick(NAMES)).prop_map(|(k, a, b)| format!("\u{1}{k} {a} \\\u{2}\u{1}\u{1}{b}")),
        1 => pick(KEYS).prop_map(|key| format!("\u{1}{key}")),
        2 => pick(&["# a comment", "\u{1}# bond0 and \u{fc}", "", "  ", "stray words"]),
        1 => pick(&["source /etc/network/interfaces.d/*", "mapping x", "\u{1}mtu 1 \\"]),
        3 => (pick(&["auto", "allow-hotplug"]), prop::collection::vec(pick(NAMES), 1..4))
            .prop_map(|(class, names)| format!("{class} {}", names.join(" "))),
        5 => (pick(NAMES), pick(&["", " inet static", " inet manual", " inet6 static", " inet dhcp", " inherits bond0"]))
            .prop_map(|(name, method)| format!("iface {name}{method}")),
    ];
    let lines = prop::collection::vec(line, 0..40);
    // A last line that a backslash leaves open: whatever is put below it is part of it.
    let open = prop::option::weighted(0.3, pick(NAMES).prop_map(|n| format!("iface {n}\u{2}\u{1}unheard-of 1 \\")));
    let lines = (lines, open).prop_map(|(lines, open)| lines.into_iter().chain(open).collect::<Vec<_>>());
    (lines, pick(&["\t", "    ", "  ", ""]), pick(&["\n", "\r\n"]), any::<bool>(), any::<bool>()).prop_map(
        |(lines, indent, end, ended, latin)| {
            let mut text = lines.join("\u{2}").replace('\u{1}', &indent).replace('\u{2}', &end);
            if ended {
                text += &end;
            }
            if latin {
                // Latin-1: bytes that are no UTF-8.
                return text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect();
            }
            text.into_bytes()
        },
    )
}

fn assignment() -> impl Strategy<Value = Assignment> {
    let operation = prop::sample::select(&[Operation::Set, Operation::Set, Operation::Add, Operation::Take][..]);
    (pick(KEYS), operation, prop_oneof![4 => pick(VALUES), 1 => "[ -~]{0,8}"], prop::option::weighted(0.1, 1_usize..4))
        .prop_map(|(key, operation, value, index)| Assignment { key, index, operation, value })
}

fn new() -> impl Strategy<Value = New> {
    let names = || prop::collection::vec(pick(NAMES), 0..3);
    let device = prop_oneof![
        Just(Device::Nic),
        names().prop_map(|slaves| Device::Bond { slaves }),
        names().prop_map(|ports| Device::Bridge { ports }),
        prop::option::of(pick(NAMES)).prop_map(|raw_device| Device::Vlan { raw_device, id: Some("9".into()) }),
    ];
    let addresses = prop::collection::vec(pick(&["10.1.0.1/24", "fd00::1/64"]), 0..3);
    (pick(&["bond7", "vmbr7", "bond0", "enp3s0.7"]), device, addresses, prop::collection::vec(assignment(), 0..2))
        .prop_map(|(name, device, addresses, settings)| New {
            name,
            device,
            addresses,
            settings,
            force: true,
            ..New::default()
        })
}

fn request() -> impl Strategy<Value = Request> {
    prop_oneof![
        4 => (pick(NAMES), prop::collection::vec(assignment(), 1..3), any::<bool>())
            .prop_map(|(iface, assignments, force)| Request::Set { iface, assignments, force }),
        1 => (pick(NAMES), pick(KEYS)).prop_map(|(iface, key)| Request::Unset { iface, keys: vec![key] }),
        1 => (pick(NAMES), any::<bool>())
            .prop_map(|(iface, with_references)| Request::Remove { iface, with_references }),
        1 => (pick(NAMES), pick(&["nic7", "enp4s0", "a/b"])).prop_map(|(old, new)| Request::Rename { old, new }),
        2 => new().prop_map(Request::Add),
        1 => (pick(NAMES), new(), prop::option::of(Just("vmbr9".to_owned())))
            .prop_map(|(nic, bond, bridge)| Request::Convert(Conversion { nic, bond, bridge })),
    ]
}

fn read(text: &[u8]) -> Configuration {
    Configuration::of("/etc/network/interfaces", text.to_vec())
}

/// The logical lines, as bytes, each with the interface whose stanza it is in and its key (empty for other lines).
fn lines(document: &Document) -> Vec<(String, String, Vec<u8>)> {
    let bytes = |start: usize, end: usize| document.source()[start..end].to_vec();
    let mut out = Vec::new();
    for item in document.items() {
        let Item::Stanza(stanza) = item else {
            out.push((String::new(), String::new(), bytes(item.span().start, item.span().end)));
            continue;
        };
        let owner = if let Kind::Iface(iface) = &stanza.kind { iface.name.text.to_string() } else { String::new() };
        let mut at = stanza.span.start;
        for setting in stanza.settings() {
            if at < setting.span.start {
                out.push((owner.clone(), String::new(), bytes(at, setting.span.start)));
            }
            let key = setting.key.text.replace('_', "-");
            out.push((owner.clone(), key, bytes(setting.span.start, setting.span.end)));
            at = setting.span.end;
        }
        if at < stanza.span.end {
            out.push((owner, String::new(), bytes(at, stanza.span.end)));
        }
    }
    out
}

/// All but the lines of one key of one interface, as bytes.
fn others(text: &[u8], iface: &str, key: &str) -> Vec<u8> {
    let configuration = read(text);
    let kept =
        lines(&configuration.files[0].document).into_iter().filter(|(owner, own, _)| owner != iface || own != key);
    kept.flat_map(|(.., bytes)| bytes).collect()
}

/// What holds of any edit: its text is what its edits make of the file, and a second reading gives the same bytes.
fn holds(before: &[u8], edited: &Edited) -> Result<(), TestCaseError> {
    prop_assert_eq!(
        &interfaces::edit::apply(before, &edited.edits).expect("edits of lines do not overlap"),
        &edited.text
    );
    prop_assert_eq!(edited.is_empty(), before == edited.text);
    let again = read(&edited.text);
    prop_assert_eq!(again.files[0].document.print(), edited.text.clone());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_sequence_of_edits_holds_together(file in file(), requests in prop::collection::vec(request(), 1..5)) {
        let mut text = file;
        for request in requests {
            let configuration = read(&text);
            if let Ok(edited) = edit(&configuration, &request) {
                holds(&text, &edited)?;
                prop_assert_eq!(&edit(&configuration, &request).expect("the same again"), &edited);
                text = edited.text;
            }
        }
    }

    #[test]
    fn any_bytes_can_be_edited(bytes in prop::collection::vec(any::<u8>(), 0..200), request in request()) {
        if let Ok(edited) = edit(&read(&bytes), &request) {
            holds(&bytes, &edited)?;
        }
    }

    /// A key that stands alone: what is set is read back, every other line is as it was, and to set it again is nothing.
    #[test]
    fn what_is_set_is_there_and_all_else_is_as_it_was(file in file(), iface in pick(NAMES), mtu in 1000_u32..9000) {
        let assignments = vec![format!("mtu={mtu}").parse().expect("it is one")];
        let request = Request::Set { iface: iface.clone(), assignments, force: false };
        let Ok(edited) = edit(&read(&file), &request) else { return Ok(()) };
        let after = read(&edited.text);
        let said = after.stanzas().into_iter().find_map(|stanza| match &stanza.kind {
            Kind::Iface(own) if own.name.text == iface => own.settings.iter().find(|line| line.key.text == "mtu"),
            _ => None,
        });
        prop_assert_eq!(said.map(|line| line.value.text.to_string()), Some(mtu.to_string()));
        let (old, new) = (others(&file, &iface, "mtu"), others(&edited.text, &iface, "mtu"));
        // A line that had no end has one when another stands below it.
        let trim = |text: Vec<u8>| text.trim_ascii_end().to_vec();
        prop_assert_eq!(trim(old), trim(new));
        let again = edit(&after, &request).expect("it was possible before");
        prop_assert!(again.is_empty());
    }

    #[test]
    fn what_is_unset_is_gone_and_all_else_is_as_it_was(file in file(), iface in pick(NAMES)) {
        let request = Request::Unset { iface: iface.clone(), keys: vec!["bond-mode".to_owned()] };
        let Ok(edited) = edit(&read(&file), &request) else { return Ok(()) };
        prop_assert_eq!(others(&file, &iface, "bond-mode"), edited.text);
    }

    #[test]
    fn what_is_renamed_has_no_old_name_left(file in file(), old in pick(&["enp3s0", "bond0", "vmbr0"])) {
        let configuration = read(&file);
        let Ok(edited) = edit(&configuration, &Request::Rename { old: old.clone(), new: "nic7".to_owned() }) else {
            return Ok(());
        };
        let after = read(&edited.text);
        for stanza in after.stanzas() {
            if let Kind::Iface(iface) = &stanza.kind {
                prop_assert_ne!(&iface.name.text, &old);
            }
        }
        // And back: the file is what it was, for no name was there that the new one could have met.
        if !String::from_utf8_lossy(&file).contains("nic7") {
            let back = edit(&after, &Request::Rename { old: "nic7".to_owned(), new: old }).expect("it has this name now");
            prop_assert_eq!(back.text, file);
        }
    }
}
