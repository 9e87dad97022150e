//! The verbs of the staged file: what they do beside the edit itself, whose cases are in `crates/network/edits`.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use std::path::PathBuf;
use std::process::Command;

use bowline::ExitCode;
use common::{Fake, Ran, files, networks, run_without_host};
use insta::assert_snapshot;

/// A folder for `--root` with nothing staged.
fn fresh(test: &str) -> PathBuf {
    let root = common::root(test, files::ACTIVE_BACKUP);
    for name in ["interfaces.new", ".interfaces.new.bowline"] {
        let _ = std::fs::remove_file(root.join("etc/network").join(name));
    }
    root
}

fn text(root: &std::path::Path, name: &str) -> Option<String> {
    std::fs::read_to_string(root.join("etc/network").join(name)).ok()
}

fn run(root: &std::path::Path, arguments: &[&str]) -> Ran {
    run_without_host(&[arguments, &["--root", root.to_str().unwrap()]].concat())
}

fn on(fake: &Fake, root: &std::path::Path, arguments: &[&str]) -> Ran {
    fake.run(&[arguments, &["--root", root.to_str().unwrap()]].concat())
}

#[test]
fn what_is_staged_is_planned_and_applied_and_then_counts() {
    let root = fresh("edit-apply");
    let fake = Fake::new(networks::nics(&["enp3s0", "enp4s0"]));
    on(&fake, &root, &["apply", "--unguarded"]);
    assert_eq!(run(&root, &["set", "bond0", "bond-miimon=50"]).code, ExitCode::Success);
    let staged = text(&root, "interfaces.new").unwrap();
    assert_snapshot!(on(&fake, &root, &["plan"]));
    assert_eq!(on(&fake, &root, &["verify"]).code, ExitCode::Success, "what is staged is not wanted yet");
    assert_snapshot!(on(&fake, &root, &["apply", "--unguarded"]));
    assert_eq!(text(&root, "interfaces").unwrap(), staged);
    assert_eq!(text(&root, "interfaces.new"), None);
    assert_eq!(on(&fake, &root, &["verify"]).code, ExitCode::Success);
    assert_eq!(on(&fake, &root, &["plan", "--exit-code"]).code, ExitCode::Success);
}

#[test]
fn an_apply_that_stops_leaves_both_files_as_they_were() {
    let root = fresh("edit-stopped");
    let fake = Fake::new(networks::nics(&["enp3s0", "enp4s0"]));
    on(&fake, &root, &["apply", "--unguarded"]);
    run(&root, &["set", "bond0", "bond-miimon=50"]);
    let staged = text(&root, "interfaces.new");
    let next = fake.executed().len();
    let ran = on(&fake.refusing(next, 22, None, None), &root, &["apply", "--unguarded"]);
    assert_eq!(ran.code, ExitCode::Midway, "{ran}");
    assert!(ran.err.contains("interfaces.new stays staged"), "{ran}");
    assert_eq!(
        (text(&root, "interfaces").unwrap(), text(&root, "interfaces.new")),
        (files::ACTIVE_BACKUP.into(), staged)
    );
}

/// The way from one NIC to two, in one command, leads to the example that a person wrote by hand.
#[test]
fn a_converted_host_is_the_example() {
    let example = |name: &str| {
        let path = format!("{}/../../examples/{name}/interfaces", env!("CARGO_MANIFEST_DIR"));
        std::fs::read(path).unwrap()
    };
    let root = fresh("edit-example");
    for (mode, name) in [("active-backup", "active-backup"), ("802.3ad", "lacp")] {
        let _ = std::fs::remove_file(root.join("etc/network/interfaces.new"));
        std::fs::write(root.join("etc/network/interfaces"), example("single-nic")).unwrap();
        let convert = ["convert", "enp3s0", "--to", "bond0", "--slaves", "enp3s0,enp4s0", "--mode", mode];
        let primary: &[&str] = if mode == "active-backup" { &["--primary", "enp3s0"] } else { &[] };
        let ran = run(&root, &[&convert, primary].concat());
        assert_eq!(ran.code, ExitCode::Success, "{ran}");
        let wanted = |text: Vec<u8>| {
            let configuration = interfaces::Configuration::of("/etc/network/interfaces", text);
            bowline::source::understand(configuration, None).resolved.wanted
        };
        let made = text(&root, "interfaces.new").unwrap().into_bytes();
        assert_eq!(wanted(made), wanted(example(name)), "{ran}");
    }
}

#[test]
fn errors_in_what_is_staged_change_nothing() {
    let root = fresh("edit-wrong");
    run(&root, &["set", "bond0", "bond-primary=enp9s0", "--force"]);
    let fake = Fake::new(networks::nics(&["enp3s0", "enp4s0"]));
    for arguments in [&["plan"][..], &["apply", "--unguarded"]] {
        let ran = on(&fake, &root, arguments);
        assert_eq!(ran.code, ExitCode::Problems, "{ran}");
        assert!(ran.err.contains("interfaces.new:15:"), "{ran}");
    }
    assert!(fake.executed().is_empty());
    assert!(text(&root, "interfaces.new").is_some());
    assert_eq!(run(&root, &["revert"]).code, ExitCode::Success);
    assert_eq!(run(&root, &["check"]).code, ExitCode::Success);
}

