//! What each statistic says, in one plain sentence, with its definition and what it takes for granted: the same for
//! the summary and for `statistics.csv`.

use super::language::isolated;
use super::{chainages, counted, date, day_and_month, listed, p_words, share, span};
use std::borrow::Cow;

use crate::analysis::Analysis;
use crate::ceasefire::accounting::Group;
use crate::evidence::Used;
use crate::evidence::alarms::RECENT;
use crate::evidence::changes::{Change, Changed, LEVEL, Verdict};
use crate::evidence::hotspots::{Grid, Place};
use crate::evidence::scans::{self, Form, ScanCluster, Where, look_word};
use crate::stats::hotspots::{Emerging, Flag, Pattern};
use crate::stats::knox::SpaceBand;
use crate::stats::scan::Look;
use crate::units::{Day, Days, Metres, round_to};

/// What one statistic says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// Which statistic; statements of the same stand together.
    pub test: &'static str,
    /// Of what: the whole line, a sector, a form of scan.
    pub of: String,
    /// Its value; `None` where it is not defined.
    pub value: Option<f64>,
    /// What the value is.
    pub value_is: &'static str,
    /// Its p-value, if it is a test.
    pub p: Option<f64>,
    /// The same over all statements of the test, where that is due.
    pub adjusted_p: Option<f64>,
    /// Replicas; `None` where nothing is simulated.
    pub replicas: Option<u32>,
    /// The incidents that it rests on, and those that it leaves out.
    pub used: Used,
    /// Whether it says more than that there is nothing beyond chance.
    pub tells: bool,
    /// The share of draws of places and days in which it stands.
    pub stands: Option<f64>,
    /// Why there is no value; empty where there is one.
    pub because: String,
    /// What is computed.
    pub definition: String,
    /// What is taken for granted.
    pub assumptions: &'static str,
    /// For a reader who knows no statistics.
    pub sentence: String,
}

/// All of them, in a fixed order.
pub fn statements(analysis: &Analysis) -> Vec<Statement> {
    let mut all = scan_statements(analysis);
    all.extend(repeat_statements(analysis));
    all.extend(spot_statements(analysis));
    all.extend(change_statements(analysis));
    all.extend(alarm_statements(analysis));
    all
}

/// How many incidents each kind of test rests on, and how many it leaves out, and why.
pub fn given(analysis: &Analysis) -> String {
    let it = &analysis.evidence;
    let options = &analysis.options.cluster;
    let mut text = format!(
        "Tests of the whole line rest on {}; tests of sectors on {}, those known within half the length of their sector; \
         tests of places on {}, those known within {} km.",
        counted(it.by_day.incidents, "incident"),
        it.by_sector.incidents,
        it.by_place.incidents,
        options.largest_location_radius.km()
    );
    if it.by_day.undated > 0 {
        text.push_str(&format!(
            " In none of them: {} dated to more than {} days.",
            it.by_day.undated, options.largest_date_span.0
        ));
    }
    text
}

