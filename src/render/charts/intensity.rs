//! Where along the line incidents lie densely.

use plotters::chart::ChartBuilder;

use crate::analysis::Analysis;
use crate::border::Chain;
use crate::locate::Locator;
use crate::render::axis::NumberAxis;
use crate::render::canvas::{
    Anchor, Canvas, Dash, Ink, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor, px, upx,
};
use crate::render::elements::{Area, Line, line_style, text_style};
use crate::render::frame;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Symbols};
use crate::stats::density::Bin;
use crate::units::Metres;

use super::lanes::{self, Item, Spot};
use super::legend::{self, Pen};

/// Width of the labels beside the numbers.
const NUMBERS: f64 = 76.0;
/// Above the plot: at the least the title of its numbers, and the space below the places.
const HEAD: f64 = 36.0;
const BELOW_PLACES: f64 = 5.0;
/// Height of the ticks of incidents, and the space around them.
const RUG: f64 = 34.0;
const RUG_MARGIN: f64 = 4.0;
/// Below the plot: labels of kilometres and their title.
const FOOT: f64 = 46.0;
/// Height of a row of names of sectors, and the most rows.
const ROW: f64 = 18.0;
const MOST_ROWS: usize = 6;
/// Height of a lane of places, and the most lanes and places.
const LANE: f64 = 18.0;
const MOST_LANES: usize = 4;
const MOST_PLACES: usize = 16;
/// A place is named if it is this near to the line.
const NEAR: Metres = Metres(15_000.0);
/// No name is wider.
const WIDEST: f64 = 190.0;
const WIDEST_PLACE: f64 = 260.0;
/// Of places nearer to each other than this only the most important one is named.
const APART: f64 = 9.0;

/// `charts/intensity-along-line`: incidents per kilometre along the line, smoothed. Returns the SVG.
pub fn intensity(analysis: &Analysis, _: &Symbols, sheet: &Sheet) -> String {
    let bandwidth = analysis
        .language
        .kilometres(analysis.intensity.bandwidth.km());
    frame::titled(
        analysis,
        sheet,
        "Where along the line incidents are dense · {} km bandwidth · {}",
        &[&bandwidth],
        |canvas, body| draw(canvas, analysis, body),
    )
}

/// The chart's rectangle with its axes.
struct Ground {
    rect: Rect,
    kilometres: NumberAxis,
    numbers: NumberAxis,
}

impl Ground {
    fn x(&self, chainage: Metres) -> f64 {
        self.rect.x + self.kilometres.share(chainage.km()) * self.rect.width
    }
}

fn draw(canvas: &mut Canvas<'_>, analysis: &Analysis, body: Rect) {
    let (body, columns_beside) = legend::split(body);
    let left = body.x + NUMBERS;
    let width = body.width - NUMBERS;
    let kilometres =
        NumberAxis::between(0.0, analysis.border.length().km(), 12).labelled(&analysis.language);
    let x = |chainage: Metres| left + kilometres.share(chainage.km()) * width;
    let room = (left, left + width);
    let flags = Flags::new(analysis, x, room);
    let names = Names::new(analysis, x, room);

    let top = body.y + HEAD.max(flags.height() + BELOW_PLACES);
    let bottom = body.bottom() - FOOT;
    let rug = Rect::new(left, bottom - names.height() - RUG, width, RUG);
    let (highest, cut) = highest(analysis);
    let ground = Ground {
        rect: Rect::new(left, top, width, rug.y - top),
        numbers: NumberAxis::between(0.0, highest, 6).labelled(&analysis.language),
        kilometres: kilometres.clone(),
    };
    bands(canvas, analysis, &ground, rug.bottom());
    flags.lines(canvas, &ground);
    curve(canvas, analysis, &ground, bottom);
    gaps(canvas, analysis, &ground, rug.bottom());
    ticks(canvas, analysis, &ground, rug);
    names.draw(canvas, rug.bottom());
    flags.draw(canvas, top);
    let bold = Lettering::new(theme::SMALL_PX, theme::INK)
        .bold()
        .anchored(Anchor::Start, VerticalAnchor::Bottom);
    let language = &analysis.language;
    for (line, words) in ["per km", "incidents"].into_iter().enumerate() {
        let y = top - 9.0 - 16.0 * line as f64;
        canvas.text(&TextLine::new((body.x, y), language.say(words), bold));
    }
    let below = Lettering::new(theme::LABEL_PX - 1.0, theme::MUTED)
        .anchored(Anchor::Middle, VerticalAnchor::Top);
    let at = (left + width / 2.0, bottom + 26.0);
    let words = language.say("km along the line");
    canvas.text(&TextLine::new(at, words, below));
    if analysis.intensity.incidents == 0 {
        let lettering = Lettering::new(theme::SUBTITLE_PX, theme::MUTED)
            .anchored(Anchor::Middle, VerticalAnchor::Middle)
            .with_halo(theme::PAPER, 4.0);
        let middle = (left + width / 2.0, top + ground.rect.height / 2.0);
        let words = language.say("no incident is counted whose place is known well enough");
        canvas.text(&TextLine::new(middle, words, lettering));
    }
    explain(
        &mut Pen::new(canvas, columns_beside),
        analysis,
        &names,
        &cut,
    );
}

