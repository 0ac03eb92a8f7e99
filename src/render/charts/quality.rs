//! What the data are: what became of every record, how well places and days are known, who is the source.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::ledger::Fate;
use crate::render::canvas::{Ink, Paint, Rect};
use crate::render::frame;
use crate::render::sheet::Sheet;
use crate::render::theme::{self, Symbols};
use crate::units::Metres;
use crate::wording::plain;

use super::bars::{self, Part, Row, Sign};
use super::legend::{self, Pen};

const NAMES: f64 = 250.0;
const GAP: f64 = 44.0;

/// `charts/data-quality`: records by fate, incidents by how well place and day are known, and by source.
/// Returns the SVG.
pub fn data_quality(analysis: &Analysis, _: &Symbols, sheet: &Sheet) -> String {
    let language = &analysis.language;
    let records = analysis.ledger.records();
    let phrase = "What the data are · {} records read · {}";
    let subtitle = language.of_count(
        usize::try_from(records).unwrap_or(usize::MAX),
        (phrase, phrase),
        &[
            &language.grouped(records),
            &frame::period_and_counts(analysis),
        ],
    );
    frame::picture(
        analysis,
        sheet,
        &analysis.title,
        &subtitle,
        |canvas, body| {
            let (chart, columns) = legend::split(body);
            let width = (chart.width - GAP) / 2.0;
            let panels = [
                ("Records by fate", fates(analysis)),
                (
                    "Counted incidents by how far the true place may lie off",
                    radii(analysis),
                ),
                (
                    "Counted incidents by how well the day is known",
                    days(analysis),
                ),
            ];
            // All rows alike, one panel below the other; sources, of which there are many, beside them.
            let rows: usize = panels.iter().map(|(_, rows)| rows.len()).sum();
            let between = (GAP + bars::HEAD) * panels.len() as f64 - GAP;
            let row = (chart.height - between) / rows.max(1) as f64;
            let mut top = chart.y;
            for (title, panel) in &panels {
                let height = bars::HEAD + row * panel.len() as f64;
                let room = Rect::new(chart.x, top, width, height);
                top = bars::draw(canvas, room, language.say(title), panel, NAMES) + GAP;
            }
            let beside = Rect::new(chart.x + width + GAP, chart.y, width, chart.height);
            let title = language.say("Counted incidents by source");
            bars::draw(canvas, beside, title, &sources(analysis), NAMES);
            explain(&mut Pen::new(canvas, columns), analysis);
        },
    )
}

fn explain(pen: &mut Pen<'_, '_>, analysis: &Analysis) {
    let language = pen.language();
    pen.heading(language.say("How to read it"));
    let parts = [
        (
            true,
            "counted, and known well enough for clusters and tests",
        ),
        (false, "not counted, or known too roughly for them"),
    ];
    for (used, words) in parts {
        pen.block(Paint::filled(part_ink(used)), language.say(words), None);
    }
    pen.remark(language.say(
        "Every record that was read has exactly one fate, and the ledger gives it with its reason: tables/ledger.csv.",
    ));
    pen.remark(language.say(
        "How far a place may lie off is a convention for each precision code, which the summary prints.",
    ));
    if analysis
        .counted()
        .any(|it| it.incident.location_radius.is_none())
    {
        pen.remark(language.say("Of an unknown place no more is said than that it is somewhere."));
    }
    pen.remark(language.say("A source is who published the report, not who is right."));
}

/// A row of one part.
fn row(name: String, count: usize, used: bool) -> Row {
    Row {
        name,
        parts: vec![part(count, used)],
    }
}

fn part(count: usize, used: bool) -> Part {
    Part {
        count,
        ink: part_ink(used),
        sign: Sign::None,
    }
}

/// The colour of a part of the data that is used, and of the others.
fn part_ink(used: bool) -> Ink {
    if used { theme::ACCENT } else { theme::RULE }
}

fn fates(analysis: &Analysis) -> Vec<Row> {
    Fate::ALL
        .into_iter()
        .map(|fate| (fate, analysis.ledger.count(fate)))
        .filter(|(_, count)| *count > 0)
        .map(|(fate, count)| {
            let name = analysis.language.say(&plain(fate.as_str())).to_owned();
            row(name, count, fate == Fate::Used)
        })
        .collect()
}

fn radii(analysis: &Analysis) -> Vec<Row> {
    let language = &analysis.language;
    let mut counts: BTreeMap<Option<u64>, usize> = BTreeMap::new();
    for it in analysis.counted() {
        let radius = it
            .incident
            .location_radius
            .map(|radius| radius.0.round() as u64);
        *counts.entry(radius).or_default() += 1;
    }
    // The best known first, the unknown last.
    let unknown = counts.remove(&None);
    let largest = analysis.options.cluster.largest_location_radius;
    let mut rows: Vec<Row> = counts
        .into_iter()
        .filter_map(|(metres, count)| {
            let radius = Metres(metres? as f64);
            let name = if radius.0 < 1_000.0 {
                language.fill("within {} m", &[&language.decimals(radius.0, 0)])
            } else {
                let km = crate::units::round_to(radius.km(), 1).to_string();
                language.fill("within {} km", &[&language.decimal_sign(&km)])
            };
            Some(row(name, count, radius <= largest))
        })
        .collect();
    if let Some(count) = unknown {
        rows.push(row(language.say("unknown").to_owned(), count, false));
    }
    rows
}

fn days(analysis: &Analysis) -> Vec<Row> {
    let language = &analysis.language;
    let mut counts: BTreeMap<i32, usize> = BTreeMap::new();
    for it in analysis.counted() {
        *counts.entry(it.incident.days().0).or_default() += 1;
    }
    let most = analysis.options.cluster.largest_date_span;
    counts
        .into_iter()
        .map(|(days, count)| {
            let name = match days {
                1 => language.say("to the day").to_owned(),
                days => language.told(usize::try_from(days).unwrap_or(0), "to {} days"),
            };
            row(name, count, days <= most.0)
        })
        .collect()
}

/// Of each source how many incidents are known well enough, and how many are not.
fn sources(analysis: &Analysis) -> Vec<Row> {
    let options = &analysis.options.cluster;
    let mut counts: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for it in analysis.counted() {
        let well = it.can_be_clustered(options);
        counts.entry(&it.incident.source_name).or_default()[usize::from(!well)] += 1;
    }
    let mut rows: Vec<(&str, [usize; 2])> = counts.into_iter().collect();
    rows.sort_by_key(|(name, [well, roughly])| (std::cmp::Reverse(well + roughly), *name));
    rows.into_iter()
        .map(|(name, [well, roughly])| Row {
            name: if name.is_empty() {
                analysis.language.say("not stated").to_owned()
            } else {
                name.to_owned()
            },
            parts: vec![part(well, true), part(roughly, false)],
        })
        .collect()
}
