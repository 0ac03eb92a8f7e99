//! Tests of the canvas.

use plotters_backend::text_anchor::{HPos, VPos};
use plotters_backend::{BackendColor, DrawingBackend, FontTransform};

use super::*;
use crate::render::raster;
use crate::render::script::Script;
use crate::render::script::tests::NAMES;
use resvg::usvg;

const BLACK: Ink = Ink::own([0, 0, 0]);

/// The document that `draw` makes on a canvas of 400 × 300 px.
fn drawn(draw: impl FnOnce(&mut Canvas<'_>)) -> String {
    let mut out = String::from("something older");
    let mut canvas = Canvas::new(&mut out, &document((400, 300), "T", "", None));
    draw(&mut canvas);
    canvas.finish();
    out
}

fn all_nodes(group: &usvg::Group, out: &mut Vec<usvg::Node>) {
    for node in group.children() {
        out.push(node.clone());
        if let usvg::Node::Group(inner) = node {
            all_nodes(inner, out);
        }
    }
}

fn nodes(svg: &str) -> Vec<usvg::Node> {
    let mut out = Vec::new();
    all_nodes(
        raster::tree(svg).expect("the SVG can be read").root(),
        &mut out,
    );
    out
}

#[test]
fn numbers_are_short() {
    let text = |v: f64| {
        let mut out = String::new();
        write_number(&mut out, v);
        out
    };
    for (value, expected) in [
        (0.0, "0"),
        (-0.0, "0"),
        (-0.004, "0"),
        (1.0, "1"),
        (100.0, "100"),
        (1.5, "1.5"),
        (1.234, "1.23"),
        (1.235_1, "1.24"),
        (0.05, "0.05"),
        (-0.05, "-0.05"),
        (-12.30, "-12.3"),
        (1920.0, "1920"),
        (1e30, "1000000"),
    ] {
        assert_eq!(text(value), expected);
    }
    let mut out = String::new();
    write_decimal(&mut out, 50, 3);
    assert_eq!(out, "0.05");
}

#[test]
fn text_and_attributes_are_escaped() {
    let nasty = "a<b>&\"c\" \u{0}\u{b}]]>";
    let svg = {
        let mut out = String::new();
        let mut canvas = Canvas::new(&mut out, &document((100, 50), nasty, nasty, None));
        canvas.begin_group(&Group {
            id: "1 a\"b",
            class: nasty,
            label: nasty,
            ..Group::default()
        });
        canvas.text(&TextLine::new(
            (1.0, 20.0),
            nasty,
            Lettering::new(12.0, BLACK),
        ));
        canvas.finish();
        out
    };
    assert!(
        svg.contains(">a&lt;b&gt;&amp;&quot;c&quot; ]]&gt;</text>"),
        "{svg}"
    );
    assert!(svg.contains("id=\"g1-a-b\""));
    let document = usvg::roxmltree::Document::parse(&svg).unwrap();
    let group = document
        .descendants()
        .find(|n| n.has_tag_name("g"))
        .unwrap();
    assert_eq!(group.attribute("aria-label"), Some("a<b>&\"c\" ]]>"));
}

#[test]
fn the_document_is_whole_however_it_ends() {
    let by_drop = {
        let mut out = String::new();
        let mut canvas = Canvas::new(&mut out, &document((10, 10), "", "", Some(BLACK)));
        canvas.begin_group(&Group::default());
        canvas.begin_clip(Rect::new(0.0, 0.0, 5.0, 5.0));
        drop(canvas);
        out
    };
    assert!(by_drop.ends_with("</g>\n</g>\n</svg>\n"), "{by_drop}");
    let mut by_present = String::new();
    let mut canvas = Canvas::new(&mut by_present, &document((10, 10), "", "", None));
    canvas.end();
    canvas.present().unwrap();
    canvas.circle((1.0, 1.0), 1.0, &Paint::filled(BLACK));
    let late = canvas.draw_pixel(
        (0, 0),
        BackendColor {
            alpha: 1.0,
            rgb: (0, 0, 0),
        },
    );
    assert!(matches!(
        late,
        Err(DrawingErrorKind::DrawingError(CanvasError::Finished))
    ));
    drop(canvas);
    assert!(by_present.ends_with("\"img\">\n</svg>\n"), "{by_present}");
}

#[test]
fn what_cannot_be_seen_is_not_written() {
    let empty = drawn(|_| {});
    let svg = drawn(|c| {
        let black = Paint::filled(BLACK);
        c.path(&[[(0.0, 0.0), (f64::NAN, 1.0), (2.0, 2.0)]], true, &black);
        c.path(
            &[[(1.0, 1.0), (1.001, 1.001)]],
            false,
            &Paint::outlined(Stroke::solid(BLACK, 1.0)),
        );
        c.path::<[(f64, f64); 2]>(&[], true, &black);
        c.circle((f64::INFINITY, 0.0), 1.0, &black);
        c.circle((1.0, 1.0), -1.0, &black);
        c.circle((1.0, 1.0), 5.0, &Paint::filled(BLACK.with_alpha(0.0)));
        c.circle((1.0, 1.0), 5.0, &Paint::filled(BLACK.with_alpha(f64::NAN)));
        c.rect(Rect::new(0.0, 0.0, -1.0, 1.0), 0.0, &black);
        c.line((0.0, 0.0), (9.0, 9.0), Stroke::solid(BLACK, 0.0));
        c.text(&TextLine::new(
            (0.0, 0.0),
            " \u{7}",
            Lettering::new(12.0, BLACK),
        ));
        c.text(&TextLine::new(
            (0.0, f64::NAN),
            "a",
            Lettering::new(12.0, BLACK),
        ));
        c.text(&TextLine::new((0.0, 0.0), "a", Lettering::new(0.0, BLACK)));
    });
    assert_eq!(svg, empty);
}

#[test]
fn opacity_belongs_to_colours() {
    let svg = drawn(|c| {
        let stroke = Stroke::solid(BLACK.with_alpha(0.25), 1.0 / 16.0).dashed(Dash::Dashed);
        let paint = Paint::filled(Ink::own([1, 171, 255]).with_alpha(0.5)).with_outline(stroke);
        c.circle((10.0, 10.5), 2.25, &paint);
    });
    assert!(
        svg.contains(
            "<circle cx=\"10\" cy=\"10.5\" r=\"2.25\" fill=\"#01abff\" fill-opacity=\"0.5\" \
             stroke=\"#000000\" stroke-opacity=\"0.25\" stroke-width=\"0.063\""
        ),
        "{svg}"
    );
    assert!(!svg.contains(" opacity="));
}

#[test]
fn a_ring_in_a_ring_is_a_hole() {
    let square = |a: f64, b: f64| vec![(a, a), (b, a), (b, b), (a, b)];
    let svg = drawn(|c| {
        c.path(
            &[square(0.0, 100.0), square(25.0, 75.0)],
            true,
            &Paint::filled(BLACK),
        );
    });
    assert!(svg.contains("M0 0L100 0 100 100 0 100ZM25 25L"), "{svg}");
    let picture = raster::pixmap(&raster::tree(&svg).unwrap(), 1.0).unwrap();
    let alpha = |x, y| picture.pixel(x, y).unwrap().alpha();
    assert_eq!(
        (alpha(10, 10), alpha(50, 50), alpha(90, 50), alpha(150, 50)),
        (255, 0, 255, 0)
    );
}

#[test]
fn a_clip_clips_and_ends() {
    let svg = drawn(|c| {
        let whole = Rect::new(0.0, 0.0, 400.0, 300.0);
        c.begin_clip(Rect::new(100.0, 100.0, 50.0, 50.0));
        c.rect(whole, 0.0, &Paint::filled(BLACK));
        c.end();
        c.circle((300.0, 200.0), 10.0, &Paint::filled(BLACK));
    });
    let picture = raster::pixmap(&raster::tree(&svg).unwrap(), 1.0).unwrap();
    let alpha = |x, y| picture.pixel(x, y).unwrap().alpha();
    assert_eq!(
        (
            alpha(120, 120),
            alpha(99, 120),
            alpha(151, 120),
            alpha(300, 200)
        ),
        (255, 0, 0, 255)
    );
}

#[test]
fn rendered_text_is_as_wide_as_measured() {
    for (weight, line) in [
        (
            Weight::Regular,
            "Incidents within 5 km of the line, AVATAR To. fi ffl",
        ),
        (
            Weight::Bold,
            "Incidents within 5 km of the line, AVATAR To. fi ffl",
        ),
        (Weight::Regular, "≤ 25 km → −3.5 ± 0.2 °C ² № • ▲"),
        (Weight::Regular, "Хост, Нангархар; Αθήνα; Gdańsk; Đà Nẵng"),
        (Weight::Regular, "سپین بولدک"),
        (Weight::Bold, "کوئٹہ، بلوچستان"),
        (Weight::Regular, "Lahore لاهور (ښار) 12 km, ټګېړ"),
        (Weight::Regular, "می\u{200c}رود ۱۲۳"),
    ] {
        // Renderers differ on whether a joiner takes letter-spacing; nobody spaces such text.
        let spacings: &[f64] = if line.contains('\u{200c}') {
            &[0.0]
        } else {
            &[0.0, 1.5]
        };
        for &letter_spacing_px in spacings {
            let set = Lettering {
                weight,
                ..Lettering::new(20.0, BLACK)
            }
            .spaced(letter_spacing_px);
            let svg = drawn(|c| c.text(&TextLine::new((10.0, 50.0), line, set)));
            let boxes = nodes(&svg);
            let [usvg::Node::Text(node)] = boxes.as_slice() else {
                panic!("{boxes:?}")
            };
            let rendered = f64::from(node.bounding_box().width());
            let measured = set.width_px(line);
            assert!(
                (rendered / measured - 1.0).abs() < 0.01,
                "{line}: {rendered} {measured}"
            );
        }
    }
}

#[test]
fn anchors_place_the_line_box() {
    let measured = Lettering::new(20.0, BLACK).width_px("Khost");
    for (anchor, left) in [
        (Anchor::Start, 200.0),
        (Anchor::Middle, 200.0 - measured / 2.0),
        (Anchor::End, 200.0 - measured),
    ] {
        let set = Lettering::new(20.0, BLACK).anchored(anchor, VerticalAnchor::Middle);
        let line = TextLine::new((200.0, 100.0), "Khost", set);
        let svg = drawn(|c| c.text(&line));
        let boxes = nodes(&svg);
        let [usvg::Node::Text(node)] = boxes.as_slice() else {
            panic!("{boxes:?}")
        };
        assert!((f64::from(node.bounding_box().x()) - left).abs() < 0.1);
        let bounds = line.bounds();
        assert!((bounds.x - left).abs() < 1e-9 && (bounds.y - 88.0).abs() < 1e-9);
        assert!((bounds.height - 24.0).abs() < 1e-9);
    }
}

#[test]
fn turned_text_covers_its_bounds() {
    for degrees in [90.0, 180.0, 270.0, 30.0] {
        let set = Lettering::new(20.0, BLACK)
            .anchored(Anchor::Middle, VerticalAnchor::Top)
            .rotated(degrees);
        let line = TextLine::new((200.0, 150.0), "HHHH HHHH", set);
        let svg = drawn(|c| c.text(&line));
        let picture = raster::pixmap(&raster::tree(&svg).unwrap(), 1.0).unwrap();
        let inked = |x: f64, y: f64| picture.pixel(x as u32, y as u32).unwrap().alpha() > 0;
        let bounds = line.bounds();
        let (mut inside, mut outside) = (0, 0);
        for x in 0..400 {
            for y in 0..300 {
                let (x, y) = (f64::from(x), f64::from(y));
                if inked(x, y) {
                    let within = x + 1.0 > bounds.x
                        && x < bounds.right()
                        && y + 1.0 > bounds.y
                        && y < bounds.bottom();
                    *(if within { &mut inside } else { &mut outside }) += 1;
                }
            }
        }
        assert!(
            inside > 500 && outside == 0,
            "{degrees}: {inside} {outside}"
        );
    }
}

#[test]
fn a_halo_surrounds_the_letters_and_leaves_them_alone() {
    let set = Lettering::new(40.0, BLACK).with_halo(Ink::own([255, 0, 0]), 3.0);
    let svg = drawn(|c| {
        c.text(&TextLine::new((20.0, 100.0), "I", set));
    });
    assert!(svg.contains("stroke=\"#ff0000\" stroke-width=\"6\" paint-order=\"stroke\""));
    let picture = raster::pixmap(&raster::tree(&svg).unwrap(), 1.0).unwrap();
    let row: Vec<(u8, u8)> = (0..60)
        .map(|x| picture.pixel(x, 85).unwrap())
        .map(|p| (p.red(), p.alpha()))
        .collect();
    let black = row.iter().filter(|p| **p == (0, 255)).count();
    let red = row.iter().filter(|p| **p == (255, 255)).count();
    // The stem of a capital I at 40 px is some 4 px wide; 3 px of halo on both sides.
    assert!(
        (2..=5).contains(&black) && (4..=6).contains(&red),
        "{black} {red}"
    );
}

#[test]
fn the_same_calls_give_the_same_bytes() {
    let draw = |c: &mut Canvas<'_>| {
        c.begin_clip(Rect::new(0.0, 0.0, 90.0, 90.0));
        c.line(
            (0.1, 0.2),
            (33.333, 66.666),
            Stroke::solid(BLACK, 1.5).dashed(Dash::DashDot),
        );
        c.end();
        c.text(&TextLine::new(
            (5.0, 5.0),
            "کابل",
            Lettering::new(11.0, BLACK),
        ));
    };
    assert_eq!(drawn(draw), drawn(draw));
    assert_eq!(
        raster::png(&drawn(draw), 2.0).unwrap(),
        raster::png(&drawn(draw), 2.0).unwrap()
    );
}

