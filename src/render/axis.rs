//! Axes for charts: days and plain numbers, with ticks that are chosen by the room there is.
//!
//! Ticks are worked out when an axis is made, so that grid lines, labels and what a chart draws itself
//! always agree, and so that labels never collide.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

use crate::units::{Day, Days};
use crate::wording::language::Language;

use super::text::{self, Weight};

/// The least space between two labels in px.
const LABEL_GAP: f64 = 12.0;

/// Where the ticks of a date axis stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Every day.
    Day,
    /// Every so many Mondays.
    Weeks(i32),
    /// The first day of every so many months.
    Months(i32),
    /// New Year's Day of every so many years.
    Years(i32),
}

const STEPS: [Step; 17] = [
    Step::Day,
    Step::Weeks(1),
    Step::Weeks(2),
    Step::Months(1),
    Step::Months(2),
    Step::Months(3),
    Step::Months(6),
    Step::Years(1),
    Step::Years(2),
    Step::Years(5),
    Step::Years(10),
    Step::Years(20),
    Step::Years(50),
    Step::Years(100),
    Step::Years(200),
    Step::Years(500),
    Step::Years(1000),
];

impl Step {
    /// The ticks from one day to another, both included.
    fn ticks(self, from: Day, to: Day) -> Vec<Day> {
        let mut ticks = Vec::new();
        match self {
            Step::Day | Step::Weeks(_) => {
                let (step, mut day) = match self {
                    // Counted from a fixed Monday: every chart of a case has the same ones.
                    Step::Weeks(weeks) => {
                        let monday = Day(from.0 - 1).monday().plus(Days(7));
                        let number = (monday.0 + 3).div_euclid(7);
                        let wait = (weeks - number.rem_euclid(weeks)) % weeks;
                        (7 * weeks, monday.plus(Days(7 * wait)))
                    }
                    _ => (1, from),
                };
                while day <= to {
                    ticks.push(day);
                    day = day.plus(Days(step));
                }
            }
            Step::Months(_) | Step::Years(_) => {
                let step = match self {
                    Step::Months(months) => months,
                    Step::Years(years) => 12 * years,
                    _ => 1,
                };
                let mut month = month_number(from).div_euclid(step) * step;
                let mut day = month_start(month);
                while day <= to {
                    if day >= from {
                        ticks.push(day);
                    }
                    month += step;
                    let next = month_start(month);
                    // The calendar ends with the year 9999.
                    if next <= day {
                        break;
                    }
                    day = next;
                }
            }
        }
        ticks
    }

    fn label(self, day: Day, language: &Language) -> String {
        match self {
            Step::Years(_) => day.date().year().to_string(),
            _ => language.day_and_month(day),
        }
    }
}

/// The month of a day, counted from January of the year 0.
pub(super) fn month_number(day: Day) -> i32 {
    let date = day.date();
    i32::from(date.year()) * 12 + i32::from(date.month()) - 1
}

/// The first day of a month counted from January of the year 0; saturates at the years that a calendar
/// date can have.
pub(super) fn month_start(month: i32) -> Day {
    let year = month.div_euclid(12).clamp(-9999, 9999) as i16;
    let date = jiff::civil::Date::new(year, month.rem_euclid(12) as i8 + 1, 1);
    Day::from_date(date.unwrap_or(jiff::civil::Date::ZERO))
}

/// An axis of days. Values are days since 1970-01-01 with fractions: day `d` runs from `d` to `d + 1`.
#[derive(Clone, Debug, PartialEq)]
pub struct DateAxis {
    from: f64,
    to: f64,
    step: Step,
    ticks: Vec<Day>,
    labels: Vec<String>,
}

