/** Keys for everything that is done often; each has its button as well. */

import { byId, make } from "../base/elements.js";
import { ask, reset, toggle } from "../base/server.js";
import { choose, show, store } from "../base/store.js";
import { named, said } from "../base/texts.js";
import { stepOnce } from "./playback.js";

const KEYS = [
  [" ", "space", "play or pause", toggle],
  ["s", "S", "one step", stepOnce],
  ["r", "R", "reset to the same first weights", () => reset("same")],
  ["n", "N", "reset to new first weights", () => reset("new")],
  ["m", "M", "more settings", () => show({ more: !store.view.more })],
  ["l", "L", "logarithmic loss", () => show({ log: !store.view.log })],
  ["d", "D", "draw points", () => show({ tool: store.view.tool === "draw" ? "inspect" : "draw" })],
  ["u", "U", "undo", () => ask("undo")],
  ["Escape", "Esc", "close what is open", () => choose(null)],
  ["?", "?", "these keys", help],
];
/** Where a key means something else. */
const TYPING = "input:not([type=checkbox]):not([type=range]), select, textarea, dialog";

export function keyboard() {
  document.addEventListener("keydown", event => {
    if (event.altKey || event.metaKey || event.defaultPrevented) return;
    if (event.ctrlKey) {
      if (event.key === "z" && store.view.tool === "draw" && !event.target.closest(TYPING)) ask("undo");
      return;
    }
    if (event.target.closest?.(TYPING)) return;
    if (event.key === " " && event.target.closest("button, a, summary, input")) return; // the key of the button itself
    const found = KEYS.find(([key]) => key === event.key || key === event.key.toLowerCase());
    if (!found) return;
    event.preventDefault();
    found[3]();
  });
}

/** The table of keys, in a dialog. */
export function help() {
  const old = /** @type {HTMLDialogElement} */ (byId("keys"));
  if (old) return void old.close();
  const rows = KEYS.map(([, shown, text]) => make("tr", {}, make("th", {}, make("kbd", {}, shown)), said("td", text)));
  const close = said("button", "Close", { type: "button", onclick: () => dialog.close() });
  const dialog = make("dialog", { id: "keys", ...named("Keys") }, said("h2", "Keys"), make("table", {}, ...rows),
    said("p", "Arrow keys move among units, and a cross on the plane; Enter looks at what is there.", { class: "faint" }), close);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
