//! ZIP archives that are the same bytes for the same content.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

/// An archive that is being written.
pub(super) struct Archive(ZipWriter<BufWriter<File>>);

impl Archive {
    /// Begins an archive at a path where there is no file yet.
    ///
    /// # Errors
    /// A file that cannot be made.
    pub(super) fn create(file: &Path) -> io::Result<Archive> {
        let file = File::options().write(true).create_new(true).open(file)?;
        Ok(Archive(ZipWriter::new(BufWriter::new(file))))
    }

    /// Begins a file; what is written next is in it. No clock and no rights of this machine: all are of the first day
    /// that ZIP knows. Only a `large` one may become longer than 4 GiB, which not every reader understands.
    ///
    /// # Errors
    /// Those of the file; a name that is there already.
    pub(super) fn begin(&mut self, name: &str, large: bool) -> io::Result<()> {
        let options = SimpleFileOptions::DEFAULT
            .compression_method(CompressionMethod::Deflated)
            .last_modified_time(DateTime::DEFAULT)
            .unix_permissions(0o644)
            .large_file(large);
        self.0.start_file(name, options).map_err(io::Error::other)
    }

    /// Ends the archive.
    ///
    /// # Errors
    /// Those of the file.
    pub(super) fn finish(self) -> io::Result<()> {
        self.0.finish().map_err(io::Error::other)?.flush()
    }
}

impl Write for Archive {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
