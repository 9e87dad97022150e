//! Edits of a file: what is asked for is there afterwards and nothing else changes, or it is refused.
//!
//! `texts` edits by places, `requests` as an administrator asks; `input` makes both of a run's bytes.

mod input;
mod lines;
mod requests;
mod texts;

use input::Input;

/// The most edits of places in one run.
const MAX_EDITS: u8 = 8;
/// The most requests of one run.
const MAX_REQUESTS: u8 = 4;

/// The first byte says how many edits there are, and with its high bit that they are requests, one after another; what is
/// left behind them is the file, with what it may source behind a line `%%`.
///
/// # Panics
/// When an edit of places gives not what putting the pieces together by hand gives; when one that was asked for is not
/// there when the file is read again, or a line that it is not about is another.
pub fn edit(bytes: &[u8]) {
    let mut input = Input(bytes);
    let first = input.byte();
    if first & 0x80 == 0 {
        texts::examine((first % (MAX_EDITS + 1)).into(), input);
    } else {
        requests::examine((first & 0x7f) % (MAX_REQUESTS + 1), input);
    }
}
