/** Pictures of what is seen: PNG of the network, the plane and the chart; SVG of the plane and the chart, for print. */

import { classColour, ink } from "../base/colours.js";
import { scale, tickLabel, ticks } from "../base/axes.js";
import { makeSvg } from "../base/elements.js";
import { COLUMNS } from "../base/history.js";
import { Pixels } from "../base/canvas.js";
import { settings, shown, store } from "../base/store.js";
import { say } from "../base/texts.js";
import { fillMap, traceLine } from "../views/boundary.js";
import { Plane } from "../views/plane.js";
import { hasClasses } from "../views/points.js";

const SHARP = 2;
const GAP = 24;
const SIDE = 420;

/** @returns {Blob} the network, the plane and the chart, as they are on the page */
export function png() {
  const parts = ["#diagram .stage", "#plane", "#loss-chart"].map(where => [...document.querySelectorAll(`${where} > canvas`)].filter(canvas => canvas.width));
  const [network, plane, chart] = parts;
  const right = Math.max(plane[0].width, chart[0].width);
  const space = GAP * devicePixelRatio;
  const width = network[0].width + right + 3 * space;
  const height = Math.max(network[0].height, plane[0].height + space + chart[0].height) + 3 * space;
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d");
  context.fillStyle = ink().paper;
  context.fillRect(0, 0, width, height);
  for (const each of network) context.drawImage(each, space, space);
  for (const each of plane) context.drawImage(each, network[0].width + 2 * space, space);
  for (const each of chart) context.drawImage(each, network[0].width + 2 * space, plane[0].height + 2 * space);
  context.fillStyle = ink().ink;
  context.font = `${13 * devicePixelRatio}px system-ui, sans-serif`;
  context.fillText(caption(), space, height - 0.6 * space);
  const coded = atob(canvas.toDataURL("image/png").split(",")[1]); // toBlob waits for the browser to idle, which takes seconds in training
  return new Blob([Uint8Array.from(coded, letter => letter.charCodeAt(0))], { type: "image/png" });
}

function caption() {
  const { data, network, training } = settings();
  const lane = shown();
  return `${data.kind} · ${network.layers.map(({ width, activation }) => `${width} ${activation.formula ?? activation}`).join(", ")} · ${training.optimizer} ${training.rate} · `
    + `${say("epoch")} ${lane.epoch} · ${say("loss")} ${lane.loss}`;
}

/** @returns {string} the plane and the chart beside it, as an SVG document */
export function svg() {
  const whole = makeSvg("svg", { xmlns: "http://www.w3.org/2000/svg", viewBox: `0 0 ${2 * SIDE + GAP} ${SIDE + 30}`, width: 2 * SIDE + GAP, height: SIDE + 30, "font-family": "sans-serif", "font-size": 11, fill: ink().ink });
  whole.append(makeSvg("rect", { width: "100%", height: "100%", fill: ink().paper }), planePart(), chartPart(), makeSvg("text", { x: 8, y: SIDE + 22 }, caption()));
  return new XMLSerializer().serializeToString(whole);
}

function planePart() {
  const lane = shown();
  const plane = new Plane();
  plane.resize(SIDE, SIDE);
  const [rows, columns] = lane.arrays.boundary.shape;
  const pixels = new Pixels(columns, rows);
  fillMap(pixels.words, lane);
  pixels.put();
  const pieces = [];
  traceLine(lane, plane, (...ends) => pieces.push(`M${ends[0].toFixed(1)} ${ends[1].toFixed(1)}L${ends[2].toFixed(1)} ${ends[3].toFixed(1)}`));
  const group = makeSvg("g", {},
    makeSvg("image", { href: pixels.canvas.toDataURL(), x: plane.left, y: plane.top, width: plane.right - plane.left, height: plane.bottom - plane.top, preserveAspectRatio: "none" }),
    makeSvg("path", { d: pieces.join(""), fill: "none", stroke: ink().ink, "stroke-width": 1.5 }));
  const { points, labels, test } = store.state.data;
  points.forEach((point, row) => {
    const colour = hasClasses() ? classColour(labels[row]) : ink().faint;
    group.append(makeSvg("circle", { cx: plane.x.to(point[0]).toFixed(1), cy: plane.y.to(point[1]).toFixed(1), r: SHARP, fill: test[row] ? ink().paper : colour, stroke: test[row] ? colour : ink().paper, "stroke-width": 0.6 }));
  });
  return axesOf(group, plane, plane.limits[0], plane.limits[1]);
}

function chartPart() {
  const frame = { left: SIDE + GAP + 44, right: 2 * SIDE + GAP - 8, top: 8, bottom: SIDE - 22 };
  const { histories } = store;
  const all = histories.flatMap(history => Array.from({ length: history.rows }, (_, row) => [history.at(row, COLUMNS.loss), history.at(row, COLUMNS.test_loss)]).flat()).filter(Number.isFinite);
  const most = all.length ? Math.max(...all) : 1;
  const end = Math.max(1, ...histories.map(history => (history.rows ? history.at(history.rows - 1, 0) : 0)));
  frame.x = scale([0, end], [frame.left, frame.right]);
  frame.y = scale([0, most], [frame.bottom, frame.top]);
  const group = makeSvg("g", {});
  histories.forEach((history, number) => ["loss", "test_loss"].forEach(name => {
    const places = Array.from({ length: history.rows }, (_, row) => [history.at(row, 0), history.at(row, COLUMNS[name])]).filter(([, value]) => Number.isFinite(value));
    const text = places.map(([epoch, value]) => `${frame.x.to(epoch).toFixed(1)},${frame.y.to(value).toFixed(1)}`).join(" ");
    group.append(makeSvg("polyline", { points: text, fill: "none", stroke: histories.length > 1 ? classColour(number + 2) : ink().ink, "stroke-width": 1.5, "stroke-dasharray": name === "loss" ? "none" : "5 3" }));
  }));
  return axesOf(group, frame, [0, end], [0, most]);
}

function axesOf(group, frame, across, up) {
  group.append(makeSvg("rect", { x: frame.left, y: frame.top, width: frame.right - frame.left, height: frame.bottom - frame.top, fill: "none", stroke: ink().line }));
  for (const value of ticks(...across, 5)) group.append(makeSvg("text", { x: frame.x.to(value), y: frame.bottom + 14, "text-anchor": "middle" }, tickLabel(value)));
  for (const value of ticks(...up, 5)) group.append(makeSvg("text", { x: frame.left - 4, y: frame.y.to(value) + 4, "text-anchor": "end" }, tickLabel(value)));
  return group;
}
