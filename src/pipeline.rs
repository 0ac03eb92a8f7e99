//! The stages of a run, in order, once.

use std::path::Path;

use rayon::prelude::*;

use crate::alignments::Alignment;
use crate::analysis::Analysis;
use crate::batches::Batches;
use crate::border::Border;
use crate::case::{BorderSource, Case, ExportOptions, Options, SectorSource};
use crate::ceasefire;
use crate::ceasefire::accounting::Account;
use crate::cluster;
use crate::context::Context;
use crate::duplicates;
use crate::error::{Error, Result};
use crate::evidence::{self, Given};
use crate::export::formats;
use crate::geodesy::Position;
use crate::incident::Incident;
use crate::input;
use crate::input::context::Start;
use crate::input::incidents::{FileNotes, Reading};
use crate::input::logo::Logo;
use crate::ledger::{Details, Fate, Ledger, Reason};
use crate::locate::{LineEnd, Location, Locator};
use crate::located::LocatedIncident;
use crate::region::{Area, JudgedSide, SideRegions};
use crate::render::raster;
use crate::sector::{Breakpoint, SectorFinder, Sectors};
use crate::stats::{self, Period};
use crate::units::Metres;
use crate::wording::counted;
use crate::wording::language::Language;

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
/// The longest bin in which the density along the line is given.
const STEP: Metres = Metres(1_000.0);

