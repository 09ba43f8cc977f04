/**
 * What the page knows: the server's state, the newest frame, the curves, and how the person wants things shown. Modules read it and listen
 * (events.js); only this module and those that the person acts through write to it.
 */

import { emit, on } from "./events.js";
import { decode } from "./frame.js";
import { freeze } from "./freeze.js";
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
  /** How many changes of settings are on their way: until they are answered, what the page asked for stands. */
  changing: 0,
  /** What is chosen for its X-ray card: {unit: [layer, index]} | {row} | {point}, or null. */
  choice: null,
};

/** Settings of a network; the data are the same for all. */
export function settings(lane = store.view.lane) {
  if (!store.state) return undefined;
  return { ...store.state.settings, ...store.state.lanes[lane]?.settings };
}

/** The newest numbers of the network that is shown. */
export const shown = () => store.frame?.lanes[Math.min(store.view.lane, store.frame.lanes.length - 1)];

/** Widths of all layers with the inputs first and the outputs last, as the frame's arrays have them. */
export const widths = (lane = store.view.lane) => store.state?.lanes[lane]?.widths ?? [];

/** How many classes the data have; 0 where numbers are to be predicted. */
export const classCount = () => store.state?.data.classes.length ?? 2;

/** What a class is called. */
export const className = number => store.state?.data.classes[number] ?? String(number);

/** Show something otherwise. */
export function show(changes) {
  const before = store.view.lane;
  Object.assign(store.view, changes);
  emit("view", changes);
  if (store.view.lane !== before) emit("settings"); // those of another network
}

let wanted = null;

/** Show a network as soon as there are so many. */
export function showLane(lane, count) {
  wanted = { lane, count };
  settleLane();
}

function settleLane() {
  const { length } = store.state.lanes;
  if (wanted?.count === length) {
    const { lane } = wanted;
    wanted = null;
    if (lane !== store.view.lane) show({ lane });
  } else if (store.view.lane >= length) {
    show({ lane: 0 });
  }
}

on("state", settleLane);

export function choose(choice) {
  store.choice = choice;
  emit("choice");
}

/** Take in the server's state. */
export function takeState(state) {
  const before = store.state;
  store.state = { ...state, data: state.data ?? before?.data }; // data come only when they have changed
  if (store.changing && before) {
    store.state.settings = before.settings;
    store.state.lanes.forEach((lane, number) => { lane.settings = before.lanes[number]?.settings ?? lane.settings; });
  }
  document.body.dataset.state = stateWord();
  emit("state");
  if (settingsText(before) !== settingsText(state)) emit("settings");
  if (state.data) emit("data");
}

const settingsText = state => JSON.stringify([state?.settings, state?.lanes.map(lane => [lane.settings, lane.widths])]);

/** Take in whole settings that the server answered with. */
export function takeSettings(tree, lane = store.view.lane) {
  if (!store.state || !tree) return;
  store.state.settings = lane === 0 ? tree : { ...store.state.settings, data: tree.data };
  if (store.state.lanes[lane]) store.state.lanes[lane].settings = tree;
  emit("settings");
}

/** Take in a binary frame. */
export function takeFrame(buffer) {
  store.frame = decode(buffer);
  const { lanes } = store.frame;
  lanes.forEach(freeze);
  store.histories.length = lanes.length;
  lanes.forEach((lane, number) => {
    store.histories[number] ??= new History();
    const rows = lane.arrays.history;
    if (rows) store.histories[number].put(lane.history_from, rows.values);
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
