//! `check`: what people and programs are told of a file.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use bowline::ExitCode;
use common::{Fake, files, networks, root, run_without_host};
use insta::assert_snapshot;

fn check(test: &str, interfaces: impl AsRef<[u8]>) -> common::Ran {
    let root = root(test, interfaces);
    run_without_host(&["check", "--root", root.to_str().unwrap()])
}

#[test]
fn a_good_file() {
    assert_snapshot!(check("a-good-file", files::ACTIVE_BACKUP));
}

#[test]
fn errors_are_shown_at_their_place() {
    assert_snapshot!(check("errors", files::WRONG));
}

#[test]
fn json() {
    let root = root("json", files::WRONG);
    assert_snapshot!(run_without_host(&["check", "--json", "--root", root.to_str().unwrap()]));
}

#[test]
fn what_is_no_utf_8_moves_no_column() {
    let text = b"auto bond0\niface bond0 inet manual\n    # gr\xf6\xdfer\n    bond-slaves \xff\xff bond-mode\n    bond-m\xefde 9\n";
    assert_snapshot!(check("latin-1", text));
}

#[test]
fn what_drives_a_terminal_is_shown_harmless() {
    let ran = check("escape", "auto bond0\niface bond0 inet manual\n    bond-mode \u{1b}[31mred\u{7}\n");
    assert!(!ran.out.contains(['\u{1b}', '\u{7}']), "{:?}", ran.out);
    assert_eq!(ran.code, ExitCode::Problems);
}

#[test]
fn a_line_of_a_megabyte_is_trimmed() {
    let ran = check("long", format!("auto bond0\niface bond0 inet manual\n    bond-mode {}\n", "x".repeat(1 << 20)));
    assert_eq!(ran.code, ExitCode::Problems);
    let longest = ran.out.lines().filter(|line| line.contains('|')).map(|line| line.chars().count()).max();
    assert!(longest.is_some_and(|longest| longest < 200), "{longest:?}");
}

#[test]
fn a_file_of_garbage_is_told_in_bounds() {
    let ran = check("garbage", "nonsense without end\n".repeat(5000));
    assert_eq!(ran.code, ExitCode::Problems);
    assert!(ran.out.contains("more; --json lists all"), "{}", &ran.out[ran.out.len() - 500..]);
    assert!(ran.out.lines().count() < 2000);
}

#[test]
fn the_hosts_own_nics_are_no_concern_of_a_file_elsewhere() {
    let root = root("elsewhere", files::ACTIVE_BACKUP);
    let ran = Fake::new(networks::nics(&["eth0"])).run(&["check", "--root", root.to_str().unwrap()]);
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
}

#[test]
fn a_file_elsewhere_is_held_against_the_host_that_it_is_for() {
    let file = root("for-this-host", files::ACTIVE_BACKUP).join("etc/network/interfaces");
    let check = ["check", "--host", "this", file.to_str().unwrap()];
    let ran = Fake::new(networks::nics(&["eth0"])).run(&check);
    assert!(ran.code == ExitCode::Problems && ran.out.contains("which the host does not have"), "{ran}");
    // Whoever asks for the host is not told what is so without it.
    let ran = run_without_host(&check);
    assert!(ran.code == ExitCode::Unreadable && ran.out.is_empty(), "{ran}");
}

#[test]
fn files_that_can_not_be_read() {
    let root = root("unreadable", "");
    std::fs::create_dir_all(root.join("etc/network/folder")).unwrap();
    let place = root.to_str().unwrap();
    for (file, says) in [
        ("/etc/network/missing", "help: name a file that is there"),
        ("/etc/network/folder", "help: that is a folder"),
        ("/etc/network/interfaces/deeper", "Not a directory"),
        ("/etc/net\0work", "error: can't read"),
    ] {
        let ran = run_without_host(&["check", file, "--root", place]);
        assert_eq!(ran.code, ExitCode::Unreadable, "{ran}");
        assert!(ran.out.is_empty() && ran.err.contains(says), "{file:?}: {ran}");
    }
}
