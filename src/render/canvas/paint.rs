//! What shapes are drawn with: colours, lines, fills, rectangles.

use plotters_backend::BackendColor;

use crate::render::palette::{Hue, Rgb, Role, Tone};

/// A colour, by its name, with its opacity.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// What it stands for.
    pub hue: Hue,
    /// What is made of it.
    pub tone: Tone,
    /// 0 is invisible, 1 covers what is below. Values outside are clamped; NaN is invisible.
    pub alpha: f64,
}

impl Ink {
    /// A hue that covers what is below.
    pub const fn of(hue: Hue) -> Ink {
        Ink {
            hue,
            tone: Tone::Plain,
            alpha: 1.0,
        }
    }

    /// A part that every theme colours.
    pub const fn role(role: Role) -> Ink {
        Ink::of(Hue::Role(role))
    }

    /// A colour that is the same in every theme.
    pub const fn own(rgb: Rgb) -> Ink {
        Ink::of(Hue::Own(rgb))
    }

    /// The same colour with another opacity.
    #[must_use]
    pub const fn with_alpha(self, alpha: f64) -> Ink {
        Ink { alpha, ..self }
    }

    /// Another tone of the same hue.
    #[must_use]
    pub const fn toned(self, tone: Tone) -> Ink {
        Ink { tone, ..self }
    }

    pub(super) fn visible(self) -> bool {
        self.alpha > 0.0
    }

    /// What stands for this colour while plotters holds it, which knows numbers only. Roles come back
    /// from it whole, other hues only if they are [`Hue::Own`].
    pub(in crate::render) const fn code(self) -> Rgb {
        match self.hue {
            Hue::Role(role) => [CODE.0, CODE.1, role as u8],
            Hue::Own(rgb) => rgb,
            Hue::Kind(_) | Hue::Shade(_) => [0; 3],
        }
    }
}

/// Red and green of the codes of roles.
const CODE: (u8, u8) = (0xFE, 0x01);

impl From<BackendColor> for Ink {
    fn from(colour: BackendColor) -> Ink {
        let (r, g, b) = colour.rgb;
        let role = Role::ALL.get(usize::from(b));
        let ink = match role {
            Some(&role) if (r, g) == CODE => Ink::role(role),
            _ => Ink::own([r, g, b]),
        };
        ink.with_alpha(colour.alpha)
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
