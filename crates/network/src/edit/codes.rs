//! The codes of edits that are refused. Codes of `check` say the rest: of names, keys, values and kinds.

/// The file has no interface of that name.
pub const NO_STANZA: &str = "BW120";
/// The file has an interface of that name already.
pub const EXISTS: &str = "BW121";
/// What is to be changed stands in a file that the main one sources.
pub const SOURCED: &str = "BW122";
/// There are several lines of that key, and it was not said which one is meant.
pub const SEVERAL: &str = "BW123";
/// There is no such line, or no such word in it.
pub const NOT_THERE: &str = "BW124";
/// Other lines of the file need the interface that is to go.
pub const REFERENCED: &str = "BW125";
/// The request does not say enough, or contradicts the file or itself.
pub const INCOMPLETE: &str = "BW126";
/// The edit would change what other lines mean.
pub const UNSAFE: &str = "BW127";
/// The file is a template or no text.
pub const UNREADABLE: &str = "BW128";
/// The file is not the one that the edit was made for.
pub const CHANGED: &str = "BW129";
