//! Whatever the bytes: nothing panics, nothing is lost, and every span is where it should be.

mod sound;

use interfaces::{Configuration, Document, FileId, Span};
use proptest::prelude::*;
use sound::examine;

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
