//! Incidents and deaths over time.

use crate::analysis::Analysis;
use crate::incident::{FigureSums, Sum};
use crate::render::axis::{DateAxis, NumberAxis};
use crate::render::canvas::{
    Anchor, Canvas, Dash, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::elements::Sketch;
use crate::render::frame;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Look, Symbols};

use super::blocks;
use super::context::{self, Badges, CeasefireLanes, Key, Sort};
use super::flags::Flags;
use super::legend::{self, Pen, Swatch};
use super::plot::{self, Beside, DATE_LABELS, NUMBER_LABELS, Plot};
use crate::render::columns::{self, Column, Unit};

/// Height of the row of incidents without any figure.
const NO_FIGURE: f64 = 28.0;
/// Height of a panel's title.
const TITLE: f64 = 30.0;

/// `charts/timeline`: incidents by kind and deaths, by day, or by week or month in long periods.
/// Returns the SVG.
pub fn timeline(analysis: &Analysis, symbols: &Symbols, sheet: &Sheet) -> String {
    frame::titled(
        analysis,
        sheet,
        "Incidents and reported deaths over time · {}",
        &[],
        |canvas, body| {
            draw(canvas, analysis, symbols, body);
        },
    )
}

/// What happened in a column.
#[derive(Clone, Debug, Default)]
struct Sums {
    /// Incidents of each symbol: placed well, placed roughly.
    kinds: Vec<[usize; 2]>,
    deaths: FigureSums,
    incidents: usize,
}

fn sums(analysis: &Analysis, symbols: &Symbols, columns: &[Column]) -> Vec<Sums> {
    let empty = Sums {
        kinds: vec![[0; 2]; symbols.all().len()],
        ..Sums::default()
    };
    let mut sums = vec![empty; columns.len()];
    for it in analysis.dated() {
        let Some(column) = columns::holding(columns, it.incident.day) else {
            continue;
        };
        let kind = &it.incident.event_type;
        if let Some(symbol) = symbols.place_of(kind) {
            sums[column].kinds[symbol][usize::from(!analysis.is_placed(it))] += 1;
        }
        sums[column].deaths.add(it.incident.deaths);
        sums[column].incidents += 1;
    }
    sums
}