fn scan_statements(analysis: &Analysis) -> Vec<Statement> {
    let windows = &analysis.options.stats.scan;
    let replicas = analysis.evidence.replicas.as_ref().ok().copied();
    let each = analysis.evidence.scans.iter().map(|scan| {
        let form = match scan.form {
            Form::Line => format!("stretches of the line of at most {} km", windows.width.km()),
            Form::Plane => format!("circles of at most {} km in radius", windows.radius.km()),
        };
        let days = match scan.look {
            Look::Retrospective => format!("at most {} days", windows.days.0),
            Look::Prospective { every } => format!(
                "at most {} days that end on the last day of the period, looked at every {}",
                windows.days.0,
                match every.0 {
                    1 => "day".to_owned(),
                    days => format!("{days} days"),
                }
            ),
        };
        let of = format!(
            "{}, {}",
            match scan.form {
                Form::Line => "along the line",
                Form::Plane => "in the plane",
            },
            look_word(scan.look)
        );
        let mut statement = Statement {
            test: "space-time permutation scan",
            of: of.clone(),
            value_is: "log-likelihood ratio of the strongest cluster",
            replicas,
            used: analysis.evidence.by_place,
            tells: true,
            definition: format!(
                "The largest log-likelihood ratio over all {form} and {days}, against replicas in which the days are \
                 exchanged among the incidents"
            ),
            assumptions: "reporting does not grow at some places and fall at others over the period",
            ..Statement::default()
        };
        match &scan.result {
            Err(why) => {
                statement.because = why.to_string();
                statement.sentence = format!("Scan {of}: none ({why}).");
            }
            Ok(found) => {
                let best = found.clusters.first();
                statement.value = best.map(|it| it.log_ratio);
                statement.p = best.map(|it| it.p);
                statement.stands = best.and_then(|it| it.stands);
                if best.is_none() {
                    statement.because = "no window has more than expected".into();
                }
                let told: Vec<&ScanCluster> = found.clusters.iter().filter(|it| it.p <= scans::LEVEL).collect();
                statement.sentence = match (told.as_slice(), best) {
                    ([], None) => format!("Scan {of}: nowhere more incidents than expected."),
                    ([], Some(best)) => format!(
                        "Scan {of}: no cluster beyond chance; the strongest, {}, would come by chance with {}.",
                        cluster_words(analysis, best),
                        p_words(best.p)
                    ),
                    (told, _) => {
                        let parts: Vec<String> = told
                            .iter()
                            .map(|it| {
                                let mut text = format!(
                                    "{} ({:.1} expected, {}",
                                    cluster_words(analysis, it),
                                    it.expected,
                                    p_words(it.p),
                                );
                                if matches!(scan.look, Look::Prospective { .. }) {
                                    text.push_str(&format!(
                                        ", by chance once in {:.0} days",
                                        it.recurrence
                                    ));
                                }
                                if let Some(stands) = it.stands {
                                    text.push_str(&format!(
                                        ", stands in {} of the draws of places and days",
                                        share(stands)
                                    ));
                                }
                                text.push(')');
                                text
                            })
                            .collect();
                        format!("Scan {of}: more than chance would give in {}.", parts.join("; "))
                    }
                };
                if found.long {
                    statement.sentence.push_str(
                        " The period is longer than a year: what grows at one place and falls at another passes \
                         for a cluster too.",
                    );
                }
            }
        }
        statement
    });
    each.collect()
}

/// `km 412.6–430.1 (Kurram), 11–15 Oct 2025, 12 incidents`.
fn cluster_words(analysis: &Analysis, it: &ScanCluster) -> String {
    let names: Vec<&str> = it
        .sectors
        .iter()
        .map(|&sector| analysis.sector_name(sector))
        .collect();
    format!(
        "{} ({}), {}, {}",
        where_words(&it.place),
        listed(&names),
        span(it.period.start, it.period.end),
        counted(it.members.len(), "incident")
    )
}

/// Where a cluster of a scan is.
pub fn where_words(place: &Where) -> String {
    match place {
        Where::Stretch(stretch) => chainages(stretch.from.km(), stretch.to.km()),
        Where::Circle(circle) => format!(
            "within {:.0} km of {:.2}° {}, {:.2}° {}",
            circle.radius.km(),
            circle.centre.latitude().abs(),
            if circle.centre.latitude() < 0.0 {
                "S"
            } else {
                "N"
            },
            circle.centre.longitude().abs(),
            if circle.centre.longitude() < 0.0 {
                "W"
            } else {
                "E"
            },
        ),
    }
}

