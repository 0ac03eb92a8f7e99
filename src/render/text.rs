//! The bundled typeface and how wide text set in it is.
//!
//! Every picture is set in one family, Noto Sans, in two weights, with Arabic and Hebrew letters and a
//! few maths signs merged in; further scripts have files of their own (see [`Script`] and
//! `fonts/README.md`). So a width measured here is the width that the renderer draws, on every machine,
//! and no system font is ever looked at.
//!
//! The renderer shapes a line with one font and by the rules of one script for each direction, and
//! takes letters that are shaped together to be as wide as the widest part of them. So a line with
//! letters of a further script is measured, and drawn, in pieces: see `pieces`.
//!
//! Sizes are the CSS `font-size`: the side of the em square, in pixels (or in any other unit: widths
//! come back in the unit that the size was given in). Text is measured as [`clean`] leaves it, which
//! is how the canvas writes it.

use std::borrow::Cow;
use std::io::Write as _;
use std::ops::Range;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};
use rustybuzz::{Direction, Face, GlyphBuffer, ShapePlan, UnicodeBuffer};

use crate::wording::language::is_right_to_left;

use super::script::{Script, attaches, joined, shared};

/// The family name of the bundled typeface.
pub const FAMILY: &str = "Noto Sans";

/// Height of capitals and digits above the baseline, in em.
pub const CAP_HEIGHT_EM: f64 = 0.714;

/// Height of a small letter without ascender above the baseline, in em.
pub const X_HEIGHT_EM: f64 = 0.536;

/// Height of a line box, in em. It holds accented capitals and Latin descenders.
pub const LINE_HEIGHT_EM: f64 = 1.2;

/// From the top of the line box down to the baseline, in em.
///
/// The box is centred on the middle of the capitals, not on the middle of the em square: a label
/// anchored at its middle then looks centred on its tick mark or its box.
pub const ASCENT_EM: f64 = f64::midpoint(LINE_HEIGHT_EM, CAP_HEIGHT_EM);

/// From the baseline down to the bottom of the line box, in em. Some Arabic letters reach further
/// down, to about 0.4 em; how far letters of further scripts reach, `ink_em` says.
pub const DESCENT_EM: f64 = LINE_HEIGHT_EM - ASCENT_EM;

/// Marks where a word of a script without spaces ends.
const ZERO_WIDTH_SPACE: char = '\u{200b}';

static REGULAR: &[u8] = include_bytes!("fonts/NotoSans-Regular.ttf");
static BOLD: &[u8] = include_bytes!("fonts/NotoSans-Bold.ttf");

/// How heavy text is. The two bundled weights; there is no italic.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Weight {
    /// Weight 400.
    #[default]
    Regular,
    /// Weight 700.
    Bold,
}

impl Weight {
    /// The font file of this weight (TrueType).
    pub fn font_file(self) -> &'static [u8] {
        match self {
            Weight::Regular => REGULAR,
            Weight::Bold => BOLD,
        }
    }
}

/// The base font of a weight, or that of a further script, as WOFF 1.0, as pages carry it: the tables of
/// the file, each deflated. Made once, 20 ms.
pub fn woff(weight: Weight, script: Option<Script>) -> &'static [u8] {
    static FILES: [[OnceLock<Vec<u8>>; 2]; FILES_OF_A_WEIGHT] =
        [const { [const { OnceLock::new() }; 2] }; FILES_OF_A_WEIGHT];
    FILES[place(script)][weight as usize]
        .get_or_init(|| woff_of(font_file(weight, script)).unwrap_or_default())
}

const FILES_OF_A_WEIGHT: usize = 1 + Script::ALL.len();

/// The place of a file among those of its weight, the base file first.
fn place(script: Option<Script>) -> usize {
    script.map_or(0, |script| 1 + script as usize)
}

fn font_file(weight: Weight, script: Option<Script>) -> &'static [u8] {
    script.map_or_else(|| weight.font_file(), |script| script.font_file(weight))
}

