//! The layers of what incidents are summed up by: clusters and sectors.

use super::{Bounds, Column, DEATHS, Feature, Geometry, Id, Layer, Shape, Value, deaths};
use crate::analysis::Analysis;
use crate::geodesy::Position;
use crate::sector::{Sector, Stretch};
use crate::units::Metres;
use crate::wording::plain;

const NOT_TRIED: &str = "no other settings were tried";

const CLUSTERS: [Column; 32] = [
    Column::integer("cluster", "number of the cluster, from 1"),
    Column::date("first_date", "first day of its incidents, as ISO 8601"),
    Column::date("last_date", "last day of its incidents, as ISO 8601"),
    Column::integer("days", "how many days it covers"),
    Column::date("peak_date", "day with most incidents, as ISO 8601"),
    Column::integer("peak_incidents", "how many incidents that day had"),
    Column::integer("incidents", "how many incidents it has"),
    Column::integer("core", "how many of them are core"),
    Column::integer("reachable", "how many of them are reachable"),
    DEATHS[0],
    DEATHS[1],
    DEATHS[2],
    DEATHS[3],
    DEATHS[4],
    DEATHS[5],
    DEATHS[6],
    Column::real("chainage_from_km", "lowest chainage, in kilometres"),
    Column::real("chainage_to_km", "highest chainage, in kilometres"),
    Column::real("length_km", "length along the line, in kilometres"),
    Column::text("sectors", "names of its sectors"),
    Column::integer("left", "incidents to the left of the line"),
    Column::integer("right", "incidents to the right of the line"),
    Column::integer("on_line", "incidents on the line"),
    Column::text("name", "nearest named place").or_null("near no named place"),
    Column::text("event_types", "kinds of event and how many of each"),
    Column::real(
        "centroid_longitude",
        "longitude of the mean place, in degrees",
    ),
    Column::real(
        "centroid_latitude",
        "latitude of the mean place, in degrees",
    ),
    Column::text("hull", "what the outline was made from"),
    Column::boolean(
        "mostly_one_coordinate",
        "whether most incidents share one coordinate",
    ),
    Column::real(
        "stability",
        "share of draws in which it is found again, 0 to 1",
    )
    .or_null("nothing was drawn"),
    Column::integer(
        "settings_survived",
        "with how many other settings it is found",
    )
    .or_null(NOT_TRIED),
    Column::integer("settings", "how many other settings were tried").or_null(NOT_TRIED),
];

/// The outline of each cluster with its summary.
pub fn clusters(analysis: &Analysis) -> Layer<'_> {
    let clusters = &analysis.clusters;
    Layer {
        name: "clusters",
        title: "Clusters",
        description: "the outline of each cluster with its summary",
        geometry: Geometry::Area,
        columns: CLUSTERS.as_slice().into(),
        features: clusters.len(),
        make: Box::new(move |place| {
            let cluster = &clusters[place];
            let survived = analysis.survived(cluster);
            let kinds: Vec<String> = cluster
                .kinds
                .iter()
                .map(|(kind, count)| format!("{} ({count})", plain(kind)))
                .collect();
            let mut values = Vec::with_capacity(CLUSTERS.len());
            values.extend([
                Value::count(cluster.number),
                Value::Date(cluster.first),
                Value::Date(cluster.last),
                Value::count(cluster.days().0),
                Value::Date(cluster.peak),
                Value::count(cluster.peak_incidents),
                Value::count(cluster.members.len()),
                Value::count(cluster.core),
                Value::count(cluster.members.len() - cluster.core),
            ]);
            values.extend(deaths(&cluster.deaths));
            values.extend([
                Value::rounded(cluster.from.km(), 3),
                Value::rounded(cluster.to.km(), 3),
                Value::rounded((cluster.to - cluster.from).km(), 3),
                Value::made(analysis.sector_names(cluster).join("; ")),
                Value::count(cluster.sides[0]),
                Value::count(cluster.sides[1]),
                Value::count(cluster.sides[2]),
                Value::text(&cluster.name),
                Value::made(kinds.join("; ")),
                Value::rounded(cluster.centroid.longitude(), 7),
                Value::rounded(cluster.centroid.latitude(), 7),
                Value::text(cluster.hull.kind.as_str()),
                Value::Boolean(cluster.mostly_one_coordinate()),
                Value::or_null(cluster.stability, |it| Value::rounded(it, 4)),
                Value::or_null(survived, |it| Value::count(it.0)),
                Value::or_null(survived, |it| Value::count(it.1)),
            ]);
            Feature {
                id: Id::Number(cluster.number),
                values,
                shape: Shape::outline(&cluster.hull.ring),
            }
        }),
        bounds: Box::new(move || {
            let rings = clusters.iter().map(|cluster| &cluster.hull.ring);
            Bounds::of(rings.flatten().copied())
        }),
    }
}

