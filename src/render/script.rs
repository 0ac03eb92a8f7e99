//! Scripts that have font files of their own, and which characters of a text belong together.
//!
//! Latin, Greek, Cyrillic, Arabic and Hebrew stand in the base file of each weight. The scripts here
//! are all written from left to right, each is shaped by its own rules, and each has a file of its own
//! so that a page carries only those that it needs (see `fonts/README.md`).

use std::ops::RangeInclusive;

use super::text::Weight;

/// A script with font files of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Script {
    /// Armenian.
    Armenian,
    /// Hindi, Nepali and others.
    Devanagari,
    /// Georgian.
    Georgian,
    /// Cambodian.
    Khmer,
    /// Laotian.
    Lao,
    /// Burmese and others.
    Myanmar,
    /// Thai.
    Thai,
}

macro_rules! font_files {
    ($($script:ident),*) => {
        fn files(script: Script) -> [&'static [u8]; 2] {
            match script {
                $(Script::$script => [
                    include_bytes!(concat!("fonts/NotoSans", stringify!($script), "-Regular.ttf")),
                    include_bytes!(concat!("fonts/NotoSans", stringify!($script), "-Bold.ttf")),
                ],)*
            }
        }
    };
}

font_files!(Armenian, Devanagari, Georgian, Khmer, Lao, Myanmar, Thai);

impl Script {
    /// All of them.
    pub const ALL: [Script; 7] = [
        Script::Armenian,
        Script::Devanagari,
        Script::Georgian,
        Script::Khmer,
        Script::Lao,
        Script::Myanmar,
        Script::Thai,
    ];

    /// The script that a character belongs to; `None` for all that stands in the base file.
    pub fn of(c: char) -> Option<Script> {
        // Most text ends here.
        if !('\u{531}'..='\u{1cbf}').contains(&c) {
            return None;
        }
        Script::ALL
            .into_iter()
            .find(|script| script.characters().iter().any(|range| range.contains(&c)))
    }

    /// Its letters, marks and digits. Signs whose direction depends on what surrounds them (`฿`, `៛`,
    /// `֊`) are none of them.
    pub fn characters(self) -> &'static [RangeInclusive<char>] {
        match self {
            Script::Armenian => &['\u{531}'..='\u{556}', '\u{559}'..='\u{589}'],
            Script::Devanagari => &['\u{900}'..='\u{97f}'],
            Script::Georgian => &['\u{10a0}'..='\u{10ff}', '\u{1c90}'..='\u{1cbf}'],
            Script::Khmer => &[
                '\u{1780}'..='\u{17da}',
                '\u{17dc}'..='\u{17dd}',
                '\u{17e0}'..='\u{17e9}',
            ],
            Script::Lao => &['\u{e81}'..='\u{edf}'],
            Script::Myanmar => &['\u{1000}'..='\u{109f}'],
            Script::Thai => &['\u{e01}'..='\u{e3a}', '\u{e40}'..='\u{e5b}'],
        }
    }

    /// The name of its font family.
    pub const fn family(self) -> &'static str {
        match self {
            Script::Armenian => "Noto Sans Armenian",
            Script::Devanagari => "Noto Sans Devanagari",
            Script::Georgian => "Noto Sans Georgian",
            Script::Khmer => "Noto Sans Khmer",
            Script::Lao => "Noto Sans Lao",
            Script::Myanmar => "Noto Sans Myanmar",
            Script::Thai => "Noto Sans Thai",
        }
    }

    /// Its font file of a weight (TrueType).
    pub fn font_file(self, weight: Weight) -> &'static [u8] {
        files(self)[weight as usize]
    }

    /// Whether letters are set apart by letter-spacing: not where a line joins them at the head.
    pub(super) fn takes_spacing(self) -> bool {
        self != Script::Devanagari
    }
}

/// What stands between letters of a script without ending it: spaces, joiners and the ring on which a
/// mark without a letter is drawn.
pub(super) fn shared(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{200b}'..='\u{200d}' | '\u{25cc}')
}

/// Whether a line must not end between two characters: a mark belongs to the letter before it, a letter
/// that is written below another to that one, and a vowel that is written first to the letter after it.
pub(super) fn joined(before: char, c: char) -> bool {
    if attaches(c) {
        return true;
    }
    let stacks = matches!(before, '\u{94d}' | '\u{1039}' | '\u{17d2}' | '\u{200d}');
    let leads = matches!(before, '\u{e40}'..='\u{e44}' | '\u{ec0}'..='\u{ec4}');
    (stacks || leads)
        && Script::of(c).is_some_and(|of| before == '\u{200d}' || Script::of(before) == Some(of))
}

