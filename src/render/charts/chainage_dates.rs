//! The line against time: chainage up, days across, a mark for each incident.

use crate::analysis::Analysis;
use crate::render::axis::{DateAxis, NumberAxis};
use crate::render::canvas::{
    Anchor, Canvas, Dash, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::elements::{Shape, draw_mark};
use crate::render::fitting::squeezed;
use crate::render::frame;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Look, Symbols};
use crate::units::Metres;

use super::context::{self, Badges, CeasefireLanes, Sort};
use super::lanes;
use super::legend::{self, Pen, Swatch};
use super::marks::{self, REACH, Shown, pointer, stack_disc};
use super::plot::{self, Beside, DATE_LABELS, NUMBER_LABELS, Plot, block};
use crate::render::columns::{self, Column, Unit};

/// Width of the names of sectors, and of the leaders between them and the plot.
const NAMES: f64 = 184.0;
const LEADERS: f64 = 18.0;
/// Width of the bars of rates.
const RATES: f64 = 128.0;
/// Height of the histogram above, and the opacities of its bars.
const HISTOGRAM: f64 = 56.0;
const BAR: f64 = 0.72;
const BAR_ROUGH: f64 = 0.3;

/// `charts/chainage-by-date`: where on the line, and when. Returns the SVG.
pub fn chainage_dates(analysis: &Analysis, symbols: &Symbols, sheet: &Sheet) -> String {
    frame::titled(
        analysis,
        sheet,
        "Where along the line, and when · {}",
        &[],
        |canvas, body| {
            draw(canvas, analysis, symbols, body);
        },
    )
}

fn draw(canvas: &mut Canvas<'_>, analysis: &Analysis, symbols: &Symbols, body: Rect) {
    let (body, columns_beside) = legend::split(body);
    let left = body.x + NAMES + LEADERS;
    let width = body.right() - RATES - NUMBER_LABELS - left;
    let period = analysis.period;
    let days = DateAxis::new(
        (period.start, period.end),
        width,
        theme::LABEL_PX - 1.0,
        &analysis.language,
    );
    let x = |day: f64| left + days.share(day) * width;
    let ceasefires = CeasefireLanes::new(analysis, x, (body.x, left + width));
    let keys = context::keys(analysis);
    let above = Plot {
        rect: Rect::new(left, body.y, width, HISTOGRAM),
        days: days.clone(),
        numbers: NumberAxis::counts(1.0, 2),
        beside: Beside::Right,
        dated: false,
    };
    let talks = Badges::new(&keys, &above, |key| key.sort == Sort::Talks);
    let crossings = Badges::new(&keys, &above, |key| key.sort != Sort::Talks);

    let lanes_bottom = body.y + ceasefires.height();
    let histogram_top = lanes_bottom + talks.height() + 6.0;
    let plot_top = histogram_top + HISTOGRAM + 24.0;
    let strip_bottom = body.bottom() - DATE_LABELS;
    let plot_bottom = strip_bottom - crossings.height();
    let unit = Unit::for_bars(period);
    let columns = columns::columns(unit, period);
    let tally = tally(analysis, &columns);
    let most = tally.iter().map(|counts| counts.0).max().unwrap_or(0);
    let histogram = Plot {
        rect: Rect::new(left, histogram_top, width, HISTOGRAM),
        numbers: NumberAxis::counts(most as f64, 2),
        ..above
    };
    let plot = Plot {
        rect: Rect::new(left, plot_top, width, plot_bottom - plot_top),
        numbers: NumberAxis::between(0.0, analysis.border.length().km(), 10),
        days: days.clone(),
        beside: Beside::Right,
        dated: crossings.height() <= 0.0,
    };

    bands(canvas, analysis, &plot);
    ceasefires.shade(canvas, x, histogram_top, plot_bottom);
    count_bars(canvas, &histogram, &columns, &tally);
    talks.lines(canvas, &plot, histogram_top, plot_bottom);
    talks.draw(canvas, &plot, histogram_top, true);
    ceasefires.draw(canvas, x, lanes_bottom);
    if !plot.dated {
        let strip = Plot {
            rect: Rect::new(left, plot_bottom, width, strip_bottom - plot_bottom),
            numbers: NumberAxis::counts(1.0, 1),
            beside: Beside::Nowhere,
            dated: true,
            days,
        };
        strip.draw(canvas, |_| {});
        crossings.draw(canvas, &strip, plot_bottom, false);
    }
    let shown = marks::incidents(canvas, analysis, symbols, &plot);
    names(canvas, analysis, &plot, body.x);
    rates(canvas, analysis, &plot);
    headings(canvas, &histogram, &plot, unit, body.x);

    if most == 0 {
        plot::nothing(canvas, plot.rect);
    }
    let mut pen = Pen::new(canvas, columns_beside);
    explain(&mut pen, analysis, symbols, &shown);
    pen.events(&keys, "Talks and crossings");
}

