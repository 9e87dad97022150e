//! ifup(8), ifdown(8), ifquery(8) and ifreload(8), from the table of their options.

use ifupdown::Face;
use ifupdown::arguments::table::{self, Spec, Takes};
use roff::{Inline, Roff, bold, italic, roman};

use super::Pages;

/// A page for each face.
pub fn pages(pages: &mut Pages) {
    for &face in Face::ALL {
        pages.add(format!("man8/{}.8", face.name()), page(face).render());
    }
}

fn page(face: Face) -> Roff {
    let name = face.name();
    let purpose = face.purpose().trim_end_matches('.');
    let mut page = Roff::new();
    let version = concat!("bowline ", env!("CARGO_PKG_VERSION"));
    page.control("TH", [name.to_uppercase().as_str(), "8", "", version, "System Administration"]);
    page.control("SH", ["NAME"]).text([roman(format!("{name} - {}", lower_first(purpose)))]);
    page.control("SH", ["SYNOPSIS"]).text(synopsis(face));
    page.control("SH", ["DESCRIPTION"]);
    for (n, paragraph) in about(face).iter().enumerate() {
        if n > 0 {
            page.control("PP", []);
        }
        page.text([roman(*paragraph)]);
    }
    page.control("SH", ["OPTIONS"]);
    for spec in table::of(face) {
        let Some(help) = spec.help else { continue };
        page.control("TP", []).text(forms(spec)).text([roman(format!("{help}."))]);
    }
    exit_codes(&mut page);
    page.control("SH", ["FILES"]);
    for (file, what) in FILES {
        page.control("TP", []).text([italic(*file)]).text([roman(*what)]);
    }
    let others = Face::ALL.iter().filter(|other| **other != face).map(|other| (other.name(), "(8), "));
    let see = others.chain([("interfaces", "(5), "), ("bowline", "(1)")]);
    page.control("SH", ["SEE ALSO"])
        .text(see.flat_map(|(name, section)| [bold(name), roman(section)]).collect::<Vec<_>>());
    page
}

fn synopsis(face: Face) -> Vec<Inline> {
    let mut words = vec![bold(face.name()), roman(" [options]")];
    match face {
        Face::Ifreload => {
            words.extend([roman(" "), bold("-a"), roman(" | "), bold("-c"), roman(" | "), bold("--allow")])
        }
        Face::Ifup | Face::Ifdown | Face::Ifquery => {
            words.extend([roman(" "), bold("-a"), roman(" | "), italic("IFACE"), roman("...")]);
        }
    }
    words
}

/// `-X PATTERN, --exclude PATTERN`.
fn forms(spec: &Spec) -> Vec<Inline> {
    let shorts = spec.short.iter().map(|short| format!("-{short}"));
    let longs = spec.long.iter().map(|long| format!("--{long}"));
    let mut words = Vec::new();
    for form in shorts.chain(longs) {
        if !words.is_empty() {
            words.push(roman(", "));
        }
        words.push(bold(form));
    }
    match spec.takes {
        Takes::Nothing => {}
        Takes::Value(name) => words.extend([roman(" "), italic(name)]),
        Takes::Word(choices) => words.extend([roman(" "), bold(choices.join("|"))]),
    }
    words
}

fn exit_codes(page: &mut Roff) {
    page.control("SH", ["EXIT STATUS"]);
    for (code, what) in [
        ("0", "All is well."),
        ("1", "An interface has an error, the file has one, or a check failed."),
        ("89", "Another instance of one of these programs is running."),
        ("90", "The command line makes no sense."),
    ] {
        page.control("TP", []).text([bold(code)]).text([roman(what)]);
    }
}

const FILES: &[(&str, &str)] = &[
    ("/etc/network/interfaces", "What the network is to be; see interfaces(5)."),
    (
        "/etc/network/if-pre-up.d, if-up.d, if-down.d, if-post-down.d",
        "Scripts that are run for each interface that changes.",
    ),
    ("/etc/network/ifupdown2/ifupdown2.conf", "The configuration that ifupdown2 has; may be missing."),
    (
        "/etc/network/ifupdown2/policy.d, /usr/share/ifupdown2/policy.d, /var/lib/ifupdown2/policy.d",
        "Defaults, in JSON.",
    ),
    (
        "/etc/bowline/config.toml",
        "Bowline's own configuration, in TOML; may be missing. [hooks] timeout: the seconds that a hook or script may take \
         (300; 0: for ever). [dhcp] wait: the seconds that leases are waited for, all together (60; 0: not at all). [guard] \
         ifreload: whether a reload undoes itself where what worked before does not work again (true); settle, grace, \
         within: the seconds that all has to work until it is kept (10), that something may be gone (45), and after which \
         it is undone in any case (90). [bridge] mac-from-port: whether a new bridge gets its first port's address and \
         keeps it (as the policy files say, else true).",
    ),
    ("/run/network/.lock", "Held while a program of these works."),
];

/// What it does, a paragraph each.
fn about(face: Face) -> &'static [&'static str] {
    match face {
        Face::Ifreload => &[
            "Compares the file with what the kernel has, and makes the changes that are needed and no others: where nothing \
             changed, nothing is written. What the file named and no longer names is taken down. Ports of guests stay where \
             they are.",
            "An interface that fails does not keep the others from coming up.",
        ],
        Face::Ifup => &["Brings up the interfaces that are named, or every one that is auto, lowers first."],
        Face::Ifdown => &["Takes down the interfaces that are named, or every one that is auto, uppers first."],
        Face::Ifquery => &[
            "Prints what the file says of the interfaces that are named, or of all of them; with --running what the kernel \
             has; with --check both, held against each other. It changes nothing.",
        ],
    }
}

fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_option_that_is_shown_is_on_the_page() {
        for &face in Face::ALL {
            let text = page(face).render();
            for spec in table::of(face).filter(|spec| spec.help.is_some()) {
                for long in spec.long {
                    let form = format!("\\fB\\-\\-{}\\fR", long.replace('-', "\\-"));
                    assert!(text.contains(&form), "{}: {form}\n{text}", face.name());
                }
            }
        }
    }

    #[test]
    fn what_is_taken_in_silence_is_not_shown() {
        assert!(!page(Face::Ifup).render().contains("perfmode"));
    }
}
