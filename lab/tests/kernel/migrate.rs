//! The article's way: from one NIC to active-backup to LACP on one host, with a guest that stays where it is.

use std::error::Error;

use lab::watch::Monitor;
use lab::{Guest, Lab, traffic};
use linux::RawMessage;
use network::{Network, Route};

use crate::apply::{address, apply, example, site, until_lacp_carries, verify};
use crate::raw::{self, named, number_of};

lab::test!(one_nic_becomes_active_backup_becomes_lacp_and_the_guest_stays);

/// The host's address, in each of the three files.
const HOST: &str = "192.168.1.10/24";

fn one_nic_becomes_active_backup_becomes_lacp_and_the_guest_stays(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let site = site(lab)?;
    let client = site.client(address("192.168.1.50/24"))?;

    apply(lab, &example("single-nic")?)?;
    let guest = lab.guest("tap100i0", "vmbr0", address("192.168.1.100/24"))?;
    let mut monitor = Monitor::open()?;
    let (port, bridge) = (number_of(&named("tap100i0")), number_of(&named("vmbr0")));
    assert_eq!(ways_in(&lab.host.observe()?), ["enp3s0", "tap100i0"]);
    arrived(lab, &client, &guest)?;

    apply(lab, &example("active-backup")?)?;
    assert_eq!(ways_in(&lab.host.observe()?), ["bond0", "tap100i0"]);
    arrived(lab, &client, &guest)?;

    // The switch follows the host: without a partner the bond still carries on one slave.
    apply(lab, &example("lacp")?)?;
    site.bundle(lab)?;
    until_lacp_carries(lab)?;
    assert_eq!(ways_in(&lab.host.observe()?), ["bond0", "tap100i0"]);
    arrived(lab, &client, &guest)?;

    let events = monitor.drain()?;
    let of_port: Vec<&RawMessage> = events.iter().filter(|event| is_about(event, port)).collect();
    let stays = |event: &&RawMessage| {
        let master = raw::attribute(&event.payload, &[libc::IFLA_MASTER]);
        event.kind == libc::RTM_NEWLINK && master == Some(&bridge.to_ne_bytes())
    };
    assert!(of_port.iter().all(stays), "the guest's port left its bridge: {of_port:?}");
    let of_bridge = |event: &&RawMessage| is_about(event, bridge) && event.kind == libc::RTM_DELLINK;
    assert_eq!(events.iter().find(of_bridge), None, "the bridge was made anew");
    assert!(events.iter().any(|event| event.kind == libc::RTM_NEWLINK), "nothing was heard, so nothing is proven");
    Ok(())
}

/// Whether an announcement is about that link: the kernel announces addresses and routes too.
fn is_about(event: &RawMessage, link: u32) -> bool {
    [libc::RTM_NEWLINK, libc::RTM_DELLINK].contains(&event.kind) && raw::index(&event.payload) == link
}

/// The ports of vmbr0, by name.
fn ways_in(network: &Network) -> Vec<String> {
    network.members(&named("vmbr0")).map(|link| link.name.to_string()).collect()
}

/// A stage's end: the kernel has what the file says, vmbr0 alone has the host's address and its only default route, and
/// traffic from behind the switch reaches the host and the guest.
fn arrived(lab: &Lab, client: &Guest, guest: &Guest) -> Result<(), Box<dyn Error>> {
    verify(lab);
    let network = lab.host.observe()?;
    let host = address(HOST).net;
    let has = |link: &&network::Link| link.addresses.iter().any(|address| address.net == host);
    let holders: Vec<&str> = network.links.values().filter(has).map(|link| link.name.as_str()).collect();
    assert_eq!(holders, ["vmbr0"], "who has {HOST}");
    let defaults: Vec<&Route> =
        network.routes.iter().filter(|route| route.is_default() && route.destination.addr().is_ipv4()).collect();
    let wanted = Route::default_via("192.168.1.1".parse()?, named("vmbr0"), None);
    assert!(matches!(defaults.as_slice(), [only] if only.is_same(&wanted)), "{defaults:?}");
    for (to, at) in [(&lab.host, host.addr()), (&guest.namespace, guest.address)] {
        let (seen, ()) = traffic::outage(&client.namespace, to, at, || ())?;
        assert!(seen.lost < seen.sent, "{at}: {seen}");
    }
    Ok(())
}
