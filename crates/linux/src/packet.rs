//! A packet socket: frames as they pass a link (packet(7)).

use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd};
use std::time::Duration;

use network::Mac;
use socket2::{Domain, Protocol, SockAddr, Socket, Type};

/// Every protocol, outgoing frames too (`ETH_P_ALL`). LACPDUs at a bond's slave are heard by nothing less: the bond takes
/// them away before those who ask for their ethertype.
pub const EVERY_PROTOCOL: u16 = 3;

/// What a packet socket could not do.
#[derive(Debug, thiserror::Error)]
#[error("can't {doing} a packet socket")]
pub struct PacketError {
    doing: &'static str,
    #[source]
    source: io::Error,
}

impl PacketError {
    /// Whether the link is down (`ENETDOWN`), which may pass.
    #[must_use]
    pub fn is_down(&self) -> bool {
        self.source.raw_os_error() == Some(libc::ENETDOWN)
    }
}

/// A raw `AF_PACKET` socket, bound to one link and one protocol.
#[derive(Debug)]
pub struct PacketSocket(Socket);

/// The longest frame that is taken: a jumbo frame, or netlink's largest message.
const LONGEST: usize = 64 << 10;

impl PacketSocket {
    /// Opens one in the network namespace of the calling thread. `protocol` is an ethertype: `ETH_P_SLOW`,
    /// [`EVERY_PROTOCOL`].
    ///
    /// # Errors
    /// Without CAP_NET_RAW (`EPERM`), or when there is no such link (`ENODEV`).
    pub fn open(link: u32, protocol: u16) -> Result<Self, PacketError> {
        let socket = Self::unbound()?;
        socket.bind(link, protocol)?;
        Ok(socket)
    }

    /// One that hears nothing before it is [bound](Self::bind).
    ///
    /// # Errors
    /// Without CAP_NET_RAW (`EPERM`).
    pub fn unbound() -> Result<Self, PacketError> {
        let socket = Socket::new(Domain::PACKET, Type::RAW, Some(Protocol::from(0)));
        socket.map(Self).map_err(|source| PacketError { doing: "open", source })
    }

    /// Ties it to one link and one protocol.
    ///
    /// # Errors
    /// When there is no such link (`ENODEV`).
    pub fn bind(&self, link: u32, protocol: u16) -> Result<(), PacketError> {
        let failed = |doing| move |source| PacketError { doing, source };
        self.0.bind(&address(link, protocol).map_err(failed("address"))?).map_err(failed("bind"))
    }

    /// Makes room for that many bytes of frames that nobody has fetched yet.
    ///
    /// # Errors
    /// Without CAP_NET_ADMIN (`EPERM`).
    pub fn make_room(&self, bytes: usize) -> Result<(), PacketError> {
        rustix::net::sockopt::set_socket_recv_buffer_size_force(self.0.as_fd(), bytes)
            .map_err(|errno| PacketError { doing: "give room to", source: errno.into() })
    }

    /// Asks the link for the frames to a group address as well.
    ///
    /// # Errors
    /// When the kernel refuses (`ENODEV`: the link is gone).
    pub fn join(&self, link: u32, group: Mac) -> Result<(), PacketError> {
        let failed = |source| PacketError { doing: "join a group with", source };
        let index = i32::try_from(link).map_err(|_| failed(io::ErrorKind::InvalidInput.into()))?;
        let mut address = [0; 8];
        address[..6].copy_from_slice(&group.0);
        let kind = libc::PACKET_MR_MULTICAST as libc::c_ushort;
        let request = libc::packet_mreq { mr_ifindex: index, mr_type: kind, mr_alen: 6, mr_address: address };
        // SAFETY: the pointer is to a live `packet_mreq`, and the length is its own; the kernel only reads it.
        #[allow(unsafe_code, reason = "no library that we use has this option")]
        let result = unsafe {
            libc::setsockopt(
                self.0.as_raw_fd(),
                libc::SOL_PACKET,
                libc::PACKET_ADD_MEMBERSHIP,
                std::ptr::from_ref(&request).cast(),
                size_of_val(&request) as libc::socklen_t,
            )
        };
        if result == 0 { Ok(()) } else { Err(failed(io::Error::last_os_error())) }
    }

