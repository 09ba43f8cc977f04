/** Lists of hidden layers, as settings hold them, and what is done to them. Nothing here touches the page. */

import { store } from "../base/store.js";

/** The names of the activations that can be chosen. */
export const activations = () => store.schema.rows.get("network.layers.*.activation")?.choices ?? ["relu", "tanh", "sigmoid"];

/** A layer more, like the last one, or the last one less. */
export function withLayers(layers, by) {
  if (by < 0) return layers.slice(0, by);
  const last = layers.at(-1) ?? store.schema.layer;
  return [...layers, { ...last, width: last.width }];
}

/** The same layers with another activation. */
export const withActivation = (layers, activation) => layers.map(layer => ({ ...layer, activation }));

/** The same layers but for one of them. */
export const withLayer = (layers, index, changes) => layers.map((layer, number) => (number === index ? { ...layer, ...changes } : layer));

/** The same layers without one of them. */
export const without = (layers, index) => layers.filter((_, number) => number !== index);

/** Layers from widths such as "64-32-16"; what the old ones were otherwise they stay. */
export function parsedLayers(text, layers) {
  const found = text.match(/\d+/g) ?? [];
  return found.map((width, index) => ({ ...(layers[index] ?? layers.at(-1) ?? store.schema.layer), width: Number(width) }));
}
