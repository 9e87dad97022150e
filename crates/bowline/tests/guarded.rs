//! What a guarded change and `ifreload` have in common, on a host in memory: the lock, and what is remembered.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

mod common;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bowline::ExitCode;
use bowline::guarded::beside::Beside;
use bowline::guarded::senses::Blind;
use bowline::guarded::serve::{self, Asked, Ground, Order};
use common::{Fake, files, networks};
use guard::{Action, Answer, Edge, Ending, Input, News, Reply, Request};
use network::Host;
use record::State;
use record::client::{Client, Said};
use record::lock::{LockError, take};

const ONE_BRIDGE: &str = "auto vmbr7\niface vmbr7 inet static\n\taddress 10.7.0.1/24\n\tbridge-ports enp5s0\n";

/// Whoever confirms, or waits for the end; and sees who else could change the network meanwhile.
struct Watcher<'a> {
    inner: &'a mut dyn Edge,
    root: &'a Path,
    confirms: bool,
    /// The process dies when all is confirmed, and nothing is put away yet.
    dies: bool,
    skew: Duration,
    waited: &'a mut usize,
    amiss: &'a mut Vec<String>,
}

impl Edge for Watcher<'_> {
    fn now(&mut self) -> Duration {
        self.inner.now() + self.skew
    }
    fn perform(&mut self, action: &Action) -> Answer {
        assert!(matches!(take(&lock(self.root)), Err(LockError::Held)), "{action:?} without the lock");
        match action {
            Action::Close(_) if self.dies => Answer::Failed("it is dead".to_owned()),
            _ => self.inner.perform(action),
        }
    }
    fn wait(&mut self, until: Duration) -> Option<Input> {
        let now = self.now();
        if until <= now {
            return None;
        }
        *self.waited += 1;
        assert!(matches!(take(&lock(self.root)), Err(LockError::Held)), "it waits without the lock");
        if self.confirms {
            return Some(Input::Request(Request::Confirm { token: None, by: "a test".to_owned() }));
        }
        self.skew += until - now;
        None
    }
    fn reply(&mut self, _: &Reply) {}
    fn tell(&mut self, news: &News) {
        if let News::Amiss { text } = news {
            self.amiss.push(text.clone());
        }
        self.inner.tell(news);
    }
}

fn lock(root: &Path) -> PathBuf {
    root.join("run/network/.lock")
}

fn remembered(root: &Path) -> Option<Vec<u8>> {
    std::fs::read(root.join("run/network/bowline.json")).ok()
}

fn state(root: &Path) -> State {
    let disk = linux::Disk { root: Some(root.to_owned()) };
    State::read(&disk, Path::new(record::state::PATH)).unwrap()
}

/// A host whose one bridge `apply --unguarded` made.
struct Stage {
    fake: Fake,
    folder: tempfile::TempDir,
}

