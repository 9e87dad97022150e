//! `bridge-always-up yes`: the bridge has a signal whatever becomes of its ports, for it has one more, a dummy device.

use interfaces::{Diagnostic, Setting, Severity};

use super::file::Section;
use super::layout::Member;
use crate::IfName;
use crate::check::codes;

/// What the dummy device's name begins with; the bridge's name follows. (ifupdown2 takes the bridge's number in the kernel,
/// which nobody knows beforehand: `get_dummy_brport_name_for_bridge`.)
const BEGIN: &str = "up-";

/// The port that holds the bridge up, if the bridge's stanza asks for it.
pub(super) fn port(section: &Section<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Member> {
    let setting = section.only(&["bridge-always-up"], diagnostics)?;
    let is_on = switch(setting, diagnostics)?;
    let name = is_on.then(|| IfName::new(&format!("{BEGIN}{}", section.name)))?;
    match name {
        Ok(name) => Some(Member { name, span: setting.value.span }),
        Err(_) => {
            let title = format!("the name {} is too long for the device that would hold it up", section.name);
            let diagnostic = Diagnostic::new(codes::VALUE, Severity::Error, title, setting.value.span)
                .note(format!("the device would be called {BEGIN}{}", section.name))
                .help("give a dummy device a stanza of its own (`link-type dummy`), and list it in `bridge-ports`");
            diagnostics.push(diagnostic);
            None
        }
    }
}

fn switch(setting: &Setting, diagnostics: &mut Vec<Diagnostic>) -> Option<bool> {
    match setting.value.text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "1" | "true" => Some(true),
        "no" | "off" | "0" | "false" => Some(false),
        _ => {
            let title = format!("`{}` is neither yes nor no", setting.value.text);
            diagnostics.push(Diagnostic::new(codes::VALUE, Severity::Error, title, setting.value.span));
            None
        }
    }
}
