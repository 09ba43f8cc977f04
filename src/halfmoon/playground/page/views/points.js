/** The data as points: filled where they train, open where they test, ringed where the network is wrong. */

import { classColour, divergingTable, ink } from "../base/colours.js";
import { classCount, store } from "../base/store.js";

const RADIUS = 3.2;

/** Smaller where they are many. */
export const radiusOf = count => (count > 2000 ? 1.8 : count > 600 ? 2.5 : RADIUS);

/** True where the outputs are classes. */
export const hasClasses = () => classCount() > 0;

/** Draw all points, one path a class. */
export function drawPoints(context, plane, { withTest }) {
  const { points, labels, test } = store.state.data;
  const radius = radiusOf(points.length);
  const groups = new Map();
  points.forEach((point, row) => {
    const tested = Boolean(test?.[row]);
    if (tested && !withTest) return;
    const key = `${hasClasses() ? labels[row] : regressionColour(labels[row])} ${tested ? 1 : 0}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(point);
  });
  for (const [key, group] of groups) {
    const [label, tested] = key.split(" ");
    const colour = hasClasses() ? classColour(Number(label)) : label;
    context.beginPath();
    for (const [a, b] of group) {
      const [x, y] = [plane.x.to(a), plane.y.to(b)];
      context.moveTo(x + radius, y);
      context.arc(x, y, radius, 0, 2 * Math.PI);
    }
    context.fillStyle = tested === "1" ? ink().paper : colour;
    context.strokeStyle = tested === "1" ? colour : ink().paper;
    context.lineWidth = tested === "1" ? 1.6 : 0.8;
    context.fill();
    context.stroke();
  }
}

/** The colour of a number to be predicted, by the table of signs and in 32 steps, so that groups stay few. */
function regressionColour(value) {
  const { labels } = store.state.data;
  const most = Math.max(...[Math.max(...labels), -Math.min(...labels)], 1e-12);
  const index = Math.round((127.5 + (127.5 * value) / most) / 8) * 8;
  const word = divergingTable()[Math.min(255, Math.max(0, index))];
  return `rgb(${word & 255},${(word >> 8) & 255},${(word >> 16) & 255})`;
}

/** The rows that a network gets wrong, of training and of test. */
export function wrongRows(lane) {
  const { labels, test } = store.state.data;
  const trained = lane?.arrays.predicted?.values;
  const tested = lane?.arrays.test_predicted?.values;
  if (!trained || !hasClasses()) return [];
  const rows = [];
  let [trainRow, testRow] = [0, 0];
  for (let row = 0; row < labels.length; row += 1) {
    const said = test?.[row] ? tested?.[testRow++] : trained[trainRow++];
    if (said !== undefined && said !== labels[row]) rows.push(row);
  }
  const counted = trainRow === trained.length && (!tested || testRow === tested.length);
  return counted ? rows : []; // more rows than are shown: predictions cannot be matched to points
}

/** Ring some rows. */
export function drawRings(context, plane, rows, withTest) {
  const { points, test } = store.state.data;
  const radius = radiusOf(points.length) + 2.2;
  context.beginPath();
  for (const row of rows) {
    if (test?.[row] && !withTest) continue;
    const [x, y] = [plane.x.to(points[row][0]), plane.y.to(points[row][1])];
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, 2 * Math.PI);
  }
  context.strokeStyle = ink().ink;
  context.lineWidth = 1.3;
  context.stroke();
}

/** The row whose point is nearest to a pixel, or -1 where none is near. */
export function rowAt(plane, x, y, near = 8) {
  const { points } = store.state.data;
  let best = -1, nearest = near * near;
  points.forEach((point, row) => {
    const distance = (plane.x.to(point[0]) - x) ** 2 + (plane.y.to(point[1]) - y) ** 2;
    if (distance < nearest) [best, nearest] = [row, distance];
  });
  return best;
}
