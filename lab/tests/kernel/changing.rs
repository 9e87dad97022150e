//! Traffic while each option of the table is changed that changes live: by `ifreload -a`, in each bond mode in which the
//! option means anything. A guest talks through bridge and bond, and the host itself does, all the while: no packet is lost,
//! no device is made anew, no carrier moves, and the kernel has the new value.
//!
//! The table decides what is tried, so a new row is tried by itself. What can't be tried, and what loses packets by the
//! driver's own doing, is in the lists below with its reason; a row that is in none of them and does not pass fails.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;

use lab::traffic::Outage;
use lab::{Guest, Lab, Venue, traffic};
use linux::Linux;
use network::option::{self, Class, Domain, bond, bond_port, bridge};
use network::{BondMode, Opt, Scope, Value};

use crate::apply::address;
use crate::changing::site::{Site, Where, file};
use crate::face::well;
use crate::program::{link, options, runs};
use crate::raw::{self, named};

mod site;

lab::test!(
    live_options_of_balance_rr,
    live_options_of_active_backup,
    live_options_of_balance_xor,
    live_options_of_broadcast,
    live_options_of_lacp,
    live_options_of_balance_tlb,
    live_options_of_balance_alb,
    live_options_of_bridges_ports_links_and_nics,
    every_live_row_is_tried_or_says_why_not,
);
lab::test!(alone: what_loses_packets_comes_back_and_keeps_the_devices);

/// Rows that the lab can't change live, and why.
const UNTRIED: [(Opt, &str); 6] = [
    (bond::BROADCAST_NEIGHBOR, "kernels before 6.17 do not know it"),
    (bond::LACP_STRICT, "kernels before 6.18 do not know it"),
    (option::nic::LRO, "a veth device does not do it"),
    (option::nic::UFO, "a veth device does not do it"),
    (option::nic::RX_VLAN_FILTER, "a veth device does not do it"),
    (option::nic::RX_HASH, "a veth device does not do it"),
];

/// Rows whose change moves the traffic, or holds it up, in the driver itself: docs/ifupdown2.md tells of them.
const LOSING: [(Opt, &str); 4] = [
    (bond::ACTIVE_SLAVE, "another slave carries the traffic: the switch has to learn it"),
    (bond::PRIMARY, "another slave carries the traffic: the switch has to learn it"),
    (bond::AD_ACTOR_SYS_PRIO, "both ends agree anew on another system"),
    (bond::AD_ACTOR_SYSTEM, "both ends agree anew on another system"),
];

