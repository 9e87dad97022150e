//! The console of the booted kernel: shown or not, its tail kept for when things go wrong.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::process::Child;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

/// Where the console goes besides the tail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Echo {
    /// Nowhere.
    Silent,
    /// To our standard output.
    Stdout,
    /// To our standard error.
    Stderr,
}

/// How much of the console is kept.
const TAIL: usize = 16 << 10;

/// Reads the console to its end.
pub(super) struct Console {
    tail: Arc<Mutex<VecDeque<u8>>>,
    pumps: Vec<JoinHandle<()>>,
}

impl Console {
    /// Begins to read a child's output.
    pub(super) fn pump(child: &mut Child, echo: Echo) -> Self {
        let tail = Arc::new(Mutex::new(VecDeque::new()));
        let mut pumps = Vec::new();
        if let Some(stream) = child.stdout.take() {
            pumps.push(spawn(stream, echo, &tail));
        }
        if let Some(stream) = child.stderr.take() {
            pumps.push(spawn(stream, echo, &tail));
        }
        Self { tail, pumps }
    }

    /// The last of it. Once the kernel has ended, all that it printed is in.
    pub(super) fn tail(&mut self, ended: bool) -> String {
        if ended {
            for pump in self.pumps.drain(..) {
                // A pump has nothing to panic about, and its tail is there either way.
                let _ = pump.join();
            }
        }
        let tail = self.tail.lock().unwrap_or_else(PoisonError::into_inner);
        let bytes: Vec<u8> = tail.iter().copied().collect();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

fn spawn(mut stream: impl Read + Send + 'static, echo: Echo, tail: &Arc<Mutex<VecDeque<u8>>>) -> JoinHandle<()> {
    let tail = Arc::clone(tail);
    std::thread::spawn(move || {
        let mut buffer = [0; 4096];
        while let Ok(count @ 1..) = stream.read(&mut buffer) {
            // The guest's terminal ends lines with CR LF.
            let bytes: Vec<u8> = buffer[..count].iter().copied().filter(|&byte| byte != b'\r').collect();
            show(&bytes, echo);
            let mut tail = tail.lock().unwrap_or_else(PoisonError::into_inner);
            tail.extend(bytes);
            let surplus = tail.len().saturating_sub(TAIL);
            tail.drain(..surplus);
        }
    })
}

/// A reader that went away (`| head`) is no reason to stop: the guest would block on its console.
fn show(bytes: &[u8], echo: Echo) {
    let _ = match echo {
        Echo::Silent => Ok(()),
        Echo::Stdout => std::io::stdout().write_all(bytes).and_then(|()| std::io::stdout().flush()),
        Echo::Stderr => std::io::stderr().write_all(bytes),
    };
}
