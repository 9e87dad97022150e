//! Guests on a bridge, told by the names that Proxmox gives their ports.

use network::{Bridge, IfName, Network};

use super::text::Text;
use crate::io::{FAINT, STRONG};

/// How many guests a bridge's line names; `status BRIDGE` names all.
pub const SHOWN: usize = 8;

/// A line that names guests' ports with whose they are, at most `limit` of them. None without guests.
#[must_use]
pub fn line(network: &Network, bridge: &Bridge, limit: usize) -> Option<Text> {
    let mut ports: Vec<(u64, &IfName)> =
        bridge.ports.iter().filter(|port| port.is_guest_port()).map(|port| (guest(port).unwrap_or(0), port)).collect();
    ports.sort();
    let total = ports.len();
    if total == 0 {
        return None;
    }
    let mut text = Text::styled(STRONG, if total == 1 { "guest  " } else { "guests  " });
    for (n, (id, port)) in ports.into_iter().take(limit).enumerate() {
        text = text.then(if n == 0 { "" } else { ", " }).then(port.as_str());
        text = text.and(FAINT, format!(" ({} {id})", kind(network, port, id)));
    }
    Some(if total > limit { text.then(format!(" and {} more", total - limit)) } else { text })
}

/// The number of the guest whose port it is.
fn guest(port: &IfName) -> Option<u64> {
    let digits = port.as_str().trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// `VM` or `CT`. Behind Proxmox's firewall a port does not tell, so the guest's own one is looked for.
fn kind(network: &Network, port: &IfName, id: u64) -> &'static str {
    let has = |prefix: &str| {
        let prefix = format!("{prefix}{id}i");
        network.links.keys().any(|name| name.as_str().starts_with(&prefix))
    };
    match port.as_str() {
        name if name.starts_with("tap") => "VM",
        name if name.starts_with("veth") => "CT",
        _ if has("tap") => "VM",
        _ if has("veth") => "CT",
        _ => "guest",
    }
}
