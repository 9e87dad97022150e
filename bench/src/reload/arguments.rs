//! What `reload` is asked.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, value_parser};

use super::sample::Sample;
use super::{Contender, Setup};

/// Every set-up of the table: small and large, few and many.
const EVERY: &str = "bridges:2,bridges:100,bridges:500,bridges:2000,trunk:2,trunk:40,vlans:1000";

/// What `reload` is asked.
#[derive(Args, Clone, Debug)]
pub struct ReloadOptions {
    /// What is asked for: bridges:N, trunk:PORTS (a VLAN-aware bridge with the VIDs 2-4094), vlans:N
    #[arg(long, value_name = "WHAT,…", value_delimiter = ',', default_value = EVERY)]
    pub setups: Vec<Setup>,
    /// Samples of each contender at each set-up
    #[arg(long, default_value_t = 3, value_parser = value_parser!(u16).range(1..=1000))]
    pub runs: u16,
    /// Whoever took longer than so many seconds for the three runs of a sample is not sampled again
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = value_parser!(u16).range(1..=10800))]
    pub slow: u16,
    /// Minutes after which a set-up is left with one sample of each; each may take its share of them, and what those before
    /// it left over
    #[arg(long, value_name = "MINUTES", default_value_t = 12, value_parser = value_parser!(u16).range(1..=1000))]
    pub within: u16,
    /// Who takes part
    #[arg(long, value_name = "WHO,…", value_delimiter = ',', value_enum, default_values_t = Contender::ALL)]
    pub only: Vec<Contender>,
    /// Seconds after which a program is stopped; the table says then that it takes longer
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = value_parser!(u16).range(1..=3600))]
    pub timeout: u16,
    /// With how many bridges the memory is looked at, each with a port: twice as many links; 0 leaves it out
    #[arg(long, value_name = "N", default_value_t = 2000, value_parser = value_parser!(u16).range(0..=4000))]
    pub memory: u16,
    /// How often the start of `ifquery --list` is measured; 0 leaves it out
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = value_parser!(u16).range(0..=10000))]
    pub starts: u16,
    /// Puts the table into bench/README.md
    #[arg(long)]
    pub write: bool,
    /// Prints JSON, every sample included
    #[arg(long)]
    pub json: bool,
}

impl ReloadOptions {
    /// How long one program may take.
    #[must_use]
    pub fn limit(&self) -> Duration {
        Duration::from_secs(u64::from(self.timeout))
    }

    /// Whether a sample took so long that there is no other of its contender: one that was stopped did.
    #[must_use]
    pub fn is_slow(&self, sample: &Sample) -> bool {
        let runs = [sample.first, sample.again, sample.changed];
        let took: Option<Duration> = runs.into_iter().sum();
        took.is_none_or(|took| took > Duration::from_secs(u64::from(self.slow)))
    }

    /// Until when, from the start, the set-up of that number (from 0) is sampled more than once.
    #[must_use]
    pub fn until(&self, number: usize) -> Duration {
        let share = (number + 1) as f64 / self.setups.len().max(1) as f64;
        Duration::from_secs(60 * u64::from(self.within)).mul_f64(share)
    }
}

/// What one sample is asked.
#[derive(Args, Clone, Debug)]
pub struct ReloadOrder {
    /// Whose
    #[arg(long, value_enum)]
    pub contender: Contender,
    /// Of what
    #[arg(long)]
    pub setup: Setup,
    /// Seconds for each program
    #[arg(long)]
    pub timeout: u16,
    /// Bowline's program of the four faces
    #[arg(long)]
    pub bowline: PathBuf,
    /// Whether the kernel has bonds
    #[arg(long)]
    pub bonding: bool,
    /// Looks at memory in place of time
    #[arg(long)]
    pub memory: bool,
    /// Loads the modules of user-mode-linux first: it is the one that runs
    #[arg(long)]
    pub modules: bool,
}

impl ReloadOrder {
    /// The command line that says it, but for the modules, which the kernel that is booted adds.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let mut words = vec!["reload-sample".to_owned(), "--contender".to_owned(), self.contender.name().to_owned()];
        words.extend(["--setup".to_owned(), self.setup.to_string(), "--timeout".to_owned(), self.timeout.to_string()]);
        words.extend(["--bowline".to_owned(), self.bowline.to_string_lossy().into_owned()]);
        words.extend(
            [(self.bonding, "--bonding"), (self.memory, "--memory")]
                .into_iter()
                .filter(|(is, _)| *is)
                .map(|(_, word)| word.to_owned()),
        );
        words
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::arguments::{Arguments, Bench};

    fn options(line: &str) -> ReloadOptions {
        match Arguments::parse_from(line.split(' ')).bench {
            Bench::Reload(options) => options,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn who_is_slow_or_was_stopped_is_not_sampled_again() {
        let options = options("bench reload --slow 10");
        let sample = |seconds: [Option<u64>; 3]| {
            let [first, again, changed] = seconds.map(|seconds| seconds.map(Duration::from_secs));
            Sample { first, again, changed, peak: 0 }
        };
        assert!(!options.is_slow(&sample([Some(4), Some(3), Some(3)])));
        assert!(options.is_slow(&sample([Some(4), Some(3), Some(4)])));
        assert!(options.is_slow(&sample([Some(1), None, None])));
    }

    #[test]
    fn each_set_up_has_its_share_of_the_time() {
        let options = options("bench reload --setups bridges:2,trunk:2,vlans:2 --within 30");
        assert_eq!([0, 1, 2].map(|number| options.until(number).as_secs()), [600, 1200, 1800]);
    }

    #[test]
    fn an_order_is_understood_as_it_was_meant() {
        let order = ReloadOrder {
            contender: Contender::IpBatch,
            setup: Setup::Trunk(40),
            timeout: 9,
            bowline: "/t/ifupdown".into(),
            bonding: true,
            memory: false,
            modules: false,
        };
        let words = order.words();
        let line = std::iter::once("bench").chain(words.iter().map(String::as_str));
        let Bench::ReloadSample(read) = Arguments::parse_from(line).bench else { panic!("a sample was asked for") };
        assert_eq!(format!("{read:?}"), format!("{order:?}"));
    }
}
