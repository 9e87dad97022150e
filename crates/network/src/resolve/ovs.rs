//! What Open vSwitch is to have: `ovs_options`, `ovs_extra` and the like, as columns of its database.
//!
//! Followed: Debian's `if-pre-up.d/openvswitch` and ifupdown2's addons, which hand all of it to `ovs-vsctl`. Here it is
//! read, so that it can be compared with what Open vSwitch has: `column=value`, `column:key=value`, and `set` commands.

use std::collections::BTreeMap;

use interfaces::{Diagnostic, Severity, Word};

use super::file::{File, Section};
use super::layout::{Layout, Shape};
use super::resolved::Draft;
use crate::check::codes;
use crate::given::{Ovs, OvsRole};
use crate::ovs::{Columns, Port, Table, canonical};
use crate::{Field, Given, IfName};

/// The columns of one bridge or port, and of its interfaces.
struct Rows {
    own: Table,
    name: IfName,
    columns: Columns,
    interfaces: BTreeMap<IfName, Columns>,
}

/// Adds to what is wanted what Open vSwitch is to have for the wanted links.
pub(super) fn read(file: &File<'_>, layout: &Layout, draft: &mut Draft) {
    for (number, section) in file.sections().enumerate() {
        let Some(Shape::Given(given, ..)) = layout.shape(number) else { continue };
        let Given::Ovs(ovs) = &**given else { continue };
        if draft.wanted.link(&section.name).is_none() {
            continue;
        }
        let ovs = ovs.clone();
        let mut rows = Rows {
            own: if ovs.role == OvsRole::Bridge { Table::Bridge } else { Table::Port },
            name: section.name.clone(),
            columns: Columns::new(),
            interfaces: interfaces(&section.name, &ovs),
        };
        of_role(section, &ovs, &mut rows);
        lines(file, section, &mut rows, draft);
        let Rows { columns, interfaces, .. } = rows;
        let switch = draft.wanted.ovs.get_or_insert_default();
        match (ovs.role, ovs.bridge) {
            (OvsRole::Bridge, _) => {
                switch.bridges.insert(section.name.clone(), columns);
            }
            (_, Some(bridge)) => {
                switch.ports.insert(section.name.clone(), Port { bridge, columns, interfaces });
            }
            (_, None) => draft.diagnostics.push(no_bridge(section)),
        }
    }
}

fn no_bridge(section: &Section<'_>) -> Diagnostic {
    let title = format!("{} is a port of no bridge", section.name);
    Diagnostic::new(codes::VALUE, Severity::Error, title, section.span).help("name the bridge with `ovs_bridge`")
}

fn interfaces(name: &IfName, ovs: &Ovs) -> BTreeMap<IfName, Columns> {
    let members = if ovs.role == OvsRole::Bond { ovs.members.clone() } else { vec![name.clone()] };
    if ovs.role == OvsRole::Bridge {
        BTreeMap::new()
    } else {
        members.into_iter().map(|m| (m, Columns::new())).collect()
    }
}

/// What the role and lines of its own say.
fn of_role(section: &Section<'_>, ovs: &Ovs, rows: &mut Rows) {
    let text = |keys: &[&str]| section.first(keys).map(|setting| setting.value.text.to_string());
    let mut set = |column: &str, value: String| {
        rows.interfaces.values_mut().for_each(|columns| _ = columns.insert(column.to_owned(), canonical(&value)));
    };
    match ovs.role {
        OvsRole::IntPort => set("type", "internal".to_owned()),
        OvsRole::PatchPort => {
            set("type", "patch".to_owned());
            text(&["ovs-patch-peer"]).into_iter().for_each(|peer| set("options:peer", peer));
        }
        OvsRole::Tunnel => text(&["ovs-tunnel-type"]).into_iter().for_each(|kind| set("type", kind)),
        OvsRole::Bridge | OvsRole::Bond | OvsRole::Port => {}
    }
    text(&["ovs-mtu"]).into_iter().for_each(|mtu| set("mtu_request", mtu));
    if let Some(tag) = ovs.tag {
        rows.columns.insert("tag".to_owned(), tag.to_string());
    }
}

/// `ovs_options`, `ovs_tunnel_options`, and `ovs_extra`: commands apart by `--`, of which those that set are read.
fn lines(file: &File<'_>, section: &Section<'_>, rows: &mut Rows, draft: &mut Draft) {
    let keys = [("ovs-options", None), ("ovs-tunnel-options", Some(Table::Interface)), ("ovs-extra", None)];
    for (key, table) in keys {
        for setting in section.find(&[key]) {
            draft.origins.note(&section.name, Field::Switch, setting.key.span);
            let words = file.words(&setting.value);
            for (number, command) in words.split(|word| word.text == "--").enumerate() {
                let first = (number == 0 && key != "ovs-extra").then(|| table.unwrap_or(rows.own));
                if let Err((word, why)) = rows.take(first, command) {
                    let title = format!("this is not set in Open vSwitch: {why}");
                    draft.diagnostics.push(
                        Diagnostic::new(codes::NOT_ACTED_ON, Severity::Warning, title, word.span)
                            .help("write `column=value`, or `set bridge|port|interface NAME column=value`"),
                    );
                }
            }
        }
    }
}

impl Rows {
    /// Takes the columns that a command sets; `first`: it is no command but columns of that table. What can't be taken is
    /// given back, with the reason.
    fn take(&mut self, first: Option<Table>, command: &[Word]) -> Result<(), (Word, &'static str)> {
        let (table, row, columns) = match (first, command) {
            (_, []) => return Ok(()),
            (Some(table), columns) => (table, None, columns),
            (None, [set, table, row, columns @ ..]) if set.text == "set" => {
                let known = Table::by_name(&table.text);
                let known = known.ok_or_else(|| (table.clone(), "only bridges, ports and interfaces are"))?;
                (known, Some(row), columns)
            }
            (None, [other, ..]) => return Err((other.clone(), "only `set` is acted on")),
        };
        let name = match row.map(|row| self.expand(&row.text).parse::<IfName>()) {
            None => self.name.clone(),
            Some(Ok(name)) => name,
            Some(Err(_)) => return Err((command[0].clone(), "the name can't be that of an interface")),
        };
        for word in columns {
            let (column, value) = split(word)?;
            let value = self.expand(&value);
            if value.contains(['$', '`']) {
                return Err((word.clone(), "no shell runs here"));
            }
            let own = self.own;
            let target = match table {
                Table::Interface if row.is_none() => self.interfaces.values_mut().next(),
                Table::Interface => self.interfaces.get_mut(&name),
                table if table == own && name == self.name => Some(&mut self.columns),
                _ => None,
            };
            let target = target.ok_or_else(|| (word.clone(), "it is about another than this stanza's"))?;
            target.insert(column, canonical(&value));
        }
        Ok(())
    }

    fn expand(&self, text: &str) -> String {
        text.replace("${IFACE}", self.name.as_str()).replace("$IFACE", self.name.as_str())
    }
}

/// `column=value` or `column:key=value`. Columns are spelled with `_`, as the database has them.
fn split(word: &Word) -> Result<(String, String), (Word, &'static str)> {
    let bad = || (word.clone(), "it is no `column=value`");
    let (column, value) = word.text.split_once('=').ok_or_else(bad)?;
    if column.is_empty() || value.starts_with('{') {
        return Err(bad());
    }
    let column = match column.split_once(':') {
        Some((column, key)) => format!("{}:{}", column.replace('-', "_"), key.trim_matches('"')),
        None => column.replace('-', "_"),
    };
    Ok((column, value.to_owned()))
}
