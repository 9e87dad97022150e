//! DHCP with real clients and a real server: dhclient or udhcpc on the host, dnsmasq at the switch.
//!
//! Pid files are by the link's name and /run is all tests': each test has a bridge of its own.

use std::error::Error;
use std::fs::read_to_string;
use std::path::{Path, PathBuf};
use std::process::Command;

use ifupdown::ExitCode;
use lab::programs::{Daemon, need};
use lab::watch::Requests;
use lab::{Lab, until};
use network::dhcp::Family;

use crate::apply::{Site, address, site};
use crate::face::{call, well, without_a_change};
use crate::faces::has_address;
use crate::program::link;

lab::test!(
    a_lease_comes_stays_and_is_given_back,
    a_lease_of_inet6_too,
    a_server_that_does_not_answer_delays_nobody_else,
);
lab::test!(alone: a_lease_by_udhcpc_where_it_is_the_only_client);

const DHCLIENT: &str = "/usr/sbin/dhclient";
const DNSMASQ: &str = "/usr/sbin/dnsmasq";

/// dnsmasq at the switch, with an hour's leases of both families.
struct Server {
    _daemon: Daemon,
    leases: PathBuf,
    log: PathBuf,
}

impl Server {
    fn start(lab: &Lab, site: &Site) -> Result<Self, Box<dyn Error>> {
        site.switch.address(address("fd00:1::1/64"))?;
        let leases = lab.folder().join("dnsmasq.leases");
        let mut command = Command::new(DNSMASQ);
        command.args(["--keep-in-foreground", "--conf-file=/dev/null", "--port=0", "--pid-file=", "--user=root"]);
        command.args(["--interface=switch", "--log-dhcp", "--log-facility=-", "--dhcp-authoritative"]);
        command.args(["--dhcp-range=192.168.1.100,192.168.1.120,1h", "--dhcp-range=fd00:1::100,fd00:1::120,64,1h"]);
        command.arg(format!("--dhcp-leasefile={}", leases.display()));
        let log = lab.folder().join("dnsmasq.log");
        let daemon = site.switch.namespace.run(|| Daemon::start(&mut command, &log))?;
        Ok(Self { _daemon: daemon, leases, log })
    }

    /// Waits until no lease is out; if that never comes, tells what the server heard.
    fn has_it_back(&self, range: &str) -> Result<(), Box<dyn Error>> {
        let back = until("the server's having its lease back", || Ok(self.leased(range) == 0));
        Ok(back.map_err(|error| format!("{error}: {}", read_to_string(&self.log).unwrap_or_default()))?)
    }

    /// The leases that are out, each with an address of the range.
    fn leased(&self, range: &str) -> usize {
        let text = read_to_string(&self.leases).unwrap_or_default();
        text.split_ascii_whitespace().filter(|word| word.starts_with(range)).count()
    }
}

/// What the client must find: its package has the folder, of which only /usr is laid over the kernel's.
fn prepare(lab: &Lab) -> Result<Site, Box<dyn Error>> {
    need(lab.venue(), DNSMASQ)?;
    std::fs::create_dir_all("/var/lib/dhcp")?;
    Ok(site(lab)?)
}

fn file(bridge: &str, stanza: &str) -> String {
    format!(
        "auto enp3s0\niface enp3s0 inet manual\n\nauto {bridge}\niface {bridge} {stanza}\n    bridge-ports enp3s0\n    \
         bridge-stp off\n    bridge-fd 0\n"
    )
}

/// How many addresses that begin so the link has.
fn addresses(lab: &Lab, name: &str, begin: &str) -> Result<usize, Box<dyn Error>> {
    let link = link(lab, name)?;
    Ok(link.addresses.iter().filter(|address| address.net.to_string().starts_with(begin)).count())
}

/// Reloads: a lease comes, a second time nothing changes, and when the stanza says no more of DHCP the lease is given back.
fn comes_stays_and_goes(lab: &Lab, bridge: &str, family: Family, range: &str) -> Result<(), Box<dyn Error>> {
    let site = prepare(lab)?;
    let server = Server::start(lab, &site)?;
    let inet = if family == Family::V4 { "inet" } else { "inet6" };
    let told = lab.folder().join("told");
    let hook = format!("    up ip address show dev $IFACE >>{}\n", told.display());
    lab.file(&(file(bridge, &format!("{inet} dhcp")) + &hook))?;
    let ran = well(lab, "ifreload -a");
    assert_eq!(ran.err, "", "no warning that no lease came");
    assert_eq!((addresses(lab, bridge, range)?, server.leased(range)), (1, 1), "{:?}", link(lab, bridge)?.addresses);
    assert!(read_to_string(&told)?.contains(range), "its hooks run when the lease is there");

    let requests = Requests::watch()?;
    without_a_change(lab, &requests, "ifreload -a")?;
    without_a_change(lab, &requests, "ifup -a")?;
    well(lab, "ifquery -a -c");
    assert_eq!(addresses(lab, bridge, range)?, 1);

    lab.file(&file(bridge, &format!("{inet} manual")))?;
    well(lab, "ifreload -a");
    assert_eq!(addresses(lab, bridge, range)?, 0, "{:?}", link(lab, bridge)?.addresses);
    server.has_it_back(range)?;
    without_a_change(lab, &requests, "ifreload -a")?;

    // The whole stanza goes: the client with it.
    lab.file(&file(bridge, &format!("{inet} dhcp")))?;
    well(lab, "ifreload -a");
    assert_eq!(server.leased(range), 1);
    lab.file("auto enp3s0\niface enp3s0 inet manual\n")?;
    well(lab, "ifreload -a");
    server.has_it_back(range)?;
    assert!(linux::dhcp::running().is_empty(), "{:?}", linux::dhcp::running());
    Ok(())
}

