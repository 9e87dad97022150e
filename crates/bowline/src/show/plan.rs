//! Plans: steps with their impact and place, problems, refusals, differences.

use std::collections::BTreeSet;
use std::path::Path;

use anstyle::Style;
use interfaces::{Configuration, Diagnostic, Severity, Span};
use network::resolve::Origins;
use network::{Change, Device, IfName, Network, Property, Refusal};
use plan::{Difference, Impact, Plan, Problem, Step};

use super::text::Text;
use super::tree::{self, Node};
use crate::error::NEEDS_ROOT;
use crate::io::{BAD, FAINT, GOOD, STRONG, WARN};
use crate::{Look, codes};

/// Which line wants what.
#[derive(Clone, Copy)]
pub struct Lines<'a> {
    /// The file.
    pub configuration: &'a Configuration,
    /// Which span wants which property.
    pub origins: &'a Origins,
}

impl Lines<'_> {
    /// `interfaces:12`: the path as seen from the main file's folder. Empty for what the file does not say.
    #[must_use]
    pub fn place(&self, property: &Property) -> String {
        let Some(span) = self.origins.of(property) else { return String::new() };
        let place = self.configuration.place(span);
        let folder = self.configuration.files.first().and_then(|main| main.path.parent()).unwrap_or(Path::new(""));
        let path = place.path.strip_prefix(folder).unwrap_or(&place.path);
        format!("{}:{}", path.display(), place.line)
    }

    fn span(&self, property: &Property) -> Option<Span> {
        self.origins.of(property)
    }
}

/// A change as a line; a device that is made shows its options.
#[must_use]
pub fn change(change: &Change) -> String {
    match change {
        Change::Create { device: Device::Bond { options } | Device::Bridge { options }, .. } if !options.is_empty() => {
            format!("{change} with {options}")
        }
        Change::Create { device: Device::Vlan { lower, vid, .. }, .. } => format!("{change}, VLAN {vid} on {lower}"),
        _ => change.to_string(),
    }
}

/// Every step, numbered, with what it disturbs and the line that wants it.
#[must_use]
pub fn steps(steps: &[Step], lines: Lines<'_>, look: Look) -> String {
    let digits = steps.len().to_string().len();
    let nodes: Vec<Node> = steps
        .iter()
        .enumerate()
        .map(|(n, step)| Node {
            cells: vec![
                Text::styled(FAINT, format!("{:>digits$}", n + 1)),
                Text::plain(change(&step.change)),
                impact(step.impact),
                Text::styled(FAINT, lines.place(&step.property)),
            ],
            ..Node::default()
        })
        .collect();
    tree::draw(&nodes, look)
}

/// A step that is done, as apply says it the moment that it is.
#[must_use]
pub fn done(number: usize, total: usize, step: &Step, look: Look) -> String {
    let mark = look.paint(GOOD, look.either("✓", "ok"));
    let of = look.paint(FAINT, &format!("{number}/{total}"));
    format!("{mark} {of} {}  {}\n", change(&step.change), impact(step.impact).render(look))
}

/// The step at which the kernel refused.
#[must_use]
pub fn failed(number: usize, total: usize, step: &Step, look: Look) -> String {
    let mark = look.paint(BAD, look.either("✗", "failed"));
    let of = look.paint(FAINT, &format!("{number}/{total}"));
    format!("{mark} {of} {}  {}\n\n", change(&step.change), look.paint(BAD, "refused"))
}

/// An impact in its colour.
#[must_use]
pub fn impact(impact: Impact) -> Text {
    let style: Style = match impact {
        Impact::Hitless => GOOD,
        Impact::Cut | Impact::LinkBounce => WARN,
        Impact::BondBounce => BAD,
    };
    Text::styled(style, impact.to_string())
}

/// `7 changes`.
#[must_use]
pub fn changes(count: usize) -> String {
    format!("{count} change{}", if count == 1 { "" } else { "s" })
}

/// What the whole plan disturbs: `hitless`, or who bounces and is cut.
#[must_use]
pub fn disturbs(plan: &Plan, observed: &Network) -> String {
    let with = |impact: Impact| {
        let steps = plan.steps.iter().filter(move |step| step.impact == impact);
        steps.map(|step| bounced(step, impact, observed)).collect::<BTreeSet<_>>()
    };
    let (bonds, mut links) = (with(Impact::BondBounce), with(Impact::LinkBounce));
    // A slave that comes and goes with its bond is no news.
    let master = |link: &IfName| observed.link(link).and_then(|link| link.master.clone());
    links.retain(|link| master(link).is_none_or(|master| !bonds.contains(&master)));
    links.extend(bonds);
    let cut: Vec<_> = with(Impact::Cut).into_iter().filter(|link| !links.contains(link)).collect();
    let list = |names: Vec<IfName>| names.iter().map(IfName::as_str).collect::<Vec<_>>().join(", ");
    let mut parts = Vec::new();
    match links.len() {
        0 => {}
        1 => parts.push(format!("{} bounces", list(links.into_iter().collect()))),
        _ => parts.push(format!("{} bounce", list(links.into_iter().collect()))),
    }
    if !cut.is_empty() {
        parts.push(format!("{} loses addresses, routes or VLANs", list(cut)));
    }
    if parts.is_empty() { Impact::Hitless.to_string() } else { parts.join("; ") }
}

