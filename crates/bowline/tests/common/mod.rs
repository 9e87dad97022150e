//! What the tests of the verbs share: a host in memory, networks made by hand, and a way to call a verb.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

pub mod files;
pub mod networks;

use std::cell::RefCell;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;

use bowline::{ExitCode, Failure, Io, run_on};
use network::{Change, Field, Host, Network, ObserveError, Refusal};

/// A host in memory: a change takes effect as the plan's model says.
#[derive(Clone, Default)]
pub struct Fake(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    network: Network,
    executed: Vec<Change>,
    refuse: Option<(usize, i32, Option<&'static str>, Option<Field>)>,
    forgetful: bool,
}

impl Fake {
    /// With that network.
    pub fn new(network: Network) -> Self {
        let fake = Self::default();
        fake.0.borrow_mut().network = network;
        fake
    }

    /// Refuses the change of that number, from 0, once, with that error number, explanation and field.
    pub fn refusing(self, number: usize, errno: i32, message: Option<&'static str>, field: Option<Field>) -> Self {
        self.0.borrow_mut().refuse = Some((number, errno, message, field));
        self
    }

    /// Accepts every change and makes none, as a kernel does with attributes that it does not know.
    pub fn forgetful(self) -> Self {
        self.0.borrow_mut().forgetful = true;
        self
    }

    /// What it has become.
    pub fn network(&self) -> Network {
        self.0.borrow().network.clone()
    }

    /// What was executed, in order.
    pub fn executed(&self) -> Vec<Change> {
        self.0.borrow().executed.clone()
    }

    /// Runs the program on it.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        let fake = self.clone();
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let mut open = || Ok(Box::new(fake.clone()) as Box<dyn Host>);
        let arguments = ["bowline"].iter().chain(arguments);
        let code = run_on(arguments, &mut Io::plain(&mut out, &mut err), &mut open);
        Ran { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
    }
}

impl Host for Fake {
    fn observe(&mut self) -> Result<Network, ObserveError> {
        Ok(self.0.borrow().network.clone())
    }

    fn execute(&mut self, change: &Change) -> Result<(), Refusal> {
        let mut state = self.0.borrow_mut();
        let now = state.executed.len();
        if let Some((_, errno, message, field)) = state.refuse.take_if(|(number, ..)| *number == now) {
            return Err(Refusal {
                link: change.link().clone(),
                source: io::Error::from_raw_os_error(errno),
                message: message.map(str::to_owned),
                field,
            });
        }
        state.executed.push(change.clone());
        if !state.forgetful {
            plan::apply(&mut state.network, change);
        }
        Ok(())
    }
}

/// Runs the program where no host may be asked for.
pub fn run_without_host(arguments: &[&str]) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut open = || Err(Failure::Open("there is no host in this test".into()));
    let code = run_on(["bowline"].iter().chain(arguments), &mut Io::plain(&mut out, &mut err), &mut open);
    Ran { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
}

/// What a run said.
pub struct Ran {
    pub code: ExitCode,
    pub out: String,
    pub err: String,
}

impl std::fmt::Display for Ran {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "exit {}", self.code.number())?;
        for (name, text) in [("out", &self.out), ("err", &self.err)] {
            if !text.is_empty() {
                write!(f, "--- {name}\n{text}")?;
            }
        }
        Ok(())
    }
}

/// A folder for `--root` whose interfaces file holds that.
pub fn root(test: &str, interfaces: impl AsRef<[u8]>) -> PathBuf {
    let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(test);
    // What an earlier run of the test remembered is not this one's.
    let _ = std::fs::remove_dir_all(root.join("run"));
    std::fs::create_dir_all(root.join("etc/network")).unwrap();
    std::fs::write(root.join("etc/network/interfaces"), interfaces).unwrap();
    root
}
