//! Open vSwitch itself, with its user-space datapath: the lab's kernel has no module of it, so what a kernel with one shows
//! (the master `ovs-system` of a port) is not seen here.

use std::error::Error;
use std::path::Path;
use std::process::Command;

use bowline::ExitCode;
use lab::programs::{Daemon, need};
use lab::watch::Requests;
use lab::{Lab, traffic, until};
use network::ovs::Switch;

use crate::apply::{Ran, address, run, site};
use crate::face::{call, well, without_a_change};
use crate::program::{NOTHING, apply, link, try_apply};
use crate::raw::named;

lab::test!(alone: open_vswitch_is_what_the_file_says);

const VSCTL: &str = "/usr/bin/ovs-vsctl";
const FOLDER: &str = "/run/openvswitch";

/// Open vSwitch's two daemons, in the host's namespace.
struct Daemons {
    _database: Daemon,
    _switch: Daemon,
}

fn start(lab: &Lab) -> Result<Daemons, Box<dyn Error>> {
    let log = |name: &str| lab.folder().join(name);
    std::fs::create_dir_all(FOLDER)?;
    let database = log("conf.db");
    let schema = "/usr/share/openvswitch/vswitch.ovsschema";
    let made = Command::new("/usr/bin/ovsdb-tool").arg("create").arg(&database).arg(schema).output()?;
    assert!(made.status.success(), "{made:?}");
    let socket = format!("{FOLDER}/db.sock");
    let mut server = Command::new("/usr/sbin/ovsdb-server");
    server.arg(&database).arg(format!("--remote=punix:{socket}"));
    let server = Daemon::start(&mut server, &log("ovsdb-server.log"))?;
    until("the database's socket", || Ok(Path::new(&socket).exists()))?;
    vsctl(&["--no-wait", "init"])?;
    let mut switch = Command::new("/usr/lib/openvswitch-switch/ovs-vswitchd");
    let switch = Daemon::start(switch.arg(format!("unix:{socket}")), &log("ovs-vswitchd.log"))?;
    Ok(Daemons { _database: server, _switch: switch })
}

fn vsctl(arguments: &[&str]) -> Result<String, Box<dyn Error>> {
    let output = Command::new(VSCTL).arg("--timeout=20").args(arguments).output()?;
    assert!(output.status.success(), "{arguments:?}: {output:?}");
    Ok(String::from_utf8(output.stdout)?)
}

fn switch(lab: &Lab) -> Result<Switch, Box<dyn Error>> {
    Ok(lab.host.observe()?.ovs.ok_or("Open vSwitch does not answer")?)
}

/// A bridge with a NIC, an internal port with the host's address, a bond, a tunnel and a patch to another bridge.
fn file(tag: u16) -> String {
    let stanza = |name: &str, method: &str, lines: &str| {
        let lines: String = lines.lines().map(|line| format!("    {}\n", line.trim())).collect();
        format!("auto {name}\niface {name} inet {method}\n{lines}\n")
    };
    [
        stanza("enp3s0", "manual", "ovs_type OVSPort\novs_bridge vmbr0"),
        stanza(
            "vmbr0",
            "manual",
            "ovs_type OVSBridge\novs_ports enp3s0 host0 bond0 tun0 p0\novs_options datapath_type=netdev",
        ),
        stanza(
            "vmbr1",
            "manual",
            "ovs_type OVSBridge\novs_options datapath_type=netdev other_config:mac-table-size=4096",
        ),
        stanza(
            "host0",
            "static",
            "address 192.168.1.10/24\novs_type OVSIntPort\novs_bridge vmbr0\n\
             ovs_extra set interface ${IFACE} external-ids:iface-id=me\novs_mtu 1400",
        ),
        stanza(
            "bond0",
            "manual",
            &format!(
                "ovs_type OVSBond\novs_bridge vmbr0\novs_bonds enp4s0 enp5s0\n\
             ovs_options bond_mode=active-backup vlan_mode=native-untagged tag={tag} trunks=30,20"
            ),
        ),
        stanza(
            "tun0",
            "manual",
            "ovs_type OVSTunnel\novs_bridge vmbr0\novs_tunnel_type vxlan\n\
             ovs_tunnel_options options:remote_ip=192.0.2.9 options:key=7",
        ),
        stanza("p0", "manual", "ovs_type OVSPatchPort\novs_bridge vmbr0\novs_patch_peer p1"),
        stanza("p1", "manual", "ovs_type OVSPatchPort\novs_bridge vmbr1\novs_patch_peer p0"),
    ]
    .concat()
}

