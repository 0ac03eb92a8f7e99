//! The page in a real browser: nothing goes out, numbers agree with the tables, hands and keys work.
//!
//! Left out, with a message, where chromedriver is not installed.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::support::{Dice, path_text, repository, run, table};
use super::webdriver::Browser;

type Row = BTreeMap<String, String>;

fn open(browser: &Browser, pack: &Path) {
    browser.open(&format!("file://{}", path_text(&pack.join("index.html"))));
}

/// Nothing in the console, and no request but the page itself, so often as it was loaded since this was asked.
fn assert_quiet(browser: &Browser, loaded: usize) {
    let console: Vec<Value> = browser.log("browser");
    let complaints: Vec<&Value> = console
        .iter()
        .filter(|entry| entry["level"] == "SEVERE" || entry["level"] == "WARNING")
        .collect();
    assert!(complaints.is_empty(), "{complaints:?}");
    let mut documents = 0;
    for entry in browser.log("performance") {
        let event: Value = serde_json::from_str(entry["message"].as_str().unwrap()).unwrap();
        let sent = &event["message"]["params"];
        // The browser's own first tab asks for parts of itself.
        if event["message"]["method"] == "Network.requestWillBeSent"
            && !sent["documentURL"].as_str().unwrap().starts_with("chrome:")
        {
            let url = sent["request"]["url"].as_str().unwrap();
            let page = url.starts_with("file://") && url.ends_with("/index.html");
            documents += usize::from(page);
            assert!(page || url.starts_with("data:"), "{url}");
        }
    }
    assert_eq!(documents, loaded);
}

/// What the filters are set to; empty lists leave all checked.
#[derive(Default)]
struct Choice<'a> {
    days: Option<(usize, usize)>,
    without_kinds: &'a [&'a str],
    without_status: &'a [&'a str],
    without_placed: Option<bool>,
    by: Option<&'a str>,
    actor: Option<&'a str>,
}

/// The first day of the shipped case and how many follow.
const START: jiff::civil::Date = jiff::civil::date(2025, 10, 5);

