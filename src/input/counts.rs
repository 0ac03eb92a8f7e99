//! Counts as people and programs write them: numbers, bounds, ranges, and the codes for "nobody
//! knows".

use super::digits::{self, LONGEST};

/// A count as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Count {
    /// Nobody says: empty, or one of the codes for unknown.
    Unknown,
    /// The number itself.
    Exact(u32),
    /// A number that the source itself calls a guess ("about 10", "~10"). Not [`Count::Exact`], which
    /// would add a certainty that the source denies, and not a [`Count::Range`], whose ends nobody
    /// gave: a table that sums it has to say so.
    About(u32),
    /// Bounds, both included; at least one is known, and the lower is below the upper.
    Range {
        /// The fewest.
        low: Option<u32>,
        /// The most.
        high: Option<u32>,
    },
}

/// The codes for unknown. "None" is among them because programs write it for a missing value; a
/// person who means zero writes 0.
const UNKNOWN: [&str; 16] = [
    "", "-1", "-9", "-99", "-999", "na", "n/a", "nan", "null", "none", "unknown", "?", "-", ".",
    "–", "—",
];

/// What a sign or word before a number says about it.
#[derive(Clone, Copy)]
enum Mark {
    About,
    Above,
    AtLeast,
    AtMost,
    Below,
}

/// Signs and words before a number. One that begins another comes after it. "Over 10" is used for ten
/// and more as well as for eleven and more: 10 is a lower bound of both.
const MARKS: [(&str, Mark); 25] = [
    ("~", Mark::About),
    ("≈", Mark::About),
    ("about", Mark::About),
    ("approximately", Mark::About),
    ("approx.", Mark::About),
    ("approx", Mark::About),
    ("around", Mark::About),
    ("circa", Mark::About),
    ("ca.", Mark::About),
    ("ca", Mark::About),
    ("c.", Mark::About),
    (">=", Mark::AtLeast),
    ("≥", Mark::AtLeast),
    ("at least", Mark::AtLeast),
    ("over", Mark::AtLeast),
    (">", Mark::Above),
    ("more than", Mark::Above),
    ("<=", Mark::AtMost),
    ("≤", Mark::AtMost),
    ("at most", Mark::AtMost),
    ("up to", Mark::AtMost),
    ("<", Mark::Below),
    ("less than", Mark::Below),
    ("fewer than", Mark::Below),
    ("under", Mark::Below),
];

/// Reads a count; `None` where the text is none, or none that can be read without guessing.
///
/// - Thousands in groups of three, one separator throughout: comma, point, blank, no-break blank,
///   apostrophe, Arabic separator or underscore. `1,23` and `1.5` are refused.
/// - `12.0` and `12.00` are 12: a table with gaps becomes such numbers in many programs. `1.000` is
///   refused, being one to some and a thousand to others; `1.234` and `1.000.000` have one reading,
///   since there is no count of one and a bit. A comma is never taken for a decimal one.
/// - Bounds and ranges: `>10` is at least 11, `<10` at most 9; `≥10`, `10+`, `at least 10`, `up to 10`,
///   `5-10`, `5 to 10`. Where they leave one number (`0-0`, `<1`), it is exact.
/// - Negative numbers other than the codes for unknown are refused.
pub fn count(text: &str) -> Option<Count> {
    if let Some(value) = small(text.as_bytes()) {
        return Some(Count::Exact(value));
    }
    if text.is_empty() {
        return Some(Count::Unknown);
    }
    if text.len() > LONGEST {
        return None;
    }
    let text = digits::ascii(text);
    let text = text.trim();
    if is_unknown(text) {
        return Some(Count::Unknown);
    }
    if let Some(value) = whole(text) {
        return Some(Count::Exact(value));
    }
    bounded(&text.to_ascii_lowercase())
}

