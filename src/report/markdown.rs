//! `summary.md`: the summary as a page of plain Markdown.

use std::collections::BTreeMap;

use super::findings;
use crate::analysis::Analysis;
use crate::ceasefire::accounting::{Account, Group};
use crate::duplicates;
use crate::export::tables;
use crate::incident::ClaimStatus;
use crate::ledger::Fate;
use crate::locate::Side;
use crate::stats::rate_over;
use crate::stats::ratio::RateRatio;
use crate::units::{Metres, round_to};
use crate::wording::{chainages, counted, date, deaths, grouped, percent, plain, span, stability};

/// The page. Text from data is escaped, so that it shows as it was written.
pub fn summary(analysis: &Analysis) -> String {
    let mut page = Page::default();
    page.line(&format!("# {}", escaped(&analysis.title)));
    page.line(&format!(
        "{} ({}).",
        span(analysis.period.start, analysis.period.end),
        counted(analysis.period.days().0.max(0) as usize, "day"),
    ));
    page.line(&format!(
        "- {}\n- Border: {}\n- Counted: {} within {:.0} km of the line\n- Deaths as reported: {}",
        findings::fates(analysis),
        escaped(&findings::border(analysis)),
        counted(analysis.total().incidents, "incident"),
        analysis.options.corridor.km(),
        findings::total_deaths(analysis),
    ));
    page.line("![Map of the reported incidents](maps/overview.png)");
    page.line("![Incidents by day and place along the line](charts/chainage-by-date.png)");
    clusters(analysis, &mut page);
    sectors(analysis, &mut page);
    alignments(analysis, &mut page);
    episodes(analysis, &mut page);
    claims(analysis, &mut page);
    likely_duplicates(analysis, &mut page);
    context(analysis, &mut page);
    accounts(analysis, &mut page);
    page.line("## What the numbers do not show");
    page.line(
        &findings::caveats(analysis)
            .iter()
            .map(|caveat| format!("- {}", escaped(caveat)))
            .collect::<Vec<_>>()
            .join("\n"),
    );
    not_counted(analysis, &mut page);
    method(analysis, &mut page);
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    /// A block, set apart by an empty line.
    fn line(&mut self, text: &str) {
        if !self.0.is_empty() {
            self.0.push('\n');
        }
        self.0.push_str(text);
        self.0.push('\n');
    }

    fn table(&mut self, header: &[&str], rows: impl Iterator<Item = Vec<String>>) {
        let mut text = format!(
            "| {} |\n|{}",
            header.join(" | "),
            " --- |".repeat(header.len())
        );
        for row in rows {
            let cells: Vec<String> = row.iter().map(|cell| escaped(cell)).collect();
            text.push_str(&format!("\n| {} |", cells.join(" | ")));
        }
        self.line(&text);
    }
}

/// Escapes what Markdown and HTML would read as more than text.
fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' => {
                safe.push('\\');
                safe.push(c);
            }
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\n' | '\r' => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}

fn clusters(analysis: &Analysis, page: &mut Page) {
    page.line("## Clusters");
    let options = &analysis.options.cluster;
    page.line(&format!(
        "ST-DBSCAN: at least {} incidents within {} km and {} days of each other, places known within {} km. \
         Deaths are low–best–high; in brackets how many incidents give the figure, where not all do.",
        options.min_points,
        options.eps.km(),
        options.eps_days.0,
        options.largest_location_radius.km(),
    ));
    if analysis.clusters.is_empty() {
        page.line("None.");
        return;
    }
    page.table(
        &[
            "",
            "dates",
            "along the line",
            "place",
            "incidents",
            "kinds",
            "accused or acting",
            "deaths",
            "stability",
            "settings survived",
        ],
        analysis.clusters.iter().map(|cluster| {
            vec![
                cluster.number.to_string(),
                span(cluster.first, cluster.last),
                chainages(cluster.from.km(), cluster.to.km()),
                cluster.name.clone(),
                cluster.members.len().to_string(),
                plain(&tables::tally(&cluster.kinds)),
                tables::tally(&cluster.actors),
                deaths(&cluster.deaths, cluster.members.len()),
                stability(cluster.stability),
                analysis
                    .survived(cluster)
                    .map_or_else(String::new, |(survived, of)| percent(survived, of)),
            ]
        }),
    );
    if analysis.draws > 0 {
        page.line(&format!(
            "Stability: {} times each place was drawn from within its location radius and each date from its \
             interval, and clusters were made anew; counted are the draws in which one has at least half of its \
             members in common with this one (Jaccard similarity). The chance of each incident to belong is in \
             tables/incidents.csv.",
            analysis.draws
        ));
    }
    parameters(analysis, page);
}

