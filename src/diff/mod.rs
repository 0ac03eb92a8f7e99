//! What changed between two packs: upstream data sets rewrite history, and whoever quoted it must see that.
//!
//! [`read`] takes the manifest and three tables of each pack; [`matching`] finds which incident is which;
//! [`incidents`], [`clusters`], [`sectors`] and [`settings`] say what changed; [`words`] puts it on one screen and
//! [`write`](mod@write) into files. Nothing is recomputed: what is compared is what was published.
//!
//! # Units
//!
//! Distances are geodesic, in metres. Values of columns are those of the tables, in their units.
//!
//! # Edge cases
//!
//! - **An incident that the other run rejected or merged** is not in that run's table, and is new or gone; its
//!   ledger says why.
//! - **Ids made from file and row** (where the input has none) shift with every row that is added above. They are
//!   not compared: see [`matching`].
//! - **A column that only one pack has** (they come from different versions) is not compared, and named.
//! - **Order of rows** has no meaning and does not show.
//! - **Duplicate ids** are held by every run; the rows are told apart by what they say.
//!
//! # Cost
//!
//! O(n) by hashing, plus sorting what changed. Memory is the text of the compared columns of both packs and some
//! 100 bytes for each incident.

pub mod clusters;
pub mod incidents;
pub mod matching;
pub mod read;
pub mod rows;
pub mod sectors;
pub mod settings;
#[cfg(test)]
mod tests;
pub mod words;
pub mod write;

use serde_json::{Value, json};

use clusters::{Became, ClusterChange};
use incidents::{Changes, What};
use matching::By;
pub use read::Pack;
use rows::COLUMNS;
use sectors::{SectorChange, Trend};
use settings::{Input, Setting};

/// What changed between two packs.
#[derive(Debug)]
pub struct Diff<'a> {
    /// The old pack.
    pub old: &'a Pack,
    /// The new pack.
    pub new: &'a Pack,
    /// The settings that differ.
    pub settings: Vec<Setting>,
    /// The inputs that differ.
    pub inputs: Vec<Input>,
    /// Columns of the incidents that only one pack has.
    pub not_compared: Vec<&'static str>,
    /// The changes of incidents.
    pub incidents: Changes,
    /// How many incidents were matched without an id of their own, as they say the same.
    pub by_content: usize,
    /// How many rows share their id with another of their pack.
    pub sharing_ids: usize,
    /// What became of clusters.
    pub clusters: Vec<ClusterChange>,
    /// Sectors before and after.
    pub sectors: Vec<SectorChange>,
}

impl<'a> Diff<'a> {
    /// Compares two packs.
    pub fn of(old: &'a Pack, new: &'a Pack) -> Diff<'a> {
        let matching = matching::matched(&old.incidents, &new.incidents);
        let (membership, clusters) = clusters::compared(old, new, &matching);
        let incidents = incidents::changes(&old.incidents, &new.incidents, &matching, &membership);
        let has = old.incidents.has.iter().zip(&new.incidents.has);
        Diff {
            old,
            new,
            settings: settings::settings(&old.manifest, &new.manifest),
            inputs: settings::inputs(&old.manifest, &new.manifest),
            not_compared: COLUMNS
                .iter()
                .zip(has)
                .filter(|(_, (one, other))| one != other)
                .map(|(column, _)| column.0)
                .collect(),
            incidents,
            by_content: matching
                .pairs
                .iter()
                .filter(|it| it.by == By::Content)
                .count(),
            sharing_ids: matching.sharing_ids,
            clusters,
            sectors: sectors::compared(old, new),
        }
    }

    /// Whether incidents, clusters, sectors or settings differ. Versions and bytes of inputs alone do not count.
    pub fn differs(&self) -> bool {
        !self.incidents.all.is_empty()
            || !self.settings.is_empty()
            || self.clusters.iter().any(|it| it.became != Became::Same)
            || self.sectors.iter().any(|it| it.trend != Trend::Same)
    }

    /// How many clusters, or groups of them, became something.
    pub fn became(&self, became: Became) -> usize {
        self.clusters
            .iter()
            .filter(|it| it.became == became)
            .count()
    }

    /// How many sectors went somewhere.
    pub fn trend(&self, trend: Trend) -> usize {
        self.sectors.iter().filter(|it| it.trend == trend).count()
    }

    /// The counts as JSON.
    pub fn summary(&self) -> Value {
        let pack = |pack: &Pack| {
            json!({
                "case": pack.manifest.case,
                "title": pack.manifest.title,
                "version": pack.manifest.version,
                "records": pack.incidents.rows.len(),
                "incidents": pack.manifest.run["incidents"],
                "clusters": pack.clusters.len(),
                "sectors": pack.sectors.len(),
                "ids_made": pack.incidents.made(),
            })
        };
        let mut incidents = serde_json::Map::new();
        incidents.insert("same".to_owned(), json!(self.incidents.same));
        for what in What::ALL {
            incidents.insert(what.as_str().to_owned(), json!(self.incidents.count(what)));
        }
        let clusters: serde_json::Map<String, Value> = Became::ALL
            .iter()
            .map(|&it| (it.as_str().to_owned(), json!(self.became(it))))
            .collect();
        let sectors: serde_json::Map<String, Value> = Trend::ALL
            .iter()
            .map(|&it| (it.as_str().to_owned(), json!(self.trend(it))))
            .collect();
        let settings: Vec<Value> = self
            .settings
            .iter()
            .map(|it| json!({ "setting": it.name, "old": it.old, "new": it.new }))
            .collect();
        let inputs: Vec<Value> = self
            .inputs
            .iter()
            .map(|it| json!({ "role": it.role, "name": it.name, "how": it.how }))
            .collect();
        json!({
            "differs": self.differs(),
            "old": pack(self.old),
            "new": pack(self.new),
            "settings": settings,
            "inputs": inputs,
            "columns_not_compared": self.not_compared,
            "matched_by_content": self.by_content,
            "rows_sharing_ids": self.sharing_ids,
            "incidents": incidents,
            "clusters": clusters,
            "sectors": sectors,
        })
    }
}
