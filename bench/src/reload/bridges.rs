//! What is asked for: N bridges, as a file and as batches of `ip`.

use std::fmt::Write;
use std::net::Ipv4Addr;

/// The length of every address's prefix.
pub const PREFIX: u8 = 24;

/// The bridge number `i`.
#[must_use]
pub fn bridge(i: u16) -> String {
    format!("vmbr{i}")
}

/// Its port.
#[must_use]
pub fn port(i: u16) -> String {
    format!("port{i}")
}

/// Its address, the first of a /24 of its own.
#[must_use]
pub fn address(i: u16) -> Ipv4Addr {
    let [high, low] = i.to_be_bytes();
    Ipv4Addr::new(10, high, low, 1)
}

/// The file that asks for `size` bridges, as Proxmox writes it.
#[must_use]
pub fn file(size: u16) -> String {
    let mut file = String::from("auto lo\niface lo inet loopback\n");
    for i in 0..size {
        let (bridge, port, address) = (bridge(i), port(i), address(i));
        append(
            &mut file,
            format_args!(
                "\nauto {bridge}\niface {bridge} inet static\n\taddress {address}/{PREFIX}\n\tbridge-ports {port}\n\
             \tbridge-stp off\n\tbridge-fd 0\n"
            ),
        );
    }
    file
}

/// A batch that makes what is there beforehand: lo is up, and there are veth pairs whose far ends are up.
#[must_use]
pub fn before(size: u16) -> String {
    let mut batch = String::from("link set lo up\n");
    for i in 0..size {
        append(&mut batch, format_args!("link add {} type veth peer name peer{i}\nlink set peer{i} up\n", port(i)));
    }
    batch
}

/// A batch that does what the file asks for, in as few messages as `ip` can.
#[must_use]
pub fn changes(size: u16) -> String {
    let mut batch = String::new();
    for i in 0..size {
        let (bridge, port, address) = (bridge(i), port(i), address(i));
        append(
            &mut batch,
            format_args!(
                "link add {bridge} type bridge stp_state 0 forward_delay 0\nlink set {port} master {bridge} up\n\
             address add {address}/{PREFIX} dev {bridge}\nlink set {bridge} up\n"
            ),
        );
    }
    batch
}

/// A batch that removes it all at once: links of one group go in one message.
#[must_use]
pub fn after(size: u16) -> String {
    let mut batch = String::new();
    for i in 0..size {
        append(&mut batch, format_args!("link set {} group 1\nlink set {} group 1\n", bridge(i), port(i)));
    }
    batch + "link delete group 1\n"
}

fn append(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.write_fmt(arguments).expect("a String takes all that is written to it");
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn one_bridge_is_asked_for_in_one_stanza() {
        let wanted = "auto lo\niface lo inet loopback\n\nauto vmbr0\niface vmbr0 inet static\n\taddress 10.0.0.1/24\n\
                      \tbridge-ports port0\n\tbridge-stp off\n\tbridge-fd 0\n";
        assert_eq!(file(1), wanted);
    }

    #[test]
    fn the_batch_makes_the_same_in_four_messages() {
        let wanted = "link add vmbr0 type bridge stp_state 0 forward_delay 0\nlink set port0 master vmbr0 up\n\
                      address add 10.0.0.1/24 dev vmbr0\nlink set vmbr0 up\n";
        assert_eq!(changes(1), wanted);
    }

    #[test]
    fn no_two_bridges_share_a_prefix() {
        let prefixes: BTreeSet<_> = (0..4000).map(|i| address(i).octets()[..3].to_vec()).collect();
        assert_eq!(prefixes.len(), 4000);
    }

    #[test]
    fn all_that_was_made_goes_in_one_message() {
        assert_eq!(before(1), "link set lo up\nlink add port0 type veth peer name peer0\nlink set peer0 up\n");
        assert_eq!(after(1), "link set vmbr0 group 1\nlink set port0 group 1\nlink delete group 1\n");
    }
}
