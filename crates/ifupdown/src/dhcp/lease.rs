//! Clients at work.

use std::fs::{self, File};
use std::io::{self, Read, Seek};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::fs::MemfdFlags;
use rustix::process::{Pid, Signal, kill_process};

use super::client::{Client, Family, Stop};
use crate::hooks::command;
use crate::session::Session;
use crate::stanza::Stanza;

/// How long a client has to give a lease back.
const RELEASE: Duration = Duration::from_secs(10);
/// A DHCPv6 client can't ask before the link has its own address: it is asked again for so long.
const LINK_LOCAL: Duration = Duration::from_secs(10);
/// How long to wait before it is asked again.
const AGAIN: Duration = Duration::from_millis(500);
/// How often to look whether a client is done.
const LOOK: Duration = Duration::from_millis(5);
/// The most bytes that are kept of what a client printed.
const OUTPUT: u64 = 4 << 10;

/// A lease that the file asks for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Wish {
    /// For which link.
    pub link: String,
    /// Of which kind.
    pub family: Family,
}

/// The leases that stanzas ask for.
#[must_use]
pub fn wishes<'s>(stanzas: impl IntoIterator<Item = &'s Stanza>) -> Vec<Wish> {
    let wish = |stanza: &Stanza| {
        let method = stanza.method.as_deref().unwrap_or("");
        let six = method == "dhcp6" || stanza.family.as_deref() == Some("inet6");
        let family = if six { Family::V6 } else { Family::V4 };
        ["dhcp", "dhcp6"].contains(&method).then(|| Wish { link: stanza.name.clone(), family })
    };
    stanzas.into_iter().filter_map(wish).collect()
}

/// Whether a client runs for it, whichever client that is.
#[must_use]
pub fn is_running(session: &Session<'_>, wish: &Wish) -> bool {
    running(session, wish).is_some()
}

/// The client that runs for it, and its number.
fn running(session: &Session<'_>, wish: &Wish) -> Option<(Client, Pid)> {
    Client::ALL.into_iter().find_map(|client| {
        let files = client.pid_files(wish.family, &wish.link);
        let pid = files.iter().find_map(|file| {
            let text = fs::read_to_string(session.path(file)).ok()?;
            let pid = Pid::from_raw(text.trim().parse().ok()?)?;
            is_of(client, pid).then_some(pid)
        })?;
        Some((client, pid))
    })
}

/// Whether the process is that client: a number may have gone to another since. (The name, not the file: busybox is one
/// file for many.)
fn is_of(client: Client, pid: Pid) -> bool {
    let of = |what| fs::read_to_string(format!("/proc/{}/{what}", pid.as_raw_nonzero()));
    // One that has ended and that nobody has asked for its status has no command line any more.
    let lives = of("cmdline").is_ok_and(|line| !line.is_empty());
    lives && of("comm").is_ok_and(|name| name.trim_end().starts_with(client.name()))
}

/// The client that is installed and speaks it.
fn installed(session: &Session<'_>, family: Family) -> Option<(Client, PathBuf)> {
    Client::ALL.into_iter().filter(|client| client.speaks(family)).find_map(|client| {
        let paths = client.paths().map(|path| session.path(&path));
        Some((client, paths.into_iter().find(|path| path.is_file())?))
    })
}

/// Has a lease given back. What goes wrong is a warning: the client may be on its way out already.
pub fn stop(session: &mut Session<'_>, wish: &Wish) {
    let Some((client, pid)) = running(session, wish) else { return };
    session.log.info(format!("{}: {} gives its lease back", wish.link, client.name()));
    let result = match client.stop(wish.family, &wish.link) {
        Stop::Terminate => kill_process(pid, Signal::TERM).map_err(|error| error.to_string()),
        Stop::Call(words) => {
            let path = client.paths().map(|path| session.path(&path)).into_iter().find(|path| path.is_file());
            let mut call = Command::new(path.unwrap_or_else(|| client.name().into()));
            call.args(&words);
            let text = format!("{} {}", client.name(), words.join(" "));
            command::run(call, &text, Some(RELEASE)).map(drop).map_err(|error| error.to_string())
        }
    };
    if let Err(why) = result {
        session.log.warning(format!("{}: {why}", wish.link));
    }
}

/// Clients that were started and are waited for.
#[derive(Default)]
pub struct Leases {
    under_way: Vec<UnderWay>,
    started: Option<Instant>,
}

struct UnderWay {
    wish: Wish,
    client: Client,
    path: PathBuf,
    child: Option<Child>,
    output: File,
    /// When it is asked again.
    again: Option<Instant>,
}

/// What became of a wish.
pub struct Ended {
    /// Which.
    pub wish: Wish,
    /// Why there is no lease, and whether the client goes on trying.
    pub trouble: Option<Trouble>,
}

/// Why there is no lease.
pub enum Trouble {
    /// It goes on in the background.
    StillTrying(String),
    /// It gave up.
    Failed(String),
}

