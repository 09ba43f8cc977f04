// ---- Fields: what the runs of a setting predict over the plane, as numbers on the grid of their maps and on a finer raster.

const WIDTH = 256, HEIGHT = 192;  // of the finer raster
const FULL_SPREAD = 0.25;  // of a regression's range: a standard deviation over seeds that gets the full colour
const MAP_SIZE = data.map_side * data.map_side;  // values of a map
const isMany = data.classes.length > 2;
const isRegression = data.task === "regression";

// The runs that a map shows, each with the number of its snapshot.
function runsWithMaps(setting, epoch) {
  const found = runsOf[setting].filter(run => run.maps && (!state.map.startsWith("seed ") || state.map === `seed ${run.seed}`));
  return found.map(run => [run, snapshotIndexAt(run, epoch)]).filter(([, snapshot]) => snapshot >= 0);
}

const mapValues = ([run, snapshot]) => run.maps.subarray(snapshot * MAP_SIZE, (snapshot + 1) * MAP_SIZE);

// Of classes how clearly each is predicted, as a difference of log probabilities; null in runs of an older version.
function mapMargins([run, snapshot]) {
  const steps = run.margins && run.margins.subarray(snapshot * MAP_SIZE, (snapshot + 1) * MAP_SIZE);
  return steps && Float32Array.from(steps, step => data.margins[step]);
}

// The mean of maps of two classes or of numbers, from 0 to 1, on the finer raster.
function meanRaster(maps, margins) {
  const mean = new Float32Array(WIDTH * HEIGHT);
  maps.forEach((values, index) => {
    const shares = () => upsampled(Float32Array.from(values, value => value / 255));
    const raster = margins[index] ? probabilityRaster(values, margins[index]) : shares();
    for (let at = 0; at < mean.length; at++) mean[at] += raster[at] / maps.length;
  });
  return mean;
}

// The probability of the second of two classes. Between neighbours it is the log odds that are taken to be even: a probability that is
// 0 here and 1 there does not say where between them it is one half.
function probabilityRaster(values, margins) {
  return upsampled(margins.map((margin, at) => values[at] > 127 ? margin : -margin)).map(odds => 1 / (1 + Math.exp(-odds)));
}

// Of several classes the one that most maps have, at each pixel of the finer raster, and the share of maps that have it.
function votes(maps, margins) {
  const rasters = maps.map((values, index) => classRaster(values, margins[index]));
  const labels = new Uint8Array(WIDTH * HEIGHT), shares = new Float32Array(WIDTH * HEIGHT), counts = new Uint16Array(data.classes.length);
  for (let at = 0; at < labels.length; at++) {
    counts.fill(0);
    for (const raster of rasters) counts[raster[at]]++;
    let best = 0;
    for (let label = 1; label < counts.length; label++) if (counts[label] > counts[best]) best = label;
    labels[at] = best;
    shares[at] = counts[best] / rasters.length;
  }
  return { labels, shares };
}

// The class at each pixel of the finer raster: of its four neighbours' the one that is nearest and clearest. Between two of them the
// boundary runs where the difference of their log probabilities, taken to be even between neighbours, is 0.
function classRaster(values, margins) {
  const side = data.map_side, raster = new Uint8Array(WIDTH * HEIGHT), corners = [0, 1, side, side + 1];
  forEachPixel((at, corner, right, up) => {
    const first = values[corner];
    if (corners.every(offset => values[corner + offset] === first)) { raster[at] = first; return; }
    const near = [(1 - right) * (1 - up), right * (1 - up), (1 - right) * up, right * up];
    const weights = corners.map((offset, index) => near[index] * (margins ? margins[corner + offset] : 1));
    let best = -1;
    for (const offset of corners) {
      const label = values[corner + offset];
      const weight = corners.reduce((sum, other, index) => sum + (values[corner + other] === label ? weights[index] : 0), 0);
      if (weight > best) { best = weight; raster[at] = label; }
    }
  });
  return raster;
}

// Of classes twice the share of maps that are outvoted; of numbers the standard deviation, as a share of the most.
function disagreement(maps) {
  const votes = isMany ? maps : maps.map(values => values.map(value => value > 127));
  const fields = isRegression ? null : Array.from({ length: Math.max(data.classes.length, 2) }, (_, label) =>
    Float32Array.from({ length: MAP_SIZE }, (_, at) => votes.filter(values => values[at] === label).length / maps.length));
  const spread = at => standardDeviation(maps.map(values => values[at] / 255)) / FULL_SPREAD;
  const outvoted = at => 2 * (1 - Math.max(...fields.map(field => field[at])));
  return Float32Array.from({ length: MAP_SIZE }, (_, at) => isRegression ? spread(at) : outvoted(at));
}

function standardDeviation(numbers) {
  const mean = numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
  return Math.sqrt(numbers.reduce((sum, each) => sum + (each - mean) ** 2, 0) / Math.max(numbers.length - 1, 1));
}

// A field on the finer raster of the picture, its top row first, each pixel between its four neighbours.
function upsampled(field) {
  const result = new Float32Array(WIDTH * HEIGHT), side = data.map_side;
  forEachPixel((at, corner, right, up) => {
    const below = field[corner] + right * (field[corner + 1] - field[corner]);
    const above = field[corner + side] + right * (field[corner + side + 1] - field[corner + side]);
    result[at] = below + up * (above - below);
  });
  return result;
}

// Call something for each pixel of the finer raster: with the grid point to its lower left, and how far it is from there, from 0 to 1.
function forEachPixel(action) {
  const last = data.map_side - 1;
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    const v = (1 - y / (HEIGHT - 1)) * last, row = Math.min(Math.floor(v), last - 1);
    for (let x = 0; x < WIDTH; x++, at++) {
      const u = x / (WIDTH - 1) * last, column = Math.min(Math.floor(u), last - 1);
      action(at, row * data.map_side + column, u - column, v - row);
    }
  }
}
