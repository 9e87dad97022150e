//! What a change of an option does to a bond that runs: no more than the option's class needs.

use std::error::Error;

use lab::watch::Monitor;
use lab::{Cable, Lab, Switch};
use network::option::{self, Class, bond};
use network::{Address, BondMode, Link, Opt, Scope};

use crate::program::{apply, link, options, runs, slaves};
use crate::raw::{self, named};

lab::test!(
    xmit_hash_policy_changes_live,
    min_links_changes_live,
    live_options_of_active_backup_disturb_nothing,
    the_active_slave_changes_live,
    live_options_of_an_arp_monitor_disturb_nothing,
    arp_all_targets_changes_live,
    live_options_of_balance_rr_disturb_nothing,
    live_options_of_balance_tlb_disturb_nothing,
    live_options_of_lacp_disturb_nothing,
    options_that_need_an_lacp_bond_down_keep_its_slaves,
    options_that_need_a_balance_tlb_bond_down_keep_its_slaves,
    an_option_that_needs_an_empty_bond_gets_it_back_whole,
    the_mode_changes_and_everything_comes_back,
);

const NICS: [&str; 2] = ["enp3s0", "enp4s0"];

/// Long enough for a machine that stands still for a second: the driver would find that no answer came meanwhile, and take
/// the slaves down.
const ARP_INTERVAL: &str = "bond-arp-interval 1000";

/// A bond in that mode over two cables to a switch that fits the mode, with addresses and gateways of both families, and
/// what is to be said more.
fn file(mode: BondMode, more: &[&str]) -> String {
    let more: String = more.iter().map(|line| format!("\t{line}\n")).collect();
    format!(
        "auto bond0\niface bond0 inet static\n\taddress 192.168.1.2/24\n\tgateway 192.168.1.1\n\tbond-slaves enp3s0 enp4s0\n\
         \tbond-mode {mode}\n{more}\niface bond0 inet6 static\n\taddress 2001:db8::2/64\n\tgateway 2001:db8::1\n"
    )
}

/// The switch for it, with the addresses of the gateways.
fn switch(lab: &Lab, mode: BondMode) -> Result<(Switch, [Cable; 2]), Box<dyn Error>> {
    let switch = Switch::new()?;
    let cables = [
        lab.loose_cable(NICS[0], None, switch.port("port1")?)?,
        lab.loose_cable(NICS[1], None, switch.port("port2")?)?,
    ];
    if mode == BondMode::Lacp {
        let fast = (bond::LACP_RATE, network::Value::Number(1));
        switch.lag("lag0", &[&cables[0].far, &cables[1].far], &[fast])?;
    } else {
        cables.iter().try_for_each(|cable| switch.join(&cable.far.link))?;
    }
    switch.address(Address::new("192.168.1.1/24".parse()?))?;
    switch.address(Address::new("2001:db8::1/64".parse()?))?;
    Ok((switch, cables))
}

/// What the kernel announced of the bond and its slaves while something ran.
#[derive(Default)]
struct Seen {
    /// Links that were announced down.
    down: Vec<String>,
    /// Links that were announced without carrier.
    without_carrier: Vec<String>,
    /// Slaves that were announced without the bond.
    released: Vec<String>,
    /// How many announcements of them there were.
    count: usize,
}

/// Listens until the kernel is at rest, as many times.
fn seen(monitor: &mut Monitor, bond: u32, rests: usize) -> Result<Seen, Box<dyn Error>> {
    let (mut seen, mut events) = (Seen::default(), Vec::new());
    for _ in 0..rests {
        events.extend(monitor.settle()?);
    }
    for event in events.iter().filter(|event| event.kind == libc::RTM_NEWLINK) {
        let (name, flags) = (raw::name(&event.payload), raw::flags(&event.payload));
        if name != "bond0" && !NICS.contains(&name.as_str()) {
            continue;
        }
        seen.count += 1;
        if flags & libc::IFF_UP.cast_unsigned() == 0 {
            seen.down.push(name.clone());
        }
        if flags & libc::IFF_LOWER_UP.cast_unsigned() == 0 {
            seen.without_carrier.push(name.clone());
        }
        let master = raw::attribute(&event.payload, &[libc::IFLA_MASTER]);
        if name != "bond0" && master != Some(&bond.to_ne_bytes()) {
            seen.released.push(name);
        }
    }
    Ok(seen)
}

