//! Incidents on a map: marks fanned out where many share one coordinate, bins where there are too many
//! marks, discs of uncertainty, outlines of clusters.

use std::collections::BTreeMap;

use geo::{ConvexHull, MultiPoint, Point};

use crate::cluster::summary::Cluster;
use crate::geodesy::{self, Position};
use crate::located::LocatedIncident;
use crate::render::canvas::{
    Anchor, Canvas, Dash, Group, Ink, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::elements::{Shape, draw_mark};
use crate::render::labels::Taken;
use crate::render::theme::{self, Look};
use crate::units::Metres;

use super::scene::{Detail, Scene};

/// Above so many counted incidents in view, bins are drawn instead of marks.
pub(super) const MOST_MARKS: usize = 1_500;
/// At one coordinate at most so many marks are fanned out; more become one counted stack.
const MOST_FANNED: usize = 24;
/// Radius of the mark of an incident of another sector in px.
const ELSEWHERE: f64 = 3.0;
/// Distance between the centres of neighbouring bins in px, and on small maps.
const BIN: f64 = 22.0;
const SMALL_BIN: f64 = 13.0;
/// Discs are drawn for location radii up to this; larger ones would cover the map.
const LARGEST_DISC: Metres = Metres(60_000.0);

/// How much smaller marks are on small maps.
pub(super) const SMALL: f64 = 0.62;

/// Radius in px of the largest disc with a dotted outline.
const LARGEST_DOTTED: f64 = 90.0;

/// What came to be on the map.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Drawn {
    /// Incidents with a mark, in a stack or in a bin.
    pub(super) shown: usize,
    /// Those of them that are not counted.
    pub(super) uncounted: usize,
    /// Whether the discs of uncertain places are drawn.
    pub(super) discs: bool,
    /// Incidents that are not counted and lie outside the map.
    pub(super) outside: usize,
    /// Whether marks at one coordinate were fanned out.
    pub(super) fanned: bool,
    /// The most incidents in a stack, if there is one.
    pub(super) largest_stack: Option<usize>,
    /// The most incidents in a bin, if bins were drawn.
    pub(super) largest_bin: Option<usize>,
    /// Counted incidents of other sectors within the frame of the map of a sector.
    pub(super) elsewhere: usize,
    /// Whether they are drawn: of very many only the number is told.
    pub(super) elsewhere_marked: bool,
    /// Whether clusters are outlined, and whether some of them may well be none.
    pub(super) outlined: bool,
    pub(super) unstable: bool,
}

/// Where everything goes.
#[derive(Default)]
pub(super) struct Layout {
    marks: Vec<PlacedMark>,
    stacks: Vec<Stack>,
    bins: Vec<((f64, f64), usize)>,
    /// The places of incidents of other sectors.
    elsewhere: Vec<(f64, f64)>,
    /// Distance between the centres of neighbouring bins in px.
    bin: f64,
    pub(super) drawn: Drawn,
}

/// The number of an incident, the incident, and its place in px.
type Visible<'a> = (usize, &'a LocatedIncident, (f64, f64));

struct PlacedMark {
    at: (f64, f64),
    /// The true place, where the mark was moved away from it.
    from: Option<(f64, f64)>,
    shape: Shape,
    radius: f64,
    paint: Paint,
    counted: bool,
    cluster: Option<u32>,
    /// Of the incident.
    number: usize,
}

struct Stack {
    at: (f64, f64),
    counted: bool,
    /// Their numbers.
    incidents: Vec<usize>,
    ink: Ink,
}

