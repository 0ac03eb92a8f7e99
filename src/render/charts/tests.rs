//! Every chart of many made-up cases: well formed, the same twice, nothing too small, outside or on top
//! of other text.

use std::fmt::Write as _;

use super::{ceasefire, chainage_dates, intensity, sector_weeks, timeline};
use crate::analysis::Analysis;
use crate::case::{Case, SectorSource};
use crate::ceasefire::accounting::Group;
use crate::pipeline::{Silent, analyse};
use crate::render::inspect;
use crate::render::sheet::Sheet;
use crate::render::theme::Symbols;
use crate::testing::Dice;
use crate::units::{Day, Days};

/// A made-up case.
struct Made<'m> {
    incidents: usize,
    days: i32,
    sectors: SectorSource,
    /// Rows of the table of sectors.
    names: &'m [String],
    ceasefires: &'m str,
    events: &'m str,
    /// Chainage in degrees within which incidents fall.
    width: f64,
    line: &'m str,
    /// Rows of the table of places.
    places: &'m str,
}

const LINE: &str = "[[60,33],[62,33.5],[64,33],[66,33.2],[70,33]]";
const BROKEN: &str = "[[60,33],[62,33.5],[64,33]],[[66,33.2],[70,33]]";

impl Default for Made<'_> {
    fn default() -> Self {
        Made {
            incidents: 80,
            days: 82,
            sectors: SectorSource::Equal(10),
            names: &[],
            ceasefires: "48-hour truce,2025-10-15,2025-10-17\nTruce extension,2025-10-17,2025-10-19\nOpen,2025-10-19,\n",
            events: "2025-10-12,border_closure,All crossings are shut\n2025-10-18,talks_round,First round\n\
                     2025-10-25,talks_round,Second round opens in a city\n2025-10-26,talks_end,It ends\n\
                     2025-10-31,border_opening,A crossing opens for some\n",
            width: 10.0,
            line: LINE,
            places: "Torkham,60.4,33.1,crossing_major\nA crossing with a name of sixty characters that goes on and on,60.9,33.2,crossing\n\
                     A pass,61.3,33.3,pass\nA town,61.35,33.3,border_town\nAnother,63.1,33.2,border_town\n\
                     قطاع سپین بولدک,66.1,33.2,town\nAt the end,70,33,village\nFar away,64,40,city\n",
        }
    }
}

impl Made<'_> {
    fn analyse(&self) -> Analysis {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            std::fs::write(&path, text).unwrap();
            path
        };
        let mut dice = Dice::new(2025);
        let first = Day::from_date(jiff::civil::date(2025, 10, 5));
        let kinds = [
            "armed_clash",
            "shelling",
            "airstrike",
            "ambush",
            "landmine",
            "protest",
        ];
        let mut rows = "id,date,latitude,longitude,geo_precision,event_type,fatalities_low,fatalities_best,fatalities_high\n".to_owned();
        // One far away, so that a case without counted incidents is a case.
        for (id, day) in [("first", 0), ("last", self.days - 1)] {
            writeln!(rows, "{id},{},60,10,1,shelling,,,", first.plus(Days(day))).unwrap();
        }
        for number in 0..self.incidents {
            let day = first.plus(Days(dice.below(self.days as u64) as i32));
            let longitude = 60.0 + dice.between(0.0, self.width);
            let latitude = 33.1 + dice.between(-0.2, 0.2);
            let precision = 1 + dice.below(5);
            let kind = kinds[dice.below(6) as usize];
            let deaths = match dice.below(4) {
                0 => ",,".to_owned(),
                1 => "3,,9".to_owned(),
                2 => ",,4".to_owned(),
                _ => "1,2,60".to_owned(),
            };
            writeln!(
                rows,
                "i{number},{day},{latitude:.4},{longitude:.4},{precision},{kind},{deaths}"
            )
            .unwrap();
        }
        let parts: Vec<String> = self
            .line
            .split("],[[")
            .enumerate()
            .map(|(place, part)| {
                let part = if place > 0 { format!("[[{part}") } else { part.to_owned() };
                let part = if part.ends_with("]]") { part } else { format!("{part}]") };
                format!(
                    r#"{{"type":"Feature","properties":{{}},"geometry":{{"type":"LineString","coordinates":{part}}}}}"#
                )
            })
            .collect();
        let border = format!(
            r#"{{"type":"FeatureCollection","features":[{}]}}"#,
            parts.join(",")
        );
        let mut case = Case::from_files(
            vec![crate::case::IncidentFile::new(write("made.csv", &rows))],
            write("line.geojson", &border),
        );
        case.title = "A made-up case".to_owned();
        case.sectors = self.sectors.clone();
        if !self.names.is_empty() {
            let mut table = "sector,start_longitude,start_latitude\n".to_owned();
            for (number, name) in self.names.iter().enumerate() {
                let longitude = 60.05 + 9.0 * number as f64 / self.names.len() as f64;
                writeln!(table, "\"{name}\",{longitude},33.2").unwrap();
            }
            case.sectors = SectorSource::File(write("sectors.csv", &table));
        }
        case.ceasefires = Some(write(
            "ceasefires.csv",
            &format!("name,start,end\n{}", self.ceasefires),
        ));
        case.events = Some(write(
            "events.csv",
            &format!("date,kind,title\n{}", self.events),
        ));
        case.places = Some(write(
            "places.csv",
            &format!("name,longitude,latitude,type\n{}", self.places),
        ));
        analyse(&case, &Silent).unwrap()
    }

    /// Draws all of them and looks at them.
    fn check(&self) {
        let analysis = self.analyse();
        let symbols = Symbols::of(&analysis);
        let sheet = Sheet::of(&analysis);
        for (name, draw) in [
            (
                "chainage",
                chainage_dates as fn(&Analysis, &Symbols, &Sheet) -> String,
            ),
            ("timeline", timeline),
            ("weeks", sector_weeks),
            ("ceasefire", ceasefire),
            ("intensity", intensity),
        ] {
            let svg = draw(&analysis, &symbols, &sheet);
            assert_eq!(
                svg,
                draw(&analysis, &symbols, &sheet),
                "{name} differs the second time"
            );
            let faults = inspect::faults(&svg, (1920.0, 1080.0), 10.99);
            assert!(faults.is_empty(), "{name}: {faults:#?}");
        }
    }
}

