//! Memory that one part of a session decides about: a text, an attachment, a row.
//!
//! Rust ends the process where an allocation fails, and with it the user's application. Most allocations are small,
//! and nothing is to be gained from asking first. One part, though, can be larger than all of the memory, and its
//! texts are copied several times on their way into the document, by code that cannot fail. So before a large part is
//! read it is asked whether there is room for all of that ([`check_part`]), and buffers of the size of a part are
//! made by functions that give an error.

use crate::error::{Error, Result};

/// A smaller part decides about nothing, in bytes.
const LARGE: usize = 1024 * 1024;

/// How many times the size of a part is needed while it is read, redacted and rendered: measured, up to 8 times in
/// each of the formats.
const TIMES: usize = 8;

/// How many times the size of a session's JSON is needed to read it, beside its largest part.
const TIMES_OF_JSON: usize = 4;

/// What all else needs meanwhile, in bytes: threads, and the heaps that an allocator sets up for them.
const BESIDE: usize = 32 * 1024 * 1024;

/// Checks that a part of so many bytes can be read, redacted and rendered.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn check_part(bytes: usize) -> Result<()> {
    check_times(TIMES, bytes)
}

/// Checks that JSON of so many bytes can be read, beside its largest part.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn check_json(bytes: usize) -> Result<()> {
    check_times(TIMES_OF_JSON, bytes)
}

fn check_times(times: usize, bytes: usize) -> Result<()> {
    if bytes < LARGE {
        return Ok(());
    }
    check(bytes.saturating_mul(times).saturating_add(BESIDE))
        .map_err(|_| Error::OutOfMemory { bytes })
}

/// Checks that there is so much memory. Nothing is written to it, so that it costs nothing.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn check(bytes: usize) -> Result<()> {
    buffer::<u8>(bytes).map(drop)
}

/// An empty buffer with room for so many items.
///
/// # Errors
/// [`Error::OutOfMemory`].
pub fn buffer<T>(items: usize) -> Result<Vec<T>> {
    let mut buffer = Vec::new();
    reserve(&mut buffer, items)?;
    Ok(buffer)
}

/// Makes room for so many more items, and no more than that.
///
/// # Errors
/// [`Error::OutOfMemory`]; the buffer is as it was.
pub fn reserve<T>(buffer: &mut Vec<T>, items: usize) -> Result<()> {
    let failed = |_| Error::OutOfMemory {
        bytes: items.saturating_mul(size_of::<T>()),
    };
    buffer.try_reserve_exact(items).map_err(failed)
}

/// Makes room for so many more bytes of a text that grows.
///
/// # Errors
/// [`Error::OutOfMemory`]; the text is as it was.
pub fn reserve_text(text: &mut String, bytes: usize) -> Result<()> {
    text.try_reserve(bytes)
        .map_err(|_| Error::OutOfMemory { bytes })
}

/// Appends to a text that grows.
///
/// # Errors
/// [`Error::OutOfMemory`]; the text is as it was.
pub fn push_str(text: &mut String, more: &str) -> Result<()> {
    reserve_text(text, more.len())?;
    text.push_str(more);
    Ok(())
}

/// Appends to bytes that grow.
///
/// # Errors
/// [`Error::OutOfMemory`]; the bytes are as they were.
pub fn extend(bytes: &mut Vec<u8>, more: &[u8]) -> Result<()> {
    let failed = |_| Error::OutOfMemory { bytes: more.len() };
    bytes.try_reserve(more.len()).map_err(failed)?;
    bytes.extend_from_slice(more);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// More than any address space has.
    const TOO_MUCH: usize = isize::MAX as usize - 1;

    #[test]
    fn what_no_memory_has_room_for_is_an_error() {
        let codes = [
            check_part(TOO_MUCH),
            check_part(TOO_MUCH / TIMES),
            check(TOO_MUCH),
            buffer::<u8>(TOO_MUCH).map(drop),
            buffer::<u64>(usize::MAX).map(drop),
            reserve(&mut vec![1_u8], usize::MAX),
            reserve_text(&mut "x".to_owned(), TOO_MUCH),
        ];
        for result in codes {
            assert_eq!(result.unwrap_err().code(), "ERR_OUT_OF_MEMORY");
        }
        // It tells how large the part is, not what was asked for.
        let error = check_part(TOO_MUCH).unwrap_err().to_string();
        assert!(error.contains(&TOO_MUCH.to_string()), "{error}");
    }

    #[test]
    fn what_there_is_room_for_is_appended() {
        let (mut text, mut bytes) = ("a".to_owned(), b"a".to_vec());
        push_str(&mut text, "b").unwrap();
        extend(&mut bytes, b"b").unwrap();
        assert_eq!((text.as_str(), bytes.as_slice()), ("ab", b"ab".as_slice()));
        assert_eq!(buffer::<u16>(7).unwrap().capacity(), 7);
        for bytes in [0, LARGE - 1, LARGE] {
            check_part(bytes).unwrap();
        }
    }
}
