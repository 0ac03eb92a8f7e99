//! Styles for QGIS, so that layers open as they look on our maps.
//!
//! Colours, shapes, widths and dashes come from [`crate::render::theme`]. QGIS measures in millimetres: a pixel of our
//! pictures is one of 96 to the inch. Layers lie on white paper there, so that the dark theme has the colours of the light
//! one.

mod labels;

use std::fmt::Write as _;

use super::layers::{Geometry, Layer};
use super::xml::escape;
use crate::analysis::Analysis;
use crate::case::Theme;
use crate::incident::{ClaimStatus, Figures};
use crate::render::canvas::{Dash, Ink, Paint, Stroke};
use crate::render::elements::Shape;
use crate::render::palette::{Palette, Role};
use crate::render::theme::{self, Doubt, Look, Symbols};
use crate::units::round_to;

pub(super) use labels::labels;

/// Millimetres of a pixel.
const PX: f64 = 25.4 / 96.0;

/// The style of a layer as a QML document; `None` for one that no map shows.
pub(super) fn style(layer: &Layer<'_>, analysis: &Analysis, symbols: &Symbols) -> Option<String> {
    let symbology = symbology(layer, analysis, symbols)?;
    let labels = labels(layer, analysis);
    let enabled = u8::from(labels.is_some());
    let labels = labels.unwrap_or_default();
    Some(format!(
        "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n\
         <qgis version=\"3.22.0\" styleCategories=\"Symbology|Labeling\" labelsEnabled=\"{enabled}\">\n\
         {labels}{symbology}</qgis>\n"
    ))
}

/// The elements of a style, as they stand in a QML document and in a project.
pub(super) fn symbology(
    layer: &Layer<'_>,
    analysis: &Analysis,
    symbols: &Symbols,
) -> Option<String> {
    let colours = Colours::of(analysis.style.theme);
    let renderer = match (layer.name, layer.geometry) {
        ("incidents", _) => incidents(&colours, analysis, symbols),
        ("clusters", _) => clusters(&colours),
        ("uncertainty", _) => uncertainty(&colours),
        ("sectors", Geometry::Line) => sectors(&colours),
        ("sectors", _) => {
            let outline = Stroke::solid(theme::INK, 1.8);
            single(&symbol("fill", 0, &[line_layer(&colours, outline, &[])]))
        }
        ("corridor", _) => single(&symbol("fill", 0, &[corridor(&colours)])),
        ("border", _) => {
            let stroke = Stroke::solid(theme::INK, 1.8);
            single(&symbol("line", 0, &haloed(&colours, stroke, 3.6, &[])))
        }
        ("rival_borders", _) => {
            let stroke = Stroke::solid(theme::RIVAL, 1.4);
            single(&symbol("line", 0, &[line_layer(&colours, stroke, &[])]))
        }
        ("countries", _) => countries(&colours),
        ("places", _) => {
            let outline = Stroke::solid(theme::INK, 1.4);
            let options = [
                ("name", "circle".to_owned()),
                ("color", colours.of_ink(theme::PAPER)),
                ("outline_color", colours.of_ink(outline.ink)),
                ("outline_width", millimetres(outline.width_px)),
                ("outline_width_unit", "MM".to_owned()),
                ("size", millimetres(6.0)),
                ("size_unit", "MM".to_owned()),
            ];
            single(&symbol(
                "marker",
                0,
                &[symbol_layer("SimpleMarker", &options, &[])],
            ))
        }
        _ => return None,
    };
    Some(format!(
        "{renderer}<blendMode>0</blendMode>\n<layerOpacity>1</layerOpacity>\n"
    ))
}

/// The colours for white paper: those of the theme, for the dark one those of the light one.
pub(super) const fn on_white(theme: Theme) -> &'static Palette {
    Palette::of(match theme {
        Theme::Dark => Theme::Light,
        theme => theme,
    })
}

