//! From a place back to the line that it is in. By halving, so that a thousand diagnostics in a large file stay cheap.

use crate::tree::Item;
use crate::{Configuration, Document, Setting, Span, Stanza};

impl Document {
    /// The stanza that the byte at `offset` is in.
    #[must_use]
    pub fn stanza_at(&self, offset: usize) -> Option<&Stanza> {
        let items = self.items();
        let at = items.partition_point(|item| item.span().end <= offset);
        match items.get(at) {
            Some(Item::Stanza(stanza)) => Some(stanza),
            _ => None,
        }
    }

    /// The setting that the byte at `offset` is in.
    #[must_use]
    pub fn setting_at(&self, offset: usize) -> Option<&Setting> {
        let settings = self.stanza_at(offset)?.settings();
        let at = settings.partition_point(|setting| setting.span.end <= offset);
        settings.get(at).filter(|setting| setting.span.start <= offset)
    }
}

impl Configuration {
    /// The stanza in which a span starts.
    #[must_use]
    pub fn stanza_at(&self, span: Span) -> Option<&Stanza> {
        self.file(span.file)?.document.stanza_at(span.start)
    }

    /// The setting in which a span starts.
    #[must_use]
    pub fn setting_at(&self, span: Span) -> Option<&Setting> {
        self.file(span.file)?.document.setting_at(span.start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FileId;

    #[test]
    fn every_byte_is_in_its_own_line() {
        let text = "# c\nauto a\niface a\n  mtu 9\n\n  up x \\\n y\niface b\n";
        let document = Document::parse(FileId(0), text.into());
        for offset in 0..text.len() + 2 {
            let stanza = document.stanza_at(offset);
            assert!(stanza.is_none_or(|stanza| (stanza.span.start..stanza.span.end).contains(&offset)), "{offset}");
            assert_eq!(stanza.is_some(), (4..text.len()).contains(&offset), "{offset}");
            let key = document.setting_at(offset).map(|setting| setting.key.text.as_str());
            let expected = match offset {
                19..=26 => Some("mtu"),
                28..=39 => Some("up"),
                _ => None,
            };
            assert_eq!(key, expected, "{offset}");
        }
    }
}
