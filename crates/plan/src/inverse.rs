//! How a change is undone.

use network::option::bond;
use network::{Bond, BondMode, Change, Device, Given, IfName, Kind, Link, Opt, Options, Scope, Value, VlanEntry};

use crate::bridge::vlan_changes;
use network::effect::{is_connected, lost_with, new_ports_vlans, original_mac, replaces};
use network::model::Model;

use crate::ovs;

/// The changes that undo `change`, given the network before it: first the change itself, then what went with it.
pub(crate) fn inverse(before: &Model, change: &Change) -> Vec<Change> {
    let name = change.link();
    let link = before.link(name);
    match change {
        Change::Create { link, .. } => vec![Change::Delete { link: link.clone() }],
        Change::SetDevice { .. } => match link.map(|link| &link.kind) {
            Some(Kind::Given(device)) => vec![Change::SetDevice { link: name.clone(), device: device.clone() }],
            _ => Vec::new(),
        },
        Change::AddRemote { remote, .. } => vec![Change::RemoveRemote { link: name.clone(), remote: *remote }],
        Change::RemoveRemote { remote, .. } => vec![Change::AddRemote { link: name.clone(), remote: *remote }],
        Change::Delete { .. } => link.map(|link| rebuild(before, link)).unwrap_or_default(),
        Change::SetUp { up, .. } => {
            let mut out = vec![Change::SetUp { link: name.clone(), up: !up }];
            if !up {
                restore_after_down(before, name, &mut out);
            }
            out
        }
        Change::SetMtu { mtu, .. } => restore_mtu(before, name, *mtu),
        Change::SetMac { .. } => old_value(link, |l| l.mac, |link, mac| Change::SetMac { link, mac }),
        Change::SetAlias { .. } => {
            let alias = link.and_then(|link| link.alias.clone()).unwrap_or_default();
            vec![Change::SetAlias { link: name.clone(), alias }]
        }
        Change::SetMaster { master, .. } => {
            let mut out = link.map(|link| restore_master(before, link)).unwrap_or_default();
            let joins_vrf = master.as_ref().is_some_and(|master| before.is_vrf(master));
            let leaves_vrf = link.and_then(|link| link.master.as_ref()).is_some_and(|master| before.is_vrf(master));
            if joins_vrf || leaves_vrf {
                restore_after_down(before, name, &mut out);
            }
            let master = master.as_ref().and_then(|master| before.link(master)).filter(|m| m.bond().is_some());
            if let (Some(bond), Some(link)) = (master, link) {
                restore_former_slave(before, link, bond, &mut out);
            }
            out
        }
        Change::SetOptions { scope, options, .. } => {
            link.map(|link| restore_options(link, *scope, options)).unwrap_or_default()
        }
        Change::AddVlans { itself, vlans, .. } => undo_add_vlans(link, name, *itself, vlans),
        Change::RemoveVlans { itself, vlans, .. } => {
            let had = vlans_of(link, *itself).map(|set| set.entries()).unwrap_or_default();
            let gone =
                |entry: &VlanEntry| vlans.iter().any(|r| r.first <= entry.range.last && entry.range.first <= r.last);
            let vlans: Vec<VlanEntry> = had.into_iter().filter(gone).collect();
            some_unless_empty(vlans, |vlans| Change::AddVlans { link: name.clone(), itself: *itself, vlans })
        }
        Change::AddAddress { link: name, address } => {
            if let Some(old) = link.and_then(|link| link.addresses.iter().find(|old| old.is_same(address))) {
                return vec![Change::AddAddress { link: name.clone(), address: old.clone() }];
            }
            let link = name;
            vec![Change::RemoveAddress { link: link.clone(), address: address.clone() }]
        }
        Change::RemoveAddress { link, address } => {
            let lost = lost_with(before.link(link), address);
            let all = [address].into_iter().chain(&lost);
            let mut out: Vec<Change> =
                all.map(|a| Change::AddAddress { link: link.clone(), address: a.clone() }).collect();
            restore_routes(before, link, &mut out);
            out
        }
        Change::StartDhcp { link, family } => vec![Change::StopDhcp { link: link.clone(), family: *family }],
        Change::StopDhcp { link, family } => vec![Change::StartDhcp { link: link.clone(), family: *family }],
        Change::EditSwitch { link, edit } => ovs::inverse(before.ovs.as_ref(), link, edit),
        Change::ReplaceRoute { route } => match before.routes.iter().find(|old| replaces(route, old)) {
            Some(old) => vec![Change::ReplaceRoute { route: old.clone() }],
            None => vec![Change::RemoveRoute { route: route.clone() }],
        },
        Change::RemoveRoute { route } => vec![Change::ReplaceRoute { route: route.clone() }],
    }
}

