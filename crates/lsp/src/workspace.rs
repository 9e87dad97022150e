//! The files that are open, and what is known of them and of what they source.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use interfaces::{Configuration, Diagnostic, FileId, Files, Span};
use ls_types::{Location, Position, TextDocumentContentChangeEvent, Uri};
use network::Resolved;

use crate::position::{Encoding, Positions};

/// The longest document, in bytes: what `interfaces` reads.
pub(crate) const MAX_DOCUMENT: usize = 16 << 20;
/// The most documents that may be open.
const MAX_OPEN: usize = 256;
/// Where the kernel keeps an entry for each of its interfaces.
const NICS: &str = "/sys/class/net";

/// Where the host's files are.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// What absolute paths of the file are below, if not `/`: an absolute path without symbolic links.
    pub root: Option<PathBuf>,
}

impl Place {
    /// A path of the editor's as the host's own.
    fn path(&self, uri: &Uri) -> PathBuf {
        let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
        let Some(path) = uri.to_file_path().filter(|_| is_file) else { return PathBuf::from(uri.as_str()) };
        match self.root.as_ref().and_then(|root| path.strip_prefix(root).ok()) {
            Some(below) => Path::new("/").join(below),
            None => path.into_owned(),
        }
    }

    fn uri(&self, path: &Path) -> Option<Uri> {
        match (&self.root, path.strip_prefix("/")) {
            (Some(root), Ok(below)) => Uri::from_file_path(root.join(below)),
            _ => Uri::from_file_path(path),
        }
    }
}

/// A document that is open in the editor.
struct Open {
    /// As the editor spells it.
    uri: Uri,
    text: String,
    version: i32,
}

/// The open documents, by the host's paths, over the files of the disk.
pub(crate) struct Workspace<'f> {
    files: &'f dyn Files,
    place: Place,
    pub(crate) encoding: Encoding,
    open: BTreeMap<PathBuf, Open>,
}

/// Why a document is not taken.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refused {
    #[error("{0} is too large: at most {most} MiB are read", most = MAX_DOCUMENT >> 20)]
    TooLarge(String),
    #[error("{0} is one too many: at most {MAX_OPEN} documents may be open")]
    TooMany(String),
    #[error("{0} is not open")]
    NotOpen(String),
}

/// A configuration as the editor has it: its open documents in the place of the files on the disk.
pub(crate) struct Analysis {
    pub(crate) configuration: Configuration,
    pub(crate) resolved: Resolved,
    /// All of them: of the syntax, the meaning, and the rules.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The document that was asked about.
    pub(crate) file: FileId,
}

impl<'f> Workspace<'f> {
    pub(crate) fn new(files: &'f dyn Files, place: Place) -> Self {
        Self { files, place, encoding: Encoding::default(), open: BTreeMap::new() }
    }

    pub(crate) fn open(&mut self, uri: Uri, text: String, version: i32) -> Result<(), Refused> {
        let path = self.place.path(&uri);
        if text.len() > MAX_DOCUMENT {
            self.open.remove(&path);
            return Err(Refused::TooLarge(path.display().to_string()));
        }
        if self.open.len() >= MAX_OPEN && !self.open.contains_key(&path) {
            return Err(Refused::TooMany(path.display().to_string()));
        }
        self.open.insert(path, Open { uri, text, version });
        Ok(())
    }

    /// Makes changes in their order. A document that grows too large is closed.
    pub(crate) fn change(
        &mut self,
        uri: &Uri,
        version: i32,
        changes: Vec<TextDocumentContentChangeEvent>,
    ) -> Result<(), Refused> {
        let path = self.place.path(uri);
        let Some(open) = self.open.get_mut(&path) else { return Err(Refused::NotOpen(path.display().to_string())) };
        for change in changes {
            let Some(range) = change.range else {
                open.text = change.text;
                continue;
            };
            let positions = Positions::of(open.text.as_bytes(), self.encoding);
            let (start, end) = (positions.offset(range.start), positions.offset(range.end));
            open.text.replace_range(start..end.max(start), &change.text);
        }
        open.version = version;
        if open.text.len() > MAX_DOCUMENT {
            self.open.remove(&path);
            return Err(Refused::TooLarge(path.display().to_string()));
        }
        Ok(())
    }

