//! Kinds of change: the file before and the file after.

/// A kind of change.
pub(crate) struct Kind {
    pub(crate) before: String,
    pub(crate) after: String,
    /// Whether a guest is attached to vmbr0.
    pub(crate) guest: bool,
}

fn bridge(ports: &str, more: &str) -> String {
    format!(
        "auto vmbr0\niface vmbr0 inet static\n\taddress 192.168.1.10/24\n\tgateway 192.168.1.1\n\tbridge-ports {ports}\n\
         \tbridge-stp off\n\tbridge-fd 0\n{more}\n"
    )
}

fn bond(mode: &str, slaves: &str, more: &str) -> String {
    format!(
        "auto bond0\niface bond0 inet manual\n\tbond-slaves {slaves}\n\tbond-mode {mode}\n\tbond-miimon 100\n{more}\n"
    )
}

fn nic(more: &str) -> String {
    format!("auto enp3s0\niface enp3s0 inet static\n{more}\n")
}

fn kind(before: String, after: String) -> Kind {
    Kind { before, after, guest: false }
}

const TWO: &str = "enp3s0 enp4s0";

pub(crate) fn to_active_backup() -> Kind {
    kind(bridge("enp3s0", ""), bond("active-backup", TWO, "") + &bridge("bond0", ""))
}

pub(crate) fn to_lacp() -> Kind {
    let lacp = bond("802.3ad", TWO, "\tbond-xmit-hash-policy layer2+3\n\tbond-lacp-rate fast\n");
    kind(bond("active-backup", TWO, "") + &bridge("bond0", ""), lacp + &bridge("bond0", ""))
}

pub(crate) fn without_the_bond() -> Kind {
    let Kind { before, after, .. } = to_active_backup();
    kind(after, before)
}

pub(crate) fn other_slaves() -> Kind {
    let with = |slaves| bond("active-backup", slaves, "") + &bridge("bond0", "");
    kind(with(TWO), with("enp5s0 enp6s0"))
}

pub(crate) fn address_to_a_bridge() -> Kind {
    kind(nic("\taddress 192.168.1.10/24\n\tgateway 192.168.1.1\n"), bridge("enp3s0", ""))
}

pub(crate) fn vlan_aware() -> Kind {
    kind(bridge("enp3s0", ""), bridge("enp3s0", "\tbridge-vlan-aware yes\n\tbridge-vids 2-4094\n"))
}

pub(crate) fn mtu() -> Kind {
    let with = |mtu| bond("active-backup", TWO, mtu) + &bridge("bond0", mtu);
    kind(with(""), with("\tmtu 9000\n"))
}

pub(crate) fn address() -> Kind {
    let Kind { before, .. } = vlan_aware();
    let after = before.replace("192.168.1.10/24", "10.7.0.10/16").replace("192.168.1.1\n", "10.7.0.1\n");
    kind(before, after)
}

pub(crate) fn gateway() -> Kind {
    let Kind { before, .. } = vlan_aware();
    let after = before.replace("gateway 192.168.1.1\n", "gateway 192.168.1.254\n");
    kind(before, after)
}

pub(crate) fn mode_with_a_guest() -> Kind {
    let with = |mode| bond(mode, TWO, "") + &bridge("bond0", "");
    Kind { guest: true, ..kind(with("balance-xor"), with("active-backup")) }
}

pub(crate) fn fifty_interfaces() -> Kind {
    let vlans: String = (1..=50)
        .map(|n| format!("auto enp3s0.{n}\niface enp3s0.{n} inet static\n\taddress 10.{n}.0.1/24\n\n"))
        .collect();
    let before = nic("\taddress 192.168.1.10/24\n\tgateway 192.168.1.1\n");
    kind(before.clone(), before + &vlans)
}

pub(crate) fn cut_off() -> Kind {
    kind(bridge("enp3s0", ""), bridge("enp5s0", "").replace("192.168.1.1", "172.16.9.9"))
}
