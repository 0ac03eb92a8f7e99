//! Kinds and states of claims by sector; who alleges what of whom; deaths as ranges.

use std::collections::BTreeMap;

use crate::analysis::Analysis;
use crate::incident::{ClaimStatus, FigureSums, Sum};
use crate::render::axis::NumberAxis;
use crate::render::canvas::{
    Anchor, Canvas, Dash, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::fitting::squeezed;
use crate::render::frame;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Symbols};
use crate::wording::cluster_label;
use crate::wording::language::Language;

use super::bars::{self, Part, Row, Sign};
use super::blocks::{self, Pattern};
use super::legend::{self, NOBODY, Pen, Swatch};
use super::plot;

/// Width of the names of rows.
const NAMES: f64 = 210.0;
/// Between two panels.
const GAP: f64 = 40.0;

/// What a name that is not given is called.
fn named(language: &Language, name: &str) -> String {
    if name.is_empty() {
        language.say("not stated").to_owned()
    } else {
        language.plain(name)
    }
}

/// A sector by its number and its name. Between them stands more than a space: names may begin with `km`.
fn numbered(analysis: &Analysis, sector: usize) -> String {
    format!("{} · {}", sector + 1, analysis.sector_name(sector))
}

/// `charts/kinds-by-sector`: counted incidents of each sector by kind and by state of the claim. Returns
/// the SVG.
pub fn kinds_by_sector(analysis: &Analysis, symbols: &Symbols, sheet: &Sheet) -> String {
    let language = &analysis.language;
    frame::titled(
        analysis,
        sheet,
        "Kinds of event and states of claims by sector · {}",
        &[],
        |canvas, body| {
            let (chart, columns) = legend::split(body);
            let count = analysis.sectors.all().len();
            let mut kinds: Vec<Vec<usize>> = vec![vec![0; symbols.all().len()]; count];
            let mut states = vec![[0usize; ClaimStatus::ALL.len()]; count];
            for it in analysis.counted() {
                if let Some(symbol) = symbols.place_of(&it.incident.event_type) {
                    kinds[it.sector][symbol] += 1;
                }
                let state = ClaimStatus::ALL
                    .iter()
                    .position(|&it_is| it_is == it.incident.claim_status);
                states[it.sector][state.unwrap_or(0)] += 1;
            }
            let by_kind: Vec<Row> = kinds
                .iter()
                .enumerate()
                .map(|(sector, counts)| Row {
                    name: numbered(analysis, sector),
                    parts: counts
                        .iter()
                        .zip(symbols.all())
                        .map(|(&count, symbol)| Part {
                            count,
                            ink: symbol.ink,
                            sign: Sign::Symbol(symbol.shape),
                        })
                        .collect(),
                })
                .collect();
            let by_state: Vec<Row> = states
                .iter()
                .map(|counts| Row {
                    name: String::new(),
                    parts: counts
                        .iter()
                        .zip(ClaimStatus::ALL)
                        .map(|(&count, status)| Part {
                            count,
                            ink: theme::status_ink(status),
                            sign: Pattern::of(status).map_or(Sign::None, Sign::Pattern),
                        })
                        .collect(),
                })
                .collect();
            let width = (chart.width - NAMES - GAP) / 2.0;
            let left = Rect::new(chart.x, chart.y, NAMES + width, chart.height);
            let right = Rect::new(left.right() + GAP, chart.y, width, chart.height);
            let titles = ["Incidents by kind", "by state of the claim"].map(|it| language.say(it));
            bars::draw(canvas, left, titles[0], &by_kind, NAMES);
            bars::draw(canvas, right, titles[1], &by_state, 0.0);
            let mut pen = Pen::new(canvas, columns);
            pen.kinds(symbols, Swatch::Block);
            pen.gap();
            pen.heading(language.say("States of claims"));
            for (number, status) in ClaimStatus::ALL.into_iter().enumerate() {
                let total: usize = states.iter().map(|counts| counts[number]).sum();
                if total > 0 {
                    let block = move |canvas: &mut Canvas<'_>, at: (f64, f64)| {
                        let (block, ink) = (blocks::in_key(at), theme::status_ink(status));
                        canvas.rect(block, 0.0, &Paint::filled(ink));
                        if let Some(pattern) = Pattern::of(status) {
                            pattern.draw(canvas, block, ink);
                        }
                    };
                    let words = match status.as_str() {
                        "" => "not stated",
                        word => word,
                    };
                    pen.key(block, language.say(words), Some(total));
                }
            }
            pen.remark(
                language.say(
                    "Both bars of a sector have the same incidents; the two axes are the same.",
                ),
            );
            pen.note(language.say("A state is what whoever compiled the data gives: confirmed by the other side or a third party, \
                  claimed by one side, contested where the sides contradict each other."));
            pen.not_counted(analysis);
        },
    )
}

