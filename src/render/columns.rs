//! The period cut into columns: days, weeks, months, quarters or years.

use crate::render::axis::{month_number, month_start};
use crate::stats::Period;
use crate::units::{Day, Days};
use crate::wording::language::{Language, Value};

/// What a column is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) enum Unit {
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Unit {
    /// A phrase with `{unit}` in it for this unit, in a language: each unit has a phrase of its own, because the
    /// words around it may change with it.
    pub(in crate::render) fn say(self, language: &Language, english: &str) -> String {
        let english = english.replace("{unit}", self.word());
        language.say(&english).to_owned()
    }

    /// As [`Unit::say`], with values.
    pub(in crate::render) fn fill(
        self,
        language: &Language,
        english: &str,
        values: &[Value<'_>],
    ) -> String {
        language.fill(&english.replace("{unit}", self.word()), values)
    }

    /// `day`, `week`, …
    fn word(self) -> &'static str {
        match self {
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Quarter => "quarter",
            Unit::Year => "year",
        }
    }

    /// The unit for bars side by side over a whole period.
    pub(in crate::render) fn for_bars(period: Period) -> Unit {
        if period.days().0 <= 180 {
            return Unit::Day;
        }
        Unit::finest(
            &[Unit::Week, Unit::Month, Unit::Quarter, Unit::Year],
            period,
            260,
        )
    }

    /// The finest unit of those given that makes at most `most` columns; the last one if none does.
    pub(in crate::render) fn finest(units: &[Unit], period: Period, most: usize) -> Unit {
        let days = f64::from(period.days().0);
        let few = |unit: &&Unit| {
            let length = match unit {
                Unit::Day => 1.0,
                Unit::Week => 7.0,
                Unit::Month => 30.0,
                Unit::Quarter => 91.0,
                Unit::Year => 365.0,
            };
            days / length <= most as f64
        };
        units
            .iter()
            .find(few)
            .or(units.last())
            .copied()
            .unwrap_or(Unit::Year)
    }

    /// The first day of the column that holds a day.
    fn start(self, day: Day) -> Day {
        let months = |step: i32| month_start(month_number(day).div_euclid(step) * step);
        match self {
            Unit::Day => day,
            Unit::Week => day.monday(),
            Unit::Month => months(1),
            Unit::Quarter => months(3),
            Unit::Year => months(12),
        }
    }

    /// The first day of the column after the one that starts on a day.
    fn next(self, start: Day) -> Day {
        let months = |step: i32| month_start(month_number(start) + step);
        match self {
            Unit::Day => start.plus(Days(1)),
            Unit::Week => start.plus(Days(7)),
            Unit::Month => months(1),
            Unit::Quarter => months(3),
            Unit::Year => months(12),
        }
    }
}

/// A column of days.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::render) struct Column {
    /// First day, which may lie before the period.
    pub(in crate::render) start: Day,
    /// First day of the next column.
    pub(in crate::render) next: Day,
    /// First day that is in the period too.
    pub(in crate::render) from: Day,
    /// Last day that is in the period too.
    pub(in crate::render) to: Day,
}

impl Column {
    /// Its days in the period, in chart coordinates.
    pub(in crate::render) fn days(&self) -> (f64, f64) {
        (f64::from(self.from.0), f64::from(self.to.0) + 1.0)
    }

    /// Whether some of its days are outside the period.
    pub(in crate::render) fn is_partial(&self) -> bool {
        self.from != self.start || self.to.plus(Days(1)) != self.next
    }
}

/// The columns that cover a period, at least one.
pub(in crate::render) fn columns(unit: Unit, period: Period) -> Vec<Column> {
    let mut columns = Vec::new();
    let mut start = unit.start(period.start);
    while start <= period.end {
        let next = unit.next(start);
        if next <= start {
            // The calendar's end.
            break;
        }
        columns.push(Column {
            start,
            next,
            from: start.max(period.start),
            to: Day(next.0 - 1).min(period.end),
        });
        start = next;
    }
    columns
}

/// The column that holds a day of the period. O(log n).
pub(in crate::render) fn holding(columns: &[Column], day: Day) -> Option<usize> {
    let place = columns
        .partition_point(|column| column.start <= day)
        .checked_sub(1)?;
    (day < columns[place].next).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn columns_cover_the_period_once() {
        let day = |y, m, d| Day::from_date(date(y, m, d));
        for end in [day(2025, 10, 5), day(2025, 12, 25), day(2045, 3, 1)] {
            let period = Period {
                start: day(2025, 10, 5),
                end,
            };
            for unit in [
                Unit::Day,
                Unit::Week,
                Unit::Month,
                Unit::Quarter,
                Unit::Year,
            ] {
                let columns = columns(unit, period);
                let days: i32 = columns
                    .iter()
                    .map(|column| column.to.since(column.from).0 + 1)
                    .sum();
                assert_eq!(days, period.days().0, "{unit:?}");
                for (place, column) in columns.iter().enumerate() {
                    assert_eq!(holding(&columns, column.from), Some(place));
                    assert_eq!(holding(&columns, column.to), Some(place));
                }
            }
        }
    }

    #[test]
    fn long_periods_get_coarser_columns() {
        let start = Day::from_date(date(2025, 1, 1));
        let finest = |days| {
            let period = Period {
                start,
                end: start.plus(Days(days)),
            };
            Unit::finest(&[Unit::Day, Unit::Week, Unit::Month], period, 180)
        };
        assert_eq!(finest(90), Unit::Day);
        assert_eq!(finest(400), Unit::Week);
        assert_eq!(finest(7_300), Unit::Month);
    }
}
