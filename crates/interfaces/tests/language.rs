//! The language, a file a case: `cases/NAME.interfaces` is what is read, `cases/NAME.outline` what it is taken for.
//!
//! To add a case, write the `.interfaces` file, run the test, and keep the outline that it shows if it is right.

#![allow(clippy::disallowed_methods, reason = "the cases are files")]

use std::fmt::Write;
use std::fs;
use std::path::Path;

use interfaces::{Configuration, Item, Kind, Severity, Span, Stanza};

#[test]
fn each_case_is_read_as_its_outline_says() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let (mut count, mut wrong) = (0, String::new());
    for entry in fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "interfaces") {
            continue;
        }
        count += 1;
        let source = fs::read(&path).unwrap();
        let configuration = Configuration::of(path.file_name().unwrap(), source.clone());
        assert_eq!(configuration.files[0].document.print(), source, "{}", path.display());
        let (seen, wanted) = (outline(&configuration), fs::read_to_string(path.with_extension("outline")));
        if wanted.as_ref().ok() != Some(&seen) {
            write!(wrong, "--- {}\n{seen}", path.with_extension("outline").display()).unwrap();
        }
    }
    assert!(count > 0, "no case was found");
    assert!(wrong.is_empty(), "these are read otherwise than their outlines say:\n{wrong}");
}

/// An item a line, with its lines; a setting a line below its stanza; and at the end what is wrong.
fn outline(configuration: &Configuration) -> String {
    let mut out = String::new();
    for item in configuration.files[0].document.items() {
        let lines = lines(configuration, item.span());
        match item {
            Item::Blank(_) => writeln!(out, "{lines} blank"),
            Item::Comment(_) => writeln!(out, "{lines} comment"),
            Item::Stray(_) => writeln!(out, "{lines} stray"),
            Item::Stanza(stanza) => {
                writeln!(out, "{lines} {}", head(stanza)).expect("a string takes all");
                stanza.settings().iter().try_for_each(|setting| {
                    let lines = self::lines(configuration, setting.span);
                    let value = Some(&*setting.value.text).filter(|value| !value.is_empty()).unwrap_or("(nothing)");
                    writeln!(out, "    {lines} {} = {value}", setting.key.text)
                })
            }
        }
        .expect("a string takes all");
    }
    for diagnostic in &configuration.diagnostics {
        let severity = match diagnostic.severity {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        let place = configuration.place(diagnostic.labels[0].span);
        let text = format!("{}:{} {} {severity}: {}", place.line, place.column, diagnostic.code, diagnostic.title);
        writeln!(out, "{text}").expect("a string takes all");
        assert!(diagnostic.help.is_some(), "no help for {text}");
    }
    out
}

fn lines(configuration: &Configuration, span: Span) -> String {
    let first = configuration.place(span).line;
    let last = configuration.place(Span { start: span.end - 1, ..span }).line;
    if first == last { first.to_string() } else { format!("{first}-{last}") }
}

fn head(stanza: &Stanza) -> String {
    let list = |words: &[interfaces::Word]| words.iter().map(|word| format!(" `{}`", word.text)).collect::<String>();
    match &stanza.kind {
        Kind::Allow { class, names } => format!("allow {class}:{}", list(names)),
        Kind::Source { directory: false, pattern } => format!("source `{}`", pattern.text),
        Kind::Source { directory: true, pattern } => format!("source the folder `{}`", pattern.text),
        Kind::Other { words, .. } => format!("{}:{}", stanza.keyword.text, list(words)),
        Kind::Iface(iface) => {
            let part = |name, word: &Option<interfaces::Word>| {
                word.as_ref().map_or(String::new(), |word| format!(", {name} `{}`", word.text))
            };
            let (family, method) = (part("family", &iface.family), part("method", &iface.method));
            format!("iface `{}`{family}{method}{}", iface.name.text, part("inherits", &iface.inherits))
        }
    }
}