fn a_lease_comes_stays_and_is_given_back(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    need(lab.venue(), DHCLIENT)?;
    comes_stays_and_goes(lab, "vmbr40", Family::V4, "192.168.1.1")
}

/// dhclient ends at once without a link-local address, and with one that duplicate address detection is at work on.
fn a_lease_of_inet6_too(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    need(lab.venue(), DHCLIENT)?;
    comes_stays_and_goes(lab, "vmbr60", Family::V6, "fd00:1::")
}

/// The server is only started once the other interface has run its hooks.
fn a_server_that_does_not_answer_delays_nobody_else(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    need(lab.venue(), DHCLIENT)?;
    let site = prepare(lab)?;
    let (told, own) = (lab.folder().join("told"), lab.folder().join("etc/bowline"));
    let text = file("vmbr41", "inet dhcp")
        + &format!(
            "    up echo $IFACE >>{0}\n\nauto vmbr42\niface vmbr42 inet static\n    address 10.4.2.1/24\n    \
             bridge-ports none\n    up echo $IFACE >>{0}\n",
            told.display()
        );
    lab.file(&text)?;
    std::fs::create_dir_all(&own)?;
    std::fs::write(own.join("config.toml"), "[dhcp]\nwait = 300\n")?;
    let lab = &*lab;
    let said = || read_to_string(&told).unwrap_or_default();
    std::thread::scope(|scope| -> Result<(), Box<dyn Error>> {
        let reload = scope.spawn(|| lab.host.run(|| call(lab, "ifreload -a")));
        until("the other interface's hooks", || Ok(said() == "vmbr42\n"))?;
        assert!(has_address(&lab.host.observe()?, "vmbr42", "10.4.2.1/24"));
        assert!(!reload.is_finished(), "it waits for the lease");
        let _server = Server::start(lab, &site)?;
        let ran = reload.join().map_err(|_| "ifreload panicked")?;
        assert_eq!((ran.code, ran.err.as_str()), (ExitCode::Success, ""), "{ran}");
        Ok(())
    })?;
    assert_eq!(said(), "vmbr42\nvmbr41\n");
    assert_eq!(addresses(lab, "vmbr41", "192.168.1.1")?, 1);

    // Nobody answers, and the wait is over at once: a warning, no error, and the client goes on.
    well(lab, "ifdown vmbr41");
    std::fs::write(own.join("config.toml"), "[dhcp]\nwait = 0\n")?;
    let ran = well(lab, "ifreload -a");
    assert_eq!(ran.err, "warning: vmbr41: no lease for IPv4 after 0 s; the client goes on trying\n");
    assert!(linux::dhcp::running().contains_key(&"vmbr41".parse()?));
    well(lab, "ifdown vmbr41");
    assert!(linux::dhcp::running().is_empty());
    Ok(())
}

/// Nothing else runs meanwhile, for the machine is without its dhclient.
fn a_lease_by_udhcpc_where_it_is_the_only_client(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    need(lab.venue(), DHCLIENT)?;
    need(lab.venue(), "/usr/sbin/udhcpc")?;
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/lab/programs/root/etc/udhcpc/default.script");
    std::fs::create_dir_all("/etc/udhcpc")?;
    std::fs::copy(&from, "/etc/udhcpc/default.script").map_err(|error| format!("{}: {error}", from.display()))?;
    let hidden = Hidden::new(lab.folder(), "dhclient")?;
    assert!(!Path::new(DHCLIENT).exists());
    comes_stays_and_goes(lab, "vmbr43", Family::V4, "192.168.1.1")?;
    // It does no IPv6: an error at the line, and the rest is done.
    let _site = prepare(lab)?;
    lab.file(
        "auto enp4s0\niface enp4s0 inet6 dhcp\n\nauto enp5s0\niface enp5s0 inet static\n    address 10.5.0.1/24\n",
    )?;
    let ran = call(lab, "ifreload -a");
    assert_eq!(ran.code, ExitCode::Failure, "{ran}");
    assert!(ran.err.starts_with("error: enp4s0: can't start DHCP for IPv6 on enp4s0"), "{ran}");
    assert!(ran.err.contains("udhcpc does no DHCP for IPv6") && ran.err.contains("interfaces:2"), "{ran}");
    assert!(has_address(&lab.host.observe()?, "enp5s0", "10.5.0.1/24"), "{ran}");
    drop(hidden);
    assert!(Path::new(DHCLIENT).exists());
    Ok(())
}

/// A program of /usr/sbin that is not there meanwhile: an overlay over the folder, with a whiteout of it (overlayfs: a
/// character device 0/0).
struct Hidden;

impl Hidden {
    fn new(folder: &Path, program: &str) -> Result<Self, Box<dyn Error>> {
        let (upper, work) = (folder.join("upper"), folder.join("work"));
        std::fs::create_dir_all(&upper)?;
        std::fs::create_dir_all(&work)?;
        run("mknod", &[&upper.join(program).display().to_string(), "c", "0", "0"])?;
        let options = format!("lowerdir=/usr/sbin,upperdir={},workdir={}", upper.display(), work.display());
        run("mount", &["-t", "overlay", "none", "/usr/sbin", "-o", &options])?;
        Ok(Self)
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        // Lazily: a program from there may still run. What fails here fails the assertion after it.
        let _ = run("umount", &["-l", "/usr/sbin"]);
    }
}

fn run(program: &str, arguments: &[&str]) -> Result<(), Box<dyn Error>> {
    let output = Command::new(program).args(arguments).output()?;
    if output.status.success() { Ok(()) } else { Err(format!("{program} {arguments:?}: {output:?}").into()) }
}
