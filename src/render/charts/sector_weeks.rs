//! Sectors by week: how many incidents, where and when, as a table that is shaded.

use crate::analysis::Analysis;
use crate::render::axis::{DateAxis, NumberAxis};
use crate::render::canvas::{
    Anchor, Canvas, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::elements::{Area, Label};
use crate::render::fitting::squeezed;
use crate::render::frame;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Symbols};
use crate::stats::Counts;
use crate::units::Day;
use crate::wording::language::Language;

use super::context::CeasefireLanes;
use super::legend::{self, NOBODY, Pen};
use super::plot::{self, Beside, Plot, block};
use crate::render::columns::{self, Column, Unit};

/// Width of the names of sectors.
const NAMES: f64 = 214.0;
/// Width of the totals at the right.
const TOTALS: f64 = 150.0;
/// Height of the labels of columns, and of the totals below.
const HEADER: f64 = 50.0;
const FOOTER: f64 = 44.0;
/// No cell is larger.
const LARGEST_CELL: (f64, f64) = (200.0, 84.0);
/// Most columns of one unit.
const MOST_COLUMNS: usize = 121;

/// `charts/sector-by-week`: incidents by sector and ISO week, or by month or more in long periods.
/// Returns the SVG.
pub fn sector_weeks(analysis: &Analysis, _: &Symbols, sheet: &Sheet) -> String {
    let unit = Unit::finest(
        &[Unit::Week, Unit::Month, Unit::Quarter, Unit::Year],
        analysis.period,
        MOST_COLUMNS,
    );
    let counts = frame::period_and_counts(analysis);
    let language = &analysis.language;
    let subtitle = unit.fill(language, "Incidents by sector and {unit} · {}", &[&counts]);
    frame::picture(
        analysis,
        sheet,
        &analysis.title,
        &subtitle,
        |canvas, body| {
            draw(canvas, analysis, unit, body);
        },
    )
}

/// The table: rows from the start of the line, columns in time.
struct Table {
    unit: Unit,
    columns: Vec<Column>,
    cells: Vec<Vec<Counts>>,
    /// Totals of the columns.
    foot: Vec<Counts>,
    most: usize,
}

impl Table {
    fn new(analysis: &Analysis, unit: Unit) -> Table {
        let columns = columns::columns(unit, analysis.period);
        let mut cells = vec![vec![Counts::default(); columns.len()]; analysis.sectors.all().len()];
        let mut foot = vec![Counts::default(); columns.len()];
        for it in analysis.dated() {
            let Some(column) = columns::holding(&columns, it.incident.day) else {
                continue;
            };
            foot[column].add(it, &analysis.options.cluster);
            if let Some(row) = cells.get_mut(it.sector) {
                row[column].add(it, &analysis.options.cluster);
            }
        }
        let most = cells
            .iter()
            .flatten()
            .map(|counts| counts.incidents)
            .max()
            .unwrap_or(0);
        Table {
            unit,
            columns,
            cells,
            foot,
            most,
        }
    }
}

/// Which lines of a cell there is room for.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Lines {
    /// Size of the number in px; 0 where none fits.
    number: f64,
    rough: bool,
    deaths: bool,
}

impl Lines {
    fn of(table: &Table, cell: (f64, f64), language: &Language) -> Lines {
        let widest = text::width_px(&language.grouped(table.most as u64), 1.0, Weight::Bold);
        let number = [20.0, 18.0, 16.0, 14.0, 12.5, 11.0]
            .into_iter()
            .find(|&size| widest * size + 4.0 <= cell.0 && size * 1.05 + 2.0 <= cell.1)
            .unwrap_or(0.0);
        let all = || table.cells.iter().flatten();
        let with_rough = all()
            .map(|counts| number_width(counts, number, language))
            .fold(0.0, f64::max);
        let rough = number >= 12.0 && with_rough + 8.0 <= cell.0;
        let deaths = rough
            && cell.1 >= number + 24.0
            && all()
                .map(|counts| text::width_px(&deaths(counts, language), 11.5, Weight::Regular))
                .fold(0.0, f64::max)
                + 6.0
                <= cell.0;
        Lines {
            number,
            rough,
            deaths,
        }
    }
}

/// Width of the number of a cell with the part that is placed roughly beside it.
fn number_width(counts: &Counts, size: f64, language: &Language) -> f64 {
    let mut width = text::width_px(
        &language.grouped(counts.incidents as u64),
        size,
        Weight::Bold,
    );
    if counts.uncertain > 0 {
        width += text::width_px(&rough(counts, language), rough_size(size), Weight::Regular) + 4.0;
    }
    width
}

