//! What a NIC does in place of the processor: ethtool's features, by `ioctl(SIOCETHTOOL)`.
//!
//! The kernel numbers its features anew in each release, and tells their names (`ETHTOOL_GSTRINGS`). The names are the same
//! for all links, so they are asked for once.

use std::io;

use network::option::nic;
use network::{IfName, Opt, Options, Value};

use crate::Socket;
use crate::ethtool::{Question, ask};

/// `ETHTOOL_GSSET_INFO`, `ETHTOOL_GSTRINGS`, `ETHTOOL_GFEATURES`, `ETHTOOL_SFEATURES` (include/uapi/linux/ethtool.h).
const GSSET_INFO: u32 = 0x37;
const GSTRINGS: u32 = 0x1b;
const GFEATURES: u32 = 0x3a;
const SFEATURES: u32 = 0x3b;
const ETH_SS_FEATURES: u32 = 4;
/// `ETH_GSTRING_LEN`.
const NAME: usize = 32;
/// How many features there may be; 7.0 has 64.
const MOST: usize = 256;
const WORDS: usize = MOST / 32;

/// The names of the kernel's features, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Features(Vec<String>);

impl Features {
    /// Asks the kernel, by way of any link.
    ///
    /// # Errors
    /// When the link has no features (a `tun` that is gone), or the kernel has more than this program is made for.
    pub fn names(socket: &mut Socket, link: &IfName) -> io::Result<Self> {
        let mut info = SetInfo { command: GSSET_INFO, reserved: 0, mask: 1 << ETH_SS_FEATURES, data: [0; 2] };
        ask(socket, link, &mut info)?;
        let count = usize::try_from(info.data[0]).map_err(|_| io::ErrorKind::InvalidData)?;
        // The kernel writes as many as it has, whatever it is told.
        if count == 0 || count > MOST {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let mut strings = Box::new(Strings::default());
        (strings.command, strings.set, strings.count) = (GSTRINGS, ETH_SS_FEATURES, info.data[0]);
        ask(socket, link, strings.as_mut())?;
        let name = |bytes: &[u8; NAME]| {
            let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(NAME);
            String::from_utf8_lossy(&bytes[..end]).into_owned()
        };
        Ok(Self(strings.names[..count].iter().map(name).collect()))
    }

    /// What a link does: a switch is on when any of its features is. Without those that neither are on nor could be.
    ///
    /// # Errors
    /// When the link is gone or its driver does not say.
    pub fn read(&self, socket: &mut Socket, link: &IfName) -> io::Result<Options> {
        let found = Bits::ask(socket, link)?;
        let mut out = Options::default();
        for &row in nic::ALL {
            let places = || nic::features(row).iter().filter_map(|name| self.place(name));
            let on = places().any(|place| found.is(|word| word.active, place));
            if on || places().any(|place| found.is(|word| word.available, place)) {
                out.set(row, Value::Number(on.into()));
            }
        }
        Ok(out)
    }

    /// Turns a switch on or off: those of its features that the driver lets change.
    ///
    /// # Errors
    /// `Unsupported` when the driver lets none of them change, or did not change any; else what the system says.
    pub fn set(&self, socket: &mut Socket, link: &IfName, row: Opt, on: bool) -> io::Result<()> {
        let found = Bits::ask(socket, link)?;
        let mut wish = Wish { command: SFEATURES, size: found.size, words: [WishWord::default(); WORDS] };
        let places: Vec<usize> = nic::features(row).iter().filter_map(|name| self.place(name)).collect();
        let changing: Vec<usize> = places.into_iter().filter(|&place| found.is(|word| word.available, place)).collect();
        for &place in &changing {
            wish.words[place / 32].valid |= 1 << (place % 32);
            wish.words[place / 32].requested |= u32::from(on) << (place % 32);
        }
        if changing.is_empty() {
            return Err(io::ErrorKind::Unsupported.into());
        }
        ask(socket, link, &mut wish)?;
        // The kernel answers with success where the driver, or another feature that is off, did not let it.
        let now = Bits::ask(socket, link)?;
        let is_on = changing.iter().any(|&place| now.is(|word| word.active, place));
        if is_on == on { Ok(()) } else { Err(io::ErrorKind::Unsupported.into()) }
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|known| known == name)
    }
}

/// `struct ethtool_sset_info` with room for one answer (and its padding).
#[derive(Clone, Copy)]
#[repr(C)]
struct SetInfo {
    command: u32,
    reserved: u32,
    mask: u64,
    data: [u32; 2],
}

/// `struct ethtool_gstrings` with room for [`MOST`].
#[repr(C)]
struct Strings {
    command: u32,
    set: u32,
    count: u32,
    names: [[u8; NAME]; MOST],
}

impl Default for Strings {
    fn default() -> Self {
        Self { command: 0, set: 0, count: 0, names: [[0; NAME]; MOST] }
    }
}

/// `struct ethtool_gfeatures`, whose `size` says how many words there is room for.
#[derive(Clone, Copy)]
#[repr(C)]
struct Bits {
    command: u32,
    size: u32,
    words: [Word; WORDS],
}

/// `struct ethtool_get_features_block`: 32 features.
#[derive(Clone, Copy, Default)]
#[repr(C)]
struct Word {
    available: u32,
    requested: u32,
    active: u32,
    never_changed: u32,
}

impl Bits {
    fn ask(socket: &mut Socket, link: &IfName) -> io::Result<Self> {
        let size = u32::try_from(WORDS).unwrap_or(u32::MAX);
        let mut bits = Self { command: GFEATURES, size, words: [Word::default(); WORDS] };
        ask(socket, link, &mut bits)?;
        Ok(bits)
    }

    fn is(&self, which: impl Fn(&Word) -> u32, place: usize) -> bool {
        self.words.get(place / 32).is_some_and(|word| which(word) & (1 << (place % 32)) != 0)
    }
}

/// `struct ethtool_sfeatures`.
#[repr(C)]
struct Wish {
    command: u32,
    size: u32,
    words: [WishWord; WORDS],
}

/// `struct ethtool_set_features_block`.
#[derive(Clone, Copy, Default)]
#[repr(C)]
struct WishWord {
    valid: u32,
    requested: u32,
}

impl Question for SetInfo {}
impl Question for Strings {}
impl Question for Bits {}
impl Question for Wish {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_structures_have_the_kernels_sizes() {
        assert_eq!(size_of::<SetInfo>(), 24);
        assert_eq!(std::mem::offset_of!(SetInfo, data), 16);
        assert_eq!(std::mem::offset_of!(Strings, names), 12);
        assert_eq!(size_of::<Bits>(), 8 + WORDS * 16);
        assert_eq!(size_of::<Wish>(), 8 + WORDS * 8);
    }
}
