//! The codes of what this crate has to say: BW001 to BW019. A code never changes its meaning.

/// A line that opens no stanza and belongs to none. ifupdown calls it a misplaced option and refuses the file,
/// ifupdown2 reports it and goes on.
pub const STRAY_LINE: &str = "BW001";
/// A keyword without the words that it needs: `auto` without a name, `iface` without a name, `source` without a path.
pub const MISSING_WORDS: &str = "BW002";
/// A sourced file or folder that is not there (a warning) or can't be read (an error). A pattern without a match is fine.
pub const SOURCE_UNREADABLE: &str = "BW003";
/// A file that sources itself, directly or through others.
pub const SOURCE_LOOP: &str = "BW004";
/// One of the limits of [`crate::load()`] is exceeded: size of a file, size of all, lines, files, `source` lines, depth.
pub const TOO_LARGE: &str = "BW005";
/// Bytes that are no text: an error when they can't be (NUL and other control characters), a warning when they are in
/// another encoding than UTF-8.
pub const NOT_TEXT: &str = "BW006";
/// A Mako template, which ifupdown2 renders and Bowline does not.
pub const TEMPLATE: &str = "BW007";
/// A backslash at the end of a line that ifupdown and ifupdown2 read differently.
pub const CONTINUATION: &str = "BW008";
/// A `#` that starts a line within a continued line: it is no comment but part of the value.
pub const COMMENT_IN_CONTINUATION: &str = "BW009";
/// A setting without a value.
pub const NO_VALUE: &str = "BW010";
/// Words after those that a keyword takes, which nobody reads.
pub const EXTRA_WORDS: &str = "BW011";
/// A file that is sourced a second time. It counts once, where it came first.
pub const SOURCED_TWICE: &str = "BW012";
/// There is more to say than [`crate::findings::MAX`] diagnostics; the rest is counted, not shown.
pub const MORE: &str = "BW013";
