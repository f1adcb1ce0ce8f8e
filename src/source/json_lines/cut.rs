//! A line that was cut off, and the one that was written behind it: a killed writer leaves no end of a line.

use memchr::memmem;
use serde::de::IgnoredAny;

/// The search tries so many places, so that a hostile line costs no more time.
const MOST_TRIED: usize = 8;

/// Where the whole object starts that ends a line which is no JSON itself. In JSON an object stands behind one of `:,[`;
/// this one stands behind whatever was written last, or behind zeros that a crash of the system left.
pub fn whole_end(line: &str) -> Option<usize> {
    let is_odd = |at: &usize| {
        let before = at.checked_sub(1).and_then(|at| line.as_bytes().get(at));
        before.is_some_and(|before| !b":,[ \t".contains(before))
    };
    let starts = memmem::find_iter(line.as_bytes(), b"{\"").filter(is_odd);
    let is_whole = |at: &usize| {
        let rest = line.get(*at..).unwrap_or_default();
        serde_json::from_str::<IgnoredAny>(rest).is_ok()
    };
    starts.take(MOST_TRIED).find(is_whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_behind_one_that_was_cut_is_found() {
        let whole = r#"{"a":[{"b":1}]}"#;
        for cut in [r#"{"a":"b{"#, r#"{"a":""#, r#"{"a":[{"b":1"#, "\0\0\0", "x"] {
            let line = format!("{cut}{whole}");
            let at = whole_end(&line).unwrap();
            assert_eq!(line.get(at..), Some(whole), "{line}");
        }
        for line in ["", "x", r#"{"a":{"b":1}"#, r#"{"a":1}{"#] {
            assert_eq!(whole_end(line), None, "{line}");
        }
    }
}
