//! Real borders, and lines in awkward places.

use std::path::Path;

use borderscope::border::{Border, Part};
use borderscope::geodesy::{Azimuth, Position, direct, distance};
use borderscope::locate::Locator;
use borderscope::units::Metres;

use super::reference::border;
use super::support::{Dice, path_text, run, run_pack, shared, table};

#[test]
fn real_borders_have_their_lengths_and_chains() {
    for (file, chains, km, within) in [
        ("afg_pak_raw_70_parts", 1, 2_244.7, 0.05),
        ("arm_aze", 5, 754.0, 0.5),
        ("ind_pak_line_of_control", 1, 796.0, 0.5),
        ("khm_tha", 1, 663.0, 0.5),
        ("isr_lbn", 1, 98.0, 0.5),
        ("kor_prk", 1, 204.0, 0.5),
        ("cod_rwa", 1, 203.0, 0.5),
        ("nor_rus", 1, 165.0, 0.5),
        ("usa_can", 3, 8_345.0, 0.5),
    ] {
        let Some(path) = shared(&format!("borders/{file}.geojson")) else {
            return;
        };
        let border = border(&path);
        assert_eq!(border.chains().len(), chains, "{file}");
        assert!(
            (border.length().km() - km).abs() <= within,
            "{file}: {} km",
            border.length().km()
        );
    }
}

#[test]
fn disordered_pieces_give_the_same_line() {
    let Some(path) = shared("borders/afg_pak_raw_70_parts.geojson") else {
        return;
    };
    let whole = border(&path);
    assert_eq!(whole.assembly().parts, 70);
    assert_eq!(whole.assembly().joins, 69);
    let text = std::fs::read_to_string(&path).unwrap();
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let lines = json["features"][0]["geometry"]["coordinates"]
        .as_array()
        .unwrap();
    let mut parts: Vec<Part> = lines
        .iter()
        .map(|line| Part {
            vertices: line
                .as_array()
                .unwrap()
                .iter()
                .map(|at| Position::new(at[0].as_f64().unwrap(), at[1].as_f64().unwrap()).unwrap())
                .collect(),
            ..Part::default()
        })
        .collect();
    let mut dice = Dice(4);
    for _ in 0..10 {
        dice.shuffle(&mut parts);
        for part in &mut parts {
            if dice.unit() < 0.3 {
                part.vertices.reverse();
            }
        }
        let again = Border::assemble(&parts, Metres(1.0)).unwrap();
        assert_eq!(again.chains().len(), 1);
        assert!((again.length().0 - whole.length().0).abs() < 1e-5);
        let ends = [again.at(Metres::ZERO), again.at(again.length())];
        for end in [whole.at(Metres::ZERO), whole.at(whole.length())] {
            assert!(ends.iter().any(|&other| distance(other, end).0 < 1e-6));
        }
    }
}

/// Natural Earth names the sides of a feature, whose pieces are drawn in any direction: after joining, and after
/// turning chains that bear the names the other way round, towns lie in their countries.
#[test]
fn names_of_sides_are_true_after_joining() {
    for (file, towns) in [
        (
            "afg_pak_raw_70_parts",
            vec![
                (69.2, 34.5, "Afghanistan"),
                (64.4, 31.0, "Afghanistan"),
                (73.0, 33.7, "Pakistan"),
                (67.0, 30.2, "Pakistan"),
            ],
        ),
        (
            "arm_aze",
            vec![
                (45.0, 40.5, "Armenia"),
                (45.67, 39.84, "Armenia"),
                (46.36, 40.68, "Azerbaijan"),
                (45.4, 39.2, "Azerbaijan"),
            ],
        ),
        (
            "khm_tha",
            vec![(100.5, 13.75, "Thailand"), (104.9, 11.5, "Cambodia")],
        ),
        (
            "nor_rus",
            vec![(29.75, 70.07, "Norway"), (33.1, 68.97, "Russia")],
        ),
        (
            "usa_can",
            vec![
                (-122.3, 47.6, "United States of America"),
                (-114.0, 51.0, "Canada"),
                (-147.7, 64.8, "United States of America"),
                (-135.0, 60.7, "Canada"),
                (-73.6, 45.5, "Canada"),
            ],
        ),
        (
            "cod_rwa",
            vec![
                (29.2, -1.66, "Democratic Republic of the Congo"),
                (29.27, -1.7, "Rwanda"),
            ],
        ),
    ] {
        let Some(path) = shared(&format!("borders/{file}.geojson")) else {
            return;
        };
        let line = border(&path);
        let locator = Locator::new(&line);
        for (longitude, latitude, country) in towns {
            let town = Position::new(longitude, latitude).unwrap();
            let side = locator.locate(town).side;
            assert_eq!(side.name(&line), country, "{file} {town:?}");
        }
        if file == "arm_aze" {
            assert!(line.assembly().turned_by_names > 0);
        }
    }
}

