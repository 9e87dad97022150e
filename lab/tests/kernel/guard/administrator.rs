//! Somebody far away, with a TCP session through what is changed.

use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::time::{Duration, Instant};

use bowline::error::Failure;
use bowline::guarded::senses::Blind;
use bowline::guarded::serve::{self, Asked, Ground, Order};
use guard::{Action, Answer, Edge, Ending, Input, News, Reply, Request};
use lab::{Lab, Namespace, until};
use linux::{Linux, digest};
use network::Host;

use crate::apply::{address, apply, example, site};

lab::test!(a_bad_change_and_the_session_is_alive_again, a_good_change_and_the_session_never_ends);

const HOST: &str = "192.168.1.10:22";

/// A session: what is sent comes back.
pub(super) struct Session {
    near: TcpStream,
    far: TcpStream,
}

impl Session {
    pub(super) fn open(host: &Namespace, client: &Namespace) -> Result<Self, Box<dyn Error>> {
        let listener = host.run(|| TcpListener::bind(HOST))?;
        let near =
            client.run(|| TcpStream::connect_timeout(&HOST.parse().expect("an address"), Duration::from_secs(20)))?;
        let (far, _) = listener.accept()?;
        far.set_nonblocking(true)?;
        near.set_nonblocking(true)?;
        Ok(Self { near, far })
    }

    /// Sends a byte, and waits until it has come back. Gives how long that took.
    pub(super) fn beat(&mut self) -> Result<Duration, Box<dyn Error>> {
        let start = Instant::now();
        self.near.write_all(b"x")?;
        until("the session's answer", || Ok(pass(&mut self.far)? && pass_back(&mut self.near)?))?;
        Ok(start.elapsed())
    }
}

thread_local! {
    static PASSED: std::cell::Cell<bool> = const { std::cell::Cell::new(false) };
}

/// The far end sends back what it gets; whether it has, once.
fn pass(far: &mut TcpStream) -> io::Result<bool> {
    let mut byte = [0; 64];
    match far.read(&mut byte) {
        Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(count) => {
            far.write_all(&byte[..count])?;
            PASSED.set(true);
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
        Err(error) => return Err(error),
    }
    Ok(PASSED.get())
}

fn pass_back(near: &mut TcpStream) -> io::Result<bool> {
    match near.read(&mut [0; 64]) {
        Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
        Ok(_) => {
            PASSED.set(false);
            Ok(true)
        }
        Err(error) if error.kind() == io::ErrorKind::WouldBlock => Ok(false),
        Err(error) => Err(error),
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // It goes with the test, whatever has become of it.
        let _ = self.near.shutdown(Shutdown::Both);
    }
}

/// Confirms as soon as it waits, if it is to.
struct Hasty<'a> {
    inner: &'a mut dyn Edge,
    confirms: bool,
}

impl Edge for Hasty<'_> {
    fn now(&mut self) -> Duration {
        self.inner.now()
    }
    fn perform(&mut self, action: &Action) -> Answer {
        self.inner.perform(action)
    }
    fn wait(&mut self, until: Duration) -> Option<Input> {
        if self.confirms && until > self.inner.now() {
            return Some(Input::Request(Request::Confirm { token: None, by: "a test".to_owned() }));
        }
        self.inner.wait(until)
    }
    fn reply(&mut self, _: &Reply) {}
    fn tell(&mut self, news: &News) {
        self.inner.tell(news);
    }
}

/// Changes the host from one NIC to what that file says.
fn change(lab: &Lab, file: &str, confirms: bool) -> Result<Option<Ending>, Box<dyn Error>> {
    std::fs::write(lab.folder().join("etc/network/interfaces.new"), file)?;
    let mut open = || Ok(Box::new(Linux::open().map_err(|error| Failure::Open(Box::new(error)))?) as Box<dyn Host>);
    let mut drive = |transaction: &mut guard::Transaction, edge: &mut dyn Edge| {
        guard::run(transaction, &mut Hasty { inner: edge, confirms })
    };
    let order = Order {
        asked: Asked { within: 5, ..Asked::default() },
        token: "token".to_owned(),
        id: "1".to_owned(),
        by: "a test".to_owned(),
        digest: digest(file.as_bytes()),
        listener: false,
    };
    let (root, boot) = (Some(lab.folder()), serve::this_boot()?);
    let mut ground = Ground { root, boot, open: &mut open, senses: &mut Blind, watched: false, drive: &mut drive };
    Ok(serve::run(&mut ground, &order)?)
}

fn a_bad_change_and_the_session_is_alive_again(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let site = site(lab)?;
    let client = site.client(address("192.168.1.50/24"))?;
    apply(lab, &example("single-nic")?)?;
    let mut session = Session::open(&lab.host, &client.namespace)?;
    session.beat()?;
    let bad =
        example("single-nic")?.replace("192.168.1.", "172.16.9.").replace("bridge-ports enp3s0", "bridge-ports enp5s0");
    let start = Instant::now();
    let ending = change(lab, &bad, false)?;
    assert!(matches!(ending, Some(Ending::RolledBack { ref left, .. }) if left.is_empty()), "{ending:?}");
    let beat = session.beat()?;
    lab.note(format!(
        "cut off for at most {:?}, the timer being 5 s; the first answer after {beat:?}",
        start.elapsed()
    ));
    Ok(())
}

fn a_good_change_and_the_session_never_ends(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let site = site(lab)?;
    let client = site.client(address("192.168.1.50/24"))?;
    apply(lab, &example("single-nic")?)?;
    let mut session = Session::open(&lab.host, &client.namespace)?;
    session.beat()?;
    let start = Instant::now();
    let ending = change(lab, &example("active-backup")?, true)?;
    assert!(matches!(ending, Some(Ending::Confirmed { .. })), "{ending:?}");
    let took = start.elapsed();
    let beat = session.beat()?;
    lab.note(format!("from one NIC to active-backup in {took:?}, confirmed; the session's next answer after {beat:?}"));
    Ok(())
}
