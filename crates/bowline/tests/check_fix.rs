//! `check --fix`: what it shows, what it writes, and what it leaves alone.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use bowline::ExitCode;
use common::{Fake, files, networks, run_without_host};
use insta::assert_snapshot;

/// A new folder for `--root`.
fn root(test: &str, interfaces: &str) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("fix-{test}"));
    let _ = fs::remove_dir_all(&root);
    common::root(&format!("fix-{test}"), interfaces)
}

fn etc(root: &Path, name: &str) -> PathBuf {
    root.join("etc/network").join(name)
}

fn fix(root: &Path, more: &[&str]) -> common::Ran {
    run_without_host(&[&["check", "--fix", "--root", root.to_str().unwrap()], more].concat())
}

#[test]
fn without_a_file_it_is_staged() {
    let root = root("staged", files::MENDABLE);
    let ran = fix(&root, &[]);
    let out = ran.out.replace(root.to_str().unwrap(), "[root]");
    assert_snapshot!(format!("exit {}\n{out}", ran.code.number()));
    assert_eq!(fs::read_to_string(etc(&root, "interfaces")).unwrap(), files::MENDABLE);
    assert_snapshot!(fs::read_to_string(etc(&root, "interfaces.new")).unwrap());
}

#[test]
fn what_is_staged_already_stays() {
    let root = root("staged-before", files::MENDABLE);
    let staged = format!("# staged\n{}", files::MENDABLE);
    fs::write(etc(&root, "interfaces.new"), staged).unwrap();
    assert_eq!(fix(&root, &[]).code, ExitCode::Success);
    let now = fs::read_to_string(etc(&root, "interfaces.new")).unwrap();
    assert!(now.starts_with("# staged\n") && now.contains("bond-miimon 100"), "{now}");
    let again = fix(&root, &[]);
    assert!(again.out.starts_with("nothing can be mended by itself"), "{again}");
}

#[test]
fn the_hosts_own_file_is_written_under_proxmoxs_lock_by_whatever_name() {
    let root = root("locked", files::MENDABLE);
    symlink("interfaces", etc(&root, "link")).unwrap();
    fs::write(etc(&root, "another"), files::MENDABLE).unwrap();
    let lock = etc(&root, ".pve-interfaces.lock");
    assert_eq!(fix(&root, &["/etc/network/another"]).code, ExitCode::Success);
    assert!(!lock.exists(), "nobody shares this file");
    assert_eq!(fix(&root, &["/etc/network/link"]).code, ExitCode::Success);
    assert!(lock.exists());
    // Whoever can't have the lock writes nothing.
    fs::write(etc(&root, "interfaces"), files::MENDABLE).unwrap();
    fs::remove_file(&lock).unwrap();
    fs::create_dir(&lock).unwrap();
    let ran = fix(&root, &["/etc/network/interfaces"]);
    assert!(ran.err.contains("lock"), "{ran}");
    assert_eq!(fs::read_to_string(etc(&root, "interfaces")).unwrap(), files::MENDABLE);
}

#[test]
fn a_file_is_changed_in_place() {
    let root = root("in-place", files::MENDABLE);
    let (file, link) = (etc(&root, "interfaces"), etc(&root, "link"));
    fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
    symlink("interfaces", &link).unwrap();
    let ran = run_without_host(&["check", "--fix", link.to_str().unwrap()]);
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    assert!(fs::read_to_string(&file).unwrap().contains("bond-miimon 100"));
    assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o640);
    let names: Vec<_> = fs::read_dir(etc(&root, "")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 2, "nothing else is left behind: {names:?}");
}

#[test]
fn a_dry_run_changes_nothing() {
    let root = root("dry", files::MENDABLE);
    let ran = fix(&root, &["--dry-run"]);
    assert!(ran.out.contains("+    bond-miimon 100") && ran.out.contains("would be mended"), "{ran}");
    assert_eq!(fs::read_to_string(etc(&root, "interfaces")).unwrap(), files::MENDABLE);
    assert!(!etc(&root, "interfaces.new").exists());
}

#[test]
fn what_can_not_be_mended_remains_and_is_said() {
    let root = root("remains", files::WRONG);
    let ran = fix(&root, &[]);
    assert_eq!(ran.code, ExitCode::Problems);
    assert!(ran.out.contains("error[BW021]") && ran.out.ends_with("remain\n"), "{ran}");
    assert!(!etc(&root, "interfaces.new").exists(), "nothing was mended, so nothing is staged");
}

#[test]
fn json() {
    let root = root("json", files::MENDABLE);
    assert_snapshot!(fix(&root, &["--dry-run", "--json"]));
}

#[test]
fn a_lock_is_respected() {
    let root = root("locked", files::MENDABLE);
    let lock = fs::File::create(etc(&root, ".pve-interfaces.lock")).unwrap();
    lock.lock().unwrap();
    let ran = fix(&root, &[]);
    assert_eq!(ran.code, ExitCode::Unreadable);
    assert!(ran.err.contains("is locked by another program"), "{ran}");
    assert!(!etc(&root, "interfaces.new").exists());
}

#[test]
fn a_file_that_another_changed_is_left_alone() {
    let root = root("changed", "auto lo\n");
    let file = etc(&root, "interfaces");
    fs::write(&file, "# theirs\n").unwrap();
    assert!(matches!(bowline::replace::replace(&file, b"auto lo\n", b"ours\n"), Err(bowline::Failure::Changed { .. })));
    assert_eq!(fs::read_to_string(&file).unwrap(), "# theirs\n");
}

#[test]
fn the_own_hosts_nics_are_told_after_a_fix_too() {
    // The root decides whose file it is: under one, the host is not asked.
    let root = root("elsewhere", files::MENDABLE);
    let ran = Fake::new(networks::nics(&["eth0"])).run(&["check", "--fix", "--root", root.to_str().unwrap()]);
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
}

/// The program itself, with that on its standard input.
fn piped(arguments: &[&str], input: &str) -> (Option<i32>, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bowline"));
    let piped = command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    // A refusal may come before anything is read; what the program says is looked at in any case.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn standard_input_can_be_checked_and_not_changed() {
    let (code, out, _) = piped(&["check", "-"], files::WRONG);
    assert!(code == Some(1) && out.contains("-: 2 errors"), "{out}");
    let (code, out, _) = piped(&["check", "-"], files::ACTIVE_BACKUP);
    assert_eq!((code, out.as_str()), (Some(0), "-: no errors, no warnings\n"));
    let (code, out, _) = piped(&["check", "--fix", "--dry-run", "-"], files::MENDABLE);
    assert!(code == Some(0) && out.contains("+    bond-miimon 100"), "{out}");
    let (code, out, err) = piped(&["check", "--fix", "-"], files::MENDABLE);
    assert!(code == Some(2) && out.is_empty() && err.contains("add --dry-run"), "{err}");
}
