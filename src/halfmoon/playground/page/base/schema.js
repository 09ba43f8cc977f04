/**
 * What the server says can be set: one row a setting, with its kind, choices, bounds, default, and whether a change restarts training.
 * The page's controls are made from it.
 */

/**
 * @typedef {Object} Row
 * @property {string} path such as "training.rate"; a layer's has a star for its number
 * @property {"choice"|"whole"|"number"|"flag"|"text"|"layers"|"features"|"output"|"activation"} kind
 * @property {any[]} [choices]
 * @property {number} [least]
 * @property {number} [most]
 * @property {number|"log"} [step]
 * @property {boolean} [optional] whether it may be null
 * @property {any} default
 * @property {boolean} restarts
 */

/** @returns {{rows: Map<string, Row>, mostLayers: number, layer: object}} rows by path; `layer` is one as it is where nothing is said */
export function readSchema({ settings = {}, layer = {}, most_layers: mostLayers = 8 } = {}) {
  const rows = new Map(Object.entries(settings).map(([path, row]) => [path, { ...row, path }]));
  for (const [name, row] of Object.entries(layer)) rows.set(`network.layers.*.${name}`, { restarts: true, ...row, path: `network.layers.*.${name}` });
  return { rows, mostLayers, layer: Object.fromEntries(Object.entries(layer).map(([name, row]) => [name, row.default])) };
}

/** "network.layers.3.width" as the schema has it. */
export const starred = path => path.replace(/\.\d+(?=\.|$)/g, ".*");

/** The value at a path of a tree. */
export const at = (tree, path) => path.split(".").reduce((part, key) => part?.[key], tree);

/** A tree that holds one value at its path. */
export function treeOf(path, value) {
  return path.split(".").reduceRight((part, key) => ({ [key]: part }), value);
}
