//! `bowline verify`.

use super::prepare::{Prepared, Which, mention_warnings, prepare, refuse};
use crate::error::Failure;
use crate::run::Context;
use crate::show::plan as show;
use crate::{ExitCode, json};

/// Says where the kernel differs from the file.
///
/// # Errors
/// When the file or the kernel can't be read.
pub fn run(context: &mut Context<'_, '_>) -> Result<ExitCode, Failure> {
    let ready = match prepare(context, Which::Current)? {
        Prepared::Ready(ready) => ready,
        Prepared::Errors(understood) => {
            if context.global.json {
                context.print(&json::text(&json::differences(understood.origin(), &[])))?;
                return Ok(ExitCode::Problems);
            }
            return refuse(context, &understood, "the kernel can't be held against a file with errors");
        }
    };
    let differences = plan::differences(&ready.understood.resolved.wanted, &ready.observed);
    let text = if context.global.json {
        json::text(&json::differences(ready.understood.origin(), &differences))
    } else {
        mention_warnings(context, &ready.understood)?;
        let list = show::differences(&differences, ready.understood.lines(), context.io.look);
        let summary = match differences.len() {
            0 => format!("the kernel has what the file says{}", ready.understood.but()),
            1 => "1 difference; `bowline plan` shows what would mend it".to_owned(),
            count => format!("{count} differences; `bowline plan` shows what would mend them"),
        };
        format!("{list}{summary}\n")
    };
    context.print(&text)?;
    Ok(if differences.is_empty() { ExitCode::Success } else { ExitCode::Problems })
}
