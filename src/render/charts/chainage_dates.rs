//! The line against time: chainage up, days across, a mark for each incident.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::located::LocatedIncident;
use crate::locate::Side;
use crate::render::axis::{DateAxis, NumberAxis};
use crate::render::canvas::{
    Anchor, Canvas, Dash, Ink, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::elements::{Area, Line, Mark, Shape, Sketch, draw_mark};
use crate::render::frame;
use crate::render::labels::Taken;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Look, Symbols};
use crate::units::Metres;
use crate::wording::{grouped, plain};

use super::columns::{self, Column, Unit};
use super::context::{self, Badges, CeasefireLanes, Sort};
use super::lanes;
use super::legend::{self, Pen, Swatch};
use super::plot::{Beside, DATE_LABELS, NUMBER_LABELS, Plot, block};
use super::swarm::{self, Dot};

/// Above so many counted incidents cells are drawn instead of marks.
const MOST_MARKS: usize = 3_000;
/// Of one day and place at most so many marks are drawn; more become one numbered disc.
const MOST_AT_ONCE: usize = 14;
/// No mark is drawn larger.
const LARGEST_MARK: f64 = 46.0;
/// Width of the names of sectors, and of the leaders between them and the plot.
const NAMES: f64 = 184.0;
const LEADERS: f64 = 18.0;
/// Width of the bars of rates.
const RATES: f64 = 128.0;
/// Height of the histogram above.
const HISTOGRAM: f64 = 56.0;

/// `charts/chainage-by-date`: where on the line, and when. Returns the SVG.
pub fn chainage_dates(analysis: &Analysis, symbols: &Symbols) -> String {
    let subtitle = format!("Where along the line, and when · {}", frame::period_and_counts(analysis));
    frame::picture(analysis, &analysis.title, &subtitle, |canvas, body| {
        draw(canvas, analysis, symbols, body);
    })
}

fn draw(canvas: &mut Canvas<'_>, analysis: &Analysis, symbols: &Symbols, body: Rect) {
    let left = body.x + NAMES + LEADERS;
    let width = body.right() - legend::WIDTH - legend::GUTTER - RATES - NUMBER_LABELS - left;
    let period = analysis.period;
    let days = DateAxis::new(period.start, period.end, width, theme::LABEL_PX - 1.0);
    let x = |day: f64| left + days.share(day) * width;
    let ceasefires = CeasefireLanes::new(analysis, x, (body.x, left + width));
    let keys = context::keys(analysis);
    let above = Plot {
        rect: Rect::new(left, body.y, width, HISTOGRAM),
        days: days.clone(),
        numbers: NumberAxis::counts(1.0, 2),
        beside: Beside::Right,
        dated: false,
    };
    let talks = Badges::new(&keys, &above, |sort| sort == Sort::Talks);
    let crossings = Badges::new(&keys, &above, |sort| sort != Sort::Talks);

    let lanes_bottom = body.y + ceasefires.height();
    let histogram_top = lanes_bottom + talks.height() + 6.0;
    let plot_top = histogram_top + HISTOGRAM + 24.0;
    let strip_bottom = body.bottom() - DATE_LABELS;
    let plot_bottom = strip_bottom - crossings.height();
    let unit = Unit::finest(&[Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year], period, 200);
    let columns = columns::columns(unit, period);
    let tally = tally(analysis, &columns);
    let most = tally.iter().map(|counts| counts.0).max().unwrap_or(0);
    let histogram = Plot {
        rect: Rect::new(left, histogram_top, width, HISTOGRAM),
        numbers: NumberAxis::counts(most as f64, 2),
        ..above
    };
    let plot = Plot {
        rect: Rect::new(left, plot_top, width, plot_bottom - plot_top),
        numbers: NumberAxis::between(0.0, analysis.border.length().km(), 10),
        days: days.clone(),
        beside: Beside::Right,
        dated: crossings.height() <= 0.0,
    };

    bands(canvas, analysis, &plot);
    ceasefires.shade(canvas, x, histogram_top, plot_bottom);
    count_bars(canvas, &histogram, &columns, &tally);
    talks.lines(canvas, &plot, histogram_top, plot_bottom);
    talks.draw(canvas, &plot, histogram_top, true);
    ceasefires.draw(canvas, x, lanes_bottom);
    if !plot.dated {
        let strip = Plot {
            rect: Rect::new(left, plot_bottom, width, strip_bottom - plot_bottom),
            numbers: NumberAxis::counts(1.0, 1),
            beside: Beside::Nowhere,
            dated: true,
            days,
        };
        strip.draw(canvas, |_| {});
        crossings.draw(canvas, &strip, plot_bottom, false);
    }
    let shown = incidents(canvas, analysis, symbols, &plot);
    names(canvas, analysis, &plot, body.x);
    rates(canvas, analysis, &plot);
    headings(canvas, &histogram, &plot, unit, body.x);

    let mut pen = Pen::beside(canvas, body);
    explain(&mut pen, analysis, symbols, &shown);
    pen.events(&keys, "Talks and crossings");
}

