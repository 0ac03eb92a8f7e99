//! All layers in one `GeoPackage` (OGC 12-128r17, version 1.3.1): styled as on our maps for QGIS, indexed, with source and
//! licence as metadata.
//!
//! The file is written where it will be, row by row, so that memory holds no second copy of the layers. The same
//! analysis gives the same bytes: no clock, no random numbers, one transaction, pages of a fixed size.

mod blob;
mod rtree;

use std::fmt::Write as _;
use std::io;
use std::path::Path;

use rusqlite::types::{ToSql, ToSqlOutput, Value as Sql, ValueRef};
use rusqlite::{Connection, OpenFlags, Result, params};

use super::formats::Layers;
use super::layers::{Kind, Layer, Value};
use super::rights::rights;
use super::{qml, wkb, xml};
use crate::analysis::Analysis;
use crate::render::theme::Symbols;

/// "GPKG".
const APPLICATION: i32 = 0x4750_4B47;
/// Version 1.3.0, as its patches say too.
const VERSION: i32 = 10_300;

/// The tables that the standard asks for (annex C), and the styles as QGIS keeps them.
const SCHEMA: &str = include_str!("schema.sql");

/// Writes `case.gpkg` to a path where there is no file yet.
///
/// # Errors
/// A file that cannot be written.
pub fn write(layers: &Layers<'_>, file: &Path) -> io::Result<()> {
    fill(layers, file).map_err(io::Error::other)
}

fn fill(layers: &Layers<'_>, file: &Path) -> Result<()> {
    let analysis = layers.analysis;
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let to = Connection::open_with_flags(file, flags)?;
    // Nobody else has the file, and a run that fails throws it away: no journal, no waiting for the disk.
    to.execute_batch(
        "PRAGMA page_size = 4096; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; \
         PRAGMA locking_mode = EXCLUSIVE; PRAGMA cache_size = -32768;",
    )?;
    to.pragma_update(None, "application_id", APPLICATION)?;
    to.pragma_update(None, "user_version", VERSION)?;
    to.execute_batch("BEGIN")?;
    to.execute_batch(SCHEMA)?;
    // No clock: the last day of the period stands for when the data were changed.
    let changed = format!("{}T00:00:00.000Z", analysis.period.end);
    metadata(&to, analysis, &changed)?;
    let symbols = Symbols::of(analysis);
    for layer in layers.with_ground() {
        table(&to, layer, &changed)?;
        if let Some(style) = qml::style(layer, analysis, &symbols) {
            to.execute(
                "INSERT INTO layer_styles VALUES (NULL, '', '', ?1, 'geom', ?1, ?2, NULL, 1, ?3, '', NULL, ?4)",
                params![layer.name, style, layer.description, changed],
            )?;
        }
    }
    to.execute_batch("COMMIT")?;
    to.close().map_err(|(_, error)| error)
}

/// A layer as a table with its entries in the tables of the standard.
fn table(to: &Connection, layer: &Layer<'_>, changed: &str) -> Result<()> {
    let name = layer.name;
    let geometry = blob::type_name(layer.geometry);
    let mut definition =
        format!("CREATE TABLE \"{name}\" (\"fid\" INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL");
    if let Some(geometry) = geometry {
        let _ = write!(definition, ", \"geom\" {geometry}");
    }
    for column in layer.columns.iter() {
        let kind = match column.kind {
            Kind::Text => "TEXT",
            Kind::Integer => "INTEGER",
            Kind::Real => "REAL",
            Kind::Date => "DATE",
            Kind::Boolean => "BOOLEAN",
        };
        let _ = write!(definition, ", \"{}\" {kind}", column.name);
    }
    definition.push(')');
    to.execute_batch(&definition)?;

    let fixed = 1 + usize::from(geometry.is_some());
    let places = vec!["?"; fixed + layer.columns.len()].join(", ");
    let mut insert = to.prepare(&format!("INSERT INTO \"{name}\" VALUES ({places})"))?;
    let mut bytes = Vec::new();
    let mut bounds = None;
    let mut entries = Vec::new();
    for place in 0..layer.len() {
        let feature = layer.feature(place);
        let fid = place as i64 + 1;
        insert.raw_bind_parameter(1, fid)?;
        if geometry.is_some() {
            let envelope = blob::write(&feature.shape, &mut bytes);
            insert.raw_bind_parameter(2, envelope.map(|_| bytes.as_slice()))?;
            if let Some(envelope) = envelope {
                entries.push(rtree::Entry::new(fid, envelope));
                wkb::widen(&mut bounds, envelope);
            }
        }
        for (column, value) in feature.values.iter().enumerate() {
            insert.raw_bind_parameter(fixed + 1 + column, Bound(value))?;
        }
        insert.raw_execute()?;
    }

    let kind = if geometry.is_some() {
        "features"
    } else {
        "attributes"
    };
    let bound = |place: usize| bounds.map(|bounds| bounds[place]);
    let srs = geometry.map(|_| blob::SRS);
    to.execute(
        "INSERT INTO gpkg_contents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            name,
            kind,
            layer.title,
            layer.description,
            changed,
            bound(0),
            bound(2),
            bound(1),
            bound(3),
            srs
        ],
    )?;
    // What the columns say; their names are names enough.
    let mut tell =
        to.prepare("INSERT INTO gpkg_data_columns VALUES (?1, ?2, NULL, NULL, ?3, NULL, NULL)")?;
    for column in layer.columns.iter() {
        tell.execute(params![name, column.name, column.says()])?;
    }
    if let Some(geometry) = geometry {
        to.execute(
            "INSERT INTO gpkg_geometry_columns VALUES (?1, 'geom', ?2, ?3, 0, 0)",
            params![name, geometry, blob::SRS],
        )?;
        index(to, name, entries)?;
    }
    Ok(())
}

