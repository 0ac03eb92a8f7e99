//! What the statistics of [`crate::stats`] say of a case: which incidents they are given, and what they find.
//!
//! Tests are given the counted incidents whose day is known well enough to be clustered, and whose place is known as
//! closely as the test needs: for tests of places as closely as for clusters, for tests of sectors within half the
//! length of the sector, for tests of the whole line at all. How many others there are is counted here and said beside
//! every result. What cannot be computed has a reason, never a number.

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

impl Sets {
    /// Incidents by day of the period, of a sector or of the whole line.
    fn daily(&self, period: Period, sector: Option<usize>) -> Vec<u32> {
        match sector {
            Some(_) => self.in_sectors.daily(period, sector),
            None => self.dated.daily(period, None),
        }
    }
}

/// All that the statistics say.
#[derive(Clone, Debug, PartialEq)]
pub struct Evidence {
    /// How many incidents tests of places are given.
    pub by_place: Used,
    /// How many tests of sectors are given.
    pub by_sector: Used,
    /// How many tests of the whole line are given.
    pub by_day: Used,
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

/// How many counted incidents a kind of test is given, and how many it leaves out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Used {
    /// Given to it.
    pub incidents: usize,
    /// Left out because their day is not known well enough.
    pub undated: usize,
    /// Left out because their place is not, while their day is.
    pub unplaced: usize,
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

/// The incidents of each kind of test.
struct Sets {
    placed: Chosen,
    in_sectors: Chosen,
    dated: Chosen,
}

impl Chosen {
    /// The counted and dated incidents that a test can use.
    fn of(given: &Given<'_>, usable: impl Fn(&LocatedIncident) -> bool) -> Chosen {
        let incidents = given.incidents;
        let order = canonical_order(incidents, |it| {
            it.is_counted() && it.is_dated(&given.options.cluster) && usable(it)
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

    /// Incidents by day of the period, of a sector or of all in the set.
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
    let options = given.options;
    let sets = Sets {
        placed: Chosen::of(given, |it| it.is_placed(&options.cluster)),
        in_sectors: Chosen::of(given, |it| {
            let sector = given.sectors.all().get(it.sector);
            let half = sector.map_or(Metres::ZERO, |sector| sector.length() * 0.5);
            it.incident
                .location_radius
                .is_some_and(|radius| radius <= half)
        }),
        dated: Chosen::of(given, |_| true),
    };
    let counted = given.incidents.iter().filter(|it| it.is_counted()).count();
    let used = |set: &Chosen| Used {
        incidents: set.len(),
        undated: counted - sets.dated.len(),
        unplaced: sets.dated.len() - set.len(),
    };
    let replicas = match options.stats.replicas_for(sets.dated.len()) {
        Some(replicas) => Ok(replicas),
        None if options.stats.made == Some(false) => Err(NotMade::NotAsked),
        None => Err(NotMade::TooMany(crate::case::MOST_SIMULATED)),
    };
    let draws = options.cluster.draws_for(sets.placed.len());
    Evidence {
        by_place: used(&sets.placed),
        by_sector: used(&sets.in_sectors),
        by_day: used(&sets.dated),
        draws,
        scans: scans::scans(given, &sets.placed, &replicas, draws),
        repeats: repeats::repeats(given, &sets.placed, &replicas),
        hotspots: hotspots::hotspots(given, &sets, &replicas),
        changes: changes::changes(given, &sets, &replicas),
        alarms: alarms::alarms(given, &sets),
        standing: standing::standing(given, draws),
        replicas,
    }
}
