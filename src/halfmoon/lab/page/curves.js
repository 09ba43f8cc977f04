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

// From values to pixels and back.
function scale([low, high], [from, to], log) {
  const [forth, back] = log ? [Math.log10, value => 10 ** value] : [value => value, value => value];
  const [start, end] = [forth(low), forth(high)];
  const ratio = (to - from) / (end - start || 1);
  const toPixel = value => log && value <= 0 ? from : from + (forth(value) - start) * ratio;
  return { toPixel, toValue: pixel => back(start + (pixel - from) / ratio), ticks: log ? logTicks(low, high) : linearTicks(low, high) };
}

function linearTicks(low, high) {
  const rough = (high - low) / 5, unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(times => times * unit >= rough) * unit;
  const count = Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
  return Array.from({ length: count }, (_, number) => Number(((Math.ceil(low / step - 1e-9) + number) * step).toPrecision(12)));
}

// Powers of ten, fewer where they are many, and twos and fives between where they are few.
function logTicks(low, high) {
  const decades = Math.log10(high / low), stride = Math.ceil(decades / 5);
  const steps = decades > 2.5 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
  const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high));
  const powers = Array.from({ length: last - first + 1 }, (_, number) => first + number).filter(power => (power - first) % stride === 0);
  const ticks = powers.flatMap(power => steps.map(step => Number((step * 10 ** power).toPrecision(12))));
  const found = ticks.filter(tick => tick >= low && tick <= high);
  return found.length > 1 ? found : linearTicks(low, high).filter(tick => tick > 0);
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
