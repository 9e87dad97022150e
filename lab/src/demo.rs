//! The article, played on the real driver to a person.

mod scene;

use std::error::Error;

use network::Network;
use network::bond::MiiStatus;
use network::option::bond;

use crate::net::{Cable, Switch};
use crate::wait::until;
use crate::{Lab, Venue};
use scene::Scene;

const SINGLE_NIC: &str = include_str!("../../examples/single-nic/interfaces");
const ACTIVE_BACKUP: &str = include_str!("../../examples/active-backup/interfaces");
const LACP: &str = include_str!("../../examples/lacp/interfaces");

/// Plays it, in a network namespace of its own.
///
/// # Errors
/// When a step of the story does not go as the story says.
pub fn play(colour: bool) -> Result<(), Box<dyn Error>> {
    let lab = Lab::new(Venue::Uml)?;
    let switch = Switch::new()?;
    switch.address(network::Address::new("192.168.1.1/24".parse()?))?;
    let cables = [lab.cable("enp3s0", &switch, "port1")?, lab.cable("enp4s0", &switch, "port2")?];
    let mut scene = Scene::new(lab, switch, cables, colour);
    opening(&mut scene)?;
    active_backup(&mut scene)?;
    lacp(&mut scene)?;
    closing(&mut scene);
    Ok(())
}

fn opening(scene: &mut Scene) -> Result<(), Box<dyn Error>> {
    scene.heading("A host with one NIC in use");
    scene.tell(
        "This is a Linux kernel of its own, with the real bonding driver. The host has two NICs, enp3s0 and enp4s0,\n\
         each cabled to a switch; the switch has 192.168.1.1. All commands below are what you would type. They read\n\
         the /etc/network/interfaces of this host, which for now bridges enp3s0 alone (examples/single-nic).",
    );
    scene.file(SINGLE_NIC)?;
    scene.bowline(&["apply", "--unguarded"], 0)?;
    scene.bowline(&["status"], 0)?;
    scene.tell("One cable, and everything hangs on it.");
    Ok(())
}

fn active_backup(scene: &mut Scene) -> Result<(), Box<dyn Error>> {
    scene.heading("Active-backup: any switch");
    scene.tell("First a slip: in the new file the primary is a NIC that is no slave of the bond.");
    scene.file(&ACTIVE_BACKUP.replace("bond-primary enp3s0", "bond-primary enp5s0"))?;
    scene.bowline(&["check"], 1)?;
    scene.tell(
        "Such a file is never applied. Put right (examples/active-backup), it is clean; this is what it would do:",
    );
    scene.file(ACTIVE_BACKUP)?;
    scene.bowline(&["check"], 0)?;
    scene.bowline(&["plan"], 0)?;
    scene.bowline(&["apply", "--unguarded"], 0)?;
    until("both slaves' links", || Ok(links_up(&scene.observe()?) == 2))?;
    scene.bowline(&["status"], 0)?;

    scene.heading("The active cable is pulled");
    let pulled = scene.pull(0, |network| active_slave(network).as_deref() == Some("enp4s0"))?;
    scene.bowline(&["status"], 0)?;
    scene.tell(&format!(
        "Traffic from the switch to the host, a packet each millisecond:\n{pulled}.\n\
         The link monitor looks every 100 ms (bond-miimon 100), so up to that is to be expected."
    ));
    scene.tell("The cable goes back in; the primary takes over again.");
    scene.plug(0)?;
    until("the primary to be used again", || Ok(active_slave(&scene.observe()?).as_deref() == Some("enp3s0")))?;
    scene.tell("Applied again, nothing is sent to the kernel at all:");
    scene.bowline(&["apply", "--unguarded"], 0)?;
    scene.bowline(&["verify"], 0)
}

