//! `check` for CI systems: SARIF, annotations, and what counts as a failure.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use bowline::ExitCode;
use common::{files, root, run_without_host};
use insta::assert_snapshot;
use serde_json::Value;

/// The log of a check of that file.
fn sarif(test: &str, interfaces: &str) -> Value {
    let root = root(test, interfaces);
    let ran = run_without_host(&["check", "--format", "sarif", "--root", root.to_str().unwrap()]);
    serde_json::from_str(&ran.out).unwrap()
}

/// Panics with what is wrong when the value is no SARIF log, by OASIS' own schema.
fn validate(log: &Value) {
    let schema = serde_json::from_str(include_str!("sarif/sarif-2.1.0.schema.json")).unwrap();
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.enable_format_assertions();
    compiler.add_resource("sarif.json", schema).unwrap();
    let index = compiler.compile("sarif.json", &mut schemas).unwrap();
    if let Err(error) = schemas.validate(log, index) {
        panic!("{error:#}");
    }
}

#[test]
fn sarif_is_what_its_schema_says() {
    validate(&sarif("sarif-good", files::ACTIVE_BACKUP));
    validate(&sarif("sarif-wrong", files::WRONG));
    for entry in network::catalogue::all() {
        if let network::catalogue::Example::Files { bad, .. } = entry.example {
            validate(&sarif("sarif-catalogue", bad));
        }
    }
}

#[test]
#[should_panic(expected = "at '/runs/0/results/0/level'")]
fn what_is_no_sarif_is_found() {
    let mut log = sarif("sarif-broken", files::WRONG);
    log["runs"][0]["results"][0]["level"] = "fatal".into();
    validate(&log);
}

#[test]
fn sarif_says_where_why_and_how() {
    let mut log = sarif("sarif-fix", files::MENDABLE);
    let run = &mut log["runs"][0];
    let index = usize::try_from(run["results"][0]["ruleIndex"].as_u64().unwrap()).unwrap();
    let rules = run["tool"]["driver"]["rules"].as_array_mut().unwrap();
    assert_eq!(rules.len(), network::catalogue::all().len());
    let rule = rules.swap_remove(index);
    *rules = vec![rule];
    run["originalUriBaseIds"]["ROOT"]["uri"] = "[root]".into();
    assert_snapshot!(serde_json::to_string_pretty(&log).unwrap());
}

#[test]
fn annotations() {
    let root = root("github", files::MENDABLE);
    assert_snapshot!(run_without_host(&["check", "--format", "github", "--root", root.to_str().unwrap()]));
}

#[test]
fn warnings_and_notes_can_be_denied_and_allowed() {
    // A note (the delay) and a warning (the option that does nothing).
    let text = files::ACTIVE_BACKUP.replace("primary enp3s0", "primary enp3s0\n    bond-updelay 250");
    let note = root("deny-note", &text);
    let warning = root("deny-warning", text.replace("updelay", "lacp-rate fast\n    bond-updelay"));
    for (file, more, code) in [
        (&note, &[][..], ExitCode::Success),
        (&note, &["-W"], ExitCode::Success),
        (&note, &["--deny", "warnings"], ExitCode::Success),
        (&note, &["--deny", "notes"], ExitCode::Problems),
        (&note, &["--deny", "notes", "-A", "delay-rounded"], ExitCode::Success),
        (&warning, &[], ExitCode::Success),
        (&warning, &["-W"], ExitCode::Problems),
        (&warning, &["--deny", "warnings"], ExitCode::Problems),
        (&warning, &["-W", "--allow", "bw046"], ExitCode::Success),
        (&warning, &["--allow", "BW046", "--allow", "BW050", "--deny", "notes"], ExitCode::Success),
    ] {
        let arguments = [&["check", "--root", file.to_str().unwrap()][..], more].concat();
        let ran = run_without_host(&arguments);
        assert_eq!(ran.code, code, "{more:?}: {ran}");
    }
}

#[test]
fn an_error_can_not_be_allowed() {
    let root = root("allow-error", files::WRONG);
    let place = root.to_str().unwrap();
    let ran = run_without_host(&["check", "-A", "BW040", "-A", "BW021", "--root", place]);
    assert_eq!(ran.code, ExitCode::Problems);
    let ran = run_without_host(&["check", "-A", "BW04", "--root", place]);
    assert_eq!((ran.code, ran.out.as_str()), (ExitCode::Unreadable, ""), "{ran}");
}
