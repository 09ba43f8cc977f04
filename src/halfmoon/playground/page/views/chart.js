/** Loss, or accuracy, by epoch: with axes, for every network, with exact numbers under the pointer. */

import { byId, make } from "../base/elements.js";
import { sheet } from "../base/canvas.js";
import { classColour, ink } from "../base/colours.js";
import { logTicks, scale, tickLabel, ticks } from "../base/axes.js";
import { emit, on } from "../base/events.js";
import { exact, whole } from "../base/format.js";
import { COLUMNS } from "../base/history.js";
import { painter } from "../base/painter.js";
import { show, store } from "../base/store.js";
import { said, say } from "../base/texts.js";
import { letter } from "./lanes.js";
import { hideTip, showTip } from "./tip.js";

const EDGE = { left: 50, right: 12, top: 10, bottom: 26 };
const METRICS = { loss: ["loss", "test_loss"], accuracy: ["accuracy", "test_accuracy"] };

export function chart() {
  const stage = make("div", { class: "chart", id: "loss-chart", role: "img" });
  byId("chart").append(tools(), stage);
  const grid = sheet(stage, () => draw());
  const over = sheet(stage, () => {});
  let axes = null;

  const draw = painter(() => {
    if (!grid.width) return;
    grid.clear();
    axes = axesFor(grid);
    if (!axes) return;
    drawAxes(grid.context, grid, axes);
    for (const [number, history] of store.histories.entries()) {
      METRICS[store.view.metric].forEach((name, index) => {
        if (index === 1 && !store.view.test) return;
        drawCurve(grid.context, history, COLUMNS[name], axes, colourOf(number), index === 1);
      });
    }
  }, "frame view theme language");

  stage.addEventListener("pointermove", event => {
    const box = stage.getBoundingClientRect();
    const x = event.clientX - box.left;
    if (!axes || !store.histories[0]?.rows) return;
    const epoch = axes.x.back(x);
    over.clear();
    const history = store.histories[store.view.lane] ?? store.histories[0];
    const at = axes.x.to(history.at(history.nearest(epoch), 0));
    over.context.strokeStyle = ink().faint;
    over.context.strokeRect(at, EDGE.top, 0, over.height - EDGE.top - EDGE.bottom);
    showTip(event, () => reading(epoch));
  });
  stage.addEventListener("pointerleave", () => {
    over.clear();
    hideTip();
  });
  on("language view", () => {
    const title = store.view.metric === "loss" ? "Loss" : "Accuracy";
    byId("chart-title").dataset.say = title;
    byId("chart-title").textContent = say(title);
    stage.setAttribute("aria-label", say("{what} by epoch", { what: say(title) }));
  });
}

/** One network has the ink; of several each has a colour. */
const colourOf = number => (store.histories.length > 1 ? classColour(number + 2) : ink().ink);

function tools() {
  const log = make("input", { type: "checkbox", id: "log", onchange: () => show({ log: log.checked }) });
  const metric = make("select", { id: "metric", onchange: () => show({ metric: metric.value }), "data-say-label": "What is drawn", "aria-label": "What is drawn" },
    said("option", "loss", { value: "loss" }), said("option", "accuracy", { value: "accuracy" }));
  on("view", () => {
    log.checked = store.view.log;
    log.disabled = store.view.metric !== "loss";
    metric.value = store.view.metric;
  });
  setTimeout(() => emit("view", {}));
  const key = make("span", { class: "key" }, make("i", { class: "solid" }), said("span", "training"), make("i", { class: "dashed" }), said("span", "test"));
  return make("div", { class: "tools" }, metric, make("label", { class: "toggle" }, log, said("span", "logarithmic")), key);
}