/// Places every incident of a map. O(n log n).
pub(super) fn layout(scene: &Scene<'_>) -> Layout {
    let view = &scene.view;
    let mut layout = Layout {
        bin: if scene.detail == Detail::Small {
            SMALL_BIN
        } else {
            BIN
        },
        ..Layout::default()
    };
    let mut visible: Vec<Visible<'_>> = Vec::new();
    let all = scene.analysis.incidents.iter().enumerate();
    for (number, it) in all.filter(|(_, it)| scene.has(it)) {
        match view
            .place(it.incident.position)
            .filter(|&at| view.shows(at, 4.0))
        {
            Some(at) => visible.push((number, it, at)),
            None => layout.drawn.outside += 1,
        }
    }
    if let Detail::Sector(own) = scene.detail {
        let others = scene.analysis.counted().filter(|it| it.sector != own);
        layout.elsewhere = others
            .filter_map(|it| view.place(it.incident.position))
            .filter(|&at| view.shows(at, 4.0))
            .collect();
        layout.drawn.elsewhere = layout.elsewhere.len();
        if layout.elsewhere.len() > scene.most_marks {
            // They would be a carpet, and are told in words.
            layout.elsewhere.clear();
        }
        layout.drawn.elsewhere_marked = !layout.elsewhere.is_empty();
        let order = |a: &(f64, f64), b: &(f64, f64)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1));
        layout.elsewhere.sort_by(order);
    }
    layout.drawn.shown = visible.len();
    let counted = visible.iter().filter(|(_, it, _)| it.is_counted()).count();
    if counted > scene.most_marks {
        visible.retain(|(_, it, _)| it.is_counted());
        layout.drawn.shown = visible.len();
        layout.bin(visible.iter().map(|(.., at)| *at), &view.frame);
        return layout;
    }
    layout.drawn.uncounted = layout.drawn.shown - counted;
    layout.drawn.discs = rough_places(scene).is_some();
    // What is not counted has fans and stacks of its own.
    let mut at_one: BTreeMap<(u64, u64, bool), Vec<Visible<'_>>> = BTreeMap::new();
    for (number, it, at) in visible {
        let position = it.incident.position;
        let key = (
            position.longitude().to_bits(),
            position.latitude().to_bits(),
            !it.is_counted(),
        );
        at_one.entry(key).or_default().push((number, it, at));
    }
    for group in at_one.into_values() {
        layout.add(scene, group);
    }
    // Large marks below small ones, marks that are not counted below all.
    layout.marks.sort_by(|a, b| {
        a.counted
            .cmp(&b.counted)
            .then_with(|| b.radius.total_cmp(&a.radius))
            .then_with(|| a.at.0.total_cmp(&b.at.0))
            .then_with(|| a.at.1.total_cmp(&b.at.1))
    });
    layout
}

impl Layout {
    /// Adds the incidents of one coordinate: one mark, a fan of marks, or a stack.
    fn add(&mut self, scene: &Scene<'_>, mut group: Vec<Visible<'_>>) {
        let symbols = scene.symbols;
        let small = if scene.detail == Detail::Small {
            SMALL
        } else {
            1.0
        };
        let radius = |it: &LocatedIncident| {
            if it.is_counted() {
                small * theme::mark_radius(it.incident.deaths)
            } else {
                small * 4.6
            }
        };
        group.sort_by(|(_, a, _), (_, b, _)| {
            radius(b)
                .total_cmp(&radius(a))
                .then_with(|| a.incident.event_type.cmp(&b.incident.event_type))
                .then_with(|| a.incident.day.cmp(&b.incident.day))
                .then_with(|| a.incident.id().cmp(b.incident.id()))
        });
        let (_, first, centre) = group[0];
        if group.len() > MOST_FANNED {
            let one_kind = group
                .iter()
                .all(|(_, it, _)| it.incident.event_type == first.incident.event_type);
            let ink = symbols
                .of_kind(&first.incident.event_type)
                .filter(|_| one_kind)
                .map_or(theme::MUTED, |symbol| symbol.ink);
            let counted = first.is_counted();
            // Beside the stack of those that are counted.
            let aside = if counted {
                0.0
            } else {
                2.2 * stack_radius(group.len())
            };
            self.stacks.push(Stack {
                at: (centre.0 + aside, centre.1),
                counted,
                incidents: group.iter().map(|(number, ..)| *number).collect(),
                ink,
            });
            let largest = self.drawn.largest_stack.unwrap_or(0).max(group.len());
            self.drawn.largest_stack = Some(largest);
            return;
        }
        self.drawn.fanned |= group.len() > 1;
        let mut placed: Vec<((f64, f64), f64)> = Vec::new();
        for (number, it, _) in group {
            let Some(symbol) = symbols.of_kind(&it.incident.event_type) else {
                continue;
            };
            let radius = radius(it);
            let at = free_spot(centre, radius, &placed);
            placed.push((at, radius));
            self.marks.push(PlacedMark {
                at,
                from: (at != centre).then_some(centre),
                shape: symbol.shape,
                radius,
                paint: Look::paint_of(scene.analysis, it, symbol.ink),
                counted: it.is_counted(),
                cluster: it.cluster,
                number,
            });
        }
    }