/// Most rows and columns of the table of claims.
const MOST: usize = 14;

/// `charts/alleged-by-attributed-to`: how many incidents each claimant reports of each accused. Returns
/// the SVG.
pub fn alleged(analysis: &Analysis, _: &Symbols, sheet: &Sheet) -> String {
    let language = &analysis.language;
    frame::titled(
        analysis,
        sheet,
        "Who reports what of whom · {}",
        &[],
        |canvas, body| {
            let (chart, columns) = legend::split(body);
            let claims = &analysis.claims;
            let claimants: Vec<&str> = claims
                .claimants
                .iter()
                .map(|it| &*it.name)
                .take(MOST)
                .collect();
            let mut accused: BTreeMap<&str, usize> = BTreeMap::new();
            for row in &claims.rows {
                *accused.entry(&row.attributed_to).or_default() += row.incidents;
            }
            let mut accused: Vec<(&str, usize)> = accused.into_iter().collect();
            accused.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            let untold =
                accused.len().saturating_sub(MOST) + claims.claimants.len().saturating_sub(MOST);
            accused.truncate(MOST);
            let of = |by: &str, to: &str| -> (usize, usize) {
                let rows = claims
                    .rows
                    .iter()
                    .filter(|it| &*it.alleged_by == by && &*it.attributed_to == to);
                rows.fold((0, 0), |(all, doubted), row| {
                    let doubt = theme::Doubt::of(row.status).is_some();
                    (
                        all + row.incidents,
                        doubted + if doubt { row.incidents } else { 0 },
                    )
                })
            };
            let most = claimants
                .iter()
                .flat_map(|by| accused.iter().map(move |(to, _)| of(by, to).0))
                .max()
                .unwrap_or(0);
            if most == 0 {
                plot::nothing(canvas, chart);
            } else {
                table(canvas, chart, &claimants, &accused, &of, most);
            }
            let mut pen = Pen::new(canvas, columns);
            pen.heading(language.say("Incidents reported"));
            pen.ramp(most);
            pen.note(language.say("A row is whom reports accuse, or who acted; a column is who reports. In brackets how many of them are \
                  contested, denied or unconfirmed."));
            pen.remark(language.say("Two sides may report the same fight: numbers of different columns must not be added."));
            pen.remark(language.say("Every attribution is a claim by whoever reported it."));
            if untold > 0 {
                pen.remark(&language.told(untold, "{} more parties are in tables/claims.csv."));
            }
            pen.not_counted(analysis);
        },
    )
}

