//! Addresses: those of the file are there after every way to it, and nowhere else.

use std::error::Error;

use bowline::ExitCode;
use lab::{Lab, Links, traffic, until};
use network::{Change, Device, IfName, Options};

use crate::apply::{address, example, run, site, verify};
use crate::face::{call, well};
use crate::program::{apply, link, try_apply};
use crate::raw::named;

lab::test!(
    an_address_of_several_moves_to_a_bridge,
    the_first_of_several_goes,
    an_address_leaves_a_link_that_the_file_does_not_name,
    an_address_back_on_a_nic_takes_it_out_of_its_bridge,
    a_bounce_that_the_kernel_refuses_leaves_the_bond_as_it_was,
    an_address_that_another_host_has_is_told,
);

fn nics() -> Result<(), Box<dyn Error>> {
    ["enp3s0", "enp4s0"].iter().try_for_each(|nic| Ok(Links::open()?.dummy(&named(nic))?))
}

/// The addresses of a link that somebody gave it, sorted.
fn given(lab: &Lab, name: &str) -> Result<Vec<String>, Box<dyn Error>> {
    let link = link(lab, name)?;
    let mut given: Vec<String> =
        link.addresses.iter().filter(|a| !a.dynamic).map(|address| address.net.to_string()).collect();
    given.sort();
    Ok(given)
}

/// Whether the kernel keeps the other addresses of a subnet when its first goes. Debian's default is no, systemd's yes.
fn promote_secondaries(promote: bool) -> Result<(), Box<dyn Error>> {
    let value = if promote { "1" } else { "0" };
    Ok(std::fs::write("/proc/sys/net/ipv4/conf/all/promote_secondaries", value)?)
}

fn nic(addresses: &[&str]) -> String {
    let lines: String = addresses.iter().map(|address| format!("\taddress {address}\n")).collect();
    format!("auto enp3s0\niface enp3s0 inet static\n{lines}\tgateway 192.168.1.1\n")
}

fn an_address_of_several_moves_to_a_bridge(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    for promote in [false, true] {
        promote_secondaries(promote)?;
        apply(lab, &nic(&["192.168.1.10/24", "192.168.1.11/24", "192.168.1.12/24"]))?;
        apply(
            lab,
            "auto vmbr0\niface vmbr0 inet static\n\taddress 192.168.1.10/24\n\tgateway 192.168.1.1\n\
             \tbridge-ports enp3s0\n\tbridge-stp off\n\tbridge-fd 0\n",
        )?;
        assert_eq!(given(lab, "vmbr0")?, ["192.168.1.10/24"]);
        assert_eq!(given(lab, "enp3s0")?, Vec::<String>::new());
        lab.host.change(&[Change::Delete { link: named("vmbr0") }])?;
    }
    Ok(())
}

fn the_first_of_several_goes(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    for promote in [false, true] {
        promote_secondaries(promote)?;
        apply(lab, &nic(&["192.168.1.10/24", "192.168.1.11/24", "192.168.1.12/24"]))?;
        apply(lab, &nic(&["192.168.1.11/24", "192.168.1.12/24"]))?;
        assert_eq!(given(lab, "enp3s0")?, ["192.168.1.11/24", "192.168.1.12/24"], "promote {promote}");
        let network = lab.host.observe()?;
        assert_eq!(network.routes.iter().filter(|route| route.is_default()).count(), 1, "{:?}", network.routes);
    }
    Ok(())
}

fn an_address_leaves_a_link_that_the_file_does_not_name(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    // Others made it: what Bowline made would go with the file's stanza.
    let (vmbr0, device) = (named("vmbr0"), Device::Bridge { options: Options::default() });
    lab.host.change(&[
        Change::Create { link: vmbr0.clone(), device, mac: None, mtu: None },
        Change::SetUp { link: vmbr0.clone(), up: true },
        Change::SetMaster { link: named("enp3s0"), master: Some(vmbr0.clone()) },
        Change::AddAddress { link: vmbr0, address: address("192.168.1.10/24") },
    ])?;
    let bridge = |name: &str| {
        format!(
            "auto {name}\niface {name} inet static\n\taddress 192.168.1.10/24\n\tgateway 192.168.1.1\n\
             \tbridge-ports enp3s0\n\tbridge-stp off\n\tbridge-fd 0\n"
        )
    };
    let stays = Change::AddAddress { link: named("vmbr0"), address: address("10.9.0.1/24") };
    lab.host.change(&[stays])?;
    apply(lab, &bridge("vmbr1"))?;
    assert_eq!(given(lab, "vmbr1")?, ["192.168.1.10/24"]);
    assert_eq!(given(lab, "vmbr0")?, ["10.9.0.1/24"], "what the file does not claim stays");
    assert_eq!(link(lab, "enp3s0")?.master, Some(named("vmbr1")));
    Ok(())
}

