//! What was before, during and after each ceasefire: counts, rates and their ratio.

use std::cmp::Reverse;

use crate::analysis::Analysis;
use crate::ceasefire::accounting::{Account, CONFIDENCE, Group, GroupAccount};
use crate::ceasefire::phases::Window;
use crate::context::Ceasefire;
use crate::render::canvas::{
    Anchor, Canvas, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::elements::{Shape, draw_mark};
use crate::render::fitting::squeezed;
use crate::render::frame;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Symbols};
use crate::stats::KILOMETRE_DAYS;
use crate::stats::ratio::{Interval, Observed, RateRatio, Undefined, garwood};
use crate::units::round_to;
use crate::wording::language::Language;

use super::legend::{self, Pen};

/// Width of the names, of a count, and of the words about a ratio, on a page as wide as a slide.
const NAMES: f64 = 212.0;
const COUNT: f64 = 58.0;
const WORDS: f64 = 196.0;
/// Between the columns.
const GAP: f64 = 34.0;
/// A body as wide as this has all of that; on narrower ones names and gaps give way to the axes.
const FULL: f64 = 1_450.0;
/// By how much at most.
const NARROWEST: f64 = 0.76;
/// The part of what is left that the rates get; the ratio gets the rest.
const RATES: f64 = 0.54;
/// Height of a line above the rows, and of the numbers of the axes between those lines and the rows. Below the
/// rows are the numbers again.
const HEAD_LINE: f64 = 16.5;
const NUMBERS: f64 = 27.0;
const FOOT: f64 = 24.0;
/// Height of the name of a ceasefire, and the space above it.
const NAME: f64 = 27.0;
const ABOVE: f64 = 7.0;
/// Lowest and tallest row.
const LOWEST: f64 = 25.0;
const TALLEST: f64 = 60.0;
/// The axis of ratios ends here at the latest.
const FARTHEST: f64 = 100.0;

/// `charts/ceasefire`: a block for each ceasefire, a row for the whole line and for each sector with incidents.
/// Returns the SVG.
pub fn ceasefire(analysis: &Analysis, _: &Symbols, sheet: &Sheet) -> String {
    frame::titled(
        analysis,
        sheet,
        "Before, during and after each ceasefire · {}",
        &[],
        |canvas, body| {
            draw(canvas, analysis, body);
        },
    )
}

/// A ceasefire with the rows that are drawn of it.
struct Block<'a> {
    account: &'a Account,
    rows: Vec<&'a GroupAccount>,
}

/// What is drawn, and what is left to the table.
struct Layout<'a> {
    blocks: Vec<Block<'a>>,
    height: f64,
    /// Whether each ceasefire has one row and no line for its name above it, so that more have room.
    compact: bool,
    sectors_left: usize,
    ceasefires_left: usize,
    /// Rows of sectors that have no incident in any of the windows.
    without: usize,
    /// Whether rates are per observer-day.
    observed: bool,
}

/// How many incidents a group has in its windows.
fn incidents(group: &GroupAccount) -> usize {
    group.counts.iter().sum::<usize>() + group.undetermined
}

fn whole(account: &Account) -> Option<&GroupAccount> {
    account.groups.iter().find(|it| it.group == Group::All)
}

/// The rows there is room for: of each ceasefire all that it covers, then sectors by their incidents.
fn layout(analysis: &Analysis, room: f64) -> Layout<'_> {
    let compact = analysis.accounts.len() as f64 * (ABOVE + NAME + LOWEST) > room;
    let fit = (room / LOWEST).floor().max(1.0) as usize;
    let mut accounts: Vec<&Account> = analysis.accounts.iter().collect();
    accounts.sort_by_key(|it| (Reverse(whole(it).map_or(0, incidents)), it.ceasefire));
    accounts.truncate(fit);
    accounts.sort_by_key(|it| it.ceasefire);
    // A single sector is the whole line again.
    let several = analysis.sectors.all().len() > 1;
    let (mut sectors, without): (Vec<_>, Vec<_>) = accounts
        .iter()
        .enumerate()
        .flat_map(|(place, account)| account.groups.iter().map(move |it| (place, it)))
        .filter(|(_, it)| several && matches!(it.group, Group::Sector(_)))
        .partition(|(_, it)| incidents(it) > 0);
    let names = if compact {
        0.0
    } else {
        accounts.len() as f64 * (ABOVE + NAME)
    };
    let free = (room - names) / LOWEST - accounts.len() as f64;
    let most = if compact {
        0
    } else {
        free.floor().max(0.0) as usize
    };
    sectors.sort_by_key(|(place, it)| (Reverse(incidents(it)), *place));
    let sectors_left = sectors.len().saturating_sub(most);
    sectors.truncate(most);
    let rows = accounts.len() + sectors.len();
    let blocks = accounts
        .iter()
        .enumerate()
        .map(|(place, &account)| {
            let chosen = |it: &&GroupAccount| {
                let mut sectors = sectors.iter();
                it.group == Group::All
                    || sectors.any(|(of, sector)| *of == place && std::ptr::eq(*sector, *it))
            };
            Block {
                account,
                rows: account.groups.iter().filter(chosen).collect(),
            }
        })
        .collect();
    Layout {
        blocks,
        height: ((room - names) / rows.max(1) as f64).clamp(LOWEST, TALLEST),
        compact,
        sectors_left,
        ceasefires_left: analysis.accounts.len() - accounts.len(),
        without: without.len(),
        observed: !analysis.context.observation.is_empty(),
    }
}

