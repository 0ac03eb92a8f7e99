//! Tables as CSV: UTF-8, comma, CR LF (RFC 4180), a header, empty fields for what is not known. Text that a
//! spreadsheet would run as a formula is neutralised: see [`crate::formula`].

mod ceasefire;
mod statistics;

use std::collections::BTreeMap;
use std::io::{self, Write};

pub use ceasefire::{ceasefire, ceasefire_status, ceasefire_weeks, verification};
pub use statistics::{alarms, changepoints, hotspots, near_repeats, scan, statistics};

use super::{in_pieces, location};
use crate::analysis::Analysis;
use crate::border::Border;
use crate::cluster::role_word;
use crate::cluster::summary::Tally;
use crate::formula::neutral;
use crate::incident::{FigureSums, Incident};
use crate::input::columns::{COLUMNS, WRITTEN};
use crate::located::LocatedIncident;
use crate::stats::Counts;
use crate::units::{Metres, fixed};

/// What files of tables begin with, so that spreadsheets take their letters for UTF-8.
pub(crate) const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

fn writer<W: Write>(to: W) -> csv::Writer<W> {
    csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(to)
}

/// Writes rows of text below a header and flushes.
pub(crate) fn write<W: Write, Row, Field>(
    to: W,
    header: &[&str],
    rows: impl Iterator<Item = Row>,
) -> io::Result<()>
where
    Row: IntoIterator<Item = Field>,
    Field: AsRef<str>,
{
    let mut table = writer(to);
    table.write_record(header)?;
    for row in rows {
        for field in row {
            table.write_field(&*neutral(field.as_ref()))?;
        }
        table.write_record(None::<&[u8]>)?;
    }
    table.flush()
}

/// The names of the incident table's own columns, before and after the location columns.
pub fn incident_header() -> Vec<&'static str> {
    let mut header = report_header();
    header.extend(["fate", "location_radius_m"]);
    header.extend(location::COLUMNS);
    header.extend([
        "side_by_line",
        "cluster",
        "cluster_role",
        "membership_probability",
        "cluster_probability",
    ]);
    header
}

fn report_header() -> Vec<&'static str> {
    COLUMNS[..WRITTEN].iter().map(|column| column.1).collect()
}

/// `incidents.csv`: every record that is an incident, in the order of the files.
pub fn incidents(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    write(
        &mut *to,
        &incident_header(),
        std::iter::empty::<[&str; 0]>(),
    )?;
    in_pieces::write(&analysis.incidents, to, |_, incidents| {
        let mut table = writer(Vec::new());
        for incident in incidents {
            for field in report_fields(&incident.incident) {
                table.write_field(&*neutral(&field))?;
            }
            table.write_field(incident.fate.as_str())?;
            table.write_field(optional(
                incident.incident.location_radius.map(|radius| radius.0),
            ))?;
            for field in location_fields(analysis, incident) {
                table.write_field(&*neutral(&field))?;
            }
            table.write_field(incident.location.side.as_str())?;
            table.write_field(optional(incident.cluster))?;
            table.write_field(role_word(incident.role))?;
            for share in [incident.membership, incident.clustered] {
                table.write_field(share.map_or_else(String::new, |it| fixed(it, 4)))?;
            }
            table.write_record(None::<&[u8]>)?;
        }
        table.into_inner().map_err(csv::IntoInnerError::into_error)
    })
}

