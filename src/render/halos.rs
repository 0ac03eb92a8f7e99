//! Halos for PDF: there text is painted letter by letter, so the halo of one would lie over the letter before it.

use std::borrow::Cow;
use std::fmt::Write as _;

use resvg::tiny_skia::PathSegment;
use resvg::usvg;

/// What marks an element of ours whose letters have a halo.
const MARK: &str = "paint-order=\"stroke\"";

/// The attributes of a halo, on a text or on a part of it.
const ATTRIBUTES: [&str; 4] = ["stroke", "stroke-opacity", "stroke-width", "paint-order"];

/// A drawing of the canvas in which each halo is an outline of its own under all letters of its line.
///
/// `tree` is the same drawing read: it knows the outlines. The drawing stays as it is where it has no halos, or where
/// the two do not agree on how many there are. O(n) in the length of the drawing.
pub(super) fn outlined<'s>(svg: &'s str, tree: &usvg::Tree) -> Cow<'s, str> {
    if !svg.contains(MARK) {
        return svg.into();
    }
    let mut outlines = Vec::new();
    collect(tree.root(), &mut outlines);
    let elements = || texts(svg).filter(|text| text.contains(MARK));
    if elements().count() != outlines.len() {
        return svg.into();
    }
    let mut out =
        String::with_capacity(svg.len() + outlines.iter().map(String::len).sum::<usize>());
    let mut rest = svg;
    for (element, outline) in elements().zip(outlines) {
        if let Some((before, after)) = rest.split_once(element) {
            out.push_str(before);
            rest = after;
            write(&mut out, element, &outline);
        }
    }
    out.push_str(rest);
    out.into()
}

/// The text elements of a drawing of the canvas, in order.
fn texts(svg: &str) -> impl Iterator<Item = &str> {
    const END: &str = "</text>";
    let mut rest = svg;
    std::iter::from_fn(move || {
        let from = rest.find("<text")?;
        let to = from + rest[from..].find(END)? + END.len();
        let element = &rest[from..to];
        rest = &rest[to..];
        Some(element)
    })
}

/// The outlines of the letters with a halo, one for each text that has any.
fn collect(group: &usvg::Group, outlines: &mut Vec<String>) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => collect(group, outlines),
            usvg::Node::Text(text) => {
                let mut outline = String::new();
                trace(text.flattened(), &mut outline);
                if !outline.is_empty() {
                    outlines.push(outline);
                }
            }
            _ => {}
        }
    }
}

/// Appends the outlines of what has a stroke.
fn trace(group: &usvg::Group, outline: &mut String) {
    for node in group.children() {
        match node {
            usvg::Node::Group(group) => trace(group, outline),
            usvg::Node::Path(path) if path.stroke().is_some() => {
                for segment in path.data().segments() {
                    // Writing to a string does not fail.
                    let _ = match segment {
                        PathSegment::MoveTo(to) => write!(outline, "M{} {}", to.x, to.y),
                        PathSegment::LineTo(to) => write!(outline, "L{} {}", to.x, to.y),
                        PathSegment::QuadTo(by, to) => {
                            write!(outline, "Q{} {} {} {}", by.x, by.y, to.x, to.y)
                        }
                        PathSegment::CubicTo(one, two, to) => write!(
                            outline,
                            "C{} {} {} {} {} {}",
                            one.x, one.y, two.x, two.y, to.x, to.y
                        ),
                        PathSegment::Close => write!(outline, "Z"),
                    };
                }
            }
            _ => {}
        }
    }
}

/// Writes the outline with the halo of a text element, then the element without it.
fn write(out: &mut String, element: &str, outline: &str) {
    let _ = write!(out, "<path d=\"{outline}\" fill=\"none\"");
    for name in ATTRIBUTES.into_iter().chain(["transform"]) {
        if let Some(attribute) = attribute(element, name).filter(|_| name != "paint-order") {
            out.push_str(attribute);
        }
    }
    out.push_str("/>\n");
    let mut bare = element.to_owned();
    for name in ATTRIBUTES {
        while let Some(attribute) = attribute(&bare, name).map(str::to_owned) {
            bare = bare.replace(&attribute, "");
        }
    }
    out.push_str(&bare);
}

/// The first attribute of a name with the space before it. Text holds no quotes that could look like one, for they
/// are written as entities.
fn attribute<'e>(element: &'e str, name: &str) -> Option<&'e str> {
    let from = element.find(&format!(" {name}=\""))?;
    let value = from + name.len() + 3;
    let length = element[value..].find('"')?;
    Some(&element[from..=value + length])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::canvas::{Canvas, Ink, Lettering, Paint, Rect, TextLine};
    use crate::render::palette::Palette;
    use crate::render::{canvas, raster};
    use crate::wording::language::Language;

    /// Lines in all scripts with halos that touch the next letter, on a ground of another colour.
    fn drawn() -> String {
        let mut svg = String::new();
        let document = canvas::Document {
            size_px: (400, 260),
            width: canvas::Length::Px(400.0),
            title: "",
            description: "",
            background: None,
            palette: Palette::of(crate::case::Theme::Light),
            language: Language::english(),
        };
        let mut canvas = Canvas::new(&mut svg, &document);
        let ground = Rect::new(0.0, 0.0, 400.0, 260.0);
        canvas.rect(ground, 0.0, &Paint::filled(Ink::own([200, 220, 200])));
        let set = Lettering::new(30.0, Ink::own([10, 10, 10]))
            .with_halo(Ink::own([255, 0, 0]).with_alpha(0.9), 4.0);
        for (place, words) in ["Grense Jakobselv", "سپین بولدک & Wesh", "Poipet ប៉ោយប៉ែត"]
            .into_iter()
            .enumerate()
        {
            canvas.text(&TextLine::new(
                (20.0, 50.0 + 70.0 * place as f64),
                words,
                set,
            ));
        }
        let turned = Lettering {
            rotate_degrees: 90.0,
            ..set
        };
        canvas.text(&TextLine::new((370.0, 20.0), "turned", turned));
        canvas.finish();
        svg
    }

    #[test]
    fn the_picture_stays_the_same() {
        let svg = drawn();
        let tree = raster::tree(&svg).unwrap();
        let other = outlined(&svg, &tree);
        assert!(!other.contains(MARK) && other.contains("Grense Jakobselv"));
        assert_eq!(svg.matches("<text").count(), other.matches("<text").count());
        let other = raster::tree(&other).unwrap();
        let [one, two] = [&tree, &other].map(|it| raster::pixmap(it, 2.0).unwrap());
        let apart = one.data().iter().zip(two.data());
        let most = apart.map(|(a, b)| a.abs_diff(*b)).max();
        // Halos of one line over each other are no longer twice as strong where pieces of it met.
        assert!(most.is_some_and(|most| most <= 48), "{most:?}");
    }

    #[test]
    fn what_has_no_halo_stays_as_it_is() {
        let svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"9\" height=\"9\"><text y=\"9\">a</text></svg>";
        let tree = raster::tree(svg).unwrap();
        assert!(matches!(outlined(svg, &tree), Cow::Borrowed(same) if same == svg));
    }
}
