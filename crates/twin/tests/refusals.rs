//! What the kernel refuses, the twin refuses: the same cases as the lab holds the real one to (`traps/refusals.rs`).

mod common;

use common::{host, name};
use network::option::bond;
use network::{BondMode, Change, Device, Field, Host, Opt, Options, Refusal, Scope, Value, Vid, VlanProtocol};
use twin::Twin;

fn number(option: Opt, value: i64) -> (Opt, Value) {
    (option, Value::Number(value))
}

fn make(mode: BondMode, more: &[(Opt, Value)]) -> Change {
    let options: Options = [number(bond::MODE, mode.number())].into_iter().chain(more.iter().cloned()).collect();
    Change::Create { link: name("bond0"), device: Device::Bond { options }, mac: None, mtu: None }
}

fn set(options: &[(Opt, i64)]) -> Change {
    let options = options.iter().map(|(option, value)| number(*option, *value)).collect();
    Change::SetOptions { link: name("bond0"), scope: Scope::Bond, options }
}

fn twin() -> Twin {
    host(&["nic0", "nic1"], std::time::Duration::ZERO, std::time::Duration::ZERO)
}

fn refusal(twin: &mut Twin, change: &Change) -> Refusal {
    twin.execute(change).expect_err(&format!("{change} must be refused"))
}

#[test]
fn a_refusal_names_the_option() {
    let mut twin = twin();
    twin.execute(&make(BondMode::Lacp, &[number(bond::MIIMON, 100)])).unwrap();
    twin.execute(&Change::SetMaster { link: name("nic0"), master: Some(name("bond0")) }).unwrap();
    twin.execute(&Change::SetUp { link: name("bond0"), up: true }).unwrap();
    for (option, value, errno) in
        [(bond::LACP_RATE, 1, 16), (bond::MODE, 1, 39), (bond::PACKETS_PER_SLAVE, 2, 13), (bond::ARP_INTERVAL, 100, 13)]
    {
        let refusal = refusal(&mut twin, &set(&[(bond::RESEND_IGMP, 3), (option, value)]));
        assert_eq!(refusal.source.raw_os_error(), Some(errno), "{option:?}: {refusal}");
        assert_eq!(refusal.field, Some(Field::Option(option)), "{refusal}");
    }
}

/// Which the kernel shows in every mode: what means nothing is not always refused (`unsuppmodes`).
#[test]
fn what_means_nothing_in_a_mode_is_taken_where_the_driver_does() {
    let mut twin = twin();
    let idle = [number(bond::XMIT_HASH_POLICY, 2), number(bond::MIN_LINKS, 1), number(bond::AD_SELECT, 2)];
    twin.execute(&make(BondMode::ActiveBackup, &idle)).unwrap();
    let refused = refusal(&mut twin, &set(&[(bond::LACP_RATE, 1)]));
    assert_eq!((refused.source.raw_os_error(), refused.field), (Some(13), Some(Field::Option(bond::LACP_RATE))));
}

#[test]
fn a_slave_that_is_let_go_has_its_own_address_again() {
    let mut twin = twin();
    let own = |twin: &mut Twin, nic| twin.observe().unwrap().link(&name(nic)).unwrap().mac;
    let before = own(&mut twin, "nic1");
    twin.execute(&make(BondMode::ActiveBackup, &[number(bond::MIIMON, 100)])).unwrap();
    for nic in ["nic0", "nic1"] {
        twin.execute(&Change::SetMaster { link: name(nic), master: Some(name("bond0")) }).unwrap();
    }
    assert_eq!(own(&mut twin, "nic1"), own(&mut twin, "nic0"), "the bond's");
    twin.execute(&Change::SetMaster { link: name("nic1"), master: None }).unwrap();
    assert_eq!(own(&mut twin, "nic1"), before);
    twin.execute(&Change::SetMaster { link: name("nic1"), master: Some(name("bond0")) }).unwrap();
    twin.execute(&Change::Delete { link: name("bond0") }).unwrap();
    assert_eq!(own(&mut twin, "nic1"), before);
}

#[test]
fn delays_without_miimon_are_refused_without_a_word() {
    let mut twin = twin();
    twin.execute(&make(BondMode::ActiveBackup, &[])).unwrap();
    for option in [bond::UPDELAY, bond::DOWNDELAY] {
        let bare = refusal(&mut twin, &set(&[(bond::RESEND_IGMP, 3), (option, 200)]));
        assert_eq!((bare.source.raw_os_error(), bare.message, bare.field), (Some(1), None, None));
        assert_eq!(refusal(&mut twin, &set(&[(option, 200)])).field, Some(Field::Option(option)));
    }
    twin.execute(&set(&[(bond::MIIMON, 100)])).unwrap();
    twin.execute(&set(&[(bond::UPDELAY, 250)])).unwrap();
    let network = twin.observe().unwrap();
    let options = &network.link(&name("bond0")).unwrap().bond().unwrap().options;
    assert_eq!(options.number(bond::UPDELAY), Some(200), "it counts in ticks of miimon");
}

#[test]
fn a_refused_request_keeps_what_came_before() {
    let mut twin = twin();
    twin.execute(&make(BondMode::ActiveBackup, &[number(bond::MIIMON, 100)])).unwrap();
    let refusal = refusal(&mut twin, &set(&[(bond::MIIMON, 50), (bond::LACP_RATE, 1)]));
    assert_eq!(refusal.field, Some(Field::Option(bond::LACP_RATE)));
    let network = twin.observe().unwrap();
    assert_eq!(network.link(&name("bond0")).unwrap().bond().unwrap().options.number(bond::MIIMON), Some(50));
}

#[test]
fn unknown_options_are_acknowledged_and_ignored() {
    let mut twin = twin();
    twin.execute(&make(BondMode::Lacp, &[])).unwrap();
    twin.execute(&set(&[(bond::LACP_STRICT, 1)])).unwrap();
    let network = twin.observe().unwrap();
    assert_eq!(network.link(&name("bond0")).unwrap().bond().unwrap().options.get(bond::LACP_STRICT), None);
}

#[test]
fn links_are_refused_as_the_kernel_refuses_them() {
    let mut twin = twin();
    twin.execute(&make(BondMode::ActiveBackup, &[])).unwrap();
    twin.execute(&Change::SetUp { link: name("nic0"), up: true }).unwrap();
    let errno = |twin: &mut Twin, change: &Change| refusal(twin, change).source.raw_os_error().unwrap();
    let join = Change::SetMaster { link: name("nic0"), master: Some(name("bond0")) };
    assert_eq!(errno(&mut twin, &join), 1, "a slave must be down");
    assert_eq!(errno(&mut twin, &make(BondMode::ActiveBackup, &[])), 17);
    assert_eq!(errno(&mut twin, &Change::Delete { link: name("nic0") }), 95);
    assert_eq!(errno(&mut twin, &Change::SetUp { link: name("none"), up: true }), 19);
    assert_eq!(errno(&mut twin, &Change::SetMtu { link: name("nic0"), mtu: 60_000 }), 22);
    let vlan = |link: &str| Change::Create {
        link: name(link),
        device: Device::Vlan { lower: name("nic0"), vid: Vid::new(10).unwrap(), protocol: VlanProtocol::Dot1Q },
        mac: None,
        mtu: None,
    };
    twin.execute(&vlan("nic0.10")).unwrap();
    assert_eq!(errno(&mut twin, &vlan("again")), 17, "one device a tag");
}
