// ---- Charts: for each row of the grid its losses and its scores over the epochs, with one cursor through all of them.

const CHART_HEIGHT = 210;
const MARGINS = { left: 52, right: 12, top: 10, bottom: 34 };
const charts = [];

function drawScales() {
  const switches = [["logLoss", say("Loss on a logarithmic axis")], ["logEpochs", say("Epochs on a logarithmic axis")]].map(([name, text]) => {
    const box = make("input", { type: "checkbox", id: name });
    box.checked = state[name];
    box.addEventListener("change", () => update({ [name]: box.checked }));
    return make("label", { class: "switch" }, box, text);
  });
  byId("scales").replaceChildren(...switches);
}

function buildCharts() {
  charts.length = 0;
  const rows = gridCells().map((row, number) => [number, curvesOfRow(row)]).filter(([, lines]) => lines.length);
  const drawn = rows.flatMap(([, lines]) => lines.map(line => line.setting));
  const log = { loss: state.logLoss && drawn.every(setting => curveOf(setting, "loss").every(each => each.low > 0)), score: false };
  const ranges = { loss: rangeOf(drawn, "loss", log.loss), score: rangeOf(drawn, "score", false) };
  byId("charts").replaceChildren(...rows.map(([number, lines]) => buildRow(number, lines, ranges, log)));
  charts.forEach(drawChart);
  updateCursor();
}

function buildRow(number, lines, ranges, log) {
  const title = state.rows === null ? [] : [make("h3", {}, make("small", {}, data.factors[state.rows].name), levelsOf(state.rows)[number])];
  const pair = Object.keys(CURVE_TITLES).map(kind => buildChart(kind, lines, ranges[kind], log[kind]));
  return make("div", { class: "charts", "data-row": number }, ...title, make("div", { class: "pair" }, ...pair));
}

function buildChart(kind, lines, range, log) {
  const label = say("{title} over epochs; left and right arrow keys move the cursor", { title: CURVE_TITLES[kind] });
  const svg = makeSvg("svg", { role: "group", tabindex: 0, "aria-label": label, height: CHART_HEIGHT });
  const leads = lines.filter(line => line.lead).sort((one, other) => one.column - other.column);
  const readout = make("ul", { class: "readout" }, ...leads.map(buildReadout));
  const chart = { kind, lines, leads, range, log, svg, readout };
  addListeners(chart);
  charts.push(chart);
  const keys = make("p", { class: "legend faint" }, ...lineKeys(lines, leads));
  return make("figure", { class: "chart", "data-kind": kind }, make("figcaption", {}, CURVE_TITLES[kind]), svg, readout, keys);
}

// What the band and the thin lines are, where there are any.
function lineKeys(lines, leads) {
  const key = (part, text) => {
    const svg = makeSvg("svg", { viewBox: "0 0 22 12", width: 22, height: 12, "aria-hidden": "true" }, part);
    return make("span", { class: "class" }, svg, text);
  };
  const band = makeSvg("path", { class: "band", d: "M0 1H22V11H0Z", fill: theme().ink });
  const thin = makeSvg("path", { class: "median", d: "M0 6H22", stroke: theme().ink });
  return [
    ...(data.seeds.length > 1 ? [key(band, say("lowest to highest seed"))] : []),
    ...(lines.length > leads.length ? [key(thin, say("other settings"))] : []),
  ];
}

function buildReadout({ setting, column }) {
  const text = state.columns === null ? settings[setting].label : levelsOf(state.columns)[column];
  return make("li", { "data-setting": setting }, swatch(column), make("span", { class: "level" }, text), make("b"));
}

function addListeners(chart) {
  const { svg } = chart;
  const epochUnder = event => {
    const near = chart.x.toValue(event.clientX - svg.getBoundingClientRect().left);
    return data.epochs[Math.max(lastIndexAtMost(data.epochs, Math.round(near)), 0)];
  };
  svg.addEventListener("pointermove", event => update({ cursor: epochUnder(event) }));
  svg.addEventListener("pointerleave", () => update({ cursor: null }));
  svg.addEventListener("blur", () => update({ cursor: null }));
  svg.addEventListener("click", event => update({ step: Math.max(lastIndexAtMost(data.snapshots, epochUnder(event)), 0) }));
  svg.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const index = lastIndexAtMost(data.epochs, cursorEpoch()) + step;
    update({ cursor: data.epochs[Math.min(Math.max(index, 0), data.epochs.length - 1)] });
  });
}