/// What the legend must explain.
#[derive(Default)]
struct Shown {
    /// The unit and km of a cell, and the most incidents in one, if cells were drawn.
    cells: Option<(Unit, f64, usize)>,
    /// Whether a numbered disc was drawn.
    stacked: bool,
    /// Whether a mark was drawn smaller than its deaths would have it.
    capped: bool,
    /// Whether bars of uncertain places were drawn.
    reach: bool,
}

/// Counted incidents in each column: all, and those placed only roughly.
fn tally(analysis: &Analysis, columns: &[Column]) -> Vec<(usize, usize)> {
    let mut tally = vec![(0, 0); columns.len()];
    for it in analysis.counted() {
        if let Some(column) = columns::holding(columns, it.incident.day) {
            tally[column].0 += 1;
            tally[column].1 += usize::from(!analysis.is_placed(it));
        }
    }
    tally
}

/// The days of a column in chart coordinates.
fn across(column: &Column) -> (f64, f64) {
    (f64::from(column.from.0), f64::from(column.to.0) + 1.0)
}

fn count_bars(canvas: &mut Canvas<'_>, plot: &Plot, columns: &[Column], tally: &[(usize, usize)]) {
    let gap = if plot.day_px() * 1.0 > 4.0 { 1.0 / plot.day_px() } else { 0.0 };
    plot.draw(canvas, |chart| {
        let bars = columns.iter().zip(tally).flat_map(|(column, &(all, rough))| {
            let (from, to) = across(column);
            let placed = (all - rough) as f64;
            let bar = |low: f64, high: f64, alpha: f64| {
                (high > low).then(|| {
                    block((from + gap / 2.0, to - gap / 2.0), (low, high), Paint::filled(theme::INK.with_alpha(alpha)))
                })
            };
            [bar(0.0, placed, 0.72), bar(placed, all as f64, 0.3)].into_iter().flatten()
        });
        let _ = chart.draw_series(bars);
    });
}

/// Every second sector shaded, a line where one ends, a broken one where a chain ends.
fn bands(canvas: &mut Canvas<'_>, analysis: &Analysis, plot: &Plot) {
    let sectors = analysis.sectors.all();
    for (number, sector) in sectors.iter().enumerate() {
        let (top, bottom) = (plot.y(sector.to.km()), plot.y(sector.from.km()));
        if number % 2 == 0 {
            let rect = Rect::new(plot.rect.x, top, plot.rect.width, bottom - top);
            canvas.rect(rect, 0.0, &Paint::filled(theme::BAND));
        }
        if number > 0 {
            let line = Stroke::solid(theme::RULE, 0.9);
            canvas.line((plot.rect.x - 6.0, bottom), (plot.rect.right(), bottom), line);
        }
    }
    canvas.rect(plot.rect, 0.0, &Paint::outlined(Stroke::solid(theme::RULE, 1.0)));
    for chain in gaps(analysis) {
        let y = plot.y(chain.km());
        let line = Stroke::solid(theme::INK, 1.2).dashed(Dash::Pattern { on_px: 9.0, off_px: 7.0 });
        canvas.line((plot.rect.x, y), (plot.rect.right(), y), line);
    }
}

