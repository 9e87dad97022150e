//! Open vSwitch by `ovs-vsctl`: one call lists all that it has, one call makes a change whole or not at all.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use network::IfName;
use network::ovs::{Columns, Edit, Port, Switch, Table, canonical};
use serde_json::Value;

/// Seconds that Open vSwitch may take for a change: it answers when its daemon has carried it out.
const TIMEOUT: u32 = 10;
/// The socket of its database, where its packages have it.
const SOCKET: &str = "/run/openvswitch/db.sock";
/// Columns that tell a state and can't be set (ovs-vswitchd.conf.db(5)), and those that name other rows.
const NOT_SET: &[&str] = &[
    "_uuid",
    "_version",
    "admin_state",
    "bfd_status",
    "bond_active_slave",
    "cfm_fault",
    "cfm_fault_status",
    "cfm_flap_count",
    "cfm_health",
    "cfm_remote_mpids",
    "cfm_remote_opstate",
    "datapath_id",
    "datapath_version",
    "duplex",
    "ifindex",
    "interfaces",
    "lacp_current",
    "link_resets",
    "link_speed",
    "link_state",
    "mac_in_use",
    "mtu",
    "name",
    "ofport",
    "ports",
    "rstp_statistics",
    "rstp_status",
    "statistics",
    "status",
];

/// Where Open vSwitch is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ovs {
    /// Its program `ovs-vsctl`.
    pub program: PathBuf,
    /// The socket of its database.
    pub socket: PathBuf,
}

impl Default for Ovs {
    fn default() -> Self {
        Self { program: "/usr/bin/ovs-vsctl".into(), socket: SOCKET.into() }
    }
}

impl Ovs {
    /// All that it has; `None` where it is not installed, does not run or does not answer. Only a file that names it is the
    /// worse for that, and is told: a host without such a file must not fail for a daemon that it has no use for.
    #[must_use]
    pub fn list(&self) -> Option<Switch> {
        if !self.socket.exists() || !self.program.exists() {
            return None;
        }
        let tables = [Table::Bridge, Table::Port, Table::Interface].map(Table::name);
        let arguments = tables.iter().flat_map(|table| ["--", "list", table]);
        let text = self.run(["--format=json"].into_iter().chain(arguments)).ok()?;
        read(&text)
    }

    /// Makes a change.
    ///
    /// # Errors
    /// What `ovs-vsctl` says against it; also when Open vSwitch takes the change and its daemon could not carry it out.
    pub fn edit(&self, link: &IfName, edit: &Edit) -> Result<(), OvsError> {
        let arguments = arguments(link, edit);
        self.run(arguments.iter().map(String::as_str)).map(drop)
    }

    fn run<'a>(&self, arguments: impl IntoIterator<Item = &'a str>) -> Result<String, OvsError> {
        let output = Command::new(&self.program)
            .args([format!("--timeout={TIMEOUT}"), format!("--db=unix:{}", self.socket.display())])
            .args(arguments)
            .stdin(Stdio::null())
            .output()
            .map_err(|source| OvsError::Start { program: self.program.clone(), source })?;
        let said = String::from_utf8_lossy(&output.stderr);
        // A device that it could not open is told on stderr alone, with success (`post_db_reload_expect_iface` and others).
        let complaint = said.lines().find(|line| line.contains("Error detected"));
        if output.status.success() && complaint.is_none() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let first = complaint.or_else(|| said.lines().next()).unwrap_or("no reason given");
        Err(OvsError::Refused(first.trim_start_matches("ovs-vsctl: ").to_owned()))
    }
}

/// Why Open vSwitch did not do it.
#[derive(Debug, thiserror::Error)]
pub enum OvsError {
    /// Its program can't be run.
    #[error("can't run {}", program.display())]
    Start {
        /// Which.
        program: PathBuf,
        /// What the system said.
        #[source]
        source: io::Error,
    },
    /// What it says.
    #[error("{0}")]
    Refused(String),
}

