//! Many small maps of one scale, side by side: a week each, or a phase of truces each.

use crate::analysis::Analysis;
use crate::render::canvas::{Anchor, Canvas, Lettering, Rect, TextLine, VerticalAnchor};
use crate::render::columns::{self, Unit};
use crate::render::elements::draw_mark;
use crate::render::frame;
use crate::render::projection::View;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Look, Symbols};
use crate::stats::Period;
use crate::units::{Day, Days};

use super::scene::{self, Detail, Scene};
use super::{incidents, panel};

/// Most maps on one picture.
const MOST: usize = 16;
/// Above so many incidents in one of the maps all show bins.
const MOST_MARKS: usize = 600;
/// Between maps.
const GAP: f64 = 16.0;
/// Narrower maps have no room for a caption.
const NARROWEST: f64 = 160.0;
/// Height of the caption above a map.
const CAPTION: f64 = 40.0;
/// Height of the key below all.
const KEY: f64 = 30.0;

/// One of the maps.
struct Part {
    days: Period,
    name: String,
}

/// `maps/by-week`: a map for each week, or for each month, quarter or year of long periods. Returns the
/// SVG.
pub fn by_week(analysis: &Analysis, symbols: &Symbols, sheet: &Sheet) -> String {
    let units = [Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];
    let unit = Unit::finest(&units, analysis.period, MOST);
    let parts: Vec<Part> = columns::columns(unit, analysis.period)
        .iter()
        .map(|column| Part {
            days: Period {
                start: column.from,
                end: column.to,
            },
            name: analysis.language.span(column.from, column.to),
        })
        .collect();
    let title = unit.fill(&analysis.language, "{}, map by {unit}", &[&analysis.title]);
    draw(analysis, symbols, sheet, &title, &parts)
}

/// `maps/by-phase`: a map for each stretch of days between the beginnings and ends of truces. Returns
/// the SVG.
pub fn by_phase(analysis: &Analysis, symbols: &Symbols, sheet: &Sheet) -> String {
    let title = analysis
        .language
        .fill("{}, map by phase of truces", &[&analysis.title]);
    draw(analysis, symbols, sheet, &title, &phases(analysis))
}

/// The period cut where a truce begins or ends, by whole days: the day on which one begins is its first,
/// and what ends on that day has ended before.
fn phases(analysis: &Analysis) -> Vec<Part> {
    let period = analysis.period;
    let all = &analysis.context.ceasefires;
    let mut cuts: Vec<Day> = all
        .iter()
        .flat_map(|it| [Some(it.start), it.end.map(|end| end.plus(Days(1)))])
        .flatten()
        .filter(|&day| day > period.start && day <= period.end)
        .collect();
    // A truce that begins on the day after the last of another, or on its last day, follows it.
    let begins: Vec<Day> = all.iter().map(|it| it.start).collect();
    cuts.retain(|&day| begins.contains(&day) || !begins.contains(&day.plus(Days(-1))));
    cuts.push(period.start);
    cuts.sort_unstable();
    cuts.dedup();
    let ends = cuts
        .iter()
        .skip(1)
        .map(|next| next.plus(Days(-1)))
        .chain([period.end]);
    cuts.iter()
        .zip(ends)
        .map(|(&start, end)| {
            let in_force: Vec<&str> = all
                .iter()
                .filter(|it| it.start <= end && it.end.is_none_or(|last| last >= end))
                .map(|it| it.name.as_str())
                .collect();
            let name = if in_force.is_empty() {
                analysis.language.say("no truce").to_owned()
            } else {
                analysis.language.listed(&in_force)
            };
            Part {
                days: Period { start, end },
                name: analysis
                    .language
                    .fill("{}: {}", &[&name, &analysis.language.span(start, end)]),
            }
        })
        .take(MOST)
        .collect()
}

