//! What the guard does, and whoever finds what a dead one left behind.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use guard::journal::{Writer, read};
use guard::{
    Begun, Confirmation, Edge, Ending, Evidence, Files, News, Record, Recovered, Settings, Transaction, recover,
};
use linux::staged::{CURRENT, PATIENCE, STAGED};
use linux::{Locked, Staging, Texts, Vault, digest, instance};
use network::{Host, Network};
use plan::Plan;
use record::lock::LockError;

use super::control::{self, Control};
use super::edge::{Real, Watch, chain};
use super::files::{self, Pair};
use super::process;
use super::remembers::{Remembers, lock_to_go_back, recall};
use super::senses::Senses;
use super::signs::Signs;
use crate::error::Failure;
use crate::memory;
use crate::source::{self, Understood};

/// How long what worked may be gone: a spanning tree takes twice its forward delay of 15 s, and LACP at the slow rate 30 s,
/// each until the next question is answered.
const GRACE: Duration = Duration::from_secs(45);
/// How long the guard waits for the one that started it to listen.
const LISTENER: Duration = Duration::from_secs(5);

/// What a guard is asked for.
#[derive(Clone, Debug, clap::Args)]
pub struct Order {
    /// How long to wait to be confirmed, in seconds
    #[arg(long, default_value_t = 90)]
    pub within: u64,
    /// What confirms it
    #[arg(long)]
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
    let Some(_held) = instance::hold(&lock, false).map_err(guard_failure("lock", &lock))? else { return Ok(None) };
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
    let Prepared { mut host, wanted, plan, begun, pair, snapshot, remembers } = prepared;
    let journal = vault.begin(pair.before.as_deref(), pair.after.as_deref())?;
    drop(locked);
    let patience =
        Settings { within: Duration::from_secs(order.within), grace: GRACE, confirmation: Confirmation::Asked };
    let id = begun.id.clone();
    let now = instance::since_boot();
    let (signs, before) = look_around(&wanted, &snapshot, ground.senses, &mut control);
    let mut transaction = Transaction::new(begun, patience, plan, wanted, before.clone(), now);
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
        signs: Some(signs).filter(|_| !before.is_empty()),
        senses: ground.senses,
        looked: None,
        remembers: Some(Ok(remembers)),
        watch,
    };
    edge.watch.look_after();
    Ok(Some((ground.drive)(&mut transaction, &mut edge)))
}

/// What is to be looked for across a change, and what of it is seen before. What can't be asked is told, and not looked for.
fn look_around(
    wanted: &Network,
    snapshot: &Network,
    senses: &mut dyn Senses,
    control: &mut Control,
) -> (Signs, Evidence) {
    let looked = Signs::of(wanted, snapshot, senses).and_then(|signs| {
        let before = signs.look(snapshot, senses)?;
        Ok((signs, before))
    });
    looked.unwrap_or_else(|error| {
        let text = format!("what works can't be told, so its loss undoes nothing: {}", chain(&error));
        control.tell(&News::Amiss { text });
        (Signs::default(), Evidence::default())
    })
}

const RELOADS: &str = "ifreload, ifup, ifdown or another apply is at work: try again";

struct Prepared {
    host: Box<dyn Host>,
    wanted: Network,
    plan: Plan,
    begun: Begun,
    pair: Pair,
    /// The network before it, with all that it tells.
    snapshot: Network,
    remembers: Remembers,
}

/// Reads and plans again, for what the one that asks has read may have changed since.
fn prepare(ground: &mut Ground<'_>, locked: &Locked, vault: &Vault, order: &Order) -> Result<Prepared, String> {
    let said = |error: &dyn std::error::Error| error.to_string();
    let texts = locked.read().map_err(|error| said(&error))?;
    let shown = texts.latest().map(digest);
    if shown.as_deref() != Some(order.digest.as_str()) {
        return Err("the file has changed since it was read; look at it again and apply again".to_owned());
    }
    let mut host = (ground.open)().map_err(|failure| said(&failure))?;
    let observed = host.observe().map_err(|error| said(&error))?;
    let mut understood = understand(ground.root, &texts, &observed)?;
    let memory = recall(ground.root, &mut understood, &observed);
    let wanted = understood.resolved.wanted;
    let plan = plan::plan(&wanted, &observed);
    let remembers = Remembers::of(memory, &wanted, &plan);
    let pair = files::pair(texts, vault).map_err(|error| said(&error))?;
    let begun = Begun {
        id: order.id.clone(),
        boot: ground.boot.clone(),
        at: instance::wall_clock(),
        by: order.by.clone(),
        token: order.token.clone(),
        files: Files { before: pair.before.as_deref().map(digest), after: pair.after.as_deref().map(digest) },
        steps: plan.steps.len(),
        touched: plan::touched(&plan, &observed),
        snapshot: observed.settings(),
    };
    Ok(Prepared { host, wanted, plan, begun, pair, snapshot: observed, remembers })
}

fn understand(root: Option<&Path>, texts: &Texts, observed: &Network) -> Result<Understood, String> {
    let path = if texts.staged.is_some() { STAGED } else { CURRENT };
    let configuration = source::load(root, Some(Path::new(path))).map_err(|error| error.to_string())?;
    let understood = source::understand(configuration, Some(observed));
    if understood.has_errors() { Err("there are errors in the file".to_owned()) } else { Ok(understood) }
}

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
    let _alone = is_of_this_start.then(|| lock_to_go_back(root));
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
        control: bind(root)?,
        id: transaction.begun().id.clone(),
        pair,
        reason: guard::Reason::Restarted.to_string(),
        rejects_staged: !is_of_this_start,
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
    Watch { start: Box::new(move || process::start(&arguments)), child: None, watched }
}

fn bind(root: Option<&Path>) -> Result<Control, Failure> {
    let path = files::place(&source::disk(root), control::PATH);
    Control::bind(&path).map_err(guard_failure("listen at", &path))
}

/// What the system says of something of the guard's.
pub(crate) fn guard_failure(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Failure {
    let path: PathBuf = path.to_owned();
    move |source| Failure::Guard { doing, path, source }
}
