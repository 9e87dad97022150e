//! An interface by its name: where it is defined, where it is used, and how it gets another.

use std::collections::HashMap;

use interfaces::Span;
use ls_types::{Location, Position, PrepareRenameResponse, TextEdit, Uri, WorkspaceEdit};
use network::IfName;

use crate::occurrence::{self, Occurrence, Role};
use crate::workspace::{Analysis, Workspace};

/// The stanzas of the name at a place.
pub(crate) fn definition(workspace: &Workspace<'_>, uri: &Uri, position: Position) -> Option<Vec<Location>> {
    let (analysis, offset) = workspace.at(uri, position)?;
    let all = occurrence::all(&analysis.configuration);
    let name = &occurrence::at(&all, analysis.file, offset)?.name;
    let stanzas = all.iter().filter(|one| one.role == Role::Stanza && one.name == *name);
    Some(locations(workspace, &analysis, stanzas))
}

/// Every place that names what the place names; its stanzas only if asked for.
pub(crate) fn references(
    workspace: &Workspace<'_>,
    uri: &Uri,
    position: Position,
    with_stanzas: bool,
) -> Option<Vec<Location>> {
    let (analysis, offset) = workspace.at(uri, position)?;
    let all = occurrence::all(&analysis.configuration);
    let name = &occurrence::at(&all, analysis.file, offset)?.name;
    let places = all.iter().filter(|one| one.name == *name && (with_stanzas || one.role != Role::Stanza));
    Some(locations(workspace, &analysis, places))
}

fn locations<'o>(
    workspace: &Workspace<'_>,
    analysis: &Analysis,
    places: impl Iterator<Item = &'o Occurrence>,
) -> Vec<Location> {
    places.filter_map(|one| workspace.location(&analysis.configuration, one.span)).collect()
}

/// Whether there is a name at a place, and which.
pub(crate) fn prepare(workspace: &Workspace<'_>, uri: &Uri, position: Position) -> Option<PrepareRenameResponse> {
    let (analysis, offset) = workspace.at(uri, position)?;
    let all = occurrence::all(&analysis.configuration);
    let one = occurrence::at(&all, analysis.file, offset)?;
    let location = workspace.location(&analysis.configuration, one.span)?;
    Some(PrepareRenameResponse::RangeWithPlaceholder { range: location.range, placeholder: one.name.clone() })
}

/// Why a name can't be another.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RenameError {
    #[error(transparent)]
    Name(#[from] network::name::IfNameError),
    #[error("there is {0} already")]
    Taken(String),
    #[error("`lo` is the loopback on every host")]
    Loopback,
    #[error("there is no interface's name here")]
    Nothing,
}

/// Gives another name to the interface at a place, wherever the files name it, and to its VLAN devices: `bond0.100`
/// becomes `bond1.100`.
pub(crate) fn rename(
    workspace: &Workspace<'_>,
    uri: &Uri,
    position: Position,
    new: &str,
) -> Result<WorkspaceEdit, RenameError> {
    let (analysis, offset) = workspace.at(uri, position).ok_or(RenameError::Nothing)?;
    let all = occurrence::all(&analysis.configuration);
    let old = occurrence::at(&all, analysis.file, offset).ok_or(RenameError::Nothing)?.name.as_str();
    if old == "lo" || new == "lo" {
        return Err(RenameError::Loopback);
    }
    IfName::new(new)?;
    if let Some(taken) = all.iter().find(|one| one.name == new && new != old) {
        return Err(RenameError::Taken(taken.name.clone()));
    }
    let mut changes: HashMap<Uri, Vec<TextEdit>> = HashMap::new();
    for one in &all {
        let Some(rest) = one.name.strip_prefix(old).filter(|rest| rest.is_empty() || is_vlan(rest)) else { continue };
        IfName::new(&format!("{new}{rest}"))?;
        let span = Span { end: one.span.start + old.len(), ..one.span };
        let location = workspace.location(&analysis.configuration, span).ok_or(RenameError::Nothing)?;
        changes.entry(location.uri).or_default().push(TextEdit { range: location.range, new_text: new.to_owned() });
    }
    Ok(WorkspaceEdit { changes: Some(changes), ..WorkspaceEdit::default() })
}

/// `.100`, or `.100.200` for a VLAN within a VLAN.
fn is_vlan(rest: &str) -> bool {
    let digits = |vid: &str| !vid.is_empty() && vid.bytes().all(|byte| byte.is_ascii_digit());
    rest.strip_prefix('.').is_some_and(|vids| vids.split('.').all(digits))
}