struct Colours(&'static Palette);

impl Colours {
    fn of(theme: Theme) -> Colours {
        Colours(on_white(theme))
    }

    /// Red, green, blue, opacity, as QGIS writes a colour.
    fn of_ink(&self, ink: Ink) -> String {
        let [red, green, blue] = self.0.rgb(ink.hue, ink.tone);
        let alpha = (ink.alpha.clamp(0.0, 1.0) * 255.0).round();
        format!("{red},{green},{blue},{alpha}")
    }
}

/// Millimetres as text, to a micrometre.
fn millimetres(px: f64) -> String {
    round_to(px * PX, 3).to_string()
}

/// A renderer with one symbol for everything.
fn single(symbol: &str) -> String {
    format!(
        "<renderer-v2 type=\"singleSymbol\" symbollevels=\"0\" enableorderby=\"0\" forceraster=\"0\">\n\
         <symbols>\n{symbol}</symbols>\n</renderer-v2>\n"
    )
}

/// A class of a renderer: its label, the values of it, its symbol.
struct Category<'a> {
    label: &'a str,
    values: Vec<&'a str>,
    symbol: String,
}

/// A renderer that tells features apart by an expression.
fn categorised(expression: &str, categories: &[Category<'_>]) -> String {
    let mut out = String::from(
        "<renderer-v2 type=\"categorizedSymbol\" symbollevels=\"0\" enableorderby=\"0\" forceraster=\"0\" attr=\"",
    );
    escape(&mut out, expression);
    out.push_str("\">\n<categories>\n");
    for (number, category) in categories.iter().enumerate() {
        let _ = write!(
            out,
            "<category render=\"true\" symbol=\"{number}\" label=\""
        );
        escape(&mut out, category.label);
        let several = category.values.len() > 1;
        out.push_str(if several { "\">" } else { "\"" });
        for value in &category.values {
            out.push_str(if several { "<val" } else { "" });
            out.push_str(" type=\"string\" value=\"");
            escape(&mut out, value);
            out.push_str(if several { "\"/>" } else { "\"" });
        }
        out.push_str(if several { "</category>\n" } else { "/>\n" });
    }
    out.push_str("</categories>\n<symbols>\n");
    for category in categories {
        out.push_str(&category.symbol);
    }
    out.push_str("</symbols>\n</renderer-v2>\n");
    out
}

/// A symbol of layers, the lowest first.
fn symbol(kind: &str, number: usize, layers: &[String]) -> String {
    format!(
        "<symbol type=\"{kind}\" name=\"{number}\" alpha=\"1\" clip_to_extent=\"1\" force_rhr=\"0\">\n{}</symbol>\n",
        layers.concat()
    )
}

/// A property whose value an expression gives for each feature.
type Given = (&'static str, String);

/// A layer of a symbol.
fn symbol_layer(class: &str, options: &[(&str, String)], given: &[Given]) -> String {
    let mut out = format!(
        "<layer class=\"{class}\" enabled=\"1\" locked=\"0\" pass=\"0\">\n<Option type=\"Map\">\n"
    );
    for (name, value) in options {
        let _ = write!(out, "<Option type=\"QString\" name=\"{name}\" value=\"");
        escape(&mut out, value);
        out.push_str("\"/>\n");
    }
    out.push_str("</Option>\n");
    if !given.is_empty() {
        out.push_str(
            "<data_defined_properties>\n<Option type=\"Map\">\n\
             <Option type=\"QString\" name=\"name\" value=\"\"/>\n<Option type=\"Map\" name=\"properties\">\n",
        );
        for (name, expression) in given {
            let _ = write!(
                out,
                "<Option type=\"Map\" name=\"{name}\"><Option type=\"bool\" name=\"active\" value=\"true\"/>\
                 <Option type=\"int\" name=\"type\" value=\"3\"/>\
                 <Option type=\"QString\" name=\"expression\" value=\""
            );
            escape(&mut out, expression);
            out.push_str("\"/></Option>\n");
        }
        out.push_str(
            "</Option>\n<Option type=\"QString\" name=\"type\" value=\"collection\"/>\n</Option>\n\
             </data_defined_properties>\n",
        );
    }
    out.push_str("</layer>\n");
    out
}

/// The style of a pen that stands for a dash.
const fn pen(dash: Dash) -> &'static str {
    match dash {
        Dash::Solid => "solid",
        Dash::Dotted => "dot",
        Dash::DashDot => "dash dot",
        Dash::Dashed | Dash::Pattern { .. } => "dash",
    }
}

fn line_layer(colours: &Colours, stroke: Stroke, given: &[Given]) -> String {
    let options = [
        ("line_color", colours.of_ink(stroke.ink)),
        ("line_width", millimetres(stroke.width_px)),
        ("line_width_unit", "MM".to_owned()),
        ("line_style", pen(stroke.dash).to_owned()),
        ("joinstyle", "round".to_owned()),
        ("capstyle", "round".to_owned()),
    ];
    symbol_layer("SimpleLine", &options, given)
}

/// A line on a wider one of the colour of the paper.
fn haloed(colours: &Colours, stroke: Stroke, halo_px: f64, given: &[Given]) -> [String; 2] {
    let halo = Stroke::solid(theme::PAPER.with_alpha(0.75), halo_px);
    [
        line_layer(colours, halo, &[]),
        line_layer(colours, stroke, given),
    ]
}

/// The two of the border, then all others.
fn countries(colours: &Colours) -> String {
    let roles = [
        ("left", "to the left of the line", Role::LandLeft),
        ("right", "to the right of the line", Role::LandRight),
        ("", "other countries", Role::LandOther),
    ];
    let categories: Vec<Category<'_>> = roles
        .iter()
        .enumerate()
        .map(|(number, &(value, label, role))| {
            let options = [
                ("color", colours.of_ink(Ink::role(role))),
                ("style", "solid".to_owned()),
                ("outline_color", colours.of_ink(Ink::role(Role::Coast))),
                ("outline_width", millimetres(1.0)),
                ("outline_width_unit", "MM".to_owned()),
            ];
            Category {
                label,
                values: vec![value],
                symbol: symbol("fill", number, &[symbol_layer("SimpleFill", &options, &[])]),
            }
        })
        .collect();
    categorised("coalesce(\"side\", '')", &categories)
}

/// Dark and lighter in turn.
fn sectors(colours: &Colours) -> String {
    let inks = [("1", theme::INK), ("0", theme::MUTED)];
    let categories: Vec<Category<'_>> = inks
        .iter()
        .enumerate()
        .map(|(number, &(value, ink))| Category {
            label: if number == 0 {
                "first, third, fifth …"
            } else {
                "second, fourth, sixth …"
            },
            values: vec![value],
            symbol: symbol(
                "line",
                number,
                &haloed(colours, Stroke::solid(ink, 3.6), 7.2, &[]),
            ),
        })
        .collect();
    // What % gives in QGIS is no whole number.
    categorised("to_int(\"fid\" % 2)", &categories)
}

/// Outlines, broken where one may well be none.
fn clusters(colours: &Colours) -> String {
    let unstable = "CASE WHEN \"stability\" < 0.5 THEN 'dash' ELSE 'solid' END".to_owned();
    let stroke = Stroke::solid(theme::CLUSTER, 1.8);
    let layers = haloed(colours, stroke, 4.4, &[("outlineStyle", unstable)]);
    single(&symbol("fill", 0, &layers))
}

/// Without an outline, as on our maps.
fn corridor(colours: &Colours) -> String {
    let options = [
        ("color", colours.of_ink(theme::CORRIDOR)),
        ("style", "solid".to_owned()),
        ("outline_style", "no".to_owned()),
    ];
    symbol_layer("SimpleFill", &options, &[])
}

fn uncertainty(colours: &Colours) -> String {
    let options = [
        ("color", colours.of_ink(theme::INK.with_alpha(0.018))),
        ("style", "solid".to_owned()),
        ("outline_color", colours.of_ink(theme::INK.with_alpha(0.32))),
        ("outline_width", millimetres(1.0)),
        ("outline_width_unit", "MM".to_owned()),
        ("outline_style", pen(Dash::Dotted).to_owned()),
    ];
    single(&symbol(
        "fill",
        0,
        &[symbol_layer("SimpleFill", &options, &[])],
    ))
}

/// The name of a shape in QGIS, its turn in degrees, and its size there for a radius of one here: shapes of one radius
/// have one area.
fn marker(shape: Shape) -> (&'static str, f64, f64) {
    let pi = std::f64::consts::PI;
    // Corners at a distance of half the size, as a regular polygon has them.
    let polygon = |corners: f64| {
        let area = corners / 2.0 * (2.0 * pi / corners).sin();
        2.0 * (pi / area).sqrt()
    };
    match shape {
        Shape::Circle => ("circle", 0.0, 2.0),
        Shape::Square => ("square", 0.0, pi.sqrt()),
        Shape::Diamond => ("diamond", 0.0, polygon(4.0)),
        Shape::TriangleUp => ("equilateral_triangle", 0.0, polygon(3.0)),
        Shape::TriangleDown => ("equilateral_triangle", 180.0, polygon(3.0)),
        Shape::Hexagon => ("hexagon", 0.0, polygon(6.0)),
        // Arms of a fifth of the size: 9/25 of the square around it.
        Shape::Cross => ("cross_fill", 0.0, (pi * 25.0 / 9.0).sqrt()),
        // A pentagram has 1.1226 times the square of its outer radius.
        Shape::Star => ("star", 0.0, 2.0 * (pi / 1.1226).sqrt()),
        // Its height, three times the width.
        Shape::Bar => ("rectangle", 0.0, 3.0 * (pi / 3.0).sqrt()),
    }
}

/// By kind of event: shape and colour by kind, size by deaths, fill and outline by how sure place and report are.
fn incidents(colours: &Colours, analysis: &Analysis, symbols: &Symbols) -> String {
    let placed = analysis.options.cluster.largest_location_radius;
    let categories: Vec<Category<'_>> = symbols
        .all()
        .iter()
        .enumerate()
        .map(|(number, it)| Category {
            label: &it.label,
            values: it.kinds.iter().map(|kind| &**kind).collect(),
            symbol: symbol(
                "marker",
                number,
                &[mark(colours, it.shape, it.ink, placed.0)],
            ),
        })
        .collect();
    categorised("event_type", &categories)
}

fn mark(colours: &Colours, shape: Shape, ink: Ink, placed_m: f64) -> String {
    let (name, angle, size) = marker(shape);
    let paint = Look::Placed.paint(ink);
    let stroke = paint.stroke.unwrap_or(Stroke::solid(ink, 1.0));
    let none = theme::mark_radius(Figures::default());
    let size_of = |expression: &str| format!("{} * ({expression})", round_to(size * PX, 6));
    let radius = radius();
    let given = |of: &dyn Fn(Paint) -> String| by_look(ink, placed_m, of);
    let outline =
        |of: &dyn Fn(Stroke) -> String| given(&|paint| paint.stroke.map_or(String::new(), of));
    let mut given = vec![
        (
            "fillColor",
            given(&|paint| {
                let fill = paint.fill.unwrap_or(ink.with_alpha(0.0));
                format!("'{}'", colours.of_ink(fill))
            }),
        ),
        (
            "outlineColor",
            outline(&|stroke| format!("'{}'", colours.of_ink(stroke.ink))),
        ),
        (
            "outlineWidth",
            outline(&|stroke| millimetres(stroke.width_px)),
        ),
        (
            "outlineStyle",
            outline(&|stroke| format!("'{}'", pen_of(stroke))),
        ),
    ];
    let mut options = vec![
        ("color", colours.of_ink(paint.fill.unwrap_or(ink))),
        ("outline_color", colours.of_ink(stroke.ink)),
        ("outline_style", pen(stroke.dash).to_owned()),
        ("outline_width", millimetres(stroke.width_px)),
        ("outline_width_unit", "MM".to_owned()),
        ("joinstyle", "round".to_owned()),
        ("angle", angle.to_string()),
    ];
    let drawn = millimetres(size * none);
    if shape == Shape::Bar {
        options.extend([
            ("symbol_name", name.to_owned()),
            ("symbol_width", millimetres(size * none / 3.0)),
            ("symbol_height", drawn),
            ("symbol_width_unit", "MM".to_owned()),
            ("symbol_height_unit", "MM".to_owned()),
        ]);
        given.extend([
            ("width", format!("({}) / 3", size_of(&radius))),
            ("height", size_of(&radius)),
        ]);
        return symbol_layer("EllipseMarker", &options, &given);
    }
    options.extend([
        ("name", name.to_owned()),
        ("size", drawn),
        ("size_unit", "MM".to_owned()),
        ("scale_method", "diameter".to_owned()),
    ]);
    given.push(("size", size_of(&radius)));
    symbol_layer("SimpleMarker", &options, &given)
}

/// Dots of a pen as wide as an outline; a fine pattern is of dots too.
fn pen_of(stroke: Stroke) -> &'static str {
    match stroke.dash {
        Dash::Pattern { on_px, .. } if on_px < 2.0 => "dot",
        dash => pen(dash),
    }
}

