//! The marks of the chart of chainage and date: swarmed marks, numbered discs, cells, boxes of clusters.

use std::collections::{BTreeMap, BTreeSet};

use crate::analysis::Analysis;
use crate::cluster::summary::Cluster;
use crate::locate::Side;
use crate::located::LocatedIncident;
use crate::render::axis::NumberAxis;
use crate::render::canvas::{
    Anchor, Canvas, Ink, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::elements::{Area, Line, Mark, Shape, Sketch};
use crate::render::labels::Taken;
use crate::render::theme::{self, Look, Symbols};
use crate::units::Metres;

use super::context;
use super::plot::{Plot, block};
use super::swarm::{self, Dot};
use crate::render::columns::{self, Unit};

/// Above so many counted incidents cells are drawn instead of marks.
const MOST_MARKS: usize = 3_000;
/// Of one day and place at most so many marks are drawn; more become one numbered disc.
const MOST_AT_ONCE: usize = 14;
/// No mark is drawn larger.
const LARGEST_MARK: f64 = 46.0;
/// Pointed marks reach further than their radius by this, and a pointer further than its mark.
const POINTED: f64 = 1.15;
const POINTER: f64 = 4.6;
/// Opacity of the bar along which a place is uncertain.
pub(super) const REACH: f64 = 0.34;

/// What the legend must explain.
#[derive(Default)]
pub(super) struct Shown {
    /// The unit and km of a cell, and the most incidents in one, if cells were drawn.
    pub(super) cells: Option<(Unit, f64, usize)>,
    /// Whether a numbered disc was drawn.
    pub(super) stacked: bool,
    /// Whether a mark was drawn smaller than its deaths would have it.
    pub(super) capped: bool,
    /// Whether bars of uncertain places were drawn.
    pub(super) reach: bool,
}

/// Draws the marks, or cells where there are too many for marks.
pub(super) fn incidents(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    symbols: &Symbols,
    plot: &Plot,
) -> Shown {
    if analysis.dated().count() > MOST_MARKS {
        let shown = cells(canvas, analysis, plot);
        clusters(canvas, analysis, plot, &[], &mut Taken::default());
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
        let _ = chart.draw_series([Sketch::new(
            places,
            |canvas: &mut Canvas<'_>, points: &[_]| {
                for (mark, &at) in marks.iter().zip(points) {
                    pointer(canvas, at, mark.shape, mark.radius, mark.lean);
                }
            },
        )]);
        let places = stacks.iter().map(|stack| back(stack.0)).collect();
        let _ = chart.draw_series([Sketch::new(
            places,
            |canvas: &mut Canvas<'_>, points: &[_]| {
                for (&(_, count, ink), &at) in stacks.iter().zip(points) {
                    stack_disc(canvas, at, count, ink);
                }
            },
        )]);
    });
    clusters(canvas, analysis, plot, &marks, &mut taken);
    shown
}

struct PlacedMark {
    at: (f64, f64),
    shape: Shape,
    radius: f64,
    paint: Paint,
    lean: f64,
    cluster: Option<u32>,
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
        (
            context::middle_of(plot, it.incident.day),
            plot.y(it.location.chainage.km()),
        )
    };
    let mut crowds: BTreeMap<(i32, i32), Vec<&LocatedIncident>> = BTreeMap::new();
    for it in analysis.dated() {
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
            let most = kinds
                .iter()
                .max_by_key(|(_, count)| **count)
                .map(|(kind, _)| *kind);
            let ink = most
                .and_then(|kind| symbols.of_kind(kind))
                .map_or(theme::INK, |symbol| symbol.ink);
            // Summed in order of size, so that the order of the rows does not show.
            let mean = |of: &dyn Fn((f64, f64)) -> f64| {
                let mut values: Vec<f64> = crowd.iter().map(|it| of(at(it))).collect();
                values.sort_by(f64::total_cmp);
                values.iter().sum::<f64>() / crowd.len() as f64
            };
            stacks.push(((mean(&|p| p.0), mean(&|p| p.1)), crowd.len(), ink));
        } else {
            single.extend(crowd);
        }
    }
    merge(&mut stacks);
    shown.stacked = !stacks.is_empty();
    let wanted = |it: &LocatedIncident| theme::mark_radius(it.incident.deaths);
    single.sort_by(|a, b| {
        wanted(b)
            .total_cmp(&wanted(a))
            .then_with(|| a.incident.day.cmp(&b.incident.day))
            .then_with(|| a.location.chainage.0.total_cmp(&b.location.chainage.0))
            .then_with(|| a.incident.event_type.cmp(&b.incident.event_type))
            .then_with(|| a.incident.id().cmp(b.incident.id()))
    });
    shown.capped = single.first().is_some_and(|it| wanted(it) > LARGEST_MARK);
    let dots: Vec<Dot> = single
        .iter()
        .map(|it| {
            let sector = analysis.sectors.all().get(it.sector);
            let chainage = it.location.chainage;
            let stretch = sector.and_then(|sector| {
                let mut stretches = sector.stretches.iter();
                stretches.find(|stretch| stretch.from <= chainage && chainage <= stretch.to)
            });
            let band = stretch.map_or((plot.rect.y, plot.rect.bottom()), |stretch| {
                (plot.y(stretch.to.km()), plot.y(stretch.from.km()))
            });
            let (radius, lean) = (wanted(it).min(LARGEST_MARK), lean(it.side));
            let pointer = |side: f64| if lean == side { POINTER } else { 0.0 };
            // What is larger may reach out a little rather than stand at another day.
            let edge = (radius * POINTED).min(9.0);
            Dot {
                at: at(it),
                radius,
                lean,
                band,
                room: (
                    plot.rect.x + edge + pointer(-1.0),
                    plot.rect.right() - edge - pointer(1.0),
                ),
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
                paint: Look::paint_of(analysis, it, symbol.ink),
                lean: dot.lean,
                cluster: it.cluster,
            })
        })
        .collect();
    (marks, stacks)
}

