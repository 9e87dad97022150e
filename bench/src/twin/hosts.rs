//! What runs: hosts of the article, each with two NICs in an LACP bond below a bridge.

use std::time::Duration;

use network::{Host, IfName, Kind, Mac, Network, Vid};
use twin::topology::trunk;
use twin::{Kernel, LagMode, NicFacts, Phy, Port, Switch, Twin, World};

use super::TwinError;

/// The article's file.
const FILE: &str = include_str!("../../../examples/lacp/interfaces");
/// Its NICs.
const NICS: [&str; 2] = ["enp3s0", "enp4s0"];
/// How long links and LACP take to come up.
const SETTLES: Duration = Duration::from_secs(30);
/// How long a link of copper takes to come up, and until its going is seen.
const LINK: [Duration; 2] = [Duration::from_secs(2), Duration::from_millis(10)];

/// A world with that many such hosts, spread over that many switches in a row, booted and bundled.
///
/// # Errors
/// When a host refuses a step, or some bond is not bundled in time.
pub fn world(hosts: usize, switches: usize) -> Result<World, TwinError> {
    let mut world = World::new(1);
    for number in 0..switches {
        world.switches.push(Switch::new(&format!("switch{}", number + 1), mac(0x1b, number)));
    }
    let port = |world: &mut World, switch: usize, name: &str, [negotiate, detect]: [Duration; 2]| {
        world.switches[switch].add_port(name, trunk(Vid::ONE), Phy::new(detect, negotiate))
    };
    for number in 1..switches {
        let [one, other] = [number - 1, number].map(|switch| {
            let port = port(&mut world, switch, &format!("trunk{number}"), [Duration::ZERO; 2]);
            Port::Switch { switch, port }
        });
        world.cable(one, other);
    }
    let names: Vec<IfName> = NICS.iter().filter_map(|name| name.parse().ok()).collect();
    for host in 0..hosts {
        let switch = host % switches.max(1);
        let mut kernel = Kernel::new(&format!("host{}", host + 1));
        for (number, name) in names.iter().enumerate() {
            kernel.add_nic(name, nic(mac(0x24, 2 * host + number)), Phy::new(LINK[1], LINK[0]));
        }
        world.hosts.push(kernel);
        let ports = NICS.map(|nic| port(&mut world, switch, &format!("{}:{nic}", host + 1), LINK));
        let mode = LagMode::Lacp { active: true, fast: true, individual: false };
        world.switches[switch].bundle(Duration::ZERO, &format!("lag{}", host + 1), &ports, mode);
        for (name, port) in names.iter().zip(ports) {
            world.cable(Port::Nic { host, name: name.clone() }, Port::Switch { switch, port });
        }
    }
    boot(world)
}

/// All hosts boot with the article's file.
fn boot(world: World) -> Result<World, TwinError> {
    let wanted = network::resolve(&interfaces::Configuration::of("interfaces", FILE.as_bytes().to_vec())).wanted;
    let hosts = world.hosts.len();
    let mut twin = Twin { world, host: 0 };
    for host in 0..hosts {
        twin.host = host;
        for step in plan::plan(&wanted, &twin.observe()?).steps {
            twin.world.execute(host, &step.change).map_err(TwinError::Refused)?;
        }
    }
    twin.world.run_to(SETTLES);
    let mut without = 0;
    for host in 0..hosts {
        twin.host = host;
        without += usize::from(!is_bundled(&twin.observe()?));
    }
    if without > 0 { Err(TwinError::NotBundled { without, hosts }) } else { Ok(twin.world) }
}

/// Whether both slaves are in the aggregator.
fn is_bundled(network: &Network) -> bool {
    let aggregators = network.links.values().filter_map(|link| match &link.kind {
        Kind::Bond(bond) => bond.state.as_ref()?.aggregator,
        _ => None,
    });
    aggregators.map(|aggregator| usize::from(aggregator.ports)).sum::<usize>() == NICS.len()
}

fn nic(mac: Mac) -> NicFacts {
    let driver = "igb".to_owned();
    NicFacts { mac, speed: 1000, full_duplex: true, driver, max_mtu: 9216, kind: Kind::Nic }
}

fn mac(kind: u8, number: usize) -> Mac {
    // There are fewer than 2^24 of them.
    let [.., a, b, c] = u64::try_from(number).unwrap_or(0).to_be_bytes();
    Mac([0x02, 0, kind, a, b, c])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_hosts_on_switches_in_a_row_boot_and_bundle() {
        let world = world(5, 2).expect("the article's file is taken");
        assert_eq!((world.hosts.len(), world.switches.len()), (5, 2));
        assert_eq!((world.now(), world.storms(), world.stalls()), (SETTLES, 0, 0));
    }
}
