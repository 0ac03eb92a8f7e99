//! The pack's folder: its paths, whole-file writes, the exchange of an old pack for a new one, and
//! its verification.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::analysis::Analysis;
use crate::briefing::{self, document::Document};
use crate::digest::Digesting;
use crate::error::{Error, Result};
use crate::export::formats::{self, Content, Layers};
use crate::export::tables;
use crate::manifest::{self, Digested, Manifest};
use crate::pipeline::Progress;
use crate::render::set::Picture;
use crate::render::sheet::Sheet;
use crate::render::theme::Symbols;
use crate::render::{self, raster};

/// A pack that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pack {
    /// Its folder.
    pub folder: PathBuf,
    /// How many files it has, the manifest included.
    pub files: usize,
    /// How many bytes they have.
    pub bytes: u64,
}

/// A file that an analysis is written to: its path in the pack and its exporter.
type Exporter = (
    &'static str,
    fn(&Analysis, &mut dyn Write) -> io::Result<()>,
);

/// What a case with rival lines has besides.
const WITH_RIVALS: [Exporter; 2] = [
    ("tables/borders.csv", tables::borders),
    ("tables/alignments.csv", tables::alignments),
];

/// What a case with ceasefires has besides.
const WITH_CEASEFIRES: [Exporter; 3] = [
    ("tables/ceasefire.csv", tables::ceasefire),
    ("tables/ceasefire_weeks.csv", tables::ceasefire_weeks),
    ("tables/ceasefire_status.csv", tables::ceasefire_status),
];

/// What a case has besides whose incidents have states of verification.
const WITH_VERIFICATION: [Exporter; 1] = [("tables/verification.csv", tables::verification)];

/// What a case has besides for which other parameters were tried.
const WITH_SHEETS: [Exporter; 2] = [
    ("tables/k_distance.csv", tables::k_distance),
    ("tables/sensitivity.csv", tables::sensitivity),
];

const EXPORTS: [Exporter; 16] = [
    ("tables/incidents.csv", tables::incidents),
    ("tables/clusters.csv", tables::clusters),
    ("tables/episodes.csv", tables::episodes),
    ("tables/sectors.csv", tables::sectors),
    ("tables/sector_weeks.csv", tables::sector_weeks),
    ("tables/intensity.csv", tables::intensity),
    ("tables/claims.csv", tables::claims),
    ("tables/statistics.csv", tables::statistics),
    ("tables/scan.csv", tables::scan),
    ("tables/near_repeats.csv", tables::near_repeats),
    ("tables/hotspots.csv", tables::hotspots),
    ("tables/changepoints.csv", tables::changepoints),
    ("tables/alarms.csv", tables::alarms),
    ("tables/ledger.csv", tables::ledger),
    (
        "tables/possible_duplicates.csv",
        tables::possible_duplicates,
    ),
    ("tables/merged_reports.csv", tables::merged_reports),
];

