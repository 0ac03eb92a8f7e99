//! HTML as text: elements, attributes, and text that is escaped.

use crate::render::canvas::escape;

/// A page that is being written.
#[derive(Debug, Default)]
pub(super) struct Html(pub(super) String);

impl Html {
    /// Markup as it is. Never text from data.
    pub(super) fn raw(&mut self, markup: &str) -> &mut Html {
        self.0.push_str(markup);
        self
    }

    /// Text, escaped.
    pub(super) fn text(&mut self, words: &str) -> &mut Html {
        escape(&mut self.0, words);
        self
    }

    /// An element without attributes that holds text.
    pub(super) fn element(&mut self, tag: &str, words: &str) -> &mut Html {
        self.open(tag, &[]).text(words).close(tag)
    }

    /// The beginning of an element.
    pub(super) fn open(&mut self, tag: &str, attributes: &[(&str, &str)]) -> &mut Html {
        self.raw("<").raw(tag);
        for (name, value) in attributes {
            self.raw(" ").raw(name).raw("=\"").text(value).raw("\"");
        }
        self.raw(">")
    }

    /// The end of an element.
    pub(super) fn close(&mut self, tag: &str) -> &mut Html {
        self.raw("</").raw(tag).raw(">\n")
    }
}

/// A name for a fragment: lower-case letters, digits and hyphens.
pub(super) fn fragment(words: &str) -> String {
    let mut name = String::new();
    for c in words.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.ends_with('-') && !name.is_empty() {
            name.push('-');
        }
    }
    name.trim_end_matches('-').to_owned()
}

/// Whether an address may be a link: one of the web, nothing that runs.
pub(super) fn is_link(address: &str) -> bool {
    let lower = address.trim().to_ascii_lowercase();
    lower.starts_with("https://") || lower.starts_with("http://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_stays_text() {
        let mut html = Html::default();
        html.open("p", &[("title", "\"><script>")])
            .text("<b>&\"")
            .close("p");
        assert_eq!(
            html.0,
            "<p title=\"&quot;&gt;&lt;script&gt;\">&lt;b&gt;&amp;&quot;</p>\n"
        );
    }

    #[test]
    fn fragments_and_links() {
        assert_eq!(
            fragment("What is more than chance?"),
            "what-is-more-than-chance"
        );
        assert_eq!(fragment("«کابل»"), "");
        assert!(is_link("https://example.org/a"));
        assert!(!is_link("javascript:alert(1)") && !is_link("data:text/html,x"));
    }
}
