//! The drawing surface: plotters draws on it, we draw on it, and out comes one SVG document.
//!
//! Two coordinate systems meet here.
//!
//! * What plotters hands over is whole numbers, so one plotters unit is 1/16 px ([`SUBPIXEL`]). That
//!   holds for everything it says: positions, margins and label areas, stroke widths, circle radii,
//!   tick lengths and font sizes. A line 2 px wide is `stroke_width(32)`; [`px`] and [`upx`] convert.
//!   Beware of plotters' defaults (stroke width 1, ticks of 5): they are sixteenths too.
//! * The methods of [`Canvas`] itself take `f64` in px, x to the right and y down.
//!
//! Coordinates are written with at most two decimals, and the same calls give the same bytes. Colours
//! carry their own `fill-opacity` and `stroke-opacity`; group opacity is never used, because a PDF
//! made from it would need a transparency group for every mark.
//!
//! Shapes with a coordinate that is not finite are left out.

use std::fmt;
use std::fmt::Write as _;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle, FontTransform,
};

use super::text::{self, Weight};

/// Plotters units in a pixel.
pub const SUBPIXEL: i32 = 16;

/// Pixels as a signed plotters length or position, rounded to 1/16 px.
pub fn px(pixels: f64) -> i32 {
    (pixels * f64::from(SUBPIXEL)).round() as i32
}

/// Pixels as an unsigned plotters length (margin, stroke width, label area), rounded to 1/16 px. A
/// negative length is 0.
pub fn upx(pixels: f64) -> u32 {
    (pixels * f64::from(SUBPIXEL)).round() as u32
}

/// A plotters position or length in pixels.
pub fn from_px(units: i32) -> f64 {
    f64::from(units) / f64::from(SUBPIXEL)
}

/// Why something could not be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CanvasError {
    /// The document was finished (by `present`) before this was drawn.
    Finished,
    /// A bitmap had fewer than three bytes for each pixel.
    BitmapTooShort,
}

impl fmt::Display for CanvasError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            CanvasError::Finished => "the drawing is finished; nothing can be added to it",
            CanvasError::BitmapTooShort => "the bitmap has fewer than three bytes for each pixel",
        })
    }
}

impl std::error::Error for CanvasError {}

/// A colour with its opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// Red, green, blue.
    pub rgb: [u8; 3],
    /// 0 is invisible, 1 covers what is below. Values outside are clamped; NaN is invisible.
    pub alpha: f64,
}

impl Ink {
    /// A colour that covers what is below.
    pub const fn solid(rgb: [u8; 3]) -> Ink {
        Ink { rgb, alpha: 1.0 }
    }

    /// The same colour with another opacity.
    #[must_use]
    pub const fn with_alpha(self, alpha: f64) -> Ink {
        Ink { alpha, ..self }
    }

    fn visible(self) -> bool {
        self.alpha > 0.0
    }
}

impl From<BackendColor> for Ink {
    fn from(colour: BackendColor) -> Ink {
        let (r, g, b) = colour.rgb;
        Ink {
            rgb: [r, g, b],
            alpha: colour.alpha,
        }
    }
}

/// How a line is broken. The dashes of a pattern are cut square, so that a gap is as long as it says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Dash {
    /// Unbroken, with round ends.
    #[default]
    Solid,
    /// Dashes four widths long, gaps of two and a half.
    Dashed,
    /// Round dots, a width of gap between them; fine ones stand 3 px apart, closer they would blur.
    Dotted,
    /// A long dash, a gap, a short dash, a gap.
    DashDot,
    /// Dashes and gaps of given lengths, in px.
    Pattern {
        /// Length of a dash.
        on_px: f64,
        /// Length of a gap.
        off_px: f64,
    },
}

/// How a line is drawn: joined and ended round.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stroke {
    /// Its colour.
    pub ink: Ink,
    /// Its width in px. A line that is not wider than 0 is not drawn.
    pub width_px: f64,
    /// Its breaks.
    pub dash: Dash,
}

impl Stroke {
    /// An unbroken line.
    pub const fn solid(ink: Ink, width_px: f64) -> Stroke {
        Stroke {
            ink,
            width_px,
            dash: Dash::Solid,
        }
    }

    /// The same line, broken.
    #[must_use]
    pub const fn dashed(self, dash: Dash) -> Stroke {
        Stroke { dash, ..self }
    }

    fn visible(&self) -> bool {
        self.ink.visible() && self.width_px > 0.0 && self.width_px.is_finite()
    }
}

/// How a shape is drawn: filled, outlined, or both. The outline is centred on the edge and lies over
/// the fill.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Paint {
    /// What fills it, if anything.
    pub fill: Option<Ink>,
    /// What outlines it, if anything.
    pub stroke: Option<Stroke>,
}

impl Paint {
    /// Filled, without an outline.
    pub const fn filled(ink: Ink) -> Paint {
        Paint {
            fill: Some(ink),
            stroke: None,
        }
    }

    /// Outlined, not filled.
    pub const fn outlined(stroke: Stroke) -> Paint {
        Paint {
            fill: None,
            stroke: Some(stroke),
        }
    }

    /// The same with an outline.
    #[must_use]
    pub const fn with_outline(self, stroke: Stroke) -> Paint {
        Paint {
            stroke: Some(stroke),
            ..self
        }
    }

    fn visible(&self) -> bool {
        self.fill.is_some_and(Ink::visible) || self.stroke.is_some_and(|s| s.visible())
    }
}

/// A rectangle in px.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width; not negative.
    pub width: f64,
    /// Height; not negative.
    pub height: f64,
}

impl Rect {
    /// A rectangle from its upper left corner and its size.
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Rect {
        Rect {
            x,
            y,
            width,
            height,
        }
    }

    /// Right edge.
    pub const fn right(&self) -> f64 {
        self.x + self.width
    }

    /// Bottom edge.
    pub const fn bottom(&self) -> f64 {
        self.y + self.height
    }

    fn finite(&self) -> bool {
        [self.x, self.y, self.width, self.height]
            .iter()
            .all(|v| v.is_finite())
            && self.width >= 0.0
            && self.height >= 0.0
    }
}

/// Which part of a line of text stands at its x, along the line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Anchor {
    /// Its left end, whatever its script.
    #[default]
    Start,
    /// Its middle.
    Middle,
    /// Its right end.
    End,
}

/// Which part of a line of text stands at its y, across the line. Top and bottom are those of the
/// line box, see [`text::LINE_HEIGHT_EM`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum VerticalAnchor {
    /// The line that the letters stand on.
    #[default]
    Baseline,
    /// The top of the line box.
    Top,
    /// Half the height of the capitals, which is the middle of the line box too.
    Middle,
    /// The bottom of the line box.
    Bottom,
}

impl VerticalAnchor {
    /// From the anchor down to the baseline, in em.
    fn baseline_em(self) -> f64 {
        match self {
            VerticalAnchor::Baseline => 0.0,
            VerticalAnchor::Top => text::ASCENT_EM,
            VerticalAnchor::Middle => text::CAP_HEIGHT_EM / 2.0,
            VerticalAnchor::Bottom => -text::DESCENT_EM,
        }
    }
}

