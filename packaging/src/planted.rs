//! Faults planted by hand, which the soak has to find: each is a patch in `crates/soak/planted`.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::place;
use crate::tool::{self, ToolError};

/// How many seeds the soak may take to find a fault: a minute's.
const SEEDS: u64 = 2000;
/// How many hold without a fault, so that what is found is the fault.
const WITHOUT: u64 = 300;
/// What a fault may make of the soak at most: one that hangs is found too, but not by a seed.
const LIMIT: Duration = Duration::from_secs(600);
/// How often it is looked whether it has.
const LOOK: Duration = Duration::from_millis(50);

/// Why the faults could not be planted.
#[derive(Debug, thiserror::Error)]
pub enum PlantedError {
    /// A file or folder.
    #[error("can't {doing} {path}")]
    File {
        /// What was being done.
        doing: &'static str,
        /// With which.
        path: PathBuf,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// A program.
    #[error("a program did not do its work")]
    Tool(#[from] ToolError),
}

/// Plants each fault in turn in a copy of the tree, builds that, and lets the soak look for it. Gives whether it found all.
///
/// # Errors
/// When the tree can't be copied, patched or built.
pub fn run() -> Result<bool, PlantedError> {
    tool::need("/usr/bin/patch", "patch")?;
    let folder = place::workspace().join("target/planted");
    let tree = copy(&folder)?;
    let program = build(&folder, &tree)?;
    // Without a fault there is nothing to find; else what is found tells nothing.
    let mut all = look(&program, WITHOUT)?.is_none();
    println!("{}", if all { "as it is: nothing is found" } else { "as it is: SOMETHING IS FOUND" });
    for patch in patches()? {
        let name = patch.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        apply(&tree, &patch, false)?;
        let begin = Instant::now();
        let program = build(&folder, &tree)?;
        let built = begin.elapsed();
        let begin = Instant::now();
        let found = look(&program, SEEDS)?;
        let after = begin.elapsed();
        apply(&tree, &patch, true)?;
        match found {
            Some(what) => {
                let (built, after) = (built.as_secs_f64(), after.as_secs_f64());
                println!("{name}: found after {after:.1} s (built in {built:.0} s): {what}");
            }
            None => {
                all = false;
                println!("{name}: NOT FOUND by {SEEDS} seeds in {:.0} s", after.as_secs_f64());
            }
        }
    }
    Ok(all)
}

/// The patches, by name.
fn patches() -> Result<Vec<PathBuf>, PlantedError> {
    let folder = place::workspace().join("crates/soak/planted");
    let wrong = |source| PlantedError::File { doing: "list", path: folder.clone(), source };
    let mut out = Vec::new();
    for entry in fs::read_dir(&folder).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        if path.extension().is_some_and(|extension| extension == "patch") {
            out.push(path);
        }
    }
    out.sort();
    Ok(out)
}

/// A copy of the tree without what git and cargo keep there. All its files are new to cargo, whatever an earlier run left.
fn copy(folder: &Path) -> Result<PathBuf, PlantedError> {
    let tree = folder.join("tree");
    if tree.exists() {
        fs::remove_dir_all(&tree).map_err(|source| PlantedError::File {
            doing: "remove",
            path: tree.clone(),
            source,
        })?;
    }
    fs::create_dir_all(&tree).map_err(|source| PlantedError::File { doing: "make", path: tree.clone(), source })?;
    let root = place::workspace();
    let wrong = |source| PlantedError::File { doing: "list", path: root.to_owned(), source };
    let mut copy = Command::new("cp");
    copy.arg("-r");
    for entry in fs::read_dir(root).map_err(wrong)? {
        let entry = entry.map_err(wrong)?;
        if entry.file_name() != "target" && entry.file_name() != ".git" {
            copy.arg(entry.path());
        }
    }
    tool::run(copy.arg(&tree))?;
    Ok(tree)
}

fn apply(tree: &Path, patch: &Path, back: bool) -> Result<(), PlantedError> {
    let mut command = Command::new("patch");
    command.args(["-s", "-p1", "-d"]).arg(tree).arg("-i").arg(patch);
    if back {
        command.arg("-R");
    }
    Ok(tool::run(&mut command)?)
}

/// Builds the player of seeds, and gives where it is.
fn build(folder: &Path, tree: &Path) -> Result<PathBuf, PlantedError> {
    let target = folder.join("target");
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--quiet", "--locked", "-p", "soak", "--example", "first"]).current_dir(tree);
    tool::run(cargo.env("CARGO_TARGET_DIR", &target))?;
    let wrong = |source| PlantedError::File { doing: "list", path: target.clone(), source };
    // Below the name of the machine that it is built for, where .cargo/config.toml names one.
    for entry in fs::read_dir(&target).map_err(wrong)? {
        let program = entry.map_err(wrong)?.path().join("debug/examples/first");
        if program.exists() {
            return Ok(program);
        }
    }
    Ok(target.join("debug/examples/first"))
}

/// Plays so many seeds; gives the first line of what was found.
fn look(program: &Path, seeds: u64) -> Result<Option<String>, PlantedError> {
    let started = Command::new(program).arg(seeds.to_string()).stdout(Stdio::piped()).spawn();
    let wrong = |source| PlantedError::File { doing: "run", path: program.to_owned(), source };
    let mut child: Child = started.map_err(wrong)?;
    let begin = Instant::now();
    while child.try_wait().map_err(wrong)?.is_none() {
        if begin.elapsed() > LIMIT {
            child.kill().map_err(wrong)?;
            child.wait().map_err(wrong)?;
            return Ok(None);
        }
        thread::sleep(LOOK);
    }
    let output = child.wait_with_output().map_err(wrong)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(if output.status.success() { None } else { text.lines().next().map(str::to_owned) })
}
