//! `bowline check`: what is wrong with a file, what a code means, and mending.

mod arguments;
mod explain;
mod fix;
mod run;
mod subject;

pub use arguments::{Arguments, HELP};
pub use run::run;