/// The chains that run out of the picture, and the most incidents per kilometre on them.
struct Cut {
    chains: usize,
    most: f64,
}

/// The upper end of the numbers, and what runs out of the picture. A chain that is short against the kernel has its
/// incidents on little room, and would press the rest of the line to the ground.
fn highest(analysis: &Analysis) -> (f64, Cut) {
    let found = &analysis.intensity;
    let most = |chain: &Chain| {
        let bins = found.on(chain).iter();
        bins.map(|bin| bin.per_km).fold(0.0, f64::max)
    };
    let chains = analysis.border.chains();
    let long = chains
        .iter()
        .filter(|chain| chain.end - chain.start >= found.bandwidth)
        .map(most)
        .fold(0.0, f64::max);
    let any = chains.iter().map(most).fold(0.0, f64::max);
    let top = if long > 0.0 { any.min(1.5 * long) } else { any };
    let cut = Cut {
        chains: chains.iter().filter(|chain| most(chain) > top).count(),
        most: any,
    };
    (if top > 0.0 { top * 1.08 } else { 1.0 }, cut)
}

/// Every second sector shaded, a line where one ends.
fn bands(canvas: &mut Canvas<'_>, analysis: &Analysis, ground: &Ground, bottom: f64) {
    let top = ground.rect.y;
    let sectors = analysis.sectors.all().iter().enumerate();
    for (number, sector) in sectors.filter(|(_, sector)| !sector.is_rest) {
        for stretch in &sector.stretches {
            let (from, to) = (ground.x(stretch.from), ground.x(stretch.to));
            if number % 2 == 0 {
                let rect = Rect::new(from, top, to - from, bottom - top);
                canvas.rect(rect, 0.0, &Paint::filled(theme::BAND));
            }
            if stretch.from > Metres::ZERO {
                let line = Stroke::solid(theme::RULE, 0.9);
                canvas.line((from, top), (from, bottom + 4.0), line);
            }
        }
    }
    let whole = Rect::new(ground.rect.x, top, ground.rect.width, bottom - top);
    canvas.rect(
        whole,
        0.0,
        &Paint::outlined(Stroke::solid(theme::RULE, 1.0)),
    );
}

/// The ink of the curve.
fn ink() -> Ink {
    theme::share_ink(0.85)
}

