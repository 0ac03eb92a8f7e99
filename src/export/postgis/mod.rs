//! Layers into a database: a schema of `PostGIS` with a table for each layer, in one transaction.
//!
//! Written by `COPY` in its text form, feature by feature, so that nothing is held but what is being sent. What was
//! loaded before is replaced: nothing is doubled, and a table whose columns stay the same keeps its views and grants. How the
//! connection is encrypted the address says.

mod address;

use std::fmt::Write as _;
use std::io::{self, Write as _};

use postgres::{Client, Transaction};

use super::formats::Layers;
use super::layers::{Geometry, Kind, Layer, Value};
use super::wkb;
use crate::error::{Error, Result};
use address::Address;

/// Where an address is given.
const PLACE: &str = "--to";
/// WGS 84.
const SRID: u32 = 4326;
/// Set in the type of well-known binary that carries a reference system (`PostGIS`, EWKB).
const WITH_SRID: u32 = 0x2000_0000;
/// How the comment of a schema of ours begins.
const OURS: &str = "borderscope: ";
/// Bytes that are put together before they are sent.
const PIECE: usize = 1 << 16;

/// What was loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loaded {
    /// The schema.
    pub schema: String,
    /// Tables, one for each layer.
    pub tables: usize,
    /// Features in all of them.
    pub features: u64,
}

/// The schema of a case: its name in lower case, with `_` for whatever is neither letter nor digit, at most 63 bytes,
/// as `PostgreSQL` has it. Never empty.
pub fn schema_of(name: &str) -> String {
    let mut schema: String = name
        .chars()
        .map(|c| match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => c,
            _ => '_',
        })
        .take(63)
        .collect();
    if schema.is_empty() || schema.starts_with("pg_") {
        schema.insert_str(0, "case_");
        schema.truncate(63);
    }
    schema
}

/// Loads every layer into the database at an address such as `postgresql://user@host/database`, all or nothing. A
/// password that the address lacks is taken from `PGPASSWORD`. O(n) in the features; no copy of them is held.
///
/// # Errors
/// An address that is none, a server that cannot be reached or whose certificate is not trusted, a database without
/// `PostGIS`, a schema of the same name that is not ours, and whatever the server refuses, in its own words. Passwords
/// are never told.
pub fn load(layers: &Layers<'_>, address: &str) -> Result<Loaded> {
    let mut address = Address::read(address)?;
    let encryption = address.encryption()?;
    let config = &mut address.config;
    if config.get_password().is_none()
        && let Ok(password) = std::env::var("PGPASSWORD")
    {
        config.password(password);
    }
    let told = |doing: &str, error: &postgres::Error| {
        // Of the server's own words the message, what it is about, and what to do.
        let words = error.as_db_error().map_or_else(
            || with_sources(error),
            |server| {
                let parts = [Some(server.message()), server.detail(), server.hint()];
                parts.into_iter().flatten().collect::<Vec<_>>().join("; ")
            },
        );
        Error::refused(
            PLACE,
            format!("{doing}: {words}"),
            "a PostgreSQL server with PostGIS",
        )
    };
    let mut client = config
        .application_name("borderscope")
        .connect(encryption)
        .map_err(|error| {
            told("connecting", &error).advise("sslmode says what is encrypted and checked, sslrootcert=FILE who signs for the server")
        })?;
    load_into(&mut client, layers).map_err(|fault| match fault {
        Fault::Server(doing, error) => told(&doing, &error),
        Fault::Refused(error) => error,
    })
}

/// An error with what is behind it.
fn with_sources(error: &dyn std::error::Error) -> String {
    let mut words = error.to_string();
    let mut source = error.source();
    while let Some(behind) = source {
        let _ = write!(words, ": {behind}");
        source = behind.source();
    }
    words
}

/// Why loading failed.
enum Fault {
    /// What was being done, and what the server says.
    Server(String, postgres::Error),
    /// We refuse.
    Refused(Error),
}

type Done<T> = std::result::Result<T, Fault>;

/// What was being done when an error came.
fn doing<T>(what: &str, done: std::result::Result<T, postgres::Error>) -> Done<T> {
    done.map_err(|error| Fault::Server(what.to_owned(), error))
}

fn load_into(client: &mut Client, layers: &Layers<'_>) -> Done<Loaded> {
    let schema = schema_of(&layers.analysis.name);
    let mut to = doing("beginning", client.transaction())?;
    doing(
        "looking for PostGIS (CREATE EXTENSION postgis)",
        to.batch_execute("CREATE EXTENSION IF NOT EXISTS postgis"),
    )?;
    begin_schema(&mut to, &schema, layers)?;
    for layer in &layers.all {
        let loading = format!("loading {schema}.{}", layer.name);
        table(&mut to, &schema, layer)?;
        doing(&loading, index(&mut to, &schema, layer))?;
    }
    doing("committing", to.commit())?;
    Ok(Loaded {
        schema,
        tables: layers.all.len(),
        features: layers.all.iter().map(|layer| layer.len() as u64).sum(),
    })
}

