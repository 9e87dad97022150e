//! `check --explain CODE` and `check --list`.

use network::catalogue;

use crate::error::Failure;
use crate::run::Context;
use crate::show::catalogue as show;
use crate::{ExitCode, json};

/// Explains a code, or lists all of them.
pub(super) fn explain(context: &mut Context<'_, '_>, what: &str) -> Result<ExitCode, Failure> {
    if what.eq_ignore_ascii_case("all") {
        return list(context);
    }
    let Some(entry) = catalogue::explained(what) else {
        context.complain(&unknown(what))?;
        return Ok(ExitCode::Problems);
    };
    let look = context.io.look;
    let text = if context.global.json { json::text(&json::entry(entry)) } else { show::one(entry, look) };
    context.print(&text)?;
    Ok(ExitCode::Success)
}

/// Lists every code.
pub(super) fn list(context: &mut Context<'_, '_>) -> Result<ExitCode, Failure> {
    let all = catalogue::all();
    let text = match context.global.json {
        true => json::text(&all.iter().map(json::entry).collect::<Vec<_>>()),
        false => show::table(all, context.io.look),
    };
    context.print(&text)?;
    Ok(ExitCode::Success)
}

/// What to say of a code or name that is none.
pub(super) fn unknown(what: &str) -> String {
    let help = match catalogue::closest(what) {
        Some(entry) => format!("did you mean {} ({})?", entry.name, entry.code),
        None => "`bowline check --list` lists them".to_owned(),
    };
    format!("error: `{}` is the code or name of no diagnostic\nhelp: {help}\n", crate::io::harmless(what))
}
