//! What the guard does, and whoever finds what a dead one left behind.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use guard::journal::{Writer, read};
use guard::{Edge, Ending, News, Record, Recovered, Transaction, recover};
use linux::staged::PATIENCE;
use linux::{Journal, Staging, Vault, instance};
use network::{Host, Network};
use record::lock::LockError;
use record::{client, process};

use super::beside::{self, Beside};
use super::control::Control;
use super::edge::{Real, Watch, chain};
use super::files::{self, Pair};
use super::prepare::{Prepared, prepare};
use super::remembers::{Remembers, lock_after_another, lock_to_go_back};
use super::senses::Senses;
use crate::error::Failure;
use crate::memory;
use crate::source;

const PAUSE: Duration = Duration::from_millis(5);
/// How long the guard waits for the one that started it to listen.
const LISTENER: Duration = Duration::from_secs(15);
/// How long a new guard waits for the one that watched the guard before to let go of the lock.
const HOLD: Duration = Duration::from_secs(5);

/// How patient a transaction is to be.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Asked {
    /// How long to wait to be confirmed, in seconds
    #[arg(long, default_value_t = 90)]
    pub within: u64,
    /// How long what worked before may be gone, in seconds
    #[arg(long, default_value_t = 45)]
    pub grace: u64,
    /// Confirmed by itself once all that worked before has worked for so long, in seconds
    #[arg(long)]
    pub settle: Option<u64>,
}

impl Default for Asked {
    /// As without any of the options.
    fn default() -> Self {
        Self { within: 90, grace: 45, settle: None }
    }
}

/// What a guard is asked for.
#[derive(Clone, Debug, clap::Args)]
pub struct Order {
    /// How patient it is to be
    #[command(flatten)]
    pub asked: Asked,
    /// What confirms it; one by chance where nothing is given, for a command line is seen by others
    #[arg(long, default_value = "")]
    pub token: String,
    /// The transaction's name
    #[arg(long)]
    pub id: String,
    /// Who asks
    #[arg(long)]
    pub by: String,
    /// The digest of the file that was shown
    #[arg(long)]
    pub digest: String,
    /// Wait for a listener before anything is changed
    #[arg(long)]
    pub listener: bool,
}

/// Opens the host.
pub type Open<'a> = dyn FnMut() -> Result<Box<dyn Host>, Failure> + 'a;
/// Drives a transaction to its end: [`guard::run`], or a test that has accidents happen.
pub type Drive<'a> = dyn FnMut(&mut Transaction, &mut dyn Edge) -> Ending + 'a;

/// What a guard works on and with.
pub struct Ground<'a> {
    /// What the host's files are below; `None` for `/`.
    pub root: Option<&'a Path>,
    /// The name of this start of the host ([`instance::boot_id`]).
    pub boot: String,
    /// Opens the host.
    pub open: &'a mut Open<'a>,
    /// Whom it asks whether the network works.
    pub senses: &'a mut dyn Senses,
    /// Whether another process takes over when this one dies. A test that plays that one itself does without.
    pub watched: bool,
    /// Drives transactions.
    pub drive: &'a mut Drive<'a>,
}

/// The name of this start of the host.
///
/// # Errors
/// Without /proc.
pub fn this_boot() -> Result<String, Failure> {
    instance::boot_id().map_err(guard_failure("read", Path::new("/proc/sys/kernel/random/boot_id")))
}

/// Carries a transaction out, waits, and ends it. `None`: another one is open.
///
/// # Errors
/// When the lock, the socket or the state can't be used; nothing was changed then.
pub fn run(ground: &mut Ground<'_>, order: &Order) -> Result<Option<Ending>, Failure> {
    let root = ground.root;
    let disk = source::disk(root);
    let lock = files::place(&disk, files::LOCK);
    let Some(_held) = hold_soon(&lock)? else { return Ok(None) };
    let vault = Vault::new(disk.clone());
    clear_up(ground, &vault)?;
    let mut control = bind(root)?;
    if order.listener {
        control.wait_for_a_listener(LISTENER);
    }
    let mut not_begun = |why| {
        let ending = Ending::NotBegun { why };
        control.tell(&News::Ended { ending: ending.clone() });
        Ok(Some(ending))
    };
    // Held until it is over: a reload meanwhile would change what is to be gone back to, and what is remembered is read
    // now and written then.
    let _alone = match memory::lock(root) {
        Ok(lock) => lock,
        Err(Failure::Lock(LockError::Held)) => return not_begun(RELOADS.to_owned()),
        Err(failure) => return not_begun(failure.chain()),
    };
    let staging = Staging::new(disk);
    let locked = staging.lock(PATIENCE)?;
    let prepared = match prepare(ground, &locked, &vault, order) {
        Ok(prepared) => prepared,
        Err(why) => return not_begun(why),
    };
    let journal = vault.begin(prepared.pair.before.as_deref(), prepared.pair.after.as_deref())?;
    drop(locked);
    Ok(Some(carry_out(ground, prepared, Kept { vault, staging, journal, control, front: None })))
}

