//! Tables of translations: TOML files with the words of pictures in a language.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::wording::language::{self, Language, Plurals, numbers};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    plurals: Option<String>,
    decimal: Option<String>,
    grouping: Option<String>,
    #[serde(default)]
    dates: BTreeMap<String, String>,
    #[serde(default)]
    phrases: BTreeMap<String, toml::Value>,
}

/// The language with a tag, with the words of a file added; English where there is no tag.
///
/// # Errors
/// A tag of which nothing is known where there is no file, and a file that cannot be read or has a wrong entry.
pub fn language(tag: Option<&str>, file: Option<&Path>) -> Result<Language> {
    let mut language = match tag {
        None => Language::english().clone(),
        Some(tag) => match language::shipped(tag) {
            Some(text) => {
                let mut language = Language::new(tag);
                let place = format!("the translations for {tag}");
                add(&mut language, &place, text)?;
                language
            }
            None if language::is_english(tag) || file.is_some() => Language::new(tag),
            None => {
                return Err(Error::refused(
                    "style.language",
                    format_args!("{tag:?}"),
                    allowed_tags(),
                )
                .advise("name a file of translations in style.translations"));
            }
        },
    };
    if let Some(path) = file {
        let text = super::text_of(path)?;
        add(&mut language, &path.display().to_string(), &text)?;
    }
    Ok(language)
}

/// The languages that need no file.
fn allowed_tags() -> String {
    let tags: Vec<&str> = language::tags().collect();
    format!(
        "{}, or any other with a file of translations",
        tags.join(", ")
    )
}