#[test]
fn a_revert_says_what_it_dropped() {
    let root = fresh("edit-revert");
    run(&root, &["set", "vmbr0", "address+=192.168.2.10/24"]);
    let dry = run(&root, &["revert", "--dry-run"]);
    assert!(dry.out.contains("This would be dropped.") && text(&root, "interfaces.new").is_some(), "{dry}");
    assert_snapshot!(run(&root, &["revert"]));
    assert_eq!(text(&root, "interfaces.new"), None);
    assert_eq!(run(&root, &["diff"]).code, ExitCode::Success);
}

#[test]
fn a_difference_in_colours() {
    let root = fresh("edit-colours");
    run(&root, &["set", "vmbr0", "bridge-fd=2"]);
    assert_snapshot!(run(&root, &["diff", "--color", "always"]));
}

#[test]
fn a_digest_lets_an_edit_through_only_while_it_is_right() {
    let root = fresh("edit-digest");
    let digest = |ran: &Ran| -> String {
        let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        json["digest"].as_str().unwrap().to_owned()
    };
    let first = digest(&run(&root, &["diff", "--json"]));
    let second = run(&root, &["set", "bond0", "bond-miimon=50", "--digest", &first, "--json"]);
    assert_eq!(second.code, ExitCode::Success, "{second}");
    let late = run(&root, &["set", "bond0", "bond-miimon=60", "--digest", &first]);
    assert_eq!(late.code, ExitCode::Problems, "{late}");
    assert!(late.err.contains("the file has changed since it was read"), "{late}");
    let next = run(&root, &["set", "bond0", "bond-miimon=60", "--digest", &digest(&second)]);
    assert_eq!(next.code, ExitCode::Success, "{next}");
}

#[test]
fn below_a_root_no_host_is_asked_for() {
    let root = fresh("edit-host");
    let ran = run(&root, &["set", "bond0", "bond-slaves+=enp99s0"]);
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
}

#[test]
fn a_file_that_is_not_there_and_a_lock_that_can_not_be_had() {
    let root = fresh("edit-missing");
    std::fs::remove_file(root.join("etc/network/interfaces")).unwrap();
    let ran = run(&root, &["set", "vmbr0", "mtu=1500"]);
    assert_eq!(ran.code, ExitCode::Unreadable, "{ran}");
    assert!(ran.err.contains("can't read"), "{ran}");
    let root = fresh("edit-lock");
    let _ = std::fs::remove_file(root.join("etc/network/.pve-interfaces.lock"));
    std::fs::create_dir_all(root.join("etc/network/.pve-interfaces.lock")).unwrap();
    let ran = run(&root, &["set", "vmbr0", "mtu=1500"]);
    assert_eq!(ran.code, ExitCode::Unreadable, "{ran}");
    assert!(ran.err.contains("can't open the lock"), "{ran}");
    assert_eq!(run(&root, &["set", "vmbr0", "mtu=1500", "--dry-run"]).code, ExitCode::Success);
    assert_eq!(text(&root, "interfaces.new"), None);
}

/// The program itself, where no file may grow beyond one block: the write fails midway, as on a full disk.
#[test]
fn a_write_that_fails_midway_leaves_what_was_staged() {
    let root = fresh("edit-full");
    run(&root, &["set", "vmbr0", "mtu=1500"]);
    let staged = text(&root, "interfaces.new").unwrap();
    let shell = "trap '' XFSZ; ulimit -f 0; exec \"$0\" set vmbr0 mtu=1400 --root \"$1\" 2>&1 >/dev/null | cat";
    let output = Command::new("sh").args(["-c", shell, env!("CARGO_BIN_EXE_bowline")]).arg(&root).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("error: can't write") && said.contains("nothing was changed"), "{said}");
    assert_eq!(text(&root, "interfaces.new").unwrap(), staged);
    assert_eq!(text(&root, ".interfaces.new.bowline"), None);
    assert_eq!(run(&root, &["set", "vmbr0", "mtu=1400"]).code, ExitCode::Success);
}

/// Two programs at once, many times: each edit finds what the other wrote, and none is lost.
#[test]
fn edits_of_two_programs_do_not_lose_each_other() {
    let root = fresh("edit-race");
    let edit = |key: &str, values: std::ops::Range<u32>| {
        let (root, key) = (root.clone(), key.to_owned());
        std::thread::spawn(move || {
            for value in values {
                let ran = run(&root, &["set", "vmbr0", &format!("{key}+=10.{value}.0.1/24")]);
                assert_eq!(ran.code, ExitCode::Success, "{ran}");
            }
        })
    };
    let (one, other) = (edit("address", 0..20), edit("address", 100..120));
    one.join().unwrap();
    other.join().unwrap();
    let staged = text(&root, "interfaces.new").unwrap();
    assert_eq!(staged.lines().filter(|line| line.trim().starts_with("address 10.")).count(), 40, "{staged}");
}
