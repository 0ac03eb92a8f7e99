//! What we put on charts and maps that plotters has no element for: marks of equal weight, dashed
//! lines, polygons with holes, labels with halos.
//!
//! All of them go through the chart's coordinates but, unlike plotters' own elements, are not clamped
//! to the drawing area: plotters moves a vertex that lies outside onto the frame, which bends lines.
//! What must not show outside is clipped instead, before drawing or with [`Canvas::begin_clip`]
//! (through a [`Sketch`]). Coordinates reach the canvas in steps of 1/16 px.

use std::f64::consts::PI;
use std::iter;
use std::slice;

use plotters::coord::CoordTranslate;
use plotters::drawing::Rect as PlottersRect;
use plotters::element::{CoordMapper, Drawable, PointCollection};
use plotters::style::{Color, FontDesc, FontFamily, FontStyle, RGBColor, ShapeStyle, TextStyle};
use plotters_backend::DrawingErrorKind;

use super::canvas::{
    Canvas, CanvasError, Ink, Lettering, Paint, SUBPIXEL, Stroke, TextLine, from_px, upx,
};
use super::text::Weight;

/// A position in px, without plotters' clamping to the drawing area.
pub struct Unclamped;

impl CoordMapper for Unclamped {
    type Output = (f64, f64);

    fn map<CT: CoordTranslate>(coord: &CT, from: &CT::From, _: &PlottersRect) -> (f64, f64) {
        let (x, y) = coord.translate(from);
        (from_px(x), from_px(y))
    }
}

type Drawn = Result<(), DrawingErrorKind<CanvasError>>;

/// The outline of a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Shape {
    /// A circle.
    Circle,
    /// A square on its side.
    Square,
    /// A square on its corner.
    Diamond,
    /// An equilateral triangle that points up.
    TriangleUp,
    /// An equilateral triangle that points down.
    TriangleDown,
    /// A plus with thick arms.
    Cross,
    /// A star of five points.
    Star,
    /// A hexagon on its corner.
    Hexagon,
    /// An upright bar, three times as high as wide.
    Bar,
}

impl Shape {
    /// All shapes, the most different first: take them in this order for categories.
    pub const ALL: [Shape; 9] = [
        Shape::Circle,
        Shape::Square,
        Shape::TriangleUp,
        Shape::Diamond,
        Shape::Cross,
        Shape::TriangleDown,
        Shape::Star,
        Shape::Hexagon,
        Shape::Bar,
    ];
}

/// The corners of a shape about the origin, y down, not closed (the first is not repeated).
///
/// Every shape has the area of a circle of that radius, so that marks of one radius weigh the same to
/// the eye; a pointed one reaches further than its radius. Its centre of mass is the origin. A circle
/// comes as a polygon of 72 corners.
pub fn outline(shape: Shape, radius_px: f64) -> Vec<(f64, f64)> {
    let r = radius_px;
    match shape {
        Shape::Circle => polygon(72, r, 0.0),
        Shape::Square => rectangle(r * PI.sqrt(), r * PI.sqrt()),
        Shape::Diamond => polygon(4, r, 0.0),
        Shape::TriangleUp => polygon(3, r, 0.0),
        Shape::TriangleDown => polygon(3, r, PI),
        Shape::Hexagon => polygon(6, r, 0.0),
        Shape::Bar => {
            let width = r * (PI / 3.0).sqrt();
            rectangle(width, 3.0 * width)
        }
        Shape::Cross => {
            // Five squares of one size.
            let a = r * (PI / 5.0).sqrt() / 2.0;
            let b = 3.0 * a;
            vec![
                (-a, -b),
                (a, -b),
                (a, -a),
                (b, -a),
                (b, a),
                (a, a),
                (a, b),
                (-a, b),
                (-a, a),
                (-b, a),
                (-b, -a),
                (-a, -a),
            ]
        }
        Shape::Star => {
            // The true pentagram's 0.382 is too thin to read at a few pixels.
            const INNER: f64 = 0.45;
            let outer = r * (PI / (5.0 * INNER * (PI / 5.0).sin())).sqrt();
            (0..10)
                .map(|i| {
                    let reach = if i % 2 == 0 { outer } else { outer * INNER };
                    from_top(reach, PI / 5.0 * f64::from(i))
                })
                .collect()
        }
    }
}

