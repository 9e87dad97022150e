//! What the switch must have for a file.

use network::option::bond;
use network::{BondMode, IfName, Network, Vid};
use serde::Serialize;

use crate::layers::bonds;

/// What the ports of a bond's slaves must be at the switch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Need {
    /// The bond.
    pub bond: IfName,
    /// Its slaves, whose ports it is about.
    pub slaves: Vec<IfName>,
    /// How they are to be bundled.
    pub bundle: Bundle,
    /// The VLANs that must be let through with their tags, as ranges.
    pub tagged: Vec<String>,
}

/// How ports are to be bundled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bundle {
    /// Not at all. Two switches of one network will do.
    Plain,
    /// A static group, without LACP.
    Static,
    /// One LACP group in one switch, or in two that act as one.
    Lacp {
        /// With the fast rate.
        fast: bool,
    },
}

impl Bundle {
    /// What a mode needs.
    #[must_use]
    pub fn of(mode: BondMode, fast: bool) -> Self {
        match mode {
            BondMode::ActiveBackup | BondMode::BalanceTlb | BondMode::BalanceAlb => Self::Plain,
            BondMode::BalanceRr | BondMode::BalanceXor | BondMode::Broadcast => Self::Static,
            BondMode::Lacp => Self::Lacp { fast },
        }
    }
}

/// What the switch must have, bond by bond.
#[must_use]
pub fn needs(wanted: &Network) -> Vec<Need> {
    bonds(wanted)
        .into_iter()
        .map(|(link, slaves)| {
            let bond = link.bond().cloned().unwrap_or_default();
            let fast = bond.options.number(bond::LACP_RATE) == Some(1);
            Need {
                bond: link.name.clone(),
                slaves,
                bundle: Bundle::of(bond.mode(), fast),
                tagged: tagged(wanted, &link.name),
            }
        })
        .collect()
}

/// The VLANs that leave a bond with a tag: of VLAN devices on it or its bridge, and of the bridge's filter.
fn tagged(wanted: &Network, bond: &IfName) -> Vec<String> {
    let Some(link) = wanted.link(bond) else { return Vec::new() };
    let above = link.master.as_ref().into_iter().chain([bond]);
    let riders = above.flat_map(|lower| wanted.vlans_on(lower)).filter_map(|link| Some(link.vlan()?.vid));
    let mut vids: network::VidSet = riders.collect();
    if let Some(vlans) = link.bridge_port.as_ref().and_then(|port| port.vlans.as_ref()) {
        let tagged = |vid: &Vid| !vlans.untagged.contains(*vid);
        vlans.members.iter().filter(tagged).for_each(|vid| vids.insert(vid));
    }
    vids.ranges().iter().map(ToString::to_string).collect()
}
