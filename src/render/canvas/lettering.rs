//! How text is set and anchored.

use super::{Ink, Rect};
use crate::render::text::{self, Weight};

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
    pub(super) fn baseline_em(self) -> f64 {
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

    /// The rim that is seen.
    pub(super) fn halo(&self) -> Option<Halo> {
        self.halo
            .filter(|halo| halo.ink.visible() && halo.width_px > 0.0)
    }

    /// Width of a line set like this, in px, without its halo.
    pub fn width_px(&self, line: &str) -> f64 {
        let mut width = text::width_px(line, self.size_px, self.weight);
        if self.letter_spacing_px != 0.0 {
            width += text::gaps(line, self.weight) as f64 * self.letter_spacing_px;
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

    /// The box around the line box, turned text included: what a label covers, without its halo. Letters
    /// of further scripts that reach beyond the line box are inside too.
    pub fn bounds(&self) -> Rect {
        let set = &self.lettering;
        let width = set.width_px(self.text);
        let left = match set.anchor {
            Anchor::Start => 0.0,
            Anchor::Middle => -width / 2.0,
            Anchor::End => -width,
        };
        let mut top = (set.vertical.baseline_em() - text::ASCENT_EM) * set.size_px;
        let mut bottom = top + text::line_height_px(set.size_px);
        if let Some((above, below)) = text::ink_em(self.text, set.weight) {
            top -= (above - text::ASCENT_EM).max(0.0) * set.size_px;
            bottom += (below - text::DESCENT_EM).max(0.0) * set.size_px;
        }
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
