//! Ports of bridges that the file does not list, on a host in memory.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use common::{TestHost, name};
use network::Change;

const NICS: &[&str] = &["enp3s0", "enp4s0"];

fn bridge(more: &str) -> String {
    format!("auto vmbr0\niface vmbr0 inet static\n    address 192.0.2.2/24\n    bridge-ports enp3s0\n{more}")
}

fn ports(host: &TestHost) -> Vec<String> {
    let network = host.network();
    let found = network.link(&name("vmbr0")).and_then(network::Link::bridge).unwrap();
    found.ports.iter().map(ToString::to_string).collect()
}

#[test]
fn a_bridge_that_is_always_up_has_a_dummy_port_as_long_as_the_file_says_so() {
    let host = TestHost::new("always-up", NICS);
    host.interfaces(&bridge("    bridge-always-up yes\n"));
    host.quietly("ifreload -a");
    assert_eq!(ports(&host), ["enp3s0", "up-vmbr0"]);
    assert_eq!(host.network().link(&name("up-vmbr0")).unwrap().up, Some(true));
    host.executed();
    host.quietly("ifreload -a");
    assert!(host.executed().is_empty());
    // Somebody deletes it: the line that wants it is what fails.
    host.change(&Change::Delete { link: name("up-vmbr0") });
    let check = host.run("ifquery -a -c");
    assert!(check.out.lines().any(|line| line.contains("bridge-always-up") && line.contains("fail")), "{check}");
    host.quietly("ifreload -a");
    assert_eq!(ports(&host), ["enp3s0", "up-vmbr0"]);
    host.interfaces(&bridge(""));
    host.quietly("ifreload -a");
    assert_eq!(ports(&host), ["enp3s0"]);
    assert!(!host.has("up-vmbr0"));
}

#[test]
fn what_holds_a_bridge_up_goes_with_it() {
    let host = TestHost::new("always-up-goes", NICS);
    host.interfaces(&bridge("    bridge-always-up yes\n"));
    host.quietly("ifreload -a");
    host.interfaces("auto enp3s0\niface enp3s0 inet manual\n");
    host.quietly("ifreload -a");
    assert!(!host.has("vmbr0") && !host.has("up-vmbr0"));
    // By name, the bridge alone: nothing is left of it either.
    host.interfaces(&bridge("    bridge-always-up yes\n"));
    host.quietly("ifreload -a");
    host.quietly("ifdown -a");
    assert!(!host.has("vmbr0") && !host.has("up-vmbr0"));
}

#[test]
fn a_port_that_the_file_condones_stays() {
    let host = TestHost::new("condoned", NICS);
    host.interfaces(&bridge("    bridge-ports-condone-regex enp[4-9]\n"));
    host.quietly("ifreload -a");
    let joins = Change::SetMaster { link: name("enp4s0"), master: Some(name("vmbr0")) };
    host.change(&joins);
    host.executed();
    host.quietly("ifreload -a");
    assert!(host.executed().is_empty());
    assert_eq!(ports(&host), ["enp3s0", "enp4s0"]);
    host.interfaces(&bridge("    bridge-ports-condone-regex p4s0\n"));
    host.quietly("ifreload -a");
    assert_eq!(ports(&host), ["enp3s0"], "it is held against the name's beginning");
    host.interfaces(&bridge("    bridge-ports-condone-regex enp[\n"));
    let ran = host.run("ifreload -a");
    assert!(ran.err.contains("is no expression that Bowline can read"), "{ran}");
}
