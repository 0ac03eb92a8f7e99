//! Readers: files to checked values, and for incident files a ledger. Readers know nothing of the
//! analysis.

pub mod areas;
pub(crate) mod blocks;
pub mod border;
pub mod columns;
pub mod context;
mod convert;
pub mod coordinates;
pub mod counts;
pub mod dates;
mod digits;
mod feature_table;
mod features;
pub mod incidents;
mod kml;
pub mod layers;
pub mod layout;
pub mod logo;
pub mod opening;
pub mod places;
pub mod plan;
mod repeated;
pub mod source;
pub(crate) mod table;
pub mod translations;
mod vector;

use std::path::Path;

use crate::error::{Error, Result};

/// Reads a whole file, refusing folders with a message of our own.
fn bytes_of(path: &Path) -> Result<Vec<u8>> {
    if path.is_dir() {
        return Err(Error::refused(path.display(), "is a folder", "a file"));
    }
    std::fs::read(path).map_err(|error| Error::io(path, "reading", error))
}

/// Reads a whole text file; a byte-order mark is dropped.
fn text_of(path: &Path) -> Result<String> {
    let bytes = bytes_of(path)?;
    let text = String::from_utf8(bytes).map_err(|error| {
        Error::refused(
            path.display(),
            format_args!("byte {} is not UTF-8", error.utf8_error().valid_up_to()),
            "UTF-8 text",
        )
    })?;
    Ok(text
        .strip_prefix('\u{feff}')
        .map(str::to_owned)
        .unwrap_or(text))
}
