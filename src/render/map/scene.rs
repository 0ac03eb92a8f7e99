//! A map: what it shows, and in which order it is drawn.

use crate::analysis::Analysis;
use crate::located::LocatedIncident;
use crate::render::canvas::{Canvas, Group, Ink, Paint, Rect, Stroke};
use crate::render::labels::Taken;
use crate::render::projection::View;
use crate::render::theme::{self, Symbols};
use crate::stats::Period;
use crate::units::Metres;

use super::incidents::Outlined;
use super::{furniture, incidents, land, names, ribbon};

/// How much of a map is named and explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// The whole line: sectors numbered, clusters called out, places named.
    Whole,
    /// One sector: its stretch stands out, places named.
    Sector(usize),
    /// One of many small maps: nothing is named.
    Small,
}

/// A map to be drawn.
pub(super) struct Scene<'a> {
    pub(super) analysis: &'a Analysis,
    pub(super) symbols: &'a Symbols,
    pub(super) view: View,
    pub(super) detail: Detail,
    /// The only days whose incidents are drawn.
    pub(super) days: Option<Period>,
    /// Above so many counted incidents in view, bins are drawn instead of marks.
    pub(super) most_marks: usize,
    /// What the darkest bin stands for; `None` leaves it to the largest one of this map.
    pub(super) darkest_bin: Option<usize>,
    /// The highest density where that is drawn along the line instead of incidents.
    pub(super) ribbon: Option<f64>,
    /// Whether a page can reach every mark: each is in a group of its own with its number.
    pub(super) live: bool,
}

impl<'a> Scene<'a> {
    /// A map for a picture.
    pub(super) fn new(
        analysis: &'a Analysis,
        symbols: &'a Symbols,
        view: View,
        detail: Detail,
    ) -> Scene<'a> {
        Scene {
            analysis,
            symbols,
            view,
            detail,
            days: None,
            most_marks: incidents::MOST_MARKS,
            darkest_bin: None,
            ribbon: None,
            live: false,
        }
    }

    /// Whether an incident is a matter of this map.
    pub(super) fn has(&self, incident: &LocatedIncident) -> bool {
        let elsewhere = matches!(self.detail, Detail::Sector(own) if incident.sector != own);
        self.ribbon.is_none()
            && !elsewhere
            && self.days.is_none_or(|days| {
                incident.is_dated(&self.analysis.options.cluster)
                    && days.holds(incident.incident.day)
            })
    }

    /// Whether a sector's stretch is drawn strong.
    fn stands_out(&self, sector: usize) -> bool {
        !matches!(self.detail, Detail::Sector(own) if own != sector)
    }
}

/// What came to be on a map.
#[derive(Clone, Debug, Default)]
pub(super) struct Drawn {
    /// The incidents.
    pub(super) incidents: incidents::Drawn,
    /// Its labels.
    #[cfg_attr(not(test), expect(dead_code, reason = "what tests check"))]
    pub(super) labels: Vec<names::Placed>,
    /// What labels must keep off.
    #[cfg_attr(not(test), expect(dead_code, reason = "what tests check"))]
    pub(super) ground: Taken,
}

/// Draws a map into its frame, and covers all of the picture outside. Small maps are clipped, for others
/// stand beside them; live ones end where the page says.
pub(super) fn draw(canvas: &mut Canvas<'_>, scene: &Scene<'_>) -> Drawn {
    draw_laid_out(canvas, scene, incidents::layout(scene))
}

