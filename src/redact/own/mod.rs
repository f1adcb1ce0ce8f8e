//! What the user asks for beside the rules: own patterns, whose matches are redacted, and words to keep.

mod keep;
mod pattern;
mod patterns;
mod written;

pub use keep::Keep;
pub use pattern::PatternProblem;
pub use patterns::OwnPatterns;
