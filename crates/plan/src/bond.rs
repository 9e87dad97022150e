//! The options of bonds that exist already, by the least disturbance that their class allows.

use network::option::{Class, bond};
use network::{Bond, Change, Field, IfName, Opt, Options, Scope, Value};

use crate::inverse::sanitise_monitor;
use crate::options::{Differing, differing};
use crate::order::Layers;
use crate::planner::Planner;

/// Sets what differs: live where the kernel allows it, with the bond down or empty where it does not.
pub(crate) fn set_options(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    for want in &layers.lowers_first {
        let name = &want.name;
        let (Some(want), Some(now)) = (want.bond(), planner.now.link(name).and_then(|link| link.bond())) else {
            continue;
        };
        let Differing { options, unknown } = differing(Scope::Bond, &want.options, &now.options, want.mode());
        let options = reachable(planner, now, options);
        planner.unsupported(name, unknown);
        if !options.is_empty() {
            set(planner, name, want, options);
        }
    }
}

/// Leaves out an active slave that can't be one now (the driver wants it up, and another active before it).
fn reachable(planner: &Planner<'_>, now: &Bond, mut options: Options) -> Options {
    if let Some(Value::Link(target)) = options.get(bond::ACTIVE_SLAVE) {
        let can = target.as_ref().and_then(|slave| planner.now.link(slave)).is_some_and(|slave| {
            let has_link = slave
                .bond_port
                .as_ref()
                .and_then(|port| port.state.as_ref())
                .is_some_and(|s| s.mii == network::bond::MiiStatus::Up);
            has_link && now.slaves.contains(&slave.name)
        });
        if !can {
            options.remove(bond::ACTIVE_SLAVE);
        }
    }
    options
}

fn set(planner: &mut Planner<'_>, name: &IfName, want: &Bond, mut options: Options) {
    let class = options.iter().map(|(option, _)| option.class).max().unwrap_or(Class::Live);
    let up = planner.now.link(name).and_then(|link| link.up) == Some(true);
    let slaves = planner.now.link(name).and_then(|link| link.bond()).map(|b| b.slaves.clone()).unwrap_or_default();
    let empties = class >= Class::NoSlaves && !slaves.is_empty();
    let mac = planner.now.link(name).and_then(|link| link.mac);
    let downs = matches!(class, Class::BondDown | Class::BondDownNoSlaves) && up;
    // Every step of a bounce is for the option that needs it, so that a refusal points at its line.
    let culprit = culprit(&options, class);
    sanitise_monitor(&mut options);
    with_its_delays(&mut options, want);
    if downs {
        planner.step_for(culprit, Change::SetUp { link: name.clone(), up: false });
    }
    if empties {
        // The last first, so that undone they come back in the order that the driver's hash counts in.
        for slave in slaves.iter().rev() {
            let release = Change::SetMaster { link: slave.clone(), master: None };
            planner.step(network::Property::new(name, culprit), release);
        }
    }
    if !options.is_empty() {
        planner.step_for(culprit, Change::SetOptions { link: name.clone(), scope: Scope::Bond, options });
    }
    if empties {
        // An empty bond loses its address; the neighbours are to find the host where it was.
        let first = want.slaves.iter().find(|slave| slaves.contains(slave));
        let next = first.and_then(|slave| planner.now.link(slave)).and_then(|slave| slave.mac);
        if let Some(mac) = mac.filter(|mac| next != Some(*mac)) {
            planner.step_for(culprit, Change::SetMac { link: name.clone(), mac });
        }
        // The driver lets go of a slave closed, as it must be to come back.
        for slave in want.slaves.iter().filter(|slave| slaves.contains(slave)) {
            let enslave = Change::SetMaster { link: slave.clone(), master: Some(name.clone()) };
            planner.step(network::Property::new(name, culprit), enslave);
        }
    }
    if downs {
        planner.step_for(culprit, Change::SetUp { link: name.clone(), up: true });
    }
}

fn culprit(options: &Options, class: Class) -> Field {
    let first = options.iter().find(|(option, _)| option.class == class).map(|(option, _)| option);
    first.map_or(Field::Kind, Field::Option)
}

/// Another miimon rescales the delays, so they are said again beside it.
fn with_its_delays(options: &mut Options, want: &Bond) {
    if options.number(bond::MIIMON).is_none_or(|miimon| miimon == 0) {
        return;
    }
    let delays: [Opt; 3] = [bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY];
    for delay in delays {
        if let Some(value) = crate::options::target(delay, &want.options, want.mode()) {
            options.set(delay, value);
        }
    }
}
