//! The own patterns of one call.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use super::super::find::hits::Hits;
use super::super::find::scan;
use super::super::people::ids::{HOST_ID, TERM_ID, USER_ID};
use super::super::placeholders;
use super::pattern::{OwnPattern, PatternProblem};

/// Regular expressions of the user, in their order.
#[derive(Debug, Clone, Default)]
pub struct OwnPatterns(Arc<[OwnPattern]>);

impl PartialEq for OwnPatterns {
    fn eq(&self, other: &Self) -> bool {
        self.sources().eq(other.sources())
    }
}

impl Eq for OwnPatterns {}

impl OwnPatterns {
    /// Compiles patterns with their ids: mostly those of the last call, which are then the same. Logs are redacted
    /// line by line.
    ///
    /// # Errors
    /// The place in the list of the first that cannot be used, and why.
    pub fn new(sources: &[(String, String)]) -> Result<Self, (usize, PatternProblem)> {
        static LAST: Mutex<Option<OwnPatterns>> = Mutex::new(None);
        if sources.is_empty() {
            return Ok(Self::default());
        }
        let given = sources.iter().map(|(id, source)| (&**id, &**source));
        let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = &*last
            && known.sources().eq(given)
        {
            return Ok(known.clone());
        }
        let compiled = sources.iter().enumerate().map(|(index, (id, source))| {
            OwnPattern::new(id, source, is_rule).map_err(|problem| (index, problem))
        });
        let compiled = Self(compiled.collect::<Result<_, _>>()?);
        *last = Some(compiled.clone());
        Ok(compiled)
    }

    fn sources(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|pattern| (pattern.id, pattern.source.as_str()))
    }

    /// Tells whether an id is that of one of them.
    pub fn has(&self, id: &str) -> bool {
        self.0.iter().any(|pattern| pattern.id == id)
    }

    /// Adds what they match in a text, but for placeholders, which stay whole.
    pub fn find(&self, text: &str, hits: &mut Hits) {
        if self.0.is_empty() {
            return;
        }
        let placeholders = placeholders::places(text);
        for pattern in &*self.0 {
            for place in pattern.places(text) {
                let pieces = without(text, place, &placeholders);
                hits.extend(pieces.map(|piece| (piece, pattern.id)));
            }
        }
    }
}

/// Gives the pieces of a place outside of some other places, which are in order. Signs between these are no value.
fn without<'t>(
    text: &'t str,
    place: Range<usize>,
    others: &'t [Range<usize>],
) -> impl Iterator<Item = Range<usize>> + 't {
    let first = others.partition_point(|other| other.end <= place.start);
    let others = others.get(first..).unwrap_or_default();
    let count = others.partition_point(|other| other.start < place.end);
    let others = others.get(..count).unwrap_or_default();
    let starts = std::iter::once(place.start).chain(others.iter().map(|other| other.end));
    let ends = others.iter().map(|other| other.start);
    let pieces = starts.zip(ends.chain(std::iter::once(place.end)));
    pieces.map(|(start, end)| start..end).filter(move |piece| {
        let piece = text.get(piece.clone()).unwrap_or_default();
        let is_whole = others.is_empty();
        is_whole || piece.chars().any(char::is_alphanumeric)
    })
}

/// Tells whether a rule of this package has an id.
fn is_rule(id: &str) -> bool {
    [TERM_ID, USER_ID, HOST_ID].contains(&id) || scan::is_rule(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn patterns(sources: &[(&str, &str)]) -> Result<OwnPatterns, (usize, PatternProblem)> {
        let sources: Vec<_> = sources
            .iter()
            .map(|(id, source)| ((*id).to_owned(), (*source).to_owned()))
            .collect();
        OwnPatterns::new(&sources)
    }

    #[test]
    fn no_id_is_that_of_a_rule() {
        for id in [
            "github-token",
            "named-secret",
            "redact-term",
            "user-name",
            "email",
        ] {
            let (index, problem) = patterns(&[("own", "x"), (id, "x")]).unwrap_err();
            assert_eq!(index, 1, "{id}");
            assert!(matches!(problem, PatternProblem::TakenId), "{id}");
        }
    }

    #[test]
    fn placeholders_stay_whole() {
        let own = patterns(&[("own", "(?s)a(.*)z")]).unwrap();
        let found = |text: &str| {
            let mut hits = Hits::new();
            own.find(text, &mut hits);
            let shown = hits
                .into_iter()
                .map(|(place, _)| text.get(place).unwrap().to_owned());
            shown.collect::<Vec<_>>()
        };
        assert_eq!(found("a1z"), ["1"]);
        assert_eq!(found("a[redacted:own#1]z"), Vec::<String>::new());
        assert_eq!(
            found("a [redacted:own#1], [redacted:x#2] z"),
            Vec::<String>::new()
        );
        assert_eq!(found("a1[redacted:own#1]2z"), ["1", "2"]);
        assert_eq!(found("a[redacted:not one]z"), ["[redacted:not one]"]);
    }

    #[test]
    fn the_same_patterns_are_compiled_once() {
        let one = patterns(&[("own", "one[0-9]")]).unwrap();
        let again = patterns(&[("own", "one[0-9]")]).unwrap();
        assert!(Arc::ptr_eq(&one.0, &again.0));
        assert_ne!(one, patterns(&[("own", "two[0-9]")]).unwrap());
    }
}
