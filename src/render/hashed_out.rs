//! Hands a document on, and hashes it on the way: its closing line holds the SHA-256, and what is read back from a
//! file is compared by the checksum.

use sha2::{Digest as _, Sha256};

use super::budget::Measure;
use super::document::{Out, Piece};
use super::hex;
use crate::checksum::Checksum;
use crate::error::Result;

/// Where a document goes.
pub struct HashedOut<'a> {
    out: Out<'a>,
    hash: Sha256,
    checksum: Checksum,
    bytes: usize,
}

impl<'a> HashedOut<'a> {
    /// Nothing was handed on yet.
    pub fn new(out: Out<'a>) -> Self {
        Self {
            out,
            hash: Sha256::new(),
            checksum: Checksum::default(),
            bytes: 0,
        }
    }

    /// Hands a piece on.
    ///
    /// # Errors
    /// Those of whoever takes it.
    pub fn write(&mut self, text: &str) -> Result<()> {
        self.add(text, false)
    }

    /// Hands on what was searched before, or cannot be.
    ///
    /// # Errors
    /// Those of whoever takes it.
    pub fn write_searched(&mut self, text: &str) -> Result<()> {
        self.add(text, true)
    }

    fn add(&mut self, text: &str, is_searched: bool) -> Result<()> {
        self.hash.update(text);
        self.checksum.update(text.as_bytes());
        self.bytes += text.len();
        (self.out)(Piece { text, is_searched })
    }

    /// How much was handed on, in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Notes the size, the SHA-256 and the checksum of what was handed on.
    pub fn measure(&self, measure: &mut Measure) {
        measure.bytes = self.bytes;
        measure.sha256 = self.hash.clone().finalize().into();
        measure.checksum = self.checksum.value();
    }

    /// The SHA-256 in hexadecimal of what was handed on and of `rest`, which follows.
    pub fn sha256_with(&self, rest: &str) -> String {
        hex(&self.hash.clone().chain_update(rest).finalize())
    }
}
