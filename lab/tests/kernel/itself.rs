//! The lab itself: what every other test stands on.

use std::error::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use lab::{Lab, Namespace, Venue};

lab::test!(a_namespace_holds_only_its_own_links, a_panic_in_a_namespace_reaches_the_test, writes_stay_in_the_guest);

fn links() -> Result<Vec<String>, std::io::Error> {
    let table = std::fs::read_to_string("/proc/thread-self/net/dev")?;
    Ok(table.lines().skip(2).filter_map(|line| Some(line.split_once(':')?.0.trim().to_owned())).collect())
}

fn a_namespace_holds_only_its_own_links(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    assert_eq!(links()?, ["lo"], "the test's own thread is in the host's namespace");
    let other = Namespace::new()?;
    assert_eq!(other.run(links)?, ["lo"]);
    assert_eq!(lab.host.run(links)?, ["lo"]);
    Ok(())
}

fn a_panic_in_a_namespace_reaches_the_test(lab: &mut Lab) {
    let caught = catch_unwind(AssertUnwindSafe(|| lab.host.run(|| panic!("in there"))));
    let panic = caught.expect_err("the panic must come through");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"in there"));
}

fn writes_stay_in_the_guest(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    if lab.venue() == Venue::Native {
        // There is no guest; a test that writes does so below a folder of its own.
        assert!(lab.file("")?.starts_with(std::env::temp_dir()));
        return Ok(());
    }
    for folder in ["/etc", "/var"] {
        std::fs::write(Path::new(folder).join("lab-was-here"), "")?;
    }
    assert!(std::fs::write("/usr/lab-was-here", "").is_err(), "the host's file system is read-only");
    Ok(())
}