#[test]
fn documents_of_one_page_do_not_share_ids() {
    let of = |title: &str| {
        let mut out = String::new();
        let mut canvas = Canvas::new(&mut out, &document((10, 10), title, "", None));
        canvas.begin_clip(Rect::new(0.0, 0.0, 1.0, 1.0));
        canvas.end();
        let area = canvas.area(Rect::new(0.0, 0.0, 10.0, 10.0));
        drop(area);
        canvas.begin_clip(Rect::new(0.0, 0.0, 1.0, 1.0));
        canvas.finish();
        let ids: Vec<String> = out
            .split(" id=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .map(str::to_owned)
            .collect();
        ids
    };
    let (one, other) = (of("one"), of("other"));
    assert_eq!(one.len(), 3);
    let mut all: Vec<&String> = one.iter().chain(&other).collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 6);
}

#[test]
fn plotters_units_are_sixteenths() {
    let style =
        |sixteenths: u32| super::super::elements::line_style(BLACK, f64::from(sixteenths) / 16.0);
    let svg = drawn(|c| {
        assert_eq!(c.get_size(), (6400, 4800));
        let path = [(16, 16), (32, 48), (64, 8)];
        c.draw_path(path, &style(32)).unwrap();
        c.draw_circle((160, 160), 40, &style(16), true).unwrap();
        // Half a pixel up, so that the line fills one row.
        c.draw_line((0, 160), (160, 160), &style(16)).unwrap();
        c.draw_line((165, 0), (165, 160), &style(32)).unwrap();
        c.draw_rect((5, 5), (100, 100), &style(16), true).unwrap();
        c.draw_rect((100, 100), (5, 5), &style(16), false).unwrap();
        c.fill_polygon([(0, 0), (16, 0), (16, 16)], &style(1))
            .unwrap();
        c.draw_pixel(
            (17, 40),
            BackendColor {
                alpha: 1.0,
                rgb: (0, 0, 0),
            },
        )
        .unwrap();
    });
    for expected in [
        "<path d=\"M1 1L2 3 4 0.5\" fill=\"none\" stroke=\"#000000\" stroke-width=\"2\"/>",
        "<circle cx=\"10\" cy=\"10\" r=\"2.5\" fill=\"#000000\"/>",
        "d=\"M0 10.5L10 10.5\"",
        "d=\"M10 0L10 10\"",
        "<rect x=\"0\" y=\"0\" width=\"6\" height=\"6\" fill=\"#000000\"/>",
        "<rect x=\"0.5\" y=\"0.5\" width=\"6\" height=\"6\" fill=\"none\"",
        "d=\"M0 0L1 0 1 1Z\"",
        "<rect x=\"1\" y=\"2\" width=\"1\" height=\"1\" fill=\"#000000\"/>",
    ] {
        assert!(svg.contains(expected), "{expected} in {svg}");
    }
}

