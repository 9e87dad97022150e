//! Scenarios' files: what they mean, and what is said of wrong ones, with the place.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic when they fail")]

use std::error::Error;
use std::path::Path;
use std::time::Duration;

use twin::scenario::{Action, parse};
use twin::{CableState, LagMode};

const LACP: &str = include_str!("../../../examples/lacp/cable.toml");
const TWO_SWITCHES: &str = include_str!("../../../examples/active-backup/two-switches.toml");

#[test]
fn a_scenario_is_a_topology_a_file_and_events() {
    let scenario = parse(Path::new("examples/lacp/cable.toml"), LACP).unwrap();
    assert_eq!(scenario.file, Path::new("examples/lacp/interfaces"));
    assert_eq!(scenario.booted.as_ref(), Some(&scenario.file));
    let topology = &scenario.topology;
    assert_eq!((topology.nics.len(), topology.stations.len(), topology.guests.len()), (2, 1, 1));
    assert_eq!(topology.switches[0].lags[0].mode, LagMode::Lacp { active: true, fast: true, individual: false });
    assert_eq!(scenario.events[0].at, Duration::from_secs(10));
    assert!(
        matches!(&scenario.events[0].action, Action::Cable { nic, state: CableState::Pulled } if nic.as_str() == "enp4s0")
    );
    let scenario = parse(Path::new("home.toml"), TWO_SWITCHES).unwrap();
    assert_eq!((scenario.topology.trunks.len(), scenario.topology.switches.len()), (1, 2));
    assert_eq!(scenario.topology.switches[1].forward_delay, Duration::from_secs(30));
}

/// What is said of a scenario in which a piece of text is another, and where.
fn said(old: &str, new: &str) -> String {
    assert!(LACP.contains(old), "{old}");
    let error = parse(Path::new("home.toml"), &LACP.replacen(old, new, 1)).unwrap_err();
    format!("{error}: {}", error.source().unwrap())
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    for (old, new, expected) in [
        ("cable = \"switch1:2\"", "cable = \"switch1:1\"", "home.toml:13:9: switch1:1 has a cable already"),
        ("cable = \"switch1:2\"", "cable = \"switch9:2\"", "home.toml:13:9: there is no switch `switch9`"),
        ("cable = \"switch1:2\"", "cable = \"two\"", "home.toml:13:9: `two` is no port of a switch"),
        ("[\"1\", \"2\"]", "[\"1\", \"7\"]", "home.toml:16:15: switch `switch1` has no port `7`"),
        ("[\"1\", \"2\"]", "[\"1\", \"1\"]", "home.toml:16:15: port `1` is in another LAG already"),
        ("at = \"10s\"", "at = \"soon\"", "home.toml:30:6: `soon` is no time"),
        ("pull = \"enp4s0\"", "pull = \"enp9s0\"", "home.toml:31:8: the host has no NIC `enp9s0`"),
        ("pull = \"enp4s0\"", "", "home.toml:30:6: an event does one thing"),
        ("to = \"gateway\"", "to = \"nobody\"", "home.toml:27:6: there is no station `nobody`"),
        ("address = \"192.168.1.1/24\"", "address = \"192.168.1.1\"", "home.toml:21:11: `192.168.1.1` is no address"),
        ("[nics.enp4s0]", "[nics.\"a b\"]", "home.toml:12:7: `a b` holds ' '"),
        ("fast = true", "fats = true", "home.toml:18:1: unknown field `fats`"),
        ("mode = \"active\"", "mode = \"on\"", "home.toml:17:8: unknown variant `on`"),
        ("[host]", "[hots]", "home.toml:5:2: unknown field `hots`"),
        ("about = ", "about ", "home.toml:3:7: "),
    ] {
        let said = said(old, new);
        assert!(said.starts_with(expected), "{new}: {said}");
    }
}
