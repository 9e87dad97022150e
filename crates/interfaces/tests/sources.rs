//! `source` lines: what is read, in which order, and what is refused.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use interfaces::load::{MAX_DEPTH, MAX_FILE, MAX_FILES, MAX_LINES};
use interfaces::{Configuration, Files, Kind, LoadError, Severity, codes, load};

const MAIN: &str = "/etc/network/interfaces";

type Disk = BTreeMap<PathBuf, Vec<u8>>;

fn disk<P: Into<PathBuf>, C: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, C)>) -> Disk {
    files.into_iter().map(|(path, content)| (path.into(), content.into())).collect()
}

/// Loads [`MAIN`].
fn read(files: &dyn Files) -> Configuration {
    load(files, Path::new(MAIN)).expect("the main file is there")
}

/// The names that `auto` lines say, in reading order.
fn names(configuration: &Configuration) -> String {
    let mut names = Vec::new();
    for stanza in configuration.stanzas() {
        match &stanza.kind {
            Kind::Allow { names: some, .. } => names.extend(some.iter().map(|word| word.text.clone())),
            other => panic!("{other:?}"),
        }
    }
    names.join(" ")
}

/// The diagnostics as `PATH:LINE:COLUMN CODE TITLE`.
fn said(configuration: &Configuration) -> Vec<String> {
    let line = |d: &interfaces::Diagnostic| format!("{} {} {}", configuration.place(d.labels[0].span), d.code, d.title);
    configuration.diagnostics.iter().map(line).collect()
}

#[test]
fn a_sourced_file_stands_where_its_line_does() {
    for (what, main, others, expected) in [
        ("in place", "auto a\nsource /x\nauto z\n", vec![("/x", "auto m\n")], "a m z"),
        (
            "relative to the file",
            "source d/x\n",
            vec![("/etc/network/d/x", "source y\n"), ("/etc/network/d/y", "auto y\n")],
            "y",
        ),
        ("and upwards", "source ../x\n", vec![("/etc/network/../x", "auto x\n")], "x"),
        (
            "sorted",
            "source d/*\nauto z\n",
            vec![("/etc/network/d/b", "auto b"), ("/etc/network/d/a", "auto a")],
            "a b z",
        ),
        ("nothing hidden", "source /d/*\n", vec![("/d/.a", "auto a"), ("/d/b", "auto b")], "b"),
        ("by pattern", "source /d/[0-9]?-*.cfg\n", vec![("/d/10-a.cfg", "auto a"), ("/d/1-b.cfg", "auto b")], "a"),
        ("folders too", "source /d*/f\n", vec![("/d1/f", "auto a"), ("/d2/f", "auto b"), ("/d3/g", "auto c")], "a b"),
        ("no match is fine", "source /none/*\nsource /d/x*\nauto z", vec![("/d/y", "auto y")], "z"),
        (
            "run-parts names",
            "source-directory /d\n",
            vec![("/d/a-1_B", "auto a"), ("/d/b.cfg", "auto b"), ("/d/c~", "auto c")],
            "a",
        ),
        (
            "folders by pattern",
            "source-directory d?\n",
            vec![("/etc/network/d2/b", "auto b"), ("/etc/network/d1/a", "auto a")],
            "a b",
        ),
        ("a commented line is none", "# source /x\nauto z\n", vec![("/x", "auto x")], "z"),
        ("a doubled slash is none", "source //d/./*\n", vec![("/d/a", "auto a")], "a"),
    ] {
        let configuration = read(&disk(others.into_iter().chain([(MAIN, main)])));
        assert_eq!(names(&configuration), expected, "{what}");
        assert_eq!(said(&configuration), Vec::<String>::new(), "{what}");
    }
}

#[test]
fn the_folder_of_the_file_is_no_pattern() {
    let files = disk([("/[ab]/i", "source *.cfg\n"), ("/[ab]/x.cfg", "auto right\n"), ("/a/x.cfg", "auto wrong\n")]);
    assert_eq!(names(&load(&files, Path::new("/[ab]/i")).unwrap()), "right");
}

#[test]
fn trouble_with_a_source_is_said_at_its_line() {
    use Severity::{Error, Warning};
    for (what, main, others, severity, expected) in [
        ("missing", "auto a\nsource /x\n", vec![], Warning, "/etc/network/interfaces:2:8 BW003 can't read `/x`"),
        (
            "missing folder",
            "source-directory /x\n",
            vec![],
            Warning,
            "/etc/network/interfaces:1:18 BW003 can't read `/x`",
        ),
        ("a folder", "source /x\n", vec![("/x/y", "")], Warning, "/etc/network/interfaces:1:8 BW003 can't read `/x`"),
        (
            "no expansion",
            "source ~/x\n",
            vec![],
            Warning,
            "/etc/network/interfaces:1:8 BW003 can't read `/etc/network/~/x`",
        ),
        (
            "itself",
            "source interfaces\n",
            vec![],
            Error,
            "/etc/network/interfaces:1:8 BW004 `/etc/network/interfaces` sources itself",
        ),
        (
            "each other",
            "source /x\n",
            vec![("/x", "auto x\nsource /etc/network/interfaces\n")],
            Error,
            "/x:2:8 BW004 `/etc/network/interfaces` and `/x` source each other",
        ),
        (
            "twice",
            "source /x\nsource /*\n",
            vec![("/x", "auto x\n")],
            Warning,
            "/etc/network/interfaces:2:8 BW012 `/x` is sourced twice",
        ),
        (
            "its syntax",
            "source /x\n",
            vec![("/x", "auto x\nmtu 9\n")],
            Error,
            "/x:2:1 BW001 `mtu` belongs to no stanza",
        ),
    ] {
        let configuration = read(&disk(others.into_iter().chain([(MAIN, main)])));
        // The pattern `/*` finds the folder /etc as well.
        let first =
            configuration.diagnostics.iter().position(|d| d.code != codes::SOURCE_UNREADABLE || what != "twice");
        let first = first.unwrap_or_else(|| panic!("{what}: nothing is said"));
        assert_eq!(said(&configuration)[first], expected, "{what}");
        assert_eq!(configuration.diagnostics[first].severity, severity, "{what}");
        assert!(configuration.diagnostics[first].help.is_some(), "{what}");
    }
}

