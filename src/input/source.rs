//! The bytes of an input: a file or standard input, unpacked where it is compressed.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::vector::{self, Form, Vector, Wanted};
use super::{feature_table, kml};
use crate::digest::{self, Digest};
use crate::error::{Error, Result};

/// How a file is packed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Packing {
    /// Not at all.
    #[default]
    Plain,
    /// gzip, of one or more members.
    Gzip,
    /// Zstandard, of one or more frames.
    Zstandard,
}

impl Packing {
    /// Its name; empty where nothing is packed.
    pub const fn as_str(self) -> &'static str {
        match self {
            Packing::Plain => "",
            Packing::Gzip => "gzip",
            Packing::Zstandard => "zstd",
        }
    }
}

/// The path that stands for standard input.
pub const STANDARD_INPUT: &str = "-";

/// An input that can be read from its start as often as needed.
#[derive(Debug)]
pub struct Source {
    path: PathBuf,
    name: String,
    file: File,
    packing: Packing,
    copied: bool,
    /// What it has, if it is of features.
    features: Option<Features>,
}

/// What a file of features has.
#[derive(Debug)]
pub struct Features {
    /// The table that was made of them.
    table: File,
    /// What the file is: `GeoJSON`, `KML`, `KMZ`, `GeoPackage`, `FlatGeobuf` or `GeoParquet`.
    pub form: &'static str,
    /// How many features are rows of the table.
    pub rows: u64,
    /// How many are none, because they are lines, areas or tracks; 0 where all are rows.
    pub others: u64,
}

impl Source {
    /// Opens a file as [`open_layer`](Source::open_layer) does, where no layer is named.
    ///
    /// # Errors
    /// As of that.
    pub fn open(path: &Path) -> Result<Source> {
        Source::open_layer(path, None)
    }

    /// Opens a file; for [`STANDARD_INPUT`], and for what the shell hands over as `/dev/fd/N`, copies
    /// it to a temporary file first, because readers go over their input more than once. Of a file with several
    /// layers it takes the one that is named, or else the one of incidents or the only one of points.
    ///
    /// # Errors
    /// What cannot be read, a folder, a device, a named pipe (opening one waits for a writer for
    /// ever), and formats that are not read, each with what to do instead.
    pub fn open_layer(path: &Path, layer: Option<&str>) -> Result<Source> {
        let name = name_of(path);
        let mut copied = true;
        let file = if path == Path::new(STANDARD_INPUT) {
            spooled(&name, io::stdin().lock())?
        } else {
            let fail = |error| Error::io(path, "reading", error);
            let kind = std::fs::metadata(path).map_err(fail)?.file_type();
            if kind.is_dir() {
                return Err(Error::refused(path.display(), "is a folder", "a file"));
            }
            let handed_over = path.starts_with("/dev/fd") || path == Path::new("/dev/stdin");
            if !kind.is_file() && !handed_over {
                let refused = Error::refused(path.display(), "is a pipe or a device", "a file");
                return Err(refused.advise("give it on standard input, as -"));
            }
            let file = File::open(path).map_err(fail)?;
            if kind.is_file() {
                copied = false;
                file
            } else {
                spooled(&name, file)?
            }
        };
        let mut source = Source {
            path: if path == Path::new(STANDARD_INPUT) {
                PathBuf::from(&name)
            } else {
                path.to_owned()
            },
            name,
            file,
            packing: Packing::Plain,
            copied,
            features: None,
        };
        let mut start = [0; vector::START];
        let held = beginning(source.packed()?, &mut start)
            .map_err(|error| Error::io(&source.path, "reading", error))?;
        source.packing = packing(&start[..held]);
        let mut held = held;
        if source.packing != Packing::Plain {
            held = beginning(source.reader()?, &mut start)
                .map_err(|error| source.unreadable(error))?;
            if packing(&start[..held]) != Packing::Plain {
                return Err(Error::refused(
                    &source.name,
                    "a packed file within a packed file",
                    "delimited text, plain or packed once",
                )
                .advise("unpack it once"));
            }
        }
        let start = &start[..held];
        if kml::is_zip(start)
            && source.packing == Packing::Plain
            && let Some(document) = kml::unpacked(&source.path, source.packed()?)?
        {
            source.features = Some(source.placemarks("KMZ", || {
                let mut document = &document;
                document
                    .seek(SeekFrom::Start(0))
                    .map_err(|error| Error::io(&source.path, "reading", error))?;
                Ok(document)
            })?);
            return Ok(source);
        }
        refuse_other_formats(&source.name, start)?;
        let made = if kml::is_xml(start) {
            source.features = Some(source.placemarks("KML", || source.reader())?);
            return Ok(source);
        } else if let Some(form) = Form::of(start) {
            let vector = Vector::new(form, &source.path, source.whole()?)?;
            let wanted = Wanted::incidents(layer);
            let made = feature_table::table_of(&source.path, |take| vector.each(&wanted, take))?;
            Some((form.as_str(), made))
        } else if feature_table::is_json(start) {
            let made = feature_table::table(&source.path, || source.reader())?;
            Some(("GeoJSON", made))
        } else {
            None
        };
        source.features = made.map(|(form, (table, rows))| Features {
            table,
            form,
            rows,
            others: 0,
        });
        Ok(source)
    }

