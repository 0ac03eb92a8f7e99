//! What colours are called and what they are in each theme.
//!
//! Drawings name a [`Hue`] and a [`Tone`]; only the canvas, when it writes, asks a [`Palette`] for the
//! numbers. So one drawing serves every theme, and no drawing knows in which it will stand.

use crate::case::Theme;

/// Red, green, blue.
pub type Rgb = [u8; 3];

/// How many kinds of event have a colour of their own.
pub const KINDS: usize = 10;

/// What a colour stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Hue {
    /// A part that every theme colours.
    Role(Role),
    /// A kind of event, below [`KINDS`]; above it stands the last one.
    Kind(u8),
    /// A step of the scale of counts, from 0 (little) to 1000 (most).
    Shade(u16),
    /// The same in every theme: what the case brings with it.
    Own(Rgb),
}

/// A part of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u8)]
pub enum Role {
    /// The ground.
    Paper,
    /// Text and strong lines.
    Ink,
    /// Secondary text.
    Muted,
    /// Axis lines and frames.
    Rule,
    /// Grid lines.
    Grid,
    /// Every second sector or week.
    Band,
    /// The span of a ceasefire.
    Ceasefire,
    /// Clusters.
    Cluster,
    /// A rival line.
    Rival,
    /// Deaths.
    Deaths,
    /// What is not land, or is not in the basemap.
    Sea,
    /// The corridor along the line.
    Corridor,
    /// The country to the left of the line.
    LandLeft,
    /// The country to its right.
    LandRight,
    /// All other countries.
    LandOther,
    /// Outlines of countries.
    Coast,
    /// Meridians and parallels.
    Graticule,
    /// The names of the two countries.
    Country,
    /// The names of the others.
    OtherCountry,
    /// Rivers and lakes.
    Water,
    /// Lines of provinces and districts.
    Province,
    /// What stands out.
    Accent,
    /// The rim of a mark, which parts it from what lies below.
    Rim,
}

impl Role {
    /// All roles, in their order.
    pub const ALL: [Role; 23] = [
        Role::Paper,
        Role::Ink,
        Role::Muted,
        Role::Rule,
        Role::Grid,
        Role::Band,
        Role::Ceasefire,
        Role::Cluster,
        Role::Rival,
        Role::Deaths,
        Role::Sea,
        Role::Corridor,
        Role::LandLeft,
        Role::LandRight,
        Role::LandOther,
        Role::Coast,
        Role::Graticule,
        Role::Country,
        Role::OtherCountry,
        Role::Water,
        Role::Province,
        Role::Accent,
        Role::Rim,
    ];
}

/// What is made of a hue.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// The hue itself.
    #[default]
    Plain,
    /// Farther from the paper, for outlines and type on it.
    Strong,
    /// Type that can be read on it.
    Contrast,
}

/// The colours of a theme.
#[derive(Debug, PartialEq, Eq)]
pub struct Palette {
    roles: [Rgb; Role::ALL.len()],
    kinds: [Rgb; KINDS],
    /// From little to most in equal steps of lightness, so that they survive a grey printer.
    shades: [Rgb; 8],
    dark: bool,
}

impl Palette {
    /// The palette of a theme.
    pub const fn of(theme: Theme) -> &'static Palette {
        match theme {
            Theme::Light => &LIGHT,
            Theme::Dark => &DARK,
            Theme::PrintGrey => &PRINT_GREY,
        }
    }

    /// The colour of a tone of a hue.
    pub fn rgb(&self, hue: Hue, tone: Tone) -> Rgb {
        let plain = match hue {
            Hue::Role(role) => self.roles[role as usize],
            Hue::Kind(kind) => self.kinds[usize::from(kind).min(KINDS - 1)],
            Hue::Shade(step) => self.shade(step),
            Hue::Own(rgb) => rgb,
        };
        match tone {
            Tone::Plain => plain,
            Tone::Strong if self.dark => mix(plain, [0xFF; 3], 0.38),
            Tone::Strong => mix(plain, [0; 3], 0.28),
            Tone::Contrast => {
                let (ink, paper) = (
                    self.roles[Role::Ink as usize],
                    self.roles[Role::Paper as usize],
                );
                if contrast(plain, ink) >= contrast(plain, paper) {
                    ink
                } else {
                    paper
                }
            }
        }
    }

    /// The shade at a step of the scale, between the two next to it.
    fn shade(&self, step: u16) -> Rgb {
        let place = f64::from(step.min(1000)) / 1000.0 * (self.shades.len() - 1) as f64;
        let below = (place.floor() as usize).min(self.shades.len() - 2);
        mix(
            self.shades[below],
            self.shades[below + 1],
            place - below as f64,
        )
    }
}

