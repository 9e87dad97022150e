//! Hosts and wanted networks by chance: four NICs, up to two bonds, up to two bridges, VLAN devices and addresses.

use network::link::Addressing;
use network::option::{self, Domain, bond};
use network::{
    Address, Bond, BondMode, BondPort, Bridge, BridgePort, Facts, IfName, Kind, Link, Mac, Network, Options, PortVlans,
    Route, Scope, Value, Vid, VidRange, Vlan, VlanEntry, VlanProtocol,
};
use proptest::prelude::*;

const NICS: [&str; 4] = ["enp1s0", "enp2s0", "enp3s0", "enp4s0"];

fn name(text: &str) -> IfName {
    text.parse().expect("a literal of this file")
}

/// A host as it boots: four NICs, the first of them up with an address.
pub(crate) fn bare_host() -> Network {
    let mut host = Network::default();
    for (n, nic) in (1..).zip(NICS) {
        let mut link = Link::new(name(nic), Kind::Nic);
        let mac = Mac([2, 0, 0, 0, 0, n]);
        (link.up, link.mtu, link.mac) = (Some(n == 1), Some(1500), Some(mac));
        link.facts = Some(Box::new(Facts { permanent_mac: Some(mac), ..Facts::default() }));
        host.insert(link);
    }
    let first = host.links.get_mut(&name(NICS[0])).expect("made above");
    first.addresses.push(Address::new("192.0.2.10/24".parse().expect("a literal")));
    host.routes.push(Route::default_via("192.0.2.1".parse().expect("a literal"), name(NICS[0]), None));
    host
}

/// Attaches a guest to the first bridge, if there is one.
pub(crate) fn plug_in_a_guest(host: &mut Network) -> IfName {
    let tap = name("tap100i0");
    let mut link = Link::new(tap.clone(), Kind::Other("tun".to_owned()));
    link.up = Some(true);
    if let Some(bridge) = host.links.values_mut().find(|link| link.bridge().is_some()) {
        link.master = Some(bridge.name.clone());
        link.bridge_port = Some(BridgePort::default());
        if let Kind::Bridge(bridge) = &mut bridge.kind {
            bridge.ports.push(tap.clone());
        }
    }
    host.insert(link);
    tap
}

/// A bridge of somebody else's, with an address, a route and a port.
pub(crate) fn add_a_stranger(host: &mut Network) -> (IfName, IfName) {
    let (bridge, port) = (name("docker0"), name("dockerport"));
    let kind = Kind::Bridge(Bridge { ports: vec![port.clone()], ..Bridge::default() });
    let mut link = Link::new(bridge.clone(), kind);
    (link.up, link.mtu) = (Some(true), Some(1500));
    link.addresses.push(Address::new("172.17.0.1/16".parse().expect("a literal")));
    host.insert(link);
    let mut link = Link::new(port.clone(), Kind::Other("veth".to_owned()));
    (link.up, link.mtu, link.master) = (Some(true), Some(1500), Some(bridge.clone()));
    link.bridge_port = Some(BridgePort::default());
    host.insert(link);
    let mut route = Route::default_via("172.17.0.2".parse().expect("a literal"), bridge.clone(), Some(4000));
    route.destination = "10.99.0.0/16".parse().expect("a literal");
    host.routes.push(route);
    (bridge, port)
}

/// Where a NIC goes.
#[derive(Clone, Copy, Debug)]
enum Use {
    Alone,
    Bond(usize),
    Bridge(usize),
}

fn use_of_a_nic() -> impl Strategy<Value = Use> {
    prop_oneof![
        Just(Use::Alone),
        Just(Use::Bond(0)),
        Just(Use::Bond(0)),
        Just(Use::Bond(1)),
        Just(Use::Bridge(0)),
        Just(Use::Bridge(1)),
    ]
}

fn mode() -> impl Strategy<Value = BondMode> {
    (0..BondMode::ALL.len()).prop_map(|n| BondMode::ALL[n])
}

/// Some of the options that a mode allows, with values of their range.
fn options(scope: Scope, mode: BondMode) -> impl Strategy<Value = Options> {
    let rows: Vec<_> = option::of(scope)
        .iter()
        .copied()
        .filter(|o| o.modes.contains(mode) && !o.keys.is_empty())
        .filter(|o| !matches!(o.domain, Domain::Link | Domain::Mac | Domain::Ipv4s | Domain::Ipv6s))
        .filter(|o| ![bond::MODE, bond::ARP_INTERVAL, bond::ARP_VALIDATE].contains(o))
        .collect();
    let count = rows.len();
    (proptest::sample::subsequence(rows, 0..=count), any::<u64>()).prop_map(|(rows, chance)| {
        let mut out = Options::default();
        for (n, row) in (0..).zip(rows) {
            let chance = i64::try_from((chance.rotate_left(n * 7)) % 1000).expect("below 1000");
            let number = match row.domain {
                Domain::Number { min, max } | Domain::Seconds { min, max } => min.max(0) + chance.min(max - min),
                Domain::Switch => chance % 2,
                Domain::Choice(choices) => choices[usize::try_from(chance).expect("small") % choices.len()].1,
                _ => continue,
            };
            out.set(row, Value::Number(number));
        }
        out
    })
}