/// Guards a change that `ifreload` makes, which holds the lock of all reloads, and waits for its end. `None`: another
/// transaction is open.
///
/// # Errors
/// When the lock, the socket or the state can't be used; nothing may be changed then.
pub fn run_beside(ground: &mut Ground<'_>, order: &Beside) -> Result<Option<Ending>, Failure> {
    let root = ground.root;
    let disk = source::disk(root);
    let lock = files::place(&disk, files::LOCK);
    let Some(_held) = hold_soon(&lock)? else { return Ok(None) };
    let vault = Vault::new(disk.clone());
    let mut control = bind(root)?;
    if !control.wait_for(order.process, LISTENER) {
        return Ok(None);
    }
    let mut not_begun = |why| {
        let ending = Ending::NotBegun { why };
        control.tell(&News::Ended { ending: ending.clone() });
        Ok(Some(ending))
    };
    let staging = Staging::new(disk);
    // Undone under its hands, the network would be another than the one that the reload has read.
    let left_open = vault.open_journal().map(|found| found.is_some());
    let prepared = match left_open {
        Ok(true) => return not_begun(LEFT_OPEN.to_owned()),
        Err(error) => return not_begun(chain(&error)),
        Ok(false) => {
            let locked = staging.lock(PATIENCE).map_err(|error| chain(&error));
            locked.and_then(|locked| beside::prepare(ground, &locked, &vault, order))
        }
    };
    let begins = prepared.and_then(|prepared| {
        let journal = vault.begin(prepared.pair.before.as_deref(), prepared.pair.after.as_deref());
        Ok((prepared, journal.map_err(|error| chain(&error))?))
    });
    let (prepared, journal) = match begins {
        Ok(begins) => begins,
        Err(why) => return not_begun(why),
    };
    let front = Some(order.process);
    Ok(Some(carry_out(ground, prepared, Kept { vault, staging, journal, control, front })))
}

const LEFT_OPEN: &str = "a change was left open by a guard that died: `bowline recover` undoes it";

/// Takes the guard's lock; the one who watched the guard before may have it for a moment longer.
fn hold_soon(lock: &Path) -> Result<Option<instance::Held>, Failure> {
    let end = instance::since_boot() + HOLD;
    loop {
        let held = instance::hold(lock, false).map_err(guard_failure("lock", lock))?;
        if held.is_some() || instance::since_boot() >= end {
            return Ok(held);
        }
        std::thread::sleep(PAUSE);
    }
}

/// What is opened before a transaction begins.
struct Kept {
    vault: Vault,
    staging: Staging,
    journal: Journal,
    control: Control,
    /// The process that makes the change, where the guard does not.
    front: Option<u32>,
}

/// Drives what was prepared to its end.
fn carry_out(ground: &mut Ground<'_>, prepared: Prepared, kept: Kept) -> Ending {
    let Prepared { mut host, mut transaction, id, pair, remembers, signs, note } = prepared;
    let Kept { vault, staging, journal, mut control, front } = kept;
    if let Some(text) = note {
        control.tell(&News::Noted { text });
    }
    let watch = watch(ground);
    let mut edge = Real {
        host: &mut *host,
        vault,
        staging,
        journal,
        writer: Writer::default(),
        control,
        id,
        pair,
        reason: String::new(),
        rejects_staged: false,
        root: ground.root.map(Path::to_owned),
        front,
        alone: None,
        waits: false,
        signs,
        senses: ground.senses,
        looked: None,
        remembers: Some(Ok(remembers)),
        watch,
    };
    edge.watch.look_after();
    (ground.drive)(&mut transaction, &mut edge)
}

