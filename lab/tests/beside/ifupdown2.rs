//! The real ifupdown2, Debian's, as it is fetched for the measurements.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use bench::ifupdown2::{CONFIGURATION, PYTHON, root};
use bench::namespace::mount_ifupdown2;
use bench::process::wait;
use lab::reload::{Ran, ReloadError, Tool};

/// Where its faces are: it asks its own name what to do.
const FACES: &str = "/run/faces";
/// How long a call may take: twenty times what it takes on a kernel in a process.
const LIMIT: Duration = Duration::from_secs(60);
/// What Proxmox adds to Debian's settings, and the policy that it ships.
const SETTING: (&str, &str) = ("multiple_vlan_aware_bridge_support=0", "multiple_vlan_aware_bridge_support=1");
const POLICY: &str = r#"{"bridge": {"module_globals": {"bridge_set_static_mac_from_port": "yes"}}}"#;

/// Ports that guests have, as Proxmox names them.
const CONDONE: &str = r"bridge-ports-condone-regex ^(tap|veth|fwpr)[0-9]+";

/// Fetches it where it is not there yet, and installs what it needs.
pub(super) fn fetch() -> Result<(), String> {
    bench::ifupdown2::fetch().map(drop).map_err(|error| lab::attempt::chain(&error))
}

/// ifupdown2, set up as Proxmox does.
pub(super) struct Ifupdown2;

impl Tool for Ifupdown2 {
    fn name(&self) -> &'static str {
        "ifupdown2"
    }

    fn prepare(&self) -> Result<(), ReloadError> {
        mount_ifupdown2().map_err(|error| ReloadError::Mount(Box::new(error)))?;
        let (from, to) = (root().join(CONFIGURATION), Path::new("/").join(CONFIGURATION));
        let policies = to.join("policy.d");
        fs::create_dir_all(&policies).map_err(failed("make", &policies))?;
        for name in ["ifupdown2.conf", "addons.conf"] {
            let path = from.join(name);
            let text = fs::read_to_string(&path).map_err(failed("read", &path))?;
            let path = to.join(name);
            fs::write(&path, text.replace(SETTING.0, SETTING.1)).map_err(failed("write", &path))?;
        }
        let policy = policies.join("bridge.json");
        if !policy.exists() {
            fs::write(&policy, POLICY).map_err(failed("write", &policy))?;
        }
        let faces = Path::new(FACES);
        fs::create_dir_all(faces).map_err(failed("make", faces))?;
        for face in ["ifreload", "ifup", "ifdown", "ifquery"] {
            let link = faces.join(face);
            symlink("/usr/share/ifupdown2/__main__.py", &link).map_err(failed("make", &link))?;
        }
        Ok(())
    }

    /// Proxmox's own build leaves guests' ports in their bridges. Debian's has an option for that, a line in each stanza.
    fn file(&self, text: &str) -> String {
        let is_bridge =
            |line: &str| matches!(line.trim_start().split(' ').next(), Some("bridge-ports" | "bridge_ports"));
        text.lines().fold(String::new(), |out, line| match is_bridge(line) {
            true => format!("{out}{line}\n    {CONDONE}\n"),
            false => format!("{out}{line}\n"),
        })
    }

    fn call(&self, line: &str) -> Result<Ran, ReloadError> {
        let mut words = line.split(' ');
        let face = Path::new(FACES).join(words.next().unwrap_or_default());
        let (out, err) = (Path::new("/run/out"), Path::new("/run/err"));
        let file = |path: &Path| fs::File::create(path).map_err(failed("make", path));
        let mut command = Command::new(PYTHON);
        // Python's sets have another order in each run, and some of what ifupdown2 does follows from it: one order for all.
        command.env_clear().env("PYTHONHASHSEED", "0");
        command.arg(face).args(words).env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin").env("LC_ALL", "C.UTF-8");
        command.current_dir("/").stdin(Stdio::null()).stdout(file(out)?).stderr(file(err)?);
        let mut child =
            command.spawn().map_err(|source| ReloadError::Tool { tool: self.name(), source: Box::new(source) })?;
        let status = wait(&mut child, line, LIMIT)
            .map_err(|source| ReloadError::Tool { tool: self.name(), source: Box::new(source) })?;
        let read = |path: &Path| fs::read(path).map_err(failed("read", path));
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        // What a signal ended has no code of its own; a shell would say 128 and more.
        let exit = status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(128);
        Ok(Ran { exit, out: text(read(out)?), said: text(read(err)?) })
    }
}

fn failed(doing: &'static str, path: &Path) -> impl Fn(std::io::Error) -> ReloadError + use<> {
    let path = path.to_owned();
    move |source| ReloadError::File { doing, path: path.clone(), source }
}
