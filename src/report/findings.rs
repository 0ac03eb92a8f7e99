//! What the numbers are and what they do not show, in sentences that terminal and pages share.

use crate::analysis::Analysis;
use crate::cluster::summary::tally;
use crate::ledger::{Fate, Reason};
use crate::wording::{counted, deaths, grouped, percent, plain};

/// `90 records read = 68 used + 9 outside corridor + 13 held`.
pub fn fates(analysis: &Analysis) -> String {
    let parts: Vec<String> = Fate::ALL
        .into_iter()
        .map(|fate| (fate, analysis.ledger.count(fate)))
        .filter(|&(fate, count)| count > 0 || fate == Fate::Used)
        .map(|(fate, count)| format!("{} {}", grouped(count as u64), plain(fate.as_str())))
        .collect();
    format!(
        "{} read = {}",
        counted(analysis.ledger.records() as usize, "record"),
        parts.join(" + ")
    )
}

/// `2,245.7 km in 1 chain of 580 vertices; left Afghanistan, right Pakistan`.
pub fn border(analysis: &Analysis) -> String {
    let border = &analysis.border;
    let mut text = format!(
        "{} in {}, {}",
        length(border.length().km()),
        counted(border.chains().len(), "chain"),
        match border.vertices() {
            1 => "1 vertex".to_owned(),
            vertices => format!("{} vertices", grouped(vertices as u64)),
        }
    );
    if let (Some(left), Some(right)) = (border.left(), border.right()) {
        text.push_str(&format!("; left {left}, right {right}"));
    }
    text
}

/// `2,245.7 km`.
pub fn length(km: f64) -> String {
    let tenths = (km * 10.0).round() as u64;
    format!("{}.{} km", grouped(tenths / 10), tenths % 10)
}

/// `377 (42) – 279 (35) – 515 (43) low–best–high, (from so many of the 79 incidents)`.
pub fn total_deaths(analysis: &Analysis) -> String {
    let total = analysis.total();
    if total.deaths.reporting == 0 {
        return "none reported".to_owned();
    }
    format!(
        "{} low–best–high; in brackets how many of the {} say so",
        deaths(&total.deaths, total.incidents),
        counted(total.incidents, "incident")
    )
}

/// What the reader must not take from the numbers, one sentence each.
pub fn caveats(analysis: &Analysis) -> Vec<String> {
    let mut caveats = Vec::new();
    let total = analysis.total();
    for (fate, reason, count) in analysis.ledger.counts() {
        let sentence = match (fate, reason) {
            (Fate::Held, _) => held(analysis, reason, count),
            (Fate::OutsideCorridor, _) => format!(
                "{} farther than {} km from the line: in tables and on the map, in no sum.",
                lie(count),
                analysis.options.corridor.km()
            ),
            (Fate::OutsidePeriod, _) => {
                format!("{} outside the period: in tables, in no sum.", lie(count))
            }
            (Fate::Merged, Reason::LikelyDuplicate) => format!(
                "{} likely of an event that another reports, and merged with it: tables/merged_reports.csv.",
                if count == 1 {
                    "1 report is".to_owned()
                } else {
                    format!("{} reports are", grouped(count as u64))
                }
            ),
            (Fate::Merged, _) => format!("{} of an earlier record, counted once.", repeat(count)),
            (Fate::Rejected, _) => format!(
                "{} rejected ({}); the ledger names line, column and value.",
                if count == 1 {
                    "1 record was".to_owned()
                } else {
                    format!("{} records were", grouped(count as u64))
                },
                plain(reason.code())
            ),
            (Fate::Used, _) => continue,
        };
        caveats.push(sentence);
    }
    if total.uncertain > 0 {
        caveats.push(format!(
            "{} of {} counted incidents ({}) are placed only roughly (radius above {} km, or unknown): \
             counted by sector and day, in no cluster.",
            grouped(total.uncertain as u64),
            grouped(total.incidents as u64),
            percent(total.uncertain, total.incidents),
            analysis.options.cluster.largest_location_radius.km()
        ));
    }
    let spread = analysis.counted().count() - analysis.dated().count();
    if spread > 0 {
        caveats.push(format!(
            "{} of {} counted incidents are dated only roughly (over more than {} days): counted by sector, in no \
             week, episode or cluster, and not on the charts of time.",
            grouped(spread as u64),
            grouped(total.incidents as u64),
            analysis.options.cluster.largest_date_span.0
        ));
    }
    caveats.extend(alignments(analysis));
    caveats.extend(unstable(analysis));
    caveats.extend(duplicates(analysis));
    if let Some(sentence) = reporters(analysis) {
        caveats.push(sentence);
    }
    let silent = total.incidents - total.deaths.reporting;
    if silent > 0 {
        caveats.push(format!(
            "For {} of {} incidents nobody reported deaths; that is not zero. Low, best and high are summed \
             apart, each over the incidents that give it.",
            grouped(silent as u64),
            grouped(total.incidents as u64)
        ));
    }
    let stacked: Vec<String> = analysis
        .clusters
        .iter()
        .filter(|cluster| cluster.mostly_one_coordinate())
        .map(|cluster| cluster.number.to_string())
        .collect();
    if !stacked.is_empty() {
        caveats.push(format!(
            "In cluster{} {} most incidents share one coordinate, which may be a gazetteer's point for a \
             wider place.",
            if stacked.len() == 1 { "" } else { "s" },
            stacked.join(", ")
        ));
    }
    caveats.push(
        "Rates are per calendar day; how closely each sector was observed is unknown.".to_owned(),
    );
    caveats.extend(analysis.remarks.iter().cloned());
    caveats
}

