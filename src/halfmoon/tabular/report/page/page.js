// ---- The report: its sections, each from a part of the data.

const percent = share => isNumber(share) ? `${(100 * share).toFixed(1)} %` : "–";
const written = { accuracy: percent, balanced_accuracy: percent };
const figureOf = name => written[name] ?? (number => formatNumber(number, 4));

function drawFacts() {
  byId("title").textContent = data.title;
  byId("facts").append(...data.facts.map(([label, value]) => make("div", {}, make("dt", {}, label), make("dd", {}, value))));
}

function drawScores() {
  byId("scores").append(...data.scores.map(score => {
    const write = figureOf(score.name), { low, high } = score;
    const folds = score.folds.length;
    const range = isNumber(low) ? say("{low} to {high} over {folds} folds", { low: write(low), high: write(high), folds }) : say("one fold");
    const lines = [
      ...(folds ? [range] : []),
      say("rows to test on: {value}", { value: write(score.test) }),
      say("always the same answer: {value}", { value: write(score.base) }),
    ];
    const mean = make("div", { class: "mean" }, write(folds ? score.mean : score.test));
    return make("div", { class: "score" }, make("h3", {}, score.title), mean, ...lines.map(line => make("small", {}, line)));
  }));
  const several = data.scores.some(score => isNumber(score.low));
  byId("scores-note").textContent = (several
    ? say("The large figure is the mean over the folds, of rows that the members were not trained on, with a 95 % interval below it.")
    : say("The large figure is of the rows that were held out from training.")) + " " + say("Weights are chosen on the same rows, so the rows to test on are the stricter judge.");
}

function drawNotes() {
  byId("warnings").append(...data.warnings.map(text => make("p", {}, `⚠ ${text}`)));
  byId("notes").append(...data.notes.map(note => make("li", {}, note)));
}

// ---- mistakes

function drawMistakes() {
  const parts = data.calibration ? [calibrationChart(data.calibration), confusionTable(data.confusion)]
    : data.residuals ? [truthChart(data.residuals), residualChart(data.residuals)] : [];
  byId("mistakes").append(...parts);
}

function calibrationChart({ bins, error, label }) {
  const title = label === null ? say("Calibration: how often the likeliest class is right, by its probability; mean difference {error}", { error: percent(error) })
    : say("Calibration: how many rows are {label}, by the probability of it; mean difference {error}", { label, error: percent(error) });
  const names = [say("predicted probability"), say("share of rows")];
  return chart(title, [[0, 1], [0, 1]], names, (x, y) => [
    lineBetween(x, y, [0, 0], [1, 1], "same"),
    makeSvg("polyline", { class: "line", points: bins.map(each => `${x.toPixel(each.predicted)},${y.toPixel(each.found)}`).join(" ") }),
    ...bins.map(each => dot(x, y, [each.predicted, each.found], 5, "dot", say("{count} rows", { count: each.rows.toLocaleString("en") }))),
  ]);
}

// Columns with long names, or many of them, have the numbers that their rows have.
const MOST_CHARACTERS = 60;

function confusionTable({ labels, counts }) {
  const numbered = labels.join("").length > MOST_CHARACTERS;
  const heads = labels.map((each, index) => make("th", { scope: "col", class: "figure", title: each }, numbered ? String(index + 1) : each));
  const head = make("tr", {}, make("th", { scope: "col" }, say("true ↓ predicted →")), ...heads);
  const rows = counts.map((row, index) => {
    const total = row.reduce((sum, each) => sum + each, 0) || 1;
    const cells = row.map((each, column) => {
      const shade = column === index ? "var(--accent)" : "var(--positive)";
      return make("td", { style: `--shade: ${shade}; --share: ${Math.round(60 * each / total)}%` }, each.toLocaleString("en"));
    });
    return make("tr", {}, make("th", { scope: "row", title: labels[index] }, numbered ? `${index + 1} ${labels[index]}` : labels[index]), ...cells);
  });
  const table = make("table", { class: "confusion" }, make("thead", {}, head), make("tbody", {}, ...rows));
  const caption = make("figcaption", {}, say("Confusion of held-out rows: each row of the table is a true class"));
  return make("figure", {}, caption, make("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": caption.textContent }, table));
}

