//! Looks at a drawn picture as a reader does: where its letters are, how large, and on what. Compiled for
//! tests only.

use resvg::usvg;

use super::raster;

/// A text of a picture.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) words: String,
    /// Size of its smallest letters in px.
    pub(crate) size: f32,
    /// The box of its ink.
    pub(crate) ink: usvg::Rect,
}

/// Every text of a picture.
pub(crate) fn texts(svg: &str) -> Vec<Seen> {
    let tree = raster::tree(svg).unwrap();
    let mut texts = Vec::new();
    collect(tree.root(), &mut texts);
    texts
}

fn collect(group: &usvg::Group, texts: &mut Vec<Seen>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => collect(group, texts),
            usvg::Node::Text(text) => {
                let sizes = text.chunks().iter().flat_map(usvg::TextChunk::spans);
                texts.push(Seen {
                    words: text.chunks().iter().map(usvg::TextChunk::text).collect(),
                    size: sizes
                        .map(|span| span.font_size().get())
                        .fold(f32::INFINITY, f32::min),
                    ink: text.flattened().abs_bounding_box(),
                });
            }
            _ => {}
        }
    }
}

/// What is wrong with the texts of a picture: those smaller than so many px, outside the picture, or on another.
pub(crate) fn faults(svg: &str, (width, height): (f32, f32), least: f32) -> Vec<String> {
    let texts = texts(svg);
    let mut faults = Vec::new();
    if texts.len() < 5 {
        faults.push(format!("only {} texts", texts.len()));
    }
    for (place, Seen { words, size, ink }) in texts.iter().enumerate() {
        if *size < least {
            faults.push(format!("{words:?} is {size} px"));
        }
        let inside =
            ink.left() >= 0.0 && ink.top() >= 0.0 && ink.right() <= width && ink.bottom() <= height;
        if !inside {
            faults.push(format!("{words:?} leaves the picture: {ink:?}"));
        }
        for other in &texts[..place] {
            let across = ink.right().min(other.ink.right()) - ink.left().max(other.ink.left());
            let down = ink.bottom().min(other.ink.bottom()) - ink.top().max(other.ink.top());
            if across > 0.6 && down > 0.6 {
                faults.push(format!(
                    "{words:?} {ink:?} on {:?} {:?}",
                    other.words, other.ink
                ));
            }
        }
    }
    faults
}

/// Asserts that nothing was found, and prints what was.
pub(crate) fn assert_none(faults: &[String]) {
    let first: Vec<&str> = faults.iter().take(80).map(String::as_str).collect();
    assert!(
        faults.is_empty(),
        "{} faults:\n{}",
        faults.len(),
        first.join("\n")
    );
}