impl Choice<'_> {
    /// Whether a row of the table passes, as its columns say.
    fn passes(&self, row: &Row) -> bool {
        let day = |column: &str| {
            let date: jiff::civil::Date = row[column].parse().ok()?;
            Some(i64::from(START.until(date).ok()?.get_days()))
        };
        let first = day("date").unwrap();
        let last = day("date_end").unwrap_or(first);
        let radius: Option<f64> = row["location_radius_m"].parse().ok();
        let placed = radius.is_some_and(|radius| radius <= 25_000.0);
        row["fate"] == "used"
            && self
                .days
                .is_none_or(|(from, to)| first <= to as i64 && last >= from as i64)
            && !self.without_kinds.contains(&&*row["event_type"])
            && !self.without_status.contains(&&*row["claim_status"])
            && self.without_placed != Some(placed)
            && self.by.is_none_or(|by| row["reported_by"] == by)
            && self.actor.is_none_or(|actor| row["actor_a"] == actor)
    }

    /// Sets the controls of the page. Kinds are the boxes whose label holds their words.
    fn set(&self, browser: &Browser) {
        let (from, to) = self.days.map_or((json!(null), json!(null)), |(from, to)| {
            (json!(from), json!(to))
        });
        let code = format!(
            "const form = document.querySelector('.filters');
             form.querySelectorAll('input[type=checkbox]').forEach((it) => {{ it.checked = true; }});
             const [from, to] = ['#from', '#to'].map((it) => document.querySelector(it));
             from.value = {from} ?? from.min; to.value = {to} ?? to.max;
             const uncheck = (name, values) => values.forEach((value) => {{
               const box = [...form.querySelectorAll('input[data-' + name + ']')].find((it) =>
                 name === 'kind' ? it.closest('label').querySelector('span').textContent === value
                                 : it.dataset[name] === value);
               box.checked = false;
             }});
             uncheck('kind', {kinds}); uncheck('status', {status}); uncheck('placed', {placed});
             document.querySelector('#by').value = {by};
             document.querySelector('#actor').value = {actor};
             form.dispatchEvent(new Event('input', {{ bubbles: true }}))",
            kinds = json!(labels(self.without_kinds)),
            status = json!(self.without_status),
            placed = json!(
                self.without_placed
                    .iter()
                    .map(|placed| if *placed { "1" } else { "0" })
                    .collect::<Vec<_>>()
            ),
            by = json!(self.by.unwrap_or("*")),
            actor = json!(self.actor.unwrap_or("*")),
        );
        browser.after(&code, "0");
    }

    /// That every party is told how many incidents it has beside what is chosen elsewhere.
    fn check_parties(&self, browser: &Browser, rows: &[Row]) {
        for (id, column) in PARTIES {
            let own = match id {
                "by" => Choice { by: None, ..*self },
                _ => Choice {
                    actor: None,
                    ..*self
                },
            };
            let mut counts: BTreeMap<&str, u64> = BTreeMap::new();
            for row in rows.iter().filter(|row| row["fate"] == "used") {
                *counts.entry(&row[column]).or_default() += u64::from(own.passes(row));
            }
            let told = browser.script(&format!(
                "return [...document.querySelectorAll('#{id} option')].slice(1)
                   .map((it) => [it.value, it.textContent])"
            ));
            let told: Vec<(String, String)> = serde_json::from_value(told).unwrap();
            let counts: Vec<(&str, u64)> = counts.into_iter().collect();
            assert_eq!(told.len(), counts.len());
            for ((value, words), (name, count)) in told.iter().zip(counts) {
                assert_eq!(value, name);
                assert!(
                    words.ends_with(&format!(" ({})", grouped(count))),
                    "{words}: {count}"
                );
            }
        }
    }

    /// Sets the controls, and compares all that the page says with the table.
    fn check(&self, browser: &Browser, rows: &[Row]) -> usize {
        self.set(browser);
        let passing: Vec<&Row> = rows.iter().filter(|row| self.passes(row)).collect();
        let counted = rows.iter().filter(|row| row["fate"] == "used").count();
        let sum = |column: &str| {
            let figures: Vec<u64> = passing
                .iter()
                .filter_map(|row| row[column].parse().ok())
                .collect();
            if figures.is_empty() {
                return "none".to_owned();
            }
            format!(
                "{} ({})",
                grouped(figures.iter().sum()),
                grouped(figures.len() as u64)
            )
        };
        let expected = format!(
            "{} of {} incidents. Deaths as reported, low–best–high: {} – {} – {}.",
            grouped(passing.len() as u64),
            grouped(counted as u64),
            sum("fatalities_low"),
            sum("fatalities_best"),
            sum("fatalities_high")
        );
        let page = browser.script(
            "const data = JSON.parse(document.querySelector('#data').textContent).incidents;
             const marks = [...document.querySelectorAll('#canvas .mark, #canvas .stack')];
             const seen = marks.filter((it) => getComputedStyle(it).visibility === 'visible');
             const single = seen.filter((it) => it.classList.contains('mark'))
               .filter((it) => data[Number(it.dataset.i)].c).length;
             const stacked = seen.filter((it) => it.classList.contains('stack'))
               .reduce((sum, it) => sum + Number(it.textContent), 0);
             return {
               words: document.querySelector('#count').textContent,
               marks: single + stacked,
               rows: [...document.querySelectorAll('#all tbody tr')].filter((it) => !it.hidden).length,
               status: [...document.querySelectorAll('input[data-status]:checked')]
                 .reduce((sum, it) => sum + Number(it.closest('label').querySelector('b').textContent.replace(',', '')), 0),
               kinds: [...document.querySelectorAll('input[data-kind]:checked')]
                 .reduce((sum, it) => sum + Number(it.closest('label').querySelector('b').textContent.replace(',', '')), 0),
             };",
        );
        assert_eq!(page["words"], expected);
        self.check_parties(browser, rows);
        for what in ["marks", "rows", "status", "kinds"] {
            assert_eq!(page[what], passing.len(), "{what}: {expected}");
        }
        passing.len()
    }
}

/// The controls of the page with a choice of parties, and the column of the table that each goes by.
const PARTIES: [(&str, &str); 2] = [("by", "reported_by"), ("actor", "actor_a")];

/// The words beside the boxes of kinds: those of `clash` cover two.
fn labels<'a>(kinds: &[&'a str]) -> Vec<&'a str> {
    let mut labels: Vec<&str> = kinds
        .iter()
        .map(|kind| match *kind {
            "armed_clash" | "ground_raid" => "clash, ground raid",
            "airstrike" | "drone_strike" => "air or drone strike",
            other => other,
        })
        .collect();
    labels.dedup();
    labels
}

fn grouped(number: u64) -> String {
    borderscope::wording::grouped(number)
}

#[test]
fn the_page_of_the_shipped_case() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let pack = folder.path().join("pack");
    let case = repository("data/afpk-2025/case.toml");
    run(
        &[
            "run",
            path_text(&case),
            "--out",
            path_text(&pack),
            "--quiet",
        ],
        0,
    );
    let rows = table(&pack.join("tables/incidents.csv"));
    open(&browser, &pack);
    assert_quiet(&browser, 1);

    filters(&browser, &rows);
    layers(&browser);
    pointing(&browser, &rows);
    keyboard(&browser, &pack);
    sorting(&browser);
    names(&browser);
    phone(&browser, &pack);
    let printed = browser.print();
    assert!(printed.starts_with(b"%PDF") && printed.len() > 100_000);
    assert_quiet(&browser, 3);
    policy(&browser);
}