fn repeat_statements(analysis: &Analysis) -> Vec<Statement> {
    let cluster = &analysis.options.cluster;
    let repeats = &analysis.evidence.repeats;
    let assumptions = "a place stays equally likely over the period; many incidents at one gazetteer point are at the \
                       same place only as far as the source says";
    let (km, days) = (cluster.eps.km(), cluster.eps_days.0);
    let mut knox = Statement {
        test: "Knox test",
        of: "whole line".to_owned(),
        value_is: "pairs near in space and time over expected",
        used: analysis.evidence.by_place,
        tells: true,
        definition: format!(
            "Pairs of incidents at most {km} km and {days} days apart, over what their numbers in space and in time give, \
             against replicas in which the days are exchanged"
        ),
        assumptions,
        ..Statement::default()
    };
    match &repeats.knox {
        Err(why) => {
            knox.because = why.to_string();
            knox.sentence = format!("Near in space and time: not tested ({why}).");
        }
        Ok(found) => {
            knox.value = (found.expected > 0.0).then(|| found.near as f64 / found.expected);
            knox.p = Some(found.p);
            knox.replicas = Some(found.draws);
            if knox.value.is_none() {
                knox.because = "no pair is expected".into();
            }
            knox.sentence = format!(
                "{} at most {km} km and {days} days apart, where {:.1} would be expected if places and days had nothing \
                 to do with each other: {} ({}).",
                pairs(found.near),
                found.expected,
                if found.p <= LEVEL {
                    "after an incident others near it are more likely than elsewhere"
                } else {
                    "no more than chance could give"
                },
                p_words(found.p)
            );
        }
    }
    let mut near = Statement {
        test: "near repeats",
        of: "whole line".to_owned(),
        value_is: "largest ratio of observed to expected pairs that is beyond chance",
        used: analysis.evidence.by_place,
        tells: true,
        definition: "Pairs of incidents by half-open bands of distance and of days, the same place apart, over expected, \
                     against replicas; p adjusted over all bands by Benjamini and Hochberg"
            .to_owned(),
        assumptions,
        ..Statement::default()
    };
    match &repeats.table {
        Err(why) => {
            near.because = why.to_string();
            near.sentence = format!("Near repeats: not tested ({why}).");
        }
        Ok(found) => {
            near.replicas = Some(found.draws);
            let share = analysis.options.stats.false_discovery;
            let mut beyond: Vec<_> = found
                .cells
                .iter()
                .filter(|it| it.adjusted_p <= share)
                .collect();
            beyond.sort_by(|one, other| {
                other
                    .ratio
                    .unwrap_or(0.0)
                    .total_cmp(&one.ratio.unwrap_or(0.0))
            });
            let bands: Vec<String> = beyond
                .iter()
                .map(|it| {
                    format!(
                        "{}, {} ({} against {:.1})",
                        distance_words(it.space),
                        gap_words(it.time),
                        it.observed,
                        it.expected
                    )
                })
                .collect();
            near.value = beyond.first().and_then(|it| it.ratio);
            near.adjusted_p = beyond.first().map(|it| it.adjusted_p);
            near.p = beyond.first().map(|it| it.p);
            near.sentence = if bands.is_empty() {
                near.because = "no band is beyond chance".into();
                "Near repeats: in no band of distance and days more pairs than chance could give."
                    .to_owned()
            } else {
                format!(
                    "Near repeats: more pairs than chance would give {}.",
                    bands.join("; ")
                )
            };
        }
    }
    vec![knox, near]
}

fn pairs(count: u64) -> String {
    match count {
        1 => "1 pair of incidents is".to_owned(),
        count => format!("{} pairs of incidents are", super::grouped(count)),
    }
}

/// `at the same place`, `10 to 20 km apart`.
pub fn distance_words(band: SpaceBand) -> String {
    match band {
        SpaceBand::SamePlace => "at the same place".to_owned(),
        SpaceBand::Between(from, to) if from <= Metres::ZERO => {
            format!("less than {} km apart", to.km())
        }
        SpaceBand::Between(from, to) => format!("{} to {} km apart", from.km(), to.km()),
    }
}