/// A regular polygon with the area of a circle of radius `r`, its first corner at the top, turned
/// clockwise.
fn polygon(corners: u32, r: f64, turn: f64) -> Vec<(f64, f64)> {
    let step = 2.0 * PI / f64::from(corners);
    let reach = r * (step / step.sin()).sqrt();
    (0..corners)
        .map(|i| from_top(reach, turn + step * f64::from(i)))
        .collect()
}

fn from_top(reach: f64, angle: f64) -> (f64, f64) {
    (reach * angle.sin(), -reach * angle.cos())
}

fn rectangle(width: f64, height: f64) -> Vec<(f64, f64)> {
    let (x, y) = (width / 2.0, height / 2.0);
    vec![(-x, -y), (x, -y), (x, y), (-x, y)]
}

/// Draws a mark with its centre at a place in px.
pub fn draw_mark(
    canvas: &mut Canvas<'_>,
    (x, y): (f64, f64),
    shape: Shape,
    radius_px: f64,
    paint: &Paint,
) {
    if shape == Shape::Circle {
        canvas.circle((x, y), radius_px, paint);
    } else if radius_px > 0.0 {
        let corners: Vec<(f64, f64)> = outline(shape, radius_px)
            .into_iter()
            .map(|(dx, dy)| (x + dx, y + dy))
            .collect();
        canvas.path(&[corners], true, paint);
    }
}

/// A mark at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark<Coord> {
    /// Where its centre is.
    pub at: Coord,
    /// Its outline.
    pub shape: Shape,
    /// The radius of a circle of the same area, in px.
    pub radius_px: f64,
    /// Its colours. An outline is drawn half inside, half outside.
    pub paint: Paint,
}

impl<'a, Coord> PointCollection<'a, Coord, Unclamped> for &'a Mark<Coord> {
    type Point = &'a Coord;
    type IntoIter = iter::Once<&'a Coord>;

    fn point_iter(self) -> Self::IntoIter {
        iter::once(&self.at)
    }
}

impl<'b, Coord> Drawable<Canvas<'b>, Unclamped> for Mark<Coord> {
    fn draw<I: Iterator<Item = (f64, f64)>>(
        &self,
        pos: I,
        canvas: &mut Canvas<'b>,
        _: (u32, u32),
    ) -> Drawn {
        canvas.check()?;
        for at in pos {
            draw_mark(canvas, at, self.shape, self.radius_px, &self.paint);
        }
        Ok(())
    }
}

/// A line through points.
#[derive(Clone, Debug, PartialEq)]
pub struct Line<Coord> {
    /// Its vertices, in order. Fewer than two draw nothing.
    pub points: Vec<Coord>,
    /// How it is drawn.
    pub stroke: Stroke,
}

impl<'a, Coord> PointCollection<'a, Coord, Unclamped> for &'a Line<Coord> {
    type Point = &'a Coord;
    type IntoIter = slice::Iter<'a, Coord>;

    fn point_iter(self) -> Self::IntoIter {
        self.points.iter()
    }
}

impl<'b, Coord> Drawable<Canvas<'b>, Unclamped> for Line<Coord> {
    fn draw<I: Iterator<Item = (f64, f64)>>(
        &self,
        pos: I,
        canvas: &mut Canvas<'b>,
        _: (u32, u32),
    ) -> Drawn {
        canvas.check()?;
        let points: Vec<(f64, f64)> = pos.collect();
        canvas.path(&[points], false, &Paint::outlined(self.stroke));
        Ok(())
    }
}

/// A polygon, with holes if it has more than one ring.
#[derive(Clone, Debug, PartialEq)]
pub struct Area<Coord> {
    /// Its rings, outer and inner in any order and direction, closed or not. What lies inside an even
    /// number of them is not filled.
    pub rings: Vec<Vec<Coord>>,
    /// Its colours.
    pub paint: Paint,
}

impl<'a, Coord> PointCollection<'a, Coord, Unclamped> for &'a Area<Coord> {
    type Point = &'a Coord;
    type IntoIter = iter::Flatten<slice::Iter<'a, Vec<Coord>>>;

    fn point_iter(self) -> Self::IntoIter {
        self.rings.iter().flatten()
    }
}