function truthChart({ points }) {
  const range = rangeOf(points.flat()), names = [say("true value"), say("predicted value")];
  return chart(say("Predictions of held-out rows beside the truth"), [range, range], names, (x, y) => [
    lineBetween(x, y, [range[0], range[0]], [range[1], range[1]], "same"), ...points.map(point => dot(x, y, point, 2.5, "dot many")),
  ]);
}

function residualChart({ counts, edges }) {
  const names = [say("predicted minus true"), say("rows")];
  const ranges = [[edges[0], edges.at(-1)], [0, Math.max(...counts) * 1.05]];
  return chart(say("How far off predictions are, but for 1 % of the rows"), ranges, names, (x, y) => counts.map((count, index) => {
    const left = x.toPixel(edges[index]), right = x.toPixel(edges[index + 1]), top = y.toPixel(count);
    return makeSvg("rect", { class: "bar", x: left + 0.5, width: Math.max(right - left - 1, 0.5), y: top, height: y.toPixel(0) - top });
  }));
}

// ---- columns and members

function drawImportances() {
  const { columns, hidden, rows, repeats, unit } = data.importances;
  const values = { rows: rows.toLocaleString("en"), repeats, unit };
  byId("importances-note").textContent = say("How much worse {rows} rows to test on are predicted where the cells of a column are shuffled: {unit}.", values)
    + (repeats > 1 ? " " + say("It is the mean of {repeats} times.", values) : "") + (hidden ? " " + say("{hidden} columns that matter less are not shown.", { hidden }) : "");
  const largest = Math.max(...columns.map(each => each.value), 1e-12);
  const cells = columns.flatMap(({ name, value }) => {
    const bar = make("span", { style: `width: ${Math.max(0, 100 * value / largest)}%` });
    return [make("span", {}, name), make("div", { class: "track" }, bar), make("span", { class: "figure" }, formatNumber(value, 3))];
  });
  byId("importances").append(make("div", { class: "importances" }, ...cells));
}

function drawMembers() {
  const { rows, slowest, cost } = data.members;
  const heads = [say("configuration"), say("epochs"), say("members"), cost, say("weight"), say("seconds")];
  const told = new Set(); // the seconds of a configuration are those of all its rows
  const secondsOf = row => told.has(row.candidate) ? "" : (told.add(row.candidate), row.seconds.toFixed(2));
  const line = row => [
    row.candidate, row.epochs.toLocaleString("en"), row.members, isNumber(row.cost) ? formatNumber(row.cost, 4) : "–", percent(row.weight), secondsOf(row),
  ];
  const cells = (tag, texts) => texts.map((text, index) => make(tag, { ...(tag === "th" && { scope: "col" }), ...(index && { class: "figure" }) }, String(text)));
  const body = rows.map(row => make("tr", row.weight > 0 ? { class: "counts" } : {}, ...cells("td", line(row))));
  const table = make("table", {}, make("thead", {}, make("tr", {}, ...cells("th", heads))), make("tbody", {}, ...body));
  byId("members").append(make("div", { class: "scroll", tabindex: 0, role: "region", "aria-labelledby": "members-title" }, table));
  if (!slowest) return;
  const values = { name: slowest.name, fold: slowest.fold, seconds: slowest.seconds.toFixed(2), epochs: slowest.epochs };
  byId("slowest").textContent = say("The slowest member is that of {name} on fold {fold}: {seconds} s for {epochs} epochs.", values);
}

drawFacts();
drawScores();
drawNotes();
drawMistakes();
drawImportances();
drawMembers();
