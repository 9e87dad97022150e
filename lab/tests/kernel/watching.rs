//! The lab's own instruments: that they see what there is to see, and nothing where there is nothing.

use std::error::Error;

use lab::watch::{Monitor, Request, Requests};
use lab::{Lab, Links};
use linux::{Linux, RawMessage};
use network::{Change, Host, Mac};

use crate::raw::{self, named};

lab::test!(requests_are_counted_and_told_apart, the_monitor_hears_each_change_and_no_reading);

fn requests_are_counted_and_told_apart(_: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut links = Links::open()?;
    links.dummy(&named("nic0"))?;
    let mut host = Linux::open()?;
    let requests = Requests::watch()?;

    let ((), none) = requests.during(|| ())?;
    assert_eq!(none, []);

    let before = host.counters();
    let (observed, seen) = requests.during(|| host.observe())?;
    observed?;
    assert!(seen.iter().all(|request| request.is_read()), "{seen:?}");
    assert_eq!(u64::try_from(seen.len())?, host.counters().reads - before.reads, "what we count, the kernel received");

    let up = Change::SetUp { link: named("nic0"), up: true };
    let (done, seen) = requests.during(|| host.execute(&up))?;
    done?;
    let kinds: Vec<u16> = seen.iter().map(|request: &Request| request.kind).filter(|kind| kind & 3 != 2).collect();
    assert_eq!(kinds, [libc::RTM_NEWLINK]);

    // Anyone's, in any process or thread of the namespace.
    let (done, seen) = requests.during(|| links.set_up(&named("nic0"), false))?;
    done?;
    assert_eq!(seen.iter().filter(|request| !request.is_read()).count(), 1);
    Ok(())
}

fn the_monitor_hears_each_change_and_no_reading(_: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut links = Links::open()?;
    links.dummy(&named("nic0"))?;
    let mut host = Linux::open()?;
    let mut monitor = Monitor::open()?;

    host.observe()?;
    assert_eq!(monitor.settle()?, []);

    let mac = Mac([2, 0, 0, 0, 0, 7]);
    host.execute(&Change::SetMac { link: named("nic0"), mac })?;
    let told = |event: &RawMessage| raw::attribute(&event.payload, &[libc::IFLA_ADDRESS]) == Some(&mac.0);
    assert!(monitor.settle()?.iter().any(told));
    Ok(())
}
