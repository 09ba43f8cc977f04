/** What a lesson shows: its task, how far the goal is, and a guess before the run. */

import { byId, make, replace } from "../base/elements.js";
import { on } from "../base/events.js";
import { painter } from "../base/painter.js";
import { ask, playing } from "../base/server.js";
import { settings, shown, store } from "../base/store.js";
import { said, say } from "../base/texts.js";
import { holds, PARTS, readLesson } from "./lesson.js";

const WORDS = { loss: "training loss", test_loss: "test loss", accuracy: "accuracy", test_accuracy: "test accuracy", epoch: "epoch", units: "hidden units", layers: "hidden layers" };
/** Epochs of the run that is guessed about, where the goal names none. */
const EPOCHS = 500;

export function lesson() {
  const found = readLesson(new URLSearchParams(location.search));
  restrict(found);
  if (!found.task && !found.goal.length && !found.predict) return;
  const box = byId("lesson");
  box.hidden = false;
  if (found.task) box.append(make("p", { class: "task" }, found.task));
  const shownGoal = found.goal.filter(({ name }) => !(found.predict && name === "epoch")); // that one says how far the run goes
  if (shownGoal.length) box.append(goal(shownGoal));
  if (found.predict) box.append(guess(found));
}

/** Hide and lock parts, again whenever the page builds them anew. What is hidden hides nothing else. */
function restrict({ hide, lock }) {
  if (!hide.length && !lock.length) return;
  const apply = () => {
    for (const name of hide) for (const element of document.querySelectorAll(PARTS[name])) if (!element.hidden) element.hidden = true;
    for (const name of lock) {
      for (const element of document.querySelectorAll(PARTS[name])) {
        const controls = element.matches("button, select, input") ? [element] : element.querySelectorAll("button, select, input, textarea");
        for (const control of controls) if (!control.disabled) control.disabled = true;
      }
    }
  };
  new MutationObserver(apply).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["hidden", "disabled"] });
  apply();
}

function goal(conditions) {
  const list = make("ul", { class: "goal" });
  const done = make("strong", { role: "status" });
  let last = "";
  painter(() => {
    const lane = shown();
    if (!lane) return;
    const { layers } = settings().network;
    const met = conditions.map(condition => holds(condition, lane, layers));
    const key = `${met.join()} ${document.documentElement.lang}`;
    if (key === last) return;
    last = key;
    replace(list, ...conditions.map(({ name, sign, bound }, index) => make("li", { class: met[index] ? "met" : "open" },
      `${met[index] ? "✓" : "○"} ${say(WORDS[name])} ${SIGNS[sign]} ${bound}`)));
    const isDone = met.every(Boolean) && lane.epoch > 0;
    done.textContent = isDone ? say("Done!") : "";
    document.body.dataset.goal = isDone ? "met" : "open";
    if (isDone && playing()) ask("pause");
  }, "frame settings language");
  return make("div", {}, list, done);
}

const SIGNS = { "<": "<", "<=": "≤", ">": ">", ">=": "≥" };

/** First a guess of the loss after some epochs, then the run that shows it; the boundary and the loss are covered until then. */
function guess({ goal: conditions }) {
  const epochs = conditions.find(({ name }) => name === "epoch")?.bound ?? EPOCHS;
  const input = make("input", { type: "number", id: "guess", min: 0, step: "any", required: true });
  const answer = make("p", { role: "status" });
  const question = make("label", { for: "guess" });
  on("language", () => { question.textContent = say("First your guess: what will the training loss be after {epochs} epochs?", { epochs }); });
  const form = make("form", { class: "guess", onsubmit: reveal },
    question, input, said("button", "Guess, then reveal", { type: "submit" }));
  document.body.classList.add("covered");
  let value = null;
  async function reveal(event) {
    event.preventDefault();
    value = Number(input.value);
    form.hidden = true;
    document.body.classList.remove("covered");
    await ask("stop_at", { ...store.state.stop_at, epoch: epochs });
    await ask("play");
  }
  on("frame", () => {
    const lane = shown();
    if (value === null || lane.epoch < epochs || answer.textContent) return;
    answer.textContent = say("You guessed {guess}; it is {loss}.", { guess: value, loss: Number(lane.loss.toPrecision(4)) });
  });
  return make("div", {}, form, answer);
}
