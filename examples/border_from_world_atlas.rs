//! Makes the border line and the basemap of a case from npm's `world-atlas`: the edge that two
//! countries share, as directed lines, and the outlines of the countries in a window around it.
//!
//! The shipped case was made with
//!
//! ```text
//! npm pack world-atlas@2.0.2 && tar xzf world-atlas-2.0.2.tgz
//! cargo run --release --example border_from_world_atlas -- \
//!     --atlas package/countries-10m.json --countries Afghanistan Pakistan \
//!     --start=60.87,29.86 --window=52,22,84,44 --out data/afpk-2025
//! ```
//!
//! and the same command gives the same bytes again. The source is Natural Earth's 1:10m countries
//! (public domain) as `TopoJSON` by Michael Bostock (package licence ISC), whose coordinates are whole
//! multiples of 0.0036° of longitude and 0.0017° of latitude.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Parser;
use geo::{
    BooleanOps, Coord, LineString, MultiPolygon, Orient, Polygon, Rect, Translate,
    orient::Direction,
};
use serde::Deserialize;
use serde_json::{Value, json};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The shared edge of two countries, and the outlines around it, from world-atlas.
#[derive(Parser)]
struct Args {
    /// The package's countries-10m.json.
    #[arg(long)]
    atlas: PathBuf,
    /// The two countries, named as in the atlas.
    #[arg(long, num_args = 2, required = true)]
    countries: Vec<String>,
    /// Longitude and latitude near which the line starts.
    #[arg(long, value_delimiter = ',', num_args = 1, allow_hyphen_values = true)]
    start: Vec<f64>,
    /// West, south, east and north of the basemap.
    #[arg(long, value_delimiter = ',', num_args = 1, allow_hyphen_values = true)]
    window: Vec<f64>,
    /// The folder for border.geojson and basemap.geojson.
    #[arg(long)]
    out: PathBuf,
}

#[derive(Deserialize)]
struct Topology {
    transform: Transform,
    arcs: Vec<Vec<[i64; 2]>>,
    objects: BTreeMap<String, Object>,
}

#[derive(Deserialize)]
struct Transform {
    scale: [f64; 2],
    translate: [f64; 2],
}

#[derive(Deserialize)]
struct Object {
    geometries: Vec<Geometry>,
}

#[derive(Deserialize)]
struct Geometry {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    arcs: Value,
    #[serde(default)]
    properties: Properties,
}

#[derive(Default, Deserialize)]
struct Properties {
    #[serde(default)]
    name: String,
}

/// A reference to an arc: its number, and whether it is run backwards.
#[derive(Clone, Copy)]
struct Run {
    arc: usize,
    reversed: bool,
}

type Rings = Vec<Vec<Run>>;

fn main() -> Result<()> {
    let args = Args::parse();
    let (&[from_longitude, from_latitude], &[west, south, east, north]) =
        (args.start.as_slice(), args.window.as_slice())
    else {
        return Err(
            "--start takes LONGITUDE,LATITUDE and --window takes WEST,SOUTH,EAST,NORTH".into(),
        );
    };
    let text = std::fs::read_to_string(&args.atlas)
        .map_err(|error| format!("{}: {error}", args.atlas.display()))?;
    let atlas: Topology = serde_json::from_str(&text).map_err(|error| {
        format!(
            "{}: not a TopoJSON of countries: {error}",
            args.atlas.display()
        )
    })?;
    let arcs = decode(&atlas);
    let countries = &atlas
        .objects
        .get("countries")
        .ok_or("the atlas has no object named countries")?
        .geometries;

    let [one, other] = [&args.countries[0], &args.countries[1]];
    let lines = shared_edge(&find(countries, one)?, &find(countries, other)?, &arcs)
        .ok_or_else(|| format!("{one} and {other} share no edge in this atlas"))?;
    let border = border(
        &lines,
        one,
        other,
        Coord {
            x: from_longitude,
            y: from_latitude,
        },
    );
    let window = Rect::new(Coord { x: west, y: south }, Coord { x: east, y: north });
    let basemap = basemap(countries, &arcs, window)?;
    std::fs::create_dir_all(&args.out)?;
    std::fs::write(args.out.join("border.geojson"), border)?;
    std::fs::write(args.out.join("basemap.geojson"), basemap)?;
    Ok(())
}

/// Arcs in degrees: their points are stored as steps on a grid.
fn decode(atlas: &Topology) -> Vec<Vec<Coord>> {
    let Transform { scale, translate } = &atlas.transform;
    let degrees = |at: [i64; 2]| Coord {
        x: at[0] as f64 * scale[0] + translate[0],
        y: at[1] as f64 * scale[1] + translate[1],
    };
    atlas
        .arcs
        .iter()
        .map(|arc| {
            let mut at = [0, 0];
            arc.iter()
                .map(|step| {
                    at = [at[0] + step[0], at[1] + step[1]];
                    degrees(at)
                })
                .collect()
        })
        .collect()
}

