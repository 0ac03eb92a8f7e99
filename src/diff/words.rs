//! The difference on one screen, and the same as Markdown.

use super::clusters::{Became, ClusterChange};
use super::incidents::{Change, What};
use super::read::{Incidents, MEASURES};
use super::rows::{COLUMNS, Fields, column};
use super::sectors::{SectorChange, Trend, written};
use super::{Diff, Pack};
use crate::briefing::markdown::escaped;
use crate::units::fixed;
use crate::wording::{counted, grouped, plain};

/// Columns of the screen that is written for.
const WIDTH: usize = 100;
/// So many of a kind are listed; a line says how many more there are.
const MOST: usize = 4;
/// So many characters of a value are shown.
const LONGEST: usize = 32;

/// One line of thought.
enum Block {
    Title(String),
    Heading(String),
    Line(String),
    Item(String),
}

/// The difference as text, each line at most 100 columns wide where words allow, ending in a line feed.
pub fn terminal(diff: &Diff<'_>) -> String {
    let mut text = String::new();
    for block in blocks(diff) {
        match block {
            Block::Title(it) => wrap(&mut text, &it, "", ""),
            Block::Heading(it) => {
                text.push('\n');
                wrap(&mut text, &it, "", "");
            }
            Block::Line(it) => wrap(&mut text, &it, "  ", "  "),
            Block::Item(it) => wrap(&mut text, &it, "  - ", "    "),
        }
    }
    text
}

/// The difference as Markdown (`CommonMark`); data cannot be taken for markup.
pub fn markdown(diff: &Diff<'_>) -> String {
    let mut text = String::new();
    let mut in_list = false;
    for block in blocks(diff) {
        let is_item = matches!(block, Block::Item(_));
        let goes_on = in_list && is_item;
        if !text.is_empty() && !goes_on {
            text.push('\n');
        }
        in_list = is_item;
        text.push_str(&match block {
            Block::Title(it) => format!("# {}\n", escaped(&it)),
            Block::Heading(it) => format!("## {}\n", escaped(&it)),
            Block::Line(it) => format!("{}\n", escaped(&it)),
            Block::Item(it) => format!("- {}\n", escaped(&it)),
        });
    }
    text
}

fn wrap(text: &mut String, words: &str, first: &str, further: &str) {
    let mut width = first.chars().count();
    text.push_str(first);
    let mut is_first = true;
    for word in words.split_whitespace() {
        let more = word.chars().count();
        if !is_first && width + 1 + more > WIDTH {
            text.push('\n');
            text.push_str(further);
            width = further.chars().count();
        } else if !is_first {
            text.push(' ');
            width += 1;
        }
        text.push_str(word);
        width += more;
        is_first = false;
    }
    text.push('\n');
}

fn blocks(diff: &Diff<'_>) -> Vec<Block> {
    let mut blocks = vec![
        Block::Title(format!("What changed: {}", diff.new.manifest.title)),
        Block::Line(pack("Old", diff.old)),
        Block::Line(pack("New", diff.new)),
    ];
    made_otherwise(diff, &mut blocks);
    incidents(diff, &mut blocks);
    clusters(diff, &mut blocks);
    sectors(diff, &mut blocks);
    blocks
}

fn pack(which: &str, pack: &Pack) -> String {
    let run = &pack.manifest.run;
    let day = |end: &str| run["period"][end].as_str().unwrap_or("?").to_owned();
    format!(
        "{which}: {}, {} to {}, {} counted of {} in the table, {}, borderscope {}",
        pack.manifest.case,
        day("start"),
        day("end"),
        grouped(run["incidents"].as_u64().unwrap_or(0)),
        grouped(pack.incidents.rows.len() as u64),
        counted(pack.clusters.len(), "cluster"),
        pack.manifest.version
    )
}