/// Packs a TrueType file as WOFF (W3C Recommendation of 13 December 2012). `None` where it is none.
fn woff_of(font: &[u8]) -> Option<Vec<u8>> {
    const HEADER: usize = 44;
    const ENTRY: usize = 20;
    let word = |at: usize| -> Option<u32> {
        Some(u32::from_be_bytes(font.get(at..at + 4)?.try_into().ok()?))
    };
    let count = usize::from(u16::from_be_bytes(font.get(4..6)?.try_into().ok()?));
    let mut directory = Vec::with_capacity(count * ENTRY);
    let mut tables = Vec::new();
    let first = HEADER + count * ENTRY;
    for number in 0..count {
        let entry = 12 + 16 * number;
        let (tag, checksum) = (word(entry)?, word(entry + 4)?);
        let (offset, length) = (word(entry + 8)? as usize, word(entry + 12)? as usize);
        let table = font.get(offset..offset + length)?;
        let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        packed.write_all(table).ok()?;
        let packed = packed.finish().ok()?;
        // A table that does not shrink stands as it is.
        let stored = if packed.len() < length {
            &packed
        } else {
            table
        };
        let at = u32::try_from(first + tables.len()).ok()?;
        let sizes = [
            u32::try_from(stored.len()).ok()?,
            u32::try_from(length).ok()?,
        ];
        for value in [tag, at, sizes[0], sizes[1], checksum] {
            directory.extend(value.to_be_bytes());
        }
        tables.extend_from_slice(stored);
        tables.resize(tables.len().next_multiple_of(4), 0);
    }
    let unpacked = (0..count).try_fold(12 + 16 * count, |sum, number| {
        Some(sum + (word(12 + 16 * number + 12)? as usize).next_multiple_of(4))
    })?;
    let mut file = Vec::with_capacity(first + tables.len());
    file.extend(b"wOFF");
    file.extend(word(0)?.to_be_bytes());
    file.extend(u32::try_from(first + tables.len()).ok()?.to_be_bytes());
    file.extend(u16::try_from(count).ok()?.to_be_bytes());
    file.extend([0, 0]);
    file.extend(u32::try_from(unpacked).ok()?.to_be_bytes());
    // Version 1.0, no metadata, no private data.
    file.extend([0, 1, 0, 0]);
    file.resize(HEADER, 0);
    file.extend(directory);
    file.extend(tables);
    Some(file)
}

/// Height of capitals above the baseline at a font size.
pub fn cap_height_px(size_px: f64) -> f64 {
    size_px * CAP_HEIGHT_EM
}

/// From the top of the line box to the baseline at a font size.
pub fn ascent_px(size_px: f64) -> f64 {
    size_px * ASCENT_EM
}

/// From the baseline to the bottom of the line box at a font size.
pub fn descent_px(size_px: f64) -> f64 {
    size_px * DESCENT_EM
}

/// Height of the line box at a font size; also a comfortable distance between two lines.
pub fn line_height_px(size_px: f64) -> f64 {
    size_px * LINE_HEIGHT_EM
}

/// Text as a picture can show it on one line: runs of white space become one space, none is left at
/// the ends, and control characters, which XML forbids or a font cannot show, are dropped.
///
/// No-break spaces, joiners and direction marks stay.
pub fn clean(text: &str) -> Cow<'_, str> {
    let mut after_space = true;
    let tidy = text.chars().all(|c| {
        let space = c == ' ';
        let ok = !dropped(c) && !breaking_space(c) || space && !after_space;
        after_space = space;
        ok
    });
    if tidy && (text.is_empty() || !after_space) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut pending = false;
    for c in text.chars() {
        if breaking_space(c) {
            pending = !out.is_empty();
        } else if !dropped(c) {
            if pending {
                out.push(' ');
                pending = false;
            }
            out.push(c);
        }
    }
    Cow::Owned(out)
}