/// What `ovs-vsctl` is called with for a change.
fn arguments(link: &IfName, edit: &Edit) -> Vec<String> {
    let mut out = Vec::new();
    let mut add = |words: &[&str]| out.extend(words.iter().map(|word| (*word).to_owned()));
    match edit {
        Edit::AddBridge { columns } => {
            add(&["--", "add-br", link.as_str()]);
            set(&mut out, Table::Bridge, link, columns);
        }
        Edit::RemoveBridge => add(&["--", "--if-exists", "del-br", link.as_str()]),
        Edit::RemovePort => add(&["--", "--if-exists", "del-port", link.as_str()]),
        Edit::AddPort { port } => {
            let bond = port.is_bond(link);
            add(&["--", if bond { "add-bond" } else { "add-port" }, port.bridge.as_str(), link.as_str()]);
            if bond {
                port.interfaces.keys().for_each(|member| out.push(member.to_string()));
            }
            set(&mut out, Table::Port, link, &port.columns);
            port.interfaces.iter().for_each(|(row, columns)| set(&mut out, Table::Interface, row, columns));
        }
        Edit::Set { table, row, columns } => {
            for (column, value) in columns {
                match (value, column.split_once(':')) {
                    (Some(value), _) => {
                        set(&mut out, *table, row, &[(column.clone(), value.clone())].into_iter().collect());
                    }
                    (None, Some((column, key))) => {
                        out.extend(["--", "remove", table.name(), row.as_str(), column, key].map(str::to_owned))
                    }
                    (None, None) => {
                        out.extend(["--", "clear", table.name(), row.as_str(), column].map(str::to_owned));
                    }
                }
            }
        }
    }
    out
}

fn set(out: &mut Vec<String>, table: Table, row: &IfName, columns: &Columns) {
    // `type` first: options are of a type.
    let mut columns: Vec<_> = columns.iter().collect();
    columns.sort_by_key(|(column, _)| column.as_str() != "type");
    if !columns.is_empty() {
        out.extend(["--", "set", table.name(), row.as_str()].map(str::to_owned));
        out.extend(columns.iter().map(|(column, value)| format!("{column}={}", quoted(column, value))));
    }
}

