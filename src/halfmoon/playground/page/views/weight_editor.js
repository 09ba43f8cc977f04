/** A weight or a bias, changed where it stands. */

import { icon, make } from "../base/elements.js";
import { ask } from "../base/server.js";
import { shown, store } from "../base/store.js";
import { named, say } from "../base/texts.js";

let open = null;

/**
 * Show a small dialog with the number of a weight.
 * @param {{layer: number, i: number, j: number, at: number}} edge i is -1 for a bias
 */
export function editWeight(edge, x, y, title) {
  open?.remove();
  const before = document.activeElement;
  const value = edge.i < 0 ? shown().arrays.biases.values[edge.at] : shown().arrays.weights.values[edge.at];
  const input = make("input", { type: "number", step: "any", value, id: "weight-value", "aria-label": title });
  const form = make("form", { class: "weight", role: "dialog", "aria-label": title, onsubmit: send },
    make("label", { for: "weight-value" }, title), make("span", { class: "pair" }, input,
      make("button", { type: "submit" }, say("Set")), make("button", { type: "button", class: "plain", ...named("Close"), onclick: close }, icon("close"))));
  form.style.left = `${Math.min(x, innerWidth - 300)}px`;
  form.style.top = `${Math.min(y, innerHeight - 110)}px`;
  form.addEventListener("keydown", event => event.key === "Escape" && close());
  document.body.append(form);
  open = form;
  input.focus();
  input.select();
  async function send(event) {
    event.preventDefault();
    const reply = await ask("weight", { lane: store.view.lane, layer: edge.layer, i: edge.i, j: edge.j, value: Number(input.value) });
    if (!reply.error) close();
  }
  function close() {
    form.remove();
    open = null;
    before?.focus?.();
  }
}