/// The radius of a mark in px: its area grows with the deaths, as [`theme::mark_radius`] has it.
fn radius() -> String {
    let of = |deaths| {
        let best = Some(deaths);
        let figures = Figures {
            best,
            ..Figures::default()
        };
        theme::mark_radius(figures).powi(2)
    };
    let deaths = "coalesce(\"fatalities_best\", (\"fatalities_low\" + \"fatalities_high\") / 2.0, \
                  \"fatalities_low\", \"fatalities_high\", 0)";
    let (base, each) = (of(0), of(1) - of(0));
    format!(
        "CASE WHEN \"fate\" = 'used' THEN sqrt({} + {} * {deaths}) ELSE {} END",
        round_to(base, 6),
        round_to(each, 6),
        NOT_COUNTED_PX
    )
}

/// The radius of the mark of an incident that is not counted.
const NOT_COUNTED_PX: f64 = 4.6;

/// What the paint of a mark comes to, by its look and its doubt.
fn by_look(ink: Ink, placed_m: f64, of: &dyn Fn(Paint) -> String) -> String {
    let mut cases = format!(
        "CASE WHEN \"fate\" <> 'used' THEN {}",
        of(Look::NotCounted.paint(ink))
    );
    for (look, is) in [
        (
            Look::Placed,
            format!("\"location_radius_m\" <= {placed_m} AND "),
        ),
        (Look::Uncertain, String::new()),
    ] {
        for (doubt, _) in Doubt::ALL {
            let statuses: Vec<String> = ClaimStatus::ALL
                .into_iter()
                .filter(|&status| Doubt::of(status) == Some(doubt))
                .map(|status| format!("'{}'", status.as_str()))
                .collect();
            let _ = write!(
                cases,
                " WHEN {is}\"claim_status\" IN ({}) THEN {}",
                statuses.join(", "),
                of(doubt.over(look.paint(ink)))
            );
        }
        let _ = match is.strip_suffix(" AND ") {
            Some(is) => write!(cases, " WHEN {is} THEN {}", of(look.paint(ink))),
            None => write!(cases, " ELSE {}", of(look.paint(ink))),
        };
    }
    cases.push_str(" END");
    cases
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The areas of QGIS's shapes for a size of 1, from the corners in its source.
    #[test]
    fn marks_of_one_radius_have_one_area() {
        let areas = [
            (Shape::Circle, std::f64::consts::PI / 4.0),
            (Shape::Square, 1.0),
            (Shape::Diamond, 0.5),
            (Shape::TriangleUp, 3.0 * 3f64.sqrt() / 16.0),
            (Shape::TriangleDown, 3.0 * 3f64.sqrt() / 16.0),
            (Shape::Hexagon, 3.0 * 3f64.sqrt() / 8.0),
            (Shape::Cross, 9.0 / 25.0),
            (Shape::Star, 1.1226 / 4.0),
            (Shape::Bar, 1.0 / 3.0),
        ];
        assert_eq!(areas.len(), Shape::ALL.len());
        for (shape, area) in areas {
            let size = marker(shape).2;
            let here = area * size * size;
            assert!(
                (here - std::f64::consts::PI).abs() < 1e-3,
                "{shape:?}: {here}"
            );
        }
    }
}