/// Makes the schema, or takes one that is ours. Tables of layers that the case no longer has are emptied away.
fn begin_schema(to: &mut Transaction<'_>, schema: &str, layers: &Layers<'_>) -> Done<()> {
    let looking = format!("looking at the schema {schema}");
    let found = doing(
        &looking,
        to.query_opt(
            "SELECT coalesce(obj_description(oid, 'pg_namespace'), '') FROM pg_namespace WHERE nspname = $1",
            &[&schema],
        ),
    )?;
    if let Some(row) = found {
        let comment: String = row.get(0);
        let tables = doing(
            &looking,
            to.query(
                "SELECT relname::text FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace \
                 WHERE nspname = $1 AND relkind = 'r'",
                &[&schema],
            ),
        )?;
        if !comment.starts_with(OURS) && !tables.is_empty() {
            return Err(Fault::Refused(
                Error::refused(
                    format!("the schema {schema}"),
                    "tables that borderscope did not make",
                    "a new schema, or one that borderscope made",
                )
                .advise("give the case another name"),
            ));
        }
        // Rival lines may have gone since.
        for row in tables {
            let name: String = row.get(0);
            if name == "rival_borders" && layers.all.iter().all(|layer| layer.name != name) {
                let drop = format!("DROP TABLE {}", quoted(schema, &name));
                doing(&looking, to.batch_execute(&drop))?;
            }
        }
    }
    let make = format!(
        "CREATE SCHEMA IF NOT EXISTS {0}; COMMENT ON SCHEMA {0} IS {1}",
        identifier(schema),
        literal(&format!("{OURS}{}", layers.analysis.title))
    );
    doing(
        &format!("making the schema {schema}"),
        to.batch_execute(&make),
    )
}

/// The columns of a table with their types as the server writes them.
fn columns(layer: &Layer<'_>) -> Vec<(String, String)> {
    let mut columns = vec![("fid".to_owned(), "bigint".to_owned())];
    let geometry = match layer.geometry {
        Geometry::Point => Some("Point"),
        Geometry::Line => Some("MultiLineString"),
        Geometry::Area => Some("MultiPolygon"),
        Geometry::Mixed => Some("Geometry"),
        Geometry::None => None,
    };
    columns.extend(geometry.map(|it| ("geom".to_owned(), format!("geometry({it},{SRID})"))));
    columns.extend(layer.columns.iter().map(|column| {
        let kind = match column.kind {
            Kind::Text => "text",
            Kind::Integer => "bigint",
            Kind::Real => "double precision",
            Kind::Date => "date",
            Kind::Boolean => "boolean",
        };
        (column.name.to_owned(), kind.to_owned())
    }));
    columns
}

/// Fills the table of a layer, made anew unless it has the same columns already.
fn table(to: &mut Transaction<'_>, schema: &str, layer: &Layer<'_>) -> Done<()> {
    let name = quoted(schema, layer.name);
    let loading = format!("loading {schema}.{}", layer.name);
    let wanted = columns(layer);
    let held = doing(
        &loading,
        to.query(
            "SELECT attname::text, format_type(atttypid, atttypmod) FROM pg_attribute \
             WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped ORDER BY attnum",
            &[&name],
        ),
    )?;
    let held: Vec<(String, String)> = held.iter().map(|row| (row.get(0), row.get(1))).collect();
    let make = if held == wanted {
        format!("TRUNCATE {name}")
    } else {
        let columns: Vec<String> = wanted
            .iter()
            .map(|(column, kind)| {
                let key = if column == "fid" { " PRIMARY KEY" } else { "" };
                format!("{} {kind}{key}", identifier(column))
            })
            .collect();
        format!(
            "DROP TABLE IF EXISTS {name}; CREATE TABLE {name} ({})",
            columns.join(", ")
        )
    };
    doing(&loading, to.batch_execute(&make))?;

    let mut sink = doing(&loading, to.copy_in(&format!("COPY {name} FROM STDIN")))?;
    // The sink knows what the server said; a write that fails says no more than that it did.
    let mut sent = || -> io::Result<()> {
        let mut piece = String::with_capacity(2 * PIECE);
        let mut bytes = Vec::new();
        for place in 0..layer.len() {
            let feature = layer.feature(place);
            let _ = write!(piece, "{}", place + 1);
            if layer.geometry != Geometry::None {
                piece.push('\t');
                bytes.clear();
                wkb::append(&feature.shape, &mut bytes);
                geometry(&mut piece, &bytes);
            }
            for value in &feature.values {
                piece.push('\t');
                field(&mut piece, value);
            }
            piece.push('\n');
            if piece.len() >= PIECE {
                sink.write_all(piece.as_bytes())?;
                piece.clear();
            }
        }
        sink.write_all(piece.as_bytes())
    };
    let sent = sent();
    doing(&loading, sink.finish())?;
    sent.map_err(|error| {
        Fault::Refused(Error::refused(
            "--to",
            format!("{loading}: {error}"),
            "a connection that holds",
        ))
    })
}

