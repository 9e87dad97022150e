//! What tells whether a network works: looked for before a change and while it waits.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use guard::Evidence;
use linux::neighbour::Neighbour;
use linux::sessions::Session;
use network::option::bond;
use network::{BondMode, IfName, Link, Network};

use super::senses::{SenseError, Senses};

/// The sign of a cluster's quorum.
pub const QUORATE: &str = "the cluster has a quorum here";
/// How many peers are looked for at most; those of logins (port 22) first.
const PEERS: usize = 64;
const SSH: u16 = 22;
/// How often a connection may have sent the same again and count as one that works: the third time is 1.4 s after the
/// first (`TCP_RTO_MIN` and its doubling).
const RETRANSMITS: u32 = 3;

/// What is looked for: only what the new file wants as well. Who takes the gateway out of the file does not miss it.
#[derive(Clone, Debug, Default)]
pub struct Signs {
    /// The file has a gateway.
    gateway: bool,
    /// LACP bonds of the file.
    lacp: Vec<IfName>,
    /// Gateways that there were and are to be.
    gateways: BTreeSet<IpAddr>,
    /// Families, IPv4 or not, in which another gateway takes the place of the one that there was.
    families: BTreeSet<bool>,
    /// The other ends of TCP connections to addresses that stay, and whether they were on a link of this host.
    peers: BTreeMap<IpAddr, bool>,
}

fn is_lacp(link: &Link) -> bool {
    link.bond().is_some_and(|found| found.options.number(bond::MODE) == Some(BondMode::Lacp.number()))
}

/// The gateways of default routes, each with the link that leads to it.
fn gateways(network: &Network) -> impl Iterator<Item = (&IfName, IpAddr)> {
    let ways = network.routes.iter().filter(|route| route.is_default());
    ways.filter_map(|route| Some((&route.link, route.gateway?)))
}

/// The link on which an address is that is not this host's own: that of the longest prefix.
fn on_link(network: &Network, peer: IpAddr) -> Option<&IfName> {
    let all = network.links.values().flat_map(|link| link.addresses.iter().map(move |address| (link, address.net)));
    let around = all.filter(|(link, net)| link.up == Some(true) && net.contains(&peer));
    around.max_by_key(|(_, net)| net.prefix_len()).map(|(link, _)| &link.name)
}

fn has(network: &Network, own: IpAddr) -> bool {
    network.links.values().any(|link| link.addresses.iter().any(|address| address.net.addr() == own))
}

/// Whether a DHCP client feeds this family, IPv4 or not, of the link.
fn is_leased(link: &Link, v4: bool) -> bool {
    if v4 { link.dhcp.v4 } else { link.dhcp.v6 }
}

/// Whether an address that came by itself, of this family, comes to the link of the file again: by DHCP, or because the file
/// does not list the addresses of that family, as with `inet6 auto`.
fn comes_again(wanted: &Link, v4: bool) -> bool {
    let lists_all = if v4 { wanted.addressing.v4 } else { wanted.addressing.v6 };
    is_leased(wanted, v4) || !lists_all
}

/// Whether an address of this host is there afterwards as well: the file has it, or it comes by itself, or its link is none
/// of the file's.
fn stays(own: IpAddr, before: &Network, wanted: &Network) -> bool {
    has(wanted, own)
        || before.links.values().any(|link| {
            let holds = link.addresses.iter().find(|address| address.net.addr() == own);
            holds.is_some_and(|address| match wanted.link(&link.name) {
                None => true,
                Some(wanted) => address.dynamic && comes_again(wanted, own.is_ipv4()),
            })
        })
}

impl Signs {
    /// What is to be looked for across a change from one network to what is wanted.
    ///
    /// # Errors
    /// When the TCP connections can't be listed.
    pub fn of(wanted: &Network, before: &Network, senses: &mut dyn Senses) -> Result<Self, SenseError> {
        let gateway = gateways(wanted).next().is_some();
        let lacp = wanted.links.values().filter(|link| is_lacp(link)).map(|link| link.name.clone()).collect();
        let to_be: BTreeSet<IpAddr> = gateways(wanted).map(|(_, gateway)| gateway).collect();
        let kept = |(link, gateway): &(&IfName, IpAddr)| {
            let comes = |wanted| is_leased(wanted, gateway.is_ipv4());
            to_be.contains(gateway) || wanted.link(link).is_none_or(comes)
        };
        let kept: BTreeSet<IpAddr> = gateways(before).filter(kept).map(|(_, gateway)| gateway).collect();
        let is_of = |gateways: &BTreeSet<IpAddr>, v4| gateways.iter().any(|gateway| gateway.is_ipv4() == v4);
        // Where a lease comes to another link than before, so does a gateway.
        let is_to_be = |v4| is_of(&to_be, v4) || wanted.links.values().any(|link| is_leased(link, v4));
        let families = [true, false].into_iter().filter(|v4| is_to_be(*v4) && !is_of(&kept, *v4)).collect();
        let peers = peers(wanted, before, &senses.sessions()?);
        Ok(Self { gateway, lacp, gateways: kept, families, peers })
    }

