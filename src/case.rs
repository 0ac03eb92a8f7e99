//! The case file: which files make a case, and with which options it is run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use jiff::civil::Date;
use serde::Deserialize;

use crate::error::{Error, Result};
use crate::units::{Day, Days, Metres};

/// A case: its files and its options. Paths are ready to open.
#[derive(Clone, Debug, PartialEq)]
pub struct Case {
    /// Short name, also that of the pack's folder.
    pub name: String,
    /// Title of the pictures and pages.
    pub title: String,
    /// Who compiled the data, for the footer of every picture.
    pub credit: String,
    /// Incident files, at least one.
    pub incidents: Vec<PathBuf>,
    /// The border.
    pub border: BorderSource,
    /// How sectors are made.
    pub sectors: SectorSource,
    /// Named places.
    pub places: Option<PathBuf>,
    /// Country outlines.
    pub basemap: Option<PathBuf>,
    /// Truces and ceasefires.
    pub ceasefires: Option<PathBuf>,
    /// Talks, closures and other diplomatic events.
    pub events: Option<PathBuf>,
    /// Which column of the incident files holds which of our columns, where the names differ.
    pub columns: BTreeMap<String, String>,
    /// What the analysis is told.
    pub options: Options,
    /// The case file itself, if there is one.
    pub file: Option<PathBuf>,
}

/// Where the border comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct BorderSource {
    /// A `GeoJSON` file.
    pub file: PathBuf,
    /// Name of the left side; else the file's own.
    pub left: Option<String>,
    /// Name of the right side; else the file's own.
    pub right: Option<String>,
    /// Whether the line is run against its own direction.
    pub reverse: bool,
    /// Ends of lines nearer than this are joined.
    pub join_tolerance: Metres,
}

/// Where sectors come from.
#[derive(Clone, Debug, PartialEq)]
pub enum SectorSource {
    /// A table of breakpoints.
    File(PathBuf),
    /// So many of equal length.
    Equal(usize),
}

/// The precision codes of the input and the location radius that each stands for.
#[derive(Clone, Debug, PartialEq)]
pub struct PrecisionRadii {
    /// Code and radius; `None` means unknown.
    pub codes: BTreeMap<String, Option<Metres>>,
    /// The radius of every incident of a file that has no precision column.
    pub without_column: Option<Metres>,
}

/// The parameters of ST-DBSCAN and of episodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClusterOptions {
    /// Greatest geodesic distance between neighbours.
    pub eps: Metres,
    /// Greatest difference of their days.
    pub eps_days: Days,
    /// Neighbours that make a core incident, itself included; at least 1.
    pub min_points: usize,
    /// Incidents with a greater (or unknown) location radius are not clustered.
    pub largest_location_radius: Metres,
}

/// What the analysis is told.
#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    /// Greatest offset of an incident that is counted.
    pub corridor: Metres,
    /// First day counted; else the first day of the data.
    pub start: Option<Day>,
    /// Last day counted; else the last day of the data.
    pub end: Option<Day>,
    /// Precision codes.
    pub radii: PrecisionRadii,
    /// Clustering.
    pub cluster: ClusterOptions,
    /// Ids that are held, with the reason.
    pub held_ids: BTreeMap<String, String>,
    /// Kinds of event that are held, with the reason.
    pub held_event_types: BTreeMap<String, String>,
    /// Seed of everything random.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Options {
        let known = [("1", 1.0), ("2", 25.0), ("3", 50.0), ("4", 150.0)];
        let mut codes: BTreeMap<String, Option<Metres>> = known
            .into_iter()
            .map(|(code, km)| (code.to_owned(), Some(Metres::from_km(km))))
            .collect();
        codes.insert("5".to_owned(), None);
        Options {
            corridor: Metres::from_km(50.0),
            start: None,
            end: None,
            radii: PrecisionRadii {
                codes,
                without_column: Some(Metres::from_km(1.0)),
            },
            cluster: ClusterOptions {
                eps: Metres::from_km(20.0),
                eps_days: Days(3),
                min_points: 3,
                largest_location_radius: Metres::from_km(25.0),
            },
            held_ids: BTreeMap::new(),
            held_event_types: BTreeMap::new(),
            seed: 1,
        }
    }
}

/// How many equal sectors a line gets when nobody says.
pub const DEFAULT_SECTORS: usize = 10;

impl Case {
    /// A case without a case file: incident files and a border, everything else by default.
    pub fn from_files(incidents: Vec<PathBuf>, border: PathBuf) -> Case {
        let name = incidents
            .first()
            .and_then(|file| file.file_stem())
            .map_or_else(
                || "case".to_owned(),
                |stem| folder_name(&stem.to_string_lossy()),
            );
        Case {
            title: name.clone(),
            name,
            credit: String::new(),
            incidents,
            border: BorderSource {
                file: border,
                left: None,
                right: None,
                reverse: false,
                join_tolerance: Metres(1.0),
            },
            sectors: SectorSource::Equal(DEFAULT_SECTORS),
            places: None,
            basemap: None,
            ceasefires: None,
            events: None,
            columns: BTreeMap::new(),
            options: Options::default(),
            file: None,
        }
    }

