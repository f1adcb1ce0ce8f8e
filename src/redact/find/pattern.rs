//! Regular expressions over bytes, each compiled when it is first needed: most sessions need few of them,
//! and to compile them all takes longer than to export a session.

use std::borrow::Cow;
use std::ops::Deref;
use std::sync::OnceLock;

use regex::bytes::Regex;

/// A pattern over bytes with ASCII classes.
pub struct Pattern {
    expression: Cow<'static, str>,
    compiled: OnceLock<Regex>,
}

impl Pattern {
    /// Takes a constant of the program, which the tests prove to be a regular expression.
    pub const fn new(expression: &'static str) -> Self {
        Self {
            expression: Cow::Borrowed(expression),
            compiled: OnceLock::new(),
        }
    }
}

impl From<String> for Pattern {
    /// Takes one that was made of such constants.
    fn from(expression: String) -> Self {
        Self {
            expression: Cow::Owned(expression),
            compiled: OnceLock::new(),
        }
    }
}

impl Deref for Pattern {
    type Target = Regex;

    #[expect(clippy::expect_used, reason = "constant patterns, proved by the tests")]
    fn deref(&self) -> &Regex {
        self.compiled.get_or_init(|| {
            Regex::new(&format!("(?-u){}", self.expression)).expect("the pattern is valid")
        })
    }
}