    /// Whether there are peers beyond a gateway, of which only what is sent to them tells.
    #[must_use]
    pub fn has_far_peers(&self) -> bool {
        self.peers.values().any(|near| !near)
    }

    /// Those of far peers alone.
    #[cfg(test)]
    pub(super) fn of_far_peers(peers: Option<IpAddr>) -> Self {
        Self { peers: peers.into_iter().map(|peer| (peer, false)).collect(), ..Self::default() }
    }

    /// What is seen in a network, and by asking.
    ///
    /// # Errors
    /// When the host can't be asked.
    pub fn look(&self, network: &Network, senses: &mut dyn Senses) -> Result<Evidence, SenseError> {
        let mut out = Evidence::default();
        self.note_links(network, &mut out);
        let ways: BTreeSet<Neighbour> = gateways(network)
            .filter(|(_, way)| self.gateways.contains(way) || self.families.contains(&way.is_ipv4()))
            .map(|(link, way)| (link.clone(), way))
            .collect();
        let near = |peer: &IpAddr| Some((on_link(network, *peer)?.clone(), *peer));
        let peers: BTreeSet<Neighbour> =
            self.peers.iter().filter(|(_, near)| **near).filter_map(|(peer, _)| near(peer)).collect();
        let asked: BTreeSet<Neighbour> = ways.union(&peers).cloned().collect();
        let answering: BTreeSet<IpAddr> = senses.answering(&asked)?.into_iter().map(|(_, address)| address).collect();
        for gateway in &self.gateways {
            out.note(format!("the gateway {gateway} answers"), answering.contains(gateway));
        }
        for v4 in &self.families {
            let family = if *v4 { "IPv4" } else { "IPv6" };
            let answers = ways.iter().any(|(_, way)| way.is_ipv4() == *v4 && answering.contains(way));
            out.note(format!("a gateway of {family} answers"), answers);
        }
        if !self.peers.is_empty() {
            let sessions = senses.sessions()?;
            for (peer, near) in &self.peers {
                let heard = is_heard(*peer, &sessions, !near || answering.contains(peer));
                out.note(format!("{peer}, connected to this host, answers"), heard);
            }
        }
        if let Some(quorate) = senses.is_quorate() {
            out.note(QUORATE, quorate);
        }
        Ok(out)
    }

    /// What the links themselves tell.
    fn note_links(&self, network: &Network, out: &mut Evidence) {
        if self.gateway {
            let works = gateways(network).any(|(link, _)| network.link(link).and_then(Link::carrier) == Some(true));
            out.note("the way to the gateway has a signal", works);
        }
        for name in &self.lacp {
            // One that is no LACP bond yet had nothing that could be lost.
            let Some(found) = network.link(name).filter(|link| is_lacp(link)) else { continue };
            let partner = found.bond().and_then(|bond| bond.state.as_ref()?.aggregator);
            let bundled = partner.is_some_and(|aggregator| !aggregator.partner_mac.is_zero());
            out.note(format!("{name} has an LACP partner"), bundled);
        }
    }
}

/// Those whose connections are to outlive the change.
fn peers(wanted: &Network, before: &Network, sessions: &[Session]) -> BTreeMap<IpAddr, bool> {
    let from_afar = |session: &&Session| {
        let far = session.remote.ip();
        // An IPv6 address that counts on one link alone is not told with its link.
        let is_bound_to_a_link = matches!(far, IpAddr::V6(ip) if ip.is_unicast_link_local());
        session.is_established && !far.is_loopback() && !is_bound_to_a_link && !has(before, far)
    };
    let kept = |session: &&Session| stays(session.local.ip(), before, wanted);
    let mut sessions: Vec<&Session> = sessions.iter().filter(from_afar).filter(kept).collect();
    sessions.sort_by_key(|session| (session.local.port() != SSH, session.remote.ip()));
    let mut out = BTreeMap::new();
    for session in sessions {
        let peer = session.remote.ip();
        if out.len() < PEERS {
            out.insert(peer, on_link(before, peer).is_some());
        }
    }
    out
}

