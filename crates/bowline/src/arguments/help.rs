//! What stands after the help of the verbs that edit: what holds of all of them, exit codes, examples.

macro_rules! with_codes {
    ($examples:literal) => {
        concat!(
            "\
The edit is made in /etc/network/interfaces.new, as Proxmox does: nothing changes until it is
applied. Every line that it is not about stays as it is, to the byte. It is refused if the file
had errors after it that it has not now.

Exit codes:
  0  staged, or there was nothing to change
  1  refused: what is asked for makes no sense in this file; nothing was changed
  2  the file can't be read or written, or the command line makes no sense

",
            $examples
        )
    };
}

/// After the help of `add`.
pub const ADD: &str = with_codes!(
    "\
Examples:
  bowline add bond bond0 --slaves enp3s0,enp4s0 --mode 802.3ad
  bowline add bridge vmbr1 --ports bond0 --vlan-aware
  bowline add vlan bond0.100 --address 10.0.100.2/24
  bowline add vlan storage --raw-device bond0 --id 200 mtu=9000"
);
/// After the help of `set`.
pub const SET: &str = with_codes!(
    "\
Examples:
  bowline set vmbr0 bridge-ports=bond0
  bowline set bond0 bond-slaves+=enp5s0 bond-miimon=50
  bowline set vmbr0 address+=192.168.2.10/24
  bowline set vmbr0 'up[2]=ip route add 10.0.0.0/8 via 192.168.1.2'"
);
/// After the help of `unset`.
pub const UNSET: &str = with_codes!(
    "\
Comments stay, whatever they are about.

Examples:
  bowline unset vmbr0 mtu
  bowline unset bond0 bond-primary bond-primary-reselect"
);
/// After the help of `remove`.
pub const REMOVE: &str = with_codes!(
    "\
What stands on the interface (a VLAN device, say) has to be removed first, in any case.

Examples:
  bowline remove vmbr1
  bowline remove enp5s0 --with-references"
);
/// After the help of `rename`.
pub const RENAME: &str = with_codes!(
    "\
VLAN devices that are named after it, as bond0.100 is, get new names too. Commands stay as they are, with a note.

Examples:
  bowline rename enp3s0 nic0"
);
/// After the help of `convert`.
pub const CONVERT: &str = with_codes!(
    "\
Addresses, gateways, name servers and commands move with their comments; what is about the
hardware stays with the NIC.

Examples:
  bowline convert enp3s0 --to bond0 --slaves enp3s0,enp4s0
  bowline convert enp3s0 --to bond0 --slaves enp3s0,enp4s0 --bridge vmbr0"
);
/// After the help of `diff`.
pub const DIFF: &str = "\
Exit codes, as those of diff(1):
  0  nothing is staged, or what is staged is the same
  1  there are differences
  2  the files can't be read

Examples:
  bowline diff
  bowline diff --json | jq -r .diff";
/// After the help of `revert`.
pub const REVERT: &str = "\
Exit codes:
  0  dropped, or nothing was staged
  2  the file can't be read or taken away

Examples:
  bowline revert --dry-run
  bowline revert";
