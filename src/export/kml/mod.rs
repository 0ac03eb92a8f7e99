//! All layers with shapes as KML 2.2 (OGC 07-147r2), for Google Earth and whatever else opens it; and as KMZ, which is
//! the same with the marks of our maps as pictures in one archive.
//!
//! Layers are folders, those on top first; incidents lie in a folder for each sector. Every column is typed
//! extended data; a value that is null is absent. What stands in balloons is text: data cannot become markup there, and
//! nothing is asked of a network. The document is written from its beginning to its end, and the same analysis gives
//! the same bytes.

mod balloon;
mod styles;
#[cfg(test)]
mod tests;

use std::fmt::Write as _;
use std::io::{self, Write};
use std::path::Path;

use super::archive::Archive;
use super::formats::Layers;
use super::in_pieces;
use super::layers::{Coordinate, Feature, Kind, Layer, Shape, Value};
use super::rights::rights;
use super::xml;
use crate::analysis::Analysis;
use crate::units::Day;
use crate::wording::plain;
use styles::{Icons, Styles};

/// Writes `case.kml`. Kinds of event are told apart by colour alone, because one file holds no pictures and a pack asks
/// nothing of a network.
///
/// # Errors
/// Those of the writer.
pub fn write(layers: &Layers<'_>, to: &mut dyn Write) -> io::Result<()> {
    let styles = Styles::of(layers.analysis, Icons::Tinted);
    document(layers, &styles, to)
}

/// Incidents above which the text may be longer than 4 GiB, with 40 KB each.
const MANY: usize = 100_000;

/// Writes `case.kmz` to a path where there is no file yet: the document first, as the standard wants it, then a picture
/// for each mark.
///
/// # Errors
/// A file that cannot be written.
pub fn write_packed(layers: &Layers<'_>, file: &Path) -> io::Result<()> {
    let styles = Styles::of(layers.analysis, Icons::Packed);
    let mut archive = Archive::create(file)?;
    archive.begin("doc.kml", layers.analysis.incidents.len() > MANY)?;
    document(layers, &styles, &mut archive)?;
    for (name, picture) in styles.pictures()? {
        archive.begin(&name, false)?;
        archive.write_all(&picture)?;
    }
    archive.finish()
}

fn document(layers: &Layers<'_>, styles: &Styles, to: &mut dyn Write) -> io::Result<()> {
    let analysis = layers.analysis;
    let mut head = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <kml xmlns=\"http://www.opengis.net/kml/2.2\" xmlns:atom=\"http://www.w3.org/2005/Atom\">\n\
         <Document id=\"case\">\n",
    );
    xml::element(&mut head, "name", &analysis.title);
    head.push_str("<open>1</open>\n");
    if let Some(author) = &analysis.style.author {
        head.push_str("<atom:author>");
        xml::element(&mut head, "atom:name", author);
        head.push_str("</atom:author>\n");
    }
    head.push_str("<Snippet maxLines=\"0\"></Snippet>\n");
    xml::element(&mut head, "description", &about(analysis, styles));
    styles.write(&mut head);
    let mut shown: Vec<&Layer<'_>> = layers.with_shapes().filter(|it| !it.is_empty()).collect();
    shown.reverse();
    for layer in &shown {
        schema(&mut head, layer);
    }
    to.write_all(head.as_bytes())?;
    for layer in shown {
        folder(analysis, styles, layer, to)?;
    }
    to.write_all(b"</Document>\n</kml>\n")
}

/// What the document is, from whom and under which licences, as the text of its balloon.
fn about(analysis: &Analysis, styles: &Styles) -> String {
    let mut lines = Vec::new();
    lines.extend(analysis.style.banner.clone());
    lines.push(analysis.title.clone());
    let period = analysis.period;
    lines.push(format!("{} to {}", period.start, period.end));
    lines.push(styles.in_words(analysis));
    if !analysis.credit.is_empty() {
        lines.push(analysis.credit.clone());
    }
    lines.extend(analysis.style.footer.clone());
    lines.extend(rights(analysis));
    let files = analysis.files.iter().map(|file| file.name.as_str());
    let files: Vec<&str> = files.collect();
    if !files.is_empty() {
        lines.push(format!("Incidents: {}", files.join(", ")));
    }
    lines.push(concat!("borderscope ", env!("CARGO_PKG_VERSION")).to_owned());
    balloon::lines(&lines)
}

/// The columns of a layer.
fn schema(out: &mut String, layer: &Layer<'_>) {
    let name = layer.name;
    let _ = writeln!(out, "<Schema name=\"{name}\" id=\"{name}-columns\">");
    for column in layer.columns.iter() {
        let kind = match column.kind {
            // KML has no type for days.
            Kind::Text | Kind::Date => "string",
            Kind::Integer => "int",
            Kind::Real => "double",
            Kind::Boolean => "bool",
        };
        let _ = write!(
            out,
            "<SimpleField type=\"{kind}\" name=\"{}\"><displayName>",
            column.name
        );
        xml::content(out, column.description);
        out.push_str("</displayName></SimpleField>\n");
    }
    out.push_str("</Schema>\n");
}

