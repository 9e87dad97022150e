//! What the kernel makes of a change: the change itself, and what comes with it.
//!
//! Followed (6.1): `bond_enslave`, `__bond_release_one`, `bond_changelink`, `bond_option_mode_set`, `bond_change_mtu`;
//! `br_add_if`, `br_vlan_port_init`; `vlan_device_event`; `fib_disable_ip`, `addrconf_ifdown`.

use std::net::IpAddr;

use crate::given::Vxlan;
use crate::model::Model;
use crate::option::{self, bond, bridge};
use crate::ovs::Edit;
use crate::{
    Bond, BondMode, BondPort, Bridge, BridgePort, Change, Device, Given, IfName, Kind, Link, Options, PortVlans, Route,
    Scope, Value, Vid, Vlan,
};

/// Makes the change in the model. A change of a link that is not there does nothing.
pub fn apply(model: &mut Model, change: &Change) {
    match change {
        Change::Create { link, device, mac, mtu } => create(model, link, device, *mac, *mtu),
        Change::SetDevice { link, device } => edit(model, link, |link| link.kind = Kind::Given(device.clone())),
        Change::AddRemote { link, remote } => edit_remotes(model, link, |remotes| {
            remotes.push(*remote);
            remotes.sort_unstable();
            remotes.dedup();
        }),
        Change::RemoveRemote { link, remote } => edit_remotes(model, link, |remotes| remotes.retain(|r| r != remote)),
        Change::Delete { link } => delete(model, link),
        Change::SetUp { link, up } => set_up(model, link, *up),
        Change::SetMtu { link, mtu } => set_mtu(model, link, *mtu),
        Change::SetMac { link, mac } => set_mac(model, link, *mac),
        Change::SetAlias { link, alias } => {
            edit(model, link, |link| link.alias = Some(alias.clone()).filter(|alias| !alias.is_empty()));
        }
        Change::SetMaster { link, master } => set_master(model, link, master.as_ref()),
        Change::SetOptions { link, scope, options } => set_options(model, link, *scope, options),
        Change::AddVlans { link, itself, vlans } => {
            edit_vlans(model, link, *itself, |set| vlans.iter().for_each(|entry| set.add(*entry)));
        }
        Change::RemoveVlans { link, itself, vlans } => {
            edit_vlans(model, link, *itself, |set| vlans.iter().for_each(|range| set.remove(*range)));
        }
        Change::AddAddress { link, address } => edit(model, link, |l| {
            l.addresses.retain(|a| !a.is_same(address));
            l.addresses.push(address.clone());
        }),
        Change::RemoveAddress { link, address } => {
            let lost = lost_with(model.link(link), address);
            edit(model, link, |l| l.addresses.retain(|a| !a.is_same(address) && !lost.iter().any(|b| b.is_same(a))));
            [address].into_iter().chain(&lost).for_each(|address| forget_routes_of_address(model, link, address));
        }
        Change::StartDhcp { link, family } => edit(model, link, |link| link.dhcp.set(*family, true)),
        Change::StopDhcp { link, family } => edit(model, link, |link| link.dhcp.set(*family, false)),
        Change::EditSwitch { link, edit } => edit_switch(model, link, edit),
        Change::ReplaceRoute { route } => {
            model.routes_mut().retain(|r| !replaces(route, r));
            model.routes_mut().push(route.clone());
        }
        Change::RemoveRoute { route } => model.routes_mut().retain(|r| !r.is_same(route)),
    }
}

/// Open vSwitch makes a device of the host for a bridge, and for an internal port.
fn edit_switch(model: &mut Model, name: &IfName, edit: &Edit) {
    let Some(switch) = model.ovs_mut() else { return };
    let gone: Vec<IfName> = match edit {
        Edit::RemoveBridge => {
            let ports = switch.ports.iter().filter(|(port, of)| of.bridge == *name && of.is_internal(port));
            ports.map(|(port, _)| port.clone()).chain([name.clone()]).collect()
        }
        Edit::RemovePort if switch.ports.get(name).is_some_and(|port| port.is_internal(name)) => vec![name.clone()],
        _ => Vec::new(),
    };
    let makes = match edit {
        Edit::AddBridge { .. } => true,
        Edit::AddPort { port } => port.is_internal(name),
        _ => false,
    };
    switch.edit(name, edit);
    gone.iter().for_each(|name| delete(model, name));
    if makes && model.link(name).is_none() {
        model.insert(Link { up: Some(false), ..Link::new(name.clone(), Kind::Other("openvswitch".to_owned())) });
    }
}

/// Whether `new` takes the place of `old` when it is added with `NLM_F_REPLACE`.
#[must_use]
pub fn replaces(new: &Route, old: &Route) -> bool {
    new.destination == old.destination && new.metric == old.metric && new.table == old.table
}

