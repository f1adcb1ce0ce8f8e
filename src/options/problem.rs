//! Errors of options.

use crate::error::{Error, Result};
use crate::model::Object;

/// The error of an option, with a sentence that tells what to do.
///
/// # Errors
/// Always: [`Error::InvalidOption`].
pub fn invalid<T>(text: String) -> Result<T> {
    Err(Error::InvalidOption(text))
}

/// Refuses names of options that are not known.
///
/// # Errors
/// [`Error::InvalidOption`], which names the unknown one and those that are known.
pub fn check_names(options: &Object, allowed: &[&str]) -> Result<()> {
    match options
        .keys()
        .find(|name| !allowed.contains(&name.as_str()))
    {
        Some(name) => {
            // The name is the caller's own, but it may be anything.
            let name: String = name.chars().filter(|c| !c.is_control()).take(40).collect();
            invalid(format!(
                "There is no option \"{name}\". The options are {}.",
                allowed.join(", ")
            ))
        }
        None => Ok(()),
    }
}