impl Stage {
    fn set() -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder.path().join("etc/network")).unwrap();
        let stage = Self { fake: Fake::new(networks::nics(&["enp3s0", "enp4s0", "enp5s0"])), folder };
        std::fs::write(stage.interfaces(), ONE_BRIDGE).unwrap();
        stage.unguarded();
        assert_eq!(names(&state(stage.root())), ["vmbr7"]);
        stage
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    fn interfaces(&self) -> PathBuf {
        self.root().join("etc/network/interfaces")
    }

    fn unguarded(&self) {
        let ran = self.fake.run(&["apply", "--unguarded", "--root", self.root().to_str().unwrap()]);
        assert_eq!(ran.code, ExitCode::Success, "{ran}");
    }

    /// Guards a change that this process makes in `change`, once the guard has begun.
    fn beside(&self, drive: &mut serve::Drive<'_>, change: impl FnOnce(Client) + Send) -> Ending {
        let asked = Asked { settle: Some(0), ..Asked::default() };
        let order = Beside { process: std::process::id(), asked, steps: 1, by: "a test".to_owned() };
        let control = self.root().join("run/bowline/control");
        std::fs::create_dir_all(control.parent().unwrap()).unwrap();
        let mut open = || Ok(Box::new(self.fake.clone()) as Box<dyn Host>);
        let (root, boot) = (Some(self.root()), serve::this_boot().unwrap());
        let mut ground = Ground { root, boot, open: &mut open, senses: &mut Blind, watched: false, drive };
        std::thread::scope(|scope| {
            scope.spawn(|| change(begun(&control)));
            serve::run_beside(&mut ground, &order).unwrap().unwrap()
        })
    }

    fn good(&self) -> Option<String> {
        std::fs::read_to_string(self.root().join("var/lib/bowline/good")).ok()
    }

    /// Carries the file out that was staged before: to its end, and then once more by whoever finds what is left.
    fn guarded(&self, file: &str, confirms: bool, dies: bool) -> (Ending, usize) {
        std::fs::write(self.root().join("etc/network/interfaces.new"), file).unwrap();
        let order = Order {
            asked: Asked::default(),
            token: "token".to_owned(),
            id: "1".to_owned(),
            by: "a test".to_owned(),
            digest: linux::digest(file.as_bytes()),
            listener: false,
        };
        let (mut waited, mut amiss, root) = (0, Vec::new(), self.root());
        let mut ending = None;
        for dies in [dies, false] {
            let mut open = || Ok(Box::new(self.fake.clone()) as Box<dyn Host>);
            let (waited, amiss) = (&mut waited, &mut amiss);
            let mut drive = |transaction: &mut guard::Transaction, inner: &mut dyn Edge| {
                let skew = Duration::ZERO;
                guard::run(transaction, &mut Watcher { inner, root, confirms, dies, skew, waited, amiss })
            };
            let boot = serve::this_boot().unwrap();
            let mut ground = Ground {
                root: Some(root),
                boot,
                open: &mut open,
                senses: &mut Blind,
                watched: false,
                drive: &mut drive,
            };
            if ending.is_none() {
                ending = serve::run(&mut ground, &order).unwrap();
            } else {
                serve::finish(&mut ground, false).unwrap();
            }
        }
        assert_eq!(amiss, Vec::<String>::new());
        assert!(!self.root().join("var/lib/bowline/open").exists(), "it is still open");
        drop(take(&lock(root)).expect("the lock is free when it is over"));
        (ending.unwrap(), waited)
    }
}

/// Connects to a guard, once there is one.
fn connect(control: &Path) -> Client {
    loop {
        match Client::connect(control).unwrap() {
            Some(client) => break client,
            None => std::thread::sleep(Duration::from_millis(5)),
        }
    }
}

/// Connects to a guard, and waits until it has begun.
fn begun(control: &Path) -> Client {
    let mut client = connect(control);
    while client.hear(None).unwrap() != Some(Said::News(News::Begun)) {}
    client
}

fn names(state: &State) -> Vec<&str> {
    state.interfaces.keys().map(String::as_str).collect()
}

#[test]
fn what_is_confirmed_is_remembered_even_if_the_guard_dies_right_then() {
    for dies in [false, true] {
        let stage = Stage::set();
        let (ending, waited) = stage.guarded(files::ACTIVE_BACKUP, true, dies);
        assert!(matches!(ending, Ending::Confirmed { .. }), "{ending:?}");
        assert_eq!(waited, 1);
        let now = state(stage.root());
        assert_eq!(names(&now), ["bond0", "enp3s0", "enp4s0", "lo", "vmbr0"], "the bridge is forgotten");
        assert!(
            now.interfaces["bond0"].device.is_some() && now.interfaces["bond0"].unfinished,
            "its hooks have not run"
        );
        let has = |link: &str| stage.fake.network().links.keys().any(|name| name.as_str() == link);
        assert!(has("vmbr0") && !has("vmbr7"), "what the file no longer names is taken away, as the plan said");
        // The next one, guarded or not, has nothing to do and nothing to say anew.
        let (sent, bytes) = (stage.fake.executed().len(), remembered(stage.root()));
        stage.unguarded();
        assert_eq!((stage.fake.executed().len(), remembered(stage.root())), (sent, bytes));
    }
}

