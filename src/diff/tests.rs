//! The classes on small tables made by hand, and a quadratic twin on random ones.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::clusters::Became;
use super::incidents::What;
use super::matching::{By, Matching, has_key, is_near_enough, keys, matched};
use super::read::{Incidents, Pack, Table, clusters, content, sectors};
use super::rows::{COLUMNS, WIDTH, column};
use super::sectors::Trend;
use super::write::FILES;
use super::{Diff, words, write};
use crate::manifest::Manifest;
use crate::testing::Dice;

/// The columns of the tables that are made here; the order is not that of [`COLUMNS`].
const HEADER: [&str; 17] = [
    "id",
    "date",
    "time_local",
    "place",
    "latitude",
    "longitude",
    "geo_precision",
    "event_type",
    "actor_a",
    "fatalities_low",
    "fatalities_best",
    "note",
    "fate",
    "offset_m",
    "side",
    "sector",
    "cluster",
];

type Row = [String; HEADER.len()];

/// Pairs of words.
type Values<'a> = &'a [(&'a str, &'a str)];

/// A counted incident of 11 October at Torkham, in no cluster.
fn row(id: &str) -> Row {
    [
        id,
        "2025-10-11",
        "",
        "Torkham",
        "34.1",
        "71.1",
        "1",
        "armed_clash",
        "Somebody",
        "1",
        "2",
        "",
        "used",
        "300.000",
        "right",
        "Torkham",
        "",
    ]
    .map(str::to_owned)
}

/// The row with other values.
fn with(mut row: Row, values: &[(&str, &str)]) -> Row {
    for (name, value) in values {
        let place = HEADER.iter().position(|it| it == name).unwrap();
        row[place] = (*value).to_owned();
    }
    row
}

fn csv(header: &[&str], rows: impl IntoIterator<Item = impl AsRef<[String]>>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let rows = rows.into_iter().map(|it| it.as_ref().to_vec());
    crate::export::tables::write(&mut bytes, header, rows).unwrap();
    bytes
}

fn table(bytes: &[u8]) -> Table<&[u8]> {
    Table::new("table".to_owned(), bytes, bytes.len()).unwrap()
}

fn pack_with(rows: &[Row], sector_rows: &[[&str; 4]], run: Value) -> Pack {
    let manifest = Manifest {
        program: "borderscope".to_owned(),
        version: "1".to_owned(),
        case: "case".to_owned(),
        title: "Title".to_owned(),
        run,
        inputs: Vec::new(),
        files: Vec::new(),
    };
    let mut incidents = Incidents::read(table(&csv(&HEADER, rows))).unwrap();
    incidents.mark_made(&manifest);
    let numbers: BTreeSet<u32> = incidents
        .clusters
        .iter()
        .copied()
        .filter(|&it| it > 0)
        .collect();
    let of_clusters = numbers.iter().map(|it| {
        let name = format!("Name {it}");
        [
            it.to_string(),
            name,
            "2025-10-11".into(),
            "2025-10-12".into(),
        ]
    });
    let header = ["cluster", "name", "first_date", "last_date"];
    let of_sectors = sector_rows.iter().map(|it| it.map(str::to_owned));
    let sector_header = ["sector", "chainage_from_km", "incidents", "deaths_best"];
    Pack {
        manifest,
        incidents,
        clusters: clusters(table(&csv(&header, of_clusters))).unwrap(),
        sectors: sectors(table(&csv(&sector_header, of_sectors))).unwrap(),
    }
}

fn pack(rows: &[Row]) -> Pack {
    let columns = json!([["id", "id"], ["date", "date"]]);
    let run = json!({ "files": [{ "name": "r.csv", "columns": columns }] });
    pack_with(rows, &[], run)
}

/// A pack whose input has no ids, so that they were made.
fn pack_without_ids(rows: &[Row]) -> Pack {
    let run = json!({ "files": [{ "name": "r.csv", "columns": [["date", "date"]] }] });
    pack_with(rows, &[], run)
}

