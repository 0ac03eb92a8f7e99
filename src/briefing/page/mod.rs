//! `index.html`: the briefing as one page that needs nothing else.
//!
//! Its policy allows its own style, its own script, and pictures and fonts that stand in it; nothing
//! else, and no request at all. What it shows is drawn by the same code as the pictures.

mod data;
mod html;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rayon::prelude::*;

use super::document::{Block, Document};
use crate::analysis::Analysis;
use crate::digest;
use crate::incident::ClaimStatus;
use crate::located::LocatedIncident;
use crate::render::canvas::Length;
use crate::render::frame;
use crate::render::map;
use crate::render::palette::{Hue, Palette, Role, Tone};
use crate::render::script::Script;
use crate::render::set::Picture;
use crate::render::sheet::Sheet;
use crate::render::text::{self, Weight};
use crate::render::theme::{self, Symbols};
use crate::wording::language::{Language, isolated};
use crate::wording::{counted, date, day_and_month, grouped, plain};

use html::{Html, fragment, is_link};

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Above so many incidents the map shows bins, and the page has no filters and no table of incidents.
pub const MOST_LIVE: usize = 5_000;

/// Makes the page. The same analysis gives the same bytes.
pub fn write(
    analysis: &Analysis,
    document: &Document,
    symbols: &Symbols,
    pictures: &[Picture],
) -> String {
    let sheet = Sheet::new(crate::case::Size::Slide, analysis.style.theme).bare();
    let drawn: Vec<(&Picture, String)> = pictures
        .par_iter()
        .filter(|picture| picture.path != "maps/overview")
        .map(|picture| (picture, (picture.draw)(analysis, symbols, &sheet)))
        .collect();
    let map_sheet = Sheet {
        size_px: (1400, 900),
        width: Length::Px(1400.0),
        ..sheet
    };
    let live = analysis.counted().count() <= MOST_LIVE;
    let (map, metres_per_px) = map::live(analysis, symbols, &map_sheet, MOST_LIVE);

    let mut page = Html::default();
    page.raw("<body>\n<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n");
    banner(&mut page, analysis, "Marking above");
    title(&mut page, analysis, document);
    contents(&mut page, document, live);
    page.raw("<main>\n");
    findings(&mut page, document);
    map_section(&mut page, analysis, symbols, &map, metres_per_px, live);
    charts(&mut page, &drawn);
    blocks(&mut page, document);
    if live {
        incidents(&mut page, analysis);
    }
    page.raw("</main>\n");
    foot(&mut page, analysis);
    banner(&mut page, analysis, "Marking below");
    if live {
        page.raw("<script type=\"application/json\" id=\"data\">");
        page.raw(&data::json(analysis, symbols));
        page.raw("</script>\n");
    }
    page.raw("<script>")
        .raw(SCRIPT)
        .raw("</script>\n</body>\n</html>\n");
    let scripts = scripts_of(&page.0);
    let style = format!(
        "{}{}{STYLE}{}",
        faces(&scripts),
        colours(sheet.palette),
        families(&scripts)
    );
    let mut whole = Html::default();
    head(&mut whole, document, &style);
    whole.raw(&page.0);
    whole.0
}

fn head(page: &mut Html, document: &Document, style: &str) {
    let hash = |content: &str| STANDARD.encode(digest::raw(content.as_bytes()));
    page.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    page.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-");
    page.raw(&hash(style)).raw("'; script-src 'sha256-");
    page.raw(&hash(SCRIPT));
    page.raw("'; img-src data:; font-src data:; base-uri 'none'; form-action 'none'\">\n");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    page.raw("<meta name=\"referrer\" content=\"no-referrer\">\n");
    page.raw(concat!(
        "<meta name=\"generator\" content=\"borderscope ",
        env!("CARGO_PKG_VERSION"),
        "\">\n<link rel=\"icon\" href=\"data:,\">\n"
    ));
    page.element("title", &document.title);
    page.raw("<style>").raw(style).raw("</style>\n</head>\n");
}

/// The scripts with font files of their own whose letters a page has.
fn scripts_of(page: &str) -> Vec<Script> {
    let mut scripts: Vec<Script> = Vec::new();
    for script in page.chars().filter_map(Script::of) {
        if !scripts.contains(&script) {
            scripts.push(script);
        }
    }
    scripts.sort_unstable();
    scripts
}