const RELOADS: &str = "ifreload, ifup, ifdown or another apply is at work: try again";

/// Undoes what is left open, of this start of the host or of one before. `None`: nothing is, or somebody is at it.
///
/// # Errors
/// When the lock or the state can't be used.
pub fn finish(ground: &mut Ground<'_>, waits: bool) -> Result<Option<Ending>, Failure> {
    let disk = source::disk(ground.root);
    let lock = files::place(&disk, files::LOCK);
    let Some(_held) = instance::hold(&lock, waits).map_err(guard_failure("lock", &lock))? else { return Ok(None) };
    clear_up(ground, &Vault::new(disk))
}

/// Brings a transaction to its end that nobody drives any more. The lock is held.
fn clear_up(ground: &mut Ground<'_>, vault: &Vault) -> Result<Option<Ending>, Failure> {
    let root = ground.root;
    let Some(bytes) = vault.open_journal()? else { return Ok(None) };
    let found = read(&bytes);
    let mut transaction = match recover(&found.records, &ground.boot, instance::since_boot()) {
        Recovered::Nothing => {
            vault.forget()?;
            return Ok(None);
        }
        Recovered::Unfinished(transaction) => transaction,
    };
    let is_of_this_start = transaction.begun().boot == ground.boot;
    let pair = Pair { before: vault.file("open/before")?, after: vault.file("open/after")? };
    // What is remembered, and the lock, are of one start of the host.
    let mut control = bind(root)?;
    // Nothing but the beginning: another may still make the change.
    let may_go_on = matches!(found.records[..], [Record::Begun(_)]);
    let _alone = is_of_this_start.then(|| match may_go_on {
        true => lock_after_another(root, &mut control),
        false => lock_to_go_back(root),
    });
    let is_confirmed = found.records.iter().any(|it| matches!(it, Record::Confirmed { .. }));
    let remembers =
        (is_of_this_start && is_confirmed).then(|| Remembers::again(root, transaction.begun(), pair.after.as_deref()));
    let mut none = Unreached;
    // Before the network is up there may be no kernel to talk to, nor need for it.
    let mut host = if is_of_this_start { Some((ground.open)()?) } else { None };
    let watch = watch(ground);
    let mut edge = Real {
        host: host.as_mut().map_or(&mut none as &mut dyn Host, |host| &mut **host),
        vault: vault.clone(),
        staging: Staging::new(source::disk(root)),
        journal: vault.journal(found.length as u64)?,
        writer: found.writer,
        control,
        id: transaction.begun().id.clone(),
        pair,
        reason: guard::Reason::Restarted.to_string(),
        rejects_staged: !is_of_this_start,
        root: root.map(Path::to_owned),
        front: None,
        alone: None,
        waits: false,
        signs: None,
        senses: ground.senses,
        looked: None,
        remembers,
        watch,
    };
    if is_of_this_start {
        edge.watch.look_after();
    }
    Ok(Some((ground.drive)(&mut transaction, &mut edge)))
}

/// No kernel: only files are restored.
struct Unreached;

impl Host for Unreached {
    fn observe(&mut self) -> Result<Network, network::ObserveError> {
        let source = std::io::ErrorKind::Unsupported.into();
        Err(network::ObserveError { doing: "read the kernel", source })
    }

    fn execute(&mut self, change: &network::Change) -> Result<(), network::Refusal> {
        let source = std::io::ErrorKind::Unsupported.into();
        Err(network::Refusal { link: change.link().clone(), source, message: None, field: None })
    }
}

fn watch<'a>(ground: &Ground<'_>) -> Watch<'a> {
    let (root, watched) = (ground.root, ground.watched);
    let mut arguments: Vec<OsString> = vec!["guard-watch".into()];
    if let Some(root) = root {
        arguments.extend(["--root".into(), root.as_os_str().to_owned()]);
    }
    Watch { start: Box::new(move || process::start(Path::new(process::SELF), &arguments)), child: None, watched }
}

fn bind(root: Option<&Path>) -> Result<Control, Failure> {
    let path = files::place(&source::disk(root), client::PATH);
    Control::bind(&path).map_err(guard_failure("listen at", &path))
}

/// What the system says of something of the guard's.
pub(crate) fn guard_failure(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    let path: PathBuf = path.to_owned();
    move |source| Failure::Guard { doing, path, source }
}
