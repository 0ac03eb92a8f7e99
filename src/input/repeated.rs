//! Records that stand in the input already: the same id, or without ids the same in every field.

use hashbrown::{DefaultHashBuilder, HashTable};
use rayon::prelude::*;

use super::convert::Key;
use super::incidents::{Content, FileReading, Reading};
use crate::batches::Batches;
use crate::incident::{Incident, MergedReport};
use crate::ledger::{Details, Entry, Fate, InputFile, Ledger, Reason};

/// The keys are told apart by their hash into so many tables, which are filled on as many cores.
const SHARDS: usize = 4;

/// Finds records that are in a reading already. Holds their hashes, not their texts.
#[derive(Default)]
pub(super) struct Repeated {
    hasher: DefaultHashBuilder,
    /// Numbers of incidents by the hash of their key.
    tables: [HashTable<u32>; SHARDS],
    /// The key of each incident of the reading.
    keys: Vec<Key>,
}

/// What an incident is to one before it.
#[derive(Clone, Copy)]
enum Seen {
    /// The same report again.
    Again,
    /// Another report under the same id.
    OtherUnderId,
}

/// An incident that was seen before: its number, that of the earlier one, what it is.
type Repetition = (usize, usize, Seen);

impl Repeated {
    /// What keys are hashed with.
    pub(super) fn hasher(&self) -> DefaultHashBuilder {
        self.hasher.clone()
    }

    /// Adds a file to the reading, merging records that are the same if `merge`. O(n), on all cores.
    pub(super) fn add(&mut self, file: FileReading, merge: bool, reading: &mut Reading) {
        let FileReading {
            content,
            records,
            name,
            notes,
        } = file;
        let Content {
            incidents,
            mut keys,
            entries,
            ..
        } = content;
        let first = reading.incidents.len();
        let base = reading.ledger.entries.len();
        for mut batch in incidents.into_pieces() {
            if base > 0 {
                for incident in &mut batch {
                    incident.record += base;
                }
            }
            reading.incidents.push(batch);
        }
        reading.ledger.entries.append(entries);
        if self.keys.is_empty() {
            self.keys = keys;
        } else {
            self.keys.append(&mut keys);
        }
        reading.ledger.files.push(InputFile { name, records });
        reading.files.push(notes);

        let mut merged = Vec::new();
        for (number, earlier, seen) in self.find(first, &reading.incidents) {
            match seen {
                Seen::Again if merge => merged.push((number, earlier)),
                Seen::Again if !self.keys[number].has_id => {}
                Seen::Again | Seen::OtherUnderId => {
                    hold_repeated(&reading.incidents[number], &mut reading.ledger.entries);
                }
            }
        }
        if !merged.is_empty() {
            self.take_out(&merged, reading);
        }
    }

    /// Looks at the incidents from a number on, and remembers them.
    fn find(&mut self, first: usize, incidents: &Batches<Incident>) -> Vec<Repetition> {
        let keys = &self.keys;
        let mut found: Vec<Repetition> = self
            .tables
            .par_iter_mut()
            .enumerate()
            .flat_map_iter(|(shard, table)| {
                table.reserve((keys.len() - first) / SHARDS, |&it| keys[it as usize].hash);
                let mut found = Vec::new();
                for (number, key) in keys.iter().enumerate().skip(first) {
                    if shard_of(key) == shard {
                        found.extend(look(table, number, keys, incidents));
                    }
                }
                found
            })
            .collect();
        found.sort_unstable_by_key(|repetition| repetition.0);
        found
    }

