//! Every option of the table, said in a file, applied, and read back from the kernel: in each mode that it means
//! something in, at the ends and in the middle of its range, or each of its choices.
//!
//! What the kernel refuses, bends or does not know must not pass as done. Which those are is found by trying; of the lab's
//! own kernel (6.1) the list is known.

use std::error::Error;

use bowline::ExitCode;
use lab::{Lab, Links, Venue, until};
use network::bond::MiiStatus;
use network::option::{self, Domain, bond};
use network::{BondMode, Change, Opt, Scope, Value};

use crate::program::{NOTHING, apply, link, options, try_apply};
use crate::raw::named;

lab::test!(
    every_option_of_a_balance_rr_bond,
    every_option_of_an_active_backup_bond,
    every_option_of_a_balance_xor_bond,
    every_option_of_a_broadcast_bond,
    every_option_of_an_lacp_bond,
    every_option_of_a_balance_tlb_bond,
    every_option_of_a_balance_alb_bond,
    every_option_of_a_bridge,
    every_option_of_a_bridge_port,
);

fn every_option_of_a_balance_rr_bond(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::BalanceRr, &["bond-queue-id 32767", "bond-queue-id 65535"])
}

fn every_option_of_an_active_backup_bond(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::ActiveBackup, &["bond-queue-id 32767", "bond-queue-id 65535"])
}

fn every_option_of_a_balance_xor_bond(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::BalanceXor, &["bond-queue-id 32767", "bond-queue-id 65535"])
}

fn every_option_of_a_broadcast_bond(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::Broadcast, &["bond-queue-id 32767", "bond-queue-id 65535"])
}

fn every_option_of_an_lacp_bond(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let not_of_6_1 = [
        "bond-ad-select actor_port_prio",
        "bond-broadcast-neighbor off",
        "bond-broadcast-neighbor on",
        "bond-lacp-strict off",
        "bond-lacp-strict on",
        "bond-queue-id 32767",
        "bond-queue-id 65535",
    ];
    bond_in(lab, BondMode::Lacp, &not_of_6_1)
}

fn every_option_of_a_balance_tlb_bond(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::BalanceTlb, &["bond-queue-id 32767", "bond-queue-id 65535"])
}

fn every_option_of_a_balance_alb_bond(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    bond_in(lab, BondMode::BalanceAlb, &["bond-queue-id 32767", "bond-queue-id 65535"])
}

fn every_option_of_a_bridge(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let not_of_6_1 = [
        "bridge-group-fwd-mask 32767",
        "bridge-group-fwd-mask 65535",
        "bridge-mcqi 21474836.97",
        "bridge-mcqi 42949672.95",
        "bridge-mcsqi 21474836.97",
        "bridge-mcsqi 42949672.95",
    ];
    let file = |line: &str| format!("auto vmbr0\niface vmbr0 inet manual\n\tbridge-ports nic0\n\t{line}\n");
    Links::open()?.dummy(&named("nic0"))?;
    let mut failed = Vec::new();
    for &option in option::of(Scope::Bridge) {
        failed.extend(tried(lab, option, "vmbr0", "vmbr0", file)?);
    }
    // A mask of frames that may be forwarded.
    failed.extend(tried_line(
        lab,
        option::bridge::GROUP_FWD_MASK,
        "bridge-group-fwd-mask 65528",
        "vmbr0",
        "vmbr0",
        file,
    )?);
    known(lab, &failed, &not_of_6_1);
    Ok(())
}

fn every_option_of_a_bridge_port(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let file = |line: &str| {
        format!("iface nic0 inet manual\n\t{line}\n\nauto vmbr0\niface vmbr0 inet manual\n\tbridge-ports nic0\n")
    };
    Links::open()?.dummy(&named("nic0"))?;
    let mut failed = Vec::new();
    for &option in option::of(Scope::BridgePort) {
        failed.extend(tried(lab, option, "nic0", "vmbr0", file)?);
    }
    known(lab, &failed, &[]);
    Ok(())
}

