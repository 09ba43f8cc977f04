/** The X-ray card of what was clicked: its formula and its numbers, kept up to date while it trains. */

import { byId, icon, make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { ask } from "../base/server.js";
import { choose, store } from "../base/store.js";
import { named } from "../base/texts.js";
import { cardBody } from "./card_body.js";

/** A card is asked for again this often at most. */
const EVERY = 200;

export function card() {
  const box = byId("card");
  const title = make("h2", {});
  const body = make("div", { class: "body" });
  box.append(make("header", {}, title, make("button", { type: "button", class: "plain", ...named("Close"), onclick: () => choose(null) }, icon("close"))), body);
  let asking = false, last = 0, shownFrame = -1;

  async function update(force = false) {
    const { choice } = store;
    if (!choice || asking || (!force && (performance.now() - last < EVERY || store.frame?.frame === shownFrame))) return;
    asking = true;
    last = performance.now();
    shownFrame = store.frame?.frame;
    const { at, ...what } = choice;
    const reply = await ask("xray", { lane: store.view.lane, ...what });
    asking = false;
    if (choice !== store.choice) return update(true);
    if (reply.error) return choose(null);
    title.textContent = reply.card.title;
    const { scrollTop } = box;
    replace(body, ...cardBody(reply.card));
    box.scrollTop = scrollTop;
  }

  on("choice", () => {
    box.hidden = store.choice === null;
    document.body.classList.toggle("with-card", store.choice !== null);
    if (!box.hidden) update(true);
  });
  on("frame", () => update());
  on("settings data", () => { if (store.choice) choose(null); });
}
