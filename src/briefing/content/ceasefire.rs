//! Claims, and the accounting of ceasefires.

use crate::analysis::Analysis;
use crate::briefing::document::Document;
use crate::ceasefire::accounting::{Account, Group};
use crate::incident::{ClaimStatus, Verification};
use crate::stats::rate_over;
use crate::stats::ratio::RateRatio;
use crate::units::round_to;
use crate::wording::language::isolated;
use crate::wording::statements;
use crate::wording::{counted, date, deaths, grouped, listed, p_value, percent, plain, share};

/// Who alleges what of whom: side by side, never added across claimants.
pub(super) fn claims(analysis: &Analysis, page: &mut Document) {
    const MOST: usize = 20;
    let claims = &analysis.claims;
    if claims.claimants.iter().all(|it| it.name.is_empty()) {
        return;
    }
    let named = |name: &str| match name {
        "" => "not stated".to_owned(),
        name => plain(name),
    };
    page.heading("Who alleges what of whom");
    page.text(
        "Counted incidents by who reports them. Each row is that reporter's claims: two sides may count the same \
         fight, so rows are not to be added. Every attribution is the reporter's.",
    );
    let statuses: Vec<(usize, ClaimStatus)> = ClaimStatus::ALL
        .into_iter()
        .enumerate()
        .filter(|(place, _)| claims.claimants.iter().any(|it| it.by_status[*place] > 0))
        .collect();
    let mut header = vec!["reported by", "incidents", "share of reports"];
    header.extend(statuses.iter().map(|(_, status)| match status.as_str() {
        "" => "not stated",
        word => word,
    }));
    header.push("deaths");
    let all: usize = claims.claimants.iter().map(|it| it.incidents).sum();
    page.table(
        &header,
        claims.claimants.iter().take(MOST).map(|claimant| {
            let mut row = vec![
                named(&claimant.name),
                claimant.incidents.to_string(),
                percent(claimant.incidents, all),
            ];
            let by_status = statuses.iter().map(|(place, _)| claimant.by_status[*place]);
            row.extend(by_status.map(|count| count.to_string()));
            row.push(deaths(&claimant.deaths, claimant.incidents));
            row
        }),
    );
    page.table(
        &[
            "alleged by",
            "accused or acting",
            "status",
            "incidents",
            "deaths",
        ],
        claims.rows.iter().take(MOST).map(|claim| {
            vec![
                named(&claim.alleged_by),
                named(&claim.attributed_to),
                named(claim.status.as_str()),
                claim.incidents.to_string(),
                deaths(&claim.deaths, claim.incidents),
            ]
        }),
    );
    if claims.rows.len() > MOST {
        page.text(&format!(
            "… and {} more, in tables/claims.csv.",
            claims.rows.len() - MOST
        ));
    }
    if claims.contested.is_empty() {
        return;
    }
    page.text(&format!(
        "{} contested: the sides contradict each other. What each says is in the words of the compilers.",
        match claims.contested.len() {
            1 => "1 incident is".to_owned(),
            count => format!("{} are", counted(count, "incident")),
        }
    ));
    page.table(
        &[
            "id",
            "date",
            "place",
            "reported by",
            "accused or acting",
            "deaths low–best–high",
            "what is said",
        ],
        claims.contested.iter().take(MOST).map(|&place| {
            let it = &analysis.incidents[place].incident;
            let figure = |figure: Option<u32>| {
                figure.map_or_else(|| "…".to_owned(), |count| grouped(count.into()))
            };
            vec![
                it.id().to_owned(),
                date(it.day),
                it.place().to_owned(),
                named(&it.reported_by),
                named(&it.actor_a),
                if it.deaths.any() {
                    [it.deaths.low, it.deaths.best, it.deaths.high]
                        .map(figure)
                        .join("–")
                } else {
                    "none reported".to_owned()
                },
                it.note().to_owned(),
            ]
        }),
    );
    if claims.contested.len() > MOST {
        page.text(&format!(
            "… and {} more, in tables/incidents.csv.",
            claims.contested.len() - MOST
        ));
    }
}

