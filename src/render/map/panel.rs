//! The panel beside a map: symbols, sizes, looks, clusters, sectors.

use crate::analysis::Analysis;
use crate::incident::Figures;
use crate::located::LocatedIncident;
use crate::render::canvas::{
    Anchor, Canvas, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use crate::render::elements::{Shape, draw_mark};
use crate::render::fitting::squeezed;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Doubt, Look, Symbol, Symbols};
use crate::wording::cluster_label;
use crate::wording::language::Language;

use super::incidents::{Drawn, Outlined};

/// Height of a row.
const ROW: f64 = 22.0;
/// Where text beside a symbol begins.
const INDENT: f64 = 34.0;

/// A pen that goes down the panel.
struct Pen<'p, 'c> {
    canvas: &'p mut Canvas<'c>,
    area: Rect,
    y: f64,
    /// The columns after this one.
    rest: std::slice::Iter<'p, Rect>,
}

impl<'c> Pen<'_, 'c> {
    /// The language of its words.
    fn language(&self) -> &'c Language {
        self.canvas.language()
    }

    fn room(&self) -> f64 {
        self.area.bottom() - self.y
    }

    /// Goes to the top of the next column, if there is one; `false` if there is none.
    fn next_column(&mut self) -> bool {
        let next = self.rest.next();
        if let Some(next) = next {
            self.area = *next;
            self.y = next.y;
        }
        next.is_some()
    }

    /// Begins a row of a height, in the next column if this one has no room for it.
    fn begin(&mut self, height: f64) {
        if self.room() < height {
            self.next_column();
        }
    }

    fn heading(&mut self, heading: &str) {
        let lettering = Lettering::new(theme::HEADING_PX, theme::INK)
            .bold()
            .anchored(Anchor::Start, VerticalAnchor::Middle);
        self.canvas.text(&TextLine::new(
            (self.area.x, self.y + ROW / 2.0),
            heading,
            lettering,
        ));
        self.y += ROW + 4.0;
    }

    fn gap(&mut self) {
        self.y += 10.0;
    }

    /// Text at a distance from the left, fitted to what is left of the width less `keep`.
    fn text(&mut self, x: f64, keep: f64, content: &str, muted: bool) {
        let ink = if muted { theme::MUTED } else { theme::INK };
        let room = self.area.width - x - keep;
        let full = theme::LABEL_PX - 1.0;
        let (size, fitted) = squeezed(content, full, Weight::Regular, room);
        let lettering = Lettering::new(size, ink).anchored(Anchor::Start, VerticalAnchor::Middle);
        let at = (self.area.x + x, self.y + ROW / 2.0);
        self.canvas.text(&TextLine::new(at, &fitted, lettering));
    }

    /// Muted text with figures in it, which must not be cut: set smaller where it is too wide.
    fn squeezed(&mut self, x: f64, content: &str) {
        let full = Lettering::new(theme::LABEL_PX - 1.0, theme::MUTED);
        let fit = ((self.area.width - x) / full.width_px(content)).min(1.0);
        let lettering = Lettering::new(full.size_px * fit, theme::MUTED)
            .anchored(Anchor::Start, VerticalAnchor::Middle);
        let at = (self.area.x + x, self.y + ROW / 2.0);
        self.canvas.text(&TextLine::new(at, content, lettering));
    }

    /// Text that ends at a distance from the left.
    fn number(&mut self, x: f64, content: &str, bold: bool) {
        let mut lettering = Lettering::new(theme::LABEL_PX - 1.0, theme::INK)
            .anchored(Anchor::End, VerticalAnchor::Middle);
        if bold {
            lettering = lettering.bold();
        }
        let at = (self.area.x + x, self.y + ROW / 2.0);
        self.canvas.text(&TextLine::new(at, content, lettering));
    }

    fn mark(&mut self, x: f64, shape: Shape, radius: f64, paint: &Paint) {
        let at = (self.area.x + x, self.y + ROW / 2.0);
        draw_mark(self.canvas, at, shape, radius, paint);
    }

    /// Small print over as many lines as it takes.
    fn note(&mut self, content: &str) {
        let size = theme::SMALL_PX;
        let lettering =
            Lettering::new(size, theme::MUTED).anchored(Anchor::Start, VerticalAnchor::Top);
        let lines = text::wrap(content, size, Weight::Regular, self.area.width);
        // All of it or nothing: what is cut short may say something else.
        self.begin(size * 1.35 * lines.len() as f64);
        if self.room() < size * 1.35 * lines.len() as f64 {
            return;
        }
        for line in lines {
            self.canvas
                .text(&TextLine::new((self.area.x, self.y), &line, lettering));
            self.y += size * 1.35;
        }
    }
}

