//! The whole result in plain data: what renderers, exporters and reports receive, and nothing else.

use crate::alignments::Alignment;
use crate::border::Border;
use crate::case::{ExportOptions, Options, StyleOptions};
use crate::ceasefire::accounting::Account;
use crate::ceasefire::claims::Claims;
use crate::ceasefire::verification::StateCount;
use crate::cluster::Sheets;
use crate::cluster::summary::Cluster;
use crate::context::Context;
use crate::duplicates::Proposals;
use crate::evidence::Evidence;
use crate::incident::FigureSums;
use crate::incident::MergedReport;
use crate::input::incidents::FileNotes;
use crate::input::logo::Logo;
use crate::ledger::{Fate, Ledger};
use crate::located::LocatedIncident;
use crate::sector::Sectors;
use crate::stats::density::Intensity;
use crate::stats::episodes::Episode;
use crate::stats::sectors::{SectorSummary, SectorWeek};
use crate::stats::{Counts, Period};
use crate::wording::language::Language;

/// A case, analysed.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// Short name.
    pub name: String,
    /// Title.
    pub title: String,
    /// Who compiled the data.
    pub credit: String,
    /// The options in force.
    pub options: Options,
    /// How pictures and pages look.
    pub style: StyleOptions,
    /// What the layers are written as.
    pub export: ExportOptions,
    /// The language of pictures.
    pub language: Language,
    /// The logo on them.
    pub logo: Option<Logo>,
    /// What the line is called among its rivals.
    pub border_name: String,
    /// The line.
    pub border: Border,
    /// Other lines for the same frontier, with every incident located on each.
    pub alignments: Vec<Alignment>,
    /// Its sectors.
    pub sectors: Sectors,
    /// The days looked at.
    pub period: Period,
    /// Every incident that was read, in the order of the files, with its fate.
    pub incidents: Vec<LocatedIncident>,
    /// Clusters in the order of their numbers.
    pub clusters: Vec<Cluster>,
    /// Episodes in the order of their numbers.
    pub episodes: Vec<Episode>,
    /// Every sector.
    pub sector_summaries: Vec<SectorSummary>,
    /// Every sector in every week.
    pub sector_weeks: Vec<SectorWeek>,
    /// How dense incidents are along the line.
    pub intensity: Intensity,
    /// What was before, during and after each ceasefire that the period touches.
    pub accounts: Vec<Account>,
    /// What the statistics say.
    pub evidence: Evidence,
    /// Who alleges what of whom.
    pub claims: Claims,
    /// How far claims have been looked into; empty where nobody says.
    pub verification: Vec<StateCount>,
    /// Every record.
    pub ledger: Ledger,
    /// What was understood of each incident file.
    pub files: Vec<FileNotes>,
    /// Reports that were merged into another.
    pub merged: Vec<MergedReport>,
    /// Reports that are likely of one event.
    pub duplicates: Proposals,
    /// Places, ceasefires, events, country outlines.
    pub context: Context,
    /// What the data say about the parameters of clusters, and what clusters owe to them, where that was made.
    pub sheets: Option<Sheets>,
    /// How often places and days were drawn to see how sure the clusters are.
    pub draws: usize,
    /// What the reader should know about how the input was understood, one sentence each.
    pub remarks: Vec<String>,
}

impl Analysis {
    /// The incidents that are in sums.
    pub fn counted(&self) -> impl Iterator<Item = &LocatedIncident> + Clone {
        self.incidents
            .iter()
            .filter(|incident| incident.is_counted())
    }

    /// The counted incidents whose day is known well enough to stand on an axis of time.
    pub fn dated(&self) -> impl Iterator<Item = &LocatedIncident> {
        self.counted()
            .filter(|it| it.is_dated(&self.options.cluster))
    }

    /// The incidents with a fate.
    pub fn with_fate(&self, fate: Fate) -> impl Iterator<Item = &LocatedIncident> {
        self.incidents
            .iter()
            .filter(move |incident| incident.fate == fate)
    }

    /// Counts over all counted incidents.
    pub fn total(&self) -> Counts {
        let mut counts = Counts::default();
        for incident in self.counted() {
            counts.add(incident, &self.options.cluster);
        }
        counts
    }

    /// How many of the counted incidents are left, right and on the line.
    pub fn sides(&self) -> [usize; 3] {
        let mut sides = [0; 3];
        for incident in self.counted() {
            sides[incident.side.number()] += 1;
        }
        sides
    }

    /// Deaths over all counted incidents.
    pub fn deaths(&self) -> FigureSums {
        FigureSums::of(self.counted().map(|it| &it.incident))
    }

    /// The clusters that a picture has room for: the largest by incidents (lower numbers first among
    /// equals), at most 12, in the order of their numbers.
    pub fn drawn_clusters(&self) -> Vec<&Cluster> {
        const MOST: usize = 12;
        let mut largest: Vec<&Cluster> = self.clusters.iter().collect();
        largest.sort_by_key(|cluster| (std::cmp::Reverse(cluster.members.len()), cluster.number));
        largest.truncate(MOST);
        largest.sort_by_key(|cluster| cluster.number);
        largest
    }

    /// How many settings of other parameters a cluster survives, of how many; `None` where none were tried.
    pub fn survived(&self, cluster: &Cluster) -> Option<(usize, usize)> {
        let found = &self.sheets.as_ref()?.sensitivity;
        let survived = *found.survived.get(cluster.number as usize - 1)?;
        Some((survived, found.settings.len()))
    }

    /// The name of a sector.
    pub fn sector_name(&self, sector: usize) -> &str {
        self.sectors
            .all()
            .get(sector)
            .map_or("", |sector| &sector.name)
    }

    /// The names of the sectors of a cluster, in order of chainage.
    pub fn sector_names(&self, cluster: &Cluster) -> Vec<&str> {
        let sectors = cluster.sectors.iter();
        sectors.map(|&sector| self.sector_name(sector)).collect()
    }

    /// The name of the side that an incident lies on; empty on the line or where the side has none.
    pub fn side_name(&self, incident: &LocatedIncident) -> &str {
        incident.side.name(&self.border)
    }

    /// The sectors with counted incidents and how many, the most first.
    pub fn busiest_sectors(&self) -> Vec<(usize, usize)> {
        let mut busiest: Vec<(usize, usize)> = self
            .sector_summaries
            .iter()
            .map(|it| it.counts.incidents)
            .enumerate()
            .filter(|(_, incidents)| *incidents > 0)
            .collect();
        busiest.sort_by_key(|&(sector, incidents)| (std::cmp::Reverse(incidents), sector));
        busiest
    }

    /// Whether an incident's place is known well enough to be clustered.
    pub fn is_placed(&self, incident: &LocatedIncident) -> bool {
        incident.is_placed(&self.options.cluster)
    }
}
