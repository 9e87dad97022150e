//! An LACP partner that is no kernel's: our own machines, on ports of a namespace.

use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use lacp::{Config, Lag, PortConfig, PortId};
use linux::Speaker;
use linux::speaker::{SpeakerError, Way};

use super::{End, Namespace, NamespaceError};

/// How long it waits for a frame before it looks for what the test wants.
const TURN: Duration = Duration::from_millis(20);

/// What a partner could not do.
#[derive(Debug, thiserror::Error)]
pub enum PartnerError {
    /// It could not get to its ports.
    #[error(transparent)]
    Namespace(#[from] NamespaceError),
    /// It could not speak.
    #[error(transparent)]
    Speaker(#[from] SpeakerError),
    /// It ended before it was told to, and [`Partner::stop`] says why.
    #[error("the LACP partner ended too soon")]
    Ended,
}

/// What a port's frames are kept from.
#[derive(Clone, Copy, Debug, Default)]
struct Cut {
    out: bool,
    into: bool,
}

type Order = Box<dyn FnOnce(&mut Speaker, &mut Vec<Cut>) + Send>;

/// A partner. It goes with this.
#[derive(Debug)]
pub struct Partner {
    orders: Option<Sender<Order>>,
    thread: Option<JoinHandle<Result<(), PartnerError>>>,
}

impl Partner {
    /// Starts one in a namespace, on these ports of it.
    ///
    /// # Errors
    /// When a port is not there.
    pub fn start(namespace: &Namespace, config: Config, ports: &[(&End, PortConfig)]) -> Result<Self, PartnerError> {
        let namespace = namespace.clone();
        let ports: Vec<_> = ports.iter().map(|(end, port)| (end.link.clone(), port.clone())).collect();
        let (orders, to_do) = channel::<Order>();
        let (ready, is_ready) = channel();
        let thread = std::thread::spawn(move || {
            namespace.enter()?;
            let mut speaker = Speaker::new(config)?;
            for (link, port) in &ports {
                speaker.add_port(link, port)?;
            }
            // Whoever waits for it is gone only when the test is.
            let _ = ready.send(());
            work(&mut speaker, &to_do, ports.len())
        });
        let mut partner = Self { orders: Some(orders), thread: Some(thread) };
        match is_ready.recv() {
            Ok(()) => Ok(partner),
            Err(_) => Err(partner.join().err().unwrap_or(PartnerError::Ended)),
        }
    }

    /// Looks at its machines, or changes them, at their time.
    ///
    /// # Errors
    /// When it ended.
    pub fn lag<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Lag, Duration) -> T + Send + 'static,
    ) -> Result<T, PartnerError> {
        self.order(|speaker, _| {
            let (lag, now) = speaker.lag();
            work(lag, now)
        })
    }

    /// Loses what leaves that port (counted in the order of starting), and what comes in, from now on.
    ///
    /// # Errors
    /// When it ended.
    pub fn cut(&self, port: usize, out: bool, into: bool) -> Result<(), PartnerError> {
        self.order(move |_, cuts| cuts[port] = Cut { out, into })
    }

    fn order<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Speaker, &mut Vec<Cut>) -> T + Send + 'static,
    ) -> Result<T, PartnerError> {
        let (answer, answered) = channel();
        let order: Order = Box::new(move |speaker, cuts| {
            // Who asked waits for it.
            let _ = answer.send(work(speaker, cuts));
        });
        let sent = self.orders.as_ref().is_some_and(|orders| orders.send(order).is_ok());
        if sent { answered.recv().map_err(|_| PartnerError::Ended) } else { Err(PartnerError::Ended) }
    }

    /// Ends it.
    ///
    /// # Errors
    /// What made it end before.
    pub fn stop(mut self) -> Result<(), PartnerError> {
        self.join()
    }

    fn join(&mut self) -> Result<(), PartnerError> {
        self.orders = None;
        let Some(thread) = self.thread.take() else { return Ok(()) };
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

impl Drop for Partner {
    fn drop(&mut self) {
        self.orders = None;
        if let Some(thread) = self.thread.take() {
            // A test that fails has said why; one that wants to know calls `stop`.
            let _ = thread.join();
        }
    }
}

/// Speaks until nobody gives orders any more.
fn work(speaker: &mut Speaker, orders: &Receiver<Order>, ports: usize) -> Result<(), PartnerError> {
    let mut cuts = vec![Cut::default(); ports];
    let ids: Vec<PortId> = speaker.lag().0.ports().iter().map(lacp::Port::id).collect();
    loop {
        match orders.try_recv() {
            Ok(order) => order(speaker, &mut cuts),
            Err(TryRecvError::Disconnected) => return Ok(()),
            Err(TryRecvError::Empty) => {
                let mut pass = |way, id| {
                    let cut = ids.iter().position(|known| *known == id).map(|at| cuts[at]).unwrap_or_default();
                    !match way {
                        Way::Out => cut.out,
                        Way::In => cut.into,
                    }
                };
                speaker.turn(TURN, &mut pass)?;
            }
        }
    }
}