fn why(list: &[(Opt, &'static str)], row: Opt) -> Option<&'static str> {
    list.iter().find(|(other, _)| *other == row).map(|(_, why)| *why)
}

/// Why a row is not tried here. What a NIC's own driver is set to, no device of the lab that carries traffic can change; a
/// tap's speed is set in `settings`.
fn untried(row: Opt) -> Option<&'static str> {
    let of_driver = option::driver::ALL.contains(&row).then_some("a veth device has no driver that could be set");
    why(&UNTRIED, row).or(of_driver)
}

/// Whether a bond must watch by ARP for the option to mean anything.
fn is_of_arp(row: Opt) -> bool {
    row == bond::ARP_ALL_TARGETS || (row.scope == Scope::Bond && row.modes == option::Modes::ARP)
}

/// The rows that change live in that mode and are tried here.
fn rows(scope: Scope, mode: BondMode) -> impl Iterator<Item = Opt> {
    let live = move |row: &Opt| row.class == Class::Live && row.modes.contains(mode);
    let tried = |row: &Opt| untried(*row).is_none() && why(&LOSING, *row).is_none();
    option::of(scope).iter().copied().filter(live).filter(tried)
}

/// Another value than the one that is there, which does not by itself ask for trouble, as the file spells it.
fn other(row: Opt, now: Option<&Value>) -> Result<String, Box<dyn Error>> {
    let texts: Vec<String> = match row.domain {
        // Counted in intervals of 100 ms.
        _ if [bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY].contains(&row) => words("200 300"),
        _ if row == bond::MIIMON => words("50 100"),
        _ if row == bond::ARP_INTERVAL => words("1500 1000"),
        _ if row == bond_port::QUEUE_ID => words("1 2"),
        // Of the active slave: it stays the best.
        _ if row == bond_port::PRIO => words("1 2"),
        // The three lowest bits can't be set.
        _ if row == bridge::GROUP_FWD_MASK => words("8 16"),
        // Both slaves are there.
        _ if row == bond::MIN_LINKS => words("2 1"),
        Domain::Number { min, max } => [min + 1, min + 2, max / 2].map(|n| row.show(&Value::Number(n))).to_vec(),
        Domain::Seconds { min, max } => {
            [min + 700, min + 300, max].map(|n| row.show(&Value::Number(n.min(max)))).to_vec()
        }
        Domain::Switch => words("on off"),
        Domain::Choice(names) | Domain::Flags(names) => {
            names.iter().rev().map(|(name, _)| (*name).to_owned()).collect()
        }
        Domain::Link => words("enp4s0 enp3s0"),
        Domain::Mac => words("02:00:00:00:00:01"),
        Domain::Ipv4s => vec!["192.168.1.1 192.168.1.9".to_owned(), "192.168.1.1".to_owned()],
        Domain::Ipv6s => vec!["2001:db8::1".to_owned()],
    };
    for text in texts {
        if Some(&row.parse(&text)?) != now {
            return Ok(text);
        }
    }
    Err(format!("no other value is known for {row:?} than {now:?}").into())
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// Number and count of carrier changes of each link of the host that carries the traffic.
type Marks = BTreeMap<String, (u32, Vec<u8>)>;

fn marks() -> Result<Marks, Box<dyn Error>> {
    let all = Linux::open()?.socket().dump(&raw::all_links())?;
    let mark = |payload: &[u8]| {
        let changes = raw::attribute(payload, &[libc::IFLA_CARRIER_CHANGES]).unwrap_or_default();
        (raw::name(payload), (raw::index(payload), changes.to_vec()))
    };
    let carrying = ["enp3s0", "enp4s0", "bond0", "vmbr0", "tap100i0"];
    let all = all.iter().map(|message| mark(&message.payload));
    let all: Marks = all.filter(|(name, _)| carrying.contains(&name.as_str())).collect();
    assert_eq!(all.len(), carrying.len(), "{all:?}");
    Ok(all)
}

/// The value of an option that the kernel has.
fn found(lab: &Lab, row: Opt) -> Result<Option<Value>, Box<dyn Error>> {
    Ok(options(&link(lab, Where::of(row.scope).link())?, row.scope).get(row).cloned())
}

/// Says another value of the option, reloads, and reads it back. Gives what was said.
fn change(lab: &Lab, mode: BondMode, base: &[&str], row: Opt) -> Result<String, Box<dyn Error>> {
    let line = format!("{} {}", row.key(), other(row, found(lab, row)?.as_ref())?);
    lab.file(&file(mode, base, Some((row, &line))))?;
    let ran = well(lab, "ifreload -a");
    let (_, text) = line.split_once(' ').ok_or("a line is a key and a value")?;
    let (has, wanted) = (found(lab, row)?, row.parse(text)?);
    assert!(has.as_ref().is_some_and(|has| is_near(row, has, &wanted)), "{line}: {has:?} is there\n{ran}");
    Ok(line)
}

/// Times go through the kernel's clock ticks.
fn is_near(row: Opt, has: &Value, wanted: &Value) -> bool {
    match (row.domain, has, wanted) {
        (Domain::Seconds { .. }, Value::Number(has), Value::Number(wanted)) => has.abs_diff(*wanted) <= 1,
        _ => has == wanted,
    }
}

/// What two flows saw, the guest's and the host's, while something ran.
fn watched<T>(
    site: &Site,
    guest: &Guest,
    lab: &Lab,
    work: impl FnOnce() -> T,
) -> Result<([Outage; 2], T), Box<dyn Error>> {
    let host = address("192.168.1.10/24").net.addr();
    let (outer, inner) = traffic::outage(&site.client.namespace, &guest.namespace, guest.address, || {
        traffic::outage(&site.client.namespace, &lab.host, host, work)
    })?;
    let (inner, value) = inner?;
    Ok(([outer, inner], value))
}

/// How often a host is tried on which a packet was lost or a carrier moved.
const TRIES: usize = 3;

/// Changes each of these rows in turn on a host of its own; what was tried. A machine that stands still for seconds costs
/// packets whatever is changed, and takes the ARP monitor its slaves: so another host is tried before it counts.
fn change_all(lab: &mut Lab, mode: BondMode, phases: &[(&[&str], Vec<Opt>)]) -> Result<(), Box<dyn Error>> {
    let venue = lab.venue();
    let once = || -> Result<String, String> {
        let lab = Lab::new(venue).map_err(|error| error.to_string())?;
        change_each(&lab, mode, phases).map_err(|error| error.to_string())
    };
    for tries in 1.. {
        match std::thread::scope(|scope| scope.spawn(once).join()) {
            Ok(Ok(told)) => {
                lab.note(told);
                if tries > 1 {
                    lab.note(format!("{mode}: on host number {tries}"));
                }
                break;
            }
            Ok(Err(_)) | Err(_) if tries < TRIES => {}
            Ok(Err(error)) => return Err(error.into()),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
    Ok(())
}

/// Changes each of these rows in turn while both flows run.
fn change_each(lab: &Lab, mode: BondMode, phases: &[(&[&str], Vec<Opt>)]) -> Result<String, Box<dyn Error>> {
    let site = Site::new(lab, mode)?;
    let (mut tried, mut guest, venue) = (Vec::new(), None, lab.venue());
    for (base, rows) in phases {
        lab.file(&file(mode, base, None))?;
        well(lab, "ifreload -a");
        runs(lab, "bond0")?;
        let guest = match &mut guest {
            Some(guest) => guest,
            None => guest.insert(Site::guest(lab)?),
        };
        let before = marks()?;
        let (flows, lines) = watched(&site, guest, lab, || {
            let one = |row: &Opt| -> Result<String, Box<dyn Error>> {
                let had = found(lab, *row)?;
                let is_shown =
                    had.is_some() || matches!(row.domain, Domain::Link | Domain::Mac | Domain::Ipv4s | Domain::Ipv6s);
                if venue == Venue::Native && !is_shown {
                    return Ok(format!("{} NOT TRIED, for this kernel does not know it", row.key()));
                }
                let line = change(lab, mode, base, *row)?;
                if let (Scope::Nic, Some(had)) = (row.scope, had) {
                    // It stays where the file leaves it out, and others may need it.
                    let back = format!("{} {}", row.key(), row.show(&had));
                    lab.file(&file(mode, base, Some((*row, &back))))?;
                    well(lab, "ifreload -a");
                    assert_eq!(found(lab, *row)?, Some(had), "{back}");
                }
                assert_eq!(marks()?, before, "{line}");
                Ok(line)
            };
            rows.iter().map(one).collect::<Result<Vec<_>, _>>()
        })?;
        let lines = lines?;
        for flow in flows {
            assert_eq!(flow.lost, 0, "{mode}: {flow}, while {lines:?}");
            assert!(flow.sent > rows.len(), "{flow}");
        }
        tried.extend(lines);
    }
    Ok(format!("{mode}: {} live changes, no packet lost: {}", tried.len(), tried.join(", ")))
}

const MII: &[&str] = &["bond-miimon 100"];
/// Long enough for a machine that stands still for a second.
const ARP: &[&str] = &["bond-arp-interval 1000", "bond-arp-ip-target 192.168.1.1"];
/// Without it the driver counts no target as heard, and `all` takes each slave down in turn (`slave_last_rx`).
const ARP_VALIDATED: &[&str] = &["bond-arp-interval 1000", "bond-arp-ip-target 192.168.1.1", "bond-arp-validate all"];

/// Every live row of a bond and its slaves in that mode.
fn bond_in(lab: &mut Lab, mode: BondMode) -> Result<(), Box<dyn Error>> {
    let all: Vec<Opt> = rows(Scope::Bond, mode).chain(rows(Scope::BondPort, mode)).collect();
    let of = |by_arp: bool| all.iter().copied().filter(move |row| is_of_arp(*row) == by_arp);
    let mut phases = vec![(MII, of(false).collect::<Vec<_>>())];
    phases.push((ARP, of(true).filter(|row| *row != bond::ARP_ALL_TARGETS).collect()));
    phases.push((ARP_VALIDATED, of(true).filter(|row| *row == bond::ARP_ALL_TARGETS).collect()));
    phases.retain(|(_, rows)| !rows.is_empty());
    change_all(lab, mode, &phases)
}

fn live_options_of_balance_rr(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::BalanceRr)
}

fn live_options_of_active_backup(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::ActiveBackup)
}

fn live_options_of_balance_xor(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::BalanceXor)
}

fn live_options_of_broadcast(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::Broadcast)
}

fn live_options_of_lacp(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::Lacp)
}

