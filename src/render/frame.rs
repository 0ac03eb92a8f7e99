//! What every picture has: title, subtitle, period, counts, sources, the notes below, and what the case
//! wants on every page: handling marking, logo, author.

use crate::analysis::Analysis;
use crate::ledger::Fate;
use crate::wording::language::{Language, Value};

use super::canvas::{
    Anchor, Canvas, Document, Lettering, Paint, Rect, Stroke, TextLine, VerticalAnchor,
};
use super::sheet::Sheet;
use super::text::{self, Weight};
use super::theme;

/// Margin left and right in px.
pub const MARGIN: f64 = 48.0;
/// Height of a handling marking.
const BANNER: f64 = 30.0;
/// Room for a logo: width and height.
const LOGO: (f64, f64) = (190.0, 64.0);
/// The least share of its size at which a subtitle is set.
const SMALLER: f64 = 0.82;
/// Most lines of title and subtitle where one does not hold them.
const MOST_LINES: usize = 2;

/// The note that stands on every picture.
pub const NO_ENDORSEMENT: &str =
    "Boundaries and names shown imply no endorsement or acceptance of any claim to territory.";

/// Draws a picture on an empty page: title, subtitle and notes, then whatever `body` draws into the
/// rectangle between them; on a bare sheet the body alone. Returns the SVG.
pub fn picture(
    analysis: &Analysis,
    sheet: &Sheet,
    title: &str,
    subtitle: &str,
    body: impl FnOnce(&mut Canvas<'_>, Rect),
) -> String {
    picture_in(&analysis.language, analysis, sheet, (title, subtitle), body)
}

/// As [`picture`], with the notes in a language.
pub fn picture_in(
    language: &Language,
    analysis: &Analysis,
    sheet: &Sheet,
    (title, subtitle): (&str, &str),
    body: impl FnOnce(&mut Canvas<'_>, Rect),
) -> String {
    let mut svg = String::new();
    let document = Document {
        size_px: sheet.size_px,
        width: sheet.width,
        title,
        description: subtitle,
        background: Some(theme::PAPER),
        palette: sheet.palette,
        language,
    };
    let mut canvas = Canvas::new(&mut svg, &document);
    let (width, height) = canvas.size_px();
    let page = Rect::new(0.0, 0.0, width, height);
    if !sheet.framed {
        body(&mut canvas, page);
        canvas.finish();
        return svg;
    }
    // The body comes first: a map covers all of the page that is not its own.
    let room = between_banners(analysis, page);
    let head = Head::new(analysis, room, (title, subtitle));
    let foot_lines = foot_lines(language, analysis, room.width - 2.0 * MARGIN);
    let top = room.y + head.height;
    let body_room = Rect::new(
        MARGIN,
        top,
        room.width - 2.0 * MARGIN,
        room.bottom() - foot_height(&foot_lines) - top,
    );
    body(&mut canvas, body_room);
    banners(&mut canvas, analysis, page);
    head.draw(&mut canvas, analysis, room);
    foot(&mut canvas, sheet, room, &foot_lines);
    canvas.finish();
    svg
}

/// A picture under the title of the case. Its subtitle is a phrase with places for values and, after them, for
/// [`period_and_counts`]. Returns the SVG.
pub fn titled(
    analysis: &Analysis,
    sheet: &Sheet,
    phrase: &str,
    values: &[Value<'_>],
    body: impl FnOnce(&mut Canvas<'_>, Rect),
) -> String {
    let counts = period_and_counts(analysis);
    let values = [values, &[&counts]].concat();
    let subtitle = analysis.language.fill(phrase, &values);
    picture(analysis, sheet, &analysis.title, &subtitle, body)
}

/// Draws a page of text, which is English: a narrow head and the notes, then whatever `body` draws into the rectangle of
/// [`leaf_body`]. Returns the SVG.
pub fn leaf(
    analysis: &Analysis,
    sheet: &Sheet,
    title: &str,
    body: impl FnOnce(&mut Canvas<'_>),
) -> String {
    let mut svg = String::new();
    let document = Document {
        size_px: sheet.size_px,
        width: sheet.width,
        title,
        description: "",
        background: Some(theme::PAPER),
        palette: sheet.palette,
        language: Language::english(),
    };
    let mut canvas = Canvas::new(&mut svg, &document);
    let (width, height) = canvas.size_px();
    let page = Rect::new(0.0, 0.0, width, height);
    banners(&mut canvas, analysis, page);
    let room = between_banners(analysis, page);
    let small = Lettering::new(theme::SMALL_PX, theme::MUTED);
    let wide = width - 2.0 * MARGIN;
    let fitted = text::ellipsize(title, theme::SMALL_PX, Weight::Regular, wide);
    let at = (MARGIN, room.y + LEAF_HEAD / 2.0);
    let middle = small.anchored(Anchor::Start, VerticalAnchor::Middle);
    canvas.text(&TextLine::new(at, &fitted, middle));
    let lines = foot_lines(Language::english(), analysis, wide);
    foot(&mut canvas, sheet, room, &lines);
    body(&mut canvas);
    canvas.finish();
    svg
}

/// Height of the head of a page of text.
const LEAF_HEAD: f64 = 52.0;

/// What a page of text has room for.
pub fn leaf_body(analysis: &Analysis, sheet: &Sheet) -> Rect {
    let (width, height) = (f64::from(sheet.size_px.0), f64::from(sheet.size_px.1));
    let room = between_banners(analysis, Rect::new(0.0, 0.0, width, height));
    let wide = width - 2.0 * MARGIN;
    let top = room.y + LEAF_HEAD;
    let bottom = room.bottom() - foot_height(&foot_lines(Language::english(), analysis, wide));
    Rect::new(MARGIN, top, wide, bottom - top)
}

/// What handling markings leave of a page.
fn between_banners(analysis: &Analysis, page: Rect) -> Rect {
    let banner = analysis.style.banner.as_ref().map_or(0.0, |_| BANNER);
    Rect::new(
        page.x,
        page.y + banner,
        page.width,
        page.height - 2.0 * banner,
    )
}

/// The handling marking in the middle above and below.
fn banners(canvas: &mut Canvas<'_>, analysis: &Analysis, room: Rect) {
    let Some(words) = &analysis.style.banner else {
        return;
    };
    let lettering = Lettering::new(theme::LABEL_PX, theme::PAPER)
        .bold()
        .spaced(1.0)
        .anchored(Anchor::Middle, VerticalAnchor::Middle);
    let fitted = text::ellipsize(
        words,
        theme::LABEL_PX,
        Weight::Bold,
        (room.width - 2.0 * MARGIN) * 0.9,
    );
    for y in [room.y, room.bottom() - BANNER] {
        let band = Rect::new(room.x, y, room.width, BANNER);
        canvas.rect(band, 0.0, &Paint::filled(theme::INK));
        let middle = (room.x + room.width / 2.0, y + BANNER / 2.0);
        canvas.text(&TextLine::new(middle, &fitted, lettering));
    }
}

/// Title and subtitle on as many lines as they take.
struct Head {
    lines: Vec<(f64, String, Lettering)>,
    height: f64,
}

impl Head {
    fn new(analysis: &Analysis, room: Rect, words: (&str, &str)) -> Head {
        let mut wide = room.width - 2.0 * MARGIN;
        if analysis.logo.is_some() {
            wide -= LOGO.0 + 24.0;
        }
        let mut lines = Vec::new();
        let mut y = 24.0;
        let title = Lettering::new(theme::TITLE_PX, theme::INK).bold();
        let mut subtitle = Lettering::new(theme::SUBTITLE_PX, theme::MUTED);
        // A word or two on a second line are set smaller on the first.
        let fit = wide / subtitle.width_px(words.1).max(1.0);
        if (SMALLER..1.0).contains(&fit) {
            subtitle.size_px *= fit * 0.995;
        }
        for (words, set, step) in [(words.0, title, 46.0), (words.1, subtitle, 27.0)] {
            let set = set.anchored(Anchor::Start, VerticalAnchor::Top);
            for line in text::at_most_lines(words, set.size_px, set.weight, wide, MOST_LINES) {
                lines.push((y, line, set));
                y += step;
            }
        }
        Head {
            lines,
            height: y + 15.0,
        }
    }

    /// Draws it and the logo.
    fn draw(&self, canvas: &mut Canvas<'_>, analysis: &Analysis, room: Rect) {
        if let Some(logo) = &analysis.logo {
            let corner = (room.right() - MARGIN - LOGO.0, room.y + 22.0);
            let spot = Rect::new(corner.0, corner.1, LOGO.0, LOGO.1);
            canvas.image(spot, logo.media_type, &logo.bytes);
        }
        for (y, line, set) in &self.lines {
            canvas.text(&TextLine::new((room.x + MARGIN, room.y + y), line, *set));
        }
    }
}

/// Height of a line at the foot.
const FOOT_LINE: f64 = 20.0;

/// The notes as lines of a width. Beside the first there is room for the version.
fn foot_lines(language: &Language, analysis: &Analysis, wide: f64) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for note in notes(language, analysis) {
        let keep = if lines.is_empty() { 220.0 } else { 0.0 };
        lines.extend(text::at_most_lines(
            &note,
            theme::SMALL_PX,
            Weight::Regular,
            wide - keep,
            MOST_LINES,
        ));
    }
    lines
}

/// The height of so many lines with the rule above and the space around them.
fn foot_height(lines: &[String]) -> f64 {
    22.0 + FOOT_LINE * lines.len() as f64 + 14.0
}

/// Rule, notes, author and version at the bottom of the room.
fn foot(canvas: &mut Canvas<'_>, sheet: &Sheet, room: Rect, lines: &[String]) {
    let mut version = concat!("borderscope ", env!("CARGO_PKG_VERSION")).to_owned();
    if let Some((page, of)) = sheet.page {
        version.push_str(&format!(" · {page} / {of}"));
    }
    let rule = room.bottom() - foot_height(lines) + 14.0;
    canvas.line(
        (room.x + MARGIN, rule),
        (room.right() - MARGIN, rule),
        Stroke::solid(theme::RULE, 1.0),
    );
    let small =
        Lettering::new(theme::SMALL_PX, theme::MUTED).anchored(Anchor::Start, VerticalAnchor::Top);
    for (place, line) in lines.iter().enumerate() {
        let at = (room.x + MARGIN, rule + 9.0 + FOOT_LINE * place as f64);
        canvas.text(&TextLine::new(at, line, small));
    }
    let at = (room.right() - MARGIN, rule + 9.0);
    let end = small.anchored(Anchor::End, VerticalAnchor::Top);
    canvas.text(&TextLine::new(at, &version, end));
}

/// The notes below every picture, in a language.
pub fn notes(language: &Language, analysis: &Analysis) -> Vec<String> {
    let sources = if analysis.credit.is_empty() {
        let files: Vec<&str> = analysis
            .files
            .iter()
            .map(|file| file.name.as_str())
            .collect();
        language.fill("Sources: {}.", &[&files.join(", ")])
    } else {
        language.fill("Sources: {}", &[&analysis.credit])
    };
    let style = &analysis.style;
    let own: Vec<String> = [
        style.author.clone(),
        style
            .data_as_of
            .map(|day| language.fill("data as of {}", &[&language.date(day)])),
        style.footer.clone(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let mut notes = vec![
        sources,
        [
            language.say("Every attribution is a claim by whoever reported it."),
            language.say(NO_ENDORSEMENT),
        ]
        .join(" "),
    ];
    if !own.is_empty() {
        notes.push(own.join(" · "));
    }
    notes
}

/// Period and counts, for subtitles: `5 Oct – 25 Dec 2025 · 83 incidents reported …`.
pub fn period_and_counts(analysis: &Analysis) -> String {
    let language = &analysis.language;
    let counts = analysis.total();
    let mut text = language.fill(
        "{} · {} within {} km of the line",
        &[
            &language.span(analysis.period.start, analysis.period.end),
            &language.counted(counts.incidents, "incident"),
            &language.kilometres(analysis.options.corridor.km()),
        ],
    );
    if counts.uncertain > 0 {
        text.push_str(", ");
        text.push_str(&language.told(counts.uncertain, "{} of them placed only roughly"));
    }
    for (fate, words) in [
        (Fate::OutsideCorridor, "{} farther away"),
        (Fate::OutsidePeriod, "{} outside the period"),
        (Fate::Held, "{} held"),
    ] {
        let count = analysis.ledger.count(fate);
        if count > 0 {
            text.push_str(" · ");
            text.push_str(&language.told(count, words));
        }
    }
    text
}