fn draw(canvas: &mut Canvas<'_>, analysis: &Analysis, symbols: &Symbols, body: Rect) {
    let (body, columns_beside) = legend::split(body);
    let left = body.x + NUMBER_LABELS;
    let width = body.right() - left;
    let period = analysis.period;
    let unit = Unit::for_bars(period);
    let columns = columns::columns(unit, period);
    let sums = sums(analysis, symbols, &columns);
    let language = &analysis.language;
    let days = DateAxis::new(
        (period.start, period.end),
        width,
        theme::LABEL_PX - 1.0,
        language,
    );
    let x = |day: f64| left + days.share(day) * width;
    let ceasefires = CeasefireLanes::new(analysis, x, (left, left + width));
    let keys = context::keys(analysis);
    let flags = Flags::new(&keys, x, (left, left + width), language);
    let empty = Plot {
        rect: Rect::new(left, body.y, width, 1.0),
        numbers: NumberAxis::counts(1.0, 1),
        days: days.clone(),
        beside: Beside::Left,
        dated: false,
    };
    let below = Badges::new(&keys, &empty, |key| {
        key.sort != Sort::Talks || !flags.told(key.number)
    });

    let lanes_bottom = body.y + ceasefires.height();
    let flags_bottom = lanes_bottom + flags.height();
    let strip_bottom = body.bottom() - DATE_LABELS;
    let strip_top = strip_bottom - below.height().max(2.0);
    let row_top = strip_top - NO_FIGURE - 4.0;
    let panels = row_top - flags_bottom - 2.0 * TITLE;
    let upper = Plot {
        rect: Rect::new(left, flags_bottom + TITLE, width, panels * 0.57),
        numbers: NumberAxis::counts(
            sums.iter().map(|it| it.incidents).max().unwrap_or(0) as f64,
            8,
        ),
        ..empty.clone()
    };
    let lower_top = upper.rect.bottom() + TITLE;
    let lower = Plot {
        rect: Rect::new(left, lower_top, width, row_top - lower_top),
        numbers: NumberAxis::counts(sums.iter().filter_map(highest).max().unwrap_or(0) as f64, 6),
        ..empty.clone()
    };
    let strip = Plot {
        rect: Rect::new(left, strip_top, width, strip_bottom - strip_top),
        beside: Beside::Nowhere,
        dated: true,
        ..empty
    };

    ceasefires.shade(canvas, x, flags_bottom, strip_top);
    flags.poles(canvas, flags_bottom, strip_top);
    let partial = columns.iter().any(Column::is_partial);
    let incidents_title = if partial {
        "Incidents per {unit}, the first or last one cut by the period"
    } else {
        "Incidents per {unit}"
    };
    let incidents_title = unit.say(language, incidents_title);
    plot::title(canvas, (left, upper.rect.y - 4.0), &incidents_title);
    let deaths_title = unit.say(language, "Deaths reported per {unit}");
    plot::title(canvas, (left, lower.rect.y - 4.0), &deaths_title);
    incident_bars(canvas, symbols, &upper, &columns, &sums);
    death_bars(canvas, &lower, &columns, &sums);
    no_figure_row(canvas, &lower, &columns, &sums, row_top, body.x);
    strip.draw(canvas, |_| {});
    ceasefires.draw(canvas, x, lanes_bottom);
    flags.draw(canvas, flags_bottom);
    below.draw(canvas, &strip, strip_top, false);

    if sums.iter().all(|sums| sums.incidents == 0) {
        plot::nothing(canvas, upper.rect);
    }

    let narrow = columns.iter().zip(&sums).any(|(column, sums)| {
        let (left, right) = bar(&upper, column);
        sums.incidents > 0 && !blocks::holds_symbol(right - left, f64::INFINITY)
    });
    let mut pen = Pen::new(canvas, columns_beside);
    explain(&mut pen, analysis, symbols, &sums, narrow);
    let rest: Vec<Key<'_>> = keys
        .iter()
        .filter(|key| key.sort != Sort::Talks || !flags.told(key.number))
        .cloned()
        .collect();
    let heading = if flags.all_told() {
        "Crossings closed or opened"
    } else {
        "Talks and crossings"
    };
    pen.events(&rest, heading);
}

/// The highest figure that is drawn of a column.
fn highest(sums: &Sums) -> Option<u64> {
    let deaths = &sums.deaths;
    [deaths.low, deaths.best, deaths.high]
        .into_iter()
        .filter_map(Sum::value)
        .max()
}

/// The left and right end of the bar of a column in px.
fn bar(plot: &Plot, column: &Column) -> (f64, f64) {
    let (from, to) = (
        plot.x(f64::from(column.from.0)),
        plot.x(f64::from(column.to.0) + 1.0),
    );
    let width = to - from;
    // A bar alone in a wide chart need not be a wall.
    let gap = if width > 120.0 {
        (width - 84.0) / 2.0
    } else {
        (width * 0.12).min(4.0)
    };
    (from + gap, to - gap)
}

