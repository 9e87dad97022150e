//! `ifreload` under the guard, which is a process of its own: kept, rolled back, and ended in the middle.

use std::error::Error;
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use guard::{Ending, Record};
use ifupdown::{Failure, World};
use lab::watch::Requests;
use lab::{Guest, Lab, until};
use linux::{Disk, Linux, Vault};
use network::{Change, Host};

use super::administrator::Session;
use super::state;
use crate::apply::{Site, address, example, site};
use crate::face::{Ran, well};

lab::test!(
    a_reload_that_works_is_kept_and_the_next_has_nothing_to_do,
    a_reload_that_cuts_off_is_rolled_back,
    a_reload_that_is_killed_is_rolled_back,
);

/// An `ifreload` as a process: `guarded-reload ROOT`.
pub(super) const RELOAD: &str = "guarded-reload";

/// Reloads below that folder, guarded by this program.
pub(super) fn reload(root: &Path) -> ExitCode {
    let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
    let open = || match Linux::open() {
        Ok(host) => Ok(Box::new(host) as Box<dyn Host>),
        Err(error) => Err(Failure::Open(Box::new(error))),
    };
    let (root, guard) = (Some(root.to_owned()), Some("/proc/self/exe".into()));
    let mut world = World { out: &mut out, err: &mut err, root, is_root: true, guard, open: Box::new(open) };
    ifupdown::run("ifreload".as_ref(), [OsString::from("-a"), "-v".into()], &mut world).into()
}

fn command(lab: &Lab) -> Command {
    let mut command = Command::new("/proc/self/exe");
    command.arg(RELOAD).arg(lab.folder()).stdin(Stdio::null());
    command
}

/// Reloads that file, guarded; gives its exit code and what it said.
fn guarded(lab: &Lab, file: &str) -> Result<(Option<i32>, String), Box<dyn Error>> {
    lab.file(file)?;
    let ran = command(lab).output()?;
    Ok((ran.status.code(), String::from_utf8_lossy(&ran.stderr).into_owned()))
}

/// How each guarded change ended, the oldest first.
fn endings(lab: &Lab) -> Result<Vec<Ending>, Box<dyn Error>> {
    let vault = Vault::new(Disk { root: Some(lab.folder().to_owned()) });
    let mut out = Vec::new();
    for id in vault.history()? {
        let bytes = vault.past_journal(&id)?.unwrap_or_default();
        out.extend(guard::journal::read(&bytes).records.into_iter().filter_map(|record| match record {
            Record::Ended { ending } => Some(ending),
            _ => None,
        }));
    }
    Ok(out)
}

struct Stage {
    site: Site,
    session: Session,
    /// Gone, it takes the session's far end along.
    _client: Guest,
}

/// A host with one NIC, that was brought up unguarded, and a session through it.
fn stage(lab: &Lab) -> Result<Stage, Box<dyn Error>> {
    let site = site(lab)?;
    let client = site.client(address("192.168.1.50/24"))?;
    lab.file(&example("single-nic")?)?;
    let settings = lab.folder().join("etc/bowline");
    std::fs::create_dir_all(&settings)?;
    std::fs::write(settings.join("config.toml"), "[guard]\nifreload = true\nsettle = 2\ngrace = 4\n")?;
    let _: Ran = well(lab, "ifreload -a");
    let mut session = Session::open(&lab.host, &client.namespace)?;
    session.beat()?;
    Ok(Stage { site, session, _client: client })
}

fn current(lab: &Lab) -> std::io::Result<String> {
    std::fs::read_to_string(lab.folder().join("etc/network/interfaces"))
}

fn a_reload_that_works_is_kept_and_the_next_has_nothing_to_do(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut stage = stage(lab)?;
    let file = example("active-backup")?;
    let (code, said) = guarded(lab, &file)?;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("info: ifreload: kept: "), "{said}");
    stage.session.beat()?;
    assert!(matches!(endings(lab)?[..], [Ending::Confirmed { .. }]), "{:?}", endings(lab)?);
    let vault = Vault::new(Disk { root: Some(lab.folder().to_owned()) });
    assert_eq!(vault.file("good")?.as_deref(), Some(file.as_bytes()));
    // Nothing changes, so there is nothing to guard: no journal, no process.
    let requests = Requests::watch()?;
    let (ran, seen) = requests.during(|| guarded(lab, &file))?;
    let (code, said) = ran?;
    assert!(code == Some(0) && seen.iter().all(|request| request.is_read()), "{said}");
    assert_eq!(endings(lab)?.len(), 1);
    Ok(())
}

fn a_reload_that_cuts_off_is_rolled_back(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut stage = stage(lab)?;
    let (good, before) = (current(lab)?, Linux::open()?.observe()?);
    let memory = std::fs::read(lab.folder().join("run/network/bowline.json"))?;
    // enp5s0 has a signal, and its port forwards to nobody.
    let port = stage.site.cables[2].far.link.clone();
    stage.site.switch.namespace.change(&[Change::SetMaster { link: port, master: None }])?;
    let (code, said) = guarded(lab, &good.replace("bridge-ports enp3s0", "bridge-ports enp5s0"))?;
    assert_eq!(code, Some(1), "{said}");
    let line = said.lines().find(|line| line.starts_with("error: ifreload: rolled back: ")).ok_or(said.clone())?;
    assert!(line.contains("192.168.1.50, connected to this host, answers"), "{line}");
    stage.session.beat()?;
    assert!(current(lab)? == good && std::fs::read(lab.folder().join("run/network/bowline.json"))? == memory);
    assert!(lab.folder().join("etc/network/interfaces.rejected").exists());
    let differs = state::differences(&before, &Linux::open()?.observe()?);
    assert!(differs.is_empty(), "{}", differs.join("\n"));
    let (code, said) = guarded(lab, &good)?;
    assert_eq!((code, endings(lab)?.len()), (Some(0), 1), "{said}");
    Ok(())
}

fn a_reload_that_is_killed_is_rolled_back(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut stage = stage(lab)?;
    let (good, before) = (current(lab)?, Linux::open()?.observe()?);
    let reached = lab.folder().join("reached");
    let more = format!(
        "\nauto enp6s0\niface enp6s0 inet static\n    address 10.6.0.1/24\n    up touch {0}; sleep 60\n",
        reached.display()
    );
    lab.file(&(good.clone() + &more))?;
    let mut front = command(lab).stderr(Stdio::null()).spawn()?;
    until("the hook's being run", || Ok(reached.exists()))?;
    front.kill()?;
    front.wait()?;
    until("the guard's bringing it to its end", || Ok(!endings(lab)?.is_empty()))?;
    let all = endings(lab)?;
    let [Ending::RolledBack { reason: guard::Reason::Abandoned, left }] = &all[..] else { panic!("{all:?}") };
    assert!(left.is_empty(), "{all:?}");
    assert_eq!(current(lab)?, good);
    let differs = state::differences(&before, &Linux::open()?.observe()?);
    assert!(differs.is_empty(), "{}", differs.join("\n"));
    stage.session.beat()?;
    Ok(())
}