/// Chainages where a chain ends and another begins.
fn gaps(analysis: &Analysis) -> impl Iterator<Item = Metres> {
    let chains = analysis.border.chains();
    chains[..chains.len().saturating_sub(1)].iter().map(|chain| chain.end)
}

/// Draws the marks, or cells where there are too many for marks.
fn incidents(canvas: &mut Canvas<'_>, analysis: &Analysis, symbols: &Symbols, plot: &Plot) -> Shown {
    if analysis.counted().count() > MOST_MARKS {
        let shown = cells(canvas, analysis, plot);
        let mut taken = Taken::default();
        clusters(canvas, analysis, plot, &mut taken);
        return shown;
    }
    let mut shown = Shown::default();
    let (marks, stacks) = layout(analysis, symbols, plot, &mut shown);
    let mut taken = Taken::default();
    for mark in &marks {
        taken.add_circle(mark.at, mark.radius);
    }
    for stack in &stacks {
        taken.add_circle(stack.0, stack_radius(stack.1));
    }
    let reaches = reaches(analysis, symbols);
    shown.reach = !reaches.is_empty();
    plot.draw(canvas, |chart| {
        let _ = chart.draw_series(reaches);
        let back = |(px, py): (f64, f64)| {
            let day = (px - plot.x(0.0)) / plot.day_px();
            let km = (plot.rect.bottom() - py) / plot.rect.height * plot.numbers.to();
            (day, km)
        };
        let _ = chart.draw_series(marks.iter().map(|mark| Mark {
            at: back(mark.at),
            shape: mark.shape,
            radius_px: mark.radius,
            paint: mark.paint,
        }));
        let places = marks.iter().map(|mark| back(mark.at)).collect();
        let _ = chart.draw_series([Sketch::new(places, |canvas: &mut Canvas<'_>, points: &[_]| {
            for (mark, &at) in marks.iter().zip(points) {
                pointer(canvas, at, mark.shape, mark.radius, mark.lean);
            }
        })]);
        let places = stacks.iter().map(|stack| back(stack.0)).collect();
        let _ = chart.draw_series([Sketch::new(places, |canvas: &mut Canvas<'_>, points: &[_]| {
            for (&(_, count, ink), &at) in stacks.iter().zip(points) {
                stack_disc(canvas, at, count, ink);
            }
        })]);
    });
    clusters(canvas, analysis, plot, &mut taken);
    shown
}

struct PlacedMark {
    at: (f64, f64),
    shape: Shape,
    radius: f64,
    paint: Paint,
    lean: f64,
}

type Stack = ((f64, f64), usize, Ink);

