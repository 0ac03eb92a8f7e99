//! The command line: what can be typed, and what it means.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory, Parser, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use crate::case::{
    AREA_TOLERANCE, AxisOrder, BorderSource, Case, ColumnSource, DateOrder, FileOptions,
    IncidentFile, LayoutChoice, MOST_SECTORS, Options, SectorSource, Size, StyleOptions, Theme,
};
use crate::diff::{self, Diff};
use crate::error::{Error, Result};
use crate::export::formats::{self, Layers};
use crate::export::postgis;
use crate::input;
use crate::input::source::{STANDARD_INPUT, Source};
use crate::ledger::Fate;
use crate::locate::Locator;
use crate::manifest::Manifest;
use crate::output;
use crate::pipeline::{self, Progress, Silent};
use crate::report;
use crate::sector::SectorFinder;
use crate::stream;
use crate::units::{Day, Days, Metres};
use crate::wording::counted;

/// Incident reports and a border line to a briefing whose every number can be defended.
#[derive(Parser)]
#[command(name = "borderscope", version, about, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// Say nothing but errors.
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Make the whole briefing pack of a case.
    Run(Box<RunArgs>),
    /// Say what would be read, mapped, rejected, and why. Writes nothing.
    Check(CheckArgs),
    /// Add the location columns to a CSV: offset, side, chainage, foot, sector.
    Locate(LocateArgs),
    /// Hash a pack again and compare it with its manifest.
    Verify(VerifyArgs),
    /// Say what changed between two packs: incidents, clusters, sectors.
    Diff(DiffArgs),
    /// Print completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
    /// Print the manual page.
    Man,
}

/// Flags that go before what the case file says.
#[derive(Args)]
struct CaseArgs {
    /// The case file.
    #[arg(value_name = "CASE.toml")]
    case: Option<PathBuf>,
    /// Incident files, instead of those of the case.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    incidents: Vec<PathBuf>,
    /// The border line as `GeoJSON` or KML.
    #[arg(long, value_name = "FILE")]
    border: Option<PathBuf>,
    #[command(flatten)]
    line: LineArgs,
    /// Title of pictures and pages.
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Count incidents at most this far from the line.
    #[arg(long, value_name = "KM", value_parser = kilometres)]
    corridor_km: Option<Metres>,
    /// First day counted.
    #[arg(long, value_name = "DATE", value_parser = day)]
    start: Option<Day>,
    /// Last day counted.
    #[arg(long, value_name = "DATE", value_parser = day)]
    end: Option<Day>,
    /// Clusters: greatest distance between neighbours.
    #[arg(long, value_name = "KM", value_parser = kilometres)]
    eps_km: Option<Metres>,
    /// Clusters: greatest difference in days; also the longest quiet gap of an episode.
    #[arg(long, value_name = "DAYS", value_parser = clap::value_parser!(i32).range(0..))]
    eps_days: Option<i32>,
    /// Clusters: neighbours that make a core incident, itself included.
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..))]
    min_points: Option<u32>,
    /// Clusters: how often places and days are drawn to see how sure clusters are; 0 for not at all.
    #[arg(long, value_name = "COUNT")]
    draws: Option<usize>,
    #[command(flatten)]
    style: StyleArgs,
    #[command(flatten)]
    reading: ReadingArgs,
}

/// How pictures and pages look.
#[derive(Args)]
struct StyleArgs {
    /// Colours of pictures and pages: light, dark or print-grey.
    #[arg(long, value_name = "NAME", value_parser = theme)]
    theme: Option<Theme>,
    /// Size of pictures: slide, slide-4k, a4, a4-landscape, letter or square.
    #[arg(long, value_name = "NAME", value_parser = size)]
    size: Option<Size>,
    /// Language of pictures, such as fr.
    #[arg(long, value_name = "TAG", value_parser = language)]
    language: Option<String>,
    /// A handling marking above and below every picture and page.
    #[arg(long, value_name = "TEXT")]
    banner: Option<String>,
}

impl StyleArgs {
    /// Lays what is said over the style of a case.
    fn over(self, style: &mut StyleOptions) {
        style.theme = self.theme.unwrap_or(style.theme);
        style.size = self.size.unwrap_or(style.size);
        style.language = self.language.or(style.language.take());
        style.banner = self.banner.or(style.banner.take());
    }
}

