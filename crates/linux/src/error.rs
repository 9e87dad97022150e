//! What can go wrong between a request and its answer, an enum an operation.

use std::fmt;
use std::io;

use netlink_packet_core::DecodeError;
use network::{Field, IfName, Opt, Value};

/// Why the kernel could not be reached at all.
#[derive(Debug, thiserror::Error)]
#[error("can't {doing}")]
pub struct OpenError {
    /// What was being done: "open a netlink socket".
    pub doing: &'static str,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

/// The kernel's refusal of a request; or that its answer was lost, which the error number tells (`ETIMEDOUT`, `ENOBUFS`):
/// then the request may have been carried out, and only reading back tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelError {
    /// `EPERM`, `EBUSY` and the like; positive.
    pub errno: i32,
    /// The kernel's own explanation (`NLMSGERR_ATTR_MSG`), where it gave one.
    pub message: Option<String>,
    /// Where in the request the attribute at fault starts, in bytes from the start of its header (`NLMSGERR_ATTR_OFFS`).
    pub offset: Option<u32>,
    /// The same as attribute types, from the outermost inwards: `[IFLA_LINKINFO, IFLA_INFO_DATA, IFLA_BOND_MODE]`.
    pub path: Vec<u16>,
}

impl KernelError {
    /// An error of the system that says no more than its number.
    #[must_use]
    pub fn from_errno(errno: i32) -> Self {
        Self { errno, message: None, offset: None, path: Vec::new() }
    }

    /// The number as an error of the standard library.
    #[must_use]
    pub fn io(&self) -> io::Error {
        io::Error::from_raw_os_error(self.errno)
    }
}

impl From<io::Error> for KernelError {
    fn from(error: io::Error) -> Self {
        // A receive timeout shows as EAGAIN (socket(7), SO_RCVTIMEO).
        let errno = match error.raw_os_error() {
            Some(libc::EAGAIN) => libc::ETIMEDOUT,
            Some(errno) => errno,
            None => libc::EIO,
        };
        Self::from_errno(errno)
    }
}

impl fmt::Display for KernelError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.io())?;
        self.message.iter().try_for_each(|message| write!(f, " ({message})"))
    }
}

impl std::error::Error for KernelError {}

/// Why a dump gave nothing that can be relied on.
#[derive(Debug, thiserror::Error)]
pub enum DumpError {
    /// The kernel refused it, or did not answer.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// What came is no netlink message.
    #[error("an answer of the kernel can't be read")]
    Malformed(#[source] DecodeError),
    /// The state changed under every try (`NLM_F_DUMP_INTR`), or answers were lost each time (`ENOBUFS`).
    #[error("the network kept changing while it was read: {tries} tries")]
    Changing {
        /// How many.
        tries: u32,
    },
    /// More than anything that this program can make use of.
    #[error("the kernel's answer is longer than {limit} bytes")]
    TooLong {
        /// The bound.
        limit: usize,
    },
}

impl From<DumpError> for io::Error {
    fn from(error: DumpError) -> Self {
        match error {
            // A bare number stays one, so that callers can tell a missing permission from the rest.
            DumpError::Kernel(KernelError { errno, message: None, .. }) => Self::from_raw_os_error(errno),
            DumpError::Malformed(_) => Self::new(io::ErrorKind::InvalidData, error),
            error => Self::other(error),
        }
    }
}

/// Why a message of the kernel could not be made part of a [`network::Network`].
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// An attribute that is needed is not of the form that it should have.
    #[error("a message of the kernel can't be read")]
    Malformed(#[from] DecodeError),
    /// A link that the list of links does not have: it came or went in between. Reading everything again helps.
    #[error("link number {0} came or went while the network was read")]
    UnknownLink(u32),
    /// A link with a name that no file can say has no other name that can be used either.
    #[error("link number {index} has a name that can't be used")]
    Name {
        /// Which.
        index: u32,
        /// What is wrong with it.
        #[source]
        source: network::name::IfNameError,
    },
    /// A link has the name by which another one, whose own no file can say, would be known.
    #[error("link number {index} has a name that can't be used, and {name} is another link")]
    Taken {
        /// Which.
        index: u32,
        /// The name that it would be known by.
        name: IfName,
    },
}

/// Why a change can't be said to this kernel.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// The link does not exist.
    #[error("no link is named {name}")]
    NoLink {
        /// Which.
        name: IfName,
        /// What it is needed for: the master, the option's value; `None`: it is what is to be changed.
        field: Option<Field>,
        /// `ENODEV`, or why it could not be looked up.
        #[source]
        source: io::Error,
    },
    /// No kernel makes such a device: its kind is not one of those, or an end of it is of the wrong family.
    #[error("no kernel makes such a device: {device}")]
    Device {
        /// What was to be.
        device: network::Given,
    },
    /// The value is not of the kind that the option takes, or too large for its attribute.
    #[error("{} does not take {}", .option.key(), .option.show(.value))]
    Value {
        /// Which.
        option: Opt,
        /// What it was to be.
        value: Value,
    },
}
