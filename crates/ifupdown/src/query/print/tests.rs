//! The expected texts are what ifupdown2 3.0.0 printed for the same file.

use super::*;
use record::stanza::stanzas;

const FILE: &str = "auto lo\niface lo inet loopback\n\nauto d0\niface d0 inet manual\n\tmtu 1400\n\tup echo hello\n\
    \tfoo bär\n\nauto vmbr0\niface vmbr0 inet static\n\taddress 192.0.2.2/24\n\tbridge_ports d0\n\tpost-up   echo   two  words\n";

fn entries() -> Vec<Entry> {
    let configuration = interfaces::Configuration::of("/etc/network/interfaces", FILE.as_bytes().to_vec());
    stanzas(&configuration).iter().map(Entry::of).collect()
}

#[test]
fn native_is_ifupdown2s() {
    let expected = "auto lo\niface lo inet loopback\n\nauto d0\niface d0 inet manual\n\tmtu 1400\n\tup echo hello\n\
        \tfoo bär\n\nauto vmbr0\niface vmbr0 inet static\n\taddress 192.0.2.2/24\n\tbridge-ports d0\n\
        \tpost-up echo   two  words\n\n";
    assert_eq!(native(&entries(), None), expected);
}

#[test]
fn json_is_ifupdown2s() {
    let expected = r#"[
    {
        "name": "lo",
        "addr_method": "loopback",
        "addr_family": "inet",
        "auto": true,
        "config": {}
    },
    {
        "name": "d0",
        "addr_method": "manual",
        "addr_family": "inet",
        "auto": true,
        "config": {
            "mtu": "1400",
            "up": "echo hello",
            "foo": "b\u00e4r"
        }
    }
]
"#;
    assert_eq!(json(&entries()[..2], None, 4).unwrap(), expected);
}

#[test]
fn checks_are_ifupdown2s() {
    let mut list = entries();
    let conf = Conf::default();
    list[0].status = Status::Unknown;
    list[1].is_missing = true;
    list[1].status = Status::Fail;
    list[2].status = Status::Fail;
    list[2].settings[0].1[0].status = Status::Pass;
    list[2].settings[1].1[0] = Checked { value: String::new(), status: Status::Fail };
    let pad = |left: &str, width: usize, right: &str, total: usize| format!("{left:width$} {right:>total$}\n");
    let expected = [
        "auto lo\niface lo inet loopback\n\nauto d0\n".to_owned(),
        pad("iface d0", 65, "[fail]", 8),
        "\n\nauto vmbr0\n".to_owned(),
        pad("iface vmbr0 inet static", 65, "[fail]", 8),
        format!("\t{}", pad("address 192.0.2.2/24", 55, "[pass]", 10)),
        format!("\t{}", pad("bridge-ports ", 55, "[fail]", 10)),
        format!("\t{}", pad("post-up echo   two  words", 55, "[]", 10)),
        "\n".to_owned(),
    ];
    assert_eq!(native(&list, Some(Words::of(&conf))), expected.concat());
    let expected = r#"[
  {
    "name": "d0",
    "auto": true,
    "config": {},
    "config_status": {},
    "status": "fail"
  },
  {
    "name": "vmbr0",
    "addr_method": "static",
    "addr_family": "inet",
    "auto": true,
    "config": {
      "address": "192.0.2.2/24",
      "bridge-ports": "",
      "post-up": "echo   two  words"
    },
    "config_status": {
      "address": "pass",
      "bridge-ports": "fail",
      "post-up": ""
    },
    "status": "fail"
  }
]
"#;
    assert_eq!(json(&list[1..], Some(Words::of(&conf)), 2).unwrap(), expected);
}