fn bond_options() -> impl Strategy<Value = Options> {
    (mode(), any::<bool>()).prop_flat_map(|(mode, arp)| {
        options(Scope::Bond, mode).prop_map(move |mut options| {
            options.set(bond::MODE, Value::Number(mode.number()));
            if arp && bond::ARP_INTERVAL.modes.contains(mode) {
                options.remove(bond::MIIMON);
                options.set(bond::ARP_INTERVAL, Value::Number(200));
            }
            options
        })
    })
}

/// A network that a file could want of [`bare_host`].
pub(crate) fn wanted() -> impl Strategy<Value = Network> {
    let uses = proptest::collection::vec(use_of_a_nic(), NICS.len());
    let bonds = [bond_options(), bond_options()];
    let bridges = [options(Scope::Bridge, BondMode::BalanceRr), options(Scope::Bridge, BondMode::BalanceRr)];
    (uses, bonds, bridges, any::<[bool; 6]>(), 0..3_u16)
        .prop_map(|(uses, bonds, bridges, flags, vlans)| build(&uses, bonds, bridges, flags, vlans))
}

fn build(uses: &[Use], bonds: [Options; 2], bridges: [Options; 2], flags: [bool; 6], vlans: u16) -> Network {
    let mut out = Network::default();
    let [bond_in_bridge, vlan_aware, big, v6, gateway, addressed] = flags;
    let exact = Addressing { v4: true, v6: true };
    let mut ports: [Vec<IfName>; 2] = Default::default();
    let mut slaves: [Vec<IfName>; 2] = Default::default();
    for (nic, used) in NICS.iter().zip(uses) {
        let mut link = Link::new(name(nic), Kind::Nic);
        (link.up, link.addressing) = (Some(true), exact);
        match *used {
            Use::Alone => {}
            Use::Bond(n) => {
                link.master = Some(name(["bond0", "bond1"][n]));
                link.bond_port = Some(BondPort::default());
                slaves[n].push(name(nic));
            }
            Use::Bridge(n) => ports[n].push(name(nic)),
        }
        out.insert(link);
    }
    for (n, (options, slaves)) in bonds.into_iter().zip(slaves).enumerate().filter(|(_, (_, s))| !s.is_empty()) {
        let bond = Bond { options, slaves, state: None };
        let mut link = Link::new(name(["bond0", "bond1"][n]), Kind::Bond(bond));
        (link.up, link.addressing, link.mtu) = (Some(true), exact, big.then_some(9000));
        if bond_in_bridge {
            ports[n].push(link.name.clone());
        } else if v6 {
            link.addresses.push(Address::new("2001:db8::1/64".parse().expect("a literal")));
        }
        out.insert(link);
        if vlans > 0 && !bond_in_bridge {
            let lower = name(["bond0", "bond1"][n]);
            let vid = Vid::new(100 + vlans).expect("in range");
            let vlan = Vlan { lower, vid, protocol: VlanProtocol::Dot1Q };
            let mut link = Link::new(name(["bond0.v", "bond1.v"][n]), Kind::Vlan(vlan));
            (link.up, link.addressing) = (Some(true), exact);
            link.addresses.push(Address::new(format!("10.{n}.0.1/24").parse().expect("made of literals")));
            out.insert(link);
        }
    }
    for (n, (mut options, ports)) in bridges.into_iter().zip(ports).enumerate() {
        let aware = vlan_aware && n == 0;
        options.set(option::bridge::VLAN_FILTERING, Value::Number(aware.into()));
        let port_vlans = aware.then(|| {
            let mut set = PortVlans::only_pvid(Vid::ONE);
            let (first, last) = (Vid::new(2).expect("in range"), Vid::new(4000 + vlans).expect("in range"));
            set.add(VlanEntry { range: VidRange { first, last }, untagged: false, pvid: false });
            set
        });
        for port in &ports {
            let link = out.links.get_mut(port).expect("made above");
            link.master = Some(name(["vmbr0", "vmbr1"][n]));
            link.bridge_port = Some(BridgePort { vlans: port_vlans.clone(), ..BridgePort::default() });
        }
        let itself = aware.then(|| PortVlans::only_pvid(Vid::ONE));
        let mut link = Link::new(name(["vmbr0", "vmbr1"][n]), Kind::Bridge(Bridge { options, ports, vlans: itself }));
        (link.up, link.addressing) = (Some(true), exact);
        if addressed && n == 0 {
            let own: &[&str] =
                if v6 { &["192.0.2.11/24"] } else { &["192.0.2.10/24", "192.0.2.11/24", "192.0.2.12/24"] };
            link.addresses.extend(own.iter().map(|net| Address::new(net.parse().expect("a literal"))));
            if gateway {
                out.routes.push(Route::default_via("192.0.2.1".parse().expect("a literal"), link.name.clone(), None));
            }
        }
        out.insert(link);
    }
    out
}
