//! The language of pictures: phrases, months, plurals and the signs of numbers.
//!
//! A phrase is the English text with `{}` for each value. A table gives its translation, which may have the values
//! in another order: `{2}` is the second one. What a table lacks stays English, and so do names from the data.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::LazyLock;

use crate::incident::{FigureSums, Sum};
use crate::ledger::{Fate, Ledger};
use crate::units::Day;

/// How many forms a counted noun has, and which one a count takes. For whole numbers as in the Unicode CLDR,
/// "Language Plural Rules" (<https://unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html>).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plurals {
    /// One form for all counts: Chinese, Japanese, Korean, Thai, Khmer, Vietnamese, Indonesian.
    None,
    /// 1, and all others: English, German, Spanish, Turkish, Pashto, Urdu.
    One,
    /// 0 and 1, and all others: French, Portuguese, Armenian, Persian, Hindi.
    ZeroOne,
    /// 1, 21, 31; 2 to 4, 22 to 24; all others, 11 to 14 among them: Russian, Ukrainian, Belarusian, Serbian.
    EastSlavic,
    /// 1; 2 to 4, 22 to 24, but not 12 to 14; all others.
    Polish,
    /// 1; 2 to 4; all others: Czech, Slovak.
    Czech,
    /// 0; 1; 2; 3 to 10, 103 to 110; 11 to 99, 111 to 199; 100 to 102, 200 to 202.
    Arabic,
}

impl Plurals {
    /// All rules.
    pub const ALL: [Plurals; 7] = [
        Plurals::None,
        Plurals::One,
        Plurals::ZeroOne,
        Plurals::EastSlavic,
        Plurals::Polish,
        Plurals::Czech,
        Plurals::Arabic,
    ];

    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            Plurals::None => "none",
            Plurals::One => "one",
            Plurals::ZeroOne => "zero-one",
            Plurals::EastSlavic => "east-slavic",
            Plurals::Polish => "polish",
            Plurals::Czech => "czech",
            Plurals::Arabic => "arabic",
        }
    }

    /// The rule of a language; of one that is not listed, that of English.
    pub fn of(tag: &str) -> Plurals {
        match primary(tag).as_str() {
            "zh" | "ja" | "ko" | "th" | "km" | "lo" | "my" | "vi" | "id" | "ms" | "bo" | "dz" => {
                Plurals::None
            }
            "fr" | "pt" | "hy" | "fa" | "hi" | "bn" | "pa" | "am" => Plurals::ZeroOne,
            "ru" | "uk" | "be" | "sr" | "hr" | "bs" => Plurals::EastSlavic,
            "pl" => Plurals::Polish,
            "cs" | "sk" => Plurals::Czech,
            "ar" => Plurals::Arabic,
            _ => Plurals::One,
        }
    }

    /// How many forms there are.
    pub const fn forms(self) -> usize {
        match self {
            Plurals::None => 1,
            Plurals::One | Plurals::ZeroOne => 2,
            Plurals::EastSlavic | Plurals::Polish | Plurals::Czech => 3,
            Plurals::Arabic => 6,
        }
    }

    /// Which of the forms a count takes, from 0.
    pub const fn form(self, count: usize) -> usize {
        let (ones, hundred) = (count % 10, count % 100);
        let few = matches!(ones, 2..=4) && !matches!(hundred, 12..=14);
        match self {
            Plurals::None => 0,
            Plurals::One => (count != 1) as usize,
            Plurals::ZeroOne => (count > 1) as usize,
            Plurals::EastSlavic if ones == 1 && hundred != 11 => 0,
            Plurals::Polish | Plurals::Czech if count == 1 => 0,
            Plurals::EastSlavic | Plurals::Polish => 2 - few as usize,
            Plurals::Czech => 2 - matches!(count, 2..=4) as usize,
            Plurals::Arabic => match (count, hundred) {
                (0..=2, _) => count,
                (_, 3..=10) => 3,
                (_, 11..=99) => 4,
                _ => 5,
            },
        }
    }
}

