//! The labels of a map: callouts of clusters, numbers of sectors, names of countries and places, and
//! the inset. Their spots are chosen all at once.

use crate::cluster::summary::Cluster;
use crate::context::Place;
use crate::render::canvas::{
    Anchor, Canvas, Group, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::labels::{self, Taken};
use crate::render::placement::{self, Request, Spot};
use crate::render::text::{self, Weight};
use crate::render::theme;
use crate::wording::cluster_label;
use crate::wording::language::Language;

use super::incidents::{Layout, Outline};
use super::scene::{Detail, Scene, layer};
use super::{land, locator, panel};

/// What a label is, and what it takes to draw it once its spot is known.
enum Label<'a> {
    Callout(&'a Cluster, Vec<String>),
    Badge(u32),
    Sector(usize),
    Country(String, Lettering),
    Place {
        name: &'a str,
        at: (f64, f64),
        /// Radius and line width of its dot; none where the marks of incidents show where it is.
        dot: Option<(f64, f64)>,
        lettering: Lettering,
        /// Whether it lies on one side of the line: a crossing lies on both.
        sided: bool,
    },
    Inset,
}

/// A label that was drawn.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    /// Its box.
    pub(super) rect: Rect,
    /// The place that it names, if it must stand on the side of it.
    #[cfg_attr(not(test), expect(dead_code, reason = "what tests check"))]
    pub(super) of: Option<(f64, f64)>,
}

