/** Networks side by side on the same data: one strip, a picture and the newest loss of each; the one that is chosen is shown large and set. */

import { byId, icon, make, replace } from "../base/elements.js";
import { Pixels } from "../base/canvas.js";
import { classColour } from "../base/colours.js";
import { on } from "../base/events.js";
import { short } from "../base/format.js";
import { painter } from "../base/painter.js";
import { ask } from "../base/server.js";
import { settings, show, showLane, store } from "../base/store.js";
import { named, said, say } from "../base/texts.js";
import { fillMap } from "./boundary.js";

/** A network's letter: A, B, C, D. */
export const letter = number => String.fromCharCode(65 + number);

export function lanes() {
  const strip = make("div", { class: "strip", role: "group", hidden: true, ...named("Networks side by side") });
  const add = make("button", { type: "button", id: "add-lane", onclick: copy }, icon("plus"), said("span", "Compare with another network"));
  byId("lanes").append(strip, add);
  let entries = [];

  async function copy() {
    const reply = await ask("lanes", { copy: store.view.lane });
    if (!reply.error) showLane(reply.lanes - 1, reply.lanes);
  }

  const rebuild = () => {
    const { lanes: all, limits } = store.state;
    const most = limits.lanes ?? 4;
    add.hidden = all.length >= most;
    strip.hidden = all.length < 2;
    if (entries.length === all.length) return;
    entries = all.length < 2 ? [] : all.map((_, number) => entry(number));
    replace(strip, ...entries.map(each => each.element));
    describe();
  };
  on("state", rebuild);

  const describe = () => entries.forEach((each, number) => {
    const { network, training } = settings(number);
    each.text.textContent = `${network.layers.map(layer => layer.width).join("-") || say("no hidden layers")} · ${training.rate}`;
    each.choose.setAttribute("aria-pressed", String(number === store.view.lane));
  });
  on("settings view language", describe);

  painter(() => entries.forEach((each, number) => {
    const lane = store.frame.lanes[number];
    if (!lane?.arrays.boundary) return;
    const [rows, columns] = lane.arrays.boundary.shape;
    if (each.pixels.canvas.width !== columns) {
      const pixels = new Pixels(columns, rows);
      each.pixels.canvas.replaceWith(pixels.canvas);
      each.pixels = pixels;
    }
    fillMap(each.pixels.words, lane);
    each.pixels.put();
    each.loss.textContent = lane.diverged ? say("diverged") : short(lane.loss, 4);
  }), "frame theme view");
}

function entry(number) {
  const pixels = new Pixels(100, 100);
  const [text, loss] = [make("span", {}), make("strong", {})];
  const swatch = make("i", { class: "swatch" });
  swatch.style.background = classColour(number + 2);
  on("theme", () => { swatch.style.background = classColour(number + 2); });
  const choose = make("button", { type: "button", class: "lane", id: `lane-${number}`, onclick: () => show({ lane: number }) },
    pixels.canvas, make("span", { class: "words" }, make("span", {}, swatch, ` ${letter(number)}`), text, loss));
  const label = say("remove network {name}", { name: letter(number) });
  const remove = make("button", { type: "button", class: "plain", title: label, "aria-label": label, onclick: () => drop(number) }, icon("close"));
  return { element: make("span", { class: "entry" }, choose, remove), choose, text, loss, pixels };
}

/** Remove a network; the one that is shown stays, unless it is that one. */
async function drop(number) {
  const { lane } = store.view;
  const reply = await ask("lanes", { remove: number });
  if (!reply.error) showLane(number < lane ? lane - 1 : Math.min(lane, reply.lanes - 1), reply.lanes);
}
