//! `bridge-ports-condone-regex`: ports that others put into a bridge, and that stay though its list does not name them.

use std::collections::{BTreeMap, BTreeSet};

use interfaces::{Diagnostic, Severity};
use regex::RegexBuilder;

use super::file::{File, Section};
use super::list::REGEX_SIZE;
use super::resolved::Draft;
use crate::check::codes;
use crate::{IfName, Link};

/// The ports of each bridge that stay, as the host has them now. As in ifupdown2 the expression is held against the
/// beginning of the name (`re.match`).
pub(super) fn read(file: &File<'_>, draft: &mut Draft) -> BTreeMap<IfName, BTreeSet<IfName>> {
    let of_section = |section: &Section<'_>| {
        let ports = ports(file, section, &mut draft.diagnostics)?;
        (!ports.is_empty()).then(|| (section.name.clone(), ports))
    };
    file.sections().filter_map(of_section).collect()
}

fn ports(file: &File<'_>, section: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<BTreeSet<IfName>> {
    let word = &section.only(&["bridge-ports-condone-regex"], diagnostics)?.value;
    if !file.may_match(1, word.span, diagnostics) {
        return None;
    }
    let expression = match RegexBuilder::new(&format!("^(?:{})", word.text)).size_limit(REGEX_SIZE).build() {
        Ok(expression) => expression,
        Err(error) => {
            let title = format!("`{}` is no expression that Bowline can read", word.text);
            let why = error.to_string().lines().last().unwrap_or_default().trim().to_owned();
            diagnostics.push(Diagnostic::new(codes::PATTERN, Severity::Error, title, word.span).note(why));
            return None;
        }
    };
    let bridge = file.host()?.link(&section.name).and_then(Link::bridge)?;
    Some(bridge.ports.iter().filter(|port| expression.is_match(port.as_str())).cloned().collect())
}
