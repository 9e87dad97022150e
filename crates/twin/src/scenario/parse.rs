//! A scenario's file, understood.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ipnet::IpNet;
use network::{IfName, PortVlans, Vid, VidRange, VlanEntry};

use super::error::{ScenarioError, Wrong};
use super::event::{Action, Event};
use super::format::{self, Mode, Word};
use super::time::time;
use crate::topology::{GuestSpec, LagSpec, NicSpec, Plug, PortSpec, StationSpec, SwitchSpec, Topology, trunk};
use crate::{CableState, LagMode};

/// The most NICs, guests, stations and events of a scenario, each.
const MAX: usize = 4096;

/// A scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scenario {
    /// What it is about, for people.
    pub about: String,
    /// Where chance begins.
    pub seed: u64,
    /// The host and what it is cabled to.
    pub topology: Topology,
    /// The host's /etc/network/interfaces.
    pub file: PathBuf,
    /// What it was booted with; `None`: nothing.
    pub booted: Option<PathBuf>,
    /// What happens, in order.
    pub events: Vec<Event>,
}

/// Wrong, and where in the text.
type At = (Wrong, Range<usize>);

/// Reads a scenario. Paths in it are seen from `path`'s folder.
///
/// # Errors
/// The first thing that is wrong, at its place.
pub fn parse(path: &Path, text: &str) -> Result<Scenario, ScenarioError> {
    let file: format::File = toml::from_str(text).map_err(|error| {
        let wrong = Wrong::Syntax(error.message().to_owned());
        place(path, text, (wrong, error.span().unwrap_or(0..0)))
    })?;
    understand(path, &file).map_err(|wrong| place(path, text, wrong))
}

fn place(path: &Path, text: &str, (wrong, span): At) -> ScenarioError {
    let before = text.get(..span.start).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
    ScenarioError { path: path.to_owned(), line, column, wrong }
}

fn at<T, E: Into<Wrong>>(word: &Word, read: impl Fn(&str) -> Result<T, E>) -> Result<T, At> {
    read(word.get_ref()).map_err(|wrong| (wrong.into(), word.span()))
}

fn understand(path: &Path, file: &format::File) -> Result<Scenario, At> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let mut reader = Reader { file, taken: BTreeSet::new(), ports: BTreeMap::new() };
    let nics = reader.nics()?;
    let stations = reader.stations()?;
    let trunks = reader.trunks()?;
    let switches = reader.switches()?;
    let guests = reader.guests()?;
    let host = file.host.name.clone();
    let own = folder.join(&file.host.file);
    let booted = file.host.booted.as_ref().map(|booted| folder.join(booted));
    Ok(Scenario {
        about: file.about.clone(),
        seed: file.seed,
        booted: if file.host.bare { None } else { booted.or_else(|| Some(own.clone())) },
        file: own,
        events: reader.events(&nics)?,
        topology: Topology { host, nics, switches, stations, guests, trunks },
    })
}

struct Reader<'a> {
    file: &'a format::File,
    /// Ports that have a cable.
    taken: BTreeSet<Plug>,
    /// The ports of each switch that cables lead to.
    ports: BTreeMap<String, BTreeSet<String>>,
}