/// The columns of an incident's report, in the order of [`COLUMNS`], as far as we write them.
pub fn report_fields(incident: &Incident) -> [std::borrow::Cow<'_, str>; WRITTEN] {
    let text = |text: &str| std::borrow::Cow::Owned(text.to_owned());
    [
        incident.id().into(),
        incident.day.to_string().into(),
        incident.time_local().into(),
        incident.place().into(),
        (&*incident.admin1).into(),
        (&*incident.country).into(),
        text(&incident.position.latitude().to_string()),
        text(&incident.position.longitude().to_string()),
        (&*incident.geo_precision).into(),
        (&*incident.event_type).into(),
        (&*incident.actor_a).into(),
        (&*incident.actor_b).into(),
        (&*incident.reported_by).into(),
        optional(incident.deaths.low).into(),
        optional(incident.deaths.best).into(),
        optional(incident.deaths.high).into(),
        optional(incident.civilian_deaths).into(),
        optional(incident.injured).into(),
        incident.claim_status.as_str().into(),
        (&*incident.source_name).into(),
        incident.source_url().into(),
        incident.source_date().into(),
        incident.note().into(),
        if incident.last_day == incident.day {
            "".into()
        } else {
            incident.last_day.to_string().into()
        },
        incident.date_precision.as_str().into(),
        incident.verification.as_str().into(),
        (&*incident.verified_by).into(),
        incident.verified_on().into(),
    ]
}

fn location_fields<'a>(
    analysis: &'a Analysis,
    incident: &'a LocatedIncident,
) -> [std::borrow::Cow<'a, str>; location::COLUMNS.len()] {
    location::fields(&location::Written {
        location: &incident.location,
        side: incident.side,
        side_name: analysis.side_name(incident),
        side_probability: incident.side_probability,
        sector: analysis.sector_name(incident.sector),
        line_end: incident.line_end,
    })
}

/// `clusters.csv`: one row per cluster.
pub fn clusters(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let mut header = vec![
        "cluster",
        "name",
        "first_date",
        "last_date",
        "days",
        "peak_date",
        "peak_incidents",
        "incidents",
        "core",
        "reachable",
    ];
    header.extend(DEATHS);
    header.extend([
        "chainage_from_km",
        "chainage_to_km",
        "length_km",
        "sectors",
        "left",
        "right",
        "on_line",
        "places",
        "event_types",
        "actors",
        "reported_by",
        "centroid_longitude",
        "centroid_latitude",
        "hull",
        "most_at_one_coordinate",
        "mostly_one_coordinate",
        "stability",
        "settings_survived",
        "settings",
    ]);
    write(
        to,
        &header,
        analysis.clusters.iter().map(|cluster| {
            let sectors = analysis.sector_names(cluster);
            let survived = analysis.survived(cluster);
            let mut row = vec![
                cluster.number.to_string(),
                cluster.name.clone(),
                cluster.first.to_string(),
                cluster.last.to_string(),
                cluster.days().0.to_string(),
                cluster.peak.to_string(),
                cluster.peak_incidents.to_string(),
                cluster.members.len().to_string(),
                cluster.core.to_string(),
                (cluster.members.len() - cluster.core).to_string(),
            ];
            row.extend(deaths(&cluster.deaths));
            row.extend([
                format!("{:.3}", cluster.from.km()),
                format!("{:.3}", cluster.to.km()),
                format!("{:.3}", (cluster.to - cluster.from).km()),
                sectors.join("; "),
                cluster.sides[0].to_string(),
                cluster.sides[1].to_string(),
                cluster.sides[2].to_string(),
                tally(&cluster.places),
                tally(&cluster.kinds),
                tally(&cluster.actors),
                tally(&cluster.reporters),
                location::degrees(cluster.centroid.longitude()),
                location::degrees(cluster.centroid.latitude()),
                cluster.hull.kind.as_str().to_owned(),
                cluster.most_at_one_coordinate.to_string(),
                cluster.mostly_one_coordinate().to_string(),
                cluster
                    .stability
                    .map_or_else(String::new, |it| fixed(it, 4)),
                optional(survived.map(|it| it.0)),
                optional(survived.map(|it| it.1)),
            ]);
            row
        }),
    )
}

/// `episodes.csv`: one row per episode.
pub fn episodes(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let mut header = vec![
        "episode",
        "sector",
        "first_date",
        "last_date",
        "days",
        "incident_days",
    ];
    header.extend(COUNTS);
    write(
        to,
        &header,
        analysis.episodes.iter().map(|episode| {
            let mut row = vec![
                episode.number.to_string(),
                analysis.sector_name(episode.sector).to_owned(),
                episode.first.to_string(),
                episode.last.to_string(),
                episode.days().0.to_string(),
                episode.incident_days.to_string(),
            ];
            row.extend(counts(&episode.counts));
            row
        }),
    )
}

