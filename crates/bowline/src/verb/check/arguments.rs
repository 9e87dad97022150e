//! The command line of `check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// What `check` takes.
#[derive(Args, Clone, Debug, Default)]
pub struct Arguments {
    /// The file; - for standard input; without it, what is staged in /etc/network/interfaces.new, else
    /// /etc/network/interfaces
    #[arg(value_name = "FILE")]
    pub file: Option<PathBuf>,
    /// Explains a diagnostic by its code or name, such as BW041 or address-on-slave; all: the list of them
    #[arg(long, value_name = "CODE", conflicts_with_all = ["file", "fix", "list", "format"])]
    pub explain: Option<String>,
    /// Lists every code with its name and what it is
    #[arg(long, conflicts_with_all = ["file", "fix", "format"])]
    pub list: bool,
    /// Shows a patch with every fix that is safe to make, and makes it
    ///
    /// A FILE is changed in place. Without one, the fixes are staged in /etc/network/interfaces.new, on top of what is
    /// staged there already, as Proxmox does; `bowline diff` or Proxmox's web interface shows them.
    #[arg(long, conflicts_with = "format")]
    pub fix: bool,
    /// With --fix: shows the patch and changes nothing
    #[arg(long, requires = "fix")]
    pub dry_run: bool,
    /// For whom: text for people, sarif or github for CI systems; json is the same as --json
    #[arg(long, value_enum, value_name = "text|json|sarif|github", hide_possible_values = true)]
    pub format: Option<Format>,
    /// Exits with 1 for warnings too, or even for notes
    #[arg(long, value_enum, value_name = "warnings|notes", hide_possible_values = true)]
    pub deny: Option<Deny>,
    /// The same as --deny warnings
    #[arg(short = 'W', conflicts_with = "deny")]
    pub deny_warnings: bool,
    /// Says nothing of a warning or note with this code or name; may be given several times
    #[arg(short = 'A', long = "allow", value_name = "CODE")]
    pub allowed: Vec<String>,
}

/// For whom the diagnostics are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// People.
    Text,
    /// Programs.
    Json,
    /// Code scanning: SARIF 2.1.0.
    Sarif,
    /// Annotations of GitHub's workflows.
    Github,
}

/// What counts as a failure besides errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Deny {
    /// Warnings.
    Warnings,
    /// Warnings and notes.
    Notes,
}

/// What stands below the help.
pub const HELP: &str = "\
Exit codes:
  0  no errors (there may be warnings, unless denied)
  1  errors: apply would refuse the file; or warnings or notes that are denied; or no such code to explain
  2  the file can't be read, or not be written

Examples:
  bowline check
  bowline check --explain BW041
  bowline check --fix --dry-run
  bowline check --host this new-interfaces
  bowline check -W --format sarif etc/network/interfaces > bowline.sarif
  bowline check --json | jq '.[].title'";
