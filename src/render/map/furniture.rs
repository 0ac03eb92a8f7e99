//! Graticule, scale bar and north arrow.

use crate::geodesy;
use crate::render::canvas::{
    Anchor, Canvas, Ink, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::labels::overlap;
use crate::render::palette::Role;
use crate::render::projection::{View, latitude_label, longitude_label};
use crate::render::text::{self, Weight};
use crate::render::theme;

const LINE: Ink = Ink::role(Role::Graticule).with_alpha(0.45);
/// Points of each meridian and parallel.
const SAMPLES: u32 = 120;

/// Meridians and parallels in view, each with its degrees and its course in px.
struct Graticule {
    meridians: Vec<(f64, Vec<(f64, f64)>)>,
    parallels: Vec<(f64, Vec<(f64, f64)>)>,
}

impl Graticule {
    fn of(view: &View) -> Graticule {
        let [west, south, east, north] = view.window().unwrap_or([-180.0, -90.0, 180.0, 90.0]);
        let (south, north) = (south.max(-90.0), north.min(90.0));
        let course = |at: &dyn Fn(f64) -> (f64, f64)| -> Vec<(f64, f64)> {
            (0..=SAMPLES)
                .filter_map(|sample| {
                    let (longitude, latitude) = at(f64::from(sample) / f64::from(SAMPLES));
                    view.projection
                        .project(longitude, latitude)
                        .map(|point| view.px(point))
                })
                .collect()
        };
        Graticule {
            meridians: steps(west, east)
                .map(|longitude| {
                    (
                        longitude,
                        course(&|share| (longitude, south + share * (north - south))),
                    )
                })
                .collect(),
            parallels: steps(south, north)
                .map(|latitude| {
                    (
                        latitude,
                        course(&|share| (west + share * (east - west), latitude)),
                    )
                })
                .collect(),
        }
    }
}

/// Round values between two degrees, four to nine of them.
fn steps(from: f64, to: f64) -> impl Iterator<Item = f64> {
    let range = to - from;
    let step = [
        0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0,
    ]
    .into_iter()
    .find(|step| range / step <= 9.0)
    .unwrap_or(45.0);
    let first = (from / step).ceil() as i64;
    let last = (to / step).floor() as i64;
    (first..=last).map(move |number| number as f64 * step)
}

/// Draws meridians and parallels.
pub(super) fn graticule(canvas: &mut Canvas<'_>, view: &View) {
    let graticule = Graticule::of(view);
    let stroke = Paint::outlined(Stroke::solid(LINE, 1.0));
    for (_, course) in graticule.meridians.iter().chain(&graticule.parallels) {
        canvas.path(&[course], false, &stroke);
    }
}

/// Labels meridians where they leave the map below, parallels where they leave it on the left, inside
/// the frame.
///
/// Those that would touch one of `labels` are left out.
pub(super) fn graticule_labels(canvas: &mut Canvas<'_>, view: &View, labels: &[Rect]) {
    let graticule = Graticule::of(view);
    let free = |line: &TextLine<'_>| !labels.iter().any(|it| overlap(it, &line.bounds()));
    let lettering = Lettering::new(theme::SMALL_PX - 1.0, theme::MUTED)
        .with_halo(theme::PAPER.with_alpha(0.85), 2.6);
    let frame = view.frame;
    for (longitude, course) in &graticule.meridians {
        let line = frame.bottom();
        let crossing = course
            .windows(2)
            .find_map(|pair| crossing(pair, |point| point.1, line));
        if let Some((x, _)) = crossing
            && x > frame.x + 60.0
            && x < frame.right() - 30.0
        {
            let label = longitude_label(*longitude, canvas.language());
            let below = lettering.anchored(Anchor::Middle, VerticalAnchor::Bottom);
            let line = TextLine::new((x, line - 3.0), &label, below);
            if free(&line) {
                canvas.text(&line);
            }
        }
    }
    for (latitude, course) in &graticule.parallels {
        let crossing = course
            .windows(2)
            .find_map(|pair| crossing(pair, |point| point.0, frame.x));
        if let Some((_, y)) = crossing
            && y > frame.y + 14.0
            && y < frame.bottom() - 26.0
        {
            let label = latitude_label(*latitude, canvas.language());
            let beside = lettering.anchored(Anchor::Start, VerticalAnchor::Middle);
            let line = TextLine::new((frame.x + 5.0, y), &label, beside);
            if free(&line) {
                canvas.text(&line);
            }
        }
    }
}

/// Where a step of a course crosses a value of one of its coordinates.
fn crossing(pair: &[(f64, f64)], of: impl Fn((f64, f64)) -> f64, value: f64) -> Option<(f64, f64)> {
    let (from, to) = (of(pair[0]) - value, of(pair[1]) - value);
    if (from > 0.0) == (to > 0.0) {
        return None;
    }
    let share = from / (from - to);
    Some((
        pair[0].0 + share * (pair[1].0 - pair[0].0),
        pair[0].1 + share * (pair[1].1 - pair[0].1),
    ))
}

/// Height of the strip below a map.
const STRIP: f64 = 50.0;

/// What is left of a rectangle for the map above its strip.
pub(super) fn above_strip(rect: Rect) -> Rect {
    Rect::new(rect.x, rect.y, rect.width, rect.height - STRIP)
}

/// Draws scale bar, projection and north arrow below a map, where they cover nothing.
pub(super) fn strip(canvas: &mut Canvas<'_>, view: &View) {
    let metres_per_px = view.ground_metres_per_px();
    let bar_metres = round_length((view.frame.width * 0.24).min(220.0) * metres_per_px);
    let bar = bar_metres / metres_per_px;
    let (x, y) = (view.frame.x + 8.0, view.frame.bottom() + 30.0);
    let thick = 7.0;
    let outline = Stroke::solid(theme::INK, 1.0);
    for half in 0..2u8 {
        let ink = if half == 0 { theme::INK } else { theme::PAPER };
        let part = Rect::new(x + f64::from(half) * bar / 2.0, y, bar / 2.0, thick);
        canvas.rect(part, 0.0, &Paint::filled(ink).with_outline(outline));
    }
    let label = Lettering::new(theme::SMALL_PX, theme::INK)
        .anchored(Anchor::Middle, VerticalAnchor::Bottom);
    let language = canvas.language();
    let kilometres = |metres: f64| language.kilometres(metres / 1000.0);
    let end = language.fill("{} km", &[&kilometres(bar_metres)]);
    for (share, text) in [
        (0.0, "0".to_owned()),
        (0.5, kilometres(bar_metres / 2.0)),
        (1.0, end.clone()),
    ] {
        canvas.text(&TextLine::new((x + share * bar, y - 4.0), &text, label));
    }
    let left = x + bar + label.width_px(&end) / 2.0 + 24.0;
    let right = view.frame.right() - 40.0;
    let name = language.fill(
        "{}; scale true at the centre",
        &[&view.projection.name(language)],
    );
    let size = theme::SMALL_PX - 1.0;
    let small = Lettering::new(size, theme::MUTED).anchored(Anchor::Start, VerticalAnchor::Middle);
    let lines = text::at_most_lines(&name, size, Weight::Regular, right - left, 2);
    for (number, line) in lines.iter().enumerate() {
        let down = 15.0 * (number as f64 - (lines.len() as f64 - 1.0) / 2.0);
        canvas.text(&TextLine::new(
            (left, view.frame.bottom() + 28.0 + down),
            line,
            small,
        ));
    }
    let north_at = (view.frame.right() - 16.0, view.frame.bottom() + 32.0);
    let middle = (
        view.frame.x + view.frame.width / 2.0,
        view.frame.y + view.frame.height / 2.0,
    );
    north(canvas, view, middle, north_at);
}

/// An arrow at a place that points to true north as it is at another one, the middle of the map.
fn north(canvas: &mut Canvas<'_>, view: &View, of: (f64, f64), (x, y): (f64, f64)) {
    let up = view.position(of).and_then(|here| {
        let there = geodesy::direct(here, geodesy::Azimuth(0.0), crate::units::Metres(1_000.0)).0;
        let place = view.place(there)?;
        let (dx, dy) = (place.0 - of.0, place.1 - of.1);
        let length = dx.hypot(dy);
        (length > 0.0).then(|| (dx / length, dy / length))
    });
    let Some((dx, dy)) = up else { return };
    let along =
        |forward: f64, aside: f64| (x + dx * forward - dy * aside, y + dy * forward + dx * aside);
    let arrow = [
        along(12.0, 0.0),
        along(-12.0, 7.5),
        along(-7.0, 0.0),
        along(-12.0, -7.5),
    ];
    canvas.path(&[arrow], true, &Paint::filled(theme::INK));
    let letter = Lettering::new(theme::SMALL_PX, theme::INK)
        .bold()
        .anchored(Anchor::Middle, VerticalAnchor::Middle);
    let words = canvas.language().say("N");
    canvas.text(&TextLine::new(along(23.0, 0.0), words, letter));
}

/// The largest of 1, 2 and 5 times a power of ten that is at most this long.
fn round_length(metres: f64) -> f64 {
    let power = 10f64.powf(metres.max(1.0).log10().floor());
    [5.0, 2.0, 1.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|&length| length <= metres)
        .unwrap_or(power)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_steps_are_round() {
        assert!((round_length(187_000.0) - 100_000.0).abs() < 1e-6);
        assert!((round_length(200_000.0) - 200_000.0).abs() < 1e-6);
        assert!((round_length(730.0) - 500.0).abs() < 1e-6);
        let degrees: Vec<f64> = steps(60.3, 76.1).collect();
        assert_eq!(degrees, [62.0, 64.0, 66.0, 68.0, 70.0, 72.0, 74.0, 76.0]);
        for range in [0.05, 0.4, 3.0, 17.0, 90.0, 360.0] {
            let count = steps(10.0, 10.0 + range).count();
            assert!((2..=10).contains(&count), "{range}: {count}");
        }
    }
}
