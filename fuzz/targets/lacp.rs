//! See `fuzz_targets::lacp`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::lacp(bytes));
