//! A limit on what reading JSON keeps in memory, whatever the JSON is: a name of a field is kept as a whole, and so
//! is how values are nested.

use std::io::{self, BufReader, Read};

/// The longest name of a field, in bytes. A string that is a value is not kept.
const LONGEST_NAME: usize = 64 * 1024;
/// How deep values may be nested.
const DEEPEST: usize = 10_000;
/// How much is read at a time, in bytes.
const CHUNK: usize = 64 * 1024;

/// JSON that is read. What is beyond the limits is an error.
pub struct Bounded<R> {
    json: BufReader<R>,
    /// True where each open value is an object.
    open: Vec<bool>,
    /// The length of the string that is open, and whether it is a name.
    string: Option<(usize, bool)>,
    is_escaped: bool,
    /// True where a string would be a name here.
    is_name_next: bool,
}

impl<R: Read> Bounded<R> {
    /// The kind of the error.
    pub const EXCEEDED: io::ErrorKind = io::ErrorKind::QuotaExceeded;

    pub fn new(json: R) -> Self {
        Self {
            json: BufReader::with_capacity(CHUNK, json),
            open: Vec::new(),
            string: None,
            is_escaped: false,
            is_name_next: false,
        }
    }

    /// Tells whether the limits hold with another byte.
    fn holds(&mut self, byte: u8) -> bool {
        if let Some((length, is_name)) = &mut self.string {
            *length += 1;
            let holds = !*is_name || *length <= LONGEST_NAME;
            match byte {
                _ if self.is_escaped => self.is_escaped = false,
                b'\\' => self.is_escaped = true,
                b'"' => self.string = None,
                _ => {}
            }
            return holds;
        }
        match byte {
            b'"' => self.string = Some((0, std::mem::take(&mut self.is_name_next))),
            b'{' | b'[' => {
                self.is_name_next = byte == b'{';
                self.open.push(self.is_name_next);
            }
            b'}' | b']' => {
                self.open.pop();
                self.is_name_next = false;
            }
            b',' => self.is_name_next = self.open.last() == Some(&true),
            _ => {}
        }
        self.open.len() <= DEEPEST
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.json.read(buffer)?;
        for byte in buffer.get(..read).unwrap_or_default() {
            if !self.holds(*byte) {
                return Err(Self::EXCEEDED.into());
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reads(json: &str) -> bool {
        io::copy(&mut Bounded::new(json.as_bytes()), &mut io::sink()).is_ok()
    }

    #[test]
    fn names_and_nesting_have_a_limit_and_values_have_none() {
        let long = "x".repeat(LONGEST_NAME + 1);
        assert!(reads(&format!(
            r#"{{"a":"{long}","b":["{long}","\\"{long}"]}}"#
        )));
        assert!(!reads(&format!(r#"{{"{long}":1}}"#)));
        assert!(!reads(&format!(r#"{{"a":[1,{{"b":2,"{long}":1}}]}}"#)));
        assert!(!reads(&"[".repeat(DEEPEST + 1)));
        assert!(reads(&"[]".repeat(DEEPEST + 1)));
    }
}
