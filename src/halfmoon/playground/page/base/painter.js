/**
 * When things are drawn: once a picture of the browser's, and only what asked for it. After a picture that drew a frame the server is told,
 * which then sends the next one; so a tab that is not seen gets no frames.
 */

import { emit, on } from "./events.js";

/** @type {Set<Function>} */
const asked = new Set();
let scheduled = false;
let afterFrame = null;

function paint(now) {
  scheduled = false;
  const turns = [...asked];
  asked.clear();
  for (const draw of turns) draw(now);
  if (afterFrame) {
    const done = afterFrame;
    afterFrame = null;
    count(now);
    done();
  }
}

function schedule() {
  if (!scheduled) requestAnimationFrame(paint);
  scheduled = true;
}

/**
 * Register something that is drawn; returns what asks for it to be drawn in the next picture.
 * @param {(now: number) => void} draw
 * @param {string} topics the events after which it has to be drawn
 */
export function painter(draw, topics = "") {
  const ask = () => {
    asked.add(draw);
    schedule();
  };
  if (topics) on(topics, ask);
  return ask;
}

/** Call back once the frame that came now is drawn. */
export function whenDrawn(callback) {
  afterFrame = callback;
  schedule();
}

/** Drawn frames of the last second. */
const times = [];

function count(now) {
  times.push(now);
  while (now - times[0] > 1000) times.shift();
  emit("drawn", times.length);
}
