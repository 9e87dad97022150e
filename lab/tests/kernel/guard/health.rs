//! What works before a change has to work after it: seen on a real kernel, and acted on.

use std::collections::BTreeSet;
use std::error::Error;
use std::net::IpAddr;
use std::time::Duration;

use bowline::error::Failure;
use bowline::guarded::senses::{Own, Senses};
use bowline::guarded::serve::{self, Asked, Ground, Order};
use guard::{Action, Answer, Edge, Ending, Input, News, Reason, Reply};
use lab::Lab;
use linux::neighbour::Neighbour;
use linux::{Disk, Linux, digest};
use network::{Change, Host};

use super::administrator::Session;
use crate::apply::{address, apply, example, site};
use crate::raw::named;

lab::test!(neighbours_are_asked_anew, what_answered_and_does_not_is_undone, what_works_again_is_kept_by_itself);

/// A real edge whose clock goes faster while it waits: a test need not.
struct Hurried<'a> {
    inner: &'a mut dyn Edge,
    skew: Duration,
    missing: BTreeSet<String>,
}

impl Edge for Hurried<'_> {
    fn now(&mut self) -> Duration {
        self.inner.now() + self.skew
    }
    fn perform(&mut self, action: &Action) -> Answer {
        self.inner.perform(action)
    }
    fn wait(&mut self, until: Duration) -> Option<Input> {
        let input = self.inner.wait(until.saturating_sub(self.skew));
        if until > self.now() {
            self.skew += Duration::from_secs(6);
        }
        input
    }
    fn reply(&mut self, _: &Reply) {}
    fn tell(&mut self, news: &News) {
        if let News::Missing { signs } = news {
            self.missing.extend(signs.iter().cloned());
        }
        self.inner.tell(news);
    }
}

/// Changes the host to what that file says, with all that can be seen looked for. Gives what was missing meanwhile, too.
fn change(lab: &Lab, file: &str, settle: Option<u64>) -> Result<(Ending, BTreeSet<String>), Box<dyn Error>> {
    std::fs::write(lab.folder().join("etc/network/interfaces.new"), file)?;
    let mut open = || Ok(Box::new(Linux::open().map_err(|error| Failure::Open(Box::new(error)))?) as Box<dyn Host>);
    let mut missing = BTreeSet::new();
    let mut drive = |transaction: &mut guard::Transaction, inner: &mut dyn Edge| {
        let mut edge = Hurried { inner, skew: Duration::ZERO, missing: BTreeSet::new() };
        let ending = guard::run(transaction, &mut edge);
        missing = edge.missing;
        ending
    };
    let order = Order {
        asked: Asked { within: 600, settle, ..Asked::default() },
        token: "token".to_owned(),
        id: "1".to_owned(),
        by: "a test".to_owned(),
        digest: digest(file.as_bytes()),
        listener: false,
    };
    let (root, boot) = (Some(lab.folder()), serve::this_boot()?);
    let senses = &mut Own::of(&Disk { root: root.map(Into::into) });
    let mut ground = Ground { root, boot, open: &mut open, senses, watched: false, drive: &mut drive };
    let ending = serve::run(&mut ground, &order)?.ok_or("another change is open")?;
    Ok((ending, missing))
}

fn neighbours_are_asked_anew(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let site = site(lab)?;
    let client = site.client(address("192.168.1.50/24"))?;
    apply(lab, &example("single-nic")?)?;
    let neighbour = |ip: &str| -> Neighbour { (named("vmbr0"), ip.parse::<IpAddr>().expect("an address")) };
    let (gateway, near, nobody) = (neighbour("192.168.1.1"), neighbour("192.168.1.50"), neighbour("192.168.1.77"));
    let elsewhere = (named("nolink0"), "192.168.1.1".parse()?);
    let asked = BTreeSet::from([gateway.clone(), near.clone(), nobody, elsewhere]);
    let mut own = Own::of(&Disk::default());
    lab::until("the bridge's forwarding", || Ok(own.answering(&asked)?.contains(&gateway)))?;
    for _ in 0..2 {
        assert_eq!(own.answering(&asked)?, BTreeSet::from([gateway.clone(), near.clone()]));
    }
    // The kernel calls its entry reachable for half a minute; asked anew it is not.
    let down = Change::SetUp { link: client.cable.far.link.clone(), up: false };
    client.namespace.change(&[down])?;
    assert_eq!(own.answering(&asked)?, BTreeSet::from([gateway]));
    Ok(())
}

fn what_answered_and_does_not_is_undone(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let site = site(lab)?;
    let client = site.client(address("192.168.1.50/24"))?;
    let good = example("single-nic")?;
    apply(lab, &good)?;
    let mut session = Session::open(&lab.host, &client.namespace)?;
    session.beat()?;
    // enp5s0 has a signal, and its port forwards to nobody: as a port in the wrong VLAN.
    let port = site.cables[2].far.link.clone();
    site.switch.namespace.change(&[Change::SetMaster { link: port, master: None }])?;
    let (ending, _) = change(lab, &good.replace("bridge-ports enp3s0", "bridge-ports enp5s0"), None)?;
    let Ending::RolledBack { reason: Reason::Lost { signs }, left } = &ending else {
        panic!("{ending:?}");
    };
    // The switch, being a Linux host, answers for its own address at that port too: it is the client that is lost.
    assert_eq!(signs, &["192.168.1.50, connected to this host, answers"]);
    assert!(left.is_empty(), "{ending:?}");
    session.beat()?;
    Ok(())
}

fn what_works_again_is_kept_by_itself(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let site = site(lab)?;
    let client = site.client(address("192.168.1.50/24"))?;
    apply(lab, &example("single-nic")?)?;
    let mut session = Session::open(&lab.host, &client.namespace)?;
    session.beat()?;
    let (ending, missing) = change(lab, &example("active-backup")?, Some(10))?;
    assert!(matches!(ending, Ending::Confirmed { .. }), "{ending:?}; missing meanwhile: {missing:?}");
    session.beat()?;
    // And what does not work is undone, though nobody is there to say so.
    let bad = example("active-backup")?.replace("enp3s0", "enp5s0").replace("enp4s0", "enp6s0");
    for cable in &site.cables[2..] {
        site.switch.namespace.change(&[Change::SetMaster { link: cable.far.link.clone(), master: None }])?;
    }
    let (ending, _) = change(lab, &bad, Some(10))?;
    assert!(matches!(ending, Ending::RolledBack { reason: Reason::Lost { .. }, .. }), "{ending:?}");
    session.beat()?;
    Ok(())
}
