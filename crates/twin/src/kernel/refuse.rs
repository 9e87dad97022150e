//! What the kernel refuses, and how: the error number, its words where it has some, and the option that it points at.
//!
//! Followed (6.1): `bond_enslave`, `bond_changelink`, `bond_opt_check_deps`, `br_add_if`, `register_vlan_dev`, `dev_set_mtu`,
//! `fib_check_nh`, `inet_rtm_newaddr`. `lab/tests/kernel/refuse.rs` and `traps/` hold the real one to the same.

use std::io;

use network::option::{Class, bond};
use network::{Address, Bond, Change, Device, Field, IfName, Kind, Link, Options, Refusal, Route, Scope, Value};

use super::Kernel;

const EPERM: i32 = 1;
const EACCES: i32 = 13;
const EBUSY: i32 = 16;
const EEXIST: i32 = 17;
const ENODEV: i32 = 19;
const EINVAL: i32 = 22;
const ERANGE: i32 = 34;
const ELOOP: i32 = 40;
const ENOTEMPTY: i32 = 39;
const EOPNOTSUPP: i32 = 95;
const EADDRNOTAVAIL: i32 = 99;
const ENETDOWN: i32 = 100;
const ENETUNREACH: i32 = 101;

/// Why not: the error number, the words, and the property at fault where there is one.
type No = (i32, Option<&'static str>, Option<Field>);

fn no(errno: i32, message: &'static str) -> No {
    (errno, Some(message), None)
}

impl Kernel {
    /// What of a change is to be made, and the refusal of the rest.
    pub(super) fn judge(&self, change: &Change) -> (Option<Change>, Option<Refusal>) {
        if let Change::SetOptions { link, scope: Scope::Bond, options } = change
            && self.model.link(link).is_some_and(|link| link.bond().is_some())
        {
            let (part, refused) = self.bond_options(link, options);
            let refusal = refused.map(|no| refusal(change, no));
            let part = (!part.is_empty()).then(|| Change::SetOptions {
                link: link.clone(),
                scope: Scope::Bond,
                options: part,
            });
            return (part, refusal);
        }
        if self.is_done_already(change) {
            return (None, None);
        }
        match self.objection(change) {
            Some(no) => (None, Some(refusal(change, no))),
            None => (Some(change.clone()), None),
        }
    }

    /// What is gone already needs no taking away; the port to the real kernel takes it so too.
    fn is_done_already(&self, change: &Change) -> bool {
        match change {
            Change::RemoveAddress { link, address } => {
                self.model.link(link).is_some_and(|link| !link.addresses.iter().any(|a| a.is_same(address)))
            }
            Change::RemoveRoute { route } => !self.model.routes.iter().any(|old| old.is_same(route)),
            _ => false,
        }
    }

    fn objection(&self, change: &Change) -> Option<No> {
        let name = change.link();
        if let Change::Create { device, mtu, .. } = change {
            return self.creation(name, device, *mtu);
        }
        let Some(link) = self.model.link(name) else { return Some((ENODEV, None, None)) };
        match change {
            Change::Delete { .. } => self.nics.contains_key(name).then_some((EOPNOTSUPP, None, None)),
            Change::SetMaster { master: Some(master), .. } => self.joining_refused(link, master),
            Change::SetMtu { mtu, .. } => self.mtu_refused(link, *mtu),
            Change::SetMac { mac, .. } if mac.is_multicast() || mac.is_zero() => Some((EADDRNOTAVAIL, None, None)),
            Change::SetOptions { scope, options, .. } => {
                let missing = link.options(*scope).is_none() && !options.is_empty();
                missing.then_some((EOPNOTSUPP, None, None))
            }
            Change::AddVlans { itself, .. } | Change::RemoveVlans { itself, .. } => {
                let fits = if *itself { link.bridge().is_some() } else { link.bridge_port.is_some() };
                (!fits).then_some((EOPNOTSUPP, None, None))
            }
            Change::AddAddress { address, .. } => address_refused(link, address),
            Change::ReplaceRoute { route } => self.route_refused(link, route),
            _ => None,
        }
    }

    fn creation(&self, name: &IfName, device: &Device, mtu: Option<u32>) -> Option<No> {
        if self.model.link(name).is_some() {
            return Some((EEXIST, None, None));
        }
        match device {
            Device::Bond { options } => self.new_bond_refused(options),
            Device::Vlan { lower, vid, protocol } => {
                let Some(carrier) = self.model.link(lower) else { return Some((ENODEV, None, Some(Field::Kind))) };
                let taken = self.model.riders(lower).any(
                    |rider| matches!(&rider.kind, Kind::Vlan(vlan) if (vlan.vid, vlan.protocol) == (*vid, *protocol)),
                );
                match (taken, carrier.mtu, mtu) {
                    (true, ..) => Some(no(EEXIST, "VLAN device already exists")),
                    (_, Some(limit), Some(mtu)) if mtu > limit => Some((ERANGE, None, Some(Field::Mtu))),
                    _ => None,
                }
            }
            Device::Bridge { .. } | Device::Given { .. } => None,
        }
    }

    /// A new bond has no slaves and is down, so only modes and values are left to be refused.
    fn new_bond_refused(&self, options: &Options) -> Option<No> {
        let mut bond = Bond::default();
        let all = bond::ALL.iter().filter_map(|option| Some((*option, options.get(*option)?.clone())));
        for (option, value) in all {
            if let Some(no) = self.option_refused(&bond, false, options, option, &value) {
                return Some(no);
            }
            bond.options.set(option, value);
        }
        None
    }

    /// The options of a message that the driver takes, in its order, and why it stops.
    fn bond_options(&self, name: &IfName, options: &Options) -> (Options, Option<No>) {
        let link = self.model.link(name);
        let mut bond = link.and_then(Link::bond).cloned().unwrap_or_default();
        let (mut part, up) = (Options::default(), self.is_up(name));
        for option in bond::ALL {
            let Some(value) = options.get(*option) else { continue };
            if let Some(mut no) = self.option_refused(&bond, up, options, *option, value) {
                if options.len() > 1 && no.1.is_none() {
                    // Without words it points at nothing; one that is alone needs no pointing at.
                    no.2 = None;
                }
                return (part, Some(no));
            }
            bond.options.set(*option, value.clone());
            part.set(*option, value.clone());
        }
        (part, None)
    }

    fn option_refused(&self, bond: &Bond, up: bool, all: &Options, option: network::Opt, value: &Value) -> Option<No> {
        let field = Some(Field::Option(option));
        let on = |option| bond.options.number(option).is_some_and(|number| number > 0);
        if bond::MODE_BOUND.contains(&option) && !option.modes.contains(bond.mode()) {
            return Some((EACCES, Some("option not supported in this mode"), field));
        }
        let (needs_empty, needs_down) = match option.class {
            Class::Live => (false, false),
            Class::BondDown => (false, true),
            Class::NoSlaves => (true, false),
            Class::BondDownNoSlaves => (true, true),
        };
        if needs_empty && !bond.slaves.is_empty() {
            return Some((ENOTEMPTY, Some("unable to set option because the bond device has slaves"), field));
        }
        if needs_down && up {
            return Some((EBUSY, Some("unable to set option because the bond device is up"), field));
        }
        let delays = [bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY];
        if delays.contains(&option) && !on(bond::MIIMON) {
            return Some((EPERM, None, field));
        }
        let both = all.number(bond::MIIMON).is_some_and(|n| n > 0);
        if option == bond::ARP_INTERVAL && both && matches!(value, Value::Number(1..)) {
            return Some((EINVAL, Some("option ARP monitoring cannot be used with MII monitoring"), field));
        }
        if option == bond::ACTIVE_SLAVE
            && let Value::Link(Some(slave)) = value
        {
            let usable = self.bonds.values().find_map(|bond| bond.driver.slave(slave));
            let usable = usable.is_some_and(|slave| slave.carrier && slave.link == network::bond::MiiStatus::Up);
            if !usable || !bond.slaves.contains(slave) {
                return Some((EINVAL, Some("invalid value for option active_slave"), field));
            }
        }
        None
    }

    fn joining_refused(&self, link: &Link, master: &IfName) -> Option<No> {
        let upper = self.model.link(master);
        match upper.map(|upper| &upper.kind) {
            None => Some((ENODEV, None, Some(Field::Master))),
            Some(Kind::Bond(bond)) if !bond.slaves.contains(&link.name) => {
                if link.up == Some(true) && link.master.is_none() {
                    return Some(no(EPERM, "Device can not be enslaved while up"));
                }
                let bridge = matches!(link.kind, Kind::Bridge(_) | Kind::Loopback);
                bridge.then(|| no(EPERM, "Cannot enslave this device to a bond"))
            }
            Some(Kind::Bridge(_)) => match link.kind {
                Kind::Bridge(_) => Some(no(ELOOP, "Can not enslave a bridge to a bridge")),
                Kind::Loopback => Some(no(EINVAL, "Can not enslave a loopback device to a bridge")),
                _ => None,
            },
            Some(Kind::Bond(_) | Kind::Given(_)) => None,
            Some(_) => Some((EOPNOTSUPP, None, None)),
        }
    }

    fn mtu_refused(&self, link: &Link, mtu: u32) -> Option<No> {
        if mtu < 68 {
            return Some(no(EINVAL, "mtu less than device minimum"));
        }
        let slaves = link.bond().map(|bond| bond.slaves.as_slice()).unwrap_or_default();
        let most =
            std::iter::once(&link.name).chain(slaves).filter_map(|name| Some(self.nics.get(name)?.facts.max_mtu)).min();
        if most.is_some_and(|most| mtu > most) {
            return Some(no(EINVAL, "mtu greater than device maximum"));
        }
        let lower = link.vlan().and_then(|vlan| self.model.link(&vlan.lower)?.mtu);
        lower.is_some_and(|lower| mtu > lower).then_some((ERANGE, None, None))
    }

    fn route_refused(&self, link: &Link, route: &Route) -> Option<No> {
        if link.up != Some(true) {
            return Some(no(ENETDOWN, "Device for nexthop is not up"));
        }
        let gateway = route.gateway.filter(|_| !route.onlink)?;
        let reached = link.addresses.iter().any(|address| address.net.contains(&gateway));
        (!reached).then(|| no(ENETUNREACH, "Nexthop has invalid gateway"))
    }
}

fn address_refused(link: &Link, address: &Address) -> Option<No> {
    link.addresses.iter().any(|old| old.is_same(address)).then_some((EEXIST, None, None))
}

/// What a change that has but one property is about; the others point at theirs themselves.
fn only(change: &Change) -> Option<Field> {
    Some(match change {
        Change::SetUp { .. } => Field::Up,
        Change::SetMtu { .. } => Field::Mtu,
        Change::SetMac { .. } => Field::Mac,
        Change::SetAlias { .. } => Field::Alias,
        Change::SetMaster { .. } => Field::Master,
        Change::Delete { .. } | Change::SetDevice { .. } => Field::Kind,
        Change::EditSwitch { .. } => Field::Switch,
        Change::AddVlans { .. } | Change::RemoveVlans { .. } => Field::Vlans,
        Change::AddAddress { address, .. } | Change::RemoveAddress { address, .. } => Field::Address(address.net),
        Change::ReplaceRoute { route } | Change::RemoveRoute { route } => Field::Route(route.destination),
        Change::StartDhcp { family, .. } | Change::StopDhcp { family, .. } => Field::Dhcp(*family),
        Change::Create { .. } | Change::SetOptions { .. } | Change::AddRemote { .. } | Change::RemoveRemote { .. } => {
            return None;
        }
    })
}

fn refusal(change: &Change, (errno, message, field): No) -> Refusal {
    Refusal {
        link: change.link().clone(),
        source: io::Error::from_raw_os_error(errno),
        message: message.map(str::to_owned),
        field: field.or_else(|| only(change)),
    }
}
