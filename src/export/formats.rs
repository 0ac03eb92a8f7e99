//! The formats that layers are written in. A new one is a file or folder beside this one and a line in [`ALL`].

use std::io::{self, Write};
use std::path::Path;

use super::layers::{self, Geometry, Layer};
use super::{flatgeobuf, geojson, geojson_lines, geopackage, geoparquet, kml, qgis};
use crate::analysis::Analysis;
use crate::case::ExportOptions;
use crate::error::{Error, Result};

/// A format.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    /// What it is chosen by.
    pub name: &'static str,
    /// The most incidents with which packs have it unless asked otherwise; 0 for never.
    pub by_default_up_to: usize,
    /// How it is written.
    pub writes: Writes,
}

/// How a format is written.
#[derive(Clone, Copy, Debug)]
pub enum Writes {
    /// A file for each layer that has shapes, `gis/<layer>.<ending>`, from its beginning to its end.
    EachLayer {
        /// The ending of its name.
        ending: &'static str,
        /// Writes it.
        write: fn(&Layer<'_>, &mut dyn Write) -> io::Result<()>,
    },
    /// One file of all layers, from its beginning to its end.
    All {
        /// Its path in the pack.
        path: &'static str,
        /// Writes it.
        write: fn(&Layers<'_>, &mut dyn Write) -> io::Result<()>,
    },
    /// One file of all layers that is written in another order: it is given the path of a file that is not there yet.
    AllAt {
        /// Its path in the pack.
        path: &'static str,
        /// Writes it.
        write: fn(&Layers<'_>, &Path) -> io::Result<()>,
    },
}

/// Viewers of the globe hold no more marks than this.
const VIEWED: usize = 20_000;

/// Every format, those that take longest first.
pub const ALL: &[Format] = &[
    Format {
        name: "geopackage",
        by_default_up_to: usize::MAX,
        writes: Writes::AllAt {
            path: "gis/case.gpkg",
            write: geopackage::write,
        },
    },
    Format {
        name: "flatgeobuf",
        by_default_up_to: 0,
        writes: Writes::EachLayer {
            ending: "fgb",
            write: flatgeobuf::write,
        },
    },
    Format {
        name: "geoparquet",
        by_default_up_to: 0,
        writes: Writes::EachLayer {
            ending: "parquet",
            write: geoparquet::write,
        },
    },
    Format {
        name: "qgis",
        by_default_up_to: usize::MAX,
        writes: Writes::AllAt {
            path: "gis/case.qgz",
            write: qgis::write,
        },
    },
    Format {
        name: "kml",
        by_default_up_to: VIEWED,
        writes: Writes::All {
            path: "gis/case.kml",
            write: kml::write,
        },
    },
    Format {
        name: "kmz",
        by_default_up_to: VIEWED,
        writes: Writes::AllAt {
            path: "gis/case.kmz",
            write: kml::write_packed,
        },
    },
    Format {
        name: "geojson",
        by_default_up_to: usize::MAX,
        writes: Writes::EachLayer {
            ending: "geojson",
            write: geojson::write,
        },
    },
    Format {
        name: "geojson-lines",
        by_default_up_to: 0,
        writes: Writes::EachLayer {
            ending: "geojsonl",
            write: geojson_lines::write,
        },
    },
];

/// The formats that a case of so many incidents chooses, those by default where it chooses none.
///
/// # Errors
/// A name that no format has, or a column that the layer of incidents does not know, with the names that there are.
pub fn chosen(options: &ExportOptions, incidents: usize) -> Result<Vec<&'static Format>> {
    let known = |names: Vec<&str>| format!("some of {}", names.join(", "));
    let columns = || layers::INCIDENT_COLUMNS.iter().map(|it| it.name);
    let unknown = options.columns.iter().flatten();
    if let Some(name) = unknown
        .into_iter()
        .find(|&name| columns().all(|it| it != name))
    {
        let allowed = known(columns().collect());
        return Err(Error::refused(
            "export.columns",
            format!("{name:?}"),
            allowed,
        ));
    }
    let Some(wanted) = &options.formats else {
        let is_wanted =
            |format: &&Format| incidents <= format.by_default_up_to && format.by_default_up_to > 0;
        return Ok(ALL.iter().filter(is_wanted).collect());
    };
    if let Some(name) = wanted
        .iter()
        .find(|&name| ALL.iter().all(|it| it.name != name))
    {
        let allowed = known(ALL.iter().map(|it| it.name).collect());
        return Err(Error::refused(
            "export.formats",
            format!("{name:?}"),
            allowed,
        ));
    }
    let is_wanted = |format: &&Format| wanted.iter().any(|name| name == format.name);
    Ok(ALL.iter().filter(is_wanted).collect())
}

/// Those by default that a case of so many incidents goes without, unless it chooses.
pub fn left_out(options: &ExportOptions, incidents: usize) -> Vec<&'static Format> {
    let by_default = |format: &&Format| (1..incidents).contains(&format.by_default_up_to);
    let all = ALL.iter().filter(by_default);
    all.filter(|_| options.formats.is_none()).collect()
}

/// The layers of an analysis, made once for all formats, and the analysis for what is no layer: title, credit, style.
pub struct Layers<'a> {
    /// What they are made of.
    pub analysis: &'a Analysis,
    /// The layers, those below first.
    pub all: Vec<Layer<'a>>,
    /// What lies below all of them where a format is a map itself.
    pub ground: Vec<Layer<'a>>,
}

