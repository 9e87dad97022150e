//! What a change disturbs.

use std::fmt;

use network::option::{bond, bridge, driver};
use network::ovs::Edit;
use network::{Bond, Change, IfName, Kind, Link, Options, Scope, Value};
use serde::Serialize;

use network::effect::replaces;
use network::model::Model;

/// What a change disturbs, from nothing to everything that a bond carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Impact {
    /// Nothing that runs notices.
    Hitless,
    /// What used this address, route or VLAN loses it.
    Cut,
    /// The traffic of this link stops for a moment.
    LinkBounce,
    /// The traffic of the whole bond stops for a moment.
    BondBounce,
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Hitless => "hitless",
            Self::Cut => "cut",
            Self::LinkBounce => "link bounce",
            Self::BondBounce => "bond bounce",
        })
    }
}

/// What the change disturbs in a network as it is before it.
pub(crate) fn impact(now: &Model, change: &Change) -> Impact {
    let link = now.link(change.link());
    let running = link.is_some_and(|link| link.up == Some(true) && is_used(now, link));
    let bounce = match link.map(|link| &link.kind) {
        Some(Kind::Bond(bond)) if !bond.slaves.is_empty() => Impact::BondBounce,
        _ => Impact::LinkBounce,
    };
    let when = |disturbs: bool, impact: Impact| if disturbs { impact } else { Impact::Hitless };
    match change {
        // A tunnel sends elsewhere from now on; another remote end of a VXLAN device takes nothing from the others.
        Change::SetDevice { .. } => when(running, bounce),
        Change::RemoveRemote { .. } => when(running, Impact::Cut),
        Change::Create { .. }
        | Change::AddRemote { .. }
        | Change::StartDhcp { .. }
        | Change::SetAlias { .. }
        | Change::SetUp { up: true, .. }
        | Change::AddVlans { .. }
        | Change::AddAddress { .. } => Impact::Hitless,
        Change::Delete { .. } | Change::SetUp { up: false, .. } => when(running, bounce),
        // Peers must learn the address anew; many drivers restart the link for another MTU.
        Change::SetMac { mac, .. } => when(running && link.and_then(|link| link.mac) != Some(*mac), bounce),
        Change::SetMtu { .. } => {
            let virtual_device = matches!(link.map(|link| &link.kind), Some(Kind::Bridge(_) | Kind::Vlan(_)));
            when(running && !virtual_device, bounce)
        }
        Change::SetMaster { link: name, master: None } => when(running, leave(now, name, link)),
        // What comes in goes to the master from then on, no longer to the link's own addresses.
        Change::SetMaster { .. } => {
            when(link.is_some_and(|link| link.up == Some(true) && has_addresses(link)), Impact::Cut)
        }
        Change::SetOptions { scope: Scope::Bond, options, .. } => {
            let identity = [bond::AD_ACTOR_SYSTEM, bond::AD_ACTOR_SYS_PRIO];
            let renegotiates = identity.iter().any(|option| options.get(*option).is_some());
            let moves = link.and_then(Link::bond).is_some_and(|bond| fails_over(bond, options));
            when(running && moves, Impact::LinkBounce).max(when(running && renegotiates, Impact::BondBounce))
        }
        Change::SetOptions { scope: Scope::Bridge, options, .. } => {
            // A bridge that begins to filter drops the VLANs that its ports do not carry yet.
            let filter = [bridge::VLAN_FILTERING, bridge::VLAN_PROTOCOL, bridge::VLAN_DEFAULT_PVID];
            let filters_otherwise = filter.iter().any(|option| options.get(*option).is_some());
            let starts_tree = options.number(bridge::STP_STATE) == Some(1);
            when(running && filters_otherwise, Impact::Cut).max(when(running && starts_tree, Impact::LinkBounce))
        }
        Change::SetOptions { scope: Scope::Nic, options, .. } => {
            let resets = driver::RESETTING.iter().any(|option| options.get(*option).is_some());
            when(running && resets, Impact::LinkBounce)
        }
        Change::SetOptions { .. } => Impact::Hitless,
        Change::RemoveVlans { .. } | Change::RemoveAddress { .. } => when(running, Impact::Cut),
        Change::ReplaceRoute { route } => when(now.routes.iter().any(|old| replaces(route, old)), Impact::Cut),
        Change::EditSwitch { edit: Edit::RemoveBridge | Edit::RemovePort, .. } => {
            when(link.is_some(), Impact::LinkBounce)
        }
        Change::EditSwitch { edit: Edit::Set { .. }, .. } => Impact::Cut,
        Change::EditSwitch { .. } => Impact::Hitless,
        // The lease's address goes with it.
        Change::StopDhcp { .. } | Change::RemoveRoute { .. } => Impact::Cut,
    }
}

