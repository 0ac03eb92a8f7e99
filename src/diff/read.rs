//! What is compared of a pack: its manifest and its tables of incidents, clusters and sectors.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{BufReader, Read};
use std::path::Path;

use csv::StringRecord;

use super::rows::{COLUMNS, Fields, Kind, Rows, WIDTH, column};
use crate::error::{Error, Result};
use crate::formula::restored;
use crate::geodesy::Position;
use crate::manifest::{self, Manifest};

/// A pack, as far as it is compared.
#[derive(Debug)]
pub struct Pack {
    /// Its manifest.
    pub manifest: Manifest,
    /// `tables/incidents.csv`.
    pub incidents: Incidents,
    /// `tables/clusters.csv`, by number.
    pub clusters: BTreeMap<u32, Cluster>,
    /// `tables/sectors.csv`, by name and, where a name repeats, by which of them.
    pub sectors: BTreeMap<(String, usize), Sector>,
}

/// The incidents of a pack.
#[derive(Debug)]
pub struct Incidents {
    /// The columns that are compared.
    pub rows: Rows,
    /// Whether the table has each of [`COLUMNS`].
    pub has: [bool; WIDTH],
    /// The cluster of each row; 0 for none.
    pub clusters: Vec<u32>,
    /// Whether the id of each row was made from the name of its file and its row, because the file gave none.
    pub made: Vec<bool>,
}

/// What `clusters.csv` says of a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// Its first day.
    pub first: String,
    /// Its last day.
    pub last: String,
}

/// The numbers of a sector that are compared.
pub const MEASURES: [&str; 7] = [
    "incidents",
    "uncertain",
    "deaths_low",
    "deaths_best",
    "deaths_high",
    "length_km",
    "incidents_per_100km_30days",
];

/// What `sectors.csv` says of a sector.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sector {
    /// Where it begins; `None` for sectors that are areas.
    pub from_km: Option<f64>,
    /// The values of [`MEASURES`]; `None` where the table says nothing.
    pub values: [Option<f64>; MEASURES.len()],
}

/// What is allowed where a pack is asked for.
const A_PACK: &str = "the folder of a pack, as borderscope run writes it";

impl Pack {
    /// Reads a pack.
    ///
    /// Cost: one pass over the tables; memory is that of [`Rows`]. Digests are not looked at:
    /// `borderscope verify` does.
    ///
    /// # Errors
    /// A folder that is no pack, and tables that are not as they were written.
    pub fn read(folder: &Path) -> Result<Pack> {
        let no_pack = |found: &str| {
            Error::refused(folder.display(), found, A_PACK)
                .advise("borderscope run CASE.toml --out DIR, and that DIR here")
        };
        if !folder.exists() {
            return Err(no_pack("is not there"));
        }
        if !folder.is_dir() {
            return Err(no_pack("is a file"));
        }
        let path = folder.join(manifest::FILE_NAME);
        if !path.is_file() {
            return Err(no_pack("holds no manifest.json of a pack"));
        }
        let manifest = Manifest::read(&path)?;
        if manifest.program != "borderscope" {
            return Err(Error::refused(
                path.display(),
                format_args!("program {:?}", manifest.program),
                "a manifest written by borderscope run",
            ));
        }
        let open = |name: &str| -> Result<Table<BufReader<File>>> {
            let path = folder.join("tables").join(name);
            if !path.is_file() {
                return Err(no_pack(&format!("holds no tables/{name}")).advise(
                    "borderscope verify DIR says what else is missing; make the pack anew",
                ));
            }
            let fail = |error| Error::io(&path, "reading", error);
            let file = File::open(&path).map_err(fail)?;
            let bytes = file.metadata().map_err(fail)?.len();
            Table::new(
                path.display().to_string(),
                BufReader::with_capacity(1 << 18, file),
                usize::try_from(bytes).unwrap_or(usize::MAX >> 1),
            )
        };
        let mut incidents = Incidents::read(open("incidents.csv")?)?;
        incidents.mark_made(&manifest);
        Ok(Pack {
            incidents,
            clusters: clusters(open("clusters.csv")?)?,
            sectors: sectors(open("sectors.csv")?)?,
            manifest,
        })
    }
}

/// A table with its header.
pub(super) struct Table<R> {
    place: String,
    header: StringRecord,
    reader: csv::Reader<R>,
    bytes: usize,
}

impl<R: Read> Table<R> {
    pub(super) fn new(place: String, from: R, bytes: usize) -> Result<Table<R>> {
        let mut reader = csv::ReaderBuilder::new().from_reader(from);
        let header = reader
            .headers()
            .map_err(|error| damaged(&place, &error))?
            .clone();
        Ok(Table {
            place,
            header,
            reader,
            bytes,
        })
    }