fn rough_size(size: f64) -> f64 {
    (size * 0.68).max(11.0)
}

fn rough(counts: &Counts, language: &Language) -> String {
    format!("({})", language.grouped(counts.uncertain as u64))
}

/// `12–40`, `…–4`; empty where no figure is reported.
fn deaths(counts: &Counts, language: &Language) -> String {
    let grouped = |number| language.grouped(number);
    if counts.deaths.low.value().is_none() && counts.deaths.high.value().is_none() {
        return counts.deaths.best.value().map_or_else(String::new, grouped);
    }
    let figure = |sum: crate::incident::Sum| sum.value().map_or_else(|| NOBODY.to_owned(), grouped);
    format!(
        "{}–{}",
        figure(counts.deaths.low),
        figure(counts.deaths.high)
    )
}

fn draw(canvas: &mut Canvas<'_>, analysis: &Analysis, unit: Unit, body: Rect) {
    let table = Table::new(analysis, unit);
    let (rows, count) = (table.cells.len(), table.columns.len());
    let (body, columns_beside) = legend::split(body);
    let left = body.x + NAMES;
    let room = body.right() - TOTALS - left;
    let cell_width = (room / count as f64).min(LARGEST_CELL.0);
    let width = cell_width * count as f64;
    let first = table
        .columns
        .first()
        .map_or(analysis.period.start, |column| column.start);
    let last = table
        .columns
        .last()
        .map_or(analysis.period.end, |column| Day(column.next.0 - 1));
    let language = &analysis.language;
    let days = DateAxis::new((first, last), width, theme::LABEL_PX, language);
    // Columns are of one width, months of 28 days too: a day is placed within its column.
    let x = |day: f64| {
        let place = columns::holding(&table.columns, Day(day.floor() as i32)).unwrap_or(
            if day < f64::from(first.0) {
                0
            } else {
                count - 1
            },
        );
        let column = &table.columns[place];
        let length = f64::from(column.next.0 - column.start.0);
        left + cell_width
            * (place as f64 + ((day - f64::from(column.start.0)) / length).clamp(0.0, 1.0))
    };
    let ceasefires = CeasefireLanes::new(analysis, x, (body.x, left + width + TOTALS));
    let top = body.y + ceasefires.height() + HEADER;
    let cell_height = ((body.bottom() - FOOTER - top) / rows as f64).min(LARGEST_CELL.1);
    let height = cell_height * rows as f64;
    let plot = Plot {
        rect: Rect::new(left, top, width, height),
        numbers: NumberAxis::between(0.0, rows as f64, rows),
        days,
        beside: Beside::Nowhere,
        dated: false,
    };
    let lines = Lines::of(&table, (cell_width, cell_height), language);
    ceasefires.draw(canvas, x, body.y + ceasefires.height());
    header(canvas, &table, &plot, cell_width);
    cells(canvas, &table, &plot, lines);
    names(canvas, analysis, &plot, body.x, cell_height);
    row_totals(canvas, analysis, &plot, cell_height);
    column_totals(canvas, &table, &plot, cell_width, body.x);
    if table.most == 0 {
        let below = Rect::new(left + width + TOTALS, top, (room - width).max(0.0), height);
        let rect = if below.width > 460.0 {
            below
        } else {
            plot.rect
        };
        plot::nothing(canvas, rect);
    }
    let mut pen = Pen::new(canvas, columns_beside);
    explain(&mut pen, analysis, &table, lines);
}

