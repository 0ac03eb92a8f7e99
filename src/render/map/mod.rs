//! Maps.

mod furniture;
mod incidents;
mod land;
mod panel;

use plotters::chart::ChartBuilder;

use crate::analysis::Analysis;
use crate::geodesy::Position;
use crate::units::Metres;

use super::canvas::{Canvas, Ink, Lettering, Paint, Rect, Stroke, TextLine};
use super::elements::{Area, Line};
use super::frame;
use super::labels::{self, Taken};
use super::projection::View;
use super::text::Weight;
use super::theme::{self, Symbols};

/// Width of the panel beside the map in px.
const PANEL: f64 = 396.0;
/// Between map and panel.
const GUTTER: f64 = 24.0;

/// `maps/overview`: the whole line with every incident near it. Returns the SVG.
pub fn overview(analysis: &Analysis, symbols: &Symbols) -> String {
    let subtitle = frame::period_and_counts(analysis);
    frame::picture(analysis, &analysis.title, &subtitle, |canvas, body| {
        let map = Rect::new(body.x, body.y, body.width - PANEL - GUTTER, body.height);
        let beside = Rect::new(map.right() + GUTTER, body.y, PANEL, body.height);
        let drawn = match View::around(&positions(analysis), map) {
            Some(view) => draw(canvas, analysis, symbols, &view),
            // A line that no projection can take is not drawn; the panel still says what there is.
            None => incidents::Drawn::default(),
        };
        panel::draw(canvas, analysis, symbols, beside, &drawn);
    })
}

/// What the map must show: the line and the counted incidents.
fn positions(analysis: &Analysis) -> Vec<Position> {
    let mut shown: Vec<Position> = analysis
        .border
        .pieces()
        .iter()
        .flat_map(|piece| [piece.segment.start(), piece.segment.end()])
        .collect();
    shown.extend(analysis.counted().map(|it| it.incident.position));
    shown
}

fn draw(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    symbols: &Symbols,
    view: &View,
) -> incidents::Drawn {
    let mut taken = Taken::default();
    canvas.begin_clip(view.frame);
    canvas.rect(view.frame, 0.0, &Paint::filled(land::SEA));
    land::draw(canvas, analysis, view);
    furniture::graticule(canvas, view);
    border(canvas, analysis, view);
    let layout = incidents::layout(analysis, symbols, view);
    incidents::discs(canvas, analysis, view);
    incidents::marks(canvas, &layout);
    let outlines = incidents::outlines(analysis, &layout, view);
    incidents::clusters(canvas, &outlines);
    canvas.end();

    for chain in lines(analysis, view, Metres::ZERO, analysis.border.length()) {
        taken.add_divide(&chain);
    }
    layout.take(&mut taken);
    for outline in &outlines {
        taken.add_line(&outline.ring);
    }
    furniture::scale_and_north(canvas, view, &mut taken);
    cluster_numbers(canvas, &outlines, view, &mut taken);
    sector_numbers(canvas, analysis, view, &mut taken);
    land::country_names(canvas, analysis, view, &mut taken);
    places(canvas, analysis, view, &layout, &mut taken);
    layout.counts(canvas);
    canvas.rect(
        view.frame,
        0.0,
        &Paint::outlined(Stroke::solid(theme::INK, 1.2)),
    );
    furniture::graticule_labels(canvas, view);
    layout.drawn
}

/// How a rival line is drawn, on the map and in its key.
fn rival_stroke() -> Stroke {
    Stroke::solid(theme::RIVAL, 1.4)
}

/// The stretch of the line between two chainages in px, one list for each part.
fn lines(analysis: &Analysis, view: &View, from: Metres, to: Metres) -> Vec<Vec<(f64, f64)>> {
    placed(analysis.border.slice(from, to), view)
}

/// Lines in px.
fn placed(lines: Vec<Vec<Position>>, view: &View) -> Vec<Vec<(f64, f64)>> {
    lines
        .into_iter()
        .map(|part| {
            part.into_iter()
                .filter_map(|position| view.place(position))
                .collect()
        })
        .collect()
}

