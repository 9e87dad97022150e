//! The codes of every diagnostic that this crate gives. A code never changes its meaning; the syntax has BW001 to BW019.
//!
//! BW020 to BW039 come from [`mod@crate::resolve`]: a line that can't be read, or is not acted on. BW040 and above come
//! from [`mod@crate::check`]: lines that can be read, and do not go together.

/// A text that can't be an interface name.
pub const NAME: &str = "BW020";
/// A value that its key does not take.
pub const VALUE: &str = "BW021";
/// A key that nobody knows.
pub const UNKNOWN_KEY: &str = "BW022";
/// A line that others act on and Bowline does not yet.
pub const NOT_ACTED_ON: &str = "BW023";
/// The same thing said twice; the first counts.
pub const SAID_TWICE: &str = "BW024";
/// A pattern where names are needed.
pub const PATTERN: &str = "BW025";
/// `auto` for a name that has no stanza.
pub const NO_STANZA: &str = "BW026";
/// An address method that Bowline does not run, such as `dhcp`.
pub const METHOD: &str = "BW027";
/// An address without a prefix length.
pub const NO_PREFIX: &str = "BW028";
/// A VLAN device without its id or its raw device.
pub const VLAN: &str = "BW029";
/// A key that means nothing where it stands.
pub const MISPLACED: &str = "BW030";
/// A stanza that makes two kinds of device at once.
pub const TWO_KINDS: &str = "BW031";
/// Something in the file that can't be honoured.
pub const UNSUPPORTED: &str = "BW032";

/// The primary is not among the slaves.
pub const PRIMARY: &str = "BW040";
/// An IP address on a bond's slave.
pub const ADDRESS_ON_SLAVE: &str = "BW041";
/// An IP address on a bridge's port.
pub const ADDRESS_ON_PORT: &str = "BW042";
/// A link both in a bond and in a bridge.
pub const BONDED_AND_BRIDGED: &str = "BW043";
/// A link in two bonds, or in two bridges.
pub const TWO_MASTERS: &str = "BW044";
/// A link that stands on itself.
pub const LOOP: &str = "BW045";
/// An option that the bond's mode ignores.
pub const IGNORED: &str = "BW046";
/// An option that the driver refuses in the bond's mode.
pub const REFUSED: &str = "BW047";
/// Both monitors at once.
pub const TWO_MONITORS: &str = "BW048";
/// A delay without miimon.
pub const DELAY_WITHOUT_MIIMON: &str = "BW049";
/// A delay that is no multiple of miimon.
pub const DELAY_ROUNDED: &str = "BW050";
/// No monitor at all, or one that has nothing to watch.
pub const NO_MONITOR: &str = "BW051";
/// No mode said.
pub const NO_MODE: &str = "BW052";
/// A bond of one slave.
pub const ONE_SLAVE: &str = "BW053";
/// A bond of none.
pub const NO_SLAVES: &str = "BW054";
/// A slave that the host does not have.
pub const SLAVE_MISSING: &str = "BW055";
/// A bridge port that the host does not have.
pub const PORT_MISSING: &str = "BW056";
/// A VLAN device's raw device that the host does not have.
pub const LOWER_MISSING: &str = "BW057";
/// An MTU that what lies beneath can't carry.
pub const MTU: &str = "BW058";
/// Two default gateways of one family.
pub const TWO_GATEWAYS: &str = "BW059";
/// One address on two links.
pub const ADDRESS_TWICE: &str = "BW060";
/// One subnet on two links.
pub const OVERLAP: &str = "BW061";
/// A bridge that makes its ports wait.
pub const FORWARD_DELAY: &str = "BW062";
/// `use_carrier` off.
pub const USE_CARRIER: &str = "BW063";
/// A gateway outside of every subnet of its link.
pub const GATEWAY_OUTSIDE: &str = "BW064";
/// An interface of the file that the host does not have.
pub const LINK_MISSING: &str = "BW065";
/// An interface with addresses or members that nothing starts.
pub const UNSTARTED: &str = "BW066";
/// An ARP target that can't be asked from the bond.
pub const ARP_TARGET: &str = "BW067";
/// A primary that failed often and is taken back at once.
pub const PRIMARY_FLAPS: &str = "BW068";
/// A hash of MAC addresses where all goes to one of them.
pub const ONE_GATEWAY_HASH: &str = "BW069";
/// LACP that stays with the smaller group of links.
pub const SMALLER_AGGREGATOR: &str = "BW070";
/// `bond-min-links` that leaves no link to spare.
pub const MIN_LINKS: &str = "BW071";
/// balance-rr under a bridge.
pub const BALANCE_RR_BRIDGED: &str = "BW072";
/// A bridge whose MAC changes at each failover.
pub const BRIDGE_MAC_MOVES: &str = "BW073";
/// balance-tlb or balance-alb under a bridge.
pub const LOAD_BALANCE_BRIDGED: &str = "BW074";
/// A VLAN that no port of its bridge carries.
pub const VLAN_NOT_CARRIED: &str = "BW075";
/// A VLAN device on a port that takes the VLAN from the bridge.
pub const VLAN_TAKEN: &str = "BW076";
/// More VLANs than the NIC can filter.
pub const NIC_VLAN_LIMIT: &str = "BW077";
/// A bridge with two ways to the network and no spanning tree.
pub const TWO_UPLINKS: &str = "BW078";
/// One MAC address on two links.
pub const MAC_TWICE: &str = "BW079";
/// Slaves of different speed, or at half duplex.
pub const SLAVE_SPEEDS: &str = "BW080";
/// An address with a lifetime on a link that becomes a slave or port.
pub const ADDRESS_LEASED: &str = "BW081";
/// A gateway that is the link's own address.
pub const GATEWAY_IS_SELF: &str = "BW082";
/// An address that stands for the network or for all of it.
pub const ADDRESS_OF_NETWORK: &str = "BW083";
/// A gateway on a slave or port.
pub const GATEWAY_ON_MEMBER: &str = "BW084";
/// A VLAN device for the VLAN that needs no tag.
pub const VLAN_IS_PVID: &str = "BW085";
/// Two VLAN devices with one id on one device.
pub const VLAN_TWICE: &str = "BW086";
/// A VLAN device on a slave.
pub const VLAN_ON_SLAVE: &str = "BW087";
/// balance-rr that somebody chose, and no bridge on it.
pub const BALANCE_RR: &str = "BW088";
/// A bond whose MAC address is none of its slaves'.
pub const BOND_MAC: &str = "BW089";
