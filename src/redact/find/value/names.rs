//! Names of programs: `Uint8Array`, `this.auth.bind`.

/// Tells whether a text is names that are joined: `Uint8Array`, `this.auth.bind`, `START_OBJECT2`. The words of a name
/// are longer than those of random letters.
pub fn is_made_of_names(value: &[u8]) -> bool {
    let mut words = 0;
    let mut letters = 0;
    let mut digits = 0;
    let mut before = b'_';
    for (at, &byte) in value.iter().enumerate() {
        let next = value.get(at + 1).copied().unwrap_or(b'_');
        if byte.is_ascii_alphabetic() {
            letters += 1;
            let starts = !before.is_ascii_alphabetic()
                || byte.is_ascii_uppercase()
                    && (before.is_ascii_lowercase() || next.is_ascii_lowercase());
            words += usize::from(starts);
        } else if byte.is_ascii_digit() {
            digits += usize::from(!before.is_ascii_digit());
        } else if !is_sign_of_a_name(value, at) {
            return false;
        }
        before = byte;
    }
    let first = value.iter().find(|byte| !b"!$_".contains(byte));
    first.is_some_and(u8::is_ascii_alphabetic) && digits <= 2 && letters >= words * 3
}

/// Tells whether a text is a name of several words in letters: `previewModeSigningKey`.
pub fn is_camel_case(value: &[u8]) -> bool {
    let is_hump = |pair: &[u8]| matches!(pair, [one, two] if one.is_ascii_lowercase() && two.is_ascii_uppercase());
    value.iter().all(u8::is_ascii_alphabetic)
        && value.windows(2).any(is_hump)
        && is_made_of_names(value)
}

/// Tells whether a sign may stand in a name or join two: `_a`, `a.b`, `a?.b`, `!a`, `$a`, `this.#a`.
pub fn is_sign_of_a_name(value: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| value.get(at));
    let next = value.get(at + 1);
    match value.get(at) {
        Some(b'_' | b'.') => true,
        Some(b'?') => next == Some(&b'.'),
        Some(b'!') => before.is_none_or(|byte| *byte == b'!') || next == Some(&b'.'),
        Some(b'$') => next.is_some_and(|byte| byte.is_ascii_alphabetic() || *byte == b'_'),
        Some(b'#') => before == Some(&b'.'),
        _ => false,
    }
}
