//! Whether the kernel has what the file asks for, by `ip` and `bridge`: a run that failed gives no figure.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;

use super::bridges::{PREFIX, address, bridge, port};
use super::setup::{Setup, changed_address, vid, vlan};

/// The kernel does not have what the file asks for.
#[derive(Debug, thiserror::Error)]
pub enum LookError {
    /// `ip` or `bridge` printed something else than we understand.
    #[error("`ip -j` or `bridge -j` printed what can't be read")]
    Unreadable(#[from] serde_json::Error),
    /// Something is missing, or there is too much.
    #[error("the kernel does not have what the file says: {0}")]
    Differs(String),
}

/// A link as `ip -j -d address` shows it.
#[derive(Debug, Deserialize)]
struct Link {
    ifindex: u32,
    ifname: String,
    #[serde(default)]
    flags: Vec<String>,
    link: Option<String>,
    master: Option<String>,
    linkinfo: Option<LinkInfo>,
    #[serde(default)]
    addr_info: Vec<Address>,
}

#[derive(Debug, Default, Deserialize)]
struct LinkInfo {
    info_kind: Option<String>,
    #[serde(default)]
    info_data: InfoData,
}

#[derive(Debug, Default, Deserialize)]
struct InfoData {
    stp_state: Option<u32>,
    forward_delay: Option<u32>,
    vlan_filtering: Option<u32>,
    id: Option<u16>,
}

#[derive(Debug, Deserialize)]
struct Address {
    local: Option<IpAddr>,
    prefixlen: Option<u8>,
}

/// A port as `bridge -j -compressvlans vlan` shows it.
#[derive(Debug, Deserialize)]
struct Port {
    ifname: String,
    #[serde(default)]
    vlans: Vec<Range>,
}

#[derive(Debug, Deserialize)]
struct Range {
    vlan: u16,
    #[serde(rename = "vlanEnd")]
    end: Option<u16>,
}

/// Sees that the kernel has what the file says; gives the indexes of the links that it asks for, by which a link that was
/// made anew is known.
///
/// # Errors
/// When it does not; the first fault is named.
pub fn look(setup: Setup, changed: bool, ip: &[u8], vlans: &[u8]) -> Result<Vec<u32>, LookError> {
    let links: Vec<Link> = serde_json::from_slice(ip)?;
    let links: BTreeMap<_, _> = links.iter().map(|link| (link.ifname.as_str(), link)).collect();
    let eye = Eye { links, changed };
    let found = match setup {
        Setup::Bridges(n) => (0..n).map(|i| eye.bridge(&bridge(i), Some((n, i)))).collect(),
        Setup::Trunk(n) => {
            let ports: Vec<Port> = serde_json::from_slice(vlans)?;
            eye.trunk(n, &ports).map(|index| vec![index])
        }
        Setup::Vlans(n) => (0..n).map(|i| eye.vlan(n, i)).collect(),
    };
    found.map_err(LookError::Differs)
}

struct Eye<'a> {
    links: BTreeMap<&'a str, &'a Link>,
    changed: bool,
}

