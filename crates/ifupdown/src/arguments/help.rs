//! The help of a face, from the table.

use std::fmt::Write;

use super::table::{self, Spec, Takes};
use crate::Face;

/// Where what an option does starts.
const COLUMN: usize = 28;
/// How wide a line is.
const WIDTH: usize = 88;

/// One line that shows every option.
#[must_use]
pub fn usage(face: Face) -> String {
    let mut lines = vec![format!("usage: {}", face.name())];
    let options = table::of(face).filter(|spec| spec.help.is_some()).map(|spec| format!("[{}]", short_form(spec)));
    let names = (face != Face::Ifreload).then(|| "[IFACE ...]".to_owned());
    for word in options.chain(names) {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < WIDTH => *line += &format!(" {word}"),
            _ => lines.push(format!("       {word}")),
        }
    }
    lines.join("\n") + "\n"
}

/// All that `-h` prints.
#[must_use]
pub fn text(face: Face) -> String {
    let mut out = format!("{}\n{}\n\noptions:\n", usage(face), face.purpose());
    for spec in table::of(face) {
        let Some(help) = spec.help else { continue };
        let mut forms: Vec<String> = spec.short.iter().map(|short| format!("-{short}")).collect();
        forms.extend(spec.long.iter().map(|long| format!("--{long}")));
        let mut left = format!("  {}", forms.join(", "));
        if let Some(value) = value(spec) {
            left += &format!(" {value}");
        }
        if left.len() + 2 > COLUMN {
            let _ = writeln!(out, "{left}\n{:COLUMN$}{help}", "");
        } else {
            let _ = writeln!(out, "{left:COLUMN$}{help}");
        }
    }
    out + CODES
}

const CODES: &str = "
exit codes:
  0   all is well
  1   an interface has an error, the file has one, or a check failed
  89  another instance of this program is running
  90  the command line makes no sense
";

fn short_form(spec: &Spec) -> String {
    let name = match (spec.short, spec.long.first()) {
        (Some(short), _) => format!("-{short}"),
        (None, Some(long)) => format!("--{long}"),
        (None, None) => String::new(),
    };
    value(spec).map_or(name.clone(), |value| format!("{name} {value}"))
}

fn value(spec: &Spec) -> Option<String> {
    match spec.takes {
        Takes::Nothing => None,
        Takes::Value(name) => Some(name.to_owned()),
        Takes::Word(words) => Some(format!("{{{}}}", words.join(","))),
    }
}