/// A colour between two, at a share of the way.
fn mix(from: Rgb, to: Rgb, share: f64) -> Rgb {
    let mut rgb = [0; 3];
    for (channel, value) in rgb.iter_mut().enumerate() {
        let (from, to) = (f64::from(from[channel]), f64::from(to[channel]));
        *value = (from + share * (to - from)).round() as u8;
    }
    rgb
}

/// Relative luminance, 0 to 1 (WCAG 2.1).
fn luminance(rgb: Rgb) -> f64 {
    let [r, g, b] = rgb.map(linear);
    0.2126 * r + 0.7152 * g + 0.0722 * b
}

/// A channel without the curve of sRGB, 0 to 1 (IEC 61966-2-1).
fn linear(channel: u8) -> f64 {
    let value = f64::from(channel) / 255.0;
    if value <= 0.040_45 {
        value / 12.92
    } else {
        ((value + 0.055) / 1.055).powf(2.4)
    }
}

/// The contrast of two colours, 1 to 21 (WCAG 2.1).
pub fn contrast(a: Rgb, b: Rgb) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

/// For screens and colour prints. Kinds are Okabe and Ito's colours.
static LIGHT: Palette = Palette {
    roles: [
        [0xFF, 0xFF, 0xFF],
        [0x1B, 0x22, 0x2C],
        [0x58, 0x62, 0x6E],
        [0xA9, 0xB1, 0xBA],
        [0xE3, 0xE7, 0xEB],
        [0xF4, 0xF6, 0xF8],
        [0x00, 0x9E, 0x73],
        [0x1B, 0x22, 0x2C],
        [0xB0, 0x3A, 0x48],
        [0x4A, 0x52, 0x5E],
        [0xDF, 0xE9, 0xF0],
        [0xBC, 0xA2, 0x6E],
        [0xFB, 0xF9, 0xF3],
        [0xF5, 0xF2, 0xE9],
        [0xEC, 0xEB, 0xE7],
        [0xB4, 0xAF, 0xA5],
        [0x8F, 0xA3, 0xB4],
        [0x6E, 0x68, 0x5C],
        [0x93, 0x8E, 0x84],
        [0x8F, 0xB4, 0xD2],
        [0xC4, 0xBB, 0xA8],
        [0x00, 0x72, 0xB2],
        [0xFF, 0xFF, 0xFF],
    ],
    kinds: [
        [0xD5, 0x5E, 0x00],
        [0xE6, 0x9F, 0x00],
        [0x00, 0x72, 0xB2],
        [0xCC, 0x79, 0xA7],
        [0x56, 0xB4, 0xE9],
        [0x00, 0x9E, 0x73],
        [0x1B, 0x22, 0x2C],
        [0xF0, 0xE4, 0x42],
        [0x4A, 0x14, 0x86],
        [0x6A, 0x3D, 0x00],
    ],
    shades: [
        [0xE4, 0xEC, 0xF4],
        [0xC6, 0xD5, 0xE6],
        [0xA7, 0xBE, 0xD7],
        [0x88, 0xA6, 0xC7],
        [0x6A, 0x8E, 0xB6],
        [0x4C, 0x75, 0xA3],
        [0x31, 0x5B, 0x8A],
        [0x18, 0x3F, 0x6B],
    ],
    dark: false,
};

/// For rooms without light. The same hues, lighter; what is most is lightest.
static DARK: Palette = Palette {
    roles: [
        [0x14, 0x1A, 0x22],
        [0xEE, 0xF1, 0xF4],
        [0xA8, 0xB2, 0xBD],
        [0x5B, 0x67, 0x75],
        [0x2C, 0x35, 0x40],
        [0x1C, 0x24, 0x2E],
        [0x2F, 0xC4, 0x98],
        [0xEE, 0xF1, 0xF4],
        [0xF0, 0x7C, 0x88],
        [0xB4, 0xBE, 0xCA],
        [0x10, 0x1C, 0x2A],
        [0x95, 0x7B, 0x40],
        [0x2A, 0x2E, 0x33],
        [0x24, 0x28, 0x2D],
        [0x1D, 0x21, 0x26],
        [0x5A, 0x5F, 0x66],
        [0x4A, 0x62, 0x78],
        [0x9C, 0x98, 0x8C],
        [0x72, 0x70, 0x69],
        [0x3F, 0x6C, 0x94],
        [0x4B, 0x4B, 0x48],
        [0x5C, 0xB8, 0xF0],
        [0x14, 0x1A, 0x22],
    ],
    kinds: [
        [0xF2, 0x7A, 0x1E],
        [0xFF, 0xC2, 0x3D],
        [0x3E, 0x8F, 0xD6],
        [0xE3, 0x93, 0xC4],
        [0x8E, 0xD4, 0xFF],
        [0x1F, 0xBD, 0x8F],
        [0xEE, 0xF1, 0xF4],
        [0xFF, 0xF2, 0x7A],
        [0x7C, 0x5C, 0xFF],
        [0xA8, 0x7B, 0x4F],
    ],
    shades: [
        [0x1E, 0x2C, 0x3C],
        [0x25, 0x40, 0x5C],
        [0x2E, 0x57, 0x7E],
        [0x3B, 0x70, 0x9F],
        [0x50, 0x8B, 0xBD],
        [0x6F, 0xA7, 0xD6],
        [0x9A, 0xC5, 0xEA],
        [0xCF, 0xE4, 0xF8],
    ],
    dark: true,
};