/// `0 to 3 days`: the half-open band in whole days.
pub fn gap_words((from, to): (Days, Days)) -> String {
    if to.0 - from.0 == 1 {
        counted(from.0.max(0) as usize, "day")
    } else {
        format!("{} to {} days", from.0, to.0 - 1)
    }
}

/// What a place of a grid is called.
pub fn place_words(analysis: &Analysis, place: &Place) -> String {
    match place.sector {
        Some(sector) => analysis.sector_name(sector).to_owned(),
        None => place.stretches.first().map_or_else(String::new, |it| {
            format!("km {:.0}–{:.0}", it.from.km(), it.to.km())
        }),
    }
}

/// The word for what a place has become: `new hot spot`.
pub fn becoming_words(becoming: Emerging) -> String {
    let word = |pattern: Pattern| match pattern {
        Pattern::New => "new",
        Pattern::Consecutive => "consecutive",
        Pattern::Intensifying => "intensifying",
        Pattern::Persistent => "persistent",
        Pattern::Diminishing => "diminishing",
        Pattern::Sporadic => "sporadic",
        Pattern::Oscillating => "oscillating",
        Pattern::Historical => "historical",
    };
    match becoming {
        Emerging::Hot(pattern) => format!("{} hot spot", word(pattern)),
        Emerging::Cold(pattern) => format!("{} cold spot", word(pattern)),
        Emerging::NoPattern => "no pattern".to_owned(),
    }
}

fn spot_statements(analysis: &Analysis) -> Vec<Statement> {
    let replicas = analysis.evidence.replicas.as_ref().ok().copied();
    let share = analysis.options.stats.false_discovery;
    let each = analysis.evidence.hotspots.iter().map(|grid| {
        let of = if grid.are_sectors {
            "sectors by week".to_owned()
        } else {
            format!("cells of about {} km by week", analysis.options.stats.cell.km())
        };
        let mut statement = Statement {
            test: "Gi* hot spots",
            of: of.clone(),
            value_is: "hot weeks of places",
            replicas,
            used: if grid.are_sectors {
                analysis.evidence.by_sector
            } else {
                analysis.evidence.by_place
            },
            tells: true,
            definition: format!(
                "Getis-Ord Gi* of the rate of a place in a week with the places that it touches and the week before; p \
                 against as many rates drawn from all places and weeks, hot or cold where it is at most {share} after Benjamini and Hochberg over \
                 all places and weeks"
            ),
            assumptions: "weeks and places can be exchanged where there is no hot spot; reporting is even",
            ..Statement::default()
        };
        match &grid.found {
            Err(why) => {
                statement.because = why.to_string();
                statement.sentence = format!("Hot spots, {of}: none told ({why}).");
            }
            Ok(found) => {
                let flagged = |flag: Flag| found.spots.iter().flatten().filter(|it| it.flag == flag).count();
                let (hot, cold) = (flagged(Flag::Hot), flagged(Flag::Cold));
                statement.value = Some(hot as f64);
                statement.replicas = Some(found.replicas);
                let all = grid.places.len() * grid.weeks.len();
                statement.sentence = format!(
                    "Hot spots, {of}: {hot} of {} hot{}{}",
                    super::grouped(all as u64),
                    if cold > 0 {
                        format!(", {cold} cold")
                    } else {
                        String::new()
                    },
                    if hot == 0 {
                        ".".to_owned()
                    } else {
                        format!(" ({}).", hot_weeks(analysis, grid, &found.spots))
                    },
                );
                let became: Vec<String> = grid
                    .places
                    .iter()
                    .zip(&found.becoming)
                    .filter(|(_, (becoming, _))| *becoming != Emerging::NoPattern)
                    .map(|(place, (becoming, _))| {
                        format!(
                            "{}: {}",
                            isolated(&place_words(analysis, place)),
                            becoming_words(*becoming)
                        )
                    })
                    .collect();
                statement.sentence.push_str(&if became.is_empty() {
                    " No place is an emerging or a lasting hot spot at the end of the period.".to_owned()
                } else {
                    format!(" By the end of the period: {}.", became.join("; "))
                });
            }
        }
        statement
    });
    each.collect()
}

