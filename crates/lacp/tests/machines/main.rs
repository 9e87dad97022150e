//! Two sides of a LAG, and cables between them, in virtual time.

mod bond;
mod chance;
mod pair;
mod switch;
mod worked;
