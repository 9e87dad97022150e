//! What the tests of the program share: a host with NICs and a switch, and verbs called as the shell calls them.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;

use bowline::{ExitCode, Failure, Io};
use lab::net::lacp::carrying;
pub(crate) use lab::net::lacp::lacp_bonds;
use lab::{Cable, End, Guest, Lab, NetError, Switch};
use network::option::bond;
use network::{Address, Host, IfName, Value};

/// The NICs of the examples.
pub(crate) const NICS: [&str; 4] = ["enp3s0", "enp4s0", "enp5s0", "enp6s0"];

/// What a verb said, and how it ended.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: ExitCode,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}\n--- out\n{}--- err\n{}", self.code, self.out, self.err)
    }
}

/// Runs the program in the calling thread's network namespace, on the file below the test's folder.
pub(crate) fn run(lab: &Lab, arguments: &[&str]) -> Ran {
    run_on(lab, arguments, &mut || match linux::Linux::open() {
        Ok(host) => Ok(Box::new(host)),
        Err(error) => Err(Failure::Open(Box::new(error))),
    })
}

/// The same on a host that the test puts in the kernel's place.
pub(crate) fn run_on(lab: &Lab, arguments: &[&str], open: &mut dyn FnMut() -> Result<Box<dyn Host>, Failure>) -> Ran {
    let root = lab.folder().to_str().expect("the test's folder has a plain name");
    let below = ["--root", root];
    let arguments = ["bowline"].iter().chain(arguments).chain(&below);
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = bowline::run_on(arguments, &mut Io::plain(&mut out, &mut err), open);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
    Ran { code, out: text(out), err: text(err) }
}

/// Applies a file, which must go well.
pub(crate) fn apply(lab: &Lab, file: &str) -> Result<Ran, NetError> {
    lab.file(file)?;
    let ran = run(lab, &["apply", "--unguarded"]);
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    Ok(ran)
}

/// Holds the kernel against the file that was applied last.
pub(crate) fn verify(lab: &Lab) {
    let ran = run(lab, &["verify"]);
    assert_eq!(ran.code, ExitCode::Success, "{ran}");
    assert_eq!(ran.out, "the kernel has what the file says\n");
}

/// The folder of the examples.
pub(crate) fn examples() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "..", "examples"].iter().collect()
}

/// The file of an example.
pub(crate) fn example(name: &str) -> Result<String, NetError> {
    let path = examples().join(name).join("interfaces");
    std::fs::read_to_string(path).map_err(|source| NetError::Io { doing: "read the example", source })
}

/// An address that the test chose.
pub(crate) fn address(text: &str) -> Address {
    Address::new(text.parse().expect("the test chose a good address"))
}

/// What the host is plugged into: a switch that is also the gateway, 192.168.1.1. Without it the NICs are gone.
#[must_use]
pub(crate) struct Site {
    pub(crate) switch: Switch,
    /// One a NIC, in the order of [`NICS`].
    pub(crate) cables: Vec<Cable>,
}

/// Gives the host the NICs of the examples, down, each cabled to a plain port of one switch.
pub(crate) fn site(lab: &Lab) -> Result<Site, NetError> {
    let switch = Switch::new()?;
    switch.address(address("192.168.1.1/24"))?;
    let cable = |nic: &&str| lab.cable(nic, &switch, &format!("port-{nic}"));
    let cables = NICS.iter().map(cable).collect::<Result<_, _>>()?;
    Ok(Site { switch, cables })
}

impl Site {
    /// Does at the switch what each of the host's LACP bonds needs: bundles its ports into a LAG, where they are in none.
    pub(crate) fn bundle(&self, lab: &Lab) -> Result<(), NetError> {
        let (host, there) = (lab.host.observe()?, self.switch.namespace.observe()?);
        for bond in lacp_bonds(&host) {
            let lag = format!("lag-{}", bond.name);
            let is_slave = |nic: &IfName| host.link(nic).and_then(|link| link.master.as_ref()) == Some(&bond.name);
            let ports: Vec<&End> =
                self.cables.iter().filter(|cable| is_slave(&cable.near.link)).map(|cable| &cable.far).collect();
            if !there.links.keys().any(|link| link.as_str() == lag) {
                self.switch.lag(&lag, &ports, &[(bond::LACP_RATE, Value::Number(1))])?;
            }
        }
        Ok(())
    }

    /// A machine at another port of the switch.
    pub(crate) fn client(&self, address: Address) -> Result<Guest, NetError> {
        Guest::start(&self.switch.namespace, &IfName::new("client")?, &IfName::new("switch")?, address)
    }
}

/// Waits until both slaves of each of the host's LACP bonds carry traffic.
pub(crate) fn until_lacp_carries(lab: &Lab) -> Result<(), Box<dyn Error>> {
    lab::until("both slaves' carrying traffic in each LACP bond", || {
        let network = lab.host.observe()?;
        Ok(lacp_bonds(&network).all(|bond| carrying(&network, &bond.name) == 2))
    })
}