/// Chooses spots for all labels of a map and draws them. Returns those that were drawn.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    scene: &Scene<'_>,
    layout: &Layout,
    outlines: &[Outline],
    ground: &Taken,
) -> Vec<Placed> {
    let mut labels: Vec<(Label<'_>, Request)> = Vec::new();
    let named = places_in_view(scene);
    // What is no name of a place leaves the dots of places free.
    let mut dotted = ground.clone();
    for (place, at) in &named {
        dotted.add_circle(*at, place_style(&place.kind).0 + 1.0);
    }
    inset(scene, &dotted, &mut labels);
    callouts(scene, outlines, &dotted, &mut labels);
    if scene.detail == Detail::Whole {
        sectors(scene, &dotted, &mut labels);
    }
    countries(scene, &dotted, &mut labels);
    places(scene, layout, ground, &named, &mut labels);
    let (labels, requests): (Vec<Label<'_>>, Vec<Request>) = labels.into_iter().unzip();
    let chosen = placement::choose(&requests);
    let placed: Vec<(&Label<'_>, &Spot)> = labels
        .iter()
        .zip(&requests)
        .zip(&chosen)
        .filter_map(|((label, request), spot)| Some((label, request.spots.get((*spot)?)?)))
        .collect();
    for name in ["countries", "places", "sectors", "clusters", "inset"] {
        layer(canvas, name, |canvas| {
            let of_layer = || placed.iter().filter(|(label, _)| layer_of(label) == name);
            // Leaders lie below every label.
            for (label, spot) in of_layer() {
                kept(canvas, scene, label, spot, |canvas| {
                    draw_leader(canvas, label, spot);
                });
            }
            for (label, spot) in of_layer() {
                kept(canvas, scene, label, spot, |canvas| {
                    draw_label(canvas, scene, label, spot);
                });
            }
        });
    }
    let told = |(label, spot): &(&Label<'_>, &Spot)| Placed {
        rect: spot.rect,
        of: match label {
            Label::Place { at, sided, .. } => sided.then_some(*at),
            _ => None,
        },
    };
    placed.iter().map(told).collect()
}

/// On a live map a label keeps its size when the map is enlarged, about what it names.
fn kept(
    canvas: &mut Canvas<'_>,
    scene: &Scene<'_>,
    label: &Label<'_>,
    spot: &Spot,
    draw: impl FnOnce(&mut Canvas<'_>),
) {
    if !scene.live {
        return draw(canvas);
    }
    let rect = spot.rect;
    let pivot = match label {
        Label::Place { at, .. } => *at,
        _ => spot.leader.map_or(
            (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0),
            |[from, _]| from,
        ),
    };
    canvas.begin_group(&Group {
        class: "fixed",
        pivot: Some(pivot),
        ..Group::default()
    });
    draw(canvas);
    canvas.end();
}

fn layer_of(label: &Label<'_>) -> &'static str {
    match label {
        Label::Callout(..) | Label::Badge(_) => "clusters",
        Label::Sector(_) => "sectors",
        Label::Country(..) => "countries",
        Label::Place { .. } => "places",
        Label::Inset => "inset",
    }
}

fn draw_leader(canvas: &mut Canvas<'_>, label: &Label<'_>, spot: &Spot) {
    let Some([from, to]) = spot.leader else {
        return;
    };
    match label {
        Label::Callout(..) | Label::Badge(_) => {
            canvas.line(from, to, Stroke::solid(theme::PAPER.with_alpha(0.8), 3.6));
            canvas.line(from, to, Stroke::solid(theme::CLUSTER, 1.3));
        }
        _ => {
            canvas.line(from, to, Stroke::solid(theme::PAPER.with_alpha(0.8), 3.0));
            canvas.line(from, to, Stroke::solid(theme::INK.with_alpha(0.8), 0.9));
        }
    }
}

fn draw_label(canvas: &mut Canvas<'_>, scene: &Scene<'_>, label: &Label<'_>, spot: &Spot) {
    let rect = spot.rect;
    let middle = (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0);
    let centred = |set: Lettering| set.anchored(Anchor::Middle, VerticalAnchor::Middle);
    match label {
        Label::Callout(cluster, lines) => callout(canvas, cluster, lines, rect),
        Label::Badge(number) => panel::cluster_badge(canvas, middle, &cluster_label(*number)),
        Label::Sector(number) => panel::sector_badge(canvas, middle, *number),
        Label::Country(name, set) => canvas.text(&TextLine::new(middle, name, centred(*set))),
        Label::Place {
            name,
            at,
            dot,
            lettering,
            ..
        } => {
            if let Some((radius, line)) = dot {
                let paint =
                    Paint::filled(theme::PAPER).with_outline(Stroke::solid(theme::INK, *line));
                canvas.circle(*at, *radius, &paint);
            }
            canvas.text(&TextLine::new(middle, name, centred(*lettering)));
        }
        Label::Inset => match scene.detail {
            Detail::Sector(_) => {
                locator::line(canvas, &scene.analysis.border, &scene.view, rect);
            }
            _ => locator::globe(canvas, &scene.view, rect),
        },
    }
}

fn inside(rect: &Rect, frame: &Rect) -> bool {
    rect.x >= frame.x + 2.0
        && rect.y >= frame.y + 2.0
        && rect.right() <= frame.right() - 2.0
        && rect.bottom() <= frame.bottom() - 2.0
}

/// A spot on ground that is free; dearer where it covers what labels should rather keep off.
fn spot(
    scene: &Scene<'_>,
    ground: &Taken,
    rect: Rect,
    leader: Option<placement::Leader>,
    cost: f64,
) -> Option<Spot> {
    if !inside(&rect, &scene.view.frame) || !ground.is_free(&rect) {
        return None;
    }
    let soft = if ground.is_quite_free(&rect) {
        0.0
    } else {
        6.0
    };
    Some(Spot {
        rect,
        leader,
        cost: cost + soft,
    })
}

/// The inset in a corner, or along an edge.
fn inset(scene: &Scene<'_>, ground: &Taken, labels: &mut Vec<(Label<'_>, Request)>) {
    const EDGE: f64 = 10.0;
    let frame = scene.view.frame;
    let size = locator::SIZE
        .min(frame.width * 0.22)
        .min(frame.height * 0.3);
    let (left, right) = (frame.x + EDGE + 34.0, frame.right() - size - EDGE);
    let (top, bottom) = (frame.y + EDGE, frame.bottom() - size - EDGE - 16.0);
    let mut spots = Vec::new();
    for step in 0..=8 {
        let share = f64::from(step) / 8.0;
        let (x, y) = (left + share * (right - left), top + share * (bottom - top));
        // Corners are best; the farther from one, the worse.
        let cost = 8.0 * (0.5 - (share - 0.5).abs());
        for (number, at) in [(right, y), (left, y), (x, bottom), (x, top)]
            .into_iter()
            .enumerate()
        {
            let rect = Rect::new(at.0, at.1, size, size);
            spots.extend(spot(scene, ground, rect, None, cost + 0.2 * number as f64));
        }
    }
    labels.push((Label::Inset, Request { spots, worth: 40.0 }));
}

/// The lines of a callout: name, days, what it counts.
fn callout_lines(cluster: &Cluster, language: &Language) -> Vec<String> {
    let count = cluster.members.len();
    vec![
        text::ellipsize(&cluster.name, theme::SMALL_PX, Weight::Bold, 240.0),
        format!(
            "{} · {}",
            language.span(cluster.first, cluster.last),
            language.counted(count, "incident")
        ),
        language.fill("deaths {}", &[&language.deaths(&cluster.deaths, count)]),
    ]
}

/// Width of a callout before its text.
fn callout_indent(number: u32) -> f64 {
    panel::cluster_badge_size(&cluster_label(number)).0 + 16.0
}

const CALLOUT_LINE: f64 = 17.0;

fn callout(canvas: &mut Canvas<'_>, cluster: &Cluster, lines: &[String], rect: Rect) {
    canvas.rect(
        rect,
        5.0,
        &Paint::filled(theme::PAPER.with_alpha(0.94))
            .with_outline(Stroke::solid(theme::CLUSTER, 1.2)),
    );
    let label = cluster_label(cluster.number);
    let (width, _) = panel::cluster_badge_size(&label);
    let first = rect.y + 6.0 + CALLOUT_LINE / 2.0;
    panel::cluster_badge(canvas, (rect.x + 7.0 + width / 2.0, first), &label);
    for (number, line) in lines.iter().enumerate() {
        let set = if number == 0 {
            Lettering::new(theme::SMALL_PX, theme::INK).bold()
        } else {
            Lettering::new(theme::SMALL_PX - 0.5, theme::INK)
        };
        let at = (
            rect.x + callout_indent(cluster.number),
            first + CALLOUT_LINE * number as f64,
        );
        let set = set.anchored(Anchor::Start, VerticalAnchor::Middle);
        canvas.text(&TextLine::new(at, line, set));
    }
}

/// The clusters in view: a callout beside or far from the outline, or its number alone.
fn callouts<'a>(
    scene: &Scene<'a>,
    outlines: &[Outline],
    ground: &Taken,
    labels: &mut Vec<(Label<'a>, Request)>,
) {
    for Outline { number, ring, .. } in outlines {
        let count = ring.len().max(1) as f64;
        let centre = ring.iter().fold((0.0, 0.0), |sum, at| {
            (sum.0 + at.0 / count, sum.1 + at.1 / count)
        });
        if ring.is_empty() || !scene.view.shows(centre, 0.0) {
            continue;
        }
        let Some(cluster) = scene.analysis.clusters.get(*number as usize - 1) else {
            continue;
        };
        let lines = callout_lines(cluster, &scene.analysis.language);
        let text = lines
            .iter()
            .map(|line| text::width_px(line, theme::SMALL_PX, Weight::Bold))
            .fold(0.0, f64::max);
        let full = (
            text + callout_indent(*number) + 8.0,
            lines.len() as f64 * CALLOUT_LINE + 12.0,
        );
        let badge = panel::cluster_badge_size(&cluster_label(*number));
        let around = |size: (f64, f64), gaps: &[f64], dear: f64| -> Vec<Spot> {
            let mut spots = Vec::new();
            for (ring_number, gap) in gaps.iter().enumerate() {
                for turn in 0..24 {
                    let angle = std::f64::consts::TAU * (f64::from(turn) + 21.0) / 24.0;
                    let edge = edge_of(ring, centre, angle);
                    let (dx, dy) = (angle.cos(), angle.sin());
                    let middle = (
                        edge.0 + dx * (gap + size.0 / 2.0 * dx.abs().powf(0.7)),
                        edge.1 + dy * (gap + size.1 / 2.0),
                    );
                    let rect = Rect::new(
                        middle.0 - size.0 / 2.0,
                        middle.1 - size.1 / 2.0,
                        size.0,
                        size.1,
                    );
                    let leader = labels::leader(edge, &rect);
                    let covered = ground.marks_under(leader) as f64;
                    let cost =
                        dear + 1.6 * ring_number as f64 + 0.02 * f64::from(turn) + 1.4 * covered;
                    spots.extend(spot(scene, ground, rect, Some(leader), cost));
                }
            }
            spots
        };
        let spots = around(
            full,
            &[14.0, 30.0, 55.0, 85.0, 120.0, 160.0, 210.0, 270.0, 340.0],
            0.0,
        );
        let worth = 24.0 + cluster.members.len().min(20) as f64 / 4.0;
        if spots.is_empty() {
            let spots = around(badge, &[16.0, 26.0, 40.0, 58.0, 80.0, 120.0], 0.0);
            labels.push((Label::Badge(*number), Request { spots, worth }));
        } else {
            labels.push((Label::Callout(cluster, lines), Request { spots, worth }));
        }
    }
}

/// Where a ray from the centre of an outline leaves it.
fn edge_of(ring: &[(f64, f64)], centre: (f64, f64), angle: f64) -> (f64, f64) {
    let (dx, dy) = (angle.cos(), angle.sin());
    let along = |at: &(f64, f64)| {
        let (ax, ay) = (at.0 - centre.0, at.1 - centre.1);
        (ax * dx + ay * dy) / ax.hypot(ay).max(1.0)
    };
    ring.iter()
        .copied()
        .max_by(|a, b| along(a).total_cmp(&along(b)))
        .unwrap_or(centre)
}

/// The number of each sector beside the middle of its stretch.
fn sectors(scene: &Scene<'_>, ground: &Taken, labels: &mut Vec<(Label<'_>, Request)>) {
    const RADIUS: f64 = 11.0;
    /// More would be confetti.
    const MOST: usize = 60;
    /// Parts of a stretch between which it is looked at.
    const RUN: u32 = 16;
    let all = scene.analysis.sectors.all();
    if all.len() > MOST {
        return;
    }
    // Where each stretch runs, to tell which one a number would seem to be of.
    let mut runs: Vec<(usize, (f64, f64))> = Vec::new();
    for (number, sector) in all.iter().enumerate() {
        let stretch = sector.longest();
        let at = |step| {
            let along = stretch?.at(f64::from(step) / f64::from(RUN));
            let at = scene.view.place(scene.analysis.border.at(along))?;
            Some((number, at))
        };
        runs.extend((0..=RUN).filter_map(at));
    }
    for (number, sector) in all.iter().enumerate() {
        let Some(stretch) = sector.longest() else {
            continue;
        };
        let mut spots = Vec::new();
        for (ring, away) in [20.0, 34.0, 50.0, 70.0].into_iter().enumerate() {
            for (place, share) in [0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8].into_iter().enumerate() {
                let Some((at, (dx, dy))) =
                    super::across(scene.analysis, &scene.view, stretch.at(share))
                else {
                    continue;
                };
                for (side, away) in [away, -away].into_iter().enumerate() {
                    let (x, y) = (at.0 + away * dx, at.1 + away * dy);
                    let rect = Rect::new(x - RADIUS, y - RADIUS, 2.0 * RADIUS, 2.0 * RADIUS);
                    let way = |(_, at): &(usize, (f64, f64))| (at.0 - x).hypot(at.1 - y);
                    let nearest = runs.iter().min_by(|a, b| way(a).total_cmp(&way(b)));
                    let misleads = nearest.is_some_and(|it| it.0 != number);
                    let misleading = if misleads { 8.0 } else { 0.0 };
                    let cost =
                        misleading + 1.5 * ring as f64 + 0.3 * place as f64 + 0.1 * side as f64;
                    spots.extend(spot(scene, ground, rect, None, cost));
                }
            }
        }
        labels.push((Label::Sector(number), Request { spots, worth: 18.0 }));
    }
}

/// The name of each country that has room for it, the two of the border larger.
fn countries(scene: &Scene<'_>, ground: &Taken, labels: &mut Vec<(Label<'_>, Request)>) {
    let analysis = scene.analysis;
    let of_border =
        |name: &str| analysis.border.left() == Some(name) || analysis.border.right() == Some(name);
    for country in &analysis.context.countries {
        let own = of_border(&country.name);
        let set = land::country_lettering(own);
        let name = analysis.language.plain(&country.name).to_uppercase();
        let size = (set.width_px(&name), set.size_px * 1.1);
        let spots: Vec<Spot> = land::roomiest(country, size, &scene.view, ground)
            .into_iter()
            .filter_map(|(rect, cost)| spot(scene, ground, rect, None, cost))
            .collect();
        let worth = if own { 22.0 } else { 12.0 };
        labels.push((Label::Country(name, set), Request { spots, worth }));
    }
}

/// How a kind of place is set: dot radius in px, type size, weight, rank (lower matters more).
fn place_style(kind: &str) -> (f64, f64, Weight, u8) {
    match kind {
        "crossing_major" | "capital" | "city" => (4.0, 16.0, Weight::Bold, 0),
        "border_town" | "town" => (3.2, 14.0, Weight::Regular, 1),
        "crossing" | "pass" => (3.2, 14.0, Weight::Regular, 2),
        _ => (2.6, 13.0, Weight::Regular, 3),
    }
}

/// The places within the frame, with where they are in px, the more important first. More than so many are not tried.
fn places_in_view<'a>(scene: &Scene<'a>) -> Vec<(&'a Place, (f64, f64))> {
    const MOST: usize = 120;
    let mut places: Vec<_> = scene
        .analysis
        .context
        .places
        .iter()
        .filter_map(|place| Some((place, scene.view.place(place.position)?)))
        .filter(|&(_, at)| scene.view.shows(at, 6.0))
        .collect();
    places.sort_by_key(|(place, _)| place_style(&place.kind).3);
    places.truncate(MOST);
    places
}

/// The names of places, each on its side of the line; a place without room is left out.
fn places<'a>(
    scene: &Scene<'a>,
    layout: &Layout,
    ground: &Taken,
    places: &[(&'a Place, (f64, f64))],
    labels: &mut Vec<(Label<'a>, Request)>,
) {
    /// A label nearer than this to a place seems to name it, in px: one with a leader, one beside its own place, and one
    /// that lies on the dot.
    const CLOSE: f64 = 16.0;
    const BESIDE: f64 = 5.0;
    const ON: f64 = 3.0;
    for &(place, at) in places {
        let (dot, size, weight, rank) = place_style(&place.kind);
        // The name before a bracket: "Chaman-Spin Boldak (Friendship Gate)" is too long for a map.
        let name = place.name.split(" (").next().unwrap_or(&place.name);
        let lettering = Lettering {
            weight,
            ..Lettering::new(size, theme::INK).with_halo(theme::PAPER.with_alpha(0.9), 3.0)
        };
        let extent = (lettering.width_px(name), size * 1.15);
        // A crossing lies on both sides.
        let sided = !place.kind.starts_with("crossing");
        let side = if sided { ground.side(at) } else { 0.0 };
        // Only important places are worth a long leader.
        let rings = if rank <= 2 { 7 } else { 3 };
        let mut spots = Vec::new();
        for (number, rect) in labels::around(at, extent, dot + 5.0, rings).enumerate() {
            let leader = labels::leader(at, &rect);
            if !ground.stays_on_its_side(leader, dot) {
                continue;
            }
            let middle = (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0);
            if side * ground.side(middle) < 0.0 {
                continue;
            }
            let far = number >= labels::BESIDE;
            let under = if far { ground.marks_under(leader) } else { 0 };
            let ring = (number / 8) as f64;
            let nearest = places
                .iter()
                .filter(|&&(_, other)| other != at)
                .map(|&(_, other)| labels::away(other, &rect))
                .fold(f64::INFINITY, f64::min);
            // On the dot of another place it would name that one, and beside it would seem to.
            if nearest < ON {
                continue;
            }
            let misleads = nearest < if far { CLOSE } else { BESIDE };
            let misleading = if misleads { 5.0 } else { 0.0 };
            let cost = misleading + ring * 1.3 + 0.12 * (number % 8) as f64 + under as f64;
            spots.extend(spot(scene, ground, rect, far.then_some(leader), cost));
        }
        let worth = [16.0, 11.0, 10.0, 6.0][usize::from(rank)];
        labels.push((
            Label::Place {
                name,
                at,
                // On a mark it is only as large as it must be to be seen.
                dot: match (layout.is_at(at), layout.covers(at)) {
                    (true, _) => None,
                    (false, true) => Some((2.2, 1.1)),
                    (false, false) => Some((dot, 1.4)),
                },
                lettering,
                sided,
            },
            Request { spots, worth },
        ));
    }
}