/// Where every mark goes, large ones first, and the discs for days and places with too many.
fn layout(
    analysis: &Analysis,
    symbols: &Symbols,
    plot: &Plot,
    shown: &mut Shown,
) -> (Vec<PlacedMark>, Vec<Stack>) {
    let at = |it: &LocatedIncident| {
        (context::middle_of(plot, it.incident.day), plot.y(it.location.chainage.km()))
    };
    let mut crowds: BTreeMap<(i32, i32), Vec<&LocatedIncident>> = BTreeMap::new();
    for it in analysis.counted() {
        // What falls into one column of marks and one row of 12 px stands at one place to the eye.
        let column = (at(it).0 / plot.day_px().max(8.0)).floor() as i32;
        let row = (at(it).1 / 12.0).floor() as i32;
        crowds.entry((column, row)).or_default().push(it);
    }
    let mut stacks = Vec::new();
    let mut single: Vec<&LocatedIncident> = Vec::new();
    for crowd in crowds.into_values() {
        if crowd.len() > MOST_AT_ONCE {
            let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
            for it in &crowd {
                *kinds.entry(&it.incident.event_type).or_default() += 1;
            }
            let most = kinds.iter().max_by_key(|(_, count)| **count).map(|(kind, _)| *kind);
            let ink = most.and_then(|kind| symbols.of_kind(kind)).map_or(theme::INK, |symbol| symbol.ink);
            let mean = |of: &dyn Fn((f64, f64)) -> f64| {
                crowd.iter().map(|it| of(at(it))).sum::<f64>() / crowd.len() as f64
            };
            stacks.push(((mean(&|p| p.0), mean(&|p| p.1)), crowd.len(), ink));
        } else {
            single.extend(crowd);
        }
    }
    shown.stacked = !stacks.is_empty();
    let wanted = |it: &LocatedIncident| theme::mark_radius(it.incident.deaths);
    single.sort_by(|a, b| {
        wanted(b)
            .total_cmp(&wanted(a))
            .then_with(|| a.incident.day.cmp(&b.incident.day))
            .then_with(|| a.location.chainage.0.total_cmp(&b.location.chainage.0))
            .then_with(|| a.incident.event_type.cmp(&b.incident.event_type))
            .then_with(|| a.incident.id.cmp(&b.incident.id))
    });
    shown.capped = single.first().is_some_and(|it| wanted(it) > LARGEST_MARK);
    let dots: Vec<Dot> = single
        .iter()
        .map(|it| {
            let sector = analysis.sectors.all().get(it.sector);
            let band = sector.map_or((plot.rect.y, plot.rect.bottom()), |sector| {
                (plot.y(sector.to.km()), plot.y(sector.from.km()))
            });
            Dot {
                at: at(it),
                radius: wanted(it).min(LARGEST_MARK),
                lean: lean(it.location.side),
                band,
            }
        })
        .collect();
    let reach = (plot.day_px() / 2.0).clamp(4.0, 30.0);
    let places = swarm::swarm(&dots, (reach, 13.0));
    let marks = single
        .into_iter()
        .zip(dots.iter().zip(places))
        .filter_map(|(it, (dot, at))| {
            let symbol = symbols.of_kind(&it.incident.event_type)?;
            Some(PlacedMark {
                at,
                shape: symbol.shape,
                radius: dot.radius,
                paint: Look::of(analysis, it).paint(symbol.ink),
                lean: dot.lean,
            })
        })
        .collect();
    (marks, stacks)
}

/// −1 to the left of the line, 1 to the right, 0 on it.
fn lean(side: Side) -> f64 {
    match side {
        Side::Left => -1.0,
        Side::Right => 1.0,
        Side::OnLine => 0.0,
    }
}

/// The pointer at the left or right of a mark that says on which side of the line it lies.
fn pointer(canvas: &mut Canvas<'_>, (x, y): (f64, f64), shape: Shape, radius: f64, lean: f64) {
    if lean == 0.0 {
        return;
    }
    let half = match shape {
        Shape::Square => 0.89,
        Shape::Diamond => 1.25,
        Shape::Bar => 0.51,
        Shape::TriangleUp | Shape::TriangleDown | Shape::Star => 0.82,
        Shape::Cross => 1.19,
        Shape::Circle | Shape::Hexagon => 0.98,
    };
    let foot = x + lean * (radius * half - 0.3);
    let ring = [(foot, y - 3.1), (foot + lean * 4.6, y), (foot, y + 3.1)];
    let paint = Paint::filled(theme::INK).with_outline(Stroke::solid(theme::PAPER, 0.8));
    canvas.path(&[ring], true, &paint);
}

fn stack_radius(count: usize) -> f64 {
    11.0 + (count as f64).sqrt() * 0.8
}