/// For printers without colour: kinds are told apart by shape, and neighbours in the legend by
/// lightness.
static PRINT_GREY: Palette = Palette {
    roles: [
        [0xFF, 0xFF, 0xFF],
        [0x00, 0x00, 0x00],
        [0x4D, 0x4D, 0x4D],
        [0x96, 0x96, 0x96],
        [0xDD, 0xDD, 0xDD],
        [0xF4, 0xF4, 0xF4],
        [0x6E, 0x6E, 0x6E],
        [0x00, 0x00, 0x00],
        [0x5A, 0x5A, 0x5A],
        [0x4D, 0x4D, 0x4D],
        [0xDA, 0xDA, 0xDA],
        [0xC4, 0xC4, 0xC4],
        [0xFC, 0xFC, 0xFC],
        [0xF5, 0xF5, 0xF5],
        [0xEC, 0xEC, 0xEC],
        [0x9A, 0x9A, 0x9A],
        [0xA8, 0xA8, 0xA8],
        [0x5E, 0x5E, 0x5E],
        [0x80, 0x80, 0x80],
        [0xA6, 0xA6, 0xA6],
        [0xBE, 0xBE, 0xBE],
        [0x00, 0x00, 0x00],
        [0x38, 0x38, 0x38],
    ],
    kinds: [
        [0x1C, 0x1C, 0x1C],
        [0x7C, 0x7C, 0x7C],
        [0x40, 0x40, 0x40],
        [0xA4, 0xA4, 0xA4],
        [0x68, 0x68, 0x68],
        [0x2E, 0x2E, 0x2E],
        [0x0A, 0x0A, 0x0A],
        [0xB8, 0xB8, 0xB8],
        [0x54, 0x54, 0x54],
        [0x90, 0x90, 0x90],
    ],
    shades: [
        [0xEC, 0xEC, 0xEC],
        [0xD4, 0xD4, 0xD4],
        [0xBB, 0xBB, 0xBB],
        [0xA1, 0xA1, 0xA1],
        [0x86, 0x86, 0x86],
        [0x6A, 0x6A, 0x6A],
        [0x4C, 0x4C, 0x4C],
        [0x2C, 0x2C, 0x2C],
    ],
    dark: false,
};

#[cfg(test)]
mod tests {
    use super::*;

    /// sRGB as a reader without one kind of cone sees it, in linear light: the matrices for complete
    /// protanopia and deuteranopia of Machado, Oliveira and Fernandes (2009), table 1.
    const PROTANOPIA: [[f64; 3]; 3] = [
        [0.152_286, 1.052_583, -0.204_868],
        [0.114_503, 0.786_281, 0.099_216],
        [-0.003_882, -0.048_116, 1.051_998],
    ];
    const DEUTERANOPIA: [[f64; 3]; 3] = [
        [0.367_322, 0.860_646, -0.227_968],
        [0.280_085, 0.672_501, 0.047_413],
        [-0.011_820, 0.042_940, 0.968_881],
    ];
    const EVERYBODY: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

