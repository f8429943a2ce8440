// Choosing: every page is whole without this. Choices live in the address after #, as name=value pairs.
"use strict";
const choices = () => new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : "");
const remember = (pairs) => {
  const kept = new URLSearchParams(Object.entries(pairs).filter(([, value]) => value !== ""));
  history.replaceState(null, "", kept.size ? "#" + kept : location.pathname + location.search);
};
const whole = (value, signs) => String(value).replace(/\B(?=(\d{3})+$)/g, signs.thousands);
// The file of a table that was chosen here: what is shown, as it is shown.
const offer = (link, table, separator) => {
  const rows = [...table.rows].map((row) => [...row.cells].filter((c) => !c.classList.contains("pick"))
    .map((c) => `"${c.textContent.trim().replaceAll('"', '""')}"`).join(separator));
  URL.revokeObjectURL(link.dataset.own || "");
  link.href = link.dataset.own = URL.createObjectURL(new Blob(["\ufeff" + rows.join("\n") + "\n"], { type: "text/csv" }));
  link.download = `${table.id}.csv`;
};
const separator = document.documentElement.lang === "sv" ? ";" : ",";

// The flow of a degree
const form = document.querySelector("[data-flow]");
if (form) {
  const data = JSON.parse(document.getElementById("flow-data").textContent);
  const table = document.querySelector("[data-flow-table] table");
  const link = document.querySelector("[data-flow-table] a[download]");
  const field = (name) => form.elements[name];
  const row = (window, sex, place) => (data.cells[`${window}.${sex}.${place}`] || "|").split("|").map((part) => part.split(","));
  const shown = (text, share) => {
    if (text === undefined || text in data.signs) return [data.signs[text ?? ""], null];
    const value = parseInt(text, 36);
    return share ? [`${whole(Math.trunc(value / 10), data)}${data.decimal}${value % 10}${data.percent}`, value / 1000] : [whole(value, data), value];
  };
  const draw = () => {
    const window = Number(field("fonster").value), sex = field("kon").value;
    const place = field("larosate").value || field("lan").value;
    const [numbers, shares] = row(window, sex, place);
    const columns = [[data.words.number, numbers, 0], [data.words.share, shares, 1]];
    if (sex || place) columns.push([data.words.nation, row(window, place ? sex : "", "")[1], 1]);
    if (window > 0) columns.push([data.words.before.replace("{w}", data.windows[window - 1].replace("-", "–")), row(window - 1, sex, place)[1], 1]);
    const largest = Math.max(1, ...numbers.map((n) => shown(n, 0)[1] ?? 0));
    const names = ["fonster", "kon", "larosate", "lan"].map((n) => field(n)).filter((f) => f.value !== "")
      .map((f) => f.name === "fonster" ? data.words.beginners.replace("{w}", f.selectedOptions[0].text) : f.selectedOptions[0].text);
    table.caption.textContent = data.words.caption.replace("{what}", names.join(", "));
    document.querySelector("[data-status]").textContent = table.caption.textContent;
    const head = table.tHead.rows[0];
    while (head.cells.length > 1) head.deleteCell(-1);
    columns.forEach(([name]) => head.insertAdjacentHTML("beforeend", `<th scope="col">${name}</th>`));
    [...table.tBodies[0].rows].forEach((line, k) => {
      while (line.cells.length > 1) line.deleteCell(-1);
      columns.forEach(([, values, share], number) => {
        const [text, value] = shown(values[line.dataset.step], share);
        const cell = line.insertCell();
        cell.textContent = text;
        if (value === null) cell.className = "missing";
        else if (number === 0) cell.insertAdjacentHTML("afterbegin", `<i style="--v:${(value / largest).toFixed(3)}"></i>`);
      });
    });
    offer(link, table, separator);
  };
  [...table.tBodies[0].rows].forEach((line) => {
    const at = new URLSearchParams(line.querySelector("td").dataset.n.replaceAll(";", "&"));
    line.dataset.step = data.measures.indexOf(at.get("measure"));
  });
  const read = () => {
    const from = choices();
    form.reset();
    for (const select of form.querySelectorAll("select"))
      if ([...select.options].some((o) => o.value === from.get(select.name))) select.value = from.get(select.name);
    if (from.size) draw();
  };
  form.addEventListener("change", (event) => {
    // An institution or a county: the published tables have no both.
    if (event.target.name === "larosate" && event.target.value) field("lan").value = "";
    if (event.target.name === "lan" && event.target.value) field("larosate").value = "";
    remember(Object.fromEntries(new FormData(form)));
    draw();
  });
  form.addEventListener("reset", () => setTimeout(() => { remember({}); draw(); }));
  form.hidden = false;
  read();
  window.addEventListener("hashchange", read);
}

