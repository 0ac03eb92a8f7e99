//! Tables of the accounting of ceasefires.

use std::io::{self, Write};

use super::{DEATHS, deaths, fixed, optional, rate, significant, write};
use crate::analysis::Analysis;
use crate::ceasefire::accounting::Group;
use crate::stats::rate_over;

/// `ceasefire.csv`: each ceasefire in all, by sector and by kind of event, before, during and after it.
pub fn ceasefire(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let mut header = vec![
        "ceasefire",
        "start",
        "end",
        "group",
        "name",
        "rates_per",
        "kilometre_days_before",
        "kilometre_days_during",
        "kilometre_days_after",
        "days_before",
        "days_during",
        "days_after",
        "incidents_before",
        "incidents_during",
        "incidents_after",
        "incidents_undetermined",
    ];
    header.extend(DEATHS.map(|name| match name {
        "deaths_low" => "deaths_during_low",
        "deaths_best" => "deaths_during_best",
        "deaths_high" => "deaths_during_high",
        name => name,
    }));
    header.extend([
        "rate_before",
        "rate_during",
        "rate_after",
        "rate_ratio",
        "ratio_low",
        "ratio_high",
        "p_exact",
        "mid_p_ratio_low",
        "mid_p_ratio_high",
        "mid_p",
        "no_ratio_because",
        "conclusion_stands_in",
        "variance_to_mean",
        "permutation_p",
        "permutation_draws",
        "days_to_first",
        "longest_quiet_days",
        "trend_per_day",
        "trend_low",
        "trend_high",
        "no_trend_because",
    ]);
    let basis = if analysis.context.observation.is_empty() {
        "calendar day, observation unknown"
    } else {
        "observer-day"
    };
    let rows = analysis
        .accounts
        .iter()
        .enumerate()
        .flat_map(|(place, account)| {
            let ceasefire = &analysis.context.ceasefires[account.ceasefire];
            let phases = &account.phases;
            let windows = [phases.before, phases.during, phases.after];
            let standing = analysis.evidence.standing.get(place);
            account
                .groups
                .iter()
                .enumerate()
                .map(move |(number, group)| {
                    let (kind, name) = match &group.group {
                        Group::All => ("all", String::new()),
                        Group::Sector(sector) => {
                            ("sector", analysis.sector_name(*sector).to_owned())
                        }
                        Group::Kind(kind) => ("event_type", kind.to_string()),
                        Group::State(state) => ("verification_status", state.as_str().to_owned()),
                    };
                    let mut row = vec![
                        ceasefire.name.clone(),
                        ceasefire.start.to_string(),
                        optional(ceasefire.end),
                        kind.to_owned(),
                        name,
                        basis.to_owned(),
                    ];
                    row.extend(group.exposure.map(|it| fixed(it, 1)));
                    row.extend(windows.map(|window| fixed(window.days(), 4)));
                    row.extend(group.counts.map(|count| count.to_string()));
                    row.push(group.undetermined.to_string());
                    row.extend(deaths(&group.deaths));
                    let rates = group.exposure.iter().zip(group.counts);
                    row.extend(rates.map(|(&exposure, count)| rate(rate_over(count, exposure))));
                    let ratio = group.ratio.ok();
                    let shown = |value: Option<f64>| value.map_or_else(String::new, significant);
                    row.push(shown(ratio.and_then(|it| it.ratio)));
                    for tested in [ratio.map(|it| it.central), ratio.map(|it| it.mid_p)] {
                        row.push(shown(tested.map(|it| it.interval.low)));
                        row.push(shown(tested.and_then(|it| it.interval.high)));
                        row.push(shown(tested.map(|it| it.p)));
                    }
                    row.push(match (group.ratio, ratio.and_then(|it| it.ratio)) {
                        (Err(why), _) => why.to_string(),
                        (Ok(_), None) => "no incident before".to_owned(),
                        (Ok(_), Some(_)) => String::new(),
                    });
                    let stands = standing.and_then(|it| it.get(number)).copied().flatten();
                    row.push(shown(stands));
                    row.push(shown(group.dispersion));
                    row.push(shown(group.permutation.map(|it| it.p)));
                    row.push(optional(group.permutation.map(|it| it.draws)));
                    row.push(optional(group.days_to_first.map(|it| it.0)));
                    row.push(group.longest_quiet.0.to_string());
                    let trend = group.trend.ok();
                    row.push(shown(trend.map(|it| it.per_day)));
                    row.push(shown(trend.map(|it| it.low)));
                    row.push(shown(trend.map(|it| it.high)));
                    row.push(
                        group
                            .trend
                            .err()
                            .map_or_else(String::new, |why| why.as_str().to_owned()),
                    );
                    row
                })
        });
    write(to, &header, rows)
}

/// `ceasefire_weeks.csv`: each week of each ceasefire in all, and every sector and kind with incidents in it.
pub fn ceasefire_weeks(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "ceasefire",
        "week",
        "first_date",
        "days",
        "sector",
        "event_type",
        "incidents",
    ];
    let rows = analysis.accounts.iter().flat_map(|account| {
        let ceasefire = &analysis.context.ceasefires[account.ceasefire];
        account.weeks.iter().map(move |week| {
            let (sector, kind) = match &week.of {
                None => ("all", "all"),
                Some((sector, kind)) => (analysis.sector_name(*sector), &**kind),
            };
            [
                ceasefire.name.clone(),
                week.week.to_string(),
                week.first.to_string(),
                week.days.0.to_string(),
                sector.to_owned(),
                kind.to_owned(),
                week.incidents.to_string(),
            ]
        })
    });
    write(to, &header, rows)
}

/// `ceasefire_status.csv`: each ceasefire from change to change of its status, as somebody told them.
pub fn ceasefire_status(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "ceasefire",
        "since",
        "days",
        "status",
        "according_to",
        "source_name",
        "incidents",
        "kilometre_days",
        "rate",
    ];
    let rows = analysis.accounts.iter().flat_map(|account| {
        let ceasefire = &analysis.context.ceasefires[account.ceasefire];
        account.segments.iter().map(move |segment| {
            let change = segment
                .change
                .map(|it| &analysis.context.status_changes[it]);
            [
                ceasefire.name.clone(),
                segment.window.from.to_string(),
                fixed(segment.window.days(), 4),
                change.map_or_else(|| "begun".to_owned(), |it| it.change.clone()),
                change.map_or_else(String::new, |it| it.by.clone()),
                change
                    .map_or(&ceasefire.source_name, |it| &it.source_name)
                    .clone(),
                segment.incidents.to_string(),
                fixed(segment.exposure, 1),
                rate(rate_over(segment.incidents, segment.exposure)),
            ]
        })
    });
    write(to, &header, rows)
}

/// `verification.csv`: how far claims have been looked into, each state and verifier apart.
pub fn verification(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let mut header = vec![
        "verification_status",
        "verified_by",
        "first_verified_on",
        "last_verified_on",
        "incidents",
    ];
    header.extend(DEATHS);
    write(
        to,
        &header,
        analysis.verification.iter().map(|state| {
            let (first, last) = state.days.clone().unwrap_or_default();
            let mut row = vec![
                state.state.as_str().to_owned(),
                state.by.to_string(),
                first,
                last,
                state.incidents.to_string(),
            ];
            row.extend(deaths(&state.deaths));
            row
        }),
    )
}