/// The windows in the order of the counts.
fn windows(account: &Account) -> [Window; 3] {
    let phases = &account.phases;
    [phases.before, phases.during, phases.after]
}

/// The rate of a group in each window with its exact interval; `None` where there is no window, or no line.
fn rates(group: &GroupAccount) -> [Option<(f64, Interval)>; 3] {
    [0, 1, 2].map(|place| {
        let observed = Observed {
            events: group.counts[place] as u64,
            exposure: group.exposure[place],
        };
        let found = garwood(observed, CONFIDENCE).ok()?;
        let rate = KILOMETRE_DAYS * observed.events as f64 / observed.exposure;
        let interval = Interval {
            low: KILOMETRE_DAYS * found.low,
            high: found.high.map(|high| KILOMETRE_DAYS * high),
        };
        Some((rate, interval))
    })
}

/// An axis from px to px.
#[derive(Clone, Copy)]
enum Scale {
    /// From 0, with the square root.
    Root { top: f64 },
    /// Logarithmic.
    Log { from: f64, to: f64 },
}

struct Axis {
    left: f64,
    width: f64,
    scale: Scale,
}

impl Axis {
    /// The share of the axis at a value, beyond 0 and 1 for what lies outside.
    fn share(&self, value: f64) -> f64 {
        match self.scale {
            Scale::Root { top } => (value / top).max(0.0).sqrt(),
            Scale::Log { from, to } => (value / from).ln() / (to / from).ln(),
        }
    }

    fn x(&self, value: f64) -> f64 {
        self.left + self.share(value) * self.width
    }

    fn holds(&self, value: f64) -> bool {
        (-1e-9..=1.0 + 1e-9).contains(&self.share(value))
    }

    fn right(&self) -> f64 {
        self.left + self.width
    }

    /// Round values far enough apart for their labels, from the largest down, 0 and 1 before all others.
    fn ticks(&self, language: &Language) -> Vec<f64> {
        let mut candidates = match self.scale {
            Scale::Root { .. } => vec![0.0],
            Scale::Log { .. } => vec![1.0],
        };
        let steps: &[f64] = match self.scale {
            Scale::Root { .. } => &[5.0, 2.0, 1.0],
            Scale::Log { .. } => &[1.0],
        };
        candidates.extend((-6..=9).rev().flat_map(|power| {
            let decade = 10.0_f64.powi(power);
            steps.iter().map(move |step| step * decade)
        }));
        if matches!(self.scale, Scale::Log { .. }) {
            // Where there is room between the decades.
            candidates.extend((-6..=9).rev().map(|power| 3.0 * 10.0_f64.powi(power)));
        }
        let mut chosen: Vec<(f64, f64, f64)> = Vec::new();
        for value in candidates.into_iter().filter(|&value| self.holds(value)) {
            let label = tick_label(value, language);
            let half = text::width_px(&label, theme::SMALL_PX, Weight::Regular) / 2.0;
            let (from, to) = (self.x(value) - half - 8.0, self.x(value) + half + 8.0);
            if chosen.iter().all(|it| to <= it.1 || from >= it.2) {
                chosen.push((value, from, to));
            }
        }
        chosen.into_iter().map(|it| it.0).collect()
    }
}

