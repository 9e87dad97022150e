//! The edits of fixes: a line that goes, a line that comes, in the style of the lines around.

use interfaces::{Configuration, Kind, Setting, Span, TextEdit};

use super::Case;
use crate::IfName;

/// Takes away the line (or the lines that backslashes join) in which a span starts.
pub(super) fn delete_line(case: &Case<'_>, span: Span) -> Option<TextEdit> {
    case.configuration.setting_at(span).map(|setting| TextEdit::delete(setting.span))
}

/// Puts a line of an interface's own stanza below the one in which `beside` starts: with its indent, its line end, and `_`
/// for `-` where its key is spelled so. `None` when that line is in another stanza.
pub(super) fn add_line(case: &Case<'_>, link: &IfName, beside: Span, key: &str, value: &str) -> Option<TextEdit> {
    let stanza = case.configuration.stanza_at(beside)?;
    let Kind::Iface(iface) = &stanza.kind else { return None };
    let setting = case.configuration.setting_at(beside).filter(|_| iface.name.text == link.as_str())?;
    let (indent, end) = style(case.configuration, setting)?;
    let key = if setting.key.text.contains('_') { key.replace('-', "_") } else { key.to_owned() };
    let after = Span { start: setting.span.end, ..setting.span };
    let mut text = format!("{key} {value}").into_bytes();
    text.splice(0..0, indent.iter().copied());
    match end {
        [] => text.insert(0, b'\n'),
        end => text.extend_from_slice(end),
    }
    Some(TextEdit::insert(after, text))
}

/// What stands before a setting's key and at the end of its line; nothing there at the end of a file without one.
fn style<'a>(configuration: &'a Configuration, setting: &Setting) -> Option<(&'a [u8], &'a [u8])> {
    let source = configuration.file(setting.span.file)?.document.source();
    let indent = source.get(setting.span.start..setting.key.span.start)?;
    let line = source.get(setting.span.start..setting.span.end)?;
    let end = ["\r\n", "\n"].into_iter().find(|end| line.ends_with(end.as_bytes())).unwrap_or("");
    Some((indent, line.get(line.len() - end.len()..)?))
}