fn live_options_of_balance_tlb(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::BalanceTlb)
}

fn live_options_of_balance_alb(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::BalanceAlb)
}

fn live_options_of_bridges_ports_links_and_nics(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let scopes = [Scope::Bridge, Scope::BridgePort, Scope::Ipv4, Scope::Ipv6, Scope::Mpls, Scope::Nic];
    let all = scopes.into_iter().flat_map(|scope| rows(scope, BondMode::ActiveBackup)).collect();
    change_all(lab, BondMode::ActiveBackup, &[(MII, all)])
}

/// No row falls between the tests above and the two lists, and no list names what could be tried.
fn every_live_row_is_tried_or_says_why_not(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let scopes = [
        Scope::Bond,
        Scope::BondPort,
        Scope::Bridge,
        Scope::BridgePort,
        Scope::Ipv4,
        Scope::Ipv6,
        Scope::Mpls,
        Scope::Nic,
    ];
    let tried: BTreeSet<Opt> =
        scopes.iter().flat_map(|scope| BondMode::ALL.into_iter().flat_map(|mode| rows(*scope, mode))).collect();
    for row in option::all().filter(|row| row.class == Class::Live) {
        let listed = untried(row).or(why(&LOSING, row));
        assert_ne!(listed.is_some(), tried.contains(&row), "{row:?} is tried and has a reason not to be, or neither");
    }
    // What is listed as not there is not there: this kernel's bond, slaves and NICs do not show it.
    let _site = Site::new(lab, BondMode::Lacp)?;
    lab.file(&file(BondMode::Lacp, MII, None))?;
    well(lab, "ifreload -a");
    runs(lab, "bond0")?;
    if lab.venue() == Venue::Uml {
        for (row, why) in UNTRIED {
            let shown = found(lab, row)?;
            let is_fixed = row.scope == Scope::Nic && shown == Some(Value::Number(0));
            assert!(shown.is_none() || is_fixed, "{row:?} could be tried ({why}): {shown:?}");
        }
    }
    Ok(())
}

