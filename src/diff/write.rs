//! The difference as files: three tables, the text, and a layer.

use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::Diff;
use super::clusters::ClusterChange;
use super::incidents::{Change, What};
use super::read::{Incidents, MEASURES, Pack, position};
use super::rows::{COLUMNS, column};
use super::sectors::written;
use super::words::{self, earlier, latest};
use crate::error::{Error, Result};
use crate::export::layers::{Bounds, Column, Feature, Geometry, Id, Layer, Shape, Value};
use crate::export::tables;
use crate::geodesy::Position;
use crate::units::{Metres, fixed};

/// Makes the bytes of a file.
type Make = fn(&Diff<'_>, &mut dyn Write) -> io::Result<()>;

/// The files, by name.
pub const FILES: [(&str, Make); 5] = [
    ("diff.csv", incidents),
    ("diff_clusters.csv", clusters),
    ("diff_sectors.csv", sectors),
    ("diff.md", |diff, to| {
        to.write_all(words::markdown(diff).as_bytes())
    }),
    ("diff.geojson", geojson),
];

/// So many ids of members that a cluster gained or lost are written.
const MOST_IDS: usize = 100;

/// `diff.csv`: one row for each change of an incident, by what it is and by id.
///
/// # Errors
/// Those of the writer.
pub fn incidents(diff: &Diff<'_>, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "what",
        "id",
        "old_id",
        "date",
        "place",
        "event_type",
        "column",
        "old",
        "new",
        "distance_m",
        "matched_by",
    ];
    let of = |name: &str| column(name);
    let [date, place, kind] = [of("date"), of("place"), of("event_type")];
    tables::write(
        to,
        &header,
        diff.incidents.all.iter().map(|change| {
            let (old, new) = (earlier(diff, change), latest(diff, change));
            let (name, before, after) = match change.column {
                Some(it) => (COLUMNS[it].0, old[it], new[it]),
                None => ("", "", ""),
            };
            let old_id = if change.old.is_some() && old[0] != new[0] {
                old[0]
            } else {
                ""
            };
            let way = change.distance.map_or_else(String::new, written_way);
            let by = change.by.map_or("", super::matching::By::as_str);
            [
                change.what.as_str(),
                new[0],
                old_id,
                new[date],
                new[place],
                new[kind],
                name,
                before,
                after,
                &way,
                by,
            ]
            .map(str::to_owned)
        }),
    )
}

fn written_way(way: Metres) -> String {
    fixed(way.0, 3)
}

/// `diff_clusters.csv`: one row for each cluster, or for clusters that hang together; those that are the same too,
/// as their numbers may be others.
///
/// # Errors
/// Those of the writer.
pub fn clusters(diff: &Diff<'_>, to: &mut dyn Write) -> io::Result<()> {
    let header = [
        "what",
        "old_clusters",
        "new_clusters",
        "old_names",
        "new_names",
        "old_members",
        "new_members",
        "common_members",
        "gained",
        "lost",
        "jaccard",
        "first_date",
        "last_date",
        "gained_ids",
        "lost_ids",
    ];
    let row = |change: &ClusterChange| {
        let numbers = |list: &[u32]| joined(list.iter().map(ToString::to_string));
        let names = |pack: &Pack, list: &[u32]| {
            joined(list.iter().map(|it| {
                let cluster = pack.clusters.get(it);
                cluster.map_or_else(String::new, |it| it.name.clone())
            }))
        };
        // Of the new clusters, or of the old ones where there are no new ones.
        let (pack, list) = if change.new.is_empty() {
            (diff.old, &change.old)
        } else {
            (diff.new, &change.new)
        };
        let days = || list.iter().filter_map(|it| pack.clusters.get(it));
        let first = days().map(|it| it.first.as_str()).min();
        let last = days().map(|it| it.last.as_str()).max();
        [
            change.became.as_str().to_owned(),
            numbers(&change.old),
            numbers(&change.new),
            names(diff.old, &change.old),
            names(diff.new, &change.new),
            change.old_members.to_string(),
            change.new_members.to_string(),
            change.common.to_string(),
            change.gained.len().to_string(),
            change.lost.len().to_string(),
            fixed(change.jaccard(), 4),
            first.unwrap_or("").to_owned(),
            last.unwrap_or("").to_owned(),
            ids(&diff.new.incidents, &change.gained),
            ids(&diff.old.incidents, &change.lost),
        ]
    };
    tables::write(to, &header, diff.clusters.iter().map(row))
}

