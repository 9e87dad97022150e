//! What a code means, for people.

use interfaces::Severity;
use network::catalogue::{Entry, Example};

use super::text::Text;
use crate::Look;
use crate::io::{BAD, FAINT, STRONG, WARN};

/// How wide a paragraph is at most: a book's line.
const WIDTH: usize = 100;

/// A table of codes.
#[must_use]
pub fn table(entries: &[Entry], look: Look) -> String {
    let widest = entries.iter().map(|entry| entry.name.len()).max().unwrap_or(0);
    let mut out = String::new();
    for entry in entries {
        let severities = format!("{:<8}", name(entry.severity()));
        let line = Text::styled(STRONG, entry.code).then("  ").and(style(entry.severity()), severities).then(format!(
            "  {:<widest$}  {}",
            entry.name,
            entry.summary()
        ));
        out += &line.render(look);
        out.push('\n');
    }
    out += "\n`bowline check --explain CODE` explains one\n";
    out
}

/// One code: its explanation, and an example of it.
#[must_use]
pub fn one(entry: &Entry, look: Look) -> String {
    let severities: Vec<&str> = entry.severities.iter().map(|severity| name(*severity)).collect();
    let title = Text::styled(style(entry.severity()), format!("{}[{}]", severities.join(" or "), entry.code))
        .and(STRONG, format!(" {}", entry.name));
    let mut out = title.render(look) + "\n\n";
    out += &paragraphs(entry.summary(), look);
    out += &paragraphs(entry.why(), look);
    out += &heading("What to do", look);
    out += &paragraphs(entry.remedy(), look);
    match entry.example {
        Example::Files { bad, good, host } => {
            out += &heading("Bad", look);
            out += &listing(bad);
            out += &heading("Good", look);
            out += &listing(good);
            if let Some(host) = host {
                out += &heading("On a host with", look);
                out += &listing(host);
            }
        }
        Example::None(why) => out += &paragraphs(&format!("No file shows it: {why}."), look),
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn heading(text: &str, look: Look) -> String {
    look.paint(STRONG, text) + "\n\n"
}

/// Paragraphs of Markdown, each broken into lines again.
fn paragraphs(text: &str, look: Look) -> String {
    let mut out = String::new();
    for paragraph in text.split("\n\n") {
        let words = Text::plain(paragraph.replace('\n', " "));
        for line in words.wrapped(look.width.min(WIDTH)) {
            out += &line.render(look);
            out.push('\n');
        }
        out.push('\n');
    }
    out
}

fn listing(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let line = format!("    {}", crate::io::harmless(line));
        out += line.trim_end();
        out.push('\n');
    }
    out.push('\n');
    out
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn style(severity: Severity) -> anstyle::Style {
    match severity {
        Severity::Note => FAINT,
        Severity::Warning => WARN,
        Severity::Error => BAD,
    }
}
