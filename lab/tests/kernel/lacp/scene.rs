//! One set-up, built twice: a bond of the kernel whose partner is our machines on packet sockets, and the same in virtual
//! time with our machines at both ends. After each stage all that the kernel tells of LACP must be what was predicted, and
//! so must be the partner's side.

use std::error::Error;
use std::time::Duration;

use lab::{Cable, Lab, Partner, Switch, until_within};
use lacp::{Config, Lag, Link, Linux, PortConfig, Profile, Rate, Select};
use network::bond::BondPortState;
use network::lacp::{Aggregator, PortLacp};
use network::option::bond;
use network::{BondMode, Change, Host, IfName, Opt, Options, Scope, Value};

use super::pair::{Pair, mac, seconds};
use crate::raw::named;
use crate::traps::bonds::{make, mode};

pub(super) type Tested = Result<(), Box<dyn Error>>;

/// What the driver tells of LACP at a slave, in netlink and /proc.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Slave {
    active: bool,
    lacp: PortLacp,
}

/// What it tells of all.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Told {
    carrier: bool,
    aggregator: Option<Aggregator>,
    slaves: Vec<Slave>,
    partners: Vec<PortLacp>,
}

/// How often in a row the kernel must tell what was predicted: once could be on the way to something else.
const TIMES: u32 = 8;

pub(super) struct Scene {
    bond: IfName,
    pub(super) cables: Vec<Cable>,
    partners: Vec<Partner>,
    /// Which partner each cable leads to, and which of its ports that is.
    places: Vec<(usize, usize)>,
    pub(super) pair: Pair,
    /// Whether churn is compared: it hangs on how long a stage took, which is not the same on both.
    pub(super) churn: bool,
}

/// A bond with the driver's defaults, as the machines know it. Its system is the MAC of its first slave.
pub(super) fn host(rate: Rate) -> Config {
    Config { rate, ..Config::linux(mac(0, 1)) }
}

/// A switch: number 1, 2, …
pub(super) fn switch(number: u8, rate: Rate) -> Config {
    Config { rate, ..Config::switch(mac(number, 0), 7) }
}

/// A port of a switch; the MAC is by the cable.
pub(super) fn port(number: u16) -> PortConfig {
    PortConfig::port(network::Mac::ZERO, number, Link::up(10_000))
}

fn options(config: &Config) -> Vec<(Opt, Value)> {
    let number = |option, number: u32| (option, Value::Number(i64::from(number)));
    let mut out = vec![
        mode(BondMode::Lacp),
        number(bond::MIIMON, 100),
        number(bond::LACP_RATE, u32::from(config.rate == Rate::Fast)),
        number(bond::LACP_ACTIVE, u32::from(config.active)),
        number(bond::MIN_LINKS, config.min_links),
        number(bond::AD_ACTOR_SYS_PRIO, u32::from(config.system_priority)),
    ];
    if let Profile::Linux(Linux { select, user_key, coupled, .. }) = &config.profile {
        let select = match select {
            Select::Stable => 0,
            Select::Bandwidth => 1,
            Select::Count => 2,
        };
        out.extend([number(bond::AD_SELECT, select), number(bond::AD_USER_PORT_KEY, u32::from(*user_key))]);
        // Kernels that do not have it begin both together.
        out.extend((!coupled).then(|| number(bond::COUPLED_CONTROL, 0)));
    }
    out
}

impl Scene {
    /// Builds it: `cables` says to which partner each leads, from 0 on, and what port it is there.
    pub(super) fn new(
        lab: &Lab,
        host: Config,
        partners: &[Config],
        cables: &[(usize, PortConfig)],
    ) -> Result<Self, Box<dyn Error>> {
        let bond = named("bond0");
        let mut pair = Pair::new([host.clone()].into_iter().chain(partners.iter().cloned()), 1);
        let switches = partners.iter().map(|_| Switch::new()).collect::<Result<Vec<_>, _>>()?;
        let (mut laid, mut places) = (Vec::new(), Vec::new());
        let mut ports: Vec<Vec<(lab::End, PortConfig)>> = vec![Vec::new(); partners.len()];
        for (n, (partner, port)) in cables.iter().enumerate() {
            let far = switches[*partner].port(&format!("port{n}"))?;
            laid.push(lab.loose_cable(&format!("nic{n}"), Some(mac(0, n + 1)), far.clone())?);
            let port = PortConfig { mac: mac(9, n + 1), ..port.clone() };
            pair.lay_to(partner + 1, Link::up(10_000), &port);
            places.push((*partner, ports[*partner].len()));
            ports[*partner].push((far, port));
        }
        let mut started = Vec::new();
        for ((config, switch), ports) in partners.iter().zip(&switches).zip(&ports) {
            let ports: Vec<_> = ports.iter().map(|(end, port)| (end, port.clone())).collect();
            started.push(Partner::start(&switch.namespace, config.clone(), &ports)?);
        }
        lab.host.change(&[make(&bond, &options(&host))])?;
        for cable in &laid {
            let master = Some(bond.clone());
            lab.host.change(&[Change::SetMaster { link: cable.near.link.clone(), master }])?;
        }
        lab.host.change(&[Change::SetUp { link: bond.clone(), up: true }])?;
        pair.open();
        Ok(Self { bond, cables: laid, partners: started, places, pair, churn: false })
    }

