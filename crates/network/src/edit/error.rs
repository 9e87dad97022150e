//! Why an edit is not made.

use interfaces::{Diagnostic, Severity, Span};

use super::codes;
use crate::check;

/// Why an edit is not made. Nothing was changed then. Places are of the file as it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The file has no such interface.
    #[error("the file has no interface `{name}`")]
    NoStanza {
        /// Which.
        name: String,
        /// The one that may have been meant.
        near: Option<String>,
    },
    /// The file has such an interface already.
    #[error("the file has an interface `{name}` already")]
    Exists {
        /// Which.
        name: String,
        /// Where.
        span: Span,
    },
    /// What is to be changed stands in a file that is not staged.
    #[error("{what} stands in another file, which is not staged")]
    Sourced {
        /// What.
        what: String,
        /// Where.
        span: Span,
        /// Whether that is the file that Proxmox's SDN writes.
        sdn: bool,
    },
    /// A key that nobody knows.
    #[error("`{key}` is no key that Bowline knows")]
    UnknownKey {
        /// Which.
        key: String,
        /// The one that may have been meant.
        near: Option<&'static str>,
    },
    /// A text that no key can be.
    #[error("`{0}` can't be a key: it must be one word that opens no stanza and is no comment")]
    Key(String),
    /// A value that its key does not take.
    #[error("`{key}` does not take `{value}`: {reason}")]
    Value {
        /// Which key.
        key: String,
        /// Which value.
        value: String,
        /// Why.
        reason: String,
        /// Whether it can be forced.
        forcible: bool,
    },
    /// A text that can't be an interface name.
    #[error(transparent)]
    Name(#[from] crate::name::IfNameError),
    /// Several lines, and it was not said which one is meant.
    #[error("{iface} has several `{key}` lines")]
    Several {
        /// Whose.
        iface: String,
        /// Which key.
        key: String,
        /// Where.
        spans: Vec<Span>,
    },
    /// Nothing there to take away or to change.
    #[error("{iface} has no {what}")]
    NotThere {
        /// Whose.
        iface: String,
        /// What: `` `mtu` line ``.
        what: String,
        /// Where one would look.
        span: Span,
    },
    /// A list of ports for a Linux bridge, in the stanza of a device of Open vSwitch.
    #[error("{iface} is a device of Open vSwitch, which has no `{key}`")]
    OfOpenVswitch {
        /// Whose.
        iface: String,
        /// The key that was asked for.
        key: String,
        /// Its `ovs_type` line.
        span: Span,
    },
    /// Others need it.
    #[error("{name} is used elsewhere in the file")]
    Referenced {
        /// Which.
        name: String,
        /// Where.
        spans: Vec<Span>,
        /// Whether these can be taken away along with it.
        removable: bool,
    },
    /// The new interface can't be made of what was said.
    #[error("{0}")]
    Incomplete(Incomplete),
    /// A template, or no text at all: what it says can't be read, and so not be edited either.
    #[error("the file is a template or no text, and can't be edited")]
    Unreadable {
        /// What shows it.
        span: Span,
    },
    /// The edit would change what lines say that it does not touch.
    #[error("the edit would change what other lines mean")]
    Unsafe {
        /// Near where.
        span: Span,
    },
}

/// What is missing from a request, or contradicts the file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Incomplete {
    /// A VLAN device whose name does not say what it is.
    #[error("the name `{0}` does not say which VLAN of which device it is")]
    Vlan(String),
    /// Two values for what a new interface has one line of.
    #[error("`{key}` is asked for twice: as `{first}` and as `{second}`")]
    Twice {
        /// Which key.
        key: &'static str,
        /// One of its values.
        first: String,
        /// The other.
        second: String,
    },
    /// A conversion whose bond leaves out the NIC.
    #[error("{nic} is not among the slaves of {bond}")]
    NotASlave {
        /// The NIC.
        nic: String,
        /// The bond.
        bond: String,
    },
    /// A conversion of what is no single NIC.
    #[error("{0} is a slave of a bond already")]
    Bonded(String),
    /// A conversion of what is no NIC.
    #[error("{0} is a bond or a bridge, not a NIC")]
    NotANic(String),
    /// A conversion to a bridge, of a NIC that has one.
    #[error("{nic} is a port of {has} already, not of {asked}")]
    OtherBridge {
        /// The NIC.
        nic: String,
        /// Its bridge.
        has: String,
        /// The bridge that was asked for.
        asked: String,
    },
}

