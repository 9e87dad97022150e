//! `ifreload` and `ifup`, on a host in memory.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use common::{TestHost, name, stack};
use ifupdown::ExitCode;
use network::{Change, Kind, Link};

const NICS: &[&str] = &["enp3s0", "enp4s0"];

#[test]
fn a_second_reload_does_nothing_at_all() {
    let host = TestHost::new("noop", NICS);
    host.interfaces(&stack(&host));
    host.quietly("ifreload -a");
    assert!(host.has("bond0") && host.has("vmbr0"));
    let hooks = host.read("log");
    assert_eq!(
        hooks,
        "pre-up vmbr0 start static inet bond0\nup vmbr0 start static inet bond0\npost-up vmbr0 start static inet bond0\n"
    );
    let state = host.read("run/network/bowline.json");
    host.executed();
    host.observed();
    for _ in 0..3 {
        host.quietly("ifreload -a");
    }
    assert!(host.executed().is_empty());
    assert_eq!(host.observed(), 3, "each is one look at the kernel");
    assert_eq!((host.read("log"), host.read("run/network/bowline.json")), (hooks, state));
}

#[test]
fn hooks_run_for_what_changes_and_with_force_for_all() {
    let host = TestHost::new("hooks", NICS);
    let file = stack(&host);
    host.interfaces(&file);
    host.quietly("ifreload -a");
    let runs = |host: &TestHost| host.read("log").lines().filter(|line| line.starts_with("up ")).count();
    assert_eq!(runs(&host), 1);
    // A line of another interface.
    host.interfaces(&file.replace("bond-miimon 100", "bond-miimon 50"));
    host.quietly("ifreload -a");
    assert_eq!(runs(&host), 1);
    // A line of its own, even if the kernel has nothing to do for it.
    host.interfaces(&file.replace("bond-miimon 100", "bond-miimon 50").replace("    up ", "    up true; "));
    host.executed();
    host.quietly("ifreload -a");
    assert_eq!((runs(&host), host.executed().len()), (2, 0));
    host.quietly("ifreload -a");
    assert_eq!(runs(&host), 2);
    // Somebody took its address.
    let address = network::Address::new("192.0.2.2/24".parse().unwrap());
    host.change(&Change::RemoveAddress { link: name("vmbr0"), address });
    host.quietly("ifreload -a");
    assert_eq!(runs(&host), 3);
    host.quietly("ifreload -a -f");
    assert_eq!(runs(&host), 4);
}

#[test]
fn scripts_run_in_order_and_their_failure_is_an_error() {
    let host = TestHost::new("scripts", &["a"]);
    host.interfaces("auto a\niface a inet static\n    address 192.0.2.2/24\n    foo-bar x y\n");
    let log = host.root.join("log").display().to_string();
    host.script(
        "/etc/network/if-up.d/20-b",
        &format!("echo b $IFACE $LOGICAL $PHASE $MODE $METHOD $ADDRFAM $IF_FOO_BAR >>{log}"),
    );
    host.script("/etc/network/if-up.d/10-a.sh", &format!("echo a $IF_ADDRESS >>{log}"));
    host.script("/etc/network/if-up.d/old.dpkg-old", &format!("echo leftover >>{log}"));
    host.script("/etc/network/if-up.d/ifenslave", &format!("echo replaced >>{log}"));
    host.file("/etc/network/if-up.d/README", "no script");
    host.script("/etc/network/if-pre-up.d/p", &format!("echo p >>{log}"));
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    assert_eq!(host.read("log"), "p\na 192.0.2.2/24\nb a a up start static inet x y\n");
    host.script("/etc/network/if-up.d/30-c", "echo broken; exit 3");
    assert_eq!(host.run("ifreload -a").code, ExitCode::Success, "nothing changes, so no script runs");
    let ran = host.run("ifreload -a --force");
    assert_eq!(ran.code, ExitCode::Failure, "{ran}");
    assert!(ran.err.contains("error: a: up cmd '"), "{ran}");
    assert!(ran.err.contains("failed: returned 3 (broken)"), "{ran}");
    // What failed is tried again until it is mended.
    assert_eq!(host.run("ifreload -a").code, ExitCode::Failure);
    host.script("/etc/network/if-up.d/30-c", "true");
    assert_eq!(host.run("ifreload -a").code, ExitCode::Success);
    host.script("/etc/network/if-up.d/30-c", "exit 3");
    assert_eq!(host.run("ifreload -a").code, ExitCode::Success);
    host.file("/etc/network/ifupdown2/ifupdown2.conf", "addon_scripts_support=0\n");
    assert_eq!(host.run("ifreload -a -f").code, ExitCode::Success);
}

