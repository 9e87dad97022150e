//! The stanzas of a document, as an outline.

use interfaces::{Iface, Kind, Stanza, Word};
use ls_types::{DocumentSymbol, SymbolKind, Uri};

use crate::workspace::Workspace;

/// The stanzas of a document, in order.
pub(crate) fn symbols(workspace: &Workspace<'_>, uri: &Uri) -> Option<Vec<DocumentSymbol>> {
    let analysis = workspace.analyse(uri)?;
    let positions = workspace.positions(&analysis.configuration, analysis.file)?;
    let document = &analysis.configuration.file(analysis.file)?.document;
    let symbol = |stanza: &Stanza| {
        let (name, detail, kind, word) = words(stanza);
        #[expect(deprecated, reason = "the field is there, and has to be given")]
        DocumentSymbol {
            name,
            detail: Some(detail).filter(|detail| !detail.is_empty()),
            kind,
            tags: None,
            deprecated: None,
            range: positions.range(stanza.span.start..stanza.span.end),
            selection_range: positions.range(word.span.start..word.span.end),
            children: None,
        }
    };
    Some(document.stanzas().map(symbol).collect())
}

/// Name, detail, kind, and the word that is the name.
fn words(stanza: &Stanza) -> (String, String, SymbolKind, &Word) {
    let list = |words: &[Word]| words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ");
    let keyword = &stanza.keyword;
    match &stanza.kind {
        Kind::Iface(Iface { name, family, method, .. }) => {
            let detail = [family, method].into_iter().flatten().map(|word| word.text.as_str()).collect::<Vec<_>>();
            (name.text.to_string(), detail.join(" "), SymbolKind::INTERFACE, name)
        }
        Kind::Allow { names, .. } => (keyword.text.to_string(), list(names), SymbolKind::EVENT, keyword),
        Kind::Source { pattern, .. } => (keyword.text.to_string(), pattern.text.to_string(), SymbolKind::FILE, keyword),
        Kind::Other { words, .. } => (keyword.text.to_string(), list(words), SymbolKind::OBJECT, keyword),
    }
}