fn made_otherwise(diff: &Diff<'_>, blocks: &mut Vec<Block>) {
    if diff.old.manifest.case != diff.new.manifest.case {
        blocks.push(Block::Line(
            "These are packs of two cases: changes may come from that.".to_owned(),
        ));
    }
    if diff.old.manifest.version != diff.new.manifest.version {
        blocks.push(Block::Line(
            "Two versions of borderscope made them: changes may come from that.".to_owned(),
        ));
    }
    if !diff.not_compared.is_empty() {
        blocks.push(Block::Line(format!(
            "Not compared, as only one pack has it: {}",
            diff.not_compared.join(", ")
        )));
    }
    if !diff.inputs.is_empty() {
        let inputs: Vec<String> = diff
            .inputs
            .iter()
            .map(|it| format!("{} ({}, {})", it.name, it.role, it.how))
            .collect();
        blocks.push(Block::Line(format!("Inputs: {}", cut_list(inputs, "; "))));
    }
    if !diff.settings.is_empty() {
        blocks.push(Block::Heading(
            "Settings that differ: changes may come from them".to_owned(),
        ));
        let settings = diff.settings.iter();
        list(
            blocks,
            diff.settings.len(),
            settings.map(|it| format!("{}: {}", it.name, arrow(&it.old, &it.new))),
        );
    }
}

/// The first few items, and how many more there are.
fn list(blocks: &mut Vec<Block>, count: usize, items: impl Iterator<Item = String>) {
    blocks.extend(items.take(MOST).map(Block::Item));
    if count > MOST {
        let more = grouped((count - MOST) as u64);
        blocks.push(Block::Item(format!("... and {more} more")));
    }
}

fn cut_list(mut parts: Vec<String>, between: &str) -> String {
    let count = parts.len();
    parts.truncate(MOST);
    let mut text = parts.join(between);
    if count > MOST {
        text.push_str(&format!("{between}... and {} more", count - MOST));
    }
    text
}

fn cut(text: &str) -> String {
    if text.chars().count() <= LONGEST {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(LONGEST - 1).collect();
    short.push('…');
    short
}

fn arrow(old: &str, new: &str) -> String {
    let shown = |it: &str| {
        if it.is_empty() {
            "none".to_owned()
        } else {
            cut(it)
        }
    };
    format!("{} → {}", shown(old), shown(new))
}

/// What a heading calls incidents with such changes.
fn named(what: What) -> &'static str {
    match what {
        What::Gone => "Gone",
        What::New => "New",
        What::Renamed => "Renamed (proposed)",
        What::Moved => "Moved",
        What::Redated => "Re-dated",
        What::Recoded => "Re-coded",
        What::Fate => "Counted otherwise",
        What::Cluster => "In another cluster",
        What::Relocated => "Same coordinates, located otherwise",
    }
}

fn incidents(diff: &Diff<'_>, blocks: &mut Vec<Block>) {
    let mut counts = vec![format!("{} the same", grouped(diff.incidents.same as u64))];
    counts.extend(
        What::ALL
            .iter()
            .filter(|&&what| diff.incidents.count(what) > 0)
            .map(|&what| {
                let count = grouped(diff.incidents.count(what) as u64);
                let name = named(what);
                format!("{count} {}", name[..1].to_lowercase() + &name[1..])
            }),
    );
    blocks.push(Block::Heading(format!("Incidents: {}", counts.join(", "))));
    if diff.by_content > 0 {
        blocks.push(Block::Line(format!(
            "{} without an id of its own matched by all other columns.",
            counted(diff.by_content, "incident")
        )));
    }
    if diff.sharing_ids > 0 {
        blocks.push(Block::Line(format!(
            "{} share an id with another of their pack; they are told apart by what they say.",
            counted(diff.sharing_ids, "row")
        )));
    }
    for what in What::ALL {
        let count = diff.incidents.count(what);
        if count == 0 {
            continue;
        }
        let mut heading = format!("{}: {}", named(what), grouped(count as u64));
        let changes = diff.incidents.of(what);
        if matches!(what, What::Redated | What::Recoded | What::Relocated) {
            heading.push_str(&format!(" ({})", columns(changes)));
        }
        blocks.push(Block::Heading(heading));
        let mut groups: Vec<&[Change]> = changes
            .chunk_by(|a, b| (a.old, a.new) == (b.old, b.new))
            .collect();
        // The sort is stable: what is as important stays by id.
        groups.sort_by(|a, b| importance(diff, b).total_cmp(&importance(diff, a)));
        list(blocks, groups.len(), groups.iter().map(|it| item(diff, it)));
    }
}

