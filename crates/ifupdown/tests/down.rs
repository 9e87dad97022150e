//! `ifdown`, and `ifup` of single interfaces, on a host in memory.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use common::{TestHost, name, stack};
use ifupdown::ExitCode;

fn up(test: &str) -> TestHost {
    let host = TestHost::new(test, &["enp3s0", "enp4s0"]);
    host.interfaces(&stack(&host));
    host.quietly("ifup -a --perfmode --systemd");
    host.executed();
    host.file("log", "");
    host
}

#[test]
fn a_bridge_goes_with_its_hooks() {
    let host = up("bridge");
    host.quietly("ifdown vmbr0");
    assert_eq!(host.executed(), ["delete vmbr0"]);
    let told = "vmbr0 stop static inet bond0\n";
    assert_eq!(host.read("log"), format!("pre-down {told}down {told}post-down {told}"));
    host.quietly("ifdown vmbr0");
    assert!(host.executed().is_empty());
    host.quietly("ifup vmbr0");
    assert!(host.has("vmbr0"));
    assert!(!host.executed().iter().any(|text| text.contains("bond0") && !text.contains("vmbr0")), "bond0 was there");
}

#[test]
fn guests_are_not_orphaned_unless_forced() {
    let host = up("guests");
    host.guest("tap100i0", "vmbr0");
    host.guest("fwpr101p0", "vmbr0");
    let ran = host.run("ifdown vmbr0");
    assert_eq!(ran.code, ExitCode::Failure, "{ran}");
    let expected = "error: vmbr0: not taken down: guests or others are attached to it: tap100i0, fwpr101p0; \
        --force takes it down all the same\n";
    assert_eq!(ran.err, expected);
    assert!(host.executed().is_empty() && host.read("log").is_empty());
    host.quietly("ifdown --force vmbr0");
    assert_eq!(host.executed(), ["delete vmbr0"]);
    assert!(host.has("tap100i0"));
}

#[test]
fn all_of_them_uppers_first_and_never_lo() {
    let host = up("all");
    host.quietly("ifdown -a");
    let executed = host.executed();
    assert_eq!(executed[..2], ["delete vmbr0", "delete bond0"], "{executed:?}");
    assert_eq!(host.network().link(&name("lo")).unwrap().up, Some(true));
    // The slaves have no `auto` line; -a takes them along, as what stood on them.
    assert!(["enp3s0", "enp4s0"].iter().all(|nic| host.network().link(&name(nic)).unwrap().up == Some(false)));
}

#[test]
fn a_bond_keeps_its_devices_unless_they_go_too() {
    let host = TestHost::new("riders", &["enp3s0"]);
    host.interfaces("auto enp3s0.5\niface enp3s0.5\n    address 192.0.2.2/24\n\niface enp3s0 inet manual\n");
    host.quietly("ifreload -a");
    host.executed();
    host.quietly("ifdown enp3s0");
    assert!(host.executed().is_empty(), "enp3s0.5 rides on it");
    host.quietly("ifdown -w enp3s0.5");
    assert_eq!(host.executed(), ["delete enp3s0.5", "bring enp3s0 down"]);
}

#[test]
fn what_was_brought_up_counts_not_what_the_file_says_now() {
    let host = up("saved");
    host.interfaces(&stack(&host).replace("    down ", "    down false; ").replace("192.0.2.2", "192.0.2.9"));
    host.quietly("ifdown vmbr0");
    assert!(host.read("log").contains("\ndown vmbr0"));
    // Without a memory, the file counts; an unknown name is told.
    let ran = host.run("ifdown nosuch");
    assert_eq!(ran.err, "error: cannot find interfaces: nosuch (interface was probably never up ?)\n");
    assert_eq!(ran.code, ExitCode::Failure);
}

#[test]
fn only_the_administrative_state() {
    let host = up("admin");
    host.quietly("ifdown --admin-state vmbr0");
    assert_eq!(host.executed(), ["bring vmbr0 down"]);
    host.quietly("ifup --no-scripts vmbr0");
    assert_eq!(host.executed(), ["bring vmbr0 up"]);
    assert!(host.read("log").is_empty());
}

#[test]
fn nothing_is_done_with_no_act() {
    let host = up("no-act");
    let ran = host.run("ifdown -n vmbr0");
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    let told: Vec<&str> = ran.out.lines().map(|line| line.split(" echo").next().unwrap()).collect();
    assert_eq!(told, ["vmbr0: pre-down:", "vmbr0: down:", "vmbr0: delete vmbr0", "vmbr0: post-down:"]);
    assert!(host.executed().is_empty() && host.read("log").is_empty());
    assert!(host.read("run/network/bowline.json").contains("vmbr0"));
}

#[test]
fn the_order_is_shown() {
    let host = up("dependency");
    let ran = host.run("ifup -p list vmbr0");
    assert_eq!(ran.out, "vmbr0 : ['bond0']\nbond0 : ['enp3s0', 'enp4s0']\nenp3s0 : []\nenp4s0 : []\n");
    assert!(host.run("ifquery -a -p dot").out.contains("  \"vmbr0\" -> \"bond0\";\n"));
    assert!(host.executed().is_empty());
}
