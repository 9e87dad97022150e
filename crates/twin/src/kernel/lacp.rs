//! LACPDUs of a bond's slaves: out by each, in by each.

use std::sync::Arc;
use std::time::Duration;

use network::IfName;

use super::Kernel;
use super::state::Sent;
use crate::frame::Frame;

impl Kernel {
    /// A slave heard an LACPDU.
    pub(super) fn lacpdu(
        &mut self,
        _now: Duration,
        _bond: &IfName,
        _slave: &IfName,
        _frame: &Frame,
        _payload: &Arc<[u8]>,
        _out: &mut Vec<Sent>,
    ) {
    }

    /// Sends what the machines want sent.
    pub(super) fn send_lacpdus(&mut self, _bond: &IfName, _out: &mut Vec<Sent>) {}
}