/// The hot places with their hot weeks, by the first day of each; at most eight places.
fn hot_weeks(
    analysis: &Analysis,
    grid: &Grid,
    spots: &[Vec<crate::evidence::hotspots::Spot>],
) -> String {
    const MOST: usize = 8;
    let mut places: Vec<String> = Vec::new();
    for (place, weeks) in grid.places.iter().zip(spots) {
        let hot = weeks
            .iter()
            .zip(&grid.weeks)
            .filter(|(spot, _)| spot.flag == Flag::Hot);
        let weeks: Vec<String> = hot.map(|(_, first)| day_and_month(*first)).collect();
        if !weeks.is_empty() {
            places.push(format!(
                "{} in the {} from {}",
                isolated(&place_words(analysis, place)),
                if weeks.len() == 1 { "week" } else { "weeks" },
                weeks.join(", ")
            ));
        }
    }
    let more = places.len().saturating_sub(MOST);
    places.truncate(MOST);
    if more > 0 {
        places.push(format!("and {more} more places"));
    }
    places.join("; ")
}

fn change_statements(analysis: &Analysis) -> Vec<Statement> {
    let replicas = analysis.evidence.replicas.as_ref().ok().copied();
    let each = analysis.evidence.changes.iter().map(|change| {
        let of = series_opening(analysis, change.sector);
        let mut statement = Statement {
            test: "changepoint",
            of: series_name(analysis, change.sector),
            value_is: "log-likelihood ratio of the best split",
            replicas,
            used: used_by(analysis, change.sector),
            tells: change.sector.is_none(),
            definition: format!(
                "The split of the {} counts that best separates two Poisson rates; p against even counts, and against \
                 the same counts in any order; adjusted over the line and all sectors by Benjamini and Hochberg; the \
                 span of days that a 95 % confidence set holds",
                if change.bin == Days(1) { "daily" } else { "weekly" }
            ),
            assumptions: "one change at most; the rate is steady before and after it; reporting is even",
            ..Statement::default()
        };
        match &change.found {
            Err(why) => {
                statement.because = why.to_string();
                statement.sentence = format!("{of}: no change can be told ({why}).");
            }
            Ok(found) => {
                statement.value = Some(found.split.log_likelihood_ratio);
                statement.p = Some(found.p_of_bins);
                statement.adjusted_p = Some(found.adjusted_p);
                statement.tells |= found.is_told();
                statement.sentence = change_words(analysis, change, found, &of);
            }
        }
        statement
    });
    each.collect()
}

/// What the series of a sector, or of the whole line, is called in tables.
pub fn series_name(analysis: &Analysis, sector: Option<usize>) -> String {
    sector
        .map_or("whole line", |it| analysis.sector_name(it))
        .to_owned()
}

/// The same at the beginning of a sentence.
fn series_opening(analysis: &Analysis, sector: Option<usize>) -> Cow<'_, str> {
    isolated(sector.map_or("The whole line", |it| analysis.sector_name(it)))
}

/// What a series of a sector or of the whole line rests on.
fn used_by(analysis: &Analysis, sector: Option<usize>) -> Used {
    match sector {
        Some(_) => analysis.evidence.by_sector,
        None => analysis.evidence.by_day,
    }
}

