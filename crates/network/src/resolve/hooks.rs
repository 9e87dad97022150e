//! The commands of a section, in order.

use super::file::{Section, canonical};
use crate::Hook;
use crate::hook::Phase;

/// The commands of a section, in the order of the file.
pub(super) fn read(section: &Section<'_>) -> Vec<Hook> {
    let hook = |setting: &interfaces::Setting| {
        let phase = Phase::by_key(&canonical(&setting.key.text))?;
        let (command, span) = (setting.value.text.to_string(), setting.value.span);
        Some(Hook { link: section.name.clone(), phase, command, span })
    };
    if !section.keys.may_have(&Phase::KEYS) {
        return Vec::new();
    }
    section.settings().filter_map(hook).collect()
}
