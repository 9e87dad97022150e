//! The hidden verbs: the guard, and the one that watches it.

use crate::ExitCode;
use crate::error::Failure;
use crate::guarded::serve::{self, Order};
use crate::run::Context;

/// Guards a change.
///
/// # Errors
/// When it can't begin.
pub fn run(context: &mut Context<'_, '_>, order: &Order) -> Result<ExitCode, Failure> {
    let root = context.global.root.clone();
    let ended =
        serve::run(root.as_deref(), order, context.open, &mut |transaction, edge| guard::run(transaction, edge))?;
    Ok(if ended.is_some() { ExitCode::Success } else { ExitCode::Problems })
}

/// Waits for the guard to die, and undoes what it left open.
///
/// # Errors
/// When the state can't be used.
pub fn watch(context: &mut Context<'_, '_>) -> Result<ExitCode, Failure> {
    let root = context.global.root.clone();
    serve::watch_over(root.as_deref(), context.open)?;
    Ok(ExitCode::Success)
}
