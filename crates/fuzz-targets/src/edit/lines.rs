//! The lines of a file, each with what it belongs to.

use interfaces::{Document, Item, Kind};

/// A line as it stands in the file.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// The interface whose stanza it is in; empty outside of one.
    pub(super) owner: String,
    /// The key of the setting that it is part of, with dashes; empty for other lines.
    pub(super) key: String,
    /// All of the setting, stanza's first line, comment or whatever it is part of.
    pub(super) whole: Vec<u8>,
    /// Without white space at its end.
    pub(super) text: Vec<u8>,
    /// Whether the line before, of the same setting or whatever, leaves itself open: its `#` begins no comment then.
    pub(super) continues: bool,
}

impl Line {
    /// Whether it is a comment.
    pub(super) fn is_comment(&self) -> bool {
        self.key.is_empty() && !self.continues && self.text.trim_ascii_start().starts_with(b"#")
    }

    /// Whether what it is part of has this text anywhere. A name is what its bytes show as, as for the file's readers.
    pub(super) fn names(&self, name: &str) -> bool {
        !name.is_empty() && String::from_utf8_lossy(&self.whole).contains(name)
    }
}

/// Without the white space at its end, as C's `isspace` has it and so the file's readers: a vertical tab is some too.
fn trim_end(text: &[u8]) -> &[u8] {
    let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    &text[..text.iter().rposition(|byte| !blank(byte)).map_or(0, |last| last + 1)]
}

/// Every line that is not blank.
pub(super) fn of(document: &Document) -> Vec<Line> {
    let mut out = Vec::new();
    let mut add = |owner: &str, key: &str, start: usize, end: usize| {
        let whole = &document.source()[start..end];
        let mut continues = false;
        for text in whole.split(|byte| *byte == b'\n') {
            let (owner, key, text) = (owner.to_owned(), key.to_owned(), trim_end(text).to_vec());
            let open = text.ends_with(b"\\");
            out.extend((!text.is_empty()).then(|| Line { owner, key, whole: whole.to_vec(), text, continues }));
            continues = open;
        }
    };
    for item in document.items() {
        // Besides white space, a backslash that continues nothing is a blank line.
        if matches!(item, Item::Blank(_)) {
            continue;
        }
        let Item::Stanza(stanza) = item else {
            add("", "", item.span().start, item.span().end);
            continue;
        };
        let owner = if let Kind::Iface(iface) = &stanza.kind { iface.name.text.as_str() } else { "" };
        let mut at = stanza.span.start;
        for setting in stanza.settings() {
            add(owner, "", at, setting.span.start);
            add(owner, &setting.key.text.replace('_', "-"), setting.span.start, setting.span.end);
            at = setting.span.end;
        }
        add(owner, "", at, stanza.span.end);
    }
    out
}
