//! How far the claims have been looked into: each state apart, with who looked and when.
//!
//! The states are those of ceasefire monitoring: alleged, visited, verified, then attributed or not attributable. They
//! are read from the data and never inferred; an attribution is the finding of whoever made it.

use std::collections::BTreeMap;

use crate::incident::{FigureSums, Shared, Verification};
use crate::located::LocatedIncident;

/// The counted incidents of one state and one verifier.
#[derive(Clone, Debug, PartialEq)]
pub struct StateCount {
    /// The state.
    pub state: Verification,
    /// Who looked into them; empty where nobody is named.
    pub by: Shared,
    /// How many.
    pub incidents: usize,
    /// Deaths as reported.
    pub deaths: FigureSums,
    /// The first and the last day on which one of them reached the state, as ISO dates; `None` where no day is given.
    pub days: Option<(String, String)>,
}

/// Counts by state, in the order in which states are reached, then by verifier; empty if no counted incident has a
/// state. O(n log n).
pub fn states(incidents: &[LocatedIncident]) -> Vec<StateCount> {
    let counted = || incidents.iter().filter(|it| it.is_counted());
    if counted().all(|it| it.incident.verification == Verification::Unstated) {
        return Vec::new();
    }
    let mut states: BTreeMap<(Verification, &str), StateCount> = BTreeMap::new();
    for it in counted() {
        let report = &it.incident;
        let key = (report.verification, &*report.verified_by);
        let state = states.entry(key).or_insert_with(|| StateCount {
            state: report.verification,
            by: report.verified_by.clone(),
            incidents: 0,
            deaths: FigureSums::default(),
            days: None,
        });
        state.incidents += 1;
        state.deaths.add(report.deaths);
        // ISO dates are in order as texts.
        let on = report.verified_on();
        if !on.is_empty() {
            let (first, last) = state
                .days
                .get_or_insert_with(|| (on.to_owned(), on.to_owned()));
            if on < first.as_str() {
                on.clone_into(first);
            }
            if on > last.as_str() {
                on.clone_into(last);
            }
        }
    }
    states.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::incident::Texts;
    use crate::testing::{incident, located};

    #[test]
    fn states_are_counted_apart() {
        let report = |state: Verification, by: &str, on: &str| {
            let mut report = incident(10, 10, "");
            report.verification = state;
            report.verified_by = by.into();
            report.texts = Texts::new(["", "", "", "", "", "", on]);
            located(report)
        };
        let mut incidents = vec![
            report(Verification::Verified, "team 1", "2025-11-02"),
            report(Verification::Alleged, "", ""),
            report(Verification::Verified, "team 1", "2025-10-30"),
            report(Verification::Verified, "team 2", ""),
            report(Verification::Unstated, "", ""),
            report(Verification::NotAttributable, "team 1", "2025-12-01"),
        ];
        incidents[5].fate = crate::ledger::Fate::Held;
        let found = states(&incidents);
        let told: Vec<(&str, &str, usize)> = found
            .iter()
            .map(|it| (it.state.as_str(), &*it.by, it.incidents))
            .collect();
        assert_eq!(
            told,
            [
                ("alleged", "", 1),
                ("verified", "team 1", 2),
                ("verified", "team 2", 1),
                ("", "", 1)
            ]
        );
        assert_eq!(
            found[1].days,
            Some(("2025-10-30".to_owned(), "2025-11-02".to_owned()))
        );
        assert_eq!(found[2].days, None);
        assert!(states(&[report(Verification::Unstated, "", "")]).is_empty());
    }
}