/// What changed, as `what id column old new` a line.
fn said(old: &Pack, new: &Pack) -> Vec<String> {
    let diff = Diff::of(old, new);
    let mut bytes = Vec::new();
    write::incidents(&diff, &mut bytes).unwrap();
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    reader
        .records()
        .map(|record| {
            let record = record.unwrap();
            let fields = [0, 1, 6, 7, 8].map(|it| &record[it]);
            fields.join(" ").trim().to_owned()
        })
        .collect()
}

#[test]
fn every_kind_of_change_is_told_apart() {
    let a = row("a");
    let cases: [(Values, &[&str]); 9] = [
        (&[], &[]),
        // 11 cm, and what follows from it.
        (&[("latitude", "34.100001"), ("offset_m", "300.111")], &[]),
        (
            &[
                ("latitude", "34.2"),
                ("offset_m", "900.000"),
                ("side", "left"),
            ],
            &[
                "moved a latitude 34.1 34.2",
                "moved a offset_m 300.000 900.000",
                "moved a side right left",
            ],
        ),
        (
            &[("date", "2025-10-12"), ("time_local", "03:00")],
            &[
                "redated a date 2025-10-11 2025-10-12",
                "redated a time_local  03:00",
            ],
        ),
        (
            &[
                ("event_type", "shelling"),
                ("fatalities_best", ""),
                ("geo_precision", "2"),
            ],
            &[
                "recoded a event_type armed_clash shelling",
                "recoded a fatalities_best 2",
                "recoded a geo_precision 1 2",
            ],
        ),
        (&[("fate", "held")], &["fate a fate used held"]),
        (
            &[("offset_m", "300.100"), ("sector", "Kurram")],
            &[
                "relocated a offset_m 300.000 300.100",
                "relocated a sector Torkham Kurram",
            ],
        ),
        // Another id, and otherwise the same.
        (&[("id", "b")], &["renamed b id a b"]),
        // Another id, kind and date.
        (
            &[("id", "b"), ("event_type", "x"), ("date", "2025-10-12")],
            &["gone a", "new b"],
        ),
    ];
    for (values, wanted) in cases {
        let (old, new) = (
            pack(std::slice::from_ref(&a)),
            pack(&[with(a.clone(), values)]),
        );
        assert_eq!(said(&old, &new), wanted, "{values:?}");
        assert_eq!(Diff::of(&old, &new).differs(), !wanted.is_empty());
    }
}

#[test]
fn proposals_need_one_candidate_alone() {
    let old = pack(&[row("a"), with(row("b"), &[("note", "x")])]);
    let new = pack(&[
        with(row("c"), &[("note", "y")]),
        with(row("d"), &[("note", "z")]),
    ]);
    assert_eq!(said(&old, &new), ["gone a", "gone b", "new c", "new d"]);
    // A named place may have other coordinates, but not those of another region.
    let old = pack(&[row("a")]);
    let near = pack(&[with(row("c"), &[("latitude", "34.3")])]);
    assert!(said(&old, &near)[0].starts_with("renamed c id a c"));
    let far = pack(&[with(row("c"), &[("latitude", "39.3")])]);
    assert_eq!(said(&old, &far), ["gone a", "new c"]);
    // One of them says the same: then the other two are alone.
    let old = pack(&[row("a"), with(row("b"), &[("note", "x")])]);
    let new = pack(&[
        with(row("c"), &[("note", "x")]),
        with(row("d"), &[("note", "z")]),
    ]);
    assert_eq!(
        said(&old, &new),
        ["renamed c id b c", "renamed d id a d", "recoded d note  z"]
    );
}

#[test]
fn rows_without_ids_are_matched_by_what_they_say() {
    let rows: Vec<Row> = (1..=6)
        .map(|it| {
            let date = format!("2025-10-0{it}");
            with(row(&format!("r-{it}")), &[("date", &date)])
        })
        .collect();
    // The second is deleted, so that every later row has another number; the fifth is re-coded.
    let mut fewer = rows.clone();
    fewer.remove(1);
    fewer[3] = with(fewer[3].clone(), &[("fatalities_best", "9")]);
    for (number, row) in (1..).zip(&mut fewer) {
        row[0] = format!("r-{number}");
    }
    let (old, new) = (pack_without_ids(&rows), pack_without_ids(&fewer));
    assert_eq!(old.incidents.made(), 6);
    assert_eq!(
        said(&old, &new),
        [
            "gone r-2",
            "renamed r-4 id r-5 r-4",
            "recoded r-4 fatalities_best 2 9"
        ]
    );
    let diff = Diff::of(&old, &new);
    assert_eq!((diff.by_content, diff.incidents.same), (4, 4));
    // Ids of that form are the file's own where most are, and made where few are.
    assert_eq!(pack(&rows).incidents.made(), 0);
    let mixed = [row("x"), row("y"), row("r-2")];
    assert_eq!(pack(&mixed).incidents.made(), 1);
}