/// `event_type 2, note 1`: how often each column changed.
fn columns(changes: &[Change]) -> String {
    let mut counts = [0_u64; COLUMNS.len()];
    for change in changes {
        if let Some(column) = change.column {
            counts[column] += 1;
        }
    }
    let named = COLUMNS.iter().zip(counts).filter(|it| it.1 > 0);
    let named: Vec<String> = named
        .map(|(column, count)| format!("{} {}", column.0, grouped(count)))
        .collect();
    named.join(", ")
}

/// More for what is to be listed first: long moves, many deaths, the columns that stand first.
fn importance(diff: &Diff<'_>, changes: &[Change]) -> f64 {
    let Some(first) = changes.first() else {
        return 0.0;
    };
    match first.what {
        What::Moved => first.distance.map_or(0.0, |it| it.0),
        What::Gone | What::New => {
            let fields = latest(diff, first);
            let deaths = ["fatalities_best", "fatalities_high", "fatalities_low"];
            deaths
                .iter()
                .find_map(|name| fields[column(name)].parse::<f64>().ok())
                .unwrap_or(-1.0)
        }
        What::Recoded => -(first.column.unwrap_or(0) as f64),
        _ => 0.0,
    }
}

/// The fields of a change's incident as the new pack has them, or else the old one.
pub(super) fn latest<'a>(diff: &Diff<'a>, change: &Change) -> Fields<'a> {
    let of = |side: &'a Incidents, row: Option<u32>| row.map(|it| side.rows.fields(it));
    of(&diff.new.incidents, change.new)
        .or_else(|| of(&diff.old.incidents, change.old))
        .unwrap_or([""; COLUMNS.len()])
}

/// The fields of a change's incident as the old pack has them; empty where it has not.
pub(super) fn earlier<'a>(diff: &Diff<'a>, change: &Change) -> Fields<'a> {
    let side = &diff.old.incidents;
    change
        .old
        .map_or([""; COLUMNS.len()], |it| side.rows.fields(it))
}

fn item(diff: &Diff<'_>, changes: &[Change]) -> String {
    let Some(first) = changes.first() else {
        return String::new();
    };
    let (old, new) = (earlier(diff, first), latest(diff, first));
    let of = |name: &str| new[column(name)];
    let mut said = vec![cut(of("id")), of("date").to_owned()];
    if !of("place").is_empty() {
        said.push(cut(of("place")));
    }
    let said = said.join(", ");
    let what = match first.what {
        What::Gone | What::New => {
            let mut parts = vec![plain(&cut(of("event_type")))];
            let deaths = ["fatalities_low", "fatalities_best", "fatalities_high"].map(of);
            if deaths.iter().any(|it| !it.is_empty()) {
                let shown = deaths.map(|it| if it.is_empty() { "…" } else { it });
                parts.push(format!("deaths {}", shown.join("–")));
            }
            parts.push(of("fate").replace('_', " "));
            parts.retain(|it| !it.is_empty());
            parts.join(", ")
        }
        What::Renamed => format!("id {}", arrow(old[0], new[0])),
        _ => {
            let mut parts = Vec::new();
            for change in changes {
                if let Some(way) = change.distance {
                    parts.push(if way.0 < 1_000.0 {
                        format!("{} m", fixed(way.0, 0))
                    } else {
                        format!("{} km", fixed(way.km(), 1))
                    });
                }
                parts.extend(change.column.and_then(|it| value(it, &old, &new)));
            }
            parts.join("; ")
        }
    };
    format!("{said}: {what}")
}

/// A column with its old and new value; `None` for coordinates, of which the way says enough.
fn value(place: usize, old: &Fields<'_>, new: &Fields<'_>) -> Option<String> {
    let name = COLUMNS[place].0;
    Some(match name {
        "latitude" | "longitude" => return None,
        "note" | "source_url" => format!("{name} differs"),
        "fate" => arrow(&old[place].replace('_', " "), &new[place].replace('_', " ")),
        "cluster" => {
            let label = |it: &str| {
                if it.is_empty() {
                    String::new()
                } else {
                    format!("C{it}")
                }
            };
            arrow(&label(old[place]), &label(new[place]))
        }
        "offset_m" => {
            let [old, new] = [old, new].map(|it| it[place].parse::<f64>().unwrap_or(0.0));
            let whole = |it: f64| grouped(it.max(0.0).round() as u64);
            // Differences that whole metres do not show.
            if (old - new).abs() < 2.0 {
                format!("offset {} → {} m", fixed(old, 3), fixed(new, 3))
            } else {
                format!("offset {} → {} m", whole(old), whole(new))
            }
        }
        "chainage_km" => {
            let [old, new] = [old, new].map(|it| it[place].parse::<f64>().unwrap_or(0.0));
            let decimals = if (old - new).abs() < 0.2 { 3 } else { 1 };
            format!("km {} → {}", fixed(old, decimals), fixed(new, decimals))
        }
        _ => format!("{name} {}", arrow(old[place], new[place])),
    })
}

