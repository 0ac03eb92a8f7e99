//! Incidents as `GeoJSON` or KML: their properties and places become a table, so that everything that reads tables reads
//! them too.
//!
//! A feature that is wrong is a row that is wrong: whether its place can be read is for the reader of tables to say,
//! in the ledger. Only what is no `GeoJSON` at all is refused.

use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write as _};
use std::path::Path;

use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use super::border::check_crs;
use crate::error::{Error, Result};

const ALLOWED: &str =
    "a GeoJSON FeatureCollection, or features one after the other (RFC 7946, RFC 8142)";

/// The columns of the place.
const PLACE: [&str; 2] = ["longitude", "latitude"];

/// Begins a record of a text sequence (RFC 8142).
const RECORD_SEPARATOR: u8 = 0x1e;

/// Whether the start of a file looks like JSON: an object, perhaps behind a byte-order mark or the sign that begins
/// a record.
pub(super) fn is_json(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let mut rest = start.iter().copied();
    rest.find(|byte| !byte.is_ascii_whitespace() && *byte != RECORD_SEPARATOR) == Some(b'{')
}

/// Makes a table of the features of a file, as comma-separated text with a header, and says how many there are.
/// Columns are the properties in the order in which they first come, then the `id` of features unless a property has
/// that name, then `longitude` and `latitude` of those that are points.
///
/// The file is gone over twice, so that no more than one feature is held at a time; O(n).
///
/// # Errors
/// What is no `GeoJSON` in WGS 84, with the place in the text; what cannot be read or copied.
pub(super) fn table<R: Read>(path: &Path, open: impl Fn() -> Result<R>) -> Result<(File, u64)> {
    table_of(path, &|call| each(path, open()?, call))
}

/// Calls with every feature.
type Each<'e> = dyn Fn(&mut dyn FnMut(Map<String, Value>) -> io::Result<()>) -> Result<()> + 'e;

/// As [`table`], of whatever gives features, twice the same.
///
/// # Errors
/// Those of the source; a table that cannot be written.
pub(super) fn table_of(path: &Path, each: &Each<'_>) -> Result<(File, u64)> {
    let fail = |error| Error::stream(path.display(), "copying to a temporary file", error);
    let mut columns = Columns::default();
    each(&mut |feature| {
        columns.see(&feature);
        Ok(())
    })?;
    let file = tempfile::tempfile().map_err(fail)?;
    let mut writer = csv::Writer::from_writer(BufWriter::new(file));
    let write = |error: csv::Error| fail(io::Error::other(error));
    let names = columns.names();
    writer.write_record(&names).map_err(write)?;
    let mut row: Vec<String> = Vec::with_capacity(names.len());
    each(&mut |feature| {
        row.clear();
        columns.fill(&feature, &mut row);
        writer.write_record(&row).map_err(io::Error::other)
    })?;
    let buffer = writer
        .into_inner()
        .map_err(|error| fail(io::Error::other(error.to_string())))?;
    let mut file = buffer
        .into_inner()
        .map_err(|error| fail(io::Error::other(error.to_string())))?;
    file.flush().map_err(fail)?;
    Ok((file, columns.features))
}

/// What features have.
#[derive(Default)]
struct Columns {
    features: u64,
    /// Properties in the order in which they first come.
    properties: Vec<String>,
    /// Their places in that order.
    places: std::collections::HashMap<String, usize>,
    has_points: bool,
    has_ids: bool,
}

impl Columns {
    fn see(&mut self, feature: &Map<String, Value>) {
        self.features += 1;
        self.has_points |= point(feature).is_some();
        self.has_ids |= feature.get("id").is_some_and(|id| !id.is_null());
        let Some(Value::Object(properties)) = feature.get("properties") else {
            return;
        };
        for name in properties.keys() {
            if !self.places.contains_key(name) {
                self.places.insert(name.clone(), self.properties.len());
                self.properties.push(name.clone());
            }
        }
    }

    /// Whether a property is a column: those that say the place again give way to the place.
    fn keeps(&self, name: &str) -> bool {
        !(self.has_points && PLACE.iter().any(|it| name.trim().eq_ignore_ascii_case(it)))
    }