fn open_vswitch_is_what_the_file_says(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    need(lab.venue(), VSCTL)?;
    let site = site(lab)?;
    // One switch at both ends of a bridge would be a loop.
    site.cables[1..].iter().try_for_each(lab::Cable::pull)?;
    without_it_its_line_says_so(lab)?;
    let _daemons = start(lab)?;

    // `apply` applies twice: what was set reads back, and nothing is left to do.
    apply(lab, &file(50))?;
    let found = switch(lab)?;
    let of = |port: &str, column: &str| found.ports[&named(port)].columns.get(column).cloned();
    assert_eq!(found.bridges.len(), 2);
    assert_eq!(
        found.ports.keys().map(ToString::to_string).collect::<Vec<_>>(),
        ["bond0", "enp3s0", "host0", "p0", "p1", "tun0"]
    );
    assert_eq!((of("bond0", "tag"), of("bond0", "trunks")), (Some("50".into()), Some("20,30".into())));
    assert_eq!(link(lab, "host0")?.up, Some(true));
    assert_eq!(link(lab, "host0")?.mtu, Some(1400));
    let client = site.client(address("192.168.1.50/24"))?;
    // That there is a way. How many packets a second its user-space datapath bears on a simulated machine is not ours to say.
    traffic::reach(&client.namespace, &lab.host, "192.168.1.10".parse()?)?;
    let requests = Requests::watch()?;
    well(lab, "ifreload -a");
    without_a_change(lab, &requests, "ifreload -a")?;
    well(lab, "ifquery -a -c");

    only_what_differs_changes(lab)?;
    guests_and_what_others_added_stay(lab)?;
    what_is_forgotten_goes(lab)
}

fn without_it_its_line_says_so(lab: &Lab) -> Result<(), Box<dyn Error>> {
    lab.file(&file(50))?;
    let plan = run(lab, &["plan"]);
    assert_eq!(plan.code, ExitCode::Problems, "{plan}");
    assert!(plan.out.contains("vmbr0 is Open vSwitch's, which is not installed here or does not answer"), "{plan}");
    assert!(plan.out.contains("interfaces:7:7"), "{plan}");
    let ran = call(lab, "ifreload -a");
    assert_eq!(ran.code, ifupdown::ExitCode::Failure, "{ran}");
    assert!(ran.err.contains("error: vmbr0: "), "{ran}");
    Ok(())
}

fn only_what_differs_changes(lab: &Lab) -> Result<(), Box<dyn Error>> {
    let steps = |ran: &Ran| ran.out.lines().filter(|line| line.starts_with('\u{2713}')).count();
    let ran = try_apply(lab, &file(60))?;
    assert_eq!((ran.code, steps(&ran)), (ExitCode::Success, 1), "{ran}");
    assert_eq!(vsctl(&["get", "Port", "bond0", "tag"])?.trim(), "60");
    // A line that goes is taken back, and what others set by hand is set right.
    let without = file(60).replace("vlan_mode=native-untagged ", "");
    vsctl(&["set", "Interface", "tun0", "options:key=8"])?;
    let ran = try_apply(lab, &without)?;
    assert_eq!((ran.code, steps(&ran)), (ExitCode::Success, 2), "{ran}");
    assert_eq!(vsctl(&["get", "Port", "bond0", "vlan_mode"])?.trim(), "[]");
    assert_eq!(vsctl(&["get", "Interface", "tun0", "options:key"])?.trim(), "\"7\"");
    // Another kind of port is another port: it moves to another bridge.
    let moved = without.replace(
        "iface tun0 inet manual\n    ovs_type OVSTunnel\n    ovs_bridge vmbr0",
        "iface tun0 inet manual\n    ovs_type OVSTunnel\n    ovs_bridge vmbr1",
    );
    let ran = try_apply(lab, &moved)?;
    assert_eq!((ran.code, steps(&ran)), (ExitCode::Success, 2), "{ran}");
    assert_eq!(vsctl(&["port-to-br", "tun0"])?.trim(), "vmbr1");
    // What Open vSwitch refuses is told with its own words.
    let ran = try_apply(lab, &moved.replace("bond_mode=active-backup", "bond_mode=nonsense"))?;
    assert_eq!(ran.code, ExitCode::Midway, "{ran}");
    assert!(ran.out.contains("nonsense"), "{ran}");
    try_apply(lab, &moved)?;
    Ok(())
}

fn guests_and_what_others_added_stay(lab: &Lab) -> Result<(), Box<dyn Error>> {
    vsctl(&["add-port", "vmbr0", "tap100i0", "--", "set", "Interface", "tap100i0", "type=internal"])?;
    vsctl(&["add-port", "vmbr0", "vnet7", "--", "set", "Interface", "vnet7", "type=internal"])?;
    let again = run(lab, &["apply", "--unguarded"]);
    assert_eq!(again.out, NOTHING, "{again}");
    lab.file("auto enp6s0\niface enp6s0 inet manual\n")?;
    let ran = well(lab, "ifreload -a");
    assert!(ran.err.contains("vmbr0: not taken down: guests are attached to it: tap100i0"), "{ran}");
    assert_eq!(vsctl(&["port-to-br", "tap100i0"])?.trim(), "vmbr0");
    vsctl(&["del-port", "tap100i0"])?;
    Ok(())
}

fn what_is_forgotten_goes(lab: &Lab) -> Result<(), Box<dyn Error>> {
    well(lab, "ifreload -a");
    let left = switch(lab)?;
    assert_eq!(left, Switch::default(), "nothing of it is left");
    assert!(lab.host.observe()?.link(&named("host0")).is_none());
    // What ifdown takes away, ifup makes again.
    lab.file(&file(50))?;
    well(lab, "ifreload -a");
    well(lab, "ifdown tun0 vmbr1 p1");
    assert_eq!(vsctl(&["list-br"])?.trim(), "vmbr0");
    well(lab, "ifup vmbr1 tun0 p1");
    assert_eq!(vsctl(&["list-ports", "vmbr1"])?.trim(), "p1");
    Ok(())
}
