//! An editor talks to the server, message by message.

mod answers;
mod client;
mod session;