/// White space at which a line may end. Unlike `char::is_whitespace` this leaves the no-break and the
/// typographic spaces alone.
fn breaking_space(c: char) -> bool {
    matches!(
        c,
        ' ' | '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

fn dropped(c: char) -> bool {
    let noncharacter = u32::from(c) & 0xfffe == 0xfffe || ('\u{fdd0}'..='\u{fdef}').contains(&c);
    // Overrides would turn what stands beside a name.
    let overrides = ('\u{202a}'..='\u{202e}').contains(&c);
    c.is_control() && !breaking_space(c) || noncharacter || overrides || c == '\u{feff}'
}

/// Width of one line of text, kerned and joined as the renderer draws it. Empty text is 0 wide.
///
/// Letter-spacing is not included: it adds one space fewer than there are letters.
pub fn width_px(text: &str, size_px: f64, weight: Weight) -> f64 {
    advance_em(&clean(text), weight) * size_px
}

/// The number of places where letter-spacing goes: after each letter but the last of the line, and
/// not after those that join, as Arabic ones do.
pub(super) fn gaps(text: &str, weight: Weight) -> usize {
    let text = clean(text);
    if let Some(line) = pieces(&text, weight) {
        return line.gaps;
    }
    let (all, last) = spaced(&text);
    all - usize::from(last)
}

/// How many letters of a line in the base font take letter-spacing, and whether the last one does.
fn spaced(text: &str) -> (usize, bool) {
    let (mut all, mut last) = (0, false);
    for c in text.chars().filter(|&c| !attaches(c)) {
        last = !(c.is_alphanumeric() && arabic(c));
        all += usize::from(last);
    }
    (all, last)
}

fn arabic(c: char) -> bool {
    right_to_left(c) && !hebrew(c) || ('\u{6f0}'..='\u{6f9}').contains(&c)
}

fn hebrew(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{5ff}' | '\u{fb1d}'..='\u{fb4f}')
}

/// Width in em of text that is clean already.
fn advance_em(text: &str, weight: Weight) -> f64 {
    match pieces(text, weight) {
        Some(line) => line.width_em,
        None => base_advance_em(text, weight),
    }
}

/// Width in em of text that is set in the base font.
fn base_advance_em(text: &str, weight: Weight) -> f64 {
    let Some(typeface) = Typeface::of(weight, None) else {
        // The bundled files do parse, a test says so; this keeps a width positive should one not.
        return text.chars().count() as f64 * 0.6;
    };
    runs(text)
        .into_iter()
        .map(|(range, direction)| typeface.advance(&text[range], direction))
        .sum::<f64>()
        / typeface.units_per_em
}

/// A line in pieces, each of which is drawn on its own.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Pieces {
    /// From left to right.
    pub(super) parts: Vec<Piece>,
    /// Width of the line without letter-spacing.
    pub(super) width_em: f64,
    /// The places where letter-spacing goes.
    pub(super) gaps: usize,
}

/// A part of a line.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Piece {
    /// Where its text stands in the line.
    pub(super) range: Range<usize>,
    /// The script whose font it is set in; `None` for the base font.
    pub(super) script: Option<Script>,
    /// Where it begins, without letter-spacing.
    pub(super) at_em: f64,
    /// The places before it where letter-spacing goes.
    pub(super) gaps_before: usize,
}

