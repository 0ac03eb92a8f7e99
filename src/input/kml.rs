//! KML 2.2, and KMZ, which is KML in a ZIP archive: placemarks as features, so that everything that reads `GeoJSON` reads
//! them too.
//!
//! The document is gone over once from its beginning to its end, and one placemark is held at a time. Nothing that it
//! refers to is opened: no network links, no entities of its own, no styles.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use geojson::Feature;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, XmlVersion};
use serde_json::{Map, Value, json};

use crate::error::{Error, Result};

const ALLOWED: &str = "KML 2.2: a <kml> with <Placemark> in it, in UTF-8";

/// Whether the start of a file looks like KML, perhaps behind a byte-order mark: an XML declaration, a comment, or the
/// element itself. Whether it is no other XML is found when it is read.
pub(super) fn is_xml(start: &[u8]) -> bool {
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let start = start.trim_ascii_start();
    [&b"<?xml"[..], b"<kml", b"<!--"]
        .iter()
        .any(|it| start.starts_with(it))
}

/// Whether the start of a file is that of a ZIP archive, which KMZ is.
pub(super) fn is_zip(start: &[u8]) -> bool {
    start.starts_with(b"PK\x03\x04")
}

/// Most bytes that the document of an archive may have where it is not packed: documents pack to a fiftieth at best.
const MOST_TIMES: u64 = 250;
/// Up to here any ratio is let through.
const ALWAYS: u64 = 16 << 20;

/// Unpacks the document of a KMZ into a temporary file: `doc.kml`, else the first that ends in `.kml`. `None` for another
/// archive, and for the beginning of one.
///
/// # Errors
/// A damaged archive; one whose document is far larger than any packs to; what cannot be copied.
pub(super) fn unpacked(path: &Path, file: &File) -> Result<Option<File>> {
    let damaged = |error: &dyn std::fmt::Display| {
        Error::refused(
            path.display(),
            format_args!("reading the archive failed: {error}"),
            "a whole KMZ archive",
        )
    };
    let bytes = file
        .metadata()
        .map_err(|error| Error::io(path, "reading", error))?
        .len();
    // What is no whole archive may be of any program.
    let Ok(mut archive) = zip::ZipArchive::new(BufReader::new(file)) else {
        return Ok(None);
    };
    let mut found = None;
    for number in 0..archive.len() {
        let entry = archive
            .by_index_raw(number)
            .map_err(|error| damaged(&error))?;
        let name = entry
            .name()
            .map(|name| name.to_ascii_lowercase())
            .unwrap_or_default();
        if name == "doc.kml" {
            found = Some(number);
            break;
        }
        if found.is_none()
            && name
                .rsplit_once('.')
                .is_some_and(|(_, ending)| ending == "kml")
        {
            found = Some(number);
        }
    }
    let Some(number) = found else {
        return Ok(None);
    };
    let entry = archive.by_index(number).map_err(|error| damaged(&error))?;
    let most = bytes.saturating_mul(MOST_TIMES).max(ALWAYS);
    let mut document = tempfile::tempfile()
        .map_err(|error| Error::stream(path.display(), "copying to a temporary file", error))?;
    let copied =
        io::copy(&mut entry.take(most + 1), &mut document).map_err(|error| damaged(&error))?;
    if copied > most {
        return Err(damaged(&format_args!(
            "it unpacks to more than {MOST_TIMES} times its size, as no document does"
        )));
    }
    document
        .seek(SeekFrom::Start(0))
        .map_err(|error| Error::stream(path.display(), "copying to a temporary file", error))?;
    Ok(Some(document))
}

/// A part of a geometry, its coordinates as they are written.
#[derive(Clone, Debug, PartialEq)]
enum Part {
    Point(String),
    Line(String),
    /// Rings, the outer first.
    Area(Vec<String>),
    /// A track, a model: nothing that is read.
    Other,
}

/// A placemark.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Placemark {
    name: String,
    description: String,
    /// When it begins, or is; empty where it says neither.
    begin: String,
    /// When it ends.
    end: String,
    /// The extended data, in their order.
    data: Vec<(String, String)>,
    parts: Vec<Part>,
}

