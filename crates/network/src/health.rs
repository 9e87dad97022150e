//! Whether a link does what it is there for, judged from what the kernel tells.
//!
//! A first look that every `status` takes: it names what is wrong in a line and leaves the proof and the remedy to the
//! doctor. It judges an observed [`Network`]; what a network does not say is not held against it.

use std::collections::BTreeSet;
use std::fmt;

use serde::{Serialize, Serializer};

use crate::bond::MiiStatus;
use crate::bridge::StpState;
use crate::lacp::PortState;
use crate::{Bond, BondMode, Bridge, IfName, Kind, Link, Mac, Network, option};

/// Whether a link does what it is there for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "health", content = "reasons", rename_all = "kebab-case")]
pub enum Health {
    /// It does, and nothing that it rests on is missing.
    Healthy,
    /// It carries traffic, with less than it was built with.
    Degraded(Vec<Reason>),
    /// It carries nothing.
    Down(Vec<Reason>),
}

impl Health {
    /// Why it is not healthy; empty when it is.
    #[must_use]
    pub fn reasons(&self) -> &[Reason] {
        match self {
            Self::Healthy => &[],
            Self::Degraded(reasons) | Self::Down(reasons) => reasons,
        }
    }

    fn of(down: Vec<Reason>, degraded: Vec<Reason>) -> Self {
        match (down.is_empty(), degraded.is_empty()) {
            (true, true) => Self::Healthy,
            (true, false) => Self::Degraded(degraded),
            (false, _) => Self::Down(down.into_iter().chain(degraded).collect()),
        }
    }
}

/// `healthy`, `degraded`, `down`.
impl fmt::Display for Health {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Healthy => "healthy",
            Self::Degraded(_) => "degraded",
            Self::Down(_) => "down",
        })
    }
}

/// One thing that is wrong with a link. [`fmt::Display`] says it in a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// It is administratively down.
    AdministrativelyDown,
    /// It is up and there is no signal.
    NoCarrier,
    /// The link that it rides on is down.
    LowerDown(IfName),
    /// Every uplink of the bridge is down.
    UplinksDown(Vec<IfName>),
    /// A port does not forward yet, or not at all, by the spanning tree's will.
    PortNotForwarding {
        /// Which.
        port: IfName,
        /// What it does instead.
        state: StpState,
    },
    /// The bond has no slaves.
    NoSlaves,
    /// The link monitor holds a slave for down, or its verdict is pending.
    Slave {
        /// Which.
        slave: IfName,
        /// The verdict.
        mii: MiiStatus,
    },
    /// One slave is left to carry everything.
    OneUsableSlave(IfName),
    /// Neither miimon nor the ARP monitor runs: no failure would be noticed.
    NoMonitor,
    /// 802.3ad, and nobody at the other end of any slave speaks LACP.
    NoPartner,
    /// 802.3ad, and nobody speaks LACP at the other end of this slave, while others have a partner.
    SlaveWithoutPartner(IfName),
    /// 802.3ad, and the first LACPDU at this slave may still come: its link came up less than 3 s ago.
    PartnerAwaited(IfName),
    /// The partner was heard at this slave once, and is not any more.
    PartnerSilent(IfName),
    /// The partner hears us and does not take this slave into its aggregator.
    PartnerOutOfSync(IfName),
    /// The slaves sit in several aggregators: only one of them carries traffic.
    DifferentAggregators(Vec<IfName>),
    /// The slaves lead to different systems: separate switches without MLAG.
    DifferentPartners(Vec<Mac>),
    /// One system, but several LAGs there.
    DifferentPartnerKeys(Vec<u16>),
    /// The slaves run at different speeds, in megabits a second.
    DifferentSpeeds(Vec<u32>),
    /// A slave runs at half duplex, which LACP refuses.
    HalfDuplex(IfName),
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AdministrativelyDown => f.write_str("it is administratively down"),
            Self::NoCarrier => f.write_str("no carrier: no signal reaches it"),
            Self::LowerDown(lower) => write!(f, "{lower}, which it rides on, is down"),
            Self::UplinksDown(ports) => {
                write!(f, "{} down: nothing leaves or enters this host through it", are(&names(ports), ports.len()))
            }
            Self::PortNotForwarding { port, state } => {
                let state = match state {
                    StpState::Disabled => "disabled",
                    StpState::Listening => "still listening",
                    StpState::Learning => "still learning",
                    StpState::Forwarding => "forwarding",
                    StpState::Blocking => "blocked",
                };
                write!(f, "the spanning tree has {port} {state}: it forwards nothing")
            }
            Self::NoSlaves => f.write_str("it has no slaves"),
            Self::Slave { slave, mii: MiiStatus::Up } => write!(f, "{slave} is up"),
            Self::Slave { slave, mii: MiiStatus::GoingDown } => {
                write!(f, "{slave} lost its link; downdelay runs before it is given up")
            }
            Self::Slave { slave, mii: MiiStatus::Down } => write!(f, "{slave} is down"),
            Self::Slave { slave, mii: MiiStatus::GoingBack } => {
                write!(f, "{slave} has a link again; updelay runs before it is used")
            }
            Self::OneUsableSlave(slave) => write!(f, "{slave} alone is usable: if it fails too, the bond is down"),
            Self::NoMonitor => f.write_str("no link monitor runs (miimon 0 and arp_interval 0): no failure is noticed"),
            Self::NoPartner => f.write_str("no partner heard: LACP isn't configured at the switch"),
            Self::SlaveWithoutPartner(slave) => {
                write!(f, "no partner heard at {slave}: its port isn't in the LAG at the switch")
            }
            Self::PartnerAwaited(slave) => write!(f, "no partner heard at {slave} yet: its link has just come up"),
            Self::PartnerSilent(slave) => write!(f, "the partner at {slave} fell silent"),
            Self::PartnerOutOfSync(slave) => write!(f, "the partner at {slave} is not in sync: it keeps the port out"),
            Self::DifferentAggregators(slaves) => {
                write!(f, "{} not in the active aggregator: no traffic", are(&names(slaves), slaves.len()))
            }
            Self::DifferentPartners(systems) => {
                let systems: Vec<_> = systems.iter().map(ToString::to_string).collect();
                write!(f, "the slaves lead to different systems ({}): not one switch", systems.join(", "))
            }
            Self::DifferentPartnerKeys(keys) => {
                let keys: Vec<_> = keys.iter().map(ToString::to_string).collect();
                write!(f, "the switch has the slaves in different LAGs (keys {})", keys.join(", "))
            }
            Self::DifferentSpeeds(speeds) => {
                let speeds: Vec<_> = speeds.iter().map(ToString::to_string).collect();
                write!(f, "the slaves run at different speeds ({} Mb/s)", speeds.join(", "))
            }
            Self::HalfDuplex(slave) => write!(f, "{slave} runs at half duplex, so LACP leaves it out"),
        }
    }
}