/// Writes the whole pack of an analysis to `folder`, or nothing.
///
/// Everything is first written to a new folder beside it and only then put in its place, so that a run
/// that fails leaves an earlier pack as it was. Files in the folder that are not of the earlier pack
/// stay where they are.
///
/// # Errors
/// A folder that is no pack, or files that cannot be written.
pub fn write(
    analysis: &Analysis,
    inputs: &[(&'static str, PathBuf)],
    folder: &Path,
    progress: &dyn Progress,
) -> Result<Pack> {
    let mut digests = inputs
        .iter()
        .map(|(role, path)| manifest::digest(path, &crate::input::source::name_of(path), role))
        .collect::<Result<Vec<Digested>>>()?;
    digests.extend(analysis.files.iter().filter_map(|file| {
        let digest = file.copied.clone()?;
        Some(Digested::new(digest, &file.name, "incidents"))
    }));
    let staged = Staging::beside(folder)?;
    let mut exports = EXPORTS.to_vec();
    if !analysis.verification.is_empty() {
        exports.extend(WITH_VERIFICATION);
    }
    if !analysis.alignments.is_empty() {
        exports.extend(WITH_RIVALS);
    }
    if !analysis.accounts.is_empty() {
        exports.extend(WITH_CEASEFIRES);
    }
    if analysis.sheets.is_some() {
        exports.extend(WITH_SHEETS);
    }
    let layers = Layers::of(analysis);
    let files = formats::files(
        &layers,
        formats::chosen(&analysis.export, analysis.incidents.len())?,
    );
    let symbols = Symbols::of(analysis);
    let sheet = Sheet::of(analysis);
    let pictures = render::set::pictures(analysis);
    progress.stage(
        "drawing and writing",
        (exports.len() + files.len() + pictures.len() + 3) as u64,
    );
    let draw = || {
        pictures
            .par_iter()
            .map(|picture| {
                let path = &picture.path;
                let svg = (picture.draw)(analysis, &symbols, &sheet);
                let png = raster::png(&svg, sheet.png_scale())
                    .map_err(|error| Error::broken(format_args!("{path}.png: {error}")))?;
                let written = [
                    staged.write(&format!("{path}.svg"), |to| to.write_all(svg.as_bytes()))?,
                    staged.write(&format!("{path}.png"), |to| to.write_all(&png))?,
                ];
                progress.advance(1);
                Ok(written)
            })
            .collect::<Result<Vec<[Digested; 2]>>>()
    };
    let export = || {
        exports
            .par_iter()
            .map(|&(path, export)| {
                let written = staged.write(path, |to| {
                    if analysis.export.byte_order_mark {
                        to.write_all(tables::BYTE_ORDER_MARK)?;
                    }
                    export(analysis, to)
                })?;
                progress.advance(1);
                Ok(written)
            })
            .collect::<Result<Vec<Digested>>>()
    };
    let all_layers = || {
        files
            .par_iter()
            .map(|file| {
                let written = match &file.content {
                    Content::Stream(write) => staged.write(&file.path, write)?,
                    Content::At(write) => staged.write_at(&file.path, write)?,
                };
                progress.advance(1);
                Ok(written)
            })
            .collect::<Result<Vec<Digested>>>()
    };
    let document = briefing::document(analysis);
    let pages = || {
        pages(analysis, &document, &symbols, &pictures)
            .into_par_iter()
            .map(|(path, make)| {
                let bytes = make()?;
                let written = staged.write(path, |to| to.write_all(&bytes))?;
                progress.advance(1);
                Ok(written)
            })
            .collect::<Result<Vec<Digested>>>()
    };
    let ((in_layers, pages), (drawn, written)) = rayon::join(
        || rayon::join(all_layers, pages),
        || rayon::join(draw, export),
    );
    let mut files = written?;
    files.extend(in_layers?);
    files.extend(drawn?.into_iter().flatten());
    files.extend(pages?);

    let manifest = Manifest::new(analysis, digests, files);
    let bytes = manifest.to_bytes()?;
    staged.write(manifest::FILE_NAME, |to| to.write_all(&bytes))?;
    staged.exchange(&manifest)?;
    Ok(Pack {
        folder: folder.to_owned(),
        files: manifest.files.len() + 1,
        bytes: manifest.files.iter().map(|file| file.bytes).sum::<u64>() + bytes.len() as u64,
    })
}

/// Makes the bytes of a file.
type Make<'a> = Box<dyn Fn() -> Result<Vec<u8>> + Send + Sync + 'a>;

/// The briefing in its forms, the one that takes longest first.
fn pages<'a>(
    analysis: &'a Analysis,
    document: &'a Document,
    symbols: &'a Symbols,
    pictures: &'a [Picture],
) -> Vec<(&'static str, Make<'a>)> {
    vec![
        (
            "briefing.pdf",
            Box::new(move || {
                briefing::pdf::write(analysis, document, symbols, pictures)
                    .map_err(|error| Error::broken(format_args!("briefing.pdf: {error}")))
            }),
        ),
        (
            "index.html",
            Box::new(move || {
                Ok(briefing::page::write(analysis, document, symbols, pictures).into_bytes())
            }),
        ),
        (
            "summary.md",
            Box::new(move || Ok(briefing::markdown::write(document).into_bytes())),
        ),
    ]
}

/// A folder that is being filled beside the one that it will replace; removed if it never does.
struct Staging {
    folder: PathBuf,
    target: PathBuf,
}

impl Staging {
    /// Makes the folder, after a look at whether its target may be replaced.
    fn beside(target: &Path) -> Result<Staging> {
        refuse_unless_replaceable(target)?;
        let name = target.file_name().ok_or_else(|| {
            Error::refused(
                target.display(),
                "no name for a folder",
                "a path such as output/case",
            )
        })?;
        let parent = match target.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent)
            .map_err(|error| Error::io(parent, "making the folder", error))?;
        let folder = parent.join(format!(
            ".{}.new-{}",
            name.to_string_lossy(),
            std::process::id()
        ));
        // What is left of a run that was killed.
        if folder.exists() {
            fs::remove_dir_all(&folder).map_err(|error| Error::io(&folder, "removing", error))?;
        }
        fs::create_dir(&folder).map_err(|error| Error::io(&folder, "making the folder", error))?;
        Ok(Staging {
            folder,
            target: target.to_owned(),
        })
    }

    /// Writes one file whole and digests it on the way.
    fn write(
        &self,
        path: &str,
        content: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<Digested> {
        let file = self.folder.join(path);
        let fail = |error| Error::io(&file, "writing", error);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(fail)?;
        }
        // Digested in large pieces, whatever the size of those that are written.
        let digesting = Digesting::new(fs::File::create(&file).map_err(fail)?);
        let mut to = BufWriter::with_capacity(1 << 16, digesting);
        content(&mut to).map_err(fail)?;
        let to = to.into_inner().map_err(|error| fail(error.into_error()))?;
        Ok(Digested::new(to.finish(), path, ""))
    }

    /// Has one file written at its path and digests it.
    fn write_at(
        &self,
        path: &str,
        content: impl FnOnce(&Path) -> io::Result<()>,
    ) -> Result<Digested> {
        let file = self.folder.join(path);
        let fail = |error| Error::io(&file, "writing", error);
        if let Some(parent) = file.parent() {
            fs::create_dir_all(parent).map_err(fail)?;
        }
        content(&file).map_err(fail)?;
        manifest::digest(&file, path, "")
    }

    /// Puts the new folder in the place of the old one; the old one's other files move along.
    fn exchange(&self, manifest: &Manifest) -> Result<()> {
        let fail = |error| Error::io(&self.target, "putting the pack in place", error);
        if !self.target.exists() {
            return fs::rename(&self.folder, &self.target).map_err(fail);
        }
        let others = files_beside_pack(&self.target)?;
        let new: BTreeSet<&str> = manifest
            .files
            .iter()
            .map(|file| file.path.as_str())
            .collect();
        if let Some(taken) = others.iter().find(|path| new.contains(path.as_str())) {
            return Err(Error::refused(
                self.target.join(taken).display(),
                "a file that is not of the earlier pack stands where the new one has a file",
                "a folder with a pack and files of other names",
            )
            .advise("move the file, or choose another folder with --out"));
        }
        let old = self
            .folder
            .with_extension(format!("old-{}", std::process::id()));
        fs::rename(&self.target, &old).map_err(fail)?;
        if let Err(error) = fs::rename(&self.folder, &self.target) {
            // Put the earlier pack back; if even that fails it is still there under its other name.
            let _ = fs::rename(&old, &self.target);
            return Err(fail(error));
        }
        for path in &others {
            let to = self.target.join(path);
            if let Some(parent) = to.parent() {
                fs::create_dir_all(parent).map_err(fail)?;
            }
            fs::rename(old.join(path), &to).map_err(|error| Error::io(&to, "keeping", error))?;
        }
        fs::remove_dir_all(&old)
            .map_err(|error| Error::io(&old, "removing the earlier pack", error))
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        if self.folder.exists() {
            // Nothing can be done about a failure here, and the next run of this name cleans up.
            let _ = fs::remove_dir_all(&self.folder);
        }
    }
}

