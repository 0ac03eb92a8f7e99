//! Graticule, scale bar and north arrow.

use crate::geodesy;
use crate::render::canvas::{
    Anchor, Canvas, Ink, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::labels::Taken;
use crate::render::projection::{View, latitude_label, longitude_label};
use crate::render::theme;

const LINE: Ink = Ink::solid([0x8F, 0xA3, 0xB4]).with_alpha(0.45);
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
pub(super) fn graticule_labels(canvas: &mut Canvas<'_>, view: &View) {
    let graticule = Graticule::of(view);
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
            let label = longitude_label(*longitude);
            let below = lettering.anchored(Anchor::Middle, VerticalAnchor::Bottom);
            canvas.text(&TextLine::new((x, line - 3.0), &label, below));
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
            let label = latitude_label(*latitude);
            let beside = lettering.anchored(Anchor::Start, VerticalAnchor::Middle);
            canvas.text(&TextLine::new((frame.x + 5.0, y), &label, beside));
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

/// Draws scale bar, projection and north arrow into the emptiest lower or upper corner.
pub(super) fn scale_and_north(canvas: &mut Canvas<'_>, view: &View, taken: &mut Taken) {
    let metres_per_px = view.ground_metres_per_px();
    let bar_metres = round_length(200.0 * metres_per_px);
    let bar = bar_metres / metres_per_px;
    let name = format!("{}; scale true at the centre", view.projection.name());
    let small = Lettering::new(theme::SMALL_PX - 1.0, theme::MUTED);
    let width = bar.max(small.width_px(&name)) + 78.0;
    let height = 66.0;
    let (left, right) = (view.frame.x + 46.0, view.frame.right() - width - 12.0);
    let (top, bottom) = (view.frame.y + 12.0, view.frame.bottom() - height - 26.0);
    let corners = [(right, bottom), (left, bottom), (left, top), (right, top)]
        .map(|(x, y)| Rect::new(x, y, width, height));
    let spot = taken
        .place(corners.into_iter(), &view.frame)
        .map_or(corners[0], |(_, spot)| spot);
    // Where every corner is taken it covers what is there, on a ground of its own.
    taken.add(spot);
    canvas.rect(spot, 4.0, &Paint::filled(theme::PAPER.with_alpha(0.86)));

    let (x, y) = (spot.x + 12.0, spot.y + 26.0);
    let thick = 7.0;
    let outline = Stroke::solid(theme::INK, 1.0);
    for half in 0..2u8 {
        let ink = if half == 0 { theme::INK } else { theme::PAPER };
        let part = Rect::new(x + f64::from(half) * bar / 2.0, y, bar / 2.0, thick);
        canvas.rect(part, 0.0, &Paint::filled(ink).with_outline(outline));
    }
    let label = Lettering::new(theme::SMALL_PX, theme::INK)
        .anchored(Anchor::Middle, VerticalAnchor::Bottom);
    for (share, text) in [
        (0.0, "0".to_owned()),
        (0.5, kilometres(bar_metres / 2.0)),
        (1.0, format!("{} km", kilometres(bar_metres))),
    ] {
        canvas.text(&TextLine::new((x + share * bar, y - 4.0), &text, label));
    }
    let under = small.anchored(Anchor::Start, VerticalAnchor::Top);
    canvas.text(&TextLine::new((x, y + thick + 8.0), &name, under));
    north(
        canvas,
        view,
        (spot.right() - 26.0, spot.y + height / 2.0 + 8.0),
    );
}

/// An arrow that points to true north where it stands.
fn north(canvas: &mut Canvas<'_>, view: &View, (x, y): (f64, f64)) {
    let up = view.position((x, y)).and_then(|here| {
        let there = geodesy::direct(here, geodesy::Azimuth(0.0), crate::units::Metres(1_000.0)).0;
        let place = view.place(there)?;
        let (dx, dy) = (place.0 - x, place.1 - y);
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
    canvas.text(&TextLine::new(along(23.0, 0.0), "N", letter));
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

fn kilometres(metres: f64) -> String {
    crate::units::round_to(metres / 1000.0, 3).to_string()
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