#[test]
fn plotters_text_is_measured_and_anchored() {
    use plotters::style::text_anchor::Pos;
    let style = super::super::elements::text_style(20.0, Weight::Bold, BLACK);
    let svg = drawn(|c| {
        let (width, height) = c.estimate_text_size("Khost", &style).unwrap();
        let px = text::width_px("Khost", 20.0, Weight::Bold);
        assert!((f64::from(width) / 16.0 - px).abs() < 0.1);
        assert_eq!(height, 384);
        let place = |h, v| style.pos(Pos::new(h, v));
        c.draw_text("a", &place(HPos::Left, VPos::Top), (160, 160))
            .unwrap();
        c.draw_text("b", &place(HPos::Center, VPos::Center), (160, 160))
            .unwrap();
        c.draw_text("c", &place(HPos::Right, VPos::Bottom), (160, 160))
            .unwrap();
        let turned = place(HPos::Center, VPos::Top).transform(FontTransform::Rotate270);
        c.draw_text("d", &turned, (160, 160)).unwrap();
    });
    for expected in [
        "<text x=\"10\" y=\"29\" font-size=\"20\" font-weight=\"bold\" fill=\"#000000\">a<",
        "y=\"17\" font-size=\"20\" font-weight=\"bold\" text-anchor=\"middle\" fill=\"#000000\">b<",
        "y=\"5\" font-size=\"20\" font-weight=\"bold\" text-anchor=\"end\" fill=\"#000000\">c<",
        "y=\"29.14\" font-size=\"20\" font-weight=\"bold\" text-anchor=\"middle\" fill=\"#000000\" transform=\"rotate(270 10 10)\">d<",
    ] {
        assert!(svg.contains(expected), "{expected} in {svg}");
    }
}

