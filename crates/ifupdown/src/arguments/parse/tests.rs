use super::*;

fn read(line: &str) -> Result<Asked, UsageError> {
    let mut words = line.split_whitespace();
    let face = Face::of(words.next().unwrap().as_ref()).unwrap();
    parse(face, words.map(OsString::from))
}

fn work(line: &str) -> Arguments {
    match read(line) {
        Ok(Asked::Work(arguments)) => arguments,
        other => panic!("{line}: {other:?}"),
    }
}

/// Every command line that Proxmox, its units, ifupdown2's units and administrators use.
#[test]
fn what_is_in_use_is_taken() {
    for (line, flags, names) in [
        ("ifreload -a", &[Flag::All][..], &[][..]),
        ("/usr/sbin/ifreload -a", &[Flag::All], &[]),
        ("ifreload -ac -f", &[], &[]),
        ("ifreload -a -n -v -d", &[Flag::All, Flag::NoAct, Flag::Verbose, Flag::Debug], &[]),
        ("ifreload -anvd", &[Flag::All, Flag::NoAct, Flag::Verbose, Flag::Debug], &[]),
        ("ifreload -c", &[Flag::CurrentlyUp], &[]),
        ("ifreload --currently-up --syslog", &[Flag::CurrentlyUp, Flag::Syslog], &[]),
        ("ifreload -a -s", &[Flag::All, Flag::SyntaxCheck], &[]),
        ("ifreload -a -u -X eth.* --nldebug", &[Flag::All, Flag::CurrentConfig, Flag::Exclude, Flag::NlDebug], &[]),
        ("ifreload --allow=auto", &[Flag::Allow], &[]),
        ("ifup -a --perfmode --systemd -X eth9", &[Flag::All, Flag::PerfMode, Flag::Systemd, Flag::Exclude], &[]),
        ("ifup --allow=hotplug enp3s0", &[Flag::Allow], &["enp3s0"]),
        ("ifup --allow hotplug enp3s0", &[Flag::Allow], &["enp3s0"]),
        ("ifup --allow=mgmt", &[Flag::Allow], &[]),
        ("ifup vmbr0 vmbr1 -v", &[Flag::Verbose], &["vmbr0", "vmbr1"]),
        ("ifup -w -k -f bond0", &[Flag::WithDepends, Flag::SkipUpper, Flag::Force], &["bond0"]),
        ("ifup --with-dep --forc -- bond0", &[Flag::WithDepends, Flag::Force], &["bond0"]),
        ("ifup -i /tmp/x -t native -T iface eth0", &[Flag::Interfaces, Flag::InterfacesFormat, Flag::Type], &["eth0"]),
        ("ifup -i/tmp/x eth0", &[Flag::Interfaces], &["eth0"]),
        ("ifup --no-scripts eth0", &[Flag::NoScripts], &["eth0"]),
        ("ifup --admin-state eth0", &[Flag::NoScripts], &["eth0"]),
        ("ifup -s -a", &[Flag::SyntaxCheck, Flag::All], &[]),
        ("ifdown -a -v -X eth0 -Xeth1", &[Flag::All, Flag::Verbose, Flag::Exclude], &[]),
        ("ifdown enp3s0", &[], &["enp3s0"]),
        ("ifdown -u -l -n enp3s0", &[Flag::CurrentConfig, Flag::Syslog, Flag::NoAct], &["enp3s0"]),
        ("ifquery --list --allow=hotplug", &[Flag::List, Flag::Allow], &[]),
        ("ifquery -l", &[Flag::List], &[]),
        ("ifquery -a -c -o json", &[Flag::All, Flag::Check, Flag::Format], &[]),
        ("ifquery --all --check --format=json", &[Flag::All, Flag::Check, Flag::Format], &[]),
        ("ifquery -r vmbr0", &[Flag::Running], &["vmbr0"]),
        ("ifquery -a -x", &[Flag::All, Flag::Raw], &[]),
        ("ifquery -a -p list", &[Flag::All, Flag::PrintDependency], &[]),
        ("ifquery -s", &[Flag::SyntaxHelp], &[]),
        ("ifquery -a --with-defaults --print-savedstate", &[Flag::All, Flag::WithDefaults, Flag::SavedState], &[]),
        ("ifquery -q --nocache vmbr0", &[Flag::Quiet, Flag::NoCache], &["vmbr0"]),
    ] {
        if line == "ifreload -ac -f" {
            assert!(matches!(read(line), Err(UsageError::Together { first: "all", second: "currently-up" })));
            continue;
        }
        let arguments = work(line);
        assert_eq!(arguments.given, flags.iter().copied().collect(), "{line}");
        assert_eq!(arguments.names, names, "{line}");
    }
}

