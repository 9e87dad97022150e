//! Guests: a namespace with one NIC, whose other end is a port of the host as Proxmox names it.

use std::net::IpAddr;

use network::{Address, Change, IfName, Mac};

use super::{Cable, End, Namespace, NetError};

/// A guest of the host.
#[derive(Clone, Debug)]
pub struct Guest {
    /// Where it lives.
    pub namespace: Namespace,
    /// Its cable: the near end is the host's (`tap100i0`), the far end its own `eth0`.
    pub cable: Cable,
    /// Its address.
    pub address: IpAddr,
}

impl Guest {
    /// Starts one: makes its port on `host` and puts it into a bridge there, as Proxmox does.
    ///
    /// # Errors
    /// When a name is taken, or there is no such bridge.
    pub fn start(host: &Namespace, port: &IfName, bridge: &IfName, address: Address) -> Result<Self, NetError> {
        Self::start_with(host, port, None, bridge, address)
    }

    /// The same with a port of that MAC: a bridge of which nobody set the MAC takes the least of its ports'.
    ///
    /// # Errors
    /// See [`Guest::start`].
    pub fn start_with(
        host: &Namespace,
        port: &IfName,
        mac: Option<Mac>,
        bridge: &IfName,
        address: Address,
    ) -> Result<Self, NetError> {
        let namespace = Namespace::new()?;
        let far = End { namespace: namespace.clone(), link: IfName::new("eth0")? };
        let near = End { namespace: host.clone(), link: port.clone() };
        let cable = Cable::lay(near, mac, far)?;
        let into_bridge = Change::SetMaster { link: port.clone(), master: Some(bridge.clone()) };
        host.change(&[into_bridge, Change::SetUp { link: port.clone(), up: true }])?;
        let ip = address.net.addr();
        namespace.change(&[Change::AddAddress { link: cable.far.link.clone(), address }])?;
        Ok(Self { namespace, cable, address: ip })
    }
}