#[test]
fn a_folder_of_scripts_is_read_once_for_all_interfaces() {
    let host = TestHost::new("scripts-once", &["a", "b"]);
    host.interfaces("auto a\niface a inet manual\n\nauto b\niface b inet manual\n");
    host.file("/etc/network/if-up.d", "no folder");
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    assert_eq!(ran.err.matches("if-up.d: can't be read").count(), 1, "{ran}");
}

#[test]
fn a_hook_that_fails_only_warns() {
    let host = TestHost::new("hook-fails", &["a"]);
    host.interfaces("auto a\niface a inet manual\n    up echo oh; false\n    up echo File exists; exit 2\n");
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    assert_eq!(ran.err, "warning: a: up cmd 'echo oh; false' failed: returned 1 (oh)\n");
    host.quietly("ifreload -a");
}

/// The form that Proxmox's task log reads: `(warning|error): (\S+):`.
fn names_an_interface(line: &str) -> bool {
    let rest = line.strip_prefix("error: ").or_else(|| line.strip_prefix("warning: "));
    rest.and_then(|rest| rest.split_once(": ")).is_some_and(|(name, _)| !name.contains(' '))
}

#[test]
fn one_interfaces_trouble_stops_no_other() {
    let host = TestHost::new("trouble", NICS);
    let file =
        stack(&host) + "\nauto vmbr1\niface vmbr1 inet static\n    address 198.51.100.2/24\n    bridge-ports none\n";
    host.interfaces(&file);
    host.refuse("make bond bond0");
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Failure, "{ran}");
    assert!(ran.err.lines().all(names_an_interface), "{ran}");
    assert!(
        ran.err.contains("error: bond0: can't make bond bond0: the kernel refused bond0: Invalid argument"),
        "{ran}"
    );
    assert!(ran.err.contains("(no such luck)"), "{ran}");
    assert!(ran.err.contains("/etc/network/interfaces:8)"), "{ran}");
    assert!(
        ran.err.contains("not done: put bond0 into vmbr0 (it builds on: make bond bond0)") || !host.has("bond0"),
        "{ran}"
    );
    assert!(ran.err.contains("error: ifreload: "), "{ran}");
    let network = host.network();
    for bridge in ["vmbr0", "vmbr1"] {
        assert_eq!(network.link(&name(bridge)).unwrap().addresses.len(), 1, "{bridge}: {ran}");
    }
    host.refuse("");
    let again = host.run("ifreload -a");
    assert_eq!(again.code, ExitCode::Success, "a second reload heals it: {again}");
    assert_eq!(host.network().link(&name("bond0")).unwrap().master, Some(name("vmbr0")));
}

#[test]
fn a_missing_slave_is_a_warning_and_is_adopted_when_it_comes() {
    let host = TestHost::new("late", &["enp3s0"]);
    host.interfaces(&stack(&host).replace("iface enp4s0", "allow-hotplug enp4s0\niface enp4s0"));
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    assert!(ran.err.contains("warning: bond0: names the slave enp4s0, which the host does not have"), "{ran}");
    host.add(Link { up: Some(false), mtu: Some(1500), ..Link::new(name("enp4s0"), Kind::Nic) });
    host.executed();
    // What udev starts through ifup@.service.
    let ran = host.run("ifup --allow=hotplug enp4s0");
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    assert_eq!(host.executed(), ["put enp4s0 into bond0"]);
    host.quietly("ifreload -a");
    assert!(host.executed().is_empty());
}