/// Layers that would hide the others at first.
const HIDDEN: [&str; 3] = ["corridor", "uncertainty", "rival_borders"];

fn folder(
    analysis: &Analysis,
    styles: &Styles,
    layer: &Layer<'_>,
    to: &mut dyn Write,
) -> io::Result<()> {
    let hidden = HIDDEN.contains(&layer.name);
    let mut head = String::new();
    let _ = writeln!(head, "<Folder id=\"{}\">", layer.name);
    xml::element(&mut head, "name", layer.title);
    if hidden {
        head.push_str("<visibility>0</visibility>\n");
    }
    xml::element(&mut head, "description", layer.description);
    to.write_all(head.as_bytes())?;
    if layer.name == "incidents" {
        for (sector, places) in by_sector(analysis) {
            let mut head = String::new();
            let _ = writeln!(head, "<Folder id=\"incidents-of-sector-{}\">", sector + 1);
            let name = analysis.sector_name(sector);
            xml::element(
                &mut head,
                "name",
                if name.is_empty() { "no sector" } else { name },
            );
            to.write_all(head.as_bytes())?;
            placemarks(analysis, styles, layer, hidden, places.len(), to, |place| {
                places[place] as usize
            })?;
            to.write_all(b"</Folder>\n")?;
        }
    } else {
        placemarks(analysis, styles, layer, hidden, layer.len(), to, |place| {
            place
        })?;
    }
    to.write_all(b"</Folder>\n")
}

/// The places of the incidents of each sector that has any, in the order of sectors.
fn by_sector(analysis: &Analysis) -> Vec<(usize, Vec<u32>)> {
    let mut of_sector: Vec<Vec<u32>> = vec![Vec::new(); analysis.sectors.all().len()];
    for (place, incident) in analysis.incidents.iter().enumerate() {
        if incident.sector >= of_sector.len() {
            of_sector.resize(incident.sector + 1, Vec::new());
        }
        of_sector[incident.sector].push(place as u32);
    }
    let of_sector = of_sector.into_iter().enumerate();
    of_sector.filter(|(_, it)| !it.is_empty()).collect()
}

/// Writes as many placemarks; `place_of` says which place of the layer each is of.
fn placemarks(
    analysis: &Analysis,
    styles: &Styles,
    layer: &Layer<'_>,
    hidden: bool,
    count: usize,
    to: &mut dyn Write,
    place_of: impl Fn(usize) -> usize + Sync,
) -> io::Result<()> {
    in_pieces::write_each(count, to, |numbers| {
        let mut piece = String::with_capacity(numbers.len() * 3_000);
        for place in numbers.map(&place_of) {
            placemark(&mut piece, analysis, styles, layer, hidden, place);
        }
        Ok(piece.into_bytes())
    })
}

/// One feature. The order of elements is that of the standard.
fn placemark(
    out: &mut String,
    analysis: &Analysis,
    styles: &Styles,
    layer: &Layer<'_>,
    hidden: bool,
    place: usize,
) {
    let feature = layer.feature(place);
    let name = name_of(layer, &feature, place);
    let _ = writeln!(out, "<Placemark id=\"{}-{}\">", layer.name, place + 1);
    xml::element(out, "name", &name);
    if hidden {
        out.push_str("<visibility>0</visibility>\n");
    }
    out.push_str("<Snippet maxLines=\"0\"></Snippet>\n");
    xml::element(
        out,
        "description",
        &balloon::of(layer, &feature, &name, analysis),
    );
    time(out, layer, &feature);
    match (layer.name, analysis.incidents.get(place)) {
        ("incidents", Some(incident)) => styles.of_incident(out, analysis, incident),
        _ => styles.of_layer(out, layer, &feature, place),
    }
    data(out, layer, &feature);
    geometry(out, &feature.shape);
    out.push_str("</Placemark>\n");
}

/// The value of a column; `None` for null and for a column that the layer does not have.
fn value<'f, 'a>(
    layer: &Layer<'_>,
    feature: &'f Feature<'a>,
    column: &str,
) -> Option<&'f Value<'a>> {
    let place = layer.columns.iter().position(|it| it.name == column)?;
    feature
        .values
        .get(place)
        .filter(|value| **value != Value::Null)
}

/// A value as text; nothing for null.
fn text(value: &Value<'_>) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.clone().into_owned(),
        Value::Integer(number) => number.to_string(),
        Value::Real(number) => number.to_string(),
        Value::Date(day) => day.to_string(),
        Value::Boolean(is) => is.to_string(),
    }
}

