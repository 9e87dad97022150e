//! A host in memory with a disk, a kernel, and accidents.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]

#[path = "../../../plan/tests/properties/hosts.rs"]
pub mod hosts;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use guard::journal::{self, Writer};
use guard::{
    Action, Answer, Begun, Confirmation, Edge, Ending, Evidence, Files, Input, News, Record, Recovered, Reply, Request,
    Settings, Transaction, recover, run,
};
use network::{Change, Kind, Network};

pub const TOKEN: &str = "knot-7";
pub const WITHIN: Duration = Duration::from_secs(90);

/// What there is besides the process that drives the transaction: it stays when that one dies.
#[derive(Clone)]
pub struct World {
    pub kernel: Network,
    /// What is on the disk.
    pub journal: Vec<u8>,
    pub file: &'static str,
    pub rejected: Option<&'static str>,
    pub closed: Option<Ending>,
    pub boot: String,
    pub clock: Duration,
    /// How many actions were performed, by whomever.
    pub performed: usize,
    /// Two at a time.
    pub driven: u32,
}

/// What befalls an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Accident {
    /// It is refused.
    Refused,
    /// It is done, and seems not to be.
    Unanswered,
    /// The process dies before it.
    DiesBefore,
    /// The process dies after it.
    DiesAfter,
    /// The process dies, and a line of the journal is only half written.
    Torn,
    /// The power goes before it.
    PowerBefore,
    /// The power goes after it.
    PowerAfter,
}

pub const ACCIDENTS: [Accident; 7] = [
    Accident::Refused,
    Accident::Unanswered,
    Accident::DiesBefore,
    Accident::DiesAfter,
    Accident::Torn,
    Accident::PowerBefore,
    Accident::PowerAfter,
];

/// The process that drives a transaction.
pub struct Process<'a> {
    pub world: &'a mut World,
    pub writer: Writer,
    pub accidents: BTreeMap<usize, Accident>,
    /// What comes in, each after so many looks.
    pub inputs: VecDeque<(u32, Input)>,
    /// Where the clock goes at each look, in seconds, forth or back.
    pub jumps: VecDeque<i64>,
    pub dead: bool,
    pub replies: Vec<Reply>,
    pub news: Vec<News>,
}

impl World {
    pub fn new(kernel: Network) -> Self {
        Self {
            kernel,
            journal: Vec::new(),
            file: "old",
            rejected: None,
            closed: None,
            boot: "first".to_owned(),
            clock: Duration::from_secs(1000),
            performed: 0,
            driven: 0,
        }
    }

    /// Whoever finds what was left behind: the watchdog, or the unit at the next start.
    pub fn find(&mut self, accidents: BTreeMap<usize, Accident>) -> Option<Ending> {
        let read = journal::read(&self.journal);
        self.journal.truncate(read.length);
        match recover(&read.records, &self.boot, self.clock) {
            Recovered::Nothing => {
                self.closed = Some(Ending::NotBegun { why: "nothing was found".to_owned() });
                None
            }
            Recovered::Unfinished(mut transaction) => {
                let mut process = Process::new(self, read.writer);
                process.accidents = accidents;
                Some(process.drive(&mut transaction))
            }
        }
    }
}

impl<'a> Process<'a> {
    pub fn new(world: &'a mut World, writer: Writer) -> Self {
        Self {
            world,
            writer,
            accidents: BTreeMap::new(),
            inputs: VecDeque::new(),
            jumps: VecDeque::new(),
            dead: false,
            replies: Vec::new(),
            news: Vec::new(),
        }
    }

    pub fn drive(&mut self, transaction: &mut Transaction) -> Ending {
        assert_eq!(self.world.driven, 0, "two transactions at once");
        self.world.driven += 1;
        let ending = run(transaction, self);
        self.world.driven -= 1;
        ending
    }

    fn effect(&mut self, action: &Action) -> Answer {
        let world = &mut *self.world;
        match action {
            Action::Append(record) => {
                world.journal.extend(self.writer.line(record).unwrap());
                Answer::Done
            }
            Action::Execute(change) => execute(&mut world.kernel, change),
            Action::Observe => Answer::Observed(Box::new(world.kernel.clone())),
            Action::Install => {
                world.file = "new";
                Answer::Done
            }
            Action::Restore => {
                world.rejected = Some(world.file).filter(|file| *file != "old").or(world.rejected);
                world.file = "old";
                Answer::Done
            }
            Action::Close(ending) => {
                world.closed = Some(ending.clone());
                Answer::Done
            }
        }
    }

    /// All that runs is gone, and what the kernel had.
    fn power_cut(&mut self) {
        self.dead = true;
        self.world.kernel = hosts::bare_host();
        self.world.boot = "second".to_owned();
    }
}

/// As a kernel does: what is not there can't be changed.
pub fn execute(kernel: &mut Network, change: &Change) -> Answer {
    let there = match change {
        Change::Create { link, .. } => kernel.link(link).is_none(),
        Change::SetMaster { link, master: Some(master) } => [link, master].iter().all(|it| kernel.link(it).is_some()),
        change => kernel.link(change.link()).is_some(),
    };
    if !there {
        return Answer::Failed("no such thing, or there already".to_owned());
    }
    plan::apply(kernel, change);
    Answer::Done
}

