//! Whether an edit left alone what it did not mean to touch.

use super::TextEdit;
use crate::Document;
use crate::tree::{Item, Kind};

/// Whether every stanza's first line, setting and comment that no edit touches says the same in the text after. A line
/// can lose its meaning without being touched: one that a backslash at the end of the file leaves open, say.
#[must_use]
pub fn untouched(before: &Document, after: &Document, edits: &[TextEdit]) -> bool {
    let mut sorted: Vec<&TextEdit> = edits.iter().collect();
    sorted.sort_by_key(|edit| (edit.span.start, edit.span.end));
    let before_is_end = |at: usize| before.source().get(at) == Some(&b'\n');
    let (mut old, mut new, mut shift) = (Vec::new(), Vec::new(), 0_isize);
    for edit in sorted {
        // What is put right behind a word makes a longer line of its line; what begins with a line end does not.
        let glued = edit.span.start == edit.span.end && !edit.text.starts_with(b"\n") && !edit.text.starts_with(b"\r");
        let from = if glued { edit.span.start.saturating_sub(1) } else { edit.span.start };
        old.push((from, edit.span.end));
        let start = edit.span.start.saturating_add_signed(shift);
        // So does what is taken away within a line.
        let line = edit.span.start.checked_sub(1).is_none_or(before_is_end);
        let cut = edit.text.is_empty() && !line;
        new.push((if cut { start.saturating_sub(1) } else { start }, start + edit.text.len()));
        shift += edit.text.len().cast_signed() - (edit.span.end - edit.span.start).cast_signed();
    }
    outside(before, &old) == outside(after, &new)
}

/// What stands outside of these runs of bytes, in order. An empty run touches what it is inside of.
fn outside(document: &Document, runs: &[(usize, usize)]) -> Vec<String> {
    // Lines and runs are both in order and do not overlap, so one look through both is enough.
    let mut next = 0;
    let mut out = Vec::new();
    for (start, end, text) in lines(document) {
        while runs.get(next).is_some_and(|&(_, to)| to <= start) {
            next += 1;
        }
        let touched = runs[next..].iter().take_while(|&&(from, _)| from < end).any(|&(_, to)| to > start);
        if !touched {
            out.push(text);
        }
    }
    out
}

/// Every line that says something, and every comment.
fn lines(document: &Document) -> Vec<(usize, usize, String)> {
    let mut out = Vec::new();
    for item in document.items() {
        match item {
            Item::Blank(_) => {}
            Item::Comment(span) | Item::Stray(span) => {
                let text = document.source()[span.start..span.end].trim_ascii_end();
                let kind = if matches!(item, Item::Stray(_)) { "stray: " } else { "" };
                let said = format!("{kind}{}", String::from_utf8_lossy(text));
                out.push((span.start, span.start + text.len(), said));
            }
            Item::Stanza(stanza) => {
                let words: Vec<&crate::Word> = match &stanza.kind {
                    Kind::Allow { names, .. } => names.iter().collect(),
                    Kind::Iface(iface) => [Some(&iface.name), iface.family.as_ref(), iface.method.as_ref()]
                        .into_iter()
                        .chain([iface.inherits.as_ref()])
                        .flatten()
                        .collect(),
                    Kind::Source { pattern, .. } => vec![pattern],
                    Kind::Other { words, .. } => words.iter().collect(),
                };
                let end = words.iter().map(|word| word.span.end).max().unwrap_or(stanza.keyword.span.end);
                let text: Vec<&str> = [&stanza.keyword].into_iter().chain(words).map(|w| w.text.as_str()).collect();
                out.push((stanza.keyword.span.start, end, text.join(" ")));
                for setting in stanza.settings() {
                    let text = format!("{} {}", setting.key.text, setting.value.text);
                    let end = setting.value.span.end.max(setting.key.span.end);
                    out.push((setting.key.span.start, end, text));
                }
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::apply;
    use crate::{FileId, Span};

    fn judge(source: &[u8], edit: TextEdit) -> bool {
        let before = Document::parse(FileId(0), source.to_vec());
        let edits = [edit];
        let after = Document::parse(FileId(0), apply(source, &edits).unwrap());
        untouched(&before, &after, &edits)
    }

    #[test]
    fn what_changes_beside_the_edit_is_found() {
        let at = |start, end| Span::new(FileId(0), start, end);
        assert!(judge(b"iface a\n mtu 1\n", TextEdit::insert(at(15, 15), " x y\n")));
        assert!(!judge(b"iface a\n mtu 1 \\", TextEdit::insert(at(16, 16), "\n x y")));
        assert!(judge(b"iface a\n mtu 1\n", TextEdit::replace(at(13, 14), "22")));
        assert!(!judge(b"auto a\nauto b\n", TextEdit::replace(at(5, 6), "c \\")));
    }
}
