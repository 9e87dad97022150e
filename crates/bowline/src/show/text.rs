//! Pieces of text with a style each: a line, before it is known whether there are colours.

use anstyle::Style;

use crate::Look;
use crate::io::{STRONG, harmless};

/// A run of text in pieces, each with its style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Text {
    pieces: Vec<(Style, String)>,
    /// How far the lines after the first stand in, when it is wrapped.
    hang: usize,
}

impl Text {
    /// Plain text.
    pub fn plain(text: impl AsRef<str>) -> Self {
        Self::styled(Style::new(), text)
    }

    /// Text of one style.
    pub fn styled(style: Style, text: impl AsRef<str>) -> Self {
        Self::default().and(style, text)
    }

    /// A word that says what follows, `width` columns with the blanks after it. Wrapped lines stand in as far.
    pub fn label(label: &str, width: usize) -> Self {
        Self { hang: width, ..Self::styled(STRONG, format!("{label:<width$}")) }
    }

    /// With more of another style after it.
    #[must_use]
    pub fn and(mut self, style: Style, text: impl AsRef<str>) -> Self {
        let text = harmless(text.as_ref());
        match self.pieces.last_mut() {
            _ if text.is_empty() => {}
            Some((last, before)) if *last == style => before.push_str(&text),
            _ => self.pieces.push((style, text)),
        }
        self
    }

    /// With plain text after it.
    #[must_use]
    pub fn then(self, text: impl AsRef<str>) -> Self {
        self.and(Style::new(), text)
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// How many columns it takes: a character each, which is right for all that a kernel names.
    #[must_use]
    pub fn width(&self) -> usize {
        self.pieces.iter().map(|(_, text)| text.chars().count()).sum()
    }

    /// As it goes out.
    #[must_use]
    pub fn render(&self, look: Look) -> String {
        self.pieces.iter().map(|(style, text)| look.paint(*style, text)).collect()
    }

    /// Broken at blanks into lines of at most `width` columns, all but the first with blanks before them; a longer word
    /// stands alone.
    #[must_use]
    pub fn wrapped(&self, width: usize) -> Vec<Self> {
        let (mut lines, mut line, mut used) = (Vec::new(), Self::default(), 0);
        for (style, text) in &self.pieces {
            for word in text.split_inclusive(' ') {
                let length = word.trim_end().chars().count();
                if used > self.hang && used + length > width {
                    let next = Self::plain(" ".repeat(self.hang));
                    lines.push(std::mem::replace(&mut line, next).trimmed());
                    used = self.hang;
                }
                line = line.and(*style, word);
                used += word.chars().count();
            }
        }
        lines.push(line.trimmed());
        lines
    }

    fn trimmed(mut self) -> Self {
        if let Some((_, last)) = self.pieces.last_mut() {
            last.truncate(last.trim_end().len());
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &Text, width: usize) -> Vec<String> {
        text.wrapped(width).iter().map(|line| line.render(Look::PLAIN)).collect()
    }

    #[test]
    fn lines_are_broken_at_blanks_and_stand_in() {
        let text = Text::label("who", 5).then("one two").and(STRONG, " three");
        assert_eq!(lines(&text, 40), ["who  one two three"]);
        assert_eq!(lines(&text, 12), ["who  one two", "     three"]);
        assert_eq!(lines(&text, 8), ["who  one", "     two", "     three"]);
        assert_eq!(lines(&Text::plain("a-word-longer-than-that b"), 4), ["a-word-longer-than-that", "b"]);
        assert_eq!(lines(&Text::default(), 4), [""]);
    }
}
