//! Edits as an administrator asks for them.

use interfaces::{Configuration, Iface, Kind};
use network::edit::{Device, EditError, Operation, Request, edit};

use super::input::{Input, Words};
use super::lines::{self, Line};
use crate::files::{load, split};

/// Makes the requests that the bytes hold, one after another, of the file that is left of them.
pub(super) fn examine(count: u8, mut input: Input<'_>) {
    // The words come from the file, which stands behind the requests: what they may take is cut off first.
    const REQUEST_BYTES: usize = 24;
    let mut requests = Input(input.take(usize::from(count) * REQUEST_BYTES));
    let (main, sourced) = split(input.0);
    let mut configuration = load(main, sourced);
    for _ in 0..count {
        let request = requests.request(&Words::of(&configuration));
        match edit(&configuration, &request) {
            Ok(edited) => {
                let before = configuration.files[0].document.source();
                let made = interfaces::edit::apply(before, &edited.edits).expect("its edits can be made");
                assert_eq!(made, edited.text, "{request:?}");
                assert_eq!(edited.is_empty(), before == edited.text, "{request:?}");
                let after = load(&edited.text, sourced);
                assert_eq!(after.files[0].document.print(), edited.text);
                others_stay(&configuration, &after, &request);
                is_there(&after, &request);
                configuration = after;
            }
            Err(error) => refused(&configuration, &error),
        }
    }
}

/// A refusal says why, and where in the file.
fn refused(configuration: &Configuration, error: &EditError) {
    assert!(!error.to_string().is_empty() && error.code().starts_with("BW"));
    for span in error.spans() {
        let length = configuration.file(span.file).map_or(0, |file| file.document.source().len());
        // A place where something was to be put has no length.
        assert!(span.start <= span.end && span.end <= length, "{error:?} is nowhere");
    }
}

/// Every line that a request is not about is there afterwards, the same and in the same order.
fn others_stay(before: &Configuration, after: &Configuration, request: &Request) {
    let old = lines::of(&before.files[0].document);
    let new = lines::of(&after.files[0].document);
    let mut rest = new.iter();
    for line in old.iter().filter(|line| !is_about(request, line)) {
        let is_left = rest.any(|new| new.text == line.text);
        assert!(is_left, "{request:?} lost {}", String::from_utf8_lossy(&line.text));
    }
    // What moves to another stanza takes its comments with it.
    let comments = old.iter().filter(|line| line.is_comment() && !matches!(request, Request::Remove { .. }));
    for line in comments {
        let text = line.text.trim_ascii();
        let is_left = new.iter().any(|new| new.text.trim_ascii() == text);
        assert!(is_left, "{request:?} lost {}", String::from_utf8_lossy(&line.text));
    }
}

/// Whether a request may change, move or take away a line.
fn is_about(request: &Request, line: &Line) -> bool {
    // One `auto` line for all interfaces gets the new names, at its end, which may be on a line that continues it.
    let starts = line.key.is_empty() && line.whole.trim_ascii_start().starts_with(b"auto");
    match request {
        // A bond's slaves may say themselves whose they are.
        Request::Set { iface, .. } => {
            (line.owner == *iface && !line.is_comment()) || line.key == "bond-master" || starts
        }
        Request::Unset { iface, .. } => line.owner == *iface && !line.is_comment(),
        // A comment right above the stanza goes with it.
        Request::Remove { iface, .. } => line.owner == *iface || line.is_comment() || line.names(iface),
        Request::Rename { old, .. } => !line.is_comment() && line.names(old),
        Request::Add(_) => starts,
        Request::Convert(conversion) => {
            line.owner == conversion.nic || line.is_comment() || line.names(&conversion.nic) || starts
        }
    }
}

/// What was asked for is what the file says when it is read again.
fn is_there(after: &Configuration, request: &Request) {
    let main = Configuration::of("interfaces", after.files[0].document.source().to_vec());
    let own = |name: &str| ifaces(&main).filter(|iface| iface.name.text == name).cloned().collect::<Vec<_>>();
    let has =
        |name: &str, key: &str| own(name).iter().flat_map(|iface| &iface.settings).any(|s| dashed(&s.key.text) == key);
    match request {
        Request::Set { iface, assignments, .. } => {
            let [assignment] = assignments.as_slice() else { return };
            match (edit(after, request), assignment.operation) {
                // A key that stands once gets another line each time.
                (Ok(again), Operation::Set) => assert!(again.is_empty(), "{request:?} changes the file twice"),
                (Ok(_), _) | (Err(EditError::NotThere { .. }), Operation::Take) => {}
                (Err(error), _) => panic!("{request:?} is possible once: {error}"),
            }
            assert!(!own(iface).is_empty());
        }
        Request::Unset { iface, keys } => {
            keys.iter().for_each(|key| assert!(!has(iface, &dashed(key)), "{iface} still has {key}"));
        }
        Request::Remove { iface, .. } => {
            assert!(own(iface).is_empty(), "{iface} is still there");
            assert!(!is_started(&main, iface), "{iface} is still started");
        }
        Request::Rename { old, new } => {
            assert!(!own(new).is_empty(), "there is no {new}");
            assert!(old == new || (own(old).is_empty() && !is_started(&main, old)), "{old} is still there");
        }
        Request::Add(new) => {
            assert!(is_started(&main, &new.name), "{} is not started", new.name);
            match &new.device {
                Device::Bond { .. } => assert!(has(&new.name, "bond-slaves")),
                Device::Bridge { .. } => assert!(has(&new.name, "bridge-ports")),
                Device::Nic | Device::Vlan { .. } => assert!(!own(&new.name).is_empty()),
            }
        }
        Request::Convert(conversion) => {
            let (nic, bond) = (&conversion.nic, &conversion.bond.name);
            assert!(!has(nic, "address"), "{nic} kept an address");
            let mut lines = own(bond).into_iter().flat_map(|iface| iface.settings);
            let slaves = lines.find(|setting| dashed(&setting.key.text) == "bond-slaves");
            let slaves = slaves.unwrap_or_else(|| panic!("{request:?}: {bond} has no slaves"));
            assert!(
                slaves.value.text.split_whitespace().any(|word| word == nic),
                "{request:?}: {nic} is no slave of {bond}"
            );
            assert!(conversion.bridge.as_ref().is_none_or(|bridge| has(bridge, "bridge-ports")));
        }
    }
}

fn ifaces(configuration: &Configuration) -> impl Iterator<Item = &Iface> {
    configuration.files[0].document.stanzas().filter_map(|stanza| match &stanza.kind {
        Kind::Iface(iface) => Some(iface),
        _ => None,
    })
}

/// Whether an `auto` or `allow-CLASS` line names it.
fn is_started(configuration: &Configuration, name: &str) -> bool {
    configuration.files[0].document.stanzas().any(|stanza| match &stanza.kind {
        Kind::Allow { names, .. } => names.iter().any(|word| word.text == name),
        _ => false,
    })
}

fn dashed(key: &str) -> String {
    key.replace('_', "-")
}
