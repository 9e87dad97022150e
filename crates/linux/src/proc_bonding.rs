//! `/proc/net/bonding/<bond>`: what the driver tells there and nowhere else (`bond_procfs.c`): the order of its slaves,
//! and both ends of LACP on each. Pure.

use network::Mac;
use network::lacp::{Churn, LacpEnd};

/// The longest text that is read; a slave takes about 1 KiB.
pub const MAX_LEN: usize = 1 << 20;

/// A slave, as far as netlink does not tell.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slave {
    /// Its name.
    pub name: String,
    /// Whether our end fails to come into sync (802.3ad).
    pub actor_churn: Option<Churn>,
    /// Whether the other end does (802.3ad).
    pub partner_churn: Option<Churn>,
    /// Our end (802.3ad; needs CAP_NET_ADMIN).
    pub actor: Option<LacpEnd>,
    /// The other end (802.3ad; needs CAP_NET_ADMIN).
    pub partner: Option<LacpEnd>,
}

/// Which end the lines are about.
#[derive(Clone, Copy)]
enum Section {
    Slave,
    Actor,
    Partner,
}

/// The slaves, in the order of enslavement. Lines that it does not know are passed over: each release adds some.
#[must_use]
pub fn slaves(text: &[u8]) -> Vec<Slave> {
    let mut out: Vec<Slave> = Vec::new();
    let mut section = Section::Slave;
    for line in String::from_utf8_lossy(&text[..text.len().min(MAX_LEN)]).lines() {
        let Some((key, value)) = line.split_once(':') else { continue };
        let (key, value) = (key.trim(), value.trim());
        if key == "Slave Interface" {
            out.push(Slave { name: value.to_owned(), ..Slave::default() });
            section = Section::Slave;
        }
        // The lines before the first slave are about the bond, and netlink tells all of those.
        let Some(slave) = out.last_mut() else { continue };
        match (section, key) {
            (_, "details actor lacp pdu") => section = Section::Actor,
            (_, "details partner lacp pdu") => section = Section::Partner,
            (Section::Slave, "Actor Churn State") => slave.actor_churn = churn(value),
            (Section::Slave, "Partner Churn State") => slave.partner_churn = churn(value),
            (Section::Actor, key) => end(&mut slave.actor, key, value),
            (Section::Partner, key) => end(&mut slave.partner, key, value),
            (Section::Slave, _) => {}
        }
    }
    out
}

/// `bond_3ad_churn_desc`.
fn churn(text: &str) -> Option<Churn> {
    match text {
        "monitoring" => Some(Churn::Monitoring),
        "none" => Some(Churn::None),
        "churned" => Some(Churn::Churned),
        _ => None,
    }
}