// Rows of a table beside each other
document.querySelectorAll("[data-compare]").forEach((part) => {
  const table = part.querySelector("table");
  if (!table) return;
  const swedish = document.documentElement.lang === "sv", key = table.id, rows = [...table.tBodies[0].rows];
  const link = part.querySelector("a[download]"), whole = link.getAttribute("href");
  table.tHead.rows[0].insertAdjacentHTML("afterbegin", `<td class="pick"><span class="vh">${swedish ? "Välj" : "Choose"}</span></td>`);
  rows.forEach((row) => {
    const name = row.cells[0].textContent;
    row.insertAdjacentHTML("afterbegin", `<td class="pick"><input type="checkbox"></td>`);
    row.querySelector("input").setAttribute("aria-label", (swedish ? "Välj " : "Choose ") + name);
    const at = (row.querySelector("td[data-n]")?.dataset.n || "").split(";").map((p) => p.split("=")).filter(([n]) => !["cube", "number", "year"].includes(n));
    row.dataset.code = at.length ? at[0][1] : name;
  });
  const tools = document.createElement("div");
  tools.className = "tools";
  tools.innerHTML = `<button type="button" aria-pressed="false">${swedish ? "Visa bara valda" : "Show only the chosen"}</button><button type="button">${swedish ? "Visa alla" : "Show all"}</button><p role="status"></p>`;
  const [only, all] = tools.querySelectorAll("button");
  part.prepend(tools);
  const chosen = () => rows.filter((r) => r.querySelector("input").checked);
  const show = (limited) => {
    const some = limited && chosen().length > 0;
    rows.forEach((r) => { r.hidden = some && !r.querySelector("input").checked; });
    only.setAttribute("aria-pressed", String(some));
    const pairs = Object.fromEntries(choices());
    pairs[key] = some ? chosen().map((r) => r.dataset.code).join(".") : "";
    remember(pairs);
    tools.querySelector("p").textContent = some ? `${chosen().length} ${swedish ? "av" : "of"} ${rows.length}` : "";
    if (some) {
      const copy = table.cloneNode(true);
      copy.querySelectorAll("tr[hidden]").forEach((r) => r.remove());
      offer(link, copy, separator);
    } else link.setAttribute("href", whole);
  };
  only.addEventListener("click", () => show(true));
  all.addEventListener("click", () => { rows.forEach((r) => { r.querySelector("input").checked = false; }); show(false); });
  const read = () => {
    const wanted = (choices().get(key) || "").split(".").filter(Boolean);
    rows.forEach((r) => { r.querySelector("input").checked = wanted.includes(r.dataset.code); });
    if (wanted.length) show(true);
  };
  read();
  window.addEventListener("hashchange", read);
});

// The knowledge bank
const filter = document.querySelector("[data-filter]");
if (filter) {
  const entries = [...document.querySelectorAll(".bank li")], status = filter.querySelector("[data-some]");
  const apply = () => {
    const words = filter.elements.q.value.toLowerCase().split(/\s+/).filter(Boolean), kind = filter.elements.slag.value;
    entries.forEach((e) => { e.hidden = (kind && e.dataset.kind !== kind) || !words.every((w) => e.textContent.toLowerCase().includes(w)); });
    status.textContent = status.dataset.some.replace("{n}", entries.filter((e) => !e.hidden).length);
  };
  filter.addEventListener("input", () => { remember({ q: filter.elements.q.value, slag: filter.elements.slag.value }); apply(); });
  filter.addEventListener("submit", (event) => event.preventDefault());
  filter.elements.q.value = choices().get("q") || "";
  filter.elements.slag.value = choices().get("slag") || "";
  filter.hidden = false;
  apply();
}