#[test]
fn rows_that_share_an_id_are_told_apart_by_what_they_say() {
    let first = row("a");
    let second = with(row("a"), &[("date", "2025-10-20"), ("fate", "held")]);
    let (old, new) = (
        pack(&[first, second.clone()]),
        pack(&[with(second, &[("fate", "used")])]),
    );
    assert_eq!(said(&old, &new), ["gone a", "fate a fate held used"]);
    assert_eq!(Diff::of(&old, &new).sharing_ids, 2);
}

/// Rows of clusters: one letter a member, with the number of its cluster.
fn clustered(members: &[(&str, &str)]) -> Pack {
    let rows: Vec<Row> = members
        .iter()
        .flat_map(|(ids, cluster)| {
            ids.split("").filter(|it| !it.is_empty()).map(move |id| {
                // Different days, so that no other is proposed.
                let date = format!("2025-10-{:02}", 1 + id.as_bytes()[0] % 28);
                with(row(id), &[("cluster", cluster), ("date", &date)])
            })
        })
        .collect();
    pack(&rows)
}

#[test]
fn clusters_are_followed_by_their_members() {
    let cases: [(Values, Values, &[&str]); 8] = [
        (&[("abc", "1")], &[("abc", "7")], &["same 1>7 3>3 3"]),
        (&[("abc", "1")], &[("abcd", "1")], &["grown 1>1 3>4 3"]),
        (
            &[("abcd", "1")],
            &[("abc", "1"), ("d", "")],
            &["shrunk 1>1 4>3 3"],
        ),
        (
            &[("abc", "1"), ("d", "")],
            &[("abd", "1"), ("c", "")],
            &["changed 1>1 3>3 2"],
        ),
        (
            &[("abc", "1"), ("def", "2")],
            &[("abcdef", "1")],
            &["merged 1,2>1 6>6 6"],
        ),
        (
            &[("abcdef", "1")],
            &[("abc", "1"), ("def", "2")],
            &["split 1>1,2 6>6 6"],
        ),
        (
            &[("abc", "1"), ("def", "")],
            &[("abc", ""), ("def", "1")],
            &["new >1 0>3 0", "dissolved 1> 3>0 0"],
        ),
        (
            &[("abcd", "1"), ("efgh", "2")],
            &[("abc", "1"), ("defg", "2"), ("h", "")],
            &["shrunk 1>1 4>3 3", "changed 2>2 4>4 3"],
        ),
    ];
    for (old, new, wanted) in cases {
        let (old, new) = (clustered(old), clustered(new));
        let diff = Diff::of(&old, &new);
        let list = |it: &[u32]| {
            let numbers: Vec<String> = it.iter().map(ToString::to_string).collect();
            numbers.join(",")
        };
        let found: Vec<String> = diff
            .clusters
            .iter()
            .map(|it| {
                format!(
                    "{} {}>{} {}>{} {}",
                    it.became.as_str(),
                    list(&it.old),
                    list(&it.new),
                    it.old_members,
                    it.new_members,
                    it.common
                )
            })
            .collect();
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        let sorted = |mut list: Vec<String>| {
            list.sort();
            list
        };
        assert_eq!(sorted(found), sorted(wanted));
        for change in &diff.clusters {
            assert_eq!(change.common + change.gained.len(), change.new_members);
            assert_eq!(change.common + change.lost.len(), change.old_members);
        }
    }
    // A number that changes alone is no change of membership; leaving is one.
    let (old, new) = (
        clustered(&[("abcd", "1")]),
        clustered(&[("abc", "2"), ("d", "")]),
    );
    assert_eq!(said(&old, &new), ["cluster d cluster 1"]);
}