impl Placemark {
    /// Whether it is a place or has none, and no line, area or track.
    fn is_record(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Point(_)))
    }

    /// Its data as properties: extended data, then name, description and days where the data have none of that name.
    fn properties(&self) -> Map<String, Value> {
        let mut properties = Map::new();
        for (name, value) in &self.data {
            properties.insert(name.clone(), Value::String(value.clone()));
        }
        for (name, value) in [
            ("name", &self.name),
            ("description", &self.description),
            ("date", &self.begin),
            ("date_end", &self.end),
        ] {
            if !value.is_empty() && !properties.contains_key(name) {
                properties.insert(name.to_owned(), Value::String(value.clone()));
            }
        }
        properties
    }

    /// As a feature whose coordinates are text as it is written, so that what is wrong with them is found where rows are
    /// read.
    fn row(&self) -> Map<String, Value> {
        let mut feature = Map::new();
        feature.insert("type".to_owned(), "Feature".into());
        if let [Part::Point(text)] = self.parts.as_slice() {
            let tuples = tuples(text);
            let numbers: Vec<&str> = match tuples.as_slice() {
                [tuple] => tuple.split(',').collect(),
                _ => Vec::new(),
            };
            let coordinates = match numbers.as_slice() {
                [longitude, latitude] | [longitude, latitude, _] => [*longitude, *latitude],
                _ => [text.trim(), ""],
            };
            feature.insert(
                "geometry".to_owned(),
                json!({"type": "Point", "coordinates": coordinates}),
            );
        }
        feature.insert("properties".to_owned(), self.properties().into());
        feature
    }

    /// As a `GeoJSON` feature; `place` says in an error where it stands.
    fn feature(&self, place: &str) -> Result<Feature> {
        let line = |text: &str| -> Result<Value> {
            let positions = tuples(text)
                .iter()
                .map(|tuple| position(place, tuple))
                .collect::<Result<Vec<Value>>>()?;
            Ok(positions.into())
        };
        let mut geometries = Vec::new();
        for part in &self.parts {
            geometries.push(match part {
                Part::Point(text) => {
                    json!({"type": "Point", "coordinates": position(place, text.trim())?})
                }
                Part::Line(text) => json!({"type": "LineString", "coordinates": line(text)?}),
                Part::Area(rings) => {
                    let rings = rings
                        .iter()
                        .map(|ring| line(ring))
                        .collect::<Result<Vec<Value>>>()?;
                    json!({"type": "Polygon", "coordinates": rings})
                }
                Part::Other => {
                    return Err(Error::refused(
                        place,
                        "a track or a model",
                        "points, lines and areas",
                    ));
                }
            });
        }
        let geometry = match geometries.len() {
            0 => Value::Null,
            1 => geometries.remove(0),
            _ => several(geometries),
        };
        let mut properties = self.properties();
        // The one property that is a number.
        if let Some(value) = properties.get_mut("border_uncertainty_m")
            && let Some(metres) = value.as_str().and_then(|it| it.trim().parse::<f64>().ok())
        {
            *value = metres.into();
        }
        let feature = json!({"type": "Feature", "properties": properties, "geometry": geometry});
        serde_json::from_value(feature).map_err(|error| Error::refused(place, error, ALLOWED))
    }
}

/// Several geometries as one: of one type if they are.
fn several(geometries: Vec<Value>) -> Value {
    let kind = geometries[0]["type"].clone();
    if geometries.iter().any(|it| it["type"] != kind) {
        return json!({"type": "GeometryCollection", "geometries": geometries});
    }
    let coordinates: Vec<Value> = geometries
        .into_iter()
        .map(|mut it| it["coordinates"].take())
        .collect();
    let kind = format!("Multi{}", kind.as_str().unwrap_or_default());
    json!({"type": kind, "coordinates": coordinates})
}

/// The tuples of coordinates. Blanks behind a comma, which the standard forbids and some programs write, do not part
/// them.
fn tuples(text: &str) -> Vec<String> {
    let mut tuples = Vec::new();
    let mut tuple = String::new();
    for word in text.split_ascii_whitespace() {
        if !tuple.is_empty() && !tuple.ends_with(',') && !word.starts_with(',') {
            tuples.push(std::mem::take(&mut tuple));
        }
        tuple.push_str(word);
    }
    if !tuple.is_empty() {
        tuples.push(tuple);
    }
    tuples
}

/// Longitude and latitude as numbers; a height is not looked at.
fn position(place: &str, tuple: &str) -> Result<Value> {
    let mut numbers = tuple.split(',').map(|number| number.trim().parse::<f64>());
    match (numbers.next(), numbers.next()) {
        (Some(Ok(longitude)), Some(Ok(latitude))) => Ok(json!([longitude, latitude])),
        _ => Err(Error::refused(
            place,
            format_args!("coordinates {tuple:?}"),
            "longitude,latitude in degrees",
        )),
    }
}

