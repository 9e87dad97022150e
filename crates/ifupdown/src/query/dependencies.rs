//! What stands on what (`print_dependency`).

use std::collections::BTreeSet;
use std::fmt::Write;

use network::IfName;
use network::resolve::resolve_only;

use crate::Failure;
use crate::file::File;
use crate::goal::lowers;
use crate::session::Session;

/// Prints these interfaces and all that they stand on, as `-p list` or `-p dot` says.
///
/// # Errors
/// When it can't be written.
pub fn print(session: &mut Session<'_>, file: &File, names: &[String]) -> Result<(), Failure> {
    let all = file.lines.interfaces();
    let wanted = resolve_only(&file.configuration, None, &all).wanted;
    // As ifupdown2 has it: what is asked for, then what that stands on, level by level.
    let mut order: Vec<String> = names.to_vec();
    let mut seen: BTreeSet<String> = order.iter().cloned().collect();
    let mut at = 0;
    while let Some(name) = order.get(at) {
        let link = IfName::new(name).ok().and_then(|name| wanted.link(&name));
        let lowers = link.map(lowers).unwrap_or_default();
        order.extend(lowers.iter().map(ToString::to_string).filter(|lower| seen.insert(lower.clone())));
        at += 1;
    }
    let graph: Vec<(String, Vec<String>)> = order
        .into_iter()
        .map(|name| {
            let link = IfName::new(&name).ok().and_then(|name| wanted.link(&name));
            let lowers = link.map(lowers).unwrap_or_default().iter().map(ToString::to_string).collect();
            (name, lowers)
        })
        .collect();
    let text = if session.arguments.dependency == Some("dot") { dot(&graph) } else { list(&graph) };
    session.print(&text)
}

/// `vmbr0 : ['bond0', 'eno3']`, as Python prints a list.
fn list(graph: &[(String, Vec<String>)]) -> String {
    let quoted = |lowers: &[String]| lowers.iter().map(|lower| format!("'{lower}'")).collect::<Vec<_>>().join(", ");
    graph.iter().map(|(name, lowers)| format!("{name} : [{}]\n", quoted(lowers))).collect()
}

/// A graph for dot(1).
fn dot(graph: &[(String, Vec<String>)]) -> String {
    let mut out = String::from("digraph interfaces {\n");
    for (name, lowers) in graph {
        let _ = writeln!(out, "  \"{name}\";");
        for lower in lowers {
            let _ = writeln!(out, "  \"{name}\" -> \"{lower}\";");
        }
    }
    out + "}\n"
}
