//! `plan`, `apply` and `verify` on a host in memory.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use std::path::PathBuf;

use bowline::{ExitCode, Io, run_on};
use common::{Fake, files, networks, root, run_without_host};
use insta::assert_snapshot;
use network::{Change, Host, option};

/// A host whose NICs nobody uses, and a folder with the article's file.
fn fresh(test: &str) -> (Fake, String) {
    let fake = Fake::new(networks::nics(&["enp3s0", "enp4s0"]));
    (fake, root(test, files::ACTIVE_BACKUP).to_str().unwrap().to_owned())
}

#[test]
fn a_plan() {
    let (fake, root) = fresh("plan");
    assert_snapshot!(fake.run(&["plan", "--root", &root]));
    assert!(fake.executed().is_empty());
    assert_eq!(fake.run(&["plan", "--exit-code", "--root", &root]).code, ExitCode::Pending);
}

#[test]
fn a_plan_as_json() {
    let (fake, root) = fresh("plan-json");
    assert_snapshot!(fake.run(&["plan", "--json", "--root", &root]));
}

#[test]
fn a_plan_says_who_bounces() {
    let root = root("bounce", files::ACTIVE_BACKUP.replace("active-backup", "balance-alb"));
    let fake = Fake::new(networks::active_backup());
    assert_snapshot!(fake.run(&["plan", "--root", root.to_str().unwrap()]));
}

#[test]
fn apply_says_what_it_needs_and_changes_nothing() {
    let (fake, root) = fresh("guarded");
    let ran = fake.run(&["apply", "--root", &root]);
    assert_snapshot!(ran.to_string().replace(&root, "DIR"));
    assert!(fake.executed().is_empty());
}

#[test]
fn apply_then_nothing_is_left_to_do() {
    let (fake, root) = fresh("apply");
    assert_snapshot!(fake.run(&["apply", "--unguarded", "--root", &root]));
    let sent = fake.executed().len();
    assert!(sent > 0);
    assert_snapshot!(fake.run(&["apply", "--unguarded", "--root", &root]));
    assert_eq!(fake.executed().len(), sent, "the second apply sent something");
    assert_eq!(fake.run(&["verify", "--root", &root]).code, ExitCode::Success);
    assert_eq!(fake.run(&["plan", "--exit-code", "--root", &root]).code, ExitCode::Success);
}

#[test]
fn whichever_step_is_refused_the_report_names_what_was_done() {
    let (fake, root) = fresh("refused-each");
    fake.run(&["apply", "--unguarded", "--root", &root]);
    let changes = fake.executed();
    let all: Vec<String> = changes.iter().map(Change::to_string).collect();
    let mut undone_once = false;
    for refused in 0..all.len() {
        let fake = Fake::new(networks::nics(&["enp3s0", "enp4s0"])).refusing(refused, 22, Some("no such luck"), None);
        let ran = fake.run(&["apply", "--unguarded", "--root", &root]);
        assert_eq!(ran.code, ExitCode::Midway, "{ran}");
        let lines: Vec<&str> = ran.out.lines().filter(|line| line.starts_with('✓')).collect();
        assert_eq!(lines.len(), refused, "{ran}");
        for (n, (line, change)) in lines.iter().zip(&all).enumerate() {
            assert!(line.starts_with(&format!("✓ {}/{} {change}", n + 1, all.len())), "{line} is not {change}");
        }
        let (_, left) = ran.out.split_once("Stopped: ").unwrap();
        let (counts, left) = left.split_once('\n').unwrap();
        let done: usize = counts.split_once(' ').unwrap().0.parse().unwrap();
        assert_eq!(counts, format!("{done} of {} steps done, {} not:", all.len(), all.len() - done));
        for ((n, change), line) in all.iter().enumerate().skip(done).zip(left.lines()) {
            assert!(line.starts_with(&format!("  {}/{} {change}", n + 1, all.len())), "{line} is not {change}");
            assert_eq!(line.ends_with(" (undone again)"), n < refused, "{line}");
        }
        assert!(ran.out.contains("no such luck"), "{ran}");
        undone_once |= done < refused;
        // What it says is done is what the host has.
        let mut said = networks::nics(&["enp3s0", "enp4s0"]);
        changes[..done].iter().for_each(|change| plan::apply(&mut said, change));
        assert_eq!(fake.network(), said, "{ran}");
    }
    assert!(undone_once, "no step of this plan is one of several for one property");
}

