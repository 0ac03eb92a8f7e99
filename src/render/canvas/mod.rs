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

mod backend;
mod lettering;
mod paint;
mod pieces;
mod svg;
#[cfg(test)]
mod tests;

use std::fmt;
use std::fmt::Write as _;

use base64::Engine as _;
use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea};
use plotters_backend::DrawingErrorKind;

use super::palette::Palette;
use super::text::{self, Weight};
use crate::wording::language::{self, Language};
pub use svg::escape;
use svg::{fingerprint, hundredths, identifier, write_decimal, write_hundredths, write_number};

pub use lettering::{Anchor, Halo, Lettering, TextLine, VerticalAnchor};
pub use paint::{Dash, Ink, Paint, Rect, Stroke};

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

/// The attributes of a group. Empty ones are left out.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Group<'g> {
    /// `id`: unique in the document, and in the page that it may be embedded in. Characters that an id
    /// cannot have become `-`.
    pub id: &'g str,
    /// `class`: names for a style sheet, separated by spaces.
    pub class: &'g str,
    /// `aria-label`: what a screen reader says.
    pub label: &'g str,
    /// `data-i`: numbers of what it shows, for a script.
    pub data: &'g str,
    /// `transform-origin`: the place that stays where it is when the group is scaled.
    pub pivot: Option<(f64, f64)>,
}

/// What a document is, before anything is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Document<'d> {
    /// Width and height in px, the unit of everything that is drawn.
    pub size_px: (u32, u32),
    /// The width that it has where it is shown or printed; its height follows.
    pub width: Length,
    /// What a screen reader calls it; it also names the picture in a browser. Left out if empty.
    pub title: &'d str,
    /// What a screen reader says of it. Left out if empty.
    pub description: &'d str,
    /// Fills it; `None` leaves it transparent.
    pub background: Option<Ink>,
    /// The colours of its theme.
    pub palette: &'static Palette,
    /// The language of its words.
    pub language: &'d Language,
}

/// A length on screen or paper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Length {
    /// CSS pixels, 96 to the inch.
    Px(f64),
    /// Millimetres.
    Mm(f64),
}

