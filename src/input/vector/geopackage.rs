//! `GeoPackage`: a layer of a `SQLite` database.

use std::path::Path;

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, Result as Sql};
use serde_json::{Map, Value};

use super::{Form, Take, Wanted, damaged, feature, number, other_crs, wkb};
use crate::error::{Error, Result};

/// A table with shapes.
#[derive(Clone, Debug)]
struct Layer {
    name: String,
    /// The column of the shapes.
    shapes: String,
    kind: String,
    system: i64,
}

pub(super) fn each(path: &Path, copy: &Path, wanted: &Wanted<'_>, take: Take<'_>) -> Result<()> {
    let broken = |error: rusqlite::Error| damaged(path, Form::GeoPackage, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let from = Connection::open_with_flags(copy, flags).map_err(broken)?;
    // The schema of a file from elsewhere calls nothing, and every page is looked at before it is used.
    from.execute_batch("PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON;")
        .map_err(broken)?;
    let layers = layers(&from).map_err(|error| {
        damaged(
            path,
            Form::GeoPackage,
            format_args!("a SQLite database without the tables of a GeoPackage: {error}"),
        )
    })?;
    let layer = chosen(path, &layers, wanted)?;
    check_system(path, &from, &layer).map_err(broken)??;
    let columns = columns(&from, &layer.name).map_err(broken)?;
    let quoted = |name: &str| format!("\"{}\"", name.replace('"', "\"\""));
    let kept: Vec<&(String, bool)> = columns
        .iter()
        .filter(|(name, _)| !name.eq_ignore_ascii_case(&layer.shapes))
        .collect();
    let names: Vec<String> = std::iter::once(&layer.shapes)
        .chain(kept.iter().map(|(name, _)| name))
        .map(|name| quoted(name))
        .collect();
    let query = format!("SELECT {} FROM {}", names.join(", "), quoted(&layer.name));
    let mut query = from.prepare(&query).map_err(broken)?;
    let mut rows = query.query([]).map_err(broken)?;
    let mut count = 0_u64;
    while let Some(row) = rows.next().map_err(broken)? {
        count += 1;
        let wrong = |found: &str| {
            damaged(
                path,
                Form::GeoPackage,
                format_args!("{}, row {count}: {found}", layer.name),
            )
        };
        let geometry = match row.get_ref(0).map_err(broken)? {
            ValueRef::Blob(blob) => shape(blob).map_err(|found| wrong(&found))?,
            _ => Value::Null,
        };
        let mut properties = Map::new();
        for (place, (name, is_boolean)) in kept.iter().enumerate() {
            let value = match row.get_ref(place + 1).map_err(broken)? {
                ValueRef::Integer(value @ 0..=1) if *is_boolean => Value::Bool(value == 1),
                ValueRef::Integer(value) => value.into(),
                ValueRef::Real(value) => number(value),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into(),
                ValueRef::Null | ValueRef::Blob(_) => Value::Null,
            };
            properties.insert(name.clone(), value);
        }
        take(feature(properties, geometry)).map_err(|error| wrong(&error.to_string()))?;
    }
    Ok(())
}

/// The layers, in the order of their names.
fn layers(from: &Connection) -> Sql<Vec<Layer>> {
    // Those that say what there is must be tables too.
    for name in ["gpkg_geometry_columns", "gpkg_spatial_ref_sys"] {
        from.query_row(
            "SELECT 1 FROM sqlite_schema WHERE name = ?1 AND type = 'table' AND rootpage > 0",
            [name],
            |_| Ok(()),
        )?;
    }
    // Tables alone: what a view or a virtual table gives has no end that the size of the file would set.
    let mut query = from.prepare(
        "SELECT g.table_name, g.column_name, upper(g.geometry_type_name), g.srs_id \
         FROM gpkg_geometry_columns AS g JOIN sqlite_schema AS s ON lower(s.name) = lower(g.table_name) \
         WHERE s.type = 'table' AND s.rootpage > 0 ORDER BY 1",
    )?;
    let rows = query.query_map([], |row| {
        Ok(Layer {
            name: row.get(0)?,
            shapes: row.get(1)?,
            kind: row.get(2)?,
            system: row.get(3)?,
        })
    })?;
    rows.collect()
}

fn chosen(path: &Path, layers: &[Layer], wanted: &Wanted<'_>) -> Result<Layer> {
    let told = layers
        .iter()
        .map(|layer| format!("{} ({})", layer.name, layer.kind.to_lowercase()));
    let told = told.collect::<Vec<_>>().join(", ");
    let named = |name: &str| layers.iter().find(|layer| layer.name == name);
    let mut fitting = layers
        .iter()
        .filter(|layer| layer.kind.trim_start_matches("MULTI") == wanted.kind);
    let found = match wanted.layer {
        Some(name) => named(name),
        None => match (named(wanted.name), layers) {
            (Some(layer), _) | (None, [layer]) => Some(layer),
            (None, _) => fitting.next().filter(|_| fitting.next().is_none()),
        },
    };
    found.cloned().ok_or_else(|| {
        if layers.is_empty() {
            return Error::refused(
                path.display(),
                "no layer: no table with shapes",
                "a GeoPackage with a layer of points or lines",
            );
        }
        let (found, allowed) = match wanted.layer {
            Some(name) => (
                format!("no layer {name:?}"),
                format!("one of its layers: {told}"),
            ),
            None => (
                format!("its layers are {told}"),
                "one layer that can be meant".to_owned(),
            ),
        };
        Error::refused(path.display(), found, allowed).advise(wanted.how_to_say)
    })
}

/// Only WGS 84 is read; `srs_id` is a number of the file, which a table explains.
fn check_system(path: &Path, from: &Connection, layer: &Layer) -> Sql<Result<()>> {
    let mut query = from.prepare(
        "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?1",
    )?;
    let mut rows = query.query([layer.system])?;
    let told = match rows.next()? {
        Some(row) => {
            let (who, number): (String, i64) = (row.get(0)?, row.get(1)?);
            if who.eq_ignore_ascii_case("epsg") && matches!(number, 4326 | 4979) {
                return Ok(Ok(()));
            }
            if layer.system <= 0 {
                "undefined".to_owned()
            } else {
                format!("{}:{number}", who.to_uppercase())
            }
        }
        None => format!("srs_id {}, which the file does not explain", layer.system),
    };
    Ok(Err(other_crs(
        path,
        format_args!("layer {}: {told}", layer.name),
    )))
}

/// The columns of a table that are stored, each with whether it is of truth values; without the key that `GeoPackage`
/// asks for, which says nothing.
fn columns(from: &Connection, table: &str) -> Sql<Vec<(String, bool)>> {
    let mut query = from.prepare("SELECT name, type, pk FROM pragma_table_info(?1)")?;
    let rows = query.query_map([table], |row| {
        let (name, kind, key): (String, String, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let is_key = key > 0 && ["fid", "ogc_fid"].contains(&name.to_lowercase().as_str());
        Ok((!is_key).then(|| (name, kind.eq_ignore_ascii_case("boolean"))))
    })?;
    rows.filter_map(Sql::transpose).collect()
}

/// A shape behind its header (OGC 12-128r17 §2.1.3).
fn shape(blob: &[u8]) -> std::result::Result<Value, String> {
    let [b'G', b'P', _, flags, _, _, _, _, rest @ ..] = blob else {
        return Err("a shape without the header of GeoPackage".to_owned());
    };
    if flags & 0b0010_0000 != 0 {
        return Err("a shape of an extension".to_owned());
    }
    let envelope = match flags >> 1 & 0b111 {
        0 => 0,
        1 => 32,
        2 | 3 => 48,
        4 => 64,
        _ => return Err("a shape with a wrong envelope".to_owned()),
    };
    // Whether it is empty stands there too; one without coordinates has none in either case.
    if flags & 0b0001_0000 != 0 {
        return Ok(Value::Null);
    }
    wkb::geometry(rest.get(envelope..).ok_or("a shape that is cut off")?)
}
