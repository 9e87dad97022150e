//! Linux bridges, their ports, and the VLANs that each port carries.

use serde::{Deserialize, Serialize};

use crate::option::{self, Options, Value};
use crate::{IfName, Vid, VidRange, VidSet};

/// A bridge, wanted or observed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bridge {
    /// Its options: those the file says, or all that the kernel has.
    #[serde(deserialize_with = "option::read::bridge")]
    pub options: Options,
    /// Its ports: those the file names, or all that are attached, guests' included; by name.
    pub ports: Vec<IfName>,
    /// The VLANs of the bridge itself (`self`): which frames reach the host. `None`: the file leaves it open.
    pub vlans: Option<PortVlans>,
}

impl Bridge {
    /// Whether it filters by VLAN (`bridge-vlan-aware yes`).
    #[must_use]
    pub fn is_vlan_aware(&self) -> bool {
        matches!(self.options.get(option::bridge::VLAN_FILTERING), Some(Value::Number(1)))
    }
}

/// A port of a bridge, wanted or observed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BridgePort {
    /// Its per-port options.
    #[serde(deserialize_with = "option::read::bridge_port")]
    pub options: Options,
    /// The VLANs it carries. `None`: the file leaves it open, or the bridge does not filter.
    pub vlans: Option<PortVlans>,
    /// Observed only: its spanning-tree state (`IFLA_BRPORT_STATE`).
    #[serde(skip_deserializing)]
    pub state: Option<StpState>,
}

/// The VLANs of a bridge port.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortVlans {
    /// All that it carries, tagged or not.
    pub members: VidSet,
    /// Those that leave it without a tag.
    pub untagged: VidSet,
    /// The one that frames without a tag belong to when they come in.
    pub pvid: Option<Vid>,
}

/// Consecutive VLANs of a port that have the same flags: what one netlink attribute (or a pair) says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VlanEntry {
    /// Which.
    pub range: VidRange,
    /// They leave without a tag (`BRIDGE_VLAN_INFO_UNTAGGED`).
    pub untagged: bool,
    /// Frames without a tag belong to it (`BRIDGE_VLAN_INFO_PVID`); then the range is one VLAN.
    pub pvid: bool,
}

impl PortVlans {
    /// The set that a port has when nothing else is said: VLAN 1, untagged, as PVID (`br_vlan_port_init`).
    #[must_use]
    pub fn only_pvid(pvid: Vid) -> Self {
        let set: VidSet = [pvid].into_iter().collect();
        Self { members: set.clone(), untagged: set, pvid: Some(pvid) }
    }

    /// Adds an entry, replacing the flags of VLANs that are there already, as the kernel does.
    pub fn add(&mut self, entry: VlanEntry) {
        for vid in entry.range.first.get()..=entry.range.last.get() {
            let Ok(vid) = Vid::new(vid) else { continue };
            self.members.insert(vid);
            if entry.untagged {
                self.untagged.insert(vid)
            } else {
                self.untagged.remove(vid)
            }
            if entry.pvid {
                self.pvid = Some(vid);
            } else if self.pvid == Some(vid) {
                self.pvid = None;
            }
        }
    }

    /// Takes VLANs away.
    pub fn remove(&mut self, range: VidRange) {
        for vid in range.first.get()..=range.last.get() {
            let Ok(vid) = Vid::new(vid) else { continue };
            self.members.remove(vid);
            self.untagged.remove(vid);
            if self.pvid == Some(vid) {
                self.pvid = None;
            }
        }
    }

    /// The fewest entries that say the same, ascending.
    #[must_use]
    pub fn entries(&self) -> Vec<VlanEntry> {
        let mut out: Vec<VlanEntry> = Vec::new();
        for vid in self.members.iter() {
            let (untagged, pvid) = (self.untagged.contains(vid), self.pvid == Some(vid));
            match out.last_mut() {
                Some(last)
                    if !pvid && !last.pvid && last.untagged == untagged && last.range.last.get() + 1 == vid.get() =>
                {
                    last.range.last = vid;
                }
                _ => out.push(VlanEntry { range: VidRange { first: vid, last: vid }, untagged, pvid }),
            }
        }
        out
    }
}

/// The spanning-tree state of a port (`BR_STATE_*`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StpState {
    /// No carrier or administratively down.
    Disabled,
    /// Waiting for the tree.
    Listening,
    /// Learning addresses, not yet forwarding.
    Learning,
    /// In use.
    Forwarding,
    /// Kept out of a loop.
    Blocking,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_are_as_few_as_can_be() {
        let mut vlans = PortVlans::only_pvid(Vid::ONE);
        vlans.add(VlanEntry { range: "2-4094".parse().unwrap(), untagged: false, pvid: false });
        let entries = vlans.entries();
        assert_eq!(entries.len(), 2);
        assert_eq!(entries[1].range.to_string(), "2-4094");
        vlans.remove("1".parse().unwrap());
        assert_eq!(vlans.pvid, None);
        assert_eq!(vlans.members.len(), 4093);
    }
}
