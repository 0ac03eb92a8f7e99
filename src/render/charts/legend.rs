//! The column of explanations beside a chart.

use crate::analysis::Analysis;
use crate::incident::Figures;
use crate::render::canvas::{Anchor, Canvas, Lettering, Paint, Rect, TextLine, VerticalAnchor};
use crate::render::elements::{Shape, draw_mark};
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Doubt, Look, Symbols};
use crate::wording::language::Language;

use super::blocks;
use super::context::{self, Key};

/// Stands for a figure that nobody gave.
pub(super) const NOBODY: &str = "…";

/// Height of a row.
const ROW: f64 = 21.0;
/// Where text beside a symbol begins.
const INDENT: f64 = 34.0;
/// Width of a column and of the space between columns.
const WIDTH: f64 = 300.0;
const GUTTER: f64 = 28.0;
/// A body that is not this much wider than high has its columns below the chart, side by side.
const WIDE: f64 = 1.25;
/// Share of the height of such a body that they get, and how high they are at least.
const BELOW: f64 = 0.27;
const BELOW_LEAST: f64 = 210.0;
/// A chart that would be narrower than this beside its columns has them below.
const NARROW: f64 = 800.0;

/// The chart's part of a body, and the columns of explanations beside or below it.
pub(super) fn split(body: Rect) -> (Rect, Vec<Rect>) {
    if body.width >= WIDE * body.height && body.width - WIDTH - GUTTER >= NARROW {
        let left = body.right() - WIDTH;
        let chart = Rect::new(body.x, body.y, body.width - WIDTH - GUTTER, body.height);
        return (chart, vec![Rect::new(left, body.y, WIDTH, body.height)]);
    }
    let height = (body.height * BELOW).max(BELOW_LEAST);
    let top = body.bottom() - height;
    let count = ((body.width + GUTTER) / (WIDTH + GUTTER)).floor().max(1.0);
    let width = (body.width + GUTTER) / count - GUTTER;
    let columns = (0..count as usize)
        .map(|column| {
            let left = body.x + (width + GUTTER) * column as f64;
            Rect::new(left, top, width, height)
        })
        .collect();
    let chart = Rect::new(body.x, body.y, body.width, top - GUTTER - body.y);
    (chart, columns)
}

/// A pen that goes down the columns, one after the other. What would not fit is not drawn.
pub(super) struct Pen<'p, 'c> {
    pub(super) canvas: &'p mut Canvas<'c>,
    area: Rect,
    y: f64,
    /// The columns after this one.
    rest: std::vec::IntoIter<Rect>,
}

impl<'p, 'c> Pen<'p, 'c> {
    /// A pen at the top of the first column.
    pub(super) fn new(canvas: &'p mut Canvas<'c>, columns: Vec<Rect>) -> Pen<'p, 'c> {
        let mut rest = columns.into_iter();
        let area = rest.next().unwrap_or(Rect::new(0.0, 0.0, 0.0, 0.0));
        Pen {
            canvas,
            y: area.y,
            area,
            rest,
        }
    }

