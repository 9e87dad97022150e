//! Devices of other kinds: made, read back, changed in place where the kernel can, made anew where it can't.

use std::error::Error;

use lab::{Lab, Links};
use network::given::Vxlan;
use network::{Given, IfName, Kind};

use crate::program::{apply, link};
use crate::raw::named;

lab::test!(
    every_kind_is_made_and_read_back,
    a_vxlan_device_of_sdn_keeps_its_bridge_and_changes_its_ends,
    a_tunnel_changes_its_ends_in_place,
    links_go_into_a_vrf_and_out_again,
    vlans_in_vlans,
);

fn index(lab: &Lab, name: &str) -> Result<Option<u32>, Box<dyn Error>> {
    Ok(link(lab, name)?.index().map(|index| index.0))
}

fn every_kind_is_made_and_read_back(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    Links::open()?.dummy(&named("enp3s0"))?;
    let base = "auto enp3s0\niface enp3s0\n\taddress 192.0.2.1/24\n\taddress 2001:db8::1/64\n\n";
    let mut tables = Vec::new();
    for (name, lines) in [
        ("d0", "link-type dummy"),
        ("ve0", "link-type veth\n\tveth-peer-name ve1"),
        ("red", "vrf-table 1001"),
        ("blue", "vrf-table auto\n\nauto red\niface red\n\tvrf-table 1001"),
        ("x7", "vxlan-id 7\n\tvxlan-local-tunnelip 192.0.2.1\n\tvxlan-learning off\n\tvxlan-ageing 60"),
        ("x8", "vxlan-id 8\n\tvxlan-svcnodeip 239.1.1.1\n\tvxlan-physdev enp3s0\n\tvxlan-port 4790\n\tvxlan-ttl 9"),
        ("x9", "vxlan-id 9\n\tvxlan-remoteip 192.0.2.2 192.0.2.3"),
        ("g1", "tunnel-mode gre\n\ttunnel-local 192.0.2.1\n\ttunnel-endpoint 192.0.2.9\n\ttunnel-ttl 64"),
        ("g2", "tunnel-mode gretap\n\ttunnel-local 192.0.2.1\n\ttunnel-endpoint 192.0.2.9\n\ttunnel-dev enp3s0"),
        ("i1", "tunnel-mode ipip\n\ttunnel-local 192.0.2.1\n\ttunnel-endpoint 192.0.2.9"),
        ("s1", "tunnel-mode sit\n\ttunnel-local 192.0.2.1\n\ttunnel-endpoint 192.0.2.9\n\ttunnel-ttl 32"),
        ("v1", "tunnel-mode vti\n\ttunnel-local 192.0.2.1\n\ttunnel-endpoint 192.0.2.9"),
        ("g6", "tunnel-mode ip6gre\n\ttunnel-local 2001:db8::1\n\ttunnel-endpoint 2001:db8::9"),
        ("i6", "tunnel-mode ipip6\n\ttunnel-local 2001:db8::1\n\ttunnel-endpoint 2001:db8::9"),
        ("t6", "tunnel-mode ip6ip6\n\ttunnel-local 2001:db8::1\n\ttunnel-endpoint 2001:db8::8"),
    ] {
        let file = format!("{base}auto {name}\niface {name}\n\t{lines}\n");
        // `apply` applies twice: the second time there is nothing to do, so all of it reads back.
        apply(lab, &file)?;
        let found = link(lab, name)?;
        assert_eq!(found.up, Some(true), "{file}");
        if let Kind::Given(Given::Vrf { table }) = found.kind {
            tables.push(table);
        }
    }
    assert_eq!(tables, [Some(1001), Some(1002)]);
    Ok(())
}

fn vxlan(lab: &Lab, name: &str) -> Result<Vxlan, Box<dyn Error>> {
    match link(lab, name)?.kind {
        Kind::Given(Given::Vxlan(vxlan)) => Ok(vxlan),
        other => Err(format!("{name} is {other:?}").into()),
    }
}

