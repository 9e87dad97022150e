//! The text while it is being edited.

use interfaces::edit::{self, untouched};
use interfaces::tree::Kind;
use interfaces::{Configuration, Document, Iface, Setting, Span, Stanza, TextEdit, Word};

use super::keys::Key;
use super::{EditError, Note, value};
use crate::resolve;

/// The main file while it is being edited, step by step: each step sees what the ones before it did.
pub(super) struct Draft<'a> {
    /// The file as it was, with all that it sources.
    pub(super) configuration: &'a Configuration,
    /// The main file as it is now; alone, so that places count in it.
    current: Configuration,
    /// What was done so far, to find the way back to places of the file as it was.
    steps: Vec<Vec<TextEdit>>,
    /// In words.
    pub(super) done: Vec<String>,
    /// What else to know.
    pub(super) notes: Vec<Note>,
}

/// A stanza of the main file that is an interface's.
#[derive(Clone, Copy)]
pub(super) struct Own<'d> {
    pub(super) stanza: &'d Stanza,
    pub(super) iface: &'d Iface,
}

impl<'a> Draft<'a> {
    pub(super) fn new(configuration: &'a Configuration) -> Self {
        let main = configuration.files.first();
        let source = main.map(|file| file.document.source().to_vec()).unwrap_or_default();
        let current = Configuration::of(main.map(|file| file.path.clone()).unwrap_or_default(), source);
        Self { configuration, current, steps: Vec::new(), done: Vec::new(), notes: Vec::new() }
    }

    /// The text as it is now.
    pub(super) fn document(&self) -> &Document {
        // `Configuration::of` makes exactly one file.
        &self.current.files[0].document
    }

    /// Makes edits, unless they would change what they do not touch.
    pub(super) fn apply(&mut self, edits: Vec<TextEdit>) -> Result<(), EditError> {
        let Some(first) = edits.first() else { return Ok(()) };
        let refuse = EditError::Unsafe { span: self.origin(first.span) };
        let Ok(text) = edit::apply(self.document().source(), &edits) else { return Err(refuse) };
        let after = Configuration::of(self.current.files[0].path.clone(), text);
        if !untouched(self.document(), &after.files[0].document, &edits) {
            return Err(refuse);
        }
        self.current = after;
        self.steps.push(edits);
        Ok(())
    }

    /// Where a place of the text as it is now was in the file as it was; as near as there is.
    pub(super) fn origin(&self, span: Span) -> Span {
        let (mut start, mut end) = (span.start, span.end);
        for step in self.steps.iter().rev() {
            start = back(step, start);
            end = back(step, end);
        }
        Span { start, end: end.max(start), ..span }
    }

    /// The stanzas of an interface in the main file, in order.
    pub(super) fn own(&self, name: &str) -> Vec<Own<'_>> {
        self.ifaces().filter(|own| own.iface.name.text == name).collect()
    }

    /// Every `iface` stanza of the main file.
    pub(super) fn ifaces(&self) -> impl Iterator<Item = Own<'_>> {
        self.document().stanzas().filter_map(|stanza| match &stanza.kind {
            Kind::Iface(iface) => Some(Own { stanza, iface }),
            _ => None,
        })
    }

    /// The stanzas of an interface in the main file; an error when there are none.
    pub(super) fn need(&self, name: &str) -> Result<Vec<Own<'_>>, EditError> {
        let own = self.own(name);
        if !own.is_empty() {
            return Ok(own);
        }
        if let Some(iface) = self.sourced(name).next() {
            return Err(self.elsewhere(format!("the stanza of {name}"), iface.name.span));
        }
        let names = self.ifaces().map(|own| own.iface.name.text.as_str());
        let near = resolve::closest(name, names).map(str::to_owned);
        Err(EditError::NoStanza { name: name.to_owned(), near })
    }

    /// The stanzas of an interface in sourced files.
    pub(super) fn sourced(&self, name: &str) -> impl Iterator<Item = &'a Iface> {
        let files = self.configuration.files.get(1..).unwrap_or_default();
        let name = name.to_owned();
        files.iter().flat_map(|file| file.document.stanzas()).filter_map(move |stanza| match &stanza.kind {
            Kind::Iface(iface) if iface.name.text == name => Some(iface),
            _ => None,
        })
    }

    /// That something stands in a file that is not staged.
    pub(super) fn elsewhere(&self, what: String, span: Span) -> EditError {
        let sdn = self.configuration.file(span.file).is_some_and(|file| file.path.ends_with("interfaces.d/sdn"));
        EditError::Sourced { what, span, sdn }
    }

    /// Refuses when a sourced file says a key of the interface: what the main file says would not count, or not alone.
    pub(super) fn not_sourced(&self, name: &str, key: &Key) -> Result<(), EditError> {
        let line = self.sourced(name).flat_map(|iface| &iface.settings).find(|setting| key.is(&setting.key.text));
        match line {
            Some(line) => Err(self.elsewhere(format!("`{}` of {name}", line.key.text), line.span)),
            None => Ok(()),
        }
    }

    /// That there is no such interface yet, in any file.
    pub(super) fn is_new(&self, name: &str) -> Result<(), EditError> {
        value::fits_a_name(name)?;
        let own = self.own(name).first().map(|own| self.origin(own.iface.name.span));
        match own.or_else(|| self.sourced(name).next().map(|iface| iface.name.span)) {
            Some(span) => Err(EditError::Exists { name: name.to_owned(), span }),
            None => Ok(()),
        }
    }

    /// The words of a value of the text as it is now.
    pub(super) fn words(&self, value: &Word) -> Vec<Word> {
        resolve::words(&self.current, value)
    }

    /// The bytes at a place.
    pub(super) fn bytes(&self, span: Span) -> &[u8] {
        self.document().source().get(span.start..span.end).unwrap_or_default()
    }
}

/// The lines of one key, over several stanzas.
pub(super) fn lines<'d>(own: &[Own<'d>], key: &Key) -> Vec<(Own<'d>, &'d Setting)> {
    let all = own.iter().flat_map(|own| own.iface.settings.iter().map(move |setting| (*own, setting)));
    all.filter(|(_, setting)| key.is(&setting.key.text)).collect()
}

/// Where an offset after these edits was before them.
fn back(edits: &[TextEdit], offset: usize) -> usize {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let (mut old, mut new) = (0, 0);
    for edit in sorted {
        let kept = edit.span.start - old;
        if offset < new + kept {
            break;
        }
        (old, new) = (edit.span.end, new + kept + edit.text.len());
        if offset < new {
            return edit.span.start;
        }
    }
    old + (offset - new)
}
