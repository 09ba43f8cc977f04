/**
 * The settings in the page's address, after the #: `data.kind=spirals&network.layers=8:tanh,4:relu&training.rate=0.03`. What is as it is from
 * the first is left out, but for the seeds. Of networks side by side the address has their number and what of each is not as the first one's:
 * `lanes=2&B.training.rate=0.1`. Whoever opens the address gets the same run, to the bit.
 */

import { emit, on } from "../base/events.js";
import { ask, change, treeOfAll } from "../base/server.js";
import { at } from "../base/schema.js";
import { settings, store } from "../base/store.js";

const WAIT = 300;
const SEEDS = ["data.seed", "network.seed"];
/** How many networks there are, and what a setting of another than the first begins with. */
const COUNT = "lanes";
const OTHER = /^([B-D])\.(.+)$/;
const MOST = 4;
/** A table of one's own is not in the address; it goes with a saved document. */
const LEFT_OUT = ["data.upload", "data.target", "data.features"];

/** What the address asks for, taken before anything is written to it; a class's link may have it after the ?, which the password's form keeps. */
const asked = new URLSearchParams([...new URLSearchParams(location.search), ...new URLSearchParams(location.hash.slice(1))]);

export function address() {
  on("welcome", apply);
  let timer = 0;
  on("settings", () => {
    clearTimeout(timer);
    timer = setTimeout(write, WAIT);
  });
}

/** Ask for the settings of the address, once: first for those of the first network and the data, then for the others. */
async function apply() {
  const networks = Array.from({ length: Math.min(Math.max(Number(asked.get(COUNT)) || 1, 1), MOST) }, () => ({}));
  for (const [key, text] of asked) {
    const [, letter, path] = key.match(OTHER) ?? [null, "A", key];
    const row = store.schema.rows.get(path);
    if (row && !LEFT_OUT.includes(path)) Object.assign(networks["ABCD".indexOf(letter)] ?? {}, { [path]: readValue(row, text) });
  }
  for (const key of [...asked.keys()]) asked.delete(key);
  const [first, ...others] = networks;
  if (Object.keys(first).length) await change(first, 0);
  for (const other of others) await ask("lanes", { add: treeOfAll(other) });
  emit("addressed");
}

/** The part of the address after the # for the settings of each network; none where all is as it is from the first. */
function fragmentOf([first, ...others], rows = store.schema.rows) {
  const parts = [];
  let plain = others.length === 0;
  for (const [path, row] of rows) {
    const value = at(first, path);
    if (path.includes("*") || value === undefined || LEFT_OUT.includes(path)) continue;
    const same = JSON.stringify(value) === JSON.stringify(row.default);
    if (same && !SEEDS.includes(path)) continue;
    plain &&= same;
    parts.push(part(path, row, value));
  }
  if (others.length) parts.push(`${COUNT}=${1 + others.length}`);
  others.forEach((tree, index) => {
    for (const [path, row] of rows) {
      const value = at(tree, path);
      if (path.includes("*") || path.startsWith("data.") || JSON.stringify(value) === JSON.stringify(at(first, path))) continue;
      parts.push(part(`${"BCD"[index]}.${path}`, row, value));
    }
  });
  return plain ? "" : parts.join("&");
}

const part = (key, row, value) => `${key}=${readable(encodeURIComponent(writeValue(row, value)))}`;

function write() {
  if (store.state === null) return;
  const fragment = fragmentOf(store.state.lanes.map((_, lane) => settings(lane)));
  const query = [...new URLSearchParams(location.search)].filter(([key]) => key !== COUNT && !store.schema.rows.has(key.replace(OTHER, "$2")));
  const search = query.map(([name, value]) => `${name}=${readable(encodeURIComponent(value))}`).join("&");
  history.replaceState(null, "", location.pathname + (search && `?${search}`) + (fragment && `#${fragment}`));
}

const readable = encoded => encoded.replace(/%(2C|3A|5B|5D|2F|28|29)/g, decodeURIComponent);

function writeValue(row, value) {
  if (row.kind === "layers") return value.some(layer => typeof layer.activation === "object") ? JSON.stringify(value) : value.map(layerText).join(",") || "none";
  return typeof value === "string" ? value : JSON.stringify(value);
}

function readValue(row, text) {
  if (row.kind === "layers" && !text.startsWith("[")) return text === "none" ? [] : text.split(",").map(layerOf);
  if (["choice", "text"].includes(row.kind)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text; // the server says what is wrong with it
  }
}

/** A layer as "8:tanh", with dropout and normalisation where it has them. */
function layerText({ width, activation, dropout, normalise }) {
  const more = normalise !== "none" ? [dropout, normalise] : dropout ? [dropout] : [];
  return [width, activation, ...more].join(":");
}

function layerOf(text) {
  const [width, activation = "relu", dropout = 0, normalise = "none"] = text.split(":");
  return { width: Number(width), activation, dropout: Number(dropout), normalise };
}