fn a_vxlan_device_of_sdn_keeps_its_bridge_and_changes_its_ends(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    Links::open()?.dummy(&named("enp3s0"))?;
    // As Proxmox's SDN writes a zone of the kind VXLAN.
    let file = |remotes: &[&str]| {
        let remotes: String = remotes.iter().map(|remote| format!("\tvxlan_remoteip {remote}\n")).collect();
        format!(
            "auto enp3s0\niface enp3s0\n\taddress 192.0.2.1/24\n\nauto vnet1\niface vnet1\n\
             \tbridge_ports vxlan_vnet1\n\tbridge_stp off\n\tbridge_fd 0\n\tmtu 1450\n\n\
             auto vxlan_vnet1\niface vxlan_vnet1\n\tvxlan-id 11\n{remotes}\tmtu 1450\n"
        )
    };
    apply(lab, &file(&["192.0.2.2", "192.0.2.3"]))?;
    let before = index(lab, "vxlan_vnet1")?;
    apply(lab, &file(&["192.0.2.3", "192.0.2.4", "192.0.2.5"]))?;
    let now = vxlan(lab, "vxlan_vnet1")?;
    let ends: Vec<String> = now.remotes.iter().map(ToString::to_string).collect();
    assert_eq!(ends, ["192.0.2.3", "192.0.2.4", "192.0.2.5"]);
    assert_eq!((now.id, now.port), (Some(11), Some(Vxlan::PORT)));
    assert_eq!(index(lab, "vxlan_vnet1")?, before, "it is the same device");
    assert_eq!(link(lab, "vxlan_vnet1")?.master, Some(named("vnet1")));
    // Another id makes another device.
    apply(lab, &file(&["192.0.2.3"]).replace("vxlan-id 11", "vxlan-id 12\n\tvxlan-learning no"))?;
    let now = vxlan(lab, "vxlan_vnet1")?;
    assert_eq!((now.id, now.learning, now.remotes.len()), (Some(12), Some(false), 1));
    assert_ne!(index(lab, "vxlan_vnet1")?, before);
    Ok(())
}

fn a_tunnel_changes_its_ends_in_place(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let file = |mode: &str, local: &str, end: &str| {
        format!(
            "auto t0\niface t0\n\taddress 10.9.0.1/30\n\ttunnel-mode {mode}\n\ttunnel-local {local}\n\
             \ttunnel-endpoint {end}\n\ttunnel-ttl 64\n"
        )
    };
    for (mode, local, ends) in [
        ("gre", "192.0.2.1", ["192.0.2.8", "192.0.2.9"]),
        ("ipip", "192.0.2.1", ["192.0.2.8", "192.0.2.9"]),
        ("sit", "192.0.2.1", ["192.0.2.8", "192.0.2.9"]),
        ("ip6gre", "2001:db8::1", ["2001:db8::8", "2001:db8::9"]),
        ("ip6ip6", "2001:db8::1", ["2001:db8::8", "2001:db8::9"]),
    ] {
        apply(lab, &file(mode, local, ends[0]))?;
        let before = index(lab, "t0")?;
        apply(lab, &file(mode, local, ends[1]))?;
        assert_eq!(index(lab, "t0")?, before, "{mode}: it is the same device");
    }
    Ok(())
}

fn links_go_into_a_vrf_and_out_again(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    for nic in ["enp3s0", "enp4s0"] {
        Links::open()?.dummy(&named(nic))?;
    }
    let file = |vrf: &str| {
        format!(
            "auto red\niface red\n\tvrf-table auto\n\nauto enp3s0\niface enp3s0\n\taddress 192.0.2.1/24\n\
             \taddress 2001:db8::1/64\n\tgateway 192.0.2.254\n{vrf}\nauto enp4s0\niface enp4s0\n\taddress 192.0.3.1/24\n"
        )
    };
    apply(lab, &file(""))?;
    apply(lab, &file("\tvrf red\n"))?;
    assert_eq!(link(lab, "enp3s0")?.master, Some(named("red")));
    assert_eq!(link(lab, "enp4s0")?.master, None::<IfName>);
    let tables = |lab: &Lab| -> Result<Vec<u32>, Box<dyn Error>> {
        let routes = lab.host.observe()?.routes;
        Ok(routes.iter().filter(|route| route.is_default()).map(|route| route.table).collect())
    };
    assert_eq!(tables(lab)?, [1001]);
    apply(lab, &file(""))?;
    assert_eq!(link(lab, "enp3s0")?.master, None::<IfName>);
    let addresses = link(lab, "enp3s0")?.addresses;
    assert_eq!(addresses.iter().filter(|address| !address.dynamic).count(), 2, "{addresses:?}");
    assert_eq!(tables(lab)?, [254]);
    Ok(())
}

fn vlans_in_vlans(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    for nic in ["enp3s0", "enp4s0"] {
        Links::open()?.dummy(&named(nic))?;
    }
    apply(
        lab,
        "auto bond0\niface bond0\n\tbond-slaves enp3s0\n\tbond-mode active-backup\n\tbond-miimon 100\n\n\
         auto bond0.100\niface bond0.100\n\tvlan-protocol 802.1ad\n\nauto bond0.100.20\niface bond0.100.20\n\
         \taddress 192.0.2.1/24\n\nauto vmbr0\niface vmbr0\n\tbridge-ports enp4s0\n\tbridge-stp off\n\
         \tbridge-fd 0\n\tbridge-vlan-aware yes\n\tbridge-vlan-protocol 802.1ad\n\nauto vmbr0.30\niface vmbr0.30\n\
         \tvlan-protocol 802.1ad\n\taddress 192.0.3.1/24\n",
    )?;
    assert_eq!(link(lab, "bond0.100.20")?.up, Some(true));
    Ok(())
}