/// Starts a bond with `base`, then says each of `changes` in turn: nothing goes down, loses carrier or leaves.
fn change_live(lab: &Lab, mode: BondMode, base: &[&str], changes: &[(Opt, &str)]) -> Result<(), Box<dyn Error>> {
    let (_switch, _cables) = switch(lab, mode)?;
    apply(lab, &file(mode, base))?;
    runs(lab, "bond0")?;
    let number = raw::number_of(&named("bond0"));
    // The ARP monitor gives up a slave after two and a half intervals without an answer: it is listened to for longer.
    let rests = if base.iter().any(|line| line.starts_with(bond::ARP_INTERVAL.key())) { 2 } else { 1 };
    for (option, value) in changes {
        assert_eq!(option.class, Class::Live, "{option:?}");
        // Setting out from the base each time: what the change before said goes back to its default, live as well.
        let line = format!("{} {value}", option.key());
        let kept = base.iter().copied().filter(|line| !line.starts_with(option.key()));
        let lines: Vec<&str> = kept.chain([line.as_str()]).collect();
        let before = options(&link(lab, "bond0")?, Scope::Bond).get(*option).cloned();
        assert_ne!(before, Some(option.parse(value)?), "{line} is a change");
        let mut monitor = Monitor::open()?;
        let out = apply(lab, &file(mode, &lines))?;
        assert_eq!(options(&link(lab, "bond0")?, Scope::Bond).get(*option), Some(&option.parse(value)?), "{line}");
        let seen = seen(&mut monitor, number, rests).map_err(|error| format!("{line}: {error}"))?;
        assert_eq!(seen.down, [""; 0], "{line}\n{out}");
        assert_eq!(seen.without_carrier, [""; 0], "{line}\n{out}");
        assert_eq!(seen.released, [""; 0], "{line}\n{out}");
        assert!(seen.count > 0 || !out.contains("bond0"), "the monitor heard of {line}\n{out}");
    }
    Ok(())
}

fn xmit_hash_policy_changes_live(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let policies = ["layer3+4", "layer2+3", "encap2+3", "encap3+4", "vlan+srcmac", "layer2"];
    let changes = policies.map(|policy| (bond::XMIT_HASH_POLICY, policy));
    change_live(lab, BondMode::Lacp, &["bond-miimon 100", "bond-lacp-rate fast"], &changes)
}

fn min_links_changes_live(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let changes = ["1", "2", "0"].map(|count| (bond::MIN_LINKS, count));
    change_live(lab, BondMode::Lacp, &["bond-miimon 100", "bond-lacp-rate fast"], &changes)
}

fn live_options_of_active_backup_disturb_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let changes = [
        (bond::MIIMON, "50"),
        (bond::UPDELAY, "200"),
        (bond::DOWNDELAY, "200"),
        (bond::USE_CARRIER, "off"),
        (bond::PRIMARY, "enp4s0"),
        (bond::PRIMARY_RESELECT, "better"),
        (bond::RESEND_IGMP, "3"),
        (bond::NUM_PEER_NOTIF, "5"),
        (bond::ALL_SLAVES_ACTIVE, "on"),
        (bond::LP_INTERVAL, "2"),
        (bond::PEER_NOTIF_DELAY, "300"),
    ];
    change_live(lab, BondMode::ActiveBackup, &["bond-miimon 100"], &changes)
}

fn the_active_slave_changes_live(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    // It starts with the first.
    let changes = ["enp4s0", "enp3s0"].map(|slave| (bond::ACTIVE_SLAVE, slave));
    change_live(lab, BondMode::ActiveBackup, &["bond-miimon 100", "bond-primary-reselect failure"], &changes)
}

