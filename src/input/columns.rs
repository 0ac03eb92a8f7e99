//! The columns of an incident table, and where a file has each.

use std::collections::{BTreeMap, HashMap};

use crate::case::ColumnSource;
use crate::error::{Error, Result};

/// What a column holds. The first [`WRITTEN`] are those that we write, in this order; the others are
/// only read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(usize)]
#[expect(
    missing_docs,
    reason = "the names say it; data/afpk-2025/README.md explains each"
)]
pub enum Column {
    Id,
    Date,
    TimeLocal,
    Place,
    Admin1,
    Country,
    Latitude,
    Longitude,
    GeoPrecision,
    EventType,
    ActorA,
    ActorB,
    ReportedBy,
    FatalitiesLow,
    FatalitiesBest,
    FatalitiesHigh,
    FatalitiesCivilian,
    Injured,
    ClaimStatus,
    SourceName,
    SourceUrl,
    SourceDate,
    Note,
    DateEnd,
    DatePrecision,
    VerificationStatus,
    VerifiedBy,
    VerifiedOn,
    LocationRadius,
    Year,
    Month,
    Day,
    Coordinates,
    Mgrs,
    Utm,
    UtmZone,
    Easting,
    Northing,
}

/// Every column with its name.
pub const COLUMNS: [(Column, &str); 38] = [
    (Column::Id, "id"),
    (Column::Date, "date"),
    (Column::TimeLocal, "time_local"),
    (Column::Place, "place"),
    (Column::Admin1, "admin1"),
    (Column::Country, "country"),
    (Column::Latitude, "latitude"),
    (Column::Longitude, "longitude"),
    (Column::GeoPrecision, "geo_precision"),
    (Column::EventType, "event_type"),
    (Column::ActorA, "actor_a"),
    (Column::ActorB, "actor_b"),
    (Column::ReportedBy, "reported_by"),
    (Column::FatalitiesLow, "fatalities_low"),
    (Column::FatalitiesBest, "fatalities_best"),
    (Column::FatalitiesHigh, "fatalities_high"),
    (Column::FatalitiesCivilian, "fatalities_civilian"),
    (Column::Injured, "injured"),
    (Column::ClaimStatus, "claim_status"),
    (Column::SourceName, "source_name"),
    (Column::SourceUrl, "source_url"),
    (Column::SourceDate, "source_date"),
    (Column::Note, "note"),
    (Column::DateEnd, "date_end"),
    (Column::DatePrecision, "date_precision"),
    (Column::VerificationStatus, "verification_status"),
    (Column::VerifiedBy, "verified_by"),
    (Column::VerifiedOn, "verified_on"),
    (Column::LocationRadius, "location_radius_m"),
    (Column::Year, "year"),
    (Column::Month, "month"),
    (Column::Day, "day"),
    (Column::Coordinates, "coordinates"),
    (Column::Mgrs, "mgrs"),
    (Column::Utm, "utm"),
    (Column::UtmZone, "utm_zone"),
    (Column::Easting, "easting"),
    (Column::Northing, "northing"),
];

/// How many of [`COLUMNS`] we write.
pub const WRITTEN: usize = 28;

impl Column {
    /// The name that we write, and by which case files and layouts call it.
    pub const fn name(self) -> &'static str {
        COLUMNS[self as usize].1
    }

    /// The column of a name.
    pub fn parse(name: &str) -> Option<Column> {
        COLUMNS
            .iter()
            .find(|(_, ours)| *ours == name)
            .map(|&(column, _)| column)
    }
}

/// Where a value comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Origin {
    Field(usize),
    Mapped(usize, HashMap<String, String>),
    Constant(String),
}

/// Where a table has each column.
#[derive(Clone, Debug)]
pub struct Mapping {
    header: Vec<String>,
    origins: Vec<Option<Origin>>,
}

