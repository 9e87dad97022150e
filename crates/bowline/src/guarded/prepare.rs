//! What a transaction begins with: the file read again, the plan, what works before it, and how patient it is.

use std::path::Path;
use std::time::Duration;

use guard::{Begun, Confirmation, Evidence, Files, Settings, Transaction};
use linux::staged::{CURRENT, STAGED};
use linux::{Locked, Texts, Vault, digest, instance};
use network::{Host, Network};
use plan::Impact;

use super::edge::chain;
use super::files::{self, Pair};
use super::remembers::{Remembers, recall};
use super::senses::Senses;
use super::serve::{Asked, Ground, Order};
use super::signs::{QUORATE, Signs};
use crate::source::{self, Understood};

/// After what time corosync has seen for certain that others are lost: its token of 3 s and 650 ms for each node beyond two,
/// and a consensus of 1.2 times that, for a cluster of 16.
const TOKEN_LOSS: Duration = Duration::from_secs(30);

/// How long it takes at least until it shows that a peer beyond a gateway is not heard any more: what is sent to it has to be
/// sent again and again, and something has to be sent at all.
const FAR: Duration = Duration::from_secs(5);

/// What works before a change.
pub(super) struct Health {
    /// What is looked for while it waits, if anything is.
    pub(super) signs: Option<Signs>,
    /// What was seen before.
    pub(super) before: Evidence,
    /// Why nothing can be looked for.
    pub(super) note: Option<String>,
}

impl Health {
    /// Looks. A change that is to be confirmed by evidence can't do without; another can, and says so.
    pub(super) fn look(wanted: &Network, now: &Network, senses: &mut dyn Senses, needed: bool) -> Result<Self, String> {
        let looked = Signs::of(wanted, now, senses).and_then(|signs| {
            let before = signs.look(now, senses)?;
            Ok((signs, before))
        });
        match looked {
            Ok((signs, before)) => {
                let signs = Some(signs).filter(|_| needed || !before.is_empty());
                Ok(Self { signs, before, note: None })
            }
            Err(error) if needed => Err(format!("what works can't be told: {}", chain(&error))),
            Err(error) => {
                let note = format!("what works can't be told, so its loss undoes nothing: {}", chain(&error));
                Ok(Self { signs: None, before: Evidence::default(), note: Some(note) })
            }
        }
    }
}

/// How patient a change is that disturbs so much. One that confirms itself waits for as long as what worked may be gone and
/// has to work again after that: else it would be undone whatever works.
pub(super) fn patience(asked: Asked, impact: Impact, health: &Health) -> Settings {
    let confirmation = match asked.settle.map(Duration::from_secs) {
        None => Confirmation::Asked,
        Some(settle) => {
            let in_cluster = health.before.iter().any(|(sign, seen)| seen && sign == QUORATE);
            let has_far_peers = health.signs.as_ref().is_some_and(Signs::has_far_peers);
            // Where nothing is disturbed, one look is enough, but for whom nobody can ask.
            let hitless = if has_far_peers { FAR } else { Duration::ZERO };
            let settle = if in_cluster { settle.max(TOKEN_LOSS) } else { settle }.max(hitless);
            Confirmation::Evidence { settle: if impact == Impact::Hitless { hitless } else { settle }, hitless }
        }
    };
    let (within, grace) = (Duration::from_secs(asked.within), Duration::from_secs(asked.grace));
    let within = match confirmation {
        Confirmation::Asked => within,
        Confirmation::Evidence { settle, .. } => within.max(grace.saturating_add(settle)),
    };
    Settings { within, grace, confirmation }
}

/// What a transaction begins with.
pub(super) struct Prepared {
    pub(super) host: Box<dyn Host>,
    pub(super) transaction: Transaction,
    /// Its name.
    pub(super) id: String,
    pub(super) pair: Pair,
    pub(super) remembers: Remembers,
    /// What is looked for while it waits, if anything is.
    pub(super) signs: Option<Signs>,
    /// What is to be told before it begins.
    pub(super) note: Option<String>,
}

/// Reads and plans again, for what the one that asks has read may have changed since.
pub(super) fn prepare(
    ground: &mut Ground<'_>,
    locked: &Locked,
    vault: &Vault,
    order: &Order,
) -> Result<Prepared, String> {
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
        token: match order.token.as_str() {
            "" => instance::token(6).map_err(|error| chain(&error))?,
            given => given.to_owned(),
        },
        files: Files { before: pair.before.as_deref().map(digest), after: pair.after.as_deref().map(digest) },
        steps: plan.steps.len(),
        touched: plan::touched(&plan, &observed),
        snapshot: observed.settings(),
    };
    let health = Health::look(&wanted, &observed, ground.senses, order.asked.settle.is_some())?;
    let patience = patience(order.asked, plan.impact(), &health);
    let (id, now) = (begun.id.clone(), instance::since_boot());
    let transaction = Transaction::new(begun, patience, plan, wanted, health.before, now);
    Ok(Prepared { host, transaction, id, pair, remembers, signs: health.signs, note: health.note })
}

fn understand(root: Option<&Path>, texts: &Texts, observed: &Network) -> Result<Understood, String> {
    let path = if texts.staged.is_some() { STAGED } else { CURRENT };
    let configuration = source::load(root, Some(Path::new(path))).map_err(|error| error.to_string())?;
    let understood = source::understand(configuration, Some(observed));
    if understood.has_errors() { Err("there are errors in the file".to_owned()) } else { Ok(understood) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn health(is_in_cluster: bool, has_far_peers: bool) -> Health {
        let mut before = Evidence::default();
        before.note(QUORATE, is_in_cluster);
        let signs = Signs::of_far_peers(has_far_peers.then(|| "203.0.113.7".parse().unwrap()));
        Health { signs: Some(signs), before, note: None }
    }

    #[test]
    fn what_confirms_itself_has_the_time_for_it() {
        let (alone, in_cluster) = (health(false, false), health(true, false));
        for (within, settle, health, expected) in [
            (5, None, &alone, 5),
            (90, Some(10), &alone, 90),
            (5, Some(10), &alone, 55),
            (90, Some(100), &alone, 145),
            (60, Some(10), &in_cluster, 75),
        ] {
            let asked = Asked { within, settle, grace: 45 };
            let found = patience(asked, Impact::BondBounce, health).within;
            assert_eq!(found, Duration::from_secs(expected), "{within} {settle:?}");
        }
    }

    #[test]
    fn whom_nobody_can_ask_is_waited_for_also_where_nothing_is_disturbed() {
        let settles = |impact, settle, is_far| {
            let asked = Asked { settle: Some(settle), ..Asked::default() };
            match patience(asked, impact, &health(false, is_far)).confirmation {
                Confirmation::Evidence { settle, hitless } => (settle.as_secs(), hitless.as_secs()),
                Confirmation::Asked => panic!("it confirms itself"),
            }
        };
        assert_eq!(settles(Impact::Hitless, 10, false), (0, 0));
        assert_eq!(settles(Impact::Hitless, 10, true), (5, 5));
        assert_eq!(settles(Impact::BondBounce, 10, true), (10, 5));
        assert_eq!(settles(Impact::BondBounce, 0, true), (5, 5));
    }
}
