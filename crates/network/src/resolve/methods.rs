//! Families and methods: the words after an interface's name, and which of its addresses they leave to the file.

use interfaces::{Diagnostic, Severity, Word};

use super::file::Stanza;
use super::options::closest;
use crate::IfName;
use crate::check::codes;
use crate::dhcp::Family;

/// Who gives an interface its addresses of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    /// The file.
    File,
    /// Someone else: a server, a router, a daemon.
    Others,
}

use Source::{File, Others};

/// Every method, of ifupdown's families (interfaces(5): inet, inet6, ipx, can) and of ifupdown2 (`_addrfams`, which has
/// `dhcp6`, and takes `ppp` and `tunnel` in either family).
const METHODS: &[(&str, &[(&str, Source)])] = &[
    (
        "inet",
        &[
            ("static", File),
            ("manual", File),
            ("loopback", File),
            ("tunnel", File),
            ("dhcp", Others),
            ("dhcp6", Others),
            ("bootp", Others),
            ("ppp", Others),
            ("wvdial", Others),
            ("ipv4ll", Others),
        ],
    ),
    (
        "inet6",
        &[
            ("static", File),
            ("manual", File),
            ("loopback", File),
            ("tunnel", File),
            ("v4tunnel", File),
            ("auto", Others),
            ("dhcp", Others),
            ("dhcp6", Others),
            ("ppp", Others),
            ("6to4", Others),
        ],
    ),
    ("ipx", &[("static", Others), ("dynamic", Others)]),
    ("can", &[("static", File), ("manual", File)]),
];

/// Whether there are IP addresses in the stanza's family. A family that nobody knows has an error of its own.
pub(super) fn has_addresses(stanza: &Stanza<'_>) -> bool {
    stanza.family.is_none_or(|family| ["inet", "inet6"].contains(&family.text.as_str()))
}

/// Who gives the interface its addresses by this stanza, with a word on what is not done or not known.
pub(super) fn source(stanza: &Stanza<'_>, link: &IfName, diagnostics: &mut Vec<Diagnostic>) -> Source {
    let Some(family) = stanza.family else { return File };
    let Some((_, methods)) = METHODS.iter().find(|(name, _)| *name == family.text) else {
        diagnostics.push(unknown_family(family));
        return Others;
    };
    if family.text == "ipx" {
        let title = format!("nothing is done for IPX on {link}: Linux has none since 4.18");
        diagnostics
            .push(Diagnostic::new(codes::METHOD, Severity::Warning, title, family.span).help("delete the stanza"));
        return File;
    }
    let Some(method) = stanza.method else { return File };
    match methods.iter().find(|(name, _)| *name == method.text) {
        Some((_, File)) => File,
        Some((name, Others)) => {
            if dhcp(stanza).is_none() && !is_auto(stanza) {
                diagnostics.push(not_run(link, name, method));
            }
            Others
        }
        None => {
            diagnostics.push(unknown_method(family, method, methods));
            Others
        }
    }
}

/// Whether routers give the interface its IPv6 addresses (`inet6 auto`).
pub(super) fn is_auto(stanza: &Stanza<'_>) -> bool {
    let is = |word: Option<&Word>, text| word.is_some_and(|word| word.text == text);
    is(stanza.family, "inet6") && is(stanza.method, "auto")
}

/// The family that a stanza has a DHCP client feed, and the word that says so. ifupdown2 takes `dhcp6` for IPv6 in either
/// family.
pub(super) fn dhcp<'a>(stanza: &Stanza<'a>) -> Option<(Family, &'a Word)> {
    let method = stanza.method?;
    let family = match (stanza.family?.text.as_str(), method.text.as_str()) {
        ("inet", "dhcp") => Family::V4,
        ("inet6", "dhcp" | "dhcp6") | ("inet", "dhcp6") => Family::V6,
        _ => return None,
    };
    Some((family, method))
}

fn not_run(link: &IfName, name: &str, method: &Word) -> Diagnostic {
    let say = |title: String| Diagnostic::new(codes::METHOD, Severity::Warning, title, method.span);
    let alternative = "write `static` and an `address` line, or `manual` for none";
    match name {
        "ppp" | "wvdial" => say(format!("Bowline does not dial: {link} is left to pppd")),
        "6to4" => say(format!("the 6to4 address of {link} is not made yet"))
            .note("the relays of 6to4 are gone since 2015 (RFC 7526)"),
        "bootp" => say(format!("Bowline runs no BOOTP; nothing is done for {link}'s address")).help(alternative),
        _ => say(format!("Bowline takes no link-local address by itself; nothing is done for {link}'s address"))
            .help(alternative),
    }
}

fn unknown_family(family: &Word) -> Diagnostic {
    let title = format!("`{}` is no address family", family.text);
    let diagnostic = Diagnostic::new(codes::METHOD, Severity::Error, title, family.span)
        .note("ifupdown refuses the whole file for it, ifupdown2 leaves the word out");
    match closest(&family.text, METHODS.iter().map(|(name, _)| *name)) {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => diagnostic.help("write `inet` for IPv4 or `inet6` for IPv6, then a method such as `static`"),
    }
}

fn unknown_method(family: &Word, method: &Word, methods: &[(&str, Source)]) -> Diagnostic {
    let title = format!("`{}` is no method of {}", method.text, family.text);
    let diagnostic = Diagnostic::new(codes::METHOD, Severity::Error, title, method.span)
        .note("ifupdown refuses the whole file for it, and ifupdown2 reports an error");
    match closest(&method.text, methods.iter().map(|(name, _)| *name)) {
        Some(name) => diagnostic.help(format!("did you mean `{name}`?")),
        None => {
            let names: Vec<&str> = methods.iter().map(|(name, _)| *name).collect();
            diagnostic.help(format!("{} has: {}", family.text, names.join(", ")))
        }
    }
}
