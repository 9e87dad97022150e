//! Whatever the bytes: nothing panics, nothing is lost, and every span is where it should be.

use interfaces::{Configuration, Document, FileId, Item, Kind, Span, Stanza, Word};
use proptest::prelude::*;

/// Panics unless the tree is sound: items without a gap that start and end with their lines, words and settings inside
/// of their stanza and in order, and the same bytes when printed.
fn examine(source: &[u8]) {
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
    assert_eq!(word.text, String::from_utf8_lossy(&source[word.span.start..word.span.end]));
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

/// Lines as they stand in such files, and as they should not.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        Just("auto"),
        Just("allow-hotplug"),
        Just("allow-"),
        Just("iface"),
        Just("source"),
        Just("source-directory"),
        Just("mapping"),
        Just("rename"),
        Just("no-scripts"),
        Just("inherits"),
        Just("inet"),
        Just("inet6"),
        Just("static"),
        Just("vmbr0"),
        Just("address"),
        Just("192.0.2.1/24"),
        Just("bond-slaves"),
        Just("#"),
        Just("\\"),
        Just("\\\\"),
        Just("ö"),
        Just("${x}"),
        Just("%"),
        Just("*"),
    ]
    .prop_map(|word| word.as_bytes().to_vec());
    let odd = prop_oneof![20 => word, 1 => prop::collection::vec(any::<u8>(), 1..4)];
    let blank = prop_oneof![4 => Just(" "), 1 => Just(""), 1 => Just("\t"), 1 => Just("\r"), 1 => Just("\x0b")];
    let end =
        prop_oneof![8 => Just("\n"), 2 => Just("\\\n"), 1 => Just("\r\n"), 1 => Just("\\\r\n"), 1 => Just("\\ \n")];
    (prop::collection::vec((blank, odd), 0..5), end).prop_map(|(words, end)| {
        let mut line = Vec::new();
        for (blank, word) in words {
            line.extend_from_slice(blank.as_bytes());
            line.extend_from_slice(&word);
        }
        line.extend_from_slice(end.as_bytes());
        line
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes(source in prop::collection::vec(any::<u8>(), 0..200)) {
        examine(&source);
    }

    #[test]
    fn bytes_that_matter(source in prop::collection::vec(prop::sample::select(b"a #\\\n\r\t%${<*\0\xff".to_vec()), 0..40)) {
        examine(&source);
    }

    #[test]
    fn lines_of_the_language(lines in prop::collection::vec(line(), 0..30), cut in 0..8_usize) {
        let mut source = lines.concat();
        source.truncate(source.len().saturating_sub(cut));
        examine(&source);
    }

    #[test]
    fn any_span_has_a_place(source in prop::collection::vec(any::<u8>(), 0..60), file in 0..3_u32, at in any::<usize>()) {
        let configuration = Configuration::of("i", source);
        let span = Span::new(FileId(file), at, at);
        prop_assert_eq!(configuration.place(span).line == 0, file != 0);
        prop_assert!(!configuration.line_text(span).contains('\n'));
    }
}

/// Files of a quarter of a mebibyte in which each byte, or each line, makes work. A reader that takes time in the square of the length
/// would need minutes for each.
#[test]
fn long_files_are_no_trouble() {
    const LENGTH: usize = 1 << 18;
    for unit in [
        "\n",
        "a",
        " ",
        "#",
        "\\",
        "\0",
        "%",
        "a\n",
        "#\n",
        "\\\n",
        "a \\\n",
        "# \\\n\n",
        "a ",
        "auto a\n",
        "auto ",
        "iface\n",
        "iface a\nb c\n",
        "\\\n\n",
        "# x \\\n \n",
        "a \\\n#\n",
        "\u{fffd}",
        "${%",
        "iface a\n#\n\n",
        "source a b\n",
    ] {
        for start in ["", "auto a ", "iface a\n", "iface a\nb ", "# "] {
            let mut source = start.as_bytes().to_vec();
            source.extend(unit.bytes().cycle().take(LENGTH));
            let document = Document::parse(FileId(0), source.clone());
            assert!(document.print() == source, "{start:?} and {unit:?}");
            assert!(document.diagnostics().len() <= interfaces::findings::MAX + 3);
        }
    }
}
