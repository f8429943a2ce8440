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
    const value = Number(text);
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
