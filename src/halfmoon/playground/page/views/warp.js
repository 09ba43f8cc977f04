/** The plane as two units of a layer see it: a grid of the plane's lines, bent, and the data on it. */

import { make, replace } from "../base/elements.js";
import { sheet } from "../base/canvas.js";
import { classColour, ink } from "../base/colours.js";
import { scale, tickLabel, ticks } from "../base/axes.js";
import { ask } from "../base/server.js";
import { shown, store, widths } from "../base/store.js";
import { named, said, say } from "../base/texts.js";
import { hasClasses, radiusOf } from "./points.js";

const EDGE = { left: 40, right: 10, top: 8, bottom: 22 };
/** What is looked at: kept while other views are open. */
const chosen = { layer: 0, units: [0, 1] };

export const warp = { text: "Warped plane", arrays: ["warp"], build, fields: () => ({ warp: chosen }) };

function build(parent) {
  const stage = make("div", { class: "warp" });
  const controls = make("div", { class: "tools" });
  parent.append(said("p", "Every line of the plane's grid, and every point, where two units of a layer put it: a layer can separate what a straight line separates here.", { class: "faint" }), controls, stage);
  const made = sheet(stage, () => draw());
  let shape = "";
  function draw() {
    const counts = widths();
    const key = `${counts.join()} ${document.documentElement.lang}`;
    if (key !== shape) {
      shape = key;
      fillControls(controls, counts);
    }
    const { warp: lines, warp_points: points } = shown()?.arrays ?? {};
    if (lines && made.width) drawWarp(made, lines, points);
  }
  return draw;
}

function fillControls(controls, counts) {
  const layers = counts.slice(1);
  chosen.layer = Math.min(chosen.layer, layers.length - 1);
  chosen.units = chosen.units.map(unit => Math.min(unit, layers[chosen.layer] - 1));
  const send = () => ask("view", { warp: chosen, lane: store.view.lane });
  const pick = (text, count, value, label, change) => {
    const select = make("select", { ...named(text), onchange: () => {
      change(Number(select.value));
      send();
      fillControls(controls, counts);
    } }, ...Array.from({ length: count }, (_, index) => make("option", { value: index }, label(index))));
    select.value = String(value);
    return make("label", { class: "toggle" }, said("span", text), select);
  };
  replace(controls,
    pick("Layer", layers.length, chosen.layer, index => (index === layers.length - 1 ? say("output") : String(index + 1)), value => { chosen.layer = value; }),
    pick("across", layers[chosen.layer], chosen.units[0], index => say("unit {unit}", { unit: index + 1 }), value => { chosen.units[0] = value; }),
    pick("up", layers[chosen.layer], chosen.units[1], index => say("unit {unit}", { unit: index + 1 }), value => { chosen.units[1] = value; }));
}

function drawWarp(made, lines, points) {
  const { context, width, height } = made;
  made.clear();
  const [across, up] = [0, 1].map(axis => span(lines.values, axis));
  const x = scale(across, [EDGE.left, width - EDGE.right]);
  const y = scale(up, [height - EDGE.bottom, EDGE.top]);
  const [count, steps] = lines.shape;
  const { faint, line } = ink();
  context.strokeStyle = faint;
  context.lineWidth = 0.8;
  context.beginPath();
  for (let at = 0; at < count * steps; at += 1) {
    const [px, py] = [x.to(lines.values[2 * at]), y.to(lines.values[2 * at + 1])];
    if (at % steps) context.lineTo(px, py);
    else context.moveTo(px, py);
  }
  context.stroke();
  if (points) drawRows(context, points.values, x, y);
  context.strokeStyle = line;
  context.strokeRect(EDGE.left, EDGE.top, width - EDGE.left - EDGE.right, height - EDGE.top - EDGE.bottom);
  context.fillStyle = faint;
  context.font = "11px system-ui, sans-serif";
  context.textAlign = "center";
  for (const value of ticks(...across, 5)) context.fillText(tickLabel(value), x.to(value), height - 8);
  context.textAlign = "right";
  for (const value of ticks(...up, 5)) context.fillText(tickLabel(value), EDGE.left - 4, y.to(value) + 4);
}

/** From the least to the greatest finite number along an axis, with a margin. */
function span(values, axis) {
  let [low, high] = [Infinity, -Infinity];
  for (let at = axis; at < values.length; at += 2) {
    if (!Number.isFinite(values[at])) continue;
    low = Math.min(low, values[at]);
    high = Math.max(high, values[at]);
  }
  if (!(low <= high)) return [0, 1];
  const margin = (high - low) * 0.05 || 0.5;
  return [low - margin, high + margin];
}

/** The rows to train on, each in its class's colour. */
function drawRows(context, values, x, y) {
  const { labels, test } = store.state.data;
  const trained = labels.filter((_, row) => !test[row]);
  const radius = radiusOf(trained.length);
  for (const label of new Set(hasClasses() ? trained : [0])) {
    context.beginPath();
    for (let row = 0; row < values.length / 2; row += 1) {
      if (hasClasses() && trained[row] !== label) continue;
      const [px, py] = [x.to(values[2 * row]), y.to(values[2 * row + 1])];
      context.moveTo(px + radius, py);
      context.arc(px, py, radius, 0, 2 * Math.PI);
    }
    context.fillStyle = hasClasses() ? classColour(label) : ink().accent;
    context.fill();
  }
}
