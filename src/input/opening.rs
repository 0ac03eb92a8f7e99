//! The start of a file: its encoding, its separator, its first record.

use encoding_rs::Encoding;

use super::blocks::{self, End};
use super::table;
use crate::case::FileOptions;
use crate::error::{Error, Result};

/// How an encoding was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EncodingWhy {
    /// The user said so.
    Said,
    /// By a byte-order mark.
    Mark,
    /// It is UTF-8, which checks itself.
    Utf8,
    /// The bytes are not UTF-8, and this is what they look like.
    Guessed,
}

/// The start of a file: what is in front of the data.
pub(crate) struct Opening {
    /// Its encoding.
    pub(crate) encoding: &'static Encoding,
    /// How that was found.
    pub(crate) encoding_why: EncodingWhy,
    /// The byte between fields.
    pub(crate) separator: u8,
    /// The first record that is no comment: the header, if there is one.
    pub(crate) first: Vec<String>,
    /// Whether a quote in it does not close: then it is no header.
    pub(crate) quote_open: bool,
    /// How many comments stand before it.
    pub(crate) comments: u64,
    /// How many lines there are before it and with it.
    lines: [u64; 2],
}

impl Opening {
    /// Bytes to look at.
    pub(crate) const SAMPLE: u64 = 1 << 20;

    /// Looks at the first bytes of a file, at most [`Opening::SAMPLE`] of them.
    ///
    /// # Errors
    /// No text; a header without end.
    pub(crate) fn of(place: &str, bytes: &[u8], options: &FileOptions) -> Result<Opening> {
        let (encoding, encoding_why) = encoding_of(place, bytes, options)?;
        let (text, _) = encoding.decode_with_bom_removal(bytes);
        let empty = || {
            Error::refused(
                place,
                "the file is empty",
                "a header line and records below it",
            )
        };
        if text.trim().is_empty() {
            return Err(empty());
        }
        let line = |text: &str| text.find(['\n', '\r']).unwrap_or(text.len());
        // Some spreadsheets write the separator into a first line of its own.
        let first = text[..line(&text)].trim_matches('"').to_ascii_lowercase();
        let named = first.strip_prefix("sep=").map(str::as_bytes);
        let mut comments = u64::from(named.is_some());
        let mut rest = &*text;
        if named.is_some() {
            rest = &rest[line(rest)..];
        }
        let named = named.and_then(|bytes| match bytes {
            [byte] if byte.is_ascii() => Some(*byte),
            _ => None,
        });
        loop {
            rest = rest.trim_start_matches(['\n', '\r']);
            let first = &rest[..line(rest)];
            if !first.starts_with('#') || is_hash_header(first, options.separator.or(named)) {
                break;
            }
            rest = &rest[first.len()..];
            comments += 1;
        }
        let separator = options
            .separator
            .or(named)
            .unwrap_or_else(|| table::separator(rest.as_bytes()));
        let ended = (bytes.len() as u64) < Opening::SAMPLE;
        let mut quote_open = false;
        let end = match blocks::record_end(rest.as_bytes(), 0, separator, true, ended) {
            End::At(end) | End::Comment(end) => end,
            // Where quotes are text, a record ends with its line.
            End::OpenQuote => {
                quote_open = true;
                rest.find(['\n', '\r']).map_or(rest.len(), |end| end + 1)
            }
            End::Beyond | End::TooLong => rest.len(),
        };
        let before = text.len() - rest.len();
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator)
            .quoting(!quote_open)
            .flexible(true)
            .has_headers(false)
            .from_reader(&rest.as_bytes()[..end]);
        let mut record = csv::StringRecord::new();
        reader
            .read_record(&mut record)
            .map_err(|error| Error::refused(place, error, "delimited text"))?;
        if record.iter().all(|field| field.trim().is_empty()) {
            if rest.is_empty() && !ended {
                return Err(Error::refused(
                    place,
                    "more than 1 MiB of comments",
                    "a header within the first MiB",
                ));
            }
            if record.len() > 1 {
                return Err(Error::refused(
                    format_args!("{place}, header"),
                    format_args!("{} columns without a name", record.len()),
                    "a header line with the names of the columns",
                ));
            }
            return Err(empty());
        }
        let longest = record.iter().map(str::len).max().unwrap_or(0);
        if record.len() > MOST_COLUMNS || longest > LONGEST_NAME {
            return Err(Error::refused(
                format_args!("{place}, header"),
                format_args!(
                    "{} columns, the longest name of {longest} bytes",
                    record.len()
                ),
                format_args!(
                    "at most {MOST_COLUMNS} columns with names of at most {LONGEST_NAME} bytes"
                ),
            )
            .advise("look whether a quote is left open, or the separator is another"));
        }
        Ok(Opening {
            encoding,
            encoding_why,
            separator,
            first: record.iter().map(|field| field.trim().to_owned()).collect(),
            quote_open,
            comments,
            lines: [before, before + end].map(|end| lines(&text.as_bytes()[..end])),
        })
    }

    /// How many lines at the start are no data.
    pub(crate) const fn front(&self, headerless: bool) -> u64 {
        self.lines[if headerless { 0 } else { 1 }]
    }
}

