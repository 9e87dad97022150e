//! Diagnostics, what their codes mean, and what mends them.

use std::path::Path;

use interfaces::{Configuration, Diagnostic, Fix, Severity};
use network::catalogue::{self, Entry, Example};
use network::check::Mended;
use serde::Serialize;

use super::Place;

/// Something to say about a place in a file.
#[derive(Debug, Serialize)]
pub struct JsonDiagnostic<'a> {
    code: &'a str,
    /// Its name in the catalogue.
    name: Option<&'static str>,
    severity: &'static str,
    title: &'a str,
    labels: Vec<JsonLabel<'a>>,
    notes: &'a [String],
    help: Option<&'a str>,
    fix: Option<JsonFix<'a>>,
    /// Where the documentation explains the code.
    reference: Option<String>,
}

#[derive(Debug, Serialize)]
struct JsonLabel<'a> {
    #[serde(flatten)]
    place: Place,
    text: &'a str,
}

#[derive(Debug, Serialize)]
struct JsonFix<'a> {
    title: &'a str,
    edits: Vec<JsonEdit>,
}

/// Bytes `start` to `end` of a file become `text`.
#[derive(Debug, Serialize)]
struct JsonEdit {
    #[serde(flatten)]
    place: Place,
    start: usize,
    end: usize,
    text: String,
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

/// Diagnostics, in their order.
#[must_use]
pub fn diagnostics<'a>(configuration: &Configuration, diagnostics: &'a [Diagnostic]) -> Vec<JsonDiagnostic<'a>> {
    let label =
        |label: &'a interfaces::Label| JsonLabel { place: Place::of(configuration, label.span), text: &label.text };
    let all = diagnostics.iter().map(|diagnostic| {
        let entry = catalogue::by_code(diagnostic.code);
        JsonDiagnostic {
            code: diagnostic.code,
            name: entry.map(|entry| entry.name),
            severity: severity(diagnostic.severity),
            title: &diagnostic.title,
            labels: diagnostic.labels.iter().map(label).collect(),
            notes: &diagnostic.notes,
            help: diagnostic.help.as_deref(),
            fix: diagnostic.fix.as_ref().map(|one| fix(configuration, one)),
            reference: entry.map(Entry::reference),
        }
    });
    all.collect()
}

fn fix<'a>(configuration: &Configuration, fix: &'a Fix) -> JsonFix<'a> {
    let edits = fix.edits.iter().map(|edit| JsonEdit {
        place: Place::of(configuration, edit.span),
        start: edit.span.start,
        end: edit.span.end,
        text: String::from_utf8_lossy(&edit.text).into_owned(),
    });
    JsonFix { title: &fix.title, edits: edits.collect() }
}

/// What `check --fix` did.
#[derive(Debug, Serialize)]
pub struct Fixed<'a> {
    patch: &'a str,
    /// The file that was written; null when nothing was.
    written: Option<String>,
    /// What was mended, with its places in the old file. A fix that only became visible by another has its place in
    /// between.
    fixed: Vec<JsonDiagnostic<'a>>,
    /// What remains, with its places in the new file.
    left: Vec<JsonDiagnostic<'a>>,
}

/// What `check --fix` did to a file.
#[must_use]
pub fn fixed<'a>(
    before: &Configuration,
    after: &Configuration,
    mended: &'a Mended,
    patch: &'a str,
    written: Option<&Path>,
) -> Fixed<'a> {
    Fixed {
        patch,
        written: written.map(|path| path.to_string_lossy().into_owned()),
        fixed: diagnostics(before, &mended.done),
        left: diagnostics(after, &mended.left),
    }
}

/// What a code means.
#[derive(Debug, Serialize)]
pub struct JsonEntry {
    code: &'static str,
    name: &'static str,
    /// The usual one first.
    severities: Vec<&'static str>,
    summary: &'static str,
    why: &'static str,
    remedy: &'static str,
    bad: Option<&'static str>,
    good: Option<&'static str>,
    host: Option<&'static str>,
    reference: String,
}

/// What a code means.
#[must_use]
pub fn entry(entry: &'static Entry) -> JsonEntry {
    let (bad, good, host) = match entry.example {
        Example::Files { bad, good, host } => (Some(bad), Some(good), host),
        Example::None(_) => (None, None, None),
    };
    JsonEntry {
        code: entry.code,
        name: entry.name,
        severities: entry.severities.iter().map(|one| severity(*one)).collect(),
        summary: entry.summary(),
        why: entry.why(),
        remedy: entry.remedy(),
        bad,
        good,
        host,
        reference: entry.reference(),
    }
}
