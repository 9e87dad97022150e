//! Lines that nothing was made of: those that others act on, those in the wrong place, and those that nobody knows.

use std::collections::BTreeSet;

use interfaces::{Diagnostic, Label, Setting, Severity, Span, TextEdit};

use super::file::{File, Section, canonical};
use super::given;
use super::known::{ACTED_ON, NOTHING_TO_DO, OTHERS};
use super::layout::{self, Layout, Shape};
use super::line::Line;
use super::links::Links;
use super::options::{closest, surely};
use super::resolved::Draft;
use super::{port_vlans, vocabulary};
use crate::check::codes;
use crate::option::bond;
use crate::{Given, Link, Opt, Scope};

/// How many unknown keys are worth a word each. A file with more of them is no interfaces file.
const UNKNOWN_KEYS: usize = 100;

/// What is said at each further line that is left out for the reason that the diagnostic gives of its first one.
pub const AND_THIS: &str = "and this";

/// How many letters a misspelled key must have for its fix to be safe.
const SURE: usize = 6;

/// Says of each line that nothing was made of why that is.
pub(super) fn report(file: &File<'_>, layout: &Layout, links: &Links<'_, '_>, draft: &mut Draft) {
    let (mut unknown_keys, mut last) = (0, None);
    let repeats = file.repeats_lines();
    let mut seen: BTreeSet<Span> = BTreeSet::new();
    for (number, section) in file.sections().enumerate() {
        let about = About { section, shape: layout.shape(number), link: links.at(number), links };
        if let Some(Shape::Given(given, at, _)) = about.shape
            && given.made_as().is_none()
            && !matches!(**given, Given::Ovs(_))
        {
            draft.diagnostics.push(not_made(section, given, *at));
        }
        let mut together: Vec<(&'static str, Diagnostic)> = Vec::new();
        for line in section.lines() {
            let setting = line.setting;
            // A line that others inherit is said once, where it is judged first.
            if repeats && !seen.insert(setting.key.span) {
                continue;
            }
            match judge(&about, line) {
                Verdict::Used => {}
                Verdict::NotYet(why) => match together.iter_mut().find(|(reason, _)| *reason == why) {
                    Some((_, diagnostic)) => {
                        diagnostic.labels.push(Label { span: setting.key.span, text: AND_THIS.to_owned() });
                    }
                    None => together.push((why, not_yet(setting, why))),
                },
                Verdict::Misplaced(why, help) => draft.diagnostics.push(misplaced(setting, &why, help)),
                Verdict::Unknown => {
                    unknown_keys += 1;
                    if unknown_keys <= UNKNOWN_KEYS {
                        draft.diagnostics.push(unknown(&about, setting));
                    }
                    last = Some(setting);
                }
            }
        }
        draft.diagnostics.extend(together.into_iter().map(|(_, diagnostic)| diagnostic));
    }
    if let (Some(last), Some(more @ 1..)) = (last, unknown_keys.checked_sub(UNKNOWN_KEYS)) {
        let title = format!("{more} more keys are unknown");
        let diagnostic = Diagnostic::new(codes::UNKNOWN_KEY, Severity::Warning, title, last.key.span);
        draft.diagnostics.push(diagnostic.label("the last of them"));
    }
}

/// What became of a line.
enum Verdict {
    Used,
    NotYet(&'static str),
    Misplaced(String, &'static str),
    Unknown,
}

/// What the lines of a section are about.
struct About<'a> {
    section: &'a Section<'a>,
    /// What it is.
    shape: Option<&'a Shape>,
    /// What came of it; none for a stanza that is not wanted.
    link: Option<&'a Link>,
    links: &'a Links<'a, 'a>,
}

fn judge(about: &About<'_>, line: Line<'_>) -> Verdict {
    if let Some(option) = line.option {
        return judge_option(about, option);
    }
    let key = &*canonical(&line.setting.key.text);
    if key == "bond-ports" {
        return Verdict::Misplaced("ifupdown2 takes `bond-ports` and enslaves nobody".into(), "write `bond-slaves`");
    }
    let of_one_port = port_vlans::VIDS_BY_PORT.contains(&key) || port_vlans::PVIDS_BY_PORT.contains(&key);
    if of_one_port && !matches!(about.shape, Some(Shape::Bridge(_))) {
        return Verdict::Misplaced("this is said of a bridge's ports".into(), "move the line into the bridge's stanza");
    }
    let vlans = [port_vlans::VIDS, port_vlans::PVID, port_vlans::ACCESS, port_vlans::UNTAGGED];
    if of_one_port || vlans.iter().any(|keys| keys.contains(&key)) {
        return judge_vlans(about, key);
    }
    if ACTED_ON.contains(&key) || NOTHING_TO_DO.contains(&key) {
        return Verdict::Used;
    }
    let matches = |known: &&str| *known == key || (known.ends_with('-') && key.starts_with(known));
    if given::KEYS.iter().any(&matches) {
        return match about.shape {
            Some(Shape::Given(..)) => Verdict::Used,
            // What they say made no device: either that was an error, or the kind has lines of its own.
            _ if ["ovs-type", "link-type"].contains(&key) => Verdict::Used,
            _ => Verdict::Misplaced(
                format!("{} is no device of that kind", about.section.name),
                "say what it is, with `link-type`, `tunnel-mode` or the like, or delete the line",
            ),
        };
    }
    if key == "vxlan-purge-remotes" && is_purged_as_it_is(about.section, line.setting) {
        return Verdict::Used;
    }
    let why = OTHERS.iter().find(|(_, keys)| keys.iter().any(&matches)).map(|(why, _)| *why);
    why.map_or(Verdict::Unknown, Verdict::NotYet)
}

/// Whether `vxlan-purge-remotes` asks for what is so without it: `no`, or any where the file names remote ends, as all others
/// go then, in ifupdown2 too.
fn is_purged_as_it_is(section: &Section<'_>, purge: &Setting) -> bool {
    let is_no = ["no", "off", "0", "false"].iter().any(|no| purge.value.text.eq_ignore_ascii_case(no));
    is_no || section.find(&["vxlan-remoteip"]).next().is_some()
}

/// Whether an option stands in a stanza that it can be about. A stanza that is not wanted is given the benefit of doubt.
fn judge_option(about: &About<'_>, option: Opt) -> Verdict {
    let &About { section, shape, link: Some(link), .. } = about else { return Verdict::Used };
    match option.scope {
        // A slave may call itself the primary: ifenslave's way.
        Scope::Bond if option == bond::PRIMARY && layout::is_slave(section) => Verdict::Used,
        Scope::Bond if layout::is_slave(section) && !matches!(shape, Some(Shape::Bond(_))) => {
            Verdict::Misplaced("this is the bond's to say".into(), "move the line into the bond's stanza")
        }
        Scope::BondPort if link.bond_port.is_none() => Verdict::Misplaced(
            format!("{} is no slave of a bond", link.name),
            "move the line into the stanza of a slave",
        ),
        Scope::BridgePort if link.bridge_port.is_none() && !matches!(shape, Some(Shape::Bridge(_))) => {
            Verdict::Misplaced(format!("{} is neither a bridge nor a bridge's port", link.name), "delete the line")
        }
        _ => Verdict::Used,
    }
}

fn judge_vlans(about: &About<'_>, key: &str) -> Verdict {
    let &About { section, shape, link: Some(link), links } = about else { return Verdict::Used };
    let port = link.bridge_port.is_some();
    let is_bridge = matches!(shape, Some(Shape::Bridge(_)));
    let bridge = if is_bridge { Some(link) } else { link.master.as_ref().and_then(|m| links.get(m)) };
    let aware = bridge.and_then(Link::bridge).is_some_and(crate::Bridge::is_vlan_aware);
    if is_bridge && (port_vlans::ACCESS.contains(&key) || port_vlans::UNTAGGED.contains(&key)) {
        return Verdict::Misplaced(
            "this is said of a port, not of a bridge".into(),
            "move the line into the port's stanza",
        );
    }
    if !is_bridge && !port {
        return Verdict::Misplaced(format!("{} is neither a bridge nor a bridge's port", link.name), "delete the line");
    }
    if !aware {
        let name = bridge.map_or_else(String::new, |bridge| bridge.name.to_string());
        return Verdict::Misplaced(format!("{name} is not VLAN aware"), "add `bridge-vlan-aware yes` to the bridge");
    }
    let beside_access = port && !port_vlans::ACCESS.contains(&key) && section.first(port_vlans::ACCESS).is_some();
    if beside_access {
        return Verdict::Misplaced(
            "`bridge-access` already says all of the port's VLANs".into(),
            "delete one of the two",
        );
    }
    Verdict::Used
}

fn not_made(section: &Section<'_>, given: &Given, at: Span) -> Diagnostic {
    let title = format!("{} is {}, which Bowline does not make yet", section.name, given.describe());
    Diagnostic::new(codes::NOT_ACTED_ON, Severity::Warning, title, at)
        .note("the host must have it already; what its stanza says of it is left as it is there")
}

fn not_yet(setting: &Setting, why: &str) -> Diagnostic {
    let title = format!("`{}` is not acted on: {why}", setting.key.text);
    Diagnostic::new(codes::NOT_ACTED_ON, Severity::Warning, title, setting.key.span)
}

fn misplaced(setting: &Setting, why: &str, help: &str) -> Diagnostic {
    let title = format!("`{}` does nothing here: {why}", setting.key.text);
    let diagnostic = Diagnostic::new(codes::MISPLACED, Severity::Warning, title, setting.key.span).help(help);
    if canonical(&setting.key.text) == "bond-ports" { spelled(diagnostic, setting, "bond-slaves") } else { diagnostic }
}

/// With a fix that spells the key so, in the way of the line: with `_` if it has them.
fn spelled(diagnostic: Diagnostic, setting: &Setting, key: &str) -> Diagnostic {
    let underscores = setting.key.text.contains('_') && !setting.key.text.contains('-');
    let key = if underscores { key.replace('-', "_") } else { key.to_owned() };
    let title = format!("write `{key}`");
    diagnostic.fix(title, vec![TextEdit::replace(setting.key.span, key)])
}

fn unknown(about: &About<'_>, setting: &Setting) -> Diagnostic {
    let title = format!("`{}` is no key that Bowline knows", setting.key.text);
    let diagnostic = Diagnostic::new(codes::UNKNOWN_KEY, Severity::Warning, title, setting.key.span);
    let key = canonical(&setting.key.text);
    match closest(&key, vocabulary::all()) {
        Some(meant) => {
            let diagnostic = diagnostic.help(format!("did you mean `{meant}`?"));
            // A short key may well be a script's own.
            let sure = key.len() >= SURE && surely(&key, vocabulary::all()).is_some();
            if sure { spelled(diagnostic, setting, meant) } else { diagnostic }
        }
        None => match in_full(about, &key) {
            Some(meant) => diagnostic.help(format!("did you mean `{meant}`?")),
            None => diagnostic.note("the line is kept and nothing is done for it"),
        },
    }
}

/// The key of the bond or bridge that ends so: `primary` is how the kernel spells `bond-primary`.
fn in_full(about: &About<'_>, key: &str) -> Option<&'static str> {
    let start = match about.shape? {
        Shape::Bond(_) => "bond-",
        Shape::Bridge(_) => "bridge-",
        _ => return None,
    };
    vocabulary::all().find(|known| known.strip_prefix(start) == Some(key))
}
