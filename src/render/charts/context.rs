//! Ceasefires, talks and crossings on the charts.

use crate::analysis::Analysis;
use crate::context::Event;
use crate::render::canvas::{
    Anchor, Canvas, Dash, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::text::{self, Weight};
use crate::render::theme;
use crate::units::Day;

use super::lanes::{self, Item, Spot};
use super::plot::Plot;

/// Opacity of the ground of a ceasefire.
const SHADE: f64 = 0.11;
/// Height of a lane of ceasefires.
const LANE: f64 = 21.0;
/// Room for the arrow of a ceasefire that began before the period.
const TIP: f64 = 8.0;
/// Most lanes of ceasefires.
const MOST_LANES: usize = 6;
/// Half the width of the badge of an event.
const BADGE: f64 = 8.0;
/// Most lanes of badges.
const BADGE_LANES: usize = 2;

/// A ceasefire as far as it lies in the period, in days since 1970-01-01 with fractions.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span<'a> {
    pub(super) name: &'a str,
    pub(super) from: f64,
    pub(super) to: f64,
    /// Whether no end is reported.
    pub(super) open: bool,
    /// Whether it began before the period.
    pub(super) begun: bool,
}

/// The ceasefires that touch the period, in order of their start.
pub(super) fn spans(analysis: &Analysis) -> Vec<Span<'_>> {
    let (start, end) = (
        f64::from(analysis.period.start.0),
        f64::from(analysis.period.end.0) + 1.0,
    );
    analysis
        .context
        .ceasefires
        .iter()
        .filter_map(|ceasefire| {
            let from =
                f64::from(ceasefire.start.0) + time_of_day(&ceasefire.start_time).unwrap_or(0.0);
            let to = ceasefire.end.map(|end| {
                // Without a time the last day counts whole, unless it is the day on which another begins.
                let followed = analysis.context.ceasefires.iter().any(|next| {
                    next.start == end && next != ceasefire && next.start_time.is_empty()
                });
                let rest = if followed { 0.0 } else { 1.0 };
                f64::from(end.0) + time_of_day(&ceasefire.end_time).unwrap_or(rest)
            });
            let until = to.unwrap_or(end).min(end).max(from);
            (from < end && until > start).then(|| Span {
                name: &ceasefire.name,
                from: from.max(start),
                to: until,
                open: to.is_none(),
                begun: from < start,
            })
        })
        .collect()
}

/// `18:00` as a share of the day.
fn time_of_day(time: &str) -> Option<f64> {
    let (hours, minutes) = time.trim().split_once(':')?;
    let minutes = minutes.split(':').next()?;
    let (hours, minutes): (f64, f64) = (hours.parse().ok()?, minutes.parse().ok()?);
    let known = (0.0..=24.0).contains(&hours) && (0.0..60.0).contains(&minutes);
    known.then(|| (hours + minutes / 60.0) / 24.0)
}

/// Ceasefires with their places in lanes above a chart.
pub(super) struct CeasefireLanes<'a> {
    spans: Vec<Span<'a>>,
    texts: Vec<Vec<String>>,
    spots: Vec<Option<Spot>>,
}

impl<'a> CeasefireLanes<'a> {
    /// Places all ceasefires of the period; `x` gives the px of a day.
    pub(super) fn new(analysis: &'a Analysis, x: impl Fn(f64) -> f64, room: (f64, f64)) -> Self {
        let mut spans = spans(analysis);
        // Long ones first: they need their lane most.
        spans.sort_by(|a, b| (b.to - b.from).total_cmp(&(a.to - a.from)));
        let size = theme::SMALL_PX;
        let texts: Vec<Vec<String>> = spans
            .iter()
            .map(|span| {
                let whole = text::clean(span.name).into_owned();
                let mut texts = vec![text::ellipsize(&whole, size, Weight::Bold, 320.0)];
                for width in [160.0, 80.0] {
                    let short = text::ellipsize(&whole, size, Weight::Bold, width);
                    if texts.last() != Some(&short) {
                        texts.push(short);
                    }
                }
                texts
            })
            .collect();
        let items: Vec<Item> = spans
            .iter()
            .zip(&texts)
            .map(|(span, texts)| Item {
                from: x(span.from),
                to: x(span.to),
                texts: texts
                    .iter()
                    // Room for the arrow of one that began earlier.
                    .map(|text| {
                        text::width_px(text, size, Weight::Bold)
                            + if span.begun { TIP } else { 0.0 }
                    })
                    .collect(),
                pole: false,
            })
            .collect();
        let spots = lanes::place(&items, room, MOST_LANES);
        CeasefireLanes {
            spans,
            texts,
            spots,
        }
    }

