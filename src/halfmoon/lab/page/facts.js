// ---- Facts: the data of the page, and what runs were like at an epoch.

const data = JSON.parse(byId("data").textContent);
const settings = data.settings;
const MARKS = { best: "★", tie: "○", worse: "", unknown: "" };
const VERDICTS = { best: "best", tie: "within seed noise", worse: "lower", unknown: "not compared" };

const bytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
const floats = text => new Float32Array(bytes(text).buffer);

const runsOf = settings.map(() => []);
for (const run of data.runs) {
  run.losses = floats(run.losses);
  run.maps = run.maps && bytes(run.maps);
  runsOf[run.setting].push(run);
}

const points = floats(data.points);
const labels = floats(data.labels);

// The settings from best to worst: those with fewer scores come after, since the rest of their runs came to nothing.
const ranking = settings.map((_, place) => place).sort((one, other) =>
  settings[other].n - settings[one].n || (settings[other].mean ?? -Infinity) - (settings[one].mean ?? -Infinity) || one - other);
const rankOf = [];
ranking.forEach((place, rank) => { rankOf[place] = rank; });

// How a setting's runs ended, in words.
function statusOf(place) {
  const runs = runsOf[place];
  const counts = ["done", "diverged", "failed"].map(status => [runs.filter(run => run.status === status).length, status]);
  const missing = [data.seeds.length - runs.length, "missing"];
  return [...counts, missing].filter(([count]) => count).map(([count, status]) => `${count} ${status}`).join(", ");
}

// The place of the last of some rising numbers that is at most `limit`; -1 where there is none.
function lastAtMost(numbers, limit) {
  let low = 0, high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// Where among its snapshots a run was at an epoch; -1 before the first one, and after the end of a run that came to nothing.
function snapshotAt(run, epoch) {
  return run.status !== "done" && epoch > run.epochs ? -1 : lastAtMost(run.snapshots, epoch);
}

// A run that is done keeps what it came to.
const VALUES = {
  score: (run, epoch) => run.scores[snapshotAt(run, epoch)] ?? NaN,
  loss: (run, epoch) => {
    const place = lastAtMost(data.epochs, epoch);
    return run.losses[run.status === "done" ? Math.min(place, run.losses.length - 1) : place] ?? NaN;
  },
};

function median(sorted) {
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The lowest, the median and the highest of a setting's runs at an epoch; null where none has a value.
function overSeeds(place, kind, epoch) {
  const known = runsOf[place].map(run => VALUES[kind](run, epoch)).filter(isNumber).sort((one, other) => one - other);
  return known.length ? { epoch, low: known[0], median: median(known), high: known[known.length - 1] } : null;
}

function meanAt(place, epoch) {
  const known = runsOf[place].map(run => VALUES.score(run, epoch)).filter(isNumber);
  return known.length ? known.reduce((sum, each) => sum + each, 0) / known.length : null;
}