/// Tries every option of a bond and of its slaves in that mode. `not_of_6_1`: the lines that the lab's own kernel does not
/// honour.
fn bond_in(lab: &mut Lab, mode: BondMode, not_of_6_1: &[&str]) -> Result<(), Box<dyn Error>> {
    for nic in ["nic0", "nic1"] {
        Links::open()?.dummy(&named(nic))?;
    }
    let mut failed = Vec::new();
    for &option in option::of(Scope::Bond).iter().filter(|option| option.modes.contains(mode)) {
        if option == bond::MODE {
            // The file says it beside each of the others.
            continue;
        }
        let file = |line: &str| format!("{}\t{line}\n", bond_file(mode, option));
        if option == bond::ACTIVE_SLAVE {
            // It needs a bond that runs.
            apply(lab, &file(""))?;
            until("the slave's coming up", || {
                let port = link(lab, "nic1")?.bond_port;
                Ok(port.and_then(|port| port.state).is_some_and(|state| state.mii == MiiStatus::Up))
            })?;
        }
        failed.extend(tried(lab, option, "bond0", "bond0", file)?);
    }
    for &option in option::of(Scope::BondPort).iter().filter(|option| option.modes.contains(mode)) {
        let file = |line: &str| format!("iface nic1 inet manual\n\t{line}\n\n{}", bond_file(mode, option));
        failed.extend(tried(lab, option, "nic1", "bond0", file)?);
    }
    // A bond has 16 transmit queues; the table's range is what the attribute can say.
    let queue = option::bond_port::QUEUE_ID;
    let file = |line: &str| format!("iface nic1 inet manual\n\t{line}\n\n{}", bond_file(mode, queue));
    failed.extend(tried_line(lab, queue, "bond-queue-id 16", "nic1", "bond0", file)?);
    known(lab, &failed, not_of_6_1);
    assert_eq!(options(&link(lab, "bond0")?, Scope::Bond).number(bond::MODE), Some(mode.number()));
    Ok(())
}

/// A bond with two slaves and the monitor that the option needs, unless the option is about that itself.
fn bond_file(mode: BondMode, option: Opt) -> String {
    let arp = [bond::ARP_INTERVAL, bond::ARP_IP_TARGET, bond::ARP_VALIDATE, bond::ARP_ALL_TARGETS]
        .into_iter()
        .chain([bond::ARP_MISSED_MAX, bond::NS_IP6_TARGET]);
    let monitor = match option {
        _ if option == bond::MIIMON => "",
        _ if option == bond::ARP_INTERVAL => "\tbond-arp-ip-target 192.168.1.1\n",
        _ if option == bond::ARP_IP_TARGET => "\tbond-arp-interval 1000\n",
        _ if arp.into_iter().any(|arp| arp == option) => "\tbond-arp-interval 1000\n\tbond-arp-ip-target 192.168.1.1\n",
        _ => "\tbond-miimon 100\n",
    };
    format!("auto bond0\niface bond0 inet manual\n\tbond-slaves nic0 nic1\n\tbond-mode {mode}\n{monitor}")
}

/// Says the option in each of its spellings and each of some values, and gives back the lines that did not come about.
fn tried(
    lab: &Lab,
    option: Opt,
    of: &str,
    device: &str,
    file: impl Fn(&str) -> String,
) -> Result<Vec<String>, Box<dyn Error>> {
    let mut failed = Vec::new();
    for (n, value) in samples(option).iter().enumerate() {
        // One value tells that a spelling is understood.
        let spellings = if n == 1 { option.keys } else { &option.keys[..1] };
        for key in spellings {
            failed.extend(tried_line(lab, option, &format!("{key} {value}"), of, device, &file)?);
        }
    }
    Ok(failed)
}

