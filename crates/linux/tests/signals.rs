//! Signals are held back and then let through. A process of one thread is needed, so this program starts itself anew.

#![allow(clippy::disallowed_methods, reason = "the test starts a process")]

use std::io::{self, Write};
use std::os::unix::process::ExitStatusExt;
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};
use rustix::process::{Signal, getpid, kill_process};

const CHILD: &str = "--child";

fn main() {
    if std::env::args().nth(1).as_deref() == Some(CHILD) {
        let error = child().err();
        eprintln!("the signal came to nothing: {error:?}");
        std::process::exit(1);
    }
    let trials = vec![Trial::test("what_is_held_back_takes_effect_afterwards", takes_effect_afterwards)];
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}

fn child() -> io::Result<()> {
    let held = linux::hold_signals();
    kill_process(getpid(), Signal::TERM)?;
    kill_process(getpid(), Signal::INT)?;
    writeln!(io::stdout(), "still here")?;
    drop(held);
    Ok(())
}

fn takes_effect_afterwards() -> Result<(), Failed> {
    let output = Command::new(std::env::current_exe()?).arg(CHILD).output()?;
    assert_eq!(String::from_utf8_lossy(&output.stdout), "still here\n");
    let signal = output.status.signal();
    assert!(signal == Some(2) || signal == Some(15), "{output:?}");
    Ok(())
}
