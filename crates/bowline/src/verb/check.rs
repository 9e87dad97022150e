//! `bowline check [FILE]`.

use std::path::Path;

use network::Network;

use crate::error::Failure;
use crate::run::Context;
use crate::show::diagnostic;
use crate::{ExitCode, json, source};

/// Says what is wrong with a file.
///
/// # Errors
/// When the file can't be read.
pub fn run(context: &mut Context<'_, '_>, file: Option<&Path>) -> Result<ExitCode, Failure> {
    let configuration = source::load(context.global.root.as_deref(), file)?;
    // Another host's file must not be blamed for NICs that this host lacks.
    let own = file.is_none() && context.global.root.is_none();
    let observed = if own { observe(context)? } else { None };
    let understood = source::understand(configuration, observed.as_ref());
    if context.global.json {
        context.print(&json::text(&json::diagnostics(&understood.configuration, &understood.diagnostics)))?;
    } else {
        let look = context.io.look;
        let list = diagnostic::list(&understood.configuration, &understood.diagnostics, look);
        let path = understood.configuration.files.first().map(|file| file.path.display().to_string());
        let summary = diagnostic::summary(&understood.diagnostics);
        context.print(&format!("{list}{}: {summary}\n", path.unwrap_or_default()))?;
    }
    Ok(if understood.has_errors() { ExitCode::Problems } else { ExitCode::Success })
}

/// The kernel, if it lets itself be read; a file can be judged without.
fn observe(context: &mut Context<'_, '_>) -> Result<Option<Network>, Failure> {
    let observed = (context.open)().and_then(|mut host| Ok(host.observe()?));
    match observed {
        Ok(network) => Ok(Some(network)),
        Err(failure) => {
            context.complain(&format!("{}note: the file is checked without the kernel\n", failure.explain()))?;
            Ok(None)
        }
    }
}