/// Adds what a table says.
fn add(language: &mut Language, place: &str, text: &str) -> Result<()> {
    let table: Table = toml::from_str(text).map_err(|error| {
        let line = error.span().map_or(1, |span| {
            text[..span.start.min(text.len())].matches('\n').count() + 1
        });
        Error::refused(
            format_args!("{place}, line {line}"),
            error.message(),
            "plurals, decimal, grouping, [dates] and [phrases] as src/wording/languages/fr.toml shows",
        )
    })?;
    let refuse = |key: &str, found: &str, allowed: &str| {
        Error::refused(
            format_args!("{place}, {key}"),
            format_args!("{found:?}"),
            allowed,
        )
    };
    if let Some(word) = &table.plurals {
        let rule = Plurals::ALL.into_iter().find(|it| it.as_str() == word);
        let words = Plurals::ALL.map(Plurals::as_str).join(", ");
        let rule = rule.ok_or_else(|| refuse("plurals", word, &words))?;
        if !language.set_plurals(rule) {
            let allowed = format!(
                "{:?}, as in the table that is shipped",
                language.plurals().as_str()
            );
            return Err(refuse("plurals", word, &allowed));
        }
    }
    for (key, sign, kept) in [
        ("decimal", table.decimal, &mut language.decimal),
        ("grouping", table.grouping, &mut language.grouping),
    ] {
        if let Some(sign) = sign {
            let is_sign = |it: char| !it.is_alphanumeric() && !it.is_control();
            let least = usize::from(key == "decimal");
            if !(least..=1).contains(&sign.chars().count()) || !sign.chars().all(is_sign) {
                let allowed = if key == "decimal" {
                    "one sign, such as \",\""
                } else {
                    "one sign, such as a space, or nothing"
                };
                return Err(refuse(key, &sign, allowed));
            }
            *kept = sign;
        }
    }
    for (key, pattern) in table.dates {
        let dates = &mut language.dates;
        let (kept, parts) = match key.as_str() {
            "date" => (&mut dates.date, 3),
            "day_and_month" => (&mut dates.day_and_month, 2),
            "within_month" => (&mut dates.within_month, 4),
            "within_year" => (&mut dates.within_year, 5),
            "across_years" => (&mut dates.across_years, 2),
            _ => {
                let allowed = "date, day_and_month, within_month, within_year, across_years";
                return Err(refuse("dates", &key, allowed));
            }
        };
        let mut found = numbers(&pattern);
        found.dedup();
        // A month may be said twice, but each part must be said.
        if !found.iter().copied().eq(1..=parts) {
            let wanted: Vec<String> = (1..=parts).map(|part| format!("{{{part}}}")).collect();
            let allowed = format!("a pattern with {}", wanted.join(", "));
            return Err(refuse(&format!("dates.{key}"), &pattern, &allowed));
        }
        *kept = pattern;
    }
    for (english, value) in table.phrases {
        let key = format!("phrases.{english:?}");
        let allowed = "a text, or a list of texts, one for each form that counts have";
        let text = |value: &toml::Value| match value {
            toml::Value::String(text) if !text.trim().is_empty() => Ok(text.clone()),
            other => Err(Error::refused(
                format_args!("{place}, {key}"),
                other,
                allowed,
            )),
        };
        let forms = match &value {
            toml::Value::Array(forms) => forms.iter().map(text).collect::<Result<Vec<_>>>()?,
            one => vec![text(one)?],
        };
        language
            .add(&english, forms)
            .map_err(|allowed| Error::refused(format_args!("{place}, {key}"), &value, allowed))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(tag: Option<&str>, table: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("words.toml");
        std::fs::write(&path, table).unwrap();
        let error = language(tag, Some(&path)).unwrap_err().to_string();
        assert!(error.contains("words.toml"), "{error}");
        error
    }

    fn with(tag: Option<&str>, table: &str) -> Language {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("words.toml");
        std::fs::write(&path, table).unwrap();
        language(tag, Some(&path)).unwrap()
    }

    #[test]
    fn a_table_of_ones_own_adds_and_overrides() {
        let shipped = language(Some("fr"), None).unwrap();
        assert_eq!(shipped.counted(1, "incident"), "1 incident");
        let own = with(
            Some("fr-CH"),
            "grouping = \"’\"\n[phrases]\n\"{} incidents\" = [\"{} fait\", \"{} faits\"]\n\"landmine\" = \"mine\"\n",
        );
        assert_eq!(own.counted(0, "incident"), "0 fait");
        assert_eq!(own.counted(2000, "incident"), "2’000 faits");
        assert_eq!(own.plain("landmine"), "mine");
        assert_eq!(own.say("Sectors"), shipped.say("Sectors"));
        assert_eq!(own.decimals(1.5, 1), "1,5");
        let english = with(None, "[phrases]\n\"episodes\" = \"outbreaks\"\n");
        assert_eq!(english.say("episodes"), "outbreaks");
        assert_eq!(english.tag(), "en");
    }

    #[test]
    fn an_unknown_language_stands_alone_with_a_file() {
        let own = with(
            Some("xx"),
            "plurals = \"none\"\n[dates]\ndate = \"{3}-{2}-{1}\"\n[phrases]\nOct = \"10\"\n\"{} incidents\" = \"{} ks\"\n",
        );
        let day = crate::units::Day::from_date(jiff::civil::date(2025, 10, 11));
        assert_eq!(own.date(day), "2025-10-11");
        assert_eq!(own.counted(1, "incident"), "1 ks");
        assert_eq!(own.say("Sectors"), "Sectors");
        let error = language(Some("xx"), None).unwrap_err().to_string();
        assert!(
            error.contains("\"xx\"") && error.contains("en, fr, ru"),
            "{error}"
        );
    }

    #[test]
    fn what_is_wrong_is_refused_with_place_and_what_is_allowed() {
        for (table, key, allowed) in [
            (
                "[phrases]\n\"{} held\" = \"retenus\"\n",
                "{} held",
                "with {} once",
            ),
            (
                "[phrases]\nSectors = \"{} secteurs\"\n",
                "Sectors",
                "without {}",
            ),
            (
                "[phrases]\n\"{} across, {} down\" = \"{1}, {1}\"\n",
                "across",
                "{} 2 times, or with each of {1} to {2} once",
            ),
            (
                "[phrases]\n\"{} incidents\" = [\"{}\", \"{}\", \"{}\"]\n",
                "incidents",
                "or 2 for",
            ),
            ("[phrases]\nSectors = 3\n", "Sectors", "a list of texts"),
            ("[phrases]\nSectors = \" \"\n", "Sectors", "a list of texts"),
            (
                "[dates]\ndate = \"{1} {2}\"\n",
                "dates.date",
                "{1}, {2}, {3}",
            ),
            ("[dates]\nera = \"{1}\"\n", "era", "across_years"),
            ("plurals = \"many\"\n", "plurals", "east-slavic"),
            ("plurals = \"arabic\"\n", "plurals", "zero-one"),
            ("decimal = \"12\"\n", "decimal", "one sign"),
            ("colour = \"red\"\n", "line 1", "grouping"),
            (
                "[phrases]\nSectors = \"a\"\nSectors = \"b\"\n",
                "line 3",
                "[phrases]",
            ),
        ] {
            let error = refusal(Some("fr"), table);
            assert!(error.contains(key) && error.contains(allowed), "{error}");
        }
    }
}