    /// Counts places in hexagonal bins, which lie to the frame alike wherever it stands.
    fn bin(&mut self, places: impl Iterator<Item = (f64, f64)>, frame: &Rect) {
        let bin = self.bin;
        let row_height = bin * 3f64.sqrt() / 2.0;
        let mut counts: BTreeMap<(i32, i32), usize> = BTreeMap::new();
        let centre = |column: i32, row: i32| {
            let shift = f64::from(row.rem_euclid(2)) / 2.0;
            (
                frame.x + (f64::from(column) + shift) * bin,
                frame.y + f64::from(row) * row_height,
            )
        };
        for (x, y) in places {
            // The nearest centre is in the row above or the row below.
            let above = ((y - frame.y) / row_height).floor() as i32;
            let nearest = [above, above + 1]
                .into_iter()
                .map(|row| {
                    let shift = f64::from(row.rem_euclid(2)) / 2.0;
                    (((x - frame.x) / bin - shift).round() as i32, row)
                })
                .min_by(|&a, &b| {
                    let away = |(column, row): (i32, i32)| {
                        let (cx, cy) = centre(column, row);
                        (cx - x).hypot(cy - y)
                    };
                    away(a).total_cmp(&away(b))
                });
            if let Some(bin) = nearest {
                *counts.entry(bin).or_default() += 1;
            }
        }
        self.drawn.largest_bin = counts.values().copied().max();
        self.bins = counts
            .into_iter()
            .map(|((column, row), count)| (centre(column, row), count))
            .collect();
    }

    /// Takes the ground of all marks, so that labels keep off them.
    pub(super) fn take(&self, taken: &mut Taken) {
        for mark in &self.marks {
            taken.add_circle(mark.at, mark.radius + 1.5);
        }
        for &(x, y) in &self.elsewhere {
            let side = 2.0 * ELSEWHERE;
            taken.add_soft(Rect::new(x - ELSEWHERE, y - ELSEWHERE, side, side));
        }
        for stack in &self.stacks {
            taken.add_circle(stack.at, stack.radius() + 2.0);
        }
        for &((x, y), _) in &self.bins {
            let half = self.bin / 2.0;
            taken.add_soft(Rect::new(x - half, y - half, self.bin, self.bin));
        }
    }

    /// Whether a mark or a stack covers a point.
    pub(super) fn covers(&self, (x, y): (f64, f64)) -> bool {
        let within = |at: (f64, f64), radius: f64| (at.0 - x).hypot(at.1 - y) < radius;
        self.marks.iter().any(|mark| within(mark.at, mark.radius))
            || self.stack_at((x, y)).is_some()
    }

    /// Whether incidents are placed at a point, so that their marks show where it is.
    pub(super) fn is_at(&self, (x, y): (f64, f64)) -> bool {
        let near = |at: (f64, f64)| (at.0 - x).hypot(at.1 - y) < 2.0;
        self.marks.iter().any(|it| near(it.from.unwrap_or(it.at)))
            || self.stacks.iter().any(|stack| near(stack.at))
    }

    /// The stack that covers a point.
    fn stack_at(&self, (x, y): (f64, f64)) -> Option<&Stack> {
        let mut stacks = self.stacks.iter();
        stacks.find(|stack| (stack.at.0 - x).hypot(stack.at.1 - y) < stack.radius())
    }
}

impl Stack {
    /// In px.
    fn radius(&self) -> f64 {
        stack_radius(self.incidents.len())
    }

    /// Writes the number into it.
    fn count(&self, canvas: &mut Canvas<'_>) {
        let ink = if self.counted {
            theme::PAPER
        } else {
            theme::MUTED
        };
        let lettering = Lettering::new(theme::LABEL_PX, ink)
            .bold()
            .anchored(Anchor::Middle, VerticalAnchor::Middle);
        let count = self.incidents.len().to_string();
        canvas.text(&TextLine::new(self.at, &count, lettering));
    }
}

fn stack_radius(incidents: usize) -> f64 {
    12.0 + (incidents as f64).sqrt()
}

/// The spot nearest to a centre, along a spiral, where a mark covers no more than a little of those
/// placed before.
fn free_spot((x, y): (f64, f64), radius: f64, placed: &[((f64, f64), f64)]) -> (f64, f64) {
    /// How much of the sum of two radii their centres must be apart.
    const APART: f64 = 0.92;
    /// The golden angle fills a disc evenly.
    const TURN: f64 = 2.399_963_229_728_653;
    let free = |at: (f64, f64)| {
        placed
            .iter()
            .all(|&((px, py), other)| (px - at.0).hypot(py - at.1) >= APART * (radius + other))
    };
    for step in 0..4_000u32 {
        let away = 1.6 * f64::from(step).sqrt();
        let angle = f64::from(step) * TURN;
        let at = (x + away * angle.cos(), y + away * angle.sin());
        if free(at) {
            return at;
        }
    }
    (x, y)
}

