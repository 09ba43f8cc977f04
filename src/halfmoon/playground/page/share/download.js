/** Files that leave the page. */

import { make } from "../base/elements.js";
import { lastEpoch } from "../base/server.js";
import { settings } from "../base/store.js";

const KEPT_FOR = 10_000;

/** Hand a file to the browser. */
export function download(name, content, type) {
  const address = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  make("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), KEPT_FOR);
}

/** A name that says what is in a file: "halfmoon-moons-64-32-16-epoch-1000.json". */
export function fileName(ending) {
  const tree = settings(0);
  const widths = tree.network.layers.map(layer => layer.width).join("-") || "linear";
  return `halfmoon-${tree.data.kind}-${widths}-epoch-${lastEpoch()}.${ending}`;
}