/// How far claims have been looked into, in all and during each ceasefire.
pub(super) fn verification(analysis: &Analysis, page: &mut Document) {
    if analysis.verification.is_empty() {
        return;
    }
    page.heading("How far claims have been looked into");
    page.text(
        "States as the data give them; they only move forward: alleged, visited, verified, then attributed or not \
         attributable. An attribution is the finding of whoever made it.",
    );
    let named = |word: &str| match word {
        "" => "not stated".to_owned(),
        word => plain(word),
    };
    page.table(
        &["state", "by", "reached", "incidents", "deaths"],
        analysis.verification.iter().map(|it| {
            vec![
                named(it.state.as_str()),
                it.by.to_string(),
                match &it.days {
                    None => String::new(),
                    Some((first, last)) if first == last => first.clone(),
                    Some((first, last)) => format!("{first} to {last}"),
                },
                it.incidents.to_string(),
                deaths(&it.deaths, it.incidents),
            ]
        }),
    );
    let states = Verification::ALL.into_iter();
    let states: Vec<Verification> = states
        .filter(|state| analysis.verification.iter().any(|it| it.state == *state))
        .collect();
    if analysis.accounts.is_empty() {
        return;
    }
    let names: Vec<String> = states.iter().map(|it| named(it.as_str())).collect();
    let mut header = vec!["during", "incidents"];
    header.extend(names.iter().map(String::as_str));
    page.table(
        &header,
        analysis.accounts.iter().map(|account| {
            let of = |group: Group| {
                let found = account.groups.iter().find(|it| it.group == group);
                found.map_or(0, |it| it.counts[1]).to_string()
            };
            let mut row = vec![
                analysis.context.ceasefires[account.ceasefire].name.clone(),
                of(Group::All),
            ];
            row.extend(states.iter().map(|&state| of(Group::State(state))));
            row
        }),
    );
}

/// What was before, during and after each ceasefire: the numbers, and a sentence to read aloud.
pub(super) fn accounts(analysis: &Analysis, page: &mut Document) {
    if analysis.accounts.is_empty() {
        return;
    }
    page.heading("Before, during and after each ceasefire");
    let per = if analysis.context.observation.is_empty() {
        ", per calendar day: observation unknown"
    } else {
        " of observers, as the table of observation gives them"
    };
    page.text(&format!(
        "The window before is as long as the ceasefire was observed, as far as the period reaches. Rates are per 100 km \
         and 30 days{per}. The interval of the ratio is exact for \
         incidents that come independently of each other; skirmishes come in bursts, so the p-value from exchanging \
         whole days between the windows stands beside it. Every attribution, and so every breach, is somebody's claim. \
         By sector, by kind and by week: tables/ceasefire.csv, tables/ceasefire_weeks.csv.",
    ));
    page.picture(
        "charts/ceasefire",
        "Before, during and after each ceasefire",
    );
    let name = |account: &Account| &analysis.context.ceasefires[account.ceasefire].name;
    page.table(
        &[
            "ceasefire",
            "days before / during / after",
            "incidents",
            "on the edge",
            "rate before",
            "rate during",
            "ratio",
            "95 % interval",
            "p exact",
            "p of days",
            "variance / mean",
            "days to the first",
            "longest quiet",
        ],
        analysis.accounts.iter().filter_map(|account| {
            let all = account.groups.first()?;
            let phases = &account.phases;
            let windows = [phases.before, phases.during, phases.after];
            let joined = |parts: [String; 3]| parts.join(" / ");
            let per_day = |window: usize| {
                let rate = rate_over(all.counts[window], all.exposure[window]);
                rate.map_or_else(String::new, |rate| format!("{rate:.2}"))
            };
            let ratio = all.ratio.ok();
            let p = |p: Option<f64>| p.map_or_else(String::new, p_value);
            Some(vec![
                name(account).clone(),
                joined(windows.map(|window| days_of(window.days()))),
                joined(all.counts.map(|count| count.to_string())),
                all.undetermined.to_string(),
                per_day(0),
                per_day(1),
                match (ratio, all.ratio) {
                    (Some(ratio), _) => ratio
                        .ratio
                        .map_or_else(|| "none before".to_owned(), |ratio| format!("{ratio:.2}")),
                    (None, Err(why)) => why.to_string(),
                    (None, Ok(_)) => String::new(),
                },
                ratio.map_or_else(String::new, |it| {
                    let high = it.central.interval.high;
                    let high = high.map_or_else(|| "no limit".to_owned(), |it| format!("{it:.2}"));
                    format!("{:.2}–{high}", it.central.interval.low)
                }),
                p(ratio.map(|it| it.central.p)),
                p(all.permutation.map(|it| it.p)),
                all.dispersion
                    .map_or_else(String::new, |it| format!("{it:.1}")),
                all.days_to_first
                    .map_or_else(|| "none".to_owned(), |it| it.0.to_string()),
                all.longest_quiet.0.to_string(),
            ])
        }),
    );
    let sentences = analysis.accounts.iter().enumerate();
    let sentences = sentences.map(|(place, account)| aloud(analysis, place, account));
    page.list(sentences.collect());
}

