//! How pictures and pages look.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::file::Refuse;
use crate::context::{LayerSort, LayerStyle};
use crate::error::Result;
use crate::units::Day;

/// A set of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark on white, in colour.
    #[default]
    Light,
    /// Light on dark, in colour.
    Dark,
    /// Black and greys on white, for printers without colour.
    PrintGrey,
}

impl Theme {
    /// All themes.
    pub const ALL: [Theme; 3] = [Theme::Light, Theme::Dark, Theme::PrintGrey];

    /// The word in case files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
            Theme::PrintGrey => "print-grey",
        }
    }

    /// Reads such a word.
    pub fn parse(word: &str) -> Option<Theme> {
        Theme::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// The size of pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Size {
    /// 1920 × 1080 px.
    #[default]
    Slide,
    /// The same drawing at 3840 × 2160 px.
    Slide4k,
    /// 210 × 297 mm.
    A4,
    /// 297 × 210 mm.
    A4Landscape,
    /// 8.5 × 11 inches.
    Letter,
    /// 1080 × 1080 px.
    Square,
}

impl Size {
    /// All sizes.
    pub const ALL: [Size; 6] = [
        Size::Slide,
        Size::Slide4k,
        Size::A4,
        Size::A4Landscape,
        Size::Letter,
        Size::Square,
    ];

    /// The word in case files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Size::Slide => "slide",
            Size::Slide4k => "slide-4k",
            Size::A4 => "a4",
            Size::A4Landscape => "a4-landscape",
            Size::Letter => "letter",
            Size::Square => "square",
        }
    }

    /// The most dots per inch that a PNG of it can have: more would be a picture of more than a quarter of a billion
    /// pixels, which is a gigabyte of memory.
    pub const fn most_dpi(self) -> f64 {
        match self {
            Size::Slide => 1_000.0,
            Size::Slide4k => 500.0,
            _ => 1_200.0,
        }
    }

    /// Reads such a word.
    pub fn parse(word: &str) -> Option<Size> {
        Size::ALL.into_iter().find(|it| it.as_str() == word)
    }
}

/// What the case says of the look of pictures and pages.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StyleOptions {
    /// Their colours.
    pub theme: Theme,
    /// Their size.
    pub size: Size,
    /// Dots per inch of PNG files, from 24 to 1200; `None` leaves it to the size.
    pub resolution: Option<f64>,
    /// The handling marking above and below every picture and page.
    pub banner: Option<String>,
    /// A line of one's own at the foot.
    pub footer: Option<String>,
    /// Who answers for the briefing.
    pub author: Option<String>,
    /// The day up to which the data are complete.
    pub data_as_of: Option<Day>,
    /// A PNG or SVG file.
    pub logo: Option<PathBuf>,
    /// The tag of the language of pictures; `None` is English.
    pub language: Option<String>,
    /// A file of translations that adds to those of the language, or overrides them.
    pub translations: Option<PathBuf>,
}

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StyleTable {
    theme: Option<String>,
    size: Option<String>,
    resolution_dpi: Option<f64>,
    banner: Option<String>,
    footer: Option<String>,
    author: Option<String>,
    data_as_of: Option<String>,
    logo: Option<PathBuf>,
    language: Option<String>,
    translations: Option<PathBuf>,
}

/// A layer of one's own for the maps.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerSource {
    /// A `GeoJSON` or KML file.
    pub file: PathBuf,
    /// What it is called in the legend.
    pub name: String,
    /// How it is drawn.
    pub style: LayerStyle,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LayerTable {
    file: PathBuf,
    name: Option<String>,
    sort: Option<String>,
    colour: Option<String>,
    fill: Option<String>,
    width_px: Option<f64>,
    #[serde(default)]
    dashed: bool,
}