#[test]
fn what_the_file_no_longer_names_goes_if_it_was_made_here() {
    let host = TestHost::new("gone", NICS);
    host.add(Link { up: Some(true), ..Link::new(name("vmbr9"), Kind::Bridge(network::Bridge::default())) });
    let base = stack(&host);
    let more = "\nauto vmbr7\niface vmbr7 inet manual\n    bridge-ports none\n    down echo down >>LOG\n    post-down echo post >>LOG\n";
    let more = more.replace("LOG", &host.root.join("gone").display().to_string());
    host.interfaces(&(base.clone() + &more));
    host.quietly("ifreload -a");
    assert!(host.has("vmbr7"));
    host.interfaces(&base);
    host.executed();
    let dry = host.run("ifreload -a -n");
    let log = host.root.join("gone").display().to_string();
    let expected =
        format!("vmbr7: down: echo down >>{log}\nvmbr7: delete vmbr7\nvmbr7: post-down: echo post >>{log}\n");
    assert_eq!((dry.code, dry.out), (ExitCode::Success, expected));
    assert!(host.executed().is_empty() && host.read("gone").is_empty());
    host.quietly("ifreload -a");
    assert_eq!(host.executed(), ["delete vmbr7"]);
    assert_eq!(host.read("gone"), "down\npost\n");
    assert!(host.has("vmbr9"), "others made it");
    host.quietly("ifreload -a");
    assert!(host.executed().is_empty());
}

#[test]
fn a_bridge_with_guests_stays_and_a_device_that_others_made_anew_too() {
    let host = TestHost::new("guests", NICS);
    let base = "auto lo\niface lo inet loopback\n";
    let bridge = "auto vmbr1\niface vmbr1\n    bridge-ports none\n";
    host.interfaces(&format!("{base}{bridge}"));
    host.quietly("ifreload -a");
    host.guest("tap100i0", "vmbr1");
    host.interfaces(base);
    host.executed();
    let ran = host.run("ifreload -a");
    assert_eq!(ran.err, "warning: vmbr1: not taken down: guests or others are attached to it: tap100i0\n");
    assert!(host.executed().is_empty());
    // The guest leaves: then it goes.
    host.change(&Change::Delete { link: name("tap100i0") });
    host.quietly("ifreload -a");
    assert_eq!(host.executed(), ["delete vmbr1"]);
    // The same name, made by others after it was taken from under us.
    host.interfaces(&format!("{base}{bridge}"));
    host.quietly("ifreload -a");
    host.change(&Change::Delete { link: name("vmbr1") });
    host.add(Link { up: Some(false), ..Link::new(name("vmbr1"), Kind::Bridge(network::Bridge::default())) });
    host.interfaces(base);
    host.executed();
    let ran = host.run("ifreload -a");
    assert!(ran.err.contains("warning: vmbr1: others made this device: it is not deleted"), "{ran}");
    assert!(host.has("vmbr1") && host.executed().is_empty());
}

#[test]
fn an_error_in_the_file_leaves_what_runs_and_starts_what_can_be() {
    let host = TestHost::new("errors", NICS);
    let good = stack(&host);
    let bad = good.replace("bond-miimon 100", "bond-miimon soon").replace("192.0.2.2/24", "192.0.2.3/24");
    host.interfaces(&bad);
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Failure, "{ran}");
    assert!(ran.err.contains("error: bond0: "), "{ran}");
    assert!(host.has("bond0"), "at boot, what can be read is better than nothing");
    host.interfaces(&good);
    assert_eq!(host.run("ifreload -a").code, ExitCode::Success);
    host.executed();
    host.interfaces(&bad.replace("bond-mode active-backup", "bond-mode balance-xor"));
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Failure, "{ran}");
    assert!(ran.err.contains("warning: bond0: left as it is, for the errors in its lines"), "{ran}");
    let executed = host.executed();
    assert!(executed.iter().all(|text| text.contains("vmbr0") || text.contains("192.0.2")), "{executed:?}");
    assert!(executed.iter().any(|text| text == "add address 192.0.2.3/24 to vmbr0"), "{executed:?}");
}

#[test]
fn the_state_may_be_lost_or_broken() {
    let host = TestHost::new("state", NICS);
    host.interfaces(&stack(&host));
    host.quietly("ifreload -a");
    host.file("/run/network/bowline.json", "{\"version\":1");
    host.executed();
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    assert!(ran.err.starts_with("warning: /run/network/bowline.json: the state file makes no sense: "), "{ran}");
    assert!(host.executed().is_empty());
    assert_eq!(host.read("log").lines().filter(|line| line.starts_with("up ")).count(), 2, "it can't know they ran");
    host.quietly("ifreload -a");
}

