//! `bowline rehearse [FILE]`.

use std::fs;
use std::path::Path;
use std::time::Duration;

use drill::{Rehearsal, Setup, imagine};
use network::Network;

use super::prepare::refuse;
use crate::arguments::rehearse::Arguments;
use crate::error::Failure;
use crate::run::Context;
use crate::source::{self, Understood};
use crate::{ExitCode, json, show};

/// Rehearses a file on a twin.
///
/// # Errors
/// When a file, or the host that it is for, can't be read.
pub fn run(context: &mut Context<'_, '_>, arguments: &Arguments) -> Result<ExitCode, Failure> {
    let root = context.global.root.clone();
    let scenario = context.scenario.clone();
    let observed = match (&arguments.file, &scenario) {
        (None, None) => Some((context.open)()?.observe()?),
        _ => None,
    };
    let latest = match &scenario {
        Some(scenario) => scenario.file.as_path(),
        None => source::latest(root.as_deref())?,
    };
    let path = arguments.file.as_deref().unwrap_or(latest);
    let read = |path: &Path| -> Result<Understood, Failure> {
        Ok(source::understand(source::load(root.as_deref(), Some(path))?, observed.as_ref()))
    };
    let understood = read(path)?;
    let before = match &scenario {
        Some(scenario) => scenario.booted.as_deref(),
        None => Some(Path::new(source::OWN)).filter(|own| arguments.file.is_none() && latest != *own),
    };
    let from = arguments.from.as_deref().or(before);
    let before = from.map(read).transpose()?;
    for (file, so) in
        [(Some(&understood), "nothing was rehearsed"), (before.as_ref(), "there is no host to start from")]
    {
        if let Some(file) = file.filter(|file| file.has_errors()) {
            return refuse(context, file, so);
        }
    }
    let wanted = &understood.resolved.wanted;
    let forward_delay = Duration::from_secs(arguments.forward_delay);
    let setup = match scenario {
        Some(scenario) => Setup {
            assumptions: vec!["nothing: the scenario says what the host is cabled to".to_owned()],
            topology: scenario.topology,
        },
        None => imagine(wanted, observed.as_ref(), arguments.switch.into(), forward_delay),
    };
    let before: Option<&Network> = before.as_ref().map(|file| &file.resolved.wanted);
    let rehearsal =
        Rehearsal { setup: &setup, before, wanted, break_things: !arguments.only_apply, seed: arguments.seed };
    let report = drill::rehearse(&rehearsal)?;
    if let Some(path) = &arguments.picture {
        let drawn = show::picture::svg(&report);
        fs::write(path, drawn).map_err(|source| Failure::Write { path: path.clone(), source })?;
    }
    let text = if context.global.json {
        json::text(&report)
    } else {
        show::rehearse::report(&report, arguments.timeline, context.io.look)
    };
    context.print(&text)?;
    let applied = &report.applied;
    let fine = applied.refused.is_none() && applied.problems.is_empty() && applied.whole_after.is_some();
    Ok(if fine { ExitCode::Success } else { ExitCode::Problems })
}
