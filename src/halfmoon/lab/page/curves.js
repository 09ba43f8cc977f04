// ---- Curves: what is drawn over epochs, and where on a chart it lies.

const KINDS = { loss: "training loss", score: `${data.score} on held-out rows` };
const made = { loss: new Map(), score: new Map() };

// The lowest, median and highest of a setting's runs, all along.
function curveOf(place, kind) {
  if (!made[kind].has(place)) made[kind].set(place, epochsOf(place, kind).map(epoch => overSeeds(place, kind, epoch)).filter(Boolean));
  return made[kind].get(place);
}

function epochsOf(place, kind) {
  const runs = runsOf[place];
  if (kind === "score") return [...new Set(runs.flatMap(run => run.snapshots))].sort((one, other) => one - other);
  return data.epochs.filter(epoch => epoch <= endOf(place));
}

const endOf = place => Math.max(...runsOf[place].map(run => run.epochs), 0);

// The curves of a row of the grid: of each cell the setting that stands for it, and thin the others that pass.
function linesOf(row) {
  return row.flatMap((places, column) => {
    const shown = places.filter(place => passes(place) || place === state.selected);
    const lead = standsFor(places);
    return shown.map(place => ({ place, column, lead: place === lead }));
  }).sort((one, other) => one.lead - other.lead);
}

// Where the values of settings lie: those with a score set it, and what diverges runs out of the frame.
function rangeOf(places, kind, log) {
  const sound = places.filter(place => settings[place].n > 0);
  const ends = (sound.length ? sound : places).flatMap(place => curveOf(place, kind).flatMap(({ low, high }) => [low, high]));
  const usable = ends.filter(end => !log || end > 0);
  let [low, high] = usable.length ? [usable.reduce((a, b) => Math.min(a, b)), usable.reduce((a, b) => Math.max(a, b))] : [log ? 0.1 : 0, 1];
  if (kind === "score" && isRegression && high > -1) low = Math.max(low, -1);
  if (low === high) [low, high] = log ? [low / 2, high * 2] : [low - 0.5 * Math.abs(low || 1), high + 0.5 * Math.abs(high || 1)];
  const room = log ? (high / low) ** 0.04 : 0.04 * (high - low);
  return log ? [low / room, high * room] : [low - room, high + room];
}

// From values to places and back.
function scale([low, high], [from, to], log) {
  const [forth, back] = log ? [Math.log10, value => 10 ** value] : [value => value, value => value];
  const [start, end] = [forth(low), forth(high)];
  const ratio = (to - from) / (end - start || 1);
  const at = value => log && value <= 0 ? from : from + (forth(value) - start) * ratio;
  return { at, of: place => back(start + (place - from) / ratio), ticks: log ? logTicks(low, high) : evenTicks(low, high) };
}

function evenTicks(low, high) {
  const rough = (high - low) / 5, unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find(times => times * unit >= rough) * unit;
  const count = Math.floor(high / step + 1e-9) - Math.ceil(low / step - 1e-9) + 1;
  return Array.from({ length: count }, (_, place) => Number(((Math.ceil(low / step - 1e-9) + place) * step).toPrecision(12)));
}

// Powers of ten, fewer where they are many, and twos and fives between where they are few.
function logTicks(low, high) {
  const decades = Math.log10(high / low), stride = Math.ceil(decades / 5);
  const steps = decades > 2.5 ? [1] : decades > 1.2 ? [1, 3] : [1, 2, 5];
  const first = Math.floor(Math.log10(low)), last = Math.ceil(Math.log10(high));
  const powers = Array.from({ length: last - first + 1 }, (_, place) => first + place).filter(power => (power - first) % stride === 0);
  const ticks = powers.flatMap(power => steps.map(step => Number((step * 10 ** power).toPrecision(12))));
  const found = ticks.filter(tick => tick >= low && tick <= high);
  return found.length > 1 ? found : evenTicks(low, high).filter(tick => tick > 0);
}

function linePath(curve, x, y) {
  return onPath(curve.map(each => [x.at(each.epoch), y.at(each.median)]));
}

// Where all runs of a setting ended early: level to the end of the others.
function heldPath(place, kind, x, y) {
  const last = data.epochs.at(-1), found = overSeeds(place, kind, last);
  return found && endOf(place) < last ? onPath([endOf(place), last].map(epoch => [x.at(epoch), y.at(found.median)])) : "";
}

function bandPath(curve, x, y) {
  const upper = curve.map(each => [x.at(each.epoch), y.at(each.high)]), lower = curve.map(each => [x.at(each.epoch), y.at(each.low)]);
  return curve.length ? `${onPath([...upper, ...lower.reverse()])}Z` : "";
}
