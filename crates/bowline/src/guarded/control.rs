//! The guard's socket: a JSON value a line each way. A request comes in, a reply goes out, and news to all who listen.

use std::fs;
use std::io::{self, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::time::{Duration, Instant};

use guard::{News, Reply, Request};
use record::client::Said;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::net::sockopt::socket_peercred;

/// The longest request.
const MAX_LINE: usize = 4096;
/// How many may listen at a time.
const MAX_CLIENTS: usize = 32;

/// The guard's end.
#[derive(Debug)]
pub struct Control {
    listener: UnixListener,
    clients: Vec<Client>,
    /// Whose request is to be answered.
    asker: Option<u64>,
    next: u64,
}

#[derive(Debug)]
struct Client {
    number: u64,
    /// The number of its process, where the system tells.
    process: Option<u32>,
    stream: UnixStream,
    inbox: Vec<u8>,
    gone: bool,
}

impl Control {
    /// Makes the socket; one that a dead guard left is taken away. Only root may connect.
    ///
    /// # Errors
    /// What the system says.
    pub fn bind(path: &Path) -> io::Result<Self> {
        match fs::remove_file(path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        listener.set_nonblocking(true)?;
        Ok(Self { listener, clients: Vec::new(), asker: None, next: 0 })
    }

    /// Waits for somebody to connect, as long as that.
    pub fn wait_for_a_listener(&mut self, patience: Duration) {
        self.wait_while(patience, |control| control.clients.is_empty());
    }

    /// Waits for that process to connect, as long as that; whether it has.
    pub fn wait_for(&mut self, process: u32, patience: Duration) -> bool {
        self.wait_while(patience, |control| !control.hears(process));
        self.hears(process)
    }

    /// Whether that process is connected.
    #[must_use]
    pub fn hears(&self, process: u32) -> bool {
        self.clients.iter().any(|client| client.process == Some(process))
    }

    fn wait_while(&mut self, patience: Duration, lacks: impl Fn(&Self) -> bool) {
        let end = Instant::now() + patience;
        while lacks(self) && Instant::now() < end {
            self.listen(end.saturating_duration_since(Instant::now()));
        }
    }

    /// Waits for a request, as long as that.
    pub fn wait(&mut self, patience: Duration) -> Option<Request> {
        let end = Instant::now() + patience;
        loop {
            if let Some(request) = self.take_request() {
                return Some(request);
            }
            let left = end.saturating_duration_since(Instant::now());
            self.listen(left);
            if left.is_zero() {
                return self.take_request();
            }
        }
    }

    /// Answers the last request.
    pub fn reply(&mut self, reply: &Reply) {
        let asker = self.asker.take();
        self.say(&Said::Reply(reply.clone()), |client| Some(client.number) == asker);
    }

    /// Tells all who listen.
    pub fn tell(&mut self, news: &News) {
        self.say(&Said::News(news.clone()), |_| true);
    }

    /// Who went away, or reads nothing, is not waited for.
    fn say(&mut self, said: &Said, to: impl Fn(&Client) -> bool) {
        let Ok(mut line) = serde_json::to_vec(said) else { return };
        line.push(b'\n');
        for client in self.clients.iter_mut().filter(|client| to(client)) {
            client.gone |= client.stream.write_all(&line).is_err();
        }
        self.clients.retain(|client| !client.gone);
    }

    fn take_request(&mut self) -> Option<Request> {
        for client in &mut self.clients {
            let Some(end) = client.inbox.iter().position(|byte| *byte == b'\n') else { continue };
            let line: Vec<u8> = client.inbox.drain(..=end).collect();
            match serde_json::from_slice(&line) {
                Ok(request) => {
                    self.asker = Some(client.number);
                    return Some(request);
                }
                // No request of ours: whoever sends it is not talked to.
                Err(_) => client.gone = true,
            }
        }
        self.clients.retain(|client| !client.gone);
        None
    }

    /// Waits until something comes, and takes it in.
    fn listen(&mut self, patience: Duration) {
        let mut sockets = vec![PollFd::new(&self.listener, PollFlags::IN)];
        sockets.extend(self.clients.iter().map(|client| PollFd::new(&client.stream, PollFlags::IN)));
        let seconds = i64::try_from(patience.as_secs()).unwrap_or(i64::MAX);
        let timeout = Timespec { tv_sec: seconds, tv_nsec: i64::from(patience.subsec_nanos()) };
        if !matches!(poll(&mut sockets, Some(&timeout)), Ok(count) if count > 0) {
            // A signal, or nothing: the caller looks at the time.
            return;
        }
        while let Ok((stream, _)) = self.listener.accept() {
            if self.clients.len() < MAX_CLIENTS && stream.set_nonblocking(true).is_ok() {
                self.next += 1;
                let number = self.next;
                let process = socket_peercred(&stream).ok().map(|who| who.pid.as_raw_nonzero().get().unsigned_abs());
                self.clients.push(Client { number, process, stream, inbox: Vec::new(), gone: false });
            }
        }
        for client in &mut self.clients {
            client.take_in();
        }
        self.clients.retain(|client| !client.gone || !client.inbox.is_empty());
    }
}

impl Client {
    fn take_in(&mut self) {
        let mut buffer = [0; 1024];
        while self.inbox.len() < MAX_LINE {
            match self.stream.read(&mut buffer) {
                Ok(0) => {
                    self.gone = true;
                    self.inbox.truncate(self.inbox.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1));
                    return;
                }
                Ok(count) => self.inbox.extend_from_slice(&buffer[..count]),
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => {
                    self.gone = true;
                    return;
                }
            }
        }
        if !self.inbox.contains(&b'\n') {
            self.gone = true;
            self.inbox.clear();
        }
    }
}
