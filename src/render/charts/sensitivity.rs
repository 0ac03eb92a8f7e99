//! Which clusters survive other parameters, in how many settings.

use crate::analysis::Analysis;
use crate::cluster::sensitivity::{Sensitivity, Setting};
use crate::cluster::summary::Cluster;
use crate::render::canvas::{
    Anchor, Canvas, Ink, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::fitting::squeezed;
use crate::render::frame;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Symbols};
use crate::wording::language::Language;

use super::legend::{self, Pen};

/// Width of the names of clusters, and of the bar of all settings.
const NAMES: f64 = 246.0;
const BAR: f64 = 132.0;
/// Between columns.
const GAP: f64 = 36.0;
/// No value is wider.
const WIDEST: f64 = 116.0;
/// Above the rows.
const HEAD: f64 = 66.0;
/// Lowest and tallest row, and the space between two.
const LOWEST: f64 = 66.0;
const TALLEST: f64 = 186.0;
const BETWEEN: f64 = 16.0;

/// `charts/sensitivity`: a row for each cluster, a shade for each value of each parameter. Returns the SVG.
pub fn sensitivity(analysis: &Analysis, _: &Symbols, sheet: &Sheet) -> String {
    let settings = analysis
        .sheets
        .as_ref()
        .map_or(0, |sheets| sheets.sensitivity.settings.len());
    frame::titled(
        analysis,
        sheet,
        "Which clusters survive other parameters · {} · {}",
        &[&analysis.language.counted(settings, "setting")],
        |canvas, body| {
            if let Some(sheets) = &analysis.sheets {
                draw(canvas, analysis, &sheets.sensitivity, body);
            }
        },
    )
}

/// A parameter as a column of the sheet: its place among the values of a setting, and how its values are written.
struct Parameter {
    place: usize,
    title: String,
    values: Vec<String>,
    in_use: usize,
}

impl Parameter {
    /// The widths that its values need at least, in smaller type, and that they want.
    fn widths(&self) -> [f64; 2] {
        let widths = self
            .values
            .iter()
            .map(|value| text::width_px(value, theme::SMALL_PX, Weight::Bold));
        let widest = widths.fold(0.0, f64::max).min(WIDEST);
        // Every cell has room for a share.
        [(widest * 0.86 + 6.0).max(31.0), (widest + 16.0).max(68.0)]
            .map(|cell| cell * self.values.len() as f64)
    }
}

/// A parameter with the place of its cells.
struct Column<'a> {
    parameter: &'a Parameter,
    left: f64,
    /// Width of a cell.
    cell: f64,
}

/// Whether lines have names too long to stand above their cells, so that numbers stand for them.
fn are_numbered(names: &[String]) -> bool {
    let long = |name: &String| text::width_px(name, theme::SMALL_PX, Weight::Bold) > WIDEST;
    names.len() > 2 || names.iter().any(long)
}

fn parameters(analysis: &Analysis, found: &Sensitivity) -> Vec<Parameter> {
    let values = &found.values;
    let language = &analysis.language;
    let km = |value: &crate::units::Metres| language.decimal_sign(&value.km().to_string());
    let in_use = found.settings.iter().find(|setting| setting.in_use);
    let lists = [
        ("eps_km".to_owned(), values.eps.iter().map(km).collect()),
        (
            "eps_days".to_owned(),
            values.eps_days.iter().map(|it| it.0.to_string()).collect(),
        ),
        (
            "min_points".to_owned(),
            values.min_points.iter().map(ToString::to_string).collect(),
        ),
        (
            language.say("known within km").to_owned(),
            values.largest_location_radius.iter().map(km).collect(),
        ),
        (
            if analysis.alignments.is_empty() {
                language.say("line").to_owned()
            } else {
                language.say("corridor of the line").to_owned()
            },
            if are_numbered(&values.borders) {
                (1..=values.borders.len())
                    .map(|it| it.to_string())
                    .collect()
            } else {
                values.borders.clone()
            },
        ),
    ];
    lists
        .into_iter()
        .enumerate()
        .map(|(place, (title, values))| Parameter {
            place,
            title,
            values,
            in_use: in_use.map_or(0, |setting| setting.values[place]),
        })
        .collect()
}

/// What a cell shows: a share of settings, or a median count of clusters.
#[derive(Clone, Copy)]
enum Measure<'a> {
    Survives(&'a Cluster),
    Clusters,
}