/// The bundled typeface, for the letters in the drawings are measured in it, with the scripts that the
/// page has.
fn faces(scripts: &[Script]) -> String {
    let mut style = String::new();
    for script in [None].into_iter().chain(scripts.iter().copied().map(Some)) {
        for (weight, number) in [(Weight::Regular, 400), (Weight::Bold, 700)] {
            style.push_str(&format!(
                "@font-face{{font-family:\"{}\";font-weight:{number};src:url(data:font/woff;base64,{}) \
                 format(\"woff\")}}\n",
                script.map_or(text::FAMILY, Script::family),
                STANDARD.encode(text::woff(weight, script))
            ));
        }
    }
    style
}

/// What the text of a page is set in, where that is more than the base font.
fn families(scripts: &[Script]) -> String {
    if scripts.is_empty() {
        return String::new();
    }
    let names: Vec<String> = scripts
        .iter()
        .map(|script| format!("\"{}\"", script.family()))
        .collect();
    let base = text::FAMILY;
    format!(
        "body{{font-family:\"{base}\",{},sans-serif}}\n",
        names.join(",")
    )
}

/// The colours of the theme by name.
fn colours(palette: &Palette) -> String {
    let mut style = ":root{".to_owned();
    for (name, role) in [
        ("paper", Role::Paper),
        ("ink", Role::Ink),
        ("muted", Role::Muted),
        ("rule", Role::Rule),
        ("grid", Role::Grid),
        ("band", Role::Band),
        ("accent", Role::Accent),
        // The ground of drawings, which print keeps where it makes the paper white.
        ("sheet", Role::Paper),
    ] {
        let [r, g, b] = palette.rgb(Hue::Role(role), Tone::Plain);
        style.push_str(&format!("--{name}:#{r:02x}{g:02x}{b:02x};"));
    }
    // Scrollbars and lists that the browser draws itself.
    let [r, g, b] = palette.rgb(Hue::Role(Role::Paper), Tone::Plain);
    let dark = u32::from(r) + u32::from(g) + u32::from(b) < 384;
    style.push_str(if dark { "color-scheme:dark}\n" } else { "}\n" });
    style
}

/// The handling marking, in a landmark of its own so that a reader of screens does not pass it by.
fn banner(page: &mut Html, analysis: &Analysis, name: &str) {
    if let Some(words) = &analysis.style.banner {
        page.open("aside", &[("class", "banner"), ("aria-label", name)])
            .text(words)
            .close("aside");
    }
}

fn title(page: &mut Html, analysis: &Analysis, document: &Document) {
    page.raw("<header>\n");
    if let Some(logo) = &analysis.logo {
        let address = format!(
            "data:{};base64,{}",
            logo.media_type,
            STANDARD.encode(&logo.bytes)
        );
        page.open("img", &[("class", "logo"), ("alt", ""), ("src", &address)]);
    }
    page.element("h1", &document.title);
    page.open("p", &[("class", "subtitle")])
        .text(&document.subtitle)
        .close("p");
    page.raw("</header>\n");
}

/// The headings of the document, each with the name of its fragment.
fn headings(document: &Document) -> impl Iterator<Item = (&str, String)> {
    document
        .blocks
        .iter()
        .enumerate()
        .filter_map(|(place, block)| match block {
            Block::Heading(words) => Some((words.as_str(), section_id(place, words))),
            _ => None,
        })
}

fn section_id(place: usize, words: &str) -> String {
    format!("s{place}-{}", fragment(words))
}

fn contents(page: &mut Html, document: &Document, live: bool) {
    page.raw("<nav aria-label=\"Contents\">\n<ul>\n");
    let mut link = |address: &str, words: &str| {
        page.raw("<li>");
        page.open("a", &[("href", &format!("#{address}"))])
            .text(words);
        page.raw("</a></li>\n");
    };
    link("findings", "Findings");
    link("map", "Map");
    link("charts", "Maps and charts");
    for (words, id) in headings(document) {
        link(&id, words);
    }
    if live {
        link("incidents", "Incidents");
    }
    page.raw("</ul>\n</nav>\n");
}

