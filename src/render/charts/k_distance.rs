//! How far the k-th nearest incident is, in space and in time: what the parameters of clusters are read from.

use plotters::chart::ChartBuilder;

use crate::analysis::Analysis;
use crate::cluster::parameters::KDistances;
use crate::render::axis::NumberAxis;
use crate::render::canvas::{
    Anchor, Canvas, Dash, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor, px, upx,
};
use crate::render::elements::{Line, Shape, draw_mark, line_style, text_style};
use crate::render::frame;
use crate::render::labels::Taken;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Symbols};
use crate::wording::language::{Language, Value};

use super::plot::{NUMBER_LABELS, title};

/// Between the two curves.
const GAP: f64 = 96.0;
/// Above a curve: its title and what it means.
const HEAD: f64 = 104.0;
/// Below a curve: labels and their title. To its right: half of the last label.
const FOOT: f64 = 54.0;
const ASIDE: f64 = 22.0;
/// Height of a label in the plot.
const LABEL: f64 = 20.0;

/// One curve as it is drawn.
struct Curve {
    title: String,
    means: String,
    /// Ascending.
    values: Vec<f64>,
    in_use: f64,
    knee: Option<f64>,
    unit: &'static str,
    without: String,
}

impl Curve {
    /// A phrase with `{unit}` in it for the unit of this curve.
    fn fill(&self, language: &Language, english: &str, values: &[Value<'_>]) -> String {
        language.fill(&english.replace("{unit}", self.unit), values)
    }
}

/// `charts/k-distance`: two curves, of kilometres and of days. Returns the SVG.
pub fn k_distance(analysis: &Analysis, _: &Symbols, sheet: &Sheet) -> String {
    frame::titled(
        analysis,
        sheet,
        "What eps_km and eps_days are read from · {}",
        &[],
        |canvas, body| {
            let Some(sheets) = &analysis.sheets else {
                return;
            };
            let width = (body.width - GAP - 2.0 * NUMBER_LABELS - ASIDE) / 2.0;
            for (place, curve) in of(analysis, &sheets.k_distances).iter().enumerate() {
                let left = body.x + NUMBER_LABELS + (width + GAP + NUMBER_LABELS) * place as f64;
                let rect = Rect::new(left, body.y + HEAD, width, body.height - HEAD - FOOT);
                draw(canvas, curve, rect);
            }
        },
    )
}

fn of(analysis: &Analysis, found: &KDistances) -> [Curve; 2] {
    let cluster = &analysis.options.cluster;
    let language = &analysis.language;
    let title = |[one, others]: [&str; 2]| match found.others {
        1 => language.say(one).to_owned(),
        number => language.fill(others, &[&language.ordinal(number)]),
    };
    let without = |count: usize, phrase: (&str, &str)| match count {
        0 => String::new(),
        count => {
            let number = language.grouped(count as u64);
            let told = language.of_count(count, phrase, &[&number, &found.others]);
            format!(" {told}")
        }
    };
    [
        Curve {
            title: title([
                "Kilometres to the nearest other incident",
                "Kilometres to the {} nearest other incident",
            ]),
            means: language.told(
                usize::try_from(cluster.eps_days.0).unwrap_or(0),
                "among those at most {} days apart",
            ),
            values: found.distances.values.iter().map(|it| it.km()).collect(),
            in_use: cluster.eps.km(),
            knee: found.distances.knee.map(crate::units::Metres::km),
            unit: "km",
            without: without(
                found.distances.without,
                (
                    "{} incident has fewer than {} others in these days and is not drawn.",
                    "{} incidents have fewer than {} others in these days and are not drawn.",
                ),
            ),
        },
        Curve {
            title: title([
                "Days to the nearest other incident",
                "Days to the {} nearest other incident",
            ]),
            means: language.fill(
                "among those at most {} km away",
                &[&language.decimal_sign(&cluster.eps.km().to_string())],
            ),
            values: found.days.values.iter().map(|it| f64::from(it.0)).collect(),
            in_use: f64::from(cluster.eps_days.0),
            knee: found.days.knee.map(|it| f64::from(it.0)),
            unit: "days",
            without: without(
                found.days.without,
                (
                    "{} incident has fewer than {} others that near and is not drawn.",
                    "{} incidents have fewer than {} others that near and are not drawn.",
                ),
            ),
        },
    ]
}

fn draw(canvas: &mut Canvas<'_>, curve: &Curve, rect: Rect) {
    title(canvas, (rect.x, rect.y - HEAD + 20.0), &curve.title);
    let last = curve.values.last().copied().unwrap_or(0.0);
    // The far end of the curve would press the rest to the ground.
    let shown = 4.0 * curve.in_use.max(curve.knee.unwrap_or(0.0)).max(0.25);
    let top = NumberAxis::counts((last * 1.05).min(shown).max(curve.in_use * 1.3), 8).to();
    let numbers = NumberAxis::between(0.0, top, 8);
    let ranks = NumberAxis::counts(curve.values.len() as f64, 8);
    let above = curve.values.iter().filter(|value| **value > top).count();
    let core = curve
        .values
        .iter()
        .filter(|value| **value <= curve.in_use)
        .count();
    let language = canvas.language();
    let plain = |value| plain(value, language);
    let beyond = match above {
        0 => String::new(),
        above => {
            let phrase = "{} above {} {unit} run out of the picture, at the arrow.";
            let number = language.grouped(above as u64);
            let phrase = phrase.replace("{unit}", curve.unit);
            let told = language.of_count(above, (&phrase, &phrase), &[&number, &plain(top)]);
            format!(" {told}")
        }
    };
    let phrases = [
        "{}; sorted. {} of {} incident lie at or below the {} {unit} in use, which makes them core.",
        "{}; sorted. {} of {} incidents lie at or below the {} {unit} in use, which makes them core.",
    ]
    .map(|it| it.replace("{unit}", curve.unit));
    let sorted = language.of_count(
        curve.values.len(),
        (&phrases[0], &phrases[1]),
        &[
            &curve.means,
            &language.grouped(core as u64),
            &language.grouped(curve.values.len() as u64),
            &plain(curve.in_use),
        ],
    );
    let words = format!("{sorted}{}{beyond}", curve.without);
    let small =
        Lettering::new(theme::SMALL_PX, theme::MUTED).anchored(Anchor::Start, VerticalAnchor::Top);
    let lines = text::wrap(&words, theme::SMALL_PX, Weight::Regular, rect.width);
    for (line, words) in lines.iter().take(4).enumerate() {
        let y = rect.y - HEAD + 26.0 + 17.0 * line as f64;
        canvas.text(&TextLine::new((rect.x, y), words, small));
    }
    if curve.values.is_empty() {
        let lettering = Lettering::new(theme::SUBTITLE_PX, theme::MUTED)
            .anchored(Anchor::Middle, VerticalAnchor::Middle);
        let middle = (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0);
        canvas.text(&TextLine::new(
            middle,
            language.say("no incident has so many others near"),
            lettering,
        ));
        return;
    }
    let place = |(rank, value): (f64, f64)| {
        (
            rect.x + ranks.share(rank) * rect.width,
            rect.bottom() - numbers.share(value) * rect.height,
        )
    };
    let points = stairs(&curve.values, top);
    let ground: Vec<(f64, f64)> = points.iter().copied().map(place).collect();
    if above > 0
        && let Some(&end) = ground.last()
    {
        arrow(canvas, end);
    }
    steps(canvas, points, rect, &ranks, &numbers);
    let mut taken = Taken::default();
    taken.add_line(&ground);
    if curve.in_use <= top {
        let y = place((0.0, curve.in_use)).1;
        let line = [(rect.x, y), (rect.right(), y)];
        let stroke = Stroke::solid(theme::CEASEFIRE, 2.0).dashed(Dash::Pattern {
            on_px: 9.0,
            off_px: 6.0,
        });
        canvas.line(line[0], line[1], stroke);
        taken.add_line(&line);
        let words = curve.fill(language, "in use: {} {unit}", &[&plain(curve.in_use)]);
        // At either end of the line, above it or below: where the curve is not.
        let (above, below) = (y - LABEL - 3.0, y + 3.0);
        let spots = move |width: f64| {
            let (left, right) = (rect.x + 8.0, rect.right() - 8.0 - width);
            [(right, above), (left, above), (right, below), (left, below)]
        };
        label(canvas, &mut taken, rect, &words, spots);
    }
    if let Some(knee) = curve.knee.filter(|knee| *knee <= top) {
        let rank = curve.values.partition_point(|value| *value <= knee);
        let (x, y) = place((rank as f64, knee));
        let paint = Paint::filled(theme::RIVAL).with_outline(Stroke::solid(theme::PAPER, 1.5));
        draw_mark(canvas, (x, y), Shape::Circle, 8.0, &paint);
        taken.add_circle((x, y), 8.0);
        let words = curve.fill(language, "knee: {} {unit}", &[&plain(knee)]);
        // Before the curve, which rises from here, or behind it.
        let spots = move |width: f64| {
            let (left, right) = (x - width - 12.0, x + 14.0);
            [
                (left, y - LABEL - 8.0),
                (right, y - LABEL / 2.0),
                (right, y + 8.0),
                (left, y - LABEL - 30.0),
                (right, y + 30.0),
            ]
        };
        label(canvas, &mut taken, rect, &words, spots);
    }
    let below = Lettering::new(theme::LABEL_PX - 1.0, theme::MUTED)
        .anchored(Anchor::Middle, VerticalAnchor::Top);
    canvas.text(&TextLine::new(
        (rect.x + rect.width / 2.0, rect.bottom() + 30.0),
        language.say("incidents, by this value"),
        below,
    ));
}

/// Words at the first of some left upper corners, which depend on their width, where nothing is; at the first of all
/// where none is free.
fn label<const SPOTS: usize>(
    canvas: &mut Canvas<'_>,
    taken: &mut Taken,
    frame: Rect,
    words: &str,
    spots: impl Fn(f64) -> [(f64, f64); SPOTS],
) {
    let set = Lettering::new(theme::LABEL_PX, theme::INK)
        .bold()
        .with_halo(theme::PAPER, 4.0)
        .anchored(Anchor::Start, VerticalAnchor::Middle);
    let width = set.width_px(words);
    let spots = spots(width).map(|(x, y)| Rect::new(x, y, width, LABEL));
    let free = taken.place(spots.into_iter(), &frame);
    let Some(rect) = free.map(|(_, rect)| rect).or(spots.first().copied()) else {
        return;
    };
    canvas.text(&TextLine::new((rect.x, rect.y + LABEL / 2.0), words, set));
}

/// The curve as a stair: a step for each value, cut where it leaves the picture.
fn stairs(values: &[f64], top: f64) -> Vec<(f64, f64)> {
    let mut points: Vec<(f64, f64)> = Vec::with_capacity(2 * values.len());
    for (rank, &value) in values.iter().enumerate() {
        if value > top {
            points.push((rank as f64, top));
            break;
        }
        points.push((rank as f64, value));
        points.push((rank as f64 + 1.0, value));
    }
    points
}

/// The arrow where a curve leaves the picture.
fn arrow(canvas: &mut Canvas<'_>, (x, y): (f64, f64)) {
    let ring = [(x - 6.0, y), (x, y - 12.0), (x + 6.0, y)];
    canvas.path(&[ring], true, &Paint::filled(theme::INK));
}

/// Axes and the curve itself, by plotters.
fn steps(
    canvas: &mut Canvas<'_>,
    points: Vec<(f64, f64)>,
    rect: Rect,
    ranks: &NumberAxis,
    numbers: &NumberAxis,
) {
    let whole = Rect::new(
        rect.x - NUMBER_LABELS,
        rect.y,
        rect.width + NUMBER_LABELS,
        rect.height + 28.0,
    );
    let language = canvas.language();
    let area = canvas.area(whole);
    let mut builder = ChartBuilder::on(&area);
    builder
        .x_label_area_size(upx(28.0))
        .y_label_area_size(upx(NUMBER_LABELS));
    // Drawing fails only on a canvas that is finished, which this one is not.
    let (across, up) = (
        ranks.clone().labelled(language),
        numbers.clone().labelled(language),
    );
    let Ok(mut chart) = builder.build_cartesian_2d(across, up) else {
        return;
    };
    let label = text_style(theme::LABEL_PX - 1.0, Weight::Regular, theme::MUTED);
    let _ = chart
        .configure_mesh()
        .x_labels(ranks.ticks().len())
        .y_labels(numbers.ticks().len())
        .max_light_lines(1)
        .light_line_style(line_style(theme::GRID.with_alpha(0.0), 0.0))
        .bold_line_style(line_style(theme::GRID, 1.0))
        .axis_style(line_style(theme::RULE, 1.0))
        .label_style(label)
        .set_all_tick_mark_size(px(4.0))
        .draw();
    let line = Line {
        points,
        stroke: Stroke::solid(theme::INK, 2.6),
    };
    let _ = chart.draw_series(std::iter::once(line));
}

/// A number with at most one decimal, and none where it is whole or large.
fn plain(value: f64, language: &Language) -> String {
    if value.fract().abs() < 0.05 || value >= 100.0 {
        language.grouped(value.round() as u64)
    } else {
        language.decimals(value, 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_two_figures_or_whole_numbers() {
        let english = Language::english();
        assert_eq!(
            [30.0, 2.25, 312.4].map(|it| plain(it, english)),
            ["30", "2.2", "312"]
        );
    }
}