/// The pieces of a line that is clean already, `None` where all of it is set in the base font.
///
/// A piece is in one font and shaped by the rules of one script. It ends after letters that are shaped
/// together and have several parts side by side, as a vowel around a consonant: those the renderer
/// takes for less wide than they are. Ends lie between letters that do not change each other's shape,
/// and in text that runs from left to right, so the pieces stand in the order in which they are read.
pub(super) fn pieces(text: &str, weight: Weight) -> Option<Pieces> {
    if text.chars().all(|c| Script::of(c).is_none()) {
        return None;
    }
    let mut line = Pieces {
        parts: Vec::new(),
        width_em: 0.0,
        gaps: 0,
    };
    let mut last = false;
    for (range, script) in stretches(text) {
        let run = &text[range.clone()];
        let Some((script, typeface)) =
            script.and_then(|script| Some((script, Typeface::of(weight, Some(script))?)))
        else {
            line.begin(range, None);
            line.width_em += base_advance_em(run, weight);
            let (all, ends) = spaced(run);
            line.gaps += all;
            last = ends;
            continue;
        };
        let mut start = range.start;
        let clusters = typeface.clusters(run);
        for (number, cluster) in clusters.iter().enumerate() {
            if number == 0 || clusters[number - 1].several {
                let end = (number + 1..clusters.len())
                    .find(|&next| clusters[next - 1].several)
                    .map_or(range.end, |next| range.start + clusters[next].start);
                line.begin(start..end, Some(script));
                start = end;
            }
            line.width_em += cluster.advance / typeface.units_per_em;
            last = script.takes_spacing();
            line.gaps += usize::from(last);
        }
    }
    line.gaps -= usize::from(last);
    Some(line)
}

impl Pieces {
    fn begin(&mut self, range: Range<usize>, script: Option<Script>) {
        self.parts.push(Piece {
            range,
            script,
            at_em: self.width_em,
            gaps_before: self.gaps,
        });
    }
}

/// Splits a line into stretches of one font. Spaces between letters of one script stay with them.
fn stretches(text: &str) -> Vec<(Range<usize>, Option<Script>)> {
    let mut out = Vec::new();
    let (mut start, mut current) = (0, None);
    // Where the spaces began that may end the current stretch.
    let mut spaces = None;
    let mut turn = |at: usize, next: Option<Script>, spaces: &mut Option<usize>| {
        let spaces = spaces.take();
        if next != current {
            let cut = spaces.unwrap_or(at);
            if cut > start {
                out.push((start..cut, current));
                start = cut;
            }
            current = next;
        }
        current
    };
    let mut inside = None;
    for (range, direction) in runs(text) {
        if direction == Direction::RightToLeft {
            inside = turn(range.start, None, &mut spaces);
            continue;
        }
        for (offset, c) in text[range.clone()].char_indices() {
            let at = range.start + offset;
            let of = Script::of(c);
            if of.is_none() && inside.is_some() && shared(c) {
                if matches!(c, ' ' | '\u{a0}') {
                    spaces.get_or_insert(at);
                }
            } else {
                inside = turn(at, of, &mut spaces);
            }
        }
    }
    out.push((start..text.len(), inside));
    out
}

/// How far the letters of a line reach above and below the baseline, in em, as far as they are set in
/// fonts of further scripts. `None` for a line without such letters.
pub(super) fn ink_em(text: &str, weight: Weight) -> Option<(f64, f64)> {
    let text = clean(text);
    let (mut above, mut below) = (0.0_f64, 0.0_f64);
    for piece in pieces(&text, weight)?.parts {
        let Some(typeface) = piece.script.and_then(|it| Typeface::of(weight, Some(it))) else {
            continue;
        };
        let run = &text[piece.range];
        for glyph in typeface.glyphs(run, Direction::LeftToRight) {
            if let Some(ink) = typeface.face.glyph_bounding_box(glyph.id) {
                above = above.max((f64::from(ink.y_max) + glyph.y) / typeface.units_per_em);
                below = below.max(-(f64::from(ink.y_min) + glyph.y) / typeface.units_per_em);
            }
        }
    }
    Some((above, below))
}

/// A step of an outline, in em to the right of where the outline begins and upwards from the baseline.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Step {
    Move([f64; 2]),
    Line([f64; 2]),
    Quadratic([[f64; 2]; 2]),
    Cubic([[f64; 2]; 3]),
    Close,
}

