//! Everything that a host is changed by passes the layer, where tests put faults: here one that lets nothing through.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests panic when they fail")]

use std::io;
use std::sync::{Arc, Mutex};

use linux::Linux;
use linux::layer::{Kind, Layer};
use netlink_sys::Socket;
use network::dhcp::Family;
use network::option::{ip, nic};
use network::{Change, Host, IfName, Opt, Scope, Value};

/// Writes down what is asked, and refuses all of it with the error number.
struct Wall(Arc<Mutex<Vec<Kind>>>, i32);

impl Layer for Wall {
    fn send(&mut self, _socket: &Socket, request: &[u8]) -> io::Result<()> {
        self.0.lock().unwrap().push(Kind::of_message(u16::from_ne_bytes([request[4], request[5]])));
        Err(io::Error::from_raw_os_error(self.1))
    }

    fn receive(&mut self, _socket: &Socket, _buffer: &mut Vec<u8>) -> io::Result<(usize, u32)> {
        Err(io::Error::from_raw_os_error(self.1))
    }

    fn call(&mut self, kind: Kind, _work: &mut dyn FnMut() -> io::Result<()>) -> io::Result<()> {
        self.0.lock().unwrap().push(kind);
        Err(io::Error::from_raw_os_error(self.1))
    }
}

/// A link of every namespace: nothing comes through to it.
fn lo() -> IfName {
    "lo".parse().unwrap()
}

fn set(scope: Scope, option: Opt) -> Change {
    Change::SetOptions { link: lo(), scope, options: [(option, Value::Number(1))].into_iter().collect() }
}

#[test]
fn every_kind_of_change_passes_it_and_its_refusal_comes_back() {
    let family = Family::V4;
    for (change, kind) in [
        (Change::SetUp { link: lo(), up: true }, Kind::Write),
        (set(Scope::Ipv4, ip::v4::FORWARDING), Kind::Sysctl),
        (set(Scope::Ipv6, ip::v6::ACCEPT_RA), Kind::Sysctl),
        (set(Scope::Nic, nic::TSO), Kind::Ethtool),
        (Change::StartDhcp { link: lo(), family }, Kind::Dhcp),
        (Change::StopDhcp { link: lo(), family }, Kind::Dhcp),
    ] {
        let seen = Arc::default();
        let mut host = Linux::open_with(Box::new(Wall(Arc::clone(&seen), libc::EPERM))).unwrap();
        let refusal = host.execute(&change).unwrap_err();
        assert_eq!(refusal.source.raw_os_error(), Some(libc::EPERM), "{change}: {refusal}");
        assert_eq!(*seen.lock().unwrap(), [kind], "{change}");
    }
}

#[test]
fn a_call_that_is_always_interrupted_ends() {
    let seen = Arc::default();
    let mut host = Linux::open_with(Box::new(Wall(Arc::clone(&seen), libc::EINTR))).unwrap();
    let refusal = host.execute(&set(Scope::Ipv4, ip::v4::FORWARDING)).unwrap_err();
    assert_eq!(refusal.source.kind(), io::ErrorKind::Interrupted);
    assert!(seen.lock().unwrap().len() > 1, "it was tried again");
}
