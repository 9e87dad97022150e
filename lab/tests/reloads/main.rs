//! Every scenario of `lab/reloads` with our `ifreload`. One by name: `cargo test -p lab --test reloads -- bond-mode`.

#![allow(clippy::disallowed_methods, reason = "tests on a real kernel write files and wait")]

use std::error::Error;

use lab::reload::{Bowline, Flow, Played, Reload, Scenario, Tool, names, play};
use lab::watch::Requests;
use lab::{Case, Extra, Lab};

lab::family!(scenarios);

fn scenarios() -> Vec<Case> {
    let names = names().expect("the folder of the scenarios can be read");
    let case = |name: String| {
        let path: &'static str = Box::leak(format!("reloads::{name}").into_boxed_str());
        let member = path.trim_start_matches("reloads::");
        Case { path, alone: false, member, run: |lab| reload(lab) }
    };
    names.into_iter().map(case).collect()
}

/// The reload comes out as the scenario says, disturbs what it says and no more, and leaves nothing for a second one.
fn reload(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let scenario = Scenario::read(lab.member)?;
    let (_stage, played) = play(lab, &scenario, &Bowline)?;
    let mut wrong = played.wrong.clone();
    wrong.extend(said(&scenario.start, &played.start).map(|what| format!("the first reload: {what}")));
    wrong.extend(said(&scenario.reload, &played.ran));
    wrong.extend(disturbances(&scenario, &played));
    wrong.extend(of_flow(&scenario, played.flow));
    wrong.extend(again(&scenario)?);
    if wrong.is_empty() { Ok(()) } else { Err(format!("{}\n{}", wrong.join("\n"), played.ran).into()) }
}

fn said<'a>(wanted: &'a Reload, ran: &'a lab::reload::Ran) -> impl Iterator<Item = String> + 'a {
    wanted.lacks(ran.exit, &ran.said).into_iter()
}

/// What was disturbed without a reason, and what has a reason and was not.
fn disturbances(scenario: &Scenario, played: &Played) -> Vec<String> {
    let mut out = Vec::new();
    for (link, aspects) in &played.disturbed {
        let allowed = scenario.disturbed.get(link).map(|it| it.what.clone()).unwrap_or_default();
        out.extend(aspects.difference(&allowed).map(|aspect| format!("{link} was disturbed: {aspect}")));
    }
    for (link, reason) in &scenario.disturbed {
        let found = played.disturbed.get(link).cloned().unwrap_or_default();
        let spared = reason.what.difference(&found);
        out.extend(spared.map(|aspect| format!("{link} has a reason to be disturbed and was not: {aspect}")));
    }
    out
}

fn of_flow(scenario: &Scenario, flow: Flow) -> Option<String> {
    match (flow, &scenario.may_lose) {
        (Flow::NoWay, _) => Some("the flow found no way before the reload".to_owned()),
        (Flow::Sent { sent, lost: lost @ 1.. }, None) => {
            Some(format!("{lost} of {sent} packets of the flow were lost"))
        }
        (Flow::None, Some(_)) => Some("packets may be lost for a reason, and there is no flow".to_owned()),
        _ => None,
    }
}

/// A second reload of the same file asks the kernel to change nothing and ends as the first did, and a check finds what the
/// scenario says.
fn again(scenario: &Scenario) -> Result<Vec<String>, Box<dyn Error>> {
    let mut out = Vec::new();
    let requests = Requests::watch()?;
    let (ran, seen) = requests.during(|| Bowline.call("ifreload -a"))?;
    let ran = ran?;
    let changes = seen.iter().filter(|request| !request.is_read()).count();
    if changes > 0 {
        out.push(format!("a second reload made {changes} changes: {ran}"));
    }
    if ran.exit != scenario.reload.exit {
        out.push(format!("a second reload: {ran}"));
    }
    let check = Bowline.call("ifquery -a -c")?;
    if check.exit != scenario.check {
        out.push(format!("ifquery -a -c: {check}"));
    }
    Ok(out)
}

/// What others do in a scenario, and many hooks, is iproute2's to do.
fn prepare() -> Result<(), String> {
    bench::ifupdown2::install(&[bench::ifupdown2::IPROUTE2]).map_err(|error| lab::attempt::chain(&error))
}

fn main() -> std::process::ExitCode {
    lab::main_with(Extra { prepare, ..Extra::default() })
}
