//! A file is applied in a guarded transaction, on the twin, with accidents.

use std::time::Duration;

use guard::journal::{self, Writer};
use guard::{
    Action, Answer, Begun, Confirmation, Edge, Ending, Evidence, Files, Input, News, Recovered, Reply, Request,
    Settings, Transaction, recover, run,
};
use network::{Host, Network};
use twin::topology::build;

use crate::case::{Accident, Layout};
use crate::compare::unlike;
use crate::rule::{Failure, Rule};
use crate::stage::Stage;

/// How long a change waits to be confirmed.
const WITHIN: Duration = Duration::from_secs(30);
/// How long what worked before may be gone. Nothing is looked for, so it does not come to that.
const GRACE: Duration = Duration::from_secs(20);
/// How often somebody finds what was left behind until it is over: accidents are fewer.
const FINDS: usize = 8;

/// What there is besides the process that drives the transaction: it outlives that.
#[derive(Default)]
struct Disk {
    journal: Vec<u8>,
    /// Whether the new file is in its place.
    new: bool,
    closed: Option<Ending>,
    /// How often the host was started anew.
    boots: usize,
}

/// Applies a file, guarded.
pub(crate) fn guarded(
    stage: &mut Stage<'_>,
    file: &Layout,
    confirmed: bool,
    accidents: &[(u32, Accident)],
) -> Result<(), Failure> {
    let (before, old) = (stage.observe(), stage.file.clone());
    let understood = stage.understand(file, &before)?;
    let plan = stage.plan(&understood, &before)?;
    let new = after(stage, &plan)?;
    let begun = Begun {
        id: "1".to_owned(),
        boot: boot_id(0),
        at: 0,
        by: "root".to_owned(),
        token: "token".to_owned(),
        files: Files { before: Some("old".to_owned()), after: Some("new".to_owned()) },
        steps: plan.steps.len(),
        touched: plan::touched(&plan, &before),
        snapshot: before.settings(),
    };
    let settings = Settings { within: WITHIN, grace: GRACE, confirmation: Confirmation::Asked };
    let (wanted, works) = (understood.wanted.clone(), Evidence::default());
    let now = stage.twin.world.now();
    let mut transaction = Transaction::new(begun, settings, plan.clone(), wanted, works, now);
    let mut disk = Disk::default();
    // Two lines for each step, and a few besides.
    let actions = 2 * plan.steps.len() + 8;
    let mut accidents = accidents.iter().map(|(at, what)| (usize::try_from(*at).unwrap_or(0) % actions, *what));
    let mut process = Process::new(stage, &mut disk, Writer::default(), accidents.next(), confirmed);
    let mut ending = run(&mut transaction, &mut process);
    for _ in 0..FINDS {
        if disk.closed.is_some() {
            break;
        }
        ending = find(stage, &mut disk, accidents.next(), ending);
    }
    stage.note(format_args!("{:?}, {} boots", disk.closed, disk.boots));
    ends(stage, &disk, confirmed, (&before, &new))?;
    let stays = if disk.new { file } else { &old };
    if disk.boots > 0 {
        return stage.boot(stays);
    }
    if disk.new {
        stage.applied(file, &understood, &plan, &before);
    }
    stage.run(crate::stage::SETTLES)
}

/// What the host is after the plan, when nothing happens to it.
fn after(stage: &Stage<'_>, plan: &plan::Plan) -> Result<Network, Failure> {
    let mut other = stage.clone();
    for step in &plan.steps {
        let refused = |it| Failure::new(Rule::Taken, format!("{}: {it}", step.change));
        other.twin.execute(&step.change).map_err(refused)?;
    }
    Ok(other.observe())
}

/// Whether it ended as it should.
fn ends(stage: &Stage<'_>, disk: &Disk, confirmed: bool, (old, new): (&Network, &Network)) -> Result<(), Failure> {
    let fail = |seen: String| Err(Failure::new(Rule::OldOrNew, seen));
    let (file, kernel) = match &disk.closed {
        None => return fail("it does not come to an end".to_owned()),
        Some(Ending::Confirmed { .. }) if !confirmed => return fail("confirmed, and nobody did".to_owned()),
        Some(Ending::Confirmed { .. }) => (true, new),
        Some(Ending::RolledBack { left, .. }) if !left.is_empty() => return fail(format!("left: {}", left.join("; "))),
        Some(Ending::RolledBack { .. } | Ending::NotBegun { .. }) => (false, old),
    };
    if disk.new != file {
        return fail(format!(
            "{:?}, and the file in place is the {} one",
            disk.closed,
            if disk.new { "new" } else { "old" }
        ));
    }
    // After a cut of the power, the host has what the file makes of it at its next start.
    let differs = if disk.boots == 0 { unlike(&stage.observe(), kernel) } else { Vec::new() };
    if differs.is_empty() { Ok(()) } else { fail(format!("{:?}\n{}", disk.closed, differs.join("\n"))) }
}

