//! The guard at work: the process that carries a transaction out and waits, the one that watches it, and how others talk
//! to it.
//!
//! ```text
//!  bowline apply ──starts──▶ guard-run ──starts──▶ guard-watch
//!        │   news, requests      │  holds /run/bowline/lock      │ waits for that lock:
//!        └────── control ────────┘  as long as it lives          ▼ it gets it when the guard is gone
//!  bowline confirm, pending, rollback                    rolls back what is left open
//! ```
//!
//! - [`serve`]: what `guard-run`, `guard-watch` and `recover` do; `prepare`: what a transaction begins with;
//!   [`beside`]: the same for one whose change `ifreload` makes.
//!   [`edge`]: its clock, files and kernel.
//! - [`control`]: the socket of the guard; [`record::client`] is the other end, and [`record::process`] starts it.
//! - [`standing`]: what is open now, and what is over.
//! - [`signs`]: what is looked for before a change and after it; [`senses`]: what is asked of the host for it.
//! - [`remembers`]: the lock and the memory that are shared with `ifreload`.
//! - [`files`]: which interfaces file a transaction comes from and leads to.

pub mod beside;
pub mod control;
pub mod edge;
pub mod files;
mod prepare;
pub mod remembers;
pub mod senses;
pub mod serve;
pub mod signs;
pub mod standing;
