/** Over each layer of the diagram: its width and its activation, to be changed where they are seen. */

import { icon, make, replace } from "../base/elements.js";
import { change } from "../base/server.js";
import { settings, store } from "../base/store.js";
import { say } from "../base/texts.js";
import { activations, withLayer, withLayers } from "../controls/layer_list.js";
import { choiceText } from "../controls/labels.js";

/** Put heads over the layers of a layout. */
export function heads(parent, layout) {
  const { layers } = settings().network;
  const focused = parent.contains(document.activeElement) ? document.activeElement.dataset.key : null;
  replace(parent, ...layout.layers.map(({ middle }, index) => {
    const head = headOf(index, layers);
    head.style.left = `${middle}px`;
    return head;
  }));
  if (focused) parent.querySelector(`[data-key="${focused}"]`)?.focus();
}

function headOf(index, layers) {
  if (index === 0) return make("div", { class: "head" }, make("strong", {}, say("inputs")));
  if (index > layers.length) return make("div", { class: "head" }, make("strong", {}, say("output")), addButton(layers));
  const number = index - 1;
  const layer = layers[number];
  const most = store.schema.rows.get("network.layers.*.width")?.most ?? 64;
  const set = changes => change({ "network.layers": withLayer(layers, number, changes) });
  const values = { layer: index };
  const select = make("select", { "data-key": `activation-${index}`, "aria-label": say("activation of layer {layer}", values), onchange: () => set({ activation: JSON.parse(select.value) }) });
  const names = activations();
  const listed = names.some(name => JSON.stringify(name) === JSON.stringify(layer.activation)) ? names : [layer.activation, ...names];
  select.append(...listed.map(name => make("option", { value: JSON.stringify(name) }, choiceText("activation", name))));
  select.value = JSON.stringify(layer.activation);
  return make("div", { class: "head" },
    make("span", { class: "count" },
      step("minus", index, say("one unit less in layer {layer}", values), layer.width <= 1, () => set({ width: layer.width - 1 })),
      make("strong", { title: say("units of layer {layer}", values) }, layer.width),
      step("plus", index, say("one unit more in layer {layer}", values), layer.width >= most, () => set({ width: layer.width + 1 }))),
    select);
}

function step(name, index, label, disabled, act) {
  return make("button", { type: "button", class: "plain", "data-key": `${name}-${index}`, "aria-label": label, title: label, disabled, onclick: act }, icon(name));
}

function addButton(layers) {
  const most = store.schema.mostLayers;
  const label = say("one layer more");
  return make("button", { type: "button", class: "plain", "data-key": "add-layer", "aria-label": label, title: label, disabled: layers.length >= most,
    onclick: () => change({ "network.layers": withLayers(layers, 1) }) }, icon("plus"));
}
