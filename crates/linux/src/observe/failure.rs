//! Why the network could not be read.

use std::io;

use network::ObserveError;

use crate::{DumpError, ReadError};

/// Why.
pub(crate) enum Failure {
    /// A link came or went: begin again.
    Moved,
    Final(ObserveError),
}

/// Says what was being done when an error came.
pub(super) trait Doing<T> {
    fn doing(self, doing: &'static str) -> Result<T, Failure>;
}

impl<T> Doing<T> for Result<T, DumpError> {
    fn doing(self, doing: &'static str) -> Result<T, Failure> {
        self.map_err(|error| Failure::Final(ObserveError { doing, source: error.into() }))
    }
}

impl<T> Doing<T> for Result<T, ReadError> {
    fn doing(self, doing: &'static str) -> Result<T, Failure> {
        self.map_err(|error| match error {
            ReadError::UnknownLink(_) => Failure::Moved,
            error => {
                let source = io::Error::new(io::ErrorKind::InvalidData, error);
                Failure::Final(ObserveError { doing, source })
            }
        })
    }
}
