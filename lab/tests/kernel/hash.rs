//! The transmit hash: crafted flows sent through the real driver, and which slave carried each, against the prediction.

mod flows;
mod through;

use std::error::Error;

use lab::Lab;
use network::option::bond;
use network::{BondMode, Change, Value};
use wire::hash::{Frame, Policy};

use crate::raw::named;
use crate::traps::bonds::{make, mode};
use flows::Flow;
use through::{Rig, Way};

lab::test!(
    layer2,
    layer2_3,
    layer3_4,
    encap2_3,
    encap3_4,
    vlan_srcmac,
    the_order_is_that_of_enslavement_and_only_usable_slaves_count,
    lacp_counts_the_active_aggregators_slaves,
);

/// How many flows of each way.
const FLOWS: u32 = 10_000;

fn layer2(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    holds(lab, Policy::Layer2)
}

fn layer2_3(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    holds(lab, Policy::Layer23)
}

fn layer3_4(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    holds(lab, Policy::Layer34)
}

fn encap2_3(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    holds(lab, Policy::Encap23)
}

fn encap3_4(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    holds(lab, Policy::Encap34)
}

fn vlan_srcmac(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    holds(lab, Policy::VlanSrcMac)
}

/// Through a bond of three slaves: as many as make every bit of the hash count.
fn holds(lab: &mut Lab, policy: Policy) -> Result<(), Box<dyn Error>> {
    for way in [Way::Socket, Way::Bridge] {
        let fresh = Lab::new(lab.venue())?;
        let rig = Rig::new(&fresh, way, 3, &options(policy))?;
        let flows = flows::crafted(FLOWS, way == Way::Bridge);
        let carried = rig.send(&flows)?;
        let mut shares = [0; 3];
        for (flow, slave) in flows.iter().zip(&carried) {
            assert_eq!(predicted(policy, way, flow, 3), Some(*slave), "{policy:?} {way:?}: {flow:?}");
            shares[*slave] += 1;
        }
        lab.note(format!("{policy:?} by {way:?}: {FLOWS} of {FLOWS} as predicted, {shares:?} each"));
    }
    lab.host.enter()?;
    Ok(())
}

fn options(policy: Policy) -> Vec<Change> {
    let mode = mode(BondMode::BalanceXor);
    let hash = (bond::XMIT_HASH_POLICY, Value::Number(policy.number()));
    vec![make(&named("bond0"), &[mode, (bond::MIIMON, Value::Number(100)), hash])]
}

fn predicted(policy: Policy, way: Way, flow: &Flow, usable: usize) -> Option<usize> {
    let untagged;
    let frame = match (way, flow.tag) {
        (Way::Socket, _) => Frame::from_packet_socket(&flow.bytes),
        (Way::Bridge, None) => Frame::new(&flow.bytes),
        (Way::Bridge, Some((protocol, tag))) => {
            untagged = flow.without_tag();
            Frame::tagged(&untagged, protocol, tag)
        }
    };
    wire::hash::slave(wire::hash::hash(policy, &frame), usable)
}

fn the_order_is_that_of_enslavement_and_only_usable_slaves_count(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let mut rig = Rig::new(lab, Way::Socket, 4, &options(Policy::Layer34))?;
    let flows = flows::crafted(500, false);
    let holds = |rig: &Rig, order: &[usize]| -> Result<(), Box<dyn Error>> {
        for (flow, carried) in flows.iter().zip(rig.send(&flows)?) {
            let at = predicted(Policy::Layer34, Way::Socket, flow, order.len()).ok_or("no slave")?;
            assert_eq!(order[at], carried, "{order:?}: {flow:?}");
        }
        Ok(())
    };
    holds(&rig, &[0, 1, 2, 3])?;
    rig.pull(1)?;
    holds(&rig, &[0, 2, 3])?;
    rig.plug(1)?;
    holds(&rig, &[0, 1, 2, 3])?;
    // Enslaved anew, it is the last.
    rig.enslave_anew(lab, 0)?;
    holds(&rig, &[1, 2, 3, 0])
}

/// Two slaves of one LAG and one of another, of the same switch: the other carries nothing.
fn lacp_counts_the_active_aggregators_slaves(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let hash = (bond::XMIT_HASH_POLICY, Value::Number(Policy::Layer34.number()));
    let fast = (bond::LACP_RATE, Value::Number(1));
    let make = make(&named("bond0"), &[mode(BondMode::Lacp), (bond::MIIMON, Value::Number(100)), fast, hash]);
    let rig = Rig::new(lab, Way::Socket, 3, &[make])?;
    let _partners = rig.lags(&[&[0, 2], &[1]])?;
    let flows = flows::crafted(500, false);
    for (flow, carried) in flows.iter().zip(rig.send(&flows)?) {
        let at = predicted(Policy::Layer34, Way::Socket, flow, 2).ok_or("no slave")?;
        assert_eq!([0, 2][at], carried, "{flow:?}");
    }
    Ok(())
}
