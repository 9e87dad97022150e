//! The stage: a host, a switch and two cables; and a voice that says what happens.

use std::error::Error;
use std::io::{self, Write};
use std::path::PathBuf;

use bowline::io::{FAINT, Look, STRONG};
use bowline::{ExitCode, Io};
use network::Network;

use crate::Lab;
use crate::net::{Cable, Switch};
use crate::traffic::{Outage, outage};
use crate::wait::until;

/// The host's address in the examples.
const HOST: [u8; 4] = [192, 168, 1, 10];

/// The stage.
pub(super) struct Scene {
    lab: Lab,
    /// The switch that both cables lead to.
    pub(super) switch: Switch,
    /// enp3s0's and enp4s0's.
    pub(super) cables: [Cable; 2],
    root: PathBuf,
    look: Look,
}

/// A command of the story ended as the story does not say.
#[derive(Debug, thiserror::Error)]
#[error("`bowline {command}` ended with {found}, not {expected}")]
struct OffScript {
    command: String,
    found: u8,
    expected: u8,
}

impl Scene {
    pub(super) fn new(lab: Lab, switch: Switch, cables: [Cable; 2], colour: bool) -> Self {
        let root = lab.folder().to_owned();
        Self { lab, switch, cables, root, look: Look { colour, ..Look::PLAIN } }
    }

    /// A new chapter.
    pub(super) fn heading(&self, text: &str) {
        println!("{}\n", self.look.paint(STRONG, &format!("== {text}")));
    }

    /// Words to the person who watches.
    pub(super) fn tell(&self, text: &str) {
        println!("{text}\n");
    }

    /// Writes the host's /etc/network/interfaces.
    pub(super) fn file(&mut self, text: &str) -> Result<(), Box<dyn Error>> {
        self.root = self.lab.file(text)?;
        Ok(())
    }

    /// Runs a command as a person would, and holds it to the exit code of the story.
    pub(super) fn bowline(&self, words: &[&str], expected: u8) -> Result<(), Box<dyn Error>> {
        let command = words.join(" ");
        println!("{}", self.look.paint(STRONG, &format!("$ bowline {command}")));
        let (mut out, mut err) = (io::stdout(), io::stdout());
        let mut io = Io { out: &mut out, err: &mut err, look: self.look, err_look: self.look };
        let root = self.root.as_os_str().to_owned();
        let before = ["bowline".into(), "--root".into(), root];
        let code: ExitCode = bowline::run(before.into_iter().chain(words.iter().map(Into::into)), &mut io);
        if code != ExitCode::Success {
            println!("{}", self.look.paint(FAINT, &format!("(exit code {})", code.number())));
        }
        println!();
        io::stdout().flush()?;
        if code.number() == expected {
            return Ok(());
        }
        Err(OffScript { command, found: code.number(), expected }.into())
    }

    /// What the host's kernel has.
    pub(super) fn observe(&self) -> Result<Network, Box<dyn Error>> {
        Ok(self.lab.host.observe()?)
    }

    /// Pulls a cable while traffic runs from the switch to the host, until the host has come to terms with it.
    pub(super) fn pull(&self, n: usize, settled: impl Fn(&Network) -> bool) -> Result<Outage, Box<dyn Error>> {
        let cable = &self.cables[n];
        println!("The cable of {} is pulled out of the switch.\n", cable.near.link);
        let (outage, settled) = outage(&self.switch.namespace, &self.lab.host, HOST.into(), || {
            cable.pull()?;
            until("the host to notice", || Ok(settled(&self.observe()?)))
        })?;
        settled?;
        Ok(outage)
    }

    /// Plugs it in again.
    pub(super) fn plug(&self, n: usize) -> Result<(), Box<dyn Error>> {
        Ok(self.cables[n].plug()?)
    }
}
