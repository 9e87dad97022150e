//! Diagnostics as a good compiler shows them: place, what, why, fix.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};
use interfaces::{Configuration, Diagnostic, Label, Severity};

use super::excerpt::excerpts;
use crate::Look;
use crate::io::harmless;

/// How many diagnostics people are shown. A file of garbage has more; JSON has them all.
pub const MOST: usize = 100;

/// All of them in the order of the file, with a line between. At most [`MOST`], warnings and notes left out first.
#[must_use]
pub fn list(configuration: &Configuration, diagnostics: &[Diagnostic], look: Look) -> String {
    let mut out = String::new();
    let mut chosen: Vec<&Diagnostic> = diagnostics.iter().collect();
    chosen.sort_by_key(|diagnostic| std::cmp::Reverse(diagnostic.severity));
    chosen.truncate(MOST);
    chosen.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
    for diagnostic in chosen {
        out += &one(configuration, diagnostic, look);
        out.push('\n');
    }
    if diagnostics.len() > MOST {
        let dots = look.either("…", "...");
        out += &format!("{dots} and {} more; --json lists all\n\n", diagnostics.len() - MOST);
    }
    out
}

/// One, with a line end.
#[must_use]
pub fn one(configuration: &Configuration, diagnostic: &Diagnostic, look: Look) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let mut group =
        level.primary_title(harmless(&diagnostic.title)).id(diagnostic.code).elements([] as [Origin<'_>; 0]);
    let mut labels: Vec<(usize, &Label)> = diagnostic.labels.iter().enumerate().collect();
    // A file at a time, the main label's first.
    while let Some(file) = labels.first().map(|(_, label)| label.span.file) {
        let (here, elsewhere) = labels.into_iter().partition(|(_, label)| label.span.file == file);
        labels = elsewhere;
        let Some(source) = configuration.file(file) else { continue };
        let mut found = excerpts(&source.document, &here);
        // The excerpt of the main label first, the others in the order of the file.
        found.sort_by_key(|excerpt| excerpt.labels.iter().all(|(_, number)| *number != 0));
        for excerpt in found {
            let first = excerpt.labels.iter().map(|(_, number)| *number).min().unwrap_or(0);
            let place = configuration.place(diagnostic.labels[first].span);
            let path = harmless(&place.path.to_string_lossy());
            let mut snippet = Snippet::source(excerpt.text).line_start(excerpt.line);
            if excerpt.cut {
                // The column can't be counted in what is left of the line.
                group = group.element(Origin::path(path).line(place.line).char_column(place.column));
            } else {
                snippet = snippet.path(path);
            }
            for (range, number) in excerpt.labels {
                let kind = if number == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
                let text = harmless(&diagnostic.labels[number].text);
                let annotation = kind.span(range);
                snippet = snippet.annotation(if text.is_empty() { annotation } else { annotation.label(text) });
            }
            group = group.element(snippet);
        }
    }
    group = group.elements(diagnostic.notes.iter().map(|note| Level::NOTE.message(harmless(note))));
    group = group.elements(diagnostic.help.iter().map(|help| Level::HELP.message(harmless(help))));
    let renderer = if look.colour { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).term_width(look.width).render(&[group]) + "\n"
}

/// `1 error, 2 warnings`.
#[must_use]
pub fn summary(diagnostics: &[Diagnostic]) -> String {
    let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let (errors, warnings, notes) = (count(Severity::Error), count(Severity::Warning), count(Severity::Note));
    let part = |count: usize, what: &str| match count {
        0 => None,
        1 => Some(format!("1 {what}")),
        count => Some(format!("{count} {what}s")),
    };
    let parts: Vec<_> =
        [part(errors, "error"), part(warnings, "warning"), part(notes, "note")].into_iter().flatten().collect();
    if parts.is_empty() { "no errors, no warnings".to_owned() } else { parts.join(", ") }
}