/// A rim around letters, so that they can be read over lines and fills.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Halo {
    /// Its colour, mostly that of the background.
    pub ink: Ink,
    /// How far it reaches beyond the letters, in px.
    pub width_px: f64,
}

/// How text is set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Lettering {
    /// Font size in px. Text that is not larger than 0 is not drawn.
    pub size_px: f64,
    /// How heavy it is.
    pub weight: Weight,
    /// Its colour.
    pub ink: Ink,
    /// What of it stands at x.
    pub anchor: Anchor,
    /// What of it stands at y.
    pub vertical: VerticalAnchor,
    /// Clockwise turn about (x, y), in degrees.
    pub rotate_degrees: f64,
    /// Extra space between letters, in px. Arabic letters join and take none.
    pub letter_spacing_px: f64,
    /// The rim around it, if any.
    pub halo: Option<Halo>,
}

impl Lettering {
    /// Regular weight, from the left, on the baseline, level, no halo.
    pub const fn new(size_px: f64, ink: Ink) -> Lettering {
        Lettering {
            size_px,
            weight: Weight::Regular,
            ink,
            anchor: Anchor::Start,
            vertical: VerticalAnchor::Baseline,
            rotate_degrees: 0.0,
            letter_spacing_px: 0.0,
            halo: None,
        }
    }

    /// The same in bold.
    #[must_use]
    pub const fn bold(self) -> Lettering {
        Lettering {
            weight: Weight::Bold,
            ..self
        }
    }

    /// The same with other anchors.
    #[must_use]
    pub const fn anchored(self, anchor: Anchor, vertical: VerticalAnchor) -> Lettering {
        Lettering {
            anchor,
            vertical,
            ..self
        }
    }

    /// The same, turned clockwise about its position.
    #[must_use]
    pub const fn rotated(self, degrees: f64) -> Lettering {
        Lettering {
            rotate_degrees: degrees,
            ..self
        }
    }

    /// The same with extra space between letters.
    #[must_use]
    pub const fn spaced(self, letter_spacing_px: f64) -> Lettering {
        Lettering {
            letter_spacing_px,
            ..self
        }
    }

    /// The same with a halo.
    #[must_use]
    pub const fn with_halo(self, ink: Ink, width_px: f64) -> Lettering {
        Lettering {
            halo: Some(Halo { ink, width_px }),
            ..self
        }
    }

    /// Width of a line set like this, in px, without its halo.
    pub fn width_px(&self, line: &str) -> f64 {
        let mut width = text::width_px(line, self.size_px, self.weight);
        if self.letter_spacing_px != 0.0 {
            width += text::gaps(line) as f64 * self.letter_spacing_px;
        }
        width
    }
}

/// One line of text at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextLine<'t> {
    /// Position of the anchor, px from the left.
    pub x: f64,
    /// Position of the anchor, px from the top.
    pub y: f64,
    /// The text; written as [`text::clean`] leaves it.
    pub text: &'t str,
    /// How it is set.
    pub lettering: Lettering,
}

impl<'t> TextLine<'t> {
    /// A line of text with its anchor at a place.
    pub const fn new((x, y): (f64, f64), text: &'t str, lettering: Lettering) -> TextLine<'t> {
        TextLine {
            x,
            y,
            text,
            lettering,
        }
    }

    /// The same line moved by a distance in px.
    #[must_use]
    pub const fn shifted(self, dx: f64, dy: f64) -> TextLine<'t> {
        TextLine {
            x: self.x + dx,
            y: self.y + dy,
            ..self
        }
    }

    /// The box around the line box, turned text included: what a label covers, without its halo.
    pub fn bounds(&self) -> Rect {
        let set = &self.lettering;
        let width = set.width_px(self.text);
        let left = match set.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -width / 2.0,
            Anchor::End => -width,
        };
        let top = (set.vertical.baseline_em() - text::ASCENT_EM) * set.size_px;
        let bottom = top + text::line_height_px(set.size_px);
        let (sin, cos) = set.rotate_degrees.to_radians().sin_cos();
        let corners = [
            (left, top),
            (left + width, top),
            (left, bottom),
            (left + width, bottom),
        ]
        .map(|(x, y)| (self.x + x * cos - y * sin, self.y + x * sin + y * cos));
        let low = corners
            .iter()
            .fold((f64::INFINITY, f64::INFINITY), |low, corner| {
                (low.0.min(corner.0), low.1.min(corner.1))
            });
        let high = corners
            .iter()
            .fold((f64::NEG_INFINITY, f64::NEG_INFINITY), |high, corner| {
                (high.0.max(corner.0), high.1.max(corner.1))
            });
        Rect::new(low.0, low.1, high.0 - low.0, high.1 - low.1)
    }
}

/// The attributes of a group. Empty ones are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Group<'g> {
    /// `id`: unique in the document, and in the page that it may be embedded in. Characters that an id
    /// cannot have become `-`.
    pub id: &'g str,
    /// `class`: names for a style sheet, separated by spaces.
    pub class: &'g str,
    /// `aria-label`: what a screen reader says.
    pub label: &'g str,
}

/// The surface: draws into a string that holds a complete SVG document once the canvas is finished
/// (by [`Canvas::finish`], by plotters' `present`, or when it goes out of scope).
///
/// After that nothing is drawn any more: plotters' calls report [`CanvasError::Finished`], the
/// methods of the canvas do nothing.
pub struct Canvas<'a> {
    out: &'a mut String,
    width_px: u32,
    height_px: u32,
    /// What the ids of this document begin with: different documents in one page must not share ids.
    prefix: String,
    ids: u32,
    open: u32,
    /// A canvas that [`Canvas::area`] lent does not close the document.
    lent: bool,
    finished: bool,
}