    /// The height of the lanes.
    pub(super) fn height(&self) -> f64 {
        lanes::used(&self.spots) as f64 * LANE
    }

    /// Draws the lanes, the lowest one ending at `bottom`.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, x: impl Fn(f64) -> f64, bottom: f64) {
        for ((span, texts), spot) in self.spans.iter().zip(&self.texts).zip(&self.spots) {
            let Some(spot) = spot else { continue };
            let top = bottom - (spot.lane + 1) as f64 * LANE;
            let (from, to) = (x(span.from), x(span.to));
            let (high, low) = (top + 1.5, top + LANE - 1.5);
            let middle = f64::midpoint(high, low);
            // An arrow where it goes on: open to the right, begun before the period to the left.
            let tip = ((low - high) / 2.0).min((to - from) / 2.0);
            let mut ring = vec![(from, high)];
            if span.open {
                ring.extend([(to - tip, high), (to, middle), (to - tip, low)]);
            } else {
                ring.extend([(to, high), (to, low)]);
            }
            ring.push((from, low));
            if span.begun {
                ring[0].0 += tip;
                if let Some(last) = ring.last_mut() {
                    last.0 += tip;
                }
                ring.push((from, middle));
            }
            bar(canvas, &ring);
            if let Some((left, number)) = spot.text {
                let lettering = Lettering::new(theme::SMALL_PX, theme::INK)
                    .bold()
                    .anchored(Anchor::Start, VerticalAnchor::Middle);
                let left = left + if span.begun { TIP } else { 0.0 };
                canvas.text(&TextLine::new((left, middle), &texts[number], lettering));
            }
        }
    }

    /// Shades the time of any ceasefire over a height, with a line where one begins or ends.
    pub(super) fn shade(
        &self,
        canvas: &mut Canvas<'_>,
        x: impl Fn(f64) -> f64,
        top: f64,
        bottom: f64,
    ) {
        let mut ground: Vec<(f64, f64)> =
            self.spans.iter().map(|span| (span.from, span.to)).collect();
        ground.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut merged: Vec<(f64, f64)> = Vec::new();
        for (from, to) in ground {
            match merged.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(to),
                _ => merged.push((from, to)),
            }
        }
        for (from, to) in merged {
            let rect = Rect::new(x(from), top, x(to) - x(from), bottom - top);
            canvas.rect(
                rect,
                0.0,
                &Paint::filled(theme::CEASEFIRE.with_alpha(SHADE)),
            );
        }
        let mut edges: Vec<f64> = self
            .spans
            .iter()
            .flat_map(|span| {
                [
                    (!span.begun).then_some(span.from),
                    (!span.open).then_some(span.to),
                ]
            })
            .flatten()
            .collect();
        edges.sort_by(f64::total_cmp);
        edges.dedup();
        for edge in edges {
            let line = Stroke::solid(theme::CEASEFIRE.with_alpha(0.75), 1.2);
            canvas.line((x(edge), top), (x(edge), bottom), line);
        }
    }
}

/// Draws the outline of a bar for a ceasefire.
pub(super) fn bar(canvas: &mut Canvas<'_>, ring: &[(f64, f64)]) {
    let paint = Paint::filled(theme::CEASEFIRE.with_alpha(0.26))
        .with_outline(Stroke::solid(theme::strong(theme::CEASEFIRE), 1.2));
    canvas.path(&[ring], true, &paint);
}

/// What an event is on a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sort {
    Talks,
    Closed,
    Opened,
}

/// A numbered event.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Key<'a> {
    pub(super) number: usize,
    pub(super) sort: Sort,
    pub(super) event: &'a Event,
}

/// The talks and the closures and openings of crossings in the period, numbered from 1 by day.
pub(super) fn keys(analysis: &Analysis) -> Vec<Key<'_>> {
    let sort = |event: &Event| {
        if event.is_talks() {
            Some(Sort::Talks)
        } else if !event.is_crossing() {
            None
        } else if event.kind.contains("open") {
            Some(Sort::Opened)
        } else {
            Some(Sort::Closed)
        }
    };
    analysis
        .context
        .events
        .iter()
        .filter(|event| analysis.period.holds(event.day))
        .filter_map(|event| sort(event).map(|sort| (sort, event)))
        .enumerate()
        .map(|(place, (sort, event))| Key {
            number: place + 1,
            sort,
            event,
        })
        .collect()
}

