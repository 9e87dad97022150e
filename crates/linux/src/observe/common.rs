//! What every look at the network reads, whatever it finds: links, addresses, routes of the main table.
//!
//! It is told part by part, so that one thread can read while another makes something of it.

use netlink_packet_core::NetlinkMessage;
use netlink_packet_route::address::AddressMessage;
use netlink_packet_route::link::{LinkAttribute, LinkExtentMask, LinkMessage};
use netlink_packet_route::route::{RouteAttribute, RouteMessage, RouteType};
use netlink_packet_route::{AddressFamily, RouteNetlinkMessage};
use network::address::RT_TABLE_MAIN;

use super::Message;
use super::failure::{Doing, Failure};
use crate::assemble::Assembly;
use crate::socket::Told;
use crate::{DumpError, RawMessage, Socket};

const LINKS: &str = "list the links";
const ADDRESSES: &str = "list the addresses";
pub(super) const ROUTES: &str = "list the routes";
/// How many bytes of messages make a part: what the kernel gives at once.
const PART: usize = 32 << 10;

/// A part of what is read, in the order in which it comes.
pub(crate) enum Part {
    /// Links.
    Links(Batch),
    /// The links that were told are no consistent whole: they come again.
    Again,
    /// All links were told.
    End,
    /// All addresses.
    Addresses(Vec<RawMessage>),
    /// All routes of a family in the main table.
    Routes(AddressFamily, Vec<RawMessage>),
}

/// Payloads one after the other, in one piece of memory.
#[derive(Default)]
pub(crate) struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Batch {
    fn add(&mut self, payload: &[u8]) {
        if self.bytes.capacity() == 0 {
            self.bytes.reserve_exact(PART);
        }
        self.bytes.extend_from_slice(payload);
        self.ends.push(self.bytes.len());
    }

    fn payloads(&self) -> impl Iterator<Item = &[u8]> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| &self.bytes[start..*end])
    }
}

/// Reads all parts. Stops early, without an error, when `tell` says that nobody listens any more.
pub(crate) fn read(socket: &mut Socket, tell: &mut dyn FnMut(Part) -> bool) -> Result<(), Failure> {
    let (mut batch, mut goes_on) = (Batch::default(), true);
    let told = socket.dump_each(&links(), &mut |told| match told {
        Told::Message { payload, .. } => {
            if batch.bytes.len() + payload.len() > PART && goes_on {
                goes_on = tell(Part::Links(std::mem::take(&mut batch)));
            }
            batch.add(payload);
        }
        Told::Again => {
            batch = Batch::default();
            goes_on = goes_on && tell(Part::Again);
        }
    });
    told.doing(LINKS)?;
    if !(goes_on && tell(Part::Links(batch)) && tell(Part::End)) {
        return Ok(());
    }
    if !tell(Part::Addresses(socket.dump(&addresses()).doing(ADDRESSES)?)) {
        return Ok(());
    }
    for family in [AddressFamily::Inet, AddressFamily::Inet6] {
        if !tell(Part::Routes(family, routes(socket, family, RT_TABLE_MAIN).doing(ROUTES)?)) {
            return Ok(());
        }
    }
    Ok(())
}

/// Makes a network of the parts.
#[derive(Default)]
pub(crate) struct Gathering {
    assembly: Assembly,
    failure: Option<Failure>,
}

impl Gathering {
    /// Takes the next part; the first failure is what [`Gathering::finish`] gives.
    pub(crate) fn take(&mut self, part: Part) {
        if matches!(part, Part::Again) {
            *self = Self::default();
        } else if self.failure.is_none() {
            self.failure = self.add(part).err();
        }
    }

    fn add(&mut self, part: Part) -> Result<(), Failure> {
        let assembly = &mut self.assembly;
        match part {
            Part::Links(batch) => batch.payloads().try_for_each(|payload| assembly.add_link(payload)).doing(LINKS),
            Part::Again => Ok(()),
            Part::End => assembly.end_links().doing(LINKS),
            Part::Addresses(messages) => assembly.add_addresses(&messages).doing(ADDRESSES),
            Part::Routes(family, messages) => assembly.add_routes(family, &messages).doing(ROUTES),
        }
    }

    /// What was made.
    pub(crate) fn finish(self) -> Result<Assembly, Failure> {
        self.failure.map_or(Ok(self.assembly), Err)
    }
}

/// Statistics of the protocols are much of a link's message, and not asked for.
fn links() -> Message {
    let mut message = LinkMessage::default();
    message.attributes = vec![LinkAttribute::ExtMask(vec![LinkExtentMask::SkipStats])];
    NetlinkMessage::from(RouteNetlinkMessage::GetLink(message))
}

fn addresses() -> Message {
    NetlinkMessage::from(RouteNetlinkMessage::GetAddress(AddressMessage::default()))
}

/// One table alone: a router's others can hold a million. A table that was never used does not exist yet.
pub(super) fn routes(socket: &mut Socket, family: AddressFamily, table: u32) -> Result<Vec<RawMessage>, DumpError> {
    let mut message = RouteMessage::default();
    message.header.address_family = family;
    message.attributes = vec![RouteAttribute::Table(table)];
    message.header.kind = RouteType::Unicast;
    match socket.dump(&NetlinkMessage::from(RouteNetlinkMessage::GetRoute(message))) {
        Err(DumpError::Kernel(error)) if error.errno == libc::ENOENT => Ok(Vec::new()),
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_told_of_a_network_that_changed_is_forgotten() {
        let mut gathering = Gathering::default();
        let mut batch = Batch::default();
        batch.add(&[1, 2, 3]);
        assert_eq!(batch.payloads().collect::<Vec<_>>(), [[1, 2, 3]]);
        gathering.take(Part::Links(batch));
        gathering.take(Part::Again);
        gathering.take(Part::Links(Batch::default()));
        gathering.take(Part::End);
        let network = gathering.finish().ok().expect("what was malformed is forgotten").finish();
        assert!(network.links.is_empty());
    }

    #[test]
    fn what_can_not_be_read_is_told_at_the_end() {
        let mut gathering = Gathering::default();
        let mut batch = Batch::default();
        batch.add(&[1, 2, 3]);
        gathering.take(Part::Links(batch));
        gathering.take(Part::End);
        assert!(matches!(gathering.finish(), Err(Failure::Final(error)) if error.doing == LINKS));
    }
}
