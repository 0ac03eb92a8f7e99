//! The inset that says where on the Earth, or on the line, a map is.
//!
//! The land of the globe is Natural Earth's 1:110m land (public domain, made with Natural Earth),
//! simplified to a third of a degree: `world.txt` has a ring a line, in tenths of a degree.

use crate::geodesy::Position;
use crate::render::canvas::{Canvas, Paint, Rect, Stroke};
use crate::render::projection::View;
use crate::render::theme;

use super::land;

const WORLD: &str = include_str!("world.txt");

/// Width and height of the inset in px.
pub(super) const SIZE: f64 = 124.0;

/// The Earth as it looks from far above a position (orthographic; Snyder 1987, p. 145).
struct Globe {
    centre: (f64, f64),
    middle: (f64, f64),
    radius: f64,
}

impl Globe {
    /// Where a position in degrees is on the disc, and whether it is on the side that is seen. What is
    /// behind comes to lie on the limb.
    fn place(&self, (longitude, latitude): (f64, f64)) -> ((f64, f64), bool) {
        let (lambda, phi) = (
            (longitude - self.centre.0).to_radians(),
            latitude.to_radians(),
        );
        let phi_0 = self.centre.1.to_radians();
        let x = phi.cos() * lambda.sin();
        let y = phi_0.cos() * phi.sin() - phi_0.sin() * phi.cos() * lambda.cos();
        let seen = phi_0.sin() * phi.sin() + phi_0.cos() * phi.cos() * lambda.cos() >= 0.0;
        let length = x.hypot(y);
        let stretch = if seen || length <= 0.0 {
            1.0
        } else {
            1.0 / length
        };
        (
            (
                self.middle.0 + self.radius * x * stretch,
                self.middle.1 - self.radius * y * stretch,
            ),
            seen,
        )
    }
}

/// Draws the globe with the frame of the map on it.
pub(super) fn globe(canvas: &mut Canvas<'_>, view: &View, at: Rect) {
    let middle = (at.x + at.width / 2.0, at.y + at.height / 2.0);
    let frame_middle = (
        view.frame.x + view.frame.width / 2.0,
        view.frame.y + view.frame.height / 2.0,
    );
    let Some(centre) = view.position(frame_middle) else {
        return;
    };
    let globe = Globe {
        centre: (centre.longitude(), centre.latitude()),
        middle,
        radius: at.width / 2.0 - 3.0,
    };
    canvas.circle(
        middle,
        at.width / 2.0,
        &Paint::filled(theme::PAPER.with_alpha(0.9)),
    );
    canvas.circle(middle, globe.radius, &Paint::filled(land::SEA));
    let mut rings = Vec::new();
    for line in WORLD.lines() {
        let corners: Vec<((f64, f64), bool)> = line
            .split(' ')
            .filter_map(|pair| {
                let (longitude, latitude) = pair.split_once(',')?;
                Some((
                    longitude.parse::<f64>().ok()? / 10.0,
                    latitude.parse::<f64>().ok()? / 10.0,
                ))
            })
            .map(|position| globe.place(position))
            .collect();
        if corners.iter().any(|(_, seen)| *seen) {
            rings.push(corners.into_iter().map(|(at, _)| at).collect::<Vec<_>>());
        }
    }
    for ring in &rings {
        canvas.path(
            &[ring],
            true,
            &Paint::filled(land::GLOBE).with_outline(Stroke::solid(land::OUTLINE, 0.4)),
        );
    }
    let fine = Stroke::solid(land::OUTLINE.with_alpha(0.5), 0.5);
    for step in -2..=2 {
        let latitude = f64::from(step) * 30.0;
        arc(
            canvas,
            &globe,
            |share| (share * 360.0 - 180.0, latitude),
            fine,
        );
    }
    for step in 0..12 {
        let longitude = f64::from(step) * 30.0 - 180.0;
        arc(
            canvas,
            &globe,
            |share| (longitude, share * 180.0 - 90.0),
            fine,
        );
    }
    canvas.circle(
        middle,
        globe.radius,
        &Paint::outlined(Stroke::solid(theme::MUTED, 1.0)),
    );
    mark(canvas, view, None, |position| {
        Some(globe.place((position.longitude(), position.latitude())).0)
    });
}