impl Reader<'_> {
    fn plug(&mut self, word: &Word) -> Result<Plug, At> {
        let text = word.get_ref();
        let Some((switch, port)) = text.split_once(':').filter(|(_, port)| !port.is_empty()) else {
            return Err((Wrong::Plug(text.clone()), word.span()));
        };
        if !self.file.switches.contains_key(switch) {
            return Err((Wrong::NoSwitch(switch.to_owned()), word.span()));
        }
        let plug = Plug { switch: switch.to_owned(), port: port.to_owned() };
        if !self.taken.insert(plug.clone()) {
            return Err((Wrong::Taken(text.clone()), word.span()));
        }
        self.ports.entry(plug.switch.clone()).or_default().insert(plug.port.clone());
        Ok(plug)
    }

    fn nics(&mut self) -> Result<Vec<NicSpec>, At> {
        let mut nics = Vec::new();
        for (name, said) in &self.file.nics {
            bounded(nics.len(), name.span())?;
            let cable = said.cable.as_ref().map(|plug| self.plug(plug)).transpose()?;
            let mut nic = NicSpec::copper(at(name, IfName::new)?, cable);
            nic.mac = said.mac.as_ref().map(|mac| at(mac, str::parse)).transpose()?;
            nic.speed = said.speed.unwrap_or(nic.speed);
            nic.full_duplex = said.half_duplex != Some(true);
            nic.driver = said.driver.clone().unwrap_or(nic.driver);
            nic.detect = said.detect.as_ref().map_or(Ok(nic.detect), |word| at(word, time))?;
            nic.negotiate = said.negotiate.as_ref().map_or(Ok(nic.negotiate), |word| at(word, time))?;
            nics.push(nic);
        }
        Ok(nics)
    }

    fn stations(&mut self) -> Result<Vec<StationSpec>, At> {
        let mut stations = Vec::new();
        for (name, said) in &self.file.stations {
            bounded(stations.len(), said.cable.span())?;
            let (addresses, cable) = (vec![at(&said.address, address)?], self.plug(&said.cable)?);
            stations.push(StationSpec { name: name.clone(), addresses, cable });
        }
        Ok(stations)
    }

    fn trunks(&mut self) -> Result<Vec<[Plug; 2]>, At> {
        self.file.trunks.iter().map(|[one, other]| Ok([self.plug(one)?, self.plug(other)?])).collect()
    }

    fn switches(&self) -> Result<Vec<SwitchSpec>, At> {
        let mut switches = Vec::new();
        for (name, said) in &self.file.switches {
            let mut ports = Vec::new();
            for (port, said) in &said.ports {
                let vlans = vlans(said)?;
                ports.push(PortSpec { name: port.clone(), vlans, chassis: said.chassis });
            }
            let named: BTreeSet<&String> = said.ports.keys().collect();
            for port in self.ports.get(name).into_iter().flatten().filter(|port| !named.contains(port)) {
                ports.push(PortSpec { name: port.clone(), vlans: trunk(Vid::ONE), chassis: 0 });
            }
            let forward_delay = said.forward_delay.as_ref().map_or(Ok(Duration::ZERO), |word| at(word, time))?;
            let lags = lags(name, &said.lags, &ports)?;
            switches.push(SwitchSpec { name: name.clone(), forward_delay, ports, lags });
        }
        Ok(switches)
    }

    fn guests(&self) -> Result<Vec<GuestSpec>, At> {
        let mut guests = Vec::new();
        for (port, said) in &self.file.guests {
            bounded(guests.len(), port.span())?;
            let peer = said.to.get_ref().clone();
            if !self.file.stations.contains_key(&peer) {
                return Err((Wrong::NoStation(peer), said.to.span()));
            }
            guests.push(GuestSpec {
                port: at(port, IfName::new)?,
                bridge: at(&said.bridge, IfName::new)?,
                vlan: said.vlan.as_ref().map(vid).transpose()?,
                addresses: vec![at(&said.address, address)?],
                peer,
            });
        }
        Ok(guests)
    }

    fn events(&self, nics: &[NicSpec]) -> Result<Vec<Event>, At> {
        let mut events: Vec<Event> = Vec::new();
        for said in &self.file.events {
            bounded(events.len(), said.at.span())?;
            let at_ = at(&said.at, time)?;
            if events.last().is_some_and(|last| last.at > at_) {
                return Err((Wrong::OutOfOrder, said.at.span()));
            }
            let cables = [
                (&said.pull, CableState::Pulled),
                (&said.plug, CableState::Whole),
                (&said.silence, CableState::Silent),
            ];
            let power = [(&said.power_off, false), (&said.power_on, true)];
            let mut actions = Vec::new();
            for (word, state) in cables.into_iter().filter_map(|(word, state)| Some((word.as_ref()?, state))) {
                let nic = at(word, IfName::new)?;
                if !nics.iter().any(|known| known.name == nic) {
                    return Err((Wrong::NoNic(nic.to_string()), word.span()));
                }
                actions.push(Action::Cable { nic, state });
            }
            for (word, on) in power.into_iter().filter_map(|(word, on)| Some((word.as_ref()?, on))) {
                let Some(switch) = self.file.switches.keys().position(|name| name == word.get_ref()) else {
                    return Err((Wrong::NoSwitch(word.get_ref().clone()), word.span()));
                };
                actions.push(Action::Power { switch, on });
            }
            let Ok([action]) = <[Action; 1]>::try_from(actions) else {
                return Err((Wrong::NotOneThing, said.at.span()));
            };
            events.push(Event { at: at_, action });
        }
        Ok(events)
    }
}

