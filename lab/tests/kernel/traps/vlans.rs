//! VLAN devices: what they are made with stays.

use std::error::Error;

use lab::{Lab, Links};
use linux::{Linux, Socket};
use netlink_packet_route::link::{InfoData, InfoKind, InfoVlan};
use network::{Change, Device, Host, Vid, VlanProtocol};

use crate::raw::{self, named};

lab::test!(a_change_of_a_vlan_id_succeeds_and_does_nothing);

fn a_change_of_a_vlan_id_succeeds_and_does_nothing(_: &mut Lab) -> Result<(), Box<dyn Error>> {
    let (nic, vlan) = (named("nic0"), named("nic0.10"));
    Links::open()?.dummy(&nic)?;
    let mut host = Linux::open()?;
    let device = Device::Vlan { lower: nic.clone(), vid: Vid::new(10)?, protocol: VlanProtocol::Dot1Q };
    host.execute(&Change::Create { link: vlan.clone(), device, mac: None, mtu: None })?;
    let vid = |host: &mut Linux| -> Result<u16, Box<dyn Error>> {
        Ok(host.observe()?.link(&vlan).and_then(|link| link.vlan()).ok_or("no VLAN device")?.vid.get())
    };
    assert_eq!(vid(&mut host)?, 10);
    let message = raw::about(&vlan, InfoKind::Vlan, InfoData::Vlan(vec![InfoVlan::Id(20)]));
    Socket::open()?.request(raw::new_link(message))?;
    assert_eq!(vid(&mut host)?, 10);
    Ok(())
}