fn joined(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<String>>().join("; ")
}

fn ids(of: &Incidents, rows: &[u32]) -> String {
    let shown = rows.iter().take(MOST_IDS);
    let mut text = joined(shown.map(|&it| of.rows.id(it).to_owned()));
    if rows.len() > MOST_IDS {
        text.push_str(&format!("; ... and {} more", rows.len() - MOST_IDS));
    }
    text
}

/// `diff_sectors.csv`: one row for each sector, each measure before, after, and how much it rose.
///
/// # Errors
/// Those of the writer.
pub fn sectors(diff: &Diff<'_>, to: &mut dyn Write) -> io::Result<()> {
    let mut header = vec!["what".to_owned(), "sector".to_owned()];
    for name in MEASURES {
        header.extend(["old", "new", "difference"].map(|it| format!("{it}_{name}")));
    }
    let header: Vec<&str> = header.iter().map(String::as_str).collect();
    tables::write(
        to,
        &header,
        diff.sectors.iter().map(|change| {
            let mut row = vec![change.trend.as_str().to_owned(), change.name.clone()];
            for measure in 0..MEASURES.len() {
                let [old, new] = change.values(measure);
                let values = [old, new, change.difference(measure)];
                row.extend(
                    values.map(|it| it.map_or_else(String::new, |value| written(measure, value))),
                );
            }
            row
        }),
    )
}

/// `diff.geojson`, from [`layer`].
///
/// # Errors
/// Those of the writer.
pub fn geojson(diff: &Diff<'_>, to: &mut dyn Write) -> io::Result<()> {
    crate::export::geojson::write(&layer(diff), to)
}

/// The columns of [`layer`].
const LAYER: [Column; 20] = [
    Column::text("what", "whether the incident is gone, new, or moved"),
    Column::text("id", "id of the report, the newer one if there are two").or_null(NOT_STATED),
    Column::text("old_id", "id in the older pack").or_null("it is the same, or in one pack only"),
    Column::date("date", "first day").or_null(NOT_STATED),
    Column::text("place", "name of the place").or_null(NOT_STATED),
    Column::text("event_type", "kind of event").or_null(NOT_STATED),
    Column::text("claim_status", "how sure the report is").or_null(NOT_STATED),
    Column::integer("fatalities_low", "deaths, the least that is reported").or_null(NOT_STATED),
    Column::integer("fatalities_best", "deaths, the best figure reported").or_null(NOT_STATED),
    Column::integer("fatalities_high", "deaths, the most that is reported").or_null(NOT_STATED),
    Column::text("fate", "what became of the record").or_null(NOT_STATED),
    Column::real("distance_m", "how far it moved, in metres").or_null("it did not move"),
    Column::real("old_offset_m", "metres from the line in the older pack").or_null(IN_ONE),
    Column::real("new_offset_m", "metres from the line in the newer pack").or_null(IN_ONE),
    Column::text("old_side", "side of the line in the older pack").or_null(IN_ONE),
    Column::text("new_side", "side of the line in the newer pack").or_null(IN_ONE),
    Column::real(
        "old_chainage_km",
        "chainage in the older pack, in kilometres",
    )
    .or_null(IN_ONE),
    Column::real(
        "new_chainage_km",
        "chainage in the newer pack, in kilometres",
    )
    .or_null(IN_ONE),
    Column::text("old_sector", "sector in the older pack").or_null(IN_ONE),
    Column::text("new_sector", "sector in the newer pack").or_null(IN_ONE),
];

