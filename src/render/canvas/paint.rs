//! What shapes are drawn with: colours, lines, fills, rectangles.

use plotters_backend::BackendColor;

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

    pub(super) fn visible(self) -> bool {
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

    pub(super) fn visible(&self) -> bool {
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

    pub(super) fn visible(&self) -> bool {
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

    pub(super) fn finite(&self) -> bool {
        [self.x, self.y, self.width, self.height]
            .iter()
            .all(|v| v.is_finite())
            && self.width >= 0.0
            && self.height >= 0.0
    }
}
