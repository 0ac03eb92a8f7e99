//! How incident files are to be read, where the reader is not to find out for itself.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// An incident file and what is said about it.
#[derive(Clone, Debug, PartialEq)]
pub struct IncidentFile {
    /// The file; `-` is standard input.
    pub path: PathBuf,
    /// How to read it.
    pub options: FileOptions,
}

impl IncidentFile {
    /// A file of which nothing is said.
    pub fn new(path: impl Into<PathBuf>) -> IncidentFile {
        IncidentFile {
            path: path.into(),
            options: FileOptions::default(),
        }
    }
}

/// What is said about a file. Whatever is left open, the reader decides once for the whole file from
/// what it holds, and prints.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FileOptions {
    /// The layer of a file of several.
    pub layer: Option<String>,
    /// Its layout.
    pub layout: Option<LayoutChoice>,
    /// Its encoding, by a name of the Encoding Standard, such as `windows-1256`.
    pub encoding: Option<String>,
    /// The byte between fields.
    pub separator: Option<u8>,
    /// Whether the day stands before the month in dates of numbers.
    pub date_order: Option<DateOrder>,
    /// Which coordinate comes first.
    pub axis_order: Option<AxisOrder>,
    /// Whether plain numbers in the date column are serial days of a spreadsheet.
    pub spreadsheet_dates: bool,
    /// Where our columns are found; goes before the layout.
    pub columns: BTreeMap<String, ColumnSource>,
}

/// A layout by its name, or a file that describes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LayoutChoice {
    /// One that is built in.
    Named(String),
    /// A TOML file in the form of those that are built in.
    File(PathBuf),
}

impl LayoutChoice {
    /// A path if it ends in `.toml`, then relative to a folder; else a name.
    pub fn new(text: &str, folder: &Path) -> LayoutChoice {
        let is_file = Path::new(text)
            .extension()
            .is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
        if is_file {
            LayoutChoice::File(folder.join(text))
        } else {
            LayoutChoice::Named(text.to_owned())
        }
    }
}

/// In which order a date of numbers gives day and month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DateOrder {
    /// `16.05.2025`
    DayFirst,
    /// `05/16/2025`
    MonthFirst,
}

impl DateOrder {
    /// The word in case files and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            DateOrder::DayFirst => "day-first",
            DateOrder::MonthFirst => "month-first",
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<DateOrder> {
        [DateOrder::DayFirst, DateOrder::MonthFirst]
            .into_iter()
            .find(|order| order.as_str() == word)
    }
}

/// Which coordinate is which, where columns or a pair could be taken for one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AxisOrder {
    /// As the header says; in a pair the latitude comes first.
    LatitudeFirst,
    /// The other way round: what the header calls latitude holds the longitude.
    LongitudeFirst,
}

impl AxisOrder {
    /// The word in case files and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            AxisOrder::LatitudeFirst => "latitude-first",
            AxisOrder::LongitudeFirst => "longitude-first",
        }
    }

    /// The other order.
    #[must_use]
    pub const fn other(self) -> AxisOrder {
        match self {
            AxisOrder::LatitudeFirst => AxisOrder::LongitudeFirst,
            AxisOrder::LongitudeFirst => AxisOrder::LatitudeFirst,
        }
    }

    /// Reads the word.
    pub fn parse(word: &str) -> Option<AxisOrder> {
        [AxisOrder::LatitudeFirst, AxisOrder::LongitudeFirst]
            .into_iter()
            .find(|order| order.as_str() == word)
    }
}

/// Where one of our columns comes from. The same in case files and in layouts.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum ColumnSource {
    /// A column of the file.
    Named(String),
    /// The first of these columns that the file has.
    FirstOf(Vec<String>),
    /// A column whose values are replaced; values that the map lacks stay.
    Mapped(MappedColumn),
    /// The same value for every record.
    Constant(ConstantColumn),
}

/// A column whose values are replaced.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MappedColumn {
    /// The column of the file.
    pub from: String,
    /// Value in the file and value that we read.
    pub map: BTreeMap<String, String>,
}

/// A value that stands for a column.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ConstantColumn {
    /// The value.
    pub constant: String,
}

/// The separators that may be named.
const SEPARATORS: [(&str, u8); 8] = [
    ("comma", b','),
    (",", b','),
    ("semicolon", b';'),
    (";", b';'),
    ("tab", b'\t'),
    ("\t", b'\t'),
    ("bar", b'|'),
    ("|", b'|'),
];

/// Reads the name of a separator, or the separator itself.
pub fn separator(word: &str) -> Option<u8> {
    SEPARATORS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|&(_, byte)| byte)
}

/// The keys by which a case file says how to read a file.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ReadingTable {
    pub(super) path: Option<PathBuf>,
    pub(super) layer: Option<String>,
    pub(super) layout: Option<String>,
    pub(super) encoding: Option<String>,
    pub(super) separator: Option<String>,
    pub(super) date_order: Option<DateOrder>,
    pub(super) axis_order: Option<AxisOrder>,
    pub(super) spreadsheet_dates: Option<bool>,
    #[serde(default)]
    pub(super) columns: BTreeMap<String, ColumnSource>,
}

/// A file in the list of a case file: its path, or a table with its path and more.
#[derive(Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum FileTable {
    /// Only the path.
    Path(PathBuf),
    /// More.
    Table(ReadingTable),
}

impl FileTable {
    /// The path, if there is one, and what is said about the file.
    pub(super) fn split(self) -> (Option<PathBuf>, ReadingTable) {
        match self {
            FileTable::Path(path) => (Some(path), ReadingTable::default()),
            FileTable::Table(mut table) => (table.path.take(), table),
        }
    }
}

impl ReadingTable {
    /// Lays what is said here over the options; `folder` is where relative paths start.
    ///
    /// # Errors
    /// The key and the value of a separator that is none.
    pub(super) fn over(
        self,
        mut options: FileOptions,
        folder: &Path,
    ) -> std::result::Result<FileOptions, String> {
        if let Some(word) = &self.separator {
            options.separator = Some(separator(word).ok_or_else(|| word.clone())?);
        }
        if let Some(layout) = &self.layout {
            options.layout = Some(LayoutChoice::new(layout, folder));
        }
        options.layer = self.layer.or(options.layer);
        options.encoding = self.encoding.or(options.encoding);
        options.date_order = self.date_order.or(options.date_order);
        options.axis_order = self.axis_order.or(options.axis_order);
        options.spreadsheet_dates = self.spreadsheet_dates.unwrap_or(options.spreadsheet_dates);
        options.columns.extend(self.columns);
        Ok(options)
    }
}