/// The outlines of a piece of a line, with letter-spacing. `None` if it has letters that are written
/// from right to left.
pub(super) fn outline(
    run: &str,
    script: Option<Script>,
    weight: Weight,
    spacing_em: f64,
) -> Option<Vec<Step>> {
    let typeface = Typeface::of(weight, script)?;
    if runs(run)
        .iter()
        .any(|(_, direction)| *direction == Direction::RightToLeft)
    {
        return None;
    }
    let spaced = script.is_none_or(Script::takes_spacing);
    let mut pen = Pen {
        units_per_em: typeface.units_per_em,
        x: 0.0,
        y: 0.0,
        steps: Vec::new(),
    };
    let (mut cluster, mut spacing) = (0, 0.0);
    for glyph in typeface.glyphs(run, Direction::LeftToRight) {
        if glyph.cluster != cluster {
            cluster = glyph.cluster;
            spacing += if spaced { spacing_em } else { 0.0 };
        }
        pen.x = glyph.x / typeface.units_per_em + spacing;
        pen.y = glyph.y / typeface.units_per_em;
        typeface.face.outline_glyph(glyph.id, &mut pen);
    }
    Some(pen.steps)
}

/// Collects outlines.
struct Pen {
    units_per_em: f64,
    x: f64,
    y: f64,
    steps: Vec<Step>,
}

impl Pen {
    fn at(&self, x: f32, y: f32) -> [f64; 2] {
        [
            self.x + f64::from(x) / self.units_per_em,
            self.y + f64::from(y) / self.units_per_em,
        ]
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.steps.push(Step::Move(self.at(x, y)));
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.steps.push(Step::Line(self.at(x, y)));
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        let points = [self.at(x1, y1), self.at(x, y)];
        self.steps.push(Step::Quadratic(points));
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        let points = [self.at(x1, y1), self.at(x2, y2), self.at(x, y)];
        self.steps.push(Step::Cubic(points));
    }

    fn close(&mut self) {
        self.steps.push(Step::Close);
    }
}

/// A glyph of a run, in font units from the beginning of the run.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Glyph {
    id: GlyphId,
    /// Where the text begins that it shows.
    cluster: usize,
    x: f64,
    y: f64,
    advance: f64,
}

/// Letters that are shaped together.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Cluster {
    start: usize,
    advance: f64,
    /// Whether parts of it stand side by side.
    several: bool,
}

/// A parsed face and the shaping plans made for it so far. Making a plan costs several times what
/// shaping a label does, and a picture needs only a few: one for each script.
struct Typeface {
    face: Face<'static>,
    units_per_em: f64,
    plans: Mutex<Vec<(Direction, rustybuzz::Script, Arc<ShapePlan>)>>,
}

impl Typeface {
    fn of(weight: Weight, script: Option<Script>) -> Option<&'static Typeface> {
        static FACES: [[OnceLock<Option<Typeface>>; 2]; FILES_OF_A_WEIGHT] =
            [const { [const { OnceLock::new() }; 2] }; FILES_OF_A_WEIGHT];
        FACES[place(script)][weight as usize]
            .get_or_init(|| {
                let face = Face::from_slice(font_file(weight, script), 0)?;
                Some(Typeface {
                    units_per_em: f64::from(face.units_per_em()),
                    face,
                    plans: Mutex::new(Vec::new()),
                })
            })
            .as_ref()
    }

    fn shape(&self, run: &str, direction: Direction) -> GlyphBuffer {
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(run);
        buffer.set_direction(direction);
        buffer.guess_segment_properties();
        let plan = self.plan(direction, buffer.script());
        rustybuzz::shape_with_plan(&self.face, &plan, buffer)
    }

    /// Advance of one run, in font units.
    fn advance(&self, run: &str, direction: Direction) -> f64 {
        let sum: i64 = self
            .shape(run, direction)
            .glyph_positions()
            .iter()
            .map(|p| i64::from(p.x_advance))
            .sum();
        sum as f64
    }

    /// The glyphs of one run, from left to right.
    fn glyphs(&self, run: &str, direction: Direction) -> Vec<Glyph> {
        let shaped = self.shape(run, direction);
        let mut at = 0.0;
        shaped
            .glyph_infos()
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, position)| {
                let glyph = Glyph {
                    id: GlyphId(u16::try_from(info.glyph_id).unwrap_or(0)),
                    cluster: info.cluster as usize,
                    x: at + f64::from(position.x_offset),
                    y: f64::from(position.y_offset),
                    advance: f64::from(position.x_advance),
                };
                at += glyph.advance;
                glyph
            })
            .collect()
    }

    /// The clusters of a run from left to right.
    fn clusters(&self, run: &str) -> Vec<Cluster> {
        self.glyphs(run, Direction::LeftToRight)
            .chunk_by(|a, b| a.cluster == b.cluster)
            .map(|glyphs| {
                let advance: f64 = glyphs.iter().map(|it| it.advance).sum();
                let widest = glyphs.iter().fold(0.0, |most, it| it.advance.max(most));
                Cluster {
                    start: glyphs[0].cluster,
                    advance,
                    several: (advance - widest).abs() > 0.5,
                }
            })
            .collect()
    }

    fn plan(&self, direction: Direction, script: rustybuzz::Script) -> Arc<ShapePlan> {
        let mut plans = self.plans.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((.., plan)) = plans
            .iter()
            .find(|(d, s, _)| (*d, *s) == (direction, script))
        {
            return Arc::clone(plan);
        }
        let plan = Arc::new(ShapePlan::new(
            &self.face,
            direction,
            Some(script),
            None,
            &[],
        ));
        plans.push((direction, script, Arc::clone(&plan)));
        plan
    }
}

