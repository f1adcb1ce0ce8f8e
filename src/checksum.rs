//! A hash that tells whether what was read back is what was written.

use std::hash::Hasher as _;

use twox_hash::XxHash3_64;

/// Hashes bytes with XXH3 (64 bits, <https://xxhash.com>), which takes a seventh of the time of SHA-256. It tells of
/// accidents: a disk that fails, a process that writes where it should not. Whoever changes a file on purpose can
/// make it fit.
#[derive(Clone, Default)]
pub struct Checksum(XxHash3_64);

impl Checksum {
    /// The checksum of some bytes.
    pub fn of(bytes: &[u8]) -> u64 {
        XxHash3_64::oneshot(bytes)
    }

    /// Adds the next bytes.
    pub fn update(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    /// The checksum of all bytes so far.
    pub fn value(&self) -> u64 {
        self.0.finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_the_same_however_the_bytes_come() {
        let bytes: Vec<u8> = (0..=u8::MAX).cycle().take(5000).collect();
        let mut checksum = Checksum::default();
        for piece in bytes.chunks(77) {
            checksum.update(piece);
        }
        assert_eq!(checksum.value(), Checksum::of(&bytes));
        assert_ne!(checksum.value(), Checksum::of(&bytes[1..]));
    }
}
