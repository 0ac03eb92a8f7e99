//! SVG pages to one PDF: vector, with the bundled fonts embedded and text that can be searched.

use std::borrow::Cow;
use std::fmt;

use krilla::destination::XyzDestination;
use krilla::geom::{Point, Size};
use krilla::metadata::Metadata;
use krilla::outline::{Outline, OutlineNode};
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};
use krilla_svg::{SurfaceExt as _, SvgSettings};
use rayon::prelude::*;

use super::halos;
use super::raster::{self, RasterError};

/// CSS pixels in a point of PDF.
const PX_PER_POINT: f32 = 96.0 / 72.0;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// What it shows.
    pub svg: String,
    /// Its entries in the outline.
    pub entries: Vec<String>,
}

/// What the document says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// Its title.
    pub title: String,
    /// Who answers for it.
    pub author: Option<String>,
    /// What it is about.
    pub subject: String,
    /// The language of its text, such as `en`.
    pub language: String,
    /// What tells it from other documents: the same for the same content.
    pub id: String,
}

/// Why a document could not be made.
#[derive(Debug)]
pub enum PdfError {
    /// A page is no SVG that can be read.
    Page(usize, RasterError),
    /// A page has no size that a page can have.
    Size(usize),
    /// The writer failed; its own words.
    Write(String),
}

impl fmt::Display for PdfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PdfError::Page(number, why) => write!(f, "page {}: {why}", number + 1),
            PdfError::Size(number) => write!(f, "page {} has no size", number + 1),
            PdfError::Write(why) => write!(f, "the PDF cannot be written: {why}"),
        }
    }
}

impl std::error::Error for PdfError {}

/// Writes pages as one document, each as large as its SVG says. The same pages give the same bytes: no
/// clock is read and no id is drawn.
///
/// # Errors
/// A page that is no SVG, or has no size.
pub fn write(pages: &[Page], about: &About) -> Result<Vec<u8>, PdfError> {
    let mut document = Document::new_with(SerializeSettings {
        enable_tagging: false,
        ..SerializeSettings::default()
    });
    let trees = pages
        .par_iter()
        .enumerate()
        .map(|(number, page)| {
            let read = |svg: &str| raster::tree(svg).map_err(|it| PdfError::Page(number, it));
            let tree = read(&page.svg)?;
            match halos::outlined(&page.svg, &tree) {
                Cow::Borrowed(_) => Ok(tree),
                Cow::Owned(svg) => read(&svg),
            }
        })
        .collect::<Result<Vec<_>, _>>()?;
    let mut outline = Outline::new();
    for (number, (tree, page)) in trees.iter().zip(pages).enumerate() {
        let (width, height) = (
            tree.size().width() / PX_PER_POINT,
            tree.size().height() / PX_PER_POINT,
        );
        let (Some(settings), Some(size)) = (
            PageSettings::from_wh(width, height),
            Size::from_wh(width, height),
        ) else {
            return Err(PdfError::Size(number));
        };
        let mut sheet = document.start_page_with(settings);
        let mut surface = sheet.surface();
        surface.draw_svg(tree, size, SvgSettings::default());
        surface.finish();
        sheet.finish();
        for entry in &page.entries {
            let top = XyzDestination::new(number, Point::from_xy(0.0, 0.0));
            outline.push_child(OutlineNode::new(entry.clone(), top));
        }
    }
    document.set_outline(outline);
    let mut metadata = Metadata::new()
        .title(about.title.clone())
        .description(about.subject.clone())
        .language(about.language.clone())
        .document_id(about.id.clone())
        .creator(concat!("borderscope ", env!("CARGO_PKG_VERSION")).to_owned())
        .producer("krilla".to_owned());
    if let Some(author) = &about.author {
        metadata = metadata.authors(vec![author.clone()]);
    }
    document.set_metadata(metadata);
    document
        .finish()
        .map_err(|error| PdfError::Write(format!("{error:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(words: &str) -> Page {
        Page {
            svg: format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"210mm\" height=\"297mm\" \
                 viewBox=\"0 0 1123 1588\"><text x=\"50\" y=\"90\" font-family=\"Noto Sans\" \
                 font-size=\"30\">{words}</text></svg>"
            ),
            entries: vec![words.to_owned()],
        }
    }

    #[test]
    fn pages_have_their_size_and_the_same_pages_give_the_same_bytes() {
        let pages = [page("Torkham"), page("سپین بولدک")];
        let about = About {
            title: "A title".to_owned(),
            author: Some("An author".to_owned()),
            language: "en".to_owned(),
            ..About::default()
        };
        let file = write(&pages, &about).unwrap();
        assert!(file.starts_with(b"%PDF-1.7"));
        let text = String::from_utf8_lossy(&file);
        assert_eq!(text.matches("/MediaBox[0 0 595.2").count(), 2);
        assert!(text.contains("/Title") && text.contains("/Author"));
        // Embedded fonts, no picture of text.
        assert!(text.contains("/FontFile") && !text.contains("/Subtype/Image"));
        assert_eq!(file, write(&pages, &about).unwrap());
    }

    #[test]
    fn what_is_no_page_is_refused() {
        let broken = Page {
            svg: "<svg".to_owned(),
            entries: Vec::new(),
        };
        let error = write(&[page("a"), broken], &About::default()).unwrap_err();
        assert!(error.to_string().starts_with("page 2: "), "{error}");
    }
}
