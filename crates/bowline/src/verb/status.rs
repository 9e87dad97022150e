//! `bowline status [IFACE]`.

use network::{IfName, Link, Network};

use crate::error::Failure;
use crate::run::Context;
use crate::show::status;
use crate::{ExitCode, json};

/// Shows the network, or one link of it.
///
/// # Errors
/// When the kernel can't be read.
pub fn run(context: &mut Context<'_, '_>, iface: Option<&str>) -> Result<ExitCode, Failure> {
    let network = (context.open)()?.observe()?;
    let Some(name) = iface else {
        let text = if context.global.json {
            json::text(&json::status(&network))
        } else {
            status::overview(&network, context.io.look)
        };
        context.print(&text)?;
        return Ok(ExitCode::Success);
    };
    let Some(link) = find(&network, name) else {
        context.complain(&unknown(&network, name))?;
        return Ok(ExitCode::Problems);
    };
    let text = if context.global.json {
        json::text(&json::status(&status::beneath(&network, link)))
    } else {
        status::one(&network, link, context.io.look)
    };
    context.print(&text)?;
    Ok(ExitCode::Success)
}

/// By its name, or by another one that udev gave it.
fn find<'a>(network: &'a Network, name: &str) -> Option<&'a Link> {
    let by_name = IfName::new(name).ok().and_then(|name| network.link(&name));
    by_name.or_else(|| {
        let has = |link: &&Link| link.facts.as_ref().is_some_and(|facts| facts.altnames.iter().any(|n| n == name));
        network.links.values().find(has)
    })
}

fn unknown(network: &Network, name: &str) -> String {
    let mut out = format!("error: this host has no interface `{}`\n", crate::io::harmless(name));
    let near = network.links.keys().map(|known| (strsim::damerau_levenshtein(name, known.as_str()), known));
    match near.min().filter(|(distance, _)| *distance <= 2) {
        Some((_, known)) => out += &format!("help: did you mean `{known}`?\n"),
        None => {
            let names: Vec<_> = network.links.keys().filter(|name| !name.is_guest_port()).map(IfName::as_str).collect();
            out += &format!("help: it has {}\n", names.join(", "));
        }
    }
    out
}
