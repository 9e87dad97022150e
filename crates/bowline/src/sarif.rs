//! Diagnostics as SARIF 2.1.0 (OASIS), which code-scanning systems read.
//!
//! Places are lines and columns in characters (`unicodeCodePoints`). A path below `/` is relative to the base `ROOT`, which
//! is `--root` or `/`; any other is relative to wherever the file is checked,
//! `%SRCROOT%`, as CI systems call it.

use std::collections::BTreeMap;
use std::path::Path;

use interfaces::{Configuration, Diagnostic, FileId, Fix, Label, Severity, Span};
use network::catalogue::{self, Entry};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;

/// What a path's URI holds as it is (RFC 3986: unreserved characters, and the slash).
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A log of one run.
#[derive(Debug, Serialize)]
pub struct Log {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run; 1],
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Run {
    tool: Tool,
    column_kind: &'static str,
    original_uri_base_ids: BTreeMap<&'static str, ArtifactLocation>,
    artifacts: Vec<Artifact>,
    results: Vec<SarifResult>,
}

#[derive(Debug, Serialize)]
struct Tool {
    driver: Driver,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver {
    name: &'static str,
    version: &'static str,
    semantic_version: &'static str,
    rules: Vec<Rule>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule {
    id: &'static str,
    name: &'static str,
    short_description: Message,
    full_description: Message,
    help: Markdown,
    default_configuration: Level,
}

#[derive(Debug, Serialize)]
struct Level {
    level: &'static str,
}

#[derive(Debug, Serialize)]
struct Message {
    text: String,
}

#[derive(Debug, Serialize)]
struct Markdown {
    text: &'static str,
    markdown: &'static str,
}

#[derive(Debug, Serialize)]
struct Artifact {
    location: ArtifactLocation,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactLocation {
    uri: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_base_id: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<u32>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult {
    rule_id: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    fixes: Vec<SarifFix>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    region: Region,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: usize,
    start_column: usize,
    end_line: usize,
    end_column: usize,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifFix {
    description: Message,
    artifact_changes: Vec<ArtifactChange>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct ArtifactChange {
    artifact_location: ArtifactLocation,
    replacements: Vec<Replacement>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Replacement {
    deleted_region: Region,
    inserted_content: Message,
}

/// The log of a check.
#[must_use]
pub fn log(configuration: &Configuration, diagnostics: &[Diagnostic], root: Option<&Path>) -> Log {
    let version = env!("CARGO_PKG_VERSION");
    let driver = Driver {
        name: "bowline",
        version,
        semantic_version: version,
        rules: catalogue::all().iter().map(rule).collect(),
    };
    let base = root.map_or_else(|| "file:///".to_owned(), |root| base(&std::path::absolute(root).unwrap_or_default()));
    let root = ArtifactLocation { uri: base, uri_base_id: None, index: None };
    let artifacts = (0..).zip(&configuration.files).map(|(n, _)| Artifact { location: file(configuration, FileId(n)) });
    let run = Run {
        tool: Tool { driver },
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: BTreeMap::from([("ROOT", root)]),
        artifacts: artifacts.collect(),
        results: diagnostics.iter().map(|diagnostic| result(configuration, diagnostic)).collect(),
    };
    Log { schema: "https://json.schemastore.org/sarif-2.1.0.json", version: "2.1.0", runs: [run] }
}

/// The URI of a folder.
fn base(folder: &Path) -> String {
    let path = folder.to_string_lossy();
    format!("file://{}/", utf8_percent_encode(path.trim_end_matches('/'), PATH))
}

fn rule(entry: &'static Entry) -> Rule {
    Rule {
        id: entry.code,
        name: entry.name,
        short_description: Message { text: entry.summary().to_owned() },
        full_description: Message { text: entry.why().replace("\n\n", "\0").replace('\n', " ").replace('\0', "\n\n") },
        help: Markdown { text: entry.remedy(), markdown: entry.explanation },
        default_configuration: Level { level: level(entry.severity()) },
    }
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning => "warning",
        Severity::Error => "error",
    }
}

fn result(configuration: &Configuration, diagnostic: &Diagnostic) -> SarifResult {
    let help = diagnostic.help.iter().map(|help| format!("help: {help}"));
    let text: Vec<String> = [&diagnostic.title].into_iter().chain(&diagnostic.notes).cloned().chain(help).collect();
    let mut labels = diagnostic.labels.iter();
    let locations = labels.next().map(|label| location(configuration, label, None)).into_iter().collect();
    SarifResult {
        rule_id: diagnostic.code,
        rule_index: catalogue::all().iter().position(|entry| entry.code == diagnostic.code),
        level: level(diagnostic.severity),
        message: Message { text: text.join("\n") },
        locations,
        related_locations: (1..).zip(labels).map(|(n, label)| location(configuration, label, Some(n))).collect(),
        fixes: diagnostic.fix.iter().map(|one| fix(configuration, one)).collect(),
    }
}

fn location(configuration: &Configuration, label: &Label, id: Option<usize>) -> Location {
    let physical_location = PhysicalLocation {
        artifact_location: file(configuration, label.span.file),
        region: region(configuration, label.span),
    };
    let message = (!label.text.is_empty()).then(|| Message { text: label.text.clone() });
    Location { id, physical_location, message }
}

fn file(configuration: &Configuration, file: FileId) -> ArtifactLocation {
    let path = configuration.file(file).map_or_else(Default::default, |file| file.path.to_string_lossy());
    let (path, base) = match path.strip_prefix('/') {
        Some(below) => (below, "ROOT"),
        None => (path.as_ref(), "%SRCROOT%"),
    };
    let uri = utf8_percent_encode(path, PATH).to_string();
    ArtifactLocation { uri, uri_base_id: Some(base), index: Some(file.0) }
}

fn region(configuration: &Configuration, span: Span) -> Region {
    let (start, end) = (configuration.place(span), configuration.place(Span { start: span.end, ..span }));
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

fn fix(configuration: &Configuration, fix: &Fix) -> SarifFix {
    let mut changes: BTreeMap<FileId, Vec<Replacement>> = BTreeMap::new();
    for edit in &fix.edits {
        let text = String::from_utf8_lossy(&edit.text).into_owned();
        changes
            .entry(edit.span.file)
            .or_default()
            .push(Replacement { deleted_region: region(configuration, edit.span), inserted_content: Message { text } });
    }
    let changes = changes
        .into_iter()
        .map(|(id, replacements)| ArtifactChange { artifact_location: file(configuration, id), replacements });
    SarifFix { description: Message { text: fix.title.clone() }, artifact_changes: changes.collect() }
}