fn incident_bars(
    canvas: &mut Canvas<'_>,
    symbols: &Symbols,
    plot: &Plot,
    columns: &[Column],
    sums: &[Sums],
) {
    // Lines between incidents, where they can be counted.
    let unit_px = plot.rect.height / plot.numbers.to();
    let lines = unit_px >= 7.0;
    plot.draw(canvas, |chart| {
        let series = columns
            .iter()
            .zip(sums)
            .filter(|(_, sums)| sums.incidents > 0)
            .map(|(column, sums)| {
                let corners = vec![(f64::from(column.from.0), 0.0)];
                Sketch::new(corners, move |canvas: &mut Canvas<'_>, _: &[(f64, f64)]| {
                    let (left, right) = bar(plot, column);
                    let mut count = 0;
                    for rough in [0, 1] {
                        for (symbol, counts) in symbols.all().iter().zip(&sums.kinds) {
                            if counts[rough] == 0 {
                                continue;
                            }
                            let bottom = plot.y(count as f64);
                            count += counts[rough];
                            let top = plot.y(count as f64);
                            let block = Rect::new(left, top, right - left, bottom - top);
                            if rough == 1 {
                                blocks::hatched(canvas, block, symbol.ink);
                            } else {
                                canvas.rect(block, 0.0, &Paint::filled(symbol.ink));
                            }
                            // The shape of the kind, for grey prints: in each incident, or once in all.
                            let each = if unit_px >= 9.0 { counts[rough] } else { 1 };
                            let height = block.height / each as f64;
                            for number in 0..each {
                                let middle = block.y + height * (number as f64 + 0.5);
                                let room =
                                    Rect::new(left, middle - height / 2.0, right - left, height);
                                if rough == 1 {
                                    blocks::symbol_on_hatching(canvas, room, symbol.shape);
                                } else {
                                    blocks::symbol(canvas, room, symbol.shape, symbol.ink);
                                }
                            }
                        }
                    }
                    if lines {
                        for number in 1..count {
                            let y = plot.y(number as f64);
                            canvas.line((left, y), (right, y), Stroke::solid(theme::PAPER, 1.4));
                        }
                    }
                })
            });
        let _ = chart.draw_series(series);
    });
    zero_line(canvas, plot);
}

/// The axis at zero, over what is drawn.
fn zero_line(canvas: &mut Canvas<'_>, plot: &Plot) {
    let y = plot.rect.bottom();
    canvas.line(
        (plot.rect.x, y),
        (plot.rect.right(), y),
        Stroke::solid(theme::MUTED, 1.2),
    );
}

fn death_bars(canvas: &mut Canvas<'_>, plot: &Plot, columns: &[Column], sums: &[Sums]) {
    plot.draw(canvas, |chart| {
        let series = columns
            .iter()
            .zip(sums)
            .filter(|(_, sums)| sums.deaths.reporting > 0)
            .map(|(column, sums)| {
                let corners = vec![(f64::from(column.from.0), 0.0)];
                Sketch::new(corners, move |canvas: &mut Canvas<'_>, _: &[(f64, f64)]| {
                    death_bar(canvas, plot, bar(plot, column), &sums.deaths);
                })
            });
        let _ = chart.draw_series(series);
    });
    zero_line(canvas, plot);
}

/// Whether the sums of the lowest and of the highest figures rest on different incidents.
fn uneven(deaths: &FigureSums) -> bool {
    deaths.low.incidents != deaths.high.incidents
}

/// The outline of what lies between lowest and highest; broken where the two are not of the same
/// incidents.
fn range_outline(uneven: bool) -> Stroke {
    let stroke = Stroke::solid(theme::DEATHS, 0.9);
    if uneven {
        stroke.dashed(Dash::Pattern {
            on_px: 3.0,
            off_px: 2.4,
        })
    } else {
        stroke
    }
}

