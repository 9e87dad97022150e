//! The staged file on a real disk: the lock, replacing, and what goes wrong.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use linux::{Disk, StageError, Staging, digest};
use tempfile::TempDir;

const NOW: Duration = Duration::ZERO;

fn host(interfaces: &str) -> (TempDir, Staging) {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("etc/network")).unwrap();
    fs::write(root.path().join("etc/network/interfaces"), interfaces).unwrap();
    let staging = Staging::new(Disk { root: Some(root.path().to_owned()) });
    (root, staging)
}

fn place(root: &TempDir, name: &str) -> std::path::PathBuf {
    root.path().join("etc/network").join(name)
}

fn names(root: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(root.path().join("etc/network")).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn what_is_staged_counts_once_it_is_committed() {
    let (root, staging) = host("old");
    assert_eq!(staging.latest_path().unwrap(), Path::new("/etc/network/interfaces"));
    let locked = staging.lock(NOW).unwrap();
    assert_eq!(locked.read().unwrap().latest(), Some(&b"old"[..]));
    locked.write(b"new").unwrap();
    locked.write(b"newer").unwrap();
    assert_eq!(staging.latest_path().unwrap(), Path::new("/etc/network/interfaces.new"));
    assert_eq!(locked.read().unwrap().latest(), Some(&b"newer"[..]));
    assert_eq!(fs::read(place(&root, "interfaces")).unwrap(), b"old");
    assert!(matches!(locked.commit(b"new"), Err(StageError::Changed { now }) if now == digest(b"newer")));
    locked.commit(b"newer").unwrap();
    assert_eq!(fs::read(place(&root, "interfaces")).unwrap(), b"newer");
    assert_eq!(names(&root), [".pve-interfaces.lock", "interfaces"]);
    assert_eq!(locked.discard().unwrap(), None);
    locked.write(b"third").unwrap();
    assert_eq!(locked.discard().unwrap(), Some(b"third".to_vec()));
    assert_eq!(names(&root), [".pve-interfaces.lock", "interfaces"]);
}

#[test]
fn mode_and_owner_are_those_of_the_file() {
    let (root, staging) = host("old");
    fs::set_permissions(place(&root, "interfaces"), fs::Permissions::from_mode(0o640)).unwrap();
    let locked = staging.lock(NOW).unwrap();
    locked.write(b"new").unwrap();
    let (current, staged) =
        (fs::metadata(place(&root, "interfaces")).unwrap(), fs::metadata(place(&root, "interfaces.new")).unwrap());
    assert_eq!(staged.mode(), current.mode());
    assert_eq!((staged.uid(), staged.gid()), (current.uid(), current.gid()));
    fs::set_permissions(place(&root, "interfaces.new"), fs::Permissions::from_mode(0o600)).unwrap();
    locked.write(b"newer").unwrap();
    assert_eq!(fs::metadata(place(&root, "interfaces.new")).unwrap().mode() & 0o777, 0o600);
}

/// The lock is the one that Proxmox takes: `flock` on that very file, by another process.
#[test]
fn a_lock_of_another_process_is_waited_for_and_told() {
    let (root, staging) = host("old");
    let lock = place(&root, ".pve-interfaces.lock");
    let mut other = Command::new("flock")
        .arg(&lock)
        .args(["sh", "-c", "echo locked; read line"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(other.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert_eq!(line, "locked\n");
    for patience in [NOW, Duration::from_millis(120)] {
        assert!(matches!(staging.lock(patience), Err(StageError::Busy { path }) if path == lock));
    }
    let mut input = other.stdin.take().unwrap();
    let waiting = std::thread::spawn(move || staging.lock(Duration::from_secs(10)).map(drop));
    input.write_all(b"go\n").unwrap();
    assert!(other.wait().unwrap().success());
    waiting.join().unwrap().unwrap();
}

#[test]
fn the_lock_is_free_again_when_it_is_dropped() {
    let (_root, staging) = host("old");
    let locked = staging.lock(NOW).unwrap();
    assert!(matches!(staging.lock(NOW), Err(StageError::Busy { .. })));
    drop(locked);
    staging.lock(NOW).unwrap();
}

/// A crash after the temporary file is written and before it is renamed leaves it there: it counts for nothing.
#[test]
fn a_crash_before_the_rename_leaves_nothing_that_counts() {
    let (root, staging) = host("old");
    fs::write(place(&root, ".interfaces.new.bowline"), "half of").unwrap();
    assert_eq!(staging.latest_path().unwrap(), Path::new("/etc/network/interfaces"));
    let locked = staging.lock(NOW).unwrap();
    assert_eq!(locked.read().unwrap().staged, None);
    locked.write(b"new").unwrap();
    assert_eq!(names(&root), [".pve-interfaces.lock", "interfaces", "interfaces.new"]);
}

/// What is at the temporary file's place may be a link that somebody put there: it is not followed.
#[test]
fn links_are_not_followed_and_not_destroyed() {
    let (root, staging) = host("old");
    fs::write(root.path().join("precious"), "precious").unwrap();
    symlink(root.path().join("precious"), place(&root, ".interfaces.new.bowline")).unwrap();
    let locked = staging.lock(NOW).unwrap();
    locked.write(b"new").unwrap();
    fs::remove_file(place(&root, "interfaces.new")).unwrap();
    symlink(root.path().join("precious"), place(&root, "interfaces.new")).unwrap();
    assert!(matches!(locked.write(b"x"), Err(StageError::NotAFile { .. })));
    assert_eq!(fs::read(root.path().join("precious")).unwrap(), b"precious");
    // The file that counts is a link: an apply must not turn it into a file.
    fs::remove_file(place(&root, "interfaces.new")).unwrap();
    fs::rename(place(&root, "interfaces"), root.path().join("real")).unwrap();
    symlink(root.path().join("real"), place(&root, "interfaces")).unwrap();
    locked.write(b"new").unwrap();
    assert!(matches!(locked.commit(b"new"), Err(StageError::NotAFile { .. })));
    assert_eq!(fs::read(root.path().join("real")).unwrap(), b"old");
    assert_eq!(locked.read().unwrap().staged, Some(b"new".to_vec()));
}

/// A folder in which nobody, not even root, can create a file.
#[test]
fn a_folder_that_takes_no_files_is_told() {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("etc")).unwrap();
    symlink("/sys/kernel", root.path().join("etc/network")).unwrap();
    let staging = Staging::new(Disk { root: Some(root.path().to_owned()) });
    assert!(matches!(staging.lock(NOW), Err(StageError::System { doing: "open the lock", .. })));
}

#[test]
fn a_folder_in_the_way_leaves_both_files_as_they_were() {
    let (root, staging) = host("old");
    let locked = staging.lock(NOW).unwrap();
    locked.write(b"new").unwrap();
    fs::create_dir(place(&root, ".interfaces.new.bowline")).unwrap();
    assert!(matches!(locked.write(b"newer"), Err(StageError::System { .. })));
    assert_eq!(locked.read().unwrap().staged, Some(b"new".to_vec()));
    assert_eq!(locked.read().unwrap().current, Some(b"old".to_vec()));
}

#[test]
fn a_digest_is_sha_256() {
    assert_eq!(digest(b""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