/// The MTU that the link had, and those that its slaves and VLAN devices lost by the change.
fn restore_mtu(before: &Model, name: &IfName, mtu: u32) -> Vec<Change> {
    let link = before.link(name);
    let mut out = old_value(link, |l| l.mtu, |link, mtu| Change::SetMtu { link, mtu });
    for slave in link.and_then(Link::bond).into_iter().flat_map(|bond| &bond.slaves) {
        let unlike = before.link(slave).filter(|slave| slave.mtu != link.and_then(|bond| bond.mtu));
        out.extend(old_value(unlike, |l| l.mtu, |link, mtu| Change::SetMtu { link, mtu }));
    }
    for rider in before.riders(name).filter(|rider| rider.mtu.is_some_and(|m| m > mtu)) {
        out.extend(restore_mtu(before, &rider.name, mtu));
    }
    out
}

fn old_value<T>(
    link: Option<&Link>,
    get: impl Fn(&Link) -> Option<T>,
    make: impl Fn(IfName, T) -> Change,
) -> Vec<Change> {
    link.and_then(|link| Some(make(link.name.clone(), get(link)?))).into_iter().collect()
}

fn some_unless_empty<T>(list: Vec<T>, make: impl FnOnce(Vec<T>) -> Change) -> Vec<Change> {
    if list.is_empty() { Vec::new() } else { vec![make(list)] }
}

/// The routes that the kernel does not bring back by itself.
fn restore_routes(before: &Model, name: &IfName, out: &mut Vec<Change>) {
    let lost = before.routes.iter().filter(|route| route.link == *name && !is_connected(route));
    out.extend(lost.map(|route| Change::ReplaceRoute { route: route.clone() }));
}

/// What a link loses when it goes down: its IPv6 addresses and routes, and those of VLAN devices on it.
fn restore_after_down(before: &Model, name: &IfName, out: &mut Vec<Change>) {
    if let Some(link) = before.link(name) {
        let lost = link.addresses.iter().filter(|a| !a.dynamic && a.net.addr().is_ipv6());
        out.extend(lost.map(|a| Change::AddAddress { link: name.clone(), address: a.clone() }));
    }
    restore_routes(before, name, out);
    for rider in before.riders(name) {
        if rider.up == Some(true) {
            restore_after_down(before, &rider.name, out);
        } else {
            // VLAN devices come up with what they ride on, also those that were down.
            out.push(Change::SetUp { link: rider.name.clone(), up: false });
        }
    }
}

/// Puts a link back to the master that it had, with what it had there beyond what every new member gets.
fn restore_master(before: &Model, link: &Link) -> Vec<Change> {
    let name = &link.name;
    let mut out = vec![Change::SetMaster { link: name.clone(), master: link.master.clone() }];
    let master = link.master.as_ref().and_then(|master| before.link(master));
    let mode = master.and_then(Link::bond).map_or(BondMode::BalanceRr, Bond::mode);
    let mut options = |scope, options: &Options| {
        let own = options.iter().filter(|(option, value)| option.default_in(mode).as_ref() != Some(*value));
        let options: Options = own.map(|(option, value)| (option, value.clone())).collect();
        if !options.is_empty() {
            out.push(Change::SetOptions { link: name.clone(), scope, options });
        }
    };
    if let Some(port) = &link.bond_port {
        options(Scope::BondPort, &port.options);
    }
    if let Some(port) = &link.bridge_port {
        options(Scope::BridgePort, &port.options);
    }
    // A bond that it leaves empty takes its address when it comes back.
    let emptied = master.filter(|master| master.bond().is_some_and(|bond| bond.slaves.len() == 1));
    if let Some(bond) = emptied.filter(|bond| bond.mac != original_mac(link)) {
        out.extend(old_value(Some(bond), |bond| bond.mac, |link, mac| Change::SetMac { link, mac }));
    }
    if let (Some(had), Some(bridge)) = (vlans_of(Some(link), false), master.and_then(Link::bridge)) {
        out.extend(vlan_changes(name, false, had, &new_ports_vlans(bridge)));
    }
    out
}

