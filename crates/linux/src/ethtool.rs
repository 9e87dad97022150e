//! Driver, speed and duplex of a NIC: `ioctl(SIOCETHTOOL)`.
//!
//! The driver's name is not in netlink at all, and ethtool's netlink family is missing from small kernels; two `ioctl`s
//! are in all of them.

use std::io;
use std::os::fd::{AsFd, AsRawFd};

use network::IfName;

use crate::Socket;
use crate::layer::Kind;

/// `ETHTOOL_GDRVINFO`, `ETHTOOL_GLINK`, `ETHTOOL_GLINKSETTINGS` (include/uapi/linux/ethtool.h).
const GDRVINFO: u32 = 0x03;
const GLINK: u32 = 0x0a;
const GLINKSETTINGS: u32 = 0x4c;
const SIOCETHTOOL: u32 = 0x8946;
pub(crate) const SPEED_UNKNOWN: u32 = u32::MAX;
const DUPLEX_HALF: u8 = 0;
const DUPLEX_FULL: u8 = 1;

/// What ethtool tells of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The driver's name, `ethtool -i`.
    pub driver: Option<String>,
    /// Megabits a second; `None` without a signal.
    pub speed: Option<u32>,
    /// Full duplex; `None` without a signal.
    pub full_duplex: Option<bool>,
}

/// Asks the driver of a link. What it does not say is `None`, for whatever reason: it does not know the question, the link
/// is gone, its firmware hangs. Such a NIC is part of the network all the same.
#[must_use]
pub fn settings(socket: &mut Socket, link: &IfName) -> Settings {
    let mut info = DriverInfo { command: GDRVINFO, ..DriverInfo::default() };
    let driver = ask(socket, link, &mut info).ok().and_then(|()| text(&info.driver));
    let Ok(settings) = link_settings(socket, link) else {
        return Settings { driver, ..Settings::default() };
    };
    let full_duplex = match settings.duplex {
        DUPLEX_HALF => Some(false),
        DUPLEX_FULL => Some(true),
        _ => None,
    };
    // Drivers without a signal say 0 or "unknown".
    Settings { driver, speed: Some(settings.speed).filter(|speed| ![0, SPEED_UNKNOWN].contains(speed)), full_duplex }
}

/// Whether a link is up and has a signal; `None` where the driver can't tell, or there is no such link.
#[must_use]
pub fn carrier(socket: &mut Socket, link: &IfName) -> Option<bool> {
    let mut value = SingleValue { command: GLINK, data: 0 };
    ask(socket, link, &mut value).ok().map(|()| value.data != 0)
}

/// The kernel first says how many words its masks of link modes have (as a negative number), and answers when it is
/// told that number (`ethtool_get_link_ksettings`).
pub(crate) fn link_settings(socket: &mut Socket, link: &IfName) -> io::Result<LinkSettings> {
    let mut settings = LinkSettings { command: GLINKSETTINGS, ..LinkSettings::default() };
    ask(socket, link, &mut settings)?;
    let mask_words = settings.mask_words.checked_neg().filter(|&words| words > 0);
    let mask_words = mask_words.ok_or(io::ErrorKind::InvalidData)?;
    settings = LinkSettings { command: GLINKSETTINGS, mask_words, ..LinkSettings::default() };
    ask(socket, link, &mut settings)?;
    Ok(settings)
}

fn text(bytes: &[u8]) -> Option<String> {
    let end = bytes.iter().position(|&byte| byte == 0).unwrap_or(bytes.len());
    Some(String::from_utf8_lossy(&bytes[..end]).into_owned()).filter(|text| !text.is_empty())
}

/// `struct ethtool_drvinfo`, 196 bytes.
#[derive(Clone, Copy)]
#[repr(C)]
struct DriverInfo {
    command: u32,
    driver: [u8; 32],
    rest: [u8; 160],
}

/// `struct ethtool_value`, 8 bytes.
#[derive(Clone, Copy)]
#[repr(C)]
struct SingleValue {
    command: u32,
    data: u32,
}