/// What a feature is called in lists and beside its mark.
fn name_of(layer: &Layer<'_>, feature: &Feature<'_>, place: usize) -> String {
    let of = |column: &str| value(layer, feature, column).map(text);
    let joined = |parts: [Option<String>; 2]| {
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    };
    let name = match layer.name {
        "incidents" => joined([of("event_type").map(|kind| plain(&kind)), of("place")])
            .or_else(|| joined([of("id"), of("date")])),
        "clusters" => joined([
            of("cluster").map(|number| format!("cluster {number}")),
            of("name"),
        ]),
        "sectors" => of("sector"),
        "border" | "rival_borders" => of("border"),
        "corridor" => of("distance_km").map(|distance| format!("within {distance} km")),
        "uncertainty" => match value(layer, feature, "location_radius_m") {
            Some(Value::Real(metres)) => Some(format!("somewhere within {} km", metres / 1_000.0)),
            _ => None,
        },
        _ => None,
    };
    name.unwrap_or_else(|| format!("{} {}", layer.title, place + 1))
}

/// The days of a feature: a span where there are several, else a stamp.
fn time(out: &mut String, layer: &Layer<'_>, feature: &Feature<'_>) {
    let day = |column: &str| match value(layer, feature, column) {
        Some(Value::Date(day)) => Some(*day),
        _ => None,
    };
    // First and last days of sectors say when incidents were, not when the sector was.
    let (first, last) = match layer.name {
        "incidents" => ("date", "date_end"),
        "clusters" | "uncertainty" => ("first_date", "last_date"),
        _ => return,
    };
    let Some(first) = day(first) else {
        return;
    };
    match day(last).filter(|last| *last != first) {
        Some(last) => {
            let _ = writeln!(
                out,
                "<TimeSpan><begin>{}</begin><end>{}</end></TimeSpan>",
                date(first),
                date(last)
            );
        }
        None => {
            let _ = writeln!(out, "<TimeStamp><when>{}</when></TimeStamp>", date(first));
        }
    }
}

fn date(day: Day) -> String {
    day.to_string()
}

/// Every value that is not null.
fn data(out: &mut String, layer: &Layer<'_>, feature: &Feature<'_>) {
    let _ = writeln!(
        out,
        "<ExtendedData><SchemaData schemaUrl=\"#{}-columns\">",
        layer.name
    );
    for (column, value) in layer.columns.iter().zip(&feature.values) {
        if *value != Value::Null {
            let _ = write!(out, "<SimpleData name=\"{}\">", column.name);
            match value {
                // Not every reader knows the words.
                Value::Boolean(is) => out.push(if *is { '1' } else { '0' }),
                value => xml::content(out, &text(value)),
            }
            out.push_str("</SimpleData>\n");
        }
    }
    out.push_str("</SchemaData></ExtendedData>\n");
}

fn coordinates(out: &mut String, line: &[Coordinate]) {
    out.push_str("<coordinates>");
    for (number, [longitude, latitude]) in line.iter().enumerate() {
        let between = if number == 0 { "" } else { " " };
        let _ = write!(out, "{between}{longitude},{latitude}");
    }
    out.push_str("</coordinates>");
}

fn line_string(out: &mut String, line: &[Coordinate]) {
    // Laid on the ground, along which it follows the Earth.
    out.push_str("<LineString><tessellate>1</tessellate>");
    coordinates(out, line);
    out.push_str("</LineString>\n");
}

fn polygon(out: &mut String, rings: &[Vec<Coordinate>]) {
    out.push_str("<Polygon><tessellate>1</tessellate>");
    for (number, ring) in rings.iter().enumerate() {
        let bound = if number == 0 {
            "outerBoundaryIs"
        } else {
            "innerBoundaryIs"
        };
        let _ = write!(out, "<{bound}><LinearRing>");
        coordinates(out, ring);
        let _ = write!(out, "</LinearRing></{bound}>");
    }
    out.push_str("</Polygon>\n");
}

/// A shape; nothing for none.
fn geometry(out: &mut String, shape: &Shape) {
    fn all<T>(out: &mut String, parts: &[T], write: impl Fn(&mut String, &T)) {
        match parts {
            [] => {}
            [part] => write(out, part),
            parts => {
                out.push_str("<MultiGeometry>\n");
                for part in parts {
                    write(out, part);
                }
                out.push_str("</MultiGeometry>\n");
            }
        }
    }
    match shape {
        Shape::None => {}
        Shape::Point(at) => {
            out.push_str("<Point>");
            coordinates(out, &[*at]);
            out.push_str("</Point>\n");
        }
        Shape::Line(parts) => all(out, parts, |out, part| line_string(out, part)),
        Shape::Area(rings) => polygon(out, rings),
        Shape::Areas(areas) => all(out, areas, |out, rings| polygon(out, rings)),
    }
}
