//! `unset`: lines taken away.

use interfaces::edit::setting;
use interfaces::{Setting, TextEdit};

use super::EditError;
use super::draft::{Draft, Own, lines};
use super::keys::Key;
use super::set::not_there;

/// Takes all lines of these keys away. Comments stay, whatever they are about: what a person wrote for people is theirs
/// to take away.
pub(super) fn all(draft: &mut Draft<'_>, iface: &str, keys: &[String]) -> Result<(), EditError> {
    draft.need(iface)?;
    for text in keys {
        let key = Key::of(text);
        draft.not_sourced(iface, &key)?;
        let own = draft.need(iface)?;
        if lines(&own, &key).is_empty() {
            return Err(not_there(draft, &own, iface, &key));
        }
        let edits: Vec<TextEdit> = own
            .iter()
            .flat_map(|own| {
                let taken: Vec<&Setting> = own.iface.settings.iter().filter(|s| key.is(&s.key.text)).collect();
                with_companions(*own, &taken)
            })
            .collect();
        draft.apply(edits)?;
        draft.done.push(format!("{iface}: without {}", key.canonical));
    }
    Ok(())
}

/// Takes lines of one key out of a stanza. What goes with an address goes with it: the second `netmask`, `broadcast` or
/// `pointopoint` belongs to the second `address`. A `static` stanza that has no address left is `manual`.
pub(super) fn with_companions(own: Own<'_>, taken: &[&Setting]) -> Vec<TextEdit> {
    let mut edits: Vec<TextEdit> = taken.iter().map(|line| setting::delete(line)).collect();
    let of = |key: &str| own.iface.settings.iter().filter(|s| s.key.text == key).collect::<Vec<_>>();
    let addresses = of("address");
    let numbers: Vec<usize> = addresses
        .iter()
        .enumerate()
        .filter(|(_, line)| taken.iter().any(|taken| taken.span == line.span))
        .map(|(number, _)| number)
        .collect();
    for key in ["netmask", "broadcast", "pointopoint"] {
        let companions = of(key);
        edits.extend(numbers.iter().filter_map(|number| companions.get(*number)).map(|line| setting::delete(line)));
    }
    let emptied = !addresses.is_empty() && numbers.len() == addresses.len();
    if let (true, Some(method)) = (emptied, own.iface.method.as_ref().filter(|method| method.text == "static")) {
        edits.push(TextEdit::replace(method.span, "manual"));
    }
    edits
}
