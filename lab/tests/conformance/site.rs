//! A scenario's switches and cables, on the kernel.

use std::error::Error;

use ipnet::IpNet;
use lab::{Cable, End, Lab, Namespace, Partner, Switch};
use lacp::{Config, Link, PortConfig, Rate};
use network::option::bond;
use network::{Address, BondMode, Change, Host, Mac, Value};
use twin::scenario::{Action, Event};
use twin::topology::{LagSpec, SwitchSpec};
use twin::{CableState, LagMode, Scenario};

/// What a twin's switches have for priority, as most real ones do (IEEE 802.1AX, 6.3.2).
const SYSTEM_PRIORITY: i64 = 0x8000;

/// What the lab builds of a scenario.
pub(super) struct Site {
    racks: Vec<Rack>,
}

/// A switch, and the cables of the host that lead to it.
struct Rack {
    cables: Vec<Cable>,
    lags: Vec<LagSpec>,
    /// LAGs that only answer. A Linux bond speaks unasked in that mode too, which no switch does, so it plays none.
    partners: Vec<Partner>,
    /// The cables of the stations.
    _stations: Vec<Cable>,
    switch: Switch,
}

impl Site {
    pub(super) fn build(lab: &Lab, scenario: &Scenario) -> Result<Self, Box<dyn Error>> {
        let mut twin = twin::topology::build(&scenario.topology, scenario.seed);
        let network = twin.observe()?;
        let mut racks = Vec::new();
        for (number, spec) in scenario.topology.switches.iter().enumerate() {
            let switch = Switch::new()?;
            let mut cables = Vec::new();
            for nic in &scenario.topology.nics {
                let plug = nic.cable.as_ref().ok_or("a NIC has no cable")?;
                if plug.switch == spec.name {
                    // Both hosts' NICs have the same addresses, so that what the driver does with them can be compared.
                    let mac = network.link(&nic.name).and_then(|link| link.mac);
                    cables.push(lab.loose_cable(
                        nic.name.as_str(),
                        mac,
                        switch.port(&format!("port{}", plug.port))?,
                    )?);
                }
            }
            let stations = stations(&switch, scenario, spec)?;
            let mut rack = Rack { cables, lags: spec.lags.clone(), partners: Vec::new(), _stations: stations, switch };
            rack.set_up(twin.world.switches[number].mac)?;
            racks.push(rack);
        }
        Ok(Self { racks })
    }

    pub(super) fn happen(&self, event: &Event) -> Result<(), Box<dyn Error>> {
        match &event.action {
            Action::Cable { nic, state } => {
                let mut cables = self.racks.iter().flat_map(|rack| rack.cables.iter().map(move |cable| (rack, cable)));
                let (rack, cable) = cables.find(|(_, cable)| cable.near.link == *nic).ok_or("no such cable")?;
                rack.set(cable, *state)
            }
            Action::Power { switch, on } => {
                let rack = self.racks.get(*switch).ok_or("no such switch")?;
                Ok(rack.cables.iter().try_for_each(|cable| cable.far.set_up(*on))?)
            }
        }
    }
}

impl Rack {
    fn set_up(&mut self, system: Mac) -> Result<(), Box<dyn Error>> {
        for cable in &self.cables {
            be_silent(&cable.far)?;
        }
        for (number, lag) in (1..).zip(&self.lags) {
            let ports: Vec<_> = self.cables.iter().filter(|cable| is_in(lag, cable)).map(|cable| &cable.far).collect();
            match lag.mode {
                LagMode::Lacp { active: false, fast, .. } => {
                    let rate = if fast { Rate::Fast } else { Rate::Slow };
                    let config = Config { active: false, rate, ..Config::switch(system, number) };
                    let ports: Vec<_> =
                        (1..).zip(ports).map(|(at, end)| (end, PortConfig::port(system, at, Link::DOWN))).collect();
                    self.partners.push(Partner::start(&self.switch.namespace, config, &ports)?);
                }
                mode => _ = self.switch.lag(&lag.name, &ports, &options(mode, system, number))?,
            }
        }
        let mut free = self.cables.iter().filter(|cable| self.is_free(cable));
        Ok(free.try_for_each(|cable| self.switch.join(&cable.far.link))?)
    }

    /// Whether a cable's port is in no LAG.
    fn is_free(&self, cable: &Cable) -> bool {
        !self.lags.iter().any(|lag| is_in(lag, cable))
    }

    fn set(&self, cable: &Cable, state: CableState) -> Result<(), Box<dyn Error>> {
        match state {
            CableState::Pulled => cable.pull()?,
            CableState::Whole => {
                cable.plug()?;
                if self.is_free(cable) {
                    self.switch.join(&cable.far.link)?;
                }
            }
            // The port has a link and forwards nothing.
            CableState::Silent if self.is_free(cable) => self.switch.part(&cable.far.link)?,
            other => return Err(format!("the lab has no way to make this cable {other:?}").into()),
        }
        Ok(())
    }
}

/// The stations at a switch, each a host of its own: a port that forwards nothing has to answer nothing.
fn stations(switch: &Switch, scenario: &Scenario, spec: &SwitchSpec) -> Result<Vec<Cable>, Box<dyn Error>> {
    let mut cables = Vec::new();
    for station in scenario.topology.stations.iter().filter(|station| station.cable.switch == spec.name) {
        let near = End { namespace: Namespace::new()?, link: "eth0".parse()? };
        let cable = Cable::lay(near, None, switch.port(&format!("port{}", station.cable.port))?)?;
        be_silent(&cable.far)?;
        switch.join(&cable.far.link)?;
        cable.near.set_up(true)?;
        let add = |net: &IpNet| Change::AddAddress { link: cable.near.link.clone(), address: Address::new(*net) };
        cable.near.namespace.change(&station.addresses.iter().map(add).collect::<Vec<_>>())?;
        cables.push(cable);
    }
    Ok(cables)
}

/// A port of a switch has no address, and says nothing of itself.
fn be_silent(port: &End) -> Result<(), Box<dyn Error>> {
    let path = format!("/proc/sys/net/ipv6/conf/{}/disable_ipv6", port.link);
    Ok(port.namespace.run(|| std::fs::write(path, "1"))?)
}

fn is_in(lag: &LagSpec, cable: &Cable) -> bool {
    lag.ports.iter().any(|port| cable.far.link.as_str() == format!("port{port}"))
}

/// The switch's side of a LAG, which a bond plays in the lab; its system is the twin's switch's, and each LAG has its key.
fn options(mode: LagMode, system: Mac, number: u16) -> Vec<(network::Opt, Value)> {
    match mode {
        LagMode::Static => vec![(bond::MODE, Value::Number(BondMode::BalanceXor.number()))],
        LagMode::Lacp { active, fast, .. } => vec![
            (bond::LACP_RATE, Value::Number(i64::from(fast))),
            (bond::LACP_ACTIVE, Value::Number(i64::from(active))),
            (bond::AD_ACTOR_SYSTEM, Value::Mac(system)),
            (bond::AD_ACTOR_SYS_PRIO, Value::Number(SYSTEM_PRIORITY)),
            (bond::AD_USER_PORT_KEY, Value::Number(number.into())),
        ],
    }
}