fn stack_disc(canvas: &mut Canvas<'_>, at: (f64, f64), count: usize, ink: Ink) {
    let paint = Paint::filled(theme::darker(ink)).with_outline(Stroke::solid(theme::PAPER, 1.6));
    canvas.circle(at, stack_radius(count), &paint);
    let lettering = Lettering::new(theme::SMALL_PX, theme::PAPER)
        .bold()
        .anchored(Anchor::Middle, VerticalAnchor::Middle);
    canvas.text(&TextLine::new(at, &count.to_string(), lettering));
}

/// For each incident placed only roughly, the stretch of the line on which it may lie.
fn reaches(analysis: &Analysis, symbols: &Symbols) -> Vec<Line<(f64, f64)>> {
    let end = analysis.border.length();
    let mut drawn = std::collections::BTreeSet::new();
    let mut lines = Vec::new();
    for it in analysis.counted().filter(|it| !analysis.is_placed(it)) {
        let Some(radius) = it.incident.location_radius else { continue };
        let chainage = it.location.chainage;
        let (low, high) = ((chainage - radius).max(Metres::ZERO), (chainage + radius).min(end));
        let ink = symbols.of_kind(&it.incident.event_type).map_or(theme::INK, |symbol| symbol.ink);
        let key = (it.incident.day, low.0.to_bits(), high.0.to_bits(), ink.rgb);
        if drawn.insert(key) {
            let lean = lean(it.location.side) * 0.16;
            let day = f64::from(it.incident.day.0) + 0.5 + lean;
            lines.push(Line {
                points: vec![(day, low.km()), (day, high.km())],
                stroke: Stroke::solid(ink.with_alpha(0.34), 2.2),
            });
        }
    }
    lines
}

/// Counts in cells of time and chainage.
fn cells(canvas: &mut Canvas<'_>, analysis: &Analysis, plot: &Plot) -> Shown {
    let units = [Unit::Day, Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];
    let unit = Unit::finest(&units, analysis.period, (plot.rect.width / 6.0) as usize);
    let columns = columns::columns(unit, analysis.period);
    let length = analysis.border.length().km();
    let ticks = NumberAxis::between(0.0, length, (plot.rect.height / 8.0) as usize);
    let step = ticks.ticks().get(1).copied().unwrap_or(length);
    let mut counts: BTreeMap<(usize, i64), usize> = BTreeMap::new();
    for it in analysis.counted() {
        if let Some(column) = columns::holding(&columns, it.incident.day) {
            // The end of the line belongs to the last row.
            let last = ((length / step).ceil() as i64 - 1).max(0);
            let row = ((it.location.chainage.km() / step).floor() as i64).min(last);
            *counts.entry((column, row)).or_default() += 1;
        }
    }
    let most = counts.values().copied().max().unwrap_or(1);
    plot.draw(canvas, |chart| {
        let areas: Vec<Area<(f64, f64)>> = counts
            .iter()
            .map(|(&(column, row), &count)| {
                let low = row as f64 * step;
                let ink = theme::count_ink(count, most);
                block(across(&columns[column]), (low, (low + step).min(length)), Paint::filled(ink))
            })
            .collect();
        let _ = chart.draw_series(areas);
    });
    Shown { cells: Some((unit, step, most)), ..Shown::default() }
}

