//! A change that undoes itself unless it is confirmed.
//!
//! ```text
//!            ┌─ for each step ──────┐
//!  Beginning ▶ note its undoing ▶ take it ▶ read back ▶ note ▶ new file ▶ Waiting ──▶ note ──▶ Confirmed
//!      │              │              │          │        │        │         │  ▲ │       │
//!      │ can't        │ can't        │ refused  │ differs│ can't  │ can't   │  └─┘       │ can't
//!      ▼ be noted     ▼              ▼          ▼        ▼        ▼         ▼ extended   ▼
//!   NotBegun      ┌──────────────── rolling back (asked for, expired, lost, …) ──────────────┐
//!                 │ note it ▶ old file back ▶ undo steps, last first ▶ read back ▶ reconcile │──▶ RolledBack
//!                 └──────────────────────────────────────────────────▲───────────────┘ up to 3×
//! ```
//!
//! Where another makes the change (`ifreload`), the first line is all of that: `Beginning ▶ Beside ▶ note ▶ Waiting`. Whoever makes
//! it says that it is done; ends it before that, it is rolled back, by what differs from the snapshot.
//!
//! [`Transaction`] says what is to be done next ([`Transaction::action`]), one thing at a time, and is told what came of
//! it ([`Transaction::answer`]). Between any two answers it takes requests, evidence and the time. Rolling back can't fail:
//! it goes on past every error and says at the end what it could not restore.

mod action;
mod back;
mod machine;
mod recover;
mod settings;

pub use action::{Action, Answer, Reply, Request, Stage};
pub use machine::Transaction;
pub use recover::{Recovered, recover};
pub use settings::{Confirmation, Settings};
