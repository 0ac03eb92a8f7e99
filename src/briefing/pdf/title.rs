//! The title page: what it is about, key figures, findings.

use crate::analysis::Analysis;
use crate::briefing::document::{Document, Figure};
use crate::render::canvas::{
    Anchor, Canvas, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::frame;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme;
use crate::wording::counted;
use crate::wording::language::Language;

/// Draws the page.
pub(super) fn draw(analysis: &Analysis, document: &Document, sheet: &Sheet) -> String {
    frame::picture_in(
        Language::english(),
        analysis,
        sheet,
        (&document.title, &document.subtitle),
        |canvas, body| {
            let below = figures(canvas, &document.figures, body);
            findings(canvas, &document.headlines, below);
        },
    )
}

/// The key figures beside each other; returns what is left below.
fn figures(canvas: &mut Canvas<'_>, figures: &[Figure], body: Rect) -> Rect {
    const HEIGHT: f64 = 158.0;
    const GAP: f64 = 18.0;
    const PAD: f64 = 16.0;
    let count = figures.len().max(1) as f64;
    let width = (body.width + GAP) / count - GAP;
    for (place, figure) in figures.iter().enumerate() {
        let left = body.x + (width + GAP) * place as f64;
        let tile = Rect::new(left, body.y, width, HEIGHT);
        canvas.rect(tile, 6.0, &Paint::filled(theme::BAND));
        let edge = Rect::new(left, body.y, 5.0, HEIGHT);
        canvas.rect(edge, 0.0, &Paint::filled(theme::ACCENT));
        let room = width - 2.0 * PAD;
        let wanted = text::width_px(&figure.value, 46.0, Weight::Bold);
        let size = 46.0 * (room / wanted).min(1.0);
        let value = Lettering::new(size, theme::INK).bold();
        canvas.text(&TextLine::new(
            (left + PAD, body.y + 56.0),
            &figure.value,
            value,
        ));
        let label = Lettering::new(theme::HEADING_PX, theme::INK)
            .bold()
            .anchored(Anchor::Start, VerticalAnchor::Top);
        let words = text::ellipsize(&figure.label, theme::HEADING_PX, Weight::Bold, room);
        canvas.text(&TextLine::new((left + PAD, body.y + 72.0), &words, label));
        let small = Lettering::new(theme::SMALL_PX, theme::MUTED)
            .anchored(Anchor::Start, VerticalAnchor::Top);
        let lines = text::at_most_lines(&figure.note, theme::SMALL_PX, Weight::Regular, room, 3);
        for (number, line) in lines.iter().enumerate() {
            let at = (left + PAD, body.y + 98.0 + 17.0 * number as f64);
            canvas.text(&TextLine::new(at, line, small));
        }
    }
    let used = HEIGHT + 34.0;
    Rect::new(body.x, body.y + used, body.width, body.height - used)
}

/// The findings, as large as lets all of them in. Where they do not fit even in small type a last line says how many
/// more stand in `summary.md`.
fn findings(canvas: &mut Canvas<'_>, headlines: &[String], area: Rect) {
    let heading = Lettering::new(24.0, theme::INK)
        .bold()
        .anchored(Anchor::Start, VerticalAnchor::Top);
    canvas.text(&TextLine::new((area.x, area.y), "Findings", heading));
    let top = area.y + 46.0;
    let width = area.width.min(1240.0) - 40.0;
    let set = |size: f64| -> Vec<Vec<String>> {
        let lines = |words: &String| text::wrap(words, size, Weight::Regular, width);
        headlines.iter().map(lines).collect()
    };
    let height = |size: f64| -> f64 {
        let of = |lines: &Vec<String>| lines.len() as f64 * size * 1.36 + size * 0.75;
        set(size).iter().map(of).sum()
    };
    let size = [19.0, 18.0, 17.0, 16.0, 15.0, 14.0, 12.5]
        .into_iter()
        .find(|&size| top + height(size) <= area.bottom())
        .unwrap_or(theme::SMALL_PX);
    let lettering = Lettering::new(size, theme::INK).anchored(Anchor::Start, VerticalAnchor::Top);
    let number = Lettering::new(size, theme::ACCENT)
        .bold()
        .anchored(Anchor::End, VerticalAnchor::Top);
    let mut y = top;
    for (place, lines) in set(size).iter().enumerate() {
        let last = place + 1 == headlines.len();
        let more = if last { 0.0 } else { size * 1.36 };
        if y + lines.len() as f64 * size * 1.36 + more > area.bottom() {
            let rest = counted(headlines.len() - place, "more finding");
            let words = format!("{rest}, in summary.md");
            canvas.text(&TextLine::new((area.x + 40.0, y), &words, lettering));
            break;
        }
        canvas.text(&TextLine::new(
            (area.x + 24.0, y),
            &(place + 1).to_string(),
            number,
        ));
        for line in lines {
            canvas.text(&TextLine::new((area.x + 40.0, y), line, lettering));
            y += size * 1.36;
        }
        y += size * 0.75;
    }
    let rule = Stroke::solid(theme::RULE, 1.0);
    canvas.line((area.x, area.y + 36.0), (area.right(), area.y + 36.0), rule);
}