/// Whether the kernel makes the route by itself with an address, and takes it away with it.
#[must_use]
pub fn is_connected(route: &Route) -> bool {
    route.gateway.is_none() && route.protocol == crate::address::RTPROT_KERNEL
}

fn edit(model: &mut Model, link: &IfName, change: impl FnOnce(&mut Link)) {
    if let Some(link) = model.link_mut(link) {
        change(link);
    }
}

fn create(model: &mut Model, name: &IfName, device: &Device, mac: Option<crate::Mac>, mtu: Option<u32>) {
    let kind = match device {
        Device::Bond { options } => {
            let mut bond = Bond::default();
            let mode = options.number(bond::MODE).and_then(BondMode::from_number).unwrap_or(BondMode::BalanceRr);
            bond.options = defaults(option::bond::ALL, mode);
            set_bond_options(&mut bond.options, options);
            Kind::Bond(bond)
        }
        Device::Bridge { options } => {
            let mut all = defaults(option::bridge::ALL, BondMode::BalanceRr);
            all.extend(options.iter().map(|(option, value)| (option, value.clone())));
            let mut bridge = Bridge { options: all, ports: Vec::new(), vlans: None };
            bridge.vlans = Some(new_ports_vlans(&bridge));
            Kind::Bridge(bridge)
        }
        Device::Vlan { lower, vid, protocol } => {
            Kind::Vlan(Vlan { lower: lower.clone(), vid: *vid, protocol: *protocol })
        }
        Device::Given { device } => given(model, device),
    };
    let inherited = match &kind {
        Kind::Vlan(vlan) => model.link(&vlan.lower).and_then(|lower| lower.mtu),
        // Each kind has its own, and a tunnel what its route leaves it.
        Kind::Given(_) => None,
        _ => Some(1500),
    };
    // A VLAN device has the address of what it rides on.
    let mac = mac.or_else(|| lower_of(&kind).and_then(|lower| model.link(lower)?.mac));
    let mut link = Link::new(name.clone(), kind);
    (link.up, link.mac, link.mtu) = (Some(false), mac, mtu.or(inherited));
    model.insert(link);
}

/// What a new device of another kind shows of itself; with the other end of a veth, which comes with it.
fn given(model: &mut Model, device: &Given) -> Kind {
    match device {
        Given::Dummy => Kind::Other("dummy".to_owned()),
        Given::Veth { peer } => {
            if let Some(peer) = peer {
                model.insert(Link { up: Some(false), ..Link::new(peer.clone(), Kind::Other("veth".to_owned())) });
            }
            Kind::Other("veth".to_owned())
        }
        Given::Vxlan(vxlan) => {
            Kind::Given(Given::Vxlan(Vxlan { port: Some(vxlan.port.unwrap_or(Vxlan::PORT)), ..vxlan.clone() }))
        }
        other => Kind::Given(other.clone()),
    }
}

fn edit_remotes(model: &mut Model, name: &IfName, change: impl FnOnce(&mut Vec<IpAddr>)) {
    if let Some(Kind::Given(Given::Vxlan(vxlan))) = model.link_mut(name).map(|link| &mut link.kind) {
        change(&mut vxlan.remotes);
    }
}

fn lower_of(kind: &Kind) -> Option<&IfName> {
    if let Kind::Vlan(vlan) = kind { Some(&vlan.lower) } else { None }
}

/// The options that the kernel starts with, where the table knows them. A bond has them all in every mode, also those
/// that mean nothing there.
fn defaults(rows: &[crate::Opt], mode: BondMode) -> Options {
    rows.iter().filter_map(|o| Some((*o, o.default_in(mode)?))).collect()
}

/// What a new port of the bridge carries.
#[must_use]
pub fn new_ports_vlans(bridge: &Bridge) -> PortVlans {
    default_pvid(&bridge.options).map(PortVlans::only_pvid).unwrap_or_default()
}

fn default_pvid(options: &Options) -> Option<Vid> {
    let pvid = options.number(bridge::VLAN_DEFAULT_PVID).unwrap_or(1);
    u16::try_from(pvid).ok().and_then(|pvid| Vid::new(pvid).ok())
}

fn delete(model: &mut Model, name: &IfName) {
    let riders: Vec<IfName> = model.riders(name).chain(model.tunnels(name)).map(|link| link.name.clone()).collect();
    riders.iter().for_each(|rider| delete(model, rider));
    let members: Vec<IfName> = model.members(name).map(|link| link.name.clone()).collect();
    members.iter().for_each(|member| set_master(model, member, None));
    set_master(model, name, None);
    model.routes_mut().retain(|route| route.link != *name);
    model.remove(name);
}