/// `struct ethtool_link_settings` with room for its three masks, of at most 127 words each.
#[derive(Clone, Copy)]
#[repr(C)]
pub(crate) struct LinkSettings {
    pub(crate) command: u32,
    pub(crate) speed: u32,
    pub(crate) duplex: u8,
    port: u8,
    phy_address: u8,
    pub(crate) autoneg: u8,
    mdio_support: u8,
    eth_tp_mdix: u8,
    eth_tp_mdix_ctrl: u8,
    pub(crate) mask_words: i8,
    rest: [u32; 8],
    pub(crate) masks: [u32; 3 * 127],
}

impl Default for DriverInfo {
    fn default() -> Self {
        Self { command: 0, driver: [0; 32], rest: [0; 160] }
    }
}

impl Default for LinkSettings {
    fn default() -> Self {
        Self {
            command: 0,
            speed: 0,
            duplex: u8::MAX,
            port: 0,
            phy_address: 0,
            autoneg: 0,
            mdio_support: 0,
            eth_tp_mdix: 0,
            eth_tp_mdix_ctrl: 0,
            mask_words: 0,
            rest: [0; 8],
            masks: [0; 3 * 127],
        }
    }
}

/// A question to a driver: a C structure that begins with its command, and is at least as long as the kernel writes.
pub(crate) trait Question {}
impl Question for DriverInfo {}
impl Question for SingleValue {}
impl Question for LinkSettings {}

/// `struct ifreq` with its union as a pointer.
#[repr(C)]
struct Request<Q> {
    name: [u8; libc::IFNAMSIZ],
    question: *mut Q,
    rest: [u8; 16],
}

/// Asks the driver of a link.
pub(crate) fn ask<Q: Question>(socket: &mut Socket, link: &IfName, question: &mut Q) -> io::Result<()> {
    socket.call(Kind::Ethtool, |raw| ioctl(raw, link, question))
}

#[expect(unsafe_code, reason = "the one system call that no safe wrapper exists for")]
fn ioctl<Q: Question>(socket: &impl AsFd, link: &IfName, question: &mut Q) -> io::Result<()> {
    let mut name = [0; libc::IFNAMSIZ];
    // A name has at most 15 bytes: the last stays NUL.
    name[..link.as_str().len()].copy_from_slice(link.as_str().as_bytes());
    let mut request = Request { name, question: std::ptr::from_mut(question), rest: [0; 16] };
    // SAFETY: SIOCETHTOOL reads a struct ifreq (40 bytes: a name of 16, then a union that holds the pointer), and reads
    // and writes the structure that the pointer leads to. Both are laid out as C does (repr(C)), live and exclusively
    // ours until the call returns. The kernel writes as much as the command in the structure's first word says:
    // ETHTOOL_GDRVINFO 196 bytes (copy_to_user of struct ethtool_drvinfo), which DriverInfo has; ETHTOOL_GLINK 8, which
    // SingleValue has; ETHTOOL_GLINKSETTINGS 48 bytes and three masks of `mask_words` words, an i8 and so at most 127,
    // which LinkSettings has; those of crate::driver at most 92 bytes (struct ethtool_coalesce; ethtool_ringparam has 36,
    // ethtool_wolinfo 20, the others 16), which Words has; those of crate::features 16 bytes and a word for each bit of
    // the mask (one), as many names as GSSET_INFO told (at most 256,
    // which is checked before), and as many words as `size` says, which is what there is room for. No pointer is kept by
    // the kernel.
    let answer = unsafe { libc::ioctl(socket.as_fd().as_raw_fd(), SIOCETHTOOL as _, &raw mut request) };
    if answer < 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_structures_have_the_kernels_sizes() {
        assert_eq!(size_of::<DriverInfo>(), 196);
        assert_eq!(size_of::<SingleValue>(), 8);
        assert_eq!(std::mem::offset_of!(LinkSettings, masks), 48);
        assert_eq!(std::mem::offset_of!(LinkSettings, mask_words), 15);
        assert_eq!(size_of::<Request<DriverInfo>>(), 40);
    }

    #[test]
    fn a_driver_is_text_up_to_its_nul() {
        assert_eq!(text(b"veth\0garbage").as_deref(), Some("veth"));
        assert_eq!(text(&[0; 32]), None);
    }
}