/// A round number with no needless zeros.
fn tick_label(value: f64, language: &Language) -> String {
    if value >= 1_000.0 {
        language.grouped(value.round() as u64)
    } else {
        language.decimal_sign(&round_to(value, 7).to_string())
    }
}

/// The axis of rates: to the largest upper limit, but at most three times the largest rate.
fn rate_axis(layout: &Layout<'_>, left: f64, width: f64) -> Axis {
    let (mut largest, mut highest) = (0.0_f64, 0.0_f64);
    for block in &layout.blocks {
        for row in &block.rows {
            for (rate, interval) in rates(row).into_iter().flatten() {
                largest = largest.max(rate);
                highest = highest.max(interval.high.unwrap_or(rate));
            }
        }
    }
    let top = if largest > 0.0 {
        highest.min(3.0 * largest)
    } else {
        highest
    };
    let top = if top > 0.0 { top * 1.04 } else { 1.0 };
    let scale = Scale::Root { top };
    Axis { left, width, scale }
}

/// The axis of ratios: as far as the intervals have ends, from a tenth to ten at least.
fn ratio_axis(layout: &Layout<'_>, left: f64, width: f64) -> Axis {
    let (mut from, mut to) = (0.1_f64, 10.0_f64);
    let rows = layout.blocks.iter().flat_map(|block| &block.rows);
    for found in rows.filter_map(|row| row.ratio.ok()) {
        let interval = found.central.interval;
        let ends = [found.ratio, Some(interval.low), interval.high];
        for value in ends.into_iter().flatten().filter(|value| *value > 0.0) {
            from = from.min(value);
            to = to.max(value);
        }
    }
    let scale = Scale::Log {
        from: from.max(1.0 / FARTHEST) / 1.3,
        to: to.min(FARTHEST) * 1.3,
    };
    Axis { left, width, scale }
}

/// The look of a window's mark: its shape, its ink, whether it is filled.
const LOOKS: [(Shape, bool); 3] = [
    (Shape::Circle, false),
    (Shape::Circle, true),
    (Shape::Diamond, true),
];

fn window_ink(place: usize) -> crate::render::canvas::Ink {
    match place {
        0 => theme::MUTED,
        1 => theme::strong(theme::CEASEFIRE),
        _ => theme::INK,
    }
}

fn window_mark(canvas: &mut Canvas<'_>, at: (f64, f64), place: usize, radius: f64) {
    let ink = window_ink(place);
    let (shape, filled) = LOOKS[place.min(2)];
    let paint = if filled {
        Paint::filled(ink).with_outline(Stroke::solid(theme::PAPER, 0.8))
    } else {
        Paint::filled(theme::PAPER).with_outline(Stroke::solid(ink, 1.8))
    };
    let radius = if filled { radius } else { radius - 0.5 };
    draw_mark(canvas, at, shape, radius, &paint);
}

/// A line between two values, with an arrow where it goes on beyond the axis.
fn interval_line(canvas: &mut Canvas<'_>, axis: &Axis, interval: Interval, y: f64, stroke: Stroke) {
    let low = if interval.low > 0.0 || matches!(axis.scale, Scale::Root { .. }) {
        axis.x(interval.low)
    } else {
        f64::NEG_INFINITY
    };
    let high = interval.high.map_or(f64::INFINITY, |high| axis.x(high));
    let (left, right) = (axis.left, axis.right());
    let (from, to) = (low.clamp(left, right), high.clamp(left, right));
    canvas.line((from, y), (to, y), stroke);
    let mut arrow = |tip: f64, back: f64| {
        let ring = [(tip, y), (tip + back, y - 3.6), (tip + back, y + 3.6)];
        canvas.path(&[ring], true, &Paint::filled(stroke.ink));
    };
    if low < left - 0.5 {
        arrow(left - 2.0, 8.0);
    }
    if high > right + 0.5 {
        arrow(right + 2.0, -8.0);
    }
}

/// Where the columns stand.
struct Columns {
    names: f64,
    /// Width of the names.
    names_width: f64,
    /// Right ends of the counts.
    counts: [f64; 4],
    rates: Axis,
    ratios: Axis,
    words: f64,
    right: f64,
}

