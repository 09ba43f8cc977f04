/** How the network is, in words; a run that left the finite numbers stands still here and says why. */

import { byId, make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { choose, shown } from "../base/store.js";
import { say } from "../base/texts.js";

export function health() {
  const box = byId("health");
  let last = "";
  const update = () => {
    const lane = shown();
    if (!lane) return;
    const faults = gathered(lane.health ?? []);
    const key = JSON.stringify([faults, lane.ending, lane.diverged, lane.seen, document.documentElement.lang]);
    if (key === last) return;
    last = key;
    const lines = faults.map(({ word, text, units, severity }) => make("li", { class: `severity-${severity ?? 1}` },
      make("strong", {}, say(word.replace(/_/g, " "))), " ", text, " ", ...units.flatMap(unit => [unitButton(unit), " "])));
    const ending = lane.ending ? make("p", { class: lane.diverged ? "fault" : "ending" }, ...(lane.diverged ? [make("strong", {}, say("diverged")), " "] : []), lane.ending.text) : "";
    const frozen = lane.diverged ? make("p", { class: "faint" }, say("The pictures are those of epoch {epoch}; a lower rate, other first weights or the timeline lead out.", { epoch: lane.seen ?? lane.epoch })) : "";
    replace(box, ending, frozen, lines.length ? make("ul", {}, ...lines) : make("p", { class: "faint well" }, lane.diverged ? "" : say("Nothing is wrong with the network.")));
  };
  on("frame language view", update);
}

/** Faults with their units: those that say nothing but a unit are told in one line a word. */
function gathered(faults) {
  const lines = new Map();
  for (const { word, text, unit, severity } of faults) {
    const key = text || word;
    if (!lines.has(key)) lines.set(key, { word, text, severity, units: [] });
    if (unit) lines.get(key).units.push(unit);
  }
  return [...lines.values()];
}

function unitButton(unit) {
  const [layer, index] = unit.split(".").map(Number);
  return make("button", { type: "button", class: "plain link", onclick: () => choose({ unit: [layer, index] }) }, say("unit {unit} of layer {layer}", { unit: index + 1, layer: layer + 1 }));
}