/// A box around the days and chainages of each cluster, with its number where there is room.
fn clusters(canvas: &mut Canvas<'_>, analysis: &Analysis, plot: &Plot, taken: &mut Taken) {
    const PAD: f64 = 7.0;
    let boxes: Vec<(u32, Rect)> = analysis
        .clusters
        .iter()
        .map(|cluster| {
            let left = plot.x(f64::from(cluster.first.0)) - 2.0;
            let right = plot.x(f64::from(cluster.last.0) + 1.0) + 2.0;
            let (top, bottom) = (plot.y(cluster.to.km()) - PAD, plot.y(cluster.from.km()) + PAD);
            (cluster.number, Rect::new(left, top, right - left, bottom - top))
        })
        .collect();
    for (_, rect) in &boxes {
        canvas.rect(*rect, 4.0, &Paint::outlined(Stroke::solid(theme::PAPER.with_alpha(0.75), 3.0)));
        canvas.rect(*rect, 4.0, &Paint::outlined(Stroke::solid(theme::CLUSTER, 1.3)));
        let corners = [
            (rect.x, rect.y),
            (rect.right(), rect.y),
            (rect.right(), rect.bottom()),
            (rect.x, rect.bottom()),
            (rect.x, rect.y),
        ];
        taken.add_line(&corners);
    }
    let lettering = Lettering::new(theme::SMALL_PX - 1.0, theme::PAPER)
        .bold()
        .anchored(Anchor::Middle, VerticalAnchor::Middle);
    for (number, rect) in &boxes {
        let label = format!("C{number}");
        let (width, height) = (lettering.width_px(&label) + 8.0, 16.0);
        let (right, left) = (rect.right() + 2.0, rect.x - 2.0 - width);
        let (above, below) = (rect.y - height - 2.0, rect.bottom() + 2.0);
        let candidates = [0.0, 14.0, 30.0, 50.0, 80.0].into_iter().flat_map(|away| {
            [
                (right + away, rect.y),
                (rect.right() - width, above - away),
                (rect.x, above - away),
                (right + away, rect.bottom() - height),
                (rect.right() - width, below + away),
                (rect.x, below + away),
                (left - away, rect.y),
                (left - away, rect.bottom() - height),
            ]
            .map(|(x, y)| Rect::new(x, y, width, height))
        });
        let Some((_, spot)) = taken.place(candidates, &plot.rect) else { continue };
        let middle = (spot.x + width / 2.0, spot.y + height / 2.0);
        let nearest = (middle.0.clamp(rect.x, rect.right()), middle.1.clamp(rect.y, rect.bottom()));
        canvas.line(middle, nearest, Stroke::solid(theme::CLUSTER, 1.0));
        canvas.rect(spot, 3.0, &Paint::filled(theme::CLUSTER));
        canvas.text(&TextLine::new(middle, &label, lettering));
    }
}

/// The sectors that get a label, by number, and the height of a label: all of them where there is
/// room, else those with the most incidents.
fn labelled(analysis: &Analysis, height: f64) -> (Vec<usize>, f64) {
    let count = analysis.sectors.all().len();
    let line = (height / count as f64).clamp(14.0, 18.0);
    let fit = (height / line).floor() as usize;
    let mut sectors: Vec<usize> = (0..count).collect();
    if count > fit {
        sectors.sort_by_key(|&sector| {
            let summary = analysis.sector_summaries.get(sector);
            (std::cmp::Reverse(summary.map_or(0, |summary| summary.counts.incidents)), sector)
        });
        sectors.truncate(fit);
    }
    // From the end of the line down the page.
    sectors.sort_unstable_by(|a, b| b.cmp(a));
    (sectors, line)
}

/// Where labels of sectors stand, and where they want to.
fn label_places(analysis: &Analysis, plot: &Plot) -> (Vec<(usize, f64, f64)>, f64) {
    let (sectors, line) = labelled(analysis, plot.rect.height);
    let all = analysis.sectors.all();
    let wanted: Vec<f64> = sectors
        .iter()
        .map(|&sector| plot.y(f64::midpoint(all[sector].from.km(), all[sector].to.km())))
        .collect();
    let placed = lanes::spread(&wanted, line, plot.rect.y, plot.rect.bottom());
    let places = sectors
        .into_iter()
        .zip(wanted.into_iter().zip(placed))
        .map(|(sector, (wanted, placed))| (sector, wanted, placed))
        .collect();
    (places, line)
}