fn draw(canvas: &mut Canvas<'_>, analysis: &Analysis, body: Rect) {
    if analysis.accounts.is_empty() {
        let lettering = Lettering::new(theme::SUBTITLE_PX, theme::MUTED)
            .anchored(Anchor::Middle, VerticalAnchor::Middle);
        let middle = (body.x + body.width / 2.0, body.y + body.height / 2.0);
        let words = analysis
            .language
            .say("no ceasefire was in force in this period");
        canvas.text(&TextLine::new(middle, words, lettering));
        return;
    }
    let (body, columns_beside) = legend::split(body);
    let right = body.right();
    let narrow = (body.width / FULL).clamp(NARROWEST, 1.0);
    let (names_width, gap, words) = (NAMES * narrow, GAP * narrow, right - WORDS * narrow);
    let counts = [1.0, 2.0, 3.0, 4.0].map(|place| body.x + names_width + COUNT * place);
    let left = counts[3] + gap;
    let width = words - 2.0 * gap - left;
    let (rates, ratios) = (width * RATES, width * (1.0 - RATES) + gap / 2.0);
    let head = |left, width, title, words| {
        let language = &analysis.language;
        Head::new(left, width, language.say(title), language.say(words))
    };
    let heads = [
        head(body.x, names_width, "Ceasefire", "where"),
        head(
            left,
            rates,
            "Incidents per 100 km and 30 days",
            "mark: rate; line: exact 95 % interval; square-root scale",
        ),
        head(
            left + rates + gap,
            ratios,
            "Rate during over rate before",
            "exact 95 % interval; logarithmic",
        ),
        head(words, right - words, "Ratio", "with its interval"),
    ];
    let head_lines = heads.iter().map(Head::height).fold(0.0, f64::max);
    let top = body.y + head_lines + NUMBERS;
    let layout = layout(analysis, body.bottom() - top - FOOT);
    let columns = Columns {
        names: body.x,
        names_width,
        counts,
        rates: rate_axis(&layout, left, rates),
        ratios: ratio_axis(&layout, left + rates + gap, ratios),
        words,
        right,
    };
    let rows: usize = layout.blocks.iter().map(|block| block.rows.len()).sum();
    let names = if layout.compact {
        0.0
    } else {
        layout.blocks.len() as f64 * (ABOVE + NAME)
    };
    let bottom = top + names + layout.height * rows as f64;
    for head in &heads {
        head.draw(canvas, body.y);
    }
    count_heads(canvas, &columns, body.y);
    axes(canvas, &columns, top, bottom);
    let mut y = top;
    for block in &layout.blocks {
        if !layout.compact {
            y += ABOVE;
            name(canvas, analysis, block.account, &columns, y);
            y += NAME;
        }
        for (place, &row) in block.rows.iter().enumerate() {
            if place > 0 || layout.compact {
                let line = Stroke::solid(theme::GRID, 1.0);
                canvas.line((columns.names, y), (columns.right, y), line);
            }
            let at = Rect::new(
                columns.names,
                y,
                columns.right - columns.names,
                layout.height,
            );
            let name = if layout.compact {
                dated_name(analysis, block.account)
            } else {
                row_name(analysis, block.account, row)
            };
            let bold = row.group == Group::All && !layout.compact;
            draw_row(canvas, block.account, row, (&name, bold), &columns, at);
            y += layout.height;
        }
    }
    explain(&mut Pen::new(canvas, columns_beside), &layout);
}

/// The words above a column: its title and what it means, on as many lines as its width asks for.
struct Head {
    left: f64,
    title: Vec<String>,
    words: Vec<String>,
}

impl Head {
    fn new(left: f64, width: f64, title: &str, words: &str) -> Head {
        let lines =
            |words: &str, weight| text::at_most_lines(words, theme::SMALL_PX, weight, width, 3);
        Head {
            left,
            title: lines(title, Weight::Bold),
            words: lines(words, Weight::Regular),
        }
    }

    fn height(&self) -> f64 {
        (self.title.len() + self.words.len()) as f64 * HEAD_LINE
    }

    fn draw(&self, canvas: &mut Canvas<'_>, top: f64) {
        let plain = Lettering::new(theme::SMALL_PX, theme::MUTED)
            .anchored(Anchor::Start, VerticalAnchor::Top);
        let bold = Lettering {
            ink: theme::INK,
            ..plain.bold()
        };
        let titles = self.title.iter().map(|line| (line, bold));
        let words = self.words.iter().map(|line| (line, plain));
        for (number, (line, set)) in titles.chain(words).enumerate() {
            let at = (self.left, top + HEAD_LINE * number as f64);
            canvas.text(&TextLine::new(at, line, set));
        }
    }
}

