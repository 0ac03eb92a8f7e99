//! Tables on pages: columns as wide as what is in them, rows that break between pages, never inside.

use crate::render::canvas::{Anchor, Lettering, Paint, Rect, Stroke, VerticalAnchor};
use crate::render::text::{self, Weight};
use crate::render::theme;

use super::flow::{Flow, Item};

/// Size of the letters in px.
const SIZE: f64 = 13.5;
/// Height of a line.
const LINE: f64 = 17.5;
/// Space left and right of a cell's text, and above and below it.
const PAD: (f64, f64) = (7.0, 4.0);
/// Most lines of a cell.
const MOST_LINES: usize = 12;

/// A table whose columns have their widths.
pub(super) struct Table<'t> {
    header: &'t [String],
    rows: &'t [Vec<String>],
    widths: Vec<f64>,
    /// Whether all that stands in a column are numbers.
    numeric: Vec<bool>,
}

impl<'t> Table<'t> {
    /// Sets columns within a width: each as wide as its widest cell if all fit, else no narrower than
    /// its longest word, with what is left shared by what each lacks.
    pub(super) fn new(header: &'t [String], rows: &'t [Vec<String>], room: f64) -> Table<'t> {
        let mut widths = Vec::with_capacity(header.len());
        let mut least = Vec::with_capacity(header.len());
        let mut numeric = Vec::with_capacity(header.len());
        for (column, title) in header.iter().enumerate() {
            let cells = || rows.iter().filter_map(move |row| row.get(column));
            let width = |words: &str, weight| text::width_px(words, SIZE, weight);
            let word = |words: &str, weight| {
                let words = words.split([' ', '\u{a0}']);
                words.map(|it| width(it, weight)).fold(0.0, f64::max)
            };
            let longest = cells()
                .map(|it| width(it, Weight::Regular))
                .fold(0.0, f64::max);
            let longest_word = cells()
                .map(|it| word(it, Weight::Regular))
                .fold(0.0, f64::max);
            // A header may stand on two lines where its cells are narrow.
            let title_width = width(title, Weight::Bold);
            let title_word = word(title, Weight::Bold);
            widths.push(longest.max(title_word).max(title_width * 0.6) + 2.0 * PAD.0 + 1.0);
            least.push(longest_word.max(title_word).min(220.0) + 2.0 * PAD.0 + 1.0);
            numeric.push(cells().any(|it| !it.is_empty()) && cells().all(|it| is_number(it)));
        }
        let wanted: f64 = widths.iter().sum();
        if wanted > room {
            let needed: f64 = least.iter().sum();
            let lacking: f64 = widths.iter().zip(&least).map(|(w, l)| w - l).sum();
            let share = if lacking > 0.0 {
                ((room - needed) / lacking).clamp(0.0, 1.0)
            } else {
                0.0
            };
            let squeeze = (room / needed).min(1.0);
            for (width, least) in widths.iter_mut().zip(&least) {
                *width = (least + (*width - least) * share) * squeeze;
            }
        }
        Table {
            header,
            rows,
            widths,
            numeric,
        }
    }

    /// Puts the table, its header again on every page.
    pub(super) fn put(&self, flow: &mut Flow) {
        let (header, header_height) = self.row(self.header, Weight::Bold);
        let head = |flow: &mut Flow| {
            let width: f64 = self.widths.iter().sum();
            let ground = Rect::new(0.0, 0.0, width, header_height);
            let rule = Stroke::solid(theme::RULE, 1.2);
            let items = [
                Item::Rect(ground, Paint::filled(theme::BAND)),
                Item::Line((0.0, header_height), (width, header_height), rule),
            ];
            flow.put(items.into_iter().chain(header.clone()), header_height);
        };
        let mut begun = false;
        for cells in self.rows {
            let (items, height) = self.row(cells, Weight::Regular);
            let wanted = if begun {
                height
            } else {
                header_height + height
            };
            if flow.need(wanted) || !begun {
                head(flow);
                begun = true;
            }
            let width: f64 = self.widths.iter().sum();
            let rule = Item::Line(
                (0.0, height),
                (width, height),
                Stroke::solid(theme::GRID, 1.0),
            );
            flow.put(items.into_iter().chain([rule]), height);
        }
        if !begun {
            flow.need(header_height);
            head(flow);
        }
    }

    /// The items of a row and its height.
    fn row(&self, cells: &[String], weight: Weight) -> (Vec<Item>, f64) {
        let mut items = Vec::new();
        let mut most = 1;
        let mut left = 0.0;
        for ((cell, width), numeric) in cells.iter().zip(&self.widths).zip(&self.numeric) {
            let lines = text::at_most_lines(cell, SIZE, weight, width - 2.0 * PAD.0, MOST_LINES);
            most = most.max(lines.len());
            let anchor = if *numeric { Anchor::End } else { Anchor::Start };
            let x = if *numeric {
                left + width - PAD.0
            } else {
                left + PAD.0
            };
            let lettering = Lettering {
                weight,
                ..Lettering::new(SIZE, theme::INK).anchored(anchor, VerticalAnchor::Top)
            };
            items.extend(lines.into_iter().enumerate().map(|(number, line)| {
                Item::Text((x, PAD.1 + LINE * number as f64), line, lettering)
            }));
            left += width;
        }
        (items, most as f64 * LINE + 2.0 * PAD.1)
    }
}

/// Whether a cell is a number, or nothing.
fn is_number(cell: &str) -> bool {
    cell.chars()
        .all(|c| c.is_ascii_digit() || matches!(c, ',' | '.' | '-' | '−' | ' ' | '%'))
}