    /// Sends a frame, from its Ethernet header on, as it is.
    ///
    /// # Errors
    /// When the link is down (`ENETDOWN`), or the frame is longer than it takes (`EMSGSIZE`).
    pub fn send(&self, frame: &[u8]) -> Result<(), PacketError> {
        let failed = |source| PacketError { doing: "send through", source };
        let sent = self.0.send(frame).map_err(failed)?;
        // A datagram is sent whole or not at all.
        if sent == frame.len() { Ok(()) } else { Err(failed(io::ErrorKind::WriteZero.into())) }
    }

    /// The next frame, waiting for it at most that long; `None`: nothing came.
    ///
    /// # Errors
    /// When the link goes down or away (`ENETDOWN`).
    pub fn receive(&self, wait: Duration) -> Result<Option<Vec<u8>>, PacketError> {
        let failed = |source| PacketError { doing: "receive from", source };
        // A timeout of zero would mean to wait for ever.
        self.0.set_read_timeout(Some(wait.max(Duration::from_millis(1)))).map_err(failed)?;
        let mut buffer = vec![0; LONGEST];
        taken((&self.0).read(&mut buffer), buffer)
    }

    /// The next frame, if one is there.
    ///
    /// # Errors
    /// When the link goes down or away (`ENETDOWN`).
    pub fn try_receive(&self) -> Result<Option<Vec<u8>>, PacketError> {
        let mut buffer = vec![0; LONGEST];
        let result = rustix::net::recv(&self.0, &mut buffer, rustix::net::RecvFlags::DONTWAIT);
        taken(result.map(|(length, _)| length).map_err(io::Error::from), buffer)
    }

    /// How many frames were lost for want of room since it was asked last (`PACKET_STATISTICS`).
    ///
    /// # Errors
    /// When the kernel does not say.
    pub fn lost(&self) -> Result<u32, PacketError> {
        let mut statistics = libc::tpacket_stats { tp_packets: 0, tp_drops: 0 };
        let mut length = size_of_val(&statistics) as libc::socklen_t;
        // SAFETY: the pointers are to a live `tpacket_stats` and to its length; the kernel writes no more than that.
        #[allow(unsafe_code, reason = "no library that we use has this option")]
        let result = unsafe {
            libc::getsockopt(
                self.0.as_raw_fd(),
                libc::SOL_PACKET,
                libc::PACKET_STATISTICS,
                std::ptr::from_mut(&mut statistics).cast(),
                &raw mut length,
            )
        };
        if result == 0 {
            Ok(statistics.tp_drops)
        } else {
            Err(PacketError { doing: "ask for the statistics of", source: io::Error::last_os_error() })
        }
    }
}

impl AsFd for PacketSocket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// What a read brought.
fn taken(result: io::Result<usize>, mut buffer: Vec<u8>) -> Result<Option<Vec<u8>>, PacketError> {
    match result {
        Ok(length) => {
            buffer.truncate(length);
            Ok(Some(buffer))
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(None),
        Err(source) => Err(PacketError { doing: "receive from", source }),
    }
}

/// `struct sockaddr_ll`.
fn address(link: u32, protocol: u16) -> io::Result<SockAddr> {
    let index = i32::try_from(link).map_err(|_| io::Error::from(io::ErrorKind::InvalidInput))?;
    // SAFETY: `sockaddr_storage` is larger than `sockaddr_ll`, aligned for it and zeroed, and `length` is what of it holds
    // the address.
    #[allow(unsafe_code, reason = "socket2 has no constructor for such an address")]
    let ((), address) = unsafe {
        SockAddr::try_init(|storage, length| {
            let address = &mut *storage.cast::<libc::sockaddr_ll>();
            address.sll_family = libc::AF_PACKET as libc::sa_family_t;
            address.sll_protocol = protocol.to_be();
            address.sll_ifindex = index;
            *length = size_of::<libc::sockaddr_ll>() as libc::socklen_t;
            Ok(())
        })
    }?;
    Ok(address)
}
