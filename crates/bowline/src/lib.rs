//! bowline