/// Solid up to the sum of the lowest figures, light from there to the sum of the highest, a tick at
/// the sum of the best if every incident with figures has one.
fn death_bar(canvas: &mut Canvas<'_>, plot: &Plot, (left, right): (f64, f64), deaths: &FigureSums) {
    let low = deaths.low.value().unwrap_or(0) as f64;
    let high = [deaths.low, deaths.best, deaths.high]
        .into_iter()
        .filter_map(Sum::value)
        .max()
        .unwrap_or(0) as f64;
    let base = plot.rect.bottom();
    let block =
        |from: f64, to: f64| Rect::new(left, plot.y(to), right - left, plot.y(from) - plot.y(to));
    if low > 0.0 {
        canvas.rect(block(0.0, low), 0.0, &Paint::filled(theme::DEATHS));
    }
    if high > low {
        let range = block(low, high);
        canvas.rect(range, 0.0, &Paint::filled(theme::DEATHS.with_alpha(0.2)));
        let inset = Rect::new(
            range.x + 0.5,
            range.y + 0.5,
            range.width - 1.0,
            range.height,
        );
        if inset.width > 0.0 {
            canvas.rect(inset, 0.0, &Paint::outlined(range_outline(uneven(deaths))));
        }
    }
    if high <= 0.0 {
        // Figures were reported, and they are zero.
        let middle = f64::midpoint(left, right);
        let paint = Paint::filled(theme::PAPER).with_outline(Stroke::solid(theme::DEATHS, 1.3));
        canvas.circle((middle, base - 4.0), 2.6, &paint);
    }
    if let Some(best) = deaths.best.value()
        && deaths.best.incidents == deaths.reporting
        && high > low
    {
        let y = plot.y(best as f64);
        canvas.line(
            (left - 1.5, y),
            (right + 1.5, y),
            Stroke::solid(theme::PAPER, 4.6),
        );
        canvas.line(
            (left - 1.5, y),
            (right + 1.5, y),
            Stroke::solid(theme::INK, 2.6),
        );
    }
}

/// The row of incidents for which no one reported any figure.
fn no_figure_row(
    canvas: &mut Canvas<'_>,
    plot: &Plot,
    columns: &[Column],
    sums: &[Sums],
    top: f64,
    left: f64,
) {
    let without = |sums: &Sums| sums.incidents - sums.deaths.reporting;
    let most = sums.iter().map(without).max().unwrap_or(0);
    let size = 11.5;
    let lettering =
        Lettering::new(size, theme::INK).anchored(Anchor::Middle, VerticalAnchor::Middle);
    let middle = top + NO_FIGURE / 2.0;
    let language = canvas.language();
    let widest = text::width_px(&language.grouped(most as u64), size, Weight::Regular);
    let room = columns
        .iter()
        .map(|column| bar(plot, column))
        .map(|(a, b)| b - a)
        .fold(f64::INFINITY, f64::min);
    let numbers = columns.len() == 1 || room + 2.0 >= widest;
    for (column, sums) in columns.iter().zip(sums) {
        let count = without(sums);
        if count == 0 {
            continue;
        }
        let (from, to) = bar(plot, column);
        if numbers {
            canvas.text(&TextLine::new(
                (f64::midpoint(from, to), middle),
                &language.grouped(count as u64),
                lettering,
            ));
        } else {
            let height = (NO_FIGURE - 8.0) * (count as f64 / most as f64);
            let block = Rect::new(from, top + NO_FIGURE - 4.0 - height, to - from, height);
            canvas.rect(block, 0.0, &Paint::filled(theme::MUTED.with_alpha(0.8)));
        }
    }
    let rule = Stroke::solid(theme::GRID, 1.0);
    canvas.line(
        (left, top + NO_FIGURE),
        (plot.rect.right(), top + NO_FIGURE),
        rule,
    );
    let small = Lettering::new(11.5, theme::MUTED);
    let start = small.anchored(Anchor::Start, VerticalAnchor::Middle);
    let most = format!("≤ {}", language.grouped(most as u64));
    // Two lines in the translation too.
    let mut words = if numbers {
        language.say("no\nfigure").lines()
    } else {
        language.say("no fig.").lines()
    };
    let first = words.next().unwrap_or_default();
    let second = if numbers { words.next() } else { Some(&*most) };
    let room = plot.rect.x - left;
    for (y, words) in [(-6.5, first), (6.5, second.unwrap_or_default())] {
        let fitted = text::ellipsize(words, small.size_px, Weight::Regular, room);
        canvas.text(&TextLine::new((left, middle + y), &fitted, start));
    }
}

