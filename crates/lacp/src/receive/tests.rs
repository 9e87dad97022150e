use State::*;

use super::*;
use crate::table::{Row, hold};

const ALL: [State; 6] = [Initialize, PortDisabled, LacpDisabled, Expired, Defaulted, Current];

#[test]
fn every_transition() {
    // begin, enabled, LACP enabled, PDU, timed out
    const ROWS: &[Row<'_, State>] = &[
        (&ALL, "1****", Some(Initialize)),
        (&ALL, "00***", Some(PortDisabled)),
        (&[Expired, Defaulted, Current], "01*1*", Some(Current)),
        (&[Expired, Defaulted, Current], "01*00", None),
        (&[Expired], "01*01", Some(Defaulted)),
        (&[Current], "01*01", Some(Expired)),
        (&[Defaulted], "01*01", None),
        (&[PortDisabled], "01**1", None),
        (&[PortDisabled], "011*0", Some(Expired)),
        (&[PortDisabled], "010*0", Some(LacpDisabled)),
        (&[LacpDisabled, Initialize], "01***", None),
    ];
    hold(&ALL, 5, ROWS, |state, bits| {
        let [begin, enabled, lacp_enabled, pdu, timed_out] = bits else { unreachable!() };
        let inputs =
            Inputs { begin: *begin, enabled: *enabled, lacp_enabled: *lacp_enabled, pdu: *pdu, timed_out: *timed_out };
        next(state, inputs)
    });
}

mod of_a_port {
    use network::Mac;
    use network::lacp::LacpEnd;

    use super::*;
    use crate::{Link, PortConfig, PortId};

    fn port(config: &Config) -> Port {
        let mut port = Port::new(PortId(0), 1, &PortConfig::slave(Mac([2, 0, 0, 0, 0, 1]), Link::up(10_000)), config);
        run(&mut port, config, None);
        port.begin = false;
        port
    }

    fn bond() -> Config {
        Config::linux(Mac([2, 0, 0, 0, 0, 1]))
    }

    fn pdu(port: &Port, state: u8, of_us: Info) -> Lacpdu {
        let end = LacpEnd { system: Mac([2, 0, 0, 0, 0, 2]), ..port.actor.end };
        Lacpdu { actor: Info { end, state: PortState(state) }, partner: of_us, collector_max_delay: 0 }
    }

    #[test]
    fn a_port_without_a_partner_expires_and_defaults() {
        let config = bond();
        let mut port = port(&config);
        assert_eq!(port.receive, PortDisabled);
        assert!(port.actor.state.has(PortState::DEFAULTED));
        run(&mut port, &config, None);
        assert_eq!((port.receive, port.timers.current_while), (Expired, 30));
        assert!(port.actor.state.has(PortState::EXPIRED) && port.partner.state.has(PortState::SHORT_TIMEOUT));
        for _ in 0..30 {
            run(&mut port, &config, None);
        }
        assert_eq!(port.receive, Defaulted);
        assert!(!port.actor.state.has(PortState::EXPIRED));
        assert_eq!(port.partner, Info::NO_PARTNER);
    }

    #[test]
    fn the_partner_is_in_sync_once_it_knows_us() {
        let config = bond();
        let mut port = port(&config);
        run(&mut port, &config, None);
        let stranger = pdu(&port, 61, Info::NO_PARTNER);
        port.selection = Selection::Selected;
        run(&mut port, &config, Some(&stranger));
        assert_eq!((port.receive, port.selection), (Current, Selection::Unselected));
        assert!(!port.partner.state.has(PortState::SYNCHRONIZATION) && port.ntt);
        assert_eq!(port.timers.current_while, 900);
        let friend = pdu(&port, 61, port.actor);
        (port.selection, port.ntt) = (Selection::Selected, false);
        run(&mut port, &config, Some(&friend));
        assert_eq!(port.selection, Selection::Selected);
        assert!(port.partner.state.has(PortState::SYNCHRONIZATION) && !port.ntt);
    }

    /// Both ends passive: a switch believes nobody who would not keep it up; Linux does.
    #[test]
    fn only_by_the_standard_somebody_must_keep_it_up() {
        for (mut config, believed) in [(bond(), true), (Config::switch(Mac([2, 0, 0, 0, 0, 1]), 15), false)] {
            config.active = false;
            let mut port = port(&config);
            run(&mut port, &config, None);
            let passive = pdu(&port, 0x3c, port.actor);
            run(&mut port, &config, Some(&passive));
            assert_eq!(port.partner.state.has(PortState::SYNCHRONIZATION), believed);
        }
    }

    #[test]
    fn our_own_pdu_stops_a_bonds_timer_and_nothing_of_a_switch() {
        for (config, timer) in [(bond(), 0), (Config::switch(Mac([2, 0, 0, 0, 0, 1]), 15), 900)] {
            let mut port = port(&config);
            run(&mut port, &config, None);
            let friend = pdu(&port, 61, port.actor);
            run(&mut port, &config, Some(&friend));
            let before = (port.partner, port.actor.state);
            let own = Lacpdu { actor: port.actor, ..friend };
            assert_eq!(run(&mut port, &config, Some(&own)), Outcome::Loopback);
            assert_eq!((port.partner, port.actor.state, port.timers.current_while), (before.0, before.1, timer));
        }
    }

    #[test]
    fn half_duplex_has_no_lacp() {
        let config = bond();
        let mut port = port(&config);
        port.link.full_duplex = Some(false);
        port.update_key(&config, false);
        port.begin = true;
        run(&mut port, &config, None);
        port.begin = false;
        run(&mut port, &config, None);
        assert_eq!(port.receive, LacpDisabled);
        assert!(!port.partner.state.has(PortState::AGGREGATION));
        let friend = pdu(&port, 61, port.actor);
        run(&mut port, &config, Some(&friend));
        assert_eq!(port.receive, LacpDisabled);
    }
}
