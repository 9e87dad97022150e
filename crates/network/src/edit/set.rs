//! `set`: lines written and changed.

use interfaces::edit::{names, setting, stanza};
use interfaces::{Setting, Span, TextEdit, Word};
use ipnet::IpNet;

use super::draft::{Draft, Own, lines};
use super::keys::{Key, PORTS, SLAVES, Shape, rank};
use super::value::{self, is_v6};
use super::{Assignment, EditError, Operation, unset};
use crate::resolve;

/// Writes what is asked, in order.
pub(super) fn all(
    draft: &mut Draft<'_>,
    iface: &str,
    assignments: &[Assignment],
    force: bool,
) -> Result<(), EditError> {
    draft.need(iface)?;
    for assignment in assignments {
        one(draft, iface, assignment, force)?;
    }
    Ok(())
}

/// Checks key and value. Interfaces may be told apart by commas.
pub(super) fn checked(assignment: &Assignment, force: bool) -> Result<(Key, String), EditError> {
    let key = match Key::of(&assignment.key) {
        // ifupdown2 takes the line and enslaves nothing.
        key if key.canonical == "bond-ports" => Key::of("bond-slaves"),
        key => key,
    };
    value::fits_a_key(&key.text)?;
    let value = if key.lists_interfaces() {
        assignment.value.replace(',', " ").split_whitespace().collect::<Vec<_>>().join(" ")
    } else {
        assignment.value.clone()
    };
    value::fits_a_line(&key, &value)?;
    if !force {
        if !key.is_known() {
            return Err(EditError::UnknownKey { key: key.text, near: resolve::nearest(&key.canonical) });
        }
        if assignment.operation != Operation::Take {
            value::is_taken(&key, &value)?;
        }
    }
    Ok((key, value))
}

fn one(draft: &mut Draft<'_>, iface: &str, assignment: &Assignment, force: bool) -> Result<(), EditError> {
    let (key, value) = checked(assignment, force)?;
    draft.not_sourced(iface, &key)?;
    if !force && assignment.operation != Operation::Take && PORTS.contains(&key.canonical.as_str()) {
        not_of_open_vswitch(draft, iface, &key)?;
    }
    if SLAVES.contains(&key.canonical.as_str()) && followers(draft, iface) {
        follow(draft, iface, assignment.operation, &value)?;
        // Without a slave that names it, the bond's own stanza has to say that it has none.
        if assignment.operation != Operation::Set || value.split_whitespace().any(|word| word != "none") {
            return Ok(());
        }
    }
    match (assignment.operation, key.shape) {
        (Operation::Set, _) => replace(draft, iface, &key, assignment.index, &value),
        (Operation::Add, Shape::List) => add_words(draft, iface, &key, &value),
        (Operation::Add, Shape::Repeated) if has_line(draft, iface, &key, &value) => Ok(()),
        (Operation::Add, _) => write(draft, iface, &key, &value),
        (Operation::Take, Shape::List) => take_words(draft, iface, &key, &value),
        (Operation::Take, _) => take_line(draft, iface, &key, &value),
    }
}

/// Refuses a Linux bridge's ports where Open vSwitch makes the device: that would leave them out.
fn not_of_open_vswitch(draft: &Draft<'_>, iface: &str, key: &Key) -> Result<(), EditError> {
    match lines(&draft.own(iface), &Key::of("ovs-type")).first() {
        Some((_, line)) => {
            let (iface, key) = (iface.to_owned(), key.canonical.clone());
            Err(EditError::OfOpenVswitch { iface, key, span: draft.origin(line.key.span.to(line.value.span)) })
        }
        None => Ok(()),
    }
}

/// The lines that a value of this family can stand for: an IPv6 address does not take an IPv4 address's place.
fn candidates<'d>(own: &[Own<'d>], key: &Key, value: &str) -> Vec<(Own<'d>, &'d Setting)> {
    let found = lines(own, key);
    let family = if key.is_address() { is_v6(value) } else { None };
    found
        .into_iter()
        .filter(|(_, line)| family.is_none() || is_v6(&line.value.text).is_none_or(|v6| Some(v6) == family))
        .collect()
}

