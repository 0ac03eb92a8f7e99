//! What the statistics of [`crate::stats`] say of a case: which incidents they are given, and what they find.
//!
//! Tests are given the counted incidents whose place and day are known well enough to be clustered; how many others
//! there are is counted here and said beside every result. What cannot be computed has a reason, never a number.

pub mod alarms;
pub mod changes;
pub mod hotspots;
pub mod repeats;
pub mod scans;
pub mod standing;

use crate::border::Border;
use crate::case::Options;
use crate::ceasefire::accounting::Account;
use crate::context::Ceasefire;
use crate::geodesy::Position;
use crate::locate::Locator;
use crate::located::{LocatedIncident, canonical_order};
use crate::sector::{SectorFinder, Sectors};
use crate::stats::Period;
use crate::uncertainty::{Knowledge, Known};
use crate::units::{Day, Metres};

/// Why a test gives no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotMade {
    /// There are more incidents than are simulated unless that is asked for.
    #[error("not made for more than {0} incidents unless stats.made or stats.replicas asks for it")]
    TooMany(usize),
    /// The case says that none is made.
    #[error("stats.made = false")]
    NotAsked,
    /// The number is not defined, and why.
    #[error("{0}")]
    Undefined(String),
}

impl NotMade {
    fn because(why: impl std::fmt::Display) -> NotMade {
        NotMade::Undefined(why.to_string())
    }
}

/// All that the statistics say.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// How many incidents the tests are given.
    pub used: usize,
    /// Counted incidents whose place is not known well enough.
    pub unplaced: usize,
    /// Counted incidents, placed well enough, whose day is not.
    pub undated: usize,
    /// Replicas of each simulated test, or why there are none.
    pub replicas: Result<u32, NotMade>,
    /// How often places and days are drawn to see how sure a conclusion is.
    pub draws: usize,
    /// Space-time scans.
    pub scans: Vec<scans::ScanFound>,
    /// Whether incidents draw others.
    pub repeats: repeats::Repeats,
    /// Hot spots over sectors, then over cells of equal length.
    pub hotspots: Vec<hotspots::Grid>,
    /// Changes of the whole line, then of every sector.
    pub changes: Vec<changes::Change>,
    /// Which sectors escalate.
    pub alarms: alarms::Alarms,
    /// For every account and each of its groups the share of draws in which its conclusion is the same; `None` where
    /// there is no conclusion or no draw.
    pub standing: Vec<Vec<Option<f64>>>,
}

/// What the tests are given.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// All incidents.
    pub incidents: &'a [LocatedIncident],
    /// The line.
    pub border: &'a Border,
    /// Finds places on it.
    pub locator: &'a Locator<'a>,
    /// Its sectors.
    pub sectors: &'a Sectors,
    /// Finds the sector of a place.
    pub finder: &'a SectorFinder<'a>,
    /// The days.
    pub period: Period,
    /// Ceasefires in order of their start.
    pub ceasefires: &'a [Ceasefire],
    /// Their accounts.
    pub accounts: &'a [Account],
    /// The options.
    pub options: &'a Options,
}

/// The incidents that tests are given, in an order that does not depend on that of the rows.
struct Chosen {
    /// Their places in the list of all.
    order: Vec<usize>,
    positions: Vec<Position>,
    chainages: Vec<Metres>,
    sectors: Vec<usize>,
    days: Vec<Day>,
    knowledge: Knowledge,
}

impl Chosen {
    fn of(given: &Given<'_>) -> Chosen {
        let incidents = given.incidents;
        let order = canonical_order(incidents, |it| {
            it.is_counted() && it.can_be_clustered(&given.options.cluster)
        });
        let each = || order.iter().map(|&place| &incidents[place]);
        Chosen {
            positions: each().map(|it| it.incident.position).collect(),
            chainages: each().map(|it| it.location.chainage).collect(),
            sectors: each().map(|it| it.sector).collect(),
            // One that began before the period and is dated to several days counts on the first of them in it.
            days: each()
                .map(|it| it.incident.day.max(given.period.start))
                .collect(),
            knowledge: Knowledge::new(each().map(|it| Known::of(&it.incident))),
            order,
        }
    }

    fn len(&self) -> usize {
        self.order.len()
    }

    /// Incidents by day of the period, of a sector or of all.
    fn daily(&self, period: Period, sector: Option<usize>) -> Vec<u32> {
        let mut daily = vec![0; period.days().0.max(0) as usize];
        for (day, own) in self.days.iter().zip(&self.sectors) {
            if sector.is_none_or(|sector| sector == *own) {
                let at = day.since(period.start).0 as usize;
                if let Some(count) = daily.get_mut(at) {
                    *count += 1;
                }
            }
        }
        daily
    }
}

/// Makes all tests. For n incidents, w of them in a scan's window and B replicas O(B·n·w), and as the parts say.
pub fn evidence(given: &Given<'_>) -> Evidence {
    let chosen = Chosen::of(given);
    let options = given.options;
    let counted = || given.incidents.iter().filter(|it| it.is_counted());
    let unplaced = counted()
        .filter(|it| !it.is_placed(&options.cluster))
        .count();
    let undated = counted().count() - unplaced - chosen.len();
    let replicas = match options.stats.replicas_for(chosen.len()) {
        Some(replicas) => Ok(replicas),
        None if options.stats.made == Some(false) => Err(NotMade::NotAsked),
        None => Err(NotMade::TooMany(crate::case::MOST_SIMULATED)),
    };
    let draws = options.cluster.draws_for(chosen.len());
    Evidence {
        used: chosen.len(),
        unplaced,
        undated,
        draws,
        scans: scans::scans(given, &chosen, &replicas, draws),
        repeats: repeats::repeats(given, &chosen, &replicas),
        hotspots: hotspots::hotspots(given, &chosen, &replicas),
        changes: changes::changes(given, &chosen, &replicas),
        alarms: alarms::alarms(given, &chosen),
        standing: standing::standing(given, draws),
        replicas,
    }
}