#[test]
fn sectors_go_up_and_down_along_the_line() {
    let run = || json!({ "options": { "corridor_km": 50.0 } });
    let old = [
        ["North", "100", "3", "5"],
        ["South", "0", "3", "5"],
        ["East", "50", "2", ""],
        ["Old", "70", "1", ""],
        ["Still", "10", "1", "1"],
    ];
    let new = [
        ["South", "0", "2", "5"],
        ["North", "100", "5", "5"],
        ["East", "50", "2", "4"],
        ["=New", "20", "1", ""],
        ["Still", "10", "1", "1"],
    ];
    let mut changed = run();
    changed["options"]["corridor_km"] = json!(30.0);
    let (old, new) = (pack_with(&[], &old, run()), pack_with(&[], &new, changed));
    let diff = Diff::of(&old, &new);
    let found: Vec<(&str, Trend)> = diff
        .sectors
        .iter()
        .map(|it| (&*it.name, it.trend))
        .collect();
    assert_eq!(
        found,
        [
            ("South", Trend::Down),
            ("Still", Trend::Same),
            ("=New", Trend::New),
            ("East", Trend::Changed),
            ("Old", Trend::Vanished),
            ("North", Trend::Up),
        ]
    );
    let east = &diff.sectors[3];
    assert_eq!(
        (east.values(3), east.difference(3)),
        ([None, Some(4.0)], None)
    );
    assert_eq!(diff.sectors[5].difference(0), Some(2.0));
    let text = words::terminal(&diff);
    for part in [
        "options.corridor_km: 50.0 → 30.0",
        "North (up): incidents 3 → 5 (+2)",
        "South (down): incidents 3 → 2 (-1)",
        "... and 1 more",
    ] {
        assert!(text.contains(part), "{part}\n{text}");
    }
    let mut bytes = Vec::new();
    write::sectors(&diff, &mut bytes).unwrap();
    assert!(String::from_utf8(bytes).unwrap().contains("new,'=New,,1,"));
}

#[test]
fn moves_across_the_antimeridian_are_cut_there() {
    for (from, to, parts) in [
        ("179.9", "-179.9", 2),
        ("180", "-180", 1),
        ("180", "-179.9", 1),
        ("-179.9", "180", 1),
        ("179.9", "179.8", 1),
    ] {
        let (old, new) = (
            pack(&[with(row("a"), &[("longitude", from)])]),
            pack(&[with(row("a"), &[("longitude", to), ("latitude", "34.2")])]),
        );
        let diff = Diff::of(&old, &new);
        let mut bytes = Vec::new();
        write::geojson(&diff, &mut bytes).unwrap();
        let read: Value = serde_json::from_slice(&bytes).unwrap();
        let feature = &read["features"][0];
        assert_eq!(feature["id"], "moved a");
        let geometry = &feature["geometry"];
        let lines = match geometry["type"].as_str().unwrap() {
            "LineString" => vec![geometry["coordinates"].clone()],
            _ => geometry["coordinates"].as_array().unwrap().clone(),
        };
        assert_eq!(lines.len(), parts, "{from} {to}");
        for line in &lines {
            let line = line.as_array().unwrap();
            assert_eq!(line.len(), 2);
            let longitudes: Vec<f64> = line.iter().map(|it| it[0].as_f64().unwrap()).collect();
            assert!((longitudes[0] - longitudes[1]).abs() < 1.0);
        }
    }
}

#[test]
fn markdown_keeps_data_as_text() {
    let old = pack(&[row("a")]);
    let new = pack(&[with(row("a"), &[("event_type", "<script>*x*</script>")])]);
    let text = words::markdown(&Diff::of(&old, &new));
    assert!(text.contains("&lt;script&gt;\\*x\\*"), "{text}");
    assert!(!text.contains("<script>"));
}