#[derive(Args)]
struct RunArgs {
    #[command(flatten)]
    case: CaseArgs,
    /// Formats of the layers, such as geojson,kml [default: those of the case].
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    formats: Option<Vec<String>>,
    /// Also load all layers into a database with `PostGIS`, into a schema named like the case; what was there of an
    /// earlier run is replaced.
    #[arg(long, value_name = "postgresql://…")]
    to: Option<String>,
    /// The pack's folder [default: output/<case>].
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Exit with 1 if any row was rejected.
    #[arg(long)]
    strict: bool,
    /// Print the summary as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
struct CheckArgs {
    /// A case file, or incident files.
    #[arg(value_name = "CASE.toml|FILE", required = true)]
    files: Vec<PathBuf>,
    /// Exit with 1 if any row would be rejected.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    reading: ReadingArgs,
}

/// How incident files are to be read, where that is not to be found out.
#[derive(Args)]
struct ReadingArgs {
    /// The layout of the files: a name such as ucdp-ged, or a TOML file.
    #[arg(long, value_name = "NAME|FILE.toml")]
    layout: Option<String>,
    /// The layer, of a file that has several.
    #[arg(long, value_name = "NAME")]
    layer: Option<String>,
    /// A column by another name, such as date=Datum.
    #[arg(long, value_name = "OURS=THEIRS", value_parser = pair)]
    column: Vec<(String, String)>,
    /// The encoding, such as windows-1256.
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// What stands between fields: comma, semicolon, tab or bar.
    #[arg(long, value_name = "NAME", value_parser = separator)]
    separator: Option<u8>,
    /// Dates of numbers: day-first or month-first.
    #[arg(long, value_name = "ORDER", value_parser = date_order)]
    date_order: Option<DateOrder>,
    /// Coordinates: latitude-first as their header says, or longitude-first, which swaps them.
    #[arg(long, value_name = "ORDER", value_parser = axis_order)]
    axis_order: Option<AxisOrder>,
    /// Read plain numbers in the date column as serial days of a spreadsheet.
    #[arg(long)]
    spreadsheet_dates: bool,
}

impl ReadingArgs {
    /// Lays what is said over the options of a file.
    fn over(&self, options: &mut FileOptions) {
        if let Some(layout) = &self.layout {
            options.layout = Some(LayoutChoice::new(layout, Path::new("")));
        }
        let columns = self.column.iter().cloned();
        options
            .columns
            .extend(columns.map(|(ours, theirs)| (ours, ColumnSource::Named(theirs))));
        options.layer = self.layer.clone().or(options.layer.take());
        options.encoding = self.encoding.clone().or(options.encoding.take());
        options.separator = self.separator.or(options.separator);
        options.date_order = self.date_order.or(options.date_order);
        options.axis_order = self.axis_order.or(options.axis_order);
        options.spreadsheet_dates |= self.spreadsheet_dates;
    }

