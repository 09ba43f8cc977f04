/** What the page asks of the server, and what is made of the answers. Everything a person does to a network goes through here. */

import { emit, on } from "./events.js";
import { readSchema, treeOf } from "./schema.js";
import { settings, showLane, shown, store, takeFrame, takeSettings, takeState } from "./store.js";
import { spoken } from "./texts.js";
import { connect } from "./transport.js";
import { whenDrawn } from "./painter.js";

let transport;
/** Connections that were lost, and what there was when the newest was, until all of it is there again. */
let losses = 0, lost = null;
/** Points that one message may add. */
const MOST_POINTS = 1000;
/** Around the origin, so far that every point is within. */
const EVERYWHERE = { remove: [[0, 0]], radius: 1e6 };

/** Connect and keep the store up to date. */
export function start() {
  transport = connect();
  transport.on("welcome", ({ schema, state, version }) => {
    store.schema = readSchema(schema);
    emit("connection", { connected: true, version });
    takeState(state);
    if (lost) restore(lost); // the server's session ended with the connection
    if (state.language !== spoken()) transport.send("language", { lang: spoken() });
    emit("welcome");
  });
  transport.on("state", ({ state }) => takeState(state));
  transport.on("frame", buffer => {
    takeFrame(buffer);
    const number = store.frame.frame;
    whenDrawn(() => transport.tell("ack", { frame: number }));
  });
  transport.on("lost", detail => {
    losses += 1;
    lost ??= store.state && { networks: store.state.lanes.map((_, lane) => settings(lane)), points: drawnPoints(), lane: store.view.lane };
    emit("connection", { connected: false, ...detail });
  });
}

/**
 * Let the network run as soon as it is there, an epoch a frame, so that its learning is seen: unless the person wants no motion, a lesson
 * asks for a guess first, or the address says play=0.
 */
export function beginRunning(asked) {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches || asked.has("predict") || asked.get("play") === "0";
  let begun = still;
  on("addressed", () => {
    if (!begun) ask("play", { speed: { mode: "epoch", n: 1 } });
    begun = true;
  });
}

/** Ask for the networks that there were before the connection was lost, from their first weights, and for the points; a table is gone. */
async function restore({ networks: [{ data, network, training }, ...others], points, lane }) {
  const before = losses;
  const { upload: _upload, target: _target, features: _features, ...own } = data;
  await change(data.kind === "table" ? { network, training } : { data: own, network, training }, 0);
  for (let from = 0; from < points.length; from += MOST_POINTS) {
    await ask("points", { add: points.slice(from, from + MOST_POINTS), ...(from === 0 && EVERYWHERE) });
  }
  for (const other of others) await ask("lanes", { add: { network: other.network, training: other.training } });
  if (losses !== before) return; // lost once more on the way: then all of it again
  lost = null;
  showLane(lane, 1 + others.length);
}

/** The points where they are drawn by hand, as a message adds them. */
function drawnPoints() {
  const { settings: { data: { kind } }, data: { points, labels } } = store.state;
  return kind === "drawn" ? points.map((place, row) => [...place, labels[row]]) : [];
}

/** Ask the server for something; nothing is shown, whatever the answer. */
export const query = (type, fields = {}) => transport.send(type, fields);

/**
 * Ask the server for something; an error is shown, and returned; what was changed on the way is said.
 * @returns {Promise<any>} the reply, which has `error` where it failed
 */
export async function ask(type, fields = {}) {
  const reply = await query(type, fields);
  if (reply.error) emit("error", { text: reply.error, field: reply.field ?? null });
  else if (reply.said?.length) emit("said", reply.said);
  return reply;
}

/** Change settings of the network that is shown: {path: value, …}. */
export async function change(changes, lane = store.view.lane) {
  const tree = treeOfAll(changes);
  const before = settings(lane);
  takeSettings(merged(before, tree), lane); // at once: the next change, of another layer perhaps, builds on this one
  store.changing += 1;
  const reply = await ask("settings", { settings: tree, lane });
  store.changing -= 1;
  if (!reply.error) emit("accepted", { paths: Object.keys(changes), restarted: reply.restarted });
  if (store.changing === 0 || reply.error) takeSettings(reply.settings ?? before, lane);
  return reply;
}

/** The tree that holds values at their paths. */
export const treeOfAll = changes => Object.entries(changes).map(([path, value]) => treeOf(path, value)).reduce(merged, {});

function merged(one, other) {
  const both = { ...one };
  for (const [key, value] of Object.entries(other)) both[key] = isTree(value) && isTree(both[key]) ? merged(both[key], value) : value;
  return both;
}

const isTree = value => typeof value === "object" && value !== null && !Array.isArray(value);

on("language", () => store.state && ask("language", { lang: spoken() }));

export const upload = (name, body) => transport.upload(name, body);

export const playing = () => Boolean(store.state?.running);
export const toggle = () => ask(playing() ? "pause" : "play");
export const reset = weights => ask("reset", { weights });
export const step = (unit, count = 1) => ask("step", { unit, count });
export const lastEpoch = () => shown()?.epoch ?? 0;