/// `sectors.csv`: one row per sector, those without incidents included.
pub fn sectors(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let mut header = vec!["sector", "chainage_from_km", "chainage_to_km", "length_km"];
    header.extend(COUNTS);
    header.extend([
        "left",
        "right",
        "on_line",
        "clusters",
        "episodes",
        "first_date",
        "last_date",
        "days",
        "kilometre_days",
        "incidents_per_100km_30days",
    ]);
    write(
        to,
        &header,
        analysis
            .sector_summaries
            .iter()
            .zip(analysis.sectors.all())
            .map(|(summary, sector)| {
                let bound = |end: Option<Metres>| optional(end.map(|it| fixed(it.km(), 3)));
                let mut row = vec![
                    sector.name.clone(),
                    bound(sector.span().map(|span| span.from)),
                    bound(sector.span().map(|span| span.to)),
                    format!("{:.3}", sector.length().km()),
                ];
                row.extend(counts(&summary.counts));
                row.extend([
                    summary.sides[0].to_string(),
                    summary.sides[1].to_string(),
                    summary.sides[2].to_string(),
                    summary.clusters.to_string(),
                    summary.episodes.to_string(),
                    optional(summary.first),
                    optional(summary.last),
                    analysis.period.days().0.to_string(),
                    format!("{:.1}", summary.kilometre_days),
                    rate(summary.rate),
                ]);
                row
            }),
    )
}

/// `sector_weeks.csv`: every sector in every ISO week of the period, empty ones included.
pub fn sector_weeks(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let mut header = vec!["sector", "week_start", "days"];
    header.extend(COUNTS);
    header.push("incidents_per_100km_30days");
    write(
        to,
        &header,
        analysis.sector_weeks.iter().map(|week| {
            let mut row = vec![
                analysis.sector_name(week.sector).to_owned(),
                week.week.to_string(),
                week.days.0.to_string(),
            ];
            row.extend(counts(&week.counts));
            row.push(rate(week.rate));
            row
        }),
    )
}

/// `intensity.csv`: how dense incidents are along the line, bin by bin; the masses add up to the incidents in it.
pub fn intensity(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = ["chain", "from_km", "to_km", "incidents_per_km", "mass"];
    let chains = (1..).zip(analysis.border.chains());
    let rows = chains.flat_map(|(number, chain)| {
        let bins = analysis.intensity.on(chain).iter();
        bins.map(move |bin| {
            [
                format!("{number}"),
                fixed(bin.from.km(), 3),
                fixed(bin.to.km(), 3),
                significant(bin.per_km),
                significant(bin.mass),
            ]
        })
    });
    write(to, &header, rows)
}

/// `possible_duplicates.csv`: pairs of reports that are likely of one event, the likeliest first.
pub fn possible_duplicates(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "rule",
        "score",
        "id_a",
        "id_b",
        "input_file_a",
        "line_a",
        "input_file_b",
        "line_b",
        "date_a",
        "date_b",
        "days_apart",
        "m_apart",
        "place_a",
        "place_b",
        "event_type_a",
        "event_type_b",
        "reported_by_a",
        "reported_by_b",
        "source_name_a",
        "source_name_b",
        "reasons",
    ];
    let mut reports: BTreeMap<usize, &Incident> = analysis
        .incidents
        .iter()
        .map(|it| (it.incident.record, &it.incident))
        .collect();
    let merged = analysis.merged.iter().map(|it| &it.report);
    reports.extend(merged.map(|report| (report.record, report)));
    write(
        to,
        &header,
        analysis.duplicates.pairs.iter().filter_map(|pair| {
            let [a, b] = pair.records;
            let (one, other) = (reports.get(&a)?, reports.get(&b)?);
            let place = |record: usize| {
                let entry = &analysis.ledger.entries[record];
                let file = &analysis.ledger.files[entry.file as usize];
                (file.name.clone(), entry.line.to_string())
            };
            let ((file_a, line_a), (file_b, line_b)) = (place(a), place(b));
            Some([
                pair.rule.as_str().to_owned(),
                pair.score.to_string(),
                one.id().to_owned(),
                other.id().to_owned(),
                file_a,
                line_a,
                file_b,
                line_b,
                one.day.to_string(),
                other.day.to_string(),
                pair.days.0.to_string(),
                format!("{:.0}", pair.apart.0),
                one.place().to_owned(),
                other.place().to_owned(),
                one.event_type.to_string(),
                other.event_type.to_string(),
                one.reported_by.to_string(),
                other.reported_by.to_string(),
                one.source_name.to_string(),
                other.source_name.to_string(),
                pair.reasons.clone(),
            ])
        }),
    )
}

