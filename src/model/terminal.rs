//! What a terminal shows of a command's output: a carriage return goes back to the start of the line, and what is
//! written next stands over what stood there. A progress bar writes one line a hundred times.

use memchr::memchr;

/// The output with the last state of each line alone, and `None` where no state was written over.
///
/// A state that holds nothing to see, such as the one behind a last carriage return, does not count.
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
        let mut states = line.split('\r').filter(|state| is_visible(state));
        if let Some(last) = states.next_back()
            && states.next().is_some()
        {
            result.push_str(output.get(copied..start)?);
            result.push_str(last);
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
            ("x\r\u{1b}[2K\rready", "ready"),
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