/// Counted incidents in each column: all, and those placed only roughly.
fn tally(analysis: &Analysis, columns: &[Column]) -> Vec<(usize, usize)> {
    let mut tally = vec![(0, 0); columns.len()];
    for it in analysis.dated() {
        if let Some(column) = columns::holding(columns, it.incident.day) {
            tally[column].0 += 1;
            tally[column].1 += usize::from(!analysis.is_placed(it));
        }
    }
    tally
}

fn count_bars(canvas: &mut Canvas<'_>, plot: &Plot, columns: &[Column], tally: &[(usize, usize)]) {
    let gap = if plot.day_px() > 4.0 {
        1.0 / plot.day_px()
    } else {
        0.0
    };
    plot.draw(canvas, |chart| {
        let bars = columns
            .iter()
            .zip(tally)
            .flat_map(|(column, &(all, rough))| {
                let (from, to) = column.days();
                let placed = (all - rough) as f64;
                let bar = |low: f64, high: f64, alpha: f64| {
                    (high > low).then(|| {
                        block(
                            (from + gap / 2.0, to - gap / 2.0),
                            (low, high),
                            Paint::filled(theme::INK.with_alpha(alpha)),
                        )
                    })
                };
                [bar(0.0, placed, BAR), bar(placed, all as f64, BAR_ROUGH)]
                    .into_iter()
                    .flatten()
            });
        let _ = chart.draw_series(bars);
    });
}

/// Every second sector shaded, a line where one ends, a broken one where a chain ends.
fn bands(canvas: &mut Canvas<'_>, analysis: &Analysis, plot: &Plot) {
    let sectors = analysis.sectors.all();
    let stretches = sectors
        .iter()
        .enumerate()
        .filter(|(_, sector)| !sector.is_rest)
        .flat_map(|(number, sector)| sector.stretches.iter().map(move |it| (number, it)));
    for (number, stretch) in stretches {
        let (top, bottom) = (plot.y(stretch.to.km()), plot.y(stretch.from.km()));
        if number % 2 == 0 {
            let rect = Rect::new(plot.rect.x, top, plot.rect.width, bottom - top);
            canvas.rect(rect, 0.0, &Paint::filled(theme::BAND));
        }
        if stretch.from > Metres::ZERO {
            let line = Stroke::solid(theme::RULE, 0.9);
            canvas.line(
                (plot.rect.x - 6.0, bottom),
                (plot.rect.right(), bottom),
                line,
            );
        }
    }
    canvas.rect(
        plot.rect,
        0.0,
        &Paint::outlined(Stroke::solid(theme::RULE, 1.0)),
    );
    for chain in gaps(analysis) {
        let y = plot.y(chain.km());
        let line = Stroke::solid(theme::INK, 1.2).dashed(Dash::Pattern {
            on_px: 9.0,
            off_px: 7.0,
        });
        canvas.line((plot.rect.x, y), (plot.rect.right(), y), line);
    }
}

/// Chainages where a chain ends and another begins.
fn gaps(analysis: &Analysis) -> impl Iterator<Item = Metres> {
    let chains = analysis.border.chains();
    chains[..chains.len().saturating_sub(1)]
        .iter()
        .map(|chain| chain.end)
}