    /// Files of which nothing else is said.
    fn files(&self, paths: &[PathBuf]) -> Vec<IncidentFile> {
        paths
            .iter()
            .map(|path| {
                let mut options = FileOptions::default();
                self.over(&mut options);
                IncidentFile {
                    path: path.clone(),
                    options,
                }
            })
            .collect()
    }
}

/// How the border line is to be read.
#[derive(Args)]
struct LineArgs {
    /// Name of the country left of the line, looking along it.
    #[arg(long, value_name = "NAME")]
    left: Option<String>,
    /// Name of the country right of the line.
    #[arg(long, value_name = "NAME")]
    right: Option<String>,
    /// Run the line against its own direction.
    #[arg(long)]
    reverse: bool,
    /// Areas to its sides as `GeoJSON` or KML, which tell the side.
    #[arg(long, value_name = "FILE")]
    regions: Option<PathBuf>,
    /// How far the true line may lie from it, in metres, where the file does not say.
    #[arg(long, value_name = "METRES", value_parser = metres)]
    border_uncertainty_m: Option<Metres>,
    /// Sectors: a table of where they start, areas as `GeoJSON`, or how many of equal length.
    #[arg(long, value_name = "FILE|COUNT")]
    sectors: Option<String>,
}

impl LineArgs {
    /// Lays what is said over a source.
    fn over(&self, source: &mut BorderSource) {
        source.left = self.left.clone().or(source.left.take());
        source.right = self.right.clone().or(source.right.take());
        source.reverse ^= self.reverse;
        source.regions = self.regions.clone().or(source.regions.take());
        source.uncertainty = self.border_uncertainty_m.or(source.uncertainty);
    }
}

#[derive(Args)]
struct LocateArgs {
    /// The border line as `GeoJSON` or KML.
    #[arg(long, value_name = "FILE")]
    border: PathBuf,
    #[command(flatten)]
    line: LineArgs,
    #[command(flatten)]
    reading: ReadingArgs,
    /// Exit with 1 if any row has no valid position.
    #[arg(long)]
    strict: bool,
    /// Rows with coordinates [default: standard input].
    file: Option<PathBuf>,
}

#[derive(Args)]
struct VerifyArgs {
    /// The pack's folder.
    folder: PathBuf,
}

#[derive(Args)]
struct DiffArgs {
    /// The folder of the earlier pack.
    #[arg(value_name = "OLD_PACK")]
    old: PathBuf,
    /// The folder of the later pack.
    #[arg(value_name = "NEW_PACK")]
    new: PathBuf,
    /// Write every change to this folder: as tables, text and a layer.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Print the counts as JSON.
    #[arg(long)]
    json: bool,
    /// Exit with 1 if incidents, clusters, sectors or settings differ.
    #[arg(long)]
    exit_code: bool,
}

fn kilometres(text: &str) -> std::result::Result<Metres, String> {
    match text.parse::<f64>() {
        Ok(km) if km.is_finite() && km >= 0.0 => Ok(Metres::from_km(km)),
        _ => Err("allowed: a number of kilometres, 0 or more".to_owned()),
    }
}

fn metres(text: &str) -> std::result::Result<Metres, String> {
    match text.parse::<f64>() {
        Ok(metres) if metres.is_finite() && metres >= 0.0 => Ok(Metres(metres)),
        _ => Err("allowed: a number of metres, 0 or more".to_owned()),
    }
}

fn separator(text: &str) -> std::result::Result<u8, String> {
    crate::case::separator(text).ok_or_else(|| "allowed: comma, semicolon, tab or bar".to_owned())
}

fn date_order(text: &str) -> std::result::Result<DateOrder, String> {
    DateOrder::parse(text).ok_or_else(|| "allowed: day-first or month-first".to_owned())
}

fn axis_order(text: &str) -> std::result::Result<AxisOrder, String> {
    AxisOrder::parse(text).ok_or_else(|| "allowed: latitude-first or longitude-first".to_owned())
}

fn theme(text: &str) -> std::result::Result<Theme, String> {
    Theme::parse(text).ok_or_else(|| "allowed: light, dark or print-grey".to_owned())
}

fn size(text: &str) -> std::result::Result<Size, String> {
    Size::parse(text)
        .ok_or_else(|| "allowed: slide, slide-4k, a4, a4-landscape, letter or square".to_owned())
}

fn language(text: &str) -> std::result::Result<String, String> {
    let allowed = "allowed: the tag of a language, such as fr or pt-BR";
    crate::case::is_language_tag(text)
        .then(|| text.to_owned())
        .ok_or_else(|| allowed.to_owned())
}

fn day(text: &str) -> std::result::Result<Day, String> {
    input::dates::iso_day(text).ok_or_else(|| "allowed: a date such as 2025-10-05".to_owned())
}

fn pair(text: &str) -> std::result::Result<(String, String), String> {
    text.split_once('=')
        .map(|(ours, theirs)| (ours.trim().to_owned(), theirs.trim().to_owned()))
        .ok_or_else(|| "allowed: our name, =, the file's name, such as date=Datum".to_owned())
}

/// How a command ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Done,
    /// Done, but rows were rejected and `--strict` was given.
    Rejections,
    /// Two packs differ, and `--exit-code` was given.
    Differs,
    /// Verification failed.
    Failed,
}

/// Reads the command line and does what it says. Results go to standard output, messages to standard
/// error.
///
/// # Errors
/// Whatever kept the command from being done.
pub fn main() -> Result<Status> {
    let cli = Cli::parse();
    match cli.command {
        Command::Run(args) => run(*args, cli.quiet),
        Command::Check(args) => check(&args),
        Command::Locate(args) => locate(&args, cli.quiet),
        Command::Verify(args) => verify(&args, cli.quiet),
        Command::Diff(args) => diff(&args, cli.quiet),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "borderscope", &mut script);
            print(&script)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command())
                .render(&mut page)
                .map_err(|error| Error::stream("manual page", "writing", error))?;
            print(&page)
        }
    }
}

/// Prints text that holds names from files: control characters in them would command the terminal.
fn print_words(text: &str) -> Result<Status> {
    let safe = text.replace(|c: char| c.is_control() && c != '\n', "\u{fffd}");
    print(safe.as_bytes())
}