impl DateAxis {
    /// An axis of the days `first` to `last`, both included, that is `width_px` long and labelled in
    /// type of `label_px`: ticks at every day, at Mondays, at the first days of months or at New Year,
    /// as close as labels fit.
    pub fn new(
        (first, last): (Day, Day),
        width_px: f64,
        label_px: f64,
        language: &Language,
    ) -> DateAxis {
        let last = last.max(first);
        let (from, to) = (f64::from(first.0), f64::from(last.0) + 1.0);
        let px_per_day = width_px / (to - from);
        let label_width = |month| {
            let label = language.day_in_month(30, month);
            text::width_px(&label, label_px, Weight::Regular)
        };
        // That of November does, as long as no other month takes more than half of the gap.
        let longest_day = (1..=12)
            .map(|month| label_width(month) - LABEL_GAP / 2.0)
            .fold(label_width(11), f64::max);
        let widest = |step: Step| {
            // No label is much wider than these.
            let widest = if matches!(step, Step::Years(_)) {
                text::width_px("2000", label_px, Weight::Regular)
            } else {
                longest_day
            };
            widest + LABEL_GAP
        };
        let fits = |step: Step, ticks: &[Day]| {
            let room = widest(step);
            ticks
                .windows(2)
                .all(|pair| f64::from(pair[1].since(pair[0]).0) * px_per_day >= room)
        };
        // Steps that could never fit are not even listed: a day for each of 30 years is a long list.
        let least_days = |step: Step| match step {
            Step::Day => 1.0,
            Step::Weeks(weeks) => 7.0 * f64::from(weeks),
            Step::Months(months) => 31.0 * f64::from(months),
            Step::Years(years) => 366.0 * f64::from(years),
        };
        let mut chosen = (Step::Years(1000), Vec::new());
        for step in STEPS {
            if least_days(step) * px_per_day < widest(step) {
                continue;
            }
            let ticks = step.ticks(first, last);
            if ticks.is_empty() {
                // No month or year begins in it: the first day is better than nothing.
                chosen = (Step::Day, vec![first]);
                break;
            }
            if fits(step, &ticks) {
                chosen = (step, ticks);
                break;
            }
        }
        let (step, ticks) = chosen;
        let labels = ticks.iter().map(|&tick| step.label(tick, language));
        DateAxis {
            from,
            to,
            step,
            labels: labels.collect(),
            ticks,
        }
    }

    /// The days that carry a tick and a label.
    pub fn ticks(&self) -> &[Day] {
        &self.ticks
    }

    /// The label of a tick: `13 Oct`, or `2026` where ticks are years apart; empty for any other day.
    pub fn label(&self, tick: Day) -> &str {
        let place = self.ticks.binary_search(&tick).ok();
        place.map_or("", |place| &self.labels[place])
    }

    /// The years that belong below the labels, each with the first tick in it; none where the labels
    /// are years themselves.
    pub fn years(&self) -> Vec<(Day, String)> {
        if matches!(self.step, Step::Years(_)) {
            return Vec::new();
        }
        let mut years: Vec<(Day, String)> = Vec::new();
        let mut last = None;
        for &tick in &self.ticks {
            let year = tick.date().year();
            if last != Some(year) {
                last = Some(year);
                years.push((tick, year.to_string()));
            }
        }
        years
    }

    /// Where a value lies on the axis: 0 at its start, 1 at its end.
    pub fn share(&self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }
}

impl Ranged for DateAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        on_pixels(self.share(*value), limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        let values: Vec<f64> = self.ticks.iter().map(|day| f64::from(day.0)).collect();
        at_most(values, hint.max_num_points())
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for DateAxis {
    fn format_ext(&self, value: &f64) -> String {
        self.label(Day(value.round() as i32)).to_owned()
    }
}

/// An axis of plain numbers with round ticks.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberAxis {
    from: f64,
    to: f64,
    step: f64,
    ticks: Vec<f64>,
    labels: Vec<String>,
}

impl NumberAxis {
    /// An axis of counts from 0 to the first tick at or above `largest`, with at most `most` ticks
    /// above 0, all of them whole.
    pub fn counts(largest: f64, most: usize) -> NumberAxis {
        let largest = largest.max(1.0);
        let step = round_step(largest / most.max(1) as f64).max(1.0);
        let steps = (largest / step - 1e-9).ceil().max(1.0);
        NumberAxis::with_step(0.0, steps * step, step)
    }

    /// An axis from one number to another with at most about `most` ticks.
    pub fn between(from: f64, to: f64, most: usize) -> NumberAxis {
        let to = if to > from { to } else { from + 1.0 };
        NumberAxis::with_step(from, to, round_step((to - from) / most.max(1) as f64))
    }

    fn with_step(from: f64, to: f64, step: f64) -> NumberAxis {
        let first = (from / step - 1e-9).ceil() as i64;
        let last = (to / step + 1e-9).floor() as i64;
        let ticks = (first..=last).map(|number| number as f64 * step).collect();
        NumberAxis {
            from,
            to,
            step,
            ticks,
            labels: Vec::new(),
        }
    }

    /// The axis with labels in a language.
    #[must_use]
    pub fn labelled(mut self, language: &Language) -> NumberAxis {
        let labels = self.ticks.iter().map(|&tick| self.label(tick, language));
        self.labels = labels.collect();
        self
    }

    /// The values that carry a tick.
    pub fn ticks(&self) -> &[f64] {
        &self.ticks
    }

    /// The upper end.
    pub fn to(&self) -> f64 {
        self.to
    }

    /// The label of a value, with as many decimals as the ticks have.
    pub fn label(&self, value: f64, language: &Language) -> String {
        if self.step >= 1.0 {
            let whole = value.round();
            let digits = language.grouped(whole.abs() as u64);
            return if whole < 0.0 {
                format!("−{digits}")
            } else {
                digits
            };
        }
        let decimals = (-self.step.log10()).ceil().clamp(1.0, 6.0) as usize;
        language.decimals(value, decimals)
    }

