/** The numbers of the moment, above everything, and for tests on the body; and in a sentence for those who listen. */

import { byId, make } from "../base/elements.js";
import { on } from "../base/events.js";
import { exact, percent, short, whole } from "../base/format.js";
import { painter } from "../base/painter.js";
import { shown, store } from "../base/store.js";
import { said, say } from "../base/texts.js";

const SAID_EVERY = 5000;
const CELLS = [
  ["epoch", "epoch", lane => whole(lane.epoch)],
  ["loss", "training loss", lane => short(lane.loss, 5)],
  ["test-loss", "test loss", lane => (Number.isNaN(lane.test_loss) ? "–" : short(lane.test_loss, 5))],
  ["accuracy", "accuracy", lane => percent(lane.accuracy)],
  ["speed", "epochs/s", lane => (Number.isFinite(lane.epochs_per_second) ? whole(lane.epochs_per_second) : "–")],
];

export function numbers() {
  const values = CELLS.map(([name, text]) => {
    const value = make("dd", { id: `number-${name}` }, "–");
    byId("numbers").append(make("div", {}, said("dt", text), value));
    return value;
  });
  painter(() => {
    const lane = shown();
    if (!lane) return;
    CELLS.forEach(([, , text], index) => {
      const now = text(lane);
      if (values[index].textContent !== now) values[index].textContent = now;
    });
    const data = document.body.dataset;
    data.epoch = lane.epoch;
    data.loss = exact(lane.loss);
    data.update = lane.update;
    data.accuracy = exact(lane.accuracy);
    data.testLoss = exact(lane.test_loss);
  }, "frame view language");
  values[1].addEventListener("mouseenter", () => { values[1].title = exact(shown()?.loss); });
  on("drawn", count => { document.body.dataset.fps = count; });
  summary();
}

/** Says the state now and then, and at once when it changes. */
function summary() {
  let last = "", saidAt = 0;
  const speak = () => {
    const lane = shown();
    if (!lane) return;
    const word = document.body.dataset.state;
    const now = performance.now();
    if (word === last && (word !== "running" || now - saidAt < SAID_EVERY)) return;
    [last, saidAt] = [word, now];
    const state = { running: say("training"), paused: say("paused"), stopped: say("stopped"), diverged: say("diverged") }[word] ?? word;
    const values = { state, epoch: lane.epoch, loss: short(lane.loss, 3), accuracy: percent(lane.accuracy) };
    const text = Number.isNaN(lane.accuracy) ? say("{state}: epoch {epoch}, loss {loss}", values) : say("{state}: epoch {epoch}, loss {loss}, accuracy {accuracy}", values);
    byId("summary").textContent = text;
  };
  on("frame state language", speak);
}