    /// The placemarks of a document, which is read twice.
    fn placemarks<R: Read>(
        &self,
        form: &'static str,
        open: impl Fn() -> Result<R>,
    ) -> Result<Features> {
        let others = std::cell::Cell::new(0);
        let (table, rows) = feature_table::table_of(&self.path, |call| {
            others.set(kml::rows(&self.path, open()?, call)?);
            Ok(())
        })?;
        Ok(Features {
            table,
            form,
            rows,
            others: others.get(),
        })
    }

    /// What is said where reading fails.
    pub fn unreadable(&self, error: io::Error) -> Error {
        match self.packing {
            Packing::Plain => Error::io(&self.path, "reading", error),
            _ => Error::refused(
                self.path.display(),
                format_args!("reading failed: {error}"),
                "a whole packed file",
            )
            .advise("unpack it by itself: it may be damaged or cut off"),
        }
    }

    /// The path that was opened, for messages; for standard input its name.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The name that tables and messages give it: the last part of the path, which does not depend on
    /// the folder that the run was started from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it is packed.
    pub const fn packing(&self) -> Packing {
        self.packing
    }

    /// What it has, if it is of features: `GeoJSON`, KML or KMZ.
    pub const fn features(&self) -> Option<&Features> {
        self.features.as_ref()
    }

    /// All bytes, unpacked, in a file: this one or a temporary one.
    fn whole(&self) -> Result<File> {
        if self.packing == Packing::Plain {
            let shared = self.packed()?.try_clone();
            return shared.map_err(|error| Error::io(&self.path, "reading", error));
        }
        let mut file = tempfile::tempfile()
            .map_err(|error| Error::stream(&self.name, "copying to a temporary file", error))?;
        io::copy(&mut self.reader()?, &mut file).map_err(|error| self.unreadable(error))?;
        Ok(file)
    }

    /// A reader from the start, which unpacks; of features it reads the table that was made of them, comma-separated
    /// with a header.
    ///
    /// # Errors
    /// An input that cannot be read.
    pub fn reader(&self) -> Result<Box<dyn Read + Send + '_>> {
        let fail = |error| Error::io(&self.path, "reading", error);
        if let Some(features) = &self.features {
            let mut table = &features.table;
            table.seek(SeekFrom::Start(0)).map_err(fail)?;
            return Ok(Box::new(table));
        }
        (&self.file).seek(SeekFrom::Start(0)).map_err(fail)?;
        let packed = self.file.metadata().map_err(fail)?.len();
        let buffered = BufReader::with_capacity(1 << 17, &self.file);
        Ok(match self.packing {
            Packing::Plain => Box::new(&self.file),
            Packing::Gzip => Box::new(Limited::new(MultiGzDecoder::new(buffered), packed)),
            Packing::Zstandard => {
                let frames = zstd::Decoder::with_buffer(buffered).map_err(fail)?;
                Box::new(Limited::new(frames, packed))
            }
        })
    }

    /// The digest of what was copied, because nobody can read it again later; `None` for a file that
    /// lies where it lay.
    ///
    /// # Errors
    /// An input that cannot be read.
    pub fn copied(&self) -> Result<Option<Digest>> {
        if !self.copied {
            return Ok(None);
        }
        digest::digest(self.packed()?)
            .map(Some)
            .map_err(|error| Error::io(&self.path, "reading", error))
    }

    /// The bytes as they came, from the start.
    fn packed(&self) -> Result<&File> {
        (&self.file)
            .seek(SeekFrom::Start(0))
            .map_err(|error| Error::io(&self.path, "reading", error))?;
        Ok(&self.file)
    }
}

/// Fills a buffer from the start of a source, as far as it goes.
fn beginning(mut source: impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut held = 0;
    while held < buffer.len() {
        match source.read(&mut buffer[held..])? {
            0 => break,
            read => held += read,
        }
    }
    Ok(held)
}

