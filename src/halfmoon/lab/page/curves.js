// ---- Curves: what is drawn over epochs, and where on a chart it lies.

const CURVE_TITLES = { loss: say("training loss"), score: say("{score} on held-out rows", { score: data.score }) };
const curveCache = { loss: new Map(), score: new Map() };

// The lowest, median and highest of a setting's runs, all along.
function curveOf(setting, kind) {
  const cache = curveCache[kind];
  if (!cache.has(setting)) cache.set(setting, epochsOf(setting, kind).map(epoch => overSeeds(setting, kind, epoch)).filter(Boolean));
  return cache.get(setting);
}

function epochsOf(setting, kind) {
  const runs = runsOf[setting];
  if (kind === "score") return [...new Set(runs.flatMap(run => run.snapshots))].sort((one, other) => one - other);
  return data.epochs.filter(epoch => epoch <= lastEpochOf(setting));
}

const lastEpochOf = setting => Math.max(...runsOf[setting].map(run => run.epochs), 0);

// The curves of a row of the grid: of each cell the setting that stands for it, and thin the others that pass.
function curvesOfRow(row) {
  return row.flatMap((members, column) => {
    const shown = members.filter(setting => passesFilters(setting) || setting === state.selected);
    const lead = representative(members);
    return shown.map(setting => ({ setting, column, lead: setting === lead }));
  }).sort((one, other) => one.lead - other.lead);
}

// Where the values of settings lie: those with a score set it, and what diverges runs out of the frame. So does an R² below -1, unless a
// setting ends there.
function rangeOf(drawn, kind, log) {
  const scored = drawn.filter(setting => settings[setting].n > 0);
  const ends = (scored.length ? scored : drawn).flatMap(setting => curveOf(setting, kind).flatMap(({ low, high }) => [low, high]));
  const usable = ends.filter(end => !log || end > 0);
  let [low, high] = usable.length ? [usable.reduce((a, b) => Math.min(a, b)), usable.reduce((a, b) => Math.max(a, b))] : [log ? 0.1 : 0, 1];
  if (kind === "score" && isRegression) low = Math.max(low, Math.min(-1, ...scored.map(setting => curveOf(setting, kind).at(-1)?.low ?? -1)));
  if (low === high) [low, high] = log ? [low / 2, high * 2] : [low - 0.5 * Math.abs(low || 1), high + 0.5 * Math.abs(high || 1)];
  const room = log ? (high / low) ** 0.04 : 0.04 * (high - low);
  return log ? [low / room, high * room] : [low - room, high + room];
}

function linePath(curve, x, y) {
  return pathThrough(curve.map(each => [x.toPixel(each.epoch), y.toPixel(each.median)]));
}

// Where all runs of a setting ended early: level to the end of the others.
function carriedPath(setting, kind, x, y) {
  const last = data.epochs.at(-1), ended = lastEpochOf(setting), found = overSeeds(setting, kind, last);
  return found && ended < last ? pathThrough([ended, last].map(epoch => [x.toPixel(epoch), y.toPixel(found.median)])) : "";
}

function bandPath(curve, x, y) {
  const side = end => curve.map(each => [x.toPixel(each.epoch), y.toPixel(each[end])]);
  return curve.length ? `${pathThrough([...side("high"), ...side("low").reverse()])}Z` : "";
}
