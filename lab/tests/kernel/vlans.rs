//! VLANs, from the port to the device: what the file says is what the kernel carries, exactly.

use std::error::Error;

use lab::{Lab, Links};
use network::{Address, Change, IfName, PortVlans, Vid, VidRange, VlanEntry};

use crate::program::{apply, link};
use crate::raw::{self, named};

lab::test!(
    all_vids_on_a_port_and_its_pvid,
    fewer_vids_take_exactly_those_away,
    a_vlan_device_on_a_bridge_opens_the_bridge_itself,
    a_vlan_device_on_a_bond,
    another_vlan_id_makes_the_device_anew,
    a_guests_port_keeps_its_vlans,
    jumbo_frames_from_the_slaves_to_the_vlan_device,
    a_bridges_own_mtu_is_there_at_the_first_apply,
    a_hardware_address_of_the_files_choice,
);

fn nics() -> Result<(), Box<dyn Error>> {
    ["enp3s0", "enp4s0"].iter().try_for_each(|nic| Ok(Links::open()?.dummy(&named(nic))?))
}

/// bond0 below a VLAN-aware bridge vmbr0; `bridge` goes into the bridge's stanza, `rest` behind it.
fn file(bridge: &[&str], rest: &str) -> String {
    let bridge: String = bridge.iter().map(|line| format!("\t{line}\n")).collect();
    format!(
        "auto bond0\niface bond0 inet manual\n\tbond-slaves enp3s0 enp4s0\n\tbond-mode active-backup\n\
         \tbond-miimon 100\n\nauto vmbr0\niface vmbr0 inet manual\n\tbridge-ports bond0\n\tbridge-stp off\n\
         \tbridge-fd 0\n\tbridge-vlan-aware yes\n{bridge}\n{rest}"
    )
}

fn range(first: u16, last: u16) -> VidRange {
    let vid = |number| Vid::new(number).expect("the test chose a VLAN id");
    VidRange { first: vid(first), last: vid(last) }
}

/// Tagged ranges, and a PVID that leaves untagged.
fn vlans(tagged: &[(u16, u16)], pvid: u16) -> PortVlans {
    let mut vlans = PortVlans::default();
    for (first, last) in tagged {
        vlans.add(VlanEntry { range: range(*first, *last), untagged: false, pvid: false });
    }
    vlans.add(VlanEntry { range: range(pvid, pvid), untagged: true, pvid: true });
    vlans
}

fn on_port(lab: &Lab, port: &str) -> Result<Option<PortVlans>, Box<dyn Error>> {
    Ok(link(lab, port)?.bridge_port.and_then(|port| port.vlans))
}

fn on_itself(lab: &Lab, bridge: &str) -> Result<Option<PortVlans>, Box<dyn Error>> {
    Ok(link(lab, bridge)?.bridge().and_then(|bridge| bridge.vlans.clone()))
}

fn all_vids_on_a_port_and_its_pvid(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    apply(lab, &file(&["bridge-vids 2-4094"], ""))?;
    assert_eq!(on_port(lab, "bond0")?, Some(vlans(&[(2, 4094)], 1)));
    assert_eq!(on_itself(lab, "vmbr0")?, Some(vlans(&[], 1)), "the host itself is in the PVID only");
    apply(lab, &file(&["bridge-vids 2-4094", "bridge-pvid 99"], ""))?;
    assert_eq!(on_port(lab, "bond0")?, Some(vlans(&[(2, 98), (100, 4094)], 99)));
    assert_eq!(on_itself(lab, "vmbr0")?, Some(vlans(&[], 99)));
    Ok(())
}

fn fewer_vids_take_exactly_those_away(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    apply(lab, &file(&["bridge-vids 2-4094"], ""))?;
    for (vids, tagged) in [("2-100 200 4094", &[(2, 100), (200, 200), (4094, 4094)][..]), ("200", &[(200, 200)])] {
        apply(lab, &file(&[&format!("bridge-vids {vids}")], ""))?;
        assert_eq!(on_port(lab, "bond0")?, Some(vlans(tagged, 1)), "{vids}");
    }
    apply(lab, &file(&[], ""))?;
    assert_eq!(on_port(lab, "bond0")?, Some(vlans(&[], 1)));
    Ok(())
}

fn a_vlan_device_on_a_bridge_opens_the_bridge_itself(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    let device = "auto vmbr0.10\niface vmbr0.10 inet static\n\taddress 10.0.10.2/24\n";
    apply(lab, &file(&["bridge-vids 2-4094"], device))?;
    assert_eq!(on_itself(lab, "vmbr0")?, Some(vlans(&[(10, 10)], 1)));
    let made = link(lab, "vmbr0.10")?;
    assert_eq!(made.vlan().map(|vlan| (vlan.lower.clone(), vlan.vid.get())), Some((named("vmbr0"), 10)));
    assert!(made.addresses.iter().any(|address| address.net.to_string() == "10.0.10.2/24"));
    Ok(())
}