fn filters(browser: &Browser, rows: &[Row]) {
    let all = Choice::default().check(browser, rows);
    assert_eq!(all, 79);
    let mut counts = Vec::new();
    for choice in [
        Choice {
            days: Some((0, 7)),
            ..Choice::default()
        },
        Choice {
            days: Some((10, 10)),
            ..Choice::default()
        },
        Choice {
            days: Some((14, 81)),
            without_kinds: &["armed_clash", "ground_raid"],
            ..Choice::default()
        },
        Choice {
            without_status: &["claimed", "unconfirmed"],
            ..Choice::default()
        },
        Choice {
            without_placed: Some(false),
            without_kinds: &["shelling"],
            ..Choice::default()
        },
        Choice {
            without_placed: Some(true),
            by: Some("afghan_official"),
            ..Choice::default()
        },
        Choice {
            actor: Some("Pakistani security forces"),
            days: Some((0, 40)),
            ..Choice::default()
        },
        Choice {
            by: Some("pakistan_official"),
            actor: Some("TTP"),
            without_status: &["contested"],
            ..Choice::default()
        },
        Choice {
            without_status: &["confirmed", "claimed", "contested", "unconfirmed"],
            ..Choice::default()
        },
    ] {
        counts.push(choice.check(browser, rows));
    }
    assert!(counts[..8].iter().all(|&count| count < all));
    assert!(counts.iter().filter(|&&count| count > 0).count() >= 7);
    assert_eq!(counts[8], 0);

    // With real keys: the lower slider cannot pass the upper one, and the button puts all back.
    browser.script("document.querySelector('#from').focus()");
    browser.press("\u{e014}\u{e014}\u{e014}");
    let day = browser.after(
        "",
        "[document.querySelector('#from-day').textContent, document.querySelector('#from').getAttribute('aria-valuetext')]",
    );
    assert_eq!(day, json!(["8 Oct 2025", "8 Oct 2025"]));
    browser.press("\u{e010}");
    assert_eq!(
        browser.after(
            "",
            "document.querySelector('#from').value + ' ' + document.querySelector('#to').value"
        ),
        "81 81"
    );
    browser.press("\u{e011}");
    assert_eq!(
        browser.after(
            "document.querySelector('.filters button[type=reset]').click()",
            "document.querySelector('#count b').textContent"
        ),
        "79"
    );
}

fn layers(browser: &Browser) {
    let layers = browser.script(
        "return [...document.querySelectorAll('input[data-layer]')].map((it) => it.dataset.layer)",
    );
    let layers = layers.as_array().unwrap();
    assert!(layers.len() >= 8, "{layers:?}");
    for layer in layers {
        let layer = layer.as_str().unwrap();
        let of = if layer == "uncounted" {
            // The hollow marks: those whose incidents are in no sum.
            "[...document.querySelectorAll('#canvas .mark')].filter((it) => !JSON.parse(document.querySelector('#data').textContent).incidents[Number(it.dataset.i)].c)".to_owned()
        } else {
            format!("[...document.querySelectorAll('#canvas .layer-{layer}')]")
        };
        let seen = format!(
            "{of}.map((it) => getComputedStyle(it))
               .filter((it) => it.display !== 'none' && it.visibility === 'visible').length"
        );
        let click = format!("document.querySelector('input[data-layer={layer}]').click()");
        let before = browser.script(&format!("return {seen}"));
        assert!(before.as_u64().unwrap() > 0, "{layer}");
        assert_eq!(browser.after(&click, &seen), 0, "{layer}");
        assert_eq!(browser.after(&click, &seen), before, "{layer}");
    }
}

/// A mark that can be hit: its middle on the screen and the number of its incident, beginning after `skip` such marks.
fn a_mark(browser: &Browser, skip: usize) -> (f64, f64, String) {
    let found = browser.script(&format!(
        "document.querySelector('#canvas').scrollIntoView({{ block: 'center' }});
         const data = JSON.parse(document.querySelector('#data').textContent).incidents;
         const hits = [...document.querySelectorAll('#canvas .mark')].map((mark) => {{
           const frame = mark.lastElementChild.getBoundingClientRect();
           const [x, y] = [Math.round(frame.x + frame.width / 2), Math.round(frame.y + frame.height / 2)];
           const there = document.elementFromPoint(x, y);
           return there && there.closest('.mark') === mark ? [x, y, data[Number(mark.dataset.i)].id] : null;
         }}).filter(Boolean);
         return hits[{skip}];"
    ));
    (
        found[0].as_f64().unwrap(),
        found[1].as_f64().unwrap(),
        found[2].as_str().unwrap().to_owned(),
    )
}

