//! Bars from the left, one a row, each in parts, all from zero on one axis.

use crate::render::axis::NumberAxis;
use crate::render::canvas::{
    Anchor, Canvas, Ink, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::elements::Shape;
use crate::render::text::{self, Weight};
use crate::render::theme;

use super::blocks::{self, Pattern};

/// Height of the title and the axis above the rows.
pub(super) const HEAD: f64 = 50.0;
/// Tallest row, and thickest bar.
const TALLEST: f64 = 120.0;
const THICKEST: f64 = 48.0;
/// A bar as thick as this has room for a symbol above a number.
const TWO_LINES: f64 = 30.0;
/// Lowest row in which numbers can be read.
const LOWEST: f64 = 17.0;

/// A row.
pub(super) struct Row {
    pub(super) name: String,
    pub(super) parts: Vec<Part>,
}

impl Row {
    fn total(&self) -> usize {
        self.parts.iter().map(|part| part.count).sum()
    }
}

/// A part of a bar.
#[derive(Clone, Copy)]
pub(super) struct Part {
    pub(super) count: usize,
    pub(super) ink: Ink,
    pub(super) sign: Sign,
}

/// What tells a part apart besides its colour.
#[derive(Clone, Copy)]
pub(super) enum Sign {
    None,
    Symbol(Shape),
    Pattern(Pattern),
}

/// How many rows have room in a height.
pub(super) fn fit(height: f64) -> usize {
    ((height - HEAD) / LOWEST).floor().max(1.0) as usize
}

/// Draws rows into a rectangle; those that have no room are counted in a last line. `names` is the
/// width of the names, 0 leaves them out. Returns where the rows end.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    rect: Rect,
    title: &str,
    rows: &[Row],
    names: f64,
) -> f64 {
    let language = canvas.language();
    let shown = rows.len().min(fit(rect.height));
    let shown = if shown < rows.len() {
        shown.saturating_sub(1)
    } else {
        shown
    };
    let height = ((rect.height - HEAD) / (shown + usize::from(shown < rows.len())).max(1) as f64)
        .min(TALLEST);
    let most = rows.iter().map(Row::total).max().unwrap_or(0);
    let left = rect.x + names;
    // Room for the total behind the longest bar.
    let behind = text::width_px(
        &language.grouped(most as u64),
        theme::LABEL_PX,
        Weight::Bold,
    ) + 12.0;
    let width = rect.right() - behind - left;
    let axis = NumberAxis::counts(most as f64, (width / 90.0).max(2.0) as usize);
    let x = |count: usize| left + axis.share(count as f64) * width;
    super::plot::title(canvas, (rect.x, rect.y + 22.0), title);
    let top = rect.y + HEAD;
    let bottom = top + height * shown as f64;
    let small = Lettering::new(theme::SMALL_PX, theme::MUTED)
        .anchored(Anchor::Middle, VerticalAnchor::Bottom);
    for &tick in axis.ticks() {
        let at = left + axis.share(tick) * width;
        canvas.line((at, top), (at, bottom), Stroke::solid(theme::GRID, 1.0));
        canvas.text(&TextLine::new(
            (at, top - 4.0),
            &language.grouped(tick as u64),
            small,
        ));
    }
    for (number, row) in rows.iter().take(shown).enumerate() {
        let y = top + height * number as f64;
        let middle = y + height / 2.0;
        let thick = (height * 0.72).min(THICKEST);
        if names > 0.0 {
            let size = (height * 0.62).clamp(11.0, theme::LABEL_PX);
            let set =
                Lettering::new(size, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
            let name = text::ellipsize(&row.name, size, Weight::Regular, names - 12.0);
            canvas.text(&TextLine::new((rect.x, middle), &name, set));
        }
        let mut from = 0;
        for part in row.parts.iter().filter(|part| part.count > 0) {
            let (left, right) = (x(from), x(from + part.count));
            let block = Rect::new(left, middle - thick / 2.0, right - left, thick);
            // The number of a part that is all there is stands behind the bar.
            draw_part(canvas, part, block, part.count < row.total());
            if from > 0 {
                let seam = Stroke::solid(theme::PAPER, 1.2);
                canvas.line((block.x, block.y), (block.x, block.bottom()), seam);
            }
            from += part.count;
        }
        let total = Lettering::new((height * 0.62).clamp(11.0, theme::LABEL_PX), theme::INK)
            .bold()
            .anchored(Anchor::Start, VerticalAnchor::Middle);
        let at = (x(from) + 6.0, middle);
        canvas.text(&TextLine::new(at, &language.grouped(from as u64), total));
    }
    canvas.line(
        (left, top),
        (left, bottom),
        Stroke::solid(theme::MUTED, 1.2),
    );
    if shown < rows.len() {
        let set = Lettering::new(theme::SMALL_PX, theme::MUTED)
            .anchored(Anchor::Start, VerticalAnchor::Middle);
        let rest: usize = rows[shown..].iter().map(Row::total).sum();
        let (more, rest) = (rows.len() - shown, language.grouped(rest as u64));
        let phrase = "and {} more rows with {}";
        let words = language.of_count(more, (phrase, phrase), &[&more, &rest]);
        canvas.text(&TextLine::new((rect.x, bottom + height / 2.0), &words, set));
    }
    bottom
}

/// A part of a bar with its sign, and its number if it has one, as far as there is room for both.
fn draw_part(canvas: &mut Canvas<'_>, part: &Part, block: Rect, numbered: bool) {
    canvas.rect(block, 0.0, &Paint::filled(part.ink));
    let words = if numbered {
        canvas.language().grouped(part.count as u64)
    } else {
        String::new()
    };
    let two = block.height >= TWO_LINES && !words.is_empty();
    let size = (block.height * if two { 0.4 } else { 0.72 }).min(theme::SMALL_PX);
    let width = text::width_px(&words, size, Weight::Regular) + 6.0;
    let fits = !words.is_empty() && block.width >= width && size >= theme::SMALLEST_PX;
    let mut room = block;
    match part.sign {
        Sign::None => {}
        Sign::Pattern(pattern) => pattern.draw(canvas, block, part.ink),
        Sign::Symbol(shape) => {
            let (symbol, rest) = shared(block, fits.then_some(width));
            blocks::symbol(canvas, symbol, shape, part.ink);
            room = rest;
        }
    }
    if fits && room.width >= width {
        let mut set = Lettering::new(size, theme::on(part.ink))
            .anchored(Anchor::Middle, VerticalAnchor::Middle);
        if matches!(part.sign, Sign::Pattern(_)) {
            set = set.with_halo(part.ink, 4.0);
        }
        let at = (room.x + room.width / 2.0, room.y + room.height / 2.0);
        canvas.text(&TextLine::new(at, &words, set));
    }
}

/// Where in a block its symbol stands and where a number of a width: one above the other in a thick bar, else side
/// by side; the number has no room where the symbol has none to spare.
fn shared(block: Rect, number: Option<f64>) -> (Rect, Rect) {
    let Some(number) = number else {
        return (block, block);
    };
    if block.height >= TWO_LINES {
        let half = block.height / 2.0;
        let upper = Rect::new(block.x, block.y + 2.0, block.width, half - 2.0);
        let lower = Rect::new(block.x, block.y + half, block.width, half - 2.0);
        return (upper, lower);
    }
    let symbol = block.height.min(block.width);
    let rest = block.width - symbol;
    if rest < number {
        return (block, Rect::new(block.x, block.y, 0.0, block.height));
    }
    let left = block.x + (rest - number) / 2.0;
    (
        Rect::new(left, block.y, symbol, block.height),
        Rect::new(left + symbol, block.y, number, block.height),
    )
}
