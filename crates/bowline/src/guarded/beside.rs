//! What a transaction begins with whose change `ifreload` makes: the file in its place, and every link that it, the file
//! before it, or what is remembered names.

use std::collections::BTreeSet;
use std::path::Path;

use guard::{Begun, Files, Transaction};
use linux::staged::CURRENT;
use linux::{Locked, Vault, digest, instance};
use network::{IfName, Network};
use plan::Impact;

use super::edge::chain;
use super::files::{self, Pair};
use super::prepare::{Health, Prepared, patience};
use super::remembers::{Remembers, recall};
use super::serve::{Asked, Ground, guard_failure};
use crate::show::time;
use crate::source;

/// What the guard of a reload is asked for.
#[derive(Clone, Debug, clap::Args)]
pub struct Beside {
    /// The process that makes the change
    #[arg(long)]
    pub process: u32,
    /// How patient it is to be
    #[command(flatten)]
    pub asked: Asked,
    /// How many changes of the kernel it is about
    #[arg(long)]
    pub steps: usize,
    /// Who asks
    #[arg(long)]
    pub by: String,
}

/// Looks around before the change.
pub(super) fn prepare(
    ground: &mut Ground<'_>,
    locked: &Locked,
    vault: &Vault,
    order: &Beside,
) -> Result<Prepared, String> {
    // Proxmox renames before it reloads; what somebody stages meanwhile is another matter.
    let texts = locked.read().map_err(|error| chain(&error))?;
    let pair = files::pair(linux::Texts { staged: None, ..texts }, vault).map_err(|error| chain(&error))?;
    let mut host = (ground.open)().map_err(|failure| failure.chain())?;
    let observed = host.observe().map_err(|error| chain(&error))?;
    let configuration = source::load(ground.root, Some(Path::new(CURRENT))).map_err(|error| chain(&error))?;
    let mut understood = source::understand(configuration, Some(&observed));
    let memory = recall(ground.root, &mut understood, &observed);
    let wanted = understood.resolved.wanted;
    let mut touched = names(&wanted);
    touched.extend(before(ground.root, &pair, &observed)?);
    touched.extend(memory.names());
    let health = Health::look(&wanted, &observed, ground.senses, true)?;
    let remembers = Remembers::beside(memory, wanted, touched.clone());
    let chance =
        |length| instance::token(length).map_err(|error| guard_failure("read", Path::new(URANDOM))(error).chain());
    let at = instance::wall_clock();
    let begun = Begun {
        id: format!("{}-{}", time::stamp(at), chance(2)?),
        boot: ground.boot.clone(),
        at,
        by: order.by.clone(),
        token: chance(6)?,
        files: Files { before: pair.before.as_deref().map(digest), after: pair.after.as_deref().map(digest) },
        steps: order.steps,
        touched,
        snapshot: observed.settings(),
    };
    // Whether it disturbs anything is known once it is made.
    let settings = patience(order.asked, Impact::BondBounce, &health);
    let id = begun.id.clone();
    let transaction = Transaction::beside(begun, settings, health.before, instance::since_boot());
    Ok(Prepared { host, transaction, id, pair, remembers, signs: health.signs, note: health.note })
}

const URANDOM: &str = "/dev/urandom";

fn names(network: &Network) -> BTreeSet<IfName> {
    network.links.keys().chain(network.leaving.keys()).cloned().collect()
}

/// The links of the file to which it would go back.
fn before(root: Option<&Path>, pair: &Pair, observed: &Network) -> Result<BTreeSet<IfName>, String> {
    let Some(text) = pair.before.as_deref().filter(|text| pair.after.as_deref() != Some(*text)) else {
        return Ok(BTreeSet::new());
    };
    let disk = source::disk(root);
    let configuration = source::load_text(&disk, Path::new(CURRENT), text).map_err(|error| chain(&error))?;
    Ok(names(&source::understand(configuration, Some(observed)).resolved.wanted))
}