/// The placemarks of a document as `GeoJSON` features.
///
/// # Errors
/// As [`each`]; coordinates that are no numbers; tracks and models.
pub(super) fn features(path: &Path, document: impl Read) -> Result<Vec<Feature>> {
    let mut features = Vec::new();
    let mut number = 0;
    each(path, document, &mut |placemark| {
        number += 1;
        let place = format!("{}, placemark {number}", path.display());
        features.push(placemark.feature(&place)?);
        Ok(())
    })?;
    Ok(features)
}

/// Calls for every placemark that is a record, as a feature whose coordinates are text, and says how many are none: lines,
/// areas and tracks.
///
/// # Errors
/// As [`each`], and those of the call.
pub(super) fn rows(
    path: &Path,
    document: impl Read,
    call: &mut dyn FnMut(Map<String, Value>) -> io::Result<()>,
) -> Result<u64> {
    let mut others = 0;
    each(path, document, &mut |placemark| {
        if placemark.is_record() {
            call(placemark.row()).map_err(|error| {
                Error::stream(path.display(), "copying to a temporary file", error)
            })
        } else {
            others += 1;
            Ok(())
        }
    })?;
    Ok(others)
}

/// Calls for every placemark of a document, in its order, whatever folders it is in. O(n).
///
/// # Errors
/// What is no KML, is not well-formed or not UTF-8, with the line; those of the call.
fn each(
    path: &Path,
    document: impl Read,
    call: &mut dyn FnMut(Placemark) -> Result<()>,
) -> Result<()> {
    let mut lines = Lines {
        inner: BufReader::with_capacity(1 << 16, document),
        line: 1,
    };
    let mark = b"\xef\xbb\xbf";
    let start = lines
        .fill_buf()
        .map_err(|error| Error::io(path, "reading", error))?;
    if start.starts_with(mark) {
        lines.consume(mark.len());
    }
    let mut reader = Reader::from_reader(lines);
    // An empty element is one that begins and ends.
    reader.config_mut().expand_empty_elements = true;
    let mut state = State::default();
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let step = match event {
            Ok(event) => state.step(&event, call),
            Err(error) => Err(Stopped::Found(error.to_string())),
        };
        match step {
            Ok(false) => {}
            Ok(true) => return Ok(()),
            Err(Stopped::Called(error)) => return Err(error),
            Err(Stopped::Found(found)) => {
                let place = format!("{}, line {}", path.display(), reader.get_ref().line);
                return Err(Error::refused(place, found, ALLOWED));
            }
        }
    }
}

/// Why reading stops.
enum Stopped {
    /// What is wrong with the document.
    Found(String),
    /// The call refused.
    Called(Error),
}

fn found(what: impl std::fmt::Display) -> Stopped {
    Stopped::Found(what.to_string())
}

/// Where the reader is.
#[derive(Default)]
struct State {
    /// The names of the open elements, without prefixes.
    open: Vec<String>,
    had_root: bool,
    placemark: Option<Placemark>,
    /// The name of the data whose value comes.
    data: String,
    text: String,
}

