//! What a host announces of its bonds: which of carrier, the monitor's verdict, LACP's and the choice changed, in which
//! order, and when.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use lab::watch::{Monitor, MonitorError};
use lab::{Namespace, until};
use linux::RawMessage;
use linux::decode::link::Reader;
use network::bond::MiiStatus;
use network::{Kind, Link, Network};

/// How long the thread that hears waits before it looks whether it is still wanted.
const TURN: Duration = Duration::from_millis(50);
/// What the clock of the lab's kernel and its timers may be off by: two of its ticks.
const JIFFIES: Duration = Duration::from_millis(20);

/// Something that changed.
#[derive(Clone, Debug)]
pub(super) struct Heard {
    /// What, and to which value.
    pub(super) what: String,
    /// How long after the event.
    pub(super) at: Duration,
    /// It is the monitor's verdict, and which: true is up.
    verdict: Option<bool>,
}

/// What is known of a host, and what was heard since an event.
#[derive(Debug, Default)]
pub(super) struct Ear {
    known: BTreeMap<String, String>,
    heard: Vec<Heard>,
}

impl Ear {
    /// Takes in what a link says now.
    fn take(&mut self, link: &Link, at: Duration) {
        for (what, value) in told(link) {
            let key = format!("{} {what}", link.name);
            if self.known.get(&key) == Some(&value) {
                continue;
            }
            self.heard.push(Heard {
                what: format!("{key} {value}"),
                at,
                verdict: (what == "mii").then(|| value == "up"),
            });
            self.known.insert(key, value);
        }
    }

    /// Takes in a whole host: slaves in the driver's order, each before its bond, as the driver goes about it.
    pub(super) fn take_all(&mut self, network: &Network, at: Duration) {
        for bond in network.links.values() {
            let Some(slaves) = bond.bond().map(|bond| &bond.slaves) else { continue };
            slaves.iter().filter_map(|slave| network.link(slave)).for_each(|slave| self.take(slave, at));
            self.take(bond, at);
        }
    }

    /// A host as it is now, which nothing is said of.
    pub(super) fn begin(&mut self, network: &Network) {
        self.take_all(network, Duration::ZERO);
        self.heard.clear();
    }

    /// What was heard since it was last asked.
    pub(super) fn since(&mut self) -> Vec<Heard> {
        std::mem::take(&mut self.heard)
    }

    pub(super) fn heard(&self) -> &[Heard] {
        &self.heard
    }
}

/// What is listened for of a link. While a delay runs, the verdict is the old one: the driver does not announce that it runs.
fn told(link: &Link) -> Vec<(&'static str, String)> {
    let carrier = ("carrier", if link.carrier() == Some(true) { "on" } else { "off" }.to_owned());
    if let Kind::Bond(bond) = &link.kind {
        let active = bond.state.as_ref().and_then(|state| state.active_slave.as_ref());
        return vec![("uses", active.map_or("none", |name| name.as_str()).to_owned()), carrier];
    }
    let Some(state) = link.bond_port.as_ref().and_then(|port| port.state.as_ref()) else { return Vec::new() };
    let is_up = matches!(state.mii, MiiStatus::Up | MiiStatus::GoingDown);
    let mut told = vec![carrier, ("mii", if is_up { "up" } else { "down" }.to_owned())];
    if state.lacp.is_some() {
        told.push(("carries traffic", state.active.to_string()));
    }
    told
}

/// The monitor of a scenario's bonds.
#[derive(Clone, Copy, Debug)]
pub(super) struct Pace {
    /// Its interval; of several monitors the longest.
    pub(super) tick: Duration,
    /// It counts what is heard, which may be anything, and at any time.
    pub(super) hears: bool,
}

/// Says how two hosts' announcements differ: what and in which order must be the same, and no monitor of the kernel's may
/// be earlier than its time. How much later it is says nothing: a busy machine is always late.
pub(super) fn differences(twin: &[Heard], kernel: &[Heard], pace: Pace) -> Vec<String> {
    let words = |heard: &[Heard]| heard.iter().map(|heard| heard.what.clone()).collect::<Vec<_>>();
    let (expected, found) = (words(twin), words(kernel));
    if expected != found {
        return vec![format!("  announced: twin {expected:?}, kernel {found:?}")];
    }
    let bound = |heard: &Heard| heard.verdict.is_some_and(|up| !up || !pace.hears);
    let is_early = |twin: &Heard, kernel: &Heard| bound(twin) && kernel.at + pace.tick + JIFFIES < twin.at;
    let early = twin.iter().zip(kernel).filter(|(twin, kernel)| is_early(twin, kernel));
    let say = |(twin, kernel): (&Heard, &Heard)| {
        format!("  {}: twin after {:?}, kernel after {:?}", twin.what, twin.at, kernel.at)
    };
    early.map(say).collect()
}

/// Hears the kernel, from now on, in the network namespace of the calling thread.
pub(super) struct Kernel {
    came: Arc<Mutex<Vec<(Instant, RawMessage)>>>,
    over: Arc<AtomicBool>,
    /// How often nothing came for a while.
    silences: Arc<AtomicU64>,
    thread: Option<JoinHandle<Result<(), MonitorError>>>,
    reader: Reader,
    ear: Ear,
    since: Instant,
}

impl Kernel {
    pub(super) fn listen() -> Result<Self, MonitorError> {
        let mut monitor = Monitor::open()?;
        let (came, over) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let silences = Arc::new(AtomicU64::new(0));
        let (into, is_over, silent) = (Arc::clone(&came), Arc::clone(&over), Arc::clone(&silences));
        let thread = std::thread::spawn(move || {
            while !is_over.load(Ordering::Relaxed) {
                let messages = monitor.next_within(TURN)?;
                let now = Instant::now();
                if messages.is_empty() {
                    silent.fetch_add(1, Ordering::Release);
                }
                let mut into = into.lock().unwrap_or_else(PoisonError::into_inner);
                into.extend(messages.into_iter().map(|message| (now, message)));
            }
            Ok(())
        });
        let (reader, ear) = (Reader::default(), Ear::default());
        Ok(Self { came, over, silences, thread: Some(thread), reader, ear, since: Instant::now() })
    }

    /// An event is about to be: what was announced until now is over. Some of what changed is announced with the next
    /// change only, so it counts from what the host says of itself.
    pub(super) fn begin(&mut self, host: &Namespace) -> Result<(), Box<dyn Error>> {
        let silences = self.silences.load(Ordering::Acquire);
        until("silence", || Ok(self.silences.load(Ordering::Acquire) > silences))?;
        self.hear()?;
        self.ear.begin(&host.observe()?);
        self.since = Instant::now();
        Ok(())
    }

    /// What was announced since the event.
    pub(super) fn hear(&mut self) -> Result<&[Heard], Box<dyn Error>> {
        if self.thread.as_ref().is_some_and(JoinHandle::is_finished)
            && let Some(thread) = self.thread.take()
        {
            thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        }
        let came = std::mem::take(&mut *self.came.lock().unwrap_or_else(PoisonError::into_inner));
        for (at, message) in came {
            // A bridge announces its ports in messages of the same kind and another family.
            let is_link = message.kind == libc::RTM_NEWLINK && message.payload.first() == Some(&0);
            if is_link {
                self.reader.names.note(&message.payload)?;
                let told = self.reader.read(&message.payload)?;
                self.ear.take(&told.link, at.saturating_duration_since(self.since));
            }
        }
        Ok(self.ear.heard())
    }
}

impl Drop for Kernel {
    fn drop(&mut self) {
        self.over.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            // Whoever wanted to know asked before.
            let _ = thread.join();
        }
    }
}