/// Indexes and comments.
fn index(
    to: &mut Transaction<'_>,
    schema: &str,
    layer: &Layer<'_>,
) -> std::result::Result<(), postgres::Error> {
    let name = quoted(schema, layer.name);
    let mut all = String::new();
    if layer.geometry != Geometry::None {
        let _ = write!(
            all,
            "CREATE INDEX IF NOT EXISTS {} ON {name} USING gist (geom);",
            identifier(&format!("{}_geom", layer.name))
        );
    }
    for column in layer.columns.iter().filter(|it| it.kind == Kind::Date) {
        let _ = write!(
            all,
            "CREATE INDEX IF NOT EXISTS {} ON {name} ({});",
            identifier(&format!("{}_{}", layer.name, column.name)),
            identifier(column.name)
        );
    }
    let _ = write!(
        all,
        "COMMENT ON TABLE {name} IS {};",
        literal(&format!("{}: {}", layer.title, layer.description))
    );
    for column in layer.columns.iter() {
        let _ = write!(
            all,
            "COMMENT ON COLUMN {name}.{} IS {};",
            identifier(column.name),
            literal(&column.says())
        );
    }
    let _ = write!(all, "ANALYZE {name}");
    to.batch_execute(&all)
}

/// A geometry as hexadecimal EWKB, or null where there is nothing of it.
fn geometry(piece: &mut String, wkb: &[u8]) {
    let Some((head, rest)) = wkb.split_first_chunk::<5>() else {
        return piece.push_str("\\N");
    };
    let [order, kind @ ..] = *head;
    let kind = u32::from_le_bytes(kind) | WITH_SRID;
    let head = std::iter::once(order)
        .chain(kind.to_le_bytes())
        .chain(SRID.to_le_bytes());
    for byte in head.chain(rest.iter().copied()) {
        let _ = write!(piece, "{byte:02x}");
    }
}

/// A value in the text form of `COPY`.
fn field(piece: &mut String, value: &Value<'_>) {
    let _ = match value {
        Value::Null => write!(piece, "\\N"),
        Value::Text(text) => {
            for c in text.chars() {
                match c {
                    '\\' => piece.push_str("\\\\"),
                    '\t' => piece.push_str("\\t"),
                    '\n' => piece.push_str("\\n"),
                    '\r' => piece.push_str("\\r"),
                    // Which no text of this server can hold.
                    '\0' => {}
                    c => piece.push(c),
                }
            }
            Ok(())
        }
        Value::Integer(number) => write!(piece, "{number}"),
        Value::Real(number) => write!(piece, "{number}"),
        Value::Date(day) => write!(piece, "{day}"),
        Value::Boolean(yes) => write!(piece, "{yes}"),
    };
}

/// A name for SQL.
fn identifier(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A table for SQL.
fn quoted(schema: &str, table: &str) -> String {
    format!("{}.{}", identifier(schema), identifier(table))
}

/// Text for SQL, whatever the server's setting for backslashes.
fn literal(text: &str) -> String {
    let text = text
        .replace('\0', "")
        .replace('\\', "\\\\")
        .replace('\'', "''");
    format!("E'{text}'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::layers::Shape;

    #[test]
    fn schemas_have_names_that_need_no_quotes() {
        assert_eq!(schema_of("afpk-2025"), "afpk_2025");
        assert_eq!(schema_of("Line of Control"), "line_of_control");
        assert_eq!(schema_of("pg_case"), "case_pg_case");
        assert_eq!(schema_of(""), "case_");
        assert_eq!(schema_of(&"x".repeat(99)).len(), 63);
    }

    #[test]
    fn values_are_escaped() {
        let mut piece = String::new();
        for value in [
            Value::text("a\tb\\c\nd\re\0f 'g'"),
            Value::Null,
            Value::Real(-0.5),
            Value::Boolean(true),
        ] {
            field(&mut piece, &value);
            piece.push('|');
        }
        assert_eq!(piece, "a\\tb\\\\c\\nd\\ref 'g'|\\N|-0.5|true|");
        assert_eq!(identifier("a\"b"), "\"a\"\"b\"");
        assert_eq!(literal("it's \\ a"), "E'it''s \\\\ a'");
    }

    #[test]
    fn a_geometry_carries_its_reference_system() {
        let mut bytes = Vec::new();
        wkb::append(&Shape::Point([1.0, 2.0]), &mut bytes);
        let mut piece = String::new();
        geometry(&mut piece, &bytes);
        assert_eq!(piece, "0101000020e6100000000000000000f03f0000000000000040");
        piece.clear();
        geometry(&mut piece, &[]);
        assert_eq!(piece, "\\N");
    }
}
