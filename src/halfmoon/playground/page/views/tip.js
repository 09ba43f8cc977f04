/** The value under the pointer: kept up to date while it stays, as the network trains on. */

import { byId } from "../base/elements.js";
import { painter } from "../base/painter.js";

let text = null;

const write = painter(() => {
  const tip = byId("tip");
  if (text === null) return;
  const now = text();
  if (tip.textContent !== now) tip.textContent = now;
}, "frame");

/** @param {PointerEvent} event @param {() => string} saying */
export function showTip(event, saying) {
  const tip = byId("tip");
  text = saying;
  tip.hidden = false;
  const left = event.clientX > innerWidth * 0.66;
  const above = event.clientY > innerHeight * 0.8;
  Object.assign(tip.style, {
    left: left ? "auto" : `${event.clientX + 14}px`, right: left ? `${innerWidth - event.clientX + 10}px` : "auto",
    top: above ? "auto" : `${event.clientY + 14}px`, bottom: above ? `${innerHeight - event.clientY + 10}px` : "auto",
  });
  write();
}

export function hideTip() {
  text = null;
  byId("tip").hidden = true;
}
