//! How one file is read: decided once for the whole file, and judged by what all its records show.

use std::collections::BTreeMap;

use encoding_rs::Encoding;

use super::blocks::Form;
use super::columns::{Column, Mapping, shown};
use super::layout::{self, Layout, Why};
use super::opening::{EncodingWhy, Opening};
use super::places::{PlaceFrom, PlacePlan, PlaceRead};
use crate::case::{AxisOrder, DateOrder, FileOptions, PrecisionRadii};
use crate::error::{Error, Result};
use crate::geodesy::Position;
use crate::units::Metres;

/// Whether a position is somewhere near the border; tells swapped axes.
pub type Near<'a> = &'a (dyn Fn(Position) -> bool + Sync);

/// How one file is read.
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a decision of its own about a file"
)]
#[derive(Clone, Debug)]
pub struct Plan {
    /// Its layout.
    pub layout: Layout,
    /// How that was found.
    pub why: Why,
    /// Where its columns are.
    pub mapping: Mapping,
    /// Whether its first record is data.
    pub headerless: bool,
    /// The byte between fields.
    pub separator: u8,
    /// Its encoding.
    pub encoding: &'static Encoding,
    /// Where that comes from.
    pub encoding_why: EncodingWhy,
    /// How its places are read.
    pub places: PlacePlan,
    /// The order of day and month, once it is settled.
    pub date_order: Option<DateOrder>,
    /// Who settled it.
    pub date_order_said: bool,
    /// Whether a row that begins with `#` and is narrower than the table is a comment.
    pub has_comments: bool,
    /// Whether plain numbers are serial days.
    pub spreadsheet_dates: bool,
    /// The radius of each precision code.
    pub radii: BTreeMap<String, Option<Metres>>,
    /// The radius where there is no precision column.
    pub without_precision: Option<Metres>,
}

/// The radii for the codes of a layout: the layout's own, over them what the case says for all files,
/// over that what it says for this layout.
pub fn radii_of(layout: &Layout, case: &PrecisionRadii) -> BTreeMap<String, Option<Metres>> {
    let mut radii = layout.precision.clone();
    radii.extend(case.codes.clone());
    radii.extend(case.layouts.get(&layout.name).cloned().unwrap_or_default());
    radii
}

fn lacking(place: &str, mapping: &Mapping, what: &str, allowed: &str) -> Error {
    Error::refused(
        format_args!("{place}, header"),
        format_args!("no {what} column among: {}", shown(mapping.header())),
        allowed,
    )
    .advise(format_args!(
        "name it in the case file: [columns] {what} = \"...\", or on the command line: --column {what}=..."
    ))
}

/// A value with its line, for a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Example {
    /// The line.
    pub line: u64,
    /// The value.
    pub text: String,
}

/// What the records of a file show about how it ought to be read. Sums and firsts, so that the order in
/// which parts are merged is that of the file.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Records that are data.
    pub records: u64,
    /// Records whose bytes are not UTF-8.
    pub damaged: u64,
    /// Records with letters beyond ASCII that are UTF-8.
    pub beyond_ascii: u64,
    /// Records that begin with `#` and are as wide as the table.
    pub hash_rows: u64,
    /// Records whose place can be read as planned.
    pub in_order: u64,
    /// Records whose place could be read if the axes were swapped.
    pub swapped: u64,
    /// Records whose place cannot be read as degrees, but as packed degrees, minutes and seconds.
    pub packed: u64,
    /// Records of which it was looked whether they are near the border.
    pub sampled: u64,
    /// Of these, near as planned.
    pub near: u64,
    /// Of these, near if the axes were swapped.
    pub near_swapped: u64,
    /// The first date that is one only with the day first, and how many.
    pub day_first: (u64, Option<Example>),
    /// The same with the month first.
    pub month_first: (u64, Option<Example>),
    /// The first date that is one either way, and how many.
    pub either: (u64, Option<Example>),
}

impl Evidence {
    /// Adds what the place of a record shows; `near` is given for records that are sampled.
    pub fn add_place(&mut self, read: &PlaceRead, near: Option<Near<'_>>) {
        self.in_order += u64::from(read.place.is_ok());
        self.swapped += u64::from(read.swapped.is_some());
        self.packed += u64::from(read.packed_only);
        if let Some(near) = near
            && (read.place.is_ok() || read.swapped.is_some())
        {
            self.sampled += 1;
            self.near += u64::from(read.place.is_ok_and(|(position, _)| near(position)));
            self.near_swapped += u64::from(read.swapped.is_some_and(near));
        }
    }

