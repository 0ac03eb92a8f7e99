//! Colours, sizes and the symbols of kinds of event.
//!
//! Colours are Okabe and Ito's, which readers with any common colour blindness tell apart; each kind
//! also has a shape of its own, so that a grey printout still reads.

use crate::analysis::Analysis;
use crate::incident::{Figures, Shared};
use crate::ledger::Fate;
use crate::wording;

use super::canvas::{Dash, Ink, Paint, Stroke};
use super::elements::Shape;

/// Paper.
pub const PAPER: Ink = Ink::solid([0xFF, 0xFF, 0xFF]);
/// Text and strong lines.
pub const INK: Ink = Ink::solid([0x1B, 0x22, 0x2C]);
/// Secondary text.
pub const MUTED: Ink = Ink::solid([0x58, 0x62, 0x6E]);
/// Axis lines and frames.
pub const RULE: Ink = Ink::solid([0xA9, 0xB1, 0xBA]);
/// Grid lines.
pub const GRID: Ink = Ink::solid([0xE3, 0xE7, 0xEB]);
/// The band of every second sector or week.
pub const BAND: Ink = Ink::solid([0xF4, 0xF6, 0xF8]);
/// The span of a ceasefire.
pub const CEASEFIRE: Ink = Ink::solid([0x00, 0x9E, 0x73]);
/// Clusters.
pub const CLUSTER: Ink = Ink::solid([0x1B, 0x22, 0x2C]);

/// A rival line.
pub const RIVAL: Ink = Ink::solid([0xB0, 0x3A, 0x48]);

/// Size of picture titles in px at 1920 × 1080.
pub const TITLE_PX: f64 = 34.0;
/// Size of subtitles.
pub const SUBTITLE_PX: f64 = 19.0;
/// Size of headings in a picture.
pub const HEADING_PX: f64 = 17.0;
/// Size of labels and axis text.
pub const LABEL_PX: f64 = 15.0;
/// Size of the smallest text.
pub const SMALL_PX: f64 = 13.0;

/// How a group of kinds of event is drawn.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbol {
    /// Its name in legends.
    pub label: String,
    /// Its shape.
    pub shape: Shape,
    /// Its colour.
    pub ink: Ink,
    /// The kinds of event that it stands for.
    pub kinds: Vec<Shared>,
    /// How many counted incidents it stands for.
    pub incidents: usize,
}

/// The symbols of one analysis.
#[derive(Clone, Debug, PartialEq)]
pub struct Symbols(Vec<Symbol>);