/// Makes one of discs that would overlap.
fn merge(stacks: &mut Vec<Stack>) {
    let overlap = |a: &Stack, b: &Stack| {
        (a.0.0 - b.0.0).hypot(a.0.1 - b.0.1) < stack_radius(a.1) + stack_radius(b.1)
    };
    loop {
        let found = (1..stacks.len()).find_map(|later| {
            (0..later)
                .find(|&it| overlap(&stacks[it], &stacks[later]))
                .map(|it| (it, later))
        });
        let Some((earlier, later)) = found else {
            return;
        };
        let (at, count, ink) = stacks.remove(later);
        let kept = &mut stacks[earlier];
        let share = count as f64 / (count + kept.1) as f64;
        kept.0.0 += share * (at.0 - kept.0.0);
        kept.0.1 += share * (at.1 - kept.0.1);
        if count > kept.1 {
            kept.2 = ink;
        }
        kept.1 += count;
    }
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
pub(super) fn pointer(
    canvas: &mut Canvas<'_>,
    (x, y): (f64, f64),
    shape: Shape,
    radius: f64,
    lean: f64,
) {
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
    let ring = [(foot, y - 3.1), (foot + lean * POINTER, y), (foot, y + 3.1)];
    let paint = Paint::filled(theme::INK).with_outline(Stroke::solid(theme::PAPER, 0.8));
    canvas.path(&[ring], true, &paint);
}

fn stack_radius(count: usize) -> f64 {
    11.0 + (count as f64).sqrt() * 0.8
}

pub(super) fn stack_disc(canvas: &mut Canvas<'_>, at: (f64, f64), count: usize, ink: Ink) {
    let paint = Paint::filled(theme::strong(ink)).with_outline(Stroke::solid(theme::PAPER, 1.6));
    canvas.circle(at, stack_radius(count), &paint);
    let lettering = Lettering::new(theme::SMALL_PX, theme::PAPER)
        .bold()
        .anchored(Anchor::Middle, VerticalAnchor::Middle);
    canvas.text(&TextLine::new(at, &count.to_string(), lettering));
}

/// For each incident placed only roughly, the stretch of the line on which it may lie.
fn reaches(analysis: &Analysis, symbols: &Symbols) -> Vec<Line<(f64, f64)>> {
    let end = analysis.border.length();
    let drawn: BTreeSet<_> = analysis
        .dated()
        .filter(|it| !analysis.is_placed(it))
        .filter_map(|it| {
            let radius = it.incident.location_radius?;
            let chainage = it.location.chainage;
            let (low, high) = (
                (chainage - radius).max(Metres::ZERO),
                (chainage + radius).min(end),
            );
            let ink = symbols
                .of_kind(&it.incident.event_type)
                .map_or(theme::INK, |symbol| symbol.ink);
            let lean = lean(it.side) as i8;
            // No chainage is negative, so the bits stand in the order of the numbers.
            Some((
                it.incident.day,
                low.0.to_bits(),
                high.0.to_bits(),
                lean,
                ink.hue,
            ))
        })
        .collect();
    // Many of them step back, or they would cover the marks.
    let fade = (150.0 / drawn.len().max(1) as f64).clamp(0.25, 1.0);
    drawn
        .into_iter()
        .map(|(day, low, high, lean, hue)| {
            let day = f64::from(day.0) + 0.5 + f64::from(lean) * 0.16;
            let (low, high) = (Metres(f64::from_bits(low)), Metres(f64::from_bits(high)));
            let ink = Ink::of(hue).with_alpha(REACH * fade);
            Line {
                points: vec![(day, low.km()), (day, high.km())],
                stroke: Stroke::solid(ink, 2.2),
            }
        })
        .collect()
}

/// Counts in cells of time and chainage.
fn cells(canvas: &mut Canvas<'_>, analysis: &Analysis, plot: &Plot) -> Shown {
    let units = [
        Unit::Day,
        Unit::Week,
        Unit::Month,
        Unit::Quarter,
        Unit::Year,
    ];
    let unit = Unit::finest(&units, analysis.period, (plot.rect.width / 6.0) as usize);
    let columns = columns::columns(unit, analysis.period);
    let length = analysis.border.length().km();
    let ticks = NumberAxis::between(0.0, length, (plot.rect.height / 8.0) as usize);
    let step = ticks.ticks().get(1).copied().unwrap_or(length);
    let mut counts: BTreeMap<(usize, i64), usize> = BTreeMap::new();
    for it in analysis.dated() {
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
                block(
                    columns[column].days(),
                    (low, (low + step).min(length)),
                    Paint::filled(ink),
                )
            })
            .collect();
        let _ = chart.draw_series(areas);
    });
    Shown {
        cells: Some((unit, step, most)),
        ..Shown::default()
    }
}

