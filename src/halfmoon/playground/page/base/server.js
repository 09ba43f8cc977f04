/** What the page asks of the server, and what is made of the answers. Everything a person does to a network goes through here. */

import { emit, on } from "./events.js";
import { readSchema, treeOf } from "./schema.js";
import { settings, shown, store, takeFrame, takeSettings, takeState } from "./store.js";
import { spoken } from "./texts.js";
import { connect } from "./transport.js";
import { whenDrawn } from "./painter.js";

let transport;

/** Connect and keep the store up to date. */
export function start() {
  transport = connect();
  transport.on("welcome", ({ schema, state, version }) => {
    store.schema = readSchema(schema);
    const before = store.state && settings(0);
    emit("connection", { connected: true, version });
    takeState(state);
    if (before) restore(before); // the server's session ended with the connection
    if (state.language !== spoken()) transport.send("language", { lang: spoken() });
    emit("welcome");
  });
  transport.on("state", ({ state }) => takeState(state));
  transport.on("frame", buffer => {
    takeFrame(buffer);
    const number = store.frame.frame;
    whenDrawn(() => transport.tell("ack", { frame: number }));
  });
  transport.on("lost", detail => emit("connection", { connected: false, ...detail }));
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

/** Ask for the settings that there were before the connection was lost; a table's data are gone. */
function restore(tree) {
  const { upload: _upload, target: _target, features: _features, ...data } = tree.data;
  change(tree.data.kind === "table" ? { network: tree.network, training: tree.training } : { data, network: tree.network, training: tree.training }, 0);
}

/** Ask the server for something; nothing is shown, whatever the answer. */
export const query = (type, fields = {}) => transport.send(type, fields);

/**
 * Ask the server for something; an error is shown, and returned.
 * @returns {Promise<any>} the reply, which has `error` where it failed
 */
export async function ask(type, fields = {}) {
  const reply = await query(type, fields);
  if (reply.error) emit("error", { text: reply.error, field: reply.field ?? null });
  return reply;
}

/** Change settings of the network that is shown: {path: value, …}. */
export async function change(changes, lane = store.view.lane) {
  const tree = Object.entries(changes).map(([path, value]) => treeOf(path, value)).reduce(merged, {});
  const before = settings(lane);
  takeSettings(merged(before, tree), lane); // at once: the next change, of another layer perhaps, builds on this one
  store.changing += 1;
  const reply = await ask("settings", { settings: tree, lane });
  store.changing -= 1;
  if (!reply.error) emit("accepted", { paths: Object.keys(changes), restarted: reply.restarted, said: reply.said ?? [] });
  if (store.changing === 0 || reply.error) takeSettings(reply.settings ?? before, lane);
  return reply;
}

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