/// The corridor, and the line in sectors: dark and lighter in turn, with a tick where one ends.
fn border(canvas: &mut Canvas<'_>, analysis: &Analysis, view: &View) {
    let whole = lines(analysis, view, Metres::ZERO, analysis.border.length());
    let corridor_px = 2.0 * analysis.options.corridor.0 / view.ground_metres_per_px();
    let stroke = |ink: Ink, width: f64| Paint::outlined(Stroke::solid(ink, width));
    if corridor_px < view.frame.width {
        canvas.path(&whole, false, &stroke(land::CORRIDOR, corridor_px));
    }
    canvas.path(&whole, false, &stroke(theme::PAPER, 7.0));
    in_chart(canvas, view, |sector| {
        let from_to = analysis.sectors.all().get(sector)?;
        let ink = if sector.is_multiple_of(2) {
            theme::INK
        } else {
            theme::MUTED
        };
        let parts = from_to.stretches.iter();
        Some(
            parts
                .flat_map(|it| analysis.border.slice(it.from, it.to))
                .map(|part| Line {
                    points: part
                        .into_iter()
                        .filter_map(|p| view.projection.project(p.longitude(), p.latitude()))
                        .collect(),
                    stroke: Stroke::solid(ink, 3.6),
                })
                .collect(),
        )
    });
    for alignment in &analysis.alignments {
        let rival = &alignment.border;
        let rival = placed(rival.slice(Metres::ZERO, rival.length()), view);
        canvas.path(&rival, false, &Paint::outlined(rival_stroke()));
    }
    let sectors = analysis.sectors.all().iter();
    let ends = sectors
        .flat_map(|sector| &sector.stretches)
        .flat_map(|stretch| [stretch.from, stretch.to]);
    let mut ends: Vec<Metres> = ends
        .filter(|&end| end > Metres::ZERO && end < analysis.border.length())
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    ends.dedup();
    for end in ends {
        if let Some((at, (dx, dy))) = across(analysis, view, end) {
            let tick = 8.0;
            let ends = (
                (at.0 - tick * dx, at.1 - tick * dy),
                (at.0 + tick * dx, at.1 + tick * dy),
            );
            canvas.line(ends.0, ends.1, Stroke::solid(theme::PAPER, 5.0));
            canvas.line(ends.0, ends.1, Stroke::solid(theme::INK, 2.0));
        }
    }
}

/// Draws lines, given by number until there is none, through the map's coordinates in projected metres.
fn in_chart(
    canvas: &mut Canvas<'_>,
    view: &View,
    lines: impl Fn(usize) -> Option<Vec<Line<(f64, f64)>>>,
) {
    let [west, east, south, north] = view.extent();
    let area = canvas.area(view.frame);
    // Building and drawing fail only on a canvas that is finished, which this one is not.
    let Ok(mut chart) = ChartBuilder::on(&area).build_cartesian_2d(west..east, south..north) else {
        return;
    };
    for number in 0.. {
        let Some(series) = lines(number) else { return };
        if chart.draw_series(series).is_err() {
            return;
        }
    }
}

/// As [`in_chart`], for areas.
fn areas_in_chart(canvas: &mut Canvas<'_>, view: &View, areas: Vec<Area<(f64, f64)>>) {
    let [west, east, south, north] = view.extent();
    let area = canvas.area(view.frame);
    if let Ok(mut chart) = ChartBuilder::on(&area).build_cartesian_2d(west..east, south..north) {
        // Fails only on a finished canvas.
        let _ = chart.draw_series(areas);
    }
}

/// A point of the line in px and the direction across it there, of length 1, towards its left.
fn across(analysis: &Analysis, view: &View, chainage: Metres) -> Option<((f64, f64), (f64, f64))> {
    let reach = Metres(5.0 * view.ground_metres_per_px());
    let at = view.place(analysis.border.at(chainage))?;
    let before = view.place(analysis.border.at((chainage - reach).max(Metres::ZERO)))?;
    let after = view.place(
        analysis
            .border
            .at((chainage + reach).min(analysis.border.length())),
    )?;
    let (dx, dy) = (after.0 - before.0, after.1 - before.1);
    let length = dx.hypot(dy);
    (length > 0.0).then(|| (at, (dy / length, -dx / length)))
}

/// The number of each sector beside the middle of its stretch.
fn sector_numbers(canvas: &mut Canvas<'_>, analysis: &Analysis, view: &View, taken: &mut Taken) {
    let radius = 11.0;
    for (number, sector) in analysis.sectors.all().iter().enumerate() {
        let Some(stretch) = sector.longest() else {
            continue;
        };
        let shares = [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8];
        let candidates: Vec<Rect> = [20.0, 34.0, 50.0, 70.0]
            .into_iter()
            .flat_map(|away| shares.into_iter().map(move |share| (away, share)))
            .filter_map(|(away, share)| {
                let (at, (dx, dy)) = across(analysis, view, stretch.at(share))?;
                Some([away, -away].map(|away| (at.0 + away * dx, at.1 + away * dy)))
            })
            .flatten()
            .map(|(x, y)| Rect::new(x - radius, y - radius, 2.0 * radius, 2.0 * radius))
            .collect();
        let Some((_, spot)) = taken.place(candidates.into_iter(), &view.frame) else {
            continue;
        };
        panel::sector_badge(canvas, (spot.x + radius, spot.y + radius), number);
    }
}

