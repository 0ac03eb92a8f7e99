//! What stands in the balloon of a feature.
//!
//! Viewers read it as HTML, so that data are escaped for HTML here, and the whole once more for XML where it is written.
//! A dollar sign is escaped too: viewers put values in place of `$[name]`.

use super::text;
use crate::analysis::Analysis;
use crate::export::layers::{Feature, Layer, Value};
use crate::wording::plain;

/// The columns of incidents that are told; the rest are in the extended data.
const TOLD: [&str; 25] = [
    "date",
    "date_end",
    "time_local",
    "place",
    "admin1",
    "country",
    "event_type",
    "actor_a",
    "actor_b",
    "reported_by",
    "claim_status",
    "fatalities_low",
    "fatalities_best",
    "fatalities_high",
    "fatalities_civilian",
    "injured",
    "note",
    "source_name",
    "source_url",
    "fate",
    "location_radius_m",
    "offset_m",
    "side_name",
    "chainage_km",
    "id",
];

/// Columns whose values are words of ours, told without what joins their parts.
const CODES: [&str; 3] = ["event_type", "claim_status", "fate"];

/// What a column is called in a balloon: `offset (m)`. What it says in full the columns of the document tell.
fn label(column: &str) -> String {
    for (ending, unit) in [("_m", " (m)"), ("_km", " (km)")] {
        if let Some(name) = column.strip_suffix(ending) {
            return format!("{}{unit}", plain(name));
        }
    }
    plain(column)
}

/// The balloon of a feature: its name, what its values say, whose they are.
pub(super) fn of(
    layer: &Layer<'_>,
    feature: &Feature<'_>,
    name: &str,
    analysis: &Analysis,
) -> String {
    let mut html = String::with_capacity(2_000);
    if let Some(banner) = &analysis.style.banner {
        html.push_str("<p>");
        escape(&mut html, banner);
        html.push_str("</p>\n");
    }
    html.push_str("<h3>");
    escape(&mut html, name);
    html.push_str("</h3>\n<table>\n");
    for (column, value) in layer.columns.iter().zip(&feature.values) {
        let told = layer.name != "incidents" || TOLD.contains(&column.name);
        let unknown = *value == Value::Null && column.name == "location_radius_m";
        if !told || (*value == Value::Null && !unknown) {
            continue;
        }
        html.push_str("<tr><td>");
        escape(&mut html, &label(column.name));
        html.push_str("</td><td>");
        let value = if unknown {
            "not known".to_owned()
        } else if CODES.contains(&column.name) {
            plain(&text(value))
        } else {
            text(value)
        };
        if column.name == "source_url" && is_web_address(&value) {
            html.push_str("<a href=\"");
            escape(&mut html, &value);
            html.push_str("\">");
            escape(&mut html, &value);
            html.push_str("</a>");
        } else {
            escape(&mut html, &value);
        }
        html.push_str("</td></tr>\n");
    }
    html.push_str("</table>\n");
    if !analysis.credit.is_empty() {
        html.push_str("<p>");
        escape(&mut html, &analysis.credit);
        html.push_str("</p>\n");
    }
    html
}

/// Lines of text below each other.
pub(super) fn lines(lines: &[String]) -> String {
    let mut html = String::new();
    for line in lines {
        html.push_str("<p>");
        escape(&mut html, line);
        html.push_str("</p>\n");
    }
    html
}

/// Whether something is an address that a click may open: nothing that runs.
fn is_web_address(value: &str) -> bool {
    let starts = |with: &str| {
        value
            .get(..with.len())
            .is_some_and(|it| it.eq_ignore_ascii_case(with))
    };
    starts("https://") || starts("http://")
}

/// Writes text as content or an attribute of HTML.
fn escape(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            '$' => html.push_str("&#36;"),
            c => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_do_not_become_markup() {
        let html = lines(&["<script>'$[x]' & \"y\"</script>".to_owned()]);
        assert_eq!(
            html,
            "<p>&lt;script&gt;&#39;&#36;[x]&#39; &amp; &quot;y&quot;&lt;/script&gt;</p>\n"
        );
        assert!(is_web_address("HTTPS://example.org") && is_web_address("http://a"));
        assert!(!is_web_address("javascript:alert(1)") && !is_web_address("é"));
    }
}
