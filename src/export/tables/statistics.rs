//! Tables of the statistics.

use std::io::{self, Write};

use super::{fixed, optional, significant, write};
use crate::analysis::Analysis;
use crate::evidence::changes::Changed;
use crate::evidence::scans::{Form, Where, look_word};
use crate::stats::hotspots::Flag;
use crate::stats::knox::SpaceBand;
use crate::wording::statements::{becoming_words, place_words, series_name, statements};

fn shown(value: Option<f64>) -> String {
    value.map_or_else(String::new, significant)
}

/// `statistics.csv`: every statistic with its value, p, replicas, seed, definition, assumptions and sentence.
pub fn statistics(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "test",
        "of",
        "value",
        "value_is",
        "p",
        "adjusted_p",
        "replicas",
        "seed",
        "stands_in",
        "incidents",
        "left_out_place_unknown",
        "left_out_date_unknown",
        "no_value_because",
        "sentence",
        "definition",
        "assumptions",
    ];
    write(
        to,
        &header,
        statements(analysis).into_iter().map(|statement| {
            [
                statement.test.to_owned(),
                statement.of,
                shown(statement.value),
                statement.value_is.to_owned(),
                shown(statement.p),
                shown(statement.adjusted_p),
                optional(statement.replicas),
                statement
                    .replicas
                    .map_or_else(String::new, |_| analysis.options.seed.to_string()),
                shown(statement.stands),
                statement.used.incidents.to_string(),
                statement.used.unplaced.to_string(),
                statement.used.undated.to_string(),
                statement.because,
                statement.sentence,
                statement.definition,
                statement.assumptions.to_owned(),
            ]
        }),
    )
}

/// `scan.csv`: every cluster of every scan, the strongest of each first.
pub fn scan(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "scan",
        "look",
        "number",
        "from_km",
        "to_km",
        "centre_longitude",
        "centre_latitude",
        "radius_km",
        "start",
        "end",
        "sectors",
        "observed",
        "expected",
        "ratio",
        "log_likelihood_ratio",
        "p",
        "recurrence_days",
        "stands_in",
        "ids",
    ];
    let scans = analysis.evidence.scans.iter();
    let rows = scans.flat_map(|scan| {
        let clusters = scan
            .result
            .as_ref()
            .map_or(&[][..], |it| it.clusters.as_slice());
        clusters.iter().zip(1..).map(move |(it, number)| {
            let form = match scan.form {
                Form::Line => "line",
                Form::Plane => "plane",
            };
            let mut row = vec![
                form.to_owned(),
                look_word(scan.look).to_owned(),
                number.to_string(),
            ];
            row.extend(match it.place {
                Where::Stretch(stretch) => [
                    fixed(stretch.from.km(), 3),
                    fixed(stretch.to.km(), 3),
                    String::new(),
                    String::new(),
                    String::new(),
                ],
                Where::Circle(circle) => [
                    String::new(),
                    String::new(),
                    fixed(circle.centre.longitude(), 6),
                    fixed(circle.centre.latitude(), 6),
                    fixed(circle.radius.km(), 3),
                ],
            });
            let names: Vec<&str> = it
                .sectors
                .iter()
                .map(|&it| analysis.sector_name(it))
                .collect();
            let ids: Vec<&str> = it
                .members
                .iter()
                .map(|&it| analysis.incidents[it].incident.id())
                .collect();
            row.extend([
                it.period.start.to_string(),
                it.period.end.to_string(),
                names.join("; "),
                it.members.len().to_string(),
                significant(it.expected),
                significant(it.members.len() as f64 / it.expected),
                significant(it.log_ratio),
                significant(it.p),
                fixed(it.recurrence, 1),
                shown(it.stands),
                ids.join("; "),
            ]);
            row
        })
    });
    write(to, &header, rows)
}

/// `near_repeats.csv`: pairs by bands of distance and days; the first row is Knox's test.
pub fn near_repeats(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "table",
        "same_place",
        "from_km",
        "to_km",
        "from_days",
        "to_days",
        "pairs",
        "expected",
        "ratio",
        "p",
        "adjusted_p",
        "poisson_p",
    ];
    let found = &analysis.evidence.repeats;
    let cluster = &analysis.options.cluster;
    let knox = found.knox.iter().map(|it| {
        [
            "knox, both limits included".to_owned(),
            String::new(),
            "0".to_owned(),
            cluster.eps.km().to_string(),
            "0".to_owned(),
            cluster.eps_days.0.to_string(),
            it.near.to_string(),
            significant(it.expected),
            shown((it.expected > 0.0).then(|| it.near as f64 / it.expected)),
            significant(it.p),
            String::new(),
            shown(it.poisson_p),
        ]
    });
    let cells = found.table.iter().flat_map(|it| &it.cells).map(|it| {
        let (same, from, to) = match it.space {
            SpaceBand::SamePlace => ("yes", String::new(), String::new()),
            SpaceBand::Between(from, to) => ("no", from.km().to_string(), to.km().to_string()),
        };
        [
            "near repeats, second limits excluded".to_owned(),
            same.to_owned(),
            from,
            to,
            it.time.0.0.to_string(),
            it.time.1.0.to_string(),
            it.observed.to_string(),
            significant(it.expected),
            shown(it.ratio),
            significant(it.p),
            significant(it.adjusted_p),
            String::new(),
        ]
    });
    write(to, &header, knox.chain(cells))
}

