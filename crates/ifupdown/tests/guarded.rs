//! `ifreload` and its guard, whose part a thread plays.
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::JoinHandle;

use common::{Ran, TestHost};
use guard::journal::Writer;
use guard::{Begun, Ending, Files, News, Reason, Record, Reply, Request, Stage};
use ifupdown::ExitCode;
use network::Network;

const FILE: &str = "auto enp3s0\niface enp3s0 inet static\n    address 192.0.2.2/24\n";

/// A host whose `ifreload` is guarded.
fn host(test: &str) -> TestHost {
    let mut host = TestHost::new(test, &["enp3s0"]);
    // What is started lets the thread that guards be found. Copied, for a file that is open to be written does not run.
    let (text, program) = (host.root.join("guard.sh"), host.root.join("guard"));
    host.file(
        "/guard.sh",
        "#!/bin/sh\ncd \"${0%/*}\" && mv later/open var/lib/bowline/ && mv later/control run/bowline/\n",
    );
    let copied = Command::new("install").args(["-m", "755"]).args([&text, &program]).status().unwrap();
    assert!(copied.success());
    host.guard = Some(program);
    host.file("/etc/bowline/config.toml", "[guard]\nifreload = true\n");
    host.interfaces(FILE);
    host
}

fn begun() -> Record {
    Record::Begun(Box::new(Begun {
        id: "7".to_owned(),
        boot: "this".to_owned(),
        at: 1_700_000_000,
        by: "root, by ifreload".to_owned(),
        token: "token".to_owned(),
        files: Files::default(),
        steps: 1,
        touched: BTreeSet::new(),
        snapshot: Network::default(),
    }))
}

fn journal() -> String {
    String::from_utf8(Writer::default().line(&begun()).unwrap()).unwrap()
}

/// A guard that listens in a folder, and has noted where it begins.
fn listen(host: &TestHost, open: &str, control: &str) -> UnixListener {
    host.file(&format!("{open}/journal"), &journal());
    for folder in ["var/lib/bowline", "run/bowline"] {
        std::fs::create_dir_all(host.root.join(folder)).unwrap();
    }
    let path = host.root.join(control);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    UnixListener::bind(path).unwrap()
}

fn tell(stream: &mut UnixStream, said: &impl serde::Serialize) {
    let mut line = serde_json::to_vec(said).unwrap();
    line.push(b'\n');
    stream.write_all(&line).unwrap();
}

/// Lets it begin, stands so, hears what it is asked for, and ends it so; `meanwhile` happens in the end.
fn guard(
    host: &TestHost,
    stage: Stage,
    ending: Ending,
    meanwhile: impl FnOnce() + Send + 'static,
) -> JoinHandle<Request> {
    let listener = listen(host, "/later/open", "later/control");
    std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        tell(&mut stream, &News::Begun);
        let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
        loop {
            match serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() {
                Request::Look => tell(&mut stream, &Reply::Stands { stage, left: None }),
                asked => {
                    meanwhile();
                    tell(&mut stream, &News::Ended { ending });
                    return asked;
                }
            }
        }
    })
}

/// A guarded reload, and what its guard was asked for.
fn reload(host: &TestHost, ending: Ending, meanwhile: impl FnOnce() + Send + 'static) -> (Ran, Request) {
    let guard = guard(host, Stage::Changing, ending, meanwhile);
    let ran = host.run("ifreload -a");
    (ran, guard.join().unwrap())
}

fn good(root: &Path) -> Option<String> {
    std::fs::read_to_string(root.join("var/lib/bowline/good")).ok()
}

#[test]
fn which_file_is_the_last_good_one_is_the_guards_matter() {
    let host = host("good");
    let own: PathBuf = host.root.join("etc/network/interfaces");
    // A second Apply renames while the first waits.
    let renames = move || std::fs::write(own, "auto enp9s0\niface enp9s0 inet manual\n").unwrap();
    let (ran, asked) = reload(&host, Ending::Confirmed { by: "a test".to_owned() }, renames);
    assert!(ran.code == ExitCode::Success && matches!(asked, Request::Done { .. }), "{ran}");
    assert_eq!(good(&host.root), None, "a file that nobody carried out");
    std::fs::remove_dir_all(host.root.join("var/lib/bowline/open")).unwrap();
    // Without a change there is no guard, and what counts is carried out.
    host.interfaces(FILE);
    host.quietly("ifreload -a");
    assert_eq!(good(&host.root).as_deref(), Some(FILE));
}