/// Whether a character attaches to the one before it.
pub(super) fn attaches(c: char) -> bool {
    matches!(
        c,
        '\u{300}'..='\u{36f}'
            | '\u{483}'..='\u{489}'
            // Hebrew
            | '\u{591}'..='\u{5bd}'
            | '\u{5bf}'
            | '\u{5c1}'..='\u{5c2}'
            | '\u{5c4}'..='\u{5c5}'
            | '\u{5c7}'
            // Arabic
            | '\u{610}'..='\u{61a}'
            | '\u{64b}'..='\u{65f}'
            | '\u{670}'
            | '\u{6d6}'..='\u{6dc}'
            | '\u{6df}'..='\u{6e4}'
            | '\u{6e7}'..='\u{6e8}'
            | '\u{6ea}'..='\u{6ed}'
            // Devanagari
            | '\u{900}'..='\u{903}'
            | '\u{93a}'..='\u{93c}'
            | '\u{93e}'..='\u{94f}'
            | '\u{951}'..='\u{957}'
            | '\u{962}'..='\u{963}'
            // Thai
            | '\u{e31}'
            | '\u{e33}'..='\u{e3a}'
            | '\u{e47}'..='\u{e4e}'
            // Lao
            | '\u{eb1}'
            | '\u{eb3}'..='\u{ebc}'
            | '\u{ec8}'..='\u{ece}'
            // Myanmar
            | '\u{102b}'..='\u{103e}'
            | '\u{1056}'..='\u{1059}'
            | '\u{105e}'..='\u{1060}'
            | '\u{1062}'..='\u{1064}'
            | '\u{1067}'..='\u{106d}'
            | '\u{1071}'..='\u{1074}'
            | '\u{1082}'..='\u{108d}'
            | '\u{108f}'
            | '\u{109a}'..='\u{109d}'
            // Khmer
            | '\u{17b4}'..='\u{17d3}'
            | '\u{17dd}'
            | '\u{1dc0}'..='\u{1dff}'
            | '\u{200c}'..='\u{200f}'
            | '\u{20d0}'..='\u{20ff}'
            | '\u{fe00}'..='\u{fe0f}'
    )
}

#[cfg(test)]
pub(super) mod tests {
    use rustybuzz::{Face, UnicodeBuffer};

    use super::*;
    use crate::render::text;

    /// Names of places, and how wide they are in thousandths of an em, regular and bold: the advances
    /// that hb-shape's library sums up (`HarfBuzz` 15.0.0, by `uharfbuzz` 0.57.0) with the Noto fonts as
    /// they are published, before they are cut down and merged.
    pub(in crate::render) const NAMES: &[(&str, &str, i32, i32)] = &[
        ("Pashto", "سپین بولدک", 4335, 4446),
        ("Pashto", "ګردېز", 1980, 2011),
        ("Dari", "اسلام\u{200c}قلعه", 3526, 3703),
        ("Urdu", "لنڈی کوتل", 3566, 3674),
        ("Urdu", "ڈیرہ غازی خان", 5251, 5399),
        ("Arabic", "القائم", 1893, 2044),
        ("Russian", "Верхний Ларс", 6771, 7190),
        ("Ukrainian", "Шегині", 3517, 3764),
        ("Ukrainian", "Ґорґани", 3951, 4262),
        ("Hebrew", "קריית", 2405, 2562),
        ("Hebrew", "מְטֻלָּה", 2443, 2576),
        ("Armenian", "Մեղրի", 3169, 3370),
        ("Armenian", "Տավուշ", 3363, 3629),
        ("Georgian", "ზუგდიდი", 4689, 4861),
        ("Georgian", "გალი", 2788, 2910),
        ("Thai", "อรัญประเทศ", 4934, 5203),
        ("Thai", "แม่สาย", 2754, 2947),
        ("Thai", "กำแพงเพชร", 4796, 5156),
        ("Thai", "น้ำเชี่ยว", 2938, 3125),
        ("Thai", "ปี่ป้อมญี่ปุ่น", 4525, 4727),
        ("Khmer", "ប៉ោយប៉ែត", 3722, 3960),
        ("Khmer", "ព្រះវិហារ", 3138, 3375),
        ("Khmer", "ឧត្តរមានជ័យ", 4704, 5058),
        ("Khmer", "ស្ទឹងត្រែង", 3408, 3610),
        ("Khmer", "អូរស្មាច់", 2754, 2990),
        ("Lao", "ສະຫວັນນະເຂດ", 5451, 5441),
        ("Lao", "ຫ້ວຍຊາຍ", 3479, 3479),
        ("Lao", "ບໍ່ແກ້ວ", 2329, 2402),
        ("Lao", "ນ້ຳທາ", 1988, 2063),
        ("Burmese", "တာချီလိတ်", 4762, 4745),
        ("Burmese", "မြဝတီ", 2703, 2835),
        ("Burmese", "မင်္ဂလာဒုံ", 3565, 3569),
        ("Burmese", "ကော့သောင်း", 5393, 5348),
        ("Hindi", "रक्सौल", 2555, 2799),
        ("Nepali", "वीरगञ्ज", 3035, 3321),
        ("Nepali", "धार्चुला", 2445, 2703),
        ("Hindi", "किश्तवाड़", 3390, 3712),
    ];

