//! The help, and what the command line is told when it makes no sense.

mod common;

use bowline::ExitCode;
use common::run_without_host;
use insta::assert_snapshot;

#[test]
fn help() {
    assert_snapshot!(run_without_host(&["--help"]));
    assert_snapshot!(run_without_host(&["-h"]));
}

#[test]
fn help_of_each_verb() {
    for verb in [
        "check",
        "plan",
        "apply",
        "confirm",
        "pending",
        "rollback",
        "history",
        "recover",
        "verify",
        "status",
        "rehearse",
        "lab-switch",
        "add",
        "set",
        "unset",
        "remove",
        "rename",
        "convert",
        "diff",
        "revert",
        "completion",
        "lsp",
    ] {
        assert_snapshot!(format!("help_{verb}"), run_without_host(&[verb, "--help"]));
    }
}

#[test]
fn help_of_what_can_be_added() {
    for what in ["bond", "bridge", "vlan", "nic"] {
        assert_snapshot!(format!("help_add_{what}"), run_without_host(&["add", what, "--help"]));
    }
}

#[test]
fn what_makes_no_sense() {
    for arguments in [&[][..], &["frobnicate"], &["plan", "--nonsense"], &["check", "a", "b"], &["completion", "cmd"]] {
        let ran = run_without_host(arguments);
        assert_eq!(ran.code, ExitCode::Unreadable, "{ran}");
        assert!(ran.out.is_empty() && !ran.err.is_empty(), "{ran}");
    }
}

#[test]
fn completions_know_the_verbs() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let ran = run_without_host(&["completion", shell]);
        assert_eq!(ran.code, ExitCode::Success);
        assert!(ran.out.contains("verify") && ran.out.contains("unguarded"), "{shell}");
    }
}

#[test]
fn colours_are_a_matter_of_taste() {
    let coloured = run_without_host(&["--color", "always", "check", "/nonexistent"]);
    assert_eq!(coloured.code, ExitCode::Unreadable);
    assert_eq!(run_without_host(&["--color", "sometimes", "check"]).code, ExitCode::Unreadable);
}
