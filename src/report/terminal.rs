//! The summary of a run on one screen.

use super::findings;
use crate::analysis::Analysis;
use crate::wording::{chainages, deaths, percent, plain, span, stability};

/// Columns of the screen that is written for.
const WIDTH: usize = 100;
/// More sectors or clusters than this are cut, with a line that says so.
const MOST_SECTORS: usize = 16;
const MOST_CLUSTERS: usize = 12;

/// The summary, without colours, each line at most 100 columns wide, ending in a line feed.
pub fn summary(analysis: &Analysis) -> String {
    let mut lines = vec![
        analysis.title.clone(),
        format!(
            "{}, {} days",
            span(analysis.period.start, analysis.period.end),
            analysis.period.days().0
        ),
        String::new(),
        format!("Records    {}", findings::fates(analysis)),
        format!("Border     {}", findings::border(analysis)),
        format!("Deaths     {}", findings::total_deaths(analysis)),
        String::new(),
    ];
    sectors(analysis, &mut lines);
    lines.push(String::new());
    clusters(analysis, &mut lines);
    lines.push(String::new());
    lines.push("What the numbers do not show".to_owned());
    for caveat in findings::caveats(analysis) {
        lines.extend(wrapped(&caveat, "  - ", "    "));
    }
    let mut text: String = lines
        .iter()
        .map(|line| line.trim_end())
        .collect::<Vec<_>>()
        .join("\n");
    text.push('\n');
    text
}

fn sectors(analysis: &Analysis, lines: &mut Vec<String>) {
    lines.push(format!(
        "{:<26}{:>15}{:>11}{:>8}{:>14}  {}",
        "Sector", "km", "incidents", "rough", "per 100km·30d", "deaths low–best–high"
    ));
    let all = analysis
        .sectors
        .all()
        .iter()
        .zip(&analysis.sector_summaries);
    for (sector, summary) in all.take(MOST_SECTORS) {
        lines.push(format!(
            "{:<26}{:>15}{:>11}{:>8}{:>14}  {}",
            cut(&sector.name, 25),
            sector.span_words(0),
            summary.counts.incidents,
            summary.counts.uncertain,
            summary
                .rate
                .map_or_else(String::new, |rate| format!("{rate:.2}")),
            if summary.counts.incidents == 0 {
                String::new()
            } else {
                deaths(&summary.counts.deaths, summary.counts.incidents)
            },
        ));
    }
    let total = analysis.total();
    lines.push(format!(
        "{:<26}{:>15}{:>11}{:>8}{:>14}  {}",
        "all",
        format!("0–{:.0}", analysis.border.length().km()),
        total.incidents,
        total.uncertain,
        crate::stats::rate(
            total.incidents,
            analysis.border.length(),
            analysis.period.days()
        )
        .map_or_else(String::new, |rate| format!("{rate:.2}")),
        deaths(&total.deaths, total.incidents),
    ));
    more(analysis.sectors.all().len(), MOST_SECTORS, "sectors", lines);
}

fn clusters(analysis: &Analysis, lines: &mut Vec<String>) {
    let options = &analysis.options.cluster;
    lines.push(format!(
        "Clusters (ST-DBSCAN: {} km, {} days, {} incidents; places known within {} km): {}",
        options.eps.km(),
        options.eps_days.0,
        options.min_points,
        options.largest_location_radius.km(),
        analysis.clusters.len()
    ));
    for cluster in analysis.clusters.iter().take(MOST_CLUSTERS) {
        let kinds: Vec<String> = cluster
            .kinds
            .iter()
            .map(|(kind, count)| format!("{} {count}", plain(kind)))
            .collect();
        lines.push(format!(
            "  {:>2}  {:<22}{:<17} {}",
            cluster.number,
            span(cluster.first, cluster.last),
            chainages(cluster.from.km(), cluster.to.km()),
            cut(&cluster.name, WIDTH - 47),
        ));
        let mut told = format!(
            "      {} incidents ({}); deaths {}",
            cluster.members.len(),
            cut(&kinds.join(", "), 36),
            deaths(&cluster.deaths, cluster.members.len()),
        );
        if cluster.stability.is_some() {
            told.push_str(&format!("; stability {}", stability(cluster.stability)));
        }
        if let Some((survived, of)) = analysis.survived(cluster) {
            told.push_str(&format!("; {} of settings", percent(survived, of)));
        }
        lines.push(told);
    }
    more(analysis.clusters.len(), MOST_CLUSTERS, "clusters", lines);
}

fn more(all: usize, shown: usize, what: &str, lines: &mut Vec<String>) {
    if all > shown {
        lines.push(format!(
            "  … and {} more {what}, in the tables",
            all - shown
        ));
    }
}

/// At most so many characters, the last an ellipsis where the text was longer.
fn cut(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let mut shortened: String = text.chars().take(most.saturating_sub(1)).collect();
    shortened.push('…');
    shortened
}

fn wrapped(text: &str, first: &str, further: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = first.to_owned();
    let mut empty = true;
    for word in text.split_whitespace() {
        if !empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, further.to_owned()));
            empty = true;
        }
        if !empty {
            line.push(' ');
        }
        line.push_str(word);
        empty = false;
    }
    lines.push(line);
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_wrap_and_cut_by_characters() {
        let text = "سپین ".repeat(60);
        for line in wrapped(&text, "  - ", "    ") {
            assert!(line.chars().count() <= WIDTH);
        }
        assert_eq!(cut("Chaman–Spin Boldak", 8), "Chaman–…");
        assert_eq!(cut("short", 8), "short");
    }
}
