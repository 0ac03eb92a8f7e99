//! A map of each sector that has incidents, at a scale that suits it.

use crate::analysis::Analysis;
use crate::geodesy::Position;
use crate::incident::Figures;
use crate::located::LocatedIncident;
use crate::render::canvas::{Anchor, Canvas, Lettering, Rect, TextLine, VerticalAnchor};
use crate::render::elements::draw_mark;
use crate::render::fitting::squeezed;
use crate::render::frame;
use crate::render::projection::View;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Look, Symbols};

use super::incidents::Drawn;
use super::scene::{self, Detail, Scene};
use super::{furniture, panel};

/// Most sectors with a map of their own.
const MOST: usize = 12;

/// The sectors that get a map: those with most incidents, at most 12, in order of chainage. None where
/// there is but one sector.
pub fn active(analysis: &Analysis) -> Vec<usize> {
    if analysis.sectors.all().len() < 2 {
        return Vec::new();
    }
    let active = analysis.busiest_sectors().into_iter().take(MOST);
    let mut sectors: Vec<usize> = active.map(|(sector, _)| sector).collect();
    sectors.sort_unstable();
    sectors
}

/// `maps/sector-…`: one sector with what happened in it. Returns the SVG.
pub fn sector(analysis: &Analysis, symbols: &Symbols, sheet: &Sheet, sector: usize) -> String {
    let summary = &analysis.sector_summaries[sector];
    let own = &analysis.sectors.all()[sector];
    let language = &analysis.language;
    let title = language.fill("Sector {}: {}", &[&(sector + 1), &own.name]);
    let rough = summary.counts.uncertain;
    let mut subtitle = language.fill(
        "{} · km {} of the line · {}",
        &[
            &language.span(analysis.period.start, analysis.period.end),
            &own.span_words(0),
            &language.counted(summary.counts.incidents, "incident"),
        ],
    );
    subtitle.push_str(", ");
    subtitle.push_str(&language.told(rough, "{} of them placed only roughly"));
    if let Some(rate) = summary.rate {
        let rate = language.decimals(rate, 2);
        subtitle.push_str(" · ");
        subtitle.push_str(&language.fill("{} per 100 km and 30 days", &[&rate]));
    }
    frame::picture(analysis, sheet, &title, &subtitle, |canvas, body| {
        let (map, columns) = super::split(body);
        let mut drawn = Drawn::default();
        if let Some(view) = View::around(&positions(analysis, sector), furniture::above_strip(map))
        {
            let scene = Scene::new(analysis, symbols, view, Detail::Sector(sector));
            drawn = scene::draw(canvas, &scene).incidents;
            furniture::strip(canvas, &scene.view);
        }
        told(canvas, analysis, symbols, sector, &columns, &drawn);
    })
}

/// What the map must show: the stretches of the sector and its incidents.
pub(super) fn positions(analysis: &Analysis, sector: usize) -> Vec<Position> {
    let stretches = &analysis.sectors.all()[sector].stretches;
    let mut shown: Vec<Position> = stretches
        .iter()
        .flat_map(|it| analysis.border.slice(it.from, it.to))
        .flatten()
        .collect();
    let own = analysis.counted().filter(|it| it.sector == sector);
    shown.extend(own.map(|it| it.incident.position));
    shown
}

/// Height of a row.
const ROW: f64 = 20.0;

