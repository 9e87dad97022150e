//! The faces of ifupdown2, called as the shell does.

use std::error::Error;
use std::ffi::OsString;
use std::fmt;

use ifupdown::{ExitCode, Failure, World};
use lab::Lab;
use lab::watch::Requests;
use linux::Linux;
use network::Host;

/// What a face said, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: ExitCode,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}\n--- out\n{}--- err\n{}", self.code, self.out, self.err)
    }
}

/// Calls a face as the shell does, on the files below the test's folder and the kernel of this namespace.
pub(crate) fn call(lab: &Lab, line: &str) -> Ran {
    call_on(lab, line, &mut Linux::open)
}

/// The same, on a kernel that is opened in the test's way.
pub(crate) fn call_on(lab: &Lab, line: &str, open: &mut dyn FnMut() -> Result<Linux, linux::OpenError>) -> Ran {
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let mut words = line.split(' ').map(OsString::from);
    let program = words.next().unwrap_or_default();
    let open = || match open() {
        Ok(host) => Ok(Box::new(host) as Box<dyn Host>),
        Err(error) => Err(Failure::Open(Box::new(error))),
    };
    let code = {
        // root, in user-mode-linux as well as in a namespace of root's.
        let root = Some(lab.folder().to_owned());
        let mut world = World { out: &mut out, err: &mut err, root, is_root: true, guard: None, open: Box::new(open) };
        ifupdown::run(&program, words, &mut world)
    };
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Ran { code, out: text(out), err: text(err) }
}

/// Calls a face, which must do without an error.
pub(crate) fn well(lab: &Lab, line: &str) -> Ran {
    let ran = call(lab, line);
    assert_eq!(ran.code, ExitCode::Success, "{line}: {ran}");
    assert!(!ran.err.contains("error:"), "{line}: {ran}");
    ran
}

/// Calls a face, which must not ask the kernel to change anything.
pub(crate) fn without_a_change(lab: &Lab, requests: &Requests, line: &str) -> Result<(), Box<dyn Error>> {
    let (ran, seen) = requests.during(|| call(lab, line))?;
    assert_eq!(ran.code, ExitCode::Success, "{line}: {ran}");
    let changes: Vec<_> = seen.iter().filter(|request| !request.is_read()).collect();
    assert!(changes.is_empty(), "{line}: {changes:?}\n{ran}");
    Ok(())
}