/// What the parameters of clusters rest on, and what clusters owe to them.
fn parameters(analysis: &Analysis, page: &mut Page) {
    let Some(sheets) = &analysis.sheets else {
        return;
    };
    let (found, near) = (&sheets.sensitivity, &sheets.k_distances);
    let values = &found.values;
    let list = |values: Vec<String>| values.join(", ");
    page.line(&format!(
        "Settings survived: of {} settings the share in which a cluster has at least half of its members in common \
         with this one: eps {} km × {} days × at least {} incidents × places known within {} km × {}. They are in \
         tables/sensitivity.csv.",
        grouped(found.settings.len() as u64),
        list(values.eps.iter().map(|it| it.km().to_string()).collect()),
        list(values.eps_days.iter().map(|it| it.0.to_string()).collect()),
        list(values.min_points.iter().map(ToString::to_string).collect()),
        list(
            values
                .largest_location_radius
                .iter()
                .map(|it| it.km().to_string())
                .collect()
        ),
        match values.borders.as_slice() {
            [_] => "one line".to_owned(),
            names => format!("the corridor of {}", escaped(&names.join(", "))),
        },
    ));
    page.line("![Which clusters survive other parameters](charts/sensitivity.png)");
    let knee = |value: Option<String>, unit: &str| {
        value.map_or_else(|| "none".to_owned(), |value| format!("{value} {unit}"))
    };
    page.line(&format!(
        "The distance to the {}. nearest other incident within {} days has its knee at {}, the days to the {}. \
         nearest within {} km at {}: where these curves turn upwards, incidents in clusters end and those between \
         clusters begin (charts/k-distance.png).",
        near.others,
        analysis.options.cluster.eps_days.0,
        knee(near.distances.knee.map(|it| format!("{:.1}", it.km())), "km"),
        near.others,
        analysis.options.cluster.eps.km(),
        knee(near.days.knee.map(|it| it.0.to_string()), "days"),
    ));
}

fn sectors(analysis: &Analysis, page: &mut Page) {
    page.line("## Sectors");
    page.table(
        &[
            "sector",
            "km",
            "incidents",
            "placed only roughly",
            "per 100 km and 30 days",
            "left",
            "right",
            "deaths",
            "first",
            "last",
        ],
        analysis
            .sectors
            .all()
            .iter()
            .zip(&analysis.sector_summaries)
            .map(|(sector, summary)| {
                let day = |day: Option<_>| day.map_or_else(String::new, date);
                vec![
                    sector.name.clone(),
                    sector.span_words(1),
                    summary.counts.incidents.to_string(),
                    summary.counts.uncertain.to_string(),
                    summary
                        .rate
                        .map_or_else(String::new, |rate| format!("{rate:.2}")),
                    summary.sides[0].to_string(),
                    summary.sides[1].to_string(),
                    if summary.counts.incidents == 0 {
                        String::new()
                    } else {
                        deaths(&summary.counts.deaths, summary.counts.incidents)
                    },
                    day(summary.first),
                    day(summary.last),
                ]
            }),
    );
    page.line("![Where along the line incidents are dense](charts/intensity-along-line.png)");
    if let (Some(left), Some(right)) = (analysis.border.left(), analysis.border.right()) {
        page.line(&format!(
            "Left of the line: {}; right: {}.",
            escaped(left),
            escaped(right)
        ));
    }
}

