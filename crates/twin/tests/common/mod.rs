//! The article's host: two NICs, a switch, a gateway, a guest.
#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses what it needs of it, and clippy takes it for no test"
)]

use std::time::Duration;

use network::{Host, IfName, Kind, Mac, PortVlans, Vid};
use twin::traffic::{End, Flow};
use twin::{NicFacts, Phy, Port, Station, Switch, Traffic, Twin, World};

pub(crate) const MS: Duration = Duration::from_millis(1);

pub(crate) fn name(name: &str) -> IfName {
    name.parse().unwrap()
}

fn nic(number: u8) -> NicFacts {
    NicFacts {
        mac: Mac([0xbc, 0x24, 0x11, 0, 0, number]),
        speed: 1000,
        full_duplex: true,
        driver: "igb".to_owned(),
        max_mtu: 9216,
        kind: Kind::Nic,
    }
}

/// A host with NICs cabled to a switch in order, whose links take those times; a gateway at the switch's last port.
pub(crate) fn host(nics: &[&str], detect: Duration, negotiate: Duration) -> Twin {
    let mut world = World::new(1);
    let mut kernel = twin::Kernel::new("pve1");
    for (number, it) in (1..).zip(nics) {
        kernel.add_nic(&name(it), nic(number), Phy::new(detect, negotiate));
    }
    world.hosts.push(kernel);
    let mut switch = Switch::new("switch1", Mac([0x00, 0x1b, 0x21, 0xaa, 0xbb, 0xcc]));
    let vlans = PortVlans::only_pvid(Vid::ONE);
    for number in 1..=nics.len() {
        switch.add_port(&number.to_string(), vlans.clone(), Phy::new(detect, negotiate));
    }
    let last = switch.add_port("uplink", vlans, Phy::new(Duration::ZERO, Duration::ZERO));
    world.switches.push(switch);
    let gateway = Mac([0x00, 0x1b, 0x21, 0, 0, 1]);
    world.stations.push(Station::new("gateway", gateway, vec!["192.168.1.1/24".parse().unwrap()], None));
    for (port, it) in nics.iter().enumerate() {
        world.cable(Port::Nic { host: 0, name: name(it) }, Port::Switch { switch: 0, port });
    }
    world.cable(Port::Switch { switch: 0, port: last }, Port::Station(0));
    Twin { world, host: 0 }
}

/// Applies a file, all of which the kernel has to take, and gives the number of steps.
pub(crate) fn apply(twin: &mut Twin, text: &str) -> usize {
    let configuration = interfaces::Configuration::of("interfaces", text.as_bytes().to_vec());
    let resolved = network::resolve(&configuration);
    let plan = plan::plan(&resolved.wanted, &twin.observe().unwrap());
    assert_eq!(plan.problems, []);
    for step in &plan.steps {
        twin.execute(&step.change).unwrap_or_else(|refusal| panic!("{}: {refusal}", step.change));
    }
    let differences = plan::differences(&resolved.wanted, &twin.observe().unwrap());
    assert!(differences.is_empty(), "{differences:?}");
    let again = plan::plan(&resolved.wanted, &twin.observe().unwrap());
    assert_eq!(again.steps, [], "a second apply has nothing to do");
    plan.steps.len()
}

/// Starts a guest on vmbr0, and flows of the host and the guest to the gateway.
pub(crate) fn traffic(twin: &mut Twin) -> Traffic {
    let guest = Station::new("100", Mac([0xbc, 0x24, 0x11, 1, 0, 0]), vec!["192.168.1.100/24".parse().unwrap()], None);
    let tap = NicFacts { kind: Kind::Other("tun".to_owned()), driver: "tun".to_owned(), max_mtu: 65535, ..nic(200) };
    let tap = NicFacts { mac: Mac([0xfe, 0x24, 0x11, 1, 0, 0]), ..tap };
    let guest = twin.world.start_guest(0, &name("tap100i0"), &name("vmbr0"), tap, guest).unwrap();
    let flow = |name: &str, near| Flow { name: name.to_owned(), near, address: None, far: End::Station(0) };
    let flows = vec![flow("host", End::Host(0)), flow("guest 100", End::Station(guest))];
    Traffic::new(flows, twin.world.now())
}
