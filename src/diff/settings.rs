//! In what two runs differ besides their data: changes may come from that.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::manifest::{Digested, Manifest};

/// A setting that differs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// Where it stands in the manifest, such as `options.corridor_km`.
    pub name: String,
    /// The old value as JSON; empty where there is none.
    pub old: String,
    /// The new value as JSON; empty where there is none.
    pub new: String,
}

/// An input file that differs by its bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Input {
    /// What it is for.
    pub role: String,
    /// Its name.
    pub name: String,
    /// `changed`, `added` or `removed`.
    pub how: &'static str,
}

/// The parts of a manifest's `run` that say how it was made, not what was found.
const SETTINGS: [&str; 5] = ["seed", "period", "options", "border", "files"];

/// The settings that differ, by name. Those of style are left out: they change no number. The period counts, though
/// it may come from the data.
pub fn settings(old: &Manifest, new: &Manifest) -> Vec<Setting> {
    let flat = |manifest: &Manifest| {
        let mut flat = BTreeMap::new();
        for part in SETTINGS {
            flatten(part, &manifest.run[part], &mut flat);
        }
        flat.retain(|name, _| !name.starts_with("options.style."));
        flat
    };
    let (old, new) = (flat(old), flat(new));
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    names
        .into_iter()
        .filter(|&name| old.get(name) != new.get(name))
        .map(|name| Setting {
            name: name.clone(),
            old: old.get(name).cloned().unwrap_or_default(),
            new: new.get(name).cloned().unwrap_or_default(),
        })
        .collect()
}

fn flatten(name: &str, value: &Value, flat: &mut BTreeMap<String, String>) {
    match value {
        Value::Object(map) => {
            for (key, value) in map {
                flatten(&format!("{name}.{key}"), value, flat);
            }
        }
        // Files stand in their order; other lists are values.
        Value::Array(list) if name == "files" => {
            for (number, value) in list.iter().enumerate() {
                flatten(&format!("files[{}]", number + 1), value, flat);
            }
        }
        // What was found out about a file often holds counts of its rows, and its name is an input's.
        _ if name.ends_with("].decisions") || name.ends_with("].name") => {}
        Value::Null => {}
        value => {
            flat.insert(name.to_owned(), value.to_string());
        }
    }
}

/// The inputs that differ, by role and name.
pub fn inputs(old: &Manifest, new: &Manifest) -> Vec<Input> {
    type Key<'a> = (&'a str, &'a str, usize);
    fn by_name(inputs: &[Digested]) -> BTreeMap<Key<'_>, &str> {
        let mut named = BTreeMap::new();
        for input in inputs {
            let mut which = 0;
            while named.contains_key(&(&*input.role, &*input.path, which)) {
                which += 1;
            }
            named.insert((&*input.role, &*input.path, which), &*input.sha256);
        }
        named
    }
    let (old, new) = (by_name(&old.inputs), by_name(&new.inputs));
    let names: BTreeSet<&Key<'_>> = old.keys().chain(new.keys()).collect();
    names
        .into_iter()
        .filter_map(|key| {
            let how = match (old.get(key), new.get(key)) {
                (Some(one), Some(other)) if one == other => return None,
                (Some(_), Some(_)) => "changed",
                (None, _) => "added",
                (_, None) => "removed",
            };
            Some(Input {
                role: key.0.to_owned(),
                name: key.1.to_owned(),
                how,
            })
        })
        .collect()
}