/// A place, how far the true one may lie from it, and the incidents there.
type RoughPlace = (Position, Metres, Vec<usize>);

/// The places of uncertain incidents, each once; `None` where there are so many that their discs would be a carpet.
fn rough_places(scene: &Scene<'_>) -> Option<Vec<RoughPlace>> {
    const MOST: usize = 200;
    let analysis = scene.analysis;
    let mut places: Vec<RoughPlace> = Vec::new();
    let incidents = analysis.incidents.iter().enumerate();
    for (number, it) in
        incidents.filter(|(_, it)| it.is_counted() && !analysis.is_placed(it) && scene.has(it))
    {
        let radius = it.incident.location_radius;
        let Some(radius) = radius.filter(|&radius| radius <= LARGEST_DISC) else {
            continue;
        };
        let here = (it.incident.position, radius);
        match places.iter_mut().find(|it| (it.0, it.1) == here) {
            Some(place) => place.2.push(number),
            None => places.push((here.0, here.1, vec![number])),
        }
        if places.len() > MOST {
            return None;
        }
    }
    Some(places)
}

/// The discs within which the true places of uncertain incidents lie.
pub(super) fn discs(canvas: &mut Canvas<'_>, scene: &Scene<'_>) {
    let view = &scene.view;
    let Some(mut discs) = rough_places(scene) else {
        return;
    };
    // The order of rows must not show.
    let key = |(centre, radius, _): &(Position, Metres, Vec<usize>)| {
        [centre.longitude(), centre.latitude(), radius.0]
    };
    discs.sort_by(|a, b| {
        let (a, b) = (key(a), key(b));
        (0..3)
            .map(|part| a[part].total_cmp(&b[part]))
            .fold(std::cmp::Ordering::Equal, std::cmp::Ordering::then)
    });
    // Many are fainter, or they would hide what lies below.
    let alpha = 0.32 * (12.0 / discs.len().max(12) as f64).powf(0.4);
    let outline = Stroke::solid(theme::INK.with_alpha(alpha), 1.0);
    for (centre, radius, numbers) in discs {
        let ring: Vec<(f64, f64)> = geodesy::circle(centre, radius, 72)
            .into_iter()
            .filter_map(|corner| view.place(corner))
            .collect();
        // Thousands of dots around a disc that fills the map would be a long wait for nothing.
        let wide = radius.0 / view.ground_metres_per_px() > LARGEST_DOTTED;
        let outline = if wide {
            outline
        } else {
            outline.dashed(Dash::Dotted)
        };
        // Fills as large as the map would only darken it.
        let paint = if wide {
            Paint::outlined(outline)
        } else {
            Paint::filled(theme::INK.with_alpha(0.018)).with_outline(outline)
        };
        if scene.live {
            let numbers: Vec<String> = numbers.iter().map(ToString::to_string).collect();
            canvas.begin_group(&Group {
                class: "disc",
                data: &numbers.join(" "),
                ..Group::default()
            });
        }
        canvas.path(&[ring], true, &paint);
        if scene.live {
            canvas.end();
        }
    }
}

/// The outline of a cluster on this map.
pub(super) struct Outline {
    /// The cluster's number.
    pub(super) number: u32,
    /// Whether it may well not be one.
    pub(super) unstable: bool,
    /// Its corners.
    pub(super) ring: Vec<(f64, f64)>,
}

/// The outline of each drawn cluster of which this map has an incident: around the marks of its incidents, which may
/// stand beside their place; where bins or stacks have taken the place of marks, or other maps have some of its
/// incidents, around the places.
pub(super) fn outlines(scene: &Scene<'_>, layout: &Layout) -> Vec<Outline> {
    const CLEAR: f64 = 4.0;
    let (analysis, view) = (scene.analysis, &scene.view);
    let shown = |cluster: &&Cluster| {
        let mut members = cluster.members.iter();
        members.any(|&member| scene.has(&analysis.incidents[member]))
    };
    let outline = |cluster: &Cluster| {
        let mut points: Vec<Point> = layout
            .marks
            .iter()
            .filter(|mark| mark.cluster == Some(cluster.number))
            .flat_map(|mark| ring_around(mark.at, mark.radius + CLEAR))
            .collect();
        if points.len() < cluster.members.len() * CORNERS {
            let corners = cluster
                .hull
                .ring
                .iter()
                .filter_map(|&corner| view.place(corner));
            // Around the whole of a stack, or the line would go through its number; else around a small mark.
            points.extend(corners.flat_map(|corner| {
                let stack = layout.stack_at(corner).map(|it| (it.at, it.radius()));
                let (at, radius) = stack.unwrap_or((corner, ELSEWHERE));
                ring_around(at, radius + CLEAR)
            }));
        }
        let hull = MultiPoint::new(points).convex_hull();
        hull.exterior()
            .coords()
            .map(|corner| (corner.x, corner.y))
            .collect()
    };
    analysis
        .drawn_clusters()
        .into_iter()
        .filter(shown)
        .map(|cluster| Outline {
            number: cluster.number,
            unstable: cluster.is_unstable(),
            ring: outline(cluster),
        })
        .collect()
}