impl Mapping {
    /// Finds the columns in a header: first what the case says, then what the layout says. A column
    /// that the layout names and the header lacks is left out.
    ///
    /// Names are compared in lower case, with blanks, hyphens and points as `_`.
    ///
    /// # Errors
    /// A name in the case that is not ours or that the header lacks.
    pub fn new(
        place: &str,
        header: &[String],
        case: &BTreeMap<String, ColumnSource>,
        layout: &BTreeMap<String, ColumnSource>,
    ) -> Result<Mapping> {
        let plain: Vec<String> = header.iter().map(|name| plain_name(name)).collect();
        let find = |name: &str| {
            let name = plain_name(name);
            plain.iter().position(|held| *held == name)
        };
        let mut origins = vec![None; COLUMNS.len()];
        for (sources, insist) in [(case, true), (layout, false)] {
            for (ours, source) in sources {
                let column = Column::parse(ours).ok_or_else(|| {
                    let names: Vec<&str> = COLUMNS.iter().map(|column| column.1).collect();
                    Error::refused(
                        format_args!("columns.{ours}"),
                        "no such column",
                        names.join(", "),
                    )
                })?;
                let origin = origin(source, find);
                if insist && origin.is_none() {
                    return Err(Error::refused(
                        format_args!("{place}, header"),
                        format_args!("no column {}, which columns.{ours} names", named(source)),
                        shown(header),
                    ));
                }
                let slot = &mut origins[column as usize];
                if slot.is_none() {
                    *slot = origin;
                }
            }
        }
        Ok(Mapping {
            header: header.to_vec(),
            origins,
        })
    }

    /// Whether the table has the column.
    pub fn has(&self, column: Column) -> bool {
        self.origins[column as usize].is_some()
    }

    /// The text of a column in a record, trimmed; empty where the table has no such column or the
    /// record is too short.
    #[inline]
    pub fn text<'r>(&'r self, record: &'r csv::StringRecord, column: Column) -> &'r str {
        let field = |index: &usize| record.get(*index).map_or("", trimmed);
        match &self.origins[column as usize] {
            None => "",
            Some(Origin::Field(index)) => field(index),
            Some(Origin::Mapped(index, map)) => {
                let text = field(index);
                map.get(text).map_or(text, String::as_str)
            }
            Some(Origin::Constant(text)) => text,
        }
    }

    /// The name that the table itself gives the column; our own where it has none.
    pub fn header_of(&self, column: Column) -> &str {
        match &self.origins[column as usize] {
            Some(Origin::Field(index) | Origin::Mapped(index, _)) => self
                .header
                .get(*index)
                .map_or(column.name(), String::as_str),
            _ => column.name(),
        }
    }

    /// Names that several columns of the table have and that are read: the first column is.
    pub fn repeated(&self) -> Vec<&str> {
        let read = |index: usize| {
            self.origins.iter().flatten().any(|origin| {
                matches!(origin, Origin::Field(it) | Origin::Mapped(it, _) if *it == index)
            })
        };
        let plain: Vec<String> = self.header.iter().map(|name| plain_name(name)).collect();
        (0..plain.len())
            .filter(|&index| read(index) && plain[index + 1..].contains(&plain[index]))
            .map(|index| self.header[index].as_str())
            .collect()
    }

    /// How many columns the header has.
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// The header.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// For every column that was found our name and what it is in the table.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        COLUMNS
            .iter()
            .filter_map(|&(column, name)| {
                let told = match self.origins[column as usize].as_ref()? {
                    Origin::Field(_) => self.header_of(column).to_owned(),
                    Origin::Mapped(_, map) => {
                        format!("{} by a map of {}", self.header_of(column), map.len())
                    }
                    Origin::Constant(text) => format!("always {text:?}"),
                };
                Some((name, told))
            })
            .collect()
    }

    /// The table's columns that nothing reads.
    pub fn unread(&self) -> Vec<&str> {
        let read: Vec<usize> = self
            .origins
            .iter()
            .flatten()
            .filter_map(|origin| match origin {
                Origin::Field(index) | Origin::Mapped(index, _) => Some(*index),
                Origin::Constant(_) => None,
            })
            .collect();
        self.header
            .iter()
            .enumerate()
            .filter(|(index, _)| !read.contains(index))
            .map(|(_, name)| name.as_str())
            .collect()
    }
}

/// As [`str::trim`], which looks for the blanks of every script: most texts begin and end in ASCII.
#[inline]
fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [] => text,
        [first, .., last] if first.is_ascii_graphic() && last.is_ascii_graphic() => text,
        _ => text.trim(),
    }
}

