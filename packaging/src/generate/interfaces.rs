//! interfaces(5): the format of the file in words, and every option of bonds and bridges from the table.

use network::BondMode;
use network::option::{self, Class, Domain, Modes, Opt, Scope, Unit};
use roff::{Inline, Roff, bold, italic, roman};

use super::Pages;

/// The page.
pub fn page(pages: &mut Pages) {
    let mut page = Roff::new();
    let version = concat!("bowline ", env!("CARGO_PKG_VERSION"));
    page.control("TH", ["INTERFACES", "5", "", version, "File Formats"]);
    page.control("SH", ["NAME"]).text([roman("interfaces - what the network of this host is to be")]);
    page.control("SH", ["DESCRIPTION"]);
    paragraphs(&mut page, DESCRIPTION);
    page.control("SH", ["EXAMPLE"]).control("nf", []);
    for line in EXAMPLE.lines() {
        page.text([roman(line)]);
    }
    page.control("fi", []);
    section(&mut page, "LINES OUTSIDE STANZAS", OUTSIDE);
    section(&mut page, "ADDRESSES, ROUTES AND LINKS", EVERY_LINK);
    section(&mut page, "COMMANDS", COMMANDS);
    for (title, keys, scope) in [
        ("BONDS", BOND, Scope::Bond),
        ("SLAVES OF A BOND", &[][..], Scope::BondPort),
        ("BRIDGES", BRIDGE, Scope::Bridge),
        ("PORTS OF A BRIDGE", BRIDGE_PORT, Scope::BridgePort),
        ("IPV4 ON ANY LINK", &[][..], Scope::Ipv4),
        ("IPV6 ON ANY LINK", &[][..], Scope::Ipv6),
        ("MPLS ON ANY LINK", &[][..], Scope::Mpls),
        ("NICS", &[][..], Scope::Nic),
    ] {
        section(&mut page, title, keys);
        option::of(scope).iter().filter(|option| !option.keys.is_empty()).for_each(|option| entry(&mut page, *option));
    }
    section(&mut page, "VLANS", VLAN);
    section(&mut page, "OTHER DEVICES", OTHERS);
    page.control("SH", ["SEE ALSO"]);
    page.text([
        bold("bowline-check"),
        roman("(1) says what is wrong with a file, "),
        bold("bowline-plan"),
        roman("(1) what it would change; "),
    ]);
    page.text([bold("ifreload"), roman("(8), "), bold("ifup"), roman("(8), "), bold("ifquery"), roman("(8)")]);
    pages.add("man5/interfaces.5", page.render());
}

fn paragraphs(page: &mut Roff, paragraphs: &[&str]) {
    for (n, paragraph) in paragraphs.iter().enumerate() {
        if n > 0 {
            page.control("PP", []);
        }
        page.text([roman(*paragraph)]);
    }
}

/// A section of keys that no table has.
fn section(page: &mut Roff, title: &str, keys: &[(&str, &str, &str)]) {
    page.control("SH", [title]);
    for (key, value, help) in keys {
        page.control("TP", []).text([bold(*key), roman(" "), italic(*value)]).text([roman(*help)]);
    }
}

/// An option of the table.
fn entry(page: &mut Roff, option: Opt) {
    let mut head: Vec<Inline> = Vec::new();
    for key in option.keys {
        if !head.is_empty() {
            head.push(roman(", "));
        }
        head.push(bold(*key));
    }
    head.extend([roman(" "), italic(values(option))]);
    page.control("TP", []).text(head).text([roman(sentence(option.help))]);
    let facts = facts(option);
    if !facts.is_empty() {
        page.control("IP", []).text([roman(facts.join(" "))]);
    }
}

/// What may be said of an option.
fn values(option: Opt) -> String {
    let unit = match option.unit {
        Unit::None => "",
        Unit::Millis => " (ms)",
        Unit::Seconds => " (s)",
    };
    let hundredths = |number: i64| format!("{}.{:02}", number / 100, number % 100);
    match option.domain {
        Domain::Number { min, max } => format!("{min}..{max}{unit}"),
        Domain::Seconds { min, max } => format!("{}..{}{unit}", hundredths(min), hundredths(max)),
        Domain::Switch => "on|off".to_owned(),
        Domain::Choice(names) => names.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("|"),
        Domain::Flags(names) => format!("{} ...", names.iter().map(|(name, _)| *name).collect::<Vec<_>>().join("|")),
        Domain::Link => "IFACE".to_owned(),
        Domain::Mac => "MAC".to_owned(),
        Domain::Ipv4s => "IPV4 ...".to_owned(),
        Domain::Ipv6s => "IPV6 ...".to_owned(),
    }
}

/// Its default, its modes, and what a change disturbs.
fn facts(option: Opt) -> Vec<String> {
    let mut facts = Vec::new();
    match option.default_in(BondMode::BalanceRr).map(|value| option.show(&value)) {
        Some(value) if !value.is_empty() => facts.push(format!("Default: {value}.")),
        _ => {}
    }
    if option.scope == Scope::Bond && option.modes != Modes::ALL {
        facts.push(format!("Mode: {}.", option.modes));
    }
    match option.class {
        Class::Live => {}
        Class::BondDown => facts.push("A change takes the bond down for a moment.".to_owned()),
        Class::NoSlaves => facts.push("A change takes the slaves out for a moment.".to_owned()),
        Class::BondDownNoSlaves => {
            facts.push("A change takes the slaves out and the bond down for a moment.".to_owned());
        }
    }
    facts
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(letters).chain(['.']).collect()
}

