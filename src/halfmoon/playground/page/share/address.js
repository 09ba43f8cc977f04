/**
 * The settings in the page's address, after the #: `data.kind=spirals&network.layers=8:tanh,4:relu&training.rate=0.03`. What is as it is from
 * the first is left out, but for the seeds. Whoever opens the address gets the same run, to the bit.
 */

import { emit, on } from "../base/events.js";
import { change } from "../base/server.js";
import { at } from "../base/schema.js";
import { settings, store } from "../base/store.js";

const WAIT = 300;
const SEEDS = ["data.seed", "network.seed"];
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

/** Ask for the settings of the address, once. */
async function apply() {
  const changes = {};
  for (const [path, text] of asked) {
    const row = store.schema.rows.get(path);
    if (row && !LEFT_OUT.includes(path)) changes[path] = readValue(row, text);
  }
  for (const path of [...asked.keys()]) asked.delete(path);
  if (Object.keys(changes).length) await change(changes, 0);
  emit("addressed");
}

/** The part of the address after the # for settings. */
export function fragmentOf(tree, rows = store.schema.rows) {
  const parts = [];
  let plain = true;
  for (const [path, row] of rows) {
    const value = at(tree, path);
    if (path.includes("*") || value === undefined || LEFT_OUT.includes(path)) continue;
    const same = JSON.stringify(value) === JSON.stringify(row.default);
    if (same && !SEEDS.includes(path)) continue;
    plain &&= same;
    parts.push(`${path}=${readable(encodeURIComponent(writeValue(row, value)))}`);
  }
  return plain ? "" : parts.join("&");
}

function write() {
  const tree = settings(0);
  if (!tree || store.state === null) return;
  const fragment = fragmentOf(tree);
  const query = [...new URLSearchParams(location.search)].filter(([path]) => !store.schema.rows.has(path));
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