#[test]
fn what_another_did_and_is_confirmed_is_the_last_good_file_if_it_still_counts() {
    let newer = ONE_BRIDGE.replace("10.7.0.1/24", "10.7.0.2/24");
    for renamed in [false, true] {
        let stage = Stage::set();
        std::fs::write(stage.interfaces(), &newer).unwrap();
        let own = stage.interfaces();
        let ending = stage.beside(&mut guard::run, |mut client| {
            if renamed {
                std::fs::write(own, files::ACTIVE_BACKUP).unwrap();
            }
            client.ask(&Request::Done { disturbs: false }).unwrap();
            client.ending(&mut |_| {}).unwrap();
        });
        assert!(matches!(ending, Ending::Confirmed { .. }), "{ending:?}");
        let expected = if renamed { ONE_BRIDGE } else { newer.as_str() };
        assert_eq!(stage.good().as_deref(), Some(expected), "renamed: {renamed}");
    }
}

/// Whoever finds what a dead guard left waits for the one that still makes the change.
#[test]
fn a_guard_that_died_beside_a_change_is_followed_once_no_more_of_it_is_made() {
    for says_so in [true, false] {
        let stage = Stage::set();
        let mut dies = |transaction: &mut guard::Transaction, edge: &mut dyn Edge| {
            assert_eq!(edge.perform(&transaction.action().unwrap()), Answer::Done);
            edge.tell(&News::Begun);
            Ending::NotBegun { why: "it is dead".to_owned() }
        };
        stage.beside(&mut dies, drop);
        let (root, control) = (stage.root().to_owned(), stage.root().join("run/bowline/control"));
        let held = take(&lock(&root)).unwrap();
        let goes_back = AtomicBool::new(false);
        let mut drive = |transaction: &mut guard::Transaction, edge: &mut dyn Edge| {
            goes_back.store(true, Ordering::SeqCst);
            guard::run(transaction, edge)
        };
        let mut open = || Ok(Box::new(stage.fake.clone()) as Box<dyn Host>);
        let boot = serve::this_boot().unwrap();
        let root = Some(root.as_path());
        let mut ground = Ground { root, boot, open: &mut open, senses: &mut Blind, watched: false, drive: &mut drive };
        let ending = std::thread::scope(|scope| {
            scope.spawn(|| {
                let mut client = connect(&control);
                let stands = Reply::Stands { stage: guard::Stage::RollingBack, left: None };
                assert_eq!(client.reply_to(&Request::Look).unwrap(), stands);
                assert!(!goes_back.load(Ordering::SeqCst), "under its hands");
                if says_so {
                    client.ask(&Request::GiveUp { by: "a test".to_owned() }).unwrap();
                    client.ending(&mut |_| {}).unwrap();
                }
                drop(held);
            });
            serve::finish(&mut ground, false).unwrap()
        });
        let died = guard::Reason::Died;
        assert_eq!(ending, Some(Ending::RolledBack { reason: died, left: Vec::new() }), "says so: {says_so}");
        assert!(goes_back.load(Ordering::SeqCst));
    }
}

#[test]
fn what_is_rolled_back_leaves_what_is_remembered_as_it_was() {
    for dies in [false, true] {
        let stage = Stage::set();
        let before = remembered(stage.root());
        let (ending, waited) = stage.guarded(files::ACTIVE_BACKUP, false, dies);
        assert!(matches!(&ending, Ending::RolledBack { left, .. } if left.is_empty()), "{ending:?}");
        assert_eq!(waited, 1);
        assert!(before.is_some() && remembered(stage.root()) == before);
        assert_eq!(std::fs::read_to_string(stage.interfaces()).unwrap(), ONE_BRIDGE);
    }
}

