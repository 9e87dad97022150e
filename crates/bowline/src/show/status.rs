//! A network as a tree: bridge, bond, NIC, with each bridge's guests. What is on top is what an administrator names first;
//! what it rests on is beneath.

use std::collections::BTreeSet;

use network::{Bridge, IfName, Kind, Link, Network, health};

use super::text::Text;
use super::tree::{self, Node};
use super::{bond, detail, guests, link};
use crate::Look;
use crate::io::FAINT;

/// The whole network.
#[must_use]
pub fn overview(network: &Network, look: Look) -> String {
    let mut view = View { network, look, detailed: false, shown: BTreeSet::new() };
    // Bridges first, then what stands by itself, NICs that nobody uses last.
    let rank = |link: &Link| match &link.kind {
        Kind::Bridge(_) => 0,
        Kind::Bond(_) => 1,
        Kind::Vlan(_) => 2,
        _ if !link.addresses.is_empty() => 3,
        Kind::Given(_) | Kind::Other(_) => 4,
        Kind::Nic | Kind::Loopback => 5,
    };
    let mut roots: Vec<&Link> = network.links.values().filter(|link| is_root(network, link)).collect();
    roots.sort_by_key(|link| rank(link));
    let nodes: Vec<Node> = roots.into_iter().map(|link| view.node(link)).collect();
    if nodes.is_empty() {
        return "no bridge, no bond, no NIC\n".to_owned();
    }
    tree::draw(&nodes, look)
}

/// One link with what it rests on, in detail.
#[must_use]
pub fn one(network: &Network, link: &Link, look: Look) -> String {
    let mut view = View { network, look, detailed: true, shown: BTreeSet::new() };
    tree::draw(&[view.node(link)], look)
}

/// Kinds of which modules make a first device of their own accord (`tunl0`, `sit0`, `ifb0` and the like). While nobody
/// uses it, it is nobody's concern.
const MADE_BY_MODULES: &[&str] =
    &["dummy", "erspan", "gre", "gretap", "ifb", "ip6gre", "ip6tnl", "ipip", "sit", "vti", "vti6"];

/// Whether a link stands at the top: it has no master, and nothing rides on it.
fn is_root(network: &Network, link: &Link) -> bool {
    let idle = link.up != Some(true) && link.addresses.is_empty();
    match &link.kind {
        Kind::Loopback => false,
        Kind::Bridge(_) => !link.name.is_guest_port(),
        Kind::Other(kind) if idle && MADE_BY_MODULES.contains(&kind.as_str()) => false,
        Kind::Vlan(_) => link.master.is_none(),
        _ => link.master.is_none() && network.vlans_on(&link.name).next().is_none(),
    }
}

struct View<'a> {
    network: &'a Network,
    look: Look,
    detailed: bool,
    /// What was drawn already: a bond that carries several VLAN devices is drawn once.
    shown: BTreeSet<IfName>,
}