/// The spatial index of a table: its extension, its tree, and the triggers that keep it (annex F.3).
fn index(to: &Connection, name: &str, entries: Vec<rtree::Entry>) -> Result<()> {
    to.execute(
        "INSERT INTO gpkg_extensions VALUES (?1, 'geom', 'gpkg_rtree_index', \
         'http://www.geopackage.org/spec130/#extension_rtree', 'write-only')",
        [name],
    )?;
    let tree = format!("rtree_{name}_geom");
    to.execute_batch(&format!(
        "CREATE VIRTUAL TABLE \"{tree}\" USING rtree(id, minx, maxx, miny, maxy)"
    ))?;
    rtree::fill(to, &tree, entries)?;
    to.execute_batch(&include_str!("triggers.sql").replace("<table>", name))
}

/// What the file is, where it comes from and under which licences, as Dublin Core.
fn metadata(to: &Connection, analysis: &Analysis, changed: &str) -> Result<()> {
    let mut text = String::from("<metadata xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n");
    let mut element = |name: &str, value: &str| {
        if !value.is_empty() {
            let _ = write!(text, "  <dc:{name}>");
            xml::content(&mut text, value);
            let _ = writeln!(text, "</dc:{name}>");
        }
    };
    element("title", &analysis.title);
    element("creator", analysis.style.author.as_deref().unwrap_or(""));
    element("source", &analysis.credit);
    for file in &analysis.files {
        element("source", &file.name);
    }
    for notice in rights(analysis) {
        element("rights", &notice);
    }
    let period = analysis.period;
    element("coverage", &format!("{}/{}", period.start, period.end));
    let program = concat!("borderscope ", env!("CARGO_PKG_VERSION"));
    element("contributor", program);
    text.push_str("</metadata>\n");
    to.execute(
        "INSERT INTO gpkg_metadata VALUES (1, 'dataset', 'http://purl.org/dc/elements/1.1/', 'text/xml', ?1)",
        [text],
    )?;
    to.execute(
        "INSERT INTO gpkg_metadata_reference VALUES ('geopackage', NULL, NULL, NULL, ?1, 1, NULL)",
        [changed],
    )?;
    to.execute(
        "INSERT INTO gpkg_contents VALUES ('layer_styles', 'attributes', 'layer_styles', \
         'styles of the layers, as QGIS reads them', ?1, NULL, NULL, NULL, NULL, NULL)",
        [changed],
    )?;
    Ok(())
}

struct Bound<'a>(&'a Value<'a>);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> Result<ToSqlOutput<'_>> {
        Ok(match self.0 {
            Value::Null => ToSqlOutput::Owned(Sql::Null),
            Value::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Value::Integer(number) => ToSqlOutput::Owned(Sql::Integer(*number)),
            Value::Real(number) => ToSqlOutput::Owned(Sql::Real(*number)),
            Value::Date(day) => ToSqlOutput::Owned(Sql::Text(day.to_string())),
            Value::Boolean(is) => ToSqlOutput::Owned(Sql::Integer(i64::from(*is))),
        })
    }
}
