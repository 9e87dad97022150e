//! `cargo demo`: the article, played on the real bonding driver.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use lab::host::{Echo, Limits, run_job};
use lab::message::Job;

fn main() -> ExitCode {
    if let Some(code) = lab::take_part() {
        return code;
    }
    match std::env::args().nth(1).as_deref() {
        Some("demo") => demo(),
        _ => {
            eprintln!("usage: lab demo    play the article on the real bonding driver");
            ExitCode::from(2)
        }
    }
}

fn demo() -> ExitCode {
    let job = Job::Demo { colour: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() };
    let five_minutes = Duration::from_secs(300);
    let limits = Limits { boot: Duration::from_secs(60), silence: five_minutes, total: five_minutes };
    match run_job(&job, limits, Echo::Stdout, &mut |_| {}) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("lab: {}", lab::attempt::chain(&error));
            ExitCode::FAILURE
        }
    }
}