#[test]
fn values_go_where_they_belong() {
    let arguments = work("ifdown -X eth0 -Xeth1 --exclude=^tap --allow a --allow=b -i - ");
    let patterns: Vec<&str> = arguments.excludes.iter().map(Regex::as_str).collect();
    assert_eq!(patterns, ["eth0", "eth1", "^tap"]);
    assert_eq!(arguments.classes, ["a", "b"]);
    assert!(arguments.reads_stdin());
    assert!(work("ifquery -a -o json").json);
    assert!(!work("ifquery -a -o native").json);
    assert_eq!(work("ifquery -a -p dot").dependency, Some("dot"));
}

#[test]
fn what_makes_no_sense_is_told() {
    for (line, message) in [
        ("ifreload", "'-a' or '-c' or '-allow' option is required"),
        ("ifreload -v", "'-a' or '-c' or '-allow' option is required"),
        ("ifreload -a x", "'-a' option and interface list are mutually exclusive"),
        ("ifreload -i /tmp/x -a", "unrecognized arguments: -i"),
        ("ifup", "'-a' option or interface list are required"),
        ("ifup -a vmbr0", "'-a' option and interface list are mutually exclusive"),
        ("ifup -a --allow=x", "'--allow' option is mutually exclusive with '-a'"),
        ("ifup -Z", "unrecognized arguments: -Z"),
        ("ifup --zebra eth0", "unrecognized arguments: --zebra"),
        ("ifup --no eth0", "ambiguous option: --no could match --no-act, --no-scripts, --nocache"),
        ("ifup -n --no-scripts eth0", "argument --no-scripts: not allowed with argument --no-act"),
        ("ifup -p tree eth0", "argument --print-dependency: invalid choice: 'tree' (choose from list, dot)"),
        ("ifup -t json -a", "an interfaces file in JSON (--interfaces-format json) is not supported"),
        ("ifup -T vlan eth0", "--type vlan is not supported"),
        ("ifup -X ( -a", "argument --exclude: `(` is no regular expression"),
        ("ifquery -a -c -r", "argument --running: not allowed with argument --check"),
        ("ifquery -a -o xml", "argument --format: invalid choice: 'xml' (choose from native, json)"),
        ("ifup --all=yes", "unexpected argument for option '--all': \"yes\""),
        ("ifup -a -X", "missing argument for option '-X'"),
    ] {
        match read(line) {
            Err(error) => assert_eq!(error.to_string(), message, "{line}"),
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn help_and_version_come_before_all_else() {
    assert!(matches!(read("ifreload -V"), Ok(Asked::Version)));
    assert!(matches!(read("ifquery --version"), Ok(Asked::Version)));
    assert!(matches!(read("ifup -h"), Ok(Asked::Help)));
    assert!(matches!(read("ifup --he"), Ok(Asked::Help)));
}

#[test]
fn the_name_decides() {
    for (program, face) in [
        ("ifup", Some(Face::Ifup)),
        ("/sbin/ifdown", Some(Face::Ifdown)),
        ("./bowline-ifquery", Some(Face::Ifquery)),
        ("/usr/sbin/ifreload", Some(Face::Ifreload)),
        ("ifupdown", None),
        ("bowline", None),
    ] {
        assert_eq!(Face::of(program.as_ref()), face, "{program}");
    }
}

#[test]
fn no_two_options_of_a_face_are_spelled_alike() {
    for face in Face::ALL {
        let (mut shorts, mut longs) = (BTreeSet::new(), BTreeSet::new());
        for spec in table::of(*face) {
            assert!(spec.short.is_none_or(|short| shorts.insert(short)), "{face:?} {:?}", spec.flag);
            assert!(spec.long.iter().all(|long| longs.insert(*long)), "{face:?} {:?}", spec.flag);
        }
    }
}