impl<'b, Coord> Drawable<Canvas<'b>, Unclamped> for Area<Coord> {
    fn draw<I: Iterator<Item = (f64, f64)>>(
        &self,
        mut pos: I,
        canvas: &mut Canvas<'b>,
        _: (u32, u32),
    ) -> Drawn {
        canvas.check()?;
        let rings: Vec<Vec<(f64, f64)>> = self
            .rings
            .iter()
            .map(|ring| pos.by_ref().take(ring.len()).collect())
            .collect();
        canvas.path(&rings, true, &self.paint);
        Ok(())
    }
}

/// A line of text beside a place.
#[derive(Clone, Debug, PartialEq)]
pub struct Label<Coord> {
    /// The place.
    pub at: Coord,
    /// From the place to the text's anchor, in px, x to the right and y down.
    pub offset_px: (f64, f64),
    /// The text.
    pub text: String,
    /// How it is set.
    pub lettering: Lettering,
}

impl<'a, Coord> PointCollection<'a, Coord, Unclamped> for &'a Label<Coord> {
    type Point = &'a Coord;
    type IntoIter = iter::Once<&'a Coord>;

    fn point_iter(self) -> Self::IntoIter {
        iter::once(&self.at)
    }
}

impl<'b, Coord> Drawable<Canvas<'b>, Unclamped> for Label<Coord> {
    fn draw<I: Iterator<Item = (f64, f64)>>(
        &self,
        pos: I,
        canvas: &mut Canvas<'b>,
        _: (u32, u32),
    ) -> Drawn {
        canvas.check()?;
        for (x, y) in pos {
            let anchor = (x + self.offset_px.0, y + self.offset_px.1);
            canvas.text(&TextLine::new(anchor, &self.text, self.lettering));
        }
        Ok(())
    }
}

/// Anything else: a function that gets the canvas and its points in px.
///
/// This is the way to the canvas' own methods (clips, groups, rotated text) while plotters holds it.
pub struct Sketch<Coord, F> {
    points: Vec<Coord>,
    draw: F,
}

impl<Coord, F: Fn(&mut Canvas<'_>, &[(f64, f64)])> Sketch<Coord, F> {
    /// A sketch of some points; they may be none.
    pub fn new(points: Vec<Coord>, draw: F) -> Sketch<Coord, F> {
        Sketch { points, draw }
    }
}

impl<'a, Coord, F> PointCollection<'a, Coord, Unclamped> for &'a Sketch<Coord, F> {
    type Point = &'a Coord;
    type IntoIter = slice::Iter<'a, Coord>;

    fn point_iter(self) -> Self::IntoIter {
        self.points.iter()
    }
}

impl<'b, Coord, F: Fn(&mut Canvas<'_>, &[(f64, f64)])> Drawable<Canvas<'b>, Unclamped>
    for Sketch<Coord, F>
{
    fn draw<I: Iterator<Item = (f64, f64)>>(
        &self,
        pos: I,
        canvas: &mut Canvas<'b>,
        _: (u32, u32),
    ) -> Drawn {
        canvas.check()?;
        let points: Vec<(f64, f64)> = pos.collect();
        (self.draw)(canvas, &points);
        Ok(())
    }
}

/// A plotters style for its own lines and outlines, `width_px` wide.
pub fn line_style(ink: Ink, width_px: f64) -> ShapeStyle {
    ShapeStyle {
        color: colour(ink),
        filled: false,
        stroke_width: upx(width_px),
    }
}

/// A plotters style for its own filled shapes.
pub fn fill_style(ink: Ink) -> ShapeStyle {
    ShapeStyle {
        color: colour(ink),
        filled: true,
        stroke_width: 0,
    }
}

/// A plotters style for its own text (axis labels, captions), `size_px` large.
pub fn text_style(size_px: f64, weight: Weight, ink: Ink) -> TextStyle<'static> {
    let style = match weight {
        Weight::Regular => FontStyle::Normal,
        Weight::Bold => FontStyle::Bold,
    };
    FontDesc::new(FontFamily::SansSerif, size_px * f64::from(SUBPIXEL), style).color(&colour(ink))
}

fn colour(ink: Ink) -> plotters::style::RGBAColor {
    let [r, g, b] = ink.code();
    RGBColor(r, g, b).mix(ink.alpha)
}

#[cfg(test)]
mod tests {
    use super::super::canvas::{Rect, Stroke, document};
    use super::*;
    use plotters::chart::ChartBuilder;

