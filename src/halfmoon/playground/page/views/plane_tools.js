/** How the plane is shown, and what a click on it does. */

import { icon, make, replace } from "../base/elements.js";
import { emit, on } from "../base/events.js";
import { ask } from "../base/server.js";
import { classCount, show, store } from "../base/store.js";
import { named, said, say } from "../base/texts.js";

/** What can be shown, what it is called, and when there is any. */
const TOGGLES = [
  ["shaded", "probabilities", () => classCount() > 0], ["points", "points", () => true],
  ["test", "test points", () => store.state?.data.test_rows > 0], ["wrong", "mistakes", () => classCount() > 0],
];

/** What stands above the plane, and what below it. */
export function planeTools() {
  const toggles = TOGGLES.map(([key, text, matters]) => {
    const input = make("input", { type: "checkbox", id: `show-${key}`, onchange: () => show({ [key]: input.checked }) });
    const toggle = make("label", { class: "toggle" }, input, said("span", text));
    on("view data", () => {
      input.checked = store.view[key];
      toggle.hidden = !matters();
    });
    return toggle;
  });
  const tool = make("button", { type: "button", id: "draw", "aria-pressed": "false", onclick: () => show({ tool: store.view.tool === "draw" ? "inspect" : "draw" }) }, said("span", "Draw points"));
  const paints = make("span", { class: "paints", role: "group", ...named("Class of the points that are drawn") });
  const undo = make("button", { type: "button", id: "undo", ...named("Undo"), onclick: () => ask("undo") }, icon("undo"));
  const redo = make("button", { type: "button", id: "redo", ...named("Redo"), onclick: () => ask("redo") }, icon("redo"));
  const hint = said("span", "click adds, Ctrl-click removes, dragging paints", { class: "faint" });
  const drawing = make("span", { class: "drawing", hidden: true }, paints, undo, redo, hint);
  const update = () => {
    const on = store.view.tool === "draw";
    tool.setAttribute("aria-pressed", String(on));
    drawing.hidden = !on;
    const classes = Math.max(2, classCount());
    if (paints.children.length !== classes || !paints.firstChild.title.startsWith(say("class {number}", { number: 0 }))) {
      replace(paints, ...Array.from({ length: classes }, (_, number) => paint(number)));
    }
    [...paints.children].forEach((button, number) => button.setAttribute("aria-pressed", String(number === store.view.paint)));
    document.body.classList.toggle("is-drawing", on);
  };
  on("view data language", update);
  setTimeout(() => emit("view", {}));
  return [make("div", { class: "tools" }, ...toggles), make("div", { class: "drawing-tools" }, tool, drawing)];
}

function paint(number) {
  const label = say("class {number}", { number });
  const button = make("button", { type: "button", class: "paint", title: label, "aria-label": label, onclick: () => show({ paint: number }) }, number);
  button.style.setProperty("--own", `var(--class-${number})`);
  return button;
}
