//! DHCP clients: which are to run, and which no longer.

use network::dhcp::Family;
use network::{Change, Field};

use crate::order::Layers;
use crate::planner::Planner;

/// Ends the clients that the file does not want: before the file's own addresses come, lest they go with the lease.
pub(crate) fn stop(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    each(planner, layers, false);
}

/// Starts the clients that are missing: last of all, on links that are up.
pub(crate) fn start(planner: &mut Planner<'_>, layers: &Layers<'_>) {
    each(planner, layers, true);
}

fn each(planner: &mut Planner<'_>, layers: &Layers<'_>, starts: bool) {
    for want in &layers.lowers_first {
        let name = &want.name;
        let Some(now) = planner.now.link(name).map(|link| link.dhcp) else { continue };
        for family in Family::ALL {
            let link = name.clone();
            let change = match (want.dhcp.has(family), now.has(family)) {
                (true, false) if starts => Change::StartDhcp { link, family },
                // A family that the file leaves to others may have a client of theirs.
                (false, true) if !starts && decides(want, family) => Change::StopDhcp { link, family },
                _ => continue,
            };
            planner.step_for(Field::Dhcp(family), change);
        }
    }
}

fn decides(want: &network::Link, family: Family) -> bool {
    match family {
        Family::V4 => want.addressing.v4,
        Family::V6 => want.addressing.v6,
    }
}