// Search: the index is a script, which a page from a disk may load
const search = document.querySelector("[data-search]");
if (search) {
  const script = document.createElement("script");
  script.src = search.dataset.search;
  script.onload = () => {
    const input = search.elements.q, status = search.querySelector("[role=status]"), list = search.querySelector(".found");
    const base = search.dataset.search.replace(/[^/]*$/, "");
    const find = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const found = words.length ? window.PAGES.filter(([title, , code]) => words.every((w) => title.toLowerCase().includes(w) || code.toLowerCase() === w)).slice(0, 24) : [];
      list.replaceChildren(...found.map(([title, path]) => {
        const item = document.createElement("li"), link = document.createElement("a");
        link.href = base + path;
        link.textContent = title;
        item.append(link);
        return item;
      }));
      status.textContent = !words.length ? "" : found.length ? status.dataset.some.replace("{n}", found.length) : status.dataset.none;
      remember({ q: input.value });
    };
    input.addEventListener("input", find);
    input.value = choices().get("q") || "";
    search.hidden = false;
    if (input.value) find();
  };
  document.head.append(script);
  search.addEventListener("submit", (event) => { event.preventDefault(); search.querySelector(".found a")?.click(); });
}

// A scenario: what each adds, in parts, summed
const scenario = document.querySelector("[data-scenario]");
if (scenario) {
  const data = JSON.parse(document.getElementById("scenario-data").textContent);
  const form = scenario.querySelector("form"), drawing = scenario.querySelector("svg.chart"), body = scenario.querySelector("#svar tbody");
  const sign = (n) => (n < 0 ? "−" : "") + whole(Math.abs(n), data);
  const compute = (number) => {
    const of = data.groups[form.elements.grupp.value][number];
    return of.now.map((now, year) => Math.round((now + data.sliders.reduce((sum, s, k) => sum + of.effects[k][year] * form.elements[s].value / 100, 0)) / 10) * 10);
  };
  const draw = () => {
    const supply = compute("supply"), demand = compute("demand"), now = data.groups[form.elements.grupp.value];
    const all = [...supply, ...demand, ...now.supply.now, ...now.demand.now], low = Math.min(...all), high = Math.max(...all, low + 1);
    const x = (k) => 58 + k * 486 / (data.years.length - 1), y = (v) => 256 - (v - low) / (high - low) * 236;
    const line = (values, kind) => `<path class="line ${kind}" d="M${values.map((v, k) => `${x(k).toFixed(1)} ${y(v).toFixed(1)}`).join("L")}"/>`;
    const marks = [low, (low + high) / 2, high].map((m) => Math.round(m / 10) * 10);
    drawing.innerHTML = marks.map((m) => `<path class="grid" d="M58 ${y(m)}H544"/><text class="tick" x="50" y="${y(m)}" dy=".35em" text-anchor="end">${sign(m)}</text>`).join("")
      + data.years.map((t, k) => k % 5 === 0 ? `<text class="tick" x="${x(k)}" y="280" text-anchor="middle">${t}</text>` : "").join("")
      + line(now.supply.now, "s5 d2") + line(now.demand.now, "s5 d2") + line(supply, "s0") + line(demand, "s1 dashed");
    body.innerHTML = data.years.map((t, k) => k % 5 === 0 || k === data.years.length - 1
      ? `<tr><th scope="row">${t}</th><td>${sign(supply[k])}</td><td>${sign(demand[k])}</td><td>${sign(demand[k] - supply[k])}</td></tr>` : "").join("");
    form.querySelectorAll("input[type=range]").forEach((r) => { r.nextElementSibling.textContent = `${r.value} %`; });
    scenario.querySelector("[data-status]").textContent = body.rows[body.rows.length - 1].textContent;
  };
  const read = () => {
    form.reset();
    for (const [name, value] of choices()) if (form.elements[name]) form.elements[name].value = value;
    draw();
  };
  form.addEventListener("input", () => {
    remember(Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== "0")));
    draw();
  });
  form.addEventListener("reset", () => setTimeout(() => { remember({}); draw(); }));
  scenario.hidden = false;
  const from = choices();
  for (const [name, value] of from) if (form.elements[name]) form.elements[name].value = value;
  draw();
  window.addEventListener("hashchange", read);
}