impl<'a> Canvas<'a> {
    /// Starts a document; what was in `out` is replaced.
    ///
    /// * `width_px`, `height_px`: its size.
    /// * `title`, `description`: what a screen reader says of it; the title also names the picture in
    ///   a browser. Empty ones are left out.
    /// * `background`: fills it; `None` leaves it transparent.
    pub fn new(
        out: &'a mut String,
        (width_px, height_px): (u32, u32),
        title: &str,
        description: &str,
        background: Option<Ink>,
    ) -> Canvas<'a> {
        out.clear();
        out.reserve(1 << 16);
        let prefix = format!(
            "c{:08x}",
            fingerprint(&[title, description], width_px, height_px)
        );
        let mut canvas = Canvas {
            out,
            width_px,
            height_px,
            prefix,
            ids: 0,
            open: 0,
            lent: false,
            finished: false,
        };
        canvas.head(title, description);
        if let Some(ink) = background {
            let whole = Rect::new(0.0, 0.0, f64::from(width_px), f64::from(height_px));
            canvas.rect(whole, 0.0, &Paint::filled(ink));
        }
        canvas
    }

    fn head(&mut self, title: &str, description: &str) {
        let (title, description) = (text::clean(title), text::clean(description));
        let (width, height) = (self.width_px, self.height_px);
        self.put(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"'{}', 'Noto Naskh Arabic', sans-serif\" \
             fill-rule=\"evenodd\" stroke-linecap=\"round\" stroke-linejoin=\"round\" role=\"img\"",
            text::FAMILY
        ));
        let named: Vec<String> = [(&title, "title"), (&description, "desc")]
            .iter()
            .filter(|(text, _)| !text.is_empty())
            .map(|(_, tag)| format!("{}-{tag}", self.prefix))
            .collect();
        if !named.is_empty() {
            self.attribute("aria-labelledby", &named.join(" "));
        }
        self.out.push_str(">\n");
        for (text, tag) in [(&title, "title"), (&description, "desc")] {
            if !text.is_empty() {
                let id = format!("{}-{tag}", self.prefix);
                self.put(format_args!("<{tag} id=\"{id}\">"));
                escape(self.out, text);
                self.put(format_args!("</{tag}>\n"));
            }
        }
    }

    /// Width and height of the picture in px.
    pub fn size_px(&self) -> (f64, f64) {
        (f64::from(self.width_px), f64::from(self.height_px))
    }

    /// Lends a part of the canvas to plotters; what it draws comes after what is there already. The
    /// canvas can be used again when the area and everything made from it are gone.
    ///
    /// Groups and clips that are open stay in force. The area is not clipped: plotters keeps its own
    /// elements inside, ours go where they are told.
    pub fn area(&mut self, part: Rect) -> DrawingArea<Canvas<'_>, Shift> {
        self.ids += 1;
        let lent = Canvas {
            prefix: format!("{}-{}", self.prefix, self.ids),
            out: self.out,
            width_px: self.width_px,
            height_px: self.height_px,
            ids: 0,
            open: 0,
            lent: true,
            finished: self.finished,
        };
        lent.into_drawing_area().shrink(
            (px(part.x), px(part.y)),
            (upx(part.width), upx(part.height)),
        )
    }

    /// Draws lines (`closed` false) or polygons (`closed` true) as one shape.
    ///
    /// What lies inside an even number of rings is not filled, so a ring within a ring is a hole
    /// whichever way it runs; overlapping polygons belong in separate calls. Subpaths of one point and
    /// those with a coordinate that is not finite are left out.
    pub fn path<P: AsRef<[(f64, f64)]>>(&mut self, subpaths: &[P], closed: bool, paint: &Paint) {
        if self.finished || !paint.visible() {
            return;
        }
        let start = self.out.len();
        self.out.push_str("<path d=\"");
        let mut any = false;
        for subpath in subpaths {
            any |= self.subpath(subpath.as_ref(), closed);
        }
        if !any {
            self.out.truncate(start);
            return;
        }
        self.out.push('"');
        // An open line that is filled would be closed by the renderer; that is never meant.
        let fill = if closed { paint.fill } else { None };
        self.paint(&Paint { fill, ..*paint });
        self.out.push_str("/>\n");
    }

    /// Writes one subpath; false if there was nothing to write.
    fn subpath(&mut self, points: &[(f64, f64)], closed: bool) -> bool {
        if points.iter().any(|p| !finite(*p)) {
            return false;
        }
        let start = self.out.len();
        let mut count = 0;
        let mut last = (i64::MIN, i64::MIN);
        for &(x, y) in points {
            let here = (hundredths(x), hundredths(y));
            if here == last {
                continue;
            }
            last = here;
            self.out.push(match count {
                0 => 'M',
                1 => 'L',
                _ => ' ',
            });
            count += 1;
            write_hundredths(self.out, here.0);
            if here.1 >= 0 {
                self.out.push(' ');
            }
            write_hundredths(self.out, here.1);
        }
        if count < 2 {
            self.out.truncate(start);
            return false;
        }
        if closed {
            self.out.push('Z');
        }
        true
    }

    /// Draws a straight line.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: Stroke) {
        self.path(&[[from, to]], false, &Paint::outlined(stroke));
    }

    /// Draws a rectangle, its corners rounded with a radius in px (0: sharp).
    pub fn rect(&mut self, rect: Rect, corner_px: f64, paint: &Paint) {
        if self.finished || !paint.visible() || !rect.finite() {
            return;
        }
        self.out.push_str("<rect");
        self.rect_attributes(rect);
        if corner_px > 0.0 && corner_px.is_finite() {
            self.number("rx", corner_px);
        }
        self.paint(paint);
        self.out.push_str("/>\n");
    }

    fn rect_attributes(&mut self, rect: Rect) {
        self.number("x", rect.x);
        self.number("y", rect.y);
        self.number("width", rect.width);
        self.number("height", rect.height);
    }

    /// Draws a circle with a radius in px. A radius that is not greater than 0 draws nothing.
    pub fn circle(&mut self, centre: (f64, f64), radius_px: f64, paint: &Paint) {
        let drawable = radius_px > 0.0 && radius_px.is_finite() && finite(centre);
        if self.finished || !paint.visible() || !drawable {
            return;
        }
        self.out.push_str("<circle");
        self.number("cx", centre.0);
        self.number("cy", centre.1);
        self.number("r", radius_px);
        self.paint(paint);
        self.out.push_str("/>\n");
    }

    /// Draws one line of text.
    ///
    /// The baseline is worked out here: renderers disagree about `dominant-baseline`.
    pub fn text(&mut self, line: &TextLine<'_>) {
        let set = &line.lettering;
        let content = text::clean(line.text);
        let numbers = [
            line.x,
            line.y,
            set.size_px,
            set.rotate_degrees,
            set.letter_spacing_px,
        ];
        if self.finished
            || content.is_empty()
            || !set.ink.visible()
            || numbers.iter().any(|v| !v.is_finite())
            || set.size_px <= 0.0
        {
            return;
        }
        self.out.push_str("<text");
        self.number("x", line.x);
        self.number("y", line.y + set.vertical.baseline_em() * set.size_px);
        self.number("font-size", set.size_px);
        if set.weight == Weight::Bold {
            self.out.push_str(" font-weight=\"bold\"");
        }
        match set.anchor {
            Anchor::Start => {}
            Anchor::Middle => self.out.push_str(" text-anchor=\"middle\""),
            Anchor::End => self.out.push_str(" text-anchor=\"end\""),
        }
        if set.letter_spacing_px != 0.0 {
            self.number("letter-spacing", set.letter_spacing_px);
        }
        self.colour("fill", set.ink);
        if let Some(halo) = set.halo
            && halo.ink.visible()
            && halo.width_px > 0.0
        {
            self.colour("stroke", halo.ink);
            // Half of a stroke lies under the letter.
            self.number("stroke-width", 2.0 * halo.width_px);
            self.out.push_str(" paint-order=\"stroke\"");
        }
        if set.rotate_degrees != 0.0 {
            self.out.push_str(" transform=\"rotate(");
            write_number(self.out, set.rotate_degrees);
            for v in [line.x, line.y] {
                self.out.push(' ');
                write_number(self.out, v);
            }
            self.out.push_str(")\"");
        }
        self.out.push('>');
        escape(self.out, &content);
        self.out.push_str("</text>\n");
    }

    /// Starts a part of the drawing that shows only inside a rectangle; [`Canvas::end`] ends it.
    ///
    /// The renderer needs a layer of its own for it: clip once around many shapes, not around each.
    /// A rectangle that is not finite clips everything away.
    pub fn begin_clip(&mut self, rect: Rect) {
        if self.finished {
            return;
        }
        self.ids += 1;
        let id = format!("{}-{}", self.prefix, self.ids);
        let rect = if rect.finite() {
            rect
        } else {
            Rect::new(0.0, 0.0, 0.0, 0.0)
        };
        self.put(format_args!("<clipPath id=\"{id}\"><rect"));
        self.rect_attributes(rect);
        self.put(format_args!(
            "/></clipPath>\n<g clip-path=\"url(#{id})\">\n"
        ));
        self.open += 1;
    }

    /// Starts a named part of the drawing; [`Canvas::end`] ends it.
    pub fn begin_group(&mut self, group: &Group<'_>) {
        if self.finished {
            return;
        }
        self.out.push_str("<g");
        if !group.id.is_empty() {
            self.attribute("id", &identifier(group.id));
        }
        if !group.class.is_empty() {
            self.attribute("class", group.class);
        }
        if !group.label.is_empty() {
            self.attribute("aria-label", group.label);
        }
        self.out.push_str(">\n");
        self.open += 1;
    }

    /// Ends the innermost clip or group. Without one it does nothing; those left open are ended when
    /// the drawing is finished.
    pub fn end(&mut self) {
        if !self.finished && self.open > 0 {
            self.open -= 1;
            self.out.push_str("</g>\n");
        }
    }

    /// Finishes the document.
    pub fn finish(mut self) {
        self.close();
    }

    fn close(&mut self) {
        if self.finished {
            return;
        }
        while self.open > 0 {
            self.end();
        }
        if !self.lent {
            self.out.push_str("</svg>\n");
        }
        self.finished = true;
    }

    /// Fails once the document is finished.
    pub(super) fn check(&self) -> Result<(), DrawingErrorKind<CanvasError>> {
        if self.finished {
            return Err(DrawingErrorKind::DrawingError(CanvasError::Finished));
        }
        Ok(())
    }

    fn put(&mut self, what: fmt::Arguments<'_>) {
        // Writing to a string does not fail.
        let _ = self.out.write_fmt(what);
    }

    fn attribute(&mut self, name: &str, value: &str) {
        self.put(format_args!(" {name}=\""));
        escape(self.out, &text::clean(value));
        self.out.push('"');
    }

    fn number(&mut self, name: &str, value: f64) {
        self.out.push(' ');
        self.out.push_str(name);
        self.out.push_str("=\"");
        write_number(self.out, value);
        self.out.push('"');
    }

    /// Writes a colour and its opacity: `role` is `fill` or `stroke`.
    fn colour(&mut self, role: &str, ink: Ink) {
        const HEX: &[u8; 16] = b"0123456789abcdef";
        self.out.push(' ');
        self.out.push_str(role);
        self.out.push_str("=\"#");
        for byte in ink.rgb {
            self.out.push(char::from(HEX[usize::from(byte >> 4)]));
            self.out.push(char::from(HEX[usize::from(byte & 15)]));
        }
        self.out.push('"');
        if ink.alpha < 1.0 {
            self.out.push(' ');
            self.out.push_str(role);
            self.out.push_str("-opacity=\"");
            // 1/256 steps are what a picture can show; two decimals would be too coarse for them.
            let thousandths = (ink.alpha.max(0.0) * 1000.0).round() as i64;
            write_decimal(self.out, thousandths, 3);
            self.out.push('"');
        }
    }

    fn paint(&mut self, paint: &Paint) {
        match paint.fill {
            Some(ink) if ink.visible() => self.colour("fill", ink),
            _ => self.out.push_str(" fill=\"none\""),
        }
        let Some(stroke) = paint.stroke.filter(Stroke::visible) else {
            return;
        };
        self.colour("stroke", stroke.ink);
        let w = stroke.width_px;
        // A width keeps its thousandths: hairlines are thinner than a tenth of a pixel.
        self.out.push_str(" stroke-width=\"");
        write_decimal(self.out, (w.min(1e6) * 1000.0).round() as i64, 3);
        self.out.push('"');
        let pattern: &[f64] = match stroke.dash {
            Dash::Solid => return,
            Dash::Dashed => &[4.0 * w, 2.5 * w],
            // Round ends turn a dash of no length into a dot; renderers drop one of exactly 0.
            Dash::Dotted => &[0.01, (2.0 * w).max(3.0)],
            Dash::DashDot => &[5.0 * w, 2.0 * w, 1.2 * w, 2.0 * w],
            Dash::Pattern { on_px, off_px } => &[on_px, off_px],
        };
        // Anything else makes a document that renderers reject, or no pattern at all.
        if !pattern.iter().all(|v| v.is_finite() && *v > 0.0) {
            return;
        }
        self.out.push_str(" stroke-dasharray=\"");
        for (i, v) in pattern.iter().enumerate() {
            if i > 0 {
                self.out.push(' ');
            }
            write_hundredths(self.out, hundredths(*v).max(1));
        }
        self.out.push('"');
        if stroke.dash != Dash::Dotted {
            self.out.push_str(" stroke-linecap=\"butt\"");
        }
    }
}