fn origin(source: &ColumnSource, find: impl Fn(&str) -> Option<usize>) -> Option<Origin> {
    match source {
        ColumnSource::Named(name) => find(name).map(Origin::Field),
        ColumnSource::FirstOf(names) => names.iter().find_map(|name| find(name)).map(Origin::Field),
        ColumnSource::Mapped(mapped) => {
            let map = mapped.map.clone().into_iter().collect();
            find(&mapped.from).map(|index| Origin::Mapped(index, map))
        }
        ColumnSource::Constant(constant) => Some(Origin::Constant(constant.constant.clone())),
    }
}

fn named(source: &ColumnSource) -> String {
    match source {
        ColumnSource::Named(name) => format!("{name:?}"),
        ColumnSource::FirstOf(names) => format!("{names:?}"),
        ColumnSource::Mapped(mapped) => format!("{:?}", mapped.from),
        ColumnSource::Constant(_) => String::new(),
    }
}

/// A column name as it is compared: trimmed, in lower case, with blanks, hyphens and points as `_`.
pub fn plain_name(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-', '.'], "_")
}

/// A header for a message: long ones are cut.
pub fn shown(header: &[String]) -> String {
    const MOST: usize = 30;
    const LONGEST: usize = 40;
    let mut names: Vec<String> = header
        .iter()
        .take(MOST)
        .map(|name| match name.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &name[..end]),
            None => name.clone(),
        })
        .collect();
    if header.len() > MOST {
        names.push(format!("and {} more", header.len() - MOST));
    }
    let text = names.join(", ");
    if text.trim().is_empty() {
        "(nothing)".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::{ConstantColumn, MappedColumn};

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn the_table_of_columns_is_in_the_order_of_the_enum() {
        for (place, (column, name)) in COLUMNS.iter().enumerate() {
            assert_eq!(*column as usize, place);
            assert_eq!(Column::parse(name), Some(*column));
        }
        assert_eq!(COLUMNS[WRITTEN - 1].1, "verified_on");
    }

    #[test]
    fn the_case_goes_before_the_layout() {
        let case = BTreeMap::from([
            ("date".to_owned(), ColumnSource::Named("Datum".to_owned())),
            (
                "event_type".to_owned(),
                ColumnSource::Mapped(MappedColumn {
                    from: "Art".to_owned(),
                    map: BTreeMap::from([("Beschuss".to_owned(), "shelling".to_owned())]),
                }),
            ),
            (
                "country".to_owned(),
                ColumnSource::Constant(ConstantColumn {
                    constant: "Ruritania".to_owned(),
                }),
            ),
        ]);
        let layout = BTreeMap::from([
            (
                "date".to_owned(),
                ColumnSource::Named("event_date".to_owned()),
            ),
            (
                "latitude".to_owned(),
                ColumnSource::FirstOf(vec!["y".to_owned(), "lat".to_owned()]),
            ),
            ("note".to_owned(), ColumnSource::Named("notes".to_owned())),
        ]);
        let names = header(&["Lat", "Datum", "Event-Date", "Art", "x"]);
        let mapping = Mapping::new("f.csv", &names, &case, &layout).unwrap();
        let record = csv::StringRecord::from(vec![" 34 ", "16.10.2025", "no", "Beschuss", "-"]);
        assert_eq!(mapping.text(&record, Column::Latitude), "34");
        assert_eq!(mapping.text(&record, Column::Date), "16.10.2025");
        assert_eq!(mapping.text(&record, Column::EventType), "shelling");
        assert_eq!(mapping.text(&record, Column::Country), "Ruritania");
        assert_eq!(mapping.text(&record, Column::Note), "");
        assert!(!mapping.has(Column::Note));
        assert_eq!(mapping.unread(), ["Event-Date", "x"]);
        assert_eq!(mapping.header_of(Column::Latitude), "Lat");
    }

    #[test]
    fn a_named_column_that_is_missing_is_an_error() {
        let case = BTreeMap::from([("date".to_owned(), ColumnSource::Named("Datum".to_owned()))]);
        let none = BTreeMap::new();
        let names = header(&["a", "b"]);
        let message = Mapping::new("f.csv", &names, &case, &none)
            .unwrap_err()
            .to_string();
        assert!(message.contains("no column \"Datum\""), "{message}");
        assert!(message.contains("a, b"), "{message}");
        let case = BTreeMap::from([("dates".to_owned(), ColumnSource::Named("a".to_owned()))]);
        let message = Mapping::new("f.csv", &names, &case, &none)
            .unwrap_err()
            .to_string();
        assert!(
            message.contains("columns.dates: no such column"),
            "{message}"
        );
    }
}