const NOT_STATED: &str = "not stated";
const IN_ONE: &str = "not known, or the incident is not in that pack";

/// What is gone and new as points, what moved as a line from its old to its new place, cut at the antimeridian.
pub fn layer<'a>(diff: &'a Diff<'a>) -> Layer<'a> {
    let of = |what| diff.incidents.of(what).iter();
    let moved = of(What::Moved).filter(|it| it.distance.is_some());
    let mut shown: Vec<(&Change, String)> = Vec::new();
    // Rows that share an id still have ids of their own here.
    let (mut before, mut again) = (String::new(), 1);
    for change in of(What::Gone).chain(of(What::New)).chain(moved) {
        let mut id = format!("{} {}", change.what.as_str(), latest(diff, change)[0]);
        if id == before {
            again += 1;
            id.push_str(&format!(" ({again})"));
        } else {
            before.clone_from(&id);
            again = 1;
        }
        shown.push((change, id));
    }
    let places: Vec<Position> = shown
        .iter()
        .flat_map(|(change, _)| {
            let (from, to) = ends(diff, change);
            from.into_iter().chain(to)
        })
        .collect();
    Layer {
        name: "diff",
        title: "Difference of two packs",
        description: "incidents that are gone, new, or moved",
        geometry: Geometry::Mixed,
        columns: LAYER.as_slice().into(),
        features: shown.len(),
        make: Box::new(move |place| {
            let (change, id) = &shown[place];
            Feature {
                id: Id::Text(id.clone().into()),
                values: values(diff, change),
                shape: match ends(diff, change) {
                    (Some(from), Some(to)) => Shape::line(&[vec![from, to]]),
                    (Some(at), None) | (None, Some(at)) => Shape::point(at),
                    (None, None) => Shape::None,
                },
            }
        }),
        bounds: Box::new(move || Bounds::of(places.iter().copied())),
    }
}

/// The values of a feature, in the order of [`LAYER`].
fn values<'a>(diff: &'a Diff<'a>, change: &'a Change) -> Vec<Value<'a>> {
    let (old, new) = (earlier(diff, change), latest(diff, change));
    let is_new = change.new.is_some();
    let of_old = |name: &str| old[column(name)];
    // What is gone has no new values, though its row is the latest there is.
    let of_new = |name: &str| if is_new { new[column(name)] } else { "" };
    let old_id = if is_new && of_old("id") != of_new("id") {
        of_old("id")
    } else {
        ""
    };
    let said = |name: &str| Value::text(new[column(name)]);
    let count = |name: &str| Value::or_null(new[column(name)].parse::<u32>().ok(), Value::count);
    let number = |text: &str, decimals| {
        let value = text.parse::<f64>().ok();
        Value::or_null(value, |it| Value::rounded(it, decimals))
    };
    vec![
        Value::Text(change.what.as_str().into()),
        said("id"),
        Value::text(old_id),
        said("date"),
        said("place"),
        said("event_type"),
        said("claim_status"),
        count("fatalities_low"),
        count("fatalities_best"),
        count("fatalities_high"),
        said("fate"),
        Value::or_null(change.distance, |it| Value::rounded(it.0, 3)),
        number(of_old("offset_m"), 3),
        number(of_new("offset_m"), 3),
        Value::text(of_old("side")),
        Value::text(of_new("side")),
        number(of_old("chainage_km"), 6),
        number(of_new("chainage_km"), 6),
        Value::text(of_old("sector")),
        Value::text(of_new("sector")),
    ]
}

