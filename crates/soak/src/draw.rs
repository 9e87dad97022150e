//! What a seed draws.

use chance::Chance;
use network::option::{self, Domain, bond, bridge};
use network::{BondMode, IfName, Opt, Scope, Value};
use twin::{CableState, LagMode};

use crate::case::{Accident, Act, Bonding, Bridging, Case, Fault, Guest, Lag, Layout, Nic, Uplink, nic_name};
use crate::edit::edit;
use crate::wiring::{NETWORKS, UNTAGGED, VIDS};

/// How many NICs a host has at most.
const NICS: u64 = 5;
/// How many things are done at most.
const ACTS: u64 = 4;
/// How far a number is drawn from the least that its option takes.
const SPAN: i64 = 1000;

/// What a seed means.
#[must_use]
pub fn draw(seed: u64) -> Case {
    let mut chance = Chance::new(seed);
    let switches = if chance.one_in(3) { 2 } else { 1 };
    let count = 1 + chance.index(usize::try_from(NICS).unwrap_or(1));
    let nics: Vec<Nic> = (0..count).map(|_| nic(&mut chance, switches)).collect();
    let boot = layout(&mut chance, count);
    let mut acts = Vec::new();
    let mut file = boot.clone();
    for _ in 0..1 + chance.below(ACTS) {
        let (act, stays) = act(&mut chance, &file, count, switches);
        file = act.file().filter(|_| stays).cloned().unwrap_or(file);
        acts.push(act);
    }
    let fitting = if chance.one_in(2) { &boot } else { &file };
    let lags = lags(&mut chance, &nics, fitting);
    let forward_delay = if chance.one_in(6) { 4 } else { 0 };
    let bridges: Vec<usize> = boot.uplinks.iter().filter_map(|it| Some(it.bridge.as_ref()?.number)).collect();
    let guests = (0..chance.below(3)).filter_map(|_| {
        let vlan = if chance.one_in(3) { chance.pick(&VIDS).copied() } else { None };
        chance.pick(&bridges).map(|bridge| Guest { bridge: *bridge, vlan })
    });
    let guests = guests.collect();
    Case { seed, nics, switches, forward_delay, lags, boot, guests, acts }
}

fn nic(chance: &mut Chance, switches: usize) -> Nic {
    let switch = if chance.one_in(8) { None } else { Some(chance.index(switches)) };
    let speed = if chance.one_in(8) { 10_000 } else { 1000 };
    let [detect, negotiate] = if chance.one_in(4) { [0, 0] } else { [10, 2000] };
    Nic { switch, speed, detect, negotiate }
}

/// A file for so many NICs.
pub(crate) fn layout(chance: &mut Chance, nics: usize) -> Layout {
    let mut out = Layout::default();
    for number in 0..1 + chance.index(NETWORKS) {
        let free = out.free(nics);
        out.uplinks.extend(uplink(chance, number, &free));
    }
    out
}

/// A way out of the host over some of the NICs that are free.
pub(crate) fn uplink(chance: &mut Chance, number: usize, free: &[usize]) -> Option<Uplink> {
    let mut nics = vec![*chance.pick(free)?];
    let bonded = !chance.one_in(3);
    for nic in free.iter().filter(|_| bonded) {
        if !nics.contains(nic) && !chance.one_in(3) {
            nics.push(*nic);
        }
    }
    let bond = bonded.then(|| bonding(chance, number, &nics));
    let bridge = (!chance.one_in(3)).then(|| bridging(chance, number));
    let vlans = VIDS.iter().filter(|_| chance.one_in(4)).copied().collect();
    let mtu = chance.one_in(6).then_some(9000);
    let (addressed, v6) = (!chance.one_in(4), chance.one_in(5));
    Some(Uplink { network: number, nics, bond, bridge, addressed, v6, vlans, mtu })
}

/// A bond, of any mode and with any options of it.
pub(crate) fn bonding(chance: &mut Chance, number: usize, nics: &[usize]) -> Bonding {
    let likely = [BondMode::ActiveBackup, BondMode::Lacp];
    let mode = if chance.one_in(2) { chance.pick(&likely) } else { chance.pick(&BondMode::ALL) };
    let mode = mode.copied().unwrap_or(BondMode::ActiveBackup);
    let mut options = Vec::new();
    let arp = bond::ARP_INTERVAL.modes.contains(mode) && chance.one_in(6);
    if arp {
        options.push((bond::ARP_INTERVAL, Value::Number(200)));
        let second = u8::try_from(UNTAGGED + number).unwrap_or(u8::MAX);
        options.push((bond::ARP_IP_TARGET, Value::Ipv4s(vec![[10, second, 0, 1].into()])));
    } else {
        let interval = chance.pick(&[50, 100, 200]).copied().unwrap_or(100);
        options.push((bond::MIIMON, Value::Number(interval)));
    }
    if bond::PRIMARY.modes.contains(mode)
        && chance.one_in(3)
        && let Some(primary) = chance.pick(nics).and_then(|nic| IfName::new(&nic_name(*nic)).ok())
    {
        options.push((bond::PRIMARY, Value::Link(Some(primary))));
    }
    // Delays are counted in intervals of miimon; ARP_VALIDATE is for the ARP monitor.
    let set_apart = [&[bond::MODE, bond::MIIMON, bond::ARP_INTERVAL][..], &twin::kernel::UNKNOWN].concat();
    let by_miimon = [bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY];
    let fits = |row: &Opt| {
        let monitor = if arp { !by_miimon.contains(row) } else { *row != bond::ARP_VALIDATE };
        row.modes.contains(mode) && !set_apart.contains(row) && monitor
    };
    options.extend(some_options(chance, Scope::Bond, fits));
    Bonding { number, mode, options }
}