impl View<'_> {
    fn node(&mut self, link: &Link) -> Node {
        if !self.shown.insert(link.name.clone()) {
            let seen = format!("{}, shown above", link::kind(link));
            return Node { cells: vec![link::name(link), Text::styled(FAINT, seen)], ..Node::default() };
        }
        let mut node = match &link.kind {
            Kind::Bridge(bridge) => self.bridge(link, bridge),
            Kind::Bond(bond) => self.bond(link, bond),
            Kind::Vlan(vlan) => self.over(link, &vlan.lower),
            _ => self.leaf(link),
        };
        if self.detailed {
            node.notes.extend(detail::notes(self.network, link));
        }
        node
    }

    fn bridge(&mut self, link: &Link, bridge: &Bridge) -> Node {
        let aware = if bridge.is_vlan_aware() { ", VLAN aware" } else { "" };
        let stp = match bridge.options.number(network::option::bridge::STP_STATE) {
            Some(1..) => ", STP on",
            _ => "",
        };
        let what = format!("bridge{aware}{stp}, {}", link::state(link));
        let mut node = self.trunk(link, what, link::addresses(self.network, link));
        let ports: Vec<&Link> = bridge
            .ports
            .iter()
            .filter(|port| !port.is_guest_port())
            .filter_map(|port| self.network.link(port))
            .filter(|port| port.bridge().is_none())
            .collect();
        node.children = ports.into_iter().map(|port| self.node(port)).collect();
        let limit = if self.detailed { usize::MAX } else { guests::SHOWN };
        if let Some(line) = guests::line(self.network, bridge, limit) {
            node.children.push(Node { cells: vec![line], ..Node::default() });
        }
        node
    }

    fn bond(&mut self, link: &Link, bond: &network::Bond) -> Node {
        let what = format!("{}, {}", bond::what(bond), link::state(link));
        let mut node = self.trunk(link, what, link::addresses(self.network, link));
        if bond.slaves.is_empty() && link.up == Some(false) && link.master.is_none() {
            // As the bonding module makes its first one when it is loaded.
            node.cells[2] = Text::styled(FAINT, "not used");
            node.notes = Vec::new();
        }
        let slaves: Vec<&Link> = bond.slaves.iter().filter_map(|slave| self.network.link(slave)).collect();
        node.notes.extend(bond::lacp_notes(bond, &slaves));
        node.children = slaves.into_iter().map(|slave| self.slave(bond, slave)).collect();
        node
    }

    fn slave(&mut self, bond: &network::Bond, slave: &Link) -> Node {
        self.shown.insert(slave.name.clone());
        let mut node = Node {
            cells: bond::slave_cells(bond, slave, self.look),
            notes: bond::slave_notes(bond, slave),
            ..Node::default()
        };
        if self.detailed {
            node.notes.extend(detail::notes(self.network, slave));
        }
        node
    }

    /// A VLAN device over what it rides on. A bridge beneath it stands for itself and is only named.
    fn over(&mut self, link: &Link, lower: &IfName) -> Node {
        let what = format!("{}, {}", link::kind(link), link::state(link));
        let mut node = self.trunk(link, what, link::addresses(self.network, link));
        if let Some(lower) = self.network.link(lower).filter(|lower| lower.bridge().is_none()) {
            node.children = vec![self.node(lower)];
        }
        node
    }

    /// A link that others are beneath.
    fn trunk(&self, link: &Link, mut what: String, rest: Text) -> Node {
        let judged = health(self.network, link);
        if let Some(mtu) = link.mtu.filter(|mtu| *mtu != 1500) {
            what += &format!(", MTU {mtu}");
        }
        // The columns of a NIC, which stands beside it: it has no speed or driver of its own.
        let (speed, driver) = (Text::default(), Text::default());
        let cells = vec![link::name(link), Text::plain(what), link::health(&judged), speed, driver, rest];
        Node { cells, notes: link::reasons(link, &judged), children: Vec::new() }
    }

    fn leaf(&self, link: &Link) -> Node {
        let master = link.master.as_ref().and_then(|master| self.network.link(master));
        if let Some(bond) = master.and_then(Link::bond) {
            // Asked for by name: its part in the bond is what matters.
            let cells = bond::slave_cells(bond, link, self.look);
            return Node { cells, notes: bond::slave_notes(bond, link), ..Node::default() };
        }
        let judged = health(self.network, link);
        let mut cells = link::cells(self.network, link, &judged);
        let used = master.is_some() || !link.addresses.is_empty() || self.network.vlans_on(&link.name).next().is_some();
        if !used {
            // Nobody relies on it, so there is no health to speak of.
            cells[2] = Text::styled(FAINT, "not used");
        }
        let notes = if used { link::reasons(link, &judged) } else { Vec::new() };
        Node { cells, notes, ..Node::default() }
    }
}

/// The part of a network that a link rests on, the link itself included, with its routes.
#[must_use]
pub fn beneath(network: &Network, link: &Link) -> Network {
    let mut out = Network::default();
    let mut queue = vec![link.name.clone()];
    // Each link enters once, so this ends.
    while let Some(name) = queue.pop() {
        let Some(link) = network.link(&name).filter(|_| !out.links.contains_key(&name)) else { continue };
        match &link.kind {
            Kind::Bond(bond) => queue.extend(bond.slaves.iter().cloned()),
            Kind::Bridge(bridge) => queue.extend(bridge.ports.iter().cloned()),
            Kind::Vlan(vlan) => queue.push(vlan.lower.clone()),
            _ => {}
        }
        out.insert(link.clone());
    }
    out.routes = network.routes.iter().filter(|route| out.links.contains_key(&route.link)).cloned().collect();
    out
}