/// A rectangle by its sides.
#[derive(Clone, Copy)]
struct Sides {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Sides {
    /// As far as another one, but no farther than a third.
    fn towards(self, other: Sides, most: Sides) -> Sides {
        Sides {
            left: self.left.min(other.left).max(most.left),
            top: self.top.min(other.top).max(most.top),
            right: self.right.max(other.right).min(most.right),
            bottom: self.bottom.max(other.bottom).min(most.bottom),
        }
    }

    fn padded(self, aside: f64, up: f64) -> Sides {
        Sides {
            left: self.left - aside,
            top: self.top - up,
            right: self.right + aside,
            bottom: self.bottom + up,
        }
    }

    fn holds(&self, (x, y): (f64, f64)) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }
}

/// The box around the days and the chainages of a cluster. It goes around its marks too as far as that takes it no
/// more than half a day aside, and up and down only where it then holds no mark of others.
fn around(cluster: &Cluster, plot: &Plot, marks: &[PlacedMark]) -> Rect {
    const ASIDE: f64 = 4.0;
    const LEAST: f64 = 3.0;
    const LITTLE: f64 = 9.0;
    const MOST: f64 = 30.0;
    let own = |mark: &PlacedMark| mark.cluster == Some(cluster.number);
    let core = Sides {
        left: plot.x(f64::from(cluster.first.0)),
        top: plot.y(cluster.to.km()) - LEAST,
        right: plot.x(f64::from(cluster.last.0) + 1.0),
        bottom: plot.y(cluster.from.km()) + LEAST,
    };
    let aside = (plot.day_px() / 2.0).max(ASIDE);
    let frame = Sides {
        left: plot.rect.x,
        top: plot.rect.y,
        right: plot.rect.right(),
        bottom: plot.rect.bottom(),
    };
    let reached = |up: f64| {
        let most = core.padded(aside, up);
        let grown = marks
            .iter()
            .filter(|mark| own(mark))
            .fold(core, |sides, mark| {
                let reach = mark.radius * POINTED + 1.0;
                let (x, y) = mark.at;
                let edges = Sides {
                    left: x,
                    top: y,
                    right: x,
                    bottom: y,
                };
                sides.towards(edges.padded(reach, reach), most)
            });
        Sides {
            left: grown.left.max(frame.left),
            top: grown.top.max(frame.top),
            right: grown.right.min(frame.right),
            bottom: grown.bottom.min(frame.bottom),
        }
    };
    let wide = reached(MOST);
    let foreign = marks
        .iter()
        .any(|mark| !own(mark) && wide.holds(mark.at) && !core.holds(mark.at));
    let sides = if foreign { reached(LITTLE) } else { wide };
    Rect::new(
        sides.left,
        sides.top,
        sides.right - sides.left,
        sides.bottom - sides.top,
    )
}

/// A box around each of the largest clusters, with its number where there is room.
fn clusters(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    plot: &Plot,
    marks: &[PlacedMark],
    taken: &mut Taken,
) {
    let boxes: Vec<(u32, Rect)> = analysis
        .drawn_clusters()
        .into_iter()
        .map(|cluster| (cluster.number, around(cluster, plot, marks)))
        .collect();
    for (_, rect) in &boxes {
        canvas.rect(
            *rect,
            4.0,
            &Paint::outlined(Stroke::solid(theme::PAPER.with_alpha(0.75), 3.0)),
        );
        canvas.rect(
            *rect,
            4.0,
            &Paint::outlined(Stroke::solid(theme::CLUSTER, 1.3)),
        );
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
        let label = crate::wording::cluster_label(*number);
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
        let Some((_, spot)) = taken.place(candidates, &plot.rect) else {
            continue;
        };
        let middle = (spot.x + width / 2.0, spot.y + height / 2.0);
        let nearest = (
            middle.0.clamp(rect.x, rect.right()),
            middle.1.clamp(rect.y, rect.bottom()),
        );
        canvas.line(middle, nearest, Stroke::solid(theme::CLUSTER, 1.0));
        canvas.rect(spot, 3.0, &Paint::filled(theme::CLUSTER));
        canvas.text(&TextLine::new(middle, &label, lettering));
    }
}