    /// Adds what the records behind show.
    pub fn merge(&mut self, later: Evidence) {
        self.records += later.records;
        self.damaged += later.damaged;
        self.beyond_ascii += later.beyond_ascii;
        self.hash_rows += later.hash_rows;
        self.in_order += later.in_order;
        self.swapped += later.swapped;
        self.packed += later.packed;
        self.sampled += later.sampled;
        self.near += later.near;
        self.near_swapped += later.near_swapped;
        for (mine, other) in [
            (&mut self.day_first, later.day_first),
            (&mut self.month_first, later.month_first),
            (&mut self.either, later.either),
        ] {
            mine.0 += other.0;
            if mine.1.is_none() {
                mine.1 = other.1;
            }
        }
    }
}

impl Plan {
    /// The plan that the start of a file and the options suggest.
    ///
    /// # Errors
    /// A layout that is none, a column that is not there, no columns for a place.
    pub(crate) fn new(
        place: &str,
        opening: &Opening,
        options: &FileOptions,
        case: &PrecisionRadii,
    ) -> Result<Plan> {
        let first: Vec<&str> = opening.first.iter().map(String::as_str).collect();
        let (layout, why) = if let Some(choice) = &options.layout {
            (layout::chosen(choice)?, Why::Said)
        } else {
            let (layout, why) = layout::recognise(&first)?;
            (layout.clone(), why)
        };
        let headerless = layout.fits(&first);
        if opening.quote_open && layout.quoting {
            return Err(Error::refused(
                format_args!("{place}, header"),
                "a quote that does not close within 1 MiB",
                "quotes in pairs around a field",
            )
            .advise(
                "close it; for a file in which quotes are text, a layout with quoting = false",
            ));
        }
        let header = if headerless {
            layout.names.clone()
        } else {
            opening.first.clone()
        };
        let mapping = Mapping::new(place, &header, &options.columns, &layout.columns)?;
        let from = PlaceFrom::of(&mapping, options).ok_or_else(|| {
            let missing = if mapping.has(Column::Latitude) {
                "longitude"
            } else {
                "latitude"
            };
            let allowed =
                "columns for latitude and longitude, or one for both (coordinates), MGRS or UTM";
            lacking(place, &mapping, missing, allowed)
        })?;
        Ok(Plan {
            radii: radii_of(&layout, case),
            without_precision: case.without_column,
            separator: opening.separator,
            encoding: opening.encoding,
            encoding_why: opening.encoding_why,
            places: PlacePlan {
                from,
                axis: options.axis_order.unwrap_or(AxisOrder::LatitudeFirst),
                settled: options.axis_order.is_some(),
            },
            date_order: options.date_order.or(layout.date_order),
            date_order_said: options.date_order.is_some(),
            has_comments: true,
            spreadsheet_dates: options.spreadsheet_dates,
            layout,
            why,
            mapping,
            headerless,
        })
    }

    /// Checks that the file has dates.
    ///
    /// # Errors
    /// No column for a date or a year.
    pub fn needs_date(&self, place: &str) -> Result<()> {
        if self.mapping.has(Column::Date) || self.mapping.has(Column::Year) {
            return Ok(());
        }
        let allowed = "a column for the date, or for the year";
        Err(lacking(place, &self.mapping, "date", allowed))
    }

    /// How the text of the file is laid out.
    pub(crate) fn form(&self, opening: &Opening, comments: bool) -> Form {
        Form {
            encoding: self.encoding,
            separator: self.separator,
            quoting: self.layout.quoting,
            front: opening.front(self.headerless),
            comments: comments.then(|| self.mapping.width()),
        }
    }

    /// Changes the plan where the evidence is against it; whether it did, so that the file must be read
    /// again.
    ///
    /// # Errors
    /// Evidence that settles nothing where guessing would move incidents: dates that could be day or
    /// month first.
    pub fn judge(&mut self, place: &str, evidence: &Evidence, whole: bool) -> Result<bool> {
        let mut changed = self.judge_places(evidence);
        // Where rows with a # hold data, one that is too narrow is a bad row and no comment.
        if self.has_comments && evidence.hash_rows > 0 {
            self.has_comments = false;
            changed = true;
        }
        changed |= self.judge_dates(place, evidence, whole)?;
        Ok(changed)
    }

    /// As [`Plan::judge`], for places alone.
    pub fn judge_places(&mut self, evidence: &Evidence) -> bool {
        let places = &mut self.places;
        if places.from == PlaceFrom::Degrees && evidence.packed > evidence.in_order {
            places.from = PlaceFrom::Packed;
            return true;
        }
        if places.settled || !places.from.has_order() {
            return false;
        }
        // Half the records out of range, or hardly one near the border and most near it if swapped.
        let by_range = evidence.swapped > 2 * evidence.in_order;
        let by_place = evidence.near_swapped > 0
            && 5 * evidence.near <= evidence.near_swapped
            && 2 * evidence.near_swapped >= evidence.sampled;
        if by_range || by_place {
            places.axis = places.axis.other();
            // Once is enough: evidence against both orders is a file to look at.
            places.settled = true;
            return true;
        }
        false
    }

