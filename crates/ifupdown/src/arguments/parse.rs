//! Reads a command line.
//!
//! argparse's habits are kept: `--allow=x` and `--allow x`, `-Xpat` and `-X pat`, `-ac` for `-a -c`, a long option by
//! any start of its name that only it has, options after names, `--` before names.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use lexopt::{Arg, Parser, ValueExt};
use regex::Regex;

use super::table::{self, Flag, ONE_OF, Spec, Takes};
use crate::Face;

/// What a command line says.
#[derive(Clone, Debug)]
pub struct Arguments {
    /// Which program.
    pub face: Face,
    /// The options that are there, those with a value included.
    pub given: BTreeSet<Flag>,
    /// `IFACE…`
    pub names: Vec<String>,
    /// `--allow`, each.
    pub classes: Vec<String>,
    /// `-X`, each.
    pub excludes: Vec<Regex>,
    /// `-i`.
    pub interfaces: Option<PathBuf>,
    /// `-p`, `list` or `dot`.
    pub dependency: Option<&'static str>,
    /// `-o json`.
    pub json: bool,
}

impl Arguments {
    fn new(face: Face) -> Self {
        Self {
            face,
            given: BTreeSet::new(),
            names: Vec::new(),
            classes: Vec::new(),
            excludes: Vec::new(),
            interfaces: None,
            dependency: None,
            json: false,
        }
    }

    /// Whether the option is there.
    #[must_use]
    pub fn has(&self, flag: Flag) -> bool {
        self.given.contains(&flag)
    }

    /// Whether `-i` names the standard input.
    #[must_use]
    pub fn reads_stdin(&self) -> bool {
        self.interfaces.as_deref() == Some(Path::new("-"))
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub enum Asked {
    /// To do something.
    Work(Arguments),
    /// `-h`.
    Help,
    /// `-V`.
    Version,
}

/// Why a command line makes no sense. Where ifupdown2 has words of its own for it, they are the same.
#[derive(Debug, thiserror::Error)]
pub enum UsageError {
    /// An option that the face does not have.
    #[error("unrecognized arguments: {0}")]
    Unknown(String),
    /// The start of several options.
    #[error("ambiguous option: --{given} could match {}", .matches.join(", "))]
    Ambiguous {
        /// As it was typed.
        given: String,
        /// What it could be.
        matches: Vec<String>,
    },
    /// A value that is none of the words that an option takes.
    #[error("argument --{option}: invalid choice: '{given}' (choose from {})", .words.join(", "))]
    Choice {
        /// The option.
        option: &'static str,
        /// What was given.
        given: String,
        /// What it takes.
        words: &'static [&'static str],
    },
    /// Two options of which there may be one.
    #[error("argument --{second}: not allowed with argument --{first}")]
    Together {
        /// The first of them.
        first: &'static str,
        /// The second.
        second: &'static str,
    },
    /// A pattern that is none.
    #[error("argument --exclude: `{pattern}` is no regular expression")]
    Pattern {
        /// As it was given.
        pattern: String,
        /// Why.
        #[source]
        source: regex::Error,
    },
    /// A use of an option that is not supported.
    #[error("{0} is not supported")]
    Unsupported(&'static str),
    /// A missing value, or one where none may be.
    #[error(transparent)]
    Form(#[from] lexopt::Error),
    /// ifreload without a word of what to reload.
    #[error("'-a' or '-c' or '-allow' option is required")]
    NothingToReload,
    /// Nothing is named.
    #[error("'-a' option or interface list are required")]
    NothingNamed,
    /// `-a` and names.
    #[error("'-a' option and interface list are mutually exclusive")]
    AllAndNames,
    /// `-a` and `--allow`.
    #[error("'--allow' option is mutually exclusive with '-a'")]
    AllAndAllow,
}

/// Reads a command line, without the program's name.
///
/// # Errors
/// When it makes no sense.
pub fn parse(face: Face, arguments: impl IntoIterator<Item = OsString>) -> Result<Asked, UsageError> {
    let mut parser = Parser::from_args(arguments);
    let mut out = Arguments::new(face);
    while let Some(argument) = parser.next()? {
        let spec = match argument {
            Arg::Value(name) => {
                out.names.push(name.string()?);
                continue;
            }
            Arg::Short(letter) => table::of(face)
                .find(|spec| spec.short == Some(letter))
                .ok_or_else(|| UsageError::Unknown(format!("-{letter}")))?,
            Arg::Long(name) => long(face, name)?,
        };
        match spec.flag {
            Flag::Help => return Ok(Asked::Help),
            Flag::Version => return Ok(Asked::Version),
            _ => {}
        }
        if let Some(other) = excluded_by(face, &out.given, spec.flag) {
            return Err(UsageError::Together { first: other, second: name(spec) });
        }
        out.given.insert(spec.flag);
        if spec.takes != Takes::Nothing {
            take(&mut out, spec, parser.value()?.string()?)?;
        }
    }
    validate(&out)?;
    Ok(Asked::Work(out))
}

fn name(spec: &Spec) -> &'static str {
    spec.long.first().copied().unwrap_or("")
}

/// The option of that name, or the only one that starts with it.
fn long(face: Face, given: &str) -> Result<&'static Spec, UsageError> {
    if let Some(spec) = table::of(face).find(|spec| spec.long.contains(&given)) {
        return Ok(spec);
    }
    let starts = |spec: &&Spec| spec.long.iter().any(|long| long.starts_with(given));
    let found: Vec<&Spec> = table::of(face).filter(starts).collect();
    match found.as_slice() {
        [] => Err(UsageError::Unknown(format!("--{given}"))),
        [spec] => Ok(spec),
        several => {
            let matches = several.iter().map(|spec| format!("--{}", name(spec))).collect();
            Err(UsageError::Ambiguous { given: given.to_owned(), matches })
        }
    }
}

/// The option of the same group that is there already.
fn excluded_by(face: Face, given: &BTreeSet<Flag>, flag: Flag) -> Option<&'static str> {
    let groups = ONE_OF.iter().filter(|(faces, group)| faces.contains(&face) && group.contains(&flag));
    let other = groups.flat_map(|(_, group)| *group).find(|other| **other != flag && given.contains(other))?;
    table::of(face).find(|spec| spec.flag == *other).map(name)
}

