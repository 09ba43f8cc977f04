// ---- The table: a row for each setting, sorted by any column.

// Counts; a mean over seeds that differ has a decimal.
const whole = count => isNumber(count) ? count.toLocaleString("en", { maximumFractionDigits: 1 }) : "–";
const number = (title, name, write = rounded) => ({ title, key: row => row[name], text: row => write(row[name]), figure: true });

const COLUMNS = [
  { title: "rank", key: (_, place) => rankOf[place] },
  ...data.factors.map(factor => ({ title: factor.name, key: (_, place) => factor.values[place], text: (_, place) => factor.names[place] })),
  number(data.score, "mean", scored),
  number("± std", "std", scored),
  number("scores", "n"),
  number("to the best", "difference", scored),
  number("p", "p", value => rounded(value, 2)),
  { title: "verdict", key: row => Object.keys(VERDICTS).indexOf(row.verdict), text: row => `${MARKS[row.verdict]} ${VERDICTS[row.verdict]}` },
  { title: "status", key: (_, place) => statusOf(place), text: (_, place) => statusOf(place) },
  number("train loss", "train_loss"),
  number("seconds", "seconds", value => rounded(value, 3)),
  number("updates", "updates", whole),
  number("epochs", "epochs", whole),
  number("parameters", "parameters", whole),
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

// Numbers before text, what is missing last, whichever way it is sorted.
function compare(one, other, down) {
  const rank = value => value === null || value === undefined ? 2 : typeof value === "string" ? 1 : 0;
  if (rank(one) !== rank(other)) return rank(one) === 2 || rank(other) === 2 ? rank(one) - rank(other) : (rank(one) - rank(other)) * (down ? -1 : 1);
  const order = rank(one) === 1 ? one.localeCompare(other, "en", { numeric: true }) : rank(one) === 0 ? one - other : 0;
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