impl Drop for Canvas<'_> {
    fn drop(&mut self) {
        self.close();
    }
}

fn finite((x, y): (f64, f64)) -> bool {
    x.is_finite() && y.is_finite()
}

/// The largest coordinate that is written, either way. Renderers work in single precision: further
/// out they would lose the decimals, and nothing there is ever seen.
const FAR: f64 = 1e6;

fn hundredths(value: f64) -> i64 {
    (value.clamp(-FAR, FAR) * 100.0).round() as i64
}

/// Writes a number with at most two decimals.
fn write_number(out: &mut String, value: f64) {
    write_hundredths(out, hundredths(value));
}

fn write_hundredths(out: &mut String, value: i64) {
    write_decimal(out, value, 2);
}

/// Writes `value / 10^decimals` in the shortest form: no trailing zeros, no "-0".
fn write_decimal(out: &mut String, value: i64, decimals: usize) {
    let mut digits = [0u8; 24];
    let mut rest = value.unsigned_abs();
    let mut at = digits.len();
    let mut count = 0;
    let mut significant = false;
    loop {
        let digit = (rest % 10) as u8;
        rest /= 10;
        if count == decimals && significant {
            at -= 1;
            digits[at] = b'.';
        }
        significant |= digit != 0;
        if count >= decimals || significant {
            at -= 1;
            digits[at] = b'0' + digit;
        }
        count += 1;
        if rest == 0 && count > decimals {
            break;
        }
    }
    if value < 0 {
        out.push('-');
    }
    out.extend(digits[at..].iter().map(|&b| char::from(b)));
}