fn names(canvas: &mut Canvas<'_>, analysis: &Analysis, plot: &Plot, left: f64) {
    let (places, line) = label_places(analysis, plot);
    let size = if line < 15.0 { 12.0 } else { theme::LABEL_PX - 1.0 };
    let right = left + NAMES;
    for (sector, wanted, y) in places {
        let incidents = analysis.sector_summaries.get(sector).map_or(0, |it| it.counts.incidents);
        let ink = if incidents == 0 { theme::MUTED } else { theme::INK };
        let number = Lettering::new(size, ink).bold().anchored(Anchor::End, VerticalAnchor::Middle);
        let count = grouped(incidents as u64);
        canvas.text(&TextLine::new((right, y), &count, number));
        let room = NAMES - number.width_px(&count) - 10.0;
        let name = text::ellipsize(analysis.sector_name(sector), size, Weight::Regular, room);
        let lettering = Lettering::new(size, ink).anchored(Anchor::Start, VerticalAnchor::Middle);
        canvas.text(&TextLine::new((left, y), &name, lettering));
        let leader = [(right + 4.0, y), (plot.rect.x - 9.0, wanted), (plot.rect.x - 2.0, wanted)];
        let stroke = Stroke::solid(theme::RULE, 0.9);
        canvas.path(&[leader], false, &Paint::outlined(stroke));
    }
}

/// The rate of each sector as a bar with its value.
fn rates(canvas: &mut Canvas<'_>, analysis: &Analysis, plot: &Plot) {
    let left = plot.rect.right() + NUMBER_LABELS;
    let largest = analysis.sector_summaries.iter().filter_map(|it| it.rate).fold(0.0, f64::max);
    let (places, line) = label_places(analysis, plot);
    let size = if line < 15.0 { 11.0 } else { theme::SMALL_PX };
    let room = RATES - 44.0;
    for (sector, summary) in analysis.sectors.all().iter().zip(&analysis.sector_summaries) {
        let (top, bottom) = (plot.y(sector.to.km()), plot.y(sector.from.km()));
        let rate = summary.rate.unwrap_or(0.0);
        if rate <= 0.0 || largest <= 0.0 {
            continue;
        }
        let height = ((bottom - top) * 0.62).clamp(1.0, 15.0);
        let bar = Rect::new(left, f64::midpoint(top, bottom) - height / 2.0, rate / largest * room, height);
        canvas.rect(bar, 0.0, &Paint::filled(theme::INK.with_alpha(0.62)));
    }
    for (sector, wanted, y) in places {
        let Some(rate) = analysis.sector_summaries.get(sector).and_then(|it| it.rate) else { continue };
        let end = left + if largest > 0.0 { rate / largest * room } else { 0.0 };
        let at = (end + 6.0, y);
        if (wanted - y).abs() > 3.0 && rate > 0.0 {
            canvas.line((end, wanted), (end + 5.0, y), Stroke::solid(theme::RULE, 0.9));
        }
        let ink = if rate > 0.0 { theme::INK } else { theme::MUTED };
        let lettering = Lettering::new(size, ink).anchored(Anchor::Start, VerticalAnchor::Middle);
        canvas.text(&TextLine::new(at, &format!("{rate:.2}"), lettering));
    }
    canvas.line((left, plot.rect.y), (left, plot.rect.bottom()), Stroke::solid(theme::RULE, 1.0));
}

/// The words above the columns of the chart.
fn headings(canvas: &mut Canvas<'_>, histogram: &Plot, plot: &Plot, unit: Unit, left: f64) {
    let small = Lettering::new(theme::SMALL_PX, theme::MUTED);
    let start = small.anchored(Anchor::Start, VerticalAnchor::Bottom);
    let end = small.anchored(Anchor::End, VerticalAnchor::Bottom);
    let line = plot.rect.y - 3.0;
    canvas.text(&TextLine::new((left, line), "sector", start));
    canvas.text(&TextLine::new((left + NAMES, line), "incidents", end));
    let words = format!("incidents per {}", unit.word());
    let middle = small.anchored(Anchor::End, VerticalAnchor::Middle);
    let at = (left + NAMES, histogram.rect.y + histogram.rect.height / 2.0);
    canvas.text(&TextLine::new(at, &words, middle));
    canvas.text(&TextLine::new((plot.rect.right() + 8.0, line + 1.0), "km", start));
    let right = plot.rect.right() + NUMBER_LABELS;
    canvas.text(&TextLine::new((right, line - 17.0), "incidents per", start));
    canvas.text(&TextLine::new((right, line), "100 km · 30 days", start));
}