    /// Where a column is.
    fn find(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|it| it == name)
    }

    /// Where a column is that must be there.
    fn need(&self, name: &str) -> Result<usize> {
        self.find(name).ok_or_else(|| {
            Error::refused(
                format_args!("{}, line 1", self.place),
                format_args!("no column {name:?}"),
                "the table as borderscope run writes it",
            )
            .advise("make the pack anew")
        })
    }

    /// Gives every record with the line where it starts.
    fn each(mut self, mut take: impl FnMut(&str, u64, &StringRecord) -> Result<()>) -> Result<()> {
        let mut record = StringRecord::new();
        while self
            .reader
            .read_record(&mut record)
            .map_err(|error| damaged(&self.place, &error))?
        {
            let line = record.position().map_or(0, csv::Position::line);
            take(&self.place, line, &record)?;
        }
        Ok(())
    }
}

fn damaged(place: &str, error: &csv::Error) -> Error {
    Error::refused(place, error, "the table as borderscope run writes it")
        .advise("borderscope verify DIR says whether the table was changed")
}

/// A value that cannot stand in a table of ours.
fn odd(place: &str, line: u64, name: &str, value: &str, allowed: &str) -> Error {
    Error::refused(
        format_args!("{place}, line {line}, column {name}"),
        format_args!("{value:?}"),
        allowed,
    )
    .advise("borderscope verify DIR says whether the table was changed")
}

fn whole_number(place: &str, line: u64, name: &str, value: &str) -> Result<u32> {
    value
        .parse()
        .map_err(|_| odd(place, line, name, value, "a whole number"))
}

fn number(place: &str, line: u64, name: &str, value: &str) -> Result<Option<f64>> {
    if value.is_empty() {
        return Ok(None);
    }
    match value.parse::<f64>() {
        Ok(number) if number.is_finite() => Ok(Some(number)),
        _ => Err(odd(place, line, name, value, "a number, or nothing")),
    }
}

/// The position of a row.
pub(super) fn position(fields: &Fields<'_>) -> Option<Position> {
    let degrees = |name: usize| fields[name].parse::<f64>().ok();
    let longitude = degrees(const { column("longitude") })?;
    Position::new(longitude, degrees(const { column("latitude") })?).ok()
}

impl Incidents {
    /// Reads the table. The columns that say which incident it is, where and when must be there; others may be
    /// missing, and are then not compared.
    pub(super) fn read(table: Table<impl Read>) -> Result<Incidents> {
        for name in ["id", "latitude", "longitude", "date"] {
            table.need(name)?;
        }
        let places = COLUMNS.map(|(name, _)| table.find(name));
        let mut incidents = Incidents {
            rows: Rows::with_room_for(table.bytes),
            has: places.map(|it| it.is_some()),
            clusters: Vec::new(),
            made: Vec::new(),
        };
        table.each(|place, line, record| {
            let fields: Fields<'_> =
                places.map(|it| restored(it.and_then(|it| record.get(it)).unwrap_or("")));
            if position(&fields).is_none() {
                let [latitude, longitude] = [fields[1], fields[2]];
                let value = format!("{latitude}, {longitude}");
                let allowed = "degrees from -90 to 90 and from -180 to 180";
                return Err(odd(place, line, "latitude, longitude", &value, allowed));
            }
            incidents
                .clusters
                .push(match fields[const { column("cluster") }] {
                    "" => 0,
                    value => whole_number(place, line, "cluster", value)?,
                });
            if incidents.rows.len() >= u32::MAX as usize {
                return Err(Error::refused(
                    place,
                    "too many rows",
                    "fewer than 4,294,967,295",
                ));
            }
            incidents.rows.push(&fields);
            Ok(())
        })?;
        incidents.made = vec![false; incidents.rows.len()];
        Ok(incidents)
    }

    /// Marks the ids that were made from file and row: `reports-17` of the 17th row of `reports.csv`.
    ///
    /// If the file has no column of ids, every id of that form is one. If it has, rows without an id have such
    /// ids too, unless ids of that form are the file's own: that is taken to be so where they are at least half
    /// of all.
    pub(super) fn mark_made(&mut self, manifest: &Manifest) {
        let (mut without, mut with) = (BTreeSet::new(), BTreeSet::new());
        for file in manifest.run["files"].as_array().into_iter().flatten() {
            let stem = Path::new(file["name"].as_str().unwrap_or("")).file_stem();
            let stem = stem.map_or_else(String::new, |it| it.to_string_lossy().into_owned());
            let mut columns = file["columns"].as_array().into_iter().flatten();
            let set = if columns.any(|it| it[0] == "id") {
                &mut with
            } else {
                &mut without
            };
            set.insert(stem);
        }
        let mut doubtful = Vec::new();
        let mut of_files_with = 0_usize;
        for row in 0..self.rows.len() {
            let stem = stem_of_made(self.rows.id(row as u32));
            let is_made = stem.is_some_and(|it| without.contains(it));
            self.made[row] = is_made;
            of_files_with += usize::from(!is_made);
            if !is_made && stem.is_some_and(|it| with.contains(it)) {
                doubtful.push(row);
            }
        }
        if doubtful.len() * 2 < of_files_with {
            for row in doubtful {
                self.made[row] = true;
            }
        }
    }