    pub(crate) fn close(&mut self, uri: &Uri) {
        self.open.remove(&self.place.path(uri));
    }

    /// The names of the open documents.
    pub(crate) fn uris(&self) -> Vec<Uri> {
        self.open.values().map(|open| open.uri.clone()).collect()
    }

    pub(crate) fn version(&self, path: &Path) -> Option<i32> {
        self.open.get(path).map(|open| open.version)
    }

    /// How the editor spells a file's name; `None` for what has no path.
    pub(crate) fn uri(&self, path: &Path) -> Option<Uri> {
        self.open.get(path).map(|open| open.uri.clone()).or_else(|| self.place.uri(path))
    }

    /// The configuration that a document is part of: of the files named `interfaces` in its folder and the one above,
    /// the first that sources it, as `/etc/network/interfaces` does `/etc/network/interfaces.d/lan`; else itself.
    pub(crate) fn analyse(&self, uri: &Uri) -> Option<Analysis> {
        let path = self.place.path(uri);
        self.open.get(&path)?;
        let above = path.ancestors().skip(1).take(2).map(|folder| folder.join("interfaces"));
        let main = above.filter(|main| *main != path && main.is_absolute());
        main.chain([path.clone()]).find_map(|main| {
            let configuration = interfaces::load(self, &main).ok()?;
            let file = configuration.files.iter().position(|file| file.path == path)?;
            Some(Analysis::of(configuration, FileId(u32::try_from(file).ok()?)))
        })
    }

    /// The same, and the byte at a position of the document.
    pub(crate) fn at(&self, uri: &Uri, position: Position) -> Option<(Analysis, usize)> {
        let analysis = self.analyse(uri)?;
        let offset = self.positions(&analysis.configuration, analysis.file)?.offset(position);
        Some((analysis, offset))
    }

    pub(crate) fn positions<'c>(&self, configuration: &'c Configuration, file: FileId) -> Option<Positions<'c>> {
        Some(Positions::of(configuration.file(file)?.document.source(), self.encoding))
    }

    /// Where a span is, in the editor's terms.
    pub(crate) fn location(&self, configuration: &Configuration, span: Span) -> Option<Location> {
        let uri = self.uri(&configuration.file(span.file)?.path)?;
        Some(Location { uri, range: self.positions(configuration, span.file)?.range(span.start..span.end) })
    }

    /// The interfaces that this host has; none where it does not tell.
    pub(crate) fn nics(&self) -> Vec<String> {
        let mut names = self.files.list(Path::new(NICS)).unwrap_or_default();
        // The folder holds more than interfaces: the bonding driver's list of bonds.
        names.retain(|name| name != "bonding_masters" && network::IfName::new(name).is_ok_and(|n| !n.is_guest_port()));
        names.sort_unstable();
        names
    }

    /// Whether a file is there.
    pub(crate) fn has(&self, path: &Path) -> bool {
        self.files.read(path, MAX_DOCUMENT as u64).is_ok()
    }
}

impl Files for Workspace<'_> {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        match self.open.get(path) {
            Some(open) if open.text.len() as u64 > limit => Err(io::ErrorKind::FileTooLarge.into()),
            Some(open) => Ok(open.text.clone().into_bytes()),
            None => self.files.read(path, limit),
        }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.files.list(folder)
    }
}

impl Analysis {
    /// The file is judged by itself: the editor may run on another host than the one it is for.
    fn of(configuration: Configuration, file: FileId) -> Self {
        let resolved = network::resolve(&configuration);
        let mut diagnostics = configuration.diagnostics.clone();
        diagnostics.extend(resolved.diagnostics.iter().cloned());
        diagnostics.extend(network::check(&configuration, &resolved, None));
        Self { configuration, resolved, diagnostics, file }
    }

    /// The bytes of the document that was asked about.
    pub(crate) fn source(&self) -> &[u8] {
        self.configuration.file(self.file).map_or(&[], |file| file.document.source())
    }
}
