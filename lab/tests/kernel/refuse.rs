//! What apply does not do: with a wrong file nothing at all, and with a kernel that refuses no more than it says.

use std::error::Error;
use std::fs::File;

use bowline::ExitCode;
use lab::watch::Requests;
use lab::{Lab, Links};
use network::{Change, Host, Link, Network, ObserveError, Refusal};
use rustix::thread::{CapabilitySet, capabilities, set_capabilities};

use crate::apply::{NICS, Ran, Site, example, run, run_on, site};
use crate::raw::named;

lab::test!(
    a_file_with_an_error_changes_nothing,
    without_unguarded_nothing_changes,
    a_file_that_is_not_there_or_not_readable_changes_nothing,
    a_file_that_is_too_large_changes_nothing,
    garbage_changes_nothing,
    files_that_source_each_other_change_nothing,
    a_refusal_is_shown_at_its_line_with_what_was_done,
    whenever_a_nic_vanishes_the_report_names_it_and_what_was_done,
    without_permission_apply_says_what_it_needs_and_changes_nothing,
);

const APPLY: [&str; 2] = ["apply", "--unguarded"];

/// A host on which a test refuses: the NICs of the examples, and who sees what the kernel is told.
struct Watched {
    requests: Requests,
    _site: Site,
}

fn watched(lab: &Lab) -> Result<Watched, Box<dyn Error>> {
    Ok(Watched { _site: site(lab)?, requests: Requests::watch()? })
}

impl Watched {
    /// Runs a verb that changes nothing: the kernel is told nothing, and has the same network before and after.
    fn changes_nothing(&self, lab: &Lab, arguments: &[&str]) -> Result<Ran, Box<dyn Error>> {
        let before = lab.host.observe()?;
        let (ran, sent) = self.requests.during(|| run(lab, arguments))?;
        assert!(sent.iter().all(|request| request.is_read()), "{sent:?}\n{ran}");
        assert_eq!(lab.host.observe()?, before, "{ran}");
        Ok(ran)
    }
}

/// A file that would change a bare host, were there not something wrong.
fn good() -> Result<String, Box<dyn Error>> {
    Ok(example("active-backup")?)
}

/// The line of a file, from 1, that begins so.
fn line(file: &str, beginning: &str) -> usize {
    file.lines().position(|line| line.trim_start().starts_with(beginning)).expect("the file has such a line") + 1
}

fn a_file_with_an_error_changes_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let host = watched(lab)?;
    let file = good()?.replace("bond-mode active-backup", "bond-mode active-backpu");
    lab.file(&file)?;
    let ran = host.changes_nothing(lab, &APPLY)?;
    assert_eq!((ran.code, ran.out.as_str()), (ExitCode::Problems, ""), "{ran}");
    assert!(ran.err.contains(&format!("interfaces:{}:", line(&file, "bond-mode"))), "{ran}");
    assert!(ran.err.ends_with(": nothing was changed\n"), "{ran}");
    Ok(())
}

fn without_unguarded_nothing_changes(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let host = watched(lab)?;
    lab.file(&good()?)?;
    let ran = host.changes_nothing(lab, &["apply"])?;
    assert_eq!((ran.code, ran.out.as_str()), (ExitCode::Problems, ""), "{ran}");
    assert!(ran.err.contains("--unguarded") && ran.err.contains("nothing was changed"), "{ran}");
    Ok(())
}

fn a_file_that_is_not_there_or_not_readable_changes_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let host = watched(lab)?;
    let place = lab.file("")?.join("etc/network/interfaces");
    let says = |ran: &Ran, words: &str| {
        assert_eq!((ran.code, ran.out.as_str()), (ExitCode::Unreadable, ""), "{ran}");
        let path = place.to_str().expect("the test's folder has a plain name");
        assert!(ran.err.contains(path) && ran.err.contains(words), "{words}: {ran}");
    };
    std::fs::remove_file(&place)?;
    says(&host.changes_nothing(lab, &APPLY)?, "No such file");
    std::fs::create_dir(&place)?;
    says(&host.changes_nothing(lab, &APPLY)?, "that is a folder");
    std::fs::remove_dir(&place)?;
    rustix::fs::mknodat(rustix::fs::CWD, &place, rustix::fs::FileType::Fifo, 0o600.into(), 0)?;
    says(&host.changes_nothing(lab, &APPLY)?, "it is a FIFO");
    std::fs::remove_file(&place)?;

    lab.file(&good()?)?;
    rustix::fs::chmod(&place, 0.into())?;
    let before = lab.host.observe()?;
    // Root reads whatever it likes; without these two it is as any owner.
    let reads_all = CapabilitySet::DAC_OVERRIDE | CapabilitySet::DAC_READ_SEARCH;
    says(&run_without(lab, reads_all, &APPLY)?, "run it as root");
    assert_eq!(lab.host.observe()?, before);
    Ok(())
}