/// The cells: shade, number, how many of them are placed roughly, deaths.
fn cells(canvas: &mut Canvas<'_>, table: &Table, plot: &Plot, lines: Lines) {
    let count = table.columns.len() as f64;
    let (first, span) = {
        let range = plotters::coord::ranged1d::Ranged::range(&plot.days);
        (range.start, range.end - range.start)
    };
    // Columns are of one width, so a column's place is a share of the axis.
    let at = |column: f64| first + span * column / count;
    let language = canvas.language();
    plot.draw(canvas, |chart| {
        let mut areas: Vec<Area<(f64, f64)>> = Vec::new();
        let mut labels: Vec<Label<(f64, f64)>> = Vec::new();
        for (row, cells) in table.cells.iter().enumerate() {
            for (column, counts) in cells.iter().enumerate() {
                let ink = theme::count_ink(counts.incidents, table.most);
                let paint = Paint::filled(ink).with_outline(Stroke::solid(theme::GRID, 1.0));
                let (from, to) = (at(column as f64), at(column as f64 + 1.0));
                areas.push(block((from, to), (row as f64, row as f64 + 1.0), paint));
                if counts.incidents > 0 && lines.number > 0.0 {
                    let centre = (at(column as f64 + 0.5), row as f64 + 0.5);
                    let ink = theme::on(ink);
                    cell_labels(&mut labels, centre, (counts, language), lines, ink);
                }
            }
        }
        let _ = chart.draw_series(areas);
        let _ = chart.draw_series(labels);
    });
    canvas.rect(
        plot.rect,
        0.0,
        &Paint::outlined(Stroke::solid(theme::RULE, 1.2)),
    );
}

fn cell_labels(
    labels: &mut Vec<Label<(f64, f64)>>,
    at: (f64, f64),
    (counts, language): (&Counts, &Language),
    lines: Lines,
    ink: crate::render::canvas::Ink,
) {
    let number = language.grouped(counts.incidents as u64);
    let below = if lines.deaths {
        deaths(counts, language)
    } else {
        String::new()
    };
    let y = if below.is_empty() { 0.0 } else { -8.0 };
    let left = Lettering::new(lines.number, ink)
        .bold()
        .anchored(Anchor::Start, VerticalAnchor::Middle);
    let whole = if lines.rough {
        number_width(counts, lines.number, language)
    } else {
        left.width_px(&number)
    };
    let start = -whole / 2.0;
    if lines.rough && counts.uncertain > 0 {
        let small = Lettering::new(rough_size(lines.number), ink)
            .anchored(Anchor::Start, VerticalAnchor::Middle);
        labels.push(Label {
            at,
            offset_px: (start + left.width_px(&number) + 4.0, y),
            text: rough(counts, language),
            lettering: small,
        });
    }
    labels.push(Label {
        at,
        offset_px: (start, y),
        text: number,
        lettering: left,
    });
    if !below.is_empty() {
        let small = Lettering::new(11.5, ink).anchored(Anchor::Middle, VerticalAnchor::Middle);
        labels.push(Label {
            at,
            offset_px: (0.0, 11.0),
            text: below,
            lettering: small,
        });
    }
}

/// The dates above the columns, years above them, hatching where the period cuts a column.
fn header(canvas: &mut Canvas<'_>, table: &Table, plot: &Plot, cell: f64) {
    let size = theme::SMALL_PX;
    let language = canvas.language();
    let words = |column: &Column| match table.unit {
        Unit::Day | Unit::Week => language.day_and_month(column.start),
        Unit::Month => language.month(column.start).to_owned(),
        Unit::Quarter => {
            let quarter = (column.start.date().month() - 1) / 3 + 1;
            language.fill("Q{}", &[&quarter])
        }
        Unit::Year => column.start.date().year().to_string(),
    };
    let widest = table
        .columns
        .iter()
        .map(|it| text::width_px(&words(it), size, Weight::Regular))
        .fold(0.0, f64::max);
    let every = ((widest + 9.0) / cell).ceil().max(1.0) as usize;
    let middle = Lettering::new(size, theme::INK).anchored(Anchor::Middle, VerticalAnchor::Bottom);
    let bold = Lettering::new(size, theme::INK)
        .bold()
        .anchored(Anchor::Middle, VerticalAnchor::Bottom);
    let mut year = None;
    for (place, column) in table.columns.iter().enumerate() {
        let left = plot.rect.x + cell * place as f64;
        let centre = left + cell / 2.0;
        if column.is_partial() {
            let strip = Rect::new(left, plot.rect.y - 6.0, cell, 5.0);
            slanted(canvas, strip);
        }
        if place % every != 0 {
            continue;
        }
        canvas.text(&TextLine::new(
            (centre, plot.rect.y - 9.0),
            &words(column),
            middle,
        ));
        let own = column.start.date().year();
        if table.unit != Unit::Year && year != Some(own) {
            year = Some(own);
            canvas.text(&TextLine::new(
                (centre, plot.rect.y - 25.0),
                &own.to_string(),
                bold,
            ));
        }
    }
}

