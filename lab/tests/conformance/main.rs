//! The twin is held to the real kernel: the scenarios of `lab/conformance` are played on both. After each event, every field
//! that both tell must agree, `/proc/net/bonding` line by line, and what was announced on the way, in its order.
//!
//! The twin says what is to come; the kernel is waited for until it is so. What never comes to agree is told, field by field.
//! `UPDATE=1 cargo test -p lab --test conformance` writes the table in docs/twin.md anew.

#![allow(clippy::disallowed_methods, reason = "tests on a real kernel read files and the clock")]

mod events;
mod site;
mod table;
mod text;

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

use drill::Moment;
use lab::{Case, Extra, Lab, until};
use network::option::bond;
use network::{Host, IfName, Network};
use twin::Scenario;

use events::{Ear, Heard, Kernel, Pace};
use site::Site;
use table::Finding;

/// How many scenarios are played at a time: each waits for the driver's timers, and a namespace costs little.
const AT_ONCE: usize = 14;

lab::family!(scenarios);

fn scenarios() -> Vec<Case> {
    let names = names().expect("the folder of the scenarios can be read");
    let case = |name: String| {
        let path: &'static str = Box::leak(format!("conformance::{name}").into_boxed_str());
        let member = path.trim_start_matches("conformance::");
        Case { path, alone: false, member, run: |lab| conforms(lab) }
    };
    names.into_iter().map(case).collect()
}

fn folder() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "conformance"].iter().collect()
}

/// The scenarios' folders.
fn names() -> std::io::Result<Vec<String>> {
    let entries = std::fs::read_dir(folder())?;
    let names = entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<std::io::Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

/// What a host tells after one of a scenario's events, field by field.
type Fields = BTreeMap<String, String>;

/// What is compared after an event.
#[derive(Debug, Default)]
struct Look {
    fields: Fields,
    lines: Fields,
    heard: Vec<Heard>,
}

/// Plays a scenario on the twin, and then on the kernel.
fn conforms(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let path = folder().join(lab.member).join("scenario.toml");
    let scenario = twin::scenario::parse(&path, &std::fs::read_to_string(&path)?)?;
    let configuration = interfaces::Configuration::of("interfaces", std::fs::read(&scenario.file)?);
    let wanted: Network = network::resolve(&configuration).wanted;
    let expected = on_twin(&scenario, &wanted)?;
    let mut kernel = Kernel::listen()?;
    let site = Site::build(lab, &scenario)?;
    bring_up(&wanted)?;
    let pace = pace(&wanted);
    let mut finding = Finding { about: scenario.about.clone(), ..Finding::default() };
    let mut report = Vec::new();
    for (number, expected) in expected.iter().enumerate() {
        kernel.begin(&lab.host)?;
        let event = number.checked_sub(1).and_then(|event| scenario.events.get(event));
        if let Some(event) = event {
            site.happen(event)?;
        }
        let mut differs = Vec::new();
        let agreed = until("agreement", || {
            let network = lab.host.observe()?;
            differs = differences(&expected.fields, &drill::fields(&network));
            differs.extend(differences(&expected.lines, &proc_lines(&network, read_proc)?));
            let heard = kernel.hear()?;
            // How a host comes up is its configuration's business: steps are not equally quick on both.
            if event.is_some() {
                differs.extend(events::differences(&expected.heard, heard, pace));
            }
            Ok(differs.is_empty())
        });
        if agreed.is_err() {
            report.push(format!("after {number} events:\n{}", differs.join("\n")));
        }
        // What comes after a difference may follow from it, and each look that never agrees costs the whole wait.
        if !report.is_empty() {
            break;
        }
        finding.looks += 1;
        finding.fields += expected.fields.len();
        finding.lines += expected.lines.len();
        if event.is_some() {
            finding.changes += expected.heard.len();
            finding.last.extend(last(&expected.heard).zip(last(kernel.hear()?)));
        }
    }
    assert!(report.is_empty(), "{}: {}", lab.member, report.join("\n"));
    lab.found(serde_json::to_string(&finding)?);
    Ok(())
}

fn last(heard: &[Heard]) -> Option<u128> {
    heard.last().map(|heard| heard.at.as_millis())
}

fn on_twin(scenario: &Scenario, wanted: &Network) -> Result<Vec<Look>, Box<dyn Error>> {
    let (mut looks, mut ear, mut begun) = (Vec::new(), Ear::default(), None);
    drill::play_to(scenario, Some(wanted), &mut |twin, moment| {
        let network = twin.observe()?;
        let now = twin.world.now();
        ear.take_all(&network, now - *begun.get_or_insert(now));
        if moment == Moment::Passing {
            return Ok(());
        }
        let text = |bond: &IfName| Ok::<_, Infallible>(twin.proc_bonding(bond).unwrap_or_default());
        let Ok(lines) = proc_lines(&network, text);
        looks.push(Look { fields: drill::fields(&network), lines, heard: ear.since() });
        begun = None;
        Ok(())
    })?;
    Ok(looks)
}

/// Makes a file's network on the kernel, all of it.
fn bring_up(wanted: &Network) -> Result<(), Box<dyn Error>> {
    let mut host = linux::Linux::open()?;
    let plan = plan::plan(wanted, &host.observe()?);
    let execution = guard::execute(&mut host, &plan, &mut |_, _| {});
    match execution.refusal {
        Some(refusal) => Err(refusal.into()),
        None => Ok(()),
    }
}

/// How the bonds are watched.
fn pace(wanted: &Network) -> Pace {
    let longest = |option| {
        let bonds = wanted.links.values().filter_map(|link| link.bond());
        let numbers = bonds.filter_map(|bond| bond.options.number(option));
        numbers.filter_map(|number| u64::try_from(number).ok()).max().unwrap_or(0)
    };
    let (miimon, arp) = (longest(bond::MIIMON), longest(bond::ARP_INTERVAL));
    Pace { tick: Duration::from_millis(miimon.max(arp)), hears: arp > 0 }
}

/// The lines of the bonds' texts, by their places.
fn proc_lines<E>(network: &Network, read: impl Fn(&IfName) -> Result<String, E>) -> Result<Fields, E> {
    let mut out = Fields::new();
    for bond in network.links.values().filter(|link| link.bond().is_some()) {
        let lines = text::lines(&read(&bond.name)?);
        out.extend(lines.into_iter().enumerate().map(|(at, line)| (format!("{} line {:03}", bond.name, at + 1), line)));
    }
    Ok(out)
}

/// Not /proc/net, which is that of the process's first thread, whatever namespace this one is in.
fn read_proc(bond: &IfName) -> std::io::Result<String> {
    std::fs::read_to_string(format!("/proc/thread-self/net/bonding/{bond}"))
}

/// The fields of the twin that the kernel tells otherwise, or not at all; and what only the kernel tells.
fn differences(twin: &Fields, kernel: &Fields) -> Vec<String> {
    let names: std::collections::BTreeSet<&String> = twin.keys().chain(kernel.keys()).collect();
    let differs = names.into_iter().filter(|name| twin.get(*name) != kernel.get(*name));
    differs.map(|name| format!("  {name}: twin {:?}, kernel {:?}", twin.get(name), kernel.get(name))).collect()
}

fn main() -> std::process::ExitCode {
    lab::main_with(Extra { judge: table::hold, at_once: AT_ONCE, finish: table::finish, ..Extra::default() })
}