/// The axes and, for each chain, the area under its curve, by plotters. `bottom` is where the kilometres are labelled.
fn curve(canvas: &mut Canvas<'_>, analysis: &Analysis, ground: &Ground, bottom: f64) {
    let label = text_style(theme::LABEL_PX - 1.0, Weight::Regular, theme::MUTED);
    let clear = line_style(theme::GRID.with_alpha(0.0), 0.0);
    {
        // The kilometres stand below what is under the plot.
        let rect = ground.rect;
        let area = canvas.area(Rect::new(
            rect.x,
            rect.y,
            rect.width,
            bottom - rect.y + 24.0,
        ));
        let mut builder = ChartBuilder::on(&area);
        builder.x_label_area_size(upx(24.0));
        // Drawing fails only on a canvas that is finished, which this one is not.
        let Ok(mut chart) =
            builder.build_cartesian_2d(ground.kilometres.clone(), ground.numbers.clone())
        else {
            return;
        };
        let _ = chart
            .configure_mesh()
            .x_labels(ground.kilometres.ticks().len())
            .disable_y_mesh()
            .disable_x_mesh()
            .axis_style(line_style(theme::RULE, 1.0))
            .label_style(label.clone())
            .set_all_tick_mark_size(px(4.0))
            .draw();
    }
    let rect = ground.rect;
    let area = canvas.area(Rect::new(
        rect.x - NUMBERS,
        rect.y,
        rect.width + NUMBERS,
        rect.height,
    ));
    let mut builder = ChartBuilder::on(&area);
    builder.y_label_area_size(upx(NUMBERS));
    let Ok(mut chart) =
        builder.build_cartesian_2d(ground.kilometres.clone(), ground.numbers.clone())
    else {
        return;
    };
    let _ = chart
        .configure_mesh()
        .y_labels(ground.numbers.ticks().len())
        .disable_x_mesh()
        .max_light_lines(1)
        .light_line_style(clear)
        .bold_line_style(line_style(theme::GRID, 1.0))
        .axis_style(line_style(theme::RULE, 1.0))
        .label_style(label)
        .set_all_tick_mark_size(px(4.0))
        .draw();
    let step = analysis.border.length() / Metres(ground.rect.width.max(1.0));
    for chain in analysis.border.chains() {
        let points = outline(
            analysis.intensity.on(chain),
            Metres(step),
            ground.numbers.to(),
        );
        let Some((first, last)) = points.first().zip(points.last()) else {
            continue;
        };
        let mut ring = points.clone();
        ring.extend([(last.0, 0.0), (first.0, 0.0)]);
        let ground = Area {
            rings: vec![ring],
            paint: Paint::filled(ink().with_alpha(0.3)),
        };
        let _ = chart.draw_series([ground]);
        let line = Line {
            points,
            stroke: Stroke::solid(ink(), 2.2),
        };
        let _ = chart.draw_series([line]);
    }
}

/// The curve over the bins of a chain: through their middles and straight on to both ends, bins that are narrower
/// than `step` taken together, cut at `top`.
fn outline(bins: &[Bin], step: Metres, top: f64) -> Vec<(f64, f64)> {
    let mut joined: Vec<Bin> = Vec::new();
    for bin in bins {
        match joined.last_mut() {
            Some(last) if last.to - last.from < step => {
                last.to = bin.to;
                last.mass += bin.mass;
                last.per_km = last.mass / (last.to - last.from).km();
            }
            _ => joined.push(*bin),
        }
    }
    let (Some(first), Some(last)) = (joined.first(), joined.last()) else {
        return Vec::new();
    };
    let middles: Vec<(f64, f64)> = joined
        .iter()
        .map(|bin| (f64::midpoint(bin.from.km(), bin.to.km()), bin.per_km))
        .collect();
    let backwards: Vec<(f64, f64)> = middles.iter().rev().copied().collect();
    let begins = straight_on(&middles, first.from.km());
    let ends = straight_on(&backwards, last.to.km());
    std::iter::once(begins)
        .chain(middles)
        .chain([ends])
        .map(|(km, per_km)| (km, per_km.min(top)))
        .collect()
}

/// The point at an end of a curve, on from its first two points; level where there is one, and never below nothing.
fn straight_on(points: &[(f64, f64)], km: f64) -> (f64, f64) {
    let per_km = match *points {
        [(x, y), (next, then), ..] if (next - x).abs() > 1e-9 => {
            y + (then - y) * (km - x) / (next - x)
        }
        [(_, y), ..] => y,
        [] => 0.0,
    };
    (km, per_km.max(0.0))
}

fn gap_stroke(on_px: f64, off_px: f64) -> Stroke {
    Stroke::solid(theme::INK, 1.2).dashed(Dash::Pattern { on_px, off_px })
}

