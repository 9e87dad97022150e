//! How IP is treated on a link, and what a NIC does in place of the processor: before a link comes up, so that it never runs
//! otherwise.

use network::option::driver;
use network::{Change, Field, IfName, Opt, Options, Property, Scope};

use crate::Problem;
use crate::order::Layers;
use crate::planner::Planner;

/// Sets what the file says and the link has otherwise; what the file leaves out stays as it is.
pub(crate) fn set(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    for want in &layers.lowers_first {
        let name = &want.name;
        let found = planner.now.link(name).and_then(|link| link.alias.as_ref());
        if let Some(alias) = want.alias.as_ref().filter(|alias| found != Some(*alias)) {
            planner.step_for(Field::Alias, Change::SetAlias { link: name.clone(), alias: alias.clone() });
        }
        for scope in [Scope::Ipv4, Scope::Ipv6, Scope::Mpls, Scope::Nic] {
            for (option, value) in want.options(scope).into_iter().flat_map(Options::iter) {
                let found = planner.now.link(name).and_then(|link| link.options(scope)?.get(option).cloned());
                if found.as_ref() == Some(value) {
                    continue;
                }
                if found.is_none() && is_told_by_signal_alone(planner, name, option) {
                    if planner.now.link(name).and_then(|link| link.up) == Some(true) {
                        continue;
                    }
                } else if found.is_none() && !planner.is_new(name) {
                    let property = Property::new(name, Field::Option(option));
                    planner.problem(Problem::Unsupported { property });
                    continue;
                }
                // One at a time: each is a file or a request of its own, which the system takes or refuses by itself.
                let options = [(option, value.clone())].into_iter().collect();
                planner.step_for(Field::Option(option), Change::SetOptions { link: name.clone(), scope, options });
            }
        }
    }
}

/// Whether it is a speed or duplex that the driver has, and does not tell while the NIC is without a signal. It is set before
/// the link comes up; one that is up was given it then.
fn is_told_by_signal_alone(planner: &Planner<'_>, name: &IfName, option: Opt) -> bool {
    let link = planner.now.link(name);
    let knows = link.and_then(|link| link.nic.get(driver::AUTONEG)).is_some();
    [driver::SPEED, driver::DUPLEX].contains(&option) && knows && link.and_then(|link| link.carrier()) != Some(true)
}