/// What a bond did to a slave: it forced its MTU on it, and closes it when it lets it go.
fn restore_former_slave(before: &Model, link: &Link, bond: &Link, out: &mut Vec<Change>) {
    if bond.mtu.is_some() && bond.mtu != link.mtu {
        out.extend(old_value(Some(link), |l| l.mtu, |link, mtu| Change::SetMtu { link, mtu }));
    }
    if bond.bond().is_some_and(|bond| bond.slaves.is_empty()) {
        // It is left empty again, and loses its address by that.
        out.extend(old_value(Some(bond), |bond| bond.mac, |link, mac| Change::SetMac { link, mac }));
    }
    if link.master.is_none() && link.up == Some(true) {
        out.push(Change::SetUp { link: link.name.clone(), up: true });
        restore_after_down(before, &link.name, out);
    }
}

/// The values that the options had before, where they are known; with those that a change of others takes along.
fn restore_options(link: &Link, scope: Scope, changed: &Options) -> Vec<Change> {
    let Some(had) = link.options(scope) else { return Vec::new() };
    let monitor =
        [bond::MIIMON, bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY, bond::ARP_INTERVAL, bond::ARP_VALIDATE];
    let touches_monitor = [bond::MODE, bond::MIIMON, bond::ARP_INTERVAL].iter().any(|o| changed.get(*o).is_some());
    let wanted = |option: Opt| changed.get(option).is_some() || (touches_monitor && monitor.contains(&option));
    let mut options: Options =
        had.iter().filter(|(option, _)| wanted(*option)).map(|(option, value)| (option, value.clone())).collect();
    sanitise_monitor(&mut options);
    // What the driver refuses in the mode that comes back goes back before that does.
    let mode = link.bond().filter(|_| scope == Scope::Bond && changed.get(bond::MODE).is_some()).map(Bond::mode);
    let first = mode.map(|mode| take_refused(&mut options, mode)).unwrap_or_default();
    let all = [first, options].into_iter().filter(|options| !options.is_empty());
    all.map(|options| Change::SetOptions { link: link.name.clone(), scope, options }).collect()
}

/// Takes out what the driver refuses in a mode.
fn take_refused(options: &mut Options, mode: BondMode) -> Options {
    let is_refused = |option: Opt| bond::MODE_BOUND.contains(&option) && !option.modes.contains(mode);
    let (out, rest): (Vec<_>, Vec<_>) =
        options.iter().map(|(option, value)| (option, value.clone())).partition(|(option, _)| is_refused(*option));
    *options = rest.into_iter().collect();
    out.into_iter().collect()
}

/// Leaves out what the kernel would refuse beside the rest: it takes miimon or the ARP monitor in one message, not both,
/// and no delays without miimon. Setting one of the two turns the other off.
pub(crate) fn sanitise_monitor(options: &mut Options) {
    let on = |options: &Options, option| options.number(option).is_some_and(|n| n > 0);
    if on(options, bond::MIIMON) {
        for off in [bond::ARP_INTERVAL, bond::ARP_VALIDATE] {
            if options.number(off) == Some(0) {
                options.remove(off);
            }
        }
    } else if on(options, bond::ARP_INTERVAL) {
        options.remove(bond::MIIMON);
    }
    if options.number(bond::MIIMON) == Some(0) || on(options, bond::ARP_INTERVAL) {
        for delay in [bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY] {
            options.remove(delay);
        }
    }
}