/// Height that the explanation of looks takes.
const LOOKS: f64 = 244.0;

/// Draws the panel, in one column or in several. Sectors and clusters that do not fit are counted in a
/// last line.
pub(super) fn draw(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    symbols: &Symbols,
    columns: &[Rect],
    drawn: &Drawn,
) {
    let mut rest = columns.iter();
    let Some(&area) = rest.next() else { return };
    let mut pen = Pen {
        canvas,
        area,
        y: area.y,
        rest,
    };
    kinds(&mut pen, symbols, drawn);
    let language = pen.language();
    let others = language.not_counted(&analysis.ledger);
    let others = others.map(|left_out| language.fill("not counted: {}", &[&left_out]));
    pen.gap();
    if columns.len() > 1 {
        if pen.room() < LOOKS {
            pen.next_column();
        }
        looks(&mut pen, analysis, drawn, &analysis.counted(), others);
        pen.next_column();
        sectors(&mut pen, analysis);
        pen.gap();
        if pen.next_column() || pen.room() > 4.0 * ROW {
            let room = pen.room();
            clusters(&mut pen, analysis, room);
        }
        return;
    }
    looks(&mut pen, analysis, drawn, &analysis.counted(), others);
    pen.gap();
    let sector_rows = analysis.sectors.all().len() as f64 * ROW + ROW + 14.0;
    let for_clusters = (pen.room() - sector_rows).max(pen.room() * 0.35);
    clusters(&mut pen, analysis, for_clusters);
    pen.gap();
    sectors(&mut pen, analysis);
}

/// The shades of bins from little to most, in a row from a point.
pub(super) fn bins(canvas: &mut Canvas<'_>, (x, y): (f64, f64), largest: usize) {
    for step in 0..8usize {
        // As many as make even steps of shade: shades go with the square root.
        let count = (largest as f64 * ((step + 1) as f64 / 8.0).powi(2)).ceil() as usize;
        let paint = Paint::filled(theme::count_ink(count, largest));
        draw_mark(
            canvas,
            (x + 18.0 * step as f64, y),
            Shape::Hexagon,
            10.0,
            &paint,
        );
    }
}

/// A piece of the line with its corridor, to the right of a point.
pub(super) fn line(canvas: &mut Canvas<'_>, at: (f64, f64)) {
    let to = (at.0 + 24.0, at.1);
    canvas.line(at, to, Stroke::solid(theme::CORRIDOR, 12.0));
    canvas.line(at, to, Stroke::solid(theme::INK, 3.0));
}

/// A row with the shades of bins, and what the darkest stands for.
fn bins_row(pen: &mut Pen<'_, '_>, largest: usize) {
    bins(pen.canvas, (pen.area.x + 12.0, pen.y + ROW / 2.0), largest);
    let language = pen.language();
    let largest = language.grouped(largest as u64);
    let words = language.fill("1 to {} in a bin", &[&largest]);
    pen.text(170.0, 0.0, &words, false);
    pen.y += ROW;
}

/// In a narrower column two kinds do not fit side by side.
const NARROW: f64 = 380.0;

