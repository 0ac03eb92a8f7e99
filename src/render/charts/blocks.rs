//! Blocks of bars: their hatching and their patterns, and the symbols in them, for what a colour alone must not tell.

use crate::incident::ClaimStatus;
use crate::render::canvas::{Canvas, Ink, Paint, Rect, Stroke};
use crate::render::elements::{Shape, draw_mark};
use crate::render::theme;

/// Between two lines of a hatching.
const STEP: f64 = 5.0;
/// Narrowest block with a symbol in it.
const LEAST: f64 = 7.5;
/// The radius of a symbol in shares of its block, and the largest.
const SHARE: f64 = 0.34;
const LARGEST: f64 = 4.6;

/// A block as it stands in a key, around a place.
pub(super) fn in_key((x, y): (f64, f64)) -> Rect {
    Rect::new(x - 9.0, y - 7.0, 18.0, 14.0)
}

/// Lines that rise to the right through a block: x + y is a multiple of the step, so that those of neighbouring
/// blocks line up.
fn rising(block: Rect) -> Vec<[(f64, f64); 2]> {
    let (first, last) = (block.x + block.y, block.right() + block.bottom());
    let numbers = (first / STEP).ceil() as i64..=(last / STEP).floor() as i64;
    numbers
        .filter_map(|number| {
            let offset = number as f64 * STEP;
            let from = (offset - block.bottom()).max(block.x);
            let to = (offset - block.y).min(block.right());
            (to - from > 0.3).then(|| [(from, offset - from), (to, offset - to)])
        })
        .collect()
}

/// The same lines, mirrored.
fn falling(block: Rect) -> impl Iterator<Item = [(f64, f64); 2]> {
    let both = block.x + block.right();
    let mirrored = move |(x, y): (f64, f64)| (both - x, y);
    rising(block)
        .into_iter()
        .map(move |line| line.map(mirrored))
}

/// A pale block with an outline and slanted lines: what is placed only roughly.
pub(super) fn hatched(canvas: &mut Canvas<'_>, block: Rect, ink: Ink) {
    let dark = theme::strong(ink);
    canvas.rect(block, 0.0, &Paint::filled(ink.with_alpha(0.25)));
    if block.width >= 3.0 {
        let stroke = Stroke::solid(dark.with_alpha(0.7), 0.9);
        canvas.path(&rising(block), false, &Paint::outlined(stroke));
    }
    let inset = Rect::new(
        block.x + 0.5,
        block.y + 0.5,
        (block.width - 1.0).max(0.1),
        (block.height - 1.0).max(0.1),
    );
    canvas.rect(inset, 0.0, &Paint::outlined(Stroke::solid(dark, 0.9)));
}

/// What lies over the colour of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pattern {
    Rising,
    Crossed,
    Upright,
}

impl Pattern {
    /// The pattern of a state of a claim: what is disputed, and what nobody confirms. The others differ by how dark
    /// they are.
    pub(super) const fn of(status: ClaimStatus) -> Option<Pattern> {
        match status {
            ClaimStatus::Contested => Some(Pattern::Rising),
            ClaimStatus::Denied => Some(Pattern::Crossed),
            ClaimStatus::Unconfirmed => Some(Pattern::Upright),
            ClaimStatus::Confirmed | ClaimStatus::Claimed | ClaimStatus::Unstated => None,
        }
    }

    /// Draws it over a block of a colour.
    pub(super) fn draw(self, canvas: &mut Canvas<'_>, block: Rect, ground: Ink) {
        let lines: Vec<[(f64, f64); 2]> = match self {
            Pattern::Rising => rising(block),
            Pattern::Crossed => rising(block).into_iter().chain(falling(block)).collect(),
            Pattern::Upright => (1..(block.width / STEP).ceil() as i64)
                .map(|number| block.x + number as f64 * STEP)
                .map(|x| [(x, block.y), (x, block.bottom())])
                .collect(),
        };
        let stroke = Stroke::solid(theme::on(ground).with_alpha(0.8), 1.1);
        canvas.path(&lines, false, &Paint::outlined(stroke));
    }
}

/// Whether a symbol can be told apart in so much room.
pub(super) fn holds_symbol(width: f64, height: f64) -> bool {
    width.min(height) >= LEAST
}

/// The symbol of a kind in the middle of a block of its colour, if there is room.
pub(super) fn symbol(canvas: &mut Canvas<'_>, block: Rect, shape: Shape, ground: Ink) {
    if holds_symbol(block.width, block.height) {
        let paint = Paint::filled(theme::on(ground).with_alpha(0.9));
        draw_mark(canvas, middle(block), shape, radius(block), &paint);
    }
}

/// The same on a hatched block: dark, with a rim that keeps the hatching off it.
pub(super) fn symbol_on_hatching(canvas: &mut Canvas<'_>, block: Rect, shape: Shape) {
    if holds_symbol(block.width, block.height) {
        let (at, radius) = (middle(block), radius(block) * 0.9);
        let rim = Paint::filled(theme::PAPER).with_outline(Stroke::solid(theme::PAPER, 2.4));
        draw_mark(canvas, at, shape, radius, &rim);
        draw_mark(canvas, at, shape, radius, &Paint::filled(theme::INK));
    }
}

fn middle(block: Rect) -> (f64, f64) {
    (block.x + block.width / 2.0, block.y + block.height / 2.0)
}

fn radius(block: Rect) -> f64 {
    (block.width.min(block.height) * SHARE).min(LARGEST)
}