/// A port of a bridge hears nothing that is for its own address: the host would be cut off, with all that the file says.
fn an_address_back_on_a_nic_takes_it_out_of_its_bridge(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let site = site(lab)?;
    let client = site.client(address("192.168.1.50/24"))?;
    for before in ["single-nic", "active-backup"] {
        apply(lab, &example(before)?)?;
        apply(lab, &nic(&["192.168.1.10/24"]))?;
        assert_eq!(link(lab, "enp3s0")?.master, None, "{before}");
        let (seen, ()) = traffic::outage(&client.namespace, &lab.host, "192.168.1.10".parse()?, || ())?;
        assert!(seen.lost < seen.sent, "{before}: {seen}");
    }
    Ok(())
}

/// The driver takes no multicast address for its LACP system, and the lacp_rate beside it needs the bond down.
fn a_bounce_that_the_kernel_refuses_leaves_the_bond_as_it_was(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    nics()?;
    let file = |more: &str| {
        format!(
            "auto bond0\niface bond0 inet static\n\taddress 192.168.1.10/24\n\tgateway 192.168.1.1\n\
             \tbond-slaves enp3s0 enp4s0\n\tbond-miimon 100\n\tbond-mode 802.3ad\n{more}"
        )
    };
    apply(lab, &file(""))?;
    let slaves = |lab: &Lab| -> Result<Vec<IfName>, Box<dyn Error>> {
        Ok(link(lab, "bond0")?.bond().map(|bond| bond.slaves.clone()).unwrap_or_default())
    };
    let before = (slaves(lab)?, link(lab, "bond0")?.mac);
    let ran = try_apply(lab, &file("\tbond-lacp-rate fast\n\tbond-ad-actor-system 01:00:00:00:00:01\n"))?;
    assert_eq!(ran.code, ExitCode::Midway, "{ran}");
    assert!(ran.out.contains("interfaces:9:"), "the line of bond-ad-actor-system is named: {ran}");
    assert!(ran.out.contains("undone again"), "{ran}");
    let bond = link(lab, "bond0")?;
    assert_eq!(bond.up, Some(true), "{ran}");
    assert_eq!((slaves(lab)?, bond.mac), before);
    assert_eq!(given(lab, "bond0")?, ["192.168.1.10/24"]);
    apply(lab, &file(""))?;
    let network = lab.host.observe()?;
    assert!(network.routes.iter().any(network::Route::is_default), "{:?}", network.routes);
    Ok(())
}

/// Another host has the address already: duplicate address detection needs a moment after the address is there, so the reload
/// that adds it may end before; whatever looks afterwards says so.
fn an_address_that_another_host_has_is_told(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let site = site(lab)?;
    let other = site.client(address("fd00:1::10/64"))?;
    until("the other host's having its address", || Ok(other.namespace.run(|| has_settled("eth0"))?))?;
    lab.file(
        &example("single-nic")?
            .replace("address 192.168.1.10/24", "address 192.168.1.10/24\n    address fd00:1::10/64"),
    )?;
    call(lab, "ifreload -a");
    until("the end of duplicate address detection", || {
        let vmbr0 = link(lab, "vmbr0")?;
        Ok(vmbr0.addresses.iter().any(|address| address.duplicate))
    })?;
    let ran = call(lab, "ifreload -a");
    assert_eq!(ran.code, ifupdown::ExitCode::Failure, "{ran}");
    let told = "error: vmbr0: another host on vmbr0 has fd00:1::10 already (duplicate address detection failed)";
    assert!(ran.err.starts_with(told), "{ran}");
    let found = run(lab, &["verify"]);
    assert_eq!(found.code, ExitCode::Problems, "{found}");
    assert!(found.out.contains("kernel has a duplicate of another host's"), "{found}");
    // ifdown and ifup, once the other host is gone, have it looked for anew.
    other.namespace.change(&[Change::SetUp { link: named("eth0"), up: false }])?;
    well(lab, "ifdown vmbr0");
    well(lab, "ifup vmbr0");
    until("the address's being this host's", || Ok(has_settled("vmbr0")?))?;
    well(lab, "ifreload -a");
    verify(lab);
    Ok(())
}

/// Whether duplicate address detection has let the link's address pass (`if_inet6`: the address, the link's number, prefix,
/// scope, flags, of which `IFA_F_TENTATIVE` and `IFA_F_DADFAILED` say no, and name).
fn has_settled(name: &str) -> std::io::Result<bool> {
    let text = std::fs::read_to_string("/proc/thread-self/net/if_inet6")?;
    Ok(text.lines().any(|line| {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        let [ip, _, _, _, flags, link] = words[..] else { return false };
        let passed = u32::from_str_radix(flags, 16).is_ok_and(|flags| flags & 0x48 == 0);
        link == name && ip.starts_with("fd000001") && passed
    }))
}