/// The words above the counts.
fn count_heads(canvas: &mut Canvas<'_>, columns: &Columns, top: f64) {
    let small =
        Lettering::new(theme::SMALL_PX, theme::MUTED).anchored(Anchor::End, VerticalAnchor::Top);
    let bold = Lettering {
        ink: theme::INK,
        ..small.bold()
    };
    let language = canvas.language();
    // Over all four, between the ends of a line.
    let (left, right) = (columns.counts[0] - COUNT + 8.0, columns.counts[3]);
    let over = bold.anchored(Anchor::Middle, VerticalAnchor::Top);
    let heads = [(
        f64::midpoint(left, right),
        top,
        right - left,
        "Counted incidents",
        over,
    )];
    let second = top + HEAD_LINE;
    let rule = Stroke::solid(theme::RULE, 1.0);
    canvas.line((left, second), (right, second), rule);
    let words = ["before", "during", "after", "unclear"];
    let each = columns.counts.iter().zip(words);
    let each = each.map(|(&right, word)| (right, second + 2.0, COUNT - 6.0, word, small));
    for (x, y, room, words, set) in heads.into_iter().chain(each) {
        let (size_px, fitted) = squeezed(language.say(words), set.size_px, set.weight, room);
        let set = Lettering { size_px, ..set };
        canvas.text(&TextLine::new((x, y), &fitted, set));
    }
}

/// Grid lines and their numbers, above the rows and below.
fn axes(canvas: &mut Canvas<'_>, columns: &Columns, top: f64, bottom: f64) {
    let language = canvas.language();
    for axis in [&columns.rates, &columns.ratios] {
        for value in axis.ticks(language) {
            let x = axis.x(value);
            let origin = match axis.scale {
                Scale::Root { .. } => value <= 0.0,
                Scale::Log { .. } => (value - 1.0).abs() < 1e-9,
            };
            let stroke = if origin {
                Stroke::solid(theme::MUTED, 1.3)
            } else {
                Stroke::solid(theme::GRID, 1.0)
            };
            canvas.line((x, top), (x, bottom), stroke);
            let lettering = Lettering::new(theme::SMALL_PX, theme::MUTED);
            let label = tick_label(value, language);
            let above = lettering.anchored(Anchor::Middle, VerticalAnchor::Bottom);
            canvas.text(&TextLine::new((x, top - 3.0), &label, above));
            let below = lettering.anchored(Anchor::Middle, VerticalAnchor::Top);
            canvas.text(&TextLine::new((x, bottom + 4.0), &label, below));
        }
    }
}

/// Days with at most two decimals.
fn days(window: Window, language: &Language) -> String {
    language.decimal_sign(&round_to(window.days(), 2).to_string())
}

/// When it was, as it is given.
fn dates(ceasefire: &Ceasefire, language: &Language) -> String {
    let at = |day, time: &str| match time.trim() {
        "" => language.date(day),
        time => format!("{} {time}", language.date(day)),
    };
    let untimed = ceasefire.start_time.trim().is_empty() && ceasefire.end_time.trim().is_empty();
    match ceasefire.end {
        None => language.fill(
            "from {}, no end reported",
            &[&at(ceasefire.start, &ceasefire.start_time)],
        ),
        Some(end) if untimed && ceasefire.start <= end => language.span(ceasefire.start, end),
        Some(end) => format!(
            "{} – {}",
            at(ceasefire.start, &ceasefire.start_time),
            at(end, &ceasefire.end_time)
        ),
    }
}