    /// A colour in CIELAB (D65) as a reader sees it.
    fn lab(rgb: Rgb, sight: &[[f64; 3]; 3]) -> [f64; 3] {
        let light = rgb.map(linear);
        let [red, green, blue] = sight.map(|row| {
            let sum: f64 = row.iter().zip(light).map(|(m, c)| m * c).sum();
            sum.clamp(0.0, 1.0)
        });
        let curve = |t: f64| {
            if t > (6.0f64 / 29.0).powi(3) {
                t.cbrt()
            } else {
                t / (3.0 * (6.0f64 / 29.0).powi(2)) + 4.0 / 29.0
            }
        };
        let x = curve((0.412_456 * red + 0.357_576 * green + 0.180_437 * blue) / 0.950_47);
        let y = curve(0.212_673 * red + 0.715_152 * green + 0.072_175 * blue);
        let z = curve((0.019_334 * red + 0.119_192 * green + 0.950_304 * blue) / 1.088_83);
        [116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)]
    }

    fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| (a - b).powi(2))
            .sum::<f64>()
            .sqrt()
    }

    #[test]
    fn roles_stand_in_their_order() {
        for (place, role) in Role::ALL.into_iter().enumerate() {
            assert_eq!(role as usize, place);
        }
    }

    /// Distances in CIELAB, where 2.3 is just noticeable.
    #[test]
    fn kinds_differ_for_every_reader() {
        // On the ground that most marks stand on.
        for palette in [&LIGHT, &DARK, &PRINT_GREY] {
            for land in [Role::LandLeft, Role::LandRight] {
                let [land, tint] = [land, Role::Corridor].map(|it| palette.roles[it as usize]);
                let ground = mix(land, tint, crate::render::theme::CORRIDOR.alpha);
                for (kind, &rgb) in palette.kinds.iter().enumerate() {
                    let away = distance(lab(rgb, &EVERYBODY), lab(ground, &EVERYBODY));
                    assert!(away >= 16.0, "kind {kind} on the corridor: {away:.1}");
                }
            }
        }
        for palette in [&LIGHT, &DARK] {
            for (sight, least) in [(EVERYBODY, 20.0), (PROTANOPIA, 16.0), (DEUTERANOPIA, 16.0)] {
                for a in 0..KINDS {
                    for b in 0..a {
                        let away =
                            distance(lab(palette.kinds[a], &sight), lab(palette.kinds[b], &sight));
                        assert!(away >= least, "kinds {b} and {a}: {away:.1} < {least}");
                    }
                }
            }
        }
        let mut greys = PRINT_GREY.kinds.map(|[grey, ..]| grey);
        greys.sort_unstable();
        assert!(
            greys.windows(2).all(|pair| pair[1] - pair[0] >= 13),
            "{greys:?}"
        );
    }

    #[test]
    fn type_can_be_read_on_its_ground() {
        for palette in [&LIGHT, &DARK, &PRINT_GREY] {
            let role = |role: Role| palette.roles[role as usize];
            for (ink, ground, least) in [
                (Role::Ink, Role::Paper, 12.0),
                (Role::Muted, Role::Paper, 5.5),
                (Role::Muted, Role::Band, 5.0),
                (Role::Ink, Role::LandLeft, 10.0),
                (Role::Country, Role::LandLeft, 4.5),
                (Role::Country, Role::LandRight, 4.5),
                (Role::OtherCountry, Role::LandOther, 2.7),
            ] {
                let found = contrast(role(ink), role(ground));
                assert!(found >= least, "{ink:?} on {ground:?}: {found:.2}");
            }
            let hues = (0..10)
                .map(Hue::Kind)
                .chain((0..=1000).step_by(50).map(Hue::Shade));
            for hue in hues {
                let ground = palette.rgb(hue, Tone::Plain);
                let found = contrast(ground, palette.rgb(hue, Tone::Contrast));
                assert!(found >= 4.0, "{hue:?}: {found:.2}");
            }
        }
    }

    #[test]
    fn shades_go_away_from_the_paper_in_every_theme() {
        for palette in [&LIGHT, &DARK, &PRINT_GREY] {
            let paper = palette.roles[Role::Paper as usize];
            let away = |step| contrast(paper, palette.rgb(Hue::Shade(step), Tone::Plain));
            assert!(
                (20..=1000)
                    .step_by(20)
                    .all(|step| away(step) > away(step - 20))
            );
        }
    }

    #[test]
    fn strong_tones_are_farther_from_the_paper() {
        for palette in [&LIGHT, &DARK] {
            let paper = palette.roles[Role::Paper as usize];
            for kind in (0..KINDS as u8).map(Hue::Kind) {
                let away = |tone| contrast(paper, palette.rgb(kind, tone));
                assert!(away(Tone::Strong) > away(Tone::Plain), "{kind:?}");
            }
        }
    }

    #[test]
    fn the_grey_theme_has_no_colour() {
        let all = PRINT_GREY
            .roles
            .iter()
            .chain(&PRINT_GREY.kinds)
            .chain(&PRINT_GREY.shades);
        for [r, g, b] in all {
            assert!(r == g && g == b);
        }
    }
}
