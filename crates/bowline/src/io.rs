//! Where output goes, and what it may look like there.

use std::io::Write;

use anstyle::{AnsiColor, Style};

/// Where a verb writes. Tests give it two buffers.
pub struct Io<'a> {
    /// What was asked for.
    pub out: &'a mut dyn Write,
    /// What went wrong.
    pub err: &'a mut dyn Write,
    /// What `out` may look like.
    pub look: Look,
    /// What `err` may look like.
    pub err_look: Look,
}

impl<'a> Io<'a> {
    /// Two plain streams, with the characters of a tree.
    pub fn plain(out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        Self { out, err, look: Look::PLAIN, err_look: Look::PLAIN }
    }
}

/// What output may look like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Colours and weights, as ANSI sequences.
    pub colour: bool,
    /// Lines and dots beyond ASCII.
    pub unicode: bool,
    /// How many columns a line has.
    pub width: usize,
}

impl Look {
    /// Without colours, in Unicode, 120 columns.
    pub const PLAIN: Self = Self { colour: false, unicode: true, width: 120 };

    /// The text in that style, where styles are to be had.
    #[must_use]
    pub fn paint(self, style: Style, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// `unicode` where that is to be had, else `ascii`.
    #[must_use]
    pub fn either(self, unicode: &'static str, ascii: &'static str) -> &'static str {
        if self.unicode { unicode } else { ascii }
    }
}

/// The name of what a line is about.
pub const STRONG: Style = Style::new().bold();
/// What matters less.
pub const FAINT: Style = Style::new().dimmed();
/// All is well.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// It works, and should not stay so.
pub const WARN: Style = AnsiColor::Yellow.on_default();
/// It does not work.
pub const BAD: Style = AnsiColor::Red.on_default().bold();

/// Text from elsewhere (a driver's name, a kernel's message, a file's word) with nothing in it that a terminal obeys.
#[must_use]
pub fn harmless(text: &str) -> String {
    text.chars().map(|c| if c.is_control() && c != '\n' { '\u{fffd}' } else { c }).collect()
}

/// Whether the locale's characters are UTF-8, as `LC_ALL`, `LC_CTYPE` or `LANG` say, the first that is set (POSIX, 8.2).
#[must_use]
pub fn locale_is_utf8() -> bool {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_ascii_lowercase();
    locale.ends_with("utf-8") || locale.ends_with("utf8")
}

/// How many columns the terminal has; 80 where it does not say.
#[must_use]
pub fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0))
}
