//! Bars from the left, one a row, each in parts, all from zero on one axis.

use crate::render::axis::NumberAxis;
use crate::render::canvas::{
    Anchor, Canvas, Ink, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::text::{self, Weight};
use crate::render::theme;

/// Height of the title and the axis above the rows.
const HEAD: f64 = 50.0;
/// Tallest row.
const TALLEST: f64 = 68.0;
/// Lowest row in which numbers can be read.
const LOWEST: f64 = 17.0;

/// A row.
pub(super) struct Row {
    pub(super) name: String,
    /// How many of each part, and its colour.
    pub(super) parts: Vec<(usize, Ink)>,
}

impl Row {
    fn total(&self) -> usize {
        self.parts.iter().map(|(count, _)| count).sum()
    }
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
        let thick = (height * 0.72).min(36.0);
        if names > 0.0 {
            let size = (height * 0.62).clamp(11.0, theme::LABEL_PX);
            let set =
                Lettering::new(size, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
            let name = text::ellipsize(&row.name, size, Weight::Regular, names - 12.0);
            canvas.text(&TextLine::new((rect.x, middle), &name, set));
        }
        let mut from = 0;
        for &(count, ink) in &row.parts {
            if count == 0 {
                continue;
            }
            let block = Rect::new(
                x(from),
                middle - thick / 2.0,
                x(from + count) - x(from),
                thick,
            );
            canvas.rect(block, 0.0, &Paint::filled(ink));
            if from > 0 {
                let seam = Stroke::solid(theme::PAPER, 1.2);
                canvas.line((block.x, block.y), (block.x, block.bottom()), seam);
            }
            let words = language.grouped(count as u64);
            let size = (thick * 0.72).min(theme::SMALL_PX);
            if block.width >= text::width_px(&words, size, Weight::Regular) + 6.0
                && size >= theme::SMALLEST_PX
            {
                let set = Lettering::new(size, theme::on(ink))
                    .anchored(Anchor::Middle, VerticalAnchor::Middle);
                let at = (block.x + block.width / 2.0, middle);
                canvas.text(&TextLine::new(at, &words, set));
            }
            from += count;
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
