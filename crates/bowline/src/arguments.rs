//! The command line and its help.

pub mod edit;
pub mod guard;
pub mod help;
pub mod lab_switch;
pub mod rehearse;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::guarded::{beside, serve};
use crate::verb::check;

/// Manages the network of a Proxmox VE or Debian host: NIC, bond, bridge, guests
///
/// Bowline reads /etc/network/interfaces, says what is wrong with it, works out the smallest change that makes the
/// kernel agree with it, makes that change, and reads the result back.
#[derive(Debug, Parser)]
#[command(name = "bowline", version, disable_help_subcommand = true, after_help = EXAMPLES)]
pub struct Arguments {
    /// For every verb.
    #[command(flatten)]
    pub global: Global,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// For every verb.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Everywhere")]
pub struct Global {
    /// Prints JSON, for programs
    #[arg(long, global = true)]
    pub json: bool,
    /// Reads DIR/etc/network/interfaces, and what it sources, in place of the host's own
    #[arg(long, global = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// A host in place of this one: twin:FILE, the model that a scenario describes, with its file in place of
    /// /etc/network/interfaces. For check, status, plan, apply, verify and rehearse; docs/twin.md describes scenarios.
    /// `this` is this one: `check --host this FILE` holds any file against it
    #[arg(long, global = true, value_name = "this|twin:FILE", conflicts_with = "root")]
    pub host: Option<HostArgument>,
    /// Colours the output; auto: on a terminal, unless NO_COLOR is set
    #[arg(long, global = true, value_name = "auto|always|never", hide_possible_values = true)]
    #[arg(value_enum, hide_default_value = true, default_value_t = Colour::Auto)]
    pub color: Colour,
}

/// Which host a verb is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HostArgument {
    /// This one.
    This,
    /// The model of a scenario.
    Twin(PathBuf),
}

/// A text that names no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a host is written as twin:FILE, with the file of a scenario, or as `this`")]
pub struct HostError;

impl std::str::FromStr for HostArgument {
    type Err = HostError;

    fn from_str(text: &str) -> Result<Self, HostError> {
        if text == "this" {
            return Ok(Self::This);
        }
        text.strip_prefix("twin:").filter(|path| !path.is_empty()).map(|path| Self::Twin(path.into())).ok_or(HostError)
    }
}

impl Verb {
    /// Whether the verb is about a host, so that one can be named.
    #[must_use]
    pub fn takes_host(&self) -> bool {
        matches!(
            self,
            Self::Check(_)
                | Self::Plan { .. }
                | Self::Apply { .. }
                | Self::Verify
                | Self::Status { .. }
                | Self::Rehearse(_)
        )
    }
}