#[test]
fn an_ordinary_case() {
    Made::default().check();
}

#[test]
fn no_counted_incident() {
    Made {
        incidents: 0,
        ..Made::default()
    }
    .check();
}

#[test]
fn one_day() {
    Made {
        days: 1,
        incidents: 5,
        sectors: SectorSource::Equal(1),
        ..Made::default()
    }
    .check();
    Made {
        days: 1,
        incidents: 0,
        ..Made::default()
    }
    .check();
}

#[test]
fn a_week() {
    Made {
        days: 6,
        ..Made::default()
    }
    .check();
}

#[test]
fn too_many_for_marks() {
    Made {
        incidents: 4_000,
        days: 400,
        ..Made::default()
    }
    .check();
}

#[test]
fn many_at_one_place_and_day() {
    Made {
        incidents: 900,
        days: 5,
        width: 0.01,
        ..Made::default()
    }
    .check();
}

#[test]
fn forty_sectors_with_long_and_arabic_names() {
    let names: Vec<String> = (0..40)
        .map(|number| match number % 3 {
            0 => format!("قطاع سپین بولدک {number}"),
            1 => format!("A sector whose name has sixty characters and will not fit {number}"),
            _ => format!("S{number}"),
        })
        .collect();
    Made {
        names: &names,
        ..Made::default()
    }
    .check();
    Made {
        names: &names,
        days: 800,
        ..Made::default()
    }
    .check();
}

#[test]
fn twenty_years_with_ceasefires_before_and_after() {
    let ceasefires = "Before,2001-01-01,2003-01-01\nInto it,2020-01-01,2027-01-01\n\
                      A name that is too long to stand anywhere near so short a span as this one,2030-01-01,2030-01-03\n\
                      اتفاق وقف إطلاق النار,2030-01-04,2030-02-01\nAfter,2090-01-01,\n";
    Made {
        days: 7_300,
        ceasefires,
        sectors: SectorSource::Equal(40),
        ..Made::default()
    }
    .check();
}

#[test]
fn a_line_with_a_gap() {
    Made {
        line: BROKEN,
        days: 900,
        ..Made::default()
    }
    .check();
    let analysis = Made {
        line: BROKEN,
        ..Made::default()
    }
    .analyse();
    assert_eq!(analysis.border.chains().len(), 2);
    assert!(
        chainage_dates(&analysis, &Symbols::of(&analysis), &Sheet::of(&analysis))
            .contains("gap in the line")
    );
}

#[test]
fn more_events_than_there_is_room_for() {
    let mut events = String::new();
    let first = Day::from_date(jiff::civil::date(2025, 10, 5));
    for number in 0..120 {
        let kind = ["talks_round", "border_closure", "border_opening"][number % 3];
        let day = first.plus(Days(number as i32 * 2 / 3));
        writeln!(
            events,
            "{day},{kind},Number {number} of many that all have something to say"
        )
        .unwrap();
    }
    Made {
        events: &events,
        ..Made::default()
    }
    .check();
}

#[test]
fn a_very_short_line_gets_decimals() {
    let made = Made {
        line: "[[60,33.1],[60.02,33.1]]",
        width: 0.02,
        days: 5,
        ..Made::default()
    };
    made.check();
}

