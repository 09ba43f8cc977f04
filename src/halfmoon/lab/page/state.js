// ---- State: what is chosen, who wants to know when it changes, and which settings are shown where.

// The indices of the factors, the most telling first.
const byShare = data.factors.map((_, index) => index).sort((one, other) => data.factors[other].share - data.factors[one].share);

const state = {
  rows: byShare.length > 1 ? byShare[0] : null,  // the factor of the grid's rows
  columns: byShare.length > 1 ? byShare[1] : byShare[0] ?? null,
  levels: data.factors.map(() => null),  // the one level of each factor to be shown; null means all
  text: "",
  step: Math.max(data.snapshots.length - 1, 0),  // among the snapshots' epochs
  cursor: null,  // the epoch under the pointer in a chart
  map: "mean",
  selected: null,
  logLoss: true,
  logEpochs: true,
  sort: { column: 0, down: false },
};

const listeners = [];

// Call something whenever any of the named choices changes.
function onChange(names, action) {
  listeners.push([names, action]);
}

function update(part) {
  Object.assign(state, part);
  for (const [names, action] of listeners) if (names.some(name => name in part)) action();
}

function toggleSelected(setting) {
  update({ selected: state.selected === setting ? null : setting });
}

const selectedEpoch = () => data.snapshots[state.step] ?? 0;
const cursorEpoch = () => state.cursor ?? selectedEpoch();
const detailSetting = () => state.selected ?? data.best ?? 0;

// Whether a setting passes the filters.
function passesFilters(setting) {
  const fits = state.levels.every((level, factor) => level === null || data.factors[factor].level_indices[setting] === level);
  const text = `${settings[setting].label} ${VERDICT_TEXTS[settings[setting].verdict]} ${statusOf(setting)}`.toLowerCase();
  return fits && state.text.toLowerCase().split(/\s+/).every(word => text.includes(word));
}

const levelsOf = factor => factor === null ? [null] : data.factors[factor].levels;
const levelOf = (factor, setting) => factor === null ? 0 : data.factors[factor].level_indices[setting];

// The settings of each row and column, best first.
function gridCells() {
  const found = levelsOf(state.rows).map(() => levelsOf(state.columns).map(() => []));
  for (const setting of ranking) found[levelOf(state.rows, setting)][levelOf(state.columns, setting)].push(setting);
  return found;
}

// The setting that stands for a cell: the selected one, or the best that passes, or where none does the best of all.
function representative(cell) {
  if (cell.includes(state.selected)) return state.selected;
  return cell.find(passesFilters) ?? cell[0];
}