/// Splits a line into runs of one direction. Widths do not depend on the order in which runs are
/// drawn, so this is all of the bidirectional algorithm that measuring needs: what stands between two
/// right-to-left letters belongs to them, the rest runs left to right.
fn runs(text: &str) -> Vec<(Range<usize>, Direction)> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut out: Vec<(Range<usize>, Direction)> = Vec::with_capacity(1);
    // Where the last letter of the current right-to-left run ended; what follows it is undecided.
    let mut start = 0;
    let mut rtl_end = None;
    for (at, c) in text.char_indices() {
        if right_to_left(c) {
            if rtl_end.is_none() && at > start {
                out.push((start..at, Direction::LeftToRight));
                start = at;
            }
            rtl_end = Some(at + c.len_utf8());
        } else if (c.is_alphabetic() || Script::of(c).is_some())
            && let Some(end) = rtl_end.take()
        {
            out.push((start..end, Direction::RightToLeft));
            start = end;
        }
    }
    if let Some(end) = rtl_end {
        out.push((start..end, Direction::RightToLeft));
        start = end;
    }
    if start < text.len() {
        out.push((start..text.len(), Direction::LeftToRight));
    }
    out
}

fn right_to_left(c: char) -> bool {
    is_right_to_left(c)
        // Arabic digits are read left to right, and so is a number that ends the line.
        && !matches!(c, '\u{660}'..='\u{669}' | '\u{6f0}'..='\u{6f9}')
}

