//! LACP: the driver, our machines in its place, and our machines as its partner, held to each other field by field.

mod bond;
mod faults;
// The same cables in virtual time as the machines' own tests have.
#[path = "../../../crates/lacp/tests/machines/pair.rs"]
#[allow(dead_code, reason = "its other tests use the rest")]
mod pair;
mod scene;
mod sent;
mod switches;