/// A number of a few digits and nothing else: nearly every count of nearly every file.
fn small(bytes: &[u8]) -> Option<u32> {
    // Nine digits always fit.
    if bytes.is_empty() || bytes.len() > 9 {
        return None;
    }
    bytes.iter().try_fold(0, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit <= 9).then(|| value * 10 + u32::from(digit))
    })
}

/// Whether this is a code for unknown. A code that is a number may end in `.0` as any other.
fn is_unknown(text: &str) -> bool {
    let code = match text.strip_suffix(".0") {
        Some(number) if number.len() > 1 && number.starts_with('-') => number,
        _ => text,
    };
    UNKNOWN.iter().any(|known| code.eq_ignore_ascii_case(known))
}

/// A whole number, with or without separators between its thousands.
fn whole(text: &str) -> Option<u32> {
    let decimals = [".00", ".0"]
        .iter()
        .find_map(|zeros| text.strip_suffix(zeros));
    let text = decimals.unwrap_or(text);
    let Some(separator) = text.chars().find(|c| !c.is_ascii_digit()) else {
        return (!text.is_empty()).then(|| append(0, text))?;
    };
    if !matches!(separator, ',' | '.' | ' ' | '\'' | '’' | '٬' | '_') {
        return None;
    }
    // One point cannot both group and begin the decimals.
    if separator == '.' && (decimals.is_some() || is_one_thousandths(text)) {
        return None;
    }
    let mut groups = text.split(separator);
    let first = groups.next()?;
    // A number that needs grouping does not begin with a zero.
    if !(1..=3).contains(&first.len()) || first.starts_with('0') {
        return None;
    }
    groups.try_fold(append(0, first)?, |value, group| {
        (group.len() == 3).then(|| append(value, group))?
    })
}

/// `1.000`: one with three decimals, or a thousand.
fn is_one_thousandths(text: &str) -> bool {
    text.split_once('.').is_some_and(|(_, rest)| rest == "000")
}

/// The number with more digits at its end; `None` where one is no digit or the number gets too large.
fn append(value: u32, digits: &str) -> Option<u32> {
    digits.bytes().try_fold(value, |value, byte| {
        let digit = byte.wrapping_sub(b'0');
        let value = value.checked_mul(10)?.checked_add(u32::from(digit))?;
        (digit <= 9).then_some(value)
    })
}

/// A number with a sign or word, or two numbers; in lower case.
fn bounded(text: &str) -> Option<Count> {
    for (sign, mark) in MARKS {
        if let Some(rest) = text.strip_prefix(sign)
            && (rest.starts_with(' ') || !sign.ends_with(|c: char| c.is_ascii_alphabetic()))
        {
            return marked(mark, whole(rest.trim_start())?);
        }
    }
    if let Some(number) = text.strip_suffix('+') {
        return marked(Mark::AtLeast, whole(number.trim_end())?);
    }
    let (low, high) = text
        .split_once(" to ")
        .or_else(|| text.split_once(['-', '–', '—']))?;
    between(whole(low.trim_end())?, whole(high.trim_start())?)
}

/// The count that a mark makes of a number.
fn marked(mark: Mark, value: u32) -> Option<Count> {
    let at_least = |low| Count::Range {
        low: Some(low),
        high: None,
    };
    let at_most = |high| match high {
        // No count is below zero.
        0 => Count::Exact(0),
        _ => Count::Range {
            low: None,
            high: Some(high),
        },
    };
    match mark {
        Mark::About => Some(Count::About(value)),
        Mark::AtLeast => Some(at_least(value)),
        Mark::Above => value.checked_add(1).map(at_least),
        Mark::AtMost => Some(at_most(value)),
        Mark::Below => value.checked_sub(1).map(at_most),
    }
}

