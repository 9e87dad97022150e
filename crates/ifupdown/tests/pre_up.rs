//! In which order `pre-up` hooks and changes come, on a host in memory.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use common::TestHost;

const NICS: &[&str] = &["enp3s0", "enp4s0"];

/// As in ifupdown2: what an interface stands on is ready, the interface itself is as it was.
#[test]
fn a_pre_up_hook_runs_just_before_its_own_changes() {
    let host = TestHost::new("pre-up", NICS);
    let log = host.root.join("log");
    let hook = |what: &str| format!("    {what} echo $PHASE $IFACE >>{}\n", log.display());
    let file = format!(
        "auto enp3s0\niface enp3s0 inet manual\n{}{}\nauto vmbr0\niface vmbr0 inet static\n    address 192.0.2.2/24\n    \
         bridge-ports enp3s0\n{}{}\nauto vmbr0.5\niface vmbr0.5 inet static\n    address 198.51.100.2/24\n{}",
        hook("pre-up"),
        hook("up"),
        hook("pre-up"),
        hook("up"),
        hook("pre-up")
    );
    host.interfaces(&file);
    let told = host.run("ifreload -a -v");
    let at = |text: &str| told.err.find(text).unwrap_or_else(|| panic!("{text}: {told}"));
    let hook_of = |name: &str| at(&format!("executing echo $PHASE {name} "));
    assert!(hook_of("enp3s0") < at("bring enp3s0 up") && at("bring enp3s0 up") < hook_of("vmbr0"), "{told}");
    assert!(
        hook_of("vmbr0") < at("make bridge vmbr0") && at("add address 192.0.2.2/24") < hook_of("vmbr0.5"),
        "{told}"
    );
    // A VLAN device is there by then, without what is said of it: so it is in ifupdown2.
    assert!(at("make VLAN device vmbr0.5") < hook_of("vmbr0.5"), "{told}");
    assert!(hook_of("vmbr0.5") < at("add address 198.51.100.2/24"), "{told}");
    assert_eq!(
        host.read("log"),
        "pre-up enp3s0\npre-up vmbr0\npre-up vmbr0.5\nup enp3s0\nup vmbr0\n",
        "`up` is when all is as the file says"
    );
    host.quietly("ifreload -a");
    // Only the bridge changes: one plan, and its hook before that.
    host.interfaces(&file.replace("192.0.2.2", "192.0.2.3"));
    host.executed();
    host.observed();
    host.quietly("ifreload -a");
    assert_eq!(host.executed().len(), 2);
    assert_eq!(host.observed(), 4, "before, after the hooks before, after the change, after the hooks after");
    // Without acting, the same order is printed.
    let fresh = TestHost::new("pre-up-dry", NICS);
    fresh.interfaces(&file);
    let ran = fresh.run("ifreload -a -n");
    let at = |text: &str| ran.out.find(text).unwrap_or_else(|| panic!("{text}: {ran}"));
    assert!(at("enp3s0: pre-up") < at("bring enp3s0 up") && at("bring enp3s0 up") < at("vmbr0: pre-up"), "{ran}");
    assert!(at("vmbr0: pre-up") < at("make bridge vmbr0") && at("make VLAN device") < at("vmbr0.5: pre-up"), "{ran}");
    assert_eq!(ran.out.matches("make bridge vmbr0").count(), 1, "{ran}");
    assert!(fresh.executed().is_empty());
}