impl State {
    /// Takes an event; says whether it was the last.
    fn step(
        &mut self,
        event: &Event<'_>,
        call: &mut dyn FnMut(Placemark) -> Result<()>,
    ) -> std::result::Result<bool, Stopped> {
        match event {
            Event::Start(element) => self.start(element)?,
            Event::End(_) => self.end(call)?,
            Event::Text(text) => {
                let text = text.xml10_content();
                if self.open.is_empty() && !text.trim().is_empty() {
                    return Err(found("text outside of the root element"));
                }
                self.text.push_str(&text);
            }
            Event::CData(text) => self.text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                if let Some(character) = reference.resolve_char_ref().map_err(found)? {
                    self.text.push(character);
                } else {
                    let name = reference.xml10_content();
                    let text = quick_xml::escape::resolve_xml_entity(&name)
                        .ok_or_else(|| found(format_args!("an unknown entity &{name};")))?;
                    self.text.push_str(text);
                }
            }
            Event::Decl(declaration) => {
                if let Some(encoding) = declaration.encoding() {
                    let encoding = encoding.map_err(found)?;
                    if !["utf-8", "utf8", "us-ascii", "ascii"]
                        .iter()
                        .any(|it| encoding.eq_ignore_ascii_case(it))
                    {
                        return Err(found(format_args!("encoding {encoding:?}")));
                    }
                }
            }
            Event::Eof => {
                return match self.open.last() {
                    Some(name) => Err(found(format_args!("the end, while <{name}> is open"))),
                    None if !self.had_root => Err(found("the end, without any element")),
                    None => Ok(true),
                };
            }
            Event::Empty(_) | Event::Comment(_) | Event::PI(_) | Event::DocType(_) => {}
        }
        Ok(false)
    }

    fn start(&mut self, element: &BytesStart<'_>) -> std::result::Result<(), Stopped> {
        let name = element.local_name().as_ref().to_owned();
        if self.open.is_empty() {
            if self.had_root {
                return Err(found(format_args!("a second root element <{name}>")));
            }
            if name != "kml" {
                return Err(found(format_args!("XML whose root element is <{name}>")));
            }
            self.had_root = true;
        }
        if let Some(placemark) = &mut self.placemark {
            match name.as_str() {
                "Placemark" => return Err(found("a <Placemark> within another")),
                "Data" | "SimpleData" => {
                    self.data = match element.try_get_attribute("name").map_err(found)? {
                        Some(name) => name
                            .normalized_value(XmlVersion::Implicit1_0)
                            .map_err(found)?
                            .into_owned(),
                        None => String::new(),
                    };
                }
                "Polygon" => placemark.parts.push(Part::Area(Vec::new())),
                "Track" | "MultiTrack" | "Model" => placemark.parts.push(Part::Other),
                _ => {}
            }
        } else if name == "Placemark" {
            self.placemark = Some(Placemark::default());
        }
        self.text.clear();
        self.open.push(name);
        Ok(())
    }

    fn end(
        &mut self,
        call: &mut dyn FnMut(Placemark) -> Result<()>,
    ) -> std::result::Result<(), Stopped> {
        // That names match, the reader has checked.
        let name = self.open.pop().unwrap_or_default();
        let parent = self.open.last().map_or("", String::as_str);
        let Some(placemark) = &mut self.placemark else {
            return Ok(());
        };
        let text = &self.text;
        let trimmed = || text.trim().to_owned();
        match (parent, name.as_str()) {
            (_, "Placemark") => {
                if let Some(placemark) = self.placemark.take() {
                    call(placemark).map_err(Stopped::Called)?;
                }
            }
            ("Placemark", "name") => placemark.name = trimmed(),
            ("Placemark", "description") => placemark.description = trimmed(),
            ("TimeStamp", "when") | ("TimeSpan", "begin") => placemark.begin = trimmed(),
            ("TimeSpan", "end") => placemark.end = trimmed(),
            ("Data", "value") | (_, "SimpleData") => {
                let name = std::mem::take(&mut self.data);
                if !name.is_empty() {
                    placemark.data.push((name, text.clone()));
                }
            }
            ("Point", "coordinates") => placemark.parts.push(Part::Point(text.clone())),
            ("LineString", "coordinates") => placemark.parts.push(Part::Line(text.clone())),
            ("LinearRing", "coordinates") => match placemark.parts.last_mut() {
                Some(Part::Area(rings)) if self.open.iter().any(|it| it == "Polygon") => {
                    if self.open.iter().any(|it| it == "outerBoundaryIs") {
                        rings.insert(0, text.clone());
                    } else {
                        rings.push(text.clone());
                    }
                }
                _ => placemark.parts.push(Part::Line(text.clone())),
            },
            _ => {}
        }
        self.text.clear();
        Ok(())
    }
}

/// Counts the lines that were taken.
struct Lines<R> {
    inner: BufReader<R>,
    line: u64,
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.line += memchr::memchr_iter(b'\n', &buffer[..read]).count() as u64;
        Ok(read)
    }
}

