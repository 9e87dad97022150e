//! `ifreload` beside a guarded change: kept out while it is open, and afterwards with nothing to do.

use std::error::Error;
use std::time::Duration;

use bowline::error::Failure;
use bowline::guarded::senses::Blind;
use bowline::guarded::serve::{self, Asked, Ground, Order};
use guard::{Action, Answer, Edge, Ending, Input, News, Reply, Request};
use lab::Lab;
use lab::watch::Requests;
use linux::{Linux, digest};
use network::Host;

use super::points::nics;
use crate::face::{Ran, call, well, without_a_change};

lab::test!(reload_and_a_guarded_change_remember_for_each_other);

/// Confirms or lets it expire, and calls `ifreload` while it waits.
struct Beside<'a> {
    inner: &'a mut dyn Edge,
    lab: &'a Lab,
    confirms: bool,
    skew: Duration,
    ran: Option<Ran>,
}

impl Edge for Beside<'_> {
    fn now(&mut self) -> Duration {
        self.inner.now() + self.skew
    }
    fn perform(&mut self, action: &Action) -> Answer {
        self.inner.perform(action)
    }
    fn wait(&mut self, until: Duration) -> Option<Input> {
        let now = self.now();
        if until <= now {
            return None;
        }
        self.ran = Some(call(self.lab, "ifreload -a"));
        if self.confirms {
            return Some(Input::Request(Request::Confirm { token: None, by: "a test".to_owned() }));
        }
        self.skew += until - now;
        None
    }
    fn reply(&mut self, _: &Reply) {}
    fn tell(&mut self, news: &News) {
        self.inner.tell(news);
    }
}

fn guarded(lab: &Lab, file: &str, confirms: bool) -> Result<Ending, Box<dyn Error>> {
    std::fs::write(lab.folder().join("etc/network/interfaces.new"), file)?;
    let mut open = || Ok(Box::new(Linux::open().map_err(|error| Failure::Open(Box::new(error)))?) as Box<dyn Host>);
    let mut ran = None;
    let mut drive = |transaction: &mut guard::Transaction, inner: &mut dyn Edge| {
        let mut beside = Beside { inner, lab, confirms, skew: Duration::ZERO, ran: None };
        let ending = guard::run(transaction, &mut beside);
        ran = beside.ran;
        ending
    };
    let order = Order {
        asked: Asked::default(),
        token: "token".to_owned(),
        id: "20261124-1".to_owned(),
        by: "somebody".to_owned(),
        digest: digest(file.as_bytes()),
        listener: false,
    };
    let (root, boot) = (Some(lab.folder()), serve::this_boot()?);
    let mut ground = Ground { root, boot, open: &mut open, senses: &mut Blind, watched: false, drive: &mut drive };
    let ending = serve::run(&mut ground, &order)?.ok_or("another change is open")?;
    let ran = ran.ok_or("it did not wait")?;
    assert_eq!(ran.code.number(), 89, "{ran}");
    assert!(ran.err.contains("the change 20261124-1 of somebody is not confirmed yet"), "{ran}");
    Ok(ending)
}

fn reload_and_a_guarded_change_remember_for_each_other(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    let log = lab.folder().join("log");
    let bridge = |name: &str, nic: &str, hook: &str| {
        let log = log.display();
        format!("auto {name}\niface {name} inet static\n    bridge-ports {nic}\n    {hook} >>{log}\n")
    };
    let first = bridge("vmbr0", "enp3s0", "address 192.0.2.10/24\n    up echo first");
    let second = first.clone() + &bridge("vmbr1", "enp4s0", "address 198.51.100.10/24\n    up echo second");
    let hooks = || std::fs::read_to_string(&log).unwrap_or_default();
    let bytes = || std::fs::read(lab.folder().join("run/network/bowline.json"));
    let current = || std::fs::read_to_string(lab.folder().join("etc/network/interfaces"));
    lab.file(&first)?;
    well(lab, "ifreload -a");
    assert_eq!(hooks(), "first\n");
    let requests = Requests::watch()?;

    let before = bytes()?;
    let ending = guarded(lab, &second, false)?;
    assert!(matches!(&ending, Ending::RolledBack { left, .. } if left.is_empty()), "{ending:?}");
    assert!(bytes()? == before && current()? == first);
    without_a_change(lab, &requests, "ifreload -a")?;
    assert_eq!(hooks(), "first\n");

    let ending = guarded(lab, &second, true)?;
    assert!(matches!(ending, Ending::Confirmed { .. }), "{ending:?}");
    assert_eq!((current()?, hooks()), (second, "first\n".to_owned()), "apply runs no hooks");
    without_a_change(lab, &requests, "ifreload -a")?;
    assert_eq!(hooks(), "first\nsecond\n", "those of what is new had not run; the others do not run again");
    without_a_change(lab, &requests, "ifreload -a")?;
    assert_eq!(hooks(), "first\nsecond\n");

    // What the guarded change made is taken away once the file forgets it.
    lab.file(&first)?;
    well(lab, "ifreload -a");
    assert!(Linux::open()?.observe()?.links.keys().all(|link| link.as_str() != "vmbr1"));
    Ok(())
}
