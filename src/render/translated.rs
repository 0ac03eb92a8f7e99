//! Every picture in every language that is shipped: no phrase is missed, no text leaves the picture.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use resvg::usvg;

use crate::analysis::Analysis;
use crate::case::Case;
use crate::input::translations::language;
use crate::pipeline::{Silent, analyse};
use crate::render::raster;
use crate::render::set::pictures;
use crate::render::sheet::Sheet;
use crate::render::theme::Symbols;
use crate::testing::Dice;
use crate::units::{Day, Days};
use crate::wording::language::Language;

const TAGS: [&str; 2] = ["fr", "ru"];

/// Draws all pictures of an analysis in a language; gives the phrases that were asked for in vain.
fn missed(analysis: &mut Analysis, tag: &str) -> Vec<String> {
    analysis.language = language(Some(tag), None).unwrap();
    let symbols = Symbols::of(analysis);
    let sheet = Sheet::of(analysis);
    for picture in pictures(analysis) {
        let svg = (picture.draw)(analysis, &symbols, &sheet);
        let tree = raster::tree(&svg).unwrap();
        inside(tree.root(), &format!("{tag} {}", picture.path));
    }
    analysis.language.missed()
}

/// That every text lies in the picture.
fn inside(group: &usvg::Group, name: &str) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => inside(group, name),
            usvg::Node::Text(text) => {
                let content: String = text.chunks().iter().map(usvg::TextChunk::text).collect();
                let at = text.flattened().abs_bounding_box();
                let within = at.left() >= 0.0
                    && at.top() >= 0.0
                    && at.right() <= 1920.0
                    && at.bottom() <= 1080.0;
                assert!(within, "{name}: {content:?} leaves the picture: {at:?}");
            }
            _ => {}
        }
    }
}

#[test]
fn the_case_of_2025() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/afpk-2025/case.toml");
    let mut analysis = analyse(&Case::read(&path).unwrap(), &Silent).unwrap();
    for tag in TAGS {
        assert_eq!(missed(&mut analysis, tag), [""; 0], "{tag}");
    }
    // What is missed is noticed: a language without a table misses all of it.
    analysis.language = Language::new("xx");
    let symbols = Symbols::of(&analysis);
    let sheet = Sheet::of(&analysis);
    for picture in pictures(&analysis) {
        (picture.draw)(&analysis, &symbols, &sheet);
    }
    let missed = analysis.language.missed();
    assert!(
        missed.len() > 150 && missed.iter().any(|it| it == "Oct"),
        "{missed:?}"
    );
}

