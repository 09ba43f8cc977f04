/** Names of settings and of their choices, in words; each is an English text that texts_zh.js translates. */

import { say } from "../base/texts.js";

/** By path; what is missing here is named by the last part of its path. */
const LABELS = {
  "data.kind": "Data",
  "data.test_share": "Share for testing",
  "data.seed": "Seed of the data",
  "data.rule": "Class 1 where",
  "data.standardise": "Standardise the inputs",
  "data.target": "Column to predict",
  "network.layers": "Hidden layers",
  "network.layers.*.width": "Units",
  "network.layers.*.normalise": "Normalisation",
  "network.output_activation": "Output activation",
  "network.initialiser": "First weights",
  "network.seed": "Seed of the weights",
  "training.optimizer": "Optimiser",
  "training.rate": "Learning rate",
  "training.beta1": "Beta 1 (mean of gradients)",
  "training.beta2": "Beta 2 (mean of their squares)",
  "training.decay": "Decay of the mean square",
  "training.clip_norm": "Clip gradients to norm",
  "training.schedule": "Schedule of the rate",
  "training.schedule_epochs": "Epochs of the schedule",
  "training.schedule_ratio": "Ratio of the schedule",
  "training.schedule_every": "Epochs between steps",
  "training.batch": "Rows a batch (empty: all)",
  "training.shuffle": "Shuffle the rows",
  "training.l1": "L1 penalty",
  "training.l2": "L2 penalty",
  "training.weight_decay": "Weight decay",
  "training.seed": "Seed of the order of rows",
};

/** Choices whose own names say too little. */
const CHOICES = {
  moons: "two moons", circles: "circles", xor: "xor (chequered)", spirals: "two spirals", blobs: "blobs", rule: "by a rule", drawn: "drawn by hand",
  plane: "plane (regression)", saddle: "saddle (regression)", table: "a table of yours",
  relu: "ReLU", leaky_relu: "leaky ReLU", elu: "ELU", selu: "SELU", gelu: "GELU", silu: "SiLU", none: "none",
  auto: "suits the data", logistic: "cross-entropy (logistic)", softmax_cross_entropy: "cross-entropy (softmax)",
  sgd: "SGD", adam: "Adam", adamw: "AdamW", rmsprop: "RMSProp", adagrad: "AdaGrad", lion: "Lion", lbfgs: "L-BFGS", momentum: "SGD with momentum",
};

/** @param {import("../base/schema.js").Row} row */
export function labelText(row) {
  const last = words(row.path.split(".").at(-1));
  return entry(LABELS, row.path) ?? last[0].toUpperCase() + last.slice(1);
}

/** What a choice is called. */
export function choiceText(path, value) {
  if (value === null) return say("none");
  if (typeof value === "object") return value.formula ?? JSON.stringify(value);
  const text = String(value);
  return say(entry(CHOICES, text) ?? words(text));
}

/** A table's own entry: an address may name what every object has. */
const entry = (table, key) => (Object.hasOwn(table, key) ? table[key] : undefined);
const words = text => text.replace(/_/g, " ");
