//! `bowline completion SHELL`.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::ExitCode;
use crate::arguments::Arguments;
use crate::error::Failure;
use crate::run::Context;

/// Prints a completion script.
///
/// # Errors
/// When it can't be written.
pub fn run(context: &mut Context<'_, '_>, shell: Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Arguments::command(), "bowline", &mut script);
    context.print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::Success)
}