/// The name of a ceasefire, when it was, and what its windows are.
fn name(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    account: &Account,
    columns: &Columns,
    y: f64,
) {
    let Some(ceasefire) = analysis.context.ceasefires.get(account.ceasefire) else {
        return;
    };
    let band = Rect::new(columns.names, y, columns.right - columns.names, NAME);
    canvas.rect(band, 0.0, &Paint::filled(theme::BAND));
    canvas.line(
        (band.x, band.bottom()),
        (band.right(), band.bottom()),
        Stroke::solid(theme::RULE, 1.0),
    );
    let middle = y + NAME / 2.0;
    let bold = Lettering::new(theme::LABEL_PX, theme::INK)
        .bold()
        .anchored(Anchor::Start, VerticalAnchor::Middle);
    let left = columns.names + 6.0;
    let room = columns.counts[3] - left;
    let fitted = text::ellipsize(&ceasefire.name, theme::LABEL_PX, Weight::Bold, room);
    canvas.text(&TextLine::new((left, middle), &fitted, bold));
    let [before, during, after] = windows(account);
    let language = &analysis.language;
    let part = |window: Window, [some, none]: [&str; 2]| match window.days() {
        length if length > 0.0 => language.fill(some, &[&days(window, language)]),
        _ => language.say(none).to_owned(),
    };
    let mut words = language.fill(
        "{} · days: {}, {}, {}",
        &[
            &dates(ceasefire, language),
            &part(before, ["{} before", "none before"]),
            &part(during, ["{} during", "none during"]),
            &part(after, ["{} after", "none after"]),
        ],
    );
    let mut add = |part: &str| {
        words.push_str(" · ");
        words.push_str(part);
    };
    if account.phases.is_open {
        add(&language.fill("observed to {}", &[&language.date(analysis.period.end)]));
    }
    if account.undated > 0 {
        add(&language.told(account.undated, "{} dated only roughly, left out"));
    }
    let others: Vec<&str> = account
        .before_overlaps
        .iter()
        .filter_map(|&other| analysis.context.ceasefires.get(other))
        .map(|other| other.name.as_str())
        .collect();
    if !others.is_empty() {
        let others = others.join(", ");
        add(&language.fill("in the window before: {}", &[&others]));
    }
    let left = (left + text::width_px(&fitted, theme::LABEL_PX, Weight::Bold) + 14.0)
        .max(columns.names + columns.names_width + 6.0);
    let room = columns.right - 6.0 - left;
    let fitted = text::ellipsize(&words, theme::SMALL_PX, Weight::Regular, room);
    let small = Lettering::new(theme::SMALL_PX, theme::MUTED)
        .anchored(Anchor::Start, VerticalAnchor::Middle);
    canvas.text(&TextLine::new((left, middle), &fitted, small));
}

/// What a row is of.
fn row_name(analysis: &Analysis, account: &Account, group: &GroupAccount) -> String {
    if let Group::Sector(sector) = &group.group {
        return analysis.sector_name(*sector).to_owned();
    }
    let given = analysis.context.ceasefires.get(account.ceasefire);
    let words = if given.is_some_and(|it| !it.sectors.is_empty() || !it.event_types.is_empty()) {
        "all that it covers"
    } else {
        "whole line"
    };
    analysis.language.say(words).to_owned()
}

/// A ceasefire that has one row: when it began, and its name.
fn dated_name(analysis: &Analysis, account: &Account) -> String {
    let given = analysis.context.ceasefires.get(account.ceasefire);
    given.map_or_else(String::new, |it| {
        format!("{} {}", analysis.language.date(it.start), it.name)
    })
}

fn draw_row(
    canvas: &mut Canvas<'_>,
    account: &Account,
    group: &GroupAccount,
    (name, bold): (&str, bool),
    columns: &Columns,
    at: Rect,
) {
    let middle = at.y + at.height / 2.0;
    let size = theme::LABEL_PX - 1.0;
    let plain = Lettering::new(size, theme::INK);
    let set = if bold { plain.bold() } else { plain };
    let fitted = text::ellipsize(name, size, set.weight, columns.names_width - 6.0);
    let start = set.anchored(Anchor::Start, VerticalAnchor::Middle);
    canvas.text(&TextLine::new(
        (columns.names + 6.0, middle),
        &fitted,
        start,
    ));

    let language = canvas.language();
    let end = set.anchored(Anchor::End, VerticalAnchor::Middle);
    for (place, window) in windows(account).into_iter().enumerate() {
        if window.days() > 0.0 {
            let count = language.grouped(group.counts[place] as u64);
            canvas.text(&TextLine::new((columns.counts[place], middle), &count, end));
        }
    }
    let muted = Lettering {
        ink: theme::MUTED,
        ..end
    };
    let unclear = language.grouped(group.undetermined as u64);
    canvas.text(&TextLine::new((columns.counts[3], middle), &unclear, muted));

    let apart = (at.height * 0.29).min(11.0);
    let radius = (at.height * 0.145).clamp(3.6, 5.0);
    let found = rates(group);
    let count = found.iter().flatten().count();
    let present = found.into_iter().enumerate();
    let present = present.filter_map(|(place, found)| Some((place, found?)));
    for (row, (place, (rate, interval))) in present.enumerate() {
        let y = middle + apart * (row as f64 - (count as f64 - 1.0) / 2.0);
        let stroke = Stroke::solid(window_ink(place).with_alpha(0.75), 1.7);
        interval_line(canvas, &columns.rates, interval, y, stroke);
        window_mark(canvas, (columns.rates.x(rate), y), place, radius);
    }
    let words = match group.ratio {
        Ok(found) => {
            ratio(canvas, &columns.ratios, found, middle);
            ratio_words(found, language)
        }
        Err(why) => language.say(&reason(account, group, why)).to_owned(),
    };
    let ink = if group.ratio.is_ok_and(|it| it.ratio.is_some()) {
        theme::INK
    } else {
        theme::MUTED
    };
    let set = Lettering::new(theme::SMALL_PX, ink).anchored(Anchor::Start, VerticalAnchor::Middle);
    let fitted = text::ellipsize(&words, theme::SMALL_PX, Weight::Regular, WORDS);
    canvas.text(&TextLine::new((columns.words, middle), &fitted, set));
}

