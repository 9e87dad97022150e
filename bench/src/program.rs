//! The program `ifupdown`, built from here.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use serde_json::Value;

/// No program to measure.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Cargo can't be run.
    #[error("can't run cargo to build {0}")]
    Start(&'static str, #[source] io::Error),
    /// Cargo failed, and said why.
    #[error("`cargo build --release -p {0}` failed ({1})")]
    Failed(&'static str, ExitStatus),
    /// Cargo named no program.
    #[error("`cargo build --release -p {0}` named no program that it built")]
    NoProgram(&'static str),
}

/// Builds the program that is `ifreload`, `ifup`, `ifdown` and `ifquery` by the name that it is called by, and says where
/// it is.
///
/// # Errors
/// When it can't be built.
pub fn ifupdown() -> Result<PathBuf, BuildError> {
    build("ifupdown")
}

/// Builds a package's program of its own name.
fn build(package: &'static str) -> Result<PathBuf, BuildError> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| OsString::from("cargo"));
    let output = Command::new(cargo)
        .args(["build", "--release", "--package", package, "--bin", package])
        .arg("--message-format=json-render-diagnostics")
        // The folder's .cargo/config.toml says how it is linked.
        .current_dir(workspace())
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|source| BuildError::Start(package, source))?;
    if !output.status.success() {
        return Err(BuildError::Failed(package, output.status));
    }
    executable(&String::from_utf8_lossy(&output.stdout), package).ok_or(BuildError::NoProgram(package))
}

/// The folder that the workspace is in.
#[must_use]
pub fn workspace() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here)
}

/// A program among cargo's messages, one JSON object a line.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut named = messages.filter(|message| message["target"]["name"] == name);
    named.find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_is_the_one_with_a_file() {
        let messages = r#"
            {"reason":"compiler-artifact","target":{"name":"clap"},"executable":null}
            {"reason":"compiler-artifact","target":{"name":"bowline","kind":["lib"]},"executable":null}
            {"reason":"compiler-artifact","target":{"name":"bowline","kind":["bin"]},"executable":"/t/release/bowline"}
            {"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages, "bowline"), Some(PathBuf::from("/t/release/bowline")));
        assert_eq!(executable(messages, "ifupdown"), None);
    }
}