/// The part of a tag that names the language: `pt` of `pt-BR`.
fn primary(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or(tag).to_lowercase()
}

/// The tables that are shipped, by the tags of their languages.
const SHIPPED: [(&str, &str); 2] = [
    ("fr", include_str!("languages/fr.toml")),
    ("ru", include_str!("languages/ru.toml")),
];

/// The table of a language, if one is shipped.
pub fn shipped(tag: &str) -> Option<&'static str> {
    let primary = primary(tag);
    let found = SHIPPED.iter().find(|(tag, _)| *tag == primary);
    found.map(|(_, text)| *text)
}

/// The tags of the languages that need no table of the user's.
pub fn tags() -> impl Iterator<Item = &'static str> {
    std::iter::once("en").chain(SHIPPED.iter().map(|(tag, _)| *tag))
}

/// Whether a tag is one of English.
pub fn is_english(tag: &str) -> bool {
    primary(tag) == "en"
}

/// How days are written: patterns with the numbers of their parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dates {
    /// `{1}` day, `{2}` month, `{3}` year.
    pub date: String,
    /// `{1}` day, `{2}` month.
    pub day_and_month: String,
    /// A span within a month: `{1}` first day, `{2}` last day, `{3}` month, `{4}` year.
    pub within_month: String,
    /// A span within a year: `{1}` first day, `{2}` its month, `{3}` last day, `{4}` its month, `{5}` year.
    pub within_year: String,
    /// Any other span: `{1}` first date, `{2}` last date.
    pub across_years: String,
}

impl Default for Dates {
    fn default() -> Dates {
        Dates {
            date: "{1} {2} {3}".to_owned(),
            day_and_month: "{1} {2}".to_owned(),
            within_month: "{1}–{2} {3} {4}".to_owned(),
            within_year: "{1} {2} – {3} {4} {5}".to_owned(),
            across_years: "{1} – {2}".to_owned(),
        }
    }
}

/// A language with what is known of it.
#[derive(Clone, Debug)]
pub struct Language {
    tag: String,
    plurals: Plurals,
    /// What stands before decimals.
    pub decimal: String,
    /// What stands between groups of three digits.
    pub grouping: String,
    /// How days are written.
    pub dates: Dates,
    /// Translations by the English phrase: one form, or as many as the rule of plurals has.
    phrases: BTreeMap<String, Vec<String>>,
    #[cfg(test)]
    missed: std::sync::Arc<std::sync::Mutex<std::collections::BTreeSet<String>>>,
}

/// A value of a phrase.
pub type Value<'v> = &'v dyn Display;

