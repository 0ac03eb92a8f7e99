//! Many small maps of one scale, side by side: a week each, or a phase of truces each.

use crate::analysis::Analysis;
use crate::incident::Figures;
use crate::located::LocatedIncident;
use crate::render::canvas::{Anchor, Canvas, Lettering, Paint, Rect, TextLine, VerticalAnchor};
use crate::render::columns::{self, Unit};
use crate::render::elements::{Shape, draw_mark};
use crate::render::frame;
use crate::render::projection::View;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Doubt, Look, Symbols};
use crate::stats::Period;
use crate::units::{Day, Days};

use super::incidents::{self, Layout};
use super::panel;
use super::scene::{self, Detail, Scene};

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
/// Height of a line of the key below all, and the space above it.
const LINE: f64 = 21.0;
const ABOVE: f64 = 8.0;

/// One of the maps.
pub(super) struct Part {
    pub(super) days: Period,
    pub(super) name: String,
}

/// `maps/by-week`: a map for each week, or for each month, quarter or year of long periods. Returns the
/// SVG.
pub fn by_week(analysis: &Analysis, symbols: &Symbols, sheet: &Sheet) -> String {
    let units = [Unit::Week, Unit::Month, Unit::Quarter, Unit::Year];
    let unit = Unit::finest(&units, analysis.period, MOST);
    let columns = columns::columns(unit, analysis.period);
    // Of periods so long that even years are too many, several make one map.
    let together = columns.len().div_ceil(MOST + 2).max(1);
    let parts: Vec<Part> = columns
        .chunks(together)
        .filter_map(|columns| Some((columns.first()?.from, columns.last()?.to)))
        .map(|(start, end)| Part {
            days: Period { start, end },
            name: analysis.language.span(start, end),
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

/// The truces that are in force for all of a day, and those for a part of it.
type InForce = (Vec<usize>, Vec<usize>);

/// The days of the period in stretches in which the same truces are in force all day. A day within which one begins
/// or ends, at an hour that is known, stands by itself: which of its incidents came before is for the accounts to say.
pub(super) fn phases(analysis: &Analysis) -> Vec<Part> {
    let period = analysis.period;
    let all = &analysis.context.ceasefires;
    // Which truces are in force for all of a day, and which for a part of it.
    let state = |day: Day| -> InForce {
        let (mut whole, mut part) = (Vec::new(), Vec::new());
        for (number, it) in all.iter().enumerate() {
            let end = it.end.unwrap_or(period.end);
            if day < it.start || day > end {
                continue;
            }
            let begins = day == it.start && !it.start_time.trim().is_empty();
            let ends = Some(day) == it.end && !it.end_time.trim().is_empty();
            if begins || ends {
                part.push(number);
            } else {
                whole.push(number);
            }
        }
        (whole, part)
    };
    let mut stretches: Vec<(Period, InForce)> = Vec::new();
    for day in 0..period.days().0.max(0) {
        let day = period.start.plus(Days(day));
        let here = state(day);
        match stretches.last_mut() {
            Some((days, before)) if *before == here && here.1.is_empty() => days.end = day,
            _ => stretches.push((
                Period {
                    start: day,
                    end: day,
                },
                here,
            )),
        }
    }
    let language = &analysis.language;
    let names = |numbers: &[usize]| {
        let names: Vec<&str> = numbers.iter().map(|&it| all[it].name.as_str()).collect();
        language.listed(&names)
    };
    stretches
        .into_iter()
        .map(|(days, (whole, part))| {
            let name = match (whole.is_empty(), part.is_empty()) {
                (true, true) => language.say("no truce").to_owned(),
                (_, false) => language.fill("beginning or end of {}", &[&names(&part)]),
                (false, true) => names(&whole),
            };
            Part { days, name }
        })
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
    let (parts, rest) = parts.split_at(parts.len().min(MOST + 2));
    frame::picture(analysis, sheet, title, &subtitle, |canvas, body| {
        let positions = super::positions(analysis);
        let shape = View::around(&positions, Rect::new(0.0, 0.0, 1000.0, 1000.0))
            .map_or(1.0, |view| view.shape(&positions));
        let binned = parts.iter().any(|part| {
            let dated = analysis.dated();
            let inside = dated.filter(|it| part.days.holds(it.incident.day));
            inside.take(MOST_MARKS + 1).count() > MOST_MARKS
        });
        let lines = Key::new(analysis, symbols, binned, rest).lines(body.width);
        let key_height = LINE * lines.len() as f64 + ABOVE;
        let room = Rect::new(body.x, body.y, body.width, body.height - key_height);
        let (columns, width, height) = grid(room, parts.len(), shape);
        // All maps show marks, or all show bins of one scale: else they could not be compared.
        let view = View::around(&positions, Rect::new(0.0, 0.0, width, height));
        let corners = |number: usize| {
            let left = room.x + (width + GAP) * (number % columns) as f64;
            (
                left,
                room.y + (height + CAPTION + GAP) * (number / columns) as f64,
            )
        };
        let mut maps: Vec<(Scene<'_>, Layout)> = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let (left, top) = corners(number);
            caption(canvas, analysis, part, (left, top), width);
            let Some(view) = &view else { continue };
            let view = view.moved_to(Rect::new(left, top + CAPTION, width, height));
            let scene = Scene {
                days: Some(part.days),
                most_marks: if binned { 0 } else { MOST_MARKS },
                ..Scene::new(analysis, symbols, view, Detail::Small)
            };
            let layout = incidents::layout(&scene);
            maps.push((scene, layout));
        }
        let bins = maps.iter().map(|(_, layout)| layout.drawn.largest_bin);
        let darkest_bin = bins.flatten().max();
        for (scene, layout) in maps {
            let scene = Scene {
                darkest_bin,
                ..scene
            };
            scene::draw_laid_out(canvas, &scene, layout);
        }
        draw_key(canvas, &lines, darkest_bin, (body.x, room.bottom() + ABOVE));
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
    let span = language.span(part.days.start, part.days.end);
    let told = if part.name == span {
        told
    } else {
        format!("{span} · {told}")
    };
    let told = text::ellipsize(&told, theme::SMALL_PX, Weight::Regular, width);
    let small =
        Lettering::new(theme::SMALL_PX, theme::MUTED).anchored(Anchor::Start, VerticalAnchor::Top);
    canvas.text(&TextLine::new((x, y + 20.0), &told, small));
}

/// A part of the key.
enum Item {
    /// The shades of bins, and what the darkest stands for.
    Bins,
    /// A symbol with its kind and count.
    Kind(Shape, Paint, String),
    /// A mark with no deaths, or with as many as the words say.
    Size(Option<u32>, String),
    /// The line with its corridor.
    Line(String),
    /// Words alone.
    Words(String),
}

/// What explains the maps.
struct Key<'a> {
    analysis: &'a Analysis,
    items: Vec<Item>,
}

impl<'a> Key<'a> {
    /// `rest` are the maps for which there was no room.
    fn new(analysis: &'a Analysis, symbols: &Symbols, binned: bool, rest: &[Part]) -> Key<'a> {
        let language = &analysis.language;
        let mut items = Vec::new();
        if binned {
            items.push(Item::Bins);
        }
        for symbol in symbols.all().iter().filter(|symbol| symbol.incidents > 0) {
            let words = format!(
                "{} {}",
                language.plain(&symbol.label),
                language.grouped(symbol.incidents as u64)
            );
            items.push(if binned {
                Item::Words(words)
            } else {
                Item::Kind(symbol.shape, Look::Placed.paint(symbol.ink), words)
            });
        }
        if !binned {
            let looks: [(bool, Paint, &str); 4] = [
                (
                    analysis.total().uncertain > 0,
                    Look::Uncertain.paint(theme::MUTED),
                    "placed only roughly",
                ),
                (
                    analysis
                        .counted()
                        .any(|it| doubt(it) == Some(Doubt::Contested)),
                    Doubt::Contested.over(Look::Placed.paint(theme::MUTED)),
                    "contested or denied",
                ),
                (
                    analysis
                        .counted()
                        .any(|it| doubt(it) == Some(Doubt::Unconfirmed)),
                    Doubt::Unconfirmed.over(Look::Placed.paint(theme::MUTED)),
                    "unconfirmed",
                ),
                (
                    analysis.incidents.iter().any(|it| !it.is_counted()),
                    Look::NotCounted.paint(theme::MUTED),
                    "hollow: not counted",
                ),
            ];
            for (_, paint, words) in looks.into_iter().filter(|(there, ..)| *there) {
                items.push(Item::Kind(
                    Shape::Circle,
                    paint,
                    language.say(words).to_owned(),
                ));
            }
        }
        if !binned {
            for (deaths, words) in [
                (None, language.say("0 or not reported").to_owned()),
                (Some(20), language.counted(20, "death")),
            ] {
                items.push(Item::Size(deaths, words));
            }
        }
        items.push(Item::Line(language.fill(
            "the line, and {} km to either side",
            &[&language.kilometres(analysis.options.corridor.km())],
        )));
        let spread = analysis.counted().count() - analysis.dated().count();
        if spread > 0 {
            let words = language.told(spread, "{} dated only roughly, not shown");
            items.push(Item::Words(words));
        }
        if let (Some(first), Some(last)) = (rest.first(), rest.last()) {
            let days = language.span(first.days.start, last.days.end);
            items.push(Item::Words(language.fill("no room for {}", &[&days])));
        }
        Key { analysis, items }
    }

    /// The items on lines of a width, each with its distance from the left.
    fn lines(self, width: f64) -> Vec<Vec<(f64, Item)>> {
        let set = Lettering::new(theme::SMALL_PX, theme::INK);
        let mut lines: Vec<Vec<(f64, Item)>> = vec![Vec::new()];
        let mut x = 0.0;
        let bins = self
            .analysis
            .language
            .fill("1 to {} in a bin", &[&"000,000"]);
        for item in self.items {
            let needed = match &item {
                Item::Bins => 158.0 + set.width_px(&bins),
                Item::Kind(.., words) => 18.0 + set.width_px(words),
                Item::Size(_, words) => 26.0 + set.width_px(words),
                Item::Line(words) => 34.0 + set.width_px(words),
                Item::Words(words) => set.width_px(words),
            };
            if x > 0.0 && x + needed > width {
                lines.push(Vec::new());
                x = 0.0;
            }
            if let Some(line) = lines.last_mut() {
                line.push((x, item));
            }
            x += needed + 20.0;
        }
        lines
    }
}

fn doubt(it: &LocatedIncident) -> Option<Doubt> {
    Doubt::of(it.incident.claim_status)
}

fn draw_key(
    canvas: &mut Canvas<'_>,
    lines: &[Vec<(f64, Item)>],
    darkest_bin: Option<usize>,
    (left, top): (f64, f64),
) {
    let set =
        Lettering::new(theme::SMALL_PX, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
    let language = canvas.language();
    for (number, line) in lines.iter().enumerate() {
        let y = top + LINE * (number as f64 + 0.5);
        for (x, item) in line {
            let x = left + x;
            match item {
                Item::Bins => {
                    let largest = darkest_bin.unwrap_or(1);
                    panel::bins(canvas, (x + 10.0, y), largest);
                    let largest = language.grouped(largest as u64);
                    let words = language.fill("1 to {} in a bin", &[&largest]);
                    canvas.text(&TextLine::new((x + 158.0, y), &words, set));
                }
                Item::Kind(shape, paint, words) => {
                    draw_mark(canvas, (x + 7.0, y), *shape, 6.0, paint);
                    canvas.text(&TextLine::new((x + 18.0, y), words, set));
                }
                Item::Size(deaths, words) => {
                    let deaths = Figures {
                        best: *deaths,
                        ..Figures::default()
                    };
                    let radius = incidents::SMALL * theme::mark_radius(deaths);
                    let paint = Paint::filled(theme::MUTED.with_alpha(0.75));
                    draw_mark(canvas, (x + 11.0, y), Shape::Circle, radius, &paint);
                    canvas.text(&TextLine::new((x + 26.0, y), words, set));
                }
                Item::Line(words) => {
                    panel::line(canvas, (x, y));
                    canvas.text(&TextLine::new((x + 34.0, y), words, set));
                }
                Item::Words(words) => canvas.text(&TextLine::new((x, y), words, set)),
            }
        }
    }
}
