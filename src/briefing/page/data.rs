//! What the script of the page knows of each incident.

use serde_json::{Value, json};

use super::{is_link, span_of};
use crate::analysis::Analysis;
use crate::incident::Incident;
use crate::render::theme::Symbols;
use crate::units::Metres;
use crate::wording::{chainages, plain};

/// The data block: days, and for every incident what filters and the panel need. Safe within a script
/// element: `<` stands as an escape.
pub(super) fn json(analysis: &Analysis, symbols: &Symbols) -> String {
    let start = analysis.period.start;
    let days = analysis.period.days().0.max(1);
    let names: Vec<String> = (0..days)
        .map(|day| crate::wording::date(start.plus(crate::units::Days(day))))
        .collect();
    let incidents: Vec<Value> = analysis
        .incidents
        .iter()
        .map(|it| {
            let of = &it.incident;
            let kind = symbols.place_of(&of.event_type);
            json!({
                "c": u8::from(it.is_counted()),
                "d": of.day.since(start).0,
                "e": of.last_day.since(start).0,
                "k": kind,
                "s": of.claim_status.as_str(),
                "p": u8::from(analysis.is_placed(it)),
                "b": &*of.reported_by,
                "a": &*of.actor_a,
                "x": [of.deaths.low, of.deaths.best, of.deaths.high],
                "date": dated(of),
                "place": of.place(),
                "kind": plain(&of.event_type),
                "sector": analysis.sector_name(it.sector),
                "km": chainages(it.location.chainage.km(), it.location.chainage.km()),
                "off": format!("{:.1} km", it.location.offset.km()),
                "by": plain(&of.reported_by),
                "actors": [&*of.actor_a, &*of.actor_b],
                "status": plain(of.claim_status.as_str()),
                "radius": of.location_radius.map(Metres::km),
                "deaths": figures(of),
                "fate": plain(it.fate.as_str()),
                "note": of.note(),
                "source": &*of.source_name,
                "url": if is_link(of.source_url()) { of.source_url() } else { "" },
                "id": of.id(),
            })
        })
        .collect();
    let data = json!({ "days": names, "incidents": incidents });
    data.to_string()
        .replace('<', "\\u003c")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029")
}

/// When it was.
pub(super) fn dated(incident: &Incident) -> String {
    span_of(incident.day, incident.last_day)
}

/// `4–6–9`, `none reported`.
pub(super) fn figures(incident: &Incident) -> String {
    if !incident.deaths.any() {
        return "none reported".to_owned();
    }
    [
        incident.deaths.low,
        incident.deaths.best,
        incident.deaths.high,
    ]
    .map(|figure| figure.map_or_else(|| "…".to_owned(), |it| it.to_string()))
    .join("–")
}