/// The sectors that get a label, by number, and the height of a label: all of them where there is
/// room, else those with the most incidents.
fn labelled(analysis: &Analysis, height: f64) -> (Vec<usize>, f64) {
    let all = analysis.sectors.all();
    let mut sectors: Vec<usize> = (0..all.len())
        .filter(|&sector| !all[sector].stretches.is_empty())
        .collect();
    let count = sectors.len();
    let line = (height / count.max(1) as f64).clamp(14.0, 18.0);
    let fit = (height / line).floor() as usize;
    if count > fit {
        sectors.sort_by_key(|&sector| {
            let summary = analysis.sector_summaries.get(sector);
            (
                std::cmp::Reverse(summary.map_or(0, |summary| summary.counts.incidents)),
                sector,
            )
        });
        sectors.truncate(fit);
    }
    // From the end of the line down the page.
    let middle = |sector: usize| all[sector].longest().map_or(Metres::ZERO, |it| it.at(0.5));
    sectors.sort_by(|&a, &b| middle(b).0.total_cmp(&middle(a).0).then(b.cmp(&a)));
    (sectors, line)
}

/// Where labels of sectors stand, and where they want to.
fn label_places(analysis: &Analysis, plot: &Plot) -> (Vec<(usize, f64, f64)>, f64) {
    let (sectors, line) = labelled(analysis, plot.rect.height);
    let all = analysis.sectors.all();
    let middle = |&sector: &usize| all[sector].longest().map_or(Metres::ZERO, |it| it.at(0.5));
    let wanted: Vec<f64> = sectors.iter().map(|it| plot.y(middle(it).km())).collect();
    let placed = lanes::spread(&wanted, line, plot.rect.y, plot.rect.bottom());
    let places = sectors
        .into_iter()
        .zip(wanted.into_iter().zip(placed))
        .map(|(sector, (wanted, placed))| (sector, wanted, placed))
        .collect();
    (places, line)
}

fn names(canvas: &mut Canvas<'_>, analysis: &Analysis, plot: &Plot, left: f64) {
    let (places, line) = label_places(analysis, plot);
    let size = if line < 15.0 {
        12.0
    } else {
        theme::LABEL_PX - 1.0
    };
    let right = left + NAMES;
    for (sector, wanted, y) in places {
        let incidents = analysis
            .sector_summaries
            .get(sector)
            .map_or(0, |it| it.counts.incidents);
        let ink = if incidents == 0 {
            theme::MUTED
        } else {
            theme::INK
        };
        let number = Lettering::new(size, ink)
            .bold()
            .anchored(Anchor::End, VerticalAnchor::Middle);
        let count = analysis.language.grouped(incidents as u64);
        canvas.text(&TextLine::new((right, y), &count, number));
        let room = NAMES - number.width_px(&count) - 10.0;
        let name = text::ellipsize(analysis.sector_name(sector), size, Weight::Regular, room);
        let lettering = Lettering::new(size, ink).anchored(Anchor::Start, VerticalAnchor::Middle);
        canvas.text(&TextLine::new((left, y), &name, lettering));
        let leader = [
            (right + 4.0, y),
            (plot.rect.x - 9.0, wanted),
            (plot.rect.x - 2.0, wanted),
        ];
        let stroke = Stroke::solid(theme::RULE, 0.9);
        canvas.path(&[leader], false, &Paint::outlined(stroke));
    }
}

