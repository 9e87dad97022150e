//! The command line of `lab-switch`.

use clap::Args;
use network::{IfName, Mac};

/// What `lab-switch` takes.
#[derive(Args, Clone, Debug)]
pub struct Arguments {
    /// The interfaces that are the LAG's ports
    #[arg(value_name = "IFACE", required = true)]
    pub ports: Vec<IfName>,
    /// Only answers, as a switch in mode passive
    #[arg(long)]
    pub passive: bool,
    /// Asks for an LACPDU each 30 s, not each second
    #[arg(long)]
    pub slow: bool,
    /// The LAG's key
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub key: u16,
    /// The switch's address; without it, the first interface's
    #[arg(long, value_name = "MAC")]
    pub system: Option<Mac>,
    /// Ends after that time; without it, with Ctrl-C
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub seconds: Option<u64>,
    /// Also on an interface that the host's default route rests on
    #[arg(long)]
    pub yes: bool,
}

/// What stands below the help.
pub const HELP: &str = "\
It sends LACPDUs and answers markers, and nothing else: no traffic is forwarded. The partner, a bond in mode 802.3ad at the
other end of the cables, takes it for a switch and sends its traffic here, where it ends. Needs CAP_NET_RAW.

Exit codes:
  0  the time is over
  1  an interface that must not be used for this
  2  the kernel can't be read or spoken to

Examples:
  bowline lab-switch veth1 veth2                 a LAG partner, until Ctrl-C
  bowline lab-switch --passive --seconds 60 enp7s0
  bowline lab-switch --json veth1 | jq '.partner'";
