//! Incidents: one event at one place, with who says so.

use std::sync::Arc;

use crate::geodesy::Position;
use crate::units::{Day, Metres};

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

/// One incident as its report gives it, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Its row in the ledger.
    pub record: usize,
    /// Its id, unique among the incidents; made from file and line where the input has none.
    pub id: Box<str>,
    /// The day.
    pub day: Day,
    /// Local time as given, or empty.
    pub time_local: Box<str>,
    /// Name of the place as given.
    pub place: Box<str>,
    /// First-order administrative unit as given.
    pub admin1: Shared,
    /// Country as given.
    pub country: Shared,
    /// Where.
    pub position: Position,
    /// The precision code as given.
    pub geo_precision: Shared,
    /// How far the true place may lie from the position; `None` if unknown.
    pub location_radius: Option<Metres>,
    /// Kind of event as given.
    pub event_type: Shared,
    /// Whom the report accuses, or who acted.
    pub actor_a: Shared,
    /// The other party.
    pub actor_b: Shared,
    /// Who reports it.
    pub reported_by: Shared,
    /// Deaths.
    pub deaths: Figures,
    /// Civilians among the deaths.
    pub civilian_deaths: Option<u32>,
    /// Injured.
    pub injured: Option<u32>,
    /// How sure the claim is.
    pub claim_status: ClaimStatus,
    /// Name of the source.
    pub source_name: Shared,
    /// Address of the source.
    pub source_url: Box<str>,
    /// Date of the source as given.
    pub source_date: Box<str>,
    /// Remarks as given.
    pub note: Box<str>,
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
    fn statuses_read_back() {
        for status in ClaimStatus::ALL {
            assert_eq!(
                ClaimStatus::parse(&status.as_str().to_uppercase()),
                Some(status)
            );
        }
        assert_eq!(ClaimStatus::parse("alleged"), None);
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
