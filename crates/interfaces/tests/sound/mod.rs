//! What must hold of the tree of any bytes. The fuzz target `parse` examines by the same file.

use interfaces::{Document, FileId, Item, Kind, Stanza, Word};

/// Panics unless the tree is sound: items without a gap that start and end with their lines, words and settings inside
/// of their stanza and in order, and the same bytes when printed.
pub(crate) fn examine(source: &[u8]) {
    let document = Document::parse(FileId(3), source.to_vec());
    assert_eq!(document.print(), source);
    let mut at = 0;
    for item in document.items() {
        let span = item.span();
        assert_eq!((span.file, span.start), (FileId(3), at), "a gap or an overlap before {item:?}");
        assert!(span.end > at, "{item:?} is empty");
        assert!(span.end == source.len() || source[span.end - 1] == b'\n', "{item:?} ends within a line");
        at = span.end;
        if let Item::Stanza(stanza) = item {
            nested(stanza, source);
        }
    }
    assert_eq!(at, source.len(), "the end is missing");
    for label in document.diagnostics().iter().flat_map(|diagnostic| &diagnostic.labels) {
        assert!(label.span.start < label.span.end && label.span.end <= source.len(), "{label:?}");
    }
    places(source, &document);
}

fn nested(stanza: &Stanza, source: &[u8]) {
    let mut words = vec![&stanza.keyword];
    match &stanza.kind {
        Kind::Allow { names, .. } => words.extend(names),
        Kind::Source { pattern, .. } => words.push(pattern),
        Kind::Other { words: more, .. } => words.extend(more),
        Kind::Iface(iface) => {
            words.push(&iface.name);
            words.extend([&iface.family, &iface.method, &iface.inherits].into_iter().flatten());
        }
    }
    let mut at = stanza.span.start;
    for word in words {
        spelled(word, source);
        assert!(at <= word.span.start && word.span.end <= stanza.span.end, "{word:?} in {stanza:?}");
        at = word.span.end;
    }
    for setting in stanza.settings() {
        assert!(at <= setting.span.start && setting.span.end <= stanza.span.end, "{setting:?} in {stanza:?}");
        assert!(setting.span.start <= setting.key.span.start && setting.key.span.end <= setting.value.span.start);
        assert!(setting.value.span.end <= setting.span.end);
        assert_eq!(setting.value.text.is_empty(), setting.value.span.start == setting.value.span.end);
        spelled(&setting.key, source);
        at = setting.span.end;
    }
    if let Some(last) = stanza.settings().last() {
        assert_eq!(last.span.end, stanza.span.end, "a stanza ends with its last setting");
    }
}

/// A word shows what stands at its span.
fn spelled(word: &Word, source: &[u8]) {
    assert_eq!(word.text.as_str(), String::from_utf8_lossy(&source[word.span.start..word.span.end]));
    assert!(!word.text.is_empty() && !word.text.contains([' ', '\t', '\n', '\r']), "{word:?}");
}

/// Line and column of every tenth byte, counted the slow way.
fn places(source: &[u8], document: &Document) {
    for offset in (0..=source.len()).step_by(10) {
        let before = &source[..offset];
        let line = before.split(|&byte| byte == b'\n').count();
        let start = before.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&before[start..]).chars().count() + 1;
        assert_eq!(document.line_column(offset), (line, column), "at {offset}");
    }
}
