//! See `fuzz_targets::wire`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| fuzz_targets::wire(bytes));