fn explain(
    pen: &mut Pen<'_, '_>,
    analysis: &Analysis,
    symbols: &Symbols,
    sums: &[Sums],
    narrow: bool,
) {
    pen.kinds(symbols, Swatch::Block);
    if narrow {
        // Without symbols only their order tells kinds apart in grey.
        let words = "Bars hold kinds in this order, the first at the bottom.";
        pen.note(pen.language().say(words));
    }
    pen.gap();
    let block = |canvas: &mut Canvas<'_>, at: (f64, f64), look: Look| {
        let rect = blocks::in_key(at);
        if look == Look::Placed {
            canvas.rect(rect, 0.0, &Paint::filled(theme::MUTED));
        } else {
            blocks::hatched(canvas, rect, theme::MUTED);
        }
    };
    let language = pen.language();
    let rough = language.say("placed only roughly, stacked on top");
    pen.looks(analysis, block, rough);
    pen.gap();
    let deaths = analysis.deaths();
    pen.heading(language.say("Deaths reported"));
    let total = analysis.total().incidents;
    if deaths.reporting > 0 {
        let solid = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let block = Rect::new(at.0 - 6.0, at.1 - 7.0, 12.0, 14.0);
            canvas.rect(block, 0.0, &Paint::filled(theme::DEATHS));
        };
        pen.key(
            solid,
            language.say("sum of the lowest figures"),
            deaths.low.value().map(|sum| sum as usize),
        );
        let light = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let block = Rect::new(at.0 - 6.0, at.1 - 7.0, 12.0, 14.0);
            let paint = Paint::filled(theme::DEATHS.with_alpha(0.2))
                .with_outline(Stroke::solid(theme::DEATHS, 0.9));
            canvas.rect(block, 0.0, &paint);
        };
        pen.key(
            light,
            language.say("from there up to the sum of the highest"),
            deaths.high.value().map(|sum| sum as usize),
        );
        let broken = |sums: &Sums| {
            uneven(&sums.deaths) && sums.deaths.high.value() > sums.deaths.low.value()
        };
        if sums.iter().any(broken) {
            let broken = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
                let block = Rect::new(at.0 - 6.0, at.1 - 7.0, 12.0, 14.0);
                let paint =
                    Paint::filled(theme::DEATHS.with_alpha(0.2)).with_outline(range_outline(true));
                canvas.rect(block, 0.0, &paint);
            };
            let words = language.say("the same, but not from the same incidents");
            pen.key(broken, words, None);
        }
        let ticks = sums.iter().any(|sums| {
            let deaths = &sums.deaths;
            deaths.reporting > 0
                && deaths.best.incidents == deaths.reporting
                && deaths.low.value() != deaths.high.value()
        });
        if ticks {
            let tick = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
                canvas.line(
                    (at.0 - 8.0, at.1),
                    (at.0 + 8.0, at.1),
                    Stroke::solid(theme::INK, 2.6),
                );
            };
            pen.key(
                tick,
                language.say("sum of the best, where every incident with figures has one"),
                None,
            );
        }
        let zeros = sums
            .iter()
            .any(|sums| sums.deaths.reporting > 0 && highest(sums) == Some(0));
        if zeros {
            let ring = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
                let paint =
                    Paint::filled(theme::PAPER).with_outline(Stroke::solid(theme::DEATHS, 1.3));
                canvas.circle(at, 2.6, &paint);
            };
            pen.key(ring, language.say("the figures reported are 0"), None);
        }
    }
    if deaths.reporting > 0 {
        pen.remark(&language.fill(
            "Low–best–high {}; in brackets how many incidents say so.",
            &[&language.deaths(&deaths, total)],
        ));
    }
    if total > deaths.reporting {
        let without = total - deaths.reporting;
        pen.remark(&language.of_count(
            without,
            (
                "{} incident without any figure: counted in the row below the bars, never as zero.",
                "{} incidents without any figure: counted in the row below the bars, never as zero.",
            ),
            &[&language.grouped(without as u64)],
        ));
    }
    pen.gap();
    pen.ceasefires(analysis);
    pen.not_counted(analysis);
    pen.gap();
}
