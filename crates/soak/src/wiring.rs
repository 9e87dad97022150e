//! The host and what it is cabled to, as the twin builds it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use ipnet::IpNet;
use network::{IfName, PortVlans, Vid};
use twin::topology::{GuestSpec, LagSpec, NicSpec, Plug, PortSpec, StationSpec, SwitchSpec, Topology, trunk};

use crate::case::{Case, nic_name};

/// The second number of the networks without a tag: `10.200.0.0/24` is the first uplink's.
pub const UNTAGGED: usize = 200;
/// How many uplinks have networks with somebody in them.
pub const NETWORKS: usize = 3;
/// The VLANs with somebody in them.
pub const VIDS: [u16; 2] = [20, 30];

/// The host of a case. A name that is none is left out with what it names; none is.
#[must_use]
pub fn topology(case: &Case) -> Topology {
    let mut out = Topology { host: "host".to_owned(), ..Topology::default() };
    for number in 0..case.switches {
        out.switches.push(switch(case, number));
    }
    for number in 1..case.switches {
        let plug = |switch: usize, port: &str| Plug { switch: switch_name(switch), port: port.to_owned() };
        out.trunks.push([plug(number - 1, "down"), plug(number, "up")]);
    }
    for (number, nic) in case.nics.iter().enumerate() {
        let Ok(name) = IfName::new(&nic_name(number)) else { continue };
        let cable = nic.switch.map(|switch| Plug { switch: switch_name(switch), port: nic_name(number) });
        let mut spec = NicSpec::copper(name, cable);
        spec.speed = nic.speed;
        spec.detect = Duration::from_millis(nic.detect.into());
        spec.negotiate = Duration::from_millis(nic.negotiate.into());
        out.nics.push(spec);
    }
    for network in 0..NETWORKS {
        let second = u8::try_from(UNTAGGED + network).unwrap_or(u8::MAX);
        let third = u8::try_from(network).unwrap_or(u8::MAX);
        let v6 = Ipv6Addr::new(0x2001, 0xdb8, third.into(), 0, 0, 0, 0, 1);
        let own = [net(Ipv4Addr::new(10, second, 0, 1).into(), 24), net(v6.into(), 64)];
        station(&mut out, &format!("station{network}"), own.into_iter().flatten().collect(), Vid::ONE);
        for vid in VIDS {
            let Ok(tag) = Vid::new(vid) else { continue };
            let second = u8::try_from(vid).unwrap_or(u8::MAX);
            let own = net(Ipv4Addr::new(10, second, third, 1).into(), 24);
            station(&mut out, &format!("station{network}.{vid}"), own.into_iter().collect(), tag);
        }
    }
    guests(case, &mut out);
    out
}

fn net(address: IpAddr, prefix: u8) -> Option<IpNet> {
    IpNet::new(address, prefix).ok()
}

fn switch_name(number: usize) -> String {
    format!("switch{}", number + 1)
}

fn switch(case: &Case, number: usize) -> SwitchSpec {
    let port = |name: String| PortSpec { name, vlans: trunk(Vid::ONE), chassis: 0 };
    let mine = |nic: &usize| case.nics[*nic].switch == Some(number);
    let mut ports: Vec<PortSpec> = (0..case.nics.len()).filter(mine).map(|nic| port(nic_name(nic))).collect();
    ports.extend(["up", "down"].map(|name| port(name.to_owned())));
    let lags = case.lags.iter().enumerate().filter(|(_, lag)| lag.switch == number);
    let lags = lags.map(|(place, lag)| LagSpec {
        name: format!("lag{}", place + 1),
        ports: lag.nics.iter().map(|nic| nic_name(*nic)).collect(),
        mode: lag.mode,
    });
    let forward_delay = Duration::from_secs(case.forward_delay.into());
    SwitchSpec { name: switch_name(number), forward_delay, ports, lags: lags.collect() }
}

/// Somebody at an access port of the first switch.
fn station(out: &mut Topology, name: &str, addresses: Vec<IpNet>, vid: Vid) {
    let Some(switch) = out.switches.first_mut() else { return };
    let cable = Plug { switch: switch.name.clone(), port: name.to_owned() };
    switch.ports.push(PortSpec { name: name.to_owned(), vlans: PortVlans::only_pvid(vid), chassis: 0 });
    out.stations.push(StationSpec { name: name.to_owned(), addresses, cable });
}

fn guests(case: &Case, out: &mut Topology) {
    for (number, guest) in case.guests.iter().enumerate() {
        let bridge = case.boot.uplinks.iter().filter_map(|uplink| uplink.bridge.as_ref());
        let bridge = bridge.clone().find(|bridge| bridge.number == guest.bridge);
        let vlan = guest.vlan.filter(|_| bridge.is_some_and(|bridge| bridge.aware)).and_then(|vid| Vid::new(vid).ok());
        let tag = bridge.and_then(|bridge| bridge.tag).and_then(|vid| Vid::new(vid).ok());
        let third = u8::try_from(number).unwrap_or(u8::MAX);
        let own = |last| net(Ipv4Addr::new(198, 18, third, last).into(), 24).into_iter().collect::<Vec<_>>();
        let names = (IfName::new(&format!("tap{}i0", 100 + number)), IfName::new(&format!("vmbr{}", guest.bridge)));
        let (Ok(port), Ok(bridge)) = names else { continue };
        let peer = format!("peer{number}");
        station(out, &peer, own(1), vlan.or(tag).unwrap_or(Vid::ONE));
        out.guests.push(GuestSpec { port, bridge, vlan, addresses: own(100), peer });
    }
}
