//! A host with a bond under a bridge, its switch, a guest, and a client beyond the switch.

use std::error::Error;
use std::net::UdpSocket;
use std::time::Duration;

use lab::{Cable, Guest, Lab, Switch, until};
use network::option::{bond, bridge};
use network::{BondMode, IfName, Opt, Scope, Value};

use crate::apply::address;
use crate::raw::named;

/// The stanza that says an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    Slave,
    Bond,
    Bridge,
}

impl Where {
    /// A bond is a bridge's port here, and the bridge what has the host's address.
    pub(super) fn of(scope: Scope) -> Self {
        match scope {
            Scope::BondPort | Scope::Nic => Self::Slave,
            Scope::Bond | Scope::BridgePort => Self::Bond,
            Scope::Bridge | Scope::Ipv4 | Scope::Ipv6 | Scope::Mpls => Self::Bridge,
        }
    }

    /// The link that shows what was said.
    pub(super) fn link(self) -> &'static str {
        match self {
            Self::Slave => "enp3s0",
            Self::Bond => "bond0",
            Self::Bridge => "vmbr0",
        }
    }
}

/// The file: with `base` in the bond's stanza, and one more line in the stanza that its option belongs to, in place of the
/// lines that say the same option.
pub(super) fn file(mode: BondMode, base: &[&str], more: Option<(Opt, &str)>) -> String {
    let says = |line: &&&str| more.is_none_or(|(row, _)| line.split(' ').next() != Some(row.key()));
    let with_stp = more.is_some_and(|(row, _)| row == bridge::STP_STATE);
    let mut stanzas = [(Where::Slave, String::new()), (Where::Bond, String::new()), (Where::Bridge, String::new())];
    let fixed: [(Where, &[&str]); 3] = [
        (Where::Slave, &["iface enp3s0 inet manual"]),
        (Where::Bond, &["auto bond0", "iface bond0 inet manual", "bond-slaves enp3s0 enp4s0"]),
        (
            Where::Bridge,
            &[
                "auto vmbr0",
                "iface vmbr0 inet static",
                "address 192.168.1.10/24",
                "address 2001:db8::10/64",
                "bridge-ports bond0",
                "bridge-stp off",
                "bridge-fd 0",
            ],
        ),
    ];
    for ((place, lines), (_, text)) in fixed.iter().zip(&mut stanzas) {
        for line in lines.iter().filter(says) {
            // With a spanning tree the kernel takes no shorter one.
            let line = if with_stp && *line == "bridge-fd 0" { "bridge-fd 2" } else { line };
            *text += &format!("{line}\n");
        }
        if *place == Where::Bond {
            *text += &format!("bond-mode {mode}\n");
            base.iter().filter(says).for_each(|line| *text += &format!("{line}\n"));
        }
        if let Some((row, line)) = more
            && Where::of(row.scope) == *place
        {
            *text += &format!("{line}\n");
        }
    }
    stanzas.map(|(_, text)| text).join("\n")
}

/// What the host is plugged into.
pub(super) struct Site {
    /// A machine at another port of the switch.
    pub(super) client: Guest,
    _switch: Switch,
    _cables: [Cable; 2],
}

impl Site {
    /// The switch fits the mode: plain ports, a LAG with LACP, or one without.
    pub(super) fn new(lab: &Lab, mode: BondMode) -> Result<Self, Box<dyn Error>> {
        let switch = Switch::new()?;
        let cables = [
            lab.loose_cable("enp3s0", None, switch.port("port1")?)?,
            lab.loose_cable("enp4s0", None, switch.port("port2")?)?,
        ];
        let ports = [&cables[0].far, &cables[1].far];
        match mode {
            BondMode::ActiveBackup | BondMode::BalanceTlb | BondMode::BalanceAlb => {
                cables.iter().try_for_each(|cable| switch.join(&cable.far.link))?;
            }
            BondMode::Lacp => {
                switch.lag("lag0", &ports, &[])?;
            }
            BondMode::BalanceRr | BondMode::BalanceXor | BondMode::Broadcast => {
                let fixed = (bond::MODE, Value::Number(BondMode::BalanceXor.number()));
                switch.lag("lag0", &ports, &[fixed])?;
            }
        }
        switch.address(address("192.168.1.1/24"))?;
        switch.address(address("2001:db8::1/64"))?;
        let client =
            Guest::start(&switch.namespace, &named("client"), &IfName::new("switch")?, address("192.168.1.50/24"))?;
        Ok(Self { client, _switch: switch, _cables: cables })
    }

    /// A guest in the bridge.
    pub(super) fn guest(lab: &Lab) -> Result<Guest, Box<dyn Error>> {
        Ok(lab.guest("tap100i0", "vmbr0", address("192.168.1.100/24"))?)
    }

    /// Waits until a datagram gets through to the echo of a flow that runs.
    pub(super) fn until_it_answers(&self, guest: &Guest) -> Result<(), Box<dyn Error>> {
        let socket = self.client.namespace.run(|| UdpSocket::bind("0.0.0.0:0"))?;
        socket.set_read_timeout(Some(Duration::from_millis(20)))?;
        until("an answer of the guest", || {
            // One that can't be sent is not answered either.
            let _ = socket.send_to(b"?", (guest.address, 9));
            Ok(socket.recv(&mut [0; 8]).is_ok())
        })
    }
}
