//! `/proc/net/bonding/<bond>` as the driver of Linux 6.1 writes it (`bond_procfs.c`: `bond_info_show_master`,
//! `bond_info_show_slave`), read by somebody with CAP_NET_ADMIN.

use std::fmt::{self, Write};

use network::bond::MiiStatus;
use network::lacp::{Churn, LacpEnd, PortState};
use network::option::{bond, bond_port};
use network::{Bond, BondMode, IfName, Opt, Value};

use super::Kernel;
use crate::bond::Slave;

/// What the text begins with; a real kernel has its own release there.
const HEAD: &str = "Ethernet Channel Bonding Driver: v6.1.0";

impl Kernel {
    /// The text; `None`: it is no bond.
    #[must_use]
    pub fn proc_bonding(&self, name: &IfName) -> Option<String> {
        let known = self.bonds.get(name)?;
        let mut link = self.model.link(name)?.clone();
        self.complete(&mut link);
        let told = link.bond()?;
        let mut out = String::new();
        // Writing into a string does not fail.
        let _ = self.master(&mut out, name, told);
        for slave in &known.driver.slaves {
            let _ = self.slave(&mut out, name, slave);
        }
        Some(out)
    }

    fn master(&self, out: &mut String, name: &IfName, told: &Bond) -> fmt::Result {
        let Some(known) = self.bonds.get(name) else { return Ok(()) };
        let (mode, settings) = (known.settings.mode, &known.settings);
        let show = |option: Opt| told.options.get(option).map(|value| option.show(value)).unwrap_or_default();
        let number = |option: Opt| told.options.number(option).unwrap_or(0);
        write!(out, "{HEAD}\n\nBonding Mode: {}", mode_words(mode))?;
        if mode == BondMode::ActiveBackup && number(bond::FAIL_OVER_MAC) != 0 {
            write!(out, " (fail_over_mac {})", show(bond::FAIL_OVER_MAC))?;
        }
        out.write_char('\n')?;
        if uses_hash(mode, number(bond::TLB_DYNAMIC_LB) != 0) {
            let policy = bond::XMIT_HASH_POLICY;
            writeln!(out, "Transmit Hash Policy: {} ({})", show(policy), number(policy))?;
        }
        if settings.uses_primary() {
            match told.options.get(bond::PRIMARY) {
                Some(Value::Link(Some(primary))) => {
                    writeln!(out, "Primary Slave: {primary} (primary_reselect {})", show(bond::PRIMARY_RESELECT))?;
                }
                _ => writeln!(out, "Primary Slave: None")?,
            }
            let active = known.driver.active.as_ref().map_or("None", IfName::as_str);
            writeln!(out, "Currently Active Slave: {active}")?;
        }
        writeln!(out, "MII Status: {}", if known.driver.carrier { "up" } else { "down" })?;
        writeln!(out, "MII Polling Interval (ms): {}", number(bond::MIIMON))?;
        writeln!(out, "Up Delay (ms): {}", number(bond::UPDELAY))?;
        writeln!(out, "Down Delay (ms): {}", number(bond::DOWNDELAY))?;
        writeln!(out, "Peer Notification Delay (ms): {}", number(bond::PEER_NOTIF_DELAY))?;
        if number(bond::ARP_INTERVAL) > 0 {
            writeln!(out, "ARP Polling Interval (ms): {}", number(bond::ARP_INTERVAL))?;
            writeln!(out, "ARP Missed Max: {}", number(bond::ARP_MISSED_MAX))?;
            writeln!(out, "ARP IP target/s (n.n.n.n form):{}", targets(told, bond::ARP_IP_TARGET))?;
            writeln!(out, "NS IPv6 target/s (xx::xx form):{}", targets(told, bond::NS_IP6_TARGET))?;
        }
        if mode == BondMode::Lacp {
            writeln!(out, "\n802.3ad info")?;
            writeln!(out, "LACP active: {}", show(bond::LACP_ACTIVE))?;
            writeln!(out, "LACP rate: {}", show(bond::LACP_RATE))?;
            writeln!(out, "Min links: {}", number(bond::MIN_LINKS))?;
            writeln!(out, "Aggregator selection policy (ad_select): {}", show(bond::AD_SELECT))?;
            self.aggregator(out, name)?;
        }
        Ok(())
    }

    fn aggregator(&self, out: &mut String, name: &IfName) -> fmt::Result {
        let Some(machines) = self.bonds.get(name).and_then(|known| known.driver.aggregation.as_ref()) else {
            return Ok(());
        };
        let (priority, system) = machines.system();
        writeln!(out, "System priority: {priority}\nSystem MAC address: {system}")?;
        let Some(active) = machines.aggregator() else {
            return writeln!(out, "bond {name} has no active aggregator");
        };
        writeln!(out, "Active Aggregator Info:\n\tAggregator ID: {}", active.id)?;
        writeln!(out, "\tNumber of ports: {}\n\tActor Key: {}", active.ports, active.actor_key)?;
        writeln!(out, "\tPartner Key: {}\n\tPartner Mac Address: {}", active.partner_key, active.partner_mac)
    }

