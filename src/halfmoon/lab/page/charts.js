// ---- Charts: for each row of the grid its losses and its scores over the epochs, with one cursor through all of them.

const TALL = 210;
const FRAME = { left: 52, right: 12, top: 10, bottom: 34 };
const charts = [];

function drawScales() {
  const switches = [["logLoss", "Loss on a logarithmic axis"], ["logEpochs", "Epochs on a logarithmic axis"]].map(([name, text]) => {
    const box = make("input", { type: "checkbox", id: name });
    box.checked = state[name];
    box.addEventListener("change", () => change({ [name]: box.checked }));
    return make("label", { class: "switch" }, box, text);
  });
  byId("scales").replaceChildren(...switches);
}

function buildCharts() {
  charts.length = 0;
  const rows = cells().map((row, number) => [number, linesOf(row)]).filter(([, lines]) => lines.length);
  const places = rows.flatMap(([, lines]) => lines.map(line => line.place));
  const log = { loss: state.logLoss && places.every(place => curveOf(place, "loss").every(each => each.low > 0)), score: false };
  const ranges = { loss: rangeOf(places, "loss", log.loss), score: rangeOf(places, "score", false) };
  byId("charts").replaceChildren(...rows.map(([number, lines]) => buildRow(number, lines, ranges, log)));
  charts.forEach(drawChart);
  showCursor();
}

function buildRow(number, lines, ranges, log) {
  const title = state.rows === null ? [] : [make("h3", {}, make("small", {}, data.factors[state.rows].name), levelsOf(state.rows)[number])];
  const pair = Object.keys(KINDS).map(kind => buildChart(kind, lines, ranges[kind], log[kind]));
  return make("div", { class: "charts", "data-row": number }, ...title, make("div", { class: "pair" }, ...pair));
}

function buildChart(kind, lines, range, log) {
  const label = `${KINDS[kind]} over epochs; left and right arrow keys move the cursor`;
  const svg = shape("svg", { role: "group", tabindex: 0, "aria-label": label, height: TALL });
  const leads = lines.filter(line => line.lead).sort((one, other) => one.column - other.column);
  const readout = make("ul", { class: "readout" }, ...leads.map(buildReadout));
  const chart = { kind, lines, leads, range, log, svg, readout };
  listen(chart);
  charts.push(chart);
  return make("figure", { class: "chart", "data-kind": kind }, make("figcaption", {}, KINDS[kind]), svg, readout);
}

function buildReadout({ place, column }) {
  const text = state.columns === null ? settings[place].label : levelsOf(state.columns)[column];
  return make("li", { "data-setting": place }, swatch(column), make("span", { class: "level" }, text), make("b"));
}

function listen(chart) {
  const { svg } = chart;
  const epochUnder = event => {
    const near = chart.x.of(event.clientX - svg.getBoundingClientRect().left);
    return data.epochs[Math.max(lastAtMost(data.epochs, Math.round(near)), 0)];
  };
  svg.addEventListener("pointermove", event => change({ cursor: epochUnder(event) }));
  svg.addEventListener("pointerleave", () => change({ cursor: null }));
  svg.addEventListener("blur", () => change({ cursor: null }));
  svg.addEventListener("click", event => change({ step: Math.max(lastAtMost(data.snapshots, epochUnder(event)), 0) }));
  svg.addEventListener("keydown", event => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const place = lastAtMost(data.epochs, pointedAt()) + step;
    change({ cursor: data.epochs[Math.min(Math.max(place, 0), data.epochs.length - 1)] });
  });
}

