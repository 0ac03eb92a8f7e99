//! Whole cases in which nothing happens but chance: what the pack would say of them. Formulas may be right and be
//! given the wrong incidents, days or windows; this would show it.

use std::fs;
use std::path::Path;

use borderscope::analysis::Analysis;
use borderscope::case::{Case, IncidentFile, SectorSource};
use borderscope::draws;
use borderscope::evidence::alarms::RECENT;
use borderscope::evidence::changes::Changed;
use borderscope::evidence::hotspots::Spot;
use borderscope::pipeline::{Silent, analyse};
use borderscope::stats::Period;
use borderscope::stats::hotspots::Flag;
use borderscope::units::Day;
use rand_pcg::Pcg64;

use crate::judging::{Kind, SETS, between, each, judge, poisson, share};

/// 1 January 2025.
const START: Day = Day(20_089);
const DAYS: i32 = 120;
/// Incidents a day.
const RATE: f64 = 0.9;

/// Incidents at a constant rate anywhere along 5° of a parallel; `more` adds its own: longitude and day.
fn rows(dice: &mut Pcg64, more: &[(f64, i32)]) -> Vec<String> {
    let mut events: Vec<(f64, i32)> = Vec::new();
    for day in 0..DAYS {
        for _ in 0..poisson(dice, RATE) {
            events.push((between(dice, 60.01, 64.99), day));
        }
    }
    events.extend_from_slice(more);
    events
        .iter()
        .enumerate()
        .map(|(number, (east, day))| {
            let north = 33.0 + between(dice, -0.1, 0.1);
            let date = START.plus(borderscope::units::Days(*day));
            format!("E-{number},{date},{north:.5},{east:.5},1\n")
        })
        .collect()
}

fn analysed(folder: &Path, rows: &[String]) -> Analysis {
    let border =
        r#"{"type":"LineString","coordinates":[[60,33],[61,33],[62,33],[63,33],[64,33],[65,33]]}"#;
    let table = format!(
        "id,date,latitude,longitude,geo_precision\n{}",
        rows.concat()
    );
    let (border_file, table_file) = (folder.join("border.geojson"), folder.join("e.csv"));
    fs::write(&border_file, border).expect("written");
    fs::write(&table_file, table).expect("written");
    let ceasefires = folder.join("ceasefires.csv");
    let (start, end) = (
        START.plus(borderscope::units::Days(70)),
        START.plus(borderscope::units::Days(99)),
    );
    fs::write(
        &ceasefires,
        format!("name,start,end\nTruce,{start},{end}\n"),
    )
    .expect("written");
    let mut case = Case::from_files(vec![IncidentFile::new(table_file)], border_file);
    case.sectors = SectorSource::Equal(4);
    case.ceasefires = Some(ceasefires);
    case.options.start = Some(START);
    case.options.end = Some(START.plus(borderscope::units::Days(DAYS - 1)));
    case.options.stats.replicas = Some(99);
    case.options.cluster.draws = Some(0);
    case.options.sensitivity.made = Some(false);
    analyse(&case, &Silent).expect("a case")
}

fn made(dice: &mut Pcg64, more: &[(f64, i32)]) -> Analysis {
    let folder = tempfile::tempdir().expect("a folder");
    let rows = rows(dice, more);
    analysed(folder.path(), &rows)
}

#[test]
#[ignore = "slow"]
fn nothing_is_found_where_nothing_is() {
    let all = each(SETS, 61, |dice| made(dice, &[]));
    for (number, name) in [
        "line, retrospective",
        "line, prospective",
        "plane, retrospective",
        "plane, prospective",
    ]
    .into_iter()
    .enumerate()
    {
        let p = all.iter().map(|it| {
            let scanned = it.evidence.scans[number].result.as_ref().expect("made");
            scanned.clusters.first().map_or(1.0, |best| best.p)
        });
        judge(
            &format!("cases, scan: {name}"),
            p.collect(),
            0.01,
            Kind::AtLeastUniform,
        );
    }
    let knox = all
        .iter()
        .map(|it| it.evidence.repeats.knox.as_ref().expect("made").p);
    judge("cases, Knox", knox.collect(), 0.01, Kind::AtLeastUniform);
    // The whole line, then the second sector.
    for (number, name) in [(0, "line"), (2, "a sector")] {
        let found = || {
            all.iter()
                .map(|it| it.evidence.changes[number].found.as_ref().expect("made"))
        };
        let p = found().map(|it| it.split.p).collect();
        judge(
            &format!("cases, change of {name}"),
            p,
            0.01,
            Kind::AtLeastUniform,
        );
        let p = found().map(|it| it.p_of_bins).collect();
        judge(
            &format!("cases, change of {name}, days exchanged"),
            p,
            0.01,
            Kind::AtLeastUniform,
        );
        let told: Vec<bool> = found().map(Changed::is_told).collect();
        share(
            &format!("cases, a change of {name} is told"),
            &told,
            None,
            Some(0.05),
        );
    }
    for (grid, name) in [(0, "sectors"), (1, "cells")] {
        let any: Vec<bool> = all
            .iter()
            .map(|it| {
                let spots = it.evidence.hotspots[grid].found.as_ref().expect("made");
                let mut all = spots.spots.iter().flatten();
                all.any(|spot| spot.flag != Flag::Neither)
            })
            .collect();
        share(
            &format!("cases, hot or cold {name}"),
            &any,
            None,
            Some(0.05),
        );
    }
    // The whole line before and during the truce.
    let truce = |it: &Analysis| it.accounts[0].groups[0].clone();
    let p = all
        .iter()
        .map(|it| truce(it).ratio.expect("defined").central.p)
        .collect();
    judge("cases, ratio of rates", p, 0.0, Kind::AtLeastUniform);
    let p = all
        .iter()
        .map(|it| truce(it).permutation.expect("made").p)
        .collect();
    judge("cases, days exchanged", p, 0.001, Kind::AtLeastUniform);
    let held: Vec<bool> = all
        .iter()
        .map(|it| {
            truce(it)
                .ratio
                .expect("defined")
                .central
                .interval
                .holds(1.0)
        })
        .collect();
    share("cases, interval of the ratio", &held, Some(0.95), None);
    let held: Vec<bool> = all
        .iter()
        .filter_map(|it| truce(it).trend.ok())
        .map(|it| it.low <= 0.0 && 0.0 <= it.high)
        .collect();
    share("cases, interval of the trend", &held, Some(0.94), None);
    // Alarms of the last week; a baseline that is estimated may be too low, and then rings more often than stated.
    let rings: Vec<bool> = all
        .iter()
        .map(|it| it.evidence.alarms.charts[0].rings_at_end_of(it.period))
        .collect();
    let stated: f64 = all
        .iter()
        .filter_map(|it| it.evidence.alarms.charts[0].design.as_ref().ok())
        .map(|it| it.chance_within(f64::from(RECENT.0)))
        .sum::<f64>()
        / all.len() as f64;
    println!("an alarm of the whole line in a week: stated {stated:.3}");
    share(
        "cases, an alarm of the whole line in a week",
        &rings,
        None,
        Some(2.0 * stated),
    );
}

