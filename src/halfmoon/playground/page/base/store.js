/**
 * What the page knows: the server's state, the newest frame, the curves, and how the person wants things shown. Modules read it and listen
 * (events.js); only this module and those that the person acts through write to it.
 */

import { emit, on } from "./events.js";
import { decode } from "./frame.js";
import { History } from "./history.js";
import { readSchema } from "./schema.js";

export const store = {
  /** What can be set: see schema.js. */
  schema: readSchema(),
  /** The server's state; null until it is there. */
  state: null,
  /** The newest frame, decoded; null until one is there. */
  frame: null,
  /** @type {History[]} */
  histories: [],
  /** How things are shown; nothing here reaches a network. */
  view: {
    lane: 0, metric: "loss", log: false, test: true, wrong: true, shaded: true, points: true, tool: "inspect", paint: 0,
    more: false, extra: null,
  },
  /** What is chosen for its X-ray card: {unit: [layer, index]} | {row} | {point}, or null. */
  choice: null,
};

/** Settings of a network. */
export const settings = (lane = store.view.lane) => store.state?.lanes?.[lane]?.settings ?? store.state?.settings;

/** The newest numbers of the network that is shown. */
export const shown = () => store.frame?.lanes[Math.min(store.view.lane, store.frame.lanes.length - 1)];

/** Widths of all layers with the inputs first and the outputs last, as the frame's arrays have them. */
export function widths(lane = store.view.lane) {
  const tree = settings(lane);
  if (!tree) return [];
  const data = store.state.data;
  const outputs = data.classes > 2 ? data.classes : 1;
  return [data.names?.length || 2, ...tree.network.layers.map(layer => layer.width), outputs];
}

/** Show something otherwise. */
export function show(changes) {
  Object.assign(store.view, changes);
  emit("view", changes);
}

export function choose(choice) {
  store.choice = choice;
  emit("choice");
}

/** Take in the server's state. */
export function takeState(state) {
  const before = store.state;
  store.state = state;
  document.body.dataset.state = stateWord();
  emit("state");
  if (JSON.stringify(before?.settings) !== JSON.stringify(state.settings) || before?.lanes?.length !== state.lanes?.length) emit("settings");
  if (before?.data_version !== state.data_version) emit("data");
}

/** Take in whole settings that the server answered with. */
export function takeSettings(tree, lane = store.view.lane) {
  if (!store.state || !tree) return;
  if (lane === 0) store.state.settings = tree;
  if (store.state.lanes?.[lane]) store.state.lanes[lane].settings = tree;
  emit("settings");
}

/** Take in a binary frame. */
export function takeFrame(buffer) {
  store.frame = decode(buffer);
  const { lanes } = store.frame;
  store.histories.length = lanes.length;
  lanes.forEach((lane, number) => {
    store.histories[number] ??= new History();
    const rows = lane.arrays.history;
    if (rows) store.histories[number].put(lane.history_from, rows.values, rows.shape[1] ?? 4);
  });
  emit("frame");
}

function stateWord() {
  const { state, frame } = store;
  if (!state) return "connecting";
  if (state.running) return "running";
  if (frame?.lanes.some(lane => lane.diverged)) return "diverged";
  return frame?.lanes.some(lane => lane.ending) ? "stopped" : "paused";
}

on("frame", () => {
  const { frame } = store;
  if (store.state && typeof frame.running === "boolean" && frame.running !== store.state.running) {
    store.state.running = frame.running;
    emit("state");
  }
  document.body.dataset.state = stateWord();
});