impl Language {
    /// English.
    pub fn english() -> &'static Language {
        static ENGLISH: LazyLock<Language> = LazyLock::new(|| Language::new("en"));
        &ENGLISH
    }

    /// A language of which only the rule of plurals is known.
    pub fn new(tag: &str) -> Language {
        Language {
            tag: tag.to_owned(),
            plurals: Plurals::of(tag),
            decimal: ".".to_owned(),
            grouping: ",".to_owned(),
            dates: Dates::default(),
            phrases: BTreeMap::new(),
            #[cfg(test)]
            missed: std::sync::Arc::default(),
        }
    }

    /// Its tag, such as `fr`.
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// Which form a count takes.
    pub fn plurals(&self) -> Plurals {
        self.plurals
    }

    /// Sets the rule of plurals; `false` where phrases follow another one already.
    #[must_use]
    pub fn set_plurals(&mut self, rule: Plurals) -> bool {
        if rule != self.plurals && !self.phrases.is_empty() {
            return false;
        }
        self.plurals = rule;
        true
    }

    /// Adds the translation of a phrase, or replaces it.
    ///
    /// # Errors
    /// What is allowed instead, where the number of forms is not that of the rule, or a form does not have the
    /// values of the phrase.
    pub fn add(&mut self, english: &str, forms: Vec<String>) -> Result<(), String> {
        let allowed = self.plurals.forms();
        if forms.len() != 1 && forms.len() != allowed {
            return Err(format!(
                "one text, or {allowed} for the counts of the rule {:?}",
                self.plurals.as_str()
            ));
        }
        let values = placeholders(english).map_err(str::to_owned)?;
        if forms.iter().any(|form| placeholders(form) != Ok(values)) {
            return Err(match values {
                0 => "a text without {}".to_owned(),
                1 => "a text with {} once".to_owned(),
                values => {
                    format!(
                        "a text with {{}} {values} times, or with each of {{1}} to {{{values}}} once"
                    )
                }
            });
        }
        self.phrases.insert(english.to_owned(), forms);
        Ok(())
    }

    fn found(&self, english: &str) -> Option<&[String]> {
        let found = self.phrases.get(english).map(Vec::as_slice);
        #[cfg(test)]
        if found.is_none()
            && let Ok(mut missed) = self.missed.lock()
        {
            missed.insert(english.to_owned());
        }
        found
    }

    /// The phrases that were asked for in vain.
    #[cfg(test)]
    pub(crate) fn missed(&self) -> Vec<String> {
        let missed = self.missed.lock().map(|it| it.iter().cloned().collect());
        missed.unwrap_or_default()
    }

    /// The phrases that there are.
    #[cfg(test)]
    pub(crate) fn phrases(&self) -> impl Iterator<Item = &str> {
        self.phrases.keys().map(String::as_str)
    }

    /// A phrase without values.
    pub fn say<'a>(&'a self, english: &'a str) -> &'a str {
        match self.found(english) {
            Some([.., form]) => form,
            _ => english,
        }
    }

    /// A phrase with its values.
    pub fn fill(&self, english: &str, values: &[Value<'_>]) -> String {
        filled(self.say(english), values)
    }

    /// Kilometres, to a metre and no longer than they must be: `50`, `2.5`, `0.4`.
    pub fn kilometres(&self, km: f64) -> String {
        self.decimal_sign(&crate::units::round_to(km, 3).to_string())
    }

    /// A phrase whose form goes with a count. The second of the English forms is the phrase.
    pub fn of_count(
        &self,
        count: usize,
        (one, others): (&str, &str),
        values: &[Value<'_>],
    ) -> String {
        let form = match self.found(others) {
            None if count == 1 => one,
            None => others,
            Some([form]) => form,
            Some(forms) => forms
                .get(self.plurals.form(count))
                .map_or(others, String::as_str),
        };
        filled(form, values)
    }

    /// A phrase about a count, which stands in it and has its form; the same in English for all counts.
    pub fn told(&self, count: usize, english: &str) -> String {
        let number = self.grouped(count as u64);
        self.of_count(count, (english, english), &[&number])
    }

    /// `1 incident`, `5 incidents`: the phrase is `{} incidents`.
    pub fn counted(&self, count: usize, what: &str) -> String {
        let number = self.grouped(count as u64);
        let (one, others) = (format!("{{}} {what}"), format!("{{}} {what}s"));
        self.of_count(count, (&one, &others), &[&number])
    }

    /// A word of the data, such as a kind of event: `armed_clash` becomes `armed clash`, or its translation where
    /// there is one.
    pub fn plain(&self, word: &str) -> String {
        let plain = word.replace('_', " ");
        match self.phrases.get(&plain).map(Vec::as_slice) {
            Some([.., form]) => form.clone(),
            _ => plain,
        }
    }

    /// Digits in groups of three: `12,345`.
    pub fn grouped(&self, number: u64) -> String {
        let digits = number.to_string();
        let mut text = String::with_capacity(digits.len() + digits.len() / 3);
        for (place, digit) in digits.chars().enumerate() {
            if place > 0 && (digits.len() - place).is_multiple_of(3) {
                text.push_str(&self.grouping);
            }
            text.push(digit);
        }
        text
    }

    /// A number with so many decimals, not grouped.
    pub fn decimals(&self, value: f64, decimals: usize) -> String {
        self.decimal_sign(&format!("{value:.decimals$}"))
    }

    /// A number that is written already, with the sign of this language.
    pub fn decimal_sign(&self, number: &str) -> String {
        number.replace('.', &self.decimal)
    }

    /// `4 beyond the corridor, 7 held`: how many located incidents are in no sum, and why; `None` if all are.
    pub fn not_counted(&self, ledger: &Ledger) -> Option<String> {
        let parts: Vec<String> = [
            (Fate::OutsideCorridor, "{} beyond the corridor"),
            (Fate::Held, "{} held"),
            (Fate::OutsidePeriod, "{} outside the period"),
        ]
        .into_iter()
        .filter_map(|(fate, words)| match ledger.count(fate) {
            0 => None,
            count => Some(self.told(count, words)),
        })
        .collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// `84 %`: the stability of a cluster; empty if nothing was drawn. What is short of a half does not read as one: see
    /// [`share`](Language::share).
    pub fn stability(&self, share: Option<f64>) -> String {
        share.map_or_else(String::new, |share| self.share(share))
    }

    /// `Oct`.
    pub fn month(&self, day: Day) -> &str {
        self.month_name(day.date().month())
    }

    /// The name of a month from 1 to 12.
    fn month_name(&self, month: i8) -> &str {
        const MONTHS: [&str; 12] = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ];
        let number = usize::try_from(month).unwrap_or(1).max(1);
        self.say(MONTHS[(number - 1) % 12])
    }

    /// `11 Oct 2025`.
    pub fn date(&self, day: Day) -> String {
        let date = day.date();
        let parts: [Value<'_>; 3] = [&date.day(), &self.month(day), &date.year()];
        filled(&self.dates.date, &parts)
    }

    /// `11 Oct`.
    pub fn day_and_month(&self, day: Day) -> String {
        self.day_in_month(day.date().day(), day.date().month())
    }

    /// As [`Language::day_and_month`], for any day and a month from 1 to 12.
    pub fn day_in_month(&self, day: i8, month: i8) -> String {
        let parts: [Value<'_>; 2] = [&day, &self.month_name(month)];
        filled(&self.dates.day_and_month, &parts)
    }

    /// A span of days, as short as it can be told: `11 Oct 2025`, `11–17 Oct 2025`, `28 Oct – 2 Nov 2025`,
    /// `30 Dec 2025 – 2 Jan 2026`.
    pub fn span(&self, first: Day, last: Day) -> String {
        let (from, to) = (first.date(), last.date());
        let dates = &self.dates;
        if from == to {
            self.date(first)
        } else if (from.year(), from.month()) == (to.year(), to.month()) {
            let month = self.month(last);
            filled(
                &dates.within_month,
                &[&from.day(), &to.day(), &month, &to.year()],
            )
        } else if from.year() == to.year() {
            let months = (self.month(first), self.month(last));
            filled(
                &dates.within_year,
                &[&from.day(), &months.0, &to.day(), &months.1, &to.year()],
            )
        } else {
            filled(&dates.across_years, &[&self.date(first), &self.date(last)])
        }
    }

    /// Deaths over so many incidents, as low–best–high. Where all of them give all three figures:
    /// `12–17–40`; else each with the
    /// number of incidents that it rests on, because sums over different incidents need not ascend:
    /// `377 (42) – 279 (35) – 515 (43)`. An ellipsis stands for a figure that nobody reported; `none reported`
    /// where there is no figure at all.
    pub fn deaths(&self, sums: &FigureSums, incidents: usize) -> String {
        let figures = [sums.low, sums.best, sums.high];
        if sums.reporting == 0 {
            return self.say("none reported").to_owned();
        }
        let same = figures.iter().all(|sum| sum.incidents == incidents);
        let texts = figures.map(|sum: Sum| match sum.value() {
            None => "…".to_owned(),
            Some(total) if same => self.grouped(total),
            Some(total) => format!(
                "{} ({})",
                self.grouped(total),
                self.grouped(sum.incidents as u64)
            ),
        });
        texts.join(if same { "–" } else { " – " })
    }

    /// A stretch of chainage: `km 412.6–430.1`; one number where both print the same.
    pub fn chainages(&self, from_km: f64, to_km: f64) -> String {
        let (from, to) = (self.decimals(from_km, 1), self.decimals(to_km, 1));
        if from == to {
            self.fill("km {}", &[&from])
        } else {
            self.fill("km {}–{}", &[&from, &to])
        }
    }

    /// A share from 0 to 1 in whole percent; what is not quite nothing or all does not read as that.
    pub fn share(&self, share: f64) -> String {
        let percent = share * 100.0;
        match percent.round() {
            rounded if rounded <= 0.0 && share > 0.0 => self.say("less than 1 %").to_owned(),
            rounded if rounded >= 100.0 && share < 1.0 => self.say("more than 99 %").to_owned(),
            // Half is where words change.
            50.0 if share < 0.5 => {
                let short = self.decimals((percent * 10.0).floor() / 10.0, 1);
                self.fill("{} %", &[&short])
            }
            rounded => self.fill("{} %", &[&format_args!("{rounded:.0}")]),
        }
    }

    /// `2nd`, `3rd`, `4th`, `11th`.
    pub fn ordinal(&self, number: usize) -> String {
        let ending = match (number % 10, number % 100) {
            (1, rest) if rest != 11 => "{}st",
            (2, rest) if rest != 12 => "{}nd",
            (3, rest) if rest != 13 => "{}rd",
            _ => "{}th",
        };
        self.fill(ending, &[&number])
    }

    /// `a`, `a and b`, `a, b and c`; each name [`isolated`].
    pub fn listed(&self, names: &[&str]) -> String {
        let names: Vec<_> = names.iter().map(|name| isolated(name)).collect();
        match names.as_slice() {
            [] => String::new(),
            [one] => one.to_string(),
            [first @ .., last] => self.fill("{} and {}", &[&first.join(", "), last]),
        }
    }
}

/// How many values a text takes.
///
/// # Errors
/// What is wrong with a text whose placeholders are neither `{}` throughout nor each of `{1}`, `{2}`, … once.
fn placeholders(text: &str) -> Result<usize, &'static str> {
    let mut plain = 0;
    let mut numbers: Vec<usize> = Vec::new();
    for piece in pieces(text) {
        match piece {
            Piece::Text(_) => {}
            Piece::Next => plain += 1,
            Piece::Number(number) => numbers.push(number),
        }
    }
    numbers.sort_unstable();
    let whole = numbers.iter().copied().eq(1..=numbers.len());
    match (plain, numbers.len()) {
        (plain, 0) => Ok(plain),
        (0, numbered) if whole => Ok(numbered),
        _ => Err("a phrase with {} for each value"),
    }
}

/// Which of `{1}`, `{2}`, … a pattern has, ascending; `{}` counts as 0.
pub(crate) fn numbers(pattern: &str) -> Vec<usize> {
    let mut numbers: Vec<usize> = pieces(pattern)
        .filter_map(|piece| match piece {
            Piece::Text(_) => None,
            Piece::Next => Some(0),
            Piece::Number(number) => Some(number),
        })
        .collect();
    numbers.sort_unstable();
    numbers
}

enum Piece<'t> {
    Text(&'t str),
    /// `{}`
    Next,
    /// `{2}`
    Number(usize),
}

/// A text cut at its placeholders. Other braces are text.
fn pieces(mut rest: &str) -> impl Iterator<Item = Piece<'_>> {
    std::iter::from_fn(move || {
        let mut search = 0;
        while let Some(open) = rest[search..].find('{').map(|at| search + at) {
            let inside = &rest[open + 1..];
            let digits = inside.len()
                - inside
                    .trim_start_matches(|it: char| it.is_ascii_digit())
                    .len();
            let number = inside[..digits].parse::<usize>();
            if inside[digits..].starts_with('}') && (digits == 0 || number.is_ok()) {
                if open > 0 {
                    let (text, after) = rest.split_at(open);
                    rest = after;
                    return Some(Piece::Text(text));
                }
                rest = &inside[digits + 1..];
                return Some(number.map_or(Piece::Next, Piece::Number));
            }
            search = open + 1;
        }
        (!rest.is_empty()).then(|| Piece::Text(std::mem::take(&mut rest)))
    })
}

const FIRST_STRONG_ISOLATE: char = '\u{2068}';
const POP_ISOLATE: char = '\u{2069}';

/// Whether a character belongs to a script that is read from the right: Hebrew, Arabic and their kin, with their
/// digits and signs.
pub fn is_right_to_left(letter: char) -> bool {
    matches!(letter, '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefe}')
}

/// A name from the data for a sentence: where it is read from the right, it does not turn what stands beside it
/// (Unicode Standard Annex 9, first strong isolate).
pub fn isolated(name: &str) -> std::borrow::Cow<'_, str> {
    if turns_its_neighbours(name) {
        format!("{FIRST_STRONG_ISOLATE}{name}{POP_ISOLATE}").into()
    } else {
        name.into()
    }
}