impl EditError {
    /// The code: of [`codes`], one for each kind, and those of `check` for names, keys, values and kinds.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoStanza { .. } => codes::NO_STANZA,
            Self::Exists { .. } => codes::EXISTS,
            Self::Sourced { .. } => codes::SOURCED,
            Self::UnknownKey { .. } => check::codes::UNKNOWN_KEY,
            Self::Key(_) | Self::Value { .. } => check::codes::VALUE,
            Self::Name(_) => check::codes::NAME,
            Self::OfOpenVswitch { .. } => check::codes::TWO_KINDS,
            Self::Several { .. } => codes::SEVERAL,
            Self::NotThere { .. } => codes::NOT_THERE,
            Self::Referenced { .. } => codes::REFERENCED,
            Self::Incomplete(_) => codes::INCOMPLETE,
            Self::Unsafe { .. } => codes::UNSAFE,
            Self::Unreadable { .. } => codes::UNREADABLE,
        }
    }

    /// Where to look, the main place first.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        match self {
            Self::Exists { span, .. } | Self::Sourced { span, .. } => std::slice::from_ref(span),
            Self::NotThere { span, .. }
            | Self::OfOpenVswitch { span, .. }
            | Self::Unsafe { span }
            | Self::Unreadable { span } => std::slice::from_ref(span),
            Self::Several { spans, .. } | Self::Referenced { spans, .. } => spans,
            _ => &[],
        }
    }

    /// What to do instead.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        Some(match self {
            Self::NoStanza { near: Some(near), .. } => format!("did you mean `{near}`?"),
            Self::NoStanza { .. } => "`bowline add` writes a new one".to_owned(),
            Self::Exists { .. } => "choose another name, change it with `bowline set`, or remove it first".to_owned(),
            Self::Sourced { sdn: true, .. } => {
                "Proxmox SDN writes that file: change it under Datacenter, SDN, and apply it there".to_owned()
            }
            Self::Sourced { .. } => "edit that file by hand, or move its stanza into the main file".to_owned(),
            Self::UnknownKey { near: Some(near), .. } => {
                format!("did you mean `{near}`? --force writes it as it stands")
            }
            Self::UnknownKey { .. } => "--force writes it as it stands".to_owned(),
            Self::Value { forcible: true, .. } => "--force writes it as it stands".to_owned(),
            Self::OfOpenVswitch { .. } => {
                "`ovs_ports=…` lists the ports of a bridge of Open vSwitch; --force writes it as it stands".to_owned()
            }
            Self::Several { key, .. } => {
                format!("say which: `{key}[1]=…` changes the first, `{key}+=…` adds one, `{key}-=…` takes one away")
            }
            Self::Referenced { removable: true, .. } => "--with-references takes it off these lines too".to_owned(),
            Self::Referenced { .. } => "remove or change what stands on it first".to_owned(),
            Self::Incomplete(Incomplete::Vlan(_)) => {
                "name it after both, as in bond0.100, or say --raw-device bond0 --id 100".to_owned()
            }
            Self::Incomplete(Incomplete::Twice { key, .. }) => format!("say `{key}` once, with all that it is to hold"),
            Self::Incomplete(Incomplete::NotASlave { nic, .. }) => format!("add it: --slaves {nic},…"),
            Self::Incomplete(Incomplete::Bonded(_)) => {
                "add slaves to that bond with `bowline set BOND bond-slaves+=NIC`".to_owned()
            }
            Self::Incomplete(Incomplete::NotANic(_)) => "name the NIC that is to be a slave".to_owned(),
            Self::Incomplete(Incomplete::OtherBridge { has, .. }) => {
                format!("leave --bridge out: {has} then stands on the bond")
            }
            Self::Unsafe { .. } => {
                "mend this line by hand first: a backslash at its end, or a line near it that belongs to no stanza, is in the way".to_owned()
            }
            Self::Unreadable { .. } => "`bowline check` says what is wrong with it".to_owned(),
            Self::NotThere { .. } | Self::Key(_) | Self::Value { .. } | Self::Name(_) => return None,
        })
    }

    /// The same as something to say about a place in the file, where there is one.
    #[must_use]
    pub fn diagnostic(&self) -> Option<Diagnostic> {
        let (first, rest) = self.spans().split_first()?;
        let mut diagnostic = Diagnostic::new(self.code(), Severity::Error, self.to_string(), *first);
        for span in rest {
            diagnostic = diagnostic.also(*span, "");
        }
        Some(match self.help() {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        })
    }
}
