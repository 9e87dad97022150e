//! Slaves that come to a running bond and leave it: the others carry on.

use std::error::Error;

use bowline::ExitCode;
use lab::watch::Monitor;
use lab::{Cable, Lab, Switch, traffic};
use network::option::bond;
use network::{Address, BondMode, Change, Value};

use crate::program::{NOTHING, apply, link, runs, slaves, try_apply};
use crate::raw::{self, named};
use crate::traps::make;

lab::test!(
    a_slave_comes_to_active_backup_and_leaves,
    a_slave_comes_to_lacp_and_leaves,
    a_bond_starts_without_the_slave_that_is_missing,
    the_modules_bond0_is_adopted,
);
lab::test!(alone: traffic_goes_on_over_active_backup, traffic_goes_on_over_lacp);

const NICS: [&str; 3] = ["enp3s0", "enp4s0", "enp5s0"];

fn file(mode: BondMode, slaves: &[&str]) -> String {
    let rate = if mode == BondMode::Lacp { "\tbond-lacp-rate fast\n" } else { "" };
    let stanzas: String = slaves.iter().map(|slave| format!("iface {slave} inet manual\n\n")).collect();
    format!(
        "{stanzas}auto bond0\niface bond0 inet static\n\taddress 192.168.1.2/24\n\tbond-slaves {}\n\tbond-mode {mode}\n\
         \tbond-miimon 100\n{rate}",
        slaves.join(" ")
    )
}

/// Three cables to a switch: plain ports, or a LAG.
fn plug(lab: &Lab, mode: BondMode) -> Result<(Switch, Vec<Cable>), Box<dyn Error>> {
    let switch = Switch::new()?;
    switch.address(Address::new("192.168.1.1/24".parse()?))?;
    let lay = |nic: &&str| lab.loose_cable(nic, None, switch.port(&format!("port-{nic}"))?);
    let cables = NICS.iter().map(lay).collect::<Result<Vec<_>, _>>()?;
    if mode == BondMode::Lacp {
        let ports: Vec<_> = cables.iter().map(|cable| &cable.far).collect();
        switch.lag("lag0", &ports, &[(bond::LACP_RATE, Value::Number(1))])?;
    } else {
        cables.iter().try_for_each(|cable| switch.join(&cable.far.link))?;
    }
    Ok((switch, cables))
}

/// Which of these links were announced down, without carrier or out of the bond.
fn disturbed(monitor: &mut Monitor, links: &[&str]) -> Result<Vec<String>, Box<dyn Error>> {
    let bond = raw::number_of(&named("bond0")).to_ne_bytes();
    let running = (libc::IFF_UP | libc::IFF_LOWER_UP).cast_unsigned();
    let is_disturbed = |payload: &[u8]| {
        let is_out = raw::attribute(payload, &[libc::IFLA_MASTER]) != Some(&bond);
        raw::flags(payload) & running != running || (is_out && raw::name(payload) != "bond0")
    };
    let events = monitor.settle()?;
    let links = events
        .iter()
        .filter(|event| event.kind == libc::RTM_NEWLINK && links.contains(&raw::name(&event.payload).as_str()));
    Ok(links.filter(|event| is_disturbed(&event.payload)).map(|event| raw::name(&event.payload)).collect())
}

fn comes_and_leaves(lab: &Lab, mode: BondMode) -> Result<(), Box<dyn Error>> {
    let (_switch, _cables) = plug(lab, mode)?;
    apply(lab, &file(mode, &NICS[..2]))?;
    runs(lab, "bond0")?;
    let others = ["bond0", NICS[0], NICS[1]];

    let mut monitor = Monitor::open()?;
    let out = apply(lab, &file(mode, &NICS))?;
    runs(lab, "bond0")?;
    assert_eq!(slaves(&lab.host.observe()?, "bond0"), NICS);
    assert_eq!(disturbed(&mut monitor, &others)?, [""; 0], "{out}");

    let mut monitor = Monitor::open()?;
    let out = apply(lab, &file(mode, &NICS[..2]))?;
    assert_eq!(slaves(&lab.host.observe()?, "bond0"), NICS[..2]);
    assert_eq!(disturbed(&mut monitor, &others)?, [""; 0], "{out}");
    let freed = link(lab, NICS[2])?;
    assert_eq!(freed.master, None, "the NIC is free");
    // Whoever wants it may have it, with the address that it came with.
    assert_ne!(freed.mac, link(lab, "bond0")?.mac, "the bond's address is the bond's");
    lab.host.change(&[Change::SetUp { link: named(NICS[2]), up: true }])?;
    runs(lab, "bond0")
}

