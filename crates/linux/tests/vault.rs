//! What is kept of transactions, on a real disk.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::time::Duration;

use linux::restore::REJECTED;
use linux::{Disk, StageError, Staging, Vault, instance};
use tempfile::TempDir;

fn host(interfaces: &str) -> (TempDir, Disk) {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir_all(root.path().join("etc/network")).unwrap();
    fs::write(root.path().join("etc/network/interfaces"), interfaces).unwrap();
    let disk = Disk { root: Some(root.path().to_owned()) };
    (root, disk)
}

fn read(root: &TempDir, path: &str) -> Option<String> {
    fs::read_to_string(root.path().join(path.trim_start_matches('/'))).ok()
}

#[test]
fn a_transaction_is_opened_written_and_put_away() {
    let (root, disk) = host("old");
    let vault = Vault::new(disk);
    assert_eq!(vault.open_journal().unwrap(), None);
    let mut journal = vault.begin(Some(b"old"), Some(b"new")).unwrap();
    journal.append(b"one\n").unwrap();
    journal.append(b"two\n").unwrap();
    assert_eq!(vault.open_journal().unwrap().as_deref(), Some(&b"one\ntwo\n"[..]));
    assert_eq!(vault.file("open/before").unwrap().as_deref(), Some(&b"old"[..]));
    let mode = fs::metadata(vault.path("")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "only root may look");
    // Whoever goes on cuts off what is torn.
    fs::write(vault.path("open/journal"), b"one\ntwo\nthr").unwrap();
    let mut journal = vault.journal(8).unwrap();
    journal.append(b"four\n").unwrap();
    vault.put_away("7").unwrap();
    assert_eq!(vault.open_journal().unwrap(), None);
    assert_eq!(vault.past_journal("7").unwrap().as_deref(), Some(&b"one\ntwo\nfour\n"[..]));
    assert_eq!(vault.history().unwrap(), ["7"]);
    assert_eq!(read(&root, "var/lib/bowline/history/7/after").as_deref(), Some("new"));
}

#[test]
fn a_half_made_one_is_none_and_is_made_anew() {
    let (_root, disk) = host("old");
    let vault = Vault::new(disk);
    fs::create_dir_all(vault.path("open.new")).unwrap();
    fs::write(vault.path("open.new/before"), "half").unwrap();
    assert_eq!(vault.open_journal().unwrap(), None);
    vault.begin(None, Some(b"new")).unwrap();
    assert_eq!(vault.file("open/before").unwrap(), None);
    vault.forget().unwrap();
    assert_eq!(vault.open_journal().unwrap(), None);
}

#[test]
fn the_oldest_go_first() {
    let (_root, disk) = host("old");
    let vault = Vault::new(disk);
    for n in 0..linux::vault::KEPT + 3 {
        vault.begin(None, None).unwrap();
        vault.put_away(&format!("{n:04}")).unwrap();
    }
    let names = vault.history().unwrap();
    assert_eq!((names.len(), names[0].as_str()), (linux::vault::KEPT, "0003"));
}

/// `/dev/full` has room for nothing: a line that can't be written is told.
#[test]
fn a_full_disk_is_told() {
    let (_root, disk) = host("old");
    let vault = Vault::new(disk);
    fs::create_dir_all(vault.path("open")).unwrap();
    symlink("/dev/full", vault.path("open/journal")).unwrap();
    let result = vault.journal(0).and_then(|mut journal| journal.append(b"one\n"));
    assert!(result.is_err());
}

#[test]
fn the_new_file_comes_and_the_old_one_comes_back() {
    let (root, disk) = host("old");
    let staging = Staging::new(disk);
    let locked = staging.lock(Duration::ZERO).unwrap();
    assert!(matches!(locked.install(b"new"), Err(StageError::Changed { .. })), "it is nowhere");
    locked.write(b"new").unwrap();
    locked.install(b"new").unwrap();
    locked.install(b"new").unwrap();
    assert_eq!(read(&root, "etc/network/interfaces").as_deref(), Some("new"));
    locked.restore(Some(b"old"), None, "nobody\nconfirmed it").unwrap();
    assert_eq!(read(&root, "etc/network/interfaces").as_deref(), Some("old"));
    let rejected = "# Bowline went back from this file: nobody confirmed it\nnew";
    assert_eq!(read(&root, REJECTED).as_deref(), Some(rejected));
    // Nothing to do is nothing done, and what is staged stays unless it is what was rejected.
    locked.write(b"other").unwrap();
    locked.restore(Some(b"old"), Some(b"new"), "again").unwrap();
    assert_eq!(read(&root, "etc/network/interfaces.new").as_deref(), Some("other"));
    locked.restore(Some(b"old"), Some(b"other"), "again").unwrap();
    assert_eq!(read(&root, "etc/network/interfaces.new"), None);
    assert_eq!(read(&root, REJECTED).as_deref(), Some("# Bowline went back from this file: again\nother"));
    // There was no file.
    locked.restore(None, None, "none").unwrap();
    assert_eq!(read(&root, "etc/network/interfaces"), None);
}

#[test]
fn one_at_a_time() {
    let (root, _) = host("old");
    let lock = root.path().join("run/bowline/lock");
    let held = instance::hold(&lock, false).unwrap();
    assert!(held.is_some() && instance::hold(&lock, false).unwrap().is_none());
    drop(held);
    assert!(instance::hold(&lock, true).unwrap().is_some());
    assert_eq!(instance::token(6).unwrap().len(), 6);
}