#[test]
fn a_bounce_that_is_refused_leaves_the_bond_up() {
    let (fake, root) = fresh("bounce");
    fake.run(&["apply", "--unguarded", "--root", &root]);
    let before = fake.network();
    let slow = std::fs::read_to_string(format!("{root}/etc/network/interfaces")).unwrap();
    let root = common::root("bounce-refused", slow.replace("bond-mode active-backup", "bond-mode 802.3ad"));
    let refused = fake.executed().len() + 3;
    let fake = fake.refusing(refused, 16, None, None);
    let ran = fake.run(&["apply", "--unguarded", "--root", root.to_str().unwrap()]);
    assert_eq!(ran.code, ExitCode::Midway, "{ran}");
    assert!(ran.out.contains("Stopped: 0 of "), "{ran}");
    assert!(ran.out.contains("What was under way was undone again."), "{ran}");
    assert_eq!(fake.network(), before);
}

#[test]
fn a_refusal_is_shown_at_the_line_that_caused_it() {
    let field = network::Field::Option(option::bond::PRIMARY);
    let (fake, root) = fresh("refusal");
    let number = fake_step(&fake, &root, "make bond bond0");
    let fake =
        Fake::new(networks::nics(&["enp3s0", "enp4s0"])).refusing(number, 22, Some("invalid value"), Some(field));
    assert_snapshot!(fake.run(&["apply", "--unguarded", "--root", &root]));
    let fake =
        Fake::new(networks::nics(&["enp3s0", "enp4s0"])).refusing(number, 22, Some("invalid value"), Some(field));
    let json = fake.run(&["apply", "--unguarded", "--json", "--root", &root]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&json["outcome"], &json["done"]), (&"stopped".into(), &number.into()));
    assert_eq!(json["refusal"]["place"]["line"], 15);
    assert_eq!(json["refusal"]["errno"], 22);
}

#[test]
fn without_privilege_it_says_so() {
    let (fake, root) = fresh("privilege");
    assert_snapshot!(fake.refusing(0, 1, None, None).run(&["apply", "--unguarded", "--root", &root]));
}

/// The number of the step that begins so.
fn fake_step(fake: &Fake, root: &str, step: &str) -> usize {
    fake.run(&["apply", "--unguarded", "--root", root]);
    fake.executed().iter().position(|change| change.to_string().starts_with(step)).unwrap()
}

#[test]
fn what_the_kernel_accepts_and_does_not_do_is_found() {
    let (fake, root) = fresh("forgetful");
    assert_snapshot!(fake.forgetful().run(&["apply", "--unguarded", "--root", &root]));
}

#[test]
fn a_file_with_an_error_changes_nothing() {
    let root = root("wrong", files::WRONG);
    let root = root.to_str().unwrap();
    for arguments in
        [["apply", "--unguarded", "--root", root].as_slice(), &["plan", "--root", root], &["verify", "--root", root]]
    {
        let fake = Fake::new(networks::nics(&["enp3s0", "enp4s0"]));
        let ran = fake.run(arguments);
        assert_eq!(ran.code, ExitCode::Problems, "{ran}");
        assert!(ran.err.contains("interfaces:6:"), "{ran}");
        assert!(fake.executed().is_empty());
    }
}

#[test]
fn a_slave_that_the_host_lacks_is_told_and_the_rest_is_done() {
    let root = root("lacking", files::ACTIVE_BACKUP);
    let fake = Fake::new(networks::nics(&["enp3s0"]));
    assert_snapshot!(fake.run(&["plan", "--root", root.to_str().unwrap()]));
    let ran = fake.run(&["apply", "--unguarded", "--root", root.to_str().unwrap()]);
    assert_eq!(ran.code, ExitCode::Midway, "{ran}");
    assert!(fake.executed().iter().any(|change| change.to_string() == "put enp3s0 into bond0"));
}

