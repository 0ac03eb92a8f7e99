//! Files of vector data other than `GeoJSON`: `GeoPackage`, `FlatGeobuf` and `GeoParquet`, told by their first bytes
//! whatever they are called. Each gives its features as `GeoJSON` would have them, so that what reads `GeoJSON` reads
//! these too.
//!
//! Files may be damaged or made to do harm: whatever they say of sizes and counts is held against the bytes that are
//! there, and no more text is made of a file than 250 times its size.

mod flatgeobuf;
mod geopackage;
mod geoparquet;
mod wkb;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use geojson::Feature;
use serde_json::{Map, Number, Value};

use crate::error::{Error, Result};

/// Takes a feature: an object with `type`, `geometry` and `properties`.
pub(super) type Take<'t> = &'t mut dyn FnMut(Map<String, Value>) -> io::Result<()>;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    GeoPackage,
    FlatGeobuf,
    GeoParquet,
}

/// How much of the start of a file tells its format.
pub(super) const START: usize = 16;

impl Form {
    /// The format of a file that starts with these bytes.
    pub(super) fn of(start: &[u8]) -> Option<Form> {
        let is_flatgeobuf = |start: &[u8]| {
            start.get(..3) == Some(b"fgb") && start.get(4..7) == Some(b"fgb") && start[3] <= 3
        };
        if start.starts_with(b"SQLite format 3\0") {
            Some(Form::GeoPackage)
        } else if is_flatgeobuf(start) {
            Some(Form::FlatGeobuf)
        } else if start.starts_with(b"PAR1") {
            Some(Form::GeoParquet)
        } else {
            None
        }
    }

    /// Its name.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Form::GeoPackage => "GeoPackage",
            Form::FlatGeobuf => "FlatGeobuf",
            Form::GeoParquet => "GeoParquet",
        }
    }
}

/// Which layer of a file of several is meant, if nobody says: the one of this name, or else the only one of this kind.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'w> {
    /// The name that was given.
    pub(super) layer: Option<&'w str>,
    name: &'static str,
    kind: &'static str,
    how_to_say: &'static str,
}

impl<'w> Wanted<'w> {
    /// Points.
    pub(super) const fn incidents(layer: Option<&'w str>) -> Wanted<'w> {
        Wanted {
            layer,
            name: "incidents",
            kind: "POINT",
            how_to_say: "name one: layer = \"…\" beside the path of the file in the case file, or --layer",
        }
    }

    /// Lines.
    pub(super) const fn border(layer: Option<&'w str>) -> Wanted<'w> {
        Wanted {
            layer,
            name: "border",
            kind: "LINESTRING",
            how_to_say: "name one: layer = \"…\" in the table of the border in the case file, or save it as a file of its own",
        }
    }

    /// Any, of a file of one.
    pub(super) const fn only() -> Wanted<'static> {
        Wanted {
            layer: None,
            name: "",
            kind: "POLYGON",
            how_to_say: "save the layer as a file of its own",
        }
    }
}

/// An open file of vector data.
pub(super) struct Vector {
    form: Form,
    /// For messages.
    path: PathBuf,
    file: File,
    /// `SQLite` opens paths only; a copy, so that it leaves nothing beside the file.
    copy: Option<tempfile::TempDir>,
}

/// What the copy is called.
const COPY: &str = "copy.gpkg";

impl Vector {
    /// Takes a file of a format; `path` is where it came from. It is read from its start, whatever was read before.
    ///
    /// # Errors
    /// A `GeoPackage` that another program is changing; what cannot be copied.
    pub(super) fn new(form: Form, path: &Path, mut file: File) -> Result<Vector> {
        let mut copy = None;
        if form == Form::GeoPackage {
            let fail = |error| Error::stream(path.display(), "copying to a temporary file", error);
            for beside in ["-wal", "-journal"] {
                let mut name = path.as_os_str().to_owned();
                name.push(beside);
                if std::fs::metadata(&name).is_ok_and(|beside| beside.len() > 0) {
                    return Err(Error::refused(
                        path.display(),
                        format_args!(
                            "changes that are not in the file yet stand beside it, in {beside}"
                        ),
                        "a GeoPackage that no program is changing",
                    )
                    .advise("close it in the other program, or save it under another name there"));
                }
            }
            let folder = tempfile::tempdir().map_err(fail)?;
            let mut to = File::create(folder.path().join(COPY)).map_err(fail)?;
            file.seek(SeekFrom::Start(0)).map_err(fail)?;
            io::copy(&mut file, &mut to).map_err(fail)?;
            copy = Some(folder);
        }
        Ok(Vector {
            form,
            path: path.to_owned(),
            file,
            copy,
        })
    }

