//! Cables, switches and NICs fail and come back; and what must be well when all is whole.

use std::time::Duration;

use network::{BondMode, Value, option::bond};
use twin::topology::plug;
use twin::{CableState, LagMode, Traffic, Way};

use crate::case::{Bonding, Case, Fault, Lag, Layout, Uplink, nic_name};
use crate::rule::{Failure, Rule};
use crate::stage::{SETTLES, Stage};

/// For how long at most there is traffic while something is broken.
const WATCHED: Duration = Duration::from_secs(4);
/// How often a link that flaps goes and comes.
const FLAPS: u32 = 6;

/// Breaks something, and puts it right.
pub(crate) fn fault(stage: &mut Stage<'_>, fault: Fault, held: Duration) -> Result<(), Failure> {
    let (file, before) = (stage.file.clone(), stage.observe());
    let understood = stage.understand(&file, &before)?;
    let look = stage.look(&file);
    let (mut traffic, through) = stage.traffic(&understood.wanted, look);
    break_it(stage, fault, held, &mut traffic);
    stage.is_sound()?;
    stage.run(SETTLES)?;
    stage.is_as_wanted(&understood, Rule::Idempotent)?;
    // Learning packets, by which switches find out where a bond that balances load takes in, the twin has none of.
    let balances = |bond: &Bonding| matches!(bond.mode, BondMode::BalanceTlb | BondMode::BalanceAlb);
    if !fits(stage.case, &file) || file.uplinks.iter().filter_map(|uplink| uplink.bond.as_ref()).any(balances) {
        return Ok(());
    }
    let (traffic, now) = stage.traffic(&understood.wanted, look);
    for (number, ((flow, before), now)) in traffic.flows.iter().zip(through).zip(now).enumerate() {
        if before && !now {
            let lost = Way::BOTH.map(|way| traffic.meter(number, way).lost);
            let seen = format!("{} does not get through any more: {lost:?} lost, out and in", flow.name);
            return Err(Failure::new(Rule::ComesBack, seen));
        }
    }
    Ok(())
}

fn break_it(stage: &mut Stage<'_>, fault: Fault, held: Duration, traffic: &mut Traffic) {
    let set = |stage: &mut Stage<'_>, nic: usize, state| {
        if let Ok(name) = nic_name(nic).parse() {
            plug(&mut stage.twin, &name, state);
        }
    };
    let watched = if stage.file.takes_turns() { WATCHED / 40 } else { WATCHED };
    let mut wait = |stage: &mut Stage<'_>, time: Duration| {
        let end = stage.twin.world.now() + time;
        stage.pass(traffic, time.min(watched));
        stage.twin.world.run_to(end);
    };
    match fault {
        Fault::Cable(nic, state) => {
            set(stage, nic, state);
            wait(stage, held);
            set(stage, nic, CableState::Whole);
        }
        Fault::Flap(nic) => {
            for _ in 0..FLAPS {
                set(stage, nic, CableState::Pulled);
                wait(stage, held / FLAPS / 2);
                set(stage, nic, CableState::Whole);
                wait(stage, held / FLAPS / 2);
            }
        }
        Fault::Switch(switch) => {
            stage.twin.world.set_power(switch, 0, false);
            wait(stage, held);
            stage.twin.world.set_power(switch, 0, true);
        }
    }
}

/// At the end, with all whole: LACP has bundled what both ends agree on.
pub(crate) fn converges(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.run(SETTLES)?;
    let now = stage.observe();
    let file = stage.file.clone();
    for uplink in &file.uplinks {
        let Some(bond) = uplink.bond.as_ref().filter(|bond| bond.mode == BondMode::Lacp) else { continue };
        // A port key of its own is for slaves that join from then on.
        if !uplink_fits(stage.case, uplink)
            || number(bond, bond::MIN_LINKS) > 1
            || number(bond, bond::AD_USER_PORT_KEY) > 0
        {
            continue;
        }
        let active = uplink.name().parse().ok().and_then(|name| now.link(&name)?.bond()?.state.as_ref()?.aggregator);
        for nic in &uplink.nics {
            let slave = nic_name(*nic).parse().ok().and_then(|name| now.link(&name)?.bond_port.clone()?.state);
            let lacp = slave.and_then(|state| state.lacp);
            let bundled = lacp.as_ref().is_some_and(|it| {
                it.actor_state.carries_traffic() && active.is_some_and(|active| active.id == it.aggregator)
            });
            if !bundled {
                let seen = format!("{} of {}: {lacp:?}, active {active:?}", nic_name(*nic), uplink.name());
                return Err(Failure::new(Rule::Converges, seen));
            }
        }
    }
    Ok(())
}

fn number(bond: &Bonding, option: network::Opt) -> i64 {
    let found = bond.options.iter().find(|(it, _)| *it == option);
    match found {
        Some((_, Value::Number(number))) => *number,
        _ => 0,
    }
}

/// Whether the switches have what a file needs.
pub(crate) fn fits(case: &Case, file: &Layout) -> bool {
    file.uplinks.iter().all(|uplink| uplink_fits(case, uplink))
}

fn uplink_fits(case: &Case, uplink: &Uplink) -> bool {
    let lag_of = |nic: &usize| case.lags.iter().find(|lag| lag.nics.contains(nic));
    let alone = || uplink.taken().iter().all(|nic| lag_of(nic).is_none());
    let Some(bond) = &uplink.bond else { return alone() };
    let whole = |lag: &&Lag| {
        let speeds = lag.nics.iter().map(|nic| case.nics[*nic].speed);
        let mut both = [lag.nics.clone(), uplink.nics.clone()];
        both.iter_mut().for_each(|nics| nics.sort_unstable());
        both[0] == both[1] && speeds.clone().max() == speeds.min()
    };
    let lag = uplink.nics.first().and_then(lag_of).filter(whole).map(|lag| lag.mode);
    match bond.mode {
        BondMode::ActiveBackup | BondMode::BalanceTlb | BondMode::BalanceAlb => alone(),
        BondMode::BalanceRr | BondMode::BalanceXor | BondMode::Broadcast => lag == Some(LagMode::Static),
        BondMode::Lacp => {
            let off = bond.options.contains(&(bond::LACP_ACTIVE, Value::Number(0)));
            matches!(lag, Some(LagMode::Lacp { active, .. }) if active || !off)
        }
    }
}