/// The polygons of a country, each as rings of arcs, the outer ring first.
fn polygons(country: &Geometry) -> Result<Vec<Rings>> {
    let parse = |value: &Value| -> Result<Vec<Rings>> {
        let numbers: Vec<Vec<Vec<i64>>> = match country.kind.as_deref() {
            Some("Polygon") => vec![serde_json::from_value(value.clone())?],
            Some("MultiPolygon") => serde_json::from_value(value.clone())?,
            _ => Vec::new(),
        };
        // A negative number −1 − n is arc n run backwards.
        let run = |number: i64| {
            let reversed = number < 0;
            let arc = usize::try_from(if reversed { -1 - number } else { number })?;
            Ok(Run { arc, reversed })
        };
        numbers
            .into_iter()
            .map(|polygon| {
                polygon
                    .into_iter()
                    .map(|ring| ring.into_iter().map(run).collect())
                    .collect()
            })
            .collect()
    };
    parse(&country.arcs).map_err(|error| format!("{}: {error}", country.properties.name).into())
}

fn find(countries: &[Geometry], name: &str) -> Result<Vec<Rings>> {
    if let Some(country) = countries
        .iter()
        .find(|country| country.properties.name == name)
    {
        polygons(country)
    } else {
        let start: String = name.chars().take(3).collect::<String>().to_lowercase();
        let near: Vec<&str> = countries
            .iter()
            .map(|country| country.properties.name.as_str())
            .filter(|held| held.to_lowercase().contains(&start))
            .collect();
        Err(format!(
            "no country named {name:?} in the atlas; like it: {}",
            near.join(", ")
        )
        .into())
    }
}

/// A stretch of shared edge, and whether the first country lies to its left.
struct Edge {
    points: Vec<Coord>,
    first_is_left: bool,
}

/// The arcs that both countries use, joined end to end. `None` if there is none.
fn shared_edge(one: &[Rings], other: &[Rings], arcs: &[Vec<Coord>]) -> Option<Vec<Edge>> {
    let of_other: BTreeSet<usize> = other
        .iter()
        .flatten()
        .flatten()
        .map(|run| run.arc)
        .collect();
    let mut pieces: Vec<Edge> = Vec::new();
    for polygon in one {
        for (number, ring) in polygon.iter().enumerate() {
            let area = signed_area(&points_of(ring, arcs));
            // Along a counterclockwise outer ring the country is to the left; around a hole it is not.
            let left_along_ring = (area > 0.0) == (number == 0);
            for run in ring.iter().filter(|run| of_other.contains(&run.arc)) {
                pieces.push(Edge {
                    points: points_of(&[*run], arcs),
                    first_is_left: left_along_ring,
                });
            }
        }
    }
    // All pieces run the way of the first country's rings, so that ends meet starts.
    let mut edges: Vec<Edge> = Vec::new();
    while let Some(mut edge) = pieces.pop() {
        loop {
            let start = edge.points.first().copied();
            let end = edge.points.last().copied();
            if let Some(next) = pieces
                .iter()
                .position(|piece| piece.points.first().copied() == end)
            {
                edge.points
                    .extend(pieces.swap_remove(next).points.into_iter().skip(1));
            } else if let Some(before) = pieces
                .iter()
                .position(|piece| piece.points.last().copied() == start)
            {
                let mut points = pieces.swap_remove(before).points;
                points.extend(edge.points.iter().skip(1));
                edge.points = points;
            } else {
                break;
            }
        }
        edges.push(edge);
    }
    (!edges.is_empty()).then_some(edges)
}

fn points_of(runs: &[Run], arcs: &[Vec<Coord>]) -> Vec<Coord> {
    let mut points: Vec<Coord> = Vec::new();
    for run in runs {
        let Some(arc) = arcs.get(run.arc) else {
            continue;
        };
        if run.reversed {
            points.extend(arc.iter().rev());
        } else {
            points.extend(arc);
        }
    }
    points.dedup();
    points
}

fn signed_area(points: &[Coord]) -> f64 {
    points
        .windows(2)
        .map(|pair| pair[0].x * pair[1].y - pair[1].x * pair[0].y)
        .sum()
}

fn border(edges: &[Edge], one: &str, other: &str, start: Coord) -> String {
    let away = |at: &Coord| (at.x - start.x).hypot(at.y - start.y);
    let mut edges: Vec<(Vec<Coord>, bool)> = edges
        .iter()
        .map(|edge| {
            let mut points = edge.points.clone();
            let backwards = points.first().map(away) > points.last().map(away);
            if backwards {
                points.reverse();
            }
            (points, edge.first_is_left != backwards)
        })
        .collect();
    edges.sort_by(|a, b| {
        let begins = |edge: &(Vec<Coord>, bool)| edge.0.first().map_or(0.0, away);
        begins(a).total_cmp(&begins(b))
    });
    let features: Vec<String> = edges
        .iter()
        .map(|(points, first_is_left)| {
            let (left, right) = if *first_is_left {
                (one, other)
            } else {
                (other, one)
            };
            let properties = json!({
                "name": format!("{one}–{other}"),
                "left": left,
                "right": right,
                "source": "Natural Earth 1:10m, through npm world-atlas 2.0.2 (countries-10m.json)",
                "licence": "public domain",
            });
            feature(&properties, "LineString", &line(points, 7))
        })
        .collect();
    collection(&features, "")
}