/// Explains the marks of a map of a part of the line from the top of an area: the kinds of those incidents, two on
/// a row, and their looks. Returns what is left of the columns.
pub(super) fn key(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    symbols: &Symbols,
    columns: &[Rect],
    drawn: &Drawn,
    own: &[&LocatedIncident],
) -> Vec<Rect> {
    let mut rest = columns.iter();
    let Some(&area) = rest.next() else {
        return Vec::new();
    };
    let mut pen = Pen {
        canvas,
        area,
        y: area.y,
        rest,
    };
    let language = pen.language();
    let beside = if area.width < NARROW { 1 } else { 2 };
    let half = area.width / beside as f64;
    let mut counts = vec![0; symbols.all().len()];
    for it in own {
        if let Some(place) = symbols.place_of(&it.incident.event_type) {
            counts[place] += 1;
        }
    }
    let kinds: Vec<(&Symbol, usize)> = symbols
        .all()
        .iter()
        .zip(counts)
        .filter(|(_, count)| *count > 0)
        .collect();
    let marks = drawn.largest_bin.is_none();
    if let Some(largest) = drawn.largest_bin {
        pen.begin(ROW);
        bins_row(&mut pen, largest);
    }
    for pair in kinds.chunks(beside) {
        pen.begin(ROW);
        for ((symbol, count), left) in pair.iter().zip([0.0, half]) {
            if marks {
                pen.mark(
                    left + 12.0,
                    symbol.shape,
                    7.0,
                    &Look::Placed.paint(symbol.ink),
                );
            }
            let label = language.plain(&symbol.label);
            let number = language.grouped(*count as u64);
            let set = Lettering::new(theme::LABEL_PX - 1.0, theme::INK)
                .anchored(Anchor::Start, VerticalAnchor::Middle);
            let bold = Lettering::new(theme::LABEL_PX - 1.0, theme::INK).bold();
            // Where bins are, no mark stands before the words.
            let indent = if marks { INDENT } else { 0.0 };
            let room = half - indent - 22.0 - bold.width_px(&number);
            let (size_px, label) = squeezed(&label, set.size_px, set.weight, room);
            let at = (pen.area.x + left + indent, pen.y + ROW / 2.0);
            let line = TextLine::new(at, &label, Lettering { size_px, ..set });
            pen.canvas.text(&line);
            let right = left + half - if beside > 1 { 14.0 } else { 0.0 };
            pen.number(right, &number, true);
        }
        pen.y += ROW;
    }
    beside_marks(&mut pen, drawn);
    pen.y += 6.0;
    let others = (drawn.uncounted > 0).then(|| language.say("hollow: not counted").to_owned());
    // Most of what there is lies in other sectors: that needs no words.
    let drawn = Drawn {
        outside: 0,
        ..drawn.clone()
    };
    looks(&mut pen, analysis, &drawn, &own.iter().copied(), others);
    let Rect { x, width, .. } = pen.area;
    let below = Rect::new(x, pen.y + 10.0, width, (pen.room() - 10.0).max(0.0));
    std::iter::once(below).chain(pen.rest.copied()).collect()
}

fn kinds(pen: &mut Pen<'_, '_>, symbols: &Symbols, drawn: &Drawn) {
    let language = pen.language();
    pen.heading(language.say("Counted incidents by kind"));
    if let Some(largest) = drawn.largest_bin {
        bins_row(pen, largest);
    }
    for symbol in symbols.all().iter().filter(|symbol| symbol.incidents > 0) {
        if drawn.largest_bin.is_none() {
            pen.mark(12.0, symbol.shape, 7.0, &Look::Placed.paint(symbol.ink));
        }
        pen.text(INDENT, 60.0, &language.plain(&symbol.label), false);
        let right = pen.area.width;
        pen.number(right, &language.grouped(symbol.incidents as u64), true);
        pen.y += ROW;
    }
}

/// What is on the map of a sector beside the marks of its incidents: those of other sectors, outlines of clusters.
fn beside_marks(pen: &mut Pen<'_, '_>, drawn: &Drawn) {
    let language = pen.language();
    if drawn.elsewhere > 0 {
        pen.begin(ROW);
        let at = (pen.area.x + 12.0, pen.y + ROW / 2.0);
        if drawn.elsewhere_marked {
            super::incidents::elsewhere(pen.canvas, at);
        }
        let words = if drawn.elsewhere_marked {
            "in other sectors"
        } else {
            "in other sectors, not drawn"
        };
        pen.text(INDENT, 60.0, language.say(words), false);
        let right = pen.area.width;
        pen.number(right, &language.grouped(drawn.elsewhere as u64), false);
        pen.y += ROW;
    }
    if drawn.outlined != Outlined::None {
        pen.begin(ROW);
        let outline = Rect::new(pen.area.x + 2.0, pen.y + 5.0, 22.0, ROW - 10.0);
        let paint = Paint::outlined(Stroke::solid(theme::CLUSTER, 1.8));
        pen.canvas.rect(outline, (ROW - 10.0) / 2.0, &paint);
        let mut words = language.say("cluster").to_owned();
        if drawn.outlined == Outlined::Unstable {
            words.push_str("; ");
            words.push_str(language.say("dashed: stability below 50 %"));
        }
        pen.text(INDENT, 0.0, &words, false);
        pen.y += ROW;
    }
}

