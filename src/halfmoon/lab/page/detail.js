// ---- The detail: one setting large, with each of its runs and what the colours mean.

function buildDetail() {
  const place = shownInDetail(), row = settings[place];
  const which = state.selected === null ? (place === data.best ? "The best setting" : "The first setting") : "The selected setting";
  const close = make("button", { type: "button", class: "close", "aria-label": "Select no setting" }, "×");
  close.addEventListener("click", () => change({ selected: null }));
  const aside = byId("detail");
  aside.dataset.setting = place;
  aside.replaceChildren(
    make("h3", {}, which, ...(state.selected === null ? [] : [close])),
    make("p", { class: "values" }, ...named(place)),
    ...(data.side ? [make("canvas"), make("div", { class: "legend" })] : []),
    make("p", {}, `${data.score}: ${spreadOf(row)}, ${VERDICTS[row.verdict]}${isNumber(row.p) ? ` (p\u00a0${rounded(row.p, 2)})` : ""}`),
    make("div", { class: "scroll" }, runTable(place)), ...messages(place));
}

function drawDetail() {
  if (!data.side) return;
  byId("detail").querySelector(".legend").replaceChildren(...legend());
  drawMap(byId("detail").querySelector("canvas"), shownInDetail(), scrubbed());
}

function runTable(place) {
  const heads = ["seed", data.score, "train", "loss", "epochs", "status"].map(text => make("th", { scope: "col" }, text));
  const rows = runsOf[place].map(run => make("tr", {}, ...[
    run.seed, scored(run.score), scored(run.train_score), rounded(run.loss), run.epochs, run.status,
  ].map(text => make("td", {}, String(text)))));
  return make("table", { class: "runs" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
}

// Why runs came to nothing.
function messages(place) {
  const lost = runsOf[place].filter(run => run.status !== "done");
  return lost.map(run => make("p", { class: "trouble" }, `Seed ${run.seed} ${run.status}: ${run.message}`));
}

function legend() {
  const most = isRegression ? `standard deviation ${rounded(MOST_SPREAD * (data.bounds[1] - data.bounds[0]), 2)}` : "half are outvoted";
  const parts = state.map === "disagreement" ? [scaleBar(disagreementRamp(), "all agree", most)]
    : isRegression ? [scaleBar(ramp(theme().sequential), ...data.bounds.map(end => rounded(end)))] : [];
  const classes = data.classes.map((name, label) => make("span", { class: "class" }, swatch(label), name));
  return [...parts, ...classes, make("span", { class: "faint" }, planeText())];
}

function planeText() {
  const count = data.features.length, [first, second] = data.features;
  return count > 2 ? `The plane of the first two principal components of ${count} standardised features.` : `Across: ${first}. Up: ${second}.`;
}

function swatch(number) {
  const svg = shape("svg", { viewBox: "-8 -8 16 16", width: 14, height: 14, "aria-hidden": "true" });
  svg.append(shape("path", { d: outline(markerOf(number), 0, 0, 6), fill: colourOf(number) }));
  return svg;
}

function scaleBar(shades, low, high) {
  const bar = make("span", { class: "scale" });
  bar.style.background = `linear-gradient(to right, ${shades.filter((_, place) => place % 15 === 0).map(css).join(", ")})`;
  return make("span", { class: "class" }, low, bar, high);
}

when(["selected"], buildDetail);
when(["selected", "step", "map", "theme", "width"], drawDetail);