/// The panel shows an incident as the table has it, with its source as a link.
fn assert_told(browser: &Browser, rows: &[Row], id: &str) {
    let row = rows.iter().find(|row| row["id"] == id).unwrap();
    let told = browser.script(
        "const detail = document.querySelector('#detail');
         const link = detail.querySelector('a');
         return [detail.textContent, link ? link.textContent : '', link ? link.getAttribute('href') : '',
                 link ? link.rel : ''];",
    );
    let words = told[0].as_str().unwrap();
    for column in ["id", "place", "actor_a", "source_name", "note"] {
        assert!(words.contains(&row[column]), "{column} of {id}: {words}");
    }
    assert_eq!(told[1], row["source_name"]);
    assert_eq!(told[2], row["source_url"]);
    assert_eq!(told[3], "noopener noreferrer");
}

fn pointing(browser: &Browser, rows: &[Row]) {
    let (x, y, hovered) = a_mark(browser, 0);
    browser.mouse(&[(5.0, 5.0), (x - 1.0, y), (x, y)], false);
    assert_told(browser, rows, &hovered);
    let (x, y, clicked) = a_mark(browser, 4);
    assert_ne!(clicked, hovered);
    browser.mouse(&[(x, y)], true);
    assert_told(browser, rows, &clicked);
    // What was clicked stays while the mouse goes over others, until it is filtered out.
    let (x, y, _) = a_mark(browser, 0);
    browser.mouse(&[(x - 1.0, y), (x, y)], false);
    assert_told(browser, rows, &clicked);
    let left = browser.after(
        "document.querySelectorAll('input[data-placed]').forEach((it) => it.click())",
        "document.querySelector('#detail').textContent",
    );
    assert!(left.as_str().unwrap().starts_with("Point at a mark"));
    browser.after("document.querySelector('.filters').reset()", "0");
    // Dragging moves the map and shows nothing.
    browser.after("document.querySelector('[data-do=in]').click()", "0");
    let before = view(browser);
    let middle = browser.script("const it = document.querySelector('#canvas').getBoundingClientRect(); return [it.x + it.width / 2, it.y + it.height / 2]");
    let (x, y) = (middle[0].as_f64().unwrap(), middle[1].as_f64().unwrap());
    browser.mouse(&[(x, y), (x + 20.0, y), (x + 90.0, y + 30.0)], true);
    let after = view(browser);
    assert!(
        after[0] < before[0] - 30.0 && after[1] < before[1] && after[2..] == before[2..],
        "{before:?} {after:?}"
    );
    // The wheel zooms with Ctrl alone; otherwise it belongs to the page.
    let wheel = |control: bool| {
        browser.script(&format!(
            "return !document.querySelector('#canvas').dispatchEvent(new WheelEvent('wheel',
               {{ deltaY: -200, ctrlKey: {control}, bubbles: true, cancelable: true }}))"
        ))
    };
    assert_eq!(wheel(false), false);
    assert_eq!(view(browser), after);
    assert_eq!(wheel(true), true);
    assert!(view(browser)[2] < after[2]);
}

fn view(browser: &Browser) -> Vec<f64> {
    let view = browser.after(
        "",
        "document.querySelector('#canvas svg').getAttribute('viewBox')",
    );
    let parts = view.as_str().unwrap().split(' ');
    parts.map(|it| it.parse().unwrap()).collect()
}

fn keyboard(browser: &Browser, pack: &Path) {
    // From the top of the page: first the link past everything, and before long the map.
    open(browser, pack);
    browser.press("\u{e004}");
    assert_eq!(
        browser.script("return document.activeElement.className"),
        "skip"
    );
    let mut stops = 1;
    while browser.script("return document.activeElement.id") != "canvas" {
        browser.press("\u{e004}");
        stops += 1;
        assert!(stops < 40, "the map is not reached");
    }
    let outline = browser.script("return getComputedStyle(document.activeElement).outlineStyle");
    assert_eq!(outline, "solid");
    browser.press("0");
    let whole = view(browser);
    browser.press("++");
    let near = view(browser);
    assert!(near[2] < 0.5 * whole[2]);
    browser.press("\u{e014}\u{e015}");
    let moved = view(browser);
    assert!(moved[0] > near[0] && moved[1] > near[1]);
    browser.press("\u{e012}\u{e013}");
    let back = view(browser);
    assert!((back[0] - near[0]).abs() < 1e-6 && (back[1] - near[1]).abs() < 1e-6);
    browser.press("-");
    assert!(view(browser)[2] > near[2]);
    browser.press("0");
    assert_eq!(view(browser), whole);

    let told = || {
        browser.script(
            "const items = document.querySelectorAll('#detail dd'); return items.length ? items[items.length - 1].textContent : ''",
        )
    };
    browser.press("n");
    let first = told();
    browser.press("n");
    let second = told();
    assert_eq!(first, "AFPK-2025-0001");
    assert!(second != first && second != "");
    browser.press("p");
    assert_eq!(told(), first);
    browser.press("P");
    assert!(told() != first && told() != second);
    browser.press("\u{e00c}");
    assert_eq!(told(), "");
    assert_eq!(browser.script("return document.activeElement.id"), "canvas");
}

