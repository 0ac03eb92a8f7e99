//! The logo on pictures and pages.

use std::fs;
use std::path::Path;

use crate::error::{Error, Result};

/// A picture as it stands in its file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Logo {
    /// `image/png` or `image/svg+xml`.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The largest logo in bytes: it stands in every picture anew.
pub const LARGEST: usize = 256 * 1024;

/// Reads a logo, which is told by its content.
///
/// # Errors
/// A file that cannot be read, is neither PNG nor SVG, or is larger than [`LARGEST`].
pub fn read(path: &Path) -> Result<Logo> {
    let bytes = fs::read(path).map_err(|error| Error::io(path, "reading the logo", error))?;
    if bytes.len() > LARGEST {
        return Err(Error::refused(
            format_args!("{}, style.logo", path.display()),
            format_args!("{} bytes", bytes.len()),
            format_args!("at most {LARGEST} bytes, for it stands in every picture"),
        ));
    }
    let media_type = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        "image/png"
    } else if std::str::from_utf8(&bytes).is_ok_and(|text| text.contains("<svg")) {
        "image/svg+xml"
    } else {
        return Err(Error::refused(
            format_args!("{}, style.logo", path.display()),
            "neither PNG nor SVG",
            "a PNG or SVG file",
        ));
    };
    Ok(Logo { media_type, bytes })
}