    /// Whether the id of features is a column.
    fn gives_ids(&self) -> bool {
        let named = |name: &String| name.trim().eq_ignore_ascii_case("id");
        self.has_ids && !self.properties.iter().any(named)
    }

    fn names(&self) -> Vec<&str> {
        let properties = self.properties.iter().map(String::as_str);
        let ids = self.gives_ids().then_some("id");
        let place = PLACE.into_iter().filter(|_| self.has_points);
        properties
            .filter(|name| self.keeps(name))
            .chain(ids)
            .chain(place)
            .collect()
    }

    fn fill(&self, feature: &Map<String, Value>, row: &mut Vec<String>) {
        let properties = feature.get("properties").and_then(Value::as_object);
        for name in self.properties.iter().filter(|name| self.keeps(name)) {
            let value = properties.and_then(|all| all.get(name));
            row.push(value.map(text).unwrap_or_default());
        }
        if self.gives_ids() {
            row.push(feature.get("id").map(text).unwrap_or_default());
        }
        if self.has_points {
            let [longitude, latitude] = point(feature).unwrap_or_default();
            row.extend([longitude, latitude]);
        }
    }
}

/// A value as a table has it; what has parts stays JSON.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Longitude and latitude of a point as they are written; of a collection of one point too.
fn point(feature: &Map<String, Value>) -> Option<[String; 2]> {
    let geometry = feature.get("geometry")?.as_object()?;
    let coordinates = geometry.get("coordinates")?.as_array()?;
    let position = match geometry.get("type")?.as_str()? {
        "Point" => coordinates,
        "MultiPoint" if coordinates.len() == 1 => coordinates[0].as_array()?,
        _ => return None,
    };
    match position.as_slice() {
        [longitude, latitude, ..] => Some([text(longitude), text(latitude)]),
        _ => None,
    }
}

/// Calls for every feature of a text.
fn each<R: Read>(
    path: &Path,
    reader: R,
    call: &mut dyn FnMut(Map<String, Value>) -> io::Result<()>,
) -> Result<()> {
    let refused = |found: &dyn fmt::Display| Error::refused(path.display(), found, ALLOWED);
    let reader = BufReader::with_capacity(1 << 17, Marks::new(reader));
    let mut json = serde_json::Deserializer::from_reader(reader);
    loop {
        let mut crs = None;
        Text {
            call: &mut *call,
            crs: &mut crs,
        }
        .deserialize(&mut json)
        .map_err(|error| refused(&error))?;
        check_crs(
            path,
            crs.map(|crs| Map::from_iter([("crs".to_owned(), crs)]))
                .as_ref(),
        )?;
        // What follows is the next text, or nothing.
        if json.end().is_ok() {
            return Ok(());
        }
    }
}

/// One JSON text: a collection, or a feature.
struct Text<'t> {
    call: &'t mut dyn FnMut(Map<String, Value>) -> io::Result<()>,
    crs: &'t mut Option<Value>,
}

impl<'de> DeserializeSeed<'de> for Text<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> std::result::Result<(), D::Error> {
        json.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for Text<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        use serde::de::Error as _;
        let mut feature = Map::new();
        let mut collection = false;
        while let Some(key) = map.next_key::<String>()? {
            match key.as_str() {
                "features" => {
                    collection = true;
                    map.next_value_seed(Features {
                        call: &mut *self.call,
                    })?;
                }
                "crs" => *self.crs = Some(map.next_value()?),
                "type" | "id" | "geometry" | "properties" => {
                    feature.insert(key, map.next_value()?);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        match feature.get("type").and_then(Value::as_str) {
            _ if collection => Ok(()),
            Some("Feature") => (self.call)(feature).map_err(A::Error::custom),
            Some(other) => Err(A::Error::custom(format_args!(
                "a JSON object of type {other:?}"
            ))),
            None => Err(A::Error::custom("a JSON object without a type")),
        }
    }
}

/// The features of a collection.
struct Features<'t> {
    call: &'t mut dyn FnMut(Map<String, Value>) -> io::Result<()>,
}

impl<'de> DeserializeSeed<'de> for Features<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> std::result::Result<(), D::Error> {
        json.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for Features<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of features")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut features: A) -> std::result::Result<(), A::Error> {
        use serde::de::Error as _;
        while let Some(feature) = features.next_element::<Map<String, Value>>()? {
            (self.call)(feature).map_err(A::Error::custom)?;
        }
        Ok(())
    }
}

