//! Network namespaces: a host, a switch, a guest each.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use linux::Linux;
use network::{Change, Host, IfName, Network};
use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};

use super::{Links, NetError};
use crate::attempt::{hand_on_panic, take_panic};

/// A network namespace. It lives as long as a clone of this, or a thread in it.
#[derive(Clone, Debug)]
pub struct Namespace(Arc<File>);

/// A namespace could not be made or entered.
#[derive(Debug, thiserror::Error)]
#[error("can't {doing} a network namespace")]
pub struct NamespaceError {
    /// "make" or "enter".
    pub doing: &'static str,
    /// What the system said.
    #[source]
    pub source: io::Error,
}

/// The link of /proc that is the calling thread's network namespace (and not the thread-group leader's).
const OWN: &str = "/proc/thread-self/ns/net";

impl Namespace {
    /// A new one, with nothing but `lo`, which is up. The calling thread stays where it is.
    ///
    /// # Errors
    /// Without CAP_SYS_ADMIN (`EPERM`).
    pub fn new() -> Result<Self, NetError> {
        std::thread::scope(|scope| {
            scope.spawn(Self::leave_into_new).join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    /// Moves the calling thread, for good, into a new one with nothing but `lo`, which is up.
    ///
    /// # Errors
    /// Without CAP_SYS_ADMIN (`EPERM`).
    pub fn leave_into_new() -> Result<Self, NetError> {
        let new = Self::unshare()?;
        Links::open()?.set_up(&IfName::new("lo")?, true)?;
        Ok(new)
    }

    fn unshare() -> Result<Self, NamespaceError> {
        let failed = |source: io::Error| NamespaceError { doing: "make", source };
        // SAFETY: `unshare` is unsafe for CLONE_FILES, which can leave other threads with descriptors that are not
        // theirs. CLONE_NEWNET touches nothing but the namespace that this thread makes sockets in.
        #[allow(unsafe_code, reason = "the one call that makes a namespace")]
        unsafe { unshare_unsafe(UnshareFlags::NEWNET) }.map_err(|errno| failed(errno.into()))?;
        Self::current()
    }

    /// The calling thread's.
    ///
    /// # Errors
    /// Without /proc.
    pub fn current() -> Result<Self, NamespaceError> {
        Self::at(OWN)
    }

    /// The first one: PID 1's. On a host of somebody's, it holds the machine's own links.
    ///
    /// # Errors
    /// Without the permission to look at PID 1.
    pub fn first() -> Result<Self, NamespaceError> {
        Self::at("/proc/1/ns/net")
    }

    fn at(path: &str) -> Result<Self, NamespaceError> {
        let file = File::open(path).map_err(|source| NamespaceError { doing: "open", source })?;
        Ok(Self(Arc::new(file)))
    }

    /// The open file that stands for it, as `IFLA_NET_NS_FD` takes it.
    #[must_use]
    pub fn file(&self) -> &File {
        &self.0
    }

    /// Runs something in it, in a thread of its own, and waits for it. A panic goes on in the caller.
    ///
    /// # Panics
    /// When it panics, or the namespace can't be entered.
    pub fn run<T: Send>(&self, work: impl FnOnce() -> T + Send) -> T {
        std::thread::scope(|scope| {
            let thread = scope.spawn(|| {
                catch_unwind(AssertUnwindSafe(|| {
                    self.enter().expect("whoever made it may enter it");
                    work()
                }))
                .map_err(|panic| {
                    let said = take_panic(panic.as_ref());
                    (panic, said)
                })
            });
            match thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)) {
                Ok(value) => value,
                Err((panic, said)) => hand_on_panic(panic, said),
            }
        })
    }

    /// Makes changes in it, in order, until one is refused.
    ///
    /// # Errors
    /// The kernel's refusal.
    pub fn change(&self, changes: &[Change]) -> Result<(), NetError> {
        self.run(|| {
            let mut host = Linux::open()?;
            changes.iter().try_for_each(|change| Ok(host.execute(change)?))
        })
    }

    /// What its kernel has.
    ///
    /// # Errors
    /// When it can't be read.
    pub fn observe(&self) -> Result<Network, NetError> {
        self.run(|| Ok(Linux::open()?.observe()?))
    }

    /// Moves the calling thread into it, for good.
    ///
    /// # Errors
    /// Without CAP_SYS_ADMIN (`EPERM`).
    pub fn enter(&self) -> Result<(), NamespaceError> {
        move_into_link_name_space(self.0.as_fd(), Some(LinkNameSpaceType::Network))
            .map_err(|errno| NamespaceError { doing: "enter", source: errno.into() })
    }
}
