use std::io::Read as _;

use super::*;
use crate::case::{Case, IncidentFile, SectorSource};
use crate::pipeline::{Silent, analyse};

const HOSTILE: &str = "<script>alert(\"1\")</script> ]]> & &amp; $[id] 🚀 \u{1}\u{8} پاک\n\tend";

/// Four incidents along a line of two sectors.
fn made() -> Analysis {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let mut rows = csv::Writer::from_writer(Vec::new());
    for row in [
        [
            "id",
            "date",
            "date_end",
            "latitude",
            "longitude",
            "event_type",
            "place",
            "note",
            "fatalities_best",
            "source_url",
        ],
        [
            "a",
            "2025-10-11",
            "",
            "33.01",
            "70.1234567",
            "shelling",
            "Here & there",
            HOSTILE,
            "4",
            "https://example.org/?a=1&b=2",
        ],
        [
            "b",
            "2025-10-12",
            "2025-10-14",
            "33.02",
            "71.9",
            "airstrike",
            "",
            "",
            "",
            "javascript:alert(1)",
        ],
        [
            "c",
            "2025-10-13",
            "2025-10-13",
            "32.99",
            "70.2",
            "shelling",
            "",
            "",
            "",
            "",
        ],
        ["d", "2025-10-13", "", "50", "70.2", "", "", "", "", ""],
    ] {
        rows.write_record(row).unwrap();
    }
    let rows = file("rows.csv", &rows.into_inner().unwrap());
    let line = file(
        "line.geojson",
        br#"{"type":"Feature","properties":{"left":"A <b>","right":"B","attribution":"Line & Co"},
            "geometry":{"type":"LineString","coordinates":[[70,33],[71,33],[72,33]]}}"#,
    );
    let mut case = Case::from_files(vec![IncidentFile::new(rows)], line);
    "A <case> & its \"title\"".clone_into(&mut case.title);
    case.sectors = SectorSource::Equal(2);
    analyse(&case, &Silent).unwrap()
}

fn written(analysis: &Analysis) -> String {
    let mut bytes = Vec::new();
    write(&Layers::of(analysis), &mut bytes).unwrap();
    String::from_utf8(bytes).unwrap()
}

/// The placemark of an incident, with the name of the folder that it is in.
fn placemark_of(kml: &str, number: usize) -> (&str, &str) {
    let start = format!("<Placemark id=\"incidents-{number}\">");
    let (before, after) = kml.split_once(&start).expect(&start);
    let (_, folder) = before.rsplit_once("<Folder id=\"").unwrap();
    let (folder, _) = folder.split_once("</name>").unwrap();
    let (_, folder) = folder.split_once("<name>").unwrap();
    (folder, after.split_once("</Placemark>").unwrap().0)
}

#[test]
fn incidents_lie_in_folders_with_days_and_without_nulls() {
    let analysis = made();
    let kml = written(&analysis);
    let [a, b, c, d] = [1, 2, 3, 4].map(|number| placemark_of(&kml, number));
    let sector = |place: usize| analysis.sector_name(analysis.incidents[place].sector);
    assert_eq!([a.0, b.0, c.0], [0, 1, 2].map(sector));
    assert_eq!(a.0, c.0);
    assert_ne!(a.0, b.0);
    let stamp = "<TimeStamp><when>2025-10-11</when></TimeStamp>";
    assert!(a.1.contains(stamp) && !a.1.contains("TimeSpan"));
    let span = "<TimeSpan><begin>2025-10-12</begin><end>2025-10-14</end></TimeSpan>";
    assert!(b.1.contains(span) && !b.1.contains("TimeStamp"));
    assert!(c.1.contains("<when>2025-10-13</when>") && !c.1.contains("date_end"));
    assert!(a.1.contains("<Point><coordinates>70.1234567,33.01</coordinates></Point>"));
    assert!(a.1.contains("<name>shelling, Here &amp; there</name>"));
    assert!(d.1.contains("<name>d, 2025-10-13</name>") && d.1.contains("-not-counted</styleUrl>"));
    for absent in [
        "name=\"note\"",
        "name=\"place\"",
        "name=\"fatalities_best\"",
    ] {
        assert!(!b.1.contains(absent), "{absent}");
    }
    // Four deaths make it larger.
    assert!(a.1.contains("<Style><IconStyle><scale>") && !b.1.contains("<Style>"));
}

#[test]
fn text_is_text_in_data_and_in_balloons() {
    let kml = written(&made());
    let (_, a) = placemark_of(&kml, 1);
    let data = "<SimpleData name=\"note\">&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; ]]&gt; &amp; \
                &amp;amp; $[id] 🚀  پاک\n\tend</SimpleData>";
    assert!(a.contains(data), "{a}");
    assert!(a.contains("&amp;lt;script&amp;gt;") && a.contains("&amp;#36;[id]"));
    assert!(a.contains("&lt;a href=&quot;https://example.org/?a=1&amp;amp;b=2&quot;&gt;"));
    let (_, b) = placemark_of(&kml, 2);
    assert!(b.contains("javascript:alert(1)") && !b.contains("&lt;a href"));
    assert!(!kml.contains("CDATA") && !kml.contains("<script"));
    assert!(kml.contains("<name>A &lt;case&gt; &amp; its &quot;title&quot;</name>"));
    assert!(kml.contains("Line &amp;amp; Co"));
    assert!(!kml.contains(|c: char| c.is_control() && c != '\n' && c != '\t'));
    // Nothing is fetched.
    assert!(!kml.contains("<href>"));
}

#[test]
fn archives_hold_the_document_first_and_are_the_same_bytes() {
    let analysis = made();
    let layers = Layers::of(&analysis);
    let folder = tempfile::tempdir().unwrap();
    let pack = |name: &str| {
        let path = folder.path().join(name);
        write_packed(&layers, &path).unwrap();
        std::fs::read(path).unwrap()
    };
    let bytes = pack("one.kmz");
    assert!(bytes == pack("two.kmz"), "other bytes");
    assert!(written(&analysis) == written(&analysis));
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    let mut document = archive.by_index(0).unwrap();
    assert_eq!(document.name().unwrap(), "doc.kml");
    document.read_to_string(&mut text).unwrap();
    drop(document);
    let pictures = text.matches("<href>").count();
    assert_eq!(pictures + 1, archive.len());
    for part in text.split("<href>").skip(1) {
        let (name, _) = part.split_once("</href>").unwrap();
        let mut picture = Vec::new();
        let mut file = archive.by_name(name).unwrap();
        file.read_to_end(&mut picture).unwrap();
        assert!(picture.starts_with(b"\x89PNG"), "{name}");
    }
}

#[test]
fn shapes_of_several_parts_are_one_geometry() {
    let part = vec![[1.0, 2.0], [-1e-7, 3.5]];
    let mut out = String::new();
    geometry(&mut out, &Shape::Line(vec![part.clone(), part]));
    let line = "<LineString><tessellate>1</tessellate><coordinates>1,2 -0.0000001,3.5</coordinates></LineString>\n";
    assert_eq!(
        out,
        format!("<MultiGeometry>\n{line}{line}</MultiGeometry>\n")
    );
    out.clear();
    geometry(&mut out, &Shape::Areas(Vec::new()));
    geometry(&mut out, &Shape::None);
    assert_eq!(out, "");
    let ring = vec![[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 0.0]];
    geometry(&mut out, &Shape::Area(vec![ring.clone(), ring]));
    assert!(out.contains("<outerBoundaryIs>") && out.contains("<innerBoundaryIs>"));
}
