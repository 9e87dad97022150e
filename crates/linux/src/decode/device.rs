//! Devices of other kinds that say what they are (`vxlan_fill_info`, `vrf_fillinfo`, `ipgre_fill_info`,
//! `ip_tunnel`'s and `ip6_tnl_fill_info`, `vti_fill_info`), and the remote ends of VXLAN devices.

use std::net::IpAddr;

use netlink_packet_core::DecodeError;
use netlink_packet_route::neighbour::{NeighbourFlags, NeighbourHeader};
use network::given::{Tunnel, Vxlan};
use network::{Given, IfName};

use super::Names;
use crate::attribute::{Attribute, attributes};
use crate::encode::{
    IFLA_VRF_TABLE, IFLA_VXLAN_AGEING, IFLA_VXLAN_GROUP, IFLA_VXLAN_GROUP6, IFLA_VXLAN_ID, IFLA_VXLAN_LEARNING,
    IFLA_VXLAN_LINK, IFLA_VXLAN_LOCAL, IFLA_VXLAN_LOCAL6, IFLA_VXLAN_PORT, IFLA_VXLAN_TTL, inner_protocol,
    tunnel_attributes,
};

/// `struct ndmsg`.
const NDMSG: usize = 12;
const NDA_DST: u16 = 1;
const NDA_LLADDR: u16 = 2;

/// The device of that kind; `None`: of a kind of which no more is known than its name.
pub(super) fn read(kind: &str, data: Attribute<'_>, names: &Names) -> Result<Option<Given>, DecodeError> {
    match kind {
        "vxlan" => vxlan(data, names).map(|vxlan| Some(Given::Vxlan(vxlan))),
        "vrf" => vrf(data).map(Some),
        _ => tunnel(kind, data, names).map(|tunnel| tunnel.map(Given::Tunnel)),
    }
}

fn vxlan(data: Attribute<'_>, names: &Names) -> Result<Vxlan, DecodeError> {
    let mut out = Vxlan::default();
    for attribute in data.nested() {
        let attribute = attribute?;
        match attribute.kind {
            IFLA_VXLAN_ID => out.id = Some(attribute.u32()?),
            IFLA_VXLAN_GROUP | IFLA_VXLAN_GROUP6 => out.group = end(attribute)?,
            IFLA_VXLAN_LOCAL | IFLA_VXLAN_LOCAL6 => out.local = end(attribute)?,
            IFLA_VXLAN_LINK => out.lower = lower(attribute, names)?,
            IFLA_VXLAN_TTL => out.ttl = Some(attribute.u8()?),
            IFLA_VXLAN_LEARNING => out.learning = Some(attribute.u8()? != 0),
            IFLA_VXLAN_AGEING => out.ageing = Some(attribute.u32()?),
            IFLA_VXLAN_PORT => out.port = Some(attribute.u16_be()?),
            _ => {}
        }
    }
    Ok(out)
}

fn vrf(data: Attribute<'_>) -> Result<Given, DecodeError> {
    let mut table = None;
    for attribute in data.nested() {
        let attribute = attribute?;
        if attribute.kind == IFLA_VRF_TABLE {
            table = Some(attribute.u32()?);
        }
    }
    Ok(Given::Vrf { table })
}

fn tunnel(kind: &str, data: Attribute<'_>, names: &Names) -> Result<Option<Tunnel>, DecodeError> {
    let Some(known) = tunnel_attributes(kind) else { return Ok(None) };
    let mut out = Tunnel { mode: kind.to_owned(), ..Tunnel::default() };
    for attribute in data.nested() {
        let attribute = attribute?;
        if attribute.kind == known.link {
            out.lower = lower(attribute, names)?;
        } else if attribute.kind == known.local {
            out.local = end(attribute)?;
        } else if attribute.kind == known.remote {
            out.remote = end(attribute)?;
        } else if Some(attribute.kind) == known.ttl {
            out.ttl = Some(attribute.u8()?).filter(|ttl| *ttl != 0);
        } else if Some(attribute.kind) == known.protocol {
            let modes = ["ipip6", "ip6ip6"];
            let protocol = attribute.u8()?;
            // One that takes either (0) is neither to the file.
            let mode = modes.into_iter().find(|mode| inner_protocol(mode) == protocol).unwrap_or("any");
            mode.clone_into(&mut out.mode);
        }
    }
    Ok(Some(out))
}

/// All zeros are no end.
fn end(attribute: Attribute<'_>) -> Result<Option<IpAddr>, DecodeError> {
    attribute.ip().map(|ip| Some(ip).filter(|ip| !ip.is_unspecified()))
}

/// A link of another network namespace has a number that means nothing here.
fn lower(attribute: Attribute<'_>, names: &Names) -> Result<Option<IfName>, DecodeError> {
    let index = attribute.u32()?;
    Ok(if index == 0 { None } else { names.get(index).ok() })
}