impl Edge for Process<'_> {
    fn now(&mut self) -> Duration {
        self.world.clock
    }

    fn perform(&mut self, action: &Action) -> Answer {
        let failed = || Answer::Failed("an accident".to_owned());
        if self.dead {
            return failed();
        }
        let number = self.world.performed;
        self.world.performed += 1;
        self.world.clock += Duration::from_millis(5);
        match self.accidents.get(&number) {
            None => self.effect(action),
            Some(Accident::Refused) => failed(),
            // What can't be written is cut off again before more is written; a cut that failed is a dead disk.
            Some(Accident::Unanswered) if matches!(action, Action::Append(_)) => failed(),
            Some(Accident::Unanswered) => {
                self.effect(action);
                failed()
            }
            Some(Accident::DiesBefore) => {
                self.dead = true;
                failed()
            }
            Some(Accident::DiesAfter) => {
                self.effect(action);
                self.dead = true;
                failed()
            }
            Some(Accident::Torn) => {
                if let Action::Append(record) = action {
                    let line = self.writer.line(record).unwrap();
                    self.world.journal.extend_from_slice(&line[..line.len() * 2 / 3]);
                }
                self.dead = true;
                failed()
            }
            Some(Accident::PowerBefore) => {
                self.power_cut();
                failed()
            }
            Some(Accident::PowerAfter) => {
                self.effect(action);
                self.power_cut();
                failed()
            }
        }
    }

    fn wait(&mut self, until: Duration) -> Option<Input> {
        if self.dead {
            self.world.clock = self.world.clock.max(until);
            return None;
        }
        if let Some(jump) = self.jumps.pop_front() {
            let by = Duration::from_secs(jump.unsigned_abs());
            let clock = self.world.clock;
            self.world.clock = if jump < 0 { clock.saturating_sub(by) } else { clock + by };
        }
        match self.inputs.front_mut() {
            Some((0, _)) => self.inputs.pop_front().map(|(_, input)| input),
            Some((looks, _)) => {
                *looks -= 1;
                // A wait may come back early.
                None
            }
            None => {
                self.world.clock = self.world.clock.max(until);
                None
            }
        }
    }

    fn reply(&mut self, reply: &Reply) {
        self.replies.push(reply.clone());
    }

    fn tell(&mut self, news: &News) {
        self.news.push(news.clone());
    }
}

/// A host with what `first` wants, and a transaction that leads to what `second` wants.
pub fn change(first: &Network, second: &Network) -> (World, Transaction, Network) {
    let mut host = hosts::bare_host();
    walk(&mut host, first);
    let plan = plan::plan(second, &host);
    let mut new = host.clone();
    plan.steps.iter().for_each(|step| plan::apply(&mut new, &step.change));
    let begun = Begun {
        id: "1".to_owned(),
        boot: "first".to_owned(),
        at: 1_700_000_000,
        by: "root".to_owned(),
        token: TOKEN.to_owned(),
        files: Files { before: Some("old".to_owned()), after: Some("new".to_owned()) },
        steps: plan.steps.len(),
        touched: plan::touched(&plan, &host),
        snapshot: host.settings(),
    };
    let world = World::new(host);
    let mut works = Evidence::default();
    works.note("gateway", true);
    works.note("neighbour", false);
    let transaction = Transaction::new(begun, settings(Confirmation::Asked), plan, second.clone(), works, world.clock);
    (world, transaction, new)
}

pub fn settings(confirmation: Confirmation) -> Settings {
    Settings { within: WITHIN, grace: Duration::from_secs(20), confirmation }
}

pub fn walk(host: &mut Network, wanted: &Network) {
    plan::plan(wanted, host).steps.iter().for_each(|step| plan::apply(host, &step.change));
}

pub fn confirm(token: Option<&str>) -> Input {
    Input::Request(Request::Confirm { token: token.map(str::to_owned), by: "root".to_owned() })
}

/// A network without what nobody can set, or what means nothing, in one order.
pub fn settled(network: &Network) -> Network {
    let mut network = network.settings();
    for link in network.links.values_mut() {
        link.addresses.sort_by_key(|address| address.net);
        match &mut link.kind {
            Kind::Bond(bond) => {
                let mode = bond.mode();
                bond.slaves.sort();
                bond.options.remove(network::option::bond::ACTIVE_SLAVE);
                let counts = bond.options.iter().filter(|(option, _)| option.modes.contains(mode));
                bond.options = counts.map(|(option, value)| (option, value.clone())).collect();
            }
            Kind::Bridge(bridge) => bridge.ports.sort(),
            _ => {}
        }
    }
    network.routes.sort_by_key(|route| (route.link.clone(), route.destination, route.metric, route.gateway));
    network
}

/// Whether the two are one, but for an address that the driver picked by chance.
pub fn alike(left: &Network, right: &Network) -> bool {
    let (mut left, right) = (settled(left), settled(right));
    for link in left.links.values_mut() {
        link.mac = link.mac.filter(|_| right.link(&link.name).is_some_and(|other| other.mac.is_some()));
    }
    left == right
}

/// The records that a journal holds now.
pub fn records(world: &World) -> Vec<Record> {
    journal::read(&world.journal).records
}
