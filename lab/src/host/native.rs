//! Whether the host's own kernel will do.

use network::{BondMode, Change, Device, IfName, Options, Value, option};

use crate::attempt::chain;
use crate::net::{Namespace, NetError};
use crate::venue::Venue;

/// The kernel to run on: what `LAB` says, else the host's own if it has the bonding driver, else one that we boot; and
/// why the host's own won't do.
///
/// # Errors
/// When `LAB` says something else than `uml` or `native`.
pub(super) fn choose() -> Result<(Venue, Option<String>), String> {
    match std::env::var("LAB").as_deref() {
        Ok("uml") => Ok((Venue::Uml, None)),
        Ok("native") => Ok((Venue::Native, None)),
        Ok(other) => Err(format!("LAB={other} is neither `uml` nor `native`")),
        // Whatever keeps us from making a bond here (no driver, no permission), a kernel of our own has it.
        Err(_) => Ok(match probe() {
            Ok(()) => (Venue::Native, None),
            Err(error) => (Venue::Uml, Some(chain(&error))),
        }),
    }
}

/// Makes a bond in a namespace of its own, which is gone afterwards.
fn probe() -> Result<(), NetError> {
    let mode = (option::bond::MODE, Value::Number(BondMode::ActiveBackup.number()));
    let device = Device::Bond { options: Options::from_iter([mode]) };
    Namespace::new()?.change(&[Change::Create { link: IfName::new("probe")?, device, mac: None, mtu: None }])
}
