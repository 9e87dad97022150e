//! What Open vSwitch has: bridges and ports that are missing or in another's place, columns that differ. A port that others
//! added to a bridge stays: guests' are among them.

use std::collections::BTreeMap;

use network::given::{Ovs, OvsRole};
use network::ovs::{Columns, Edit, Port, Switch, Table};
use network::{Change, Field, IfName};

use crate::planner::Planner;

/// Columns of a port that are emptied where the file does not say them: it says the whole of a port, as ifupdown2 has it.
const OF_PORT: &[&str] = &["tag", "trunks", "vlan_mode", "bond_mode", "lacp"];
/// The same of an interface.
const OF_INTERFACE: &[&str] = &["mtu_request"];

/// Makes of what has that name in Open vSwitch what the file says: a port's bridge first.
pub(crate) fn make(planner: &mut Planner<'_>, name: &IfName, ovs: &Ovs) {
    match (ovs.role, &ovs.bridge) {
        (OvsRole::Bridge, _) => take(planner, name, bridge),
        (_, Some(on)) => {
            if planner.want(on).is_some() {
                take(planner, on, bridge);
            }
            take(planner, name, port);
        }
        (_, None) => {}
    }
}

/// What is to be done, and for which field.
type Edits = Vec<(Field, Edit)>;

fn take(planner: &mut Planner<'_>, name: &IfName, work: impl Fn(&Planner<'_>, &Switch, &Switch, &IfName) -> Edits) {
    let (Some(want), Some(now)) = (&planner.wanted.ovs, &planner.now.ovs) else { return };
    for (field, edit) in work(planner, want, now, name) {
        planner.step_for(field, Change::EditSwitch { link: name.clone(), edit });
    }
}

fn bridge(_: &Planner<'_>, want: &Switch, now: &Switch, name: &IfName) -> Edits {
    let Some(want) = want.bridges.get(name) else { return Vec::new() };
    let Some(found) = now.bridges.get(name) else {
        let in_the_way = now.ports.contains_key(name).then_some(Edit::RemovePort);
        let add = Edit::AddBridge { columns: want.clone() };
        return in_the_way.into_iter().chain([add]).map(|edit| (Field::Kind, edit)).collect();
    };
    set(Table::Bridge, name, differing(want, found, &[])).into_iter().collect()
}

fn port(planner: &Planner<'_>, want: &Switch, now: &Switch, name: &IfName) -> Edits {
    let Some(want) = want.ports.get(name).and_then(|want| possible(planner, name, want)) else { return Vec::new() };
    if !now.bridges.contains_key(&want.bridge) {
        return Vec::new();
    }
    let kind = |columns: &Columns| columns.get("type").cloned().unwrap_or_default();
    let kinds = |port: &Port| port.interfaces.iter().map(|(n, c)| (n.clone(), kind(c))).collect::<Vec<_>>();
    let found = now.ports.get(name);
    let Some(found) = found.filter(|found| found.bridge == want.bridge && kinds(found) == kinds(&want)) else {
        let in_the_way = now.ports.contains_key(name).then_some(Edit::RemovePort);
        return in_the_way.into_iter().chain([Edit::AddPort { port: want }]).map(|edit| (Field::Kind, edit)).collect();
    };
    let own = set(Table::Port, name, differing(&want.columns, &found.columns, OF_PORT));
    let none = Columns::new();
    let of_interfaces = want.interfaces.iter().filter_map(|(row, columns)| {
        let found = found.interfaces.get(row).unwrap_or(&none);
        set(Table::Interface, row, differing(columns, found, OF_INTERFACE))
    });
    own.into_iter().chain(of_interfaces).collect()
}

/// The port without the members of a bond that the host does not have: the others carry it.
fn possible(planner: &Planner<'_>, name: &IfName, want: &Port) -> Option<Port> {
    let mut want = want.clone();
    if want.is_bond(name) {
        want.interfaces.retain(|member, _| planner.now.link(member).is_some());
    }
    (!want.interfaces.is_empty()).then_some(want)
}

/// What differs, and what is to be emptied.
fn differing(want: &Columns, found: &Columns, emptied: &[&str]) -> BTreeMap<String, Option<String>> {
    let differ = want.iter().filter(|(column, value)| found.get(*column) != Some(*value));
    let mut out: BTreeMap<String, Option<String>> = differ.map(|(c, value)| (c.clone(), Some(value.clone()))).collect();
    let stale = emptied.iter().filter(|column| found.contains_key(**column) && !want.contains_key(**column));
    out.extend(stale.map(|column| ((*column).to_owned(), None)));
    out
}

fn set(table: Table, row: &IfName, columns: BTreeMap<String, Option<String>>) -> Option<(Field, Edit)> {
    (!columns.is_empty()).then(|| (Field::Switch, Edit::Set { table, row: row.clone(), columns }))
}

/// The edit that takes away what has that name, if anything has.
pub(crate) fn removal(now: Option<&Switch>, name: &IfName) -> Option<Edit> {
    let now = now?;
    let of_port = now.ports.contains_key(name).then_some(Edit::RemovePort);
    if now.bridges.contains_key(name) { Some(Edit::RemoveBridge) } else { of_port }
}

/// What undoes an edit.
pub(crate) fn inverse(before: Option<&Switch>, name: &IfName, edit: &Edit) -> Vec<Change> {
    let Some(before) = before else { return Vec::new() };
    let change = |link: &IfName, edit| Change::EditSwitch { link: link.clone(), edit };
    let port = |(name, port): (&IfName, &Port)| change(name, Edit::AddPort { port: port.clone() });
    match edit {
        Edit::AddBridge { .. } => vec![change(name, Edit::RemoveBridge)],
        Edit::AddPort { .. } => vec![change(name, Edit::RemovePort)],
        Edit::RemovePort => before.ports.get_key_value(name).map(port).into_iter().collect(),
        Edit::RemoveBridge => {
            let bridge = before.bridges.get(name).map(|c| change(name, Edit::AddBridge { columns: c.clone() }));
            let ports = before.ports.iter().filter(|(_, port)| port.bridge == *name).map(port);
            bridge.into_iter().chain(ports).collect()
        }
        Edit::Set { table, row, columns } => {
            let had = before.columns(name, *table, row);
            let columns = columns.keys().map(|column| (column.clone(), had.and_then(|had| had.get(column).cloned())));
            vec![change(name, Edit::Set { table: *table, row: row.clone(), columns: columns.collect() })]
        }
    }
}
