//! What would be read, mapped and rejected, and why.

use crate::input::incidents::FileNotes;
use crate::ledger::{Entry, Fate, Ledger, Reason};
use crate::report::reasons;
use crate::wording::{counted, grouped, plain};

/// Examples shown for each reason.
const EXAMPLES: usize = 3;

/// The check of incident files: what was understood of each, counts by fate and reason, the first
/// examples of everything that is not simply used, and what could change it.
pub fn files(files: &[FileNotes], ledger: &Ledger) -> String {
    let mut lines = Vec::new();
    for (notes, file) in files.iter().zip(&ledger.files) {
        lines.push(format!(
            "{}: {}, {}",
            notes.name,
            counted(file.records as usize, "record"),
            notes.form
        ));
        lines.push(format!("  layout: {}", notes.layout_told));
        let columns: Vec<String> = notes
            .columns
            .iter()
            .map(|(ours, theirs)| {
                if ours == theirs {
                    (*ours).to_owned()
                } else {
                    format!("{ours} = {theirs}")
                }
            })
            .collect();
        lines.push(format!("  columns read: {}", columns.join(", ")));
        if !notes.unread.is_empty() {
            lines.push(format!("  columns not read: {}", notes.unread.join(", ")));
        }
        lines.extend(
            notes
                .decisions
                .iter()
                .map(|decision| format!("  {decision}")),
        );
    }
    lines.push(String::new());
    lines.push(format!("{} records", grouped(ledger.records())));
    for (fate, reason, count) in ledger.counts() {
        if reason == Reason::Ok {
            lines.push(format!(
                "  {:>9}  {}",
                grouped(count as u64),
                plain(fate.as_str())
            ));
            continue;
        }
        lines.push(format!(
            "  {:>9}  {:<17} {}: {}",
            grouped(count as u64),
            plain(fate.as_str()),
            reason.code(),
            reasons::meaning(reason)
        ));
        let entries = || {
            let all = ledger.entries.iter();
            all.filter(move |entry| (entry.fate, entry.reason) == (fate, reason))
        };
        let examples = entries().take(EXAMPLES);
        lines.extend(examples.map(|entry| format!("             {}", example(ledger, entry))));
        let rescues = reasons::rescues(reason, entries());
        lines.push(if rescues.is_empty() {
            format!(
                "             what could change it: {}",
                reasons::remedy(reason).replace('`', "")
            )
        } else {
            format!("             {}", rescues.join("; "))
        });
    }
    let fates: usize = Fate::ALL.into_iter().map(|fate| ledger.count(fate)).sum();
    lines.push(format!(
        "  {:>9}  in all: the fates add up to the records read",
        grouped(fates as u64)
    ));
    lines.push(String::new());
    lines.join("\n")
}

fn example(ledger: &Ledger, entry: &Entry) -> String {
    let mut text = format!(
        "{}, line {}",
        ledger.files[entry.file as usize].name, entry.line
    );
    if !entry.id().is_empty() {
        text.push_str(&format!(" ({})", entry.id()));
    }
    if !entry.column().is_empty() {
        text.push_str(&format!(", {}", entry.column()));
    }
    if !entry.value().is_empty() {
        text.push_str(&format!(": {:?}", entry.value()));
    }
    if !entry.expected().is_empty() {
        text.push_str(&format!(" — {}", entry.expected()));
    }
    text
}
