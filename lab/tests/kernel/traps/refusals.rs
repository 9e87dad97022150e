//! Refusals: what the kernel says of the reason, and at what it points.

use std::error::Error;

use lab::{Lab, Links};
use linux::Linux;
use network::option::bond;
use network::{BondMode, Change, Field, Host, Opt, Refusal, Scope, Value};

use super::bonds::{make, mode};
use crate::raw::named;

lab::test!(a_refusal_names_the_option, some_refusals_say_nothing, a_refused_request_keeps_what_it_did_before);

fn set(options: &[(Opt, i64)]) -> Change {
    let options = options.iter().map(|(option, value)| (*option, Value::Number(*value))).collect();
    Change::SetOptions { link: named("bond0"), scope: Scope::Bond, options }
}

fn refusal(host: &mut Linux, change: &Change) -> Refusal {
    host.execute(change).expect_err(&format!("{change} must be refused"))
}

fn a_refusal_names_the_option(_: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut host = Linux::open()?;
    let bond0 = named("bond0");
    host.execute(&make(&bond0, &[mode(BondMode::Lacp), (bond::MIIMON, Value::Number(100))]))?;
    let mut links = Links::open()?;
    links.dummy(&named("nic0"))?;
    host.execute(&Change::SetMaster { link: named("nic0"), master: Some(bond0.clone()) })?;
    host.execute(&Change::SetUp { link: bond0.clone(), up: true })?;
    for (option, value, errno) in [
        (bond::LACP_RATE, 1, libc::EBUSY),
        (bond::MODE, 1, libc::ENOTEMPTY),
        (bond::PACKETS_PER_SLAVE, 2, libc::EACCES),
        (bond::ARP_INTERVAL, 100, libc::EACCES),
    ] {
        // A good option before it in the same request: the offset must tell them apart.
        let refusal = refusal(&mut host, &set(&[(bond::RESEND_IGMP, 3), (option, value)]));
        let said = format!("{option:?}: {refusal}");
        assert_eq!(refusal.source.raw_os_error(), Some(errno), "{said}");
        assert_eq!(refusal.field, Some(Field::Option(option)), "{said}");
        assert!(refusal.message.is_some_and(|message| message.contains("option")), "{said}");
    }
    Ok(())
}

fn some_refusals_say_nothing(_: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut host = Linux::open()?;
    host.execute(&make(&named("bond0"), &[mode(BondMode::ActiveBackup)]))?;
    for option in [bond::UPDELAY, bond::DOWNDELAY] {
        let bare = refusal(&mut host, &set(&[(bond::RESEND_IGMP, 3), (option, 200)]));
        assert_eq!(bare.source.raw_os_error(), Some(libc::EPERM), "{option:?} without miimon");
        assert_eq!((bare.message, bare.field), (None, None), "{option:?}");
        // Where a change has but one property, it is that.
        let alone = refusal(&mut host, &set(&[(option, 200)]));
        assert_eq!((alone.message, alone.field), (None, Some(Field::Option(option))), "{option:?}");
    }
    // With the monitor it is no matter of permission.
    host.execute(&set(&[(bond::MIIMON, 100)]))?;
    host.execute(&set(&[(bond::UPDELAY, 200), (bond::DOWNDELAY, 200)]))?;
    Ok(())
}

fn a_refused_request_keeps_what_it_did_before(_: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut host = Linux::open()?;
    let bond0 = named("bond0");
    host.execute(&make(&bond0, &[mode(BondMode::ActiveBackup), (bond::MIIMON, Value::Number(100))]))?;
    // `bond_changelink` applies in an order of its own: miimon before the hash policy before lacp_rate.
    let refusal = refusal(&mut host, &set(&[(bond::MIIMON, 50), (bond::LACP_RATE, 1)]));
    assert_eq!(refusal.field, Some(Field::Option(bond::LACP_RATE)), "{refusal}");
    let network = host.observe()?;
    let now = network.link(&bond0).and_then(|link| link.bond()).ok_or("no bond0")?;
    assert_eq!(now.options.number(bond::MIIMON), Some(50), "the kernel is not transactional");
    Ok(())
}