    fn judge_dates(&mut self, place: &str, evidence: &Evidence, whole: bool) -> Result<bool> {
        if self.date_order_said || self.layout.date_order.is_some() {
            return Ok(false);
        }
        let told = |example: &Option<Example>| {
            example.as_ref().map_or_else(String::new, |example| {
                format!("line {}: {:?}", example.line, example.text)
            })
        };
        let ask = "date_order = \"day-first\" or \"month-first\" in the case file, or --date-order";
        // What the first records settled, later ones may contradict.
        let settled = match (evidence.day_first.0, evidence.month_first.0) {
            (0, 0) if whole && evidence.either.0 > 0 && self.date_order.is_none() => {
                return Err(Error::refused(
                    place,
                    format_args!(
                        "all {} dates such as {} could be day or month first",
                        evidence.either.0,
                        told(&evidence.either.1)
                    ),
                    "a file in which at least one date settles it, or being told",
                )
                .advise(ask));
            }
            (0, 0) => return Ok(false),
            (_, 0) => DateOrder::DayFirst,
            (0, _) => DateOrder::MonthFirst,
            (days, months) => {
                return Err(Error::refused(
                    place,
                    format_args!(
                        "{days} dates have the day first ({}) and {months} the month ({})",
                        told(&evidence.day_first.1),
                        told(&evidence.month_first.1)
                    ),
                    "one order in a file, or being told; dates against it are then rejected",
                )
                .advise(ask));
            }
        };
        Ok(self.date_order.replace(settled) != Some(settled))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::layout;

    fn plan() -> Plan {
        let layout = layout::built_in().unwrap()[0].clone();
        let header: Vec<String> = ["date", "latitude", "longitude"].map(str::to_owned).into();
        let mapping = Mapping::new("f", &header, &BTreeMap::new(), &layout.columns).unwrap();
        Plan {
            layout,
            why: Why::Header,
            mapping,
            headerless: false,
            has_comments: true,
            separator: b',',
            encoding: encoding_rs::UTF_8,
            encoding_why: EncodingWhy::Utf8,
            places: PlacePlan {
                from: PlaceFrom::Degrees,
                axis: AxisOrder::LatitudeFirst,
                settled: false,
            },
            date_order: None,
            date_order_said: false,
            spreadsheet_dates: false,
            radii: BTreeMap::new(),
            without_precision: None,
        }
    }

    fn one(count: u64, text: &str) -> (u64, Option<Example>) {
        let example = Example {
            line: 2,
            text: text.to_owned(),
        };
        (count, Some(example))
    }

    #[test]
    fn one_date_settles_the_order_for_all() {
        let mut plan = plan();
        let evidence = Evidence {
            either: one(900, "05/06/2025"),
            month_first: one(1, "05/16/2025"),
            ..Evidence::default()
        };
        assert!(plan.judge("f", &evidence, true).unwrap());
        assert_eq!(plan.date_order, Some(DateOrder::MonthFirst));
        assert!(!plan.judge("f", &evidence, true).unwrap());
    }

    #[test]
    fn unsettled_and_contradictory_dates_stop_the_run() {
        let either = Evidence {
            either: one(2, "05/06/2025"),
            ..Evidence::default()
        };
        let message = plan()
            .judge("f.csv", &either, true)
            .unwrap_err()
            .to_string();
        assert!(message.contains("line 2: \"05/06/2025\""), "{message}");
        assert!(message.contains("date_order"), "{message}");
        // A sample may settle nothing; the whole file decides.
        assert!(!plan().judge("f.csv", &either, false).unwrap());
        let both = Evidence {
            day_first: one(1, "16/05/2025"),
            month_first: one(1, "05/16/2025"),
            ..Evidence::default()
        };
        assert!(plan().judge("f.csv", &both, true).is_err());
        let mut told = plan();
        told.date_order = Some(DateOrder::DayFirst);
        assert!(
            told.judge("f.csv", &both, true).is_err(),
            "settled by a sample"
        );
        told.date_order_said = true;
        assert!(!told.judge("f.csv", &both, true).unwrap());
    }

    #[test]
    fn axes_are_swapped_by_range_or_by_the_border() {
        let by_range = Evidence {
            in_order: 10,
            swapped: 100,
            ..Evidence::default()
        };
        let by_place = Evidence {
            in_order: 100,
            swapped: 100,
            sampled: 100,
            near_swapped: 60,
            ..Evidence::default()
        };
        for evidence in [by_range, by_place.clone()] {
            let mut plan = plan();
            assert!(plan.judge("f", &evidence, true).unwrap());
            assert_eq!(plan.places.axis, AxisOrder::LongitudeFirst);
            assert!(!plan.judge("f", &evidence, true).unwrap(), "never back");
        }
        let mut said = plan();
        said.places.settled = true;
        assert!(!said.judge("f", &by_place, true).unwrap());
        let mixed = Evidence {
            near: 20,
            ..by_place
        };
        assert!(!plan().judge("f", &mixed, true).unwrap());
    }
}
