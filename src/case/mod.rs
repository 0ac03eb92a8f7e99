//! The case file: which files make a case, and with which options it is run.

mod export;
mod file;
mod reading;
mod statistics;
mod style;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::units::{Day, Days, Metres};

pub use file::radius_km;
pub use reading::{
    AxisOrder, ColumnSource, ConstantColumn, DateOrder, FileOptions, IncidentFile, LayoutChoice,
    MappedColumn, separator,
};

pub use export::ExportOptions;
pub use statistics::{AlarmOptions, MOST_SIMULATED, ScanWindows, StatsOptions};
pub use style::{LayerSource, Size, StyleOptions, Theme, is_language_tag};

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
    pub incidents: Vec<IncidentFile>,
    /// The border.
    pub border: BorderSource,
    /// Other lines for the same frontier.
    pub rivals: Vec<BorderSource>,
    /// How sectors are made.
    pub sectors: SectorSource,
    /// Named places.
    pub places: Option<PathBuf>,
    /// Country outlines.
    pub basemap: Option<PathBuf>,
    /// Layers of one's own for the maps.
    pub layers: Vec<LayerSource>,
    /// Truces and ceasefires.
    pub ceasefires: Option<PathBuf>,
    /// What became of ceasefires.
    pub status_changes: Option<PathBuf>,
    /// Who watched how much.
    pub observation: Option<PathBuf>,
    /// Talks, closures and other diplomatic events.
    pub events: Option<PathBuf>,
    /// What the analysis is told.
    pub options: Options,
    /// How pictures and pages look.
    pub style: StyleOptions,
    /// What the layers are written as.
    pub export: ExportOptions,
    /// The case file itself, if there is one.
    pub file: Option<PathBuf>,
}

/// Where the border comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct BorderSource {
    /// What the line is called among its rivals; differs from theirs.
    pub name: String,
    /// A file of lines: `GeoJSON`, KML, `GeoPackage`, `FlatGeobuf` or `GeoParquet`.
    pub file: PathBuf,
    /// Its layer, where it has several.
    pub layer: Option<String>,
    /// Name of the left side; else the file's own.
    pub left: Option<String>,
    /// Name of the right side; else the file's own.
    pub right: Option<String>,
    /// Whether the line is run against its own direction.
    pub reverse: bool,
    /// Ends of lines nearer than this are joined.
    pub join_tolerance: Metres,
    /// How far the true line may lie from it, where the file does not say.
    pub uncertainty: Option<Metres>,
    /// A `GeoJSON` or KML file with the areas to its left and right.
    pub regions: Option<PathBuf>,
}

impl BorderSource {
    /// A file of which nothing else is said; the line is called like the file without its ending.
    pub fn new(file: impl Into<PathBuf>) -> BorderSource {
        let file = file.into();
        let name = file.file_stem().unwrap_or(file.as_os_str());
        BorderSource {
            name: name.to_string_lossy().into_owned(),
            file,
            layer: None,
            left: None,
            right: None,
            reverse: false,
            join_tolerance: Metres(1.0),
            uncertainty: None,
            regions: None,
        }
    }
}

/// How far from the line the edge of a sector's area may be drawn, unless the case says otherwise.
pub const AREA_TOLERANCE: Metres = Metres(1_000.0);

impl SectorSource {
    /// A table, or areas if the file's name ends as that of a `GeoJSON` or KML file does.
    pub fn of_file(file: PathBuf, tolerance: Metres) -> SectorSource {
        let ending = file.extension().map(std::ffi::OsStr::to_ascii_lowercase);
        match ending.as_ref().and_then(|it| it.to_str()) {
            Some("geojson" | "json" | "kml" | "kmz") => SectorSource::Areas { file, tolerance },
            _ => SectorSource::File(file),
        }
    }
}

/// Where sectors come from.
#[derive(Clone, Debug, PartialEq)]
pub enum SectorSource {
    /// A table of breakpoints.
    File(PathBuf),
    /// The areas of a `GeoJSON` or KML file.
    Areas {
        /// The file.
        file: PathBuf,
        /// An area covers the line where it lies in it or at most this far from it.
        tolerance: Metres,
    },
    /// So many of equal length.
    Equal(usize),
}

/// The location radii that a case sets for precision codes, before those of the layouts.
#[derive(Clone, Debug, PartialEq)]
pub struct PrecisionRadii {
    /// For every file: code and radius; `None` means unknown.
    pub codes: BTreeMap<String, Option<Metres>>,
    /// For the files of one layout, by its name; goes before `codes`.
    pub layouts: BTreeMap<String, BTreeMap<String, Option<Metres>>>,
    /// The radius of every incident of a file that has no precision column.
    pub without_column: Option<Metres>,
}

/// How alike two reports must be to be taken for one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DuplicateRule {
    /// The same day, place and kind.
    Strict,
    /// A day and a few kilometres apart at most.
    Default,
    /// Two days and a district apart at most.
    Loose,
}