fn end(end: &mut Option<LacpEnd>, key: &str, value: &str) {
    let end = end.get_or_insert(LacpEnd { system_priority: 0, system: Mac::ZERO, key: 0, port_priority: 0, port: 0 });
    let number = value.parse();
    match (key, number) {
        ("system priority", Ok(number)) => end.system_priority = number,
        ("port key" | "oper key", Ok(number)) => end.key = number,
        ("port priority", Ok(number)) => end.port_priority = number,
        ("port number", Ok(number)) => end.port = number,
        ("system mac address", _) => end.system = value.parse().unwrap_or(Mac::ZERO),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ACTIVE_BACKUP: &str = "\
Ethernet Channel Bonding Driver: v6.1.0

Bonding Mode: fault-tolerance (active-backup)
Primary Slave: None
Currently Active Slave: eth1
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 0
Down Delay (ms): 0
Peer Notification Delay (ms): 0

Slave Interface: eth1
MII Status: up
Speed: 10000 Mbps
Duplex: full
Link Failure Count: 0
Permanent HW addr: 02:00:00:00:00:11
Slave queue ID: 0

Slave Interface: eth0
MII Status: going back
Speed: Unknown
Duplex: Unknown
Link Failure Count: 3
Permanent HW addr: 02:00:00:00:00:10
Slave queue ID: 0
";

    #[test]
    fn the_order_is_that_of_enslavement() {
        let found = slaves(ACTIVE_BACKUP.as_bytes());
        assert_eq!(found.iter().map(|slave| slave.name.as_str()).collect::<Vec<_>>(), ["eth1", "eth0"]);
        assert_eq!(found[0], Slave { name: "eth1".to_owned(), ..Slave::default() });
    }

    const LACP: &str = "\
Ethernet Channel Bonding Driver: v6.1.0

Bonding Mode: IEEE 802.3ad Dynamic link aggregation
Transmit Hash Policy: layer2+3 (2)
MII Status: up
MII Polling Interval (ms): 100
Up Delay (ms): 0
Down Delay (ms): 0
Peer Notification Delay (ms): 0

802.3ad info
LACP active: on
LACP rate: fast
Min links: 0
Aggregator selection policy (ad_select): stable
System priority: 65535
System MAC address: 02:00:00:00:00:10
Active Aggregator Info:
\tAggregator ID: 1
\tNumber of ports: 1
\tActor Key: 15
\tPartner Key: 15
\tPartner Mac Address: 02:00:00:00:00:20

Slave Interface: eth0
MII Status: up
Speed: 10000 Mbps
Duplex: full
Link Failure Count: 0
Permanent HW addr: 02:00:00:00:00:10
Slave queue ID: 0
Aggregator ID: 1
Actor Churn State: none
Partner Churn State: churned
Actor Churned Count: 0
Partner Churned Count: 1
details actor lacp pdu:
    system priority: 65535
    system mac address: 02:00:00:00:00:10
    port key: 15
    port priority: 255
    port number: 1
    port state: 63
details partner lacp pdu:
    system priority: 4096
    system mac address: 02:00:00:00:00:20
    oper key: 33
    port priority: 128
    port number: 7
    port state: 61

Slave Interface: eth1
MII Status: down
Speed: Unknown
Duplex: Unknown
Link Failure Count: 1
Permanent HW addr: 02:00:00:00:00:11
Slave queue ID: 0
Aggregator ID: N/A
";

    #[test]
    fn both_ends_of_lacp() {
        let found = slaves(LACP.as_bytes());
        assert_eq!(found.len(), 2);
        let system = |last| Mac([2, 0, 0, 0, 0, last]);
        assert_eq!(
            found[0],
            Slave {
                name: "eth0".to_owned(),
                actor_churn: Some(Churn::None),
                partner_churn: Some(Churn::Churned),
                actor: Some(LacpEnd {
                    system_priority: 65535,
                    system: system(0x10),
                    key: 15,
                    port_priority: 255,
                    port: 1
                }),
                partner: Some(LacpEnd {
                    system_priority: 4096,
                    system: system(0x20),
                    key: 33,
                    port_priority: 128,
                    port: 7
                }),
            }
        );
        assert_eq!(found[1], Slave { name: "eth1".to_owned(), ..Slave::default() });
    }

    #[test]
    fn without_privilege_there_are_no_ends() {
        let text: String = LACP
            .lines()
            .filter(|line| !line.starts_with(' ') && !line.contains("details"))
            .map(|l| format!("{l}\n"))
            .collect();
        let found = slaves(text.as_bytes());
        assert_eq!((found[0].actor, found[0].partner_churn), (None, Some(Churn::Churned)));
    }

    /// The other modes have no lines about their slaves that active-backup has not.
    #[test]
    fn every_mode_is_read() {
        for mode in [
            "load balancing (round-robin)",
            "load balancing (xor)",
            "fault-tolerance (broadcast)",
            "transmit load balancing",
            "adaptive load balancing",
        ] {
            let text = ACTIVE_BACKUP.replace("fault-tolerance (active-backup)", mode);
            assert_eq!(slaves(text.as_bytes()).len(), 2, "{mode}");
        }
        assert!(slaves(b"").is_empty());
    }

    proptest! {
        #[test]
        fn arbitrary_text_never_panics(text in prop::collection::vec(any::<u8>(), 0..400)) {
            let _ = slaves(&text);
        }

        #[test]
        fn a_text_that_is_cut_off_never_panics(end in 0..LACP.len()) {
            prop_assert!(slaves(&LACP.as_bytes()[..end]).len() <= 2);
        }
    }
}
