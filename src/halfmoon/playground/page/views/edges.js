/** Weights as edges, on one canvas in one pass: colour by sign, width by size, the strongest where there are too many to see. */

import { ink } from "../base/colours.js";

/** So many edges are drawn at most between two layers; those of the unit that is pointed at always are. */
const MOST = 140;
const LEVELS = 6;
const WIDEST = 4.5;
const THINNEST = 0.5;
/** Between layers with so few edges the strongest is widest; with more, all are thinner. */
const FEW = 64;
const NEAR = 6;

/**
 * The edges of a network: where each weight stands, and between which units.
 * @typedef {{layer: number, i: number, j: number, from: any, to: any, at: number}} Edge
 */

/** @returns {Edge[]} layer by layer, as the weights are stored: row by row, (inputs, outputs) */
export function edgesOf(layout) {
  const edges = [];
  for (let layer = 1; layer < layout.first.length; layer += 1) {
    const sources = layout.units.slice(layout.first[layer - 1], layout.first[layer]);
    const targets = layout.units.slice(layout.first[layer], layout.first[layer + 1]);
    sources.forEach((from, i) => targets.forEach((to, j) => edges.push({ layer: layer - 1, i, j, from, to, at: edges.length })));
  }
  return edges;
}

const curve = t => t * t * (3 - 2 * t);

function ends(edge, side) {
  return { x0: edge.from.x + side, y0: edge.from.y + side / 2, x1: edge.to.x, y1: edge.to.y + side / 2 };
}

/** Of each pair of layers: the largest size of a weight, from which share of it on edges are drawn, and how wide the strongest is. */
function measures(edges, weights, count) {
  const made = Array.from({ length: count }, () => ({ most: 1e-12, edges: 0, least: 0, widest: WIDEST, sizes: new Uint32Array(101) }));
  for (const edge of edges) {
    const layer = made[edge.layer];
    layer.most = Math.max(layer.most, Math.abs(weights[edge.at]) || 0);
    layer.edges += 1;
  }
  for (const edge of edges) made[edge.layer].sizes[Math.floor((100 * Math.abs(weights[edge.at])) / made[edge.layer].most) || 0] += 1;
  for (const layer of made) {
    layer.widest = WIDEST * Math.min(1, Math.sqrt(FEW / layer.edges) + 0.15);
    if (layer.edges > MOST) layer.least = threshold(layer.sizes);
  }
  return made;
}

/** The size from which on an edge is among the strongest, to a hundredth of the largest: by counting, not by sorting. */
function threshold(sizes) {
  let [kept, level] = [0, 100];
  while (level > 0 && kept + sizes[level] <= MOST) {
    kept += sizes[level];
    level -= 1;
  }
  return (level + 1) / 100;
}

/**
 * Draw edges.
 * @param {CanvasRenderingContext2D} context
 * @param {Edge[]} edges
 * @param {Float32Array} weights
 * @param {{side: number, layers: any[]}} layout
 * @param {{layer: number, index: number}|null} pointed the unit whose edges are all drawn, and stronger than the others
 * @returns {number} how many were drawn
 */
export function drawEdges(context, edges, weights, layout, pointed) {
  const layers = measures(edges, weights, layout.layers.length - 1);
  const touches = edge => pointed && ((edge.layer === pointed.layer && edge.i === pointed.index) || (edge.layer + 1 === pointed.layer && edge.j === pointed.index));
  /** @type {Map<number, Path2D>} one path for all edges of a sign, a width and a strength */
  const paths = new Map();
  let drawn = 0;
  for (const edge of edges) {
    const { most, least } = layers[edge.layer];
    const size = Math.abs(weights[edge.at]) / most;
    const own = touches(edge);
    if (!own && !(size >= least && size > 0.004)) continue;
    drawn += 1;
    const level = Math.min(LEVELS - 1, Math.floor(size * LEVELS));
    const key = ((edge.layer * LEVELS + level) * 2 + (weights[edge.at] < 0 ? 0 : 1)) * 2 + (pointed && !own ? 0 : 1);
    if (!paths.has(key)) paths.set(key, new Path2D());
    const { x0, y0, x1, y1 } = ends(edge, layout.side);
    const middle = (x0 + x1) / 2;
    const path = paths.get(key);
    path.moveTo(x0, y0);
    path.bezierCurveTo(middle, y0, middle, y1, x1, y1);
  }
  const colours = getSigns();
  for (const [key, path] of paths) {
    const [strong, sign, rest] = [key & 1, (key >> 1) & 1, key >> 2];
    const [level, layer] = [rest % LEVELS, Math.floor(rest / LEVELS)];
    context.strokeStyle = colours[sign];
    context.lineWidth = THINNEST + (level / (LEVELS - 1)) * layers[layer].widest;
    context.globalAlpha = strong ? 0.25 + 0.6 * ((level + 1) / LEVELS) : 0.08;
    context.stroke(path);
  }
  context.globalAlpha = 1;
  return drawn;
}

let signs = null, signsOf = "";

function getSigns() {
  const theme = document.documentElement.dataset.theme + ink().paper;
  if (theme !== signsOf) {
    const style = getComputedStyle(document.documentElement);
    signs = [style.getPropertyValue("--negative"), style.getPropertyValue("--positive")];
    signsOf = theme;
  }
  return signs;
}

/** The edge nearest to a point, or null where none is near. */
export function edgeAt(edges, layout, x, y, weights) {
  let best = null, nearest = NEAR;
  for (const edge of edges) {
    const { x0, y0, x1, y1 } = ends(edge, layout.side);
    if (x < x0 || x > x1) continue;
    const t = parameter((x - x0) / (x1 - x0));
    const distance = Math.abs(y0 + (y1 - y0) * curve(t) - y) - (weights ? Math.min(2, Math.abs(weights[edge.at])) : 0);
    if (distance < nearest) [best, nearest] = [edge, distance];
  }
  return best;
}

/** The parameter of a curve at a share of its way along x: x(t) = 1.5 t (1-t)² + 1.5 t² (1-t) + t³, solved by halving. */
function parameter(share) {
  let [low, high] = [0, 1];
  for (let turn = 0; turn < 14; turn += 1) {
    const t = (low + high) / 2;
    const x = 1.5 * t * (1 - t) + t * t * t;
    if (x < share) low = t;
    else high = t;
  }
  return (low + high) / 2;
}