fn sorting(browser: &Browser) {
    let sorted = |table: &str, column: &str| -> (Vec<String>, String) {
        let result = browser.script(&format!(
            "const table = document.querySelector('{table}');
             const th = [...table.querySelectorAll('thead th')].find((it) => it.textContent === '{column}');
             th.querySelector('button').click();
             return [[...table.tBodies[0].rows].map((it) => it.cells[th.cellIndex].textContent), th.getAttribute('aria-sort'),
                     table.querySelectorAll('[aria-sort]').length];"
        ));
        assert_eq!(result[2], 1);
        let cells = result[0].as_array().unwrap();
        (
            cells
                .iter()
                .map(|it| it.as_str().unwrap().to_owned())
                .collect(),
            result[1].as_str().unwrap().to_owned(),
        )
    };
    // The best figure, or else the nearest to it.
    let best = |cell: &String| -> Option<u32> {
        let parts: Vec<Option<u32>> = cell.split('–').map(|it| it.parse().ok()).collect();
        (parts.len() == 3).then(|| parts[1].or(parts[2]).or(parts[0]))?
    };
    let (up, direction) = sorted("#all", "deaths low–best–high");
    assert_eq!(direction, "ascending");
    let figures: Vec<u32> = up.iter().filter_map(best).collect();
    assert!(figures.len() > 30 && figures.is_sorted(), "{figures:?}");
    assert!(up[figures.len()..].iter().all(|it| it == "none reported"));
    let (down, direction) = sorted("#all", "deaths low–best–high");
    assert_eq!(direction, "descending");
    let falling: Vec<u32> = down.iter().filter_map(best).collect();
    assert!(falling.is_sorted_by(|a, b| a >= b) && falling.len() == figures.len());
    assert_eq!(down.last().unwrap(), "none reported");
    // Dates go by the calendar, not by the day of the month.
    let of_sectors = "section[id$=sectors] table";
    let (first, _) = sorted(of_sectors, "first");
    let dates: Vec<String> = first.into_iter().filter(|it| !it.is_empty()).collect();
    let month = |date: &String| {
        let order = ["Oct", "Nov", "Dec"];
        order.iter().position(|it| date.contains(it)).unwrap()
    };
    assert!(dates.iter().map(month).is_sorted(), "{dates:?}");
    let (counts, _) = sorted(of_sectors, "incidents");
    let counts: Vec<u32> = counts.iter().map(|it| it.parse().unwrap()).collect();
    assert!(counts.is_sorted() && counts.last() > Some(&9));
}

/// Every control and every picture has a name for a screen reader; headings leave no level out.
fn names(browser: &Browser) {
    let tree = browser.devtools("Accessibility.getFullAXTree", &json!({}));
    let mut named = 0;
    for node in tree["nodes"].as_array().unwrap() {
        let role = node["role"]["value"].as_str().unwrap_or("");
        let told = [
            "button",
            "checkbox",
            "slider",
            "combobox",
            "link",
            "application",
            "img",
            "image",
            "form",
            "table",
            "navigation",
            "columnheader",
        ];
        if node["ignored"] == false && told.contains(&role) {
            let name = node["name"]["value"].as_str().unwrap_or("");
            assert!(!name.trim().is_empty(), "{node}");
            named += 1;
        }
    }
    assert!(named > 100, "{named}");
    let levels = browser.script(
        "return [...document.querySelectorAll('h1,h2,h3,h4')].map((it) => Number(it.tagName[1]))",
    );
    let levels: Vec<u64> = levels
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it.as_u64().unwrap())
        .collect();
    assert_eq!(levels[0], 1);
    assert!(levels.windows(2).all(|two| two[1] <= two[0] + 1));
    assert_eq!(browser.script("return document.documentElement.lang"), "en");
}