/// A broken line where a chain ends and another begins.
fn gaps(canvas: &mut Canvas<'_>, analysis: &Analysis, ground: &Ground, bottom: f64) {
    for chain in analysis.border.chains().iter().skip(1) {
        let x = ground.x(chain.start);
        canvas.line((x, ground.rect.y), (x, bottom), gap_stroke(9.0, 7.0));
    }
}

/// A tick for every incident in the density, longer where several stand on one place of the picture.
fn ticks(canvas: &mut Canvas<'_>, analysis: &Analysis, ground: &Ground, rug: Rect) {
    const PLACE: f64 = 2.0;
    let mut places: Vec<i32> = analysis
        .counted()
        .filter(|it| analysis.is_placed(it))
        .map(|it| ((ground.x(it.location.chainage) - rug.x) / PLACE).round() as i32)
        .collect();
    places.sort_unstable();
    let most = places.chunk_by(|a, b| a == b).map(<[i32]>::len).max();
    let room = RUG - 2.0 * RUG_MARGIN;
    let unit = (room / most.unwrap_or(1) as f64).min(7.0);
    for place in places.chunk_by(|a, b| a == b) {
        let x = rug.x + f64::from(place[0]) * PLACE;
        let height = (unit * place.len() as f64).max(2.0);
        let top = rug.y + RUG_MARGIN;
        canvas.line((x, top), (x, top + height), tick_stroke());
    }
}

fn tick_stroke() -> Stroke {
    Stroke::solid(theme::INK.with_alpha(0.75), 1.5)
}

/// Names of sectors in rows below the chart, the busiest nearest to it.
struct Names {
    /// The name, the middle of its sector, the left end of its type, its row, whether the sector has incidents.
    placed: Vec<(String, f64, f64, usize, bool)>,
    without: usize,
}

impl Names {
    const SIZE: f64 = theme::SMALL_PX;

    fn new(analysis: &Analysis, x: impl Fn(Metres) -> f64, room: (f64, f64)) -> Names {
        let all = analysis.sectors.all();
        let incidents = |sector: usize| {
            let summary = analysis.sector_summaries.get(sector);
            summary.map_or(0, |it| it.counts.incidents)
        };
        let mut order: Vec<usize> = (0..all.len())
            .filter(|&sector| !all[sector].stretches.is_empty())
            .collect();
        order.sort_by_key(|&sector| (std::cmp::Reverse(incidents(sector)), sector));
        let mut names = Names {
            placed: Vec::new(),
            without: 0,
        };
        let mut taken: Vec<(usize, f64, f64)> = Vec::new();
        for sector in order {
            let Some(stretch) = all[sector].longest() else {
                continue;
            };
            let middle = x(stretch.at(0.5));
            let name = text::ellipsize(&all[sector].name, Names::SIZE, Weight::Regular, WIDEST);
            let width = text::width_px(&name, Names::SIZE, Weight::Regular);
            let left = (middle - width / 2.0).min(room.1 - width).max(room.0);
            // In a lower row a leader goes to it, which crosses no name; nor does a name cross a leader.
            let free = |row: usize| {
                let clear = |&(other, from, to): &(usize, f64, f64)| {
                    other != row || left - 9.0 >= to || left + width + 9.0 <= from
                };
                let led = |&(other, from, to): &(usize, f64, f64)| {
                    other >= row || middle + 4.0 <= from || middle - 4.0 >= to
                };
                let uncrossed = |it: &(String, f64, f64, usize, bool)| {
                    it.3 <= row || it.1 <= left - 4.0 || it.1 >= left + width + 4.0
                };
                taken.iter().all(clear)
                    && taken.iter().all(led)
                    && names.placed.iter().all(uncrossed)
            };
            match (0..MOST_ROWS).find(|&row| free(row)) {
                Some(row) => {
                    taken.push((row, left, left + width));
                    let busy = incidents(sector) > 0;
                    names.placed.push((name, middle, left, row, busy));
                }
                None => names.without += 1,
            }
        }
        names
    }

