//! Follows `source` lines, within limits.

use std::collections::BTreeMap;
use std::io;
use std::path::{Component, Path, PathBuf};

use crate::complaints::shown;
use crate::findings::Findings;
use crate::load::{Configuration, Files, MAX_DEPTH, MAX_FILE, MAX_FILES, MAX_LINES, MAX_TOTAL, SourceFile};
use crate::pattern::{is_pattern, matches};
use crate::tree::Kind;
use crate::{Diagnostic, Document, FileId, Severity, Span, Word, codes};

/// The longest pattern that is looked at: the kernel takes no longer path (`PATH_MAX`).
const MAX_PATTERN: usize = 4096;

/// Reads files and follows their `source` lines, depth first.
pub(crate) struct Loader<'f> {
    files: &'f dyn Files,
    read: Vec<SourceFile>,
    /// Every file that was read, by its path.
    known: BTreeMap<PathBuf, FileId>,
    /// The files that are being followed, each sourced by the one before it.
    stack: Vec<FileId>,
    findings: Findings,
    bytes: u64,
    lines: usize,
    followed: usize,
}

/// A `source` line.
struct Source {
    /// The stanza.
    stanza: Span,
    directory: bool,
    pattern: Word,
}

impl<'f> Loader<'f> {
    pub(crate) fn new(files: &'f dyn Files) -> Self {
        Self {
            files,
            read: Vec::new(),
            known: BTreeMap::new(),
            stack: Vec::new(),
            findings: Findings::default(),
            bytes: 0,
            lines: 0,
            followed: 0,
        }
    }

    /// Adds a file that was read, and follows its `source` lines. False if there are too many lines in it; then it is
    /// as if it had not been read.
    pub(crate) fn add(&mut self, path: PathBuf, source: Vec<u8>, sourced_at: Option<Span>) -> bool {
        let lines = source.iter().filter(|&&byte| byte == b'\n').count() + 1;
        if self.lines + lines > MAX_LINES {
            return false;
        }
        self.lines += lines;
        self.bytes += source.len() as u64;
        // `MAX_FILES` is far below what an id holds.
        let id = FileId(u32::try_from(self.read.len()).unwrap_or(u32::MAX));
        let document = Document::parse(id, source);
        let sources: Vec<Source> = document
            .stanzas()
            .filter_map(|stanza| match &stanza.kind {
                Kind::Source { directory, pattern } => {
                    Some(Source { stanza: stanza.span, directory: *directory, pattern: pattern.clone() })
                }
                _ => None,
            })
            .collect();
        self.known.insert(normal(&path), id);
        let folder = path.parent().unwrap_or(Path::new("")).to_owned();
        self.read.push(SourceFile { path, document, sourced_at });
        self.stack.push(id);
        for source in &sources {
            self.follow(source, &folder);
        }
        self.stack.pop();
        true
    }

    /// What was read, and all that there is to say of it, file by file.
    pub(crate) fn finish(self) -> Configuration {
        let mut diagnostics = self.findings.finish();
        diagnostics.extend(self.read.iter().flat_map(|file| file.document.diagnostics().iter().cloned()));
        diagnostics.sort_by_key(|diagnostic| diagnostic.labels.first().map(|label| label.span));
        Configuration { files: self.read, diagnostics }
    }

    fn follow(&mut self, source: &Source, folder: &Path) {
        let span = source.pattern.span;
        self.followed += 1;
        if self.followed > MAX_FILES {
            self.too_large(span, format!("more than {MAX_FILES} `source` lines"));
            return;
        }
        if source.pattern.text.len() > MAX_PATTERN {
            let title = format!("can't read `{}`", shown(&source.pattern.text));
            let note = format!("the path is longer than {MAX_PATTERN} bytes");
            self.complain(Diagnostic::new(codes::SOURCE_UNREADABLE, Severity::Error, title, span).note(note));
            return;
        }
        let pattern = Path::new(&source.pattern.text);
        let exact = !is_pattern(&source.pattern.text);
        let Some(mut paths) = self.expand(folder, pattern, span) else { return };
        if source.directory {
            let Some(inside) = self.inside(&paths, exact, span) else { return };
            paths = inside;
        }
        for path in paths {
            if !self.source(path, exact && !source.directory, source) {
                return;
            }
        }
    }

    /// The paths that a pattern stands for, sorted; those after the last component with a pattern may not be there.
    fn expand(&mut self, folder: &Path, pattern: &Path, span: Span) -> Option<Vec<PathBuf>> {
        let mut paths = vec![normal(folder)];
        for component in pattern.components().filter(|component| *component != Component::CurDir) {
            let text = component.as_os_str().to_string_lossy();
            if !matches!(component, Component::Normal(_)) || !is_pattern(&text) {
                // The root replaces what was there: the path is absolute.
                paths.iter_mut().for_each(|path| path.push(component));
                continue;
            }
            let mut found = Vec::new();
            for folder in &paths {
                let names = self.list(folder, false, span)?;
                found.extend(names.iter().filter(|name| matches(&text, name)).map(|name| folder.join(name)));
                if found.len() > MAX_FILES {
                    self.too_large(span, format!("the pattern matches more than {MAX_FILES} files"));
                    return None;
                }
            }
            paths = found;
        }
        Some(paths)
    }

