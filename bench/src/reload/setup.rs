//! What is asked for: a file as Proxmox writes it, batches of `ip` that do the same, and one line of it changed.

use std::fmt;
use std::fmt::Write;
use std::str::FromStr;

use serde::{Serialize, Serializer};

use super::bridges::{self, PREFIX, address, bridge, port};

/// The most VLAN devices: the VIDs from 2 to 4001.
const VLANS_AT_MOST: u16 = 4000;

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Setup {
    /// So many bridges, each with a port and an address. The line that changes is the last one's address.
    Bridges(u16),
    /// A VLAN-aware bridge with `bridge-vids 2-4094` on so many ports. The line that changes is that: 2-4093.
    Trunk(u16),
    /// So many VLAN devices on one link, each with an address. The line that changes is the last one's address.
    Vlans(u16),
}

/// A word that names none.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no set-up: bridges:N, trunk:PORTS or vlans:N, each at most 4000")]
pub struct SetupError(String);

impl FromStr for Setup {
    type Err = SetupError;

    fn from_str(word: &str) -> Result<Self, SetupError> {
        let wrong = || SetupError(word.to_owned());
        let (kind, number) = word.split_once(':').ok_or_else(wrong)?;
        let number: u16 = number.parse().map_err(|_| wrong())?;
        if number == 0 || number > VLANS_AT_MOST {
            return Err(wrong());
        }
        match kind {
            "bridges" => Ok(Self::Bridges(number)),
            "trunk" => Ok(Self::Trunk(number)),
            "vlans" => Ok(Self::Vlans(number)),
            _ => Err(wrong()),
        }
    }
}

/// As the command line has it.
impl fmt::Display for Setup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bridges(n) => write!(f, "bridges:{n}"),
            Self::Trunk(n) => write!(f, "trunk:{n}"),
            Self::Vlans(n) => write!(f, "vlans:{n}"),
        }
    }
}

impl Serialize for Setup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The link under VLAN devices. Where the kernel has bonding it is a bond, as on a host; else a veth stands in.
pub const UNDER: &str = "bond0";

impl Setup {
    /// What the table calls it.
    #[must_use]
    pub fn title(self) -> String {
        match self {
            Self::Bridges(n) => format!("{n} bridges"),
            Self::Trunk(n) => format!("VIDs 2-4094 on {n} ports"),
            Self::Vlans(n) => format!("{n} VLAN devices"),
        }
    }

    /// The file; with `changed`, one line of it is another.
    #[must_use]
    pub fn file(self, changed: bool, bonding: bool) -> String {
        match self {
            Self::Bridges(n) => bridges_file(n, changed),
            Self::Trunk(n) => {
                let ports: Vec<_> = (0..n).map(port).collect();
                let (ports, last) = (ports.join(" "), if changed { 4093 } else { 4094 });
                format!(
                    "auto lo\niface lo inet loopback\n\nauto vmbr0\niface vmbr0 inet manual\n\tbridge-ports {ports}\n\
                     \tbridge-stp off\n\tbridge-fd 0\n\tbridge-vlan-aware yes\n\tbridge-vids 2-{last}\n"
                )
            }
            Self::Vlans(n) => vlans_file(n, changed, bonding),
        }
    }

    /// A batch of `ip` that makes what is there beforehand.
    #[must_use]
    pub fn before(self, bonding: bool) -> String {
        match self {
            Self::Bridges(n) | Self::Trunk(n) => bridges::before(n),
            Self::Vlans(_) if bonding => format!(
                "link set lo up\nlink add {UNDER} type bond mode 802.3ad miimon 100\nlink add port0 type veth peer name peer0\n\
                 link set peer0 up\nlink set port0 master {UNDER}\nlink set {UNDER} up\n"
            ),
            Self::Vlans(_) => format!(
                "link set lo up\nlink add {UNDER} type veth peer name peer0\nlink set peer0 up\nlink set {UNDER} up\n"
            ),
        }
    }

    /// Batches that do what the file asks for: of `ip`, and of `bridge`.
    #[must_use]
    pub fn changes(self) -> (String, String) {
        match self {
            Self::Bridges(n) => (bridges::changes(n), String::new()),
            Self::Trunk(n) => {
                let mut ip = "link add vmbr0 type bridge stp_state 0 forward_delay 0 vlan_filtering 1\n".to_owned();
                let mut vlans = String::new();
                for port in (0..n).map(port) {
                    append(&mut ip, format_args!("link set {port} master vmbr0 up\n"));
                    append(&mut vlans, format_args!("vlan add dev {port} vid 2-4094\n"));
                }
                (ip + "link set vmbr0 up\n", vlans)
            }
            Self::Vlans(n) => {
                let mut ip = String::new();
                for i in 0..n {
                    let (name, vid, address) = (vlan(i), vid(i), address(i));
                    append(
                        &mut ip,
                        format_args!(
                            "link add link {UNDER} name {name} type vlan id {vid}\naddress add {address}/{PREFIX} dev {name}\n\
                             link set {name} up\n"
                        ),
                    );
                }
                (ip, String::new())
            }
        }
    }

