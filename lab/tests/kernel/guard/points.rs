//! An accident at every point.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::error::Error;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use bowline::error::Failure;
use bowline::guarded::senses::Blind;
use bowline::guarded::serve::{self, Asked, Ground, Order};
use bowline::{Io, run_on};
use guard::{Ending, Reason};
use lab::{Lab, Links, Namespace};
use linux::layer::{Fault, Faulty, Tally};
use linux::{Linux, digest};
use network::{Change, Host, Network};

use super::accident::{Accident, Prone};
use super::kinds::{self, Kind};
use super::state::differences;
use crate::raw::named;

lab::test!(
    one_nic_becomes_active_backup,
    active_backup_becomes_lacp,
    a_bond_goes,
    slaves_are_exchanged,
    an_address_moves_to_a_bridge,
    a_bridge_becomes_vlan_aware,
    the_mtu_changes,
    the_address_changes,
    the_gateway_changes,
    the_mode_changes_with_a_guest_attached,
    fifty_interfaces_come,
    a_file_cuts_the_host_off,
);

/// A change of more actions than that is tried at some of them, or it would take too long.
const MANY: usize = 120;
/// At how many of them.
const SOME: usize = 18;

fn one_nic_becomes_active_backup(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::to_active_backup())
}
fn active_backup_becomes_lacp(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::to_lacp())
}
fn a_bond_goes(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::without_the_bond())
}
fn slaves_are_exchanged(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::other_slaves())
}
fn an_address_moves_to_a_bridge(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::address_to_a_bridge())
}
fn a_bridge_becomes_vlan_aware(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::vlan_aware())
}
fn the_mtu_changes(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::mtu())
}
fn the_address_changes(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::address())
}
fn the_gateway_changes(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::gateway())
}
fn the_mode_changes_with_a_guest_attached(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::mode_with_a_guest())
}
fn fifty_interfaces_come(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::fifty_interfaces())
}
fn a_file_cuts_the_host_off(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    every_point(lab, &kinds::cut_off())
}

/// A host with the file before, and what it is to be afterwards.
pub(super) struct Stage<'a> {
    lab: &'a Lab,
    kind: &'a Kind,
    pub(super) before: Network,
}

/// How a transaction went.
struct Went {
    ending: Option<Ending>,
    actions: usize,
    requests: u64,
}

/// What one run meets with.
#[derive(Clone, Copy, Debug, Default)]
struct Meets {
    accident: Option<(usize, Accident)>,
    refused: Option<u64>,
    confirms: bool,
    /// The journal's last line is torn when the process dies.
    torn: bool,
    /// The kernel is gone too.
    power: bool,
}

fn every_point(lab: &mut Lab, kind: &Kind) -> Result<(), Box<dyn Error>> {
    let stage = Stage::set(lab, kind)?;
    let mut points = 0;
    let clean = stage.run(Meets::default())?;
    assert_eq!(clean.ending, Some(Ending::RolledBack { reason: Reason::Expired, left: Vec::new() }));
    stage.check_old("nobody confirms")?;
    let stride = if clean.actions > MANY { clean.actions / SOME } else { 1 };
    for at in (0..clean.actions).step_by(stride) {
        for accident in [Accident::DiesBefore, Accident::DiesAfter, Accident::Unanswered] {
            stage.run(Meets { accident: Some((at, accident)), torn: at % 2 == 0, ..Meets::default() })?;
            stage.check_old(&format!("{accident:?} at {at} of {}", clean.actions))?;
            points += 1;
        }
    }
    for at in (0..clean.requests).step_by(stride) {
        stage.run(Meets { refused: Some(at), ..Meets::default() })?;
        stage.check_old(&format!("request {at} of {} refused", clean.requests))?;
        points += 1;
    }
    points += stage.confirmed()?;
    points += stage.power_cuts(clean.actions, stride)?;
    let stride = if stride > 1 { format!(", of which each {stride}th was tried") } else { String::new() };
    lab.note(format!("{points} points; {} actions, {} requests{stride}", clean.actions, clean.requests));
    Ok(())
}

impl<'a> Stage<'a> {
    /// The host with the file before applied.
    pub(super) fn set(lab: &'a Lab, kind: &'a Kind) -> Result<Self, Box<dyn Error>> {
        nics()?;
        lab.file(&kind.before)?;
        let stage = Self { lab, kind, before: Network::default() };
        stage.unguarded()?;
        if kind.guest {
            Links::open()?.dummy(&named("tap100i0"))?;
            let (link, master) = (named("tap100i0"), Some(named("vmbr0")));
            lab.host.change(&[Change::SetMaster { link: link.clone(), master }, Change::SetUp { link, up: true }])?;
        }
        Ok(Self { before: Linux::open()?.observe()?, ..stage })
    }