/// The number of a VXLAN device and a remote end of it, from an `RTM_NEWNEIGH`; `None`: an entry for an address, or one
/// that a routing daemon keeps.
///
/// # Errors
/// When an attribute is malformed.
pub fn remote(payload: &[u8]) -> Result<Option<(u32, IpAddr)>, DecodeError> {
    let header = NeighbourHeader::parse(payload)?;
    let (mut remote, mut for_any) = (None, false);
    for attribute in attributes(payload.get(NDMSG..).unwrap_or_default()) {
        let attribute = attribute?;
        match attribute.kind {
            NDA_DST => remote = Some(attribute.ip()?),
            NDA_LLADDR => for_any = attribute.value.iter().all(|byte| *byte == 0),
            _ => {}
        }
    }
    let ours = for_any && !header.flags.contains(NeighbourFlags::ExtLearned);
    Ok(remote.filter(|_| ours).map(|remote| (header.ifindex, remote)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::{Change, Device};
    use proptest::prelude::*;

    use crate::encode::{Links, encode};

    /// What follows the netlink header of a change's message.
    fn payload(change: &Change) -> Vec<u8> {
        let mut request = encode(change, &Links(&|_| Ok(7))).unwrap().remove(0);
        request.finalize();
        let mut bytes = vec![0; request.buffer_len()];
        request.serialize(&mut bytes);
        bytes.split_off(16)
    }

    /// What a device is made with reads back as that device.
    #[test]
    fn what_is_encoded_reads_back() {
        let names = Names::of(7, "eth7");
        let tunnel = |mode: &str, local: &str, remote: &str| {
            Given::Tunnel(Tunnel {
                mode: mode.to_owned(),
                local: local.parse().ok(),
                remote: remote.parse().ok(),
                ttl: Some(64).filter(|_| !mode.starts_with("vti")),
                lower: "eth7".parse().ok(),
            })
        };
        let vxlan = Vxlan {
            id: Some(7),
            local: "192.0.2.1".parse().ok(),
            group: "239.1.1.1".parse().ok(),
            port: Some(4789),
            learning: Some(false),
            ageing: Some(60),
            ttl: Some(3),
            lower: "eth7".parse().ok(),
            ..Vxlan::default()
        };
        let v6 = Vxlan { local: "2001:db8::1".parse().ok(), group: None, ..vxlan.clone() };
        let mut devices = vec![Given::Vxlan(vxlan), Given::Vxlan(v6), Given::Vrf { table: Some(1001) }];
        devices.extend(["gre", "gretap", "ipip", "sit", "vti"].map(|mode| tunnel(mode, "192.0.2.1", "192.0.2.9")));
        let over_v6 = ["ip6gre", "ip6gretap", "ipip6", "ip6ip6", "vti6"];
        devices.extend(over_v6.map(|mode| tunnel(mode, "2001:db8::1", "2001:db8::9")));
        for device in devices {
            let link = "x0".parse().unwrap();
            let create =
                Change::Create { link, device: Device::Given { device: device.clone() }, mac: None, mtu: None };
            let bytes = payload(&create);
            let info = attributes(&bytes[16..]).map(Result::unwrap).find(|a| a.kind == libc::IFLA_LINKINFO).unwrap();
            let inside: Vec<_> = info.nested().map(Result::unwrap).collect();
            let kind = inside[0].text().unwrap();
            assert_eq!(Some(kind.as_str()), device.made_as());
            assert_eq!(read(&kind, inside[1], &names).unwrap().as_ref(), Some(&device));
        }
    }

    #[test]
    fn a_tunnel_between_families_can_t_be_said() {
        let tunnel = Tunnel { mode: "gre".to_owned(), local: "2001:db8::1".parse().ok(), ..Tunnel::default() };
        let (link, device) = ("x0".parse().unwrap(), Device::Given { device: Given::Tunnel(tunnel) });
        let create = Change::Create { link, device, mac: None, mtu: None };
        assert!(encode(&create, &Links(&|_| Ok(7))).is_err());
    }

    #[test]
    fn a_remote_end_reads_back() {
        let remote: IpAddr = "192.0.2.9".parse().unwrap();
        let add = Change::AddRemote { link: "vxlan7".parse().unwrap(), remote };
        let mut bytes = payload(&add);
        assert_eq!(super::remote(&bytes).unwrap(), Some((7, remote)));
        // NTF_EXT_LEARNED: FRR keeps it.
        bytes[10] |= 0x10;
        assert_eq!(super::remote(&bytes).unwrap(), None);
    }

    proptest! {
        #[test]
        fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = remote(&bytes);
            for kind in ["vxlan", "vrf", "gre", "ip6tnl", "sit"] {
                let _ = read(kind, Attribute { kind: 2, value: &bytes }, &Names::default());
            }
        }
    }
}
