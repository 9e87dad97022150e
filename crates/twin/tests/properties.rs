//! Whatever fails in whatever order: what must hold of a host at each moment, and that all is well again when all is put right.
#![allow(clippy::unwrap_used, reason = "helpers of tests panic when they fail")]

mod common;

use std::time::Duration;

use common::{MS, apply, host, name, traffic};
use network::bond::MiiStatus;
use network::{BondMode, Host, Link};
use proptest::prelude::*;
use twin::{CableState, LagMode, Traffic, Twin, Way};

const NICS: [&str; 2] = ["enp3s0", "enp4s0"];

/// Something that is done to the network, and how long until the next.
#[derive(Clone, Debug)]
enum Deed {
    Cable(usize, CableState),
    Power(bool),
}

fn deeds() -> impl Strategy<Value = Vec<(Deed, u64)>> {
    let state = prop_oneof![
        3 => Just(CableState::Pulled),
        3 => Just(CableState::Whole),
        1 => Just(CableState::Silent),
        1 => Just(CableState::DeafFirst),
        1 => Just(CableState::DeafSecond),
        1 => Just(CableState::Lossy(3)),
    ];
    let deed = prop_oneof![
        6 => (0..NICS.len(), state).prop_map(|(cable, state)| Deed::Cable(cable, state)),
        1 => any::<bool>().prop_map(Deed::Power),
    ];
    proptest::collection::vec((deed, 1..8000_u64), 1..12)
}

fn file(mode: BondMode, more: &str) -> String {
    let nics = NICS.map(|nic| format!("auto {nic}\niface {nic} inet manual\n")).concat();
    format!(
        "{nics}auto bond0\niface bond0 inet manual\n\tbond-slaves {}\n\tbond-mode {mode}\n\tbond-miimon 100\n{more}\
         auto vmbr0\niface vmbr0 inet static\n\taddress 192.168.1.10/24\n\tgateway 192.168.1.1\n\tbridge-ports bond0\n\
         \tbridge-stp off\n\tbridge-fd 0\n",
        NICS.join(" ")
    )
}

/// A host in that mode, on a switch that fits it.
fn stage(mode: BondMode, more: &str) -> (Twin, Traffic) {
    let mut twin = host(&NICS, 10 * MS, 100 * MS);
    let lag = match mode {
        BondMode::Lacp => Some(LagMode::Lacp { active: true, fast: true, individual: false }),
        BondMode::BalanceRr | BondMode::BalanceXor | BondMode::Broadcast => Some(LagMode::Static),
        _ => None,
    };
    if let Some(lag) = lag {
        twin.world.switches[0].bundle(Duration::ZERO, "lag1", &[0, 1], lag);
    }
    apply(&mut twin, &file(mode, more));
    twin.world.run_to(Duration::from_secs(20));
    let traffic = traffic(&mut twin);
    (twin, traffic)
}

/// What holds of a bond at each moment.
fn check(twin: &mut Twin, mode: BondMode) -> Result<(), TestCaseError> {
    let network = twin.observe().unwrap();
    let link = network.link(&name("bond0")).unwrap();
    let bond = link.bond().unwrap();
    let slaves: Vec<_> = bond
        .slaves
        .iter()
        .map(|slave| network.link(slave).unwrap())
        .map(|slave| (slave, slave.bond_port.clone().unwrap().state.unwrap()))
        .collect();
    let up = slaves.iter().filter(|(_, state)| state.mii == MiiStatus::Up).count();
    if mode != BondMode::Lacp {
        prop_assert_eq!(link.carrier(), Some(up > 0), "carrier is that of any slave");
    }
    if mode == BondMode::ActiveBackup {
        let active = bond.state.as_ref().unwrap().active_slave.clone();
        let used: Vec<_> =
            slaves.iter().filter(|(_, state)| state.active).map(|(slave, _)| slave.name.clone()).collect();
        prop_assert_eq!(active.is_some(), up > 0, "somebody who is up is used");
        prop_assert!(used.len() <= 1 && active.iter().all(|active| used.contains(active)), "{:?} {:?}", active, used);
    }
    if mode == BondMode::BalanceTlb {
        // There the slaves have addresses of their own; the active one has the bond's.
        return Ok(());
    }
    let macs: Vec<_> = slaves.iter().map(|(slave, _)| slave.mac).collect();
    prop_assert!(macs.iter().all(|mac| *mac == link.mac), "the bond's address is its slaves': {:?}", macs);
    let mtu = |link: &&Link| link.mtu == Some(1500);
    prop_assert!(
        network
            .links
            .values()
            .filter(|link| link.kind != network::Kind::Loopback)
            .filter(|link| !link.name.is_guest_port())
            .all(|link| mtu(&link))
    );
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_fails_comes_back(
        mode in prop_oneof![
            Just(BondMode::ActiveBackup), Just(BondMode::BalanceXor), Just(BondMode::Lacp),
            Just(BondMode::BalanceTlb), Just(BondMode::Broadcast),
        ],
        delays in prop_oneof![Just(""), Just("\tbond-updelay 300\n\tbond-downdelay 200\n")],
        deeds in deeds(),
    ) {
        let (mut twin, mut traffic) = stage(mode, delays);
        for (deed, pause) in deeds {
            match deed {
                Deed::Cable(cable, state) => twin.world.set_cable(cable, state),
                Deed::Power(on) => twin.world.set_power(0, 0, on),
            }
            let until = twin.world.now() + MS * u32::try_from(pause).unwrap();
            traffic.run_to(&mut twin.world, until);
            check(&mut twin, mode)?;
        }
        twin.world.set_power(0, 0, true);
        (0..NICS.len()).for_each(|cable| twin.world.set_cable(cable, CableState::Whole));
        let until = twin.world.now() + Duration::from_secs(120);
        traffic.run_to(&mut twin.world, until);
        check(&mut twin, mode)?;
        let log: Vec<String> = twin.world.log().iter().map(ToString::to_string).collect();
        prop_assert!(traffic.all_arrive(), "{}", log.join("\n"));
        prop_assert_eq!(twin.world.storms(), 0);
        for flow in 0..2 {
            for way in Way::BOTH {
                let meter = traffic.meter(flow, way);
                prop_assert!(meter.lost <= meter.sent);
                // One bond that sends everything twice is the only one whose packets arrive twice.
                prop_assert!(mode == BondMode::Broadcast || meter.doubled == 0, "{:?}", meter);
            }
        }
    }
}
