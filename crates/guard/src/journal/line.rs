//! Records as lines, and back.
//!
//! A line is a checksum, a blank, the record as JSON, and a line feed. The checksum is the first eight bytes of SHA-256
//! over the checksum of the line before and the JSON, in hexadecimal.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

use super::Record;

type Sum = [u8; 8];

/// What stands for the line before the first: the form of the file.
const FORM: Sum = *b"bowline1";
/// The length of a checksum as text.
const DIGITS: usize = 16;

/// Makes the lines of a journal, each in its turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Writer {
    last: Sum,
}

impl Default for Writer {
    fn default() -> Self {
        Self { last: FORM }
    }
}

impl Writer {
    /// The next line.
    ///
    /// # Errors
    /// When the record has no JSON, which none of [`Record`]'s forms brings about.
    pub fn line(&mut self, record: &Record) -> Result<Vec<u8>, serde_json::Error> {
        let json = serde_json::to_vec(record)?;
        self.last = sum(self.last, &json);
        let mut line = text(self.last).into_bytes();
        line.push(b' ');
        line.extend(json);
        line.push(b'\n');
        Ok(line)
    }
}

/// What of a journal can be relied on.
#[derive(Clone, Debug, PartialEq)]
pub struct Read {
    /// The records, up to the first line that is not whole.
    pub records: Vec<Record>,
    /// How many bytes those lines take. What goes on writing cuts the rest off first.
    pub length: usize,
    /// What goes on from there.
    pub writer: Writer,
}

/// Reads a journal, up to the first line that is not whole. Any bytes will do.
#[must_use]
pub fn read(bytes: &[u8]) -> Read {
    let mut out = Read { records: Vec::new(), length: 0, writer: Writer::default() };
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let Some((record, last)) = one(out.writer.last, line) else { break };
        out.records.push(record);
        out.length += line.len();
        out.writer.last = last;
    }
    out
}

fn one(before: Sum, line: &[u8]) -> Option<(Record, Sum)> {
    let line = line.strip_suffix(b"\n")?;
    let (sum_text, json) = line.split_at_checked(DIGITS)?;
    let json = json.strip_prefix(b" ")?;
    let found = sum(before, json);
    if sum_text != text(found).as_bytes() {
        return None;
    }
    // A whole line that this program has no record for is of a later one: nothing behind it is understood either.
    Some((serde_json::from_slice(json).ok()?, found))
}

fn sum(before: Sum, json: &[u8]) -> Sum {
    let digest = Sha256::new().chain_update(before).chain_update(json).finalize();
    let mut out = Sum::default();
    out.iter_mut().zip(digest).for_each(|(out, byte)| *out = byte);
    out
}

fn text(sum: Sum) -> String {
    sum.iter().fold(String::new(), |mut text, byte| {
        // Writing to a text can't fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}