fn print(bytes: &[u8]) -> Result<Status> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|error| Error::stream("standard output", "writing", error))?;
    Ok(Status::Done)
}

impl CaseArgs {
    fn into_case(self) -> Result<Case> {
        let mut case = match (self.case, &self.border) {
            (Some(path), _) => Case::read(&path)?,
            (None, Some(border)) if !self.incidents.is_empty() => {
                Case::from_files(self.reading.files(&self.incidents), border.clone())
            }
            (None, _) => {
                return Err(Error::refused(
                    "run",
                    "no case file, and not both --incidents and --border",
                    "a case file, or --incidents FILE... --border FILE",
                )
                .advise("borderscope run data/afpk-2025/case.toml"));
            }
        };
        if self.incidents.is_empty() {
            for file in &mut case.incidents {
                self.reading.over(&mut file.options);
            }
        } else {
            case.incidents = self.reading.files(&self.incidents);
        }
        if let Some(border) = self.border {
            case.border.file = border;
        }
        self.line.over(&mut case.border);
        if let Some(sectors) = self.line.sectors {
            case.sectors = sector_source(&sectors)?;
        }
        case.title = self.title.unwrap_or(case.title);
        self.style.over(&mut case.style);
        let options = &mut case.options;
        options.corridor = self.corridor_km.unwrap_or(options.corridor);
        options.start = self.start.or(options.start);
        options.end = self.end.or(options.end);
        let cluster = &mut options.cluster;
        cluster.eps = self.eps_km.unwrap_or(cluster.eps);
        cluster.eps_days = self.eps_days.map_or(cluster.eps_days, Days);
        cluster.draws = self.draws.or(cluster.draws);
        cluster.min_points = self
            .min_points
            .map_or(cluster.min_points, |points| points as usize);
        Ok(case)
    }
}

/// A count, or else the path of a table.
fn sector_source(text: &str) -> Result<SectorSource> {
    match text.parse::<usize>() {
        Ok(count) if !(1..=MOST_SECTORS).contains(&count) => Err(Error::refused(
            "--sectors",
            count,
            format_args!("1 to {MOST_SECTORS}, or a file"),
        )),
        Ok(count) => Ok(SectorSource::Equal(count)),
        Err(_) => Ok(SectorSource::of_file(text.into(), AREA_TOLERANCE)),
    }
}

fn run(args: RunArgs, quiet: bool) -> Result<Status> {
    let mut case = args.case.into_case()?;
    case.export.formats = args.formats.or(case.export.formats);
    let folder = args
        .out
        .unwrap_or_else(|| Path::new("output").join(&case.name));
    let bars = Bars::new();
    let progress: &dyn Progress = if quiet || !io::stderr().is_terminal() {
        &Silent
    } else {
        &bars
    };
    // A slip in a name is told before the work, not after it.
    formats::chosen(&case.export, 0)?;
    let analysis = pipeline::analyse(&case, progress)?;
    let pack = output::write(&analysis, &inputs(&case), &folder, progress)?;
    let loaded = match &args.to {
        Some(address) => Some(postgis::load(&Layers::of(&analysis), address)?),
        None => None,
    };
    bars.clear();

    let rejected = analysis.ledger.count(Fate::Rejected);
    if args.json {
        let manifest = Manifest::read(&folder.join(crate::manifest::FILE_NAME))?;
        let summary = json!({
            "case": analysis.name,
            "pack": pack.folder.display().to_string(),
            "files": pack.files,
            "bytes": pack.bytes,
            "run": manifest.run,
            "caveats": report::findings::caveats(&analysis),
        });
        let mut text = serde_json::to_vec_pretty(&summary).map_err(Error::broken)?;
        text.push(b'\n');
        print(&text)?;
    } else if !quiet {
        let mut text = report::terminal::summary(&analysis);
        text.push_str(&format!(
            "\nPack       {} ({}, {:.1} MB)\n",
            pack.folder.display(),
            counted(pack.files, "file"),
            pack.bytes as f64 / 1e6
        ));
        if let Some(loaded) = loaded {
            text.push_str(&format!(
                "Database   schema {} ({}, {})\n",
                loaded.schema,
                counted(loaded.tables, "table"),
                counted(loaded.features as usize, "feature")
            ));
        }
        print_words(&text)?;
    }
    // The process ends: freeing a million incidents one by one would only take time.
    std::mem::forget(analysis);
    Ok(strictly(args.strict, rejected as u64))
}