/// Corners of a small circle.
const CORNERS: usize = 20;

fn ring_around((x, y): (f64, f64), radius: f64) -> impl Iterator<Item = Point> {
    (0..CORNERS).map(move |corner| {
        let angle = std::f64::consts::TAU * corner as f64 / CORNERS as f64;
        Point::new(x + radius * angle.cos(), y + radius * angle.sin())
    })
}

/// Draws the outlines of clusters; broken where one may well be none.
pub(super) fn clusters(canvas: &mut Canvas<'_>, outlines: &[Outline]) {
    for outline in outlines {
        let halo = Paint::outlined(Stroke::solid(theme::PAPER.with_alpha(0.75), 4.4));
        canvas.path(&[&outline.ring], true, &halo);
        let mut line = Stroke::solid(theme::CLUSTER, 1.8);
        if outline.unstable {
            line = line.dashed(Dash::Dashed);
        }
        canvas.path(&[&outline.ring], true, &Paint::outlined(line));
    }
}

/// An incident of another sector: where it is, and no more.
pub(super) fn elsewhere(canvas: &mut Canvas<'_>, at: (f64, f64)) {
    canvas.circle(at, ELSEWHERE, &Paint::filled(theme::MUTED.with_alpha(0.6)));
}

/// Draws what was placed; where it is live, each mark and each stack in a group with the numbers of its
/// incidents.
pub(super) fn marks(canvas: &mut Canvas<'_>, layout: &Layout, scene: &Scene<'_>) {
    let live = scene.live;
    for &at in &layout.elsewhere {
        elsewhere(canvas, at);
    }
    let largest = scene.darkest_bin.or(layout.drawn.largest_bin).unwrap_or(1);
    for &(centre, count) in &layout.bins {
        let paint = Paint::filled(theme::count_ink(count, largest).with_alpha(0.92));
        // A hexagon as wide as the bin b: its area is √3/2 · b².
        let radius = (3f64.sqrt() / 2.0 / std::f64::consts::PI).sqrt() * layout.bin;
        draw_mark(canvas, centre, Shape::Hexagon, radius, &paint);
    }
    let spoke = |canvas: &mut Canvas<'_>, mark: &PlacedMark| {
        if let Some(from) = mark.from {
            let stroke = Stroke::solid(theme::INK.with_alpha(0.25), 0.8);
            canvas.line(from, mark.at, stroke);
        }
    };
    if !live {
        for mark in &layout.marks {
            spoke(canvas, mark);
        }
    }
    for mark in &layout.marks {
        if live {
            let numbers = mark.number.to_string();
            // A fan keeps its form when the map is enlarged under it.
            canvas.begin_group(&Group {
                class: "mark",
                data: &numbers,
                pivot: Some(mark.from.unwrap_or(mark.at)),
                ..Group::default()
            });
            spoke(canvas, mark);
        }
        draw_mark(canvas, mark.at, mark.shape, mark.radius, &mark.paint);
        if live {
            canvas.end();
        }
    }
    for stack in &layout.stacks {
        if live {
            let numbers: Vec<String> = stack.incidents.iter().map(ToString::to_string).collect();
            canvas.begin_group(&Group {
                class: "stack",
                data: &numbers.join(" "),
                pivot: Some(stack.at),
                ..Group::default()
            });
        }
        let paint = if stack.counted {
            Paint::filled(theme::strong(stack.ink)).with_outline(Stroke::solid(theme::PAPER, 2.0))
        } else {
            Look::NotCounted.paint(stack.ink)
        };
        canvas.circle(stack.at, stack.radius(), &paint);
        stack.count(canvas);
        if live {
            canvas.end();
        }
    }
}