fn live_options_of_an_arp_monitor_disturb_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let changes = [
        (bond::ARP_INTERVAL, "1500"),
        (bond::ARP_IP_TARGET, "192.168.1.1 192.168.1.9"),
        (bond::ARP_VALIDATE, "active"),
        (bond::ARP_MISSED_MAX, "5"),
    ];
    let base = [ARP_INTERVAL, "bond-arp-ip-target 192.168.1.1"];
    change_live(lab, BondMode::ActiveBackup, &base, &changes)
}

/// Apart from the others: without arp_validate the driver counts no target as heard, and `all` then takes each slave down
/// in turn (`slave_last_rx`).
fn arp_all_targets_changes_live(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let changes = ["all", "any"].map(|targets| (bond::ARP_ALL_TARGETS, targets));
    let base = [ARP_INTERVAL, "bond-arp-ip-target 192.168.1.1", "bond-arp-validate all"];
    change_live(lab, BondMode::ActiveBackup, &base, &changes)
}

fn live_options_of_balance_rr_disturb_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let changes = [(bond::PACKETS_PER_SLAVE, "0"), (bond::PACKETS_PER_SLAVE, "8"), (bond::MIIMON, "50")];
    change_live(lab, BondMode::BalanceRr, &["bond-miimon 100"], &changes)
}

fn live_options_of_balance_tlb_disturb_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let changes = [(bond::LP_INTERVAL, "5"), (bond::PRIMARY, "enp4s0"), (bond::XMIT_HASH_POLICY, "layer3+4")];
    change_live(lab, BondMode::BalanceTlb, &["bond-miimon 100", "bond-tlb-dynamic-lb off"], &changes)
}

fn live_options_of_lacp_disturb_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    // Both ends agree anew on another system, while the links stay as they are.
    let changes = [
        (bond::MIIMON, "50"),
        (bond::RESEND_IGMP, "3"),
        (bond::AD_ACTOR_SYS_PRIO, "100"),
        (bond::AD_ACTOR_SYSTEM, "02:00:00:00:00:01"),
    ];
    change_live(lab, BondMode::Lacp, &["bond-miimon 100", "bond-lacp-rate fast"], &changes)
}

/// The default routes of the host as `destination via gateway dev link`, and the addresses of bond0.
fn reach(lab: &Lab) -> Result<Vec<String>, Box<dyn Error>> {
    let network = lab.host.observe()?;
    let gateways = network.routes.iter().filter(|route| route.is_default()).map(ToString::to_string);
    let bond0 = network.link(&named("bond0")).ok_or("no bond0")?;
    let addresses =
        bond0.addresses.iter().map(|address| address.net).filter(|net| !net.to_string().starts_with("fe80"));
    let mut all: Vec<String> = gateways.chain(addresses.map(|net| net.to_string())).collect();
    all.sort();
    Ok(all)
}

const REACH: [&str; 4] =
    ["192.168.1.2/24", "2001:db8::2/64", "default via 192.168.1.1 dev bond0", "default via 2001:db8::1 dev bond0"];

fn options_that_need_an_lacp_bond_down_keep_its_slaves(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let tried = change_down(lab, BondMode::Lacp, &["bond-miimon 100", "bond-lacp-rate fast"])?;
    for option in [bond::LACP_ACTIVE, bond::LACP_RATE, bond::AD_SELECT, bond::AD_USER_PORT_KEY] {
        assert!(tried.contains(&option), "{option:?} was tried");
    }
    Ok(())
}

fn options_that_need_a_balance_tlb_bond_down_keep_its_slaves(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    assert_eq!(change_down(lab, BondMode::BalanceTlb, &["bond-miimon 100"])?, [bond::TLB_DYNAMIC_LB]);
    Ok(())
}

