//! Who reloads.

use std::ffi::OsString;
use std::fmt;

use ifupdown::World;

use super::ReloadError;

/// Who reloads. It finds the stage's files where they are on a host (/etc/network, /run).
pub trait Tool {
    /// What it is called in messages.
    fn name(&self) -> &'static str;

    /// Makes itself at home on the stage, before its first call.
    ///
    /// # Errors
    /// When it can't.
    fn prepare(&self) -> Result<(), ReloadError>;

    /// A file as it must be written for this tool to mean the same.
    fn file(&self, text: &str) -> String {
        text.to_owned()
    }

    /// Is called as the shell calls it, by one of ifupdown2's names.
    ///
    /// # Errors
    /// When it can't be run, or does not end.
    fn call(&self, line: &str) -> Result<Ran, ReloadError>;
}

/// What a call said, and how it ended.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ran {
    /// Its exit code.
    pub exit: u8,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub said: String,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit code {}\n--- out\n{}--- err\n{}", self.exit, self.out, self.said)
    }
}

/// Our own faces, in this process.
#[derive(Clone, Copy, Debug)]
pub struct Bowline;

impl Tool for Bowline {
    fn name(&self) -> &'static str {
        "Bowline"
    }

    fn prepare(&self) -> Result<(), ReloadError> {
        Ok(())
    }

    fn call(&self, line: &str) -> Result<Ran, ReloadError> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut words = line.split(' ').map(OsString::from);
        let program = words.next().unwrap_or_default();
        let mut world = World::this_host(&mut out, &mut err);
        // What a reload does is looked at here, not whether it is kept (tests/kernel/guard/reload.rs).
        world.guard = None;
        let code = ifupdown::run(&program, words, &mut world);
        drop(world);
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        Ok(Ran { exit: code.number(), out: text(out), said: text(err) })
    }
}