/// The mark of a ratio of 0, beside the axis, on which it has no place.
fn nothing_mark(canvas: &mut Canvas<'_>, at: (f64, f64)) {
    let paint = Paint::filled(theme::PAPER).with_outline(Stroke::solid(theme::INK, 1.6));
    draw_mark(canvas, at, Shape::Square, 3.8, &paint);
}

fn is_nothing(found: &RateRatio) -> bool {
    found.ratio.is_some_and(|value| value <= 0.0)
}

/// The interval of a ratio and the ratio itself, if it is on the axis or 0.
fn ratio(canvas: &mut Canvas<'_>, axis: &Axis, found: RateRatio, y: f64) {
    let stroke = Stroke::solid(theme::INK, 1.9);
    interval_line(canvas, axis, found.central.interval, y, stroke);
    if let Some(value) = found
        .ratio
        .filter(|value| *value > 0.0 && axis.holds(*value))
    {
        let paint = Paint::filled(theme::INK).with_outline(Stroke::solid(theme::PAPER, 1.0));
        draw_mark(canvas, (axis.x(value), y), Shape::Square, 4.4, &paint);
    }
    if is_nothing(&found) {
        nothing_mark(canvas, (axis.left - 9.0, y));
    }
}

fn ratio_words(found: RateRatio, language: &Language) -> String {
    let interval = found.central.interval;
    let digits = |value| two_digits(value, language);
    let high = interval.high.map_or_else(|| "∞".to_owned(), digits);
    let between = format!("({}–{high})", digits(interval.low));
    match found.ratio {
        Some(value) => format!("{} {between}", digits(value)),
        None => format!("{} {between}", language.say("none before")),
    }
}

/// A positive number with two significant digits, or as many as it has before the point.
fn two_digits(value: f64, language: &Language) -> String {
    if value <= 0.0 {
        "0".to_owned()
    } else if value < 0.001 {
        language.decimal_sign("<0.001")
    } else if value < 9.95 {
        let decimals = 1 - value.log10().floor() as i32;
        language.decimals(value, decimals.clamp(1, 4) as usize)
    } else {
        language.grouped(value.round() as u64)
    }
}

/// Why there is no ratio, in few words.
fn reason(account: &Account, group: &GroupAccount, why: Undefined) -> String {
    match why {
        Undefined::NoEvents => "none before or during".to_owned(),
        Undefined::NoExposure if account.phases.before.days() <= 0.0 => {
            "no days before it".to_owned()
        }
        Undefined::NoExposure if group.exposure.iter().all(|it| *it <= 0.0) => {
            "not on the line, or not watched".to_owned()
        }
        why => why.to_string(),
    }
}

