//! `bowline lsp`.

use linux::Disk;
use lsp::{Ended, Place};

use crate::ExitCode;
use crate::error::Failure;
use crate::run::Context;

/// Serves an editor on the standard input and output until it is done.
///
/// # Errors
/// When the editor can't be understood or takes no answers.
pub fn run(context: &mut Context<'_, '_>) -> Result<ExitCode, Failure> {
    // An editor names files by their whole paths, so the root must have one to be recognized in them.
    let root = context.global.root.as_ref().map(std::fs::canonicalize).transpose().map_err(Failure::Root)?;
    let disk = Disk { root: root.clone() };
    let ended = lsp::serve(&disk, Place { root }, &mut std::io::stdin().lock(), context.io.out)?;
    Ok(match ended {
        Ended::AfterShutdown => ExitCode::Success,
        Ended::Abruptly => ExitCode::Problems,
    })
}
