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
