//! What a briefing says.

mod ceasefire;
mod headlines;
mod statistics;

use std::collections::BTreeMap;

use super::document::Document;
use crate::analysis::Analysis;
use crate::duplicates;
use crate::export::tables;
use crate::ledger::Fate;
use crate::locate::Side;
use crate::report::findings;
use crate::units::Metres;
use crate::wording::language::{Language, isolated};
use crate::wording::{chainages, counted, date, deaths, grouped, percent, plain, span, stability};

/// The whole briefing of an analysis.
pub fn document(analysis: &Analysis) -> Document {
    let mut page = Document {
        title: analysis.title.clone(),
        subtitle: format!(
            "{} ({})",
            span(analysis.period.start, analysis.period.end),
            counted(analysis.period.days().0.max(0) as usize, "day"),
        ),
        figures: headlines::figures(analysis),
        headlines: headlines::headlines(analysis),
        blocks: Vec::new(),
    };
    page.heading("What was counted");
    page.list(vec![
        findings::fates(analysis),
        format!("Border: {}", findings::border(analysis)),
        format!(
            "Counted: {} within {} km of the line",
            counted(analysis.total().incidents, "incident"),
            analysis.options.corridor.km()
        ),
        format!("Deaths as reported: {}", findings::total_deaths(analysis)),
    ]);
    page.picture("maps/overview", "Map of the reported incidents");
    page.picture(
        "charts/chainage-by-date",
        "Incidents by day and place along the line",
    );
    clusters(analysis, &mut page);
    sectors(analysis, &mut page);
    alignments(analysis, &mut page);
    episodes(analysis, &mut page);
    ceasefire::claims(analysis, &mut page);
    ceasefire::verification(analysis, &mut page);
    likely_duplicates(analysis, &mut page);
    context(analysis, &mut page);
    ceasefire::accounts(analysis, &mut page);
    ceasefire::status_changes(analysis, &mut page);
    statistics::statistics(analysis, &mut page);
    page.heading("What the numbers do not show");
    page.list(findings::caveats(analysis));
    not_counted(analysis, &mut page);
    method(analysis, &mut page);
    page
}