fn set_up(model: &mut Model, name: &IfName, up: bool) {
    let was = model.link(name).and_then(|link| link.up);
    if was == Some(up) {
        return;
    }
    edit(model, name, |link| {
        link.up = Some(up);
        if !up {
            link.addresses.retain(|a| a.dynamic || a.net.addr().is_ipv4());
        }
    });
    if !up {
        model.routes_mut().retain(|route| route.link != *name);
    }
    // VLAN devices go up and down with what they ride on.
    let riders: Vec<IfName> = model.riders(name).map(|link| link.name.clone()).collect();
    riders.iter().for_each(|rider| set_up(model, rider, up));
}

/// A bond passes its address on to its slaves (`bond_set_mac_address`), unless `fail_over_mac` says otherwise.
fn set_mac(model: &mut Model, name: &IfName, mac: crate::Mac) {
    edit(model, name, |link| link.mac = Some(mac));
    let bond = model.link(name).and_then(Link::bond);
    let bond = bond.filter(|bond| !leaves_addresses(bond));
    let slaves = bond.map(|bond| bond.slaves.clone()).unwrap_or_default();
    slaves.iter().for_each(|slave| edit(model, slave, |link| link.mac = Some(mac)));
}

/// Whether the bond lets its slaves keep their addresses: `fail_over_mac` counts in active-backup alone.
fn leaves_addresses(bond: &Bond) -> bool {
    bond.mode() == BondMode::ActiveBackup && bond.options.number(bond::FAIL_OVER_MAC).unwrap_or(0) != 0
}

fn set_mtu(model: &mut Model, name: &IfName, mtu: u32) {
    edit(model, name, |link| link.mtu = Some(mtu));
    let slaves = model.link(name).and_then(Link::bond).map(|bond| bond.slaves.clone()).unwrap_or_default();
    slaves.iter().for_each(|slave| edit(model, slave, |link| link.mtu = Some(mtu)));
    let riders: Vec<IfName> =
        model.riders(name).filter(|rider| rider.mtu.is_some_and(|m| m > mtu)).map(|r| r.name.clone()).collect();
    riders.iter().for_each(|rider| set_mtu(model, rider, mtu));
}

fn set_master(model: &mut Model, name: &IfName, master: Option<&IfName>) {
    let old = model.link(name).and_then(|link| link.master.clone());
    if old.iter().chain(master).any(|master| model.is_vrf(master)) {
        change_domain(model, name);
    }
    if let Some(old) = &old {
        let was_bond = model.link(old).is_some_and(|link| link.bond().is_some());
        edit(model, old, |link| match &mut link.kind {
            Kind::Bond(bond) => {
                bond.slaves.retain(|slave| slave != name);
                // An empty bond gets an address by chance, and takes that of the next slave (`__bond_release_one`).
                link.mac = link.mac.filter(|_| !bond.slaves.is_empty());
            }
            Kind::Bridge(bridge) => bridge.ports.retain(|port| port != name),
            _ => {}
        });
        edit(model, name, |link| {
            link.mac = if was_bond { original_mac(link) } else { link.mac };
            (link.master, link.bond_port, link.bridge_port) = (None, None, None);
        });
        if was_bond {
            // The driver closes a slave that it lets go.
            set_up(model, name, false);
        }
    }
    let Some(master) = master else { return };
    let own_mac = model.link(name).and_then(|link| link.mac);
    let Some(upper) = model.link_mut(master) else { return };
    let (mut mtu, mut mac, mut bond_port, mut bridge_port) = (None, None, None, None);
    match &mut upper.kind {
        Kind::Bond(bond) => {
            bond.slaves.push(name.clone());
            upper.mac = upper.mac.or(own_mac);
            mac = upper.mac.filter(|_| !leaves_addresses(bond));
            let options = defaults(option::bond_port::ALL, bond.mode());
            bond_port = Some(BondPort { options, state: None });
            mtu = upper.mtu;
        }
        Kind::Bridge(bridge) => {
            bridge.ports.push(name.clone());
            let vlans = new_ports_vlans(bridge);
            let options = defaults(option::bridge_port::ALL, BondMode::BalanceRr);
            bridge_port = Some(BridgePort { options, vlans: Some(vlans), state: None });
        }
        _ => {}
    }
    let opens = bond_port.is_some();
    edit(model, name, |link| {
        (link.master, link.bond_port, link.bridge_port) = (Some(master.clone()), bond_port, bridge_port);
        link.mtu = mtu.or(link.mtu);
        link.mac = mac.or(link.mac);
    });
    if opens {
        // The driver forces the bond's MTU and address on a slave, and opens it.
        set_up(model, name, true);
    }
}