function axesFor({ width, height }) {
  const { log, metric, test } = store.view;
  const isLog = log && metric === "loss";
  let [least, most, last, first] = [Infinity, -Infinity, 0, Infinity];
  for (const history of store.histories) {
    if (!history?.rows) continue;
    first = Math.min(first, history.at(0, 0));
    last = Math.max(last, history.at(history.rows - 1, 0));
    for (const [index, name] of METRICS[metric].entries()) {
      if (index === 1 && !test) continue;
      for (let row = 0; row < history.rows; row += 1) {
        const value = history.at(row, COLUMNS[name]);
        if (!Number.isFinite(value) || (isLog && value <= 0)) continue;
        if (value < least) least = value;
        if (value > most) most = value;
      }
    }
  }
  if (!(least <= most)) [least, most] = [isLog ? 0.01 : 0, 1];
  if (first === Infinity) first = 0;
  if (metric === "accuracy") [least, most] = [Math.min(0.5, least), 1];
  else if (!isLog) [least, most] = [Math.min(0, least), most * 1.05 || 1];
  else if (most / least < 1.5) [least, most] = [least / 1.5, most * 1.5];
  return {
    log: isLog, limits: [least, most], epochs: [Math.min(first, last), Math.max(last, first + 1)],
    x: scale([Math.min(first, last), Math.max(last, first + 1)], [EDGE.left, width - EDGE.right]),
    y: scale([least, most], [height - EDGE.bottom, EDGE.top], isLog),
  };
}

function drawAxes(context, { width, height }, axes) {
  const { line, faint } = ink();
  context.font = "11px system-ui, sans-serif";
  context.fillStyle = faint;
  context.strokeStyle = line;
  context.lineWidth = 1;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.beginPath();
  const count = Math.max(3, height / 45);
  for (const value of axes.log ? logTicks(...axes.limits) : ticks(...axes.limits, count)) {
    const y = Math.round(axes.y.to(value)) + 0.5;
    context.moveTo(EDGE.left, y);
    context.lineTo(width - EDGE.right, y);
    context.fillText(tickLabel(value), EDGE.left - 6, y);
  }
  context.stroke();
  context.textAlign = "center";
  context.textBaseline = "top";
  const name = say("epoch");
  const room = width - EDGE.right - context.measureText(name).width - 22;
  for (const value of ticks(...axes.epochs, Math.max(2, width / 64))) {
    const x = axes.x.to(value);
    context.fillRect(x, height - EDGE.bottom, 1, 4);
    if (x < room && Number.isInteger(value)) context.fillText(tickLabel(value), x, height - EDGE.bottom + 6);
  }
  context.textAlign = "right";
  context.fillText(name, width - EDGE.right, height - EDGE.bottom + 6);
}

function drawCurve(context, history, column, axes, colour, dashed) {
  if (!history?.rows) return;
  context.strokeStyle = colour;
  context.lineWidth = dashed ? 1.4 : 1.8;
  context.setLineDash(dashed ? [5, 3] : []);
  context.beginPath();
  let down = false;
  for (let row = 0; row < history.rows; row += 1) {
    const value = history.at(row, column);
    if (Number.isNaN(value)) continue; // not measured then: flat out, what is of the test is taken once in some epochs
    if (!Number.isFinite(value) || (axes.log && value <= 0)) {
      down = false;
      continue;
    }
    const [x, y] = [axes.x.to(history.at(row, 0)), axes.y.to(value)];
    if (down) context.lineTo(x, y);
    else context.moveTo(x, y);
    down = true;
  }
  context.stroke();
  context.setLineDash([]);
}

/** What all networks had at the recorded epoch nearest to one. */
function reading(epoch) {
  const names = { loss: "training loss", test_loss: "test loss", accuracy: "accuracy", test_accuracy: "test accuracy" };
  return store.histories.map((history, number) => {
    const row = history.nearest(epoch);
    const parts = METRICS[store.view.metric].map(name => [name, history.at(row, COLUMNS[name])]).filter(([, value]) => !Number.isNaN(value));
    const head = store.histories.length > 1 ? `${letter(number)} · ` : "";
    return `${head}${say("epoch")} ${whole(history.at(row, 0))}: ${parts.map(([name, value]) => `${say(names[name])} ${exact(value)}`).join(", ")}`;
  }).join("\n");
}