fn findings(page: &mut Html, document: &Document) {
    page.raw("<section id=\"findings\" aria-labelledby=\"findings-h\">\n<h2 id=\"findings-h\">Findings</h2>\n");
    page.raw("<ul class=\"figures\">\n");
    for figure in &document.figures {
        page.raw("<li>");
        page.open("strong", &[])
            .text(&figure.value)
            .raw("</strong> ");
        page.open("span", &[]).text(&figure.label).raw("</span> ");
        page.open("small", &[])
            .text(&figure.note)
            .raw("</small></li>\n");
    }
    page.raw("</ul>\n<ol class=\"headlines\">\n");
    for headline in &document.headlines {
        page.element("li", headline);
    }
    page.raw("</ol>\n</section>\n");
}

fn check(page: &mut Html, name: &str, value: &str, checked: bool) {
    page.raw("<input type=\"checkbox\"");
    page.raw(" data-")
        .raw(name)
        .raw("=\"")
        .text(value)
        .raw("\"");
    page.raw(if checked { " checked>" } else { ">" });
}

fn map_section(
    page: &mut Html,
    analysis: &Analysis,
    symbols: &Symbols,
    map: &str,
    metres_per_px: f64,
    live: bool,
) {
    page.raw("<section id=\"map\" aria-labelledby=\"map-h\">\n<h2 id=\"map-h\">Map</h2>\n");
    if !live {
        page.open("p", &[("class", "note")]).text(&format!(
            "The map shows {} in hexagonal bins, the darker the more: above {} incidents single marks would hide each other, and the page \
             has no filters. Every incident is in tables/incidents.csv.",
            counted(analysis.counted().count(), "incident"),
            grouped(MOST_LIVE as u64)
        )).close("p");
    }
    page.raw("<noscript><p class=\"note\">Without JavaScript the map stands still and nothing can be filtered; all else is here.</p></noscript>\n");
    page.raw("<div class=\"map\">\n");
    page.raw("<div class=\"view\">\n<div class=\"tools\" role=\"group\" aria-label=\"Map view\">");
    let actions = [
        ("in", "Zoom in", "+"),
        ("out", "Zoom out", "−"),
        ("home", "Whole map", "⌂"),
        ("previous", "Previous incident", "‹"),
        ("next", "Next incident", "›"),
    ];
    // Bins are no incidents to go to.
    for &(action, label, sign) in actions.iter().take(if live { 5 } else { 3 }) {
        page.open(
            "button",
            &[
                ("type", "button"),
                ("data-do", action),
                ("aria-label", label),
                ("title", label),
            ],
        );
        page.raw(sign).raw("</button>");
    }
    page.raw("</div>\n");
    page.open(
        "div",
        &[
            ("id", "canvas"),
            ("tabindex", "0"),
            ("role", "application"),
            ("data-mpp", &format!("{metres_per_px:.3}")),
            ("aria-label", "Map"),
            ("aria-describedby", "map-hint"),
        ],
    );
    page.raw(map)
        .raw("</div>\n<p id=\"scale\" aria-hidden=\"true\"></p>\n");
    page.raw("<p class=\"note hint\" id=\"map-hint\">");
    for (class, words) in [
        (
            "by-mouse",
            "Drag to move. Zoom with the buttons, a double click, or the wheel with Ctrl held; without Ctrl it scrolls \
             the page. ",
        ),
        (
            "by-touch",
            "Two fingers move and zoom the map. One finger moves it sideways; up and down it scrolls the page. ",
        ),
        (
            "by-key",
            "Keys, once the map has the focus: arrows move, + and − zoom, 0 shows all",
        ),
    ] {
        page.open("span", &[("class", class)]).text(words);
        if class == "by-key" {
            page.raw(if live {
                "; N and P go to the next and the previous incident, Escape lets go of it."
            } else {
                "."
            });
        }
        page.raw("</span>");
    }
    page.raw("</p>\n");
    if live {
        let mut looks = theme::looks_in_words(analysis, true);
        if !analysis.clusters.is_empty() {
            looks.push_str(" Outlines: clusters, broken where stability is below 50 %.");
        }
        if !analysis.alignments.is_empty() {
            looks.push_str(" Red: another line for the same frontier.");
        }
        page.raw("<p class=\"note\">").text(&looks).raw("</p>\n");
        page.raw("<div id=\"detail\" role=\"status\" aria-live=\"polite\"><p>Point at a mark or tap it, or step through the incidents with ‹ and ›.</p></div>\n");
    }
    page.raw("</div>\n");
    if live {
        filters(page, analysis, symbols);
    }
    page.raw("</div>\n</section>\n");
}

