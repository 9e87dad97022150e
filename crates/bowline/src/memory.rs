//! What `ifreload` and `bowline apply` remember for each other: what was brought up, with which lines, and which devices
//! were made. See [`record`].

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use network::{IfName, Network};
use record::leaving::{Leaving, Now, Verdict, as_brought_up, verdict};
use record::lock::Lock;
use record::remember::Ran;
use record::{Lines, State, lock, state};

use crate::Failure;
use crate::source::{Understood, disk};

/// What was remembered, and the file's stanzas to hold against it.
pub struct Memory {
    root: Option<PathBuf>,
    /// It is written; that of a scenario's host is gone with the run.
    lasts: bool,
    old: State,
    now: State,
    lines: Lines,
    forgotten: Vec<IfName>,
    /// What there is to say of it, a line each.
    pub notes: Vec<String>,
}

impl Memory {
    /// Reads it. One that can't be used is told in the notes, and taken for none: then nothing is taken away.
    #[must_use]
    pub fn read(root: Option<&Path>, understood: &Understood) -> Self {
        let mut notes = Vec::new();
        let old = State::read(&disk(root), Path::new(state::PATH)).unwrap_or_else(|error| {
            let error = Failure::from(error);
            notes.push(format!("{}: {}: nothing is taken away", state::PATH, error.chain()));
            State::default()
        });
        let lines = Lines::of(&understood.configuration);
        let root = root.map(Path::to_owned);
        Self { root, lasts: true, now: old.clone(), old, lines, forgotten: Vec::new(), notes }
    }

    /// That of a scenario's host: it remembers nothing, and what it learns is not written.
    #[must_use]
    pub fn none(understood: &Understood) -> Self {
        let (old, lines) = (State::default(), Lines::of(&understood.configuration));
        Self { root: None, lasts: false, now: old.clone(), old, lines, forgotten: Vec::new(), notes: Vec::new() }
    }

    /// Adds to what is wanted: addresses that hooks gave stay, and what the file no longer names goes.
    pub fn add_to(&mut self, understood: &mut Understood, observed: &Network) {
        let no_longer = self.old.no_longer_named(&understood.configuration, &self.lines);
        let wanted = &mut understood.resolved.wanted;
        self.old.keep_what_hooks_gave(wanted, &self.lines, observed);
        let goes = |(leaving, now): (Leaving, Now)| (!matches!(now, Now::Needed(_))).then_some(leaving);
        let leaving: Vec<Leaving> = no_longer.into_iter().filter_map(goes).collect();
        let was = as_brought_up(&leaving);
        for one in &leaving {
            let verdict = verdict(one, &leaving, &was, observed, true);
            match &verdict {
                Verdict::InUse(why) => self.notes.push(format!("{}: not taken down: {why}", one.name)),
                Verdict::Release { others: true, .. } => {
                    self.notes.push(format!("{}: others made this device: it is not deleted", one.name));
                }
                _ => {}
            }
            if !matches!(verdict, Verdict::InUse(_)) {
                self.forgotten.push(one.name.clone());
            }
            if let Some(going) = verdict.going(false) {
                wanted.leaving.insert(one.name.clone(), going);
            }
        }
    }

    /// Notes what a plan made of the host that changed something of those links ([`record::remember::touched`]): of all of
    /// it, or of what was done before it stopped.
    pub fn note(&mut self, wanted: &Network, touched: &BTreeSet<&IfName>, before: &Network, after: &Network) {
        let changes = |name: &&IfName| self.old.has_changed(name, &self.lines, touched, before);
        let changing = wanted.links.keys().filter(changes).cloned().collect();
        let ran = Ran { changing, failed: Default::default(), with_hooks: false, before_hooks: after, after };
        self.now.remember(wanted, &self.lines, &ran);
        for name in &self.forgotten {
            // A device that is to go and is still there is remembered as ours.
            let is_ours = self.old.interfaces.get(name.as_str()).is_some_and(|saved| saved.device.is_some());
            let device = after.link(name).and_then(record::Device::of);
            let same = is_ours && self.old.interfaces[name.as_str()].device == device;
            if !same {
                self.now.interfaces.remove(name.as_str());
            }
        }
    }

    /// What it names.
    pub fn names(&self) -> impl Iterator<Item = IfName> {
        self.old.interfaces.keys().filter_map(|name| IfName::new(name).ok())
    }

    /// Writes it, if it is another than it was.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn save(&self) -> Result<(), Failure> {
        if self.now == self.old || !self.lasts {
            return Ok(());
        }
        Ok(self.now.write(&disk(self.root.as_deref()).locate(Path::new(state::PATH)))?)
    }
}

/// Keeps every other program from changing the network: `ifreload`, `ifup`, `ifdown`, and ifupdown2's.
///
/// # Errors
/// When another holds the lock.
pub fn lock(root: Option<&Path>) -> Result<Lock, Failure> {
    Ok(lock::take(&disk(root).locate(Path::new(lock::PATH)))?)
}