#[test]
fn counts_in_the_picture_are_those_of_the_analysis() {
    let analysis = Made::default().analyse();
    let symbols = Symbols::of(&analysis);
    let svg = chainage_dates(&analysis, &symbols, &Sheet::of(&analysis));
    // Each mark lies over the plot once; all of them have a pointer or stand on the line.
    let pointers = svg
        .matches("fill=\"#1b222c\" stroke=\"#ffffff\" stroke-width=\"0.8\"")
        .count();
    let sides: usize = analysis
        .sector_summaries
        .iter()
        .map(|it| it.sides[0] + it.sides[1])
        .sum();
    let in_key = 2;
    assert_eq!(pointers, sides + in_key);
}

#[test]
fn chains_with_gaps_and_many_places() {
    let mut places = String::new();
    for number in 0..60 {
        let longitude = 60.0 + f64::from(number) / 6.0;
        let kinds = ["crossing_major", "crossing", "town", "village"];
        let kind = kinds[number as usize % 4];
        writeln!(places, "Place number {number},{longitude},33.15,{kind}").unwrap();
    }
    Made {
        line: "[[60,33.1],[62,33.1]],[[62.3,33.1],[62.301,33.1]],[[63,33.1],[65,33.1]],[[66,33.1],[70,33.1]]",
        places: &places,
        sectors: SectorSource::Equal(23),
        ..Made::default()
    }
    .check();
}

#[test]
fn one_incident() {
    Made {
        incidents: 1,
        ..Made::default()
    }
    .check();
}

/// A ceasefire in every week of two years, each under a long name, in many sectors.
#[test]
fn more_ceasefires_and_sectors_than_there_are_rows() {
    let mut ceasefires = String::new();
    let first = Day::from_date(jiff::civil::date(2025, 10, 5));
    for number in 0..100 {
        let (start, end) = (
            first.plus(Days(number * 7)),
            first.plus(Days(number * 7 + 3)),
        );
        writeln!(
            ceasefires,
            "Ceasefire number {number} with a name that says more than there is room for,{start},{end}"
        )
        .unwrap();
    }
    let made = Made {
        ceasefires: &ceasefires,
        incidents: 3_000,
        days: 710,
        sectors: SectorSource::Equal(40),
        ..Made::default()
    };
    made.check();
    let analysis = made.analyse();
    assert_eq!(analysis.accounts.len(), 100);
    let svg = ceasefire(&analysis, &Symbols::of(&analysis), &Sheet::of(&analysis));
    assert!(svg.contains("more ceasefires") && svg.contains("rows of sectors"));
}

#[test]
fn every_sector_with_incidents_has_its_row_where_there_is_room() {
    let analysis = Made::default().analyse();
    let svg = ceasefire(&analysis, &Symbols::of(&analysis), &Sheet::of(&analysis));
    let busy = analysis.accounts[2].groups.iter();
    let sectors: Vec<&str> = busy
        .filter(|it| it.counts[..2].iter().sum::<usize>() > 0)
        .filter_map(|it| match it.group {
            Group::Sector(sector) => Some(analysis.sector_name(sector)),
            _ => None,
        })
        .collect();
    assert_eq!(sectors.len(), 10);
    assert!(sectors.iter().all(|name| svg.contains(name)));
}

#[test]
fn a_window_that_was_not_observed_has_no_count() {
    let analysis = Made {
        ceasefires: "From the first day,2025-10-05,\n",
        sectors: SectorSource::Equal(1),
        ..Made::default()
    }
    .analyse();
    let svg = ceasefire(&analysis, &Symbols::of(&analysis), &Sheet::of(&analysis));
    assert!(
        svg.contains("no days before it") && svg.contains("none before, 82 during, none after")
    );
    let texts = inspect::texts(&svg);
    let row: Vec<&str> = texts
        .iter()
        .map(|it| it.words.as_str())
        .skip_while(|text| *text != "whole line")
        .take(4)
        .collect();
    let during = analysis.accounts[0].groups[0].counts[1].to_string();
    assert_eq!(row[..2], ["whole line", during.as_str()]);
    assert_eq!(row[3], "no days before it");
}

#[test]
fn the_area_of_the_picture_is_that_of_the_incidents() {
    let analysis = Made {
        line: BROKEN,
        ..Made::default()
    }
    .analyse();
    let found = &analysis.intensity;
    let placed = analysis.counted().filter(|it| analysis.is_placed(it));
    assert_eq!(found.incidents, placed.count());
    assert_eq!(found.incidents + found.left_out, analysis.counted().count());
    let mass: f64 = found.all.iter().map(|bin| bin.mass).sum();
    assert!((mass - found.incidents as f64).abs() < 1e-9);
    let svg = intensity(&analysis, &Symbols::of(&analysis), &Sheet::of(&analysis));
    assert!(svg.contains("gap in the line; nothing is spread over it"));
    assert!(svg.contains("20 km bandwidth") && svg.contains("counted incidents are left out"));
}
