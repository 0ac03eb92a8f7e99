//! Text in tables that a spreadsheet would run as a formula.
//!
//! A field that begins with `=`, `+`, `-`, `@`, a tab or a carriage return and is no number is written with
//! an apostrophe before it, as spreadsheets expect it of text (OWASP, *CSV Injection*). A text that begins
//! with apostrophes and then one of these gets one more, so that reading back takes off exactly what was
//! put on.

use std::borrow::Cow;

fn begins_one(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

/// The text as it is written.
pub fn neutral(text: &str) -> Cow<'_, str> {
    let inside = text.trim_start_matches('\'');
    if !begins_one(inside) || (inside.len() == text.len() && text.parse::<f64>().is_ok()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("'{text}"))
}

/// The text as it was before [`neutral`].
pub fn restored(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if begins_one(rest.trim_start_matches('\'')) => rest,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_text_and_come_back() {
        for (text, written) in [
            (
                "=HYPERLINK(\"http://e.org\")",
                "'=HYPERLINK(\"http://e.org\")",
            ),
            ("+1 killed", "'+1 killed"),
            ("- shelling", "'- shelling"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("'=1", "''=1"),
            ("-71.5", "-71.5"),
            ("'tis", "'tis"),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(neutral(text), written);
            assert_eq!(restored(&neutral(text)), text);
        }
    }
}
