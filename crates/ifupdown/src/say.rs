//! Diagnostics, differences and steps as messages: `error: vmbr0: … (interfaces:12)`.

use std::borrow::Cow;

use interfaces::{Diagnostic, Severity, Span};
use network::resolve::AND_THIS;
use network::{Change, Property};

use crate::Log;
use crate::file::File;

/// Says what is wrong at a place of the file: with the interface in front whose stanza it stands in, else with the file.
pub fn diagnostic(file: &File, diagnostic: &Diagnostic, log: &mut Log<'_>) {
    let span = diagnostic.labels.first().map(|label| label.span);
    let owner = span.and_then(|span| file.stanza_at(span)).map(|stanza| stanza.name.clone());
    let mut text = match (owner, span) {
        (Some(name), Some(span)) => format!("{} ({})", about(&name, &diagnostic.title), place(file, span)),
        (None, Some(span)) => format!("{}: {}", place(file, span), diagnostic.title),
        (_, None) => diagnostic.title.clone(),
    };
    for label in diagnostic.labels.iter().skip(1).filter(|label| label.text == AND_THIS) {
        text += &format!("; nor is `{}` ({})", written(file, label.span), place(file, label.span));
    }
    if let (Some(help), Severity::Error) = (&diagnostic.help, diagnostic.severity) {
        text += &format!("; {help}");
    }
    match diagnostic.severity {
        Severity::Error => log.error(text),
        Severity::Warning => log.warning(text),
        Severity::Note => log.info(text),
    }
}

/// `vmbr0: …`; a text that starts with the name itself does not say it twice.
#[must_use]
pub fn about(name: &str, text: &str) -> String {
    let rest = text.strip_prefix(name).and_then(|rest| rest.strip_prefix(' ')).unwrap_or(text);
    format!("{name}: {rest}")
}

/// What the file has there.
fn written(file: &File, span: Span) -> Cow<'_, str> {
    let source = file.configuration.file(span.file).map(|file| file.document.source());
    String::from_utf8_lossy(source.and_then(|source| source.get(span.start..span.end)).unwrap_or_default())
}

/// `/etc/network/interfaces:12`.
#[must_use]
pub fn place(file: &File, span: Span) -> String {
    let place = file.configuration.place(span);
    format!("{}:{}", place.path.display(), place.line)
}

/// ` (/etc/network/interfaces:12)`, or nothing for what the file does not say.
#[must_use]
pub fn in_brackets(file: &File, origins: &network::resolve::Origins, property: &Property) -> String {
    origins.of(property).map(|span| format!(" ({})", place(file, span))).unwrap_or_default()
}

/// `vmbr0: bring vmbr0 up`.
#[must_use]
pub fn step(change: &Change) -> String {
    format!("{}: {change}", change.link())
}