/// How deaths, precision and doubt of counted incidents look, what the others are, and what else is on the map.
fn looks<'a>(
    pen: &mut Pen<'_, '_>,
    analysis: &Analysis,
    drawn: &Drawn,
    counted: &(impl Iterator<Item = &'a LocatedIncident> + Clone),
    others: Option<String>,
) {
    let language = pen.language();
    if drawn.largest_bin.is_none() {
        pen.begin(ROW + 8.0);
        let mut x = 8.0;
        let labels = [
            language.say("0 or not reported").to_owned(),
            "10".to_owned(),
            language.counted(50, "death"),
        ];
        for (count, label) in [0, 10, 50].into_iter().zip(&labels) {
            let figures = Figures {
                low: None,
                best: Some(count),
                high: None,
            };
            let radius = theme::mark_radius(figures);
            pen.mark(
                x + radius,
                Shape::Circle,
                radius,
                &Paint::filled(theme::MUTED.with_alpha(0.75)),
            );
            pen.text(x + 2.0 * radius + 6.0, 0.0, label, false);
            let lettering = Lettering::new(theme::LABEL_PX - 1.0, theme::INK);
            x += 2.0 * radius + lettering.width_px(label) + 22.0;
        }
        pen.y += ROW + 8.0;
    }
    let placed = counted.clone().filter(|it| analysis.is_placed(it)).count();
    let uncertain = counted.clone().count() - placed;
    let radius = analysis.options.cluster.largest_location_radius.km();
    let rough = Look::Uncertain.paint(theme::MUTED);
    let marks = drawn.largest_bin.is_none();
    let whole = "placed only roughly; circle: where it may be";
    let set = Lettering::new(theme::LABEL_PX - 3.0, theme::INK);
    let fits = set.width_px(language.say(whole)) <= pen.area.width - INDENT - 60.0;
    let roughly = if marks && drawn.discs && fits {
        whole
    } else {
        "placed only roughly"
    };
    let rows = [
        (
            Look::Placed.paint(theme::MUTED),
            language.fill("place known within {} km", &[&language.kilometres(radius)]),
            placed,
        ),
        (rough, language.say(roughly).to_owned(), uncertain),
    ];
    for (paint, label, count) in rows.into_iter().filter(|row| row.2 > 0) {
        pen.begin(ROW);
        if marks {
            pen.mark(12.0, Shape::Circle, 7.0, &paint);
        }
        pen.text(INDENT, 60.0, &label, false);
        let right = pen.area.width;
        pen.number(right, &language.grouped(count as u64), true);
        pen.y += ROW;
    }
    for (doubt, words) in Doubt::ALL {
        let status = |it: &&LocatedIncident| Doubt::of(it.incident.claim_status) == Some(doubt);
        let count = counted.clone().filter(status).count();
        if count > 0 {
            pen.begin(ROW);
            if marks {
                let paint = doubt.over(Look::Placed.paint(theme::MUTED));
                pen.mark(12.0, Shape::Circle, 7.0, &paint);
            }
            pen.text(INDENT, 60.0, language.say(words), false);
            let right = pen.area.width;
            pen.number(right, &language.grouped(count as u64), true);
            pen.y += ROW;
        }
    }
    for layer in &analysis.context.layers {
        pen.begin(ROW);
        let middle = pen.y + ROW / 2.0;
        let at = pen.area.x + 1.0;
        let paint = super::land::layer_paint(&layer.style);
        if let Some(stroke) = paint.stroke {
            pen.canvas.line((at, middle), (at + 24.0, middle), stroke);
        }
        pen.text(INDENT, 0.0, &layer.name, false);
        pen.y += ROW;
    }
    if let (Some(others), None) = (others, drawn.largest_bin) {
        pen.begin(ROW);
        pen.mark(
            12.0,
            Shape::Circle,
            5.0,
            &Look::NotCounted.paint(theme::MUTED),
        );
        pen.text(INDENT, 0.0, &others, false);
        pen.y += ROW;
    }
    pen.begin(ROW);
    let at = (pen.area.x + 1.0, pen.y + ROW / 2.0);
    line(pen.canvas, at);
    let corridor = language.fill(
        "the line, and {} km to either side",
        &[&language.kilometres(analysis.options.corridor.km())],
    );
    pen.text(INDENT, 0.0, &corridor, false);
    pen.y += ROW;
    if !analysis.alignments.is_empty() {
        pen.begin(ROW);
        let at = (pen.area.x + 1.0, pen.y + ROW / 2.0);
        pen.canvas
            .line(at, (at.0 + 24.0, at.1), super::rival_stroke());
        let names = analysis.alignments.iter().map(|it| it.name.as_str());
        let names = names.collect::<Vec<_>>().join(", ");
        pen.text(
            INDENT,
            0.0,
            &language.fill("another line: {}", &[&names]),
            false,
        );
        pen.y += ROW;
    }
    pen.y += 2.0;
    let mut notes = Vec::new();
    if drawn.fanned {
        let words = "Incidents reported at one coordinate are fanned out around it.";
        notes.push(language.say(words).to_owned());
    }
    if let Some(largest) = drawn.largest_stack {
        notes.push(language.fill(
            "A number in a disc: so many reports at one coordinate (at most {}).",
            &[&largest],
        ));
    }
    if drawn.outside > 0 {
        notes.push(language.of_count(
            drawn.outside,
            (
                "{} not counted lies outside the map.",
                "{} not counted lie outside the map.",
            ),
            &[&language.grouped(drawn.outside as u64)],
        ));
    }
    if marks {
        let words = "Marks grow with deaths: the best figure, else the middle.";
        notes.push(language.say(words).to_owned());
    }
    if !analysis.clusters.is_empty() {
        let words = "Deaths are low–best–high, in brackets how many say so.";
        notes.push(language.say(words).to_owned());
    }
    if !notes.is_empty() {
        pen.note(&notes.join(" "));
    }
}

