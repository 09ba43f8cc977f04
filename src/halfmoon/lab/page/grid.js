// ---- The grid: a cell for each pair of levels of two factors.

const cellFigures = [];  // the cells' elements, each with the settings that it may show

function drawAxes() {
  const nameAndShare = ({ name, share }) => `${name} (${Math.round(100 * share)}%)`;
  const options = [["", say("nothing")], ...byShare.map(factor => [factor, nameAndShare(data.factors[factor])])];
  const chosen = value => value === "" ? null : Number(value);
  const rows = value => update(assignFactor("rows", "columns", chosen(value)));
  const columns = value => update(assignFactor("columns", "rows", chosen(value)));
  byId("axes").replaceChildren(labelledSelect("rows", say("Rows"), options, rows), labelledSelect("columns", say("Columns"), options, columns));
  byId("axes").hidden = !data.factors.length;
}

// A factor is on one side only: the side that takes it from the other gives its own in exchange.
function assignFactor(side, other, factor) {
  return { [side]: factor, [other]: factor !== null && state[other] === factor ? state[side] : state[other] };
}

function buildCell(members) {
  const canvas = data.map_side ? [framedMap()] : [];
  const pick = make("button", { type: "button", class: "pick" });
  const figure = make("figure", { class: "cell" }, ...canvas, make("figcaption", {}, pick, make("span", { class: "notes" })));
  figure.addEventListener("click", () => toggleSelected(Number(figure.dataset.setting)));
  cellFigures.push([figure, members]);
  return figure;
}

function buildGrid() {
  cellFigures.length = 0;
  const [rows, columns] = [state.rows, state.columns].map(levelsOf), name = factor => data.factors[factor].name;
  const heads = columns.map(level => make("div", { class: "head" }, level ?? ""));
  const title = state.columns === null ? [] : [make("div", { class: "head title" }, make("span", {}, name(state.columns)))];
  const body = gridCells().flatMap((row, number) => [
    ...(state.rows === null ? [] : [make("div", { class: "side" }, make("small", {}, name(state.rows)), rows[number])]),
    ...row.map(members => members.length ? buildCell(members) : make("div", { class: "cell empty" }, say("not tried"))),
  ]);
  const grid = byId("grid");
  grid.style.setProperty("--columns", columns.length);
  grid.className = state.rows === null ? "single" : "";
  grid.replaceChildren(...title, ...(state.columns === null ? [] : heads), ...body);
  byId("rows").value = state.rows ?? "";
  byId("columns").value = state.columns ?? "";
  describeSharedCells();
}

function describeSharedCells() {
  const most = Math.max(...cellFigures.map(([, members]) => members.length));
  const rest = data.factors.filter((_, index) => index !== state.rows && index !== state.columns).map(factor => factor.name);
  const which = rest.length ? say("differ in {names}", { names: rest.join(say(" and ")) }) : say("lie in the same ranges");
  byId("sharing").textContent = most < 2 ? "" :
    say("Up to {most} of them share a cell, as they {which}: the best of those shown stands for them, or the one you select.", { most, which });
}

// What stands below a map: how many runs, what went wrong, and which of several settings it is.
function cellNotes(setting, members) {
  const row = settings[setting], notes = [];
  const note = (kind, text) => notes.push(make("span", { class: kind }, text));
  const missing = data.seeds.length - runsOf[setting].length, shown = members.filter(passesFilters).length;
  if (row.n) note("count", plural(row.n, "seed"));
  for (const status of ["diverged", "failed"]) if (row[status]) note("trouble", `✕ ${row[status]} ${STATUS_TEXTS[status]}`);
  if (missing) note("trouble", `${missing} ${STATUS_TEXTS.missing}`);
  const epoch = selectedEpoch(), values = { count: shown || members.length, names: otherParameters(setting) };
  if (state.step < data.snapshots.length - 1) note("then", say("at epoch {epoch}: {score}", { epoch, score: formatScore(meanScoreAt(setting, epoch), 3) }));
  if (members.length > 1) note("which", say(setting === state.selected ? "one of {count}: {names}" : "best of {count}: {names}", values));
  return notes;
}

// A setting in words, as far as rows and columns do not say it.
function otherParameters(setting) {
  const isRange = factor => factor.levels.length < new Set(factor.names).size;
  const rest = data.factors.filter((factor, number) => ![state.rows, state.columns].includes(number) || isRange(factor));
  return rest.map(factor => rest.length > 1 ? `${factor.name} ${factor.names[setting]}` : factor.names[setting]).join(", ");
}

function updateCells() {
  for (const [figure, members] of cellFigures) {
    const setting = representative(members), row = settings[setting], [pick, notes] = figure.querySelector("figcaption").children;
    figure.dataset.setting = setting;
    figure.classList.toggle("dim", !members.some(passesFilters));
    figure.classList.toggle("chosen", setting === state.selected);
    pick.textContent = `${VERDICT_MARKS[row.verdict]} ${formatMeanStd(row, 3)}`.trim();
    pick.setAttribute("aria-pressed", setting === state.selected);
    pick.setAttribute("aria-label", `${row.label}: ${data.score} ${formatMeanStd(row, 3)}, ${VERDICT_TEXTS[row.verdict]}`);
    pick.title = row.label;
    notes.replaceChildren(...cellNotes(setting, members));
  }
}

function drawMaps() {
  if (data.map_side) for (const [figure] of cellFigures) drawMap(figure.querySelector("canvas"), Number(figure.dataset.setting), selectedEpoch());
}

onChange(["rows", "columns"], buildGrid);
onChange(["rows", "columns", "text", "levels", "step", "selected"], updateCells);
onChange(["rows", "columns", "text", "levels", "step", "selected", "map", "theme", "width"], drawMaps);
