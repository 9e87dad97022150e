//! `check --fix`: the patch, the file, and what remains.

use std::path::{Path, PathBuf};

use linux::staged::{PATIENCE, STAGED, StageError, Staging, digest};
use network::Network;
use network::check::{Mended, mend};

use super::arguments::Arguments;
use super::run::{is_asked_for, verdict};
use super::subject::{STDIN, Subject};
use crate::error::Failure;
use crate::run::Context;
use crate::show::{diagnostic, diff};
use crate::{ExitCode, json, replace, source};

/// Shows a patch with every fix, makes it, and says what remains.
pub(super) fn run(
    context: &mut Context<'_, '_>,
    arguments: &Arguments,
    host: Option<&Network>,
) -> Result<ExitCode, Failure> {
    let target = Target::of(context.global.root.as_deref(), arguments)?;
    let subject = &target.subject;
    let mut failure = None;
    let mended = mend(&subject.source, |source| match subject.understand(source, host) {
        Ok(mut understood) => {
            understood.diagnostics.retain(|diagnostic| is_asked_for(arguments, diagnostic));
            understood.diagnostics
        }
        Err(error) => {
            failure = Some(error);
            Vec::new()
        }
    });
    if let Some(failure) = failure {
        return Err(failure);
    }
    let changed = mended.source != subject.source;
    // The patch is shown before anything is done, also to someone who then loses the connection.
    let (texts, [from, to]) = ([&subject.source[..], &mended.source], target.names());
    let names = [from.as_str(), to.as_str()];
    if !context.global.json && changed {
        let shown = diff::unified(texts, names, context.io.look);
        context.print(&format!("{shown}\n"))?;
    }
    let writes = changed && !arguments.dry_run;
    if writes {
        target.write(&mended.source)?;
    }
    let written = writes.then(|| target.path.clone());
    tell(context, subject, host, &mended, &diff::patch(texts, names), written.as_deref())?;
    Ok(verdict(arguments, &mended.left))
}

/// Says what was done, and what remains.
fn tell(
    context: &mut Context<'_, '_>,
    subject: &Subject,
    host: Option<&Network>,
    mended: &Mended,
    patch: &str,
    written: Option<&Path>,
) -> Result<(), Failure> {
    let after = subject.understand(&mended.source, host)?;
    if context.global.json {
        let before = subject.understand(&subject.source, host)?;
        let answer = json::fixed(&before.configuration, &after.configuration, mended, patch, written);
        return context.print(&json::text(&answer));
    }
    let what = match (mended.done.len(), written) {
        (0, _) => "nothing can be mended by itself".to_owned(),
        (n, Some(path)) => format!("{n} mended in {}", path.display()),
        (n, None) => format!("{n} would be mended"),
    };
    let left = match mended.left.is_empty() {
        true => "nothing remains".to_owned(),
        false if mended.left.len() == 1 => format!("{} remains", diagnostic::summary(&mended.left)),
        false => format!("{} remain", diagnostic::summary(&mended.left)),
    };
    let list = diagnostic::list(&after.configuration, &mended.left, context.io.look);
    context.print(&format!("{list}{what}; {left}\n"))
}

/// Which file is mended, and where the result goes.
struct Target {
    subject: Subject,
    /// The host's own file is mended: the result is staged, as an edit's is.
    staging: Option<Staging>,
    /// The file that was named is one that Proxmox changes too: whoever writes it holds this lock.
    guard: Option<Staging>,
    /// Where the result goes, on the disk.
    path: PathBuf,
}

impl Target {
    fn of(root: Option<&Path>, arguments: &Arguments) -> Result<Self, Failure> {
        if let Some(file) = &arguments.file {
            if file == Path::new(STDIN) && !arguments.dry_run {
                return Err(Failure::FixStdin);
            }
            let subject = Subject::read(root, file)?;
            let path = subject.place();
            let disk = source::disk(root);
            let shared = [source::OWN, STAGED].iter().any(|own| replace::are_one(&path, &disk.locate(Path::new(own))));
            return Ok(Self { subject, staging: None, guard: shared.then(|| Staging::new(disk)), path });
        }
        let subject = Subject::read(root, source::latest(root)?)?;
        let disk = source::disk(root);
        let path = disk.locate(Path::new(STAGED));
        Ok(Self { subject, staging: Some(Staging::new(disk)), guard: None, path })
    }

    /// What the patch calls the two.
    fn names(&self) -> [String; 2] {
        let to = if self.staging.is_some() { STAGED.into() } else { self.subject.path.to_string_lossy().into_owned() };
        [self.subject.path.to_string_lossy().into_owned(), to]
    }

    /// Writes what was mended, unless another has changed the file since it was read.
    fn write(&self, bytes: &[u8]) -> Result<(), Failure> {
        let Some(staging) = &self.staging else {
            let _locked = self.guard.as_ref().map(|staging| staging.lock(PATIENCE)).transpose()?;
            return replace::replace(&self.path, &self.subject.source, bytes);
        };
        let locked = staging.lock(PATIENCE)?;
        let texts = locked.read()?;
        let now = texts.latest().unwrap_or_default();
        if now != self.subject.source {
            return Err(StageError::Changed { now: digest(now) }.into());
        }
        Ok(locked.write(bytes)?)
    }
}
