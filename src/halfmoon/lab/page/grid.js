// ---- The grid: a cell for each pair of levels of two factors.

const figures = [];  // the cells' elements, each with the settings that it may show

function drawAxes() {
  const named = ({ name, share }) => `${name} (${Math.round(100 * share)}%)`;
  const options = [["", "nothing"], ...byShare.map(place => [place, named(data.factors[place])])];
  const chosen = value => value === "" ? null : Number(value);
  const rows = value => change(swapped("rows", "columns", chosen(value)));
  const columns = value => change(swapped("columns", "rows", chosen(value)));
  byId("axes").replaceChildren(choice("rows", "Rows", options, rows), choice("columns", "Columns", options, columns));
  byId("axes").hidden = !data.factors.length;
}

// A factor has one place: what takes it from the other side leaves its own there.
function swapped(side, other, factor) {
  return { [side]: factor, [other]: factor !== null && state[other] === factor ? state[side] : state[other] };
}

function buildCell(places) {
  const canvas = data.side ? [make("canvas")] : [];
  const pick = make("button", { type: "button", class: "pick" });
  const figure = make("figure", { class: "cell" }, ...canvas, make("figcaption", {}, pick, make("span", { class: "notes" })));
  figure.addEventListener("click", () => select(Number(figure.dataset.setting)));
  figures.push([figure, places]);
  return figure;
}

function buildGrid() {
  figures.length = 0;
  const [rows, columns] = [state.rows, state.columns].map(levelsOf), name = factor => data.factors[factor].name;
  const heads = columns.map(level => make("div", { class: "head" }, level ?? ""));
  const title = state.columns === null ? [] : [make("div", { class: "head title" }, make("span", {}, name(state.columns)))];
  const body = cells().flatMap((row, number) => [
    ...(state.rows === null ? [] : [make("div", { class: "side" }, make("small", {}, name(state.rows)), rows[number])]),
    ...row.map(places => places.length ? buildCell(places) : make("div", { class: "cell empty" }, "not tried")),
  ]);
  const grid = byId("grid");
  grid.style.setProperty("--columns", columns.length);
  grid.className = state.rows === null ? "single" : "";
  grid.replaceChildren(...title, ...(state.columns === null ? [] : heads), ...body);
  byId("rows").value = state.rows ?? "";
  byId("columns").value = state.columns ?? "";
  sayWhatCellsShow();
}

function sayWhatCellsShow() {
  const most = Math.max(...figures.map(([, places]) => places.length));
  const rest = data.factors.filter((_, place) => place !== state.rows && place !== state.columns).map(factor => factor.name);
  const which = rest.length ? `differ in ${rest.join(" and ")}` : "lie in the same ranges";
  byId("sharing").textContent = most < 2 ? "" :
    `Up to ${most} settings share a cell: they ${which}. The best of those shown stands for them, or the one you select; `
    + "choose above which to show.";
}

// What stands below a map: how many runs, what went wrong, and which of several settings it is.
function notesOf(place, places) {
  const row = settings[place], notes = [];
  const note = (kind, text) => notes.push(make("span", { class: kind }, text));
  const missing = data.seeds.length - runsOf[place].length, shown = places.filter(passes).length;
  if (row.n) note("count", counted(row.n, "seed"));
  for (const status of ["diverged", "failed"]) if (row[status]) note("trouble", `✕ ${row[status]} ${status}`);
  if (missing) note("trouble", `${missing} missing`);
  if (state.step < data.snapshots.length - 1) note("then", `at epoch ${scrubbed()}: ${scored(meanAt(place, scrubbed()), 3)}`);
  if (places.length > 1) note("which", `${place === state.selected ? "one" : "best"} of ${shown || places.length}: ${restOf(place)}`);
  return notes;
}

// A setting in words, as far as rows and columns do not say it.
function restOf(place) {
  const isRange = factor => factor.levels.length < new Set(factor.names).size;
  const rest = data.factors.filter((factor, number) => ![state.rows, state.columns].includes(number) || isRange(factor));
  return rest.map(factor => rest.length > 1 ? `${factor.name} ${factor.names[place]}` : factor.names[place]).join(", ");
}

function showCells() {
  for (const [figure, places] of figures) {
    const place = standsFor(places), row = settings[place], [pick, notes] = figure.querySelector("figcaption").children;
    figure.dataset.setting = place;
    figure.classList.toggle("dim", !places.some(passes));
    figure.classList.toggle("chosen", place === state.selected);
    pick.textContent = `${MARKS[row.verdict]} ${spreadOf(row, 3)}`.trim();
    pick.setAttribute("aria-pressed", place === state.selected);
    pick.setAttribute("aria-label", `${row.label}: ${data.score} ${spreadOf(row, 3)}, ${VERDICTS[row.verdict]}`);
    pick.title = row.label;
    notes.replaceChildren(...notesOf(place, places));
  }
}

function showMaps() {
  if (data.side) for (const [figure] of figures) drawMap(figure.firstChild, Number(figure.dataset.setting), scrubbed());
}

when(["rows", "columns"], buildGrid);
when(["rows", "columns", "text", "levels", "step", "selected"], showCells);
when(["rows", "columns", "text", "levels", "step", "selected", "map", "theme", "width"], showMaps);