/// The facts of the sector, the marks, and its incidents in the order of their days.
fn told(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    symbols: &Symbols,
    sector: usize,
    columns: &[Rect],
    drawn: &Drawn,
) {
    let summary = &analysis.sector_summaries[sector];
    let Some(first) = columns.first() else { return };
    let mut y = first.y;
    let heading = |canvas: &mut Canvas<'_>, x: f64, y: f64, words: &str| {
        let set = Lettering::new(theme::HEADING_PX, theme::INK)
            .bold()
            .anchored(Anchor::Start, VerticalAnchor::Middle);
        canvas.text(&TextLine::new((x, y + ROW / 2.0), words, set));
    };
    let language = &analysis.language;
    heading(canvas, first.x, y, language.say("In this sector"));
    y += ROW + 5.0;
    let [left, right, on_line] = summary.sides;
    let side = |name: Option<&str>, word: &str| {
        name.map_or_else(
            || language.say(word).to_owned(),
            |name| language.plain(name),
        )
    };
    let mut facts = vec![
        (
            language.say("deaths, low–best–high").to_owned(),
            language.deaths(&summary.counts.deaths, summary.counts.incidents),
        ),
        (
            {
                let mut sides = vec![
                    side(analysis.border.left(), "left"),
                    side(analysis.border.right(), "right"),
                ];
                if on_line > 0 {
                    sides.push(language.say("on the line").to_owned());
                }
                sides.join(" / ")
            },
            {
                let sides = [left, right, on_line].map(|count| language.grouped(count as u64));
                let told = if on_line > 0 { 3 } else { 2 };
                sides[..told].join(" / ")
            },
        ),
        (
            language.say("episodes").to_owned(),
            summary.episodes.to_string(),
        ),
        (
            language.say("clusters").to_owned(),
            summary.clusters.to_string(),
        ),
    ];
    if let (Some(first), Some(last)) = (summary.first, summary.last) {
        let name = language.say("first and last incident").to_owned();
        facts.push((name, language.span(first, last)));
    }
    let size = theme::LABEL_PX - 1.0;
    for (name, value) in facts {
        let start =
            Lettering::new(size, theme::MUTED).anchored(Anchor::Start, VerticalAnchor::Middle);
        let end = Lettering::new(size, theme::INK)
            .bold()
            .anchored(Anchor::End, VerticalAnchor::Middle);
        let wide = first.width - end.width_px(&value) - 12.0;
        let (size_px, name) = squeezed(&name, size, Weight::Regular, wide);
        let start = Lettering { size_px, ..start };
        canvas.text(&TextLine::new((first.x, y + ROW / 2.0), &name, start));
        canvas.text(&TextLine::new((first.right(), y + ROW / 2.0), &value, end));
        y += ROW;
    }
    y += 12.0;
    let mut own: Vec<&LocatedIncident> = analysis
        .counted()
        .filter(|it| it.sector == sector)
        .collect();
    let mut columns = columns.to_vec();
    columns[0] = Rect::new(first.x, y, first.width, first.bottom() - y);
    let columns = panel::key(canvas, analysis, symbols, &columns, drawn, &own);
    own.sort_by(|a, b| (a.incident.day, a.incident.id()).cmp(&(b.incident.day, b.incident.id())));
    let mut rest = own.as_slice();
    for (number, column) in columns.iter().enumerate() {
        let mut top = column.y;
        let last = number + 1 == columns.len();
        if column.height < 4.0 * ROW && !last {
            continue;
        }
        let words = if rest.len() == own.len() {
            "Incidents by day († deaths)"
        } else {
            "and further"
        };
        if rest.is_empty() || column.height < 2.0 * ROW {
            break;
        }
        heading(canvas, column.x, top, language.say(words));
        top += ROW + 4.0;
        let fit = ((column.bottom() - top) / ROW).floor().max(0.0) as usize;
        // The last row says how many have no room.
        let shown = if last && rest.len() > fit {
            fit.saturating_sub(1)
        } else {
            fit.min(rest.len())
        };
        for it in &rest[..shown] {
            row(canvas, analysis, symbols, it, (column.x, top), column.width);
            top += ROW;
        }
        rest = &rest[shown..];
        if last && !rest.is_empty() {
            let set =
                Lettering::new(size, theme::MUTED).anchored(Anchor::Start, VerticalAnchor::Middle);
            let words = language.told(rest.len(), "and {} more, in tables/incidents.csv");
            canvas.text(&TextLine::new((column.x, top + ROW / 2.0), &words, set));
        }
    }
}

/// One incident: symbol, day, place, deaths.
fn row(
    canvas: &mut Canvas<'_>,
    analysis: &Analysis,
    symbols: &Symbols,
    it: &LocatedIncident,
    (x, y): (f64, f64),
    width: f64,
) {
    let middle = y + ROW / 2.0;
    if let Some(symbol) = symbols.of_kind(&it.incident.event_type) {
        let paint = Look::paint_of(analysis, it, symbol.ink);
        draw_mark(canvas, (x + 8.0, middle), symbol.shape, 6.0, &paint);
    }
    let size = theme::SMALL_PX;
    let set = Lettering::new(size, theme::INK).anchored(Anchor::Start, VerticalAnchor::Middle);
    let language = &analysis.language;
    let period = analysis.period;
    let (day, indent) = if period.start.date().year() == period.end.date().year() {
        (language.day_and_month(it.incident.day), 84.0)
    } else {
        (language.date(it.incident.day), 112.0)
    };
    canvas.text(&TextLine::new((x + 24.0, middle), &day, set));
    let deaths = figures(it.incident.deaths);
    let end = set.anchored(Anchor::End, VerticalAnchor::Middle);
    canvas.text(&TextLine::new((x + width, middle), &deaths, end));
    let status = match it.incident.claim_status.as_str() {
        "" => "",
        status => language.say(status),
    };
    let words = match it.incident.place() {
        "" => language.plain(&it.incident.event_type),
        place => place.to_owned(),
    };
    // What is cut is the place: a status that is half there reads as another.
    let status = if status.is_empty() {
        String::new()
    } else {
        format!(" · {status}")
    };
    let room = width - indent - set.width_px(&deaths) - set.width_px(&status) - 10.0;
    let mut words = text::ellipsize(&words, size, Weight::Regular, room);
    words.push_str(&status);
    canvas.text(&TextLine::new((x + indent, middle), &words, set));
}

/// The deaths of one incident: `12 †`, `4–9 †`, `…–6 †` where nobody gives less than the highest figure, or nothing
/// where nobody says.
fn figures(deaths: Figures) -> String {
    let least = [deaths.low, deaths.best].into_iter().flatten().min();
    let most = [deaths.best, deaths.high].into_iter().flatten().max();
    match (least, most) {
        (Some(least), Some(most)) if least == most => format!("{least} †"),
        (None, None) => String::new(),
        (least, most) => {
            let told = |it: Option<u32>| it.map_or_else(|| "…".to_owned(), |it| it.to_string());
            format!("{}–{} †", told(least), told(most))
        }
    }
}
