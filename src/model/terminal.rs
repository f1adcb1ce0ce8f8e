//! What a terminal shows of a command's output: a carriage return goes back to the start of the line, and what is
//! written next stands over what stood there. A progress bar writes one line a hundred times.

use memchr::memchr;

/// The output where of states that differ in nothing but numbers and signs only the last one is left, and `None` where
/// there are none.
///
/// Other states stay: a word that is written over may be what tells that the next one is a secret.
pub fn last_states(output: &str) -> Option<String> {
    let mut result = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = memchr(b'\r', output.as_bytes().get(at..)?) {
        let place = at + found;
        let before = output.get(..place)?;
        let start = before.rfind('\n').map_or(0, |end| end + 1).max(at);
        let rest = output.get(place..)?;
        let end = place + memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        let line = output.get(start..end)?;
        let states: Vec<&str> = line.split('\r').filter(|state| is_visible(state)).collect();
        let kept = states.iter().enumerate().filter(|(index, state)| {
            let next = states.get(index + 1);
            next.is_none_or(|next| !letters(state).eq(letters(next)))
        });
        let kept: Vec<&str> = kept.map(|(_, state)| *state).collect();
        if kept.len() < states.len() {
            result.push_str(output.get(copied..start)?);
            result.push_str(&kept.join("\r"));
            // The line end of Windows stays.
            copied = if line.ends_with('\r') { end - 1 } else { end };
        }
        at = end;
    }
    if copied == 0 {
        return None;
    }
    result.push_str(output.get(copied..)?);
    Some(result)
}

/// The letters of a state, without those of escape sequences.
fn letters(state: &str) -> impl Iterator<Item = char> + '_ {
    let mut is_escape = false;
    state.chars().filter(move |c| {
        if *c == '\u{1b}' {
            is_escape = true;
            return false;
        }
        if is_escape {
            // `ESC [ 2 K` ends with its letter.
            is_escape = !c.is_ascii_alphabetic();
            return false;
        }
        c.is_alphabetic()
    })
}

/// Tells whether a state shows anything: it is not made of blanks and escape sequences such as `ESC [ K`, which clears
/// a line.
fn is_visible(state: &str) -> bool {
    let mut rest = state;
    while let Some((before, behind)) = rest.split_once("\u{1b}[") {
        if !before.trim().is_empty() {
            return true;
        }
        let parameters = behind.trim_start_matches(|c: char| ('\u{20}'..='\u{3f}').contains(&c));
        rest = parameters.get(1..).unwrap_or_default();
    }
    !rest.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_progress_bar_is_its_last_state() {
        for (output, expected) in [
            ("10%\r50%\r100%\ndone\n", "100%\ndone\n"),
            ("a\n 1/3\r 2/3\r 3/3\r\u{1b}[K\nb", "a\n 3/3\nb"),
            ("1%\r2%\r\nb\r\n", "2%\r\nb\r\n"),
            ("1%\r2%\r\u{1b}[2K\rready", "2%\rready"),
        ] {
            assert_eq!(last_states(output).as_deref(), Some(expected), "{output:?}");
        }
    }

    #[test]
    fn other_output_stays() {
        for output in [
            "",
            "a\nb",
            "a\r\nb\r\n",
            "\r",
            "only\r",
            "\r\nx",
            "é\r\u{1b}[é",
        ] {
            assert_eq!(last_states(output), None, "{output:?}");
        }
    }
}
