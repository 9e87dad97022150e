//! What there is to say about syntax, a function a message.

use crate::line::Oddity;
use crate::tree::Word;
use crate::{Diagnostic, Severity, Span, TextEdit, codes};

/// What may open a stanza, for those who misspell it.
const KEYWORDS: &[&str] = &[
    "auto",
    "iface",
    "source",
    "source-directory",
    "mapping",
    "no-auto-down",
    "no-scripts",
    "rename",
    "template",
    "vlan",
    "bridge",
];

fn error(code: &'static str, title: impl Into<String>, span: Span) -> Diagnostic {
    Diagnostic::new(code, Severity::Error, title, span)
}

fn warning(code: &'static str, title: impl Into<String>, span: Span) -> Diagnostic {
    Diagnostic::new(code, Severity::Warning, title, span)
}

/// A line that belongs to no stanza.
pub(crate) fn stray(key: &Word, line: Span) -> Diagnostic {
    let diagnostic = error(codes::STRAY_LINE, format!("`{}` belongs to no stanza", shown(&key.text)), key.span)
        .note("`auto`, `allow-…`, `source` and the like are one line each: no settings may follow them");
    let lower = key.text.trim_start_matches('\u{feff}').to_ascii_lowercase();
    if line.start == 0 && key.text.starts_with('\u{feff}') {
        diagnostic
            .help("the file starts with a byte order mark (bytes ef bb bf), which is part of the first word: remove it")
    } else if KEYWORDS.contains(&lower.as_str()) || lower.starts_with("allow-") {
        let edit = TextEdit::replace(key.span, lower.clone());
        diagnostic
            .help(format!("write `{lower}`: keywords are in lower case"))
            .fix(format!("write `{lower}`"), vec![edit])
    } else {
        diagnostic.help("put it below the `iface` line that it is meant for, or start it with `#` if it is a comment")
    }
}

/// `auto` or `iface` without a name.
pub(crate) fn no_name(keyword: &Word) -> Diagnostic {
    let title = format!("`{}` names no interface", shown(&keyword.text));
    error(codes::MISSING_WORDS, title, keyword.span)
        .label("a name must follow on this line")
        .help(format!("write `{} NAME`, or remove the line", shown(&keyword.text)))
}

/// `allow-` without a class.
pub(crate) fn no_class(keyword: &Word) -> Diagnostic {
    error(codes::MISSING_WORDS, format!("`{}` names no class", keyword.text), keyword.span)
        .help("write `allow-hotplug NAME` or `auto NAME`")
}

/// `inherits` without a name.
pub(crate) fn no_parent(keyword: &Word) -> Diagnostic {
    error(codes::MISSING_WORDS, "`inherits` names no stanza", keyword.span)
        .help("write `inherits NAME`, where NAME is that of an earlier `iface` or `template` stanza")
}

/// `source` without a path.
pub(crate) fn no_path(keyword: &Word) -> Diagnostic {
    error(codes::MISSING_WORDS, format!("`{}` names no path", shown(&keyword.text)), keyword.span)
        .help("write `source /etc/network/interfaces.d/*`, or remove the line")
}

/// A setting without a value.
pub(crate) fn no_value(key: &Word) -> Diagnostic {
    error(codes::NO_VALUE, format!("`{}` has no value", shown(&key.text)), key.span)
        .note("ifupdown refuses the whole file for it, ifupdown2 reports an error and leaves the line out")
        .help("write the value behind it, or remove the line")
}

/// Words that no reader understands.
pub(crate) fn extra_words(keyword: &Word, extra: Span) -> Diagnostic {
    warning(codes::EXTRA_WORDS, format!("the rest of this `{}` line means nothing", shown(&keyword.text)), extra)
        .note("the line is `iface NAME [FAMILY METHOD] [inherits NAME]`; comments need a line of their own")
        .help("remove these words")
}

/// A second path on a `source` line. An error, for settings in it would be lost.
pub(crate) fn extra_paths(keyword: &Word, extra: Span) -> Diagnostic {
    let keyword = shown(&keyword.text);
    error(codes::EXTRA_WORDS, format!("`{keyword}` takes one path"), extra)
        .note("ifupdown reads every path on the line, ifupdown2 and Bowline the first only; comments need a line of their own")
        .help(format!("give each path a `{keyword}` line of its own"))
}

/// A join that ifupdown and ifupdown2 take differently; `blank` is what stands between the backslash and its line's end.
pub(crate) fn oddity(oddity: Oddity, span: Span, blank: &[u8]) -> Diagnostic {
    let diagnostic = describe(oddity, span);
    match oddity {
        Oddity::Comment | Oddity::BlankLine => diagnostic.fix("remove the backslash", vec![TextEdit::delete(span)]),
        Oddity::Several => diagnostic.fix("keep one backslash", vec![TextEdit::replace(span, "\\")]),
        Oddity::Glued => diagnostic.fix("put a blank before the backslash", vec![TextEdit::insert(span, " ")]),
        // The carriage return of a file whose lines all end so is no slip of this line.
        Oddity::BlankAfter if !blank.contains(&b'\r') => {
            let after = Span { start: span.end, end: span.end + blank.len(), ..span };
            diagnostic.fix("remove the blank after the backslash", vec![TextEdit::delete(after)])
        }
        Oddity::BlankAfter | Oddity::Hash => diagnostic,
    }
}

fn describe(oddity: Oddity, span: Span) -> Diagnostic {
    let differs = |title: &str, note: &str, help: &str| {
        warning(codes::CONTINUATION, title.to_owned(), span).note(note).help(help)
    };
    match oddity {
        Oddity::Comment => differs(
            "a comment does not continue on the next line",
            "ifupdown and Bowline read the next line as usual; for ifupdown2 it is part of the comment and has no effect",
            "remove the backslash",
        ),
        Oddity::Hash => warning(codes::COMMENT_IN_CONTINUATION, "this is no comment but part of the line above", span)
            .note("the line above ends in a backslash, so every reader takes this one as its continuation, `#` and all")
            .help("move the comment above the first of these lines"),
        Oddity::BlankAfter => differs(
            "this backslash is not the last character of its line",
            "ifupdown2 and Bowline join the next line nevertheless; ifupdown does not",
            "remove the blank after it, or the carriage return if the lines end with CR LF",
        ),
        Oddity::Glued => differs(
            "there is no blank at this join",
            "ifupdown2 and Bowline read two words; ifupdown glues them into one",
            "put a blank before the backslash",
        ),
        Oddity::Several => differs(
            "more than one backslash ends this line",
            "ifupdown2 and Bowline drop them all; for ifupdown all but the last are part of the value",
            "keep one",
        ),
        Oddity::BlankLine => differs(
            "a backslash joins a blank line",
            "for ifupdown and Bowline the line ends here; ifupdown2 goes on with the next line that is not blank",
            "remove the backslash, or the blank line",
        ),
    }
}

/// The start of a word, so that a message stays a message whatever the file holds: short, and without characters that
/// are not seen or that change what is (control characters, byte order marks, changes of direction).
pub(crate) fn shown(text: &str) -> String {
    const MOST: usize = 40;
    let unseen = |c: char| {
        c.is_control()
            || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let printable = |c: char| if unseen(c) { '\u{fffd}' } else { c };
    let mut start: String = text.chars().take(MOST).map(printable).collect();
    if text.chars().nth(MOST).is_some() {
        start.push('…');
    }
    start
}
