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

// For each class the share of maps that have it; of two classes, and of numbers, the mean, from 0 to 1.
function meanFields(maps) {
  const fields = Array.from({ length: isMany ? data.classes.length : 1 }, () => new Float32Array(MAP_SIZE));
  for (const values of maps) {
    values.forEach((value, at) => {
      if (isMany) fields[value][at] += 1 / maps.length;
      else fields[0][at] += value / 255 / maps.length;
    });
  }
  return fields;
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
  const result = new Float32Array(WIDTH * HEIGHT), last = data.map_side - 1;
  for (let y = 0, at = 0; y < HEIGHT; y++) {
    const v = (1 - y / (HEIGHT - 1)) * last, row = Math.min(Math.floor(v), last - 1), up = v - row;
    for (let x = 0; x < WIDTH; x++, at++) {
      const u = x / (WIDTH - 1) * last, column = Math.min(Math.floor(u), last - 1), right = u - column;
      const corner = row * data.map_side + column;
      const below = field[corner] + right * (field[corner + 1] - field[corner]);
      const above = field[corner + data.map_side] + right * (field[corner + data.map_side + 1] - field[corner + data.map_side]);
      result[at] = below + up * (above - below);
    }
  }
  return result;
}

function indexOfLargest(fields, at) {
  let best = 0;
  for (let index = 1; index < fields.length; index++) if (fields[index][at] > fields[best][at]) best = index;
  return best;
}