    /// Calls for every feature. Properties are in the order of the columns, and all are there in each feature. O(n) in
    /// the bytes.
    ///
    /// # Errors
    /// A damaged file; none or several layers that could be meant; coordinates that are not WGS 84; what `take` says.
    pub(super) fn each(&self, wanted: &Wanted<'_>, take: Take<'_>) -> Result<()> {
        let mut left = self
            .file
            .metadata()
            .map_err(|error| Error::io(&self.path, "reading", error))?
            .len()
            .saturating_mul(MOST_TIMES)
            .max(ALWAYS);
        let mut limited = |feature: Map<String, Value>| {
            let columns = feature["properties"].as_object().map_or(0, Map::len);
            if columns > MOST_COLUMNS {
                return Err(io::Error::other(format!(
                    "{columns} columns, more than {MOST_COLUMNS}"
                )));
            }
            left = left
                .checked_sub(weight(&feature))
                .ok_or_else(|| io::Error::other(TOO_MUCH))?;
            take(feature)
        };
        match (self.form, &self.copy) {
            (Form::GeoPackage, Some(folder)) => {
                let copy = folder.path().join(COPY);
                geopackage::each(&self.path, &copy, wanted, &mut limited)
            }
            (Form::GeoPackage, None) => Err(Error::broken("a GeoPackage has a copy")),
            (Form::FlatGeobuf, _) => flatgeobuf::each(&self.path, &self.file, &mut limited),
            (Form::GeoParquet, _) => geoparquet::each(&self.path, &self.file, &mut limited),
        }
    }
}

/// So many times the size of a file may be made of it, and this much of any.
const MOST_TIMES: u64 = 250;
const ALWAYS: u64 = 16 << 20;
/// As many as a spreadsheet has.
const MOST_COLUMNS: usize = 16_384;
const TOO_MUCH: &str = "more than 250 times its size comes out of it, as of no table";

/// Some bytes that a feature takes.
fn weight(feature: &Map<String, Value>) -> u64 {
    fn of(value: &Value) -> u64 {
        8 + match value {
            Value::String(text) => text.len() as u64,
            Value::Array(values) => values.iter().map(of).sum(),
            Value::Object(values) => values.values().map(of).sum(),
            _ => 0,
        }
    }
    32 + feature.values().map(of).sum::<u64>()
}

/// A feature of its properties and its shape.
fn feature(properties: Map<String, Value>, geometry: Value) -> Map<String, Value> {
    Map::from_iter([
        ("type".to_owned(), Value::from("Feature")),
        ("geometry".to_owned(), geometry),
        ("properties".to_owned(), Value::Object(properties)),
    ])
}

/// A number; null for what is none.
fn number(value: f64) -> Value {
    Number::from_f64(value).map_or(Value::Null, Value::Number)
}

/// A shape as `GeoJSON` has it.
fn shape(kind: &str, coordinates: Value) -> Value {
    Value::Object(Map::from_iter([
        ("type".to_owned(), Value::from(kind)),
        ("coordinates".to_owned(), coordinates),
    ]))
}

fn damaged(path: &Path, form: Form, found: impl std::fmt::Display) -> Error {
    Error::refused(
        path.display(),
        found,
        format_args!("a whole {} file", form.as_str()),
    )
    .advise("open it in QGIS and save the layer again: it may be damaged or cut off")
}

fn other_crs(path: &Path, found: impl std::fmt::Display) -> Error {
    Error::refused(
        format_args!("{}, crs", path.display()),
        found,
        "WGS 84 longitude and latitude (EPSG:4326)",
    )
    .advise("export the layer again with CRS EPSG:4326")
}

/// The features of a file, if it is of such a format; `None` if it is of another.
///
/// # Errors
/// As of [`Vector::each`]; what cannot be read.
pub(super) fn features(path: &Path, wanted: &Wanted<'_>) -> Result<Option<Vec<Feature>>> {
    // Folders and what cannot be opened are for the reader of text to complain about.
    let Ok(mut file) = File::open(path) else {
        return Ok(None);
    };
    let mut start = Vec::new();
    if (&mut file)
        .take(START as u64)
        .read_to_end(&mut start)
        .is_err()
    {
        return Ok(None);
    }
    let Some(form) = Form::of(&start) else {
        return Ok(None);
    };
    let mut features = Vec::new();
    Vector::new(form, path, file)?.each(wanted, &mut |feature| {
        let feature = serde_json::from_value(Value::Object(feature))?;
        features.push(feature);
        Ok(())
    })?;
    Ok(Some(features))
}
