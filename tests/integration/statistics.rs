//! Statistics and the accounting of a ceasefire through whole runs: a case whose numbers are counted by hand, and
//! cases in which there is nothing to be computed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::support::{Dice, files, path_text, run, table, text};

/// 5° of the equator, 556.597 km.
const BORDER: &str =
    r#"{"type":"LineString","coordinates":[[60,0],[61,0],[62,0],[63,0],[64,0],[65,0]]}"#;

const CASE: &str = r#"name = "truce"
title = "Truce"
[utc_offset]
Afghanistan = "+04:30"
Pakistan = "+05:00"
[incidents]
files = ["incidents.csv"]
[border]
file = "border.geojson"
[period]
start = "2025-10-01"
end = "2025-10-31"
[sectors]
count = 5
[context]
ceasefires = "ceasefires.csv"
ceasefire_changes = "changes.csv"
observation = "observation.csv"
[stats]
replicas = 99
"#;

const TRUCE: &str = "name,start,start_time,end,end_time,utc_offset,parties\n\
    Truce,2025-10-11,00:30,2025-10-21,00:30,+05:00,A; B\n";

const INCIDENTS: &str = "\
id,date,time_local,country,latitude,longitude,geo_precision,event_type,claim_status,verification_status,verified_by,verified_on
A1,2025-10-02,,Pakistan,0.01,60.5,1,armed_clash,claimed,alleged,,
A2,2025-10-05,,Pakistan,0.01,61.5,1,armed_clash,claimed,Visited,MVM team,2025-10-07
A3,2025-10-05,,Pakistan,0.01,61.5,1,shelling,claimed,verified,MVM team,2025-10-09
A4,2025-10-10,23:45,Afghanistan,-0.01,61.5,1,armed_clash,claimed,attributed,MVM team,2025-10-15
A5,2025-10-11,00:10,Afghanistan,-0.01,61.5,1,armed_clash,contested,not attributable,MVM team,2025-10-16
A6,2025-10-11,00:20,Pakistan,0.01,61.6,1,armed_clash,claimed,by rumour,,
A7,2025-10-15,,Pakistan,0.01,62.5,1,armed_clash,claimed,,,
A8,2025-10-18,,Pakistan,0.01,61.5,1,armed_clash,claimed,verified,UN,2025-10-17
";

struct Folder(tempfile::TempDir);

impl Folder {
    fn new(with: &[(&str, &str)]) -> Folder {
        let folder = Folder(tempfile::tempdir().unwrap());
        for (name, content) in [
            ("border.geojson", BORDER),
            ("case.toml", CASE),
            ("incidents.csv", INCIDENTS),
        ]
        .iter()
        .chain(with)
        {
            fs::write(folder.path().join(name), content).unwrap();
        }
        folder
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn run(&self, code: i32) -> String {
        let (case, out) = (self.path().join("case.toml"), self.path().join("out"));
        let output = run(
            &["run", path_text(&case), "--out", path_text(&out), "-q"],
            code,
        );
        text(&output.stderr)
    }

    fn table(&self, name: &str) -> Vec<BTreeMap<String, String>> {
        table(&self.path().join("out/tables").join(name))
    }

    /// That no number of the pack is none, and that what has no value has a reason.
    fn is_sound(&self, name: &str) {
        for (file, bytes) in files(&self.path().join("out")) {
            if ["csv", "md", "json", "geojson"]
                .iter()
                .any(|it| file.ends_with(it))
            {
                let content = text(&bytes);
                for word in content.split(|c: char| !c.is_alphanumeric()) {
                    let is_none = ["NaN", "inf", "Infinity", "infinity"].contains(&word);
                    assert!(!is_none, "{name}: {word} in {file}");
                }
            }
        }
        for row in self.table("statistics.csv") {
            let has_reason = !row["no_value_because"].is_empty();
            assert!(row["value"].is_empty() == has_reason, "{name}: {row:?}");
            assert!(
                row["sentence"].ends_with('.') && !row["definition"].is_empty(),
                "{row:?}"
            );
            assert!(!row["assumptions"].is_empty(), "{row:?}");
        }
    }
}

fn of<'a>(
    rows: &'a [BTreeMap<String, String>],
    group: &str,
    name: &str,
) -> &'a BTreeMap<String, String> {
    rows.iter()
        .find(|row| row["group"] == group && row["name"] == name)
        .unwrap()
}

