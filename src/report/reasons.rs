//! What each reason of the ledger means, and what its user can do about it.

use crate::input::coordinates;
use crate::input::dates::{self, Written};
use crate::ledger::{Entry, Reason};
use crate::wording::grouped;

/// What a code says, in a few words.
pub const fn meaning(reason: Reason) -> &'static str {
    match reason {
        Reason::Ok => "nothing stands against the record",
        Reason::ValueNotRead => "used; one optional column could not be read and counts as empty",
        Reason::NotUtf8 => "used; bytes that are no text in the encoding were read as U+FFFD",
        Reason::OffsetExceedsCorridor => "farther from the line than the corridor",
        Reason::DateOutsidePeriod => "before or after the period",
        Reason::HeldById => "the case file holds this id",
        Reason::HeldByEventType => "the case file holds this kind of event",
        Reason::IdRepeated => "an earlier record has this id and another day or place",
        Reason::CoordinateZero => "the coordinates are 0, 0, which mostly stands for none",
        Reason::CoordinatesEqual => "latitude and longitude are the same number, mostly a slip",
        Reason::SameId => "an earlier record has this id, day and place: the same report",
        Reason::IdenticalRecord => {
            "no id, and an earlier record says the same in every column read"
        }
        Reason::LikelyDuplicate => {
            "likely of the same event as an earlier report; merged on request"
        }
        Reason::FieldCount => "more or fewer fields than the header",
        Reason::QuoteOpen => "a quote opens and does not close within 1 MiB",
        Reason::RecordTooLong => "longer than 1 MiB",
        Reason::NulByte => "a field holds a NUL byte",
        Reason::CoordinateMissing => "no coordinates",
        Reason::CoordinateInvalid => "coordinates that cannot be read or are out of range",
        Reason::DateMissing => "no date",
        Reason::DateInvalid => "a date that cannot be read",
    }
}

/// What changes the fate of such records: options of the command line, keys of the case file, or the
/// file itself. Empty where nothing needs to.
pub const fn remedy(reason: Reason) -> &'static str {
    match reason {
        Reason::Ok => "",
        Reason::ValueNotRead => {
            "another column by `--column`, or a map of its values in the case file"
        }
        Reason::NotUtf8 => "`--encoding`, if the whole file is in another one",
        Reason::OffsetExceedsCorridor => "`--corridor-km`",
        Reason::DateOutsidePeriod => "`--start`, `--end`",
        Reason::HeldById => "`[hold.ids]`",
        Reason::HeldByEventType => "`[hold.event_types]`",
        Reason::IdRepeated => "`--column id=…`, if another column identifies records",
        Reason::CoordinateZero | Reason::CoordinatesEqual => "the place, in the file",
        Reason::SameId | Reason::IdenticalRecord => {
            "`[duplicates] exact = \"keep\"`; records that share an id are then held"
        }
        Reason::LikelyDuplicate => "`[duplicates] likely = \"keep\"`",
        Reason::FieldCount => "`--separator`, or quotes around fields that hold it",
        Reason::QuoteOpen | Reason::RecordTooLong => {
            "the quote, in the file; `quoting = false` in a layout where quotes are text"
        }
        Reason::NulByte => "`--encoding utf-16le` or `utf-16be`, if the file is that",
        Reason::CoordinateMissing => {
            "`--column latitude=…`, `coordinates=…`, `mgrs=…` or `utm=…`, if another column has them"
        }
        Reason::CoordinateInvalid => {
            "`--column mgrs=…`, `utm=…` or `coordinates=…`; `--axis-order`"
        }
        Reason::DateMissing => "`--column date=…`, if another column has it",
        Reason::DateInvalid => "`--date-order`, `--spreadsheet-dates`, `--column date=…`",
    }
}

/// Options that would read values of rejected records, with how many they would. O(entries).
pub fn rescues<'a>(reason: Reason, entries: impl Iterator<Item = &'a Entry>) -> Vec<String> {
    let mut count = 0;
    let mut found: Vec<(String, u64)> = Vec::new();
    for entry in entries {
        count += 1;
        for option in options(reason, entry) {
            match found.iter_mut().find(|held| held.0 == option) {
                Some(held) => held.1 += 1,
                None => found.push((option, 1)),
            }
        }
    }
    found
        .into_iter()
        .map(|(option, read)| {
            format!(
                "{option} would read {} of {}",
                grouped(read),
                grouped(count)
            )
        })
        .collect()
}

fn options(reason: Reason, entry: &Entry) -> Vec<String> {
    let value = entry.value();
    match reason {
        Reason::DateInvalid => {
            let order = match dates::date(value) {
                Some(Written::Ordered {
                    day_first: Some(_), ..
                }) => Some("--date-order day-first"),
                Some(Written::Ordered { .. }) => Some("--date-order month-first"),
                _ => None,
            };
            let serial = dates::spreadsheet_serial(value).map(|_| "--spreadsheet-dates");
            order.into_iter().chain(serial).map(str::to_owned).collect()
        }
        // A few letters can be a polar grid square.
        Reason::CoordinateInvalid if value.chars().filter(char::is_ascii_digit).count() >= 4 => {
            let forms = [
                ("mgrs", coordinates::mgrs(value).is_ok()),
                ("utm", coordinates::utm(value).is_ok()),
                ("coordinates", coordinates::pair(value).is_some()),
            ];
            forms
                .into_iter()
                .filter(|form| form.1)
                .map(|(ours, _)| format!("--column {ours}={:?}", entry.column()))
                .collect()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::{Details, Fate};

    #[test]
    fn the_readme_documents_every_code() {
        let readme = include_str!("../../README.md");
        for reason in Reason::ALL {
            let row = format!(
                "| `{}` | {} | {} |",
                reason.code(),
                meaning(reason),
                remedy(reason)
            )
            .replace("|  |", "| |");
            assert!(readme.contains(&row), "README.md lacks {row}");
        }
    }

    #[test]
    fn what_would_be_read_otherwise_is_counted() {
        let entry = |reason, column: &str, value: &str| {
            let mut entry = Entry::used(0, 2, 1);
            entry.decide(
                Fate::Rejected,
                reason,
                Details {
                    column: column.into(),
                    value: value.into(),
                    ..Details::default()
                },
            );
            entry
        };
        let dates = ["45946", "16.13.2025", "45947", "10/16/2025"]
            .map(|value| entry(Reason::DateInvalid, "date", value));
        assert_eq!(
            rescues(Reason::DateInvalid, dates.iter()),
            [
                "--spreadsheet-dates would read 2 of 4",
                "--date-order month-first would read 1 of 4"
            ]
        );
        let places =
            ["42SVD3214398765", "no"].map(|it| entry(Reason::CoordinateInvalid, "Grid", it));
        assert_eq!(
            rescues(Reason::CoordinateInvalid, places.iter()),
            ["--column mgrs=\"Grid\" would read 1 of 2"]
        );
        assert!(rescues(Reason::NulByte, places.iter()).is_empty());
    }
}