/// Whether the options move the traffic to another slave than the active one, as far as that is known.
fn fails_over(now: &Bond, new: &Options) -> bool {
    let active = now.state.as_ref().and_then(|state| state.active_slave.as_ref());
    let other = |option| match (new.get(option), active) {
        (Some(Value::Link(Some(slave))), Some(active)) => slave != active && now.slaves.contains(slave),
        _ => false,
    };
    let setting = |option| new.number(option).or(now.options.number(option));
    let goes_to_primary = setting(bond::PRIMARY_RESELECT) != Some(PRIMARY_RESELECT_FAILURE);
    other(bond::ACTIVE_SLAVE) || (goes_to_primary && other(bond::PRIMARY))
}

/// `BOND_PRI_RESELECT_FAILURE`: the primary waits until the other fails.
const PRIMARY_RESELECT_FAILURE: i64 = 2;

/// What it disturbs when a link leaves its master: the whole bond, if it was the last slave.
fn leave(now: &Model, name: &IfName, link: Option<&Link>) -> Impact {
    let master = link.and_then(|link| link.master.as_ref()).and_then(|master| now.link(master));
    match master.and_then(Link::bond) {
        Some(bond) if bond.slaves.iter().all(|slave| slave == name) => Impact::BondBounce,
        _ => Impact::LinkBounce,
    }
}

/// Whether anybody uses the link: it has a master, an address of its own, or a VLAN device on it.
pub(crate) fn is_used(now: &Model, link: &Link) -> bool {
    link.master.is_some() || has_addresses(link) || {
        let members = match &link.kind {
            Kind::Bond(bond) => !bond.slaves.is_empty(),
            Kind::Bridge(bridge) => !bridge.ports.is_empty(),
            _ => false,
        };
        members || now.riders(&link.name).next().is_some()
    }
}

fn has_addresses(link: &Link) -> bool {
    link.addresses.iter().any(|a| !a.dynamic)
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::bond::BondState;

    #[test]
    fn another_primary_moves_the_traffic_at_once() {
        let names = ["enp3s0", "enp4s0"].map(|name| -> IfName { name.parse().unwrap() });
        let state = BondState { active_slave: Some(names[0].clone()), ..BondState::default() };
        let kind = Kind::Bond(Bond { slaves: names.to_vec(), state: Some(state), ..Bond::default() });
        let mut now = Model::default();
        let bond0: IfName = "bond0".parse().unwrap();
        now.insert(Link { up: Some(true), ..Link::new(bond0.clone(), kind) });
        let impact_of = |primary: &IfName, reselect| {
            let primary = (bond::PRIMARY, Value::Link(Some(primary.clone())));
            let options = [primary, (bond::PRIMARY_RESELECT, Value::Number(reselect))].into_iter().collect();
            impact(&now, &Change::SetOptions { link: bond0.clone(), scope: Scope::Bond, options })
        };
        assert_eq!(impact_of(&names[1], 0), Impact::LinkBounce);
        assert_eq!(impact_of(&names[1], PRIMARY_RESELECT_FAILURE), Impact::Hitless);
        assert_eq!(impact_of(&names[0], 0), Impact::Hitless);
    }
}