/// The rate of each sector as a bar with its value.
fn rates(canvas: &mut Canvas<'_>, analysis: &Analysis, plot: &Plot) {
    let left = plot.rect.right() + NUMBER_LABELS;
    let largest = analysis
        .sector_summaries
        .iter()
        .filter_map(|it| it.rate)
        .fold(0.0, f64::max);
    let (places, line) = label_places(analysis, plot);
    let size = if line < 15.0 { 11.0 } else { theme::SMALL_PX };
    let room = RATES - 68.0;
    for (sector, summary) in analysis
        .sectors
        .all()
        .iter()
        .zip(&analysis.sector_summaries)
    {
        let Some(stretch) = sector.longest() else {
            continue;
        };
        let (top, bottom) = (plot.y(stretch.to.km()), plot.y(stretch.from.km()));
        let rate = summary.rate.unwrap_or(0.0);
        if rate <= 0.0 || largest <= 0.0 {
            continue;
        }
        let height = ((bottom - top) * 0.62).clamp(1.0, 15.0);
        let bar = Rect::new(
            left,
            f64::midpoint(top, bottom) - height / 2.0,
            rate / largest * room,
            height,
        );
        canvas.rect(bar, 0.0, &Paint::filled(theme::INK.with_alpha(0.62)));
    }
    // Bars end before a gutter; the values stand beyond it, where leaders cross nothing.
    let gutter = left + room + 4.0;
    for (sector, wanted, y) in places {
        let Some(rate) = analysis.sector_summaries.get(sector).and_then(|it| it.rate) else {
            continue;
        };
        let ink = if rate > 0.0 { theme::INK } else { theme::MUTED };
        if rate > 0.0 && (wanted - y).abs() > 3.0 {
            let leader = [
                (gutter, wanted),
                (gutter + 3.0, wanted),
                (gutter + 10.0, y),
                (gutter + 13.0, y),
            ];
            canvas.path(
                &[leader],
                false,
                &Paint::outlined(Stroke::solid(theme::RULE, 0.8)),
            );
        }
        let lettering = Lettering::new(size, ink).anchored(Anchor::End, VerticalAnchor::Middle);
        canvas.text(&TextLine::new(
            (left + RATES - 4.0, y),
            &plot::rate(rate, &analysis.language),
            lettering,
        ));
    }
    canvas.line(
        (left, plot.rect.y),
        (left, plot.rect.bottom()),
        Stroke::solid(theme::RULE, 1.0),
    );
}

/// The words above the columns of the chart.
fn headings(canvas: &mut Canvas<'_>, histogram: &Plot, plot: &Plot, unit: Unit, left: f64) {
    let small = Lettering::new(theme::SMALL_PX, theme::MUTED);
    let start = small.anchored(Anchor::Start, VerticalAnchor::Bottom);
    let end = small.anchored(Anchor::End, VerticalAnchor::Bottom);
    let line = plot.rect.y - 3.0;
    let language = canvas.language();
    canvas.text(&TextLine::new((left, line), language.say("sector"), start));
    let incidents = language.say("incidents");
    canvas.text(&TextLine::new((left + NAMES, line), incidents, end));
    let words = unit.say(language, "incidents per {unit}");
    let middle = small.anchored(Anchor::End, VerticalAnchor::Middle);
    let at = (left + NAMES, histogram.rect.y + histogram.rect.height / 2.0);
    canvas.text(&TextLine::new(at, &words, middle));
    kilometres(canvas, plot);
    let right = plot.rect.right() + NUMBER_LABELS;
    let room = RATES - 4.0;
    for (words, up) in [("incidents per", 17.0), ("100 km · 30 days", 0.0)] {
        let (size_px, fitted) = squeezed(language.say(words), start.size_px, start.weight, room);
        let set = Lettering { size_px, ..start };
        canvas.text(&TextLine::new((right, line - up), &fitted, set));
    }
}

/// The unit of the axis beside the plot, below its 0, where it is not taken for that of the bars above.
fn kilometres(canvas: &mut Canvas<'_>, plot: &Plot) {
    let right = plot.rect.right() + NUMBER_LABELS - 3.0;
    let set =
        Lettering::new(theme::SMALL_PX, theme::MUTED).anchored(Anchor::End, VerticalAnchor::Middle);
    let words = canvas.language().say("km");
    canvas.text(&TextLine::new(
        (right, plot.rect.bottom() + 16.0),
        words,
        set,
    ));
}