/// A folder may be replaced if it is not there, is empty, or holds a pack.
fn refuse_unless_replaceable(target: &Path) -> Result<()> {
    if !target.exists() {
        return Ok(());
    }
    let refuse = |found: &str| {
        Err(Error::refused(
            target.display(),
            found,
            "a folder that is new, empty, or holds a pack of borderscope",
        )
        .advise("choose another folder with --out"))
    };
    if !target.is_dir() {
        return refuse("is a file");
    }
    let mut entries =
        fs::read_dir(target).map_err(|error| Error::io(target, "reading the folder", error))?;
    if entries.next().is_none() || Manifest::read(&target.join(manifest::FILE_NAME)).is_ok() {
        return Ok(());
    }
    refuse("holds files and no manifest.json of a pack")
}

/// The files of a folder that its manifest does not name, by path.
fn files_beside_pack(folder: &Path) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    collect(folder, "", &mut paths)?;
    let of_pack: BTreeSet<String> = match Manifest::read(&folder.join(manifest::FILE_NAME)) {
        Ok(manifest) => manifest.files.into_iter().map(|file| file.path).collect(),
        Err(_) => BTreeSet::new(),
    };
    paths.retain(|path| path != manifest::FILE_NAME && !of_pack.contains(path));
    paths.sort();
    Ok(paths)
}

fn collect(folder: &Path, prefix: &str, paths: &mut Vec<String>) -> Result<()> {
    let fail = |error| Error::io(folder, "reading the folder", error);
    for entry in fs::read_dir(folder).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let path = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(fail)?.is_dir() {
            collect(&entry.path(), &format!("{path}/"), paths)?;
        } else {
            paths.push(path);
        }
    }
    Ok(())
}

/// What a verification found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Files that are as the manifest says.
    pub intact: usize,
    /// Files whose bytes differ.
    pub changed: Vec<String>,
    /// Files that are gone.
    pub missing: Vec<String>,
    /// Files that the manifest does not name.
    pub added: Vec<String>,
}

impl Verification {
    /// Whether every file of the manifest is there and as it was. Added files do not count against it.
    pub fn holds(&self) -> bool {
        self.changed.is_empty() && self.missing.is_empty()
    }
}

/// Hashes a pack again and compares it with its manifest.
///
/// # Errors
/// A folder without a manifest, a manifest that names a path outside the folder, or a file that cannot
/// be read.
pub fn verify(folder: &Path) -> Result<Verification> {
    let path = folder.join(manifest::FILE_NAME);
    let manifest = Manifest::read(&path)?;
    let mut found = Verification::default();
    for file in &manifest.files {
        let inside = Path::new(&file.path)
            .components()
            .all(|part| matches!(part, std::path::Component::Normal(_)));
        if !inside {
            return Err(Error::refused(
                path.display(),
                format_args!("a path {:?}", file.path),
                "paths inside the pack",
            ));
        }
        let at = folder.join(&file.path);
        if !at.is_file() {
            found.missing.push(file.path.clone());
        } else if manifest::digest(&at, &file.path, "")? == *file {
            found.intact += 1;
        } else {
            found.changed.push(file.path.clone());
        }
    }
    found.added = files_beside_pack(folder)?;
    Ok(found)
}
