//! The faces of ifupdown2 as Proxmox, its units and udev call them.

use std::error::Error;
use std::os::unix::fs::PermissionsExt;

use ifupdown::ExitCode;
use lab::watch::Requests;
use lab::{Lab, traffic};
use network::{Change, Link, Network};

use crate::apply::{NICS, address, example, site};
use crate::face::{call, well, without_a_change};
use crate::raw::named;

lab::test!(
    what_proxmox_asks_first,
    every_example_is_reloaded_and_then_left_alone,
    a_failing_interface_is_told_and_stops_no_other,
    the_lock_keeps_a_second_one_out,
    sdn_reads_a_check_as_json,
    the_units_bring_up_and_down,
    a_late_slave_is_adopted,
    hooks_and_scripts_run_when_something_changes,
    what_hooks_do_is_not_undone,
    what_the_file_forgot_goes_and_guests_stay,
    a_zone_of_sdn_comes_and_goes,
    apply_and_reload_remember_for_each_other,
);
lab::test!(alone: a_hundred_reloads_cost_no_packet);

fn link(lab: &Lab, name: &str) -> Result<Option<Link>, Box<dyn Error>> {
    Ok(lab.host.observe()?.link(&named(name)).cloned())
}

pub(crate) fn has_address(network: &Network, link: &str, text: &str) -> bool {
    let link = network.link(&named(link));
    link.is_some_and(|link| link.addresses.iter().any(|a| a.is_same(&address(text))))
}

fn what_proxmox_asks_first(lab: &mut Lab) {
    let ran = well(lab, "ifreload -V");
    assert_eq!(ran.out, ifupdown::version::line());
}

fn every_example_is_reloaded_and_then_left_alone(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let _site = site(lab)?;
    let requests = Requests::watch()?;
    for name in ["active-backup", "lacp-vlan-aware", "guests-and-storage", "lacp", "single-nic"] {
        lab.file(&example(name)?)?;
        well(lab, "ifreload -a");
        for _ in 0..2 {
            without_a_change(lab, &requests, "ifreload -a")?;
        }
        without_a_change(lab, &requests, "ifquery -a -c -o json")?;
    }
    let network = lab.host.observe()?;
    assert!(network.link(&named("bond0")).is_none(), "the last example has no bond, and the others' were made here");
    Ok(())
}

fn a_failing_interface_is_told_and_stops_no_other(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let _site = site(lab)?;
    let too_much =
        "auto enp6s0\niface enp6s0 inet static\n    address 10.6.0.1/24\n    hwaddress 01:00:5e:00:00:01\n\n";
    lab.file(&(too_much.to_owned() + &example("active-backup")?))?;
    let ran = call(lab, "ifreload -a");
    assert_eq!(ran.code, ExitCode::Failure, "{ran}");
    // What Proxmox's task log shows: `(warning|error): (\S+):`.
    assert!(ran.err.lines().any(|line| line.starts_with("error: enp6s0: ")), "{ran}");
    assert!(ran.err.lines().all(|line| line.starts_with("error: ") || line.starts_with("warning: ")), "{ran}");
    let network = lab.host.observe()?;
    assert!(has_address(&network, "vmbr0", "192.168.1.10/24"), "{ran}");
    assert!(has_address(&network, "enp6s0", "10.6.0.1/24"), "the address does not depend on the MAC: {ran}");
    lab.file(&example("active-backup")?)?;
    well(lab, "ifreload -a");
    assert!(!has_address(&lab.host.observe()?, "enp6s0", "10.6.0.1/24"), "the file no longer names it");
    Ok(())
}

fn the_lock_keeps_a_second_one_out(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    lab.file("auto lo\niface lo inet loopback\n")?;
    let lock = record::lock::take(&lab.folder().join("run/network/.lock"))?;
    let ran = call(lab, "ifreload -a");
    assert_eq!(ran.code.number(), 89, "{ran}");
    assert_eq!(ran.err, "error: Another instance of this program is already running.\n");
    drop(lock);
    well(lab, "ifreload -a");
    Ok(())
}

