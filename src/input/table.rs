//! Delimited text: which separator a file uses, and its header.

use memchr::memchr2_iter;

/// The separators that are told apart.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// The separator that splits the first line into the most fields, quoted text left alone; a comma
/// where none occurs.
pub(crate) fn separator(bytes: &[u8]) -> u8 {
    let mut counts = [0usize; SEPARATORS.len()];
    let mut quoted = false;
    for &byte in bytes {
        match byte {
            b'"' => quoted = !quoted,
            b'\n' | b'\r' if !quoted => break,
            _ if !quoted => {
                if let Some(which) = SEPARATORS.iter().position(|&separator| separator == byte) {
                    counts[which] += 1;
                }
            }
            _ => {}
        }
    }
    let mut best = 0;
    for which in 1..counts.len() {
        if counts[which] > counts[best] {
            best = which;
        }
    }
    SEPARATORS[best]
}

/// How many lines end in some bytes, CR LF counted once.
pub(crate) fn line_ends(bytes: &[u8]) -> u64 {
    memchr2_iter(b'\n', b'\r', bytes)
        .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'))
        .count() as u64
}

/// A reader over delimited text whose records may differ in length, so that a bad one can be told.
pub(crate) fn reader<R: std::io::Read>(source: R, separator: u8) -> csv::Reader<R> {
    csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .from_reader(source)
}

/// Tells on which line a record starts. The csv crate's own count is one behind where lines end in
/// CR LF, because it places a record before the line feed that ends the one above.
pub(crate) struct Lines<'a> {
    bytes: &'a [u8],
    counted: usize,
    line: u64,
}

impl<'a> Lines<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Lines<'a> {
        Lines {
            bytes,
            counted: 0,
            line: 1,
        }
    }

    /// The line, from 1, of the first byte at or after `offset` that ends no line. Offsets must not
    /// descend from call to call: every byte is looked at once.
    pub(crate) fn at(&mut self, offset: u64) -> u64 {
        let mut end = (offset as usize).min(self.bytes.len()).max(self.counted);
        while matches!(self.bytes.get(end), Some(b'\n' | b'\r')) {
            end += 1;
        }
        self.line += line_ends(&self.bytes[self.counted..end]);
        self.counted = end;
        self.line
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_whatever_ends_them() {
        for text in ["ab\ncd\nef\n", "ab\r\ncd\r\nef", "ab\rcd\ref"] {
            let bytes = text.as_bytes();
            let mut lines = Lines::new(bytes);
            assert_eq!(lines.at(0), 1);
            assert_eq!(lines.at(2), 2, "{text:?}");
            let third = text.find("ef").unwrap() as u64;
            assert_eq!(lines.at(third - 1), 3);
            assert_eq!(lines.at(third), 3);
        }
        assert_eq!(Lines::new(b"a\n\n\nb").at(1), 4);
    }

    #[test]
    fn separators_are_told_by_the_first_line() {
        assert_eq!(separator(b"a,b,c\n1;2;3;4;5\n"), b',');
        assert_eq!(separator(b"a;b;\"c,d,e,f\"\n"), b';');
        assert_eq!(separator(b"a\tb\n"), b'\t');
        assert_eq!(separator(b"a|b|c"), b'|');
        assert_eq!(separator(b"alone\n"), b',');
    }
}
