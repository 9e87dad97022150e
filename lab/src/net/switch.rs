//! Switches: a namespace with a bridge, and bonds in it where ports form a LAG.
//!
//! A Linux bridge forwards no LACPDUs, and neither may a switch: the LAG's partner is a bond on the switch's side.

use network::option::{bond, bridge};
use network::{Address, BondMode, Change, Device, IfName, Opt, Options, Value, VlanEntry};

use super::{End, Namespace, NetError};

/// A switch.
#[derive(Clone, Debug)]
pub struct Switch {
    /// Where it lives.
    pub namespace: Namespace,
    /// Its bridge.
    bridge: IfName,
}

impl Switch {
    /// Powers one on: all ports forward to each other, at once (no spanning tree), and no VLANs.
    ///
    /// # Errors
    /// When the kernel has no bridge.
    pub fn new() -> Result<Self, NetError> {
        Self::with(Options::default())
    }

    /// Powers one on that filters by VLAN. A port carries VLAN 1 untagged until [`Switch::vlans`] says otherwise.
    ///
    /// # Errors
    /// When the kernel's bridge has no VLAN filter.
    pub fn vlan_aware() -> Result<Self, NetError> {
        Self::with([(bridge::VLAN_FILTERING, Value::Number(1))].into_iter().collect())
    }

    fn with(options: Options) -> Result<Self, NetError> {
        let (namespace, bridge) = (Namespace::new()?, IfName::new("switch")?);
        let create = Change::Create { link: bridge.clone(), device: Device::Bridge { options }, mac: None, mtu: None };
        namespace.change(&[create, Change::SetUp { link: bridge.clone(), up: true }])?;
        Ok(Self { namespace, bridge })
    }

    /// A port to lay a cable to; it joins with [`Switch::join`] or [`Switch::lag`].
    ///
    /// # Errors
    /// When no link may have that name.
    pub fn port(&self, name: &str) -> Result<End, NetError> {
        Ok(End { namespace: self.namespace.clone(), link: IfName::new(name)? })
    }

    /// Lets a port, or a LAG, forward.
    ///
    /// # Errors
    /// When it is not there.
    pub fn join(&self, port: &IfName) -> Result<(), NetError> {
        let master = Some(self.bridge.clone());
        let up = Change::SetUp { link: port.clone(), up: true };
        self.namespace.change(&[Change::SetMaster { link: port.clone(), master }, up])
    }

    /// Lets a port forward no more; its link stays up.
    ///
    /// # Errors
    /// When it is not there.
    pub fn part(&self, port: &IfName) -> Result<(), NetError> {
        self.namespace.change(&[Change::SetMaster { link: port.clone(), master: None }])
    }

    /// Bundles ports with LACP, watching their carrier each 100 ms, and lets the LAG forward.
    ///
    /// # Errors
    /// When a port is not there, or the kernel has no bonding driver.
    pub fn lag(&self, name: &str, ports: &[&End], more: &[(Opt, Value)]) -> Result<IfName, NetError> {
        let mode = [(bond::MODE, Value::Number(BondMode::Lacp.number())), (bond::MIIMON, Value::Number(100))];
        let mut options: Options = mode.into_iter().collect();
        options.extend(more.iter().cloned());
        let lag = IfName::new(name)?;
        let device = Device::Bond { options };
        let mut changes = vec![Change::Create { link: lag.clone(), device, mac: None, mtu: None }];
        for port in ports {
            changes.push(Change::SetUp { link: port.link.clone(), up: false });
            changes.push(Change::SetMaster { link: port.link.clone(), master: Some(lag.clone()) });
        }
        self.namespace.change(&changes)?;
        self.join(&lag)?;
        Ok(lag)
    }

    /// Sets the VLANs of a port on top of those that it has.
    ///
    /// # Errors
    /// When it is no port of a VLAN-aware switch.
    pub fn vlans(&self, port: &IfName, vlans: Vec<VlanEntry>) -> Result<(), NetError> {
        self.namespace.change(&[Change::AddVlans { link: port.clone(), itself: false, vlans }])
    }

    /// Gives the switch an address of its own, to talk to.
    ///
    /// # Errors
    /// When it has it already.
    pub fn address(&self, address: Address) -> Result<(), NetError> {
        self.namespace.change(&[Change::AddAddress { link: self.bridge.clone(), address }])
    }
}
