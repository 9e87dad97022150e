//! Requests that no `Change` says, and answers as bytes: for the tests that look at the kernel itself.

use lab::Links;
use linux::attribute::attributes;
use netlink_packet_core::{DefaultNla, NetlinkMessage};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_packet_route::link::{InfoBond, InfoData, InfoKind, LinkAttribute, LinkInfo, LinkMessage};
use network::IfName;

/// The length of `struct ifinfomsg`, behind which a link message's attributes start.
const IFINFOMSG: usize = 16;

/// A message about `link` that carries one attribute of a bond.
pub(crate) fn bond(link: &IfName, attribute: u16, value: &[u8]) -> LinkMessage {
    let data = InfoData::Bond(vec![InfoBond::Other(DefaultNla::new(attribute, value.to_vec()))]);
    about(link, InfoKind::Bond, data)
}

/// A message about `link` that carries details of its kind.
pub(crate) fn about(link: &IfName, kind: InfoKind, data: InfoData) -> LinkMessage {
    let mut message = LinkMessage::default();
    message.attributes.push(LinkAttribute::IfName(link.to_string()));
    message.attributes.push(LinkAttribute::LinkInfo(vec![LinkInfo::Kind(kind), LinkInfo::Data(data)]));
    message
}

/// Changes a link that exists, by `RTM_NEWLINK`.
pub(crate) fn new_link(message: LinkMessage) -> NetlinkMessage<RouteNetlinkMessage> {
    RouteNetlinkMessage::NewLink(message).into()
}

/// Changes a link by `RTM_SETLINK`.
pub(crate) fn set_link(message: LinkMessage) -> NetlinkMessage<RouteNetlinkMessage> {
    RouteNetlinkMessage::SetLink(message).into()
}

/// Asks for all links.
pub(crate) fn all_links() -> NetlinkMessage<RouteNetlinkMessage> {
    RouteNetlinkMessage::GetLink(LinkMessage::default()).into()
}

/// The link number in a link message.
pub(crate) fn index(payload: &[u8]) -> u32 {
    u32::from_ne_bytes(payload[4..8].try_into().expect("four bytes"))
}

/// The flags (`IFF_*`) in a link message.
pub(crate) fn flags(payload: &[u8]) -> u32 {
    u32::from_ne_bytes(payload[8..12].try_into().expect("four bytes"))
}

/// The attribute at that path of types in a link message.
pub(crate) fn attribute<'a>(payload: &'a [u8], path: &[u16]) -> Option<&'a [u8]> {
    let mut inside = &payload[IFINFOMSG..];
    for kind in path {
        inside = attributes(inside).map(Result::unwrap).find(|attribute| attribute.kind == *kind)?.value;
    }
    Some(inside)
}

/// The name in a link message.
pub(crate) fn name(payload: &[u8]) -> String {
    let name = attribute(payload, &[libc::IFLA_IFNAME]).expect("every link has a name");
    String::from_utf8_lossy(name.strip_suffix(&[0]).unwrap_or(name)).into_owned()
}

/// The number of a link in the calling thread's network namespace.
pub(crate) fn number_of(link: &IfName) -> u32 {
    Links::open().and_then(|links| links.index(link)).expect("the test made it")
}

/// A name that the test chose.
pub(crate) fn named(name: &str) -> IfName {
    IfName::new(name).expect("the test chose a good name")
}
