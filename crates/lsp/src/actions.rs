//! What the editor offers to do about a diagnostic: its fix.

use std::collections::HashMap;

use interfaces::Fix;
use ls_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, TextEdit, Uri, WorkspaceEdit};

use crate::diagnostics;
use crate::workspace::{Analysis, Workspace};

/// The fixes of the diagnostics that a range touches.
pub(crate) fn actions(workspace: &Workspace<'_>, asked: &CodeActionParams) -> Option<Vec<CodeActionOrCommand>> {
    let analysis = workspace.analyse(&asked.text_document.uri)?;
    let configuration = &analysis.configuration;
    let positions = workspace.positions(configuration, analysis.file)?;
    let (start, end) = (positions.offset(asked.range.start), positions.offset(asked.range.end));
    let mut actions = Vec::new();
    for diagnostic in &analysis.diagnostics {
        let (Some(fix), Some(label)) = (&diagnostic.fix, diagnostic.labels.first()) else { continue };
        if label.span.file != analysis.file || label.span.end < start || end < label.span.start {
            continue;
        }
        let Some(edit) = edit(workspace, &analysis, fix) else { continue };
        actions.push(CodeActionOrCommand::CodeAction(CodeAction {
            title: fix.title.clone(),
            kind: Some(CodeActionKind::QUICKFIX),
            diagnostics: diagnostics::one(workspace, configuration, &positions, diagnostic, None).map(|d| vec![d]),
            edit: Some(edit),
            is_preferred: Some(true),
            ..CodeAction::default()
        }));
    }
    Some(actions)
}

/// A fix as the editor makes it; `None` when it would write what is no text.
fn edit(workspace: &Workspace<'_>, analysis: &Analysis, fix: &Fix) -> Option<WorkspaceEdit> {
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for edit in &fix.edits {
        let location = workspace.location(&analysis.configuration, edit.span)?;
        let new_text = String::from_utf8(edit.text.clone()).ok()?;
        changes.entry(location.uri).or_default().push(TextEdit { range: location.range, new_text });
    }
    Some(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::path::PathBuf;

    use interfaces::{Span, TextEdit};
    use serde_json::json;

    use super::*;
    use crate::Place;

    /// A fix of two files, one of them not open, with a character of two units before its place.
    #[test]
    fn a_fix_is_edits_of_each_file_in_the_editors_columns() {
        let lan = b"# \xf0\x9f\xaa\xa2\niface eth1 inet manual\n".to_vec();
        let files: BTreeMap<PathBuf, Vec<u8>> = [(PathBuf::from("/etc/network/lan"), lan)].into();
        let mut workspace = Workspace::new(&files, Place::default());
        let uri: Uri = "file:///etc/network/interfaces".parse().unwrap();
        workspace.open(uri.clone(), "source lan\nauto \u{1faa2} eth1\n".to_owned(), 1).unwrap();
        let analysis = workspace.analyse(&uri).unwrap();
        let here = |file: usize, text: &str| {
            let id = analysis.configuration.files[file].document.file();
            let source = analysis.configuration.files[file].document.source();
            let start = source.windows(text.len()).position(|bytes| bytes == text.as_bytes()).unwrap();
            Span::new(id, start, start + text.len())
        };
        let edits = vec![TextEdit::replace(here(0, "eth1"), "lan1"), TextEdit::replace(here(1, "eth1"), "lan1")];
        let edit = edit(&workspace, &analysis, &Fix { title: "rename".to_owned(), edits }).unwrap();
        let line = |line, start, end| json!({"start": {"line": line, "character": start}, "end": {"line": line, "character": end}});
        let changes = serde_json::to_value(edit).unwrap();
        assert_eq!(
            changes["changes"]["file:///etc/network/interfaces"],
            json!([{"range": line(1, 8, 12), "newText": "lan1"}])
        );
        assert_eq!(
            changes["changes"]["file:///etc/network/lan"],
            json!([{"range": line(1, 6, 10), "newText": "lan1"}])
        );
    }
}