/// Writes text so that it stands for itself in XML, in an attribute too. Control characters are gone
/// already: [`text::clean`].
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// An id as XML and a URL fragment allow it.
fn identifier(id: &str) -> String {
    let mut out: String = id
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.') {
                c
            } else {
                '-'
            }
        })
        .collect();
    if !out.starts_with(|c: char| c.is_ascii_alphabetic()) {
        out.insert(0, 'g');
    }
    out
}

/// FNV-1a of what tells one document from another.
fn fingerprint(texts: &[&str], width: u32, height: u32) -> u32 {
    let bytes = texts
        .iter()
        .flat_map(|text| text.bytes().chain([0xff]))
        .chain(width.to_le_bytes())
        .chain(height.to_le_bytes());
    bytes.fold(0x811c_9dc5, |hash, byte| {
        (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193)
    })
}

/// The centre of a level or upright line of some width, moved by at most half a pixel so that its
/// edges fall on pixel edges: otherwise a hairline smears over two rows.
fn crisp(centre: f64, width: f64) -> f64 {
    if width.round() as i64 % 2 == 0 && width >= 1.0 {
        centre.round()
    } else {
        centre.floor() + 0.5
    }
}

fn points_px((x, y): BackendCoord) -> (f64, f64) {
    (from_px(x), from_px(y))
}

fn backend_stroke<S: BackendStyle>(style: &S) -> Stroke {
    Stroke::solid(
        style.color().into(),
        f64::from(style.stroke_width()) / f64::from(SUBPIXEL),
    )
}

fn backend_weight<T: BackendTextStyle>(style: &T) -> Weight {
    match style.style() {
        FontStyle::Bold => Weight::Bold,
        FontStyle::Normal | FontStyle::Oblique | FontStyle::Italic => Weight::Regular,
    }
}

type Drawn = Result<(), DrawingErrorKind<CanvasError>>;

