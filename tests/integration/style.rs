//! `[style]` and `[[layers]]` from the case file to the files of the pack, and what they refuse.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{path_text, repository, run, table, text};

/// A small case in a folder of its own, whose case file ends with some text.
fn case(folder: &Path, style: &str) -> PathBuf {
    let rows: Vec<String> = (0..6)
        .map(|number| {
            let day = number + 1;
            format!("i{number},2025-03-0{day},10.{number},20.1,shelling,1\n")
        })
        .collect();
    let rows = rows.concat();
    let write = |name: &str, text: &str| fs::write(folder.join(name), text).unwrap();
    write(
        "reports.csv",
        &format!("id,date,latitude,longitude,event_type,fatalities_best\n{rows}"),
    );
    write(
        "line.geojson",
        r#"{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"left":"A","right":"B"},"geometry":{"type":"LineString","coordinates":[[20,9.5],[20.1,10.2],[20,11]]}}]}"#,
    );
    write(
        "rivers.geojson",
        r#"{"type":"FeatureCollection","features":[
            {"type":"Feature","properties":{},"geometry":{"type":"LineString","coordinates":[[19.6,9.9],[20.4,10.1]]}},
            {"type":"Feature","properties":{},"geometry":{"type":"Polygon","coordinates":[[[19.7,10.3],[19.8,10.3],[19.8,10.4],[19.7,10.3]]]}},
            {"type":"Feature","properties":{},"geometry":{"type":"Point","coordinates":[19.9,10.5]}}]}"#,
    );
    write(
        "logo.svg",
        r##"<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><rect width="40" height="20" fill="#123456"/></svg>"##,
    );
    let file = folder.join("case.toml");
    fs::write(
        &file,
        format!(
            "title = \"A small case\"\n[incidents]\nfiles = [\"reports.csv\"]\n[border]\nfile = \"line.geojson\"\n\
             [sectors]\ncount = 1\n[stats]\nmade = false\n[cluster]\ndraws = 0\n{style}"
        ),
    )
    .unwrap();
    file
}

fn pack(style: &str, flags: &[&str]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let file = case(folder.path(), style);
    let out = folder.path().join("pack");
    let mut arguments = vec!["run", path_text(&file), "--out", path_text(&out), "--quiet"];
    arguments.extend(flags);
    run(&arguments, 0);
    (folder, out)
}

/// Width, height and pixels in a metre of a PNG.
fn picture(path: &Path) -> (u32, u32, u32) {
    let bytes = fs::read(path).unwrap();
    let word = |at: usize| u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap());
    let chunk = bytes.windows(4).position(|it| it == b"pHYs").unwrap();
    assert_eq!(bytes[chunk + 12], 1, "the unit is the metre");
    (word(16), word(20), word(chunk + 4))
}

#[test]
fn every_size_has_its_pixels_and_says_its_resolution() {
    for (size, more, expected) in [
        ("slide", "", (1920, 1080, 3780)),
        ("slide-4k", "", (3840, 2160, 3780)),
        ("square", "", (1080, 1080, 3780)),
        ("a4", "", (1588, 2245, 7559)),
        ("a4-landscape", "", (2245, 1588, 7559)),
        ("letter", "", (1632, 2112, 7559)),
        ("a4", "resolution_dpi = 300\n", (2481, 3508, 11811)),
    ] {
        let (_folder, pack) = pack(&format!("[style]\nsize = \"{size}\"\n{more}"), &[]);
        let found = picture(&pack.join("maps/overview.png"));
        let near = |a: u32, b: u32| a.abs_diff(b) <= 1;
        assert!(
            near(found.0, expected.0) && near(found.1, expected.1) && near(found.2, expected.2),
            "{size} {more}: {found:?}, not {expected:?}"
        );
    }
}

