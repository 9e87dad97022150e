//! A change is taken back, midway.

use network::Host;

use crate::case::Layout;
use crate::compare::unlike;
use crate::rule::{Failure, Rule};
use crate::stage::Stage;

/// Applies some steps of a file, and takes them back.
pub(crate) fn back(stage: &mut Stage<'_>, file: &Layout, steps: u32, by_inverse: bool) -> Result<(), Failure> {
    let before = stage.observe();
    let understood = stage.understand(file, &before)?;
    let plan = stage.plan(&understood, &before)?;
    let count = usize::try_from(steps).unwrap_or(0) % (plan.steps.len() + 1);
    let fail = |seen: String| Failure::new(Rule::Restored, seen);
    for step in &plan.steps[..count] {
        stage.twin.execute(&step.change).map_err(|it| Failure::new(Rule::Taken, format!("{}: {it}", step.change)))?;
    }
    stage.note(format_args!("{count} steps are taken back"));
    if by_inverse {
        for step in plan.steps[..count].iter().rev() {
            for change in &step.inverse {
                let refused = |it| fail(format!("undoing {}: {change}: {it}", step.change));
                stage.twin.execute(change).map_err(refused)?;
            }
        }
    } else {
        let touched = plan::touched(&plan, &before);
        let way = plan::back(&before.settings(), &touched, &stage.observe());
        if let Some(problem) = way.problems.first() {
            return Err(fail(problem.to_string()));
        }
        for step in &way.steps {
            stage.twin.execute(&step.change).map_err(|it| fail(format!("on the way back, {}: {it}", step.change)))?;
        }
        let left = plan::back(&before.settings(), &touched, &stage.observe());
        if let Some(step) = left.steps.first() {
            return Err(fail(format!("a second way back is not empty: {}", step.change)));
        }
    }
    let differs = unlike(&stage.observe(), &before);
    if !differs.is_empty() {
        return Err(fail(differs.join("\n")));
    }
    stage.run(crate::stage::SETTLES)
}
