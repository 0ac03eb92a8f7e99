//! Lines in awkward places, held to the definition of a location: nothing of the line is nearer than its foot,
//! the foot lies at its chainage, and what was put to the left of the line is to its left.

use borderscope::border::{Border, Part};
use borderscope::geodesy::{Azimuth, Position, direct, distance};
use borderscope::locate::{Locator, Side};
use borderscope::units::Metres;

use super::support::Dice;

fn at(longitude: f64, latitude: f64) -> Position {
    Position::new(longitude, latitude).unwrap()
}

fn line(vertices: &[(f64, f64)]) -> Border {
    let part = Part {
        vertices: vertices.iter().map(|&(x, y)| at(x, y)).collect(),
        ..Part::default()
    };
    Border::assemble(&[part], Metres(1.0)).unwrap()
}

/// A rough line from one place to another, not across the antimeridian.
fn rough(seed: u64, from: (f64, f64), to: (f64, f64), vertices: usize, rough: f64) -> Border {
    let mut dice = Dice(seed);
    let mut between =
        |a: f64, b: f64, share: f64| a + (b - a) * share + rough * (dice.unit() - 0.5);
    let vertices: Vec<(f64, f64)> = (0..vertices)
        .map(|number| {
            let share = number as f64 / (vertices - 1) as f64;
            (between(from.0, to.0, share), between(from.1, to.1, share))
        })
        .collect();
    line(&vertices)
}

/// Places on the line that no location may be farther than: the ends and the middle of every piece, thinned out
/// for long lines.
fn samples(border: &Border) -> Vec<Position> {
    let every = border.pieces().len().div_ceil(4_000);
    border
        .pieces()
        .iter()
        .step_by(every)
        .flat_map(|piece| {
            let middle = piece.segment.at(piece.segment.length() * 0.5).0;
            [piece.segment.start(), middle, piece.segment.end()]
        })
        .collect()
}

fn hold_to_the_definition(name: &str, border: &Border, reach: f64, rounds: usize) {
    let locator = Locator::new(border);
    let samples = samples(border);
    let mut dice = Dice(42);
    let mut left_or_right = 0;
    for round in 0..rounds {
        // Somewhere on the line, and from there square to its left or to its right.
        let chainage = border.length() * dice.unit();
        let piece = border.pieces().partition_point(|it| it.start <= chainage) - 1;
        let piece = &border.pieces()[piece];
        let (from, ahead) = piece.segment.at(chainage - piece.start);
        let (turn, side) = if round % 2 == 0 {
            (-90.0, Side::Left)
        } else {
            (90.0, Side::Right)
        };
        let away = Metres(reach * dice.unit().powi(3) + 0.01);
        let position = direct(from, Azimuth(ahead.0 + turn), away).0;

        let found = locator.locate(position);
        let told = format!("{name}: {position:?} {found:?}");
        assert!(
            (distance(position, found.foot).0 - found.offset.0).abs() < 1e-6,
            "{told}"
        );
        assert!(found.offset.0 <= away.0 + 1e-6, "{told}");
        assert!(
            (0.0..=border.length().0).contains(&found.chainage.0),
            "{told}"
        );
        let there = border.at(found.chainage);
        let end = border.at(found.chainage - Metres(1e-6));
        let apart = distance(there, found.foot)
            .0
            .min(distance(end, found.foot).0);
        assert!(apart < 1e-3, "{told}");
        if round < 60 {
            for &sample in &samples {
                assert!(
                    distance(position, sample).0 >= found.offset.0 - 1e-6,
                    "{told}"
                );
            }
        }
        // Where the line bends another part of it may be nearer; then this says nothing.
        if (found.chainage.0 - chainage.0).abs() < 1e-3 && found.offset.0 > 0.002 {
            assert_eq!(found.side, side, "{told}");
            left_or_right += 1;
        }
    }
    assert!(left_or_right > rounds / 20, "{name}: {left_or_right}");
}