fn replace(draft: &mut Draft<'_>, iface: &str, key: &Key, index: Option<usize>, value: &str) -> Result<(), EditError> {
    let own = draft.need(iface)?;
    let found = candidates(&own, key, value);
    let all = lines(&own, key);
    let chosen = match index {
        Some(index) => Some(*all.get(index - 1).ok_or_else(|| not_there(draft, &own, iface, key))?),
        None if key.shape == Shape::Repeated && found.len() > 1 => {
            let spans = found.iter().map(|(_, line)| draft.origin(line.key.span.to(line.value.span))).collect();
            return Err(EditError::Several { iface: iface.to_owned(), key: key.canonical.clone(), spans });
        }
        None => found.first().copied(),
    };
    let Some((owner, line)) = chosen else { return write(draft, iface, key, value) };
    let mut edits = Vec::new();
    let mut value = value.to_owned();
    if key.canonical == "address"
        && let Some((edit, bare)) = netmask(owner, line, &value)
    {
        edits.extend(edit);
        value = bare;
    }
    if line.value.text != value {
        edits.push(setting::set_value(line, &value));
    }
    if line.key.text.replace('_', "-") == "bond-ports" {
        edits.push(TextEdit::replace(line.key.span, "bond-slaves"));
    }
    let written = if line.key.text.replace('_', "-") == "bond-ports" { "bond-slaves" } else { &line.key.text };
    let said = format!("{iface}: {written} {value}");
    let span = draft.origin(line.span);
    finish(draft, edits, said)?;
    confirm(draft, iface, key, &value, span)
}

/// Reads back what was written.
fn confirm(draft: &Draft<'_>, iface: &str, key: &Key, value: &str, span: Span) -> Result<(), EditError> {
    let found = lines(&draft.own(iface), key).iter().any(|(_, line)| line.value.text == value);
    if found { Ok(()) } else { Err(EditError::Unsafe { span }) }
}

fn finish(draft: &mut Draft<'_>, edits: Vec<TextEdit>, said: String) -> Result<(), EditError> {
    if !edits.is_empty() {
        draft.apply(edits)?;
        draft.done.push(said);
    }
    Ok(())
}

pub(super) fn not_there(draft: &Draft<'_>, own: &[Own<'_>], iface: &str, key: &Key) -> EditError {
    // Whoever asks has found a stanza; the start of the file stands in for none.
    let span = own.first().map_or(interfaces::Span::new(interfaces::FileId(0), 0, 0), |own| own.iface.name.span);
    EditError::NotThere { iface: iface.to_owned(), what: format!("such `{}`", key.canonical), span: draft.origin(span) }
}

/// Where the address's prefix length has a `netmask` line of its own: what becomes of that line, and the address alone.
fn netmask(owner: Own<'_>, address: &Setting, value: &str) -> Option<(Option<TextEdit>, String)> {
    let net: IpNet = value.parse().ok()?;
    if address.value.text.contains('/') {
        return None;
    }
    let of = |key: &str| owner.iface.settings.iter().filter(|s| s.key.text == key).collect::<Vec<_>>();
    let number = of("address").iter().position(|line| line.span == address.span)?;
    let line = *of("netmask").get(number)?;
    let text =
        if line.value.text.contains(['.', ':']) { net.netmask().to_string() } else { net.prefix_len().to_string() };
    let edit = (line.value.text != text).then(|| setting::set_value(line, &text));
    Some((edit, net.addr().to_string()))
}

/// Writes a line that is not there yet, in the stanza and at the place where it belongs.
pub(super) fn write(draft: &mut Draft<'_>, iface: &str, key: &Key, value: &str) -> Result<(), EditError> {
    let own = draft.need(iface)?;
    let v6 = if key.is_address() { is_v6(value) } else { None };
    let Some(home) = home(&own, v6) else { return write_stanza(draft, iface, key, value) };
    let after = place(home, key);
    let mut edits = vec![setting::insert(draft.document(), home.stanza, after, &key.text, value)];
    if key.canonical == "address"
        && let Some(method) =
            home.iface.method.as_ref().filter(|m| ["manual", "dhcp", "auto"].contains(&m.text.as_str()))
    {
        edits.push(TextEdit::replace(method.span, "static"));
    }
    let span = draft.origin(home.iface.name.span);
    finish(draft, edits, format!("{iface}: {} {value}", key.text))?;
    confirm(draft, iface, key, value, span)
}