/// Reads a byte-order mark and the signs that begin records as spaces, which JSON passes over.
struct Marks<R> {
    inner: R,
    /// Bytes of the mark that may still come.
    mark: &'static [u8],
}

impl<R> Marks<R> {
    fn new(inner: R) -> Marks<R> {
        Marks {
            inner,
            mark: b"\xef\xbb\xbf",
        }
    }
}

impl<R: Read> Read for Marks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        for byte in &mut buffer[..read] {
            match self.mark.split_first() {
                Some((first, rest)) if byte == first => {
                    self.mark = rest;
                    *byte = b' ';
                }
                _ => self.mark = &[],
            }
            if *byte == RECORD_SEPARATOR {
                *byte = b' ';
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Seek as _, SeekFrom};

    use super::*;

    fn made(json: &str) -> Result<String> {
        let (mut file, _) = table(Path::new("made.geojson"), || Ok(json.as_bytes()))?;
        let mut text = String::new();
        file.seek(SeekFrom::Start(0)).unwrap();
        file.read_to_string(&mut text).unwrap();
        Ok(text)
    }

    #[test]
    fn features_become_rows() {
        let json = r#"{"features":[
            {"type":"Feature","geometry":{"type":"Point","coordinates":[70.1234567,34.5,900]},"properties":{"date":"2025-10-11","n":3}},
            {"type":"Feature","id":7,"geometry":{"type":"MultiPoint","coordinates":[[-1e-7,2]]},"properties":{"n":null,"more":[1,{"a":"b"}],"Latitude":9}},
            {"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[0,0],[1,0],[1,1],[0,0]]]},"properties":{"date":"x, \"y\"\nz"}},
            {"type":"Feature","geometry":null,"properties":null}
        ],"type":"FeatureCollection","bbox":[0,0,1,1]}"#;
        assert_eq!(
            made(json).unwrap(),
            "date,n,more,id,longitude,latitude\n\
             2025-10-11,3,,,70.1234567,34.5\n\
             ,,\"[1,{\"\"a\"\":\"\"b\"\"}]\",7,-1e-7,2\n\
             \"x, \"\"y\"\"\nz\",,,,,\n\
             ,,,,,\n"
        );
    }

    #[test]
    fn features_may_follow_each_other() {
        let feature = |n| {
            format!(
                r#"{{"type":"Feature","geometry":{{"type":"Point","coordinates":[{n},1]}},"properties":{{"id":"i{n}"}}}}"#
            )
        };
        let expected = "id,longitude,latitude\ni1,1,1\ni2,2,1\n";
        for json in [
            format!("{}\n{}\n", feature(1), feature(2)),
            format!("\u{feff}{}\r\n\r\n{}", feature(1), feature(2)),
            format!("\u{1e}{}\n\u{1e}{}\n", feature(1), feature(2)),
        ] {
            assert!(is_json(json.as_bytes()));
            assert_eq!(made(&json).unwrap(), expected);
        }
    }

    #[test]
    fn what_is_no_geojson_is_refused_with_its_place() {
        for (json, words) in [
            ("{\"a\":1}", "without a type"),
            ("{\"type\":\"Topology\"}", "Topology"),
            (
                "{\"type\":\"FeatureCollection\",\"features\":[{\n]}",
                "line 2",
            ),
            (
                "{\"type\":\"FeatureCollection\",\"features\":3}",
                "a list of features",
            ),
            (
                "{\"type\":\"FeatureCollection\",\"features\":[]} x",
                "line 1",
            ),
            (
                r#"{"type":"FeatureCollection","crs":{"properties":{"name":"EPSG:32642"}},"features":[]}"#,
                "EPSG:32642",
            ),
        ] {
            let error = made(json).unwrap_err().to_string();
            assert!(error.contains(words), "{json}: {error}");
        }
        assert!(!is_json(b"id,date\n1,2") && !is_json(b"") && !is_json(b"[1]"));
    }
}