impl Measure<'_> {
    /// The shade and the words of the settings that a filter lets through. Shades are of shares; counts have none.
    fn of(self, settings: &[Setting], filter: impl Fn(&Setting) -> bool) -> (Ink, String) {
        let chosen: Vec<&Setting> = settings.iter().filter(|it| filter(it)).collect();
        match self {
            Measure::Survives(cluster) => {
                let having = chosen
                    .iter()
                    .filter(|it| it.surviving.binary_search(&cluster.number).is_ok());
                let share = having.count() as f64 / chosen.len().max(1) as f64;
                let ink = theme::share_ink(share);
                (ink, format!("{:.0}", share * 100.0))
            }
            Measure::Clusters => {
                let mut counts: Vec<usize> = chosen.iter().map(|it| it.clusters).collect();
                counts.sort_unstable();
                let median = counts.get(counts.len() / 2).copied().unwrap_or(0);
                (theme::PAPER, median.to_string())
            }
        }
    }
}

fn draw(canvas: &mut Canvas<'_>, analysis: &Analysis, found: &Sensitivity, body: Rect) {
    let parameters = parameters(analysis, found);
    let (body, columns_beside) = legend::split(body);
    let room = body.height - HEAD;
    let fit = ((room + BETWEEN) / (LOWEST + BETWEEN)).floor() as usize - 1;
    let mut clusters: Vec<&Cluster> = analysis.clusters.iter().collect();
    clusters.sort_by_key(|cluster| (std::cmp::Reverse(cluster.members.len()), cluster.number));
    clusters.truncate(fit);
    clusters.sort_by_key(|cluster| cluster.number);
    let rows = clusters.len() + 1;
    let height = ((room + BETWEEN) / rows as f64 - BETWEEN).min(TALLEST);

    // The first two parameters make a table, the others a row each.
    let width = body.width - NAMES - BAR - 4.0 * GAP;
    let across = || parameters.iter().filter(|it| it.place != 1);
    let sums = across()
        .map(Parameter::widths)
        .fold([0.0; 2], |sums, widths| {
            [sums[0] + widths[0], sums[1] + widths[1]]
        });
    // What is short is taken from what they want beyond what they need.
    let given = ((width - sums[0]) / (sums[1] - sums[0])).clamp(0.0, 1.0);
    let scale = (width / sums[0]).min(1.0);
    let mut left = body.x + NAMES + BAR + GAP;
    let mut columns = Vec::new();
    for parameter in across() {
        let [need, want] = parameter.widths();
        let width = (need + given * (want - need)) * scale;
        columns.push(Column {
            parameter,
            left,
            cell: width / parameter.values.len() as f64,
        });
        left += width + GAP;
    }
    heads(canvas, &parameters, &columns, body);
    let measures = std::iter::once(Measure::Clusters)
        .chain(clusters.iter().map(|cluster| Measure::Survives(cluster)));
    for (row, measure) in measures.enumerate() {
        let top = body.y + HEAD + (height + BETWEEN) * row as f64;
        name(canvas, found, measure, (body.x, top, height));
        for &Column {
            parameter,
            left,
            cell,
        } in &columns
        {
            if parameter.place == 0 {
                table(
                    canvas,
                    found,
                    &parameters,
                    measure,
                    Rect::new(left, top, cell, height),
                );
            } else {
                let tall = height.min(40.0);
                let at = Rect::new(left, top + (height - tall) / 2.0, cell, tall);
                strip(canvas, found, parameter, measure, at);
            }
        }
    }
    explain(
        &mut Pen::new(canvas, columns_beside),
        analysis,
        found,
        clusters.len(),
    );
}

/// The titles and the values above the columns.
fn heads(canvas: &mut Canvas<'_>, parameters: &[Parameter], columns: &[Column<'_>], body: Rect) {
    let y = body.y + HEAD - 8.0;
    let bold = Lettering::new(theme::SMALL_PX, theme::INK).bold();
    let title = bold.anchored(Anchor::Start, VerticalAnchor::Bottom);
    let share = (body.x + NAMES, y - 22.0);
    let language = canvas.language();
    canvas.text(&TextLine::new(share, language.say("all settings"), title));
    for &Column {
        parameter,
        left,
        cell,
    } in columns
    {
        let words = if parameter.place == 0 {
            language.fill(
                "{} across, {} down",
                &[&parameter.title, &parameters[1].title],
            )
        } else {
            parameter.title.clone()
        };
        let room = cell * parameter.values.len() as f64 + GAP - 8.0;
        let words = text::ellipsize(&words, theme::SMALL_PX, Weight::Bold, room);
        canvas.text(&TextLine::new((left, y - 22.0), &words, title));
        for (place, value) in parameter.values.iter().enumerate() {
            let middle = (left + cell * (place as f64 + 0.5), y);
            let lettering = if place == parameter.in_use {
                bold
            } else {
                Lettering::new(theme::SMALL_PX, theme::MUTED)
            };
            let (size_px, fitted) = squeezed(value, theme::SMALL_PX, Weight::Bold, cell - 4.0);
            let lettering = Lettering {
                size_px,
                ..lettering
            };
            let lettering = lettering.anchored(Anchor::Middle, VerticalAnchor::Bottom);
            canvas.text(&TextLine::new(middle, &fitted, lettering));
        }
    }
}