impl<R: Read> BufRead for Lines<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.inner.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        let held = self.inner.buffer();
        let taken = &held[..amount.min(held.len())];
        self.line += memchr::memchr_iter(b'\n', taken).count() as u64;
        self.inner.consume(amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATH: &str = "made.kml";

    fn placemarks(text: &str) -> Result<Vec<Placemark>> {
        let mut all = Vec::new();
        each(Path::new(PATH), text.as_bytes(), &mut |it| {
            all.push(it);
            Ok(())
        })?;
        Ok(all)
    }

    #[test]
    fn placemarks_have_data_days_and_places() {
        let text = "\u{feff}<?xml version='1.0' encoding='UTF-8'?>\n<!-- <Placemark> -->\n\
            <k:kml xmlns:k='http://www.opengis.net/kml/2.2'><k:Document><k:name>no</k:name><k:Folder>\
            <k:Placemark><k:name>A &amp; B &#x1F680;</k:name><k:description><![CDATA[<b>x</b>]]></k:description>\
            <k:TimeSpan><k:begin>2025-10-11</k:begin><k:end>2025-10-12</k:end></k:TimeSpan>\
            <k:ExtendedData><k:Data name='n'><k:displayName>no</k:displayName><k:value>3</k:value></k:Data>\
            <k:SchemaData><k:SimpleData name='a&amp;b'> t </k:SimpleData><k:SimpleData name='e'/></k:SchemaData>\
            </k:ExtendedData><k:Point><k:coordinates>\n 70.5, 33.25,0 </k:coordinates></k:Point></k:Placemark>\
            </k:Folder></k:Document></k:kml>\n";
        assert!(is_xml(text.as_bytes()));
        let all = placemarks(text).unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].name, "A & B 🚀");
        let row = Value::from(all[0].row());
        assert_eq!(row["geometry"]["coordinates"], json!(["70.5", "33.25"]));
        let wanted = json!({"n": "3", "a&b": " t ", "e": "", "name": "A & B 🚀", "description": "<b>x</b>",
            "date": "2025-10-11", "date_end": "2025-10-12"});
        assert_eq!(row["properties"], wanted);
    }

    #[test]
    fn shapes_become_features() {
        let text = "<kml><Placemark><ExtendedData><Data name='border_uncertainty_m'><value>250.5</value></Data>\
            <Data name='left'><value>A</value></Data></ExtendedData><MultiGeometry>\
            <LineString><coordinates>1,2 3,4,5</coordinates></LineString>\
            <Polygon><innerBoundaryIs><LinearRing><coordinates>1,1 2,1 2,2 1,1</coordinates></LinearRing></innerBoundaryIs>\
            <outerBoundaryIs><LinearRing><coordinates>0,0 9,0 9,9 0,0</coordinates></LinearRing></outerBoundaryIs></Polygon>\
            </MultiGeometry></Placemark><Placemark/></kml>";
        let features = features(Path::new(PATH), text.as_bytes()).unwrap();
        let json: Value = serde_json::from_str(&features[0].to_string()).unwrap();
        let parts = &json["geometry"]["geometries"];
        assert_eq!(parts[0]["coordinates"], json!([[1.0, 2.0], [3.0, 4.0]]));
        assert_eq!(parts[1]["coordinates"][0][1], json!([9.0, 0.0]));
        assert_eq!(json["properties"]["border_uncertainty_m"], json!(250.5));
        assert!(features[1].geometry.is_none());
        assert_eq!(
            several(vec![parts[0].clone(), parts[0].clone()])["type"],
            "MultiLineString"
        );
        let mut rows_of = 0;
        let others = rows(Path::new(PATH), text.as_bytes(), &mut |_| {
            rows_of += 1;
            Ok(())
        });
        assert_eq!((rows_of, others.unwrap()), (1, 1));
    }

    #[test]
    fn what_is_no_kml_is_refused_with_its_line() {
        for (text, words) in [
            ("<kml>\n<Document>\n</kml>", "line 3"),
            ("<kml>\n<Placemark><name>x</name>", "line 2"),
            ("<?xml version='1.0'?>\n<gpx/>", "<gpx>"),
            ("<!-- nothing -->\n", "without any element"),
            ("<kml/>\n\n<kml/>", "line 3"),
            (
                "<kml>\n<Placemark><name>&nbsp;</name></Placemark></kml>",
                "&nbsp;",
            ),
            ("<kml><Placemark>\n<Placemark/></Placemark></kml>", "line 2"),
            (
                "<?xml version='1.0' encoding='windows-1251'?><kml/>",
                "windows-1251",
            ),
            (
                "<kml>\n<Placemark><name>a < b</name></Placemark></kml>",
                "line 2",
            ),
        ] {
            let error = placemarks(text).unwrap_err().to_string();
            assert!(
                error.contains(words) && error.contains(PATH),
                "{text}: {error}"
            );
        }
        let damaged = b"<kml><Placemark><name>\xff</name></Placemark></kml>";
        assert!(each(Path::new(PATH), &damaged[..], &mut |_| Ok(())).is_err());
        let bad = "<kml><Placemark><LineString><coordinates>1,2 x,3</coordinates></LineString></Placemark></kml>";
        let error = features(Path::new(PATH), bad.as_bytes())
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("placemark 1") && error.contains("x,3"),
            "{error}"
        );
        assert!(!is_xml(b"id,date") && !is_xml(b"<html>") && !is_xml(b""));
    }
}