/// Whoever finds what was left behind.
fn find(stage: &mut Stage<'_>, disk: &mut Disk, accident: Option<(usize, Accident)>, ending: Ending) -> Ending {
    let read = journal::read(&disk.journal);
    disk.journal.truncate(read.length);
    match recover(&read.records, &boot_id(disk.boots), stage.twin.world.now()) {
        Recovered::Nothing => {
            disk.closed = Some(Ending::NotBegun { why: "nothing was found".to_owned() });
            ending
        }
        Recovered::Unfinished(mut transaction) => {
            run(&mut transaction, &mut Process::new(stage, disk, read.writer, accident, false))
        }
    }
}

fn boot_id(boots: usize) -> String {
    format!("boot {boots}")
}

/// The process that drives a transaction.
struct Process<'a, 's, 'c> {
    stage: &'s mut Stage<'c>,
    disk: &'a mut Disk,
    writer: Writer,
    accident: Option<(usize, Accident)>,
    performed: usize,
    confirm: bool,
    /// Since it is dead, its own time; the world's goes on without it.
    dead: Option<Duration>,
}

impl<'a, 's, 'c> Process<'a, 's, 'c> {
    fn new(
        stage: &'s mut Stage<'c>,
        disk: &'a mut Disk,
        writer: Writer,
        accident: Option<(usize, Accident)>,
        confirm: bool,
    ) -> Self {
        Self { stage, disk, writer, accident, performed: 0, confirm, dead: None }
    }

    fn effect(&mut self, action: &Action) -> Answer {
        match action {
            Action::Append(record) => match self.writer.line(record) {
                Ok(line) => {
                    self.disk.journal.extend(line);
                    Answer::Done
                }
                Err(error) => Answer::Failed(error.to_string()),
            },
            Action::Execute(change) => match self.stage.twin.execute(change) {
                Ok(()) => Answer::Done,
                Err(refusal) => Answer::Failed(refusal.to_string()),
            },
            Action::Observe => Answer::Observed(Box::new(self.stage.observe())),
            Action::Install | Action::Restore => {
                self.disk.new = *action == Action::Install;
                Answer::Done
            }
            Action::Close(ending) => {
                self.disk.closed = Some(ending.clone());
                Answer::Done
            }
        }
    }

    fn die(&mut self) {
        self.dead = Some(self.stage.twin.world.now());
    }

    /// All that runs is gone, and what the kernel had.
    fn power_cut(&mut self) {
        self.die();
        self.disk.boots += 1;
        self.stage.keep_log();
        self.stage.twin = build(&self.stage.topology, self.stage.case.seed);
    }

    fn tear(&mut self, action: &Action) {
        if let Action::Append(record) = action
            && let Ok(line) = self.writer.line(record)
        {
            self.disk.journal.extend_from_slice(&line[..line.len() * 2 / 3]);
        }
    }
}

impl Edge for Process<'_, '_, '_> {
    fn now(&mut self) -> Duration {
        self.dead.unwrap_or_else(|| self.stage.twin.world.now())
    }

    fn perform(&mut self, action: &Action) -> Answer {
        let failed = || Answer::Failed("an accident".to_owned());
        if self.dead.is_some() {
            return failed();
        }
        let number = self.performed;
        self.performed += 1;
        match self.accident.filter(|(at, _)| *at == number).map(|(_, what)| what) {
            None => return self.effect(action),
            Some(Accident::Refused) => {}
            Some(Accident::DiesBefore) => self.die(),
            Some(Accident::DiesAfter) => {
                self.effect(action);
                self.die();
            }
            Some(Accident::Torn) => {
                self.tear(action);
                self.die();
            }
            Some(Accident::PowerBefore) => self.power_cut(),
            Some(Accident::PowerAfter) => {
                self.effect(action);
                self.power_cut();
            }
        }
        failed()
    }

    fn wait(&mut self, until: Duration) -> Option<Input> {
        if let Some(clock) = &mut self.dead {
            *clock = until.max(*clock);
            return None;
        }
        let world = &mut self.stage.twin.world;
        if until <= world.now() {
            return None;
        }
        if std::mem::take(&mut self.confirm) {
            world.run_to(world.now() + Duration::from_secs(1));
            return Some(Input::Request(Request::Confirm { token: None, by: "root".to_owned() }));
        }
        world.run_to(until);
        None
    }

    fn reply(&mut self, reply: &Reply) {
        self.stage.note(format_args!("reply: {reply:?}"));
    }

    fn tell(&mut self, news: &News) {
        self.stage.note(format_args!("news: {news:?}"));
    }
}