/// What the row is about, and the share of all settings as a bar.
fn name(
    canvas: &mut Canvas<'_>,
    found: &Sensitivity,
    measure: Measure<'_>,
    (left, top, height): (f64, f64, f64),
) {
    let middle = top + height / 2.0;
    let bold = Lettering::new(theme::LABEL_PX, theme::INK).bold();
    let small = Lettering::new(theme::SMALL_PX, theme::MUTED);
    let language = canvas.language();
    let mut two = |first: &str, second: &str, x: f64| {
        let room = left + NAMES - 12.0 - x;
        let fitted = text::ellipsize(first, theme::LABEL_PX, Weight::Bold, room);
        canvas.text(&TextLine::new(
            (x, middle - 3.0),
            &fitted,
            bold.anchored(Anchor::Start, VerticalAnchor::Bottom),
        ));
        let fitted = text::ellipsize(second, theme::SMALL_PX, Weight::Regular, room);
        canvas.text(&TextLine::new(
            (x, middle + 3.0),
            &fitted,
            small.anchored(Anchor::Start, VerticalAnchor::Top),
        ));
    };
    let cluster = match measure {
        Measure::Clusters => {
            let title = language.say("Clusters found");
            two(title, language.say("median over settings"), left);
            let mut counts: Vec<usize> = found.settings.iter().map(|it| it.clusters).collect();
            counts.sort_unstable();
            let (least, most) = (counts.first().copied(), counts.last().copied());
            let words = format!("{}–{}", least.unwrap_or(0), most.unwrap_or(0));
            let at = (left + NAMES, middle);
            canvas.text(&TextLine::new(
                at,
                &words,
                bold.anchored(Anchor::Start, VerticalAnchor::Middle),
            ));
            return;
        }
        Measure::Survives(cluster) => cluster,
    };
    let dates = format!(
        "{} · {}",
        language.span(cluster.first, cluster.last),
        language.counted(cluster.members.len(), "incident")
    );
    two(
        &format!("C{} {}", cluster.number, cluster.name),
        &dates,
        left,
    );
    let survived = found
        .survived
        .get(cluster.number as usize - 1)
        .copied()
        .unwrap_or(0);
    let share = survived as f64 / found.settings.len().max(1) as f64;
    let bar = Rect::new(left + NAMES, middle - 9.0, BAR - 46.0, 18.0);
    canvas.rect(bar, 0.0, &Paint::filled(theme::GRID));
    let part = Rect::new(bar.x, bar.y, bar.width * share, bar.height);
    canvas.rect(part, 0.0, &Paint::filled(theme::share_ink(share.max(0.5))));
    let words = whole_percent(share, language);
    let at = (bar.right() + 7.0, middle);
    canvas.text(&TextLine::new(
        at,
        &words,
        bold.anchored(Anchor::Start, VerticalAnchor::Middle),
    ));
}

