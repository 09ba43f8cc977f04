// ---- The detail: one setting large, with each of its runs and what the colours mean.

function buildDetail() {
  const setting = detailSetting(), row = settings[setting];
  const which = state.selected === null ? say(setting === data.best ? "The best setting" : "The first setting") : say("The selected setting");
  const p = isNumber(row.p) ? ` (p\u00a0${formatNumber(row.p, 2)})` : "";
  const close = make("button", { type: "button", class: "close", "aria-label": say("Select no setting") }, "×");
  close.addEventListener("click", () => update({ selected: null }));
  const aside = byId("detail");
  aside.dataset.setting = setting;
  aside.replaceChildren(
    make("h3", {}, which, ...(state.selected === null ? [] : [close])),
    make("p", { class: "values" }, ...settingParts(setting)),
    ...(data.map_side ? [framedMap(), make("div", { class: "legend" })] : []),
    make("p", {}, `${data.score}: ${formatMeanStd(row)}, ${VERDICT_TEXTS[row.verdict]}${p}`),
    make("div", { class: "scroll" }, runTable(setting)), ...failureMessages(setting));
}

function drawDetail() {
  if (!data.map_side) return;
  byId("detail").querySelector(".legend").replaceChildren(...legend());
  drawMap(byId("detail").querySelector("canvas"), detailSetting(), selectedEpoch());
}

function runTable(setting) {
  const heads = [say("seed"), data.score, say("train"), say("loss"), say("epochs"), say("status")].map(text => make("th", { scope: "col" }, text));
  const rows = runsOf[setting].map(run => make("tr", {}, ...[
    run.seed, formatScore(run.score), formatScore(run.train_score), formatNumber(run.loss), run.epochs, STATUS_TEXTS[run.status],
  ].map(text => make("td", {}, String(text)))));
  return make("table", { class: "runs" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
}

// Why runs came to nothing.
function failureMessages(setting) {
  const lost = runsOf[setting].filter(run => run.status !== "done");
  return lost.map(run => make("p", { class: "trouble" }, say("Seed {seed} {status}: {message}", { seed: run.seed, status: STATUS_TEXTS[run.status], message: run.message })));
}

function legend() {
  const spread = formatNumber(FULL_SPREAD * (data.bounds[1] - data.bounds[0]), 2);
  const most = isRegression ? say("standard deviation {spread}", { spread }) : say("half are outvoted");
  const parts = state.map === "disagreement" ? [scaleBar(disagreementRamp(), say("all agree"), most)]
    : isRegression ? [scaleBar(ramp(theme().sequential), ...data.bounds.map(end => formatNumber(end)))] : [];
  const classes = data.classes.map((name, label) => make("span", { class: "class" }, swatch(label), name));
  const count = data.features.length;
  const text = say("The plane of the first two principal components of {count} standardised features.", { count });
  return [...parts, ...classes, ...count > 2 ? [make("span", { class: "faint" }, text)] : []];
}

function swatch(number) {
  const svg = makeSvg("svg", { viewBox: "-8 -8 16 16", width: 14, height: 14, "aria-hidden": "true" });
  svg.append(makeSvg("path", { d: markerPath(markerOf(number), 0, 0, 6), fill: colourOf(number) }));
  return svg;
}

function scaleBar(shades, low, high) {
  const bar = make("span", { class: "scale" });
  bar.style.background = `linear-gradient(to right, ${shades.filter((_, index) => index % 15 === 0).map(css).join(", ")})`;
  return make("span", { class: "class" }, low, bar, high);
}

onChange(["selected"], buildDetail);
onChange(["selected", "step", "map", "theme", "width"], drawDetail);