/// Changes every option of that mode that needs the bond down, and gives back which those are. What this kernel does not
/// know is left out.
fn change_down(lab: &Lab, mode: BondMode, base: &[&str]) -> Result<Vec<Opt>, Box<dyn Error>> {
    let (_switch, _cables) = switch(lab, mode)?;
    apply(lab, &file(mode, base))?;
    runs(lab, "bond0")?;
    assert_eq!(reach(lab)?, REACH);
    let number = raw::number_of(&named("bond0"));
    let found = options(&link(lab, "bond0")?, Scope::Bond);
    let mut tried = Vec::new();
    for &option in option::of(Scope::Bond).iter().filter(|option| option.class == Class::BondDown) {
        if !option.modes.contains(mode) || found.get(option).is_none() {
            continue;
        }
        let values = ["0", "1", "2"].map(|value| option.parse(value).ok().map(|parsed| (value, parsed)));
        let now = options(&link(lab, "bond0")?, Scope::Bond).get(option).cloned();
        let (value, wanted) =
            values.into_iter().flatten().find(|(_, value)| Some(value) != now.as_ref()).ok_or("no other value")?;
        let line = format!("{} {value}", option.key());
        let kept = base.iter().copied().filter(|line| !line.starts_with(option.key()));
        let lines: Vec<&str> = kept.chain([line.as_str()]).collect();
        let mut monitor = Monitor::open()?;
        let out = apply(lab, &file(mode, &lines))?;
        let seen = seen(&mut monitor, number, 1)?;
        assert_eq!(seen.released, [""; 0], "{line}\n{out}");
        assert!(seen.down.contains(&"bond0".to_owned()), "{line} needs the bond down\n{out}");
        assert_eq!(options(&link(lab, "bond0")?, Scope::Bond).get(option), Some(&wanted), "{line}");
        assert_eq!(reach(lab)?, REACH, "{line}\n{out}");
        runs(lab, "bond0")?;
        tried.push(option);
    }
    Ok(tried)
}

fn an_option_that_needs_an_empty_bond_gets_it_back_whole(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let (_switch, _cables) = switch(lab, BondMode::ActiveBackup)?;
    apply(lab, &file(BondMode::ActiveBackup, &["bond-miimon 100", "bond-primary enp4s0"]))?;
    runs(lab, "bond0")?;
    for policy in ["active", "follow", "none"] {
        let line = format!("bond-fail-over-mac {policy}");
        let mut monitor = Monitor::open()?;
        apply(lab, &file(BondMode::ActiveBackup, &["bond-miimon 100", "bond-primary enp4s0", &line]))?;
        let seen = seen(&mut monitor, raw::number_of(&named("bond0")), 1)?;
        assert!(!seen.released.is_empty(), "{policy}: the driver wants the bond empty");
        runs(lab, "bond0")?;
        assert_eq!(slaves(&lab.host.observe()?, "bond0"), NICS);
        assert_eq!(reach(lab)?, REACH, "{policy}");
        let found = options(&link(lab, "bond0")?, Scope::Bond);
        assert_eq!(found.get(bond::FAIL_OVER_MAC), Some(&bond::FAIL_OVER_MAC.parse(policy)?));
        assert_eq!(found.get(bond::PRIMARY), Some(&bond::PRIMARY.parse("enp4s0")?), "{policy}");
    }
    Ok(())
}

fn the_mode_changes_and_everything_comes_back(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let (_switch, _cables) = switch(lab, BondMode::ActiveBackup)?;
    apply(lab, &file(BondMode::ActiveBackup, &["bond-miimon 100"]))?;
    runs(lab, "bond0")?;
    let mac = link(lab, "bond0")?.mac;
    // Those that this switch, without a LAG, lets run; each after another.
    for mode in [BondMode::BalanceTlb, BondMode::BalanceAlb, BondMode::ActiveBackup] {
        apply(lab, &file(mode, &["bond-miimon 100"]))?;
        runs(lab, "bond0")?;
        let bond0 = link(lab, "bond0")?;
        assert_eq!(bond0.bond().map(network::Bond::mode), Some(mode));
        assert_eq!(slaves(&lab.host.observe()?, "bond0"), NICS);
        assert_eq!(bond0.mac, mac, "{mode}: the bond keeps its address");
        assert_eq!(reach(lab)?, REACH, "{mode}");
    }
    let masters = NICS.map(|nic| link(lab, nic).map(|link: Link| link.master));
    assert!(masters.into_iter().all(|master| master.is_ok_and(|master| master == Some(named("bond0")))));
    Ok(())
}
