//! `eth0:1`: no device, but an address of eth0 that carries a label.

use interfaces::{Diagnostic, Severity, Word};

use super::file;
use crate::IfName;
use crate::check::codes;

/// The device that a stanza or an `auto` line is about. The stanzas of an alias are its device's, as in ifupdown2.
pub(super) fn device(word: &Word, diagnostics: &mut Vec<Diagnostic>) -> Option<IfName> {
    match parts(word) {
        Some(device) => {
            let title = format!("`{}` is taken as an address of {device}; its label is not set", word.text);
            let diagnostic = Diagnostic::new(codes::NOT_ACTED_ON, Severity::Note, title, word.span)
                .note("only ifconfig shows labels; ifupdown2 sets none either");
            diagnostics.push(diagnostic);
            Some(device)
        }
        None => file::name(word, diagnostics),
    }
}

/// The device of an alias, if the word names one.
pub(super) fn parts(word: &Word) -> Option<IfName> {
    let (device, label) = word.text.split_once(':')?;
    let plain = !label.is_empty() && !label.contains([':', '/']) && label.chars().all(|c| c.is_ascii_graphic());
    IfName::new(device).ok().filter(|_| plain)
}
