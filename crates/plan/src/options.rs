//! Which options of a bond, bridge, slave or port differ from what the file says, or from the default where it says nothing.

use network::option::{self, Domain, bond};
use network::{BondMode, Field, IfName, Opt, Options, Property, Scope, Value};

use crate::Problem;
use crate::planner::Planner;

/// What has to be set, in a mode, and what this kernel does not know.
pub(crate) struct Differing {
    /// Options that have another value.
    pub(crate) options: Options,
    /// Options that the file says and the kernel does not show.
    pub(crate) unknown: Vec<Opt>,
}

/// What the file wants of an option: what it says, or the default in that mode; `None` leaves it as it is.
pub(crate) fn target(option: Opt, said: &Options, mode: BondMode) -> Option<Value> {
    if !option.modes.contains(mode) {
        return None;
    }
    let value = said.get(option).cloned();
    let number = |option| said.number(option).unwrap_or(0);
    match option {
        // The ARP monitor turns miimon off, and miimon the ARP monitor: the one that is said decides about the other.
        _ if option == bond::MIIMON && value.is_none() && bond::ARP_INTERVAL.modes.contains(mode) => {
            Some(Value::Number(0))
        }
        // Delays are kept as counts of the interval; without one there are none.
        _ if [bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY].contains(&option) => {
            let miimon = target(bond::MIIMON, said, mode).map_or(0, |v| if let Value::Number(n) = v { n } else { 0 });
            (miimon > 0).then(|| Value::Number(number(option) / miimon * miimon))
        }
        _ if option.is_reset_when_absent() => value.or_else(|| option.default_in(mode)),
        _ => value,
    }
}

/// Compares what is said with what is there.
pub(crate) fn differing(scope: Scope, said: &Options, found: &Options, mode: BondMode) -> Differing {
    let mut out = Differing { options: Options::default(), unknown: Vec::new() };
    let changes_mode =
        scope == Scope::Bond && said.number(bond::MODE).unwrap_or(0) != found.number(bond::MODE).unwrap_or(0);
    for option in option::of(scope).iter().copied() {
        let Some(want) = target(option, said, mode) else { continue };
        let is_said = said.get(option).is_some();
        match found.get(option) {
            Some(have) if same(option, &want, have) => {}
            Some(_) => drop(out.options.set(option, want)),
            // What is not shown is empty, or shows only once the mode is right, or is not known.
            None if option.default_in(mode).as_ref() == Some(&want) && is_empty(&want) => {}
            None if is_said && (changes_mode || is_list(option)) => drop(out.options.set(option, want)),
            None if is_said => out.unknown.push(option),
            // What another mode had set is shown again in that mode alone, and would be found only then.
            None if changes_mode && HIDDEN.contains(&option) => drop(out.options.set(option, want)),
            None => {}
        }
    }
    out
}

/// Told in 802.3ad alone (`bond_fill_info`), and kept in all modes.
const HIDDEN: [Opt; 2] = [bond::AD_ACTOR_SYS_PRIO, bond::AD_USER_PORT_KEY];

fn is_list(option: Opt) -> bool {
    matches!(option.domain, Domain::Ipv4s | Domain::Ipv6s | Domain::Link | Domain::Mac)
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Number(_) => false,
        Value::Link(link) => link.is_none(),
        Value::Mac(mac) => mac.is_zero(),
        Value::Ipv4s(list) => list.is_empty(),
        Value::Ipv6s(list) => list.is_empty(),
    }
}

/// Times go through the kernel's clock ticks, which may cost a hundredth.
pub(crate) fn same(option: Opt, a: &Value, b: &Value) -> bool {
    match (option.domain, a, b) {
        (Domain::Seconds { .. }, Value::Number(a), Value::Number(b)) => a.abs_diff(*b) <= 1,
        _ => a == b,
    }
}

impl Planner<'_> {
    /// Notes options that the kernel does not know.
    pub(crate) fn unsupported(&mut self, link: &IfName, unknown: Vec<Opt>) {
        for option in unknown {
            self.problem(Problem::Unsupported { property: Property::new(link, Field::Option(option)) });
        }
    }
}
