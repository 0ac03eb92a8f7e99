//! A QGIS project over the `GeoPackage` beside it: the layers in their order, styled as on our maps, incidents by day, and
//! a page to print. Written for QGIS 3.22 and later.
//!
//! The project holds no data: it refers to `case.gpkg` in its folder. Parts of it that say the same for every case are
//! the templates beside this file.

use std::io::{self, Write};
use std::path::Path;

use super::archive::Archive;
use super::formats::Layers;
use super::layers::{Bounds, Geometry, Layer};
use super::qml;
use super::rights::rights;
use super::xml;
use crate::analysis::Analysis;
use crate::geodesy::{Position, inverse};
use crate::render::theme::{self, Symbols};
use crate::units::{Metres, round_to};

const PROJECT: &str = include_str!("project.xml");
const LAYER: &str = include_str!("layer.xml");
const LAYOUT: &str = include_str!("layout.xml");
const LABEL: &str = include_str!("label.xml");
const WGS84: &str = include_str!("wgs84.xml");

/// Width and height of the map on the page in millimetres, as the template has them.
const MAP_MM: [f64; 2] = [207.0, 160.0];

/// Writes `case.qgz` to a path where there is no file yet.
///
/// # Errors
/// A file that cannot be written.
pub fn write(layers: &Layers<'_>, file: &Path) -> io::Result<()> {
    let mut archive = Archive::create(file)?;
    archive.begin("case.qgs", false)?;
    archive.write_all(project(layers).as_bytes())?;
    archive.finish()
}

fn project(layers: &Layers<'_>) -> String {
    let analysis = layers.analysis;
    let symbols = Symbols::of(analysis);
    let mut all = String::new();
    // The layer tree has the topmost first.
    let (mut tree, mut legend) = (String::new(), String::new());
    for layer in layers.with_ground() {
        all.push_str(&map_layer(layer, analysis, &symbols));
    }
    for layer in layers.with_ground().rev() {
        let leaf = leaf(layer);
        let is_ground = layers.ground.iter().any(|it| it.name == layer.name);
        if layer.geometry != Geometry::None && !layer.is_empty() && !is_ground {
            legend.push_str(&leaf);
        }
        tree.push_str(&leaf);
    }
    let mut notices = String::new();
    for notice in rights(analysis) {
        xml::element(&mut notices, "rights", &notice);
    }
    let [west, south, east, north] = view(analysis).map(|degrees| degrees.to_string());
    let period = analysis.period;
    fill(
        PROJECT,
        &[
            ("title", escaped(&analysis.title)),
            ("abstract", escaped(&analysis.credit)),
            (
                "author",
                escaped(analysis.style.author.as_deref().unwrap_or("")),
            ),
            ("rights", notices),
            ("wgs84", WGS84.trim_end().to_owned()),
            ("tree", tree),
            ("west", west),
            ("south", south),
            ("east", east),
            ("north", north),
            ("layers", all),
            ("layout", layout(analysis, legend)),
            ("from", period.start.to_string()),
            ("to", period.end.to_string()),
        ],
    )
}

/// The positions that maps show: the line, and the incidents that are in sums.
fn shown(analysis: &Analysis) -> impl Iterator<Item = Position> + '_ {
    let line = analysis.border.pieces().iter().map(|piece| &piece.segment);
    line.flat_map(|segment| [segment.start(), segment.end()])
        .chain(analysis.counted().map(|it| it.incident.position))
}

/// What the map on the screen shows: west, south, east, north. Across the antimeridian, which it cannot, the whole
/// breadth.
fn view(analysis: &Analysis) -> [f64; 4] {
    match Bounds::of(shown(analysis)).bbox() {
        Some([west, south, east, north]) if west <= east => {
            let margin = 0.05 * (east - west).max(north - south).max(0.1);
            let [west, east] = [west - margin, east + margin].map(|it| it.clamp(-180.0, 180.0));
            let [south, north] = [south - margin, north + margin].map(|it| it.clamp(-90.0, 90.0));
            [west, south, east, north].map(|degrees| round_to(degrees, 4))
        }
        Some([_, south, _, north]) => [-180.0, south, 180.0, north],
        None => [-180.0, -90.0, 180.0, 90.0],
    }
}