/// The part of a meridian or parallel that is seen.
fn arc(canvas: &mut Canvas<'_>, globe: &Globe, at: impl Fn(f64) -> (f64, f64), stroke: Stroke) {
    let mut parts: Vec<Vec<(f64, f64)>> = vec![Vec::new()];
    for step in 0..=72 {
        let (place, seen) = globe.place(at(f64::from(step) / 72.0));
        if seen {
            if let Some(part) = parts.last_mut() {
                part.push(place);
            }
        } else if parts.last().is_some_and(|part| !part.is_empty()) {
            parts.push(Vec::new());
        }
    }
    canvas.path(&parts, false, &Paint::outlined(stroke));
}

/// The frame of a map as far as it lies within an inset, or a ring around it where it would be too small to be seen.
fn mark(
    canvas: &mut Canvas<'_>,
    view: &View,
    within: Option<Rect>,
    place: impl Fn(Position) -> Option<(f64, f64)>,
) {
    let frame = view.frame;
    let corner = |share: f64| {
        let (side, along) = ((share * 4.0) as u32 % 4, (share * 4.0).fract());
        let at = match side {
            0 => (frame.x + along * frame.width, frame.y),
            1 => (frame.right(), frame.y + along * frame.height),
            2 => (frame.right() - along * frame.width, frame.bottom()),
            _ => (frame.x, frame.bottom() - along * frame.height),
        };
        view.position(at).and_then(&place)
    };
    let mut ring: Vec<(f64, f64)> = (0..48)
        .filter_map(|step| corner(f64::from(step) / 48.0))
        .collect();
    let range = |of: fn(&(f64, f64)) -> f64| {
        ring.iter()
            .map(of)
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), it| {
                (low.min(it), high.max(it))
            })
    };
    let ((left, right), (top, bottom)) = (range(|at| at.0), range(|at| at.1));
    // A frame that goes beyond is closed at the edge, or it would look cut open.
    if let Some(within) = within {
        for at in &mut ring {
            at.0 = at.0.clamp(within.x + 1.5, within.right() - 1.5);
            at.1 = at.1.clamp(within.y + 1.5, within.bottom() - 1.5);
        }
    }
    if ring.is_empty() {
        return;
    }
    let stroke = Stroke::solid(theme::RIVAL, 1.6);
    if (right - left).max(bottom - top) < 7.0 {
        let middle = (f64::midpoint(left, right), f64::midpoint(top, bottom));
        canvas.circle(middle, 5.5, &Paint::outlined(stroke));
    } else {
        let fill = Paint::filled(theme::RIVAL.with_alpha(0.14));
        canvas.path(&[&ring], true, &fill.with_outline(stroke));
    }
}

/// Draws the whole line in small, with the frame of a map of a part of it.
pub(super) fn line(canvas: &mut Canvas<'_>, border: &crate::border::Border, view: &View, at: Rect) {
    let ends: Vec<Position> = border
        .pieces()
        .iter()
        .flat_map(|piece| [piece.segment.start(), piece.segment.end()])
        .collect();
    let Some(small) = View::around(&ends, at) else {
        return;
    };
    canvas.rect(
        at,
        3.0,
        &Paint::filled(theme::PAPER.with_alpha(0.92)).with_outline(Stroke::solid(theme::RULE, 1.0)),
    );
    let parts: Vec<Vec<(f64, f64)>> = border
        .slice(crate::units::Metres::ZERO, border.length())
        .into_iter()
        .map(|part| part.into_iter().filter_map(|it| small.place(it)).collect())
        .collect();
    canvas.path(
        &parts,
        false,
        &Paint::outlined(Stroke::solid(theme::INK, 1.3)),
    );
    canvas.begin_clip(at);
    mark(canvas, view, Some(at), |position| small.place(position));
    canvas.end();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_world_is_whole() {
        let mut rings = 0;
        for line in WORLD.lines() {
            rings += 1;
            for pair in line.split(' ') {
                let (longitude, latitude) = pair.split_once(',').unwrap();
                let (longitude, latitude): (i32, i32) =
                    (longitude.parse().unwrap(), latitude.parse().unwrap());
                assert!((-1800..=1800).contains(&longitude) && (-900..=900).contains(&latitude));
            }
        }
        assert!(rings > 50);
    }

    #[test]
    fn what_is_behind_lies_on_the_limb() {
        let globe = Globe {
            centre: (70.0, 34.0),
            middle: (0.0, 0.0),
            radius: 10.0,
        };
        let (at, seen) = globe.place((70.0, 34.0));
        assert!(seen && at.0.hypot(at.1) < 1e-9);
        let (at, seen) = globe.place((-100.0, -10.0));
        assert!(!seen && (at.0.hypot(at.1) - 10.0).abs() < 1e-9);
        // North is up.
        assert!(globe.place((70.0, 60.0)).0.1 < 0.0);
    }
}
