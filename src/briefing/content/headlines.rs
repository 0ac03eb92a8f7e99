//! What stands first: the key figures, and the findings in a few sentences.

use crate::analysis::Analysis;
use crate::briefing::document::Figure;
use crate::wording::language::isolated;
use crate::wording::statements;
use crate::wording::{cluster_label, counted, deaths, grouped, listed, percent, share, span};

use super::ceasefire::{in_brief, stands};

/// A finding is told if chance alone would give it no more often than this.
const LEVEL: f64 = 0.05;
/// Most ceasefires and most statistics that are told at the top.
const MOST: usize = 3;

/// The key figures, three to five.
pub(super) fn figures(analysis: &Analysis) -> Vec<Figure> {
    let total = analysis.total();
    let figure = |value: String, label: &str, note: String| Figure {
        value,
        label: label.to_owned(),
        note,
    };
    let mut figures = vec![figure(
        grouped(total.incidents as u64),
        "incidents counted",
        format!(
            "within {} km of the line; {} read",
            analysis.options.corridor.km(),
            grouped(analysis.ledger.records())
        ),
    )];
    let [low, best, high] = [total.deaths.low, total.deaths.best, total.deaths.high];
    // Each sum rests on incidents of its own, so that a sum of lows may exceed one of highs; then there is no range.
    let ends = match (low.value(), high.value()) {
        (Some(least), Some(most)) if least < most => Some((
            format!("{}–{}", grouped(least), grouped(most)),
            format!(
                "sum of the lowest figures, of {}, to sum of the highest, of {} of {}",
                grouped(low.incidents as u64),
                grouped(high.incidents as u64),
                counted(total.incidents, "incident")
            ),
        )),
        _ => [(best, "best"), (low, "lowest"), (high, "highest")]
            .into_iter()
            .find_map(|(sum, which)| {
                let told = format!(
                    "sum of the {which} figures, of {} of {}",
                    grouped(sum.incidents as u64),
                    counted(total.incidents, "incident")
                );
                Some((grouped(sum.value()?), told))
            }),
    };
    if let Some((value, note)) = ends {
        figures.push(figure(value, "deaths as reported", note));
    }
    figures.push(figure(
        grouped(analysis.clusters.len() as u64),
        if analysis.clusters.len() == 1 {
            "cluster"
        } else {
            "clusters"
        },
        format!(
            "at least {} incidents within {} km and {} days",
            analysis.options.cluster.min_points,
            analysis.options.cluster.eps.km(),
            analysis.options.cluster.eps_days.0
        ),
    ));
    if total.incidents > 0 {
        figures.push(figure(
            percent(total.placed(), total.incidents),
            "placed well",
            format!(
                "place known within {} km; the others only roughly",
                analysis.options.cluster.largest_location_radius.km()
            ),
        ));
    }
    if !analysis.accounts.is_empty() {
        figures.push(figure(
            grouped(analysis.accounts.len() as u64),
            if analysis.accounts.len() == 1 {
                "truce or ceasefire"
            } else {
                "truces and ceasefires"
            },
            "each accounted for before, during and after".to_owned(),
        ));
    }
    figures
}

/// The findings, a sentence or two each, the most important first.
pub(super) fn headlines(analysis: &Analysis) -> Vec<String> {
    let total = analysis.total();
    let mut headlines = vec![format!(
        "{}: {} within {} km of the line, {} of them placed only roughly. Deaths as reported, low–best–high: {}.",
        span(analysis.period.start, analysis.period.end),
        counted(total.incidents, "incident"),
        analysis.options.corridor.km(),
        grouped(total.uncertain as u64),
        if total.deaths.reporting == 0 {
            "none reported".to_owned()
        } else {
            deaths(&total.deaths, total.incidents)
        }
    )];
    headlines.extend(sectors(analysis));
    headlines.extend(clusters(analysis));
    // The latest ceasefires: they are what a reader asks about.
    let skipped = analysis.accounts.len().saturating_sub(MOST);
    let told = analysis.accounts.iter().enumerate().skip(skipped);
    headlines.extend(told.map(|(place, account)| {
        let mut text = in_brief(analysis, account);
        if let Some(stands) = stands(analysis, place) {
            let share = share(stands);
            text.push_str(&format!(
                " So in {share} of the draws of places, days and hours."
            ));
        }
        text
    }));
    headlines.extend(statements::escalating(analysis));
    let statements = statements::statements(analysis);
    let beyond_chance = |p: Option<f64>| p.is_some_and(|p| p <= LEVEL);
    let telling = statements
        .iter()
        .filter(|it| it.tells && beyond_chance(it.adjusted_p.or(it.p)));
    headlines.extend(telling.take(MOST).map(|it| it.sentence.clone()));
    headlines
}

/// Where most incidents are.
fn sectors(analysis: &Analysis) -> Option<String> {
    let total = analysis.total().incidents;
    let busiest = analysis.busiest_sectors();
    let quiet = analysis.sector_summaries.len() - busiest.len();
    let &(first, incidents) = busiest.first()?;
    let most = busiest.iter().take_while(|it| it.1 == incidents).count();
    let (leading, rest) = busiest.split_at(most);
    if most > 1 {
        let names: Vec<&str> = leading
            .iter()
            .map(|&(sector, _)| analysis.sector_name(sector))
            .collect();
        return Some(format!(
            "The sectors with most incidents are {}: {} each ({}){}",
            listed(&names),
            grouped(incidents as u64),
            percent(incidents, total),
            without_any(quiet)
        ));
    }
    let mut text = format!(
        "The sector with most incidents is {}: {} ({})",
        isolated(analysis.sector_name(first)),
        grouped(incidents as u64),
        percent(incidents, total)
    );
    if let Some(&(second, incidents)) = rest.first() {
        text.push_str(&format!(
            "; then {}: {} ({})",
            isolated(analysis.sector_name(second)),
            grouped(incidents as u64),
            percent(incidents, total)
        ));
    }
    text.push_str(&without_any(quiet));
    Some(text)
}

/// How many sectors have no incident, at the end of a sentence.
fn without_any(quiet: usize) -> String {
    match quiet {
        0 => ". No sector is without any.".to_owned(),
        quiet => format!(". Without any: {}.", counted(quiet, "sector")),
    }
}

/// The largest cluster.
fn clusters(analysis: &Analysis) -> Option<String> {
    let largest = analysis
        .clusters
        .iter()
        .max_by_key(|it| (it.members.len(), std::cmp::Reverse(it.number)))?;
    let mut text = format!(
        "{}. The largest is {}, {}, {}: {}, deaths {}",
        counted(analysis.clusters.len(), "cluster"),
        cluster_label(largest.number),
        isolated(&largest.name),
        span(largest.first, largest.last),
        counted(largest.members.len(), "incident"),
        deaths(&largest.deaths, largest.members.len())
    );
    if let Some(stability) = largest.stability {
        text.push_str(&format!(
            "; it stands in {} of the draws of places and days",
            share(stability)
        ));
    }
    text.push('.');
    Some(text)
}
