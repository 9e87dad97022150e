//! Two sides of a LAG, and cables between them, in virtual time.

mod pair;
mod worked;
