//! Delimited text in blocks of whole records, so that all cores can read a file of any size in little
//! memory.
//!
//! Records end where the csv crate ends them: at a line feed, a carriage return or both, outside a quoted
//! field; a field is quoted if its first byte is a quote. What that crate has no bound for has one here:
//! a record longer than [`LONGEST_RECORD`], or with a quote that does not close within it, is cut at its
//! first line end and reported, and reading goes on behind it.

use std::io::{self, Read};
use std::ops::Range;

use encoding_rs::{Decoder, Encoding};
use memchr::{memchr, memchr2, memchr3};

use super::table::line_ends;

/// The most bytes that a record may have.
pub(crate) const LONGEST_RECORD: usize = 1 << 20;
/// Bytes that are read at a time.
const BLOCK: usize = 8 << 20;
/// Pieces are about as large, in bytes.
const PIECE: usize = 1 << 18;

/// Bytes that hold whole records.
#[derive(Debug, Default)]
pub(crate) struct Block {
    /// The bytes.
    pub(crate) bytes: Vec<u8>,
    /// What they hold, in order; none at the end of the source.
    pub(crate) pieces: Vec<Piece>,
}

/// A stretch of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Its bytes in the block.
    pub(crate) range: Range<usize>,
    /// The line on which it starts, from 1.
    pub(crate) line: u64,
    /// The number of its first record, from 1; blank lines are none.
    pub(crate) record: u64,
    /// How many records it holds.
    pub(crate) records: u64,
    /// What it holds.
    pub(crate) kind: PieceKind,
}

/// What a piece holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PieceKind {
    /// Whole records.
    Records,
    /// The first line of a record whose quote does not close.
    OpenQuote,
    /// The start of a line that is too long.
    TooLong,
    /// A comment that the rules of quotes do not fit.
    Comment,
}

/// How the text of a source is laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Form {
    /// Its encoding.
    pub(crate) encoding: &'static Encoding,
    /// The byte between fields.
    pub(crate) separator: u8,
    /// Whether quotes enclose fields.
    pub(crate) quoting: bool,
    /// How many lines at the start (comments, a header) are passed over.
    pub(crate) front: u64,
    /// How wide the table is, where lines that begin with `#` and are narrower are comments; `None` where they
    /// are data.
    pub(crate) comments: Option<usize>,
}

/// Reads blocks.
pub(crate) struct Blocks<R> {
    source: R,
    decoder: Option<Decoder>,
    /// Bytes that are read and not yet decoded.
    undecoded: Vec<u8>,
    /// What is read and not yet handed out.
    buffer: Vec<u8>,
    /// How often it was filled.
    fills: u64,
    source_ended: bool,
    form: Form,
    line: u64,
    record: u64,
    /// How many lines at the start are still to be passed over.
    front: u64,
    /// Within a line that is too long.
    skipping: bool,
}

/// The bytes of a byte-order mark at the start and the encoding that it stands for.
pub(crate) fn mark(start: &[u8]) -> Option<(&'static Encoding, usize)> {
    Encoding::for_bom(start)
}

impl<R: Read> Blocks<R> {
    /// Over a source. UTF-8 passes unchecked; everything else is decoded to UTF-8, with U+FFFD for what cannot
    /// be.
    pub(crate) fn new(source: R, form: Form) -> Blocks<R> {
        let decoder = (form.encoding != encoding_rs::UTF_8)
            .then(|| form.encoding.new_decoder_with_bom_removal());
        Blocks {
            source,
            decoder,
            undecoded: Vec::new(),
            buffer: Vec::new(),
            fills: 0,
            source_ended: false,
            form,
            line: 1,
            record: 1,
            front: form.front,
            skipping: false,
        }
    }

    /// The next block, in the memory of one that is done with. O(its bytes).
    ///
    /// # Errors
    /// A source that cannot be read or unpacked.
    pub(crate) fn next(&mut self, mut done: Block) -> io::Result<Block> {
        loop {
            self.fill()?;
            let (pieces, end) = self.split();
            if pieces.is_empty() && !(self.source_ended && end == self.buffer.len()) {
                self.buffer.drain(..end);
                continue;
            }
            done.bytes.clear();
            done.bytes.extend_from_slice(&self.buffer[end..]);
            self.buffer.truncate(end);
            std::mem::swap(&mut self.buffer, &mut done.bytes);
            done.pieces = pieces;
            return Ok(done);
        }
    }