/// The polygon of rings of arcs as wide as it is: the atlas has rings that cross the antimeridian, whose longitudes
/// jump there. Here they go on beyond 180°, or below −180°; a ring around a pole is closed along it.
fn polygon(rings: &Rings, arcs: &[Vec<Coord>]) -> Polygon {
    let mut rings = rings.iter().map(|ring| {
        let mut points = points_of(ring, arcs);
        let (mut turned, mut before) = (0.0, None);
        for at in &mut points {
            at.x += turned;
            let step = at.x - before.unwrap_or(at.x);
            if step.abs() > 180.0 {
                turned -= 360.0 * step.signum();
                at.x -= 360.0 * step.signum();
            }
            before = Some(at.x);
        }
        if let (Some(&first), Some(&last)) = (points.first(), points.last())
            && (last.x - first.x).abs() > 180.0
        {
            let y = 90.0_f64.copysign(first.y);
            points.extend([last.x, first.x].map(|x| Coord { x, y }));
            points.push(first);
        }
        points
    });
    let outer = rings.next().unwrap_or_default();
    let west = |points: &[Coord]| points.iter().map(|at| at.x).fold(f64::INFINITY, f64::min);
    let edge = west(&outer);
    let holes = rings.map(|mut hole| {
        // A hole lies within its ring, on whichever turn that is.
        let turns = ((edge - west(&hole)) / 360.0).ceil() * 360.0;
        for at in &mut hole {
            at.x += turns;
        }
        LineString::new(hole)
    });
    let holes = holes.collect();
    Polygon::new(LineString::new(outer), holes)
}

fn basemap(countries: &[Geometry], arcs: &[Vec<Coord>], window: Rect) -> Result<String> {
    let mut features: BTreeMap<String, String> = BTreeMap::new();
    for country in countries {
        let shapes: Vec<Polygon> = polygons(country)?
            .iter()
            .map(|rings| polygon(rings, arcs))
            .collect();
        let shapes = MultiPolygon(shapes);
        let mut parts: Vec<String> = Vec::new();
        // What goes on beyond the antimeridian lies in the window as it is a turn further.
        for turn in [0.0, 360.0, -360.0] {
            let inside = shapes
                .intersection(&window.translate(turn, 0.0).to_polygon())
                .translate(-turn, 0.0)
                .orient(Direction::Default);
            parts.extend(inside.0.iter().filter_map(|polygon| {
                let outer = ring(polygon.exterior())?;
                let holes = polygon.interiors().iter().filter_map(ring);
                let rings: Vec<String> = std::iter::once(outer).chain(holes).collect();
                Some(format!("[{}]", rings.join(",")))
            }));
        }
        if !parts.is_empty() {
            let name = country.properties.name.clone();
            let text = feature(
                &json!({ "name": name }),
                "MultiPolygon",
                &format!("[{}]", parts.join(",")),
            );
            features.insert(name, text);
        }
    }
    let bbox = [
        window.min().x,
        window.min().y,
        window.max().x,
        window.max().y,
    ]
    .map(|value| value.to_string());
    let features: Vec<String> = features.into_values().collect();
    Ok(collection(
        &features,
        &format!("\"bbox\":[{}],", bbox.join(",")),
    ))
}

/// A closed ring at five decimals (a metre); `None` if too little of it is left for an area.
fn ring(ring: &LineString) -> Option<String> {
    let mut points: Vec<Coord> = ring
        .0
        .iter()
        .map(|at| Coord {
            x: rounded(at.x, 5),
            y: rounded(at.y, 5),
        })
        .collect();
    points.dedup();
    (points.len() > 3).then(|| line(&points, 5))
}

fn rounded(value: f64, decimals: i32) -> f64 {
    let scale = 10f64.powi(decimals);
    (value * scale).round() / scale + 0.0
}

fn line(points: &[Coord], decimals: i32) -> String {
    let mut text = String::from("[");
    for (number, at) in points.iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        // Writing to a string does not fail.
        let _ = write!(
            text,
            "{comma}[{},{}]",
            rounded(at.x, decimals),
            rounded(at.y, decimals)
        );
    }
    text.push(']');
    text
}

fn feature(properties: &Value, kind: &str, coordinates: &str) -> String {
    format!(
        "{{\"type\":\"Feature\",\"properties\":{properties},\
         \"geometry\":{{\"type\":\"{kind}\",\"coordinates\":{coordinates}}}}}"
    )
}

fn collection(features: &[String], members: &str) -> String {
    format!(
        "{{\"type\":\"FeatureCollection\",{members}\"features\":[\n{}\n]}}\n",
        features.join(",\n")
    )
}