/// When to colour the output.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Says what is wrong with the file: where, why, and what to do about it
    ///
    /// Reads the file and all that it sources. The host's own file is also held against the kernel: a slave that the
    /// host does not have is found. A FILE, or one under --root, is judged by itself; with --host, a FILE is held against
    /// the host that it is for. Changes nothing, unless --fix says so.
    #[command(after_help = check::HELP)]
    Check(check::Arguments),
    /// Shows what apply would do, step by step, and what each step disturbs
    ///
    /// Compares the staged file, /etc/network/interfaces.new, with the kernel; where nothing is staged,
    /// /etc/network/interfaces. Changes nothing, and needs no privilege.
    #[command(after_help = PLAN)]
    Plan {
        /// Exits with 3 when there is something to do
        #[arg(long)]
        exit_code: bool,
    },
    /// Makes the kernel agree with the file, by the smallest change
    ///
    /// The change undoes itself, file and kernel, unless somebody confirms it in time: with the token that is shown, from
    /// any session, or with Enter in the same terminal. So it does when the kernel refuses a step, or when it does not
    /// have what the file says once it is read back. A guard that belongs to no session sees to that; it outlives this
    /// program, its terminal, and, by what it writes down first, itself and a power cut.
    ///
    /// Checks the file first: with an error in it, nothing is changed. When the kernel has what the file says already,
    /// nothing is sent.
    ///
    /// Where something is staged in /etc/network/interfaces.new, that is the file. It takes the place of
    /// /etc/network/interfaces, by one rename, once every step is done and read back.
    #[command(after_help = guard::APPLY)]
    Apply(guard::Apply),
    /// Keeps the change that waits to be confirmed
    ///
    /// Without TOKEN too: to type this is to confirm. With one, only the change that it was shown for is kept.
    #[command(after_help = guard::CONFIRM)]
    Confirm {
        /// What apply has shown; `-` reads it from the standard input, for a command line is seen by others
        token: Option<String>,
    },
    /// Says which change waits to be confirmed, and how long it still does
    #[command(after_help = guard::PENDING)]
    Pending,
    /// Undoes the change that waits to be confirmed; or goes back to an earlier one
    ///
    /// With ID, the file of that confirmed change is staged and applied, guarded as any other.
    #[command(after_help = guard::ROLLBACK)]
    Rollback {
        /// An earlier change, as `bowline history` names it
        id: Option<String>,
        /// How it is applied.
        #[command(flatten)]
        apply: guard::Apply,
    },
    /// Lists the guarded changes: who, when, how each ended
    ///
    /// With ID, shows what that one changed in /etc/network/interfaces, or would have.
    #[command(after_help = guard::HISTORY)]
    History {
        /// One of them, as the list names it
        id: Option<String>,
    },
    /// Undoes what was left open by a guard that died, or by a power cut
    ///
    /// The unit bowline-recover.service runs it before the network comes up. A change that waits is left alone.
    #[command(after_help = guard::RECOVER)]
    Recover,
    /// Guards a change; apply starts it.
    #[command(hide = true)]
    GuardRun(serve::Order),
    /// Guards a change that ifreload makes, which starts it.
    #[command(hide = true)]
    GuardReload(beside::Beside),
    /// Waits for a guard to die; the guard starts it.
    #[command(hide = true)]
    GuardWatch,
    /// Says where the kernel differs from the file
    ///
    /// Everything is read from the kernel; nothing is assumed. What the file leaves open is not compared. Changes
    /// nothing.
    #[command(after_help = VERIFY)]
    Verify,
    /// Shows the network as a tree: guests, bridges, bonds, NICs, their health, and LACP in words
    ///
    /// With IFACE: that link and what it rests on, in detail. The LACP partner of each slave is told to root only.
    #[command(after_help = STATUS)]
    Status {
        /// One link, in detail
        #[arg(value_name = "IFACE")]
        iface: Option<String>,
    },
    /// Rehearses the file on a model of this host: applies it, then fails every cable, NIC and switch in turn
    ///
    /// Says what each step and each failure costs the host and each guest, each way, in milliseconds of virtual time;
    /// where the file would lock you out; and what the switch must have. With FILE: on a host that is made up for it.
    #[command(after_help = rehearse::HELP)]
    Rehearse(rehearse::Arguments),
    /// Plays a switch with LACP on interfaces of this host: a partner to try a bond on
    ///
    /// Says a line whenever a port's LACP changes, at this end or the other. What the host's default route rests on is
    /// refused, and so is a slave of a bond.
    #[command(after_help = lab_switch::HELP)]
    LabSwitch(lab_switch::Arguments),
    /// Serves an editor: diagnostics, completion, hover, rename and more while you type
    ///
    /// Speaks the Language Server Protocol on the standard input and output; an editor starts it. docs/editor.md says how
    /// to tell yours. Changes nothing, and asks the host for nothing but its files and the names of its interfaces.
    #[command(after_help = LSP)]
    Lsp,
    /// Writes a new bond, bridge, VLAN device or NIC into the staged file
    #[command(after_help = help::ADD)]
    Add {
        /// What
        #[command(subcommand)]
        what: edit::Add,
    },
    /// Changes lines of an interface in the staged file
    #[command(after_help = help::SET)]
    Set(edit::Set),
    /// Takes lines of an interface out of the staged file
    #[command(after_help = help::UNSET)]
    Unset(edit::Unset),
    /// Takes an interface out of the staged file
    #[command(after_help = help::REMOVE)]
    Remove(edit::Remove),
    /// Gives an interface another name, wherever the staged file names it
    #[command(after_help = help::RENAME)]
    Rename(edit::Rename),
    /// Makes a NIC a slave of a new bond that takes over its work: the way from one NIC to two
    #[command(after_help = help::CONVERT)]
    Convert(edit::Convert),
    /// Shows what is staged: how interfaces.new differs from interfaces
    #[command(after_help = help::DIFF)]
    Diff,
    /// Drops what is staged: takes interfaces.new away
    #[command(after_help = help::REVERT)]
    Revert {
        /// Only shows what would be dropped
        #[arg(long)]
        dry_run: bool,
    },
    /// Prints a completion script for a shell
    #[command(after_help = COMPLETION)]
    Completion {
        /// Which
        #[arg(value_enum)]
        shell: Shell,
    },
}

const EXAMPLES: &str = "\
Examples:
  bowline check                what is wrong with /etc/network/interfaces
  bowline plan                 what apply would do
  bowline status               what there is, and how it is
  bowline rehearse             what the file would do, on a model of this host
  bowline set vmbr0 mtu=9000   stage a change of the file; `bowline diff` shows it

`bowline VERB --help` says more, and what the exit codes mean.";

const PLAN: &str = "\
Impact, from least to most:
  hitless      nothing that runs notices
  cut          what used that address, route or VLAN loses it
  link bounce  the traffic of this link stops for a moment
  bond bounce  the traffic of the whole bond stops for a moment

Exit codes:
  0  the plan was shown, or there is nothing to do
  1  errors in the file, or something that can't be done
  2  the file or the kernel can't be read
  3  with --exit-code: there is something to do

Examples:
  bowline plan
  bowline plan --exit-code >/dev/null || echo 'not applied yet'";

const VERIFY: &str = "\
Exit codes:
  0  the kernel has what the file says
  1  it differs, or there are errors in the file
  2  the file or the kernel can't be read

Examples:
  bowline verify
  bowline verify --json | jq '.differences | length'";

const STATUS: &str = "\
Exit codes:
  0  shown, whatever the health
  1  there is no such link
  2  the kernel can't be read

Examples:
  bowline status
  bowline status bond0
  bowline status --json | jq '.health'";

const LSP: &str = "\
Exit codes:
  0  the editor ended the session
  1  the editor went away without a word
  2  what arrives is no language server's message

Examples:
  vim.lsp.start({ name = 'bowline', cmd = { 'bowline', 'lsp' } })    in Neovim";

const COMPLETION: &str = "\
Examples:
  bowline completion bash > /etc/bash_completion.d/bowline
  bowline completion zsh  > \"${fpath[1]}/_bowline\"
  bowline completion fish > ~/.config/fish/completions/bowline.fish";