/// What became of ceasefires while they lasted, as somebody told it.
pub(super) fn status_changes(analysis: &Analysis, page: &mut Document) {
    if analysis.accounts.iter().all(|it| it.segments.len() < 2) {
        return;
    }
    page.heading("What became of the ceasefires");
    page.text(
        "Each ceasefire from one change of its status to the next, as somebody told it. Incidents of a day on which the \
         status changed at an unknown hour are in neither part.",
    );
    page.table(
        &[
            "ceasefire",
            "since",
            "status",
            "according to",
            "days",
            "incidents",
            "per 100 km and 30 days",
        ],
        analysis.accounts.iter().flat_map(|account| {
            let name = &analysis.context.ceasefires[account.ceasefire].name;
            account.segments.iter().map(move |segment| {
                let change = segment
                    .change
                    .map(|it| &analysis.context.status_changes[it]);
                vec![
                    name.clone(),
                    segment.window.from.to_string(),
                    change.map_or_else(|| "begun".to_owned(), |it| plain(&it.change)),
                    change.map_or_else(String::new, |it| plain(&it.by)),
                    days_of(segment.window.days()),
                    segment.incidents.to_string(),
                    rate_over(segment.incidents, segment.exposure)
                        .map_or_else(String::new, |rate| format!("{rate:.2}")),
                ]
            })
        }),
    );
}

/// `2`, `1.25`.
fn days_of(days: f64) -> String {
    round_to(days, 2).to_string()
}

/// In which share of the draws the conclusion on the account at a place stands, on the whole; `None` where nothing was drawn
/// or concluded.
pub(super) fn stands(analysis: &Analysis, place: usize) -> Option<f64> {
    let groups = analysis.evidence.standing.get(place)?;
    groups.first().copied().flatten()
}

/// One ceasefire in a sentence: what was during it, against what was before.
pub(super) fn in_brief(analysis: &Analysis, account: &Account) -> String {
    let name = isolated(&analysis.context.ceasefires[account.ceasefire].name);
    let Some(all) = account.groups.first() else {
        return String::new();
    };
    let phases = &account.phases;
    let mut text = format!(
        "{name}: {} in {} days of it, against {} in the {} days before",
        counted(all.counts[1], "incident"),
        days_of(phases.during.days()),
        all.counts[0],
        days_of(phases.before.days()),
    );
    if all.undetermined > 0 {
        text.push_str(&format!(
            "; {} more on days on which what is compared begins or ends, at an hour that nobody reported",
            all.undetermined
        ));
    }
    text.push_str(&match (all.ratio, all.permutation) {
        (Ok(ratio), days) => {
            let change = match ratio.ratio {
                Some(ratio) if ratio < 1.0 => "fewer a day than before",
                Some(ratio) if ratio > 1.0 => "more a day than before",
                Some(_) => "as many a day as before",
                None => "more a day than before, when there was none",
            };
            let exact = ratio.central.p <= 0.05;
            let chance = match (exact, days.map(|it| it.p <= 0.05)) {
                (true, Some(true)) => "by more than chance would give, in both tests",
                (true, Some(false)) | (false, Some(true)) => {
                    "by more than chance would give in one test, but not in the other"
                }
                (true, None) => {
                    "by more than chance would give if incidents came one by one; there are too few whole days \
                     to test whether they did"
                }
                (false, _) => "by no more than chance could give",
            };
            format!(": {change}, {chance}.")
        }
        _ => ": too little to compare.".to_owned(),
    });
    text
}

/// One ceasefire in plain words.
fn aloud(analysis: &Analysis, place: usize, account: &Account) -> String {
    let mut text = in_brief(analysis, account);
    let sectors = || {
        let groups = account.groups.iter();
        groups.filter(|it| matches!(it.group, Group::Sector(_)))
    };
    let with = sectors()
        .filter(|it| it.counts[0] + it.counts[1] > 0)
        .count();
    let fewer = sectors()
        .filter(|it| matches!(it.ratio, Ok(RateRatio { ratio: Some(ratio), .. }) if ratio < 1.0))
        .count();
    if with > 0 {
        text.push_str(&format!(
            " Fewer than before in {fewer} of the {} with any incident.",
            counted(with, "sector")
        ));
    }
    if let Some(sectors) = statements::sectors_beyond_chance(analysis, place) {
        text.push(' ');
        text.push_str(&sectors);
    }
    if let Some(stands) = stands(analysis, place) {
        text.push_str(&format!(
            " With places, days and hours drawn from within what is known of them the conclusion on the whole is the \
             same in {} of the draws.",
            share(stands)
        ));
    }
    let overlaps: Vec<&str> = account
        .before_overlaps
        .iter()
        .map(|&it| analysis.context.ceasefires[it].name.as_str())
        .collect();
    if !overlaps.is_empty() {
        text.push_str(&format!(
            " The time before was not without a truce: {}.",
            listed(&overlaps)
        ));
    }
    if account.undated > 0 {
        text.push_str(&format!(
            " {} dated too roughly to be placed.",
            if account.undated == 1 {
                "1 incident is".to_owned()
            } else {
                format!("{} are", counted(account.undated, "incident"))
            }
        ));
    }
    text
}