/// A random table: few values, so that everything repeats.
fn random(dice: &mut Dice, form: &str) -> Vec<Row> {
    let count = dice.next() % 12;
    (0..count)
        .map(|_| {
            let mut one = |of: &[&str]| of[(dice.next() % of.len() as u64) as usize].to_owned();
            let id = one(&["1", "2", "3", "4", "5", "6", "7"]);
            let values = [
                ("id", format!("{form}{id}")),
                ("date", one(&["2025-10-11", "2025-10-12"])),
                ("place", one(&["", "Torkham", "خوست"])),
                ("latitude", one(&["34.1", "34.100001", "34.2", "38"])),
                ("longitude", one(&["71.1", "-71.2"])),
                ("event_type", one(&["shelling", "airstrike"])),
                ("fatalities_best", one(&["", "1"])),
                ("note", one(&["", "=x"])),
                ("fate", one(&["used", "held"])),
                ("side", one(&["left", "right"])),
                ("cluster", one(&["", "1", "2", "3"])),
            ];
            let values: Vec<(&str, &str)> = values.iter().map(|it| (it.0, &*it.1)).collect();
            with(row(""), &values)
        })
        .collect()
}

/// The old table with some rows left out, changed, added, all shuffled.
fn rewritten(dice: &mut Dice, old: &[Row], form: &str) -> Vec<Row> {
    let mut new: Vec<Row> = old
        .iter()
        .filter(|_| !dice.next().is_multiple_of(5))
        .cloned()
        .collect();
    for row in &mut new {
        if dice.next().is_multiple_of(2) {
            let other = random(dice, form);
            if let Some(other) = other.first() {
                let place = (dice.next() % HEADER.len() as u64) as usize;
                row[place].clone_from(&other[place]);
            }
        }
    }
    new.extend(random(dice, form).into_iter().take(3));
    shuffled(dice, new)
}

fn shuffled(dice: &mut Dice, mut rows: Vec<Row>) -> Vec<Row> {
    for last in (1..rows.len()).rev() {
        rows.swap(last, (dice.next() % (last as u64 + 1)) as usize);
    }
    rows
}

type Said = Vec<String>;

fn all(of: &Incidents, row: u32) -> Said {
    of.rows.fields(row).map(str::to_owned).to_vec()
}

fn some(of: &Incidents, row: u32, columns: &[usize]) -> Said {
    let fields = of.rows.fields(row);
    columns.iter().map(|&it| fields[it].to_owned()).collect()
}

/// Pairs, what is gone, what is new.
type Matched = (Vec<(Said, Said, By)>, Vec<Said>, Vec<Said>);