fn explain(pen: &mut Pen<'_, '_>, layout: &Layout<'_>) {
    let language = pen.language();
    pen.heading(language.say("How to read it"));
    let words = [
        "before: as long as it was observed",
        "during",
        "after: as long again; empty where nothing was observed, as while it is open",
    ];
    let rows = || layout.blocks.iter().flat_map(|block| &block.rows);
    let drawn = |place: usize| rows().any(|row| rates(row)[place].is_some());
    let words = words.into_iter().enumerate();
    for (place, words) in words.filter(|(place, _)| drawn(*place)) {
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            let stroke = Stroke::solid(window_ink(place).with_alpha(0.75), 1.7);
            canvas.line((at.0 - 12.0, at.1), (at.0 + 12.0, at.1), stroke);
            window_mark(canvas, at, place, 5.0);
        };
        pen.key(draw, language.say(words), None);
    }
    let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
        let stroke = Stroke::solid(theme::INK, 1.9);
        canvas.line((at.0 - 12.0, at.1), (at.0 + 10.0, at.1), stroke);
        let tip = at.0 + 14.0;
        let ring = [
            (tip, at.1),
            (tip - 8.0, at.1 - 3.6),
            (tip - 8.0, at.1 + 3.6),
        ];
        canvas.path(&[ring], true, &Paint::filled(theme::INK));
    };
    pen.key(
        draw,
        language.say("the interval has no end, or ends beyond the axis"),
        None,
    );
    if rows().any(|row| row.ratio.as_ref().is_ok_and(is_nothing)) {
        let words = "the ratio is 0, which a logarithmic axis does not have";
        pen.key(nothing_mark, language.say(words), None);
    }
    pen.gap();
    let per = if layout.observed {
        "Rates are per observer-day, as the table of observation gives them."
    } else {
        "Rates are per calendar day: how closely anybody looked is not known."
    };
    let intervals = language.say(
        "Their intervals are exact for a Poisson rate (Garwood). Their axis begins at 0 and goes with the square root, \
         so that a truce of hours and a ceasefire of months stand on one.",
    );
    pen.note(&format!("{} {intervals}", language.say(per)));
    pen.remark(language.say(
        "The ratio is 1 where the rates are equal, less where there were fewer incidents during the ceasefire. Its \
         interval is exact and central.",
    ));
    pen.remark(language.say(
        "Unclear: on a day on which a window begins or ends, at an hour that is not known. These are in no rate.",
    ));
    pen.gap();
    pen.heading(language.say("What it does not say"));
    pen.note(language.say(
        "Incidents come in bursts, so these intervals are too narrow. The table has a test that exchanges days \
         beside each.",
    ));
    pen.remark(
        language.say("With many rows some intervals miss by chance. No row says why rates differ."),
    );
    if layout.compact {
        pen.remark(language.say("So many ceasefires have one row each, for all that each covers."));
    }
    let mut left = Vec::new();
    if layout.sectors_left > 0 {
        let phrase = if layout.compact {
            ("{} row of sectors", "{} rows of sectors")
        } else {
            (
                "{} row of sectors with fewer incidents",
                "{} rows of sectors with fewer incidents",
            )
        };
        let rows = language.grouped(layout.sectors_left as u64);
        left.push(language.of_count(layout.sectors_left, phrase, &[&rows]));
    }
    if layout.ceasefires_left > 0 {
        left.push(language.counted(layout.ceasefires_left, "more ceasefire"));
    }
    left.push(language.say("kinds of event").to_owned());
    if layout.without > 0 && !layout.compact {
        pen.remark(&language.of_count(
            layout.without,
            (
                "Without any incident in its windows: {} row of sectors, not shown.",
                "Without any incident in their windows: {} rows of sectors, not shown.",
            ),
            &[&language.grouped(layout.without as u64)],
        ));
    }
    let left = left.join(", ");
    pen.remark(&language.fill("Only in tables/ceasefire.csv: {}.", &[&left]));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_two_digits() {
        let words = [
            0.0, 0.000_4, 0.001_34, 0.034_1, 0.112, 0.999, 1.51, 9.96, 39.0, 12_345.6,
        ]
        .map(|it| two_digits(it, Language::english()));
        let wanted = [
            "0", "<0.001", "0.0013", "0.034", "0.11", "1.00", "1.5", "10", "39", "12,346",
        ];
        assert_eq!(words, wanted);
    }

    #[test]
    fn axes_begin_at_nothing_and_hold_one() {
        let rates = Axis {
            left: 10.0,
            width: 400.0,
            scale: Scale::Root { top: 104.0 },
        };
        assert!((rates.x(0.0) - 10.0).abs() < 1e-9 && (rates.x(104.0) - 410.0).abs() < 1e-9);
        assert!((rates.x(26.0) - 210.0).abs() < 1e-9);
        let ticks = rates.ticks(Language::english());
        assert!(ticks.contains(&0.0) && ticks.contains(&100.0) && ticks.len() > 4);
        let ratios = Axis {
            left: 0.0,
            width: 300.0,
            scale: Scale::Log {
                from: 0.01,
                to: 100.0,
            },
        };
        assert!((ratios.x(1.0) - 150.0).abs() < 1e-9);
        assert!(!ratios.holds(0.001) && ratios.ticks(Language::english()).contains(&1.0));
    }
}