#[test]
fn while_a_reload_is_at_work_nothing_begins() {
    let stage = Stage::set();
    let sent = stage.fake.executed().len();
    let held = take(&lock(stage.root())).unwrap();
    let order = Order {
        asked: Asked::default(),
        token: "token".to_owned(),
        id: "1".to_owned(),
        by: "a test".to_owned(),
        digest: linux::digest(ONE_BRIDGE.as_bytes()),
        listener: false,
    };
    let mut open = || Ok(Box::new(stage.fake.clone()) as Box<dyn Host>);
    let mut drive = guard::run;
    let boot = serve::this_boot().unwrap();
    let mut ground = Ground {
        root: Some(stage.root()),
        boot,
        open: &mut open,
        senses: &mut Blind,
        watched: false,
        drive: &mut drive,
    };
    let ending = serve::run(&mut ground, &order).unwrap();
    let Some(Ending::NotBegun { why }) = ending else { panic!("{ending:?}") };
    assert!(why.starts_with("ifreload, ifup, ifdown or another apply is at work"), "{why}");
    assert_eq!(stage.fake.executed().len(), sent);
    drop(held);
}

#[test]
fn errors_in_the_file_are_told_to_programs() {
    let root = common::root("guarded-errors", files::WRONG);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_bowline"));
    let ran = command.args(["apply", "--json", "--root"]).arg(&root).output().unwrap();
    let said: serde_json::Value = serde_json::from_slice(&ran.stdout).unwrap();
    assert_eq!((ran.status.code(), &said["outcome"]), (Some(1), &"refused".into()), "{said:#}");
    let errors = said["diagnostics"].as_array().unwrap().iter().filter(|found| found["severity"] == "error").count();
    assert!(errors > 0, "{said:#}");
    assert!(!root.join("var/lib/bowline").exists(), "nothing begins");
}

/// Nobody confirms, and somebody may have taken the gateway away meanwhile.
#[test]
fn by_itself_it_is_kept_only_if_what_worked_works() {
    use bowline::guarded::senses::{SenseError, Senses};
    use linux::neighbour::Neighbour;
    use linux::sessions::Session;
    use std::collections::BTreeSet;

    /// The gateway answers so many times.
    struct Gateway {
        answers: usize,
        blind: bool,
    }
    impl Senses for Gateway {
        fn answering(&mut self, asked: &BTreeSet<Neighbour>) -> Result<BTreeSet<Neighbour>, SenseError> {
            let answers = self.answers > 0 && !asked.is_empty();
            self.answers = self.answers.saturating_sub(usize::from(!asked.is_empty()));
            Ok(if answers { asked.clone() } else { BTreeSet::new() })
        }
        fn sessions(&mut self) -> Result<Vec<Session>, SenseError> {
            if self.blind { Err(std::io::Error::other("no /proc").into()) } else { Ok(Vec::new()) }
        }
        fn is_quorate(&mut self) -> Option<bool> {
            None
        }
    }
    /// Time passes fast, and what is told is kept.
    struct Fast<'a>(&'a mut dyn Edge, Duration, &'a mut Vec<News>);
    impl Edge for Fast<'_> {
        fn now(&mut self) -> Duration {
            self.0.now() + self.1
        }
        fn perform(&mut self, action: &Action) -> Answer {
            self.0.perform(action)
        }
        fn wait(&mut self, until: Duration) -> Option<Input> {
            let input = self.0.wait(until.saturating_sub(self.1));
            if until > self.now() {
                self.1 += Duration::from_secs(20);
            }
            input
        }
        fn reply(&mut self, _: &Reply) {}
        fn tell(&mut self, news: &News) {
            self.2.push(news.clone());
            self.0.tell(news);
        }
    }

    let with_gateway = |port: &str| {
        format!(
            "auto vmbr7\niface vmbr7 inet static\n\taddress 10.7.0.1/24\n\tgateway 10.7.0.254\n\tbridge-ports {port}\n"
        )
    };
    let (always, once) = (usize::MAX, 1);
    for (answers, blind) in [(always, false), (once, false), (0, false), (always, true)] {
        let stage = Stage::set();
        std::fs::write(stage.interfaces(), with_gateway("enp5s0")).unwrap();
        stage.unguarded();
        let file = with_gateway("enp4s0");
        std::fs::write(stage.root().join("etc/network/interfaces.new"), &file).unwrap();
        let order = Order {
            asked: Asked { within: 300, settle: Some(10), ..Asked::default() },
            token: "token".to_owned(),
            id: "1".to_owned(),
            by: "a test".to_owned(),
            digest: linux::digest(file.as_bytes()),
            listener: false,
        };
        let mut news = Vec::new();
        let mut open = || Ok(Box::new(stage.fake.clone()) as Box<dyn Host>);
        let mut drive = |transaction: &mut guard::Transaction, edge: &mut dyn Edge| {
            guard::run(transaction, &mut Fast(edge, Duration::ZERO, &mut news))
        };
        let senses = &mut Gateway { answers, blind };
        let (root, boot) = (Some(stage.root()), serve::this_boot().unwrap());
        let mut ground = Ground { root, boot, open: &mut open, senses, watched: false, drive: &mut drive };
        let ending = serve::run(&mut ground, &order).unwrap().unwrap();
        let lost = ["the gateway 10.7.0.254 answers".to_owned()];
        match (&ending, answers, blind) {
            // What did not work before is no loss, and what can't be seen confirms nothing.
            (Ending::Confirmed { .. }, always_or_never, false) if always_or_never != once => {}
            (Ending::RolledBack { reason: guard::Reason::Lost { signs }, left }, 1, false) => {
                assert!(left.is_empty() && signs[..] == lost, "{ending:?}");
                assert!(news.iter().any(|it| matches!(it, News::Missing { signs } if signs[..] == lost)), "{news:?}");
            }
            (Ending::NotBegun { why }, _, true) => assert!(why.starts_with("what works can't be told"), "{why}"),
            _ => panic!("{answers} answers, blind: {blind}: {ending:?}"),
        }
        assert!(!stage.root().join("var/lib/bowline/open").exists(), "it is still open");
    }
}

