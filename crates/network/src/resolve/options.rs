//! Options of the table, as a stanza says them.

use interfaces::{Diagnostic, Setting, Severity, TextEdit, Word};

use super::file::{Section, said_twice};
use super::resolved::Draft;
use crate::check::codes;
use crate::option::{Domain, Opt, Options, Value};
use crate::{Field, IfName, Scope};

/// Reads the options of one scope that a section says, for the link `owner`.
pub(super) fn read(section: &Section<'_>, scope: Scope, owner: &IfName, draft: &mut Draft) -> Options {
    let mut options = Options::default();
    if !section.keys.have(scope) {
        return options;
    }
    for line in section.lines() {
        let setting = line.setting;
        let Some(option) = line.option.filter(|option| option.scope == scope) else { continue };
        let Some(value) = parse(option, &setting.value, draft) else {
            // It is not left out, only misspelled: the checks should not miss it.
            draft.origins.note(owner, Field::Option(option), setting.value.span);
            continue;
        };
        take(&mut options, option, value, setting, &setting.value, owner, draft);
    }
    options
}

/// Sets an option unless it is set already.
pub(super) fn take(
    options: &mut Options,
    option: Opt,
    value: Value,
    setting: &Setting,
    word: &Word,
    owner: &IfName,
    draft: &mut Draft,
) {
    match options.get(option) {
        Some(said) if *said != value => {
            let first = draft.origins.said(&crate::Property::new(owner, Field::Option(option)));
            let twice = first.map(|first| said_twice(&setting.key.text, first, word.span));
            draft.diagnostics.extend(twice);
        }
        Some(_) => {}
        None => {
            options.set(option, value);
            draft.origins.note(owner, Field::Option(option), word.span);
        }
    }
}

/// Reads a value, or says what is wrong with it.
pub(super) fn parse(option: Opt, word: &Word, draft: &mut Draft) -> Option<Value> {
    let error = match option.parse(&word.text) {
        Ok(value) => return Some(value),
        Err(error) => error,
    };
    let mut diagnostic = Diagnostic::new(codes::VALUE, Severity::Error, error.to_string(), word.span).note(format!(
        "{} is: {}",
        option.key(),
        option.help
    ));
    if let Domain::Choice(choices) = option.domain {
        let names = choices.iter().map(|(name, _)| *name);
        if let Some(name) = closest(&word.text, names) {
            diagnostic = diagnostic.help(format!("did you mean `{} {name}`?", option.key()));
            // In `port=value` the word is more than the value.
            let whole = word.span.end - word.span.start == word.text.len();
            if whole && surely(&word.text, choices.iter().map(|(name, _)| *name)).is_some() {
                diagnostic = diagnostic.fix(format!("write `{name}`"), vec![TextEdit::replace(word.span, name)]);
            }
        }
    }
    draft.diagnostics.push(with_comment(diagnostic, word));
    None
}

/// What to do about a value that is wrong for a comment behind it.
pub(super) fn with_comment(diagnostic: Diagnostic, word: &Word) -> Diagnostic {
    if !word.text.contains('#') {
        return diagnostic;
    }
    diagnostic.help("a comment needs a line of its own; this one is taken for part of the value")
}

/// The name that a mistyped text most likely means: one edit away for each three letters, at least one and at most three.
pub(crate) fn closest<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    near(text, names).min().map(|(_, name)| name)
}

/// The same, where no other name is as near and none of its digits differ: `enp5s0` may be another NIC than `enp3s0`.
pub(crate) fn surely<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let mut near: Vec<_> = near(text, names).collect();
    near.sort_unstable();
    near.dedup();
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<_>>();
    match near.as_slice() {
        [(first, _), (second, _), ..] if first == second => None,
        [(_, name), ..] if digits(name) == digits(text) => Some(name),
        _ => None,
    }
}

fn near<'n>(text: &str, names: impl Iterator<Item = &'n str>) -> impl Iterator<Item = (usize, &'n str)> {
    let text = text.to_ascii_lowercase();
    let allowed = (text.chars().count() / 3).clamp(1, 3);
    names.filter_map(move |name| {
        let alike = name.len().abs_diff(text.len()) <= allowed;
        let distance = alike.then(|| strsim::osa_distance(&text, name))?;
        (distance <= allowed).then_some((distance, name))
    })
}

#[cfg(test)]
mod tests {
    use super::{closest, surely};

    #[test]
    fn guesses_what_was_meant() {
        let names = ["bond-miimon", "bond-mode", "bond-slaves", "bridge-ports", "mtu"];
        assert_eq!(closest("bond-mimon", names.into_iter()), Some("bond-miimon"));
        assert_eq!(closest("bond-salves", names.into_iter()), Some("bond-slaves"));
        assert_eq!(closest("Bridge-port", names.into_iter()), Some("bridge-ports"));
        assert_eq!(closest("gateway", names.into_iter()), None);
        assert_eq!(closest("x", names.into_iter()), None);
    }

    #[test]
    fn is_sure_of_one_alone() {
        let nics = ["enp3s0", "enp4s0"];
        assert_eq!(surely("epn3s0", nics.into_iter()), Some("enp3s0"));
        assert_eq!(surely("enp5s0", nics.into_iter()), None);
        assert_eq!(surely("enp3s1", nics.into_iter()), None);
        assert_eq!(surely("abd", ["abc", "abe"].into_iter()), None);
    }
}