/// A layer with its source, style and days.
fn map_layer(layer: &Layer<'_>, analysis: &Analysis, symbols: &Symbols) -> String {
    let geometry = match layer.geometry {
        Geometry::Point => "Point",
        Geometry::Line => "Line",
        // Of shapes of several kinds the style is for areas.
        Geometry::Area | Geometry::Mixed => "Polygon",
        Geometry::None => "No geometry",
    };
    // Incidents without a last day are of one day; without an end they would never end.
    let (temporal, start, end) = match layer.name {
        "incidents" => (
            "1",
            "\"date\"",
            "to_datetime(coalesce(\"date_end\", \"date\")) + to_interval('86399 seconds')",
        ),
        _ => ("0", "", ""),
    };
    let labels = qml::labels(layer, analysis);
    fill(
        LAYER,
        &[
            ("geometry", geometry.to_owned()),
            // Lines and outlines may leave out what is smaller than a pixel.
            (
                "simplify",
                u8::from(!matches!(geometry, "Point" | "No geometry")).to_string(),
            ),
            ("name", layer.name.to_owned()),
            ("source", source(layer)),
            ("title", escaped(layer.title)),
            ("wgs84", WGS84.trim_end().to_owned()),
            ("abstract", escaped(layer.description)),
            ("temporal", temporal.to_owned()),
            ("start", escaped(start)),
            ("end", escaped(end)),
            ("labelled", u8::from(labels.is_some()).to_string()),
            ("labels", labels.unwrap_or_default()),
            (
                "style",
                qml::symbology(layer, analysis, symbols).unwrap_or_default(),
            ),
        ],
    )
}

/// Where QGIS finds a layer, from the folder of the project.
fn source(layer: &Layer<'_>) -> String {
    let areas = match layer.geometry {
        Geometry::Mixed => "|geometrytype=Polygon",
        _ => "",
    };
    format!("./case.gpkg|layername={}{areas}", layer.name)
}

/// The entry of a layer in the tree of layers.
fn leaf(layer: &Layer<'_>) -> String {
    format!(
        "<layer-tree-layer id=\"borderscope_{}\" name=\"{}\" source=\"{}\" providerKey=\"ogr\" expanded=\"1\" \
         checked=\"Qt::Checked\" legend_exp=\"\" patch_size=\"-1,-1\" legend_split_behavior=\"0\"/>\n",
        layer.name,
        escaped(layer.title),
        source(layer)
    )
}

/// A page of A4 with the map, title, legend, scale and credit; none for no line, which no case has.
fn layout(analysis: &Analysis, legend: String) -> String {
    let Some(frame) = Frame::of(analysis) else {
        return String::new();
    };
    let period = analysis.period;
    let mut above = format!("{} to {}", period.start, period.end);
    if let Some(banner) = &analysis.style.banner {
        above = format!("{banner} · {above}");
    }
    let mut below = vec![format!(
        "{} Broken outline of a cluster: stability below 50 %.",
        theme::looks_in_words(analysis, true)
    )];
    below.extend(Some(analysis.credit.clone()).filter(|credit| !credit.is_empty()));
    below.extend(analysis.style.footer.clone());
    below.extend(rights(analysis));
    let labels = [
        Label {
            id: "Title",
            text: &analysis.title,
            place: "10,6",
            size: "277,10",
            font: "15,-1,5,75",
            grey: 27,
            middle: true,
        },
        Label {
            id: "Period",
            text: &above,
            place: "10,16",
            size: "277,6",
            font: "10,-1,5,50",
            grey: 90,
            middle: true,
        },
        Label {
            id: "Credit",
            text: &below.join("\n"),
            place: "10,187",
            size: "277,20",
            font: "7,-1,5,50",
            grey: 90,
            middle: false,
        },
    ];
    let labels: String = labels
        .iter()
        .zip(11..)
        .map(|(it, number)| it.xml(number))
        .collect();
    let [x, y] = frame.half.map(|it| round_to(it.0, 0));
    fill(
        LAYOUT,
        &[
            ("name", "Map".to_owned()),
            ("labels", labels),
            ("legend", legend),
            ("xmin", (-x).to_string()),
            ("ymin", (-y).to_string()),
            ("xmax", x.to_string()),
            ("ymax", y.to_string()),
            ("segment", frame.scale_km().to_string()),
            ("crs", frame.projection()),
        ],
    )
}

