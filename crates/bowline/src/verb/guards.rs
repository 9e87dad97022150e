//! The hidden verbs: the guard, and the one that watches it.

use guard::Ending;
use linux::instance;

use crate::error::Failure;
use crate::guarded::beside::Beside;
use crate::guarded::senses::Own;
use crate::guarded::serve::{self, Ground, Order};
use crate::run::Context;
use crate::{ExitCode, source};

/// Guards a change.
///
/// # Errors
/// When it can't begin.
pub fn run(context: &mut Context<'_, '_>, order: &Order) -> Result<ExitCode, Failure> {
    instance::leave_session();
    let ended = with_ground(context, |ground| serve::run(ground, order))?;
    Ok(if ended.is_some() { ExitCode::Success } else { ExitCode::Problems })
}

/// Guards a change that `ifreload` makes.
///
/// # Errors
/// When it can't begin.
pub fn beside(context: &mut Context<'_, '_>, order: &Beside) -> Result<ExitCode, Failure> {
    instance::leave_session();
    let ended = with_ground(context, |ground| serve::run_beside(ground, order))?;
    Ok(if ended.is_some() { ExitCode::Success } else { ExitCode::Problems })
}

/// Waits for the guard to die, and undoes what it left open.
///
/// # Errors
/// When the state can't be used.
pub fn watch(context: &mut Context<'_, '_>) -> Result<ExitCode, Failure> {
    instance::leave_session();
    finish(context, true)?;
    Ok(ExitCode::Success)
}

/// Undoes what is left open; `None`: nothing is, or somebody is at it.
pub(super) fn finish(context: &mut Context<'_, '_>, waits: bool) -> Result<Option<Ending>, Failure> {
    with_ground(context, |ground| serve::finish(ground, waits))
}

/// Does something with this host.
fn with_ground<T>(
    context: &mut Context<'_, '_>,
    work: impl FnOnce(&mut Ground<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let root = context.global.root.clone();
    let mut drive = guard::run;
    work(&mut Ground {
        root: root.as_deref(),
        boot: serve::this_boot()?,
        open: &mut *context.open,
        senses: &mut Own::of(&source::disk(root.as_deref())),
        watched: true,
        drive: &mut drive,
    })
}
