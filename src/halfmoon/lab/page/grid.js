// ---- The grid: a cell for each pair of levels of two factors.

const figures = [];  // the cells' elements, each with the settings that it may show

function drawAxes() {
  const options = [["", "nothing"], ...byShare.map(place => [place, `${data.factors[place].name} (${Math.round(100 * data.factors[place].share)}%)`])];
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
    `Up to ${most} settings share a cell: they ${which}. The best of those shown stands for them, or the one you select; choose above which to show.`;
}

// What stands below a map: how many runs, what went wrong, and which of several settings it is.
function notesOf(place, places) {
  const lost = ["diverged", "failed"].filter(status => settings[place][status]).map(status => `✕ ${settings[place][status]} ${status}`);
  const missing = data.seeds.length - runsOf[place].length;
  const notes = settings[place].n ? [make("span", {}, counted(settings[place].n, "seed"))] : [];
  if (lost.length || missing) notes.push(make("span", { class: "trouble" }, [...lost, ...(missing ? [`${missing} missing`] : [])].join(", ")));
  if (state.step < data.snapshots.length - 1) notes.push(make("span", { class: "then" }, `at epoch ${scrubbed()}: ${scored(meanAt(place, scrubbed()), 3)}`));
  const shown = places.filter(passes).length;
  if (places.length > 1) notes.push(make("span", { class: "which" }, `${place === state.selected ? "one" : "best"} of ${shown || places.length}: ${restOf(place)}`));
  return notes;
}

// A setting in words, as far as rows and columns do not say it.
function restOf(place) {
  const rest = data.factors.filter((factor, number) => (number !== state.rows && number !== state.columns) || factor.levels.length < new Set(factor.names).size);
  return rest.map(factor => rest.length > 1 ? `${factor.name} ${factor.names[place]}` : factor.names[place]).join(", ");
}

function showCells() {
  for (const [figure, places] of figures) {
    const place = standsFor(places), [pick, notes] = figure.querySelector("figcaption").children;
    figure.dataset.setting = place;
    figure.classList.toggle("dim", !places.some(passes));
    figure.classList.toggle("chosen", place === state.selected);
    pick.textContent = `${MARKS[settings[place].verdict]} ${spreadOf(settings[place], 3)}`.trim();
    pick.setAttribute("aria-pressed", place === state.selected);
    pick.setAttribute("aria-label", `${settings[place].label}: ${data.score} ${spreadOf(settings[place], 3)}, ${VERDICTS[settings[place].verdict]}`);
    pick.title = settings[place].label;
    notes.replaceChildren(...notesOf(place, places));
  }
}

function showMaps() {
  if (data.side) for (const [figure] of figures) drawMap(figure.firstChild, Number(figure.dataset.setting), scrubbed());
}

when(["rows", "columns"], buildGrid);
when(["rows", "columns", "text", "levels", "step", "selected"], showCells);
when(["rows", "columns", "text", "levels", "step", "selected", "map", "theme", "width"], showMaps);
