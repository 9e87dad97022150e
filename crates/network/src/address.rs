//! IP addresses and routes.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Serialize};

use crate::IfName;

/// An IP address of a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The address with its prefix length.
    pub net: IpNet,
    /// The other end of a point-to-point link.
    pub peer: Option<IpAddr>,
    /// The broadcast address, where one is set.
    pub broadcast: Option<std::net::Ipv4Addr>,
    /// How far it is valid (`RT_SCOPE_*`): 0 everywhere, 253 on the link, 254 on the host. Wanted: `None` leaves it to the
    /// kernel, which works it out of an IPv6 address, and takes IPv4 addresses other than loopback's for global.
    pub scope: Option<u8>,
    /// For how many seconds it is preferred for what this host begins (RFC 4862); 0 is no longer. `None`: for ever.
    pub preferred: Option<u32>,
    /// Observed only: it has a lifetime, or the kernel made it (SLAAC, link-local): not the file's, so not ours to take.
    pub dynamic: bool,
    /// Observed only: another host on the link has it, as duplicate address detection found (RFC 4862, `IFA_F_DADFAILED`):
    /// it is there and does not work.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
}

impl Address {
    /// A plain address.
    #[must_use]
    pub fn new(net: IpNet) -> Self {
        Self { net, peer: None, broadcast: None, scope: None, preferred: None, dynamic: false, duplicate: false }
    }

    /// Whether the kernel takes the two for one (`inet_insert_ifa`: address, prefix and peer).
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.net == other.net && self.peer == other.peer
    }
}

/// A unicast route of the main table, or of a VRF's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Route {
    /// Where to; a prefix length of 0 is the default route.
    pub destination: IpNet,
    /// The next hop; none when the destination is on the link.
    pub gateway: Option<IpAddr>,
    /// The link it leaves by.
    pub link: IfName,
    /// Lower wins. The kernel's own default is 0 for IPv4 and 1024 for IPv6; both are stored as the kernel shows them.
    pub metric: u32,
    /// The next hop is taken to be on the link, whatever the addresses say (`RTNH_F_ONLINK`).
    pub onlink: bool,
    /// Who made it (`RTPROT_*`): 2 the kernel, 3 boot, 4 static, 9 router advertisement, 16 DHCP.
    pub protocol: u8,
    /// The source address to use, where one is set (`RTA_PREFSRC`).
    pub source: Option<IpAddr>,
    /// The routing table: [`RT_TABLE_MAIN`], or a VRF's. A wanted route is in the table of its link's VRF, whatever it says
    /// here: the number may be left to the plan. As JSON, left out where it is the main one.
    #[serde(default = "main_table", skip_serializing_if = "is_main")]
    pub table: u32,
    /// How far the destination is (`RT_SCOPE_*`): 0 universe, 253 link.
    pub scope: u8,
}

fn main_table() -> u32 {
    RT_TABLE_MAIN
}

fn is_main(table: &u32) -> bool {
    *table == RT_TABLE_MAIN
}

/// `RT_TABLE_MAIN`.
pub const RT_TABLE_MAIN: u32 = 254;

/// `RTPROT_KERNEL`: what the kernel itself makes when an address is added, and what ifupdown2 marks gateways with.
pub const RTPROT_KERNEL: u8 = 2;

/// `RTPROT_RA`: what a router advertised. It expires.
pub const RTPROT_RA: u8 = 9;

impl Route {
    /// The default route of an interface through `gateway`, as ifupdown2 makes it: `proto kernel onlink`, so that tools
    /// that look for it (FRR's `redistribute kernel` among them) see no difference.
    #[must_use]
    pub fn default_via(gateway: IpAddr, link: IfName, metric: Option<u32>) -> Self {
        let (destination, usual_metric) = match gateway {
            IpAddr::V4(_) => (IpNet::new_assert(std::net::Ipv4Addr::UNSPECIFIED.into(), 0), 0),
            IpAddr::V6(_) => (IpNet::new_assert(std::net::Ipv6Addr::UNSPECIFIED.into(), 0), 1024),
        };
        Self {
            destination,
            gateway: Some(gateway),
            link,
            metric: metric.unwrap_or(usual_metric),
            onlink: true,
            protocol: RTPROT_KERNEL,
            source: None,
            table: RT_TABLE_MAIN,
            scope: 0,
        }
    }

    /// Whether it is a default route.
    #[must_use]
    pub fn is_default(&self) -> bool {
        self.destination.prefix_len() == 0
    }

    /// Whether the two lead the same way: destination, gateway, link, metric and table.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        self.destination == other.destination
            && self.gateway == other.gateway
            && self.link == other.link
            && self.metric == other.metric
            && self.table == other.table
    }
}
