//! What holds for every plan: it leads where it says, it leads there in one go, and it can be walked back.

mod hosts;

use std::collections::BTreeSet;

use network::{Change, Kind, Network};
use plan::{Plan, apply, back, differences, plan, touched};
use proptest::prelude::*;

use hosts::{bare_host, wanted};

fn walk(host: &mut Network, plan: &Plan) {
    plan.steps.iter().for_each(|step| apply(host, &step.change));
}

/// Lists whose order carries no meaning, in one order.
fn sorted(mut network: Network) -> Network {
    for link in network.links.values_mut() {
        link.addresses.sort_by_key(|address| address.net);
        match &mut link.kind {
            Kind::Bond(bond) => bond.slaves.sort(),
            Kind::Bridge(bridge) => bridge.ports.sort(),
            _ => {}
        }
    }
    network.routes.sort_by_key(|route| (route.link.clone(), route.destination, route.metric, route.gateway));
    network
}

/// The links and routes in which two networks differ, in full.
fn unlike(left: &Network, right: &Network) -> Vec<String> {
    let names: BTreeSet<_> = left.links.keys().chain(right.links.keys()).collect();
    let mut out: Vec<String> = names
        .into_iter()
        .filter(|name| {
            let mut link = left.link(name).cloned();
            // An address that the driver picked by chance is not to be had again.
            if let (Some(left), Some(right)) = (&mut link, right.link(name)) {
                left.mac = left.mac.filter(|_| right.mac.is_some());
            }
            link.as_ref() != right.link(name)
        })
        .map(|name| format!("{:?}\ninstead of\n{:?}", left.link(name), right.link(name)))
        .collect();
    if left.routes != right.routes {
        out.push(format!("{:?}\ninstead of\n{:?}", left.routes, right.routes));
    }
    out
}

proptest! {
    #[test]
    fn a_second_plan_is_empty(first in wanted(), second in wanted()) {
        let mut host = bare_host();
        for wanted in [&first, &second] {
            let plan_ = plan(wanted, &host);
            prop_assert_eq!(&plan_.problems, &vec![]);
            walk(&mut host, &plan_);
            let again = plan(wanted, &host);
            prop_assert!(again.steps.is_empty(), "left over: {:#?}\nafter: {:#?}", again.steps, plan_.steps);
            prop_assert_eq!(differences(wanted, &host), vec![]);
        }
    }

    #[test]
    fn the_inverses_lead_back(first in wanted(), second in wanted()) {
        let mut host = bare_host();
        let there = plan(&first, &host);
        walk(&mut host, &there);
        let before = host.clone();
        let steps = plan(&second, &host).steps;
        // One step back restores what was there before it, from any point of the way.
        let mut states = vec![host.clone()];
        for step in &steps {
            apply(&mut host, &step.change);
            states.push(host.clone());
        }
        for (step, state) in steps.iter().zip(&states).rev() {
            step.inverse.iter().for_each(|change| apply(&mut host, change));
            let left = unlike(&sorted(host.clone()), &sorted(state.clone()));
            prop_assert!(left.is_empty(), "undoing `{}` by {:#?} leaves {left:#?}", step.change, step.inverse);
            host = state.clone();
        }
        prop_assert_eq!(unlike(&sorted(host), &sorted(before)), Vec::<String>::new());
    }

    #[test]
    fn guests_keep_their_ports(first in wanted(), second in wanted()) {
        let mut host = bare_host();
        let there = plan(&first, &host);
        walk(&mut host, &there);
        let tap = hosts::plug_in_a_guest(&mut host);
        let steps = plan(&second, &host).steps;
        for step in &steps {
            let evicts = matches!(&step.change, Change::SetMaster { link, .. } if *link == tap);
            prop_assert!(!evicts && step.change.link() != &tap, "{} disturbs a guest", step.change);
        }
    }

    #[test]
    fn what_is_not_named_is_not_touched(first in wanted()) {
        let mut host = bare_host();
        let (stranger, port) = hosts::add_a_stranger(&mut host);
        let steps = plan(&first, &host).steps;
        let touched = |step: &&plan::Step| [&stranger, &port].contains(&step.change.link());
        prop_assert_eq!(steps.iter().find(touched), None);
    }
}

proptest! {
    #[test]
    fn a_network_is_its_own_way_back(first in wanted()) {
        let mut host = bare_host();
        let there = plan(&first, &host);
        walk(&mut host, &there);
        hosts::plug_in_a_guest(&mut host);
        let all: BTreeSet<_> = host.links.keys().cloned().collect();
        prop_assert_eq!(back(&host, &all, &host), Plan::default());
    }

    /// From any point of a plan, with some of its steps not done although they were said to be.
    #[test]
    fn the_way_back_leads_back(first in wanted(), second in wanted(), stop in 0..60_usize, lost in any::<u64>()) {
        let mut host = bare_host();
        let there = plan(&first, &host);
        walk(&mut host, &there);
        let before = host.clone();
        let there = plan(&second, &host);
        for (n, step) in there.steps.iter().enumerate().take(stop) {
            let is_lost = lost.rotate_left(u32::try_from(n).expect("few steps")) & 7 == 0;
            // What a lost step should have made is not there to be changed.
            let master = match &step.change {
                Change::SetMaster { master: Some(master), .. } => host.link(master).is_some(),
                _ => true,
            };
            let there = matches!(step.change, Change::Create { .. }) || host.link(step.change.link()).is_some();
            if !is_lost && there && master {
                apply(&mut host, &step.change);
            }
        }
        let touched = touched(&there, &before);
        // As it is written down and read back: without facts and states.
        let snapshot = before.settings();
        let way = back(&snapshot, &touched, &host);
        prop_assert_eq!(&way.problems, &vec![]);
        walk(&mut host, &way);
        prop_assert_eq!(back(&snapshot, &touched, &host), Plan::default());
        let left = unlike(&sorted(without_dynamics(host)), &sorted(without_dynamics(before)));
        let steps = |steps: &[plan::Step]| steps.iter().map(|step| step.change.to_string()).collect::<Vec<_>>();
        prop_assert!(left.is_empty(), "there {:#?}, back {:#?}, touched {touched:?} left {left:#?}", steps(&there.steps), steps(&way.steps));
    }
}

/// Without what nobody can set again, or what means nothing: options of another mode.
fn without_dynamics(network: Network) -> Network {
    let mut network = network.settings();
    for link in network.links.values_mut() {
        if let Kind::Bond(bond) = &mut link.kind {
            let mode = bond.mode();
            bond.options.remove(network::option::bond::ACTIVE_SLAVE);
            let counts = bond.options.iter().filter(|(option, _)| option.modes.contains(mode));
            bond.options = counts.map(|(option, value)| (option, value.clone())).collect();
        }
    }
    network
}
