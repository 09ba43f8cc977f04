/** Points drawn by hand: a click adds one of the chosen class, with Ctrl it removes, dragging paints; by keys as well. */

import { make } from "../base/elements.js";
import { ask } from "../base/server.js";
import { show, store } from "../base/store.js";
import { radiusOf } from "./points.js";

/** So many pixels lie between points that are painted, and so near a point must be to be removed. */
const APART = 11;
const NEAR = 9;
/** A key moves the cross by so much of the plane. */
const KEY_STEP = 0.02;

/**
 * @param {HTMLElement} stage
 * @param {import("./plane.js").Plane} plane
 * @param {(event: PointerEvent) => [number, number]} offset
 * @param {(x: number, y: number) => void} inspect
 */
export function drawTool(stage, plane, offset, inspect) {
  let last = null, added = [], removing = false, busy = false;
  const cross = make("div", { class: "cross", hidden: true });
  stage.append(cross);

  stage.addEventListener("pointerdown", event => {
    if (store.view.tool !== "draw" || event.button > 0 && !event.ctrlKey) return;
    event.preventDefault();
    stage.focus({ preventScroll: true });
    stage.setPointerCapture(event.pointerId);
    removing = event.ctrlKey || event.metaKey;
    last = null;
    paint(event);
  });
  stage.addEventListener("pointermove", event => stage.hasPointerCapture(event.pointerId) && store.view.tool === "draw" && paint(event));
  stage.addEventListener("pointerup", flush);
  stage.addEventListener("contextmenu", event => store.view.tool === "draw" && event.preventDefault());

  function paint(event) {
    const [x, y] = offset(event);
    if (last && Math.hypot(x - last[0], y - last[1]) < APART) return;
    last = [x, y];
    const point = plane.pointAt(x, y);
    if (point) added.push(point);
    flush();
  }

  /** Send what was painted; while one message is on its way, the next points wait for it. */
  async function flush() {
    if (busy || !added.length) return;
    busy = true;
    const batch = added;
    added = [];
    await send(batch, removing);
    busy = false;
    flush();
  }

  function send(points, remove) {
    const near = (NEAR / (plane.right - plane.left)) * (plane.limits[0][1] - plane.limits[0][0]);
    if (remove) return ask("points", { add: [], remove: points, radius: near });
    return ask("points", { add: points.map(([a, b]) => [a, b, store.view.paint]), remove: [], radius: near });
  }

  // The keyboard's way: a cross that arrows move.
  let at = null;
  const place = () => {
    cross.hidden = at === null;
    if (at) Object.assign(cross.style, { left: `${at[0]}px`, top: `${at[1]}px` });
  };
  stage.addEventListener("blur", () => {
    at = null;
    place();
  });
  stage.addEventListener("keydown", event => {
    const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (moves) {
      event.preventDefault();
      const stepSize = (plane.right - plane.left) * KEY_STEP * (event.shiftKey ? 5 : 1);
      at ??= [(plane.left + plane.right) / 2, (plane.top + plane.bottom) / 2];
      at = [clamp(at[0] + moves[0] * stepSize, plane.left, plane.right), clamp(at[1] + moves[1] * stepSize, plane.top, plane.bottom)];
      place();
    } else if (at && event.key === "Enter") {
      event.preventDefault();
      if (store.view.tool === "draw") send([plane.pointAt(...at)], false);
      else inspect(...at);
    } else if (at && store.view.tool === "draw" && ["Delete", "Backspace"].includes(event.key)) {
      event.preventDefault();
      send([plane.pointAt(...at)], true);
    } else if (/^[0-5]$/.test(event.key) && store.view.tool === "draw") {
      show({ paint: Number(event.key) });
    }
  });
  stage.style.setProperty("--dot", `${2 * radiusOf(0)}px`);
}

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
