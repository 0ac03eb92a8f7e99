//! `summary.md`: the briefing as plain Markdown.

use super::document::{Block, Document};

/// Writes a document. Text is escaped, so that it shows as it was written.
pub fn write(document: &Document) -> String {
    let mut parts = vec![
        format!("# {}", escaped(&document.title)),
        format!("{}.", escaped(&document.subtitle)),
        points(&document.headlines),
    ];
    parts.extend(document.blocks.iter().map(|block| match block {
        Block::Heading(words) => format!("## {}", escaped(words)),
        Block::Subheading(words) => format!("### {}", escaped(words)),
        Block::Text(words) => escaped(words),
        Block::Strong(words) => format!("**{}**", escaped(words)),
        Block::Small(words) => format!("*{}*", escaped(words)),
        Block::List(list) => points(list),
        Block::Table(header, rows) => {
            let mut lines = vec![row(header), format!("|{}", " --- |".repeat(header.len()))];
            lines.extend(rows.iter().map(|cells| row(cells)));
            lines.join("\n")
        }
        Block::Picture(path, shows) => format!("![{}]({path}.png)", escaped(shows)),
    }));
    parts.join("\n\n") + "\n"
}

fn points(list: &[String]) -> String {
    let points: Vec<String> = list
        .iter()
        .map(|point| format!("- {}", escaped(point)))
        .collect();
    points.join("\n")
}

fn row(cells: &[String]) -> String {
    let cells: Vec<String> = cells.iter().map(|cell| escaped(cell)).collect();
    format!("| {} |", cells.join(" | "))
}

/// Escapes what Markdown and HTML would read as more than text.
pub(crate) fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' => {
                safe.push('\\');
                safe.push(c);
            }
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\n' | '\r' => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_stays_text() {
        assert_eq!(
            escaped("a|b *x* <script>_\n[l](u) & `c`"),
            "a\\|b \\*x\\* &lt;script&gt;\\_ \\[l\\](u) &amp; \\`c\\`"
        );
    }
}
