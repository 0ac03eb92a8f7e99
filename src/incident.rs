//! Incidents: one event at one place, with who says so.

use std::sync::Arc;

use crate::geodesy::Position;
use crate::units::{Day, Days, Metres};

/// Text that many incidents share (a country, a kind, a reporter), kept once.
pub type Shared = Arc<str>;

/// How sure the report is, in the words of the input's own `claim_status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimStatus {
    /// Confirmed by the other side or by a third party.
    Confirmed,
    /// Claimed by one side.
    Claimed,
    /// The sides contradict each other.
    Contested,
    /// The accused side denies it.
    Denied,
    /// Reported, and confirmed by nobody.
    Unconfirmed,
    /// The input does not say.
    Unstated,
}

impl ClaimStatus {
    /// Every status, in the order in which tables list them.
    pub const ALL: [ClaimStatus; 6] = [
        ClaimStatus::Confirmed,
        ClaimStatus::Claimed,
        ClaimStatus::Contested,
        ClaimStatus::Denied,
        ClaimStatus::Unconfirmed,
        ClaimStatus::Unstated,
    ];

    /// The word in tables; empty where the input does not say.
    pub const fn as_str(self) -> &'static str {
        match self {
            ClaimStatus::Confirmed => "confirmed",
            ClaimStatus::Claimed => "claimed",
            ClaimStatus::Contested => "contested",
            ClaimStatus::Denied => "denied",
            ClaimStatus::Unconfirmed => "unconfirmed",
            ClaimStatus::Unstated => "",
        }
    }

    /// Reads the word, in any letter case; `None` for a word that is none of them.
    pub fn parse(word: &str) -> Option<ClaimStatus> {
        let word = word.trim();
        ClaimStatus::ALL
            .into_iter()
            .find(|status| status.as_str().eq_ignore_ascii_case(word))
    }
}

/// A count reported as lowest, best and highest figure. A figure that nobody reported is `None`,
/// which is not zero.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// The lowest figure.
    pub low: Option<u32>,
    /// The best figure.
    pub best: Option<u32>,
    /// The highest figure.
    pub high: Option<u32>,
}

impl Figures {
    /// The figure that stands for this count in a drawing: best, else the middle of low and high, else
    /// whichever there is. `None` if nobody reported any.
    pub fn drawn(self) -> Option<f64> {
        match (self.best, self.low, self.high) {
            (Some(best), _, _) => Some(f64::from(best)),
            (None, Some(low), Some(high)) => Some(f64::midpoint(f64::from(low), f64::from(high))),
            (None, Some(one), None) | (None, None, Some(one)) => Some(f64::from(one)),
            (None, None, None) => None,
        }
    }

    /// Whether any figure was reported.
    pub const fn any(self) -> bool {
        self.low.is_some() || self.best.is_some() || self.high.is_some()
    }
}

/// How far a claim has been looked into, after the practice of ceasefire monitors: states only move forward.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verification {
    /// Alleged, and nothing done about it yet.
    Alleged,
    /// A team has visited the place.
    Visited,
    /// That it happened is verified; who did it is open.
    Verified,
    /// Verified, and attributed by whoever verified it: still their finding.
    Attributed,
    /// Verified, and it cannot be attributed.
    NotAttributable,
    /// Nobody says.
    #[default]
    Unstated,
}

impl Verification {
    /// All states, in the order in which they are reached.
    pub const ALL: [Verification; 6] = [
        Verification::Alleged,
        Verification::Visited,
        Verification::Verified,
        Verification::Attributed,
        Verification::NotAttributable,
        Verification::Unstated,
    ];

    /// The word in tables; empty if nobody says.
    pub const fn as_str(self) -> &'static str {
        match self {
            Verification::Alleged => "alleged",
            Verification::Visited => "visited",
            Verification::Verified => "verified",
            Verification::Attributed => "attributed",
            Verification::NotAttributable => "not_attributable",
            Verification::Unstated => "",
        }
    }

    /// Reads the word, whatever its case and whether blanks, hyphens or `_` join its parts.
    pub fn parse(word: &str) -> Option<Verification> {
        let word = word.trim();
        if word.is_empty() {
            return Some(Verification::Unstated);
        }
        let word = word.replace([' ', '-'], "_");
        Verification::ALL
            .into_iter()
            .find(|state| state.as_str().eq_ignore_ascii_case(&word))
    }
}