#[test]
fn a_bitmap_is_drawn_in_runs_or_refused() {
    let svg = drawn(|c| {
        c.blit_bitmap((16, 16), (3, 1), &[1, 1, 1, 1, 1, 1, 9, 9, 9])
            .unwrap();
        let short = c.blit_bitmap((0, 0), (2, 2), &[0; 11]);
        assert!(matches!(
            short,
            Err(DrawingErrorKind::DrawingError(CanvasError::BitmapTooShort))
        ));
        c.blit_bitmap((0, 0), (0, 5), &[]).unwrap();
    });
    assert_eq!(svg.matches("<rect").count(), 2);
    assert!(svg.contains("<rect x=\"3\" y=\"1\" width=\"1\" height=\"1\" fill=\"#090909\"/>"));
}

/// The glyphs that a drawing puts on paper, by place from the left: number, x, y and where the glyph ends.
fn glyphs(svg: &str) -> Vec<(u16, f64, f64, f64)> {
    let fonts = raster::fonts();
    let mut out = Vec::new();
    for node in nodes(svg) {
        let usvg::Node::Text(text) = node else {
            continue;
        };
        for glyph in text
            .layouted()
            .iter()
            .flat_map(|span| &span.positioned_glyphs)
        {
            let at = glyph.transform();
            let advance = fonts.with_face_data(glyph.font, |data, index| {
                let face = rustybuzz::Face::from_slice(data, index).unwrap();
                face.glyph_hor_advance(glyph.id).unwrap()
            });
            let end = f64::from(at.tx + at.sx * f32::from(advance.unwrap()));
            out.push((glyph.id.0, f64::from(at.tx), f64::from(at.ty), end));
        }
    }
    out
}