/// The definition of [`matched`], rows against rows.
fn twin(old: &Incidents, new: &Incidents) -> Matched {
    let columns = content(&old.has);
    let own = |of: &Incidents, made: bool| -> Vec<u32> {
        (0..of.rows.len() as u32)
            .filter(|&it| of.made[it as usize] == made)
            .collect()
    };
    let mut pairs: Vec<(u32, u32, By)> = Vec::new();
    let is_free = |pairs: &[(u32, u32, By)], of_old: bool, row: u32| {
        !pairs
            .iter()
            .any(|it| if of_old { it.0 == row } else { it.1 == row })
    };
    let by_date = |of: &Incidents, row: u32| {
        (
            some(of, row, &[column("date")]),
            some(of, row, &columns),
            all(of, row),
        )
    };
    for id in own(old, false)
        .iter()
        .map(|&it| old.rows.id(it).to_owned())
        .collect::<BTreeSet<_>>()
    {
        let of = |side: &Incidents| {
            let mut rows = own(side, false);
            rows.retain(|&it| side.rows.id(it) == id);
            rows.sort_by_key(|&it| by_date(side, it));
            rows
        };
        let (olds, news) = (of(old), of(new));
        if olds.len() != 1 || news.len() != 1 {
            for &a in &olds {
                let alike = news.iter().find(|&&b| {
                    is_free(&pairs, false, b) && some(old, a, &columns) == some(new, b, &columns)
                });
                pairs.extend(alike.map(|&b| (a, b, By::Id)));
            }
        }
        let left: Vec<u32> = olds
            .into_iter()
            .filter(|&it| is_free(&pairs, true, it))
            .collect();
        let other: Vec<u32> = news
            .into_iter()
            .filter(|&it| is_free(&pairs, false, it))
            .collect();
        pairs.extend(left.into_iter().zip(other).map(|(a, b)| (a, b, By::Id)));
    }
    let rows = |of: &Incidents| 0..of.rows.len() as u32;
    for said in rows(old)
        .map(|it| some(old, it, &columns))
        .collect::<BTreeSet<_>>()
    {
        let of = |side: &Incidents, is_old: bool| {
            let mut rows: Vec<u32> = rows(side)
                .filter(|&it| is_free(&pairs, is_old, it) && some(side, it, &columns) == said)
                .collect();
            rows.sort_by_key(|&it| (side.made[it as usize], all(side, it)));
            rows
        };
        let found: Vec<(u32, u32)> = of(old, true).into_iter().zip(of(new, false)).collect();
        pairs.extend(found.into_iter().map(|(a, b)| {
            let made = old.made[a as usize] && new.made[b as usize];
            (a, b, if made { By::Content } else { By::Proposal })
        }));
    }
    for key in keys() {
        let key: Vec<usize> = key.into_iter().filter(|&it| old.has[it]).collect();
        let before = pairs.clone();
        let alike = |side: &Incidents, is_old: bool, said: &Said| -> Vec<u32> {
            rows(side)
                .filter(|&it| {
                    is_free(&before, is_old, it)
                        && has_key(&side.rows.fields(it), &key)
                        && some(side, it, &key) == *said
                })
                .collect()
        };
        for a in rows(old) {
            let said = some(old, a, &key);
            if let (&[one], &[other]) = (&*alike(old, true, &said), &*alike(new, false, &said))
                && one == a
                && is_near_enough(&old.rows.fields(one), &new.rows.fields(other))
            {
                pairs.push((one, other, By::Proposal));
            }
        }
    }
    let gone = rows(old)
        .filter(|&it| is_free(&pairs, true, it))
        .map(|it| all(old, it))
        .collect();
    let added = rows(new)
        .filter(|&it| is_free(&pairs, false, it))
        .map(|it| all(new, it))
        .collect();
    let pairs = pairs
        .into_iter()
        .map(|(a, b, by)| (all(old, a), all(new, b), by));
    (pairs.collect(), gone, added)
}

/// The definition of the clusters' relation, sets against sets: numbers, members in common.
fn cluster_twin(
    old: &Pack,
    new: &Pack,
    matching: &Matching,
) -> BTreeSet<(Vec<u32>, Vec<u32>, usize)> {
    let numbers = |pack: &Pack| -> BTreeSet<u32> {
        pack.incidents
            .clusters
            .iter()
            .copied()
            .filter(|&it| it > 0)
            .collect()
    };
    let size = |pack: &Pack, it: u32| {
        pack.incidents
            .clusters
            .iter()
            .filter(|&&other| other == it)
            .count()
    };
    let common = |a: u32, b: u32| {
        let of = |pack: &Pack, row: u32| pack.incidents.clusters[row as usize];
        let pairs = matching.pairs.iter();
        pairs
            .filter(|it| of(old, it.old) == a && of(new, it.new) == b)
            .count()
    };
    let mut labels: BTreeMap<(bool, u32), usize> = BTreeMap::new();
    let sides = [(false, numbers(old)), (true, numbers(new))];
    for (side, numbers) in &sides {
        for &number in numbers {
            labels.insert((*side, number), labels.len());
        }
    }
    // As often as there are clusters: then everything has spread.
    for _ in 0..labels.len() {
        for &a in &sides[0].1 {
            for &b in &sides[1].1 {
                if 2 * common(a, b) > size(old, a).min(size(new, b)) {
                    let least = labels[&(false, a)].min(labels[&(true, b)]);
                    labels.insert((false, a), least);
                    labels.insert((true, b), least);
                }
            }
        }
    }
    let sets: BTreeSet<usize> = labels.values().copied().collect();
    sets.into_iter()
        .map(|set| {
            let of = |side: bool| -> Vec<u32> {
                let here = labels.iter().filter(|it| it.0.0 == side && *it.1 == set);
                here.map(|it| it.0.1).collect()
            };
            let (olds, news) = (of(false), of(true));
            let both = olds.iter().flat_map(|&a| news.iter().map(move |&b| (a, b)));
            let count = both.map(|(a, b)| common(a, b)).sum();
            (olds, news, count)
        })
        .collect()
}

