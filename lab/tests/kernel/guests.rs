//! Guests and what Proxmox makes for them stay where they are, whatever the file changes; a bridge keeps its address.

use std::error::Error;

use bowline::ExitCode;
use lab::{Lab, Links};
use network::{Change, Device, IfName, Link, Network, Vid, VlanProtocol};

use crate::program::{apply, link, try_apply};
use crate::raw::named;

lab::test!(
    a_reload_leaves_guests_and_what_proxmox_made_alone,
    a_bridge_that_guests_use_becomes_nothing_else,
    a_bridge_keeps_its_address_when_ports_and_guests_come_and_go,
    a_late_slave_is_adopted,
);

/// A bridge on a NIC, with more lines.
fn bridge(ports: &str, more: &str) -> String {
    format!(
        "auto vmbr0\niface vmbr0 inet static\n\taddress 192.168.1.10/24\n\tbridge-ports {ports}\n\tbridge-stp off\n\
         \tbridge-fd 0\n{more}"
    )
}

fn nics() -> Result<(), Box<dyn Error>> {
    ["enp3s0", "enp4s0"].iter().try_for_each(|nic| Ok(Links::open()?.dummy(&named(nic))?))
}

/// Makes a device as Proxmox does, up and in that bridge.
fn plug_in(lab: &Lab, name: &str, bridge: &str) -> Result<(), Box<dyn Error>> {
    Links::open()?.dummy(&named(name))?;
    lab.host.change(&[
        Change::SetMaster { link: named(name), master: Some(named(bridge)) },
        Change::SetUp { link: named(name), up: true },
    ])?;
    Ok(())
}

/// What Proxmox makes for a guest on VLAN 10 of a bridge that does not filter: a VLAN device on the uplink, and a bridge.
fn vlan_guest(lab: &Lab) -> Result<(), Box<dyn Error>> {
    let (uplink, bridge) = (named("enp3s0.10"), named("vmbr0v10"));
    let vlan = Device::Vlan { lower: named("enp3s0"), vid: Vid::new(10)?, protocol: VlanProtocol::Dot1Q };
    lab.host.change(&[
        Change::Create { link: uplink.clone(), device: vlan, mac: None, mtu: None },
        Change::Create {
            link: bridge.clone(),
            device: Device::Bridge { options: network::Options::default() },
            mac: None,
            mtu: None,
        },
        Change::SetMaster { link: uplink.clone(), master: Some(bridge.clone()) },
        Change::SetUp { link: uplink, up: true },
        Change::SetUp { link: bridge, up: true },
    ])?;
    plug_in(lab, "tap101i0", "vmbr0v10")
}

const STRANGERS: [&str; 7] = ["tap100i0", "fwpr102p0", "fwln102i0", "fwbr102i0", "enp3s0.10", "vmbr0v10", "tap101i0"];

/// The links that are not the file's.
fn strangers(network: &Network) -> Vec<Link> {
    STRANGERS.iter().filter_map(|name| network.link(&named(name)).cloned()).collect()
}

fn a_reload_leaves_guests_and_what_proxmox_made_alone(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    apply(lab, &bridge("enp3s0", ""))?;
    plug_in(lab, "tap100i0", "vmbr0")?;
    plug_in(lab, "fwpr102p0", "vmbr0")?;
    let firewall = Device::Bridge { options: network::Options::default() };
    lab.host.change(&[
        Change::Create { link: named("fwbr102i0"), device: firewall, mac: None, mtu: None },
        Change::SetUp { link: named("fwbr102i0"), up: true },
    ])?;
    plug_in(lab, "fwln102i0", "fwbr102i0")?;
    vlan_guest(lab)?;
    let before = strangers(&lab.host.observe()?);
    assert_eq!(before.len(), STRANGERS.len());
    for file in [
        bridge("enp3s0", "\tbridge-ageing 100\n\tbridge-mcsnoop off\n\tip-forward on\n"),
        bridge("enp3s0 enp4s0", ""),
        bridge("enp3s0", "\tbridge-portmcfl on\n").replace("192.168.1.10", "192.168.1.11"),
        bridge("enp3s0", "\nauto vmbr1\niface vmbr1\n\tbridge-ports enp4s0\n\tbridge-stp off\n\tbridge-fd 0\n"),
    ] {
        apply(lab, &file)?;
        let now = strangers(&lab.host.observe()?);
        assert_eq!(now, before, "{file}");
    }
    Ok(())
}

