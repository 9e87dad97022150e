//! One tool plays one scenario.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::time::Duration;

use linux::Linux;
use network::bridge::StpState;
use network::{Host, Kind, Network};

use super::{Disturbed, Ran, ReloadError, Scenario, Snapshot, Stage, Tool, disturbed, lacks, plant_witnesses};
use crate::Lab;
use crate::traffic::{self, Traffic, TrafficError};

/// A flow that leaves the processor to the reload: what is looked for is whether anything is lost at all.
const FLOW: Traffic = Traffic { pace: Duration::from_millis(10), calm: Duration::from_millis(100) };

/// What came of it.
#[derive(Clone, Debug)]
pub struct Played {
    /// The first reload, of the file before.
    pub start: Ran,
    /// The reload that is looked at.
    pub ran: Ran,
    /// What the scenario asks for and the kernel has not, in words; empty when all is right.
    pub wrong: Vec<String>,
    /// What was disturbed of the links that were there before.
    pub disturbed: Disturbed,
    /// How often a carrier came or went on those links, all together.
    pub carrier_changes: u32,
    /// What became of the flow.
    pub flow: Flow,
}

/// What became of the flow that ran during the reload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// None was asked for.
    None,
    /// Nothing got through even before the reload.
    NoWay,
    /// So many packets were sent, and so many of them lost.
    Sent {
        /// How many.
        sent: usize,
        /// How many of them never came back.
        lost: usize,
    },
}

/// Plays a scenario with a tool, in the namespace of the lab's host and a file system of the calling thread's own.
///
/// # Errors
/// When the stage can't be set or looked at. What the tool does wrong is in the result.
pub fn play(lab: &Lab, scenario: &Scenario, tool: &dyn Tool) -> Result<(Stage, Played), ReloadError> {
    let mut stage = Stage::set(lab, scenario, tool)?;
    tool.prepare()?;
    stage.file(&scenario.before, tool)?;
    let start = tool.call("ifreload -a")?;
    stage.rest()?;
    stage.others(scenario, tool)?;
    for line in &scenario.calls {
        tool.call(line)?;
    }
    stage.rest()?;
    drop(stage.take_told()?);
    plant_witnesses(&ports(&observe()?))?;
    let before = Snapshot::take()?;
    stage.file(&scenario.after, tool)?;
    let (ran, flow) = match scenario.flow {
        None => (tool.call("ifreload -a")?, Flow::None),
        Some(address) => with_flow(&stage, address, || tool.call("ifreload -a"))?,
    };
    let told = stage.take_told()?;
    stage.rest()?;
    let after = Snapshot::take()?;
    let mut wrong = lacks(scenario, &observe()?);
    if let Some(wanted) = scenario.told.as_ref().filter(|wanted| **wanted != told) {
        wrong.push(format!("hooks told {told:?}, not {wanted:?}"));
    }
    let mut disturbed = disturbed(&before, &after, &scenario.gone);
    for (link, reason) in &scenario.disturbed {
        if let Some(aspects) = disturbed.get_mut(link) {
            aspects.retain(|aspect| !reason.sometimes.contains(aspect));
        }
    }
    let carrier_changes = after.carrier_changes_since(&before);
    Ok((stage, Played { start, ran, wrong, disturbed, carrier_changes, flow }))
}

impl fmt::Display for Played {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the first reload: {}
the reload: {}",
            self.start, self.ran
        )
    }
}

/// Lets the flow run meanwhile. Where there was no way, the reload runs all the same, once.
fn with_flow(
    stage: &Stage,
    address: IpAddr,
    reload: impl Fn() -> Result<Ran, ReloadError>,
) -> Result<(Ran, Flow), ReloadError> {
    match traffic::outage_with(FLOW, stage.client(), stage.owner(address), address, &reload) {
        Ok((outage, ran)) => Ok((ran?, Flow::Sent { sent: outage.sent, lost: outage.lost })),
        Err(TrafficError::NoWay { .. }) => Ok((reload()?, Flow::NoWay)),
        Err(source) => Err(ReloadError::Kernel { what: "the flow", source: Box::new(source) }),
    }
}

fn observe() -> Result<Network, ReloadError> {
    let what = "what it has";
    let mut host = Linux::open().map_err(|source| ReloadError::Kernel { what, source: Box::new(source) })?;
    host.observe().map_err(|source| ReloadError::Kernel { what, source: Box::new(source) })
}

/// The ports of bridges that can learn, each with the VLAN of what comes untagged; without one where the bridge does not
/// filter. What has no such VLAN learns nothing that we could plant.
fn ports(network: &Network) -> BTreeMap<String, Option<u16>> {
    let mut out = BTreeMap::new();
    for link in network.links.values() {
        let Some(master) = link.master.as_ref().and_then(|master| network.link(master)) else { continue };
        let Kind::Bridge(bridge) = &master.kind else { continue };
        let pvid = link.bridge_port.as_ref().and_then(|port| port.vlans.as_ref()).and_then(|vlans| vlans.pvid);
        // A port that does not forward (it is down, without carrier, or held by spanning tree) learns nothing.
        let state = link.bridge_port.as_ref().and_then(|port| port.state);
        let learns = link.carrier() == Some(true) && state == Some(StpState::Forwarding);
        match (bridge.is_vlan_aware(), pvid) {
            _ if !learns => {}
            (false, _) => _ = out.insert(link.name.to_string(), None),
            (true, Some(pvid)) => _ = out.insert(link.name.to_string(), Some(pvid.get())),
            (true, None) => {}
        }
    }
    out
}
