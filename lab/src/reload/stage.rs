//! The host that a reload is played on: a file system and a network of its own, NICs cabled to a switch, and guests.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use network::bridge::StpState;
use network::option::bond;
use network::{Address, IfName, Link, Mac, Value};
use rustix::mount::{MountPropagationFlags, mount_change};
use rustix::thread::{UnshareFlags, unshare_unsafe};

use super::{ReloadError, Scenario, Snapshot, Tool};
use crate::Lab;
use crate::net::lacp::{carrying, lacp_bonds};
use crate::net::{Cable, End, Guest, Namespace, NetError, Switch};

/// The file, and what the paths of those begin with that it sources.
const INTERFACES: &str = "/etc/network/interfaces";
/// The first byte of the NICs' MACs and of the guests' ports': locally administered, and the guests' larger.
const NICS: u8 = 0x02;
const GUESTS: u8 = 0xfe;
/// Where hooks of a scenario write what they have to tell.
const TOLD: &str = "/run/told";
/// The switch, which is the gateway too, and who talks to the host from beyond it.
const GATEWAY: &str = "192.168.1.1/24";
const CLIENT: &str = "192.168.1.50/24";
/// How often it is looked whether all is at rest, and how many looks in turn must see the same: half a second, five times
/// what a bond's monitor takes to see a cable.
const LOOK: Duration = Duration::from_millis(50);
const LOOKS: u32 = 10;
/// How long it may take, LACP included.
const LIMIT: Duration = Duration::from_secs(60);

/// The host that a reload is played on. The calling thread is on it for good, as with [`Lab`].
#[derive(Debug)]
pub struct Stage {
    switch: Switch,
    client: Guest,
    cables: Vec<Cable>,
    guests: Vec<Guest>,
    host: Namespace,
    has_lag: bool,
}

impl Stage {
    /// Gives the calling thread a file system of its own and the scenario's NICs and files.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn set(lab: &Lab, scenario: &Scenario, tool: &dyn Tool) -> Result<Self, ReloadError> {
        leave_files()?;
        bench::namespace::mounts().map_err(|error| ReloadError::Mount(Box::new(error)))?;
        fs::create_dir_all("/run/network").map_err(failed("make", Path::new("/run/network")))?;
        let switch = Switch::new()?;
        switch.address(address(GATEWAY))?;
        let cable = |(number, nic): (usize, &String)| -> Result<Cable, NetError> {
            let cable = lab.loose_cable(nic, Some(mac(NICS, number)), switch.port(&format!("port-{nic}"))?)?;
            if !scenario.apart.contains(nic) {
                switch.join(&cable.far.link)?;
            }
            Ok(cable)
        };
        let cables = scenario.nics.iter().enumerate().map(cable).collect::<Result<Vec<_>, _>>()?;
        let client = Guest::start(&switch.namespace, &named("client")?, &named("switch")?, address(CLIENT))?;
        let stage = Self {
            switch,
            client,
            cables,
            guests: Vec::new(),
            host: lab.host.clone(),
            has_lag: !scenario.lag.is_empty(),
        };
        stage.bundle(&scenario.lag)?;
        files(&scenario.files, tool)?;
        batch(&scenario.first)?;
        Ok(stage)
    }

    /// Has the switch bundle the ports of these NICs.
    fn bundle(&self, nics: &[String]) -> Result<(), ReloadError> {
        if nics.is_empty() {
            return Ok(());
        }
        let ports: Vec<&End> = self
            .cables
            .iter()
            .filter(|cable| nics.iter().any(|nic| nic == cable.near.link.as_str()))
            .map(|cable| &cable.far)
            .collect();
        self.switch.lag("lag", &ports, &[(bond::LACP_RATE, Value::Number(1))])?;
        Ok(())
    }

    /// Writes /etc/network/interfaces.
    ///
    /// # Errors
    /// When it can't be written.
    pub fn file(&self, text: &str, tool: &dyn Tool) -> Result<(), ReloadError> {
        write(INTERFACES, &tool.file(text))
    }

    /// What others do between the two reloads: devices, addresses, guests, and other files.
    ///
    /// # Errors
    /// When the kernel refuses something.
    pub fn others(&mut self, scenario: &Scenario, tool: &dyn Tool) -> Result<(), ReloadError> {
        batch(&scenario.between)?;
        for (number, guest) in scenario.guests.iter().enumerate() {
            let (port, bridge) = (named(&guest.port)?, named(&guest.bridge)?);
            let mac = guest.mac.unwrap_or_else(|| mac(GUESTS, number));
            self.guests.push(Guest::start_with(&self.host, &port, Some(mac), &bridge, Address::new(guest.address))?);
        }
        files(&scenario.later_files, tool)
    }

    /// Who talks to the host from beyond the switch.
    #[must_use]
    pub fn client(&self) -> &Namespace {
        &self.client.namespace
    }

    /// Who has that address: a guest, else the host.
    #[must_use]
    pub fn owner(&self, address: std::net::IpAddr) -> &Namespace {
        self.guests.iter().find(|guest| guest.address == address).map_or(&self.host, |guest| &guest.namespace)
    }

    /// What hooks have told since it was asked last.
    ///
    /// # Errors
    /// When the file can't be read.
    pub fn take_told(&self) -> Result<String, ReloadError> {
        let path = Path::new(TOLD);
        let told = match fs::read_to_string(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
            other => other.map_err(failed("read", path))?,
        };
        fs::remove_file(path).map_err(failed("take away", path))?;
        Ok(told)
    }

    /// Waits until LACP carries traffic where the switch bundles and spanning tree has decided, and the links stay as they
    /// are: bonds have seen their slaves' carrier, bridges their ports'.
    ///
    /// # Errors
    /// When they don't come to rest.
    pub fn rest(&self) -> Result<(), ReloadError> {
        let start = Instant::now();
        while !self.has_decided()? {
            std::thread::sleep(LOOK);
            if start.elapsed() > LIMIT {
                return Err(ReloadError::Restless(format!("LACP or spanning tree took more than {LIMIT:?}")));
            }
        }
        let (mut last, mut same) = (Snapshot::of_links()?, 0);
        while same < LOOKS {
            std::thread::sleep(LOOK);
            let now = Snapshot::of_links()?;
            same = if now == last { same + 1 } else { 0 };
            last = now;
            if start.elapsed() > LIMIT {
                return Err(ReloadError::Restless(format!("links still change after {LIMIT:?}")));
            }
        }
        Ok(())
    }
}