    fn slave(&self, out: &mut String, bond: &IfName, slave: &Slave) -> fmt::Result {
        writeln!(out, "\nSlave Interface: {}\nMII Status: {}", slave.name, mii_words(slave.link))?;
        match self.told_speed(&slave.name) {
            Some((speed, full)) => {
                writeln!(out, "Speed: {speed} Mbps\nDuplex: {}", if full { "full" } else { "half" })?;
            }
            None => writeln!(out, "Speed: Unknown\nDuplex: Unknown")?,
        }
        writeln!(out, "Link Failure Count: {}", slave.failures)?;
        writeln!(out, "Permanent HW addr: {}", slave.original_mac)?;
        let port = self.model.link(&slave.name).and_then(|link| link.bond_port.as_ref());
        let queue = port.and_then(|port| port.options.number(bond_port::QUEUE_ID)).unwrap_or(0);
        writeln!(out, "Slave queue ID: {queue}")?;
        let Some(machines) = self.bonds.get(bond).and_then(|known| known.driver.aggregation.as_ref()) else {
            return Ok(());
        };
        let Some(port) = machines.port(&slave.name).filter(|port| port.aggregator != 0) else {
            return writeln!(out, "Aggregator ID: N/A");
        };
        writeln!(out, "Aggregator ID: {}", port.aggregator)?;
        writeln!(out, "Actor Churn State: {}", churn_word(port.actor_churn))?;
        writeln!(out, "Partner Churn State: {}", churn_word(port.partner_churn))?;
        let (actor, partner) = machines.churn_counts(&slave.name);
        writeln!(out, "Actor Churned Count: {actor}\nPartner Churned Count: {partner}")?;
        end(out, "actor", "port key", port.actor, port.actor_state)?;
        end(out, "partner", "oper key", port.partner, port.partner_state)
    }

    /// What `ethtool` says of a slave. A veth knows its speed without a link.
    fn told_speed(&self, name: &IfName) -> Option<(u32, bool)> {
        let nic = self.nics.get(name)?;
        let knows = nic.phy.has_carrier() || nic.facts.driver == "veth";
        (knows && nic.facts.speed > 0).then_some((nic.facts.speed, nic.facts.full_duplex))
    }
}

fn end(out: &mut String, whose: &str, key: &str, end: Option<LacpEnd>, state: PortState) -> fmt::Result {
    let Some(end) = end else { return Ok(()) };
    writeln!(out, "details {whose} lacp pdu:")?;
    writeln!(out, "    system priority: {}", end.system_priority)?;
    writeln!(out, "    system mac address: {}", end.system)?;
    writeln!(out, "    {key}: {}", end.key)?;
    writeln!(out, "    port priority: {}\n    port number: {}", end.port_priority, end.port)?;
    writeln!(out, "    port state: {}", state.0)
}

/// A list of targets, each behind a blank.
fn targets(told: &Bond, option: Opt) -> String {
    let texts: Vec<String> = match told.options.get(option) {
        Some(Value::Ipv4s(list)) => list.iter().map(ToString::to_string).collect(),
        Some(Value::Ipv6s(list)) => list.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    if texts.is_empty() { String::new() } else { format!(" {}", texts.join(", ")) }
}

/// `bond_mode_uses_xmit_hash`.
fn uses_hash(mode: BondMode, dynamic: bool) -> bool {
    match mode {
        BondMode::Lacp | BondMode::BalanceXor => true,
        BondMode::BalanceTlb | BondMode::BalanceAlb => !dynamic,
        _ => false,
    }
}

/// `bond_mode_name`.
fn mode_words(mode: BondMode) -> &'static str {
    match mode {
        BondMode::BalanceRr => "load balancing (round-robin)",
        BondMode::ActiveBackup => "fault-tolerance (active-backup)",
        BondMode::BalanceXor => "load balancing (xor)",
        BondMode::Broadcast => "fault-tolerance (broadcast)",
        BondMode::Lacp => "IEEE 802.3ad Dynamic link aggregation",
        BondMode::BalanceTlb => "transmit load balancing",
        BondMode::BalanceAlb => "adaptive load balancing",
    }
}

/// `bond_slave_link_status`.
fn mii_words(link: MiiStatus) -> &'static str {
    match link {
        MiiStatus::Up => "up",
        MiiStatus::GoingDown => "going down",
        MiiStatus::Down => "down",
        MiiStatus::GoingBack => "going back",
    }
}

/// `bond_3ad_churn_desc`.
fn churn_word(churn: Option<Churn>) -> &'static str {
    match churn {
        Some(Churn::Monitoring) => "monitoring",
        Some(Churn::Churned) => "churned",
        Some(Churn::None) => "none",
        None => "unknown",
    }
}