#[test]
fn history_tells_what_each_changed() {
    let stage = Stage::set();
    let root = stage.root().to_str().unwrap();
    stage.guarded(&ONE_BRIDGE.replace("10.7.0.1/24", "10.7.0.2/24"), false, false);
    let list = stage.fake.run(&["history", "--root", root]);
    assert!(list.code == ExitCode::Success && list.out.starts_with("1  ") && list.out.lines().count() == 1, "{list}");
    let one = stage.fake.run(&["history", "1", "--root", root]);
    assert!(one.out.starts_with(&list.out), "{one}");
    for line in ["+++ /etc/network/interfaces.rejected", "-\taddress 10.7.0.1/24", "+\taddress 10.7.0.2/24"] {
        assert!(one.out.lines().any(|found| found == line), "{line:?} in {one}");
    }
    let told = stage.fake.run(&["history", "1", "--json", "--root", root]);
    let told: serde_json::Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(told["ending"]["reason"]["reason"], "expired", "{told:#}");
    assert!(told["diff"].as_str().unwrap().contains("\n+\taddress 10.7.0.2/24\n"), "{told:#}");
    for id in ["2", "../../good", ""] {
        let none = stage.fake.run(&["history", id, "--root", root]);
        assert!(none.code == ExitCode::Problems && none.err.starts_with("error: no change is of that name"), "{none}");
    }
}

#[test]
fn refusals_are_told_to_programs() {
    let stage = Stage::set();
    let root = stage.root().to_str().unwrap();
    for (line, why) in [
        (vec!["confirm"], "nothing is open"),
        (vec!["rollback"], "nothing is open"),
        (vec!["rollback", "7"], "no change is of that name; nothing was changed"),
        (vec!["history", "7"], "no change is of that name"),
        (vec!["apply"], "this host can't be guarded; nothing was changed"),
    ] {
        let ran = stage.fake.run(&[&line[..], &["--json", "--root", root]].concat());
        let said: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
        assert_eq!(
            (ran.code, &said["news"], &said["why"]),
            (ExitCode::Problems, &"refused".into(), &why.into()),
            "{ran}"
        );
        assert!(ran.err.is_empty(), "{ran}");
    }
}