    /// Reads more behind what there is.
    fn fill(&mut self) -> io::Result<()> {
        let until = self.buffer.len() + BLOCK;
        while !self.source_ended && self.buffer.len() < until {
            let wanted = until - self.buffer.len();
            match &mut self.decoder {
                None => {
                    let read = (&mut self.source)
                        .take(wanted as u64)
                        .read_to_end(&mut self.buffer)?;
                    self.source_ended = read < wanted;
                }
                Some(decoder) => {
                    let read = (&mut self.source)
                        .take(wanted as u64 / 4)
                        .read_to_end(&mut self.undecoded)?;
                    self.source_ended = read < wanted / 4;
                    decode(
                        decoder,
                        &mut self.undecoded,
                        &mut self.buffer,
                        self.source_ended,
                    );
                }
            }
        }
        if self.fills == 0 && self.buffer.starts_with(b"\xef\xbb\xbf") {
            self.buffer.drain(..3);
        }
        self.fills += 1;
        Ok(())
    }

    /// The pieces of what there is, and where they end.
    fn split(&mut self) -> (Vec<Piece>, usize) {
        let mut pieces = Vec::new();
        let mut at = 0;
        while self.front > 0 {
            let Some(end) = line_end(&self.buffer, at, self.source_ended) else {
                return (
                    pieces,
                    if self.source_ended {
                        self.buffer.len()
                    } else {
                        at
                    },
                );
            };
            at = end;
            self.front -= 1;
            self.line += 1;
        }
        if self.skipping {
            match memchr2(b'\n', b'\r', &self.buffer[at..]) {
                // The line end itself is a blank line to whoever reads on.
                Some(end) => {
                    at += end;
                    self.skipping = false;
                }
                None => at = self.buffer.len(),
            }
        }
        let mut start = at;
        let mut records = 0;
        while at < self.buffer.len() {
            match self.record_end(at) {
                End::Comment(end) => {
                    self.push(&mut pieces, start..at, records, PieceKind::Records);
                    self.push(&mut pieces, at..end, 1, PieceKind::Comment);
                    (start, at, records) = (end, end, 0);
                }
                End::At(end) => {
                    let blank = matches!(self.buffer[at], b'\n' | b'\r');
                    records += u64::from(!blank);
                    at = end;
                    if at - start >= PIECE {
                        self.push(&mut pieces, start..at, records, PieceKind::Records);
                        (start, records) = (at, 0);
                    }
                }
                End::Beyond => break,
                broken @ (End::OpenQuote | End::TooLong) => {
                    self.push(&mut pieces, start..at, records, PieceKind::Records);
                    let rest = &self.buffer[at..];
                    let line = memchr2(b'\n', b'\r', rest);
                    self.skipping = line.is_none();
                    let end = at + line.unwrap_or(rest.len());
                    let kind = match broken {
                        End::OpenQuote if line.is_some_and(|it| it <= LONGEST_RECORD) => {
                            PieceKind::OpenQuote
                        }
                        _ => PieceKind::TooLong,
                    };
                    self.push(&mut pieces, at..end, 1, kind);
                    (start, at, records) = (end, end, 0);
                }
            }
        }
        self.push(&mut pieces, start..at, records, PieceKind::Records);
        (pieces, at)
    }

    /// Where the record at a place ends. A comment ends with its line, whatever quotes are in it.
    #[inline]
    fn record_end(&self, at: usize) -> End {
        let bytes = &self.buffer;
        let Form {
            separator, quoting, ..
        } = self.form;
        let end = record_end(bytes, at, separator, quoting, self.source_ended);
        let (Some(width), b'#') = (self.form.comments, bytes[at]) else {
            return end;
        };
        let Some(line) = line_end(bytes, at, self.source_ended) else {
            return end;
        };
        match end {
            End::At(end) if end > line && fields(&bytes[at..end], separator) != width => {
                End::Comment(line)
            }
            End::OpenQuote => End::Comment(line),
            end => end,
        }
    }

    fn push(
        &mut self,
        pieces: &mut Vec<Piece>,
        range: Range<usize>,
        records: u64,
        kind: PieceKind,
    ) {
        if range.is_empty() {
            return;
        }
        let lines = line_ends(&self.buffer[range.clone()]);
        pieces.push(Piece {
            range,
            line: self.line,
            record: self.record,
            records,
            kind,
        });
        self.line += lines;
        self.record += records;
    }
}

