//! Every request to the kernel refused, delayed, interrupted or left without an answer, one after the other: the report
//! says how far it came, and a second apply heals.

use std::cell::Cell;
use std::error::Error;
use std::rc::Rc;
use std::time::Duration;

use bowline::ExitCode;
use bowline::error::Failure;
use lab::{Lab, Links};
use linux::Linux;
use linux::layer::{Fault, Faulty};
use network::{Change, Host};

use crate::apply::{Ran, run_on};
use crate::program::apply;
use crate::raw::named;

lab::test!(each_request_refused, each_request_delayed, each_request_interrupted, each_request_left_without_an_answer,);

const FILE: &str = "\
auto bond0
iface bond0 inet manual
	bond-slaves enp3s0 enp4s0
	bond-mode active-backup
	bond-miimon 100

auto vmbr0
iface vmbr0 inet static
	address 192.168.1.10/24
	gateway 192.168.1.1
	bridge-ports bond0
	bridge-stp off
	bridge-fd 0
	bridge-vlan-aware yes
	bridge-vids 2-4094

auto vmbr0.30
iface vmbr0.30 inet static
	address 10.0.30.1/24
	mtu 1400
";

/// Applies on a host whose request number `at` meets with the fault, and says how many there were.
fn attempt(lab: &Lab, fault: Fault, at: u64) -> Result<(Ran, u64), Box<dyn Error>> {
    lab.file(FILE)?;
    let sent = Rc::new(Cell::new(0));
    let ran = run_on(lab, &["apply", "--unguarded"], &mut || match Linux::open_with(Box::new(Faulty::new(
        fault,
        at,
        Rc::clone(&sent),
    ))) {
        Ok(host) => Ok(Box::new(host) as Box<dyn Host>),
        Err(error) => Err(Failure::Open(Box::new(error))),
    });
    Ok((ran, sent.get()))
}

/// A bare host again.
fn clear(lab: &Lab) -> Result<(), Box<dyn Error>> {
    let there = lab.host.observe()?;
    for name in ["vmbr0", "bond0"].map(named) {
        if there.links.contains_key(&name) {
            lab.host.change(&[Change::Delete { link: name }])?;
        }
    }
    Ok(())
}

/// Lets each request meet with the fault in turn. `check` is given what came of it; whatever that was, applying the file
/// once more, without faults, leads where it says.
fn each_in_turn(lab: &mut Lab, fault: Fault, check: impl Fn(u64, &Ran)) -> Result<(), Box<dyn Error>> {
    ["enp3s0", "enp4s0"].iter().try_for_each(|nic| Links::open()?.dummy(&named(nic)))?;
    clear(lab)?;
    let (ran, count) = attempt(lab, fault, u64::MAX)?;
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    assert!(count > 20, "{count} requests are too few for this file");
    for at in 0..count {
        clear(lab)?;
        let (ran, _) = attempt(lab, fault, at)?;
        check(at, &ran);
        apply(lab, FILE)?;
    }
    lab.note(format!("{count} requests met with {fault:?}"));
    Ok(())
}

fn each_request_refused(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Fault::Refused(libc_eperm()), |at, ran| {
        let text = ran.to_string();
        match ran.code {
            // A dump, before anything is changed or after all of it was.
            ExitCode::Unreadable | ExitCode::Midway if text.contains("can't list") => {}
            ExitCode::Midway => {
                assert!(text.contains("refused") && text.contains("steps done"), "request {at}: {ran}");
            }
            _ => panic!("request {at}: {ran}"),
        }
    })
}

fn each_request_delayed(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Fault::Delayed(Duration::from_millis(20)), |at, ran| {
        assert_eq!(ran.code, ExitCode::Success, "request {at}: {ran}");
    })
}

fn each_request_interrupted(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Fault::Interrupted, |at, ran| {
        assert_eq!(ran.code, ExitCode::Success, "request {at}: {ran}");
    })
}

/// The kernel has done what it does not say: the report calls it refused, and the second apply finds it done.
fn each_request_left_without_an_answer(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    each_in_turn(lab, Fault::Unanswered, |at, ran| {
        assert!(matches!(ran.code, ExitCode::Unreadable | ExitCode::Midway), "request {at}: {ran}");
    })
}

/// `EPERM`, as a security module gives it for one request and not for the next.
fn libc_eperm() -> i32 {
    rustix::io::Errno::PERM.raw_os_error()
}
