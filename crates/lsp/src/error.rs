//! What ends a server before its time.

use std::io;

/// What ends a server before its time.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// What the editor sends can't be read.
    #[error("can't read what the editor sends")]
    Read(#[source] io::Error),
    /// The editor takes no answers.
    #[error("can't answer the editor")]
    Write(#[source] io::Error),
    /// What arrives is no message of the protocol, so there is no telling where the next one starts.
    #[error("what arrives on the standard input is no language server's message: {0}")]
    Framing(&'static str),
}
