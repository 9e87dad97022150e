//! What must hold of any bytes that come in, a target a file: a function that panics when it does not.
//!
//! `fuzz/` hands them bytes that libFuzzer invents; the test of this crate hands them the corpus that came of it, so that
//! what was found once is looked at in every `cargo test`.
//!
//! Rooms: [`parse()`], [`resolve()`] and [`edit()`] take a file; [`lsp()`] a file and places in it; [`decode()`] what a
//! kernel tells; [`wire()`] a frame, and [`lacp()`] what a partner may do. [`words`] are what
//! files are made of where chance makes them.

mod decode;
mod edit;
mod files;
mod lacp;
mod lsp;
mod parse;
mod resolve;
mod wire;
pub mod words;

pub use decode::decode;
pub use edit::edit;
pub use lacp::lacp;
pub use lsp::lsp;
pub use parse::parse;
pub use resolve::resolve;
pub use wire::wire;

/// A function that panics when its promise is broken.
pub type Target = fn(&[u8]);

/// Every target, by the name of its folder in the corpus.
pub const ALL: &[(&str, Target)] = &[
    ("parse", parse),
    ("resolve", resolve),
    ("edit", edit),
    ("lsp", lsp),
    ("decode", decode),
    ("wire", wire),
    ("lacp", lacp),
];
