//! The host: a real kernel behind one netlink socket.

use std::io;

use network::option::Wire;
use network::{Change, Field, Host, IfName, Network, ObserveError, Opt, Refusal, Scope, Value};

use crate::ahead::Ahead;
use crate::encode::{Links, encode};
use crate::features::Features;
use crate::layer::{Kind, Layer};
use crate::ovs::Ovs;
use crate::{Counters, EncodeError, OpenError, Socket, blame, dhcp, driver, observe, sysctl};

/// The network of the kernel that we run on, in one network namespace.
///
/// Use it on the thread that opened it, in the namespace where it was opened: the bonding driver's /proc files are those
/// of the thread that reads them.
#[derive(Debug)]
pub struct Linux {
    socket: Socket,
    /// Whether nothing lies between the socket and the kernel, so that another socket does the same.
    is_direct: bool,
    /// What is being read for the next [`Host::observe`].
    ahead: Option<Ahead>,
    /// The requests of other sockets.
    others: Counters,
    ovs: Ovs,
}

impl Linux {
    /// Opens the network namespace of the calling thread. Reading needs no privilege, changing needs CAP_NET_ADMIN.
    ///
    /// # Errors
    /// See [`Socket::open`].
    pub fn open() -> Result<Self, OpenError> {
        Ok(Self::on(Socket::open()?, true))
    }

    /// The same with something between its socket and the kernel: faults, in tests.
    ///
    /// # Errors
    /// See [`Socket::open`].
    pub fn open_with(layer: Box<dyn Layer + Send>) -> Result<Self, OpenError> {
        Ok(Self::on(Socket::open_with(layer)?, false))
    }

    fn on(socket: Socket, is_direct: bool) -> Self {
        Self { socket, is_direct, ahead: None, others: Counters::default(), ovs: Ovs::default() }
    }

    /// The same with Open vSwitch in another place than its packages have it.
    #[must_use]
    pub fn with_ovs(self, ovs: Ovs) -> Self {
        Self { ovs, ..self }
    }

    /// How many requests were sent so far.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.socket.counters() + self.others
    }

    /// The socket, for requests that are no [`Change`].
    pub fn socket(&mut self) -> &mut Socket {
        &mut self.socket
    }
}

impl Host for Linux {
    fn observe(&mut self) -> Result<Network, ObserveError> {
        let mut network = self.observe_kernel()?;
        network.ovs = self.ovs.list();
        Ok(network)
    }

    fn expect(&mut self) {
        if self.is_direct {
            self.ahead = Ahead::begin();
        }
    }

    fn execute(&mut self, change: &Change) -> Result<(), Refusal> {
        // It is of before the change.
        self.ahead = None;
        if let Change::SetOptions { link, scope: Scope::Ipv4 | Scope::Ipv6 | Scope::Mpls | Scope::Nic, options } =
            change
        {
            return options.iter().try_for_each(|(row, value)| self.set(link, row, value));
        }
        if let Change::EditSwitch { link, edit } = change {
            return self.ovs.edit(link, edit).map_err(|error| Refusal {
                link: link.clone(),
                message: None,
                source: io::Error::other(format!("Open vSwitch says: {error}")),
                field: None,
            });
        }
        let by_dhcp = match change {
            Change::StartDhcp { link, family } => Some(self.socket.call(Kind::Dhcp, |_| dhcp::start(link, *family))),
            Change::StopDhcp { link, family } => Some(self.socket.call(Kind::Dhcp, |_| dhcp::stop(link, *family))),
            _ => None,
        };
        if let Some(result) = by_dhcp {
            return result.map_err(|source| Refusal {
                link: change.link().clone(),
                source,
                message: None,
                field: blame::field(change, &[]),
            });
        }
        let raw = self.socket.raw();
        let index =
            |name: &network::IfName| rustix::net::netdevice::name_to_index(raw, name.as_str()).map_err(io::Error::from);
        let requests = encode(change, &Links(&index)).map_err(|error| unsaid(change, error))?;
        for request in requests {
            match self.socket.request(request) {
                Err(error) if is_gone_already(change, error.errno) => {}
                Err(error) => {
                    return Err(Refusal {
                        link: change.link().clone(),
                        source: error.io(),
                        field: blame::field(change, &error.path),
                        message: error.message,
                    });
                }
                Ok(()) => {}
            }
        }
        Ok(())
    }
}

impl Linux {
    /// All that the kernel tells: what was read ahead, with the rest.
    fn observe_kernel(&mut self) -> Result<Network, ObserveError> {
        // What failed to be read ahead may be read now; if not, it is told why.
        if let Some(Ok((assembly, counters))) = self.ahead.take().map(Ahead::gather) {
            self.others = self.others + counters;
            if let Ok(network) = observe::rest(&mut self.socket, assembly) {
                return Ok(network);
            }
        }
        observe::observe(&mut self.socket)
    }

    /// Sets an option that no netlink message carries.
    fn set(&mut self, link: &IfName, row: Opt, value: &Value) -> Result<(), Refusal> {
        let refused =
            |source, message| Refusal { link: link.clone(), source, message, field: Some(Field::Option(row)) };
        let Value::Number(number) = value else {
            return Err(refused(io::ErrorKind::InvalidInput.into(), None));
        };
        if row.scope != Scope::Nic {
            let write = |_: &_| sysctl::write(link, row, *number);
            return self.socket.call(Kind::Sysctl, write).map_err(|error| refused(error, None));
        }
        let socket = &mut self.socket;
        let done = match row.wire {
            Wire::Feature => Features::names(socket, link).and_then(|names| names.set(socket, link, row, *number != 0)),
            _ => driver::set(socket, link, row, *number),
        };
        done.map_err(|error| {
            // EOPNOTSUPP is what a driver says of what it does not know.
            let unknown = error.kind() == io::ErrorKind::Unsupported || error.raw_os_error() == Some(libc::EOPNOTSUPP);
            let message = unknown.then(|| format!("the driver does not let {} be {}", row.name, row.show(value)));
            refused(error, message)
        })
    }
}

/// What was to go went by itself in between: an address with the DHCP client that had brought it, a route with its address.
fn is_gone_already(change: &Change, errno: i32) -> bool {
    match change {
        Change::RemoveAddress { .. } => errno == libc::EADDRNOTAVAIL,
        Change::RemoveRoute { .. } => errno == libc::ESRCH,
        _ => false,
    }
}

/// A change that could not even be sent.
fn unsaid(change: &Change, error: EncodeError) -> Refusal {
    let (link, message) = (change.link().clone(), Some(error.to_string()));
    match error {
        EncodeError::NoLink { field, source, .. } => Refusal { link, source, message, field },
        EncodeError::Device { .. } => {
            let source = io::Error::from_raw_os_error(libc::EINVAL);
            Refusal { link, source, message, field: Some(Field::Kind) }
        }
        EncodeError::Value { option, .. } => {
            let source = io::Error::from_raw_os_error(libc::ERANGE);
            Refusal { link, source, message, field: Some(network::Field::Option(option)) }
        }
    }
}
