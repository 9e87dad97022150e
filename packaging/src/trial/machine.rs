//! One trial on a machine: user-mode-linux with a clean Debian on its disk, and systemd as its first process.
//!
//! The disk is a copy in memory, so what is written lasts from one start of the machine to the next and no longer. A script of `boots/` has
//! a function for each start: `boot_1`, `boot_2`, and so on; the machine starts anew after each, and goes off after the last.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};

use super::inside::{InsideError, WORK, attach, copy, failed, make};
use crate::arguments::Order;
use crate::place;
use crate::tool;

/// The program that is the kernel.
pub(super) const PROGRAM: &str = "/usr/bin/linux.uml";
/// What the kernel and systemd are told, but for the disk and the folder. Nobody logs in, so nothing waits for anybody, and
/// what a first start makes anew is made already.
const ARGUMENTS: [&str; 11] = [
    "mem=512M",
    "root=/dev/ubda",
    "rw",
    "init=/usr/lib/systemd/systemd",
    "systemd.unit=multi-user.target",
    "systemd.mask=getty.target",
    "systemd.condition_needs_update=no",
    "con0=null,fd:1",
    "con=null",
    "loglevel=4",
    "panic=-1",
];
/// How much of the console is shown of a machine that failed, in bytes: the end.
const CONSOLE: usize = 16 << 10;

/// Lets the machine run until it is off, and prints what the trial said.
///
/// # Errors
/// When it can't be run; a script that fails is an exit code.
pub fn machine(order: &Order) -> Result<ExitCode, InsideError> {
    // This process and network namespace's, not the host's.
    attach("proc", Path::new("/proc"), None)?;
    let work = place::output().join(WORK);
    make(&work)?;
    attach("tmpfs", &work, None)?;
    let (given, memory) = (work.join("given"), work.join("memory"));
    make(&given)?;
    make(&memory)?;
    copy(&order.deb, &given.join("bowline.deb"))?;
    copy(&order.script, &given.join("script"))?;
    let packaging = place::packaging();
    for (from, to) in [("trials/common", "common"), ("boots/common", "common-boots"), ("boots/stages", "stages")] {
        copy(&packaging.join(from), &given.join(to))?;
    }
    let disk = work.join("disk");
    let mut take = Command::new("cp");
    take.arg("--sparse=always").arg(&order.base).arg(&disk);
    tool::run(&mut take)?;
    let console_path = work.join("console");
    let console = fs::File::create(&console_path).map_err(failed(&console_path))?;
    let status = Command::new(PROGRAM)
        .args(ARGUMENTS)
        .arg(told("ubd0=", &disk))
        .arg(told("uml_dir=", &work))
        .arg(told("trial=", &given))
        // Where the kernel keeps the machine's memory: it is mapped from a file.
        .env("TMPDIR", &memory)
        .stdin(Stdio::null())
        .stderr(console.try_clone().map_err(failed(&console_path))?)
        .stdout(console)
        .status()
        .map_err(|source| InsideError::Start(PROGRAM, source))?;
    print!("{}", text(&given.join("log"))?);
    if given.join("passed").exists() {
        return Ok(ExitCode::SUCCESS);
    }
    if given.join("failed").exists() {
        return Ok(ExitCode::FAILURE);
    }
    let console = text(&console_path)?;
    let from = console.char_indices().map(|(at, _)| at).find(|at| console.len() - at <= CONSOLE).unwrap_or_default();
    println!("The machine ended ({status}) before the trial; the end of its console:\n{}", &console[from..]);
    Ok(ExitCode::FAILURE)
}

/// `NAME=PATH` for the kernel's command line.
fn told(name: &str, path: &Path) -> OsString {
    let mut out = OsString::from(name);
    out.push(path);
    out
}

/// A file as text; empty when it is not there.
fn text(path: &Path) -> Result<String, InsideError> {
    match fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(failed(path)(error)),
    }
}
