//! Numbers, text and ids as SVG writes them.

/// The largest coordinate that is written, either way. Renderers work in single precision: further
/// out they would lose the decimals, and nothing there is ever seen.
const FAR: f64 = 1e6;

pub(super) fn hundredths(value: f64) -> i64 {
    (value.clamp(-FAR, FAR) * 100.0).round() as i64
}

/// Writes a number with at most two decimals.
pub(super) fn write_number(out: &mut String, value: f64) {
    write_hundredths(out, hundredths(value));
}

pub(super) fn write_hundredths(out: &mut String, value: i64) {
    write_decimal(out, value, 2);
}

/// Writes `value / 10^decimals` in the shortest form: no trailing zeros, no "-0".
pub(super) fn write_decimal(out: &mut String, value: i64, decimals: usize) {
    let mut digits = [0u8; 24];
    let mut rest = value.unsigned_abs();
    let mut at = digits.len();
    let mut count = 0;
    let mut significant = false;
    loop {
        let digit = (rest % 10) as u8;
        rest /= 10;
        if count == decimals && significant {
            at -= 1;
            digits[at] = b'.';
        }
        significant |= digit != 0;
        if count >= decimals || significant {
            at -= 1;
            digits[at] = b'0' + digit;
        }
        count += 1;
        if rest == 0 && count > decimals {
            break;
        }
    }
    if value < 0 {
        out.push('-');
    }
    out.extend(digits[at..].iter().map(|&b| char::from(b)));
}

/// Writes text so that it stands for itself in XML and HTML, in an attribute in double quotes too.
/// Control characters stay: in XML they must be gone before. What overrides the direction of text is left out.
pub fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // Overrides would turn what stands beside a name.
            '\u{202a}'..='\u{202e}' => {}
            c => out.push(c),
        }
    }
}

/// An id as XML and a URL fragment allow it.
pub(super) fn identifier(id: &str) -> String {
    let mut out: String = id
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') {
                c
            } else {
                '-'
            }
        })
        .collect();
    if !out.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.insert(0, 'g');
    }
    out
}

/// FNV-1a of what tells one document from another.
pub(super) fn fingerprint(texts: &[&str], width: u32, height: u32) -> u32 {
    let bytes = texts
        .iter()
        .flat_map(|text| text.bytes().chain([0xff]))
        .chain(width.to_le_bytes())
        .chain(height.to_le_bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}