fn sdn_reads_a_check_as_json(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let _site = site(lab)?;
    lab.file(&example("lacp-vlan-aware")?)?;
    well(lab, "ifreload -a");
    let check = |lab: &Lab| -> Result<(ExitCode, serde_json::Value), Box<dyn Error>> {
        let ran = call(lab, "ifquery -a -c -o json");
        Ok((ran.code, serde_json::from_str(&ran.out)?))
    };
    let (code, list) = check(lab)?;
    assert_eq!(code, ExitCode::Success, "{list:#}");
    let all = list.as_array().ok_or("no list")?;
    assert!(all.iter().all(|entry| entry["status"] == "pass" && entry["auto"] == true), "{list:#}");
    lab.host.change(&[Change::Delete { link: named("vmbr0") }])?;
    let (code, list) = check(lab)?;
    assert_eq!(code, ExitCode::Failure);
    let bridge = list.as_array().and_then(|all| all.iter().find(|entry| entry["name"] == "vmbr0"));
    let bridge = bridge.ok_or("no vmbr0")?;
    assert_eq!((&bridge["status"], bridge["config"].as_object().map(|c| c.len())), (&"fail".into(), Some(0)));
    Ok(())
}

/// networking.service, as its start-networking runs it.
fn the_units_bring_up_and_down(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let _site = site(lab)?;
    lab.file(&(example("guests-and-storage")? + "\nallow-mgmt enp9s0\niface enp9s0 inet dhcp\n"))?;
    assert_eq!(call(lab, "ifquery --list --allow=mgmt").out, "enp9s0\n");
    assert_eq!(call(lab, "ifquery --list --allow=hotplug").code, ExitCode::Failure);
    well(lab, "ifup -a --perfmode --systemd -X ^vmbr1$");
    assert!(link(lab, "vmbr0")?.is_some() && link(lab, "vmbr1")?.is_none());
    well(lab, "ifup -a -v --perfmode --systemd");
    assert!(link(lab, "vmbr1")?.is_some());
    well(lab, "ifdown -a");
    for gone in ["vmbr0", "vmbr1", "bond0", "bond1"] {
        assert!(link(lab, gone)?.is_none(), "{gone}");
    }
    for nic in NICS {
        assert_eq!(link(lab, nic)?.and_then(|link| link.up), Some(false), "{nic}");
    }
    assert_eq!(link(lab, "lo")?.map(|lo| lo.kind), Some(network::Kind::Loopback));
    Ok(())
}

/// ifup@.service, which udev starts when a NIC appears.
fn a_late_slave_is_adopted(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let site = site(lab)?;
    let file = example("active-backup")?.replace("auto enp4s0", "allow-hotplug enp4s0");
    lab.file(&file)?;
    lab.host.change(&[Change::Delete { link: named("enp4s0") }])?;
    let ran = well(lab, "ifreload -a");
    assert!(ran.err.contains("warning: bond0: "), "{ran}");
    let _cable = lab.cable("enp4s0", &site.switch, "port-late")?;
    well(lab, "ifup --allow=hotplug enp4s0");
    assert_eq!(link(lab, "enp4s0")?.and_then(|nic| nic.master), Some(named("bond0")));
    let requests = Requests::watch()?;
    without_a_change(lab, &requests, "ifreload -a")
}

fn hooks_and_scripts_run_when_something_changes(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let _site = site(lab)?;
    let told = lab.folder().join("told");
    let hook = format!("    up echo $IFACE $PHASE $MODE $ADDRFAM >>{}\n", told.display());
    let file = example("single-nic")? + &hook;
    lab.file(&file)?;
    let folder = lab.folder().join("etc/network/if-up.d");
    std::fs::create_dir_all(&folder)?;
    let script = folder.join("tell");
    std::fs::write(&script, format!("#!/bin/sh\necho script $IFACE $IF_BRIDGE_PORTS >>{}\n", told.display()))?;
    std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755))?;
    well(lab, "ifreload -a");
    let read = || std::fs::read_to_string(&told);
    let first = read()?;
    assert!(first.contains("vmbr0 up start inet\nscript vmbr0 enp3s0\n"), "{first}");
    well(lab, "ifreload -a");
    assert_eq!(read()?, first, "nothing changed");
    lab.host.change(&[Change::SetUp { link: named("vmbr0"), up: false }])?;
    well(lab, "ifreload -a");
    assert_eq!(read()?.strip_prefix(&first), Some("vmbr0 up start inet\nscript vmbr0 enp3s0\n"));
    Ok(())
}

