//! Numbers as Arabic, Persian and Urdu texts write them, turned into ASCII.

use std::borrow::Cow;

/// The longest text that is read as a date or a count, in bytes: a day with its weekday, time and zone
/// fits. Anything longer is prose and need not be looked at.
pub(crate) const LONGEST: usize = 64;

/// The text with Arabic-Indic and extended Arabic-Indic digits as ASCII digits and no-break blanks as
/// plain ones. Direction marks, which are put around numbers in such texts and show nothing, are
/// dropped. Borrows where the text is ASCII.
pub(crate) fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter_map(plain).collect())
}

/// One character of [`ascii`]; none where it shows nothing.
fn plain(c: char) -> Option<char> {
    match c {
        '\u{660}'..='\u{669}' => char::from_digit(c as u32 - 0x660, 10),
        '\u{6f0}'..='\u{6f9}' => char::from_digit(c as u32 - 0x6f0, 10),
        // No-break, thin and narrow no-break blank.
        '\u{a0}' | '\u{2009}' | '\u{202f}' => Some(' '),
        // Arabic letter mark, left-to-right and right-to-left mark.
        '\u{61c}' | '\u{200e}' | '\u{200f}' => None,
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_of_both_scripts() {
        assert_eq!(ascii("٠١٢٣٤٥٦٧٨٩ ۰۱۲۳۴۵۶۷۸۹"), "0123456789 0123456789");
        assert_eq!(ascii("\u{200f}١٬٢\u{a0}é"), "1٬2 é");
        // Full-width digits are not turned: nothing that we read writes them.
        assert_eq!(ascii("１"), "１");
    }

    #[test]
    fn ascii_is_borrowed() {
        assert!(matches!(ascii("2025-10-16"), Cow::Borrowed("2025-10-16")));
    }
}
