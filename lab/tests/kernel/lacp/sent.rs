//! What the driver sends, byte by byte, and what it answers.

use std::error::Error;
use std::time::{Duration, Instant};

use lab::{Cable, Lab, Switch, until};
use lacp::{Config, Lag, Link, PortConfig, Rate, tick};
use linux::PacketSocket;
use network::option::bond;
use network::{BondMode, Change, Value};
use wire::marker::{Kind, Marker};
use wire::slow;

use super::pair::mac;
use crate::raw::{named, number_of};
use crate::traps::bonds::{make, mode};

lab::test!(a_bond_without_a_partner_sends_what_was_predicted_in_that_order, a_marker_is_answered);

/// For how long what is sent is compared, in ticks: until the partner is given up, and the 30 s periods begin.
const COMPARED: u128 = 200;
const SLAVES: usize = 3;

/// A bond, and who hears what leaves each of its slaves.
struct Heard {
    // The far ends live in it.
    _switch: Switch,
    cables: Vec<Cable>,
    ears: Vec<PacketSocket>,
}

fn heard_bond(lab: &Lab) -> Result<Heard, Box<dyn Error>> {
    let (switch, bond0) = (Switch::new()?, named("bond0"));
    let fast = (bond::LACP_RATE, Value::Number(1));
    lab.host.change(&[make(&bond0, &[mode(BondMode::Lacp), (bond::MIIMON, Value::Number(100)), fast])])?;
    let (mut cables, mut ears) = (Vec::new(), Vec::new());
    for n in 0..SLAVES {
        let far = switch.port(&format!("port{n}"))?;
        let cable = lab.loose_cable(&format!("nic{n}"), Some(mac(0, n + 1)), far)?;
        let number = || PacketSocket::open(number_of(&cable.far.link), slow::ETHERTYPE).map_err(|e| e.to_string());
        ears.push(switch.namespace.run(number)?);
        lab.host.change(&[Change::SetMaster { link: cable.near.link.clone(), master: Some(bond0.clone()) }])?;
        cables.push(cable);
    }
    lab.host.change(&[Change::SetUp { link: bond0, up: true }])?;
    Ok(Heard { _switch: switch, cables, ears })
}

/// The same in virtual time: when each port sends, in ticks, and what.
fn predicted() -> Vec<Vec<(u128, Vec<u8>)>> {
    let mut lag = Lag::new(Config { rate: Rate::Fast, ..Config::linux(mac(0, 1)) });
    let add = |n: usize| PortConfig::slave(mac(0, n + 1), Link::up(10_000));
    let ids: Vec<_> = (0..SLAVES).map(|n| lag.add_port(Duration::ZERO, &add(n))).collect();
    lag.open(Duration::ZERO);
    let mut sent = vec![Vec::new(); SLAVES];
    let ticks = |time: Duration| time.as_millis() / tick::TICK.as_millis();
    while let Some(next) = lag.next_deadline().filter(|next| ticks(*next) < COMPARED) {
        lag.handle_timeout(next);
        while let Some(frame) = lag.poll_transmit() {
            let port = ids.iter().position(|id| *id == frame.port).expect("it is one of these");
            sent[port].push((ticks(next), frame.frame.to_vec()));
        }
    }
    sent
}

/// Nobody answers, so nothing hangs on who was first.
fn a_bond_without_a_partner_sends_what_was_predicted_in_that_order(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let predicted = predicted();
    let bond = heard_bond(lab)?;
    let start = Instant::now();
    let mut heard: Vec<Vec<(Duration, Vec<u8>)>> = vec![Vec::new(); SLAVES];
    assert!(predicted.iter().all(|frames| frames.len() >= 4), "{predicted:?}");
    until("as many LACPDUs as were predicted", || {
        for (frames, ear) in heard.iter_mut().zip(&bond.ears) {
            while let Some(frame) = ear.try_receive()? {
                frames.push((start.elapsed(), frame));
            }
        }
        Ok(heard.iter().zip(&predicted).all(|(heard, predicted)| heard.len() >= predicted.len()))
    })?;
    for (port, (heard, predicted)) in heard.iter().zip(&predicted).enumerate() {
        for (n, ((_, frame), (_, wanted))) in heard.iter().zip(predicted).enumerate() {
            assert_eq!(frame, wanted, "LACPDU {n} of port {port}");
        }
        let since_first = |time: &Duration| format!("{:.1}", time.saturating_sub(heard[0].0).as_secs_f64() * 10.0);
        let heard: Vec<_> = heard.iter().take(predicted.len()).map(|(time, _)| since_first(time)).collect();
        let predicted: Vec<_> = predicted.iter().map(|(tick, _)| tick - predicted[0].0).collect();
        lab.note(format!(
            "port {port}: LACPDUs as predicted, in ticks after the first: {predicted:?}, heard {heard:?}"
        ));
    }
    Ok(())
}

fn a_marker_is_answered(lab: &mut Lab) -> Result<(), Box<dyn Error>> {
    let Heard { _switch, cables, ears } = heard_bond(lab)?;
    let marker = Marker::information(7, mac(1, 0), 0x0102_0304);
    ears[1].send(&slow::frame(mac(1, 2), &marker.emit()))?;
    // Our machines answer the same, byte by byte.
    let mut lag = Lag::new(Config::linux(mac(0, 1)));
    let id = lag.add_port(Duration::ZERO, &PortConfig::slave(mac(0, 2), Link::up(10_000)));
    lag.open(Duration::ZERO);
    lag.handle_frame(Duration::ZERO, id, &slow::frame(mac(1, 2), &marker.emit()))?;
    let wanted = std::iter::from_fn(|| lag.poll_transmit())
        .find(|sent| slow::payload(&sent.frame).and_then(|pdu| Marker::parse(pdu).ok()).is_some())
        .ok_or("our machines say nothing")?;
    until("the answer to the marker", || {
        while let Some(frame) = ears[1].try_receive()? {
            let answer = slow::payload(&frame).and_then(|pdu| Marker::parse(pdu).ok());
            if let Some(answer) = answer {
                assert_eq!(answer.kind(), Kind::Response);
                assert_eq!(frame, wanted.frame, "through {}", cables[1].near.link);
                return Ok(true);
            }
        }
        Ok(false)
    })
}
