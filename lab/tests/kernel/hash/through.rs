//! A bond whose slaves are listened to, and ways to send frames through it.

use std::error::Error;

use lab::{Cable, Lab, Links, Partner, Switch, until};
use lacp::{Config, Link, PortConfig, Rate};
use linux::PacketSocket;
use linux::packet::EVERY_PROTOCOL;
use network::{Change, Device, Host, IfName, Mac, Options};

use super::flows::{Flow, number};
use crate::raw::{named, number_of};

/// How frames come to the bond.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// From a packet socket on the bond: a tag stays in the bytes.
    Socket,
    /// From a guest through a bridge: a tag is beside the bytes.
    Bridge,
}

/// Room for what comes before anyone reads.
const ROOM: usize = 32 << 20;
/// Frames sent before they are looked for: the kernel queues a thousand.
const BATCH: usize = 200;

pub(super) struct Rig {
    switch: Switch,
    cables: Vec<Cable>,
    ears: Vec<PacketSocket>,
    mouth: PacketSocket,
}

impl Rig {
    /// Builds it: `make` makes bond0, of so many slaves.
    pub(super) fn new(lab: &Lab, way: Way, slaves: usize, make: &[Change]) -> Result<Self, Box<dyn Error>> {
        let switch = Switch::new()?;
        let bond = named("bond0");
        lab.host.change(make)?;
        let (mut cables, mut ears) = (Vec::new(), Vec::new());
        for n in 0..slaves {
            let cable = lab.loose_cable(&format!("nic{n}"), None, switch.port(&format!("port{n}"))?)?;
            let enslave = Change::SetMaster { link: cable.near.link.clone(), master: Some(bond.clone()) };
            lab.host.change(&[enslave])?;
            ears.push(switch.namespace.run(|| -> Result<_, String> {
                let ear = PacketSocket::open(number_of(&cable.far.link), EVERY_PROTOCOL).map_err(|e| e.to_string())?;
                ear.make_room(ROOM).map_err(|e| e.to_string())?;
                Ok(ear)
            })?);
            cables.push(cable);
        }
        lab.host.change(&[Change::SetUp { link: bond.clone(), up: true }])?;
        let mouth = match way {
            Way::Socket => PacketSocket::open(number_of(&bond), 0)?,
            Way::Bridge => guest(lab, &bond)?,
        };
        until("the bond's carrier", || {
            Ok(lab.host.observe()?.link(&bond).and_then(|link| link.carrier()) == Some(true))
        })?;
        Ok(Self { switch, cables, ears, mouth })
    }

    /// Sends all of them, and says which slave carried each.
    pub(super) fn send(&self, flows: &[Flow]) -> Result<Vec<usize>, Box<dyn Error>> {
        let mut carried = vec![None; flows.len()];
        self.listen(&mut vec![None; flows.len()])?;
        for (batch, chunk) in flows.chunks(BATCH).enumerate() {
            for flow in chunk {
                self.mouth.send(&flow.bytes)?;
            }
            let numbers = batch * BATCH..batch * BATCH + chunk.len();
            until("every frame's coming out", || {
                self.listen(&mut carried)?;
                Ok(carried[numbers.clone()].iter().all(Option::is_some))
            })
            .map_err(|error| {
                let lost: Vec<_> = numbers.clone().filter(|at| carried[*at].is_none()).map(|at| &flows[at]).collect();
                format!("{error}: {lost:?}")
            })?;
        }
        Ok(carried.into_iter().flatten().collect())
    }

    /// Hears what came out.
    fn listen(&self, carried: &mut [Option<usize>]) -> Result<(), Box<dyn Error>> {
        for (slave, ear) in self.ears.iter().enumerate() {
            loop {
                let frame = match ear.try_receive() {
                    Ok(Some(frame)) => frame,
                    Ok(None) => break,
                    // Said once, of a cable that was pulled.
                    Err(error) if error.is_down() => break,
                    Err(error) => return Err(error.into()),
                };
                let Some(place) = number(&frame).and_then(|number| carried.get_mut(number)) else { continue };
                if place.is_some_and(|other| other != slave) {
                    return Err("one frame came out twice".into());
                }
                *place = Some(slave);
            }
        }
        Ok(())
    }

