/** Every hidden layer with all it has: width, activation or a formula of one's own, dropout, normalisation. */

import { icon, make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { change, query } from "../base/server.js";
import { settings, store } from "../base/store.js";
import { said, say } from "../base/texts.js";
import { field } from "./field.js";
import { activations, withLayer, withLayers, without } from "./layer_list.js";

const OWN = { formula: "max(z, 0.1*z)" };

export function layerEditor() {
  const list = make("ol", { class: "layers" });
  const add = make("button", { type: "button", onclick: () => change({ "network.layers": withLayers(settings().network.layers, 1) }) }, icon("plus"), said("span", "Add a layer"));
  let count = -1;
  const update = () => {
    const layers = settings()?.network.layers;
    if (!layers) return;
    add.disabled = layers.length >= store.schema.mostLayers;
    if (layers.length === count) return;
    count = layers.length;
    replace(list, ...layers.map((_, index) => entry(index)));
  };
  on("settings", update);
  on("language", () => {
    count = -1;
    update();
  });
  update();
  return make("div", {}, list, add);
}

function entry(index) {
  const path = name => `network.layers.${index}.${name}`;
  const get = name => () => settings()?.network.layers[index]?.[name];
  const set = name => value => change({ "network.layers": withLayer(settings().network.layers, index, { [name]: value }) });
  const bound = (name, options = {}) => field(path(name), { get: get(name), set: set(name), ...options });
  const label = say("remove layer {layer}", { layer: index + 1 });
  const remove = make("button", { type: "button", class: "plain", "aria-label": label, title: label, onclick: () => change({ "network.layers": without(settings().network.layers, index) }) }, icon("close"));
  const isOwn = () => typeof get("activation")() === "object";
  const choices = [...activations(), OWN];
  const activation = bound("activation", { choices, get: () => (isOwn() ? OWN : get("activation")()), shown: value => (value === OWN ? say("a formula of yours") : null) });
  return make("li", {}, make("div", { class: "title" }, make("strong", {}, say("Layer {layer}", { layer: index + 1 })), remove),
    bound("width", { plain: true }), activation, formula(index, isOwn, get("activation"), set("activation")), bound("dropout", { plain: true }), bound("normalise"));
}

/** The formula of an activation, with its slope as the server derives it. */
function formula(index, isOwn, get, set) {
  const id = `formula-${index}`;
  const slope = make("p", { class: "slope faint", id: `${id}-slope`, "aria-live": "polite" });
  const input = make("input", { type: "text", id, spellcheck: "false", maxlength: 200, "aria-describedby": slope.id, onchange: send, oninput: derive });
  const whole = make("div", { class: "field formula" }, said("label", "a =", { for: id }), input, slope);
  let timer = 0;
  function derive() {
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const reply = await query("formula", { text: input.value, kind: "activation" });
      slope.textContent = reply.error ?? say("its slope: da/dz = {slope}", { slope: reply.slope });
      slope.classList.toggle("fault", Boolean(reply.error));
    }, 200);
  }
  async function send() {
    await set({ formula: input.value });
  }
  const update = () => {
    whole.hidden = !isOwn();
    if (!isOwn() || document.activeElement === input || input.value === get().formula) return;
    input.value = get().formula;
    derive();
  };
  on("settings", update);
  update();
  return whole;
}