/// As [`draw`], where the layout of the incidents is known already.
pub(super) fn draw_laid_out(
    canvas: &mut Canvas<'_>,
    scene: &Scene<'_>,
    mut layout: incidents::Layout,
) -> Drawn {
    let (analysis, view) = (scene.analysis, &scene.view);
    let small = scene.detail == Detail::Small;
    if small {
        canvas.begin_clip(view.frame);
    }
    layer(canvas, "land", |canvas| {
        canvas.rect(view.frame, 0.0, &Paint::filled(land::SEA));
        land::draw(canvas, analysis, view);
    });
    land::own_layers(canvas, analysis, view);
    if !small {
        layer(canvas, "graticule", |canvas| {
            furniture::graticule(canvas, view);
        });
    }
    border(canvas, scene);
    if let Some(most) = scene.ribbon {
        layer(canvas, "density", |canvas| {
            ribbon::draw(canvas, analysis, view, most);
        });
        line_above(canvas, scene);
        sector_ends(canvas, scene);
    }
    layer(canvas, "uncertainty", |canvas| {
        if !small {
            incidents::discs(canvas, scene);
        }
    });
    layer(canvas, "incidents", |canvas| {
        incidents::marks(canvas, &layout, scene);
    });
    if layout.drawn.largest_bin.is_some() {
        line_above(canvas, scene);
    }
    let outlines = if small || scene.ribbon.is_some() {
        Vec::new()
    } else {
        incidents::outlines(scene, &layout)
    };
    layout.drawn.outlined = if outlines.is_empty() {
        Outlined::None
    } else if outlines.iter().any(|outline| outline.unstable) {
        Outlined::Unstable
    } else {
        Outlined::Stable
    };
    layer(canvas, "clusters", |canvas| {
        incidents::clusters(canvas, &outlines);
    });
    if small {
        canvas.end();
    } else if !scene.live {
        canvas.cover_all_but(&[view.frame], theme::PAPER);
    }

    let mut ground = Taken::default();
    for chain in lines(analysis, view, Metres::ZERO, analysis.border.length()) {
        ground.add_divide(&chain);
    }
    for part in rivals(analysis, view).flatten() {
        ground.add_line(&part);
    }
    layout.take(&mut ground);
    if scene.live {
        // Where the page has its buttons.
        let Rect { y, .. } = view.frame;
        ground.add(Rect::new(view.frame.right() - 84.0, y, 84.0, 300.0));
    }
    for outline in &outlines {
        ground.add_line(&outline.ring);
    }
    let labels = if small {
        Vec::new()
    } else {
        names::draw(canvas, scene, &layout, &outlines, &ground)
    };
    canvas.rect(
        view.frame,
        0.0,
        &Paint::outlined(Stroke::solid(theme::INK, 1.2)),
    );
    if !small {
        layer(canvas, "graticule", |canvas| {
            let boxes: Vec<Rect> = labels.iter().map(|label| label.rect).collect();
            furniture::graticule_labels(canvas, view, &boxes);
        });
    }
    Drawn {
        incidents: layout.drawn,
        labels,
        ground,
    }
}

/// Draws the line once more, thin and with a halo, above what hides it: without it nobody can tell what that lies on.
fn line_above(canvas: &mut Canvas<'_>, scene: &Scene<'_>) {
    let length = scene.analysis.border.length();
    let line = lines(scene.analysis, &scene.view, Metres::ZERO, length);
    for (ink, width) in [(theme::PAPER.with_alpha(0.8), 3.4), (theme::INK, 1.5)] {
        canvas.path(&line, false, &Paint::outlined(Stroke::solid(ink, width)));
    }
}

/// Draws a part of the map that can be switched off as one.
pub(super) fn layer(canvas: &mut Canvas<'_>, name: &str, draw: impl FnOnce(&mut Canvas<'_>)) {
    let class = format!("layer layer-{name}");
    canvas.begin_group(&Group {
        class: &class,
        ..Group::default()
    });
    draw(canvas);
    canvas.end();
}

/// The stretch of the line between two chainages in px, one list for each part.
pub(super) fn lines(
    analysis: &Analysis,
    view: &View,
    from: Metres,
    to: Metres,
) -> Vec<Vec<(f64, f64)>> {
    super::placed(&analysis.border.slice(from, to), view, super::MARGIN)
}