/// The stanza that a line goes to: for an address that of its family, if there is one.
fn home<'d>(own: &[Own<'d>], v6: Option<bool>) -> Option<Own<'d>> {
    let Some(v6) = v6 else { return own.first().copied() };
    let fits = |own: &&Own<'_>| own.iface.family.as_ref().is_none_or(|family| (family.text == "inet6") == v6);
    let mixed =
        |own: &&Own<'_>| own.iface.settings.iter().any(|s| s.key.text == "address" && is_v6(&s.value.text) == Some(v6));
    own.iter().find(mixed).or_else(|| own.iter().find(fits)).copied()
}

/// A stanza of the other family, for the first address of it.
fn write_stanza(draft: &mut Draft<'_>, iface: &str, key: &Key, value: &str) -> Result<(), EditError> {
    let family = if is_v6(value) == Some(true) { "inet6" } else { "inet" };
    let new = stanza::Draft {
        name: iface.to_owned(),
        method: format!("{family} static"),
        lines: vec![stanza::Line::Setting(key.text.clone(), value.to_owned())],
        ..stanza::Draft::default()
    };
    let own = draft.need(iface)?;
    let edit = stanza::insert(draft.document(), own.last().map(|own| own.stanza), &[new]);
    finish(draft, vec![edit], format!("{iface}: a stanza `{family} static` with {} {value}", key.text))
}

/// The line after which a new one goes; `None`: before all others.
fn place<'d>(home: Own<'d>, key: &Key) -> Option<&'d Setting> {
    let settings = &home.iface.settings;
    let mine = rank(&key.canonical);
    if let Some(last) = settings.iter().rposition(|line| key.is(&line.key.text)) {
        return settings.get(last);
    }
    let family = |line: &&Setting| rank(&line.key.text) == mine;
    if key.leads()
        && let Some(first) = settings.iter().position(|line| family(&line))
    {
        return first.checked_sub(1).and_then(|before| settings.get(before));
    }
    let not_above = |line: &&Setting| rank(&line.key.text).0 <= mine.0;
    settings.iter().rfind(family).or_else(|| settings.iter().rfind(not_above))
}

fn has_line(draft: &Draft<'_>, iface: &str, key: &Key, value: &str) -> bool {
    lines(&draft.own(iface), key).iter().any(|(_, line)| says(line, value))
}

/// Whether a line says this value, however an address is written.
fn says(line: &Setting, value: &str) -> bool {
    let same = |a: &str, b: &str| a.parse::<IpNet>().ok().is_some_and(|a| b.parse::<IpNet>().ok() == Some(a));
    line.value.text == value || same(&line.value.text, value)
}

/// The words of a list that stand for interfaces or values; `none` stands for nothing.
fn list(draft: &Draft<'_>, line: &Setting) -> Vec<Word> {
    let words = draft.words(&line.value);
    if words.len() == 1 && words[0].text == "none" { Vec::new() } else { words }
}