const AWAY: &str = "an area away from the line";
const NO_INCIDENT: &str = "no incident";

const SECTORS: [Column; 24] = [
    Column::text("sector", "name of the sector"),
    Column::real("chainage_from_km", "lowest chainage, in kilometres").or_null(AWAY),
    Column::real("chainage_to_km", "highest chainage, in kilometres").or_null(AWAY),
    Column::real("length_km", "length along the line, in kilometres"),
    Column::integer("incidents", "how many incidents it has"),
    Column::integer(
        "placed",
        "incidents whose place is known well enough for clusters",
    ),
    Column::integer("uncertain", "incidents whose place is known only roughly"),
    DEATHS[0],
    DEATHS[1],
    DEATHS[2],
    DEATHS[3],
    DEATHS[4],
    DEATHS[5],
    DEATHS[6],
    Column::integer("left", "incidents to the left of the line"),
    Column::integer("right", "incidents to the right of the line"),
    Column::integer("on_line", "incidents on the line"),
    Column::integer("clusters", "how many clusters it has"),
    Column::integer("episodes", "how many episodes it has"),
    Column::date("first_date", "first day of its incidents, as ISO 8601").or_null(NO_INCIDENT),
    Column::date("last_date", "last day of its incidents, as ISO 8601").or_null(NO_INCIDENT),
    Column::integer("days", "how many days it covers"),
    Column::real("kilometre_days", "exposure: kilometres times days"),
    Column::real(
        "incidents_per_100km_30days",
        "incidents per 100 km and 30 days",
    )
    .or_null("nothing to divide by"),
];

/// The line cut at the bounds of the sectors, or their areas, with counts and rates; what is in no area is the
/// rest of the line, without a shape where there is none.
pub fn sectors(analysis: &Analysis) -> Layer<'_> {
    let sectors = analysis.sectors.all();
    let slices = |sector: &Sector| -> Vec<Vec<Position>> {
        let stretches = sector.stretches.iter();
        stretches
            .flat_map(|stretch| analysis.border.slice(stretch.from, stretch.to))
            .collect()
    };
    Layer {
        name: "sectors",
        title: "Sectors",
        description: "the sectors with their counts and rates",
        geometry: if sectors.iter().all(|sector| sector.polygons.is_empty()) {
            Geometry::Line
        } else {
            Geometry::Mixed
        },
        columns: SECTORS.as_slice().into(),
        features: sectors.len().min(analysis.sector_summaries.len()),
        make: Box::new(move |place| {
            let (sector, summary) = (&sectors[place], &analysis.sector_summaries[place]);
            let bound = |of: fn(Stretch) -> Metres| {
                Value::or_null(sector.span(), |span| Value::rounded(of(span).km(), 3))
            };
            let mut values = Vec::with_capacity(SECTORS.len());
            values.extend([
                Value::Text(sector.name.as_str().into()),
                bound(|span| span.from),
                bound(|span| span.to),
                Value::rounded(sector.length().km(), 3),
                Value::count(summary.counts.incidents),
                Value::count(summary.counts.placed()),
                Value::count(summary.counts.uncertain),
            ]);
            values.extend(deaths(&summary.counts.deaths));
            values.extend([
                Value::count(summary.sides[0]),
                Value::count(summary.sides[1]),
                Value::count(summary.sides[2]),
                Value::count(summary.clusters),
                Value::count(summary.episodes),
                Value::or_null(summary.first, Value::Date),
                Value::or_null(summary.last, Value::Date),
                Value::count(analysis.period.days().0),
                Value::rounded(summary.kilometre_days, 1),
                Value::or_null(summary.rate, |rate| Value::rounded(rate, 4)),
            ]);
            Feature {
                id: Id::Number(place as u32 + 1),
                values,
                shape: if sector.polygons.is_empty() {
                    Shape::line(&slices(sector))
                } else {
                    Shape::areas(&sector.polygons)
                },
            }
        }),
        bounds: Box::new(move || {
            Bounds::of(sectors.iter().flat_map(|sector| {
                if sector.polygons.is_empty() {
                    slices(sector).concat()
                } else {
                    let rings = sector.polygons.iter().flatten();
                    rings.flatten().copied().collect()
                }
            }))
        }),
    }
}
