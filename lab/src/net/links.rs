//! Devices that no host's file asks for and every test needs: veth pairs, dummies, netlink monitors.

use std::os::fd::AsRawFd;

use linux::Socket;
use netlink_packet_core::{NLM_F_CREATE, NLM_F_EXCL, NetlinkMessage};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{InfoData, InfoKind, InfoVeth, LinkAttribute, LinkFlags, LinkInfo, LinkMessage};
use network::{IfName, Mac};

use super::{End, NetError};

/// Makes and changes links in the network namespace that it was opened in.
#[derive(Debug)]
pub struct Links(Socket);

impl Links {
    /// Opens it in the calling thread's network namespace.
    ///
    /// # Errors
    /// When the kernel can't be reached.
    pub fn open() -> Result<Self, NetError> {
        Ok(Self(Socket::open()?))
    }

    /// Makes a veth pair: `name` here, with that address or one of the kernel's choice; the other end elsewhere. Both are
    /// down.
    ///
    /// # Errors
    /// When a name is taken, or the kernel has no veth.
    pub fn veth(&mut self, name: &IfName, mac: Option<Mac>, far: &End) -> Result<(), NetError> {
        let mut peer = LinkMessage::default();
        peer.attributes.push(LinkAttribute::IfName(far.link.to_string()));
        peer.attributes.push(LinkAttribute::NetNsFd(far.namespace.file().as_raw_fd()));
        let data = LinkInfo::Data(InfoData::Veth(InfoVeth::Peer(peer)));
        let mac = mac.map(|mac| LinkAttribute::Address(mac.0.to_vec()));
        self.create("make the veth pair", name, InfoKind::Veth, Some(data), mac)
    }

    /// Makes a dummy: a NIC that has carrier and swallows everything. It is down.
    ///
    /// # Errors
    /// When the name is taken, or the kernel has no dummy.
    pub fn dummy(&mut self, name: &IfName) -> Result<(), NetError> {
        self.create("make the dummy", name, InfoKind::Dummy, None, None)
    }

    /// Makes a netlink monitor device, up: what it receives is what netlink sockets of this namespace exchange.
    ///
    /// # Errors
    /// When the name is taken, or the kernel has no nlmon.
    pub fn nlmon(&mut self, name: &IfName) -> Result<(), NetError> {
        self.create("make the netlink monitor", name, InfoKind::Nlmon, None, None)?;
        self.set_up(name, true)
    }

    fn create(
        &mut self,
        doing: &'static str,
        name: &IfName,
        kind: InfoKind,
        data: Option<LinkInfo>,
        more: Option<LinkAttribute>,
    ) -> Result<(), NetError> {
        let mut message = LinkMessage::default();
        message.attributes.push(LinkAttribute::IfName(name.to_string()));
        message.attributes.extend(more);
        message.attributes.push(LinkAttribute::LinkInfo([LinkInfo::Kind(kind)].into_iter().chain(data).collect()));
        self.new_link(doing, name, message, NLM_F_CREATE | NLM_F_EXCL)
    }

    /// Sets a link up or down, by name.
    ///
    /// # Errors
    /// When it is not there, or its driver refuses.
    pub fn set_up(&mut self, name: &IfName, up: bool) -> Result<(), NetError> {
        let mut message = LinkMessage::default();
        message.header.flags = if up { LinkFlags::Up } else { LinkFlags::empty() };
        message.header.change_mask = LinkFlags::Up;
        message.attributes.push(LinkAttribute::IfName(name.to_string()));
        self.new_link(if up { "bring up" } else { "bring down" }, name, message, 0)
    }

    /// Takes a link away, by name.
    ///
    /// # Errors
    /// When it is not there or can't be taken away.
    pub fn delete(&mut self, name: &IfName) -> Result<(), NetError> {
        let mut message = LinkMessage::default();
        message.attributes.push(LinkAttribute::IfName(name.to_string()));
        self.send("delete", name, RouteNetlinkMessage::DelLink(message), 0)
    }

    /// The kernel's number for a link.
    ///
    /// # Errors
    /// When it is not there.
    pub fn index(&self, name: &IfName) -> Result<u32, NetError> {
        rustix::net::netdevice::name_to_index(self.0.raw(), name.as_str())
            .map_err(|errno| NetError::NoLink { link: name.clone(), source: errno.into() })
    }

    fn new_link(
        &mut self,
        doing: &'static str,
        name: &IfName,
        message: LinkMessage,
        flags: u16,
    ) -> Result<(), NetError> {
        self.send(doing, name, RouteNetlinkMessage::NewLink(message), flags)
    }

    fn send(
        &mut self,
        doing: &'static str,
        name: &IfName,
        message: RouteNetlinkMessage,
        flags: u16,
    ) -> Result<(), NetError> {
        let mut message = NetlinkMessage::from(message);
        message.header.flags = flags;
        self.0.request(message).map_err(|source| NetError::Kernel { doing, link: name.clone(), source })
    }
}