fn table(
    canvas: &mut Canvas<'_>,
    rect: Rect,
    claimants: &[&str],
    accused: &[(&str, usize)],
    of: &dyn Fn(&str, &str) -> (usize, usize),
    most: usize,
) {
    const ROWS: f64 = 300.0;
    const HEAD: f64 = 74.0;
    const WIDEST: f64 = 270.0;
    const TALLEST: f64 = 140.0;
    let left = rect.x + ROWS;
    let width = ((rect.right() - left) / claimants.len().max(1) as f64).min(WIDEST);
    let height = ((rect.height - HEAD) / accused.len().max(1) as f64).min(TALLEST);
    // Type grows with the cells.
    let large = |least: f64| (height * 0.24).clamp(least, theme::SUBTITLE_PX);
    let language = canvas.language();
    let title = language.say("Accused or acting");
    plot::title(canvas, (rect.x, rect.y + 22.0), title);
    plot::title(canvas, (left, rect.y + 22.0), language.say("Reported by"));
    let head = Lettering::new(theme::LABEL_PX - 1.0, theme::INK)
        .anchored(Anchor::Middle, VerticalAnchor::Bottom);
    for (column, name) in claimants.iter().enumerate() {
        let x = left + width * (column as f64 + 0.5);
        let name = named(language, name);
        let lines = text::at_most_lines(&name, head.size_px, Weight::Regular, width - 8.0, 2);
        for (line, words) in lines.iter().rev().enumerate() {
            let y = rect.y + HEAD - 6.0 - 17.0 * line as f64;
            canvas.text(&TextLine::new((x, y), words, head));
        }
    }
    let row = Lettering::new(large(theme::LABEL_PX), theme::INK)
        .anchored(Anchor::Start, VerticalAnchor::Middle);
    for (line, (name, _)) in accused.iter().enumerate() {
        let top = rect.y + HEAD + height * line as f64;
        let words = named(language, name);
        let words = text::ellipsize(&words, row.size_px, Weight::Regular, ROWS - 14.0);
        canvas.text(&TextLine::new((rect.x, top + height / 2.0), &words, row));
        for (column, by) in claimants.iter().enumerate() {
            let (count, doubted) = of(by, name);
            let cell = Rect::new(left + width * column as f64, top, width, height);
            let ink = theme::count_ink(count, most);
            let paint = Paint::filled(ink).with_outline(Stroke::solid(theme::GRID, 1.0));
            canvas.rect(cell, 0.0, &paint);
            if count > 0 {
                let mut words = language.grouped(count as u64);
                if doubted > 0 {
                    words.push_str(&format!(" ({})", language.grouped(doubted as u64)));
                }
                let size = (height * 0.2).clamp(theme::HEADING_PX.min(height * 0.7), 26.0);
                let (size, words) = squeezed(&words, size, Weight::Bold, width - 8.0);
                let set = Lettering::new(size, theme::on(ink))
                    .bold()
                    .anchored(Anchor::Middle, VerticalAnchor::Middle);
                let at = (cell.x + width / 2.0, cell.y + height / 2.0);
                canvas.text(&TextLine::new(at, &words, set));
            }
        }
    }
}

/// A line of the chart of deaths.
struct Range {
    name: String,
    sums: FigureSums,
    incidents: usize,
    /// Whether it begins a group.
    group: Option<&'static str>,
}

/// `charts/deaths`: deaths as ranges from the lowest to the highest sum, by sector, by who reports and by
/// cluster. Returns the SVG.
pub fn deaths(analysis: &Analysis, _: &Symbols, sheet: &Sheet) -> String {
    let language = &analysis.language;
    frame::titled(
        analysis,
        sheet,
        "Deaths as reported, from the lowest to the highest sum · {}",
        &[],
        |canvas, body| {
            let (chart, columns) = legend::split(body);
            let ranges = ranges(analysis);
            draw_ranges(canvas, chart, &ranges);
            let mut pen = Pen::new(canvas, columns);
            pen.heading(language.say("How to read it"));
            explain_marks(&mut pen, &ranges);
            pen.gap();
            pen.note(language.say("Each sum adds the figures that were reported, one for each incident that has it. Lowest, best and \
                  highest may rest on different incidents, so a best may lie below a lowest; the counts at the right \
                  say how many incidents give any figure."));
            pen.remark(
                language.say("Incidents without any figure are in no sum; they are not zero."),
            );
            pen.remark(
                language.say("Reporters are side by side: two of them may count the same deaths."),
            );
            pen.not_counted(analysis);
        },
    )
}

fn ranges(analysis: &Analysis) -> Vec<Range> {
    let language = &analysis.language;
    let mut ranges = vec![Range {
        name: language.say("all counted incidents").to_owned(),
        sums: analysis.deaths(),
        incidents: analysis.total().incidents,
        group: Some(""),
    }];
    let mut add = |group: &'static str, rows: Vec<(String, FigureSums, usize)>| {
        let rows = rows.into_iter().filter(|(_, sums, _)| sums.reporting > 0);
        for (number, (name, sums, incidents)) in rows.enumerate() {
            ranges.push(Range {
                name,
                sums,
                incidents,
                group: (number == 0).then_some(group),
            });
        }
    };
    let sectors = analysis.sector_summaries.iter().map(|it| {
        (
            numbered(analysis, it.sector),
            it.counts.deaths,
            it.counts.incidents,
        )
    });
    add("by sector", sectors.collect());
    let claimants = analysis.claims.claimants.iter();
    let claimants = claimants.map(|it| (named(language, &it.name), it.deaths, it.incidents));
    add("by who reports", claimants.collect());
    let clusters = analysis.clusters.iter().map(|it| {
        let name = format!("{} {}", cluster_label(it.number), it.name);
        (name, it.deaths, it.members.len())
    });
    add("by cluster", clusters.collect());
    ranges
}

