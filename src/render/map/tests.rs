//! Maps of shipped, shared and made-up cases: no label on another, on a mark or on the border, none on
//! the wrong side of it.

use rayon::prelude::*;

use super::scene::{self, Detail, Scene};
use super::{furniture, incidents, multiples, sectors, split};
use crate::analysis::Analysis;
use crate::render::canvas::{Canvas, Document, Length, Rect};
use crate::render::inspect;
use crate::render::labels::{crosses, leader, meet, overlap};
use crate::render::palette::Palette;
use crate::render::projection::View;
use crate::render::testing;
use crate::render::theme::Symbols;
use crate::wording;

/// Draws the overview, a map of density and the map of a sector. Returns what is wrong with their labels, and how
/// many there are.
fn check(name: &str, analysis: &Analysis) -> (Vec<String>, usize) {
    let mut faults = Vec::new();
    let symbols = Symbols::of(analysis);
    let mut svg = String::new();
    let document = Document {
        size_px: (1920, 1080),
        width: Length::Px(1920.0),
        title: "",
        description: "",
        background: None,
        palette: Palette::of(crate::case::Theme::Light),
        language: &analysis.language,
    };
    let (map, _) = split(Rect::new(48.0, 110.0, 1824.0, 880.0));
    let frame = furniture::above_strip(map);
    let mut labels = 0;
    let mut details = vec![(Detail::Whole, None), (Detail::Whole, Some(0.1))];
    let active = sectors::active(analysis);
    details.extend(active.first().map(|&sector| (Detail::Sector(sector), None)));
    for (detail, ribbon) in details {
        let positions = match detail {
            Detail::Sector(sector) => sectors::positions(analysis, sector),
            _ => super::positions(analysis),
        };
        let Some(view) = View::around(&positions, frame) else {
            continue;
        };
        let scene = Scene {
            ribbon,
            ..Scene::new(analysis, &symbols, view, detail)
        };
        let mut canvas = Canvas::new(&mut svg, &document);
        let drawn = scene::draw(&mut canvas, &scene);
        canvas.finish();
        labels += drawn.labels.len();
        for (place, label) in drawn.labels.iter().enumerate() {
            let rect = &label.rect;
            for other in &drawn.labels[..place] {
                if overlap(rect, &other.rect) {
                    faults.push(format!("{name}, {detail:?}: {rect:?} on {:?}", other.rect));
                }
            }
            if !drawn.ground.is_free(rect) {
                faults.push(format!(
                    "{name}, {detail:?}: {rect:?} on a mark or the line"
                ));
            }
            let Some(at) = label.of else { continue };
            // Whoever goes straight from a place to its label never crosses the border, and in its box there is
            // none. Where the place is drawn on the border itself, no side can be told.
            let dot = Rect::new(at.0 - 4.0, at.1 - 4.0, 8.0, 8.0);
            let way = leader(at, rect);
            let divides = drawn.ground.divides();
            if divides.iter().any(|it| meet(it, &way))
                && !divides.iter().any(|it| crosses(it, &dot))
            {
                faults.push(format!(
                    "{name}, {detail:?}: {rect:?} is not on the side of {at:?}"
                ));
            }
        }
    }
    (faults, labels)
}

#[test]
fn no_label_lies_on_another_or_on_the_wrong_side() {
    let mut found = Vec::new();
    for (name, analysis) in testing::known_cases() {
        let (faults, labels) = check(&name, &analysis);
        assert!(labels > 8, "{name}: {labels} labels");
        found.extend(faults);
    }
    let made: Vec<(Vec<String>, usize)> = (0..200u64)
        .into_par_iter()
        .map(|seed| check(&format!("case {seed}"), &testing::made(seed)))
        .collect();
    let labels: usize = made.iter().map(|(_, labels)| labels).sum();
    assert!(labels > 200 * 15, "{labels} labels");
    found.extend(made.into_iter().flat_map(|(faults, _)| faults));
    inspect::assert_none(&found);
}

/// The map of a sector outlines the clusters that have an incident in it, and no others: their marks are elsewhere.
#[test]
fn sectors_outline_their_own_clusters() {
    let frame = Rect::new(0.0, 0.0, 1200.0, 700.0);
    let mut left_out = 0;
    for (name, analysis) in testing::known_cases() {
        let symbols = Symbols::of(&analysis);
        let drawn = analysis.drawn_clusters();
        for sector in sectors::active(&analysis) {
            let view = View::around(&sectors::positions(&analysis, sector), frame).unwrap();
            let scene = Scene::new(&analysis, &symbols, view, Detail::Sector(sector));
            let outlined: Vec<u32> = incidents::outlines(&scene, &incidents::layout(&scene))
                .iter()
                .map(|outline| outline.number)
                .collect();
            let own = |number: u32| {
                let mut members = analysis.incidents.iter();
                members.any(|it| it.cluster == Some(number) && it.sector == sector)
            };
            let wanted: Vec<u32> = drawn
                .iter()
                .map(|cluster| cluster.number)
                .filter(|&number| own(number))
                .collect();
            assert_eq!(outlined, wanted, "{name}, sector {sector}");
            left_out += drawn.len() - outlined.len();
        }
    }
    assert!(left_out > 0);
}

/// Stretches of the shipped case and of a truce of one day, by whole days in force.
#[test]
fn phases_are_days_on_which_the_same_truces_are_in_force() {
    let names = |analysis: &Analysis| -> Vec<String> {
        let parts = multiples::phases(analysis).into_iter();
        let span = |days: crate::stats::Period| wording::span(days.start, days.end);
        parts
            .map(|part| format!("{}: {}", part.name, span(part.days)))
            .collect()
    };
    let (_, mut analysis) = testing::known_cases().swap_remove(0);
    assert_eq!(
        names(&analysis),
        [
            "no truce: 5–14 Oct 2025",
            "beginning or end of 48-hour truce: 15 Oct 2025",
            "48-hour truce: 16 Oct 2025",
            "beginning or end of 48-hour truce and Truce extension: 17 Oct 2025",
            "Truce extension: 18 Oct 2025",
            "Truce extension and Doha ceasefire: 19 Oct 2025",
            "Doha ceasefire: 20 Oct – 25 Dec 2025",
        ]
    );
    // Every day is in one of them.
    let parts = multiples::phases(&analysis);
    let days: i32 = parts.iter().map(|part| part.days.days().0).sum();
    assert_eq!(days, analysis.period.days().0);
    let first = analysis.context.ceasefires[0].clone();
    analysis.context.ceasefires = vec![crate::context::Ceasefire {
        name: "Eid truce".to_owned(),
        end: Some(first.start),
        start_time: String::new(),
        end_time: String::new(),
        ..first
    }];
    assert_eq!(
        names(&analysis),
        [
            "no truce: 5–14 Oct 2025",
            "Eid truce: 15 Oct 2025",
            "no truce: 16 Oct – 25 Dec 2025",
        ]
    );
}