impl Serialize for Reason {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

fn names(names: &[IfName]) -> String {
    names.iter().map(IfName::as_str).collect::<Vec<_>>().join(", ")
}

fn are(names: &str, count: usize) -> String {
    format!("{names} {}", if count == 1 { "is" } else { "are" })
}

/// Judges a link of an observed network.
#[must_use]
pub fn health(network: &Network, link: &Link) -> Health {
    let mut down = Vec::new();
    if link.up == Some(false) {
        down.push(Reason::AdministrativelyDown);
    }
    let no_carrier = link.up != Some(false) && link.carrier() == Some(false);
    match &link.kind {
        Kind::Loopback => Health::of(down, Vec::new()),
        Kind::Bridge(bridge) => bridge_health(network, bridge, down),
        Kind::Bond(bond) => {
            if bond.slaves.is_empty() {
                down.push(Reason::NoSlaves);
            } else if no_carrier {
                down.push(Reason::NoCarrier);
            }
            Health::of(down, bond_reasons(network, bond))
        }
        Kind::Vlan(vlan) => {
            if no_carrier {
                down.push(Reason::LowerDown(vlan.lower.clone()));
            }
            Health::of(down, Vec::new())
        }
        Kind::Nic | Kind::Given(_) | Kind::Other(_) => {
            if no_carrier {
                down.push(Reason::NoCarrier);
            }
            let bond = link.master.as_ref().and_then(|name| network.link(name)).and_then(Link::bond);
            Health::of(down, bond.map_or_else(Vec::new, |bond| slave_reasons(bond, link)))
        }
    }
}

/// A bridge without ports, or with guests' only, is healthy: Proxmox builds such for guests among themselves. Its own
/// carrier then says nothing.
fn bridge_health(network: &Network, bridge: &Bridge, mut down: Vec<Reason>) -> Health {
    // The kernel lets no bridge into a bridge; a hand-made network that does must not send us round in circles.
    let uplinks: Vec<&Link> = bridge
        .ports
        .iter()
        .filter(|port| !port.is_guest_port())
        .filter_map(|port| network.link(port))
        .filter(|link| link.bridge().is_none())
        .collect();
    let dead = |link: &&&Link| matches!(health(network, link), Health::Down(_));
    if !uplinks.is_empty() && uplinks.iter().all(|link| dead(&link)) {
        down.push(Reason::UplinksDown(uplinks.iter().map(|link| link.name.clone()).collect()));
    }
    let waiting = uplinks.iter().filter_map(|link| {
        let state = link.bridge_port.as_ref()?.state?;
        matches!(state, StpState::Listening | StpState::Learning)
            .then(|| Reason::PortNotForwarding { port: link.name.clone(), state })
    });
    let degraded = waiting.collect();
    Health::of(down, degraded)
}

fn bond_reasons(network: &Network, bond: &Bond) -> Vec<Reason> {
    let mut out = Vec::new();
    let slaves: Vec<&Link> = bond.slaves.iter().filter_map(|slave| network.link(slave)).collect();
    let mut usable = Vec::new();
    for slave in &slaves {
        match slave.bond_port.as_ref().and_then(|port| port.state.as_ref()).map(|state| state.mii) {
            None | Some(MiiStatus::Up) => usable.push(slave.name.clone()),
            Some(mii) => out.push(Reason::Slave { slave: slave.name.clone(), mii }),
        }
    }
    if let [only] = usable.as_slice() {
        out.push(Reason::OneUsableSlave(only.clone()));
    }
    let off = |option| bond.options.number(option) == Some(0);
    if off(option::bond::MIIMON) && off(option::bond::ARP_INTERVAL) {
        out.push(Reason::NoMonitor);
    }
    if bond.mode() == BondMode::Lacp {
        lacp_reasons(bond, &slaves, &mut out);
    }
    let running = slaves.iter().filter(|slave| slave.carrier() != Some(false));
    let speeds: BTreeSet<u32> = running.filter_map(|slave| slave.facts.as_ref()?.speed).collect();
    if speeds.len() > 1 {
        out.push(Reason::DifferentSpeeds(speeds.into_iter().collect()));
    }
    out
}

/// What is wrong between a bond and its switch. Slaves without a link are left out: that is said already.
fn lacp_reasons(bond: &Bond, slaves: &[&Link], out: &mut Vec<Reason>) {
    let live: Vec<_> = slaves.iter().filter_map(|slave| Some((*slave, live_lacp(slave)?))).collect();
    let aggregator = bond.state.as_ref().and_then(|state| state.aggregator);
    let alone = aggregator.is_none_or(|aggregator| aggregator.partner_mac.is_zero());
    let nobody = |lacp: &crate::lacp::PortLacp| !has_partner(lacp) && !lacp.actor_state.has(PortState::EXPIRED);
    if !live.is_empty() && alone && live.iter().all(|(_, lacp)| nobody(lacp)) {
        out.push(Reason::NoPartner);
        return;
    }
    let mut elsewhere = Vec::new();
    for (slave, lacp) in &live {
        if slave.facts.as_ref().and_then(|facts| facts.full_duplex) == Some(false) {
            out.push(Reason::HalfDuplex(slave.name.clone()));
        } else if let Some(reason) = partner_reason(slave, lacp) {
            out.push(reason);
        } else if aggregator.is_some_and(|aggregator| aggregator.id != lacp.aggregator) {
            elsewhere.push(slave.name.clone());
        }
    }
    if !elsewhere.is_empty() {
        out.push(Reason::DifferentAggregators(elsewhere));
    }
    let partners = || live.iter().filter_map(|(_, lacp)| lacp.partner).filter(|end| !end.system.is_zero());
    let systems: BTreeSet<Mac> = partners().map(|end| end.system).collect();
    let keys: BTreeSet<u16> = partners().map(|end| end.key).collect();
    if systems.len() > 1 {
        out.push(Reason::DifferentPartners(systems.into_iter().collect()));
    } else if keys.len() > 1 {
        out.push(Reason::DifferentPartnerKeys(keys.into_iter().collect()));
    }
}

/// What is wrong with a slave as such: what its bond says of it, without its name being news.
fn slave_reasons(bond: &Bond, link: &Link) -> Vec<Reason> {
    let mii = link.bond_port.as_ref().and_then(|port| port.state.as_ref()).map(|state| state.mii);
    let mut out = Vec::new();
    if let Some(mii) = mii.filter(|mii| *mii != MiiStatus::Up) {
        out.push(Reason::Slave { slave: link.name.clone(), mii });
    }
    if bond.mode() == BondMode::Lacp
        && let Some(lacp) = live_lacp(link)
    {
        out.extend(partner_reason(link, lacp));
    }
    out
}

fn live_lacp(slave: &Link) -> Option<&crate::lacp::PortLacp> {
    let state = slave.bond_port.as_ref()?.state.as_ref()?;
    state.lacp.as_ref().filter(|_| state.mii == MiiStatus::Up)
}

/// Whether a partner was ever heard. Defaulted says no; so does a partner whose system is zero.
fn has_partner(lacp: &crate::lacp::PortLacp) -> bool {
    !lacp.actor_state.has(PortState::DEFAULTED) && lacp.partner.is_none_or(|end| !end.system.is_zero())
}

fn partner_reason(slave: &Link, lacp: &crate::lacp::PortLacp) -> Option<Reason> {
    let name = slave.name.clone();
    // The receive machine is EXPIRED for 3 s after a link comes up or a partner falls silent, then DEFAULTED.
    match (has_partner(lacp), lacp.actor_state.has(PortState::EXPIRED)) {
        (false, false) => return Some(Reason::SlaveWithoutPartner(name)),
        (false, true) => return Some(Reason::PartnerAwaited(name)),
        (true, true) => return Some(Reason::PartnerSilent(name)),
        (true, false) => {}
    }
    if !lacp.partner_state.has(PortState::SYNCHRONIZATION) { Some(Reason::PartnerOutOfSync(name)) } else { None }
}

#[cfg(test)]
mod tests;
