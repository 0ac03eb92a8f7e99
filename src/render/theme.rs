//! Colours by name, sizes, and the symbols of kinds of event.
//!
//! Each kind has a colour, which readers with any common colour blindness tell apart (see
//! [`super::palette`]), and a shape of its own, so that a grey printout still reads.

use std::collections::HashMap;

use crate::analysis::Analysis;
use crate::incident::{ClaimStatus, Figures, Shared};
use crate::ledger::Fate;
use crate::wording;

use super::canvas::{Dash, Ink, Paint, Stroke};
use super::elements::Shape;
use super::palette::{Hue, Role, Tone};

/// Paper.
pub const PAPER: Ink = Ink::role(Role::Paper);
/// The rim of a mark.
const RIM: Ink = Ink::role(Role::Rim);
/// Text and strong lines.
pub const INK: Ink = Ink::role(Role::Ink);
/// Secondary text.
pub const MUTED: Ink = Ink::role(Role::Muted);
/// Axis lines and frames.
pub const RULE: Ink = Ink::role(Role::Rule);
/// Grid lines.
pub const GRID: Ink = Ink::role(Role::Grid);
/// The band of every second sector or week.
pub const BAND: Ink = Ink::role(Role::Band);
/// The span of a ceasefire.
pub const CEASEFIRE: Ink = Ink::role(Role::Ceasefire);
/// Clusters.
pub const CLUSTER: Ink = Ink::role(Role::Cluster);
/// The corridor along the line.
pub const CORRIDOR: Ink = Ink::role(Role::Corridor).with_alpha(0.3);
/// A rival line.
pub const RIVAL: Ink = Ink::role(Role::Rival);
/// Deaths.
pub const DEATHS: Ink = Ink::role(Role::Deaths);

/// What stands out.
pub const ACCENT: Ink = Ink::role(Role::Accent);

/// Size of picture titles in px at 1920 × 1080.
pub const TITLE_PX: f64 = 34.0;
/// Size of subtitles.
pub const SUBTITLE_PX: f64 = 19.0;
/// Size of headings in a picture.
pub const HEADING_PX: f64 = 17.0;
/// Size of labels and axis text.
pub const LABEL_PX: f64 = 15.0;
/// Size of small text.
pub const SMALL_PX: f64 = 13.0;
/// No type is smaller.
pub const SMALLEST_PX: f64 = 10.0;

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
pub struct Symbols {
    all: Vec<Symbol>,
    /// The place of the symbol of each kind of event.
    of_kind: HashMap<Shared, usize>,
}

/// A group with a fixed symbol: label, shape, colour, and the kinds of event in it.
type Known = (&'static str, Shape, Ink, &'static [&'static str]);

const KNOWN: [Known; 7] = [
    (
        "clash, ground raid",
        Shape::Circle,
        Ink::of(Hue::Kind(0)),
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
        Ink::of(Hue::Kind(1)),
        &["shelling", "mortar", "artillery", "rocket", "indirect_fire"],
    ),
    (
        "air or drone strike",
        Shape::TriangleDown,
        Ink::of(Hue::Kind(2)),
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
        Ink::of(Hue::Kind(3)),
        &[
            "bombing",
            "suicide_attack",
            "suicide bomb",
            "ied",
            "explosion",
        ],
    ),
    ("ambush", Shape::Diamond, Ink::of(Hue::Kind(4)), &["ambush"]),
    (
        "infiltration",
        Shape::TriangleUp,
        Ink::of(Hue::Kind(5)),
        &["infiltration", "incursion"],
    ),
    (
        "crossing closed or opened",
        Shape::Bar,
        Ink::of(Hue::Kind(6)),
        &["border_closure", "border_opening"],
    ),
];

/// For kinds that no group knows, the most frequent first.
const SPARE: [(Shape, Ink); 3] = [
    (Shape::Hexagon, Ink::of(Hue::Kind(7))),
    (Shape::Cross, Ink::of(Hue::Kind(8))),
    (Shape::Diamond, Ink::of(Hue::Kind(9))),
];

impl Symbols {
    /// The symbols that the incidents of an analysis need, counted ones first and most frequent first.
    /// Kinds of event that no group knows get symbols of their own as long as there are any; what is
    /// left shares the last one, as "other".
    pub fn of(analysis: &Analysis) -> Symbols {
        let mut symbols: Vec<Symbol> = Vec::new();
        let mut seen: HashMap<Shared, usize> = HashMap::new();
        let mut tally: Vec<usize> = Vec::new();
        let mut unknown: Vec<(Shared, usize)> = Vec::new();
        for incident in &analysis.incidents {
            let kind = &incident.incident.event_type;
            let counted = usize::from(incident.is_counted());
            if let Some(&place) = seen.get(kind) {
                tally[place] += counted;
                continue;
            }
            seen.insert(kind.clone(), tally.len());
            tally.push(counted);
        }
        // Each kind once, in the order in which they first come.
        let mut kinds: Vec<(&Shared, usize)> =
            seen.iter().map(|(kind, &place)| (kind, place)).collect();
        kinds.sort_by_key(|(_, place)| *place);
        for (kind, place) in kinds {
            let counted = tally[place];
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
                        ink: known.2,
                        kinds: vec![kind.clone()],
                        incidents: counted,
                    }),
                }
                continue;
            }
            unknown.push((kind.clone(), counted));
        }
        unknown.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let shared = unknown.len() > SPARE.len();
        for (place, (kind, incidents)) in unknown.into_iter().enumerate() {
            let last = SPARE.len() - 1;
            let (shape, ink) = SPARE[place.min(last)];
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
                ink,
                kinds: vec![kind],
                incidents,
            });
        }
        symbols.sort_by(|a, b| {
            b.incidents
                .cmp(&a.incidents)
                .then_with(|| a.label.cmp(&b.label))
        });
        let of_kind = symbols
            .iter()
            .enumerate()
            .flat_map(|(place, symbol)| symbol.kinds.iter().map(move |kind| (kind.clone(), place)))
            .collect();
        Symbols {
            all: symbols,
            of_kind,
        }
    }

    /// All symbols, most frequent first.
    pub fn all(&self) -> &[Symbol] {
        &self.all
    }

    /// The place among all of the symbol of a kind of event.
    pub fn place_of(&self, kind: &str) -> Option<usize> {
        self.of_kind.get(kind).copied()
    }

    /// The symbol of a kind of event; `None` only for a kind that the analysis does not have.
    pub fn of_kind(&self, kind: &str) -> Option<&Symbol> {
        self.all.get(self.place_of(kind)?)
    }
}