    const INK: Ink = Ink::own([0, 0, 0]);

    #[test]
    fn all_shapes_have_the_area_of_the_circle_and_are_centred() {
        for shape in Shape::ALL {
            let corners = outline(shape, 10.0);
            let next = corners.iter().cycle().skip(1);
            let (mut area, mut x, mut y) = (0.0, 0.0, 0.0);
            for (a, b) in corners.iter().zip(next) {
                let cross = a.0 * b.1 - b.0 * a.1;
                area += cross / 2.0;
                x += (a.0 + b.0) * cross / 6.0;
                y += (a.1 + b.1) * cross / 6.0;
            }
            assert!(
                (area / (PI * 100.0) - 1.0).abs() < 0.01,
                "{shape:?}: {area}"
            );
            assert!(
                (x / area).abs() < 1e-9 && (y / area).abs() < 1e-9,
                "{shape:?}"
            );
        }
    }

    #[test]
    fn every_shape_is_listed_once() {
        let mut all = Shape::ALL.to_vec();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), Shape::ALL.len());
    }

    #[test]
    fn triangles_point_where_they_say() {
        let top = |shape| {
            outline(shape, 1.0)
                .into_iter()
                .map(|p| p.1)
                .fold(0.0, f64::min)
        };
        assert!(top(Shape::TriangleUp) < top(Shape::TriangleDown));
    }

    /// A chart of 0..10 × 0..10 on the whole of 160 × 160 px: one unit is 16 px, y up.
    fn chart<'s>(
        out: &'s mut String,
        draw: impl FnOnce(
            &mut plotters::chart::ChartContext<
                '_,
                Canvas<'s>,
                plotters::coord::cartesian::Cartesian2d<
                    plotters::coord::types::RangedCoordf64,
                    plotters::coord::types::RangedCoordf64,
                >,
            >,
        ),
    ) {
        use plotters::drawing::IntoDrawingArea as _;
        let root = Canvas::new(out, &document((160, 160), "", "", None)).into_drawing_area();
        let mut chart = ChartBuilder::on(&root)
            .build_cartesian_2d(0.0..10.0, 0.0..10.0)
            .unwrap();
        draw(&mut chart);
    }

    #[test]
    fn elements_take_chart_coordinates_and_are_not_clamped() {
        let mut svg = String::new();
        chart(&mut svg, |chart| {
            let stroke = Stroke::solid(INK, 2.0);
            chart
                .draw_series([Line {
                    points: vec![(-5.0, 5.0), (5.0, 5.0), (20.0, -5.0)],
                    stroke,
                }])
                .unwrap();
            let ring = |a: f64, b: f64| vec![(a, a), (b, a), (b, b)];
            let rings = vec![ring(0.0, 10.0), ring(2.0, 4.0)];
            chart
                .draw_series([Area {
                    rings,
                    paint: Paint::filled(INK),
                }])
                .unwrap();
            let mark = |shape| Mark {
                at: (5.0, 5.0),
                shape,
                radius_px: 4.0,
                paint: Paint::filled(INK),
            };
            chart.draw_series(Shape::ALL.map(mark)).unwrap();
            let label = Label {
                at: (5.0, 5.0),
                offset_px: (10.0, -2.0),
                text: "Khost".to_owned(),
                lettering: Lettering::new(12.0, INK),
            };
            chart.draw_series([label]).unwrap();
            let sketch = Sketch::new(vec![(0.0, 0.0)], |canvas: &mut Canvas<'_>, points: &[_]| {
                canvas.begin_clip(Rect::new(0.0, 0.0, 10.0, 10.0));
                canvas.circle(points[0], 3.0, &Paint::filled(INK));
                canvas.end();
            });
            chart.draw_series([sketch]).unwrap();
        });
        // plotters spreads 10 units over the 2,560 units of the area less one.
        for expected in [
            "M-80 80L79.94 80 319.88 239.94",
            "M0 159.94L159.94 159.94 159.94 0ZM",
            "<circle cx=\"79.94\" cy=\"80\" r=\"4\"",
            "<text x=\"89.94\" y=\"78\"",
            "<clipPath",
            "<circle cx=\"0\" cy=\"159.94\" r=\"3\"",
        ] {
            assert!(svg.contains(expected), "{expected} in {svg}");
        }
        assert!(svg.ends_with("</svg>\n"));
    }
}
