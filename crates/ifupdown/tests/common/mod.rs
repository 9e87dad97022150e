//! What the tests of the faces share: a host in memory, a folder for its files, and a way to call a face.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]
#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests have a disk, and panic when they fail")]

use std::cell::RefCell;
use std::fmt;
use std::io;
use std::path::PathBuf;
use std::rc::Rc;

use ifupdown::{ExitCode, World};
use network::{Address, Change, Facts, Host, IfName, Kind, Link, LinkIndex, Mac, Network, ObserveError, Refusal};

/// A host: its kernel in memory, which does what the plan's model says, and its files in a folder.
pub struct TestHost {
    state: Rc<RefCell<State>>,
    pub root: PathBuf,
    /// The program that guards its reloads.
    pub guard: Option<PathBuf>,
}

#[derive(Default)]
struct State {
    network: Network,
    executed: Vec<String>,
    observed: usize,
    /// Changes whose text holds this are refused.
    refused: Option<String>,
    /// The change of that number, from 0, is refused, once.
    refused_number: Option<usize>,
    /// After so many looks, one fails.
    failing_look: Option<usize>,
    /// After so many looks, each link whose DHCP client runs has this address.
    lease: Option<(usize, Address)>,
    next_index: u32,
}

/// What a run said.
pub struct Ran {
    pub code: ExitCode,
    pub out: String,
    pub err: String,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "exit {}\n--- out\n{}--- err\n{}", self.code.number(), self.out, self.err)
    }
}

pub fn name(text: &str) -> IfName {
    text.parse().unwrap()
}

impl TestHost {
    /// A host with `lo` and these NICs, which are down.
    pub fn new(test: &str, nics: &[&str]) -> Self {
        let root = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{test}", env!("CARGO_CRATE_NAME")));
        let _ = std::fs::remove_dir_all(&root);
        std::fs::create_dir_all(root.join("etc/network")).unwrap();
        let host = Self { state: Rc::default(), root, guard: None };
        host.add(Link { up: Some(true), mtu: Some(65536), ..Link::new(name("lo"), Kind::Loopback) });
        for (number, nic) in nics.iter().enumerate() {
            let mac = Some(Mac([2, 0, 0, 0, 0, u8::try_from(number).unwrap() + 1]));
            host.add(Link { up: Some(false), mtu: Some(1500), mac, ..Link::new(name(nic), Kind::Nic) });
        }
        host
    }

    /// Gives it another link, as if somebody else had made it.
    pub fn add(&self, mut link: Link) {
        let mut state = self.state.borrow_mut();
        state.next_index += 1;
        link.facts = Some(Box::new(Facts { index: Some(LinkIndex(state.next_index)), ..Facts::default() }));
        state.network.insert(link);
    }

    /// Changes its kernel, as if somebody else had.
    pub fn change(&self, change: &Change) {
        plan::apply(&mut self.state.borrow_mut().network, change);
    }

    /// Puts a guest's port into a bridge.
    pub fn guest(&self, port: &str, bridge: &str) {
        self.add(Link { up: Some(true), mtu: Some(1500), ..Link::new(name(port), Kind::Other("tun".into())) });
        self.change(&Change::SetMaster { link: name(port), master: Some(name(bridge)) });
    }

    /// Refuses changes whose text holds that; none with the empty text.
    pub fn refuse(&self, text: &str) {
        self.state.borrow_mut().refused = Some(text.to_owned()).filter(|text| !text.is_empty());
    }

    /// Refuses the change of that number from now, from 0, once.
    pub fn refuse_number(&self, number: usize) {
        let mut state = self.state.borrow_mut();
        state.executed.clear();
        state.refused_number = Some(number);
    }

    /// Lets one look at the host fail, after so many others from now.
    pub fn fail_look(&self, after: usize) {
        let mut state = self.state.borrow_mut();
        state.failing_look = Some(state.observed + after + 1);
    }

    /// A DHCP server that answers after so many looks.
    pub fn serve(&self, after: usize, address: &str) {
        let address = Address { dynamic: true, ..Address::new(address.parse().unwrap()) };
        let mut state = self.state.borrow_mut();
        state.lease = Some((state.observed + after, address));
    }

