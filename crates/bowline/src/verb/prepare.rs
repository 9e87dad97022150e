//! What plan, apply and verify begin with: the file understood, the kernel observed.

use std::path::Path;

use interfaces::{Diagnostic, Severity};
use network::check::codes;
use network::{Host, Network};

use crate::error::Failure;
use crate::memory::Memory;
use crate::run::Context;
use crate::show::diagnostic;
use crate::show::plan::Lines;
use crate::source::{self, Understood};
use crate::{ExitCode, json};

/// A file and a host, or why they are not put together.
pub(super) enum Prepared {
    /// Both are there, and the file has no errors.
    Ready(Box<Ready>),
    /// The file has errors.
    Errors(Box<Understood>),
}

/// A file without errors, and the host that it is for.
pub(super) struct Ready {
    pub(super) host: Box<dyn Host>,
    pub(super) observed: Network,
    pub(super) understood: Understood,
    pub(super) memory: Memory,
}

impl Understood {
    /// Which line wants what.
    pub(super) fn lines(&self) -> Lines<'_> {
        Lines { configuration: &self.configuration, origins: &self.resolved.origins }
    }

    /// The same for JSON.
    pub(super) fn origin(&self) -> json::Origin<'_> {
        json::Origin {
            configuration: &self.configuration,
            origins: &self.resolved.origins,
            diagnostics: &self.diagnostics,
        }
    }
}

/// Which file is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    /// The staged one, where there is one.
    Latest,
    /// The one that counts.
    Current,
}

/// Reads the file and the kernel. Errors in the file come before trouble with the kernel: they can be mended here.
pub(super) fn prepare(context: &mut Context<'_, '_>, which: Which) -> Result<Prepared, Failure> {
    let root = context.global.root.clone();
    let scenario = context.scenario.as_ref().map(|scenario| scenario.file.clone());
    let latest = if scenario.is_some() { Path::new(source::OWN) } else { source::latest(root.as_deref())? };
    let staged = latest != Path::new(source::OWN);
    let path = if which == Which::Latest { latest } else { Path::new(source::OWN) };
    let path = scenario.as_deref().unwrap_or(path);
    let configuration = source::load(root.as_deref(), Some(path))?;
    if staged && !context.global.json {
        let about =
            if which == Which::Latest { "this is about that file" } else { "this is about the file without it" };
        context.complain(&format!("note: changes are staged in {}: {about}\n", latest.display()))?;
    }
    let opened = (context.open)().and_then(|mut host| {
        let observed = host.observe()?;
        Ok((host, observed))
    });
    let mut understood = source::understand(configuration, opened.as_ref().ok().map(|(_, observed)| observed));
    if understood.has_errors() {
        return Ok(Prepared::Errors(Box::new(understood)));
    }
    let (host, observed) = opened?;
    let mut memory = match context.scenario {
        Some(_) => Memory::none(&understood),
        None => Memory::read(root.as_deref(), &understood),
    };
    memory.add_to(&mut understood, &observed);
    if !context.global.json {
        memory.notes.iter().try_for_each(|note| context.complain(&format!("note: {note}\n")))?;
    }
    Ok(Prepared::Ready(Box::new(Ready { host, observed, understood, memory })))
}

/// Shows the errors in the file, and what follows from them.
pub(super) fn refuse(context: &mut Context<'_, '_>, understood: &Understood, so: &str) -> Result<ExitCode, Failure> {
    let list = diagnostic::list(&understood.configuration, &understood.diagnostics, context.io.err_look);
    context.complain(&format!("{list}{}: {so}\n", diagnostic::summary(&understood.diagnostics)))?;
    Ok(ExitCode::Problems)
}

/// What of the file others would act on and Bowline does not.
const LEFT_OUT: [&str; 2] = [codes::NOT_ACTED_ON, codes::METHOD];

impl Understood {
    /// What the file says and nothing is done about: the kernel may lack it, and a success must not claim it.
    fn left_out(&self) -> Vec<Diagnostic> {
        let left_out = |found: &&Diagnostic| found.severity == Severity::Warning && LEFT_OUT.contains(&found.code);
        self.diagnostics.iter().filter(left_out).cloned().collect()
    }

    /// What the end of a success says of that.
    pub(super) fn but(&self) -> &'static str {
        if self.left_out().is_empty() { "" } else { ", but for what is not acted on (see the warnings)" }
    }
}

/// Shows what the file says and nothing is done about; of other warnings only that there are some: `check` has them.
pub(super) fn mention_warnings(context: &mut Context<'_, '_>, understood: &Understood) -> Result<(), Failure> {
    if understood.diagnostics.is_empty() {
        return Ok(());
    }
    let left_out = understood.left_out();
    let list = diagnostic::list(&understood.configuration, &left_out, context.io.err_look);
    context.complain(&list)?;
    if left_out.len() == understood.diagnostics.len() {
        return Ok(());
    }
    let summary = diagnostic::summary(&understood.diagnostics);
    context.complain(&format!("{summary} in the file: `bowline check` shows what\n"))
}