fn bounded(count: usize, span: Range<usize>) -> Result<(), At> {
    if count < MAX { Ok(()) } else { Err((Wrong::TooMany(MAX), span)) }
}

fn address(text: &str) -> Result<IpNet, Wrong> {
    text.parse().map_err(|_| Wrong::Address(text.to_owned()))
}

fn vid(number: &toml::Spanned<u16>) -> Result<Vid, At> {
    Vid::new(*number.get_ref()).map_err(|_| (Wrong::Vlans(number.get_ref().to_string()), number.span()))
}

/// An access port, a trunk, or where nothing is said a trunk of all VLANs with VLAN 1 untagged.
fn vlans(said: &format::SwitchPort) -> Result<PortVlans, At> {
    let native = said.native.as_ref().map_or(Ok(Vid::ONE), vid)?;
    if let Some(access) = said.access.as_ref().filter(|_| said.trunk.is_some() || said.native.is_some()) {
        return Err((Wrong::BothKinds, access.span()));
    }
    match (&said.access, &said.trunk) {
        (Some(access), _) => Ok(PortVlans::only_pvid(vid(access)?)),
        (None, None) => Ok(trunk(native)),
        (None, Some(list)) => {
            let ranges = at(list, ranges)?;
            let mut vlans = PortVlans::only_pvid(native);
            for range in ranges.iter().filter(|range| **range != VidRange { first: native, last: native }) {
                vlans.add(VlanEntry { range: *range, untagged: false, pvid: false });
            }
            vlans.add(VlanEntry { range: VidRange { first: native, last: native }, untagged: true, pvid: true });
            Ok(vlans)
        }
    }
}

fn ranges(text: &str) -> Result<Vec<VidRange>, Wrong> {
    let wrong = || Wrong::Vlans(text.to_owned());
    text.split(',').map(|range| range.trim().parse().map_err(|_| wrong())).collect()
}

fn lags(switch: &str, said: &BTreeMap<String, format::Lag>, ports: &[PortSpec]) -> Result<Vec<LagSpec>, At> {
    let (mut lags, mut used) = (Vec::new(), BTreeSet::new());
    for (name, lag) in said {
        for port in &lag.ports {
            if !ports.iter().any(|known| known.name == *port.get_ref()) {
                let (switch, port_) = (switch.to_owned(), port.get_ref().clone());
                return Err((Wrong::NoPort { switch, port: port_ }, port.span()));
            }
            if !used.insert(port.get_ref()) {
                return Err((Wrong::TwoLags(port.get_ref().clone()), port.span()));
            }
        }
        let lacp = |active| LagMode::Lacp { active, fast: lag.fast, individual: lag.individual };
        let mode = match lag.mode {
            Mode::Static => LagMode::Static,
            Mode::Active => lacp(true),
            Mode::Passive => lacp(false),
        };
        let ports = lag.ports.iter().map(|port| port.get_ref().clone()).collect();
        lags.push(LagSpec { name: name.clone(), ports, mode });
    }
    Ok(lags)
}