fn change_words(analysis: &Analysis, change: &Change, found: &Changed, of: &str) -> String {
    if !found.is_told() {
        let burst = if found.split.p <= LEVEL {
            "; only a test that takes incidents as coming one by one would tell one"
        } else {
            ""
        };
        return format!(
            "{of}: no change of the rate beyond chance ({}){burst}.",
            p_words(found.p_of_bins)
        );
    }
    let per_day = |mean: f64| {
        let rate = mean / f64::from(change.bin.0);
        if rate <= 0.0 {
            "0".to_owned()
        } else if rate < 0.1 {
            format!("{rate:.3}")
        } else {
            format!("{rate:.2}")
        }
    };
    let mut text = format!(
        "{of}: the rate {} from {} to {} incidents a day on {}, with 95 % confidence {} ({}; it rests on {})",
        if found.split.mean_after < found.split.mean_before {
            "fell"
        } else {
            "rose"
        },
        per_day(found.split.mean_before),
        per_day(found.split.mean_after),
        date(found.from),
        between_words(found.between),
        p_words(found.p_of_bins),
        counted(found.incidents as usize, "incident"),
    );
    let verdicts: Vec<String> = found
        .verdicts
        .iter()
        .map(|&(ceasefire, verdict)| {
            let name = isolated(&analysis.context.ceasefires[ceasefire].name);
            match verdict {
                Verdict::Before => format!("before “{name}” began"),
                Verdict::At => format!("at the beginning of “{name}”, as far as can be told"),
                Verdict::After => format!("after “{name}” had begun"),
                Verdict::None => format!("not at “{name}”"),
            }
        })
        .collect();
    if !verdicts.is_empty() {
        text.push_str(&format!("; {}", verdicts.join("; ")));
    }
    text.push('.');
    text
}

fn between_words((from, to): (Day, Day)) -> String {
    if from == to {
        format!("on {}", date(from))
    } else {
        format!("between {} and {}", date(from), date(to))
    }
}

fn alarm_statements(analysis: &Analysis) -> Vec<Statement> {
    let alarms = &analysis.evidence.alarms;
    let options = &analysis.options.stats.alarms;
    let definition = format!(
        "Poisson CUSUM of daily counts against the baseline rate (incidents + 1/2)/days, to find a rate {} times as high, \
         with at least {:.0} days between false alarms on average",
        options.factor, options.false_alarm_days
    );
    let base = Statement {
        test: "CUSUM alarm",
        value_is: "alarms in the days watched",
        definition,
        assumptions: "at the baseline rate incidents come one by one and independently: bursts ring more often than stated",
        ..Statement::default()
    };
    let (baseline, watched) = match &alarms.windows {
        Ok(windows) => *windows,
        Err(why) => {
            return vec![Statement {
                of: "whole line".to_owned(),
                tells: true,
                because: why.to_string(),
                sentence: format!("Alarms: none can ring ({why})."),
                ..base
            }];
        }
    };
    let each = alarms.charts.iter().map(|chart| {
        let of = series_opening(analysis, chart.sector);
        let mut statement = Statement {
            of: series_name(analysis, chart.sector),
            used: used_by(analysis, chart.sector),
            tells: chart.sector.is_none() || !chart.alarms.is_empty(),
            ..base.clone()
        };
        match &chart.design {
            Err(why) => {
                statement.because = why.to_string();
                statement.sentence = format!("{of}: no alarm can ring ({why}).");
            }
            Ok(design) => {
                statement.value = Some(chart.alarms.len() as f64);
                let rung: Vec<String> = chart.alarms.iter().map(|&day| day_and_month(day)).collect();
                statement.sentence = format!(
                    "{of}: {} in the {} of the baseline ({}), {} in the {} watched since; {}. At the baseline rate such \
                     an alarm would ring by chance once in {:.0} days.",
                    counted(chart.baseline, "incident"),
                    counted(baseline.days().0.max(0) as usize, "day"),
                    span(baseline.start, baseline.end),
                    chart.watched,
                    counted(watched.days().0.max(0) as usize, "day"),
                    match (rung.is_empty(), chart.rings_at_end_of(watched)) {
                        (true, _) => "no alarm".to_owned(),
                        (false, true) => format!("ESCALATING: alarm on {}", rung.join(", ")),
                        (false, false) => format!(
                            "alarm on {}, none in the last {} days",
                            rung.join(", "),
                            RECENT.0
                        ),
                    },
                    design.days_to_false_alarm,
                );
            }
        }
        statement
    });
    each.collect()
}