/// `claims.csv`: who alleges what of whom, and how sure. Rows of different claimants are not to be added.
pub fn claims(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let mut header = vec!["alleged_by", "attributed_to", "claim_status", "incidents"];
    header.extend(DEATHS);
    write(
        to,
        &header,
        analysis.claims.rows.iter().map(|claim| {
            let mut row = vec![
                claim.alleged_by.to_string(),
                claim.attributed_to.to_string(),
                claim.status.as_str().to_owned(),
                claim.incidents.to_string(),
            ];
            row.extend(deaths(&claim.deaths));
            row
        }),
    )
}

/// A number with six significant digits and no needless zeros.
fn significant(value: f64) -> String {
    if value == 0.0 {
        return "0".to_owned();
    }
    let decimals = (5 - value.abs().log10().floor() as i32).clamp(0, 15);
    crate::units::round_to(value, decimals as u32).to_string()
}

/// `borders.csv`: the line that is measured along and its rivals, with what each would change.
pub fn borders(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "border",
        "role",
        "length_km",
        "chains",
        "vertices",
        "incidents_in_corridor",
        "left",
        "right",
        "on_line",
        "compared",
        "side_flips",
        "sector_flips",
        "corridor_flips",
        "median_feet_apart_m",
        "largest_feet_apart_m",
        "median_chainage_difference_km",
        "largest_chainage_difference_km",
        "notice",
    ];
    let line = |name: &str, role: &str, border: &Border| {
        vec![
            name.to_owned(),
            role.to_owned(),
            fixed(border.length().km(), 3),
            border.chains().len().to_string(),
            border.vertices().to_string(),
        ]
    };
    let mut main = line(&analysis.border_name, "measured along", &analysis.border);
    main.push(analysis.total().incidents.to_string());
    main.extend(analysis.sides().map(|count| count.to_string()));
    main.extend(std::iter::repeat_n(String::new(), 8));
    main.push(analysis.border.notices().join("; "));
    let corridor = analysis.options.corridor;
    let rivals = analysis.alignments.iter().map(|alignment| {
        let summary = alignment.summary(&analysis.incidents, corridor);
        let mut row = line(&alignment.name, "rival", &alignment.border);
        row.push(summary.in_corridor.to_string());
        row.extend(summary.sides.map(|count| count.to_string()));
        row.extend(
            [
                summary.compared,
                summary.side_flips,
                summary.sector_flips,
                summary.corridor_flips,
            ]
            .map(|count| count.to_string()),
        );
        row.extend([
            fixed(summary.median_feet_apart.0, 1),
            fixed(summary.largest_feet_apart.0, 1),
            fixed(summary.median_chainage_difference.km(), 3),
            fixed(summary.largest_chainage_difference.km(), 3),
        ]);
        row.push(alignment.border.notices().join("; "));
        row
    });
    write(to, &header, std::iter::once(main).chain(rivals))
}