#[test]
fn what_the_style_says_is_on_pictures_and_pages() {
    let (_folder, pack) = pack(
        "[style]\ntheme = \"dark\"\nbanner = \"FOR <INTERNAL> USE\"\nfooter = \"Desk & Co\"\nauthor = \"A. Analyst\"\n\
         data_as_of = \"2025-03-09\"\nlogo = \"logo.svg\"\n\
         [[layers]]\nfile = \"rivers.geojson\"\nname = \"Two rivers\"\nsort = \"water\"\ncolour = \"#aa1122\"\nfill = \"#33cc44\"\n\
         width_px = 2.5\ndashed = true\n",
        &[],
    );
    let svg = fs::read_to_string(pack.join("maps/overview.svg")).unwrap();
    for words in [
        "FOR &lt;INTERNAL&gt; USE",
        "A. Analyst · data as of 9 Mar 2025 · Desk &amp; Co",
        "Two rivers",
        "#aa1122",
        "#33cc44",
        "data:image/svg+xml;base64,",
        // The paper of the dark theme.
        "#141a22",
    ] {
        assert!(svg.contains(words), "{words}");
    }
    let page = fs::read_to_string(pack.join("index.html")).unwrap();
    assert!(page.contains("FOR &lt;INTERNAL&gt; USE") && page.contains("--paper:#141a22"));
    let pdf = fs::read(pack.join("briefing.pdf")).unwrap();
    assert!(
        text(&pdf).contains("A. Analyst"),
        "the author stands in the metadata"
    );
    let manifest = fs::read_to_string(pack.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    assert_eq!(manifest["run"]["options"]["style"]["theme"], "dark");
    let inputs = manifest["inputs"].as_array().unwrap();
    for role in ["layer", "logo"] {
        assert!(inputs.iter().any(|it| it["role"] == role), "{role}");
    }
    // Nothing of the style is in the tables.
    assert_eq!(table(&pack.join("tables/incidents.csv")).len(), 6);
}

#[test]
fn flags_override_the_case_file() {
    let (_folder, pack) = pack(
        "[style]\ntheme = \"dark\"\nsize = \"a4\"\nlanguage = \"ru\"\nbanner = \"X\"\n",
        &[
            "--theme",
            "print-grey",
            "--size",
            "square",
            "--language",
            "fr",
            "--banner",
            "DRAFT 2",
        ],
    );
    assert_eq!(picture(&pack.join("maps/overview.png")).0, 1080);
    let svg = fs::read_to_string(pack.join("maps/overview.svg")).unwrap();
    assert!(
        svg.contains("DRAFT 2") && svg.contains("Incidents comptés"),
        "{}",
        &svg[..600]
    );
    assert!(svg.contains("xml:lang=\"fr\""));
}

#[test]
fn what_cannot_be_is_refused_with_its_key_and_what_is_allowed() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("text.txt"), "no picture").unwrap();
    fs::write(
        folder.path().join("large.svg"),
        format!("<svg>{}</svg>", " ".repeat(300_000)),
    )
    .unwrap();
    fs::write(
        folder.path().join("bad.toml"),
        "[phrases]\n\"{} incidents\" = \"sans valeur\"\n",
    )
    .unwrap();
    for (style, words) in [
        ("[style]\ntheme = \"pink\"\n", ["style.theme", "print-grey"]),
        ("[style]\nsize = \"a5\"\n", ["style.size", "a4-landscape"]),
        (
            "[style]\nresolution_dpi = 5\n",
            ["style.resolution_dpi", "24 to 1000 for slide"],
        ),
        (
            "[style]\nlogo = \"text.txt\"\n",
            ["style.logo", "PNG or SVG"],
        ),
        (
            "[style]\nlogo = \"large.svg\"\n",
            ["style.logo", "262144 bytes"],
        ),
        (
            "[style]\nlogo = \"none.png\"\n",
            ["none.png", "reading the logo"],
        ),
        ("[style]\nlanguage = \"xx\"\n", ["style.language", "fr, ru"]),
        (
            "[style]\nlanguage = \"x!\"\n",
            ["style.language", "\"pt-BR\""],
        ),
        ("[style]\ntranslations = \"bad.toml\"\n", ["bad.toml", "{}"]),
        (
            "[style]\ndata_as_of = \"soon\"\n",
            ["style.data_as_of", "2025-"],
        ),
        ("[style]\ncolor = \"red\"\n", ["color", "case.toml"]),
        (
            "[[layers]]\nfile = \"rivers.geojson\"\ncolour = \"blue\"\n",
            ["layers, entry 1, colour", "#5588aa"],
        ),
        (
            "[[layers]]\nfile = \"rivers.geojson\"\nsort = \"road\"\n",
            ["layers, entry 1, sort", "water, provinces, other"],
        ),
        (
            "[[layers]]\nfile = \"rivers.geojson\"\nwidth_px = 90\n",
            ["layers, entry 1, width_px", "0.1 to 20"],
        ),
        ("[[layers]]\nfile = \"text.txt\"\n", ["text.txt", "GeoJSON"]),
    ] {
        let file = case(folder.path(), style);
        let out = folder.path().join("refused");
        let output = run(&["run", path_text(&file), "--out", path_text(&out)], 2);
        let told = text(&output.stderr);
        for words in words {
            assert!(told.contains(words), "{style}\n{told}");
        }
        assert!(!out.exists(), "{style}");
    }
    let shipped = repository("data/afpk-2025/case.toml");
    for flag in [["--theme", "pink"], ["--size", "a5"], ["--language", "?"]] {
        let output = run(&["run", path_text(&shipped), flag[0], flag[1]], 2);
        assert!(text(&output.stderr).contains("allowed: "), "{flag:?}");
    }
}
