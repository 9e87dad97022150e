//! A host in a few lines of text, to check a file against. `cases/README.md` says what a line may hold.

use network::bond::{BondPortState, MiiStatus};
use network::lacp::{Aggregator, PortLacp, PortState};
use network::{Address, Bond, BondPort, Bridge, BridgePort, IfName, Kind, Link, Mac, Network, PortVlans, Vid};

/// Why a text describes no host.
pub type Error = Box<dyn std::error::Error + Send + Sync>;

/// Reads a host.
pub fn read(text: &str) -> Result<Network, Error> {
    let mut host = Network::default();
    for line in text.lines() {
        let mut words = line.split_whitespace();
        let name: IfName = words.next().ok_or("a line without a name")?.parse()?;
        let mut link = host.links.remove(&name).unwrap_or_else(|| nic(name));
        for word in words {
            match word.split_once('=') {
                Some((key, value)) => fact(&mut host, &mut link, key, value)?,
                None => link.mtu = Some(word.parse()?),
            }
        }
        host.insert(link);
    }
    Ok(host)
}

/// A NIC of which nothing is known.
pub fn nic(name: IfName) -> Link {
    let kind = if name.as_str() == "lo" { Kind::Loopback } else { Kind::Nic };
    let mut link = Link::new(name, kind);
    (link.mtu, link.facts) = (Some(1500), Some(Box::default()));
    link
}

fn fact(host: &mut Network, link: &mut Link, key: &str, value: &str) -> Result<(), Error> {
    let facts = link.facts.get_or_insert_default();
    match key {
        "driver" => facts.driver = Some(value.to_owned()),
        "speed" => facts.speed = Some(value.parse()?),
        "duplex" => facts.full_duplex = Some(value == "full"),
        "carrier" => facts.carrier = Some(value == "on"),
        "mac" => facts.permanent_mac = Some(value.parse()?),
        "now-mac" => link.mac = Some(value.parse()?),
        "alt" => facts.altnames.push(value.to_owned()),
        "leased" => link.addresses.push(Address { dynamic: true, ..Address::new(value.parse()?) }),
        "bond" => enslave(host, link, value.parse()?),
        "failures" => state(link)?.failures = value.parse()?,
        "aggregator" => state(link)?.lacp = Some(lacp(value.parse()?)),
        "active-aggregator" => bond(link)?.state.get_or_insert_default().aggregator = Some(aggregator(value.parse()?)),
        "bridge" => attach(host, link, value.parse()?),
        "pvid" => {
            let vid: Vid = value.parse()?;
            link.bridge_port.get_or_insert_default().vlans = Some(PortVlans::only_pvid(vid));
        }
        _ => return Err(format!("`{key}` is no fact of a link").into()),
    }
    Ok(())
}

fn enslave(host: &mut Network, link: &mut Link, master: IfName) {
    if host.link(&master).is_none() {
        host.insert(Link::new(master.clone(), Kind::Nic));
    }
    let bond = host.links.get_mut(&master).expect("made above");
    if bond.bond().is_none() {
        bond.kind = Kind::Bond(Bond::default());
    }
    if let Kind::Bond(bond) = &mut bond.kind {
        bond.slaves.push(link.name.clone());
    }
    link.master = Some(master);
    let state = BondPortState { mii: MiiStatus::Up, active: true, failures: 0, original_mac: None, lacp: None };
    link.bond_port = Some(BondPort { state: Some(Box::new(state)), ..BondPort::default() });
}

fn attach(host: &mut Network, link: &mut Link, master: IfName) {
    if host.link(&master).is_none() {
        host.insert(Link::new(master.clone(), Kind::Nic));
    }
    let bridge = host.links.get_mut(&master).expect("made above");
    if bridge.bridge().is_none() {
        bridge.kind = Kind::Bridge(Bridge::default());
    }
    if let Kind::Bridge(bridge) = &mut bridge.kind {
        bridge.ports.push(link.name.clone());
    }
    link.master = Some(master);
    link.kind = Kind::Other("tun".to_owned());
    link.bridge_port = Some(BridgePort::default());
}

fn bond(link: &mut Link) -> Result<&mut Bond, Error> {
    match &mut link.kind {
        Kind::Bond(bond) => Ok(bond),
        _ => Err("an aggregator is a bond's: name its slaves first".into()),
    }
}

fn state(link: &mut Link) -> Result<&mut BondPortState, Error> {
    let state = link.bond_port.as_mut().and_then(|port| port.state.as_deref_mut());
    state.ok_or_else(|| "only a slave has that: say `bond=NAME` first".into())
}

fn aggregator(id: u16) -> Aggregator {
    Aggregator { id, ports: 1, actor_key: 9, partner_key: 1, partner_mac: Mac::ZERO }
}

fn lacp(aggregator: u16) -> PortLacp {
    PortLacp {
        aggregator,
        actor_state: PortState(0x3f),
        partner_state: PortState(0x3d),
        actor: None,
        partner: None,
        actor_churn: None,
        partner_churn: None,
    }
}
