//! What is more than chance.

use crate::analysis::Analysis;
use crate::briefing::document::Document;
use crate::wording::statements;
use crate::wording::{grouped, listed};

/// What the statistics say: a sentence each, by test, then what each test is.
pub(super) fn statistics(analysis: &Analysis, page: &mut Document) {
    page.heading("What is more than chance");
    page.text(&statements::given(analysis));
    if let Some(now) = statements::escalating(analysis) {
        page.strong(&now);
    }
    let all = statements::statements(analysis);
    for of_test in all.chunk_by(|one, other| one.test == other.test) {
        let Some(first) = of_test.first() else {
            continue;
        };
        let mut title = first.test.to_owned();
        if let Some(letter) = title.get_mut(0..1) {
            letter.make_ascii_uppercase();
        }
        page.subheading(&title);
        let telling = of_test.iter().filter(|it| it.tells);
        let mut sentences: Vec<String> = telling.map(|it| it.sentence.clone()).collect();
        let silent: Vec<&str> = of_test
            .iter()
            .filter(|it| !it.tells)
            .map(|it| it.of.as_str())
            .collect();
        if !silent.is_empty() {
            sentences.push(format!("Nothing beyond chance: {}.", listed(&silent)));
        }
        page.list(sentences);
        let each = of_test.iter().filter_map(|it| it.replicas);
        let replicas = match (each.clone().min(), each.max()) {
            (Some(least), Some(most)) if least < most => {
                format!(
                    " {} to {} replicas.",
                    grouped(least.into()),
                    grouped(most.into())
                )
            }
            (Some(least), _) => format!(" {} replicas.", grouped(least.into())),
            _ => String::new(),
        };
        page.small(&format!(
            "{}.{replicas} Assumes: {}.",
            first.definition, first.assumptions
        ));
    }
    page.text(&format!(
        "Every number with its p, replicas, seed ({}), definition and assumptions is in tables/statistics.csv; all \
         clusters of the scans in tables/scan.csv, the bands of pairs in tables/near_repeats.csv, places by week in \
         tables/hotspots.csv, changes in tables/changepoints.csv, charts of alarms in tables/alarms.csv.",
        analysis.options.seed
    ));
}
