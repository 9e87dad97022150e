//! Whether the kernel has the bridges: a run that failed gives no figure.

use std::collections::BTreeMap;
use std::net::IpAddr;

use serde::Deserialize;

use super::bridges::{PREFIX, address, bridge, port};

/// The kernel does not have what the file asks for.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// `ip` printed something else than we understand.
    #[error("`ip -j` printed what can't be read")]
    Unreadable(#[source] serde_json::Error),
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
    master: Option<String>,
    linkinfo: Option<LinkInfo>,
    #[serde(default)]
    addr_info: Vec<Address>,
}

#[derive(Debug, Deserialize)]
struct LinkInfo {
    info_kind: Option<String>,
    #[serde(default)]
    info_data: InfoData,
}

#[derive(Debug, Default, Deserialize)]
struct InfoData {
    stp_state: Option<u32>,
    forward_delay: Option<u32>,
}

#[derive(Debug, Deserialize)]
struct Address {
    local: Option<IpAddr>,
    prefixlen: Option<u8>,
}

impl Link {
    fn is_up(&self) -> bool {
        self.flags.iter().any(|flag| flag == "UP")
    }

    fn is_bridge(&self) -> bool {
        self.linkinfo.as_ref().is_some_and(|info| info.info_kind.as_deref() == Some("bridge"))
    }
}

/// Sees that there are `size` bridges and no more, up, each with its options, its port, up as well, and its address;
/// gives their interface indexes, by which a bridge that was made anew is known.
///
/// # Errors
/// When it is not so; the first fault is named.
pub fn check(json: &[u8], size: u16) -> Result<Vec<u32>, CheckError> {
    let links: Vec<Link> = serde_json::from_slice(json).map_err(CheckError::Unreadable)?;
    let bridges = links.iter().filter(|link| link.is_bridge()).count();
    if bridges != usize::from(size) {
        return Err(CheckError::Differs(format!("{bridges} bridges, {size} wanted")));
    }
    let links: BTreeMap<_, _> = links.iter().map(|link| (link.ifname.as_str(), link)).collect();
    (0..size).map(|i| check_one(&links, i).map_err(CheckError::Differs)).collect()
}

fn check_one(links: &BTreeMap<&str, &Link>, i: u16) -> Result<u32, String> {
    let (bridge_name, port_name) = (bridge(i), port(i));
    let find = |name: &str| links.get(name).ok_or_else(|| format!("there is no {name}"));
    let (bridge, port) = (find(&bridge_name)?, find(&port_name)?);
    for link in [bridge, port] {
        if !link.is_up() {
            return Err(format!("{} is down", link.ifname));
        }
    }
    let data = bridge.linkinfo.as_ref().map(|info| (info.info_data.stp_state, info.info_data.forward_delay));
    if data != Some((Some(0), Some(0))) {
        return Err(format!("{bridge_name} has not stp off and a forward delay of 0"));
    }
    if port.master.as_ref() != Some(&bridge_name) {
        return Err(format!("{port_name} is no port of {bridge_name}"));
    }
    let wanted = (Some(IpAddr::V4(address(i))), Some(PREFIX));
    if !bridge.addr_info.iter().any(|has| (has.local, has.prefixlen) == wanted) {
        return Err(format!("{bridge_name} lacks {}/{PREFIX}", address(i)));
    }
    Ok(bridge.ifindex)
}

#[cfg(test)]
mod tests {
    use super::*;

    const RIGHT: &str = r#"[
        {"ifindex":1,"ifname":"lo","flags":["LOOPBACK","UP"],"addr_info":[{"local":"127.0.0.1","prefixlen":8}]},
        {"ifindex":2,"ifname":"peer0","flags":["UP"],"linkinfo":{"info_kind":"veth"},"addr_info":[]},
        {"ifindex":3,"ifname":"port0","flags":["UP"],"master":"vmbr0",
         "linkinfo":{"info_kind":"veth","info_slave_kind":"bridge"},"addr_info":[]},
        {"ifindex":4,"ifname":"vmbr0","flags":["BROADCAST","UP"],
         "linkinfo":{"info_kind":"bridge","info_data":{"stp_state":0,"forward_delay":0}},
         "addr_info":[{"local":"10.0.0.1","prefixlen":24},{"local":"fe80::1","prefixlen":64}]}]"#;

    #[test]
    fn what_is_as_the_file_says_passes() {
        assert_eq!(check(RIGHT.as_bytes(), 1).expect("all is right"), [4]);
    }

    #[test]
    fn every_fault_is_named() {
        let faults = [
            ("vmbr0\",\"flags\":[\"BROADCAST\",\"UP\"]", "vmbr0\",\"flags\":[\"BROADCAST\"]", "vmbr0 is down"),
            ("port0\",\"flags\":[\"UP\"]", "port0\",\"flags\":[]", "port0 is down"),
            ("\"master\":\"vmbr0\"", "\"master\":\"vmbr1\"", "port0 is no port of vmbr0"),
            ("\"10.0.0.1\",\"prefixlen\":24", "\"10.0.0.1\",\"prefixlen\":16", "vmbr0 lacks 10.0.0.1/24"),
            ("\"forward_delay\":0", "\"forward_delay\":1500", "vmbr0 has not stp off"),
            ("\"ifname\":\"vmbr0\"", "\"ifname\":\"vmbr7\"", "there is no vmbr0"),
            ("\"info_kind\":\"bridge\"", "\"info_kind\":\"dummy\"", "0 bridges, 1 wanted"),
        ];
        for (right, wrong, fault) in faults {
            assert!(RIGHT.contains(right), "{right}");
            let error = check(RIGHT.replace(right, wrong).as_bytes(), 1).expect_err(fault);
            assert!(error.to_string().contains(fault), "{error}");
        }
    }

    #[test]
    fn what_is_no_json_is_no_success() {
        assert!(matches!(check(b"", 0), Err(CheckError::Unreadable(_))));
    }
}
