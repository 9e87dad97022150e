//! Whether a file is the text that it should be: not binary, not a template.

use crate::line::is_blank;
use crate::{Diagnostic, FileId, Severity, Span, codes};

/// What was found.
#[derive(Default)]
pub(crate) struct Examined {
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// It is not worth reading further: what more could be said would follow from this.
    pub(crate) hopeless: bool,
}

/// Looks at all of the bytes, once for each question.
pub(crate) fn examine(file: FileId, source: &[u8]) -> Examined {
    let at = |start: usize, length: usize| Span::new(file, start, start + length);
    if let Some(first) = source.iter().position(|&byte| is_control(byte)) {
        let byte = source[first];
        let diagnostic = Diagnostic::new(codes::NOT_TEXT, Severity::Error, "this is not a text file", at(first, 1))
            .label(format!("byte {byte:#04x}"))
            .note("a file of network interfaces holds no control characters but tabs and line ends")
            .help("restore the file from a backup, or remove this character if the rest is as it should be");
        return Examined { diagnostics: vec![diagnostic], hopeless: true };
    }
    if let Some((place, length)) = template(source) {
        let diagnostic =
            Diagnostic::new(codes::TEMPLATE, Severity::Error, "this is a Mako template", at(place, length))
                .note("ifupdown2 renders such a file before it reads it; Bowline does not, and would misread it")
                .help("write out what the template renders to: `ifquery -a` of ifupdown2 prints it");
        return Examined { diagnostics: vec![diagnostic], hopeless: true };
    }
    let mut examined = Examined::default();
    if let Some(first) = not_utf8(source) {
        examined.diagnostics.push(
            Diagnostic::new(codes::NOT_TEXT, Severity::Warning, "this is not UTF-8", at(first, 1))
                .label(format!("byte {:#04x}", source[first]))
                .note("Bowline keeps the bytes as they are; ifupdown2 may refuse to read the file")
                .help("convert the file: `iconv -f latin1 -t utf-8`"),
        );
    }
    if let Some(place) = expression(source) {
        examined.diagnostics.push(
            Diagnostic::new(codes::TEMPLATE, Severity::Warning, "ifupdown2 takes this for a template", at(place, 2))
                .label("Bowline takes it as it stands")
                .note("where a file holds a `%`, even in a comment, ifupdown2 runs it through Mako, which replaces `${…}`")
                .help("write the `%` in another way, or `$NAME` for `${NAME}`"),
        );
    }
    examined
}

/// A control character that no text holds.
fn is_control(byte: u8) -> bool {
    byte.is_ascii_control() && !is_blank(byte)
}

/// Where the bytes stop being UTF-8.
fn not_utf8(source: &[u8]) -> Option<usize> {
    std::str::from_utf8(source).err().map(|error| error.valid_up_to())
}

/// The first Mako control line (`% for …`) or block (`<% … %>`), and its length. Mako's own comments start with `##`
/// and are comments for everybody.
fn template(source: &[u8]) -> Option<(usize, usize)> {
    if !source.contains(&b'%') {
        return None;
    }
    lines(source).find_map(|(start, line)| match line {
        [b'%', ..] => Some((start, 1)),
        _ => line.windows(2).position(|pair| pair == b"<%").map(|at| (start + at, 2)),
    })
}

/// The first `${` of a file that holds a `%` somewhere: without one, ifupdown2 does not ask Mako.
fn expression(source: &[u8]) -> Option<usize> {
    if !source.contains(&b'%') {
        return None;
    }
    lines(source).find_map(|(start, line)| line.windows(2).position(|pair| pair == b"${").map(|at| start + at))
}

/// The physical lines that are no comments, from their first character on, and where that stands.
fn lines(source: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let mut next = 0;
    source.split(|&byte| byte == b'\n').filter_map(move |line| {
        let start = next;
        next += line.len() + 1;
        let blanks = line.iter().take_while(|&&byte| is_blank(byte)).count();
        let line = &line[blanks..];
        (!line.starts_with(b"#")).then_some((start + blanks, line))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_is_no_text_and_what_is_a_template() {
        use Severity::{Error, Warning};
        for (source, found) in [
            (&b""[..], None),
            (b"auto lo\r\n\tup echo ${IFACE}\n", None),
            (b"# 100% <% ${\n%", Some((codes::TEMPLATE, Error, 13))),
            (b"# 100% ${x}\n", None),
            (b"# 100%\n up echo ${x}\n", Some((codes::TEMPLATE, Warning, 16))),
            (b"a\n  % for i in range(3):\n", Some((codes::TEMPLATE, Error, 4))),
            (b"iface a\n address <%x%>\n", Some((codes::TEMPLATE, Error, 17))),
            (b"up tc rate 10%\n", None),
            (b"auto lo\0", Some((codes::NOT_TEXT, Error, 7))),
            (b"\x7fELF", Some((codes::NOT_TEXT, Error, 0))),
            (b"# gr\xfcn\n", Some((codes::NOT_TEXT, Warning, 4))),
            ("# grün\n".as_bytes(), None),
        ] {
            let examined = examine(FileId(0), source);
            let seen = examined.diagnostics.first().map(|d| (d.code, d.severity, d.labels[0].span.start));
            assert_eq!(seen, found, "{:?}", String::from_utf8_lossy(source));
            assert_eq!(examined.hopeless, found.is_some_and(|(_, severity, _)| severity == Error));
        }
    }
}