/// How closely the written date says when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DatePrecision {
    /// A day, or a first and a last day.
    #[default]
    Day,
    /// Some day of a week.
    Week,
    /// Some day of a month.
    Month,
    /// Some day of a year.
    Year,
}

impl DatePrecision {
    /// The word in tables.
    pub const fn as_str(self) -> &'static str {
        match self {
            DatePrecision::Day => "day",
            DatePrecision::Week => "week",
            DatePrecision::Month => "month",
            DatePrecision::Year => "year",
        }
    }
}

/// The texts of a report that hardly any other shares, in one piece of memory.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    joined: Box<str>,
    /// Where each but the last ends.
    ends: [u32; TEXTS - 1],
}

/// How many there are.
const TEXTS: usize = 7;

impl Texts {
    /// Id, local time, place, address of the source, date of the source, note, day of
    /// verification. Texts whose sum exceeds
    /// 4 GiB are cut there.
    pub fn new(texts: [&str; TEXTS]) -> Texts {
        let mut joined = String::with_capacity(texts.iter().map(|text| text.len()).sum());
        let mut ends = [0; TEXTS - 1];
        for (place, text) in texts.into_iter().enumerate() {
            if u32::try_from(joined.len() + text.len()).is_ok() {
                joined.push_str(text);
            }
            if let Some(end) = ends.get_mut(place) {
                *end = joined.len() as u32;
            }
        }
        Texts {
            joined: joined.into_boxed_str(),
            ends,
        }
    }

    fn get(&self, place: usize) -> &str {
        let from = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        let to = self.ends.get(place).copied();
        let to = to.map_or(self.joined.len(), |end| end as usize);
        &self.joined[from as usize..to]
    }
}

/// One incident as its report gives it, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Its row in the ledger.
    pub record: usize,
    /// The first day on which it may have been.
    pub day: Day,
    /// The last day on which it may have been; mostly the same.
    pub last_day: Day,
    /// How closely the written date says when.
    pub date_precision: DatePrecision,
    /// Where.
    pub position: Position,
    /// How far the true place may lie from the position; `None` if unknown.
    pub location_radius: Option<Metres>,
    /// Deaths.
    pub deaths: Figures,
    /// Civilians among the deaths.
    pub civilian_deaths: Option<u32>,
    /// Injured.
    pub injured: Option<u32>,
    /// How sure the claim is.
    pub claim_status: ClaimStatus,
    /// How far the claim has been looked into.
    pub verification: Verification,
    /// Who did; empty where nobody is named.
    pub verified_by: Shared,
    /// First-order administrative unit as given.
    pub admin1: Shared,
    /// Country as given.
    pub country: Shared,
    /// The precision code as given.
    pub geo_precision: Shared,
    /// Kind of event as given.
    pub event_type: Shared,
    /// Whom the report accuses, or who acted.
    pub actor_a: Shared,
    /// The other party.
    pub actor_b: Shared,
    /// Who reports it.
    pub reported_by: Shared,
    /// Name of the source.
    pub source_name: Shared,
    /// What no other report shares.
    pub texts: Texts,
}

impl Incident {
    /// Its id, unique among the incidents; made from file and record where the input has none.
    pub fn id(&self) -> &str {
        self.texts.get(0)
    }

    /// Local time as given, or empty.
    pub fn time_local(&self) -> &str {
        self.texts.get(1)
    }

    /// Name of the place as given.
    pub fn place(&self) -> &str {
        self.texts.get(2)
    }

    /// Address of the source.
    pub fn source_url(&self) -> &str {
        self.texts.get(3)
    }

    /// Date of the source as given.
    pub fn source_date(&self) -> &str {
        self.texts.get(4)
    }

    /// Remarks as given.
    pub fn note(&self) -> &str {
        self.texts.get(5)
    }

    /// The day on which it reached its state of verification, as an ISO date, or empty.
    pub fn verified_on(&self) -> &str {
        self.texts.get(6)
    }