/// What is drawn of a range: its ends, of which either may be missing, and the sum of the best figures.
#[derive(Clone, Copy)]
struct Ends {
    low: Option<f64>,
    best: Option<f64>,
    high: Option<f64>,
}

impl Ends {
    fn of(sums: &FigureSums) -> Ends {
        let [low, best, high] =
            [sums.low, sums.best, sums.high].map(|sum| sum.value().map(|it| it as f64));
        Ends { low, best, high }
    }

    fn map(self, place: impl Fn(f64) -> f64) -> Ends {
        Ends {
            low: self.low.map(&place),
            best: self.best.map(&place),
            high: self.high.map(&place),
        }
    }

    /// From the lowest to the highest sum, or what there is of them and the best. A best may lie beyond either end where
    /// they do not rest on the same incidents.
    fn span(self) -> Option<(f64, f64)> {
        let best = self
            .best
            .filter(|_| self.low.is_none() || self.high.is_none());
        let known = || [self.low, best, self.high].into_iter().flatten();
        let least = known().reduce(f64::min)?;
        Some((least, known().fold(least, f64::max)))
    }

    fn is_open(self) -> bool {
        self.low.is_none() && self.span().is_some()
    }
}

/// A bar from the lowest to the highest sum with a tick at each, a dot at the best. Where nobody gave a lowest
/// figure a broken line comes from `zero`.
fn range_mark(canvas: &mut Canvas<'_>, y: f64, ends: Ends, zero: f64) {
    let Some((from, to)) = ends.span() else {
        return;
    };
    if ends.is_open() {
        let broken = Stroke::solid(theme::DEATHS, 1.6).dashed(Dash::Pattern {
            on_px: 4.0,
            off_px: 3.0,
        });
        canvas.line((zero, y), (from, y), broken);
    }
    if to > from || ends.low.is_some() {
        let ink = theme::DEATHS.with_alpha(0.45);
        canvas.line((from, y), (to.max(from + 0.5), y), Stroke::solid(ink, 6.0));
    }
    let tick = Stroke::solid(theme::DEATHS, 1.6);
    for x in [ends.low, ends.high].into_iter().flatten() {
        canvas.line((x, y - 6.0), (x, y + 6.0), tick);
    }
    if let Some(best) = ends.best {
        let dot = Paint::filled(theme::INK).with_outline(Stroke::solid(theme::PAPER, 1.2));
        canvas.circle((best, y), 4.6, &dot);
    }
}

/// What the marks mean, those that there are.
fn explain_marks(pen: &mut Pen<'_, '_>, ranges: &[Range]) {
    let language = pen.language();
    let bar = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
        let ends = Ends {
            low: Some(at.0 - 12.0),
            best: Some(at.0 + 2.0),
            high: Some(at.0 + 12.0),
        };
        range_mark(canvas, at.1, ends, at.0);
    };
    let words = "lowest to highest sum; the dot is the sum of the best figures";
    pen.key(bar, language.say(words), None);
    if ranges.iter().any(|it| Ends::of(&it.sums).is_open()) {
        let open = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let ends = Ends {
                low: None,
                best: None,
                high: Some(at.0 + 12.0),
            };
            range_mark(canvas, at.1, ends, at.0 - 13.0);
        };
        pen.key(open, language.say("nobody gave a lowest figure"), None);
    }
    if ranges
        .iter()
        .any(|it| figures(language, &it.sums).contains(NOBODY))
    {
        let dots = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let set = Lettering::new(theme::LABEL_PX, theme::INK)
                .anchored(Anchor::Middle, VerticalAnchor::Middle);
            canvas.text(&TextLine::new(at, NOBODY, set));
        };
        pen.key(dots, language.say("nobody gave that figure"), None);
    }
}

/// `377 – 279 – 515`, `up to 12`.
fn figures(language: &Language, sums: &FigureSums) -> String {
    let [low, best, high] = [sums.low, sums.best, sums.high].map(Sum::value);
    if let (None, None, Some(high)) = (low, best, high) {
        return language.fill("up to {}", &[&language.grouped(high)]);
    }
    let figure =
        |value: Option<u64>| value.map_or_else(|| NOBODY.to_owned(), |it| language.grouped(it));
    [low, best, high].map(figure).join(" – ")
}