#[test]
fn awkward_lines_are_located_by_the_definition() {
    let cases: Vec<(&str, Border, f64)> = vec![
        (
            "across the antimeridian",
            line(&[
                (179.2, 64.0),
                (179.8, 64.4),
                (-179.9, 64.2),
                (-179.5, 65.0),
                (179.9, 65.4),
                (-179.7, 66.0),
            ]),
            60_000.0,
        ),
        (
            "along the antimeridian",
            line(&[(180.0, -17.0), (-180.0, -16.0), (180.0, -15.0)]),
            90_000.0,
        ),
        (
            "at 70 degrees north",
            rough(3, (28.0, 69.1), (31.0, 70.2), 200, 0.2),
            40_000.0,
        ),
        (
            "round a pole",
            line(&[
                (0.0, 88.0),
                (70.0, 89.5),
                (140.0, 88.5),
                (-130.0, 89.0),
                (-60.0, 88.2),
                (0.0, 88.0),
            ]),
            80_000.0,
        ),
        (
            "over a pole between vertices",
            line(&[(10.0, 86.0), (-170.0, 85.0)]),
            300_000.0,
        ),
        (
            "with a vertex at a pole",
            line(&[(10.0, 86.0), (45.0, 90.0), (120.0, 86.0)]),
            300_000.0,
        ),
        (
            "an enclave's ring",
            line(&[
                (8.95, 45.96),
                (8.99, 45.96),
                (8.99, 45.98),
                (8.96, 45.99),
                (8.95, 45.96),
            ]),
            3_000.0,
        ),
        (
            "touching itself at a vertex",
            line(&[
                (70.0, 33.0),
                (70.5, 33.0),
                (70.9, 33.4),
                (71.2, 33.0),
                (70.5, 33.0),
                (70.5, 32.2),
            ]),
            20_000.0,
        ),
        (
            "two vertices",
            line(&[(66.0, 29.0), (66.001, 29.0005)]),
            500.0,
        ),
        (
            "repeated vertices",
            line(&[
                (70.0, 33.0),
                (70.0, 33.0),
                (70.3, 33.2),
                (70.3, 33.2),
                (70.3, 33.2),
                (70.6, 33.0),
                (70.6, 33.0),
            ]),
            20_000.0,
        ),
        (
            "segments of 1,000 km",
            line(&[
                (-141.0, 69.6),
                (-141.0, 60.3),
                (-122.8, 49.0),
                (-109.0, 49.0),
                (-95.2, 49.0),
            ]),
            400_000.0,
        ),
        (
            "one segment of 9,000 km",
            line(&[(-60.0, -10.0), (20.0, 15.0)]),
            900_000.0,
        ),
        (
            "100,000 vertices",
            rough(9, (60.9, 29.8), (74.5, 37.0), 100_000, 0.004),
            50_000.0,
        ),
    ];
    for (name, border, reach) in &cases {
        hold_to_the_definition(name, border, *reach, 400);
    }
}

/// Two lobes that meet in one vertex: seen from between them the vertex is nearest, and the pass that lies behind
/// the other must not tell the side.
#[test]
fn a_line_that_touches_itself_knows_its_sides_at_the_vertex() {
    // Counterclockwise around both: a narrow lobe in the west, a broad one in the east.
    let vertices = [
        (70.0, 33.0),
        (69.8, 32.95),
        (69.8, 33.05),
        (70.0, 33.0),
        (69.9, 34.0),
        (71.0, 33.0),
        (69.9, 32.0),
        (70.0, 33.0),
    ];
    let vertices: Vec<(f64, f64)> = vertices.into_iter().rev().collect();
    let there = line(&vertices);
    let back = there.reversed();
    for (border, inside, outside) in [
        (&there, Side::Left, Side::Right),
        (&back, Side::Right, Side::Left),
    ] {
        let locator = Locator::new(border);
        // Of the first two the vertex is the nearest point.
        for place in [
            at(70.01, 33.0),
            at(70.02, 33.001),
            at(69.9, 33.0),
            at(70.5, 33.0),
        ] {
            let found = locator.locate(place);
            assert_eq!(found.side, inside, "{place:?} {found:?}");
            assert!(!found.beyond_end);
        }
        for place in [at(69.99, 33.05), at(69.99, 32.95), at(69.7, 33.0)] {
            assert_eq!(locator.locate(place).side, outside, "{place:?}");
        }
    }
}

/// A corner of a closed line, and a place where three chains meet, are no ends.
#[test]
fn only_open_ends_are_ends() {
    let part = |vertices: &[(f64, f64)]| Part {
        vertices: vertices.iter().map(|&(x, y)| at(x, y)).collect(),
        ..Part::default()
    };
    let star = [
        part(&[(70.0, 33.0), (70.5, 33.0)]),
        part(&[(70.5, 33.0), (70.9, 33.3)]),
        part(&[(70.5, 33.0), (70.9, 32.7)]),
    ];
    let star = Border::assemble(&star, Metres(1.0)).unwrap();
    let locator = Locator::new(&star);
    let near_junction = at(70.51, 33.0);
    let found = locator.locate(near_junction);
    assert!(!found.beyond_end);
    let end = |place, radius| {
        let found = locator.locate(place);
        locator
            .line_end(place, &found, Some(Metres(radius)))
            .as_str()
    };
    assert_eq!(end(near_junction, 5_000.0), "no");
    assert_eq!(end(at(70.05, 33.0), 1_000.0), "no");
    assert_eq!(end(at(70.05, 33.0), 10_000.0), "near");
    assert_eq!(end(at(69.95, 33.0), 10.0), "yes");
    assert_eq!(
        locator
            .line_end(at(70.05, 33.0), &locator.locate(at(70.05, 33.0)), None)
            .as_str(),
        "no"
    );
}