/// `hotspots.csv`: every place in every week, of sectors and of cells.
pub fn hotspots(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "grid",
        "place",
        "from_km",
        "to_km",
        "week_from",
        "incidents",
        "rate",
        "z",
        "p",
        "neighbours_p",
        "adjusted_p",
        "flag",
        "becoming",
        "trend_z",
        "trend_p",
    ];
    let grids = analysis.evidence.hotspots.iter();
    let rows = grids.flat_map(|grid| {
        let found = grid
            .found
            .iter()
            .flat_map(|it| it.spots.iter().zip(&it.becoming));
        let places = grid.places.iter().zip(found);
        places.flat_map(move |(place, (spots, (becoming, trend)))| {
            let ends = (place.stretches.first(), place.stretches.last());
            let weeks = spots.iter().zip(&grid.weeks);
            weeks.map(move |(spot, first)| {
                [
                    if grid.are_sectors { "sectors" } else { "cells" }.to_owned(),
                    place_words(analysis, place),
                    ends.0.map_or_else(String::new, |it| fixed(it.from.km(), 3)),
                    ends.1.map_or_else(String::new, |it| fixed(it.to.km(), 3)),
                    first.to_string(),
                    spot.incidents.to_string(),
                    super::rate(Some(spot.rate)),
                    shown(spot.z),
                    significant(spot.p),
                    significant(spot.neighbours_p),
                    significant(spot.adjusted_p),
                    match spot.flag {
                        Flag::Hot => "hot",
                        Flag::Cold => "cold",
                        Flag::Neither => "",
                    }
                    .to_owned(),
                    becoming_words(*becoming),
                    shown(trend.map(|it| it.z)),
                    shown(trend.map(|it| it.p)),
                ]
            })
        })
    });
    write(to, &header, rows)
}

/// `changepoints.csv`: the change of the line and of every sector, and how it lies to each ceasefire.
pub fn changepoints(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "sector",
        "bin_days",
        "first_date_of_new_rate",
        "earliest",
        "latest",
        "incidents_before",
        "incidents_after",
        "per_day_before",
        "per_day_after",
        "log_likelihood_ratio",
        "p_even_counts",
        "p_any_order",
        "adjusted_p",
        "variance_to_mean",
        "is_told",
        "ceasefire",
        "lies_to_its_beginning",
        "none_because",
    ];
    let rows = analysis.evidence.changes.iter().flat_map(|change| {
        let sector = series_name(analysis, change.sector);
        let start = vec![sector, change.bin.0.to_string()];
        let row = |found: Option<&Changed>, ceasefire: String, lies: &str, because: String| {
            let text = |value: Option<String>| value.unwrap_or_default();
            let per_day = |mean: f64| significant(mean / f64::from(change.bin.0));
            let mut row = start.clone();
            row.extend([
                text(found.map(|it| it.from.to_string())),
                text(found.map(|it| it.between.0.to_string())),
                text(found.map(|it| it.between.1.to_string())),
                text(found.map(|it| it.split.events_before.to_string())),
                text(found.map(|it| it.split.events_after.to_string())),
                text(found.map(|it| per_day(it.split.mean_before))),
                text(found.map(|it| per_day(it.split.mean_after))),
                shown(found.map(|it| it.split.log_likelihood_ratio)),
                shown(found.map(|it| it.split.p)),
                shown(found.map(|it| it.p_of_bins)),
                shown(found.map(|it| it.adjusted_p)),
                shown(found.and_then(|it| it.dispersion)),
                text(found.map(|it| if it.is_told() { "yes" } else { "no" }.to_owned())),
                ceasefire,
                lies.to_owned(),
                because,
            ]);
            row
        };
        match &change.found {
            Err(why) => vec![row(None, String::new(), "", why.to_string())],
            Ok(found) if found.verdicts.is_empty() => {
                vec![row(Some(found), String::new(), "", String::new())]
            }
            Ok(found) => found
                .verdicts
                .iter()
                .map(|&(ceasefire, verdict)| {
                    let name = analysis.context.ceasefires[ceasefire].name.clone();
                    row(Some(found), name, verdict.as_str(), String::new())
                })
                .collect(),
        }
    });
    write(to, &header, rows)
}

/// `alarms.csv`: the chart of the line and of every sector.
pub fn alarms(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "sector",
        "baseline_start",
        "baseline_end",
        "watched_start",
        "watched_end",
        "incidents_baseline",
        "incidents_watched",
        "baseline_per_day",
        "escalated_per_day",
        "reference_per_day",
        "threshold",
        "days_to_false_alarm",
        "days_to_detection",
        "sum_at_end",
        "alarms",
        "escalating",
        "none_because",
    ];
    let alarms = &analysis.evidence.alarms;
    let rows = alarms.windows.iter().flat_map(|(baseline, watched)| {
        alarms.charts.iter().map(move |chart| {
            let design = chart.design.as_ref().ok();
            let number = |value: fn(&crate::stats::cusum::Design) -> f64| shown(design.map(value));
            let days: Vec<String> = chart.alarms.iter().map(ToString::to_string).collect();
            [
                series_name(analysis, chart.sector),
                baseline.start.to_string(),
                baseline.end.to_string(),
                watched.start.to_string(),
                watched.end.to_string(),
                chart.baseline.to_string(),
                chart.watched.to_string(),
                number(|it| it.baseline),
                number(|it| it.escalated),
                number(|it| it.reference),
                number(|it| it.threshold),
                number(|it| it.days_to_false_alarm),
                number(|it| it.days_to_detection),
                shown(design.map(|_| chart.sum)),
                days.join("; "),
                match design {
                    Some(_) if chart.rings_at_end_of(*watched) => "yes",
                    Some(_) => "no",
                    None => "",
                }
                .to_owned(),
                chart
                    .design
                    .as_ref()
                    .err()
                    .map_or_else(String::new, ToString::to_string),
            ]
        })
    });
    write(to, &header, rows)
}