#[test]
fn a_truce_counted_by_hand() {
    let folder = Folder::new(&[
        ("ceasefires.csv", TRUCE),
        (
            "changes.csv",
            "ceasefire,date,time,change,by\nTruce,2025-10-16,,declared broken,A\nTruce,2025-11-30,,extended,B\n",
        ),
        (
            "observation.csv",
            "sector,start,end,observer_days\nkm 111–223,2025-10-01,2025-10-10,20\nkm 111–223,2025-10-11,2025-10-20,30\nkm 223–334,2025-10-11,2025-10-20,5\n",
        ),
    ]);
    folder.run(0);
    folder.is_sound("by hand");
    let accounts = folder.table("ceasefire.csv");
    let counts = |row: &BTreeMap<String, String>| {
        ["incidents_before", "incidents_during", "incidents_after"].map(|it| row[it].clone())
    };
    // 23:45 in Kabul is 00:15 in Islamabad, 00:10 is 00:40: the truce began at 00:30 there.
    let all = of(&accounts, "all", "");
    assert_eq!(counts(all), ["5", "3", "0"]);
    assert_eq!(all["rates_per"], "observer-day");
    let second = of(&accounts, "sector", "km 111–223");
    assert_eq!(counts(second), ["4", "2", "0"]);
    // 111.319 km; half an hour of the window before is on 11 October and of that during on 21 October: two
    // observers before, three during.
    let days = |column: &str| second[column].parse::<f64>().unwrap() / 111.319_49;
    let hour = 0.5 / 24.0;
    let before = 2.0 * (10.0 - hour) + 3.0 * hour;
    assert!(
        (days("kilometre_days_before") - before).abs() < 1e-3,
        "{second:?}"
    );
    assert!((days("kilometre_days_during") - 3.0 * (10.0 - hour)).abs() < 1e-3);
    let rate: f64 = second["rate_during"].parse().unwrap();
    let wanted = 2.0 / (3.0 * (10.0 - hour) * 111.319_49) * 3_000.0;
    assert!((rate - wanted).abs() < 1e-3, "{rate} {wanted}");
    // Nobody watched the first.
    let first = of(&accounts, "sector", "km 0–111");
    assert_eq!(counts(first), ["1", "0", "0"]);
    assert!(first["rate_before"].is_empty() && first["no_ratio_because"] == "no exposure");
    // States stand apart; one that could not be read is none, and is told.
    for (state, wanted) in [
        ("alleged", ["1", "0", "0"]),
        ("visited", ["1", "0", "0"]),
        ("verified", ["1", "1", "0"]),
        ("attributed", ["1", "0", "0"]),
        ("not_attributable", ["0", "1", "0"]),
        ("", ["1", "1", "0"]),
    ] {
        assert_eq!(
            counts(of(&accounts, "verification_status", state)),
            wanted,
            "{state}"
        );
    }
    let states = folder.table("verification.csv");
    let by = |row: &BTreeMap<String, String>| {
        (
            row["verification_status"].clone(),
            row["verified_by"].clone(),
        )
    };
    assert!(
        states
            .iter()
            .any(|row| by(row) == ("verified".into(), "UN".into()))
    );
    // The change of 16 October cuts the account; that of 30 November is named as in none.
    let status = folder.table("ceasefire_status.csv");
    let told: Vec<_> = status
        .iter()
        .map(|row| (row["status"].as_str(), row["incidents"].as_str()))
        .collect();
    assert_eq!(told, [("begun", "2"), ("declared broken", "1")]);
    let summary = fs::read_to_string(folder.path().join("out/summary.md")).unwrap();
    assert!(
        summary.contains("on 2025-11-30") || summary.contains("30 Nov"),
        "{summary}"
    );
    assert!(summary.contains("dated before the incident itself"));
}

#[test]
fn names_that_are_no_sectors_are_refused() {
    for (file, content) in [
        (
            "observation.csv",
            "sector,start,end,observer_days\nChaman,2025-10-01,2025-10-10,20\n",
        ),
        (
            "ceasefires.csv",
            "name,start,end,sectors\nTruce,2025-10-11,2025-10-20,Chaman\n",
        ),
    ] {
        let folder = Folder::new(&[
            ("ceasefires.csv", TRUCE),
            (
                "changes.csv",
                "ceasefire,date,change\nTruce,2025-10-16,broken\n",
            ),
            (
                "observation.csv",
                "sector,start,end,observer_days\n,2025-10-01,2025-10-31,31\n",
            ),
            (file, content),
        ]);
        let said = folder.run(2);
        assert!(
            said.contains(file) && said.contains("Chaman") && said.contains("km 111–223"),
            "{said}"
        );
    }
}

