//! What lies beneath carries what lies above.

use interfaces::{Diagnostic, Severity};
use rustc_hash::FxHashMap;

use super::{Case, codes};
use crate::{Field, IfName, Kind, Link};

/// What a device has when nobody says anything.
const USUAL: u32 = 1500;
/// How many links may stand on each other (`MAX_NEST_DEV`); what lies deeper is not looked at.
const DEPTH: usize = 8;
/// A bond's MTU is forced on its slaves, a bridge's is at most its ports', and a VLAN device's at most its raw device's.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    let mut mtus = Mtus { case, known: FxHashMap::default(), depth: 0 };
    case.links().flat_map(|link| report(case, link, &mut mtus)).collect()
}

fn report<'a>(case: &Case<'a>, link: &'a Link, mtus: &mut Mtus<'_, 'a>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if let (Some(mtu), Some(bond)) = (link.mtu, bond_of(case, link)) {
        let forced = mtus.effective(&bond.name);
        if forced != mtu {
            found.push(slave(case, link, mtu, bond, forced));
        }
    }
    let Some(mtu) = link.mtu else { return found };
    match &link.kind {
        Kind::Bridge(bridge) => {
            let small = bridge.ports.iter().map(|port| (port, mtus.effective(port))).filter(|(_, m)| *m < mtu);
            found.extend(small.map(|(port, lower)| too_big(case, link, mtu, port, lower, Severity::Warning)));
        }
        Kind::Vlan(vlan) => {
            let lower = mtus.effective(&vlan.lower);
            if lower < mtu {
                found.push(too_big(case, link, mtu, &vlan.lower, lower, Severity::Error));
            }
        }
        _ => {}
    }
    found
}

fn bond_of<'a>(case: &Case<'a>, link: &Link) -> Option<&'a Link> {
    case.link(link.master.as_ref()?).filter(|master| master.bond().is_some())
}

/// The MTU that each link will have, found once.
struct Mtus<'c, 'a> {
    case: &'c Case<'a>,
    known: FxHashMap<&'a IfName, u32>,
    depth: usize,
}

impl<'a> Mtus<'_, 'a> {
    /// What is said, else what follows from its neighbours, else what the host has.
    fn effective(&mut self, name: &'a IfName) -> u32 {
        if let Some(mtu) = self.known.get(name) {
            return *mtu;
        }
        let observed = self.case.observed.and_then(|host| host.link(name)).and_then(|link| link.mtu).unwrap_or(USUAL);
        // Stands in for a link that stands on itself, which another rule says.
        self.known.insert(name, observed);
        if self.depth == DEPTH {
            return observed;
        }
        self.depth += 1;
        let mtu = self.case.link(name).map_or(observed, |link| self.of(link, observed));
        self.depth -= 1;
        self.known.insert(name, mtu);
        mtu
    }

    fn of(&mut self, link: &'a Link, observed: u32) -> u32 {
        if let Some(bond) = bond_of(self.case, link) {
            return self.effective(&bond.name);
        }
        match (&link.kind, link.mtu) {
            (_, Some(mtu)) => mtu,
            (Kind::Bridge(bridge), None) => bridge.ports.iter().map(|port| self.effective(port)).min().unwrap_or(USUAL),
            (Kind::Vlan(vlan), None) => self.effective(&vlan.lower),
            (_, None) => observed,
        }
    }
}

fn slave(case: &Case<'_>, link: &Link, mtu: u32, bond: &Link, forced: u32) -> Diagnostic {
    let title = format!("{} says mtu {mtu}, and {} forces {forced} on it", link.name, bond.name);
    let diagnostic = Diagnostic::new(codes::MTU, Severity::Warning, title, case.place(&link.name, Field::Mtu))
        .note("a slave gets the MTU of its bond");
    match bond.mtu {
        Some(_) => diagnostic.help(format!("delete the line; {} says it for all of its slaves", bond.name)),
        None => diagnostic.help(format!("write `mtu {mtu}` in the stanza of {} instead", bond.name)),
    }
}

fn too_big(case: &Case<'_>, link: &Link, mtu: u32, lower: &IfName, has: u32, severity: Severity) -> Diagnostic {
    let title = format!("{} says mtu {mtu}, and {lower} beneath it carries {has}", link.name);
    let diagnostic = Diagnostic::new(codes::MTU, severity, title, case.place(&link.name, Field::Mtu));
    let diagnostic = match case.link(lower).and_then(|lower| lower.mtu) {
        Some(_) => diagnostic.also(case.place(lower, Field::Mtu), format!("{lower} is limited here")),
        None => diagnostic,
    };
    let note = match severity {
        Severity::Error => "the kernel refuses a VLAN device that is larger than what it rides on",
        _ => "larger frames are lost at the port without a word",
    };
    diagnostic.note(note).help(format!("write `mtu {mtu}` in the stanza of {lower}, or `mtu {has}` here"))
}
