//! What every picture has: title, subtitle, period, counts, sources, and the notes below.

use crate::analysis::Analysis;
use crate::ledger::Fate;
use crate::wording;

use super::canvas::{Anchor, Canvas, Lettering, Rect, Stroke, TextLine, VerticalAnchor};
use super::text::{self, Weight};
use super::theme;

/// Width and height of every picture in px.
pub const SIZE: (u32, u32) = (1920, 1080);
/// Margin left and right in px.
pub const MARGIN: f64 = 48.0;

/// The note that stands on every picture.
pub const NO_ENDORSEMENT: &str =
    "Boundaries and names shown imply no endorsement or acceptance of any claim to territory.";

/// Draws a picture on an empty page: title, subtitle and notes, then whatever `body` draws into the
/// rectangle between them. Returns the SVG.
pub fn picture(
    analysis: &Analysis,
    title: &str,
    subtitle: &str,
    body: impl FnOnce(&mut Canvas<'_>, Rect),
) -> String {
    let mut svg = String::new();
    let mut canvas = Canvas::new(&mut svg, SIZE, title, subtitle, Some(theme::PAPER));
    let (width, height) = canvas.size_px();
    let room = width - 2.0 * MARGIN;
    let top = VerticalAnchor::Top;

    let heading = Lettering::new(theme::TITLE_PX, theme::INK)
        .bold()
        .anchored(Anchor::Start, top);
    let fitted = text::ellipsize(title, theme::TITLE_PX, Weight::Bold, room);
    canvas.text(&TextLine::new((MARGIN, 24.0), &fitted, heading));
    let below = Lettering::new(theme::SUBTITLE_PX, theme::MUTED).anchored(Anchor::Start, top);
    let fitted = text::ellipsize(subtitle, theme::SUBTITLE_PX, Weight::Regular, room);
    canvas.text(&TextLine::new((MARGIN, 70.0), &fitted, below));

    let rule = height - 62.0;
    canvas.line(
        (MARGIN, rule),
        (width - MARGIN, rule),
        Stroke::solid(theme::RULE, 1.0),
    );
    let small = Lettering::new(theme::SMALL_PX, theme::MUTED).anchored(Anchor::Start, top);
    for (place, note) in notes(analysis).iter().enumerate() {
        let fitted = text::ellipsize(note, theme::SMALL_PX, Weight::Regular, room - 160.0);
        canvas.text(&TextLine::new(
            (MARGIN, rule + 9.0 + 20.0 * place as f64),
            &fitted,
            small,
        ));
    }
    let version = concat!("borderscope ", env!("CARGO_PKG_VERSION"));
    canvas.text(&TextLine::new(
        (width - MARGIN, rule + 9.0),
        version,
        small.anchored(Anchor::End, top),
    ));

    let body_top = 112.0;
    body(
        &mut canvas,
        Rect::new(MARGIN, body_top, room, rule - 14.0 - body_top),
    );
    canvas.finish();
    svg
}

/// The two lines below every picture.
fn notes(analysis: &Analysis) -> [String; 2] {
    let sources = if analysis.credit.is_empty() {
        let files: Vec<&str> = analysis
            .files
            .iter()
            .map(|file| file.name.as_str())
            .collect();
        format!("Sources: {}.", files.join(", "))
    } else {
        format!("Sources: {}", analysis.credit)
    };
    [
        sources,
        format!("Every attribution is a claim by whoever reported it. {NO_ENDORSEMENT}"),
    ]
}

/// Period and counts, for subtitles: `5 Oct – 25 Dec 2025 · 83 incidents reported …`.
pub fn period_and_counts(analysis: &Analysis) -> String {
    let counts = analysis.total();
    let mut text = format!(
        "{} · {} within {:.0} km of the line",
        wording::span(analysis.period.start, analysis.period.end),
        wording::counted(counts.incidents, "incident"),
        analysis.options.corridor.km(),
    );
    if counts.uncertain > 0 {
        let uncertain = wording::grouped(counts.uncertain as u64);
        text.push_str(&format!(", {uncertain} of them placed only roughly"));
    }
    for (fate, words) in [
        (Fate::OutsideCorridor, "farther away"),
        (Fate::OutsidePeriod, "outside the period"),
        (Fate::Held, "held"),
    ] {
        let count = analysis.ledger.count(fate);
        if count > 0 {
            text.push_str(&format!(" · {} {words}", wording::grouped(count as u64)));
        }
    }
    text
}