fn a_bridge_that_guests_use_becomes_nothing_else(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    apply(lab, &bridge("enp3s0", ""))?;
    plug_in(lab, "tap100i0", "vmbr0")?;
    let before = link(lab, "vmbr0")?;
    let ran = try_apply(
        lab,
        "auto vmbr0\niface vmbr0 inet static\n\taddress 192.168.1.10/24\n\tbond-slaves enp3s0\n\nauto enp4s0\niface enp4s0\n\
         \tmtu 1400\n",
    )?;
    assert_ne!(ran.code, ExitCode::Success, "{ran}");
    assert!(ran.to_string().contains("a guest uses (tap100i0)"), "{ran}");
    assert_eq!(link(lab, "vmbr0")?.index(), before.index(), "{ran}");
    assert_eq!(link(lab, "enp4s0")?.mtu, Some(1400), "the rest comes about: {ran}");
    Ok(())
}

fn a_bridge_keeps_its_address_when_ports_and_guests_come_and_go(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    let mac = |lab: &Lab, name: &str| -> Result<_, Box<dyn Error>> { Ok(link(lab, name)?.mac) };
    // A dummy is no NIC to the plan: it leaves a bridge where the file names it.
    let bridge = |ports: &str| bridge(ports, "\nauto enp3s0\niface enp3s0 inet manual\n");
    apply(lab, &bridge("enp3s0 enp4s0"))?;
    let first = mac(lab, "enp3s0")?;
    assert_eq!(mac(lab, "vmbr0")?, first);
    // The kernel by itself takes the least address of all ports.
    plug_in(lab, "tap100i0", "vmbr0")?;
    let least = "00:00:00:00:00:01".parse()?;
    lab.host.change(&[Change::SetMac { link: named("tap100i0"), mac: least }])?;
    assert_eq!(mac(lab, "vmbr0")?, first);
    apply(lab, &bridge("enp4s0"))?;
    assert_eq!(mac(lab, "vmbr0")?, first);
    // One that others made, and that the kernel gave its port's address.
    lab.host.change(&[
        Change::Delete { link: named("vmbr0") },
        Change::Create {
            link: named("vmbr0"),
            device: Device::Bridge { options: network::Options::default() },
            mac: None,
            mtu: None,
        },
        Change::SetMaster { link: named("enp3s0"), master: Some(named("vmbr0")) },
    ])?;
    assert_eq!(mac(lab, "vmbr0")?, first);
    apply(lab, &bridge("enp4s0"))?;
    assert_eq!(mac(lab, "vmbr0")?, first);
    assert_eq!(link(lab, "enp3s0")?.master, None::<IfName>);
    Ok(())
}

fn a_late_slave_is_adopted(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    Links::open()?.dummy(&named("enp3s0"))?;
    let file = "auto bond0\niface bond0 inet static\n\taddress 192.168.1.10/24\n\tbond-slaves enp3s0 enp4s0\n\
                \tbond-mode active-backup\n\tbond-miimon 100\n";
    let ran = try_apply(lab, file)?;
    assert!(ran.to_string().contains("no interface enp4s0"), "{ran}");
    let slaves = |lab: &Lab| -> Result<usize, Box<dyn Error>> {
        Ok(link(lab, "bond0")?.bond().map_or(0, |bond| bond.slaves.len()))
    };
    assert_eq!(slaves(lab)?, 1, "the other carries the bond: {ran}");
    let before = link(lab, "bond0")?;
    Links::open()?.dummy(&named("enp4s0"))?;
    apply(lab, file)?;
    assert_eq!(slaves(lab)?, 2);
    let now = link(lab, "bond0")?;
    assert_eq!((now.index(), now.mac), (before.index(), before.mac));
    Ok(())
}
