// ---- The table: a row for each setting, sorted by any column.

// Counts; a mean over seeds that differ has a decimal.
const formatCount = count => isNumber(count) ? count.toLocaleString("en", { maximumFractionDigits: 1 }) : "–";
const numberColumn = (title, name, write = formatNumber) => ({ title, key: row => row[name], text: row => write(row[name]), figure: true });

const VERDICT_ORDER = Object.keys(VERDICT_TEXTS);

const COLUMNS = [
  { title: say("rank"), key: (_, setting) => rankOf[setting] },
  ...data.factors.map(({ name: title, values, names }) => ({ title, key: (_, index) => values[index], text: (_, index) => names[index] })),
  numberColumn(data.score, "mean", formatScore),
  numberColumn(say("± std"), "std", formatScore),
  numberColumn(say("scores"), "n"),
  numberColumn(say("to the best"), "difference", formatScore),
  numberColumn("p", "p", value => formatNumber(value, 2)),
  {
    title: say("verdict"), key: row => VERDICT_ORDER.indexOf(row.verdict),
    text: row => `${VERDICT_MARKS[row.verdict]} ${VERDICT_TEXTS[row.verdict]}`,
  },
  { title: say("status"), key: (_, setting) => statusOf(setting), text: (_, setting) => statusOf(setting) },
  numberColumn(say("train loss"), "train_loss"),
  numberColumn(say("seconds"), "seconds", value => formatNumber(value, 3)),
  numberColumn(say("updates"), "updates", formatCount),
  numberColumn(say("epochs"), "epochs", formatCount),
  numberColumn(say("parameters"), "parameters", formatCount),
];

const tableRows = settings.map(() => null);

function buildTable() {
  const heads = COLUMNS.map(({ title, figure }, column) => {
    const button = make("button", { type: "button" }, ...breakable(title));
    button.addEventListener("click", () => update({ sort: { column, down: state.sort.column === column && !state.sort.down } }));
    return make("th", { scope: "col", class: figure ? "figure" : "" }, button);
  });
  settings.forEach((row, setting) => { tableRows[setting] = buildRowOf(row, setting); });
  byId("table").replaceChildren(make("thead", {}, make("tr", {}, ...heads)), make("tbody"));
}

function buildRowOf(row, setting) {
  const pick = make("button", { type: "button", class: "pick", "aria-label": say("Select {label}", { label: row.label }) }, String(rankOf[setting] + 1));
  const cells = COLUMNS.slice(1).map(({ title, text, figure }) =>
    make("td", { class: figure ? "figure" : "", "data-title": title }, text(row, setting)));
  const element = make("tr", { "data-setting": setting, class: row.verdict }, make("td", {}, pick), ...cells);
  element.addEventListener("click", () => toggleSelected(setting));
  return element;
}

// A name that may go on in the next line after each underscore.
const breakable = name => name.split(/(?<=_)/).flatMap((part, index) => index ? [make("wbr"), part] : [part]);

// A table that is too wide for its place is shown as a list: each row's cells, with the names of their columns.
function fitTable() {
  const table = byId("table");
  table.classList.remove("stacked");
  table.classList.toggle("stacked", table.scrollWidth > table.parentElement.clientWidth);
}

// Numbers before text, and what is missing last, whichever way it is sorted.
function compare(one, other, down) {
  const [first, second] = [one, other].map(value => value === null);
  if (first || second) return first - second;
  const [text, otherText] = [one, other].map(value => typeof value === "string");
  const order = text !== otherText ? text - otherText : text ? one.localeCompare(other, "en", { numeric: true }) : one - other;
  return down ? -order : order;
}

function sortTable() {
  const { column, down } = state.sort, { key } = COLUMNS[column];
  const order = [...ranking].sort((one, other) => compare(key(settings[one], one), key(settings[other], other), down));
  byId("table").tBodies[0].replaceChildren(...order.map(setting => tableRows[setting]));
  [...byId("table").tHead.rows[0].cells].forEach((head, index) => {
    if (index === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
}

function updateRows() {
  tableRows.forEach((row, setting) => {
    row.hidden = !passesFilters(setting);
    row.classList.toggle("chosen", setting === state.selected);
    row.querySelector(".pick").setAttribute("aria-pressed", setting === state.selected);
  });
}

onChange(["sort"], sortTable);
onChange(["sort", "text", "levels", "width"], fitTable);
onChange(["text", "levels", "selected"], updateRows);
