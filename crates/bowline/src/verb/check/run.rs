//! Checking a file.

use interfaces::{Diagnostic, FileId, Fix, Severity};
use network::{Network, catalogue};

use super::arguments::{Arguments, Deny, Format};
use super::subject::Subject;
use super::{explain, fix};
use crate::error::Failure;
use crate::run::Context;
use crate::show::{diagnostic, github};
use crate::source::{self, Understood};
use crate::{ExitCode, json, sarif};

/// Says what is wrong with a file, mends it, or explains a code.
///
/// # Errors
/// When the file can't be read, or what was mended can't be written.
pub fn run(context: &mut Context<'_, '_>, arguments: &Arguments) -> Result<ExitCode, Failure> {
    if let Some(what) = &arguments.explain {
        return explain::explain(context, what);
    }
    if arguments.list {
        return explain::list(context);
    }
    if let Some(unknown) = arguments.allowed.iter().find(|code| catalogue::find(code).is_none()) {
        context.complain(&explain::unknown(unknown))?;
        return Ok(ExitCode::Unreadable);
    }
    // Another host's file must not be blamed for NICs that this host lacks.
    let own = arguments.file.is_none() && context.global.root.is_none();
    let observed = match (&context.global.host, own) {
        (Some(_), _) => Some((context.open)()?.observe()?),
        (None, true) => observe(context)?,
        (None, false) => None,
    };
    let scenario = context.scenario.as_ref().map(|scenario| scenario.file.clone());
    let arguments = &Arguments { file: arguments.file.clone().or(scenario), ..arguments.clone() };
    if arguments.fix {
        return fix::run(context, arguments, observed.as_ref());
    }
    let root = context.global.root.as_deref();
    let path = match arguments.file.as_deref() {
        Some(file) => file,
        None => source::latest(root)?,
    };
    let subject = Subject::read(root, path)?;
    let mut understood = subject.understand(&subject.source, observed.as_ref())?;
    understood.diagnostics.retain(|diagnostic| is_asked_for(arguments, diagnostic));
    let text = render(context, arguments, &understood);
    context.print(&text)?;
    Ok(verdict(arguments, &understood.diagnostics))
}

/// The answer in the form that was asked for.
fn render(context: &Context<'_, '_>, arguments: &Arguments, understood: &Understood) -> String {
    let (configuration, diagnostics) = (&understood.configuration, &understood.diagnostics);
    let format = if context.global.json { Format::Json } else { arguments.format.unwrap_or(Format::Text) };
    match format {
        Format::Json => json::text(&json::diagnostics(configuration, diagnostics)),
        Format::Sarif => json::text(&sarif::log(configuration, diagnostics, context.global.root.as_deref())),
        Format::Github => github::list(configuration, diagnostics),
        Format::Text => {
            let list = diagnostic::list(configuration, diagnostics, context.io.look);
            let path = configuration.files.first().map(|file| file.path.display().to_string());
            format!("{list}{}: {}\n{}", path.unwrap_or_default(), diagnostic::summary(diagnostics), hint(diagnostics))
        }
    }
}

/// What else this verb can do about it. `--fix` changes the main file only.
fn hint(diagnostics: &[Diagnostic]) -> String {
    let here = |fix: &Fix| fix.edits.iter().all(|edit| edit.span.file == FileId(0));
    let fixes = diagnostics.iter().filter(|diagnostic| diagnostic.fix.as_ref().is_some_and(here)).count();
    match (diagnostics.first(), fixes) {
        (None, _) => String::new(),
        (Some(first), 0) => format!("`bowline check --explain {}` says more of the first\n", first.code),
        (Some(_), 1) => "`--fix` mends one of them, and shows how\n".to_owned(),
        (Some(_), n) => format!("`--fix` mends {n} of them, and shows how\n"),
    }
}

/// Whether a diagnostic is to be said: an error always is.
pub(super) fn is_asked_for(arguments: &Arguments, diagnostic: &Diagnostic) -> bool {
    let allowed = |code: &String| catalogue::find(code).is_some_and(|entry| entry.code == diagnostic.code);
    diagnostic.severity == Severity::Error || !arguments.allowed.iter().any(allowed)
}

/// What the shell is told of these.
pub(super) fn verdict(arguments: &Arguments, diagnostics: &[Diagnostic]) -> ExitCode {
    let least = match arguments.deny.or(arguments.deny_warnings.then_some(Deny::Warnings)) {
        None => Severity::Error,
        Some(Deny::Warnings) => Severity::Warning,
        Some(Deny::Notes) => Severity::Note,
    };
    let failed = diagnostics.iter().any(|diagnostic| diagnostic.severity >= least);
    if failed { ExitCode::Problems } else { ExitCode::Success }
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
