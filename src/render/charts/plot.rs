//! A plot: a rectangle with a date axis below and a number axis beside it, drawn by plotters.

use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::cartesian::Cartesian2d;

use crate::render::axis::{DateAxis, NumberAxis};
use crate::render::canvas::{
    Anchor, Canvas, Lettering, Paint, Rect, TextLine, VerticalAnchor, px, upx,
};
use crate::render::elements::{Area, line_style, text_style};
use crate::render::text::Weight;
use crate::render::theme;
use crate::wording::language::Language;

/// What plotters draws on.
pub(super) type Chart<'a, 'c> = ChartContext<'a, Canvas<'c>, Cartesian2d<DateAxis, NumberAxis>>;

/// Height of the labels below a date axis, the years included.
pub(super) const DATE_LABELS: f64 = 44.0;
/// Width of the labels beside a number axis.
pub(super) const NUMBER_LABELS: f64 = 52.0;
/// Between an axis and its labels.
const TICK: f64 = 4.0;

/// Where a number axis has its labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Beside {
    Left,
    Right,
    /// It has none.
    Nowhere,
}

/// A rectangle with its axes.
#[derive(Clone, Debug)]
pub(super) struct Plot {
    pub(super) rect: Rect,
    pub(super) days: DateAxis,
    pub(super) numbers: NumberAxis,
    pub(super) beside: Beside,
    /// Whether the days are labelled below.
    pub(super) dated: bool,
}

impl Plot {
    /// The x of a day with fraction.
    pub(super) fn x(&self, day: f64) -> f64 {
        self.rect.x + self.days.share(day) * self.rect.width
    }

    /// The y of a number.
    pub(super) fn y(&self, number: f64) -> f64 {
        self.rect.bottom() - self.numbers.share(number) * self.rect.height
    }

    /// The width of a day.
    pub(super) fn day_px(&self) -> f64 {
        self.x(1.0) - self.x(0.0)
    }

    /// Lends the plot to plotters: grid and labels are drawn, then whatever `series` draws.
    pub(super) fn draw(&self, canvas: &mut Canvas<'_>, series: impl FnOnce(&mut Chart<'_, '_>)) {
        let below = if self.dated { DATE_LABELS } else { 0.0 };
        let (left, right) = match self.beside {
            Beside::Left => (NUMBER_LABELS, 0.0),
            Beside::Right => (0.0, NUMBER_LABELS),
            Beside::Nowhere => (0.0, 0.0),
        };
        let whole = Rect::new(
            self.rect.x - left,
            self.rect.y,
            self.rect.width + left + right,
            self.rect.height + below,
        );
        let language = canvas.language();
        {
            let area = canvas.area(whole);
            let mut builder = ChartBuilder::on(&area);
            builder
                .x_label_area_size(upx(below))
                .y_label_area_size(upx(left))
                .right_y_label_area_size(upx(right));
            // Drawing fails only on a canvas that is finished, which this one is not.
            let numbers = self.numbers.clone().labelled(language);
            let Ok(mut chart) = builder.build_cartesian_2d(self.days.clone(), numbers) else {
                return;
            };
            let label = text_style(theme::LABEL_PX - 1.0, Weight::Regular, theme::MUTED);
            let _ = chart
                .configure_mesh()
                .x_labels(self.days.ticks().len())
                .y_labels(self.numbers.ticks().len())
                .max_light_lines(1)
                .light_line_style(line_style(theme::GRID.with_alpha(0.0), 0.0))
                .bold_line_style(line_style(theme::GRID, 1.0))
                .axis_style(line_style(theme::RULE, 1.0))
                .label_style(label)
                .set_all_tick_mark_size(px(TICK))
                // A label stands below the middle of its day, the tick where the day begins.
                .x_label_offset(px(self.day_px() / 2.0))
                .draw();
            series(&mut chart);
        }
        if self.dated {
            self.years(canvas);
        }
    }

    /// The years below the dates.
    fn years(&self, canvas: &mut Canvas<'_>) {
        let lettering = Lettering::new(theme::LABEL_PX - 1.0, theme::INK)
            .bold()
            .anchored(Anchor::Middle, VerticalAnchor::Top);
        for (day, year) in self.days.years() {
            let x = self.x(f64::from(day.0) + 0.5);
            canvas.text(&TextLine::new(
                (x, self.rect.bottom() + 25.0),
                &year,
                lettering,
            ));
        }
    }
}

/// A rectangle in the coordinates of a chart.
pub(super) fn block(days: (f64, f64), numbers: (f64, f64), paint: Paint) -> Area<(f64, f64)> {
    Area {
        rings: vec![vec![
            (days.0, numbers.0),
            (days.1, numbers.0),
            (days.1, numbers.1),
            (days.0, numbers.1),
        ]],
        paint,
    }
}

/// A title above an axis or a panel, its left end at a place.
pub(super) fn title(canvas: &mut Canvas<'_>, at: (f64, f64), words: &str) {
    let lettering = Lettering::new(theme::LABEL_PX, theme::INK)
        .bold()
        .anchored(Anchor::Start, VerticalAnchor::Bottom)
        .with_halo(theme::PAPER.with_alpha(0.85), 3.0);
    canvas.text(&TextLine::new(at, words, lettering));
}

/// A rate as it is printed.
pub(super) fn rate(value: f64, language: &Language) -> String {
    if value < 1000.0 {
        language.decimals(value, 2)
    } else {
        language.grouped(value.round() as u64)
    }
}

/// Says in the middle of a plot that there is nothing to show.
pub(super) fn nothing(canvas: &mut Canvas<'_>, rect: Rect) {
    let lettering = Lettering::new(theme::SUBTITLE_PX, theme::MUTED)
        .anchored(Anchor::Middle, VerticalAnchor::Middle)
        .with_halo(theme::PAPER, 4.0);
    let middle = (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0);
    let words = canvas
        .language()
        .say("no incident is counted in this period and corridor");
    canvas.text(&TextLine::new(middle, words, lettering));
}
