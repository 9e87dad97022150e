//! The files that are generated, each in the folder of its kind.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use super::{completion, faces, interfaces, verbs};

/// A file can't be written.
#[derive(Debug, thiserror::Error)]
#[error("can't write {}", path.display())]
pub struct GenerateError {
    path: PathBuf,
    #[source]
    source: io::Error,
}

/// Files, by `FOLDER/NAME`: `man8/ifup.8`.
#[derive(Debug, Default)]
pub struct Pages(BTreeMap<String, Vec<u8>>);

impl Pages {
    /// Every file that the package has.
    #[must_use]
    pub fn all() -> Self {
        let mut pages = Self::default();
        verbs::pages(&mut pages);
        faces::pages(&mut pages);
        completion::scripts(&mut pages);
        interfaces::page(&mut pages);
        pages
    }

    /// Puts a file in.
    pub fn add(&mut self, path: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.0.insert(path.into(), content.into());
    }

    /// Each path with its content, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.0.iter().map(|(path, content)| (path.as_str(), content.as_slice()))
    }
}

/// Writes them below `folder`, which is made anew: what is no longer generated does not stay.
///
/// # Errors
/// When the disk does not take them.
pub fn write(pages: &Pages, folder: &Path) -> Result<(), GenerateError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| GenerateError { path, source }
    };
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(folder)(error)),
        _ => {}
    }
    for (path, content) in pages.iter() {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed(parent))?;
        }
        std::fs::write(&path, content).map_err(failed(&path))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_program_has_its_page_and_its_completions() {
        let pages = Pages::all();
        let has = |path: &str| pages.iter().any(|(name, content)| name == path && !content.is_empty());
        for face in ["ifup", "ifdown", "ifquery", "ifreload"] {
            for path in [format!("man8/{face}.8"), format!("zsh/_{face}"), format!("fish/{face}.fish")] {
                assert!(has(&path), "{path}");
            }
        }
        for path in [
            "man1/bowline.1",
            "man1/bowline-apply.1",
            "man5/interfaces.5",
            "bash/bowline",
            "bash/ifreload",
            "zsh/_bowline",
            "fish/bowline.fish",
        ] {
            assert!(has(path), "{path}");
        }
    }

    #[test]
    fn what_is_written_is_all_that_there_is() {
        let folder = std::env::temp_dir().join(format!("bowline-pages-{}", std::process::id()));
        let mut pages = Pages::default();
        pages.add("man8/old.8", "old");
        write(&pages, &folder).unwrap();
        let mut pages = Pages::default();
        pages.add("man8/new.8", "new");
        write(&pages, &folder).unwrap();
        let names: Vec<_> =
            std::fs::read_dir(folder.join("man8")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        std::fs::remove_dir_all(&folder).unwrap();
        assert_eq!(names, ["new.8"]);
    }
}
