//! Making the fixes.

use std::collections::BTreeSet;

use interfaces::{Diagnostic, FileId, Fix, Severity, Span, edit};

/// How often the file is looked at again: a fix may bring to light what another one mends.
const ROUNDS: usize = 8;

/// How many fixes are made at once. What a person wrote needs a few.
const MOST: usize = 1000;

/// A file after its fixes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The file's bytes.
    pub source: Vec<u8>,
    /// What was done, in the order in which it was: the diagnostics whose fixes were made.
    pub done: Vec<Diagnostic>,
    /// What is still to be said of it.
    pub left: Vec<Diagnostic>,
}

/// Makes every fix of the main file ([`FileId`] 0), again until there is none left. `examine` says all that is wrong with
/// the bytes that it is given in that file's place.
///
/// A fix that would bring an error which was not there is not made: a key that is spelled right may be wrong for another
/// reason, and that is for a person to look at. Fixes of other files are left to be made there.
pub fn mend(source: &[u8], mut examine: impl FnMut(&[u8]) -> Vec<Diagnostic>) -> Mended {
    let mut now = Mended { source: source.to_vec(), done: Vec::new(), left: examine(source) };
    for _ in 0..ROUNDS {
        let fixes = choose(&now.left);
        if fixes.is_empty() {
            break;
        }
        let together: Vec<&Fix> = fixes.iter().filter_map(|diagnostic| diagnostic.fix.as_ref()).collect();
        match attempt(&now, &together, &mut examine) {
            Some((source, left)) => {
                now.done.extend(fixes);
                (now.source, now.left) = (source, left);
            }
            None if !one_by_one(&mut now, fixes, &mut examine) => break,
            None => {}
        }
    }
    now
}

/// The diagnostics whose fixes can be made together: of the main file, each once, without overlap.
fn choose(found: &[Diagnostic]) -> Vec<Diagnostic> {
    let mut taken: Vec<Span> = Vec::new();
    let mut seen: Vec<&Fix> = Vec::new();
    let mut chosen = Vec::new();
    for diagnostic in found {
        let Some(fix) = diagnostic.fix.as_ref().filter(|_| chosen.len() < MOST) else { continue };
        let here = fix.edits.iter().all(|edit| edit.span.file == FileId(0));
        let free = |span: &Span| taken.iter().all(|other| span.end <= other.start || other.end <= span.start);
        if here && !seen.iter().any(|other| other.edits == fix.edits) && fix.edits.iter().all(|edit| free(&edit.span)) {
            taken.extend(fix.edits.iter().map(|edit| edit.span));
            seen.push(fix);
            chosen.push(diagnostic.clone());
        }
    }
    chosen
}

/// The file with these fixes and what is said of it then, unless they can't be made or bring a new error.
fn attempt(
    now: &Mended,
    fixes: &[&Fix],
    examine: &mut impl FnMut(&[u8]) -> Vec<Diagnostic>,
) -> Option<(Vec<u8>, Vec<Diagnostic>)> {
    let edits: Vec<_> = fixes.iter().flat_map(|fix| fix.edits.iter().cloned()).collect();
    let source = edit::apply(&now.source, &edits).ok()?;
    let left = examine(&source);
    let known = errors(&now.left);
    errors(&left).is_subset(&known).then_some((source, left))
}

fn errors(found: &[Diagnostic]) -> BTreeSet<(&str, &str)> {
    let errors = found.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
    errors.map(|diagnostic| (diagnostic.code, diagnostic.title.as_str())).collect()
}

/// Makes those that bring no error, from the end of the file to its start so that places stay true; whether any was.
fn one_by_one(
    now: &mut Mended,
    mut fixes: Vec<Diagnostic>,
    examine: &mut impl FnMut(&[u8]) -> Vec<Diagnostic>,
) -> bool {
    let end = |diagnostic: &Diagnostic| {
        diagnostic.fix.iter().flat_map(|fix| &fix.edits).map(|edit| edit.span.end).max().unwrap_or(0)
    };
    fixes.sort_by_key(|diagnostic| std::cmp::Reverse(end(diagnostic)));
    let (mut limit, mut any) = (usize::MAX, false);
    for diagnostic in fixes {
        let Some(fix) = diagnostic.fix.as_ref().filter(|_| end(&diagnostic) <= limit) else { continue };
        if let Some((source, left)) = attempt(now, &[fix], examine) {
            limit = fix.edits.iter().map(|edit| edit.span.start).min().unwrap_or(limit);
            (now.source, now.left) = (source, left);
            now.done.push(diagnostic);
            any = true;
        }
    }
    any
}