impl Eye<'_> {
    fn up(&self, name: &str) -> Result<&Link, String> {
        let link = *self.links.get(name).ok_or_else(|| format!("there is no {name}"))?;
        if link.flags.iter().any(|flag| flag == "UP") { Ok(link) } else { Err(format!("{name} is down")) }
    }

    /// A bridge, up; with its number of so many, also its one port and its address.
    fn bridge(&self, name: &str, number: Option<(u16, u16)>) -> Result<u32, String> {
        let link = self.up(name)?;
        let info = link.linkinfo.as_ref().ok_or_else(|| format!("{name} is no bridge"))?;
        if info.info_kind.as_deref() != Some("bridge") {
            return Err(format!("{name} is no bridge"));
        }
        if (info.info_data.stp_state, info.info_data.forward_delay) != (Some(0), Some(0)) {
            return Err(format!("{name} has not stp off and a forward delay of 0"));
        }
        if let Some((n, i)) = number {
            self.port(&port(i), name)?;
            self.address(link, n, i)?;
        }
        Ok(link.ifindex)
    }

    fn port(&self, name: &str, bridge: &str) -> Result<(), String> {
        let port = self.up(name)?;
        if port.master.as_deref() == Some(bridge) { Ok(()) } else { Err(format!("{name} is no port of {bridge}")) }
    }

    fn address(&self, link: &Link, n: u16, i: u16) -> Result<(), String> {
        let wanted = if self.changed && i == n - 1 { changed_address(i) } else { address(i) };
        let is_ours = |has: &&Address| matches!(has.local, Some(IpAddr::V4(_)));
        let has: Vec<_> = link.addr_info.iter().filter(is_ours).map(|has| (has.local, has.prefixlen)).collect();
        let wanted = (Some(IpAddr::V4(wanted)), Some(PREFIX));
        if has == [wanted] { Ok(()) } else { Err(format!("{} has {has:?}, not {wanted:?}", link.ifname)) }
    }

    fn vlan(&self, n: u16, i: u16) -> Result<u32, String> {
        let link = self.up(&vlan(i))?;
        let info = link.linkinfo.as_ref();
        let is = info.and_then(|info| Some((info.info_kind.as_deref()?, info.info_data.id?)));
        if is != Some(("vlan", vid(i))) || link.link.as_deref() != Some(super::setup::UNDER) {
            return Err(format!("{} is no VLAN device for {}", link.ifname, vid(i)));
        }
        self.address(link, n, i)?;
        Ok(link.ifindex)
    }

    fn trunk(&self, n: u16, ports: &[Port]) -> Result<u32, String> {
        let index = self.bridge("vmbr0", None)?;
        let filtering = self.links.get("vmbr0").and_then(|link| link.linkinfo.as_ref()?.info_data.vlan_filtering);
        if filtering != Some(1) {
            return Err("vmbr0 is not VLAN-aware".to_owned());
        }
        let (first, last) = (2, if self.changed { 4093 } else { 4094 });
        for name in (0..n).map(port) {
            self.port(&name, "vmbr0")?;
            let has = ports.iter().find(|port| port.ifname == name).map_or(&[][..], |port| &port.vlans);
            let count =
                has.iter().map(|range| usize::from(range.end.unwrap_or(range.vlan) - range.vlan) + 1).sum::<usize>();
            let covers =
                |vid: u16| has.iter().any(|range| (range.vlan..=range.end.unwrap_or(range.vlan)).contains(&vid));
            // 1 is the port's own, without a tag.
            if count != usize::from(last - first) + 2 || ![1, first, last].into_iter().all(covers) {
                return Err(format!("{name} carries {count} VLANs, not 1 and {first}-{last}"));
            }
        }
        Ok(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BRIDGE: &str = r#"[
        {"ifindex":3,"ifname":"port0","flags":["UP"],"master":"vmbr0","addr_info":[]},
        {"ifindex":4,"ifname":"vmbr0","flags":["UP"],
         "linkinfo":{"info_kind":"bridge","info_data":{"stp_state":0,"forward_delay":0,"vlan_filtering":1}},
         "addr_info":[{"local":"10.0.0.1","prefixlen":24},{"local":"fe80::1","prefixlen":64}]}]"#;
    const PORT: &str = r#"[{"ifname":"port0","vlans":[{"vlan":1,"flags":["PVID"]},{"vlan":2,"vlanEnd":4094}]}]"#;
    const VLAN: &str = r#"[{"ifindex":9,"ifname":"bond0.2","link":"bond0","flags":["UP"],
        "linkinfo":{"info_kind":"vlan","info_data":{"protocol":"802.1Q","id":2}},
        "addr_info":[{"local":"10.0.0.1","prefixlen":24}]}]"#;

    fn fault(setup: Setup, changed: bool, ip: &str, vlans: &str) -> String {
        look(setup, changed, ip.as_bytes(), vlans.as_bytes()).expect_err("it differs").to_string()
    }

    #[test]
    fn what_is_as_the_file_says_passes() {
        assert_eq!(look(Setup::Bridges(1), false, BRIDGE.as_bytes(), b"").expect("all is right"), [4]);
        assert_eq!(look(Setup::Trunk(1), false, BRIDGE.as_bytes(), PORT.as_bytes()).expect("all is right"), [4]);
        assert_eq!(look(Setup::Vlans(1), false, VLAN.as_bytes(), b"").expect("all is right"), [9]);
    }

    #[test]
    fn the_old_line_is_not_the_changed_one() {
        assert!(fault(Setup::Bridges(1), true, BRIDGE, "").contains("vmbr0 has "));
        assert!(fault(Setup::Trunk(1), true, BRIDGE, PORT).contains("port0 carries 4094 VLANs"));
        assert!(fault(Setup::Vlans(1), true, VLAN, "").contains("bond0.2 has "));
    }

    #[test]
    fn every_fault_is_named() {
        let down = BRIDGE.replace(r#""ifname":"vmbr0","flags":["UP"]"#, r#""ifname":"vmbr0","flags":[]"#);
        assert!(fault(Setup::Bridges(1), false, &down, "").contains("vmbr0 is down"));
        assert!(fault(Setup::Bridges(2), false, BRIDGE, "").contains("there is no vmbr1"));
        let unaware = BRIDGE.replace(r#""vlan_filtering":1"#, r#""vlan_filtering":0"#);
        assert!(fault(Setup::Trunk(1), false, &unaware, PORT).contains("not VLAN-aware"));
        assert!(fault(Setup::Trunk(1), false, BRIDGE, "[]").contains("port0 carries 0 VLANs"));
        assert!(
            fault(Setup::Vlans(1), false, &VLAN.replace(r#""id":2"#, r#""id":3"#), "").contains("no VLAN device for 2")
        );
        assert!(matches!(look(Setup::Bridges(1), false, b"", b""), Err(LookError::Unreadable(_))));
    }
}
