//! Cases to draw: the shipped one, those of shared borders where they are at hand, and made-up ones.
//! Compiled for tests only.

use std::fmt::Write as _;
use std::path::Path;

use crate::analysis::Analysis;
use crate::case::{Case, IncidentFile, SectorSource, Size};
use crate::geodesy::{Azimuth, Position, direct};
use crate::pipeline::{Silent, analyse};
use crate::testing::Dice;
use crate::units::{Day, Days, Metres};

const KINDS: [&str; 7] = [
    "armed_clash",
    "shelling",
    "airstrike",
    "ambush",
    "bombing",
    "infiltration",
    "protest",
];
const STATES: [&str; 6] = [
    "confirmed",
    "claimed",
    "contested",
    "denied",
    "unconfirmed",
    "",
];

/// The shipped case, and cases made up along shared borders.
pub(crate) fn known_cases() -> Vec<(String, Analysis)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shipped = Case::read(&root.join("data/afpk-2025/case.toml")).unwrap();
    let mut cases = vec![(
        "the shipped case".to_owned(),
        analyse(&shipped, &Silent).unwrap(),
    )];
    for (seed, border) in ["ind_pak_line_of_control", "khm_tha", "nor_rus", "usa_can"]
        .into_iter()
        .enumerate()
    {
        let path = root.join(format!("../shared/data/borders/{border}.geojson"));
        if !path.exists() {
            eprintln!("left out: {} is not here", path.display());
            continue;
        }
        let folder = tempfile::tempdir().unwrap();
        let mut case = Case::from_files(
            vec![IncidentFile::new(folder.path().join("none.csv"))],
            path,
        );
        let line = crate::input::border::read(&case.border).unwrap();
        let vertices: Vec<Position> = line
            .pieces()
            .iter()
            .map(|piece| piece.segment.start())
            .collect();
        case.title = format!("Made-up incidents along {border}");
        let mut dice = Dice::new(seed as u64);
        cases.push((
            border.to_owned(),
            near(case, folder.path(), &vertices, &mut dice),
        ));
    }
    cases
}

/// A made-up case along a made-up line: anywhere from 60° south to 78° north, from 30 to 4,000 km long, in up to
/// three chains.
pub(crate) fn made(seed: u64) -> Analysis {
    let mut dice = Dice::new(1_000 + seed);
    let folder = tempfile::tempdir().unwrap();
    let start = dice.position_in(-180.0, -60.0, 180.0, 78.0);
    let step = Metres::from_km(dice.between(1.0, 40.0));
    let course = dice.between(0.0, 360.0);
    let count = 30 + dice.below(70);
    let mut at = start;
    let mut vertices = vec![at];
    for _ in 0..count {
        let turn = course + dice.between(-75.0, 75.0);
        at = direct(at, Azimuth(turn), step).0;
        vertices.push(at);
    }
    let chains = 1 + dice.below(3) as usize;
    let lines: Vec<String> = vertices
        .chunks(vertices.len().div_ceil(chains).max(2))
        .filter(|chain| chain.len() > 1)
        .map(|chain| {
            let corners: Vec<String> = chain
                .iter()
                .map(|it| format!("[{},{}]", it.longitude(), it.latitude()))
                .collect();
            format!(
                r#"{{"type":"Feature","properties":{{"left":"Leftland","right":"Rightland"}},"geometry":{{"type":"LineString","coordinates":[{}]}}}}"#,
                corners.join(",")
            )
        })
        .collect();
    let border = folder.path().join("line.geojson");
    let text = format!(
        r#"{{"type":"FeatureCollection","features":[{}]}}"#,
        lines.join(",")
    );
    std::fs::write(&border, text).unwrap();
    let mut case = Case::from_files(
        vec![IncidentFile::new(folder.path().join("none.csv"))],
        border,
    );
    case.title = format!("Made-up case {seed}");
    case.style.size = Size::ALL[dice.below(6) as usize];
    near(case, folder.path(), &vertices, &mut dice)
}

/// Makes incidents, places and ceasefires near the vertices of a line, and analyses them.
fn near(mut case: Case, folder: &Path, vertices: &[Position], dice: &mut Dice) -> Analysis {
    let first = Day::from_date(jiff::civil::date(2025, 3, 1));
    let days = 1 + dice.below(300);
    let hot: Vec<Position> = (0..=dice.below(5))
        .map(|_| vertices[dice.below(vertices.len() as u64) as usize])
        .collect();
    let mut rows = "id,date,latitude,longitude,geo_precision,event_type,claim_status,reported_by,actor_a,fatalities_low,fatalities_best,fatalities_high\n".to_owned();
    for number in 0..=dice.below(140) {
        let from = if dice.below(3) == 0 {
            vertices[dice.below(vertices.len() as u64) as usize]
        } else {
            hot[dice.below(hot.len() as u64) as usize]
        };
        // Many share the coordinate of a gazetteer.
        let away = if dice.below(4) == 0 {
            0.0
        } else {
            dice.between(0.0, 30.0)
        };
        let at = direct(
            from,
            Azimuth(dice.between(0.0, 360.0)),
            Metres::from_km(away),
        )
        .0;
        let day = first.plus(Days(dice.below(days) as i32));
        let deaths = ["1,2,60", "3,,9", ",,", "0,0,0"][dice.below(4) as usize];
        let kind = KINDS[dice.below(7) as usize];
        let state = STATES[dice.below(6) as usize];
        let precision = 1 + dice.below(4);
        writeln!(
            rows,
            "i{number},{day},{:.4},{:.4},{precision},{kind},{state},side {},side {},{deaths}",
            at.latitude(),
            at.longitude(),
            dice.below(3),
            dice.below(3),
        )
        .unwrap();
    }
    std::fs::write(&case.incidents[0].path, rows).unwrap();
    let words = [
        "Spin",
        "Boldak",
        "قطاع",
        "Новый",
        "Gate",
        "Upper",
        "Old",
        "Ban",
    ];
    let kinds = [
        "crossing_major",
        "city",
        "town",
        "border_town",
        "crossing",
        "pass",
        "village",
    ];
    let mut places = "name,longitude,latitude,type\n".to_owned();
    for _ in 0..dice.below(60) {
        let from = vertices[dice.below(vertices.len() as u64) as usize];
        let away = Metres::from_km(dice.between(0.0, 60.0));
        let at = direct(from, Azimuth(dice.between(0.0, 360.0)), away).0;
        let name: Vec<&str> = (0..=dice.below(4))
            .map(|_| words[dice.below(8) as usize])
            .collect();
        let kind = kinds[dice.below(7) as usize];
        writeln!(
            places,
            "{},{},{},{kind}",
            name.join(" "),
            at.longitude(),
            at.latitude()
        )
        .unwrap();
    }
    let path = folder.join("places.csv");
    std::fs::write(&path, places).unwrap();
    case.places = Some(path);
    case.sectors = SectorSource::Equal(1 + dice.below(14) as usize);
    let path = folder.join("ceasefires.csv");
    let ceasefire = first.plus(Days(dice.below(days) as i32));
    std::fs::write(&path, format!("name,start,end\nA truce,{ceasefire},\n")).unwrap();
    case.ceasefires = Some(path);
    // What these tests look at does not depend on draws.
    case.options.stats.made = Some(false);
    case.options.sensitivity.made = Some(false);
    case.options.cluster.draws = Some(0);
    analyse(&case, &Silent).unwrap()
}