fn a_slave_comes_to_active_backup_and_leaves(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    comes_and_leaves(lab, BondMode::ActiveBackup)
}

fn a_slave_comes_to_lacp_and_leaves(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    comes_and_leaves(lab, BondMode::Lacp)
}

fn traffic_goes_on_over_active_backup(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let lost = lost_meanwhile(lab, BondMode::ActiveBackup)?;
    assert_eq!(lost, [0, 0], "the active slave was there all the time");
    Ok(())
}

/// A flow may change its slave when their number changes, and what was on its way then may be lost; most is not.
fn traffic_goes_on_over_lacp(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    lost_meanwhile(lab, BondMode::Lacp).map(drop)
}

/// How many packets were lost while a slave came, and while it left; never half of them.
fn lost_meanwhile(lab: &mut Lab, mode: BondMode) -> Result<Vec<usize>, Box<dyn Error>> {
    let (switch, _cables) = plug(lab, mode)?;
    apply(lab, &file(mode, &NICS[..2]))?;
    runs(lab, "bond0")?;
    let mut lost = Vec::new();
    for slaves in [&NICS[..], &NICS[..2]] {
        let (outage, applied) = traffic::outage(&lab.host, &switch.namespace, "192.168.1.1".parse()?, || {
            apply(lab, &file(mode, slaves))?;
            runs(lab, "bond0")
        })?;
        applied?;
        assert!(outage.lost < outage.sent / 2, "{outage}");
        lab.note(format!("{mode}, {} slaves: {outage}", slaves.len()));
        lost.push(outage.lost);
    }
    Ok(lost)
}

fn a_bond_starts_without_the_slave_that_is_missing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let (_switch, _cables) = plug(lab, BondMode::ActiveBackup)?;
    let file = file(BondMode::ActiveBackup, &[NICS[0], "enp9s0", NICS[1]]);
    let ran = try_apply(lab, &file)?;
    assert_eq!(ran.code, ExitCode::Midway, "what the file says is not all there: {ran}");
    assert!(ran.out.contains("this host has no interface enp9s0"), "{ran}");
    runs(lab, "bond0")?;
    assert_eq!(slaves(&lab.host.observe()?, "bond0"), NICS[..2]);
    // It stays missing, and stays said.
    let again = try_apply(lab, &file)?;
    assert_eq!(again.code, ExitCode::Midway, "{again}");
    assert!(again.out.contains("this host has no interface enp9s0"), "{again}");
    // It appears.
    lab::Links::open()?.dummy(&named("enp9s0"))?;
    apply(lab, &file)?;
    assert_eq!(slaves(&lab.host.observe()?, "bond0"), [NICS[0], NICS[1], "enp9s0"]);
    Ok(())
}

fn the_modules_bond0_is_adopted(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let (_switch, _cables) = plug(lab, BondMode::Lacp)?;
    // As the module leaves it: balance-rr, empty, down.
    lab.host.change(&[make(&named("bond0"), &[])])?;
    let number = raw::number_of(&named("bond0"));
    let out = apply(lab, &file(BondMode::Lacp, &NICS))?;
    assert_ne!(out, NOTHING);
    runs(lab, "bond0")?;
    assert_eq!(raw::number_of(&named("bond0")), number, "it is the same device\n{out}");
    let bond0 = link(lab, "bond0")?;
    assert_eq!(bond0.bond().map(network::Bond::mode), Some(BondMode::Lacp));
    assert_eq!(slaves(&lab.host.observe()?, "bond0"), NICS);
    Ok(())
}
