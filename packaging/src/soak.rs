//! Seeds, played until one fails: deterministic simulation testing by the crate `soak`.

use std::num::NonZero;
use std::ops::ControlFlow;
use std::panic;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use soak::{Case, Failure, draw, play, shrink, text};

use crate::arguments::SoakOptions;

/// How many runs a failure is shrunk with.
const SHRINKS: usize = 2000;

/// Plays one seed, or one after another until the time is over or one fails; by all processors. Gives whether all held.
#[must_use]
pub fn run(options: &SoakOptions) -> bool {
    // What panics is a failure with its seed; the shrinking would print it a hundred times.
    panic::set_hook(Box::new(|_| {}));
    if let Some(seed) = options.seed {
        return match play(&draw(seed)).failure {
            Some(failure) => {
                tell(seed, &draw(seed), &failure);
                false
            }
            None => {
                play(&draw(seed)).log.iter().for_each(|line| println!("{line}"));
                println!("seed {seed}: all holds");
                true
            }
        };
    }
    let first = options.from.unwrap_or_else(by_the_clock);
    let begin = Instant::now();
    let (count, failed) = (AtomicU64::new(0), Mutex::new(None));
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let limit = Duration::from_secs(options.minutes * 60);
    println!("seeds from {first} on, for {} min, by {workers} threads", options.minutes);
    thread::scope(|scope| {
        for _ in 0..workers {
            scope
                .spawn(|| while let ControlFlow::Continue(()) = next(first, &count, &failed, options, begin, limit) {});
        }
    });
    let played = count.load(Ordering::Relaxed);
    let seconds = begin.elapsed().as_secs_f64();
    println!("{played} seeds in {seconds:.1} s");
    // A thread that panics outside of a run would be a bug of this file; its lock is taken as it is.
    let failed = failed.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner);
    match failed {
        Some((seed, failure)) => {
            tell(seed, &draw(seed), &failure);
            false
        }
        None => true,
    }
}

fn next(
    first: u64,
    count: &AtomicU64,
    failed: &Mutex<Option<(u64, Failure)>>,
    options: &SoakOptions,
    begin: Instant,
    limit: Duration,
) -> ControlFlow<()> {
    let stands = failed.lock().is_ok_and(|failed| failed.is_none());
    let number = count.load(Ordering::Relaxed);
    if !stands || begin.elapsed() >= limit || options.seeds.is_some_and(|seeds| number >= seeds) {
        return ControlFlow::Break(());
    }
    let seed = first.wrapping_add(count.fetch_add(1, Ordering::Relaxed));
    if let Some(failure) = play(&draw(seed)).failure
        && let Ok(mut failed) = failed.lock()
    {
        failed.get_or_insert((seed, failure));
    }
    ControlFlow::Continue(())
}

fn by_the_clock() -> u64 {
    // Before 1970 there is no seed but 0. Of the nanoseconds, the low bits are the ones that differ.
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs() << 10)
}

/// Shrinks a failure, and tells what is left: the host, the files, what is done, and what happened.
fn tell(seed: u64, case: &Case, failure: &Failure) {
    let (case, failure) = shrink(case, failure, SHRINKS);
    println!(
        "\nNICs: {:?}\nswitches: {}, their ports forward after {} s",
        case.nics, case.switches, case.forward_delay
    );
    println!("LAGs: {:?}\nguests: {:?}\n\n# booted with\n{}", case.lags, case.guests, text::text(&case.boot));
    for (number, act) in case.acts.iter().enumerate() {
        println!("# act {}: {act}", number + 1);
        act.file().into_iter().for_each(|file| println!("{}", text::text(file)));
    }
    println!("# what happened");
    play(&case).log.iter().for_each(|line| println!("{line}"));
    println!("\n{failure}\n\nagain: cargo xtask soak --seed {seed}");
}
