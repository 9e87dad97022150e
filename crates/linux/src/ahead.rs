//! Reading the network while something else is done: the kernel needs most of the time that a look takes, and this program
//! has files to read meanwhile.

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread::JoinHandle;

use crate::assemble::Assembly;
use crate::observe::{Failure, Gathering, Part, read_common};
use crate::{Counters, Socket};

/// How many parts may wait to be taken, each of about 32 KiB: a host of 1,500 links is told in as many.
const WAITING: usize = 64;

/// A look that a thread takes, on a socket of its own.
#[derive(Debug)]
pub(crate) struct Ahead {
    parts: Receiver<Part>,
    reader: JoinHandle<Result<Counters, Failure>>,
}

impl Ahead {
    /// Begins, in the network namespace of the calling thread. `None` when there can be no thread or socket: then the
    /// network is read when it is asked for.
    pub(crate) fn begin() -> Option<Self> {
        let mut socket = Socket::open().ok()?;
        let (sender, parts) = sync_channel(WAITING);
        let read = move || {
            read_common(&mut socket, &mut |part| sender.send(part).is_ok())?;
            Ok(socket.counters())
        };
        let reader = std::thread::Builder::new().name("netlink".to_owned()).spawn(read).ok()?;
        Some(Self { parts, reader })
    }

    /// Makes what comes a network, until all is there; and tells how many requests it took.
    pub(crate) fn gather(self) -> Result<(Assembly, Counters), Failure> {
        let mut gathering = Gathering::default();
        self.parts.iter().for_each(|part| gathering.take(part));
        match self.reader.join() {
            Ok(read) => read.and_then(|counters| Ok((gathering.finish()?, counters))),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    }
}
