//! Bytes as a file: the tree is sound, and the file is what was read.

// The properties of `interfaces` and this target examine the same things.
#[path = "../../interfaces/tests/sound/mod.rs"]
mod sound;

use interfaces::Configuration;

/// Any bytes as a file.
///
/// # Panics
/// When the tree loses or moves a byte, or a diagnostic has no place.
pub fn parse(bytes: &[u8]) {
    sound::examine(bytes);
    let configuration = Configuration::of("interfaces", bytes.to_vec());
    for diagnostic in &configuration.diagnostics {
        assert!(!diagnostic.labels.is_empty() && !diagnostic.title.is_empty(), "{diagnostic:?}");
        for label in &diagnostic.labels {
            let place = configuration.place(label.span);
            assert!(place.line > 0 && place.column > 0, "{diagnostic:?} is nowhere");
            assert!(!configuration.line_text(label.span).contains('\n'));
        }
    }
    for stanza in configuration.stanzas() {
        assert!(configuration.place(stanza.keyword.span).line > 0, "{stanza:?} is nowhere");
    }
}