fn phone(browser: &Browser, pack: &Path) {
    browser.devtools(
        "Emulation.setDeviceMetricsOverride",
        &json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true }),
    );
    browser.devtools(
        "Emulation.setTouchEmulationEnabled",
        &json!({ "enabled": true, "maxTouchPoints": 5 }),
    );
    open(browser, pack);
    let page = browser.after(
        "",
        "[document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth,
          Math.min(...[...document.querySelectorAll('.map button, .map label, .map select')].map((it) => it.getBoundingClientRect().height))]",
    );
    assert_eq!(page[0], 390, "{page}");
    assert_eq!(page[1], 390, "{page}");
    assert_eq!(page[2], 390, "{page}");
    assert!(page[3].as_f64().unwrap() >= 40.0, "{page}");
    // Up and down a finger scrolls the page; a tap finds a mark; two fingers zoom.
    assert_eq!(
        browser.script("return getComputedStyle(document.querySelector('#canvas')).touchAction"),
        "pan-y"
    );
    let (x, y, _) = a_mark(browser, 0);
    for (kind, points) in [
        ("touchStart", json!([{ "x": x + 6.0, "y": y, "id": 1 }])),
        ("touchEnd", json!([])),
    ] {
        browser.devtools(
            "Input.dispatchTouchEvent",
            &json!({ "type": kind, "touchPoints": points }),
        );
    }
    let told = browser.after("", "document.querySelectorAll('#detail dl').length");
    assert!(told.as_u64().unwrap() > 0);
    let before = view(browser);
    let middle = browser.script(
        "const it = document.querySelector('#canvas').getBoundingClientRect(); return [it.x + it.width / 2, it.y + it.height / 2]",
    );
    let (x, y) = (middle[0].as_f64().unwrap(), middle[1].as_f64().unwrap());
    let touch = |kind: &str, apart: f64| {
        let points = if kind == "touchEnd" {
            json!([])
        } else {
            json!([{ "x": x - apart, "y": y, "id": 1 }, { "x": x + apart, "y": y, "id": 2 }])
        };
        browser.devtools(
            "Input.dispatchTouchEvent",
            &json!({ "type": kind, "touchPoints": points }),
        );
    };
    touch("touchStart", 30.0);
    for apart in [45.0, 60.0, 80.0] {
        touch("touchMove", apart);
    }
    touch("touchEnd", 0.0);
    let after = view(browser);
    assert!(after[2] < 0.6 * before[2], "{before:?} {after:?}");
    browser.devtools("Emulation.clearDeviceMetricsOverride", &json!({}));
    browser.devtools(
        "Emulation.setTouchEmulationEnabled",
        &json!({ "enabled": false }),
    );
    open(browser, pack);
}