fn explain(pen: &mut Pen<'_, '_>, analysis: &Analysis, symbols: &Symbols, shown: &Shown) {
    if let Some((unit, step, most)) = shown.cells {
        pen.kinds(symbols, Swatch::None);
        pen.gap();
        pen.heading("Incidents in a cell");
        pen.ramp(most);
        let km = NumberAxis::between(0.0, step, 1).label(step);
        pen.note(&format!(
            "Too many incidents for marks: a cell counts those of one {} on {km} km of the line.",
            unit.word()
        ));
    } else {
        pen.kinds(symbols, Swatch::Mark);
        pen.sizes();
        if shown.capped {
            pen.note("The largest marks stand for more deaths than their size says.");
        }
        pen.gap();
        let look = |canvas: &mut Canvas<'_>, at: (f64, f64), look: Look| {
            let reach = Stroke::solid(theme::MUTED.with_alpha(0.34), 2.2);
            if look == Look::Uncertain && shown.reach {
                canvas.line((at.0, at.1 - 11.0), (at.0, at.1 + 11.0), reach);
            }
            draw_mark(canvas, at, Shape::Circle, 6.0, &look.paint(theme::MUTED));
        };
        let rough = if shown.reach {
            "placed only roughly; bar: where on the line it may be"
        } else {
            "placed only roughly"
        };
        pen.looks(analysis, look, rough);
        sides(pen, analysis);
        if shown.stacked {
            let disc = |canvas: &mut Canvas<'_>, at: (f64, f64)| stack_disc(canvas, at, 20, theme::MUTED);
            let words = "so many at one place and time, in the colour of the most frequent kind";
            pen.key(disc, words, None);
        }
    }
    if !analysis.clusters.is_empty() {
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let rect = Rect::new(at.0 - 11.0, at.1 - 7.0, 22.0, 14.0);
            canvas.rect(rect, 3.0, &Paint::outlined(Stroke::solid(theme::CLUSTER, 1.3)));
        };
        pen.key(draw, "cluster: its first to last day, its stretch of the line", Some(analysis.clusters.len()));
    }
    pen.ceasefires(analysis);
    if gaps(analysis).next().is_some() {
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let line = Stroke::solid(theme::INK, 1.2).dashed(Dash::Pattern { on_px: 6.0, off_px: 4.0 });
            canvas.line((at.0 - 12.0, at.1), (at.0 + 12.0, at.1), line);
        };
        pen.key(draw, "gap in the line; it adds no kilometres", None);
    }
    pen.not_counted(analysis);
    pen.gap();
}

/// Which way pointers point.
fn sides(pen: &mut Pen<'_, '_>, analysis: &Analysis) {
    let sums = analysis.sector_summaries.iter().fold([0; 3], |sums, summary| {
        [0, 1, 2].map(|side| sums[side] + summary.sides[side])
    });
    let named = |name: Option<&str>, word: &str| match name {
        Some(name) => format!("{word} of the line: {}", plain(name)),
        None => format!("{word} of the line"),
    };
    let left = named(analysis.border.left(), "left");
    let right = named(analysis.border.right(), "right");
    for (side, words, count) in [(-1.0, left, sums[0]), (1.0, right, sums[1])] {
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            draw_mark(canvas, at, Shape::Circle, 6.0, &Look::Placed.paint(theme::MUTED));
            pointer(canvas, at, Shape::Circle, 6.0, side);
        };
        pen.key(draw, &words, Some(count));
    }
    if sums[2] > 0 {
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            draw_mark(canvas, at, Shape::Circle, 6.0, &Look::Placed.paint(theme::MUTED));
        };
        pen.key(draw, "on the line", Some(sums[2]));
    }
}

