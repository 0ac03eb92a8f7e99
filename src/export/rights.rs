//! Whom to name with the lines, and under which licences.

use crate::analysis::Analysis;

/// One sentence for each notice of the line and of its rivals, with the name of the line.
pub(super) fn rights(analysis: &Analysis) -> Vec<String> {
    let lines = std::iter::once((&analysis.border_name, &analysis.border));
    let rivals = analysis.alignments.iter().map(|it| (&it.name, &it.border));
    lines
        .chain(rivals)
        .flat_map(|(name, border)| {
            let notices = border.notices().iter();
            notices.map(move |notice| format!("{name}: {notice}"))
        })
        .collect()
}
