//! What a file means: [`resolve`] turns a parsed `/etc/network/interfaces` into a wanted [`crate::Network`].
//!
//! **Which links.** Every interface that is `auto`, `allow-hotplug`, `allow-ovs` or `allow-` and the name of another, and everything that those stand on: a bond's
//! slaves, a bridge's ports, a VLAN device's raw device, with or without a stanza of their own. A slave that says
//! `bond-master` brings its bond along. A stanza that nobody asks for is left out; its name is in [`Resolved::manual`].
//! `auto` takes ifupdown's patterns (`/eth*`, `mac/…`), ifupdown2's ranges (`swp[1-4]`) and `all`; patterns are held
//! against the host's links where there is a host ([`resolve_on`]), else against the names in the file, and a note says so.
//! Every wanted link is wanted up. `lo` is the loopback and keeps its 127.0.0.1 whatever the file says.
//!
//! **Which kind.** The stanzas of one name (`inet`, `inet6`, without a family) count as one. `bond-slaves` (or `slaves`,
//! or `bond-ports`), an option of a bond, or somebody's `bond-master` make a bond. `bridge-ports` or an option of a bridge
//! make a bridge. `NAME.VID`, or `vlan-raw-device` with `vlan-id` or a name like `vlan10`, make a VLAN device; `a.10.20` is
//! VLAN 20 on `a.10`. What else is described (VXLAN, VRF, tunnels, Open vSwitch and so on) is a
//! [`crate::Given`]: understood, not made, and the host's to have. Everything else is a NIC. A key may be spelled with `_` for `-`.
//!
//! **Which lines.** A stanza that `inherits` another starts with that one's lines, as in ifupdown: the parent stands earlier
//! and is of the same family. `iface swp[1-4]` is a stanza for each. The stanzas of `eth0:1` are eth0's.
//!
//! **Who is in what.** Slaves stand in the file's order: those of the bond's own line, then those that say `bond-master`.
//! `bond-slaves none` and `bridge-ports none` name nobody; `glob` is followed by a range, `regex` by an expression over
//! the names that may be taken. The first slave that is the bond's and that a slave's `bond-primary` names is the primary
//! of a bond that names none. Options of a slave or port come from its own stanza; for a port
//! also from the bridge's, as `port=value` for one and as a bare value for all. The port's own stanza wins.
//! `bridge-always-up yes` adds a port, a dummy device. What `bridge-ports-condone-regex` matches of a bridge's ports on the
//! host stays there without being named.
//!
//! **Which VLANs.** On a bridge with `bridge-vlan-aware yes`, every port that the file names carries the port's
//! `bridge-vids`, else the bridge's, and untagged the PVID: the port's `bridge-pvid`, else the bridge's, else 1.
//! `bridge-access N` makes N the only VLAN; `bridge-allow-untagged no` takes the PVID away. The bridge itself carries its
//! PVID and the VLANs of the VLAN devices that the file puts on it, as ifupdown2 does. Elsewhere VLANs are left open.
//!
//! **Which addresses.** `address` with a prefix length, or the `netmask` of the same number in the stanza; without either,
//! the address alone, as ifupdown2 takes it. A link that a stanza names has the file's addresses and no others, whatever
//! the method (`static`, `manual` or none), except for a family that DHCP or router advertisements feed and with
//! `address-purge no`. Slaves and ports without a stanza have none. `gateway` is a default route through the link.
//!
//! **What is said twice** counts once, the first time, as in ifupdown2. What the file leaves out stays left out.
//!
//! **Which commands.** `up`, `pre-up` and the like are kept in order, in [`Resolved::hooks`]; they are not run yet.
//!
//! **Nothing is dropped in silence.** A line that can't be read is an error; a line that others act on and Bowline does
//! not, and a key that nobody knows, are warnings. All have a place.

mod address;
mod alias;
mod always_up;
mod condoned;
mod file;
mod given;
mod hooks;
mod index;
mod inherit;
mod keys;
mod known;
mod layout;
mod line;
mod link;
mod links;
mod list;
mod members;
mod methods;
mod options;
mod origins;
mod ovs;
mod port_vlans;
mod ranges;
mod resolved;
mod start;
mod vocabulary;
mod words;

pub use keys::AND_THIS;
pub(crate) use list::pattern_for;
pub(crate) use options::{closest, surely};
pub use origins::Origins;
pub use ranges::range_of_names;
pub(crate) use resolved::place;
pub use resolved::{Resolved, Unused, resolve, resolve_on, resolve_only};
pub use vocabulary::{Treatment, treatment};
pub(crate) use vocabulary::{knows, nearest};
pub(crate) use words::words;
