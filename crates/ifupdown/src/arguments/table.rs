//! Every option of every face.

use crate::Face::{self, Ifdown, Ifquery, Ifreload, Ifup};

/// An option, by what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[allow(missing_docs, reason = "the table says of each what it does, in the words that its help has")]
pub enum Flag {
    Help,
    Version,
    All,
    CurrentlyUp,
    Allow,
    Exclude,
    Verbose,
    Debug,
    Quiet,
    WithDepends,
    Interfaces,
    InterfacesFormat,
    Type,
    SyntaxCheck,
    SkipUpper,
    Force,
    Syslog,
    NoAct,
    PrintDependency,
    NoScripts,
    CurrentConfig,
    List,
    Running,
    Check,
    Raw,
    SavedState,
    Format,
    SyntaxHelp,
    WithDefaults,
    PerfMode,
    NoCache,
    Systemd,
    NlDebug,
}

/// What follows an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// A value, by that name in the help.
    Value(&'static str),
    /// One of these words.
    Word(&'static [&'static str]),
}

/// A row of the table.
#[derive(Debug)]
pub struct Spec {
    /// What it means.
    pub flag: Flag,
    /// `a` for `-a`.
    pub short: Option<char>,
    /// `all` for `--all`; several are the same.
    pub long: &'static [&'static str],
    /// What follows it.
    pub takes: Takes,
    /// The faces that have it.
    pub faces: &'static [Face],
    /// What its help says; `None`: it is taken and not shown, as in ifupdown2.
    pub help: Option<&'static str>,
}

/// Options of which a command line may have one: argparse's mutually exclusive groups.
pub const ONE_OF: &[(&[Face], &[Flag])] = &[
    (&[Ifreload], &[Flag::All, Flag::CurrentlyUp, Flag::Allow]),
    (&[Ifup, Ifdown], &[Flag::NoAct, Flag::PrintDependency, Flag::NoScripts]),
    (&[Ifquery], &[Flag::Running, Flag::Check, Flag::Raw, Flag::SavedState]),
];

const EVERY: &[Face] = Face::ALL;
const NAMED: &[Face] = &[Ifup, Ifdown, Ifquery];
const CHANGES: &[Face] = &[Ifup, Ifdown, Ifreload];

const fn row(
    flag: Flag,
    short: Option<char>,
    long: &'static [&'static str],
    faces: &'static [Face],
    help: Option<&'static str>,
) -> Spec {
    Spec { flag, short, long, takes: Takes::Nothing, faces, help }
}

const fn with(spec: Spec, takes: Takes) -> Spec {
    Spec { takes, ..spec }
}

/// Every option, in the order of the help.
pub const OPTIONS: &[Spec] = &[
    row(Flag::Help, Some('h'), &["help"], EVERY, Some("shows this help")),
    row(Flag::All, Some('a'), &["all"], EVERY, Some("every interface that is `auto`")),
    row(
        Flag::CurrentlyUp,
        Some('c'),
        &["currently-up"],
        &[Ifreload],
        Some("every interface that was brought up, whether it is `auto` or not"),
    ),
    with(
        row(Flag::Allow, None, &["allow"], EVERY, Some("interfaces of that class (`allow-CLASS` in the file) only")),
        Takes::Value("CLASS"),
    ),
    with(
        row(
            Flag::Exclude,
            Some('X'),
            &["exclude"],
            EVERY,
            Some("leaves out interfaces whose name holds a match of the regular expression; may be repeated"),
        ),
        Takes::Value("PATTERN"),
    ),
    row(Flag::WithDepends, Some('w'), &["with-depends"], EVERY, Some("with all that they stand on (-a implies it)")),
    with(
        row(
            Flag::Interfaces,
            Some('i'),
            &["interfaces"],
            NAMED,
            Some("reads FILE in place of /etc/network/interfaces; - is the standard input"),
        ),
        Takes::Value("FILE"),
    ),
    with(
        row(Flag::InterfacesFormat, Some('t'), &["interfaces-format"], NAMED, Some("the format of FILE")),
        Takes::Word(&["native", "json"]),
    ),
    with(
        row(Flag::Type, Some('T'), &["type"], NAMED, Some("the kind of stanza that is meant")),
        Takes::Word(&["iface", "vlan"]),
    ),
    row(Flag::Force, Some('f'), &["force"], CHANGES, Some("runs every hook and script, even if nothing changes")),
    row(Flag::NoAct, Some('n'), &["no-act"], CHANGES, Some("says what would be done, and does nothing")),
    row(
        Flag::NoScripts,
        None,
        &["no-scripts", "admin-state"],
        &[Ifup, Ifdown],
        Some("only sets the interfaces administratively up or down"),
    ),
    row(Flag::SyntaxCheck, Some('s'), &["syntax-check"], &[Ifup, Ifreload], Some("only checks the file")),
    row(
        Flag::SkipUpper,
        Some('k'),
        &["skip-upperifaces"],
        &[Ifup],
        Some("does not put a new interface into the bond or bridge that names it"),
    ),
    row(
        Flag::CurrentConfig,
        Some('u'),
        &["use-current-config"],
        &[Ifdown, Ifreload],
        Some("goes by the file as it is now, not by what was brought up"),
    ),
    row(Flag::List, Some('l'), &["list"], &[Ifquery], Some("lists the names")),
    row(Flag::Running, Some('r'), &["running"], &[Ifquery], Some("what the kernel has")),
    row(
        Flag::Check,
        Some('c'),
        &["check"],
        &[Ifquery],
        Some("holds the file against the kernel; exits with 1 if they differ"),
    ),
    row(Flag::Raw, Some('x'), &["raw"], &[Ifquery], Some("the lines as they stand in the file")),
    row(Flag::SavedState, None, &["print-savedstate"], &[Ifquery], None),
    with(
        row(Flag::Format, Some('o'), &["format"], &[Ifquery], Some("how to show it")),
        Takes::Word(&["native", "json"]),
    ),
    with(
        row(Flag::PrintDependency, Some('p'), &["print-dependency"], NAMED, Some("shows what stands on what")),
        Takes::Word(&["list", "dot"]),
    ),
    row(Flag::SyntaxHelp, Some('s'), &["syntax-help"], &[Ifquery], Some("every attribute that a stanza may have")),
    row(Flag::WithDefaults, None, &["with-defaults"], &[Ifquery], Some("with what the policy files add to the file")),
    row(Flag::Verbose, Some('v'), &["verbose"], EVERY, Some("says what is done")),
    row(Flag::Debug, Some('d'), &["debug"], EVERY, Some("says everything")),
    row(Flag::Syslog, Some('l'), &["syslog"], CHANGES, Some("messages go to syslog")),
    row(Flag::Version, Some('V'), &["version"], EVERY, Some("prints the version of ifupdown2 that this stands in for")),
    row(Flag::Quiet, Some('q'), &["quiet"], NAMED, None),
    row(Flag::PerfMode, None, &["perfmode"], EVERY, None),
    row(Flag::NoCache, None, &["nocache"], EVERY, None),
    row(Flag::Systemd, None, &["systemd"], EVERY, None),
    row(Flag::NlDebug, None, &["nldebug"], EVERY, Some("taken and without effect: -v names every change")),
];

/// The rows of a face.
pub fn of(face: Face) -> impl Iterator<Item = &'static Spec> {
    OPTIONS.iter().filter(move |spec| spec.faces.contains(&face))
}
