//! DHCP, on a host in memory with a server that takes its time.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use common::TestHost;
use ifupdown::ExitCode;

fn host(test: &str) -> TestHost {
    let host = TestHost::new(test, &["a", "b"]);
    let log = host.root.join("log").display().to_string();
    host.interfaces(&format!(
        "auto a\niface a inet dhcp\n    up echo a >>{log}\n\nauto b\niface b inet static\n    address 192.0.2.2/24\n    up echo b >>{log}\n"
    ));
    host
}

#[test]
fn who_waits_for_a_lease_delays_nobody_and_its_hooks_run_when_it_came() {
    let host = host("waits");
    host.serve(3, "198.51.100.7/24");
    host.quietly("ifreload -a");
    assert_eq!(host.read("log"), "b\na\n");
    assert_eq!(host.executed().iter().filter(|text| text.contains("start DHCP")).count(), 1);
    host.quietly("ifreload -a");
    assert!(host.executed().is_empty());
    assert_eq!((host.read("log").as_str(), host.run("ifquery -c a").code), ("b\na\n", ExitCode::Success));
    host.quietly("ifdown a");
    let executed = host.executed();
    assert_eq!(executed, ["stop DHCP for IPv4 on a", "bring a down"]);
    assert_eq!(host.run("ifquery -c a").code, ExitCode::Failure);
}

#[test]
fn the_wait_is_bounded() {
    let host = host("bounded");
    host.file("/etc/bowline/config.toml", "[dhcp]\nwait = 0\n");
    let ran = host.run("ifreload -a");
    assert_eq!(ran.err, "warning: a: no lease for IPv4 after 0 s; the client goes on trying\n");
    assert_eq!((ran.code, host.read("log").as_str()), (ExitCode::Success, "b\na\n"));
}

#[test]
fn another_method_ends_the_client() {
    let host = host("ends");
    host.serve(0, "198.51.100.7/24");
    host.quietly("ifreload -a");
    host.executed();
    host.interfaces("auto a\niface a inet static\n    address 203.0.113.5/24\n");
    assert_eq!(host.run("ifreload -a").code, ExitCode::Success);
    assert!(host.executed().iter().any(|text| text == "stop DHCP for IPv4 on a"));
}