/// A case without ceasefires, with these rows: day of October, longitude, latitude.
fn bare(rows: &[(u64, f64, f64)], more: &str) -> Folder {
    let mut table = String::from("id,date,latitude,longitude,geo_precision\n");
    for (number, (day, east, north)) in rows.iter().enumerate() {
        table.push_str(&format!(
            "E{number},2025-10-{day:02},{north:.5},{east:.5},1\n"
        ));
    }
    let case = CASE.split("[context]").next().unwrap().to_owned() + more;
    Folder::new(&[("incidents.csv", &table), ("case.toml", &case)])
}

#[test]
fn where_nothing_can_be_computed_reasons_stand() {
    let mut dice = Dice(3);
    let mut anywhere = |count: usize| -> Vec<(u64, f64, f64)> {
        (0..count)
            .map(|_| {
                (
                    1 + dice.next() % 31,
                    60.0 + 5.0 * dice.unit(),
                    0.2 * dice.unit() - 0.1,
                )
            })
            .collect()
    };
    let stats = "[stats]\nreplicas = 19\n";
    for (name, rows, more) in [
        ("none near", vec![(5, 62.0, 20.0)], stats),
        ("one", vec![(5, 62.0, 0.01)], stats),
        ("two", vec![(5, 62.0, 0.01), (9, 63.0, 0.01)], stats),
        (
            "one place",
            (1..20).map(|day| (day, 62.0, 0.01)).collect(),
            stats,
        ),
        (
            "one day",
            anywhere(20).into_iter().map(|it| (7, it.1, it.2)).collect(),
            stats,
        ),
        ("one coordinate and day", vec![(7, 62.0, 0.01); 3], stats),
        ("not asked", anywhere(30), "[stats]\nmade = false\n"),
        (
            "tiny and huge",
            anywhere(30),
            "[stats]\nreplicas = 19\ncell_km = 5000\nbandwidth_km = 900\n[stats.scan]\nwidth_km = 0.001\ndays = 400\nradius_km = 0.001\n",
        ),
    ] {
        let folder = bare(&rows, more);
        folder.run(0);
        folder.is_sound(name);
    }
    let folder = bare(&anywhere(2_100), "");
    folder.run(0);
    folder.is_sound("many");
    let rows = folder.table("statistics.csv");
    let scan = rows
        .iter()
        .find(|row| row["test"].contains("scan"))
        .unwrap();
    assert!(scan["no_value_because"].contains("2000"), "{scan:?}");
}

#[test]
fn a_fall_stands_in_the_draws_for_every_group() {
    let mut incidents =
        String::from("id,date,latitude,longitude,geo_precision,event_type,verification_status\n");
    for number in 0..14 {
        let day = 1 + number % 10;
        incidents.push_str(&format!(
            "E{number},2025-10-{day:02},0.01,61.5,1,shelling,verified\n"
        ));
    }
    let case = CASE.replace(
        "ceasefire_changes = \"changes.csv\"\nobservation = \"observation.csv\"\n",
        "",
    );
    let folder = Folder::new(&[
        ("incidents.csv", &incidents),
        ("case.toml", &case),
        (
            "ceasefires.csv",
            "name,start,end\nTruce,2025-10-11,2025-10-20\n",
        ),
    ]);
    folder.run(0);
    folder.is_sound("a fall");
    let accounts = folder.table("ceasefire.csv");
    for (group, name) in [
        ("all", ""),
        ("sector", "km 111–223"),
        ("event_type", "shelling"),
        ("verification_status", "verified"),
    ] {
        let row = of(&accounts, group, name);
        assert_eq!(
            row["rates_per"], "calendar day, observation unknown",
            "{row:?}"
        );
        let p: f64 = row["p_exact"].parse().unwrap();
        assert!(p < 0.001, "{row:?}");
        assert_eq!(
            row["conclusion_stands_in"]
                .parse::<f64>()
                .unwrap()
                .to_bits(),
            1.0_f64.to_bits(),
            "{row:?}"
        );
    }
}