fn clusters(pen: &mut Pen<'_, '_>, analysis: &Analysis, room: f64) {
    let options = &analysis.options.cluster;
    let middle = (pen.area.right(), pen.y + ROW / 2.0);
    let language = pen.language();
    let means = language.fill(
        "{} or more within {} km and {} days",
        &[
            &options.min_points,
            &language.decimal_sign(&options.eps.km().to_string()),
            &options.eps_days.0,
        ],
    );
    let small = Lettering::new(theme::SMALL_PX - 1.0, theme::MUTED)
        .anchored(Anchor::End, VerticalAnchor::Middle);
    pen.canvas.text(&TextLine::new(middle, &means, small));
    let count = language.grouped(analysis.clusters.len() as u64);
    pen.heading(&language.fill("Clusters: {}", &[&count]));
    if analysis.clusters.is_empty() {
        return;
    }
    let drawn = analysis.drawn_clusters();
    let unstable = drawn.iter().any(|cluster| cluster.is_unstable());
    let below = if unstable { ROW } else { 0.0 };
    let fits = |room: f64| ((room - ROW - 4.0 - below) / 40.0).floor().max(1.0) as usize;
    // Where not all of them fit, a row says how many more there are.
    let fit = match fits(room) {
        all if all >= analysis.clusters.len() => all,
        _ => fits(room - ROW),
    };
    let widest = drawn
        .iter()
        .map(|cluster| cluster_badge_size(&cluster_label(cluster.number)).0)
        .fold(0.0, f64::max);
    let indent = INDENT.max(widest + 8.0);
    for cluster in drawn.iter().take(fit) {
        let label = cluster_label(cluster.number);
        let middle = (
            pen.area.x + cluster_badge_size(&label).0 / 2.0,
            pen.y + ROW / 2.0,
        );
        cluster_badge(pen.canvas, middle, &label);
        pen.text(
            indent,
            0.0,
            &format!(
                "{} · {}",
                language.span(cluster.first, cluster.last),
                cluster.name
            ),
            false,
        );
        pen.y += ROW - 4.0;
        let count = cluster.members.len();
        let deaths = language.deaths(&cluster.deaths, count);
        let mut told = format!(
            "{}; {}",
            language.counted(count, "incident"),
            language.fill("deaths {}", &[&deaths])
        );
        let sure = language.stability(cluster.stability);
        if !sure.is_empty() {
            told.push_str("; ");
            told.push_str(&language.fill("stability {}", &[&sure]));
        }
        pen.squeezed(indent, &told);
        pen.y += ROW;
    }
    if unstable {
        let words = language.say("dashed: stability below 50 %");
        pen.text(indent, 0.0, words, true);
        pen.y += ROW;
    }
    let untold = analysis.clusters.len() - drawn.len().min(fit);
    if untold > 0 {
        let mut told = language.told(untold, "{} more in the tables");
        if drawn.len() < analysis.clusters.len() {
            told.push_str("; ");
            told.push_str(&language.told(drawn.len(), "the {} largest outlined"));
        }
        pen.text(indent, 0.0, &told, true);
        pen.y += ROW;
    }
}

