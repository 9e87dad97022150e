//! Linux's port key: `user << 6 | speed code << 1 | full duplex` (`ad_update_actor_keys`).

/// The part of the key that the user chose.
pub const USER_SHIFT: u16 = 6;
/// The bit of full duplex.
pub const DUPLEX: u16 = 1;

/// The code of each speed, in megabits a second (`__get_link_speed`), as kernels before 7.2 have them.
const CODES: [(u32, u16); 15] = [
    (10, 2),
    (100, 3),
    (1_000, 4),
    (2_500, 5),
    (5_000, 6),
    (10_000, 7),
    (14_000, 8),
    (20_000, 9),
    (25_000, 10),
    (40_000, 11),
    (50_000, 12),
    (56_000, 13),
    (100_000, 14),
    (200_000, 15),
    (400_000, 16),
];

/// Which kernel's codes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SpeedCodes {
    /// Up to 7.1.
    #[default]
    Classic,
    /// From 7.2 on: 80 Gb/s took 14, and what is faster moved by one.
    Since7_2,
}

/// The code of a speed in megabits a second; 0 for one that the driver does not know.
#[must_use]
pub fn speed_code(speed: u32, codes: SpeedCodes) -> u16 {
    const NEW: u32 = 80_000;
    let classic = CODES.iter().find(|(mbps, _)| *mbps == speed).map(|(_, code)| *code);
    match (codes, classic) {
        (SpeedCodes::Since7_2, None) if speed == NEW => 14,
        (SpeedCodes::Since7_2, Some(code)) if speed > NEW => code + 1,
        (_, code) => code.unwrap_or(0),
    }
}

/// The key of a port with that speed and duplex.
#[must_use]
pub fn key(user: u16, speed: u32, full_duplex: bool, codes: SpeedCodes) -> u16 {
    user << USER_SHIFT | speed_code(speed, codes) << 1 | u16::from(full_duplex)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn worked_values() {
        let classic = |speed| key(0, speed, true, SpeedCodes::Classic);
        assert_eq!([1_000, 10_000, 25_000].map(classic), [9, 15, 21]);
        assert_eq!(key(3, 10_000, false, SpeedCodes::Classic), 3 << 6 | 14);
        assert_eq!(classic(1234), 1);
        let new = |speed| speed_code(speed, SpeedCodes::Since7_2);
        assert_eq!([56_000, 80_000, 100_000, 400_000].map(new), [13, 14, 15, 17]);
        assert_eq!(speed_code(80_000, SpeedCodes::Classic), 0);
    }
}