/// The corridor, and the line in sectors: dark and lighter in turn, with a tick where one ends.
fn border(canvas: &mut Canvas<'_>, scene: &Scene<'_>) {
    let (analysis, view) = (scene.analysis, &scene.view);
    let small = scene.detail == Detail::Small;
    let whole = lines(analysis, view, Metres::ZERO, analysis.border.length());
    let corridor_px = 2.0 * analysis.options.corridor.0 / view.ground_metres_per_px();
    let stroke = |ink: Ink, width: f64| Paint::outlined(Stroke::solid(ink, width));
    layer(canvas, "corridor", |canvas| {
        if corridor_px >= 6.0 * view.frame.width.max(view.frame.height) {
            // So wide a line takes long to draw, and covers all of the map.
            canvas.rect(view.frame, 0.0, &Paint::filled(theme::CORRIDOR));
        } else {
            let whole = analysis
                .border
                .slice(Metres::ZERO, analysis.border.length());
            // The edges of so wide a band do not show what its middle does in small.
            let apart = (corridor_px / 40.0).max(super::APART);
            let margin = corridor_px / 2.0 + super::MARGIN;
            let parts = whole.iter();
            let wide: Vec<Vec<(f64, f64)>> = parts
                .flat_map(|part| view.line(part, margin, apart))
                .collect();
            canvas.path(&wide, false, &stroke(theme::CORRIDOR, corridor_px));
        }
    });
    // Where the density is drawn, the line comes above it.
    let below = scene.ribbon.is_some();
    layer(canvas, "border", |canvas| {
        if below {
            return;
        }
        let width = if small { 1.8 } else { 3.6 };
        canvas.path(&whole, false, &stroke(theme::PAPER, 2.0 * width));
        for (number, sector) in analysis.sectors.all().iter().enumerate() {
            let ink = if !scene.stands_out(number) {
                theme::RULE
            } else if number.is_multiple_of(2) || scene.detail == Detail::Sector(number) {
                theme::INK
            } else {
                theme::MUTED
            };
            let stretches = sector.stretches.iter();
            let parts: Vec<Vec<(f64, f64)>> = stretches
                .flat_map(|it| lines(analysis, view, it.from, it.to))
                .collect();
            canvas.path(&parts, false, &stroke(ink, width));
        }
        if !small {
            sector_ends(canvas, scene);
        }
    });
    if small {
        return;
    }
    layer(canvas, "rivals", |canvas| {
        for rival in rivals(analysis, view) {
            canvas.path(&rival, false, &Paint::outlined(super::rival_stroke()));
        }
    });
}

/// Each of the other lines in px, one list for each part.
fn rivals(analysis: &Analysis, view: &View) -> impl Iterator<Item = Vec<Vec<(f64, f64)>>> {
    let borders = analysis.alignments.iter().map(|it| &it.border);
    borders.map(move |line| {
        let whole = line.slice(Metres::ZERO, line.length());
        super::placed(&whole, view, super::MARGIN)
    })
}

/// A tick across the line where a sector ends.
fn sector_ends(canvas: &mut Canvas<'_>, scene: &Scene<'_>) {
    let (analysis, view) = (scene.analysis, &scene.view);
    let sectors = analysis.sectors.all().iter();
    let ends = sectors
        .flat_map(|sector| &sector.stretches)
        .flat_map(|stretch| [stretch.from, stretch.to]);
    let mut ends: Vec<Metres> = ends
        .filter(|&end| end > Metres::ZERO && end < analysis.border.length())
        .collect();
    ends.sort_by(|a, b| a.0.total_cmp(&b.0));
    ends.dedup();
    for end in ends {
        if let Some((at, (dx, dy))) = super::across(analysis, view, end) {
            let tick = 8.0;
            let ends = (
                (at.0 - tick * dx, at.1 - tick * dy),
                (at.0 + tick * dx, at.1 + tick * dy),
            );
            if scene.live {
                canvas.begin_group(&Group {
                    class: "fixed",
                    pivot: Some(at),
                    ..Group::default()
                });
            }
            canvas.line(ends.0, ends.1, Stroke::solid(theme::PAPER, 5.0));
            canvas.line(ends.0, ends.1, Stroke::solid(theme::INK, 2.0));
            if scene.live {
                canvas.end();
            }
        }
    }
}