/// The glyphs of a line whose anchor is 100 px from the left; none of them is missing.
fn glyphs_of(text: &str, set: Lettering) -> Vec<(u16, f64, f64, f64)> {
    let out = glyphs(&drawn(|c| {
        c.text(&TextLine::new((100.0, 100.0), text, set));
    }));
    assert!(out.iter().all(|glyph| glyph.0 != 0), "{text}");
    out
}

#[test]
fn names_of_further_scripts_are_drawn_as_they_are_shaped() {
    for &(_, name, ..) in NAMES {
        let Some(script) = name.chars().find_map(Script::of) else {
            continue;
        };
        for weight in [Weight::Regular, Weight::Bold] {
            let set = Lettering {
                weight,
                ..Lettering::new(100.0, BLACK)
            };
            let drawn = glyphs_of(name, set);
            let mut buffer = rustybuzz::UnicodeBuffer::new();
            buffer.push_str(name);
            buffer.guess_segment_properties();
            let face = rustybuzz::Face::from_slice(script.font_file(weight), 0).unwrap();
            let shaped = rustybuzz::shape(&face, &[], buffer);
            assert_eq!(drawn.len(), shaped.len(), "{name}");
            let mut at = 100.0;
            for ((drawn, info), position) in drawn
                .iter()
                .zip(shaped.glyph_infos())
                .zip(shaped.glyph_positions())
            {
                assert_eq!(u32::from(drawn.0), info.glyph_id, "{name}");
                let x = at + f64::from(position.x_offset) / 10.0;
                let y = 100.0 - f64::from(position.y_offset) / 10.0;
                assert!(
                    (drawn.1 - x).abs() < 0.02 && (drawn.2 - y).abs() < 0.02,
                    "{name} {weight:?}: {drawn:?} at {x} {y}"
                );
                at += f64::from(position.x_advance) / 10.0;
            }
        }
    }
}

