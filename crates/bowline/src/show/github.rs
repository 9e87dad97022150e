//! Diagnostics as annotations of GitHub's workflows (workflow commands): a line each.

use interfaces::{Configuration, Diagnostic, Severity};

/// All of them, in the order of the file.
#[must_use]
pub fn list(configuration: &Configuration, diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(|diagnostic| one(configuration, diagnostic)).collect()
}

fn one(configuration: &Configuration, diagnostic: &Diagnostic) -> String {
    let command = match diagnostic.severity {
        Severity::Note => "notice",
        Severity::Warning => "warning",
        Severity::Error => "error",
    };
    let place = diagnostic.labels.first().map(|label| configuration.place(label.span));
    let place = place.map_or_else(String::new, |place| {
        let path = property(&place.path.to_string_lossy());
        format!(" file={path},line={},col={},title={}", place.line, place.column, diagnostic.code)
    });
    let lines = [&diagnostic.title].into_iter().chain(&diagnostic.notes).cloned();
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    let message: Vec<String> = lines.chain(help).collect();
    format!("::{command}{place}::{}\n", data(&message.join("\n")))
}

/// What may not stand in a message as it is.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// What may not stand in a property as it is.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