#[test]
fn addresses_that_hooks_give_stay() {
    let host = TestHost::new("from-hooks", &["a"]);
    // The hook's own doing, from outside of this process: here the test does it between the two looks.
    host.interfaces("auto a\niface a inet static\n    address 192.0.2.2/24\n    up true\n");
    host.quietly("ifreload -a");
    let state = host.read("run/network/bowline.json");
    assert!(!state.contains("from_hooks"), "{state}");
    let address = network::Address::new("198.51.100.9/24".parse().unwrap());
    host.change(&Change::AddAddress { link: name("a"), address });
    host.file(
        "/run/network/bowline.json",
        &state.replace("\"device\":null}}}", "\"device\":null,\"from_hooks\":[\"198.51.100.9/24\"]}}}"),
    );
    host.executed();
    host.quietly("ifreload -a");
    assert!(host.executed().is_empty());
    // Another stanza: then they go with the old one.
    host.interfaces("auto a\niface a inet static\n    address 192.0.2.2/24\n    up echo\n");
    host.quietly("ifreload -a");
    assert_eq!(host.executed(), ["take address 198.51.100.9/24 from a"]);
}

#[test]
fn proxmox_policy_pins_a_new_bridge_to_its_first_port() {
    let host = TestHost::new("policy", NICS);
    host.interfaces(&stack(&host));
    host.file(
        "/usr/share/ifupdown2/policy.d/bridge.json",
        r#"{"bridge": {"module_globals": {"bridge_set_static_mac_from_port": "yes"}, "defaults": {"bridge-ageing": "60"}}}"#,
    );
    host.quietly("ifreload -a");
    let network = host.network();
    let mac = |link: &str| network.link(&name(link)).unwrap().mac.unwrap();
    assert_eq!(mac("vmbr0"), mac("enp3s0"));
    let bridge = network.link(&name("vmbr0")).unwrap().bridge().unwrap();
    assert_eq!(bridge.options.number(network::option::bridge::AGEING_TIME), Some(6000));
    host.executed();
    host.quietly("ifreload -a");
    assert!(host.executed().is_empty());
}

/// `lo` has an MTU of its own, slaves have their bond's and VLAN devices the one below; what a policy says of one by name
/// counts for those too.
#[test]
fn a_policys_mtu_is_for_those_that_have_none_from_others() {
    let host = TestHost::new("policy-mtu", &["enp3s0", "enp4s0", "nic5", "nic6"]);
    let nics = "auto nic5\niface nic5\n\nauto nic6\niface nic6\n    mtu 1600\n\n";
    let vlans = "auto nic6.7\niface nic6.7\n\nauto nic6.8\niface nic6.8\n";
    host.interfaces(&format!("{}\n{nics}{vlans}", stack(&host).replace("miimon 100", "miimon 100\n    mtu 1550")));
    let policy = r#"{"address": {"defaults": {"mtu": "1400"}, "iface_defaults": {"nic6.8": {"mtu": "1300"}}}}"#;
    host.file("/etc/network/ifupdown2/policy.d/mtu.json", policy);
    let shown = |name: &str| host.run(&format!("ifquery --with-defaults {name}")).out.contains("\tmtu 1400\n");
    assert!(shown("nic5") && !shown("lo") && !shown("enp3s0") && !shown("nic6.7"));
    host.quietly("ifreload -a");
    let network = host.network();
    let mtu = |link: &str| network.link(&name(link)).unwrap().mtu;
    assert_eq!(mtu("lo"), Some(65536));
    assert_eq!((mtu("bond0"), mtu("enp3s0"), mtu("enp4s0")), (Some(1550), Some(1550), Some(1550)));
    assert_eq!((mtu("vmbr0"), mtu("nic5"), mtu("nic6")), (Some(1400), Some(1400), Some(1600)));
    assert_ne!(mtu("nic6.7"), Some(1400));
    assert_eq!(mtu("nic6.8"), Some(1300));
    host.executed();
    host.quietly("ifreload -a");
    assert!(host.executed().is_empty());
}

#[test]
fn excluded_interfaces_are_left_alone() {
    let host = TestHost::new("exclude", NICS);
    host.interfaces(&stack(&host));
    host.quietly("ifreload -a -X ^vmbr");
    assert!(host.has("bond0") && !host.has("vmbr0"));
}