/// Draws the badge of an event: talks round, a crossing closed dark and square, opened light and square.
pub(super) fn badge(canvas: &mut Canvas<'_>, centre: (f64, f64), key: &Key<'_>) {
    let label = key.number.to_string();
    let size = 11.0;
    let dark = Paint::filled(theme::INK);
    let light = Paint::filled(theme::PAPER).with_outline(Stroke::solid(theme::INK, 1.3));
    let width = (text::width_px(&label, size, Weight::Bold) + 6.0).max(14.0);
    let plate = Rect::new(centre.0 - width / 2.0, centre.1 - 7.0, width, 14.0);
    let ink = match key.sort {
        Sort::Talks => {
            canvas.rect(plate, 7.0, &light);
            theme::INK
        }
        Sort::Closed => {
            canvas.rect(plate, 1.0, &dark);
            theme::PAPER
        }
        Sort::Opened => {
            canvas.rect(plate, 1.0, &light);
            theme::INK
        }
    };
    let lettering = Lettering::new(size, ink)
        .bold()
        .anchored(Anchor::Middle, VerticalAnchor::Middle);
    canvas.text(&TextLine::new(centre, &label, lettering));
}

/// A row of badges above or below a plot, on a second or third lane where they would touch.
pub(super) struct Badges<'k, 'a> {
    keys: Vec<&'k Key<'a>>,
    spots: Vec<Option<Spot>>,
}

impl<'k, 'a> Badges<'k, 'a> {
    /// Places the badges of the events that `wanted` selects.
    pub(super) fn new(keys: &'k [Key<'a>], plot: &Plot, wanted: impl Fn(&Key<'_>) -> bool) -> Self {
        let keys: Vec<&Key<'_>> = keys.iter().filter(|&key| wanted(key)).collect();
        let items: Vec<Item> = keys
            .iter()
            .map(|key| {
                let x = middle_of(plot, key.event.day);
                Item {
                    from: x - BADGE,
                    to: x + BADGE,
                    texts: Vec::new(),
                    pole: false,
                }
            })
            .collect();
        let room = (f64::NEG_INFINITY, f64::INFINITY);
        let spots = lanes::place(&items, room, BADGE_LANES);
        Badges { keys, spots }
    }

    /// The height of the row.
    pub(super) fn height(&self) -> f64 {
        let ticks = if self.keys.is_empty() { 0.0 } else { 6.0 };
        lanes::used(&self.spots) as f64 * (2.0 * BADGE + 1.0) + ticks
    }

    /// Draws the row beginning at `edge` and going up, or down.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, plot: &Plot, edge: f64, up: bool) {
        let sign = if up { -1.0 } else { 1.0 };
        for (key, spot) in self.keys.iter().zip(&self.spots) {
            let x = middle_of(plot, key.event.day);
            canvas.line(
                (x, edge),
                (x, edge + sign * 5.0),
                Stroke::solid(theme::INK, 1.4),
            );
            if let Some(spot) = spot
                && spot.lane > 0
            {
                let end = edge + sign * (6.0 + (spot.lane as f64 + 0.5) * (2.0 * BADGE + 1.0));
                canvas.line((x, edge), (x, end), Stroke::solid(theme::MUTED, 0.9));
            }
        }
        for (key, spot) in self.keys.iter().zip(&self.spots) {
            if let Some(spot) = spot {
                let x = middle_of(plot, key.event.day);
                let away = 6.0 + (spot.lane as f64 + 0.5) * (2.0 * BADGE + 1.0);
                badge(canvas, (x, edge + sign * away), key);
            }
        }
    }

    /// The fine line of each event through a plot.
    pub(super) fn lines(&self, canvas: &mut Canvas<'_>, plot: &Plot, top: f64, bottom: f64) {
        for key in &self.keys {
            let x = middle_of(plot, key.event.day);
            let line = Stroke::solid(theme::INK.with_alpha(0.4), 0.9).dashed(Dash::Pattern {
                on_px: 2.0,
                off_px: 4.0,
            });
            canvas.line((x, top), (x, bottom), line);
        }
    }
}

/// The x of the middle of a day.
pub(super) fn middle_of(plot: &Plot, day: Day) -> f64 {
    plot.x(f64::from(day.0) + 0.5)
}
