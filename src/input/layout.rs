//! Layouts: which column of a well-known data set holds what. Each is one small TOML table under
//! `layouts/`; a user's own has the same form.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::OnceLock;

use serde::Deserialize;

use super::columns::{Column, plain_name};
use crate::case::{ColumnSource, DateOrder, LayoutChoice, radius_km};
use crate::error::{Error, Result};
use crate::units::Metres;

/// A layout.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    /// Its name in case files and on the command line.
    pub name: String,
    /// What it is.
    pub title: String,
    /// Names that a header must all have for the file to be of this layout; empty for a layout
    /// without a header and for the one that is tried last.
    pub header: Vec<String>,
    /// The columns in order, for files without a header.
    pub names: Vec<String>,
    /// How fields of the first record look, for files without a header.
    sample: BTreeMap<String, String>,
    /// The order of day and month, where the data set fixes it.
    pub date_order: Option<DateOrder>,
    /// Whether quotes around a field are no part of it.
    pub quoting: bool,
    /// Whether it is the table that we write: text that looks like a formula was neutralised, as
    /// [`crate::formula`] does it, and an empty location radius means unknown.
    pub ours: bool,
    /// Where our columns are.
    pub columns: BTreeMap<String, ColumnSource>,
    /// The radius for each precision code; `None` where it says no more than that it is somewhere.
    pub precision: BTreeMap<String, Option<Metres>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutFile {
    name: String,
    title: String,
    /// Where the meaning of the columns comes from: for people.
    #[serde(default)]
    #[expect(dead_code, reason = "read by people, and required to be allowed")]
    source: String,
    #[serde(default)]
    header: Vec<String>,
    #[serde(default)]
    names: Vec<String>,
    #[serde(default)]
    sample: BTreeMap<String, String>,
    date_order: Option<DateOrder>,
    quoting: Option<bool>,
    #[serde(default)]
    ours: bool,
    columns: BTreeMap<String, ColumnSource>,
    #[serde(default)]
    precision: BTreeMap<String, toml::Value>,
}

/// The texts of the layouts that are built in. A file of two of them is of the one whose header asks
/// for more names; the last is for all that is of none.
const BUILT_IN: [&str; 12] = [
    include_str!("layouts/borderscope.toml"),
    include_str!("layouts/ucdp-ged.toml"),
    include_str!("layouts/acled.toml"),
    include_str!("layouts/gdelt-1.toml"),
    include_str!("layouts/gdelt-1-daily.toml"),
    include_str!("layouts/gdelt-2.toml"),
    include_str!("layouts/gtd.toml"),
    include_str!("layouts/usgs.toml"),
    include_str!("layouts/gns.toml"),
    include_str!("layouts/gns-2022.toml"),
    include_str!("layouts/uk-police.toml"),
    include_str!("layouts/generic.toml"),
];

/// The layouts that are built in.
///
/// # Errors
/// None: that they can be read is tested.
pub fn built_in() -> Result<&'static [Layout]> {
    static LAYOUTS: OnceLock<std::result::Result<Vec<Layout>, String>> = OnceLock::new();
    let layouts = LAYOUTS.get_or_init(|| {
        BUILT_IN
            .iter()
            .map(|text| parse("built-in layout", text).map_err(|error| error.to_string()))
            .collect()
    });
    layouts.as_deref().map_err(Error::broken)
}

/// The layout of a choice.
///
/// # Errors
/// A name that is none; a file that cannot be read or has another form.
pub fn chosen(choice: &LayoutChoice) -> Result<Layout> {
    match choice {
        LayoutChoice::Named(name) => {
            let all = built_in()?;
            all.iter()
                .find(|layout| layout.name == *name)
                .cloned()
                .ok_or_else(|| {
                    let names: Vec<&str> = all.iter().map(|layout| layout.name.as_str()).collect();
                    Error::refused(
                        "layout",
                        format_args!("{name:?}"),
                        format_args!("{}, or a path that ends in .toml", names.join(", ")),
                    )
                })
        }
        LayoutChoice::File(path) => read(path),
    }
}

fn read(path: &Path) -> Result<Layout> {
    parse(&path.display().to_string(), &super::text_of(path)?)
}

fn parse(place: &str, text: &str) -> Result<Layout> {
    let file: LayoutFile = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        Error::refused(
            format_args!("{place}, line {line}"),
            error.message(),
            "the keys that src/input/layouts/ucdp-ged.toml shows",
        )
    })?;
    let mut precision = BTreeMap::new();
    for (code, value) in file.precision {
        let radius = radius_km(&value).ok_or_else(|| {
            Error::refused(
                format_args!("{place}, precision.{code}"),
                &value,
                "a number of kilometres, 0 or more, or \"unknown\"",
            )
        })?;
        precision.insert(code, radius);
    }
    if let Some(wrong) = file
        .columns
        .keys()
        .find(|name| Column::parse(name).is_none())
    {
        return Err(Error::refused(
            format_args!("{place}, columns.{wrong}"),
            "no such column",
            "the columns that data/afpk-2025/README.md explains",
        ));
    }
    Ok(Layout {
        name: file.name,
        title: file.title,
        header: file.header.iter().map(|name| plain_name(name)).collect(),
        names: file.names,
        sample: file.sample,
        date_order: file.date_order,
        quoting: file.quoting.unwrap_or(true),
        ours: file.ours,
        columns: file.columns,
        precision,
    })
}