/// Whether a line that begins with `#` is a header: a column of that name, or tags alone.
fn is_hash_header(line: &str, separator: Option<u8>) -> bool {
    let separator = separator.unwrap_or_else(|| table::separator(line.as_bytes()));
    let mut names = line.split(char::from(separator)).map(str::trim);
    let tags = |name: &str| name.starts_with('#') && !name.contains(char::is_whitespace);
    line.contains(char::from(separator))
        && (line.starts_with(&format!("#{}", char::from(separator))) || names.all(tags))
}

/// How many lines some bytes are; the last may have no end.
fn lines(bytes: &[u8]) -> u64 {
    let open = bytes
        .last()
        .is_some_and(|last| !matches!(last, b'\n' | b'\r'));
    table::line_ends(bytes) + u64::from(open)
}

/// As many as a spreadsheet has.
const MOST_COLUMNS: usize = 16_384;
/// Bytes of a column name.
const LONGEST_NAME: usize = 1_000;

fn encoding_of(
    place: &str,
    start: &[u8],
    options: &FileOptions,
) -> Result<(&'static Encoding, EncodingWhy)> {
    if let Some(name) = &options.encoding {
        let encoding = Encoding::for_label(name.as_bytes()).ok_or_else(|| {
            Error::refused(
                "encoding",
                format_args!("{name:?}"),
                "a name of the Encoding Standard: utf-8, utf-16le, windows-1252, windows-1256, iso-8859-1, …",
            )
        })?;
        if encoding == encoding_rs::REPLACEMENT {
            return Err(Error::refused(
                "encoding",
                format_args!("{name:?}"),
                "an encoding that is read; the Encoding Standard has no decoder for this one",
            ));
        }
        return Ok((encoding, EncodingWhy::Said));
    }
    if start.starts_with(b"\xff\xfe\0\0") || start.starts_with(b"\0\0\xfe\xff") {
        return Err(Error::refused(place, "UTF-32", "UTF-8 or UTF-16").advise("save it as UTF-8"));
    }
    if let Some((encoding, _)) = blocks::mark(start) {
        return Ok((encoding, EncodingWhy::Mark));
    }
    let zeros = memchr::memchr_iter(0, start).count();
    if zeros * 10 > start.len() {
        return Err(Error::refused(
            place,
            "many zero bytes",
            "text; UTF-16 only with a byte-order mark",
        )
        .advise("if it is UTF-16, say encoding = \"utf-16le\" or \"utf-16be\""));
    }
    let mut damaged = 0;
    let mut beyond_ascii = 0;
    let end = memchr::memrchr(b'\n', start).unwrap_or(start.len());
    for line in start[..end].split(|&byte| byte == b'\n') {
        if !line.is_ascii() {
            match std::str::from_utf8(line) {
                Ok(_) => beyond_ascii += 1,
                Err(_) => damaged += 1,
            }
        }
    }
    Ok(if damaged > beyond_ascii {
        (guess(start), EncodingWhy::Guessed)
    } else {
        (encoding_rs::UTF_8, EncodingWhy::Utf8)
    })
}

/// The encoding that bytes which are not UTF-8 look like.
pub(crate) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    detector.guess(None, chardetng::Utf8Detection::Deny)
}