#[test]
#[ignore = "slow"]
fn what_is_planted_is_told() {
    // Twelve incidents in five days on 40 km, within the truce and the last three weeks.
    let all = each(100, 62, |dice| {
        let more: Vec<(f64, i32)> = (0..12)
            .map(|_| {
                (
                    between(dice, 62.1, 62.5),
                    112 + draws::below(dice, 5) as i32,
                )
            })
            .collect();
        made(dice, &more)
    });
    let scan = |number: usize| -> Vec<bool> {
        let of = |it: &Analysis| {
            let found = it.evidence.scans[number].result.as_ref().expect("made");
            let best = found.clusters.first()?;
            Some(best.p <= 0.05 && best.sectors.contains(&1) && best.members.len() >= 8)
        };
        all.iter().map(|it| of(it) == Some(true)).collect()
    };
    share(
        "cases, planted, scan of the line",
        &scan(0),
        Some(0.9),
        None,
    );
    share(
        "cases, planted, scan of the line today",
        &scan(1),
        Some(0.85),
        None,
    );
    share(
        "cases, planted, scan of the plane",
        &scan(2),
        Some(0.9),
        None,
    );
    let rings: Vec<bool> = all
        .iter()
        .map(|it| {
            let last = it.period.end.plus(borderscope::units::Days(-20));
            let chart = &it.evidence.alarms.charts[2];
            chart.sector == Some(1) && chart.alarms.iter().any(|&day| day >= last)
        })
        .collect();
    share(
        "cases, planted, an alarm of its sector",
        &rings,
        Some(0.9),
        None,
    );
    // Gi* is for what lasts and spreads: a single high week is among the values that are drawn, and explains itself.
    let all = each(100, 64, |dice| {
        let more: Vec<(f64, i32)> = (0..45)
            .map(|_| {
                (
                    between(dice, 61.67, 63.33),
                    99 + draws::below(dice, 21) as i32,
                )
            })
            .collect();
        made(dice, &more)
    });
    let hot: Vec<bool> = all
        .iter()
        .map(|it| {
            let spots = it.evidence.hotspots[1].found.as_ref().expect("made");
            let weeks =
                |spots: &Vec<Spot>| spots.iter().rev().take(2).any(|it| it.flag == Flag::Hot);
            spots.spots[3..=5].iter().any(weeks)
        })
        .collect();
    share(
        "cases, three weeks in three cells, hot cell",
        &hot,
        Some(0.9),
        None,
    );
}

#[test]
#[ignore = "slow"]
fn neither_rows_nor_threads_matter() {
    let same = each(10, 63, |dice| {
        let folder = tempfile::tempdir().expect("a folder");
        let mut rows = rows(dice, &[(62.3, 30), (62.3, 30), (62.31, 31)]);
        let one = analysed(folder.path(), &rows);
        let alone = rayon::ThreadPoolBuilder::new()
            .num_threads(1)
            .build()
            .expect("a pool");
        let again = alone.install(|| analysed(folder.path(), &rows));
        draws::shuffle(dice, &mut rows);
        let other = analysed(folder.path(), &rows);
        // Clusters name their incidents by row.
        let said = |it: &Analysis| {
            let mut evidence = it.evidence.clone();
            for scan in &mut evidence.scans {
                let found = scan.result.as_mut().expect("made");
                for cluster in &mut found.clusters {
                    cluster.members.clear();
                }
            }
            evidence
        };
        one.evidence == again.evidence
            && said(&one) == said(&other)
            && one.period
                == Period {
                    start: START,
                    end: START.plus(borderscope::units::Days(DAYS - 1)),
                }
    });
    assert!(same.iter().all(|it| *it), "{same:?}");
}
