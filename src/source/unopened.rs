//! Logs of a store that cannot be opened. A list of the store has to tell of them: what is in them is not known.

use std::io;
use std::path::Path;

use super::real_path::is_missing;
use crate::error::{Error, unreadable_because};
use crate::regular_file;

/// Opens logs that a list learnt nothing of. Gives the error for those that cannot be opened; `None` where all of them
/// can, or are gone by now.
pub fn lacking<'p>(store: &Path, logs: impl Iterator<Item = &'p Path>) -> Option<Error> {
    let failed = |log: &Path| -> Option<io::Error> {
        let error = regular_file::open(log).err()?;
        (!is_missing(&error)).then_some(error)
    };
    let errors: Vec<_> = logs.filter_map(failed).collect();
    let problem = format!(
        "{} of its logs could not be opened, and what is in them is not known {}",
        errors.len(),
        unreadable_because(errors.first()?, "them")
    );
    Some(Error::store_unreadable(store, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_opened_is_counted_and_what_is_gone_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (gone, log) = (folder.path().join("gone"), folder.path());
        let own = Path::new("Cargo.toml");
        let error = lacking(
            Path::new("store"),
            [&gone, log, own].into_iter().map(AsRef::as_ref),
        );
        let text = error.unwrap().to_string();
        assert!(text.contains("1 of its logs could not be opened"), "{text}");
        assert!(lacking(Path::new("store"), [gone.as_path(), own].into_iter()).is_none());
    }
}