/// What can be set again of a bond: not the link that happens to be active, no ARP monitor beside miimon, and nothing that
/// the kernel shows in every mode and takes in another one alone.
fn settable(options: &Options, mode: BondMode) -> Options {
    let mut out: Options =
        options.iter().filter(|(o, _)| *o != bond::ACTIVE_SLAVE).map(|(o, v)| (o, v.clone())).collect();
    take_refused(&mut out, mode);
    sanitise_monitor(&mut out);
    if out.get(bond::AD_ACTOR_SYSTEM) == Some(&Value::Mac(network::Mac::ZERO)) {
        out.remove(bond::AD_ACTOR_SYSTEM);
    }
    out
}

fn vlans_of(link: Option<&Link>, itself: bool) -> Option<&network::PortVlans> {
    let link = link?;
    if itself { link.bridge()?.vlans.as_ref() } else { link.bridge_port.as_ref()?.vlans.as_ref() }
}

/// Takes away what was not there, and gives back their flags to those that were (and the PVID to the one that had it).
fn undo_add_vlans(link: Option<&Link>, name: &IfName, itself: bool, added: &[VlanEntry]) -> Vec<Change> {
    let empty = network::PortVlans::default();
    let had = vlans_of(link, itself).unwrap_or(&empty);
    let mut after = network::PortVlans::default();
    added.iter().for_each(|entry| after.add(*entry));
    let new = after.members.without(&had.members).ranges();
    let mut again = network::PortVlans::default();
    for vid in after.members.iter().chain(had.pvid).filter(|vid| had.members.contains(*vid)) {
        let range = network::VidRange { first: vid, last: vid };
        again.add(VlanEntry { range, untagged: had.untagged.contains(vid), pvid: had.pvid == Some(vid) });
    }
    let mut out = some_unless_empty(new, |vlans| Change::RemoveVlans { link: name.clone(), itself, vlans });
    out.extend(some_unless_empty(again.entries(), |vlans| Change::AddVlans { link: name.clone(), itself, vlans }));
    out
}

/// Makes a device again with all that it had, and all that stood on it.
fn rebuild(before: &Model, link: &Link) -> Vec<Change> {
    let name = &link.name;
    let device = match &link.kind {
        Kind::Bond(bond) => Device::Bond { options: settable(&bond.options, bond.mode()) },
        Kind::Bridge(bridge) => Device::Bridge { options: bridge.options.clone() },
        Kind::Vlan(vlan) => Device::Vlan { lower: vlan.lower.clone(), vid: vlan.vid, protocol: vlan.protocol },
        Kind::Given(device) if device.made_as().is_some() => Device::Given { device: device.clone() },
        Kind::Nic | Kind::Loopback | Kind::Given(_) | Kind::Other(_) => return Vec::new(),
    };
    let mut out = vec![Change::Create { link: name.clone(), device, mac: link.mac, mtu: link.mtu }];
    let members = match &link.kind {
        Kind::Bond(bond) => bond.slaves.as_slice(),
        Kind::Bridge(bridge) => bridge.ports.as_slice(),
        _ => &[],
    };
    for member in members.iter().filter_map(|member| before.link(member)) {
        if matches!(link.kind, Kind::Bond(_)) {
            out.push(Change::SetUp { link: member.name.clone(), up: false });
        }
        out.extend(restore_master(before, member));
    }
    if let Kind::Given(Given::Vxlan(vxlan)) = &link.kind {
        out.extend(vxlan.remotes.iter().map(|remote| Change::AddRemote { link: name.clone(), remote: *remote }));
    }
    if link.master.is_some() {
        out.extend(restore_master(before, link));
    }
    if let (Some(bridge), Some(had)) = (link.bridge(), vlans_of(Some(link), true)) {
        out.extend(vlan_changes(name, true, had, &new_ports_vlans(bridge)));
    }
    if link.up == Some(true) {
        out.push(Change::SetUp { link: name.clone(), up: true });
    }
    let own = link.addresses.iter().filter(|a| !a.dynamic);
    out.extend(own.map(|a| Change::AddAddress { link: name.clone(), address: a.clone() }));
    restore_routes(before, name, &mut out);
    for rider in before.riders(name).chain(before.tunnels(name)) {
        out.extend(rebuild(before, rider));
    }
    out
}
