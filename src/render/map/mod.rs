//! Maps.

mod furniture;
mod incidents;
mod land;
mod locator;
mod multiples;
mod names;
mod panel;
mod ribbon;
mod scene;
mod sectors;
#[cfg(test)]
mod tests;

use plotters::chart::ChartBuilder;

use crate::analysis::Analysis;
use crate::case::Theme;
use crate::geodesy::Position;
use crate::units::Metres;

use super::canvas::{Canvas, Document, Length, Rect, Stroke};
use super::elements::{Area, draw_mark};
use super::frame;
use super::palette::Palette;
use super::projection::View;
use super::sheet::Sheet;
use super::theme::{self, Look, Symbol, Symbols};

use scene::{Detail, Scene};

pub use multiples::{by_phase, by_week};
pub use ribbon::ribbon;
pub use sectors::{active, sector};

/// Width of the panel beside the map in px.
const PANEL: f64 = 396.0;
/// Between map and panel.
const GUTTER: f64 = 24.0;
/// A body that is not this much wider than high has its panel below the map.
const WIDE: f64 = 1.25;
/// Height of the panel there.
const PANEL_BELOW: f64 = 390.0;

/// The map's part of a body, and the columns of the panel beside or below it.
fn split(body: Rect) -> (Rect, Vec<Rect>) {
    if body.width >= WIDE * body.height {
        let map = Rect::new(body.x, body.y, body.width - PANEL - GUTTER, body.height);
        let beside = Rect::new(map.right() + GUTTER, body.y, PANEL, body.height);
        return (map, vec![beside]);
    }
    let height = PANEL_BELOW.min(body.height * 0.4);
    let top = body.bottom() - height;
    let width = (body.width - 2.0 * GUTTER) / 3.0;
    let columns = (0..3)
        .map(|place| {
            let left = body.x + (width + GUTTER) * f64::from(place);
            Rect::new(left, top, width, height)
        })
        .collect();
    let map = Rect::new(body.x, body.y, body.width, top - GUTTER - body.y);
    (map, columns)
}

/// `maps/overview`: the whole line with every incident near it. Returns the SVG.
pub fn overview(analysis: &Analysis, symbols: &Symbols, sheet: &Sheet) -> String {
    let subtitle = frame::period_and_counts(analysis);
    frame::picture(
        analysis,
        sheet,
        &analysis.title,
        &subtitle,
        |canvas, body| {
            let (map, columns) = split(body);
            let drawn = match View::around(&positions(analysis), furniture::above_strip(map)) {
                Some(view) => {
                    let scene = Scene::new(analysis, symbols, view, Detail::Whole);
                    let drawn = scene::draw(canvas, &scene).incidents;
                    furniture::strip(canvas, &scene.view);
                    drawn
                }
                // A line that no projection can take is not drawn; the panel still says what there is.
                None => incidents::Drawn::default(),
            };
            panel::draw(canvas, analysis, symbols, &columns, &drawn);
        },
    )
}

/// The map of the page, without a frame: every mark can be reached by a script, and above `most_marks`
/// incidents there are bins. Returns the SVG and metres on the ground for a px.
pub fn live(
    analysis: &Analysis,
    symbols: &Symbols,
    sheet: &Sheet,
    most_marks: usize,
) -> (String, f64) {
    let subtitle = frame::period_and_counts(analysis);
    let mut metres_per_px = 0.0;
    let svg = frame::picture(
        analysis,
        sheet,
        &analysis.title,
        &subtitle,
        |canvas, body| {
            if let Some(view) = View::around(&positions(analysis), body) {
                metres_per_px = view.ground_metres_per_px();
                let scene = Scene {
                    most_marks,
                    live: true,
                    ..Scene::new(analysis, symbols, view, Detail::Whole)
                };
                scene::draw(canvas, &scene);
            }
        },
    );
    (svg, metres_per_px)
}

/// The symbol of a kind of event by itself, as a small SVG.
pub fn swatch(symbol: &Symbol, theme: Theme) -> String {
    let mut svg = String::new();
    let document = Document {
        size_px: (20, 20),
        width: Length::Px(20.0),
        title: "",
        description: "",
        background: None,
        palette: Palette::of(theme),
        language: crate::wording::language::Language::english(),
    };
    let mut canvas = Canvas::new(&mut svg, &document);
    let paint = Look::Placed.paint(symbol.ink);
    draw_mark(&mut canvas, (10.0, 10.0), symbol.shape, 7.0, &paint);
    canvas.finish();
    svg
}

/// What the map must show: the line and the counted incidents.
fn positions(analysis: &Analysis) -> Vec<Position> {
    let mut shown: Vec<Position> = analysis
        .border
        .pieces()
        .iter()
        .flat_map(|piece| [piece.segment.start(), piece.segment.end()])
        .collect();
    shown.extend(analysis.counted().map(|it| it.incident.position));
    shown
}

/// How a rival line is drawn, on the map and in its key.
fn rival_stroke() -> Stroke {
    Stroke::solid(theme::RIVAL, 1.4)
}

/// Lines in px, as far as they come near the frame.
fn placed(lines: &[Vec<Position>], view: &View, margin: f64) -> Vec<Vec<(f64, f64)>> {
    lines
        .iter()
        .flat_map(|part| view.line(part, margin, APART))
        .collect()
}

/// Nearer vertices of a line than this no eye tells apart, in px.
const APART: f64 = 0.45;

/// Beyond the frame by so much lines are still drawn, in px.
const MARGIN: f64 = 12.0;

/// Draws areas through the map's coordinates in projected metres.
fn areas_in_chart(canvas: &mut Canvas<'_>, view: &View, areas: Vec<Area<(f64, f64)>>) {
    let [west, east, south, north] = view.extent();
    let area = canvas.area(view.frame);
    if let Ok(mut chart) = ChartBuilder::on(&area).build_cartesian_2d(west..east, south..north) {
        // Fails only on a finished canvas.
        let _ = chart.draw_series(areas);
    }
}

/// A point of the line in px and the direction across it there, of length 1, towards its left.
fn across(analysis: &Analysis, view: &View, chainage: Metres) -> Option<((f64, f64), (f64, f64))> {
    let reach = Metres(5.0 * view.ground_metres_per_px());
    let at = view.place(analysis.border.at(chainage))?;
    let before = view.place(analysis.border.at((chainage - reach).max(Metres::ZERO)))?;
    let after = view.place(
        analysis
            .border
            .at((chainage + reach).min(analysis.border.length())),
    )?;
    let (dx, dy) = (after.0 - before.0, after.1 - before.1);
    let length = dx.hypot(dy);
    (length > 0.0).then(|| (at, (dy / length, -dx / length)))
}
