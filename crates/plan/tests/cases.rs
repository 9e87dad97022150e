//! Every folder of `cases/` is a test. To add one, make a folder; no Rust is needed.
//!
//! A case holds `before` and `after`, each an `interfaces` file. A host with the NICs enp3s0 to enp6s0 is brought to
//! what `before` says (a case without it starts from the bare NICs); `plan.txt` is how it gets to `after`: the impact
//! of each step, the step, what it is for, and below it how it is undone. A file `guests` plugs guests in between: a line
//! each, the name of the port and its bridge.
//!
//! `UPDATE=1 cargo test -p plan --test cases` writes what is expected anew. Look at the difference before you keep it.

#![allow(clippy::disallowed_methods, reason = "the cases are files")]

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use interfaces::Files;
use libtest_mimic::{Arguments, Failed, Trial};
use network::{Change, Facts, IfName, Kind, Link, Mac, Network};
use plan::{Plan, apply, plan};

fn main() {
    let arguments = Arguments::from_args();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("cases");
    let entries = std::fs::read_dir(&root).expect("the folder of cases can be listed");
    let trials: Vec<Trial> = entries
        .map(|entry| entry.expect("an entry can be read").path())
        .filter(|path| path.is_dir())
        .map(|folder| {
            let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Trial::test(name, move || case(&folder))
        })
        .collect();
    assert!(!trials.is_empty(), "there are no cases");
    libtest_mimic::run(&arguments, trials).exit();
}

/// One file, whatever it is asked for.
struct One(PathBuf);

impl Files for One {
    fn read(&self, _path: &Path, _limit: u64) -> io::Result<Vec<u8>> {
        std::fs::read(&self.0)
    }

    fn list(&self, _folder: &Path) -> io::Result<Vec<String>> {
        Ok(Vec::new())
    }
}

fn wanted(file: PathBuf) -> Result<Network, Failed> {
    let configuration = interfaces::load(&One(file), Path::new("/etc/network/interfaces"))?;
    Ok(network::resolve(&configuration).wanted)
}

/// A host as it boots: nothing but NICs, all down.
fn bare_host() -> Network {
    let mut host = Network::default();
    let lo = Link::new("lo".parse().expect("a literal"), Kind::Loopback);
    host.insert(Link { up: Some(true), mtu: Some(65536), ..lo });
    for n in 3..=6 {
        let mac = Mac([0xbc, 0x24, 0x11, 0, 0, n]);
        let mut nic = Link::new(format!("enp{n}s0").parse().expect("made of a literal"), Kind::Nic);
        (nic.up, nic.mtu, nic.mac) = (Some(false), Some(1500), Some(mac));
        nic.facts = Some(Box::new(Facts { permanent_mac: Some(mac), ..Facts::default() }));
        host.insert(nic);
    }
    host
}

/// Attaches a guest's port to a bridge, as Proxmox does when the guest starts.
fn plug_in(host: &mut Network, port: &str, bridge: &str) -> Result<(), Failed> {
    let (port, bridge): (IfName, IfName) = (port.parse()?, bridge.parse()?);
    let mut link = Link::new(port.clone(), Kind::Other("tun".to_owned()));
    (link.up, link.mtu, link.mac) = (Some(true), Some(1500), Some(Mac([0xfe, 0x24, 0x11, 0, 0, 1])));
    host.insert(link);
    apply(host, &Change::SetMaster { link: port, master: Some(bridge) });
    Ok(())
}

fn case(folder: &Path) -> Result<(), Failed> {
    let mut host = bare_host();
    let before = folder.join("before");
    if before.exists() {
        let there = plan(&wanted(before)?, &host);
        walk(&mut host, &there);
    }
    if let Ok(guests) = std::fs::read_to_string(folder.join("guests")) {
        for line in guests.lines() {
            let (port, bridge) = line.split_once(' ').ok_or("a line of `guests` is a port and its bridge")?;
            plug_in(&mut host, port, bridge)?;
        }
    }
    let after = wanted(folder.join("after"))?;
    let plan_ = plan(&after, &host);
    walk(&mut host, &plan_);
    let again = plan(&after, &host);
    if !again.steps.is_empty() {
        return Err(format!("a second plan is not empty:\n{}", render(&again)).into());
    }
    compare(&folder.join("plan.txt"), &render(&plan_))
}

fn walk(host: &mut Network, plan: &Plan) {
    plan.steps.iter().for_each(|step| apply(host, &step.change));
}

fn render(plan: &Plan) -> String {
    let mut out = String::new();
    for problem in &plan.problems {
        let _ = writeln!(out, "problem: {problem}");
    }
    for step in &plan.steps {
        let _ = writeln!(out, "{:12} {}    ({})", step.impact, step.change, step.property);
        for change in &step.inverse {
            let _ = writeln!(out, "{:15} undone: {change}", "");
        }
    }
    if plan.steps.is_empty() {
        out.push_str("nothing to do\n");
    }
    out
}

fn compare(path: &Path, found: &str) -> Result<(), Failed> {
    if std::env::var_os("UPDATE").is_some() {
        return Ok(std::fs::write(path, found)?);
    }
    let expected = std::fs::read_to_string(path)?;
    if expected == found {
        return Ok(());
    }
    Err(format!("{} says\n{expected}\nbut the plan is\n{found}", path.display()).into())
}
