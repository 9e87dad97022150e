//! From a request to a text.

use std::collections::BTreeMap;

use interfaces::edit::between;
use interfaces::{Configuration, Diagnostic, FileId, Severity, Span, TextEdit};

use super::draft::Draft;
use super::{EditError, Request, add, convert, remove, rename, set, unset};

/// What an edit came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The main file after it.
    pub text: Vec<u8>,
    /// What makes that of the file as it was: whole lines, in the order of the file. None when nothing changes.
    pub edits: Vec<TextEdit>,
    /// What was done, in words, in order.
    pub done: Vec<String>,
    /// What else to know: what was left alone and may need a person.
    pub notes: Vec<Note>,
}

/// Something that an edit left alone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What.
    pub text: String,
    /// Where it was in the file before.
    pub span: Option<Span>,
}

impl Edited {
    /// Whether the file stays as it was, to the byte.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty()
    }
}

/// Makes an edit of the main file of a configuration. The same configuration and request always give the same text.
///
/// # Errors
/// Why it is not made; see [`EditError`].
pub fn edit(configuration: &Configuration, request: &Request) -> Result<Edited, EditError> {
    let mut draft = Draft::new(configuration);
    if let Some(span) = unreadable(configuration) {
        return Err(EditError::Unreadable { span });
    }
    match request {
        Request::Set { iface, assignments, force } => set::all(&mut draft, iface, assignments, *force)?,
        Request::Unset { iface, keys } => unset::all(&mut draft, iface, keys)?,
        Request::Remove { iface, with_references } => remove::remove(&mut draft, iface, *with_references)?,
        Request::Rename { old, new } => rename::rename(&mut draft, old, new)?,
        Request::Add(new) => add::add(&mut draft, new)?,
        Request::Convert(conversion) => convert::convert(&mut draft, conversion)?,
    }
    let old = configuration.files.first().map(|file| file.document.source()).unwrap_or_default();
    let text = draft.document().source().to_vec();
    let edits = between(FileId(0), old, &text);
    Ok(Edited { text, edits, done: draft.done, notes: draft.notes })
}

/// What shows that the main file is a template or no text, if it is.
fn unreadable(configuration: &Configuration) -> Option<Span> {
    let found = configuration.files.first()?.document.diagnostics();
    let hopeless = |d: &&Diagnostic| {
        d.severity == Severity::Error && [interfaces::codes::TEMPLATE, interfaces::codes::NOT_TEXT].contains(&d.code)
    };
    found.iter().find(hopeless)?.labels.first().map(|label| label.span)
}

/// What is to be said of a file after an edit and was not before, from this severity on: the same code and words count as
/// the same diagnostic, wherever it stands now.
#[must_use]
pub fn new_diagnostics<'d>(before: &[Diagnostic], after: &'d [Diagnostic], least: Severity) -> Vec<&'d Diagnostic> {
    let mut known: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for diagnostic in before.iter().filter(|diagnostic| diagnostic.severity >= least) {
        *known.entry((diagnostic.code, &diagnostic.title)).or_default() += 1;
    }
    after
        .iter()
        .filter(|diagnostic| diagnostic.severity >= least)
        .filter(|diagnostic| match known.get_mut(&(diagnostic.code, diagnostic.title.as_str())) {
            Some(left @ 1..) => {
                *left -= 1;
                false
            }
            _ => true,
        })
        .collect()
}
