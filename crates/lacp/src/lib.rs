//! The 802.1AX machines, sans-IO: as Linux's bonding driver runs them, and as a switch does.
//!
//! [`Lag`] is one side of one LAG: a bond in mode 802.3ad, or a port-channel of a switch. It is told what happens
//! ([`Lag::set_link`], [`Lag::handle_frame`], [`Lag::handle_timeout`]), says when it wants to be woken
//! ([`Lag::next_deadline`]), and gives out frames ([`Lag::poll_transmit`]). Time is a [`core::time::Duration`] since an
//! epoch of the caller's choice. No clock, socket or chance in here: the same calls give the same frames.
//!
//! Both kinds of side run the same machines, in the driver's order, each 100 ms; a [`Profile`] says where they differ:
//!
//! | | [`Profile::Linux`] | [`Profile::Switch`] |
//! |---|---|---|
//! | key | user key, speed and duplex ([`key`]) | configured for the LAG |
//! | aggregators | one a slave, of which one is active ([`Select`]) | one; who does not match its partner stays out |
//! | sync | only in the active aggregator | whoever is attached |
//! | more ports than wanted | no such thing | [`Switch::max_ports`]: the others stand by |
//! | no partner | the active aggregator's ports carry traffic | [`Fallback`] |
//! | a PDU | taken by its length and subtype | version and TLVs are looked at |
//! | its own PDU | the timer stops ([`receive`]) | ignored |
//! | both ends passive | sends when something changed | says nothing |
//! | churn | judged once, 60 s after the port came | watched for ever |
//!
//! Rooms: [`receive`], [`periodic`], [`selection`], [`mux`], [`transmit`], [`churn`] hold a machine each, with its diagram;
//! [`choose`] picks the active aggregator. [`config`] and [`port`] are what they work on, `lag` what drives them.

pub mod aggregator;
pub mod choose;
pub mod churn;
pub mod config;
mod detach;
pub mod key;
mod lag;
pub mod mux;
mod outbox;
pub mod periodic;
pub mod port;
mod quiet;
pub mod receive;
pub mod selection;
mod switch;
#[cfg(test)]
mod table;
pub mod tick;
pub mod transmit;

pub use aggregator::Aggregator;
pub use config::{Config, Fallback, Linux, PortConfig, Profile, Rate, Select, Switch};
pub use lag::{Lag, OtherProfile, UnknownPort};
pub use outbox::Transmit;
pub use port::{Counters, Link, Port, PortId, Selection};
