//! `bowline revert`.

use linux::Staging;
use linux::staged::PATIENCE;
use serde::Serialize;

use super::diff::staged;
use crate::error::Failure;
use crate::run::Context;
use crate::{ExitCode, json, source};

#[derive(Serialize)]
struct Reverted<'a> {
    dropped: bool,
    diff: &'a str,
}

/// Takes the staged file away, and shows what was in it.
///
/// # Errors
/// When it can't be read or taken away; it is still there then.
pub fn run(context: &mut Context<'_, '_>, dry_run: bool) -> Result<ExitCode, Failure> {
    let staging = Staging::new(source::disk(context.global.root.as_deref()));
    // Nothing staged needs no lock, and so no privilege.
    let mut texts = staging.read()?;
    if texts.staged.is_some() && !dry_run {
        let locked = staging.lock(PATIENCE)?;
        texts = locked.read()?;
        locked.discard()?;
    }
    let json = context.global.json;
    let diff = staged(&texts, (!json).then_some(context.io.look));
    let dropped = texts.staged.is_some() && !dry_run;
    let text = match (json, texts.staged.is_some()) {
        (true, _) => json::text(&Reverted { dropped, diff: &diff }),
        (false, false) => "nothing is staged\n".to_owned(),
        (false, true) if dry_run => format!("{diff}This would be dropped.\n"),
        (false, true) => format!("{diff}This was dropped: interfaces.new is gone, interfaces counts as it is.\n"),
    };
    context.print(&text)?;
    Ok(ExitCode::Success)
}
