//! `rehearse`, and the other verbs on the twin of a scenario.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use std::path::{Path, PathBuf};

use bowline::ExitCode;
use common::{Ran, root, run_without_host};
use insta::assert_snapshot;

fn example(path: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(path);
    path.to_str().unwrap().to_owned()
}

fn on_twin(scenario: &str, arguments: &[&str]) -> Ran {
    let host = format!("twin:{}", example(&format!("{scenario}.toml")));
    run_without_host(&[&["--host", &host], arguments].concat())
}

#[test]
fn the_article_from_one_nic_to_two() {
    let from = example("single-nic/interfaces");
    let ran = run_without_host(&["rehearse", "--from", &from, &example("active-backup/interfaces")]);
    assert_snapshot!(ran);
}

#[test]
fn lacp_with_its_timeline() {
    assert_snapshot!(run_without_host(&["rehearse", "--timeline", &example("lacp/interfaces")]));
}

#[test]
fn a_switch_that_was_told_nothing_shuts_nobody_out() {
    let ran = run_without_host(&["rehearse", "--only-apply", "--switch", "plain", &example("lacp/interfaces")]);
    assert_eq!(ran.code, ExitCode::Success, "the driver uses one slave: {ran}");
}

#[test]
fn a_static_group_and_lacp_cut_somebody_off() {
    let ran = run_without_host(&["rehearse", "--only-apply", "--switch", "static", &example("lacp/interfaces")]);
    assert_eq!(ran.code, ExitCode::Problems, "{ran}");
    assert!(ran.out.contains("does not get through") && ran.out.contains("Don't apply this"), "{ran}");
}

#[test]
fn as_json_the_same_seed_gives_the_same_bytes() {
    let run = |seed| run_without_host(&["rehearse", "--json", "--seed", seed, &example("active-backup/interfaces")]);
    let one = run("3");
    assert_eq!((one.code, &one.out), (ExitCode::Success, &run("3").out));
    let report: serde_json::Value = serde_json::from_str(&one.out).unwrap();
    assert_eq!(report["faults"][0]["kind"], "cable");
    assert!(report["faults"][0]["lost"][0]["in"].as_u64().unwrap() > 10);
}

#[test]
fn a_picture_has_the_outages_of_the_report() {
    let path = root("rehearse-picture", "").join("rehearsal.svg");
    let file = example("active-backup/interfaces");
    let ran = run_without_host(&["rehearse", "--json", "--picture", path.to_str().unwrap(), &file]);
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    let drawn = std::fs::read_to_string(&path).unwrap();
    let report: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let gaps = report["faults"].as_array().unwrap().iter().flat_map(|fault| fault["gaps"].as_array().unwrap());
    assert!(gaps.clone().count() > 0);
    for gap in gaps.filter(|gap| gap["until"].as_u64().is_some_and(|until| until < 1000)) {
        let lasted = gap["until"].as_u64().unwrap() - gap["from"].as_u64().unwrap();
        let said = format!("{}, {}: {lasted} ms", gap["flow"].as_str().unwrap(), gap["way"].as_str().unwrap());
        assert!(drawn.contains(&said), "{said}");
    }
    let ran = run_without_host(&["rehearse", "--picture", "/nowhere/rehearsal.svg", &file]);
    assert_eq!(ran.code, ExitCode::Unreadable, "{ran}");
}

#[test]
fn a_file_with_an_error_is_not_rehearsed() {
    let root = root("rehearse-error", "auto bond0\niface bond0 inet manual\n\tbond-mode active-backpu\n");
    let file = root.join("etc/network/interfaces");
    let ran = run_without_host(&["rehearse", file.to_str().unwrap()]);
    assert_eq!((ran.code, ran.out.as_str()), (ExitCode::Problems, ""));
    assert!(ran.err.ends_with("nothing was rehearsed\n"), "{ran}");
}

#[test]
fn verbs_run_on_the_twin_of_a_scenario() {
    assert_snapshot!(on_twin("lacp/cable", &["status"]));
    for verb in ["plan", "verify"] {
        let ran = on_twin("lacp/cable", &[verb]);
        assert_eq!(ran.code, ExitCode::Success, "{ran}");
    }
    let ran = on_twin("active-backup/cable", &["apply", "--unguarded"]);
    assert!(ran.code == ExitCode::Success && ran.out.starts_with("0 changes"), "{ran}");
    // The file is for two NICs that the twin has, and not for a third.
    let ran = on_twin("lacp/cable", &["check"]);
    assert!(ran.code == ExitCode::Success && !ran.out.contains("the host does not have"), "{ran}");
    let text = std::fs::read_to_string(example("lacp/interfaces")).unwrap().replace("enp4s0", "enp9s0");
    let other = root("on-a-twin", text).join("etc/network/interfaces");
    let ran = on_twin("lacp/cable", &["check", other.to_str().unwrap()]);
    assert!(ran.out.contains("the slave enp9s0, which the host does not have"), "{ran}");
    let ran = on_twin("active-backup/two-switches", &["rehearse"]);
    assert!(ran.code == ExitCode::Success && ran.out.contains("switch2 loses power"), "{ran}");
}

#[test]
fn a_port_that_the_switch_lacks_is_seen() {
    let ran = on_twin("lacp/port-missing", &["status", "bond0"]);
    assert!(ran.out.contains("no partner heard at enp4s0: its port isn't in the LAG at the switch"), "{ran}");
}

#[test]
fn what_makes_no_sense_on_a_twin_is_refused() {
    let ran = on_twin("lacp/cable", &["diff"]);
    assert!(ran.code == ExitCode::Unreadable && ran.err.contains("takes no --host"), "{ran}");
    let ran = run_without_host(&["--host", "lacp.toml", "status"]);
    assert!(ran.code == ExitCode::Unreadable && ran.err.contains("twin:FILE"), "{ran}");
    let ran = run_without_host(&["--host", "twin:/nonexistent.toml", "status"]);
    assert!(ran.code == ExitCode::Unreadable && ran.err.contains("can't read /nonexistent.toml"), "{ran}");
    let ran = on_twin("lacp/cable", &["--root", "/", "status"]);
    assert_eq!(ran.code, ExitCode::Unreadable, "{ran}");
    let scenario = root("twin-error", "").join("home.toml");
    std::fs::write(&scenario, "[host]\nfile = \"x\"\n[nics.a]\ncable = \"s:1\"\n").unwrap();
    let ran = run_without_host(&["--host", &format!("twin:{}", scenario.display()), "status"]);
    assert!(ran.err.contains("home.toml:4:9: there is no switch `s`"), "{ran}");
}