fn add_words(draft: &mut Draft<'_>, iface: &str, key: &Key, value: &str) -> Result<(), EditError> {
    let own = draft.need(iface)?;
    let Some((_, line)) = lines(&own, key).first().copied() else { return write(draft, iface, key, value) };
    let words = list(draft, line);
    let new: Vec<&str> = value.split_whitespace().filter(|new| words.iter().all(|word| word.text != *new)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let edit = match words.last() {
        Some(last) => names::append(last, &new.join(" ")),
        None => setting::set_value(line, &new.join(" ")),
    };
    let said = format!("{iface}: {} with {}", line.key.text, new.join(" "));
    finish(draft, vec![edit], said)
}

fn take_words(draft: &mut Draft<'_>, iface: &str, key: &Key, value: &str) -> Result<(), EditError> {
    for taken in value.split_whitespace() {
        let own = draft.need(iface)?;
        let Some((_, line)) = lines(&own, key).first().copied() else { return Err(not_there(draft, &own, iface, key)) };
        let words = list(draft, line);
        if words.iter().all(|word| word.text != taken) {
            let what = format!("`{taken}` in its `{}`", line.key.text);
            return Err(EditError::NotThere { iface: iface.to_owned(), what, span: draft.origin(line.span) });
        }
        let said = format!("{iface}: {} without {taken}", line.key.text);
        let edits = without(line, &words, |word| word.text == taken, key);
        finish(draft, edits, said)?;
    }
    Ok(())
}

/// A list without some of its words. A list of interfaces that ends up empty says `none`, others go.
pub(super) fn without(line: &Setting, words: &[Word], goes: impl Fn(&Word) -> bool, key: &Key) -> Vec<TextEdit> {
    if !words.iter().all(&goes) {
        return names::remove(words, goes);
    }
    vec![if key.lists_interfaces() { setting::set_value(line, "none") } else { setting::delete(line) }]
}

fn take_line(draft: &mut Draft<'_>, iface: &str, key: &Key, value: &str) -> Result<(), EditError> {
    let own = draft.need(iface)?;
    let found = lines(&own, key);
    let Some((owner, line)) = found.iter().find(|(_, line)| says(line, value)).copied() else {
        let what = format!("`{} {value}`", key.canonical);
        return Err(EditError::NotThere { iface: iface.to_owned(), what, span: draft.origin(own[0].iface.name.span) });
    };
    let edits = unset::with_companions(owner, &[line]);
    finish(draft, edits, format!("{iface}: without {} {value}", line.key.text))
}

/// Whether the bond's slaves say themselves whose they are, as ifenslave's `bond-master`, and the bond lists none.
fn followers(draft: &Draft<'_>, bond: &str) -> bool {
    let listed = lines(&draft.own(bond), &Key::of("bond-slaves")).iter().any(|(_, line)| !list(draft, line).is_empty());
    !listed && draft.ifaces().any(|own| master(own).is_some_and(|line| line.value.text == bond))
}

fn master(own: Own<'_>) -> Option<&Setting> {
    own.iface.settings.iter().find(|line| line.key.text.replace('_', "-") == "bond-master")
}

/// Changes the slaves of such a bond in the slaves' own stanzas.
fn follow(draft: &mut Draft<'_>, bond: &str, operation: Operation, value: &str) -> Result<(), EditError> {
    let current: Vec<String> = draft
        .ifaces()
        .filter(|own| master(*own).is_some_and(|line| line.value.text == bond))
        .map(|own| own.iface.name.text.to_string())
        .collect();
    let named: Vec<String> = value.split_whitespace().filter(|word| *word != "none").map(str::to_owned).collect();
    let (joining, leaving): (Vec<String>, Vec<String>) = match operation {
        Operation::Add => (named, Vec::new()),
        Operation::Take => (Vec::new(), named),
        Operation::Set => {
            let leaving = current.iter().filter(|slave| !named.contains(slave)).cloned().collect();
            (named, leaving)
        }
    };
    for slave in leaving {
        let own = draft.need(&slave)?;
        let Some(line) = own.iter().find_map(|own| master(*own)).filter(|line| line.value.text == bond) else {
            return Err(not_there(draft, &own, &slave, &Key::of("bond-master")));
        };
        let edit = setting::delete(line);
        finish(draft, vec![edit], format!("{slave}: without bond-master {bond}"))?;
    }
    for slave in joining.into_iter().filter(|slave| !current.contains(slave)) {
        let key = Key::of("bond-master");
        if draft.own(&slave).is_empty() {
            let line = stanza::Line::Setting("bond-master".to_owned(), bond.to_owned());
            let last = super::add::anchor(draft, &current).map(|last| last.span.start);
            super::add::start(draft, last, vec![super::add::member(&slave, &[line])])?;
            draft.done.push(format!("{slave}: a new stanza with bond-master {bond}"));
        } else {
            replace(draft, &slave, &key, None, bond)?;
        }
    }
    Ok(())
}