/// Who bounces: where a bond loses its last slave, the bond.
fn bounced(step: &Step, impact: Impact, observed: &Network) -> IfName {
    let link = step.change.link();
    let found = observed.link(link);
    match found.and_then(|found| found.master.clone()) {
        Some(master) if impact == Impact::BondBounce && found.is_some_and(|found| found.bond().is_none()) => master,
        _ => link.clone(),
    }
}

/// What the plan can't bring about, as a diagnostic at the line that wants it.
#[must_use]
pub fn problem(problem: &Problem, lines: Lines<'_>) -> Diagnostic {
    let help = match problem {
        Problem::Missing { .. } | Problem::NoLower { .. } => {
            "`bowline status` names the interfaces that there are; correct the name, or plug the device in"
        }
        Problem::Taken { .. } => "give one of the two another name, or delete the one that is there by hand",
        Problem::HoldsGuests { .. } => {
            "stop the guest or move it to another bridge first, or give the new interface another name"
        }
        Problem::Duplicate { .. } => {
            "give one of the two another address; once the other host has let go of it, `ifdown` and `ifup` try it again"
        }
        Problem::NoSwitch { .. } => "install openvswitch-switch, or see that its service runs: `ovs-vsctl show`",
        Problem::Unsupported { .. } => "take the option out of the file, or run a newer kernel",
    };
    let place = lines.span(&problem.property());
    let note = "the rest of the plan does not depend on it and is done all the same";
    at(place, codes::IMPOSSIBLE, Severity::Warning, problem.to_string()).note(note).help(help)
}

/// A kernel's refusal of a step after `done` others, as a diagnostic at the line that caused it.
#[must_use]
pub fn refusal(refusal: &Refusal, step: &Step, done: usize, lines: Lines<'_>) -> Diagnostic {
    let property = guard::at_fault(refusal, step);
    let place = lines.span(&property).or_else(|| lines.span(&step.property));
    let title = format!("the kernel refuses to {}", change(&step.change));
    let mut out = at(place, codes::REFUSED, Severity::Error, title);
    let errno = words(&refusal.source);
    out = out.label(format!("{property}: {}", refusal.message.as_ref().unwrap_or(&errno)));
    out = out.note(match &refusal.message {
        Some(message) => format!("the kernel says: {message} ({errno})"),
        None => format!("the kernel says no more than: {errno}"),
    });
    match refusal.source.raw_os_error() {
        // Who was allowed the steps before is allowed this one; what the driver forbids has the same number.
        Some(EPERM) if done == 0 => {
            out.help(format!("{NEEDS_ROOT}; root gets this answer where the driver forbids the change as things stand"))
        }
        Some(ENOENT | ENODEV) => out.help("the device vanished in the meantime, or another program takes it away"),
        Some(EOPNOTSUPP) if matches!(step.change, Change::Create { .. }) => {
            out.help("this kernel can't make such a device: is the driver's module there (`modprobe bonding`)?")
        }
        _ => out.help("change this line of the file, check it again (`bowline check`), and apply again"),
    }
}

/// `Invalid argument, errno 22`.
fn words(error: &std::io::Error) -> String {
    match (error.to_string().split_once(" (os error"), error.raw_os_error()) {
        (Some((words, _)), Some(errno)) => format!("{words}, errno {errno}"),
        _ => error.to_string(),
    }
}

/// The kernel's numbers, which are Linux's on every architecture that Debian has.
const EPERM: i32 = 1;
const ENOENT: i32 = 2;
const ENODEV: i32 = 19;
const EOPNOTSUPP: i32 = 95;

fn at(place: Option<Span>, code: &'static str, severity: Severity, title: String) -> Diagnostic {
    match place {
        Some(span) => Diagnostic::new(code, severity, title, span),
        None => Diagnostic { code, severity, title, labels: Vec::new(), notes: Vec::new(), help: None, fix: None },
    }
}

/// `bond0 bond-xmit-hash-policy: file says layer3+4 (interfaces:12), kernel has layer2`, a line each.
#[must_use]
pub fn differences(differences: &[Difference], lines: Lines<'_>, look: Look) -> String {
    let mut out = String::new();
    for difference in differences {
        let place = match lines.place(&difference.property) {
            place if place.is_empty() => place,
            place => format!(" ({place})"),
        };
        let line = Text::styled(STRONG, difference.property.to_string())
            .then(format!(": file says {}", difference.wanted))
            .and(FAINT, place);
        let line = match difference.found.as_str() {
            "absent" => line.then(", ").and(WARN, "absent in the kernel"),
            found => line.then(", kernel has ").and(WARN, found),
        };
        out += &line.render(look);
        out.push('\n');
    }
    out
}