fn held(analysis: &Analysis, reason: Reason, count: usize) -> String {
    let why = analysis
        .ledger
        .entries
        .iter()
        .filter(|entry| entry.fate == Fate::Held && entry.reason == reason);
    let what = match reason {
        Reason::HeldById => "by id",
        Reason::HeldByEventType => "by kind of event",
        Reason::CoordinateZero | Reason::CoordinatesEqual => "for a suspicious place",
        _ => "because an earlier record has the id",
    };
    let mut reasons: Vec<&str> = why.map(super::super::ledger::Entry::expected).collect();
    reasons.sort_unstable();
    reasons.dedup();
    format!(
        "{} held {what}, in no sum and no cluster: {}.",
        if count == 1 {
            "1 record is".to_owned()
        } else {
            format!("{} records are", grouped(count as u64))
        },
        reasons.join("; ").trim_end_matches('.')
    )
}

/// What rival lines would change.
fn alignments(analysis: &Analysis) -> impl Iterator<Item = String> + '_ {
    let corridor = analysis.options.corridor;
    analysis.alignments.iter().map(move |alignment| {
        let summary = alignment.summary(&analysis.incidents, corridor);
        let flips = |count: usize, what: &str| {
            let incidents = counted(count, "incident");
            format!("{incidents} {} {what}", if count == 1 { "changes" } else { "change" })
        };
        format!(
            "Along the line {} instead: {}, {}, and {} the corridor; the nearest points of the two lines lie up to \
             {:.1} km apart: tables/alignments.csv.",
            alignment.name,
            flips(summary.side_flips, "sides"),
            flips(summary.sector_flips, "sectors"),
            match summary.corridor_flips {
                0 => "none enters or leaves".to_owned(),
                1 => "1 enters or leaves".to_owned(),
                count => format!("{count} enter or leave"),
            },
            summary.largest_feet_apart.km()
        )
    })
}

/// How sure the clusters are, where that is in doubt.
fn unstable(analysis: &Analysis) -> Option<String> {
    let all = analysis.clusters.len();
    if all == 0 {
        return None;
    }
    if analysis.draws == 0 {
        return Some(
            "How sure the clusters are, given how closely places are known, was not drawn; cluster.draws asks for it."
                .to_owned(),
        );
    }
    let unstable = analysis
        .clusters
        .iter()
        .filter(|it| it.is_unstable())
        .count();
    (unstable > 0).then(|| {
        format!(
            "{unstable} of {} {} there again in fewer than half of {} draws of each place from within its location \
             radius.",
            counted(all, "cluster"),
            if unstable == 1 { "is" } else { "are" },
            analysis.draws
        )
    })
}

/// How many events the reports may be of.
fn duplicates(analysis: &Analysis) -> Option<String> {
    let [strict, default, loose] = analysis.duplicates.headlines.as_slice() else {
        return (analysis.total().incidents > crate::duplicates::MOST_INCIDENTS).then(|| {
            format!(
                "Likely duplicates were not looked for: there are more than {} incidents.",
                grouped(crate::duplicates::MOST_INCIDENTS as u64)
            )
        });
    };
    let listed = match analysis.options.duplicates.merge_likely {
        Some(rule) => format!("were merged under the rule {}", rule.as_str()),
        None => "are counted apart".to_owned(),
    };
    (!analysis.duplicates.pairs.is_empty()).then(|| {
        format!(
            "Reports of different sources that may be of one event {listed}; taken together they are {} events \
             under a strict rule, {} under the default, {} under a loose one: tables/possible_duplicates.csv.",
            grouped(strict.incidents as u64),
            grouped(default.incidents as u64),
            grouped(loose.incidents as u64)
        )
    })
}

/// Who made the reports, if anyone is named.
fn reporters(analysis: &Analysis) -> Option<String> {
    let shares = tally(analysis.counted().map(|it| &*it.incident.reported_by));
    let total: usize = shares.iter().map(|share| share.1).sum();
    let most = shares.first().filter(|first| &*first.0 != "not stated")?;
    let parts: Vec<String> = shares
        .iter()
        .map(|(name, count)| format!("{} {count}", plain(name)))
        .collect();
    let lean = if most.1 * 2 > total {
        format!(
            "Sources lean to one side: {} of the reports are from one kind of source. ",
            percent(most.1, total)
        )
    } else {
        String::new()
    };
    Some(format!(
        "{lean}Counted incidents by who reports them: {}.",
        parts.join(", ")
    ))
}

fn lie(count: usize) -> String {
    if count == 1 {
        "1 incident lies".to_owned()
    } else {
        format!("{} incidents lie", grouped(count as u64))
    }
}

fn repeat(count: usize) -> String {
    if count == 1 {
        "1 record is a repetition".to_owned()
    } else {
        format!("{} records are repetitions", grouped(count as u64))
    }
}