/// A group with a fixed symbol: label, shape, colour, and the kinds of event in it.
type Known = (&'static str, Shape, [u8; 3], &'static [&'static str]);

const KNOWN: [Known; 7] = [
    (
        "clash, ground raid",
        Shape::Circle,
        [0xD5, 0x5E, 0x00],
        &[
            "armed_clash",
            "clash",
            "ground_raid",
            "raid",
            "battle",
            "battles",
            "skirmish",
            "small_arms",
        ],
    ),
    (
        "shelling",
        Shape::Square,
        [0xE6, 0x9F, 0x00],
        &["shelling", "mortar", "artillery", "rocket", "indirect_fire"],
    ),
    (
        "air or drone strike",
        Shape::TriangleDown,
        [0x00, 0x72, 0xB2],
        &[
            "airstrike",
            "air_strike",
            "drone_strike",
            "air/drone strike",
        ],
    ),
    (
        "bombing, suicide attack",
        Shape::Star,
        [0xCC, 0x79, 0xA7],
        &[
            "bombing",
            "suicide_attack",
            "suicide bomb",
            "ied",
            "explosion",
        ],
    ),
    ("ambush", Shape::Diamond, [0x56, 0xB4, 0xE9], &["ambush"]),
    (
        "infiltration",
        Shape::TriangleUp,
        [0x00, 0x9E, 0x73],
        &["infiltration", "incursion"],
    ),
    (
        "crossing closed or opened",
        Shape::Bar,
        [0x1B, 0x22, 0x2C],
        &["border_closure", "border_opening"],
    ),
];

/// For kinds that no group knows, the most frequent first.
const SPARE: [(Shape, [u8; 3]); 3] = [
    (Shape::Hexagon, [0xF0, 0xE4, 0x42]),
    (Shape::Cross, [0x7A, 0x84, 0x90]),
    (Shape::Diamond, [0x1B, 0x22, 0x2C]),
];

impl Symbols {
    /// The symbols that the incidents of an analysis need, counted ones first and most frequent first.
    /// Kinds of event that no group knows get symbols of their own as long as there are any; what is
    /// left shares the last one, as "other".
    pub fn of(analysis: &Analysis) -> Symbols {
        let mut symbols: Vec<Symbol> = Vec::new();
        let mut unknown: Vec<(Shared, usize)> = Vec::new();
        for incident in &analysis.incidents {
            let kind = &incident.incident.event_type;
            let counted = usize::from(incident.is_counted());
            if let Some(symbol) = symbols
                .iter_mut()
                .find(|symbol| symbol.kinds.contains(kind))
            {
                symbol.incidents += counted;
                continue;
            }
            let lower = kind.to_lowercase();
            if let Some(known) = KNOWN.iter().find(|known| known.3.contains(&lower.as_str())) {
                match symbols.iter_mut().find(|symbol| symbol.label == known.0) {
                    Some(symbol) => {
                        symbol.kinds.push(kind.clone());
                        symbol.incidents += counted;
                    }
                    None => symbols.push(Symbol {
                        label: known.0.to_owned(),
                        shape: known.1,
                        ink: Ink::solid(known.2),
                        kinds: vec![kind.clone()],
                        incidents: counted,
                    }),
                }
                continue;
            }
            match unknown.iter_mut().find(|(held, _)| held == kind) {
                Some((_, count)) => *count += counted,
                None => unknown.push((kind.clone(), counted)),
            }
        }
        unknown.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let shared = unknown.len() > SPARE.len();
        for (place, (kind, incidents)) in unknown.into_iter().enumerate() {
            let last = SPARE.len() - 1;
            let (shape, rgb) = SPARE[place.min(last)];
            if place > last
                && let Some(symbol) = symbols.last_mut()
            {
                symbol.kinds.push(kind);
                symbol.incidents += incidents;
                continue;
            }
            let label = match &*kind {
                _ if shared && place == last => "other kinds".to_owned(),
                "" => "kind not stated".to_owned(),
                kind => wording::plain(kind),
            };
            symbols.push(Symbol {
                label,
                shape,
                ink: Ink::solid(rgb),
                kinds: vec![kind],
                incidents,
            });
        }
        symbols.sort_by(|a, b| {
            b.incidents
                .cmp(&a.incidents)
                .then_with(|| a.label.cmp(&b.label))
        });
        Symbols(symbols)
    }

    /// All symbols, most frequent first.
    pub fn all(&self) -> &[Symbol] {
        &self.0
    }

    /// The symbol of a kind of event; `None` only for a kind that the analysis does not have.
    pub fn of_kind(&self, kind: &str) -> Option<&Symbol> {
        self.0
            .iter()
            .find(|symbol| symbol.kinds.iter().any(|held| &**held == kind))
    }
}

/// The radius in px of the mark of an incident: its area grows in proportion to the deaths, from the
/// size of a mark without any.
pub fn mark_radius(deaths: Figures) -> f64 {
    let base: f64 = 5.2;
    (base * base + 5.4 * deaths.drawn().unwrap_or(0.0)).sqrt()
}

/// How sure a mark looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Counted, its place known well enough to be clustered: filled.
    Placed,
    /// Counted, its place uncertain: pale with a dashed outline.
    Uncertain,
    /// Not counted: an empty outline.
    NotCounted,
}

impl Look {
    /// The look of an incident.
    pub fn of(analysis: &Analysis, incident: &crate::located::LocatedIncident) -> Look {
        if incident.fate != Fate::Used {
            Look::NotCounted
        } else if analysis.is_placed(incident) {
            Look::Placed
        } else {
            Look::Uncertain
        }
    }

    /// The paint of a mark of this look in this colour.
    pub fn paint(self, ink: Ink) -> Paint {
        match self {
            Look::Placed => {
                Paint::filled(ink.with_alpha(0.88)).with_outline(Stroke::solid(PAPER, 1.2))
            }
            Look::Uncertain => Paint::filled(ink.with_alpha(0.28)).with_outline(
                Stroke::solid(darker(ink), 1.4).dashed(Dash::Pattern {
                    on_px: 2.6,
                    off_px: 2.0,
                }),
            ),
            Look::NotCounted => {
                Paint::filled(PAPER.with_alpha(0.7)).with_outline(Stroke::solid(darker(ink), 1.3))
            }
        }
    }
}

/// The shades of counts, light to dark: one hue, equal steps of lightness, so that they survive a grey
/// printer.
const COUNT_SHADES: [[u8; 3]; 8] = [
    [0xE4, 0xEC, 0xF4],
    [0xC6, 0xD5, 0xE6],
    [0xA7, 0xBE, 0xD7],
    [0x88, 0xA6, 0xC7],
    [0x6A, 0x8E, 0xB6],
    [0x4C, 0x75, 0xA3],
    [0x31, 0x5B, 0x8A],
    [0x18, 0x3F, 0x6B],
];

/// The shade of a count where the largest is `most`; it goes with the square root, so that ones and
/// twos can be told apart beside a hundred. Nothing is paper.
pub fn count_ink(count: usize, most: usize) -> Ink {
    if count == 0 {
        return PAPER;
    }
    let top = (most.max(count) as f64).sqrt();
    let share = if top > 1.0 {
        ((count as f64).sqrt() - 1.0) / (top - 1.0)
    } else {
        0.4
    };
    shade(share)
}

/// A value that is shown by a shade.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shade {
    /// A share from 0 to 1; nothing is paper.
    Share(f64),
    /// A count where the largest is the second number: see [`count_ink`].
    Count(usize, usize),
}

