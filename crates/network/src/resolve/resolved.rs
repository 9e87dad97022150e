//! From a configuration to a wanted network: the steps, in order.

use interfaces::{Configuration, Diagnostic, Severity, Span};

use super::file::File;
use super::layout::Layout;
use super::links::Links;
use super::{Origins, condoned, hooks, keys, link, members, ovs};
use crate::check::codes;
use crate::{BondMode, Hook, IfName, Network, Opt, Value};

/// What a file means.
#[derive(Clone, Debug, Default)]
pub struct Resolved {
    /// The network that it wants.
    pub wanted: Network,
    /// Where it says so.
    pub origins: Origins,
    /// Interfaces that it describes and nobody asks for: neither `auto` nor needed by one that is. In the file's order.
    pub manual: Vec<IfName>,
    /// Options that are left out of `wanted`, since the bond's mode has no use for them.
    pub unused: Vec<Unused>,
    /// Commands that are to run around the coming and going of wanted links; each link's in the order of the file.
    pub hooks: Vec<Hook>,
    /// Whether the file holds something against the host's links, as patterns are: without that, it means the same on every
    /// host, and without one.
    pub asks_host: bool,
    /// What could not be read, or is not acted on; in the order of the files. Those of the syntax are the configuration's.
    pub diagnostics: Vec<Diagnostic>,
}

/// An option that is said in a mode that has no use for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// The bond or slave.
    pub link: IfName,
    /// Which option.
    pub option: Opt,
    /// What was said.
    pub value: Value,
    /// The bond's mode.
    pub mode: BondMode,
    /// Where.
    pub span: Span,
}

/// What is put together on the way.
pub(super) type Draft = Resolved;

/// Says what a file means by itself. Never fails: what can't be read is left out, with an error in the diagnostics.
/// Patterns are held against the names in the file.
#[must_use]
pub fn resolve(configuration: &Configuration) -> Resolved {
    resolve_on(configuration, None)
}

/// Says what a file means on a host: patterns are held against the links that it has. Without one, as [`resolve`].
#[must_use]
pub fn resolve_on(configuration: &Configuration, host: Option<&Network>) -> Resolved {
    read(configuration, host, None)
}

/// Says what a file means, on a host where one is given, where exactly these interfaces are asked for, in place of those
/// that are `auto` or `allow-hotplug`. A name without a stanza asks for nothing.
#[must_use]
pub fn resolve_only(configuration: &Configuration, host: Option<&Network>, names: &[IfName]) -> Resolved {
    read(configuration, host, Some(names))
}

fn read(configuration: &Configuration, host: Option<&Network>, only: Option<&[IfName]>) -> Resolved {
    let mut draft = Draft::default();
    let mut file = File::read(configuration, host, &mut draft.diagnostics);
    if let Some(names) = only {
        let named = |name: &IfName| file.section(name).map(|section| (name.clone(), section.span));
        file.started = names.iter().filter_map(named).collect();
    }
    let layout = Layout::of(&file, &mut draft.diagnostics);
    let needed = layout.needed(&file);
    let mut links = build_links(&file, &layout, &needed, &mut draft);
    members::join(&file, &layout, &mut links, &mut draft);
    members::join_vrfs(&file, &mut links, &mut draft);
    let manual = file.names().zip(&needed).filter(|(name, needed)| !**needed && !file.logical.contains(*name));
    draft.manual = manual.map(|(name, _)| name.clone()).collect();
    let is_needed = |name: &IfName| layout.number(&file, name).is_some_and(|number| needed[number]);
    let unknown = file.started.iter().filter(|(name, _)| !is_needed(name));
    draft.diagnostics.extend(unknown.map(|(name, span)| no_stanza(name, *span)));
    keys::report(&file, &layout, &links, &mut draft);
    draft.wanted.links = links.by_name();
    draft.wanted.condoned = condoned::read(&file, &mut draft);
    ovs::read(&file, &layout, &mut draft);
    draft.asks_host = file.asks_host();
    draft.diagnostics.sort_by_key(place);
    // A line that several inherit is said once.
    draft.diagnostics.dedup();
    draft
}

/// Builds every link that is needed, by itself: in the order of the file, in which its lines are in memory. What is found
/// on the way is then put into the order of names.
fn build_links<'l, 'a>(file: &'l File<'a>, layout: &'l Layout, needed: &[bool], draft: &mut Draft) -> Links<'l, 'a> {
    draft.origins.reserve(file.lines() + 2 * needed.len(), file.index());
    let mut links = Links::new(file, layout);
    for (number, name) in layout.names(file).filter(|(number, _)| needed[*number]) {
        let Some((shape, named)) = layout.shape_and_place(number) else { continue };
        let section = file.section_at(number);
        links.insert(number, link::build(file, section, name, shape, *named, draft));
        draft.hooks.extend(section.map(hooks::read).unwrap_or_default());
    }
    draft.wanted.routes.sort_by(|a, b| a.link.cmp(&b.link));
    draft.unused.sort_by(|a, b| a.link.cmp(&b.link));
    draft.hooks.sort_by(|a, b| a.link.cmp(&b.link));
    links
}

/// Where a diagnostic belongs among others: by its main place, then by its code.
pub(crate) fn place(diagnostic: &Diagnostic) -> (Option<Span>, &'static str) {
    (diagnostic.labels.first().map(|label| label.span), diagnostic.code)
}

fn no_stanza(name: &IfName, span: Span) -> Diagnostic {
    let title = format!("{name} is started and has no `iface` stanza");
    Diagnostic::new(codes::NO_STANZA, Severity::Warning, title, span)
        .note("nothing is done for it")
        .help(format!("add `iface {name} inet manual`, or take it out of this line"))
}