impl DuplicateRule {
    /// All rules, the strictest first: what one takes for one event the next does too.
    pub const ALL: [DuplicateRule; 3] = [
        DuplicateRule::Strict,
        DuplicateRule::Default,
        DuplicateRule::Loose,
    ];

    /// The word in case files and tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            DuplicateRule::Strict => "strict",
            DuplicateRule::Default => "default",
            DuplicateRule::Loose => "loose",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<DuplicateRule> {
        DuplicateRule::ALL
            .into_iter()
            .find(|rule| rule.as_str() == word)
    }
}

/// What is done with reports of one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DuplicateOptions {
    /// Whether records with the same id, or without ids and the same in every field, become one.
    pub merge_exact: bool,
    /// Likely duplicates that become one; `None` leaves them all apart.
    pub merge_likely: Option<DuplicateRule>,
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
    /// Incidents that may have been on more days than this are not clustered; at least 1.
    pub largest_date_span: Days,
    /// How often places and days are drawn to see how sure the clusters are; `None` leaves it to
    /// [`ClusterOptions::draws_for`].
    pub draws: Option<usize>,
}

impl ClusterOptions {
    /// Draws for so many incidents: as asked for, else 200 up to 5,000 incidents, then as many as make 500,000
    /// places, and none above 20,000 incidents, where they would take longer than all the rest. A share of 200
    /// draws is known to 4 points, one of 50 to 7 (standard error at one half).
    pub fn draws_for(&self, incidents: usize) -> usize {
        self.draws.unwrap_or(match incidents {
            0..=5_000 => 200,
            5_001..=20_000 => 500_000 / incidents,
            _ => 0,
        })
    }
}

/// The values over which clusters are made to see what they owe to the parameters; an empty list leaves its
/// values to [`crate::cluster::sensitivity::Values`].
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SensitivityGrid {
    /// Greatest distances between neighbours.
    pub eps: Vec<Metres>,
    /// Greatest differences in days.
    pub eps_days: Vec<Days>,
    /// Neighbours that make a core incident.
    pub min_points: Vec<usize>,
    /// Largest location radii.
    pub largest_location_radius: Vec<Metres>,
    /// Whether there are sheets on the parameters at all; `None` leaves it to [`SensitivityGrid::is_made_for`].
    pub made: Option<bool>,
}

impl SensitivityGrid {
    /// Whether the sheets are made for so many incidents: as asked for, else up to 20,000, above which they would
    /// take longer than all the rest.
    pub fn is_made_for(&self, incidents: usize) -> bool {
        self.made.unwrap_or(incidents <= 20_000)
    }
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
    /// Other parameters to try.
    pub sensitivity: SensitivityGrid,
    /// Statistics.
    pub stats: StatsOptions,
    /// Reports of one event.
    pub duplicates: DuplicateOptions,
    /// Ids that are held, with the reason.
    pub held_ids: BTreeMap<String, String>,
    /// Kinds of event that are held, with the reason.
    pub held_event_types: BTreeMap<String, String>,
    /// Minutes by which clocks are ahead of UTC, by country.
    pub utc_offsets: BTreeMap<String, i16>,
    /// Seed of everything random.
    pub seed: u64,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            corridor: Metres::from_km(50.0),
            start: None,
            end: None,
            radii: PrecisionRadii {
                codes: BTreeMap::new(),
                layouts: BTreeMap::new(),
                without_column: Some(Metres::from_km(1.0)),
            },
            cluster: ClusterOptions {
                eps: Metres::from_km(20.0),
                eps_days: Days(3),
                min_points: 3,
                largest_location_radius: Metres::from_km(25.0),
                largest_date_span: Days(7),
                draws: None,
            },
            sensitivity: SensitivityGrid::default(),
            stats: StatsOptions::default(),
            duplicates: DuplicateOptions {
                merge_exact: true,
                merge_likely: None,
            },
            held_ids: BTreeMap::new(),
            held_event_types: BTreeMap::new(),
            utc_offsets: BTreeMap::new(),
            seed: 1,
        }
    }
}

/// The most sectors that a line is cut into.
pub const MOST_SECTORS: usize = 10_000;

/// How many equal sectors a line gets when nobody says.
pub const DEFAULT_SECTORS: usize = 10;

impl Case {
    /// A case without a case file: incident files and a border, everything else by default.
    pub fn from_files(incidents: Vec<IncidentFile>, border: PathBuf) -> Case {
        let name = incidents
            .first()
            .and_then(|file| file.path.file_stem())
            .map_or_else(
                || "case".to_owned(),
                |stem| folder_name(&stem.to_string_lossy()),
            );
        Case {
            title: name.clone(),
            name,
            credit: String::new(),
            incidents,
            border: BorderSource::new(border),
            rivals: Vec::new(),
            sectors: SectorSource::Equal(DEFAULT_SECTORS),
            places: None,
            basemap: None,
            layers: Vec::new(),
            ceasefires: None,
            status_changes: None,
            observation: None,
            events: None,
            options: Options::default(),
            style: StyleOptions::default(),
            export: ExportOptions::default(),
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
        file::parse(&text, path)
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