/// The number of each cluster beside its outline, with a leader.
fn cluster_numbers(
    canvas: &mut Canvas<'_>,
    outlines: &[incidents::Outline],
    view: &View,
    taken: &mut Taken,
) {
    for incidents::Outline { number, ring, .. } in outlines {
        let count = ring.len().max(1) as f64;
        let centre = ring.iter().fold((0.0, 0.0), |sum, at| {
            (sum.0 + at.0 / count, sum.1 + at.1 / count)
        });
        if ring.is_empty() || !view.shows(centre, 0.0) {
            continue;
        }
        let label = crate::wording::cluster_label(*number);
        let (width, height) = panel::cluster_badge_size(&label);
        // Where a ray from the centre leaves the outline.
        let edge = |angle: f64| {
            let (dx, dy) = (angle.cos(), angle.sin());
            ring.iter()
                .copied()
                .max_by(|a, b| {
                    let along = |at: &(f64, f64)| {
                        let (ax, ay) = (at.0 - centre.0, at.1 - centre.1);
                        (ax * dx + ay * dy) / ax.hypot(ay).max(1.0)
                    };
                    along(a).total_cmp(&along(b))
                })
                .unwrap_or(centre)
        };
        let spots: Vec<((f64, f64), Rect)> = [16.0, 26.0, 40.0, 58.0, 80.0]
            .into_iter()
            .flat_map(|gap| {
                (0..16)
                    .map(move |turn| (gap, std::f64::consts::TAU * (f64::from(turn) + 14.0) / 16.0))
            })
            .map(|(gap, angle)| {
                let (ex, ey) = edge(angle);
                let (x, y) = (ex + gap * 1.2 * angle.cos(), ey + gap * angle.sin());
                (
                    (ex, ey),
                    Rect::new(x - width / 2.0, y - height / 2.0, width, height),
                )
            })
            .collect();
        let boxes = spots.iter().map(|(_, spot)| *spot);
        let Some((chosen, spot)) = taken.place(boxes, &view.frame) else {
            continue;
        };
        let middle = (spot.x + width / 2.0, spot.y + height / 2.0);
        canvas.line(middle, spots[chosen].0, Stroke::solid(theme::CLUSTER, 1.4));
        panel::cluster_badge(canvas, middle, &label);
    }
}

/// How a kind of place is set: dot radius in px, type size, weight, rank (lower is placed first).
fn place_style(kind: &str) -> (f64, f64, Weight, u8) {
    match kind {
        "crossing_major" | "capital" | "city" => (4.0, 16.0, Weight::Bold, 0),
        "border_town" | "town" => (3.2, 14.0, Weight::Regular, 1),
        "crossing" | "pass" => (3.2, 14.0, Weight::Regular, 2),
        _ => (2.6, 13.0, Weight::Regular, 3),
    }
}

/// Place names where there is room for them, important ones first; a place without room is left out.
fn places(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    view: &View,
    marks: &incidents::Layout,
    taken: &mut Taken,
) {
    let mut places: Vec<_> = analysis.context.places.iter().collect();
    places.sort_by_key(|place| place_style(&place.kind).3);
    for place in places {
        let Some(at) = view.place(place.position) else {
            continue;
        };
        if !view.shows(at, 6.0) {
            continue;
        }
        let (dot, size, weight, rank) = place_style(&place.kind);
        if !marks.covers(at) && !taken.leaves_labels_whole(at, dot + 2.0) {
            continue;
        }
        // The name before a bracket: "Chaman-Spin Boldak (Friendship Gate)" is too long for a map.
        let name = place.name.split(" (").next().unwrap_or(&place.name);
        let mut lettering =
            Lettering::new(size, theme::INK).with_halo(theme::PAPER.with_alpha(0.9), 3.0);
        if weight == Weight::Bold {
            lettering = lettering.bold();
        }
        let width = lettering.width_px(name);
        let height = size * 1.15;
        // Only important places are worth a leader, and none may cross another label.
        let rings = if rank <= 2 { 7 } else { 2 };
        let candidates: Vec<(usize, Rect)> = labels::around(at, (width, height), dot + 5.0, rings)
            .enumerate()
            .filter(|(number, spot)| {
                let leader = labels::leader(at, spot);
                (*number < labels::BESIDE || taken.leaves_labels_clear(leader))
                    && taken.stays_on_its_side(leader, dot)
            })
            .collect();
        let spots = candidates.iter().map(|(_, spot)| *spot);
        let Some((chosen, spot)) = taken.place(spots, &view.frame) else {
            continue;
        };
        if candidates[chosen].0 >= labels::BESIDE {
            let [from, to] = labels::leader(at, &spot);
            taken.add_line(&[from, to]);
            canvas.line(from, to, Stroke::solid(theme::PAPER.with_alpha(0.8), 3.0));
            canvas.line(from, to, Stroke::solid(theme::INK.with_alpha(0.8), 0.9));
        }
        // Where incidents are marked at the place, they show where it is.
        if !marks.covers(at) {
            taken.add_circle(at, dot + 1.0);
            canvas.circle(
                at,
                dot,
                &Paint::filled(theme::PAPER).with_outline(Stroke::solid(theme::INK, 1.4)),
            );
        }
        let centred = lettering.anchored(
            super::canvas::Anchor::Middle,
            super::canvas::VerticalAnchor::Middle,
        );
        let middle = (spot.x + width / 2.0, spot.y + height / 2.0);
        canvas.text(&TextLine::new(middle, name, centred));
    }
}