fn a_vlan_device_on_a_bond(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    let device = "auto bond0.20\niface bond0.20 inet static\n\taddress 10.0.20.2/24\n";
    apply(lab, &file(&[], device))?;
    let made = link(lab, "bond0.20")?;
    assert_eq!(made.vlan().map(|vlan| (vlan.lower.clone(), vlan.vid.get())), Some((named("bond0"), 20)));
    assert_eq!(made.up, Some(true));
    Ok(())
}

fn another_vlan_id_makes_the_device_anew(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    let device = |vid: u16| {
        format!("auto mgmt\niface mgmt inet static\n\taddress 10.0.0.2/24\n\tvlan-raw-device bond0\n\tvlan-id {vid}\n")
    };
    let mut numbers = Vec::new();
    for vid in [30, 31] {
        apply(lab, &file(&[], &device(vid)))?;
        let made = link(lab, "mgmt")?;
        assert_eq!(made.vlan().map(|vlan| vlan.vid.get()), Some(vid));
        assert!(made.addresses.iter().any(|address| address.net.to_string() == "10.0.0.2/24"), "VLAN {vid}");
        numbers.push(raw::number_of(&named("mgmt")));
    }
    assert_ne!(numbers[0], numbers[1], "the kernel keeps the id of a device that is there");
    Ok(())
}

fn a_guests_port_keeps_its_vlans(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    apply(lab, &file(&["bridge-vids 2-4094"], ""))?;
    let tap: IfName = named("tap100i0");
    let _guest = lab.guest("tap100i0", "vmbr0", Address::new("192.168.1.100/24".parse()?))?;
    // As Proxmox does for a guest in VLAN 50.
    let access = VlanEntry { range: range(50, 50), untagged: true, pvid: true };
    let removed = vec![range(1, 1)];
    lab.host.change(&[
        Change::AddVlans { link: tap.clone(), itself: false, vlans: vec![access] },
        Change::RemoveVlans { link: tap.clone(), itself: false, vlans: removed },
    ])?;
    for vids in ["2-100", "2-4094"] {
        apply(lab, &file(&[&format!("bridge-vids {vids}")], ""))?;
        assert_eq!(on_port(lab, "tap100i0")?, Some(vlans(&[], 50)), "{vids}");
        assert_eq!(link(lab, "tap100i0")?.master, Some(named("vmbr0")));
    }
    Ok(())
}

fn jumbo_frames_from_the_slaves_to_the_vlan_device(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    let text = |mtu: u32| {
        format!(
            "auto bond0\niface bond0 inet manual\n\tbond-slaves enp3s0 enp4s0\n\tbond-mode active-backup\n\
             \tbond-miimon 100\n\tmtu {mtu}\n\nauto vmbr0\niface vmbr0 inet manual\n\tbridge-ports bond0\n\
             \tbridge-vlan-aware yes\n\tmtu {mtu}\n\nauto vmbr0.10\niface vmbr0.10 inet manual\n\tmtu {mtu}\n"
        )
    };
    for mtu in [1500, 9000, 1500] {
        apply(lab, &text(mtu))?;
        for name in ["enp3s0", "enp4s0", "bond0", "vmbr0", "vmbr0.10"] {
            assert_eq!(link(lab, name)?.mtu, Some(mtu), "{name}");
        }
    }
    Ok(())
}

fn a_bridges_own_mtu_is_there_at_the_first_apply(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    for (bridge, nic) in [(9000, 1500), (1500, 9000), (9000, 9000)] {
        apply(
            lab,
            &format!(
                "auto enp3s0\niface enp3s0 inet manual\n\tmtu {nic}\n\nauto vmbr0\niface vmbr0 inet manual\n\
                 \tbridge-ports enp3s0\n\tmtu {bridge}\n\nauto vmbr0.10\niface vmbr0.10 inet manual\n\
                 \tmtu {bridge}\n"
            ),
        )?;
        for (name, mtu) in [("enp3s0", nic), ("vmbr0", bridge), ("vmbr0.10", bridge)] {
            assert_eq!(link(lab, name)?.mtu, Some(mtu), "{name}, bridge {bridge}, NIC {nic}");
        }
        lab.host.change(&[Change::Delete { link: named("vmbr0") }])?;
    }
    Ok(())
}

fn a_hardware_address_of_the_files_choice(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    for mac in ["02:00:00:00:00:11", "02:00:00:00:00:12"] {
        apply(lab, &file(&[&format!("hwaddress {mac}")], ""))?;
        assert_eq!(link(lab, "vmbr0")?.mac, Some(mac.parse()?));
        let bond = format!(
            "auto bond0\niface bond0 inet manual\n\tbond-slaves enp3s0 enp4s0\n\tbond-mode active-backup\n\
             \tbond-miimon 100\n\thwaddress {mac}\n"
        );
        apply(lab, &bond)?;
        for name in ["bond0", "enp3s0", "enp4s0"] {
            assert_eq!(link(lab, name)?.mac, Some(mac.parse()?), "{name}");
        }
    }
    Ok(())
}
