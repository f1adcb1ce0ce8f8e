//! OpenCode, and the PawWork that was built on it: its stores, and its records of every generation -> the model.

pub mod database;
pub mod event_stream;
pub mod folder;
pub mod joined;
mod message_v0;
pub mod message_v1;
mod message_v2;
pub mod part_v1;
pub mod session;
mod session_diff;
pub mod values;
