//! Which column of a table holds what.

use std::collections::BTreeMap;

use crate::error::{Error, Result};

/// The columns of an incident table, in the order in which we write them.
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
}

use Column as C;

/// Each column with the name that we write and the other names that we read, the first one found
/// winning. Names are compared in lower case, with spaces and hyphens as `_`.
pub const COLUMNS: [(Column, &str, &[&str]); 23] = [
    (
        C::Id,
        "id",
        &["event_id", "incident_id", "eventid", "event_id_cnty"],
    ),
    (
        C::Date,
        "date",
        &["event_date", "incident_date", "date_start", "day"],
    ),
    (C::TimeLocal, "time_local", &["time", "local_time"]),
    (
        C::Place,
        "place",
        &["location", "place_name", "where_coordinates", "locality"],
    ),
    (
        C::Admin1,
        "admin1",
        &["province", "adm_1", "region_name", "state"],
    ),
    (C::Country, "country", &["country_name"]),
    (C::Latitude, "latitude", &["lat", "y", "lat_dd"]),
    (
        C::Longitude,
        "longitude",
        &["lon", "long", "lng", "x", "lon_dd"],
    ),
    (C::GeoPrecision, "geo_precision", &["precision"]),
    (
        C::EventType,
        "event_type",
        &["type", "kind", "incident_type", "category"],
    ),
    (C::ActorA, "actor_a", &["actor1", "side_a", "attributed_to"]),
    (C::ActorB, "actor_b", &["actor2", "side_b", "target"]),
    (C::ReportedBy, "reported_by", &["alleged_by", "reporter"]),
    (C::FatalitiesLow, "fatalities_low", &["deaths_low", "low"]),
    (
        C::FatalitiesBest,
        "fatalities_best",
        &["fatalities", "deaths", "deaths_best", "best", "killed"],
    ),
    (
        C::FatalitiesHigh,
        "fatalities_high",
        &["deaths_high", "high"],
    ),
    (
        C::FatalitiesCivilian,
        "fatalities_civilian",
        &["deaths_civilians", "civilian_deaths"],
    ),
    (C::Injured, "injured", &["wounded"]),
    (C::ClaimStatus, "claim_status", &["status"]),
    (C::SourceName, "source_name", &["source", "source_office"]),
    (C::SourceUrl, "source_url", &["url", "link"]),
    (C::SourceDate, "source_date", &[]),
    (C::Note, "note", &["notes", "description", "remarks"]),
];

/// Where a table has each column.
#[derive(Clone, Debug)]
pub struct Mapping {
    header: Vec<String>,
    found: [Option<usize>; COLUMNS.len()],
}

impl Mapping {
    /// Finds the columns in a header. `named` says for our names which header of the file to take; it
    /// goes before everything else.
    ///
    /// # Errors
    /// A name in `named` that is not ours or that the header lacks; a column of `needed` that is not
    /// there.
    pub fn new(
        place: &str,
        header: &[String],
        named: &BTreeMap<String, String>,
        needed: &[Column],
    ) -> Result<Mapping> {
        let plain: Vec<String> = header.iter().map(|name| plain_name(name)).collect();
        let mut found = [None; COLUMNS.len()];
        for (ours, theirs) in named {
            let Some((column, ..)) = COLUMNS.iter().find(|(_, name, _)| name == ours) else {
                let names: Vec<&str> = COLUMNS.iter().map(|column| column.1).collect();
                return Err(Error::refused(
                    format_args!("columns.{ours}"),
                    "no such column",
                    names.join(", "),
                ));
            };
            let Some(index) = header.iter().position(|name| name.trim() == theirs) else {
                return Err(Error::refused(
                    format_args!("{place}, header"),
                    format_args!("no column {theirs:?}, which columns.{ours} names"),
                    header.join(", "),
                ));
            };
            found[*column as usize] = Some(index);
        }
        for (column, name, others) in COLUMNS {
            let slot = &mut found[column as usize];
            if slot.is_none() {
                *slot = std::iter::once(&name)
                    .chain(others)
                    .find_map(|&name| plain.iter().position(|held| held == name));
            }
        }
        let mapping = Mapping {
            header: header.to_vec(),
            found,
        };
        for &column in needed {
            if mapping.index(column).is_none() {
                let (_, name, others) = COLUMNS[column as usize];
                let names: Vec<&str> = std::iter::once(&name).chain(others).copied().collect();
                return Err(Error::refused(
                    format_args!("{place}, header"),
                    format_args!("no {name} column among: {}", shown(header)),
                    format_args!("a column named {}", names.join(", ")),
                )
                .advise(format_args!(
                    "name it in the case file: [columns] {name} = \"...\""
                )));
            }
        }
        Ok(mapping)
    }

    /// Where the column is, if the table has it.
    pub fn index(&self, column: Column) -> Option<usize> {
        self.found[column as usize]
    }

    /// The name that the table itself gives the column; our own where it has none.
    pub fn header_of(&self, column: Column) -> &str {
        self.index(column)
            .and_then(|index| self.header.get(index))
            .map_or(column.name(), String::as_str)
    }

    /// How many columns the header has.
    pub fn width(&self) -> usize {
        self.header.len()
    }

    /// Our name and the table's for every column that was found.
    pub fn pairs(&self) -> Vec<(&'static str, &str)> {
        COLUMNS
            .iter()
            .filter(|(column, ..)| self.index(*column).is_some())
            .map(|&(column, name, _)| (name, self.header_of(column)))
            .collect()
    }

    /// The table's columns that nothing reads.
    pub fn unread(&self) -> Vec<&str> {
        self.header
            .iter()
            .enumerate()
            .filter(|(index, _)| !self.found.contains(&Some(*index)))
            .map(|(_, name)| name.as_str())
            .collect()
    }
}

impl Column {
    /// The name that we write.
    pub const fn name(self) -> &'static str {
        COLUMNS[self as usize].1
    }
}

fn plain_name(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}

/// A header for a message: long ones are cut.
fn shown(header: &[String]) -> String {
    const MOST: usize = 30;
    let mut text = header
        .iter()
        .take(MOST)
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(", ");
    if header.len() > MOST {
        text.push_str(&format!(" and {} more", header.len() - MOST));
    }
    if text.is_empty() {
        "(nothing)".to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    #[test]
    fn the_table_of_columns_is_in_the_order_of_the_enum() {
        for (place, (column, ..)) in COLUMNS.iter().enumerate() {
            assert_eq!(*column as usize, place);
        }
    }

    #[test]
    fn other_names_and_named_columns_are_found() {
        let named = BTreeMap::from([("date".to_owned(), "Datum".to_owned())]);
        let mapping = Mapping::new(
            "f.csv",
            &header(&["Lat", "LONG", "Datum", "Event Date", "x"]),
            &named,
            &[C::Latitude, C::Longitude, C::Date],
        )
        .unwrap();
        assert_eq!(mapping.index(C::Latitude), Some(0));
        assert_eq!(mapping.index(C::Longitude), Some(1));
        assert_eq!(mapping.index(C::Date), Some(2));
        assert_eq!(mapping.unread(), ["Event Date", "x"]);
    }

    #[test]
    fn a_missing_column_is_named_with_what_would_do() {
        let error = Mapping::new(
            "f.csv",
            &header(&["a", "b"]),
            &BTreeMap::new(),
            &[C::Latitude],
        );
        let message = error.unwrap_err().to_string();
        assert!(
            message.contains("no latitude column among: a, b"),
            "{message}"
        );
        assert!(message.contains("lat"), "{message}");
    }
}
