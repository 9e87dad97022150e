//! Leases, with a client that is a script, on a host in memory.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use common::TestHost;
use ifupdown::ExitCode;

/// A dhclient that answers at once, in the way that `mode` says, and goes on in the background.
fn install(host: &TestHost, mode: &str) {
    let root = host.root.display();
    let client = format!(
        r#"if [ "$1" = --daemon ]; then while :; do sleep 0.1; done; fi
echo "$*" >>{root}/asked
case "$*" in *" -r "*|"-r "*) for f in {root}/run/dhclient*.pid; do kill "$(cat "$f")"; rm "$f"; done; exit 0;; esac
six=; [ "$1" = -6 ] && six=6 && shift
{mode}
"$0" --daemon >/dev/null 2>&1 &
echo $! >{root}/run/dhclient$six.a.pid"#
    );
    std::fs::create_dir_all(host.root.join("run")).unwrap();
    host.script("/sbin/dhclient", &client);
}

const FILE: &str = "auto a\niface a inet dhcp\n    up echo up >>LOG\n\nauto b\niface b inet static\n    address 192.0.2.2/24\n    up echo b >>LOG\n";

fn host(test: &str) -> TestHost {
    let host = TestHost::new(test, &["a", "b"]);
    host.interfaces(&FILE.replace("LOG", &host.root.join("log").display().to_string()));
    host
}

#[test]
fn a_lease_is_asked_for_once_and_given_back() {
    let host = host("once");
    install(&host, "");
    host.quietly("ifreload -a");
    let asked = "-pf /run/dhclient.a.pid -lf /var/lib/dhcp/dhclient.a.leases a\n";
    assert_eq!(host.read("asked"), asked);
    assert_eq!(host.read("log"), "b\nup\n");
    host.executed();
    host.quietly("ifreload -a");
    assert_eq!((host.read("asked").as_str(), host.read("log").as_str(), host.executed().len()), (asked, "b\nup\n", 0));
    assert_eq!(host.run("ifquery -c a").code, ExitCode::Success);
    // Another method: the lease goes.
    host.interfaces("auto a\niface a inet static\n    address 198.51.100.2/24\n");
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    assert!(host.read("asked").contains("-r -pf /run/dhclient.a.pid"), "{}", host.read("asked"));
    assert!(!host.root.join("run/dhclient.a.pid").exists());
}

#[test]
fn ifdown_gives_it_back_and_a_client_that_died_is_started_again() {
    let host = host("down");
    install(&host, "");
    host.quietly("ifup a");
    let pid = host.read("run/dhclient.a.pid");
    std::process::Command::new("kill").arg(pid.trim()).status().unwrap();
    while std::path::Path::new(&format!("/proc/{}/exe", pid.trim())).exists() {
        std::thread::yield_now();
    }
    assert_eq!(host.run("ifquery -c a").code, ExitCode::Failure);
    host.quietly("ifreload -a");
    assert_eq!(host.run("ifquery -c a").code, ExitCode::Success);
    host.quietly("ifdown a");
    assert!(host.read("asked").ends_with("-r -pf /run/dhclient.a.pid -lf /var/lib/dhcp/dhclient.a.leases a\n"));
}

#[test]
fn without_a_lease_or_a_client_the_others_are_up_all_the_same() {
    let host = host("none");
    let ran = host.run("ifreload -a");
    assert_eq!(ran.code, ExitCode::Failure, "{ran}");
    assert_eq!(ran.err, "error: a: no DHCP client is installed (dhclient, dhcpcd or udhcpc)\n");
    assert_eq!(host.read("log"), "b\n");
    install(&host, "echo no answer >&2; exit 2");
    let ran = host.run("ifreload -a");
    assert_eq!(ran.err, "error: a: dhclient got no lease: exit status: 2 (no answer)\n");
    // Slow: it is not waited for longer than is said, and nobody else waits.
    host.file("/etc/bowline/config.toml", "[dhcp]\nwait = 0\n");
    install(&host, "sleep 1");
    let ran = host.run("ifreload -a");
    assert_eq!(ran.err, "warning: a: dhclient has no lease after 0 s and goes on trying\n");
    assert_eq!((ran.code, host.read("log").as_str()), (ExitCode::Success, "b\nup\n"));
    while host.read("run/dhclient.a.pid").is_empty() {
        std::thread::yield_now();
    }
    host.quietly("ifdown a");
}

#[test]
fn a_dhcpv6_client_that_comes_too_early_is_asked_again() {
    let host = TestHost::new("six", &["a"]);
    host.interfaces("auto a\niface a inet6 dhcp\n");
    let early = host.root.join("early").display().to_string();
    install(&host, &format!("[ -e {early} ] || {{ touch {early}; echo no link-local address >&2; exit 1; }}"));
    host.quietly("ifreload -a");
    assert_eq!(host.read("asked").lines().count(), 2);
    assert!(host.read("asked").starts_with("-6 -pf /run/dhclient6.a.pid -lf /var/lib/dhcp/dhclient6.a.leases a\n"));
    host.quietly("ifdown a");
}