/// The rows that are known to lose packets: the value comes about, the devices stay, and the traffic goes on.
fn what_loses_packets_comes_back_and_keeps_the_devices(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let venue = lab.venue();
    for (row, why) in LOSING {
        let mode = if row.modes.contains(BondMode::ActiveBackup) { BondMode::ActiveBackup } else { BondMode::Lacp };
        // A host each: none starts with what another has left.
        let note = std::thread::scope(|scope| {
            let thread = scope.spawn(move || one_that_loses(venue, mode, row).map_err(|error| error.to_string()));
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })?;
        lab.note(format!("{note}: {why}"));
    }
    Ok(())
}

fn one_that_loses(venue: Venue, mode: BondMode, row: Opt) -> Result<String, Box<dyn Error>> {
    let lab = &Lab::new(venue)?;
    let site = Site::new(lab, mode)?;
    lab.file(&file(mode, MII, None))?;
    well(lab, "ifreload -a");
    runs(lab, "bond0")?;
    let guest = Site::guest(lab)?;
    let before = marks()?;
    let (flows, line) = watched(&site, &guest, lab, || -> Result<String, Box<dyn Error>> {
        let line = change(lab, mode, MII, row)?;
        site.until_it_answers(&guest)?;
        Ok(line)
    })?;
    let line = line?;
    let numbers = |marks: &Marks| marks.values().map(|mark| mark.0).collect::<Vec<_>>();
    assert_eq!(numbers(&marks()?), numbers(&before), "{line}: the devices stay");
    let slaves = ["enp3s0", "enp4s0"].map(|slave| link(lab, slave).ok().and_then(|link| link.master));
    assert_eq!(slaves, [Some(named("bond0")), Some(named("bond0"))], "{line}");
    Ok(format!("{mode}, {line}: guest: {}; host: {}", flows[0], flows[1]))
}