/// The policy stands there, and what it forbids does not happen.
fn policy(browser: &Browser) {
    let policy = browser.script(
        "return document.querySelector('meta[http-equiv=Content-Security-Policy]').content",
    );
    let policy = policy.as_str().unwrap();
    assert!(
        policy.starts_with("default-src 'none';") && !policy.contains("unsafe"),
        "{policy}"
    );
    browser.after(
        "window.refused = [];
         document.addEventListener('securitypolicyviolation', (event) => window.refused.push(event.effectiveDirective));
         fetch('http://127.0.0.1:9/').then(() => { window.leaked = 'fetch'; }, () => {});
         const script = document.createElement('script');
         script.textContent = 'window.leaked = 1'; document.body.append(script);
         const image = document.createElement('img');
         image.src = 'http://127.0.0.1:9/a.png'; document.body.append(image);
         const frame = document.createElement('iframe');
         frame.src = 'http://127.0.0.1:9/'; document.body.append(frame);
         const link = document.createElement('a');
         document.body.setAttribute('onclick', 'window.leaked = 2'); document.body.click()",
        "null",
    );
    // That a frame was refused is told by another process, some time later.
    let told = || browser.script("return [window.refused.sort(), window.leaked ?? null]");
    let mut refused = told();
    for _ in 0..100 {
        if refused[0].as_array().is_some_and(|all| all.len() >= 5) {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
        refused = told();
    }
    assert_eq!(
        refused,
        json!([
            [
                "connect-src",
                "frame-src",
                "img-src",
                "script-src-attr",
                "script-src-elem"
            ],
            null
        ])
    );
}

/// A case of incidents made from a seed along the shipped border.
fn made(folder: &Path, incidents: usize) -> std::path::PathBuf {
    let text = fs::read_to_string(repository("data/afpk-2025/border.geojson")).unwrap();
    let border: Value = serde_json::from_str(&text).unwrap();
    let mut places: Vec<(f64, f64)> = Vec::new();
    collect(&border, &mut places);
    let mut dice = Dice(11);
    let mut csv = csv::Writer::from_path(folder.join("incidents.csv")).unwrap();
    csv.write_record([
        "id",
        "date",
        "date_end",
        "place",
        "latitude",
        "longitude",
        "geo_precision",
        "event_type",
        "actor_a",
        "reported_by",
        "fatalities_low",
        "fatalities_best",
        "fatalities_high",
        "claim_status",
        "source_name",
        "source_url",
    ])
    .unwrap();
    for number in 0..incidents {
        // Some at one place, which get a mark together.
        let spread = if number % 50 == 0 { 0.0 } else { 0.5 };
        let place = if number % 50 == 0 { 40 } else { dice.next() };
        let (longitude, latitude) = places[(place % places.len() as u64) as usize];
        let first = START
            .checked_add(jiff::Span::new().days((dice.next() % 75) as i64))
            .unwrap();
        let last = first
            .checked_add(jiff::Span::new().days((dice.next() % 12).saturating_sub(6) as i64))
            .unwrap();
        let mut pick = |from: &[&str]| from[(dice.next() % from.len() as u64) as usize].to_owned();
        let precision = pick(&["1", "2", "3"]);
        let kind = pick(&[
            "armed_clash",
            "shelling",
            "airstrike",
            "ambush",
            "infiltration",
        ]);
        let actor = pick(&["North", "South", "Unidentified"]);
        let by = pick(&["media", "local", "afghan_official"]);
        let deaths = pick(&["", "0", "2", "11"]);
        let status = pick(&["claimed", "confirmed", "contested", ""]);
        csv.write_record([
            format!("M-{number:05}"),
            first.to_string(),
            last.to_string(),
            format!("Place {}", number % 400),
            format!("{:.5}", latitude + spread * (dice.unit() - 0.5)),
            format!("{:.5}", longitude + spread * (dice.unit() - 0.5)),
            precision,
            kind,
            actor,
            by,
            deaths.clone(),
            deaths.clone(),
            deaths,
            status,
            "Source".to_owned(),
            "https://example.org/a".to_owned(),
        ])
        .unwrap();
    }
    csv.flush().unwrap();
    write_case(folder, "Made incidents");
    pack(folder)
}

fn collect(value: &Value, places: &mut Vec<(f64, f64)>) {
    if let Some(list) = value.as_array() {
        if let (Some(longitude), Some(latitude)) = (
            list.first().and_then(Value::as_f64),
            list.get(1).and_then(Value::as_f64),
        ) {
            places.push((longitude, latitude));
        } else {
            for it in list {
                collect(it, places);
            }
        }
    } else if let Some(object) = value.as_object() {
        for it in object.values() {
            collect(it, places);
        }
    }
}

fn write_case(folder: &Path, title: &str) {
    let border = repository("data/afpk-2025/border.geojson");
    fs::copy(border, folder.join("border.geojson")).unwrap();
    let case = format!(
        "title = {}\n[incidents]\nfiles = [\"incidents.csv\"]\n[period]\nstart = \"2025-10-05\"\nend = \"2025-12-25\"\n\
         [border]\nfile = \"border.geojson\"\n[cluster]\ndraws = 0\n[sensitivity]\nmade = false\n[stats]\nmade = false\n",
        json!(title)
    );
    fs::write(folder.join("case.toml"), case).unwrap();
}

fn pack(folder: &Path) -> std::path::PathBuf {
    let out = folder.join("pack");
    let case = folder.join("case.toml");
    run(
        &["run", path_text(&case), "--out", path_text(&out), "--quiet"],
        0,
    );
    out
}

#[test]
fn five_thousand_incidents_stay_smooth_and_more_are_bins() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let out = made(folder.path(), 4_990);
    let rows = table(&out.join("tables/incidents.csv"));
    open(&browser, &out);
    assert_quiet(&browser, 1);
    let load = browser
        .script("const it = performance.getEntriesByType('navigation')[0]; return it.loadEventEnd");
    for choice in [
        Choice::default(),
        // Incidents of several days count while they last.
        Choice {
            days: Some((30, 33)),
            ..Choice::default()
        },
        Choice {
            days: Some((5, 60)),
            without_kinds: &["shelling"],
            without_status: &["", "contested"],
            by: Some("local"),
            ..Choice::default()
        },
    ] {
        assert!(choice.check(&browser, &rows) > 100);
    }
    let stacks = browser.script("return document.querySelectorAll('#canvas .stack').length");
    assert!(stacks.as_u64().unwrap() > 0);
    // From the event to the finished layout.
    let time = |change: &str| -> f64 {
        let time = browser.after(
            &format!("const start = performance.now(); let took = 0; {change}; requestAnimationFrame(() => {{ document.body.offsetHeight; took = performance.now() - start; }})"),
            "took",
        );
        time.as_f64().unwrap()
    };
    let filter = time(
        "const it = document.querySelector('#to'); it.value = 40; it.dispatchEvent(new Event('input', { bubbles: true }))",
    );
    let zoom = time("document.querySelector('[data-do=in]').click()");
    eprintln!(
        "page of {} incidents: loaded in {load} ms, a filter takes {filter:.0} ms, zooming {zoom:.0} ms",
        rows.len()
    );
    assert!(filter < 2_000.0 && zoom < 2_000.0);

    let more = tempfile::tempdir().unwrap();
    let out = made(more.path(), 6_000);
    open(&browser, &out);
    assert_quiet(&browser, 1);
    let page = browser.script(
        "return [document.querySelectorAll('.filters, #data, #all, .mark').length,
                 document.querySelectorAll('#canvas .layer-incidents path').length,
                 document.querySelector('#map .note').textContent]",
    );
    assert_eq!(page[0], 0);
    assert!(page[1].as_u64().unwrap() > 20, "{page}");
    let note = page[2].as_str().unwrap();
    assert!(
        note.contains("in hexagonal bins, the darker the more: above 5,000 incidents"),
        "{note}"
    );
    let before = view(&browser);
    browser.after("document.querySelector('[data-do=in]').click()", "0");
    assert!(view(&browser)[2] < before[2]);
}

