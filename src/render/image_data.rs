//! Images inside of texts, as `data:` addresses: nobody reads them, and they would be most of the document.

use std::borrow::Cow;

use super::words::Words;

/// Shorter data is an icon or an example, and stays, in characters.
const SHORTEST: usize = 128;

const START: &str = "data:image/";

/// A text with a few words in the place of the data of images: `[image data, 12.3 kB]`.
pub fn summed_up<'t>(text: &'t str, words: &Words) -> Cow<'t, str> {
    let mut result = String::new();
    let mut at = 0;
    for (start, _) in text.match_indices(START) {
        if start < at {
            continue;
        }
        let Some(rest) = text.get(start..) else {
            continue;
        };
        let Some((kind, payload)) = rest.split_once(";base64,") else {
            break;
        };
        let is_kind = kind.len() < 64
            && !kind.contains(|c: char| c.is_whitespace() || "\"'()<>,".contains(c));
        let is_data = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
        let length = payload.bytes().take_while(is_data).count();
        if !is_kind || length < SHORTEST {
            continue;
        }
        result.push_str(text.get(at..start).unwrap_or_default());
        result.push_str(&words.image_data(length as u64 / 4 * 3));
        at = start + kind.len() + ";base64,".len() + length;
    }
    if at == 0 {
        return text.into();
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result.into()
}

#[cfg(test)]
mod tests {
    use super::super::words::words;
    use super::*;
    use crate::options::Locale;

    #[test]
    fn an_image_in_a_text_is_a_few_words() {
        let data = "iVBORw0KGgo".repeat(100);
        let words = words(Locale::English);
        let shown = summed_up_of(&format!("see ![a](data:image/png;base64,{data}) end"));
        assert_eq!(shown, "see ![a]([image data, 825 bytes]) end");
        for text in [
            "data:image/png;base64,AAAA",
            "data:image/ no; base64",
            "plain",
        ] {
            assert_eq!(summed_up(text, words), text);
        }
    }

    fn summed_up_of(text: &str) -> String {
        summed_up(text, words(Locale::English)).into_owned()
    }
}
