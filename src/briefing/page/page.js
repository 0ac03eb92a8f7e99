"use strict";
// The map: pan and zoom by its viewBox. Filters hide marks and rows; counts are made anew each time.
(function () {
  const $ = (selector, root) => (root || document).querySelector(selector);
  const $$ = (selector, root) => Array.from((root || document).querySelectorAll(selector));
  const box = $("#canvas");
  const svg = $("svg", box);
  const whole = svg.viewBox.baseVal;
  const all = { x: whole.x, y: whole.y, w: whole.width, h: whole.height };
  const view = Object.assign({}, all);
  const clamp = (value, least, most) => Math.min(Math.max(value, least), most);

  // The name of the drawing as a label: as a title it would hang over the marks as a tooltip.
  const title = $("title", svg);
  if (title) {
    svg.setAttribute("aria-label", title.textContent);
    svg.removeAttribute("aria-labelledby");
    title.remove();
  }

  function show() {
    const frame = box.getBoundingClientRect();
    view.w = clamp(view.w, all.w / 60, all.w);
    view.h = view.w * frame.height / frame.width;
    view.x = clamp(view.x, all.x, all.x + all.w - view.w);
    // A frame higher than the map shows all of its height, in the middle.
    const spare = all.h - view.h;
    view.y = spare < 0 ? all.y + spare / 2 : clamp(view.y, all.y, all.y + spare);
    svg.setAttribute("viewBox", [view.x, view.y, view.w, view.h].join(" "));
    // Drawn small, marks are enlarged and labels that nobody could read are left out; drawn large, both
    // and the lines keep about their size on the screen.
    const size = frame.width / view.w;
    // In steps of a fifth, for each one styles thousands of marks anew.
    const near = Math.pow(2, -Math.round(3.3 * Math.log2(Math.max(size, 1))) / 4);
    svg.style.setProperty("--label", near);
    svg.style.setProperty("--mark", size < 0.45 ? Math.min(0.45 / size, 1.8) : near);
    svg.classList.toggle("near", size > 1);
    svg.classList.toggle("far", size < 0.45);
    scale(view.w / frame.width);
  }

  function scale(unitsPerPx) {
    const perPx = Number(box.dataset.mpp) * unitsPerPx;
    const most = perPx * 180;
    const power = Math.pow(10, Math.floor(Math.log10(most)));
    const length = [5, 2, 1].map((it) => it * power).find((it) => it <= most);
    const line = $("#scale");
    line.style.setProperty("--bar", length / perPx + "px");
    line.textContent = length >= 1000 ? length / 1000 + " km" : length + " m";
  }

  // Enlarges about a place of the map, which stays where it is on the screen.
  function zoom(factor, x, y) {
    const width = clamp(view.w * factor, all.w / 60, all.w);
    const share = width / view.w;
    view.x = x - (x - view.x) * share;
    view.y = y - (y - view.y) * share;
    view.w = width;
    show();
  }

  function at(event) {
    const frame = box.getBoundingClientRect();
    return [
      view.x + (event.clientX - frame.left) / frame.width * view.w,
      view.y + (event.clientY - frame.top) / frame.height * view.h
    ];
  }

  function pan(dx, dy) {
    view.x += dx;
    view.y += dy;
    show();
  }

  const acts = {
    in: () => zoom(0.6, view.x + view.w / 2, view.y + view.h / 2),
    out: () => zoom(1 / 0.6, view.x + view.w / 2, view.y + view.h / 2),
    home: () => { Object.assign(view, all); show(); },
    next: () => {},
    previous: () => {}
  };
  $$(".tools button").forEach((it) => it.addEventListener("click", () => acts[it.dataset.do]()));

  // Without Ctrl the wheel scrolls the page, as everywhere on it. A pinch on a touchpad comes as such a wheel.
  box.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault();
      zoom(Math.pow(1.0016, clamp(event.deltaY * (event.deltaMode ? 30 : 1), -300, 300)), ...at(event));
    }
  }, { passive: false });

  // One finger that goes up or down scrolls the page (touch-action in the style); two move and zoom the map.
  ["touchstart", "touchmove"].forEach((name) => {
    box.addEventListener(name, (event) => {
      if (event.touches.length > 1) { event.preventDefault(); }
    }, { passive: false });
  });
  const fingers = new Map();
  let moved = false;
  box.addEventListener("pointerdown", (event) => {
    if (event.button) { return; }
    if (!fingers.size) { moved = false; }
    fingers.set(event.pointerId, event);
  });
  box.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) { return; }
    const step = view.w / box.getBoundingClientRect().width;
    const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
    const other = Array.from(fingers.values()).find((it) => it.pointerId !== event.pointerId);
    if (!moved && !other && Math.hypot(dx, dy) < 4) { return; }
    if (!moved) { box.classList.add("moving"); }
    moved = true;
    // What leaves the map with the button held still moves it.
    box.setPointerCapture(event.pointerId);
    if (other) {
      const apart = (a) => Math.max(Math.hypot(a.clientX - other.clientX, a.clientY - other.clientY), 1);
      const middle = {
        clientX: (before.clientX + other.clientX) / 2,
        clientY: (before.clientY + other.clientY) / 2
      };
      zoom(apart(before) / apart(event), ...at(middle));
      pan(-dx / 2 * step, -dy / 2 * step);
    } else {
      pan(-dx * step, -dy * step);
    }
    fingers.set(event.pointerId, event);
  });
  ["pointerup", "pointercancel", "pointerleave"].forEach((name) => {
    box.addEventListener(name, (event) => {
      fingers.delete(event.pointerId);
      box.classList.remove("moving");
    });
  });
  box.addEventListener("dblclick", (event) => zoom(0.5, ...at(event)));
  window.addEventListener("resize", show);

  const keys = {
    "+": acts.in, "=": acts.in, "-": acts.out, "0": acts.home,
    n: () => acts.next(), p: () => acts.previous(), Escape: () => acts.release(),
    ArrowLeft: () => pan(-view.w / 8, 0),
    ArrowRight: () => pan(view.w / 8, 0),
    ArrowUp: () => pan(0, -view.h / 8),
    ArrowDown: () => pan(0, view.h / 8)
  };
  acts.release = () => {};
  box.addEventListener("keydown", (event) => {
    const act = keys[event.key] || keys[event.key.toLowerCase()];
    if (act && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      act();
    }
  });

  // Tables: a click on a heading sorts by its column, dates as dates and numbers as numbers.
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
  const words = new Intl.Collator("en", { numeric: true });
  // The first number of a cell ("< 0.001", "km 12.5–14.0", "…–4–9"), unless a word goes on from it ("48-hour").
  function number(text) {
    const found = /^(?:km |[<>≤≥] ?|(?:…–)+)?([+−-]?\d[\d,]*(?:\.\d+)?)(?=$|[\s%°–(/…:;])/.exec(text);
    return found ? Number(found[1].replace(/,/g, "").replace("−", "-")) : NaN;
  }
  // The first day of a cell. "28 Dec – 3 Jan 2026" names the year of its end alone.
  function day(text) {
    const found = /^(\d{1,2})(?:[–-]\d{1,2})? ([A-Z][a-z]{2})\b/.exec(text);
    const year = /\b\d{4}\b/.exec(text);
    if (!found || !year || !months.includes(found[2])) { return NaN; }
    const last = / – \d{1,2} ([A-Z][a-z]{2}) /.exec(text);
    const month = months.indexOf(found[2]);
    const before = last && text.match(/\b\d{4}\b/g).length === 1 && months.indexOf(last[1]) < month;
    return Date.UTC(Number(year[0]) - (before ? 1 : 0), month, Number(found[1]));
  }
  function sort(table, column, up) {
    const body = table.tBodies[0];
    const cells = Array.from(body.rows).map((row) => {
      const cell = row.cells[column];
      const text = "v" in cell.dataset ? cell.dataset.v : cell.textContent.trim();
      return { row, text: /^(none\b.*|[…–—])$/.test(text) ? "" : text };
    });
    const full = cells.filter((it) => it.text !== "");
    const read = [day, number].find((way) => full.every((it) => !isNaN(way(it.text))));
    full.forEach((it) => { it.key = read ? read(it.text) : it.text; });
    full.sort((a, b) => (up ? 1 : -1) * (read ? a.key - b.key : words.compare(a.key, b.key)));
    // What is empty comes last either way.
    const order = full.concat(cells.filter((it) => it.text === ""));
    body.append(...order.map((it) => it.row));
  }
  $$("table").forEach((table) => {
    $$("th button", table).forEach((button) => {
      button.addEventListener("click", () => {
        const th = button.closest("th");
        const up = th.getAttribute("aria-sort") !== "ascending";
        $$("th", table).forEach((it) => it.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", up ? "ascending" : "descending");
        sort(table, th.cellIndex, up);
      });
    });
  });

  // On a narrow screen the map begins with the line and its marks, not with all around them.
  function start() {
    const line = $(".layer-border", svg);
    if (box.clientWidth < 700 && line) {
      const part = line.getBBox();
      view.w = part.width * 1.12;
      view.x = part.x - part.width * 0.06;
      show();
      view.y = part.y + part.height / 2 - view.h / 2;
    }
    show();
  }
  show();
  start();

  const block = $("#data");
  if (!block) { return; }
  const data = JSON.parse(block.textContent);
  const form = $(".filters");
  // A mark for each incident or stack of them, and a disc for each place known only roughly.
  const drawn = $$("[data-i]", svg);
  const marks = new Map();
  drawn.forEach((it) => {
    it.ids = it.dataset.i.split(" ").map(Number);
    if (!it.classList.contains("disc")) { it.ids.forEach((id) => marks.set(id, it)); }
  });
  const rows = new Map($$("#all tbody tr").map((row) => [Number(row.dataset.i), row]));
  let shown = [];
  const grouped = (count) => count.toLocaleString("en");

  // What is unchecked is left out; so what has no box of its own passes.
  function refused(name) {
    return new Set($$("input[data-" + name + "]:not(:checked)", form).map((it) => it.dataset[name]));
  }

  function filter() {
    const [from, to] = [$("#from"), $("#to")];
    const [first, last] = [Number(from.value), Number(to.value)];
    [[from, first], [to, last]].forEach(([slider, which]) => {
      $("#" + slider.id + "-day").textContent = data.days[which];
      slider.setAttribute("aria-valuetext", data.days[which]);
    });
    // Incidents in no sum may lie outside the period; all days let them through.
    const always = first === Number(from.min) && last === Number(to.max);
    const [kinds, states, placed] = ["kind", "status", "placed"].map(refused);
    const [by, actor] = [$("#by").value, $("#actor").value];
    const uncounted = $("input[data-layer=uncounted]", form);
    const tally = {};
    const sums = [[0, 0], [0, 0], [0, 0]];
    let [total, counted] = [0, 0];
    shown = [];
    data.incidents.forEach((it, id) => {
      const dated = it.d <= last && it.e >= first || always && !it.c;
      // A bit for each choice that refuses it.
      const refusals = (kinds.has(String(it.k)) ? 1 : 0) | (states.has(it.s) ? 2 : 0) |
        (placed.has(String(it.p)) ? 4 : 0) | (by === "*" || it.b === by ? 0 : 8) |
        (actor === "*" || it.a === actor ? 0 : 16);
      const through = dated && !refusals;
      it.visible = through && (Boolean(it.c) || !uncounted || uncounted.checked);
      if (it.visible && marks.has(id)) { shown.push(id); }
      if (!it.c) { return; }
      total += 1;
      rows.get(id).hidden = !through;
      if (through) {
        counted += 1;
        it.x.forEach((figure, which) => {
          if (figure !== null) { sums[which][0] += figure; sums[which][1] += 1; }
        });
      }
      // How many each choice has to give beside what is chosen elsewhere.
      const note = (key, own) => { if (dated && !(refusals & ~own)) { tally[key] = (tally[key] || 0) + 1; } };
      note("kind-" + it.k, 1);
      note("status-" + it.s, 2);
      note("placed-" + it.p, 4);
      note("by-" + it.b, 8);
      note("actor-" + it.a, 16);
    });
    drawn.forEach((it) => {
      const count = it.ids.filter((id) => data.incidents[id].visible).length;
      it.classList.toggle("off", count === 0);
      const text = it.classList.contains("stack") && $("text", it);
      if (text) { text.textContent = count; }
    });
    shown.sort((a, b) => data.incidents[a].d - data.incidents[b].d || a - b);
    $$("[data-count]", form).forEach((it) => {
      const count = grouped(tally[it.dataset.count] || 0);
      it.textContent = "name" in it.dataset ? it.dataset.name + " (" + count + ")" : count;
    });
    const count = $("#count");
    count.textContent = "";
    part("b", grouped(counted), count);
    count.append(" of " + grouped(total) + " incidents. Deaths as reported, low–best–high: " +
      sums.map((it) => it[1] ? grouped(it[0]) + " (" + grouped(it[1]) + ")" : "none").join(" – ") + ".");
    if (current >= 0 && !data.incidents[current].visible) { release(); }
  }

  function layers() {
    $$("input[data-layer]", form).forEach((it) => {
      $$(".layer-" + it.dataset.layer, svg).forEach((layer) => layer.classList.toggle("off", !it.checked));
    });
  }

  // Text from data is only ever set as text.
  function part(tag, text, parent) {
    const made = document.createElement(tag);
    made.textContent = text;
    parent.append(made);
    return made;
  }

  const detail = $("#detail");
  const hint = detail.textContent;
  let lit = [];
  // The incident that stays in the panel, or -1.
  let current = -1;
  function release() {
    current = -1;
    tell([]);
  }
  function tell(ids) {
    lit.forEach((it) => it.classList.remove("lit"));
    lit = [];
    svg.classList.toggle("pinned", current >= 0);
    detail.textContent = "";
    if (!ids.length) { part("p", hint, detail); }
    ids.slice(0, 6).forEach((id) => {
      const it = data.incidents[id];
      part("h3", [it.date, it.place || it.sector].filter(Boolean).join(", "), detail);
      const list = part("dl", "", detail);
      const line = (name, text) => {
        if (text) { part("dt", name, list); part("dd", text, list); }
      };
      line("kind", it.kind);
      line("reported by", it.by);
      line("accused or acting", it.actors[0]);
      line("other party", it.actors[1]);
      line("status", it.status);
      line("deaths", it.deaths);
      line("where", it.sector + ", " + it.km + ", " + it.off + " from the line" +
        (it.radius === null ? ", place uncertain" : ", known within " + it.radius + " km"));
      if (!it.c) { line("in no sum", it.fate); }
      line("note", it.note);
      if (it.url) {
        part("dt", "source", list);
        const link = part("a", it.source || it.url, part("dd", "", list));
        link.href = it.url;
        link.rel = "noopener noreferrer";
      } else {
        line("source", it.source);
      }
      line("id", it.id);
    });
    if (ids.length > 6) {
      part("p", "and " + (ids.length - 6) + " more at this place: N and P go through them all", detail);
    }
    ids.forEach((id) => [marks.get(id), rows.get(id)].forEach((it) => {
      if (it) { it.classList.add("lit"); lit.push(it); }
    }));
  }

  function idsOf(element) {
    const mark = element && element.closest(".mark, .stack");
    return mark && mark.ids.filter((id) => data.incidents[id].visible);
  }
  // The mark under a finger or, for marks are small, the nearest around it.
  function idsNear(event) {
    for (const reach of [0, 6, 12, 18]) {
      for (let turn = 0; turn < (reach ? 8 : 1); turn += 1) {
        const x = event.clientX + reach * Math.cos(turn * Math.PI / 4);
        const y = event.clientY + reach * Math.sin(turn * Math.PI / 4);
        const element = document.elementFromPoint(x, y);
        const ids = element && svg.contains(element) && idsOf(element);
        if (ids) { return ids; }
      }
    }
    return null;
  }
  svg.addEventListener("pointerover", (event) => {
    const ids = current < 0 && event.pointerType === "mouse" && idsOf(event.target);
    if (ids) { tell(ids); }
  });
  svg.addEventListener("click", (event) => {
    if (moved) { return; }
    const ids = idsNear(event);
    if (ids) {
      current = ids[0];
      tell(ids);
    } else if (current >= 0) {
      release();
    }
  });

  function step(by) {
    if (!shown.length) { return; }
    const place = shown.indexOf(current);
    // Without a present one the first or the last.
    const next = place < 0 && by < 0 ? shown.length - 1 : place + by;
    current = shown[(next + shown.length) % shown.length];
    tell([current]);
    const [x, y] = marks.get(current).getAttribute("transform-origin").split(" ").map(Number);
    if (x < view.x || x > view.x + view.w || y < view.y || y > view.y + view.h) {
      pan(x - view.w / 2 - view.x, y - view.h / 2 - view.y);
    }
  }
  acts.next = () => step(1);
  acts.previous = () => step(-1);
  acts.release = release;

  let due = 0;
  form.addEventListener("input", (event) => {
    const [from, to] = [$("#from"), $("#to")];
    if (event.target === from && Number(from.value) > Number(to.value)) { to.value = from.value; }
    if (event.target === to && Number(to.value) < Number(from.value)) { from.value = to.value; }
    layers();
    // Many inputs between two pictures count once.
    cancelAnimationFrame(due);
    due = requestAnimationFrame(filter);
  });
  // The controls have their first values only after the event.
  form.addEventListener("reset", () => setTimeout(() => { layers(); filter(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  $("#all").addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    if (row && !event.target.closest("a")) {
      current = Number(row.dataset.i);
      tell([current]);
    }
  });
  // A browser may keep what was chosen before the page was loaded again.
  layers();
  filter();
})();
