//! `bowline lab-switch IFACE…`: a LAG partner on interfaces of this host.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use lacp::{Config, PortConfig, PortId, Rate};
use linux::Speaker;
use network::{IfName, Link, Mac, Network};

use crate::arguments::lab_switch::Arguments;
use crate::error::Failure;
use crate::run::Context;
use crate::show::lab_switch as show;
use crate::{ExitCode, json};

/// How long frames are waited for before the machines are looked at.
const TURN: Duration = Duration::from_millis(100);

/// Why an interface is not used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
enum Unfit {
    #[error("this host has no interface `{0}`")]
    Missing(IfName),
    #[error("`{0}` is named twice")]
    Twice(IfName),
    #[error("`{0}` is a slave of {1}, which takes the LACPDUs that come in there")]
    Slave(IfName, IfName),
    #[error(
        "the default route of this host rests on `{0}`; whoever is at its other end would send traffic here that ends here. With --yes it is used all the same"
    )]
    Route(IfName),
}

/// Speaks until its time is over.
///
/// # Errors
/// When the kernel can't be read, or a socket fails.
pub fn run(context: &mut Context<'_, '_>, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let network = (context.open)()?.observe()?;
    if let Err(unfit) = fit(&network, &arguments.ports, arguments.yes) {
        context.complain(&format!("error: {unfit}\n"))?;
        return Ok(ExitCode::Problems);
    }
    let mac = |name: &IfName| network.link(name).and_then(|link| link.mac).unwrap_or(Mac::ZERO);
    let system = arguments.system.unwrap_or_else(|| arguments.ports.first().map_or(Mac::ZERO, mac));
    let rate = if arguments.slow { Rate::Slow } else { Rate::Fast };
    let config = Config { active: !arguments.passive, rate, ..Config::switch(system, arguments.key) };
    let mut speaker = Speaker::new(config)?;
    let mut ports: Vec<(IfName, PortId, String)> = Vec::new();
    for (number, name) in (1..).zip(&arguments.ports) {
        let id = speaker.add_port(name, &PortConfig::port(mac(name), number, lacp::Link::DOWN))?;
        ports.push((name.clone(), id, String::new()));
    }
    let (start, limit) = (Instant::now(), arguments.seconds.map(Duration::from_secs));
    while limit.is_none_or(|limit| start.elapsed() < limit) {
        speaker.turn(TURN, &mut |_, _| true)?;
        for (name, id, told) in &mut ports {
            let Ok(port) = speaker.lag().0.port(*id).map(lacp::Port::observed) else { continue };
            let words = show::words(&port);
            if *told != words {
                let at = start.elapsed();
                let text = match context.global.json {
                    true => json::line(&show::as_json(name, at, &port)),
                    false => show::line(name, at, &words),
                };
                context.print(&text)?;
                *told = words;
            }
        }
    }
    Ok(ExitCode::Success)
}

/// Whether these may be a switch's ports.
fn fit(network: &Network, ports: &[IfName], yes: bool) -> Result<(), Unfit> {
    let routes = network.routes.iter().filter(|route| route.is_default());
    let carried: BTreeSet<IfName> = routes.flat_map(|route| below(network, &route.link)).collect();
    for (number, name) in ports.iter().enumerate() {
        let link = network.link(name).ok_or_else(|| Unfit::Missing(name.clone()))?;
        if ports[..number].contains(name) {
            return Err(Unfit::Twice(name.clone()));
        }
        let bond = link.master.as_ref().filter(|master| network.link(master).and_then(Link::bond).is_some());
        if let Some(bond) = bond {
            return Err(Unfit::Slave(name.clone(), bond.clone()));
        }
        if carried.contains(name) && !yes {
            return Err(Unfit::Route(name.clone()));
        }
    }
    Ok(())
}

/// A link and all that it stands on.
fn below(network: &Network, name: &IfName) -> BTreeSet<IfName> {
    let (mut seen, mut rest) = (BTreeSet::new(), vec![name.clone()]);
    while let Some(name) = rest.pop() {
        if let Some(link) = network.link(&name)
            && seen.insert(name)
        {
            rest.extend(plan::lowers(&link.kind));
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(text: &str) -> Network {
        network::resolve(&interfaces::Configuration::of("interfaces", text.as_bytes().to_vec())).wanted
    }

    fn name(text: &str) -> IfName {
        IfName::new(text).expect("a name")
    }

    const HOST: &str = "
auto eth0
iface eth0 inet manual

auto eth1
iface eth1 inet manual

auto eth2
iface eth2 inet manual

auto bond0
iface bond0 inet manual
\tbond-slaves eth1
\tbond-mode 802.3ad

auto vmbr0
iface vmbr0 inet static
\taddress 192.0.2.10/24
\tgateway 192.0.2.1
\tbridge-ports eth0
";

    #[test]
    fn what_the_default_route_rests_on_is_spared() {
        let mut host = network(HOST);
        for link in ["eth0", "bond0"] {
            assert!(host.link(&name(link)).is_some(), "{link}");
        }
        let slave = host.link(&name("eth1")).cloned().expect("it is in the file");
        host.insert(Link { master: Some(name("bond0")), ..slave });
        let asked = |ports: &[&str], yes| fit(&host, &ports.iter().map(|port| name(port)).collect::<Vec<_>>(), yes);
        assert_eq!(asked(&["eth2"], false), Ok(()));
        assert_eq!(asked(&["eth2", "eth0"], false), Err(Unfit::Route(name("eth0"))));
        assert_eq!(asked(&["vmbr0"], false), Err(Unfit::Route(name("vmbr0"))));
        assert_eq!(asked(&["eth0"], true), Ok(()));
        assert_eq!(asked(&["eth1"], true), Err(Unfit::Slave(name("eth1"), name("bond0"))), "whatever is said");
        assert_eq!(asked(&["eth2", "eth2"], true), Err(Unfit::Twice(name("eth2"))));
        assert_eq!(asked(&["eth9"], true), Err(Unfit::Missing(name("eth9"))));
    }
}
