//! The other end of the guard's socket: a JSON value a line each way.

use std::io::{self, BufRead, BufReader, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use guard::{Ending, News, Reply, Request};
use serde::{Deserialize, Serialize};

/// Where the socket is.
pub const PATH: &str = "/run/bowline/control";

/// What the guard says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Said {
    /// To a request.
    Reply(Reply),
    /// To all.
    News(News),
}

/// A connection to the guard.
#[derive(Debug)]
pub struct Client {
    stream: UnixStream,
    reader: BufReader<UnixStream>,
}

impl Client {
    /// Connects. `None`: nobody is there.
    ///
    /// # Errors
    /// When somebody may be there and can't be reached.
    pub fn connect(path: &Path) -> io::Result<Option<Self>> {
        match UnixStream::connect(path) {
            Ok(stream) => Ok(Some(Self { reader: BufReader::new(stream.try_clone()?), stream })),
            Err(error) if [io::ErrorKind::NotFound, io::ErrorKind::ConnectionRefused].contains(&error.kind()) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    /// Asks for something.
    ///
    /// # Errors
    /// When the guard is gone.
    pub fn ask(&mut self, request: &Request) -> io::Result<()> {
        let mut line = serde_json::to_vec(request)?;
        line.push(b'\n');
        self.stream.write_all(&line)
    }

    /// What the guard says next, waited for so long; `None`: nothing, yet.
    ///
    /// # Errors
    /// When the guard is gone ([`io::ErrorKind::UnexpectedEof`]).
    pub fn hear(&mut self, patience: Option<Duration>) -> io::Result<Option<Said>> {
        // A timeout of zero would be none.
        self.stream.set_read_timeout(patience.map(|patience| patience.max(Duration::from_millis(1))))?;
        let mut line = String::new();
        match self.reader.read_line(&mut line) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(_) => Ok(Some(serde_json::from_str(&line)?)),
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Asks, and waits for the reply.
    ///
    /// # Errors
    /// When the guard is gone.
    pub fn reply_to(&mut self, request: &Request) -> io::Result<Reply> {
        self.ask(request)?;
        loop {
            if let Some(Said::Reply(reply)) = self.hear(None)? {
                return Ok(reply);
            }
        }
    }

    /// Waits for the end. What goes wrong beside it is told.
    ///
    /// # Errors
    /// When the guard is gone before it.
    pub fn ending(&mut self, amiss: &mut dyn FnMut(&str)) -> io::Result<Ending> {
        loop {
            match self.hear(None)? {
                Some(Said::News(News::Ended { ending })) => return Ok(ending),
                Some(Said::News(News::Amiss { text })) => amiss(&text),
                _ => {}
            }
        }
    }

    /// What becomes readable when the guard says something, unless something is read already.
    #[must_use]
    pub fn has_buffered(&self) -> bool {
        !self.reader.buffer().is_empty()
    }
}

impl AsFd for Client {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }
}