/// The count between two numbers; `None` where they are reversed.
fn between(low: u32, high: u32) -> Option<Count> {
    match low.cmp(&high) {
        std::cmp::Ordering::Less => Some(Count::Range {
            low: Some(low),
            high: Some(high),
        }),
        std::cmp::Ordering::Equal => Some(Count::Exact(low)),
        std::cmp::Ordering::Greater => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;

    fn range(low: impl Into<Option<u32>>, high: impl Into<Option<u32>>) -> Count {
        Count::Range {
            low: low.into(),
            high: high.into(),
        }
    }

    #[test]
    fn exact() {
        for (text, value) in [
            ("0", 0),
            ("12", 12),
            (" 12\t", 12),
            ("007", 7),
            ("4294967295", u32::MAX),
            ("000000000000012", 12),
            ("12.0", 12),
            ("12.00", 12),
            ("0.0", 0),
            ("1,234", 1_234),
            ("12.345", 12_345),
            ("1.234", 1_234),
            ("1.000.000", 1_000_000),
            ("1,000", 1_000),
            ("1 234 567", 1_234_567),
            ("1\u{a0}234", 1_234),
            ("1\u{202f}234", 1_234),
            ("1'234", 1_234),
            ("1’234’567", 1_234_567),
            ("1_234", 1_234),
            ("1,234.0", 1_234),
            ("1,234.00", 1_234),
            ("١٢", 12),
            ("١٬٢٣٤", 1_234),
            ("۱۲", 12),
            ("4,294,967,295", u32::MAX),
            ("0-0", 0),
            ("5–5", 5),
            ("<1", 0),
            ("≤0", 0),
        ] {
            assert_eq!(count(text), Some(Count::Exact(value)), "{text}");
        }
    }

    #[test]
    fn unknown() {
        for text in [
            "", "  ", "-1", "-9", "-99", "-999", "-99.0", "NA", "N/A", "n/a", "null", "NULL",
            "None", "Unknown", "?", "-", "–", "—", ".", "nan", "NaN",
        ] {
            assert_eq!(count(text), Some(Count::Unknown), "{text}");
        }
    }

    #[test]
    fn bounds_and_ranges() {
        for (text, wanted) in [
            ("5-10", range(5, 10)),
            ("5–10", range(5, 10)),
            ("5—10", range(5, 10)),
            ("5 - 10", range(5, 10)),
            ("5 to 10", range(5, 10)),
            ("5 TO 10", range(5, 10)),
            ("0-3", range(0, 3)),
            ("1,000-2,000", range(1_000, 2_000)),
            ("٥-١٠", range(5, 10)),
            (">10", range(11, None)),
            ("> 10", range(11, None)),
            ("more than 10", range(11, None)),
            ("≥10", range(10, None)),
            (">=10", range(10, None)),
            ("10+", range(10, None)),
            ("10 +", range(10, None)),
            ("At least 10", range(10, None)),
            ("over 1,000", range(1_000, None)),
            ("<10", range(None, 9)),
            ("fewer than 10", range(None, 9)),
            ("under 10", range(None, 9)),
            ("up to 10", range(None, 10)),
            ("at most 10", range(None, 10)),
            ("≤10", range(None, 10)),
            ("<= 10", range(None, 10)),
            ("~10", Count::About(10)),
            ("~ 10", Count::About(10)),
            ("≈10", Count::About(10)),
            ("about 10", Count::About(10)),
            ("c. 10", Count::About(10)),
            ("c.10", Count::About(10)),
            ("ca. 10", Count::About(10)),
            ("ca 10", Count::About(10)),
            ("circa 10", Count::About(10)),
            ("Approx. 10", Count::About(10)),
            ("approx 10", Count::About(10)),
            ("Approximately 10", Count::About(10)),
            ("around 1,000", Count::About(1_000)),
        ] {
            assert_eq!(count(text), Some(wanted), "{text}");
        }
    }

    #[test]
    fn what_is_refused() {
        for text in [
            "-2",
            "-5",
            "-999999",
            "+5",
            "1.5",
            "1,5",
            "1,23",
            "1,2345",
            "12.000",
            "1.000",
            "0.000",
            "0,123",
            "012,345",
            "1234,567",
            ",123",
            "1,,234",
            "1,234,",
            "1,234.567",
            "1,234 567",
            "1.234.00",
            "1.234.0",
            "1.00.0",
            "12.",
            ".0",
            ".00",
            "-.0",
            "NA.0",
            "12.0.0",
            "12,0",
            "1 23",
            "1  234",
            "1,23,456",
            "4294967296",
            "99999999999999999999",
            "4,294,967,296",
            ">4294967295",
            "<0",
            "10-5",
            "5-10-15",
            "5--10",
            "-5-10",
            "5-",
            "5 to",
            "to 5",
            "~5-10",
            "about10",
            "about",
            "about ten",
            "c 10",
            ">",
            "+",
            "10++",
            ">10+",
            "ten",
            "12 killed",
            "1e3",
            "0x10",
            "１２",
            "−9",
        ] {
            assert_eq!(count(text), None, "{text}");
        }
        assert_eq!(count(&" ".repeat(65)), None);
        assert_eq!(count(&"0".repeat(65)), None);
    }

    #[test]
    fn numbers_read_back_however_they_are_grouped() {
        let mut dice = Dice::new(12);
        for _ in 0..50_000 {
            // Of all sizes, not nearly all of ten digits.
            let value = (dice.next() as u32) >> dice.below(32);
            let wanted = Some(Count::Exact(value));
            let digits = value.to_string();
            assert_eq!(count(&digits), wanted);
            assert_eq!(count(&format!("{digits}.0")), wanted);
            for separator in [",", ".", " ", "\u{a0}", "\u{202f}", "'", "’", "٬", "_"] {
                let mut grouped = String::new();
                for (place, digit) in digits.chars().enumerate() {
                    if place > 0 && (digits.len() - place).is_multiple_of(3) {
                        grouped.push_str(separator);
                    }
                    grouped.push(digit);
                }
                let one_or_thousand =
                    separator == "." && (4..=6).contains(&digits.len()) && digits.ends_with("000");
                let wanted = if one_or_thousand { None } else { wanted };
                assert_eq!(count(&grouped), wanted, "{grouped}");
            }
            let other = dice.next() as u32;
            let (low, high) = (value.min(other), value.max(other));
            if low < high {
                assert_eq!(count(&format!("{low}-{high}")), Some(range(low, high)));
                assert_eq!(count(&format!("{high} to {low}")), None);
            }
        }
    }

    /// Pieces of counts in any order, cut anywhere: nothing panics, and bounds are bounds.
    #[test]
    fn soup() {
        const PIECES: [&str; 30] = [
            "0",
            "1",
            "12",
            "123",
            "000",
            "999",
            "4294967295",
            ".",
            ",",
            " ",
            "'",
            "’",
            "٬",
            "-",
            "–",
            "+",
            "<",
            ">",
            "=",
            "≥",
            "~",
            "about",
            "c.",
            " to ",
            "over",
            "n/a",
            "٣",
            "۴",
            "\u{a0}",
            "é",
        ];
        let mut dice = Dice::new(13);
        let mut read = 0;
        for _ in 0..300_000 {
            let text = dice.soup(&PIECES);
            match count(&text) {
                None => continue,
                Some(Count::Range { low, high }) => {
                    assert!(low.is_some() || high.is_some(), "{text}");
                    assert!(low.zip(high).is_none_or(|(low, high)| low < high), "{text}");
                }
                Some(_) => {}
            }
            read += 1;
        }
        assert!(read > 5_000, "{read} read");
    }

    /// `cargo test --release -- --ignored --nocapture throughput`
    #[test]
    #[ignore = "prints how long a reading takes"]
    fn throughput() {
        for text in [
            "7", "", "12.0", "1,234", "NA", "5-10", "about 10", "٣", "twelve",
        ] {
            let rounds = 2_000_000;
            let start = std::time::Instant::now();
            for _ in 0..rounds {
                std::hint::black_box(count(std::hint::black_box(text)));
            }
            let each = start.elapsed().as_nanos() as f64 / f64::from(rounds);
            println!("{each:7.1} ns  {text:?}");
        }
    }
}
