use std::io;

use network::option::{Options, bond};
use network::{Address, Field, Kind, Link, Network, ObserveError, Property, Route, Value, Vlan, VlanProtocol};

use super::*;

/// A host that refuses what a word of its change's text tells.
struct Refusing {
    network: Network,
    word: &'static str,
    executed: Vec<String>,
}

impl Host for Refusing {
    fn observe(&mut self) -> Result<Network, ObserveError> {
        Ok(self.network.clone())
    }

    fn execute(&mut self, change: &Change) -> Result<(), Refusal> {
        let text = change.to_string();
        self.executed.push(text.clone());
        if text.contains(self.word) {
            let source = io::Error::from_raw_os_error(22);
            return Err(Refusal { link: change.link().clone(), source, message: None, field: None });
        }
        plan::apply(&mut self.network, change);
        Ok(())
    }
}

fn name(text: &str) -> IfName {
    text.parse().unwrap()
}

fn up(name_: &str, kind: Kind) -> Link {
    Link { up: Some(true), ..Link::new(name(name_), kind) }
}

/// bond0 of a and b with an address, a gateway and bond0.5 on it, and bond1 of c.
fn wanted() -> Network {
    let mut network = Network::default();
    for (bond0, slaves) in [("bond0", &["a", "b"][..]), ("bond1", &["c"])] {
        let slaves: Vec<IfName> = slaves.iter().map(|slave| name(slave)).collect();
        for slave in &slaves {
            network.insert(Link { master: Some(name(bond0)), ..up(slave.as_str(), Kind::Nic) });
        }
        let options: Options =
            [(bond::MODE, Value::Number(1)), (bond::MIIMON, Value::Number(100))].into_iter().collect();
        network.insert(up(bond0, Kind::Bond(network::Bond { options, slaves, ..network::Bond::default() })));
    }
    let vlan = Vlan { lower: name("bond0"), vid: network::Vid::new(5).unwrap(), protocol: VlanProtocol::Dot1Q };
    network.insert(up("bond0.5", Kind::Vlan(vlan)));
    for (link, address) in [("bond0", "192.0.2.2/24"), ("bond1", "198.51.100.2/24")] {
        let link = network.links.get_mut(&name(link)).unwrap();
        link.addressing.v4 = true;
        link.addresses.push(Address::new(address.parse().unwrap()));
    }
    network.routes.push(Route::default_via("192.0.2.1".parse().unwrap(), name("bond0"), None));
    network
}

/// Executes the plan on a host with three NICs, and gives what became of each step by its text.
fn run(word: &'static str) -> (BTreeMap<String, Fate>, Outcome, Refusing) {
    let mut network = Network::default();
    for nic in ["a", "b", "c"] {
        network.insert(Link { up: Some(false), ..Link::new(name(nic), Kind::Nic) });
    }
    let plan = plan::plan(&wanted(), &network);
    assert!(plan.problems.is_empty());
    let mut host = Refusing { network, word, executed: Vec::new() };
    let mut outcome = execute_independent(&mut host, &plan, &mut |_, _| {});
    assert_eq!(outcome.fates.len(), plan.steps.len());
    let fates = std::mem::take(&mut outcome.fates);
    (plan.steps.iter().map(|step| step.change.to_string()).zip(fates).collect(), outcome, host)
}

fn done(fates: &BTreeMap<String, Fate>) -> Vec<&str> {
    fates.iter().filter(|(_, fate)| matches!(fate, Fate::Done)).map(|(text, _)| text.as_str()).collect()
}

#[test]
fn without_a_refusal_all_is_done() {
    let (fates, _, mut host) = run("nothing of the kind");
    assert_eq!(done(&fates).len(), fates.len());
    assert!(crate::verify(&mut host, &wanted()).unwrap().is_empty());
}

#[test]
fn a_device_takes_along_what_builds_on_it_and_nothing_else() {
    let (fates, ..) = run("make bond bond0");
    for (text, fate) in &fates {
        let about = text.contains("bond0") || text.contains("192.0.2");
        match fate {
            Fate::Refused(_) => assert_eq!(text, "make bond bond0"),
            Fate::Skipped { .. } => assert!(about, "{text} was skipped"),
            Fate::Done => assert!(!about, "{text} was done"),
            Fate::Undone { .. } => panic!("{text} was undone"),
        }
    }
    assert!(done(&fates).contains(&"put c into bond1"), "{fates:?}");
}

#[test]
fn a_slave_that_can_not_join_leaves_the_bond_to_the_others() {
    let (fates, ..) = run("put b into bond0");
    let left: Vec<&String> = fates.iter().filter(|(_, fate)| !matches!(fate, Fate::Done)).map(|(t, _)| t).collect();
    assert_eq!(left, ["put b into bond0"], "{fates:?}");
}

#[test]
fn an_address_costs_its_route_only_if_the_kernel_says_so() {
    let (fates, ..) = run("add address 192.0.2.2");
    assert!(done(&fates).iter().any(|text| text.starts_with("route default")), "{fates:?}");
    let (fates, ..) = run("bring bond0 up");
    let skipped = fates.iter().find(|(text, _)| text.starts_with("route default"));
    assert!(matches!(skipped, Some((_, Fate::Skipped { .. }))), "{fates:?}");
    assert!(done(&fates).iter().any(|text| text.starts_with("add address")), "{fates:?}");
}

#[test]
fn steps_for_one_property_fall_together() {
    let steps = [Change::SetUp { link: name("a"), up: false }, Change::SetMtu { link: name("a"), mtu: 9000 }];
    let mut network = Network::default();
    network.insert(up("a", Kind::Nic));
    let step = |change: &Change| Step {
        change: change.clone(),
        inverse: vec![Change::SetUp { link: name("a"), up: true }],
        impact: plan::Impact::LinkBounce,
        property: Property::new(&name("a"), Field::Mtu),
    };
    let plan = Plan { steps: steps.iter().map(step).collect(), problems: Vec::new() };
    let mut host = Refusing { network: network.clone(), word: "MTU", executed: Vec::new() };
    let outcome = execute_independent(&mut host, &plan, &mut |_, _| {});
    assert!(matches!(outcome.fates[..], [Fate::Undone { with: 1 }, Fate::Refused(_)]), "{outcome:?}");
    assert_eq!(host.network, network);
}
