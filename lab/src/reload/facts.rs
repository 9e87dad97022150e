//! What the kernel has, in the words in which a scenario asks for it.

use network::{Address, Kind, Link, Network, PortVlans, Route, Scope};
use serde_json::{Map, Value, json};

/// The options of a link by the file's key, each as the file would say it.
const SCOPES: [Scope; 8] =
    [Scope::Bond, Scope::BondPort, Scope::Bridge, Scope::BridgePort, Scope::Ipv4, Scope::Ipv6, Scope::Mpls, Scope::Nic];

/// A link as a JSON object: `kind`, `up`, `carrier`, `master`, `mtu`, `mac`, `alias`, `addresses` (without link-local ones),
/// `broadcasts`, `members`, `lower`, `vid`, `protocol`, `vlans`, `untagged`, `pvid`, `options`, and `details` of other kinds.
#[must_use]
pub fn facts(link: &Link) -> Value {
    let mut out = Map::new();
    let mut say = |key: &str, value: Value| _ = out.insert(key.to_owned(), value);
    say("kind", plan::kind_name(&link.kind).into());
    say("up", json!(link.up));
    say("carrier", json!(link.carrier()));
    say("master", link.master.as_ref().map_or("none", |master| master.as_str()).into());
    say("mtu", json!(link.mtu));
    say("mac", link.mac.map_or_else(|| Value::from("none"), |mac| mac.to_string().into()));
    say("alias", link.alias.clone().unwrap_or_default().into());
    let own = || link.addresses.iter().filter(|address| !is_link_local(address));
    say("addresses", own().map(address_text).collect());
    say("broadcasts", own().filter_map(|address| address.broadcast).map(|it| it.to_string()).collect());
    let mut vlans = link.bridge_port.as_ref().and_then(|port| port.vlans.as_ref());
    match &link.kind {
        Kind::Bond(bond) => say("members", bond.slaves.iter().map(|name| name.as_str()).collect()),
        Kind::Bridge(bridge) => {
            say("members", bridge.ports.iter().map(|name| name.as_str()).collect());
            vlans = vlans.or(bridge.vlans.as_ref());
        }
        Kind::Vlan(vlan) => {
            say("lower", vlan.lower.as_str().into());
            say("vid", vlan.vid.get().into());
            say("protocol", json!(vlan.protocol));
        }
        Kind::Given(given) => say("details", json!(given)),
        Kind::Nic | Kind::Loopback | Kind::Other(_) => {}
    }
    if let Some(vlans) = vlans {
        tell_vlans(vlans, &mut say);
    }
    let options = SCOPES.iter().filter_map(|scope| link.options(*scope)).flat_map(|options| options.iter());
    say("options", options.map(|(option, value)| (option.key().to_owned(), Value::from(option.show(value)))).collect());
    Value::Object(out)
}

fn tell_vlans(vlans: &PortVlans, say: &mut dyn FnMut(&str, Value)) {
    say("vlans", vlans.members.to_string().into());
    say("untagged", vlans.untagged.to_string().into());
    say("pvid", vlans.pvid.map_or(0, |vid| vid.get()).into());
}

fn is_link_local(address: &Address) -> bool {
    match address.net.addr() {
        std::net::IpAddr::V6(address) => address.is_unicast_link_local(),
        std::net::IpAddr::V4(_) => false,
    }
}

fn address_text(address: &Address) -> String {
    let peer = address.peer.map(|peer| format!(" peer {peer}")).unwrap_or_default();
    let scope = address.scope.filter(|scope| *scope != 0).map(|scope| format!(" scope {scope}")).unwrap_or_default();
    format!("{}{peer}{scope}", address.net)
}

/// A route as `ip route` would show it: `default via 192.168.1.1 dev vmbr0 metric 100 table 10`; what is usual is left out.
#[must_use]
pub fn route_text(route: &Route) -> String {
    let mut out = if route.is_default() { "default".to_owned() } else { route.destination.to_string() };
    if let Some(gateway) = route.gateway {
        out += &format!(" via {gateway}");
    }
    out += &format!(" dev {}", route.link);
    if route.metric != 0 && !(route.metric == 1024 && route.destination.addr().is_ipv6()) {
        out += &format!(" metric {}", route.metric);
    }
    if route.table != network::address::RT_TABLE_MAIN {
        out += &format!(" table {}", route.table);
    }
    out
}

/// What of `there`, `gone` and the routes of a scenario does not hold of a network.
#[must_use]
pub fn lacks(scenario: &super::Scenario, network: &Network) -> Vec<String> {
    let mut out = Vec::new();
    let link = |name: &str| network.links.values().find(|link| link.name.as_str() == name);
    for (name, wanted) in &scenario.there {
        match link(name) {
            None => out.push(format!("no {name}")),
            Some(link) => compare(name, wanted, &facts(link), &mut out),
        }
    }
    out.extend(scenario.gone.iter().filter(|name| link(name).is_some()).map(|name| format!("{name} is still there")));
    let routes: Vec<String> = network.routes.iter().map(route_text).collect();
    let missing = scenario.routes.iter().filter(|route| !routes.contains(route));
    out.extend(missing.map(|route| format!("no route {route}")));
    let surplus = scenario.no_routes.iter().filter(|route| routes.contains(route));
    out.extend(surplus.map(|route| format!("the route {route}")));
    out
}

/// Whether `found` has all that `wanted` says; lists in any order, and numbers as the texts that they are.
fn compare(place: &str, wanted: &Value, found: &Value, out: &mut Vec<String>) {
    match (wanted, found) {
        (Value::Object(wanted), Value::Object(found)) => {
            for (key, wanted) in wanted {
                let place = format!("{place} {key}");
                match found.get(key) {
                    Some(found) => compare(&place, wanted, found, out),
                    None => out.push(format!("no {place}")),
                }
            }
        }
        (Value::Array(wanted), Value::Array(found)) => {
            let sorted = |list: &[Value]| {
                let mut texts: Vec<String> = list.iter().map(text).collect();
                texts.sort_unstable();
                texts
            };
            let (wanted, found) = (sorted(wanted), sorted(found));
            if wanted != found {
                out.push(format!("{place} {}, not {}", in_words(&found), in_words(&wanted)));
            }
        }
        _ if text(wanted) == text(found) => {}
        _ => out.push(format!("{place} {}, not {}", text(found), text(wanted))),
    }
}

fn in_words(list: &[String]) -> String {
    if list.is_empty() { "none".to_owned() } else { list.join(", ") }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_must_be_there_and_nothing_else_is_looked_at() {
        let found = json!({"mtu": 1500, "options": {"bond-mode": "802.3ad"}, "members": ["b", "a"], "x": null});
        let of = |wanted: Value| {
            let mut out = Vec::new();
            compare("bond0", &wanted, &found, &mut out);
            out
        };
        assert!(of(json!({"mtu": "1500", "members": ["a", "b"], "options": {"bond-mode": "802.3ad"}})).is_empty());
        assert_eq!(of(json!({"mtu": 9000})), ["bond0 mtu 1500, not 9000"]);
        assert_eq!(of(json!({"members": ["a"]})), ["bond0 members a, b, not a"]);
        assert_eq!(of(json!({"members": []})), ["bond0 members a, b, not none"]);
        assert_eq!(of(json!({"options": {"bond-miimon": 100}})), ["no bond0 options bond-miimon"]);
    }
}
