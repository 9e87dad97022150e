//! DHCP, by the client that is installed: started in the background, so that a slow server delays nobody; found again by the
//! pid file that it was started with.
//!
//! The places are those of ifupdown2 and of Debian's packages, so that a client which either of them started is known.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use network::IfName;
use network::dhcp::{Dhcp, Family};

/// A DHCP client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// isc-dhcp-client's.
    Dhclient,
    /// Debian's since 13, and Raspberry Pi's.
    Dhcpcd,
    /// busybox's; for IPv4 only.
    Udhcpc,
}

/// Where pid files are.
const RUN: &str = "/run";
/// How often a client that is being started or stopped is looked at, and how long.
const LOOK: Duration = Duration::from_millis(5);
const LOOKS: u32 = 2000;
/// How often udhcpc, which is left in the foreground of a process group of its own.
const FEW_LOOKS: u32 = 10;
/// What udhcpc takes to send a message, before it is told to end.
const A_MOMENT: Duration = Duration::from_millis(50);
/// The longest pid file that is one.
const PID_FILE: u64 = 32;

impl Client {
    /// All of them, in the order in which ifupdown looks for them.
    pub const ALL: [Self; 3] = [Self::Dhclient, Self::Dhcpcd, Self::Udhcpc];

    /// The one that is installed: the first, if there are several. `exists` says whether a file is there.
    #[must_use]
    pub fn installed(exists: impl Fn(&Path) -> bool) -> Option<(Self, PathBuf)> {
        let folders = ["/sbin", "/usr/sbin", "/bin", "/usr/bin"];
        Self::ALL.into_iter().find_map(|client| {
            let mut places = folders.iter().map(|folder| Path::new(folder).join(client.name()));
            Some((client, places.find(|place| exists(place))?))
        })
    }

    /// The name of its program.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dhclient => "dhclient",
            Self::Dhcpcd => "dhcpcd",
            Self::Udhcpc => "udhcpc",
        }
    }

    /// The arguments that start it in the background; `None`: it does not do that family.
    #[must_use]
    pub fn start(self, link: &IfName, family: Family) -> Option<Vec<String>> {
        let mut out: Vec<String> = match (self, family) {
            (Self::Dhclient, _) => {
                let mut out = vec!["-nw".to_owned()];
                out.extend(dhclient_files(link, family));
                out
            }
            (Self::Dhcpcd, Family::V4) => vec!["-b".to_owned(), "-4".to_owned()],
            (Self::Dhcpcd, Family::V6) => vec!["-b".to_owned(), "-6".to_owned()],
            (Self::Udhcpc, Family::V4) => {
                // Not `-b`: it forks when the lease is there already, so for a moment the pid file is another's, and whoever
                // stops it then stops nobody.
                ["-f", "-S", "-R", "-p", &format!("{RUN}/udhcpc.{link}.pid"), "-i"].map(str::to_owned).to_vec()
            }
            (Self::Udhcpc, Family::V6) => return None,
        };
        out.push(link.to_string());
        Some(out)
    }

    /// The arguments that have it give its lease back and end; `None`: it is told by signals.
    #[must_use]
    pub fn stop(self, link: &IfName, family: Family) -> Option<Vec<String>> {
        let mut out: Vec<String> = match (self, family) {
            (Self::Dhclient, _) => {
                let mut out = vec!["-r".to_owned()];
                out.extend(dhclient_files(link, family));
                out
            }
            (Self::Dhcpcd, Family::V4) => vec!["-k".to_owned(), "-4".to_owned()],
            (Self::Dhcpcd, Family::V6) => vec!["-k".to_owned(), "-6".to_owned()],
            (Self::Udhcpc, _) => return None,
        };
        out.push(link.to_string());
        Some(out)
    }

    /// How often to look whether a starting client failed at once.
    fn patience(self) -> u32 {
        if self == Self::Udhcpc { FEW_LOOKS } else { LOOKS }
    }
}

/// What ifupdown2 gives it (`dhclient.py`).
fn dhclient_files(link: &IfName, family: Family) -> Vec<String> {
    let (option, name) = match family {
        Family::V4 => ("-4", "dhclient"),
        Family::V6 => ("-6", "dhclient6"),
    };
    let lease = format!("/var/lib/dhcp/{name}.{link}.leases");
    [option, "-pf", &format!("{RUN}/{name}.{link}.pid"), "-lf", &lease].map(str::to_owned).to_vec()
}

