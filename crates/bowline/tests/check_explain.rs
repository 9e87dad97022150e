//! `check --explain` and `check --list`.

#![allow(clippy::unwrap_used, reason = "tests panic when they fail")]

mod common;

use bowline::ExitCode;
use common::run_without_host;
use insta::assert_snapshot;

#[test]
fn a_code() {
    assert_snapshot!(run_without_host(&["check", "--explain", "BW058"]));
}

#[test]
fn a_code_that_takes_a_host() {
    assert_snapshot!(run_without_host(&["check", "--explain", "slave-speeds"]));
}

#[test]
fn a_code_that_no_file_shows() {
    assert_snapshot!(run_without_host(&["check", "--explain", "bw201"]));
}

#[test]
fn a_code_of_an_edit() {
    assert_snapshot!(run_without_host(&["check", "--explain", "BW123"]));
}

#[test]
fn as_json() {
    assert_snapshot!(run_without_host(&["check", "--json", "--explain", "one-slave"]));
}

#[test]
fn an_unknown_one_gets_a_suggestion() {
    assert_snapshot!(run_without_host(&["check", "--explain", "one-salve"]));
    assert_snapshot!(run_without_host(&["check", "--explain", "BW999"]));
}

#[test]
fn the_list() {
    let ran = run_without_host(&["check", "--list"]);
    assert_snapshot!(ran);
    assert_eq!(run_without_host(&["check", "--explain", "all"]).out, ran.out);
    let json = run_without_host(&["check", "--json", "--list"]);
    let list: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(list.as_array().unwrap().len(), network::catalogue::all().len());
}

#[test]
fn what_does_not_go_together() {
    for arguments in [
        &["check", "--explain", "BW040", "file"][..],
        &["check", "--explain", "BW040", "--fix"],
        &["check", "--dry-run"],
        &["check", "--fix", "--format", "sarif"],
    ] {
        assert_eq!(run_without_host(arguments).code, ExitCode::Unreadable, "{arguments:?}");
    }
}