impl Stage {
    /// Whether all slaves of the host's LACP bonds that the switch bundles carry traffic, and no port is on its way to
    /// forwarding.
    fn has_decided(&self) -> Result<bool, ReloadError> {
        let network = self.host.observe()?;
        let state = |link: &Link| link.bridge_port.as_ref().and_then(|port| port.state);
        let waits = |link: &Link| matches!(state(link), Some(StpState::Listening | StpState::Learning));
        let mut bonds = lacp_bonds(&network).filter(|_| self.has_lag);
        let all_carry = bonds.all(|bond| carrying(&network, &bond.name) == network.members(&bond.name).count());
        Ok(all_carry && !network.links.values().any(waits))
    }
}

/// Gives the calling thread a mount namespace of its own, in which nothing of what is mounted reaches any other.
fn leave_files() -> Result<(), ReloadError> {
    let failed = |errno: rustix::io::Errno| ReloadError::Mount(Box::new(std::io::Error::from(errno)));
    // SAFETY: `unshare` is unsafe for CLONE_FILES, which can leave other threads with descriptors that are not theirs.
    // CLONE_NEWNS, with the CLONE_FS that it implies, concerns what paths mean to this thread and to those that it starts.
    #[allow(unsafe_code, reason = "the one call that makes a mount namespace")]
    unsafe { unshare_unsafe(UnshareFlags::NEWNS) }.map_err(failed)?;
    mount_change("/", MountPropagationFlags::PRIVATE | MountPropagationFlags::REC).map_err(failed)
}

/// Writes a scenario's files; those that are sourced as the tool needs them.
fn files(files: &BTreeMap<String, String>, tool: &dyn Tool) -> Result<(), ReloadError> {
    files.iter().try_for_each(|(path, text)| match path.starts_with(INTERFACES) {
        true => write(path, &tool.file(text)),
        false => write(path, text),
    })
}

/// Writes a file; one in a folder of scripts can be executed.
fn write(path: &str, text: &str) -> Result<(), ReloadError> {
    let path = Path::new(path);
    let folder = path.parent().unwrap_or(Path::new("/"));
    fs::create_dir_all(folder).map_err(failed("make the folder of", path))?;
    fs::write(path, text).map_err(failed("write", path))?;
    if folder.extension().is_some_and(|extension| extension == "d") && text.starts_with("#!") {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).map_err(failed("make executable", path))?;
    }
    Ok(())
}

/// Has iproute2 do what others do: one process for all lines.
fn batch(lines: &[String]) -> Result<(), ReloadError> {
    let by_program: BTreeMap<&str, Vec<&str>> = lines.iter().fold(BTreeMap::new(), |mut out, line| {
        let (program, rest) = match line.strip_prefix("bridge ") {
            Some(rest) => ("bridge", rest),
            None => ("ip", line.as_str()),
        };
        out.entry(program).or_insert_with(Vec::new).push(rest);
        out
    });
    // `ip` makes what `bridge` sets.
    for program in ["ip", "bridge"] {
        let Some(lines) = by_program.get(program) else { continue };
        let failed = |source| ReloadError::File { doing: "run", path: program.into(), source };
        let mut command = Command::new(program);
        command.args(["-batch", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(failed)?;
        if let Some(mut stdin) = child.stdin.take() {
            stdin.write_all((lines.join("\n") + "\n").as_bytes()).map_err(failed)?;
        }
        let output = child.wait_with_output().map_err(failed)?;
        if !output.status.success() {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(ReloadError::Others { program: program.to_owned(), status: output.status, said });
        }
    }
    Ok(())
}

/// The MAC of that number: the same in each run, for which of two is the less decides what a bridge is called.
fn mac(first: u8, number: usize) -> Mac {
    Mac([first, 0x6c, 0x61, 0x62, 0, u8::try_from(number).unwrap_or(u8::MAX)])
}

fn address(text: &str) -> Address {
    Address::new(text.parse().expect("it is an address"))
}

fn named(name: &str) -> Result<IfName, NetError> {
    Ok(IfName::new(name)?)
}

fn failed(doing: &'static str, path: &Path) -> impl Fn(std::io::Error) -> ReloadError + use<> {
    let path = path.to_owned();
    move |source| ReloadError::File { doing, path: path.clone(), source }
}
