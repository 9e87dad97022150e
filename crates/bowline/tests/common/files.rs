//! Interfaces files.

/// The article's first set-up.
pub const ACTIVE_BACKUP: &str = "\
auto lo
iface lo inet loopback

auto enp3s0
iface enp3s0 inet manual

auto enp4s0
iface enp4s0 inet manual

auto bond0
iface bond0 inet manual
    bond-slaves enp3s0 enp4s0
    bond-miimon 100
    bond-mode active-backup
    bond-primary enp3s0

auto vmbr0
iface vmbr0 inet static
    address 192.168.1.10/24
    gateway 192.168.1.1
    bridge-ports bond0
    bridge-stp off
    bridge-fd 0
";

/// A mode that does not exist, and a primary that is no slave.
pub const WRONG: &str = "\
auto bond0
iface bond0 inet manual
    bond-slaves enp3s0 enp4s0
    bond-miimon 100
    bond-mode active-backup
    bond-primary enp5s0
    bond-primary-reselect sometimes
";

/// Complaints that can all be mended: a keyword in capitals, a misspelled key, an option for another mode, no monitor.
pub const MENDABLE: &str = "\
Auto bond0
iface bond0 inet manual
    bond-salves enp3s0 enp4s0
    # Any switch will do.
    bond-mode active-backup
    bond-lacp-rate fast

auto vmbr0
iface vmbr0 inet static
    address 192.168.1.10/24
    bridge-ports bond0
    bridge-stp off
    bridge-fd 0
";
