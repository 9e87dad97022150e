//! `bowline plan`.

use plan::Plan;

use super::prepare::{Prepared, Ready, Which, mention_warnings, prepare, refuse};
use crate::error::Failure;
use crate::run::Context;
use crate::show::{diagnostic, plan as show};
use crate::{ExitCode, json};

/// Shows what apply would do.
///
/// # Errors
/// When the file or the kernel can't be read.
pub fn run(context: &mut Context<'_, '_>, exit_code: bool) -> Result<ExitCode, Failure> {
    let ready = match prepare(context, Which::Latest)? {
        Prepared::Ready(ready) => ready,
        Prepared::Errors(understood) => {
            if context.global.json {
                context.print(&json::text(&json::plan(understood.origin(), &Plan::default())))?;
                return Ok(ExitCode::Problems);
            }
            return refuse(context, &understood, "no plan is made from a file with errors");
        }
    };
    let plan = plan::plan(&ready.understood.resolved.wanted, &ready.observed);
    let text = if context.global.json {
        json::text(&json::plan(ready.understood.origin(), &plan))
    } else {
        mention_warnings(context, &ready.understood)?;
        human(context, &ready, &plan)
    };
    context.print(&text)?;
    Ok(match (plan.problems.is_empty(), plan.steps.is_empty()) {
        (false, _) => ExitCode::Problems,
        (true, false) if exit_code => ExitCode::Pending,
        _ => ExitCode::Success,
    })
}

fn human(context: &Context<'_, '_>, ready: &Ready, plan: &Plan) -> String {
    let (lines, look) = (ready.understood.lines(), context.io.look);
    let mut out = problems(plan, ready, look);
    if plan.steps.is_empty() && plan.problems.is_empty() {
        return format!("0 changes: the kernel has what the file says{}\n", ready.understood.but());
    }
    out += &show::steps(&plan.steps, lines, look);
    let impact =
        if plan.steps.is_empty() { String::new() } else { format!("; {}", show::disturbs(plan, &ready.observed)) };
    out + &format!("{}{impact}\n", show::changes(plan.steps.len()))
}

/// What can't be brought about, at the lines that want it.
pub(super) fn problems(plan: &Plan, ready: &Ready, look: crate::Look) -> String {
    let lines = ready.understood.lines();
    let all = plan.problems.iter().map(|problem| show::problem(problem, lines));
    all.map(|found| diagnostic::one(&ready.understood.configuration, &found, look) + "\n").collect()
}
