//! What the tests of the checks share.
#![allow(dead_code, unreachable_pub, reason = "each test file uses its own part")]

pub mod host;