fn clusters(analysis: &Analysis, page: &mut Document) {
    page.heading("Clusters");
    let options = &analysis.options.cluster;
    page.text(&format!(
        "ST-DBSCAN: at least {} incidents within {} km and {} days of each other, places known within {} km. \
         Deaths are low–best–high; in brackets how many incidents give the figure, where not all do.",
        options.min_points,
        options.eps.km(),
        options.eps_days.0,
        options.largest_location_radius.km(),
    ));
    if analysis.clusters.is_empty() {
        page.text("None.");
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
        page.text(&format!(
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
fn parameters(analysis: &Analysis, page: &mut Document) {
    let Some(sheets) = &analysis.sheets else {
        return;
    };
    let (found, near) = (&sheets.sensitivity, &sheets.k_distances);
    let values = &found.values;
    let list = |values: Vec<String>| values.join(", ");
    page.text(&format!(
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
            names => {
                let names: Vec<_> = names.iter().map(|name| isolated(name)).collect();
                format!("the corridor of {}", names.join(", "))
            }
        },
    ));
    page.picture(
        "charts/sensitivity",
        "Which clusters survive other parameters",
    );
    let knee = |value: Option<String>, unit: &str| {
        value.map_or_else(|| "none".to_owned(), |value| format!("{value} {unit}"))
    };
    let nth = Language::english().ordinal(near.others);
    page.text(&format!(
        "The distance to the {} nearest other incident within {} days has its knee at {}, the days to the {} \
         nearest within {} km at {}: where these curves turn upwards, incidents in clusters end and those between \
         clusters begin (charts/k-distance.png).",
        nth,
        analysis.options.cluster.eps_days.0,
        knee(near.distances.knee.map(|it| format!("{:.1}", it.km())), "km"),
        nth,
        analysis.options.cluster.eps.km(),
        knee(near.days.knee.map(|it| it.0.to_string()), "days"),
    ));
}

fn sectors(analysis: &Analysis, page: &mut Document) {
    page.heading("Sectors");
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
    page.picture(
        "charts/intensity-along-line",
        "Where along the line incidents are dense",
    );
    if let (Some(left), Some(right)) = (analysis.border.left(), analysis.border.right()) {
        page.text(&format!(
            "Left of the line: {}; right: {}.",
            isolated(left),
            isolated(right)
        ));
    }
}

/// What rival lines would change, and for which incidents.
fn alignments(analysis: &Analysis, page: &mut Document) {
    const MOST: usize = 30;
    if analysis.alignments.is_empty() {
        return;
    }
    let corridor = analysis.options.corridor;
    page.heading("If another line were the border");
    page.text(&format!(
        "All numbers here are measured along {}. Every incident was also located on each line below; an incident \
         flips where its side, its sector or its being within {} km changes. Along a more detailed line \
         chainages grow, so that kilometres of two lines must not be compared: the distance between the two \
         nearest points says how far the lines really differ.",
        isolated(&analysis.border_name),
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
        page.text("No incident flips.");
        return;
    }
    let place_of = |side: Side, offset: Metres, sector: usize| {
        let name = side.name(&analysis.border);
        let side = if name.is_empty() {
            plain(side.as_str())
        } else {
            isolated(name).into_owned()
        };
        let away = if offset.km() < 1.0 {
            format!("{:.0} m", offset.0)
        } else {
            format!("{:.1} km", offset.km())
        };
        format!("{side}, {away}, {}", isolated(analysis.sector_name(sector)))
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
        page.text(&format!(
            "… and {} more, in tables/alignments.csv.",
            flipping.len() - MOST
        ));
    }
}

fn episodes(analysis: &Analysis, page: &mut Document) {
    const MOST: usize = 12;
    page.heading("Largest episodes");
    page.text(&format!(
        "Incident days in one sector with at most {} quiet days between them; {} in all.",
        analysis.options.cluster.eps_days.0,
        counted(analysis.episodes.len(), "episode"),
    ));
    let mut largest: Vec<_> = analysis.episodes.iter().collect();
    largest.sort_by_key(|episode| (std::cmp::Reverse(episode.counts.incidents), episode.number));
    page.table(
        &[
            "sector",
            "dates",
            "incident days",
            "incidents",
            "placed only roughly",
            "deaths",
        ],
        largest.into_iter().take(MOST).map(|episode| {
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

/// The counts under each rule for likely duplicates.
fn likely_duplicates(analysis: &Analysis, page: &mut Document) {
    let proposals = &analysis.duplicates;
    if proposals.pairs.is_empty() {
        return;
    }
    page.heading("If reports of different sources were of one event");
    let handled = match analysis.options.duplicates.merge_likely {
        Some(rule) => format!("merged here under the rule {}", rule.as_str()),
        None => "counted apart here".to_owned(),
    };
    page.text(&format!(
        "Reports of different sources, near in place and time, may be of one event. They are {handled}; this \
         is what the counts would be. Of one event the lowest figure, the best of the best-placed report and \
         the highest are taken. The pairs, with a score and reasons, are in tables/possible_duplicates.csv."
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

fn context(analysis: &Analysis, page: &mut Document) {
    if analysis.context.ceasefires.is_empty() {
        return;
    }
    page.heading("Truces and ceasefires");
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

/// The incidents that are in no sum, by name: what is left out must be seen to be left out.
fn not_counted(analysis: &Analysis, page: &mut Document) {
    const MOST: usize = 40;
    let left_out: Vec<_> = analysis
        .incidents
        .iter()
        .filter(|it| it.fate != Fate::Used)
        .collect();
    if left_out.is_empty() {
        return;
    }
    page.heading("In the tables, in no sum");
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
        page.text(&format!(
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

fn method(analysis: &Analysis, page: &mut Document) {
    page.heading("How it was made");
    page.text(&format!(
        "borderscope {}. Location is geodesic on the WGS 84 ellipsoid: offset to the nearest point of the \
         line, chainage of that point from the start of the line, side looking along it. Seed {}. The inputs, the options and the SHA-256 of every file are in \
         manifest.json; borderscope verify checks them.",
        env!("CARGO_PKG_VERSION"),
        analysis.options.seed,
    ));
    page.text("How the files were understood, and the location radius that each precision code stands for:");
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
    page.text(&format!(
        "Every attribution is a claim by whoever reported it. {}",
        crate::render::frame::NO_ENDORSEMENT
    ));
    let rivals = analysis.alignments.iter().map(|it| (&it.name, &it.border));
    for (name, border) in std::iter::once((&analysis.border_name, &analysis.border)).chain(rivals) {
        if !border.notices().is_empty() {
            page.text(&format!(
                "Line {}: {}",
                isolated(name),
                border.notices().join("; ")
            ));
        }
    }
    if !analysis.credit.is_empty() {
        page.text(&format!("Sources: {}", analysis.credit));
    }
}
