//! The file that is checked: one of a host with far too many NICs, in the style of Proxmox.

use std::fmt::Write;

/// How many stanzas stand together: four NICs, two bonds of them, two bridges and two VLAN devices.
pub const GROUP: u32 = 10;

/// The most stanzas for which there is a subnet for each bridge.
pub const MAX: u32 = 100_000;

/// A file with that many `iface` stanzas, at most [`MAX`], besides those of `lo` and the `auto` lines. Nothing is wrong
/// with it.
#[must_use]
pub fn text(stanzas: u32) -> String {
    let mut out = String::from("# network interface settings\n\nauto lo\niface lo inet loopback\n");
    for n in 0..stanzas.min(MAX) {
        stanza(&mut out, n / GROUP, n % GROUP).expect("a string takes all");
    }
    out
}

/// The stanza at that place of a group. A later one rests on earlier ones only, so that a group may be cut anywhere.
fn stanza(out: &mut String, group: u32, place: u32) -> std::fmt::Result {
    // Two bridges a group, and a /24 each: 10.0.0.0 to 10.78.31.0.
    let subnet = |bridge: u32| format!("10.{}.{}", (group * 2 + bridge) >> 8, (group * 2 + bridge) & 0xff);
    match place {
        0..4 => writeln!(out, "\nauto nic{group}p{place}\niface nic{group}p{place} inet manual"),
        4 => writeln!(
            out,
            "\nauto bond{group}a\niface bond{group}a inet manual\n\tbond-slaves nic{group}p0 nic{group}p1\n\
             \tbond-miimon 100\n\tbond-mode active-backup\n\tbond-primary nic{group}p0\n#uplink to both switches"
        ),
        5 => writeln!(
            out,
            "\nauto bond{group}b\niface bond{group}b inet manual\n\tbond-slaves nic{group}p2 nic{group}p3\n\
             \tbond-miimon 100\n\tbond-mode 802.3ad\n\tbond-lacp-rate fast\n\tbond-xmit-hash-policy layer3+4"
        ),
        6 => writeln!(
            out,
            "\nauto vmbr{group}a\niface vmbr{group}a inet static\n\taddress {}.1/24\n\tbridge-ports bond{group}a\n\
             \tbridge-stp off\n\tbridge-fd 0\n\tmtu 1500\n#guests",
            subnet(0)
        ),
        7 => writeln!(
            out,
            "\nauto vmbr{group}b\niface vmbr{group}b inet static\n\taddress {}.1\n\tnetmask 255.255.255.0\n\
             \tbridge-ports bond{group}b\n\tbridge-stp off\n\tbridge-fd 0\n\tbridge-vlan-aware yes\n\
             \tbridge-vids 2-4094",
            subnet(1)
        ),
        8 => writeln!(out, "\nauto vmbr{group}b.20\niface vmbr{group}b.20 inet manual"),
        _ => writeln!(
            out,
            "\nauto vlan{group}c\niface vlan{group}c inet6 static\n\taddress 2001:db8:{group:x}::1/64\n\
             \tvlan-raw-device bond{group}a\n\tvlan-id {}",
            2 + group % 4000
        ),
    }
}

#[cfg(test)]
mod tests {
    use interfaces::{Configuration, Kind, load};

    use super::*;

    #[test]
    fn it_has_as_many_stanzas_as_were_asked_for_and_nothing_is_wrong_with_it() {
        for stanzas in [0, 1, 5, 7, 10, 999, 2000] {
            let configuration = Configuration::of("interfaces", text(stanzas).into_bytes());
            let understood = bowline::source::understand(configuration, None);
            let titles: Vec<_> = understood.diagnostics.iter().map(|diagnostic| &diagnostic.title).collect();
            assert!(titles.is_empty(), "{titles:?}");
            let found = understood.configuration.stanzas();
            let count = found.iter().filter(|stanza| matches!(stanza.kind, Kind::Iface(_))).count();
            assert_eq!(count, stanzas as usize + 1);
            assert_eq!(understood.resolved.wanted.links.len(), count);
        }
    }

    #[test]
    fn the_largest_is_within_what_is_read() {
        let text = text(u32::MAX);
        assert!(text.len() as u64 <= load::MAX_FILE);
        assert!(text.lines().count() < load::MAX_LINES);
    }
}