    /// Pulls a cable, and waits until the monitor noticed.
    pub(super) fn pull(&mut self, cable: usize) -> Result<(), Box<dyn Error>> {
        self.cables[cable].pull()?;
        self.noticed(cable, network::bond::MiiStatus::Down)
    }

    /// Plugs it in again.
    pub(super) fn plug(&mut self, cable: usize) -> Result<(), Box<dyn Error>> {
        self.cables[cable].plug()?;
        self.noticed(cable, network::bond::MiiStatus::Up)
    }

    /// Takes a slave out and puts it in again.
    pub(super) fn enslave_anew(&mut self, lab: &Lab, cable: usize) -> Result<(), Box<dyn Error>> {
        let link = self.cables[cable].near.link.clone();
        let out = Change::SetMaster { link: link.clone(), master: None };
        let down = Change::SetUp { link: link.clone(), up: false };
        lab.host.change(&[out, down, Change::SetMaster { link, master: Some(named("bond0")) }])?;
        self.noticed(cable, network::bond::MiiStatus::Up)
    }

    fn noticed(&self, cable: usize, wanted: network::bond::MiiStatus) -> Result<(), Box<dyn Error>> {
        let link = &self.cables[cable].near.link;
        until("the monitor's verdict", || {
            let network = linux::Linux::open()?.observe()?;
            let port = network.link(link).and_then(|link| link.bond_port.as_ref()?.state.clone());
            Ok(port.is_some_and(|state| state.mii == wanted))
        })
    }

    /// Makes LAGs of these cables at the switch, each with a key of its own, and waits until the first is in use.
    pub(super) fn lags(&self, lags: &[&[usize]]) -> Result<Vec<Partner>, Box<dyn Error>> {
        let mut partners = Vec::new();
        for (key, cables) in (1..).zip(lags) {
            let config = Config { rate: Rate::Fast, ..Config::switch(Mac([2, 0, 0, 0, 1, 0]), key) };
            let ports: Vec<_> = cables
                .iter()
                .map(|cable| {
                    let number = u16::try_from(*cable + 1).expect("few ports");
                    let mac = Mac([2, 0, 0, 0, 9, u8::try_from(*cable).expect("few ports")]);
                    (&self.cables[*cable].far, PortConfig::port(mac, number, Link::DOWN))
                })
                .collect();
            partners.push(Partner::start(&self.switch.namespace, config, &ports)?);
            let first = partners.first().ok_or("no LAG")?;
            let wanted = lags[0].len();
            until("the first LAG's coming together", || {
                let network = linux::Linux::open()?.observe()?;
                let bond = network.link(&named("bond0")).and_then(|link| link.bond()?.state.clone());
                let here = bond.and_then(|state| state.aggregator).map(|aggregator| usize::from(aggregator.ports));
                let active = self.active(&network);
                Ok(here == Some(wanted) && active == wanted && first.lag(|lag, _| lag.usable().count())? == wanted)
            })?;
        }
        Ok(partners)
    }

    /// How many slaves may carry traffic.
    fn active(&self, network: &network::Network) -> usize {
        let state = |cable: &&Cable| {
            let port = network.link(&cable.near.link)?.bond_port.clone()?.state?;
            port.active.then_some(())
        };
        self.cables.iter().filter(|cable| state(cable).is_some()).count()
    }
}

/// A guest behind a bridge with the bond: the socket on its NIC.
fn guest(lab: &Lab, bond: &IfName) -> Result<PacketSocket, Box<dyn Error>> {
    let bridge = named("vmbr0");
    let device = Device::Bridge { options: Options::default() };
    let create = Change::Create { link: bridge.clone(), device, mac: None, mtu: None };
    let member = Change::SetMaster { link: bond.clone(), master: Some(bridge.clone()) };
    lab.host.change(&[create, member, Change::SetUp { link: bridge.clone(), up: true }])?;
    let guest = lab.guest("tap100i0", "vmbr0", network::Address::new("10.0.0.1/24".parse()?))?;
    guest
        .namespace
        .run(|| {
            let mut links = Links::open().map_err(|error| error.to_string())?;
            links.set_up(&guest.cable.far.link, true).map_err(|error| error.to_string())?;
            PacketSocket::open(number_of(&guest.cable.far.link), 0).map_err(|error| error.to_string())
        })
        .map_err(Into::into)
}
