//! Words that say of what a secret is: `for the staging database`.

/// The length of a word that says of what a secret is. A sentence ends with `.` and its like, and so does what a
/// label stands for.
pub fn scope_word(rest: &str) -> Option<usize> {
    let first = rest.chars().next()?;
    // `密码，就是 x`
    if "，、".contains(first) {
        return Some(first.len_utf8());
    }
    let is_edge = |c: char| c.is_whitespace() || ":：=→，、「『“【".contains(c);
    // Scripts without blanks go on with the value at once: `密码统一是x`.
    let is_wide = first >= '\u{2e80}';
    let length = rest
        .find(|c: char| is_edge(c) || is_wide && c.is_ascii_alphanumeric())
        .unwrap_or(rest.len());
    let word = rest.get(..length)?;
    // `The alarm code for the shop? 1252.`
    let asked = word.strip_suffix('?').filter(|_| {
        rest.get(length..)
            .is_some_and(|rest| rest.trim_start().starts_with(|c: char| c.is_ascii_digit()))
    });
    let word = asked.unwrap_or(word);
    let ends = |c: char| ".!?;。！？；\"«»{}[]<>=`".contains(c);
    // `(token) => x`
    let is_end = word.starts_with(')');
    (!is_end && length > 0 && word.chars().count() <= 32 && !word.contains(ends)).then_some(length)
}
