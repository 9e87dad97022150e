//! Cables: veth pairs between namespaces.

use network::{IfName, Mac};

use super::{Links, Namespace, NetError};

/// One end of a cable: a port.
#[derive(Clone, Debug)]
pub struct End {
    /// Where it is.
    pub namespace: Namespace,
    /// Its name there.
    pub link: IfName,
}

impl End {
    /// Sets the port up or down.
    ///
    /// # Errors
    /// When it is not there any more.
    pub fn set_up(&self, up: bool) -> Result<(), NetError> {
        self.namespace.run(|| Links::open()?.set_up(&self.link, up))
    }
}

/// A cable.
#[derive(Clone, Debug)]
pub struct Cable {
    /// The host's end: a NIC.
    pub near: End,
    /// The end that is pulled: a port of a switch, or a guest's NIC.
    pub far: End,
}

impl Cable {
    /// Lays one. The far end is up, the near end down, as a NIC is before anything configures it.
    ///
    /// # Errors
    /// When a name is taken, or the kernel has no veth.
    pub fn lay(near: End, mac: Option<Mac>, far: End) -> Result<Self, NetError> {
        near.namespace.run(|| Links::open()?.veth(&near.link, mac, &far))?;
        far.set_up(true)?;
        Ok(Self { near, far })
    }

    /// Pulls it: the near end loses its carrier.
    ///
    /// # Errors
    /// When it is not there any more.
    pub fn pull(&self) -> Result<(), NetError> {
        self.far.set_up(false)
    }

    /// Plugs it back in.
    ///
    /// # Errors
    /// When it is not there any more.
    pub fn plug(&self) -> Result<(), NetError> {
        self.far.set_up(true)
    }
}
