//! UTF-8 of what V8 holds in UTF-16.

use encoding_rs::mem;
use memchr::memmem;

use crate::error::Result;
use crate::memory;

/// U+FFFD, which takes the place of a lone surrogate: UTF-8 has none.
const REPLACEMENT: &[u8] = "\u{fffd}".as_bytes();
/// How many bytes a unit becomes at most.
const MOST_BYTES: usize = 3;

/// Turns pieces of texts into UTF-8.
#[derive(Default)]
pub struct Utf8Encoder {
    /// Bytes of the last piece. The buffer is used again without being cleared.
    buffer: Vec<u8>,
}

impl Utf8Encoder {
    /// Appends a text that begins and ends with whole characters. Gives whether it has lone surrogates.
    ///
    /// # Errors
    /// [`Error::OutOfMemory`](crate::Error::OutOfMemory).
    pub fn append(&mut self, utf8: &mut Vec<u8>, units: &[u16]) -> Result<bool> {
        let most = units.len().saturating_mul(MOST_BYTES);
        if self.buffer.len() < most {
            let more = most - self.buffer.len();
            memory::reserve(&mut self.buffer, more)?;
            self.buffer.resize(most, 0);
        }
        let length = mem::convert_utf16_to_utf8(units, &mut self.buffer);
        let encoded = self.buffer.get(..length).unwrap_or_default();
        memory::extend(utf8, encoded)?;
        // Looking at every unit would take as long as encoding it.
        Ok(memmem::find(encoded, REPLACEMENT).is_some()
            && mem::utf16_valid_up_to(units) < units.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(pieces: &[&[u16]]) -> (String, Vec<bool>) {
        let (mut encoder, mut utf8) = (Utf8Encoder::default(), Vec::new());
        let append = |piece: &&[u16]| encoder.append(&mut utf8, piece).unwrap();
        let have_lone_surrogates = pieces.iter().map(append).collect();
        (String::from_utf8(utf8).unwrap(), have_lone_surrogates)
    }

    #[test]
    fn every_character_is_encoded_as_it_is() {
        let all: String = ('\0'..=char::MAX).collect();
        let units: Vec<u16> = all.encode_utf16().collect();
        assert_eq!(encoded(&[&units]), (all, vec![false]));
    }

    #[test]
    fn pieces_follow_each_other() {
        let texts = ["", "a long piece of ASCII", "é", "密码 \u{1f600}", ""];
        let pieces = texts.map(|text| text.encode_utf16().collect::<Vec<_>>());
        let pieces = pieces.each_ref().map(Vec::as_slice);
        assert_eq!(encoded(&pieces), (texts.concat(), vec![false; 5]));
    }

    #[test]
    fn a_lone_surrogate_is_replaced_and_told_from_a_replacement_character() {
        let (high, low) = (0xd83d, 0xde00);
        let (text, have_lone_surrogates) = encoded(&[
            &[high, low],
            &[0xfffd],
            &[high],
            &[u16::from(b'x'), low],
            &[low, high],
        ]);
        assert_eq!(text, "\u{1f600}\u{fffd}\u{fffd}x\u{fffd}\u{fffd}\u{fffd}");
        assert_eq!(have_lone_surrogates, [false, false, true, true, true]);
    }
}