    fn height(&self) -> f64 {
        let rows = self.placed.iter().map(|it| it.3 + 1).max().unwrap_or(0);
        rows as f64 * ROW + 10.0
    }

    fn draw(&self, canvas: &mut Canvas<'_>, top: f64) {
        for (name, middle, left, row, busy) in &self.placed {
            let at = top + 6.0 + ROW * (*row as f64 + 0.5);
            let line = Stroke::solid(theme::RULE, 0.9);
            canvas.line((*middle, top), (*middle, at - ROW / 2.0 + 1.0), line);
            let ink = if *busy { theme::INK } else { theme::MUTED };
            let lettering =
                Lettering::new(Names::SIZE, ink).anchored(Anchor::Start, VerticalAnchor::Middle);
            canvas.text(&TextLine::new((*left, at), name, lettering));
        }
    }
}

/// Places near the line, as flags above the chart.
struct Flags {
    /// Where each stands and the widths of its name.
    flags: Vec<(f64, Vec<String>)>,
    spots: Vec<Option<Spot>>,
}

impl Flags {
    const SIZE: f64 = theme::SMALL_PX;

    fn new(analysis: &Analysis, x: impl Fn(Metres) -> f64, room: (f64, f64)) -> Flags {
        let locator = Locator::new(&analysis.border);
        let mut near: Vec<(usize, Metres, Metres, &str)> = analysis
            .context
            .places
            .iter()
            .filter_map(|place| {
                let location = locator.locate(place.position);
                let weight = match place.kind.as_str() {
                    "crossing_major" | "capital" | "city" => 0,
                    "crossing" | "pass" => 1,
                    "border_town" | "town" => 2,
                    _ => 3,
                };
                let named = !text::clean(&place.name).is_empty();
                (location.offset <= NEAR && named).then_some((
                    weight,
                    location.offset,
                    location.chainage,
                    &*place.name,
                ))
            })
            .collect();
        near.sort_by(|a, b| {
            let by_offset = || a.1.0.total_cmp(&b.1.0);
            a.0.cmp(&b.0)
                .then_with(by_offset)
                .then_with(|| a.3.cmp(b.3))
        });
        let mut flags: Vec<(f64, Vec<String>)> = Vec::new();
        for (_, _, chainage, name) in near {
            let at = x(chainage);
            if flags.len() < MOST_PLACES && flags.iter().all(|it| (it.0 - at).abs() >= APART) {
                let short = |width: f64| text::ellipsize(name, Flags::SIZE, Weight::Regular, width);
                let mut texts = vec![short(WIDEST_PLACE), short(WIDEST_PLACE / 2.0)];
                texts.dedup();
                flags.push((at, texts));
            }
        }
        let items: Vec<Item> = flags
            .iter()
            .map(|(at, texts)| Item {
                from: *at,
                to: *at,
                texts: texts
                    .iter()
                    .map(|text| text::width_px(text, Flags::SIZE, Weight::Regular))
                    .collect(),
                pole: true,
            })
            .collect();
        let spots = lanes::place(&items, room, MOST_LANES);
        Flags { flags, spots }
    }

    fn height(&self) -> f64 {
        lanes::used(&self.spots) as f64 * LANE
    }

    fn placed(&self) -> impl Iterator<Item = (f64, &str, usize, f64)> {
        let pairs = self.flags.iter().zip(&self.spots);
        pairs.filter_map(|((at, texts), spot)| {
            let (lane, (left, number)) = spot.and_then(|it| Some((it.lane, it.text?)))?;
            Some((*at, texts.get(number)?.as_str(), lane, left))
        })
    }

    /// The fine line of each place through the chart.
    fn lines(&self, canvas: &mut Canvas<'_>, ground: &Ground) {
        let line = Stroke::solid(theme::INK.with_alpha(0.35), 0.9).dashed(Dash::Pattern {
            on_px: 2.0,
            off_px: 4.0,
        });
        for (at, ..) in self.placed() {
            canvas.line((at, ground.rect.y), (at, ground.rect.bottom()), line);
        }
    }

