/** What a network says of a place on the plane, and what each layer makes of it. */

import { make } from "../base/elements.js";
import { short, toNumber } from "../base/format.js";
import { choose, className } from "../base/store.js";
import { said, say } from "../base/texts.js";
import { number } from "./card_unit.js";

/** @returns {Node[]} */
export function pointCard(card) {
  const means = card.means.map(toNumber);
  const parts = [make("p", {}, verdict(card, means))];
  if (means.length > 1) parts.push(table(["class", "probability"], means.map((mean, index) => [make("th", {}, className(index)), number(mean)])));
  for (const { layer, values, units } of card.layers) {
    const last = layer === card.layers.length - 1;
    parts.push(make("h3", {}, last ? say("Output") : say("Layer {layer}", { layer: layer + 1 }), units > values.length ? make("small", { class: "faint" }, ` ${say("the first {count} of {all} units", { count: values.length, all: units })}`) : ""));
    parts.push(table(["unit", "value"], values.map((value, index) => [make("th", {}, unitButton(layer, index)), number(value, true)])));
  }
  return parts;
}

function verdict(card, means) {
  if (card.class === null || card.class === undefined) return say("the network says {value}", { value: short(means[0], 6) });
  const sure = means.length > 1 ? Math.max(...means) : means[0];
  return means.length > 1 ? say("the network says class {name}, {share} sure", { name: card.class, share: short(sure, 5) })
    : say("the network says class {name}; its output is {value}", { name: card.class, value: short(sure, 6) });
}

const unitButton = (layer, index) => make("button", { type: "button", class: "plain link", onclick: () => choose({ unit: [layer, index] }) }, `a${index + 1}`);

function table(heads, rows) {
  return make("div", { class: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, ...heads.map(head => said("th", head)))), make("tbody", {}, ...rows.map(row => make("tr", {}, ...row)))));
}
