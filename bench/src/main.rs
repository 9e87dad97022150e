//! `bench`: see the library.

use std::error::Error;
use std::process::ExitCode;

use bench::arguments::{Arguments, Bench};
use bench::{check, hash, reload, twin};
use clap::Parser;
use mimalloc::MiMalloc;

/// The allocator of `bowline`, so that what is measured in this process is what ships.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let result = match Arguments::parse().bench {
        Bench::Check(options) => check::measure(&options).map_err(Box::<dyn Error>::from),
        Bench::Hash(options) => hash::measure(&options).map_err(Box::<dyn Error>::from),
        Bench::Reload(options) => reload::measure(&options).map_err(Box::<dyn Error>::from),
        Bench::Twin(options) => twin::measure(&options).map_err(Box::<dyn Error>::from),
        Bench::ReloadSample(order) => reload::take_sample(&order).map_err(Box::<dyn Error>::from),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprint!("bench: {error}");
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