/// Behind the first line end from a place on; `None` where there is none yet.
fn line_end(bytes: &[u8], at: usize, ended: bool) -> Option<usize> {
    let end = at + memchr2(b'\n', b'\r', &bytes[at..])?;
    match (bytes[end], bytes.get(end + 1)) {
        (b'\r', Some(b'\n')) => Some(end + 2),
        // A line feed may follow that has not been read.
        (b'\r', None) if !ended => None,
        _ => Some(end + 1),
    }
}

/// How many fields the first record of some bytes has.
fn fields(bytes: &[u8], separator: u8) -> usize {
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator)
        .flexible(true)
        .has_headers(false)
        .from_reader(bytes);
    let mut record = csv::ByteRecord::new();
    // Reading from memory cannot fail.
    let _ = reader.read_byte_record(&mut record);
    record.len()
}

/// Where the record that starts at a place ends, by the rules of the csv crate; `ended` says that no
/// bytes follow.
#[inline]
pub(crate) fn record_end(
    bytes: &[u8],
    start: usize,
    separator: u8,
    quoting: bool,
    ended: bool,
) -> End {
    let open = |unclosed: End| {
        if bytes.len() - start > LONGEST_RECORD || ended {
            unclosed
        } else {
            End::Beyond
        }
    };
    let mut at = start;
    loop {
        let rest = &bytes[at..];
        let found = if quoting {
            memchr3(b'\n', b'\r', b'"', rest)
        } else {
            memchr2(b'\n', b'\r', rest)
        };
        let Some(found) = found else {
            return if ended && bytes.len() - start <= LONGEST_RECORD {
                End::At(bytes.len())
            } else {
                open(End::TooLong)
            };
        };
        at += found;
        if bytes[at] == b'"' {
            let opens = at == start || bytes[at - 1] == separator;
            at += 1;
            if opens {
                match closing_quote(bytes, at) {
                    // A quote of a later line closed it, and that line's own text follows.
                    Some(close)
                        if bytes.get(close + 1).is_some_and(|&next| {
                            next != separator && next != b'\n' && next != b'\r'
                        }) && memchr2(b'\n', b'\r', &bytes[at..close]).is_some() =>
                    {
                        return End::OpenQuote;
                    }
                    Some(close) => at = close + 1,
                    None => return open(End::OpenQuote),
                }
            }
            continue;
        }
        return match line_end(bytes, at, ended) {
            None => End::Beyond,
            Some(end) => bounded(bytes, start, end),
        };
    }
}

fn bounded(bytes: &[u8], start: usize, end: usize) -> End {
    if end - start <= LONGEST_RECORD {
        return End::At(end);
    }
    let first_line = memchr2(b'\n', b'\r', &bytes[start..]);
    // Of two things that swallow much, a quote is the likelier where there is more than one line.
    match first_line {
        Some(line) if start + line + 2 < end => End::OpenQuote,
        _ => End::TooLong,
    }
}

/// Where a record ends.
pub(crate) enum End {
    /// Before this byte.
    At(usize),
    /// Before this byte, being a comment.
    Comment(usize),
    /// Beyond what has been read.
    Beyond,
    /// Nowhere: a quote does not close.
    OpenQuote,
    /// Nowhere: the line goes on and on.
    TooLong,
}

/// The quote that closes a quoted field of which the bytes from `at` on are the inside. The last byte
/// that was read is none: another quote could follow it.
fn closing_quote(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let quote = at + memchr(b'"', bytes.get(at..)?)?;
        match bytes.get(quote + 1) {
            Some(b'"') => at = quote + 2,
            _ => return Some(quote),
        }
    }
}