/// The radius in px of the mark of an incident: its area grows in proportion to the deaths, from the
/// size of a mark without any.
pub fn mark_radius(deaths: Figures) -> f64 {
    let base: f64 = 5.2;
    (base * base + 5.4 * deaths.drawn().unwrap_or(0.0)).sqrt()
}

/// How sure a mark looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Look {
    /// Counted, its place known well enough to be clustered: filled.
    Placed,
    /// Counted, its place uncertain: pale with a dashed outline.
    Uncertain,
    /// Not counted: an empty outline.
    NotCounted,
}

/// What the looks of marks mean, those that there are, in sentences; without outlines for a viewer that draws none.
pub fn looks_in_words(analysis: &Analysis, outlines: bool) -> String {
    let all = || analysis.incidents.iter();
    let has = |look: Look| all().any(|it| Look::of(analysis, it) == look);
    let doubtful = |doubt: Doubt| {
        all().any(|it| it.is_counted() && Doubt::of(it.incident.claim_status) == Some(doubt))
    };
    let mut words = "Larger marks: more deaths.".to_owned();
    if has(Look::Uncertain) {
        let radius = analysis.options.cluster.largest_location_radius.km();
        words.push_str(&format!(
            " Pale marks: placed only roughly, not within {radius} km."
        ));
    }
    if has(Look::NotCounted) {
        let look = if outlines { "Hollow" } else { "Palest" };
        words.push_str(&format!(" {look} marks: not counted."));
    }
    if outlines && doubtful(Doubt::Contested) {
        words.push_str(" Thick dark outline: contested or denied.");
    }
    if outlines && doubtful(Doubt::Unconfirmed) {
        words.push_str(" Dotted dark outline: unconfirmed.");
    }
    words
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

    /// The paint of the mark of an incident in the colour of its kind: how sure its place is by fill and
    /// dashes, how sure the report is by the colour and weight of the outline.
    pub fn paint_of(
        analysis: &Analysis,
        incident: &crate::located::LocatedIncident,
        ink: Ink,
    ) -> Paint {
        let look = Look::of(analysis, incident);
        let paint = look.paint(ink);
        match Doubt::of(incident.incident.claim_status) {
            Some(doubt) if look != Look::NotCounted => doubt.over(paint),
            _ => paint,
        }
    }

    /// The paint of a mark of this look in this colour, its report not in doubt.
    pub fn paint(self, ink: Ink) -> Paint {
        match self {
            Look::Placed => {
                Paint::filled(ink.with_alpha(0.88)).with_outline(Stroke::solid(RIM, 1.2))
            }
            Look::Uncertain => Paint::filled(ink.with_alpha(0.28)).with_outline(
                Stroke::solid(strong(ink), 1.4).dashed(Dash::Pattern {
                    on_px: 2.6,
                    off_px: 2.0,
                }),
            ),
            Look::NotCounted => {
                Paint::filled(PAPER.with_alpha(0.7)).with_outline(Stroke::solid(strong(ink), 1.3))
            }
        }
    }
}

