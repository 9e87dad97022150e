//! Diagnostics as the editor shows them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use interfaces::{Configuration, Diagnostic, FileId, Severity};
use ls_types::{
    CodeDescription, DiagnosticRelatedInformation, DiagnosticSeverity, NumberOrString, PublishDiagnosticsParams, Uri,
};

use crate::position::Positions;
use crate::workspace::Workspace;

/// Where the package keeps the page that explains the codes.
pub(crate) const CHECKS: &str = "/usr/share/doc/bowline/checks.md";

/// What was last said of each file, so that only what changes is said again.
pub(crate) type Said = BTreeMap<PathBuf, PublishDiagnosticsParams>;

/// What there is to say of every file of every open configuration: of files without a fault, that there is nothing.
pub(crate) fn all(workspace: &Workspace<'_>, checks: Option<&str>) -> Said {
    let mut said = Said::new();
    for uri in workspace.uris() {
        let Some(analysis) = workspace.analyse(&uri) else { continue };
        for (n, file) in analysis.configuration.files.iter().enumerate() {
            // Two documents of one configuration: its files are told once.
            if said.contains_key(&file.path) {
                continue;
            }
            let Some((uri, id)) = workspace.uri(&file.path).zip(u32::try_from(n).ok().map(FileId)) else { continue };
            let Some(positions) = workspace.positions(&analysis.configuration, id) else { continue };
            let here = analysis.diagnostics.iter().filter(|d| d.labels.first().is_some_and(|l| l.span.file == id));
            let diagnostics =
                here.filter_map(|d| one(workspace, &analysis.configuration, &positions, d, checks)).collect();
            let version = workspace.version(&file.path);
            said.insert(file.path.clone(), PublishDiagnosticsParams { uri, diagnostics, version });
        }
    }
    said
}

/// A diagnostic: its title, what is said of its place, why, and what to do.
pub(crate) fn one(
    workspace: &Workspace<'_>,
    configuration: &Configuration,
    positions: &Positions<'_>,
    diagnostic: &Diagnostic,
    checks: Option<&str>,
) -> Option<ls_types::Diagnostic> {
    let (first, others) = diagnostic.labels.split_first()?;
    let related = others.iter().filter_map(|label| {
        let location = workspace.location(configuration, label.span)?;
        let message = if label.text.is_empty() { "see here".to_owned() } else { label.text.clone() };
        Some(DiagnosticRelatedInformation { location, message })
    });
    let mut message = diagnostic.title.clone();
    let label = Some(first.text.as_str()).filter(|text| !text.is_empty());
    for line in label.into_iter().chain(diagnostic.notes.iter().map(String::as_str)) {
        message += "\n";
        message += line;
    }
    if let Some(help) = &diagnostic.help {
        message += "\nhelp: ";
        message += help;
    }
    let href = checks.and_then(|page| format!("{page}#{}", diagnostic.code.to_ascii_lowercase()).parse::<Uri>().ok());
    Some(ls_types::Diagnostic {
        range: positions.range(first.span.start..first.span.end),
        severity: Some(match diagnostic.severity {
            Severity::Error => DiagnosticSeverity::ERROR,
            Severity::Warning => DiagnosticSeverity::WARNING,
            Severity::Note => DiagnosticSeverity::INFORMATION,
        }),
        code: Some(NumberOrString::String(diagnostic.code.to_owned())),
        code_description: href.map(|href| CodeDescription { href }),
        source: Some("bowline".to_owned()),
        message,
        related_information: Some(related.collect::<Vec<_>>()).filter(|list| !list.is_empty()),
        ..ls_types::Diagnostic::default()
    })
}

/// The page that explains the codes, where the package put it.
pub(crate) fn page(workspace: &Workspace<'_>) -> Option<String> {
    let path = Path::new(CHECKS);
    workspace.has(path).then(|| workspace.uri(path)).flatten().map(|uri| uri.as_str().to_owned())
}
