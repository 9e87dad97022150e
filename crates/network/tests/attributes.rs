//! Every attribute of ifupdown2 is known, and `docs/attributes.md` says what becomes of it.
//!
//! `tests/ifupdown2/attributes.txt` lists them, as the addons of its version 3.0.0 name them (`_modinfo`), aliases included.
//! `UPDATE=1 cargo test -p network --test attributes` writes the page anew.

#![allow(clippy::unwrap_used, clippy::disallowed_methods, reason = "tests read files, and panic when they fail")]

use std::collections::BTreeMap;
use std::path::Path;

use network::resolve::{Treatment, treatment};

const LIST: &str = include_str!("ifupdown2/attributes.txt");

const HEAD: &str = "\
# What becomes of each attribute of ifupdown2

Generated from the tables of `network::resolve` (`UPDATE=1 cargo test -p network --test attributes`). An attribute that is not
acted on gets a warning at its line (`BW023`), with the reason. Commands are run by `ifreload`, `ifup` and `ifdown`; `bowline
apply` leaves them to those.

| addon | attribute | here |
|---|---|---|
";

fn page() -> String {
    let mut addons: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (addon, attribute) in LIST.lines().map(|line| line.split_once(' ').unwrap()) {
        addons.entry(addon).or_default().push(attribute);
    }
    let mut out = HEAD.to_owned();
    for (addon, attributes) in addons {
        for attribute in attributes {
            let here = match treatment(attribute).unwrap_or_else(|| panic!("{addon}: nobody knows {attribute}")) {
                Treatment::ActedOn => "acted on".to_owned(),
                Treatment::NothingToDo => "nothing to do: so in any case".to_owned(),
                Treatment::NotMade => "**not made**: the host must have the device; a warning says so".to_owned(),
                Treatment::NotActedOn(why) if addon == "usercmds" => format!("run: {why}"),
                Treatment::NotActedOn(why) => format!("**not acted on**: {why}"),
            };
            out += &format!("| {addon} | `{attribute}` | {here} |\n");
        }
    }
    out
}

#[test]
fn the_page_says_what_becomes_of_each() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/attributes.md");
    let page = page();
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), page, "UPDATE=1 writes it anew");
}

#[test]
fn what_nobody_knows_is_unknown() {
    assert_eq!(treatment("bridge-prots"), None);
    assert_eq!(treatment("link_speed"), Some(Treatment::ActedOn));
}