fn a_file_that_is_too_large_changes_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let host = watched(lab)?;
    let place = lab.file("")?.join("etc/network/interfaces");
    // Text that would be fine but for its length; and a hole of 100 MB.
    let comment = format!("# {}\n", "x".repeat(97));
    std::fs::write(&place, good()? + &comment.repeat((17 << 20) / comment.len()))?;
    let text = host.changes_nothing(lab, &APPLY)?;
    File::create(&place)?.set_len(100 << 20)?;
    let hole = host.changes_nothing(lab, &APPLY)?;
    for ran in [text, hole] {
        assert_eq!((ran.code, ran.out.as_str()), (ExitCode::Unreadable, ""), "{ran}");
        assert!(ran.err.contains("interfaces is too large: at most 16 MiB are read"), "{ran}");
    }
    Ok(())
}

fn garbage_changes_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let host = watched(lab)?;
    let place = lab.file("")?.join("etc/network/interfaces");
    // Every byte in an order without sense, and a file that is fine behind it.
    let mut bytes: Vec<u8> = (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    bytes.extend(format!("\n{}", good()?).bytes());
    std::fs::write(&place, bytes)?;
    let ran = host.changes_nothing(lab, &APPLY)?;
    assert_eq!((ran.code, ran.out.as_str()), (ExitCode::Problems, ""), "{ran}");
    assert!(ran.err.contains("interfaces:1:") && ran.err.ends_with(": nothing was changed\n"), "{ran}");
    let bare = |c: char| c.is_control() && c != '\n';
    assert!(!ran.err.contains(bare), "a terminal would obey this: {ran}");
    Ok(())
}

fn files_that_source_each_other_change_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let host = watched(lab)?;
    let folder = lab.file(&(good()? + "\nsource other\n"))?.join("etc/network");
    std::fs::write(folder.join("other"), "# The way back.\nsource interfaces\n")?;
    let ran = host.changes_nothing(lab, &APPLY)?;
    assert_eq!((ran.code, ran.out.as_str()), (ExitCode::Problems, ""), "{ran}");
    assert!(ran.err.contains("source each other"), "{ran}");
    assert!(ran.err.contains("/etc/network/other:2:8"), "{ran}");
    assert!(ran.err.ends_with(": nothing was changed\n"), "{ran}");
    Ok(())
}

fn a_refusal_is_shown_at_its_line_with_what_was_done(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let _site = site(lab)?;
    // The attribute takes 16 bits, a bond has 16 queues, and only the kernel knows how many.
    let manual = "iface enp4s0 inet manual\n";
    let file = good()?.replace(manual, &format!("{manual}    bond-queue-id 60000\n"));
    lab.file(&file)?;
    assert_eq!(run(lab, &["check"]).code, ExitCode::Success);
    let ran = run(lab, &APPLY);
    assert_eq!(ran.code, ExitCode::Midway, "{ran}");
    assert!(ran.out.contains(&format!("interfaces:{}:", line(&file, "bond-queue-id"))), "{ran}");
    // `bond_option_queue_id_set` says no more than EPERM; it is no matter of permission, and must not be told as one.
    assert!(ran.out.contains("the kernel says no more than: Operation not permitted, errno 1"), "{ran}");
    assert!(!ran.out.contains("CAP_NET_ADMIN"), "{ran}");
    let network = lab.host.observe()?;
    is_what_was_done(&ran, &network);
    assert!(
        network.link(&named("bond0")).is_some_and(|link| link.up == Some(true)),
        "what came before it stays: {ran}"
    );
    assert!(network.link(&named("vmbr0")).is_some_and(|link| link.addresses.is_empty()), "what came after it: {ran}");
    assert!(network.link(&named("enp4s0")).is_some_and(|link| queue(link) == Some(0)), "{ran}");
    Ok(())
}

fn queue(link: &Link) -> Option<i64> {
    link.bond_port.as_ref()?.options.number(network::option::bond_port::QUEUE_ID)
}