    fn place(&self, path: &str) -> std::path::PathBuf {
        self.lab.folder().join(path)
    }

    fn current(&self) -> Result<String, Box<dyn Error>> {
        Ok(std::fs::read_to_string(self.place("etc/network/interfaces"))?)
    }

    fn unguarded(&self) -> Result<(), Box<dyn Error>> {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let root = self.lab.folder().to_str().ok_or("the test's folder has a plain name")?;
        let mut open = || Ok(Box::new(Linux::open().map_err(|error| Failure::Open(Box::new(error)))?) as Box<dyn Host>);
        let arguments = ["bowline", "apply", "--unguarded", "--root", root];
        let code = run_on(arguments, &mut Io::plain(&mut out, &mut err), &mut open);
        let said = || format!("{}{}", String::from_utf8_lossy(&out), String::from_utf8_lossy(&err));
        if code == bowline::ExitCode::Success { Ok(()) } else { Err(said().into()) }
    }

    /// Stages the new file, carries it out, and clears up after whatever happened.
    fn run(&self, meets: Meets) -> Result<Went, Box<dyn Error>> {
        // A device that was made anew has another number than the one that is remembered: it is remembered by the new one.
        let staged = self.place("etc/network/interfaces.new");
        if staged.exists() {
            std::fs::remove_file(staged)?;
        }
        self.unguarded()?;
        std::fs::write(self.place("etc/network/interfaces.new"), &self.kind.after)?;
        let (performed, dead, sent) = (Cell::new(0), Cell::new(false), Arc::new(Tally::default()));
        let opened = Arc::clone(&sent);
        let mut open = move || {
            let fault = Faulty::new(Fault::Refused(1), meets.refused.unwrap_or(u64::MAX), Arc::clone(&opened));
            let host = Linux::open_with(Box::new(fault)).map_err(|error| Failure::Open(Box::new(error)))?;
            Ok(Box::new(host) as Box<dyn Host>)
        };
        let mut drive = |transaction: &mut guard::Transaction, edge: &mut dyn guard::Edge| {
            let mut prone = Prone::new(edge, meets.accident, meets.confirms, &|| {});
            let ending = guard::run(transaction, &mut prone);
            performed.set(prone.performed);
            dead.set(prone.is_dead);
            ending
        };
        let order = Order {
            asked: Asked::default(),
            token: "token".to_owned(),
            id: "1".to_owned(),
            by: "a test".to_owned(),
            digest: digest(self.kind.after.as_bytes()),
            listener: false,
        };
        let root = Some(self.lab.folder());
        let mut ground = Ground {
            root,
            boot: "first".to_owned(),
            open: &mut open,
            senses: &mut Blind,
            watched: false,
            drive: &mut drive,
        };
        let ending = serve::run(&mut ground, &order)?;
        if dead.get() {
            self.find(meets)?;
        }
        Ok(Went { ending, actions: performed.get(), requests: sent.seen().len() as u64 })
    }

    /// What is left is found by another, or by the next start of the host.
    fn find(&self, meets: Meets) -> Result<(), Box<dyn Error>> {
        let journal = self.place("var/lib/bowline/open/journal");
        if meets.torn && journal.exists() {
            let mut file = std::fs::OpenOptions::new().append(true).open(&journal)?;
            file.write_all(b"0123456789abcdef {\"record\":\"confirmed\",\"by\":\"nobody")?;
        }
        let said = RefCell::new(None);
        let mut open = || Ok(Box::new(Linux::open().map_err(|error| Failure::Open(Box::new(error)))?) as Box<dyn Host>);
        let mut drive = |transaction: &mut guard::Transaction, edge: &mut dyn guard::Edge| {
            let ending = guard::run(transaction, edge);
            *said.borrow_mut() = Some(ending.clone());
            ending
        };
        let boot = if meets.power { "second" } else { "first" }.to_owned();
        let root = Some(self.lab.folder());
        let mut ground = Ground { root, boot, open: &mut open, senses: &mut Blind, watched: false, drive: &mut drive };
        // Another test of this process may be starting a program: it has the lock too for a moment, until it runs.
        serve::finish(&mut ground, true)?;
        drop(ground);
        match said.into_inner() {
            Some(Ending::RolledBack { left, .. }) if !left.is_empty() => Err(left.join("\n").into()),
            _ => Ok(()),
        }
    }

