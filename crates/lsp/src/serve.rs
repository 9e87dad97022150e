//! The loop.

use std::io::{BufRead, Write};

use interfaces::Files;

use crate::transport::{self, Incoming};
use crate::{Ended, Place, ServeError, Server};

/// Serves one editor until it says `exit` or goes away.
///
/// # Errors
/// When the streams fail, or what arrives has no frame.
pub fn serve(
    files: &dyn Files,
    place: Place,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<Ended, ServeError> {
    let mut server = Server::new(files, place);
    while let Some(incoming) = transport::read(input)? {
        let answers = match incoming {
            Incoming::Message(message) => server.handle(*message),
            Incoming::Malformed(error) => vec![server.complaint(&format!("a message that can't be read: {error}"))],
            Incoming::TooLong(length) => {
                let most = transport::MAX_BODY >> 20;
                vec![server.complaint(&format!("a message of {length} bytes: at most {most} MiB are read"))]
            }
        };
        for answer in answers {
            transport::write(output, &answer)?;
        }
        output.flush().map_err(ServeError::Write)?;
        if let Some(ended) = server.ended() {
            return Ok(ended);
        }
    }
    Ok(Ended::Abruptly)
}
