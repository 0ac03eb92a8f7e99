//! The layer of incidents.

use super::{Bounds, Column, Feature, Geometry, Id, Layer, Shape, Value};
use crate::analysis::Analysis;
use crate::cluster::role_word;
use crate::incident::Verification;

const NOT_STATED: &str = "not stated";
const NOT_CLUSTERED: &str = "not clustered";

/// Every column that the layer may have; the last three only where somebody verifies.
pub const COLUMNS: [Column; 42] = [
    Column::text("id", "id of the report").or_null(NOT_STATED),
    Column::date("date", "first day, as ISO 8601"),
    Column::text("time_local", "local time, as reported").or_null(NOT_STATED),
    Column::text("place", "name of the place").or_null(NOT_STATED),
    Column::text("admin1", "province or district").or_null(NOT_STATED),
    Column::text("country", "country of the place").or_null(NOT_STATED),
    Column::text(
        "geo_precision",
        "the source's code for how well the place is known",
    )
    .or_null(NOT_STATED),
    Column::text("event_type", "kind of event").or_null(NOT_STATED),
    Column::text("actor_a", "who is accused").or_null(NOT_STATED),
    Column::text("actor_b", "the other party").or_null(NOT_STATED),
    Column::text("reported_by", "who reports it").or_null(NOT_STATED),
    Column::integer("fatalities_low", "deaths, the lowest figure").or_null(NOT_STATED),
    Column::integer("fatalities_best", "deaths, the best figure").or_null(NOT_STATED),
    Column::integer("fatalities_high", "deaths, the highest figure").or_null(NOT_STATED),
    Column::integer("fatalities_civilian", "civilian deaths").or_null(NOT_STATED),
    Column::integer("injured", "people injured").or_null(NOT_STATED),
    Column::text(
        "claim_status",
        "confirmed, claimed, contested, denied or unconfirmed",
    )
    .or_null(NOT_STATED),
    Column::text("source_name", "name of the source").or_null(NOT_STATED),
    Column::text("source_url", "address of the source").or_null(NOT_STATED),
    // As given, which need not be a day.
    Column::text("source_date", "date of the source, as given").or_null(NOT_STATED),
    Column::text("note", "remark of the report").or_null(NOT_STATED),
    Column::date("date_end", "last day, as ISO 8601").or_null("the day is the only one"),
    Column::text("date_precision", "how exactly the day is known"),
    Column::text(
        "fate",
        "what became of the record: used, or why it is in no sum",
    ),
    Column::real(
        "location_radius_m",
        "how far the true place may lie from the coordinates, in metres",
    )
    .or_null("how far the true place may lie away is not known"),
    Column::real("offset_m", "geodesic distance to the line, in metres"),
    Column::text("side", "left, right or on_line, looking along the line"),
    Column::text("side_name", "country of the side")
        .or_null("on the line, or the side has no name"),
    Column::real("side_probability", "probability of the side, 0 to 1")
        .or_null("the location radius is not known"),
    Column::real(
        "chainage_km",
        "distance along the line from its start to the foot, in kilometres",
    ),
    Column::real(
        "foot_longitude",
        "longitude of the nearest place of the line, in degrees",
    ),
    Column::real(
        "foot_latitude",
        "latitude of the nearest place of the line, in degrees",
    ),
    Column::text("sector", "name of the sector").or_null("in no sector"),
    Column::text(
        "beyond_end",
        "whether it lies beyond an open end of the line",
    )
    .or_null("beside the line"),
    Column::text("side_by_line", "side that the line alone tells"),
    Column::integer("cluster", "number of the cluster").or_null("in no cluster"),
    Column::text("cluster_role", "core, reachable or noise").or_null(NOT_CLUSTERED),
    Column::real(
        "membership_probability",
        "share of draws in which it is in its cluster, 0 to 1",
    )
    .or_null("in no cluster, or nothing was drawn"),
    Column::real(
        "cluster_probability",
        "share of draws in which it is in any cluster, 0 to 1",
    )
    .or_null("not clustered, or nothing was drawn"),
    Column::text("verification_status", "how far the report was verified").or_null(NOT_STATED),
    Column::text("verified_by", "who verified it").or_null(NOT_STATED),
    Column::date("verified_on", "day of the verification, as ISO 8601").or_null(NOT_STATED),
];

/// Every record that is an incident, in the order of the files.
pub fn incidents(analysis: &Analysis) -> Layer<'_> {
    let incidents = &analysis.incidents;
    let is_verified = incidents
        .iter()
        .any(|it| it.incident.verification != Verification::Unstated);
    let columns = &COLUMNS[..if is_verified { 42 } else { 39 }];
    Layer {
        name: "incidents",
        title: "Incidents",
        description: "every record that is an incident, with its place on the line",
        geometry: Geometry::Point,
        columns: columns.into(),
        features: incidents.len(),
        make: Box::new(move |place| {
            let it = &incidents[place];
            let report = &it.incident;
            let share = |share: Option<f64>, decimals| {
                Value::or_null(share, |share| Value::rounded(share, decimals))
            };
            let figure = |figure: Option<u32>| Value::or_null(figure, Value::count);
            let mut values = Vec::with_capacity(COLUMNS.len());
            values.extend([
                Value::text(report.id()),
                Value::Date(report.day),
                Value::text(report.time_local()),
                Value::text(report.place()),
                Value::text(&report.admin1),
                Value::text(&report.country),
                Value::text(&report.geo_precision),
                Value::text(&report.event_type),
                Value::text(&report.actor_a),
                Value::text(&report.actor_b),
                Value::text(&report.reported_by),
                figure(report.deaths.low),
                figure(report.deaths.best),
                figure(report.deaths.high),
                figure(report.civilian_deaths),
                figure(report.injured),
                Value::text(report.claim_status.as_str()),
                Value::text(&report.source_name),
                Value::text(report.source_url()),
                Value::text(report.source_date()),
                Value::text(report.note()),
                if report.last_day == report.day {
                    Value::Null
                } else {
                    Value::Date(report.last_day)
                },
                Value::text(report.date_precision.as_str()),
                Value::text(it.fate.as_str()),
                Value::or_null(report.location_radius, |radius| Value::Real(radius.0)),
                Value::rounded(it.location.offset.0, 3),
                Value::text(it.side.as_str()),
                Value::text(analysis.side_name(it)),
                share(it.side_probability, 6),
                Value::rounded(it.location.chainage.km(), 6),
                Value::rounded(it.location.foot.longitude(), 7),
                Value::rounded(it.location.foot.latitude(), 7),
                Value::text(analysis.sector_name(it.sector)),
                Value::text(it.line_end.as_str()),
                Value::text(it.location.side.as_str()),
                figure(it.cluster),
                Value::text(role_word(it.role)),
                share(it.membership, 4),
                share(it.clustered, 4),
            ]);
            if is_verified {
                values.extend([
                    Value::text(report.verification.as_str()),
                    Value::text(&report.verified_by),
                    Value::text(report.verified_on()),
                ]);
            }
            Feature {
                id: Id::Text(report.id().into()),
                values,
                shape: Shape::point(report.position),
            }
        }),
        bounds: Box::new(move || Bounds::of(incidents.iter().map(|it| it.incident.position))),
    }
}