fn draw(
    analysis: &Analysis,
    symbols: &Symbols,
    sheet: &Sheet,
    title: &str,
    parts: &[Part],
) -> String {
    let subtitle = frame::period_and_counts(analysis);
    frame::picture(analysis, sheet, title, &subtitle, |canvas, body| {
        let room = Rect::new(body.x, body.y, body.width, body.height - KEY);
        let positions = super::positions(analysis);
        let shape = View::around(&positions, Rect::new(0.0, 0.0, 1000.0, 1000.0))
            .map_or(1.0, |view| view.shape(&positions));
        let (columns, width, height) = grid(room, parts.len(), shape);
        // All maps show marks, or all show bins of one scale: else they could not be compared.
        let small = |part: &Part, frame: Rect, most_marks: usize| {
            Some(Scene {
                days: Some(part.days),
                most_marks,
                ..Scene::new(
                    analysis,
                    symbols,
                    View::around(&positions, frame)?,
                    Detail::Small,
                )
            })
        };
        let any_frame = Rect::new(0.0, 0.0, width, height);
        let binned = parts.iter().any(|part| {
            let dated = analysis.dated();
            let inside = dated.filter(|it| part.days.holds(it.incident.day));
            inside.take(MOST_MARKS + 1).count() > MOST_MARKS
        });
        let most_marks = if binned { 0 } else { MOST_MARKS };
        let darkest_bin = parts
            .iter()
            .filter(|_| binned)
            .filter_map(|part| small(part, any_frame, most_marks))
            .filter_map(|scene| incidents::layout(&scene).drawn.largest_bin)
            .max();
        for (number, part) in parts.iter().enumerate() {
            let left = room.x + (width + GAP) * (number % columns) as f64;
            let top = room.y + (height + CAPTION + GAP) * (number / columns) as f64;
            caption(canvas, analysis, part, (left, top), width);
            let frame = Rect::new(left, top + CAPTION, width, height);
            if let Some(scene) = small(part, frame, most_marks) {
                let scene = Scene {
                    darkest_bin,
                    ..scene
                };
                scene::draw(canvas, &scene);
            }
        }
        key(
            canvas,
            analysis,
            symbols,
            darkest_bin,
            (body.x, body.bottom() - KEY / 2.0 + 4.0),
            body.width,
        );
    })
}

/// How many maps stand beside each other, and the width and height of each, so that what they show is
/// largest. `shape` is its width over its height.
fn grid(room: Rect, count: usize, shape: f64) -> (usize, f64, f64) {
    let count = count.max(1);
    let mut best = (1, 10.0, 10.0, 0.0);
    for columns in 1..=count {
        let rows = count.div_ceil(columns);
        let width = (room.width + GAP) / columns as f64 - GAP;
        if width < NARROWEST && columns > 1 {
            break;
        }
        let height = (room.height + GAP) / rows as f64 - GAP - CAPTION;
        let scale = (width / shape).min(height);
        if scale > best.3 {
            best = (columns, width, height, scale);
        }
    }
    (best.0, best.1, best.2)
}

/// What a map shows, and how many.
fn caption(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    part: &Part,
    (x, y): (f64, f64),
    width: f64,
) {
    let incidents = analysis
        .dated()
        .filter(|it| part.days.holds(it.incident.day))
        .count();
    let bold = Lettering::new(theme::LABEL_PX, theme::INK)
        .bold()
        .anchored(Anchor::Start, VerticalAnchor::Top);
    let words = text::ellipsize(&part.name, theme::LABEL_PX, Weight::Bold, width);
    canvas.text(&TextLine::new((x, y), &words, bold));
    let days = part.days.days().0;
    let language = &analysis.language;
    let told = language.fill(
        "{} in {}",
        &[
            &language.counted(incidents, "incident"),
            &language.counted(days.max(0) as usize, "day"),
        ],
    );
    let told = text::ellipsize(&told, theme::SMALL_PX, Weight::Regular, width);
    let small =
        Lettering::new(theme::SMALL_PX, theme::MUTED).anchored(Anchor::Start, VerticalAnchor::Top);
    canvas.text(&TextLine::new((x, y + 20.0), &told, small));
}

/// The symbols in one line.
fn key(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    symbols: &Symbols,
    darkest_bin: Option<usize>,
    (left, y): (f64, f64),
    width: f64,
) {
    let set =
        Lettering::new(theme::SMALL_PX, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
    let language = &analysis.language;
    let mut x = left;
    if let Some(largest) = darkest_bin {
        panel::bins(canvas, (x + 10.0, y), largest);
        x += 158.0;
        let largest = language.grouped(largest as u64);
        let words = language.fill("1 to {} in a bin", &[&largest]);
        canvas.text(&TextLine::new((x, y), &words, set));
        x += set.width_px(&words) + 30.0;
    }
    for symbol in symbols.all().iter().filter(|symbol| symbol.incidents > 0) {
        let words = format!(
            "{} {}",
            language.plain(&symbol.label),
            language.grouped(symbol.incidents as u64)
        );
        let indent = if darkest_bin.is_some() { 0.0 } else { 18.0 };
        let needed = indent + set.width_px(&words) + 20.0;
        if x + needed > left + width {
            return;
        }
        if darkest_bin.is_none() {
            let paint = Look::Placed.paint(symbol.ink);
            draw_mark(canvas, (x + 7.0, y), symbol.shape, 6.0, &paint);
        }
        canvas.text(&TextLine::new((x + indent, y), &words, set));
        x += needed;
    }
    let spread = analysis.counted().count() - analysis.dated().count();
    if spread > 0 {
        let words = language.told(spread, "{} dated only roughly, not shown");
        if x + set.width_px(&words) <= left + width {
            canvas.text(&TextLine::new((x, y), &words, set));
        }
    }
}