#[test]
fn mixed_lines_are_as_wide_as_they_are_measured() {
    for text in [
        "Poipet ប៉ោយប៉ែត 12 km",
        "Aranyaprathet อรัญประเทศ",
        "ช่องจอม–អូរស្មាច់ (O Smach), 3.5",
        "Тамбов, ไทย и ລາວ",
        "Mae Sai แม่สาย / တာချီလိတ် Tachileik",
        "रक्सौल–वीरगञ्ज (Raxaul)",
        "گوادر Gwadar, กำแพงเพชร 7",
        "Մեղրի / ზუგდიდი 2024",
        "סימן Kiryat, עברית ไทย",
        "Kabul کابل",
        "กำ",
    ] {
        for spacing in [0.0, 3.0] {
            for weight in [Weight::Regular, Weight::Bold] {
                for (anchor, share) in [
                    (Anchor::Start, 0.0),
                    (Anchor::Middle, 0.5),
                    (Anchor::End, 1.0),
                ] {
                    let set = Lettering {
                        weight,
                        ..Lettering::new(40.0, BLACK)
                            .spaced(spacing)
                            .anchored(anchor, VerticalAnchor::Baseline)
                    };
                    let drawn = glyphs_of(text, set);
                    let left = drawn.iter().fold(f64::MAX, |least, it| it.1.min(least));
                    let right = drawn.iter().fold(0.0_f64, |most, it| it.3.max(most));
                    let width = set.width_px(text);
                    let expected = 100.0 - share * width;
                    assert!(
                        (left - expected).abs() < 0.05 && (right - expected - width).abs() < 0.05,
                        "{text} {weight:?} {spacing} {anchor:?}: {left} to {right}, not {expected} and {width} more"
                    );
                }
            }
        }
    }
}

#[test]
fn lines_in_the_base_font_are_written_whole() {
    for text in [
        "Torkham 12 km",
        "سپین بولدک",
        "Тамбов",
        "קריית שמונה",
        "Αθήνα ≥ 3",
    ] {
        let svg = drawn(|c| {
            let set = Lettering::new(11.0, BLACK).anchored(Anchor::Middle, VerticalAnchor::Top);
            c.text(&TextLine::new((50.0, 20.0), text, set));
        });
        let expected = format!(
            "<text x=\"50\" y=\"30.53\" font-size=\"11\" text-anchor=\"middle\" fill=\"#000000\">{text}</text>\n"
        );
        assert!(svg.contains(&expected), "{svg}");
    }
}

#[test]
fn the_halo_of_a_line_in_pieces_lies_under_all_of_it() {
    let set = Lettering::new(60.0, BLACK);
    let line = |set| TextLine::new((20.0, 150.0), "Mae កោកោ 1", set);
    let plain = drawn(|c| c.text(&line(set)));
    let haloed = drawn(|c| c.text(&line(set.with_halo(Ink::own([255, 0, 0]), 5.0))));
    let picture = |svg: &str| raster::pixmap(&raster::tree(svg).unwrap(), 1.0).unwrap();
    let (plain, haloed) = (picture(&plain), picture(&haloed));
    let mut red = 0;
    for (without, with) in plain.pixels().iter().zip(haloed.pixels()) {
        // Where there is ink without a halo, there is the same with one.
        assert!(without.alpha() < 255 || with.red() == 0);
        red += usize::from(with.red() == 255);
    }
    assert!(red > 1000, "{red}");
}

#[test]
fn bounds_hold_the_letters_of_further_scripts() {
    for &(_, name, ..) in NAMES
        .iter()
        .filter(|it| it.1.chars().any(|c| Script::of(c).is_some()))
    {
        let set = Lettering::new(40.0, BLACK).bold();
        let line = TextLine::new((100.0, 150.0), name, set);
        let bounds = line.bounds();
        let picture =
            raster::pixmap(&raster::tree(&drawn(|c| c.text(&line))).unwrap(), 1.0).unwrap();
        for y in 0..300 {
            let inked = (0..400).any(|x| picture.pixel(x, y).unwrap().alpha() > 0);
            let y = f64::from(y);
            assert!(
                !inked || y + 1.0 > bounds.y && y < bounds.bottom(),
                "{name}: {y} beyond {bounds:?}"
            );
        }
    }
}
