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

/// How often a scenario is played that turns out otherwise than the page says: ifupdown2 is many threads and sets without
/// an order, and what it does hangs on the moment now and then.
const TRIES: usize = 3;

/// Both play; where they differ the scenario says why, and where it says why they differ.
fn beside(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let scenario = Scenario::read(lab.member)?;
    let mut tries = 1;
    let finding = loop {
        let found = both(lab, &scenario)?;
        let agrees = found.as_ref().is_ok_and(|finding| table::judge(lab.member, finding).is_ok());
        if agrees || tries == TRIES {
            break found?;
        }
        tries += 1;
        lab.host = Namespace::new()?;
    };
    if tries > 1 {
        lab.note(format!("played {tries} times"));
    }
    lab.found(serde_json::to_string(&finding)?);
    Ok(())
}

/// What both did, or what is wrong with that.
fn both(lab: &mut Lab, scenario: &Scenario) -> Result<Result<Finding, String>, Box<dyn Error>> {
    // Each in a thread of its own, which leaves the file system, and on a host of its own.
    let ours = lab.host.run(|| play(lab, scenario, &Bowline).map(|(_, played)| played))?;
    lab.host = Namespace::new()?;
    let theirs = lab.host.run(|| play(lab, scenario, &Ifupdown2).map(|(_, played)| played))?;
    let said = theirs.to_string();
    let (ours, theirs) = (Outcome::of(&ours), Outcome::of(&theirs));
    let finding = Finding {
        title: scenario.title.clone(),
        ours,
        theirs,
        differs: scenario.differs.clone(),
        unsteady: scenario.unsteady.is_some(),
    };
    let verdict = match (&finding.differs, finding.ours.is_like(&finding.theirs)) {
        (None, false) => "they differ, and the scenario does not say why",
        (Some(_), true) => "the scenario says why they differ, and they do not",
        _ => return Ok(Ok(finding)),
    };
    Ok(Err(format!("{verdict}\nBowline: {}\nifupdown2: {}\n{said}", finding.ours, finding.theirs)))
}

fn main() -> std::process::ExitCode {
    lab::main_with(Extra {
        prepare: ifupdown2::fetch,
        judge: table::hold,
        kernels: 2,
        finish: table::finish,
        ..Extra::default()
    })
}
