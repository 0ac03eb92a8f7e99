//! What is neither incident nor sum: discs of uncertainty, and the records that were rejected.

use super::{Bounds, Column, Feature, Geometry, Id, Layer, Shape, Value};
use crate::analysis::Analysis;
use crate::geodesy::{Position, circle};
use crate::incident::Incident;
use crate::ledger::{Entry, Fate};
use crate::units::Metres;

const DISCS: [Column; 5] = [
    Column::real("location_radius_m", "radius of the disc, in metres"),
    Column::integer("incidents", "how many incidents are placed there"),
    Column::text("ids", "their ids"),
    Column::date("first_date", "first day of them, as ISO 8601"),
    Column::date("last_date", "last day of them, as ISO 8601"),
];

/// Corners of a disc: its ring lies within 0.3 % of the radius of the circle.
const CORNERS: usize = 48;

/// A radius above it says nothing of a place on a border, and its ring would be no shape of a map.
const LARGEST: Metres = Metres(2_000_000.0);

/// The incidents of one place and radius.
struct Disc {
    centre: Position,
    radius: Metres,
    /// Their places in the analysis, in the order of their ids.
    incidents: Vec<usize>,
}

impl Disc {
    fn ring(&self) -> Vec<Position> {
        circle(self.centre, self.radius, CORNERS)
    }
}

/// The geodesic discs within which the true places of counted incidents lie whose place is known roughly, each
/// place and radius once.
pub fn uncertainty(analysis: &Analysis) -> Layer<'_> {
    let discs = discs(analysis);
    let rings: Vec<(Position, Metres)> = discs.iter().map(|it| (it.centre, it.radius)).collect();
    Layer {
        name: "uncertainty",
        title: "Discs of uncertainty",
        description: "the discs within which the true places of roughly placed incidents lie",
        geometry: Geometry::Area,
        columns: DISCS.as_slice().into(),
        features: discs.len(),
        make: Box::new(move |place| {
            let disc = &discs[place];
            let incidents = || {
                disc.incidents
                    .iter()
                    .map(|&it| &analysis.incidents[it].incident)
            };
            let ids: Vec<&str> = incidents().map(Incident::id).collect();
            Feature {
                id: Id::Number(place as u32 + 1),
                values: vec![
                    Value::Real(disc.radius.0),
                    Value::count(disc.incidents.len()),
                    Value::made(ids.join("; ")),
                    Value::Date(incidents().map(|it| it.day).min().unwrap_or_default()),
                    Value::Date(incidents().map(|it| it.last_day).max().unwrap_or_default()),
                ],
                shape: Shape::disc(&disc.ring()),
            }
        }),
        bounds: Box::new(move || {
            let rings = rings.iter();
            Bounds::of(rings.flat_map(|&(centre, radius)| circle(centre, radius, CORNERS)))
        }),
    }
}

/// The discs by longitude, latitude and radius, so that the order of rows does not show. O(n log n).
fn discs(analysis: &Analysis) -> Vec<Disc> {
    let key = |place: &usize| {
        let it = &analysis.incidents[*place].incident;
        let radius = it.location_radius.unwrap_or(Metres::ZERO);
        [it.position.longitude(), it.position.latitude(), radius.0]
    };
    let mut places: Vec<usize> = (0..analysis.incidents.len())
        .filter(|&place| {
            let it = &analysis.incidents[place];
            let radius = it.incident.location_radius;
            it.is_counted()
                && !analysis.is_placed(it)
                && radius.is_some_and(|radius| radius > Metres::ZERO && radius <= LARGEST)
        })
        .collect();
    places.sort_by(|a, b| {
        let (left, right) = (key(a), key(b));
        left.iter()
            .zip(&right)
            .map(|(a, b)| a.total_cmp(b))
            .fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
            .then_with(|| {
                let id = |place: &usize| analysis.incidents[*place].incident.id();
                id(a).cmp(id(b))
            })
    });
    let of = |place: &usize| {
        let it = &analysis.incidents[*place].incident;
        (it.position, it.location_radius)
    };
    places
        .chunk_by(|a, b| of(a) == of(b))
        .map(|group| {
            let it = &analysis.incidents[group[0]].incident;
            Disc {
                centre: it.position,
                radius: it.location_radius.unwrap_or(Metres::ZERO),
                incidents: group.to_vec(),
            }
        })
        .collect()
}

const NONE_DECIDED: &str = "no single column decided";

const REJECTED: [Column; 8] = [
    Column::text("input_file", "name of the file"),
    Column::integer("line", "line of the file, from 1"),
    Column::integer("record", "record of the file, from 1"),
    Column::text("id", "id of the record").or_null("none could be read"),
    Column::text("reason", "code of the reason"),
    Column::text("column", "column that decided").or_null(NONE_DECIDED),
    Column::text("value", "value of it as read").or_null("it is empty"),
    Column::text("expected", "what was expected").or_null(NONE_DECIDED),
];

/// The records that were rejected, in the order of the files, as the ledger has them.
pub fn rejected(analysis: &Analysis) -> Layer<'_> {
    let ledger = &analysis.ledger;
    let entries = ledger.entries.iter();
    let rejected: Vec<&Entry> = entries.filter(|it| it.fate == Fate::Rejected).collect();
    Layer {
        name: "rejected",
        title: "Rejected records",
        description: "the records that were not read as incidents, and why",
        geometry: Geometry::None,
        columns: REJECTED.as_slice().into(),
        features: rejected.len(),
        make: Box::new(move |place| {
            let entry = rejected[place];
            Feature {
                id: Id::Number(place as u32 + 1),
                values: vec![
                    Value::Text(ledger.files[entry.file as usize].name.as_str().into()),
                    Value::count(entry.line),
                    Value::count(entry.record),
                    Value::text(entry.id()),
                    Value::text(entry.reason.code()),
                    Value::text(entry.column()),
                    Value::text(entry.value()),
                    Value::text(entry.expected()),
                ],
                shape: Shape::None,
            }
        }),
        bounds: Box::new(|| Bounds::of(std::iter::empty())),
    }
}
