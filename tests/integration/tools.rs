//! Other people's programs, asked what they read: `None`, with a message, where one is not installed.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use super::support::text;

/// What a program prints; fails where it fails, or where it complains.
///
/// `None`, with a message, where it is not installed.
pub(crate) fn told(command: &mut Command) -> Option<String> {
    let Ok(output) = command.output() else {
        let program = command.get_program().display();
        eprintln!("left out: {program} is not installed");
        return None;
    };
    let [said, errors] = [&output.stdout, &output.stderr].map(|bytes| text(bytes));
    assert!(output.status.success(), "{command:?}\n{said}\n{errors}");
    let complains = ["ERROR", "Warning"].iter().any(|it| errors.contains(it));
    assert!(!complains, "{command:?}\n{errors}");
    Some(said)
}

/// A Python that has modules: that which `BORDERSCOPE_PYTHON` names, or the one of the system.
pub(crate) fn python(modules: &[&str]) -> Option<Command> {
    let named = std::env::var("BORDERSCOPE_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    // Where several are installed, that of the system has what comes with the programs.
    for python in [&named, "/usr/bin/python3"] {
        let found = Command::new(python)
            .args(["-c", &format!("import {}", modules.join(", "))])
            .output();
        if found.is_ok_and(|output| output.status.success()) {
            return Some(Command::new(python));
        }
    }
    let modules = modules.join(" and ");
    eprintln!(
        "left out: {named} has no {modules}; BORDERSCOPE_PYTHON names another, and .ci/python.txt what it needs"
    );
    None
}

/// A layer as GDAL tells it.
#[derive(Debug, Default)]
pub(crate) struct Layer {
    /// What it counts without reading the features.
    pub(crate) count: usize,
    /// West, south, east, north, to six decimals.
    pub(crate) extent: Option<[f64; 4]>,
    /// The types of fields by name.
    pub(crate) fields: BTreeMap<String, String>,
    /// What is not null, by field, and the `geometry`.
    pub(crate) features: Vec<BTreeMap<String, String>>,
}

/// The layers of a file with all their features, as `ogrinfo` prints them.
pub(crate) fn ogrinfo(file: &Path) -> Option<BTreeMap<String, Layer>> {
    let said = told(Command::new("ogrinfo").args(["-ro", "-al"]).arg(file))?;
    let mut layers: BTreeMap<String, Layer> = BTreeMap::new();
    let mut layer = &mut Layer::default();
    // What a line that begins no field goes on with.
    let mut last: Option<String> = None;
    for line in said.lines() {
        if let Some(name) = line.strip_prefix("Layer name: ") {
            layer = layers.entry(name.to_owned()).or_default();
        } else if let Some(count) = line.strip_prefix("Feature Count: ") {
            layer.count = count.parse().unwrap();
        } else if let Some(extent) = line.strip_prefix("Extent: ") {
            layer.extent = Some(extent_of(extent));
        } else if line.starts_with("OGRFeature(") {
            layer.features.push(BTreeMap::new());
            last = None;
        } else if let Some(feature) = layer.features.last_mut() {
            read_line(feature, line, &mut last);
        } else if let Some((name, kind)) = line.split_once(": ")
            && let Some((kind, width)) = kind.split_once(" (")
            && width.starts_with(|c: char| c.is_ascii_digit())
        {
            layer.fields.insert(name.to_owned(), kind.to_owned());
        }
    }
    Some(layers)
}

fn extent_of(told: &str) -> [f64; 4] {
    let numbers: Vec<f64> = told
        .replace(") - (", ", ")
        .trim_matches(['(', ')'])
        .split(", ")
        .map(|number| number.parse().unwrap())
        .collect();
    numbers.try_into().unwrap()
}

/// A line of a feature: a field, a shape, or more of the text of the field before.
fn read_line(feature: &mut BTreeMap<String, String>, line: &str, last: &mut Option<String>) {
    let field = line.strip_prefix("  ").and_then(|line| {
        let (name, value) = line.split_once(" = ")?;
        let (name, _) = name.split_once(" (")?;
        Some((name.to_owned(), value.to_owned()))
    });
    let shape = line.strip_prefix("  ").filter(|line| {
        ["POINT", "LINE", "POLYGON", "MULTI", "GEOMETRY"]
            .iter()
            .any(|kind| line.starts_with(kind))
    });
    if let Some((name, value)) = field {
        *last = None;
        if value != "(null)" {
            *last = Some(name.clone());
            feature.insert(name, value);
        }
    } else if let Some(shape) = shape {
        *last = None;
        feature.insert("geometry".to_owned(), shape.to_owned());
    } else if let Some(text) = last.as_ref().and_then(|name| feature.get_mut(name)) {
        text.push('\n');
        text.push_str(line);
    }
}

/// The coordinates of a point as GDAL prints it.
pub(crate) fn point(shape: &str) -> [f64; 2] {
    let numbers: Vec<f64> = shape
        .trim_start_matches(|c: char| c != '(')
        .trim_matches(['(', ')'])
        .split(' ')
        .map(|number| number.parse().unwrap())
        .collect();
    [numbers[0], numbers[1]]
}