/// What rival lines would change, and for which incidents.
fn alignments(analysis: &Analysis, page: &mut Page) {
    const MOST: usize = 30;
    if analysis.alignments.is_empty() {
        return;
    }
    let corridor = analysis.options.corridor;
    page.line("## If another line were the border");
    page.line(&format!(
        "All numbers here are measured along {}. Every incident was also located on each line below; an incident \
         flips where its side, its sector or its being within {:.0} km changes. Along a more detailed line \
         chainages grow, so that kilometres of two lines must not be compared: the distance between the two \
         nearest points says how far the lines really differ.",
        escaped(&analysis.border_name),
        corridor.km()
    ));
    let [left, right, on_line] = analysis.sides();
    let total = analysis.total().incidents;
    let mut rows = vec![vec![
        analysis.border_name.clone(),
        findings::length(analysis.border.length().km()),
        total.to_string(),
        format!("{left} / {right} / {on_line}"),
        String::new(),
        String::new(),
        String::new(),
        String::new(),
    ]];
    let mut flipping = Vec::new();
    for alignment in &analysis.alignments {
        let summary = alignment.summary(&analysis.incidents, corridor);
        let [left, right, on_line] = summary.sides;
        rows.push(vec![
            alignment.name.clone(),
            findings::length(alignment.border.length().km()),
            summary.in_corridor.to_string(),
            format!("{left} / {right} / {on_line}"),
            format!(
                "{} / {} / {}",
                summary.side_flips, summary.sector_flips, summary.corridor_flips
            ),
            format!("{:.2} km", summary.median_feet_apart.km()),
            format!("{:.2} km", summary.largest_feet_apart.km()),
            format!("{:.1} km", summary.largest_chainage_difference.km()),
        ]);
        flipping.extend(
            alignment
                .compared(&analysis.incidents, corridor)
                .filter(|(it, place)| place.flips(it, corridor).any())
                .map(|(it, place)| (alignment, it, place)),
        );
    }
    page.table(
        &[
            "line",
            "length",
            "incidents",
            "left / right / on the line",
            "flips of side / sector / corridor",
            "nearest points apart, median",
            "largest",
            "chainages differ by at most",
        ],
        rows.into_iter(),
    );
    if flipping.is_empty() {
        page.line("No incident flips.");
        return;
    }
    let place_of = |side: Side, offset: Metres, sector: usize| {
        let name = side.name(&analysis.border);
        let side = if name.is_empty() {
            plain(side.as_str())
        } else {
            name.to_owned()
        };
        let away = if offset.km() < 1.0 {
            format!("{:.0} m", offset.0)
        } else {
            format!("{:.1} km", offset.km())
        };
        format!("{side}, {away}, {}", analysis.sector_name(sector))
    };
    page.table(
        &[
            "line",
            "id",
            "date",
            "place",
            "flips",
            "measured",
            "on this line",
        ],
        flipping.iter().take(MOST).map(|(alignment, it, place)| {
            vec![
                alignment.name.clone(),
                it.incident.id().to_owned(),
                date(it.incident.day),
                it.incident.place().to_owned(),
                place.flips(it, corridor).words(),
                place_of(it.side, it.location.offset, it.sector),
                place_of(place.side, place.location.offset, place.sector),
            ]
        }),
    );
    if flipping.len() > MOST {
        page.line(&format!(
            "… and {} more, in tables/alignments.csv.",
            flipping.len() - MOST
        ));
    }
}

fn episodes(analysis: &Analysis, page: &mut Page) {
    const MOST: usize = 12;
    page.line("## Longest episodes");
    page.line(&format!(
        "Incident days in one sector with at most {} quiet days between them; {} in all.",
        analysis.options.cluster.eps_days.0,
        counted(analysis.episodes.len(), "episode"),
    ));
    let mut longest: Vec<_> = analysis.episodes.iter().collect();
    longest.sort_by_key(|episode| (std::cmp::Reverse(episode.counts.incidents), episode.number));
    page.table(
        &[
            "sector",
            "dates",
            "incident days",
            "incidents",
            "placed only roughly",
            "deaths",
        ],
        longest.into_iter().take(MOST).map(|episode| {
            vec![
                analysis.sector_name(episode.sector).to_owned(),
                span(episode.first, episode.last),
                format!("{} of {}", episode.incident_days, episode.days().0),
                episode.counts.incidents.to_string(),
                episode.counts.uncertain.to_string(),
                deaths(&episode.counts.deaths, episode.counts.incidents),
            ]
        }),
    );
}