function drawChart(chart) {
  const wide = Math.max(chart.svg.clientWidth, 200), last = data.epochs.at(-1) ?? 1;
  chart.x = scale([1, Math.max(last, 2)], [FRAME.left, wide - FRAME.right], state.logEpochs);
  chart.y = scale(chart.range, [TALL - FRAME.bottom, FRAME.top], chart.log);
  const clip = `clip-${charts.indexOf(chart)}`;
  const inside = { x: FRAME.left - 6, y: FRAME.top, width: wide - FRAME.left - FRAME.right + 12, height: TALL - FRAME.top - FRAME.bottom };
  const cursor = shape("line", { class: "cursor", y1: FRAME.top, y2: TALL - FRAME.bottom });
  const lines = chart.lines.map(line => drawLine(chart, line));
  const clipped = shape("g", { "clip-path": `url(#${clip})` }, ...lines, shape("g", { class: "dots" }));
  chart.svg.setAttribute("viewBox", `0 0 ${wide} ${TALL}`);
  chart.svg.replaceChildren(shape("clipPath", { id: clip }, shape("rect", inside)), ...axes(chart, wide), cursor, clipped);
}

function axes({ x, y }, wide) {
  const foot = TALL - FRAME.bottom;
  const across = x.ticks.flatMap(tick => [
    shape("line", { class: "tick", x1: x.at(tick), x2: x.at(tick), y1: foot, y2: foot + 4 }),
    shape("text", { x: x.at(tick), y: foot + 15, "text-anchor": "middle" }, tick.toLocaleString("en")),
  ]);
  const up = y.ticks.flatMap(tick => [
    shape("line", { class: "rule", x1: FRAME.left, x2: wide - FRAME.right, y1: y.at(tick), y2: y.at(tick) }),
    shape("text", { x: FRAME.left - 6, y: y.at(tick) + 4, "text-anchor": "end" }, rounded(tick, 3)),
  ]);
  const name = shape("text", { x: (FRAME.left + wide - FRAME.right) / 2, y: TALL - 4, "text-anchor": "middle" }, "epoch");
  return [...up, ...across, shape("line", { class: "axis", x1: FRAME.left, x2: wide - FRAME.right, y1: foot, y2: foot }), name];
}

function drawLine({ kind, x, y }, { place, column, lead }) {
  const curve = curveOf(place, kind), chosen = place === state.selected, colour = colourOf(column);
  const dim = state.selected !== null && !chosen;
  const group = shape("g", { class: `line${lead ? " lead" : ""}${chosen ? " chosen" : ""}${dim ? " dim" : ""}`, "data-setting": place });
  if (lead) group.append(shape("path", { class: "band", d: bandPath(curve, x, y), fill: colour }));
  group.append(shape("path", { class: "median", d: linePath(curve, x, y), stroke: colour }));
  if (lead) group.append(shape("path", { class: "held", d: heldPath(place, kind, x, y), stroke: colour }));
  if (lead && kind === "score") group.append(...curve.map(each => mark(column, x.at(each.epoch), y.at(each.median), 4)));
  return group;
}

function mark(column, x, y, radius) {
  return shape("path", { d: outline(markerOf(column), x, y, radius), fill: colourOf(column) });
}

function showCursor() {
  const epoch = pointedAt();
  byId("reading").textContent = `Values at epoch ${epoch.toLocaleString("en")}: the medians over the seeds. `
    + "Point at a chart to read another epoch; click to have the maps of it.";
  for (const { kind, leads, readout, svg, x, y } of charts) {
    const cursor = svg.querySelector(".cursor"), write = kind === "loss" ? rounded : scored;
    cursor.setAttribute("x1", x.at(epoch));
    cursor.setAttribute("x2", x.at(epoch));
    cursor.dataset.epoch = epoch;
    const found = leads.map(({ place }) => overSeeds(place, kind, epoch));
    const dots = found.flatMap((each, number) => each ? [mark(leads[number].column, x.at(epoch), y.at(each.median), 5.5)] : []);
    svg.querySelector(".dots").replaceChildren(...dots);
    found.forEach((each, number) => { readout.children[number].lastChild.textContent = write(each?.median, 3); });
  }
}

when(["rows", "columns", "text", "levels", "selected", "logLoss", "logEpochs", "theme", "width"], buildCharts);
when(["step", "cursor"], showCursor);
