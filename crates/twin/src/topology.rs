//! What a host is built of and cabled to, as data; [`build`] makes a [`crate::World`] of it.

use std::time::Duration;

use ipnet::IpNet;
use network::{Change, IfName, Kind, Mac, PortVlans, Refusal, Vid, VidRange, VlanEntry};

use crate::{CableState, Kernel, LagMode, NicFacts, Phy, Port, Station, Switch, Twin, World};

/// The largest MTU of a NIC that is made up, in bytes.
const MAX_MTU: u32 = 9216;

/// A host, and what it is cabled to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Topology {
    /// The host's name.
    pub host: String,
    /// Its NICs.
    pub nics: Vec<NicSpec>,
    /// The switches.
    pub switches: Vec<SwitchSpec>,
    /// Stations at their ports.
    pub stations: Vec<StationSpec>,
    /// The host's guests.
    pub guests: Vec<GuestSpec>,
    /// Cables between switches.
    pub trunks: Vec<[Plug; 2]>,
}

/// A port of a switch, by names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Plug {
    /// The switch.
    pub switch: String,
    /// The port.
    pub port: String,
}

/// `switch1:2`.
impl std::fmt::Display for Plug {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.switch, self.port)
    }
}

/// A NIC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NicSpec {
    /// Its name.
    pub name: IfName,
    /// The address that it was made with; else one is made up.
    pub mac: Option<Mac>,
    /// Megabits a second.
    pub speed: u32,
    /// Full duplex.
    pub full_duplex: bool,
    /// The driver's name.
    pub driver: String,
    /// See [`Phy::detect`].
    pub detect: Duration,
    /// See [`Phy::negotiate`].
    pub negotiate: Duration,
    /// Where its cable leads; `None`: it has none.
    pub cable: Option<Plug>,
}

/// A switch. A port that a cable names and this does not is made, as the default says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SwitchSpec {
    /// Its name.
    pub name: String,
    /// See [`Switch::forward_delay`].
    pub forward_delay: Duration,
    /// Its ports.
    pub ports: Vec<PortSpec>,
    /// Its LAGs.
    pub lags: Vec<LagSpec>,
}

/// A port of a switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortSpec {
    /// Its name.
    pub name: String,
    /// The VLANs that it carries.
    pub vlans: PortVlans,
    /// The chassis that it is on, of a stack or an MLAG pair.
    pub chassis: usize,
}

/// A LAG of a switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LagSpec {
    /// Its name.
    pub name: String,
    /// Its ports.
    pub ports: Vec<String>,
    /// How they are bundled.
    pub mode: LagMode,
}

/// A station.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StationSpec {
    /// Its name.
    pub name: String,
    /// Its addresses.
    pub addresses: Vec<IpNet>,
    /// Where its cable leads.
    pub cable: Plug,
}

/// A guest of the host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuestSpec {
    /// The host's end of its NIC: `tap100i0`.
    pub port: IfName,
    /// The bridge that it is in.
    pub bridge: IfName,
    /// Its VLAN, on a bridge that filters.
    pub vlan: Option<Vid>,
    /// Its addresses.
    pub addresses: Vec<IpNet>,
    /// The station that it talks to.
    pub peer: String,
}

impl NicSpec {
    /// A gigabit NIC of today whose link takes the time that copper takes: 2 s to come up, 10 ms until its going is seen.
    #[must_use]
    pub fn copper(name: IfName, cable: Option<Plug>) -> Self {
        Self {
            name,
            mac: None,
            speed: 1000,
            full_duplex: true,
            driver: "igb".to_owned(),
            detect: Duration::from_millis(10),
            negotiate: Duration::from_secs(2),
            cable,
        }
    }
}

/// The VLANs of a port that carries all, with `native` untagged.
#[must_use]
pub fn trunk(native: Vid) -> PortVlans {
    let mut vlans = PortVlans::default();
    if let (Ok(first), Ok(last)) = (Vid::new(1), Vid::new(4094)) {
        vlans.add(VlanEntry { range: VidRange { first, last }, untagged: false, pvid: false });
    }
    vlans.add(VlanEntry { range: VidRange { first: native, last: native }, untagged: true, pvid: true });
    vlans
}