    /// Where a value lies on the axis: 0 at its start, 1 at its end.
    pub fn share(&self, value: f64) -> f64 {
        (value - self.from) / (self.to - self.from)
    }
}

impl Ranged for NumberAxis {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    fn map(&self, value: &f64, limit: (i32, i32)) -> i32 {
        on_pixels(self.share(*value), limit)
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        at_most(self.ticks.clone(), hint.max_num_points())
    }

    fn range(&self) -> Range<f64> {
        self.from..self.to
    }
}

impl ValueFormatter<f64> for NumberAxis {
    fn format_ext(&self, value: &f64) -> String {
        let place = self
            .ticks
            .iter()
            .position(|tick| tick.total_cmp(value).is_eq());
        let label = place.and_then(|place| self.labels.get(place));
        label.map_or_else(|| self.label(*value, Language::english()), Clone::clone)
    }
}

fn on_pixels(share: f64, (from, to): (i32, i32)) -> i32 {
    from + (share * f64::from(to - from)).round() as i32
}

/// Every so many of the values, so that there are at most `most`.
fn at_most(values: Vec<f64>, most: usize) -> Vec<f64> {
    if values.len() <= most || values.is_empty() {
        return values;
    }
    if most == 0 {
        return Vec::new();
    }
    let every = values.len().div_ceil(most);
    values.into_iter().step_by(every).collect()
}

/// The smallest of 1, 2, 5 times a power of ten that is not below a value.
fn round_step(least: f64) -> f64 {
    if !(least.is_finite() && least > 0.0) {
        return 1.0;
    }
    let power = 10f64.powi(least.log10().floor() as i32);
    [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|&step| step >= least * (1.0 - 1e-9))
        .unwrap_or(10.0 * power)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Dice;
    use jiff::civil::date;

    fn axis(days: i32, width: f64) -> DateAxis {
        let first = Day::from_date(date(2025, 10, 5));
        let days = (first, first.plus(Days(days - 1)));
        DateAxis::new(days, width, 15.0, Language::english())
    }

    #[test]
    fn ticks_are_days_mondays_months_or_years() {
        assert_eq!(axis(5, 1200.0).ticks().len(), 5);
        let quarter = axis(82, 1200.0);
        assert!(quarter.ticks().len() > 10);
        assert!(quarter.ticks().iter().all(|day| day.monday() == *day));
        let two_years = axis(730, 1200.0);
        assert!(two_years.ticks().len() > 5);
        assert!(two_years.ticks().iter().all(|day| day.date().day() == 1));
        let thirty_years = axis(30 * 365, 1200.0);
        assert!(thirty_years.ticks().len() > 10);
        assert!(
            thirty_years
                .ticks()
                .iter()
                .all(|day| (day.date().month(), day.date().day()) == (1, 1))
        );
        assert!(thirty_years.years().is_empty());
    }

    #[test]
    fn a_year_stands_where_it_changes() {
        let years = axis(120, 1200.0).years();
        let texts: Vec<&str> = years.iter().map(|year| year.1.as_str()).collect();
        assert_eq!(texts, ["2025", "2026"]);
    }

    #[test]
    fn there_are_never_more_labels_than_fit() {
        let mut dice = Dice::new(5);
        for _ in 0..400 {
            let days = 1 + dice.below(400).pow(2) as i32;
            let width = dice.between(40.0, 1800.0);
            let axis = axis(days, width);
            assert!(!axis.ticks().is_empty() || days > 300);
            let at = |day: Day| axis.share(f64::from(day.0)) * width;
            for pair in axis.ticks().windows(2) {
                let half = |day: Day| text::width_px(axis.label(day), 15.0, Weight::Regular) / 2.0;
                assert!(
                    at(pair[1]) - half(pair[1]) > at(pair[0]) + half(pair[0]),
                    "{days} {width}"
                );
            }
        }
    }

    #[test]
    fn counts_have_whole_ticks_and_end_on_one() {
        for largest in [0.0, 1.0, 3.0, 21.0, 99.0, 12_345.0] {
            let axis = NumberAxis::counts(largest, 5);
            assert!(axis.to() >= largest && axis.ticks().len() <= 6);
            assert!(axis.ticks().iter().all(|tick| tick.fract().abs() < 1e-9));
            assert_eq!(axis.ticks().last().copied(), Some(axis.to()));
        }
    }

    #[test]
    fn short_lines_get_decimals() {
        let axis = NumberAxis::between(0.0, 2.3, 8);
        let english = Language::english();
        assert_eq!(axis.label(axis.ticks()[1], english), "0.5");
        let long = NumberAxis::between(0.0, 2245.0, 8);
        assert_eq!(long.label(1500.0, english), "1,500");
    }
}