/// Reads, checks, locates, assigns sectors, clusters and tabulates a case. Writes nothing.
///
/// # Errors
/// A file or an option that cannot be used. Bad rows are in the ledger instead.
pub fn analyse(case: &Case, progress: &dyn Progress) -> Result<Analysis> {
    let Prepared {
        reading,
        language,
        logo,
        border,
        regions,
        rivals,
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
    let locator = Locator::new(&border);
    let finder = SectorFinder::new(&sectors);
    let (mut incidents, unclear) = locate(incidents, &locator, regions.as_ref(), &finder, progress);
    leave_out_distant(&mut incidents, &mut ledger, options.corridor);
    let alignments: Vec<Alignment> = rivals
        .into_iter()
        .map(|(name, rival, regions)| {
            let regions = regions.as_ref();
            Alignment::new(name, &rival, regions, &incidents, &locator, &finder)
        })
        .collect();

    progress.stage("looking for duplicates", 0);
    let proposals = duplicates::propose(&incidents, &ledger);
    let mut merged = merged;
    if let Some(rule) = options.duplicates.merge_likely {
        merged.extend(duplicates::merge(&mut incidents, &mut ledger, rule));
    }
    progress.stage("clustering", 0);
    let stability = cluster::assign(&mut incidents, &options.cluster, options.seed);
    let clusters = cluster::summary::clusters(&incidents, &stability.clusters, &context.places);
    progress.stage("trying other parameters", 0);
    let sheets = cluster::sheets(&incidents, &alignments, &case.border.name, &options);
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
    let intensity = stats::density::intensity(
        &border,
        &incidents,
        &options.cluster,
        options.stats.bandwidth,
        STEP,
    );
    let claims = ceasefire::claims::claims(&incidents);
    let verification = ceasefire::verification::states(&incidents);
    let accounts =
        ceasefire::accounting::accounts(&incidents, &context, &sectors, period, &options);
    progress.stage("testing", 0);
    let evidence = evidence::evidence(&Given {
        incidents: &incidents,
        border: &border,
        locator: &locator,
        sectors: &sectors,
        finder: &finder,
        period,
        ceasefires: &context.ceasefires,
        accounts: &accounts,
        options: &options,
    });
    ledger.check()?;
    let remarks = [
        line_remarks(&border, &alignments),
        place_remarks(&incidents, &sectors, unclear),
        claim_remarks(&accounts, &context, &incidents),
        input_remarks(&files, &ledger, &incidents, &options),
        export_remarks(&case.export, incidents.len()),
    ]
    .concat();
    drop((locator, finder));
    Ok(Analysis {
        name: case.name.clone(),
        title: case.title.clone(),
        credit: case.credit.clone(),
        options,
        style: case.style.clone(),
        export: case.export.clone(),
        language,
        logo,
        border_name: case.border.name.clone(),
        border,
        alignments,
        sectors,
        period,
        incidents,
        clusters,
        sheets,
        draws: stability.draws,
        episodes,
        sector_summaries,
        sector_weeks,
        intensity,
        accounts,
        evidence,
        claims,
        verification,
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
    language: Language,
    logo: Option<Logo>,
    border: Border,
    regions: Option<SideRegions>,
    rivals: Vec<(String, Border, Option<SideRegions>)>,
    sectors: Sectors,
    context: Context,
}

/// Everything that reads a file.
fn prepare(case: &Case, progress: &dyn Progress) -> Result<Prepared> {
    progress.stage("reading", 0);
    let border = input::border::read(&case.border)?;
    let regions = regions_of(&case.border, &border)?;
    let rivals = case
        .rivals
        .iter()
        .map(|source| {
            let rival = input::border::read(source)?;
            let regions = regions_of(source, &rival)?;
            Ok((source.name.clone(), rival, regions))
        })
        .collect::<Result<Vec<_>>>()?;
    let sectors = sectors_of(&case.sectors, &border)?;
    let context = input::context::read(case)?;
    check_sector_names(case, &context, &sectors)?;
    let locator = Locator::new(&border);
    let near = |position: Position| locator.is_within(position, NEAR);
    let reading = input::incidents::read(&case.incidents, &case.options, Some(&near))?;
    let logo = case
        .style
        .logo
        .as_deref()
        .map(|path| {
            let logo = input::logo::read(path)?;
            if raster::can_draw(logo.media_type, &logo.bytes) {
                Ok(logo)
            } else {
                Err(Error::refused(
                    format_args!("{}, style.logo", path.display()),
                    format_args!("a damaged {} file", logo.media_type),
                    "a PNG or SVG file that can be drawn",
                ))
            }
        })
        .transpose()?;
    let language = input::translations::language(
        case.style.language.as_deref(),
        case.style.translations.as_deref(),
    )?;
    Ok(Prepared {
        reading,
        language,
        logo,
        border,
        regions,
        rivals,
        sectors,
        context,
    })
}

/// That sectors which a ceasefire covers, or somebody watched, are sectors of the case: by another name they would
/// silently cover nothing.
fn check_sector_names(case: &Case, context: &Context, sectors: &Sectors) -> Result<()> {
    let covered = context.ceasefires.iter().flat_map(|it| &it.sectors);
    let watched = context.observation.iter().map(|it| &it.sector);
    let named = covered
        .map(|name| (case.ceasefires.as_deref(), name))
        .chain(watched.map(|name| (case.observation.as_deref(), name)));
    for (file, name) in named {
        let name = name.trim();
        if name.is_empty() || sectors.all().iter().any(|it| it.name == name) {
            continue;
        }
        let names: Vec<&str> = sectors.all().iter().map(|it| it.name.as_str()).collect();
        return Err(Error::refused(
            format_args!("{}, a sector", file.unwrap_or(Path::new("")).display()),
            format_args!("{name:?}"),
            format_args!("the name of a sector of the case: {}", names.join(", ")),
        ));
    }
    Ok(())
}

/// What is odd about changes of status and states of verification.
fn claim_remarks(
    accounts: &[Account],
    context: &Context,
    incidents: &[LocatedIncident],
) -> Vec<String> {
    let mut remarks = Vec::new();
    let told = |change: usize| {
        let mut segments = accounts.iter().flat_map(|it| &it.segments);
        segments.any(|it| it.change == Some(change))
    };
    for (number, change) in context.status_changes.iter().enumerate() {
        if !told(number) {
            remarks.push(format!(
                "The change of status of {} on {} ({}) is not within that ceasefire and the period, and is in no account.",
                change.ceasefire, change.day, change.change
            ));
        }
    }
    let early = incidents
        .iter()
        .map(|it| &it.incident)
        .filter(|it| {
            let on = it.verified_on();
            !on.is_empty() && on < it.day.to_string().as_str()
        })
        .count();
    if early > 0 {
        remarks.push(format!(
            "{} a state of verification that is dated before the incident itself.",
            match early {
                1 => "1 incident has".to_owned(),
                early => format!("{} have", counted(early, "incident")),
            }
        ));
    }
    remarks
}

/// The regions that tell the sides of a border, if its source names a file of them: areas whose property
/// `side` is `left` or `right`, or that bear the name of a side.
///
/// # Errors
/// A file that cannot be read, or without an area of either side.
pub fn regions_of(source: &BorderSource, border: &Border) -> Result<Option<SideRegions>> {
    let Some(path) = &source.regions else {
        return Ok(None);
    };
    let areas = input::areas::read(path)?;
    let of = |word: &str, name: Option<&str>| -> Vec<&Area> {
        let name = name.map(str::to_lowercase);
        let is_of = |area: &&Area| match area.side.as_str() {
            "" => name.as_deref() == Some(&area.name.to_lowercase()),
            side => side.eq_ignore_ascii_case(word),
        };
        areas.iter().filter(is_of).collect()
    };
    let (left, right) = (of("left", border.left()), of("right", border.right()));
    if left.is_empty() && right.is_empty() {
        let names: Vec<&str> = areas.iter().map(|area| area.name.as_str()).collect();
        return Err(Error::refused(
            path.display(),
            format_args!("areas of neither side: {}", names.join(", ")),
            match (border.left(), border.right()) {
                (None, None) => "areas with the property side, left or right".to_owned(),
                (left, right) => format!(
                    "areas with the property side, left or right, or with the names {} and {}",
                    left.unwrap_or("(none)"),
                    right.unwrap_or("(none)")
                ),
            },
        ));
    }
    Ok(Some(SideRegions::new(left, right)))
}

/// The sectors of a case on its border: areas of a `GeoJSON` file, or stretches that start at the chainage that
/// a table gives, or at the foot of its position.
///
/// # Errors
/// A file that cannot be read, breakpoints that do not ascend along the line, or areas without names.
pub fn sectors_of(source: &SectorSource, border: &Border) -> Result<Sectors> {
    let path = match source {
        SectorSource::Equal(count) => return Ok(Sectors::equal(border, *count)),
        SectorSource::Areas { file, tolerance } => {
            let areas = input::areas::read(file)?;
            return Sectors::from_areas(border, &areas, *tolerance).map_err(|invalid| {
                Error::refused(
                    file.display(),
                    invalid,
                    "Polygon or MultiPolygon features, each with a property name",
                )
            });
        }
        SectorSource::File(path) => path,
    };
    let locator = Locator::new(border);
    let breakpoints: Vec<Breakpoint> = input::context::sector_starts(path)?
        .into_iter()
        .map(|start| Breakpoint {
            sector: start.sector,
            chainage: match start.start {
                None => Metres::ZERO,
                Some(Start::Chainage(chainage)) => chainage,
                Some(Start::Position(position)) => locator.locate(position).chainage,
            },
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

/// What regions or areas leave open.
#[derive(Clone, Copy, Debug, Default)]
struct Unclear {
    /// Incidents that lie in neither region of a side, or in both.
    sides: usize,
    /// Incidents that lie in more than one sector.
    sectors: usize,
}

/// The side, the sector and how many more, and the ends of the line.
type Judged = (JudgedSide, (usize, usize), LineEnd);

/// Locates every incident, on all cores; the order is kept.
fn locate(
    incidents: Batches<Incident>,
    locator: &Locator<'_>,
    regions: Option<&SideRegions>,
    sectors: &SectorFinder<'_>,
    progress: &dyn Progress,
) -> (Vec<LocatedIncident>, Unclear) {
    progress.stage("locating", incidents.len() as u64);
    let positions: Vec<Position> = incidents.iter().map(|it| it.position).collect();
    let radii: Vec<Option<Metres>> = incidents.iter().map(|it| it.location_radius).collect();
    let locations = locator.locate_all(&positions, |done| progress.advance(done as u64));
    let judge = |((&position, &radius), &location): ((&Position, &Option<Metres>), &Location)| {
        let judged = match regions {
            Some(regions) => regions.judge(position, &location, radius),
            None => JudgedSide::by_line(&location, radius),
        };
        let sector = sectors.find(position, location.chainage);
        let line_end = locator.line_end(position, &location, radius);
        (judged, sector, line_end)
    };
    let judged: Vec<_> = positions
        .par_iter()
        .zip(&radii)
        .zip(&locations)
        .map(judge)
        .collect();
    let mut unclear = Unclear::default();
    let mut located = |(incident, (location, judged)): (Incident, (Location, Judged))| {
        let (judged, (sector, others), line_end) = judged;
        unclear.sides += usize::from(judged.undecided);
        unclear.sectors += usize::from(others > 0);
        LocatedIncident {
            fate: Fate::Used,
            side: judged.side,
            side_probability: judged.probability,
            line_end,
            sector,
            location,
            cluster: None,
            role: None,
            membership: None,
            clustered: None,
            incident,
        }
    };
    let incidents = incidents.into_pieces().into_iter().flatten();
    let located = incidents
        .zip(locations.into_iter().zip(judged))
        .map(&mut located)
        .collect();
    (located, unclear)
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

/// What the reader should know about how the line was put together.
fn line_remarks(border: &Border, alignments: &[Alignment]) -> Vec<String> {
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
    if assembly.turned_by_names > 0 {
        remarks.push(format!(
            "{} turned around because of the names of {} sides.",
            were(assembly.turned_by_names, "chain"),
            if assembly.turned_by_names == 1 {
                "its"
            } else {
                "their"
            }
        ));
    }
    if assembly.turned_to_names {
        remarks.push(
            "The line was turned around so that its sides are as border.left and border.right name them."
                .to_owned(),
        );
    }
    if assembly.names_contradict {
        remarks.push(
            "border.left and border.right name the sides the other way round than the file of the line,              and border.reverse fixes its direction; the names of the case are used."
                .to_owned(),
        );
    }
    for alignment in alignments {
        let same = |one: Option<&str>, other: Option<&str>| one.is_some() && one == other;
        let rival = &alignment.border;
        if same(rival.left(), border.right()) || same(rival.right(), border.left()) {
            remarks.push(format!(
                "The line {} names its sides the other way round; the names of the first line are used.",
                alignment.name
            ));
        }
    }
    remarks
}

/// "1 chain was", "2 chains were".
fn were(count: usize, noun: &str) -> String {
    let verb = if count == 1 { "was" } else { "were" };
    format!("{} {verb}", counted(count, noun))
}

/// What the reader should know about what is uncertain in sides and sectors.
fn place_remarks(
    incidents: &[LocatedIncident],
    sectors: &Sectors,
    unclear: Unclear,
) -> Vec<String> {
    let mut remarks = Vec::new();
    let lie = |count: usize| match count {
        1 => "1 incident lies".to_owned(),
        count => format!("{} lie", counted(count, "incident")),
    };
    let disagree = incidents
        .iter()
        .filter(|it| it.side != it.location.side)
        .count();
    if disagree > 0 {
        remarks.push(format!(
            "{} in the region of one side and to the other side of the line; the side is that of the \
             region, side_by_line that of the line.{}",
            lie(disagree),
            if disagree * 2 > incidents.len() {
                " That is most of them: the line seems to run the other way (border.reverse)."
            } else {
                ""
            }
        ));
    }
    if unclear.sides > 0 {
        remarks.push(format!(
            "{} in the region of neither side or of both; the side is that of the line.",
            lie(unclear.sides)
        ));
    }
    if unclear.sectors > 0 {
        remarks.push(format!(
            "{} in more than one sector, of which the one that the file names first counts.",
            lie(unclear.sectors)
        ));
    }
    for &(one, other, length) in &sectors.coverage().shared {
        remarks.push(format!(
            "The sectors {} and {} overlap: both cover the same {:.1} km of the line.",
            sectors.all()[one].name,
            sectors.all()[other].name,
            length.km()
        ));
    }
    let uncovered = sectors.coverage().uncovered;
    if uncovered > Metres(100.0) {
        remarks.push(format!(
            "{:.1} km of the line are in no sector.",
            uncovered.km()
        ));
    }
    let beyond = |end: LineEnd| {
        incidents
            .iter()
            .filter(|it| it.is_counted() && it.line_end == end)
            .count()
    };
    if beyond(LineEnd::Beyond) > 0 {
        remarks.push(format!(
            "{} beyond an end of the line; the side there is that of the line continued straight on.",
            lie(beyond(LineEnd::Beyond))
        ));
    }
    if beyond(LineEnd::Near) > 0 {
        remarks.push(format!(
            "{} so near to an end of the line that the true place may be beyond it.",
            lie(beyond(LineEnd::Near))
        ));
    }
    remarks
}

/// What the reader should know about layers that are not there.
fn export_remarks(options: &ExportOptions, incidents: usize) -> Vec<String> {
    let left_out: Vec<&str> = formats::left_out(options, incidents)
        .iter()
        .map(|it| it.name)
        .collect();
    if left_out.is_empty() {
        return Vec::new();
    }
    vec![format!(
        "{} are more than viewers of {} hold: not written unless --formats or export.formats asks for them.",
        counted(incidents, "incident"),
        left_out.join(" and ")
    )]
}

/// What the reader should know about how the files were understood.
fn input_remarks(
    files: &[FileNotes],
    ledger: &Ledger,
    incidents: &[LocatedIncident],
    options: &Options,
) -> Vec<String> {
    let mut remarks = Vec::new();
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
    remarks
}