#[test]
fn what_an_open_change_waits_for_is_not_reloaded_over() {
    let mut host = host("rerun");
    // The `ifreload` that began it was killed, and its guard has not taken the lock yet.
    let listener = listen(&host, "/var/lib/bowline/open", "run/bowline/control");
    for line in ["ifreload -a", "ifup -a", "ifdown -a"] {
        let ran = host.run(line);
        assert_eq!(ran.code, ExitCode::Locked, "{line}: {ran}");
        assert!(ran.err.contains("the change 7 of root, by ifreload is not confirmed yet"), "{line}: {ran}");
    }
    assert!(host.executed().is_empty() && good(&host.root).is_none());
    // Of a guard that is gone, nobody waits.
    drop(listener);
    std::fs::remove_dir_all(host.root.join("var/lib/bowline/open")).unwrap();
    host.guard = None;
    assert_eq!(host.run("ifreload -a").code, ExitCode::Success);
}

#[test]
fn once_the_guard_goes_back_no_more_is_changed() {
    for (stage, changes) in [(Stage::Changing, true), (Stage::RollingBack, false)] {
        let host = host(&format!("goes-back-{changes}"));
        // After its hook it is told once more that changes come.
        host.interfaces(&format!("{FILE}    pre-up true\n"));
        let ending = Ending::RolledBack { reason: Reason::Abandoned, left: Vec::new() };
        let guard = guard(&host, stage, ending, || {});
        let ran = host.run("ifreload -a");
        let asked = guard.join().unwrap();
        assert_eq!(matches!(asked, Request::Done { .. }), changes, "{asked:?}, {ran}");
        assert_eq!((ran.code, host.executed().is_empty()), (ExitCode::Failure, !changes), "{ran}");
    }
}

#[test]
fn what_was_undone_says_which_files_stay() {
    const STAYS: &str = "ifreload: not put back, so the next reload carries it out again: ";
    for restored in [false, true] {
        let host = host(&format!("stays-{restored}"));
        host.interfaces(&format!("source /etc/network/interfaces.d/*\n{FILE}"));
        host.file("/etc/network/interfaces.d/sdn", "auto enp3s0.7\niface enp3s0.7 inet manual\n");
        let own = host.root.join("etc/network/interfaces");
        let ending = Ending::RolledBack { reason: Reason::Abandoned, left: Vec::new() };
        let restores = move || {
            if restored {
                std::fs::write(own, "source /etc/network/interfaces.d/*\n").unwrap();
            }
        };
        let (ran, _) = reload(&host, ending, restores);
        assert!(ran.code == ExitCode::Failure && ran.err.contains(": the kernel has what it had before\n"), "{ran}");
        let sdn = "/etc/network/interfaces.d/sdn";
        let files = if restored { sdn.to_owned() } else { format!("/etc/network/interfaces, {sdn}") };
        assert!(ran.err.contains(&format!("{STAYS}{files}\n")), "{ran}");
    }
}

#[test]
fn where_the_guard_can_not_begin_it_says_what_can_be_done() {
    let mut host = host("no-guard");
    // It is there, and can't be run.
    host.guard = Some(host.root.join("guard.sh"));
    let ran = host.run("ifreload -a");
    assert!(ran.code == ExitCode::Failure && host.executed().is_empty(), "{ran}");
    assert!(ran.err.contains("the file counts at the next start all the same"), "{ran}");
    assert!(ran.err.contains("the guard can't be started; nothing was changed"), "{ran}");
    // One that a dead guard left open has to be ended first.
    host.file("/var/lib/bowline/open/journal", &journal());
    let ran = host.run("ifreload -a");
    assert!(ran.code == ExitCode::Failure && !ran.err.contains("--systemd"), "{ran}");
    std::fs::remove_dir_all(host.root.join("var/lib/bowline/open")).unwrap();
    assert_eq!(host.run("ifreload -a --systemd").code, ExitCode::Success);
    assert!(!host.executed().is_empty());
}
