//! See `fuzz_targets::resolve`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::resolve(bytes));