fn what_hooks_do_is_not_undone(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let _site = site(lab)?;
    let hooks =
        "    up ip address add 198.51.100.7/32 dev $IFACE\n    up ip route add 203.0.113.0/24 via 192.168.1.1\n";
    let base = example("single-nic")?;
    lab.file(&(base.clone() + hooks))?;
    well(lab, "ifreload -a");
    assert!(has_address(&lab.host.observe()?, "vmbr0", "198.51.100.7/32"));
    let requests = Requests::watch()?;
    without_a_change(lab, &requests, "ifreload -a")?;
    let network = lab.host.observe()?;
    assert!(has_address(&network, "vmbr0", "198.51.100.7/32"));
    assert!(network.routes.iter().any(|route| route.destination.to_string() == "203.0.113.0/24"));
    // The hook goes, and its address with it: the file is the whole of what it says.
    lab.file(&base)?;
    well(lab, "ifreload -a");
    assert!(!has_address(&lab.host.observe()?, "vmbr0", "198.51.100.7/32"));
    Ok(())
}

fn what_the_file_forgot_goes_and_guests_stay(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let _site = site(lab)?;
    let base = example("active-backup")?;
    let more = "\nauto vmbr5\niface vmbr5 inet manual\n    bridge-ports none\n\nauto vmbr6\niface vmbr6 inet manual\n    bridge-ports none\n";
    lab.file(&(base.clone() + more))?;
    well(lab, "ifreload -a");
    let _guest = lab.guest("veth100i0", "vmbr5", address("10.5.0.2/24"))?;
    lab.file(&base)?;
    let ran = well(lab, "ifreload -a");
    assert_eq!(ran.err, "warning: vmbr5: not taken down: guests or others are attached to it: veth100i0\n");
    assert!(link(lab, "vmbr6")?.is_none());
    assert_eq!(link(lab, "veth100i0")?.and_then(|port| port.master), Some(named("vmbr5")));
    let ran = call(lab, "ifdown vmbr5");
    assert_eq!(ran.code, ExitCode::Failure, "{ran}");
    assert!(ran.err.contains("veth100i0; --force takes it down all the same"), "{ran}");
    let _guest = lab.guest("veth101i0", "vmbr0", address("192.168.1.50/24"))?;
    let requests = Requests::watch()?;
    let ((), seen) = requests.during(|| _ = call(lab, "ifreload -a"))?;
    assert!(seen.iter().all(|request| request.is_read()), "{seen:?}");
    Ok(())
}

/// A guest talks through bridge and bond while its host is told a hundred times what it knows already.
fn a_hundred_reloads_cost_no_packet(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let site = site(lab)?;
    let client = site.client(address("192.168.1.50/24"))?;
    lab.file(&example("active-backup")?)?;
    well(lab, "ifreload -a");
    let guest = lab.guest("tap100i0", "vmbr0", address("192.168.1.100/24"))?;
    let requests = Requests::watch()?;
    let (outage, seen) = traffic::outage(&client.namespace, &guest.namespace, guest.address, || {
        requests.during(|| (0..100).all(|_| call(lab, "ifreload -a").code == ExitCode::Success))
    })?;
    let (all_went_well, seen) = seen?;
    assert!(all_went_well);
    assert!(seen.len() > 100, "the monitor heard each of them look: {seen:?}");
    let writes: Vec<_> = seen.iter().filter(|request| !request.is_read()).collect();
    assert_eq!(writes.len(), 0, "{writes:?}");
    assert_eq!(outage.lost, 0, "{outage}");
    lab.note(format!("a hundred reloads: {outage}"));
    Ok(())
}

