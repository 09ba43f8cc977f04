/**
 * More views of the network, one at a time under the diagram. Each is a module of its own, entered in `VIEWS`:
 *
 *   { text: "Confusion", arrays: ["confusion"], build(parent) -> draw(), fields() -> more of the message that asks for them }
 *
 * `arrays` are what the server has to send for it; they are asked for while it is open, and no longer.
 */

import { byId, make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { painter } from "../base/painter.js";
import { ask } from "../base/server.js";
import { show, store } from "../base/store.js";
import { said } from "../base/texts.js";
import { confusion } from "./confusion.js";
import { activationView, gradientView } from "./distributions.js";
import { warp } from "./warp.js";

/** @type {Record<string, {text: string, arrays: string[], build: (parent: HTMLElement) => () => void, fields?: () => object}>} */
const VIEWS = { confusion, activations: activationView, gradients: gradientView, warp };

export function extraViews() {
  const body = make("div", { id: "extra", role: "tabpanel" });
  const tabs = make("div", { role: "group", class: "tabs" }, ...Object.entries(VIEWS).map(([name, { text }]) =>
    said("button", text, { type: "button", id: `view-${name}`, "aria-pressed": "false", "aria-controls": "extra", onclick: () => show({ extra: store.view.extra === name ? null : name }) })));
  byId("views").append(tabs, body);
  let draw = null, built = null;
  painter(() => draw?.(), "frame view theme language");
  on("view", () => {
    if (built === store.view.extra) return;
    built = store.view.extra;
    for (const button of tabs.children) button.setAttribute("aria-pressed", String(button.id === `view-${built}`));
    replace(body);
    draw = built ? VIEWS[built].build(body) : null;
    look();
  });
  let lane = 0;
  const look = () => {
    lane = store.view.lane;
    ask("view", { arrays: built ? VIEWS[built].arrays : [], lane, ...(built && VIEWS[built].fields?.()) });
  };
  on("view", () => lane !== store.view.lane && look()); // maps of units come for the network that is shown
  on("welcome", () => (built || lane) && look()); // a session that has begun anew knows of no view
}