impl Length {
    /// In CSS pixels.
    pub fn px(self) -> f64 {
        match self {
            Length::Px(px) => px,
            Length::Mm(mm) => mm / 25.4 * 96.0,
        }
    }
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
    palette: &'static Palette,
    language: &'a Language,
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
    pub fn new(out: &'a mut String, document: &Document<'a>) -> Canvas<'a> {
        out.clear();
        out.reserve(1 << 16);
        let (width_px, height_px) = document.size_px;
        let (title, description) = (document.title, document.description);
        let prefix = format!(
            "c{:08x}",
            fingerprint(&[title, description], width_px, height_px)
        );
        let mut canvas = Canvas {
            out,
            width_px,
            height_px,
            palette: document.palette,
            language: document.language,
            prefix,
            ids: 0,
            open: 0,
            lent: false,
            finished: false,
        };
        canvas.head(document);
        if let Some(ink) = document.background {
            let whole = Rect::new(0.0, 0.0, f64::from(width_px), f64::from(height_px));
            canvas.rect(whole, 0.0, &Paint::filled(ink));
        }
        canvas
    }

    /// The language of its words.
    pub fn language(&self) -> &'a Language {
        self.language
    }

    fn head(&mut self, document: &Document<'_>) {
        let title = text::clean(document.title);
        let description = text::clean(document.description);
        let (width, height) = (self.width_px, self.height_px);
        let shape = f64::from(height) / f64::from(width);
        let (shown, unit) = match document.width {
            Length::Px(px) => (px, ""),
            Length::Mm(mm) => (mm, "mm"),
        };
        self.out
            .push_str("<svg xmlns=\"http://www.w3.org/2000/svg\"");
        for (name, length) in [("width", shown), ("height", shown * shape)] {
            self.put(format_args!(" {name}=\""));
            write_number(self.out, length);
            self.put(format_args!("{unit}\""));
        }
        self.put(format_args!(
            " viewBox=\"0 0 {width} {height}\" font-family=\"'{}', 'Noto Naskh Arabic', sans-serif\" \
             fill-rule=\"evenodd\" stroke-linecap=\"round\" stroke-linejoin=\"round\" role=\"img\"",
            text::FAMILY
        ));
        if !language::is_english(self.language.tag()) {
            self.out.push_str(" xml:lang=\"");
            escape(self.out, self.language.tag());
            self.out.push('"');
        }
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
            palette: self.palette,
            language: self.language,
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
        if let Some(pieces) = text::pieces(&content, set.weight) {
            self.text_in_pieces(line, &content, &pieces);
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
        self.halo(set);
        self.turned(line);
        self.out.push('>');
        escape(self.out, &content);
        self.out.push_str("</text>\n");
    }

    fn halo(&mut self, set: &Lettering) {
        if let Some(halo) = set.halo() {
            self.colour("stroke", halo.ink);
            // Half of a stroke lies under the letter.
            self.number("stroke-width", 2.0 * halo.width_px);
            self.out.push_str(" paint-order=\"stroke\"");
        }
    }

    fn turned(&mut self, line: &TextLine<'_>) {
        if line.lettering.rotate_degrees != 0.0 {
            self.out.push_str(" transform=\"rotate(");
            write_number(self.out, line.lettering.rotate_degrees);
            for v in [line.x, line.y] {
                self.out.push(' ');
                write_number(self.out, v);
            }
            self.out.push_str(")\"");
        }
    }

    /// Draws a picture file as large as a rectangle holds it, from its upper right corner. The file
    /// stands in the document whole.
    pub fn image(&mut self, rect: Rect, media_type: &str, bytes: &[u8]) {
        if self.finished || !rect.finite() {
            return;
        }
        self.out.push_str("<image");
        self.rect_attributes(rect);
        self.out.push_str(" preserveAspectRatio=\"xMaxYMin meet\"");
        let data = base64::engine::general_purpose::STANDARD.encode(bytes);
        self.attribute("href", &format!("data:{media_type};base64,{data}"));
        self.out.push_str("/>\n");
    }

    /// Covers all of the picture but some rectangles, which are then the only parts where what was drawn
    /// before is seen. Cheaper than a clip by far, for which renderers make a layer.
    pub fn cover_all_but(&mut self, rects: &[Rect], ink: Ink) {
        let ring = |rect: Rect| {
            vec![
                (rect.x, rect.y),
                (rect.right(), rect.y),
                (rect.right(), rect.bottom()),
                (rect.x, rect.bottom()),
            ]
        };
        let (width, height) = self.size_px();
        let mut rings = vec![ring(Rect::new(0.0, 0.0, width, height))];
        rings.extend(
            rects
                .iter()
                .filter(|rect| rect.finite())
                .map(|it| ring(*it)),
        );
        self.path(&rings, true, &Paint::filled(ink));
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
        if !group.data.is_empty() {
            self.attribute("data-i", group.data);
        }
        if let Some((x, y)) = group.pivot.filter(|at| finite(*at)) {
            self.out.push_str(" transform-origin=\"");
            write_number(self.out, x);
            self.out.push(' ');
            write_number(self.out, y);
            self.out.push('"');
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
        for byte in self.palette.rgb(ink.hue, ink.tone) {
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

/// A light document that is shown in its own size.
#[cfg(test)]
pub(super) fn document<'d>(
    size_px: (u32, u32),
    title: &'d str,
    description: &'d str,
    background: Option<Ink>,
) -> Document<'d> {
    Document {
        size_px,
        width: Length::Px(f64::from(size_px.0)),
        title,
        description,
        background,
        palette: Palette::of(crate::case::Theme::Light),
        language: Language::english(),
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

/// The centre of a level or upright line of some width, moved by at most half a pixel so that its
/// edges fall on pixel edges: otherwise a hairline smears over two rows.
fn crisp(centre: f64, width: f64) -> f64 {
    if width.round() as i64 % 2 == 0 && width >= 1.0 {
        centre.round()
    } else {
        centre.floor() + 0.5
    }
}
