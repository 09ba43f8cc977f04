// ---- Runs: what is known of the settings, each of which goes by its index, and what their runs were like at an epoch.

const settings = data.settings;
const VERDICT_MARKS = { best: "★", tie: "○", worse: "", unknown: "" };
const VERDICT_TEXTS = {
  best: say("best"), tie: say("within seed noise"), worse: say("lower"), unknown: say("not compared"),
};

const decodeBytes = text => Uint8Array.from(atob(text), letter => letter.charCodeAt(0));
const decodeFloats = text => new Float32Array(decodeBytes(text).buffer);

const runsOf = settings.map(() => []);
for (const run of data.runs) {
  run.losses = decodeFloats(run.losses);
  run.maps = run.maps && decodeBytes(run.maps);
  run.margins = run.margins && decodeBytes(run.margins);
  runsOf[run.setting].push(run);
}

const points = decodeFloats(data.points);
const labels = decodeFloats(data.labels);

// The settings from best to worst: those with fewer scores come after, since the rest of their runs came to nothing.
const ranking = settings.map((_, setting) => setting).sort((one, other) =>
  settings[other].n - settings[one].n || (settings[other].mean ?? -Infinity) - (settings[one].mean ?? -Infinity) || one - other);
const rankOf = [];
ranking.forEach((setting, rank) => { rankOf[setting] = rank; });

const STATUS_TEXTS = { done: say("done"), diverged: say("diverged"), failed: say("failed"), missing: say("missing") };

// How a setting's runs ended, in words.
function statusOf(setting) {
  const runs = runsOf[setting];
  const counts = ["done", "diverged", "failed"].map(status => [runs.filter(run => run.status === status).length, status]);
  const missing = [data.seeds.length - runs.length, "missing"];
  return [...counts, missing].filter(([count]) => count).map(([count, status]) => `${count} ${STATUS_TEXTS[status]}`).join(", ");
}

// The index of the last of some rising numbers that is at most `limit`; -1 where there is none.
function lastIndexAtMost(numbers, limit) {
  let low = 0, high = numbers.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] <= limit) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

// Where among its snapshots a run was at an epoch; -1 before the first one, and after the end of a run that came to nothing.
function snapshotIndexAt(run, epoch) {
  return run.status !== "done" && epoch > run.epochs ? -1 : lastIndexAtMost(run.snapshots, epoch);
}

// A run that is done keeps what it came to.
const VALUE_AT = {
  score: (run, epoch) => run.scores[snapshotIndexAt(run, epoch)] ?? NaN,
  loss: (run, epoch) => {
    const index = lastIndexAtMost(data.epochs, epoch);
    return run.losses[run.status === "done" ? Math.min(index, run.losses.length - 1) : index] ?? NaN;
  },
};

function median(sorted) {
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

// The lowest, the median and the highest of a setting's runs at an epoch; null where none has a value.
function overSeeds(setting, kind, epoch) {
  const known = runsOf[setting].map(run => VALUE_AT[kind](run, epoch)).filter(isNumber).sort((one, other) => one - other);
  return known.length ? { epoch, low: known[0], median: median(known), high: known[known.length - 1] } : null;
}

function meanScoreAt(setting, epoch) {
  const known = runsOf[setting].map(run => VALUE_AT.score(run, epoch)).filter(isNumber);
  return known.length ? known.reduce((sum, each) => sum + each, 0) / known.length : null;
}