fn take(out: &mut Arguments, spec: &Spec, value: String) -> Result<(), UsageError> {
    let word = match spec.takes {
        Takes::Word(words) => {
            let known = words.iter().find(|word| **word == value).copied();
            known.ok_or_else(|| UsageError::Choice { option: name(spec), given: value.clone(), words })?
        }
        Takes::Value(_) | Takes::Nothing => "",
    };
    match spec.flag {
        Flag::Allow => out.classes.push(value),
        Flag::Exclude => {
            let pattern = Regex::new(&value).map_err(|source| UsageError::Pattern { pattern: value, source })?;
            out.excludes.push(pattern);
        }
        Flag::Interfaces => out.interfaces = Some(value.into()),
        Flag::PrintDependency => out.dependency = Some(word),
        Flag::Format => out.json = word == "json",
        Flag::InterfacesFormat if word == "json" => {
            return Err(UsageError::Unsupported("an interfaces file in JSON (--interfaces-format json)"));
        }
        Flag::Type if word == "vlan" => return Err(UsageError::Unsupported("--type vlan")),
        _ => {}
    }
    Ok(())
}

/// What ifupdown2 asks of a command line as a whole (`Parse.validate`).
fn validate(given: &Arguments) -> Result<(), UsageError> {
    if given.face == Face::Ifquery && (given.has(Flag::SyntaxHelp) || given.has(Flag::List)) {
        return Ok(());
    }
    let (all, allow) = (given.has(Flag::All), given.has(Flag::Allow));
    if given.face == Face::Ifreload {
        if !all && !allow && !given.has(Flag::CurrentlyUp) {
            return Err(UsageError::NothingToReload);
        }
    } else if given.names.is_empty() && !all && !allow && !given.has(Flag::SavedState) {
        return Err(UsageError::NothingNamed);
    }
    if !given.names.is_empty() && all {
        return Err(UsageError::AllAndNames);
    }
    if given.face != Face::Ifreload && allow && all {
        return Err(UsageError::AllAndAllow);
    }
    Ok(())
}

#[cfg(test)]
mod tests;