function drawChart(chart) {
  const width = Math.max(chart.svg.clientWidth, 200), last = data.epochs.at(-1) ?? 1;
  chart.x = scale([1, Math.max(last, 2)], [MARGINS.left, width - MARGINS.right], state.logEpochs);
  chart.y = scale(chart.range, [CHART_HEIGHT - MARGINS.bottom, MARGINS.top], chart.log);
  const clip = `clip-${charts.indexOf(chart)}`;
  const inner = { width: width - MARGINS.left - MARGINS.right, height: CHART_HEIGHT - MARGINS.top - MARGINS.bottom };
  const inside = { x: MARGINS.left - 6, y: MARGINS.top, width: inner.width + 12, height: inner.height };
  const cursor = makeSvg("line", { class: "cursor", y1: MARGINS.top, y2: CHART_HEIGHT - MARGINS.bottom });
  const lines = chart.lines.map(line => drawCurve(chart, line));
  const clipped = makeSvg("g", { "clip-path": `url(#${clip})` }, ...lines, makeSvg("g", { class: "dots" }));
  chart.svg.setAttribute("viewBox", `0 0 ${width} ${CHART_HEIGHT}`);
  chart.svg.replaceChildren(makeSvg("clipPath", { id: clip }, makeSvg("rect", inside)), ...axes(chart, width), cursor, clipped);
}

function axes({ x, y }, width) {
  const bottom = CHART_HEIGHT - MARGINS.bottom;
  const xTicks = x.ticks.flatMap(tick => [
    makeSvg("line", { class: "tick", x1: x.toPixel(tick), x2: x.toPixel(tick), y1: bottom, y2: bottom + 4 }),
    makeSvg("text", { x: x.toPixel(tick), y: bottom + 15, "text-anchor": "middle" }, tick.toLocaleString("en")),
  ]);
  const yTicks = y.ticks.flatMap(tick => [
    makeSvg("line", { class: "rule", x1: MARGINS.left, x2: width - MARGINS.right, y1: y.toPixel(tick), y2: y.toPixel(tick) }),
    makeSvg("text", { x: MARGINS.left - 6, y: y.toPixel(tick) + 4, "text-anchor": "end" }, formatNumber(tick, 3)),
  ]);
  const name = makeSvg("text", { x: (MARGINS.left + width - MARGINS.right) / 2, y: CHART_HEIGHT - 4, "text-anchor": "middle" }, say("epoch"));
  const line = makeSvg("line", { class: "axis", x1: MARGINS.left, x2: width - MARGINS.right, y1: bottom, y2: bottom });
  return [...yTicks, ...xTicks, line, name];
}

function drawCurve({ kind, x, y }, { setting, column, lead }) {
  const curve = curveOf(setting, kind), chosen = setting === state.selected, colour = colourOf(column);
  const dim = state.selected !== null && !chosen;
  const classes = ["line", lead && "lead", chosen && "chosen", dim && "dim"].filter(Boolean).join(" ");
  const group = makeSvg("g", { class: classes, "data-setting": setting });
  if (lead) group.append(makeSvg("path", { class: "band", d: bandPath(curve, x, y), fill: colour }));
  group.append(makeSvg("path", { class: "median", d: linePath(curve, x, y), stroke: colour }));
  if (lead) group.append(makeSvg("path", { class: "held", d: carriedPath(setting, kind, x, y), stroke: colour }));
  if (lead && kind === "score") group.append(...curve.map(each => drawMarker(column, x.toPixel(each.epoch), y.toPixel(each.median), 4)));
  return group;
}

function drawMarker(column, x, y, radius) {
  return makeSvg("path", { d: markerPath(markerOf(column), x, y, radius), fill: colourOf(column) });
}

function updateCursor() {
  const epoch = cursorEpoch();
  byId("reading").textContent = say("Values at epoch {epoch}: the medians over the seeds.", { epoch: epoch.toLocaleString("en") })
    + say(" Point at a chart to read another epoch; click to have the maps of it.");
  for (const { kind, leads, readout, svg, x, y } of charts) {
    if (!x) continue;  // an element that is replaced under the pointer says so before the new charts are drawn
    const cursor = svg.querySelector(".cursor"), write = kind === "loss" ? formatNumber : formatScore;
    cursor.setAttribute("x1", x.toPixel(epoch));
    cursor.setAttribute("x2", x.toPixel(epoch));
    cursor.dataset.epoch = epoch;
    const found = leads.map(({ setting }) => overSeeds(setting, kind, epoch));
    const dot = (each, number) => drawMarker(leads[number].column, x.toPixel(epoch), y.toPixel(each.median), 5.5);
    const dots = found.flatMap((each, number) => each ? [dot(each, number)] : []);
    svg.querySelector(".dots").replaceChildren(...dots);
    found.forEach((each, number) => { readout.children[number].lastChild.textContent = write(each?.median, 3); });
  }
}

onChange(["rows", "columns", "text", "levels", "selected", "logLoss", "logEpochs", "theme", "width"], buildCharts);
onChange(["step", "cursor"], updateCursor);