impl Layout {
    /// Whether a header is one of this layout.
    fn has_header(&self, plain: &[String]) -> bool {
        !self.header.is_empty() && self.header.iter().all(|name| plain.contains(name))
    }

    /// Whether a record without a header above it is one of this layout: as many fields, and those of
    /// which the layout shows a sample look like it.
    pub fn fits(&self, record: &[&str]) -> bool {
        !self.names.is_empty()
            && self.names.len() == record.len()
            && self.names.iter().zip(record).all(|(name, field)| {
                self.sample
                    .get(name)
                    .is_none_or(|sample| looks_like(sample, field))
            })
    }
}

/// `#` alone: digits only, at least one; else each `#` is a digit and everything else itself.
fn looks_like(sample: &str, field: &str) -> bool {
    if sample == "#" {
        return !field.is_empty() && field.bytes().all(|byte| byte.is_ascii_digit());
    }
    sample.len() == field.len()
        && sample
            .bytes()
            .zip(field.bytes())
            .all(|(wanted, byte)| match wanted {
                b'#' => byte.is_ascii_digit(),
                _ => byte == wanted,
            })
}

/// How the layout of a file was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Why {
    /// The user said so.
    Said,
    /// By the names in its header.
    Header,
    /// By the number of its columns and the look of its first record; it has no header.
    Shape,
    /// By nothing: common column names are looked for.
    Fallback,
}

/// The layout of a file by its first record.
///
/// # Errors
/// See [`built_in`].
pub fn recognise(first: &[&str]) -> Result<(&'static Layout, Why)> {
    let layouts = built_in()?;
    let plain: Vec<String> = first.iter().map(|name| plain_name(name)).collect();
    let by_header = layouts
        .iter()
        .filter(|layout| layout.has_header(&plain))
        .max_by_key(|layout| layout.header.len());
    if let Some(layout) = by_header {
        return Ok((layout, Why::Header));
    }
    if let Some(layout) = layouts.iter().find(|layout| layout.fits(first)) {
        return Ok((layout, Why::Shape));
    }
    let last = layouts
        .last()
        .ok_or_else(|| Error::broken("there is a layout"))?;
    Ok((last, Why::Fallback))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_layouts_can_be_read() {
        let layouts = built_in().unwrap();
        for (place, layout) in layouts.iter().enumerate() {
            let last = place + 1 == layouts.len();
            let known_by =
                usize::from(!layout.header.is_empty()) + usize::from(!layout.names.is_empty());
            assert_eq!(known_by, usize::from(!last), "{}", layout.name);
            assert_eq!(
                chosen(&LayoutChoice::Named(layout.name.clone())).unwrap(),
                *layout
            );
            assert!(layout.sample.keys().all(|name| layout.names.contains(name)));
        }
        let wrong = chosen(&LayoutChoice::Named("excel".to_owned()))
            .unwrap_err()
            .to_string();
        assert!(wrong.contains("ucdp-ged"), "{wrong}");
    }

    #[test]
    fn samples_are_patterns() {
        assert!(looks_like("########", "20251016"));
        assert!(!looks_like("########", "2025-10-1"));
        assert!(looks_like("#", "7") && !looks_like("#", ""));
        assert!(looks_like("##-#", "12-3") && !looks_like("##-#", "12.3"));
    }

    #[test]
    fn own_layouts_may_be_brought() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mine.toml");
        let text = "name = \"mine\"\ntitle = \"Mine\"\n[columns]\ndate = \"Datum\"\n[precision]\nA = 5\nB = \"unknown\"\n";
        std::fs::write(&path, text).unwrap();
        let layout = chosen(&LayoutChoice::File(path.clone())).unwrap();
        assert_eq!(layout.precision["A"], Some(Metres(5_000.0)));
        assert_eq!(layout.precision["B"], None);
        for (wrong, part) in [
            ("name = \"m\"\n", "line 1"),
            (
                "name = \"m\"\ntitle = \"m\"\n[columns]\ndatum = \"d\"\n",
                "columns.datum",
            ),
            (
                "name = \"m\"\ntitle = \"m\"\n[columns]\n[precision]\n1 = -1\n",
                "precision.1",
            ),
        ] {
            std::fs::write(&path, wrong).unwrap();
            let message = chosen(&LayoutChoice::File(path.clone()))
                .unwrap_err()
                .to_string();
            assert!(message.contains(part), "{message}");
        }
    }
}