impl<'a> Layers<'a> {
    /// The layers of an analysis. Cheap: features are made when they are written.
    pub fn of(analysis: &'a Analysis) -> Layers<'a> {
        Layers {
            analysis,
            all: layers::all(analysis),
            ground: layers::ground(analysis),
        }
    }

    /// The ground and the layers upon it, those below first.
    pub fn with_ground(&self) -> impl DoubleEndedIterator<Item = &Layer<'a>> {
        self.ground.iter().chain(&self.all)
    }

    /// Those with shapes.
    pub fn with_shapes(&self) -> impl Iterator<Item = &Layer<'a>> {
        self.all
            .iter()
            .filter(|layer| layer.geometry != Geometry::None)
    }
}

/// A file that is to be written.
pub struct File<'l> {
    /// Its path in the pack.
    pub path: String,
    /// What it holds.
    pub content: Content<'l>,
}

/// Fills a file from its beginning to its end.
pub type Stream<'l> = Box<dyn Fn(&mut dyn Write) -> io::Result<()> + Send + Sync + 'l>;

/// Fills a file at the path of one that is not there yet.
pub type At<'l> = Box<dyn Fn(&Path) -> io::Result<()> + Send + Sync + 'l>;

/// How a file is to be filled.
pub enum Content<'l> {
    /// From its beginning to its end.
    Stream(Stream<'l>),
    /// At the path of a file that is not there yet.
    At(At<'l>),
}

/// The files of formats, in their order.
pub fn files<'l>(
    layers: &'l Layers<'_>,
    formats: impl IntoIterator<Item = &'static Format>,
) -> Vec<File<'l>> {
    let mut files = Vec::new();
    for format in formats {
        match format.writes {
            Writes::EachLayer { ending, write } => {
                files.extend(layers.with_shapes().map(|layer| File {
                    path: format!("gis/{}.{ending}", layer.name),
                    content: Content::Stream(Box::new(move |to| write(layer, to))),
                }));
            }
            Writes::All { path, write } => files.push(File {
                path: path.to_owned(),
                content: Content::Stream(Box::new(move |to| write(layers, to))),
            }),
            Writes::AllAt { path, write } => files.push(File {
                path: path.to_owned(),
                content: Content::At(Box::new(move |at| write(layers, at))),
            }),
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_and_columns_are_chosen_by_name() {
        let names = |options: &ExportOptions| {
            let formats = chosen(options, 90)?;
            Ok::<_, Error>(formats.iter().map(|it| it.name).collect::<Vec<_>>())
        };
        let some = |names: &[&str]| Some(names.iter().map(|&it| it.to_owned()).collect());
        let by_default = names(&ExportOptions::default()).unwrap();
        assert!(by_default.contains(&"geojson") && !by_default.contains(&"geojson-lines"));
        assert!(by_default.contains(&"kml"));
        let none = ExportOptions::default();
        for (incidents, has) in [(0, true), (VIEWED, true), (VIEWED + 1, false)] {
            let formats = chosen(&none, incidents).unwrap();
            assert_eq!(formats.iter().any(|it| it.name == "kml"), has);
            let without = left_out(&none, incidents);
            assert_eq!(without.iter().any(|it| it.name == "kml"), !has);
            assert!(
                without
                    .iter()
                    .all(|it| formats.iter().all(|has| has.name != it.name))
            );
        }
        let mut options = ExportOptions {
            formats: some(&["geojson-lines", "geopackage"]),
            columns: some(&["date", "id"]),
            ..ExportOptions::default()
        };
        assert_eq!(names(&options).unwrap(), ["geopackage", "geojson-lines"]);
        options.formats = some(&[]);
        assert!(names(&options).unwrap().is_empty());
        options.formats = some(&["shapefile"]);
        let error = names(&options).unwrap_err().to_string();
        assert!(
            error.contains("export.formats") && error.contains("geopackage"),
            "{error}"
        );
        options.formats = None;
        options.columns = some(&["id", "wind"]);
        let error = names(&options).unwrap_err().to_string();
        assert!(
            error.contains("\"wind\"") && error.contains("event_type"),
            "{error}"
        );
    }

    #[test]
    fn names_and_places_are_told_apart() {
        let names = ALL.iter().map(|format| format.name);
        let mut places: Vec<&str> = names
            .chain(ALL.iter().map(|format| match format.writes {
                Writes::EachLayer { ending, .. } => ending,
                Writes::All { path, .. } | Writes::AllAt { path, .. } => path,
            }))
            .filter(|&it| it != "geojson")
            .collect();
        let count = places.len();
        places.sort_unstable();
        places.dedup();
        assert_eq!(places.len(), count);
    }
}