impl LayerTable {
    /// `number` is which of the layers it is, from 1; `folder` is where relative paths start.
    pub(super) fn into_source(
        self,
        number: usize,
        folder: &Path,
        refuse: &Refuse<'_>,
    ) -> Result<LayerSource> {
        let key = |key: &str| format!("layers, entry {number}, {key}");
        let colour = |name: &str, given: Option<String>| {
            given
                .map(|text| {
                    rgb(&text).ok_or_else(|| {
                        let allowed = "a colour such as \"#5588aa\"";
                        refuse(&key(name), format!("{text:?}"), allowed)
                    })
                })
                .transpose()
        };
        if let Some(width) = self.width_px
            && !(0.1..=20.0).contains(&width)
        {
            let allowed = "a number of px from 0.1 to 20";
            return Err(refuse(&key("width_px"), width.to_string(), allowed));
        }
        let stem = self.file.file_stem().unwrap_or(self.file.as_os_str());
        Ok(LayerSource {
            name: self
                .name
                .unwrap_or_else(|| stem.to_string_lossy().into_owned()),
            style: LayerStyle {
                sort: one_of(
                    &LayerSort::ALL,
                    LayerSort::as_str,
                    &key("sort"),
                    self.sort.as_deref(),
                    LayerSort::default(),
                    refuse,
                )?,
                colour: colour("colour", self.colour)?,
                fill: colour("fill", self.fill)?,
                width_px: self.width_px,
                dashed: self.dashed,
            },
            file: folder.join(self.file),
        })
    }
}

/// Reads `#5588aa`.
fn rgb(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|it| it.len() == 6)?;
    let number = u32::from_str_radix(digits, 16).ok()?;
    let [_, r, g, b] = number.to_be_bytes();
    Some([r, g, b])
}

/// The one of several words that a key has.
fn one_of<T: Copy>(
    all: &[T],
    as_str: impl Fn(T) -> &'static str,
    key: &str,
    word: Option<&str>,
    default: T,
    refuse: &Refuse<'_>,
) -> Result<T> {
    let Some(word) = word else {
        return Ok(default);
    };
    let found = all.iter().copied().find(|&it| as_str(it) == word);
    found.ok_or_else(|| {
        let words: Vec<&str> = all.iter().map(|&it| as_str(it)).collect();
        refuse(key, format!("{word:?}"), &words.join(", "))
    })
}

/// Whether a text has the form of a tag (BCP 47): parts of letters and digits, the first of two or three letters.
pub fn is_language_tag(text: &str) -> bool {
    let mut parts = text.split('-');
    let first = parts.next().unwrap_or_default();
    (2..=3).contains(&first.len())
        && first.bytes().all(|it| it.is_ascii_alphabetic())
        && parts.all(|it| {
            (1..=8).contains(&it.len()) && it.bytes().all(|it| it.is_ascii_alphanumeric())
        })
}

impl StyleTable {
    /// `folder` is where relative paths start, `day` reads a date.
    pub(super) fn into_options(
        self,
        folder: &Path,
        day: impl Fn(&str, Option<String>) -> Result<Option<Day>>,
        refuse: &Refuse<'_>,
    ) -> Result<StyleOptions> {
        let size = one_of(
            &Size::ALL,
            Size::as_str,
            "style.size",
            self.size.as_deref(),
            Size::default(),
            refuse,
        )?;
        let resolution = match self.resolution_dpi {
            Some(dpi) if !(24.0..=size.most_dpi()).contains(&dpi) => {
                let (word, most) = (size.as_str(), size.most_dpi());
                let allowed = format!("a number of dots per inch from 24 to {most} for {word}");
                return Err(refuse("style.resolution_dpi", dpi.to_string(), &allowed));
            }
            given => given,
        };
        let words = |given: Option<String>| given.filter(|words| !words.trim().is_empty());
        if let Some(tag) = &self.language
            && !is_language_tag(tag)
        {
            let allowed = "the tag of a language, such as \"fr\" or \"pt-BR\"";
            return Err(refuse("style.language", format!("{tag:?}"), allowed));
        }
        Ok(StyleOptions {
            theme: one_of(
                &Theme::ALL,
                Theme::as_str,
                "style.theme",
                self.theme.as_deref(),
                Theme::default(),
                refuse,
            )?,
            size,
            resolution,
            banner: words(self.banner),
            footer: words(self.footer),
            author: words(self.author),
            data_as_of: day("style.data_as_of", self.data_as_of)?,
            logo: self.logo.map(|file| folder.join(file)),
            language: self.language,
            translations: self.translations.map(|file| folder.join(file)),
        })
    }
}