/// `alignments.csv`: every incident that is not held or left out, on every rival line, and what changes.
pub fn alignments(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let corridor = analysis.options.corridor;
    let mut header = vec!["border", "id", "date", "place"];
    header.extend(location::COLUMNS);
    header.extend([
        "in_corridor",
        "flips",
        "measured_offset_m",
        "measured_side",
        "measured_chainage_km",
        "measured_sector",
        "measured_in_corridor",
        "feet_apart_m",
        "chainage_difference_km",
    ]);
    let rows = analysis.alignments.iter().flat_map(|alignment| {
        alignment
            .compared(&analysis.incidents, corridor)
            .map(move |(it, place)| {
                let within = |offset: Metres| if offset <= corridor { "yes" } else { "no" };
                let mut row = vec![
                    alignment.name.clone(),
                    it.incident.id().to_owned(),
                    it.incident.day.to_string(),
                    it.incident.place().to_owned(),
                ];
                let fields = location::fields(&location::Written {
                    location: &place.location,
                    side: place.side,
                    side_name: place.side.name(&analysis.border),
                    side_probability: place.side_probability,
                    sector: analysis.sector_name(place.sector),
                    line_end: place.line_end,
                });
                row.extend(fields.into_iter().map(std::borrow::Cow::into_owned));
                row.extend([
                    within(place.location.offset).to_owned(),
                    place.flips(it, corridor).words(),
                    fixed(it.location.offset.0, 3),
                    it.side.as_str().to_owned(),
                    fixed(it.location.chainage.km(), 6),
                    analysis.sector_name(it.sector).to_owned(),
                    within(it.location.offset).to_owned(),
                    fixed(place.feet_apart.0, 1),
                    fixed(place.chainage_difference(it).km(), 6),
                ]);
                row
            })
    });
    write(to, &header, rows)
}

/// `k_distance.csv`: the two sorted curves of how far the k-th nearest incident is, and where their knees are.
pub fn k_distance(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = ["curve", "others", "rank", "share", "value", "is_knee"];
    let Some(sheets) = &analysis.sheets else {
        return write(to, &header, std::iter::empty::<[&str; 0]>());
    };
    let found = &sheets.k_distances;
    let others = found.others.to_string();
    let row = |curve: &str, rank: usize, of: usize, value: String, is_knee: bool| {
        [
            curve.to_owned(),
            others.clone(),
            rank.to_string(),
            fixed(rank as f64 / of as f64, 6),
            value,
            if is_knee { "yes" } else { "no" }.to_owned(),
        ]
    };
    let (distances, days) = (&found.distances, &found.days);
    let km = distances.values.iter().zip(1..).map(|(value, rank)| {
        let is_knee = distances.knee == Some(*value);
        let value = fixed(value.km(), 6);
        row("distance_km", rank, distances.values.len(), value, is_knee)
    });
    let spans = days.values.iter().zip(1..).map(|(value, rank)| {
        let is_knee = days.knee == Some(*value);
        row(
            "days",
            rank,
            days.values.len(),
            value.0.to_string(),
            is_knee,
        )
    });
    write(to, &header, km.chain(spans))
}

/// `sensitivity.csv`: clusters under every setting, and which of those in use survive it.
pub fn sensitivity(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "eps_km",
        "eps_days",
        "min_points",
        "largest_location_radius_km",
        "border",
        "in_use",
        "incidents",
        "core",
        "reachable",
        "noise",
        "clusters",
        "largest_cluster",
        "clusters_surviving",
        "surviving",
    ];
    let Some(sheets) = &analysis.sheets else {
        return write(to, &header, std::iter::empty::<[&str; 0]>());
    };
    let found = &sheets.sensitivity;
    let values = &found.values;
    write(
        to,
        &header,
        found.settings.iter().map(|setting| {
            let [eps, days, points, radius, border] = setting.values;
            let surviving = setting.surviving.iter().map(ToString::to_string);
            [
                values.eps[eps].km().to_string(),
                values.eps_days[days].0.to_string(),
                values.min_points[points].to_string(),
                values.largest_location_radius[radius].km().to_string(),
                values.borders[border].clone(),
                if setting.in_use { "yes" } else { "no" }.to_owned(),
                setting.incidents.to_string(),
                setting.core.to_string(),
                setting.reachable.to_string(),
                setting.noise().to_string(),
                setting.clusters.to_string(),
                setting.largest.to_string(),
                setting.surviving.len().to_string(),
                surviving.collect::<Vec<String>>().join("; "),
            ]
        }),
    )
}