fn sectors(pen: &mut Pen<'_, '_>, analysis: &Analysis) {
    let language = pen.language();
    let right = pen.area.width;
    let columns = [right - 132.0, right - 82.0, right];
    let middle = pen.y + ROW / 2.0;
    for (column, header) in columns
        .into_iter()
        .zip(["incidents", "rough", "100 km·30 d"])
    {
        let lettering = Lettering::new(theme::SMALL_PX - 1.0, theme::MUTED)
            .anchored(Anchor::End, VerticalAnchor::Middle);
        pen.canvas.text(&TextLine::new(
            (pen.area.x + column, middle),
            language.say(header),
            lettering,
        ));
    }
    pen.heading(language.say("Sectors"));
    let all = analysis
        .sectors
        .all()
        .iter()
        .zip(&analysis.sector_summaries)
        .enumerate();
    let fit = ((pen.room() / ROW).floor().max(0.0)) as usize;
    let count = analysis.sectors.all().len();
    let shown = if count > fit {
        fit.saturating_sub(1)
    } else {
        count
    };
    for (number, (sector, summary)) in all.take(shown) {
        let at = (pen.area.x + 12.0, pen.y + ROW / 2.0);
        sector_badge(pen.canvas, at, number);
        pen.text(INDENT, 172.0, &sector.name, false);
        pen.number(
            columns[0],
            &language.grouped(summary.counts.incidents as u64),
            true,
        );
        pen.number(
            columns[1],
            &language.grouped(summary.counts.uncertain as u64),
            false,
        );
        let rate = summary
            .rate
            .map_or_else(String::new, |rate| language.decimals(rate, 2));
        pen.number(columns[2], &rate, false);
        pen.y += ROW;
    }
    if count > shown {
        pen.text(
            INDENT,
            0.0,
            &language.told(count - shown, "and {} more, in the tables"),
            true,
        );
    }
}

/// The number of a sector, from 0, in a circle.
pub(super) fn sector_badge(canvas: &mut Canvas<'_>, centre: (f64, f64), number: usize) {
    let paint = Paint::filled(theme::PAPER).with_outline(Stroke::solid(theme::INK, 1.3));
    canvas.circle(centre, 10.0, &paint);
    let label = (number + 1).to_string();
    let size = if label.len() > 2 { 10.0 } else { 12.5 };
    let lettering = Lettering::new(size, theme::INK)
        .bold()
        .anchored(Anchor::Middle, VerticalAnchor::Middle);
    canvas.text(&TextLine::new(centre, &label, lettering));
}

/// Width and height of the badge of a cluster.
pub(super) fn cluster_badge_size(label: &str) -> (f64, f64) {
    let lettering = Lettering::new(theme::SMALL_PX, theme::PAPER).bold();
    (lettering.width_px(label) + 10.0, 19.0)
}

/// The number of a cluster on a dark plate.
pub(super) fn cluster_badge(canvas: &mut Canvas<'_>, (x, y): (f64, f64), label: &str) {
    let (width, height) = cluster_badge_size(label);
    let plate = Rect::new(x - width / 2.0, y - height / 2.0, width, height);
    canvas.rect(
        plate,
        4.0,
        &Paint::filled(theme::CLUSTER).with_outline(Stroke::solid(theme::PAPER, 1.4)),
    );
    let lettering = Lettering::new(theme::SMALL_PX, theme::PAPER)
        .bold()
        .anchored(Anchor::Middle, VerticalAnchor::Middle);
    canvas.text(&TextLine::new((x, y), label, lettering));
}