    /// How many ids were made.
    pub fn made(&self) -> usize {
        self.made.iter().filter(|&&it| it).count()
    }
}

/// The name of the file in an id that has the form of a made one: `reports-17`, `reports(2)-17`.
fn stem_of_made(id: &str) -> Option<&str> {
    let (stem, row) = id.rsplit_once('-')?;
    let is_row =
        !row.starts_with('0') && !row.is_empty() && row.bytes().all(|it| it.is_ascii_digit());
    let plain = stem
        .strip_suffix(')')
        .and_then(|it| it.rsplit_once('('))
        .filter(|(_, number)| number.bytes().all(|it| it.is_ascii_digit()))
        .map_or(stem, |(plain, _)| plain);
    is_row.then_some(plain)
}

pub(super) fn clusters(table: Table<impl Read>) -> Result<BTreeMap<u32, Cluster>> {
    let number = table.need("cluster")?;
    let words = ["name", "first_date", "last_date"].map(|name| table.find(name));
    let mut clusters = BTreeMap::new();
    table.each(|place, line, record| {
        let [name, first, last] = words.map(|it| {
            let text = it.and_then(|it| record.get(it)).unwrap_or("");
            restored(text).to_owned()
        });
        let number = whole_number(place, line, "cluster", record.get(number).unwrap_or(""))?;
        clusters.insert(number, Cluster { name, first, last });
        Ok(())
    })?;
    Ok(clusters)
}

pub(super) fn sectors(table: Table<impl Read>) -> Result<BTreeMap<(String, usize), Sector>> {
    let name = table.need("sector")?;
    table.need("incidents")?;
    let from = table.find("chainage_from_km");
    let measures = MEASURES.map(|name| table.find(name));
    let mut sectors = BTreeMap::new();
    table.each(|place, line, record| {
        let text = |it: Option<usize>| it.and_then(|it| record.get(it)).unwrap_or("");
        let mut sector = Sector {
            from_km: number(place, line, "chainage_from_km", text(from))?,
            ..Sector::default()
        };
        for (value, (&at, measure)) in sector.values.iter_mut().zip(measures.iter().zip(MEASURES)) {
            *value = number(place, line, measure, text(at))?;
        }
        let name = restored(text(Some(name)));
        let mut which = 0;
        while sectors.contains_key(&(name.to_owned(), which)) {
            which += 1;
        }
        sectors.insert((name.to_owned(), which), sector);
        Ok(())
    })?;
    Ok(sectors)
}

/// The columns that say what a report says, its id and what follows from options apart.
pub(super) fn content(has: &[bool; WIDTH]) -> Vec<usize> {
    (0..WIDTH)
        .filter(|&it| has[it] && matches!(COLUMNS[it].1, Kind::Position | Kind::Date | Kind::Code))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn made_ids_are_told_by_their_form() {
        for (id, stem) in [
            ("reports-17", Some("reports")),
            ("reports(2)-17", Some("reports")),
            ("a-b-3", Some("a-b")),
            ("reports-017", None),
            ("reports-", None),
            ("17", None),
            ("a-x7", None),
        ] {
            assert_eq!(stem_of_made(id), stem, "{id}");
        }
    }

    fn read(text: &str) -> Result<Incidents> {
        let table = Table::new("t.csv".to_owned(), text.as_bytes(), text.len())?;
        Incidents::read(table)
    }

    #[test]
    fn tables_that_were_changed_by_hand_are_refused_with_line_and_column() {
        for (text, parts) in [
            ("id,date,latitude\na,b,1\n", vec!["line 1", "longitude"]),
            (
                "id,date,latitude,longitude\na,2025-01-01,91,1\n",
                vec!["line 2", "latitude", "91"],
            ),
            (
                "id,date,latitude,longitude,cluster\na,2025-01-01,9,1,x\n",
                vec!["line 2", "column cluster", "\"x\""],
            ),
            ("id,date,latitude,longitude\na,b\n", vec!["t.csv", "verify"]),
        ] {
            let message = read(text).unwrap_err().to_string();
            for part in parts {
                assert!(message.contains(part), "{message}");
            }
        }
        let good = read("id,date,latitude,longitude\n'=a,2025-01-01,9,1\n").unwrap();
        assert_eq!(good.rows.id(0), "=a");
        assert!(!good.has[column("note")]);
    }
}