/// The layers that can be switched off.
const LAYERS: [(&str, &str); 10] = [
    ("incidents", "incidents"),
    ("uncertainty", "where uncertain ones may be"),
    ("clusters", "clusters"),
    ("places", "places"),
    ("sectors", "sector numbers"),
    ("countries", "names of countries"),
    ("corridor", "corridor"),
    ("rivals", "other lines"),
    ("own", "own layers"),
    ("graticule", "degrees"),
];

fn filters(page: &mut Html, analysis: &Analysis, symbols: &Symbols) {
    let has = |layer: &str| match layer {
        "rivals" => !analysis.alignments.is_empty(),
        "own" => !analysis.context.layers.is_empty(),
        "clusters" => !analysis.clusters.is_empty(),
        "countries" => !analysis.context.countries.is_empty(),
        "places" => !analysis.context.places.is_empty(),
        _ => true,
    };
    let count = |of: &dyn Fn(&LocatedIncident) -> bool| {
        grouped(analysis.counted().filter(|it| of(it)).count() as u64)
    };
    page.raw("<form class=\"filters\" aria-label=\"Filters\">\n");
    page.raw("<p id=\"count\" role=\"status\" aria-live=\"polite\"></p>\n");
    let days = analysis.period.days().0.max(1) - 1;
    page.raw("<fieldset><legend>Days</legend>\n");
    for (id, words, value) in [("from", "from", 0), ("to", "to", days)] {
        page.raw(&format!(
            "<label for=\"{id}\">{words} <output id=\"{id}-day\"></output><input type=\"range\" id=\"{id}\" min=\"0\" max=\"{days}\" value=\"{value}\"></label>\n"
        ));
    }
    page.raw("</fieldset>\n<fieldset><legend>Kind</legend>\n");
    for (number, symbol) in symbols.all().iter().enumerate() {
        if symbol.incidents == 0 {
            continue;
        }
        page.raw("<label>");
        check(page, "kind", &number.to_string(), true);
        page.raw("<i aria-hidden=\"true\">")
            .raw(&map::swatch(symbol, analysis.style.theme))
            .raw("</i>");
        page.open("span", &[]).text(&symbol.label).raw("</span> ");
        page.raw(&format!(
            "<b data-count=\"kind-{number}\">{}</b></label>\n",
            symbol.incidents
        ));
    }
    page.raw("</fieldset>\n<fieldset><legend>Status of the claim</legend>\n");
    for status in ClaimStatus::ALL {
        let incidents = count(&|it| it.incident.claim_status == status);
        if incidents == "0" {
            continue;
        }
        let word = status.as_str();
        page.raw("<label>");
        check(page, "status", word, true);
        page.open("span", &[])
            .text(if word.is_empty() { "not stated" } else { word })
            .raw("</span> ");
        page.open("b", &[("data-count", &format!("status-{word}"))])
            .text(&incidents)
            .raw("</b></label>\n");
    }
    page.raw("</fieldset>\n<fieldset><legend>Place</legend>\n");
    let radius = analysis.options.cluster.largest_location_radius.km();
    for (value, words, placed) in [
        (
            "1",
            format!("known within {} km", crate::wording::kilometres(radius)),
            true,
        ),
        ("0", "only roughly".to_owned(), false),
    ] {
        page.raw("<label>");
        check(page, "placed", value, true);
        page.open("span", &[]).text(&words).raw("</span> ");
        page.open("b", &[("data-count", &format!("placed-{value}"))])
            .text(&count(&|it| analysis.is_placed(it) == placed))
            .raw("</b></label>\n");
    }
    page.raw("</fieldset>\n<fieldset><legend>Party</legend>\n");
    for (id, words, of) in [
        (
            "by",
            "reported by",
            (|it| &*it.incident.reported_by) as fn(&LocatedIncident) -> &str,
        ),
        ("actor", "accused or acting", |it| &*it.incident.actor_a),
    ] {
        let mut names: Vec<&str> = analysis.counted().map(of).collect();
        names.sort_unstable();
        names.dedup();
        page.raw("<label>").text(words).raw(" ");
        page.open("select", &[("id", id)]);
        page.raw("<option value=\"*\">everyone</option>");
        for name in names {
            let shown = if name.is_empty() {
                "not stated".to_owned()
            } else {
                plain(name)
            };
            let shown = isolated(&shown);
            let counted = format!("{id}-{name}");
            let attributes = [
                ("value", name),
                ("data-count", &*counted),
                ("data-name", &*shown),
            ];
            page.open("option", &attributes)
                .text(&shown)
                .raw("</option>");
        }
        page.raw("</select></label>\n");
    }
    page.raw("</fieldset>\n<fieldset><legend>On the map</legend>\n");
    for (layer, words) in LAYERS {
        if has(layer) {
            page.raw("<label>");
            check(page, "layer", layer, true);
            page.open("span", &[]).text(words).raw("</span></label>\n");
        }
    }
    if analysis.incidents.len() > analysis.counted().count() {
        page.raw("<label>");
        check(page, "layer", "uncounted", true);
        page.raw("<span>incidents in no sum</span></label>\n");
    }
    page.raw("</fieldset>\n<button type=\"reset\">Show all</button>\n");
    if !analysis.clusters.is_empty() {
        page.raw("<p class=\"note\">Clusters stay as they were found among all incidents.</p>\n");
    }
    page.raw("</form>\n");
}

