//! The layer of incidents.

use super::{Bounds, Column, Feature, Geometry, Id, Layer, Shape, Value};
use crate::analysis::Analysis;
use crate::cluster::role_word;
use crate::incident::Verification;

const NOT_STATED: &str = "not stated";
const NOT_CLUSTERED: &str = "not clustered";

/// The last three only where somebody verifies.
const COLUMNS: [Column; 42] = [
    Column::text("id").or_null(NOT_STATED),
    Column::date("date"),
    Column::text("time_local").or_null(NOT_STATED),
    Column::text("place").or_null(NOT_STATED),
    Column::text("admin1").or_null(NOT_STATED),
    Column::text("country").or_null(NOT_STATED),
    Column::text("geo_precision").or_null(NOT_STATED),
    Column::text("event_type").or_null(NOT_STATED),
    Column::text("actor_a").or_null(NOT_STATED),
    Column::text("actor_b").or_null(NOT_STATED),
    Column::text("reported_by").or_null(NOT_STATED),
    Column::integer("fatalities_low").or_null(NOT_STATED),
    Column::integer("fatalities_best").or_null(NOT_STATED),
    Column::integer("fatalities_high").or_null(NOT_STATED),
    Column::integer("fatalities_civilian").or_null(NOT_STATED),
    Column::integer("injured").or_null(NOT_STATED),
    Column::text("claim_status").or_null(NOT_STATED),
    Column::text("source_name").or_null(NOT_STATED),
    Column::text("source_url").or_null(NOT_STATED),
    // As given, which need not be a day.
    Column::text("source_date").or_null(NOT_STATED),
    Column::text("note").or_null(NOT_STATED),
    Column::date("date_end").or_null("the day is the only one"),
    Column::text("date_precision"),
    Column::text("fate"),
    Column::real("location_radius_m").or_null("how far the true place may lie away is not known"),
    Column::real("offset_m"),
    Column::text("side"),
    Column::text("side_name").or_null("on the line, or the side has no name"),
    Column::real("side_probability").or_null("the location radius is not known"),
    Column::real("chainage_km"),
    Column::real("foot_longitude"),
    Column::real("foot_latitude"),
    Column::text("sector").or_null("in no sector"),
    Column::text("beyond_end").or_null("beside the line"),
    Column::text("side_by_line"),
    Column::integer("cluster").or_null("in no cluster"),
    Column::text("cluster_role").or_null(NOT_CLUSTERED),
    Column::real("membership_probability").or_null("in no cluster, or nothing was drawn"),
    Column::real("cluster_probability").or_null("not clustered, or nothing was drawn"),
    Column::text("verification_status").or_null(NOT_STATED),
    Column::text("verified_by").or_null(NOT_STATED),
    Column::date("verified_on").or_null(NOT_STATED),
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
        description: "every record that is an incident, with its place on the line",
        geometry: Geometry::Point,
        columns,
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
                id: Id::Text(report.id()),
                values,
                shape: Shape::point(report.position),
            }
        }),
        bounds: Box::new(move || Bounds::of(incidents.iter().map(|it| it.incident.position))),
    }
}