/// A value as `ovs-vsctl` reads it. A set keeps its commas; of text, all that is no plain word is quoted.
fn quoted(column: &str, value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    let is_set = !column.contains(':') && value.split(',').all(|one| !one.is_empty() && one.chars().all(plain));
    if is_set || (!value.is_empty() && value.chars().all(plain)) {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

/// The three tables, a line of JSON each.
fn read(text: &str) -> Option<Switch> {
    let mut tables = text.lines().map(rows);
    let (bridges, ports, interfaces) = (tables.next()??, tables.next()??, tables.next()??);
    let mut switch = Switch::default();
    let by_id: BTreeMap<&str, &Row> = ports.iter().chain(&interfaces).map(|row| (row.id.as_str(), row)).collect();
    for bridge in &bridges {
        for port in bridge.refers.iter().filter_map(|id| by_id.get(id.as_str())) {
            // Each bridge has a port of its own name, which is the bridge itself.
            if port.name == bridge.name {
                continue;
            }
            let interfaces = port.refers.iter().filter_map(|id| by_id.get(id.as_str()));
            let interfaces = interfaces.map(|row| (row.name.clone(), row.columns.clone())).collect();
            let port_ = Port { bridge: bridge.name.clone(), columns: port.columns.clone(), interfaces };
            switch.ports.insert(port.name.clone(), port_);
        }
        switch.bridges.insert(bridge.name.clone(), bridge.columns.clone());
    }
    Some(switch)
}

/// A row of a table.
struct Row {
    id: String,
    name: IfName,
    columns: Columns,
    refers: Vec<String>,
}

fn rows(line: &str) -> Option<Vec<Row>> {
    let table: Value = serde_json::from_str(line).ok()?;
    let headings: Vec<&str> = table.get("headings")?.as_array()?.iter().filter_map(Value::as_str).collect();
    // A row whose name can be no interface's is none that a file could mean.
    Some(table.get("data")?.as_array()?.iter().filter_map(|row| one_row(&headings, row.as_array()?)).collect())
}

fn one_row(headings: &[&str], values: &[Value]) -> Option<Row> {
    let (mut id, mut name, mut columns, mut refers) = (None, None, Columns::new(), Vec::new());
    for (heading, value) in headings.iter().zip(values) {
        match *heading {
            "_uuid" => id = uuids(value).pop(),
            "name" => name = value.as_str().and_then(|name| IfName::new(name).ok()),
            "ports" | "interfaces" => refers = uuids(value),
            heading if NOT_SET.contains(&heading) => {}
            heading => add(heading, value, &mut columns),
        }
    }
    Some(Row { id: id?, name: name?, columns, refers })
}

/// Adds a column that is not empty.
fn add(heading: &str, value: &Value, columns: &mut Columns) {
    match (tagged(value), atom(value)) {
        (Some(("map", pairs)), _) => {
            let pairs = pairs.iter().filter_map(|pair| Some((atom(pair.get(0)?)?, atom(pair.get(1)?)?)));
            columns.extend(pairs.map(|(key, value)| (format!("{heading}:{key}"), canonical(&value))));
        }
        (Some(("set", elements)), _) if !elements.is_empty() => {
            let elements: Vec<String> = elements.iter().filter_map(atom).collect();
            columns.insert(heading.to_owned(), canonical(&elements.join(",")));
        }
        (None, Some(text)) if !text.is_empty() => _ = columns.insert(heading.to_owned(), canonical(&text)),
        _ => {}
    }
}

/// `["set", […]]` and `["map", […]]` (RFC 7047, 5.1).
fn tagged(value: &Value) -> Option<(&str, &[Value])> {
    match value.as_array()?.as_slice() {
        [Value::String(tag), Value::Array(inside)] => Some((tag, inside)),
        _ => None,
    }
}

fn atom(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

fn uuids(value: &Value) -> Vec<String> {
    let one = |value: &Value| match value.as_array()?.as_slice() {
        [Value::String(tag), Value::String(id)] if tag == "uuid" => Some(id.clone()),
        _ => None,
    };
    match tagged(value) {
        Some(("set", elements)) => elements.iter().filter_map(one).collect(),
        _ => one(value).into_iter().collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> IfName {
        text.parse().unwrap()
    }

    /// As 3.1 prints it, with fewer columns.
    const LISTED: &str = concat!(
        r#"{"data":[[["uuid","b"],"netdev","vmbr0",["map",[["mac-table-size","4096"]]],["set",[["uuid","p1"],["uuid","p2"],["uuid","p0"]]],false]],"headings":["_uuid","datapath_type","name","other_config","ports","rstp_enable"]}"#,
        "\n",
        r#"{"data":[[["uuid","p0"],["uuid","i0"],["set",[]],"vmbr0",["set",[]],["set",[]]],[["uuid","p1"],["uuid","i1"],["set",[]],"mgmt",5,["set",[30,2]]],[["uuid","p2"],["set",[["uuid","i2"],["uuid","i3"]]],"active","bond0",["set",[]],["set",[]]]],"headings":["_uuid","interfaces","lacp","name","tag","trunks"]}"#,
        "\n",
        r#"{"data":[[["uuid","i0"],"vmbr0",["set",[]],"internal"],[["uuid","i1"],"mgmt",1400,"internal"],[["uuid","i2"],"enp3s0",["set",[]],""],[["uuid","i3"],"enp4s0",["set",[]],""]],"headings":["_uuid","name","mtu_request","type"]}"#,
        "\n",
    );

    #[test]
    fn what_it_lists_is_understood() {
        let switch = read(LISTED).unwrap();
        let show = |columns: &Columns| columns.iter().map(|(c, v)| format!("{c}={v}")).collect::<Vec<_>>().join(" ");
        assert_eq!(
            show(&switch.bridges[&name("vmbr0")]),
            "datapath_type=netdev other_config:mac-table-size=4096 rstp_enable=false"
        );
        assert_eq!(switch.ports.len(), 2);
        let mgmt = &switch.ports[&name("mgmt")];
        assert_eq!((mgmt.bridge.as_str(), show(&mgmt.columns).as_str()), ("vmbr0", "tag=5 trunks=2,30"));
        assert!(mgmt.is_internal(&name("mgmt")) && !mgmt.is_bond(&name("mgmt")));
        assert_eq!(show(&mgmt.interfaces[&name("mgmt")]), "mtu_request=1400 type=internal");
        let bond = &switch.ports[&name("bond0")];
        assert!(bond.is_bond(&name("bond0")) && bond.interfaces.contains_key(&name("enp4s0")));
        for broken in ["", "{}", "[]\n[]\n[]", "{\"data\":1,\"headings\":[]}\n\n"] {
            assert_eq!(read(broken), None, "{broken}");
        }
    }

    #[test]
    fn a_change_is_one_call() {
        let switch = read(LISTED).unwrap();
        let (bond, mgmt) = (name("bond0"), name("mgmt"));
        let add = |name: &IfName| arguments(name, &Edit::AddPort { port: switch.ports[name].clone() }).join(" ");
        assert_eq!(add(&bond), "-- add-bond vmbr0 bond0 enp3s0 enp4s0 -- set Port bond0 lacp=active");
        assert_eq!(
            add(&mgmt),
            "-- add-port vmbr0 mgmt -- set Port mgmt tag=5 trunks=2,30 -- set Interface mgmt type=internal mtu_request=1400"
        );
        let columns = [("tag", None), ("other_config:a b", Some("x, y")), ("external_ids:k", None)];
        let columns = columns.map(|(column, value)| (column.to_owned(), value.map(str::to_owned))).into();
        let set = Edit::Set { table: Table::Port, row: mgmt.clone(), columns };
        assert_eq!(
            arguments(&mgmt, &set),
            [
                "--",
                "remove",
                "Port",
                "mgmt",
                "external_ids",
                "k",
                "--",
                "set",
                "Port",
                "mgmt",
                "other_config:a b=\"x, y\"",
                "--",
                "clear",
                "Port",
                "mgmt",
                "tag"
            ]
        );
    }
}