    /// The language of its words.
    pub(super) fn language(&self) -> &'c Language {
        self.canvas.language()
    }

    fn room(&self) -> f64 {
        self.area.bottom() - self.y
    }

    /// Whether something of a height fits here, or else at the top of the next column, to which the
    /// pen then goes.
    fn fits(&mut self, height: f64) -> bool {
        if self.room() >= height {
            return true;
        }
        if self
            .rest
            .as_slice()
            .first()
            .is_none_or(|next| next.height < height)
        {
            return false;
        }
        if let Some(next) = self.rest.next() {
            self.area = next;
            self.y = next.y;
        }
        true
    }

    pub(super) fn gap(&mut self) {
        self.y += 9.0;
    }

    pub(super) fn heading(&mut self, words: &str) {
        if !self.fits(2.0 * ROW) {
            return;
        }
        let lettering = Lettering::new(theme::HEADING_PX - 1.0, theme::INK)
            .bold()
            .anchored(Anchor::Start, VerticalAnchor::Middle);
        let fitted = text::ellipsize(
            words,
            theme::HEADING_PX - 1.0,
            Weight::Bold,
            self.area.width,
        );
        self.canvas.text(&TextLine::new(
            (self.area.x, self.y + ROW / 2.0),
            &fitted,
            lettering,
        ));
        self.y += ROW + 3.0;
    }

    /// A symbol with its meaning, on one line or more, and perhaps a number at the right. `symbol`
    /// gets the middle of its place, which is 26 px wide.
    pub(super) fn key(
        &mut self,
        symbol: impl FnOnce(&mut Canvas<'_>, (f64, f64)),
        words: &str,
        number: Option<usize>,
    ) {
        self.key_lines(symbol, words, number, 3);
    }

    /// A block of a paint with its meaning, and perhaps a number at the right.
    pub(super) fn block(&mut self, paint: Paint, words: &str, number: Option<usize>) {
        let draw = |canvas: &mut Canvas<'_>, at| canvas.rect(blocks::in_key(at), 0.0, &paint);
        self.key(draw, words, number);
    }

    fn key_lines(
        &mut self,
        symbol: impl FnOnce(&mut Canvas<'_>, (f64, f64)),
        words: &str,
        number: Option<usize>,
        most: usize,
    ) {
        let size = theme::LABEL_PX - 1.0;
        let keep = if number.is_some() { 46.0 } else { 0.0 };
        let lines = text::at_most_lines(
            words,
            size,
            Weight::Regular,
            self.area.width - INDENT - keep,
            most,
        );
        let line_height = size * 1.22;
        let height = ROW + line_height * (lines.len().max(1) - 1) as f64;
        if !self.fits(height) {
            return;
        }
        let middle = self.y + ROW / 2.0;
        symbol(self.canvas, (self.area.x + 13.0, middle));
        let lettering =
            Lettering::new(size, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
        for (place, line) in lines.iter().enumerate() {
            let at = (self.area.x + INDENT, middle + line_height * place as f64);
            self.canvas.text(&TextLine::new(at, line, lettering));
        }
        if let Some(number) = number {
            let bold = lettering
                .bold()
                .anchored(Anchor::End, VerticalAnchor::Middle);
            let at = (self.area.right(), middle);
            let number = self.language().grouped(number as u64);
            self.canvas.text(&TextLine::new(at, &number, bold));
        }
        self.y += height + if lines.len() > 1 { 3.0 } else { 0.0 };
    }

    /// A little space, then small print.
    pub(super) fn remark(&mut self, words: &str) {
        self.y += 3.0;
        self.note(words);
    }

    /// Small print over as many lines as it takes.
    pub(super) fn note(&mut self, words: &str) {
        let size = theme::SMALL_PX;
        let lettering =
            Lettering::new(size, theme::MUTED).anchored(Anchor::Start, VerticalAnchor::Top);
        for line in text::wrap(words, size, Weight::Regular, self.area.width) {
            if !self.fits(size * 1.3) {
                return;
            }
            self.canvas
                .text(&TextLine::new((self.area.x, self.y), &line, lettering));
            self.y += size * 1.3;
        }
    }

    /// The kinds of event that are counted, with their numbers.
    pub(super) fn kinds(&mut self, symbols: &Symbols, swatch: Swatch) {
        let language = self.language();
        self.heading(language.say("Counted incidents by kind"));
        let mut any = false;
        for symbol in symbols.all().iter().filter(|symbol| symbol.incidents > 0) {
            any = true;
            let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| match swatch {
                Swatch::Mark => {
                    draw_mark(
                        canvas,
                        at,
                        symbol.shape,
                        7.0,
                        &Look::Placed.paint(symbol.ink),
                    );
                }
                Swatch::Block => {
                    let block = blocks::in_key(at);
                    canvas.rect(block, 0.0, &Paint::filled(symbol.ink));
                    blocks::symbol(canvas, block, symbol.shape, symbol.ink);
                }
                Swatch::None => {}
            };
            let label = language.plain(&symbol.label);
            self.key_lines(draw, &label, Some(symbol.incidents), 1);
        }
        if !any {
            self.key(|_, _| {}, language.say("none"), None);
        }
    }

    /// What the sizes of marks mean.
    pub(super) fn sizes(&mut self) {
        let language = self.language();
        let words = [
            language.say("0 or not reported").to_owned(),
            "10".to_owned(),
            language.counted(50, "death"),
        ];
        let radii = [0, 10, 50].map(|count| {
            let figures = Figures {
                low: None,
                best: Some(count),
                high: None,
            };
            theme::mark_radius(figures)
        });
        let height = 2.0 * radii[2] + 4.0;
        if !self.fits(height) {
            return;
        }
        let full = Lettering::new(theme::LABEL_PX - 1.0, theme::INK);
        // Marks and gaps keep their size; the words share what is left.
        let wanted: f64 = words.iter().map(|words| full.width_px(words)).sum();
        let marks: f64 = radii.iter().map(|radius| 2.0 * radius + 6.0).sum();
        let left = self.area.width - (13.0 - radii[0] + marks + 2.0 * 16.0);
        let size = (full.size_px * (left / wanted).min(1.0)).max(11.0);
        let lettering =
            Lettering::new(size, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
        let mut x = self.area.x + 13.0 - radii[0];
        let middle = self.y + height / 2.0;
        for (radius, words) in radii.into_iter().zip(&words) {
            let paint = Paint::filled(theme::MUTED.with_alpha(0.75));
            draw_mark(
                self.canvas,
                (x + radius, middle),
                Shape::Circle,
                radius,
                &paint,
            );
            x += 2.0 * radius + 6.0;
            self.canvas
                .text(&TextLine::new((x, middle), words, lettering));
            x += lettering.width_px(words) + 16.0;
        }
        self.y += height + 2.0;
    }

    /// The shades of counts from 1 to the most there are.
    pub(super) fn ramp(&mut self, most: usize) {
        if !self.fits(2.0 * ROW) {
            return;
        }
        let mut counts: Vec<usize> = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
            .into_iter()
            .filter(|&count| count <= most)
            .collect();
        // At most six: the ends and what lies evenly between them.
        while counts.len() > 5 {
            counts = counts.iter().copied().step_by(2).collect();
        }
        if counts.last() != Some(&most) && most > 0 {
            counts.push(most);
        }
        let width = (self.area.width / counts.len().max(1) as f64).min(50.0);
        for (place, &count) in counts.iter().enumerate() {
            let ink = theme::count_ink(count, most);
            let shade = Rect::new(
                self.area.x + width * place as f64,
                self.y + 1.0,
                width - 2.0,
                ROW,
            );
            self.canvas.rect(shade, 0.0, &Paint::filled(ink));
            let lettering = Lettering::new(theme::SMALL_PX, theme::on(ink))
                .anchored(Anchor::Middle, VerticalAnchor::Middle);
            let at = (shade.x + shade.width / 2.0, shade.y + ROW / 2.0);
            let count = self.language().grouped(count as u64);
            self.canvas.text(&TextLine::new(at, &count, lettering));
        }
        self.y += ROW + 6.0;
    }

    /// How many are placed well, how many roughly; `paint` draws the two.
    pub(super) fn looks(
        &mut self,
        analysis: &Analysis,
        symbol: impl Fn(&mut Canvas<'_>, (f64, f64), Look),
        rough: &str,
    ) {
        let total = analysis.total();
        let radius = analysis.options.cluster.largest_location_radius.km();
        let language = self.language();
        let radius = language.kilometres(radius);
        let known = language.fill("place known within {} km", &[&radius]);
        self.key(
            |canvas, at| symbol(canvas, at, Look::Placed),
            &known,
            Some(total.placed()),
        );
        if total.uncertain > 0 {
            self.key(
                |canvas, at| symbol(canvas, at, Look::Uncertain),
                rough,
                Some(total.uncertain),
            );
        }
    }

    /// The outlines of doubtful reports, if there are any.
    pub(super) fn doubts(&mut self, analysis: &Analysis) {
        let language = self.language();
        for (doubt, words) in Doubt::ALL {
            let count = analysis
                .dated()
                .filter(|it| Doubt::of(it.incident.claim_status) == Some(doubt))
                .count();
            if count > 0 {
                let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
                    let paint = doubt.over(Look::Placed.paint(theme::MUTED));
                    draw_mark(canvas, at, Shape::Circle, 6.0, &paint);
                };
                self.key(draw, language.say(words), Some(count));
            }
        }
    }

    /// How many incidents are not drawn, and why.
    pub(super) fn not_counted(&mut self, analysis: &Analysis) {
        let language = self.language();
        if let Some(parts) = language.not_counted(&analysis.ledger) {
            self.note(&language.fill("Not counted and not shown: {}.", &[&parts]));
        }
        let spread = analysis.counted().count() - analysis.dated().count();
        if spread > 0 {
            self.note(&language.told(
                spread,
                "Counted and not shown: {} dated only roughly, such as to a month.",
            ));
        }
    }

    /// The key of ceasefires, if any is in the period.
    pub(super) fn ceasefires(&mut self, analysis: &Analysis) {
        let spans = context::spans(analysis);
        if spans.is_empty() {
            return;
        }
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let block = Rect::new(at.0 - 12.0, at.1 - 7.0, 24.0, 14.0);
            context::bar(
                canvas,
                &[
                    (block.x, block.y),
                    (block.right() - 6.0, block.y),
                    (block.right(), at.1),
                    (block.right() - 6.0, block.bottom()),
                    (block.x, block.bottom()),
                ],
            );
        };
        let open = spans.iter().any(|span| span.open);
        let words = if open {
            "truce or ceasefire; arrow: no end reported"
        } else {
            "truce or ceasefire"
        };
        let words = self.language().say(words);
        self.key(draw, words, None);
    }

    /// The numbered talks and crossings with their words, in as much room as is left.
    pub(super) fn events(&mut self, keys: &[Key<'_>], heading: &str) {
        if keys.is_empty() || !self.fits(4.0 * ROW) {
            return;
        }
        let language = self.language();
        self.heading(language.say(heading));
        let size = theme::SMALL_PX;
        let line_height = size * 1.2;
        let width = self.area.width - 26.0;
        let words: Vec<String> = keys
            .iter()
            .map(|key| {
                let day = language.day_and_month(key.event.day);
                language.fill("{}: {}", &[&day, &key.event.title])
            })
            .collect();
        // As many lines for each as let all of them in; else one line each, and the rest is counted.
        let height = |lines: usize| -> f64 {
            let of = |words: &String| {
                text::at_most_lines(words, size, Weight::Regular, width, lines).len() as f64
                    * line_height
                    + 5.0
            };
            words.iter().map(of).sum()
        };
        let most = [3, 2, 1]
            .into_iter()
            .find(|&lines| height(lines) <= self.room())
            .unwrap_or(1);
        let lettering =
            Lettering::new(size, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
        for (place, (key, words)) in keys.iter().zip(&words).enumerate() {
            let lines = text::at_most_lines(words, size, Weight::Regular, width, most);
            let needed = lines.len() as f64 * line_height + 5.0;
            let last = place + 1 == keys.len();
            if self.room() < needed + if last { 0.0 } else { line_height + 5.0 } {
                let more = language.told(keys.len() - place, "and {} more");
                let at = (self.area.x + 26.0, self.y + line_height / 2.0 + 2.0);
                self.canvas.text(&TextLine::new(at, &more, lettering));
                self.y += line_height + 5.0;
                return;
            }
            let middle = self.y + line_height / 2.0 + 2.0;
            context::badge(self.canvas, (self.area.x + 10.0, middle), key);
            for (number, line) in lines.iter().enumerate() {
                let at = (self.area.x + 26.0, middle + line_height * number as f64);
                self.canvas.text(&TextLine::new(at, line, lettering));
            }
            self.y += needed;
        }
    }
}

/// What stands for a kind in a legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Swatch {
    /// Its symbol.
    Mark,
    /// A block of its colour.
    Block,
    /// Nothing: the chart does not tell kinds apart.
    None,
}
