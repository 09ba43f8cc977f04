// ---- State: what is chosen, who wants to know when it changes, and which settings are shown where.

const byShare = data.factors.map((_, place) => place).sort((one, other) => data.factors[other].share - data.factors[one].share);

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

const watchers = [];

// Have something done when any of the named choices changes.
function when(names, action) {
  watchers.push([names, action]);
}

function change(part) {
  Object.assign(state, part);
  for (const [names, action] of watchers) if (names.some(name => name in part)) action();
}

function select(place) {
  change({ selected: state.selected === place ? null : place });
}

const scrubbed = () => data.snapshots[state.step] ?? 0;
const pointedAt = () => state.cursor ?? scrubbed();
const shownInDetail = () => state.selected ?? data.best ?? 0;

// Whether a setting passes the filters.
function passes(place) {
  const fits = state.levels.every((level, factor) => level === null || data.factors[factor].places[place] === level);
  const text = `${settings[place].label} ${VERDICTS[settings[place].verdict]} ${statusOf(place)}`.toLowerCase();
  return fits && state.text.toLowerCase().split(/\s+/).every(word => text.includes(word));
}

const levelsOf = factor => factor === null ? [null] : data.factors[factor].levels;
const levelOf = (factor, place) => factor === null ? 0 : data.factors[factor].places[place];

// The settings of each row and column, best first.
function cells() {
  const found = levelsOf(state.rows).map(() => levelsOf(state.columns).map(() => []));
  for (const place of ranking) found[levelOf(state.rows, place)][levelOf(state.columns, place)].push(place);
  return found;
}

// The setting that stands for a cell: the selected one, or the best that passes, or where none does the best of all.
function standsFor(cell) {
  if (cell.includes(state.selected)) return state.selected;
  return cell.find(passes) ?? cell[0];
}
