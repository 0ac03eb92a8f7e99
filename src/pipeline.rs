//! The stages of a run, in order, once.

use crate::analysis::Analysis;
use crate::batches::Batches;
use crate::border::Border;
use crate::case::{Case, Options, SectorSource};
use crate::cluster;
use crate::duplicates;
use crate::error::{Error, Result};
use crate::geodesy::Position;
use crate::incident::Incident;
use crate::input;
use crate::input::incidents::{FileNotes, Reading};
use crate::ledger::{Details, Fate, Ledger, Reason};
use crate::locate::{Location, Locator, side_probability};
use crate::located::LocatedIncident;
use crate::sector::{Breakpoint, Sectors};
use crate::stats::{self, Period};
use crate::units::Metres;
use crate::wording::counted;

/// Hears how far a run has come.
pub trait Progress: Sync {
    /// A stage begins that has so many steps; 0 where they are not counted.
    fn stage(&self, name: &'static str, steps: u64);
    /// So many more steps of the stage are done.
    fn advance(&self, steps: u64);
}

/// Hears nothing.
pub struct Silent;

impl Progress for Silent {
    fn stage(&self, _: &'static str, _: u64) {}
    fn advance(&self, _: u64) {}
}

/// Positions this near to the border tell that their axes are not swapped.
const NEAR: Metres = Metres(500_000.0);

/// Reads, checks, locates, assigns sectors, clusters and tabulates a case. Writes nothing.
///
/// # Errors
/// A file or an option that cannot be used. Bad rows are in the ledger instead.
pub fn analyse(case: &Case, progress: &dyn Progress) -> Result<Analysis> {
    let Prepared {
        reading,
        border,
        sectors,
        context,
    } = prepare(case, progress)?;
    let Reading {
        incidents,
        mut ledger,
        merged,
        files,
    } = reading;
    let options = case.options.clone();
    let period = period_of(&incidents, &options)?;
    hold(&incidents, &mut ledger, &options, period);
    let mut incidents = locate(incidents, &border, &sectors, progress);
    leave_out_distant(&mut incidents, &mut ledger, options.corridor);

    progress.stage("looking for duplicates", 0);
    let proposals = duplicates::propose(&incidents, &ledger);
    let mut merged = merged;
    if let Some(rule) = options.duplicates.merge_likely {
        merged.extend(duplicates::merge(&mut incidents, &mut ledger, rule));
    }
    progress.stage("clustering", 0);
    let stability = cluster::assign(&mut incidents, &options.cluster, options.seed);
    let clusters = cluster::summary::clusters(&incidents, &stability.clusters, &context.places);
    progress.stage("tabulating", 0);
    let episodes = stats::episodes::episodes(&incidents, &options.cluster);
    let sector_summaries = stats::sectors::summaries(
        &incidents,
        &sectors,
        period,
        &clusters,
        &episodes,
        &options.cluster,
    );
    let sector_weeks = stats::sectors::weeks(&incidents, &sectors, period, &options.cluster);
    ledger.check()?;
    let remarks = remarks(&border, &files, &ledger, &incidents, &options);
    Ok(Analysis {
        name: case.name.clone(),
        title: case.title.clone(),
        credit: case.credit.clone(),
        options,
        border,
        sectors,
        period,
        incidents,
        clusters,
        draws: stability.draws,
        episodes,
        sector_summaries,
        sector_weeks,
        ledger,
        merged,
        duplicates: proposals,
        files,
        context,
        remarks,
    })
}

struct Prepared {
    reading: Reading,
    border: Border,
    sectors: Sectors,
    context: crate::context::Context,
}

/// Everything that reads a file.
fn prepare(case: &Case, progress: &dyn Progress) -> Result<Prepared> {
    progress.stage("reading", 0);
    let border = input::border::read(&case.border)?;
    let sectors = sectors_of(&case.sectors, &border)?;
    let context = input::context::read(case)?;
    let locator = Locator::new(&border);
    let near = |position: Position| locator.is_within(position, NEAR);
    let reading = input::incidents::read(&case.incidents, &case.options, Some(&near))?;
    Ok(Prepared {
        reading,
        border,
        sectors,
        context,
    })
}

/// The sectors of a case on its border: a sector starts at the foot of the position that its table
/// gives.
///
/// # Errors
/// A table that cannot be read, or breakpoints that do not ascend along the line.
pub fn sectors_of(source: &SectorSource, border: &Border) -> Result<Sectors> {
    let path = match source {
        SectorSource::Equal(count) => return Ok(Sectors::equal(border, *count)),
        SectorSource::File(path) => path,
    };
    let locator = Locator::new(border);
    let breakpoints: Vec<Breakpoint> = input::context::sector_starts(path)?
        .into_iter()
        .map(|start| Breakpoint {
            sector: start.sector,
            chainage: start
                .start
                .map_or(Metres::ZERO, |position| locator.locate(position).chainage),
        })
        .collect();
    Sectors::from_breakpoints(border, &breakpoints).map_err(|invalid| {
        Error::refused(
            path.display(),
            invalid,
            "sectors in the order of the line, each starting beyond the one above it",
        )
        .advise("order the rows by chainage (borderscope locate prints it), or set border.reverse")
    })
}

/// The period of the options; where they leave it open, that of the incidents.
fn period_of(incidents: &Batches<Incident>, options: &Options) -> Result<Period> {
    let none = || {
        Error::refused(
            "incidents",
            "every record was rejected",
            "at least one record with a date and coordinates",
        )
        .advise("borderscope check names the reason for each")
    };
    let first = || incidents.iter().map(|incident| incident.day).min();
    let last = || incidents.iter().map(|incident| incident.last_day).max();
    let start = options.start.or_else(first).ok_or_else(none)?;
    let end = options.end.or_else(last).ok_or_else(none)?;
    if incidents.is_empty() {
        return Err(none());
    }
    if start > end {
        return Err(Error::refused(
            "period",
            format_args!("{start} to {end}"),
            "a start that is not after the end; an end that is left open is the last day of the data",
        ));
    }
    Ok(Period { start, end })
}

/// Gives held incidents and those outside the period their fate.
fn hold(incidents: &Batches<Incident>, ledger: &mut Ledger, options: &Options, period: Period) {
    for incident in incidents.iter() {
        let entry = &mut ledger.entries[incident.record];
        if entry.fate != Fate::Used {
            continue;
        }
        if let Some(why) = options.held_ids.get(incident.id()) {
            let details = details(incident, "id", incident.id(), why);
            entry.decide(Fate::Held, Reason::HeldById, details);
        } else if let Some(why) = options.held_event_types.get(&*incident.event_type) {
            let details = details(incident, "event_type", &incident.event_type, why);
            entry.decide(Fate::Held, Reason::HeldByEventType, details);
        } else if !is_within(incident, period, options) {
            let expected = format!("{} to {}", period.start, period.end);
            let value = if incident.day == incident.last_day {
                incident.day.to_string()
            } else {
                format!("{} to {}", incident.day, incident.last_day)
            };
            let details = details(incident, "date", &value, &expected);
            entry.decide(Fate::OutsidePeriod, Reason::DateOutsidePeriod, details);
        }
    }
}

/// Whether an incident began in the period; if it is dated only roughly, whether all of its days are in it.
fn is_within(incident: &Incident, period: Period, options: &Options) -> bool {
    let rough = incident.days() > options.cluster.largest_date_span;
    period.holds(incident.day) && (!rough || period.holds(incident.last_day))
}

fn details(incident: &Incident, column: &str, value: &str, expected: &str) -> Details {
    Details {
        id: incident.id().into(),
        column: column.into(),
        value: value.into(),
        expected: expected.into(),
    }
}

/// Locates every incident, on all cores; the order is kept.
fn locate(
    incidents: Batches<Incident>,
    border: &Border,
    sectors: &Sectors,
    progress: &dyn Progress,
) -> Vec<LocatedIncident> {
    progress.stage("locating", incidents.len() as u64);
    let locator = Locator::new(border);
    let positions: Vec<Position> = incidents.iter().map(|it| it.position).collect();
    let locations = locator.locate_all(&positions, |done| progress.advance(done as u64));
    let located = |(incident, location): (Incident, Location)| LocatedIncident {
        fate: Fate::Used,
        side_probability: side_probability(location.offset, incident.location_radius),
        sector: sectors.holding(location.chainage),
        location,
        cluster: None,
        role: None,
        membership: None,
        clustered: None,
        incident,
    };
    let incidents = incidents.into_pieces().into_iter().flatten();
    incidents.zip(locations).map(located).collect()
}

/// Gives incidents beyond the corridor their fate, and every incident the fate that the ledger says.
fn leave_out_distant(incidents: &mut [LocatedIncident], ledger: &mut Ledger, corridor: Metres) {
    for incident in incidents {
        let entry = &mut ledger.entries[incident.incident.record];
        if entry.fate == Fate::Used && incident.location.offset > corridor {
            let offset = format!("{:.0}", incident.location.offset.0);
            let expected = format!("at most {:.0}", corridor.0);
            let details = details(&incident.incident, "offset_m", &offset, &expected);
            entry.decide(
                Fate::OutsideCorridor,
                Reason::OffsetExceedsCorridor,
                details,
            );
        }
        incident.fate = entry.fate;
    }
}

/// What the reader should know about how the input was understood.
fn remarks(
    border: &Border,
    files: &[FileNotes],
    ledger: &Ledger,
    incidents: &[LocatedIncident],
    options: &Options,
) -> Vec<String> {
    let mut remarks = Vec::new();
    let assembly = border.assembly();
    if assembly.parts > 1 {
        remarks.push(format!(
            "The border came in {} pieces; {} ends were joined and {} pieces turned around; {} remain.",
            assembly.parts,
            assembly.joins,
            assembly.reversed,
            counted(border.chains().len(), "chain"),
        ));
    }
    if !assembly.gaps.is_empty() {
        let gaps: Vec<String> = assembly
            .gaps
            .iter()
            .map(|gap| format!("{:.1}", gap.km()))
            .collect();
        remarks.push(format!(
            "Between chains the line has gaps of {} km, which add nothing to chainage.",
            gaps.join(", ")
        ));
    }
    if !assembly.junctions.is_empty() {
        remarks.push(format!(
            "At {} three or more pieces meet; nothing was joined there.",
            counted(assembly.junctions.len(), "place")
        ));
    }
    if assembly.names_disagree {
        remarks.push(
            "Pieces of the border name different countries for the same side; the names of the greater \
             length are used. Set border.left and border.right to be sure."
                .to_owned(),
        );
    }
    for file in files {
        if !file.has_precision {
            let radius = options.radii.without_column.map_or_else(
                || "unknown".to_owned(),
                |radius| format!("{} km", radius.km()),
            );
            remarks.push(format!(
                "{} has no precision column: every place in it is taken as known within {radius} \
                 (precision.without_column_km).",
                file.name
            ));
        }
        for (code, count) in &file.unknown_precision {
            remarks.push(format!(
                "{}: {} with the precision code {code:?}, which has no radius (precision.radius_km); \
                 their places count as uncertain.",
                file.name,
                counted(*count as usize, "incident")
            ));
        }
        remarks.extend(file.remarks.iter().cloned());
    }
    for id in options.held_ids.keys() {
        if !incidents.iter().any(|it| it.incident.id() == id) {
            remarks.push(format!("hold.ids names {id:?}, which no incident has."));
        }
    }
    for kind in options.held_event_types.keys() {
        if !incidents.iter().any(|it| *it.incident.event_type == **kind) {
            remarks.push(format!(
                "hold.event_types names {kind:?}, which no incident has."
            ));
        }
    }
    let unread = ledger
        .counts()
        .into_iter()
        .find(|count| count.1 == Reason::ValueNotRead);
    if let Some((_, _, count)) = unread {
        remarks.push(format!(
            "{} used with an optional value that could not be read and counts as empty; the ledger names it.",
            if count == 1 { "1 record is".to_owned() } else { format!("{count} records are") }
        ));
    }
    let beyond = incidents
        .iter()
        .filter(|incident| incident.is_counted() && incident.location.beyond_end)
        .count();
    if beyond > 0 {
        remarks.push(format!(
            "{} beyond an end of the line; the side there is that of the line continued straight on.",
            if beyond == 1 { "1 incident lies".to_owned() } else { format!("{beyond} incidents lie") }
        ));
    }
    remarks
}
