/**
 * All settings that are not in sight at once, in sections that open and close. Which settings stand where is the table here; the controls
 * themselves are made from the schema. A setting that the schema has and the table lacks stands at the end of its group.
 */

import { byId, make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { at } from "../base/schema.js";
import { settings, store } from "../base/store.js";
import { said } from "../base/texts.js";
import { keep } from "../share/keep.js";
import { field } from "./field.js";
import { layerEditor } from "./layer_editor.js";
import { stops } from "./playback.js";
import { tableEditor } from "./table_editor.js";

const GROUPS = {
  data: ["data.kind", "data.rule", "data.rows", "data.noise", "data.classes", "data.test_share", "data.seed", "data.standardise"],
  network: ["network.initialiser", "network.seed", "network.loss", "network.output_activation", "network.precision"],
  training: ["training.optimizer", "training.rate", "training.batch", "training.momentum", "training.nesterov"],
};
const ELSEWHERE = new Set(["data.upload", "data.target", "data.features", "network.layers"]);
const MADE_OF_ROWS = ["moons", "circles", "xor", "spirals", "blobs", "rule", "plane", "saddle"];

/** When a setting has a say at all; the others are not shown, and keep their values. */
const MATTERS = {
  "data.rule": tree => tree.data.kind === "rule",
  "data.classes": tree => ["blobs", "drawn"].includes(tree.data.kind),
  "data.rows": tree => MADE_OF_ROWS.includes(tree.data.kind),
  "data.noise": tree => MADE_OF_ROWS.includes(tree.data.kind),
  "training.momentum": tree => tree.training.optimizer === "momentum",
  "training.nesterov": tree => tree.training.optimizer === "momentum",
  "training.beta1": tree => ["adam", "adamw", "lion"].includes(tree.training.optimizer),
  "training.beta2": tree => ["adam", "adamw", "lion"].includes(tree.training.optimizer),
  "training.decay": tree => tree.training.optimizer === "rmsprop",
  "training.rate": tree => tree.training.optimizer !== "lbfgs",
  "training.batch": tree => tree.training.optimizer !== "lbfgs",
  "training.shuffle": tree => tree.training.batch !== null && tree.training.optimizer !== "lbfgs",
  "training.seed": tree => tree.training.batch !== null && tree.training.optimizer !== "lbfgs",
  "training.schedule_epochs": tree => ["cosine", "one_cycle"].includes(tree.training.schedule),
  "training.schedule_ratio": tree => ["step", "exponential", "inverse_scaling", "plateau"].includes(tree.training.schedule),
  "training.schedule_every": tree => ["step", "plateau"].includes(tree.training.schedule),
};

export function panel() {
  on("welcome", build);
}

function build() {
  const fields = new Map();
  const of = group => {
    const known = [...store.schema.rows.keys()].filter(path => path.startsWith(`${group}.`) && !path.includes("*") && !ELSEWHERE.has(path));
    const paths = [...GROUPS[group].filter(path => known.includes(path)), ...known.filter(path => !GROUPS[group].includes(path))];
    return paths.map(path => {
      fields.set(path, field(path));
      return fields.get(path);
    });
  };
  const note = make("p", { class: "faint" }, make("span", { class: "restarts", "aria-hidden": "true" }, "↺ "), said("span", "marks what restarts training; all else changes while it runs"));
  replace(byId("more"), note,
    section("Data", true, ...of("data"), tableEditor()),
    section("Layers", true, layerEditor()),
    section("Network", false, ...of("network")),
    section("Training", false, ...of("training")),
    section("Stop", false, ...stops()),
    section("Keep and share", false, keep()));
  const update = () => {
    const tree = settings();
    if (!tree) return;
    for (const [path, element] of fields) element.hidden = !(MATTERS[path]?.(tree) ?? at(tree, path) !== undefined);
  };
  on("settings", update);
  update();
}

function section(title, open, ...children) {
  return make("details", { open }, said("summary", title), make("div", { class: "fields" }, ...children));
}