#[test]
fn random_packs_differ_as_their_quadratic_twin_says() {
    let mut dice = Dice::new(11);
    for round in 0..600 {
        let form = ["", "r-"][round % 2];
        let old_rows = random(&mut dice, form);
        let new_rows = rewritten(&mut dice, &old_rows, form);
        // Ids of the form r-1 are made where the file has none; at times in one pack alone.
        let make = |rows: &[Row], own: bool| {
            if own {
                pack(rows)
            } else {
                pack_without_ids(rows)
            }
        };
        let (old, new) = (
            make(&old_rows, round % 3 > 0),
            make(&new_rows, round % 5 > 1),
        );
        let found = matched(&old.incidents, &new.incidents);
        let wanted = twin(&old.incidents, &new.incidents);
        let sorted = |mut list: Vec<(Said, Said, By)>| {
            list.sort();
            list
        };
        let rows = |of: &Incidents, list: &[u32]| {
            let mut rows: Vec<Said> = list.iter().map(|&it| all(of, it)).collect();
            rows.sort();
            rows
        };
        let pairs = found.pairs.iter().map(|it| {
            let (a, b) = (all(&old.incidents, it.old), all(&new.incidents, it.new));
            (a, b, it.by)
        });
        assert_eq!(sorted(pairs.collect()), sorted(wanted.0), "round {round}");
        let [mut gone, mut added] = [wanted.1, wanted.2];
        gone.sort();
        added.sort();
        assert_eq!(rows(&old.incidents, &found.gone), gone, "round {round}");
        assert_eq!(rows(&new.incidents, &found.new), added, "round {round}");

        let diff = Diff::of(&old, &new);
        let of_clusters: BTreeSet<_> = diff
            .clusters
            .iter()
            .map(|it| (it.old.clone(), it.new.clone(), it.common))
            .collect();
        assert_eq!(
            of_clusters,
            cluster_twin(&old, &new, &found),
            "round {round}"
        );
        let in_both = found.pairs.len();
        let changed: BTreeSet<(Option<u32>, Option<u32>)> = diff
            .incidents
            .all
            .iter()
            .filter(|it| it.old.is_some() && it.new.is_some())
            .map(|it| (it.old, it.new))
            .collect();
        assert_eq!(diff.incidents.same + changed.len(), in_both);

        // The order of rows does not show.
        let bytes = |diff: &Diff<'_>| {
            FILES.map(|(_, make)| {
                let mut bytes = Vec::new();
                make(diff, &mut bytes).unwrap();
                bytes
            })
        };
        let (old_rows, new_rows) = (shuffled(&mut dice, old_rows), shuffled(&mut dice, new_rows));
        let (again_old, again_new) = (
            make(&old_rows, round % 3 > 0),
            make(&new_rows, round % 5 > 1),
        );
        let again = Diff::of(&again_old, &again_new);
        assert!(bytes(&diff) == bytes(&again), "round {round}");
        assert_eq!(diff.summary(), again.summary());
        // A pack does not differ from itself.
        let none = Diff::of(&old, &again_old);
        assert!(!none.differs(), "round {round}: {}", words::terminal(&none));
        assert!(none.clusters.iter().all(|it| it.became == Became::Same));
    }
}

#[test]
fn long_lists_say_how_many_more_there_are() {
    let rows: Vec<Row> = (0..41)
        .map(|it| {
            let place = format!("Place {it}");
            with(
                row(&format!("n{it:02}")),
                &[("place", &place), ("latitude", &format!("{}", 10 + it))],
            )
        })
        .collect();
    let (old, new) = (pack(&[]), pack(&rows));
    let diff = Diff::of(&old, &new);
    assert_eq!(diff.incidents.count(What::New), 41);
    let text = words::terminal(&diff);
    assert!(text.contains("... and 37 more"), "{text}");
    assert!(text.lines().count() < 24);
    assert!(text.lines().all(|it| it.chars().count() <= 100));
    assert_eq!(COLUMNS.len(), WIDTH);
}