/// A link that comes into a VRF or leaves one loses its routes and its IPv6 addresses (`cycle_netdev`, and
/// `NETDEV_CHANGEUPPER` in addrconf); those of its IPv4 addresses come back in the new table.
fn change_domain(model: &mut Model, name: &IfName) {
    edit(model, name, |link| link.addresses.retain(|a| a.dynamic || a.net.addr().is_ipv4()));
    model.routes_mut().retain(|route| route.link != *name);
}

/// The address that a slave gets back when its bond lets it go.
#[must_use]
pub fn original_mac(link: &Link) -> Option<crate::Mac> {
    let original = link.bond_port.as_ref().and_then(|port| port.state.as_ref()?.original_mac);
    let permanent = link.facts.as_ref().and_then(|facts| facts.permanent_mac);
    original.or(permanent).or(link.mac).filter(|mac| !mac.is_zero())
}

fn set_options(model: &mut Model, name: &IfName, scope: Scope, options: &Options) {
    let Some(now) = model.link_mut(name).and_then(|link| link.options_mut(scope)) else { return };
    if scope == Scope::Bond {
        set_bond_options(now, options);
    } else {
        now.extend(options.iter().map(|(option, value)| (option, value.clone())));
    }
}

/// Sets the options of a bond in the driver's order, with what each of them does to others.
fn set_bond_options(now: &mut Options, new: &Options) {
    if let Some(mode) = new.number(bond::MODE).and_then(BondMode::from_number) {
        now.set(bond::MODE, Value::Number(mode.number()));
        now.set(bond::ARP_VALIDATE, Value::Number(0));
        if matches!(mode, BondMode::Lacp | BondMode::BalanceTlb | BondMode::BalanceAlb) {
            now.set(bond::ARP_INTERVAL, Value::Number(0));
            if now.number(bond::MIIMON) == Some(0) {
                now.set(bond::MIIMON, Value::Number(100));
            }
        }
    }
    if let Some(miimon) = new.number(bond::MIIMON) {
        // The delays are kept as counts of the interval.
        let old = now.number(bond::MIIMON).filter(|old| *old > 0);
        for delay in [bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY] {
            if let (Some(old), Some(was)) = (old, now.number(delay)) {
                now.set(delay, Value::Number(was / old * miimon));
            }
        }
        now.set(bond::MIIMON, Value::Number(miimon));
        if miimon > 0 {
            now.set(bond::ARP_INTERVAL, Value::Number(0));
            now.set(bond::ARP_VALIDATE, Value::Number(0));
        }
    }
    for (option, value) in new.iter().filter(|(option, _)| ![bond::MODE, bond::MIIMON].contains(option)) {
        now.set(option, value.clone());
    }
    if new.number(bond::ARP_INTERVAL).is_some_and(|interval| interval > 0) {
        now.set(bond::MIIMON, Value::Number(0));
    }
    let miimon = now.number(bond::MIIMON).unwrap_or(0);
    for delay in [bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY] {
        if let Some(said) = now.number(delay) {
            now.set(delay, Value::Number(if miimon > 0 { said / miimon * miimon } else { 0 }));
        }
    }
}

fn edit_vlans(model: &mut Model, name: &IfName, itself: bool, change: impl FnOnce(&mut PortVlans)) {
    let Some(link) = model.link_mut(name) else { return };
    let vlans = match (&mut link.kind, &mut link.bridge_port) {
        (Kind::Bridge(bridge), _) if itself => &mut bridge.vlans,
        (_, Some(port)) if !itself => &mut port.vlans,
        _ => return,
    };
    change(vlans.get_or_insert_default());
}

/// The addresses that go with another one: the kernel takes an IPv4 address for the primary one of its subnet if it came
/// first on the link, and deletes the later ones with it (`__inet_del_ifa`). Where `promote_secondaries` is set it keeps
/// them; adding one that is there does no harm.
#[must_use]
pub fn lost_with(link: Option<&Link>, address: &crate::Address) -> Vec<crate::Address> {
    let of_subnet = |a: &&crate::Address| a.net.addr().is_ipv4() && a.net.trunc() == address.net.trunc();
    let mut subnet = link.into_iter().flat_map(|link| &link.addresses).filter(of_subnet);
    match subnet.next() {
        Some(first) if first.is_same(address) => subnet.cloned().collect(),
        _ => Vec::new(),
    }
}

fn forget_routes_of_address(model: &mut Model, name: &IfName, address: &crate::Address) {
    let ip = address.net.addr();
    let same_family = |other: std::net::IpAddr| other.is_ipv4() == ip.is_ipv4();
    let Some(link) = model.link(name) else { return };
    let was_last = !link.addresses.iter().any(|a| same_family(a.net.addr()));
    model.routes_mut().retain(|route| {
        let of_family = same_family(route.destination.addr());
        route.source != Some(ip) && !(was_last && ip.is_ipv4() && of_family && route.link == *name)
    });
}