    /// Predicts where it ends after so long, and waits until the kernel and the partners are there.
    pub(super) fn stage(&mut self, what: &str, settled_after: Duration) -> Tested {
        self.pair.run(settled_after);
        let predicted = self.predicted();
        let (mut last, mut times) = (None, 0);
        let limit = settled_after * 3 + seconds(20);
        let arrived = until_within(limit, what, || {
            let told = self.told()?;
            times = if told == predicted { times + 1 } else { 0 };
            last = Some(told);
            Ok(times >= TIMES)
        });
        arrived.map_err(|error| format!("{error}\n--- predicted\n{predicted:#?}\n--- told\n{last:#?}").into())
    }

    /// What the machines say that the kernel will tell.
    fn predicted(&self) -> Told {
        let host = &self.pair.sides[0];
        let slave = |cable| {
            let port = self.pair.port(0, cable);
            Slave { active: port.distributes(), lacp: self.comparable(port.observed()) }
        };
        let cables = 0..self.cables.len();
        Told {
            carrier: host.carrier(),
            aggregator: host.active(),
            slaves: cables.clone().map(slave).collect(),
            partners: cables.map(|cable| self.comparable(self.pair.port(1, cable).observed())).collect(),
        }
    }

    /// What the kernel tells, and the partners.
    fn told(&self) -> Result<Told, Box<dyn Error>> {
        let network = linux::Linux::open()?.observe()?;
        let link = network.link(&self.bond).ok_or("the bond is gone")?;
        let aggregator = link.bond().and_then(|bond| bond.state.as_ref()).and_then(|state| state.aggregator);
        let slaves = self.cables.iter().map(|cable| {
            let state = network.link(&cable.near.link).and_then(|link| link.bond_port.clone());
            let BondPortState { active, lacp, .. } = *state.and_then(|port| port.state).ok_or("no slave")?;
            Ok(Slave { active, lacp: self.comparable(lacp.ok_or("a slave without LACP")?) })
        });
        let slaves = slaves.collect::<Result<Vec<_>, Box<dyn Error>>>()?;
        let partners = self.places.iter().map(|(partner, at)| {
            let at = *at;
            Ok(self.comparable(self.partners[*partner].lag(move |lag, _| lag.ports()[at].observed())?))
        });
        let partners = partners.collect::<Result<Vec<_>, Box<dyn Error>>>()?;
        Ok(Told { carrier: link.carrier() == Some(true), aggregator, slaves, partners })
    }

    fn comparable(&self, lacp: PortLacp) -> PortLacp {
        if self.churn { lacp } else { PortLacp { actor_churn: None, partner_churn: None, ..lacp } }
    }

    /// Loses what leaves the host's end of a cable, and what leaves the other.
    pub(super) fn cut(&mut self, cable: usize, from_host: bool, from_partner: bool) -> Tested {
        let (partner, at) = self.places[cable];
        self.partners[partner].cut(at, from_partner, from_host)?;
        self.pair.cables[cable].cut = [from_host, from_partner];
        Ok(())
    }

    /// Pulls a cable, or plugs it in.
    pub(super) fn plug(&mut self, cable: usize, plugged: bool) -> Tested {
        if plugged {
            self.cables[cable].plug()?;
        } else {
            self.cables[cable].pull()?;
        }
        self.pair.plug(cable, if plugged { Link::up(10_000) } else { UNPLUGGED });
        Ok(())
    }

    /// Changes what a partner is set up as.
    pub(super) fn reconfigure(
        &mut self,
        partner: usize,
        change: impl Fn(&mut Config) + Send + Clone + 'static,
    ) -> Tested {
        let apply = move |lag: &mut Lag, now| {
            let mut config = lag.config().clone();
            change(&mut config);
            lag.reconfigure(now, config)
        };
        let now = self.pair.now;
        apply.clone()(&mut self.pair.sides[partner + 1], now)?;
        self.partners[partner].lag(apply)??;
        Ok(())
    }

    /// Sets an option of the bond, and the machines' counterpart.
    pub(super) fn set(&mut self, lab: &Lab, option: (Opt, Value), change: impl Fn(&mut Config)) -> Tested {
        let options: Options = [option].into_iter().collect();
        lab.host.change(&[Change::SetOptions { link: self.bond.clone(), scope: Scope::Bond, options }])?;
        let mut config = self.pair.sides[0].config().clone();
        change(&mut config);
        let now = self.pair.now;
        self.pair.sides[0].reconfigure(now, config)?;
        Ok(())
    }

    /// Takes a slave out of the bond. Its cable is not looked at any more.
    pub(super) fn release_last(&mut self, lab: &Lab) -> Tested {
        let cable = self.cables.pop().ok_or("no cable")?;
        self.places.pop();
        lab.host.change(&[Change::SetMaster { link: cable.near.link.clone(), master: None }])?;
        let at = self.cables.len();
        let (side, id) = self.pair.cables[at].ends[0].ok_or("no port")?;
        let now = self.pair.now;
        self.pair.sides[side].remove_port(now, id)?;
        Ok(())
    }

    /// Whether both ends of all cables carry traffic.
    pub(super) fn is_whole(&self) -> bool {
        self.pair.is_whole()
    }

    /// The host's state byte at a cable, as predicted.
    pub(super) fn state(&self, cable: usize) -> u8 {
        self.pair.state(0, cable)
    }

    /// Ends the partners, and says what went wrong with them.
    pub(super) fn end(self) -> Tested {
        self.partners.into_iter().try_for_each(|partner| Ok(partner.stop()?))
    }
}

/// A veth that lost its carrier still tells its speed.
const UNPLUGGED: Link =
    Link { mii: network::bond::MiiStatus::Down, running: false, speed: Some(10_000), full_duplex: Some(true) };