#[test]
fn a_loop_shows_both_of_its_lines() {
    let files = disk([(MAIN, "source /a\n"), ("/a", "source /b\n"), ("/b", "auto b\nsource /a\n")]);
    let configuration = read(&files);
    assert_eq!(said(&configuration), ["/b:2:8 BW004 `/a` and `/b` source each other"]);
    let places = configuration.diagnostics[0].labels.iter().map(|label| configuration.place(label.span).to_string());
    assert_eq!(places.collect::<Vec<_>>(), ["/b:2:8", "/etc/network/interfaces:1:1"]);
    assert_eq!(names(&configuration), "b");
}

/// A disk of which one file can't be read.
struct Locked(Disk);

impl Files for Locked {
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        if path.ends_with("secret") { Err(io::ErrorKind::PermissionDenied.into()) } else { self.0.read(path, limit) }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        self.0.list(folder)
    }
}

#[test]
fn a_file_that_is_there_and_can_not_be_read_is_an_error() {
    for line in ["source /d/secret\n", "source /d/*\n", "source-directory /d\n"] {
        let configuration = read(&Locked(disk([(MAIN, line), ("/d/secret", ""), ("/d/z", "auto z\n")])));
        assert_eq!(configuration.diagnostics.len(), 1, "{line}");
        assert_eq!(configuration.diagnostics[0].severity, Severity::Error, "{line}");
        assert_eq!(names(&configuration), if line.contains("secret") { "" } else { "z" }, "the others are read");
    }
}

#[test]
fn the_main_file_must_be_there_and_fit() {
    let error = |content: Option<Vec<u8>>| {
        let files: Disk = content.into_iter().map(|content| (PathBuf::from(MAIN), content)).collect();
        load(&files, Path::new(MAIN)).unwrap_err()
    };
    assert!(matches!(error(None), LoadError::Read { source, .. } if source.kind() == io::ErrorKind::NotFound));
    let most = usize::try_from(MAX_FILE).unwrap();
    assert!(matches!(error(Some(vec![b'#'; most + 1])), LoadError::TooLarge { .. }));
    assert!(matches!(error(Some(vec![b'\n'; MAX_LINES])), LoadError::TooManyLines { .. }));
}

/// Every limit is kept, is said at a line, and is an error: what was left out would be missing.
#[test]
fn limits_are_kept() {
    let most = usize::try_from(MAX_FILE).unwrap();
    let chain = (0..30).map(|n| (format!("/{n}"), format!("auto d{n}\nsource /{}\n", n + 1)));
    let deep = chain.chain([(MAIN.to_owned(), "source /0\n".to_owned())]);
    let wide = (0..=MAX_FILES).map(|n| (format!("/d/{n}"), String::new()));
    let wide: Vec<_> = wide.chain([(MAIN.to_owned(), "source /d/*\n".to_owned())]).collect();
    let folder = wide.iter().cloned().map(|(path, text)| (path, text.replace("source /d/*", "source-directory /d")));
    let halves = (0..=MAX_FILES).map(|n| (format!("/d{}/{n}", n % 2), String::new()));
    let halves = halves.chain([(MAIN.to_owned(), "source /d0/*\nsource /d1/*\n".to_owned())]);
    let large = (0..5).map(|n| (format!("/l/{n}"), "#".repeat(most - 5)));
    let large = large.chain([(MAIN.to_owned(), "source /l/*\n".to_owned())]);
    for (what, files, read_files) in [
        ("depth", disk(deep), MAX_DEPTH),
        ("matches", disk(wide.clone()), 1),
        ("names in a folder", disk(folder), 1),
        ("files", disk(halves), MAX_FILES),
        ("bytes of all", disk(large), 5),
        ("bytes of one", disk([(MAIN, "source /x\n".into()), ("/x", vec![b'#'; most + 1])]), 1),
        ("lines", disk([(MAIN, "source /x\n".into()), ("/x", vec![b'\n'; MAX_LINES])]), 1),
        ("sources", disk([(MAIN, "source /x*\n".repeat(MAX_FILES + 1))]), 1),
        ("a long path", disk([(MAIN, format!("source /{}*\n", "x/".repeat(3000)))]), 1),
    ] {
        let configuration = read(&files);
        assert_eq!(configuration.files.len(), read_files, "{what}");
        assert_eq!(configuration.diagnostics.len(), 1, "{what}: {:?}", said(&configuration));
        let diagnostic = &configuration.diagnostics[0];
        let code = if what == "a long path" { codes::SOURCE_UNREADABLE } else { codes::TOO_LARGE };
        assert_eq!((diagnostic.code, diagnostic.severity), (code, Severity::Error), "{what}");
    }
}
