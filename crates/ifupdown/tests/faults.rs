//! Each change refused in turn, and a host that comes from ifupdown2.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use common::{TestHost, name, stack};
use ifupdown::ExitCode;

const NICS: &[&str] = &["enp3s0", "enp4s0"];

/// Whichever change is refused: it is named, what was done and what was not adds up, and a second reload heals it.
#[test]
fn whichever_change_is_refused_a_second_reload_heals_it() {
    let whole = TestHost::new("whole", NICS);
    whole.interfaces(&stack(&whole));
    whole.quietly("ifreload -a");
    let (changes, wanted) = (whole.executed(), whole.network());
    assert!(changes.len() > 8, "{changes:?}");
    for (number, change) in changes.iter().enumerate() {
        let host = TestHost::new("each", NICS);
        host.interfaces(&stack(&host));
        host.refuse_number(number);
        let ran = host.run("ifreload -a");
        assert_eq!(ran.code, ExitCode::Failure, "{change}: {ran}");
        assert!(ran.err.contains(&format!("can't {change}: the kernel refused")), "{change}: {ran}");
        let told = ran.err.lines().find_map(|line| line.strip_prefix("error: ifreload: ")).unwrap();
        let (done, total) = told.split_once(" of ").unwrap();
        let total: usize = total.split_once(' ').unwrap().0.parse().unwrap();
        let left = ran.err.lines().filter(|l| ["can't ", "not done: ", "undone again: "].iter().any(|w| l.contains(w)));
        assert_eq!(done.parse::<usize>().unwrap() + left.count(), total, "{change}: {ran}");
        let again = host.run("ifreload -a");
        assert_eq!((again.code, again.err.as_str()), (ExitCode::Success, ""), "{change}: {again}");
        assert!(plan::plan(&wanted, &host.network()).steps.is_empty(), "{change}");
        host.executed();
        host.quietly("ifreload -a");
        assert!(host.executed().is_empty(), "{change}");
    }
}

/// A client that can't be started is told, delays nobody, and is started by the next reload.
#[test]
fn a_dhcp_client_that_is_refused_is_started_by_the_next_reload() {
    let host = TestHost::new("dhcp", NICS);
    host.interfaces(
        "auto enp3s0\niface enp3s0 inet dhcp\n\nauto enp4s0\niface enp4s0 inet static\n    address 192.0.2.2/24\n",
    );
    host.serve(0, "198.51.100.7/24");
    host.refuse("start DHCP");
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Failure, "{ran}");
    assert!(ran.err.starts_with("error: enp3s0: can't start DHCP for IPv4 on enp3s0: the kernel refused"), "{ran}");
    assert!(ran.err.ends_with("error: ifreload: 3 of 4 changes were made\n"), "{ran}");
    assert_eq!(host.network().link(&name("enp4s0")).unwrap().addresses.len(), 1, "{ran}");
    host.refuse("");
    host.executed();
    host.quietly("ifreload -a");
    assert_eq!(host.executed(), ["start DHCP for IPv4 on enp3s0"]);
}

/// What was done is told also when the host can't be read afterwards, and the hooks run when the reload is tried again.
#[test]
fn what_can_not_be_read_back_is_told() {
    let host = TestHost::new("unread", NICS);
    host.interfaces(&stack(&host));
    host.quietly("ifreload -a");
    let told = host.read("log");
    host.change(&network::Change::SetUp { link: name("vmbr0"), up: false });
    // The first is followed by another when hooks before have run.
    host.fail_look(2);
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Failure, "{ran}");
    let lines: Vec<&str> = ran.err.lines().collect();
    assert!(
        lines[0].starts_with("error: ifreload: 2 of 2 changes were made, and what came of them can't be read"),
        "{ran}"
    );
    assert!(lines[1].starts_with("error: ifreload: can't look: "), "{ran}");
    host.quietly("ifreload -a");
    let again = host.read("log");
    assert!(again.strip_prefix(&told).is_some_and(|more| more.contains("post-up vmbr0")), "{told}{again}");
}

/// ifupdown2 made the bridge; the first reload finds nothing to do, and takes it over because the file has it made.
#[test]
fn what_ifupdown2_made_is_taken_over() {
    let host = TestHost::new("takeover", NICS);
    host.interfaces(&stack(&host));
    host.quietly("ifreload -a");
    std::fs::remove_file(host.root.join("run/network/bowline.json")).unwrap();
    host.executed();
    host.quietly("ifreload -a");
    assert!(host.executed().is_empty());
    host.interfaces("auto lo\niface lo inet loopback\n");
    host.quietly("ifreload -a");
    assert!(!host.has("vmbr0") && !host.has("bond0") && host.has("enp3s0"));
    assert!(host.network().link(&name("enp3s0")).unwrap().master.is_none());
}