fn clusters(diff: &Diff<'_>, blocks: &mut Vec<Block>) {
    let counts: Vec<String> = Became::ALL
        .iter()
        .filter(|&&it| diff.became(it) > 0)
        .map(|&it| format!("{} {}", diff.became(it), it.as_str()))
        .collect();
    let counts = if counts.is_empty() {
        "none".to_owned()
    } else {
        counts.join(", ")
    };
    blocks.push(Block::Heading(format!("Clusters: {counts}")));
    let mut changed: Vec<&ClusterChange> = diff
        .clusters
        .iter()
        .filter(|it| it.became != Became::Same)
        .collect();
    // The largest first among those of which the same became.
    changed.sort_by_key(|it| {
        let size = it.gained.len() + it.lost.len();
        (it.became, std::cmp::Reverse(size))
    });
    list(
        blocks,
        changed.len(),
        changed.iter().map(|it| cluster(diff, it)),
    );
}

fn cluster(diff: &Diff<'_>, change: &ClusterChange) -> String {
    let names = |pack: &Pack, numbers: &[u32]| -> String {
        let named = numbers.iter().map(|number| {
            let name = pack.clusters.get(number).map_or("", |it| it.name.as_str());
            if name.is_empty() {
                format!("C{number}")
            } else {
                format!("C{number} {}", cut(name))
            }
        });
        cut_list(named.collect(), " + ")
    };
    let which = match change.became {
        Became::New => names(diff.new, &change.new),
        Became::Dissolved => names(diff.old, &change.old),
        _ => arrow_of(&names(diff.old, &change.old), &names(diff.new, &change.new)),
    };
    format!(
        "{}: {which}: members {} → {} ({} in common)",
        change.became.as_str(),
        grouped(change.old_members as u64),
        grouped(change.new_members as u64),
        grouped(change.common as u64)
    )
}

fn arrow_of(old: &str, new: &str) -> String {
    if old == new {
        old.to_owned()
    } else {
        format!("{old} → {new}")
    }
}

fn sectors(diff: &Diff<'_>, blocks: &mut Vec<Block>) {
    let counts: Vec<String> = Trend::ALL
        .iter()
        .filter(|&&it| diff.trend(it) > 0)
        .map(|&it| format!("{} {}", diff.trend(it), it.as_str()))
        .collect();
    blocks.push(Block::Heading(format!("Sectors: {}", counts.join(", "))));
    let mut changed: Vec<&SectorChange> = diff
        .sectors
        .iter()
        .filter(|it| it.trend != Trend::Same)
        .collect();
    let size = |it: &SectorChange| {
        let [old, new] = it.values(0).map(|value| value.unwrap_or(0.0));
        (new - old).abs()
    };
    changed.sort_by(|a, b| size(b).total_cmp(&size(a)));
    list(blocks, changed.len(), changed.iter().map(|it| sector(it)));
}

fn sector(change: &SectorChange) -> String {
    let mut parts: Vec<String> = Vec::new();
    for (measure, name) in MEASURES.iter().enumerate() {
        let [old, new] = change
            .values(measure)
            .map(|it| it.map_or_else(String::new, |value| written(measure, value)));
        if old == new {
            continue;
        }
        let difference = change.difference(measure).map_or_else(String::new, |it| {
            let sign = if it > 0.0 { "+" } else { "" };
            format!(" ({sign}{})", written(measure, it))
        });
        let name = name
            .replace('_', " ")
            .replace("incidents per 100km 30days", "per 100 km and 30 days");
        parts.push(format!("{name} {}{difference}", arrow(&old, &new)));
    }
    let parts = if parts.is_empty() {
        "its bounds".to_owned()
    } else {
        parts.join("; ")
    };
    format!("{} ({}): {parts}", cut(&change.name), change.trend.as_str())
}