impl Leases {
    /// Starts the client for each wish for which none runs, all at once. Gives what could not even be started.
    pub fn start(session: &mut Session<'_>, wishes: Vec<Wish>) -> (Self, Vec<Ended>) {
        let (mut leases, mut failed) = (Self { under_way: Vec::new(), started: Some(Instant::now()) }, Vec::new());
        for wish in wishes {
            if is_running(session, &wish) {
                continue;
            }
            let Some((client, path)) = installed(session, wish.family) else {
                let kind = if wish.family == Family::V4 { "DHCP" } else { "DHCPv6" };
                let why = format!("no {kind} client is installed (dhclient, dhcpcd or udhcpc)");
                failed.push(Ended { wish, trouble: Some(Trouble::Failed(why)) });
                continue;
            };
            session.log.info(format!("{}: executing {} for a lease", wish.link, path.display()));
            match begin(wish.clone(), client, path) {
                Ok(under_way) => leases.under_way.push(under_way),
                Err(error) => {
                    let why = format!("can't start {}: {error}", client.name());
                    failed.push(Ended { wish, trouble: Some(Trouble::Failed(why)) });
                }
            }
        }
        (leases, failed)
    }

    /// The links that are waited for.
    #[must_use]
    pub fn is_for(&self, link: &str) -> bool {
        self.under_way.iter().any(|one| one.wish.link == link)
    }

    /// Waits for the next that ends; `None` when all have. After `limit` from the start the rest is left to itself.
    pub fn next(&mut self, limit: Duration) -> Option<Ended> {
        let end = self.started? + limit;
        loop {
            if self.under_way.is_empty() {
                return None;
            }
            for at in 0..self.under_way.len() {
                if let Some(ended) = self.look(at) {
                    self.under_way.swap_remove(at);
                    return Some(ended);
                }
            }
            if Instant::now() >= end {
                let one = self.under_way.pop()?;
                let why = format!("{} has no lease after {} s and goes on trying", one.client.name(), limit.as_secs());
                return Some(Ended { wish: one.wish, trouble: Some(Trouble::StillTrying(why)) });
            }
            sleep(LOOK);
        }
    }

    /// Whether one has ended; a DHCPv6 client that came too early is started again.
    fn look(&mut self, at: usize) -> Option<Ended> {
        let young = self.started.is_some_and(|started| started.elapsed() < LINK_LOCAL);
        let one = self.under_way.get_mut(at)?;
        if one.again.is_some_and(|again| Instant::now() < again) {
            return None;
        }
        if one.again.take().is_some() {
            match spawn(one.wish.clone(), one.client, &one.path, &one.output) {
                Ok(child) => one.child = Some(child),
                Err(error) => return Some(one.failed(&error.to_string())),
            }
        }
        let status = match one.child.as_mut()?.try_wait() {
            Ok(None) => return None,
            Ok(Some(status)) => status,
            Err(error) => return Some(one.failed(&error.to_string())),
        };
        match status.success() {
            true => Some(Ended { wish: one.wish.clone(), trouble: None }),
            false if one.wish.family == Family::V6 && young => {
                one.again = Some(Instant::now() + AGAIN);
                None
            }
            false => {
                let why = one.said(status);
                Some(one.failed(&why))
            }
        }
    }
}

impl UnderWay {
    fn failed(&self, why: &str) -> Ended {
        let why = format!("{} got no lease: {why}", self.client.name());
        Ended { wish: self.wish.clone(), trouble: Some(Trouble::Failed(why)) }
    }

    /// How it ended, and the last line of what it printed.
    fn said(&mut self, status: ExitStatus) -> String {
        let mut bytes = Vec::new();
        // What can't be read is not worth an error of its own: the status tells that it failed.
        let _ = self.output.rewind().and_then(|()| (&self.output).take(OUTPUT).read_to_end(&mut bytes));
        let text = String::from_utf8_lossy(&bytes).into_owned();
        match text.lines().rev().find(|line| !line.trim().is_empty()) {
            Some(line) => format!("{status} ({})", line.trim()),
            None => status.to_string(),
        }
    }
}

fn begin(wish: Wish, client: Client, path: PathBuf) -> io::Result<UnderWay> {
    // A file, not a pipe: the client keeps it open in the background, and must find room in it.
    let output = File::from(rustix::fs::memfd_create("dhcp", MemfdFlags::CLOEXEC)?);
    let child = Some(spawn(wish.clone(), client, &path, &output)?);
    Ok(UnderWay { wish, client, path, child, output, again: None })
}

fn spawn(wish: Wish, client: Client, path: &PathBuf, output: &File) -> io::Result<Child> {
    Command::new(path)
        .args(client.start(wish.family, &wish.link))
        .stdin(Stdio::null())
        .stdout(output.try_clone()?)
        .stderr(output.try_clone()?)
        // It outlives us, and our terminal.
        .process_group(0)
        .spawn()
}
