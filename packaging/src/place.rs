//! Where things are.

use std::path::{Path, PathBuf};

/// The folder of this crate.
#[must_use]
pub fn packaging() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The folder of the workspace.
#[must_use]
pub fn workspace() -> &'static Path {
    packaging().parent().unwrap_or(packaging())
}

/// Where the package goes, and the clean roots that it is tried in.
#[must_use]
pub fn output() -> PathBuf {
    workspace().join("target/package")
}