/// What the map on the page shows: an azimuthal map around its middle, which is true to distances from there anywhere on
/// Earth, while degrees would stretch it the more the farther it is from the equator.
struct Frame {
    middle: Position,
    /// Half of its width and height.
    half: [Metres; 2],
}

impl Frame {
    fn of(analysis: &Analysis) -> Option<Frame> {
        let [west, south, east, north] = Bounds::of(shown(analysis)).bbox()?;
        let east = if east < west { east + 360.0 } else { east };
        let longitude = f64::midpoint(west, east);
        let longitude = if longitude > 180.0 {
            longitude - 360.0
        } else {
            longitude
        };
        let middle = Position::new(
            round_to(longitude, 4),
            round_to(f64::midpoint(south, north), 4),
        )
        .ok()?;
        let [mut x, mut y] = [1_000.0f64; 2];
        for position in shown(analysis) {
            let to = inverse(middle, position);
            let azimuth = to.azimuth.0.to_radians();
            x = x.max((to.distance.0 * azimuth.sin()).abs());
            y = y.max((to.distance.0 * azimuth.cos()).abs());
        }
        // Some room around it, and the shape of the frame.
        let [width, height] = MAP_MM;
        let per_mm = (x / width).max(y / height) * 1.08;
        Some(Frame {
            middle,
            half: [Metres(per_mm * width), Metres(per_mm * height)],
        })
    }

    fn projection(&self) -> String {
        format!(
            "<spatialrefsys><proj4>+proj=aeqd +lat_0={} +lon_0={} +datum=WGS84 +units=m +no_defs</proj4></spatialrefsys>",
            self.middle.latitude(),
            self.middle.longitude()
        )
    }

    /// Kilometres of one of the two parts of the scale: 1, 2 or 5 and zeros, at most an eighth of the map.
    fn scale_km(&self) -> f64 {
        let most = self.half[0].km() / 4.0;
        let zeros = 10f64.powf(most.log10().floor());
        let steps = [5.0, 2.0, 1.0].map(|step| step * zeros);
        let km = steps.into_iter().find(|km| *km <= most);
        round_to(km.unwrap_or(zeros), 3)
    }
}

/// A text on the page.
struct Label<'a> {
    id: &'a str,
    text: &'a str,
    /// Left and top, width and height in millimetres.
    place: &'a str,
    size: &'a str,
    /// Points and weight, as Qt writes them.
    font: &'a str,
    grey: u8,
    /// Whether it stands in the middle of its height, else at the top.
    middle: bool,
}

impl Label<'_> {
    fn xml(&self, number: usize) -> String {
        // QGIS would evaluate what stands between these signs.
        let text = self.text.replace("[%", "[ %");
        fill(
            LABEL,
            &[
                ("id", self.id.to_owned()),
                ("number", number.to_string()),
                ("text", escaped(&text)),
                ("halign", "1".to_owned()),
                ("valign", if self.middle { "128" } else { "32" }.to_owned()),
                ("place", self.place.to_owned()),
                ("size", self.size.to_owned()),
                ("font", self.font.to_owned()),
                ("grey", self.grey.to_string()),
            ],
        )
    }
}

fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    xml::escape(&mut out, text);
    out
}

/// A template with values in place of their names in braces; what is put in is not looked at again.
fn fill(template: &str, values: &[(&str, String)]) -> String {
    let mut out = String::with_capacity(template.len() * 2);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        out.push_str(before);
        let found = values.iter().find_map(|(name, value)| {
            let rest = after.strip_prefix(name)?.strip_prefix('}')?;
            Some((value.as_str(), rest))
        });
        // The braces of identifiers stay.
        let (value, after) = found.unwrap_or(("{", after));
        out.push_str(value);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled_once() {
        let values = [
            ("a", "{b}".to_owned()),
            ("b", "x".to_owned()),
            ("n", "7".to_owned()),
        ];
        assert_eq!(fill("<{a} {b} {c} {0{n}}>", &values), "<{b} x {c} {07}>");
    }

    #[test]
    fn scales_are_round() {
        for (km, step) in [(1_000.0, 200.0), (640.0, 100.0), (9.0, 2.0), (0.5, 0.1)] {
            let frame = Frame {
                middle: Position::new(0.0, 0.0).unwrap(),
                half: [Metres::from_km(km), Metres::from_km(km)],
            };
            assert!((frame.scale_km() - step).abs() < 1e-9, "{km}");
        }
    }
}
