/** A labelled control for one setting, made from its row of the schema: no control is written twice. */

import { make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { tickLabel } from "../base/axes.js";
import { at, starred } from "../base/schema.js";
import { change } from "../base/server.js";
import { settings, store } from "../base/store.js";
import { named, said, say } from "../base/texts.js";
import { choiceText, labelText } from "./labels.js";
import { inWords } from "./notice.js";

let count = 0;

/**
 * A control for a setting.
 * @param {string} path such as "training.rate"
 * @param {Object} [options]
 * @param {(value: any) => void} [options.set] what a change does; sends it to the server unless told otherwise
 * @param {() => any} [options.get] what it shows; the setting unless told otherwise
 * @param {string} [options.label]
 * @param {boolean} [options.plain] without a slider
 * @param {any[]} [options.choices] instead of the schema's
 * @param {(value: any) => string|null} [options.shown] what a choice is called, where not as ever
 */
export function field(path, options = {}) {
  const row = store.schema.rows.get(starred(path)) ?? { path, kind: "text", restarts: false };
  const choices = options.choices ?? row.choices;
  const get = options.get ?? (() => at(settings(), path));
  const set = options.set ?? (value => change({ [path]: value }));
  count += 1;
  const id = `field-${count}`;
  const label = said("label", options.label ?? labelText(row), { for: id });
  const fault = make("p", { class: "fault", id: `${id}-fault`, hidden: true });
  const control = { choice: choiceControl, flag: flagControl, whole: numberControl, number: numberControl }[kindOf(row, choices)] ?? textControl;
  const { element, input, update } = control({ row, choices, id, get, set, shown: options.shown, plain: options.plain });
  input.setAttribute("aria-describedby", fault.id);
  const mark = row.restarts ? make("span", { class: "restarts", ...named("changing this restarts training") }, "↺") : "";
  const whole = make("div", { class: `field ${kindOf(row, choices)}`, "data-path": path }, make("span", { class: "name" }, label, mark), element, fault);
  const refresh = () => {
    if (!whole.isConnected && whole.dataset.shown) return;
    whole.dataset.shown = "yes";
    if (document.activeElement !== input || input.type === "checkbox" || input.tagName === "SELECT") update();
  };
  on("settings language", refresh);
  on("error", ({ text, field: where }) => where === path && tell(text));
  on("accepted", ({ paths }) => paths.includes(path) && tell(""));
  input.addEventListener("blur", () => setTimeout(refresh, 300));
  function tell(text) {
    fault.textContent = inWords(text);
    fault.hidden = text === "";
    input.setAttribute("aria-invalid", String(text !== ""));
  }
  update();
  return whole;
}

function kindOf(row, choices) {
  if (choices) return "choice";
  return row.kind;
}

function choiceControl({ row, choices, id, get, set, shown }) {
  const select = make("select", { id, onchange: () => set(JSON.parse(select.value)) });
  const update = () => {
    const value = get();
    const known = choices.some(each => JSON.stringify(each) === JSON.stringify(value));
    const listed = known || value === undefined ? choices : [value, ...choices];
    replace(select, ...listed.map(each => make("option", { value: JSON.stringify(each) }, shown?.(each) ?? choiceText(row.path, each))));
    select.value = JSON.stringify(value ?? choices[0]);
  };
  return { element: select, input: select, update };
}

function flagControl({ id, get, set }) {
  const input = make("input", { type: "checkbox", id, onchange: () => set(input.checked) });
  return { element: input, input, update: () => { input.checked = Boolean(get()); } };
}

function textControl({ row, id, get, set }) {
  const input = make("input", { type: "text", id, spellcheck: "false", maxlength: row.most ?? 500, onchange: () => set(input.value) });
  return { element: input, input, update: () => { input.value = get() ?? ""; } };
}

/** A number to type; with a slider beside it where both its bounds are known and near, or where it is a rate. */
function numberControl({ row, id, get, set, plain }) {
  const isWhole = row.kind === "whole";
  const input = make("input", { type: "number", id, step: isWhole ? 1 : "any", min: row.least, max: row.most, inputmode: isWhole ? "numeric" : "decimal" });
  const read = () => (input.value.trim() === "" ? null : Number(input.value));
  input.addEventListener("change", () => set(read()));
  const slider = plain ? null : sliderFor(row, isWhole);
  if (!slider) return { element: input, input, update: () => { input.value = get() ?? ""; input.placeholder = get() === null ? say("none") : ""; } };
  let sending = false;
  slider.input.addEventListener("input", async () => {
    input.value = tickLabel(slider.read()).replace("−", "-");
    if (sending) return;
    sending = true; // while one change is on its way, the next ones wait: only the last of them is sent
    let last;
    do {
      last = slider.read();
      await set(last);
    } while (slider.read() !== last);
    sending = false;
  });
  const update = () => {
    if (sending) return;
    input.value = get() ?? "";
    slider.show(get() ?? row.least);
  };
  return { element: make("span", { class: "pair" }, slider.input, input), input, update };
}

const SLIDER_STEPS = 120;
/** Sliders that multiply span so much, whatever else may be typed; the left end is 0 where that is allowed. */
const SPANS = { "training.rate": [1e-4, 10], "training.schedule_epochs": [10, 1e5], "training.schedule_every": [1, 1e4] };
const SPAN = [1e-6, 1];

function sliderFor(row, isWhole) {
  if (row.least === undefined || row.optional || row.path.endsWith("seed")) return null;
  const isLog = row.step === "log";
  const [least, most] = isLog ? SPANS[row.path] ?? SPAN : [row.least, row.most];
  const steps = isLog ? SLIDER_STEPS : Math.min(1000, Math.round((most - least) / (row.step || (isWhole ? 1 : (most - least) / 100))));
  const hasZero = isLog && !row.above && row.least === 0;
  const input = make("input", { type: "range", min: 0, max: steps, step: 1, tabindex: -1, "aria-hidden": "true" });
  const read = () => {
    const share = Number(input.value) / steps;
    if (isLog && hasZero && share === 0) return 0;
    const value = isLog ? Number((least * (most / least) ** share).toPrecision(2)) : Number((least + share * (most - least)).toPrecision(6));
    return isWhole ? Math.round(value) : value;
  };
  const show = value => {
    const share = isLog ? Math.log(Math.max(value, least) / least) / Math.log(most / least) : (value - least) / (most - least);
    input.value = String(Math.round(share * steps));
  };
  return { input, read, show };
}
