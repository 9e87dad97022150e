//! The primary is one of the slaves.

use interfaces::{Diagnostic, Severity, TextEdit};

use super::{Case, codes};
use crate::option::bond;
use crate::resolve::{closest, surely};
use crate::{Bond, Link, Value};

/// The primary is one of the slaves. The driver remembers a name that is not enslaved and waits for it for ever.
pub(super) fn rule(case: &Case<'_>) -> Vec<Diagnostic> {
    case.bonds().filter_map(|(link, bond)| report(case, link, bond)).collect()
}

fn report(case: &Case<'_>, link: &Link, bond: &Bond) -> Option<Diagnostic> {
    let Some(Value::Link(Some(primary))) = bond.options.get(bond::PRIMARY) else { return None };
    if bond.slaves.contains(primary) {
        return None;
    }
    let title = format!("the primary {primary} is no slave of {}", link.name);
    let diagnostic = Diagnostic::new(codes::PRIMARY, Severity::Error, title, case.option(&link.name, bond::PRIMARY))
        .note("the driver waits for a slave of that name and prefers none until then");
    let names = || bond.slaves.iter().map(crate::IfName::as_str);
    let key = bond::PRIMARY.key();
    Some(match closest(primary.as_str(), names()) {
        Some(slave) => {
            let diagnostic = diagnostic.help(format!("did you mean `{key} {slave}`?"));
            let edit = TextEdit::replace(case.option(&link.name, bond::PRIMARY), slave);
            match surely(primary.as_str(), names()) {
                Some(_) => diagnostic.fix(format!("write `{key} {slave}`"), vec![edit]),
                None => diagnostic,
            }
        }
        None if bond.slaves.is_empty() => diagnostic.help(format!("list {primary} among the slaves")),
        None => diagnostic.help(format!("write `{key}` and one of {}", names().collect::<Vec<_>>().join(", "))),
    })
}