    #[test]
    fn names_are_as_wide_as_the_reference_says() {
        for &(language, name, regular, bold) in NAMES {
            for (weight, expected) in [(Weight::Regular, regular), (Weight::Bold, bold)] {
                let width = text::width_px(name, 1000.0, weight);
                // The space is that of Noto Sans, and 39 wider than in the Arabic font.
                let spaces = if matches!(language, "Pashto" | "Dari" | "Urdu" | "Arabic") {
                    39 * name.matches(' ').count() as i32
                } else {
                    0
                };
                let expected = f64::from(expected + spaces);
                assert!(
                    (width - expected).abs() < 1e-6,
                    "{language} {name} {weight:?}: {width}, not {expected}"
                );
            }
        }
    }

    #[test]
    fn no_letter_of_a_name_is_missing() {
        for &(language, name, ..) in NAMES {
            for weight in [Weight::Regular, Weight::Bold] {
                let file = match name.chars().find_map(Script::of) {
                    Some(script) => script.font_file(weight),
                    None => weight.font_file(),
                };
                let mut buffer = UnicodeBuffer::new();
                buffer.push_str(name);
                buffer.guess_segment_properties();
                let shaped = rustybuzz::shape(&Face::from_slice(file, 0).unwrap(), &[], buffer);
                assert!(
                    shaped.glyph_infos().iter().all(|glyph| glyph.glyph_id != 0),
                    "{language} {name} {weight:?}"
                );
            }
        }
    }

    #[test]
    fn files_are_what_their_scripts_say() {
        for script in Script::ALL {
            for weight in [Weight::Regular, Weight::Bold] {
                let face = Face::from_slice(script.font_file(weight), 0).unwrap();
                assert_eq!(face.units_per_em(), 1000);
                // Spaces are as wide as in the base font, so it does not matter which one they are of.
                let space = face.glyph_index(' ').unwrap();
                assert_eq!(face.glyph_hor_advance(space), Some(260), "{script:?}");
                let mut there = 0;
                for c in (' '..='\u{fffd}').filter(|&c| face.glyph_index(c).is_some()) {
                    there += usize::from(Script::of(c) == Some(script));
                    assert!(
                        Script::of(c) == Some(script) || shared(c),
                        "{script:?} has U+{:04X}",
                        u32::from(c)
                    );
                }
                let all: usize = script
                    .characters()
                    .iter()
                    .map(|range| range.clone().count())
                    .sum();
                assert!(there * 10 >= all * 7, "{script:?}: {there} of {all}");
            }
        }
    }

    #[test]
    fn joined_letters_are_narrower_than_letters_on_their_own() {
        let width = |text: &str| text::width_px(text, 100.0, Weight::Regular);
        for name in ["کندهار", "گوادر", "القائم"] {
            let apart: f64 = name.chars().map(|c| width(&c.to_string())).sum();
            assert!(width(name) < 0.95 * apart, "{name}");
        }
    }

    #[test]
    fn marks_and_letters_below_take_no_room() {
        let width = |text: &str| text::width_px(text, 100.0, Weight::Bold);
        for (with, without) in [
            // Thai tone and vowel marks, one above the other.
            ("ที่", "ท"),
            ("ปู่", "ป"),
            // The same in Lao.
            ("ບໍ່", "ບ"),
            // Khmer: ta below ta, and a mark above.
            ("ត្ត", "ត"),
            ("ម៉", "ម"),
            // Burmese: ga below nga's hook.
            ("င်္ဂ", "ဂ"),
            // Hebrew points.
            ("לָּ", "ל"),
            ("ё", "е"),
        ] {
            assert!((width(with) - width(without)).abs() < 1e-9, "{with}");
        }
    }

    #[test]
    fn lines_are_cut_between_letters_with_all_that_belongs_to_them() {
        let cut = |text: &str| text::wrap(text, 16.0, Weight::Regular, 0.0).join("|");
        assert_eq!(cut("น้ำเชี่ยว"), "น้ำ|เชี่|ย|ว");
        assert_eq!(cut("ប៉ោយប៉ែត"), "ប៉ោ|យ|ប៉ែ|ត");
        assert_eq!(cut("ឧត្តរ"), "ឧ|ត្ត|រ");
        assert_eq!(cut("ເຂດ"), "ເຂ|ດ");
        assert_eq!(cut("မင်္ဂလာ"), "မ|င်္ဂ|လာ");
        assert_eq!(cut("रक्सौल"), "र|क्सौ|ल");
        assert_eq!(cut("מְטֻלָּה"), "מְ|טֻ|לָּ|ה");
        // A zero-width space says where a word ends.
        let width = text::width_px("อรัญประเ", 16.0, Weight::Regular);
        assert_eq!(
            text::wrap("อรัญ\u{200b}ประเทศ", 16.0, Weight::Regular, width + 1.0),
            ["อรัญ\u{200b}", "ประเทศ"]
        );
        for name in NAMES.iter().map(|it| it.1) {
            let short = text::ellipsize(name, 16.0, Weight::Regular, 30.0);
            let kept = short.trim_end_matches('…');
            assert!(name.starts_with(kept));
            let next = name[kept.len()..].chars().next();
            assert!(!next.is_some_and(attaches), "{short}");
        }
    }
}
