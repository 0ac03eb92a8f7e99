//! The pictures: the whole set of the shipped case, and the overview of a million incidents.
//!
//! `cargo bench --bench pictures` prints seconds, the best and the median of a few: of the set on all cores, of the
//! same one after the other (the naive way), of empty pages of the same size (the floor), and of each picture by
//! itself; then of the overview. Another number of incidents may be given: `cargo bench --bench pictures -- 100000`.

use borderscope::analysis::Analysis;
use borderscope::briefing;
use borderscope::case::{Case, IncidentFile};
use borderscope::pipeline::{self, Silent};
use borderscope::render::frame;
use borderscope::render::set::{self, Picture};
use borderscope::render::sheet::Sheet;
use borderscope::render::theme::Symbols;
use borderscope::render::{map, raster};
use rayon::prelude::*;

mod clock;
mod table;

use clock::timed;
use table::{data, near_the_line};

fn told(what: &str, (best, median): (f64, f64)) {
    println!("{what:<44} {best:7.3} {median:7.3}");
}

struct Drawing<'a> {
    analysis: &'a Analysis,
    symbols: Symbols,
    sheet: Sheet,
}

impl Drawing<'_> {
    fn svg(&self, picture: &Picture) -> String {
        (picture.draw)(self.analysis, &self.symbols, &self.sheet)
    }

    fn png(&self, svg: &str) -> usize {
        let png = raster::png(svg, self.sheet.png_scale());
        png.expect("a picture").len()
    }
}

fn real_case() {
    let case = Case::read(&data("case.toml")).expect("the case");
    let analysis = pipeline::analyse(&case, &Silent).expect("an analysis");
    let drawing = Drawing {
        analysis: &analysis,
        symbols: Symbols::of(&analysis),
        sheet: Sheet::of(&analysis),
    };
    let pictures = set::pictures(&analysis);
    println!(
        "{} pictures of the shipped case, SVG and PNG; target 1.5 s on two cores",
        pictures.len()
    );
    println!("{:<44} {:>7} {:>7}", "", "best", "median");
    let all = timed(7, || {
        let bytes: usize = pictures
            .par_iter()
            .map(|picture| drawing.png(&drawing.svg(picture)))
            .sum();
        assert!(bytes > 0);
    });
    told("all, on all cores", all);
    let one_by_one = timed(3, || {
        for picture in &pictures {
            drawing.png(&drawing.svg(picture));
        }
    });
    told("naive: one after the other", one_by_one);
    let floor = timed(3, || {
        for _ in &pictures {
            let sheet = &drawing.sheet;
            let empty = frame::picture(&analysis, sheet, "Empty", "", |_, _| {});
            drawing.png(&empty);
        }
    });
    told("floor: as many empty pages, the same way", floor);
    for picture in &pictures {
        let svg = drawing.svg(picture);
        let drawn = timed(5, || {
            drawing.svg(picture);
        });
        let painted = timed(3, || {
            drawing.png(&svg);
        });
        told(&format!("  {} SVG", picture.path), drawn);
        told(&format!("  {} PNG", picture.path), painted);
    }
    let document = briefing::document(&analysis);
    let page = timed(3, || {
        briefing::page::write(&analysis, &document, &drawing.symbols, &pictures);
    });
    told("index.html", page);
    let pdf = timed(3, || {
        let file = briefing::pdf::write(&analysis, &document, &drawing.symbols, &pictures);
        file.expect("a document");
    });
    told("briefing.pdf", pdf);
}

fn overview(incidents: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("incidents.csv");
    std::fs::write(&path, near_the_line(incidents)).expect("writing");
    let mut case = Case::from_files(vec![IncidentFile::new(path)], data("border.geojson"));
    case.places = Some(data("places.csv"));
    case.basemap = Some(data("basemap.geojson"));
    let analysis = pipeline::analyse(&case, &Silent).expect("an analysis");
    println!("overview of {incidents} incidents; target 1 s for 1,000,000");
    let drawn = timed(3, || {
        let drawing = Drawing {
            analysis: &analysis,
            symbols: Symbols::of(&analysis),
            sheet: Sheet::of(&analysis),
        };
        drawing.png(&map::overview(&analysis, &drawing.symbols, &drawing.sheet));
    });
    told("symbols, SVG and PNG", drawn);
    // As the program does: it ends.
    std::mem::forget(analysis);
}

fn main() {
    real_case();
    overview(table::rows_asked_or(1_000_000) as usize);
}
