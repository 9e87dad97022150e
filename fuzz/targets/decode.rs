//! See `fuzz_targets::decode`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::decode(bytes));