fn charts(page: &mut Html, drawn: &[(&Picture, String)]) {
    page.raw("<section id=\"charts\" aria-labelledby=\"charts-h\">\n<h2 id=\"charts-h\">Maps and charts</h2>\n");
    for (picture, svg) in drawn {
        page.open("figure", &[("id", &fragment(&picture.path))]);
        page.element("figcaption", &picture.shows);
        let attributes = [
            ("class", "picture"),
            ("tabindex", "0"),
            ("role", "group"),
            ("aria-label", &*picture.shows),
        ];
        page.open("div", &attributes).raw(svg).raw("</div>");
        page.close("figure");
    }
    page.raw("</section>\n");
}

fn blocks(page: &mut Html, document: &Document) {
    let mut open = false;
    // A table is named by the words that stand over it.
    let mut caption = "";
    for (place, block) in document.blocks.iter().enumerate() {
        match block {
            Block::Heading(words) => {
                if open {
                    page.close("section");
                }
                open = true;
                caption = words;
                let id = section_id(place, words);
                let heading = format!("{id}-h");
                page.open("section", &[("id", &id), ("aria-labelledby", &heading)]);
                page.open("h2", &[("id", &heading)]).text(words).close("h2");
            }
            Block::Subheading(words) => {
                caption = words;
                page.element("h3", words);
            }
            Block::Text(words) => {
                page.element("p", words);
            }
            Block::Strong(words) => {
                page.raw("<p>")
                    .open("strong", &[])
                    .text(words)
                    .raw("</strong></p>\n");
            }
            Block::Small(words) => {
                page.open("p", &[("class", "note")]).text(words).close("p");
            }
            Block::List(points) => {
                page.raw("<ul>\n");
                for point in points {
                    page.element("li", point);
                }
                page.close("ul");
            }
            Block::Table(header, rows) => {
                table_head(page, caption, header, "");
                for row in rows {
                    page.raw("<tr>");
                    for (column, cell) in row.iter().enumerate() {
                        if column == 0 {
                            page.raw("<th scope=\"row\">").text(cell).raw("</th>");
                        } else {
                            // On a narrow screen a sentence keeps a width in which it can be read.
                            let long = cell.chars().count() > 60;
                            page.raw(if long { "<td class=long>" } else { "<td>" });
                            page.text(cell).raw("</td>");
                        }
                    }
                    page.raw("</tr>\n");
                }
                page.raw("</tbody></table></div>\n");
            }
            // Pictures stand together above.
            Block::Picture(..) => {}
        }
    }
    if open {
        page.close("section");
    }
}

