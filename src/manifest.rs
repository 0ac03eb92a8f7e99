//! `manifest.json`: inputs, options, version, seed and the SHA-256 of every file of a pack.
//!
//! It holds no time and no path of the machine, so that the same inputs give the same bytes.

use std::path::Path;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::analysis::Analysis;
use crate::digest::Digest;
use crate::error::{Error, Result};
use crate::ledger::Fate;
use crate::units::{Day, Metres};

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

impl Digested {
    /// A digest under a path.
    pub fn new(digest: Digest, path: &str, role: &str) -> Digested {
        Digested {
            path: path.to_owned(),
            role: role.to_owned(),
            bytes: digest.bytes,
            sha256: digest.sha256,
        }
    }
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

/// The options of the statistics, as they were used.
fn stats(analysis: &Analysis) -> Value {
    let options = &analysis.options.stats;
    let km = |all: &[Metres]| all.iter().map(|it| it.km()).collect::<Vec<_>>();
    let day = |day: Option<Day>| day.map(|it| it.to_string());
    json!({
        "replicas": analysis.evidence.replicas.as_ref().ok(),
        "false_discovery": options.false_discovery,
        "scan": {
            "width_km": options.scan.width.km(),
            "days": options.scan.days.0,
            "radius_km": options.scan.radius.km(),
            "every_days": options.scan.every.0,
        },
        "cell_km": options.cell.km(),
        "bandwidth_km": options.bandwidth.km(),
        "near_repeat_km": km(&options.repeats_within),
        "near_repeat_days": options.repeats_within_days.iter().map(|it| it.0).collect::<Vec<_>>(),
        "alarms": {
            "baseline_start": day(options.alarms.baseline_start),
            "baseline_end": day(options.alarms.baseline_end),
            "factor": options.alarms.factor,
            "false_alarm_days": options.alarms.false_alarm_days,
        },
    })
}

fn run(analysis: &Analysis) -> Value {
    let options = &analysis.options;
    let total = analysis.total();
    let fates: serde_json::Map<String, Value> = Fate::ALL
        .into_iter()
        .map(|fate| (fate.as_str().to_owned(), json!(analysis.ledger.count(fate))))
        .collect();
    let files: Vec<Value> = analysis
        .files
        .iter()
        .map(|file| {
            let radii: serde_json::Map<String, Value> = file
                .radii
                .iter()
                .map(|(code, radius)| (code.clone(), json!(radius.map(super::units::Metres::km))))
                .collect();
            json!({
                "name": file.name,
                "form": file.form,
                "layout": file.layout,
                "columns": file.columns.iter().map(|(ours, theirs)| json!([ours, theirs])).collect::<Vec<_>>(),
                "decisions": file.decisions,
                "location_radius_km": radii,
            })
        })
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
                "largest_date_span_days": options.cluster.largest_date_span.0,
                "draws": analysis.draws,
            },
            "stats": stats(analysis),
            "style": {
                "theme": analysis.style.theme.as_str(),
                "size": analysis.style.size.as_str(),
                "resolution_dpi": crate::render::sheet::Sheet::of(analysis).dpi,
                "language": analysis.language.tag(),
            },
            "export": {
                "formats": crate::export::formats::chosen(&analysis.export, analysis.incidents.len())
                    .unwrap_or_default()
                    .iter()
                    .map(|format| format.name)
                    .collect::<Vec<_>>(),
                "columns": analysis.export.columns,
                "byte_order_mark": analysis.export.byte_order_mark,
            },
            "utc_offsets": options.utc_offsets,
            "location_radius_without_column_km": options.radii.without_column.map(super::units::Metres::km),
            "held_ids": options.held_ids,
            "held_event_types": options.held_event_types,
            "duplicates": {
                "exact": if options.duplicates.merge_exact { "merge" } else { "keep" },
                "likely": options.duplicates.merge_likely.map_or("keep", super::case::DuplicateRule::as_str),
            },
        },
        "border": {
            "length_km": crate::units::round_to(analysis.border.length().km(), 6),
            "chains": analysis.border.chains().len(),
            "vertices": analysis.border.vertices(),
            "left": analysis.border.left(),
            "right": analysis.border.right(),
        },
        "files": files,
        "records": analysis.ledger.records(),
        "fates": fates,
        "incidents": total.incidents,
        "placed": total.placed(),
        "uncertain": total.uncertain,
        "clusters": analysis.clusters.len(),
        "episodes": analysis.episodes.len(),
    })
}

/// Digests a file under a name.
///
/// # Errors
/// A file that cannot be read.
pub fn digest(file: &Path, path: &str, role: &str) -> Result<Digested> {
    let fail = |error| Error::io(file, "reading", error);
    let source = std::fs::File::open(file).map_err(fail)?;
    let digest = crate::digest::digest(source).map_err(fail)?;
    Ok(Digested::new(digest, path, role))
}
