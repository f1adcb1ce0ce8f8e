//! Which contents are no texts, although every byte of them may be a character.
//!
//! A file of a format is changed only where it stays one: a placeholder in a PDF moves what its table of
//! places points to. A text that is taken for something else would not be redacted. So a format is told by
//! how its files begin, and what a sender calls it counts only where that does not hide a text.

/// How files of formats that are no texts begin.
const SIGNATURES: &[&[u8]] = &[
    PDF,
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",
    b"GIF87a",
    b"GIF89a",
    b"II*\0",
    b"MM\0*",
    b"\0\0\x01\0",
    b"8BPS\0",
    b"qoif",
    b"\0\0\0\x0cjP  ",
    b"\xff\x0a",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"\x1f\x8b\x08",
    b"BZh",
    b"\xfd7zXZ\0",
    b"7z\xbc\xaf\x27\x1c",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
    b"Rar!\x1a\x07",
    b"!<arch>\n",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"ID3",
    b"OggS",
    b"fLaC",
    b"MThd",
    b"\x1aE\xdf\xa3",
    b"wOFF",
    b"wOF2",
    b"OTTO\0",
    b"\0\x01\0\0\0",
    b"ttcf",
    b"SQLite format 3\0",
    b"\x7fELF",
    b"MZ\x90\0",
    b"\0asm",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"PAR1",
    b"Obj\x01",
    b"\x89HDF\r\n\x1a\n",
    b"glTF\x02\0\0\0",
];
const PDF: &[u8] = b"%PDF-";
/// Where the head of a PDF may stand, by its readers.
const PDF_HEAD: usize = 1024;
/// How many characters a signature needs to be trusted where nothing else speaks for it.
const TELLING: usize = 5;

/// Tells whether the content of a `data:` URL with such a head is no text.
pub fn is_binary(head: &str, content: &[u8]) -> bool {
    let declared = head.split(';').next().unwrap_or_default().trim();
    let declared = declared.to_ascii_lowercase();
    let is_text = std::str::from_utf8(content).is_ok();
    if is_declared_text(&declared) {
        // A text may begin as it likes. What is no text, whatever it is called, has bytes that none has.
        return !is_text && begins_as_binary(content);
    }
    if declared == "application/pdf" || declared == "application/x-pdf" {
        let head = content.get(..PDF_HEAD).unwrap_or(content);
        return !is_text || head.windows(PDF.len()).any(|window| window == PDF);
    }
    if is_declared_binary(&declared) {
        return !is_text || begins_as_binary(content);
    }
    // A text may consist of a few letters as well: a note can begin with `BZh`.
    let signature = signature(content);
    signature.is_some_and(|signature| !is_text || signature.len() >= TELLING)
        || is_container(content)
}

fn begins_as_binary(content: &[u8]) -> bool {
    signature(content).is_some() || is_container(content)
}

fn signature(content: &[u8]) -> Option<&'static [u8]> {
    let mut signatures = SIGNATURES.iter().copied();
    signatures.find(|signature| content.starts_with(signature))
}

/// RIFF (WebP, WAV, AVI) and the family of MP4 (AVIF and HEIC too): what they are stands behind their length.
fn is_container(content: &[u8]) -> bool {
    let at = |start: usize, name: &[u8]| {
        content
            .get(start..)
            .is_some_and(|rest| rest.starts_with(name))
    };
    let is_riff = at(0, b"RIFF") && [b"WEBP", b"WAVE", b"AVI "].iter().any(|kind| at(8, *kind));
    is_riff || (at(0, b"\0") && at(4, b"ftyp")) || at(257, b"ustar\0")
}

fn is_declared_text(declared: &str) -> bool {
    declared.starts_with("text/")
        || declared.ends_with("+json")
        || declared.ends_with("+xml")
        || [
            "application/json",
            "application/xml",
            "application/yaml",
            "application/toml",
            "application/javascript",
            "application/sql",
            "application/x-sh",
        ]
        .contains(&declared)
}

fn is_declared_binary(declared: &str) -> bool {
    ["image/", "audio/", "video/", "font/"]
        .iter()
        .any(|kind| declared.starts_with(kind))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_is_told_from_a_text() {
        for (head, content, expected) in [
            (
                "application/pdf;base64",
                b"%PDF-1.4\n/Root 1 0 R".as_slice(),
                true,
            ),
            (";base64", b"%PDF-1.4\n/Root 1 0 R", true),
            ("application/octet-stream", b"%PDF-1.4\n/Root 1 0 R", true),
            ("application/pdf", b"junk\n%PDF-1.4\n/Root 1 0 R", true),
            ("application/pdf", b"password: x", false),
            ("text/plain", b"%PDF-1.4 is how it begins", false),
            ("text/plain", b"%PDF-1.4\n\xe2\xe3", true),
            ("text/plain", b"caf\xe9", false),
            ("text/plain", b"a\0b", false),
            ("", b"caf\xe9", false),
            ("", b"BZh is a note", false),
            ("", b"BZh9\x17\xff", true),
            ("", b"GIF89a\x01", true),
            ("image/png", b"x", false),
            ("image/jpeg", b"\xff\xd9 no NUL", true),
            ("image/svg+xml", b"<svg/>", false),
            ("application/json", b"{}", false),
            ("", b"RIFF\x10\0\0\0WEBPVP8 ", true),
        ] {
            let text = String::from_utf8_lossy(content);
            assert_eq!(is_binary(head, content), expected, "{head} {text}");
        }
    }
}
