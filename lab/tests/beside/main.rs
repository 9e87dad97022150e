//! Every scenario of `lab/reloads` with our `ifreload` and with ifupdown2's, on one kernel; the table of what each did is
//! `docs/reloads.md`. `UPDATE=1 cargo test -p lab --test beside` writes it anew.

#![allow(clippy::disallowed_methods, reason = "tests on a real kernel write files and run programs")]

mod ifupdown2;
mod outcome;
mod table;

use std::error::Error;

use lab::reload::{Bowline, Scenario, names, play};
use lab::{Case, Extra, Lab, Namespace};

use ifupdown2::Ifupdown2;
use outcome::{Finding, Outcome};

lab::family!(scenarios);

fn scenarios() -> Vec<Case> {
    let names = names().expect("the folder of the scenarios can be read");
    let case = |name: String| {
        let path: &'static str = Box::leak(format!("beside::{name}").into_boxed_str());
        let member = path.trim_start_matches("beside::");
        Case { path, alone: false, member, run: |lab| beside(lab) }
    };
    names.into_iter().map(case).collect()
}

/// Both play; where they differ the scenario says why, and where it says why they differ.
fn beside(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let scenario = Scenario::read(lab.member)?;
    // Each in a thread of its own, which leaves the file system, and on a host of its own.
    let ours = lab.host.run(|| play(lab, &scenario, &Bowline).map(|(_, played)| played))?;
    lab.host = Namespace::new()?;
    let theirs = lab.host.run(|| play(lab, &scenario, &Ifupdown2).map(|(_, played)| played))?;
    let said = theirs.to_string();
    let (ours, theirs) = (Outcome::of(&ours), Outcome::of(&theirs));
    let finding = Finding {
        title: scenario.title,
        ours,
        theirs,
        differs: scenario.differs,
        unsteady: scenario.unsteady.is_some(),
    };
    let verdict = match (&finding.differs, finding.ours.is_like(&finding.theirs)) {
        (None, false) => Some("they differ, and the scenario does not say why"),
        (Some(_), true) => Some("the scenario says why they differ, and they do not"),
        _ => None,
    };
    if let Some(verdict) = verdict {
        return Err(format!("{verdict}\nBowline: {}\nifupdown2: {}\n{said}", finding.ours, finding.theirs).into());
    }
    lab.found(serde_json::to_string(&finding)?);
    Ok(())
}

fn main() -> std::process::ExitCode {
    lab::main_with(Extra { prepare: ifupdown2::fetch, judge: table::judge, kernels: 2, finish: table::finish })
}