/// A case with something of everything.
fn made(folder: &Path, incidents: usize, days: i32, ceasefires: usize) -> Case {
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let first = Day::from_date(jiff::civil::date(2015, 10, 5));
    let mut dice = Dice::new(incidents as u64);
    let mut rows = "id,date,latitude,longitude,geo_precision,event_type,reported_by,actor_a,claim_status,fatalities_low,\
                    fatalities_best,fatalities_high\n"
        .to_owned();
    let kinds = [
        "armed_clash",
        "shelling",
        "airstrike",
        "ambush",
        "bombing",
        "infiltration",
        "border_closure",
        "",
        "a",
        "b",
        "c",
        "d",
    ];
    let states = [
        "confirmed",
        "claimed",
        "contested",
        "denied",
        "unconfirmed",
        "",
    ];
    for number in 0..incidents {
        let day = first.plus(Days(dice.below(days as u64) as i32));
        // Some of a month only, some far from the line, some at one coordinate, some on the line.
        let day = match number % 11 {
            0 => day.to_string()[..7].to_owned(),
            _ => day.to_string(),
        };
        let (latitude, longitude) = match number % 9 {
            0 => (36.0, 61.0),
            1..=3 => (33.12, 62.5),
            4 => (33.0, 64.0),
            _ => (33.1 + dice.between(-0.2, 0.2), dice.between(60.0, 70.0)),
        };
        let deaths = [",,", "0,0,0", "3,,9", "1,2,60", ",4,", "5,5,5"][number % 6];
        writeln!(
            rows,
            "i{number},{day},{latitude:.4},{longitude:.4},{},{},{},party {},{},{deaths}",
            1 + dice.below(5),
            kinds[dice.below(12) as usize],
            ["", "left_official", "x", "y"][dice.below(4) as usize],
            dice.below(20),
            states[dice.below(6) as usize],
        )
        .unwrap();
    }
    let line = |name: &str, shift: f64| {
        let feature = |points: &str| {
            format!(
                r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"LineString","coordinates":[{points}]}}}}"#
            )
        };
        let parts = [
            feature(&format!("[60,{}],[62,33.5],[64,33]", 33.0 + shift)),
            feature("[64.2,33.1],[64.3,33.1]"),
            feature(&format!("[66,33.2],[70,{}]", 33.0 + shift)),
        ];
        let text = format!(
            r#"{{"type":"FeatureCollection","features":[{}]}}"#,
            parts.join(",")
        );
        write(name, &text);
    };
    line("line.geojson", 0.0);
    line("rival.geojson", 0.1);
    let mut truces = "name,start,start_time,end,end_time\n".to_owned();
    for number in 0..ceasefires {
        let start = first.plus(Days(days / 4 + 11 * number as i32));
        let (from, to) = match number % 3 {
            0 => (start, Some(start.plus(Days(9)))),
            1 => (start, Some(start)),
            _ => (start, None),
        };
        let to = to.map_or_else(String::new, |it| it.to_string());
        writeln!(truces, "Truce {number},{from},,{to},").unwrap();
    }
    write("truces.csv", &truces);
    let mut events = "date,kind,title\n".to_owned();
    for number in 0..30 {
        let day = first.plus(Days(number * days / 31));
        let kind = ["talks_round", "border_closure", "border_opening"][number as usize % 3];
        writeln!(events, "{day},{kind},Event {number}").unwrap();
    }
    write("events.csv", &events);
    write(
        "places.csv",
        "name,longitude,latitude,type\nTorkham,60.4,33.1,crossing_major\nA pass,61.3,33.3,pass\n",
    );
    write("incidents.csv", &rows);
    let case = write(
        "case.toml",
        "name = \"made\"\ntitle = \"Made\"\n[incidents]\nfiles = [\"incidents.csv\"]\n\
         [border]\nfile = \"line.geojson\"\nname = \"one\"\n\
         [[borders]]\nfile = \"rival.geojson\"\nname = \"a rival line of many words\"\n\
         [sectors]\ncount = 30\n[hold.ids]\ni5 = \"held\"\n[stats]\nmade = false\n[cluster]\ndraws = 20\n\
         [context]\nplaces = \"places.csv\"\nceasefires = \"truces.csv\"\nevents = \"events.csv\"\n\
         [style]\ndata_as_of = \"2020-01-01\"\n",
    );
    Case::read(&case).unwrap()
}

#[test]
fn made_cases() {
    let mut all: BTreeSet<String> = BTreeSet::new();
    for (incidents, days, ceasefires) in [
        (0, 20, 0),
        (1, 20, 1),
        (12, 20, 2),
        (400, 400, 3),
        (700, 2_000, 30),
        (400, 20_000, 1),
        (3_000, 900, 4),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut case = made(folder.path(), incidents.max(1), days, ceasefires);
        if incidents == 0 {
            // Nothing is counted.
            case.options.corridor = crate::units::Metres(1.0);
        }
        let mut analysis = analyse(&case, &Silent).unwrap();
        for tag in TAGS {
            all.extend(
                missed(&mut analysis, tag)
                    .into_iter()
                    .map(|it| format!("{tag} {it}")),
            );
        }
    }
    assert!(all.is_empty(), "{all:#?}");
}
