/** What has to be said in a sentence: errors that belong to no control, what was changed on the way, and a lost connection. */

import { byId, icon, make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { store } from "../base/store.js";
import { named, say } from "../base/texts.js";
import { labelText } from "./labels.js";

const SHOWN_FOR = 8000;
let timer = 0;

/**
 * Show a sentence; a fault stays until it is closed.
 * @param {string} text
 * @param {"said"|"fault"} kind
 */
export function tell(text, kind = "said") {
  const box = byId("notice");
  clearTimeout(timer);
  box.hidden = !text;
  box.className = kind;
  replace(box, make("span", {}, inWords(text)), make("button", { type: "button", class: "plain", ...named("Close"), onclick: () => tell("") }, icon("close")));
  if (text && kind === "said") timer = setTimeout(() => tell(""), SHOWN_FOR);
}

/** A sentence of the server's, with settings by their names on the page instead of their paths. */
export function inWords(text) {
  return text.replace(/\b(?:data|network|training)\.\w+/g, path => (store.schema.rows.has(path) ? say(labelText(store.schema.rows.get(path))) : path));
}

export function notice() {
  on("error", ({ text, field }) => {
    const shownThere = field && [...document.querySelectorAll("[data-path]")].some(each => (each.dataset.path === field || field.startsWith(`${each.dataset.path}.`)) && each.offsetParent);
    if (!shownThere) tell(text, "fault");
  });
  on("said", sentences => tell(sentences.join(" ")));
  on("accepted", () => byId("notice").className === "fault" && tell(""));
  let lost = false;
  on("connection", ({ connected, refused, reason }) => {
    document.body.classList.toggle("lost", !connected);
    if (connected) {
      if (lost && store.state) tell([say("The connection is back; the networks begin anew with their first weights."), store.state.settings.data.kind === "table" && say("The table must be sent again.")].filter(Boolean).join(" "));
      lost = false;
    } else {
      lost = true;
      document.body.dataset.state = refused ? "refused" : "lost";
      tell(refused ? say("The playground did not let this page in: open the address that it printed, with everything after the #. {reason}", { reason: reason ?? "" })
        : say("The connection is lost; trying again."), "fault");
    }
  });
}
