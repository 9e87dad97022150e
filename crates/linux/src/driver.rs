//! What a NIC's driver is set to, by `ioctl(SIOCETHTOOL)`: link, flow control, rings, interrupts, wake-up.
//!
//! Each structure is read whole, one word of it changed, and written back, as `ethtool` does.

use std::io;

use network::option::{Wire, driver};
use network::{IfName, Opt, Options, Value};

use crate::Socket;
use crate::ethtool::{LinkSettings, Question, SPEED_UNKNOWN, ask, link_settings};

/// `ETHTOOL_SLINKSETTINGS` (include/uapi/linux/ethtool.h).
const SLINKSETTINGS: u32 = 0x4d;
/// The words of the largest structure, `struct ethtool_coalesce`.
const WORDS: usize = 23;

/// A structure of words: the commands that read and write it.
#[derive(Clone, Copy)]
struct Structure {
    get: u32,
    set: u32,
}

/// `struct ethtool_fecparam`, `ethtool_wolinfo`, `ethtool_pauseparam`, `ethtool_ringparam`, `ethtool_coalesce`, by the first
/// part of a row's attribute.
fn structure(row: Opt) -> Option<Structure> {
    let (get, set) = match row.attribute / 32 {
        2 => (0x50, 0x51),
        3 => (0x05, 0x06),
        4 => (0x12, 0x13),
        5 => (0x10, 0x11),
        6 => (0x0e, 0x0f),
        _ => return None,
    };
    Some(Structure { get, set })
}

fn word(row: Opt) -> usize {
    usize::from(row.attribute % 32)
}

/// Room for any of them: the kernel writes as much as its command has.
#[derive(Clone, Copy)]
#[repr(C)]
struct Words {
    words: [u32; WORDS],
}

impl Question for Words {}

impl Words {
    fn ask(socket: &mut Socket, link: &IfName, structure: Structure) -> io::Result<Self> {
        let mut words = Self { words: [0; WORDS] };
        words.words[0] = structure.get;
        ask(socket, link, &mut words)?;
        Ok(words)
    }
}

/// What the driver of a link tells. What it does not know is left out: no driver knows all of it.
pub(crate) fn read(socket: &mut Socket, link: &IfName) -> Options {
    let mut out = Options::default();
    let mut last: Option<(u16, Option<Words>)> = None;
    for row in driver::ALL.iter().copied() {
        let Some(structure) = structure(row) else { continue };
        let group = row.attribute / 32;
        if last.as_ref().is_none_or(|(known, _)| *known != group) {
            last = Some((group, Words::ask(socket, link, structure).ok()));
        }
        let Some(words) = last.as_ref().and_then(|(_, words)| words.as_ref()) else { continue };
        // A ring whose most is 0 is none (`ethtool_ringparam`: the limits come four words before).
        let is_none = group == 5 && words.words[word(row) - 4] == 0;
        if !is_none {
            out.set(row, Value::Number(words.words[word(row)].into()));
        }
    }
    if let Ok(settings) = link_settings(socket, link) {
        out.set(driver::AUTONEG, Value::Number(settings.autoneg.into()));
        if ![0, SPEED_UNKNOWN].contains(&settings.speed) {
            out.set(driver::SPEED, Value::Number(settings.speed.into()));
        }
        if settings.duplex <= 1 {
            out.set(driver::DUPLEX, Value::Number(settings.duplex.into()));
        }
    }
    out
}

/// Sets one row.
///
/// # Errors
/// `Unsupported` when the driver does not know it; else what it says.
pub(crate) fn set(socket: &mut Socket, link: &IfName, row: Opt, number: i64) -> io::Result<()> {
    debug_assert_eq!(row.wire, Wire::Ethtool);
    let number = u32::try_from(number).map_err(|_| io::ErrorKind::InvalidInput)?;
    let Some(structure) = structure(row) else { return set_link(socket, link, row, number) };
    let mut words = Words::ask(socket, link, structure)?;
    words.words[0] = structure.set;
    words.words[word(row)] = number;
    ask(socket, link, &mut words)
}

fn set_link(socket: &mut Socket, link: &IfName, row: Opt, number: u32) -> io::Result<()> {
    let mut settings = link_settings(socket, link)?;
    settings.command = SLINKSETTINGS;
    match row {
        row if row == driver::AUTONEG => settings.autoneg = u8::from(number != 0),
        row if row == driver::SPEED => settings.speed = number,
        _ => settings.duplex = u8::from(number != 0),
    }
    if settings.autoneg != 0 && row != driver::AUTONEG {
        offer_only(&mut settings);
    }
    ask(socket, link, &mut settings)
}

/// Where speed and duplex are agreed on, the driver goes by what is offered: all that it supports of that speed and duplex
/// (of that speed, while the duplex is not known).
fn offer_only(settings: &mut LinkSettings) {
    let count = usize::from(settings.mask_words.unsigned_abs());
    let (supported, rest) = settings.masks.split_at_mut(count);
    let offered = &mut rest[..count];
    let duplex = Some(settings.duplex).filter(|duplex| *duplex <= 1);
    for (speed, half_or_full, bits) in MODES {
        let fits = *speed == settings.speed && duplex.is_none_or(|duplex| duplex == *half_or_full);
        for bit in *bits {
            let (word, mask) = (bit / 32, 1u32 << (bit % 32));
            if let (Some(can), Some(offer)) = (supported.get(word), offered.get_mut(word)) {
                *offer = if fits { *offer | (can & mask) } else { *offer & !mask };
            }
        }
    }
}

/// Link modes by speed and duplex (`enum ethtool_link_mode_bit_indices`).
const MODES: &[(u32, u8, &[usize])] = &[
    (10, 0, &[0]),
    (10, 1, &[1]),
    (100, 0, &[2]),
    (100, 1, &[3]),
    (1000, 0, &[4]),
    (1000, 1, &[5, 17, 41]),
    (2500, 1, &[15, 47]),
    (5000, 1, &[48]),
    (10_000, 1, &[12, 18, 19, 20, 42, 43, 44, 45, 46]),
    (20_000, 1, &[21, 22]),
    (25_000, 1, &[31, 32, 33]),
    (40_000, 1, &[23, 24, 25, 26]),
    (50_000, 1, &[34, 35, 40]),
    (56_000, 1, &[27, 28, 29, 30]),
    (100_000, 1, &[36, 37, 38, 39]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_has_its_word() {
        for row in driver::ALL {
            let is_of_link = [driver::AUTONEG, driver::SPEED, driver::DUPLEX].contains(row);
            assert_eq!(structure(*row).is_none(), is_of_link, "{row:?}");
            assert!(is_of_link || (1..WORDS).contains(&word(*row)), "{row:?}");
        }
        assert_eq!(size_of::<Words>(), 92, "struct ethtool_coalesce");
    }

    #[test]
    fn only_the_speed_that_is_said_is_offered() {
        let mut settings = LinkSettings::default();
        (settings.mask_words, settings.speed, settings.duplex) = (2, 1000, 1);
        // 10 to 1000 in both duplexes, autonegotiation, 10000baseT; offered the same.
        (settings.masks[0], settings.masks[2]) = (0b1_0000_0111_1111, 0b1_0000_0111_1111);
        offer_only(&mut settings);
        assert_eq!(settings.masks[2], 0b0_0000_0110_0000);
        settings.speed = 10;
        offer_only(&mut settings);
        assert_eq!(settings.masks[2], 0b0_0000_0100_0010);
    }
}