/// Whether a peer is heard: also one whose connection is just being closed. One whose connections have all ended went by
/// itself: what can't be reached can't end them.
fn is_heard(peer: IpAddr, sessions: &[Session], answers: bool) -> bool {
    let mut own = sessions.iter().filter(|session| session.remote.ip() == peer).peekable();
    own.peek().is_none() || answers && own.any(|session| !session.is_opening && session.retransmits < RETRANSMITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use network::lacp::Aggregator;
    use network::{Address, Bond, Facts, Kind, Mac, Route, Value};

    /// What is asked is answered from lists.
    #[derive(Default)]
    struct Told {
        answering: BTreeSet<IpAddr>,
        sessions: Vec<Session>,
        quorate: Option<bool>,
    }

    impl Senses for Told {
        fn answering(&mut self, asked: &BTreeSet<Neighbour>) -> Result<BTreeSet<Neighbour>, SenseError> {
            Ok(asked.iter().filter(|(_, address)| self.answering.contains(address)).cloned().collect())
        }
        fn sessions(&mut self) -> Result<Vec<Session>, SenseError> {
            Ok(self.sessions.clone())
        }
        fn is_quorate(&mut self) -> Option<bool> {
            self.quorate
        }
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn session(remote: &str, retransmits: u32) -> Session {
        let local = "192.0.2.10:22".parse().unwrap();
        Session { local, remote: remote.parse().unwrap(), is_established: true, is_opening: false, retransmits }
    }

    fn host(carrier: bool, partner: Mac) -> Network {
        let mut bond = Bond { state: Some(network::bond::BondState::default()), ..Bond::default() };
        bond.options.set(bond::MODE, Value::Number(BondMode::Lacp.number()));
        let aggregator = Aggregator { id: 1, ports: 1, actor_key: 9, partner_key: 1, partner_mac: partner };
        bond.state.as_mut().unwrap().aggregator = Some(aggregator);
        let name: IfName = "bond0".parse().unwrap();
        let mut link = Link::new(name.clone(), Kind::Bond(bond));
        link.facts = Some(Box::new(Facts { carrier: Some(carrier), ..Facts::default() }));
        link.up = Some(true);
        link.addresses = vec![Address::new("192.0.2.10/24".parse().unwrap())];
        let mut out = Network::default();
        out.insert(link);
        out.routes.push(Route::default_via(ip("192.0.2.1"), name, None));
        out
    }

    const PARTNER: Mac = Mac([2; 6]);

    /// What is lost between two looks at the same network.
    fn lost(wanted: &Network, mut before: Told, mut after: Told) -> Vec<String> {
        let good = host(true, PARTNER);
        let signs = Signs::of(wanted, &good, &mut before).unwrap();
        let seen = signs.look(&good, &mut before).unwrap();
        seen.lost_in(&signs.look(&good, &mut after).unwrap())
    }

    fn all(answering: &[&str], sessions: &[Session], quorate: Option<bool>) -> Told {
        Told { answering: answering.iter().map(|text| ip(text)).collect(), sessions: sessions.to_vec(), quorate }
    }

    #[test]
    fn a_lost_signal_and_a_lost_partner_are_seen() {
        let (good, mut told) = (host(true, PARTNER), Told::default());
        let signs = Signs::of(&good, &good, &mut told).unwrap();
        let mut look = |network: &Network| signs.look(network, &mut told).unwrap();
        let before = look(&good);
        assert!(before.lost_in(&look(&good)).is_empty());
        assert_eq!(before.lost_in(&look(&host(false, PARTNER))), ["the way to the gateway has a signal"]);
        assert_eq!(before.lost_in(&look(&host(true, Mac::ZERO))), ["bond0 has an LACP partner"]);
        assert_eq!(before.lost_in(&look(&Network::default())).len(), 2);
    }

    #[test]
    fn what_the_file_does_not_want_is_not_missed() {
        let (good, mut told) = (host(true, PARTNER), all(&["192.0.2.1"], &[session("192.0.2.50:999", 0)], None));
        let mut moved = good.clone();
        moved.links.values_mut().for_each(|link| link.addresses.clear());
        moved.routes.clear();
        let signs = Signs::of(&moved, &good, &mut told).unwrap();
        let before = signs.look(&good, &mut told).unwrap();
        assert!(before.iter().all(|(sign, _)| sign == "bond0 has an LACP partner"), "{before:?}");
    }

    #[test]
    fn a_gateway_that_does_not_answer_any_more_is_lost() {
        let good = host(true, PARTNER);
        let signs = lost(&good, all(&["192.0.2.1"], &[], None), Told::default());
        assert_eq!(signs, ["the gateway 192.0.2.1 answers"]);
        assert!(lost(&good, Told::default(), Told::default()).is_empty(), "it did not answer before");
        // Another in its place has to answer as it did.
        let mut other = good.clone();
        other.routes[0].gateway = Some(ip("192.0.2.254"));
        let mut told = all(&["192.0.2.1"], &[], None);
        let signs = Signs::of(&other, &good, &mut told).unwrap();
        let before = signs.look(&good, &mut told).unwrap();
        assert_eq!(before.lost_in(&signs.look(&other, &mut told).unwrap()), ["a gateway of IPv4 answers"]);
        assert!(before.lost_in(&signs.look(&other, &mut all(&["192.0.2.254"], &[], None)).unwrap()).is_empty());
    }

    #[test]
    fn a_lease_keeps_what_comes_to_its_own_link_and_family_alone() {
        // The gateway and the address came by DHCP; the file has a static address, or a lease elsewhere.
        let mut before = host(true, PARTNER);
        before.links.values_mut().for_each(|link| link.addresses[0].dynamic = true);
        let signs = |dhcp: network::dhcp::Dhcp, elsewhere: network::dhcp::Dhcp| {
            let mut wanted = before.clone();
            wanted.routes.clear();
            for link in wanted.links.values_mut() {
                link.addresses = Vec::new();
                link.dhcp = dhcp;
                link.addressing.v4 = !dhcp.v4;
            }
            wanted.insert(Link { dhcp: elsewhere, ..Link::new("eno9".parse().unwrap(), Kind::Nic) });
            let mut told = all(&["192.0.2.1", "192.0.2.50"], &[session("192.0.2.50:999", 0)], None);
            let signs = Signs::of(&wanted, &before, &mut told).unwrap();
            let seen = signs.look(&before, &mut told).unwrap();
            let works = seen.iter().filter(|(sign, seen)| *seen && sign.ends_with("answers"));
            works.map(|(sign, _)| sign.to_owned()).collect::<Vec<_>>()
        };
        let (none, v4, v6) = Default::default();
        let (v4, v6) = (network::dhcp::Dhcp { v4: true, ..v4 }, network::dhcp::Dhcp { v6: true, ..v6 });
        let peer = "192.0.2.50, connected to this host, answers";
        assert_eq!(signs(v4, none), [peer, "the gateway 192.0.2.1 answers"]);
        assert!(signs(none, none).is_empty() && signs(v6, none).is_empty() && signs(none, v6).is_empty());
        assert_eq!(signs(none, v4), ["a gateway of IPv4 answers"]);
    }

    #[test]
    fn a_peer_is_lost_unless_its_connections_ended() {
        let good = host(true, PARTNER);
        let near = || all(&["192.0.2.50"], &[session("192.0.2.50:999", 0)], None);
        let sign = ["192.0.2.50, connected to this host, answers"];
        assert!(lost(&good, near(), near()).is_empty());
        assert_eq!(lost(&good, near(), all(&[], &[session("192.0.2.50:999", 0)], None)), sign);
        assert_eq!(lost(&good, near(), all(&["192.0.2.50"], &[session("192.0.2.50:999", 5)], None)), sign);
        let opening = Session { is_established: false, is_opening: true, ..session("192.0.2.50:999", 0) };
        assert_eq!(lost(&good, near(), all(&["192.0.2.50"], &[opening], None)), sign);
        let closing = |retransmits| Session { is_established: false, ..session("192.0.2.50:999", retransmits) };
        assert!(lost(&good, near(), all(&["192.0.2.50"], &[closing(2)], None)).is_empty());
        assert_eq!(lost(&good, near(), all(&["192.0.2.50"], &[closing(3)], None)), sign);
        assert!(lost(&good, near(), Told::default()).is_empty(), "it went by itself");
        // One beyond the gateway is heard as long as what is sent to it is.
        let far = |retransmits| all(&[], &[session("203.0.113.7:999", retransmits)], None);
        assert!(lost(&good, far(0), far(1)).is_empty());
        assert_eq!(lost(&good, far(0), far(3)), ["203.0.113.7, connected to this host, answers"]);
        // This host itself is no peer, and neither is a loopback.
        for own in ["127.0.0.1:9", "192.0.2.10:9", "[fe80::1]:9"] {
            assert!(lost(&good, all(&[], &[session(own, 0)], None), all(&[], &[session(own, 9)], None)).is_empty());
        }
    }

    #[test]
    fn a_lost_quorum_is_seen() {
        let good = host(true, PARTNER);
        let lost = |before, after| lost(&good, all(&[], &[], before), all(&[], &[], after));
        assert_eq!(lost(Some(true), Some(false)), ["the cluster has a quorum here"]);
        assert!(lost(Some(false), Some(false)).is_empty() && lost(None, Some(true)).is_empty());
    }
}