/// Which link and families a pid file of a client is for, by its path below /run.
#[must_use]
pub fn of_pid_file(name: &str) -> Option<(Client, IfName, Dhcp)> {
    let (v4, v6) = (Dhcp { v4: true, v6: false }, Dhcp { v4: false, v6: true });
    let (client, link, families) = if let Some(rest) = name.strip_prefix("dhcpcd/").and_then(|r| r.strip_suffix(".pid"))
    {
        match (rest.strip_suffix("-4"), rest.strip_suffix("-6")) {
            (Some(link), _) => (Client::Dhcpcd, link, v4),
            (_, Some(link)) => (Client::Dhcpcd, link, v6),
            _ => (Client::Dhcpcd, rest, Dhcp { v4: true, v6: true }),
        }
    } else {
        let rest = name.strip_suffix(".pid")?;
        let prefixes = [
            ("dhclient.", Client::Dhclient, v4),
            ("dhclient6.", Client::Dhclient, v6),
            ("udhcpc.", Client::Udhcpc, v4),
        ];
        prefixes
            .into_iter()
            .find_map(|(prefix, client, families)| Some((client, rest.strip_prefix(prefix)?, families)))?
    };
    Some((client, link.parse().ok()?, families))
}

/// The clients that run in this network namespace, by link. What can't be read does not run.
#[must_use]
pub fn running() -> BTreeMap<IfName, Dhcp> {
    let mut out: BTreeMap<IfName, Dhcp> = BTreeMap::new();
    for (client, link, families, pid) in pid_files() {
        if is_alive(client, pid) {
            let found = out.entry(link).or_default();
            (found.v4, found.v6) = (found.v4 || families.v4, found.v6 || families.v6);
        }
    }
    out
}

/// Starts the client that is installed, in place of one that runs on a link of that name which is gone.
///
/// # Errors
/// `NotFound` when none is, `Unsupported` when it does not do that family; else what it says when it ends at once.
pub fn start(link: &IfName, family: Family) -> io::Result<()> {
    let (client, program) = Client::installed(Path::exists).ok_or_else(|| {
        let message = "no DHCP client is installed: install isc-dhcp-client, dhcpcd or udhcpc";
        io::Error::new(io::ErrorKind::NotFound, message)
    })?;
    let arguments = client.start(link, family).ok_or_else(|| {
        io::Error::new(io::ErrorKind::Unsupported, format!("{} does no DHCP for {family}", client.name()))
    })?;
    stop(link, family)?;
    if family == Family::V6 {
        // A client refuses to start before it has an address to ask from. Without a signal there never is one: it is started
        // all the same, and says so itself.
        let _ = until(|| has_link_local(link));
    }
    run(&program, &arguments, client.patience())?;
    // dhclient is in the background a moment before it has written its pid file.
    if until(|| running_on(link, family)) {
        return Ok(());
    }
    Err(io::Error::other(format!("{} did not stay", program.display())))
}

/// Whether the link has a link-local IPv6 address that duplicate address detection has let pass: `if_inet6` has the scope
/// (0x20) and the flags (`IFA_F_TENTATIVE`) of each.
fn has_link_local(link: &IfName) -> bool {
    const TENTATIVE: u32 = 0x40;
    let text = std::fs::read_to_string("/proc/thread-self/net/if_inet6").unwrap_or_default();
    text.lines().any(|line| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [_, _, _, scope, flags, name] = words[..] else { return false };
        let passed = u32::from_str_radix(flags, 16).is_ok_and(|flags| flags & TENTATIVE == 0);
        name == link.as_str() && scope == "20" && passed
    })
}

fn running_on(link: &IfName, family: Family) -> bool {
    let runs = |(client, owner, families, pid): (Client, IfName, Dhcp, i32)| {
        owner == *link && families.has(family) && is_alive(client, pid)
    };
    pid_files().into_iter().any(runs)
}

/// Looks until it is so, or for long enough.
fn until(is_so: impl Fn() -> bool) -> bool {
    (0..LOOKS).any(|_| {
        is_so() || {
            sleep(LOOK);
            false
        }
    })
}

/// Has the client of a link, whichever it is, give its lease back, and waits for its end. One that does not run has ended.
///
/// # Errors
/// What its program says, or the system of a signal to it; `TimedOut` when it does not end.
pub fn stop(link: &IfName, family: Family) -> io::Result<()> {
    for (client, owner, families, pid) in pid_files() {
        if owner != *link || !families.has(family) || !is_alive(client, pid) {
            continue;
        }
        match (client.stop(link, family), Client::installed(|path| path.ends_with(client.name()) && path.exists())) {
            (Some(arguments), Some((_, program))) => run(&program, &arguments, LOOKS)?,
            // SIGUSR2 gives the lease back (udhcpc's manual page).
            _ => {
                let pid = rustix::process::Pid::from_raw(pid).ok_or(io::ErrorKind::InvalidData)?;
                rustix::process::kill_process(pid, rustix::process::Signal::USR2)?;
                sleep(A_MOMENT);
                rustix::process::kill_process(pid, rustix::process::Signal::TERM)?;
            }
        }
        if !until(|| !is_alive(client, pid)) {
            return Err(io::ErrorKind::TimedOut.into());
        }
    }
    Ok(())
}

/// Runs a client's program until it is in the background, or for a while: it goes on by itself then.
fn run(program: &Path, arguments: &[String], looks: u32) -> io::Result<()> {
    let mut command = Command::new(program);
    // A process group of its own: what interrupts us is not for the client.
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).process_group(0);
    let mut child: Child = command.spawn()?;
    for _ in 0..looks {
        match child.try_wait()? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(io::Error::other(format!("{} ended with {status}", program.display()))),
            None => sleep(LOOK),
        }
    }
    Ok(())
}

