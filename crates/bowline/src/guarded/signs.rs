//! What the kernel tells of whether a network works: looked for before a change and while it waits.

use guard::Evidence;
use network::option::bond;
use network::{BondMode, IfName, Link, Network};

/// What is looked for: only what the new file wants as well. Who takes the gateway out of the file does not miss it.
#[derive(Clone, Debug)]
pub struct Signs {
    gateway: bool,
    lacp: Vec<IfName>,
}

fn is_lacp(link: &Link) -> bool {
    link.bond().is_some_and(|found| found.options.number(bond::MODE) == Some(BondMode::Lacp.number()))
}

impl Signs {
    /// What is to be looked for in a network that leads to what is wanted.
    #[must_use]
    pub fn of(wanted: &Network) -> Self {
        let gateway = wanted.routes.iter().any(|route| route.is_default() && route.gateway.is_some());
        let lacp = wanted.links.values().filter(|link| is_lacp(link)).map(|link| link.name.clone()).collect();
        Self { gateway, lacp }
    }

    /// What is seen in a network.
    #[must_use]
    pub fn look(&self, network: &Network) -> Evidence {
        let mut out = Evidence::default();
        if self.gateway {
            let mut ways = network.routes.iter().filter(|route| route.is_default() && route.gateway.is_some());
            let works = ways.any(|route| network.link(&route.link).and_then(Link::carrier) == Some(true));
            out.note("the way to the gateway has a signal", works);
        }
        for name in &self.lacp {
            // One that is no LACP bond yet had nothing that could be lost.
            let Some(found) = network.link(name).filter(|link| is_lacp(link)) else { continue };
            let partner = found.bond().and_then(|bond| bond.state.as_ref()?.aggregator);
            let bundled = partner.is_some_and(|aggregator| !aggregator.partner_mac.is_zero());
            out.note(format!("{name} has an LACP partner"), bundled);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::lacp::Aggregator;
    use network::{Bond, Facts, Kind, Mac, Route, Value};

    fn host(carrier: bool, partner: Mac) -> Network {
        let mut bond = Bond { state: Some(network::bond::BondState::default()), ..Bond::default() };
        bond.options.set(bond::MODE, Value::Number(BondMode::Lacp.number()));
        let aggregator = Aggregator { id: 1, ports: 1, actor_key: 9, partner_key: 1, partner_mac: partner };
        bond.state.as_mut().unwrap().aggregator = Some(aggregator);
        let name: IfName = "bond0".parse().unwrap();
        let mut link = Link::new(name.clone(), Kind::Bond(bond));
        link.facts = Some(Box::new(Facts { carrier: Some(carrier), ..Facts::default() }));
        let mut out = Network::default();
        out.insert(link);
        out.routes.push(Route::default_via("192.0.2.1".parse().unwrap(), name, None));
        out
    }

    #[test]
    fn a_lost_signal_and_a_lost_partner_are_seen() {
        let good = host(true, Mac([2; 6]));
        let signs = Signs::of(&good);
        let before = signs.look(&good);
        assert!(before.lost_in(&signs.look(&good)).is_empty());
        assert_eq!(before.lost_in(&signs.look(&host(false, Mac([2; 6])))), ["the way to the gateway has a signal"]);
        assert_eq!(before.lost_in(&signs.look(&host(true, Mac::ZERO))), ["bond0 has an LACP partner"]);
        assert_eq!(before.lost_in(&signs.look(&Network::default())).len(), 2);
    }

    #[test]
    fn what_the_file_does_not_want_is_not_missed() {
        assert!(Signs::of(&Network::default()).look(&host(true, Mac([2; 6]))).is_empty());
    }
}
