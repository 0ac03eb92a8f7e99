//! What a case file may say, as TOML.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;

use super::export::ExportTable;
use super::reading::{
    AxisOrder, ColumnSource, DateOrder, FileOptions, FileTable, IncidentFile, ReadingTable,
};
use super::statistics::StatsTable;
use super::style::{LayerTable, StyleTable};
use super::{
    AREA_TOLERANCE, BorderSource, Case, DEFAULT_SECTORS, DuplicateRule, MOST_SECTORS, Options,
    SectorSource, SensitivityGrid, folder_name,
};
use crate::error::{Error, Result};
use crate::moment::{UTC_OFFSET, utc_offset_of};
use crate::units::{Day, Days, Metres};

/// Reads the text of a case file that lies at a path.
pub(super) fn parse(text: &str, path: &Path) -> Result<Case> {
    let file: CaseFile = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        // The parser's own words for a choice of forms name its types.
        let (found, allowed) = match error.message() {
            words if words.contains("FileTable") => (
                "a file that is neither a path nor a table, or a table with a wrong key",
                "a path, or { path, layer, layout, encoding, separator, date_order, axis_order, spreadsheet_dates, columns }",
            ),
            words if words.contains("ColumnSource") => (
                "a column in none of its forms",
                "\"Name\", [\"One\", \"Another\"], { from = \"Name\", map = { … } } or { constant = \"…\" }",
            ),
            words => (words, "the keys that data/afpk-2025/case.toml explains"),
        };
        Error::refused(
            format_args!("{}, line {line}", path.display()),
            found,
            allowed,
        )
    })?;
    file.into_case(path)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CaseFile {
    name: Option<String>,
    title: Option<String>,
    credit: Option<String>,
    corridor_km: Option<f64>,
    seed: Option<u64>,
    incidents: IncidentsTable,
    border: Option<BorderTable>,
    #[serde(default)]
    borders: Vec<BorderTable>,
    #[serde(default)]
    utc_offset: BTreeMap<String, String>,
    #[serde(default)]
    period: PeriodTable,
    #[serde(default)]
    sectors: SectorsTable,
    #[serde(default)]
    columns: BTreeMap<String, ColumnSource>,
    #[serde(default)]
    duplicates: DuplicatesTable,
    #[serde(default)]
    precision: PrecisionTable,
    #[serde(default)]
    hold: HoldTable,
    #[serde(default)]
    cluster: ClusterTable,
    #[serde(default)]
    sensitivity: SensitivityTable,
    #[serde(default)]
    stats: StatsTable,
    #[serde(default)]
    context: ContextTable,
    #[serde(default)]
    style: StyleTable,
    #[serde(default)]
    export: ExportTable,
    #[serde(default)]
    layers: Vec<LayerTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IncidentsTable {
    files: Vec<FileTable>,
    layout: Option<String>,
    encoding: Option<String>,
    separator: Option<String>,
    date_order: Option<DateOrder>,
    axis_order: Option<AxisOrder>,
    spreadsheet_dates: Option<bool>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct DuplicatesTable {
    exact: Option<String>,
    likely: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BorderTable {
    name: Option<String>,
    file: PathBuf,
    layer: Option<String>,
    left: Option<String>,
    right: Option<String>,
    #[serde(default)]
    reverse: bool,
    join_tolerance_m: Option<f64>,
    border_uncertainty_m: Option<f64>,
    regions: Option<PathBuf>,
}

impl BorderTable {
    /// `key` is where the table stands, `folder` where relative paths start.
    fn into_source(self, key: &str, folder: &Path, refuse: &Refuse<'_>) -> Result<BorderSource> {
        let metres = |name: &str, given: Option<f64>| match given {
            Some(metres) if !(metres.is_finite() && metres >= 0.0) => Err(refuse(
                &format!("{key}.{name}"),
                metres.to_string(),
                "a number of metres, 0 or more",
            )),
            given => Ok(given.map(Metres)),
        };
        let source = BorderSource::new(folder.join(self.file));
        Ok(BorderSource {
            name: self.name.unwrap_or(source.name),
            layer: self.layer,
            file: source.file,
            left: self.left,
            right: self.right,
            reverse: self.reverse,
            join_tolerance: metres("join_tolerance_m", self.join_tolerance_m)?
                .unwrap_or(source.join_tolerance),
            uncertainty: metres("border_uncertainty_m", self.border_uncertainty_m)?,
            regions: self.regions.map(|file| folder.join(file)),
        })
    }
}

/// Makes an error of a key, what was found there and what is allowed.
pub(super) type Refuse<'a> = dyn Fn(&str, String, &str) -> Error + 'a;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PeriodTable {
    start: Option<String>,
    end: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SectorsTable {
    file: Option<PathBuf>,
    count: Option<usize>,
    tolerance_m: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrecisionTable {
    #[serde(default)]
    radius_km: BTreeMap<String, toml::Value>,
    #[serde(default)]
    layouts: BTreeMap<String, BTreeMap<String, toml::Value>>,
    without_column_km: Option<f64>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct HoldTable {
    #[serde(default)]
    ids: BTreeMap<String, String>,
    #[serde(default)]
    event_types: BTreeMap<String, String>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ClusterTable {
    eps_km: Option<f64>,
    eps_days: Option<i32>,
    min_points: Option<usize>,
    largest_location_radius_km: Option<f64>,
    largest_date_span_days: Option<i32>,
    draws: Option<usize>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct SensitivityTable {
    made: Option<bool>,
    #[serde(default)]
    eps_km: Vec<f64>,
    #[serde(default)]
    eps_days: Vec<i32>,
    #[serde(default)]
    min_points: Vec<usize>,
    #[serde(default)]
    largest_location_radius_km: Vec<f64>,
}

impl SensitivityTable {
    fn into_grid(self, refuse: &Refuse<'_>) -> Result<SensitivityGrid> {
        let key = |name: &str| format!("sensitivity.{name}");
        let lengths = |name: &str, given: Vec<f64>| {
            let bad = given.iter().find(|km| !(km.is_finite() && **km >= 0.0));
            match bad {
                Some(km) => Err(refuse(
                    &key(name),
                    km.to_string(),
                    "numbers of kilometres, 0 or more",
                )),
                None => Ok(given.into_iter().map(Metres::from_km).collect::<Vec<_>>()),
            }
        };
        if let Some(days) = self.eps_days.iter().find(|days| **days < 0) {
            let allowed = "whole numbers, 0 or more";
            return Err(refuse(&key("eps_days"), days.to_string(), allowed));
        }
        if self.min_points.contains(&0) {
            return Err(refuse(
                &key("min_points"),
                "0".into(),
                "whole numbers, 1 or more",
            ));
        }
        let sizes = [
            self.eps_km.len(),
            self.eps_days.len(),
            self.min_points.len(),
            self.largest_location_radius_km.len(),
        ];
        if let Some(long) = sizes.into_iter().find(|len| *len > MOST_VALUES) {
            return Err(refuse(
                "sensitivity",
                format!("a list of {long} values"),
                "lists of at most 12 values",
            ));
        }
        Ok(SensitivityGrid {
            eps: lengths("eps_km", self.eps_km)?,
            eps_days: self.eps_days.into_iter().map(Days).collect(),
            min_points: self.min_points,
            largest_location_radius: lengths(
                "largest_location_radius_km",
                self.largest_location_radius_km,
            )?,
            made: self.made,
        })
    }
}

/// So many values of one parameter have room on the sheet.
const MOST_VALUES: usize = 12;

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextTable {
    places: Option<PathBuf>,
    basemap: Option<PathBuf>,
    ceasefires: Option<PathBuf>,
    ceasefire_changes: Option<PathBuf>,
    observation: Option<PathBuf>,
    events: Option<PathBuf>,
}

impl CaseFile {
    fn into_case(self, path: &Path) -> Result<Case> {
        let folder = path.parent().unwrap_or(Path::new(""));
        let here = |file: PathBuf| folder.join(file);
        let refuse = |key: &str, found: String, allowed: &str| {
            Error::refused(format_args!("{}, {key}", path.display()), found, allowed)
        };
        let length = |key: &str, km: Option<f64>, default: Metres| match km {
            None => Ok(default),
            Some(km) if km.is_finite() && km >= 0.0 => Ok(Metres::from_km(km)),
            Some(km) => Err(refuse(
                key,
                km.to_string(),
                "a number of kilometres, 0 or more",
            )),
        };
        let day = |key: &str, date: Option<String>| {
            date.map(|text| {
                text.parse::<Date>()
                    .map(Day::from_date)
                    .map_err(|_| refuse(key, format!("{text:?}"), "a date such as \"2025-10-05\""))
            })
            .transpose()
        };
        if self.incidents.files.is_empty() {
            return Err(refuse(
                "incidents.files",
                "an empty list".into(),
                "at least one file",
            ));
        }
        let said = |key: &str, table: ReadingTable, over: FileOptions| {
            table.over(over, folder).map_err(|word| {
                let allowed = "\"comma\", \"semicolon\", \"tab\" or \"bar\"";
                refuse(key, format!("{word:?}"), allowed)
            })
        };
        let table = ReadingTable {
            path: None,
            layer: None,
            layout: self.incidents.layout,
            encoding: self.incidents.encoding,
            separator: self.incidents.separator,
            date_order: self.incidents.date_order,
            axis_order: self.incidents.axis_order,
            spreadsheet_dates: self.incidents.spreadsheet_dates,
            columns: self.columns,
        };
        let all = said("incidents.separator", table, FileOptions::default())?;
        let mut incidents = Vec::new();
        for (number, file) in self.incidents.files.into_iter().enumerate() {
            let (path, table) = file.split();
            let key = format!("incidents.files, entry {}", number + 1);
            let path = path.ok_or_else(|| refuse(&key, "no path".into(), "path = \"...\""))?;
            let path = if path == Path::new("-") {
                path
            } else {
                here(path)
            };
            let options = said(&format!("{key}, separator"), table, all.clone())?;
            incidents.push(IncidentFile { path, options });
        }
        let mut options = Options::default();
        options.corridor = length("corridor_km", self.corridor_km, options.corridor)?;
        options.start = day("period.start", self.period.start)?;
        options.end = day("period.end", self.period.end)?;
        if let (Some(start), Some(end)) = (options.start, options.end)
            && start > end
        {
            return Err(refuse(
                "period",
                format!("{start} to {end}"),
                "a start that is not after the end",
            ));
        }
        let radii = |key: &str, given: BTreeMap<String, toml::Value>| {
            given
                .into_iter()
                .map(|(code, value)| {
                    let radius = radius_km(&value).ok_or_else(|| {
                        refuse(&format!("{key}.{code}"), value.to_string(), RADIUS)
                    })?;
                    Ok((code, radius))
                })
                .collect::<Result<BTreeMap<_, _>>>()
        };
        options.radii.codes = radii("precision.radius_km", self.precision.radius_km)?;
        for (layout, given) in self.precision.layouts {
            let given = radii(&format!("precision.layouts.{layout}"), given)?;
            options.radii.layouts.insert(layout, given);
        }
        if let Some(km) = self.precision.without_column_km {
            options.radii.without_column = Some(length(
                "precision.without_column_km",
                Some(km),
                Metres::ZERO,
            )?);
        }
        let cluster = &mut options.cluster;
        cluster.eps = length("cluster.eps_km", self.cluster.eps_km, cluster.eps)?;
        cluster.largest_location_radius = length(
            "cluster.largest_location_radius_km",
            self.cluster.largest_location_radius_km,
            cluster.largest_location_radius,
        )?;
        if let Some(days) = self.cluster.eps_days {
            if days < 0 {
                return Err(refuse(
                    "cluster.eps_days",
                    days.to_string(),
                    "a whole number, 0 or more",
                ));
            }
            cluster.eps_days = Days(days);
        }
        if let Some(days) = self.cluster.largest_date_span_days {
            if days < 1 {
                return Err(refuse(
                    "cluster.largest_date_span_days",
                    days.to_string(),
                    "a whole number, 1 or more",
                ));
            }
            cluster.largest_date_span = Days(days);
        }
        cluster.draws = self.cluster.draws.or(cluster.draws);
        if let Some(points) = self.cluster.min_points {
            if points == 0 {
                return Err(refuse(
                    "cluster.min_points",
                    "0".into(),
                    "a whole number, 1 or more",
                ));
            }
            cluster.min_points = points;
        }
        let layers = self
            .layers
            .into_iter()
            .enumerate()
            .map(|(number, table)| table.into_source(number + 1, folder, &refuse))
            .collect::<Result<Vec<_>>>()?;
        let style = self.style.into_options(folder, day, &refuse)?;
        let export = self.export.into_options(&refuse)?;
        options.sensitivity = self.sensitivity.into_grid(&refuse)?;
        options.stats = self.stats.into_options(&refuse)?;
        options.duplicates.merge_exact = match self.duplicates.exact.as_deref() {
            None | Some("merge") => true,
            Some("keep") => false,
            Some(other) => {
                let found = format!("{other:?}");
                return Err(refuse("duplicates.exact", found, "\"merge\" or \"keep\""));
            }
        };
        if let Some(word) = self
            .duplicates
            .likely
            .as_deref()
            .filter(|&word| word != "keep")
        {
            let rule = DuplicateRule::parse(word).ok_or_else(|| {
                let allowed = "\"keep\", \"strict\", \"default\" or \"loose\"";
                refuse("duplicates.likely", format!("{word:?}"), allowed)
            })?;
            options.duplicates.merge_likely = Some(rule);
        }
        options.held_ids = self.hold.ids;
        options.held_event_types = self.hold.event_types;
        options.seed = self.seed.unwrap_or(options.seed);
        for (country, text) in self.utc_offset {
            let offset = utc_offset_of(&text);
            let offset = offset.ok_or_else(|| {
                refuse(
                    &format!("utc_offset.{country}"),
                    format!("{text:?}"),
                    UTC_OFFSET,
                )
            })?;
            options.utc_offsets.insert(country, offset);
        }

        let sectors = match (self.sectors.file, self.sectors.count) {
            (Some(_), Some(_)) => {
                return Err(refuse(
                    "sectors",
                    "both file and count".into(),
                    "one of the two",
                ));
            }
            (Some(file), None) => SectorSource::of_file(
                here(file),
                length(
                    "sectors.tolerance_m",
                    self.sectors.tolerance_m.map(|metres| metres / 1_000.0),
                    AREA_TOLERANCE,
                )?,
            ),
            (None, Some(count)) if !(1..=MOST_SECTORS).contains(&count) => {
                return Err(refuse(
                    "sectors.count",
                    count.to_string(),
                    "a whole number, 1 to 10000",
                ));
            }
            (None, count) => SectorSource::Equal(count.unwrap_or(DEFAULT_SECTORS)),
        };
        let mut borders = Vec::new();
        let listed = self.borders.into_iter().enumerate();
        for (key, table) in (self.border.into_iter().map(|it| ("border".to_owned(), it)))
            .chain(listed.map(|(number, it)| (format!("borders, entry {}", number + 1), it)))
        {
            let source = table.into_source(&key, folder, &refuse)?;
            if borders
                .iter()
                .any(|it: &BorderSource| it.name == source.name)
            {
                let found = format!("a second border named {:?}", source.name);
                return Err(refuse(&key, found, "a name of its own (name = \"...\")"));
            }
            borders.push(source);
        }
        let mut borders = borders.into_iter();
        let border = borders.next().ok_or_else(|| {
            let allowed = "[border] with file = \"...\"";
            refuse("border", "nothing".into(), allowed)
        })?;
        let rivals = borders.collect();
        let name = match self.name {
            Some(name) if folder_name(&name) != name => {
                return Err(refuse(
                    "name",
                    format!("{name:?}"),
                    "letters, digits, - _ and .",
                ));
            }
            Some(name) => name,
            None => default_name(path),
        };
        Ok(Case {
            title: self.title.unwrap_or_else(|| name.clone()),
            name,
            credit: self.credit.unwrap_or_default(),
            incidents,
            border,
            rivals,
            sectors,
            places: self.context.places.map(here),
            basemap: self.context.basemap.map(here),
            layers,
            ceasefires: self.context.ceasefires.map(here),
            status_changes: self.context.ceasefire_changes.map(here),
            observation: self.context.observation.map(here),
            events: self.context.events.map(here),
            options,
            style,
            export,
            file: Some(path.to_owned()),
        })
    }
}

const RADIUS: &str = "a number of kilometres, 0 or more, or \"unknown\"";

/// A radius in a case file or a layout: kilometres, or `"unknown"`. The outer `None` is a value that is
/// neither.
pub fn radius_km(value: &toml::Value) -> Option<Option<Metres>> {
    match value {
        toml::Value::Float(km) if km.is_finite() && *km >= 0.0 => Some(Some(Metres::from_km(*km))),
        toml::Value::Integer(km) if *km >= 0 => Some(Some(Metres::from_km(*km as f64))),
        toml::Value::String(word) if word == "unknown" => Some(None),
        _ => None,
    }
}

/// The case file's folder, or its own name where it lies in no named folder.
fn default_name(path: &Path) -> String {
    path.parent()
        .and_then(Path::file_name)
        .or_else(|| path.file_stem())
        .map_or_else(
            || "case".to_owned(),
            |name| folder_name(&name.to_string_lossy()),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::StatsOptions;

    fn parse(text: &str) -> Result<Case> {
        super::parse(text, Path::new("cases/test/case.toml"))
    }

    const LEAST: &str = "[incidents]\nfiles = [\"i.csv\"]\n[border]\nfile = \"b.geojson\"\n";

    #[test]
    fn the_least_case_has_defaults() {
        let case = parse(LEAST).unwrap();
        assert_eq!(case.name, "test");
        assert_eq!(case.incidents[0].path, Path::new("cases/test/i.csv"));
        assert_eq!(case.options, Options::default());
        assert_eq!(case.sectors, SectorSource::Equal(DEFAULT_SECTORS));
    }

    #[test]
    fn wrong_values_say_where_and_what_is_allowed() {
        for (text, place, allowed) in [
            (
                format!("corridor_km = -3\n{LEAST}"),
                "corridor_km",
                "0 or more",
            ),
            (
                format!("{LEAST}[cluster]\nmin_points = 0\n"),
                "cluster.min_points",
                "1 or more",
            ),
            (
                format!("{LEAST}[cluster]\nepskm = 3\n"),
                "line 6",
                "case.toml",
            ),
            (
                format!("{LEAST}[period]\nstart = \"5.10.2025\"\n"),
                "period.start",
                "2025-10-05",
            ),
            (
                format!("{LEAST}[period]\nstart = \"2025-10-05\"\nend = \"2025-10-04\"\n"),
                "period",
                "not after",
            ),
            (
                format!("{LEAST}[sectors]\ncount = 2\nfile = \"s.csv\"\n"),
                "sectors",
                "one of",
            ),
            (
                format!("{LEAST}[precision]\nradius_km = {{ 1 = \"near\" }}\n"),
                "radius_km.1",
                "unknown",
            ),
            (format!("name = \"../x\"\n{LEAST}"), "name", "letters"),
            (
                "[incidents]\nfiles = []\n[border]\nfile = \"b\"\n".to_owned(),
                "incidents.files",
                "at least one",
            ),
        ] {
            let message = parse(&text).unwrap_err().to_string();
            assert!(message.contains(place), "{message}");
            assert!(message.contains(allowed), "{message}");
        }
    }

    #[test]
    fn statistics_say_what_is_allowed() {
        for (table, place, allowed) in [
            ("[stats]\nreplicas = 18", "stats.replicas", "19 to"),
            (
                "[stats]\nfalse_discovery = 1.0",
                "stats.false_discovery",
                "below 1",
            ),
            ("[stats]\ncell_km = 0.0", "stats.cell_km", "0.1 or more"),
            (
                "[stats]\nbandwidth_km = nan",
                "stats.bandwidth_km",
                "0.1 or more",
            ),
            (
                "[stats]\nnear_repeat_km = [5.0]",
                "stats.near_repeat_km",
                "at least two",
            ),
            (
                "[stats]\nnear_repeat_km = [5.0, 5.0]",
                "stats.near_repeat_km",
                "ascending",
            ),
            (
                "[stats]\nnear_repeat_days = [-1, 3]",
                "stats.near_repeat_days",
                "0 or more",
            ),
            (
                "[stats.scan]\nwidth_km = -1.0",
                "stats.scan.width_km",
                "0 or more",
            ),
            ("[stats.scan]\ndays = 0", "stats.scan.days", "1 or more"),
            (
                "[stats.scan]\nevery_days = 0",
                "stats.scan.every_days",
                "1 or more",
            ),
            (
                "[stats.alarms]\nfactor = 1.0",
                "stats.alarms.factor",
                "1.05",
            ),
            (
                "[stats.alarms]\nfalse_alarm_days = 1.0",
                "stats.alarms.false_alarm_days",
                "2 to",
            ),
            (
                "[stats.alarms]\nbaseline_end = \"now\"",
                "stats.alarms.baseline_end",
                "a date",
            ),
            (
                "[stats.alarms]\nbaseline_start = \"2025-02-01\"\nbaseline_end = \"2025-01-01\"",
                "stats.alarms",
                "not after",
            ),
            ("[stats]\nreplica = 99", "line 6", "case.toml"),
        ] {
            let message = parse(&format!("{LEAST}{table}\n")).unwrap_err().to_string();
            assert!(message.contains(place), "{message}");
            assert!(message.contains(allowed), "{message}");
        }
        let case = parse(&format!("{LEAST}[stats]\nreplicas = 99\ncell_km = 10\n")).unwrap();
        assert_eq!(case.options.stats.replicas_for(50_000), Some(99));
        assert_eq!(StatsOptions::default().replicas_for(2_001), None);
        assert_eq!(StatsOptions::default().replicas_for(2_000), Some(999));
    }

    #[test]
    fn folder_names_are_safe() {
        assert_eq!(folder_name("../../etc"), "-..-etc");
        assert_eq!(folder_name("Kurram 2025"), "Kurram-2025");
        assert_eq!(folder_name("..."), "case");
    }
}
