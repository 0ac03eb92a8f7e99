//! The density of incidents along the line, as a ribbon on the map.

use crate::analysis::Analysis;
use crate::render::canvas::{
    Anchor, Canvas, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::frame;
use crate::render::projection::View;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Symbols};

use super::furniture;
use super::scene::{self, Detail, Scene};

/// Width of the ribbon where it is widest, in px.
const WIDEST: f64 = 40.0;

/// `maps/intensity-ribbon`: how dense incidents are along the line. Returns the SVG.
pub fn ribbon(analysis: &Analysis, symbols: &Symbols, sheet: &Sheet) -> String {
    let bandwidth = analysis
        .language
        .kilometres(analysis.intensity.bandwidth.km());
    frame::titled(
        analysis,
        sheet,
        "Density of incidents along the line, smoothed over {} km · {}",
        &[&bandwidth],
        |canvas, body| {
            let (map, columns) = super::split(body);
            let most = highest(analysis);
            if let Some(view) =
                View::around(&super::positions(analysis), furniture::above_strip(map))
            {
                let scene = Scene {
                    ribbon: Some(most),
                    ..Scene::new(analysis, symbols, view, Detail::Whole)
                };
                scene::draw(canvas, &scene);
                furniture::strip(canvas, &scene.view);
            }
            if let Some(&column) = columns.first() {
                explain(canvas, analysis, column, most);
            }
        },
    )
}

/// The highest density anywhere, per km.
fn highest(analysis: &Analysis) -> f64 {
    analysis
        .intensity
        .all
        .iter()
        .map(|bin| bin.per_km)
        .fold(0.0, f64::max)
}

/// Lines in px.
type Lines = Vec<Vec<(f64, f64)>>;

/// Draws the ribbon: as wide and as dark as incidents are dense.
pub(super) fn draw(canvas: &mut Canvas<'_>, analysis: &Analysis, view: &View, most: f64) {
    if most <= 0.0 {
        return;
    }
    let mut parts: Vec<(f64, Lines)> = analysis
        .intensity
        .all
        .iter()
        .map(|bin| {
            (
                bin.per_km / most,
                scene::lines(analysis, view, bin.from, bin.to),
            )
        })
        .filter(|(share, _)| *share * WIDEST >= 0.5)
        .collect();
    // The densest last, so that it lies over its neighbours.
    parts.sort_by(|a, b| a.0.total_cmp(&b.0));
    let edge = |share: f64| Stroke::solid(theme::PAPER, share * WIDEST + 2.4);
    for (share, lines) in &parts {
        canvas.path(lines, false, &Paint::outlined(edge(*share)));
    }
    for (share, lines) in &parts {
        let stroke = Stroke::solid(theme::share_ink(*share), share * WIDEST);
        canvas.path(lines, false, &Paint::outlined(stroke));
    }
}

/// The scale of the ribbon, and the densest stretches by name.
fn explain(canvas: &mut Canvas<'_>, analysis: &Analysis, column: Rect, most: f64) {
    let size = theme::LABEL_PX - 1.0;
    let set = Lettering::new(size, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
    let bold = |words: &str, canvas: &mut Canvas<'_>, y: f64| {
        let set = Lettering::new(theme::HEADING_PX, theme::INK)
            .bold()
            .anchored(Anchor::Start, VerticalAnchor::Middle);
        canvas.text(&TextLine::new((column.x, y), words, set));
    };
    let mut y = column.y + 11.0;
    let language = &analysis.language;
    bold(language.say("Incidents per km"), canvas, y);
    y += 20.0;
    for step in [1.0, 0.75, 0.5, 0.25, 0.1] {
        let width = step * WIDEST;
        y += (width / 2.0).max(5.0) + 4.0;
        let stroke = Stroke::solid(theme::share_ink(step), width);
        canvas.line((column.x + 34.0, y), (column.x + 84.0, y), stroke);
        let words = language.decimals(step * most, 3);
        canvas.text(&TextLine::new((column.x + 130.0, y), &words, set));
        y += (width / 2.0).max(5.0) + 4.0;
    }
    y += 22.0;
    bold(language.say("Highest peaks along the line"), canvas, y);
    y += 22.0;
    for (name, km, per_km) in peaks(analysis).into_iter().take(8) {
        if y > column.bottom() - 90.0 {
            break;
        }
        let value = language.decimals(per_km, 3);
        let end = set.bold().anchored(Anchor::End, VerticalAnchor::Middle);
        canvas.text(&TextLine::new((column.right(), y), &value, end));
        let km = language.grouped(km.round() as u64);
        let words = format!("{name}, {}", language.fill("km {}", &[&km]));
        let room = column.width - end.width_px(&value) - 12.0;
        let words = text::ellipsize(&words, size, Weight::Regular, room);
        canvas.text(&TextLine::new((column.x, y), &words, set));
        y += 21.0;
    }
    y += 12.0;
    let left_out = analysis.intensity.left_out;
    let mut notes = vec![language.fill(
        "Each incident is spread along the line as a bell with a standard deviation of {} km; at an end of the \
         line the bell is cut and made that much higher.",
        &[&language.kilometres(analysis.intensity.bandwidth.km())],
    )];
    if left_out > 0 {
        notes.push(language.of_count(
            left_out,
            (
                "{} incident whose place is known only roughly: not in it.",
                "{} incidents whose place is known only roughly: not in it.",
            ),
            &[&language.grouped(left_out as u64)],
        ));
    }
    let watched =
        "Reports over the whole period; how closely each stretch was watched is not known.";
    notes.push(language.say(watched).to_owned());
    let small =
        Lettering::new(theme::SMALL_PX, theme::MUTED).anchored(Anchor::Start, VerticalAnchor::Top);
    for note in notes {
        for line in text::wrap(&note, theme::SMALL_PX, Weight::Regular, column.width) {
            if y + 16.0 > column.bottom() {
                return;
            }
            canvas.text(&TextLine::new((column.x, y), &line, small));
            y += 17.0;
        }
        y += 6.0;
    }
}

/// The local maxima: sector, kilometre, incidents per km; the highest first.
fn peaks(analysis: &Analysis) -> Vec<(String, f64, f64)> {
    let bins = &analysis.intensity.all;
    let mut peaks: Vec<(String, f64, f64)> = (0..bins.len())
        .filter(|&at| {
            let here = bins[at].per_km;
            let before = at.checked_sub(1).map_or(0.0, |it| bins[it].per_km);
            let after = bins.get(at + 1).map_or(0.0, |bin| bin.per_km);
            here > 0.0 && here > before && here >= after
        })
        .map(|at| {
            let middle = bins[at].from + (bins[at].to - bins[at].from) * 0.5;
            let sector = analysis
                .sectors
                .all()
                .iter()
                .enumerate()
                .find(|(_, sector)| {
                    let stretches = sector.stretches.iter();
                    stretches
                        .into_iter()
                        .any(|it| it.from <= middle && middle <= it.to)
                });
            let name = sector.map_or_else(String::new, |(number, it)| {
                format!("{} · {}", number + 1, it.name)
            });
            (name, middle.km(), bins[at].per_km)
        })
        .collect();
    peaks.sort_by(|a, b| b.2.total_cmp(&a.2));
    peaks
}