/// Applies the file with that line: either the kernel then has just that, or the program says that it has not.
fn tried_line(
    lab: &Lab,
    option: Opt,
    line: &str,
    of: &str,
    device: &str,
    file: impl Fn(&str) -> String,
) -> Result<Option<String>, Box<dyn Error>> {
    let file = file(line);
    let said = try_apply(lab, &file)?;
    let shown = lab.host.observe()?.link(&named(of)).map(|link| options(link, option.scope)).unwrap_or_default();
    let found = shown.get(option).cloned();
    let (_, text) = line.split_once(' ').ok_or("a line is a key and a value")?;
    let wanted = rounded(option, option.parse(text)?);
    let outcome = match said.code {
        ExitCode::Success => {
            assert_eq!(found, Some(wanted), "{line} of {of} passed as done\n{file}\n{}", said.out);
            assert_eq!(try_apply(lab, &file)?.out, NOTHING, "{file}");
            None
        }
        ExitCode::Midway => {
            assert_ne!(found.as_ref(), Some(&wanted), "{line} of {of} came about\n{file}\n{}", said.out);
            assert!(said.out.contains(option.key()), "the option is named: {}", said.out);
            if found.is_none() && !shown.is_empty() {
                // Not in what the kernel shows: it does not know the option, and acknowledges it all the same.
                let again = try_apply(lab, &file)?;
                let unknown = format!("this kernel does not know {}", option.key());
                assert!(again.code == ExitCode::Midway && again.out.contains(&unknown), "{line} of {of}\n{again}");
            }
            Some(line.to_owned())
        }
        _ => panic!("{file}\n{}{}", said.out, said.err),
    };
    if outcome.is_some() {
        // What it left half done is no concern of the next. A device may not even have been made.
        if lab.host.observe()?.link(&named(device)).is_some() {
            lab.host.change(&[Change::Delete { link: named(device) }])?;
        }
    }
    Ok(outcome)
}

/// The driver keeps delays as counts of miimon, which is 100 here.
fn rounded(option: Opt, value: Value) -> Value {
    match value {
        Value::Number(number) if [bond::UPDELAY, bond::DOWNDELAY, bond::PEER_NOTIF_DELAY].contains(&option) => {
            Value::Number(number / 100 * 100)
        }
        value => value,
    }
}

/// Values as the file spells them: both ends and the middle, or each choice.
fn samples(option: Opt) -> Vec<String> {
    let texts = |texts: &[&str]| texts.iter().map(|&text| text.to_owned()).collect();
    match option.domain {
        // A bond that needs more links than it has slaves is refused before it comes to the kernel.
        _ if option == bond::MIN_LINKS => texts(&["0", "1", "2"]),
        Domain::Number { min, max } | Domain::Seconds { min, max } => {
            [min, min.midpoint(max), max].map(|number| option.show(&Value::Number(number))).to_vec()
        }
        Domain::Switch => texts(&["off", "on"]),
        Domain::Choice(choices) | Domain::Flags(choices) => {
            choices.iter().map(|(name, _)| (*name).to_owned()).collect()
        }
        Domain::Link => texts(&["nic0", "nic1"]),
        Domain::Mac => texts(&["02:00:00:00:00:01", "02:00:00:00:00:02"]),
        Domain::Ipv4s => {
            let most: Vec<String> = (1..=16).map(|n| format!("192.168.1.{n}")).collect();
            vec!["192.168.1.1".to_owned(), "192.168.1.1 192.168.1.2".to_owned(), most.join(" ")]
        }
        Domain::Ipv6s => {
            let most: Vec<String> = (1..=16).map(|n| format!("2001:db8::{n:x}")).collect();
            vec!["2001:db8::1".to_owned(), "2001:db8::1 2001:db8::2".to_owned(), most.join(" ")]
        }
    }
}

/// Holds what did not come about against the list for the lab's own kernel. Another kernel has a list of its own.
fn known(lab: &mut Lab, failed: &[String], not_of_6_1: &[&str]) {
    if lab.venue() == Venue::Uml {
        assert_eq!(failed, not_of_6_1);
    } else if !failed.is_empty() {
        lab.note(format!("not honoured by this kernel: {}", failed.join(", ")));
    }
}
