// ---- The table: a row for each setting, sorted by any column.

// Counts; a mean over seeds that differ has a decimal.
const whole = count => isNumber(count) ? count.toLocaleString("en", { maximumFractionDigits: 1 }) : "–";
const numeric = (title, name, write = rounded) => ({ title, key: row => row[name], text: row => write(row[name]), figure: true });

const JUDGED = Object.keys(VERDICTS);

const COLUMNS = [
  { title: "rank", key: (_, place) => rankOf[place] },
  ...data.factors.map(factor => ({ title: factor.name, key: (_, place) => factor.values[place], text: (_, place) => factor.names[place] })),
  numeric(data.score, "mean", scored),
  numeric("± std", "std", scored),
  numeric("scores", "n"),
  numeric("to the best", "difference", scored),
  numeric("p", "p", value => rounded(value, 2)),
  { title: "verdict", key: row => JUDGED.indexOf(row.verdict), text: row => `${MARKS[row.verdict]} ${VERDICTS[row.verdict]}` },
  { title: "status", key: (_, place) => statusOf(place), text: (_, place) => statusOf(place) },
  numeric("train loss", "train_loss"),
  numeric("seconds", "seconds", value => rounded(value, 3)),
  numeric("updates", "updates", whole),
  numeric("epochs", "epochs", whole),
  numeric("parameters", "parameters", whole),
];

const rowsOf = settings.map(() => null);

function buildTable() {
  const heads = COLUMNS.map(({ title, figure }, column) => {
    const button = make("button", { type: "button" }, title);
    button.addEventListener("click", () => change({ sort: { column, down: state.sort.column === column && !state.sort.down } }));
    return make("th", { scope: "col", class: figure ? "figure" : "" }, button);
  });
  settings.forEach((row, place) => { rowsOf[place] = buildRowOf(row, place); });
  byId("table").replaceChildren(make("thead", {}, make("tr", {}, ...heads)), make("tbody"));
}

function buildRowOf(row, place) {
  const pick = make("button", { type: "button", class: "pick", "aria-label": `Select ${row.label}` }, String(rankOf[place] + 1));
  const cells = COLUMNS.slice(1).map(({ text, figure }) => make("td", { class: figure ? "figure" : "" }, text(row, place)));
  const element = make("tr", { "data-setting": place, class: row.verdict }, make("td", {}, pick), ...cells);
  element.addEventListener("click", () => select(place));
  return element;
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
  byId("table").tBodies[0].replaceChildren(...order.map(place => rowsOf[place]));
  [...byId("table").tHead.rows[0].cells].forEach((head, place) => {
    if (place === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
    else head.removeAttribute("aria-sort");
  });
}

function showRows() {
  rowsOf.forEach((row, place) => {
    row.hidden = !passes(place);
    row.classList.toggle("chosen", place === state.selected);
    row.querySelector(".pick").setAttribute("aria-pressed", place === state.selected);
  });
}

when(["sort"], sortTable);
when(["text", "levels", "selected"], showRows);