/// `eps_km` across and `eps_days` down.
fn table(
    canvas: &mut Canvas<'_>,
    found: &Sensitivity,
    parameters: &[Parameter],
    measure: Measure<'_>,
    at: Rect,
) {
    let (across, down) = (&parameters[0], &parameters[1]);
    let tall = at.height / down.values.len() as f64;
    let small = Lettering::new(theme::SMALL_PX.min((tall - 1.0).max(10.0)), theme::MUTED);
    let every = (11.0 / tall).ceil().max(1.0) as usize;
    for (row, value) in down.values.iter().enumerate() {
        let y = at.y + tall * (row as f64 + 0.5);
        let lettering = if row == down.in_use {
            Lettering {
                ink: theme::INK,
                ..small
            }
            .bold()
        } else {
            small
        };
        let lettering = lettering.anchored(Anchor::End, VerticalAnchor::Middle);
        if row % every == 0 {
            canvas.text(&TextLine::new((at.x - 6.0, y), value, lettering));
        }
        for column in 0..across.values.len() {
            let shown = measure.of(&found.settings, |it| {
                it.values[0] == column && it.values[1] == row
            });
            let rect = Rect::new(
                at.x + at.width * column as f64,
                at.y + tall * row as f64,
                at.width,
                tall,
            );
            fill(canvas, rect, &shown);
        }
    }
    let rect = Rect::new(
        at.x + at.width * across.in_use as f64,
        at.y + tall * down.in_use as f64,
        at.width,
        tall,
    );
    canvas.rect(rect, 0.0, &Paint::outlined(Stroke::solid(theme::INK, 2.0)));
}

fn strip(
    canvas: &mut Canvas<'_>,
    found: &Sensitivity,
    parameter: &Parameter,
    measure: Measure<'_>,
    at: Rect,
) {
    for place in 0..parameter.values.len() {
        let shown = measure.of(&found.settings, |it| it.values[parameter.place] == place);
        let rect = Rect::new(at.x + at.width * place as f64, at.y, at.width, at.height);
        fill(canvas, rect, &shown);
    }
    let rect = Rect::new(
        at.x + at.width * parameter.in_use as f64,
        at.y,
        at.width,
        at.height,
    );
    canvas.rect(rect, 0.0, &Paint::outlined(Stroke::solid(theme::INK, 2.0)));
}

fn fill(canvas: &mut Canvas<'_>, rect: Rect, (ink, words): &(Ink, String)) {
    let ink = *ink;
    canvas.rect(
        rect,
        0.0,
        &Paint::filled(ink).with_outline(Stroke::solid(theme::GRID, 1.0)),
    );
    let size = theme::SMALL_PX.min(rect.height - 4.0);
    if size >= 10.5 {
        let lettering =
            Lettering::new(size, theme::on(ink)).anchored(Anchor::Middle, VerticalAnchor::Middle);
        let middle = (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0);
        canvas.text(&TextLine::new(middle, words, lettering));
    }
}

/// `84 %`.
fn whole_percent(share: f64, language: &Language) -> String {
    language.fill("{} %", &[&format_args!("{:.0}", share * 100.0)])
}

fn explain(pen: &mut Pen<'_, '_>, analysis: &Analysis, found: &Sensitivity, shown: usize) {
    let language = pen.language();
    pen.heading(language.say("How to read it"));
    pen.note(language.say(
        "Clusters were made under every combination of the values above the columns. A cluster of this briefing \
         survives a setting if a cluster there has at least half of its incidents in common with it (Jaccard \
         similarity of ½ or more).",
    ));
    pen.remark(language.say(
        "A cell gives the share of settings with that value, in percent, in which the cluster survives; outlined \
         and bold are the values in use. In the first row a cell gives how many clusters there are, by the median.",
    ));
    pen.gap();
    pen.heading(language.say("Share of settings"));
    for share in [0.0, 0.25, 0.5, 0.75, 1.0] {
        let symbol = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let block = Rect::new(at.0 - 12.0, at.1 - 8.0, 24.0, 16.0);
            let paint = Paint::filled(theme::share_ink(share))
                .with_outline(Stroke::solid(theme::RULE, 1.0));
            canvas.rect(block, 0.0, &paint);
        };
        pen.key(symbol, &whole_percent(share, language), None);
    }
    pen.gap();
    pen.heading(language.say("What it does not say"));
    pen.note(language.say(
        "A cluster that survives few settings may be real at its own scale; one that survives all of them is not \
         made by the choice of parameters. How sure places and dates are is another question: see stability.",
    ));
    if analysis.clusters.len() > shown {
        let more = analysis.clusters.len() - shown;
        pen.remark(&language.of_count(
            more,
            (
                "{} smaller cluster more in tables/clusters.csv.",
                "{} smaller clusters more in tables/clusters.csv.",
            ),
            &[&language.grouped(more as u64)],
        ));
    }
    if found.settings.iter().any(|it| it.values[4] > 0) {
        pen.remark(language.say("The line decides which incidents lie in the corridor."));
        let names = &found.values.borders;
        if are_numbered(names) {
            for (number, name) in (1..).zip(names) {
                pen.remark(&format!("{number}: {name}"));
            }
        }
    }
}