fn strictly(strict: bool, rejected: u64) -> Status {
    if strict && rejected > 0 {
        Status::Rejections
    } else {
        Status::Done
    }
}

/// Every file that a case is read from, with what it is for.
fn inputs(case: &Case) -> Vec<(&'static str, PathBuf)> {
    let mut inputs: Vec<(&str, PathBuf)> = Vec::new();
    inputs.extend(case.file.iter().map(|file| ("case", file.clone())));
    inputs.extend(
        case.incidents
            .iter()
            .filter(|file| file.path != Path::new(STANDARD_INPUT))
            .map(|file| ("incidents", file.path.clone())),
    );
    for (role, source) in std::iter::once(("border", &case.border))
        .chain(case.rivals.iter().map(|rival| ("rival border", rival)))
    {
        inputs.push((role, source.file.clone()));
        inputs.extend(source.regions.iter().map(|file| ("regions", file.clone())));
    }
    match &case.sectors {
        SectorSource::File(file) | SectorSource::Areas { file, .. } => {
            inputs.push(("sectors", file.clone()));
        }
        SectorSource::Equal(_) => {}
    }
    let context = [
        ("places", &case.places),
        ("basemap", &case.basemap),
        ("ceasefires", &case.ceasefires),
        ("ceasefire_changes", &case.status_changes),
        ("observation", &case.observation),
        ("events", &case.events),
    ];
    inputs.extend(
        context
            .into_iter()
            .filter_map(|(role, file)| Some((role, file.clone()?))),
    );
    inputs.extend(case.layers.iter().map(|it| ("layer", it.file.clone())));
    let style = [
        ("logo", &case.style.logo),
        ("translations", &case.style.translations),
    ];
    inputs.extend(
        style
            .into_iter()
            .filter_map(|(role, file)| Some((role, file.clone()?))),
    );
    inputs
}

fn check(args: &CheckArgs) -> Result<Status> {
    let is_case = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "toml");
    let (text, rejected) = match args.files.as_slice() {
        [file] if is_case(file) => {
            let mut case = Case::read(file)?;
            for file in &mut case.incidents {
                args.reading.over(&mut file.options);
            }
            let analysis = pipeline::analyse(&case, &Silent)?;
            let mut text = format!("Border: {}\n", report::findings::border(&analysis));
            for remark in &analysis.remarks {
                text.push_str(&format!("  {remark}\n"));
            }
            for sector in analysis.sectors.all() {
                let stretches: Vec<String> = sector
                    .stretches
                    .iter()
                    .map(|it| format!("km {:.1}–{:.1}", it.from.km(), it.to.km()))
                    .collect();
                let words = if stretches.is_empty() {
                    "not on the line".to_owned()
                } else {
                    stretches.join(", ")
                };
                text.push_str(&format!("  {:<30} {words}\n", sector.name));
            }
            text.push('\n');
            text.push_str(&report::check::files(&analysis.files, &analysis.ledger));
            (text, analysis.ledger.count(Fate::Rejected))
        }
        files if files.iter().any(is_case) => {
            return Err(Error::refused(
                "check",
                "a case file among other files",
                "one case file, or incident files",
            ));
        }
        files => {
            let files = args.reading.files(files);
            let reading = input::incidents::read(&files, &Options::default(), None)?;
            reading.ledger.check()?;
            let text = report::check::files(&reading.files, &reading.ledger);
            (text, reading.ledger.count(Fate::Rejected))
        }
    };
    print_words(&text)?;
    Ok(strictly(args.strict, rejected as u64))
}

fn locate(args: &LocateArgs, quiet: bool) -> Result<Status> {
    let mut source = BorderSource::new(&args.border);
    args.line.over(&mut source);
    let border = input::border::read(&source)?;
    let sectors = args
        .line
        .sectors
        .as_deref()
        .map(|text| pipeline::sectors_of(&sector_source(text)?, &border))
        .transpose()?;
    let options = Options::default();
    let mut reading = FileOptions::default();
    args.reading.over(&mut reading);
    let target = stream::Target {
        locator: Locator::new(&border),
        sectors: sectors.as_ref().map(SectorFinder::new),
        regions: pipeline::regions_of(&source, &border)?,
        radii: &options.radii,
        options: &reading,
    };
    let out = io::stdout().lock();
    let passed = match &args.file {
        Some(path) if path != Path::new(STANDARD_INPUT) => {
            let source = Source::open_layer(path, args.reading.layer.as_deref())?;
            let name = path.display().to_string();
            stream::locate(&name, source.reader()?, out, &target)?
        }
        _ => stream::locate("standard input", io::stdin().lock(), out, &target)?,
    };
    if !quiet {
        for decision in &passed.decisions {
            eprintln!("borderscope: {decision}");
        }
    }
    if let Some(first) = passed.first_without
        && !quiet
    {
        eprintln!(
            "borderscope: of {}, {} without a valid position and with empty location columns; the first is row {first}",
            counted(passed.rows as usize, "row"),
            passed.without_location,
        );
    }
    Ok(strictly(args.strict, passed.without_location))
}

