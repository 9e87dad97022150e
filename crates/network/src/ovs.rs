//! What Open vSwitch keeps in its database, as far as a file can say it: bridges, their ports, the ports' interfaces.
//!
//! Columns are kept as `ovs-vsctl set` takes them (ovs-vsctl(8), ovs-vswitchd.conf.db(5)): `tag`, `other_config:rstp-path-cost`.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::IfName;

/// Columns, or `column:key` for one key of a map, with their values; a set's elements sorted, apart by commas.
pub type Columns = BTreeMap<String, String>;

/// All that Open vSwitch has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Switch {
    /// Its bridges.
    pub bridges: BTreeMap<IfName, Columns>,
    /// Their ports, but for each bridge's own.
    pub ports: BTreeMap<IfName, Port>,
}

/// A port of a bridge: one interface of its own name, or several as a bond.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Port {
    /// The bridge.
    pub bridge: IfName,
    /// The columns of its row in `Port`.
    pub columns: Columns,
    /// Its interfaces, by name, with the columns of their rows in `Interface`; `type` is empty for a device of the host.
    pub interfaces: BTreeMap<IfName, Columns>,
}

impl Port {
    /// Whether it is a bond.
    #[must_use]
    pub fn is_bond(&self, name: &IfName) -> bool {
        self.interfaces.len() > 1 || !self.interfaces.contains_key(name)
    }

    /// Whether Open vSwitch makes a device of the host for it, by its own name.
    #[must_use]
    pub fn is_internal(&self, name: &IfName) -> bool {
        self.interfaces.get(name).and_then(|columns| columns.get("type")).is_some_and(|kind| kind == "internal")
    }
}

/// A table of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Table {
    /// `Bridge`.
    Bridge,
    /// `Port`.
    Port,
    /// `Interface`.
    Interface,
}

impl Table {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Bridge => "Bridge",
            Self::Port => "Port",
            Self::Interface => "Interface",
        }
    }

    /// By a name, whatever its case.
    #[must_use]
    pub fn by_name(name: &str) -> Option<Self> {
        [Self::Bridge, Self::Port, Self::Interface].into_iter().find(|table| table.name().eq_ignore_ascii_case(name))
    }
}

/// One change of the database, made whole or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "edit", rename_all = "kebab-case")]
pub enum Edit {
    /// Adds a bridge.
    AddBridge {
        /// Its columns.
        columns: Columns,
    },
    /// Takes a bridge away, with its ports.
    RemoveBridge,
    /// Adds a port.
    AddPort {
        /// The port.
        port: Port,
    },
    /// Takes a port away.
    RemovePort,
    /// Sets columns.
    Set {
        /// In which table.
        table: Table,
        /// Of which row.
        row: IfName,
        /// To what; `None` empties the column, or takes the key out of the map.
        columns: BTreeMap<String, Option<String>>,
    },
}

impl Switch {
    /// Makes the change. One of what is not there does nothing.
    pub fn edit(&mut self, name: &IfName, edit: &Edit) {
        match edit {
            Edit::AddBridge { columns } => _ = self.bridges.insert(name.clone(), columns.clone()),
            Edit::RemoveBridge => {
                self.bridges.remove(name);
                self.ports.retain(|_, port| port.bridge != *name);
            }
            Edit::AddPort { port } => _ = self.ports.insert(name.clone(), port.clone()),
            Edit::RemovePort => _ = self.ports.remove(name),
            Edit::Set { table, row, columns } => {
                let Some(now) = self.columns_mut(name, *table, row) else { return };
                for (column, value) in columns {
                    match value {
                        Some(value) => _ = now.insert(column.clone(), value.clone()),
                        None => _ = now.remove(column),
                    }
                }
            }
        }
    }

    /// The columns of a row of what has that name.
    #[must_use]
    pub fn columns(&self, name: &IfName, table: Table, row: &IfName) -> Option<&Columns> {
        match table {
            Table::Bridge => self.bridges.get(row),
            Table::Port => self.ports.get(row).map(|port| &port.columns),
            Table::Interface => self.ports.get(name)?.interfaces.get(row),
        }
    }

    fn columns_mut(&mut self, name: &IfName, table: Table, row: &IfName) -> Option<&mut Columns> {
        match table {
            Table::Bridge => self.bridges.get_mut(row),
            Table::Port => self.ports.get_mut(row).map(|port| &mut port.columns),
            Table::Interface => self.ports.get_mut(name)?.interfaces.get_mut(row),
        }
    }
}

/// A value as it is compared: the elements of a set without quotes and brackets, sorted.
#[must_use]
pub fn canonical(value: &str) -> String {
    let inner = value.trim().trim_start_matches('[').trim_end_matches(']');
    let mut elements: Vec<&str> = inner.split(',').map(|element| element.trim().trim_matches('"')).collect();
    // Numbers by their size, so that a trunk list reads well.
    elements.sort_by_key(|element| (element.parse::<u64>().unwrap_or(u64::MAX), *element));
    elements.join(",")
}

/// For people: `a port of vmbr0 in Open vSwitch`.
impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AddBridge { .. } => f.write_str("add the bridge"),
            Self::RemoveBridge => f.write_str("delete the bridge"),
            Self::AddPort { port } => write!(f, "add to {} the port", port.bridge),
            Self::RemovePort => f.write_str("take from its bridge the port"),
            Self::Set { table, columns, .. } => {
                write!(f, "set in {}", table.name())?;
                for (column, value) in columns {
                    match value {
                        Some(value) => write!(f, " {column}={value}")?,
                        None => write!(f, " {column} to nothing")?,
                    }
                }
                f.write_str(" of")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::canonical;

    #[test]
    fn a_set_is_the_same_in_any_order_and_spelling() {
        for text in ["10,2,30", "[2, 10, 30]", "30,\"10\",2"] {
            assert_eq!(canonical(text), "2,10,30", "{text}");
        }
        assert_eq!(canonical("active"), "active");
        assert_eq!(canonical("\"a b\""), "a b");
    }
}
