//! Numbers that other programs or publications gave.

use borderscope::border::Border;
use borderscope::case::BorderSource;
use borderscope::cluster::dbscan::{Role, st_dbscan};
use borderscope::geodesy::{LocalPlane, Position};
use borderscope::input;
use borderscope::locate::Locator;
use borderscope::neighbours::SpaceTimeGrid;
use borderscope::units::{Day, Days, Metres};

use super::support::{numbers, repository, table};

pub(crate) fn border(path: &std::path::Path) -> Border {
    input::border::read(&BorderSource::new(path)).unwrap()
}

/// `GeographicLib`'s Python implementation, by `tests/reference/locate.py`.
#[test]
fn locations_agree_with_geographiclib() {
    let border = border(&repository("data/afpk-2025/border.geojson"));
    let locator = Locator::new(&border);
    let text = std::fs::read_to_string(repository("tests/reference/locate.csv")).unwrap();
    let mut reader = csv::ReaderBuilder::new()
        .comment(Some(b'#'))
        .from_reader(text.as_bytes());
    let mut compared = 0;
    for row in reader.records() {
        let row = row.unwrap();
        let number = |column: usize| row[column].parse::<f64>().unwrap();
        let located = locator.locate(Position::new(number(0), number(1)).unwrap());
        assert!(
            (located.offset.0 - number(2)).abs() < 1e-3,
            "{row:?} {located:?}"
        );
        assert!(
            (located.chainage.0 - number(3)).abs() < 1e-3,
            "{row:?} {located:?}"
        );
        assert!(
            (located.foot.longitude() - number(4)).abs() < 1e-8,
            "{row:?} {located:?}"
        );
        assert!(
            (located.foot.latitude() - number(5)).abs() < 1e-8,
            "{row:?} {located:?}"
        );
        if number(2) > 1e-3 {
            assert_eq!(located.side.as_str(), &row[6], "{row:?} {located:?}");
        }
        compared += 1;
    }
    assert_eq!(compared, 400);
    assert!((border.length().0 - 2_245_678.093_179).abs() < 1e-3);
}

/// Cases of Burkitt's lymphoma in the West Nile district, from libpysal (BSD-3): x and y in kilometres, day.
/// The published result is of the plane: the cases are laid out on the Earth a thousand times smaller, where
/// it is flat to a ten-millionth of a metre. Coordinates are whole kilometres, so some cases are 10 km apart
/// exactly; a millimetre more lets them be neighbours, as in the plane, and no others.
#[test]
fn st_dbscan_gives_the_published_clusters() {
    let rows = table(&repository("tests/reference/burkitt.csv"));
    let plane = LocalPlane::new(Position::new(31.0, 3.0).unwrap());
    let numbers = |column: &str| numbers(&rows, column);
    let positions: Vec<Position> = numbers("x_km")
        .into_iter()
        .zip(numbers("y_km"))
        .map(|(x, y)| plane.position(x - 290.0, y - 310.0))
        .collect();
    let days: Vec<Day> = numbers("day").iter().map(|&day| Day(day as i32)).collect();
    assert_eq!(positions.len(), 188);
    let grid = SpaceTimeGrid::new(&positions, &days, Metres(10.001), Days(90));
    let labels = st_dbscan(&grid, 5);
    assert_eq!(labels.count, 3);
    let count = |role| labels.roles.iter().filter(|&&held| held == role).count();
    assert_eq!(
        (
            count(Role::Core),
            count(Role::Reachable),
            count(Role::Noise)
        ),
        (9, 14, 165)
    );
}
