//! `packaging`: see the library. `cargo xtask` is an alias of it.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use packaging::arguments::{Arguments, Task};
use packaging::{deb, planted, soak, trial};

fn main() -> ExitCode {
    let result = match Arguments::parse().task {
        Task::Deb => deb::build().map(|built| println!("{}", built.display())).map_err(Box::<dyn Error>::from),
        Task::Test(options) => match trial::run(&options) {
            Ok(conclusion) => return conclusion.exit_code(),
            Err(error) => Err(error.into()),
        },
        Task::Soak(options) => return if soak::run(&options) { ExitCode::SUCCESS } else { ExitCode::FAILURE },
        Task::Planted => match planted::run() {
            Ok(true) => return ExitCode::SUCCESS,
            Ok(false) => return ExitCode::FAILURE,
            Err(error) => Err(error.into()),
        },
        Task::Inside(order) => match trial::inside(&order) {
            Ok(code) => return code,
            Err(error) => Err(error.into()),
        },
        Task::Machine(order) => match trial::machine(&order) {
            Ok(code) => return code,
            Err(error) => Err(error.into()),
        },
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("packaging: {error}");
            let mut source = error.source();
            // A chain of causes is as long as the error types nest.
            while let Some(cause) = source {
                eprint!(": {cause}");
                source = cause.source();
            }
            eprintln!();
            ExitCode::FAILURE
        }
    }
}
