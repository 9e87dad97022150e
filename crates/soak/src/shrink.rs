//! What a failure does not need is left out.

use crate::case::{Act, Case, Fault, Layout, Nic, Uplink};
use crate::edit::repair;
use crate::play::play;
use crate::rule::Failure;

/// Leaves out all that the failure does not need, as far as that many runs tell: what is left breaks the same rule, and
/// without any one of its pieces it does not.
#[must_use]
pub fn shrink(case: &Case, failure: &Failure, runs: usize) -> (Case, Failure) {
    let (mut case, mut failure) = (case.clone(), failure.clone());
    let mut left = runs;
    'smaller: loop {
        for candidate in candidates(&case) {
            if left == 0 {
                break 'smaller;
            }
            left -= 1;
            if let Some(found) = play(&candidate).failure.filter(|found| found.rule == failure.rule) {
                (case, failure) = (candidate, found);
                continue 'smaller;
            }
        }
        break;
    }
    (case, failure)
}

/// Cases with a piece less, the largest pieces first.
fn candidates(case: &Case) -> Vec<Case> {
    let mut out = Vec::new();
    let with = |change: &dyn Fn(&mut Case)| {
        let mut new = case.clone();
        change(&mut new);
        new
    };
    for number in (0..case.acts.len()).rev() {
        out.push(with(&|it| _ = it.acts.remove(number)));
        if let Some(file) = case.acts[number].file() {
            out.push(with(&|it| {
                it.boot = file.clone();
                it.acts.drain(..=number);
            }));
        }
    }
    for network in 0..crate::wiring::NETWORKS {
        out.push(with(&|it| layouts(it).for_each(|file| file.uplinks.retain(|uplink| uplink.network != network))));
    }
    out.extend((0..case.guests.len()).map(|number| with(&|it| _ = it.guests.remove(number))));
    out.extend((0..case.lags.len()).map(|number| with(&|it| _ = it.lags.remove(number))));
    out.push(with(&|it| {
        it.switches = 1;
        it.nics.iter_mut().for_each(|nic| nic.switch = nic.switch.and(Some(0)));
        it.lags.iter_mut().for_each(|lag| lag.switch = 0);
    }));
    out.push(with(&|it| it.forward_delay = 0));
    if let Some(last) = case.nics.len().checked_sub(1).filter(|last| is_idle(case, *last)) {
        out.push(with(&|it| it.nics.truncate(last)));
    }
    for number in 0..case.nics.len() {
        out.push(with(&|it| it.nics[number] = Nic { speed: 1000, detect: 0, negotiate: 0, ..it.nics[number] }));
    }
    for place in 0..=case.acts.len() {
        let smaller = |change: &dyn Fn(&mut Layout)| with(&|it| _ = layouts(it).nth(place).map(change));
        let Some(file) = layouts(&mut case.clone()).nth(place).cloned() else { continue };
        for (number, uplink) in file.uplinks.iter().enumerate() {
            out.push(smaller(&|file| _ = file.uplinks.remove(number)));
            for less in less_of(uplink) {
                out.push(smaller(&|file| file.uplinks[number] = less.clone()));
            }
        }
    }
    for (number, act) in case.acts.iter().enumerate() {
        out.extend(milder(act).into_iter().map(|act| with(&|it| it.acts[number] = act.clone())));
    }
    out.retain(|new| new != case);
    out
}

/// The file that the host boots with, and those of the acts.
fn layouts(case: &mut Case) -> impl Iterator<Item = &mut Layout> {
    std::iter::once(&mut case.boot).chain(case.acts.iter_mut().filter_map(Act::file_mut))
}

/// Whether nobody speaks of a NIC.
fn is_idle(case: &Case, nic: usize) -> bool {
    let files = std::iter::once(&case.boot).chain(case.acts.iter().filter_map(Act::file));
    let mut named =
        files.flat_map(|file| &file.uplinks).map(|uplink| &uplink.nics).chain(case.lags.iter().map(|it| &it.nics));
    let breaks = |act: &Act| match act {
        Act::Fault { fault: Fault::Cable(it, _) | Fault::Flap(it), .. } => *it == nic,
        _ => false,
    };
    nic > 0 && !named.any(|nics| nics.contains(&nic)) && !case.acts.iter().any(breaks)
}

fn less_of(uplink: &Uplink) -> Vec<Uplink> {
    let mut out = Vec::new();
    let mut push = |change: &dyn Fn(&mut Uplink)| {
        let mut new = uplink.clone();
        change(&mut new);
        repair(&mut new);
        out.push(new);
    };
    push(&|it| it.bridge = None);
    push(&|it| {
        it.bond = None;
        it.nics.truncate(1);
    });
    (0..uplink.vlans.len()).for_each(|place| push(&|it| _ = it.vlans.remove(place)));
    if uplink.nics.len() > 1 {
        (0..uplink.nics.len()).for_each(|place| push(&|it| _ = it.nics.remove(place)));
    }
    let options = uplink.bond.as_ref().map_or(0, |bond| bond.options.len());
    (0..options).for_each(|place| push(&|it| _ = it.bond.as_mut().map(|bond| bond.options.remove(place))));
    let options = uplink.bridge.as_ref().map_or(0, |bridge| bridge.options.len());
    (0..options).for_each(|place| push(&|it| _ = it.bridge.as_mut().map(|bridge| bridge.options.remove(place))));
    push(&|it| it.bridge.iter_mut().for_each(|bridge| (bridge.aware, bridge.tag) = (false, None)));
    push(&|it| it.mtu = None);
    push(&|it| it.v6 = false);
    push(&|it| it.addressed = false);
    out
}

/// An act that does less.
fn milder(act: &Act) -> Vec<Act> {
    match act {
        Act::Apply { file, slowly: true } => vec![Act::Apply { file: file.clone(), slowly: false }],
        Act::Guarded { file, confirmed, accidents } => (0..accidents.len())
            .map(|place| {
                let mut accidents = accidents.clone();
                accidents.remove(place);
                Act::Guarded { file: file.clone(), confirmed: *confirmed, accidents }
            })
            .collect(),
        Act::Fault { fault, held } => vec![Act::Fault { fault: *fault, held: held / 2 }],
        _ => Vec::new(),
    }
}