/// Holds the report of an apply that stopped against the kernel: who is said to have got a master has it, and who is said
/// not to have got one has none.
fn is_what_was_done(ran: &Ran, network: &Network) {
    let (done, rest) = ran.out.split_once("Stopped: ").unwrap_or_else(|| panic!("it did not stop: {ran}"));
    let (counts, left) = rest.split_once('\n').expect("the counts are a line");
    let steps = done.lines().filter(|line| line.starts_with('✓')).count();
    assert!(counts.starts_with(&format!("{steps} of ")), "{counts}: {ran}");
    assert_eq!(done.lines().filter(|line| line.starts_with('✗')).count(), 1, "{ran}");
    let done: Vec<&str> = done.lines().filter(|line| line.starts_with('✓')).collect();
    for nic in NICS {
        let step = format!("put {nic} into bond0");
        let has_master = network.link(&named(nic)).is_some_and(|link| link.master.is_some());
        if done.iter().any(|line| line.contains(&step)) {
            assert!(has_master || network.link(&named(nic)).is_none(), "{nic}: {ran}");
        } else if left.contains(&step) {
            assert!(!has_master, "{nic}: {ran}");
        }
    }
}

/// The kernel, and something that happens right before the change of that number.
struct Disturbed<F> {
    host: linux::Linux,
    left: usize,
    happens: Option<F>,
}

impl<F: FnOnce()> Host for Disturbed<F> {
    fn observe(&mut self) -> Result<Network, ObserveError> {
        self.host.observe()
    }

    fn execute(&mut self, change: &Change) -> Result<(), Refusal> {
        if self.left == 0
            && let Some(happens) = self.happens.take()
        {
            happens();
        }
        self.left = self.left.saturating_sub(1);
        self.host.execute(change)
    }
}

fn whenever_a_nic_vanishes_the_report_names_it_and_what_was_done(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let total = {
        let _site = site(lab)?;
        lab.file(&good()?)?;
        let ran = run(lab, &APPLY);
        assert_eq!(ran.code, ExitCode::Success, "{ran}");
        ran.out.lines().filter(|line| line.starts_with('✓')).count()
    };
    assert!(total > 5, "{total} steps");
    let mut stopped = 0;
    for step in 0..total {
        *lab = Lab::new(lab.venue())?;
        lab.file(&good()?)?;
        let site = site(lab)?;
        let far = site.cables[1].far.clone();
        // The far end goes, and the NIC with it, as when one dies on its bus.
        let vanish = move || {
            far.namespace.run(|| Links::open()?.delete(&far.link)).expect("the cable is there");
        };
        let mut vanish = Some(vanish);
        let ran = run_on(lab, &APPLY, &mut || {
            let host = linux::Linux::open().map_err(|error| bowline::Failure::Open(Box::new(error)))?;
            Ok(Box::new(Disturbed { host, left: step, happens: vanish.take() }))
        });
        assert_eq!(ran.code, ExitCode::Midway, "before step {}: {ran}", step + 1);
        let network = lab.host.observe()?;
        assert_eq!(network.link(&named("enp4s0")), None, "it did not vanish, so nothing is proven");
        if ran.out.contains("Stopped: ") {
            stopped += 1;
            is_what_was_done(&ran, &network);
            assert!(ran.out.contains("the device vanished in the meantime"), "before step {}: {ran}", step + 1);
        } else {
            assert!(ran.out.contains("the kernel does not have what the file says"), "{ran}");
        }
        let end = ran.out.lines().filter(|line| !line.starts_with('✓')).collect::<Vec<_>>().join("\n");
        assert!(end.contains("enp4s0"), "before step {}: {ran}", step + 1);
    }
    assert!(stopped > 0 && stopped < total, "{stopped} of {total} stopped");
    Ok(())
}

fn without_permission_apply_says_what_it_needs_and_changes_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let _site = site(lab)?;
    lab.file(&good()?)?;
    let before = lab.host.observe()?;
    let ran = run_without(lab, CapabilitySet::NET_ADMIN, &APPLY)?;
    assert_eq!(ran.code, ExitCode::Midway, "{ran}");
    assert!(ran.out.contains("it needs root, or the capability CAP_NET_ADMIN"), "{ran}");
    assert!(ran.out.contains("\nStopped: 0 of "), "{ran}");
    assert_eq!(lab.host.observe()?, before, "{ran}");
    // With it, the same is done.
    assert_eq!(run_without(lab, CapabilitySet::empty(), &APPLY)?.code, ExitCode::Success);
    Ok(())
}

/// Runs a verb on the host in a thread that has all capabilities but these.
fn run_without(lab: &Lab, these: CapabilitySet, arguments: &[&str]) -> Result<Ran, rustix::io::Errno> {
    lab.host.run(|| {
        let mut sets = capabilities(None)?;
        sets.effective.remove(these);
        set_capabilities(None, sets)?;
        Ok(run(lab, arguments))
    })
}
