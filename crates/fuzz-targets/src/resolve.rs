//! Bytes as a file, and what it means: whatever is said has a place, and is the same each time.

use interfaces::Configuration;
use network::{Network, Resolved};

use crate::files::{load, sound, split};

/// Any bytes as a file: read, resolved, and checked without a host, on one that has nothing, and on one that has all that
/// the file wants; there, patterns and ranges are held against the host's links too.
///
/// # Panics
/// When a diagnostic or a property has no place in the files, a fix can't be made, or it means another thing the second
/// time.
pub fn resolve(bytes: &[u8]) {
    let (main, sourced) = split(bytes);
    let configuration = load(main, sourced);
    sound(&configuration, &configuration.diagnostics);
    let alone = network::resolve(&configuration);
    examine(&configuration, &alone, None);
    for host in [&Network::default(), &alone.wanted] {
        let resolved = network::resolve_on(&configuration, Some(host));
        examine(&configuration, &resolved, Some(host));
        // What the file wants without a host can still be judged on one.
        sound(&configuration, &network::check(&configuration, &alone, Some(host)));
    }
}

fn examine(configuration: &Configuration, resolved: &Resolved, host: Option<&Network>) {
    sound(configuration, &resolved.diagnostics);
    for (property, span) in resolved.origins.iter() {
        assert!(configuration.place(span).line > 0, "{property} is nowhere");
        assert!(resolved.origins.of(&property).is_some(), "{property} has no origin");
    }
    for (name, link) in &resolved.wanted.links {
        assert_eq!(name, &link.name);
        assert!(link.name.as_str() == "lo" || has_place(resolved, link), "{name} comes from nowhere");
    }
    sound(configuration, &network::check(configuration, resolved, host));
    let again = network::resolve_on(configuration, host);
    assert_eq!((&again.wanted, &again.diagnostics), (&resolved.wanted, &resolved.diagnostics));
}

fn has_place(resolved: &Resolved, link: &network::Link) -> bool {
    resolved.origins.of(&network::Property::new(&link.name, network::Field::Kind)).is_some()
}
