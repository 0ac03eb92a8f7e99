//! Numbers that other programs or publications gave.

use borderscope::border::Border;
use borderscope::case::BorderSource;
use borderscope::cluster::dbscan::{Neighbourhoods, Role, st_dbscan};
use borderscope::geodesy::Position;
use borderscope::input;
use borderscope::locate::Locator;
use borderscope::units::Metres;

use super::support::{repository, table};

pub(crate) fn border(path: &std::path::Path) -> Border {
    input::border::read(&BorderSource {
        file: path.to_owned(),
        left: None,
        right: None,
        reverse: false,
        join_tolerance: Metres(1.0),
    })
    .unwrap()
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

/// Cases of Burkitt's lymphoma in the West Nile district, from libpysal (BSD-3): x and y in
/// kilometres, day.
struct Burkitt(Vec<[f64; 3]>);

impl Neighbourhoods for Burkitt {
    fn len(&self) -> usize {
        self.0.len()
    }
    fn for_each_neighbour(&self, of: usize, found: &mut dyn FnMut(usize)) {
        (0..self.0.len())
            .filter(|&other| {
                self.distance(of, other).km() <= 10.0
                    && (self.0[of][2] - self.0[other][2]).abs() <= 90.0
            })
            .for_each(found);
    }
    fn distance(&self, one: usize, other: usize) -> Metres {
        let (a, b) = (self.0[one], self.0[other]);
        Metres::from_km((a[0] - b[0]).hypot(a[1] - b[1]))
    }
}

#[test]
fn st_dbscan_gives_the_published_clusters() {
    let cases = Burkitt(
        table(&repository("tests/reference/burkitt.csv"))
            .iter()
            .map(|row| ["x_km", "y_km", "day"].map(|column| row[column].parse().unwrap()))
            .collect(),
    );
    assert_eq!(cases.0.len(), 188);
    let labels = st_dbscan(&cases, 5);
    let count = |role| labels.roles.iter().filter(|&&held| held == role).count();
    assert_eq!(labels.count, 3);
    assert_eq!(
        (
            count(Role::Core),
            count(Role::Reachable),
            count(Role::Noise)
        ),
        (9, 14, 165)
    );
}
