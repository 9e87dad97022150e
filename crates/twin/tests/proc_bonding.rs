//! What the twin's driver writes below /proc. The lab holds it against the real one's, line by line, in every scenario.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic when they fail")]

mod common;

use std::time::Duration;

use common::{apply, host, name};
use twin::{CableState, topology};

const FILE: &str = "
auto enp3s0
iface enp3s0 inet manual

auto enp4s0
iface enp4s0 inet manual

auto bond0
iface bond0 inet manual
    bond-slaves enp3s0 enp4s0
    bond-mode MODE
    bond-miimon 100
    MORE
";

fn text(mode: &str, more: &str) -> String {
    let mut twin = host(&["enp3s0", "enp4s0"], Duration::ZERO, Duration::ZERO);
    apply(&mut twin, &FILE.replace("MODE", mode).replace("MORE", more));
    twin.world.run_to(Duration::from_secs(10));
    topology::plug(&mut twin, &name("enp4s0"), CableState::Pulled);
    twin.world.run_to(Duration::from_secs(20));
    assert_eq!(twin.proc_bonding(&name("enp3s0")), None, "it is no bond");
    twin.proc_bonding(&name("bond0")).unwrap()
}

#[test]
fn active_backup_to_the_letter() {
    assert_eq!(
        text("active-backup", "bond-primary enp3s0"),
        "\
Ethernet Channel Bonding Driver: v6.1.0

Bonding Mode: fault-tolerance (active-backup)
Primary Slave: enp3s0 (primary_reselect always)
Currently Active Slave: enp3s0
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 0
Down Delay (ms): 0
Peer Notification Delay (ms): 0

Slave Interface: enp3s0
MII Status: up
Speed: 1000 Mbps
Duplex: full
Link Failure Count: 0
Permanent HW addr: bc:24:11:00:00:01
Slave queue ID: 0

Slave Interface: enp4s0
MII Status: down
Speed: Unknown
Duplex: Unknown
Link Failure Count: 1
Permanent HW addr: bc:24:11:00:00:02
Slave queue ID: 0
"
    );
}

#[test]
fn lacp_tells_of_its_aggregators_and_both_ends() {
    let text = text("802.3ad", "bond-lacp-rate fast");
    for said in [
        "\n802.3ad info\nLACP active: on\nLACP rate: fast\nMin links: 0\n",
        "System MAC address: bc:24:11:00:00:01\nActive Aggregator Info:\n\tAggregator ID: 1\n\tNumber of ports: 1\n",
        "    port key: 9\n    port priority: 255\n    port number: 1\n",
        // Nobody speaks LACP at the other end.
        "details partner lacp pdu:\n    system priority: 65535\n    system mac address: 00:00:00:00:00:00\n    oper key: 1\n",
    ] {
        assert!(text.contains(said), "{said:?} in\n{text}");
    }
}

#[test]
fn the_hash_is_told_where_it_decides() {
    assert!(text("balance-tlb", "bond-tlb-dynamic-lb 0").contains("Transmit Hash Policy: layer2 (0)\n"));
    assert!(!text("balance-tlb", "").contains("Transmit Hash Policy"));
    assert!(text("balance-xor", "").contains("Transmit Hash Policy: layer2 (0)\n"));
}