/// A bridge with any options.
pub(crate) fn bridging(chance: &mut Chance, number: usize) -> Bridging {
    let aware = chance.one_in(3);
    let tag = if !aware && chance.one_in(6) { chance.pick(&VIDS).copied() } else { None };
    // Who filters is said apart; a spanning tree is not in the twin.
    let set_apart = [bridge::VLAN_FILTERING, bridge::VLAN_PROTOCOL, bridge::VLAN_DEFAULT_PVID, bridge::STP_STATE];
    let mut options = vec![(bridge::STP_STATE, Value::Number(0)), (bridge::FORWARD_DELAY, Value::Number(0))];
    let fits = |row: &Opt| !set_apart.contains(row) && *row != bridge::FORWARD_DELAY;
    options.extend(some_options(chance, Scope::Bridge, fits));
    Bridging { number, aware, tag, options }
}

/// A few of the rows that fit, with values of their range.
fn some_options(chance: &mut Chance, scope: Scope, fits: impl Fn(&Opt) -> bool) -> Vec<(Opt, Value)> {
    let rows: Vec<Opt> = option::of(scope).iter().filter(|row| !row.keys.is_empty() && fits(row)).copied().collect();
    let mut out: Vec<(Opt, Value)> = Vec::new();
    for _ in 0..chance.below(4) {
        let Some(row) = chance.pick(&rows).filter(|row| !out.iter().any(|(old, _)| old == *row)) else { continue };
        out.extend(value(chance, *row).map(|value| (*row, value)));
    }
    out
}

/// A value of an option's range; none of those that name something.
pub(crate) fn value(chance: &mut Chance, row: Opt) -> Option<Value> {
    let below = |chance: &mut Chance, limit: i64| i64::try_from(chance.below(limit.unsigned_abs())).unwrap_or(0);
    Some(Value::Number(match row.domain {
        // A bond that wants more links than a host has is never up.
        Domain::Number { .. } if row == bond::MIN_LINKS => below(chance, 3),
        Domain::Number { min, max } | Domain::Seconds { min, max } => {
            let least = min.max(0);
            least + below(chance, (max - least).min(SPAN) + 1)
        }
        Domain::Switch => below(chance, 2),
        Domain::Choice(choices) => chance.pick(choices)?.1,
        _ => return None,
    }))
}

/// What is done, and whether its file stays.
fn act(chance: &mut Chance, file: &Layout, nics: usize, switches: usize) -> (Act, bool) {
    let step = |chance: &mut Chance| u32::try_from(chance.below(1 << 16)).unwrap_or(0);
    match chance.below(8) {
        0 => (Act::Refused { file: edit(chance, file, nics), step: step(chance), go_on: chance.one_in(2) }, true),
        1 => {
            let (file, steps) = (edit(chance, file, nics), step(chance));
            (Act::Back { file, steps, by_inverse: chance.one_in(2) }, false)
        }
        2 => {
            let file = edit(chance, file, nics);
            let confirmed = chance.one_in(2);
            let count = chance.below(3);
            let accidents = (0..count)
                .map(|_| (step(chance), chance.pick(&Accident::ALL).copied().unwrap_or(Accident::Refused)))
                .collect();
            (Act::Guarded { file, confirmed, accidents }, confirmed && count == 0)
        }
        3 => (Act::Fault { fault: fault(chance, nics, switches), held: 1 + step(chance) / 16 }, true),
        _ => (Act::Apply { file: edit(chance, file, nics), slowly: chance.one_in(3) }, true),
    }
}

fn fault(chance: &mut Chance, nics: usize, switches: usize) -> Fault {
    let states = [
        CableState::Pulled,
        CableState::Pulled,
        CableState::Silent,
        CableState::DeafFirst,
        CableState::DeafSecond,
        CableState::Lossy(3),
    ];
    match chance.below(5) {
        0 => Fault::Switch(chance.index(switches)),
        1 => Fault::Flap(chance.index(nics)),
        _ => Fault::Cable(chance.index(nics), chance.pick(&states).copied().unwrap_or(CableState::Pulled)),
    }
}

/// What the switches bundle: what a file needs, or something like it.
fn lags(chance: &mut Chance, nics: &[Nic], file: &Layout) -> Vec<Lag> {
    let mut out = Vec::new();
    for uplink in &file.uplinks {
        let Some(bond) = &uplink.bond else { continue };
        let mode = match bond.mode {
            BondMode::Lacp => {
                let [active, fast] = [!chance.one_in(6), chance.one_in(2)];
                LagMode::Lacp { active, fast, individual: chance.one_in(2) }
            }
            BondMode::BalanceRr | BondMode::BalanceXor | BondMode::Broadcast => LagMode::Static,
            _ => continue,
        };
        let Some(switch) = uplink.nics.iter().find_map(|nic| nics.get(*nic)?.switch) else { continue };
        let here = |nic: &usize| nics.get(*nic).is_some_and(|nic| nic.switch == Some(switch));
        let mut lag = Lag { switch, nics: uplink.nics.iter().copied().filter(here).collect(), mode };
        // A switch with mistakes.
        match chance.below(12) {
            0 => continue,
            1 => _ = lag.nics.pop(),
            2 => lag.mode = LagMode::Static,
            _ => {}
        }
        out.push(lag);
    }
    out
}