    /// The files in these folders whose names `source-directory` takes: `^[a-zA-Z0-9_-]+$`, in ifupdown and ifupdown2.
    fn inside(&mut self, folders: &[PathBuf], exact: bool, span: Span) -> Option<Vec<PathBuf>> {
        let mut paths = Vec::new();
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        for folder in folders {
            let names = self.list(folder, exact, span)?;
            paths.extend(names.iter().filter(|name| name.chars().all(plain)).map(|name| folder.join(name)));
            if paths.len() > MAX_FILES {
                self.too_large(span, format!("the folder holds more than {MAX_FILES} files"));
                return None;
            }
        }
        Some(paths)
    }

    /// The names in a folder, sorted. A folder that is not there holds none; that is worth a word if it is `wanted`.
    fn list(&mut self, folder: &Path, wanted: bool, span: Span) -> Option<Vec<String>> {
        let listed =
            if folder.as_os_str().is_empty() { self.files.list(Path::new(".")) } else { self.files.list(folder) };
        match listed {
            Ok(mut names) => {
                names.retain(|name| !name.is_empty());
                names.sort_unstable();
                Some(names)
            }
            Err(error) if !wanted && is_absent(&error) => Some(Vec::new()),
            Err(error) => {
                self.unreadable(folder, &error, span);
                None
            }
        }
    }

    /// Reads one file for a `source` line. False if there is no use in going on with that line.
    fn source(&mut self, path: PathBuf, wanted: bool, source: &Source) -> bool {
        let span = source.pattern.span;
        if let Some(&before) = self.known.get(&path) {
            self.again(&path, before, span);
            return true;
        }
        if self.read.len() >= MAX_FILES {
            self.too_large(span, format!("more than {MAX_FILES} files"));
            return false;
        }
        if self.stack.len() >= MAX_DEPTH {
            self.too_large(span, format!("files that source each other more than {MAX_DEPTH} deep"));
            return false;
        }
        let limit = MAX_FILE.min(MAX_TOTAL - self.bytes.min(MAX_TOTAL));
        match self.files.read(&path, limit) {
            Ok(bytes) if bytes.len() as u64 <= limit => {
                if !self.add(path.clone(), bytes, Some(source.stanza)) {
                    self.too_large(span, format!("more than {MAX_LINES} lines with those of `{}`", path.display()));
                }
            }
            Err(error) if error.kind() != io::ErrorKind::FileTooLarge => {
                if wanted || !is_absent(&error) {
                    self.unreadable(&path, &error, span);
                }
            }
            _ if limit < MAX_FILE => {
                let total = MAX_TOTAL >> 20;
                self.too_large(span, format!("more than {total} MiB with those of `{}`", path.display()));
            }
            _ => {
                let most = MAX_FILE >> 20;
                self.too_large(span, format!("more than {most} MiB in `{}`", path.display()));
            }
        }
        true
    }

    /// Says that a file was read before: a loop, or just once more.
    fn again(&mut self, path: &Path, before: FileId, span: Span) {
        let path = path.display();
        let first = self.read.get(before.0 as usize).and_then(|file| file.sourced_at);
        let is_loop = self.stack.contains(&before);
        let mut diagnostic = if is_loop {
            let here = self.read.get(span.file.0 as usize).map(|file| file.path.display().to_string());
            let title = match here {
                Some(here) if span.file != before => format!("`{path}` and `{here}` source each other"),
                _ => format!("`{path}` sources itself"),
            };
            Diagnostic::new(codes::SOURCE_LOOP, Severity::Error, title, span)
                .label("this closes the loop")
                .note("ifupdown2 does not end on such a loop")
                .help("remove one of these `source` lines, or make the pattern leave the file out")
        } else {
            Diagnostic::new(codes::SOURCED_TWICE, Severity::Warning, format!("`{path}` is sourced twice"), span)
                .label("it is left out here")
                .note("ifupdown and Bowline read a file once, ifupdown2 reads it again: its settings count twice there")
                .help("remove one of these `source` lines")
        };
        if let Some(first) = first {
            diagnostic = diagnostic.also(first, "it is read here");
        }
        self.complain(diagnostic);
    }

    fn unreadable(&mut self, path: &Path, error: &io::Error, span: Span) {
        let absent = is_absent(error) || error.kind() == io::ErrorKind::IsADirectory;
        let severity = if absent { Severity::Warning } else { Severity::Error };
        let diagnostic =
            Diagnostic::new(codes::SOURCE_UNREADABLE, severity, format!("can't read `{}`", path.display()), span)
                .label(error.to_string());
        self.complain(match error.kind() {
            io::ErrorKind::IsADirectory => diagnostic
                .note("a folder is left out by ifupdown and ifupdown2 too")
                .help("write a pattern that takes the files only, or `source-directory` for the files of a folder"),
            _ if absent => diagnostic.help("create it, correct the path, or remove the `source` line"),
            _ => diagnostic
                .note("without it, what this host's network should be is not known")
                .help("make it readable, or remove the `source` line"),
        });
    }

    fn too_large(&mut self, span: Span, what: String) {
        self.complain(
            Diagnostic::new(codes::TOO_LARGE, Severity::Error, format!("too much to read: {what}"), span)
                .note("a network needs far less: this is likely not the file that was meant")
                .help("correct the path, or remove what is not needed"),
        );
    }

    fn complain(&mut self, diagnostic: Diagnostic) {
        if let Some(span) = diagnostic.labels.first().map(|label| label.span) {
            self.findings.add(diagnostic.severity, span, || diagnostic);
        }
    }
}

/// Whether the error says that nothing is there.
fn is_absent(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Without `.` and doubled slashes. `..` stays: what it means is the disk's to say.
fn normal(path: &Path) -> PathBuf {
    path.components().filter(|component| *component != Component::CurDir).collect()
}