#[test]
fn verify_names_each_difference_with_its_line() {
    let (fake, root) = fresh("verify");
    fake.run(&["apply", "--unguarded", "--root", &root]);
    let mut host = fake.clone();
    let link = networks::name("bond0");
    let options = [(option::bond::MIIMON, network::Value::Number(50))].into_iter().collect();
    host.execute(&Change::SetOptions { link, scope: network::Scope::Bond, options }).unwrap();
    host.execute(&Change::SetUp { link: networks::name("vmbr0"), up: false }).unwrap();
    assert_snapshot!(fake.run(&["verify", "--root", &root]));
    assert_snapshot!(fake.run(&["verify", "--json", "--root", &root]));
}

#[test]
fn errors_in_the_file_come_before_trouble_with_the_kernel() {
    let wrong = root("both-wrong", files::WRONG);
    let ran = run_without_host(&["plan", "--root", wrong.to_str().unwrap()]);
    assert_eq!(ran.code, ExitCode::Problems, "{ran}");
    let right = root("kernel-wrong", files::ACTIVE_BACKUP);
    let ran = run_without_host(&["apply", "--unguarded", "--root", right.to_str().unwrap()]);
    assert_eq!(ran.code, ExitCode::Unreadable, "{ran}");
    assert_eq!(ran.err, "error: can't reach the kernel: there is no host in this test\n");
}

/// A reader that went away.
struct Closed;

impl std::io::Write for Closed {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::ErrorKind::BrokenPipe.into())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn a_reader_that_goes_away_stops_no_apply() {
    let (fake, root) = fresh("closed");
    let (mut out, mut err) = (Closed, Closed);
    let host = fake.clone();
    let mut open = || Ok(Box::new(host.clone()) as Box<dyn Host>);
    let arguments = ["bowline", "apply", "--unguarded", "--root", &root];
    assert_eq!(run_on(arguments, &mut Io::plain(&mut out, &mut err), &mut open), ExitCode::Success);
    assert_eq!(fake.run(&["verify", "--root", &root]).code, ExitCode::Success);
    for verb in ["status", "plan", "check", "verify"] {
        let (mut out, mut err) = (Closed, Closed);
        let arguments = ["bowline", verb, "--root", &root];
        assert_eq!(run_on(arguments, &mut Io::plain(&mut out, &mut err), &mut open), ExitCode::Success, "{verb}");
    }
}

#[test]
fn what_is_not_acted_on_is_shown_and_not_claimed() {
    let text = files::ACTIVE_BACKUP.replace("bond-mode", "up ip rule add from 10.0.0.0/8 lookup 100\n    bond-mode");
    let root = root("left-out", text);
    let fake = Fake::new(networks::active_backup());
    assert_snapshot!(fake.run(&["verify", "--root", root.to_str().unwrap()]));
}

#[test]
fn what_apply_made_and_the_file_forgets_goes_and_what_others_made_stays() {
    let (fake, root) = fresh("forgets");
    fake.run(&["apply", "--unguarded", "--root", &root]);
    let others = network::Link::new("br9".parse().unwrap(), network::Kind::Bridge(network::Bridge::default()));
    let mut with = fake.network();
    with.insert(others);
    let fake = Fake::new(with);
    std::fs::write(PathBuf::from(&root).join("etc/network/interfaces"), "auto enp3s0\niface enp3s0 inet manual\n")
        .unwrap();
    assert_eq!(fake.run(&["verify", "--root", &root]).code, ExitCode::Problems);
    let ran = fake.run(&["apply", "--unguarded", "--root", &root]);
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    let left: Vec<String> = fake.network().links.keys().map(ToString::to_string).collect();
    assert_eq!(left, ["br9", "enp3s0", "enp4s0", "lo"], "{ran}");
    assert_eq!(fake.run(&["verify", "--root", &root]).code, ExitCode::Success);
}

#[test]
fn nobody_else_changes_the_network_meanwhile() {
    let (fake, root) = fresh("alone");
    let lock = record::lock::take(&PathBuf::from(&root).join(record::lock::PATH.trim_start_matches('/'))).unwrap();
    let ran = fake.run(&["apply", "--unguarded", "--root", &root]);
    assert_eq!(ran.code, ExitCode::Unreadable, "{ran}");
    assert!(ran.err.contains("already running"), "{ran}");
    assert!(fake.executed().is_empty());
    drop(lock);
    assert_eq!(fake.run(&["apply", "--unguarded", "--root", &root]).code, ExitCode::Success);
}