/// `377 – 279 – 515 · 43 of 79 incidents`.
fn told(language: &Language, range: &Range) -> String {
    let sums = range.sums;
    if sums.reporting == 0 {
        return language.say("none reported").to_owned();
    }
    format!(
        "{} · {}",
        figures(language, &sums),
        language.of_count(
            range.incidents,
            ("{} of {} incident", "{} of {} incidents"),
            &[
                &language.grouped(sums.reporting as u64),
                &language.grouped(range.incidents as u64)
            ],
        ),
    )
}

fn draw_ranges(canvas: &mut Canvas<'_>, rect: Rect, ranges: &[Range]) {
    const NAMES: f64 = 250.0;
    const HEAD: f64 = 44.0;
    const GROUP: f64 = 1.25;
    /// Between the axis and the words.
    const GAP: f64 = 26.0;
    let language = canvas.language();
    let rows_of = |range: &Range| match range.group {
        Some(group) if !group.is_empty() => 1.0 + GROUP,
        _ => 1.0,
    };
    let units: f64 = ranges.iter().map(rows_of).sum();
    let height = ((rect.height - HEAD) / units.max(1.0)).clamp(14.0, 40.0);
    // Those that have room; if not all have, a last line says so.
    let mut shown = 0;
    let mut used = 0.0;
    for range in ranges {
        used += rows_of(range) * height;
        let last = shown + 1 == ranges.len();
        if used + if last { 0.0 } else { height } > rect.height - HEAD + 1.0 {
            used -= rows_of(range) * height;
            break;
        }
        shown += 1;
    }
    let size = (height * 0.62).clamp(10.0, theme::LABEL_PX);
    let words: Vec<String> = ranges[..shown]
        .iter()
        .map(|range| told(language, range))
        .collect();
    let end = Lettering::new((size - 1.0).max(10.0), theme::MUTED)
        .anchored(Anchor::End, VerticalAnchor::Middle);
    let small = Lettering::new(theme::SMALL_PX, theme::MUTED)
        .anchored(Anchor::Middle, VerticalAnchor::Bottom);
    let head = language.say("low – best – high · with a figure");
    let widest = words.iter().map(|it| end.width_px(it));
    let widest = widest.fold(small.width_px(head), f64::max);

    let most = ranges
        .iter()
        .filter_map(|it| {
            let ends = Ends::of(&it.sums);
            let (_, to) = ends.span()?;
            Some(to.max(ends.best.unwrap_or(to)))
        })
        .fold(0.0, f64::max);
    let (left, right) = (rect.x + NAMES, rect.right() - widest - GAP);
    let width = right - left;
    let axis = NumberAxis::counts(most, (width / 90.0).max(2.0) as usize);
    let x = |value: f64| left + axis.share(value) * width;
    let (top, bottom) = (rect.y + HEAD, rect.y + HEAD + used);
    for &tick in axis.ticks() {
        let grid = Stroke::solid(theme::GRID, 1.0);
        canvas.line((x(tick), top), (x(tick), bottom), grid);
        let label = language.grouped(tick as u64);
        canvas.text(&TextLine::new((x(tick), top - 4.0), &label, small));
    }
    let zero = Stroke::solid(theme::MUTED, 1.2);
    canvas.line((left, top), (left, bottom), zero);
    plot::title(canvas, (rect.x, rect.y + 20.0), language.say("Deaths"));
    let head_set = small.anchored(Anchor::End, VerticalAnchor::Bottom);
    canvas.text(&TextLine::new((rect.right(), top - 4.0), head, head_set));
    let name = Lettering::new(size, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
    let mut y = top;
    for (range, words) in ranges.iter().zip(&words) {
        if let Some(group) = range.group.filter(|it| !it.is_empty()) {
            let middle = y + height * GROUP * 0.62;
            let group = language.say(group);
            canvas.text(&TextLine::new((rect.x, middle), group, name.bold()));
            y += height * GROUP;
        }
        let middle = y + height / 2.0;
        let fitted = text::ellipsize(&range.name, size, Weight::Regular, NAMES - 14.0);
        canvas.text(&TextLine::new((rect.x, middle), &fitted, name));
        range_mark(canvas, middle, Ends::of(&range.sums).map(x), left);
        canvas.text(&TextLine::new((rect.right(), middle), words, end));
        y += height;
    }
    if shown < ranges.len() {
        let words = language.told(ranges.len() - shown, "and {} more, in the tables");
        let set = Lettering::new(theme::SMALL_PX, theme::MUTED)
            .anchored(Anchor::Start, VerticalAnchor::Middle);
        canvas.text(&TextLine::new((rect.x, y + height / 2.0), &words, set));
    }
}