    pub fn file(&self, path: &str, text: &str) {
        let path = self.root.join(path.trim_start_matches('/'));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn interfaces(&self, text: &str) {
        self.file("/etc/network/interfaces", text);
    }

    pub fn script(&self, path: &str, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        self.file(path, &format!("#!/bin/sh\n{text}\n"));
        let path = self.root.join(path.trim_start_matches('/'));
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    pub fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.root.join(path.trim_start_matches('/'))).unwrap_or_default()
    }

    pub fn network(&self) -> Network {
        self.state.borrow().network.clone()
    }

    pub fn has(&self, link: &str) -> bool {
        self.network().link(&name(link)).is_some()
    }

    /// What was executed since this was asked last.
    pub fn executed(&self) -> Vec<String> {
        std::mem::take(&mut self.state.borrow_mut().executed)
    }

    /// How often it was observed since this was asked last.
    pub fn observed(&self) -> usize {
        std::mem::take(&mut self.state.borrow_mut().observed)
    }

    /// Calls a face as the shell does.
    pub fn run(&self, line: &str) -> Ran {
        self.run_as(true, line)
    }

    pub fn run_as(&self, is_root: bool, line: &str) -> Ran {
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let open = || Ok(Box::new(Kernel(self.state.clone())) as Box<dyn Host>);
        let mut world = World {
            out: &mut out,
            err: &mut err,
            root: Some(self.root.clone()),
            is_root,
            guard: self.guard.clone(),
            open: Box::new(open),
        };
        let mut words = line.split(' ').map(std::ffi::OsString::from);
        let program = words.next().unwrap();
        let code = ifupdown::run(&program, words, &mut world);
        drop(world);
        Ran { code, out: String::from_utf8(out).unwrap(), err: String::from_utf8(err).unwrap() }
    }

    /// Calls a face, which must do without a word.
    pub fn quietly(&self, line: &str) {
        let ran = self.run(line);
        assert!(ran.code == ExitCode::Success && ran.out.is_empty() && ran.err.is_empty(), "{line}: {ran}");
    }
}

struct Kernel(Rc<RefCell<State>>);

impl Host for Kernel {
    fn observe(&mut self) -> Result<Network, ObserveError> {
        let mut state = self.0.borrow_mut();
        state.observed += 1;
        if state.failing_look == Some(state.observed) {
            return Err(ObserveError { doing: "look", source: io::ErrorKind::TimedOut.into() });
        }
        if let Some((_, address)) = state.lease.clone().filter(|(after, _)| state.observed > *after) {
            let fed = state.network.links.values_mut().filter(|link| link.dhcp.v4 && link.addresses.is_empty());
            fed.for_each(|link| link.addresses.push(address.clone()));
        }
        Ok(state.network.clone())
    }

    fn execute(&mut self, change: &Change) -> Result<(), Refusal> {
        let mut state = self.0.borrow_mut();
        let text = change.to_string();
        let now = state.executed.len();
        let by_number = state.refused_number.take_if(|number| *number == now).is_some();
        if by_number || state.refused.as_ref().is_some_and(|refused| text.contains(refused)) {
            let source = io::Error::from_raw_os_error(22);
            return Err(Refusal {
                link: change.link().clone(),
                source,
                message: Some("no such luck".into()),
                field: None,
            });
        }
        state.executed.push(text);
        plan::apply(&mut state.network, change);
        if let Change::Create { link, .. } = change {
            state.next_index += 1;
            let index = Some(LinkIndex(state.next_index));
            state.network.links.get_mut(link).unwrap().facts = Some(Box::new(Facts { index, ..Facts::default() }));
        }
        Ok(())
    }
}

/// A bond under a bridge, with hooks that write what they are told into `log`.
pub fn stack(root: &TestHost) -> String {
    let log = root.root.join("log");
    let hook = format!("echo $PHASE $IFACE $MODE $METHOD $ADDRFAM $IF_BRIDGE_PORTS >>{}", log.display());
    format!(
        "auto lo\niface lo inet loopback\n\niface enp3s0 inet manual\niface enp4s0 inet manual\n\n\
         auto bond0\niface bond0 inet manual\n    bond-slaves enp3s0 enp4s0\n    bond-mode active-backup\n    bond-miimon 100\n\n\
         auto vmbr0\niface vmbr0 inet static\n    address 192.0.2.2/24\n    gateway 192.0.2.1\n    bridge-ports bond0\n    \
         bridge-stp off\n    bridge-fd 0\n    pre-up {hook}\n    up {hook}\n    post-up {hook}\n    pre-down {hook}\n    \
         down {hook}\n    post-down {hook}\n"
    )
}
