//! `bowline`: see the library.

use std::io::{IsTerminal, stderr, stdout};
use std::process::ExitCode;

use anstream::{AutoStream, ColorChoice};
use bowline::{Io, Look};
use mimalloc::MiMalloc;

/// A file comes to many small things, made one after the other and dropped together. This allocator lays such side by
/// side and keeps their memory for the next: what a stanza costs grows less with the file than with glibc's (`bench check`).
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    // A change of the network may end the very session that asked for it; it is to be carried out all the same.
    linux::outlive_the_terminal();
    let (mut out, mut err) = (stdout().lock(), stderr().lock());
    // On a terminal each line is seen as it is written, which apply's steps want; a pipe gets larger pieces.
    let look = Look {
        colour: AutoStream::choice(&out) != ColorChoice::Never,
        unicode: bowline::io::locale_is_utf8(),
        width: if out.is_terminal() { bowline::io::terminal_width() } else { Look::PLAIN.width },
    };
    let err_look = Look { colour: AutoStream::choice(&err) != ColorChoice::Never, ..look };
    bowline::run(std::env::args_os(), &mut Io { out: &mut out, err: &mut err, look, err_look }).into()
}
