/** What the network says of every point of the plane, the line between classes, and the data. */

import { byId, make } from "../base/elements.js";
import { binaryTable, classTable, divergingTable, ink } from "../base/colours.js";
import { Pixels, sheet } from "../base/canvas.js";
import { on } from "../base/events.js";
import { percent, short } from "../base/format.js";
import { painter } from "../base/painter.js";
import { choose, classCount, className, shown, store } from "../base/store.js";
import { say } from "../base/texts.js";
import { borders, contour } from "./contour.js";
import { drawTool } from "./draw_points.js";
import { Plane } from "./plane.js";
import { drawPoints, drawRings, hasClasses, rowAt, wrongRows } from "./points.js";
import { hideTip, showTip } from "./tip.js";
import { planeTools } from "./plane_tools.js";

export const plane = new Plane();

export function boundary() {
  const stage = make("div", {
    class: "plane", tabindex: 0, role: "application", id: "plane",
    "data-say-label": "The plane of the inputs: arrow keys move a cross, Enter looks at the point or draws one, Delete removes one",
    "aria-label": "The plane of the inputs",
  });
  const [toggles, drawing] = planeTools();
  byId("boundary").append(toggles, stage, drawing);
  const ground = sheet(stage, resized);
  const line = sheet(stage, () => drawMap());
  const data = sheet(stage, () => drawData());
  const rings = sheet(stage, () => drawWrong());
  let pixels = null;

  function resized() {
    plane.resize(ground.width, ground.height);
    drawMap();
  }

  const drawMap = painter(() => {
    const lane = shown();
    const map = lane?.arrays.boundary;
    if (!map || !ground.width) return;
    const [rows, columns] = map.shape;
    if (pixels?.canvas.width !== columns) pixels = new Pixels(columns, rows);
    fillMap(pixels.words, lane);
    pixels.put();
    ground.clear();
    const size = [plane.left, plane.top, plane.right - plane.left, plane.bottom - plane.top];
    ground.context.drawImage(pixels.canvas, ...size);
    line.clear();
    drawLine(line.context, lane);
  }, "frame view theme");

  const drawData = painter(() => {
    if (!data.width || !store.state) return;
    plane.update();
    data.clear();
    plane.drawAxes(data.context);
    if (store.view.points) drawPoints(data.context, plane, { withTest: store.view.test });
    drawChosen(data.context);
  }, "data view theme choice language");

  let ringed = "";
  const drawWrong = painter(() => {
    if (!rings.width || !store.state) return;
    const rows = store.view.wrong && store.view.points ? wrongRows(shown()) : [];
    const key = `${rows.length}:${rows.join()}:${rings.width}:${store.view.test}:${document.documentElement.dataset.theme}:${store.state.data_version}`;
    if (key === ringed) return;
    ringed = key;
    rings.clear();
    if (rows.length) drawRings(rings.context, plane, rows, store.view.test);
  }, "frame data view theme");

  stage.addEventListener("pointermove", event => {
    const [x, y] = offset(event);
    const point = plane.pointAt(x, y);
    if (!point || !shown()) return hideTip();
    showTip(event, () => pointText(point));
  });
  stage.addEventListener("pointerleave", hideTip);
  stage.addEventListener("click", event => {
    if (store.view.tool !== "inspect") return;
    inspect(...offset(event));
  });
  function offset(event) {
    const box = stage.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
  drawTool(stage, plane, offset, inspect);
  on("data", () => { ringed = ""; });
}

function inspect(x, y) {
  const row = rowAt(plane, x, y);
  const point = plane.pointAt(x, y);
  if (row >= 0) choose({ row, at: store.state.data.points[row] });
  else if (point) choose({ point, at: point });
}

function drawChosen(context) {
  const at = store.choice?.at;
  if (!at) return;
  const [x, y] = [plane.x.to(at[0]), plane.y.to(at[1])];
  context.strokeStyle = ink().accent;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, 8, 0, 2 * Math.PI);
  context.moveTo(x - 14, y);
  context.lineTo(x - 5, y);
  context.moveTo(x + 5, y);
  context.lineTo(x + 14, y);
  context.stroke();
}

/** Colour a map, as words of pixels. */
export function fillMap(words, lane) {
  const { values } = lane.arrays.boundary;
  const classes = lane.arrays.boundary_class?.values;
  const { shaded } = store.view;
  if (classes) {
    const count = classCount();
    const tables = Array.from({ length: count }, (_, number) => classTable(number, count, shaded));
    for (let at = 0; at < values.length; at += 1) words[at] = tables[classes[at]]?.[values[at]] ?? 0;
    return;
  }
  const colours = hasClasses() ? binaryTable(shaded) : divergingTable();
  for (let at = 0; at < values.length; at += 1) words[at] = colours[values[at]];
}

function drawLine(context, lane) {
  context.strokeStyle = ink().ink;
  context.lineWidth = 1.6;
  context.beginPath();
  traceLine(lane, plane, (x0, y0, x1, y1) => {
    context.moveTo(x0, y0);
    context.lineTo(x1, y1);
  });
  context.stroke();
}

/** Trace the line between classes, or where numbers are in the middle of their range, in a plane's pixels. */
export function traceLine(lane, where, piece) {
  const { values, shape: [side] } = lane.arrays.boundary;
  const classes = lane.arrays.boundary_class?.values;
  const toX = column => where.left + ((column + 0.5) * (where.right - where.left)) / side;
  const toY = row => where.top + ((row + 0.5) * (where.bottom - where.top)) / side;
  if (classes) borders(classes, values, side, toX, toY, piece);
  else contour((row, column) => values[row * side + column], side, 127.5, toX, toY, piece);
}

/** A point and what the network says of it, read from the map: within 1/255 and half a cell; the card has the exact number. */
function pointText(point) {
  const lane = shown();
  const { values, shape: [rows, columns] } = lane.arrays.boundary;
  const column = Math.min(columns - 1, Math.floor(((plane.x.to(point[0]) - plane.left) / (plane.right - plane.left)) * columns));
  const row = Math.min(rows - 1, Math.floor(((plane.y.to(point[1]) - plane.top) / (plane.bottom - plane.top)) * rows));
  const at = Math.max(0, row) * columns + Math.max(0, column);
  const names = store.state.data.names ?? ["x1", "x2"];
  const where = `${names[0]} = ${short(point[0], 3)}, ${names[1]} = ${short(point[1], 3)}`;
  const share = values[at] / 255;
  if (lane.arrays.boundary_class) return `${where}: ${say("class {name} at {share}", { name: className(lane.arrays.boundary_class.values[at]), share: percent(share) })}`;
  if (hasClasses()) return `${where}: ${say("class {name} at {share}", { name: className(1), share: percent(share) })}`;
  const [low, high] = lane.range ?? [0, 1];
  return `${where}: ${short(low + share * (high - low), 3)}`;
}