/// Breaks text into lines of at most `max_width_px`, at spaces.
///
/// A word that is wider than a whole line is broken where it has a zero-width space, or else between
/// letters; each line holds at least one letter however narrow the width, so the text always comes out
/// whole. Empty text gives no line.
pub fn wrap(text: &str, size_px: f64, weight: Weight, max_width_px: f64) -> Vec<String> {
    let text = clean(text);
    let max_em = max_width_px / size_px;
    let fits = |line: &str| advance_em(line, weight) <= max_em;
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let kept = line.len();
        if kept > 0 {
            line.push(' ');
        }
        line.push_str(word);
        if fits(&line) {
            continue;
        }
        if kept > 0 {
            let next = line.split_off(kept);
            lines.push(std::mem::take(&mut line));
            line.push_str(next.trim_start());
        }
        while !fits(&line) {
            let cut = longest_prefix(&line, fits).max(first_cluster(&line));
            if cut >= line.len() {
                break;
            }
            let cut = line[..cut]
                .rfind(ZERO_WIDTH_SPACE)
                .map_or(cut, |at| at + ZERO_WIDTH_SPACE.len_utf8());
            let rest = line.split_off(cut);
            lines.push(std::mem::replace(&mut line, rest));
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    lines
}

/// Breaks text into at most so many lines (at least one); the last one is cut short if need be.
pub fn at_most_lines(
    text: &str,
    size_px: f64,
    weight: Weight,
    max_width_px: f64,
    most: usize,
) -> Vec<String> {
    let mut lines = wrap(text, size_px, weight, max_width_px);
    if lines.len() > most {
        let rest = lines.split_off(most.max(1) - 1).join(" ");
        lines.push(ellipsize(&rest, size_px, weight, max_width_px));
    }
    lines
}

/// Shortens text to at most `max_width_px`, ending in "…" if anything was cut.
///
/// Text that fits comes back as [`clean`] leaves it. If not even one letter and the ellipsis fit, the
/// result is "…", and empty if that is too wide as well.
pub fn ellipsize(text: &str, size_px: f64, weight: Weight, max_width_px: f64) -> String {
    const ELLIPSIS: &str = "…";
    let text = clean(text);
    let max_em = max_width_px / size_px;
    // Of a text that is far too long only what could be shown is measured: no letter is narrower than a tenth of an em.
    let most = (max_em.max(0.0) * 10.0) as usize + 64;
    let text = match text.char_indices().nth(most) {
        Some((end, _)) => Cow::Owned(format!("{}…", &text[..end])),
        None => text,
    };
    if advance_em(&text, weight) <= max_em {
        return text.into_owned();
    }
    let with_ellipsis = |prefix: &str| {
        let mut short = String::with_capacity(prefix.len() + ELLIPSIS.len());
        short.push_str(prefix.trim_end());
        short.push_str(ELLIPSIS);
        short
    };
    let fits = |prefix: &str| advance_em(&with_ellipsis(prefix), weight) <= max_em;
    if !fits("") {
        return String::new();
    }
    with_ellipsis(&text[..longest_prefix(&text, fits)])
}

/// Byte length of the longest prefix that fits, ending between clusters; 0 if none does. Takes
/// widths to grow with length, which kerning and joining disturb by a hair at most, so the result is
/// tested once more and is never too wide.
fn longest_prefix(text: &str, fits: impl Fn(&str) -> bool) -> usize {
    let ends: Vec<usize> = ends(text).collect();
    let mut count = ends.partition_point(|&end| fits(&text[..end]));
    while count > 0 && !fits(&text[..ends[count - 1]]) {
        count -= 1;
    }
    if count == 0 { 0 } else { ends[count - 1] }
}

/// Byte length of the first letter with what attaches to it.
fn first_cluster(text: &str) -> usize {
    ends(text).next().unwrap_or(text.len())
}

/// The places inside a text where a line may be cut.
fn ends(text: &str) -> impl Iterator<Item = usize> {
    text.char_indices()
        .zip(text.chars().skip(1))
        .filter(|&((_, before), c)| !joined(before, c))
        .map(|((at, before), _)| at + before.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bundled_fonts_are_what_the_constants_say() {
        for weight in [Weight::Regular, Weight::Bold] {
            let face = &Typeface::of(weight, None).expect("the font parses").face;
            assert_eq!(face.units_per_em(), 1000);
            let capital = face
                .glyph_index('H')
                .and_then(|g| face.glyph_bounding_box(g))
                .unwrap();
            assert!((f64::from(capital.y_max) / 1000.0 - CAP_HEIGHT_EM).abs() < 1e-9);
            let small = face
                .glyph_index('x')
                .and_then(|g| face.glyph_bounding_box(g))
                .unwrap();
            assert!((f64::from(small.y_max) / 1000.0 - X_HEIGHT_EM).abs() < 0.011);
            for c in "≤≥−×±→•…–’°²№€؋ΑЯñűǎḤټګېړےڈ▲●".chars()
            {
                assert!(face.glyph_index(c).is_some(), "{weight:?} lacks {c}");
            }
        }
        assert!((ASCENT_EM + DESCENT_EM - LINE_HEIGHT_EM).abs() < 1e-12);
    }

    #[test]
    fn width_grows_with_text_and_size_and_weight() {
        assert!(width_px("", 20.0, Weight::Regular).abs() < 1e-9);
        let mut last = 0.0;
        let text = "Spin Boldak, 12 km";
        for (end, _) in text
            .char_indices()
            .skip(1)
            .filter(|&(i, _)| !text[..i].ends_with(' '))
        {
            let width = width_px(&text[..end], 20.0, Weight::Regular);
            assert!(width > last, "{}", &text[..end]);
            last = width;
        }
        let regular = width_px(text, 20.0, Weight::Regular);
        assert!(width_px(text, 20.0, Weight::Bold) > regular);
        assert!((width_px(text, 40.0, Weight::Regular) - 2.0 * regular).abs() < 1e-9);
    }

    #[test]
    fn pairs_are_kerned_and_letters_joined() {
        let width = |text| width_px(text, 100.0, Weight::Regular);
        assert!(width("AV") < width("A") + width("V"));
        // Joined, the letters of a word are narrower than in their isolated forms.
        assert!(width("ببب") < 3.0 * width("ب"));
    }

    #[test]
    fn clean_keeps_one_line_without_controls() {
        assert_eq!(clean("  a \t\n b\u{0}\u{7}\u{ffff}c  "), "a bc");
        assert_eq!(clean("\u{1}"), "");
        assert_eq!(clean(" "), "");
        assert_eq!(clean("a b"), "a b");
        assert!(matches!(clean("a b \u{a0}c"), Cow::Borrowed(_)));
        assert_eq!(clean("می\u{200c}رود"), "می\u{200c}رود");
    }

    #[test]
    fn runs_follow_direction() {
        let split = |text: &'static str| -> Vec<(&str, bool)> {
            runs(text)
                .into_iter()
                .map(|(r, d)| (&text[r], d == Direction::RightToLeft))
                .collect()
        };
        assert_eq!(split("abc 12"), [("abc 12", false)]);
        assert_eq!(split("سپین بولدک"), [("سپین بولدک", true)]);
        assert_eq!(
            split("Kabul کابل 12"),
            [("Kabul ", false), ("کابل", true), (" 12", false)]
        );
        assert_eq!(split("کابل X"), [("کابل", true), (" X", false)]);
        assert!(split("").is_empty());
    }

    #[test]
    fn wrapped_lines_fit_and_lose_nothing() {
        let text = "Incidents within five kilometres of the line, by month and by sector";
        for max in [60.0, 120.0, 300.0, 5000.0] {
            let lines = wrap(text, 16.0, Weight::Regular, max);
            assert!(
                lines
                    .iter()
                    .all(|l| width_px(l, 16.0, Weight::Regular) <= max),
                "{max}"
            );
            assert_eq!(lines.concat().replace(' ', ""), text.replace(' ', ""));
        }
        assert_eq!(wrap(text, 16.0, Weight::Regular, 5000.0), [text]);
        assert_eq!(wrap("abc", 16.0, Weight::Regular, 0.0), ["a", "b", "c"]);
        assert!(wrap(" ", 16.0, Weight::Regular, 100.0).is_empty());
    }

    #[test]
    fn ellipsized_text_fits() {
        let text = "Ghulam Khan crossing point";
        assert_eq!(ellipsize(text, 16.0, Weight::Bold, 1000.0), text);
        for max in [0.0, 10.0, 20.0, 60.0, 100.0, 150.0] {
            let short = ellipsize(text, 16.0, Weight::Bold, max);
            assert!(width_px(&short, 16.0, Weight::Bold) <= max);
            assert!(short.is_empty() || short.ends_with('…'));
        }
        assert_eq!(
            ellipsize("Ghulam Khan", 16.0, Weight::Regular, 75.0),
            "Ghulam…"
        );
        assert_eq!(ellipsize("کابل ښار", 16.0, Weight::Regular, 1.0), "");
    }
}
