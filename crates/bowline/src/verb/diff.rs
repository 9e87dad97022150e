//! `bowline diff`.

use linux::staged::{CURRENT, STAGED};
use linux::{Staging, Texts, digest};
use serde::Serialize;

use crate::error::Failure;
use crate::run::Context;
use crate::show::diff::difference;
use crate::{ExitCode, Look, json, source};

#[derive(Serialize)]
struct Differences<'a> {
    staged: bool,
    path: &'a str,
    digest: Option<String>,
    diff: &'a str,
}

/// Shows how the staged file differs from the one that counts.
///
/// # Errors
/// When one of them can't be read.
pub fn run(context: &mut Context<'_, '_>) -> Result<ExitCode, Failure> {
    let texts = Staging::new(source::disk(context.global.root.as_deref())).read()?;
    let look = (!context.global.json).then_some(context.io.look);
    let diff = staged(&texts, look);
    let text = if context.global.json {
        let path = if texts.staged.is_some() { STAGED } else { CURRENT };
        json::text(&Differences {
            staged: texts.staged.is_some(),
            path,
            digest: texts.latest().map(digest),
            diff: &diff,
        })
    } else if texts.staged.is_none() {
        "nothing is staged\n".to_owned()
    } else if diff.is_empty() {
        "interfaces.new is the same as interfaces\n".to_owned()
    } else {
        diff.clone()
    };
    context.print(&text)?;
    Ok(if diff.is_empty() { ExitCode::Success } else { ExitCode::Problems })
}

/// What is staged, as a difference for people, or for programs without a look; empty when nothing is.
pub(super) fn staged(texts: &Texts, look: Option<Look>) -> String {
    let Some(staged) = &texts.staged else { return String::new() };
    difference([texts.current.as_deref().unwrap_or_default(), staged], [CURRENT, STAGED], look)
}
