//! Images inside of texts, as `data:` addresses: nobody reads them, and they would be most of the document.

use std::borrow::Cow;
use std::ops::Range;

use super::super::words::Words;

/// Shorter data is an icon or an example, and stays, in characters.
const SHORTEST: usize = 128;

const START: &str = "data:image/";

/// What stands between the kind of an image and its data.
const BASE64: &str = ";base64,";

/// A text with a few words in the place of the data of images: `[image data, 12.3 kB]`.
pub fn summed_up<'t>(text: &'t str, words: &Words) -> Cow<'t, str> {
    let mut result = String::new();
    let mut at = 0;
    for (place, data) in places(text) {
        result.push_str(text.get(at..place.start).unwrap_or_default());
        result.push_str(&words.image_data(data as u64 / 4 * 3));
        at = place.end;
    }
    if at == 0 {
        return text.into();
    }
    result.push_str(text.get(at..).unwrap_or_default());
    result.into()
}

/// How many images stand in a text as data.
pub fn count(text: &str) -> usize {
    places(text).count()
}

/// The places of images, and how many characters of Base64 each has.
fn places(text: &str) -> impl Iterator<Item = (Range<usize>, usize)> {
    let mut end = 0;
    text.match_indices(START).filter_map(move |(start, _)| {
        let place = image_at(text, start).filter(|_| start >= end)?;
        end = place.0.end;
        Some(place)
    })
}

fn image_at(text: &str, start: usize) -> Option<(Range<usize>, usize)> {
    const LONGEST_KIND: usize = 64;
    let rest = text.get(start..)?;
    let looked_at = rest.get(..rest.floor_char_boundary(LONGEST_KIND + BASE64.len()))?;
    let (kind, _) = looked_at.split_once(BASE64)?;
    if kind.contains(|c: char| c.is_whitespace() || "\"'()<>,".contains(c)) {
        return None;
    }
    let payload = kind.len() + BASE64.len();
    let is_data = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(byte);
    let data = rest.bytes().skip(payload).take_while(is_data).count();
    (data >= SHORTEST).then_some((start..start + payload + data, data))
}

#[cfg(test)]
mod tests {
    use super::super::super::words::words;
    use super::*;
    use crate::options::Locale;

    #[test]
    fn an_image_in_a_text_is_a_few_words() {
        let data = "iVBORw0KGgo".repeat(100);
        let words = words(Locale::English);
        let shown = summed_up_of(&format!("see ![a](data:image/png;base64,{data}) end"));
        assert_eq!(shown, "see ![a]([image data, 825 bytes]) end");
        assert_eq!(
            count(&format!(
                "data:image/gif;base64,{data} data:image/gif;base64,{data}"
            )),
            2
        );
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
