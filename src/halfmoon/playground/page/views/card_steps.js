/** A row's way through the network and back, one card a step: forward, loss, backward, update. */

import { make } from "../base/elements.js";
import { emit } from "../base/events.js";
import { short, toNumber } from "../base/format.js";
import { named, say } from "../base/texts.js";
import { number } from "./card_unit.js";

/** Which card is open; kept while the numbers change. */
let open = 0;

/** @returns {Node[]} */
export function stepCards({ cards, loss }) {
  open = Math.min(open, cards.length - 1);
  const card = cards[open];
  const go = to => () => {
    open = to;
    emit("card");
  };
  const choice = make("select", { ...named("Step"), onchange: () => go(Number(choice.value))() }, ...cards.map((each, index) => make("option", { value: index }, `${index + 1} · ${each.title}`)));
  choice.value = String(open);
  const walk = make("div", { class: "walk" },
    make("button", { type: "button", ...named("Step before"), disabled: open === 0, onclick: go(open - 1) }, "←"), choice,
    make("button", { type: "button", ...named("Step after"), disabled: open === cards.length - 1, onclick: go(open + 1) }, "→"));
  const parts = [walk];
  if (loss !== null && loss !== undefined) parts.push(make("p", { class: "faint" }, say("loss of this row: {loss}", { loss: short(toNumber(loss), 6) })));
  parts.push(make("p", {}, card.what));
  if (card.rules.length) parts.push(make("pre", { class: "rules" }, card.rules.join("\n")));
  if (card.shapes) parts.push(make("p", { class: "faint" }, card.shapes));
  if (card.fault) parts.push(make("p", { class: "fault" }, card.fault));
  return [...parts, ...card.arrays.map(arrayOf)];
}

function arrayOf({ name, shape, whole, range, values }) {
  const rows = values.map(row => make("tr", {}, ...row.map(value => number(value, true))));
  const note = `(${shape.join(", ")})${whole ? "" : ` · ${range.map(value => short(toNumber(value), 4)).join(" … ")} · ${say("the first ones")}`}`;
  return make("div", {}, make("h3", {}, name, " ", make("small", { class: "faint" }, note)), make("div", { class: "scroll" }, make("table", {}, make("tbody", {}, ...rows))));
}