const DESCRIPTION: &[&str] = &[
    "/etc/network/interfaces says what the network of the host is to be. ifreload(8) and networking.service make it so; \
     so does the Apply button of Proxmox VE. A line that starts with # is a comment; a line that ends with a backslash goes \
     on in the next. A key may be written with _ in place of -.",
    "A stanza starts with iface and goes on to the next line that starts one. What is said of an interface may be spread \
     over several stanzas of its name.",
    "What Bowline does not know, or cannot honour, it says, with the place; it never passes over a line in silence.",
];

const EXAMPLE: &str = "\
auto bond0
iface bond0 inet manual
    bond-slaves eno1 eno2
    bond-mode 802.3ad
    bond-miimon 100
    bond-xmit-hash-policy layer3+4

auto vmbr0
iface vmbr0 inet static
    address 192.0.2.10/24
    gateway 192.0.2.1
    bridge-ports bond0
    bridge-stp off
    bridge-fd 0
    bridge-vlan-aware yes
    bridge-vids 2-4094";

/// Key, value, help.
type Keys = &'static [(&'static str, &'static str, &'static str)];

const OUTSIDE: Keys = &[
    ("auto", "IFACE ...", "Brought up when the host starts, and by ifreload -a."),
    (
        "allow-hotplug",
        "IFACE ...",
        "Brought up when the device appears. allow-CLASS is the same for a class of your own; ifup --allow=CLASS names it.",
    ),
    (
        "iface",
        "IFACE [FAMILY METHOD]",
        "Starts a stanza. FAMILY is inet or inet6; METHOD is static, manual, dhcp, loopback or auto.",
    ),
    ("source", "PATTERN", "Reads the files that match, in the order of their names."),
    ("source-directory", "FOLDER", "Reads the files of a folder."),
];

const EVERY_LINK: Keys = &[
    ("address", "ADDRESS[/LENGTH]", "An address, IPv4 or IPv6; may be repeated."),
    ("netmask", "MASK|LENGTH", "The length of the prefix, where the address does not tell it."),
    ("broadcast", "IPV4", "The broadcast address."),
    ("pointopoint", "IPV4", "The address of the other end."),
    ("gateway", "ADDRESS", "The default route."),
    ("metric", "NUMBER", "Its metric."),
    ("mtu", "BYTES", "The largest packet."),
    ("hwaddress", "MAC", "The Ethernet address, with or without the word ether before it."),
    ("address-purge", "yes|no", "no: addresses that the file does not name stay."),
];

const COMMANDS: Keys = &[
    (
        "pre-up, up, post-up",
        "COMMAND",
        "Run by the shell before, while and after the interface is brought up; may be repeated.",
    ),
    ("pre-down, down, post-down", "COMMAND", "Run before, while and after it is taken down."),
];

const BOND: Keys = &[(
    "bond-slaves",
    "IFACE ...|none",
    "The slaves, in order: the bond takes the address of the first. One that the host does not have is left out, with a warning.",
)];

const BRIDGE: Keys = &[(
    "bridge-ports",
    "IFACE ...|none",
    "The ports. Those of guests (tap, veth, fwpr) are not named here, and stay where they are.",
)];

const BRIDGE_PORT: Keys = &[
    (
        "bridge-vids",
        "VID ...",
        "The VLANs that a port carries, tagged; ranges like 2-4094. On the bridge it is the default of its ports.",
    ),
    ("bridge-pvid", "VID", "The VLAN of what comes without a tag."),
    ("bridge-access", "VID", "The one VLAN of a port, without a tag."),
];

const VLAN: Keys = &[
    ("vlan-raw-device", "IFACE", "What the VLAN device rides on; NAME.VID says it by its name."),
    ("vlan-id", "VID", "Its VLAN."),
    ("vlan-protocol", "802.1q|802.1ad", "The kind of tag; 802.1ad is the outer one of QinQ."),
];

const OTHERS: Keys = &[
    (
        "vxlan-id",
        "VNI",
        "Makes a VXLAN device; vxlan-local-tunnelip, vxlan-remoteip, vxlan-svcnodeip, vxlan-physdev and the like say where it ends.",
    ),
    ("vrf-table", "auto|TABLE", "Makes a VRF device with a routing table of its own."),
    ("vrf", "IFACE", "Puts the interface into a VRF."),
    ("link-type", "dummy|veth", "Makes a device of that kind; veth-peer-name names the other end of a veth."),
    ("tunnel-mode", "gre|gretap|ipip|sit|...", "Makes a tunnel between tunnel-local and tunnel-endpoint."),
    ("ovs-type", "OVSBridge|OVSPort|...", "A device of Open vSwitch."),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_of_the_table_that_a_file_can_say_is_on_the_page() {
        let mut pages = Pages::default();
        page(&mut pages);
        let (_, text) = pages.iter().next().unwrap();
        let text = String::from_utf8_lossy(text);
        for key in option::all().flat_map(|option| option.keys) {
            assert!(text.contains(&format!("\\fB{}\\fR", key.replace('-', "\\-"))), "{key}");
        }
    }

    #[test]
    fn the_head_of_an_entry_says_what_may_be_said() {
        let miimon = option::by_key("bond-miimon").unwrap();
        assert_eq!(values(miimon), "0..2147483647 (ms)");
        let mode = option::by_key("bond-mode").unwrap();
        assert!(values(mode).starts_with("balance-rr|active-backup|"));
        assert_eq!(
            facts(mode),
            ["Default: balance-rr.", "A change takes the slaves out and the bond down for a moment."]
        );
    }
}
