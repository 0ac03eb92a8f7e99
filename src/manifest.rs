//! `manifest.json`: inputs, options, version, seed and the SHA-256 of every file of a pack.
//!
//! It holds no time and no path of the machine, so that the same inputs give the same bytes.

use std::io::{self, Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::analysis::Analysis;
use crate::error::{Error, Result};
use crate::ledger::Fate;

/// The name of the manifest in a pack.
pub const FILE_NAME: &str = "manifest.json";

/// A file with its size and digest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Digested {
    /// For an output its path in the pack, with `/`; for an input its file name.
    pub path: String,
    /// What an input is for; empty for an output.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub role: String,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 in lower-case hexadecimal.
    pub sha256: String,
}

/// What a pack says about itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// `borderscope`.
    pub program: String,
    /// The version that made the pack.
    pub version: String,
    /// The case.
    pub case: String,
    /// Its title.
    pub title: String,
    /// The options in force, and what was counted.
    pub run: Value,
    /// The files read.
    pub inputs: Vec<Digested>,
    /// The files written, the manifest itself excepted, by path.
    pub files: Vec<Digested>,
}

impl Manifest {
    /// The manifest of an analysis.
    pub fn new(analysis: &Analysis, inputs: Vec<Digested>, mut files: Vec<Digested>) -> Manifest {
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Manifest {
            program: "borderscope".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            case: analysis.name.clone(),
            title: analysis.title.clone(),
            run: run(analysis),
            inputs,
            files,
        }
    }

    /// Reads a manifest.
    ///
    /// # Errors
    /// A file that is not there or is no manifest.
    pub fn read(path: &Path) -> Result<Manifest> {
        let bytes =
            std::fs::read(path).map_err(|error| Error::io(path, "reading the manifest", error))?;
        serde_json::from_slice(&bytes).map_err(|error| {
            Error::refused(
                path.display(),
                error,
                "a manifest written by borderscope run",
            )
        })
    }

    /// The manifest as JSON, indented, with a line feed at the end.
    ///
    /// # Errors
    /// None that its content can cause.
    pub fn to_bytes(&self) -> Result<Vec<u8>> {
        let mut bytes = serde_json::to_vec_pretty(self).map_err(Error::broken)?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

fn run(analysis: &Analysis) -> Value {
    let options = &analysis.options;
    let total = analysis.total();
    let fates: serde_json::Map<String, Value> = Fate::ALL
        .into_iter()
        .map(|fate| (fate.as_str().to_owned(), json!(analysis.ledger.count(fate))))
        .collect();
    let radii: serde_json::Map<String, Value> = options
        .radii
        .codes
        .iter()
        .map(|(code, radius)| (code.clone(), json!(radius.map(super::units::Metres::km))))
        .collect();
    json!({
        "seed": options.seed,
        "period": { "start": analysis.period.start.to_string(), "end": analysis.period.end.to_string() },
        "options": {
            "corridor_km": options.corridor.km(),
            "cluster": {
                "eps_km": options.cluster.eps.km(),
                "eps_days": options.cluster.eps_days.0,
                "min_points": options.cluster.min_points,
                "largest_location_radius_km": options.cluster.largest_location_radius.km(),
            },
            "location_radius_km": radii,
            "location_radius_without_column_km": options.radii.without_column.map(super::units::Metres::km),
            "held_ids": options.held_ids,
            "held_event_types": options.held_event_types,
        },
        "border": {
            "length_km": crate::units::round_to(analysis.border.length().km(), 6),
            "chains": analysis.border.chains().len(),
            "vertices": analysis.border.vertices(),
            "left": analysis.border.left(),
            "right": analysis.border.right(),
        },
        "records": analysis.ledger.records(),
        "fates": fates,
        "incidents": total.incidents,
        "placed": total.placed(),
        "uncertain": total.uncertain,
        "clusters": analysis.clusters.len(),
        "episodes": analysis.episodes.len(),
    })
}

/// Passes bytes on while it counts and digests them.
pub struct Digesting<W> {
    inner: W,
    hasher: Sha256,
    bytes: u64,
}

impl<W: Write> Digesting<W> {
    /// Around a writer.
    pub fn new(inner: W) -> Digesting<W> {
        Digesting {
            inner,
            hasher: Sha256::new(),
            bytes: 0,
        }
    }

    /// What was written, under a path.
    pub fn finish(self, path: &str, role: &str) -> Digested {
        Digested {
            path: path.to_owned(),
            role: role.to_owned(),
            bytes: self.bytes,
            sha256: hexadecimal(&self.hasher.finalize()),
        }
    }
}

impl<W: Write> Write for Digesting<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            for digit in [byte >> 4, byte & 15] {
                text.extend(char::from_digit(u32::from(digit), 16));
            }
            text
        })
}

/// Digests a file under a name.
///
/// # Errors
/// A file that cannot be read.
pub fn digest(file: &Path, path: &str, role: &str) -> Result<Digested> {
    let fail = |error| Error::io(file, "reading", error);
    let mut source = std::fs::File::open(file).map_err(fail)?;
    let mut digesting = Digesting::new(io::sink());
    let mut buffer = vec![0; 1 << 16];
    loop {
        match source.read(&mut buffer).map_err(fail)? {
            0 => return Ok(digesting.finish(path, role)),
            read => digesting.write_all(&buffer[..read]).map_err(fail)?,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_sha256() {
        let mut digesting = Digesting::new(Vec::new());
        digesting.write_all(b"abc").unwrap();
        let digested = digesting.finish("x", "");
        assert_eq!(digested.bytes, 3);
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            digested.sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
