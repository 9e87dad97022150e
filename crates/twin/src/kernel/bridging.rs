//! A frame through a bridge (`br_handle_frame_finish`, `br_dev_xmit`, `br_allowed_ingress`, `br_handle_vlan`).

use std::time::Duration;

use network::bridge::StpState;
use network::{Bridge, IfName, Link, PortVlans, Vid};

use super::Kernel;
use super::state::Sent;
use crate::frame::Frame;

/// What a frame is inside of a bridge: its VLAN, where the bridge filters.
struct Inside {
    vid: Option<Vid>,
    frame: Frame,
}

impl Kernel {
    pub(super) fn bridge_input(
        &mut self,
        now: Duration,
        name: &IfName,
        port: &IfName,
        frame: Frame,
        out: &mut Vec<Sent>,
    ) {
        let state = self.port_state(name, port);
        let Some(bridge) = self.model.link(name).and_then(Link::bridge).cloned() else { return };
        let vlans = self.model.link(port).and_then(|link| link.bridge_port.as_ref()?.vlans.as_ref());
        let Some(inside) = enter(&bridge, vlans, frame) else { return };
        let source = inside.frame.source;
        if self.bridges.get_mut(name).is_some_and(|bridging| bridging.learn(now, inside.vid, source, port)) {
            self.version += 1;
        }
        if state != StpState::Forwarding {
            return;
        }
        let destination = inside.frame.destination;
        let is_ours = destination == self.mac(name) || bridge.ports.iter().any(|port| self.mac(port) == destination);
        if !is_ours {
            self.forward(now, name, &bridge, Some(port), &inside, out, 0);
        }
        if is_ours || destination.is_multicast() {
            self.pass_up(now, name, &bridge, inside, out);
        }
    }

    /// The host's own frame, sent by the bridge as a device.
    pub(super) fn bridge_output(
        &mut self,
        now: Duration,
        name: &IfName,
        frame: Frame,
        out: &mut Vec<Sent>,
        depth: usize,
    ) {
        let Some(bridge) = self.model.link(name).and_then(Link::bridge).cloned() else { return };
        if let Some(inside) = enter(&bridge, bridge.vlans.as_ref(), frame) {
            self.forward(now, name, &bridge, None, &inside, out, depth);
        }
    }

    #[expect(clippy::too_many_arguments, reason = "a frame's way through a bridge has all of these")]
    fn forward(
        &mut self,
        now: Duration,
        name: &IfName,
        bridge: &Bridge,
        from: Option<&IfName>,
        inside: &Inside,
        out: &mut Vec<Sent>,
        depth: usize,
    ) {
        let destination = inside.frame.destination;
        let known = self.bridges.get(name).and_then(|bridging| {
            bridging
                .find(now, &bridge.options, inside.vid, destination)
                .filter(|_| !destination.is_multicast())
                .cloned()
        });
        let to: Vec<IfName> = known.map_or_else(|| bridge.ports.clone(), |port| vec![port]);
        for port in to.iter().filter(|port| Some(*port) != from) {
            if self.port_state(name, port) != StpState::Forwarding {
                continue;
            }
            let vlans = self.model.link(port).and_then(|link| link.bridge_port.as_ref()?.vlans.as_ref());
            if let Some(frame) = leave(inside, vlans) {
                self.output_at(now, port, frame, out, depth);
            }
        }
    }

    fn pass_up(&mut self, now: Duration, name: &IfName, bridge: &Bridge, inside: Inside, out: &mut Vec<Sent>) {
        if let Some(frame) = leave(&inside, bridge.vlans.as_ref()) {
            self.input(now, name.clone(), frame, out);
        }
    }
}

/// A frame comes into a bridge by a port with those VLANs; `None`: the filter drops it.
fn enter(bridge: &Bridge, vlans: Option<&PortVlans>, mut frame: Frame) -> Option<Inside> {
    if !bridge.is_vlan_aware() {
        return Some(Inside { vid: None, frame });
    }
    let vlans = vlans?;
    let vid = frame.tag.take().or(vlans.pvid)?;
    vlans.members.contains(vid).then_some(Inside { vid: Some(vid), frame })
}

/// It leaves by a port with those VLANs, with a tag or without; `None`: the filter drops it.
fn leave(inside: &Inside, vlans: Option<&PortVlans>) -> Option<Frame> {
    let Some(vid) = inside.vid else { return Some(inside.frame.clone()) };
    let vlans = vlans?;
    let tag = (!vlans.untagged.contains(vid)).then_some(vid);
    vlans.members.contains(vid).then(|| Frame { tag, ..inside.frame.clone() })
}
