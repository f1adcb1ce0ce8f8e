//! What only `redact: "strict"` takes out: paths, e-mail and IP addresses, names of accounts and computers.
//!
//! 1. [`path`] tells where a path starts, [`path_end`] where it ends, and [`path_kind`] whether it tells anything
//!    of a person or a project: `/usr/bin` and a route of a web server do not.
//! 2. [`email`] and [`ip_address`] read addresses of any script and notation.
//! 3. [`told_name`] learns names where a text says that they are some: of an [`account`], as `uid=1000(jo)`, of a
//!    [`person`], as `Author: Jo Doe <…>`, of a [`computer`], as `jo@laptop:~$`. They go wherever else they stand.

pub mod account;
pub mod common_name;
mod computer;
mod email;
pub mod found;
mod ip_address;
pub mod near;
pub mod path;
mod person;
mod told_name;

use self::found::Found;

/// The ids of what is found, beside those of names.
pub const IDS: [&str; 4] = [path::ID, email::ID, ip_address::ID, account::LOGIN_ID];

/// All that is to go from a text, in no order. Places may overlap.
pub fn find(text: &str) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    found.extend(path::find(text).into_iter().map(|place| (place, path::ID)));
    told_name::find(text, &mut found);
    email::find(text, &mut found);
    ip_address::find(text, &mut found);
    found
}