fn explain(pen: &mut Pen<'_, '_>, analysis: &Analysis, symbols: &Symbols, shown: &Shown) {
    let language = pen.language();
    if let Some((unit, step, most)) = shown.cells {
        pen.kinds(symbols, Swatch::None);
        pen.gap();
        pen.heading(language.say("Incidents in a cell"));
        pen.ramp(most);
        let km = NumberAxis::between(0.0, step, 1).label(step, language);
        let phrase =
            "Too many incidents for marks: a cell counts those of one {unit} on {} km of the line.";
        pen.note(&unit.fill(language, phrase, &[&km]));
    } else {
        pen.kinds(symbols, Swatch::Mark);
        pen.sizes();
        if shown.capped {
            pen.note(language.say("The largest marks stand for more deaths than their size says."));
        }
        pen.gap();
        let look = |canvas: &mut Canvas<'_>, at: (f64, f64), look: Look| {
            let reach = Stroke::solid(theme::MUTED.with_alpha(REACH), 2.2);
            if look == Look::Uncertain && shown.reach {
                canvas.line((at.0, at.1 - 11.0), (at.0, at.1 + 11.0), reach);
            }
            draw_mark(canvas, at, Shape::Circle, 6.0, &look.paint(theme::MUTED));
        };
        let rough = if shown.reach {
            "placed only roughly; bar: where on the line it may be"
        } else {
            "placed only roughly"
        };
        pen.looks(analysis, look, language.say(rough));
        pen.doubts(analysis);
        sides(pen, analysis);
        if shown.stacked {
            let disc =
                |canvas: &mut Canvas<'_>, at: (f64, f64)| stack_disc(canvas, at, 20, theme::MUTED);
            let words = "so many near one place and day, in the colour of the most frequent kind";
            pen.key(disc, language.say(words), None);
        }
    }
    if !analysis.clusters.is_empty() {
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let rect = Rect::new(at.0 - 11.0, at.1 - 7.0, 22.0, 14.0);
            canvas.rect(
                rect,
                3.0,
                &Paint::outlined(Stroke::solid(theme::CLUSTER, 1.3)),
            );
        };
        let count = analysis.clusters.len();
        let drawn = analysis.drawn_clusters().len();
        let words = if count > drawn {
            language.told(drawn, "cluster; drawn around the {} largest")
        } else {
            language
                .say("cluster: its days and its stretch of the line")
                .to_owned()
        };
        pen.key(draw, &words, Some(count));
    }
    pen.ceasefires(analysis);
    if gaps(analysis).next().is_some() {
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let line = Stroke::solid(theme::INK, 1.2).dashed(Dash::Pattern {
                on_px: 6.0,
                off_px: 4.0,
            });
            canvas.line((at.0 - 12.0, at.1), (at.0 + 12.0, at.1), line);
        };
        let words = language.say("gap in the line; it adds no kilometres");
        pen.key(draw, words, None);
    }
    if analysis.total().uncertain > 0 {
        let paint = Paint::filled(theme::INK.with_alpha(BAR_ROUGH));
        let words = "in the bars above the chart: placed only roughly";
        pen.block(paint, language.say(words), None);
    }
    pen.not_counted(analysis);
    pen.gap();
}

/// Which way pointers point.
fn sides(pen: &mut Pen<'_, '_>, analysis: &Analysis) {
    let sums = analysis
        .sector_summaries
        .iter()
        .fold([0; 3], |sums, summary| {
            [0, 1, 2].map(|side| sums[side] + summary.sides[side])
        });
    let language = pen.language();
    let named = |name: Option<&str>, [named, nameless]: [&str; 2]| match name {
        Some(name) => language.fill(named, &[&language.plain(name)]),
        None => language.say(nameless).to_owned(),
    };
    let phrases = [
        ["left of the line: {}", "left of the line"],
        ["right of the line: {}", "right of the line"],
    ];
    let left = named(analysis.border.left(), phrases[0]);
    let right = named(analysis.border.right(), phrases[1]);
    for (side, words, count) in [(-1.0, left, sums[0]), (1.0, right, sums[1])] {
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            draw_mark(
                canvas,
                at,
                Shape::Circle,
                6.0,
                &Look::Placed.paint(theme::MUTED),
            );
            pointer(canvas, at, Shape::Circle, 6.0, side);
        };
        pen.key(draw, &words, Some(count));
    }
    if sums[2] > 0 {
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            draw_mark(
                canvas,
                at,
                Shape::Circle,
                6.0,
                &Look::Placed.paint(theme::MUTED),
            );
        };
        pen.key(draw, language.say("on the line"), Some(sums[2]));
    }
}