/// What SDN writes to interfaces.d/sdn: type-less stanzas, sourced, of a VXLAN zone.
fn a_zone_of_sdn_comes_and_goes(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let _site = site(lab)?;
    let base = example("single-nic")? + "\nsource /etc/network/interfaces.d/*\n";
    let root = lab.file(&base)?;
    let zone = "#version:7\n\nauto vnet1\niface vnet1\n\tbridge_ports vxlan_vnet1\n\tbridge_stp off\n\tbridge_fd 0\n\tmtu 1450\n\n\
        auto vxlan_vnet1\niface vxlan_vnet1\n\tvxlan-id 100\n\tvxlan_remoteip 192.168.1.11\n\tvxlan_remoteip 192.168.1.12\n\tmtu 1450\n";
    let folder = root.join("etc/network/interfaces.d");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("sdn"), zone)?;
    well(lab, "ifreload -a");
    let requests = Requests::watch()?;
    without_a_change(lab, &requests, "ifreload -a")?;
    let ran = call(lab, "ifquery -a -c -o json");
    let list: serde_json::Value = serde_json::from_str(&ran.out)?;
    let status = |name: &str| list.as_array()?.iter().find(|entry| entry["name"] == name)?["status"].as_str();
    assert_eq!((status("vnet1"), status("vxlan_vnet1")), (Some("pass"), Some("pass")), "{list:#}");
    let _guest = lab.guest("tap100i0", "vnet1", address("10.0.0.5/24"))?;
    std::fs::write(folder.join("sdn"), "#version:8\n")?;
    let ran = call(lab, "ifreload -a");
    assert_eq!(ran.err, "warning: vnet1: not taken down: guests or others are attached to it: tap100i0\n", "{ran}");
    assert!(link(lab, "vxlan_vnet1")?.is_none() && link(lab, "vnet1")?.is_some());
    lab.host.change(&[Change::Delete { link: named("tap100i0") }])?;
    well(lab, "ifreload -a");
    assert!(link(lab, "vnet1")?.is_none());
    Ok(())
}

/// `bowline apply` and `ifreload` have one memory: what the one did is not new to the other, and each takes away what the
/// other made.
fn apply_and_reload_remember_for_each_other(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let _site = site(lab)?;
    let log = lab.folder().join("log");
    let with = |hook: &str| {
        format!(
            "auto enp3s0\niface enp3s0 inet manual\n\nauto vmbr0\niface vmbr0 inet static\n    address 192.0.2.10/24\n    \
             bridge-ports enp3s0\n    up echo {hook} >>{}\n\nauto vmbr1\niface vmbr1 inet manual\n    \
             bridge-ports none\n",
            log.display()
        )
    };
    let ran = || std::fs::read_to_string(&log).unwrap_or_default();
    crate::apply::apply(lab, &with("one"))?;
    assert_eq!(ran(), "", "apply runs no hooks");
    let requests = Requests::watch()?;
    without_a_change(lab, &requests, "ifreload -a")?;
    assert_eq!(ran(), "one\n", "they had not run for these lines");
    crate::apply::apply(lab, &with("one"))?;
    without_a_change(lab, &requests, "ifreload -a")?;
    assert_eq!(ran(), "one\n", "they do not run again");

    // What the one made, the other takes away once the file forgets it.
    let only_nic = "auto enp3s0\niface enp3s0 inet manual\n";
    crate::apply::apply(lab, only_nic)?;
    assert!(link(lab, "vmbr0")?.is_none() && link(lab, "vmbr1")?.is_none());
    lab.file(&with("two"))?;
    well(lab, "ifreload -a");
    crate::apply::apply(lab, only_nic)?;
    assert!(link(lab, "vmbr0")?.is_none(), "ifreload made it, apply took it away");
    crate::apply::apply(lab, &with("two"))?;
    lab.file(only_nic)?;
    well(lab, "ifreload -a");
    assert!(link(lab, "vmbr0")?.is_none(), "apply made it, ifreload took it away");
    crate::apply::verify(lab);
    Ok(())
}
