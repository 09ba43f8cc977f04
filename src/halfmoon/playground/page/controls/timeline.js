/** The run so far, to go back in and on from there. */

import { byId, make } from "../base/elements.js";
import { on } from "../base/events.js";
import { whole } from "../base/format.js";
import { painter } from "../base/painter.js";
import { ask } from "../base/server.js";
import { shown, store } from "../base/store.js";
import { said, say } from "../base/texts.js";

export function timeline() {
  const slider = make("input", { type: "range", id: "timeline-epoch", min: 0, max: 0, step: 1, value: 0, "aria-describedby": "timeline-note" });
  const note = make("span", { id: "timeline-note", class: "faint" });
  byId("timeline").append(said("label", "Timeline", { for: "timeline-epoch" }), slider, note);
  let seeking = false, wanted = null, end = 0;

  slider.addEventListener("input", async () => {
    wanted = Number(slider.value);
    if (seeking) return;
    seeking = true; // one at a time; of those that come meanwhile only the last counts
    while (wanted !== null) {
      const epoch = wanted;
      wanted = null;
      await ask("seek", { epoch });
    }
    seeking = false;
  });

  const update = painter(() => {
    const epoch = shown()?.epoch;
    if (epoch === undefined) return;
    const epochs = store.state?.lanes[store.view.lane]?.epochs ?? [];
    const history = store.histories[store.view.lane];
    end = Math.max(epoch, epochs.at(-1) ?? 0, history?.rows ? history.at(history.rows - 1, 0) : 0);
    if (slider.max !== String(end)) slider.max = end;
    if (!seeking && document.activeElement?.dataset.dragging !== "yes") slider.value = epoch;
    const text = epoch < end ? say("epoch {epoch} of {end}; playing on from here drops what came after", { epoch: whole(epoch), end: whole(end) }) : say("epoch {epoch}", { epoch: whole(epoch) });
    if (note.textContent !== text) note.textContent = text;
  }, "frame state view language");
  slider.addEventListener("pointerdown", () => { slider.dataset.dragging = "yes"; });
  slider.addEventListener("pointerup", () => { delete slider.dataset.dragging; });
  on("state", update);
}
