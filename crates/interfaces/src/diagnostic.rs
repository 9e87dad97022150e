//! Something to say about a place in a file.

use crate::{Span, TextEdit};

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing; nothing needs to change.
    Note,
    /// It works, but not as well as it could, or not for long.
    Warning,
    /// It can't work. Nothing is applied while there is one.
    Error,
}

/// Something to say about a place in a file: what, where, why, and what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable: `BW` and three digits.
    pub code: &'static str,
    /// How much it matters.
    pub severity: Severity,
    /// What is the matter, in one line.
    pub title: String,
    /// Where; the first is where to look.
    pub labels: Vec<Label>,
    /// Why it matters.
    pub notes: Vec<String>,
    /// What to do about it.
    pub help: Option<String>,
    /// A change of the file that mends it, where there is one that anybody would make.
    pub fix: Option<Fix>,
}

/// A change of the file that mends what a diagnostic complains of: safe to make without a second thought, for it leaves
/// what the file means as it was meant. All its edits together, or none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fix {
    /// What it does, in a few words: `write bond-slaves`.
    pub title: String,
    /// The edits; of any file of the configuration, and without overlap.
    pub edits: Vec<TextEdit>,
}

/// A place, and what is to be said of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What; may be empty.
    pub text: String,
}

impl Diagnostic {
    /// A diagnostic with one place.
    #[must_use]
    pub fn new(code: &'static str, severity: Severity, title: impl Into<String>, span: Span) -> Self {
        Self {
            code,
            severity,
            title: title.into(),
            labels: vec![Label { span, text: String::new() }],
            notes: Vec::new(),
            help: None,
            fix: None,
        }
    }

    /// Says something of the main place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        if let Some(first) = self.labels.first_mut() {
            first.text = text.into();
        }
        self
    }

    /// Points at another place too.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// Says why it matters.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Says what to do.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn fix(mut self, title: impl Into<String>, edits: Vec<TextEdit>) -> Self {
        self.fix = Some(Fix { title: title.into(), edits });
        self
    }
}