impl DrawingBackend for Canvas<'_> {
    type ErrorType = CanvasError;

    fn get_size(&self) -> (u32, u32) {
        let units = SUBPIXEL.unsigned_abs();
        (
            self.width_px.saturating_mul(units),
            self.height_px.saturating_mul(units),
        )
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    /// Finishes the document. On a part that [`Canvas::area`] lent this only ends that part.
    fn present(&mut self) -> Drawn {
        self.close();
        Ok(())
    }

    /// Fills the whole pixel that the point lies in.
    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.check()?;
        let (x, y) = points_px(point);
        let pixel = Rect::new(x.floor(), y.floor(), 1.0, 1.0);
        self.rect(pixel, 0.0, &Paint::filled(color.into()));
        Ok(())
    }

    /// Level and upright lines (grid, axes, ticks) are moved onto the pixel grid, by half a pixel at
    /// most.
    fn draw_line<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
    ) -> Drawn {
        self.check()?;
        let stroke = backend_stroke(style);
        let ((mut x1, mut y1), (mut x2, mut y2)) = (points_px(from), points_px(to));
        if from.0 == to.0 {
            x1 = crisp(x1, stroke.width_px);
            x2 = x1;
        } else if from.1 == to.1 {
            y1 = crisp(y1, stroke.width_px);
            y2 = y1;
        }
        self.line((x1, y1), (x2, y2), stroke);
        Ok(())
    }

    /// The edges of fills are moved onto the pixel grid if a pixel or more is left between them, so
    /// that neighbouring bars and cells meet without a seam.
    fn draw_rect<S: BackendStyle>(
        &mut self,
        upper_left: BackendCoord,
        bottom_right: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.check()?;
        let (a, b) = (points_px(upper_left), points_px(bottom_right));
        let stroke = backend_stroke(style);
        let edges = |a: f64, b: f64| {
            let (low, high) = (a.min(b), a.max(b));
            let (snapped_low, snapped_high) = if fill {
                (low.round(), high.round())
            } else {
                (crisp(low, stroke.width_px), crisp(high, stroke.width_px))
            };
            if snapped_high - snapped_low >= 1.0 {
                (snapped_low, snapped_high)
            } else {
                (low, high)
            }
        };
        let ((left, right), (top, bottom)) = (edges(a.0, b.0), edges(a.1, b.1));
        let paint = if fill {
            Paint::filled(stroke.ink)
        } else {
            Paint::outlined(stroke)
        };
        self.rect(
            Rect::new(left, top, right - left, bottom - top),
            0.0,
            &paint,
        );
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.check()?;
        let points: Vec<BackendCoord> = path.into_iter().collect();
        if let &[from, to] = points.as_slice() {
            return self.draw_line(from, to, style);
        }
        let points: Vec<(f64, f64)> = points.into_iter().map(points_px).collect();
        self.path(&[points], false, &Paint::outlined(backend_stroke(style)));
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.check()?;
        let stroke = backend_stroke(style);
        let paint = if fill {
            Paint::filled(stroke.ink)
        } else {
            Paint::outlined(stroke)
        };
        self.circle(
            points_px(center),
            f64::from(radius) / f64::from(SUBPIXEL),
            &paint,
        );
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        vert: I,
        style: &S,
    ) -> Drawn {
        self.check()?;
        let points: Vec<(f64, f64)> = vert.into_iter().map(points_px).collect();
        self.path(&[points], true, &Paint::filled(style.color().into()));
        Ok(())
    }

    /// The family is ignored (there is one), and so is a slant. The baseline of level text is moved
    /// onto the pixel grid.
    fn draw_text<TStyle: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &TStyle,
        pos: BackendCoord,
    ) -> Drawn {
        self.check()?;
        let (x, mut y) = points_px(pos);
        let size_px = style.size() / f64::from(SUBPIXEL);
        let at = style.anchor();
        let mut vertical = match at.v_pos {
            VPos::Top => VerticalAnchor::Top,
            VPos::Center => VerticalAnchor::Middle,
            VPos::Bottom => VerticalAnchor::Bottom,
        };
        let rotate_degrees = match style.transform() {
            FontTransform::None => 0.0,
            FontTransform::Rotate90 => 90.0,
            FontTransform::Rotate180 => 180.0,
            FontTransform::Rotate270 => 270.0,
        };
        if matches!(style.transform(), FontTransform::None) {
            y = (y + vertical.baseline_em() * size_px).round();
            vertical = VerticalAnchor::Baseline;
        }
        let anchor = match at.h_pos {
            HPos::Left => Anchor::Start,
            HPos::Center => Anchor::Middle,
            HPos::Right => Anchor::End,
        };
        let lettering = Lettering {
            weight: backend_weight(style),
            rotate_degrees,
            ..Lettering::new(size_px, style.color().into()).anchored(anchor, vertical)
        };
        self.text(&TextLine::new((x, y), text, lettering));
        Ok(())
    }

    /// The size of the line box, before any rotation.
    fn estimate_text_size<TStyle: BackendTextStyle>(
        &self,
        text: &str,
        style: &TStyle,
    ) -> Result<(u32, u32), DrawingErrorKind<CanvasError>> {
        let width = text::width_px(text, style.size(), backend_weight(style));
        Ok((
            width.ceil() as u32,
            text::line_height_px(style.size()).ceil() as u32,
        ))
    }

    /// Draws an RGB bitmap, one bitmap pixel to one px, as a rectangle for each run of one colour. For
    /// small pictures: SVG has no other way that needs no image decoder.
    fn blit_bitmap(&mut self, pos: BackendCoord, (width, height): (u32, u32), src: &[u8]) -> Drawn {
        self.check()?;
        let row_bytes = width as usize * 3;
        if src.len() < row_bytes.saturating_mul(height as usize) {
            return Err(DrawingErrorKind::DrawingError(CanvasError::BitmapTooShort));
        }
        if row_bytes == 0 {
            return Ok(());
        }
        let (left, top) = points_px(pos);
        for (row, bytes) in src
            .chunks_exact(row_bytes)
            .take(height as usize)
            .enumerate()
        {
            let mut column = 0;
            let pixels: Vec<&[u8]> = bytes.chunks_exact(3).collect();
            for run in pixels.chunk_by(|a, b| a == b) {
                let rgb = [run[0][0], run[0][1], run[0][2]];
                let x = left.floor() + f64::from(column);
                let y = top.floor() + row as f64;
                let rect = Rect::new(x, y, run.len() as f64, 1.0);
                self.rect(rect, 0.0, &Paint::filled(Ink::solid(rgb)));
                column += run.len() as u32;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::raster;
    use super::*;
    use resvg::usvg;

    const BLACK: Ink = Ink::solid([0, 0, 0]);

    /// The document that `draw` makes on a canvas of 400 × 300 px.
    fn drawn(draw: impl FnOnce(&mut Canvas<'_>)) -> String {
        let mut out = String::from("something older");
        let mut canvas = Canvas::new(&mut out, (400, 300), "T", "", None);
        draw(&mut canvas);
        canvas.finish();
        out
    }

    fn all_nodes(group: &usvg::Group, out: &mut Vec<usvg::Node>) {
        for node in group.children() {
            out.push(node.clone());
            if let usvg::Node::Group(inner) = node {
                all_nodes(inner, out);
            }
        }
    }

    fn nodes(svg: &str) -> Vec<usvg::Node> {
        let mut out = Vec::new();
        all_nodes(
            raster::tree(svg).expect("the SVG can be read").root(),
            &mut out,
        );
        out
    }

    #[test]
    fn numbers_are_short() {
        let text = |v: f64| {
            let mut out = String::new();
            write_number(&mut out, v);
            out
        };
        for (value, expected) in [
            (0.0, "0"),
            (-0.0, "0"),
            (-0.004, "0"),
            (1.0, "1"),
            (100.0, "100"),
            (1.5, "1.5"),
            (1.234, "1.23"),
            (1.235_1, "1.24"),
            (0.05, "0.05"),
            (-0.05, "-0.05"),
            (-12.30, "-12.3"),
            (1920.0, "1920"),
            (1e30, "1000000"),
        ] {
            assert_eq!(text(value), expected);
        }
        let mut out = String::new();
        write_decimal(&mut out, 50, 3);
        assert_eq!(out, "0.05");
    }

    #[test]
    fn text_and_attributes_are_escaped() {
        let nasty = "a<b>&\"c\" \u{0}\u{b}]]>";
        let svg = {
            let mut out = String::new();
            let mut canvas = Canvas::new(&mut out, (100, 50), nasty, nasty, None);
            canvas.begin_group(&Group {
                id: "1 a\"b",
                class: nasty,
                label: nasty,
            });
            canvas.text(&TextLine::new(
                (1.0, 20.0),
                nasty,
                Lettering::new(12.0, BLACK),
            ));
            canvas.finish();
            out
        };
        assert!(
            svg.contains(">a&lt;b&gt;&amp;&quot;c&quot; ]]&gt;</text>"),
            "{svg}"
        );
        assert!(svg.contains("id=\"g1-a-b\""));
        let document = usvg::roxmltree::Document::parse(&svg).unwrap();
        let group = document
            .descendants()
            .find(|n| n.has_tag_name("g"))
            .unwrap();
        assert_eq!(group.attribute("aria-label"), Some("a<b>&\"c\" ]]>"));
    }

    #[test]
    fn the_document_is_whole_however_it_ends() {
        let by_drop = {
            let mut out = String::new();
            let mut canvas = Canvas::new(&mut out, (10, 10), "", "", Some(BLACK));
            canvas.begin_group(&Group::default());
            canvas.begin_clip(Rect::new(0.0, 0.0, 5.0, 5.0));
            drop(canvas);
            out
        };
        assert!(by_drop.ends_with("</g>\n</g>\n</svg>\n"), "{by_drop}");
        let mut by_present = String::new();
        let mut canvas = Canvas::new(&mut by_present, (10, 10), "", "", None);
        canvas.end();
        canvas.present().unwrap();
        canvas.circle((1.0, 1.0), 1.0, &Paint::filled(BLACK));
        let late = canvas.draw_pixel(
            (0, 0),
            BackendColor {
                alpha: 1.0,
                rgb: (0, 0, 0),
            },
        );
        assert!(matches!(
            late,
            Err(DrawingErrorKind::DrawingError(CanvasError::Finished))
        ));
        drop(canvas);
        assert!(by_present.ends_with("\"img\">\n</svg>\n"), "{by_present}");
    }

    #[test]
    fn what_cannot_be_seen_is_not_written() {
        let empty = drawn(|_| {});
        let svg = drawn(|c| {
            let black = Paint::filled(BLACK);
            c.path(&[[(0.0, 0.0), (f64::NAN, 1.0), (2.0, 2.0)]], true, &black);
            c.path(
                &[[(1.0, 1.0), (1.001, 1.001)]],
                false,
                &Paint::outlined(Stroke::solid(BLACK, 1.0)),
            );
            c.path::<[(f64, f64); 2]>(&[], true, &black);
            c.circle((f64::INFINITY, 0.0), 1.0, &black);
            c.circle((1.0, 1.0), -1.0, &black);
            c.circle((1.0, 1.0), 5.0, &Paint::filled(BLACK.with_alpha(0.0)));
            c.circle((1.0, 1.0), 5.0, &Paint::filled(BLACK.with_alpha(f64::NAN)));
            c.rect(Rect::new(0.0, 0.0, -1.0, 1.0), 0.0, &black);
            c.line((0.0, 0.0), (9.0, 9.0), Stroke::solid(BLACK, 0.0));
            c.text(&TextLine::new(
                (0.0, 0.0),
                " \u{7}",
                Lettering::new(12.0, BLACK),
            ));
            c.text(&TextLine::new(
                (0.0, f64::NAN),
                "a",
                Lettering::new(12.0, BLACK),
            ));
            c.text(&TextLine::new((0.0, 0.0), "a", Lettering::new(0.0, BLACK)));
        });
        assert_eq!(svg, empty);
    }

    #[test]
    fn opacity_belongs_to_colours() {
        let svg = drawn(|c| {
            let stroke = Stroke::solid(BLACK.with_alpha(0.25), 1.0 / 16.0).dashed(Dash::Dashed);
            let paint =
                Paint::filled(Ink::solid([1, 171, 255]).with_alpha(0.5)).with_outline(stroke);
            c.circle((10.0, 10.5), 2.25, &paint);
        });
        assert!(
            svg.contains(
                "<circle cx=\"10\" cy=\"10.5\" r=\"2.25\" fill=\"#01abff\" fill-opacity=\"0.5\" \
                 stroke=\"#000000\" stroke-opacity=\"0.25\" stroke-width=\"0.063\""
            ),
            "{svg}"
        );
        assert!(!svg.contains(" opacity="));
    }

    #[test]
    fn a_ring_in_a_ring_is_a_hole() {
        let square = |a: f64, b: f64| vec![(a, a), (b, a), (b, b), (a, b)];
        let svg = drawn(|c| {
            c.path(
                &[square(0.0, 100.0), square(25.0, 75.0)],
                true,
                &Paint::filled(BLACK),
            );
        });
        assert!(svg.contains("M0 0L100 0 100 100 0 100ZM25 25L"), "{svg}");
        let picture = raster::pixmap(&raster::tree(&svg).unwrap(), 1.0).unwrap();
        let alpha = |x, y| picture.pixel(x, y).unwrap().alpha();
        assert_eq!(
            (alpha(10, 10), alpha(50, 50), alpha(90, 50), alpha(150, 50)),
            (255, 0, 255, 0)
        );
    }

    #[test]
    fn a_clip_clips_and_ends() {
        let svg = drawn(|c| {
            let whole = Rect::new(0.0, 0.0, 400.0, 300.0);
            c.begin_clip(Rect::new(100.0, 100.0, 50.0, 50.0));
            c.rect(whole, 0.0, &Paint::filled(BLACK));
            c.end();
            c.circle((300.0, 200.0), 10.0, &Paint::filled(BLACK));
        });
        let picture = raster::pixmap(&raster::tree(&svg).unwrap(), 1.0).unwrap();
        let alpha = |x, y| picture.pixel(x, y).unwrap().alpha();
        assert_eq!(
            (
                alpha(120, 120),
                alpha(99, 120),
                alpha(151, 120),
                alpha(300, 200)
            ),
            (255, 0, 0, 255)
        );
    }

    #[test]
    fn rendered_text_is_as_wide_as_measured() {
        for (weight, line) in [
            (
                Weight::Regular,
                "Incidents within 5 km of the line, AVATAR To. fi ffl",
            ),
            (
                Weight::Bold,
                "Incidents within 5 km of the line, AVATAR To. fi ffl",
            ),
            (Weight::Regular, "≤ 25 km → −3.5 ± 0.2 °C ² № • ▲"),
            (Weight::Regular, "Хост, Нангархар; Αθήνα; Gdańsk; Đà Nẵng"),
            (Weight::Regular, "سپین بولدک"),
            (Weight::Bold, "کوئٹہ، بلوچستان"),
            (Weight::Regular, "Lahore لاهور (ښار) 12 km, ټګېړ"),
            (Weight::Regular, "می\u{200c}رود ۱۲۳"),
        ] {
            // Renderers differ on whether a joiner takes letter-spacing; nobody spaces such text.
            let spacings: &[f64] = if line.contains('\u{200c}') {
                &[0.0]
            } else {
                &[0.0, 1.5]
            };
            for &letter_spacing_px in spacings {
                let set = Lettering {
                    weight,
                    ..Lettering::new(20.0, BLACK)
                }
                .spaced(letter_spacing_px);
                let svg = drawn(|c| c.text(&TextLine::new((10.0, 50.0), line, set)));
                let boxes = nodes(&svg);
                let [usvg::Node::Text(node)] = boxes.as_slice() else {
                    panic!("{boxes:?}")
                };
                let rendered = f64::from(node.bounding_box().width());
                let measured = set.width_px(line);
                assert!(
                    (rendered / measured - 1.0).abs() < 0.01,
                    "{line}: {rendered} {measured}"
                );
            }
        }
    }

    #[test]
    fn anchors_place_the_line_box() {
        let measured = Lettering::new(20.0, BLACK).width_px("Khost");
        for (anchor, left) in [
            (Anchor::Start, 200.0),
            (Anchor::Middle, 200.0 - measured / 2.0),
            (Anchor::End, 200.0 - measured),
        ] {
            let set = Lettering::new(20.0, BLACK).anchored(anchor, VerticalAnchor::Middle);
            let line = TextLine::new((200.0, 100.0), "Khost", set);
            let svg = drawn(|c| c.text(&line));
            let boxes = nodes(&svg);
            let [usvg::Node::Text(node)] = boxes.as_slice() else {
                panic!("{boxes:?}")
            };
            assert!((f64::from(node.bounding_box().x()) - left).abs() < 0.1);
            let bounds = line.bounds();
            assert!((bounds.x - left).abs() < 1e-9 && (bounds.y - 88.0).abs() < 1e-9);
            assert!((bounds.height - 24.0).abs() < 1e-9);
        }
    }

    #[test]
    fn turned_text_covers_its_bounds() {
        for degrees in [90.0, 180.0, 270.0, 30.0] {
            let set = Lettering::new(20.0, BLACK)
                .anchored(Anchor::Middle, VerticalAnchor::Top)
                .rotated(degrees);
            let line = TextLine::new((200.0, 150.0), "HHHH HHHH", set);
            let svg = drawn(|c| c.text(&line));
            let picture = raster::pixmap(&raster::tree(&svg).unwrap(), 1.0).unwrap();
            let inked = |x: f64, y: f64| picture.pixel(x as u32, y as u32).unwrap().alpha() > 0;
            let bounds = line.bounds();
            let (mut inside, mut outside) = (0, 0);
            for x in 0..400 {
                for y in 0..300 {
                    let (x, y) = (f64::from(x), f64::from(y));
                    if inked(x, y) {
                        let within = x + 1.0 > bounds.x
                            && x < bounds.right()
                            && y + 1.0 > bounds.y
                            && y < bounds.bottom();
                        *(if within { &mut inside } else { &mut outside }) += 1;
                    }
                }
            }
            assert!(
                inside > 500 && outside == 0,
                "{degrees}: {inside} {outside}"
            );
        }
    }

    #[test]
    fn a_halo_surrounds_the_letters_and_leaves_them_alone() {
        let set = Lettering::new(40.0, BLACK).with_halo(Ink::solid([255, 0, 0]), 3.0);
        let svg = drawn(|c| {
            c.text(&TextLine::new((20.0, 100.0), "I", set));
        });
        assert!(svg.contains("stroke=\"#ff0000\" stroke-width=\"6\" paint-order=\"stroke\""));
        let picture = raster::pixmap(&raster::tree(&svg).unwrap(), 1.0).unwrap();
        let row: Vec<(u8, u8)> = (0..60)
            .map(|x| picture.pixel(x, 85).unwrap())
            .map(|p| (p.red(), p.alpha()))
            .collect();
        let black = row.iter().filter(|p| **p == (0, 255)).count();
        let red = row.iter().filter(|p| **p == (255, 255)).count();
        // The stem of a capital I at 40 px is some 4 px wide; 3 px of halo on both sides.
        assert!(
            (2..=5).contains(&black) && (4..=6).contains(&red),
            "{black} {red}"
        );
    }

    #[test]
    fn the_same_calls_give_the_same_bytes() {
        let draw = |c: &mut Canvas<'_>| {
            c.begin_clip(Rect::new(0.0, 0.0, 90.0, 90.0));
            c.line(
                (0.1, 0.2),
                (33.333, 66.666),
                Stroke::solid(BLACK, 1.5).dashed(Dash::DashDot),
            );
            c.end();
            c.text(&TextLine::new(
                (5.0, 5.0),
                "کابل",
                Lettering::new(11.0, BLACK),
            ));
        };
        assert_eq!(drawn(draw), drawn(draw));
        assert_eq!(
            raster::png(&drawn(draw), 2.0).unwrap(),
            raster::png(&drawn(draw), 2.0).unwrap()
        );
    }

    #[test]
    fn documents_of_one_page_do_not_share_ids() {
        let of = |title: &str| {
            let mut out = String::new();
            let mut canvas = Canvas::new(&mut out, (10, 10), title, "", None);
            canvas.begin_clip(Rect::new(0.0, 0.0, 1.0, 1.0));
            canvas.end();
            let area = canvas.area(Rect::new(0.0, 0.0, 10.0, 10.0));
            drop(area);
            canvas.begin_clip(Rect::new(0.0, 0.0, 1.0, 1.0));
            canvas.finish();
            let ids: Vec<String> = out
                .split(" id=\"")
                .skip(1)
                .filter_map(|rest| rest.split('"').next())
                .map(str::to_owned)
                .collect();
            ids
        };
        let (one, other) = (of("one"), of("other"));
        assert_eq!(one.len(), 3);
        let mut all: Vec<&String> = one.iter().chain(&other).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 6);
    }

    #[test]
    fn plotters_units_are_sixteenths() {
        let style = |sixteenths: u32| {
            super::super::elements::line_style(BLACK, f64::from(sixteenths) / 16.0)
        };
        let svg = drawn(|c| {
            assert_eq!(c.get_size(), (6400, 4800));
            let path = [(16, 16), (32, 48), (64, 8)];
            c.draw_path(path, &style(32)).unwrap();
            c.draw_circle((160, 160), 40, &style(16), true).unwrap();
            // Half a pixel up, so that the line fills one row.
            c.draw_line((0, 160), (160, 160), &style(16)).unwrap();
            c.draw_line((165, 0), (165, 160), &style(32)).unwrap();
            c.draw_rect((5, 5), (100, 100), &style(16), true).unwrap();
            c.draw_rect((100, 100), (5, 5), &style(16), false).unwrap();
            c.fill_polygon([(0, 0), (16, 0), (16, 16)], &style(1))
                .unwrap();
            c.draw_pixel(
                (17, 40),
                BackendColor {
                    alpha: 1.0,
                    rgb: (0, 0, 0),
                },
            )
            .unwrap();
        });
        for expected in [
            "<path d=\"M1 1L2 3 4 0.5\" fill=\"none\" stroke=\"#000000\" stroke-width=\"2\"/>",
            "<circle cx=\"10\" cy=\"10\" r=\"2.5\" fill=\"#000000\"/>",
            "d=\"M0 10.5L10 10.5\"",
            "d=\"M10 0L10 10\"",
            "<rect x=\"0\" y=\"0\" width=\"6\" height=\"6\" fill=\"#000000\"/>",
            "<rect x=\"0.5\" y=\"0.5\" width=\"6\" height=\"6\" fill=\"none\"",
            "d=\"M0 0L1 0 1 1Z\"",
            "<rect x=\"1\" y=\"2\" width=\"1\" height=\"1\" fill=\"#000000\"/>",
        ] {
            assert!(svg.contains(expected), "{expected} in {svg}");
        }
    }

    #[test]
    fn plotters_text_is_measured_and_anchored() {
        use plotters::style::text_anchor::Pos;
        let style = super::super::elements::text_style(20.0, Weight::Bold, BLACK);
        let svg = drawn(|c| {
            let (width, height) = c.estimate_text_size("Khost", &style).unwrap();
            let px = text::width_px("Khost", 20.0, Weight::Bold);
            assert!((f64::from(width) / 16.0 - px).abs() < 0.1);
            assert_eq!(height, 384);
            let place = |h, v| style.pos(Pos::new(h, v));
            c.draw_text("a", &place(HPos::Left, VPos::Top), (160, 160))
                .unwrap();
            c.draw_text("b", &place(HPos::Center, VPos::Center), (160, 160))
                .unwrap();
            c.draw_text("c", &place(HPos::Right, VPos::Bottom), (160, 160))
                .unwrap();
            let turned = place(HPos::Center, VPos::Top).transform(FontTransform::Rotate270);
            c.draw_text("d", &turned, (160, 160)).unwrap();
        });
        for expected in [
            "<text x=\"10\" y=\"29\" font-size=\"20\" font-weight=\"bold\" fill=\"#000000\">a<",
            "y=\"17\" font-size=\"20\" font-weight=\"bold\" text-anchor=\"middle\" fill=\"#000000\">b<",
            "y=\"5\" font-size=\"20\" font-weight=\"bold\" text-anchor=\"end\" fill=\"#000000\">c<",
            "y=\"29.14\" font-size=\"20\" font-weight=\"bold\" text-anchor=\"middle\" fill=\"#000000\" transform=\"rotate(270 10 10)\">d<",
        ] {
            assert!(svg.contains(expected), "{expected} in {svg}");
        }
    }

    #[test]
    fn a_bitmap_is_drawn_in_runs_or_refused() {
        let svg = drawn(|c| {
            c.blit_bitmap((16, 16), (3, 1), &[1, 1, 1, 1, 1, 1, 9, 9, 9])
                .unwrap();
            let short = c.blit_bitmap((0, 0), (2, 2), &[0; 11]);
            assert!(matches!(
                short,
                Err(DrawingErrorKind::DrawingError(CanvasError::BitmapTooShort))
            ));
            c.blit_bitmap((0, 0), (0, 5), &[]).unwrap();
        });
        assert_eq!(svg.matches("<rect").count(), 2);
        assert!(svg.contains("<rect x=\"3\" y=\"1\" width=\"1\" height=\"1\" fill=\"#090909\"/>"));
    }
}