#[test]
fn only_a_syntax_check() {
    let host = TestHost::new("syntax", NICS);
    host.interfaces(&stack(&host));
    host.quietly("ifreload -a -s");
    host.interfaces(&stack(&host).replace("miimon 100", "miimon x"));
    assert_eq!(host.run("ifreload -a -s").code, ExitCode::Failure);
    assert_eq!(host.run("ifup -s -a").code, ExitCode::Failure);
    assert!(host.executed().is_empty());
}

#[test]
fn without_right_or_file_nothing_is_done() {
    let host = TestHost::new("refused", NICS);
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Failure);
    assert!(ran.err.starts_with("error: ifreload: can't read "), "{ran}");
    host.interfaces(&stack(&host));
    let ran = host.run_as(false, "ifreload -a");
    assert_eq!((ran.code, ran.err.as_str()), (ExitCode::Failure, "must be root to run this command\n"));
    assert_eq!(host.run_as(false, "ifquery -a").code, ExitCode::Success);
    host.file("/etc/network/ifupdown2/ifupdown2.conf", "disable_cli_interfacesfile=1\n");
    let ran = host.run("ifup -i /tmp/x -a");
    assert!(ran.err.starts_with("error: disable_cli_interfacesfile is set"), "{ran}");
    assert!(host.executed().is_empty());
}

#[test]
fn a_command_line_that_makes_no_sense_changes_nothing_and_is_told() {
    let host = TestHost::new("usage", NICS);
    host.interfaces(&stack(&host));
    for line in ["ifreload --nonsense", "ifup", "ifreload -a -X (", "ifmend -a"] {
        let ran = host.run(line);
        assert_eq!((ran.code, ran.code.number()), (ExitCode::Arguments, 90), "{line}: {ran}");
        assert!(ran.err.lines().any(|text| text.starts_with("error: ")), "{line}: {ran}");
    }
    assert!(host.executed().is_empty());
}

#[test]
fn one_at_a_time() {
    let host = TestHost::new("lock", NICS);
    host.interfaces(&stack(&host));
    let lock = record::lock::take(&host.root.join("run/network/.lock")).unwrap();
    for line in ["ifreload -a", "ifup -a", "ifdown vmbr0"] {
        let ran = host.run(line);
        assert_eq!(ran.code, ExitCode::Locked, "{ran}");
        assert_eq!(ran.err, "error: Another instance of this program is already running.\n");
    }
    assert_eq!(host.run("ifquery -a").code, ExitCode::Success, "looking needs no lock");
    drop(lock);
    host.quietly("ifreload -a");
}

#[test]
fn an_mtu_that_the_file_said_goes_with_its_line_and_one_of_others_stays() {
    let host = TestHost::new("mtu", NICS);
    let file = |mtu: &str| {
        format!(
            "auto enp3s0\niface enp3s0 inet manual\n{mtu}\nauto enp3s0.5\niface enp3s0.5 inet manual\n{mtu}\nauto enp4s0\niface enp4s0 inet manual\n"
        )
    };
    host.change(&Change::SetMtu { link: name("enp4s0"), mtu: 9000 });
    host.interfaces(&file("    mtu 9000\n"));
    host.quietly("ifreload -a");
    let mtus =
        |host: &TestHost| ["enp3s0", "enp3s0.5", "enp4s0"].map(|link| host.network().link(&name(link)).unwrap().mtu);
    assert_eq!(mtus(&host), [Some(9000); 3]);
    host.interfaces(&file(""));
    host.quietly("ifreload -a");
    assert_eq!(mtus(&host), [Some(1500), Some(1500), Some(9000)]);
    host.executed();
    host.quietly("ifreload -a");
    assert!(host.executed().is_empty());
}

#[test]
fn a_port_that_the_file_makes_is_not_missing() {
    let host = TestHost::new("made-port", NICS);
    host.interfaces(
        "auto vnet1\niface vnet1\n    bridge-ports vxlan_vnet1\n    bridge-stp off\n    bridge-fd 0\n\nauto vxlan_vnet1\niface vxlan_vnet1\n    vxlan-id 100\n    vxlan_remoteip 192.0.2.11\n",
    );
    host.quietly("ifreload -a");
}
