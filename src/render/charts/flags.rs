//! Talks as flags with words, above a chart.

use crate::render::canvas::{
    Anchor, Canvas, Dash, Lettering, Paint, Stroke, TextLine, VerticalAnchor,
};
use crate::render::text::{self, Weight};
use crate::render::theme;
use crate::wording::language::Language;

use super::context::{Key, Sort};
use super::lanes::{self, Item, Spot};

/// Height of a lane.
const FLAG_LANE: f64 = 19.0;
/// Most lanes.
const FLAG_LANES: usize = 5;
/// Size of the words.
const FLAG_TEXT: f64 = 12.5;

/// Talks as flags with words, in lanes above the panels.
pub(super) struct Flags<'k, 'a> {
    keys: Vec<&'k Key<'a>>,
    at: Vec<f64>,
    texts: Vec<Vec<String>>,
    spots: Vec<Option<Spot>>,
}

impl<'k, 'a> Flags<'k, 'a> {
    /// Places the flags; `x` gives the px of a day, `room` the left and right end.
    pub(super) fn new(
        keys: &'k [Key<'a>],
        x: impl Fn(f64) -> f64,
        room: (f64, f64),
        language: &Language,
    ) -> Self {
        // From right to left: a text runs to the right of its pole, so poles never meet it.
        let keys: Vec<&Key<'_>> = keys
            .iter()
            .filter(|key| key.sort == Sort::Talks)
            .rev()
            .collect();
        let at: Vec<f64> = keys
            .iter()
            .map(|key| x(f64::from(key.event.day.0) + 0.5))
            .collect();
        let texts: Vec<Vec<String>> = keys
            .iter()
            .map(|key| {
                let day = language.day_and_month(key.event.day);
                let words = language.fill("{}: {}", &[&day, &key.event.title]);
                let mut texts: Vec<String> = Vec::new();
                for width in [340.0, 260.0, 190.0] {
                    let text = text::ellipsize(&words, FLAG_TEXT, Weight::Regular, width);
                    if texts.last() != Some(&text) {
                        texts.push(text);
                    }
                }
                texts
            })
            .collect();
        let items: Vec<Item> = at
            .iter()
            .zip(&texts)
            .map(|(&x, texts)| Item {
                from: x,
                to: x,
                texts: texts
                    .iter()
                    .map(|text| text::width_px(text, FLAG_TEXT, Weight::Regular))
                    .collect(),
                pole: true,
            })
            .collect();
        let spots = lanes::place(&items, room, FLAG_LANES);
        Flags {
            keys,
            at,
            texts,
            spots,
        }
    }

    /// The height of the lanes.
    pub(super) fn height(&self) -> f64 {
        lanes::used(&self.spots) as f64 * FLAG_LANE + if self.keys.is_empty() { 0.0 } else { 6.0 }
    }

    /// Whether the words of an event stand on its flag.
    pub(super) fn told(&self, number: usize) -> bool {
        self.keys
            .iter()
            .zip(&self.spots)
            .any(|(key, spot)| key.number == number && spot.is_some())
    }

    /// Whether all do.
    pub(super) fn all_told(&self) -> bool {
        self.spots.iter().all(Option::is_some)
    }

    /// Draws the fine line of each event through the panels.
    pub(super) fn poles(&self, canvas: &mut Canvas<'_>, top: f64, bottom: f64) {
        for &x in &self.at {
            let line = Stroke::solid(theme::INK.with_alpha(0.4), 0.9).dashed(Dash::Pattern {
                on_px: 2.0,
                off_px: 4.0,
            });
            canvas.line((x, top), (x, bottom), line);
        }
    }

    /// Draws the flags above `bottom`.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, bottom: f64) {
        let lettering =
            Lettering::new(FLAG_TEXT, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
        for (number, spot) in self.spots.iter().enumerate() {
            let x = self.at[number];
            let Some(spot) = spot else {
                // Its number stands below the panels, its words in the list.
                continue;
            };
            let Some((left, text)) = spot.text else {
                continue;
            };
            let middle = bottom - (spot.lane as f64 + 0.5) * FLAG_LANE - 3.0;
            canvas.line(
                (x, middle - 6.5),
                (x, bottom),
                Stroke::solid(theme::INK, 1.2),
            );
            let towards = if left > x { 1.0 } else { -1.0 };
            let ring = [
                (x, middle - 6.5),
                (x + towards * 4.0, middle - 3.5),
                (x, middle - 0.5),
            ];
            canvas.path(&[ring], true, &Paint::filled(theme::INK));
            canvas.text(&TextLine::new(
                (left, middle),
                &self.texts[number][text],
                lettering,
            ));
        }
    }
}
