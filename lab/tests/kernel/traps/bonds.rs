//! Bond options: which message sets them, and which are taken without a word.

use std::error::Error;

use lab::{Lab, Namespace, Venue};
use linux::Socket;
use network::option::bond;
use network::{BondMode, Change, Device, Host, IfName, Opt, Options, Scope, Value};

use crate::raw::{self, named};

lab::test!(
    setlink_with_bond_options_succeeds_and_does_nothing,
    unknown_bond_options_succeed_and_do_nothing,
    the_module_leaves_a_bond0_that_can_be_adopted,
);

pub(crate) fn make(link: &IfName, options: &[(Opt, Value)]) -> Change {
    let device = Device::Bond { options: options.iter().cloned().collect() };
    Change::Create { link: link.clone(), device, mac: None, mtu: None }
}

pub(crate) fn mode(mode: BondMode) -> (Opt, Value) {
    (bond::MODE, Value::Number(mode.number()))
}

fn options(lab: &Lab, link: &IfName) -> Result<Options, Box<dyn Error>> {
    let network = lab.host.observe()?;
    Ok(network.link(link).and_then(|link| link.bond()).ok_or("no such bond")?.options.clone())
}

fn setlink_with_bond_options_succeeds_and_does_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let bond0 = named("bond0");
    lab.host.change(&[make(&bond0, &[mode(BondMode::Lacp)])])?;
    let mut socket = Socket::open()?;
    // The mode comes last: the others belong to 802.3ad.
    for (option, value) in [(bond::XMIT_HASH_POLICY, 2), (bond::LACP_RATE, 1), (bond::MODE, 2)] {
        let before = options(lab, &bond0)?.number(option);
        assert_ne!(before, Some(value));
        let message = raw::bond(&bond0, option.attribute, &[u8::try_from(value)?]);
        socket.request(raw::set_link(message.clone()))?;
        assert_eq!(options(lab, &bond0)?.number(option), before, "RTM_SETLINK of {option:?}");
        socket.request(raw::new_link(message))?;
        assert_eq!(options(lab, &bond0)?.number(option), Some(value), "RTM_NEWLINK of {option:?}");
    }
    Ok(())
}

fn unknown_bond_options_succeed_and_do_nothing(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let bond0 = named("bond0");
    lab.host.change(&[make(&bond0, &[mode(BondMode::Lacp)])])?;
    let before = options(lab, &bond0)?;
    let mut socket = Socket::open()?;
    // 200 is no option of any kernel.
    let none = 200;
    for attribute in [none, bond::BROADCAST_NEIGHBOR.attribute, bond::LACP_STRICT.attribute] {
        socket.request(raw::new_link(raw::bond(&bond0, attribute, &[1])))?;
        let links = socket.dump(&raw::all_links())?;
        let link = links.iter().find(|link| raw::name(&link.payload) == "bond0").ok_or("no bond0")?;
        let said = raw::attribute(&link.payload, &[libc::IFLA_LINKINFO, libc::IFLA_INFO_DATA, attribute]);
        if attribute == none || lab.venue() == Venue::Uml {
            assert_eq!(said, None, "this kernel does not know attribute {attribute}");
        } else {
            // A newer kernel may know it. Then it must have done what it acknowledged.
            assert!(said.is_none_or(|value| value == [1]), "attribute {attribute}: {said:?}");
        }
    }
    if lab.venue() == Venue::Uml {
        // So only reading back tells: the change succeeds, and what is observed has no such option.
        let change = Change::SetOptions {
            link: bond0.clone(),
            scope: Scope::Bond,
            options: [(bond::LACP_STRICT, Value::Number(1))].into_iter().collect(),
        };
        lab.host.change(&[change])?;
        assert_eq!(options(lab, &bond0)?, before);
    }
    Ok(())
}

fn the_module_leaves_a_bond0_that_can_be_adopted(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let bond0 = named("bond0");
    if lab.venue() == Venue::Uml {
        let first = Namespace::first()?.observe()?;
        let stray = first.link(&bond0).and_then(|link| link.bond()).ok_or("the module made no bond0")?;
        assert_eq!((stray.mode(), stray.slaves.len()), (BondMode::BalanceRr, 0));
    }
    // The same thing in a namespace of ours: an empty bond that nobody configured.
    lab.host.change(&[make(&bond0, &[])])?;
    let again = lab.host.run(|| linux::Linux::open().map(|mut host| host.execute(&make(&bond0, &[]))))?;
    let refusal = again.expect_err("it exists already");
    assert_eq!(refusal.source.raw_os_error(), Some(libc::EEXIST));
    // It is down and empty, so it takes even a mode.
    let wanted = [mode(BondMode::ActiveBackup), (bond::MIIMON, Value::Number(100))];
    let options = wanted.into_iter().collect();
    lab.host.change(&[Change::SetOptions { link: bond0.clone(), scope: Scope::Bond, options }])?;
    let network = lab.host.observe()?;
    let adopted = network.link(&bond0).and_then(|link| link.bond()).ok_or("no bond0")?;
    assert_eq!((adopted.mode(), adopted.options.number(bond::MIIMON)), (BondMode::ActiveBackup, Some(100)));
    Ok(())
}