/// The beginning of a table whose columns can be sorted.
fn table_head(page: &mut Html, caption: &str, header: &[String], id: &str) {
    let attributes = [
        ("class", "table"),
        ("tabindex", "0"),
        ("role", "group"),
        ("aria-label", caption),
    ];
    page.open("div", &attributes).raw("<table");
    if !id.is_empty() {
        page.raw(" id=\"").raw(id).raw("\"");
    }
    page.raw("><caption class=\"hidden\">")
        .text(caption)
        .raw("</caption><thead><tr>");
    for title in header {
        // A column without a title holds numbers of rows.
        let title = if title.is_empty() { "no." } else { title };
        page.raw("<th scope=\"col\"><button type=\"button\">")
            .text(title)
            .raw("</button></th>");
    }
    page.raw("</tr></thead><tbody>\n");
}

/// Every incident that is in the sums, the latest last; the filters of the map work on it too.
fn incidents(page: &mut Html, analysis: &Analysis) {
    page.raw("<section id=\"incidents\" aria-labelledby=\"incidents-h\">\n<h2 id=\"incidents-h\">Incidents</h2>\n");
    page.raw("<p class=\"note\">Those that the filters of the map let through. Every attribution is a claim by whoever reported it.</p>\n");
    let header = [
        "date",
        "place",
        "kind",
        "sector",
        "reported by",
        "accused or acting",
        "status",
        "deaths low–best–high",
        "source",
    ]
    .map(str::to_owned);
    table_head(page, "Incidents", &header, "all");
    let mut rows: Vec<(usize, &LocatedIncident)> = analysis
        .incidents
        .iter()
        .enumerate()
        .filter(|(_, it)| it.is_counted())
        .collect();
    rows.sort_by_key(|(number, it)| (it.incident.day, *number));
    for (number, it) in rows {
        let of = &it.incident;
        page.open("tr", &[("data-i", &number.to_string())]);
        page.open("td", &[("data-v", &of.day.0.to_string())])
            .text(&data::dated(of))
            .raw("</td>");
        for cell in [
            of.place(),
            &plain(&of.event_type),
            analysis.sector_name(it.sector),
            &plain(&of.reported_by),
            &of.actor_a,
            &plain(of.claim_status.as_str()),
        ] {
            page.open("td", &[]).text(cell).raw("</td>");
        }
        // Sorted by the best figure, or the nearest that there is.
        let deaths = of.deaths.best.or(of.deaths.high).or(of.deaths.low);
        let deaths = deaths.map_or_else(String::new, |it| it.to_string());
        page.open("td", &[("data-v", &deaths)])
            .text(&data::figures(of))
            .raw("</td>");
        page.raw("<td>");
        let name = if of.source_name.is_empty() {
            of.source_url()
        } else {
            &of.source_name
        };
        if is_link(of.source_url()) {
            page.open(
                "a",
                &[("href", of.source_url()), ("rel", "noopener noreferrer")],
            )
            .text(name)
            .raw("</a>");
        } else {
            page.text(name);
        }
        page.raw("</td></tr>\n");
    }
    page.raw("</tbody></table></div>\n</section>\n");
}

fn foot(page: &mut Html, analysis: &Analysis) {
    page.raw("<footer>\n");
    for note in frame::notes(Language::english(), analysis) {
        page.element("p", &note);
    }
    page.raw(concat!(
        "<p>borderscope ",
        env!("CARGO_PKG_VERSION"),
        "</p>\n</footer>\n"
    ));
}

/// The day of an incident, and the last one where it spans several.
fn span_of(first: crate::units::Day, last: crate::units::Day) -> String {
    if first == last {
        date(first)
    } else {
        format!("{} – {}", day_and_month(first), date(last))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_carries_the_scripts_that_it_needs() {
        let none = scripts_of("Torkham تورخم Тамбов ฿");
        assert!(none.is_empty() && families(&none).is_empty());
        assert_eq!(faces(&none).matches("@font-face").count(), 2);
        let two = scripts_of("Poipet ប៉ោយប៉ែត, Aranyaprathet อรัญประเทศ, ប៉ោយប៉ែត");
        assert_eq!(two, [Script::Khmer, Script::Thai]);
        let style = faces(&two);
        assert_eq!(style.matches("@font-face").count(), 6);
        assert!(style.starts_with(&faces(&none)));
        assert_eq!(
            families(&two),
            "body{font-family:\"Noto Sans\",\"Noto Sans Khmer\",\"Noto Sans Thai\",sans-serif}\n"
        );
    }
}