/// Which sectors escalate now, and how often one of them would seem to by chance.
pub fn escalating(analysis: &Analysis) -> Option<String> {
    let alarms = &analysis.evidence.alarms;
    let (baseline, watched) = alarms.windows.as_ref().ok()?;
    let sectors = || alarms.charts.iter().filter(|it| it.sector.is_some());
    let rings: Vec<&str> = sectors()
        .filter(|it| it.rings_at_end_of(*watched))
        .map(|it| it.sector.map_or("", |sector| analysis.sector_name(sector)))
        .collect();
    // False alarms of all sectors add up; every chart rings at its own rate.
    let per_day: f64 = sectors()
        .filter_map(|it| it.design.as_ref().ok())
        .map(|design| 1.0 / design.days_to_false_alarm)
        .sum();
    let window = f64::from(watched.days().0.min(RECENT.0));
    let mut text = if rings.is_empty() {
        format!(
            "No sector escalates: no alarm rang in the last {} days to {}",
            window,
            date(watched.end)
        )
    } else {
        format!("Escalating by {}: {}", date(watched.end), listed(&rings))
    };
    text.push_str(&format!(
        ". By chance alone at least one of {} would ring in {} of such looks; the baseline is {}.",
        counted(sectors().count(), "sector"),
        share(-(-per_day * window).exp_m1()),
        span(baseline.start, baseline.end)
    ));
    Some(text)
}

/// The conclusions of one ceasefire by sector: where it is more than chance, with the counts.
pub fn sectors_beyond_chance(analysis: &Analysis, account: usize) -> Option<String> {
    let of = analysis.accounts.get(account)?;
    let days = [of.phases.before.days(), of.phases.during.days()];
    let of_days = |count: usize, window: usize| {
        if (days[0] - days[1]).abs() < 1e-9 {
            count.to_string()
        } else {
            format!("{count} in {} days", round_to(days[window], 2))
        }
    };
    let standing = analysis.evidence.standing.get(account)?;
    let (mut falls, mut rises) = (Vec::new(), Vec::new());
    let mut compared = 0;
    for (group, stands) in of.groups.iter().zip(standing) {
        let (Group::Sector(sector), Ok(ratio)) = (&group.group, &group.ratio) else {
            continue;
        };
        compared += 1;
        if ratio.central.p > LEVEL {
            continue;
        }
        let list = match ratio.ratio {
            Some(ratio) if ratio < 1.0 => &mut falls,
            _ => &mut rises,
        };
        list.push(format!(
            "{} ({} to {}{})",
            isolated(analysis.sector_name(*sector)),
            of_days(group.counts[0], 0),
            of_days(group.counts[1], 1),
            stands.map_or_else(String::new, |it| format!(
                "; so in {} of the draws",
                share(it)
            ))
        ));
    }
    if compared == 0 {
        return None;
    }
    if falls.is_empty() && rises.is_empty() {
        return Some("In no sector is the change larger than chance could give.".to_owned());
    }
    let mut parts = Vec::new();
    for (places, word) in [(&falls, "fall"), (&rises, "rise")] {
        if !places.is_empty() {
            let names: Vec<&str> = places.iter().map(String::as_str).collect();
            parts.push(format!(
                "the {word} is larger than chance would give if incidents came one by one in {}",
                listed(&names)
            ));
        }
    }
    if falls.len() + rises.len() < compared {
        parts.push("elsewhere the change is not".to_owned());
    }
    let text = parts.join("; ");
    let mut letters = text.chars();
    let first = letters.next()?;
    Some(format!("{}{}.", first.to_uppercase(), letters.as_str()))
}
