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

  function show() {
    view.w = Math.min(Math.max(view.w, all.w / 60), all.w);
    view.h = view.w * all.h / all.w;
    view.x = Math.min(Math.max(view.x, all.x), all.x + all.w - view.w);
    view.y = Math.min(Math.max(view.y, all.y), all.y + all.h - view.h);
    svg.setAttribute("viewBox", [view.x, view.y, view.w, view.h].join(" "));
    // Marks and letters keep their size on the screen: a little larger when near.
    svg.style.setProperty("--k", Math.pow(view.w / all.w, 0.82));
    scale();
  }

  function scale() {
    const perPx = Number(box.dataset.mpp) * view.w / box.clientWidth;
    const most = perPx * 180;
    const power = Math.pow(10, Math.floor(Math.log10(most)));
    const length = [5, 2, 1].map((it) => it * power).find((it) => it <= most);
    const line = $("#scale");
    line.style.setProperty("--bar", length / perPx + "px");
    line.textContent = length >= 1000 ? length / 1000 + " km" : length + " m";
  }

  function zoom(factor, x, y) {
    const width = Math.min(Math.max(view.w * factor, all.w / 60), all.w);
    const share = width / view.w;
    view.x = x - (x - view.x) * share;
    view.y = y - (y - view.y) * share;
    view.w = width;
    show();
  }

  function at(event) {
    const frame = svg.getBoundingClientRect();
    return [
      view.x + (event.clientX - frame.left) / frame.width * view.w,
      view.y + (event.clientY - frame.top) / frame.height * view.h
    ];
  }

  const acts = {
    in: () => zoom(0.6, view.x + view.w / 2, view.y + view.h / 2),
    out: () => zoom(1 / 0.6, view.x + view.w / 2, view.y + view.h / 2),
    home: () => { Object.assign(view, all); show(); }
  };
  $$(".tools button").forEach((it) => it.addEventListener("click", () => acts[it.dataset.do]()));

  box.addEventListener("wheel", (event) => {
    if (event.ctrlKey || event.shiftKey || document.activeElement === box) {
      event.preventDefault();
      zoom(Math.pow(1.0016, event.deltaY), ...at(event));
    }
  }, { passive: false });

  const fingers = new Map();
  let moved = false;
  box.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, event);
    moved = false;
  });
  box.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) { return; }
    const step = view.w / svg.getBoundingClientRect().width;
    if (fingers.size === 1) {
      const [dx, dy] = [event.clientX - before.clientX, event.clientY - before.clientY];
      if (!moved && Math.hypot(dx, dy) < 4) { return; }
      if (!moved) { box.setPointerCapture(event.pointerId); box.classList.add("moving"); }
      moved = true;
      view.x -= dx * step;
      view.y -= dy * step;
      show();
    } else {
      const other = Array.from(fingers.values()).find((it) => it.pointerId !== event.pointerId);
      const apart = (a) => Math.hypot(a.clientX - other.clientX, a.clientY - other.clientY);
      moved = true;
      zoom(apart(before) / Math.max(apart(event), 1), ...at(other));
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
  window.addEventListener("resize", scale);

  // Tables: a click on a heading sorts by its column, numbers as numbers.
  function value(row, column) {
    const cell = row.cells[column];
    return cell.dataset.v || cell.textContent.trim();
  }
  $$("table").forEach((table) => {
    $$("th button", table).forEach((button) => {
      button.addEventListener("click", () => {
        const th = button.closest("th");
        const up = th.getAttribute("aria-sort") !== "ascending";
        $$("th", table).forEach((it) => it.removeAttribute("aria-sort"));
        th.setAttribute("aria-sort", up ? "ascending" : "descending");
        const body = table.tBodies[0];
        const number = (text) => parseFloat(text.replace(/,/g, ""));
        const rows = Array.from(body.rows);
        const numeric = rows.every((row) => {
          const text = value(row, th.cellIndex);
          return text === "" || /^[-−\d]/.test(text);
        });
        const order = (a, b) => {
          const [x, y] = [value(a, th.cellIndex), value(b, th.cellIndex)];
          if (x === "" || y === "") { return (x === "") - (y === ""); }
          const way = numeric ? number(x) - number(y) : x.localeCompare(y, "en");
          return up ? way : -way;
        };
        rows.sort(order).forEach((row) => body.appendChild(row));
      });
    });
  });
  show();

  const block = $("#data");
  if (!block) { return; }
  const data = JSON.parse(block.textContent);
  const form = $(".filters");
  const marks = new Map();
  $$(".mark, .stack", svg).forEach((mark) => {
    mark.ids = mark.dataset.i.split(" ").map(Number);
    mark.ids.forEach((id) => marks.set(id, mark));
  });
  const rows = new Map($$("#all tbody tr").map((row) => [Number(row.dataset.i), row]));
  let shown = [];

  function checked(name) {
    return new Set($$("input[data-" + name + "]:checked", form).map((it) => it.dataset[name]));
  }

  function filter() {
    const [from, to] = [Number($("#from").value), Number($("#to").value)];
    const kinds = checked("kind"), states = checked("status"), placed = checked("placed");
    const by = $("#by").value, actor = $("#actor").value;
    $("#from-day").textContent = data.days[from];
    $("#to-day").textContent = data.days[to];
    const tally = {};
    const sums = [[0, 0], [0, 0], [0, 0]];
    const uncounted = $("input[data-layer=uncounted]");
    let total = 0;
    shown = [];
    data.incidents.forEach((it, id) => {
      const others = it.d <= to && it.e >= from && (by === "*" || it.b === by) && (actor === "*" || it.a === actor);
      const kind = kinds.has(String(it.k)) || !it.c;
      const through = others && kind && states.has(it.s) && placed.has(String(it.p));
      const visible = it.c ? through : others && (!uncounted || uncounted.checked);
      if (it.c) {
        total += 1;
        rows.get(id).hidden = !through;
        if (through) {
          it.x.forEach((figure, which) => {
            if (figure !== null) { sums[which][0] += figure; sums[which][1] += 1; }
          });
        }
        // What each choice would let through beside the others.
        const note = (key, rest) => { if (rest) { tally[key] = (tally[key] || 0) + 1; } };
        note("kind-" + it.k, others && states.has(it.s) && placed.has(String(it.p)));
        note("status-" + it.s, others && kind && placed.has(String(it.p)));
        note("placed-" + it.p, others && kind && states.has(it.s));
      }
      it.visible = visible;
      if (visible && marks.has(id)) { shown.push(id); }
    });
    new Set(marks.values()).forEach((mark) => {
      const count = mark.ids.filter((id) => data.incidents[id].visible).length;
      mark.classList.toggle("off", count === 0);
      const text = mark.classList.contains("stack") && $("text", mark);
      if (text) { text.textContent = count; }
    });
    shown.sort((a, b) => data.incidents[a].d - data.incidents[b].d || a - b);
    $$("[data-count]", form).forEach((it) => { it.textContent = tally[it.dataset.count] || 0; });
    const counted = data.incidents.filter((it, id) => it.c && !rows.get(id).hidden).length;
    const count = $("#count");
    count.textContent = "";
    const strong = document.createElement("b");
    strong.textContent = counted;
    count.append(strong, " of " + total + " incidents. Deaths as reported, low–best–high: " +
      sums.map((it) => it[1] ? it[0] + " (" + it[1] + ")" : "none").join(" – ") + ".");
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

  let lit = [];
  let current = -1;
  function tell(ids, pinned) {
    const detail = $("#detail");
    lit.forEach((it) => it.classList.remove("lit"));
    lit = [];
    detail.textContent = "";
    ids.slice(0, 6).forEach((id) => {
      const it = data.incidents[id];
      part("h3", [it.date, it.place || it.sector].filter(Boolean).join(", "), detail);
      const list = part("dl", "", detail);
      const line = (name, text) => {
        if (text) { part("dt", name, list); part("dd", text, list); }
      };
      line("kind", it.kind);
      line("reported by", it.by);
      line("accused or acting", it.actors.filter(Boolean).join("; "));
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
    if (ids.length > 6) { part("p", "and " + (ids.length - 6) + " more at this place", detail); }
    ids.forEach((id) => [marks.get(id), rows.get(id)].forEach((it) => {
      if (it) { it.classList.add("lit"); lit.push(it); }
    }));
    if (pinned && ids.length) { current = shown.indexOf(ids[0]); }
  }

  function markOf(event) {
    const mark = event.target.closest && event.target.closest(".mark, .stack");
    return mark && mark.ids.filter((id) => data.incidents[id].visible);
  }
  let pinned = false;
  svg.addEventListener("pointerover", (event) => {
    const ids = markOf(event);
    if (ids && !pinned && event.pointerType === "mouse") { tell(ids, false); }
  });
  svg.addEventListener("click", (event) => {
    if (moved) { return; }
    const ids = markOf(event);
    pinned = Boolean(ids);
    if (ids) { tell(ids, true); }
  });

  function step(by) {
    if (!shown.length) { return; }
    current = (current + by + shown.length) % shown.length;
    pinned = true;
    tell([shown[current]], true);
    const [x, y] = marks.get(shown[current]).getAttribute("transform-origin").split(" ").map(Number);
    if (x < view.x || x > view.x + view.w || y < view.y || y > view.y + view.h) {
      view.x = x - view.w / 2;
      view.y = y - view.h / 2;
      show();
    }
  }
  const keys = {
    "+": acts.in, "=": acts.in, "-": acts.out, "0": acts.home,
    n: () => step(1), p: () => step(-1),
    ArrowLeft: () => { view.x -= view.w / 8; show(); },
    ArrowRight: () => { view.x += view.w / 8; show(); },
    ArrowUp: () => { view.y -= view.h / 8; show(); },
    ArrowDown: () => { view.y += view.h / 8; show(); }
  };
  box.addEventListener("keydown", (event) => {
    const act = keys[event.key] || keys[event.key.toLowerCase()];
    if (act && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      act();
    }
  });

  let due = 0;
  function soon() {
    cancelAnimationFrame(due);
    due = requestAnimationFrame(filter);
  }
  form.addEventListener("input", (event) => {
    const [from, to] = [$("#from"), $("#to")];
    if (event.target === from && Number(from.value) > Number(to.value)) { to.value = from.value; }
    if (event.target === to && Number(to.value) < Number(from.value)) { from.value = to.value; }
    layers();
    soon();
  });
  form.addEventListener("reset", () => setTimeout(() => { layers(); filter(); }));
  form.addEventListener("submit", (event) => event.preventDefault());
  $("#all").addEventListener("click", (event) => {
    const row = event.target.closest("tbody tr");
    if (row && !event.target.closest("a")) { tell([Number(row.dataset.i)], true); }
  });
  filter();
})();
