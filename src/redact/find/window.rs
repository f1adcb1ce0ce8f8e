//! Runs patterns near the places of their keywords only, so that a text is not searched as a whole
//! for each of a hundred rules.

use std::ops::Range;

use regex::bytes::{Captures, Regex};

/// How far from its keyword a secret is looked for, in bytes on either side.
const REACH: usize = 512;

/// How much of a text an anchored pattern sees at first. It bounds the time that a text made of
/// keywords takes.
const LONGEST_LOOK: usize = 4096;

/// Calls back for each match in the neighbourhood of some places, which are in order. What is
/// called gives the place from which to go on.
pub fn for_each_near(
    pattern: &Regex,
    text: &[u8],
    places: &[Range<usize>],
    mut on_match: impl FnMut(&Captures) -> usize,
) {
    let mut at = 0;
    let mut places = places.iter().peekable();
    while let Some(place) = places.next() {
        let start = place.start.saturating_sub(REACH);
        let mut end = place.end + REACH;
        while let Some(next) = places.next_if(|next| next.start <= end + REACH) {
            end = next.end + REACH;
        }
        end = end.min(text.len());
        at = start.max(at);
        while at < end
            && let Some(captures) = captures_from(pattern, text.get(..end).unwrap_or_default(), at)
        {
            let is_cut = captures.get(0).is_some_and(|whole| whole.end() == end);
            if is_cut && end < text.len() {
                end = (end + (end - start)).min(text.len());
            } else {
                at = on_match(&captures).max(at + 1);
            }
        }
    }
}

/// Calls back for each match in a text, as [`for_each_near`] does.
pub fn for_each(pattern: &Regex, text: &[u8], mut on_match: impl FnMut(&Captures) -> usize) {
    let mut at = 0;
    while let Some(captures) = captures_from(pattern, text, at) {
        at = on_match(&captures).max(at + 1);
    }
}

/// The groups of the first match from a place on. Most often there is none, which is told without making
/// room for groups.
fn captures_from<'t>(pattern: &Regex, text: &'t [u8], at: usize) -> Option<Captures<'t>> {
    let whole = pattern.find_at(text, at)?;
    pattern.captures_at(text, whole.start())
}

/// The match of an anchored pattern (`^…`) that starts at a place: its one group, or the whole of
/// it where it has none.
pub fn match_at(pattern: &Regex, text: &[u8], start: usize) -> Option<Range<usize>> {
    let rest = text.get(start..)?;
    let mut length = LONGEST_LOOK;
    loop {
        let window = rest.get(..length).unwrap_or(rest);
        let whole = pattern.find(window)?;
        if whole.end() == window.len() && window.len() < rest.len() {
            length *= 4;
            continue;
        }
        let found = if pattern.captures_len() == 1 {
            whole.range()
        } else {
            pattern.captures(window)?.get(1)?.range()
        };
        return Some(start + found.start..start + found.end);
    }
}

#[cfg(test)]
mod tests {
    use super::super::pattern::Pattern;
    use super::*;

    fn near(expression: &str, text: &str, places: &[usize]) -> Vec<(usize, usize)> {
        let places: Vec<_> = places.iter().map(|at| *at..at + 1).collect();
        let mut found = Vec::new();
        for_each_near(
            &Pattern::from(expression.to_owned()),
            text.as_bytes(),
            &places,
            |captures| {
                let whole = captures.get(0).unwrap();
                found.push((whole.start(), whole.end()));
                whole.end()
            },
        );
        found
    }

    #[test]
    fn a_match_is_found_near_a_place_and_whole() {
        let filler = ".".repeat(2000);
        let text = format!("k{}{filler}k{filler}", "x".repeat(5000));
        assert_eq!(near("x+", &text, &[0]), [(1, 5001)]);
        assert_eq!(near("kx+", &text, &[0, 7001]), [(0, 5001)]);
        assert_eq!(near("k", &text, &[7001]), [(7001, 7002)]);
        assert!(near("x{3}", &text, &[7001]).is_empty());
    }

    #[test]
    fn what_stands_before_the_window_counts() {
        let text = format!("{}word", "w".repeat(600));
        assert!(near("(?:^|[^a-z])word", &text, &[600]).is_empty());
    }

    #[test]
    fn a_long_match_at_a_place_is_found_whole() {
        let text = format!("--a{}b--", "x".repeat(50_000));
        for expression in ["^ax+", "^(ax+)(?:b|$)"] {
            assert_eq!(
                match_at(&Pattern::from(expression.to_owned()), text.as_bytes(), 2),
                Some(2..50_003)
            );
        }
        assert_eq!(match_at(&Pattern::new("^x"), text.as_bytes(), 2), None);
    }
}