    /// How many days it may have been on, at least 1.
    pub fn days(&self) -> Days {
        Days(self.last_day.0 - self.day.0 + 1)
    }
}

/// A report that became part of another, with all that it says.
#[derive(Clone, Debug, PartialEq)]
pub struct MergedReport {
    /// The ledger row of the report that stands for both.
    pub into: usize,
    /// The report.
    pub report: Incident,
}

/// A sum of figures that keeps apart what was reported and by how many incidents.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FigureSums {
    /// Sum of the lowest figures.
    pub low: Sum,
    /// Sum of the best figures.
    pub best: Sum,
    /// Sum of the highest figures.
    pub high: Sum,
    /// How many of the incidents report any figure at all.
    pub reporting: usize,
}

/// A sum and the number of incidents that it rests on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The sum over the incidents that report the figure.
    pub total: u64,
    /// How many incidents report it.
    pub incidents: usize,
}

impl Sum {
    /// The sum, or `None` if no incident reports the figure.
    pub fn value(self) -> Option<u64> {
        (self.incidents > 0).then_some(self.total)
    }

    fn add(&mut self, figure: Option<u32>) {
        if let Some(figure) = figure {
            self.total += u64::from(figure);
            self.incidents += 1;
        }
    }

    fn merge(&mut self, other: Sum) {
        self.total += other.total;
        self.incidents += other.incidents;
    }
}

impl FigureSums {
    /// Adds one incident's figures.
    pub fn add(&mut self, figures: Figures) {
        self.low.add(figures.low);
        self.best.add(figures.best);
        self.high.add(figures.high);
        self.reporting += usize::from(figures.any());
    }

    /// Adds the sums over another set of incidents.
    pub fn merge(&mut self, other: &FigureSums) {
        self.low.merge(other.low);
        self.best.merge(other.best);
        self.high.merge(other.high);
        self.reporting += other.reporting;
    }

    /// The sums over incidents.
    pub fn of<'a>(incidents: impl IntoIterator<Item = &'a Incident>) -> FigureSums {
        let mut sums = FigureSums::default();
        for incident in incidents {
            sums.add(incident.deaths);
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_figures_are_not_zero() {
        let mut sums = FigureSums::default();
        sums.add(Figures::default());
        assert_eq!(sums.best.value(), None);
        sums.add(Figures {
            low: Some(11),
            best: None,
            high: Some(30),
        });
        sums.add(Figures {
            low: Some(0),
            best: Some(0),
            high: None,
        });
        assert_eq!(
            sums.low,
            Sum {
                total: 11,
                incidents: 2
            }
        );
        assert_eq!(sums.best.value(), Some(0));
        assert_eq!((sums.high.value(), sums.reporting), (Some(30), 2));
    }

    #[test]
    fn texts_come_back_as_they_went_in() {
        let texts = ["id-1", "", "پشاور", "https://e.org", "2025", "a note", ""];
        let held = Texts::new(texts);
        for (place, text) in texts.into_iter().enumerate() {
            assert_eq!(held.get(place), text);
        }
        assert_eq!(Texts::new([""; TEXTS]), Texts::default());
    }

    #[test]
    fn statuses_read_back() {
        for status in ClaimStatus::ALL {
            assert_eq!(
                ClaimStatus::parse(&status.as_str().to_uppercase()),
                Some(status)
            );
        }
        assert_eq!(ClaimStatus::parse("alleged"), None);
        for state in Verification::ALL {
            assert_eq!(Verification::parse(state.as_str()), Some(state));
        }
        assert_eq!(
            Verification::parse("Not attributable"),
            Some(Verification::NotAttributable)
        );
        assert_eq!(Verification::parse("claimed"), None);
    }

    #[test]
    fn a_drawn_figure_never_invents_a_death() {
        assert_eq!(Figures::default().drawn(), None);
        assert_eq!(
            Figures {
                low: Some(12),
                best: None,
                high: Some(15)
            }
            .drawn(),
            Some(13.5)
        );
        assert_eq!(
            Figures {
                low: None,
                best: None,
                high: Some(4)
            }
            .drawn(),
            Some(4.0)
        );
    }
}
