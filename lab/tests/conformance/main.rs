//! The twin is held to the real kernel: the scenarios of `lab/conformance` are played on both, and after each event every
//! field that both tell must agree.
//!
//! The twin says what is to come; the kernel is waited for until it is so. What never comes to agree is told, field by field.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::PathBuf;

use lab::{Cable, Lab, Switch, until};
use network::option::bond;
use network::{BondMode, Host, Network, Value};
use twin::scenario::{Action, Event};
use twin::{CableState, LagMode, Scenario};

use crate::apply::{address, apply};

lab::test!(
    active_backup,
    active_backup_both,
    active_backup_delays,
    active_backup_failure,
    active_backup_no_primary,
    active_backup_own_macs,
    active_backup_three,
    balance_alb,
    balance_rr,
    balance_tlb,
    balance_xor,
    broadcast,
    lacp,
    lacp_both,
    lacp_delays,
    lacp_min_links,
    lacp_nobody,
    lacp_port_missing,
    lacp_static,
    vlan_aware,
    every_scenario_is_played,
);

/// Makes a test of each scenario's folder.
macro_rules! scenarios {
    ($($function:ident = $folder:literal,)+) => {
        $(fn $function(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
            conforms(lab, $folder)
        })+

        /// The folders that are played.
        const PLAYED: &[&str] = &[$($folder),+];
    };
}

scenarios! {
    active_backup = "active-backup",
    active_backup_both = "active-backup-both",
    active_backup_delays = "active-backup-delays",
    active_backup_failure = "active-backup-failure",
    active_backup_no_primary = "active-backup-no-primary",
    active_backup_own_macs = "active-backup-own-macs",
    active_backup_three = "active-backup-three",
    balance_alb = "balance-alb",
    balance_rr = "balance-rr",
    balance_tlb = "balance-tlb",
    balance_xor = "balance-xor",
    broadcast = "broadcast",
    lacp = "lacp",
    lacp_both = "lacp-both",
    lacp_delays = "lacp-delays",
    lacp_min_links = "lacp-min-links",
    lacp_nobody = "lacp-nobody",
    lacp_port_missing = "lacp-port-missing",
    lacp_static = "lacp-static",
    vlan_aware = "vlan-aware",
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "conformance"].iter().collect()
}

fn every_scenario_is_played(_: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder())? {
        found.push(entry?.file_name().to_string_lossy().into_owned());
    }
    found.sort();
    assert_eq!(found, PLAYED);
    Ok(())
}

/// What a host tells after one of a scenario's events, field by field.
type Fields = BTreeMap<String, String>;

/// Plays a scenario on the twin, and then on the kernel.
fn conforms(lab: &mut Lab, name: &str) -> Result<(), Box<dyn Error>> {
    let path = folder().join(name).join("scenario.toml");
    let scenario = twin::scenario::parse(&path, &std::fs::read_to_string(&path)?)?;
    let file = std::fs::read_to_string(&scenario.file)?;
    let expected = on_twin(&scenario, &file)?;
    let site = Site::build(lab, &scenario)?;
    apply(lab, &file)?;
    let (mut compared, mut report) = (0, Vec::new());
    for (number, expected) in expected.iter().enumerate() {
        if let Some(event) = number.checked_sub(1).and_then(|event| scenario.events.get(event)) {
            site.happen(event)?;
        }
        let mut differs = Vec::new();
        let agreed = until("agreement", || {
            differs = differences(expected, &drill::fields(&lab.host.observe()?));
            Ok(differs.is_empty())
        });
        if agreed.is_err() {
            report.push(format!("after {number} events:\n{}", differs.join("\n")));
        }
        // Each look that never agrees costs the whole wait.
        if report.len() > 2 {
            break;
        }
        compared += expected.len();
    }
    assert!(report.is_empty(), "{name}: {}", report.join("\n"));
    lab.note(format!("{name}: {} looks, {compared} fields agree", expected.len()));
    Ok(())
}

fn on_twin(scenario: &Scenario, file: &str) -> Result<Vec<Fields>, Box<dyn Error>> {
    let configuration = interfaces::Configuration::of("interfaces", file.as_bytes().to_vec());
    let wanted: Network = network::resolve(&configuration).wanted;
    let mut looks = Vec::new();
    drill::play_to(scenario, Some(&wanted), &mut |twin| {
        looks.push(drill::fields(&twin.observe()?));
        Ok(())
    })?;
    Ok(looks)
}

/// The fields of the twin that the kernel tells otherwise, or not at all; and what only the kernel tells.
fn differences(twin: &Fields, kernel: &Fields) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = twin.keys().chain(kernel.keys()).collect();
    let differs = names.into_iter().filter(|name| twin.get(*name) != kernel.get(*name));
    differs.map(|name| format!("  {name}: twin {:?}, kernel {:?}", twin.get(name), kernel.get(name))).collect()
}

/// The scenario's switch and cables, on the kernel.
struct Site {
    cables: Vec<Cable>,
    _switch: Switch,
}

impl Site {
    fn build(lab: &Lab, scenario: &Scenario) -> Result<Self, Box<dyn Error>> {
        let switch = Switch::new()?;
        switch.address(address("192.168.1.1/24"))?;
        let spec = scenario.topology.switches.first().ok_or("the scenario has no switch")?;
        let mut cables = Vec::new();
        let twin = twin::topology::build(&scenario.topology, scenario.seed).observe()?;
        for nic in &scenario.topology.nics {
            let plug = nic.cable.as_ref().ok_or("a NIC has no cable")?;
            // Both hosts' NICs have the same addresses, so that what the driver does with them can be compared.
            let mac = twin.link(&nic.name).and_then(|link| link.mac);
            cables.push(lab.loose_cable(nic.name.as_str(), mac, switch.port(&format!("port{}", plug.port))?)?);
        }
        let ends = |cable: &&Cable, lag: &twin::topology::LagSpec| {
            lag.ports.iter().any(|port| cable.far.link.as_str() == format!("port{port}"))
        };
        for lag in &spec.lags {
            let ports: Vec<_> = cables.iter().filter(|cable| ends(cable, lag)).map(|cable| &cable.far).collect();
            switch.lag(&lag.name, &ports, &options(lag.mode))?;
        }
        let free = cables.iter().filter(|cable| !spec.lags.iter().any(|lag| ends(cable, lag)));
        free.map(|cable| switch.join(&cable.far.link)).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { cables, _switch: switch })
    }

    fn happen(&self, event: &Event) -> Result<(), Box<dyn Error>> {
        match &event.action {
            Action::Cable { nic, state } => {
                let cable = self.cables.iter().find(|cable| cable.near.link == *nic).ok_or("no such cable")?;
                match state {
                    CableState::Pulled => cable.pull()?,
                    CableState::Whole => cable.plug()?,
                    other => return Err(format!("the lab has no way to make a cable {other:?}").into()),
                }
            }
            Action::Power { on, .. } => self.cables.iter().try_for_each(|cable| cable.far.set_up(*on))?,
        }
        Ok(())
    }
}

/// The switch's side of a LAG, which a bond plays in the lab.
fn options(mode: LagMode) -> Vec<(network::Opt, Value)> {
    match mode {
        LagMode::Static => vec![(bond::MODE, Value::Number(BondMode::BalanceXor.number()))],
        LagMode::Lacp { active, fast, .. } => vec![
            (bond::LACP_RATE, Value::Number(i64::from(fast))),
            (bond::LACP_ACTIVE, Value::Number(i64::from(active))),
        ],
    }
}