/// Builds it. A cable that names a switch which is not there leads nowhere.
#[must_use]
pub fn build(topology: &Topology, seed: u64) -> Twin {
    let mut world = World::new(seed);
    let mut kernel = Kernel::new(&topology.host);
    for (number, nic) in (1..).zip(&topology.nics) {
        let mac = nic.mac.unwrap_or(made_up(0xbc24_1100_0000, number));
        let driver = nic.driver.clone();
        let kind = Kind::Nic;
        let facts = NicFacts { mac, speed: nic.speed, full_duplex: nic.full_duplex, driver, max_mtu: MAX_MTU, kind };
        kernel.add_nic(&nic.name, facts, Phy::new(nic.detect, nic.negotiate));
    }
    world.hosts.push(kernel);
    for (number, spec) in (1..).zip(&topology.switches) {
        world.switches.push(switch(spec, made_up(0x001b_2100_0000, number << 8), topology));
    }
    for (number, spec) in (1..).zip(&topology.stations) {
        let mac = made_up(0x5254_0000_0000, number);
        world.stations.push(Station::new(&spec.name, mac, spec.addresses.clone(), None));
    }
    let at = |world: &World, plug: &Plug| {
        let switch = world.switches.iter().position(|switch| switch.name == plug.switch)?;
        Some(Port::Switch { switch, port: world.switches[switch].port(&plug.port)? })
    };
    for nic in &topology.nics {
        if let Some(far) = nic.cable.as_ref().and_then(|plug| at(&world, plug)) {
            world.cable(Port::Nic { host: 0, name: nic.name.clone() }, far);
        }
    }
    for (number, spec) in topology.stations.iter().enumerate() {
        if let Some(far) = at(&world, &spec.cable) {
            world.cable(far, Port::Station(number));
        }
    }
    for [one, other] in &topology.trunks {
        if let (Some(one), Some(other)) = (at(&world, one), at(&world, other)) {
            world.cable(one, other);
        }
    }
    Twin { world, host: 0 }
}

fn switch(spec: &SwitchSpec, mac: Mac, topology: &Topology) -> Switch {
    let mut switch = Switch::new(&spec.name, mac);
    switch.forward_delay = spec.forward_delay;
    for port in &spec.ports {
        let phy = phy_for(topology, &spec.name, &port.name);
        let number = switch.add_port(&port.name, port.vlans.clone(), phy);
        switch.ports[number].chassis = port.chassis;
        switch.ports[number].speed = speed_of(topology, &spec.name, &port.name);
    }
    for lag in &spec.lags {
        let ports: Vec<usize> = lag.ports.iter().filter_map(|port| switch.port(port)).collect();
        switch.bundle(Duration::ZERO, &lag.name, &ports, lag.mode);
    }
    switch
}

/// The NIC whose cable leads to a port.
fn nic_at<'a>(topology: &'a Topology, switch: &str, port: &str) -> Option<&'a NicSpec> {
    let leads = |plug: &Plug| plug.switch == switch && plug.port == port;
    topology.nics.iter().find(|nic| nic.cable.as_ref().is_some_and(leads))
}

/// Both ends of a cable take the same time.
fn phy_for(topology: &Topology, switch: &str, port: &str) -> Phy {
    nic_at(topology, switch, port)
        .map_or(Phy::new(Duration::ZERO, Duration::ZERO), |nic| Phy::new(nic.detect, nic.negotiate))
}

fn speed_of(topology: &Topology, switch: &str, port: &str) -> u32 {
    nic_at(topology, switch, port).map_or(1000, |nic| nic.speed)
}

/// Starts the guests, as Proxmox does: each in its bridge, with its VLAN.
///
/// Gives the number of each one's station, or why it could not be started.
pub fn start_guests(twin: &mut Twin, guests: &[GuestSpec]) -> Vec<Result<usize, Refusal>> {
    (1..).zip(guests).map(|(number, guest)| start(twin, number, guest)).collect()
}

fn start(twin: &mut Twin, number: u64, guest: &GuestSpec) -> Result<usize, Refusal> {
    // Proxmox gives the host's end the guest's address with its first byte made 0xfe, so that no bridge takes it.
    let mac = made_up(0xbc24_1101_0000, number);
    let [_, rest @ ..] = mac.0;
    let [b, c, d, e, f] = rest;
    let (driver, kind) = ("tun".to_owned(), Kind::Other("tun".to_owned()));
    let facts =
        NicFacts { mac: Mac([0xfe, b, c, d, e, f]), speed: 10_000, full_duplex: true, driver, max_mtu: 65521, kind };
    let station = Station::new(guest.port.as_str(), mac, guest.addresses.clone(), None);
    let host = twin.host;
    let station = twin.world.start_guest(host, &guest.port, &guest.bridge, facts, station)?;
    if let Some(vid) = guest.vlan.filter(|_| twin.world.hosts[host].filters(&guest.bridge)) {
        let range = VidRange { first: vid, last: vid };
        let vlans = vec![VlanEntry { range, untagged: true, pvid: true }];
        twin.world.execute(host, &Change::AddVlans { link: guest.port.clone(), itself: false, vlans })?;
    }
    Ok(station)
}

/// Unplugs a NIC's cable, or plugs it in.
pub fn plug(twin: &mut Twin, nic: &IfName, state: CableState) {
    let port = Port::Nic { host: twin.host, name: nic.clone() };
    if let Some(cable) = twin.world.cable_at(&port) {
        twin.world.set_cable(cable, state);
    }
}

/// An address that nobody else has: the first bytes of `base`, and a number.
fn made_up(base: u64, number: u64) -> Mac {
    let [_, _, a, b, c, d, e, f] = (base | (number & 0xff_ffff)).to_be_bytes();
    Mac([a, b, c, d, e, f])
}