/// The pid files of clients, with what they are for.
fn pid_files() -> Vec<(Client, IfName, Dhcp, i32)> {
    let mut out = Vec::new();
    for (folder, prefix) in [(PathBuf::from(RUN), ""), (Path::new(RUN).join("dhcpcd"), "dhcpcd/")] {
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries.flatten() {
            let name = entry.file_name();
            let found = name.to_str().and_then(|name| of_pid_file(&format!("{prefix}{name}")));
            let Some((client, link, families)) = found else { continue };
            out.extend(pid(&entry.path()).map(|pid| (client, link, families, pid)));
        }
    }
    out
}

fn pid(path: &Path) -> Option<i32> {
    use std::io::Read;
    let mut text = String::new();
    std::fs::File::open(path).ok()?.take(PID_FILE).read_to_string(&mut text).ok()?;
    text.trim().parse().ok().filter(|pid| *pid > 0)
}

/// Whether the process is that client, and in this network namespace: a container's may have a link of the same name. One that
/// has ended and that nobody asks after is dead (proc_pid_stat(5): `PID (NAME) Z …`).
fn is_alive(client: Client, pid: i32) -> bool {
    let has_ended = std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit_once(") ").is_some_and(|(_, rest)| rest.starts_with(['Z', 'X'])));
    if has_ended {
        return false;
    }
    let named = std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|comm| comm.trim() == client.name());
    // One that has ended and that nobody has asked about yet (a container's PID 1 may never) runs no more.
    let ended = std::fs::read_to_string(format!("/proc/{pid}/status")).is_ok_and(|text| text.contains("State:\tZ"));
    let namespace = |of: &str| std::fs::read_link(format!("/proc/{of}/ns/net")).ok();
    named && !ended && namespace(&pid.to_string()).is_none_or(|theirs| namespace("thread-self") == Some(theirs))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> IfName {
        "vmbr0.30".parse().unwrap()
    }

    #[test]
    fn the_first_that_is_installed_is_taken() {
        let only = |there: &'static [&str]| Client::installed(move |path| there.iter().any(|it| Path::new(it) == path));
        assert_eq!(only(&["/usr/sbin/dhcpcd", "/sbin/udhcpc"]), Some((Client::Dhcpcd, "/usr/sbin/dhcpcd".into())));
        assert_eq!(only(&["/sbin/udhcpc"]), Some((Client::Udhcpc, "/sbin/udhcpc".into())));
        assert_eq!(only(&[]), None);
    }

    #[test]
    fn they_are_started_as_debian_and_ifupdown2_start_them() {
        let start = |client: Client, family| client.start(&link(), family).map(|arguments| arguments.join(" "));
        assert_eq!(
            start(Client::Dhclient, Family::V4).unwrap(),
            "-nw -4 -pf /run/dhclient.vmbr0.30.pid -lf /var/lib/dhcp/dhclient.vmbr0.30.leases vmbr0.30"
        );
        assert_eq!(
            start(Client::Dhclient, Family::V6).unwrap(),
            "-nw -6 -pf /run/dhclient6.vmbr0.30.pid -lf /var/lib/dhcp/dhclient6.vmbr0.30.leases vmbr0.30"
        );
        assert_eq!(start(Client::Dhcpcd, Family::V6).unwrap(), "-b -6 vmbr0.30");
        assert_eq!(start(Client::Udhcpc, Family::V4).unwrap(), "-f -S -R -p /run/udhcpc.vmbr0.30.pid -i vmbr0.30");
        assert_eq!(start(Client::Udhcpc, Family::V6), None);
    }

    /// Each pid file that a client is started with is found again, for the same link and family.
    #[test]
    fn a_pid_file_says_what_it_is_for() {
        for client in [Client::Dhclient, Client::Udhcpc] {
            for family in Family::ALL {
                let Some(arguments) = client.start(&link(), family) else { continue };
                let file = arguments.iter().find(|argument| argument.ends_with(".pid")).unwrap();
                let (found, owner, families) = of_pid_file(file.strip_prefix("/run/").unwrap()).unwrap();
                assert_eq!((found, owner, families.has(family)), (client, link(), true));
            }
        }
        let dhcpcd = |name| of_pid_file(name).map(|(_, link, families)| (link.to_string(), families.v4, families.v6));
        assert_eq!(dhcpcd("dhcpcd/eth0-4.pid"), Some(("eth0".to_owned(), true, false)));
        assert_eq!(dhcpcd("dhcpcd/eth0.pid"), Some(("eth0".to_owned(), true, true)));
        for other in ["sshd.pid", "dhclient.pid", "dhclient..pid", "udhcpc.eth0", "dhcpcd/.pid"] {
            assert_eq!(of_pid_file(other), None, "{other}");
        }
    }
}
