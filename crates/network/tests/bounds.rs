//! A short file can ask for much: ranges, patterns, inheritance and `all` are bounded, and the bound is said.

#![allow(clippy::unwrap_used, reason = "tests panic when they fail")]

use std::fmt::Write as _;

use interfaces::{Configuration, Severity};
use network::Resolved;
use network::check::codes;

fn resolve(text: String) -> Resolved {
    network::resolve(&Configuration::of("interfaces", text.into_bytes()))
}

/// Whether an error with this code says that there is too much.
fn is_refused(resolved: &Resolved, code: &str) -> bool {
    let mut errors = resolved.diagnostics.iter().filter(|d| d.severity == Severity::Error && d.code == code);
    errors.any(|error| error.title.contains("more than"))
}

#[test]
fn ranges_end() {
    let mut text = String::new();
    for n in 0..5_000 {
        writeln!(text, "auto a{n}x[1-4096]\niface a{n}x[1-4096]\n mtu 1500").unwrap();
    }
    let resolved = resolve(text);
    assert!(is_refused(&resolved, codes::PATTERN));
    assert!(resolved.wanted.links.len() < 100_000);
}

#[test]
fn all_ends() {
    let mut text = "auto all\n".repeat(2_000);
    (0..2_000).for_each(|n| writeln!(text, "iface a{n}").unwrap());
    let resolved = resolve(text);
    assert!(is_refused(&resolved, codes::PATTERN));
    assert_eq!(resolved.wanted.links.len(), 2_000);
}

#[test]
fn inheritance_ends() {
    let mut text = "iface a0\n mtu 1500\n".to_owned();
    (1..3_000).for_each(|n| writeln!(text, "iface a{n} inherits a{}\n up true", n - 1).unwrap());
    assert!(is_refused(&resolve(text), codes::UNSUPPORTED));
}

#[test]
fn patterns_end() {
    let mut text = String::new();
    (0..300).for_each(|n| writeln!(text, "auto b{n}\niface b{n}\n bridge-ports regex a.*").unwrap());
    assert!(is_refused(&resolve(text), codes::PATTERN));
    let large = format!("auto b\niface b\n bridge-ports regex {}\n", "(a{1,99}){1,99}".repeat(20));
    let resolved = resolve(large);
    assert!(resolved.diagnostics.iter().any(|d| d.severity == Severity::Error && d.code == codes::PATTERN));
}

#[test]
fn many_that_inherit_from_one_are_fine() {
    let mut text = "iface base inet static\n mtu 9000\n".to_owned();
    (0..10_000)
        .for_each(|n| writeln!(text, "auto a{n}\niface a{n} inet static inherits base\n address 10.0.0.1/32").unwrap());
    let resolved = resolve(text);
    assert!(resolved.diagnostics.iter().all(|d| d.severity != Severity::Error), "{:?}", resolved.diagnostics.first());
    assert!(resolved.wanted.links.values().all(|link| link.mtu == Some(9000)));
}