    /// Takes merged incidents out; those that stay keep their order.
    fn take_out(&mut self, merged: &[(usize, usize)], reading: &mut Reading) {
        for &(number, earlier) in merged {
            let (kept, incident) = (&reading.incidents[earlier], &reading.incidents[number]);
            let has_id = self.keys[number].has_id;
            let details = told(kept, incident, has_id, &reading.ledger);
            let reason = if has_id {
                Reason::SameId
            } else {
                Reason::IdenticalRecord
            };
            reading.ledger.entries[incident.record].decide(Fate::Merged, reason, details);
        }
        let into: Vec<usize> = merged
            .iter()
            .map(|&(_, earlier)| reading.incidents[earlier].record)
            .collect();
        let mut gone = merged.iter().map(|it| it.0).zip(into).peekable();
        let mut number = 0;
        let batches = std::mem::take(&mut reading.incidents).into_pieces();
        reading.incidents = batches
            .into_iter()
            .map(|batch| {
                let start = number;
                number += batch.len();
                if gone.peek().is_none_or(|&(next, _)| next >= number) {
                    return batch;
                }
                let mut kept = Vec::with_capacity(batch.len());
                for (number, report) in (start..).zip(batch) {
                    match gone.next_if(|&(next, _)| next == number) {
                        Some((_, into)) => reading.merged.push(MergedReport { into, report }),
                        None => kept.push(report),
                    }
                }
                kept
            })
            .collect();
        let mut gone = merged.iter().map(|it| it.0).peekable();
        let mut number = 0;
        self.keys.retain(|_| {
            number += 1;
            gone.next_if_eq(&(number - 1)).is_none()
        });
        // The numbers behind the first that went have changed.
        for table in &mut self.tables {
            table.clear();
        }
        let keys = std::mem::take(&mut self.keys);
        for (number, key) in keys.iter().enumerate() {
            look(
                &mut self.tables[shard_of(key)],
                number,
                &keys,
                &reading.incidents,
            );
        }
        self.keys = keys;
    }
}

/// The low and the high bits of a hash choose a place within a table.
fn shard_of(key: &Key) -> usize {
    (key.hash >> 32) as usize % SHARDS
}

/// What an incident is to those in the table, of which it is one from now on if it is another report than
/// they. Of several under one id the first counts that is the same report, else the first.
fn look(
    table: &mut HashTable<u32>,
    number: usize,
    keys: &[Key],
    incidents: &Batches<Incident>,
) -> Option<Repetition> {
    let key = keys[number];
    let one = &incidents[number];
    let mut again: Option<usize> = None;
    let mut other_under_id: Option<usize> = None;
    for &held in table.iter_hash(key.hash) {
        let held = held as usize;
        let other = &incidents[held];
        let first = |place: &mut Option<usize>| {
            *place = Some(place.map_or(held, |before| before.min(held)));
        };
        if keys[held] != key || (key.has_id && one.id() != other.id()) {
            continue;
        }
        if key.has_id && (one.day != other.day || one.position != other.position) {
            first(&mut other_under_id);
        } else if key.has_id || same_report(one, other) {
            first(&mut again);
        }
    }
    if let Some(earlier) = again {
        return Some((number, earlier, Seen::Again));
    }
    table.insert_unique(key.hash, number as u32, |&it| keys[it as usize].hash);
    other_under_id.map(|earlier| (number, earlier, Seen::OtherUnderId))
}

fn told(kept: &Incident, incident: &Incident, has_id: bool, ledger: &Ledger) -> Details {
    let entry = &ledger.entries[kept.record];
    let id = if has_id { incident.id() } else { "" };
    let claims = if same_report(kept, incident) {
        ""
    } else {
        "; its other claims are in tables/merged_reports.csv"
    };
    let expected = format!(
        "counted once, with line {} of {}{claims}",
        entry.line, ledger.files[entry.file as usize].name,
    );
    Details {
        id: incident.id().into(),
        column: if has_id { "id" } else { "" }.into(),
        value: id.into(),
        expected: expected.into(),
    }
}

/// Whether two reports say the same; their ids and rows aside.
fn same_report(a: &Incident, b: &Incident) -> bool {
    fn texts(it: &Incident) -> [&str; 6] {
        [
            it.time_local(),
            it.place(),
            it.source_url(),
            it.source_date(),
            it.note(),
            it.verified_on(),
        ]
    }
    let numbers = |it: &Incident| {
        (
            (it.day, it.last_day, it.position, it.location_radius),
            (it.deaths, it.civilian_deaths, it.injured),
            (it.claim_status, it.verification),
        )
    };
    let names = |it: &Incident| {
        [
            &it.admin1,
            &it.country,
            &it.geo_precision,
            &it.event_type,
            &it.actor_a,
            &it.actor_b,
            &it.reported_by,
            &it.verified_by,
            &it.source_name,
        ]
        .map(ToOwned::to_owned)
    };
    numbers(a) == numbers(b) && texts(a) == texts(b) && names(a) == names(b)
}

fn hold_repeated(incident: &Incident, entries: &mut Batches<Entry>) {
    let details = Details {
        id: incident.id().into(),
        column: "id".into(),
        value: incident.id().into(),
        expected: "an id that no earlier record has with another day or place".into(),
    };
    entries[incident.record].decide(Fate::Held, Reason::IdRepeated, details);
}