    /// Batches that do what the changed line asks for.
    #[must_use]
    pub fn change(self) -> (String, String) {
        let moved = |name: String, i: u16| {
            let (old, new) = (address(i), changed_address(i));
            (format!("address del {old}/{PREFIX} dev {name}\naddress add {new}/{PREFIX} dev {name}\n"), String::new())
        };
        match self {
            Self::Bridges(n) => moved(bridge(n - 1), n - 1),
            Self::Vlans(n) => moved(vlan(n - 1), n - 1),
            Self::Trunk(n) => {
                let mut vlans = String::new();
                (0..n).map(port).for_each(|port| append(&mut vlans, format_args!("vlan del dev {port} vid 4094\n")));
                (String::new(), vlans)
            }
        }
    }

    /// A batch of `ip` that removes it all at once: links of one group go in one message.
    #[must_use]
    pub fn after(self) -> String {
        match self {
            Self::Bridges(n) => bridges::after(n),
            Self::Trunk(n) => {
                let mut ip = "link set vmbr0 group 1\n".to_owned();
                (0..n).map(port).for_each(|port| append(&mut ip, format_args!("link set {port} group 1\n")));
                ip + "link delete group 1\n"
            }
            // The devices on it go with it.
            Self::Vlans(_) => format!("link delete {UNDER}\n"),
        }
    }

    /// How many links the file asks for, besides lo.
    #[must_use]
    pub fn links(self) -> u16 {
        match self {
            Self::Bridges(n) | Self::Vlans(n) => n,
            Self::Trunk(_) => 1,
        }
    }
}

/// The VLAN device number `i`.
#[must_use]
pub fn vlan(i: u16) -> String {
    format!("{UNDER}.{}", vid(i))
}

/// Its VID.
#[must_use]
pub fn vid(i: u16) -> u16 {
    i + 2
}

/// The address that number `i` has after the change.
#[must_use]
pub fn changed_address(i: u16) -> std::net::Ipv4Addr {
    let [a, b, c, _] = address(i).octets();
    std::net::Ipv4Addr::new(a, b, c, 2)
}

fn bridges_file(n: u16, changed: bool) -> String {
    let file = bridges::file(n);
    if changed { file.replace(&format!("{}/", address(n - 1)), &format!("{}/", changed_address(n - 1))) } else { file }
}

fn vlans_file(n: u16, changed: bool, bonding: bool) -> String {
    // The link under them is there beforehand, as the file has it.
    let bond = if bonding { "\tbond-slaves port0\n\tbond-mode 802.3ad\n\tbond-miimon 100\n" } else { "" };
    let mut file = format!("auto lo\niface lo inet loopback\n\nauto {UNDER}\niface {UNDER} inet manual\n{bond}");
    for i in 0..n {
        let address = if changed && i == n - 1 { changed_address(i) } else { address(i) };
        let name = vlan(i);
        append(
            &mut file,
            format_args!(
                "\nauto {name}\niface {name} inet static\n\taddress {address}/{PREFIX}\n\tvlan-raw-device {UNDER}\n"
            ),
        );
    }
    file
}

fn append(text: &mut String, arguments: fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a String takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_names_a_set_up_and_back() {
        for word in ["bridges:2000", "trunk:40", "vlans:1000"] {
            assert_eq!(word.parse::<Setup>().expect("it is one").to_string(), word);
        }
        for word in ["bridges", "bridges:0", "bridges:4001", "trunk:x", "bonds:1"] {
            assert!(word.parse::<Setup>().is_err(), "{word}");
        }
    }

    #[test]
    fn one_line_differs() {
        for setup in [Setup::Bridges(3), Setup::Trunk(2), Setup::Vlans(3)] {
            let (before, after) = (setup.file(false, true), setup.file(true, true));
            let differing = before.lines().zip(after.lines()).filter(|(before, after)| before != after).count();
            assert_eq!((before.lines().count(), differing), (after.lines().count(), 1), "{setup}");
        }
    }

    #[test]
    fn the_batch_makes_what_the_file_says() {
        let (ip, vlans) = Setup::Trunk(1).changes();
        assert_eq!(
            ip,
            "link add vmbr0 type bridge stp_state 0 forward_delay 0 vlan_filtering 1\nlink set port0 master vmbr0 up\nlink set vmbr0 up\n"
        );
        assert_eq!(vlans, "vlan add dev port0 vid 2-4094\n");
        let (ip, _) = Setup::Vlans(1).changes();
        assert_eq!(
            ip,
            "link add link bond0 name bond0.2 type vlan id 2\naddress add 10.0.0.1/24 dev bond0.2\nlink set bond0.2 up\n"
        );
        let (ip, _) = Setup::Bridges(2).change();
        assert_eq!(ip, "address del 10.0.1.1/24 dev vmbr1\naddress add 10.0.1.2/24 dev vmbr1\n");
    }
}
