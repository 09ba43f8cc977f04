/** The transport: play, pause, step, speed, reset, and where to stop. */

import { byId, icon, make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { ask, playing, reset, step, toggle } from "../base/server.js";
import { store } from "../base/store.js";
import { named, said, say } from "../base/texts.js";

const STEPS = { epoch: "1 epoch", batch: "1 batch", sample: "1 sample" };
const SPEEDS = { sample: "1 sample/frame", batch: "1 batch/frame", epoch: "1 epoch/frame", n: "N epochs/frame", max: "flat out" };

/** Steps of the kind that is chosen. */
let stepUnit = "epoch";
export const stepOnce = () => step(stepUnit);

export function playback() {
  const play = make("button", { type: "button", id: "play", class: "round", ...named("Play"), onclick: toggle }, icon("play"));
  const units = make("select", { id: "step-unit", ...named("What one step is"), onchange: () => { stepUnit = units.value; } });
  byId("playback").append(
    make("button", { type: "button", id: "reset-same", ...named("Reset to the same first weights"), onclick: () => reset("same") }, icon("again")),
    make("button", { type: "button", id: "reset-new", ...named("Reset to new first weights"), onclick: () => reset("new") }, icon("dice")),
    play,
    make("span", { class: "joined" },
      make("button", { type: "button", id: "step", ...named("One step"), onclick: stepOnce }, icon("step")), units),
    speed(),
  );
  const words = () => options(units, STEPS, stepUnit);
  on("language", words);
  words();
  on("state", () => {
    const running = playing();
    if (play.dataset.running === String(running)) return;
    play.dataset.running = String(running);
    const text = running ? "Pause" : "Play";
    play.dataset.sayLabel = text;
    play.title = say(text);
    play.setAttribute("aria-label", say(text));
    replace(play, icon(running ? "pause" : "play"));
  });
}

function options(select, table, value) {
  replace(select, ...Object.entries(table).map(([key, text]) => make("option", { value: key }, say(text))));
  select.value = value;
}

function speed() {
  const number = make("input", { type: "number", id: "speed-n", min: 1, max: 100000, step: 1, value: 10, hidden: true, ...named("Epochs a frame"), onchange: send });
  const select = make("select", { id: "speed", ...named("Speed"), onchange: send });
  function send() {
    number.hidden = select.value !== "n";
    ask("speed", { mode: select.value, n: Number(number.value) || 1 });
  }
  const update = () => {
    const now = store.state?.speed ?? { mode: "epoch" };
    options(select, SPEEDS, now.mode ?? now);
    if (now.n && document.activeElement !== number) number.value = now.n;
    number.hidden = select.value !== "n";
  };
  on("state language", update);
  update();
  return make("span", { class: "joined" }, select, number);
}

/** Where training stops by itself; stands behind "more". */
export function stops() {
  const rows = [["epoch", "at epoch", 1, 1], ["loss", "when the loss is below", 0, "any"], ["plateau", "when so many epochs brought nothing", 1, 1]];
  const inputs = rows.map(([key, text, min, stepSize]) => {
    const input = make("input", { type: "number", id: `stop-${key}`, min, step: stepSize, onchange: send });
    return { key, input, row: make("div", { class: "field" }, said("label", text, { for: `stop-${key}` }), input) };
  });
  function send() {
    const given = inputs.map(({ key, input }) => [key, input.value === "" ? null : Number(input.value)]);
    ask("stop_at", Object.fromEntries(given));
  }
  const update = () => {
    for (const { key, input } of inputs) if (document.activeElement !== input) input.value = store.state?.stop_at?.[key] ?? "";
  };
  on("state", update);
  update();
  return inputs.map(({ row }) => row);
}