/// Whether a text has a letter that is read from the right outside of what is isolated already.
fn turns_its_neighbours(text: &str) -> bool {
    let mut depth = 0_usize;
    text.chars().any(|letter| {
        match letter {
            FIRST_STRONG_ISOLATE => depth += 1,
            POP_ISOLATE => depth = depth.saturating_sub(1),
            _ => {}
        }
        depth == 0 && is_right_to_left(letter)
    })
}

/// A text with its values put in.
fn filled(text: &str, values: &[Value<'_>]) -> String {
    use std::fmt::Write as _;

    let mut out = String::with_capacity(text.len() + 16 * values.len());
    let mut next = 0;
    for piece in pieces(text) {
        let place = match piece {
            Piece::Text(text) => {
                out.push_str(text);
                continue;
            }
            Piece::Next => {
                next += 1;
                next
            }
            Piece::Number(number) => number,
        };
        if let Some(value) = place.checked_sub(1).and_then(|place| values.get(place)) {
            let begins = out.len();
            // Writing to a string does not fail.
            let _ = write!(out, "{value}");
            // A name that is read from the right must not turn what stands beside it.
            if turns_its_neighbours(&out[begins..]) {
                out.insert(begins, FIRST_STRONG_ISOLATE);
                out.push(POP_ISOLATE);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_take_their_forms() {
        let forms = |tag: &str, counts: &[usize]| -> Vec<usize> {
            let rule = Plurals::of(tag);
            counts.iter().map(|&count| rule.form(count)).collect()
        };
        let counts = [0, 1, 2, 5, 11, 12, 21, 22, 25, 101, 111, 112];
        assert_eq!(forms("ja", &counts), [0; 12]);
        assert_eq!(forms("en", &counts), [1, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        assert_eq!(
            forms("fr-CA", &counts),
            [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
        );
        assert_eq!(forms("ru", &counts), [2, 0, 1, 2, 2, 2, 0, 1, 2, 0, 2, 2]);
        assert_eq!(forms("pl", &counts), [2, 0, 1, 2, 2, 2, 2, 1, 2, 2, 2, 2]);
        assert_eq!(forms("cs", &counts), [2, 0, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2]);
        assert_eq!(
            forms("ar", &[0, 1, 2, 3, 10, 11, 99, 100, 102, 103, 111, 200]),
            [0, 1, 2, 3, 3, 4, 4, 5, 5, 3, 4, 5]
        );
        for rule in Plurals::ALL {
            assert!((0..1_000).all(|count| rule.form(count) < rule.forms()));
        }
    }

    #[test]
    fn values_stand_where_the_translation_wants_them() {
        let mut language = Language::new("fr");
        let one = |text: &str| vec![text.to_owned()];
        language
            .add("{} across, {} down", one("{2} en bas, {1} à côté"))
            .unwrap();
        assert_eq!(
            language.fill("{} across, {} down", &[&1, &2]),
            "2 en bas, 1 à côté"
        );
        assert_eq!(language.fill("{} of {}", &[&1, &2]), "1 of 2");
        // Braces of other things are text; a value that is not there leaves nothing behind.
        assert_eq!(filled("{a} {} {x1} {2} {", &[&7]), "{a} 7 {x1}  {");
        assert_eq!(
            filled("{99999999999999999999999}", &[&7]),
            "{99999999999999999999999}"
        );
        for wrong in ["{}", "{1} {3}", "{1} {1}", "{} {2}", "{} {} {}", ""] {
            assert!(language.add("{} of {}", one(wrong)).is_err(), "{wrong:?}");
        }
        assert!(language.add("{} {2}", one("{} {2}")).is_err());
    }

    #[test]
    fn names_read_from_the_right_do_not_turn_what_stands_beside_them() {
        assert_eq!(isolated("Torkham"), "Torkham");
        let one = isolated("تورخم");
        assert_eq!(one, "\u{2068}تورخم\u{2069}");
        // What is isolated already stays as it is, alone, in a list and in a phrase.
        assert_eq!(isolated(&one), one);
        assert_eq!(
            Language::english().listed(&["چمن", "Torkham", "אילת"]),
            "\u{2068}چمن\u{2069}, Torkham and \u{2068}אילת\u{2069}"
        );
        let phrase = Language::english().fill("{}: {}", &[&one, &"12 (چمن)"]);
        assert_eq!(phrase, "\u{2068}تورخم\u{2069}: \u{2068}12 (چمن)\u{2069}");
    }

    #[test]
    fn english_has_its_own_forms() {
        let english = Language::english();
        let words = [1, 2, 3, 4, 11, 12, 13, 21, 22, 103, 111].map(|it| english.ordinal(it));
        let wanted = [
            "1st", "2nd", "3rd", "4th", "11th", "12th", "13th", "21st", "22nd", "103rd", "111th",
        ];
        assert_eq!(words, wanted);
        assert_eq!(english.counted(1, "incident"), "1 incident");
        assert_eq!(english.counted(1_200, "incident"), "1,200 incidents");
        let phrase = ("{} row is", "{} rows are");
        assert_eq!(english.of_count(1, phrase, &[&1]), "1 row is");
        assert_eq!(english.of_count(2, phrase, &[&2]), "2 rows are");
    }

    #[test]
    fn the_shipped_tables_say_the_same_phrases() {
        let languages: Vec<Language> = SHIPPED
            .iter()
            .map(|(tag, _)| crate::input::translations::language(Some(tag), None).unwrap())
            .collect();
        for pair in languages.windows(2) {
            assert!(pair[0].phrases().eq(pair[1].phrases()));
        }
        let [french, russian] = &languages[..] else {
            panic!("two tables");
        };
        let day = |year, month, day| Day::from_date(jiff::civil::date(year, month, day));
        assert_eq!(french.date(day(2025, 2, 3)), "3 févr. 2025");
        assert_eq!(
            russian.span(day(2025, 10, 11), day(2025, 10, 17)),
            "11–17 окт. 2025"
        );
        assert_eq!(
            russian.span(day(2025, 10, 28), day(2025, 11, 2)),
            "28 окт. – 2 нояб. 2025"
        );
        let told = [0, 1, 2, 5, 21, 112].map(|count| russian.counted(count, "incident"));
        let wanted = [
            "0 инцидентов",
            "1 инцидент",
            "2 инцидента",
            "5 инцидентов",
            "21 инцидент",
            "112 инцидентов",
        ];
        assert_eq!(told, wanted);
        assert_eq!(french.counted(0, "incident"), "0 incident");
        assert_eq!(french.decimals(12.34, 1), "12,3");
        assert_eq!(french.grouped(12_345), "12\u{a0}345");
        assert_eq!(french.listed(&["a", "b", "c"]), "a, b et c");
        assert_eq!(french.chainages(412.6, 430.1), "km 412,6–430,1");
        assert_eq!(russian.plain("armed_clash"), "вооружённое столкновение");
        assert_eq!(french.plain("TTP"), "TTP");
    }
}
