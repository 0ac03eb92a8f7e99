//! Text in XML 1.0.

/// Writes text as the value of an attribute in double quotes, such that a reader gets it back as it is. What XML 1.0
/// forbids even as a reference is left out: control characters other than tab and line ends, U+FFFE and U+FFFF.
pub(super) fn escape(out: &mut String, text: &str) {
    write(out, text, false);
}

/// As [`escape`], as the content of an element, where line feeds and tabs may stand as they are.
pub(super) fn content(out: &mut String, text: &str) {
    write(out, text, true);
}

fn write(out: &mut String, text: &str, in_content: bool) {
    for c in text.chars() {
        match c {
            '\t' | '\n' if in_content => out.push(c),
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            // Alone it is allowed, behind two brackets not.
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // As they are, attributes would give them back as spaces, and a return would become a line feed.
            '\t' => out.push_str("&#9;"),
            '\n' => out.push_str("&#10;"),
            '\r' => out.push_str("&#13;"),
            '\0'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => {}
            c => out.push(c),
        }
    }
}

/// An element with text in it, in a line of its own.
pub(super) fn element(out: &mut String, name: &str, text: &str) {
    out.push('<');
    out.push_str(name);
    out.push('>');
    content(out, text);
    out.push_str("</");
    out.push_str(name);
    out.push_str(">\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_stays_text() {
        let mut out = String::new();
        escape(
            &mut out,
            "<script>\"a\" & 'b'</script> ]]> 🚀\u{0}\u{8}\u{1f}\u{fffe}\u{7f}\t\r\n",
        );
        assert_eq!(
            out,
            "&lt;script&gt;&quot;a&quot; &amp; 'b'&lt;/script&gt; ]]&gt; 🚀\u{7f}&#9;&#13;&#10;"
        );
        out.clear();
        content(&mut out, "a\r\n\tb ]]>");
        assert_eq!(out, "a&#13;\n\tb ]]&gt;");
    }
}
