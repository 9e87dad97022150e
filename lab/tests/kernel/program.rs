//! Applying a file to the last: until there is nothing more to do; and what the host has then.

use std::error::Error;

use bowline::ExitCode;
use lab::{Lab, until};
use network::bond::MiiStatus;
use network::{IfName, Link, Network, Options, Scope};

use crate::apply::{Ran, run};
use crate::raw::named;

/// What applying a file says when there is nothing to do.
pub(crate) const NOTHING: &str = "0 changes: the kernel has what the file says\n";

/// Applies the file, however that ends.
pub(crate) fn try_apply(lab: &Lab, file: &str) -> Result<Ran, Box<dyn Error>> {
    lab.file(file)?;
    Ok(run(lab, &["apply", "--unguarded"]))
}

/// Applies the file: all of it comes about, is read back, and a second time there is nothing to do.
pub(crate) fn apply(lab: &Lab, file: &str) -> Result<String, Box<dyn Error>> {
    let ran = try_apply(lab, file)?;
    assert_eq!(ran.code, ExitCode::Success, "{file}\n{ran}");
    let again = try_apply(lab, file)?;
    assert_eq!(again.out, NOTHING, "{file}\n{ran}");
    Ok(ran.out)
}

/// One link of the host.
pub(crate) fn link(lab: &Lab, name: &str) -> Result<Link, Box<dyn Error>> {
    let network = lab.host.observe()?;
    Ok(network.link(&named(name)).cloned().ok_or_else(|| format!("no {name}"))?)
}

/// The options of one scope that a link has.
pub(crate) fn options(link: &Link, scope: Scope) -> Options {
    link.options(scope).cloned().unwrap_or_default()
}

/// The slaves of a bond, by name.
pub(crate) fn slaves(network: &Network, bond: &str) -> Vec<String> {
    let bond = network.link(&named(bond)).and_then(Link::bond);
    let mut slaves: Vec<String> = bond.into_iter().flat_map(|bond| &bond.slaves).map(IfName::to_string).collect();
    slaves.sort();
    slaves
}

/// Waits until the bond and all of its slaves have carrier, as the driver's monitor sees it, and the aggregator holds
/// them all where there is one.
pub(crate) fn runs(lab: &Lab, bond: &str) -> Result<(), Box<dyn Error>> {
    let host = lab.host.clone();
    until("the bond's running on all slaves", || {
        let network = host.observe()?;
        let Some(link) = network.link(&named(bond)) else { return Ok(false) };
        let Some(found) = link.bond() else { return Ok(false) };
        let aggregator = found.state.as_ref().and_then(|state| state.aggregator.as_ref());
        let all_slaves = found.slaves.iter().all(|slave| {
            let state = network.link(slave).and_then(|slave| slave.bond_port.as_ref()?.state.as_ref());
            state.is_some_and(|state| {
                let carries = state.lacp.as_ref().is_none_or(|lacp| lacp.actor_state.carries_traffic());
                state.mii == MiiStatus::Up && (aggregator.is_none() || carries)
            })
        });
        Ok(link.carrier() == Some(true) && !found.slaves.is_empty() && all_slaves)
    })
}