impl Shade {
    /// The shade.
    pub fn ink(self) -> Ink {
        match self {
            Shade::Share(share) if share <= 0.0 => PAPER,
            Shade::Share(share) => shade(share),
            Shade::Count(count, most) => count_ink(count, most),
        }
    }
}

/// The shade at a share of the scale.
fn shade(share: f64) -> Ink {
    let place = share.clamp(0.0, 1.0) * (COUNT_SHADES.len() - 1) as f64;
    let below = (place.floor() as usize).min(COUNT_SHADES.len() - 2);
    let rest = place - below as f64;
    let mut rgb = [0; 3];
    for (channel, value) in rgb.iter_mut().enumerate() {
        let (from, to) = (
            f64::from(COUNT_SHADES[below][channel]),
            f64::from(COUNT_SHADES[below + 1][channel]),
        );
        *value = (from + rest * (to - from)).round() as u8;
    }
    Ink::solid(rgb)
}

/// Type that can be read on a colour: dark on light, light on dark.
pub fn on(ground: Ink) -> Ink {
    let [r, g, b] = ground.rgb.map(f64::from);
    if 0.299 * r + 0.587 * g + 0.114 * b > 140.0 {
        INK
    } else {
        PAPER
    }
}

/// The same hue, darker, for outlines and type on white.
pub fn darker(ink: Ink) -> Ink {
    Ink {
        rgb: ink.rgb.map(|channel| (f64::from(channel) * 0.72) as u8),
        ..ink
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn area_grows_in_proportion_to_deaths() {
        let area = |deaths| {
            let figures = Figures {
                low: None,
                best: Some(deaths),
                high: None,
            };
            mark_radius(figures).powi(2)
        };
        let none = mark_radius(Figures::default()).powi(2);
        assert!((area(0) - none).abs() < 1e-9);
        assert!(((area(40) - none) / (area(10) - none) - 4.0).abs() < 1e-9);
    }

    #[test]
    fn shades_of_counts_darken() {
        let light = |count| {
            let [r, g, b] = count_ink(count, 40).rgb.map(f64::from);
            0.299 * r + 0.587 * g + 0.114 * b
        };
        assert_eq!(count_ink(0, 40), PAPER);
        assert!((1..=40).all(|count| light(count) < light(count - 1)));
        assert_eq!((on(count_ink(1, 40)), on(count_ink(40, 40))), (INK, PAPER));
        assert_ne!(count_ink(1, 1), PAPER);
    }

    #[test]
    fn known_kinds_stand_in_one_group_only_and_symbols_differ() {
        let mut kinds: Vec<&str> = KNOWN.iter().flat_map(|known| known.3).copied().collect();
        let count = kinds.len();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), count);
        let mut symbols: Vec<(Shape, [u8; 3])> =
            KNOWN.iter().map(|known| (known.1, known.2)).collect();
        symbols.extend(SPARE);
        let count = symbols.len();
        symbols.sort_unstable();
        symbols.dedup();
        assert_eq!(symbols.len(), count);
    }
}