    /// The host has the old file and the old network.
    fn check_old(&self, when: &str) -> Result<(), Box<dyn Error>> {
        let now = Linux::open()?.observe()?;
        let differs = differences(&self.before, &now);
        assert!(differs.is_empty(), "{when}: {}", differs.join("\n"));
        assert_eq!(self.current()?, self.kind.before, "{when}");
        assert!(!self.place("var/lib/bowline/open").exists(), "{when}: it is still open");
        Ok(())
    }

    /// Confirmed: at every action from the last step on, the host ends with the new state, or with the old one.
    fn confirmed(&self) -> Result<usize, Box<dyn Error>> {
        let clean = self.run(Meets { confirms: true, ..Meets::default() })?;
        assert!(matches!(clean.ending, Some(Ending::Confirmed { .. })), "{:?}", clean.ending);
        let new = Linux::open()?.observe()?;
        let plan = plan::plan(&self.wanted(&new)?, &new);
        assert!(plan.steps.is_empty(), "{:?}", plan.steps);
        let mut ends = [0; 2];
        self.reset()?;
        for at in clean.actions.saturating_sub(8)..clean.actions {
            for accident in [Accident::DiesBefore, Accident::DiesAfter] {
                self.run(Meets { accident: Some((at, accident)), confirms: true, torn: true, ..Meets::default() })?;
                let is_new = self.current()? == self.kind.after;
                ends[usize::from(is_new)] += 1;
                if is_new {
                    let differs = differences(&new, &Linux::open()?.observe()?);
                    // A device that was made anew has another address by chance, where it has none of its own.
                    let counts: Vec<_> = differs.iter().filter(|line| !line.contains(": was ")).collect();
                    assert!(counts.is_empty(), "{accident:?} at {at}: {counts:?}");
                    self.reset()?;
                }
                self.check_old(&format!("confirmed, {accident:?} at {at}"))?;
            }
        }
        assert!(ends[0] > 0 && ends[1] > 0, "the change is confirmed at one of these actions: {ends:?}");
        Ok(ends[0] + ends[1])
    }

    fn wanted(&self, observed: &Network) -> Result<Network, Box<dyn Error>> {
        let root = Some(self.lab.folder());
        let configuration = bowline::source::load(root, None)?;
        Ok(bowline::source::understand(configuration, Some(observed)).resolved.wanted)
    }

    /// Back to where it began, by hand.
    fn reset(&self) -> Result<(), Box<dyn Error>> {
        let mut host = Linux::open()?;
        let all: BTreeSet<_> = self.before.links.keys().cloned().collect();
        for _ in 0..3 {
            let now = host.observe()?;
            let all = all.iter().chain(now.links.keys()).cloned().collect();
            for step in plan::back(&self.before, &all, &now).steps {
                host.execute(&step.change)?;
            }
        }
        std::fs::write(self.place("etc/network/interfaces"), &self.kind.before)?;
        Ok(())
    }

    /// The power goes at every action: the next start of the host finds the old file, and nothing staged.
    fn power_cuts(&self, actions: usize, stride: usize) -> Result<usize, Box<dyn Error>> {
        let mut points = 0;
        for at in (0..actions).step_by(stride) {
            self.run_into_the_dark(at)?;
            assert_eq!(self.current()?, self.kind.before, "power cut at {at}");
            assert!(!self.place("etc/network/interfaces.new").exists() || at == 0, "power cut at {at}");
            points += 1;
        }
        // A kernel that is started anew gets what that file says.
        Namespace::leave_into_new()?;
        nics()?;
        self.unguarded()?;
        Ok(points)
    }

    fn run_into_the_dark(&self, at: usize) -> Result<(), Box<dyn Error>> {
        let accident = Some((at, Accident::DiesAfter));
        self.run(Meets { accident, power: true, torn: true, ..Meets::default() })?;
        self.reset()
    }
}

/// NICs that have carrier and swallow everything.
pub(super) fn nics() -> Result<(), Box<dyn Error>> {
    crate::apply::NICS.iter().try_for_each(|nic| Ok(Links::open()?.dummy(&named(nic))?))
}

/// The folder of what is kept of transactions.
pub(super) fn open_folder(root: &Path) -> std::path::PathBuf {
    root.join("var/lib/bowline/open")
}