/// A strip of slanted lines.
fn slanted(canvas: &mut Canvas<'_>, strip: Rect) {
    let mut strokes: Vec<[(f64, f64); 2]> = Vec::new();
    let mut x = strip.x;
    while x + strip.height <= strip.right() {
        strokes.push([(x, strip.bottom()), (x + strip.height, strip.y)]);
        x += 4.0;
    }
    canvas.path(
        &strokes,
        false,
        &Paint::outlined(Stroke::solid(theme::MUTED, 1.0)),
    );
}

/// The middle of a row; the start of the line is at the bottom.
fn row_middle(plot: &Plot, row: usize) -> f64 {
    plot.y(row as f64 + 0.5)
}

fn row_size(cell: f64) -> f64 {
    (cell * 0.8).clamp(11.0, theme::LABEL_PX)
}

fn names(canvas: &mut Canvas<'_>, analysis: &Analysis, plot: &Plot, left: f64, cell: f64) {
    let size = row_size(cell);
    let every = ((size * 1.12) / cell).ceil().max(1.0) as usize;
    let two = cell >= 44.0;
    for (row, sector) in analysis.sectors.all().iter().enumerate().step_by(every) {
        let y = row_middle(plot, row);
        let lettering =
            Lettering::new(size, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
        let name = text::ellipsize(&sector.name, size, Weight::Regular, NAMES - 14.0);
        // Sectors without names of their own are named by their kilometres.
        let span = sector.span().filter(|_| !sector.is_rest);
        let two = span.filter(|_| two && !sector.name.starts_with("km "));
        let above = if two.is_some() { -9.0 } else { 0.0 };
        canvas.text(&TextLine::new((left, y + above), &name, lettering));
        if let Some(span) = two {
            let small =
                Lettering::new(12.0, theme::MUTED).anchored(Anchor::Start, VerticalAnchor::Middle);
            let language = &analysis.language;
            let [from, to] =
                [span.from, span.to].map(|at| language.grouped(at.km().round().max(0.0) as u64));
            let words = language.fill("km {}–{}", &[&from, &to]);
            canvas.text(&TextLine::new((left, y + 9.0), &words, small));
        }
    }
}

fn row_totals(canvas: &mut Canvas<'_>, analysis: &Analysis, plot: &Plot, cell: f64) {
    let (incidents, rate) = (plot.rect.right() + 66.0, plot.rect.right() + TOTALS - 6.0);
    let head = Lettering::new(theme::SMALL_PX - 1.0, theme::MUTED)
        .anchored(Anchor::End, VerticalAnchor::Bottom);
    let y = plot.rect.y - 9.0;
    let language = &analysis.language;
    for (right, up, room, words) in [
        (incidents, 0.0, 62.0, "incidents"),
        (rate, 14.0, rate - incidents - 8.0, "per 100 km"),
        (rate, 0.0, rate - incidents - 8.0, "· 30 days"),
    ] {
        let (size_px, fitted) = squeezed(language.say(words), head.size_px, head.weight, room);
        let set = Lettering { size_px, ..head };
        canvas.text(&TextLine::new((right, y - up), &fitted, set));
    }
    let size = row_size(cell);
    let every = ((size * 1.12) / cell).ceil().max(1.0) as usize;
    for summary in analysis.sector_summaries.iter().step_by(every) {
        let y = row_middle(plot, summary.sector);
        let ink = if summary.counts.incidents == 0 {
            theme::MUTED
        } else {
            theme::INK
        };
        let end = Lettering::new(size, ink).anchored(Anchor::End, VerticalAnchor::Middle);
        canvas.text(&TextLine::new(
            (incidents, y),
            &language.grouped(summary.counts.incidents as u64),
            end.bold(),
        ));
        if let Some(value) = summary.rate {
            let value = plot::rate(value, language);
            canvas.text(&TextLine::new((rate, y), &value, end));
        }
    }
}

fn column_totals(canvas: &mut Canvas<'_>, table: &Table, plot: &Plot, cell: f64, left: f64) {
    let size = theme::LABEL_PX - 1.0;
    let y = plot.rect.bottom() + 16.0;
    let most = table
        .foot
        .iter()
        .map(|counts| counts.incidents)
        .max()
        .unwrap_or(0);
    let language = canvas.language();
    let widest = text::width_px(&language.grouped(most as u64), size, Weight::Bold) + 4.0;
    let bold = Lettering::new(size, theme::INK)
        .bold()
        .anchored(Anchor::Middle, VerticalAnchor::Middle);
    if widest <= cell {
        for (place, counts) in table.foot.iter().enumerate() {
            let x = plot.rect.x + cell * (place as f64 + 0.5);
            canvas.text(&TextLine::new(
                (x, y),
                &language.grouped(counts.incidents as u64),
                bold,
            ));
        }
    } else {
        // No room for numbers: bars, downwards like icicles would mislead, so they stand on a line.
        let height = FOOTER - 12.0;
        let base = plot.rect.bottom() + 4.0 + height;
        for (place, counts) in table.foot.iter().enumerate() {
            let tall = height * counts.incidents as f64 / most.max(1) as f64;
            let bar = Rect::new(
                plot.rect.x + cell * place as f64 + 0.5,
                base - tall,
                (cell - 1.0).max(0.5),
                tall,
            );
            canvas.rect(bar, 0.0, &Paint::filled(theme::MUTED));
        }
        let words = format!("≤ {}", language.grouped(most as u64));
        let small =
            Lettering::new(12.0, theme::MUTED).anchored(Anchor::End, VerticalAnchor::Middle);
        canvas.text(&TextLine::new((plot.rect.x - 6.0, y), &words, small));
    }
    let start = Lettering::new(size, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
    let words = table.unit.say(language, "all, by {unit}");
    let words = text::ellipsize(&words, size, Weight::Regular, NAMES - 14.0);
    canvas.text(&TextLine::new((left, y), &words, start));
    let total: usize = table.foot.iter().map(|counts| counts.incidents).sum();
    let end = bold.anchored(Anchor::End, VerticalAnchor::Middle);
    canvas.text(&TextLine::new(
        (plot.rect.right() + 66.0, y),
        &language.grouped(total as u64),
        end,
    ));
}

fn explain(pen: &mut Pen<'_, '_>, analysis: &Analysis, table: &Table, lines: Lines) {
    let language = pen.language();
    pen.heading(&table.unit.say(language, "Incidents in a sector and {unit}"));
    if table.most > 0 {
        pen.ramp(table.most);
    }
    let unit = match table.unit {
        Unit::Week => "A column is an ISO week, Monday to Sunday, under the date of its Monday.",
        Unit::Month => "Too many weeks for one picture: a column is a calendar month.",
        Unit::Quarter => "Too many weeks for one picture: a column is a quarter of a year.",
        Unit::Day | Unit::Year => "Too many weeks for one picture: a column is a calendar year.",
    };
    pen.note(language.say(unit));
    pen.note(language.say("Rows follow the line; its start is at the bottom."));
    let empty = Paint::filled(theme::PAPER).with_outline(Stroke::solid(theme::RULE, 1.0));
    pen.block(empty, language.say("no incident reported"), None);
    if table.columns.iter().any(Column::is_partial) {
        pen.gap();
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            slanted(canvas, Rect::new(at.0 - 12.0, at.1 - 2.5, 24.0, 5.0));
        };
        let words = table.unit.say(language, "{unit} cut by the period");
        pen.key(draw, &words, None);
    }
    pen.gap();
    let sample = |words: &'static str, size: f64| {
        move |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let lettering = Lettering::new(size, theme::INK)
                .bold()
                .anchored(Anchor::Middle, VerticalAnchor::Middle);
            canvas.text(&TextLine::new(at, words, lettering));
        }
    };
    let total = analysis.total();
    if table.most == 0 {
        pen.note(language.say("No number to show."));
    } else if lines.number > 0.0 {
        let words = language.say("incidents");
        pen.key(sample("5", 16.0), words, Some(total.incidents));
        if lines.rough {
            let words = "of these, placed only roughly: the sector may be another";
            let sample = sample("(3)", 12.5);
            pen.key(sample, language.say(words), Some(total.uncertain));
        }
    } else {
        pen.note(language.say("Numbers do not fit; they are in the tables."));
    }
    if lines.deaths && table.most > 0 {
        let words = "deaths reported, sums of the lowest and of the highest figures; none where nobody gives one";
        pen.key(sample("2–9", 11.5), language.say(words), None);
        let one_sided = |counts: &Counts| deaths(counts, language).contains(NOBODY);
        if table.cells.iter().flatten().any(one_sided) {
            let words = language.say("nobody gave that figure");
            pen.key(sample(NOBODY, 11.5), words, None);
        }
    }
    if !lines.rough && total.uncertain > 0 {
        pen.note(&language.told(total.uncertain, "{} of all are placed only roughly."));
    }
    pen.gap();
    pen.ceasefires(analysis);
    pen.not_counted(analysis);
}
