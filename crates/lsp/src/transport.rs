//! Messages as bytes: a header that says how long the body is, and the body, which is JSON.
//!
//! `lsp-server` reads them too, but takes as much memory as the header asks for. Here a message has a bound, and one that
//! is too long or is no JSON is skipped, so that the editor can be told.

use std::io::{self, BufRead, Read, Write};

use lsp_server::Message;

use crate::ServeError;

/// The longest body. A document of 16 MiB takes less, unless nearly each of its characters is escaped.
pub const MAX_BODY: u64 = 48 << 20;
/// The longest line of a header, and the most lines.
const MAX_HEADER: u64 = 1024;

/// What arrived.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Box<Message>),
    /// A body that is no message; what is wrong with it.
    Malformed(serde_json::Error),
    /// A body above [`MAX_BODY`]: how long it was.
    TooLong(u64),
}

/// Reads the next message; `None` at the end of the stream.
///
/// # Errors
/// When the stream can't be read, ends within a message, or holds something else than messages.
pub fn read(input: &mut dyn BufRead) -> Result<Option<Incoming>, ServeError> {
    let Some(length) = header(input)? else { return Ok(None) };
    if length > MAX_BODY {
        let skipped = io::copy(&mut input.take(length), &mut io::sink()).map_err(ServeError::Read)?;
        return if skipped == length { Ok(Some(Incoming::TooLong(length))) } else { Err(cut()) };
    }
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body).map_err(ServeError::Read)?;
    if body.len() as u64 != length {
        return Err(cut());
    }
    Ok(Some(match serde_json::from_slice(&body) {
        Ok(message) => Incoming::Message(Box::new(message)),
        Err(error) => Incoming::Malformed(error),
    }))
}

/// Writes a message.
///
/// # Errors
/// When the stream takes no more.
pub fn write(output: &mut dyn Write, message: &Message) -> Result<(), ServeError> {
    let mut bytes = Vec::new();
    message.write(&mut bytes).map_err(ServeError::Write)?;
    output.write_all(&bytes).map_err(ServeError::Write)
}

fn cut() -> ServeError {
    ServeError::Framing("it ends within a message")
}

/// The length that a header gives; `None` when nothing more comes.
fn header(input: &mut dyn BufRead) -> Result<Option<u64>, ServeError> {
    let mut length = None;
    for n in 0..MAX_HEADER {
        let mut line = Vec::new();
        input.take(MAX_HEADER).read_until(b'\n', &mut line).map_err(ServeError::Read)?;
        let Some(text) = line.strip_suffix(b"\n") else {
            let nothing = n == 0 && line.is_empty();
            return if nothing { Ok(None) } else { Err(ServeError::Framing("a line of a header has no end")) };
        };
        let text = String::from_utf8_lossy(text.strip_suffix(b"\r").unwrap_or(text)).into_owned();
        if text.is_empty() {
            return length.map(Some).ok_or(ServeError::Framing("a header has no `Content-Length`"));
        }
        let Some((name, value)) = text.split_once(':') else {
            return Err(ServeError::Framing("a line of a header has no colon"));
        };
        if name.trim().eq_ignore_ascii_case("content-length") {
            let value = value.trim().parse().map_err(|_| ServeError::Framing("its `Content-Length` is no number"))?;
            length = Some(value);
        }
    }
    Err(ServeError::Framing("a header does not end"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(body: &str) -> Vec<u8> {
        format!("Content-Length: {}\r\n\r\n{body}", body.len()).into_bytes()
    }

    #[test]
    fn what_is_no_message_is_skipped_and_the_next_one_read() {
        let exit = r#"{"jsonrpc":"2.0","method":"exit"}"#;
        let mut bytes = message("{]");
        bytes.extend(message("[]"));
        bytes.extend(format!("Content-Length: {}\r\n\r\n", MAX_BODY + 1).bytes());
        bytes.resize(bytes.len() + usize::try_from(MAX_BODY).unwrap() + 1, b' ');
        bytes.extend(format!("content-length:{}\r\nContent-Type: x\r\n\r\n{exit}", exit.len()).bytes());
        let mut input = &bytes[..];
        let mut next = || read(&mut input).unwrap();
        assert!(matches!(next(), Some(Incoming::Malformed(_))));
        assert!(matches!(next(), Some(Incoming::Malformed(_))));
        assert!(matches!(next(), Some(Incoming::TooLong(length)) if length == MAX_BODY + 1));
        assert!(matches!(next(), Some(Incoming::Message(_))));
        assert!(next().is_none());
    }

    #[test]
    fn what_has_no_frame_is_an_error() {
        let endless = "x".repeat(5000);
        for bytes in
            ["x", "auto lo\n", "Content-Length: -1\r\n\r\n", "\r\n", "Content-Length: 9\r\n\r\n{}", "A: b\n", &endless]
        {
            assert!(matches!(read(&mut bytes.as_bytes()), Err(ServeError::Framing(_))), "{bytes:?}");
        }
    }
}
