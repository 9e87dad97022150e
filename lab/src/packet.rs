//! A packet socket: frames as they pass a link.

use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd};
use std::time::Duration;

use socket2::{Domain, Protocol, SockAddr, Socket, Type};

/// What a packet socket could not do.
#[derive(Debug, thiserror::Error)]
#[error("can't {doing} a packet socket")]
pub struct PacketError {
    doing: &'static str,
    #[source]
    source: io::Error,
}

/// A raw `AF_PACKET` socket, bound to one link and one protocol.
#[derive(Debug)]
pub struct PacketSocket(Socket);

/// The longest frame that is taken: netlink's largest message.
const LONGEST: usize = 64 << 10;
/// Room for what comes before anyone reads.
const BUFFER: usize = 64 << 20;

impl PacketSocket {
    /// Opens one in the network namespace of the calling thread. `protocol` is an ethertype: `ETH_P_SLOW`, `ETH_P_ALL`.
    ///
    /// # Errors
    /// Without CAP_NET_RAW (`EPERM`), or when there is no such link (`ENODEV`).
    pub fn open(link: u32, protocol: u16) -> Result<Self, PacketError> {
        let failed = |doing| move |source| PacketError { doing, source };
        // With protocol 0 it hears nothing before it is bound.
        let socket = Socket::new(Domain::PACKET, Type::RAW, Some(Protocol::from(0))).map_err(failed("open"))?;
        rustix::net::sockopt::set_socket_recv_buffer_size_force(socket.as_fd(), BUFFER)
            .map_err(|errno| failed("give room to")(errno.into()))?;
        socket.bind(&address(link, protocol).map_err(failed("address"))?).map_err(failed("bind"))?;
        Ok(Self(socket))
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
        match (&self.0).read(&mut buffer) {
            Ok(length) => {
                buffer.truncate(length);
                Ok(Some(buffer))
            }
            Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => Ok(None),
            Err(error) => Err(failed(error)),
        }
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