    /// Reads a case file. Paths in it are relative to its own folder.
    ///
    /// # Errors
    /// A file that cannot be read, is not TOML, has an unknown key or a value out of range.
    pub fn read(path: &Path) -> Result<Case> {
        let text = std::fs::read_to_string(path)
            .map_err(|error| Error::io(path, "reading the case file", error))?;
        Case::parse(&text, path)
    }

    fn parse(text: &str, path: &Path) -> Result<Case> {
        let file: CaseFile = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| {
                text[..span.start.min(text.len())].matches('\n').count() + 1
            });
            Error::refused(
                format_args!("{}, line {line}", path.display()),
                error.message(),
                "the keys that data/afpk-2025/case.toml explains",
            )
        })?;
        file.into_case(path)
    }
}

/// A name that is safe as a folder: letters, digits, `-`, `_`, `.`; not empty, no leading dot.
pub fn folder_name(name: &str) -> String {
    let safe: String = name
        .chars()
        .map(|c| {
            if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') {
                c
            } else {
                '-'
            }
        })
        .collect();
    let safe = safe.trim_start_matches('.');
    if safe.is_empty() {
        "case".to_owned()
    } else {
        safe.to_owned()
    }
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
    border: BorderTable,
    #[serde(default)]
    period: PeriodTable,
    #[serde(default)]
    sectors: SectorsTable,
    #[serde(default)]
    columns: BTreeMap<String, String>,
    #[serde(default)]
    precision: PrecisionTable,
    #[serde(default)]
    hold: HoldTable,
    #[serde(default)]
    cluster: ClusterTable,
    #[serde(default)]
    context: ContextTable,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct IncidentsTable {
    files: Vec<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct BorderTable {
    file: PathBuf,
    left: Option<String>,
    right: Option<String>,
    #[serde(default)]
    reverse: bool,
    join_tolerance_m: Option<f64>,
}

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
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct PrecisionTable {
    #[serde(default)]
    radius_km: BTreeMap<String, toml::Value>,
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
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextTable {
    places: Option<PathBuf>,
    basemap: Option<PathBuf>,
    ceasefires: Option<PathBuf>,
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
        for (code, radius) in self.precision.radius_km {
            let radius = match &radius {
                toml::Value::Float(km) if km.is_finite() && *km >= 0.0 => {
                    Some(Metres::from_km(*km))
                }
                toml::Value::Integer(km) if *km >= 0 => Some(Metres::from_km(*km as f64)),
                toml::Value::String(word) if word == "unknown" => None,
                other => {
                    return Err(refuse(
                        &format!("precision.radius_km.{code}"),
                        other.to_string(),
                        "a number of kilometres, 0 or more, or \"unknown\"",
                    ));
                }
            };
            options.radii.codes.insert(code, radius);
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
        options.held_ids = self.hold.ids;
        options.held_event_types = self.hold.event_types;
        options.seed = self.seed.unwrap_or(options.seed);

        let sectors = match (self.sectors.file, self.sectors.count) {
            (Some(_), Some(_)) => {
                return Err(refuse(
                    "sectors",
                    "both file and count".into(),
                    "one of the two",
                ));
            }
            (Some(file), None) => SectorSource::File(here(file)),
            (None, Some(0)) => {
                return Err(refuse(
                    "sectors.count",
                    "0".into(),
                    "a whole number, 1 or more",
                ));
            }
            (None, count) => SectorSource::Equal(count.unwrap_or(DEFAULT_SECTORS)),
        };
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
            incidents: self.incidents.files.into_iter().map(here).collect(),
            border: BorderSource {
                file: here(self.border.file),
                left: self.border.left,
                right: self.border.right,
                reverse: self.border.reverse,
                join_tolerance: length(
                    "border.join_tolerance_m",
                    self.border.join_tolerance_m.map(|metres| metres / 1000.0),
                    Metres(1.0),
                )?,
            },
            sectors,
            places: self.context.places.map(here),
            basemap: self.context.basemap.map(here),
            ceasefires: self.context.ceasefires.map(here),
            events: self.context.events.map(here),
            columns: self.columns,
            options,
            file: Some(path.to_owned()),
        })
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

    fn parse(text: &str) -> Result<Case> {
        Case::parse(text, Path::new("cases/test/case.toml"))
    }

    const LEAST: &str = "[incidents]\nfiles = [\"i.csv\"]\n[border]\nfile = \"b.geojson\"\n";

    #[test]
    fn the_least_case_has_defaults() {
        let case = parse(LEAST).unwrap();
        assert_eq!(case.name, "test");
        assert_eq!(case.incidents, [Path::new("cases/test/i.csv")]);
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
    fn folder_names_are_safe() {
        assert_eq!(folder_name("../../etc"), "-..-etc");
        assert_eq!(folder_name("Kurram 2025"), "Kurram-2025");
        assert_eq!(folder_name("..."), "case");
    }
}
