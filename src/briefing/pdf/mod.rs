//! `briefing.pdf`: title page, maps and charts, then text and tables.

mod flow;
mod table;
mod title;

use rayon::prelude::*;

use super::document::Document;
use crate::analysis::Analysis;
use crate::case::Size;
use crate::digest;
use crate::render::frame;
use crate::render::pdf::{self, About, Page, PdfError};
use crate::render::set::Picture;
use crate::render::sheet::Sheet;
use crate::render::theme::Symbols;

/// The paper of a briefing: that of the pictures, or A4 where they are for a screen.
fn sheet(analysis: &Analysis) -> Sheet {
    let size = match analysis.style.size {
        Size::Slide | Size::Slide4k | Size::Square => Size::A4Landscape,
        paper => paper,
    };
    Sheet::new(size, analysis.style.theme)
}

/// Makes the document. The same analysis gives the same bytes.
///
/// # Errors
/// A page that the writer cannot take, which is a bug.
pub fn write(
    analysis: &Analysis,
    document: &Document,
    symbols: &Symbols,
    pictures: &[Picture],
) -> Result<Vec<u8>, PdfError> {
    let sheet = sheet(analysis);
    let leaves = flow::leaves(document, frame::leaf_body(analysis, &sheet));
    let count = 1 + pictures.len() + leaves.len();
    let drawn: Vec<Page> = pictures
        .par_iter()
        .enumerate()
        .map(|(place, picture)| Page {
            svg: (picture.draw)(analysis, symbols, &sheet.numbered(place + 2, count)),
            entries: vec![picture.shows.clone()],
        })
        .collect();
    let mut pages = vec![Page {
        svg: title::draw(analysis, document, &sheet.numbered(1, count)),
        entries: vec![document.title.clone()],
    }];
    pages.extend(drawn);
    let first = pages.len() + 1;
    pages.extend(leaves.into_iter().enumerate().map(|(place, leaf)| Page {
        svg: frame::leaf(
            analysis,
            &sheet.numbered(first + place, count),
            &document.title,
            |canvas| leaf.draw(canvas),
        ),
        entries: leaf.headings.clone(),
    }));
    let content: Vec<&str> = pages.iter().map(|page| page.svg.as_str()).collect();
    let about = About {
        title: document.title.clone(),
        author: analysis.style.author.clone(),
        subject: document.subtitle.clone(),
        language: "en".to_owned(),
        id: digest::of(content.concat().as_bytes()),
    };
    pdf::write(&pages, &about)
}