/// The old and the new place of a change. Both on the antimeridian get its one sign.
fn ends(diff: &Diff<'_>, change: &Change) -> (Option<Position>, Option<Position>) {
    let at =
        |side: &Incidents, row: Option<u32>| row.and_then(|it| position(&side.rows.fields(it)));
    let (from, to) = (
        at(&diff.old.incidents, change.old),
        at(&diff.new.incidents, change.new),
    );
    match (from, to) {
        (Some(from), Some(to)) if (from.longitude() - to.longitude()).abs() >= 360.0 => (
            Position::new(to.longitude(), from.latitude()).ok(),
            Some(to),
        ),
        ends => ends,
    }
}

/// Writes the files to a folder, whole or not at all: they are first written beside it and then put in its place.
///
/// # Errors
/// A folder that holds anything else, or files that cannot be written.
pub fn folder(diff: &Diff<'_>, target: &Path) -> Result<()> {
    refuse_unless_replaceable(target)?;
    let name = target.file_name().ok_or_else(|| {
        Error::refused(
            target.display(),
            "no name for a folder",
            "a path such as output/diff",
        )
    })?;
    let parent = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    fs::create_dir_all(parent).map_err(|error| Error::io(parent, "making the folder", error))?;
    let beside = |what: &str| {
        let name = name.to_string_lossy();
        parent.join(format!(".{name}.{what}-{}", std::process::id()))
    };
    let (staged, earlier) = (Staged(beside("new")), beside("old"));
    // What is left of a run that was killed.
    if staged.0.exists() {
        fs::remove_dir_all(&staged.0).map_err(|error| Error::io(&staged.0, "removing", error))?;
    }
    fs::create_dir(&staged.0).map_err(|error| Error::io(&staged.0, "making the folder", error))?;
    for (name, make) in FILES {
        let path = staged.0.join(name);
        let fail = |error| Error::io(&path, "writing", error);
        let mut to = BufWriter::with_capacity(1 << 16, fs::File::create(&path).map_err(fail)?);
        let is_table = path.extension().is_some_and(|it| it == "csv");
        let mark: &[u8] = if is_table {
            tables::BYTE_ORDER_MARK
        } else {
            &[]
        };
        to.write_all(mark)
            .and_then(|()| make(diff, &mut to))
            .and_then(|()| to.flush())
            .map_err(fail)?;
    }
    let fail = |error| Error::io(target, "putting the difference in place", error);
    if !target.exists() {
        return fs::rename(&staged.0, target).map_err(fail);
    }
    fs::rename(target, &earlier).map_err(fail)?;
    if let Err(error) = fs::rename(&staged.0, target) {
        // Put the earlier files back; if even that fails they are still there under their other name.
        let _ = fs::rename(&earlier, target);
        return Err(fail(error));
    }
    fs::remove_dir_all(&earlier).map_err(|error| Error::io(&earlier, "removing", error))
}

/// A folder that is removed unless it was put in its place.
struct Staged(PathBuf);

impl Drop for Staged {
    fn drop(&mut self) {
        if self.0.exists() {
            // Nothing can be done about a failure here, and the next run of this name cleans up.
            let _ = fs::remove_dir_all(&self.0);
        }
    }
}

/// A folder may be replaced if it is not there, or holds nothing but [`FILES`].
fn refuse_unless_replaceable(target: &Path) -> Result<()> {
    if !target.exists() {
        return Ok(());
    }
    let refuse = |found: &str| {
        Error::refused(
            target.display(),
            found,
            "a folder that is new, empty, or holds only what borderscope diff writes",
        )
        .advise("choose another folder with --out")
    };
    if !target.is_dir() {
        return Err(refuse("is a file"));
    }
    let fail = |error| Error::io(target, "reading the folder", error);
    for entry in fs::read_dir(target).map_err(fail)? {
        let name = entry.map_err(fail)?.file_name();
        if !FILES.iter().any(|it| name == *it.0) {
            return Err(refuse("holds files that are no difference of packs"));
        }
    }
    Ok(())
}
