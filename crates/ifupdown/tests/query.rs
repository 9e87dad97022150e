//! `ifquery`, on a host in memory.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use common::{TestHost, name, stack};
use ifupdown::ExitCode;
use network::Change;
use serde_json::Value;

fn up(test: &str) -> TestHost {
    let host = TestHost::new(test, &["enp3s0", "enp4s0"]);
    let file = stack(&host)
        + "\nauto gone0\niface gone0 inet static\n    address 203.0.113.1/24\n\nallow-hotplug h0\niface h0 inet dhcp\n";
    host.interfaces(&file);
    host.run("ifreload -a");
    host
}

fn json(host: &TestHost, line: &str) -> (ExitCode, Value) {
    let ran = host.run_as(false, line);
    (ran.code, serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {ran}")))
}

fn of<'a>(list: &'a Value, name: &str) -> &'a Value {
    list.as_array().unwrap().iter().find(|entry| entry["name"] == name).unwrap()
}

/// What Proxmox's SDN reads in every status cycle.
#[test]
fn a_check_as_json() {
    let host = up("check");
    let (code, list) = json(&host, "ifquery -a -c -o json");
    assert_eq!(code, ExitCode::Failure, "gone0 is missing");
    let names: Vec<&str> = list.as_array().unwrap().iter().map(|entry| entry["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["lo", "bond0", "vmbr0", "gone0"]);
    let bridge = of(&list, "vmbr0");
    assert_eq!(
        (&bridge["status"], &bridge["addr_method"], &bridge["addr_family"]),
        (&"pass".into(), &"static".into(), &"inet".into())
    );
    assert_eq!(bridge["config"]["bridge-ports"], "bond0");
    for (key, status) in
        [("address", "pass"), ("bridge-ports", "pass"), ("bridge-fd", "pass"), ("gateway", "pass"), ("up", "")]
    {
        assert_eq!(bridge["config_status"][key], status, "{key}");
    }
    let missing = of(&list, "gone0");
    assert_eq!(missing.to_string(), r#"{"auto":true,"config":{},"config_status":{},"name":"gone0","status":"fail"}"#);
    assert_eq!(of(&list, "lo")["status"], "pass");
}

#[test]
fn a_check_finds_each_difference_at_its_line() {
    let host = up("differences");
    let address = |text: &str| network::Address::new(text.parse().unwrap());
    for (change, key, link) in [
        (Change::RemoveAddress { link: name("vmbr0"), address: address("192.0.2.2/24") }, "address", "vmbr0"),
        (Change::AddAddress { link: name("vmbr0"), address: address("10.0.0.1/8") }, "address", "vmbr0"),
        (Change::SetMaster { link: name("bond0"), master: None }, "bridge-ports", "vmbr0"),
        (Change::SetMaster { link: name("enp4s0"), master: None }, "bond-slaves", "bond0"),
        (Change::SetUp { link: name("vmbr0"), up: false }, "link-down", "vmbr0"),
    ] {
        host.run("ifreload -a");
        assert_eq!(of(&json(&host, "ifquery -a -c -o json").1, link)["status"], "pass");
        host.change(&change);
        let (code, list) = json(&host, "ifquery -a -c -o json");
        assert_eq!(code, ExitCode::Failure);
        let entry = of(&list, link);
        assert_eq!(entry["status"], "fail", "{change}: {entry}");
        let status = &entry["config_status"][key];
        assert!(
            status == "fail" || status.as_array().is_some_and(|all| all.contains(&"fail".into())),
            "{change}: {entry}"
        );
    }
}

#[test]
fn a_check_of_one_says_only_of_that_one() {
    let host = up("one");
    let ran = host.run("ifquery -c vmbr0");
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    assert!(
        ran.out.starts_with("auto vmbr0\niface vmbr0 inet static                                             [pass]\n")
    );
    host.file("/etc/network/ifupdown2/ifupdown2.conf", "ifquery_check_success_str=ok\n");
    assert!(host.run("ifquery -c vmbr0").out.contains("[ok]"));
}

#[test]
fn what_the_file_says() {
    let host = up("file");
    assert_eq!(host.run("ifquery --list").out, "lo\nbond0\nvmbr0\ngone0\n");
    assert_eq!(host.run("ifquery --list --allow=hotplug").out, "h0\n");
    assert_eq!(host.run("ifquery --list --allow=mgmt").code, ExitCode::Failure);
    assert_eq!(host.run("ifquery h0").out, "iface h0 inet dhcp\n\n");
    let both = host.run("ifquery -w bond0").out;
    assert!(
        both.starts_with("auto bond0\n") && both.contains("\n\niface enp3s0 inet manual\n\niface enp4s0 inet manual\n")
    );
    assert_eq!(host.run("ifquery -x bond0").out.lines().nth(2), Some("  bond-slaves enp3s0 enp4s0"));
    assert_eq!(json(&host, "ifquery h0 -o json").1[0]["addr_method"], "dhcp");
    let ran = host.run("ifquery nosuch");
    assert_eq!((ran.code, ran.err.as_str()), (ExitCode::Failure, "error: cannot find interfaces: nosuch\n"));
    assert!(host.run("ifquery --print-savedstate vmbr0").out.contains("\tbridge-ports bond0\n"));
}

#[test]
fn what_the_kernel_has() {
    let host = up("running");
    let out = host.run("ifquery -r vmbr0").out;
    assert!(out.starts_with("auto vmbr0\niface vmbr0\n\tbridge-ports bond0\n"), "{out}");
    assert!(out.contains("\taddress 192.0.2.2/24\n\tgateway 192.0.2.1\n"), "{out}");
    let out = host.run("ifquery -r bond0").out;
    assert!(out.contains("\tbond-slaves enp3s0 enp4s0\n\tbond-mode active-backup\n"), "{out}");
    assert_eq!(json(&host, "ifquery -r -a -o json").1.as_array().unwrap().len(), 5);
}

/// Two lines that nobody acts on for the same reason: both are told, and neither is taken for one that holds.
#[test]
fn each_line_that_nobody_acts_on_is_told() {
    let host = TestHost::new("ignored", &["a"]);
    let file = "auto a\niface a\n    address 192.0.2.2/24\n    mstpctl-treeprio 4\n    mtu 1500\n    mstpctl-hello 3\n";
    host.interfaces(file);
    let ran = host.run("ifreload -a");
    assert_eq!(
        ran.err,
        "warning: a: `mstpctl-treeprio` is not acted on: the spanning tree daemon is not driven \
         (/etc/network/interfaces:4); nor is `mstpctl-hello` (/etc/network/interfaces:6)\n"
    );
    let (code, list) = json(&host, "ifquery -c -o json a");
    assert_eq!(code, ExitCode::Success, "{list}");
    let status = &of(&list, "a")["config_status"];
    assert_eq!((&status["address"], &status["mtu"]), (&"pass".into(), &"pass".into()));
    assert_eq!((&status["mstpctl-treeprio"], &status["mstpctl-hello"]), (&"".into(), &"".into()));
}

#[test]
fn policy_defaults_are_shown_when_asked_for() {
    let host = up("defaults");
    host.file("/etc/network/ifupdown2/policy.d/x.json", r#"{"bridge": {"defaults": {"bridge-ageing": "60"}}}"#);
    assert!(!host.run("ifquery vmbr0").out.contains("bridge-ageing"));
    assert!(host.run("ifquery --with-defaults vmbr0").out.contains("\tbridge-ageing 60\n"));
    let (code, list) = json(&host, "ifquery -c -o json vmbr0");
    assert_eq!(code, ExitCode::Failure, "the kernel does not have it yet: {list}");
    assert_eq!(host.run("ifreload -a").code, ExitCode::Success);
    assert_eq!(json(&host, "ifquery -c -o json vmbr0").0, ExitCode::Success);
}