fn verify(args: &VerifyArgs, quiet: bool) -> Result<Status> {
    let found = output::verify(&args.folder)?;
    let mut text = String::new();
    for (what, paths) in [
        ("changed", &found.changed),
        ("missing", &found.missing),
        ("added", &found.added),
    ] {
        for path in paths {
            text.push_str(&format!("{what}: {path}\n"));
        }
    }
    text.push_str(&format!(
        "{}: {} as the manifest says, {} changed, {} missing, {} added\n",
        args.folder.display(),
        counted(found.intact, "file"),
        found.changed.len(),
        found.missing.len(),
        found.added.len()
    ));
    if !quiet {
        print_words(&text)?;
    }
    Ok(if found.holds() {
        Status::Done
    } else {
        Status::Failed
    })
}

fn diff(args: &DiffArgs, quiet: bool) -> Result<Status> {
    let (old, new) = rayon::join(
        || diff::Pack::read(&args.old),
        || diff::Pack::read(&args.new),
    );
    let (old, new) = (old?, new?);
    let diff = Diff::of(&old, &new);
    if let Some(folder) = &args.out {
        diff::write::folder(&diff, folder)?;
    }
    if args.json {
        let mut text = serde_json::to_vec_pretty(&diff.summary()).map_err(Error::broken)?;
        text.push(b'\n');
        print(&text)?;
    } else if !quiet {
        print_words(&diff::words::terminal(&diff))?;
    }
    let differs = args.exit_code && diff.differs();
    Ok(if differs {
        Status::Differs
    } else {
        Status::Done
    })
}

/// Progress bars on standard error.
struct Bars(std::sync::Mutex<Option<ProgressBar>>);

impl Bars {
    fn new() -> Bars {
        Bars(std::sync::Mutex::new(None))
    }

    fn clear(&self) {
        if let Ok(mut bar) = self.0.lock()
            && let Some(bar) = bar.take()
        {
            bar.finish_and_clear();
        }
    }
}

impl Progress for Bars {
    fn stage(&self, name: &'static str, steps: u64) {
        self.clear();
        let (bar, template) = if steps == 0 {
            (ProgressBar::new_spinner(), "{spinner} {msg}")
        } else {
            (
                ProgressBar::new(steps),
                "{msg:<20} {bar:40} {human_pos}/{human_len}",
            )
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(name);
        bar.tick();
        if let Ok(mut held) = self.0.lock() {
            *held = Some(bar);
        }
    }

    fn advance(&self, steps: u64) {
        if let Ok(bar) = self.0.lock()
            && let Some(bar) = bar.as_ref()
        {
            bar.inc(steps);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn flags_go_before_the_case_file() {
        let cli = Cli::try_parse_from([
            "borderscope",
            "run",
            "--incidents",
            "a.csv",
            "b.csv",
            "--border",
            "b.geojson",
            "--left",
            "A",
            "--eps-km",
            "7.5",
            "--start",
            "2025-10-05",
            "--sectors",
            "4",
            "--column",
            "date=Datum",
        ])
        .unwrap();
        let Command::Run(args) = cli.command else {
            panic!("not run")
        };
        let case = args.case.into_case().unwrap();
        assert_eq!(case.incidents.len(), 2);
        assert_eq!(case.options.cluster.eps, Metres(7_500.0));
        assert_eq!(case.sectors, SectorSource::Equal(4));
        assert_eq!(
            case.incidents[0].options.columns["date"],
            ColumnSource::Named("Datum".to_owned())
        );
        assert!(Cli::try_parse_from(["borderscope", "run", "c.toml", "--eps-km", "-1"]).is_err());
        assert!(
            Cli::try_parse_from(["borderscope", "run", "c.toml", "--start", "5.10.2025"]).is_err()
        );
    }
}
