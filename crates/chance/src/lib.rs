//! All chance of what is simulated and tried: numbers that a seed starts, the same on every machine and for good.

mod chance;

pub use chance::Chance;
