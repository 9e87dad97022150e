//! Builds the package.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::generate::{self, GenerateError};
use crate::tool::{self, ToolError};
use crate::{generate::Pages, place};

/// No package.
#[derive(Debug, thiserror::Error)]
pub enum DebError {
    /// A program did not do its work.
    #[error(transparent)]
    Tool(#[from] ToolError),
    /// The manual pages and completions can't be written.
    #[error(transparent)]
    Generate(#[from] GenerateError),
    /// Cargo did not say where what it built is.
    #[error("cargo named no program {0} that it built")]
    NoProgram(&'static str),
    /// cargo-deb did not say where the package is.
    #[error("cargo-deb named no package that it made, but said: {0}")]
    NoPackage(String),
}

/// Builds the programs, their pages and the package, and says where it is.
///
/// # Errors
/// When something of it can't be built.
pub fn build() -> Result<PathBuf, DebError> {
    build_into(&place::output())
}

/// As [`build`], with the package in another folder.
///
/// # Errors
/// When something of it can't be built.
pub fn build_into(output: &Path) -> Result<PathBuf, DebError> {
    tool::need_cargo_deb()?;
    let release = build_programs()?;
    let folder = release.join("package");
    generate::write(&Pages::all(), &folder)?;
    compress_pages(&folder)?;
    let mut command = cargo();
    command.args(["deb", "--quiet", "--package", "packaging", "--no-build", "--target", &triple()?]);
    command.arg("--output").arg(output.join(""));
    if let Some(time) = time_of_the_commit() {
        command.env("SOURCE_DATE_EPOCH", time);
    }
    let said = tool::read(&mut command)?;
    let package = said.lines().map(Path::new).find(|line| line.extension() == Some("deb".as_ref()));
    package.map(Path::to_path_buf).ok_or(DebError::NoPackage(said.clone()))
}

/// Compresses the manual pages as Debian wants them; cargo-deb does that only for files that cargo did not build, which it
/// takes these for. Without a name and a time in them, the same page makes the same file.
fn compress_pages(folder: &Path) -> Result<(), DebError> {
    let sections = ["man1", "man5", "man8"].map(|section| folder.join(section));
    Ok(tool::run(Command::new("gzip").args(["-9", "--no-name", "--recursive"]).args(sections))?)
}

/// Builds the two programs as a user would, and gives the folder that they are in.
fn build_programs() -> Result<PathBuf, DebError> {
    let mut command = cargo();
    command.args(["build", "--release", "--locked", "--package", "bowline", "--package", "ifupdown"]);
    let messages = tool::read(command.arg("--message-format=json-render-diagnostics"))?;
    let bowline = executable(&messages, "bowline").ok_or(DebError::NoProgram("bowline"))?;
    executable(&messages, "ifupdown").ok_or(DebError::NoProgram("ifupdown"))?;
    bowline.parent().map(Path::to_path_buf).ok_or(DebError::NoProgram("bowline"))
}

/// A program among cargo's messages, one JSON object a line.
fn executable(messages: &str, name: &str) -> Option<PathBuf> {
    let messages = messages.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let mut named = messages.filter(|message| message["target"]["name"] == name);
    named.find_map(|message| message["executable"].as_str().map(PathBuf::from))
}

/// The machine that cargo builds for, which cargo-deb wants by its full name.
fn triple() -> Result<String, DebError> {
    let said = tool::read(Command::new("rustc").arg("-vV"))?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(str::to_owned).ok_or(DebError::NoProgram("rustc"))
}

/// The time that every file of the package gets, in seconds since 1970: the same commit makes the same package. Without
/// git it is that of this crate's Cargo.toml, which is cargo-deb's own way.
fn time_of_the_commit() -> Option<OsString> {
    if let Some(given) = std::env::var_os("SOURCE_DATE_EPOCH") {
        return Some(given);
    }
    let mut command = Command::new("git");
    let said = tool::read(command.args(["log", "-1", "--format=%ct"]).current_dir(place::workspace())).ok()?;
    Some(said.trim().into())
}

fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    // The folder's .cargo/config.toml says how programs are linked.
    command.current_dir(place::workspace());
    command
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn text(name: &str) -> String {
        fs::read_to_string(place::packaging().join(name)).unwrap()
    }

    #[test]
    fn the_program_is_the_one_with_a_file() {
        let messages = r#"
            {"reason":"compiler-artifact","target":{"name":"bowline","kind":["lib"]},"executable":null}
            {"reason":"compiler-artifact","target":{"name":"bowline","kind":["bin"]},"executable":"/t/release/bowline"}
            {"reason":"build-finished","success":true}"#;
        assert_eq!(executable(messages, "bowline"), Some(PathBuf::from("/t/release/bowline")));
        assert_eq!(executable(messages, "ifupdown"), None);
    }

    #[test]
    fn the_changelog_is_of_this_version() {
        let version = concat!("bowline (", env!("CARGO_PKG_VERSION"), "-1) ");
        assert!(text("changelog").starts_with(version), "{version}");
    }

    #[test]
    fn it_provides_the_version_that_the_faces_tell() {
        let provides = format!("provides = \"ifupdown, ifupdown2 (= {})\"\n", ifupdown::version::STANDS_IN_FOR);
        assert!(text("Cargo.toml").contains(&provides), "{provides}");
    }

    /// dpkg asks nobody anything only if it finds, byte for byte, what it is about to unpack.
    #[test]
    fn preinst_has_the_files_that_the_package_has() {
        let preinst = text("scripts/preinst");
        for (place, file) in [
            ("/etc/default/networking", "default-networking"),
            ("/etc/network/ifupdown2/ifupdown2.conf", "ifupdown2.conf"),
        ] {
            let here = format!("    set_aside {place} <<'END'\n{}END\n", text(&format!("files/{file}")));
            assert!(preinst.contains(&here), "{place}");
        }
    }
}