fn lacp(scene: &mut Scene) -> Result<(), Box<dyn Error>> {
    scene.heading("LACP: both NICs at work, with the switch's help");
    scene.tell("The same host, with examples/lacp. The switch has not been told yet.");
    scene.file(LACP)?;
    scene.bowline(&["check"], 0)?;
    scene.bowline(&["plan"], 0)?;
    scene.bowline(&["apply", "--unguarded"], 0)?;
    until("LACP to give up on a partner", || Ok(defaulted(&scene.observe()?) == 2))?;
    scene.bowline(&["status"], 0)?;
    scene.tell("Nobody answers. Now the two ports of the switch become one LACP group, with the fast rate.");
    scene.bundle_at_the_switch()?;
    until("both ports to carry traffic", || Ok(bundled(&scene.observe()?) == 2))?;
    scene.bowline(&["status"], 0)?;

    scene.heading("A cable of the LAG is pulled");
    let pulled = scene.pull(0, |network| links_up(network) == 1)?;
    scene.bowline(&["status", "bond0"], 0)?;
    scene.tell(&format!(
        "Traffic from the switch to the host, a packet each millisecond:\n{pulled}.\n\
         One flow takes one cable; which, the switch's hash decides. If it was the other one, nothing is lost."
    ));
    scene.plug(0)?;
    until("both ports to carry traffic again", || Ok(bundled(&scene.observe()?) == 2))?;
    scene.tell("The cable is back, and a second apply has nothing to do:");
    scene.bowline(&["apply", "--unguarded"], 0)?;
    scene.bowline(&["verify"], 0)
}

fn closing(scene: &mut Scene) {
    scene.heading("On a real host");
    scene.tell(
        "    cargo build --release -p bowline    # one static file: target/*/release/bowline\n\
         \x20   bowline check                       # what is wrong with /etc/network/interfaces\n\
         \x20   bowline plan                        # what would change, and what each step disturbs\n\
         \x20   bowline apply --unguarded           # do it, and read it back; have a console at hand\n\
         \x20   bowline status                      # the tree, with health\n\n\
         examples/ has the files used here and more; `bowline VERB --help` says the rest.",
    );
}

/// How many slaves the link monitor sees up.
fn links_up(network: &Network) -> usize {
    let states = network.links.values().filter_map(|link| link.bond_port.as_ref()?.state.as_ref());
    states.filter(|state| state.mii == MiiStatus::Up).count()
}

/// The slave that carries the traffic.
fn active_slave(network: &Network) -> Option<String> {
    let bond = network.links.values().find_map(network::Link::bond)?;
    let active = bond.options.get(bond::ACTIVE_SLAVE).and_then(|value| match value {
        network::Value::Link(link) => link.as_ref(),
        _ => None,
    });
    bond.state.as_ref().and_then(|state| state.active_slave.as_ref()).or(active).map(ToString::to_string)
}

fn lacp_states(network: &Network) -> impl Iterator<Item = &network::lacp::PortLacp> {
    network.links.values().filter_map(|link| link.bond_port.as_ref()?.state.as_ref()?.lacp.as_ref())
}

/// How many slaves have given up waiting for a partner.
fn defaulted(network: &Network) -> usize {
    lacp_states(network).filter(|lacp| lacp.actor_state.has(network::lacp::PortState::DEFAULTED)).count()
}

/// How many slaves carry traffic as both ends see it.
fn bundled(network: &Network) -> usize {
    let both =
        |lacp: &&network::lacp::PortLacp| lacp.actor_state.carries_traffic() && lacp.partner_state.carries_traffic();
    lacp_states(network).filter(both).count()
}

/// The fast LACP rate, as the switch is told.
fn fast() -> (network::Opt, network::Value) {
    (bond::LACP_RATE, network::Value::Number(1))
}

impl Scene {
    /// Makes one LACP group of the switch's ports.
    fn bundle_at_the_switch(&self) -> Result<(), Box<dyn Error>> {
        let ports: Vec<_> = self.cables.iter().map(|cable: &Cable| &cable.far).collect();
        self.switch.lag("lag1", &ports, &[fast()])?;
        Ok(())
    }
}