/// Who alleges what of whom: side by side, never added across claimants.
fn claims(analysis: &Analysis, page: &mut Page) {
    const MOST: usize = 20;
    let claims = &analysis.claims;
    if claims.claimants.iter().all(|it| it.name.is_empty()) {
        return;
    }
    let named = |name: &str| match name {
        "" => "not stated".to_owned(),
        name => plain(name),
    };
    page.line("## Who alleges what of whom");
    page.line(
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
        page.line(&format!(
            "… and {} more, in tables/claims.csv.",
            claims.rows.len() - MOST
        ));
    }
    if claims.contested.is_empty() {
        return;
    }
    page.line(&format!(
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
        page.line(&format!(
            "… and {} more, in tables/incidents.csv.",
            claims.contested.len() - MOST
        ));
    }
}

/// The counts under each rule for likely duplicates.
fn likely_duplicates(analysis: &Analysis, page: &mut Page) {
    let proposals = &analysis.duplicates;
    if proposals.pairs.is_empty() {
        return;
    }
    page.line("## If reports of different sources were of one event");
    let handled = match analysis.options.duplicates.merge_likely {
        Some(rule) => format!("merged here under the rule {}", rule.as_str()),
        None => "counted apart here".to_owned(),
    };
    page.line(&format!(
        "Reports of different sources, near in place and time, may be of one event. They are {handled}; this \
         is what the counts would be. Of one event the lowest figure, the best of the best-placed report and \
         the highest are taken. The pairs, with a score and reasons, are in tables/possible\\_duplicates.csv."
    ));
    let as_counted = (
        "as counted",
        String::new(),
        analysis.total().incidents,
        analysis.deaths(),
    );
    let rules = proposals.headlines.iter().map(|headline| {
        (
            headline.rule.as_str(),
            duplicates::meaning(headline.rule).to_owned(),
            headline.incidents,
            headline.deaths,
        )
    });
    page.table(
        &["rule", "taken for one event", "incidents", "deaths"],
        std::iter::once(as_counted)
            .chain(rules)
            .map(|(rule, meaning, incidents, sums)| {
                vec![
                    rule.to_owned(),
                    meaning,
                    incidents.to_string(),
                    deaths(&sums, incidents),
                ]
            }),
    );
}

fn context(analysis: &Analysis, page: &mut Page) {
    if analysis.context.ceasefires.is_empty() {
        return;
    }
    page.line("## Truces and ceasefires");
    page.table(
        &["name", "from", "to", "parties", "how it went on", "source"],
        analysis.context.ceasefires.iter().map(|ceasefire| {
            let moment = |day, time: &str| {
                if time.is_empty() {
                    date(day)
                } else {
                    format!("{} {time}", date(day))
                }
            };
            vec![
                ceasefire.name.clone(),
                moment(ceasefire.start, &ceasefire.start_time),
                ceasefire
                    .end
                    .map_or_else(|| "open".to_owned(), |end| moment(end, &ceasefire.end_time)),
                ceasefire.parties.clone(),
                ceasefire.outcome.clone(),
                ceasefire.source_name.clone(),
            ]
        }),
    );
}

/// What was before, during and after each ceasefire: the numbers, and a sentence to read aloud.
fn accounts(analysis: &Analysis, page: &mut Page) {
    if analysis.accounts.is_empty() {
        return;
    }
    page.line("## Before, during and after each ceasefire");
    page.line(
        "The window before is as long as the ceasefire was observed, as far as the period reaches. Rates are per 100 km \
         and 30 days, per calendar day: how closely anybody looked is unknown. The interval of the ratio is exact for \
         incidents that come independently of each other; skirmishes come in bursts, so the p-value from exchanging \
         whole days between the windows stands beside it. Every attribution, and so every breach, is somebody's claim. \
         By sector, by kind and by week: tables/ceasefire.csv, tables/ceasefire\\_weeks.csv.",
    );
    page.line("![Before, during and after each ceasefire](charts/ceasefire.png)");
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
                let rate = rate_over(all.counts[window], all.length, windows[window].days());
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
    let sentences = analysis.accounts.iter();
    let sentences = sentences.map(|account| format!("- {}", escaped(&aloud(analysis, account))));
    page.line(&sentences.collect::<Vec<_>>().join("\n"));
}

/// `2`, `1.25`.
fn days_of(days: f64) -> String {
    round_to(days, 2).to_string()
}

fn p_value(p: f64) -> String {
    if p < 0.001 {
        "< 0.001".to_owned()
    } else {
        format!("{p:.3}")
    }
}

/// One ceasefire in plain words.
fn aloud(analysis: &Analysis, account: &Account) -> String {
    let name = &analysis.context.ceasefires[account.ceasefire].name;
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
            "; {} more on a day on which it began or ended, at an hour that nobody reported",
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
    let overlaps: Vec<&str> = account
        .before_overlaps
        .iter()
        .map(|&it| analysis.context.ceasefires[it].name.as_str())
        .collect();
    if !overlaps.is_empty() {
        text.push_str(&format!(
            " The time before was not without a truce: {}.",
            overlaps.join(", ")
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

/// The incidents that are in no sum, by name: what is left out must be seen to be left out.
fn not_counted(analysis: &Analysis, page: &mut Page) {
    const MOST: usize = 40;
    let left_out: Vec<_> = analysis
        .incidents
        .iter()
        .filter(|it| it.fate != Fate::Used)
        .collect();
    if left_out.is_empty() {
        return;
    }
    page.line("## In the tables, in no sum");
    page.table(
        &["id", "date", "place", "kind", "fate", "km from the line"],
        left_out.iter().take(MOST).map(|it| {
            vec![
                it.incident.id().to_owned(),
                date(it.incident.day),
                it.incident.place().to_owned(),
                plain(&it.incident.event_type),
                plain(it.fate.as_str()),
                format!("{:.1}", it.location.offset.km()),
            ]
        }),
    );
    if left_out.len() > MOST {
        page.line(&format!(
            "… and {} more, in tables/incidents.csv.",
            left_out.len() - MOST
        ));
    }
}

/// `1: 1 km, 5: unknown`.
fn radii(radii: &BTreeMap<String, Option<Metres>>) -> String {
    let parts: Vec<String> = radii
        .iter()
        .map(|(code, radius)| match radius {
            Some(radius) => format!("{code}: {} km", radius.km()),
            None => format!("{code}: unknown"),
        })
        .collect();
    parts.join(", ")
}

fn method(analysis: &Analysis, page: &mut Page) {
    page.line("## How it was made");
    page.line(&format!(
        "borderscope {}. Location is geodesic on the WGS 84 ellipsoid: offset to the nearest point of the \
         line, chainage of that point from the start of the line, side looking along it. Seed {}. The inputs, the options and the SHA-256 of every file are in \
         manifest.json; `borderscope verify` checks them.",
        env!("CARGO_PKG_VERSION"),
        analysis.options.seed,
    ));
    page.line("How the files were understood, and the location radius that each precision code stands for:");
    page.table(
        &[
            "file",
            "form",
            "layout",
            "decided for the whole file",
            "location radius by precision code",
        ],
        analysis.files.iter().map(|file| {
            vec![
                file.name.clone(),
                file.form.clone(),
                file.layout_told.clone(),
                file.decisions.join("; "),
                radii(&file.radii),
            ]
        }),
    );
    page.line(&format!(
        "Every attribution is a claim by whoever reported it. {}",
        crate::render::frame::NO_ENDORSEMENT
    ));
    let rivals = analysis.alignments.iter().map(|it| (&it.name, &it.border));
    for (name, border) in std::iter::once((&analysis.border_name, &analysis.border)).chain(rivals) {
        if !border.notices().is_empty() {
            page.line(&format!(
                "Line {}: {}",
                escaped(name),
                escaped(&border.notices().join("; "))
            ));
        }
    }
    if !analysis.credit.is_empty() {
        page.line(&format!("Sources: {}", escaped(&analysis.credit)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn data_stays_text() {
        assert_eq!(
            escaped("a|b *x* <script>_\n[l](u) & `c`"),
            "a\\|b \\*x\\* &lt;script&gt;\\_ \\[l\\](u) &amp; \\`c\\`"
        );
    }
}
