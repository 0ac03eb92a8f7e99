//! The claims ledger: who alleges what of whom, and how sure.
//!
//! Claims of different claimants are never added: of one fight each side may count its own. A row is one claimant,
//! one accused and one status; the only sums are those within a claimant.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::incident::{ClaimStatus, FigureSums, Shared};
use crate::located::LocatedIncident;

/// What one claimant alleges of one accused under one status.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// Who reports; empty where nobody is named.
    pub alleged_by: Shared,
    /// Whom the reports accuse, or who acted; empty where nobody is named.
    pub attributed_to: Shared,
    /// How sure.
    pub status: ClaimStatus,
    /// How many incidents.
    pub incidents: usize,
    /// Deaths as reported.
    pub deaths: FigureSums,
}

/// All that one claimant alleges.
#[derive(Clone, Debug, PartialEq)]
pub struct Claimant {
    /// Who; empty where nobody is named.
    pub name: Shared,
    /// How many incidents.
    pub incidents: usize,
    /// Of these, how many have each status, in the order of [`ClaimStatus::ALL`].
    pub by_status: [usize; ClaimStatus::ALL.len()],
    /// Deaths as reported.
    pub deaths: FigureSums,
}

/// The claims ledger.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Claims {
    /// By claimant, the one with the most incidents first, then by accused in the same way, then by status.
    pub rows: Vec<Claim>,
    /// Each claimant, the one with the most incidents first; side by side, not to be added.
    pub claimants: Vec<Claimant>,
    /// Contested incidents, as places in the list of incidents, by day, then as listed.
    pub contested: Vec<usize>,
}

/// Rows while they are being summed.
type Rows<'a> = BTreeMap<(&'a str, &'a str, ClaimStatus), (usize, FigureSums)>;

/// Makes the ledger of the counted incidents. O(n log n), on all cores.
pub fn claims(incidents: &[LocatedIncident]) -> Claims {
    let counted = || incidents.par_iter().filter(|it| it.is_counted());
    let rows = counted()
        .fold(Rows::new, |mut rows, located| {
            let it = &located.incident;
            let row = rows
                .entry((&it.reported_by, &it.actor_a, it.claim_status))
                .or_default();
            row.0 += 1;
            row.1.add(it.deaths);
            rows
        })
        .reduce(Rows::new, |mut one, other| {
            for (key, (count, deaths)) in other {
                let row = one.entry(key).or_default();
                row.0 += count;
                row.1.merge(&deaths);
            }
            one
        });
    let mut claimants: BTreeMap<&str, Claimant> = BTreeMap::new();
    let mut accused: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for (&(by, of, status), (count, deaths)) in &rows {
        let claimant = claimants.entry(by).or_insert_with(|| Claimant {
            name: by.into(),
            incidents: 0,
            by_status: [0; ClaimStatus::ALL.len()],
            deaths: FigureSums::default(),
        });
        claimant.incidents += count;
        claimant.deaths.merge(deaths);
        for (sum, known) in claimant.by_status.iter_mut().zip(ClaimStatus::ALL) {
            *sum += if known == status { *count } else { 0 };
        }
        *accused.entry((by, of)).or_default() += count;
    }
    let mut order: Vec<_> = rows.iter().collect();
    order.sort_by_key(|((by, of, status), _)| {
        let all = claimants.get(by).map_or(0, |it| it.incidents);
        let against = accused.get(&(*by, *of)).copied().unwrap_or(0);
        (Reverse(all), *by, Reverse(against), *of, *status)
    });
    let rows = order
        .into_iter()
        .map(|(&(by, of, status), &(incidents, deaths))| Claim {
            alleged_by: by.into(),
            attributed_to: of.into(),
            status,
            incidents,
            deaths,
        })
        .collect();
    let mut claimants: Vec<Claimant> = claimants.into_values().collect();
    claimants.sort_by(|a, b| (b.incidents, &a.name).cmp(&(a.incidents, &b.name)));
    let is_contested = |it: &LocatedIncident| {
        it.is_counted() && it.incident.claim_status == ClaimStatus::Contested
    };
    let mut contested: Vec<usize> = (0..incidents.len())
        .filter(|&place| is_contested(&incidents[place]))
        .collect();
    contested.sort_by_key(|&place| (incidents[place].incident.day, place));
    Claims {
        rows,
        claimants,
        contested,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Figures;
    use crate::testing::{incident, located};

    fn report(by: &str, of: &str, status: ClaimStatus, best: Option<u32>) -> LocatedIncident {
        let mut report = incident(10, 10, "");
        report.reported_by = by.into();
        report.actor_a = of.into();
        report.claim_status = status;
        report.deaths = Figures {
            best,
            ..Figures::default()
        };
        located(report)
    }

    #[test]
    fn claims_are_summed_within_a_claimant_only() {
        use ClaimStatus::{Claimed, Contested};
        let mut incidents = vec![
            report("A", "B", Claimed, Some(3)),
            report("A", "B", Claimed, None),
            report("A", "C", Contested, Some(10)),
            report("A", "B", Contested, Some(1)),
            report("B", "A", Claimed, Some(7)),
            report("B", "A", Contested, Some(200)),
            report("", "A", Claimed, None),
        ];
        incidents[5].fate = crate::ledger::Fate::Held;
        let claims = claims(&incidents);
        let told: Vec<(&str, &str, &str, usize, Option<u64>)> = claims
            .rows
            .iter()
            .map(|row| {
                let best = row.deaths.best.value();
                (
                    &*row.alleged_by,
                    &*row.attributed_to,
                    row.status.as_str(),
                    row.incidents,
                    best,
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("A", "B", "claimed", 2, Some(3)),
                ("A", "B", "contested", 1, Some(1)),
                ("A", "C", "contested", 1, Some(10)),
                ("", "A", "claimed", 1, None),
                ("B", "A", "claimed", 1, Some(7)),
            ]
        );
        let names: Vec<(&str, usize)> = claims
            .claimants
            .iter()
            .map(|it| (&*it.name, it.incidents))
            .collect();
        assert_eq!(names, [("A", 4), ("", 1), ("B", 1)]);
        assert_eq!(claims.claimants[0].by_status, [0, 2, 2, 0, 0, 0]);
        assert_eq!(claims.contested, [2, 3]);
        let counted: usize = claims.rows.iter().map(|row| row.incidents).sum();
        assert_eq!(
            counted,
            incidents.iter().filter(|it| it.is_counted()).count()
        );
    }
}
