/** How a unit comes to its number: each input times its weight, their sum, the activation; and what goes back. */

import { make } from "../base/elements.js";
import { exact, short, toNumber } from "../base/format.js";
import { choose, shown, store } from "../base/store.js";
import { said, say } from "../base/texts.js";
import { editWeight } from "./weight_editor.js";

/** @returns {Node[]} */
export function unitCard(card) {
  const [layer] = card.unit;
  const stages = card.stages.slice(1);
  const z = toNumber(card.stages[0].y);
  const rules = [`z = ${sumText(card, layer)}`, ...stages.map(stage => stageText(stage))];
  const parts = [make("pre", { class: "rules" }, rules.join("\n")), terms(card, layer, z)];
  if (stages.length) parts.push(stageTable(stages));
  if (card.loss !== null && card.loss !== undefined) parts.push(make("p", { class: "faint" }, say("loss of this row: {loss}", { loss: short(toNumber(card.loss), 6) })));
  return parts;
}

function sumText(card, layer) {
  const letter = layer === 0 ? "x" : "a";
  const count = card.terms.length + card.others;
  const named = card.terms.slice(0, 3).map(({ index }) => `${letter}${index + 1}·w${index + 1}`);
  return `${named.join(" + ")}${count > 3 ? " + …" : ""}${card.bias === null ? "" : " + b"}`;
}

function stageText(stage) {
  if (!stage.value_text) return `${stage.kind}(z)`;
  return `a = ${stage.value_text}\nda/dz = ${stage.slope_text}`;
}

function terms(card, layer, z) {
  const gradients = new Map((card.gradients?.dW ?? []).map(({ index, value }) => [index, value]));
  const heads = [layer === 0 ? "input" : "unit", layer === 0 ? "x" : "a", "w", layer === 0 ? "x·w" : "a·w", ...(card.gradients ? ["dL/dw"] : [])];
  const rows = card.terms.map(term => make("tr", {}, make("th", {}, source(term, layer)), number(term.x), weight(term, card), number(term.product, true),
    ...(card.gradients ? [number(gradients.get(term.index), false, 3)] : [])));
  const blank = () => (card.gradients ? [make("td", {})] : []);
  if (card.others) rows.push(make("tr", {}, make("th", {}, say("{count} others", { count: card.others })), make("td", {}), make("td", {}), number(card.rest, true), ...blank()));
  if (card.bias !== null) rows.push(make("tr", {}, said("th", "bias b"), make("td", {}), bias(card), number(card.bias, true), ...(card.gradients ? [number(card.gradients.dz, false, 3)] : [])));
  rows.push(make("tr", { class: "total" }, make("th", {}, "z"), make("td", {}), make("td", {}), number(z, true), ...(card.gradients ? [number(card.gradients.dz, false, 3)] : [])));
  return make("div", { class: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, ...heads.map(head => (/^[a-z]{3}/.test(head) ? said("th", head) : make("th", {}, head))))), make("tbody", {}, ...rows)));
}

/** The name of an input; a unit before this one is a button that leads to it. */
function source(term, layer) {
  if (layer === 0) return term.input;
  return make("button", { type: "button", class: "plain link", onclick: () => choose({ unit: [layer - 1, term.index] }) }, `a${term.index + 1}`);
}

function weight(term, card) {
  const [layer, unit] = card.unit;
  const widths = store.state.lanes[store.view.lane].widths;
  const before = widths.slice(0, layer).reduce((sum, width, index) => sum + width * widths[index + 1], 0);
  const edge = { layer, i: term.index, j: unit, at: before + term.index * widths[layer + 1] + unit };
  return changeable(term.weight, edge, say("weight from {from} to unit {to} of layer {layer}", { from: layer === 0 ? term.input : `a${term.index + 1}`, to: unit + 1, layer: layer + 1 }));
}

function bias(card) {
  const [layer, unit] = card.unit;
  const widths = store.state.lanes[store.view.lane].widths;
  const at = widths.slice(1, layer + 1).reduce((sum, width) => sum + width, 0) + unit;
  return changeable(card.bias, { layer, i: -1, j: unit, at }, say("bias of unit {unit} of layer {layer}", { unit: unit + 1, layer: layer + 1 }));
}

/** A number that is changed by a click on it. */
function changeable(value, edge, title) {
  const cell = number(value);
  const text = cell.textContent;
  const canChange = shown()?.arrays.weights;
  if (!canChange) return cell;
  cell.replaceChildren(make("button", { type: "button", class: "plain link", title, "aria-label": `${title}: ${text}`, onclick: event => editWeight(edge, event.clientX, event.clientY, title) }, text));
  return cell;
}

function stageTable(stages) {
  const heads = ["step", "in", "out", "slope", "dL/dout"];
  return make("div", { class: "scroll" }, make("table", {}, make("thead", {}, make("tr", {}, ...heads.map(head => said("th", head)))),
    make("tbody", {}, ...stages.map(stage => make("tr", {}, make("th", {}, stage.kind), number(stage.x), number(stage.y, true), number(stage.slope), number(stage.dy))))));
}

/** A cell with a number; its colour says the sign where that is asked for, its title has every digit. */
export function number(value, tinted = false, digits = 5) {
  if (value === undefined || value === null) return make("td", {});
  const read = toNumber(value);
  return make("td", { title: exact(read), class: tinted && read !== 0 ? (read < 0 ? "negative" : "positive") : null }, short(read, digits));
}
