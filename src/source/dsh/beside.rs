//! Files beside the logs that messages name: attachments, and outputs that were too long.

use std::path::Path;

use memchr::memmem;

use super::blocks::attachment;
use super::spill::{self, Spills};
use crate::source::allowance::MOST_OF_MESSAGE;

/// How an attachment is named, as DSH writes it.
const ATTACHMENT: &[u8] = br#""attachmentId":"sha256:"#;

/// The size of the files that lines name, each as often as it is named.
pub fn named(lines: &[Vec<u8>], spills: &Spills<'_>) -> u64 {
    let size = |path: Option<std::path::PathBuf>| -> u64 {
        let metadata = path.and_then(|path| path.metadata().ok());
        metadata.map_or(0, |metadata| metadata.len())
    };
    let mut bytes = 0_u64;
    for line in lines {
        for at in memmem::find_iter(line, ATTACHMENT) {
            let hash = line
                .get(at + ATTACHMENT.len()..)
                .and_then(|it| it.get(..64));
            let hash = hash.and_then(|hash| std::str::from_utf8(hash).ok());
            bytes = bytes.saturating_add(size(hash.and_then(|it| attachment(spills.home, it))));
        }
        for path in spill::named_in(line) {
            let length = size(spills.find(Path::new(&path)));
            if length <= spill::LARGEST {
                bytes = bytes.saturating_add(length);
            }
        }
        if bytes >= MOST_OF_MESSAGE {
            break;
        }
    }
    bytes
}