/// The name of a path for tables and messages.
pub fn name_of(path: &Path) -> String {
    if path == Path::new(STANDARD_INPUT) {
        return "standard input".to_owned();
    }
    path.file_name().map_or_else(
        || path.display().to_string(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn spooled(name: &str, mut from: impl Read) -> Result<File> {
    let fail = |error| Error::stream(name, "copying to a temporary file", error);
    let mut file = tempfile::tempfile().map_err(fail)?;
    io::copy(&mut from, &mut file).map_err(fail)?;
    Ok(file)
}

fn packing(start: &[u8]) -> Packing {
    if start.starts_with(&[0x1f, 0x8b]) {
        Packing::Gzip
    } else if start.starts_with(&[0x28, 0xb5, 0x2f, 0xfd])
        || (start.len() > 3 && start[0] & 0xf0 == 0x50 && start[1..4] == [0x2a, 0x4d, 0x18])
    {
        Packing::Zstandard
    } else {
        Packing::Plain
    }
}

/// Formats that are often given by mistake: how each begins, what it is, what to do.
const OTHER_FORMATS: [(&[u8], &str, &str); 6] = [
    (
        b"PK\x03\x04",
        "a ZIP archive in which no KML can be read, or a spreadsheet (.xlsx, .ods)",
        "save the sheet as CSV, or unpack the archive",
    ),
    (
        b"\xd0\xcf\x11\xe0",
        "an old Office document (.xls, .doc)",
        "save the sheet as CSV",
    ),
    (b"%PDF", "a PDF", "export the table as CSV"),
    (
        b"BZh",
        "a bzip2 archive",
        "unpack it, or pack it with gzip or zstd",
    ),
    (
        b"\xfd7zXZ",
        "an xz archive",
        "unpack it, or pack it with gzip or zstd",
    ),
    (
        b"<!DOCTYPE",
        "a web page",
        "save the table itself, not the page",
    ),
];

fn refuse_other_formats(name: &str, start: &[u8]) -> Result<()> {
    match OTHER_FORMATS
        .iter()
        .find(|(magic, ..)| start.starts_with(magic))
    {
        Some((_, what, advice)) => Err(Error::refused(
            name,
            what,
            "delimited text, GeoJSON, GeoPackage, FlatGeobuf or GeoParquet, plain or packed with gzip or zstd",
        )
        .advise(advice)),
        None => Ok(()),
    }
}

/// Refuses what unpacks to far more than any table does: a bomb.
struct Limited<R> {
    inner: R,
    left: u64,
}

/// Tables pack to a twentieth of their size at best.
const MOST_TIMES: u64 = 250;
/// Up to here any ratio is let through.
const ALWAYS: u64 = 16 << 20;

impl<R: Read> Limited<R> {
    fn new(inner: R, packed: u64) -> Limited<R> {
        Limited {
            inner,
            left: packed.saturating_mul(MOST_TIMES).max(ALWAYS),
        }
    }
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(read as u64).ok_or_else(|| {
            io::Error::other(format!(
                "it unpacks to more than {MOST_TIMES} times its size, as no table does; if it is one, \
                 unpack it first"
            ))
        })?;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn source(bytes: &[u8]) -> Result<Source> {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(bytes).unwrap();
        Source::open(file.path())
    }

    fn text(source: &Source) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        source.reader().unwrap().read_to_end(&mut out)?;
        Ok(out)
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        zstd::encode_all(bytes, 1).unwrap()
    }

    #[test]
    fn packed_inputs_are_unpacked_as_often_as_asked() {
        let table = b"date,lat,lon\n".repeat(50_000);
        let two: Vec<u8> = [gzip(&table), gzip(&table)].concat();
        let skippable = [b"\x50\x2a\x4d\x18\x03\0\0\0abc".to_vec(), zstd(&table)].concat();
        let frames = [zstd(&table), skippable].concat();
        let twice = table.repeat(2);
        for (packed, packing, plain) in [
            (table.clone(), Packing::Plain, &table),
            (gzip(&table), Packing::Gzip, &table),
            (two, Packing::Gzip, &twice),
            (zstd(&table), Packing::Zstandard, &table),
            (frames, Packing::Zstandard, &twice),
        ] {
            let source = source(&packed).unwrap();
            assert_eq!(source.packing(), packing);
            assert!(text(&source).unwrap() == *plain, "{packing:?}");
            assert!(text(&source).unwrap() == *plain, "{packing:?} again");
        }
    }

    #[test]
    fn bombs_cut_files_and_other_formats_are_refused() {
        let bomb = source(&gzip(&vec![b'0'; 200 << 20])).unwrap();
        let message = text(&bomb).unwrap_err().to_string();
        assert!(message.contains("more than 250 times"), "{message}");
        for whole in [gzip(&b"a,b\n".repeat(9_000)), zstd(&b"a,b\n".repeat(9_000))] {
            // At once or on the way.
            let cut = source(&whole[..whole.len() / 2]);
            assert!(cut.is_err() || cut.is_ok_and(|it| text(&it).is_err()));
        }
        let message = source(b"PK\x03\x04rest").unwrap_err().to_string();
        assert!(message.contains("as CSV"), "{message}");
        let folder = tempfile::tempdir().unwrap();
        let message = Source::open(folder.path()).unwrap_err().to_string();
        assert!(message.contains("is a folder"), "{message}");
    }
}
