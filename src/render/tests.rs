//! Every picture of shipped, shared and made-up cases: letters large enough, inside, and on no others; the
//! same bytes every time.

use rayon::prelude::*;

use super::inspect;
use super::set;
use super::sheet::Sheet;
use super::testing;
use super::theme::{self, Symbols};
use crate::analysis::Analysis;
use crate::case::{Size, Theme};

/// What is wrong with the pictures of an analysis on a sheet, and how many there are.
fn faults(name: &str, analysis: &Analysis, sheet: &Sheet) -> (Vec<String>, usize) {
    let symbols = Symbols::of(analysis);
    let pictures = set::pictures(analysis);
    let size = (sheet.size_px.0 as f32, sheet.size_px.1 as f32);
    let found = pictures
        .par_iter()
        .flat_map_iter(|picture| {
            let svg = (picture.draw)(analysis, &symbols, sheet);
            let faults = inspect::faults(&svg, size, theme::SMALLEST_PX as f32 - 0.01);
            let path = &picture.path;
            faults
                .into_iter()
                .map(move |fault| format!("{name}, {path} {}×{}: {fault}", size.0, size.1))
        })
        .collect();
    (found, pictures.len())
}

#[test]
fn no_text_lies_on_another_in_any_picture_of_known_cases() {
    let mut found = Vec::new();
    for (name, analysis) in testing::known_cases() {
        for size in Size::ALL {
            let sheet = Sheet::new(size, Theme::Light);
            let (faults, pictures) = faults(&name, &analysis, &sheet);
            assert!(pictures >= 10, "{name}: {pictures}");
            found.extend(faults);
        }
    }
    inspect::assert_none(&found);
}

#[test]
fn no_text_lies_on_another_in_any_picture_of_200_made_up_cases() {
    let all: Vec<(Vec<String>, usize)> = (0..200u64)
        .into_par_iter()
        .map(|seed| {
            let analysis = testing::made(seed);
            faults(&format!("case {seed}"), &analysis, &Sheet::of(&analysis))
        })
        .collect();
    let pictures: usize = all.iter().map(|(_, pictures)| pictures).sum();
    assert!(pictures > 2_000, "{pictures}");
    let found: Vec<String> = all.into_iter().flat_map(|(faults, _)| faults).collect();
    inspect::assert_none(&found);
}

/// Themes change colours and nothing else.
#[test]
fn every_theme_draws_the_same_shapes() {
    let analysis = testing::made(7);
    let symbols = Symbols::of(&analysis);
    let shapes = |theme| -> Vec<String> {
        let sheet = Sheet::new(Size::Slide, theme);
        let drawn = set::pictures(&analysis);
        let svgs = drawn
            .iter()
            .map(|it| (it.draw)(&analysis, &symbols, &sheet));
        svgs.map(|svg| without_colours(&svg)).collect()
    };
    let light = shapes(Theme::Light);
    assert_eq!(light, shapes(Theme::Light), "not the same the second time");
    assert_eq!(light, shapes(Theme::Dark));
    assert_eq!(light, shapes(Theme::PrintGrey));
}

fn without_colours(svg: &str) -> String {
    let mut parts = svg.split('#');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.chars().take_while(char::is_ascii_hexdigit).count();
        text.push('#');
        text.push_str(if digits == 6 || digits == 3 {
            &part[digits..]
        } else {
            part
        });
    }
    text
}
