/** The four controls that are always in sight: data, layers, activation, rate. */

import { byId, icon, make, replace } from "../base/elements.js";
import { emit, on } from "../base/events.js";
import { at } from "../base/schema.js";
import { change } from "../base/server.js";
import { settings, show, store } from "../base/store.js";
import { named, said, say } from "../base/texts.js";
import { field } from "./field.js";
import { activations, parsedLayers, withActivation, withLayers } from "./layer_list.js";

export function quick() {
  const form = byId("quick");
  form.addEventListener("submit", event => event.preventDefault());
  on("welcome", () => replace(form, field("data.kind"), layers(), activation(), field("training.rate"), moreButton()));
}

function layers() {
  const input = make("input", {
    type: "text", id: "quick-layers", inputmode: "numeric", spellcheck: "false", "aria-describedby": "quick-layers-hint quick-layers-fault",
    onchange: () => change({ "network.layers": parsedLayers(input.value, settings().network.layers) }),
  });
  const count = by => () => change({ "network.layers": withLayers(settings().network.layers, by) });
  const less = make("button", { type: "button", ...named("one layer less"), onclick: count(-1) }, icon("minus"));
  const more = make("button", { type: "button", ...named("one layer more"), onclick: count(1) }, icon("plus"));
  const update = () => {
    const list = settings()?.network.layers;
    if (!list) return;
    if (document.activeElement !== input) input.value = list.map(layer => layer.width).join("-");
    less.disabled = list.length === 0;
    more.disabled = list.length >= (store.schema.mostLayers);
  };
  on("settings", update);
  input.addEventListener("blur", update);
  update();
  const fault = make("p", { class: "fault", id: "quick-layers-fault", hidden: true });
  const tell = text => {
    fault.textContent = text;
    fault.hidden = text === "";
    input.setAttribute("aria-invalid", String(text !== ""));
  };
  on("error", ({ text, field: where }) => where?.startsWith("network.layers") && tell(text));
  on("accepted", () => tell(""));
  const hint = said("span", "units of each hidden layer, such as 64-32-16", { class: "unseen", id: "quick-layers-hint" });
  return make("div", { class: "field layers", "data-path": "network.layers" },
    make("span", { class: "name" }, said("label", "Hidden layers", { for: "quick-layers" }), make("span", { class: "restarts", ...named("changing this restarts training") }, "↺")),
    make("span", { class: "pair" }, less, input, more), hint, fault);
}

function activation() {
  const choices = activations();
  const several = () => new Set(at(settings(), "network.layers").map(layer => JSON.stringify(layer.activation))).size > 1;
  const get = () => (several() ? say("mixed") : at(settings(), "network.layers")[0]?.activation ?? choices[0]);
  const set = value => change({ "network.layers": withActivation(settings().network.layers, value) });
  return field("network.layers.*.activation", { get, set, choices, label: "Activation" });
}

function moreButton() {
  const button = make("button", { type: "button", id: "more-button", "aria-controls": "more", "aria-expanded": "false", onclick: () => show({ more: !store.view.more }) },
    icon("more"), said("span", "More"));
  on("view", () => {
    button.setAttribute("aria-expanded", String(store.view.more));
    byId("more").hidden = !store.view.more;
    document.body.classList.toggle("with-more", store.view.more);
  });
  emit("view", {});
  return button;
}