#[test]
fn hostile_data_stays_text() {
    let Some(browser) = Browser::start() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let hostile = [
        "<script>window.hacked=1</script>",
        "</script><img src=x onerror=window.hacked=2>",
        "\"'><svg onload=window.hacked=3>",
        "]]><b>bold</b><!--",
        "🔥 سرحد کابل {{7*7}} ${1} \\u003c",
        "&lt;i&gt; &amp;amp;",
    ];
    let mut csv = csv::Writer::from_path(folder.path().join("incidents.csv")).unwrap();
    csv.write_record([
        "id",
        "date",
        "place",
        "latitude",
        "longitude",
        "event_type",
        "actor_a",
        "reported_by",
        "claim_status",
        "source_name",
        "source_url",
        "note",
    ])
    .unwrap();
    let addresses = [
        "javascript:window.hacked=4",
        " JaVaScRiPt:window.hacked=5",
        "data:text/html,<script>1</script>",
        "https://example.org/\"onclick=\"window.hacked=6",
        "vbscript:1",
        "file:///etc/passwd",
    ];
    for (number, words) in hostile.iter().enumerate() {
        let name = format!("H{number} {words}");
        let date = format!("2025-10-{}", 10 + number);
        csv.write_record([
            &*name,
            &*date,
            words,
            "34.1",
            "71.05",
            words,
            words,
            words,
            "claimed",
            words,
            addresses[number],
            words,
        ])
        .unwrap();
    }
    csv.flush().unwrap();
    write_case(
        folder.path(),
        &format!("Title {} {}", hostile[0], hostile[1]),
    );
    let out = pack(folder.path());
    open(&browser, &out);
    assert_quiet(&browser, 1);
    let page = browser.after(
        "const all = document.querySelector('#all'); all.querySelectorAll('tbody tr').forEach((it) => it.cells[1].click());
         const told = []; const canvas = document.querySelector('#canvas'); canvas.focus();
         for (let n = 0; n < 6; n += 1) {
           canvas.dispatchEvent(new KeyboardEvent('keydown', { key: 'n', bubbles: true }));
           told.push(document.querySelector('#detail').textContent);
         }",
        "[window.hacked ?? null, document.querySelectorAll('script').length, document.querySelectorAll('img, b b, [onload], [onerror], [onclick]').length,
          [...document.querySelectorAll('a[href]')].map((it) => it.protocol).filter((it) => !['file:', 'https:'].includes(it)),
          all.textContent, told.join(' '), document.querySelector('h1').textContent,
          [...document.querySelectorAll('a[href]')].filter((it) => it.href.includes('passwd')).length]",
    );
    assert_eq!(page[0], Value::Null);
    assert_eq!(page[1], 2);
    assert_eq!(page[2], 0);
    assert_eq!(page[3], json!([]));
    for words in hostile {
        assert!(page[4].as_str().unwrap().contains(words), "{words}");
        assert!(page[5].as_str().unwrap().contains(words), "{words}");
    }
    assert!(page[6].as_str().unwrap().contains(hostile[1]));
    assert_eq!(page[7], 0);
    assert_quiet(&browser, 0);
}