/// Decodes as much as there is; what is cut off at the end stays, unless it is the last.
fn decode(decoder: &mut Decoder, from: &mut Vec<u8>, to: &mut Vec<u8>, last: bool) {
    let room = decoder
        .max_utf8_buffer_length(from.len())
        .unwrap_or(from.len() * 3);
    let start = to.len();
    to.resize(start + room, 0);
    let (_, read, written, _) = decoder.decode_to_utf8(from, &mut to[start..], last);
    to.truncate(start + written);
    from.drain(..read);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    const FORM: Form = Form {
        encoding: encoding_rs::UTF_8,
        separator: b',',
        quoting: true,
        front: 0,
        comments: None,
    };

    /// Reads a few bytes at a time, as a pipe may.
    struct Dribble<'a>(&'a [u8], usize);

    impl Read for Dribble<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(self.1).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    fn records(bytes: &[u8], separator: u8) -> Vec<Vec<Vec<u8>>> {
        csv::ReaderBuilder::new()
            .delimiter(separator)
            .flexible(true)
            .has_headers(false)
            .from_reader(bytes)
            .byte_records()
            .map(|record| record.unwrap().iter().map(<[u8]>::to_vec).collect())
            .collect()
    }

    #[test]
    fn pieces_hold_the_records_that_the_csv_crate_finds() {
        let mut dice = Dice::new(11);
        for _ in 0..3_000 {
            let alphabet = b"a,\"\n\r;b \"\"";
            let length = (dice.between(0.0, 60.0)) as usize;
            let bytes: Vec<u8> = (0..length)
                .map(|_| alphabet[dice.between(0.0, alphabet.len() as f64) as usize])
                .collect();
            let whole = records(&bytes, b',');
            let mut blocks = Blocks::new(Dribble(&bytes, 7), FORM);
            let mut split = Vec::new();
            let mut broken = false;
            let mut before = 0;
            loop {
                let block = blocks.next(Block::default()).unwrap();
                if block.pieces.is_empty() {
                    break;
                }
                for piece in block.pieces {
                    broken |= piece.kind != PieceKind::Records;
                    let start = before + piece.range.start;
                    assert_eq!(piece.line, 1 + line_ends(&bytes[..start]));
                    if !broken {
                        assert_eq!(piece.record, 1 + split.len() as u64);
                    }
                    split.extend(records(&block.bytes[piece.range], b','));
                }
                before += block.bytes.len();
            }
            if !broken {
                assert_eq!(split, whole, "{:?}", String::from_utf8_lossy(&bytes));
            }
        }
    }

    fn kinds(bytes: &[u8]) -> Vec<(PieceKind, u64, usize)> {
        let mut blocks = Blocks::new(bytes, FORM);
        let mut kinds = Vec::new();
        let mut block = Block::default();
        loop {
            block = blocks.next(block).unwrap();
            if block.pieces.is_empty() {
                return kinds;
            }
            kinds.extend(
                block
                    .pieces
                    .drain(..)
                    .map(|piece| (piece.kind, piece.line, piece.range.len())),
            );
        }
    }

    #[test]
    fn a_quote_that_never_closes_costs_one_line() {
        let text = format!("a,b\n1,\"open\n{}", "2,fine\n".repeat(300_000));
        let kinds = kinds(text.as_bytes());
        assert_eq!(kinds[0], (PieceKind::Records, 1, 4));
        assert_eq!(kinds[1], (PieceKind::OpenQuote, 2, 7));
        assert!(kinds[2..].iter().all(|kind| kind.0 == PieceKind::Records));
        let rest: usize = kinds[2..].iter().map(|kind| kind.2).sum();
        assert_eq!(rest, 1 + 7 * 300_000);
    }

    #[test]
    fn a_line_without_end_is_passed_over_in_little_memory() {
        let long = io::repeat(b'x').take(100 << 20);
        let text = b"a,b\n1,2\n".chain(long).chain(&b"\n3,4\n"[..]);
        let mut blocks = Blocks::new(text, FORM);
        let mut seen = Vec::new();
        let mut block = Block::default();
        loop {
            block = blocks.next(block).unwrap();
            if block.pieces.is_empty() {
                break;
            }
            assert!(block.bytes.len() + blocks.buffer.len() < 24 << 20);
            for piece in block.pieces.drain(..) {
                if piece.kind == PieceKind::TooLong {
                    seen.push(b"too long".to_vec());
                } else {
                    seen.push(block.bytes[piece.range].to_vec());
                }
            }
        }
        assert_eq!(seen, [&b"a,b\n1,2\n"[..], b"too long", b"\n3,4\n"]);
    }

    #[test]
    fn other_encodings_become_utf8() {
        let text = "naam,Spin Būldak\r\nسپین بولدک\r\n";
        let wide: Vec<u8> = [0xfeff]
            .into_iter()
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        let (encoding, marked) = mark(&wide).unwrap();
        assert_eq!((encoding.name(), marked), ("UTF-16LE", 2));
        for step in [1, 3, 1000] {
            let mut blocks = Blocks::new(Dribble(&wide, step), Form { encoding, ..FORM });
            let block = blocks.next(Block::default()).unwrap();
            assert_eq!(block.pieces.len(), 1);
            assert_eq!(&block.bytes[block.pieces[0].range.clone()], text.as_bytes());
        }
    }
}