#[test]
fn reversing_a_real_line_mirrors_chainage_and_side() {
    for file in ["ind_pak_line_of_control", "arm_aze", "nor_rus"] {
        let Some(path) = shared(&format!("borders/{file}.geojson")) else {
            return;
        };
        let there = border(&path);
        let back = there.reversed();
        let (there_locator, back_locator) = (Locator::new(&there), Locator::new(&back));
        let mut dice = Dice(8);
        for _ in 0..500 {
            let from = there.at(there.length() * dice.unit());
            let azimuth = Azimuth(360.0 * dice.unit() - 180.0);
            let position = direct(from, azimuth, Metres(30_000.0 * dice.unit())).0;
            let (a, b) = (
                there_locator.locate(position),
                back_locator.locate(position),
            );
            assert!((a.offset.0 - b.offset.0).abs() < 1e-6);
            assert_eq!(a.side, b.side.opposite(), "{file} {position:?}");
            let mirrored = (there.length() - b.chainage).0;
            assert!(
                (a.chainage.0 - mirrored).abs() < 1e-3,
                "{file} {position:?} {a:?} {b:?}"
            );
        }
    }
}

/// A table of incidents around a line, seeded.
fn incidents_around(border: &Border, count: usize) -> String {
    let mut dice = Dice(15);
    let mut text = "id,date,latitude,longitude,event_type,fatalities_best\n".to_owned();
    for number in 0..count {
        let from = border.at(border.length() * (dice.unit() * 6.0).floor() * (1.0 / 6.0));
        let azimuth = Azimuth(360.0 * dice.unit() - 180.0);
        let at = direct(from, azimuth, Metres(70_000.0 * dice.unit() * dice.unit())).0;
        let day = 1 + (dice.unit() * 28.0) as u32;
        let kind = ["shelling", "clash", "mine"][(dice.unit() * 3.0) as usize];
        text.push_str(&format!(
            "s{number},2024-02-{day:02},{},{},{kind},{}\n",
            at.latitude(),
            at.longitude(),
            number % 4
        ));
    }
    text
}

fn runs(border_file: &Path, count: usize) {
    let folder = tempfile::tempdir().unwrap();
    let incidents = folder.path().join("incidents.csv");
    std::fs::write(&incidents, incidents_around(&border(border_file), count)).unwrap();
    let pack = folder.path().join("pack");
    run_pack(&[&incidents], border_file, &pack, &[], 0);
    run(&["verify", path_text(&pack)], 0);
    let rows = table(&pack.join("tables/incidents.csv"));
    assert_eq!(rows.len(), count);
    let used = rows.iter().filter(|row| row["fate"] == "used").count();
    assert!(used > count / 2);
    assert!(
        rows.iter().any(|row| row["side"] == "left")
            && rows.iter().any(|row| row["side"] == "right")
    );
    assert!(!table(&pack.join("tables/clusters.csv")).is_empty());
    for picture in ["maps/overview.png", "charts/chainage-by-date.png"] {
        assert!(
            std::fs::metadata(pack.join(picture)).unwrap().len() > 20_000,
            "{picture}"
        );
    }
}

#[test]
fn other_borders_run_from_end_to_end() {
    for file in ["ind_pak_line_of_control", "arm_aze", "nor_rus"] {
        if let Some(path) = shared(&format!("borders/{file}.geojson")) {
            runs(&path, 240);
        }
    }
}

#[test]
fn lines_across_the_antimeridian_and_round_a_ring_run_from_end_to_end() {
    for line in [
        "[[178.5,-17.0],[179.6,-16.2],[-179.4,-16.0],[-178.2,-17.5]]",
        "[[30.0,69.2],[30.8,69.5],[30.2,69.9],[29.0,69.6],[30.0,69.2]]",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("line.geojson");
        std::fs::write(
            &path,
            format!("{{\"type\":\"LineString\",\"coordinates\":{line}}}"),
        )
        .unwrap();
        runs(&path, 160);
    }
}
