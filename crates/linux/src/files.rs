//! [`interfaces::Files`] on a real disk.

use std::fs::{self, File, FileType, Metadata, OpenOptions};
use std::io::{self, Read};
use std::os::unix::fs::{FileTypeExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use interfaces::Files;

/// The most names that a folder may hold. A folder of configuration holds a few.
pub const MAX_NAMES: usize = 1 << 16;

/// The files of this host, or of a tree below another folder.
///
/// A root is a convenience, to look at the files of a mounted disk or of a test: it is no jail, for `..` and symbolic
/// links are followed wherever they lead.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Disk {
    /// What absolute paths are below; `None` for `/`. Relative paths count from the working folder in any case.
    pub root: Option<PathBuf>,
}

impl Disk {
    /// Where a path is on the disk.
    #[must_use]
    pub fn locate(&self, path: &Path) -> PathBuf {
        match (&self.root, path.strip_prefix("/")) {
            (Some(root), Ok(below)) => root.join(below),
            _ => path.to_owned(),
        }
    }
}

impl Files for Disk {
    /// Reads at most one byte more than the limit. Waits for nobody: what is no regular file, such as a FIFO or a
    /// device, is an [`io::ErrorKind::InvalidInput`], a folder an [`io::ErrorKind::IsADirectory`].
    fn read(&self, path: &Path, limit: u64) -> io::Result<Vec<u8>> {
        let place = self.locate(path);
        // Asked before it is opened, for opening a device may do something; and after, for it may be another by then.
        regular(&fs::metadata(&place)?)?;
        let file = OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY).open(&place)?;
        regular(&file.metadata()?)?;
        read(file, limit)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.locate(folder))? {
            if names.len() == MAX_NAMES {
                return Err(io::Error::new(io::ErrorKind::FileTooLarge, format!("more than {MAX_NAMES} names in it")));
            }
            let name = entry?.file_name().into_string().map_err(|name| {
                io::Error::new(io::ErrorKind::InvalidData, format!("the name `{}` is not UTF-8", name.display()))
            })?;
            names.push(name);
        }
        Ok(names)
    }
}

fn read(file: File, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(bytes) }
}

fn regular(metadata: &Metadata) -> io::Result<()> {
    let kind = metadata.file_type();
    match () {
        () if kind.is_file() => Ok(()),
        () if kind.is_dir() => Err(io::ErrorKind::IsADirectory.into()),
        () => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("it is {}, not a file", name(kind)))),
    }
}

fn name(kind: FileType) -> &'static str {
    match () {
        () if kind.is_fifo() => "a FIFO",
        () if kind.is_socket() => "a socket",
        () => "a device",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::ffi::CString;
    use std::os::unix::net::UnixListener;
    use std::os::unix::{ffi::OsStrExt, ffi::OsStringExt, fs::symlink};

    /// A folder that is gone when the test ends.
    struct Folder(PathBuf);

    impl Folder {
        fn new(test: &str) -> Self {
            let path = std::env::temp_dir().join(format!("bowline-files-{}-{test}", std::process::id()));
            fs::create_dir_all(path.join("etc/network")).unwrap();
            Self(path)
        }

        fn disk(&self) -> Disk {
            Disk { root: Some(self.0.clone()) }
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            fs::remove_dir_all(&self.0).unwrap();
        }
    }

    #[test]
    fn reads_below_its_root_and_no_more_than_the_limit() {
        let folder = Folder::new("reads");
        fs::write(folder.0.join("etc/network/interfaces"), "auto lo\n").unwrap();
        symlink("interfaces", folder.0.join("etc/network/link")).unwrap();
        let disk = folder.disk();
        for path in ["/etc/network/interfaces", "/etc/network/link", "//etc/./network/interfaces"] {
            assert_eq!(disk.read(Path::new(path), 8).unwrap(), b"auto lo\n", "{path}");
        }
        let kind = |path: &str, limit| disk.read(Path::new(path), limit).unwrap_err().kind();
        assert_eq!(kind("/etc/network/interfaces", 7), io::ErrorKind::FileTooLarge);
        assert_eq!(kind("/etc/network/interfaces", 0), io::ErrorKind::FileTooLarge);
        assert_eq!(kind("/etc/network/none", 8), io::ErrorKind::NotFound);
        assert_eq!(kind("/etc/network", 8), io::ErrorKind::IsADirectory);
        assert_eq!(Disk::default().read(&folder.0.join("etc/network/link"), u64::MAX).unwrap(), b"auto lo\n");
        assert_eq!(disk.locate(Path::new("a/b")), Path::new("a/b"));
    }

    /// Were a FIFO opened as a file is, this would wait for a writer for ever.
    #[test]
    fn waits_for_no_fifo_and_opens_no_device() {
        let folder = Folder::new("fifo");
        let fifo = CString::new(folder.0.join("fifo").as_os_str().as_bytes()).unwrap();
        rustix::fs::mknodat(rustix::fs::CWD, &fifo, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        let _socket = UnixListener::bind(folder.0.join("socket")).unwrap();
        symlink("/dev/zero", folder.0.join("device")).unwrap();
        for (path, what) in [("/fifo", "a FIFO"), ("/socket", "a socket"), ("/device", "a device")] {
            let error = folder.disk().read(Path::new(path), 8).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput, "{path}");
            assert!(error.to_string().contains(what), "{error}");
        }
    }

    #[test]
    fn lists_names_and_says_which_it_can_not_show() {
        let folder = Folder::new("lists");
        let disk = folder.disk();
        assert_eq!(disk.list(Path::new("/etc")).unwrap(), ["network"]);
        assert_eq!(disk.list(Path::new("/none")).unwrap_err().kind(), io::ErrorKind::NotFound);
        fs::write(folder.0.join("etc").join(std::ffi::OsString::from_vec(b"a\xff".to_vec())), "").unwrap();
        let error = disk.list(Path::new("/etc")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData);
        assert!(error.to_string().contains("`a\u{fffd}`"), "{error}");
    }
}