    /// The flags on the top of the plot.
    fn draw(&self, canvas: &mut Canvas<'_>, top: f64) {
        for (at, name, lane, left) in self.placed() {
            let middle = top - BELOW_PLACES - (lane as f64 + 0.5) * LANE;
            let pole = Stroke::solid(theme::MUTED, 1.0);
            canvas.line((at, middle - 6.0), (at, top), pole);
            let lettering = Lettering::new(Flags::SIZE, theme::INK)
                .anchored(Anchor::Start, VerticalAnchor::Middle);
            canvas.text(&TextLine::new((left, middle), name, lettering));
        }
    }
}

fn explain(pen: &mut Pen<'_, '_>, analysis: &Analysis, names: &Names, cut: &Cut) {
    let found = &analysis.intensity;
    let language = pen.language();
    let bandwidth = language.kilometres(found.bandwidth.km());
    pen.heading(language.say("How to read it"));
    let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
        let block = Rect::new(at.0 - 12.0, at.1 - 6.0, 24.0, 13.0);
        canvas.rect(block, 0.0, &Paint::filled(ink().with_alpha(0.3)));
        let stroke = Stroke::solid(ink(), 2.2);
        canvas.line((block.x, block.y), (block.right(), block.y), stroke);
    };
    let words = "incidents per km; the whole area is so many incidents";
    pen.key(draw, language.say(words), Some(found.incidents));
    let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
        for (dx, height) in [(-7.0, 6.0), (-1.0, 6.0), (5.0, 12.0)] {
            let from = (at.0 + dx, at.1 - 7.0);
            canvas.line(from, (from.0, from.1 + height), tick_stroke());
        }
    };
    let words = language.say("an incident; longer where several lie");
    pen.key(draw, words, None);
    if analysis.border.chains().len() > 1 {
        let draw = |canvas: &mut Canvas<'_>, at: (f64, f64)| {
            canvas.line((at.0, at.1 - 8.0), (at.0, at.1 + 8.0), gap_stroke(4.0, 2.0));
        };
        let words = language.say("gap in the line; nothing is spread over it");
        pen.key(draw, words, None);
    }
    pen.gap();
    pen.note(&language.fill(
        "The line is unrolled, its start at the left. Every incident is spread along it as a bell with a standard \
         deviation of {} km, the bandwidth; at an end of the line the bell is cut off \
         and made that much higher, so that it still stands for one incident.",
        &[&bandwidth],
    ));
    pen.remark(language.say(
        "The bandwidth is a choice: with a narrower one there are more peaks, with a wider one fewer.",
    ));
    pen.gap();
    pen.heading(language.say("What it does not say"));
    if found.left_out > 0 {
        pen.note(&language.of_count(
            found.left_out,
            (
                "{} counted incident is left out because its place is not known within {} km.",
                "{} counted incidents are left out because their places are not known within {} km.",
            ),
            &[
                &language.grouped(found.left_out as u64),
                &language.kilometres(analysis.options.cluster.largest_location_radius.km()),
            ],
        ));
    }
    pen.remark(language.say(
        "These are reports over the whole period; how closely anybody looked, and where, is not known.",
    ));
    if cut.chains > 0 {
        pen.remark(&language.of_count(
            cut.chains,
            (
                "{} chain shorter than the bandwidth runs out of the picture, to {} per km.",
                "{} chains shorter than the bandwidth run out of the picture, the highest to {} per km.",
            ),
            &[
                &language.grouped(cut.chains as u64),
                &super::plot::rate(cut.most, language),
            ],
        ));
    }
    if names.without > 0 {
        pen.remark(&language.of_count(
            names.without,
            (
                "{} sector is not named for want of room.",
                "{} sectors are not named for want of room.",
            ),
            &[&language.grouped(names.without as u64)],
        ));
    }
    if !analysis.context.places.is_empty() {
        pen.remark(&language.fill(
            "Places within {} km of the line are named where there is room.",
            &[&language.kilometres(NEAR.km())],
        ));
    }
    if let Some(parts) = language.not_counted(&analysis.ledger) {
        pen.remark(&language.fill("Not counted and not in it: {}.", &[&parts]));
    }
}