/// What makes a report doubtful.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    /// The sides contradict each other, or the accused one denies it: a heavy dark outline.
    Contested,
    /// Confirmed by nobody: a dark dotted outline.
    Unconfirmed,
}

impl Doubt {
    /// The doubts, with what they are called.
    pub const ALL: [(Doubt, &'static str); 2] = [
        (Doubt::Contested, "contested or denied"),
        (Doubt::Unconfirmed, "unconfirmed"),
    ];

    /// The doubt that a status means, if any.
    pub const fn of(status: ClaimStatus) -> Option<Doubt> {
        match status {
            ClaimStatus::Contested | ClaimStatus::Denied => Some(Doubt::Contested),
            ClaimStatus::Unconfirmed => Some(Doubt::Unconfirmed),
            ClaimStatus::Confirmed | ClaimStatus::Claimed | ClaimStatus::Unstated => None,
        }
    }

    /// The same paint with the outline of the doubt.
    pub fn over(self, paint: Paint) -> Paint {
        let dash = paint.stroke.map_or(Dash::Solid, |stroke| stroke.dash);
        paint.with_outline(match self {
            Doubt::Contested => Stroke::solid(INK, 2.1).dashed(dash),
            Doubt::Unconfirmed => Stroke::solid(INK, 1.7).dashed(Dash::Pattern {
                on_px: 1.3,
                off_px: 2.3,
            }),
        })
    }
}

/// The colour of a state of a claim: the surer, the darker; what is contradicted stands apart.
pub const fn status_ink(status: ClaimStatus) -> Ink {
    match status {
        ClaimStatus::Confirmed => Ink::of(Hue::Shade(1000)),
        ClaimStatus::Claimed => Ink::of(Hue::Shade(620)),
        ClaimStatus::Contested => RIVAL,
        ClaimStatus::Denied => RIVAL.toned(Tone::Strong),
        ClaimStatus::Unconfirmed => Ink::of(Hue::Shade(250)),
        ClaimStatus::Unstated => RULE,
    }
}

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

/// The shade of a share from 0 to 1; nothing is paper.
pub fn share_ink(share: f64) -> Ink {
    if share <= 0.0 { PAPER } else { shade(share) }
}

/// The shade at a share of the scale.
fn shade(share: f64) -> Ink {
    Ink::of(Hue::Shade((share.clamp(0.0, 1.0) * 1000.0).round() as u16))
}

/// Type that can be read on a colour.
pub const fn on(ground: Ink) -> Ink {
    ground.toned(Tone::Contrast).with_alpha(1.0)
}

/// The same hue, farther from the paper, for outlines and type on it.
pub const fn strong(ink: Ink) -> Ink {
    ink.toned(Tone::Strong)
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
    fn shades_of_counts_grow_and_nothing_is_paper() {
        let step = |count| match count_ink(count, 40).hue {
            Hue::Shade(step) => i32::from(step),
            _ => -1,
        };
        assert_eq!(count_ink(0, 40), PAPER);
        assert!((1..=40).all(|count| step(count) > step(count - 1)));
        assert_eq!((step(1), step(40)), (0, 1000));
        assert_ne!(count_ink(1, 1), PAPER);
    }

    #[test]
    fn known_kinds_have_a_name_in_every_language() {
        for tag in crate::wording::language::tags().filter(|tag| *tag != "en") {
            let language = crate::input::translations::language(Some(tag), None).unwrap();
            let names = KNOWN.iter().map(|known| known.0);
            for name in names.chain(["other kinds", "kind not stated"]) {
                assert!(language.phrases().any(|it| it == name), "{tag} {name}");
            }
        }
    }

    #[test]
    fn known_kinds_stand_in_one_group_only_and_symbols_differ() {
        let mut kinds: Vec<&str> = KNOWN.iter().flat_map(|known| known.3).copied().collect();
        let count = kinds.len();
        kinds.sort_unstable();
        kinds.dedup();
        assert_eq!(kinds.len(), count);
        let hued = |(shape, ink): (Shape, Ink)| (shape, ink.hue);
        let mut symbols: Vec<(Shape, Hue)> = KNOWN
            .iter()
            .map(|known| (known.1, known.2))
            .chain(SPARE)
            .map(hued)
            .collect();
        let count = symbols.len();
        symbols.sort_unstable();
        symbols.dedup();
        assert_eq!(symbols.len(), count);
    }
}
