//! Each example, on a host with four NICs: checked, applied, verified, shown, and applied again, which sends nothing.

use std::error::Error;

use bowline::ExitCode;
use lab::attempt::chain;
use lab::watch::{Monitor, Requests};
use lab::{Lab, Venue};

use crate::apply::{apply, example, examples, lacp_bonds, run, site, until_lacp_carries, verify};

lab::test!(every_example_applies_and_then_nothing_is_left_to_do);

/// The examples' folders, by name.
fn names() -> Result<Vec<String>, Box<dyn Error>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(examples())? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            names.push(entry.file_name().into_string().map_err(|name| format!("{} is not UTF-8", name.display()))?);
        }
    }
    names.sort();
    Ok(names)
}

fn every_example_applies_and_then_nothing_is_left_to_do(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let names = names()?;
    for expected in ["active-backup", "guests-and-storage", "lacp", "lacp-vlan-aware", "single-nic"] {
        assert!(names.iter().any(|name| name == expected), "{expected} is not among {names:?}");
    }
    let venue = lab.venue();
    // Each has a host of its own, so they need not wait for each other's LACP.
    std::thread::scope(|scope| {
        let start = |name| scope.spawn(move || one(venue, name).map_err(|error| chain(error.as_ref())));
        let running: Vec<_> = names.iter().map(|name| (name, start(name))).collect();
        for (name, thread) in running {
            let ended = thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            ended.map_err(|error| format!("{name}: {error}"))?;
        }
        Ok(())
    })
}

fn one(venue: Venue, name: &str) -> Result<(), Box<dyn Error>> {
    let lab = &Lab::new(venue)?;
    let site = site(lab)?;
    let file = example(name)?;

    let path = lab.file(&file)?.join("etc/network/interfaces");
    let checked = run(lab, &["check"]);
    assert_eq!(checked.code, ExitCode::Success, "{name}: {checked}");
    assert!(checked.out.ends_with(": no errors, no warnings\n"), "{name}, {}: {checked}", path.display());
    assert_eq!(run(lab, &["verify"]).code, ExitCode::Problems, "{name}: a bare host has what it says");

    let first = apply(lab, &file)?;
    assert!(first.out.ends_with(": read back, the kernel has what the file says\n"), "{name}: {first}");
    site.bundle(lab)?;
    let needs_lacp = file.contains("bond-mode 802.3ad");
    assert_eq!(lacp_bonds(&lab.host.observe()?).count() > 0, needs_lacp, "{name}");
    until_lacp_carries(lab)?;
    verify(lab);
    let status = run(lab, &["status"]);
    assert_eq!(status.code, ExitCode::Success, "{name}: {status}");
    assert!(status.out.contains("vmbr0") && status.out.contains("192.168.1.10/24"), "{name}: {status}");

    let requests = Requests::watch()?;
    let mut monitor = Monitor::open()?;
    monitor.settle()?;
    let (second, sent) = requests.during(|| run(lab, &["apply", "--unguarded"]))?;
    assert_eq!((second.code, second.err.as_str()), (ExitCode::Success, ""), "{name}: {second}");
    assert_eq!(second.out, "0 changes: the kernel has what the file says\n", "{name}");
    assert!(!sent.is_empty(), "{name}: nlmon saw not even the reading, so nothing is proven");
    assert!(sent.iter().all(|request| request.is_read()), "{name}: {sent:?}");
    assert_eq!(monitor.settle()?, [], "{name}: the second apply disturbed something");
    Ok(())
}
