//! What a LAG partner of ours tells: a line each time that a port's LACP is another.

use std::time::Duration;

use network::IfName;
use network::lacp::PortLacp;
use serde::Serialize;

/// A change, as a program reads it.
#[derive(Debug, Serialize)]
pub struct Change<'a> {
    /// Since it began, in milliseconds.
    at: u128,
    /// Which port.
    port: &'a IfName,
    /// What LACP makes of it.
    #[serde(flatten)]
    lacp: &'a PortLacp,
}

/// A change for programs.
#[must_use]
pub fn as_json<'a>(port: &'a IfName, at: Duration, lacp: &'a PortLacp) -> Change<'a> {
    Change { at: at.as_millis(), port, lacp }
}

/// What LACP makes of a port, in words.
#[must_use]
pub fn words(lacp: &PortLacp) -> String {
    let partner = match &lacp.partner {
        Some(end) if !end.system.is_zero() => {
            format!("{} port {} key {}: {}", end.system, end.port, end.key, lacp.partner_state)
        }
        _ => "nobody".to_owned(),
    };
    format!("{}; partner {partner}", lacp.actor_state)
}

/// A change with its time.
#[must_use]
pub fn line(port: &IfName, at: Duration, words: &str) -> String {
    format!("{:>7}.{:03} {port}: {words}\n", at.as_secs(), at.subsec_millis())
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::Mac;
    use network::lacp::{LacpEnd, PortState};

    #[test]
    fn both_ends_in_words() {
        let port = IfName::new("veth1").expect("a name");
        let mut lacp = PortLacp { actor_state: PortState(0x45), ..PortLacp::default() };
        let alone = line(&port, Duration::from_millis(1203), &words(&lacp));
        assert_eq!(alone, "      1.203 veth1: active, long timeout, aggregatable, defaulted; partner nobody\n");
        let system = Mac([2, 0, 0, 0, 0, 7]);
        lacp.partner = Some(LacpEnd { system_priority: 1, system, key: 9, port_priority: 255, port: 2 });
        lacp.partner_state = PortState(0x3f);
        assert!(words(&lacp).contains("partner 02:00:00:00:00:07 port 2 key 9: active, short"));
    }
}