/// `merged_reports.csv`: every report that became part of another, with all that it says.
pub fn merged_reports(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    // Nothing is looked up where nothing was merged.
    let all = &analysis.incidents[..if analysis.merged.is_empty() {
        0
    } else {
        analysis.incidents.len()
    }];
    let ids: BTreeMap<usize, &str> = all
        .iter()
        .map(|it| (it.incident.record, it.incident.id()))
        .collect();
    // A report may have become part of one that then became part of another.
    let further: BTreeMap<usize, usize> = analysis
        .merged
        .iter()
        .map(|merged| (merged.report.record, merged.into))
        .collect();
    let mut header = vec!["merged_into", "reason", "input_file", "line"];
    header.extend(report_header());
    write(
        to,
        &header,
        analysis.merged.iter().map(|merged| {
            let entry = &analysis.ledger.entries[merged.report.record];
            let into = further.get(&merged.into).unwrap_or(&merged.into);
            let into = ids.get(into).copied().unwrap_or("");
            let mut row = vec![
                into.to_owned(),
                entry.reason.code().to_owned(),
                analysis.ledger.files[entry.file as usize].name.clone(),
                entry.line.to_string(),
            ];
            row.extend(report_fields(&merged.report).map(std::borrow::Cow::into_owned));
            row
        }),
    )
}

/// `ledger.csv`: every record of every input file and its one fate.
pub fn ledger(analysis: &Analysis, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "input_file",
        "line",
        "record",
        "id",
        "fate",
        "reason",
        "column",
        "value",
        "expected",
    ];
    let mut incidents = analysis.incidents.iter().peekable();
    write(
        to,
        &header,
        analysis
            .ledger
            .entries
            .iter()
            .enumerate()
            .map(|(record, entry)| {
                // Incidents stand in the order of their records.
                let incident = incidents.next_if(|it| it.incident.record == record);
                let id = incident.map_or_else(|| entry.id(), |it| it.incident.id());
                [
                    analysis.ledger.files[entry.file as usize].name.clone(),
                    entry.line.to_string(),
                    entry.record.to_string(),
                    id.to_owned(),
                    entry.fate.as_str().to_owned(),
                    entry.reason.code().to_owned(),
                    entry.column().to_owned(),
                    entry.value().to_owned(),
                    entry.expected().to_owned(),
                ]
            }),
    )
}

/// The columns of [`counts`].
const COUNTS: [&str; 10] = [
    "incidents",
    "placed",
    "uncertain",
    DEATHS[0],
    DEATHS[1],
    DEATHS[2],
    DEATHS[3],
    DEATHS[4],
    DEATHS[5],
    DEATHS[6],
];

fn counts(counts: &Counts) -> Vec<String> {
    let mut row = vec![
        counts.incidents.to_string(),
        counts.placed().to_string(),
        counts.uncertain.to_string(),
    ];
    row.extend(deaths(&counts.deaths));
    row
}

/// The columns of [`deaths`].
const DEATHS: [&str; 7] = [
    "deaths_low",
    "deaths_best",
    "deaths_high",
    "incidents_with_low",
    "incidents_with_best",
    "incidents_with_high",
    "incidents_with_any_figure",
];

fn deaths(sums: &FigureSums) -> [String; 7] {
    [
        optional(sums.low.value()),
        optional(sums.best.value()),
        optional(sums.high.value()),
        sums.low.incidents.to_string(),
        sums.best.incidents.to_string(),
        sums.high.incidents.to_string(),
        sums.reporting.to_string(),
    ]
}

fn rate(rate: Option<f64>) -> String {
    rate.map_or_else(String::new, |rate| format!("{rate:.4}"))
}

fn optional<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}

/// `armed_clash (5); shelling (2)`.
pub fn tally(tally: &Tally) -> String {
    let parts: Vec<String> = tally
        .iter()
        .map(|(value, count)| format!("{value} ({count})"))
        .collect();
    parts.join("; ")
}
