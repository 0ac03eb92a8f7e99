//! The text of a coordinate in one alphabet, and a reader that walks through it.

/// No coordinate is longer, in bytes: longer texts are refused before anything looks at them.
pub(super) const LONGEST: usize = 128;

/// A short text in ASCII, without the heap.
///
/// Arabic-Indic and Extended Arabic-Indic digits become digits, the Arabic decimal sign `.`, the Arabic
/// comma and semicolon `;`, every minus `-`, every blank a plain one. Degree signs become `^`, signs of
/// minutes `'`, signs of seconds, single or in two pieces, `"`. Direction marks, which stand around
/// numbers in Arabic texts and show nothing, are dropped.
pub(super) struct Plain {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Plain {
    /// `None` if it is too long or has a character that no coordinate has.
    pub(super) fn of(text: &str) -> Option<Plain> {
        if text.len() > LONGEST {
            return None;
        }
        let mut plain = Plain {
            bytes: [0; LONGEST],
            length: 0,
        };
        for c in text.chars() {
            if is_invisible(c) {
                continue;
            }
            let byte = ascii(c)?;
            let last = plain.length.checked_sub(1);
            match last.and_then(|last| plain.bytes.get_mut(last)) {
                // Two signs of minutes are one of seconds.
                Some(before) if byte == b'\'' && *before == b'\'' => *before = b'"',
                _ => {
                    *plain.bytes.get_mut(plain.length)? = byte;
                    plain.length += 1;
                }
            }
        }
        Some(plain)
    }

    /// The text, without blanks at its ends.
    pub(super) fn as_str(&self) -> &str {
        let bytes = self.bytes.get(..self.length).unwrap_or_default();
        // ASCII is always UTF-8.
        str::from_utf8(bytes).unwrap_or_default().trim()
    }
}

fn ascii(c: char) -> Option<u8> {
    Some(match c {
        // What a degree sign becomes; nobody writes one.
        '^' => return None,
        '\u{660}'..='\u{669}' => b'0' + (c as u32 - 0x660) as u8,
        '\u{6f0}'..='\u{6f9}' => b'0' + (c as u32 - 0x6f0) as u8,
        '\u{66b}' => b'.',
        '\u{60c}' | '\u{61b}' => b';',
        // Minus, hyphens and the en dash.
        '\u{2212}' | '\u{2010}' | '\u{2011}' | '–' => b'-',
        '°' | 'º' | '˚' => b'^',
        '′' | '’' | '‘' | 'ʹ' | 'ʼ' | '´' => b'\'',
        '″' | '”' | '“' | 'ʺ' => b'"',
        c if c.is_whitespace() => b' ',
        c if c.is_ascii() && !c.is_ascii_control() => c as u8,
        _ => return None,
    })
}

fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}'
    )
}

/// What is left to read of a text in ASCII.
#[derive(Clone, Copy)]
pub(super) struct Scan<'a>(&'a str);

impl<'a> Scan<'a> {
    pub(super) const fn new(text: &'a str) -> Scan<'a> {
        Scan(text)
    }

    pub(super) const fn done(self) -> bool {
        self.0.is_empty()
    }

    pub(super) const fn rest(self) -> &'a str {
        self.0
    }

    pub(super) fn peek(self) -> Option<u8> {
        self.0.bytes().next()
    }

    /// Steps over the longest run of such bytes and returns it.
    pub(super) fn take(&mut self, mut wanted: impl FnMut(u8) -> bool) -> &'a str {
        let length = self.0.bytes().take_while(|&byte| wanted(byte)).count();
        let (taken, rest) = self.0.split_at_checked(length).unwrap_or((self.0, ""));
        self.0 = rest;
        taken
    }

    /// Steps over one byte if it is the one.
    pub(super) fn eat(&mut self, byte: u8) -> bool {
        match self.0.strip_prefix(char::from(byte)) {
            Some(rest) => {
                self.0 = rest;
                true
            }
            None => false,
        }
    }

    /// Steps over one byte, whichever it is.
    pub(super) fn take_one(&mut self) {
        let mut taken = false;
        self.take(|_| !std::mem::replace(&mut taken, true));
    }

    /// Steps over blanks; whether there were any.
    pub(super) fn blanks(&mut self) -> bool {
        !self.take(|byte| byte == b' ').is_empty()
    }

    pub(super) fn digits(&mut self) -> &'a str {
        self.take(|byte| byte.is_ascii_digit())
    }

    pub(super) fn letters(&mut self) -> &'a str {
        self.take(|byte| byte.is_ascii_alphabetic())
    }

    /// Steps over a sign and the blanks behind it; whether it is a minus.
    pub(super) fn sign(&mut self) -> Option<bool> {
        let minus = self.eat(b'-');
        if !minus && !self.eat(b'+') {
            return None;
        }
        self.blanks();
        Some(minus)
    }

    /// Steps over digits with a fraction behind a point or a comma, without sign or exponent: the value,
    /// and whether it has no fraction. `34.` and `.5` are numbers; a comma stands between digits.
    pub(super) fn number(&mut self) -> Option<(f64, bool)> {
        let from = self.0;
        let whole = self.digits();
        let mut ahead = *self;
        let point = ahead.eat(b'.');
        let comma = !point && ahead.eat(b',');
        let fraction = if point || comma { ahead.digits() } else { "" };
        let fractional = (point && !(whole.is_empty() && fraction.is_empty()))
            || (comma && !whole.is_empty() && !fraction.is_empty());
        if fractional {
            *self = ahead;
        } else if whole.is_empty() {
            return None;
        }
        let length = from.len().checked_sub(self.0.len())?;
        Some((float(from.get(..length)?)?, !fractional))
    }
}

/// A number with a point or a comma, correctly rounded. The caller has checked what it is made of:
/// standard parsing would also read `inf` and `nan`.
pub(super) fn float(text: &str) -> Option<f64> {
    let mut copy = [0; LONGEST];
    let copy = copy.get_mut(..text.len())?;
    copy.copy_from_slice(text.as_bytes());
    if let Some(comma) = copy.iter_mut().find(|byte| **byte == b',') {
        *comma = b'.';
    }
    str::from_utf8(copy).ok()?.parse().ok()
}
