//! The clients, and how they are called.

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// DHCP (RFC 2131).
    V4,
    /// DHCPv6 (RFC 8415).
    V6,
}

/// A client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// ISC's, which ifupdown2 knows.
    Dhclient,
    /// Roy Marples'.
    Dhcpcd,
    /// Busybox's. It speaks no DHCPv6.
    Udhcpc,
}

/// How a client lets go of a lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stop {
    /// It is called so.
    Call(Vec<String>),
    /// It is sent SIGTERM.
    Terminate,
}

impl Client {
    /// Every client, the first that is installed counts.
    pub const ALL: [Self; 3] = [Self::Dhclient, Self::Dhcpcd, Self::Udhcpc];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Dhclient => "dhclient",
            Self::Dhcpcd => "dhcpcd",
            Self::Udhcpc => "udhcpc",
        }
    }

    /// Where it may be.
    #[must_use]
    pub fn paths(self) -> [String; 4] {
        ["/sbin", "/usr/sbin", "/bin", "/usr/bin"].map(|folder| format!("{folder}/{}", self.name()))
    }

    /// Whether it can ask for that.
    #[must_use]
    pub fn speaks(self, family: Family) -> bool {
        !(self == Self::Udhcpc && family == Family::V6)
    }

    /// Where it writes its number while it runs, in any of its versions.
    #[must_use]
    pub fn pid_files(self, family: Family, link: &str) -> Vec<String> {
        let number = if family == Family::V4 { 4 } else { 6 };
        match (self, family) {
            (Self::Dhclient, Family::V4) => vec![format!("/run/dhclient.{link}.pid")],
            (Self::Dhclient, Family::V6) => vec![format!("/run/dhclient6.{link}.pid")],
            (Self::Dhcpcd, _) => {
                vec![format!("/run/dhcpcd/{link}-{number}.pid"), format!("/run/dhcpcd-{link}-{number}.pid")]
            }
            (Self::Udhcpc, _) => vec![format!("/run/udhcpc.{link}.pid")],
        }
    }

    /// Its arguments to get a lease and keep it: it ends its first process when it has one, or gives up, and goes on in
    /// the background.
    #[must_use]
    pub fn start(self, family: Family, link: &str) -> Vec<String> {
        let words: Vec<&str> = match (self, family) {
            (Self::Dhclient, _) => return dhclient(family, None, link),
            (Self::Dhcpcd, Family::V4) => vec!["-4", "-q", link],
            (Self::Dhcpcd, Family::V6) => vec!["-6", "-q", link],
            (Self::Udhcpc, _) => {
                let pid = self.pid_files(family, link).swap_remove(0);
                return ["-b", "-S", "-R", "-p", &pid, "-i", link].map(str::to_owned).to_vec();
            }
        };
        words.into_iter().map(str::to_owned).collect()
    }

    /// How it gives the lease back and ends.
    #[must_use]
    pub fn stop(self, family: Family, link: &str) -> Stop {
        let number = if family == Family::V4 { "-4" } else { "-6" };
        match self {
            Self::Dhclient => Stop::Call(dhclient(family, Some("-r"), link)),
            Self::Dhcpcd => Stop::Call([number, "-q", "-k", link].map(str::to_owned).to_vec()),
            Self::Udhcpc => Stop::Terminate,
        }
    }
}

/// The PID and lease files are ifupdown2's.
fn dhclient(family: Family, mode: Option<&str>, link: &str) -> Vec<String> {
    let (version, six) = if family == Family::V4 { (None, "") } else { (Some("-6"), "6") };
    let files = ["-pf".to_owned(), format!("/run/dhclient{six}.{link}.pid"), "-lf".to_owned()];
    let lease = format!("/var/lib/dhcp/dhclient{six}.{link}.leases");
    let words = version.into_iter().chain(mode).map(str::to_owned);
    words.chain(files).chain([lease, link.to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dhclient_is_called_as_ifupdown2_calls_it() {
        for (family, start, stop) in [
            (
                Family::V4,
                "-pf /run/dhclient.a.pid -lf /var/lib/dhcp/dhclient.a.leases a",
                "-r -pf /run/dhclient.a.pid -lf /var/lib/dhcp/dhclient.a.leases a",
            ),
            (
                Family::V6,
                "-6 -pf /run/dhclient6.a.pid -lf /var/lib/dhcp/dhclient6.a.leases a",
                "-6 -r -pf /run/dhclient6.a.pid -lf /var/lib/dhcp/dhclient6.a.leases a",
            ),
        ] {
            assert_eq!(Client::Dhclient.start(family, "a").join(" "), start);
            let Stop::Call(words) = Client::Dhclient.stop(family, "a") else { panic!("it is called") };
            assert_eq!(words.join(" "), stop);
        }
    }

    #[test]
    fn the_others_are_called_as_debian_calls_them() {
        assert_eq!(Client::Udhcpc.start(Family::V4, "a").join(" "), "-b -S -R -p /run/udhcpc.a.pid -i a");
        assert_eq!(Client::Dhcpcd.start(Family::V6, "a").join(" "), "-6 -q a");
        assert_eq!(
            Client::Dhcpcd.stop(Family::V4, "a"),
            Stop::Call(["-4", "-q", "-k", "a"].map(str::to_owned).to_vec())
        );
        assert!(!Client::Udhcpc.speaks(Family::V6));
    }
}
