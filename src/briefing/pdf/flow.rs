//! Text and tables, one after the other, onto as many pages as they take.

use crate::briefing::document::{Block, Document};
use crate::render::canvas::{
    Anchor, Canvas, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::text;
use crate::render::theme;

use super::table::Table;

/// Size of running text in px.
const TEXT_PX: f64 = 16.0;
/// Height of a line over its size.
const LEADING: f64 = 1.38;
/// Longest line of text: longer ones lose the eye.
const MEASURE: f64 = 1060.0;
/// Where points begin.
const INDENT: f64 = 20.0;

/// Something at its place on a page.
#[derive(Clone, Debug)]
pub(super) enum Item {
    /// A line of text.
    Text((f64, f64), String, Lettering),
    /// A straight line.
    Line((f64, f64), (f64, f64), Stroke),
    /// A rectangle.
    Rect(Rect, Paint),
}

/// A page that is filled.
#[derive(Clone, Debug, Default)]
pub(super) struct Leaf {
    items: Vec<Item>,
    /// The sections that begin on it.
    pub(super) headings: Vec<String>,
}

impl Leaf {
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>) {
        for item in &self.items {
            match item {
                Item::Text(at, words, lettering) => {
                    canvas.text(&TextLine::new(*at, words, *lettering));
                }
                Item::Line(from, to, stroke) => canvas.line(*from, *to, *stroke),
                Item::Rect(rect, paint) => canvas.rect(*rect, 0.0, paint),
            }
        }
    }
}

/// Pages that are being filled from the top.
pub(super) struct Flow {
    leaves: Vec<Leaf>,
    pub(super) area: Rect,
    y: f64,
}

impl Flow {
    /// Room below what there is on this page.
    pub(super) fn room(&self) -> f64 {
        self.area.bottom() - self.y
    }

    /// Begins a new page if something of this height does not fit below, unless this one is empty.
    pub(super) fn need(&mut self, height: f64) -> bool {
        let full = height > self.room() && self.y > self.area.y;
        if full {
            self.leaves.push(Leaf::default());
            self.y = self.area.y;
        }
        full
    }

    /// Space, but none at the top of a page.
    fn space(&mut self, height: f64) {
        if self.y > self.area.y {
            self.y += height;
        }
    }

    /// Puts items, whose places are given from the left end and the top of what is free, and goes down.
    pub(super) fn put(&mut self, items: impl IntoIterator<Item = Item>, height: f64) {
        let (x, y) = (self.area.x, self.y);
        let moved = items.into_iter().map(|item| match item {
            Item::Text(at, words, lettering) => Item::Text((at.0 + x, at.1 + y), words, lettering),
            Item::Line(from, to, stroke) => {
                Item::Line((from.0 + x, from.1 + y), (to.0 + x, to.1 + y), stroke)
            }
            Item::Rect(rect, paint) => Item::Rect(
                Rect::new(rect.x + x, rect.y + y, rect.width, rect.height),
                paint,
            ),
        });
        if let Some(leaf) = self.leaves.last_mut() {
            leaf.items.extend(moved);
        }
        self.y += height;
    }

    /// A paragraph, with a mark before its first line. Its first two lines stay together, and so do its
    /// last two.
    fn paragraph(&mut self, words: &str, set: Lettering, indent: f64, mark: Option<&str>) {
        let width = self.area.width.min(MEASURE) - indent;
        let lines = text::wrap(words, set.size_px, set.weight, width);
        let step = set.size_px * LEADING;
        let set = set.anchored(Anchor::Start, VerticalAnchor::Top);
        let count = lines.len();
        for (number, line) in lines.into_iter().enumerate() {
            let together = match count - number {
                2 => 2.0,
                _ if number == 0 && count > 1 => 2.0,
                _ => 1.0,
            };
            self.need(step * together);
            let first = mark.filter(|_| number == 0);
            let mark = first.map(|mark| Item::Text((2.0, 0.0), mark.to_owned(), set));
            let line = Item::Text((indent, 0.0), line, set);
            self.put(mark.into_iter().chain([line]), step);
        }
    }

    fn block(&mut self, block: &Block) {
        let plain = Lettering::new(TEXT_PX, theme::INK);
        match block {
            Block::Heading(words) => {
                self.space(30.0);
                self.need(170.0);
                if let Some(leaf) = self.leaves.last_mut() {
                    leaf.headings.push(words.clone());
                }
                self.paragraph(words, Lettering::new(25.0, theme::INK).bold(), 0.0, None);
                let rule = Stroke::solid(theme::RULE, 1.0);
                let width = self.area.width;
                self.put([Item::Line((0.0, 4.0), (width, 4.0), rule)], 14.0);
            }
            Block::Subheading(words) => {
                self.space(12.0);
                self.need(90.0);
                self.paragraph(words, Lettering::new(18.0, theme::INK).bold(), 0.0, None);
                self.space(2.0);
            }
            Block::Text(words) => {
                self.paragraph(words, plain, 0.0, None);
                self.space(10.0);
            }
            Block::Strong(words) => {
                self.paragraph(words, plain.bold(), 0.0, None);
                self.space(10.0);
            }
            Block::Small(words) => {
                let small = Lettering::new(theme::SMALL_PX, theme::MUTED);
                self.paragraph(words, small, 0.0, None);
                self.space(10.0);
            }
            Block::List(points) => {
                for point in points {
                    self.paragraph(point, plain, INDENT, Some("•"));
                    self.space(3.0);
                }
                self.space(7.0);
            }
            Block::Table(header, rows) => {
                Table::new(header, rows, self.area.width).put(self);
                self.space(14.0);
            }
            // Pictures have pages of their own.
            Block::Picture(..) => {}
        }
    }
}

/// Lays out a document, without its pictures, on pages with so much room.
pub(super) fn leaves(document: &Document, area: Rect) -> Vec<Leaf> {
    let mut flow = Flow {
        leaves: vec![Leaf::default()],
        area,
        y: area.y,
    };
    for block in &document.blocks {
        flow.block(block);
    }
    flow.leaves.retain(|leaf| !leaf.items.is_empty());
    flow.leaves
}
